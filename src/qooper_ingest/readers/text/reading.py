"""Read csv, tsv and txt: bytes → one sheet of text with the row numbers that a spreadsheet would show.

What is wanted: every cell of every file that somebody saved, under the row number that the person sees. Nothing is
dropped: titles, notes, a second table under the first, rows that are too long or too short all stay, and what is odd
is an issue with its row.

How: the encoding is detected and the text decoded (``encoding``), the dialect is detected from the head
(``dialect.py``), and then there are two roads to one grid.

* **Fast.** polars reads the file where the dialect is one that it knows: one-byte delimiter, no escape. Whether its cells are
  those of the file is proved afterwards by counting (``verification.py``): LF or CRLF only, every row of the table's width, every
  quoted cell well formed within its line. polars refuses a row that is too long; the count proves that none is too short.
* **Careful.** Everything else is cut line by line (``splitting.py``), in slabs, so that memory follows the grid and not the
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

import os
import re
from dataclasses import replace
from itertools import compress
from typing import Final

import polars as pl

from ..._grid import ROW, SheetData
from ...errors import LimitExceededError, UnsupportedFormatError
from ...issues import Issues
from ...limits import Limits
from ...source import Dialect, Format, ReadOptions, Source
from ...workbook import Sheet, SheetInfo, Workbook
from ..deadline import Deadline
from .bounds import check_limit
from .dialect import DialectGuess, detect_dialect, score_dialect, widths_of
from .encoding import Decoded, EncodingGuess, as_utf8, decode, detect_encoding, without_end_mark
from .fast_path import FastPath
from .layout import CELL_DELIMITER, Arrangement, find_arrangements
from .notes import mark_notes
from .parser import Parser

__all__ = ["read_text"]

#: ``sep=`` and one to three characters, alone in the first line.
_SEP: Final = re.compile(r'"?sep=([^"\r\n]{1,3})"?(\r\n|\n|\r|\Z)', re.IGNORECASE)


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
    raw = without_end_mark(source.data)
    if options.dialect is None:
        _refuse_unbroken(raw, limits)
    guess = detect_encoding(raw, given=options.encoding)
    deadline.check()
    check_limit("text_bytes", len(raw) - guess.bom, limits.text_bytes)
    decoded: Decoded | None = None
    plain = raw if guess.plain else as_utf8(raw, guess)
    mark = guess.bom if guess.plain else 0
    if plain is None:
        decoded = decode(raw, guess)
        text_head = decoded.text[:_HEAD_BYTES]
    else:
        text_head = plain[mark : mark + _HEAD_BYTES + 4].decode("utf-8", errors="ignore")
    separator = _SEP.match(text_head)
    skipped = separator.end() if separator is not None else 0
    dialect = _dialect(text_head[skipped:], options, separator)
    _refuse_binary(text_head, dialect.dialect.delimiter)
    arrangement = None
    if separator is None:
        arrangement, dialect = _arrangement(text_head, dialect, options)
    if plain is not None and arrangement is None:
        _refuse_endless(plain, dialect.dialect, limits)
    deadline.check()
    data: SheetData | None = None
    if plain is not None and arrangement is None:
        fast = FastPath(dialect, limits)
        if fast.possible(text_head[skipped:]):
            if skipped:
                plain, mark = plain[mark + len(text_head[:skipped].encode()) :], 0
            data = fast.read(plain, mark)
            deadline.check()
    # Looked for in the bytes: a look at every cell costs a third of reading a plain file.
    shown = plain is None or b'="' in plain
    del plain
    if data is None:
        if decoded is None:
            decoded = decode(raw, guess)
        if arrangement is not None:
            decoded = replace(decoded, text=arrangement.apply(decoded.text))
        data = Parser(dialect, limits, deadline).read(decoded, skipped)
    data = mark_notes(
        _without_formulas(data) if shown else data, "" if arrangement is not None else dialect.dialect.delimiter
    )
    data = replace(data, issues=_doubts(guess, dialect, options, text_head) + data.issues)
    stem = os.path.splitext(os.path.basename(source.name or ""))[0].strip()
    info = SheetInfo(name=stem or "Sheet1", rows=data.grid.height, columns=data.grid.width - 1)
    used = options.model_copy(
        update={
            "format": Format.TEXT,
            "encoding": guess.encoding,
            "encoding_score": guess.score,
            "encoding_alternatives": guess.alternatives,
            "dialect": _reported(dialect.dialect, arrangement),
            "dialect_score": dialect.score,
        }
    )
    return Workbook(format=Format.TEXT, sheets=[Sheet(info, data)], options=used)


def _arrangement(head: str, plain: DialectGuess, options: ReadOptions) -> tuple[Arrangement | None, DialectGuess]:
    """The layout of a text that is not simply delimited, and the dialect of its rewritten lines: where they make the better table,
    or where the caller says so."""
    said = options.dialect.layout if options.dialect is not None else None
    if said == "delimited":
        return None, plain
    best: tuple[Arrangement | None, DialectGuess] = (None, plain)
    aligned = plain.dialect.delimiter == "\t" and "\t\t" in head
    if said is None and plain.dialect.delimiter in _SURE_DELIMITERS and plain.score >= _TABLE_SCORE and not aligned:
        return best
    for found in find_arrangements(head, said):
        text = found.apply(head)
        if found.delimited:
            dialect = Dialect(
                delimiter=CELL_DELIMITER, quote=None, line_end=plain.dialect.line_end, layout=found.layout
            )
            guess = score_dialect(text, dialect)
        else:
            guess = detect_dialect(text)
            if said is not None and options.dialect is not None:
                guess = replace(guess, dialect=options.dialect, widths=widths_of(text, options.dialect))
            guess = replace(guess, dialect=guess.dialect.model_copy(update={"layout": found.layout}))
        if guess.widths[0] > 1 and (
            said is not None or guess.score > _PREFERENCE.get(found.layout, 1.0) * best[1].score
        ):
            best = (found, guess)
    return best


#: A file that these delimiters make such a table of is a table of cells, not a drawing of one.
_SURE_DELIMITERS: Final = frozenset(",;\t")
_TABLE_SCORE: Final = 0.8

#: Layouts that win though they are not quite as good: tabs that align leave columns of the plain reading half empty.
_PREFERENCE: Final[dict[str, float]] = {"tabs": 0.85}


def _reported(dialect: Dialect, arrangement: Arrangement | None) -> Dialect:
    """The dialect as it is reported: of a drawn or aligned table, what is seen between its cells."""
    if arrangement is None or not arrangement.delimited:
        return dialect
    seen = {"boxed": "|", "tabs": "\t"}.get(arrangement.layout, " ")
    return dialect.model_copy(update={"delimiter": seen})


def _without_formulas(data: SheetData) -> SheetData:
    """``="00123"`` is what a spreadsheet shows as 00123, and how exports keep its zeros."""
    grid = data.grid
    texts = pl.col(grid.columns[1:])
    forced = grid.select(texts.str.contains('="', literal=True).any()).row(0) if grid.width > 1 else ()
    names = [name for name in compress(grid.columns[1:], forced) if grid[name].str.contains(_SHOWN).any()]
    if not names:
        return data
    issues = data.issues.frame
    for name in names:
        shown = grid.filter(pl.col(name).str.contains(_SHOWN))[ROW]
        stray = (pl.col("code") == "quote_stray") & (pl.col("column") == name) & pl.col("row").is_in(shown.implode())
        issues = issues.filter(~stray)
    grid = grid.with_columns(pl.col(names).str.replace(_SHOWN, "$1"))
    return replace(
        data, grid=grid.with_columns(pl.when(pl.col(names) != "").then(pl.col(names))), issues=Issues(issues)
    )


#: A formula that is nothing but a text.
_SHOWN: Final = r'^="([^"]*)"$'


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


def _delimiter_beside_addresses(head: str) -> str | None:
    """What most likely separates the cells of a text that was read as one column, though more than addresses is in its lines."""
    lines = [line for line in head[:_LAYOUT_CHARS].splitlines() if "@" in line]
    counts = {mark: sum(1 for line in lines if mark in line) for mark in ",;\t|"}
    mark = max(counts, key=lambda mark: counts[mark])
    return mark if counts[mark] >= max(1, _BESIDE_SHARE * len(lines)) else None


#: So much of a text that was read as one column is searched for addresses, and delimiters beside this share of them are a doubt.
_LAYOUT_CHARS: Final = 65_536
_BESIDE_SHARE: Final = 0.3


def _doubts(guess: EncodingGuess, dialect: DialectGuess, options: ReadOptions, head: str) -> Issues:
    """What was detected but might as well be otherwise."""
    found = Issues.empty()
    if options.encoding is None and guess.score < _SURE and guess.alternatives:
        found += Issues.of("encoding_uncertain", value=guess.encoding, detail=", ".join(guess.alternatives[:3]))
    if options.dialect is None and not dialect.dialect.delimiter:
        rival = _delimiter_beside_addresses(head)
        if rival is not None:
            return found + Issues.of("dialect_uncertain", value="", detail=repr(rival))
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
_SURE: Final = 0.75

#: A dialect that scores this share of the best one's might as well be meant.
_CLOSE_SHARE: Final = 0.9


def _refuse_binary(head: str, delimiter: str) -> None:
    """Raise for what is no text in any encoding: one control character in ten is more than damage does. A delimiter may be one."""
    controls = len(_CONTROLS.findall(head))
    if len(delimiter) == 1 and _CONTROLS.match(delimiter):
        controls -= head.count(delimiter)
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
