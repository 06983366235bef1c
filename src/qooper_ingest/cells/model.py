"""What typing a column gives: the values, and what was odd in them, one line of faults per distinct cell."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ..issues import Issues
from ..schema import Field

__all__ = ["Outcome", "Typed", "fault", "required_missing"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Typed:
    """A column of cells, typed.

    Args:
        values: As high as the cells: String (text, long_text, location, select), Float64, Date, Boolean or List(String);
            null where the cell is blank or could not be read.
        issues: What was odd, in the order of the rows.
        instructions: ``replace``, ``add`` or ``remove`` per cell of a multi-select where marks are enabled, else None.
        clear: True where the cell holds the schema's clear word: the stored value is to go.
        invalid: True where the cell holds something that is not applied.
    """

    values: pl.Series
    issues: Issues
    instructions: pl.Series | None = None
    clear: pl.Series
    invalid: pl.Series

    def __repr__(self) -> str:
        return f"Typed({len(self.values)} cells, {self.values.dtype}, {len(self.issues)} issues)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Typed distinct cells: ``id``, ``value`` (``instruction``; ``empty``: blank after all), and lines of faults."""

    frame: pl.DataFrame
    faults: list[pl.DataFrame]


def fault(cells: pl.DataFrame, code: str, detail: pl.Expr | None = None, *, order: int = 1) -> pl.DataFrame:
    """Lines of one code for distinct cells (``id``, ``text``)."""
    return cells.select(
        pl.col("id"),
        pl.lit(order, dtype=pl.UInt32).alias("order"),
        pl.lit(code).alias("code"),
        pl.col("text").alias("value"),
        (pl.lit(None, dtype=pl.String) if detail is None else detail.cast(pl.String)).alias("detail"),
    )


def required_missing(state: pl.Series, rows: pl.Series, letter: str | None, field: Field) -> Issues:
    """A required question without an answer, row by row."""
    missing = state.is_in(["blank", "nothing", "clear"])
    lines = pl.DataFrame({"row": rows.filter(missing)}).with_columns(
        pl.lit(letter, dtype=pl.String).alias("column"), pl.lit(field.key).alias("field")
    )
    return Issues.from_frame("required_missing", lines)
