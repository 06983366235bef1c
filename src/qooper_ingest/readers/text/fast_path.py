"""The fast path: polars reads the file, and the result is verified by counting (``verification.py``).

polars is used where the dialect is one that it knows: one-byte delimiter, no escape. Whether its cells are those of the file is
verified afterwards: LF or CRLF only, every row of the table's width, every quoted cell well formed within its line. polars refuses
a row that is too long; the count shows that none is too short. What cannot be verified is left to the parser (``parser.py``).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from ..._grid import ROW, SheetData, column_letter
from ...limits import Limits
from .bounds import check_limit
from .dialect import DialectGuess
from .grids import trim_rows
from .verification import verify

__all__ = ["FastPath"]

#: A first line that is longer is left to the parser.
_LINE_CHARS: Final = 131_072


class FastPath:
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
        first = head[:_LINE_CHARS].find("\n")
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
            check_limit("rows", frame.height, self.limits.rows)
            check_limit("cells", frame.height * self.width, self.limits.cells)
        if not verify(data, frame, mark=mark, delimiter=dialect.delimiter, quote=quote):
            return None
        if quote is not None:
            frame = _without_empty(frame)
        return SheetData(grid=trim_rows(frame).with_row_index(ROW, offset=1))


def _has_long_line(data: bytes, chars: int) -> bool:
    """Whether a cell might be longer than allowed: a line of n bytes covers a whole window of n / 2 without a line feed."""
    window = max(chars // 2, 1)
    return any(data.find(b"\n", start, start + window) < 0 for start in range(0, len(data) - window, window))


def _without_empty(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells that were two quotes are blank like those that were nothing."""
    empty = frame.select((pl.all().str.len_bytes() == 0).any()).row(0)
    names = [name for name, found in zip(frame.columns, empty, strict=True) if found]
    return frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)
