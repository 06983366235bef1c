"""Questions that are asked of whole columns, answered the cheap way round.

Comparing texts costs far more than comparing numbers, and sorting small lists more than both. So a column is first sieved by
what is cheap (hashes, lists as they stand), and only what is left in the sieve is looked at exactly. Answers are exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import polars as pl

__all__ = [
    "as_sets",
    "differ",
    "differ_as_sets",
    "distinct_texts",
    "duplicated",
    "fill_null",
    "find_null",
    "find_set",
    "find_true",
    "gather_rows",
    "holds",
    "keep_rows",
    "no_flags",
    "nothing",
    "pick",
    "repeat",
]

#: Up to this many cells, one query with a sort is cheaper than several that sieve: a query costs a quarter of a millisecond.
_SHORT: Final = 20_000


def repeat(one: pl.Series, height: int, /) -> pl.Series:
    """Return a column of ``height`` times the one value of another, under its name."""
    return one.new_from_index(0, height) if height else one.clear()


def no_flags(height: int, /) -> pl.Series:
    """Return a column of ``height`` times False."""
    return repeat(_FALSE, height)


_FALSE: Final = pl.Series([False])


def find_null(cells: pl.Series, /) -> pl.Series:
    """Return where a column is null; nothing is asked of a column without any."""
    none = no_flags(cells.len())
    if not cells.null_count():
        return none
    if cells.len() > _SHORT or cells.dtype.is_nested():
        return cells.is_null()
    return none.zip_with(cells == cells, ~none)  # null where the cell is, and a null in a mask is no True


def find_set(cells: pl.Series, /) -> pl.Series:
    """Return where a column is not null."""
    return ~find_null(cells)


def holds(flags: pl.Series, /) -> pl.Series:
    """Return where a flag is set, False where nothing is known."""
    return flags & find_set(flags) if flags.null_count() else flags


def differ(one: pl.Series, other: pl.Series, /) -> pl.Series:
    """Return where two columns are not equal; a null is equal to a null."""
    same = holds(one == other)
    if one.null_count() and other.null_count():
        same |= find_null(one) & find_null(other)
    return ~same


def nothing(height: int, dtype: pl.DataType, /) -> pl.Series:
    """Return a column of nulls."""
    return repeat(_null_of(dtype), height)


@lru_cache(maxsize=64)
def _null_of(dtype: pl.DataType) -> pl.Series:
    return pl.Series([None], dtype=dtype)


def pick(where: pl.Series, one: pl.Series, other: pl.Series | None = None, /) -> pl.Series:
    """Return the cells of one column where a flag is set, elsewhere those of another one, or nulls."""
    if other is None:
        other = nothing(one.len(), one.dtype)
    return one.zip_with(where, other) if where.any() else other


def fill_null(cells: pl.Series, one: pl.Series, /) -> pl.Series:
    """Return a column with the one value of another in place of its nulls, without a query."""
    return cells.zip_with(~find_null(cells), repeat(one, cells.len())) if cells.null_count() else cells


def keep_rows(frame: pl.DataFrame, flags: pl.Series, /) -> pl.DataFrame:
    """Return the rows where a flag is set: of a short frame column by column, which starts no query."""
    if frame.height > _SHORT or not frame.width:
        return frame.filter(flags)
    return pl.DataFrame([column.filter(flags) for column in frame.get_columns()])


def gather_rows(columns: Iterable[pl.Series], at: pl.Series, /) -> pl.DataFrame:
    """Return some rows of some columns, by their positions; no query, and no other column is touched."""
    return pl.DataFrame([column[at] for column in columns])


def find_true(flags: pl.Series, /) -> pl.Series:
    """Return the positions where a flag is set; nothing is asked of a column without any."""
    if not flags.any():
        return _NO_POSITIONS
    return pl.int_range(flags.len(), dtype=pl.UInt32, eager=True).filter(flags)


_NO_POSITIONS: Final = pl.Series([], dtype=pl.UInt32)


def duplicated(keys: pl.Series, /) -> pl.Series:
    """Return the positions of keys that stand more than once; nulls are no keys."""
    if keys.len() <= _SHORT:
        nulls = keys.null_count()
        if keys.n_unique() - (nulls > 0) == keys.len() - nulls:
            return _NO_POSITIONS
        key = pl.col("key")
        repeated = keys.alias("key").to_frame().select(key.is_duplicated() & key.is_not_null()).to_series()
        return find_true(repeated)
    hashes = keys.hash()
    ordered = hashes.sort()
    repeated = ordered.filter(ordered == ordered.shift(1))
    suspects = (hashes.is_in(repeated.implode()) & keys.is_not_null()).arg_true()
    return suspects.filter(keys[suspects].is_duplicated())


def as_sets(lists: pl.Expr, /) -> pl.Expr:
    """Return lists that are equal where they hold the same items. (Evaluated per element: many times quicker than ``list.sort``.)"""
    return lists.list.eval(pl.element().unique().sort())


def differ_as_sets(one: pl.Series, other: pl.Series, at: pl.Series, /) -> pl.Series:
    """Return where a list does not hold the same items as its counterpart, whatever their order.

    Args:
        one: Lists. A null one is not compared: nothing differs from no answer.
        other: Lists of another column.
        at: For every list of ``one``, the position of its counterpart in ``other``; null where it has none.

    Lists that are the same as they stand need not be looked at as sets.
    """
    flags = _differ_as_they_stand(one, other, at)
    suspects = find_true(flags)
    if suspects.is_empty():
        return no_flags(one.len())
    both = pl.DataFrame([one[suspects].alias("one"), other[at[suspects]].alias("other")])
    unlike = both.select(as_sets(pl.col("one")).ne_missing(as_sets(pl.col("other")))).to_series()
    return no_flags(one.len()).scatter(suspects.filter(unlike), True)


def _differ_as_they_stand(one: pl.Series, other: pl.Series, at: pl.Series) -> pl.Series:
    """Return where a list is not null and not its counterpart, item by item. Of long columns the joined texts are compared:
    gathering texts costs a fraction of gathering lists."""
    if one.len() <= _SHORT:
        told, stored = pl.col("one"), pl.col("other")
        both = pl.DataFrame([one.alias("one"), other[at].alias("other")])
        return both.select(told.is_not_null() & told.ne_missing(stored)).to_series()
    texts = one.list.join(_JOINT)
    lengths = one.list.len()
    same = (texts == other.list.join(_JOINT)[at]) & (lengths == other.list.len()[at])
    joints = (lengths.cast(pl.Int64) - 1).clip(0).sum()
    if texts.str.count_matches(_JOINT, literal=True).sum() != joints:  # an item has it in itself
        same = same & False
    return ~same.fill_null(False) & one.is_not_null()


#: What is not in an answer that anybody types (the unit separator).
_JOINT: Final = "\x1f"


def distinct_texts(cells: pl.Series, /) -> tuple[pl.Series, pl.Series]:
    """Return the distinct texts, and each cell's position among them (null where the cell is)."""
    if cells.len() <= _SHORT:
        return _distinct_few(cells)
    # A category per text: one pass over the cells. The categories are this call's own and go with it.
    kinds = cells.cast(pl.Categorical(pl.Categories.random()))
    firsts = kinds.drop_nulls().unique()
    numbers = firsts.to_physical().cast(pl.UInt32)
    order = numbers.arg_sort()
    codes = kinds.to_physical().cast(pl.UInt32)
    ranks = pl.int_range(firsts.len(), dtype=pl.UInt32, eager=True)
    if not (numbers[order] == ranks).all():
        codes = codes.replace_strict(numbers[order], ranks, default=None)
    return firsts.cast(pl.String)[order], codes


#: Up to this many cells, one query that ranks them is cheaper than three that do not sort all of them.
_FEW: Final = 1_000


def _distinct_few(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    if cells.is_empty():
        return cells, cells.cast(pl.UInt32)
    if cells.len() > _FEW:
        texts = cells.unique().sort().drop_nulls()
        return texts, cells.cast(pl.Enum(texts)).to_physical().cast(pl.UInt32)
    text = pl.col("text")
    both = (
        cells.alias("text")
        .to_frame()
        .select((text.rank("dense").cast(pl.UInt32) - 1).alias("code"), text.drop_nulls().unique().sort().implode())
    )
    # Of one row: the list is repeated for as many rows as are taken from the frame, and all of them are quadratic.
    return both.head(1)["text"][0], both["code"]
