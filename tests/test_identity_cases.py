"""Every labelled case of the decision table: action, person, changes, codes, candidates, order, guards, staleness."""

from __future__ import annotations

from typing import Any

import pytest

from cases_support import directory_of, identity_cases, outcome, plan_of, plan_outcome

CASES = identity_cases()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case_is_decided_as_labelled(case: dict[str, Any]) -> None:
    plan = plan_of(case)
    assert outcome(plan) == sorted(case["expect"], key=lambda line: line["line"]), case["why"]
    assert plan_outcome(plan) == case["expect_plan"], case["why"]


STALE = [case for case in CASES if "directory_at_apply" in case]


@pytest.mark.parametrize("case", STALE, ids=[case["name"] for case in STALE])
def test_operations_that_went_stale_are_named(case: dict[str, Any]) -> None:
    plan = plan_of(case)
    assert list(plan.check(directory_of(case["directory_at_apply"])).rows) == case["expect_apply"]["stale_lines"]
    assert not plan.check(directory_of(case["directory"]))
