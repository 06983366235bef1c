"""How a row finds a person, and what may happen to them: the heart of the library.

`Directory` is what the host has, `Policy` what it allows, `decide` walks the stages. The table itself stands in ``table.py``.
"""

from __future__ import annotations

from .decide import ACTIONS, Decisions, decide
from .directory import Directory, dtype_of
from .guards import Compared, Guard
from .policy import RULES_VERSION, Acknowledgement, Decision, FindingCode, Policy, RowKey, Thresholds

__all__ = [
    "ACTIONS",
    "RULES_VERSION",
    "Acknowledgement",
    "Compared",
    "Decision",
    "Decisions",
    "Directory",
    "FindingCode",
    "Guard",
    "Policy",
    "RowKey",
    "Thresholds",
    "decide",
    "dtype_of",
]
