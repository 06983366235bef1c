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

__all__ = ["COLUMNS", "LAST_COLUMN", "LAST_ROW", "Grid", "placed"]

#: The end of a sheet in Excel and LibreOffice; a position beyond it is damage, not a large sheet.
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384

#: The letters of a sheet in order: a column's letter by its position, and the reverse, for whole frames at once.
COLUMNS: Final = pl.Enum([column_letter(position) for position in range(LAST_COLUMN)])

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
        "_cells",
        "_frames",
        "_issues",
        "_kinds",
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
        self._frames: list[pl.DataFrame] = []
        self._kinds: list[pl.DataFrame] = []
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
        if first < 1 or last > LAST_ROW or right >= LAST_COLUMN:
            raise CorruptFileError("cell_outside_sheet", sheet=self.sheet, found_row=last, found_column=right + 1)
        width = right + 1
        if width > self._limits.columns:
            raise LimitExceededError(limit="columns", found=width, allowed=self._limits.columns, sheet=self.sheet)
        new = cells.select(new=(pl.col("row") != pl.col("row").shift(1)).fill_null(True)).to_series()
        rows = cells["row"].filter(new)
        flat = (new.cum_sum().cast(pl.UInt64) - 1) * width + cells["col"]
        if self._frames and int(self._frames[-1][ROW][-1]) >= first:
            self._ordered = False
        self._width = max(self._width, width)
        self._rows += len(rows)
        limits = self._limits
        if self._rows > limits.rows:
            raise LimitExceededError(limit="rows", found=self._rows, allowed=limits.rows, sheet=self.sheet)
        box = self._rows * self._width
        if box > limits.cells:
            raise LimitExceededError(limit="cells", found=box, allowed=limits.cells, sheet=self.sheet)
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
            texts, kinds = _dense(cells, height, width)
        else:
            texts, kinds = _sparse(cells, height, width)
        self._frames.append(pl.DataFrame([layout.rows.alias(ROW), *texts]))
        self._kinds.append(pl.DataFrame([layout.rows.alias(ROW), *kinds]))

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
        if not self._frames:
            return SheetData(grid=pl.DataFrame(schema={ROW: pl.UInt32()}), issues=Issues.concat(issues))
        grid = _joined(self._frames, self._width, pl.String())
        kinds = _joined(self._kinds, self._width, pl.UInt8())
        if not self._ordered:
            grid, kinds, found = _merged(grid, kinds)
            issues.append(found)
        grid, found = _trimmed(grid, kinds)
        issues.append(found)
        names = [column_letter(position) for position in range(self._width)]
        while (
            names
            and (names[-1] not in grid.columns or grid[names[-1]].null_count() == grid.height)
            and not _marked(kinds, names[-1], grid.height)
        ):
            names.pop()
        grid = grid.select(ROW, *names)
        return SheetData(grid=grid, kinds=_kind_frame(kinds, names, grid.height), issues=Issues.concat(issues))


def placed(code: str, cells: pl.DataFrame) -> Issues:
    """Issues of one code at the places of cells (``row``, ``col``), with their ``text`` where there is one."""
    value = pl.col("text") if "text" in cells.columns else pl.lit(None, dtype=pl.String)
    letter = pl.col("col").cast(pl.UInt16).cat.to(COLUMNS).cast(pl.String)
    return Issues.from_frame(code, cells.select("row", "col", column=letter, value=value).sort("row", "col"))


def _dense(cells: pl.DataFrame, height: int, width: int) -> tuple[list[pl.Series], list[pl.Series]]:
    size = height * width
    texts, kinds = cells["text"], cells["kind"]
    if cells.height != size or not (cells["flat"].diff() > 0).all():
        place = pl.repeat(cells.height, size, dtype=pl.UInt32, eager=True)
        place = place.scatter(cells["flat"], pl.int_range(cells.height, dtype=pl.UInt32, eager=True))
        texts = texts.extend_constant(None, 1).gather(place)
        kinds = kinds.extend_constant(None, 1).gather(place)
    names = [column_letter(position) for position in range(width)]
    return (
        [texts.gather_every(width, position).alias(name) for position, name in enumerate(names)],
        [kinds.gather_every(width, position).alias(name) for position, name in enumerate(names)],
    )


