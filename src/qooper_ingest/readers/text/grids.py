"""Grids of text columns named by their letters: what both the fast path and the parser make."""

from __future__ import annotations

import polars as pl

from ..._grid import column_letter

__all__ = ["empty_grid", "trim_rows"]


def trim_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Take off trailing blank rows. A blank last column stays: the delimiters say that it is one, and where there is no
    header next month's file has to have it at the same letter."""
    height = frame.height
    if height and all(value is None for value in frame.row(height - 1)):
        filled = frame.select(~pl.all_horizontal(pl.all().is_null())).to_series().arg_true()
        height = int(filled[-1]) + 1 if len(filled) else 0
        frame = frame.head(height)
    return frame


def empty_grid(width: int) -> pl.DataFrame:
    """A grid of so many columns and no rows."""
    return pl.DataFrame(schema={column_letter(position): pl.String() for position in range(width)})
