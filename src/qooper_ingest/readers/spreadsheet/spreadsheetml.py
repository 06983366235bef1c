"""Read SpreadsheetML 2003, Excel's "XML Spreadsheet".

The structure is a ladder, Workbook > Worksheet > Table > Row > Cell > Data, and well-formedness is expat's business: so
one number says where the reader stands, and an element that is not the next rung is skipped with all that is in it
(comments of cells, print settings, pivot caches). Tags are told by their local names, because producers declare the
namespace as default, as ``ss:``, as both, or not at all.

A text that stands in a cell without ``Data`` around it is the cell's.

Positions follow the format's own rule: a row or cell stands one after the one before unless ``ss:Index`` says where, a
cell with ``ss:MergeAcross`` takes more than one column, ``ss:Span`` of a row takes more than one row. Indices ascend:
one that goes backwards makes the file ambiguous and is refused, as Excel does.

Values: ``ss:Type`` is the kind. A number comes as its style shows it, dates in ISO form: Excel types its dates, but report
writers store the day's number and leave the date to the style. A cell without a style has that of its row, column or table.

Source: "XML Spreadsheet Reference", Microsoft, msdn aa140066.
"""

from __future__ import annotations

from typing import Final

from ...errors import CorruptFileError, LimitExceededError
from ...limits import Limits
from ...source import Format, ReadOptions
from ...workbook import Workbook
from ..xml.events import CutRows, Document, End, Start, Text, local_name
from .cells import (
    DATETIME,
    FORMULA,
    KEY_COLUMN,
    KEY_ROW,
    KINDS_BY_TYPE,
    LAST_COLUMN,
    LAST_ROW,
    NUMBER,
    TEXT,
    CellList,
    count_of,
)
from .links import address_of
from .number_format import NumberFormat, parse_format
from .regular import MARK

__all__ = ["SpreadsheetML"]

_OUTSIDE, _WORKBOOK, _WORKSHEET, _TABLE, _ROW, _CELL, _DATA = range(7)
_RUNGS: Final = {
    "Workbook": _WORKBOOK,
    "Worksheet": _WORKSHEET,
    "Table": _TABLE,
    "Row": _ROW,
    "Cell": _CELL,
    "Data": _DATA,
}

#: Formats that are named instead of written out, as codes; currencies are those of the United States.
#: Source: "XML Spreadsheet Reference", ss:NumberFormat.
_NAMED_FORMATS: Final = {
    "General Date": "yyyy-mm-dd h:mm:ss",
    "Long Date": "yyyy-mm-dd",
    "Medium Date": "yyyy-mm-dd",
    "Short Date": "yyyy-mm-dd",
    "Long Time": "h:mm:ss",
    "Medium Time": "h:mm",
    "Short Time": "h:mm",
    "General Number": "General",
    "Currency": "$#,##0.00_);[Red]($#,##0.00)",
    "Euro Currency": "[$€-2] #,##0.00_);[Red]([$€-2] #,##0.00)",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "Yes/No": '"Yes";"Yes";"No"',
    "True/False": '"True";"True";"False"',
    "On/Off": '"On";"On";"Off"',
}

#: Kinds of which a style may say more than the type does.
_STYLED: Final = (NUMBER, DATETIME)

#: The style that all others rest on.
_DEFAULT: Final = "Default"


