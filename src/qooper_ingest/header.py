"""Which row is the header: ranked proposals with reasons, several stacked rows and "there is none" among them.

Strategy: a header is told by what stands *under* it. Every one of the first rows is weighed against the rows that follow:
does it name the columns that they fill, are its cells texts and distinct, and does each column change below it (a text
over numbers, dates or e-mail addresses; a word over codes of one shape; a word that never comes again over words that
come again and again). Labels known in any language (``words.py``) or by the schema speak for a row; an e-mail address in
it, a number over numbers, a value that comes again below, a text made as all those under it or in its place in their
order speak against it. A row of years or months counts as labels. Titles, notes and ``version:v1.0``
lines fail because they do not cover the columns of the table below.

Rows next to the header that name columns too (groups above it, units or keys below it) are taken with it. Lists of a
label and a value per line, and tables that begin with data, have no header: that is a proposal like the others.

Only the first rows are looked at (`_ROWS` and the rows that follow them, `_COLUMNS` columns), so the size of a file does
not matter. Nothing raises: a sheet without cells has no header.
"""

from __future__ import annotations

import itertools
import math
import os.path
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from . import _html
from ._text import fold, trim
from .issues import Issues
from .kinds import cell_kind
from .schema import Schema
from .words import read_label
from .workbook import ROW, Sheet

__all__ = ["HeaderCandidate", "HeaderGuess", "detect_header"]

#: Headers stand within the first rows; notes of more than 60 lines above a table have not been seen.
_ROWS: Final = 160

#: How many rows below a row are its evidence. More tell nothing new about a column's kind.
_BODY: Final = 40

#: A header is sought in so many rows that hold anything.
_DEPTH: Final = 60

#: A table of more columns is judged by its first ones.
_COLUMNS: Final = 256

#: Below this score a person should look (issue ``header_uncertain``).
CONFIDENT_FROM: Final = 0.7

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


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderCandidate:
    """A possible header.

    Args:
        row: Row number as the sheet shows it, from 1; None: there is no header and every row is data.
        rows: All rows that make up the header together, ascending; empty where there is none.
        score: How well it fits, from 0 to 1.
        reasons: Machine-readable, most important first.
    """

    row: int | None
    rows: tuple[int, ...] = ()
    score: float = 0.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderGuess:
    """The proposed header and its rivals.

    Args:
        row: The row that names the columns, from 1; None where there is no header.
        rows: All rows of the header, ascending: more than one where labels are spread over stacked rows.
        score: How sure the proposal is, from 0 to 1.
        reasons: Why, machine-readable.
        candidates: The proposal, then its rivals, best first.
        issues: ``header_uncertain`` where a person should look.
    """

    row: int | None
    rows: tuple[int, ...] = ()
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    candidates: tuple[HeaderCandidate, ...] = ()
    issues: Issues = field(default_factory=Issues.empty)

    def _repr_html_(self) -> str:
        rows = [
            ("+".join(map(str, one.rows)) or "none", f"{one.score:.2f}", ", ".join(one.reasons))
            for one in self.candidates
        ]
        found = "+".join(map(str, self.rows)) or "none"
        return _html.block(f"Header row: {found}", _html.grid(("row", "score", "reasons"), rows))


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
    lines = _lines(sheet)
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


# -- cells ------------------------------------------------------------------------------------------------------------

