"""From cells to a grid: the one place where rows and columns are laid out, checked against the limits and trimmed.

Readers hand over batches of cells that have something to show. A batch becomes a wide frame at once, so that a sheet is
never held twice as cells; rows without a cell are not made at all, which is why a stray cell in the last row of a sheet
costs one row and not a million. A dense batch, the usual one, is cut into columns by taking every n-th text; a sparse one
is sorted by column.

Trailing rows that hold nothing but whitespace are left out, as are trailing columns without a cell; cells that hold
whitespace (not nothing) are counted in an issue, because they are left out too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from ..._grid import CELL_KINDS, ROW, SheetData, column_letter
from ...errors import CorruptFileError, LimitExceededError
from ...issues import Issues
from ...limits import Limits
from .values import KIND

__all__ = ["LAST_COLUMN", "LAST_ROW", "Column", "Grid", "number_issues", "placed", "without_empty_values"]

#: The end of a sheet in Excel and LibreOffice; a position beyond it is damage, not a large sheet.
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384

#: A batch is laid out densely when at least a quarter of its bounding box is filled.
_SPARSE: Final = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of a batch: its row numbers, and how many columns it reaches to."""

    rows: pl.Series
    width: int


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of one column of a batch: texts, kinds, and numbers where the text is not the number's digits."""

    texts: pl.Series
    kinds: pl.Series
    values: pl.Series | None = None


