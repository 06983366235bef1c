"""The parser: cut a file record by record, whatever its quotes, and say what was odd in which row.

How: line by line (``splitting.py``), in slabs, so that memory follows the grid and not the objects on the way. A line with a
stray or unclosed quote is repaired within itself. A quoted cell with line breaks is accepted if it is well formed as a whole and
the rows around it agree: the joined row has the table's width, or the lines it would swallow do not look like rows.

The width of the grid is that of the main table. Rows that are longer keep their further cells in `SheetData.surplus`, and
only where more than a few percent of the rows are longer is the grid widened.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from ..._grid import ROW, SEPARATE_TABLE, SURPLUS_SCHEMA, SheetData, column_letter
from ...errors import LimitExceededError
from ...issues import Issues, Severity
from ...limits import Limits
from ...source import Dialect
from ..deadline import Deadline
from .bounds import check_limit
from .dialect import DialectGuess, lines_of
from .encoding import Decoded
from .grids import empty_grid, trim_rows
from .layout import CELL_DELIMITER
from .shift import find_shift
from .splitting import RecordSplitter, Repaired

__all__ = ["Parser"]

#: A slab of text that is cut and turned into columns at once.
_SLAB_CHARS: Final = 1024 * 1024

#: A quoted cell that runs on for more than this many lines is an unclosed quote.
_JOIN_LINES: Final = 10_000

#: A broken row is completed from no more lines than this.
_COMPLETE_LINES: Final = 20

#: The grid widens for rows that are longer than the table's width only where more than this share of the rows are.
_OVERFLOW_SHARE: Final = 0.05

#: So many lines on either side, and at least so many rows among them, tell what kind of cells a column has.
_KIND_LINES: Final = 50
_KIND_ROWS: Final = 2

#: Rows are one cell longer than their labels where this share of them is.
_SHIFTED_SHARE: Final = 0.8

#: What rows may be separated by that hold no delimiter of the file.
_OTHER_DELIMITERS: Final = (",", ";", "\t", "|")

#: So many rows of one other width, the first of them labels, are a second table.
_TABLE_ROWS: Final = 3


@dataclass(slots=True)
class _Seen:
    """What a careful read collects: plain lists, turned into frames at the end of each slab."""

    ragged_row: list[int] = field(default_factory=list)
    ragged_width: list[int] = field(default_factory=list)
    #: Rows of another width than the table's that may be the labels of a second one.
    label_row: list[int] = field(default_factory=list)
    stray_row: list[int] = field(default_factory=list)
    stray_column: list[str] = field(default_factory=list)
    stray_value: list[str] = field(default_factory=list)
    surplus_row: list[int] = field(default_factory=list)
    surplus_position: list[int] = field(default_factory=list)
    surplus_value: list[str] = field(default_factory=list)
    nul_row: list[int] = field(default_factory=list)
    nul_column: list[str] = field(default_factory=list)
    #: Rows that another delimiter divides, the first of each run, and which.
    divided: list[tuple[int, str]] = field(default_factory=list)
    #: Row → how many lines more than one it takes, for rows that take several.
    long_rows: list[tuple[int, int]] = field(default_factory=list)


class Parser:
    """Cut line by line. One instance reads one text."""

    def __init__(self, guess: DialectGuess, limits: Limits, deadline: Deadline) -> None:
        self.splitter = RecordSplitter(guess.dialect)
        self.others = {other: RecordSplitter(Dialect(delimiter=other)) for other in _OTHER_DELIMITERS}
        self.deadline = deadline
        self.width = min(guess.widths[0], limits.columns)
        self.expected = set(guess.widths) if guess.widths[0] > 1 else {1}
        self.limits = limits
        self.seen = _Seen()
        self.rows = 0
        self.histogram: Counter[int] = Counter()
        self.first_wide: dict[int, list[str]] = {}
        self.has_nul = False
        self.skipped_lines = 0
        self.unlabelled = False
        self.first_full = 0
        self.last_full = 0

    def read(self, decoded: Decoded, skipped: int) -> SheetData:
        self.has_nul = "\0" in decoded.text
        self.skipped_lines = 1 if skipped else 0
        self._foresee_rows(decoded.text)
        frames: list[pl.DataFrame] = []
        carry: list[str] = []
        for slab, last in _slabs(decoded.text, skipped):
            self.deadline.check()
            lines = carry + slab if carry else slab
            rows, carry = self._cut(lines, last=last)
            frames.append(self._columns(rows))
            del lines, slab, rows  # before the next slab is cut
        self.deadline.check()
        grid = pl.concat(frames) if frames else empty_grid(0)
        surplus = pl.DataFrame(
            {
                "row": pl.Series(self.seen.surplus_row, dtype=pl.UInt32),
                "position": pl.Series(self.seen.surplus_position, dtype=pl.UInt32),
                "value": pl.Series(self.seen.surplus_value, dtype=pl.String),
            },
            schema=SURPLUS_SCHEMA,
        )
        grid, surplus = self._widen(grid, surplus)
        grid, shifted = self._put_right(grid)
        trimmed = trim_rows(grid)
        issues = self._issues(decoded, width=grid.width, height=trimmed.height) + shifted
        return SheetData(grid=trimmed.with_row_index(ROW, offset=1), surplus=surplus, issues=issues)

    def _foresee_rows(self, text: str) -> None:
        """Refuse too many rows before they are cut, where every line is one."""
        quote = self.splitter.quote
        if quote is None or quote not in text:
            feeds = text.count("\n")
            check_limit("rows", max(feeds, text.count("\r")), self.limits.rows)

    # -- lines → rows

    def _cut(self, lines: list[str], *, last: bool) -> tuple[list[list[str]], list[str]]:
        """Rows of a slab, and the lines at its end that may go on in the next one."""
        splitter = self.splitter
        plain, split, strict = splitter.plain, splitter.split, splitter.strict
        most = self.limits.columns
        rows: list[list[str]] = []
        append = rows.append
        index = 0
        count = len(lines)
        while index < count:
            line = lines[index].rstrip("\r\n")
            if len(line) >= most and splitter.delimiter:
                self._check_line(line)
            if plain(line):
                append(split(line))
                index += 1
                continue
            cells = strict(line)
            if cells is None:
                joined = self._join(lines, index, last=last)
                if joined == "more":
                    break
                if isinstance(joined, tuple):
                    cells, taken = joined
                    self.seen.long_rows.append((self.rows + len(rows) + 1, taken - 1))
                    index += taken
                    append(cells)
                    continue
                cells, taken = self._repair(lines, index, self.rows + len(rows) + 1)
                append(cells)
                index += taken
                continue
            append(cells)
            index += 1
        self.rows += len(rows)
        check_limit("rows", self.rows, self.limits.rows)
        return rows, lines[index:]

    def _check_line(self, line: str) -> None:
        cells = line.count(self.splitter.delimiter) + 1
        if cells > self.limits.columns:
            quote = self.splitter.quote
            if quote is not None and quote in line:
                strict = self.splitter.strict(line)
                cells = len(strict) if strict is not None else cells
            check_limit("columns", cells, self.limits.columns)

    def _repair(self, lines: list[str], index: int, row: int) -> tuple[list[str], int]:
        """The cells of a broken line, and how many lines they take: more than one where the line alone is too short for the
        table, or ends in a quote that is never closed, and the next ones complete it."""
        line = lines[index].rstrip("\r\n")
        repaired = self.splitter.repair(line, self.expected)
        taken = 1
        cells = len(repaired.cells)
        quote = self.splitter.quote
        # What follows an unclosed last cell is the rest of it, and no row of the table's width.
        open_end = (
            quote is not None and cells - 1 in repaired.strays and repaired.cells[-1].lstrip(" ").startswith(quote)
        )
        if cells < self.width or open_end:
            whole = self._complete(lines, index, self.width - 1 if open_end else self.width - cells + 2)
            if whole is not None:
                repaired, taken = whole
                self.seen.long_rows.append((row, taken - 1))
        for position in repaired.strays:
            self.seen.stray_row.append(row)
            self.seen.stray_column.append(column_letter(position))
            self.seen.stray_value.append(repaired.cells[position][:80])
        return repaired.cells, taken

    def _complete(self, lines: list[str], index: int, lacking: int) -> tuple[Repaired, int] | None:
        """A row that has both a stray quote and a cell with line breaks, read with the lines after it. A line with more
        cells than the row still lacks is a row of its own, and ends the attempt."""
        text = lines[index]
        for after in range(index + 1, min(len(lines), index + _COMPLETE_LINES)):
            text += lines[after]
            bare = lines[after].rstrip("\r\n")
            alone = self.splitter.split(bare) if self.splitter.plain(bare) else self.splitter.repair(bare, ()).cells
            if len(alone) > lacking:
                return None
            if self.splitter.quote is None or self.splitter.quote not in lines[after]:
                continue
            found = self.splitter.repair_joined(text.rstrip("\r\n"), self.expected)
            if found is not None:
                return (found, after - index + 1) if self._accepts(lines, index, after, found.cells) else None
        return None

    def _join(self, lines: list[str], index: int, *, last: bool) -> tuple[list[str], int] | str | None:
        """A quoted cell with line breaks, if it is proved: the cells and how many lines. ``"more"``: the slab ends before
        that is known. None: the quote was never closed."""
        splitter = self.splitter
        line = lines[index].rstrip("\r\n")
        if splitter.cut(line)[1] != "open":
            return None
        chars = len(line)
        quote = splitter.quote
        end = min(len(lines), index + _JOIN_LINES)
        for after in range(index + 1, end):
            raw = lines[after]
            chars += len(raw)
            if chars > self.limits.cell_chars + len(line):
                return None
            if quote is not None and quote not in raw:
                continue
            bare = raw.rstrip("\r\n")
            close, clean = splitter.closes(bare)
            if not close:
                continue
            if not clean:
                return None
            text = "".join(lines[index:after]) + bare
            cells, state = splitter.cut(text)
            if state == "open":
                continue
            if state == "broken":
                return None
            return (cells, after - index + 1) if self._accepts(lines, index, after, cells) else None
        return "more" if not last and end == len(lines) else None

    def _accepts(self, lines: list[str], first: int, last: int, cells: Sequence[str]) -> bool:
        """Whether lines are one row: it has the table's width, or else the lines alone would be no rows of the table."""
        if self.width == 1:
            return True
        splitter = self.splitter
        alike = []
        # The first line is broken when it stands alone, whatever is true; the others count if they are well formed.
        for line in lines[first + 1 : last + 1]:
            bare = line.rstrip("\r\n")
            alone = splitter.split(bare) if splitter.plain(bare) else splitter.strict(bare)
            if alone is not None and len(alone) == self.width:
                alike.append(alone)
        most = (last - first + 1) // 2 if len(cells) in self.expected else 0
        if len(alike) <= most:
            return True
        around = [*lines[max(0, first - _KIND_LINES) : first], *lines[last + 1 : last + 1 + _KIND_LINES]]
        kinds = self._strict_kinds(around)
        return sum(1 for alone in alike if _is_of_kinds(alone, kinds)) <= most

    def _strict_kinds(self, lines: Sequence[str]) -> dict[int, Callable[[str], object]]:
        """Columns of addresses or of figures alone, by the rows around a cell: what a line has to have there to be a row.

        A line of prose with as many commas as a row has delimiters is none.
        """
        splitter = self.splitter
        cut = (splitter.split(line.rstrip("\r\n")) for line in lines if splitter.plain(line))
        rows = [cells for cells in cut if len(cells) == self.width]
        kinds: dict[int, Callable[[str], object]] = {}
        for position in range(self.width):
            cells = [row[position] for row in rows if row[position]]
            for test in (_has_at, str.isdigit):
                if sum(1 for cell in cells if test(cell)) >= max(_KIND_ROWS, len(cells) - 1):  # one is the label
                    kinds[position] = test
        return kinds

    # -- rows → columns

    def _columns(self, rows: list[list[str]]) -> pl.DataFrame:
        width = self.width
        base = self.rows - len(rows)
        if width > 1:
            self._divide_otherwise(rows, base)
        widths = list(map(len, rows))
        different = Counter(widths)
        if width in different:
            self.first_full = self.first_full or base + widths.index(width) + 1
            self.last_full = base + len(widths) - widths[::-1].index(width)
        if different.keys() != {width}:
            seen = self.seen
            for index, found in enumerate(widths):
                if found == width:
                    continue
                cells = rows[index]
                row = base + index + 1
                starts = found > 1 and row > self.first_full > 0 and (not index or widths[index - 1] != found)
                if starts and _begins_table(rows, index):
                    seen.label_row.append(row)
                if found > width:
                    for position in range(width, found):
                        if cells[position] != "":
                            seen.surplus_row.append(row)
                            seen.surplus_position.append(position)
                            seen.surplus_value.append(cells[position])
                    seen.ragged_row.append(row)
                    seen.ragged_width.append(found)
                    if row not in self.first_wide and len(self.first_wide) < 4:
                        self.first_wide[row] = cells
                    rows[index] = cells[:width]
                else:
                    if any(cells):
                        seen.ragged_row.append(row)
                        seen.ragged_width.append(found)
                    rows[index] = cells + [""] * (width - found)
        self.histogram.update(different)
        if not rows:
            return empty_grid(width)
        check_limit("cells", self.rows * width + len(self.seen.surplus_row), self.limits.cells)
        columns = {}
        for position, values in enumerate(zip(*rows, strict=True)):
            letter = column_letter(position)
            series = pl.Series(letter, values, dtype=pl.String)
            longest = series.str.len_bytes().max()
            if isinstance(longest, int) and longest > self.limits.cell_chars:
                self._check_cells(series, base)
            columns[letter] = series
            if self.has_nul:
                self._note_nuls(series, letter, base)
        frame = pl.DataFrame(columns)
        return frame.select(pl.when(pl.all() != "").then(pl.all()))

    def _divide_otherwise(self, rows: list[list[str]], base: int) -> None:
        """Read rows that hold no delimiter of the file by another one, where that gives the width of the table: labels that were
        typed into the file, or a second export below the first."""
        last = ""
        for index, cells in enumerate(rows):
            if len(cells) != 1 or not cells[0]:
                last = ""
                continue
            found = self._by_other_delimiter(cells[0])
            if found is None:
                last = ""
                continue
            rows[index], delimiter = found
            if delimiter != last:  # once for rows that follow one another
                self.seen.divided.append((base + index + 1, delimiter))
            last = delimiter

    def _by_other_delimiter(self, text: str) -> tuple[list[str], str] | None:
        if self.splitter.delimiter == CELL_DELIMITER:
            return None
        for delimiter in _OTHER_DELIMITERS:
            if text.count(delimiter) < self.width - 1:
                continue
            cells = self.others[delimiter].strict(text)
            # A blank behind each is the comma of a sentence.
            if cells is None or len(cells) != self.width or any(cell.startswith(" ") for cell in cells[1:]):
                continue
            labels = not self.first_full and _are_labels(cells) and all(any(map(str.isalpha, cell)) for cell in cells)
            if self.width > 2 or any("@" in cell for cell in cells) or labels:
                return cells, delimiter
        return None

    def _note_nuls(self, series: pl.Series, letter: str, base: int) -> None:
        for index in series.str.contains("\0", literal=True).arg_true().to_list():
            self.seen.nul_row.append(base + index + 1)
            self.seen.nul_column.append(letter)

    def _check_cells(self, series: pl.Series, base: int) -> None:
        lengths = series.str.len_chars()
        longest = lengths.max()
        if isinstance(longest, int) and longest > self.limits.cell_chars:
            row = base + int(lengths.arg_max() or 0) + 1
            raise LimitExceededError(limit="cell_chars", found=longest, allowed=self.limits.cell_chars, row=row)

    def _widen(self, grid: pl.DataFrame, surplus: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Columns for cells beyond the width that many rows have, or that the first full row names."""
        if surplus.is_empty():
            return grid, surplus
        filled = surplus.group_by("row").agg(pl.col("position").max())
        ends = Counter(filled["position"].to_list())
        total = sum(self.histogram.values()) - self.histogram[0]
        wide = grid.width
        overflowing = 0
        for position in sorted(ends, reverse=True):
            overflowing += ends[position]
            if overflowing > _OVERFLOW_SHARE * total:
                wide = position + 1
                break
        header = self._header_width()
        self.unlabelled = wide > max(header, grid.width)
        wide = max(wide, header)
        if wide <= grid.width:
            return grid, surplus
        check_limit("cells", grid.height * wide, self.limits.cells)
        # Both made once: a line may hold thousands of cells, and a query for each column takes seconds.
        empty = pl.repeat(None, grid.height, dtype=pl.String, eager=True)
        parts = surplus.filter(pl.col("position") < wide).partition_by("position", as_dict=True)
        added = []
        for position in range(grid.width, wide):
            part = parts.get((position,))
            cells = empty if part is None else empty.scatter(part["row"] - 1, part["value"])
            added.append(cells.alias(column_letter(position)))
        return grid.hstack(added), surplus.filter(pl.col("position") >= wide)

    def _put_right(self, grid: pl.DataFrame) -> tuple[pl.DataFrame, Issues]:
        """Rows that are all one cell longer than the labels right above them: moved under their labels where the cells tell how."""
        width, seen = grid.width, self.seen
        header = self.first_full - 1
        if width < 3 or header < 1 or not seen.ragged_row or self.histogram[width] < 1:
            return grid, Issues.empty()
        place = bisect.bisect_left(seen.ragged_row, header)
        found = place < len(seen.ragged_row) and seen.ragged_row[place] == header
        if not found or seen.ragged_width[place] != width - 1:
            return grid, Issues.empty()
        labels = [cell or "" for cell in grid.row(header - 1)[: width - 1]]
        uneven = pl.DataFrame(
            {"row": seen.ragged_row, "cells": seen.ragged_width}, schema={"row": pl.Int64, "cells": pl.Int64}
        )
        short = (uneven.filter(pl.col("cells") < width)["row"] - 1).rename("")
        place_of = pl.int_range(header, grid.height, eager=True)
        rows = grid.slice(header)
        filled = rows.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        long = rows.filter(filled & ~place_of.is_in(short.implode()))
        empty = long.height == long[long.columns[-1]].null_count()  # a delimiter behind the last cell of every row
        if not _are_labels(labels) or empty or long.height < _SHIFTED_SHARE * int(filled.sum()):
            return grid, Issues.empty()
        shift = find_shift(labels, long)
        del seen.ragged_row[place], seen.ragged_width[place]
        if shift.kind == "cut":
            seen.ragged_width = [cells - 1 if cells >= width else cells for cells in seen.ragged_width]
        severity = Severity.ERROR if shift.kind == "unknown" else Severity.WARNING
        detail = {
            "label": "the first column has no label, and the labels were moved to the right",
            "cut": f"a separator within column {column_letter(shift.position)} was taken for one between two cells, and the "
            "two were joined",
            "unknown": "it is not known which label belongs to which column",
        }[shift.kind]
        issue = Issues.of("columns_shifted", severity=severity, row=header, detail=detail)
        return shift.apply(grid, header - 1, self.splitter.delimiter, short), issue

    def _header_width(self) -> int:
        """The width of a long row at the head of the table that has a distinct word in every cell: it names columns that
        the rows below leave empty."""
        for row, cells in self.first_wide.items():
            texts = [cell.strip() for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if row <= 20 and _are_labels(texts) and len(texts) <= 2 * self.width:
                return len(texts)
        return 0

    def _tables_below(self, ragged: pl.DataFrame) -> Issues:
        """Rows that begin a second table: labels over rows that are all as wide as they, and not as the main table.

        Where no row of the main table's width follows, the main table is over, and the second is a table apart.
        """
        found = ragged.filter(pl.col("row").is_in(self.seen.label_row))
        for below in range(1, _TABLE_ROWS):
            shifted = ragged.filter(pl.col("row") > below).with_columns(pl.col("row") - below)
            found = found.join(shifted, on=["row", "cells"], how="semi")
        found = found.sort("row").select("row", detail=pl.col("cells").cast(pl.String))
        over = found["row"] > self.last_full
        return Issues.from_frame("second_table", found.filter(~over)) + Issues.from_frame(
            SEPARATE_TABLE, found.filter(over)
        )

    # -- issues

    def _issues(self, decoded: Decoded, *, width: int, height: int) -> Issues:
        seen = self.seen
        uneven = pl.DataFrame(
            {"row": pl.Series(seen.ragged_row, dtype=pl.UInt32), "cells": pl.Series(seen.ragged_width, dtype=pl.UInt32)}
        )
        ragged = uneven.filter(
            # Where many rows are longer than the labels, each of them may have a separator in a cell.
            (pl.col("cells") > self.width if self.unlabelled else pl.col("cells") != width)
            # A single cell above or below the table is a title or a note.
            & ((pl.col("cells") > 1) | pl.col("row").is_between(self.first_full, self.last_full))
        )
        tables = self._tables_below(uneven)
        apart = tables.frame.filter(pl.col("code") == SEPARATE_TABLE)["row"].min()
        if apart is not None:  # what is told of the other table is that it is one
            ragged = ragged.filter(pl.col("row") < apart)
        stray = pl.DataFrame(
            {
                "row": pl.Series(seen.stray_row, dtype=pl.UInt32),
                "column": pl.Series(seen.stray_column, dtype=pl.String),
                "value": pl.Series(seen.stray_value, dtype=pl.String),
            }
        )
        nuls = pl.DataFrame(
            {
                "row": pl.Series(seen.nul_row, dtype=pl.UInt32),
                "column": pl.Series(seen.nul_column, dtype=pl.String),
            }
        )
        return Issues.concat(
            (
                Issues.from_frame("row_ragged", ragged.with_columns(detail=pl.col("cells").cast(pl.String))),
                tables,
                Issues.from_frame("quote_stray", stray),
                Issues.from_frame("nul_in_cell", nuls),
                Issues.concat(
                    Issues.of("row_delimiter", row=row, value=delimiter, detail=repr(self.splitter.delimiter))
                    for row, delimiter in seen.divided
                ),
                self._encoding_issues(decoded, height),
            )
        )

    def _encoding_issues(self, decoded: Decoded, height: int) -> Issues:
        if not decoded.bad_lines:
            return Issues.empty()
        before = [row for row, _ in self.seen.long_rows]
        extra: list[int] = []
        for _, more in self.seen.long_rows:
            extra.append((extra[-1] if extra else 0) + more)
        starts = [row + (extra[i - 1] if i else 0) for i, row in enumerate(before)]
        parts: dict[str, list[tuple[int, str]]] = {
            "bytes_undecodable": [],
            "encoding_changes": [],
            "encoding_seam": [],
        }
        for line, code, detail in decoded.bad_lines:
            number = line - self.skipped_lines
            i = bisect.bisect_right(starts, number) - 1
            if i < 0:
                row = number
            elif number <= starts[i] + self.seen.long_rows[i][1]:
                row = before[i]
            else:
                row = number - extra[i]
            parts[code].append((min(max(row, 1), max(height, 1)), detail))
        return Issues.concat(
            Issues.from_frame(
                code,
                pl.DataFrame(
                    {
                        "row": pl.Series([row for row, _ in found], dtype=pl.UInt32),
                        "detail": pl.Series([detail for _, detail in found], dtype=pl.String),
                    }
                ),
            )
            for code, found in parts.items()
        )


def _has_at(cell: str) -> bool:
    return "@" in cell


def _is_of_kinds(cells: Sequence[str], kinds: Mapping[int, Callable[[str], object]]) -> bool:
    return all(not cells[position] or test(cells[position]) for position, test in kinds.items())


def _are_labels(cells: Sequence[str]) -> bool:
    """Whether cells look like the labels of columns: none blank, none twice, no figures, no long texts."""
    texts = [cell.strip() for cell in cells]
    words = all(text and not text[0].isdigit() and "@" not in text and len(text) <= 60 for text in texts)
    return words and len(set(texts)) == len(texts)


def _begins_table(rows: Sequence[Sequence[str]], index: int) -> bool:
    """Whether a row looks like the labels of another table: behind a blank row or a title, or with figures or addresses
    below it, which the labels have none of. A few short rows of people are no table."""
    if not _are_labels(rows[index]):
        return False
    apart = index > 0 and sum(1 for cell in rows[index - 1] if cell) < 2
    return apart or any(
        character.isdigit() or character == "@"
        for row in rows[index + 1 : index + 3]
        for cell in row
        for character in cell
    )


def _slabs(text: str, start: int) -> Iterator[tuple[list[str], bool]]:
    """The lines of the text, slab by slab, and whether the slab is the last."""
    size = len(text)
    while True:
        end = min(start + _SLAB_CHARS, size)
        if end < size:
            line_feed = text.rfind("\n", start, end)
            carriage = text.rfind("\r", start, end - 1)  # not the last: its line feed may follow
            cut = max(line_feed, carriage)
            if cut == carriage and text.startswith("\n", cut + 1):
                cut += 1
            if cut < start:
                following = [found for found in (text.find("\n", end), text.find("\r", end)) if found >= 0]
                cut = min(following) if following else size - 1
                if text.startswith("\r\n", cut):
                    cut += 1
            end = cut + 1
        yield lines_of(text[start:end]), end >= size
        if end >= size:
            return
        start = end
