"""ods: the content of an OpenDocument spreadsheet.

Strategy: one pass of a guarded parser over ``content.xml``. A cell says its type and value in attributes; the text shown
stands beside it in paragraphs, and gives what the value alone does not: the zeros of a padded ID. Runs of equal cells
and rows are written once with a count; a count costs nothing until there is something to repeat, and what it would make
is checked against the limits before it is made.

Every sheet is collected in the same pass (they stand in one part), each under the limits.

Source: OpenDocument 1.3 part 3, 9.1 (tables), 19.385 and following (values).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from ...errors import CorruptFileError, EncryptedFileError, LimitExceededError
from ...issues import Issues
from ...limits import Limits
from ...sniff.package import Package
from ...source import Format, ReadOptions, Source
from ...workbook import Sheet, SheetData, SheetInfo, Workbook
from .deadline import Deadline
from .grid import LAST_COLUMN, LAST_ROW, Grid, placed
from .links import address_of, link_issues
from .markup import Attributes, parse
from .values import KIND, number_text

__all__ = ["read_ods"]

#: Cells collected before they are handed to the grid.
_BATCH: Final = 100_000

_ZEROS: Final = re.compile(r"0[0-9]+")
_DURATION: Final = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?")
_ERROR: Final = re.compile(r"(?:#[A-Z0-9/!?]+[!?]?|#N/A|Err:\d{3})")

#: A blank cell repeated is nothing; a filled one is at most as wide and high as a sheet.
_REPEAT: Final = 10_000_000


@dataclass(slots=True)
class _Cell:
    text: str | None
    kind: int


@dataclass(slots=True)
class _Table:
    """A sheet while it is read."""

    name: str
    visible: bool
    grid: Grid
    row: int = 0  # rows above the current one
    column: int = 0
    cells: list[tuple[int, int, str | None, int]] = field(default_factory=list)
    current: list[tuple[int, int, _Cell]] = field(default_factory=list)  # first column, count, cell
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    waiting: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: int = 0
    repeat: int = 1


def read_ods(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read an ods book.

    Issues: of the sheets: cell_error, formula_without_value, link_address, link_address_differs, rows_hidden,
        blank_tail_trimmed.
    """
    package = Package(source.data, limits)
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise EncryptedFileError("password_protected")
    if "content.xml" not in package:
        raise CorruptFileError("part_missing")
    walk = _Walk(limits)
    parse(package.stream("content.xml"), start=walk.start, end=walk.end, text=walk.text)
    if not walk.sheets:
        raise CorruptFileError("no_sheets")
    return Workbook(
        format=Format.ODS,
        sheets=walk.sheets,
        options=options.model_copy(update={"format": Format.ODS}),
    )


