"""Grids of text with row provenance: what every reader makes and every later room works on.

Strategy: whatever the format, a sheet becomes one frame (`Sheet.grid`) of text as the person saw it: ``_row`` is the row
number of the user's own program (from 1), then one text column per source column, named by its letter (``A``, ``B``, …)
so that position, letter and issue place are one thing. Null means an empty cell. What a cell *was* (a number, a date, an
error) is kept beside it (`Sheet.kinds`), because a number is what damages an ID; and so is the number where its format
shows something else than its digits (`Sheet.values`), because a question for a number wants 0.125 of *12.5 %*. Cells of a row that has more of them
than the grid is wide are kept in `Sheet.surplus`: a frame cannot be ragged, and nothing is lost.

A `Table` is a sheet with its header row taken off: labels, and the rows under it without the blank ones (which are
counted). Neither is ever changed; every verb makes a new value.

A host with a format of its own builds the value with `Workbook.of_rows` and walks the same corridor.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO, Final

import polars as pl

from . import _html
from ._columns import no_flags
from ._values import has_surrogate, same
from .errors import MappingError, UsageError, quote
from .issues import ISSUE_SCHEMA, Issues
from .limits import Limits
from .source import Format, ReadOptions, Source

__all__ = [
    "CELL_KINDS",
    "COLUMNS_SHIFTED",
    "NOTES",
    "ROW",
    "SEPARATE_TABLE",
    "SURPLUS_SCHEMA",
    "Sheet",
    "SheetData",
    "SheetInfo",
    "Table",
    "Workbook",
    "column_letter",
    "column_position",
    "write_bytes",
]

#: The column of row numbers in every grid, table and record frame.
ROW: Final = "_row"

#: What a cell was in its file. Text files and blank cells have none (null).
#: ``formula`` is a formula without a stored value: the grid shows null there.
CELL_KINDS: Final = pl.Enum(["text", "number", "boolean", "date", "datetime", "time", "error", "formula"])

#: Cells beyond the width of the grid: the row, the position from 0, the text.
SURPLUS_SCHEMA: Final = pl.Schema({"row": pl.UInt32(), "position": pl.UInt32(), "value": pl.String()})

#: The issue by which a reader says that another table begins in a row, and that the one above is over.
SEPARATE_TABLE: Final = "separate_table"

#: The issue by which a reader says that rows are longer than their labels; an error where it could not put them right.
COLUMNS_SHIFTED: Final = "columns_shifted"

#: The issues by which a reader says that a row is a comment or a note below the table, and nobody's.
NOTES: Final = ("comment_row", "note_row")

#: More than the number of any row.
_BEYOND: Final = 2**32 - 1


#: How a sheet was read that no file holds.
_NOTHING: Final[Mapping[str, str]] = {}

#: What a notebook shows of a grid.
_SHOWN_ROWS: Final = 10
_SHOWN_COLUMNS: Final = 30


def column_letter(position: int) -> str:
    """The letter a spreadsheet shows for a column position from 0.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    rest = position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def column_position(letter: str) -> int:
    """The position from 0 of a column letter: the inverse of `column_letter`.

    >>> column_position("AA")
    26
    """
    position = 0
    for character in letter:
        position = position * 26 + ord(character) - ord("A") + 1
    return position - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetInfo:
    """What a workbook says of a sheet before its cells are read.

    ``rows`` and ``columns`` are the size as far as the format tells it without reading the cells, else None.
    """

    name: str
    visible: bool = True
    rows: int | None = None
    columns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SheetData:
    """What a reader makes of one sheet.

    Args:
        grid: ``_row`` (UInt32, ascending, from 1) and text columns named by their letters, without gaps from ``A``.
            Leading blank columns are kept, trailing blank rows are not, trailing blank columns only those of a text file.
            Blank rows inside may be left out (their numbers are missing from ``_row``) or kept as nulls.
        kinds: As high as the grid; `CELL_KINDS` columns, only for grid columns that hold anything but text.
        values: As high as the grid; Float64 columns, only for grid columns with a number whose text is not its digits: the
            number, null for every other cell.
        surplus: Cells beyond the width of the grid (`SURPLUS_SCHEMA`).
        issues: What was seen while reading this sheet.
    """

    grid: pl.DataFrame
    kinds: pl.DataFrame = field(default_factory=pl.DataFrame)
    values: pl.DataFrame = field(default_factory=pl.DataFrame)
    surplus: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SURPLUS_SCHEMA))
    issues: Issues = field(default_factory=Issues.empty)


