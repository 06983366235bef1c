"""xls: Excel 97 and its predecessors, through xlrd.

Strategy: the workbook stream is taken out of its OLE container by ``containers.ole``, whose loops are bounded, and xlrd reads the
stream. xlrd is pure Python: what is wrong with a file ends in an exception, never in an abort, and its largest sheet (65,536
rows) takes a second or two. It knows number formats, both date systems, hidden sheets, links and code pages, and steps over
charts inside of a sheet, whose own cells would stand at A1. What it gives row by row becomes columns here, and numbers are
rendered as in the other books (``values.py``).

Why not fastexcel: an embedded chart overwrites A1 and its neighbours, dates of some formats come as serial numbers, number
formats are not known, and a file of 1 KB with a loop in its sector table aborts the process.

Refused: books with a password (but for the one that is everybody's, ``default_password.py``), BIFF2 to 4 (Excel before 1993), and whatever xlrd cannot read.
"""

from __future__ import annotations

import io
import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, Final

import polars as pl

from ..._grid import SheetData
from ...errors import CorruptFileError, EncryptedFileError, LimitExceededError, UnsupportedFormatError
from ...issues import Issues
from ...limits import Limits
from ...source import Format, ReadOptions, Source
from ...workbook import Sheet, SheetInfo, Workbook
from ..containers.ole import OLE_MAGIC, Ole
from ..deadline import Deadline
from .default_password import without_default_password
from .grid import Grid, number_issues, placed
from .links import address_of, link_issues
from .number_format import NumberFormat, find_format
from .opc import TAKEN
from .values import KIND, render

__all__ = ["read_xls"]

#: First words of streams: BIFF2, 3 and 4 (one sheet, before 1993), and BIFF5 and 8.
_LEGACY: Final = (0x0009, 0x0209, 0x0409)
_BOF: Final = 0x0809
_EOF: Final = 0x000A
_FORMULA: Final = 0x0006
_CONTINUE: Final = 0x003C
_LABEL: Final = b"\x04\x02"
_RICH_LABEL: Final = 0x00D6
_BIFF5: Final = 50

#: Shared strings between two looks at the clock.
_LOOK: Final = 65_536

#: The types of cells that xlrd tells apart (xlrd.biffh); the others are empty.
_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5

#: The result of a formula that is an empty text.
_EMPTY_TEXT: Final = b"\3\0\0\0\0\0\xff\xff"
#: In a formula: a text that begins with mailto:, with its length and width, and the function HYPERLINK. [MS-XLS] 2.5.198.
_MAILTO: Final = re.compile(rb"\x17(.)(?:\0(?=mailto:)|\x01(?=m\0a\0i\0l\0t\0o\0:\0))", re.DOTALL | re.IGNORECASE)
_HYPERLINK: Final = b"\x67\1"

_WIDTHS: Final = {"row": pl.UInt32, "width": pl.UInt32}

#: What xlrd writes into its log of a sheet that holds no cells.
_SKIPPED: Final = re.compile(r"Ignoring non-worksheet data named u?(['\"])(.*?)\1 \(type 0x(\w\w)")
_SORTS: Final = {"01": "a macro sheet", "02": "a chart"}


