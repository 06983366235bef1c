"""xlsx and xlsm: cells straight from the parts of the package.

Strategy: a worksheet is a long text with one shape, ``<row><c r="B7" s="3" t="s"><v>41</v></c>…``, and nearly every
writer writes it the same way. So the fast road does without an XML parser: the part is inflated in steps, cut between
rows, and each piece goes through polars' csv parser with ``<`` as the end of a line and ``>`` as the separator, which is
exactly how XML is cut into tags and texts as long as no comment, CDATA section or raw ``>`` is in it. Then the cells of
a column are taken together (`_laid`): they are written alike, so their tags are compared with the one that is expected
for each row, and their values are read as one column. What proves a piece plain is cheap and is checked for every piece;
whatever is not plain (prefixes, comments, cells without references, rich text in cells, other encodings) goes the careful
road through a guarded parser, which gives the same cells.

Why not an Excel engine: fastexcel 0.21 (calamine), the quickest, lays out the bounding box of a sheet (two far cells in 2 KB
ask for 549 GB and abort the process), copies a shared string as often as it is used, believes counts that the file states,
panics over dates out of range, and refuses a sheet for one unknown error cell. And it gives texts only: not which cell was
a number (an ID of 16 digits is damaged), not that 42 is shown as 0042, not what an error cell shows, not where a formula
has no value, days that are 1,462 off in books of the 1904 system; each would have to be read from the parts again. Here
nothing is believed: no dimension, no count, no position beyond the sheet. Measured on 200,000 x 10 cells, checks and kinds
included: 1.1 times its processor time where rows are full, 1.4 times where cells are left out, 1.1 times its memory
(``benchmarks/bench_excel.py``).

What is read is what was stored: formulas are never evaluated. A formula without a stored value (a writer that does not
compute) is null and reported.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import polars as pl

from ...errors import CorruptFileError, LimitExceededError
from ...issues import Issues
from ...limits import Limits
from ...sniff.package import Package
from ...source import Format, ReadOptions, Source
from ...workbook import Sheet, SheetData, SheetInfo, Workbook, column_position
from ..deadline import Deadline
from . import opc
from .formats import GENERAL, Shown, format_shown
from .grid import LAST_COLUMN, LAST_ROW, Grid, placed
from .links import address_of, formula_address, link_issues
from .markup import Attributes, decode, decoded, parse, position_of, unescaped
from .values import KIND, render, render_alike

__all__ = ["read_xlsx"]

#: A piece of a worksheet: large enough for two threads, small enough that its scratch memory does not matter.
_PIECE: Final = 8 * 1024 * 1024

#: What is unpacked and marked at once: it stays in the processor's cache.
_STEP: Final = 512 * 1024

#: A piece for a preview of some rows.
_PREVIEW_PIECE: Final = 256 * 1024

#: ``sheetData`` starts within this of the top of any sheet; what stands before it are views and column widths.
_HEAD: Final = 4 * 1024 * 1024

#: A row longer than this many bytes is left to the careful road, which holds one cell at a time. Also for what follows
#: the cells (links, validations).
_LONG: Final = 64 * 1024 * 1024

#: Cells of one batch on the careful road.
_BATCH: Final = 100_000

#: Types of relationships whose target is a grid of cells; chart and dialog sheets are none, macro sheets hold programs.
_WORKSHEET: Final = "worksheet"

#: Cell types as the file writes them; an unknown one is a text.
_NAMES: Final = ("n", "s", "b", "e", "d", "str", "inlineStr")
_TYPES: Final = pl.Enum(_NAMES)

_RAW: Final = pl.Schema(
    {"row": pl.UInt32(), "col": pl.UInt32(), "t": _TYPES, "x": pl.UInt32(), "v": pl.String(), "f": pl.Boolean()}
)

#: More kinds of attributes behind the position of a cell than this are no plain part.
_TAILS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Ref:
    """A sheet as the workbook part names it."""

    name: str
    visible: bool
    part: str


@dataclass(slots=True)
class _Book:
    """What the sheets share. Shared strings are read when the first sheet needs them."""

    package: Package
    limits: Limits
    date1904: bool = False
    shown: list[Shown] = field(default_factory=list)
    strings_part: str | None = None
    strings: pl.Series | None = None


class _NotWellFormed(Exception):  # noqa: N818  (a signal: try again with what XML does not allow taken out)
    """The part is no well-formed XML."""


class _NotPlain(Exception):  # noqa: N818  (a signal between the two roads, not an error)
    """The fast road cannot prove that it reads the part exactly."""


def read_xlsx(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read an xlsx or xlsm book; its sheets are read when they are asked for.

    Issues: sheet_skipped, styles_unreadable, and of the sheets: cell_error, formula_without_value, cell_unreadable,
        date_out_of_range, mailto_differs, rows_hidden, row_repeated, cell_repeated,
        blank_tail_trimmed, sheet_repaired.
    """
    package = Package(source.data, limits)
    issues: list[Issues] = []
    path = opc.book_part(package, "workbook.xml")
    book = _Book(package, limits)
    refs = _sheets(book, path, issues)
    if len(refs) > limits.sheets:
        raise LimitExceededError(limit="sheets", found=len(refs), allowed=limits.sheets)
    if not refs:
        raise CorruptFileError("no_sheets")
    sheets = [_sheet(book, ref) for ref in refs]
    return Workbook(
        format=Format.XLSX,
        sheets=sheets,
        options=options.model_copy(update={"format": Format.XLSX}),
        file_issues=Issues.concat(issues),
    )


def _sheet(book: _Book, ref: _Ref) -> Sheet:
    rows, columns = _dimension(book, ref)
    return Sheet(
        SheetInfo(name=ref.name, visible=ref.visible, rows=rows, columns=columns),
        lambda: _load(book, ref),
        preview=lambda count: _load(book, ref, first=count).grid.head(count),
    )


def _dimension(book: _Book, ref: _Ref) -> tuple[int | None, int | None]:
    """The size that the sheet states, if it states a sensible one: for display only, it may lie."""
    try:
        head = book.package.head(ref.part, 2048)
    except CorruptFileError:
        return None, None
    found = re.search(rb'<(?:\w+:)?dimension ref="(?:[A-Z]{1,3}[0-9]{1,7}:)?([A-Z]{1,3}[0-9]{1,7})"', head)
    place = position_of(found[1].decode("ascii")) if found else None
    if place is None or place[0] > LAST_ROW or place[1] >= LAST_COLUMN:
        return None, None
    return place[0], place[1] + 1


