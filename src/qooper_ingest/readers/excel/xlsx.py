"""xlsx and xlsm: cells straight from the parts of the package.

Strategy: a worksheet is a long text with one shape, ``<row><c r="B7" s="3" t="s"><v>41</v></c>…``, and nearly every
writer writes it the same way. So the fast road does without an XML parser: the part is inflated in steps, cut between
rows, and each piece goes through polars' csv parser with ``<`` as the end of a line and ``>`` as the separator, which is
exactly how XML is cut into tags and texts as long as no comment, CDATA section or raw ``>`` is in it. What proves a piece
plain is cheap and is checked for every piece; whatever is not plain (prefixes, comments, cells without references,
rich text in cells, other encodings) goes the careful road through a guarded parser, which gives the same cells. Both
roads end in `_resolved`, where types, shared strings and number formats make the text.

Why not an Excel engine: fastexcel 0.21 (calamine), the quickest, lays out the bounding box of a sheet (two far cells in 2 KB
ask for 549 GB and abort the process), copies a shared string as often as it is used, believes counts that the file states,
panics over dates out of range, and refuses a sheet for one unknown error cell. And it gives texts only: not which cell was
a number (an ID of 16 digits is damaged), not that 42 is shown as 0042, not what an error cell shows, not where a formula
has no value, days that are 1,462 off in books of the 1904 system; each would have to be read from the parts again. Here
nothing is believed: no dimension, no count, no position beyond the sheet. Measured on 200,000 x 10 cells, checks and kinds
included: 1.3 to 1.5 times its processor time, part of it on a second core, 1.1 to 1.2 times its memory (``benchmarks/bench_excel.py``).

What is read is what was stored: formulas are never evaluated. A formula without a stored value (a writer that does not
compute) is null and reported.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
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
from .formats import Shown, format_shown
from .grid import LAST_COLUMN, LAST_ROW, Grid, placed
from .links import address_of, formula_address, link_issues
from .markup import Attributes, decode, decoded, parse, position_of, unescaped
from .values import KIND, render

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
_TYPES: Final = pl.Enum(["n", "s", "b", "e", "d", "str", "inlineStr"])

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
    if len(named) > book.limits.sheets:
        raise LimitExceededError(limit="sheets", found=len(named), allowed=book.limits.sheets)
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
    taken: set[str] = set()
    for position, sheet in enumerate(named, start=1):
        name = decode(sheet.get("name", ""))
        kind, part = relations.get(sheet.get("id", ""), (_WORKSHEET, f"{folder}/worksheets/sheet{position}.xml"))
        if kind.lower() != _WORKSHEET:
            issues.append(
                Issues.of("sheet_skipped", value=name, detail=opc.SKIPPED.get(kind.lower(), "not a worksheet"))
            )
        elif part not in package:
            issues.append(Issues.of("sheet_skipped", value=name, detail="its part is missing"))
        elif part in taken:
            issues.append(Issues.of("sheet_skipped", value=name, detail=opc.TAKEN))
        else:
            # Only the two words of the specification hide a sheet; some writers say "show".
            refs.append(_Ref(name, sheet.get("state", "").lower() not in ("hidden", "veryhidden"), part))
            taken.add(part)
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
    for piece in _pieces(book.package.stream(book.strings_part), b"<sst", b"<si", b"</sst>", _PIECE, deadline):
        if piece.tail is not None:
            return
        series = _plain_strings(piece.body)
        count += len(series)
        if count > book.limits.cells:
            raise LimitExceededError(limit="cells", found=count, allowed=book.limits.cells)
        yield series


def _plain_strings(body: bytes) -> pl.Series:
    """The texts of ``<si>`` elements: their ``<t>`` joined, without phonetic readings (``<rPh>``)."""
    body = _replaced(body, ("<si><t", "<si!"), ("</t></si>", ""))
    tokens = _tokens(body)
    tag = pl.col("tag")
    tokens = tokens.with_columns(item=tag.str.starts_with("si"))
    if tokens["item"].all():
        direct = tokens.select(
            text=pl.col("text").fill_null(""),
            known=tag.str.contains(r'^si(?:!|!? xml:space="preserve"|!?/)$') | (tag == "si!"),
        )
        if not direct["known"].all():
            raise _NotPlain
        return unescaped(direct["text"])
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
    stream: Iterator[bytes], opening: bytes, item: bytes, closing: bytes, size: int, deadline: Deadline
) -> Iterator[_Piece]:
    """Cut a part between the items of its one long list; the tail comes last.

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
        end = _find(before, last, closing)
        if end is not None:
            body = b"".join(steps)
            cut = len(body) - len(last) + end
            if cut > 0:
                yield _Piece(_one_line_end(body[:cut]))
            deadline.check()
            yield _Piece(tail=body[max(cut, 0) :] + _all(stream))
            return
        if held > size + _LONG:
            raise _NotPlain
        if held >= size:
            cut = last.rfind(item)
            if cut > 0 or (cut == 0 and len(steps) > 1):
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