#: Kinds of which a label is hardly ever.
_VALUES: Final = frozenset({"number", "date", "truth", "email", "url"})


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    kind: str
    shape: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the sheet: its number and its cells by position, blank ones left out."""

    row: int
    cells: dict[int, _Cell]


def _lines(sheet: Sheet) -> list[_Line]:
    head = sheet.preview(_ROWS + _BODY).head(_ROWS + _BODY)
    names = [name for name in head.columns if name != ROW][:_COLUMNS]
    if not names:
        return []
    numbers = head[ROW].to_list()
    lines = []
    # A few hundred rows at most: a loop over cells costs milliseconds and says what an expression could not.
    for number, values in zip(numbers, head.select(names).iter_rows(), strict=True):
        cells = {at: _cell(value) for at, value in enumerate(values) if value is not None and trim(value)}
        if cells:
            lines.append(_Line(number, cells))
    return lines


def _cell(value: str) -> _Cell:
    text = trim(value)[:200]
    return _Cell(text, cell_kind(text), _shape(text))


def _shape(text: str) -> str:
    """Runs of capitals, small letters and digits as one sign each: ``AB-120`` is ``A-9``."""
    signs: list[str] = []
    for character in text[:40]:
        if character.isdigit():
            sign = "9"
        elif character.isalpha():
            sign = "A" if character.isupper() else "a"
        else:
            sign = character
        if not signs or signs[-1] != sign:
            signs.append(sign)
    return "".join(signs)


def _known_labels(schema: Schema | None) -> frozenset[str]:
    if schema is None:
        return frozenset()
    names = (name for f in schema.fields for name in (f.label, f.key, *f.aliases))
    return frozenset(key for name in names if (key := read_label(name).key))


# -- candidates -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Column:
    """What the rows below a row hold in one column."""

    cells: list[_Cell]
    kinds: Counter[str]
    texts: Counter[str]

    @property
    def main(self) -> tuple[str, float]:
        """The most frequent kind and its share."""
        kind, count = self.kinds.most_common(1)[0]
        return kind, count / len(self.cells)


def _candidates(lines: Sequence[_Line], known: frozenset[str]) -> list[HeaderCandidate]:
    if not lines:
        return [HeaderCandidate(row=None, score=1.0, reasons=("no_cells",))]
    found: list[HeaderCandidate] = []
    widths = sorted(len(line.cells) for line in lines)
    wide = widths[int(0.7 * (len(widths) - 1))]
    rejected = 0
    better_below = False
    judged = [_judge(lines, at, known, wide) for at in range(min(len(lines), _ROWS, _DEPTH))]
    for at in range(len(judged) - 1, -1, -1):
        score, reasons, coverage = judged[at]
        if better_below and (coverage < 0.75 * judged[at + 1][2] or _is_title(lines[at], lines[at + 1])):
            score *= 0.4
        better_below = at + 1 < len(lines) and score >= 0.5 and lines[at].row - lines[max(at - 1, 0)].row <= 1
        judged[at] = (round(score, 3), reasons, coverage)
    for at, (score, reasons, _) in enumerate(judged):
        if score > 0.02:
            rows = _stack(lines, at, _body(lines, at)) if score >= 0.4 else (lines[at].row,)
            stacked = HeaderCandidate(row=lines[at].row, rows=rows, score=score, reasons=reasons)
            same = next((place for place, other in enumerate(found) if other.rows == rows), None)
            if same is None:
                found.append(stacked)
            elif score > found[same].score:
                found[same] = stacked
        elif reasons:
            rejected += 1
    best = max((candidate.score for candidate in found), default=0.0)
    pairs = _label_value_pairs(lines, known)
    none = max(1.0 - best, 0.0)
    why = ("data_from_the_start",) if found or rejected else ("no_labels",)
    if pairs > none:
        none, why = pairs, ("label_value_pairs",)
        found = [_weaker(candidate, 1.0 - pairs) for candidate in found]
    found.append(HeaderCandidate(row=None, score=round(none, 3), reasons=why))
    return found


@dataclass(frozen=True, slots=True)
class _Above:
    """A table above the best header: its own header, its rows and how many cells they have."""

    header: HeaderCandidate
    rows: int
    size: int


def _names_more(lines: Sequence[_Line], other: HeaderCandidate, best: HeaderCandidate) -> bool:
    """Whether a header is the best one and rows above it that name columns of the table which the best one leaves unnamed."""
    if not best.rows or len(other.rows) <= len(best.rows) or other.rows[-len(best.rows) :] != best.rows:
        return False
    cells = {line.row: line.cells for line in lines}
    named = {place for row in best.rows for place in cells[row]}
    at = next(place for place, line in enumerate(lines) if line.row == best.rows[-1])
    more = {place for row in other.rows for place in cells[row]} - named
    return bool(more & _columns(_body(lines, at)).keys())


def _tables_above(lines: Sequence[_Line], ranked: Sequence[HeaderCandidate]) -> list[_Above]:
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
        columns = _columns(own)
        # The cells beside parameters are of every kind, those of a column are of one.
        if len(own) >= 2 and sum(column.main[1] for column in columns.values()) >= 0.8 * len(columns):
            found.append(_Above(candidate, len(own), sum(len(line.cells) for line in own)))
    return sorted(found, key=lambda table: -table.size)


def _size_below(lines: Sequence[_Line], header: HeaderCandidate) -> int:
    """How many cells the rows below a header have, as far as they are looked at."""
    last = header.rows[-1] if header.rows else 0
    return sum(len(line.cells) for line in lines if line.row > last)


def _weaker(candidate: HeaderCandidate, limit: float) -> HeaderCandidate:
    score = round(min(candidate.score, limit), 3)
    return HeaderCandidate(row=candidate.row, rows=candidate.rows, score=score, reasons=candidate.reasons)


def _body(lines: Sequence[_Line], at: int) -> list[_Line]:
    """The rows of the table below a row: up to a gap, unless the gap is right below the row."""
    body: list[_Line] = []
    before = lines[at].row
    for line in lines[at + 1 : at + 1 + _BODY]:
        if line.row > before + 1 and body:
            break
        body.append(line)
        before = line.row
    return body


def _columns(body: Sequence[_Line]) -> dict[int, _Column]:
    """The columns that the rows fill (most of them, for a row of notes among them says nothing of the table)."""
    if not body:
        return {}
    counts = sorted(len(line.cells) for line in body)
    usual = counts[int(0.8 * (len(counts) - 1))]
    table = [line for line in body if len(line.cells) >= 0.5 * usual]
    filled = Counter(at for line in table for at in line.cells)
    columns = {}
    for at, count in filled.items():
        if count >= max(1, 0.25 * len(table)):
            cells = [line.cells[at] for line in table if at in line.cells and line.cells[at].kind != "blank"]
            if cells:
                columns[at] = _Column(cells, Counter(c.kind for c in cells), Counter(fold(c.text) for c in cells))
    return columns


def _judge(lines: Sequence[_Line], at: int, known: frozenset[str], wide: int) -> tuple[float, tuple[str, ...], float]:
    """Score of one row as a header, the reasons, and how much of the table's columns it covers."""
    line = lines[at]
    cells = {place: cell for place, cell in line.cells.items() if cell.kind != "blank"}
    below = _body(lines, at)
    others = [under for under in below if not _same_line(line, under)]
    body = (
        others if 2 * len(others) >= len(below) else below
    )  # rows that are all alike are rows, and no labels said again
    columns = _columns(body)
    if not cells:
        return 0.0, (), 0.0
    if not columns:
        alone = at == 0 or (len(cells) >= wide and all(len(other.cells) < 0.7 * len(cells) for other in lines[:at]))
        return _judge_alone(cells, known) if alone else (0.0, (), 0.0)
    for place in [place for place in columns if place not in line.cells]:
        if len(columns) > 1 and _counts_rows(columns[place]):
            del columns[place]
    sequence = _sequence(cells)
    covered = [place for place in columns if place in cells]
    coverage = len(covered) / len(columns)
    labels = [fold(cell.text) for cell in cells.values()]
    distinct = len(set(labels)) / len(labels)
    texts = sum(cell.kind in ("text", "code") or place in sequence for place, cell in cells.items()) / len(cells)
    prose = sum(cell.kind == "prose" for cell in cells.values()) / len(cells)
    evidence = [_column_evidence(cells[place], columns[place], known, place in sequence) for place in covered]
    change = sum(points for points, _ in evidence) / max(1, len(evidence))
    said = Counter(reason for _, reason in evidence if reason)
    start = _block_start(lines, at)
    like = [sum(place in other.cells for place in columns) >= 0.7 * len(columns) for other in lines[:at]]
    above, before = sum(like[start:]), any(like[:start])
    z = (
        -0.35
        + 2.2 * (coverage - 0.65)
        + 0.9 * (texts + 0.6 * prose - 0.6)
        + 1.5 * (distinct - 0.85)
        + (2.4 if change > 0 else 3.2) * change
        - 0.9 * min(said["same_kind_below"], 2)
        - 0.4 * min(said["value_in_row"], 2)
        - 0.6 * (said["same_shape_below"] > 0 and change <= 0)
        - 0.4 * min(said["value_comes_again"], 3)
        - 1.1 * min(above, 1)
        - 0.3 * max(0, min(above - 1, 6))
        - 0.35 * before
    )
    if any(cell.kind == "email" for cell in cells.values()):
        z -= 1.5
    if len(cells) <= 2 and cells[min(cells)].text.endswith((":", "：")):
        z -= 3.5
    if len(cells) == 1 and len(columns) > 1:
        z -= 2.0 if len(columns) > 2 else 1.2
    if len(cells) > 1 and coverage < 0.6:
        z -= 2.0 * (0.6 - coverage) + 0.3
    if len(cells) <= 2 and (wide >= 3 or _longer_block_follows(lines, at)) and not _names_a_list(cells, body, known):
        z -= 1.2
    if len(body) <= 3 and _wider_follows(lines, at, body):
        z -= 1.2
    if _column_letters(cells):
        z -= 1.5
    reasons = [reason for reason, _ in said.most_common(3)]
    if coverage >= 0.8:
        reasons.insert(0, "covers_columns")
    if above:
        reasons.append("rows_like_it_above")
    return round(1.0 / (1.0 + math.exp(-2.6 * z)), 3), tuple(reasons), coverage