# -- the book ----------------------------------------------------------------------------------------------------------


def _sheets(book: _Book, path: str, issues: list[Issues]) -> list[_Ref]:
    package = book.package
    named: list[Attributes] = []
    properties: list[Attributes] = []

    def start(element: str, attributes: Attributes) -> None:
        if element == "sheet":
            named.append(attributes)
        elif element == "workbookPr":
            properties.append(attributes)

    parse(package.read(path), start=start)
    # A second workbookPr stands in an extension list and means another thing: the first one counts.
    book.date1904 = bool(properties) and properties[0].get("date1904", "").lower() in ("1", "true", "on")
    try:
        relations = opc.relations(package, path)
    except CorruptFileError:
        relations = {}
    folder = path.rpartition("/")[0]
    _styles(book, opc.target(relations, "styles", f"{folder}/styles.xml", package), issues)
    book.strings_part = opc.target(relations, "sharedStrings", f"{folder}/sharedStrings.xml", package)
    refs: list[_Ref] = []
    for position, sheet in enumerate(named, start=1):
        name = decode(sheet.get("name", ""))
        kind, part = relations.get(sheet.get("id", ""), (_WORKSHEET, f"{folder}/worksheets/sheet{position}.xml"))
        if kind.lower() != _WORKSHEET:
            issues.append(
                Issues.of("sheet_skipped", value=name, detail=opc.SKIPPED.get(kind.lower(), "not a worksheet"))
            )
        elif part not in package:
            issues.append(Issues.of("sheet_skipped", value=name, detail="its part is missing"))
        else:
            # Only the two words of the specification hide a sheet; some writers say "show".
            refs.append(_Ref(name, sheet.get("state", "").lower() not in ("hidden", "veryhidden"), part))
    return refs


def _styles(book: _Book, part: str | None, issues: list[Issues]) -> None:
    if part is None:
        return
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside: list[bool] = [False]

    def start(element: str, attributes: Attributes) -> None:
        if element == "numFmt":
            number = _integer(attributes.get("numFmtId"))
            if number is not None:
                codes[number] = attributes.get("formatCode", "")
        elif element == "cellXfs":
            inside[0] = True
        elif element == "xf" and inside[0]:
            formats.append(_integer(attributes.get("numFmtId")) or 0)

    def end(element: str) -> None:
        if element == "cellXfs":
            inside[0] = False

    try:
        parse(book.package.read(part), start=start, end=end)
    except CorruptFileError:
        issues.append(Issues.of("styles_unreadable"))
    book.shown = [format_shown(number, codes) for number in formats]


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else None


# -- shared strings ----------------------------------------------------------------------------------------------------


def _strings(book: _Book, deadline: Deadline) -> pl.Series:
    if book.strings is None:
        if book.strings_part is None:
            book.strings = pl.Series([], dtype=pl.String)
        else:
            parts: list[pl.Series] | None = None
            with suppress(_NotPlain):
                parts = list(_fast_strings(book, deadline))
            if parts is None:
                parts = [_careful_strings(book, deadline)]
            # An empty text is an empty cell.
            joined = pl.concat(parts).rechunk() if parts else pl.Series([], dtype=pl.String)
            book.strings = joined.set(joined == "", None)
    return book.strings


def _fast_strings(book: _Book, deadline: Deadline) -> Iterator[pl.Series]:
    assert book.strings_part is not None
    count = 0
    stream = book.package.stream(book.strings_part, step=_STEP)
    for piece in _gathered(_pieces(stream, b"<sst", (b"<si",), b"</sst>", _STEP, deadline), _STRING_MARKS, _PIECE):
        if piece.tail is not None:
            return
        series = _plain_strings(piece.body)
        count += len(series)
        if count > book.limits.cells:
            raise LimitExceededError(limit="cells", found=count, allowed=book.limits.cells)
        yield series


#: The tags of items whose text stands directly behind them, or that have none.
_DIRECT: Final = frozenset(("si!", 'si! xml:space="preserve"', "si!/", "si/"))


def _plain_strings(body: bytes) -> pl.Series:
    """The texts of ``<si>`` elements: their ``<t>`` joined, without phonetic readings (``<rPh>``)."""
    tokens = _tokens(body)
    tag = pl.col("tag")
    tags = tokens["tag"].unique()
    if _DIRECT.issuperset(tags):
        direct = tokens["text"].fill_null("")
        if any(one.endswith("/") for one in tags):  # what follows an item without a text are blanks between items
            direct = direct.set(tokens["tag"].str.ends_with("/"), "")
        return unescaped(direct)
    tokens = tokens.with_columns(item=tag.str.starts_with("si"))
    if tokens["item"].all():
        raise _NotPlain
    tokens = tokens.with_columns(at=pl.col("item").cast(pl.Int64).cum_sum() - 1)
    name = tag.str.extract(r"^(/?[A-Za-z]+!?)")
    rest = tokens.with_columns(name=name)
    known = rest["name"].is_in(list(_STRING_TAGS)) | rest["name"].str.starts_with("/")
    inside_run_properties = (
        (rest["name"] == "rPr").cast(pl.Int64).cum_sum() - (rest["name"] == "/rPr").cast(pl.Int64).cum_sum()
    ) > 0
    # A self-closed <rPr/> opens nothing.
    if rest["tag"].is_in(["rPr/", "rPr /"]).any() or not (known.fill_null(False) | inside_run_properties).all():
        raise _NotPlain
    phonetic = (
        (rest["name"] == "rPh").cast(pl.Int64).cum_sum() - (rest["name"] == "/rPh").cast(pl.Int64).cum_sum()
    ) > 0
    items = int(rest["item"].sum())
    texts = rest.filter(pl.col("name").is_in(["si!", "t"]) & ~phonetic)
    if texts["at"].min() == -1 if texts.height else False:
        raise _NotPlain
    joined = texts.group_by("at", maintain_order=True).agg(pl.col("text").fill_null("").str.join(""))
    base = pl.repeat("", items, dtype=pl.String, eager=True)
    return unescaped(base.scatter(joined["at"], joined["text"]))


_STRING_TAGS: Final = ("si", "si!", "t", "r", "rPr", "rPh", "phoneticPr")


