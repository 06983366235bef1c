"""What every grid of cells has: its column of row numbers, the kinds of its cells, the letters of its columns.

Strategy: a cell's place is said as a spreadsheet shows it, a row from 1 and a letter, so that position, column name and the place of
an issue are one thing. What readers, sheets, tables and records agree on is written here once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from . import _html
from .issues import Issues

__all__ = [
    "CELL_KINDS",
    "COLUMNS_SHIFTED",
    "NOTES",
    "ROW",
    "SEPARATE_TABLE",
    "SURPLUS_SCHEMA",
    "SheetData",
    "column_letter",
    "column_position",
    "show_first_rows",
]

#: The column of row numbers in every grid, table and record frame.
ROW: Final = "_row"

#: What a cell was in its file. Text files and blank cells have none (null).
#: ``formula`` is a formula without a stored value: the grid shows null there.
CELL_KINDS: Final = pl.Enum(["text", "number", "boolean", "date", "datetime", "time", "error", "formula"])

#: Cells beyond the width of the grid: the row, the position from 0, the text.
SURPLUS_SCHEMA: Final = pl.Schema({"row": pl.UInt32(), "position": pl.UInt32(), "value": pl.String()})

#: The issue by which a reader says that another table begins in a row, and that the one above is over.
SEPARATE_TABLE: Final = "separate_table"

#: The issue by which a reader says that rows are longer than their labels; an error where it could not put them right.
COLUMNS_SHIFTED: Final = "columns_shifted"

#: The issues by which a reader says that a row is a comment or a note below the table, and nobody's.
NOTES: Final = ("comment_row", "note_row")

#: What a notebook shows of a grid.
_SHOWN_ROWS: Final = 10
_SHOWN_COLUMNS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SheetData:
    """What a reader makes of one sheet.

    Args:
        grid: ``_row`` (UInt32, ascending, from 1) and text columns named by their letters, without gaps from ``A``.
            Leading blank columns are kept, trailing blank rows are not, trailing blank columns only those of a text file.
            Blank rows inside may be left out (their numbers are missing from ``_row``) or kept as nulls.
        kinds: As high as the grid; `CELL_KINDS` columns, only for grid columns that hold anything but text.
        values: As high as the grid; Float64 columns, only for grid columns with a number whose text is not its digits: the
            number, null for every other cell.
        surplus: Cells beyond the width of the grid (`SURPLUS_SCHEMA`).
        issues: What was seen while reading this sheet.
    """

    grid: pl.DataFrame
    kinds: pl.DataFrame = field(default_factory=pl.DataFrame)
    values: pl.DataFrame = field(default_factory=pl.DataFrame)
    surplus: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SURPLUS_SCHEMA))
    issues: Issues = field(default_factory=Issues.empty)


def column_letter(position: int) -> str:
    """The letter a spreadsheet shows for a column position from 0.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    rest = position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def column_position(letter: str) -> int:
    """The position from 0 of a column letter: the inverse of `column_letter`.

    >>> column_position("AA")
    26
    """
    position = 0
    for character in letter:
        position = position * 26 + ord(character) - ord("A") + 1
    return position - 1


def show_first_rows(frame: pl.DataFrame, titles: Sequence[str]) -> tuple[str, str]:
    """The head of a grid as HTML, and a word on the columns that are left out."""
    shown = frame.head(_SHOWN_ROWS).select(frame.columns[: _SHOWN_COLUMNS + 1])
    table = _html.grid(("row", *titles[:_SHOWN_COLUMNS]), shown.rows(), more=frame.height - shown.height)
    rest = len(titles) - _SHOWN_COLUMNS
    return table, f"<p>… and {rest:,} more columns</p>" if rest > 0 else ""