class Grid:
    """Collects the cells of one sheet. Batches come from the top down; a repeated or late row is merged at the end."""

    __slots__ = (
        "_batches",
        "_issues",
        "_limits",
        "_ordered",
        "_rows",
        "_text_bytes",
        "_width",
        "sheet",
    )

    def __init__(self, sheet: str, limits: Limits) -> None:
        self.sheet = sheet
        self._limits = limits
        self._batches: list[_Batch] = []
        self._issues: list[Issues] = []
        self._rows = 0
        self._width = 0
        self._text_bytes = 0
        self._ordered = True

    @property
    def height(self) -> int:
        """Rows collected so far."""
        return self._rows

    def report(self, issues: Issues) -> None:
        """Add issues of the sheet."""
        if len(issues):
            self._issues.append(issues)

    def put(self, cells: pl.DataFrame) -> None:
        """Add a batch as a file holds it.

        Args:
            cells: ``row`` (from 1) and ``col`` (from 0) as UInt32, ``text``, ``kind`` (UInt8), in any order; perhaps
                ``value`` (Float64): the number where the text is not its digits.

        Raises:
            CorruptFileError: ``cell_outside_sheet``.
            LimitExceededError: ``rows``, ``columns``, ``cells``, ``cell_chars``, ``text_bytes``.

        Issues: cell_error, cell_repeated.
        """
        if cells.is_empty():
            return
        cells = without_empty_values(cells)
        errors = cells.filter(pl.col("kind") == KIND["error"])
        if errors.height:
            self.report(placed("cell_error", errors))
        cells, layout = self.layout(cells)
        self.lay(layout, cells)

    def layout(self, cells: pl.DataFrame) -> tuple[pl.DataFrame, Layout]:
        """Find the place of every cell of a batch that is not empty.

        Args:
            cells: ``row``, ``col`` and anything else.

        Returns:
            The cells from the top left to the bottom right, with ``flat``: their place in the batch; of a cell that stands
            twice the last one. And the size of the batch.
        """
        place = pl.col("row").cast(pl.UInt64) * LAST_COLUMN + pl.col("col")
        places = cells.select(place=place).to_series()
        if not (places.diff() > 0).all():
            cells = cells.with_columns(place=places)
            if places.n_unique() != len(places):
                kept = places.is_last_distinct()
                lost = cells.filter(~kept)
                self.report(placed("cell_repeated", lost.select(pl.col("row", "col", "^text$"))))
                cells = cells.filter(kept)
            cells = cells.sort("place").drop("place")
        first, last, right = int(cells["row"][0]), int(cells["row"][-1]), int(cells["col"].max())  # type: ignore[arg-type]
        width = self._within(first, last, right)
        new = cells.select(new=(pl.col("row") != pl.col("row").shift(1)).fill_null(True)).to_series()
        rows = cells["row"].filter(new)
        flat = (new.cum_sum().cast(pl.UInt64) - 1) * width + cells["col"]
        self._grow(rows, width)
        return cells.with_columns(flat=flat), Layout(rows, width)

    def lay(self, layout: Layout, cells: pl.DataFrame) -> None:
        """Add the texts of a batch.

        Args:
            layout: From `layout`.
            cells: ``flat``, ``text``, ``kind``, perhaps ``value``, in any order.
        """
        self._check(cells["text"])
        if cells["text"].null_count():
            # What shows nothing is no cell, but for a formula without a value and a number that its format hides.
            blank = cells["text"].is_null() & (cells["kind"] != KIND["formula"])
            cells = cells.filter(~(blank & cells["value"].is_null() if "value" in cells.columns else blank))
        height, width = len(layout.rows), layout.width
        if height * width <= _SPARSE * cells.height + 1024:
            self._batches.append(_dense(cells, layout))
        else:
            self._batches.append(_sparse(cells, layout))

    def put_columns(self, rows: pl.Series, columns: dict[int, Column]) -> None:
        """Add a batch that comes as columns already.

        Args:
            rows: The numbers of the rows, ascending; each has a cell.
            columns: Position → texts, kinds and values, as long as the rows; a cell without a kind is none.

        Raises:
            CorruptFileError: ``cell_outside_sheet``.
            LimitExceededError: ``rows``, ``columns``, ``cells``, ``cell_chars``, ``text_bytes``.
        """
        self._grow(rows, self._within(int(rows[0]), int(rows[-1]), max(columns)))
        self._check(pl.concat([column.texts for column in columns.values()]))
        batch = _Batch(rows)
        for position, column in columns.items():
            texts, kinds, values = column.texts, column.kinds, column.values
            if texts.null_count() > kinds.null_count():
                # A text that is empty in the end is an empty cell.
                blank = texts.is_null() & (kinds != KIND["formula"]).fill_null(False)
                kinds = kinds.set(blank if values is None else blank & values.is_null(), None)
            batch.texts[position], batch.kinds[position] = texts, kinds
            if values is not None:
                batch.values[position] = values
        self._batches.append(batch)

    def _within(self, first: int, last: int, right: int) -> int:
        """The width of a batch, if a sheet can have its rows and columns."""
        if first < 1 or last > LAST_ROW or right >= LAST_COLUMN:
            row = first if first < 1 else last
            raise CorruptFileError("cell_outside_sheet", sheet=self.sheet, found_row=row, found_column=right + 1)
        width = right + 1
        if width > self._limits.columns:
            raise LimitExceededError(limit="columns", found=width, allowed=self._limits.columns, sheet=self.sheet)
        return width

    def _grow(self, rows: pl.Series, width: int) -> None:
        """Count a batch before it is made."""
        if self._batches and int(self._batches[-1].rows[-1]) >= int(rows[0]):
            self._ordered = False
        self._width = max(self._width, width)
        self._rows += len(rows)
        limits = self._limits
        if self._rows > limits.rows:
            raise LimitExceededError(limit="rows", found=self._rows, allowed=limits.rows, sheet=self.sheet)
        box = self._rows * self._width
        if box > limits.cells:
            raise LimitExceededError(limit="cells", found=box, allowed=limits.cells, sheet=self.sheet)

    def _check(self, texts: pl.Series) -> None:
        limits = self._limits
        sizes = texts.str.len_bytes()
        longest = int(sizes.max() or 0)  # type: ignore[arg-type]
        if longest > limits.cell_chars:
            longest = int(texts.str.len_chars().max() or 0)  # type: ignore[arg-type]
            if longest > limits.cell_chars:
                raise LimitExceededError(limit="cell_chars", found=longest, allowed=limits.cell_chars, sheet=self.sheet)
        self._text_bytes += int(sizes.cast(pl.UInt64).sum())
        if self._text_bytes > limits.text_bytes:
            raise LimitExceededError(
                limit="text_bytes", found=self._text_bytes, allowed=limits.text_bytes, sheet=self.sheet
            )

    def finish(self) -> SheetData:
        """The sheet: columns without gaps from A, trimmed, kinds beside it."""
        issues = list(self._issues)
        if not self._batches:
            return SheetData(grid=pl.DataFrame(schema={ROW: pl.UInt32()}), issues=Issues.concat(issues))
        rows = pl.concat([batch.rows for batch in self._batches]).rechunk()
        texts = _joined([(len(batch.rows), batch.texts) for batch in self._batches], self._width, pl.String())
        kinds = _joined([(len(batch.rows), batch.kinds) for batch in self._batches], self._width, pl.UInt8())
        valued = sorted({position for batch in self._batches for position in batch.values})
        found_values = _joined([(len(batch.rows), batch.values) for batch in self._batches], self._width, pl.Float64())
        values = {position: found_values[position] for position in valued}
        self._batches.clear()
        if not self._ordered:
            rows, texts, kinds, values, found = _merged(rows, texts, kinds, values)
            issues.append(found)
        height = _height(texts, kinds, values)
        issues.append(_blank_cells(rows, texts, height))
        if height < len(rows):
            rows, texts, kinds = (
                rows.head(height),
                [one.head(height) for one in texts],
                [one.head(height) for one in kinds],
            )
            values = {position: one.head(height) for position, one in values.items()}
        issues.append(_hidden_numbers(rows, texts, values))
        # A column without text may still hold formulas without a value.
        while texts and texts[-1].null_count() == height and kinds[-1].null_count() == height:
            texts.pop()
            kinds.pop()
        names = [column_letter(position) for position in range(len(texts))]
        grid = pl.DataFrame([rows.alias(ROW), *(one.alias(name) for one, name in zip(texts, names, strict=True))])
        told = [
            one.alias(name)
            for one, name in zip(kinds, names, strict=True)
            if one.null_count() < height and int(one.max() or 0)  # type: ignore[arg-type]  # 0 is text
        ]
        named = pl.DataFrame(told).select(pl.all().cat.to(CELL_KINDS)) if told else pl.DataFrame()
        numbers = [one.alias(column_letter(at)) for at, one in values.items() if one.null_count() < height]
        return SheetData(grid=grid, kinds=named, values=pl.DataFrame(numbers), issues=Issues.concat(issues))


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows, and the columns that hold anything by position. Columns, not a frame: a sheet may be 16,384 wide."""

    rows: pl.Series
    texts: dict[int, pl.Series] = field(default_factory=dict)
    kinds: dict[int, pl.Series] = field(default_factory=dict)
    values: dict[int, pl.Series] = field(default_factory=dict)


def without_empty_values(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells without the column ``value`` where it holds nothing."""
    if "value" in cells.columns and cells["value"].null_count() == cells.height:
        return cells.drop("value")
    return cells


