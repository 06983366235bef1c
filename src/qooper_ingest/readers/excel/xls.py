"""xls: the records of a BIFF8 or BIFF5 workbook stream.

Strategy: a worksheet is a run of records, each a number, a length and bytes. One loop looks at the number and puts the
bytes aside by sort (`_Sorted`); each sort is then unpacked in one go and becomes a frame, and shared texts are gathered
by their index, so a text that is used a hundred thousand times stands in memory once. Only what a cell shows is looked
at: formulas are not decoded, defined names not evaluated, drawings, notes and conditional formats skipped, charts inside
of a sheet stepped over (they hold cells of their own, at A1).

Nothing that the file states of itself is believed: dimensions, string counts, offsets. Every length is checked against
what is there, the loop only moves forward, and the deadline is looked at on the way.

Why not xlrd: it is one call that no deadline can stop, and it believes the file. Measured with xlrd 2.0.2: one hyperlink
over all cells of a sheet (143 bytes, legal) and one string with a negative length (85 bytes) each keep it busy for more
than 25 s; forty defined names that double each other (1.5 KB) take all memory there is; directories that are no tree and
short chains that loop do not end. An ordinary sheet of 65,000 x 10 takes 0.8 s there before its cells are columns, 1.2 s
here until they are.

Refused: books with a password, BIFF2 to 4 (Excel before 1993), a sheet that does not end.

Source: [MS-XLS] 2.4 (records), 2.5.293 (XLUnicodeRichExtendedString), 2.5.198.59 (RkNumber in 2.5.217).
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from ...errors import CorruptFileError, EncryptedFileError, LimitExceededError, UnsupportedFormatError
from ...issues import Issues
from ...limits import Limits
from ...sniff.ole import OLE_MAGIC, Ole
from ...source import Format, ReadOptions, Source
from ...workbook import Sheet, SheetData, SheetInfo, Workbook
from .deadline import Deadline
from .formats import Shown, format_shown
from .grid import Grid, placed
from .links import address_of, link_issues
from .values import KIND, render

__all__ = ["ERROR_TEXTS", "read_xls", "rk_value"]

_BOF: Final = 0x0809
_EOF: Final = 0x000A
_CONTINUE: Final = 0x003C
_FILEPASS: Final = 0x002F

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

#: Code page numbers whose name is not simply ``cp`` and the number.
_CODE_PAGES: Final = {
    367: "ascii",
    1200: "utf-16-le",
    10000: "mac_roman",
    10001: "shift_jis",
    10002: "big5",
    10003: "euc_kr",
    10006: "mac_greek",
    10007: "mac_cyrillic",
    10008: "gb2312",
    10029: "mac_latin2",
    10079: "mac_iceland",
    10081: "mac_turkish",
    32768: "mac_roman",
    32769: "cp1252",
}

#: Records between two looks at the clock.
_LOOK: Final = 65_536

_MAILTO: Final = re.compile("m\0a\0i\0l\0t\0o\0:\0".encode("latin-1"), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Ref:
    name: str
    visible: bool
    offset: int


@dataclass(slots=True)
class _Book:
    """What the sheets share."""

    data: bytes
    limits: Limits
    wide: bool = True  # BIFF8: texts are Unicode
    codec: str = "cp1252"
    date1904: bool = False
    codes: dict[int, str] = field(default_factory=dict)
    formats: list[int] = field(default_factory=list)
    refs: list[_Ref] = field(default_factory=list)
    strings: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))

    @property
    def shown(self) -> list[Shown]:
        return [format_shown(number, self.codes) for number in self.formats]


def read_xls(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read an xls book; its sheets are read when they are asked for.

    Issues: sheet_skipped, and of the sheets: cell_error, formula_without_value, cell_unreadable, cell_repeated, text_repaired, date_out_of_range,
        mailto_differs, rows_hidden, blank_tail_trimmed.
    """
    data = source.data
    if data.startswith(OLE_MAGIC):
        ole = Ole(data)
        stream = ole.stream("Workbook", "Book")
        if stream is None:
            if "EncryptedPackage" in ole.names:
                raise EncryptedFileError("password_protected")
            raise UnsupportedFormatError("unknown_format")
        data = stream
    issues: list[Issues] = []
    book = _Book(data, limits)
    _globals(book, issues, Deadline(limits))
    if len(book.refs) > limits.sheets:
        raise LimitExceededError(limit="sheets", found=len(book.refs), allowed=limits.sheets)
    if not book.refs:
        raise CorruptFileError("no_sheets")
    shown = book.shown
    return Workbook(
        format=Format.XLS,
        sheets=[_sheet(book, ref, shown) for ref in book.refs],
        options=options.model_copy(update={"format": Format.XLS}),
        file_issues=Issues.concat(issues),
    )