def _block_start(lines: Sequence[_Line], at: int) -> int:
    """The first row of the rows that stand together with this one, no blank row between."""
    while at and lines[at - 1].row == lines[at].row - 1:
        at -= 1
    return at


def _counts_rows(column: _Column) -> bool:
    """Whether a column holds 0, 1, 2 … or 1, 2, 3 …: it often has no label."""
    numbers = [_plain_number(cell.text) for cell in column.cells]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _longer_block_follows(lines: Sequence[_Line], at: int) -> bool:
    """Whether a blank row ends the block of this row soon, and more rows than it has come after."""
    end = at
    while end + 1 < len(lines) and lines[end + 1].row == lines[end].row + 1 and end - at < 9:
        end += 1
    return end - at < 9 and len(lines) - end - 1 > 2 * (end - at + 1)


def _wider_follows(lines: Sequence[_Line], at: int, body: Sequence[_Line]) -> bool:
    """Whether a row far wider stands below the few rows under this one: those were a preamble."""
    last = body[-1].row if body else lines[at].row
    return any(line.row > last and len(line.cells) >= 1.5 * len(lines[at].cells) for line in lines[at + 1 :])


def _column_letters(cells: dict[int, _Cell]) -> bool:
    """Whether a row says A, B, C … like the edge of a printed sheet."""
    texts = [cell.text.upper() for _, cell in sorted(cells.items())]
    return len(texts) >= 3 and texts == [chr(ord("A") + at) for at in range(len(texts))]


