"""A plan and its inverse, on random small worlds: what is undone, what is left alone, and in which order."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given

import oracle
import qooper_ingest as qi
from cases_support import acknowledged, directory_in, schema_of
from identity_worlds import World, moving_world
from property.test_identity_laws import (
    carry_out,
    email_key,
    law,
    operations_of,
    people_of,
    random_order,
    randoms,
    worlds,
)
from qooper_ingest.testing import apply, apply_with_receipt

People = dict[str, dict[str, Any]]


def as_compared(directory: qi.Directory) -> People:
    """People by ref, without whitespace around IDs and addresses, which a plan does not see; lists have no order."""
    people = people_of(directory)
    for person in people.values():
        for name in ("id", "email", "sso_subject"):
            person[name] = oracle.trim(person[name] or "") or None
        for name, value in person.items():
            if isinstance(value, list):
                person[name] = sorted(set(value))
    return people


def snapshot(world: World) -> qi.Plan:
    """The plan of the world as a full snapshot that suspends whoever is absent."""
    return acknowledged(world, full_snapshot=True, absent="suspend", thresholds=qi.Thresholds(max_suspensions=10**6))


@given(worlds)
@law
def test_a_plan_and_its_inverse_leave_everything_as_it_was_but_for_new_people(world: World) -> None:
    people = directory_in(world)
    for plan in (acknowledged(world, people), snapshot(world)):
        if not plan.can_apply:
            continue
        after, receipt = apply_with_receipt(plan, people)
        inverse = plan.inverse(receipt)
        assert not inverse.check(after)
        undone, before = as_compared(apply(inverse, after)), as_compared(people)
        created = {one.ref for one in receipt.created}
        assert {ref: undone[ref] for ref in before} == before
        assert set(undone) - set(before) == created
        assert all(undone[ref]["status"] == "suspended" for ref in created)
        assert len(created) == plan.summary.actions["create"]


@given(worlds)
@law
def test_new_people_are_taken_away_where_the_host_does_that(world: World) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    after, receipt = apply_with_receipt(plan, people)
    inverse = plan.inverse(receipt, created="retire")
    retired = {one.ref for one in operations_of(inverse) if isinstance(one, qi.Retire)}
    assert retired == {one.ref for one in receipt.created}
    undone = as_compared(apply(inverse, after))
    assert {ref: person for ref, person in undone.items() if ref not in retired} == as_compared(people)
    assert all(undone[ref]["status"] == "deleted" for ref in retired)
    frame = after.frame
    assert isinstance(frame, pl.DataFrame)
    without = qi.Directory.of(frame.filter(~pl.col("ref").is_in(list(retired))), schema=schema_of(world))
    assert not [one for one in inverse.check(without) if one.ref in retired], "whoever is gone already is done"


@given(worlds)
@law
def test_the_inverse_of_an_inverse_is_the_plan(world: World) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    after, receipt = apply_with_receipt(plan, people)
    inverse = plan.inverse(receipt)
    undone, second = apply_with_receipt(inverse, after)
    again = inverse.inverse(second)
    stale = again.check(undone)
    assert {reason for one in stale for reason in one.reasons} <= {
        "id_variant_taken"
    }  # what a person had decided is not kept
    if not stale:
        assert as_compared(apply(again, undone)) == as_compared(after)
    assert again.inverse_of == inverse.fingerprint
    assert inverse.inverse_of == plan.fingerprint


@given(worlds, randoms)
@law
def test_an_inverse_touches_nobody_whom_somebody_has_changed_since(world: World, random: Random) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    after, receipt = apply_with_receipt(plan, people)
    state = people_of(after)
    edited = set()
    for ref in [one for one in state if random.random() < 0.5]:
        edited |= {ref} if edit(state[ref], plan, random) else set()
    rows = list(state.values())
    frame = pl.DataFrame(rows, schema_overrides={"roles": pl.List(pl.String)}, infer_schema_length=None, strict=False)
    newer = qi.Directory.of(frame, schema=schema_of(world))
    inverse = plan.inverse(receipt)
    check = inverse.check(newer)
    mine = {one.ref: one for one in operations_of(inverse) if not isinstance(one, qi.Create)}
    stale = {one.ref for one in check}
    done = {one.ref for one in mine.values() if one.row in check.done}
    assert edited & set(mine) <= stale | done
    waiting = {one.ref for one in check if set(one.reasons) & {"email_taken", "person_missing"}}
    assert stale - edited <= waiting, "nobody else is stale but for an address that stays taken"


def edit(person: dict[str, Any], plan: qi.Plan, random: Random) -> bool:
    """Somebody changes a person, in a way that the plan's operations can see; whether anything is different."""
    before = dict(person)
    seen = ("email", "status", "sso_subject", "id")
    match random.choice((*seen, "answers")):
        case "email":
            person["email"] = f"moved.{random.randint(0, 99)}@corp.example"
        case "status":
            person["status"] = random.choice(("active", "suspended"))
        case "sso_subject":
            person["sso_subject"] = random.choice(("S-9", person["sso_subject"]))
        case "id":
            person["id"] = f"Q{random.randint(100, 199)}"
        case _:
            changed = {
                c.field for o in operations_of(plan) if getattr(o, "ref", None) == person["ref"] for c in o.changes
            }
            if "department" in changed and isinstance(person.get("department"), str):
                person["department"] += " and more"
    return person != before