def _sheet(book: _Book, ref: _Ref, shown: list[Shown]) -> Sheet:
    return Sheet(SheetInfo(name=ref.name, visible=ref.visible), lambda: _load(book, ref, shown))


def _records(data: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and length of each record; stops where the stream ends or a record would cross its end."""
    unpack = struct.Struct("<HH").unpack_from
    last = len(data) - 4
    while position <= last:
        number, length = unpack(data, position)
        position += 4
        if position + length > len(data):
            return
        yield number, position, length
        position += length


# -- the book ----------------------------------------------------------------------------------------------------------


def _globals(book: _Book, issues: list[Issues], deadline: Deadline) -> None:
    data = book.data
    first = struct.unpack_from("<HHHH", data, 0) if len(data) >= 8 else (0, 0, 0, 0)
    if first[0] in (0x0009, 0x0209, 0x0409):
        raise UnsupportedFormatError("legacy_workbook")
    if first[0] != _BOF or first[2] not in (0x0500, 0x0600):
        raise CorruptFileError("damaged_ole")
    book.wide = first[2] == 0x0600
    if first[3] == 0x0010:  # a stream that is one worksheet
        book.refs.append(_Ref("Sheet1", True, 0))
        return
    names: list[tuple[int, int, int, bytes]] = []
    strings: list[bytes] = []
    in_strings = False
    ended = False
    for number, at, length in _records(data, 0):
        if number == _CONTINUE and in_strings:
            strings.append(data[at : at + length])
            continue
        in_strings = False
        if number == 0x00FC:
            strings, in_strings = [data[at : at + length]], True
        elif number == 0x0085 and length >= 8:
            offset, visibility, kind = struct.unpack_from("<IBB", data, at)
            names.append((offset, visibility, kind, data[at + 6 : at + length]))
        elif number == 0x00E0 and length >= 4:
            book.formats.append(struct.unpack_from("<H", data, at + 2)[0])
        elif number == 0x041E and length >= 3:
            _format_record(book, data[at : at + length])
        elif number == 0x0022 and length >= 2:
            book.date1904 = data[at] == 1
        elif number == 0x0042 and length >= 2:
            book.codec = _codec(struct.unpack_from("<H", data, at)[0])
        elif number == _FILEPASS:
            raise EncryptedFileError("password_protected")
        elif number == _EOF:
            ended = True
            break
    if not ended:
        raise CorruptFileError("damaged_ole")
    if strings:
        book.strings = _shared_strings(strings, book.limits, deadline)
    _bound_sheets(book, names, issues)


def _codec(page: int) -> str:
    name = _CODE_PAGES.get(page, f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _format_record(book: _Book, record: bytes) -> None:
    number = struct.unpack_from("<H", record)[0]
    text = _long_text(record, 2) if book.wide else record[3 : 3 + record[2]].decode(book.codec, "replace")
    book.codes[number] = text or ""


def _bound_sheets(book: _Book, names: list[tuple[int, int, int, bytes]], issues: list[Issues]) -> None:
    for offset, visibility, kind, raw in names:
        name = _short_text(raw) if book.wide else raw[1 : 1 + raw[0]].decode(book.codec, "replace")
        if kind != 0:
            what = {1: "a macro sheet", 2: "a chart"}.get(kind, "not a worksheet")
            issues.append(Issues.of("sheet_skipped", value=name, detail=what))
        else:
            book.refs.append(_Ref(name, visibility & 3 == 0, offset))


def _short_text(raw: bytes) -> str:
    """A text with a one-byte count of characters and an option byte."""
    count, wide = raw[0], raw[1] & 1
    body = raw[2 : 2 + count * (2 if wide else 1)]
    return body.decode("utf-16-le" if wide else "latin-1", "replace")


def _long_text(record: bytes, at: int) -> str | None:
    """A text with a two-byte count and an option byte; None when it does not fit."""
    if len(record) < at + 3:
        return None
    count, options = struct.unpack_from("<HB", record, at)
    at += 3 + (2 if options & 8 else 0) + (4 if options & 4 else 0)
    size = count * 2 if options & 1 else count
    if at + size > len(record):
        return None
    return record[at : at + size].decode("utf-16-le" if options & 1 else "latin-1", "replace")


def _shared_strings(chunks: list[bytes], limits: Limits, deadline: Deadline) -> pl.Series:
    """The texts of the SST record and the records that continue it.

    A text may be cut anywhere; where its characters are cut, the next record begins with a new option byte. The stated
    count is only a bound: reading stops where the bytes stop.
    """
    found: list[str] = []
    count = struct.unpack_from("<I", chunks[0], 4)[0] if len(chunks[0]) >= 8 else 0
    index, chunk, at = 0, chunks[0], 8

    while len(found) < count:
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
        raise LimitExceededError(limit="cells", found=len(found), allowed=limits.cells)
    return pl.Series(found, dtype=pl.String)


# -- a sheet -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sorted:
    """The records of a sheet by sort, bytes that are unpacked together."""

    shared: list[bytes] = field(default_factory=list)  # row, column, style, index
    numbers: list[bytes] = field(default_factory=list)  # row, column, style, double
    rks: list[tuple[int, int, int, int]] = field(default_factory=list)
    texts: list[tuple[int, int, str]] = field(default_factory=list)
    booleans: list[tuple[int, int, int]] = field(default_factory=list)
    errors: list[tuple[int, int, int]] = field(default_factory=list)
    unreadable: list[tuple[int, int]] = field(default_factory=list)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    waiting: list[tuple[int, int]] = field(default_factory=list)  # formulas whose text never came
    hidden_rows: int = 0


def _load(book: _Book, ref: _Ref, shown: list[Shown]) -> SheetData:
    deadline = Deadline(book.limits)
    found = _sorted(book, ref, deadline)
    grid = Grid(ref.name, book.limits)
    parts: list[pl.DataFrame] = []
    if found.shared:
        parts.append(_from_shared(found.shared, book.strings, grid))
    deadline.check()
    numbers = _from_numbers(found)
    if numbers is not None:
        rendered = render(numbers, shown, date1904=book.date1904)
        odd = rendered.filter("odd")
        if odd.height:
            grid.report(placed("date_out_of_range", odd))
        parts.append(rendered.drop("odd"))
    deadline.check()
    for small, kind in ((found.texts, "text"), (found.booleans, "boolean"), (found.errors, "error")):
        if small:
            parts.append(_from_small(small, kind))
    if found.waiting:
        places = pl.DataFrame(found.waiting, schema={"row": pl.UInt32, "col": pl.UInt32}, orient="row")
        places = places.with_columns(pl.col("row") + 1)
        grid.report(placed("formula_without_value", places))
        waiting = places.with_columns(text=pl.lit(None, dtype=pl.String), kind=pl.lit(KIND["formula"], dtype=pl.UInt8))
        parts.append(waiting)
    if found.unreadable:
        places = pl.DataFrame(found.unreadable, schema={"row": pl.UInt32, "col": pl.UInt32}, orient="row")
        grid.report(placed("cell_unreadable", places.with_columns(pl.col("row") + 1)))
    if parts:
        cells = pl.concat(parts)
        cells = _repaired(cells, grid).filter(
            (pl.col("text").str.len_bytes() > 0).fill_null(False) | (pl.col("kind") == KIND["formula"])
        )
        grid.put(cells)
    if found.hidden_rows:
        grid.report(Issues.of("rows_hidden", detail=str(found.hidden_rows)))
    data = grid.finish()
    links = {(row + 1, column): address for (row, column), address in found.links.items()}
    return SheetData(grid=data.grid, kinds=data.kinds, issues=data.issues + link_issues(data.grid, links))


def _sorted(book: _Book, ref: _Ref, deadline: Deadline) -> _Sorted:
    """Put the records of a sheet aside by sort.

    Raises:
        CorruptFileError: ``sheet_unreadable``: no sheet begins there, or it does not end.
    """
    data = book.data
    found = _Sorted()
    shared, numbers, rks = found.shared, found.numbers, found.rks
    depth = 0
    pending: tuple[int, int] | None = None  # a formula whose text comes in the next STRING record
    text_parts: list[bytes] = []
    seen = 0
    short = struct.Struct("<HHH").unpack_from
    for number, at, length in _records(data, ref.offset):
        seen += 1
        if not seen % _LOOK:
            deadline.check()
        if number == _BOF:
            depth += 1
            continue
        if not depth:
            break  # the offset does not point at a sheet
        if number == _EOF:
            depth -= 1
            if not depth:
                if pending is not None:
                    if text_parts:
                        _string(found, book, pending, text_parts)
                    else:
                        found.waiting.append(pending)
                return found
            continue
        if depth > 1:
            continue
        if text_parts and pending:
            if number == _CONTINUE:
                text_parts.append(data[at : at + length])
                continue
            _string(found, book, pending, text_parts)
            pending, text_parts = None, []
        if number == 0x00FD and length >= 10:
            shared.append(data[at : at + 10])
        elif number == 0x0203 and length >= 14:
            numbers.append(data[at : at + 14])
        elif number == 0x027E and length >= 10:
            rks.append(struct.unpack_from("<HHHI", data, at))
        elif number == 0x00BD and length >= 6:
            row, column = struct.unpack_from("<HH", data, at)
            for offset in range(4, length - 7, 6):
                style, rk = struct.unpack_from("<HI", data, at + offset)
                rks.append((row, column, style, rk))
                column += 1
        elif number in (0x0006, 0x0206, 0x0406) and length >= 14:
            if pending is not None and not text_parts:
                found.waiting.append(pending)
            pending = _formula(found, numbers, data, at)
            if length > 22 and data.find(b"mailto:", at + 22, at + length) >= 0:
                _formula_link(found, data[at : at + length])
        elif number == 0x0207:
            text_parts = [data[at : at + length]]
        elif number in (0x0204, 0x00D6) and length >= 8:
            row, column, _ = short(data, at)
            text = _label(data[at + 6 : at + length], book)
            if text is None:
                found.unreadable.append((row, column))
            else:
                found.texts.append((row, column, text))
        elif number == 0x0205 and length >= 8:
            row, column, _ = short(data, at)
            (found.errors if data[at + 7] else found.booleans).append((row, column, data[at + 6]))
        elif number == 0x0208 and length >= 16:
            found.hidden_rows += bool(data[at + 12] & 0x20)
        elif number == 0x01B8 and length >= 32:
            _link(found, data[at : at + length])
    raise CorruptFileError("sheet_unreadable", sheet=ref.name)


def _formula(found: _Sorted, numbers: list[bytes], data: bytes, at: int) -> tuple[int, int] | None:
    """Keep the stored result of a formula; a text comes in a record of its own."""
    if data[at + 12 : at + 14] != b"\xff\xff":
        numbers.append(data[at : at + 14])
        return None
    row, column = struct.unpack_from("<HH", data, at)
    kind, value = data[at + 6], data[at + 8]
    if kind == 0:
        return row, column
    if kind == 1:
        found.booleans.append((row, column, value))
    elif kind == 2:
        found.errors.append((row, column, value))
    return None


def _formula_link(found: _Sorted, record: bytes) -> None:
    """The address in a text constant of a HYPERLINK formula: a token 0x17, a length, an option byte, characters."""
    at = record.find(b"mailto:", 22)
    if at >= 25 and record[at - 3] == 0x17:
        address = address_of(record[at : at + record[at - 2]].decode("latin-1"))
        if address:
            row, column = struct.unpack_from("<HH", record)
            found.links.setdefault((row, column), address)


def _string(found: _Sorted, book: _Book, place: tuple[int, int], parts: list[bytes]) -> None:
    """The text result of a formula, which may go on in further records."""
    whole = _long_text(parts[0], 0) if book.wide and len(parts) == 1 else None
    if whole is None:
        whole = _continued(parts) if book.wide else _narrow(b"".join(parts), book)
    if whole is None:
        found.unreadable.append(place)
    else:
        found.texts.append((*place, whole))


def _continued(parts: list[bytes]) -> str | None:
    if len(parts[0]) < 3:
        return None
    size, wide = struct.unpack_from("<HB", parts[0])
    texts = []
    bodies = [parts[0][3:], *(part[1:] for part in parts[1:])]
    for position, body in enumerate(bodies):
        wide = wide if position == 0 else (parts[position][0] if parts[position] else 0)
        texts.append(body.decode("utf-16-le" if wide & 1 else "latin-1", "replace"))
    text = "".join(texts)
    return text[:size] if len(text) >= size else None


def _narrow(record: bytes, book: _Book) -> str | None:
    if len(record) < 2:
        return None
    size = struct.unpack_from("<H", record)[0]
    return record[2 : 2 + size].decode(book.codec, "replace") if len(record) >= 2 + size else None


def _label(record: bytes, book: _Book) -> str | None:
    return _long_text(record, 0) if book.wide else _narrow(record, book)


def _link(found: _Sorted, record: bytes) -> None:
    """The address of a link, kept for the first cell of its range."""
    mark = _MAILTO.search(record)
    if mark is None:
        return
    rest = record[mark.start() :]
    text = rest[: len(rest) // 2 * 2].decode("utf-16-le", "replace").partition("\0")[0]
    address = address_of(text)
    if address:
        row, _, column, _ = struct.unpack_from("<HHHH", record)
        found.links.setdefault((row, column), address)


# -- from records to cells ---------------------------------------------------------------------------------------------


def _columns(rows: Iterator[tuple[int, ...]]) -> list[tuple[int, ...]]:
    return list(zip(*rows, strict=True))


def _from_shared(records: list[bytes], strings: pl.Series, grid: Grid) -> pl.DataFrame:
    rows, columns, _, index = _columns(struct.iter_unpack("<HHHI", b"".join(records)))
    cells = pl.DataFrame(
        {"row": rows, "col": columns, "index": index}, schema={"row": pl.UInt32, "col": pl.UInt32, "index": pl.UInt32}
    ).with_columns(pl.col("row") + 1)
    wrong = cells["index"] >= len(strings)
    if wrong.any():
        grid.report(placed("cell_unreadable", cells.filter(wrong)))
        cells = cells.filter(~wrong)
    return cells.select("row", "col", text=strings.gather(cells["index"]), kind=pl.lit(KIND["text"], dtype=pl.UInt8))


_NUMBERS: Final = {"row": pl.UInt32, "col": pl.UInt32, "x": pl.UInt32, "v": pl.Float64}


def _from_numbers(found: _Sorted) -> pl.DataFrame | None:
    frames = []
    if found.numbers:
        columns = _columns(struct.iter_unpack("<HHHd", b"".join(found.numbers)))
        frames.append(pl.DataFrame(dict(zip(_NUMBERS, columns, strict=True)), schema=_NUMBERS))
    if found.rks:
        rows, places, styles, rks = zip(*found.rks, strict=True)
        values = {rk: rk_value(rk) for rk in set(rks)}
        doubles = [values[rk] for rk in rks]
        frames.append(pl.DataFrame({"row": rows, "col": places, "x": styles, "v": doubles}, schema=_NUMBERS))
    return pl.concat(frames).with_columns(pl.col("row") + 1) if frames else None


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


def _from_small(cells: list[tuple[int, int, str]] | list[tuple[int, int, int]], kind: str) -> pl.DataFrame:
    texts = [
        value
        if isinstance(value, str)
        else (("true" if value else "false") if kind == "boolean" else ERROR_TEXTS.get(value, "#ERROR!"))
        for _, _, value in cells
    ]
    return pl.DataFrame(
        {"row": [cell[0] + 1 for cell in cells], "col": [cell[1] for cell in cells], "text": texts},
        schema={"row": pl.UInt32, "col": pl.UInt32, "text": pl.String},
    ).with_columns(kind=pl.lit(KIND[kind], dtype=pl.UInt8))


def _repaired(cells: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Texts that a writer stored as wide characters in narrow ones: ``m\\0p\\0g\\0`` is ``mpg``."""
    wide = cells["text"].str.contains(r"^(?:[^\x00]\x00)+$").fill_null(False)
    if not wide.any():
        return cells
    grid.report(placed("text_repaired", cells.filter(wide)))
    return cells.with_columns(
        text=pl.when(wide).then(pl.col("text").str.replace_all("\0", "", literal=True)).otherwise("text")
    )