class _Walk:
    """Handlers that collect tables from the content."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._deadline = Deadline(limits)
        self.sheets: list[Sheet] = []
        self._hidden_styles: set[str] = set()
        self._style: str | None = None
        self._table: _Table | None = None
        self._nested = 0  # tables inside of cells, and everything that is no cell content
        self._cell: Attributes | None = None
        self._paragraphs: list[str] = []
        self._parts: list[str] | None = None
        self._skip = 0  # inside an annotation or a drawing
        self._target: str | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        if self._skip:
            self._skip += 1
            return
        table = self._table
        if table is None:
            if name == "style" and attributes.get("family") == "table":
                self._style = attributes.get("name")
            elif name == "table-properties" and self._style and attributes.get("display") == "false":
                self._hidden_styles.add(self._style)
            elif name == "table":
                self._open(attributes)
            return
        match name:
            case "table-row":
                table.repeat = _count(attributes.get("number-rows-repeated"))
                table.column, table.current = 0, []
                if attributes.get("visibility") in ("collapse", "filter"):
                    table.hidden_rows += table.repeat
            case "table-cell" | "covered-table-cell":
                self._cell, self._paragraphs, self._target = attributes, [], None
            case "p" | "h" if self._cell is not None:
                self._parts = []
            case "s" if self._parts is not None:
                count = _count(attributes.get("c"))
                if count > self._limits.cell_chars:
                    raise LimitExceededError(
                        limit="cell_chars", found=count, allowed=self._limits.cell_chars, sheet=table.name
                    )
                self._parts.append(" " * count)
            case "tab" if self._parts is not None:
                self._parts.append("\t")
            case "line-break" if self._parts is not None:
                self._parts.append("\n")
            case "a" if self._parts is not None:
                self._target = self._target or address_of(attributes.get("href", ""))
            case (
                "annotation"
                | "frame"
                | "shapes"
                | "table"
                | "custom-shape"
                | "control"
                | "forms"
                | "ruby-text"
                | "note"
            ):
                self._skip = 1

    def text(self, data: str) -> None:
        if self._parts is not None and not self._skip:
            self._parts.append(data)

    def end(self, name: str) -> None:
        if self._skip:
            self._skip -= 1
            return
        table = self._table
        if table is None:
            if name == "style":
                self._style = None
            return
        if name in ("p", "h"):
            if self._parts is not None:
                self._paragraphs.append("".join(self._parts))
            self._parts = None
        elif name in ("table-cell", "covered-table-cell"):
            self._close_cell(table)
        elif name == "table-row":
            self._close_row(table)
        elif name == "table":
            self._close(table)

    def _open(self, attributes: Attributes) -> None:
        name = attributes.get("name", f"Sheet{len(self.sheets) + 1}")
        if len(self.sheets) >= self._limits.sheets:
            raise LimitExceededError(limit="sheets", found=len(self.sheets) + 1, allowed=self._limits.sheets)
        visible = attributes.get("style-name") not in self._hidden_styles and attributes.get("display") != "false"
        self._table = _Table(name, visible, Grid(name, self._limits))

    def _close_cell(self, table: _Table) -> None:
        attributes = self._cell or {}
        self._cell = None
        count = _count(attributes.get("number-columns-repeated"))
        column, table.column = table.column, table.column + count
        cell = _value(attributes, self._paragraphs)
        if cell is None:
            if "formula" not in attributes or attributes.get("value-type") == "string":
                return
            cell = _Cell(None, KIND["formula"])
            table.waiting.append((table.row + 1, column))
        if table.column > LAST_COLUMN:
            raise CorruptFileError("cell_out_of_sheet", sheet=table.name)
        if column + count > self._limits.columns:
            raise LimitExceededError(
                limit="columns", found=column + count, allowed=self._limits.columns, sheet=table.name
            )
        table.current.append((column, count, cell))
        if self._target:
            table.links[table.row + 1, column] = self._target

    def _close_row(self, table: _Table) -> None:
        repeat, first = table.repeat, table.row + 1
        table.row += repeat
        if not table.current:
            return
        if table.row > LAST_ROW:
            # A styled row repeated to the end of the sheet and beyond is LibreOffice's way; a filled one is not.
            raise CorruptFileError("cell_out_of_sheet", sheet=table.name)
        width = sum(count for _, count, _ in table.current)
        if repeat > self._limits.rows or repeat * width > self._limits.cells:
            name, found = ("rows", repeat) if repeat > self._limits.rows else ("cells", repeat * width)
            raise LimitExceededError(limit=name, found=found, allowed=getattr(self._limits, name), sheet=table.name)
        for row in range(first, first + repeat):
            for column, count, cell in table.current:
                for offset in range(count):
                    table.cells.append((row, column + offset, cell.text, cell.kind))
            if len(table.cells) >= _BATCH:
                self._flush(table)

    def _flush(self, table: _Table) -> None:
        if table.cells:
            schema = {"row": pl.UInt32, "col": pl.UInt32, "text": pl.String, "kind": pl.UInt8}
            cells = pl.DataFrame(table.cells, schema=schema, orient="row")
            table.cells = []
            # A padded text came from what is shown and stays; a value has no zeros in front.
            number = (cells["kind"] == KIND["number"]) & ~cells["text"].str.contains("^0[0-9]")
            cells = cells.with_columns(text=pl.when(number).then(number_text(cells["text"])).otherwise("text"))
            table.grid.put(cells)
        self._deadline.check()

    def _close(self, table: _Table) -> None:
        self._flush(table)
        self._table = None
        if table.hidden_rows:
            table.grid.report(Issues.of("rows_hidden", detail=str(table.hidden_rows)))
        if table.waiting:
            places = pl.DataFrame(table.waiting, schema={"row": pl.UInt32, "col": pl.UInt32}, orient="row")
            table.grid.report(placed("formula_without_value", places))
        data = table.grid.finish()
        data = SheetData(grid=data.grid, kinds=data.kinds, issues=data.issues + link_issues(data.grid, table.links))
        info = SheetInfo(
            name=table.name, visible=table.visible, rows=_last_row(data.grid), columns=max(0, data.grid.width - 1)
        )
        self.sheets.append(Sheet(info, data))


def _last_row(grid: pl.DataFrame) -> int:
    return int(grid["_row"][-1]) if grid.height else 0


def _count(text: str | None) -> int:
    """A repeat count: at least 1, at most something that every limit refuses."""
    return min(max(int(text), 1), _REPEAT) if text is not None and re.fullmatch(r"[0-9]{1,12}", text) else 1


def _value(attributes: Attributes, paragraphs: list[str]) -> _Cell | None:
    """Text and kind of a cell by its type, value and the text shown."""
    shown = "\n".join(paragraphs)
    kind = attributes.get("value-type")
    # LibreOffice writes the type of an error in a namespace of its own, beside a text or a number that means nothing.
    if kind == "error" or (attributes.get("formula") is not None and _ERROR.fullmatch(shown.strip())):
        return _Cell(shown.strip() or "#ERROR!", KIND["error"])
    match kind:
        case "float" | "percentage" | "currency":
            value = attributes.get("value", "").strip()
            if not value:
                return _Cell(shown, KIND["text"]) if shown else None
            padded = shown.strip()
            if _ZEROS.fullmatch(padded) and value.lstrip("0") in (padded.lstrip("0"), padded.lstrip("0") + ".0"):
                return _Cell(padded, KIND["number"])
            return _Cell(value, KIND["number"])
        case "date":
            return _date(attributes.get("date-value", ""), shown)
        case "time":
            return _time(attributes.get("time-value", ""), shown)
        case "boolean":
            value = attributes.get("boolean-value", shown).strip().lower()
            return _Cell(value, KIND["boolean"]) if value else None
        case _:
            text = attributes.get("string-value", shown) if not paragraphs else shown
            return _Cell(text, KIND["text"]) if text else None


def _date(value: str, shown: str) -> _Cell | None:
    value = value.strip().removesuffix("Z")
    date, _, time = value.partition("T")
    time = time.partition(".")[0].partition(",")[0]
    if not date:
        return _Cell(shown, KIND["text"]) if shown else None
    return _Cell(f"{date} {time}", KIND["datetime"]) if time else _Cell(date, KIND["date"])


def _time(value: str, shown: str) -> _Cell | None:
    found = _DURATION.fullmatch(value.strip())
    if found is None or not value.strip():
        return _Cell(shown or value, KIND["text"]) if shown or value else None
    sign, days, hours, minutes, seconds, _ = found.groups()
    total = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return _Cell(f"{sign}{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}", KIND["time"])