def number_issues(cells: pl.DataFrame, *, errors: bool = False) -> Issues:
    """What is odd about rendered numbers.

    Args:
        cells: ``row``, ``col``, ``text``, ``kind`` and ``odd``, as `render` gives them.
        errors: Report error cells as well: numbers beyond those of a spreadsheet.

    Issues: date_out_of_range, number_unreadable, cell_error.
    """
    found = [placed("date_out_of_range", cells.filter("odd"))]
    kind = cells["kind"]
    if (kind == KIND["text"]).any():
        found.append(placed("number_unreadable", cells.filter(kind == KIND["text"])))
    if errors and (kind == KIND["error"]).any():
        found.append(placed("cell_error", cells.filter(kind == KIND["error"])))
    return Issues.concat(found)


def placed(code: str, cells: pl.DataFrame) -> Issues:
    """Issues of one code at the places of cells (``row``, ``col``), with their ``text`` and ``detail`` where there are such."""
    value = pl.col("text") if "text" in cells.columns else pl.lit(None, dtype=pl.String)
    details = ["detail"] if "detail" in cells.columns else []
    # A damaged cell may claim to stand anywhere.
    letters = {at: column_letter(at) for at in cells["col"].unique().to_list() if at < LAST_COLUMN}
    letter = pl.col("col").replace_strict(letters, default=None, return_dtype=pl.String)
    found = cells.select("row", "col", *details, column=letter, value=value).sort("row", "col")
    return Issues.from_frame(code, found)


def _dense(cells: pl.DataFrame, layout: Layout) -> _Batch:
    width = layout.width
    size = len(layout.rows) * width
    parts = [cells["text"], cells["kind"], *([cells["value"]] if "value" in cells.columns else [])]
    if cells.height != size or not (cells["flat"].diff() > 0).all():
        place = pl.repeat(cells.height, size, dtype=pl.UInt32, eager=True)
        place = place.scatter(cells["flat"], pl.int_range(cells.height, dtype=pl.UInt32, eager=True))
        parts = [part.extend_constant(None, 1).gather(place) for part in parts]
    return _Batch(layout.rows, *(_every(part, width) for part in parts))


def _every(cells: pl.Series, width: int) -> dict[int, pl.Series]:
    """Cells that stand row after row, by column. In one query: a sheet may have 16,384 columns, and a query each is slow."""
    columns = cells.to_frame("").select(pl.col("").gather_every(width, at).alias(str(at)) for at in range(width))
    return dict(enumerate(columns.iter_columns()))


def _sparse(cells: pl.DataFrame, layout: Layout) -> _Batch:
    batch = _Batch(layout.rows)
    height, width = len(layout.rows), layout.width
    valued = "value" in cells.columns
    cells = cells.select(
        "text", "kind", *(["value"] if valued else []), at=pl.col("flat") // width, col=pl.col("flat") % width
    )
    for part in cells.sort("col").partition_by("col", maintain_order=True):
        place = pl.repeat(part.height, height, dtype=pl.UInt32, eager=True)
        place = place.scatter(part["at"], pl.int_range(part.height, dtype=pl.UInt32, eager=True))
        position = int(part["col"][0])
        batch.texts[position] = part["text"].extend_constant(None, 1).gather(place)
        batch.kinds[position] = part["kind"].extend_constant(None, 1).gather(place)
        if valued:
            batch.values[position] = part["value"].extend_constant(None, 1).gather(place)
    return batch


