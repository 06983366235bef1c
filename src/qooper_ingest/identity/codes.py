"""Codes of rows as bits of one number per row.

Nearly all rows have none, many have the same, and a stage adds a code to whatever rows it likes. So a row's codes are one
number, a code is a bit of it, and names are made once per distinct number. Severity belongs to the bit: a code that is an
error in one rule and a note in another has two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_, or_
from typing import Final

import polars as pl

from .._columns import find_true, no_flags, repeat
from ..issues import CATALOGUE, Severity
from .table import Rule

__all__ = ["Blocked", "Codes", "Noted", "looked_up", "marked"]

#: The number that holds a row's codes: room for 128 of them, of which the table takes two thirds.
MASK: Final = pl.UInt128()

#: What stages outside of the table say.
_OUTSIDE: Final = (
    "row_skipped", "email_missing", "email_invalid", "email_invisible_characters", "email_compatibility_characters",
    "id_invisible_characters", "id_non_ascii", "id_invalid_format", "id_scientific_notation", "id_float_text",
    "id_precision_lost", "id_required", "status_invalid", "duplicate_row", "duplicate_id_in_file",
    "duplicate_email_in_file", "id_case_variant", "id_leading_zeros_lost", "email_confusable", "decision_unfit",
    "several_rows_one_user", "depends_on_blocked_row",
)  # fmt: skip

#: Up to so many different numbers, comparing each is quicker than a join.
_FEW: Final = 32


class Codes:
    """Every code a row may carry, numbered."""

    def __init__(self, table: Sequence[Rule]) -> None:
        entries = [(code, CATALOGUE[code].severity) for code in _OUTSIDE]
        entries += [("email_cycle", Severity.ERROR), ("email_cycle", Severity.WARNING)]
        entries += [(rule.code, rule.severity or CATALOGUE[rule.code].severity) for rule in table]
        self._number = {entry: number for number, entry in enumerate(dict.fromkeys(entries))}
        self._bits = _bits(len(self._number))

    def bit(self, code: str, severity: Severity | None = None) -> pl.Series:
        """The code's bit (one value, which spreads over a column); by the catalogue's severity if none is given."""
        return self._bits.slice(self._number[(code, severity or CATALOGUE[code].severity)], 1)

    def noted(self, masks: pl.Series) -> Noted:
        """What the masks of all rows say."""
        first = masks.head(1)
        distinct = first if (masks == first).all() else masks.unique(maintain_order=True)
        index = _places(masks.to_frame("mask"), distinct.to_frame("mask"))
        carried = [
            frozenset(entry for entry, number in self._number.items() if mask >> number & 1)
            for mask in distinct.to_list()
        ]
        return Noted(
            index, tuple(carried), tuple(entry for entry in self._number if any(entry in has for has in carried))
        )


@cache
def _bits(count: int) -> pl.Series:
    return pl.Series([1 << number for number in range(count)], dtype=MASK)


@dataclass(frozen=True, slots=True)
class Noted:
    """The codes of every row, by the few different sets of codes that rows have.

    Args:
        index: For every row, which of the sets it has.
        carried: The sets, of (code, severity).
        entries: Everything that stands in any of them, in the order of the table.
    """

    index: pl.Series
    carried: tuple[frozenset[tuple[str, Severity]], ...]
    entries: tuple[tuple[str, Severity], ...]

    def names(self, *severities: Severity) -> pl.Series:
        """The codes of the given severities of every row, as sorted lists."""
        lists = [sorted({code for code, severity in has if severity in severities}) for has in self.carried]
        return pl.Series("names", lists, dtype=pl.List(pl.String))[self.index]

    def rows(self, code: str, severity: Severity) -> pl.Series:
        """Positions of the rows that carry a code."""
        hit = [number for number, has in enumerate(self.carried) if (code, severity) in has]
        return find_true(reduce(or_, (self.index == number for number in hit), no_flags(self.index.len())))


@dataclass(frozen=True, slots=True)
class Blocked:
    """What blocked each row: ``outcome`` (null = open), the codes of the stage that did it, and ``free``: True where open."""

    outcome: pl.Series
    codes: pl.Series
    free: pl.Series

    @staticmethod
    def none(height: int) -> Blocked:
        return Blocked(
            pl.Series("outcome", [None], dtype=_OUTCOME).new_from_index(0, height),
            pl.Series("codes", [0], dtype=MASK).new_from_index(0, height),
            ~no_flags(height),
        )

    def open(self) -> pl.Series:
        return self.free

    def by(self, bit: pl.Series) -> pl.Series:
        """True where a code is among those that blocked."""
        return (self.codes & bit) > 0

    def add(self, hit: pl.Series, outcome: str, bit: pl.Series) -> Blocked:
        """Block rows, or add a code of the same stage to rows that it has just blocked."""
        if hit.len() == 0:
            return self
        return Blocked(
            self.outcome.clone().scatter(hit, outcome),
            self.codes.clone().scatter(hit, self.codes[hit] | bit),
            self.free.clone().scatter(hit, False),
        )


_OUTCOME: Final = pl.Enum(["conflict", "reject"])


def marked(masks: pl.Series, where: pl.Series, bit: pl.Series, /) -> pl.Series:
    """The masks with a bit set where something holds."""
    at = find_true(where)
    return masks.clone().scatter(at, masks[at] | bit) if at.len() else masks


def looked_up(masks: pl.DataFrame, distinct: pl.DataFrame, lists: pl.Series, /) -> pl.Series:
    """The list of every line of ``masks``: ``lists`` is aligned with ``distinct``, the different lines."""
    return lists[_places(masks, distinct)]


_FIRST: Final = pl.Series("n", [0], dtype=pl.UInt32)


def _places(masks: pl.DataFrame, distinct: pl.DataFrame) -> pl.Series:
    """Which of the different lines every line is."""
    if distinct.height <= 1:
        return repeat(_FIRST, masks.height)
    if distinct.height <= _FEW:
        position = repeat(_FIRST, masks.height)
        columns = list(zip(masks.get_columns(), distinct.get_columns(), strict=True))
        for number in range(1, distinct.height):
            same = reduce(and_, (column == one.slice(number, 1) for column, one in columns))
            position = repeat(_FIRST + number, masks.height).zip_with(same, position)
        return position
    numbered = distinct.with_row_index("n")
    return masks.join(numbered, on=masks.columns, how="left", maintain_order="left")["n"]