def _names_a_list(cells: dict[int, _Cell], body: Sequence[_Line], known: frozenset[str]) -> bool:
    """Whether two cells are labels of a narrow table, and not the first of several labels with a value beside each."""
    if any(_known_word(cell.text, known) < 0.6 for cell in cells.values()) or len(cells) != 2 or len(body) < 3:
        return False
    first = min(cells)
    texts = [line.cells[first].text for line in body[:10] if first in line.cells]
    return bool(texts) and sum(_known_word(text, known) > 0 for text in texts) < 0.3 * len(texts)


def _same_line(header: _Line, line: _Line) -> bool:
    """Whether a row repeats the labels, as on every page of a printed report."""
    same = sum(at in line.cells and line.cells[at].text == cell.text for at, cell in header.cells.items())
    return same >= 2 and same >= 0.8 * max(len(header.cells), len(line.cells))


def _judge_alone(cells: dict[int, _Cell], known: frozenset[str]) -> tuple[float, tuple[str, ...], float]:
    """A last row has nothing below it: only its words can make it a header."""
    texts = sum(cell.kind in ("text", "code") for cell in cells.values()) / len(cells)
    words = sum(_known_word(cell.text, known) > 0 for cell in cells.values()) / len(cells)
    distinct = len({fold(cell.text) for cell in cells.values()}) / len(cells)
    if texts < 0.9 or distinct < 0.9:
        return 0.05, ("no_rows_below",), 0.0
    several = 0.25 if len(cells) > 1 else 0.0
    return (
        round(min(0.95, 0.25 + several + 0.6 * words), 3),
        ("no_rows_below", *(("known_words",) if words else ())),
        0.0,
    )


