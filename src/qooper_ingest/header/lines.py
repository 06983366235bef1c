"""The first rows of a sheet as cells with a kind and a shape, and the columns that rows below a row fill.

Each different text is looked at once: cells that say the same are one `Cell`. Reading stops where so many rows like one another
follow that the table can no longer be a preamble.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .._grid import ROW
from .._text import fold, trim
from ..kinds import cell_kind
from ..workbook import Sheet

__all__ = [
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

#: Rows of the sheet that are looked at, blank ones included; notes of more than 60 lines above a table have not been seen.
_ROWS: Final = 200

#: How many rows below a row are its evidence. More tell nothing new about a column's kind.
_BODY: Final = 30

#: After so many rows that are like the one above them nothing below can make them a preamble.
_STEADY: Final = 40

#: A table of more columns is judged by its first ones.
_COLUMNS: Final = 64

#: Kinds of which a label is hardly ever.
VALUES: Final = frozenset({"number", "date", "truth", "email", "url"})

#: A cell that is an address behind a name, or several addresses (RFC 5322, mailbox-list), besides the single address that is a kind.
_ADDRESSES: Final = re.compile(
    r"[^<>@]{0,80}<\s*[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;.<>]+\s*>|(?:[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+[\s,;]*){2,9}"
)

#: Error values of spreadsheets (ECMA-376, 18.17.3), with what data terminals write behind them: they say nothing of a column.
_ERROR: Final = re.compile(r"#(?:N/A|NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!)(?:\s.{0,20})?")

_LETTERS_AND_DIGITS: Final = {
    **dict.fromkeys(range(ord("A"), ord("Z") + 1), "A"),
    **dict.fromkeys(range(ord("a"), ord("z") + 1), "a"),
    **dict.fromkeys(range(ord("0"), ord("9") + 1), "9"),
}
_RUN: Final = re.compile(r"(.)\1+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, its kind (`cell_kind`), its shape (empty for values but marks) and the key under which two spellings of it meet."""

    text: str
    kind: str
    shape: str
    key: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet: its number, its cells by position (blank ones left out), how many rows like it are right above."""

    row: int
    cells: dict[int, Cell]
    run: int = 0


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

    @property
    def values(self) -> float:
        """The share of cells that are numbers, dates, addresses and the like."""
        return sum(count for kind, count in self.kinds.items() if kind in VALUES) / len(self.cells)


def first_lines(sheet: Sheet) -> list[Line]:
    head = sheet.preview(_ROWS).head(_ROWS)
    names = [name for name in head.columns if name != ROW][:_COLUMNS]
    if not names:
        return []
    numbers = head[ROW].to_list()
    seen: dict[str, Cell | None] = {}
    lines: list[Line] = []
    # A few hundred rows at most: a loop over cells costs milliseconds and says what an expression could not.
    for number, values in zip(numbers, head.select(names).iter_rows(), strict=True):
        cells: dict[int, Cell] = {}
        for at, value in enumerate(values):
            if value is None:
                continue
            if value not in seen:
                seen[value] = _cell(value)
            if (cell := seen[value]) is not None:
                cells[at] = cell
        if not cells:
            continue
        run = lines[-1].run + 1 if lines and _are_alike(lines[-1], number, cells) else 0
        lines.append(Line(number, cells, run))
        if run >= _STEADY:
            break
    return lines


def _cell(value: str) -> Cell | None:
    text = trim(value)[:200]
    if not text:
        return None
    kind = "blank" if text[0] == "#" and _ERROR.fullmatch(text) else cell_kind(text)
    if kind == "blank" or (kind in VALUES and kind != "truth"):
        return Cell(text, kind, "", text.lower())
    if "@" in text and _ADDRESSES.fullmatch(text):
        return Cell(text, "email", "", text.lower())
    return Cell(text, kind, _shape(text), fold(text))


def _shape(text: str) -> str:
    """Runs of capitals, small letters and digits as one sign each: ``AB-120`` is ``A-9``."""
    text = text[:40]
    if not text.isascii():
        text = "".join("9" if c.isdigit() else c if not c.isalpha() else "A" if c.isupper() else "a" for c in text)
    return _RUN.sub(r"\1", text.translate(_LETTERS_AND_DIGITS))


def _are_alike(line: Line, row: int, cells: dict[int, Cell]) -> bool:
    """Whether two rows that follow each other fill the same columns with cells of the same kinds, nearly."""
    if row > line.row + 1:
        return False
    shared = line.cells.keys() & cells.keys()
    if len(shared) < 0.7 * max(len(line.cells), len(cells)):
        return False
    differ = 0
    for at in shared:
        one, other = line.cells[at].kind, cells[at].kind
        differ += one != other and one != "blank" and other != "blank"
    return differ <= 0.2 * len(shared)


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
    table = [line for line in body if 2 * len(line.cells) >= usual]
    cells: dict[int, list[Cell]] = {}
    for line in table:
        for at, cell in line.cells.items():
            cells.setdefault(at, []).append(cell)
    columns = {}
    for at, filled in cells.items():
        if 4 * len(filled) >= len(table):
            said = [cell for cell in filled if cell.kind != "blank"]
            if said:
                columns[at] = Column(said, Counter([c.kind for c in said]), Counter([c.key for c in said]))
    return columns


def same_line(header: Line, line: Line) -> bool:
    """Whether a row repeats the labels, as on every page of a printed report."""
    same = sum(at in line.cells and line.cells[at].text == cell.text for at, cell in header.cells.items())
    return same >= 2 and same >= 0.8 * max(len(header.cells), len(line.cells))


def plain_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
