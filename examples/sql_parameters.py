"""A plan's operations as SQL statements with named parameters, one statement per operation: for a host with a plain connection.

The table ``people`` has ``ref``, ``id``, ``email``, ``email_key`` (null for deleted people; unique), ``status``, ``sso_subject``, ``roles``,
``protected``, ``status_locked``, a column for each field, and the generated column ``lookup_id`` of `qi.Lookup.sql`. Lists are JSON texts, dates ISO texts. Parameters are written
``:name``, as sqlite3 and SQLAlchemy's ``text`` take them.

Every precondition of an operation is in its ``WHERE`` clause, so that a statement changes one row or none. None means that the operation does
not hold any more (or is done already): write that down for the receipt, never apply it otherwise. Statements come in the plan's order,
which keeps addresses and IDs unique at each step. People who swap addresses need a constraint that is checked later; ``examples/host``
shows that, and how to apply thousands of operations set by set.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import qooper_ingest as qi

__all__ = ["statements"]


def statements(plan: qi.Plan, /) -> Iterator[tuple[qi.Operation, str, dict[str, Any]]]:
    """Yield the operations of a plan, each with its statement and parameters.

    The ref of a new person is the host's to give: fill in the parameter ``ref``.

    Raises:
        ValueError: The plan has atomic groups.
    """
    if plan.atomic_groups:
        raise ValueError("one statement cannot apply an atomic group: plan without allow_email_cycles")
    for batch in plan.operations():
        for operation in batch:
            yield operation, *_statement(operation)


def _statement(operation: qi.Operation) -> tuple[str, dict[str, Any]]:
    after = {f"new_{change.field}": _stored(change.after) for change in operation.changes}
    columns = {change.field: f":new_{change.field}" for change in operation.changes}
    if isinstance(operation, qi.Create) and "status" not in columns:
        columns["status"], after["new_status"] = ":new_status", "active"
    if any(change.field == "email" for change in operation.changes):
        columns["email_key"], after["email_key"] = ":email_key", operation.absent_email
    conditions, parameters = _absences(operation)
    if isinstance(operation, qi.Create):
        names, values = ", ".join(("ref", *map(_name, columns))), ", ".join((":ref", *columns.values()))
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"INSERT INTO people ({names}) SELECT {values}{where}", {**after, **parameters, "ref": None}
    seen = operation.expected
    before: dict[str, Any] = {
        "id": seen.id,
        "email": seen.email,
        "status": seen.status,
        "sso_subject": seen.sso_subject,
    }
    before |= {"roles": _stored(seen.roles)} if seen.roles is not None else {}
    before |= {change.field: _stored(change.before) for change in operation.changes}
    conditions = ["protected IS NOT TRUE", *conditions]
    conditions += ["status_locked IS NOT TRUE"] if seen.status_locked is False else []
    conditions = ["ref = :ref", *(f"{_name(field)} IS NOT DISTINCT FROM :old_{field}" for field in before), *conditions]
    assigned = ", ".join(f"{_name(column)} = {value}" for column, value in columns.items())
    parameters |= {**after, "ref": operation.ref, **{f"old_{field}": value for field, value in before.items()}}
    return f"UPDATE people SET {assigned} WHERE {' AND '.join(conditions)}", parameters


def _absences(operation: qi.Operation) -> tuple[list[str], dict[str, Any]]:
    """The keys that nobody else may hold, as conditions."""
    keys = {
        "email_key": operation.absent_email,
        "id": operation.absent_id,
        "lookup_id": operation.absent_id_fold,
        "sso_subject": operation.absent_subject,
    }
    held = {column: key for column, key in keys.items() if key is not None}
    other = "" if isinstance(operation, qi.Create) else " AND ref <> :ref"
    live = {"id": " AND status <> 'deleted'"}
    conditions = [
        f"NOT EXISTS (SELECT 1 FROM people WHERE {column} = :absent_{column}{live.get(column, '')}{other})"
        for column in held
    ]
    return conditions, {f"absent_{column}": key for column, key in held.items()}


def _name(column: str) -> str:
    """A column, quoted: keys of fields are words of letters, digits and underscores, but may be words of SQL."""
    return f'"{column}"'


def _stored(value: Any) -> Any:
    if isinstance(value, tuple):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, dt.date) else value
