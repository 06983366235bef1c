"""Grids of text with row provenance: what every reader makes and every later stage works on.

Strategy: whatever the format, a sheet becomes one frame (`Sheet.grid`) of text as the person saw it: ``_row`` is the row
number of the user's own program (from 1), then one text column per source column, named by its letter (``A``, ``B``, …)
so that position, letter and issue place are one thing. Null means an empty cell. What a cell *was* (a number, a date, an
error) is kept beside it (`Sheet.kinds`), because a number is what damages an ID; and so is the number where its format
shows something else than its digits (`Sheet.values`), because a question for a number wants 0.125 of *12.5 %*. Cells of a row that has more of them
than the grid is wide are kept in `Sheet.surplus`: a frame cannot be ragged, and nothing is lost.

A `Table` is a sheet with its header row taken off: labels, and the rows under it without the blank ones (which are
counted). Neither is ever changed; every verb makes a new value.

A host with a format of its own builds the value with `Workbook.of_rows` and walks the same corridor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from . import _html
from ._grid import CELL_KINDS, ROW, SheetData, column_letter, show_first_rows
from ._values import has_surrogate
from .errors import MappingError, UsageError, quote
from .header_removal import remove_header
from .issues import Issues
from .source import Format, ReadOptions, Source
from .table import Table

__all__ = [
    "Sheet",
    "SheetInfo",
    "Workbook",
]

#: How a sheet was read that no file holds.
_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetInfo:
    """What a workbook says of a sheet before its cells are read.

    Args:
        name: Of the tab; of a text file the file's name.
        visible: False where the sheet is hidden.
        rows, columns: The size as far as the format tells it without reading the cells, else None.
    """

    name: str
    visible: bool = True
    rows: int | None = None
    columns: int | None = None


class Sheet:
    """One sheet: a grid of text. Cells are read when they are first asked for.

    Args:
        info: What the workbook says of it.
        file_issues: What was found of the file as a whole.
        reading: How the file was read, for people: format, encoding, delimiter.

    >>> sheet = Workbook.of_rows([["id", "email"], [7, "ann@corp.example"]]).sheet()
    >>> sheet
    Sheet('Sheet1', 2 rows x 2 columns)
    >>> sheet.table(header_row=1).labels
    ('id', 'email')
    """

    __slots__ = ("_data", "_load", "_preview", "_source", "file_issues", "info", "reading")

    def __init__(
        self,
        info: SheetInfo,
        data: SheetData | Callable[[], SheetData],
        *,
        preview: Callable[[int], pl.DataFrame] | None = None,
        source: str | Source | None = None,
        file_issues: Issues | None = None,
        reading: Mapping[str, str] = _NOTHING,
    ) -> None:
        self.info = info
        self.reading = reading
        self.file_issues = file_issues if file_issues is not None else Issues.empty()
        self._source = source
        self._data: SheetData | None = data if isinstance(data, SheetData) else None
        self._load = data if not isinstance(data, SheetData) else None
        self._preview = preview

    def of_source(self, source: str | Source | None, file_issues: Issues, reading: Mapping[str, str]) -> Sheet:
        """The same sheet, bound to the file it comes from: its digest, what was seen of it as a whole, how it was read."""
        return Sheet(
            self.info,
            self._data if self._data is not None else self._cells,
            preview=self._preview,
            source=source,
            file_issues=file_issues,
            reading=reading,
        )

    def _cells(self) -> SheetData:
        return self.data

    @property
    def data(self) -> SheetData:
        """All that was read; the properties below are its parts."""
        if self._data is None:
            assert self._load is not None
            self._data = self._load()
        return self._data

    @property
    def name(self) -> str:
        """The name on the sheet's tab."""
        return self.info.name

    @property
    def visible(self) -> bool:
        """False for hidden and very hidden sheets."""
        return self.info.visible

    @property
    def grid(self) -> pl.DataFrame:
        """``_row`` and one text column per source column, named by letters; null = empty."""
        return self.data.grid

    @property
    def kinds(self) -> pl.DataFrame:
        """What cells were (`CELL_KINDS`), for columns that hold anything but text; as high as the grid."""
        return self.data.kinds

    @property
    def values(self) -> pl.DataFrame:
        """Numbers whose text in the grid is not their digits (*12.5 %*, *EMP-007*), as high as the grid; Float64, null for
        every other cell, and only columns that hold such a number."""
        return self.data.values

    @property
    def surplus(self) -> pl.DataFrame:
        """Cells beyond the width of the grid: row, position, value."""
        return self.data.surplus

    @property
    def issues(self) -> Issues:
        """What was seen while reading this sheet."""
        return self.data.issues

    def __repr__(self) -> str:
        if self._data is None:
            return f"Sheet({self.name!r}, not read yet)"
        return f"Sheet({self.name!r}, {self.grid.height} rows x {self.grid.width - 1} columns)"

    def _repr_html_(self) -> str:
        size = f"{self.grid.height} rows x {self.grid.width - 1} columns"
        return _html.block(f"Sheet {self.name}: {size}", *show_first_rows(self.grid, self.grid.columns[1:]))

    def preview(self, rows: int = 20, /) -> pl.DataFrame:
        """The first rows of the grid; cheaper than the whole grid where the format allows."""
        if self._data is None and self._preview is not None:
            return self._preview(rows)
        return self.grid.head(rows)

    def table(self, *, header_row: int | None = None, header_rows: Sequence[int] | None = None) -> Table:
        """Take off the header.

        Args:
            header_row: The header's row number as the sheet shows it (from 1). None: there is no header, columns are
                labelled A, B, C … and every row is data.
            header_rows: Several rows that make up the header together; their texts are joined with a blank, from top
                to bottom.

        Returns:
            The labels and the rows below the header, blank rows left out and counted, those included that the grid itself
            leaves out. A row that says the labels again, as on every page of a report or where two exports were joined, is
            left out and reported. Rows above the header stay in the grid only, and so does another table below this one
            (``separate_table``): its cells are not answers under these labels.

        Raises:
            MappingError: ``header_row_unknown``, ``header_rows_invalid``.

        Issues: label_duplicate, label_missing, header_repeated, table_empty.
        """
        given = tuple(header_rows) if header_rows is not None else (() if header_row is None else (header_row,))
        if header_rows is not None and not given:
            raise MappingError("header_rows_invalid", rows="[]")
        return remove_header(
            self.data,
            given,
            sheet=self.name,
            file_issues=self.file_issues,
            source_sha256=self._source.sha256 if isinstance(self._source, Source) else self._source,
            reading=self.reading,
        )


