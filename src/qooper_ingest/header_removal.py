"""Taking the header off a grid: the labels of a sheet, and the rows that stand under them.

Strategy: one pass over the rows below the header decides which of them are people's: not the blank ones (which are counted), not the
header said again on the next page, not the comments and notes that the reader reported, and nothing from the row on in which another
table begins. What is left out stays in the grid, and what is no blank row is reported.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from ._columns import no_flags
from ._grid import NOTES, ROW, SEPARATE_TABLE, SheetData, column_letter
from .errors import MappingError
from .issues import Issues
from .table import Table

__all__ = ["remove_header"]

#: More than the number of any row.
_BEYOND: Final = 2**32 - 1


def remove_header(
    data: SheetData,
    header_rows: Sequence[int],
    /,
    *,
    sheet: str,
    file_issues: Issues,
    source_sha256: str | None,
    reading: Mapping[str, str],
) -> Table:
    """Make a table of a sheet's cells.

    Args:
        data: The cells, and what was seen while they were read.
        header_rows: The numbers of the rows whose texts are the labels, ascending; none: the letters are the labels.
        sheet: The sheet's name.
        file_issues: What was seen of the file as a whole.
        source_sha256: Of the file's bytes, where they are known.
        reading: How the file was read.

    Raises:
        MappingError: ``header_row_unknown``, ``header_rows_invalid``.

    Issues: label_duplicate, label_missing, header_repeated, table_empty.
    """
    grid, given = data.grid, tuple(header_rows)
    last = _check_rows(given, grid, sheet)
    header_row = given[-1] if given else 0
    end = _find_end(data.issues, given)
    names = _find_columns(grid, given[0] if given else None, end)
    below = (grid[ROW] > header_row) & (grid[ROW] < end)
    blank = _find_blank_rows(grid, names)
    header = _rows_at(grid, given)
    repeated = _find_repeated(grid, header, names) & below
    notes = _find_notes(data)
    keep = below & ~blank & ~repeated & ~notes
    frame = _keep_rows(grid[[ROW, *names]], keep)
    labels = _join_labels(header, names) if given else tuple(names)
    surplus = data.surplus
    if surplus.height:
        surplus = surplus.filter((pl.col("row") > header_row) & (pl.col("row") < end))
    issues = (
        file_issues,
        data.issues,
        _label_issues(labels, given, frame),
        _repeat_issues(grid, repeated, header_row),
        Issues.empty() if frame.height else Issues.of("table_empty"),
    )
    left_out = int((below & ~blank & (repeated | notes)).sum())
    return Table(
        sheet=sheet,
        labels=labels,
        header_rows=given,
        frame=frame,
        kinds=_keep_rows(data.kinds, keep) if data.kinds.width else data.kinds,
        values=_keep_rows(data.values, keep) if data.values.width else data.values,
        blank_rows=max(0, min(last, end - 1) - header_row - frame.height - left_out),
        surplus=surplus,
        issues=Issues.concat(issues),
        source_sha256=source_sha256,
        reading=reading,
    )


def _check_rows(header_rows: Sequence[int], grid: pl.DataFrame, sheet: str) -> int:
    """The number of the last row, 0 where there is none; every header row is one of the sheet's."""
    if list(header_rows) != sorted(set(header_rows)) or any(row < 1 for row in header_rows):
        raise MappingError("header_rows_invalid", rows=str(list(header_rows)[:8]))
    last = int(grid[ROW][-1]) if grid.height else 0
    for row in header_rows:
        if row > last:
            raise MappingError("header_row_unknown", sheet=sheet, row=row)
    return last


def _find_end(issues: Issues, header_rows: Sequence[int]) -> int:
    """The row at which another table begins that is not part of the one under the header; beyond every row if none does."""
    if not len(issues):
        return _BEYOND
    reported = issues.frame.filter(pl.col("code") == SEPARATE_TABLE)["row"]
    beyond = [row for row in reported.to_list() if header_rows and row > header_rows[-1]]
    return min(beyond, default=_BEYOND)


def _find_columns(grid: pl.DataFrame, header: int | None, end: int) -> list[str]:
    """The columns of the table from its header to ``end``: without the last ones that only a title above it or another
    table below it reaches, or that are blank and not named. Without a header the letters are the names of all."""
    names = grid.columns[1:]
    if header is None and end == _BEYOND:
        return names
    own = (grid[ROW] >= (header or 0)) & (grid[ROW] < end)
    height = own.sum()
    while names and grid[names[-1]].filter(own).null_count() == height:
        names = names[:-1]
    return names


def _find_notes(data: SheetData) -> pl.Series:
    """Which rows the reader reported as comments or notes."""
    if not len(data.issues):
        return no_flags(data.grid.height)
    rows = data.issues.frame.filter(pl.col("code").is_in(NOTES))["row"]
    return data.grid[ROW].is_in(rows.implode()) if rows.len() else no_flags(data.grid.height)


def _repeat_issues(grid: pl.DataFrame, repeated: pl.Series, header_row: int) -> Issues:
    if not repeated.any():
        return Issues.empty()
    named_by = pl.lit(header_row or None, pl.UInt32)
    rows = grid.filter(repeated).select(pl.col(ROW).alias("row"), other_row=named_by)
    return Issues.from_frame("header_repeated", rows)


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


def _find_blank_rows(grid: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """Which rows have nothing in the columns; a column without a gap says that there are none."""
    if any(not grid[name].null_count() for name in names):
        return no_flags(grid.height)
    return grid.select(pl.all_horizontal(pl.col(names).is_null()) if names else pl.lit(True)).to_series()


def _rows_at(grid: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    """The rows of these numbers; they are looked for only where blank rows were left out above them."""
    if rows and rows[-1] <= grid.height and grid[ROW][: rows[-1]].to_list() == list(range(1, rows[-1] + 1)):
        return grid[[row - 1 for row in rows]]
    return grid.filter(pl.col(ROW).is_in(list(rows)))


def _keep_rows(frame: pl.DataFrame, keep: pl.Series) -> pl.DataFrame:
    """The rows that are kept; without a copy where they stand together, as they do in most files."""
    first, count = keep.arg_max(), int(keep.sum())
    if count and first is not None and keep.slice(first, count).all():
        return frame.slice(first, count)
    return frame.filter(keep)


def _find_repeated(grid: pl.DataFrame, header: pl.DataFrame, names: Sequence[str]) -> pl.Series:
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
