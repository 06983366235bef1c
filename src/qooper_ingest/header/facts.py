"""What is seen of one row as a header of the rows below it: computed once per row, weighed in ``signals.py``."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .labels import known_word, label_facts
from .lines import VALUES, Cell, Column, Line, body_of, columns_of, plain_number, same_line

__all__ = ["DATED", "RowFacts", "colons_share", "label_value_pairs", "row_facts"]

#: A day with its month and year, as titles say when the list was made.
DATED: Final = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{1,2}\.? [^\W\d]{3,} \d{4}\b|[^\W\d]{3,} \d{1,2},? \d{4}\b"
)

#: A day and its month without a year.
_DAY: Final = re.compile(r"(\d{1,2})[./](\d{1,2})\.?")

_COLONS: Final = (":", "：")

#: Labels and a row of values are a summary, more rows are a table.
_TABLE: Final = 3

#: So many whole numbers that go up along a row, none far from the next, count its columns (one chance in 120 for others).
_COUNTED: Final = 5

#: A block is short if a blank row ends it within so many rows.
_SHORT_BLOCK: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFacts:
    """One row over the rows below it.

    Args:
        cells: Its cells, placeholders left out.
        columns: Number of columns of the table below; 0 where nothing is below.
        covered: Number of these that the row has a cell for.
        body: Number of rows that are its evidence.
        wide: How many cells the fuller rows of the sheet have.
        said: How many of its cells over columns show each fact of ``labels.py``.
        known: Share of cells whose words are those of labels.
        like_above: Rows above in its block that fill the same columns.
        like_before: Whether rows enough for a table, above its block, fill the same columns.
        next_texts: Share of the value columns in which the row right below has a text.
        next_fuller: Whether the row right below has a text for more of the columns.
        next_alike: Whether the row right below is one of texts too, over values further down.
        after_gap: Whether a blank row is right above.
        said_again: Whether the same cells come again below.
        short_block: Whether a blank row ends its block soon and a longer one follows.
        wider_follows: Whether a far wider row stands below the few rows under it.
        names_list: Whether two known labels name a list of two columns.
        dated: Whether a cell tells a day with its year.
        letters: Whether it says A, B, C … like the edge of a printed sheet.
    """

    cells: dict[int, Cell]
    columns: int
    covered: int
    body: int
    wide: int
    said: Counter[str]
    known: float
    like_above: int
    like_before: bool
    next_texts: float
    next_fuller: bool
    next_alike: bool
    after_gap: bool
    said_again: bool
    short_block: bool
    wider_follows: bool
    names_list: bool
    dated: bool
    letters: bool

    def share(self, *names: str) -> float:
        """Share of the cells over columns that show one of these facts."""
        return sum(self.said[name] for name in names) / self.covered if self.covered else 0.0


def row_facts(lines: Sequence[Line], at: int, known: frozenset[str], wide: int) -> RowFacts | None:
    """See what is to be seen of one row; None where it holds only placeholders."""
    line = lines[at]
    cells = {place: cell for place, cell in line.cells.items() if cell.kind != "blank"}
    if not cells:
        return None
    below = body_of(lines, at)
    others = [under for under in below if not same_line(line, under)]
    body = others if 2 * len(others) >= len(below) else below  # rows that are all alike are rows, no labels said again
    columns = columns_of(body)
    for place in [place for place in columns if place not in line.cells]:
        if len(columns) > 1 and _counts_rows(columns[place]):
            del columns[place]
    sequence = _sequence(cells)
    covered = [place for place in columns if place in cells]
    said = Counter(
        fact for place in covered for fact in label_facts(cells[place], columns[place], known, place in sequence)
    )
    start = _block_start(lines, at)
    like = [sum(place in other.cells for place in columns) >= 0.7 * len(columns) for other in lines[:at]]
    below_one = body[0] if body else None
    rest = columns_of(body[1:]) if below_one is not None else {}
    values = [place for place, column in rest.items() if column.values >= 0.6]
    next_texts = (
        sum(place in below_one.cells and below_one.cells[place].kind not in VALUES for place in values) / len(values)
        if values and below_one is not None
        else 0.0
    )
    n = len(cells)
    return RowFacts(
        cells=cells,
        columns=len(columns),
        covered=len(covered),
        body=len(body),
        wide=wide,
        said=said,
        known=sum(known_word(cell.text, known) >= 0.2 for cell in cells.values() if cell.kind not in VALUES) / n,
        like_above=sum(like[start:]) if columns else 0,
        like_before=bool(columns) and sum(like[:start]) >= _TABLE,
        next_texts=next_texts,
        next_fuller=below_one is not None and _is_fuller(below_one, cells, rest),
        next_alike=below_one is not None and next_texts >= 0.6 and len(below_one.cells) >= 0.7 * n,
        after_gap=at > 0 and lines[at - 1].row < line.row - 1,
        said_again=len(others) < len(below) and 2 * len(others) >= len(below),
        short_block=_longer_block_follows(lines, at),
        wider_follows=len(body) <= 3 and _wider_follows(lines, at, body),
        names_list=_names_a_list(cells, body, known),
        dated=any(DATED.search(cell.text) for cell in cells.values()),
        letters=_column_letters(cells),
    )


def _is_fuller(below: Line, cells: dict[int, Cell], rest: dict[int, Column]) -> bool:
    """Whether the row below has a text, and none of the values, for more of the columns that the rest fills."""
    if any(cell.kind in VALUES for cell in below.cells.values()):
        return False
    own = sum(place in cells for place in rest)
    return sum(place in below.cells for place in rest) > own


def _block_start(lines: Sequence[Line], at: int) -> int:
    """The first row of the rows that stand together with this one, no blank row between."""
    while at and lines[at - 1].row == lines[at].row - 1:
        at -= 1
    return at


def _counts_rows(column: Column) -> bool:
    """Whether a column holds 0, 1, 2 … or 1, 2, 3 …: it often has no label."""
    numbers = [plain_number(cell.text) for cell in column.cells]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _longer_block_follows(lines: Sequence[Line], at: int) -> bool:
    """Whether a blank row ends the block of this row soon, and more rows than it has come after."""
    end = at
    while end + 1 < len(lines) and lines[end + 1].row == lines[end].row + 1 and end - at < _SHORT_BLOCK:
        end += 1
    return end - at < _SHORT_BLOCK and len(lines) - end - 1 > 2 * (end - at + 1)


def _wider_follows(lines: Sequence[Line], at: int, body: Sequence[Line]) -> bool:
    """Whether a row far wider stands below the few rows under this one: those were a preamble."""
    last = body[-1].row if body else lines[at].row
    return any(line.row > last and len(line.cells) >= 1.5 * len(lines[at].cells) for line in lines[at + 1 :])


def _column_letters(cells: dict[int, Cell]) -> bool:
    """Whether a row says A, B, C … like the edge of a printed sheet."""
    texts = [cell.text.upper() for _, cell in sorted(cells.items())]
    return len(texts) >= 3 and texts == [chr(ord("A") + at) for at in range(len(texts))]


def _names_a_list(cells: dict[int, Cell], body: Sequence[Line], known: frozenset[str]) -> bool:
    """Whether two cells are labels of a narrow table, and not the first of several labels with a value beside each."""
    if len(cells) != 2 or len(body) < 3 or any(known_word(cell.text, known) < 0.6 for cell in cells.values()):
        return False
    first = min(cells)
    texts = [line.cells[first].text for line in body[:10] if first in line.cells]
    return bool(texts) and sum(known_word(text, known) > 0 for text in texts) < 0.3 * len(texts)


def _sequence(cells: dict[int, Cell]) -> frozenset[int]:
    """Positions of numbers or dates that go up (or down) evenly along a row: years, months, weeks as labels."""
    found: set[int] = set()
    texts = [(at, cell.text) for at, cell in sorted(cells.items()) if cell.kind == "number"]
    numbers = [(at, plain_number(text)) for at, text in texts]
    whole = [(at, number) for at, number in numbers if number is not None]
    if len(whole) >= 2 and len(whole) == len(numbers):
        steps = {b - a for (_, a), (_, b) in itertools.pairwise(whole)}
        years = all(1850 <= number <= 2150 for _, number in whole)
        if (
            (years and (all(step > 0 for step in steps) or all(step < 0 for step in steps)))
            or (len(whole) >= 4 and len(steps) == 1 and abs(next(iter(steps))) in (1, 5, 10))
            or _counts_with_gaps([number for _, number in whole])
        ):
            found.update(at for at, _ in whole)
    elif len(numbers) == 1 and len(cells) > 2 and whole and 1900 <= whole[0][1] <= 2100:
        found.add(whole[0][0])
    elif _are_days([text for _, text in texts]):
        found.update(at for at, _ in texts)
    dates = [(at, cell.text) for at, cell in sorted(cells.items()) if cell.kind == "date"]
    if len(dates) >= 3 and len({text for _, text in dates}) == len(dates) and len(dates) >= 0.4 * len(cells):
        found.update(at for at, _ in dates)
    return frozenset(found)


def _counts_with_gaps(numbers: Sequence[int]) -> bool:
    """Whether numbers count something of which some are left out (wards 1, 2, 4, 5, 7), and are the labels of it."""
    if len(numbers) < _COUNTED or numbers[0] not in (0, 1):
        return False
    return all(0 < b - a <= 3 for a, b in itertools.pairwise(numbers))


def _are_days(texts: Sequence[str]) -> bool:
    """Whether numbers are days of a year in their order (1.09, 8.09, 15.09): the dates of meetings as labels."""
    found = [_DAY.fullmatch(text) for text in texts]
    if len(texts) < 4 or not all(found):
        return False
    days = [(int(match[2]), int(match[1])) for match in found if match]
    return all(1 <= month <= 12 and 1 <= day <= 31 for month, day in days) and (
        sum(b <= a for a, b in itertools.pairwise(days)) <= 1  # a year may end among them
    )


def colons_share(lines: Sequence[Line]) -> float:
    """Share of lines whose first cell ends with a colon, of those of several cells or of one."""
    return sum(line.cells[min(line.cells)].text.endswith(_COLONS) for line in lines) / len(lines)


def label_value_pairs(lines: Sequence[Line], known: frozenset[str]) -> bool:
    """Whether the sheet is a list of a label and its value per line."""
    pairs = [line for line in lines if 1 <= len(line.cells) <= 2]
    if len(pairs) < 3 or len(pairs) < 0.9 * len(lines):
        return False
    first = Counter(min(line.cells) for line in pairs).most_common(1)[0][0]
    two = [line for line in pairs if len(line.cells) == 2 and min(line.cells) == first]
    if len(two) < 0.6 * len(pairs) or len(two) < 3:
        return False
    labels = [line.cells[first] for line in two]
    values = [next(cell for at, cell in line.cells.items() if at != first) for line in two]
    if len({cell.key for cell in labels}) < len(labels) or any(cell.kind in VALUES for cell in labels):
        return False
    colons = sum(cell.text.endswith(_COLONS) for cell in labels) / len(labels)
    words = sum(known_word(cell.text, known) >= 0.4 for cell in labels) / len(labels)
    kinds = len({cell.kind for cell in values})
    return colons >= 0.6 or (words >= 0.6 and (kinds >= 2 or len(two) <= 12))
