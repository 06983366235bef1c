"""The oracle is worth something only if it decides every labelled case as labelled, too."""

from __future__ import annotations

from typing import Any

import pytest

import oracle
from cases_support import identity_cases

CASES = identity_cases()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_oracle_decides_every_case_as_labelled(case: dict[str, Any]) -> None:
    outcomes, plan = oracle.decide(case["directory"], case["rows"], case["options"])
    assert outcomes == sorted(case["expect"], key=lambda line: line["line"]), case["why"]
    assert plan == case["expect_plan"], case["why"]
