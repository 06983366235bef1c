"""A check against a newer directory names exactly the operations that no longer hold, and why, on random small worlds.

The newer directory is the old one after a few operations of the plan and a few changes that somebody else made. What has to
be said of each operation follows from its own preconditions, one by one, in plain Python.
"""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
from hypothesis import given

import qooper_ingest as qi
from cases_support import directory_in, schema_of
from identity_worlds import World
from property.test_identity_laws import (
    acknowledged,
    as_oracle_reads,
    carry_out,
    email_key,
    law,
    operations_of,
    people_of,
    random_order,
    randoms,
    worlds,
)

People = dict[str, dict[str, Any]]


@given(worlds, randoms)
@law
def test_check_names_the_stale_operations_and_their_reasons(world: World, random: Random) -> None:
    before = directory_in(world)
    plan = acknowledged(world, before)
    state = people_of(before)
    for step in list(random_order(plan, random)):
        if random.random() < 0.2:
            for operation in step:
                carry_out(operation, state)
    for _ in range(random.randint(0, 3)):
        meddle(state, plan, random)
    rows = [{**person, "ref": ref} for ref, person in state.items()]
    frame = pl.DataFrame(rows, schema_overrides={"roles": pl.List(pl.String)}, infer_schema_length=None, strict=False)
    said = plan.check(qi.Directory.of(frame, schema=schema_of(world)))
    stale, done = judged(world, plan, state)
    assert {(one.row, set(one.reasons)) == (one.row, stale.get(one.row)) for one in said.stale} <= {True}
    assert sorted(one.row or 0 for one in said.stale) == sorted(stale)
    assert sorted(said.done) == sorted(done)
    assert said.pending == len(operations_of(plan)) - len(stale) - len(done)


def meddle(state: People, plan: qi.Plan, random: Random) -> None:
    """One change by somebody else."""
    operations = operations_of(plan)
    kind = random.choice(("email", "id", "status", "subject", "answer", "remove", "newcomer"))
    if kind == "newcomer":
        wanted = [o.absent_email for o in operations if o.absent_email] + ["stranger@corp.example"]
        ids = [o.absent_id for o in operations if o.absent_id]
        state[f"n{len(state)}"] = {
            "id": random.choice([*ids, *map(str.upper, ids), None]),
            "email": random.choice([*wanted, *(one.upper() for one in wanted if one.isascii())]),
            "status": random.choice(("active", "suspended", "deleted")),
            "roles": [],
            "protected": False,
        }
    elif state:
        ref = random.choice(sorted(state))
        person = state[ref]
        match kind:
            case "remove":
                del state[ref]
            case "email":
                person["email"] = random.choice(("elsewhere@corp.example", person["email"]))
            case "id":
                person["id"] = random.choice(("Z99", person["id"]))
            case "status":
                person["status"] = random.choice(("active", "suspended", "deleted"))
            case "subject":
                person["sso_subject"] = random.choice(("S-1", None))
            case "answer":
                person["department"] = random.choice(("HR", "IT", None))


def judged(world: World, plan: qi.Plan, state: People) -> tuple[dict[int, set[str]], list[int]]:
    """Reasons of the stale operations, and the rows that are done."""
    operations = operations_of(plan)
    ref_of = {o.row: o.ref for o in operations if not isinstance(o, qi.Create)}
    left = {o.row: email_key(o.expected.email) for o in operations if not isinstance(o, qi.Create)}
    file = as_oracle_reads(world)
    reserved = world["options"].get("deleted_email", "reserved") == "reserved"
    holders = {ref: person for ref, person in state.items() if person["status"] != "deleted" or reserved}

    def freed_for(operation: qi.Operation) -> set[str]:
        """Who leaves the address earlier in the plan."""
        first = {a for a, b in plan.dependencies if b == operation.row}
        for group in plan.atomic_groups:
            if operation.row in group:
                first |= {row for row in group if left.get(row) == operation.absent_email}
        return {ref_of[row] for row in first if row in ref_of}

    stale: dict[int, set[str]] = {}
    waits: dict[int, set[str]] = {}
    done: list[int] = []
    for operation in operations:
        assert operation.row is not None
        own = None if isinstance(operation, qi.Create) else operation.ref
        person = state.get(own or "", None)
        if isinstance(operation, qi.Create):
            made = [
                p
                for p in state.values()
                if p["status"] != "deleted" and email_key(p["email"]) == operation.absent_email
            ]
            finished = any(has_all(one, operation) for one in made)
        else:
            finished = person is not None and person["status"] != "deleted" and has_all(person, operation)
        if finished:
            done.append(operation.row)
            continue
        reasons: set[str] = set()
        if not isinstance(operation, qi.Create):
            if person is None or person["status"] == "deleted":
                reasons.add("person_missing")
            elif any(person.get(n) != getattr(operation.expected, n) for n in ("id", "email", "status", "sso_subject")):
                reasons.add("person_changed")
        others = {ref: p for ref, p in holders.items() if ref != own}
        if operation.absent_email is not None:
            taken = {ref for ref, p in others.items() if email_key(p["email"]) == operation.absent_email}
            if taken - freed_for(operation):
                reasons.add("email_taken")
        if operation.absent_id is not None and any(
            p["id"] is not None and file.id_key(p["id"]) == operation.absent_id for p in others.values()
        ):
            reasons.add("id_taken")
        if reasons:
            stale[operation.row] = reasons
        elif operation.absent_email is not None:
            waits[operation.row] = taken
    while stranded := {row for row, whom in waits.items() if any(ref_of.get(one) in whom for one in stale)} - set(
        stale
    ):
        stale |= {row: {"email_taken"} for row in stranded}  # whoever was to free the address stays
    return stale, done


def as_set(answer: Any) -> Any:
    """Several answers of one question have no order."""
    return set(answer) if isinstance(answer, (list, tuple)) else answer


def has_all(person: dict[str, Any], operation: qi.Operation) -> bool:
    """Whether everything that the operation changes is as it makes it."""
    for change in operation.changes:
        now, after = person.get(change.field), change.after
        if change.field == "roles":  # whoever has more of them has these, too
            if not set(after) <= set(now or []):
                return False
        elif as_set(now) != as_set(after):
            return False
    return True
