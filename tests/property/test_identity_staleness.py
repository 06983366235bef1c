"""A check against a newer directory agrees with planning again, on random small worlds.

The newer directory is the old one after a few operations of the plan and a few changes that somebody else made. An operation
is stale exactly where a new plan does not repeat it and its result is not there already; which of its preconditions fail is
found in plain Python, one by one.
"""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
from hypothesis import given

import qooper_ingest as qi
from cases_support import directory_in, plan_of, schema_of
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
    newer = qi.Directory.of(frame, schema=schema_of(world))
    said = plan.check(newer)
    failing, done = judged(world, plan, state)
    again = {operation.row: comparable(operation) for operation in operations_of(acknowledged(world, newer))}
    left = {
        line["row"]: line["ref"] for line in plan_of(world, newer).frame.to_dicts() if line["action"] == "unchanged"
    }
    mine = {operation.row: operation for operation in operations_of(plan)}
    nothing_left = {row for row, one in mine.items() if row in left and getattr(one, "ref", left[row]) == left[row]}
    done = set(done) | nothing_left
    repeated = {row for row, one in mine.items() if again.get(row) == comparable(one)}
    stale = set(mine) - done - repeated
    for row in set(failing) - done - stale:
        assert failing[row] == {"email_taken"}, "the new plan frees it first, by an operation that this plan has not"
        stale.add(row)
    while stranded := {b for a, b in waiting(plan, state) if a in stale and b not in stale | done}:
        stale |= stranded  # whoever was to free the address stays
        failing |= {row: failing.get(row, set()) | {"email_taken"} for row in stranded}
    assert {one.row for one in said.stale} == stale
    assert set(said.done) == done
    assert said.pending == len(mine) - len(stale) - len(done)
    for one in said.stale:
        assert set(one.reasons) - {"email_taken"} == (failing.get(one.row) or {"decided_otherwise"}) - {"email_taken"}
        assert "email_taken" in one.reasons or "email_taken" not in failing.get(one.row, ())


def waiting(plan: qi.Plan, state: People) -> list[tuple[int, int]]:
    """Pairs of rows: the address that the second takes is still held by the person of the first, who is to leave it."""
    known = {o.row: o for o in operations_of(plan) if not isinstance(o, qi.Create)}
    takes = {o.row: o.absent_email for o in operations_of(plan) if o.absent_email is not None}
    pairs = [*plan.dependencies, *((a, b) for group in plan.atomic_groups for a in group for b in group if a != b)]
    return [
        (a, b)
        for a, b in pairs
        if a in known and b in takes and email_key(state.get(known[a].ref, {}).get("email")) == takes[b]
    ]


def comparable(operation: qi.Operation) -> Any:
    """What makes an operation the same one; notes, groups and dependencies do not."""
    seen = None if isinstance(operation, qi.Create) else operation.expected
    return (
        type(operation),
        getattr(operation, "ref", None),
        (seen.id, seen.email, seen.status, seen.sso_subject) if seen is not None else None,
        {change.field: (as_set(change.before), as_set(change.after)) for change in operation.changes},
    )


def meddle(state: People, plan: qi.Plan, random: Random) -> None:
    """One change by somebody else."""
    operations = operations_of(plan)
    kind = random.choice(
        ("email", "id", "status", "subject", "answer", "remove", "newcomer", "protect", "lock", "role", "variant")
    )
    if kind == "newcomer":
        wanted = [o.absent_email for o in operations if o.absent_email] + ["stranger@corp.example"]
        ids = [o.absent_id for o in operations if o.absent_id]
        state[f"n{len(state)}"] = {
            "id": random.choice([*ids, *map(str.upper, ids), None]),
            "email": random.choice([*wanted, *(one.upper() for one in wanted if one.isascii())]),
            "status": random.choice(("active", "suspended", "deleted")),
            "roles": [],
            "protected": False,
            "sso_subject": random.choice([*ids, None, None]),
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
            case "protect":
                person["protected"] = True
            case "lock":
                person["status_locked"] = True
            case "role":
                person["roles"] = random.choice((["mentor"], ["mentee"], []))
            case "variant":
                person["id"] = random.choice(variants(operations) or [person["id"]])


def variants(operations: list[qi.Operation]) -> list[str]:
    """IDs that the plan gives, with other case or zeros."""
    given = [operation.absent_id for operation in operations if operation.absent_id]
    return [made for one in given for made in ("0" + one, one.lower(), one.lstrip("0")) if made not in ("", one)]


def judged(world: World, plan: qi.Plan, state: People) -> tuple[dict[int, set[str]], list[int]]:
    """The preconditions that fail, by the words of the documentation, and the rows whose result is there."""
    operations = operations_of(plan)
    ref_of = {o.row: o.ref for o in operations if not isinstance(o, qi.Create)}
    left = {o.row: email_key(o.expected.email) for o in operations if not isinstance(o, qi.Create)}
    file = as_oracle_reads(world)
    reserved = world["options"].get("deleted_email", "reserved") == "reserved"
    holders = {ref: person for ref, person in state.items() if person["status"] != "deleted" or reserved}

    def key_of_id(text: str | None) -> str | None:
        return file.id_key(text) if text else None

    def freed_for(operation: qi.Operation) -> set[str]:
        """Who leaves the address earlier in the plan."""
        first = {a for a, b in plan.dependencies if b == operation.row}
        for group in plan.atomic_groups:
            if operation.row in group:
                first |= {row for row in group if left.get(row) == operation.absent_email}
        return {ref_of[row] for row in first if row in ref_of}

    stale: dict[int, set[str]] = {}
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
            else:
                if any(
                    person.get(n) != getattr(operation.expected, n) for n in ("id", "email", "status", "sso_subject")
                ):
                    reasons.add("person_changed")
                if person.get("protected"):
                    reasons.add("person_protected")
                if operation.expected.status_locked is False and person.get("status_locked"):
                    reasons.add("status_locked")
                profile = [c for c in operation.changes if c.field not in ("id", "email", "status")]
                if any(as_set(person.get(c.field)) != as_set(c.before) for c in profile):
                    reasons.add("answer_changed")
        others = {ref: p for ref, p in state.items() if ref != own}
        live = {ref: p for ref, p in others.items() if p["status"] != "deleted"}
        if operation.absent_email is not None:
            taken = {
                ref for ref, p in others.items() if ref in holders and email_key(p["email"]) == operation.absent_email
            }
            if taken - freed_for(operation):
                reasons.add("email_taken")
        if operation.absent_id is not None and any(key_of_id(p["id"]) == operation.absent_id for p in live.values()):
            reasons.add("id_taken")
        elif operation.absent_id_fold is not None and any(
            folded(key_of_id(p["id"])) == operation.absent_id_fold for p in others.values() if p["id"]
        ):
            reasons.add("id_variant_taken")
        if operation.absent_subject is not None and any(
            key_of_id(p.get("sso_subject")) == operation.absent_subject for p in live.values()
        ):
            reasons.add("subject_taken")
        if reasons:
            stale[operation.row] = reasons
    return stale, done


def folded(key: str | None) -> str | None:
    return key.lower().lstrip("0") if key is not None else None


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