#: So many different texts in alphabetical order are no chance (one in 720).
_SORTED: Final = 6

#: What it says against a label that it is one word, written as nearly every cell below it is.
_LIKE_WORDS: Final = 0.15

#: Values that occur once tell how often a further row brings a new one (the Good-Turing estimate): where that is rare, a
#: text that occurs nowhere below is a label.
_NEW_VALUES: Final = 0.2


def _column_evidence(label: _Cell, column: _Column, known: frozenset[str], sequence: bool) -> tuple[float, str]:
    """How much a cell looks like the label of the column below it: from -1 to 1, with the main reason."""
    kind, share = column.main
    word = _known_word(label.text, known)
    n = len(column.cells)
    if label.kind in _VALUES and not sequence:
        if label.kind == kind and share >= 0.5:
            return -1.0, "same_kind_below"
        return (-0.6, "value_in_row") if label.kind in ("email", "url", "date", "number") else (-0.4, "value_in_row")
    if sequence:
        return (0.5, "sequence") if kind == "number" and share >= 0.5 else (0.1, "sequence")
    again = column.texts.get(fold(label.text), 0)
    if again:
        return (-0.8, "value_comes_again") if word < 0.6 else (-0.2, "value_comes_again")
    values = sum(count for k, count in column.kinds.items() if k in _VALUES) / n
    if values >= 0.6:
        # Of stacked labels the upper ones stand over texts too; a list of parameters stands over more of them.
        until = next((at for at, cell in enumerate(column.cells) if cell.kind in _VALUES), n)
        if until >= 2:
            return (max(0.1, word), "kinds_change") if until == 2 else (-0.35, "change_comes_later")
        return (1.0 if n >= 2 else 0.8), "kinds_change"
    if values >= 0.3:
        return max(0.5, word), "kinds_change"
    if word < 0.4 and _one_of(label, column):
        return -0.8, "same_kind_below"
    points, reason = word, "known_words" if word else ""
    if not word:
        if _begins_alike(label, column):
            return -0.8, "same_kind_below"
        if _sorted(column):
            # A value stands in its place in the order, a label only by chance.
            if fold(label.text) <= fold(column.cells[0].text):
                return -0.3, "same_kind_below"
            points, reason = points + 0.4, "breaks_order"
    shape, count = Counter(cell.shape for cell in column.cells).most_common(1)[0]
    if n >= 3 and count >= 0.8 * n:
        if label.shape != shape:
            # Where some cells below are made otherwise too, a further row may be.
            points, reason = points + 0.4 * (1 - 3 * (1 - count / n)), reason or "shape_changes"
        elif kind == "code":
            points -= 0.6
        elif n >= 4 and not read_label(label.text).roles:
            # "Ada Berg" over names of two words is one of them; "Line manager" is not, nor is "Name" over single words.
            points, reason = points - (0.4 if " " in shape else _LIKE_WORDS), reason or "same_shape_below"
    elif kind == "code" and share >= 0.7 and label.kind != "code":
        points, reason = points + 0.4, reason or "shape_changes"
    lengths = {len(cell.text) for cell in column.cells}
    if n >= 4 and len(lengths) == 1 and len(label.text) not in lengths:
        points, reason = points + 0.3, reason or "shape_changes"
    if n >= 6 and sum(count == 1 for count in column.texts.values()) <= _NEW_VALUES * n:
        points, reason = points + 0.35, reason or "values_repeat_below"
    if kind == "prose" and share >= 0.5 and label.kind != "prose":
        points, reason = points + 0.3, reason or "shape_changes"
    if "_" in label.text:
        keys = sum("_" in cell.text for cell in column.cells)
        points += 0.15 if keys < 0.5 * n else -0.15  # programs write so both labels and keys
    return max(-1.0, min(1.0, points + 0.03)), reason