class Sheet:
    """One sheet: a grid of text. Cells are read when they are first asked for.

    >>> sheet = Workbook.of_rows([["id", "email"], [7, "ann@corp.example"]]).sheet()
    >>> sheet
    Sheet('Sheet1', 2 rows x 2 columns)
    >>> sheet.table(header_row=1).labels
    ('id', 'email')
    """

    __slots__ = ("_data", "_load", "_preview", "_source", "file_issues", "info", "reading")

    def __init__(
        self,
        info: SheetInfo,
        data: SheetData | Callable[[], SheetData],
        *,
        preview: Callable[[int], pl.DataFrame] | None = None,
        source: str | Source | None = None,
        file_issues: Issues | None = None,
        reading: Mapping[str, str] = _NOTHING,
    ) -> None:
        self.info = info
        self.reading = reading
        self.file_issues = file_issues if file_issues is not None else Issues.empty()
        self._source = source
        self._data: SheetData | None = data if isinstance(data, SheetData) else None
        self._load = data if not isinstance(data, SheetData) else None
        self._preview = preview

    def of_source(self, source: str | Source | None, file_issues: Issues, reading: Mapping[str, str]) -> Sheet:
        """The same sheet, bound to the file it comes from: its digest, what was seen of it as a whole, how it was read."""
        return Sheet(
            self.info,
            self._data if self._data is not None else self._cells,
            preview=self._preview,
            source=source,
            file_issues=file_issues,
            reading=reading,
        )

    def _cells(self) -> SheetData:
        return self.data

    @property
    def data(self) -> SheetData:
        """All that was read; the properties below are its parts."""
        if self._data is None:
            assert self._load is not None
            self._data = self._load()
        return self._data

    @property
    def name(self) -> str:
        """The name on the sheet's tab."""
        return self.info.name

    @property
    def visible(self) -> bool:
        """False for hidden and very hidden sheets."""
        return self.info.visible

    @property
    def grid(self) -> pl.DataFrame:
        """``_row`` and one text column per source column, named by letters; null = empty."""
        return self.data.grid

    @property
    def kinds(self) -> pl.DataFrame:
        """What cells were (`CELL_KINDS`), for columns that hold anything but text; as high as the grid."""
        return self.data.kinds

    @property
    def values(self) -> pl.DataFrame:
        """Numbers whose text in the grid is not their digits (*12.5 %*, *EMP-007*), as high as the grid; Float64, null for
        every other cell, and only columns that hold such a number."""
        return self.data.values

    @property
    def surplus(self) -> pl.DataFrame:
        """Cells beyond the width of the grid: row, position, value."""
        return self.data.surplus

    @property
    def issues(self) -> Issues:
        """What was seen while reading this sheet."""
        return self.data.issues

    def __repr__(self) -> str:
        if self._data is None:
            return f"Sheet({self.name!r}, not read yet)"
        return f"Sheet({self.name!r}, {self.grid.height} rows x {self.grid.width - 1} columns)"

    def _repr_html_(self) -> str:
        size = f"{self.grid.height} rows x {self.grid.width - 1} columns"
        return _html.block(f"Sheet {self.name}: {size}", *_first_rows(self.grid, self.grid.columns[1:]))

    def preview(self, rows: int = 20, /) -> pl.DataFrame:
        """The first rows of the grid; cheaper than the whole grid where the format allows."""
        if self._data is None and self._preview is not None:
            return self._preview(rows)
        return self.grid.head(rows)

    def table(self, *, header_row: int | None = None, header_rows: Sequence[int] | None = None) -> Table:
        """Take off the header.

        Args:
            header_row: The header's row number as the sheet shows it (from 1). None: there is no header, columns are
                labelled A, B, C … and every row is data.
            header_rows: Several rows that make up the header together; their texts are joined with a blank, from top
                to bottom.

        Returns:
            The labels and the rows below the header, blank rows left out and counted, those included that the grid itself
            leaves out. A row that says the labels again, as on every page of a report or where two exports were joined, is
            left out and reported. Rows above the header stay in the grid only, and so does another table below this one
            (``separate_table``): its cells are not answers under these labels.

        Raises:
            MappingError: ``header_row_unknown``, ``header_rows_invalid``.

        Issues: label_duplicate, label_missing, header_repeated, table_empty.
        """
        given = tuple(header_rows) if header_rows is not None else (() if header_row is None else (header_row,))
        if (
            list(given) != sorted(set(given))
            or any(row < 1 for row in given)
            or (header_rows is not None and not given)
        ):
            raise MappingError("header_rows_invalid", rows=str(list(given)[:8]))
        grid = self.grid
        last = grid[ROW].max() if grid.height else None
        for row in given:
            if not isinstance(last, int) or row > last:
                raise MappingError("header_row_unknown", sheet=self.name, row=row)
        end = self._end_of_table(given)
        names = self._columns_of(given[0] if given else None, end)
        below = (grid[ROW] > (given[-1] if given else 0)) & (grid[ROW] < end)
        blank = _blank_rows(grid, names)
        header = _rows_at(grid, given)
        labels = _join_labels(header, names) if given else tuple(names)
        again = _says_again(grid, header, names) & below
        notes = no_flags(grid.height)
        if len(self.issues):
            notes = grid[ROW].is_in(self.issues.frame.filter(pl.col("code").is_in(NOTES))["row"].implode())
        keep = below & ~blank & ~again & ~notes
        frame = _kept(grid[[ROW, *names]], keep)
        repeated = Issues.empty()
        if again.any():
            named_by = pl.lit(given[-1] if given else None, pl.UInt32)
            repeated = Issues.from_frame(
                "header_repeated", grid.filter(again).select(pl.col(ROW).alias("row"), other_row=named_by)
            )
        rows_below = (min(last, end - 1) if isinstance(last, int) else 0) - (given[-1] if given else 0)
        return Table(
            sheet=self.name,
            labels=labels,
            header_rows=given,
            frame=frame,
            kinds=_kept(self.kinds, keep) if self.kinds.width else self.kinds,
            blank_rows=max(0, rows_below - frame.height - int((below & ~blank & (again | notes)).sum())),
            values=_kept(self.values, keep) if self.values.width else self.values,
            surplus=self.surplus.filter((pl.col("row") > (given[-1] if given else 0)) & (pl.col("row") < end))
            if self.surplus.height
            else self.surplus,
            issues=Issues.concat(
                (
                    self.file_issues,
                    self.issues,
                    _label_issues(labels, given, frame),
                    repeated,
                    Issues.empty() if frame.height else Issues.of("table_empty"),
                )
            ),
            source_sha256=self._source.sha256 if isinstance(self._source, Source) else self._source,
            reading=self.reading,
        )

    def _end_of_table(self, header_rows: Sequence[int]) -> int:
        """The row at which another table begins that is not part of the one under the header; beyond every row if none does."""
        if not len(self.issues):
            return _BEYOND
        told = self.issues.frame.filter(pl.col("code") == SEPARATE_TABLE)["row"]
        beyond = [row for row in told.to_list() if header_rows and row > header_rows[-1]]
        return min(beyond, default=_BEYOND)

    def _columns_of(self, header: int | None, end: int) -> list[str]:
        """The columns of the table from its header to ``end``: without the last ones that only a title above it or another
        table below it reaches, or that are blank and not named. Without a header the letters are the names of all."""
        names = self.grid.columns[1:]
        if header is None and end == _BEYOND:
            return names
        own = (self.grid[ROW] >= (header or 0)) & (self.grid[ROW] < end)
        height = own.sum()
        while names and self.grid[names[-1]].filter(own).null_count() == height:
            names = names[:-1]
        return names