def _careful_strings(book: _Book, deadline: Deadline) -> pl.Series:
    assert book.strings_part is not None
    found: list[str] = []
    parts: list[str] = []
    state = {"text": False, "phonetic": 0, "chars": 0}
    limit = book.limits.cells

    def start(element: str, _: Attributes) -> None:
        if element == "si":
            parts.clear()
            state["chars"] = 0
        elif element == "rPh":
            state["phonetic"] += 1
        elif element == "t":
            state["text"] = True

    def end(element: str) -> None:
        if element == "si":
            found.append(decode("".join(parts)))
            if len(found) > limit:
                raise LimitExceededError(limit="cells", found=len(found), allowed=limit)
            if not len(found) % _BATCH:
                deadline.check()
        elif element == "rPh":
            state["phonetic"] -= 1
        elif element == "t":
            state["text"] = False

    def text(data: str) -> None:
        if state["text"] and not state["phonetic"]:
            state["chars"] += len(data)
            if state["chars"] > book.limits.cell_chars:
                raise LimitExceededError(limit="cell_chars", found=state["chars"], allowed=book.limits.cell_chars)
            parts.append(data)

    parse(book.package.stream(book.strings_part), start=start, end=end, text=text, deadline=deadline)
    return pl.Series(found, dtype=pl.String)


# -- pieces of a part --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole elements of a list, or (``tail``) what stands after the list."""

    body: bytes = b""
    tail: bytes | None = None


def _pieces(
    stream: Iterator[bytes], opening: bytes, items: tuple[bytes, ...], closing: bytes, size: int, deadline: Deadline
) -> Iterator[_Piece]:
    """Cut a part between the items of its one long list; the tail comes last.

    The end of the list is looked for behind the last item of a step only: a list that goes on after its end is none, and
    its closing tag is then met among the tags.

    Raises:
        _NotPlain: The list cannot be found by its bytes.
    """
    pending = bytearray()
    start = -1
    for step in stream:
        pending += step
        start = pending.find(opening)
        if start >= 0 and pending.find(b">", start) >= 0:
            break
        if len(pending) > _HEAD:
            raise _NotPlain
    head_end = pending.find(b">", start) if start >= 0 else -1
    if head_end < 0:
        raise _NotPlain
    head = bytes(pending[: head_end + 1])
    if b"<!" in head or not _utf8(head):
        raise _NotPlain
    if head.endswith(b"/>"):
        yield _Piece(tail=bytes(pending[head_end + 1 :]) + _all(stream))
        return
    steps = [bytes(pending[head_end + 1 :])]
    before = b""  # the end of what stands before the last step: the closing tag may be cut in two
    held = len(steps[0])
    while True:
        last = steps[-1]
        cut = next((found for item in items if (found := last.rfind(item)) >= 0), -1)
        end = _find(before, last, closing, max(cut, 0))
        if end is not None:
            body = b"".join(steps)
            stop = len(body) - len(last) + end
            if stop > 0:
                yield _Piece(_one_line_end(body[:stop]))
            deadline.check()
            yield _Piece(tail=body[max(stop, 0) :] + _all(stream))
            return
        if held > size + _LONG:
            raise _NotPlain
        if held >= size and (cut > 0 or (cut == 0 and len(steps) > 1)):
            yield _Piece(_one_line_end(b"".join((*steps[:-1], last[:cut]))))
            deadline.check()
            steps = [last[cut:]]
            last = steps[0]
            held = len(last)
        before = last[1 - len(closing) :] if len(last) >= len(closing) else (before + last)[1 - len(closing) :]
        step = next(stream, b"")
        if not step:
            raise _NotPlain  # the list does not end: the careful road says what is wrong
        steps.append(step)
        held += len(step)


def _all(stream: Iterator[bytes]) -> bytes:
    """The rest of a part, if it is not too long."""
    parts: list[bytes] = []
    held = 0
    for step in stream:
        held += len(step)
        if held > _LONG:
            raise _NotPlain
        parts.append(step)
    return b"".join(parts)


def _find(before: bytes, last: bytes, wanted: bytes, start: int) -> int | None:
    """Where ``wanted`` begins in ``last``, from ``start`` on; negative when it begins before ``last``."""
    across = (before + last[: len(wanted) - 1]).find(wanted)
    if 0 <= across < len(before):
        return across - len(before)
    found = last.find(wanted, start)
    return found if found >= 0 else None


