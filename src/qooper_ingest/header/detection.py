"""Rank the rows as headers, and decide between the rows of a stack and between tables that stand one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..issues import Issues
from ..schema import Schema
from ..words import read_label
from ..workbook import Sheet
from .judging import judge, label_value_pairs
from .lines import ROWS, Line, body_of, columns_of, first_lines
from .model import CONFIDENT_FROM, HeaderCandidate, HeaderGuess
from .stacking import is_title, stack_of

__all__ = ["detect_header"]

#: A header is sought in so many rows that hold anything.
_DEPTH: Final = 60

#: A row that scores so much may be the header of a table of its own, above the one with the best header.
_ABOVE_FROM: Final = 0.6

#: Of two tables, one under the other, the first is meant unless it has less than this share of the cells of the rest, or so
#: few rows that it may be a list of parameters.
_FIRST: Final = 0.5
_TABLE: Final = 3

#: Scores that are no further apart say the same.
_ALIKE: Final = 0.05

#: How many rival rows are worth showing.
_SHOWN: Final = 5


def detect_header(sheet: Sheet, /, *, schema: Schema | None = None) -> HeaderGuess:
    """Propose the header row of a sheet.

    Args:
        sheet: Its first rows are looked at.
        schema: Labels and aliases of its fields are known words.

    Returns:
        The proposal, for ``sheet.table(header_rows=guess.rows or None)``, and its rivals.

    Issues: header_uncertain.

    >>> from qooper_ingest.workbook import Workbook
    >>> rows = [["Staff of March"], [], ["No.", "Mail"], [7, "ann@corp.example"], [8, "bob@corp.example"]]
    >>> guess = detect_header(Workbook.of_rows(rows).sheet())
    >>> guess.row, guess.rows, guess.candidates[0].reasons
    (3, (3,), ('covers_columns', 'kinds_change'))
    """
    lines = first_lines(sheet)
    known = _known_labels(schema)
    ranked = sorted(_candidates(lines, known), key=lambda c: (-c.score, c.row is None, c.row or 0))
    whole = next(
        (c for c in ranked[1:] if c.score >= ranked[0].score - _ALIKE and _names_more(lines, c, ranked[0])), None
    )
    if whole is not None:
        ranked.remove(whole)
        ranked.insert(0, whole)
    above = _tables_above(lines, ranked)
    rival = above[0].header if above else None
    if above and above[0].rows >= _TABLE and above[0].size >= _FIRST * _size_below(lines, ranked[0]):
        rival = ranked[0]
        ranked.remove(above[0].header)
        ranked.insert(0, above[0].header)
    best = ranked[0]
    said = ""
    if best.score < CONFIDENT_FROM and lines:
        said = "no row looks like labels" if best.row is None else f"row {best.row} is the best guess"
    elif rival is not None:
        said = f"row {best.row} is the best guess, and row {rival.row} looks like the header of another table"
    issues = Issues.of("header_uncertain", row=best.row, detail=said) if said else Issues.empty()
    ranked = ranked[:_SHOWN]
    return HeaderGuess(
        row=best.row, rows=best.rows, score=best.score, reasons=best.reasons, candidates=tuple(ranked), issues=issues
    )


def _known_labels(schema: Schema | None) -> frozenset[str]:
    if schema is None:
        return frozenset()
    names = (name for f in schema.fields for name in (f.label, f.key, *f.aliases))
    return frozenset(key for name in names if (key := read_label(name).key))


def _candidates(lines: Sequence[Line], known: frozenset[str]) -> list[HeaderCandidate]:
    if not lines:
        return [HeaderCandidate(row=None, score=1.0, reasons=("no_cells",))]
    found: list[HeaderCandidate] = []
    widths = sorted(len(line.cells) for line in lines)
    wide = widths[int(0.7 * (len(widths) - 1))]
    rejected = 0
    better_below = False
    judged = [judge(lines, at, known, wide) for at in range(min(len(lines), ROWS, _DEPTH))]
    for at in range(len(judged) - 1, -1, -1):
        score, reasons, coverage = judged[at]
        if better_below and (coverage < 0.75 * judged[at + 1][2] or is_title(lines[at], lines[at + 1])):
            score *= 0.4
        better_below = at + 1 < len(lines) and score >= 0.5 and lines[at].row - lines[max(at - 1, 0)].row <= 1
        judged[at] = (round(score, 3), reasons, coverage)
    for at, (score, reasons, _) in enumerate(judged):
        if score > 0.02:
            rows = stack_of(lines, at, body_of(lines, at)) if score >= 0.4 else (lines[at].row,)
            stacked = HeaderCandidate(row=lines[at].row, rows=rows, score=score, reasons=reasons)
            same = next((place for place, other in enumerate(found) if other.rows == rows), None)
            if same is None:
                found.append(stacked)
            elif score > found[same].score:
                found[same] = stacked
        elif reasons:
            rejected += 1
    best = max((candidate.score for candidate in found), default=0.0)
    pairs = label_value_pairs(lines, known)
    none = max(1.0 - best, 0.0)
    why = ("data_from_the_start",) if found or rejected else ("no_labels",)
    if pairs > none:
        none, why = pairs, ("label_value_pairs",)
        found = [_weaker(candidate, 1.0 - pairs) for candidate in found]
    found.append(HeaderCandidate(row=None, score=round(none, 3), reasons=why))
    return found


def _weaker(candidate: HeaderCandidate, limit: float) -> HeaderCandidate:
    score = round(min(candidate.score, limit), 3)
    return HeaderCandidate(row=candidate.row, rows=candidate.rows, score=score, reasons=candidate.reasons)


@dataclass(frozen=True, slots=True)
class _Above:
    """A table above the best header: its own header, its rows and how many cells they have."""

    header: HeaderCandidate
    rows: int
    size: int


def _names_more(lines: Sequence[Line], other: HeaderCandidate, best: HeaderCandidate) -> bool:
    """Whether a header is the best one and rows above it that name columns of the table which the best one leaves unnamed."""
    if not best.rows or len(other.rows) <= len(best.rows) or other.rows[-len(best.rows) :] != best.rows:
        return False
    cells = {line.row: line.cells for line in lines}
    named = {place for row in best.rows for place in cells[row]}
    at = next(place for place, line in enumerate(lines) if line.row == best.rows[-1])
    more = {place for row in other.rows for place in cells[row]} - named
    return bool(more & columns_of(body_of(lines, at)).keys())


def _tables_above(lines: Sequence[Line], ranked: Sequence[HeaderCandidate]) -> list[_Above]:
    """Tables that end before the best header: labels over rows of their own. They are no notes, and to take the header below
    them leaves them out."""
    best = ranked[0]
    if best.row is None:
        return []
    at = {line.row: place for place, line in enumerate(lines)}
    found = []
    for candidate in ranked[1:]:
        if candidate.row is None or candidate.row >= best.row or candidate.row in best.rows:
            continue
        if candidate.score < _ABOVE_FROM or best.row in candidate.rows:
            continue
        between = lines[at[candidate.rows[-1]] + 1 : at[best.rows[0]]]
        labels = len(lines[at[candidate.row]].cells)
        own = [line for line in between if len(line.cells) >= max(2, 0.5 * labels)]
        columns = columns_of(own)
        # The cells beside parameters are of every kind, those of a column are of one.
        if len(own) >= 2 and sum(column.main[1] for column in columns.values()) >= 0.8 * len(columns):
            found.append(_Above(candidate, len(own), sum(len(line.cells) for line in own)))
    return sorted(found, key=lambda table: -table.size)


def _size_below(lines: Sequence[Line], header: HeaderCandidate) -> int:
    """How many cells the rows below a header have, as far as they are looked at."""
    last = header.rows[-1] if header.rows else 0
    return sum(len(line.cells) for line in lines if line.row > last)
