"""The plan, by the library: python ours.py PEOPLE.csv DIRECTORY.parquet."""

from __future__ import annotations

import sys
from dataclasses import replace

import polars as pl

import qooper_ingest as qi

CHECKS = (
    "everything that the library checks: encoding, dialect and header detected, columns mapped, every cell typed, addresses validated, "
    "options and status words recognised, identities decided, guards against mass changes, typed operations with preconditions"
)
LEAVES_OUT = (
    "nothing is said about the file beforehand; the deliverability of addresses is not asked for (nobody here does)"
)

SCHEMA = qi.Schema.participants(
    qi.Field(key="department", label="Department"),
    qi.Field(key="office", label="Office", type="location"),
    qi.Field(key="start_date", label="Start date", type="date"),
    qi.Field(key="seniority", label="Seniority", type="select", options=["Junior", "Mid-level", "Senior", "Lead"]),
    qi.Field(
        key="skills", label="Skills", type="multi_select",
        options=["SQL", "Python", "Data analysis", "Public speaking", "Facilitation", "UX research"],
    ),
)  # fmt: skip

#: The largest of the files is longer than the default limit by a little.
LIMITS = replace(qi.DEFAULT_LIMITS, file_bytes=1 << 30)


def prepare(directory: str) -> pl.DataFrame:
    return pl.read_parquet(directory)


def run(people: str, stored: pl.DataFrame) -> dict[str, int]:
    known = qi.Directory.of(stored, schema=SCHEMA)
    plan = qi.plan_import(people, schema=SCHEMA, directory=known, limits=LIMITS)
    assert all(plan.summary.actions[action] for action in ("update", "change_email", "create", "unchanged"))
    return {action: rows for action, rows in plan.summary.actions.items() if rows}


if __name__ == "__main__":
    print(run(sys.argv[1], prepare(sys.argv[2])))
