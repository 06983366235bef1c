"""Several sources are planned as one file would be, whatever the order in which they are given."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import Any

from hypothesis import given

import qooper_ingest as qi
from cases_support import directory_in, operations_outcome, outcome, plan_outcome, records_in, schema_of
from identity_worlds import World
from property.test_identity_laws import law, randoms, worlds
from qooper_ingest.joint import join_records


def some_rows(records: qi.Records, keep: list[bool]) -> qi.Records:
    """Some rows of a file, as a file of their own."""
    names = ("frame", "identity", "cleared", "instructions")
    parts = {name: getattr(records, name).filter(keep) for name in names}
    rows = parts["frame"]["_row"].implode()
    issues = records.issues.frame.filter(records.issues.frame["row"].is_in(rows))
    return dataclasses.replace(records, **parts, issues=qi.Issues(issues))


def split_in_two(world: World, random: Random) -> tuple[World, list[tuple[str, str | None, qi.Records]]]:
    """A world without decisions (which name rows), and its rows as two sources, each with its own numbers."""
    options = {name: value for name, value in world["options"].items() if name != "decisions"}
    world = {**world, "options": options}
    records = records_in(world)
    first = [random.random() < 0.5 for _ in range(records.frame.height)]
    both = (some_rows(records, first), some_rows(records, [not one for one in first]))
    return world, [("a", None, both[0]), ("b", None, both[1])]


def renumbered(plan: qi.Plan) -> dict[str, Any]:
    """What a plan decides, by source row."""
    row = {one: number for one, _, number in plan.origins.rows()}
    told = plan_outcome(plan)
    return {
        "rows": sorted(({**one, "line": row[one["line"]]} for one in outcome(plan)), key=lambda one: one["line"]),
        "before": sorted([row[a], row[b]] for a, b in told["before"]),
        "groups": sorted(sorted(row[one] for one in group) for group in told["atomic_groups"]),
        "operations": {
            row[one]: {**said, "group": None} for one, said in operations_outcome(plan).items() if one is not None
        },
        "summary": plan.summary,
    }


@given(worlds, randoms)
@law
def test_two_sources_are_planned_as_the_one_file_that_they_make(world: World, random: Random) -> None:
    world, parts = split_in_two(world, random)
    policy, people = qi.Policy(**world["options"]), directory_in(world)
    whole = qi.resolve(records_in(world), people, policy=policy)
    if "duplicate_row" in whole.summary.codes:  # which of two copies stays is a matter of their numbers
        return
    joint = qi.resolve(join_records(parts, schema=schema_of(world)), people, policy=policy)
    told = plan_outcome(whole)
    assert renumbered(joint) == {
        "rows": outcome(whole),
        "before": sorted(told["before"]),
        "groups": sorted(sorted(group) for group in told["atomic_groups"]),
        "operations": {
            row: {**said, "group": None} for row, said in operations_outcome(whole).items() if row is not None
        },
        "summary": whole.summary.model_copy(update={"blank_rows": 2 * whole.summary.blank_rows}),
    }


@given(worlds, randoms)
@law
def test_the_order_of_the_sources_decides_nothing(world: World, random: Random) -> None:
    world, parts = split_in_two(world, random)
    policy, people = qi.Policy(**world["options"]), directory_in(world)
    one, other = (
        qi.resolve(join_records(some, schema=schema_of(world)), people, policy=policy) for some in (parts, parts[::-1])
    )
    assert one == other
    assert one.fingerprint == other.fingerprint


@given(worlds, randoms)
@law
def test_a_role_of_every_source_is_the_role_of_the_run(world: World, random: Random) -> None:
    world, parts = split_in_two(world, random)
    people = directory_in(world)
    options = {**world["options"], "role": "mentor"}
    of_run = qi.resolve(join_records(parts, schema=schema_of(world)), people, policy=qi.Policy(**options))
    named = [(name, "mentor", records) for name, _, records in parts]
    free = qi.Policy(**{**options, "role": None})
    of_sources = qi.resolve(join_records(named, schema=schema_of(world)), people, policy=free)
    assert renumbered(of_sources) == renumbered(of_run)
    expected = [
        [o.expected.roles for b in plan.operations() for o in b if not isinstance(o, qi.Create)]
        for plan in (of_run, of_sources)
    ]
    assert expected[0] == expected[1]
