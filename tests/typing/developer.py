"""Only has to type-check: a developer plans a file and applies it. The match over operations is exhaustive."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, assert_never

import polars as pl

import qooper_ingest as qi
from qooper_ingest.testing import apply

SCHEMA = qi.Schema.participants(
    qi.Field(key="skills", label="Skills", type="multi_select", options=("SQL", qi.Option(value="go", label="Go"))),
    clear_word="(none)",
)


class Database(Protocol):
    def insert(self, values: Mapping[str, Any]) -> str: ...
    def update(self, ref: str, values: Mapping[str, Any], *, expected: qi.PersonState) -> bool: ...


def import_people(path: Path, people: pl.LazyFrame, database: Database) -> dict[str, int]:
    directory = qi.Directory.of(people, schema=SCHEMA, version="7")
    plan = qi.plan_import(path, schema=SCHEMA, directory=directory)
    if not plan.can_apply:
        raise RuntimeError([guard.code for guard in plan.summary.guards])
    for batch in plan.operations(size=500):
        for operation in batch:
            apply_one(operation, database)
    return plan.summary.actions


def apply_one(operation: qi.Operation, database: Database) -> bool:
    values = {change.field: change.after for change in operation.changes}
    match operation:
        case qi.Create(row=row, absent_email=email):
            print(row, email)
            return bool(database.insert(values))
        case qi.Update(ref=ref, expected=seen) | qi.ChangeEmail(ref=ref, expected=seen):
            return database.update(ref, values, expected=seen)
        case qi.Suspend() | qi.Reactivate() | qi.Retire():
            return database.update(operation.ref, values, expected=operation.expected)
        case _:
            assert_never(operation)


def sentence(error: qi.IngestError) -> str:
    match error:
        case qi.SourceError():
            return f"{error.code}: {error.message}"
        case qi.UsageError():
            return f"bug: {error.code}"
        case _:
            return str(error)


def in_a_test(plan: qi.Plan, people: list[dict[str, object]]) -> bool:
    after: qi.Directory = apply(plan, qi.Directory.of(people))
    stale: tuple[qi.Stale, ...] = plan.check(after).stale
    return not stale