class Workbook:
    """A file that was read: its format, its sheets, how it was read, what was odd.

    Args:
        format: What the content is.
        sheets: The sheets in their order, hidden ones included.
        options: How the file was read: what the caller said, completed by what was detected.
        file_issues: What was seen of the file as a whole.
        sha256: Of the file's bytes, or the source that can tell it when somebody asks; None for a workbook built from rows.
    """

    __slots__ = ("_sha256", "_sheets", "file_issues", "format", "options")

    def __init__(
        self,
        *,
        format: Format,  # noqa: A002  (the field's word for it)
        sheets: Sequence[Sheet],
        options: ReadOptions | None = None,
        file_issues: Issues | None = None,
        sha256: str | Source | None = None,
    ) -> None:
        self.format = format
        self.options = options if options is not None else ReadOptions(format=format)
        self.file_issues = file_issues if file_issues is not None else Issues.empty()
        self._sha256 = sha256
        self._sheets = tuple(
            sheet.of_source(sha256, self.file_issues, _reading(format, self.options)) for sheet in sheets
        )

    @property
    def sha256(self) -> str | None:
        """Of the file's bytes; None for a workbook built from rows."""
        if isinstance(self._sha256, Source):
            self._sha256 = self._sha256.sha256
        return self._sha256

    def __repr__(self) -> str:
        return f"Workbook({self.format.value}, {len(self._sheets)} sheets)"

    def _repr_html_(self) -> str:
        rows = [
            (at, info.name, "" if info.visible else "hidden", info.rows, info.columns)
            for at, info in enumerate(self.sheets)
        ]
        return _html.block(f"Workbook: {self.format.value}", _html.grid(("", "sheet", "", "rows", "columns"), rows))

    @property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """Name, visibility and (where known) size of every sheet, in the order of the tabs."""
        return tuple(sheet.info for sheet in self._sheets)

    @property
    def issues(self) -> Issues:
        """What was seen of the file and of every sheet. Reads every sheet; one sheet's are ``sheet(...).issues``."""
        return Issues.concat((self.file_issues, *(sheet.issues for sheet in self._sheets)))

    def sheet(self, name_or_index: str | int | None = None, /) -> Sheet:
        """A sheet by name or position from 0; without an argument the one that most likely holds the participants.

        That is the first visible sheet with e-mail addresses among its first rows; failing that, the first with a table (two
        rows and two columns), then the first with cells.

        Raises:
            MappingError: ``sheet_unknown``.
        """
        if name_or_index is None:
            candidates = [sheet for sheet in self._sheets if sheet.visible] or list(self._sheets)
            if not candidates:
                raise MappingError("sheet_unknown", wanted="", count=0)
            return max(candidates, key=_likelihood) if len(candidates) > 1 else candidates[0]
        if isinstance(name_or_index, int):
            if 0 <= name_or_index < len(self._sheets):
                return self._sheets[name_or_index]
        else:
            for sheet in self._sheets:
                if sheet.name == name_or_index:
                    return sheet
        raise MappingError("sheet_unknown", wanted=quote(name_or_index), count=len(self._sheets))

    @staticmethod
    def of_rows(rows: Iterable[Sequence[object]], /, *, name: str = "Sheet1") -> Workbook:
        """Build a workbook of one sheet from rows of cells, for a host's own format and for tests.

        Args:
            rows: Rows from the top (row 1), each a sequence of cells: text, number, boolean, date, datetime, time or
                None. Short rows are filled with blanks.
            name: The sheet's name.

        Raises:
            UsageError: ``argument_invalid``: a cell of another type, or text with half of a character.
        """
        cells = [[_cell(cell) for cell in row] for row in rows]
        width = max((len(row) for row in cells), default=0)
        data: dict[str, pl.Series] = {ROW: pl.Series(ROW, range(1, len(cells) + 1), dtype=pl.UInt32)}
        kinds: dict[str, pl.Series] = {}
        for position in range(width):
            letter = column_letter(position)
            column = [row[position] if position < len(row) else (None, None) for row in cells]
            data[letter] = pl.Series(letter, [text for text, _ in column], dtype=pl.String)
            if any(kind not in (None, "text") for _, kind in column):
                kinds[letter] = pl.Series(letter, [kind for _, kind in column], dtype=CELL_KINDS)
        sheet = SheetData(grid=pl.DataFrame(data), kinds=pl.DataFrame(kinds))
        info = SheetInfo(name=name, rows=len(cells), columns=width)
        return Workbook(format=Format.TEXT, sheets=[Sheet(info, sheet)])


