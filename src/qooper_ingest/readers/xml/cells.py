"""Gather cells as they come, and make a sheet's frames of them.

A cell is two entries in two flat lists, its text and one integer (row, column, kind), so that a cell costs no object
beyond the text that expat makes anyway; blank cells cost nothing, and a row at the end of the sheet costs no more than
one at its top. From time to time the lists move into frames, which hold the same in a third of the memory. At the end
the frames are cut by column. All bounds are checked on the positions before anything is padded.

Values are brought to one form by expressions over a kind's cells: numbers without exponent and without a trailing
``.0``, booleans as ``true`` and ``false``, dates as ISO; what an expression cannot do is done once per distinct text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

import polars as pl

from ...errors import CorruptFileError, LimitExceededError
from ...issues import Issues
from ...limits import Limits
from ...workbook import CELL_KINDS, ROW, Sheet, SheetData, SheetInfo, column_letter

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
    "fill",
    "number_text",
    "padding_mask",
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
_PADDED: Final = re.compile(r"-?0[0-9]")

#: So many cells wait in Python lists before they move into a frame.
_WAITING: Final = 200_000

#: A spreadsheet takes no longer number format (Excel specifications and limits).
_LONGEST_FORMAT: Final = 255

#: A number format of zeros and literals: what is left when quotes and backslashes are taken off.
_LITERAL: Final = re.compile(r'"([^"]*)"|\\(.)|([ \-/().])')

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
    #: key of a number cell → how many digits it shows, and what stands around them
    masks: dict[int, str] = field(default_factory=dict)
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

        Issues: cell_error, control_characters, formula_without_value, mailto_differs, rows_hidden.
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
        flat = _with_values(flat)
        if self.masks:
            flat = _with_masks(flat, self.masks)
        issues = [self._issues(flat)]
        if self.hidden_rows:
            issues.append(Issues.of("rows_hidden", detail=str(self.hidden_rows)))
        if mark:
            flat, found = clean_cells(flat, mark)
            issues.append(found)
        grid, kinds = _grid(flat)
        return SheetData(grid=grid, kinds=kinds, issues=Issues.concat(issues))

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


def padding_mask(number_format: str) -> str | None:
    """The mask of a number format that shows leading zeros, None for any other.

    >>> padding_mask("0000"), padding_mask('"E-"00000'), padding_mask("0.00"), padding_mask("#,##0")
    ('0000', 'E-00000', None, None)
    """
    first = number_format[:_LONGEST_FORMAT].split(";")[0]
    mask: list[str] = []
    position = 0
    while position < len(first):
        literal = _LITERAL.match(first, position)
        if first[position] == "0":
            mask.append("0")
            position += 1
        elif literal and first[position] != ".":
            text = next(group for group in literal.groups() if group is not None)
            if "0" in text:
                return None
            mask.append(text)
            position = literal.end()
        else:
            return None
    return "".join(mask) if mask.count("0") > 1 else None


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
    if not math.isfinite(value) or abs(value) >= 1e300:
        return text
    if exact == exact.to_integral_value():
        return format(exact.to_integral_value(), "f") if exact else "0"
    return format(Decimal(f"{value:.15g}"), "f")


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
_MIDNIGHT: Final = r"^\d{4,}-\d\d-\d\d(?:[T ]00:00(?::00(?:\.0+)?)?)?Z?$"
#: Times of day are stored on the day before the calendar begins (1900 system, LibreOffice's, 1904 system).
_TIME_ONLY: Final = r"^(?:1899-12-3[01]|1904-01-01)T(\d\d:\d\d:\d\d)(?:\.0+)?$"


def _with_values(flat: pl.DataFrame) -> pl.DataFrame:
    """The texts of all cells in one form, and dates told from times."""
    text, kind = pl.col("text"), pl.col("kind")
    present = set(flat["kind"].unique().to_list())
    if NUMBER in present:
        odd = (
            flat.filter((kind == NUMBER) & ~text.str.contains(_PLAIN_INTEGER) & ~text.str.contains(_PLAIN_DECIMAL))[
                "text"
            ]
            .unique()
            .to_list()
        )
        if odd:
            table = pl.Series(odd, dtype=pl.String), pl.Series([number_text(one) for one in odd], dtype=pl.String)
            flat = flat.with_columns(pl.when(kind == NUMBER).then(text.replace(*table)).otherwise(text))
    if BOOLEAN in present:
        truth = text.str.strip_chars().str.to_lowercase().replace({"1": "true", "0": "false"})
        flat = flat.with_columns(pl.when(kind == BOOLEAN).then(truth).otherwise(text))
    if DATETIME in present:
        date, time = text.str.contains(_MIDNIGHT), text.str.contains(_TIME_ONLY)
        shown = (
            pl.when(time)
            .then(text.str.extract(_TIME_ONLY))
            .when(date)
            .then(text.str.extract(r"^(\d+-\d\d-\d\d)"))
            .otherwise(
                text.str.replace("T", " ", literal=True).str.replace(r"(\.\d*?)0*Z?$", "${1}").str.replace(r"\.$", "")
            )
        )
        told = pl.when(time).then(TIME).when(date).then(DATE).otherwise(DATETIME).cast(pl.UInt8)
        dated = kind == DATETIME
        flat = flat.with_columns(
            pl.when(dated).then(shown).otherwise(text), pl.when(dated).then(told).otherwise(kind).alias("kind")
        )
    return flat


def _with_masks(flat: pl.DataFrame, masks: dict[int, str]) -> pl.DataFrame:
    """Numbers with their display padding, by key. A mask is a number format of zeros and literals, as ``0`` per digit."""
    table = pl.DataFrame(
        {"key": list(masks), "mask": list(masks.values())}, schema={"key": pl.UInt64(), "mask": pl.String()}
    )
    joined = flat.join(table, on="key", how="left", maintain_order="left")
    plain = joined["text"].str.contains(r"^[0-9]{1,15}$") & joined["mask"].is_not_null()
    distinct = joined.filter(plain).select("text", "mask").unique()
    shown = [fill(text, mask) for text, mask in distinct.iter_rows()]
    joined = joined.join(
        distinct.with_columns(pl.Series("shown", shown, dtype=pl.String)),
        on=["text", "mask"],
        how="left",
        maintain_order="left",
        nulls_equal=True,
    )
    return joined.with_columns(pl.coalesce("shown", "text").alias("text")).drop("mask", "shown")


def fill(digits: str, mask: str) -> str:
    """Put digits into the zeros of a mask, from the right.

    >>> fill("42", "0000"), fill("123456789", "000-00-0000"), fill("12345", "000")
    ('0042', '123-45-6789', '12345')
    """
    rest = digits
    out: list[str] = []
    for character in reversed(mask):
        if character == "0":
            out.append(rest[-1] if rest else "0")
            rest = rest[:-1]
        else:
            out.append(character)
    first = mask.find("0")
    shown = "".join(reversed(out))
    return shown[:first] + rest + shown[first:]


def _grid(flat: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cut flat cells by column. Rows without cells are left out; columns without cells are kept up to the last one."""
    flat = flat.filter((pl.col("text") != "") | (pl.col("kind") == FORMULA))
    if flat.is_empty():
        return pl.DataFrame(schema={ROW: pl.UInt32()}), pl.DataFrame()
    rows = flat["row"].unique().sort()
    height = len(rows)
    flat = flat.with_columns(
        flat["row"].replace_strict(rows, pl.int_range(height, dtype=pl.UInt32, eager=True), return_dtype=pl.UInt32)
        if rows[-1] != height - 1
        else flat["row"],
        pl.when(pl.col("kind") == FORMULA).then(None).otherwise(pl.col("text")).alias("text"),
    )
    # The last cell of a position wins: a file that writes one twice says the later value.
    flat = flat.sort("column", "row", maintain_order=True)
    again = (flat["column"] == flat["column"].shift(-1)) & (flat["row"] == flat["row"].shift(-1))
    if again.any():
        flat = flat.filter(~again.fill_null(value=False))
    counts = flat.group_by("column", maintain_order=True).len()
    width = int(flat["column"].max()) + 1  # type: ignore[arg-type]
    lengths = dict(zip(counts["column"].to_list(), counts["len"].to_list(), strict=True))
    grid: dict[str, pl.Series] = {ROW: (rows + 1).cast(pl.UInt32)}
    kinds: dict[str, pl.Series] = {}
    names = pl.Series(CELL_KINDS.categories)
    begin = 0
    for position in range(width):
        length = lengths.get(position, 0)
        letter = column_letter(position)
        if not length:
            grid[letter] = pl.repeat(None, height, dtype=pl.String, eager=True)
            continue
        part = flat.slice(begin, length)
        begin += length
        texts, codes = part["text"], part["kind"]
        plain = codes.max() == TEXT
        if length != height:
            where = pl.repeat(None, height, dtype=pl.UInt32, eager=True).scatter(
                part["row"], pl.int_range(length, dtype=pl.UInt32, eager=True)
            )
            texts = texts.gather(where)
            codes = codes if plain else codes.gather(where)
        grid[letter] = texts
        if not plain:
            kinds[letter] = names.gather(codes.cast(pl.UInt32)).cast(CELL_KINDS).alias(letter)
    return pl.DataFrame(grid), pl.DataFrame(kinds)
