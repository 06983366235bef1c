"""For hosts' tests and for notebooks: the reference applier.

`apply` does to a directory what a host does to its database, one operation after the other, and checks on the way what a
database would check: nobody ever holds an address or an ID that somebody else holds. It is written to be read, not to be
fast.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from .emails import keys_of
from .errors import UsageError
from .identity import Directory
from .plan import ChangeEmail, Create, Operation, Plan, Receipt

__all__ = ["apply", "apply_with_receipt"]


def apply(plan: Plan, directory: Directory, /) -> Directory:
    """Apply a plan to a directory, all or nothing.

    Args:
        plan: A plan that may be applied.
        directory: The people as they are now; operations whose result is already there are left out.

    Returns:
        The people afterwards. New people get the refs ``new:<row>``.

    Raises:
        UsageError: ``plan_not_applyable`` (a guard is not acknowledged), ``plan_stale`` (the directory has changed since),
            ``plan_breaks_uniqueness`` (which no plan does; the check is there to prove it).

    >>> import qooper_ingest as qi
    >>> people = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
    >>> file = b"Employee ID,Email\\nA1,ann.lee@corp.example\\n"
    >>> plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=people)
    >>> after = apply(plan, people)
    >>> qi.plan_import(file, schema=qi.Schema.participants(), directory=after).summary.actions["unchanged"]
    1
    """
    return apply_with_receipt(plan, directory)[0]


def apply_with_receipt(plan: Plan, directory: Directory, /) -> tuple[Directory, Receipt]:
    """Apply a plan as `apply` does, and write down what became of it, as a host does that wants to undo it later.

    >>> import qooper_ingest as qi
    >>> people = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
    >>> file = b"Employee ID,Email\\nA1,ann.lee@corp.example\\nB2,bob@corp.example\\n"
    >>> plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=people)
    >>> after, receipt = apply_with_receipt(plan, people)
    >>> undone = apply(plan.inverse(receipt), after)
    >>> undone.frame.select("ref", "email", "status").rows()
    [('u1', 'ann@corp.example', 'active'), ('new:3', 'bob@corp.example', 'suspended')]
    """
    if not plan.can_apply:
        raise UsageError(
            "plan_not_applyable", guards=", ".join(g.code for g in plan.summary.guards if not g.acknowledged)
        )
    stale = plan.check(directory)
    if stale:
        raise UsageError("plan_stale", count=len(stale), rows=str(list(stale.rows)[:8]))
    frame = _typed(directory, plan)
    people: dict[str, dict[str, Any]] = {person["ref"]: person for person in frame.to_dicts()}
    done = set(stale.done)
    groups: dict[int, list[Operation]] = {}
    created: dict[int, str] = {}
    for batch in plan.operations():
        for operation in batch:
            if operation.row in done:
                continue
            if operation.group is not None:
                groups.setdefault(operation.group, []).append(operation)
                continue
            ref = _do(operation, people)
            if isinstance(operation, Create) and operation.row is not None:
                created[operation.row] = ref
            _check_unique(people, operation)
    for group in groups.values():
        for operation in group:
            _do(operation, people)
        _check_unique(people, *group)
    rows = [{name: person.get(name) for name in frame.columns} for person in people.values()]
    after = Directory.of(
        pl.DataFrame(rows, schema=frame.schema),
        complete=directory.complete,
        version=directory.version,
        active_people=directory.active_people,
    )
    return after, plan.receipt(created=created, done=stale.done)


def _typed(directory: Directory, plan: Plan) -> pl.DataFrame:
    """The people with every column that the plan's schema knows, typed; columns of the host's own are kept beside them."""
    known, _ = directory.collect(plan.schema)
    frame = directory.frame.collect() if isinstance(directory.frame, pl.LazyFrame) else directory.frame
    return known.hstack(frame.select(name for name in frame.columns if name not in known.columns))


def _do(operation: Operation, people: dict[str, dict[str, Any]]) -> str:
    """Change or make a person; returns the ref."""
    values = {
        change.field: list(change.after) if isinstance(change.after, tuple) else change.after
        for change in operation.changes
    }
    if isinstance(operation, Create):
        ref = f"new:{operation.row}"
        while ref in people:
            ref += "'"
        people[ref] = {"ref": ref, "status": "active", "protected": False, "roles": [], **values}
        return ref
    people[operation.ref].update(values)
    return operation.ref


def _check_unique(people: dict[str, dict[str, Any]], *operations: Operation) -> None:
    """Check what the operations have just given away; only their keys can be new."""
    live = [person for person in people.values() if person.get("status") != "deleted"]
    moved = [o for o in operations if isinstance(o, (Create, ChangeEmail))]
    if moved:
        wanted = {operation.absent_email for operation in moved}
        keys = keys_of(pl.Series([person.get("email") for person in live], dtype=pl.String))["key"]
        held = keys.filter(keys.is_in([key for key in wanted if key is not None]))
        if held.n_unique() < held.len():
            raise UsageError("plan_breaks_uniqueness", key="e-mail")
    ids = {operation.absent_id for operation in operations if operation.absent_id is not None}
    for one in ids:
        if sum(person.get("id") == one for person in live) > 1:
            raise UsageError("plan_breaks_uniqueness", key="ID")