def _joined(batches: list[tuple[int, dict[int, pl.Series]]], width: int, dtype: pl.DataType) -> list[pl.Series]:
    """The batches below each other, with every column up to the widest.

    Column by column, and each batch gives its column away, so that a sheet is not held twice.
    """
    blanks = [pl.repeat(None, height, dtype=dtype, eager=True) for height, _ in batches]
    empty = pl.concat(blanks).rechunk()
    columns = []
    for position in range(width):
        parts = [columns.pop(position, None) for _, columns in batches]
        if all(part is None for part in parts):
            columns.append(empty)
        else:
            filled = [blank if part is None else part for part, blank in zip(parts, blanks, strict=True)]
            columns.append(pl.concat(filled).rechunk() if len(filled) > 1 else filled[0])
    return columns


def _merged(
    rows: pl.Series, texts: list[pl.Series], kinds: list[pl.Series], values: dict[int, pl.Series]
) -> tuple[pl.Series, list[pl.Series], list[pl.Series], dict[int, pl.Series], Issues]:
    """Rows that came late or twice: put in order, and the cells of a repeated row joined, the last one winning."""
    order = rows.arg_sort()
    rows = rows.gather(order)
    texts, kinds = [one.gather(order) for one in texts], [one.gather(order) for one in kinds]
    values = {position: one.gather(order) for position, one in values.items()}
    if not rows.is_duplicated().any():
        return rows, texts, kinds, values, Issues.empty()
    twice = pl.DataFrame({"row": rows.filter(rows.is_duplicated()).unique().sort()})
    new = (rows != rows.shift(1)).fill_null(True)
    line = new.cum_sum() - 1
    rows = rows.filter(new)

    def last(values: pl.Series, marks: pl.Series) -> pl.Series:
        filled = marks.is_not_null().arg_true().cast(pl.UInt32)
        place = pl.repeat(None, len(rows), dtype=pl.UInt32, eager=True)
        return values.gather(place.scatter(line.gather(filled), filled))

    # A cell is there when it has a kind: a formula without a value has no text.
    texts = [last(one, kind) for one, kind in zip(texts, kinds, strict=True)]
    values = {position: last(one, kinds[position]) for position, one in values.items()}
    kinds = [last(one, one) for one in kinds]
    return rows, texts, kinds, values, Issues.from_frame("row_repeated", twice)


#: Cells looked at in one step from the bottom.
_TAIL: Final = 1 << 18


def _height(texts: list[pl.Series], kinds: list[pl.Series], values: dict[int, pl.Series]) -> int:
    """How many rows there are without those at the end that hold nothing but blanks."""
    step = max(1, _TAIL // max(1, len(texts)))
    # A number that its format hides shows nothing, but it is something.
    hidden = max((int(one.is_not_null().arg_true()[-1]) + 1 for one in values.values() if one.count()), default=0)
    cut = len(texts[0]) if texts else 0
    while cut:
        start = max(0, cut - step)
        text = pl.concat([one.slice(start, cut - start) for one in texts])
        kind = pl.concat([one.slice(start, cut - start) for one in kinds])
        # A formula without a value has no text, but it is something.
        full = (text.str.strip_chars().str.len_bytes() > 0).fill_null(False) | (kind == KIND["formula"]).fill_null(
            False
        )
        found = full.arg_true()
        if len(found):
            return max(hidden, start + int((found % (cut - start)).max()) + 1)  # type: ignore[arg-type]
        cut = start
    return hidden


def _hidden_numbers(rows: pl.Series, texts: list[pl.Series], values: dict[int, pl.Series]) -> Issues:
    """Numbers that their format does not show, one issue for each column."""
    found: list[Issues] = []
    for position, value in values.items():
        hidden = (value.is_not_null() & texts[position].is_null()).arg_true()
        if len(hidden):
            found.append(
                Issues.of(
                    "number_hidden",
                    row=int(rows[int(hidden[0])]),
                    column=column_letter(position),
                    detail=str(len(hidden)),
                )
            )
    return Issues.concat(found)


def _blank_cells(rows: pl.Series, texts: list[pl.Series], height: int) -> Issues:
    """Cells with blanks among the rows that are left out."""
    if height == len(rows):
        return Issues.empty()
    count = sum(len(rows) - height - one.slice(height).null_count() for one in texts)
    return Issues.of("blank_tail_trimmed", row=int(rows[height]), detail=str(count)) if count else Issues.empty()
