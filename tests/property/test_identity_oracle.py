"""Engine and oracle read the decision table alike, on random small worlds."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import oracle
from cases_support import acknowledged, operations_outcome, outcome, plan_of, plan_outcome
from identity_worlds import World, any_world, decided_world, moving_world, random_world

worlds = st.integers(0, 2**32).map(lambda seed: any_world(Random(seed)))

#: Without Hypothesis' own shrinking, which is slow on worlds: ``tests/fuzz/fuzz_identity.py`` makes them small.
random = settings(
    max_examples=60, deadline=None, phases=(Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)


few = settings(random, max_examples=25)


def agree(world: World) -> None:
    plan = plan_of(world)
    outcomes, ordered = oracle.decide(world["directory"], world["rows"], world["options"], world.get("schema"))
    assert outcome(plan) == outcomes
    assert plan_outcome(plan) == ordered
    file = oracle.decided_file(world["directory"], world["rows"], world["options"], world.get("schema"))
    assert operations_outcome(plan if plan.applyable else acknowledged(world)) == oracle.operations_of(file)


@given(worlds)
@random
def test_engine_and_oracle_decide_alike(world: World) -> None:
    agree(world)


@given(st.integers(0, 2**32))
@random
def test_engine_and_oracle_decide_alike_in_worlds_of_one_row(seed: int) -> None:
    agree(random_world(Random(seed), people=3, rows=1))


@given(st.integers(0, 2**32))
@few
def test_engine_and_oracle_order_chains_and_cycles_alike(seed: int) -> None:
    agree(moving_world(Random(seed)))


@given(st.integers(0, 2**32))
@few
def test_engine_and_oracle_obey_what_people_decided_alike(seed: int) -> None:
    agree(decided_world(Random(seed)))
