"""A host with a real database: people in one table, the keys UNIQUE, operations applied by statements.

The host keeps what a host keeps: the address as it is and its key beside it, the ID as it is and as it compares. Two partial
unique indexes guard the keys of the people who are not deleted; the database, not the test, says when one is broken.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from random import Random
from typing import Any, Protocol

import polars as pl

import qooper_ingest as qi
from cases_support import QUESTIONS, schema_of
from qooper_ingest.emails import keys_of

__all__ = ["COLUMNS", "TABLE", "Connection", "apply_step", "directory_from", "fill", "steps_of"]

COLUMNS = (
    "ref",
    "id",
    "id_key",
    "email",
    "email_key",
    "status",
    "sso_subject",
    "roles",
    "protected",
    "status_locked",
    "first_name",
    "last_name",
    "department",
    *(field.key for field in QUESTIONS),
)

#: The host's schema: every question that a world may have.
SCHEMA = schema_of({"schema": {}})

TABLE = """
create table people (
    ref text primary key, id text, id_key text, email text, email_key text, status text not null, sso_subject text,
    roles text not null, protected integer not null, status_locked integer not null, first_name text, last_name text,
    department text, skills text, level real, joined text, remote integer, track text, town text, motto text);
create unique index one_address on people (email_key) where status <> 'deleted';
create unique index one_id on people (id_key) where status <> 'deleted';
"""


class Connection(Protocol):
    """What SQLite's and PostgreSQL's connections have in common, behind one placeholder style."""

    def run(self, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Execute one statement; ``?`` marks values."""
        ...


def id_key(text: str | None, *, insensitive: bool) -> str | None:
    return text.lower() if text is not None and insensitive else text


def email_key(text: str | None) -> str | None:
    return keys_of(pl.Series([text], dtype=pl.String))["key"][0]


def fill(connection: Connection, people: list[dict[str, Any]], *, insensitive: bool) -> None:
    """Put the people of a world into the table, leaving out whom the constraints would not let in."""
    emails: set[Any] = {None}
    ids: set[Any] = set()
    for person in people:
        profile = person.get("profile", {})
        row = {
            "ref": person["key"],
            **{name: person.get(name) for name in ("id", "email", "status", "sso_subject")},
            "id_key": id_key(person.get("id"), insensitive=insensitive),
            "email_key": email_key(person.get("email")),
            "roles": json.dumps(person.get("roles") or []),
            "protected": int(person.get("protected", False)),
            "status_locked": int(person.get("status_locked", False)),
            **{field.key: stored(profile.get(field.key)) for field in SCHEMA.profile},
        }
        if row["status"] != "deleted" and (row["email_key"] in emails or row["id_key"] in ids):
            continue
        if row["status"] != "deleted":
            emails.add(row["email_key"])
            ids |= {row["id_key"]} - {None}
        insert(connection, row)


def stored(answer: Any) -> Any:
    """An answer as a column holds it: lists as JSON, dates as text, yes and no as numbers."""
    match answer:
        case list() | tuple():
            return json.dumps(answer)
        case dt.date():
            return answer.isoformat()
        case bool():
            return int(answer)
    return answer


def answered(key: str, held: Any) -> Any:
    """The answer that a column holds."""
    match key:
        case "skills" if held is not None:
            return json.loads(held)
        case "joined" if held is not None:
            return dt.date.fromisoformat(held)
        case "remote" if held is not None:
            return bool(held)
    return held


def insert(connection: Connection, row: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(COLUMNS))
    connection.run(f"insert into people ({', '.join(COLUMNS)}) values ({marks})", [row.get(name) for name in COLUMNS])


def directory_from(connection: Connection) -> qi.Directory:
    rows = [
        dict(zip(COLUMNS, values, strict=True))
        for values in connection.run(f"select {', '.join(COLUMNS)} from people order by ref")
    ]
    people = [
        {name: answered(name, value) for name, value in row.items()}
        | {"roles": json.loads(row["roles"]), "protected": bool(row["protected"])}
        | {"status_locked": bool(row["status_locked"])}
        for row in rows
    ]
    return qi.Directory.of(people, schema=SCHEMA)


def steps_of(plan: qi.Plan, random: Random) -> list[list[qi.Operation]]:
    """One transaction each, in a random order that respects ``before``; an atomic group is one transaction."""
    steps: dict[object, list[qi.Operation]] = {}
    for batch in plan.operations():
        for operation in batch:
            name: object = ("group", operation.group) if operation.group is not None else operation.row
            if operation.row is None:  # what follows from absence has no row
                assert isinstance(operation, qi.Suspend)
                name = ("absent", operation.ref)
            steps.setdefault(name, []).append(operation)
    waits: dict[object, set[object]] = {name: set() for name in steps}
    step_of = {operation.row: name for name, step in steps.items() for operation in step}
    for first, then in plan.dependencies:
        waits[step_of[then]].add(step_of[first])
    order: list[list[qi.Operation]] = []
    while waits:
        name = random.choice([name for name, others in waits.items() if not others & waits.keys()])
        del waits[name]
        order.append(steps[name])
    return order


def apply_step(connection: Connection, step: list[qi.Operation], *, insensitive: bool) -> None:
    """Apply one operation or one atomic group. Neither database defers a unique index: members of a group step aside first."""
    if len(step) > 1:
        for operation in step:
            assert not isinstance(operation, qi.Create)
            connection.run("update people set email_key = ? where ref = ?", [f"\n{operation.ref}", operation.ref])
    for operation in step:
        values = {change.field: stored(change.after) for change in operation.changes}
        assert set(values) <= {*(field.key for field in SCHEMA.fields), "roles"}
        if "email" in values:
            values["email_key"] = operation.absent_email
        if "id" in values:
            values["id_key"] = operation.absent_id
            assert operation.absent_id == id_key(str(values["id"]), insensitive=insensitive)
        if isinstance(operation, qi.Create):
            blank = {"status": "active", "roles": "[]", "protected": 0, "status_locked": 0}
            insert(connection, {"ref": f"new:{operation.row}", **blank, **values})
            continue
        assigned = ", ".join(f"{name} = ?" for name in values)
        connection.run(f"update people set {assigned} where ref = ?", [*values.values(), operation.ref])
