"""Schemas made to cost: options that are equal but for case, look alike, hold each other, or hold the separator. Work grows with them.

Counting calls of thousands of options takes half a minute, so it is part of `make fuzz`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

import qooper_ingest as qi
from work_counter import count_work

pytestmark = pytest.mark.skipif("QOOPER_INGEST_EXAMPLES" not in os.environ, reason="long: a part of make fuzz")

_TWINS = str.maketrans("aeopcyx", "аеорсух")
_WORD = "aeopcyxaeopcyx"
_ROWS = 40


def spelled(number: int, change: Callable[[str], str]) -> str:
    return "".join(change(one) if number >> at & 1 else one for at, one in enumerate(_WORD))


KINDS: dict[str, Callable[[int], str]] = {
    "equal but for case": lambda i: spelled(i, str.upper),
    "look-alikes": lambda i: spelled(i, lambda one: one.translate(_TWINS)),
    "near": lambda i: f"Department number {i:06}",
    "hold each other": lambda i: " ".join(f"w{j}" for j in range(i - i % 20, i + 1)),
    "hold the separator": lambda i: f"Sales; Team {i}; North",
    "end as the next begins": lambda i: f"w{i}; w{i + 1}",
}


def work(kind: str, options: int) -> int:
    """Calls of an import of rows that hold two options and an answer that is none."""
    names = [KINDS[kind](i) for i in range(options)]
    schema = qi.Schema.participants(qi.Field(key="skills", label="Skills", type="multi_select", options=names))
    rows = [f'p{i}@corp.example,"{names[i]}; {names[7 * i % options]}; {names[i]}x"' for i in range(_ROWS)]
    file = "\n".join(["Email,Skills", *rows]).encode()
    return count_work(lambda: qi.propose(file, schema=schema).records()).calls


@pytest.mark.parametrize("kind", KINDS)
def test_four_times_the_options_are_no_more_than_eight_times_the_work(kind: str) -> None:
    """Calls are counted, not time; comparing the options with each other would be sixteen times as many."""
    assert work(kind, 1200) < 8 * work(kind, 300)
