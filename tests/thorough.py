"""How much the tests look at: samples by default, so that they can be run while one works, everything in ``make fuzz``.

``make fuzz`` sets ``QOOPER_INGEST_EXAMPLES``, which the property tests take as their number of examples. Tests of a list of
files or of every character take the whole list then, and files of full size. The rule that a test proves is the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

THOROUGH = "QOOPER_INGEST_EXAMPLES" in os.environ


def sample(items: Sequence[Item], every: int) -> Sequence[Item]:
    """One item in so many; all of them in ``make fuzz``."""
    return items if THOROUGH else items[::every]


def without(items: Iterable[str], costly: Iterable[str]) -> list[str]:
    """The names but for the costly ones, of whose kind a cheaper one is there; all of them in ``make fuzz``."""
    left_out = set() if THOROUGH else set(costly)
    return [name for name in items if name not in left_out]


def size(full: int, smaller: int) -> int:
    """How large to make a file, or how often to do a thing."""
    return full if THOROUGH else smaller
