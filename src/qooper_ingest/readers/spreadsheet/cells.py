"""Gather cells as they come, and make a sheet's frames of them.

A cell is two entries in two flat lists, its text and one integer (row, column, kind), so that a cell costs no object
beyond the text that expat makes anyway; blank cells cost nothing, and a row at the end of the sheet costs no more than
one at its top. From time to time the lists move into frames, which hold the same in a third of the memory. At the end
the frames are cut by column. All bounds are checked on the positions before anything is padded.

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

from ..._grid import CELL_KINDS, ROW, SheetData, column_letter
from ...errors import CorruptFileError, LimitExceededError
from ...issues import Issues
from ...limits import Limits
from ...workbook import Sheet, SheetInfo
from .grid import number_issues
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
    "clean_cells",
    "count_of",
    "number_text",
]

#: The end of a sheet in every spreadsheet program of today.
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384

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

        Issues: cell_error, cell_repeated, control_characters, date_out_of_range, formula_without_value, mailto_differs, rows_hidden.
        """
        self.flush()
        flat = pl.concat(self.parts) if self.parts else pl.DataFrame(schema=_FLAT)
        self.parts.clear()
        if flat.is_empty():
            return SheetData(grid=pl.DataFrame(schema={ROW: pl.UInt32()}))
        flat = flat.with_columns(
            (pl.col("key") // 2**KEY_ROW).cast(pl.UInt32).alias("row"),
            (pl.col("key") // 2**KEY_COLUMN % 2**14).cast(pl.UInt16).alias("column"),
            (pl.col("key") % 2**KEY_COLUMN).cast(pl.UInt8).alias("kind"),
        )
        self._check(flat, limits)
        odd = Issues.empty()
        if self.styles:
            flat, odd = self._with_styles(flat)
        if self.shown:
            flat = self._with_shown(flat)
        flat, unreadable = _with_values(flat, date1904=self.date1904)
        issues = [self._issues(flat), odd, unreadable]
        if self.hidden_rows:
            issues.append(Issues.of("rows_hidden", detail=str(self.hidden_rows)))
        if mark:
            flat, found = clean_cells(flat, mark)
            issues.append(found)
        flat, twice = _once(flat)
        issues.append(twice)
        grid, kinds, values = _grid(flat)
        return SheetData(grid=grid, kinds=kinds, values=values, issues=Issues.concat(issues))

    def _check(self, flat: pl.DataFrame, limits: Limits) -> None:
        """Positions, and what the dense grid would cost, before it is made."""
        rows = int(flat["row"].max()) + 1  # type: ignore[arg-type]
        columns = int(flat["column"].max()) + 1  # type: ignore[arg-type]
        if rows > LAST_ROW:
            raise CorruptFileError("cell_outside_sheet", sheet=self.name, found_row=rows, found_column=columns)
        filled = flat["row"].n_unique()
        found = {"rows": rows, "columns": columns, "cells": filled * columns}
        for limit, value in found.items():
            allowed = getattr(limits, limit)
            if value > allowed:
                raise LimitExceededError(limit=limit, found=value, allowed=allowed, sheet=self.name)
        longest = int(flat["text"].str.len_chars().max() or 0)  # type: ignore[arg-type]
        if longest > limits.cell_chars:
            raise LimitExceededError(limit="cell_chars", found=longest, allowed=limits.cell_chars, sheet=self.name)
        size = int(flat["text"].str.len_bytes().sum())
        if size > limits.text_bytes:
            raise LimitExceededError(limit="text_bytes", found=size, allowed=limits.text_bytes, sheet=self.name)

    def _with_styles(self, flat: pl.DataFrame) -> tuple[pl.DataFrame, Issues]:
        """Numbers as their styles show them, with the numbers beside them, and dates that a style shows as hours.

        Issues: date_out_of_range, number_unreadable.
        """
        table = pl.DataFrame(
            {"key": list(self.styles), "x": list(self.styles.values())}, schema={"key": pl.UInt64(), "x": pl.UInt32()}
        )
        styled = flat.with_row_index("at").join(table, on="key", how="inner")
        numbers = styled.filter((pl.col("kind") == NUMBER) & ~pl.col("text").str.contains(_PADDED.pattern))
        places = pl.col("row").alias("line") + 1, pl.col("column").cast(pl.UInt32).alias("col")
        shown = render(
            numbers.select("at", *places, "x", v="text").rename({"line": "row"}), self.formats, date1904=self.date1904
        )
        issues = number_issues(shown)
        dates = styled.filter(pl.col("kind") == DATETIME)
        distinct = dates.select("text", "x").unique()
        hours = [_elapsed(text, self.formats[place], date1904=self.date1904) for text, place in distinct.iter_rows()]
        passed = dates.select("at", "text", "x").join(
            distinct.with_columns(hours=pl.Series(hours, dtype=pl.String)), on=["text", "x"], how="left"
        )
        passed = passed.select("at", text="hours", kind=pl.lit(TIME, dtype=pl.UInt8)).drop_nulls("text")
        texts = shown["text"].fill_null("")
        flat = flat.with_columns(
            flat["text"].scatter(shown["at"], texts).scatter(passed["at"], passed["text"]),
            flat["kind"].scatter(shown["at"], shown["kind"]).scatter(passed["at"], passed["kind"]),
            value=pl.repeat(None, flat.height, dtype=pl.Float64, eager=True).scatter(shown["at"], shown["value"]),
        )
        return flat, issues

    def _with_shown(self, flat: pl.DataFrame) -> pl.DataFrame:
        """Numbers as the file itself says that they are shown."""
        table = pl.DataFrame(
            {"key": list(self.shown), "shown": list(self.shown.values())},
            schema={"key": pl.UInt64(), "shown": pl.String()},
        )
        number = pl.col("text").cast(pl.Float64, strict=False)
        told = flat.with_row_index("at").join(table, on="key", how="inner").with_columns(number=number)
        told = told.filter(pl.col("number").is_finite())
        if "value" not in flat.columns:
            flat = flat.with_columns(value=pl.lit(None, dtype=pl.Float64))
        return flat.with_columns(
            flat["text"].scatter(told["at"], told["shown"]), flat["value"].scatter(told["at"], told["number"])
        )

    def _issues(self, flat: pl.DataFrame) -> Issues:
        errors = flat.filter(pl.col("kind") == ERROR)
        formulas = flat.filter(pl.col("kind") == FORMULA)
        found = [
            Issues.from_frame("cell_error", _places(errors).with_columns(errors["text"].alias("value"))),
            Issues.from_frame("formula_without_value", _places(formulas)),
        ]
        if self.links:
            links = pl.DataFrame(
                {"key": list(self.links), "detail": list(self.links.values())},
                schema={"key": pl.UInt64(), "detail": pl.String()},
            )
            linked = flat.with_columns(pl.col("key") // 8 * 8).join(
                links.with_columns(pl.col("key") // 8 * 8), on="key", maintain_order="left"
            )
            shown = pl.col("text").str.strip_chars().str.to_lowercase()
            differs = linked.filter(shown != pl.col("detail").str.to_lowercase())
            found.append(
                Issues.from_frame(
                    "mailto_differs", _places(differs).with_columns(differs["text"].alias("value"), differs["detail"])
                )
            )
        return Issues.concat(found)


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


def clean_cells(flat: pl.DataFrame, mark: str) -> tuple[pl.DataFrame, Issues]:
    """Take the marks out of the cells where control characters stood, and report each cell.

    Issues: control_characters.
    """
    hit = flat.filter(pl.col("text").str.contains(mark, literal=True))
    cleaned = hit.select(
        pl.col("row") + 1,
        "column",
        pl.col("text").str.replace_all(mark, "", literal=True).alias("value"),
        pl.col("text").str.count_matches(mark, literal=True).cast(pl.String).alias("detail"),
    )
    issues = Issues.from_frame("control_characters", cleaned.with_columns(_letters(cleaned["column"])))
    return flat.with_columns(pl.col("text").str.replace_all(mark, "", literal=True)), issues


def _places(flat: pl.DataFrame) -> pl.DataFrame:
    return flat.select(pl.col("row") + 1, _letters(flat["column"]))


def _letters(columns: pl.Series) -> pl.Series:
    """Column letters of positions; a dictionary of the distinct ones, of which there are few."""
    distinct = columns.unique()
    letters = [column_letter(position) for position in distinct.to_list()]
    return columns.replace_strict(distinct, pl.Series(letters, dtype=pl.String), return_dtype=pl.String).alias("column")


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


def _with_values(flat: pl.DataFrame, *, date1904: bool) -> tuple[pl.DataFrame, Issues]:
    """The texts of all cells in one form, and dates told from times.

    Issues: number_unreadable, value_unreadable.
    """
    text, kind = pl.col("text"), pl.col("kind")
    present = set(flat["kind"].unique().to_list())
    issues = Issues.empty()
    if NUMBER in present:
        # What a format shows is a text already.
        number = (kind == NUMBER) & (pl.col("value").is_null() if "value" in flat.columns else pl.lit(True))
        odd = flat.filter(number & ~text.str.contains(_PLAIN_INTEGER) & ~text.str.contains(_PLAIN_DECIMAL))["text"]
        distinct = odd.unique().to_list()
        if distinct:
            table = pl.DataFrame(
                [_number_of(one) for one in distinct], schema={"new": pl.String, "as": pl.UInt8}, orient="row"
            )
            named = pl.Series(distinct, dtype=pl.String)
            flat = flat.with_columns(
                pl.when(number).then(text.replace(named, table["new"])).otherwise(text),
                pl.when(number)
                .then(text.replace_strict(named, table["as"], default=NUMBER, return_dtype=pl.UInt8))
                .otherwise(kind)
                .alias("kind"),
            )
            wrong = [one for one, (_, found) in zip(distinct, table.rows(), strict=True) if found == TEXT]
            if wrong:
                cells = flat.filter((kind == TEXT) & text.is_in(wrong))
                issues = Issues.from_frame(
                    "number_unreadable", _places(cells).with_columns(cells["text"].alias("value"))
                )
    if BOOLEAN in present:
        truth = text.str.strip_chars().str.to_lowercase().replace({"1": "true", "0": "false"})
        flat = flat.with_columns(pl.when(kind == BOOLEAN).then(truth).otherwise(text))
    if DATETIME in present:
        flat, unreadable = _with_dates(flat, date1904=date1904)
        issues += unreadable
    return flat, issues


def _with_dates(flat: pl.DataFrame, *, date1904: bool) -> tuple[pl.DataFrame, Issues]:
    """Dates and times in ISO form, told from each other; what is no date of the calendar is a text.

    Issues: value_unreadable.
    """
    text, kind = pl.col("text"), pl.col("kind")
    issues = Issues.empty()
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
    unreadable = flat.filter(undated)
    if unreadable.height:
        issues = Issues.from_frame(
            "value_unreadable", _places(unreadable).with_columns(unreadable["text"].alias("value"))
        )
        flat = flat.with_columns(pl.when(undated).then(TEXT).otherwise(kind).cast(pl.UInt8).alias("kind"))
    told = pl.when(time).then(TIME).when(date).then(DATE).otherwise(DATETIME).cast(pl.UInt8)
    dated = kind == DATETIME
    flat = flat.with_columns(
        pl.when(dated).then(shown).otherwise(text), pl.when(dated).then(told).otherwise(kind).alias("kind")
    )
    return flat, issues


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


def _once(flat: pl.DataFrame) -> tuple[pl.DataFrame, Issues]:
    """The cells that show something, sorted by column and row. Of a cell that the file holds twice the last one is taken.

    Issues: cell_repeated.
    """
    filled = (pl.col("text") != "") | (pl.col("kind") == FORMULA)
    if "value" in flat.columns:
        filled |= pl.col("value").is_not_null()
    flat = flat.filter(filled)
    flat = flat.sort("column", "row", maintain_order=True)
    again = (flat["column"] == flat["column"].shift(-1)) & (flat["row"] == flat["row"].shift(-1))
    if not again.any():
        return flat, Issues.empty()
    again = again.fill_null(value=False)
    lost = flat.filter(again)
    issues = Issues.from_frame("cell_repeated", _places(lost).with_columns(lost["text"].alias("value")))
    return flat.filter(~again), issues


def _grid(flat: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Cut cells sorted by column and row. Rows without cells are left out; columns without are kept up to the last one."""
    if flat.is_empty():
        return pl.DataFrame(schema={ROW: pl.UInt32()}), pl.DataFrame(), pl.DataFrame()
    rows = flat["row"].unique().sort()
    height = len(rows)
    flat = flat.with_columns(
        flat["row"].replace_strict(rows, pl.int_range(height, dtype=pl.UInt32, eager=True), return_dtype=pl.UInt32)
        if rows[-1] != height - 1
        else flat["row"],
        pl.when((pl.col("kind") != FORMULA) & (pl.col("text") != "")).then(pl.col("text")).alias("text"),
    )
    counts = flat.group_by("column", maintain_order=True).len()
    width = int(flat["column"].max()) + 1  # type: ignore[arg-type]
    lengths = dict(zip(counts["column"].to_list(), counts["len"].to_list(), strict=True))
    grid: dict[str, pl.Series] = {ROW: (rows + 1).cast(pl.UInt32)}
    kinds: dict[str, pl.Series] = {}
    values: dict[str, pl.Series] = {}
    names = pl.Series(CELL_KINDS.categories)
    # One for all: a sheet may be 16,384 columns wide, and a query each takes seconds.
    empty = pl.repeat(None, height, dtype=pl.String, eager=True)
    begin = 0
    for position in range(width):
        length = lengths.get(position, 0)
        letter = column_letter(position)
        if not length:
            grid[letter] = empty
            continue
        part = flat.slice(begin, length)
        begin += length
        texts, codes = part["text"], part["kind"]
        plain = codes.max() == TEXT
        numbers = part["value"] if "value" in part.columns and part["value"].count() else None
        if length != height:
            where = pl.repeat(None, height, dtype=pl.UInt32, eager=True).scatter(
                part["row"], pl.int_range(length, dtype=pl.UInt32, eager=True)
            )
            texts = texts.gather(where)
            codes = codes if plain else codes.gather(where)
            numbers = None if numbers is None else numbers.gather(where)
        grid[letter] = texts
        if not plain:
            kinds[letter] = names.gather(codes.cast(pl.UInt32)).cast(CELL_KINDS).alias(letter)
        if numbers is not None:
            values[letter] = numbers
    return pl.DataFrame(grid), pl.DataFrame(kinds), pl.DataFrame(values)
