"""Read csv, tsv and txt: bytes → one sheet of text with the row numbers that a spreadsheet would show.

What is wanted: every cell of every file that somebody saved, under the row number that the person sees. Nothing is
dropped: titles, notes, a second table under the first, rows that are too long or too short all stay, and what is odd
is an issue with its row.

How: the encoding is detected and the text decoded (``encoding``), the dialect is detected from the head
(``dialect.py``), and then there are two roads to one grid.

* **Fast.** polars reads the file where the dialect is one that it knows: one-byte delimiter, no escape. Whether its cells are
  those of the file is proved afterwards by counting (``proving.py``): LF or CRLF only, every row of the table's width, every
  quoted cell well formed within its line. polars refuses a row that is too long; the count proves that none is too short.
* **Careful.** Everything else is cut line by line (``cutting.py``), in slabs, so that memory follows the grid and not the
  objects on the way. A line with a stray or unclosed quote is repaired within itself. A quoted cell with line breaks is
  believed if it is well formed as a whole and the rows around it agree: the joined row has the table's width, or the lines
  it would swallow do not look like rows.

The width of the grid is that of the main table. Rows that are longer keep their further cells in `SheetData.surplus`, and
only where more than a few percent of the rows are longer is the grid widened.

What is refused: more rows, columns, cells or characters than the limits allow, before they are spent.

A first line ``sep=;`` is what Excel reads as an instruction: it names the delimiter, is not a row, and row 1 is the line
after it, as Excel shows it.
"""

from __future__ import annotations

import bisect
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from ...errors import LimitExceededError, UnsupportedFormatError
from ...issues import Issues
from ...limits import Limits
from ...source import Dialect, Format, ReadOptions, Source
from ...workbook import ROW, SEPARATE_TABLE, SURPLUS_SCHEMA, Sheet, SheetData, SheetInfo, Workbook, column_letter
from ..deadline import Deadline
from .cutting import Cutter, Repaired
from .dialect import DialectGuess, detect_dialect, lines_of, widths_of
from .encoding import Decoded, EncodingGuess, as_utf8, decode, detect_encoding
from .proving import proved

__all__ = ["read_text"]

#: ``sep=`` and one to three characters, alone in the first line.
_SEP: Final = re.compile(r'"?sep=([^"\r\n]{1,3})"?(\r\n|\n|\r|\Z)', re.IGNORECASE)

#: A slab of text that is cut and turned into columns at once.
_SLAB_CHARS: Final = 1024 * 1024

#: A quoted cell that runs on for more than this many lines is an unclosed quote.
_JOIN_LINES: Final = 10_000

#: A broken row is completed from no more lines than this.
_COMPLETE_LINES: Final = 20

#: The grid widens for rows that are longer than the table's width only where more than this share of the rows are.
_OVERFLOW_SHARE: Final = 0.05

#: So many rows of one other width, the first of them labels, are a second table.
_TABLE_ROWS: Final = 3


