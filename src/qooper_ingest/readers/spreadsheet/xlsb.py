"""xlsb: Excel's binary workbook, the parts of an xlsx package as records.

Strategy: as for xls: one loop over the records of a part, each a number, a length and bytes (both written in seven bits a
byte), puts what a cell shows aside; formulas are not decoded, nothing that is stated is believed, every length is
checked. Texts are shared and gathered by index.

Why not fastexcel: for the reasons given in ``xlsx.py``; here too it gives texts without kinds and number formats, and lays
out the bounding box that the file states.

Source: [MS-XLSB] 2.1.4 (records), 2.4 (their contents).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from ..._grid import SheetData
from ...errors import CorruptFileError, LimitExceededError
from ...issues import Issues
from ...limits import Limits
from ...source import Format, ReadOptions, Source
from ...workbook import Sheet, SheetInfo, Workbook
from ..containers.package import Package
from ..deadline import Deadline
from . import opc
from .grid import LAST_COLUMN, LAST_ROW, Grid, number_issues, placed
from .links import address_of, link_issues
from .number_format import NumberFormat, find_format
from .values import KIND, render

__all__ = ["read_xlsb", "rk_value"]

#: What a cell shows for an error code. Source: [MS-XLS] 2.5.10 (BErr).
ERROR_TEXTS: Final[dict[int, str]] = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}

#: Cells collected before they are handed to the grid.
_BATCH: Final = 100_000

_TEXTS: Final = {"row": pl.UInt32, "col": pl.UInt32, "text": pl.String, "kind": pl.UInt8}
_SHARED: Final = {"row": pl.UInt32, "col": pl.UInt32, "index": pl.UInt32}
_NUMBERS: Final = {"row": pl.UInt32, "col": pl.UInt32, "x": pl.UInt32, "v": pl.Float64}


@dataclass(slots=True)
class _Book:
    package: Package
    limits: Limits
    formats: list[NumberFormat] = field(default_factory=list)
    date1904: bool = False
    strings_part: str | None = None
    strings: pl.Series | None = None


def read_xlsb(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read an xlsb book; its sheets are read when they are asked for.

    Issues: sheet_skipped, and of the sheets: cell_error, cell_unreadable, cell_repeated, date_out_of_range, mailto_differs, rows_hidden, row_repeated, blank_tail_trimmed.
    """
    package = Package(source.data, limits)
    path = opc.book_part(package, "workbook.bin")
    folder = path.rpartition("/")[0]
    relations = opc.relations(package, path)
    book = _Book(package, limits)
    issues: list[Issues] = []
    sheets: list[Sheet] = []
    taken: set[str] = set()
    for number, record in _records(package.read(path)):
        if number == 153 and len(record) >= 4:
            book.date1904 = bool(record[0] & 1)
        elif number == 156 and len(record) >= 8:
            state, ident, name = _sheet_record(record)
            kind, part = relations.get(ident, ("worksheet", ""))
            if kind.lower() != "worksheet":
                detail = opc.SKIPPED.get(kind.lower(), "not a worksheet")
                issues.append(Issues.of("sheet_skipped", value=name, detail=detail))
            elif part not in package:
                issues.append(Issues.of("sheet_skipped", value=name, detail="its part is missing"))
            elif part in taken:
                issues.append(Issues.of("sheet_skipped", value=name, detail=opc.TAKEN))
            else:
                sheets.append(_sheet(book, name, state & 3 == 0, part))
                taken.add(part)
            if len(sheets) + len(issues) > limits.sheets:
                raise LimitExceededError(limit="sheets", found=len(sheets) + len(issues), allowed=limits.sheets)
    if not sheets:
        raise CorruptFileError("no_sheets")
    _styles(book, opc.target(relations, "styles", f"{folder}/styles.bin", package))
    book.strings_part = opc.target(relations, "sharedStrings", f"{folder}/sharedStrings.bin", package)
    return Workbook(
        format=Format.XLSB,
        sheets=sheets,
        options=options.model_copy(update={"format": Format.XLSB}),
        file_issues=Issues.concat(issues),
    )


def _sheet_record(record: bytes) -> tuple[int, str, str]:
    """State, relation and name of a sheet: the first words are two, or three in books of the first Excel that wrote them.

    The two texts fill the record to its end, which tells where they begin.
    """
    for begin in (8, 12):
        with suppress(CorruptFileError, struct.error):
            ident, at = _text(record, begin)
            name, end = _text(record, at)
            if end == len(record) and name:
                return struct.unpack_from("<I", record)[0], ident, name
    raise CorruptFileError("part_damaged")