def _begins_alike(label: _Cell, column: _Column) -> bool:
    """Whether a text of several words begins with the word that nearly every text below it begins with."""
    word, _, rest = label.text.partition(" ")
    alike = sum(cell.text.startswith(word + " ") for cell in column.cells)
    return bool(rest) and len(column.cells) >= 4 and alike >= 0.8 * len(column.cells)


def _sorted(column: _Column) -> bool:
    """Whether the texts stand in alphabetical order."""
    different = list(column.texts)  # as they come first, so most columns need no second look
    if len(different) < _SORTED or different != sorted(different):
        return False
    texts = [fold(cell.text) for cell in column.cells]
    return texts == sorted(texts)


def _one_of(label: _Cell, column: _Column) -> bool:
    """Whether a text is made as every text below it is: a code of the same length and shape, or one that begins alike."""
    texts = [cell.text for cell in column.cells]
    if len(texts) < 4 or any(cell.kind not in ("text", "code") or " " in cell.text for cell in (label, *column.cells)):
        return False
    if all(len(cell.text) == len(label.text) and cell.shape == label.shape for cell in column.cells):
        return True
    # What all begin with is often their label as well (Team over Team-1), but then it is no longer by the same count.
    prefix = os.path.commonprefix([*texts, label.text])  # noqa: RUF071 (characters are what is meant, not paths)
    return len(prefix) >= 3 and not prefix[-1].isalnum() and len(label.text) in {len(text) for text in texts}


#: Roles of words that stand in labels and hardly ever in cells ("Active", "Director", "Sales" stand in cells too).
_LABEL_ROLES: Final = frozenset(
    [
        "user_id",
        "login",
        "record_id",
        "national_id",
        "email",
        "status",
        "first_name",
        "last_name",
        "full_name",
        "name",
        "department",
        "job_title",
        "location",
        "start_date",
        "end_date",
        "birth_date",
        "phone",
        "city",
        "country",
        "company",
        "gender",
        "language_name",
        "timezone",
        "id_word",
        "aspect",
        "form_context",
    ]
)


def _known_word(text: str, known: frozenset[str]) -> float:
    """How surely a text is a label because of its words."""
    if len(text) > 120:
        return 0.0
    reading = read_label(text)
    if reading.key in known:
        return 0.7
    if not reading.pieces or not reading.has(*_LABEL_ROLES):
        return 0.0
    if reading.unknown == 0:
        return 0.6 if reading.whole & _LABEL_ROLES or len(reading.pieces) <= 3 else 0.4
    return 0.2 if reading.unknown == 1 else 0.0