def read_xls(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read an xls book; its sheets are read when they are asked for.

    Issues: sheet_skipped, and of the sheets: cell_error, cell_unreadable, formula_without_value, text_repaired, date_out_of_range, mailto_differs, rows_hidden,
        blank_tail_trimmed.
    """
    stream = without_default_password(_stream(source.data), Deadline(limits))
    log = io.StringIO()
    book = _open(stream, log, limits)
    names = book.sheet_names()
    if len(names) > limits.sheets:
        raise LimitExceededError(limit="sheets", found=len(names), allowed=limits.sheets)
    if not names:
        raise CorruptFileError("no_sheets")
    skipped = [
        Issues.of("sheet_skipped", value=name, detail=_SORTS.get(sort, "not a worksheet"))
        for _, name, sort in _SKIPPED.findall(log.getvalue())
    ]
    first = {place: number for number, place in reversed(list(enumerate(book._sh_abs_posn)))}
    again = set(range(len(names))) - set(first.values())
    skipped += [Issues.of("sheet_skipped", value=names[number], detail=TAKEN) for number in sorted(again)]
    # A style may name a format that the file does not hold; xlrd then knows none.
    codes = {key: known.format_str for key, known in book.format_map.items() if known.format_str is not None}
    formats = [find_format(style.format_key, codes) for style in book.xf_list]
    return Workbook(
        format=Format.XLS,
        sheets=[
            _sheet(book, number, name, formats, limits) for number, name in enumerate(names) if number not in again
        ],
        options=options.model_copy(update={"format": Format.XLS}),
        file_issues=Issues.concat(skipped),
    )


def _stream(data: bytes) -> bytes:
    """The workbook stream, out of its container or bare."""
    if data.startswith(OLE_MAGIC):
        ole = Ole(data)
        stream = ole.stream("Workbook", "Book")
        if stream is None:
            if "EncryptedPackage" in ole.names:
                raise EncryptedFileError("password_protected")
            raise UnsupportedFormatError("unknown_format")
        data = stream
    first = struct.unpack_from("<H", data)[0] if len(data) >= 2 else 0
    if first in _LEGACY:
        raise UnsupportedFormatError("legacy_workbook")
    if first != _BOF:
        raise CorruptFileError("damaged_ole")
    return data


def _open(stream: bytes, log: io.StringIO, limits: Limits) -> Any:
    locked = False
    try:
        return _bounded(stream, log, limits)
    except LimitExceededError:
        raise
    except Exception as error:  # noqa: BLE001  (xlrd raises whatever a wrong byte leads to)
        locked = "encrypted" in str(error)
    raise EncryptedFileError("password_protected") if locked else CorruptFileError("damaged_ole")


def _bounded(stream: bytes, log: io.StringIO, limits: Limits) -> Any:
    """xlrd's book, without what a small file can make endless.

    Measured with xlrd 2.0.2: one shared string whose phonetic part has a negative length (85 bytes) keeps it busy without
    end, one link over all cells of a sheet (143 bytes, legal) for more than 25 s, and forty defined names that double each
    other (1.5 KB) take all memory. So shared strings are read here, and a link is kept for its first cell. What no cell
    shows (names, links to other books, comments, drawings, fonts and colours) is left alone: damage there, which real
    files have, must not cost the cells.
    """
    import xlrd
    from xlrd.biffh import XL_WORKBOOK_GLOBALS, XL_WORKSHEET
    from xlrd.book import Book
    from xlrd.sheet import Sheet as BookSheet

    class BoundedSheet(BookSheet):  # type: ignore[misc]
        handle_note = handle_obj = handle_txo = handle_msodrawingetc = handle_feat11 = handle_quicktip = _passed_over

        def handle_hlink(self, data: bytes) -> None:
            row, _, column, _ = struct.unpack_from("<HHHH", data)
            super().handle_hlink(struct.pack("<HHHH", row, row, column, column) + data[8:])

    class BoundedBook(Book):  # type: ignore[misc]
        handle_name = names_epilogue = handle_supbook = handle_externsheet = handle_externname = _passed_over
        handle_writeaccess = _passed_over

        def handle_sst(self, data: bytes) -> None:
            chunks = [data]
            while (more := self.get_record_parts_conditional(_CONTINUE))[0] is not None:
                chunks.append(more[2])
            self._sharedstrings = _SharedStrings(_shared_strings(chunks, limits, Deadline(limits)))
            self._rich_text_runlist_map: dict[int, Any] = {}

        def get_sheet(self, number: int, update_pos: bool = True) -> Any:
            if update_pos:
                self._position = self._sh_abs_posn[number]
            self.getbof(XL_WORKSHEET)
            begin = self._position
            sheet = BoundedSheet(self, begin, self._sheet_names[number], number)
            try:
                sheet.read(self)
            except (struct.error, IndexError):
                # The letters of a text come before what says how they look, which may be cut short.
                self.mem: bytes = _without_rich_labels(self.mem)
                sheet = BoundedSheet(self, begin, self._sheet_names[number], number)
                sheet.read(self)
            self._sheet_list[number] = sheet
            return sheet

    book = BoundedBook()
    for name in ("handle_font", "handle_palette", "palette_epilogue", "handle_style"):
        setattr(book, name, _passed_over)  # of the instance: xlrd sets those of the class when it begins
    # Rows are left as long as they are: filled up to the longest, a cell in the last corner of a sheet costs 600 MB.
    book.biff2_8_load(
        file_contents=stream, logfile=log, verbosity=1, formatting_info=True, on_demand=True, ragged_rows=True
    )
    book.biff_version = book.getbof(XL_WORKBOOK_GLOBALS)
    if book.biff_version < _BIFF5:
        raise xlrd.XLRDError("too old")
    book._sharedstrings = _SharedStrings()  # a book whose cells refer to texts may have no table of them
    book.parse_globals()
    book._sh_abs_posn = _starts(stream, book._sh_abs_posn)
    book._sheet_list = [None] * len(book._sheet_names)
    book.nsheets = len(book._sheet_list)
    return book


def _passed_over(*_: Any) -> None:
    """A record that is not read."""


class _SharedStrings(list[str]):
    """Texts by index; an index beyond them gives a mark, so that one damaged cell does not cost the sheet."""

    def __getitem__(self, index: Any) -> Any:
        return list.__getitem__(self, index) if index < len(self) else _MISSING


#: Stands for a text that is not there. It is known by its identity.
_MISSING: Final = "".join(("\ufffd", "missing"))


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Place, code and size of each record."""
    at = 0
    while at + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        yield at, code, size
        at += 4 + size


def _starts(stream: bytes, positions: Sequence[int]) -> list[int]:
    """Where sheets begin. A position that is not where one begins is taken for the sheet that it lies in."""
    bof = struct.pack("<H", _BOF)
    if all(stream.startswith(bof, position) for position in positions):
        return list(positions)
    begins: list[int] = []
    depth = 0
    for at, code, _ in _records(stream):
        if code == _BOF:
            depth += 1
            if depth == 1:
                begins.append(at)
        elif code == _EOF:
            depth -= 1

    def start(position: int) -> int:
        # The first one is that of the book, which holds no cells.
        found = bisect_right(begins, position) - 1
        return begins[found] if found > 0 and not stream.startswith(bof, position) else position

    return [start(position) for position in positions]


def _without_rich_labels(stream: bytes) -> bytes:
    """The stream with each label that says how its letters look as a plain one: the letters stand in the same place."""
    changed = bytearray(stream)
    for at, code, _ in _records(stream):
        if code == _RICH_LABEL:
            changed[at : at + 2] = _LABEL
    return bytes(changed)


def _shared_strings(chunks: list[bytes], limits: Limits, deadline: Deadline) -> list[str]:
    """The texts of the SST record and the records that continue it.

    A text may be cut anywhere; where its characters are cut, the next record begins with a new option byte. The stated
    count is not believed (some writers leave it at 0): reading stops where the bytes stop.
    """
    found: list[str] = []
    index, chunk, at = 0, chunks[0], 8

    while True:
        if at >= len(chunk):
            index += 1
            if index >= len(chunks):
                break
            chunk, at = chunks[index], at - len(chunk)
            continue
        if at + 3 > len(chunk):
            break
        size = chunk[at] | chunk[at + 1] << 8
        options = chunk[at + 2]
        at += 3
        skip = 0
        if options & 8 and at + 2 <= len(chunk):
            skip = 4 * (chunk[at] | chunk[at + 1] << 8)
            at += 2
        if options & 4 and at + 4 <= len(chunk):
            skip += struct.unpack_from("<I", chunk, at)[0]
            at += 4
        wide = options & 1
        width = size * 2 if wide else size
        if at + width <= len(chunk):
            found.append(chunk[at : at + width].decode("utf-16-le" if wide else "latin-1", "replace"))
            at += width
        else:
            parts: list[str] = []
            while True:
                body = chunk[at : at + (size * 2 if wide else size)]
                if wide:
                    body = body[: len(body) // 2 * 2]
                parts.append(body.decode("utf-16-le" if wide else "latin-1", "surrogatepass" if wide else "strict"))
                got = len(body) // 2 if wide else len(body)
                size -= got
                at += len(body)
                if not size:
                    break
                index += 1
                if index >= len(chunks) or not chunks[index]:
                    break
                chunk = chunks[index]
                wide, at = chunk[0] & 1, 1
            # A pair of surrogates may be cut in two.
            found.append("".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
            if size:
                break
        at += skip
        if not len(found) % _LOOK:
            deadline.check()
            if len(found) > limits.cells:
                break
    if len(found) > limits.cells:
        raise LimitExceededError(limit="cells", found=len(found), allowed=limits.cells)
    return found


def _sheet(book: Any, number: int, name: str, formats: Sequence[NumberFormat], limits: Limits) -> Sheet:
    visible = book._sheet_visibility[number] == 0  # public only on a sheet that is loaded, which costs its cells
    return Sheet(SheetInfo(name=name, visible=visible), lambda: _load(book, number, name, formats, limits))


def _load(book: Any, number: int, name: str, formats: Sequence[NumberFormat], limits: Limits) -> SheetData:
    deadline = Deadline(limits)
    sheet: Any = None
    with suppress(Exception):  # raised below, without the text of the file
        sheet = book.sheet_by_index(number)
    if sheet is None:
        raise CorruptFileError("sheet_unreadable", sheet=name)
    deadline.check()
    grid = Grid(name, limits)
    waiting, links = _told_by_formulas(book.mem, book._sh_abs_posn[number])
    _put(sheet, grid, formats, limits, waiting, date1904=book.datemode == 1)
    hidden = sum(1 for row in sheet.rowinfo_map.values() if row.hidden)
    if hidden:
        grid.report(Issues.of("rows_hidden", detail=str(hidden)))
    data = grid.finish()
    targets = (
        (place, address_of(link.url_or_path or ""))
        for place, link in sheet.hyperlink_map.items()
        if isinstance(link.url_or_path, str)
    )
    links |= {(row + 1, column): address for (row, column), address in targets if address is not None}
    book.unload_sheet(number)
    return SheetData(
        grid=data.grid, kinds=data.kinds, values=data.values, issues=data.issues + link_issues(data.grid, links)
    )


def _told_by_formulas(stream: bytes, start: int) -> tuple[list[tuple[int, int]], dict[tuple[int, int], str]]:
    """What only the formulas of a sheet tell: which have no result, and addresses that they link to.

    xlrd gives results. A writer that computes nothing (xlwt) stores an empty text for every formula, and says that no
    spreadsheet program has had the book; any other empty text is a result. Formulas are only looked at where one of the
    two can be.

    Returns:
        Places (row from 1, column from 0): of the formulas without a result, and of links with their addresses.
    """
    written_by_a_library = stream[12:16] == b"\0\0\0\0"
    if not written_by_a_library and _MAILTO.search(stream) is None:
        return [], {}
    empty: list[tuple[int, int]] = []
    links: dict[tuple[int, int], str] = {}
    for row, column, body in _formulas(stream, start):
        if body[6:14] == _EMPTY_TEXT:
            empty.append((row + 1, column))
        else:
            written_by_a_library = False
        text = _MAILTO.search(body) if _HYPERLINK in body else None
        if text is not None:
            wide = text[0].endswith(b"\1")
            target = body[text.end() : text.end() + text[1][0] * (2 if wide else 1)]
            address = address_of(target.decode("utf-16-le" if wide else "latin-1", "replace"))
            if address is not None:
                links[row + 1, column] = address
    return (empty if written_by_a_library else []), links


def _formulas(stream: bytes, at: int) -> Iterator[tuple[int, int, bytes]]:
    """The formulas of a sheet: row and column from 0, and the record. Charts inside of the sheet have cells of their own."""
    depth = 0
    while at + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        if code == _BOF:
            depth += 1
        elif code == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif code == _FORMULA and depth == 1 and size >= 20:
            body = stream[at + 4 : at + 4 + size]
            if len(body) == size:
                yield (*struct.unpack_from("<HH", body), body)
        at += 4 + size


def _put(
    sheet: Any,
    grid: Grid,
    formats: Sequence[NumberFormat],
    limits: Limits,
    waiting: Sequence[tuple[int, int]],
    *,
    date1904: bool,
) -> None:
    """Lay out the cells that show something, by their sort."""
    sorts = [bytes(sheet.row_types(row)) for row in range(sheet.nrows)]
    values = list(chain.from_iterable(sheet.row_values(row) for row in range(sheet.nrows)))
    widths = pl.DataFrame({"row": range(1, sheet.nrows + 1), "width": [len(row) for row in sorts]}, schema=_WIDTHS)
    cells = (
        widths.select("row", col=pl.int_ranges(0, "width", dtype=pl.UInt32))
        .filter(pl.col("col").list.len() > 0)
        .explode("col")
        .with_columns(sort=pl.Series(list(b"".join(sorts)), dtype=pl.UInt8))
        .with_row_index("at")
    )
    found: dict[int, pl.DataFrame] = {}
    for sort in (_TEXT, _NUMBER, _BOOLEAN, _ERROR):
        some = cells.filter(pl.col("sort").is_in([_NUMBER, _DATE] if sort == _NUMBER else [sort]))
        if some.height:
            told = [values[at] for at in some["at"].to_list()]
            size = sum(map(len, told)) if sort == _TEXT else 0
            if size > limits.text_bytes:  # one text may be used by every cell: it is counted before it is copied
                raise LimitExceededError(limit="text_bytes", found=size, allowed=limits.text_bytes, sheet=sheet.name)
            if sort == _TEXT:
                told = [None if text is _MISSING else text for text in told]
            dtype = {_TEXT: pl.String(), _NUMBER: pl.Float64()}.get(sort, pl.Int64())
            found[sort] = some.select("row", "col", v=pl.Series(told, dtype=dtype))
    parts: list[pl.DataFrame] = []
    if _NUMBER in found:
        places = found[_NUMBER].select("row", "col").rows()
        styles = [sheet.cell_xf_index(row - 1, column) for row, column in places]
        rendered = render(found[_NUMBER].with_columns(x=pl.Series(styles, dtype=pl.UInt32)), formats, date1904=date1904)
        grid.report(number_issues(rendered))
        parts.append(rendered.drop("odd"))
    if _TEXT in found:
        texts = found[_TEXT].rename({"v": "text"})
        grid.report(placed("cell_unreadable", texts.filter(pl.col("text").is_null())))
        texts = texts.filter(pl.col("text") != "")
        parts.append(_repaired(_of_kind(texts, "text"), grid))
    if _BOOLEAN in found:
        flags = found[_BOOLEAN].with_columns(
            text=pl.when(pl.col("v") != 0).then(pl.lit("true")).otherwise(pl.lit("false"))
        )
        parts.append(_of_kind(flags, "boolean"))
    if _ERROR in found:
        from xlrd import error_text_from_code

        shown_as = pl.col("v").replace_strict(error_text_from_code, default="#ERROR!", return_dtype=pl.String)
        parts.append(_of_kind(found[_ERROR].with_columns(text=shown_as), "error"))
    if waiting:
        bare = pl.DataFrame(waiting, schema={"row": pl.UInt32, "col": pl.UInt32}, orient="row")
        grid.report(placed("formula_without_value", bare))
        parts.append(_of_kind(bare.with_columns(text=pl.lit(None, dtype=pl.String)), "formula"))
    if parts:
        order = pl.col("row", "col", "text", "kind", "^value$")
        grid.put(pl.concat([part.select(order) for part in parts], how="diagonal"))


def _of_kind(cells: pl.DataFrame, kind: str) -> pl.DataFrame:
    return cells.with_columns(kind=pl.lit(KIND[kind], dtype=pl.UInt8))


def _repaired(cells: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Texts that a writer stored as wide characters in narrow ones: ``m\\0p\\0g\\0`` is ``mpg``."""
    wide = cells["text"].str.contains(r"^(?:[^\x00]\x00)+$").fill_null(False)
    if not wide.any():
        return cells
    grid.report(placed("text_repaired", cells.filter(wide)))
    return cells.with_columns(
        text=pl.when(wide).then(pl.col("text").str.replace_all("\0", "", literal=True)).otherwise("text")
    )
