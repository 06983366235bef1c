"""Laws of reading text, over generated files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from qooper_ingest._grid import SheetData
from qooper_ingest.errors import SourceError
from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.readers.deadline import Deadline
from qooper_ingest.readers.text import reading as module
from qooper_ingest.readers.text import verification
from qooper_ingest.readers.text.dialect import DialectGuess
from qooper_ingest.readers.text.encoding import EncodingGuess, as_utf8, decode, decoding, detect_encoding
from qooper_ingest.readers.text.encoding.ranking import PRIOR
from qooper_ingest.readers.text.reading import read_text
from qooper_ingest.readers.text.splitting import RecordSplitter
from qooper_ingest.source import Dialect, ReadOptions, Source

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


#: Cells as they stand in a file: sound ones, and ones that look sound from one side. The quote is ``"``, the
#: delimiter ``,``; both are replaced.
SOUND = [
    "",
    "a",
    "b c",
    "é",
    '""',
    '"a"',
    '"a,b"',
    '","',
    '",a"',
    '"a,"',
    '"a""b"',
    '""""',
    '"a"",""b"',
    '"a,b,c"',
    '",,"',
    '" "',
]
BROKEN = [
    'a"b', 'a"b"c', 'a""b', '"a"b', '"a"b"c"', '"a,"b",c"', '","a"b"', '"a"b","', '""a""', '"a"" "b"', '"', '"a', 'a"', '"a""', '" "a',
    "a\rb", "\r", "a\r", "\ra", '"a\rb"', '"\r"', '"a"\r', '"a\nb"', '"\n"', '"a\r\nb"', '"a" ', ' "a"', "a,b", "\ufeff", "'", "a'b",
]  # fmt: skip
ENDS = ["\n", "\r\n"]
BROKEN_ENDS = ["\r", "\n\r", "\r\r\n", "\n\n", ""]


@st.composite
def laid_out(draw: st.DrawFn) -> tuple[str, int, Dialect]:
    """A file cell by cell and end by end, mostly sound, with few things that are not; the width of its table, and its dialect."""
    width = draw(st.integers(2, 4))
    faults = draw(st.integers(0, 2))
    usual = draw(st.sampled_from([SOUND[:4], SOUND[4:7], SOUND[5:6], SOUND[6:], SOUND]))
    end = draw(st.sampled_from(ENDS))
    rows = [[draw(st.sampled_from(usual)) for _ in range(width)] for _ in range(draw(st.integers(1, 6)))]
    ends = [end] * len(rows)
    for _ in range(faults):
        at = draw(st.integers(0, len(rows) - 1))
        match draw(st.sampled_from(["cell", "cells", "end", "short", "long"])):
            case "cell":
                rows[at][-1] = draw(st.sampled_from(BROKEN))
                rows[at] = draw(st.permutations(rows[at]))
            case "cells":
                rows[at] = [draw(st.sampled_from(SOUND + BROKEN)) for _ in rows[at]]
            case "end":
                ends[at] = draw(st.sampled_from(ENDS + BROKEN_ENDS))
            case "short":
                rows[at] = rows[at][:-1] or [""]
            case _:
                rows[at] = [*rows[at], draw(st.sampled_from(SOUND))]
    text = "".join(",".join(row) + end for row, end in zip(rows, ends, strict=True))
    if draw(st.booleans()):
        text = text.removesuffix(ends[-1])
    if draw(st.integers(0, 5)) == 0:
        text = "\ufeff" + text
    quote, delimiter = draw(st.sampled_from([('"', ","), ("'", ","), ('"', ";"), ('"', "\t")]))
    swap = str.maketrans({'"': quote, "'": '"', ",": delimiter})
    return text.translate(swap), width, Dialect(delimiter=delimiter, quote=quote)