def _sheet(book: _Book, name: str, visible: bool, part: str) -> Sheet:
    return Sheet(SheetInfo(name=name, visible=visible), lambda: _load(book, name, part))


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each record.

    Raises:
        CorruptFileError: ``part_damaged``: a record crosses the end of the part.
    """
    at, end = 0, len(data)
    while at < end:
        number = data[at]
        at += 1
        if number & 0x80:
            if at >= end:
                raise CorruptFileError("part_damaged")
            number = (number & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while True:
            if at >= end or shift > 21:
                raise CorruptFileError("part_damaged")
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + length > end:
            raise CorruptFileError("part_damaged")
        yield number, data[at : at + length]
        at += length


def _text(record: bytes, at: int) -> tuple[str, int]:
    """A text with a four-byte count, and where it ends; a count of -1 is no text."""
    if at + 4 > len(record):
        return "", len(record)
    count = struct.unpack_from("<I", record, at)[0]
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    if end > len(record):
        raise CorruptFileError("part_damaged")
    return record[at + 4 : end].decode("utf-16-le", "replace"), end


def _styles(book: _Book, part: str | None) -> None:
    if part is None:
        return
    codes: dict[int, str] = {}
    inside = False
    formats: list[int] = []
    for number, record in _records(book.package.read(part)):
        if number == 44 and len(record) >= 6:
            codes[struct.unpack_from("<H", record)[0]] = _text(record, 2)[0]
        elif number == 617:
            inside = True
        elif number == 618:
            inside = False
        elif number == 47 and inside and len(record) >= 4:
            formats.append(struct.unpack_from("<H", record, 2)[0])
    book.formats = [find_format(one, codes) for one in formats]


def _strings(book: _Book) -> pl.Series:
    if book.strings is None:
        found: list[str] = []
        if book.strings_part is not None:
            for number, record in _records(book.package.read(book.strings_part)):
                if number == 19:
                    found.append(_text(record, 1)[0])
                    if len(found) > book.limits.cells:
                        raise LimitExceededError(limit="cells", found=len(found), allowed=book.limits.cells)
        book.strings = pl.Series(found, dtype=pl.String)
    return book.strings


@dataclass(slots=True)
class _Cells:
    """Cells of a batch by sort."""

    texts: list[tuple[int, int, str, int]] = field(default_factory=list)
    shared: list[tuple[int, int, int]] = field(default_factory=list)
    numbers: list[tuple[int, int, int, float]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts) + len(self.shared) + len(self.numbers)


def _load(book: _Book, name: str, part: str) -> SheetData:
    deadline = Deadline(book.limits)
    grid = Grid(name, book.limits)
    cells = _Cells()
    links: dict[tuple[int, int], str] = {}
    hidden = row = 0
    ended = False
    relations: opc.Relations | None = None
    for number, record in _records(book.package.read(part)):
        if number == 0 and len(record) >= 12:
            row = struct.unpack_from("<I", record)[0] + 1
            hidden += bool(record[11] & 0x10)
            if len(cells) >= _BATCH:
                _flush(book, grid, cells)
                cells = _Cells()
                deadline.check()
        elif 2 <= number <= 11 or number == 62:
            _cell(cells, number, record, row, name)
        elif number == 146:
            ended = True
        elif number == 494 and len(record) >= 20:
            first, _, column, _ = struct.unpack_from("<IIII", record)
            relations = relations if relations is not None else opc.relations(book.package, part)
            address = address_of(relations.get(_text(record, 16)[0], ("", ""))[1])
            if address and column < LAST_COLUMN:
                links[first + 1, column] = address
    if not ended:
        raise CorruptFileError("sheet_unreadable", sheet=name)
    _flush(book, grid, cells)
    if hidden:
        grid.report(Issues.of("rows_hidden", detail=str(hidden)))
    data = grid.finish()
    return SheetData(
        grid=data.grid, kinds=data.kinds, values=data.values, issues=data.issues + link_issues(data.grid, links)
    )


def _cell(cells: _Cells, number: int, record: bytes, row: int, sheet: str) -> None:
    if len(record) < 9:
        return
    column, style = struct.unpack_from("<II", record)
    if column >= LAST_COLUMN or not 1 <= row <= LAST_ROW:
        raise CorruptFileError("cell_outside_sheet", sheet=sheet, found_row=row, found_column=column + 1)
    style &= 0xFFFFFF
    size = len(record)
    if number == 7 and size >= 12:
        cells.shared.append((row, column, struct.unpack_from("<I", record, 8)[0]))
    elif number == 2 and size >= 12:
        cells.numbers.append((row, column, style, rk_value(struct.unpack_from("<I", record, 8)[0])))
    elif number in (5, 9) and size >= 16:
        cells.numbers.append((row, column, style, struct.unpack_from("<d", record, 8)[0]))
    elif number in (6, 8, 62):
        cells.texts.append((row, column, _text(record, 9 if number == 62 else 8)[0], KIND["text"]))
    elif number in (4, 10):
        cells.texts.append((row, column, "true" if record[8] else "false", KIND["boolean"]))
    elif number in (3, 11):
        cells.texts.append((row, column, ERROR_TEXTS.get(record[8], "#ERROR!"), KIND["error"]))


def _flush(book: _Book, grid: Grid, cells: _Cells) -> None:
    parts: list[pl.DataFrame] = []
    if cells.shared:
        strings = _strings(book)
        shared = pl.DataFrame(cells.shared, schema=_SHARED, orient="row")
        wrong = shared["index"] >= len(strings)
        if wrong.any():
            grid.report(placed("cell_unreadable", shared.filter(wrong)))
            shared = shared.filter(~wrong)
        text = strings.gather(shared["index"])
        parts.append(shared.select("row", "col", text=text, kind=pl.lit(KIND["text"], dtype=pl.UInt8)))
    if cells.numbers:
        numbers = pl.DataFrame(cells.numbers, schema=_NUMBERS, orient="row")
        found = render(numbers, book.formats, date1904=book.date1904)
        grid.report(number_issues(found))
        parts.append(found.drop("odd"))
    if cells.texts:
        parts.append(pl.DataFrame(cells.texts, schema=_TEXTS, orient="row"))
    if parts:
        batch = pl.concat(parts, how="diagonal")
        grid.put(batch.with_columns(text=pl.when(pl.col("text") != "").then("text")))


def rk_value(rk: int) -> float:
    """The number that four bytes stand for: 30 bits of an integer or of a double, perhaps times 100.

    >>> rk_value(0x00000006), rk_value(0x3FF00000), rk_value(0x004B5646)
    (1.0, 1.0, 1234321.0)
    """
    value: float
    if rk & 2:
        value = float((rk >> 2) - (1 << 30 if rk & 0x80000000 else 0))
    else:
        value = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", rk & 0xFFFFFFFC))[0]
    return value / 100 if rk & 1 else value
