"""What all tests share: names of parametrized tests, and how many examples the property tests look at.

* Files given as bytes are named by their size. Archives hold the time they were made at, and test processes that name their
  tests by it would not agree which tests there are.
* In CI the property tests look at the same examples each time, so that a change is judged by what it changed. Elsewhere they
  look at new ones, and ``make fuzz`` at many more: ``QOOPER_INGEST_EXAMPLES`` says how many.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

#: The example hosts are tested as they are, a package beside the library.
sys.path.append(str(Path(__file__).parents[1] / "examples"))

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

EXAMPLES = os.environ.get("QOOPER_INGEST_EXAMPLES")

#: More examples than this are drawn by ``make fuzz`` only, so that the tests can be run while one works.
MOST_EXAMPLES = 20


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        test = getattr(item, "obj", None)
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if own is not None:
            wanted = int(EXAMPLES) if EXAMPLES is not None else min(own.max_examples, MOST_EXAMPLES)
            test._hypothesis_internal_use_settings = settings(own, max_examples=wanted)
