"""Stages 26 to 28: what depends on other rows, and in which order addresses change hands.

A node is a row that takes a new address; an edge leads from the row that frees the address to the row that takes it.
After stage 2 every address is taken by at most one row and freed by at most one, so each component is a path or a cycle.
A blocked row keeps its address, so whoever waits for it is blocked too (``depends_on_blocked_row``), to the end of the path;
what is then still open and runs in a circle is a cycle; blocking a cycle may block paths that hang on it.

This is the one place that walks row by row: over the rows that wait for another row, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Order", "settle"]


@dataclass(frozen=True, slots=True)
class Order:
    """What became of the rows that wait for another row.

    Args:
        dependent: Rows blocked because a row they wait for is.
        cyclic: Rows on a closed cycle (blocked unless cycles are allowed).
        before: Pairs (row that frees, row that takes), both open, not on a cycle.
        groups: The cycles that are allowed, each sorted.
    """

    dependent: tuple[int, ...]
    cyclic: tuple[int, ...]
    before: tuple[tuple[int, int], ...]
    groups: tuple[tuple[int, ...], ...]


def settle(waits_for: Mapping[int, int], blocked: Iterable[int], /, *, allow_cycles: bool) -> Order:
    """Settle who waits for whom.

    Args:
        waits_for: Row → the row that frees the address it takes.
        blocked: Rows of either side that are blocked already.
        allow_cycles: Whether a closed cycle becomes an atomic group.

    >>> settle({2: 3, 3: 4}, [4], allow_cycles=False).dependent
    (2, 3)
    >>> settle({2: 3, 3: 2}, [], allow_cycles=True).groups
    ((2, 3),)
    """
    stopped = set(blocked)
    dependent: set[int] = set()
    cyclic: set[int] = set()
    groups: list[tuple[int, ...]] = []
    settled: set[int] = set()
    for start in waits_for:
        trail: list[int] = []
        seen: dict[int, int] = {}
        row = start
        while row in waits_for and row not in stopped and row not in settled and row not in seen:
            seen[row] = len(trail)
            trail.append(row)
            row = waits_for[row]
        if row in seen:  # the trail has bitten its tail
            cycle = trail[seen[row] :]
            cyclic.update(cycle)
            if allow_cycles:
                groups.append(tuple(sorted(cycle)))
            else:
                stopped.update(cycle)
                dependent.update(trail[: seen[row]])
                stopped.update(trail[: seen[row]])
        elif row in stopped:
            dependent.update(trail)
            stopped.update(trail)
        settled.update(trail)
    before = tuple(
        sorted((frees, takes) for takes, frees in waits_for.items() if takes not in stopped and takes not in cyclic)
    )
    return Order(tuple(sorted(dependent)), tuple(sorted(cyclic)), before, tuple(sorted(groups)))
