"""A finding about the file as a whole: do the IDs stand beside the wrong people, and how?

Rows whose ID names one person and whose address names another are conflicts one by one. Together they tell what happened:
if the ID that the address's person has stands the same number of rows away each time, a cell was inserted or deleted in one
column; if it stands anywhere, one column was sorted without the others.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from ..issues import Issues

__all__ = ["slipped_columns"]

#: Two rows may be a coincidence (a swap of two people is another finding).
_ROWS: Final = 3

#: A shift is a shift if so many of the misplaced IDs moved the same way.
_SHARE: Final = 0.8

_EXAMPLES: Final = 3


def slipped_columns(f: pl.DataFrame, outcome: pl.Series, /) -> list[Issues]:
    """Look at where the missing IDs are.

    Args:
        f: The facts of every row.
        outcome: What blocked the row; only blocked rows are looked at.

    Issues: ``ids_shifted``, ``ids_shuffled``.
    """
    stopped = f.select("i", "row", "id_key", "v_id", "v_n").filter(
        outcome.is_not_null() & f["v_id"].is_not_null() & (f["v_n"] == 1) & f["has_id"] & f["v_other_id"]
    )
    if stopped.height < _ROWS:
        return []
    places = f.lazy().filter(pl.col("has_id")).select(pl.col("id_key").alias("v_id"), pl.col("i").alias("at"))
    found = (
        stopped.lazy()
        .join(places.unique("v_id", keep="first", maintain_order=True), on="v_id")
        .select("row", (pl.col("at").cast(pl.Int64) - pl.col("i").cast(pl.Int64)).alias("step"))
        .sort("row")
        .collect()
    )
    if found.height < _ROWS or found.height * 2 < stopped.height:
        return []
    step, rows = found.group_by("step").len().sort("len", "step", descending=[True, False]).row(0)
    same = found.filter(pl.col("step") == step)
    examples = ", ".join(map(str, same["row"].head(_EXAMPLES).to_list()))
    if rows >= _ROWS and rows >= _SHARE * found.height:
        way = "up" if step > 0 else "down"
        detail = f"in {rows} rows the right ID stands {abs(step)} rows {'below' if step > 0 else 'above'} (shifted {way}), first rows {examples}"
        return [Issues.of("ids_shifted", detail=detail)]
    examples = ", ".join(map(str, found["row"].head(_EXAMPLES).to_list()))
    return [
        Issues.of(
            "ids_shuffled", detail=f"in {found.height} rows the right ID stands in another row, first rows {examples}"
        )
    ]
