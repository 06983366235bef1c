"""From cells to a grid: the one place where rows and columns are laid out, checked against the limits and trimmed.

Readers hand over batches of cells that have something to show. A batch becomes a wide frame at once, so that a sheet is
never held twice as cells; rows without a cell are not made at all, which is why a stray cell in the last row of a sheet
costs one row and not a million. A dense batch, the usual one, is cut into columns by taking every n-th text; a sparse one
is sorted by column.

Trailing rows that hold nothing but blanks are left out, as are trailing columns without a cell; blank cells that hold
blanks (not nothing) are counted in an issue, because they are left out too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from ...errors import CorruptFileError, LimitExceededError
from ...issues import Issues
from ...limits import Limits
from ...workbook import CELL_KINDS, ROW, SheetData, column_letter
from .values import KIND

__all__ = ["LAST_COLUMN", "LAST_ROW", "Grid", "placed"]

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
            cells: ``row`` (from 1) and ``col`` (from 0) as UInt32, ``text``, ``kind`` (UInt8), in any order.

        Raises:
            CorruptFileError: ``cell_outside_sheet``.
            LimitExceededError: ``rows``, ``columns``, ``cells``, ``cell_chars``, ``text_bytes``.

        Issues: cell_error, cell_repeated.
        """
        if cells.is_empty():
            return
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
                twice = cells.filter(places.is_duplicated()).unique("place", keep="first")
                self.report(placed("cell_repeated", twice.select("row", "col")))
                cells = cells.unique("place", keep="last", maintain_order=True)
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
            cells: ``flat``, ``text``, ``kind``, in any order.
        """
        self._check(cells["text"])
        if cells["text"].null_count():
            blank = cells["text"].is_null() & (cells["kind"] != KIND["formula"])
            cells = cells.filter(~blank)
        height, width = len(layout.rows), layout.width
        if height * width <= _SPARSE * cells.height + 1024:
            self._batches.append(_dense(cells, layout))
        else:
            self._batches.append(_sparse(cells, layout))

    def put_columns(self, rows: pl.Series, columns: dict[int, tuple[pl.Series, pl.Series]]) -> None:
        """Add a batch that comes as columns already.

        Args:
            rows: The numbers of the rows, ascending; each has a cell.
            columns: Position → texts and kinds, as long as the rows; a cell without a kind is none.

        Raises:
            CorruptFileError: ``cell_outside_sheet``.
            LimitExceededError: ``rows``, ``columns``, ``cells``, ``cell_chars``, ``text_bytes``.
        """
        self._grow(rows, self._within(int(rows[0]), int(rows[-1]), max(columns)))
        self._check(pl.concat([texts for texts, _ in columns.values()]))
        batch = _Batch(rows, {}, {})
        for position, (texts, kinds) in columns.items():
            if texts.null_count() > kinds.null_count():
                # A text that is empty in the end is an empty cell.
                blank = texts.is_null() & (kinds != KIND["formula"]).fill_null(False)
                kinds = kinds.set(blank, None)
            batch.texts[position], batch.kinds[position] = texts, kinds
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
        self._batches.clear()
        if not self._ordered:
            rows, texts, kinds, found = _merged(rows, texts, kinds)
            issues.append(found)
        height = _height(texts, kinds)
        issues.append(_blank_cells(rows, texts, height))
        if height < len(rows):
            rows, texts, kinds = (
                rows.head(height),
                [one.head(height) for one in texts],
                [one.head(height) for one in kinds],
            )
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
        return SheetData(grid=grid, kinds=named, issues=Issues.concat(issues))


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows, and the columns that hold anything by position. Columns, not a frame: a sheet may be 16,384 wide."""

    rows: pl.Series
    texts: dict[int, pl.Series]
    kinds: dict[int, pl.Series]


def placed(code: str, cells: pl.DataFrame) -> Issues:
    """Issues of one code at the places of cells (``row``, ``col``), with their ``text`` where there is one."""
    value = pl.col("text") if "text" in cells.columns else pl.lit(None, dtype=pl.String)
    # A damaged cell may claim to stand anywhere.
    letters = {at: column_letter(at) for at in cells["col"].unique().to_list() if at < LAST_COLUMN}
    letter = pl.col("col").replace_strict(letters, default=None, return_dtype=pl.String)
    return Issues.from_frame(code, cells.select("row", "col", column=letter, value=value).sort("row", "col"))


def _dense(cells: pl.DataFrame, layout: Layout) -> _Batch:
    width = layout.width
    size = len(layout.rows) * width
    texts, kinds = cells["text"], cells["kind"]
    if cells.height != size or not (cells["flat"].diff() > 0).all():
        place = pl.repeat(cells.height, size, dtype=pl.UInt32, eager=True)
        place = place.scatter(cells["flat"], pl.int_range(cells.height, dtype=pl.UInt32, eager=True))
        texts = texts.extend_constant(None, 1).gather(place)
        kinds = kinds.extend_constant(None, 1).gather(place)
    return _Batch(layout.rows, _every(texts, width), _every(kinds, width))


def _every(cells: pl.Series, width: int) -> dict[int, pl.Series]:
    """Cells that stand row after row, by column. In one query: a sheet may have 16,384 columns, and a query each is slow."""
    columns = cells.to_frame("").select(pl.col("").gather_every(width, at).alias(str(at)) for at in range(width))
    return dict(enumerate(columns.iter_columns()))


def _sparse(cells: pl.DataFrame, layout: Layout) -> _Batch:
    batch = _Batch(layout.rows, {}, {})
    height, width = len(layout.rows), layout.width
    cells = cells.select("text", "kind", at=pl.col("flat") // width, col=pl.col("flat") % width)
    for part in cells.sort("col").partition_by("col", maintain_order=True):
        place = pl.repeat(part.height, height, dtype=pl.UInt32, eager=True)
        place = place.scatter(part["at"], pl.int_range(part.height, dtype=pl.UInt32, eager=True))
        position = int(part["col"][0])
        batch.texts[position] = part["text"].extend_constant(None, 1).gather(place)
        batch.kinds[position] = part["kind"].extend_constant(None, 1).gather(place)
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
    rows: pl.Series, texts: list[pl.Series], kinds: list[pl.Series]
) -> tuple[pl.Series, list[pl.Series], list[pl.Series], Issues]:
    """Rows that came late or twice: put in order, and the cells of a repeated row joined, the last one winning."""
    order = rows.arg_sort()
    rows = rows.gather(order)
    texts, kinds = [one.gather(order) for one in texts], [one.gather(order) for one in kinds]
    if not rows.is_duplicated().any():
        return rows, texts, kinds, Issues.empty()
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
    kinds = [last(one, one) for one in kinds]
    return rows, texts, kinds, Issues.from_frame("row_repeated", twice)


#: Cells looked at in one step from the bottom.
_TAIL: Final = 1 << 18


def _height(texts: list[pl.Series], kinds: list[pl.Series]) -> int:
    """How many rows there are without those at the end that hold nothing but blanks."""
    step = max(1, _TAIL // max(1, len(texts)))
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
            return start + int((found % (cut - start)).max()) + 1  # type: ignore[arg-type]
        cut = start
    return 0


def _blank_cells(rows: pl.Series, texts: list[pl.Series], height: int) -> Issues:
    """Cells with blanks among the rows that are left out."""
    if height == len(rows):
        return Issues.empty()
    count = sum(len(rows) - height - one.slice(height).null_count() for one in texts)
    return Issues.of("blank_tail_trimmed", row=int(rows[height]), detail=str(count)) if count else Issues.empty()
