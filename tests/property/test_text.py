"""Laws of reading text, over generated files."""

from __future__ import annotations

import csv
import io
import re

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qooper_ingest.errors import SourceError
from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.readers import text as module
from qooper_ingest.readers.deadline import Deadline
from qooper_ingest.readers.dialect import DialectGuess
from qooper_ingest.readers.encoding import decode, detect_encoding
from qooper_ingest.readers.text import read_text
from qooper_ingest.source import Dialect, ReadOptions, Source
from qooper_ingest.workbook import SheetData

#: Characters that cut, quote, escape or end something, among ordinary ones.
SPECIAL = st.sampled_from(list(",;\t|:\"'\\ \n\r\0=ab1é木\ufeff"))
MESSY = st.text(SPECIAL, max_size=80)
CELL = st.text(
    st.sampled_from(list("abc 12,;|\t\"'\\é木.-")) | st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")),
    max_size=8,
)
CELL_WITH_LINES = st.text(st.sampled_from(list("ab ,;\"'\\\n\r")), max_size=8)
POOL = [
    b"",
    b"\n",
    b"\r",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xff\xfea\0,\0",
    b'"',
    b'"""',
    b'a,"b\n',
    b'a,b\n"c,d\ne,f"\n',
    b"sep=",
    b"sep=;",
    b"sep=;\n",
    b",",
    b",,,\n,,\n",
    b"a\0b\0",
    b"\xe9",
    b"a,b\r\r\n1,2\r\r\n",
    b"a||b\n1||2\n",
    b'"a"b,c\n"d"",e\n',
    b'\\,\\\n\\"\n',
]


def as_data(text: str, dialect: Dialect, width: int, road: str) -> SheetData | None:
    guess = DialectGuess(dialect=dialect, score=1.0, widths=(width,))
    data = text.encode()
    if road == "fast":
        fast = module._Fast(guess, DEFAULT_LIMITS)
        return fast.read(data) if fast.possible(text) else None
    return module._Careful(guess, DEFAULT_LIMITS, Deadline(DEFAULT_LIMITS)).read(
        decode(data, detect_encoding(data, given="utf-8")), 0
    )


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(['"', "'"]),
    st.booleans(),
)
def test_both_roads_give_the_same_grid(
    rows: list[list[str]], delimiter: str, end: str, quote: str, quoted: bool
) -> None:
    out = io.StringIO()
    style = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    writer = csv.writer(
        out,
        delimiter=delimiter,
        quotechar=quote,
        quoting=style,
        escapechar=None if quoted else "\\",
        lineterminator=end,
    )
    try:
        writer.writerows(rows)
    except csv.Error:
        return
    dialect = Dialect(delimiter=delimiter, quote=quote)
    fast = as_data(out.getvalue(), dialect, len(rows[0]), "fast")
    if fast is None:
        return
    careful = as_data(out.getvalue(), dialect, len(rows[0]), "careful")
    assert careful is not None
    assert fast.grid.equals(careful.grid)
    assert careful.surplus.is_empty()
    assert not len(careful.issues)


@settings(max_examples=250, deadline=None)
@given(MESSY, st.sampled_from([",", ";"]), st.integers(2, 4))
def test_the_fast_road_is_never_taken_where_the_careful_one_sees_something_else(
    text: str, delimiter: str, width: int
) -> None:
    dialect = Dialect(delimiter=delimiter)
    fast = as_data(text, dialect, width, "fast")
    if fast is None:
        return
    careful = as_data(text, dialect, width, "careful")
    assert careful is not None
    assert fast.grid.equals(careful.grid), text
    assert careful.surplus.is_empty()


@settings(max_examples=120, deadline=None)
@given(
    st.integers(2, 5).flatmap(
        lambda n: st.lists(st.lists(CELL | CELL_WITH_LINES, min_size=n, max_size=n), min_size=1, max_size=8)
    ),
    st.sampled_from([",", ";", "\t", "|", ":", " ", "^", "||", "::"]),
    st.sampled_from(['"', "'"]),
    st.sampled_from([None, "\\"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_is_written_in_a_dialect_is_read_back_in_it(
    rows: list[list[str]], delimiter: str, quote: str, escape: str | None, end: str
) -> None:
    dialect = Dialect(delimiter=delimiter, quote=quote, escape=escape, doubled=escape is None, line_end="\n")
    # Lines of a quoted cell that would be rows of their own are taken for rows after an unclosed quote, as the docs say.
    assume(not any(delimiter in line for row in rows for cell in row for line in re.split("\r\n?|\n", cell)[1:]))

    def written(cell: str) -> str:
        if escape:
            cell = cell.replace(escape, escape * 2).replace(quote, escape + quote)
        else:
            cell = cell.replace(quote, quote * 2)
        return quote + cell + quote

    data = "".join(delimiter.join(written(cell) for cell in row) + end for row in rows).encode()
    read = read_text(Source("x.csv", data), ReadOptions(encoding="utf-8", dialect=dialect), DEFAULT_LIMITS).sheet()
    found = [list(row[1:]) for row in read.grid.rows()]
    wanted: list[list[str | None]] = [[cell or None for cell in row] for row in rows]
    while wanted and not any(wanted[-1]):
        wanted.pop()
    assert found == wanted
    assert not len(read.issues)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300) | st.sampled_from(POOL) | MESSY.map(str.encode) | MESSY.map(lambda t: t.encode("utf-16-le"))
)
def test_any_bytes_end_in_a_grid_or_a_source_error(data: bytes) -> None:
    try:
        read = read_text(Source(None, data), ReadOptions(), DEFAULT_LIMITS).sheet()
    except SourceError:
        return
    assert read.grid.columns[0] == "_row"
    numbers = read.grid["_row"].to_list()
    assert numbers == list(range(1, len(numbers) + 1))


@settings(max_examples=150, deadline=None)
@given(MESSY, st.sampled_from([",", ";", "||"]), st.sampled_from(['"', "'", None]))
def test_no_character_is_lost(text: str, delimiter: str, quote: str | None) -> None:
    """Cells, surplus and row ends make up the file again, but for delimiters, quotes and line ends."""
    if text.startswith("\ufeff") or "sep=" in text:
        return
    options = ReadOptions(encoding="utf-8", dialect=Dialect(delimiter=delimiter, quote=quote))
    try:
        read = read_text(Source(None, text.encode()), options, DEFAULT_LIMITS).sheet()
    except SourceError:
        return
    drop = str.maketrans("", "", delimiter + (quote or "") + "\r\n ")
    cells = read.grid.select(pl.exclude("_row").fill_null("")).rows()
    kept = "".join("".join(row) for row in cells) + "".join(read.surplus["value"].to_list())
    assert sorted(kept.translate(drop)) == sorted(text.translate(drop))