class SpreadsheetML:
    """The dialect: hand its three handlers to the parser, then ask for the workbook."""

    __slots__ = ("_document", "_limits", "_sheets", "comment", "end", "start", "text")

    def __init__(self, document: Document, limits: Limits) -> None:
        self._document = document
        self._limits = limits
        self._sheets: list[CellList] = []
        self.comment: Text | None = None
        self.start, self.end, self.text = self._handlers()

    def between(self) -> None:
        """Keep memory and the number of cells in bounds."""
        if self._sheets:
            self._sheets[-1].between(self._limits)

    def workbook(self, options: ReadOptions) -> Workbook:
        """The workbook, after the last event."""
        if not self._sheets:
            raise CorruptFileError("no_sheets")
        sheets = [cells.sheet(limits=self._limits, mark=self._document.mark) for cells in self._sheets]
        used = options.model_copy(update={"format": Format.SPREADSHEETML, "encoding": self._document.encoding})
        return Workbook(format=Format.SPREADSHEETML, sheets=sheets, options=used, file_issues=self._document.issues)

    def _handlers(self) -> tuple[Start, End, Text]:
        """Make the handlers. They share their state as variables of this function, the quickest that Python offers."""
        limits, sheets, mark, tables = self._limits, self._sheets, self._document.mark, self._document.tables
        shown: list[NumberFormat] = []  # the formats of the styles that show more than a number
        formats: dict[str, int] = {}  # style → its place in that list
        rungs: dict[str, int] = {}  # tag as it is written → rung, -1 for all that is no rung
        buffer: list[str] = []
        state = _OUTSIDE
        skipped = 0  # how deep inside of something that is not read
        next_row = row_key = column_key = kind = widening = 0
        special = filled = formula = False
        style = row_style = table_style = this_style = parent_style = ""
        this_format: str | None = None
        date1904 = False
        next_column = 0
        column_styles: dict[int, str] = {}
        unstyled: set[int] = set()  # kinds of cells without a style among the rows that were cut out of this table
        cells = CellList("")
        add_key, add_text = cells.keys.append, cells.texts.append

        def start(tag: str, attributes: list[str]) -> None:
            nonlocal state, column_key, kind, table_style, filled
            rung = rungs.get(tag)
            if rung is None:
                rung = rungs[tag] = _RUNGS.get(local_name(tag), -1)
            if skipped or rung != state + 1:
                skip(tag, attributes)
                return
            state = rung
            if rung == _CELL:
                buffer.clear()
                filled = False
                column_key += 8
                if attributes:
                    new_cell(attributes)
            elif rung == _DATA:
                if len(attributes) == 2:
                    kind = KINDS_BY_TYPE.get(attributes[1], TEXT)
                else:
                    kind = KINDS_BY_TYPE.get(_named(attributes).get("Type", ""), TEXT)
                buffer.clear()
            elif rung == _ROW:
                new_row(attributes)
            elif rung == _WORKSHEET:
                new_sheet(attributes)
            elif rung == _TABLE and attributes:
                given = _named(attributes)
                table_style = given.get("StyleID", "")
                if MARK in given and tables:
                    take_table(tables[int(given[MARK])])

        def end(tag: str) -> None:
            nonlocal state, skipped, filled, special, formula, style, column_key, widening
            if skipped:
                skipped -= 1
                if state != _DATA:
                    leave(tag)
                return
            if state == _DATA:
                filled = True
                if buffer:
                    if column_key > _LAST_COLUMN_KEY:
                        raise outside()
                    add_text(buffer[0] if len(buffer) == 1 else "".join(buffer))
                    add_key(row_key + column_key + kind)
                    buffer.clear()
                    if formats and kind in _STYLED:
                        name = (
                            style or row_style or column_styles.get(column_key >> KEY_COLUMN, table_style) or _DEFAULT
                        )
                        if matters(kind, name):
                            cells.styles[row_key + column_key + kind] = formats[name]
            elif state == _CELL:
                if buffer:
                    bare = "".join(buffer).strip()
                    buffer.clear()
                    if bare and not filled and column_key <= _LAST_COLUMN_KEY:
                        add_text(bare)
                        add_key(row_key + column_key + TEXT)
                if special:
                    if formula and not filled and column_key <= _LAST_COLUMN_KEY:
                        add_text("")
                        add_key(row_key + column_key + FORMULA)
                    column_key += widening << KEY_COLUMN
                    special = formula = False
                    style, widening = "", 0
            elif state == _ROW:
                buffer.clear()
            state -= 1

        def matters(kind: int, name: str) -> bool:
            """Whether a style says more of a value than its type does."""
            place = formats.get(name)
            return place is not None and (kind == NUMBER or shown[place].sections[0][0].kind == "elapsed")

        def new_sheet(attributes: list[str]) -> None:
            nonlocal cells, add_key, add_text, next_row, next_column, column_styles, table_style
            cells.flush()
            name = _named(attributes).get("Name", "").replace(mark, "") if mark else _named(attributes).get("Name", "")
            cells = CellList(name or f"Sheet{len(sheets) + 1}", formats=shown, date1904=date1904)
            sheets.append(cells)
            if len(sheets) > limits.sheets:
                raise LimitExceededError(limit="sheets", found=len(sheets), allowed=limits.sheets)
            add_key, add_text = cells.keys.append, cells.texts.append
            next_row = next_column = 0
            column_styles = {}
            table_style = ""
            unstyled.clear()

        def take_table(rows: CutRows) -> None:
            """Take the rows that were cut out of this table.

            By events only: a second table, which goes on below the first, and cells of which only a style tells what they
            show. The error makes the whole file go that way.
            """
            nonlocal next_row
            unstyled.update(kind for kind, name in rows.styles if not name)
            inherited = {*rows.row_styles, table_style or _DEFAULT}
            used = {*rows.styles, *((kind, name) for kind in unstyled for name in inherited)}
            if next_row or any(matters(kind, name) for kind, name in used):
                raise CorruptFileError("cell_index_invalid", sheet=cells.name)
            cells.take(rows.frames)
            cells.hidden_rows += rows.hidden
            next_row = rows.last + 1

        def new_row(attributes: list[str]) -> None:
            nonlocal row_key, column_key, row_style, next_row
            given = _named(attributes) if attributes else _NOTHING
            row = _index(given.get("Index"), next_row, cells.name)
            if row >= LAST_ROW:
                raise CorruptFileError("cell_outside_sheet", sheet=cells.name, found_row=row + 1, found_column=1)
            row_style = given.get("StyleID", "")
            cells.hidden_rows += given.get("Hidden") == "1"
            next_row = row + 1 + count_of(given.get("Span"), 0, cells.name)
            row_key, column_key = row << KEY_ROW, -8

        def new_cell(attributes: list[str]) -> None:
            nonlocal special, formula, style, column_key, widening
            for name, value in zip(attributes[::2], attributes[1::2], strict=True):
                match local_name(name):
                    case "StyleID":
                        if formats:
                            style, special = value, True
                    case "Index":
                        column_key = _index(value, column_key >> KEY_COLUMN, cells.name) << KEY_COLUMN
                        if column_key > _LAST_COLUMN_KEY:
                            raise outside()
                    case "Formula":
                        formula, special = True, True
                    case "MergeAcross":
                        widening, special = min(count_of(value, 0, cells.name), LAST_COLUMN), True
                    case "HRef":
                        address = address_of(value)
                        if address:
                            cells.links[row_key + column_key] = address

        def outside() -> CorruptFileError:
            return CorruptFileError(
                "cell_outside_sheet",
                sheet=cells.name,
                found_row=(row_key >> KEY_ROW) + 1,
                found_column=(column_key >> KEY_COLUMN) + 1,
            )

        def skip(tag: str, attributes: list[str]) -> None:
            """Enter something that is no rung; a few such things are listened to."""
            nonlocal skipped, this_style, parent_style, this_format, next_column, date1904
            skipped += 1
            if skipped > limits.xml_depth:
                raise LimitExceededError(limit="xml_depth", found=skipped, allowed=limits.xml_depth)
            if state == _DATA:
                return
            buffer.clear()
            if state == _WORKBOOK:
                name = local_name(tag)
                if name == "Style":
                    given = _named(attributes)
                    this_style, parent_style, this_format = given.get("ID", ""), given.get("Parent", _DEFAULT), None
                elif name == "NumberFormat":
                    this_format = _named(attributes).get("Format", "General")
                elif name == "Date1904":
                    date1904 = True
            elif state == _TABLE and formats and local_name(tag) == "Column":
                given = _named(attributes)
                next_column = _index(given.get("Index"), next_column, cells.name)
                span = min(count_of(given.get("Span"), 0, cells.name), LAST_COLUMN)
                if "StyleID" in given:
                    if any(matters(kind, given["StyleID"]) for kind in unstyled):
                        raise CorruptFileError("cell_index_invalid", sheet=cells.name)  # as in `take_table`
                    for position in range(next_column, min(next_column + span + 1, LAST_COLUMN)):
                        column_styles[position] = given["StyleID"]
                next_column += span + 1

        def leave(tag: str) -> None:
            """Leave something that is no rung."""
            nonlocal date1904
            if state == _WORKBOOK:
                name = local_name(tag)
                if name == "Style" and len(formats) < limits.xml_fields * 16:
                    if this_format is None:
                        if parent_style in formats:
                            formats[this_style] = formats[parent_style]
                    elif not (found := parse_format(_NAMED_FORMATS.get(this_format, this_format))).general:
                        formats[this_style] = len(shown)
                        shown.append(found)
                elif name == "Date1904" and "".join(buffer).strip().lower() in ("false", "0"):
                    date1904 = False
            elif state == _WORKSHEET and local_name(tag) == "Visible":
                cells.visible = "".join(buffer).strip() not in {"SheetHidden", "SheetVeryHidden"}
            buffer.clear()

        return start, end, buffer.append


_NOTHING: Final[dict[str, str]] = {}
_LAST_COLUMN_KEY: Final = (LAST_COLUMN - 1) << KEY_COLUMN


def _named(attributes: list[str]) -> dict[str, str]:
    """Attributes by their local names."""
    return {local_name(name): value for name, value in zip(attributes[::2], attributes[1::2], strict=True)}


def _index(text: str | None, following: int, sheet: str) -> int:
    """A position from 0: the given one (from 1 in the file), or the following one."""
    if text is None:
        return following
    position = count_of(text, 0, sheet) - 1
    if position < following:
        raise CorruptFileError("cell_index_invalid", sheet=sheet)
    return position
