"""What people decide and what absence means keeps the laws, too: on random small worlds with random answers."""

from __future__ import annotations

from random import Random

import polars as pl
from hypothesis import given

import oracle
import qooper_ingest as qi
from cases_support import acknowledged, directory_in, suspended_by_absence
from identity_worlds import ANSWERS_OF_PEOPLE, World
from property.test_identity_laws import (
    BLOCKED,
    as_oracle_reads,
    carry_out,
    holders,
    law,
    names_them,
    operations_of,
    people_of,
    planned,
    random_order,
    randoms,
    worlds,
)
from qooper_ingest.testing import apply


def decided(world: World, random: Random) -> qi.Plan:
    """The plan after somebody has answered most of its conflicts, sensibly or not, and accepted every guard."""
    open_rows = planned(world).frame.filter(pl.col("action") == "conflict")
    answers = tuple(
        qi.Decision(row=row, answer=random.choice(ANSWERS_OF_PEOPLE), ref=random.choice([None, *candidates]))
        for row, candidates in open_rows.select("row", "candidates").iter_rows()
        if random.random() < 0.8
    )
    plan = planned(world, decisions=answers)
    seen = {guard.code: guard.count for guard in plan.summary.guards}
    return planned(world, decisions=answers, acknowledged=seen) if seen else plan


@given(worlds, randoms)
@law
def test_decided_rows_keep_addresses_and_ids_unique_in_any_order(world: World, random: Random) -> None:
    plan = decided(world, random)
    state = people_of(directory_in(world))
    for step in random_order(plan, random):
        for operation in step:
            carry_out(operation, state)
        for operation in step:
            for field, key in (("email", operation.absent_email), ("id", operation.absent_id)):
                assert key is None or holders(state, field, key, world) == 1, (operation.row, field)


@given(worlds, randoms)
@law
def test_no_decision_replaces_an_id_or_touches_a_protected_person(world: World, random: Random) -> None:
    plan = decided(world, random)
    people = directory_in(world)
    before = people_of(people)
    for operation in operations_of(plan):
        assert all(change.before is None for change in operation.changes if change.field == "id")
        assert isinstance(operation, qi.Create) or not before[operation.ref]["protected"]
    after = people_of(apply(plan, people))
    assert all(after[ref]["id"] == person["id"] for ref, person in before.items() if person["id"] is not None)


@given(worlds, randoms)
@law
def test_decided_rows_are_in_one_action_each_and_resolve_to_different_people(world: World, random: Random) -> None:
    plan = decided(world, random)
    assert sorted(plan.frame["row"]) == sorted(row["line"] for row in world["rows"])
    assert sum(plan.summary.actions.values()) == len(world["rows"])
    refs = plan.frame.filter(~pl.col("action").is_in(BLOCKED))["ref"].drop_nulls()
    assert refs.n_unique() == refs.len()


@given(worlds, randoms)
@law
def test_a_decision_touches_nobody_whom_the_row_does_not_concern(world: World, random: Random) -> None:
    candidates = dict(planned(world).frame.select("row", "candidates").iter_rows())
    plan = decided(world, random)
    file = as_oracle_reads(world)
    by_ref, by_line = {p.ref: p for p in file.people}, {row.line: row for row in file.rows}
    for line, ref in plan.frame.filter(pl.col("ref").is_not_null()).select("row", "ref").iter_rows():
        named = names_them(by_line[line], by_ref[ref], file, world["options"].get("match_sso_subject", False))
        assert named or ref in candidates[line], (line, ref)


@given(worlds)
@law
def test_a_report_of_absence_changes_nothing_else(world: World) -> None:
    plan = planned(world)
    told = planned(world, absent="report", full_snapshot=True)
    assert told.frame.equals(plan.frame)
    assert (told.dependencies, told.atomic_groups) == (plan.dependencies, plan.atomic_groups)


@given(worlds)
@law
def test_absence_means_nothing_in_a_file_or_directory_that_is_not_complete(world: World) -> None:
    some = directory_in(world, complete=False)
    for plan in (planned(world, absent="suspend"), planned(world, some, absent="suspend", full_snapshot=True)):
        assert all(operation.row is not None for operation in operations_of(plan))
        assert plan.summary.absent == 0


@given(worlds)
@law
def test_a_full_snapshot_suspends_exactly_the_active_people_whom_no_row_concerns(world: World) -> None:
    whole = {**world, "options": {**world["options"], "absent": "suspend", "full_snapshot": True}}
    plan = acknowledged(whole)
    file = oracle.decided_file(whole["directory"], whole["rows"], whole["options"], whole.get("schema"))
    absent = {person.ref for person in oracle.absent_people(file)}
    assert plan.summary.absent == len(absent)
    suspended = suspended_by_absence(plan)
    assert len(suspended) == sum(o.row is None for o in operations_of(plan))
    by_subject = world["options"].get("match_sso_subject", False)
    named = {p.ref for p in file.people for row in file.rows if names_them(row, p, file, by_subject)}
    concerned = set(plan.frame["candidates"].explode().drop_nulls()) | set(plan.frame["ref"].drop_nulls())
    assert absent & (named | concerned) == set()
    assert suspended == (sorted(absent) if plan.can_apply else [])
