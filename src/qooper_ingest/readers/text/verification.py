"""Verify that the cells polars gave are the cells of the file, without splitting the file a second time.

What is wanted: the same answer as a reader that looks at every character, for a small part of what that costs. Where no
proof is found the file is not wrong; it is read line by line.

How: by keeping books. Every byte of the file is in a cell, or is a delimiter, a line end, or a quote around or within a
cell. Counting one kind of byte is nearly free (`count`); the cells' lengths are known. So:

* Without quotes and carriage returns nothing is taken from a cell, and a row that is too short is blank at its end.
* If bytes are missing, a row was too short, or a quote or a carriage return was kept in a cell. Those that were kept are
  found in the cells; what then is still missing refuses the file. Carriage returns are taken in front of line feeds and,
  by polars, in front of delimiters: where one stands there the file is refused. Any other is kept.
* A quoted cell loses one quote on each side, and one of each doubled pair. A cell that is not well formed and that polars
  accepts has quotes at its two ends and single quotes within, which are lost as well; so a row without quotes in its cells
  is well formed if it lost two for each cell that was quoted. A cell that holds a delimiter was quoted, and a row that
  lost any had one such cell. Where no cell of the file holds a delimiter, every quote in front of one ends a quoted cell.
* A row whose quotes are its first byte, its last, and those in ``","`` is well formed, whatever its cells hold.
* What is left of the rows is matched by the grammar itself, one regular expression, linear.

What is relied upon in polars: it cuts at every delimiter and line feed outside quotes, where a quote opens only at the start
of a cell; it takes one carriage return off the end of a cell; it refuses rows that are too long, but for a
blank cell at the very end of the file, and pads those that are too short; it refuses a cell that begins with a quote and does not end with one; within one that does it drops single quotes
and one of each pair, and nothing else. Tests hold each of these, in every version that is allowed.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from .encoding.decoding import pieces

__all__ = ["count", "verify"]

#: Below this the standard library counts faster than a query of polars begins.
_COUNT_BYTES: Final = 65_536

#: The length of a byte order mark, which polars passes over.
_MARK_BYTES: Final = 3

#: So many bytes are looked at line by line at once: their lines are in memory a second time.
_SLAB_BYTES: Final = 4 * 1024 * 1024

#: So many bytes are searched at once: what fits the cache.
_PIECE_BYTES: Final = 1024 * 1024

#: Slices of lines that are matched side by side.
_SLICES: Final = 4

#: The rows that tell which columns to look at first.
_SAMPLE: Final = 1_000


def count(data: bytes, byte: bytes) -> int:
    """How often a byte occurs: the lines that polars would count, if it were the line end.

    That takes a seventh of what ``bytes.count`` takes for a byte that is in every line.

    >>> count(b"a;b;c", b";")
    2
    """
    # polars finds no line at all in nothing, nor in a byte order mark alone, whatever the threshold.
    if len(data) < max(_COUNT_BYTES, _MARK_BYTES + 1):
        return data.count(byte)
    lines = (
        pl.scan_csv(
            data,
            has_header=False,
            eol_char=byte.decode(),
            separator="\0",
            quote_char=None,
            schema={"line": pl.String()},
        )
        .select(pl.len())
        .collect()
        .item()
    )
    return int(lines) - (not data.endswith(byte))


def verify(data: bytes, frame: pl.DataFrame, *, mark: int, delimiter: str, quote: str | None) -> bool:
    """Tell whether polars read a file as it is: every row of the frame's width, every quoted cell well formed within its
    line, every carriage return part of a line end.

    Args:
        data: The file in UTF-8, without NUL.
        frame: All its rows as `polars.read_csv` gave them, every column as text, an empty cell null.
        mark: The length of the byte order mark that the file begins with; polars passes over one.
        delimiter: The delimiter that polars was given; one byte.
        quote: The quote that polars was given; None: it was given none.
    """
    height, width = frame.shape
    if data.endswith(delimiter.encode()):
        # The one row that polars does not refuse for a cell too many: one that ends the file with a blank cell.
        line = data[data.rfind(b"\n") + 1 :].decode("utf-8", errors="replace")
        if line.count(delimiter) != width - 1 or (quote is not None and quote in line):
            return False
    feeds = height - (not data.endswith(b"\n"))
    quotes = count(data, quote.encode()) if quote is not None else 0
    if quotes and count(data, b"\n") != feeds:
        return False  # a cell with line breaks
    returns = count(data, b"\r") if b"\r" in data else 0
    if returns and _contains(data, b"\r" + delimiter.encode()):
        return False
    if not quotes and not returns and not frame[frame.columns[-1]].null_count():
        return True  # no row was padded, and there is nothing that a cell could have lost
    cells = int(frame.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item() or 0)
    lost = len(data) - mark - cells - feeds - height * (width - 1)
    missing = quotes + returns - lost
    if not quotes or quote is None:
        return missing == 0
    kept = _found(frame, quote, missing)
    if kept is None:
        return False
    inner = _found(frame, delimiter, count(data, delimiter.encode()) - height * (width - 1))
    if inner is None:
        return False
    if not missing and not inner:
        return quotes == 2 * _ends(data, delimiter, quote, returns=returns, feeds=feeds)
    if not missing and quotes == 2 * sum(column.sum() for column in inner):
        return True
    return _verify_lines(data, frame, kept, inner, delimiter=delimiter, quote=quote)


def _contains(data: bytes, pair: bytes) -> bool:
    """Whether two bytes stand side by side anywhere."""
    # By polars, which takes a quarter of what ``in`` takes; each piece begins with the last byte of the one before.
    starts = range(0, len(data) - 1, _PIECE_BYTES)
    return any(
        pl.Series([data[start : start + _PIECE_BYTES + 1]], dtype=pl.Binary).bin.contains(pair).item()
        for start in starts
    )


def _found(frame: pl.DataFrame, character: str, times: int) -> list[pl.Series] | None:
    """For each column that holds a character whether each cell does; None if it does not occur so many times."""
    if times < 0:
        return None
    sample = frame.head(_SAMPLE).select(pl.all().str.count_matches(character, literal=True).sum()).row(0)
    found: list[pl.Series] = []
    for _, name in sorted(
        zip((-(often or 0) for often in sample), frame.columns, strict=True), key=lambda item: item[0]
    ):
        if not times:
            break
        column = frame[name].str.count_matches(character, literal=True).fill_null(0)
        often = int(column.sum())
        if often:
            found.append(column > 0)
            times -= often
    return found if not times else None


def _verify_lines(
    data: bytes, frame: pl.DataFrame, kept: list[pl.Series], inner: list[pl.Series], *, delimiter: str, quote: str
) -> bool:
    """The rows one by one: the dearer a proof is, the fewer lines are left for it."""
    width = frame.width
    between = quote + delimiter + quote
    line = pl.col("line").str
    # A quote that is the line's first or last must not be counted with its neighbours.
    edges = line.starts_with(quote) & line.ends_with(quote) & ~line.starts_with(between) & ~line.ends_with(between)
    pairs = 2 + 2 * line.count_matches(between, literal=True).cast(pl.Int64)
    row = 0
    for slab in pieces(data, _SLAB_BYTES):
        lines = pl.read_csv(slab, has_header=False, separator="\0", quote_char=None, schema={"line": pl.String()})[
            "line"
        ]
        size = lines.len()
        part = frame.slice(row, size)
        rows = part.select(
            line=lines,
            lost=lines.str.len_bytes().cast(pl.Int64)
            - pl.sum_horizontal(pl.all().str.len_bytes()).cast(pl.Int64)
            - (width - 1),
            kept=_any([column.slice(row, size) for column in kept]),
            quoted=_sum([column.slice(row, size) for column in inner]),
        )
        row += size
        odd = rows.filter("kept")["line"]
        rows = rows.filter(
            ~pl.col("kept") & (pl.col("lost") != 0) & (pl.col("lost") != 2 * pl.max_horizontal("quoted", pl.lit(1)))
        )
        rows = rows.filter(~edges | (pl.col("lost") != pairs))
        if not _well_formed(pl.concat([odd, rows["line"]]), delimiter, quote):
            return False
    return row == frame.height


def _well_formed(lines: pl.Series, delimiter: str, quote: str) -> bool:
    """Match lines by the grammar, in slices, so that every core has one."""
    q, d = re.escape(quote), re.escape(delimiter)
    cell = f"(?:[^{q}{d}]*|{q}(?:[^{q}]|{q}{q})*{q})"
    step = max(1, -(-lines.len() // _SLICES))
    slices = [lines.slice(start, step) for start in range(0, lines.len(), step)]
    found = pl.select(
        pl.lit(part).str.contains(f"^{cell}(?:{d}{cell})*$").all().alias(str(i)) for i, part in enumerate(slices)
    )
    return not slices or all(found.row(0))


def _ends(data: bytes, delimiter: str, quote: str, *, returns: int, feeds: int) -> int:
    """Quotes in front of a delimiter or a line's end."""
    ends = [delimiter] + ["\r"] * (returns > 0) + ["\n"] * (returns < feeds)
    # As patterns: for a plain string of two characters polars has the slower search.
    patterns = [re.escape(quote + end) for end in ends]
    found = int(data.endswith(quote.encode()))
    for slab in pieces(data, _SLAB_BYTES):
        text = pl.Series([slab], dtype=pl.Binary).cast(pl.String).str
        found += sum(text.count_matches(pattern).item() for pattern in patterns)
    return found


def _any(columns: list[pl.Series]) -> pl.Expr:
    return pl.any_horizontal(*columns) if columns else pl.lit(value=False)


def _sum(columns: list[pl.Series]) -> pl.Expr:
    return pl.sum_horizontal(*(column.cast(pl.Int64) for column in columns)) if columns else pl.lit(0, pl.Int64)
