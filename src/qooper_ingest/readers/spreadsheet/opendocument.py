"""Read OpenDocument spreadsheets: flat ODS (one XML file), and the ``content.xml`` of a zipped one.

The ladder is spreadsheet > table > table-row > table-cell > p, with groups of rows in between that are looked through;
annotations, drawings and forms are skipped. Repeats (``number-columns-repeated``, ``number-rows-repeated``) are how this
format writes blank space, up to the end of the sheet: blank cells cost nothing, repeated *filled* cells are counted against
the limit before they are written out.

Values: numbers, percentages and currencies come from ``office:value`` and are shown as the style of their cell says
(``opendocument_formats.py``), dates and times from their ISO values, text from the paragraphs (joined with line breaks), or
from ``office:string-value`` where a number format decorates it. Where the style cannot be found or read, the paragraph says
what is shown.

Source: OpenDocument 1.3 part 3, sections 9 (tables), 6 (text) and 19.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from ...errors import CorruptFileError, LimitExceededError, UnsupportedFormatError
from ...issues import Issues
from ...limits import Limits
from ...source import Format, ReadOptions
from ...workbook import Sheet, Workbook
from ..deadline import Deadline
from ..xml.events import Document, End, Start, Text, parse
from .cells import (
    BOOLEAN,
    DATETIME,
    ERROR,
    FORMULA,
    KEY_COLUMN,
    KEY_ROW,
    LAST_COLUMN,
    LAST_ROW,
    NUMBER,
    TEXT,
    TIME,
    CellList,
    count_of,
)
from .iso import read_duration
from .links import address_of
from .number_format import render_elapsed
from .opendocument_formats import Formats

__all__ = ["OpenDocument", "read_opendocument"]

_OUTSIDE, _SPREADSHEET, _TABLE, _ROW, _CELL, _PARAGRAPH = range(6)
_RUNGS: Final = {
    "office:spreadsheet": _SPREADSHEET,
    "table:table": _TABLE,
    "table:table-row": _ROW,
    "table:table-cell": _CELL,
    "table:covered-table-cell": _CELL,
    "text:p": _PARAGRAPH,
}
#: Elements that only group what is read, by where they stand.
_GROUPS: Final = {
    _OUTSIDE: {
        "office:document",
        "office:document-content",
        "office:document-styles",
        "office:body",
        "office:styles",
        "office:automatic-styles",
    },
    _TABLE: {"table:table-row-group", "table:table-header-rows", "table:table-rows"},
    _PARAGRAPH: {"text:span", "text:a", "text:ruby", "text:ruby-base", "text:meta"},
}
_NUMBERS: Final = {"float", "percentage", "currency"}
_CLOCK: Final = re.compile(r"([0-9]+):([0-9]{2}):([0-9]{2})")
_BREAKS: Final = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
_LAST_HUNDREDTH: Final = re.compile(r"(.*T\d\d:\d\d:\d\d)[.,]99[0-9]*Z?")
#: How much text repeats and runs of blanks may add to what the file holds: real files repeat a few short values.
_ADDED_BYTES: Final = 64 * 1024 * 1024


def read_opendocument(data: bytes, /, *, limits: Limits, styles: bytes | None = None) -> tuple[list[Sheet], Issues]:
    """Read the ``content.xml`` of an .ods package, or a flat .fods file.

    Args:
        data: The part, inflated under the caller's caps.
        limits: What the read may cost.
        styles: The ``styles.xml`` of the package, where number formats stand that the content uses.

    Returns:
        The sheets in the order of the tabs, hidden ones marked, and what was seen of the file as a whole.

    Raises:
        SourceError: It cannot be read; ``xml_not_a_table`` for a document that is no spreadsheet.

    Issues: bytes_replaced, cell_error, control_characters, encoding_mismatch, formula_without_value, mailto_differs,
        rows_hidden, styles_unreadable.
    """
    deadline = Deadline(limits)
    formats = Formats(limits.xml_fields * 16)
    issues = Issues.empty()

    def choose(_tag: str, _attributes: list[str], document: Document) -> OpenDocument:
        return OpenDocument(document, limits, formats)

    if styles is not None:
        try:
            parse(styles, encoding=None, limits=limits, deadline=deadline, choose=choose)
        except CorruptFileError:
            issues = Issues.of("styles_unreadable")
    dialect, document = parse(data, encoding=None, limits=limits, deadline=deadline, choose=choose)
    assert isinstance(dialect, OpenDocument)
    return dialect.sheets(), issues + document.issues


class OpenDocument:
    """The dialect: hand its three handlers to the parser, then ask for the workbook."""

    __slots__ = ("_document", "_formats", "_limits", "_sheets", "comment", "end", "start", "text")

    def __init__(self, document: Document, limits: Limits, formats: Formats | None = None) -> None:
        self._document = document
        self._formats = formats or Formats(limits.xml_fields * 16)
        self._limits = limits
        self._sheets: list[CellList] | None = None
        self.comment: Text | None = None
        self.start, self.end, self.text = self._handlers()

    def between(self) -> None:
        """Keep memory and the number of cells in bounds."""
        if self._sheets:
            self._sheets[-1].between(self._limits)

    def sheets(self) -> list[Sheet]:
        """The sheets, after the last event."""
        if self._sheets is None:
            raise UnsupportedFormatError("xml_not_a_table")
        if not self._sheets:
            raise CorruptFileError("no_sheets")
        return [cells.sheet(limits=self._limits, mark=self._document.mark) for cells in self._sheets]

    def workbook(self, options: ReadOptions) -> Workbook:
        """The workbook, after the last event."""
        sheets = self.sheets()
        used = options.model_copy(update={"format": Format.FODS, "encoding": self._document.encoding})
        return Workbook(format=Format.FODS, sheets=sheets, options=used, file_issues=self._document.issues)

    def _handlers(self) -> tuple[Start, End, Text]:
        """Make the handlers. They share their state as variables of this function, the quickest that Python offers."""
        limits, mark, formats = self._limits, self._document.mark, self._formats
        buffer: list[str] = []
        paragraphs: list[str] = []
        hidden_styles: set[str] = set()
        this_style = ""
        state = _OUTSIDE
        groups: list[int] = []  # at which rung each open group stands
        skipped = 0
        row = column = repeat_row = repeat_cell = 0
        given: dict[str, str] = _NOTHING
        link = ""
        added = 0
        #: column, repeat, text, kind, format, and what is shown where no format tells it, of a row's cells
        pending: list[tuple[int, int, str, int, int | None, str]] = []
        cells = CellList("")
        literal: list[str] | None = None
        row_style = ""
        row_hidden = False
        column_styles: list[tuple[int, str]] = []  # the style of the columns up to a position

        def start(tag: str, attributes: list[str]) -> None:
            nonlocal state, skipped, row, column, repeat_row, repeat_cell, given, link, row_style, row_hidden
            rung = _RUNGS.get(tag, -1)
            if skipped or rung != state + 1:
                if not skipped and tag in _GROUPS.get(state, _NONE) and len(groups) < limits.xml_depth:
                    groups.append(state)
                    if tag == "text:a":
                        link = address_of(_named(attributes).get("xlink:href", "")) or link
                    return
                skip(tag, attributes)
                return
            state = rung
            groups.append(-1)
            if rung == _CELL:
                given = _named(attributes) if attributes else _NOTHING
                repeat_cell = count_of(given.get("table:number-columns-repeated"), 1, cells.name)
            elif rung == _PARAGRAPH:
                buffer.clear()
            elif rung == _ROW:
                named = _named(attributes)
                repeat_row = count_of(named.get("table:number-rows-repeated"), 1, cells.name)
                row_style = named.get("table:default-cell-style-name", "")
                row_hidden = named.get("table:visibility", "visible") != "visible"
                column = 0
                pending.clear()
            elif rung == _TABLE:
                new_sheet(_named(attributes))
            elif rung == _SPREADSHEET:
                self._sheets = []

        def end(_tag: str) -> None:
            nonlocal state, skipped, row, column, given, link, literal
            if skipped:
                skipped -= 1
                literal = None
                return
            if groups.pop() >= 0:
                return
            if state == _PARAGRAPH:
                paragraphs.append(_collapse("".join(buffer)))
                buffer.clear()
            elif state == _CELL:
                if given:
                    value = _value(given, paragraphs)
                    if value is not None:
                        place, shown = None, ""
                        if value[1] == NUMBER:
                            place, shown = format_here(value[0])
                        elif value[1] == TIME:
                            value = passed_time(value[0]), TIME
                        pending.append((column, repeat_cell, *value, place, shown))
                        if link:
                            cells.links[(row << KEY_ROW) + (column << KEY_COLUMN)] = link
                link = ""
                paragraphs.clear()
                column += repeat_cell
            elif state == _ROW:
                if pending:
                    cells.hidden_rows += repeat_row * row_hidden
                    write_row()
                row += repeat_row
            state -= 1

        def style_here() -> str:
            """The style of this cell, else that of its row or column."""
            style = given.get("table:style-name") or row_style
            return style or next((name for end, name in column_styles if column < end), "")

        def format_here(value: str) -> tuple[int | None, str]:
            """How the number of this cell is shown: the place of its format, or the text."""
            style = style_here()
            place, known = formats.find(style) if style else (None, True)
            if place is not None:
                return place, ""
            shown = "\n".join(paragraphs)
            # A style that is not known, or a text with zeros that only a format can have given it.
            told = not known or (
                shown[:1] == "0" and shown.isascii() and shown.isdigit() and shown.lstrip("0") == value.lstrip("0")
            )
            return None, shown if told and shown != value else ""

        def passed_time(text: str) -> str:
            """A time as its style shows it, if that counts the hours or minutes that have passed."""
            style = style_here()
            place = formats.find(style)[0] if style else None
            section = formats.formats[place].sections[0][0] if place is not None else None
            found = _CLOCK.fullmatch(text)
            if section is None or section.kind != "elapsed" or found is None:
                return text
            seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
            return render_elapsed(section, seconds * 10**section.seconds)

        def new_sheet(attributes: dict[str, str]) -> None:
            nonlocal cells, row
            sheets = self._sheets
            assert sheets is not None
            column_styles.clear()
            cells.flush()
            name = attributes.get("table:name", "")
            cells = CellList(
                (name.replace(mark, "") if mark else name) or f"Sheet{len(sheets) + 1}", formats=formats.formats
            )
            cells.visible = attributes.get("table:style-name") not in hidden_styles
            sheets.append(cells)
            if len(sheets) > limits.sheets:
                raise LimitExceededError(limit="sheets", found=len(sheets), allowed=limits.sheets)
            row = 0

        def write_row() -> None:
            """Write out the cells of a row as often as it is repeated."""
            first, repeat, *_ = pending[-1]
            if row + repeat_row > LAST_ROW or first + repeat > LAST_COLUMN:
                raise CorruptFileError(
                    "cell_outside_sheet", sheet=cells.name, found_row=row + repeat_row, found_column=first + repeat
                )
            found = cells.stored + len(cells.keys) + repeat_row * sum(repeat for _, repeat, *_ in pending)
            if found > limits.cells:
                raise LimitExceededError(limit="cells", found=found, allowed=limits.cells, sheet=cells.name)
            if repeat_row > 1 or found != cells.stored + len(cells.keys) + len(pending):
                add(repeat_row * sum(times * len(text) for _, times, text, *_ in pending))
            for line in range(row, row + repeat_row):
                for position, times, text, kind, place, shown in pending:
                    key = (line << KEY_ROW) + (position << KEY_COLUMN) + kind
                    for offset in range(times):
                        cells.keys.append(key + (offset << KEY_COLUMN))
                        cells.texts.append(text)
                        if place is not None:
                            cells.styles[key + (offset << KEY_COLUMN)] = place
                        elif shown:
                            cells.shown[key + (offset << KEY_COLUMN)] = shown
                cells.between(limits)

        def add(size: int) -> None:
            """Count text that is not in the file, before it is made."""
            nonlocal added
            added += size
            if added > min(_ADDED_BYTES, limits.text_bytes):
                raise LimitExceededError(
                    limit="text_bytes", found=added, allowed=min(_ADDED_BYTES, limits.text_bytes), sheet=cells.name
                )

        def skip(tag: str, attributes: list[str]) -> None:
            """Enter something that is not read; white space elements of a paragraph and styles are listened to."""
            nonlocal skipped, this_style, literal
            skipped += 1
            if skipped > limits.xml_depth:
                raise LimitExceededError(limit="xml_depth", found=skipped, allowed=limits.xml_depth)
            if skipped == 1 and state == _PARAGRAPH:
                if tag == "text:s":
                    times = count_of(_named(attributes).get("text:c"), 1, cells.name)
                    add(times)
                    buffer.append(_HARD * times)
                elif tag == "text:tab":
                    buffer.append(_TAB)
                elif tag == "text:line-break":
                    buffer.append(_BREAK)
            elif state == _TABLE:
                if tag == "table:table-column":
                    named = _named(attributes)
                    end = (column_styles[-1][0] if column_styles else 0) + count_of(
                        named.get("table:number-columns-repeated"), 1, cells.name
                    )
                    if len(column_styles) < LAST_COLUMN:
                        column_styles.append((end, named.get("table:default-cell-style-name", "")))
            elif state == _OUTSIDE:
                if tag.startswith("number:") or tag == "style:map":
                    literal = formats.enter(tag, _named(attributes))
                elif tag == "style:style":
                    named = _named(attributes)
                    this_style = named.get("style:name", "")
                    formats.use(
                        this_style, named.get("style:data-style-name"), named.get("style:parent-style-name", "")
                    )
                elif tag == "style:table-properties" and _named(attributes).get("table:display") == "false":
                    hidden_styles.add(this_style)

        def text(data: str) -> None:
            if state == _PARAGRAPH and not skipped:
                buffer.append(data)
            elif literal is not None:
                literal.append(data)

        return start, end, text


#: What ``text:s``, ``text:tab`` and ``text:line-break`` stand for must survive the collapsing of white space. These three
#: characters are not allowed in XML, so no text of the file holds them.
_HARD, _TAB, _BREAK = "\x01", "\x02", "\x03"
_HARDENED: Final = str.maketrans({_HARD: " ", _TAB: "\t", _BREAK: "\n"})

_NOTHING: Final[dict[str, str]] = {}
_NONE: Final[frozenset[str]] = frozenset()


def _named(attributes: list[str]) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def _collapse(text: str) -> str:
    """Line breaks with the blanks around them are one blank, and none at the ends; what elements stand for stays.

    OpenDocument makes every run of white space one blank (section 6.1.2), but LibreOffice Calc keeps blanks as they are:
    it writes several in a row inside of formatted text, and shows them.
    """
    if "\n" in text or "\r" in text:
        text = _BREAKS.sub(" ", text).strip()
    return text.translate(_HARDENED)


def _value(given: dict[str, str], paragraphs: list[str]) -> tuple[str, int] | None:
    """A cell's text and kind, None for a blank one."""
    shown = "\n".join(paragraphs)
    kind = given.get("office:value-type")
    if given.get("calcext:value-type") == "error":
        return shown or "#ERROR!", ERROR
    if kind is None:
        if shown:
            return shown, TEXT
        # LibreOffice writes an empty text as a result without a type, but with its paragraph.
        return ("", FORMULA) if "table:formula" in given and not paragraphs else None
    if kind in _NUMBERS and "office:value" in given:
        value = given["office:value"]
        return value, NUMBER
    if kind == "boolean" and "office:boolean-value" in given:
        return given["office:boolean-value"], BOOLEAN
    if kind == "date" and "office:date-value" in given:
        return _whole_second(given["office:date-value"]), DATETIME
    if kind == "time" and "office:time-value" in given:
        passed = read_duration(given["office:time-value"])
        # Reported with the dates that cannot be read.
        return (passed, TIME) if passed is not None else (shown or given["office:time-value"], DATETIME)
    stored = given.get("office:string-value", "")
    # Line breaks do not survive in an attribute.
    text = stored if stored and "\n" not in shown else shown
    return (text, TEXT) if text else None


def _whole_second(text: str) -> str:
    """A time that misses a second by a hair: LibreOffice cuts 58.99999, as 59 is stored, to 58.99."""
    found = _LAST_HUNDREDTH.fullmatch(text)
    if found is None:
        return text
    try:
        return (datetime.fromisoformat(found[1]) + timedelta(seconds=1)).isoformat()
    except (ValueError, OverflowError):
        return text