def _find(before: bytes, last: bytes, wanted: bytes) -> int | None:
    """Where ``wanted`` begins in ``last``; negative when it begins before it."""
    across = (before + last[: len(wanted) - 1]).find(wanted)
    if 0 <= across < len(before):
        return across - len(before)
    found = last.find(wanted)
    return found if found >= 0 else None


def _utf8(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:64]:
        return False
    found = re.search(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)""", head[:256])
    return found is None or found[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def _one_line_end(body: bytes) -> bytes:
    """Line ends as a parser gives them."""
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in body else body


def _tokens(body: bytes) -> pl.DataFrame:
    """Tags and the texts after them, in order."""
    start = body.find(b"<", 0, 4096)
    if start < 0:
        if body.strip():
            raise _NotPlain
        return pl.DataFrame(schema={"tag": pl.String, "text": pl.String})
    body = body[start + 1 :]
    schema: dict[str, pl.DataType] = {"tag": pl.String(), "text": pl.String()}
    exact = body.count(b">") == body.count(b"<") + 1
    frame: pl.DataFrame | None = None
    try:
        if exact:
            frame = pl.read_csv(
                body, has_header=False, separator=">", eol_char="<", quote_char=None, schema=schema, glob=False
            )
        elif b"\x01" not in body:
            # A raw ">" in a text is legal: the first one of a piece ends the tag.
            whole = pl.read_csv(
                body,
                has_header=False,
                separator="\x01",
                eol_char="<",
                quote_char=None,
                schema={"all": pl.String()},
                glob=False,
            )
            frame = whole.select(pl.col("all").str.splitn(">", 2).struct.rename_fields(["tag", "text"])).unnest("all")
    except pl.exceptions.PolarsError:
        frame = None
    if frame is None or frame["tag"].null_count():
        raise _NotPlain
    return frame


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
    waiting: list[bytes] = []
    held = 0
    for piece in _pieces(
        book.package.stream(ref.part, step=step), b"<sheetData", b"<row", b"</sheetData>", step, deadline
    ):
        if piece.tail is None:
            waiting.append(_marked(piece.body))
            held += len(waiting[-1])
            if held < size:
                continue
        if waiting:
            _resolved(_plain_cells(b"".join(waiting), seen), book, grid, deadline)
            waiting, held = [], 0
        if first is not None and grid.height >= first:
            return grid.finish()
        if piece.tail is not None:
            tail = piece.tail
            break
    references = [
        {key.decode(): value for key, value in re.findall(rb'(?:\w+:)?(\w+)="([^"]*)"', found)}
        for found in re.findall(rb"<(?:\w+:)?hyperlink\s([^<>]*)>", tail)
    ]
    _link(book, ref, seen, [{key: _text_of(value) for key, value in one.items()} for one in references])
    return _finished(grid, seen)


def _text_of(value: bytes) -> str:
    if b"&" not in value:
        return value.decode("utf-8", "replace")
    return unescaped(pl.Series([value.decode("utf-8", "replace")]), escapes=False)[0]  # type: ignore[no-any-return]


def _marked(body: bytes) -> bytes:
    """Let a value stand directly behind the tag of its cell: one token for a cell instead of four."""
    return _replaced(body, ('"><v>', '"!>'), ("</v></c>", ""))


def _replaced(body: bytes, *pairs: tuple[str, str]) -> bytes:
    """Replace texts, by an expression: twice as quick as bytes do it."""
    try:
        text = pl.Series([body.decode()])
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise _NotPlain
    for old, new in pairs:
        text = text.str.replace_all(old, new, literal=True)
    return text.item().encode()  # type: ignore[no-any-return]


def _plain_cells(body: bytes, seen: _Seen) -> pl.DataFrame:
    """Cells of whole rows, as `_RAW`. A tag that ends with ``!`` has its value directly behind it (`_marked`)."""
    tag = pl.col("tag")
    tokens = _tokens(body).with_columns(is_row=tag.str.starts_with("row "), is_cell=tag.str.starts_with("c "))
    seen.rows += int(tokens["is_row"].sum())
    if seen.rows > LAST_ROW:  # rows beyond the sheet, or the same ones over and over
        raise CorruptFileError("cell_outside_sheet", found_row=seen.rows, found_column=1)
    rows = tokens.filter("is_row")
    cells = (
        tokens.lazy()
        .with_columns(line=pl.col("is_row").cum_sum().cast(pl.Int64))
        .filter("is_cell")
        .select("tag", "text", pl.col("line") - 1)
        .collect()
    )
    other = tokens.height - rows.height - cells.height
    hidden = rows["tag"].str.contains(" hidden=", literal=True)
    if hidden.any():
        seen.hidden_rows += int(rows.filter(hidden)["tag"].str.contains(' hidden="(?:1|true)"').sum())
    found = _attributes(cells, rows)
    closing = int((tokens["tag"] == "/row").sum()) + int((tokens["tag"] == "/c").sum())
    if other > closing:
        return _with_children(tokens, cells, found, seen)
    return found.with_columns(f=pl.lit(False))


def _with_children(tokens: pl.DataFrame, cells: pl.DataFrame, found: pl.DataFrame, seen: _Seen) -> pl.DataFrame:
    """Values that do not stand directly behind the tag of their cell, and formulas."""
    tag = pl.col("tag")
    children = tokens.select(
        "tag",
        "text",
        "is_cell",
        at=pl.col("is_cell").cast(pl.Int64).cum_sum() - 1,
        other=~pl.col("is_cell") & ~pl.col("is_row"),
    ).filter(pl.col("other") & ~tag.str.starts_with("/"))
    children = children.with_columns(name=tag.str.extract(r"^([A-Za-z]+)").fill_null(""))
    if not children["name"].is_in(["v", "f", "is", "t"]).all():
        raise _NotPlain  # rich text, an extension, a comment, a row without attributes
    if children.height and int(children["at"].min()) < 0:  # type: ignore[arg-type]
        raise _NotPlain
    values = children.filter(pl.col("name").is_in(["v", "t"]))
    if values["at"].n_unique() != values.height:
        raise _NotPlain
    formulas = children.filter(pl.col("name") == "f")
    has = pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
    if formulas.height:
        has = has.scatter(formulas["at"].unique(), True)
        _formula_links(found, formulas, seen)
    column = found["v"].scatter(values["at"], values["text"].fill_null("")) if values.height else found["v"]
    return found.with_columns(v=column, f=has)


def _attributes(cells: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Position, type, style and direct value of ``<c r="B7" …>`` tags.

    Whatever stands behind the position takes few forms in a sheet (types times styles): each is looked at once. The same
    holds for the letters of columns, once the number of the row is taken off.
    """
    tag = pl.col("tag")
    numbers = rows.select(
        r=tag.str.extract(r'\sr="([0-9]+)"')
        if not rows["tag"].str.starts_with('row r="').all()
        else tag.str.slice(7).str.splitn('"', 2).struct.field("field_0")
    ).to_series()
    lines = numbers.cast(pl.UInt32, strict=False)
    if lines.null_count() or (cells.height and int(cells["line"].min()) < 0):  # type: ignore[arg-type]
        raise _NotPlain
    columns, tails, form = _rectangle(cells, numbers) or _scattered(cells, numbers)
    forms = [_form(one) for one in tails]
    direct = pl.Series([end == "!" for _, _, end in forms], dtype=pl.Boolean).gather(form)
    text = cells["text"].fill_null("")
    return pl.DataFrame(
        {
            "row": lines.gather(cells["line"]),
            "col": columns,
            "t": pl.Series([kind for kind, _, _ in forms], dtype=_TYPES).gather(form),
            "x": pl.Series([style for _, style, _ in forms], dtype=pl.UInt32).gather(form),
            "v": text if direct.all() else text.set(~direct, None),
        }
    )


