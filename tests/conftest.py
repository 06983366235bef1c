"""Names of parametrized tests: files given as bytes are named by their size.

Archives hold the time they were made at, and test processes that name their tests by it would not agree which tests there are.
"""

from __future__ import annotations

import pytest


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    return f"{len(val)} bytes" if isinstance(val, bytes) else None
