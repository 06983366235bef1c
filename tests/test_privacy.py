"""No cell in a `repr`, a `str`, an exception, a pickled exception or a warning: a planted secret is looked for in all of them."""

from __future__ import annotations

import io
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest.corrections import CellCorrection, OptionAlias
from qooper_ingest.testing import apply

SECRET = "s3cr3t"
EMAIL = f"{SECRET}@corp.example"
OTHER = f"other.{SECRET}@corp.example"

SCHEMA = qi.Schema.participants(
    qi.Field(key="skills", label="Skills", type="multi_select", options=["SQL", "Go"]),
    qi.Field(key="about", label="About", type="long_text"),
    qi.Field(key="born", label="Born", type="date"),
)
PEOPLE = qi.Directory.of(
    [
        {
            "ref": "u1",
            "id": "A1",
            "email": EMAIL,
            "first_name": SECRET,
            "last_name": "Lee",
            "skills": ["SQL"],
            "about": SECRET,
        },
        {"ref": "u2", "id": "A2", "email": f"two.{SECRET}@corp.example", "first_name": SECRET, "last_name": "Orr"},
    ],
    schema=SCHEMA,
)
ROWS: list[list[object]] = [
    ["User ID", "E-mail", "First name", "Last name", "Status", "Skills", "About", "Born"],
    ["A1", OTHER, SECRET, "Lee", None, f"SQL; {SECRET}", f"{SECRET} {SECRET}", f"{SECRET}"],
    ["A2", f"{SECRET} at corp", SECRET, SECRET, SECRET, SECRET, SECRET, SECRET],
    [SECRET + "\u200b" + SECRET, EMAIL, SECRET, SECRET, None, None, None, None],
    ["A9", f"new.{SECRET}@corp.example", SECRET, SECRET, None, "SQL", SECRET, "2001-02-03"],
]


def walk() -> dict[str, Any]:
    """Every public value that holds something of the file or of the people, on one road."""
    workbook = qi.Workbook.of_rows(ROWS, name="People")
    sheet = workbook.sheet()
    guess = qi.detect_header(sheet, schema=SCHEMA)
    table = sheet.table(header_row=1)
    mapping = qi.suggest_mapping(table, SCHEMA, directory=PEOPLE)
    given = qi.ColumnMapping.of(
        table, {field.key: field.title for field in SCHEMA.fields if field.title in table.labels}
    )
    separator = qi.detect_separator(table, given, SCHEMA)
    cells = qi.split(table.frame["F"], separator=";", options=SCHEMA.fields[6].options)
    records = qi.apply_mapping(table, given, SCHEMA, conventions=qi.Conventions(separator=";"))
    plan = qi.resolve(records, PEOPLE)
    operations = [operation for batch in plan.operations() for operation in batch]
    later = qi.Directory.of([{"ref": "u9", "email": OTHER}], schema=SCHEMA)
    corrections = (
        CellCorrection(row=3, column="B", was=SECRET, value=EMAIL),
        OptionAlias(field="skills", text=SECRET, option="SQL"),
    )
    values: dict[str, Any] = {
        "source": qi.Source.of(SECRET.encode(), name="people.csv"),
        "workbook": workbook, "sheet": sheet, "data": sheet.data, "guess": guess, "table": table, "mapping": mapping,
        "given": given, "binding": given.bindings[0], "separator": separator, "split": cells, "records": records,
        "directory": PEOPLE, "plan": plan, "summary": plan.summary, "issues": plan.issues, "staleness": plan.check(later),
        "choices": qi.Choices(mapping=given, corrections=corrections), "correction": corrections[0], "alias": corrections[1],
        "policy": qi.Policy(role="mentee"),
    }  # fmt: skip
    values |= {f"issue {at}": issue for at, issue in enumerate(plan.issues.page(0, 50))}
    values |= {f"operation {at}": operation for at, operation in enumerate(operations)}
    values |= {f"change {at}": operation.changes[0] for at, operation in enumerate(operations)}
    values |= {f"expected {at}": getattr(o, "expected", None) for at, o in enumerate(operations)}
    return values