def _sequence(cells: dict[int, _Cell]) -> frozenset[int]:
    """Positions of numbers or dates that go up (or down) evenly along a row: years, months, weeks as labels."""
    found: set[int] = set()
    numbers = [(at, _plain_number(cell.text)) for at, cell in sorted(cells.items()) if cell.kind == "number"]
    whole = [(at, number) for at, number in numbers if number is not None]
    if len(whole) >= 2 and len(whole) == len(numbers):
        steps = {b - a for (_, a), (_, b) in itertools.pairwise(whole)}
        years = all(1850 <= number <= 2150 for _, number in whole)
        if (years and (all(step > 0 for step in steps) or all(step < 0 for step in steps))) or (
            len(whole) >= 4 and len(steps) == 1 and abs(next(iter(steps))) in (1, 5, 10)
        ):
            found.update(at for at, _ in whole)
    elif len(numbers) == 1 and len(cells) > 2 and whole and 1900 <= whole[0][1] <= 2100:
        found.add(whole[0][0])
    dates = [(at, cell.text) for at, cell in sorted(cells.items()) if cell.kind == "date"]
    if len(dates) >= 3 and len({text for _, text in dates}) == len(dates) and len(dates) >= 0.4 * len(cells):
        found.update(at for at, _ in dates)
    return frozenset(found)


def _plain_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


# -- several rows, no rows --------------------------------------------------------------------------------------------


def _stack(lines: Sequence[_Line], at: int, body: Sequence[_Line]) -> tuple[int, ...]:
    """The rows that make up the header with the row ``at``: groups above it, units or keys below it."""
    rows = [lines[at].row]
    for offset in range(1, min(3, len(body))):
        below = body[offset - 1]
        again = below.row == rows[-1] + 1 and _same_line(lines[at], below)  # the same labels once more
        rest = [line for line in body[offset:] if not _same_line(lines[at], line)]
        if not again and (_is_title(lines[at], below) or not _names_below(lines[at], below, rows[-1], rest)):
            break
        rows.append(below.row)
    # Columns that the row leaves unnamed are named by a row above it, where cells are merged downwards beside a group.
    unnamed = set(_columns([line for line in body if line.row > rows[-1]])) - set(lines[at].cells)
    upper: list[int] = []
    for offset in range(1, min(3, at + 1)):
        above = lines[at - offset]
        if above.row != lines[at].row - offset or _is_title(above, lines[at]):
            break
        groups = _groups(above, lines[at])
        if not groups and not (unnamed & above.cells.keys() and _may_name(above)):
            break
        upper.insert(0, above.row)
        if unnamed <= above.cells.keys() or groups:
            rows, upper = [*upper, *rows], []
        unnamed -= above.cells.keys()
    return tuple(rows)


#: A day with its month and year, as titles say when the list was made.
_DATED: Final = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{1,2}\.? [^\W\d]{3,} \d{4}\b|[^\W\d]{3,} \d{1,2},? \d{4}\b"
)


def _is_title(line: _Line, below: _Line) -> bool:
    """Whether a row is a title that fell into several cells at its commas, above the labels: it tells a day, and the row right
    below it has a short text for each of its cells, no two the same."""
    labels = [cell.text for cell in below.cells.values()]
    if below.row != line.row + 1 or len(labels) < 2 or not any(_DATED.search(c.text) for c in line.cells.values()):
        return False
    if any(cell.kind in _VALUES or len(cell.text) > 40 or _DATED.search(cell.text) for cell in below.cells.values()):
        return False
    return len(set(labels)) == len(labels) and 2 * len(set(below.cells) & set(line.cells)) > len(line.cells)


def _may_name(line: _Line) -> bool:
    """Whether the cells of a row may be labels: several, no values, and no parameters with colons."""
    colons = sum(cell.text.endswith(":") for cell in line.cells.values())
    return (
        len(line.cells) >= 2
        and 2 * colons <= len(line.cells)
        and all(c.kind not in _VALUES for c in line.cells.values())
    )