def _rectangle(cells: pl.DataFrame, numbers: pl.Series) -> tuple[pl.Series, list[str], pl.Series] | None:
    """Column positions and what follows them, where every row has the columns of the first one; else None.

    Then the whole beginning of every tag is known, and only compared; and most often so is what follows it, because the
    cells of a column are written alike.

    Returns:
        Positions of columns; the forms of what follows; and which form each cell has.
    """
    height = cells.height
    width = height // len(numbers) if len(numbers) else 0
    if not width or width * len(numbers) != height:
        return None
    place = pl.int_range(height, eager=True)
    if not (cells["line"] == place // width).all():
        return None
    tags = cells["tag"].head(width).to_list()
    names = [found for tag in tags if (found := _PLAIN_REFERENCE.match(tag)) is not None]
    positions = [column_position(name[1]) for name in names]
    if len(names) < width or max(positions) >= LAST_COLUMN:
        return None
    at = place % width
    tails = [tag[name.end() :] for tag, name in zip(tags, names, strict=True)]
    before, after = pl.Series([f'c r="{name[1]}' for name in names]), pl.Series([f'"{tail}' for tail in tails])
    parts = pl.DataFrame(
        {"tag": cells["tag"], "before": before.gather(at), "number": numbers.gather(cells["line"]), "at": at}
    )
    whole = pl.concat_str("before", "number", after.gather(at))
    other = parts.select(pl.col("tag") != whole).to_series().arg_true()
    forms = at
    if len(other):
        tag, start = pl.col("tag"), pl.concat_str("before", "number", pl.lit('"'))
        odd = parts[other].select(same=tag.str.starts_with(start), tail=tag.str.strip_prefix(start))
        if not odd["same"].all():
            return None
        more, codes = _coded(odd["tail"])
        forms = at.clone().scatter(other, codes.cast(at.dtype) + width)
        tails += more
    return pl.Series(positions, dtype=pl.UInt32).gather(at), tails, forms


def _coded(tail: pl.Series) -> tuple[list[str], pl.Series]:
    """The distinct texts, which are few, and for each text which one it is."""
    distinct = tail.unique()
    if len(distinct) > _TAILS:
        raise _NotPlain
    return distinct.to_list(), tail.cast(pl.Enum(distinct)).to_physical()


_PLAIN_REFERENCE: Final = re.compile(r'c r="([A-Z]{1,3})[0-9]+"')


def _scattered(cells: pl.DataFrame, numbers: pl.Series) -> tuple[pl.Series, list[str], pl.Series]:
    """The same, whatever cells a row has."""
    tag = pl.col("tag")
    if not cells["tag"].str.starts_with('c r="').all():
        # The position is not the first attribute: put it there.
        cells = cells.with_columns(
            tag=pl.concat_str(
                pl.lit('c r="'),
                tag.str.extract(r'\sr="([^"]*)"'),
                pl.lit('"'),
                tag.str.slice(1).str.replace(r'\sr="[^"]*"', ""),
            )
        )
    split = cells.select(tag.str.slice(5).str.splitn('"', 2).struct.rename_fields(["ref", "tail"])).unnest("tag")
    if split["tail"].null_count():
        raise _NotPlain
    split = split.with_columns(number=numbers.gather(cells["line"]))
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


_FORM: Final = re.compile(r'((?:\s+[\w:.-]+\s*=\s*"[^"]*")*)\s*([!/]?)')
_ATTRIBUTE: Final = re.compile(r'([\w:.-]+)\s*=\s*"([^"]*)"')


def _form(tail: str) -> tuple[str, int | None, str]:
    """Type, style and end of what stands behind the position of a cell."""
    found = _FORM.fullmatch(tail)
    if found is None:
        raise _NotPlain
    attributes = dict(_ATTRIBUTE.findall(found[1]))
    return _known_type(attributes.get("t")), _integer(attributes.get("s")), found[2]


def _known_type(written: str | None) -> str:
    return "n" if written is None else (written if written in _TYPES.categories else "str")


def _formula_links(cells: pl.DataFrame, formulas: pl.DataFrame, seen: _Seen) -> None:
    marked = formulas.filter(pl.col("text").str.contains("(?i)hyperlink.{0,8}mailto:"))
    if marked.is_empty():
        return
    places = cells.select("row", "col")[marked["at"].cast(pl.UInt32)]
    for (row, column), formula in zip(
        places.iter_rows(), unescaped(marked["text"], escapes=False).to_list(), strict=True
    ):
        address = formula_address(formula)
        if address:
            seen.links[row, column] = address


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
    types = cells["t"].unique().to_list()
    for one in types:
        part = cells.filter(kind == one) if len(types) > 1 else cells
        match one:
            case "s":
                parts.append(_shared(part, _strings(book, deadline), grid))
            case "n":
                found = render(part.select("row", "col", "flat", "v", "x"), book.shown, date1904=book.date1904)
                odd = found.filter("odd")
                if odd.height:
                    grid.report(placed("date_out_of_range", odd))
                parts.append(found.select("flat", "text", "kind"))
            case "b":
                true = value.str.strip_chars().str.to_lowercase().is_in(["1", "true"])
                text = pl.when(true).then(pl.lit("true")).otherwise(pl.lit("false"))
                parts.append(part.select("flat", text=text, kind=pl.lit(KIND["boolean"], dtype=pl.UInt8)))
            case "e":
                texts = unescaped(part["v"]) if markup else part["v"]
                grid.report(placed("cell_error", part.select("row", "col", text=texts)))
                parts.append(part.select("flat", text=texts, kind=pl.lit(KIND["error"], dtype=pl.UInt8)))
            case "d":
                parts.append(_iso(part))
            case _:
                texts = unescaped(part["v"]) if markup else decoded(part["v"])
                parts.append(part.select("flat", text=texts, kind=pl.lit(KIND["text"], dtype=pl.UInt8)))
    grid.lay(layout, pl.concat(parts) if len(parts) > 1 else parts[0])


def _shared(part: pl.DataFrame, strings: pl.Series, grid: Grid) -> pl.DataFrame:
    index = part["v"].cast(pl.UInt32, strict=False)
    if index.null_count():
        index = part["v"].str.strip_chars().cast(pl.UInt32, strict=False)
    if index.null_count() or int(index.max()) >= len(strings):  # type: ignore[arg-type]
        wrong = (index.is_null() | (index >= len(strings))).fill_null(True)
        grid.report(placed("cell_unreadable", part.filter(wrong).select("row", "col")))
        index = index.set(wrong, None)
    return part.select("flat", text=strings.gather(index), kind=pl.lit(KIND["text"], dtype=pl.UInt8))


def _iso(part: pl.DataFrame) -> pl.DataFrame:
    """Dates written as ISO 8601 text: a blank instead of the T, no fraction of zero, no zone."""
    text = pl.col("v").str.strip_chars().str.replace("T", " ", literal=True).str.replace(r"(?:\.0+)?Z?$", "")
    time_only = text.str.contains(r"^\d{2}:\d{2}")
    date_only = text.str.contains(r"^\d{4}-\d{2}-\d{2}$")
    kind = pl.when(time_only).then(KIND["time"]).when(date_only).then(KIND["date"]).otherwise(KIND["datetime"])
    return part.select("flat", text=text, kind=kind.cast(pl.UInt8))