VALUES = walk()


def test_the_secret_is_in_what_the_values_hold() -> None:
    assert any(SECRET in line for line in VALUES["plan"].to_jsonl())
    assert any(SECRET in (issue.value or "") for issue in VALUES["issues"].page())
    assert VALUES["records"].frame.height == 4
    assert len([name for name in VALUES if name.startswith("operation")]) >= 2


@pytest.mark.parametrize("name", list(VALUES))
def test_no_value_shows_a_cell(name: str) -> None:
    value = VALUES[name]
    assert SECRET not in repr(value)
    assert SECRET not in str(value)
    assert SECRET not in f"{value}"
    assert SECRET not in repr([value])


def test_issues_without_text_of_the_file_are_at_hand() -> None:
    redacted = VALUES["issues"].redacted()
    assert len(redacted) == len(VALUES["issues"])
    assert all(SECRET not in issue.message for issue in redacted.page(0, 100))


class Broken(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(f"{SECRET} is broken")


def stale() -> Any:
    later = qi.Directory.of(
        [{"ref": "u1", "id": "A1", "email": f"moved.{SECRET}@corp.example", "status": "active"}], schema=SCHEMA
    )
    return apply(VALUES["plan"], later)


FAILURES: dict[str, Callable[[], Any]] = {
    "file object": lambda: qi.read_workbook(Broken(b"x")),
    "pdf": lambda: qi.read_workbook(b"%PDF-1.7 " + SECRET.encode()),
    "xml cut short": lambda: qi.read_workbook(f"<people><p><email>{EMAIL}</email></p><p>{SECRET}".encode()),
    "xml not well-formed": lambda: qi.read_workbook(f"<people><p>{SECRET}</q></people>".encode()),
    "login page": lambda: qi.read_workbook(f"<html><body><form>{SECRET}</form></body></html>".encode()),
    "zip": lambda: qi.read_workbook(b"PK\x03\x04" + SECRET.encode() * 9),
    "schema": lambda: qi.Schema.from_json(f'{{"fields": [{{"key": "{SECRET} x"}}]}}'),
    "schema json": lambda: qi.Schema.from_json(f"{{{SECRET}"),
    "choices": lambda: qi.Choices.from_json(f'{{"sheet": ["{SECRET}"], "header_rows": "{SECRET}"}}'),
    "choices json": lambda: qi.Choices.from_json(f"{{{SECRET}"),
    "mapping json": lambda: qi.ColumnMapping.from_json(f"{{{SECRET}"),
    "policy": lambda: qi.Policy(mode=SECRET),  # type: ignore[arg-type]
    "cell": lambda: qi.Workbook.of_rows([[object(), SECRET]]),
    "directory status": lambda: qi.Directory.of([{"ref": "u1", "email": EMAIL, "status": SECRET}]),
    "directory refs": lambda: qi.Directory.of([{"ref": SECRET, "email": EMAIL}] * 2),
    "directory type": lambda: qi.Directory.of(pl.DataFrame({"ref": ["u1"], "email": [EMAIL], "born": [SECRET]}), schema=SCHEMA),
    "directory of what": lambda: qi.Directory.of(SECRET),
    "plan": lambda: qi.Plan.load(SECRET.encode()),
    "table": lambda: qi.Table.load(SECRET.encode()),
    "stale": stale,
    "no e-mail": lambda: qi.plan_import(f"Colour\n{SECRET}\n".encode(), schema=SCHEMA, directory=PEOPLE),
}  # fmt: skip


@pytest.mark.parametrize("name", list(FAILURES))
def test_no_exception_shows_a_cell(name: str) -> None:
    with pytest.raises(qi.IngestError) as caught:
        FAILURES[name]()
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.code, str(again)) == (type(error), error.code, str(error))
    if name in ("schema", "policy"):
        return  # names that the caller's own code gave may be told: they are no cells
    shown = "".join(traceback.format_exception(error)[-1:]) + repr(error) + str(error) + str(error.params)
    assert SECRET not in shown
    assert SECRET.encode() not in pickle.dumps(error)
    assert len(str(error).encode()) < 2048