def _reading(format: Format, options: ReadOptions) -> dict[str, str]:  # noqa: A002  (the field's word for it)
    """How a file was read, in the few words that a person checks it by."""
    said = {
        "format": format.value,
        "encoding": options.encoding,
        "delimiter": options.dialect.delimiter if options.dialect is not None else None,
        "member": options.member,
    }
    return {name: text for name, text in said.items() if text is not None}


#: Rows that are looked at to tell a sheet of participants from one of notes.
_LOOK: Final = 100


def _likelihood(sheet: Sheet) -> int:
    """3: holds addresses; 2: holds a table; 1: holds cells; 0: is empty. Of equals, the first one counts."""
    shown = sheet.preview(_LOOK)
    if shown.height == 0:
        return 0
    cells = shown.select(pl.exclude(ROW))
    if cells.select(pl.any_horizontal(pl.all().str.contains(r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$").any())).item():
        return 3
    used = sum(column.null_count() < shown.height for column in cells)
    return 2 if used > 1 and shown.height > 1 else 1


def _cell(value: object) -> tuple[str | None, str | None]:
    """A cell's text as a person would see it, and its kind."""
    match value:
        case None | "":
            return None, None
        case str():
            if has_surrogate(value):
                raise UsageError("argument_invalid", reason="a cell holds half of a character (a lone surrogate)")
            return value, "text"
        case bool():
            return ("true" if value else "false"), "boolean"
        case int():
            return str(value), "number"
        case float():
            return _number_text(float(value)), "number"
        case Decimal():
            return format(value, "f"), "number"
        case dt.datetime():
            return value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds"), "datetime"
        case dt.date():
            return value.isoformat(), "date"
        case dt.time():
            return value.replace(tzinfo=None).isoformat(timespec="seconds"), "time"
    raise UsageError(
        "argument_invalid", reason=f"a cell is text, number, boolean, date or None, not {type(value).__name__}"
    )


def _number_text(value: float) -> str:
    """A float without exponent and without a trailing ``.0``; ``nan`` and infinities as their words."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0") if "." in text else text
