"""The order in which operations are applied, and where it may be cut.

Strategy: rows that wait for nobody keep the order of the file; rows of a chain of addresses follow it, level by level (a topological
order); the rows of an atomic group come together and are never cut apart. So addresses and IDs are unique at every step, and a
batch can be one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

__all__ = ["cut_batches", "order_rows"]


def order_rows(
    rows: pl.Series, /, *, dependencies: Sequence[tuple[int, int]], groups: Sequence[Sequence[int]]
) -> pl.Series:
    """Order operations.

    Args:
        rows: The row of each operation; null for those that follow from absence.
        dependencies: Pairs of rows, the first to be applied before the second.
        groups: Rows that are applied as one.

    Returns:
        Positions in ``rows`` (UInt32).
    """
    positions = pl.int_range(rows.len(), dtype=pl.UInt32, eager=True)
    if not dependencies and not groups:
        return positions
    after = dict(dependencies)
    depth: dict[int, int] = {}
    for first in {a for a, _ in dependencies} - {b for _, b in dependencies}:
        row, level = first, 0
        while row in after:
            row, level = after[row], level + 1
            depth[row] = level
    rank = {row: (0, group[0]) for group in groups for row in group} | {row: (d, row) for row, d in depth.items()}
    late = pl.DataFrame(
        {
            "row": list(rank),
            "level": [level for level, _ in rank.values()],
            "key": [key for _, key in rank.values()],
        },
        schema={"row": pl.UInt32, "level": pl.UInt32, "key": pl.UInt32},
    )
    placed = pl.DataFrame({"row": rows, "at": positions}).join(late, on="row", how="left", maintain_order="left")
    return placed.sort(pl.col("level").fill_null(0), pl.col("key").fill_null(pl.col("row")), "row", nulls_last=True)[
        "at"
    ]


def cut_batches(order: pl.Series, rows: pl.Series, group_of: Mapping[int, int], /, *, size: int) -> Iterator[pl.Series]:
    """Cut ordered operations into batches of ``size``; a batch grows beyond it where a group would be cut.

    Args:
        order: What `order_rows` gives.
        rows: The row of each operation, before they were ordered.
        group_of: Row → its group.
    """
    ordered, start = rows.gather(order), 0
    while start < order.len():
        stop = min(start + size, order.len())
        if group_of:
            while stop < order.len() and _same_group(ordered[stop - 1], ordered[stop], group_of):
                stop += 1
        yield order.slice(start, stop - start)
        start = stop


def _same_group(row: int | None, other: int | None, group_of: Mapping[int, int]) -> bool:
    if row is None or other is None:
        return False
    group = group_of.get(row)
    return group is not None and group == group_of.get(other)