def _sparse(cells: pl.DataFrame, height: int, width: int) -> tuple[list[pl.Series], list[pl.Series]]:
    texts, kinds = [], []
    cells = cells.select("text", "kind", at=pl.col("flat") // width, col=pl.col("flat") % width)
    for part in cells.sort("col").partition_by("col", maintain_order=True):
        name = column_letter(int(part["col"][0]))
        place = pl.repeat(part.height, height, dtype=pl.UInt32, eager=True)
        place = place.scatter(part["at"], pl.int_range(part.height, dtype=pl.UInt32, eager=True))
        texts.append(part["text"].extend_constant(None, 1).gather(place).alias(name))
        kinds.append(part["kind"].extend_constant(None, 1).gather(place).alias(name))
    return texts, kinds


def _joined(frames: list[pl.DataFrame], width: int, dtype: pl.DataType) -> pl.DataFrame:
    """The batches below each other, with every column up to the widest; empties the list.

    Column by column, and each batch gives its column away, so that a sheet is not held twice.
    """
    heights = [frame.height for frame in frames]
    columns = []
    for name in (ROW, *(column_letter(position) for position in range(width))):
        parts = [
            frame.drop_in_place(name) if name in frame.columns else pl.repeat(None, height, dtype=dtype, eager=True)
            for frame, height in zip(frames, heights, strict=True)
        ]
        columns.append((pl.concat(parts).rechunk() if len(parts) > 1 else parts[0]).alias(name))
    frames.clear()
    return pl.DataFrame(columns)


def _merged(grid: pl.DataFrame, kinds: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, Issues]:
    """Rows that came late or twice: put in order, and the cells of a repeated row joined, the last one winning."""
    order = grid[ROW].arg_sort()
    grid, kinds = grid[order], kinds[order]
    if not grid[ROW].is_duplicated().any():
        return grid, kinds, Issues.empty()
    twice = grid.group_by(ROW).len().filter(pl.col("len") > 1).sort(ROW).select(row=ROW)
    grid = grid.group_by(ROW, maintain_order=True).agg(pl.all().drop_nulls().last())
    kinds = kinds.group_by(ROW, maintain_order=True).agg(pl.all().drop_nulls().last())
    return grid, kinds, Issues.from_frame("row_repeated", twice)


def _trimmed(grid: pl.DataFrame, kinds: pl.DataFrame) -> tuple[pl.DataFrame, Issues]:
    """Without the rows at the end that hold nothing but blanks. Cells with blanks among them are named."""
    names = grid.columns[1:]
    marks = kinds.columns[1:]
    cut = grid.height
    while cut:
        tail = grid.slice(max(0, cut - 1024), min(cut, 1024))
        full = tail.select(
            pl.any_horizontal(pl.col(names).str.strip_chars().str.len_bytes() > 0).fill_null(False)
        ).to_series()
        # A formula without a value has no text, but it is something.
        full |= (
            kinds.slice(max(0, cut - 1024), min(cut, 1024))
            .select(pl.any_horizontal(pl.col(marks) == KIND["formula"]).fill_null(False))
            .to_series()
        )
        found = full.arg_true()
        if len(found):
            cut = max(0, cut - 1024) + int(found[-1]) + 1
            break
        cut = max(0, cut - 1024)
    return grid.head(cut), _blank_cells(grid.slice(cut))


def _blank_cells(tail: pl.DataFrame) -> Issues:
    count = sum(tail.height - tail[name].null_count() for name in tail.columns[1:])
    if not count:
        return Issues.empty()
    return Issues.of("blank_tail_trimmed", row=int(tail[ROW][0]), detail=str(count))


def _marked(kinds: pl.DataFrame, name: str, height: int) -> bool:
    """A column without text may still hold formulas without a value."""
    return name in kinds.columns and kinds[name].head(height).null_count() < height


def _kind_frame(kinds: pl.DataFrame, names: list[str], height: int) -> pl.DataFrame:
    columns = []
    for name in names:
        if name in kinds.columns:
            column = kinds[name].head(height)
            if int(column.max() or 0):  # type: ignore[arg-type]  # 0 is text
                columns.append(column.cat.to(CELL_KINDS))
    return pl.DataFrame(columns) if columns else pl.DataFrame()
