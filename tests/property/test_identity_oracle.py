"""Engine and oracle read the decision table alike, on random small worlds."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any, get_args

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import oracle
import qooper_ingest as qi
from cases_support import (
    CASES,
    acknowledged,
    figure_of,
    operations_outcome,
    outcome,
    plan_of,
    plan_outcome,
    suspended_by_absence,
)
from identity_worlds import (
    ANSWERS_OF_PEOPLE,
    OPTIONS,
    THRESHOLDS,
    UPDATING,
    World,
    any_world,
    decided_world,
    draw_asked,
    drifting,
    moving_world,
    random_world,
)
from tenant_worlds import tenants_world

worlds = st.integers(0, 2**32).map(lambda seed: any_world(Random(seed)))

#: Without Hypothesis' own shrinking, which is slow on worlds: ``tests/fuzz/fuzz_identity.py`` makes them small.
random = settings(
    max_examples=40, deadline=None, phases=(Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)


few = settings(random, max_examples=20)


def agree(world: World) -> None:
    plan = plan_of(world)
    files = oracle.decided_tenants(world)
    outcomes, ordered = oracle.outcomes_of(*files)
    assert outcome(plan) == outcomes
    assert plan_outcome(plan) == ordered
    found = dict(plan.frame.select("row", "matched_by").iter_rows())
    assert found == {row.line: oracle.matched_by(row) for file in files for row in file.rows}
    assert plan.issues.counts().get("decision_unused", 0) == sum(map(oracle.unused_decisions, files))
    assert figure_of(plan, "lookup_incomplete") in (0, oracle.keys_not_asked(files))
    assert figure_of(plan, "file_drifted") == oracle.drifted(files)
    assert plan.summary.absent == sum(len(oracle.absent_people(file)) for file in files)
    if "snapshot_empty" in ordered["issues"]:  # nobody can accept that
        return
    shown = plan if plan.can_apply else acknowledged(world)
    told = operations_outcome(shown)
    left = suspended_by_absence(shown)
    assert left == sorted(person.ref for file in files for person in oracle.suspended_by_absence(file))
    told.pop(None, None)
    assert told == {row: one for file in files for row, one in oracle.operations_of(file).items()}


@given(worlds)
@random
def test_engine_and_oracle_decide_alike(world: World) -> None:
    agree(world)


@given(st.integers(0, 2**32))
@random
def test_engine_and_oracle_decide_alike_in_worlds_of_one_row(seed: int) -> None:
    agree(random_world(Random(seed), people=3, rows=1))


@given(st.integers(0, 2**32))
@settings(random, max_examples=3)
def test_engine_and_oracle_decide_many_tenants_in_one_import_alike(seed: int) -> None:
    agree(tenants_world(Random(seed), tenants=30))


def snapshot_world(random: Random) -> World:
    """A world whose file is declared to name everybody."""
    world = random_world(random, people=12, rows=4) if random.random() < 0.5 else any_world(random)
    return {
        **world,
        "options": {**world["options"], "absent": random.choice(("report", "suspend")), "full_snapshot": True},
    }


@given(st.integers(0, 2**32))
@few
def test_engine_and_oracle_find_the_same_people_absent_from_a_full_snapshot(seed: int) -> None:
    agree(snapshot_world(Random(seed)))


@given(st.integers(0, 2**32))
@few
def test_engine_and_oracle_stop_plans_whose_people_were_not_looked_up_alike(seed: int) -> None:
    random = Random(seed)
    agree({**any_world(random), "asked": draw_asked(random)})


@given(st.integers(0, 2**32))
@few
def test_engine_and_oracle_stop_plans_of_files_that_differ_from_the_last_one_alike(seed: int) -> None:
    random = Random(seed)
    agree(drifting(any_world(random), random))


@given(st.integers(0, 2**32))
@few
def test_engine_and_oracle_order_chains_and_cycles_alike(seed: int) -> None:
    agree(moving_world(Random(seed)))


@given(st.integers(0, 2**32))
@few
def test_engine_and_oracle_obey_what_people_decided_alike(seed: int) -> None:
    agree(decided_world(Random(seed)))


#: Options that are drawn elsewhere; the docstring of ``identity_worlds`` says where.
ELSEWHERE = {"absent", "full_snapshot", "acknowledged", "acknowledgements", "decisions", "drift", "thresholds"}


def test_the_worlds_draw_every_option_a_policy_has() -> None:
    drawn = {**OPTIONS, **{name: (value,) for name, value in UPDATING.items()}}
    assert drawn.keys() | ELSEWHERE == qi.Policy.model_fields.keys()
    assert THRESHOLDS.keys() | {"max_shrink_pct", "max_suspensions"} == qi.Thresholds.model_fields.keys()
    for name, values in drawn.items():
        told = get_args(qi.Policy.model_fields[name].annotation)
        if told and all(isinstance(value, str) for value in told):
            assert {*values, qi.Policy.model_fields[name].default} == set(told), name


def test_the_worlds_reach_every_code_and_every_value_of_every_option() -> None:
    """Counted over worlds of fixed seeds, by the oracle alone. A code that is reached too rarely needs a generator that does."""
    codes: Counter[str] = Counter()
    options: Counter[tuple[str, Any]] = Counter()
    for seed in range(WORLDS_COUNTED):
        for world in (any_world(Random(seed)), *((decided_world(Random(seed)),) if seed % 5 == 0 else ())):
            if seed % 10 == 0:
                world = drifting({**world, "asked": draw_asked(Random(seed))}, Random(seed))
            decided, plan = oracle.outcomes_of(*oracle.decided_tenants(world))
            codes.update(code for row in decided for code in row["codes"] + row["info"])
            codes.update(plan["issues"])
            options.update((name, str(value)) for name, value in world["options"].items())
            options.update((one["answer"], one["ref"] is not None) for one in world["options"].get("decisions", ()))
    labelled = json.loads((CASES / "identity_codes.json").read_text(encoding="utf-8"))["codes"]
    wanted = {
        *labelled,
        "file_drifted",
        "lookup_incomplete",
        "required_missing",
        "status_read_only",
        "row_skipped",
        "decision_unfit",
    }
    assert codes.keys() == wanted
    assert {code: count for code, count in codes.items() if count < SELDOM} == {}
    values = {(name, str(value)) for name, some in OPTIONS.items() for value in some}
    values |= {(name, str(value)) for name, value in UPDATING.items()}
    values |= {(answer, meant) for answer in ANSWERS_OF_PEOPLE for meant in (True, False)}
    assert {value: options[value] for value in values if options[value] < SELDOM} == {}


WORLDS_COUNTED, SELDOM = 1000, 5
