"""Read the tables of an HTML page or of a web archive (MHTML), as report exports named .xls hold them.

A page is cut into tags and text by one regular expression that never looks back, in one pass (rows of nothing but plain
cells, which is what most reports write, in one step each), and every table becomes a sheet: also a table within a cell of another one, whose text then does not count as that cell's. Rows are numbered from the
table's first; a cell with ``colspan`` or ``rowspan`` stands at its top left, what it covers is blank. Text is as a person
sees it: references decoded, ``<br>`` and blocks as line breaks, breaks of the source line as one blank. The text shown is
the value; only where it shows less than is known (``4E+15``, ``####``) the number that LibreOffice (``sdval``) and Excel
(``x:num``) write beside it is taken instead. A sheet's name is the table's caption, the name Excel gives, or the heading
above it.

A page whose tables hold no data (a login page, an error page) is refused by saying so.

Sources: HTML living standard 4.9.12 (forming a table); RFC 2557 (MHTML).
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from itertools import compress, islice
from typing import Final

from ...errors import CorruptFileError, LimitExceededError, UnsupportedFormatError
from ...issues import Issues
from ...limits import Limits
from ...source import Format, ReadOptions, Source
from ...workbook import Workbook
from ..deadline import Deadline
from ..spreadsheet.cells import ERROR, KEY_COLUMN, KEY_ROW, LAST_COLUMN, LAST_ROW, NUMBER, TEXT, CellList, number_text
from .events import page_to_utf8, repair_characters

__all__ = ["read_html"]

#: One tag. The quantifiers are possessive: a quote that is not closed costs one look to the end, not one for each start.
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:_.-]*+)((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
#: A cell of nothing but text on one line, as most reports write all of theirs, and a row of them: one step instead of many.
_PLAIN_CELL: Final = re.compile(r"<(t[dh])>([^<\n]*+)</\1>", re.IGNORECASE)
_PLAIN_ATTRIBUTES: Final = (
    r"(?:\s++(?!(?:colspan|rowspan|sdval|x:num)\b)[A-Za-z:-]++(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>=]++))?+)*+\s*+"
)
_PLAIN_ROW: Final = re.compile(
    r"<tr(?:\s[^<>]*+)?>\s*+"
    rf"((?:(?:<td{_PLAIN_ATTRIBUTES}>[^<\n]*+</td>|<th{_PLAIN_ATTRIBUTES}>[^<\n]*+</th>)\s*+){{1,1000}}+)</tr>",
    re.IGNORECASE,
)
_TEXT_OF_CELL: Final = re.compile(r">([^<]*+)</[tT]")
_ATTRIBUTE: Final = re.compile(r"([^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")
_SOURCE_BREAK: Final = re.compile(r"[ \t\r\f]*+\n[ \t\r\n\f]*+")
#: Where the source breaks a line. Not a character of any text: control characters are taken out first.
_FOLD: Final = "\0"
_FOLDS_AT_BREAK: Final = re.compile(r"[\0 ]*\0*\n\0[\0 ]*|\0+\n")
_SHOWS_LESS: Final = re.compile(r"[+-]?[0-9](?:[.,][0-9]+)?E[+-]?[0-9]+|#+", re.IGNORECASE)
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_ERROR_TEXTS: Final = frozenset({"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!", "#ERROR!"})

#: Elements whose content is no text of the page.
_RAW: Final = {
    name: re.compile(f"</{name}[^a-z]", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "noframes", "template")
}
_BLOCKS: Final = frozenset({"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dd", "dt", "pre"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

#: HTML living standard, "algorithm for processing rows": larger spans count as these.
_MOST_COLUMNS, _MOST_ROWS = 1000, 65534

#: Steps over cells that reach into rows below, beyond what a page that is read by people has.
_MOST_COVERED: Final = 5_000_000

#: What a page must hold to be data: a title and a footer are no table, nor are the two labels of a login form.
_LEAST_CELLS, _LEAST_CELLS_WITH_PASSWORD = 2, 6

#: Where the names of an Office page and the head of an archive's part are looked for.
_HEAD_BYTES: Final = 1024 * 1024

#: Parts of a web archive within parts.
_ARCHIVE_DEPTH: Final = 4

_EXCEL_NAME: Final = re.compile(
    r"<x:ExcelWorksheet>\s*+<x:Name>([^<]{1,255})</x:Name>(.{0,2000}?)</x:ExcelWorksheet>", re.DOTALL
)
_EXCEL_SOURCE: Final = re.compile(r"<x:WorksheetSource\s[^>]{0,50}HRef=\"([^\"]{1,500})\"", re.IGNORECASE)


def read_html(source: Source, options: ReadOptions, limits: Limits, deadline: Deadline) -> Workbook:
    """Read the tables of a page or a web archive, each as a sheet, in the order in which they end.

    Raises:
        UnsupportedFormatError: ``html_page_not_a_table``.
        SourceError: Limits, a web archive that cannot be unpacked.

    Issues: bytes_replaced, cell_error, control_characters, encoding_mismatch, html_table_unclosed, mailto_differs.
    """
    told_archive = options.format == Format.MHTML and not source.data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
        b"<"
    )
    archive = told_archive or _is_archive(source.data)
    pages = list(_pages(source.data, limits)) if archive else [_Page(data=source.data)]
    names = _Names()
    tables: list[_Table] = []
    issues: list[Issues] = []
    encoding = "utf-8"
    password = False
    for page in pages:
        data, encoding, found = page_to_utf8(page.data, options.encoding, declared=page.encoding)
        data, mark = repair_characters(data)
        text = data.decode("utf-8", "replace")
        reading = _Reading(text, mark, limits, deadline)
        reading.run()
        names.learn(reading.office, text, page, reading.tables)
        password = password or reading.password
        tables += reading.tables
        issues += [found, *reading.issues]
        if len(tables) > limits.sheets:
            raise LimitExceededError(limit="sheets", found=len(tables), allowed=limits.sheets)
    least = _LEAST_CELLS_WITH_PASSWORD if password else _LEAST_CELLS
    if not any(table.filled >= least for table in tables):
        raise UnsupportedFormatError("html_page_not_a_table")
    names.give(tables)
    sheets = []
    for table in tables:
        sheets.append(table.cells.sheet(limits=limits, mark=table.mark))
        deadline.check()
    told = Format.MHTML if archive else Format.HTML
    used = options.model_copy(update={"format": told, "encoding": encoding})
    return Workbook(format=told, sheets=sheets, options=used, file_issues=Issues.concat(issues))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """One page: its bytes, and what a web archive says of it."""

    data: bytes
    encoding: str | None = None
    location: str = ""


@dataclass(slots=True, kw_only=True)
class _Table:
    """A table while it is read."""

    cells: CellList
    mark: str
    row: int = -1
    column: int = 0
    rowspan: int = 1
    colspan: int = 1
    open_cell: bool = False
    open_row: bool = False
    buffer: list[str] = field(default_factory=list)
    stored: str | None = None  # the number beside the text
    link: str = ""
    caption: str = ""
    heading: str = ""
    location: str = ""
    filled: int = 0
    #: first column → (column after the last, last row) of cells that reach into rows below
    reaching: dict[int, tuple[int, int]] = field(default_factory=dict)
    #: where a run of such cells begins → the first free column after it, and the last row for which that holds
    jumps: dict[int, tuple[int, int]] = field(default_factory=dict)


class _Reading:
    """One pass over one page."""

    def __init__(self, text: str, mark: str, limits: Limits, deadline: Deadline) -> None:
        self._text = text
        self._mark = mark
        self._limits = limits
        self._deadline = deadline
        self._open: list[_Table] = []
        self._heading = ""
        self._listening: list[str] | None = None  # to a heading or a caption
        self._emphasis: list[str] | None = None
        self._covered = 0
        self.tables: list[_Table] = []
        self.issues: list[Issues] = []
        self.office: list[str] = []  # the conditional comments of Office
        self.password = False

    def run(self) -> None:
        """Read the page to its end."""
        for count, (kind, name, rest) in enumerate(_tokens(self._text, self._limits.xml_token_bytes)):
            if not count & 0xFFF:
                self._deadline.check()
                for table in self._open:
                    table.cells.between(self._limits)
            if kind == "row":
                self._on_plain_row(rest)
            elif kind == "cell":
                self._on_plain_cell(rest)
            elif kind == "text":
                self._on_text(rest)
            elif kind == "start":
                self._on_start(name, rest)
            elif kind == "end":
                self._on_end(name)
            elif kind == "comment":
                if "ExcelWorksheet" in rest:
                    self.office.append(rest)
            elif kind == "doctype" and not _is_plain_doctype(rest):
                raise UnsupportedFormatError("doctype_refused")
        if self._open:
            self.issues.append(Issues.of("html_table_unclosed", detail=str(len(self.tables) + 1)))
        while self._open:
            self._close_table()

    def _on_plain_row(self, body: str) -> None:
        """A whole row of plain cells."""
        table = self._open[-1] if self._open else self._new_table()
        self._new_row(table)
        texts = _TEXT_OF_CELL.findall(body.replace("\u00a0", " "))
        if table.reaching or "#" in body or len(texts) > min(self._limits.columns, LAST_COLUMN):
            for text in texts:
                self._on_plain_cell(text)
        else:
            if "&" in body:
                texts = [_clean([text]) if "&" in text else text for text in texts]
            keys: Iterable[int] = range(table.row << KEY_ROW, LAST_ROW << KEY_ROW, 1 << KEY_COLUMN)
            if not all(map(str.strip, texts)):
                filled = [bool(text.strip()) for text in texts]
                keys, texts = compress(keys, filled), list(compress(texts, filled))
            table.cells.keys += islice(keys, len(texts))
            table.cells.texts += texts
            table.filled += len(texts)
            table.cells.between(self._limits)
        table.open_row = False

    def _on_plain_cell(self, text: str) -> None:
        """A whole cell without line breaks whose attributes say nothing."""
        table = self._open[-1] if self._open else self._new_table()
        if table.open_cell:
            self._close_cell(table)
        if not table.open_row:
            self._new_row(table)
        self._stop_listening(None)
        column = self._free_column(table) if table.reaching else table.column
        table.column = column + 1
        table.stored, table.link = None, ""
        text = _clean([text])
        if text and not text.isspace():
            self._add(table, column, text)

    def _on_text(self, data: str) -> None:
        if self._listening is not None:
            self._listening.append(data)
        if self._emphasis is not None:
            self._emphasis.append(data)
        if self._open and self._open[-1].open_cell and self._listening is None:
            self._open[-1].buffer.append(data)

    def _on_start(self, name: str, rest: str) -> None:
        table = self._open[-1] if self._open else None
        if name in {"td", "th"}:
            self._new_cell(table or self._new_table(), _attributes(rest))
        elif name == "tr":
            self._new_row(table or self._new_table())
        elif name == "table":
            self._new_table()
        elif name == "input":
            self.password = self.password or _attributes(rest).get("type", "").lower() == "password"
        elif table is not None and table.open_cell:
            if name == "br":
                table.buffer.append("<br>")
            elif name in _BLOCKS:
                table.buffer.append("<p>")
            elif name == "a":
                target = html.unescape(_attributes(rest).get("href", ""))
                if target[:7].lower() == "mailto:":
                    table.link = target[7:].partition("?")[0]
        elif name in _HEADINGS or name == "caption":
            self._listening, self._emphasis = [], None
        elif name == "em" and self._listening is not None:
            self._emphasis = []

    def _on_end(self, name: str) -> None:
        table = self._open[-1] if self._open else None
        if name in {"td", "th"}:
            if table is not None:
                self._close_cell(table)
        elif name == "tr":
            if table is not None:
                self._close_cell(table)
                table.open_row = False
        elif name == "table":
            if table is not None:
                self._close_table()
        elif name in _BLOCKS and table is not None and table.open_cell:
            table.buffer.append("<p>")
        elif name == "caption":
            self._stop_listening(table)
        elif name in _HEADINGS:
            self._stop_listening(None)

    def _new_table(self) -> _Table:
        if len(self._open) >= self._limits.xml_depth:
            raise LimitExceededError(limit="xml_depth", found=len(self._open) + 1, allowed=self._limits.xml_depth)
        table = _Table(cells=CellList(""), mark=self._mark, heading=self._heading)
        self._heading = ""
        self._listening = self._emphasis = None
        self._open.append(table)
        return table

    def _stop_listening(self, table: _Table | None) -> None:
        """A caption or heading ends, at the latest where rows begin."""
        if self._listening is not None:
            # LibreOffice writes "Sheet 2: <em>Participants</em>" above each table.
            shown = _clean(self._emphasis or self._listening)
            self._listening = self._emphasis = None
            if table is not None:
                table.caption = shown
            else:
                self._heading = shown

    def _new_row(self, table: _Table) -> None:
        self._close_cell(table)
        self._stop_listening(table)
        table.open_row = True
        table.row += 1
        table.column = 0
        if table.row >= min(self._limits.rows, LAST_ROW):
            raise LimitExceededError(limit="rows", found=table.row + 1, allowed=min(self._limits.rows, LAST_ROW))

    def _new_cell(self, table: _Table, attributes: dict[str, str]) -> None:
        self._close_cell(table)
        if not table.open_row:
            self._new_row(table)
        self._stop_listening(None)
        column = self._free_column(table)
        table.column = column
        table.colspan = _span(attributes.get("colspan"), _MOST_COLUMNS)
        table.rowspan = _span(attributes.get("rowspan"), _MOST_ROWS)
        table.open_cell = True
        table.stored = attributes.get("sdval") or attributes.get("x:num")
        table.link = ""
        table.buffer.clear()

    def _free_column(self, table: _Table) -> int:
        """The next column that no cell of a row above reaches into. A run of them is walked once, then jumped over."""
        begin = column = table.column
        jump = table.jumps.get(begin)
        if jump is not None and jump[1] >= table.row:
            return jump[0]
        until = LAST_ROW
        while (reach := table.reaching.get(column)) is not None:
            if reach[1] < table.row:
                del table.reaching[column]
                break
            column, until = reach[0], min(until, reach[1])
            self._covered += 1
            if self._covered > _MOST_COVERED:
                raise LimitExceededError(limit="cells", found=self._covered, allowed=_MOST_COVERED)
        if column != begin:
            table.jumps[begin] = (column, until)
        return column

    def _close_cell(self, table: _Table) -> None:
        if not table.open_cell:
            return
        table.open_cell = False
        begin, after = table.column, table.column + table.colspan
        if table.rowspan > 1:
            table.reaching[begin] = (after, table.row + table.rowspan - 1)
        table.column = after
        text = _clean(table.buffer)
        table.buffer.clear()
        if text and not text.isspace():
            self._add(table, begin, text)

    def _add(self, table: _Table, column: int, text: str) -> None:
        """Keep a cell."""
        if column >= min(self._limits.columns, LAST_COLUMN):
            allowed = min(self._limits.columns, LAST_COLUMN)
            raise LimitExceededError(limit="columns", found=column + 1, allowed=allowed)
        kind = TEXT
        if text in _ERROR_TEXTS:
            kind = ERROR
        elif table.stored is not None:
            if _SHOWS_LESS.fullmatch(text):
                text = number_text(table.stored)
            kind = NUMBER if _PLAIN_NUMBER.fullmatch(text) else TEXT
        table.filled += 1
        key = (table.row << KEY_ROW) + (column << KEY_COLUMN)
        table.cells.texts.append(text)
        table.cells.keys.append(key + kind)
        if table.link:
            table.cells.links[key] = table.link

    def _close_table(self) -> None:
        table = self._open.pop()
        self._close_cell(table)
        table.cells.flush()
        if table.filled:
            self.tables.append(table)
            if len(self.tables) > self._limits.sheets:
                raise LimitExceededError(limit="sheets", found=len(self.tables), allowed=self._limits.sheets)


def _tokens(text: str, longest: int) -> Iterator[tuple[str, str, str]]:
    """Cut a page: (row | cell | text | start | end | comment | doctype, tag in lower case, text or attributes)."""
    position = 0
    while True:
        begin = text.find("<", position)
        if begin < 0:
            if position < len(text):
                yield "text", "", text[position:]
            return
        if begin > position:
            yield "text", "", text[position:begin]
        if text.startswith("<!--", begin):
            end = text.find("-->", begin + 4)
            yield "comment", "", text[begin + 4 : end if end >= 0 else len(text)]
            if end < 0:
                return
            position = end + 3
            continue
        row = _PLAIN_ROW.match(text, begin)
        if row is not None:
            position = row.end()
            yield "row", "", row.group(1)
            continue
        plain = _PLAIN_CELL.match(text, begin)
        if plain is not None:
            position = plain.end()
            yield "cell", "", plain.group(2)
            continue
        markup = text[begin + 1 : begin + 2]
        if not (markup.isalpha() or (markup and markup in "/!?")):
            yield "text", "", "<"
            position = begin + 1
            continue
        tag = _TAG.match(text, begin)
        if tag is None:
            end = text.find(">", begin)
            if end < 0:
                return  # the page is cut within a tag
            if text[begin + 1 : begin + 9].lower() == "!doctype":
                yield "doctype", "", text[begin + 9 : end]
            position = end + 1
            continue
        position = tag.end()
        if position - begin > longest:
            raise LimitExceededError(limit="xml_token_bytes", found=position - begin, allowed=longest)
        name = tag.group(2).lower()
        if tag.group(1):
            yield "end", name, ""
            continue
        yield "start", name, tag.group(3)
        if name in _RAW:
            close = _RAW[name].search(text, position)
            position = close.start() if close else len(text)


def _is_plain_doctype(rest: str) -> bool:
    return rest.split()[:1] != [] and rest.split()[0].lower() == "html" and "[" not in rest


def _attributes(rest: str) -> dict[str, str]:
    return (
        {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(rest)}
        if rest
        else {}
    )


def _span(text: str | None, most: int) -> int:
    if text is None or not (0 < len(text.strip()) <= 9 and text.strip().isascii() and text.strip().isdigit()):
        return 1
    return min(int(text) or 1, most)


def _clean(parts: list[str]) -> str:
    """The text of a cell: breaks of the source line folded, references decoded, ``<br>`` and blocks as line breaks."""
    if not parts:
        return ""
    out: list[str] = []
    open_line = False  # there is text since the last break
    for part in parts:
        if part == "<br>":
            out.append("\n")
            open_line = False
        elif part == "<p>":
            if open_line:
                out.append("\n")
                open_line = False
        else:
            folded = _SOURCE_BREAK.sub(_FOLD, part) if "\n" in part else part
            out.append(html.unescape(folded) if "&" in folded else folded)
            open_line = open_line or bool(folded.strip("\0 \t\r"))
    text = "".join(out)
    if _FOLD in text:
        text = _FOLDS_AT_BREAK.sub("\n", text).strip(_FOLD)
        text = re.sub(r" ?\0+ ?", " ", text)
    text = text.removesuffix("\n")
    return text.replace("\u00a0", " ") if "\u00a0" in text else text


class _Names:
    """What tables are called."""

    def __init__(self) -> None:
        self._by_location: dict[str, tuple[str, bool]] = {}
        self._in_page: dict[int, tuple[str, bool]] = {}

    def learn(self, office: list[str], text: str, page: _Page, tables: list[_Table]) -> None:
        """Take the names that Excel writes beside the tables of a page, or in the page that frames the others."""
        for table in tables:
            table.location = page.location
        told = [found for comment in office for found in _EXCEL_NAME.findall(comment[:_HEAD_BYTES])]
        if not told and "<x:ExcelWorksheet>" in text[:_HEAD_BYTES]:
            told = _EXCEL_NAME.findall(text[:_HEAD_BYTES])
        for name, rest in told:
            source = _EXCEL_SOURCE.search(rest)
            hidden = "SheetHidden" in rest or "SheetVeryHidden" in rest
            if source:
                self._by_location[_last_part(html.unescape(source[1]))] = (html.unescape(name), not hidden)
        if len(told) == 1 and len(tables) == 1 and not _EXCEL_SOURCE.search(told[0][1]):
            self._in_page[id(tables[0])] = (html.unescape(told[0][0]), True)

    def give(self, tables: list[_Table]) -> None:
        """Name every table, no two alike."""
        taken: set[str] = set()
        for position, table in enumerate(tables, 1):
            told = self._in_page.get(id(table)) or self._by_location.get(_last_part(table.location))
            name = table.caption or (told[0] if told else "") or table.heading or f"Table {position}"
            name = " ".join(name.replace(table.mark, "").split() if table.mark else name.split())[:255]
            unique, number = name, 2
            while unique in taken:
                unique, number = f"{name} ({number})", number + 1
            taken.add(unique)
            table.cells.name = unique
            table.cells.visible = told[1] if told else True


def _last_part(location: str) -> str:
    return location.replace("\\", "/").rpartition("/")[2].lower()


def _is_archive(data: bytes) -> bool:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return (
        not head.startswith(b"<") and b"content-type:" in head and (b"mime-version:" in head or b"multipart/" in head)
    )


def _pages(data: bytes, limits: Limits) -> Iterator[_Page]:
    """The HTML pages of a web archive.

    The archive is cut at its boundaries by plain search, and only the heads of its parts go to the standard library's
    parser: the whole of it looks at every line once for each level of nesting, which a hostile file makes slow.
    """
    count = 0
    waiting = [(data.lstrip(b"\xef\xbb\xbf \t\r\n"), 0)]
    found = False
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if count > limits.zip_entries:
            raise LimitExceededError(limit="zip_entries", found=count, allowed=limits.zip_entries)
        cut = re.search(rb"\r?\n\r?\n", part[:_HEAD_BYTES])
        if cut is None:
            continue
        told = _head(part[: cut.end()])
        if told is None:
            continue
        kind, boundary, charset, encoding, location = told
        body = part[cut.end() :]
        if boundary and kind.startswith("multipart/"):
            if depth < _ARCHIVE_DEPTH:
                pieces = (b"\n" + body).split(b"\n--" + boundary.encode("utf-8", "replace"))[1:]
                if len(pieces) > limits.zip_entries:
                    raise LimitExceededError(limit="zip_entries", found=len(pieces), allowed=limits.zip_entries)
                waiting += [(piece.lstrip(b" \t\r\n"), depth + 1) for piece in reversed(pieces) if piece[:2] != b"--"]
        elif kind == "text/html":
            found = True
            yield _Page(data=_transfer_decoded(body, encoding), encoding=charset, location=location)
    if not found:
        raise CorruptFileError("mhtml_unreadable")


def _head(data: bytes) -> tuple[str, str | None, str | None, str, str] | None:
    """What the head of a part says: type, boundary, charset, transfer encoding, location."""
    try:
        head = BytesHeaderParser().parsebytes(data)
        return (
            head.get_content_type(),
            head.get_boundary(),
            head.get_content_charset(),
            str(head.get("Content-Transfer-Encoding", "")),
            str(head.get("Content-Location", "")),
        )
    except Exception:  # noqa: BLE001  (the standard library gives no list of what a broken head may raise)
        return None


def _transfer_decoded(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "base64":
            try:
                return base64.b64decode(body)
            except (binascii.Error, ValueError):
                pass
            raise CorruptFileError("mhtml_unreadable")
        case "quoted-printable":
            return binascii.a2b_qp(body)
    return body