@given(worlds, randoms)
@law
def test_any_order_that_respects_the_dependencies_of_an_inverse_keeps_addresses_unique(
    world: World, random: Random
) -> None:
    for one in (world, moving_world(random)):
        people = directory_in(one)
        plan = acknowledged(one, people)
        after, receipt = apply_with_receipt(plan, people)
        inverse = plan.inverse(receipt)
        state = people_of(after)
        for step in random_order(inverse, random):
            for operation in step:
                carry_out(operation, state)
            held = [email_key(person["email"]) for person in state.values() if person["status"] != "deleted"]
            for operation in step:
                assert operation.absent_email is None or held.count(operation.absent_email) == 1


@given(worlds, randoms)
@law
def test_what_was_not_applied_is_not_undone(world: World, random: Random) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    waits = {b: a for a, b in plan.dependencies}
    grouped = {row for group in plan.atomic_groups for row in group}
    refused: dict[int | str, str] = {}
    state = people_of(people)
    created: dict[int, str] = {}
    for step in random_order(plan, random):
        for operation in step:
            assert operation.row is not None
            if waits.get(operation.row) in refused or (operation.row not in grouped and random.random() < 0.4):
                refused[operation.row] = "email_taken"
                continue
            carry_out(operation, state)
            if isinstance(operation, qi.Create):
                created[operation.row] = f"new:{operation.row}"
    receipt = plan.receipt(created=created, refused=refused)
    inverse = plan.inverse(receipt)
    rows = {one.row for one in operations_of(inverse)}
    assert not rows & set(refused)
    assert receipt.applied == len(operations_of(plan)) - len(refused)
    told = inverse.frame.filter(pl.col("info").list.contains("undo_not_applied"))["row"]
    assert set(told) == set(refused)
    assert set(inverse.frame["row"]) == {one.row for one in operations_of(plan)}


@given(worlds)
@law
def test_a_saved_inverse_is_loaded_equal(world: World) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    inverse = plan.inverse(apply_with_receipt(plan, people)[1])
    file = io.BytesIO()
    inverse.save(file)
    loaded = qi.Plan.load(file.getvalue())
    assert loaded == inverse
    assert loaded.fingerprint == inverse.fingerprint
    for row in inverse.frame["row"].head(1):
        with pytest.raises(qi.UsageError, match="an inverse plan has no rows to decide"):
            loaded.decide(row, "skip")
