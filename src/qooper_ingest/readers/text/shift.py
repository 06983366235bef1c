"""Rows that are all one cell longer than the labels above them: which column has no label, or which cell was cut in two.

What is wanted: every value under its own label. Statistics programs write row names and no label for them; other programs put a
name such as ``Berg, Anna`` between delimiters without quoting it. Read as they stand, every label is one column off, and nothing
in a row tells.

How: the kinds of cells say which of the two it is, and where. Nothing is moved where they do not: then the file asks.

| Signal | What it says | Why |
|---|---|---|
| one column alone whose cells begin with a blank | the cell to its left was cut | nobody writes a blank after one delimiter only |
| a first column of consecutive numbers | it has no label | row names of statistics programs |
| addresses one column right of their label | the surplus is at their left | a label of addresses names addresses |
| addresses under their label | the surplus is at their right | |
| addresses in the second column, their label first | the first column has no label | an address is no part of a cell that was cut |
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

__all__ = ["Shift", "find_shift"]

#: So many rows are looked at, and this share of them has to agree.
_ROWS: Final = 200
_SHARE: Final = 0.9

#: A label of a column of addresses, in the languages of people who name it otherwise than by *mail*.
_ADDRESS_LABEL: Final = re.compile(r"mail|@|courriel|correo|e-?post|почт|ηλεκτρον|邮|郵|メール|메일", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shift:
    """What is to be done with rows that are longer than their labels.

    Args:
        kind: ``label``: the first column has no label. ``cut``: the cells at ``position`` and to its right are one. ``unknown``.
        position: From 0.
    """

    kind: Literal["label", "cut", "unknown"]
    position: int = 0

    def apply(self, grid: pl.DataFrame, header: int, delimiter: str, short: pl.Series) -> pl.DataFrame:
        """The grid, put right.

        Args:
            grid: Columns of text.
            header: The place of the labels, from 0.
            delimiter: What stood within a cell that was cut.
            short: The places of rows that have no cell more than the labels.
        """
        names = grid.columns
        index = pl.int_range(pl.len())
        if self.kind == "label":
            left = [pl.lit(None, pl.String), *(pl.col(name) for name in names[:-1])]
            return grid.with_columns(
                pl.when(index == header).then(before).otherwise(pl.col(name)).alias(name)
                for name, before in zip(names, left, strict=True)
            )
        if self.kind == "cut":
            i = self.position
            filled = pl.any_horizontal(pl.all().is_not_null())
            long = (index > header) & filled & ~index.is_in(short.cast(pl.Int64).implode())
            joined = pl.concat_str(
                [pl.col(names[i]).fill_null(""), pl.lit(delimiter), pl.col(names[i + 1]).fill_null("")]
            )
            moved = [
                pl.when(long)
                .then(joined if k == i else pl.col(names[k + 1]))
                .otherwise(pl.col(names[k]))
                .alias(names[k])
                for k in range(i, len(names) - 1)
            ]
            return grid.with_columns(moved).drop(names[-1])
        return grid


def find_shift(labels: Sequence[str], rows: pl.DataFrame, /) -> Shift:
    """What rows that have a cell more than there are labels are to be read as.

    Args:
        labels: The labels.
        rows: The rows below them, one column wider.

    >>> rows = pl.DataFrame({"A": ["1", "2", "3"], "B": ["Ann", "Bob", "Cy"], "C": ["a@x.example", "b@x.example", "c@x.example"]})
    >>> find_shift(["name", "mail"], rows)
    Shift(kind='label', position=0)
    """
    columns = [column.to_list() for column in rows.head(_ROWS).get_columns()]
    blank = [i for i in range(1, len(columns)) if _share(columns[i], lambda cell: cell.startswith(" ")) >= _SHARE]
    numbered = _are_consecutive(columns[0])
    addresses = [i for i, cells in enumerate(columns) if _share(cells, lambda cell: "@" in cell) >= _SHARE]
    named = [i for i, label in enumerate(labels) if _ADDRESS_LABEL.search(label)]
    known = len(addresses) == 1 and len(named) == 1
    at_left = known and addresses[0] == named[0] + 1
    at_right = known and addresses[0] == named[0]
    if known and not at_left and not at_right:
        return Shift("unknown")
    if len(blank) == 1 and not numbered:
        i = blank[0]
        agrees = not known or (at_left and i < addresses[0]) or (at_right and i - 1 > addresses[0])
        return Shift("cut", i - 1) if agrees else Shift("unknown")
    if not blank and not at_right and (numbered or (at_left and addresses[0] == 1)):
        return Shift("label")
    return Shift("unknown")


def _share(cells: Sequence[str | None], test: object) -> float:
    filled = [cell for cell in cells if cell]
    return sum(1 for cell in filled if test(cell)) / len(filled) if filled and callable(test) else 0.0


def _are_consecutive(cells: Sequence[str | None]) -> bool:
    """Row names: 1, 2, 3 … or 0, 1, 2 …"""
    if len(cells) < 2 or cells[0] not in ("0", "1"):
        return False
    first = int(cells[0])
    return all(cell == str(first + place) for place, cell in enumerate(cells))