def _first_rows(frame: pl.DataFrame, titles: Sequence[str]) -> tuple[str, str]:
    """The head of a grid as HTML, and a word on the columns that are left out."""
    shown = frame.head(_SHOWN_ROWS).select(frame.columns[: _SHOWN_COLUMNS + 1])
    table = _html.grid(("row", *titles[:_SHOWN_COLUMNS]), shown.rows(), more=frame.height - shown.height)
    rest = len(titles) - _SHOWN_COLUMNS
    return table, f"<p>… and {rest:,} more columns</p>" if rest > 0 else ""


def _join_labels(header: pl.DataFrame, names: Sequence[str]) -> tuple[str, ...]:
    """One label per column: the texts of the header rows, trimmed, from top to bottom.

    A label with another one under it names a group, and stands for the columns to its right up to the next one, as a merged
    cell does: the *E-mail* under *Manager* is the manager's. A group ends where one of a row above begins.
    """
    rows = [["" if text is None else " ".join(text.split()) for text in row] for row in header[list(names)].rows()]
    begins = [False] * len(names)
    starts: list[list[bool]] = []
    for row in rows:
        starts.append(begins)
        begins = [before or bool(text) for before, text in zip(begins, row, strict=True)]
    named = [False] * len(names)
    for row, ends in zip(reversed(rows), reversed(starts), strict=True):
        group = ""
        for position, text in enumerate(row):
            if text or ends[position] or not named[position]:
                group = text if named[position] else ""
            row[position] = text or group
            named[position] = named[position] or bool(row[position])
    return tuple(" ".join(row[position] for row in rows if row[position]) for position in range(len(names)))


