"""The first rows of a sheet as cells with a kind and a shape, and the columns that rows below a row fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .._text import fold, trim
from ..kinds import cell_kind
from ..workbook import ROW, Sheet

__all__ = [
    "ROWS",
    "VALUES",
    "Cell",
    "Column",
    "Line",
    "body_of",
    "columns_of",
    "first_lines",
    "plain_number",
    "same_line",
]

#: Headers stand within the first rows; notes of more than 60 lines above a table have not been seen.
ROWS: Final = 160

#: How many rows below a row are its evidence. More tell nothing new about a column's kind.
_BODY: Final = 40

#: A table of more columns is judged by its first ones.
_COLUMNS: Final = 256

#: Kinds of which a label is hardly ever.
VALUES: Final = frozenset({"number", "date", "truth", "email", "url"})


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    kind: str
    shape: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet: its number and its cells by position, blank ones left out."""

    row: int
    cells: dict[int, Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """What the rows below a row hold in one column."""

    cells: list[Cell]
    kinds: Counter[str]
    texts: Counter[str]

    @property
    def main(self) -> tuple[str, float]:
        """The most frequent kind and its share."""
        kind, count = self.kinds.most_common(1)[0]
        return kind, count / len(self.cells)


def first_lines(sheet: Sheet) -> list[Line]:
    head = sheet.preview(ROWS + _BODY).head(ROWS + _BODY)
    names = [name for name in head.columns if name != ROW][:_COLUMNS]
    if not names:
        return []
    numbers = head[ROW].to_list()
    lines = []
    # A few hundred rows at most: a loop over cells costs milliseconds and says what an expression could not.
    for number, values in zip(numbers, head.select(names).iter_rows(), strict=True):
        cells = {at: _cell(value) for at, value in enumerate(values) if value is not None and trim(value)}
        if cells:
            lines.append(Line(number, cells))
    return lines


def _cell(value: str) -> Cell:
    text = trim(value)[:200]
    return Cell(text, cell_kind(text), _shape(text))


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


def body_of(lines: Sequence[Line], at: int) -> list[Line]:
    """The rows of the table below a row: up to a gap, unless the gap is right below the row."""
    body: list[Line] = []
    before = lines[at].row
    for line in lines[at + 1 : at + 1 + _BODY]:
        if line.row > before + 1 and body:
            break
        body.append(line)
        before = line.row
    return body


def columns_of(body: Sequence[Line]) -> dict[int, Column]:
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
                columns[at] = Column(cells, Counter(c.kind for c in cells), Counter(fold(c.text) for c in cells))
    return columns


def same_line(header: Line, line: Line) -> bool:
    """Whether a row repeats the labels, as on every page of a printed report."""
    same = sum(at in line.cells and line.cells[at].text == cell.text for at, cell in header.cells.items())
    return same >= 2 and same >= 0.8 * max(len(header.cells), len(line.cells))


def plain_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