def _names_below(header: _Line, line: _Line, last: int, rest: Sequence[_Line]) -> bool:
    """Whether the row under the header still names columns.

    It is text only, and either stands as text over the values of the rest (units, keys, translations), or it is blank
    where every other row has a value (the answers to choose from, under a survey's questions).
    """
    columns = _columns(rest)
    years = _years_over_values(line, columns)
    if line.row != last + 1 or not rest or any(c.kind in _VALUES and p not in years for p, c in line.cells.items()):
        return False
    if any(at in columns and fold(cell.text) in columns[at].texts for at, cell in line.cells.items()):
        return False
    if any(_holds_value(cell.text) for cell in line.cells.values()):
        return False
    if not set(line.cells) <= set(header.cells) | set(columns):
        return False
    values = [at for at, column in columns.items() if sum(column.kinds[k] for k in _VALUES) >= 0.7 * len(column.cells)]
    over = [at for at in values if at in line.cells]
    if not over:
        full = [at for at in values if len(columns[at].cells) == len(rest)]
        return len(full) >= 2 and len(rest) >= 3 and len(line.cells) >= 2
    if len(rest) < 2 and len(over) < 2:
        return False
    sparse = len(line.cells) < 0.5 * len(header.cells)
    return len(over) >= (1 if sparse else 0.6 * len(values))


def _holds_value(text: str) -> bool:
    """Whether a text has an address in it or a string of figures: what is left of a row of data that lost its delimiters.
    Two years (2023-2024) are a label."""
    figures = sum(character.isdigit() for character in text)
    return "@" in text or (figures > 8 and figures > sum(character.isalpha() for character in text))


def _years_over_values(line: _Line, columns: dict[int, _Column]) -> frozenset[int]:
    """Positions of years over numbers that are none: the second row of a header whose first says what is counted."""
    found = {at for at, cell in line.cells.items() if cell.kind == "number" and _is_year(cell.text)}
    if len(found) < 2 or any(sum(map(_is_year, columns[at].texts)) for at in found if at in columns):
        return frozenset()
    return frozenset(found)


def _is_year(text: str) -> bool:
    number = _plain_number(text)
    return number is not None and 1900 <= number <= 2100


def _groups(line: _Line, header: _Line) -> bool:
    """Whether the row above the header names groups of its columns."""
    if len(line.cells) < 2 or any(c.kind not in ("text", "code") or c.text.endswith(":") for c in line.cells.values()):
        return False
    if len({cell.text for cell in line.cells.values()}) < 2:
        return False  # a title that stands in every cell of a merged range
    if not set(line.cells) <= set(header.cells) or len(line.cells) >= len(header.cells):
        return (
            len(line.cells) >= 0.8 * len(header.cells) and len(line.cells) > 2 and set(line.cells) <= set(header.cells)
        )
    places = sorted(line.cells)
    ends = [*places[1:], max(header.cells) + 1]
    spans = [end - start for start, end in zip(places, ends, strict=True)]
    return max(spans) >= 2


def _label_value_pairs(lines: Sequence[_Line], known: frozenset[str]) -> float:
    """How surely the sheet is a list of a label and its value per line."""
    pairs = [line for line in lines if 1 <= len(line.cells) <= 2]
    if len(pairs) < 3 or len(pairs) < 0.9 * len(lines):
        return 0.0
    first = Counter(min(line.cells) for line in pairs).most_common(1)[0][0]
    two = [line for line in pairs if len(line.cells) == 2 and min(line.cells) == first]
    if len(two) < 0.6 * len(pairs) or len(two) < 3:
        return 0.0
    labels = [line.cells[first] for line in two]
    values = [next(cell for at, cell in line.cells.items() if at != first) for line in two]
    if len({fold(cell.text) for cell in labels}) < len(labels) or any(cell.kind in _VALUES for cell in labels):
        return 0.0
    colons = sum(cell.text.endswith((":", "：")) for cell in labels) / len(labels)
    words = sum(_known_word(cell.text, known) >= 0.4 for cell in labels) / len(labels)
    kinds = len({cell.kind for cell in values})
    if colons >= 0.6 or (words >= 0.6 and (kinds >= 2 or len(two) <= 12)):
        return 0.9
    return 0.0
