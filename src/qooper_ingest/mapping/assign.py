"""Which column goes to which field, all decided together.

The best column of one field may be the only one of another, so fields are not served one after the other: the sum of
all gains is made as large as possible, and a field without a column costs nothing (*none* is always allowed). The gains
are sparse (a few columns per field), so shortest augmenting paths over them are used rather than a square matrix:
thousands of columns cost no more than the candidates among them.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping

__all__ = ["assign"]


def assign(gains: Mapping[str, Mapping[int, float]], /) -> dict[str, int]:
    """Choose at most one column per field and one field per column, with the largest sum of gains.

    Args:
        gains: Field → column → gain; only gains above 0 count.

    Returns:
        Field → column for the fields that get one. Ties fall to the column further left.

    >>> assign({"id": {0: 0.9, 1: 0.8}, "email": {0: 0.7}})
    {'id': 1, 'email': 0}
    """
    fields = list(gains)
    # A tiny preference for columns further left makes ties, and so results, the same on every run.
    edges = [
        {column: gain - 1e-9 * column for column, gain in sorted(gains[name].items()) if gain > 0} for name in fields
    ]
    owner: dict[int, int] = {}
    chosen: dict[int, int] = {}
    price: dict[int, float] = {}
    base = [max(row.values(), default=0.0) for row in edges]
    for start in range(len(fields)):
        _augment(start, edges, owner, chosen, price, base)
    return {fields[row]: chosen[row] for row in range(len(fields)) if row in chosen}


def _augment(
    start: int,
    edges: list[dict[int, float]],
    owner: dict[int, int],
    chosen: dict[int, int],
    price: dict[int, float],
    base: list[float],
) -> None:
    """Serve one more field along the cheapest chain of changes (Dijkstra over reduced costs).

    ``base[row]`` and ``price[column]`` are the dual values: ``base + price >= gain`` for every edge, equal on chosen
    ones, and a field's base never falls below 0, which is the gain of having no column.
    """
    reached: dict[int, float] = {}
    before: dict[int, int] = {}
    rows: dict[int, float] = {start: 0.0}
    queue: list[tuple[float, int, int]] = []
    end: tuple[str, int] | None = None
    best_none, none_row = base[start], start
    frontier = [start]
    total = 0.0
    while True:
        for row in frontier:
            for column, gain in edges[row].items():
                cost = rows[row] + base[row] + price.get(column, 0.0) - gain
                if column not in reached or cost < reached[column] - 1e-15:
                    reached[column] = cost
                    before[column] = row
                    heapq.heappush(queue, (cost, column, row))
        frontier = []
        while queue and (queue[0][0] > reached[queue[0][1]] or queue[0][2] != before[queue[0][1]]):
            heapq.heappop(queue)
        if not queue or queue[0][0] >= best_none:
            end, total = ("none", none_row), best_none
            break
        cost, column, _ = heapq.heappop(queue)
        if column not in owner:
            end, total = ("column", column), cost
            break
        row = owner[column]
        if row not in rows:
            rows[row] = cost
            frontier = [row]
            if cost + base[row] < best_none:
                best_none, none_row = cost + base[row], row
    for row, cost in rows.items():
        base[row] -= max(total - cost, 0.0)
    for column, cost in reached.items():
        if cost < total:
            price[column] = price.get(column, 0.0) + total - cost
    row = end[1] if end[0] == "none" else before[end[1]]
    column = chosen.pop(row, -1) if end[0] == "none" else end[1]
    if end[0] == "none":
        if row == start:
            return
        owner.pop(column, None)
        row = before[column]
    while True:
        released = chosen.get(row)
        owner[column] = row
        chosen[row] = column
        if row == start:
            return
        assert released is not None
        column = released
        row = before[column]
