"""What two plans of one file have in common and what not, on random small worlds."""

from __future__ import annotations

import dataclasses
from random import Random

import polars as pl
from hypothesis import given

import qooper_ingest as qi
from cases_support import directory_in, operations_outcome, plan_of
from identity_worlds import OPTIONS, World
from property.test_identity_laws import law, randoms, worlds


def another(world: World, random: Random) -> World:
    """The same file under another option, or with somebody gone from the directory."""
    if random.random() < 0.3 and world["directory"]:
        return {**world, "directory": random.sample(world["directory"], len(world["directory"]) - 1)}
    option = random.choice(sorted(OPTIONS))
    return {**world, "options": {**world["options"], option: random.choice(OPTIONS[option])}}


@given(worlds, randoms)
@law
def test_a_row_is_different_exactly_where_what_is_decided_or_written_is(world: World, random: Random) -> None:
    a = plan_of(world)
    b = plan_of(another(world, random))
    found = qi.diff_plans(a, b)
    told = dict(found.frame.select("row", "differs").rows())
    written = [rewritten(plan) for plan in (a, b)]
    for mine, theirs in zip(a.frame.to_dicts(), b.frame.to_dicts(), strict=True):
        expected = [
            name
            for name, differs in (
                ("action", mine["action"] != theirs["action"]),
                ("person", mine["ref"] != theirs["ref"]),
                ("value", written[0].get(mine["row"]) != written[1].get(mine["row"])),
                ("reason", sorted(mine["codes"] + mine["info"]) != sorted(theirs["codes"] + theirs["info"])),
            )
            if differs
        ]
        assert told.get(mine["row"], []) == expected
    assert found.rows == a.frame.height


def rewritten(plan: qi.Plan) -> dict[int | None, object]:
    """Row → what its operation writes, whether or not a guard stops the plan."""
    free = dataclasses.replace(plan, summary=plan.summary.model_copy(update={"can_apply": True}))
    return {
        row: {f: after for f, (_, after) in one["changes"].items()} for row, one in operations_outcome(free).items()
    }


@given(worlds, randoms)
@law
def test_the_difference_is_the_same_from_the_other_side_and_none_of_a_plan_with_itself(
    world: World, random: Random
) -> None:
    a, b = plan_of(world), plan_of(another(world, random))
    assert not qi.diff_plans(a, a)
    one, other = qi.diff_plans(a, b), qi.diff_plans(b, a)
    sides = {"action_a": "action_b", "ref_a": "ref_b", "codes_a": "codes_b"}
    turned = other.frame.rename({**sides, **{b: a for a, b in sides.items()}}).select(one.frame.columns)
    assert turned.equals(one.frame)
    assert {(y, x): n for (x, y), n in other.transitions.items()} == one.transitions


@given(worlds, randoms)
@law
def test_an_explanation_agrees_with_the_plan_and_its_alternatives_with_planning_again(
    world: World, random: Random
) -> None:
    people = directory_in(world)
    plan = plan_of(world, people)
    row = random.choice(plan.frame["row"].to_list())
    line = plan.frame.row(by_predicate=pl.col("row") == row, named=True)
    story = plan.explain(row, directory=people)
    assert (story.row, story.action, story.ref) == (row, line["action"], line["ref"])
    assert set(line["codes"]) <= {issue.code for issue in story.issues}
    assert {c.field for c in story.cells if c.changes} <= set(line["changed"]) | {"new_email"}
    by_key = {key.kind: set(key.refs) for key in story.keys}
    if line["ref"] is not None and line["matched_by"] in by_key:
        assert line["ref"] in by_key[line["matched_by"]]
    for other in random.sample(story.alternatives, min(3, len(story.alternatives))):
        again = plan_of(world, people, **{other.option: other.value}).frame.row(
            by_predicate=pl.col("row") == row, named=True
        )
        assert (again["action"], again["ref"], tuple(again["codes"])) == (other.action, other.ref, other.codes)
    text = story.to_text()
    for person in world["directory"]:
        assert not person["email"] or len(person["email"]) < 4 or person["email"] not in text
