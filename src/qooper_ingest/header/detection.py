"""Rank the rows as headers, and decide between the rows of a stack and between tables that stand one under the other."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..issues import Issues
from ..schema import Schema
from ..words import read_label
from ..workbook import Sheet
from .choices import weigh_choices
from .lines import Cell, Line, body_of, columns_of, first_lines
from .model import CONFIDENT_FROM, HeaderCandidate, HeaderGuess
from .stacking import naming_row, stack_of

__all__ = ["detect_header"]

#: A row of at least this score is looked at together with the rows next to it.
_STACKED_FROM: Final = 0.005

#: A header of more rows may be meant if it scores this share of the best, whose rows are its last.
_WHOLE_FROM: Final = 0.5

#: A row that scores so much may be the header of a table of its own, above the one with the best header.
_ABOVE_FROM: Final = 0.02

#: A row below the best header that scores so much may be the header of a second table, and of so much that of the list under a
#: summary (labels and a row of values), which is no table.
_BELOW_FROM: Final = 0.1
_LIST_FROM: Final = 0.05

#: Of two tables, one under the other, the first is meant unless it has less than this share of the cells of the rest, or so
#: few rows that it may be a list of parameters.
_FIRST: Final = 0.5
_TABLE: Final = 3

#: A row of which at most this share of the cells differ from one another names no columns (precinct, precinct, precinct …).
_DISTINCT: Final = 0.2

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
    >>> guess.row, guess.rows, guess.candidates[0].reasons[:2]
    (3, (3,), ('kinds_change', 'as_full_as_the_table'))
    """
    lines = first_lines(sheet)
    if not lines:
        none = HeaderCandidate(row=None, score=1.0, reasons=("no_cells",))
        return HeaderGuess(row=None, score=1.0, reasons=none.reasons, candidates=(none,))
    ranked = _rank(lines, _known_labels(schema))
    whole = next(
        (c for c in ranked[1:] if c.score >= _WHOLE_FROM * ranked[0].score and _names_more(lines, c, ranked[0])), None
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
    rival = rival or _choose_below(lines, ranked)
    best = ranked[0]
    said = ""
    if rival is not None:
        said = f"row {best.row} is the best guess, and row {rival.row} looks like the header of another table"
    elif best.score < CONFIDENT_FROM:
        said = "no row looks like labels" if best.row is None else f"row {best.row} is the best guess"
    elif _says_the_same(lines, best):
        said = f"row {best.row} is the best guess, and most of its cells say the same"
    issues = Issues.of("header_uncertain", row=best.row, detail=said) if said else Issues.empty()
    return HeaderGuess(
        row=best.row,
        rows=best.rows,
        score=best.score,
        reasons=best.reasons,
        candidates=tuple(ranked[:_SHOWN]),
        issues=issues,
    )


def _says_the_same(lines: Sequence[Line], best: HeaderCandidate) -> bool:
    """Whether the row that is to name the columns hardly tells them apart: a group over each of them, their names elsewhere."""
    keys = next(([cell.key for cell in line.cells.values()] for line in lines if line.row == best.row), [])
    return len(set(keys)) <= _DISTINCT * len(keys) if keys else False


def _known_labels(schema: Schema | None) -> frozenset[str]:
    if schema is None:
        return frozenset()
    names = (name for f in schema.fields for name in (f.label, f.key, *f.aliases))
    return frozenset(key for name in names if (key := read_label(name).key))


def _rank(lines: Sequence[Line], known: frozenset[str]) -> list[HeaderCandidate]:
    """All choices with their scores, best first; "no header" is always one of them."""
    choices = weigh_choices(lines, known)
    found = sorted(choices.rows, key=lambda choice: -choice.score)
    nearby = {found[0].at - 1, found[0].at - 2} if found else set()
    stacks: list[HeaderCandidate] = []
    for choice in found:
        at = choice.at
        together = choice.score >= _STACKED_FROM or at in nearby
        rows = stack_of(lines, at, body_of(lines, at)) if together else (lines[at].row,)
        row = naming_row(lines, rows, at)
        stacks.append(HeaderCandidate(row=row, rows=rows, score=choice.score, reasons=choice.reasons))
    none = HeaderCandidate(row=None, score=choices.none, reasons=choices.none_reasons)
    ranked = sorted([*_merge(lines, stacks), none], key=lambda c: (-c.score, c.row is None, c.row or 0))
    return [replace(one, score=min(1.0, round(one.score, 3))) for one in ranked]


def _merge(lines: Sequence[Line], stacks: Sequence[HeaderCandidate]) -> list[HeaderCandidate]:
    """One candidate for each stack: rows that are a part of it are the same answer, and their scores are its own."""
    cells = {line.row: line.cells for line in lines}
    kept: list[HeaderCandidate] = []
    for stack in sorted(stacks, key=lambda c: (-len(c.rows), -c.score)):
        whole = next((other for other in kept if _holds(cells, other, stack)), None)
        if whole is None:
            kept.append(stack)
            continue
        reasons = whole.reasons if whole.score >= stack.score else stack.reasons
        kept[kept.index(whole)] = replace(whole, score=whole.score + stack.score, reasons=reasons)
    return kept


def _holds(cells: Mapping[int, Mapping[int, Cell]], whole: HeaderCandidate, part: HeaderCandidate) -> bool:
    """Whether a stack holds all rows of another, and no row of it is a mere title of what that names."""
    if not set(part.rows) <= set(whole.rows):
        return False
    named = {place for row in part.rows for place in cells[row]}
    above = [row for row in whole.rows if row < part.rows[0]]
    return all(2 * len(named & cells[row].keys()) >= len(cells[row]) and len(cells[row]) > 1 for row in above)


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


def _choose_below(lines: Sequence[Line], ranked: list[HeaderCandidate]) -> HeaderCandidate | None:
    """Put the header of a far larger table below the best one first, and say which of the two is then the rival."""
    best = ranked[0]
    if best.row is None:
        return None
    for below in ranked[1:]:
        if below.row is None or below.row <= best.rows[-1] or below.score < _LIST_FROM:
            continue
        between = [line for line in lines if best.rows[-1] < line.row < below.rows[0]]
        above = next((one for one in _tables_above(lines, [below, best]) if one.header is best), None)
        if not _is_summary(between, lines, below) if above is None else below.score < _BELOW_FROM:
            continue
        if above is not None and above.rows >= _TABLE and above.size >= _FIRST * _size_below(lines, below):
            return below
        ranked.remove(below)
        ranked.insert(0, below)
        return best
    return None


def _is_summary(between: Sequence[Line], lines: Sequence[Line], below: HeaderCandidate) -> bool:
    """Whether what stands under a header, above the labels of a longer list, is a row of values and titles, no table."""
    full = sum(len(line.cells) > 1 for line in between)
    gap = any(b.row > a.row + 1 for a, b in itertools.pairwise(between)) or len(between) > full
    return gap and 0 < full < _TABLE and sum(line.row > below.rows[-1] for line in lines) > full


def _size_below(lines: Sequence[Line], header: HeaderCandidate) -> int:
    """How many cells the rows below a header have, as far as they are looked at."""
    last = header.rows[-1] if header.rows else 0
    return sum(len(line.cells) for line in lines if line.row > last)