def _utf8(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:64]:
        return False
    found = re.search(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)""", head[:256])
    return found is None or found[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def _one_line_end(body: bytes) -> bytes:
    """Line ends as a parser gives them."""
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in body else body


#: What is written often is written shorter before tags are told apart: one token for a text with its element instead of
#: four. A closing tag is taken away only where a tag follows at once: blanks between elements are not part of a text.
_Marks = tuple[tuple[str, str], ...]

_CELL_MARKS: Final[_Marks] = (('"><v>', '"!>'), ("</v></c><", "<"))
_INLINE_MARKS: Final[_Marks] = (('"><is><t', '"!'), ("</t></is></c><", "<"))
_STRING_MARKS: Final[_Marks] = (("<si><t", "<si!"), ("</t></si><", "<"))

#: The end of an item of a list of texts: the next one stands at the beginning of the next piece.
_STRING_END: Final = b"</t></si>"


def _gathered(pieces: Iterator[_Piece], marks: _Marks, size: int) -> Iterator[_Piece]:
    """Small pieces marked, and put together to larger ones."""
    waiting: list[bytes] = []
    held = 0
    for piece in pieces:
        if piece.tail is None:
            if not waiting and marks is _CELL_MARKS and b"<is><t" in piece.body:
                marks += _INLINE_MARKS
            waiting.append(_marked(piece.body, marks))
            held += len(waiting[-1])
            if held < size:
                continue
        if waiting:
            yield _Piece(b"".join(waiting))
            waiting, held = [], 0
            size = min(2 * size, max(size, _PIECE))  # rows may be long, and each piece costs something for each column
        if piece.tail is not None:
            yield piece


def _marked(body: bytes, marks: _Marks) -> bytes:
    """Write shorter what is written often, by an expression: twice as quick as bytes do it."""
    try:
        text = pl.Series([body.removesuffix(_STRING_END)]).cast(pl.String)
    except pl.exceptions.PolarsError:  # no UTF-8
        text = None
    if text is None:
        raise _NotPlain
    for old, new in marks:
        text = text.str.replace_all(old, new, literal=True)
    return text.cast(pl.Binary).item()  # type: ignore[no-any-return]


def _tokens(body: bytes) -> pl.DataFrame:
    """Tags and the texts after them, in order; null for no text."""
    start = body.find(b"<", 0, 4096)
    if start < 0:
        if body.strip():
            raise _NotPlain
        return pl.DataFrame(schema={"tag": pl.String, "text": pl.String})
    frame: pl.DataFrame | None = None
    with suppress(pl.exceptions.PolarsError):
        frame = _lines(body, {"tag": pl.String(), "text": pl.String()}, separator=">")
    if frame is None and b"\x01" not in body:
        # A raw ">" in a text is legal: the first one of a piece ends the tag.
        with suppress(pl.exceptions.PolarsError):
            whole = _lines(body, {"all": pl.String()}, separator="\x01")
            split = whole.select(pl.col("all").str.splitn(">", 2).struct.rename_fields(["tag", "text"])).unnest("all")
            frame = split.with_columns(text=pl.when(pl.col("text") != "").then("text"))
    if frame is None or frame["tag"].null_count():
        raise _NotPlain
    # Nothing was lost, and every tag ends: a "<" between any two, a ">" in each.
    inside = int(frame.select(pl.sum_horizontal(pl.all().str.len_bytes().cast(pl.UInt64).sum())).item())
    if start + inside + 2 * frame.height != len(body):
        raise _NotPlain
    return frame.rechunk()


def _lines(body: bytes, schema: dict[str, pl.DataType], *, separator: str) -> pl.DataFrame:
    """What stands between the ``<`` of a piece, from the first one on."""
    return pl.read_csv(
        body,
        has_header=False,
        skip_lines=1,
        separator=separator,
        eol_char="<",
        quote_char=None,
        schema=schema,
        glob=False,
    )


# -- a sheet -----------------------------------------------------------------------------------------------------------


def _load(book: _Book, ref: _Ref, *, first: int | None = None) -> SheetData:
    """A sheet, or the first rows of it."""
    deadline = Deadline(book.limits)
    with suppress(_NotPlain):
        return _fast(book, ref, deadline, first)
    with suppress(_NotWellFormed):
        return _careful(book, ref, deadline, first)
    return _careful(book, ref, deadline, first, repair=True)


@dataclass(slots=True)
class _Seen:
    """What is met on the way through a sheet besides its cells."""

    links: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0
    rows: int = 0


def _fast(book: _Book, ref: _Ref, deadline: Deadline, first: int | None) -> SheetData:
    grid = Grid(ref.name, book.limits)
    seen = _Seen()
    size = _PIECE if first is None else _PREVIEW_PIECE
    step = _STEP if first is None else min(size, _STEP)
    tail = b""
    stream = book.package.stream(ref.part, step=step)
    pieces = _pieces(stream, b"<sheetData", (b"<row ", b"<row>"), b"</sheetData>", step, deadline)
    for piece in _gathered(pieces, _CELL_MARKS, size):
        if piece.tail is not None:
            tail = piece.tail
            break
        _laid(_plain_cells(piece.body, seen), book, grid, deadline)
        if first is not None and grid.height >= first:
            return grid.finish()
    references = [
        {key.decode(): value for key, value in re.findall(rb'(?:\w+:)?(\w+)="([^"]*)"', found)}
        for found in re.findall(rb"<(?:\w+:)?hyperlink\s([^<>]*)>", tail)
    ]
    _link(book, ref, seen, [{key: _text_of(value) for key, value in one.items()} for one in references])
    return _finished(grid, seen)


def _text_of(value: bytes) -> str:
    return unescaped(pl.Series([value.decode("utf-8", "replace")]), escapes=False)[0]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of whole rows as the file holds them."""

    numbers: pl.Series  # of the rows, as texts
    rows: pl.Series  # the same as UInt32
    tags: pl.Series
    texts: pl.Series  # what stands directly behind the tag, or the value that was found for the cell
    lines: pl.Series  # which of the rows
    formulas: pl.Series | None = None  # the cell holds one; None: no cell does
    settled: bool = False  # the texts are the values, whatever the tags end with


def _plain_cells(body: bytes, seen: _Seen) -> _Cells:
    """Cells of whole rows. A tag that ends with ``!`` has its value directly behind it (`_CELL_MARKS`)."""
    tag = pl.col("tag")
    tokens = _tokens(body).with_columns(is_row=tag.str.starts_with("row "), is_cell=tag.str.starts_with("c "))
    is_row, is_cell = tokens["is_row"], tokens["is_cell"]
    rows = tokens["tag"].filter(is_row)
    seen.rows += len(rows)
    if seen.rows > LAST_ROW:  # rows beyond the sheet, or the same ones over and over
        raise CorruptFileError("cell_outside_sheet", found_row=seen.rows, found_column=1)
    hidden = rows.str.contains(" hidden=", literal=True)
    if hidden.any():
        seen.hidden_rows += int(rows.filter(hidden).str.contains(' hidden="(?:1|true)"').sum())
    if rows.str.starts_with('row r="').all():
        numbers = rows.str.slice(7).str.splitn('"', 2).struct.field("field_0")
    else:
        numbers = rows.str.extract(r'\sr="([0-9]+)"')
    lines = numbers.cast(pl.UInt32, strict=False)
    if lines.null_count() or (len(tokens) and not is_row[0]):
        raise _NotPlain  # a row without a number, a cell outside of a row
    cells = tokens.select("tag", "text", line=is_row.cum_sum() - 1).filter(is_cell)
    found = _Cells(numbers, lines, cells["tag"], cells["text"], cells["line"])
    closing = int((tokens["tag"] == "/row").sum()) + int((tokens["tag"] == "/c").sum())
    if tokens.height - len(rows) - cells.height > closing:
        return _with_children(tokens, found, seen)
    return found


#: Tags that end an element of a cell, or of a row.
_CLOSING: Final = ("/row", "/c", "/v", "/f", "/is", "/t")


