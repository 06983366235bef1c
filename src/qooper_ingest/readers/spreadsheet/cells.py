"""Gather the cells of a document of events as they come, bring them to one form, and hand them to the grid.

A cell is two entries in two flat lists, its text and one integer (row, column, kind), so that a cell costs no object
beyond the text that expat makes anyway; blank cells cost nothing, and a row at the end of the sheet costs no more than
one at its top. From time to time the lists move into frames, which hold the same in a third of the memory. At the end
`Grid` checks their places against the bounds and cuts them by column, as it does for every other format.

Values are brought to one form by expressions over a kind's cells: numbers without exponent and without a trailing
``.0``, booleans as ``true`` and ``false``, dates as ISO; what an expression cannot do is done once per distinct text.
A number that its style shows as a date, a time or padded with zeros is rendered as in a zipped book.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

import polars as pl

from ..._grid import ROW, SheetData
from ...errors import CorruptFileError, LimitExceededError
from ...issues import Issues
from ...limits import Limits
from ...workbook import Sheet, SheetInfo
from .grid import LAST_COLUMN, LAST_ROW, Grid, number_issues, placed
from .number_format import NumberFormat, render_elapsed
from .values import OVERFLOW, render

__all__ = [
    "BOOLEAN",
    "DATETIME",
    "ERROR",
    "FORMULA",
    "KEY_COLUMN",
    "KEY_ROW",
    "KINDS_BY_TYPE",
    "LAST_COLUMN",
    "LAST_ROW",
    "NUMBER",
    "TEXT",
    "CellList",
    "count_of",
    "number_text",
]

#: Kinds as three bits of a cell's key, in the order of `CELL_KINDS`.
TEXT, NUMBER, BOOLEAN, DATE, DATETIME, TIME, ERROR, FORMULA = range(8)

#: What SpreadsheetML calls the kinds (``ss:Type``).
KINDS_BY_TYPE: Final = {"String": TEXT, "Number": NUMBER, "Boolean": BOOLEAN, "DateTime": DATETIME, "Error": ERROR}

#: A key is ``row << KEY_ROW | column << KEY_COLUMN | kind``, rows and columns from 0.
KEY_ROW: Final = 17
KEY_COLUMN: Final = 3

#: Leading zeros are how a number was shown, never how it is stored.
_PADDED: Final = re.compile(r"^-?0[0-9]")

#: Nothing but digits, a sign and a point.
_DIGITS: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

#: So many cells wait in Python lists before they move into a frame.
_WAITING: Final = 200_000

_FLAT: Final = pl.Schema({"key": pl.UInt64(), "text": pl.String()})


@dataclass(slots=True)
class CellList:
    """The cells of one sheet, in any order of columns, rows ascending.

    ``keys`` and ``texts`` are appended to directly by the hot handlers; everything else goes through the methods.
    """

    name: str
    visible: bool = True
    keys: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    #: the number formats of the file; a dialect's sheets share one list
    formats: Sequence[NumberFormat] = ()
    #: key of a number or a date → its place in ``formats``, for formats that show more than a number
    styles: dict[int, int] = field(default_factory=dict)
    #: key of a number → what is shown of it, where no format tells it
    shown: dict[int, str] = field(default_factory=dict)
    #: days are counted from 1904
    date1904: bool = False
    #: key of a cell → the address its link goes to
    links: dict[int, str] = field(default_factory=dict)
    parts: list[pl.DataFrame] = field(default_factory=list)
    stored: int = 0
    hidden_rows: int = 0

    def flush(self) -> None:
        """Move what waits into a frame."""
        if self.keys:
            self.parts.append(pl.DataFrame({"key": self.keys, "text": self.texts}, schema=_FLAT))
            self.stored += len(self.keys)
            self.keys.clear()
            self.texts.clear()

    def take(self, frames: Sequence[pl.DataFrame]) -> None:
        """Take cells that were put together elsewhere: frames of ``key`` and ``text``."""
        self.flush()
        self.parts += frames
        self.stored += sum(frame.height for frame in frames)

    def between(self, limits: Limits) -> None:
        """Make room when much is waiting, and look at the number of cells."""
        if len(self.keys) > _WAITING:
            self.flush()
        if self.stored + len(self.keys) > limits.cells:
            raise LimitExceededError(
                limit="cells", found=self.stored + len(self.keys), allowed=limits.cells, sheet=self.name
            )

    def sheet(self, *, limits: Limits, mark: str = "") -> Sheet:
        """Make the sheet.

        Issues: as `data`.
        """
        data = self.data(limits=limits, mark=mark)
        rows = data.grid[ROW].max()
        info = SheetInfo(
            name=self.name,
            visible=self.visible,
            rows=rows if isinstance(rows, int) else 0,
            columns=max(data.grid.width - 1, 0),
        )
        return Sheet(info, data)

    def data(self, *, limits: Limits, mark: str = "") -> SheetData:
        """Make what the sheet holds.

        Raises:
            CorruptFileError, LimitExceededError: As `Grid.put`.

        Issues: cell_error, cell_repeated, control_characters, date_out_of_range, formula_without_value, mailto_differs, number_hidden,
        number_unreadable, rows_hidden, value_unreadable, and those of `Grid.finish`.
        """
        self.flush()
        cells = pl.concat(self.parts) if self.parts else pl.DataFrame(schema=_FLAT)
        self.parts.clear()
        grid = Grid(self.name, limits)
        if cells.is_empty():
            return grid.finish()
        cells = cells.with_columns(
            (pl.col("key") // 2**KEY_ROW + 1).cast(pl.UInt32).alias("row"),
            (pl.col("key") // 2**KEY_COLUMN % 2**14).cast(pl.UInt32).alias("col"),
            (pl.col("key") % 2**KEY_COLUMN).cast(pl.UInt8).alias("kind"),
        )
        if self.styles:
            cells = self._with_styles(cells, grid)
        if self.shown:
            cells = self._with_shown(cells)
        cells = _with_values(cells, grid, date1904=self.date1904)
        if self.links:
            self._report_links(cells, grid)
        if self.hidden_rows:
            grid.report(Issues.of("rows_hidden", detail=str(self.hidden_rows)))
        if mark:
            cells = _without_marks(cells, mark, grid)
        grid.report(placed("formula_without_value", cells.filter(pl.col("kind") == FORMULA).select("row", "col")))
        grid.put(_without_empty_cells(cells))
        return grid.finish()

    def _with_styles(self, cells: pl.DataFrame, grid: Grid) -> pl.DataFrame:
        """Numbers as their styles show them, with the numbers beside them, and dates that a style shows as hours.

        Issues: date_out_of_range, number_unreadable.
        """
        table = pl.DataFrame(
            {"key": list(self.styles), "x": list(self.styles.values())}, schema={"key": pl.UInt64(), "x": pl.UInt32()}
        )
        styled = cells.with_row_index("at").join(table, on="key", how="inner")
        numbers = styled.filter((pl.col("kind") == NUMBER) & ~pl.col("text").str.contains(_PADDED.pattern))
        shown = render(numbers.select("at", "row", "col", "x", v="text"), self.formats, date1904=self.date1904)
        grid.report(number_issues(shown))
        dates = styled.filter(pl.col("kind") == DATETIME)
        distinct = dates.select("text", "x").unique()
        hours = [_elapsed(text, self.formats[place], date1904=self.date1904) for text, place in distinct.iter_rows()]
        passed = dates.select("at", "text", "x").join(
            distinct.with_columns(hours=pl.Series(hours, dtype=pl.String)), on=["text", "x"], how="left"
        )
        passed = passed.select("at", text="hours", kind=pl.lit(TIME, dtype=pl.UInt8)).drop_nulls("text")
        texts = shown["text"].fill_null("")
        return cells.with_columns(
            cells["text"].scatter(shown["at"], texts).scatter(passed["at"], passed["text"]),
            cells["kind"].scatter(shown["at"], shown["kind"]).scatter(passed["at"], passed["kind"]),
            value=pl.repeat(None, cells.height, dtype=pl.Float64, eager=True).scatter(shown["at"], shown["value"]),
        )

    def _with_shown(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Numbers as the file itself says that they are shown."""
        table = pl.DataFrame(
            {"key": list(self.shown), "shown": list(self.shown.values())},
            schema={"key": pl.UInt64(), "shown": pl.String()},
        )
        number = pl.col("text").cast(pl.Float64, strict=False)
        known = cells.with_row_index("at").join(table, on="key", how="inner").with_columns(number=number)
        known = known.filter(pl.col("number").is_finite())
        if "value" not in cells.columns:
            cells = cells.with_columns(value=pl.lit(None, dtype=pl.Float64))
        return cells.with_columns(
            cells["text"].scatter(known["at"], known["shown"]), cells["value"].scatter(known["at"], known["number"])
        )

    def _report_links(self, cells: pl.DataFrame, grid: Grid) -> None:
        """Report addresses whose link goes to another one.

        Issues: mailto_differs.
        """
        links = pl.DataFrame(
            {"key": list(self.links), "detail": list(self.links.values())},
            schema={"key": pl.UInt64(), "detail": pl.String()},
        )
        linked = cells.with_columns(pl.col("key") // 8 * 8).join(
            links.with_columns(pl.col("key") // 8 * 8), on="key", maintain_order="left"
        )
        shown = pl.col("text").str.strip_chars().str.to_lowercase()
        grid.report(placed("mailto_differs", linked.filter(shown != pl.col("detail").str.to_lowercase())))


def _without_empty_cells(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells that hold something, as `Grid.put` takes them; a row of nothing but empty cells is none."""
    held = pl.col("text").is_not_null() | (pl.col("kind") == FORMULA)
    if "value" in cells.columns:
        held |= pl.col("value").is_not_null()
    return cells.drop("key").with_columns(pl.col("text").replace("", None)).filter(held)


def count_of(text: str | None, absent: int, sheet: str) -> int:
    """A count or position as an attribute says it.

    Raises:
        CorruptFileError: ``cell_index_invalid``: it is no number.
    """
    if text is None:
        return absent
    if not (0 < len(text) <= 18 and text.isascii() and text.isdigit()):
        raise CorruptFileError("cell_index_invalid", sheet=sheet)
    return int(text)


def number_text(text: str) -> str:
    """A stored number as a person would write it: no exponent, no trailing ``.0``, 15 digits like a spreadsheet.

    Integers keep every digit that is written (an ID of 16 digits is not rounded here).

    >>> number_text("1.234567890123456E15"), number_text("0.30000000000000004"), number_text("7.0")
    ('1234567890123456', '0.3', '7')
    """
    if _PADDED.match(text):
        return text
    try:
        exact = Decimal(text.strip())
        value = float(exact)
    except (InvalidOperation, ValueError, OverflowError):
        return text
    if not math.isfinite(value):
        return text
    if exact == exact.to_integral_value():
        return format(exact.to_integral_value(), "f") if exact else "0"
    return format(Decimal(f"{value:.15g}"), "f")


def _number_of(text: str) -> tuple[str, int]:
    """A stored number as a person would write it, and its kind: one that no spreadsheet can hold is an error."""
    shown = number_text(text)
    if _DIGITS.fullmatch(shown):
        return shown, NUMBER
    try:
        float(shown)
    except ValueError:
        return text, TEXT
    return OVERFLOW, ERROR


def _without_marks(cells: pl.DataFrame, mark: str, grid: Grid) -> pl.DataFrame:
    """Take the marks out of the cells where control characters were, and report each cell.

    Issues: control_characters.
    """
    text = pl.col("text")
    hit = cells.filter(text.str.contains(mark, literal=True)).with_columns(
        text.str.replace_all(mark, "", literal=True),
        detail=text.str.count_matches(mark, literal=True).cast(pl.String),
    )
    grid.report(placed("control_characters", hit))
    return cells.with_columns(text.str.replace_all(mark, "", literal=True))


#: Numbers that are already as a person writes them: up to 15 digits, no exponent, no superfluous zeros.
_PLAIN_INTEGER: Final = r"^(?:0|-?[1-9][0-9]{0,14})$"
_PLAIN_DECIMAL: Final = r"^-?(?:0|[1-9][0-9]{0,6})\.[0-9]{0,6}[1-9]$"
_MOMENT: Final = r"^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?Z?)?$"
_MIDNIGHT: Final = r"^\d{4,}-\d\d-\d\d(?:[T ]00:00(?::00(?:\.0+)?)?)?Z?$"
#: Times of day are stored on the day before the calendar begins (of Excel, of LibreOffice). In the 1904 system that is the
#: first of January 1904, which is a day like any other as well: at midnight it is the date.
_TIME_1900: Final = r"^1899-12-3[01]T(\d\d:\d\d:\d\d(?:\.\d+)?)Z?$"
_TIME_1904: Final = r"^1904-01-01T(\d\d:\d\d:\d\d(?:\.\d+)?)Z?$"
#: The end of a time of day: seconds, their fraction, the zeros that end it, and the mark of universal time.
_CLOCK_END: Final = r"(:[0-9]{2})(?:(\.[0-9]*[1-9])0*|\.0*)?Z?$"


def _with_values(cells: pl.DataFrame, grid: Grid, *, date1904: bool) -> pl.DataFrame:
    """The texts of all cells in one form, and dates separated from times.

    Issues: number_unreadable, value_unreadable.
    """
    text, kind = pl.col("text"), pl.col("kind")
    present = set(cells["kind"].unique().to_list())
    if NUMBER in present:
        # What a format shows is a text already.
        number = (kind == NUMBER) & (pl.col("value").is_null() if "value" in cells.columns else pl.lit(True))
        odd = cells.filter(number & ~text.str.contains(_PLAIN_INTEGER) & ~text.str.contains(_PLAIN_DECIMAL))["text"]
        distinct = odd.unique().to_list()
        if distinct:
            table = pl.DataFrame(
                [_number_of(one) for one in distinct], schema={"new": pl.String, "as": pl.UInt8}, orient="row"
            )
            named = pl.Series(distinct, dtype=pl.String)
            cells = cells.with_columns(
                pl.when(number).then(text.replace(named, table["new"])).otherwise(text),
                pl.when(number)
                .then(text.replace_strict(named, table["as"], default=NUMBER, return_dtype=pl.UInt8))
                .otherwise(kind)
                .alias("kind"),
            )
            wrong = [one for one, (_, found) in zip(distinct, table.rows(), strict=True) if found == TEXT]
            if wrong:
                grid.report(placed("number_unreadable", cells.filter((kind == TEXT) & text.is_in(wrong))))
    if BOOLEAN in present:
        truth = text.str.strip_chars().str.to_lowercase().replace({"1": "true", "0": "false"})
        cells = cells.with_columns(pl.when(kind == BOOLEAN).then(truth).otherwise(text))
    if DATETIME in present:
        cells = _with_dates(cells, grid, date1904=date1904)
    return cells


def _with_dates(cells: pl.DataFrame, grid: Grid, *, date1904: bool) -> pl.DataFrame:
    """Dates and times in ISO form, separated from each other; what is no date of the calendar is a text.

    Issues: value_unreadable.
    """
    text, kind = pl.col("text"), pl.col("kind")
    clock = _TIME_1904 if date1904 else _TIME_1900
    date, time = text.str.contains(_MIDNIGHT), text.str.contains(clock)
    time = time & ~date if date1904 else time
    shown = (
        pl.when(time)
        .then(text.str.extract(clock).str.replace(_CLOCK_END, "${1}${2}"))
        .when(date)
        .then(text.str.extract(r"^(\d+-\d\d-\d\d)"))
        .otherwise(text.str.replace("T", " ", literal=True).str.replace(_CLOCK_END, "${1}${2}"))
    )
    day = text.str.slice(0, 10)
    exists = day.str.to_date("%Y-%m-%d", strict=False).is_not_null() | (day == "1900-02-29")
    undated = (kind == DATETIME) & ~(text.str.contains(_MOMENT) & exists)
    unreadable = cells.filter(undated)
    if unreadable.height:
        grid.report(placed("value_unreadable", unreadable))
        cells = cells.with_columns(pl.when(undated).then(TEXT).otherwise(kind).cast(pl.UInt8).alias("kind"))
    found = pl.when(time).then(TIME).when(date).then(DATE).otherwise(DATETIME).cast(pl.UInt8)
    dated = kind == DATETIME
    return cells.with_columns(
        pl.when(dated).then(shown).otherwise(text), pl.when(dated).then(found).otherwise(kind).alias("kind")
    )


#: The day 0 of the calendars, as the files write it, and the day from which the 1900 system is one day ahead of itself: it has
#: a 29 February 1900.
_BEGIN_1900, _BEGIN_1904 = datetime.fromisoformat("1899-12-31"), datetime.fromisoformat("1904-01-01")
_MARCH_1900: Final = datetime.fromisoformat("1900-03-01")


def _elapsed(text: str, found: NumberFormat, *, date1904: bool) -> str | None:
    """The time since the calendar began, as a format of ``[h]`` shows a date; None for what is none."""
    section = found.sections[0][0]
    if section.kind != "elapsed":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return None
    passed = (
        moment - (_BEGIN_1904 if date1904 else _BEGIN_1900) + timedelta(days=not date1904 and moment >= _MARCH_1900)
    )
    return render_elapsed(section, max(round(passed / timedelta(seconds=1) * 10**section.seconds), 0))