def _blank_rows(grid: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Which rows have nothing in the columns; a column without a gap says that there are none."""
    if any(not grid[name].null_count() for name in names):
        return no_flags(grid.height)
    return grid.select(pl.all_horizontal(pl.col(names).is_null()) if names else pl.lit(True)).to_series()


def _rows_at(grid: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    """The rows of these numbers; they are looked for only where blank rows were left out above them."""
    if rows and rows[-1] <= grid.height and grid[ROW][: rows[-1]].to_list() == list(range(1, rows[-1] + 1)):
        return grid[[row - 1 for row in rows]]
    return grid.filter(pl.col(ROW).is_in(list(rows)))


def _kept(frame: pl.DataFrame, keep: pl.Series) -> pl.DataFrame:
    """The rows that are kept; without a copy where they stand together, as they do in most files."""
    first, count = keep.arg_max(), int(keep.sum())
    if count and first is not None and keep.slice(first, count).all():
        return frame.slice(first, count)
    return frame.filter(keep)


def _says_again(grid: pl.DataFrame, header: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Which rows hold nothing but texts of a header row, each in its column, and hardly one is missing."""
    found = no_flags(grid.height)
    for row in header[list(names)].rows():
        texts = {name: text for name, text in zip(names, row, strict=True) if text is not None}
        if len(texts) < 2:
            continue
        # One in five may be missing, so one of the first few is there: few rows are left to be compared as a whole.
        few = list(texts)[: len(texts) // 5 + 1]
        likely = grid.select(
            pl.any_horizontal(pl.col(name) == texts[name] for name in few).fill_null(False)
        ).to_series()
        if likely.sum() <= 1:  # the header itself
            continue
        same = pl.sum_horizontal((pl.col(name) == text).fill_null(False) for name, text in texts.items())
        cells = pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
        enough = max(2, math.ceil(0.8 * len(texts)))
        rows = grid.with_row_index("_at").filter(likely).filter((same == cells) & (same >= enough))["_at"]
        found = found.scatter(rows, True) if rows.len() else found
    return found


def _label_issues(labels: Sequence[str], header_rows: Sequence[int], frame: pl.DataFrame) -> Issues:
    row = header_rows[-1] if header_rows else None
    first: dict[str, int] = {}
    found: list[Issues] = []
    for position, label in enumerate(labels):
        letter = column_letter(position)
        if not label:
            if frame[letter].null_count() < frame.height:
                found.append(Issues.of("label_missing", row=row, column=letter))
        elif label in first:
            found.append(
                Issues.of("label_duplicate", row=row, column=letter, value=label, detail=column_letter(first[label]))
            )
        else:
            first[label] = position
    return Issues.concat(found)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Table:
    """Labels and the rows under them.

    Args:
        sheet: Name of the sheet.
        labels: One per column, ``""`` where the header cell is blank.
        header_rows: The rows the labels come from; empty where there is no header.
        frame: ``_row`` and one text column per source column, named by letters as in the grid; no blank rows.
        kinds: What cells were, as in `Sheet.kinds`.
        values: Numbers whose text is not their digits, as in `Sheet.values`.
        blank_rows: How many rows below the header were blank, whether the reader kept them in the grid or left them out.
        surplus: Cells beyond the width of the frame.
        issues: What was seen of the file, of the sheet, and of the labels.
        source_sha256: Of the file's bytes, where they are known; plans are bound to it.
        reading: How the file was read: ``format``, ``encoding``, ``delimiter``, ``member``; what does not apply is left out.
    """

    sheet: str
    labels: tuple[str, ...]
    header_rows: tuple[int, ...]
    frame: pl.DataFrame
    kinds: pl.DataFrame
    blank_rows: int
    surplus: pl.DataFrame
    issues: Issues
    source_sha256: str | None = None
    values: pl.DataFrame = field(default_factory=pl.DataFrame)
    reading: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Table({self.frame.height} rows x {len(self.labels)} columns, {self.blank_rows} blank rows)"

    def _repr_html_(self) -> str:
        titles = [f"{letter} {label}" for letter, label in zip(self.columns, self.labels, strict=True)]
        title = f"Table: {self.frame.height} rows x {len(self.labels)} columns, {self.blank_rows} blank rows"
        return _html.block(title, *_first_rows(self.frame, titles))

    def __eq__(self, other: object) -> bool:
        return same(self, other, self.__slots__)

    @property
    def columns(self) -> tuple[str, ...]:
        """The letters of the columns, in the order of the labels."""
        return tuple(self.frame.columns[1:])

    def kind(self, letter: str) -> pl.Series:
        """What the cells of a column were; all null where nothing but text is known."""
        if letter in self.kinds.columns:
            return self.kinds[letter]
        return pl.Series(letter, [None], dtype=CELL_KINDS).new_from_index(0, self.frame.height)

    def value(self, letter: str) -> pl.Series:
        """The numbers of a column whose text is not their digits (Float64); null for every other cell."""
        if letter in self.values.columns:
            return self.values[letter]
        return pl.Series(letter, [None], dtype=pl.Float64).new_from_index(0, self.frame.height)

    def save(self, path: str | os.PathLike[str] | BinaryIO, /) -> None:
        """Write the table as one Parquet file that `load` reads back equal.

        Raises:
            UsageError: ``target_unwritable``.
        """
        kinds = self.kinds.rename({name: f"_kind_{name}" for name in self.kinds.columns})
        values = self.values.rename({name: f"_value_{name}" for name in self.values.columns})
        meta = {
            "format_version": _TABLE_VERSION,
            "sheet": self.sheet,
            "labels": list(self.labels),
            "header_rows": list(self.header_rows),
            "blank_rows": self.blank_rows,
            "source_sha256": self.source_sha256,
            "reading": dict(self.reading),
            "surplus": self.surplus.to_dicts(),
            "issues": self.issues.frame.to_dicts(),
        }
        joined = pl.concat([self.frame, *(one for one in (kinds, values) if one.width)], how="horizontal")
        buffer = io.BytesIO()
        joined.write_parquet(buffer, metadata={"qooper_ingest.table": json.dumps(meta)})
        write_bytes(path, buffer.getvalue())

    @staticmethod
    def load(path: str | os.PathLike[str] | BinaryIO | bytes, /) -> Table:
        """Read what `save` wrote.

        Raises:
            UsageError: ``argument_invalid``: anything else.
            SourceError: ``source_unreadable``: the path or the file object failed.
        """
        data = path if isinstance(path, bytes) else Source.of(path, limits=_ANY_SIZE).data
        try:
            meta = json.loads(pl.read_parquet_metadata(io.BytesIO(data))["qooper_ingest.table"])
            if meta["format_version"] not in _TABLE_VERSIONS:
                raise ValueError("version")
            joined = pl.read_parquet(data)
            kinds = joined.select(pl.col("^_kind_.*$").name.map(lambda name: name.removeprefix("_kind_")))
            return Table(
                sheet=meta["sheet"],
                labels=tuple(meta["labels"]),
                header_rows=tuple(meta["header_rows"]),
                frame=joined.select(pl.exclude("^_(?:kind|value)_.*$")),
                kinds=kinds,
                values=joined.select(pl.col("^_value_.*$").name.map(lambda name: name.removeprefix("_value_"))),
                blank_rows=meta["blank_rows"],
                surplus=pl.DataFrame(meta["surplus"], schema=SURPLUS_SCHEMA),
                issues=Issues(pl.DataFrame(meta["issues"], schema=ISSUE_SCHEMA)),
                source_sha256=meta["source_sha256"],
                reading=meta.get("reading", {}),
            )
        except Exception as error:  # noqa: BLE001  (whatever the parser says, its text may quote the file)
            reason = f"this is not a saved table, or one of another version ({type(error).__name__})"
        raise UsageError("argument_invalid", reason=reason)


#: Of saved tables; in the first version there were no values of numbers.
_TABLE_VERSION: Final = 2
_TABLE_VERSIONS: Final = (1, 2)

#: What was saved by the host itself is read whatever its size.
_ANY_SIZE: Final = Limits(file_bytes=2**63)


def write_bytes(target: str | os.PathLike[str] | BinaryIO, data: bytes, /) -> None:
    """Write what was saved to a path or a file object.

    Raises:
        UsageError: ``target_unwritable``.
    """
    try:
        if isinstance(target, (str, os.PathLike)):
            with open(target, "wb") as file:
                file.write(data)
        else:
            target.write(data)
        return
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except Exception as error:  # noqa: BLE001  (a caller's file object may raise anything; only its kind is told)
        reason = type(error).__name__
    raise UsageError("target_unwritable", reason=reason)


class Workbook:
    """A file that was read: its format, its sheets, how it was read, what was odd.

    Args:
        format: What the content is.
        sheets: The sheets in their order, hidden ones included.
        options: How the file was read: what the caller said, completed by what was detected.
        file_issues: What was seen of the file as a whole.
        sha256: Of the file's bytes, or the source that can tell it when somebody asks; None for a workbook built from rows.
    """

    __slots__ = ("_sha256", "_sheets", "file_issues", "format", "options")

    def __init__(
        self,
        *,
        format: Format,  # noqa: A002  (the field's word for it)
        sheets: Sequence[Sheet],
        options: ReadOptions | None = None,
        file_issues: Issues | None = None,
        sha256: str | Source | None = None,
    ) -> None:
        self.format = format
        self.options = options if options is not None else ReadOptions(format=format)
        self.file_issues = file_issues if file_issues is not None else Issues.empty()
        self._sha256 = sha256
        self._sheets = tuple(
            sheet.of_source(sha256, self.file_issues, _reading(format, self.options)) for sheet in sheets
        )

    @property
    def sha256(self) -> str | None:
        """Of the file's bytes; None for a workbook built from rows."""
        if isinstance(self._sha256, Source):
            self._sha256 = self._sha256.sha256
        return self._sha256

    def __repr__(self) -> str:
        return f"Workbook({self.format.value}, {len(self._sheets)} sheets)"

    def _repr_html_(self) -> str:
        rows = [
            (at, info.name, "" if info.visible else "hidden", info.rows, info.columns)
            for at, info in enumerate(self.sheets)
        ]
        return _html.block(f"Workbook: {self.format.value}", _html.grid(("", "sheet", "", "rows", "columns"), rows))

    @property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """Name, visibility and (where known) size of every sheet, in the order of the tabs."""
        return tuple(sheet.info for sheet in self._sheets)

    @property
    def issues(self) -> Issues:
        """What was seen of the file and of every sheet. Reads every sheet; one sheet's are ``sheet(...).issues``."""
        return Issues.concat((self.file_issues, *(sheet.issues for sheet in self._sheets)))

    def sheet(self, name_or_index: str | int | None = None, /) -> Sheet:
        """A sheet by name or position from 0; without an argument the one that most likely holds the participants.

        That is the first visible sheet with e-mail addresses among its first rows; failing that, the first with a table (two
        rows and two columns), then the first with cells.

        Raises:
            MappingError: ``sheet_unknown``.
        """
        if name_or_index is None:
            candidates = [sheet for sheet in self._sheets if sheet.visible] or list(self._sheets)
            if not candidates:
                raise MappingError("sheet_unknown", wanted="", count=0)
            return max(candidates, key=_likelihood) if len(candidates) > 1 else candidates[0]
        if isinstance(name_or_index, int):
            if 0 <= name_or_index < len(self._sheets):
                return self._sheets[name_or_index]
        else:
            for sheet in self._sheets:
                if sheet.name == name_or_index:
                    return sheet
        raise MappingError("sheet_unknown", wanted=quote(name_or_index), count=len(self._sheets))

    @staticmethod
    def of_rows(rows: Iterable[Sequence[object]], /, *, name: str = "Sheet1") -> Workbook:
        """Build a workbook of one sheet from rows of cells, for a host's own format and for tests.

        Args:
            rows: Rows from the top (row 1), each a sequence of cells: text, number, boolean, date, datetime, time or
                None. Short rows are filled with blanks.
            name: The sheet's name.

        Raises:
            UsageError: ``argument_invalid``: a cell of another type, or text with half of a character.
        """
        cells = [[_cell(cell) for cell in row] for row in rows]
        width = max((len(row) for row in cells), default=0)
        data: dict[str, pl.Series] = {ROW: pl.Series(ROW, range(1, len(cells) + 1), dtype=pl.UInt32)}
        kinds: dict[str, pl.Series] = {}
        for position in range(width):
            letter = column_letter(position)
            column = [row[position] if position < len(row) else (None, None) for row in cells]
            data[letter] = pl.Series(letter, [text for text, _ in column], dtype=pl.String)
            if any(kind not in (None, "text") for _, kind in column):
                kinds[letter] = pl.Series(letter, [kind for _, kind in column], dtype=CELL_KINDS)
        sheet = SheetData(grid=pl.DataFrame(data), kinds=pl.DataFrame(kinds))
        info = SheetInfo(name=name, rows=len(cells), columns=width)
        return Workbook(format=Format.TEXT, sheets=[Sheet(info, sheet)])


def _reading(format: Format, options: ReadOptions) -> dict[str, str]:  # noqa: A002  (the field's word for it)
    """How a file was read, in the few words that a person checks it by."""
    said = {
        "format": format.value,
        "encoding": options.encoding,
        "delimiter": options.dialect.delimiter if options.dialect is not None else None,
        "member": options.member,
    }
    return {name: text for name, text in said.items() if text is not None}


#: Rows that are looked at to tell a sheet of participants from one of notes.
_LOOK: Final = 100


def _likelihood(sheet: Sheet) -> int:
    """3: holds addresses; 2: holds a table; 1: holds cells; 0: is empty. Of equals, the first one counts."""
    shown = sheet.preview(_LOOK)
    if shown.height == 0:
        return 0
    cells = shown.select(pl.exclude(ROW))
    if cells.select(pl.any_horizontal(pl.all().str.contains(r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$").any())).item():
        return 3
    used = sum(column.null_count() < shown.height for column in cells)
    return 2 if used > 1 and shown.height > 1 else 1


def _cell(value: object) -> tuple[str | None, str | None]:
    """A cell's text as a person would see it, and its kind."""
    match value:
        case None | "":
            return None, None
        case str():
            if has_surrogate(value):
                raise UsageError("argument_invalid", reason="a cell holds half of a character (a lone surrogate)")
            return value, "text"
        case bool():
            return ("true" if value else "false"), "boolean"
        case int():
            return str(value), "number"
        case float():
            return _number_text(float(value)), "number"
        case Decimal():
            return format(value, "f"), "number"
        case dt.datetime():
            return value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds"), "datetime"
        case dt.date():
            return value.isoformat(), "date"
        case dt.time():
            return value.replace(tzinfo=None).isoformat(timespec="seconds"), "time"
    raise UsageError(
        "argument_invalid", reason=f"a cell is text, number, boolean, date or None, not {type(value).__name__}"
    )


def _number_text(value: float) -> str:
    """A float without exponent and without a trailing ``.0``; ``nan`` and infinities as their words."""
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0") if "." in text else text