def _with_children(tokens: pl.DataFrame, cells: _Cells, seen: _Seen) -> _Cells:
    """Values that do not stand directly behind the tag of their cell, and formulas."""
    tag = pl.col("tag")
    children = tokens.select(
        "tag", "text", at=pl.col("is_cell").cum_sum().cast(pl.Int64) - 1, other=~pl.col("is_cell") & ~pl.col("is_row")
    ).filter(pl.col("other") & ~tag.is_in(_CLOSING))
    children = children.with_columns(name=tag.str.extract(r"^([A-Za-z]+)").fill_null(""))
    if not children["name"].is_in(["v", "f", "is", "t"]).all():
        raise _NotPlain  # rich text, an extension, a comment, a row without attributes, the end of the sheet
    if children.height and int(children["at"].min()) < 0:  # type: ignore[arg-type]
        raise _NotPlain
    values = children.filter(pl.col("name").is_in(["v", "t"]))
    direct = cells.tags.str.ends_with("!") | cells.tags.str.ends_with('! xml:space="preserve"')
    if values["at"].n_unique() != values.height or direct.gather(values["at"]).any():
        raise _NotPlain
    formulas = children.filter(pl.col("name") == "f")
    texts, written, has = cells.texts, values["text"], None
    if formulas.height:
        # Beside a formula an empty value is one, unlike none.
        texts, written = texts.fill_null(""), written.fill_null("")
        has = pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True).scatter(formulas["at"].unique(), True)
        _formula_links(cells, formulas, seen)
    texts = texts.set(~direct, None).scatter(values["at"], written)
    return replace(cells, texts=texts, formulas=has, settled=True)


def _laid(cells: _Cells, book: _Book, grid: Grid, deadline: Deadline) -> None:
    """Give cells their text and kind, and hand them to the grid: column by column where columns are long.

    The cells of a column are written alike: one type, one style, and the position that is expected. So the tags of a
    column are only compared with what they should be, and its values are read at once and in their order.
    """
    parts = _parts(cells)
    if parts is None:
        _resolved(_attributes(cells), book, grid, deadline)
        return
    alike: dict[tuple[str, int | None], list[_Part]] = {}
    waiting: list[_Part] = []
    for part in parts:
        if part.form is None:
            waiting.append(part)
        else:
            alike.setdefault((part.form.kind, part.form.style if part.form.kind == "n" else None), []).append(part)
    found: dict[int, list[tuple[_Part, pl.Series, pl.Series]]] = {}
    if waiting:
        grid.report(placed("formula_without_value", _places(waiting, cells.rows)))
    for part in waiting:
        count = len(part.values)
        blank = pl.repeat(None, count, dtype=pl.String, eager=True)
        found.setdefault(part.position, []).append((part, blank, _kind("formula", count)))
    odd: list[pl.DataFrame] = []
    for kind, style in sorted(alike, key=lambda one: (_NAMES.index(one[0]), one[1] or 0)):
        group = alike[kind, style]
        values = pl.concat([part.values for part in group]).rechunk()
        if kind == "n":
            shown = book.shown[style or 0] if (style or 0) < len(book.shown) else GENERAL
            texts, kinds, wrong = render_alike(values, shown, date1904=book.date1904)
            if wrong.any():
                odd.append(_places(group, cells.rows).with_columns(text=texts).filter(wrong))
        else:
            texts, kinds = _typed(kind, values, partial(_places, group, cells.rows), book, grid, deadline)
        at = 0
        for part in group:
            count = len(part.values)
            found.setdefault(part.position, []).append((part, texts.slice(at, count), kinds.slice(at, count)))
            at += count
    if odd:
        grid.report(placed("date_out_of_range", pl.concat(odd)))
    _columned(found, cells.rows, grid)


#: Columns are read one by one where they have this many cells on average; below it, cell by cell costs less. Where rows
#: leave cells out, the cells of a column have to be looked for.
_TALL: Final = 100
_TALL_WITH_GAPS: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Form:
    """What stands behind the position of a cell."""

    kind: str
    style: int | None
    direct: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """Cells of a column that are written alike."""

    position: int
    form: _Form | None  # None: formulas without a value
    lines: pl.Series | None  # which rows of the batch; None for all of them
    values: pl.Series


@dataclass(frozen=True, slots=True)
class _Column:
    """The cells of one column as the file holds them."""

    letters: str
    lines: pl.Series | None
    tags: pl.Series
    texts: pl.Series
    formulas: pl.Series | None


def _parts(cells: _Cells) -> list[_Part] | None:
    """The cells by columns and forms; None where they are better, or only, read one by one.

    That is where columns are short, or a row or a cell stands twice or in disorder.
    """
    if not (cells.rows.diff() > 0).all():
        return None
    for divide in (_equal_rows, _any_rows):
        columns = divide(cells)
        parts = _split_all(columns, cells) if columns else None
        if parts is not None:
            return parts
    return None


def _split_all(columns: list[_Column], cells: _Cells) -> list[_Part] | None:
    """The cells of all columns by their forms; None where one of them is not of its column and its row."""
    usual = [_usual(column, cells) for column in columns]
    tails = [tail for tail in usual if tail is not None]
    if len(tails) < len(columns):
        return None
    parts: list[_Part] = []
    for column, tail, same in zip(columns, tails, _same_tags(columns, tails, cells), strict=True):
        found = _split(column, cells, tail, same)
        if found is None:
            return None
        parts += found
    return parts


