"""A dry run of django-import-export into an SQLite database in memory: python with_django.py PEOPLE.csv DIRECTORY.parquet."""

from __future__ import annotations

import sys

import django
import polars as pl
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["import_export"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=False,
)
django.setup()

import tablib
from django.db import connection, models
from import_export import fields, resources

CHECKS = "row by row: the person looked up by ID, the fields that differ as a diff in HTML, the save tried in a transaction that is rolled back (unique ID and address)"
LEAVES_OUT = "addresses (a resource does not validate models unless told), options, status words, dates (as text), dialect, encoding and header (known), identity by address, guards"

NAMES = {
    "User ID": "number", "E-mail": "email", "First name": "first_name", "Last name": "last_name", "Status": "status",
    "Department": "department", "Office": "office", "Start date": "start_date", "Seniority": "seniority", "Skills": "skills",
}  # fmt: skip


class Person(models.Model):
    number = models.CharField(max_length=40, unique=True)
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=200)
    last_name = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    department = models.CharField(max_length=200)
    office = models.CharField(max_length=200)
    start_date = models.CharField(max_length=20)
    seniority = models.CharField(max_length=20)
    skills = models.CharField(max_length=400)

    class Meta:
        app_label = "import_export"


class PersonResource(resources.ModelResource):
    for _label, _name in NAMES.items():
        locals()[_name] = fields.Field(column_name=_label, attribute=_name)

    class Meta:
        model = Person
        import_id_fields = ("number",)
        fields = tuple(NAMES.values())
        skip_unchanged = True


def prepare(directory: str) -> None:
    """The people are in the database before the file comes."""
    with connection.schema_editor() as editor:
        editor.create_model(Person)
    stored = pl.read_parquet(directory).with_columns(
        pl.col("start_date").cast(pl.String), pl.col("skills").list.join(";")
    )
    Person.objects.bulk_create(
        (Person(**row) for row in stored.drop("ref").rename({"id": "number"}).iter_rows(named=True)), batch_size=500
    )


def run(people: str, _stored: None) -> dict[str, int]:
    with open(people, encoding="utf-8", newline="") as file:
        data = tablib.Dataset().load(file, format="csv")
    totals = PersonResource().import_data(data, dry_run=True, use_transactions=True).totals
    return {name: rows for name, rows in totals.items() if rows}


if __name__ == "__main__":
    print(run(sys.argv[1], prepare(sys.argv[2])))
