"""The choices of a sheet, every row that may be a header and "there is none", with the score of each.

Rows inside a run of rows like one another are data: only the first rows of each run are choices, so that a long file costs no more
than a short one. A row that holds an address is never a choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .facts import colons_share, label_value_pairs, row_facts
from .lines import Line
from .signals import NONE_SIGNALS, ROW_SIGNALS, SheetFacts, measure_none, measure_row, scores_of, weigh

__all__ = ["Choices", "RowChoice", "measure_choices", "weigh_choices"]

#: A header is sought in so many rows that hold anything, and among so many of them that begin something.
_DEPTH: Final = 60
_MOST: Final = 24

#: Of rows like one another the first so many may be a header: labels, a second language of them, units.
_RUN: Final = 3


@dataclass(frozen=True, slots=True)
class RowChoice:
    """A row by its position among the rows that hold anything, its score and the reasons for it."""

    at: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    rows: list[RowChoice]
    none: float
    none_reasons: tuple[str, ...]


def weigh_choices(lines: Sequence[Line], known: frozenset[str]) -> Choices:
    """Score every choice; the scores add up to 1."""
    measured, none = measure_choices(lines, known)
    sums = [(at, *weigh(ROW_SIGNALS, row)) for at, row in measured]
    none_sum, none_reasons = weigh(NONE_SIGNALS, none)
    *scores, none_score = scores_of([*(total for _, total, _ in sums), none_sum])
    rows = [RowChoice(at, score, reasons) for (at, _, reasons), score in zip(sums, scores, strict=True)]
    return Choices(rows, none_score, none_reasons)


def measure_choices(
    lines: Sequence[Line], known: frozenset[str]
) -> tuple[list[tuple[int, dict[str, float]]], dict[str, float]]:
    """The signals of every row that may be a header, and those of "no header"."""
    widths = sorted(len(line.cells) for line in lines)
    wide = widths[int(0.7 * (len(widths) - 1))]
    found = ((at, row_facts(lines, at, known, wide)) for at in _eligible(lines))
    facts = {at: seen for at, seen in found if seen is not None and (seen.columns or _stands_out(lines, at, wide))}
    first = facts[0] if 0 in facts else row_facts(lines, 0, known, wide)
    sheet = SheetFacts(
        pairs=label_value_pairs(lines, known), colons=colons_share(lines), first=first, lines=len(lines), wide=wide
    )
    return [(at, measure_row(seen)) for at, seen in facts.items()], measure_none(sheet)


def _stands_out(lines: Sequence[Line], at: int, wide: int) -> bool:
    """Whether a row with nothing below may be the labels of a form that nobody has filled in: it is far fuller than those above,
    and these are no run of rows like one another, which would be a table that ends with its labels."""
    filled = len(lines[at].cells)
    if any(line.run >= _RUN - 1 and len(line.cells) >= _RUN for line in lines[:at]):
        return False
    return at == 0 or (filled >= wide and all(len(line.cells) < 0.7 * filled for line in lines[:at]))


def _eligible(lines: Sequence[Line]) -> list[int]:
    found = [
        at
        for at, line in enumerate(lines[:_DEPTH])
        if line.run < _RUN and not any(cell.kind == "email" for cell in line.cells.values())
    ]
    return found[:_MOST]