def read_text(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read a text file as a workbook of one sheet.

    Args:
        source: The file.
        options: ``encoding`` and ``dialect`` are used as given; what is left out is detected.
        limits: ``rows``, ``columns``, ``cells``, ``cell_chars``, ``text_bytes`` and ``seconds`` are kept; the time is looked
            at between the steps and after every megabyte that is cut.

    Returns:
        A workbook with one sheet, named after the file. Its ``options`` tell the encoding and the dialect that were used,
        how sure the detection was, and what else was possible.

    Raises:
        LimitExceededError: The file has more rows, columns, cells or characters in a cell than allowed, or the time is over.
        UsageError: ``argument_invalid``: the encoding given is not a text codec.

    Issues: row_ragged, second_table, separate_table, quote_stray, nul_in_cell, bytes_undecodable, encoding_changes, encoding_uncertain,
        dialect_uncertain.

    >>> from qooper_ingest.limits import DEFAULT_LIMITS
    >>> book = read_text(Source("people.csv", b"id;name\\n7;Ann\\n"), ReadOptions(), DEFAULT_LIMITS)
    >>> book.sheet().name, book.options.encoding, book.options.dialect.delimiter
    ('people', 'utf-8', ';')
    """
    deadline = Deadline(limits)
    if options.dialect is None:
        _refuse_unbroken(source.data, limits)
    guess = detect_encoding(source.data, given=options.encoding)
    deadline.check()
    _check_limit("text_bytes", len(source.data) - guess.bom, limits.text_bytes)
    decoded: Decoded | None = None
    plain = source.data if guess.plain else as_utf8(source.data, guess)
    mark = guess.bom if guess.plain else 0
    if plain is None:
        decoded = decode(source.data, guess)
        text_head = decoded.text[:_HEAD_BYTES]
    else:
        text_head = plain[mark : mark + _HEAD_BYTES + 4].decode("utf-8", errors="ignore")
    _refuse_binary(text_head)
    separator = _SEP.match(text_head)
    skipped = separator.end() if separator is not None else 0
    dialect = _dialect(text_head[skipped:], options, separator)
    if plain is not None:
        _refuse_endless(plain, dialect.dialect, limits)
    deadline.check()
    data: SheetData | None = None
    if plain is not None:
        fast = _Fast(dialect, limits)
        if fast.possible(text_head[skipped:]):
            if skipped:
                plain, mark = plain[mark + len(text_head[:skipped].encode()) :], 0
            data = fast.read(plain, mark)
            deadline.check()
    del plain
    if data is None:
        if decoded is None:
            decoded = decode(source.data, guess)
        data = _Careful(dialect, limits, deadline).read(decoded, skipped)
    data = replace(data, issues=_doubts(guess, dialect, options) + data.issues)
    stem = os.path.splitext(os.path.basename(source.name or ""))[0].strip()
    info = SheetInfo(name=stem or "Sheet1", rows=data.grid.height, columns=data.grid.width - 1)
    used = options.model_copy(
        update={
            "format": Format.TEXT,
            "encoding": guess.encoding,
            "encoding_score": guess.score,
            "encoding_alternatives": guess.alternatives,
            "dialect": dialect.dialect,
            "dialect_score": dialect.score,
        }
    )
    return Workbook(format=Format.TEXT, sheets=[Sheet(info, data)], options=used)


def _refuse_endless(data: bytes, dialect: Dialect, limits: Limits) -> None:
    """Refuse what is beyond a limit whatever its quotes mean, before a second copy of it is made.

    A stretch with no delimiter and no line end is within one cell; one with no line end and no quote is within one row.
    """
    window = 4 * (limits.cell_chars + 1)  # bytes that are more than so many characters
    delimiter, quote = dialect.delimiter.encode(), (dialect.quote or "").encode()
    for start in range(0, len(data) - window, window):
        end = start + window
        if data.find(b"\n", start, end) >= 0 or data.find(b"\r", start, end) >= 0:
            continue
        if not delimiter or data.find(delimiter, start, end) < 0:
            raise LimitExceededError(limit="cell_chars", found="more", allowed=limits.cell_chars)
        bare = dialect.escape is None and not (quote and data.find(quote, start, end) >= 0)
        if bare and data.count(delimiter, start, end) > limits.columns:
            raise LimitExceededError(limit="columns", found="more", allowed=limits.columns)


#: Bytes of which one is in every line end and in every delimiter of ASCII that is detected, in every encoding that is. A row
#: cut by another sign (§, ¦, þ) and longer than the window holds a blank or a sign of these in one of its cells, or is refused.
_BREAK: Final = re.compile(rb"[\x01\x09-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]")


def _refuse_unbroken(data: bytes, limits: Limits) -> None:
    """Refuse a stretch that nothing divides, before its encoding is looked for, which goes by words."""
    window = 4 * (limits.cell_chars + 1)
    for start in range(0, len(data) - window, window):
        if _BREAK.search(data, start, start + window) is None:
            raise LimitExceededError(limit="cell_chars", found="more", allowed=limits.cell_chars)


def _doubts(guess: EncodingGuess, dialect: DialectGuess, options: ReadOptions) -> Issues:
    """What was detected but might as well be otherwise."""
    found = Issues.empty()
    if options.encoding is None and guess.score < _SURE and guess.alternatives:
        found += Issues.of("encoding_uncertain", value=guess.encoding, detail=", ".join(guess.alternatives[:3]))
    if options.dialect is None and dialect.score < 1.0:
        used = dialect.dialect.delimiter
        close = [
            other.delimiter
            for other, score in dialect.alternatives
            if other.delimiter != used and score >= _CLOSE_SHARE * dialect.score
        ]
        if close:
            found += Issues.of("dialect_uncertain", value=used, detail=" ".join(repr(other) for other in close))
    return found


#: Below this share of the belief another encoding is as good a guess.
_SURE: Final = 0.6

#: A dialect that scores this share of the best one's might as well be meant.
_CLOSE_SHARE: Final = 0.9


def _refuse_binary(head: str) -> None:
    """Raise for what is no text in any encoding: one control character in ten is more than damage does."""
    controls = len(_CONTROLS.findall(head))
    if controls >= _CONTROLS_LEAST and controls > 0.1 * len(head):
        raise UnsupportedFormatError("unknown_format")


_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x7f-\x84\x86-\x9f]")
_CONTROLS_LEAST: Final = 16

#: What dialect detection is given.
_HEAD_BYTES: Final = 262_144


def _dialect(head: str, options: ReadOptions, separator: re.Match[str] | None) -> DialectGuess:
    """The dialect: as said, or as the ``sep=`` line says, or as detected."""
    if options.dialect is not None:
        return DialectGuess(dialect=options.dialect, score=1.0, widths=widths_of(head, options.dialect))
    if separator is None:
        return detect_dialect(head)
    delimiter = separator.group(1)
    guess = detect_dialect(head)
    if guess.dialect.delimiter == delimiter:
        return DialectGuess(dialect=guess.dialect, score=1.0, widths=guess.widths)
    for other, _ in guess.alternatives:
        if other.delimiter == delimiter:
            return DialectGuess(dialect=other, score=1.0, widths=widths_of(head, other))
    dialect = Dialect(delimiter=delimiter, line_end=guess.dialect.line_end)
    return DialectGuess(dialect=dialect, score=1.0, widths=widths_of(head, dialect))


# -- the fast road --------------------------------------------------------------------------------------------------------


class _Fast:
    """polars, where the file is proved plain. ``read`` gives None where the proof fails."""

    def __init__(self, guess: DialectGuess, limits: Limits) -> None:
        self.dialect = guess.dialect
        self.width = guess.widths[0]
        self.limits = limits

    def possible(self, head: str) -> bool:
        dialect = self.dialect
        if len(dialect.delimiter) != 1 or not dialect.delimiter.isascii() or dialect.delimiter in "\r\n\0":
            return False
        if dialect.escape is not None or dialect.skip_initial_space or not (dialect.doubled or dialect.quote is None):
            return False
        if dialect.quote is not None and (not dialect.quote.isascii() or len(dialect.quote) != 1):
            return False
        first = head[: _HEAD_BYTES // 2].find("\n")
        return first > 0 and self.width > 1 and self.width <= self.limits.columns

    def read(self, data: bytes, mark: int) -> SheetData | None:
        """Read UTF-8 that begins with a byte order mark of so many bytes, which polars passes over. A file is copied for
        nothing else."""
        dialect = self.dialect
        quote = dialect.quote if dialect.quote is not None and dialect.quote.encode() in data else None
        if b"\0" in data or data.startswith((b"\r", b"\n"), mark) or _has_long_line(data, self.limits.cell_chars):
            return None
        names = [column_letter(position) for position in range(self.width)]
        # One row more than is allowed is enough to know that there are too many.
        most = min(self.limits.rows, self.limits.cells // self.width)
        frame: pl.DataFrame | None = None
        try:
            frame = pl.read_csv(
                data,
                has_header=False,
                separator=dialect.delimiter,
                quote_char=quote,
                schema={name: pl.String() for name in names},
                n_rows=most + 1,
                encoding="utf8",
            )
        except (pl.exceptions.PolarsError, OverflowError, ValueError):
            frame = None  # a row that is too long, or anything else that polars makes a fuss of
        if frame is None or frame.height == 0:
            return None
        if frame.height > most:
            _check_limit("rows", frame.height, self.limits.rows)
            _check_limit("cells", frame.height * self.width, self.limits.cells)
        if not proved(data, frame, mark=mark, delimiter=dialect.delimiter, quote=quote):
            return None
        if quote is not None:
            frame = _without_empty(frame)
        return SheetData(grid=_trim(frame).with_row_index(ROW, offset=1))


def _has_long_line(data: bytes, chars: int) -> bool:
    """Whether a cell might be longer than allowed: a line of n bytes covers a whole window of n / 2 without a line feed."""
    window = max(chars // 2, 1)
    return any(data.find(b"\n", start, start + window) < 0 for start in range(0, len(data) - window, window))


def _without_empty(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells that were two quotes are blank like those that were nothing."""
    empty = frame.select((pl.all().str.len_bytes() == 0).any()).row(0)
    names = [name for name, found in zip(frame.columns, empty, strict=True) if found]
    return frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)


