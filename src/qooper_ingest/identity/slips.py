"""A finding about the file as a whole: do the IDs stand beside the wrong people, and how?

Rows whose ID names one person and whose address or name another are conflicts one by one, or even ordinary changes. Together they
tell what happened:
if the ID that the address's person has stands the same number of rows away each time, a cell was inserted or deleted in one
column; if it stands anywhere, one column was sorted without the others.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from .._columns import find_set, find_true, gather_rows, holds
from .._numbers import count_noun
from ..issues import Issues
from ..records import Records
from .facts import People, people_named

__all__ = ["slipped_columns"]

#: Two rows may be a coincidence (a swap of two people is another finding).
_ROWS: Final = 3

#: A shift is a shift if so many of the misplaced IDs moved the same way.
_SHARE: Final = 0.8

_EXAMPLES: Final = 3


def slipped_columns(f: pl.DataFrame, records: Records, people: People, /) -> list[Issues]:
    """Look at where the right IDs are of rows whose ID leads to another person than their address, or their name.

    All rows are looked at, those too that would be applied: five people who each take over the address of the next are five
    ordinary changes one by one. Address and name are asked of what is stored; the name only where it is exactly one person's.

    Args:
        f: The facts of every row.
        records: What the file says.
        people: The directory.

    Issues: ``ids_shifted``, ``ids_shuffled``.
    """
    c = f.get_column
    by_address = find_set(c("v_id")) & (c("v_n") == 1) & c("has_id") & c("v_other_id")
    stopped = gather_rows((c("i"), c("row"), c("id_key"), c("v_id")), find_true(by_address))
    if int((c("matched_by_id") & c("profile_changes")).sum()) >= _ROWS:
        named = people_named(f, records, people, at_least=_ROWS)
        named = named.filter(~by_address[named["i"]])
        by_name = gather_rows((c("i"), c("row"), c("id_key")), named["i"])
        by_name = by_name.hstack([people.of("id_key", named["p"]).alias("v_id")])
        stopped = pl.concat([stopped, by_name.filter(holds(by_name["v_id"] != by_name["id_key"]))])
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
        detail = f"in {rows} rows the right ID stands {count_noun(abs(step), 'row')} {'below' if step > 0 else 'above'} (shifted {way}), first rows {examples}"
        return [Issues.of("ids_shifted", detail=detail)]
    examples = ", ".join(map(str, found["row"].head(_EXAMPLES).to_list()))
    return [
        Issues.of(
            "ids_shuffled", detail=f"in {found.height} rows the right ID stands in another row, first rows {examples}"
        )
    ]
