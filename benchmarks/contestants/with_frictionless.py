"""Only the checking of cells, by frictionless: python with_frictionless.py PEOPLE.csv DIRECTORY.parquet (not read)."""

from __future__ import annotations

import os
import sys

from frictionless import Resource, Schema, validate

CHECKS = "every cell against a table schema: type, format of the address, allowed values, uniqueness of the ID; its own detection of encoding and dialect"
LEAVES_OUT = (
    "the stored people (nothing is compared and nothing planned), several answers in a cell, identities, guards"
)

FIELDS = [
    {"name": "User ID", "type": "string", "constraints": {"unique": True}},
    {"name": "E-mail", "type": "string", "format": "email", "constraints": {"required": True}},
    {"name": "First name", "type": "string"},
    {"name": "Last name", "type": "string"},
    {"name": "Status", "type": "string", "constraints": {"enum": ["active", "suspended"]}},
    {"name": "Department", "type": "string"},
    {"name": "Office", "type": "string"},
    {"name": "Start date", "type": "date"},
    {"name": "Seniority", "type": "string", "constraints": {"enum": ["Junior", "Mid-level", "Senior", "Lead"]}},
    {"name": "Skills", "type": "string"},
]


def prepare(_directory: str) -> None:
    return None


def run(people: str, _stored: None) -> dict[str, int]:
    folder, name = os.path.split(people)
    resource = Resource(path=name, basepath=folder, schema=Schema.from_descriptor({"fields": FIELDS}))
    report = validate(resource, limit_errors=1_000_000)
    assert report.tasks[0].stats["rows"]
    return {"rows": report.tasks[0].stats["rows"], "errors": report.stats["errors"]}


if __name__ == "__main__":
    print(run(sys.argv[1], prepare(sys.argv[2])))
