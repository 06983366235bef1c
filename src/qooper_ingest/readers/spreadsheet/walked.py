"""A worksheet through a guarded parser: exact for any well-formed part, slower by the factor of Python.

What is not well-formed only for characters that XML does not allow is read with those taken out, and reported.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from ..._grid import SheetData
from ...errors import CorruptFileError, LimitExceededError
from ..deadline import Deadline
from .grid import LAST_COLUMN, LAST_ROW, Grid
from .links import formula_address
from .markup import Attributes, Repaired, parse, position_of
from .worksheet import RAW, Book, Ref, Seen, finished, integer, known_type, link, resolved

__all__ = ["NotWellFormed", "read_walked"]

#: Cells of one batch on the careful road.
_BATCH: Final = 100_000


class NotWellFormed(Exception):  # noqa: N818  (a signal: try again with what XML does not allow taken out)
    """The part is no well-formed XML."""


def read_walked(book: Book, ref: Ref, deadline: Deadline, first: int | None, *, repair: bool = False) -> SheetData:
    """Read a sheet, or the first rows of it.

    Args:
        repair: Take out what XML does not allow, bytes that are no UTF-8 and control characters, and report it.
    """
    grid = Grid(ref.name, book.limits)
    seen = Seen()
    walk = _Walk(book, ref, grid, seen, deadline, first)
    stream = book.package.stream(ref.part)
    repaired = Repaired(stream)
    failure: CorruptFileError | None = None
    try:
        parse(repaired if repair else stream, start=walk.start, end=walk.end, text=walk.text, deadline=deadline)
    except _Enough:
        return grid.finish()
    except CorruptFileError as error:
        failure = error.with_traceback(None)
    if failure is not None:
        if failure.code == "part_damaged" and not repair:
            raise NotWellFormed
        raise failure
    if not walk.found:
        raise CorruptFileError("sheet_unreadable", sheet=ref.name)
    walk.flush()
    link(book, ref, seen, walk.links)
    return finished(grid, seen, repaired=repaired.changed or book.strings.repaired)


class _Enough(Exception):  # noqa: N818  (a signal)
    """A preview has its rows."""


class _Walk:
    """Handlers that collect cells from a worksheet part."""

    def __init__(self, book: Book, ref: Ref, grid: Grid, seen: Seen, deadline: Deadline, first: int | None) -> None:
        self._book, self._ref, self._grid, self._seen, self._deadline, self._first = (
            book,
            ref,
            grid,
            seen,
            deadline,
            first,
        )
        self._columns: tuple[list[int], list[int], list[str], list[int | None], list[str | None], list[bool]]
        self._columns = ([], [], [], [], [], [])
        self.links: list[dict[str, str]] = []
        self._row = 0
        self._column = -1
        self._type = "n"
        self._style: int | None = None
        self._parts: list[str] | None = None
        self._value: str | None = None
        self._formula: list[str] | None = None
        self._in_formula = False
        self._in_cell = False
        self._in_data = False
        self._phonetic = 0
        self._inline: list[str] = []
        self._opened: list[str] = []  # the elements of the cell that are open
        self._cells = 0
        self._chars = 0
        self.found = False

    def start(self, name: str, attributes: Attributes) -> None:
        if not self._in_data:
            if name == "sheetData":
                self._in_data = self.found = True
            elif name == "hyperlink":
                self.links.append(attributes)
            return
        if name == "c":
            self._cells += 1
            if self._cells > LAST_COLUMN:
                raise CorruptFileError(
                    "cell_outside_sheet", sheet=self._ref.name, found_row=self._row, found_column=self._cells
                )
            self._chars = 0
            place = position_of(attributes["r"]) if "r" in attributes else None
            if "r" in attributes and place is None:
                raise CorruptFileError("cell_index_invalid", sheet=self._ref.name)
            if place is not None:
                self._row, self._column = place
            else:
                self._row = max(self._row, 1)
                self._column += 1
            self._type = known_type(attributes.get("t"))
            self._style = integer(attributes.get("s"))
            self._value, self._formula, self._inline, self._in_cell = None, None, [], True
            self._opened.clear()
        elif name == "row":
            if self._in_cell:
                raise CorruptFileError("sheet_unreadable", sheet=self._ref.name)
            self._seen.rows += 1
            if self._seen.rows > LAST_ROW:
                raise CorruptFileError(
                    "cell_outside_sheet", sheet=self._ref.name, found_row=self._seen.rows, found_column=1
                )
            number = attributes.get("r")
            if number is None:
                self._row += 1
            else:
                if not re.fullmatch(r"[0-9]{1,9}", number):
                    raise CorruptFileError("cell_index_invalid", sheet=self._ref.name)
                self._row = int(number)
            self._column, self._cells = -1, 0
            if attributes.get("hidden") in ("1", "true"):
                self._seen.hidden_rows += 1
        elif self._in_cell:
            self._enter(name)

    def _enter(self, name: str) -> None:
        """Enter an element of a cell: a value or a formula stands in the cell itself, a text in ``is`` or a run of it."""
        parent = self._opened[-1] if self._opened else "c"
        self._opened.append(name)
        if (name == "v" and parent == "c") or (name == "t" and parent in ("is", "r") and not self._phonetic):
            self._parts = []
        elif name == "f" and parent == "c":
            self._formula, self._in_formula = [], True
        else:
            self._phonetic += name == "rPh"

    def text(self, data: str) -> None:
        kept = self._formula if self._in_formula else self._parts
        if kept is None:
            return
        self._chars += len(data)
        allowed = self._book.limits.cell_chars
        if self._chars > allowed:
            raise LimitExceededError(limit="cell_chars", found=self._chars, allowed=allowed, sheet=self._ref.name)
        kept.append(data)

    def end(self, name: str) -> None:
        if self._in_cell and self._opened:
            self._opened.pop()
        if name == "v":
            if self._parts is not None:
                self._value = "".join(self._parts)
            self._parts = None
        elif name == "t":
            if self._parts is not None:
                self._inline.append("".join(self._parts))
            self._parts = None
        elif name == "f":
            self._in_formula = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "c":
            self._close()
        elif name == "row":
            if len(self._columns[0]) >= (_BATCH if self._first is None else self._first):
                self.flush()
                if self._first is not None and self._grid.height >= self._first:
                    raise _Enough
        elif name == "sheetData":
            self._in_data = False

    def _close(self) -> None:
        self._in_cell = False
        value = self._value if self._value is not None else ("".join(self._inline) if self._inline else None)
        if value is None and self._formula is None:
            return
        if not 1 <= self._row <= LAST_ROW or self._column >= LAST_COLUMN:
            raise CorruptFileError(
                "cell_outside_sheet", sheet=self._ref.name, found_row=self._row, found_column=self._column + 1
            )
        rows, columns, types, styles, values, formulas = self._columns
        rows.append(self._row)
        columns.append(self._column)
        types.append(self._type)
        styles.append(self._style)
        values.append(value)
        formulas.append(self._formula is not None)
        if self._formula:
            formula = "".join(self._formula)
            if "mailto:" in formula:
                address = formula_address(formula)
                if address:
                    self._seen.links[self._row, self._column] = address

    def flush(self) -> None:
        """Hand the cells collected so far to the grid."""
        frame = pl.DataFrame(dict(zip(RAW, self._columns, strict=True)), schema=RAW)
        self._columns = ([], [], [], [], [], [])
        resolved(frame, self._book, self._grid, self._deadline, markup=False)
        self._deadline.check()