def _equal_rows(cells: _Cells) -> list[_Column] | None:
    """Every n-th cell, where every row seems to have the columns of the first one (`_split` says whether it has)."""
    height, count = len(cells.rows), len(cells.tags)
    width = count // height if height else 0
    if not width or width * height != count or height < _TALL:
        return None
    if not (cells.lines == pl.int_range(count, dtype=pl.UInt32, eager=True) // width).all():
        return None
    names = [_PLAIN_REFERENCE.match(tag) for tag in cells.tags.head(width).to_list()]
    letters = [name[1] for name in names if name is not None]
    if len(set(letters)) < width:
        return None
    frame = pl.DataFrame({"tag": cells.tags, "text": cells.texts})
    if cells.formulas is not None:
        frame = frame.with_columns(formula=cells.formulas)
    # All of them at once: a sheet may be wide.
    every = [
        pl.col(name).gather_every(width, at).alias(f"{name} {at}") for at in range(width) for name in frame.columns
    ]
    found = frame.select(every).get_columns()
    step = frame.width
    return [
        _Column(name, None, found[at * step], found[at * step + 1], found[at * step + 2] if step > 2 else None)
        for at, name in enumerate(letters)
    ]


_PLAIN_REFERENCE: Final = re.compile(r'c r="([A-Z]{1,3})[0-9]+"')

#: The letters of a reference by its first three characters.
_LETTERS: Final = re.compile("[A-Z]{1,2}(?=[0-9])|[A-Z]{3}")


def _any_rows(cells: _Cells) -> list[_Column] | None:
    """The cells of each letter, whatever columns a row has."""
    if not cells.tags.str.starts_with('c r="').all():
        return None
    heads = cells.tags.str.slice(len('c r="'), 3)
    distinct = heads.unique()
    found = [_LETTERS.match(head) for head in distinct.to_list()]
    names = [name[0] for name in found if name is not None]
    order = {name: code for code, name in enumerate(sorted(set(names)))}
    if len(names) < len(distinct) or len(order) * _TALL_WITH_GAPS > len(heads):
        return None
    codes = pl.Series([order[name] for name in names], dtype=pl.UInt16)
    codes = codes.gather(heads.cast(pl.Enum(distinct)).to_physical())
    columns: list[_Column] = []
    for name, code in order.items():
        index = (codes == code).arg_true()
        lines = cells.lines.gather(index)
        if not (lines.diff() > 0).all():
            return None
        formulas = None if cells.formulas is None else cells.formulas.gather(index)
        columns.append(_Column(name, lines, cells.tags.gather(index), cells.texts.gather(index), formulas))
    return columns


#: More forms than this in one column are read cell by cell.
_FORMS: Final = 64


def _numbers(column: _Column, cells: _Cells) -> pl.Series:
    return cells.numbers if column.lines is None else cells.numbers.gather(column.lines)


def _usual(column: _Column, cells: _Cells) -> str | None:
    """What stands behind the position of a cell in the middle: a heading, or a sum, may be written differently."""
    middle = len(column.tags) // 2
    number = cells.numbers[middle if column.lines is None else int(column.lines[middle])]
    begin = f'c r="{column.letters}{number}"'
    tag = column.tags[middle]
    return tag.removeprefix(begin) if tag.startswith(begin) and column_position(column.letters) < LAST_COLUMN else None


def _same_tags(columns: list[_Column], tails: list[str], cells: _Cells) -> list[pl.Series]:
    """Which cells of each column have the position of their row and the usual rest."""

    def same(name: str, column: _Column, tail: str) -> pl.Expr:
        return pl.col(name) == pl.concat_str(pl.lit(f'c r="{column.letters}'), "number", pl.lit(f'"{tail}'))

    if all(column.lines is None for column in columns):
        frame = pl.DataFrame([column.tags.alias(f"{at}") for at, column in enumerate(columns)])
        frame = frame.with_columns(cells.numbers.alias("number"))
        tests = [same(f"{at}", column, tail) for at, (column, tail) in enumerate(zip(columns, tails, strict=True))]
        return frame.select(tests).get_columns()
    return [
        pl.DataFrame({"tag": column.tags, "number": _numbers(column, cells)})
        .select(same("tag", column, tail))
        .to_series()
        for column, tail in zip(columns, tails, strict=True)
    ]


def _split(column: _Column, cells: _Cells, usual: str, same: pl.Series) -> list[_Part] | None:
    position = column_position(column.letters)
    if same.all():
        return _valued(column, cells, position, usual, None)
    parts = _valued(column, cells, position, usual, same.arg_true())
    other = (~same).arg_true()
    tag, expected = pl.col("tag"), pl.concat_str(pl.lit(f'c r="{column.letters}'), "number", pl.lit('"'))
    odd = pl.DataFrame({"tag": column.tags.gather(other), "number": _numbers(column, cells).gather(other)}).select(
        begins=tag.str.starts_with(expected), tail=tag.str.strip_prefix(expected)
    )
    tails, codes = _coded(odd["tail"])
    if not odd["begins"].all() or len(tails) > _FORMS:
        return None
    for code, tail in enumerate(tails):
        parts += _valued(column, cells, position, tail, other.filter(codes == code))
    return parts


def _valued(column: _Column, cells: _Cells, position: int, tail: str, index: pl.Series | None) -> list[_Part]:
    """The cells of one form that hold anything, and those that hold a formula without a value."""
    form = _form(tail)
    if not form.direct and not cells.settled:
        return []
    lines, values, formulas = column.lines, column.texts, column.formulas
    if index is not None:
        lines = index if lines is None else lines.gather(index)
        values = values.gather(index)
        formulas = None if formulas is None else formulas.gather(index)

    def part(form: _Form | None, mask: pl.Series) -> list[_Part]:
        if not mask.any():
            return []
        at = mask.arg_true()
        return [_Part(position, form, at if lines is None else lines.gather(at), values.gather(at))]

    if formulas is None and not values.null_count():
        return [_Part(position, form, lines, values)]
    filled = values.is_not_null() if formulas is None else (values != "").fill_null(False)
    if filled.all():
        return [_Part(position, form, lines, values)]
    if formulas is None:
        return part(form, filled)
    # An empty text is a result; no value at all is none.
    waiting = formulas & ~filled
    if form.kind == "str":
        waiting &= values.is_null()
    return part(form, filled) + part(None, waiting)


def _places(parts: list[_Part], rows: pl.Series) -> pl.DataFrame:
    """Where the cells of some parts stand."""
    return pl.concat(
        pl.DataFrame({"row": rows if part.lines is None else rows.gather(part.lines)}).with_columns(
            col=pl.lit(part.position, dtype=pl.UInt32)
        )
        for part in parts
    )


def _columned(found: dict[int, list[tuple[_Part, pl.Series, pl.Series]]], rows: pl.Series, grid: Grid) -> None:
    """Put the parts of columns together and hand them to the grid."""
    height = len(rows)
    present: pl.Series | None = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    columns: dict[int, tuple[pl.Series, pl.Series]] = {}
    for position, group in found.items():
        for part, _, _ in group:
            if part.lines is None:
                present = None
            elif present is not None:
                present = present.scatter(part.lines, True)
        first, texts, kinds = group[0]
        if first.lines is not None:
            texts, kinds = pl.concat([one for _, one, _ in group]), pl.concat([one for _, _, one in group])
            lines = pl.concat([part.lines for part, _, _ in group if part.lines is not None])
            place = pl.repeat(None, height, dtype=pl.UInt32, eager=True)
            place = place.scatter(lines, pl.int_range(len(lines), dtype=pl.UInt32, eager=True))
            texts, kinds = texts.rechunk().gather(place), kinds.rechunk().gather(place)
        columns[position] = (texts, kinds)
    if present is not None and not present.all():
        # A row without a cell is none.
        rows = rows.filter(present)
        columns = {at: (texts.filter(present), kinds.filter(present)) for at, (texts, kinds) in columns.items()}
    if columns:
        grid.put_columns(rows, columns)


def _attributes(cells: _Cells) -> pl.DataFrame:
    """The cells one by one, as `_RAW`.

    Whatever stands behind the position takes few forms in a sheet (types times styles): each is looked at once. The same
    holds for the letters of columns, once the number of the row is taken off.
    """
    columns, tails, form = _scattered(cells)
    forms = [_form(one) for one in tails]
    texts = cells.texts
    if not cells.settled:
        direct = pl.Series([one.direct for one in forms], dtype=pl.Boolean).gather(form)
        if not direct.all():
            texts = texts.set(~direct, None)
    count = len(texts)
    return pl.DataFrame(
        {
            "row": cells.rows.gather(cells.lines),
            "col": columns,
            "t": pl.Series([one.kind for one in forms], dtype=_TYPES).gather(form),
            "x": pl.Series([one.style for one in forms], dtype=pl.UInt32).gather(form),
            "v": texts,
            "f": pl.repeat(False, count, dtype=pl.Boolean, eager=True) if cells.formulas is None else cells.formulas,
        }
    )


def _coded(tail: pl.Series) -> tuple[list[str], pl.Series]:
    """The distinct texts, which are few, and for each text which one it is."""
    distinct = tail.unique()
    if len(distinct) > _TAILS:
        raise _NotPlain
    return distinct.to_list(), tail.cast(pl.Enum(distinct)).to_physical()


def _scattered(cells: _Cells) -> tuple[pl.Series, list[str], pl.Series]:
    """Positions of columns; the forms of what follows; and which form each cell has."""
    tag = pl.col("tag")
    tags = cells.tags.to_frame("tag")
    if not cells.tags.str.starts_with('c r="').all():
        # The position is not the first attribute: put it there.
        tags = tags.select(
            tag=pl.concat_str(
                pl.lit('c r="'),
                tag.str.extract(r'\sr="([^"]*)"'),
                pl.lit('"'),
                tag.str.slice(1).str.replace(r'\sr="[^"]*"', ""),
            )
        )
    split = tags.select(tag.str.slice(5).str.splitn('"', 2).struct.rename_fields(["ref", "tail"])).unnest("tag")
    if split["tail"].null_count():
        raise _NotPlain
    split = split.with_columns(number=cells.numbers.gather(cells.lines))
    ref, number = pl.col("ref"), pl.col("number")
    same, letters = split.select(same=ref.str.ends_with(number), letters=ref.str.strip_suffix(number)).get_columns()
    names = letters.unique()
    if not same.all() or not names.str.contains("^[A-Z]{1,3}$").all():
        raise _NotPlain  # no reference, a lower-case one, or one whose row is not this row
    places = [column_position(name) for name in names.to_list()]
    if places and max(places) >= LAST_COLUMN:
        raise _NotPlain
    columns = pl.Series(places, dtype=pl.UInt32).gather(letters.cast(pl.Enum(names)).to_physical())
    return columns, *_coded(split["tail"])


_FORM: Final = re.compile(r'((?:\s+[\w:.-]+\s*=\s*"[^"]*")*)\s*(!(?: xml:space="preserve")?|!?/|)')
_ATTRIBUTE: Final = re.compile(r'([\w:.-]+)\s*=\s*"([^"]*)"')


def _form(tail: str) -> _Form:
    """What the attributes and the end of a tag say."""
    found = _FORM.fullmatch(tail)
    if found is None:
        raise _NotPlain
    attributes = dict(_ATTRIBUTE.findall(found[1]))
    direct = found[2].startswith("!") and found[2] != "!/"
    return _Form(_known_type(attributes.get("t")), _integer(attributes.get("s")), direct)


def _known_type(written: str | None) -> str:
    return "n" if written is None else (written if written in _NAMES else "str")


def _formula_links(cells: _Cells, formulas: pl.DataFrame, seen: _Seen) -> None:
    marked = formulas.filter(pl.col("text").str.contains("(?i)hyperlink.{0,8}mailto:"))
    if marked.is_empty():
        return
    references = cells.tags.gather(marked["at"]).str.extract(r'\sr="([^"]*)"').to_list()
    for reference, formula in zip(references, unescaped(marked["text"], escapes=False).to_list(), strict=True):
        address, place = formula_address(formula), position_of(reference or "")
        if address and place:
            seen.links[place] = address


def _careful(book: _Book, ref: _Ref, deadline: Deadline, first: int | None, *, repair: bool = False) -> SheetData:
    """The same through a parser: slower by the factor of Python, exact for any well-formed part.

    Args:
        repair: Take out what XML does not allow, bytes that are no UTF-8 and control characters, and report it.
    """
    grid = Grid(ref.name, book.limits)
    seen = _Seen()
    walk = _Walk(book, ref, grid, seen, deadline, first)
    stream = book.package.stream(ref.part)
    repaired = _Repaired(stream)
    failure: CorruptFileError | None = None
    try:
        parse(repaired if repair else stream, start=walk.start, end=walk.end, text=walk.text, deadline=deadline)
    except _Enough:
        return grid.finish()
    except CorruptFileError as error:
        failure = error.with_traceback(None)
    if failure is not None:
        if failure.code == "part_damaged" and not repair:
            raise _NotWellFormed
        raise failure
    if not walk.found:
        raise CorruptFileError("sheet_unreadable", sheet=ref.name)
    if repaired.changed:
        grid.report(Issues.of("sheet_repaired"))
    walk.flush()
    _link(book, ref, seen, walk.links)
    return _finished(grid, seen)


#: What no XML may hold, though some writers do.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0*1?[0-9a-fA-F]|0*[12]?[0-9]|0*3[01]);")


class _Repaired:
    """A part with what XML does not allow replaced by U+FFFD."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        self._stream = stream
        self.changed = False

    def __iter__(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for piece in self._stream:
            text = decoder.decode(piece)
            clean = _FORBIDDEN.sub(_allowed, text)
            self.changed = self.changed or clean != text or "\ufffd" in text
            yield clean.encode()


def _allowed(match: re.Match[str]) -> str:
    """Tab and line ends may be written as references."""
    return match[0] if re.fullmatch(r"&#(?:x0*[9aAdD]|0*(?:9|10|13));", match[0]) else "\ufffd"


class _Enough(Exception):  # noqa: N818  (a signal)
    """A preview has its rows."""


class _Walk:
    """Handlers that collect cells from a worksheet part."""

    def __init__(self, book: _Book, ref: _Ref, grid: Grid, seen: _Seen, deadline: Deadline, first: int | None) -> None:
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
            self._type = _known_type(attributes.get("t"))
            self._style = _integer(attributes.get("s"))
            self._value, self._formula, self._inline, self._in_cell = None, None, [], True
        elif name == "row":
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
        elif not self._in_cell:
            return
        elif name in ("v", "t") and not self._phonetic:
            self._parts = []
        elif name == "f":
            self._formula, self._in_formula = [], True
        elif name == "rPh":
            self._phonetic += 1

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
        if name == "v":
            self._value, self._parts = "".join(self._parts or ()), None
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
        frame = pl.DataFrame(dict(zip(_RAW, self._columns, strict=True)), schema=_RAW)
        self._columns = ([], [], [], [], [], [])
        _resolved(frame, self._book, self._grid, self._deadline, markup=False)
        self._deadline.check()


def _link(book: _Book, ref: _Ref, seen: _Seen, references: list[dict[str, str]]) -> None:
    """Addresses behind cells, by the sheet's relationships."""
    if not references:
        return
    try:
        relations = opc.relations(book.package, ref.part)
    except CorruptFileError:
        relations = {}
    for one in references:
        _, target = relations.get(one.get("id", ""), ("", ""))
        address = address_of(target)
        place = position_of(one.get("ref", "").partition(":")[0])
        if address and place:
            seen.links.setdefault(place, address)


def _finished(grid: Grid, seen: _Seen) -> SheetData:
    if seen.hidden_rows:
        grid.report(Issues.of("rows_hidden", detail=str(seen.hidden_rows)))
    data = grid.finish()
    return SheetData(
        grid=data.grid, kinds=data.kinds, surplus=data.surplus, issues=data.issues + link_issues(data.grid, seen.links)
    )


# -- from raw cells to texts -------------------------------------------------------------------------------------------


def _resolved(cells: pl.DataFrame, book: _Book, grid: Grid, deadline: Deadline, *, markup: bool = True) -> None:
    """Give cells their text and kind, and hand them to the grid.

    Args:
        cells: As `_RAW`.
        markup: Texts still hold entities.
    """
    value, kind = pl.col("v"), pl.col("t")
    filled = (value.is_not_null() & (value != "")).alias("filled")
    if cells["f"].any():
        # An empty text is a result; no value at all is none.
        waiting = pl.col("f") & ~filled & ~((kind == "str") & value.is_not_null())
        cells = cells.with_columns(waiting=waiting).filter(filled | pl.col("waiting"))
        bare = cells.filter("waiting")
        grid.report(placed("formula_without_value", bare))
    else:
        cells = cells.filter(filled)
        bare = cells.head(0)
    if cells.is_empty():
        return
    cells, layout = grid.layout(cells)
    parts: list[pl.DataFrame] = []
    if bare.height:
        parts.append(
            cells.filter("waiting").select(
                "flat", text=pl.lit(None, dtype=pl.String), kind=pl.lit(KIND["formula"], dtype=pl.UInt8)
            )
        )
        cells = cells.filter(~pl.col("waiting"))
    types = cells["t"].unique().sort().to_list()
    for one in types:
        part = cells.filter(kind == one) if len(types) > 1 else cells
        if one == "n":
            found = render(part.select("row", "col", "flat", "v", "x"), book.shown, date1904=book.date1904)
            odd = found.filter("odd")
            if odd.height:
                grid.report(placed("date_out_of_range", odd))
            parts.append(found.select("flat", "text", "kind"))
        else:
            places = part.select("row", "col")
            texts, kinds = _typed(one, part["v"], partial(_same, places), book, grid, deadline, markup=markup)
            parts.append(pl.DataFrame({"flat": part["flat"], "text": texts, "kind": kinds}))
    grid.lay(layout, pl.concat(parts) if len(parts) > 1 else parts[0])


def _same(places: pl.DataFrame) -> pl.DataFrame:
    return places


def _typed(
    kind: str,
    values: pl.Series,
    places: Callable[[], pl.DataFrame],
    book: _Book,
    grid: Grid,
    deadline: Deadline,
    *,
    markup: bool = True,
) -> tuple[pl.Series, pl.Series]:
    """Texts and kinds of cells of one type that is no number, in their order.

    Args:
        places: Gives ``row`` and ``col`` of the cells, should one of them be reported.
        markup: Texts still hold entities.
    """
    count = len(values)
    match kind:
        case "s":
            return _shared(values, places, _strings(book, deadline), grid), _kind("text", count)
        case "b":
            true = values.str.strip_chars().str.to_lowercase().is_in(["1", "true"])
            texts = pl.select(pl.when(true).then(pl.lit("true")).otherwise(pl.lit("false"))).to_series()
            return texts, _kind("boolean", count)
        case "e":
            texts = unescaped(values) if markup else values
            grid.report(placed("cell_error", places().with_columns(text=texts)))
            return texts, _kind("error", count)
        case "d":
            return _iso(values)
        case _:
            return unescaped(values) if markup else decoded(values), _kind("text", count)


def _kind(name: str, count: int) -> pl.Series:
    return pl.repeat(KIND[name], count, dtype=pl.UInt8, eager=True)


def _shared(values: pl.Series, places: Callable[[], pl.DataFrame], strings: pl.Series, grid: Grid) -> pl.Series:
    index = values.cast(pl.UInt32, strict=False)
    if index.null_count():
        index = values.str.strip_chars().cast(pl.UInt32, strict=False)
    if index.null_count() or int(index.max()) >= len(strings):  # type: ignore[arg-type]
        wrong = (index.is_null() | (index >= len(strings))).fill_null(True)
        grid.report(placed("cell_unreadable", places().filter(wrong)))
        index = index.set(wrong, None)
    return strings.gather(index)


def _iso(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Dates written as ISO 8601 text: a blank instead of the T, no fraction of zero, no zone."""
    texts = values.str.strip_chars().str.replace("T", " ", literal=True).str.replace(r"(?:\.0+)?Z?$", "")
    time_only = texts.str.contains(r"^\d{2}:\d{2}")
    date_only = texts.str.contains(r"^\d{4}-\d{2}-\d{2}$")
    kind = pl.when(time_only).then(KIND["time"]).when(date_only).then(KIND["date"]).otherwise(KIND["datetime"])
    return texts, pl.select(kind.cast(pl.UInt8)).to_series()