def _trim(frame: pl.DataFrame) -> pl.DataFrame:
    """Take off trailing blank rows. A blank last column stays: the delimiters say that it is one, and where there is no
    header next month's file has to have it at the same letter."""
    height = frame.height
    if height and all(value is None for value in frame.row(height - 1)):
        filled = frame.select(~pl.all_horizontal(pl.all().is_null())).to_series().arg_true()
        height = int(filled[-1]) + 1 if len(filled) else 0
        frame = frame.head(height)
    return frame


# -- the careful road -----------------------------------------------------------------------------------------------------


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
    #: Row → how many lines more than one it takes, for rows that take several.
    long_rows: list[tuple[int, int]] = field(default_factory=list)


class _Careful:
    """Cut line by line. One instance reads one text."""

    def __init__(self, guess: DialectGuess, limits: Limits, deadline: Deadline) -> None:
        self.cutter = Cutter(guess.dialect)
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
        grid = pl.concat(frames) if frames else _empty_grid(0)
        surplus = pl.DataFrame(
            {
                "row": pl.Series(self.seen.surplus_row, dtype=pl.UInt32),
                "position": pl.Series(self.seen.surplus_position, dtype=pl.UInt32),
                "value": pl.Series(self.seen.surplus_value, dtype=pl.String),
            },
            schema=SURPLUS_SCHEMA,
        )
        grid, surplus = self._widen(grid, surplus)
        trimmed = _trim(grid)
        issues = self._issues(decoded, width=grid.width, height=trimmed.height)
        return SheetData(grid=trimmed.with_row_index(ROW, offset=1), surplus=surplus, issues=issues)

    def _foresee_rows(self, text: str) -> None:
        """Refuse too many rows before they are cut, where every line is one."""
        quote = self.cutter.quote
        if quote is None or quote not in text:
            feeds = text.count("\n")
            _check_limit("rows", max(feeds, text.count("\r")), self.limits.rows)

    # -- lines → rows

    def _cut(self, lines: list[str], *, last: bool) -> tuple[list[list[str]], list[str]]:
        """Rows of a slab, and the lines at its end that may go on in the next one."""
        cutter = self.cutter
        plain, split, strict = cutter.plain, cutter.split, cutter.strict
        most = self.limits.columns
        rows: list[list[str]] = []
        append = rows.append
        index = 0
        count = len(lines)
        while index < count:
            line = lines[index].rstrip("\r\n")
            if len(line) >= most and cutter.delimiter:
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
        _check_limit("rows", self.rows, self.limits.rows)
        return rows, lines[index:]

    def _check_line(self, line: str) -> None:
        cells = line.count(self.cutter.delimiter) + 1
        if cells > self.limits.columns:
            quote = self.cutter.quote
            if quote is not None and quote in line:
                strict = self.cutter.strict(line)
                cells = len(strict) if strict is not None else cells
            _check_limit("columns", cells, self.limits.columns)

    def _repair(self, lines: list[str], index: int, row: int) -> tuple[list[str], int]:
        """The cells of a broken line, and how many lines they take: more than one where the line alone is too short for the
        table, or ends in a quote that is never closed, and the next ones complete it."""
        line = lines[index].rstrip("\r\n")
        repaired = self.cutter.repair(line, self.expected)
        taken = 1
        cells = len(repaired.cells)
        quote = self.cutter.quote
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
            alone = self.cutter.split(bare) if self.cutter.plain(bare) else self.cutter.repair(bare, ()).cells
            if len(alone) > lacking:
                return None
            if self.cutter.quote is None or self.cutter.quote not in lines[after]:
                continue
            found = self.cutter.repair_joined(text.rstrip("\r\n"), self.expected)
            if found is not None:
                return (found, after - index + 1) if self._believed(lines, index, after, found.cells) else None
        return None

    def _join(self, lines: list[str], index: int, *, last: bool) -> tuple[list[str], int] | str | None:
        """A quoted cell with line breaks, if it is proved: the cells and how many lines. ``"more"``: the slab ends before
        that is known. None: the quote was never closed."""
        cutter = self.cutter
        line = lines[index].rstrip("\r\n")
        if cutter.cut(line)[1] != "open":
            return None
        chars = len(line)
        quote = cutter.quote
        end = min(len(lines), index + _JOIN_LINES)
        for after in range(index + 1, end):
            raw = lines[after]
            chars += len(raw)
            if chars > self.limits.cell_chars + len(line):
                return None
            if quote is not None and quote not in raw:
                continue
            bare = raw.rstrip("\r\n")
            close, clean = cutter.closes(bare)
            if not close:
                continue
            if not clean:
                return None
            text = "".join(lines[index:after]) + bare
            cells, state = cutter.cut(text)
            if state == "open":
                continue
            if state == "broken":
                return None
            return (cells, after - index + 1) if self._believed(lines, index, after, cells) else None
        return "more" if not last and end == len(lines) else None

    def _believed(self, lines: list[str], first: int, last: int, cells: Sequence[str]) -> bool:
        """Whether lines are one row: it has the table's width, or else the lines alone would be no rows of the table."""
        if self.width == 1:
            return True
        cutter = self.cutter
        rows = 0
        # The first line is broken when it stands alone, whatever is true; the others count if they are well formed.
        for line in lines[first + 1 : last + 1]:
            bare = line.rstrip("\r\n")
            alone = cutter.split(bare) if cutter.plain(bare) else cutter.strict(bare)
            if alone is not None and len(alone) == self.width:
                rows += 1
        count = last - first + 1
        if len(cells) in self.expected:
            return rows <= count / 2
        return rows == 0

    # -- rows → columns

    def _columns(self, rows: list[list[str]]) -> pl.DataFrame:
        width = self.width
        widths = list(map(len, rows))
        base = self.rows - len(rows)
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
            return _empty_grid(width)
        _check_limit("cells", self.rows * width + len(self.seen.surplus_row), self.limits.cells)
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
        wide = max(wide, self._header_width())
        if wide <= grid.width:
            return grid, surplus
        _check_limit("cells", grid.height * wide, self.limits.cells)
        added = []
        for position in range(grid.width, wide):
            part = surplus.filter(pl.col("position") == position)
            column = pl.DataFrame({"row": pl.Series(range(1, grid.height + 1), dtype=pl.UInt32)}).join(
                part, on="row", how="left", maintain_order="left"
            )
            added.append(column["value"].alias(column_letter(position)))
        return grid.hstack(added), surplus.filter(pl.col("position") >= wide)

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
            (pl.col("cells") != width)
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
        parts: dict[str, list[tuple[int, str]]] = {"bytes_undecodable": [], "encoding_changes": []}
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


def _empty_grid(width: int) -> pl.DataFrame:
    return pl.DataFrame(schema={column_letter(position): pl.String() for position in range(width)})


def _check_limit(name: str, found: int, allowed: int) -> None:
    if found > allowed:
        raise LimitExceededError(limit=name, found=found, allowed=allowed)