@contextmanager
def small() -> Iterator[None]:
    """Slabs of a few bytes, and every way to count, as in a file of millions of rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verification, "_COUNT_BYTES", 1)
        patch.setattr(verification, "_SLAB_BYTES", 24)
        patch.setattr(verification, "_PIECE_BYTES", 3)
        patch.setattr(verification, "_SAMPLE", 1)
        yield


def as_data(text: str, dialect: Dialect, width: int, road: str) -> SheetData | None:
    guess = DialectGuess(dialect=dialect, score=1.0, widths=(width,))
    data = text.encode()
    if road == "fast":
        if not detect_encoding(data, given="utf-8").plain:
            return None  # a mark that stands twice, or in the middle: such a file never comes here
        fast = module.FastPath(guess, DEFAULT_LIMITS)
        return fast.read(data, 3 if text.startswith("\ufeff") else 0) if fast.possible(text) else None
    return module.Parser(guess, DEFAULT_LIMITS, Deadline(DEFAULT_LIMITS)).read(
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


@settings(max_examples=400, deadline=None)
@given(laid_out())
def test_a_proved_file_is_read_as_the_careful_road_reads_it_and_has_nothing_odd(file: tuple[str, int, Dialect]) -> None:
    text, width, dialect = file
    with small():
        fast = as_data(text, dialect, width, "fast")
    event("verify" if fast is not None else "not proved")
    if fast is None:
        return
    careful = as_data(text, dialect, width, "careful")
    assert careful is not None
    assert fast.grid.equals(careful.grid), text
    assert careful.surplus.is_empty()
    assert not len(careful.issues), text


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(SOUND[1:]), min_size=3, max_size=3), min_size=2, max_size=6),
    st.sampled_from(ENDS),
    st.booleans(),
    st.booleans(),
)
def test_a_sound_file_is_always_proved(rows: list[list[str]], end: str, closed: bool, marked: bool) -> None:
    text = end.join(",".join(row) for row in rows) + (end if closed else "")
    with small():
        assert as_data("\ufeff" * marked + text, Dialect(), 3, "fast") is not None


#: How compressed data begins: zstd, gzip, zlib.
_COMPRESSED = (b"\x28\xb5\x2f\xfd", b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


@settings(max_examples=200, deadline=None)
@given(
    st.binary(min_size=1, max_size=200) | st.text(st.sampled_from(',"\n\ra é#'), min_size=1).map(str.encode),
    st.sampled_from([b",", b";", b'"', b"'", b"\n", b"\r", b"a", b" ", b"#"]),
)
def test_bytes_are_counted_to_the_last(data: bytes, byte: bytes) -> None:
    assume(not data.startswith(_COMPRESSED))  # refused before anything is counted
    with small():
        assert verification.count(data, byte) == data.count(byte)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.binary(max_size=4) | st.sampled_from([b"abc,", b"\n", b"\r\n", b"\x81", b"\xf6", b"0", b"r"]), max_size=12
    ),
    st.sampled_from([*sorted(PRIOR), "utf-8", "utf-16-le", "utf-32-be", "iso2022_jp", "utf-7"]),
)
def test_text_in_another_encoding_is_the_same_piece_by_piece(parts: list[bytes], encoding: str) -> None:
    data = b"".join(parts)
    try:
        whole = data.decode(encoding).encode("utf-8", errors="surrogatepass")
    except UnicodeError:
        whole = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "_PIECE", 4)
        assert as_utf8(data, EncodingGuess(encoding=encoding, score=1.0)) == whole


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
    """Cells, surplus and row ends make up the file again, but for delimiters (those of other rows are reported), quotes, line ends
    and byte order marks, of which every one but the first is a seam that is reported."""
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
    seams = read.issues.counts().get("encoding_seam", 0)
    lost = text.count("\ufeff") - kept.count("\ufeff")
    assert (lost > 0) == (seams > 0)
    drop |= {0xFEFF: None} | {ord(cut): None for cut in read.issues.where("row_delimiter").frame["value"].to_list()}
    assert sorted(kept.translate(drop)) == sorted(text.translate(drop))


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from(list(',"\\ ab')), max_size=20),
    st.text(st.sampled_from(list(',"\\ ab\r\n')), max_size=20),
    st.sampled_from([None, "\\"]),
)
def test_records_are_cut_alike_in_both_ways(line: str, inside: str, escape: str | None) -> None:
    """Line breaks are looked at inside quoted cells only: no other line is put together with the next one."""
    splitter = RecordSplitter(Dialect(escape=escape, doubled=escape is None))
    for text in (line, line + ',"' + inside.replace('"', "") + '"' + line):
        cells, state = splitter.cut(text)
        walked, _, told = splitter.walk(text, 0)
        if text == line or splitter.walk(line, 0)[2] == "whole":
            assert state == told
            assert cells == (walked if told == "whole" or escape else [])
