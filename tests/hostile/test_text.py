"""Text files that are made to hurt end in a grid or a typed error, in little time and memory."""

from __future__ import annotations

import contextlib
import random
import time
import tracemalloc
from functools import partial

import pytest

from durations import measure_processor_time
from qooper_ingest.errors import LimitExceededError, SourceError
from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.readers import read_workbook
from qooper_ingest.readers.text.reading import read_text
from qooper_ingest.source import ReadOptions, Source
from qooper_ingest.workbook import Sheet
from thorough import size

#: How often the processor time of an ordinary table of 20 MB a hostile file may take: most take less than five of it.
TIMES_AN_ORDINARY_TABLE = 100


def repeated(piece: bytes, times: int) -> bytes:
    """A piece over and over; a quarter as often where the tests are to take little time."""
    return piece * size(times, times // 4)


HURTFUL = {
    "a million delimiters in one line": b"," * 1_000_000,
    "a million columns, two rows": repeated(b"a,", 1_000_000) + b"\n" + repeated(b"1,", 1_000_000) + b"\n",
    "one line of 20 MB": b"x" * 20_000_000,
    "one quoted cell of 20 MB": b'a,b\n1,"' + b"x" * 20_000_000 + b'"\n',
    "an unclosed quote before 300,000 rows": b'a,b\n"1,2\n' + repeated(b"3,4\n", 300_000),
    "an unclosed quote in every row": b"a,b,c\n" + repeated(b'1,"2,3\n', 100_000),
    "a quote in every cell": b"a,b,c\n" + repeated(b'1"2,"3"4,"5\n', 50_000),
    "nothing but quotes": repeated(b'"', 1_000_000),
    "nothing but quotes, line by line": repeated(b'"\n', 300_000),
    "pairs of quotes, line by line": repeated(b'""\n', 300_000),
    "odd runs of quotes": repeated(b'"""\n""\n"', 100_000),
    "nothing but backslashes": b"\\" * 1_000_000,
    "escaped quotes": b"a,b\n" + repeated(b'"\\""\\,\n', 100_000),
    "nothing but line ends": repeated(b"\r\n", 400_000),
    "carriage returns and line feeds in turn": repeated(b"\r\r\n\n", 100_000),
    "rows that grow": b"\n".join(b"," * i for i in range(1500)),
    "one wide row among narrow ones": repeated(b"a,b\n", 50_000) + b"," * 15_000 + b"\n" + repeated(b"a,b\n", 50_000),
    "every second row is wide": repeated(b"a,b\n" + b"c," * 2_000 + b"\n", 500),
    "a quoted cell that never ends, many times": repeated(b'a,"b""' + b"c" * 200 + b"\n", 20_000),
    "invalid bytes in every line": b"id,name\n"
    + "1,Zo\u00eb".encode()
    + b"\n"
    + repeated(b"2,\xff\xfe\x81\n", 100_000),
    "legacy and utf-8 in turn": repeated("é,ü\n".encode() + "é,ü\n".encode("cp1252"), 50_000),
    "many candidates for a delimiter": repeated(b"a,b;c\td|e:f g^h~i\n", 50_000),
    "long runs of every punctuation": repeated(b"|;:~^#*$!&", 50_000) + b"\n",
    "cells of blanks": (b" " * 500 + b",") * 4_000 + b"\n",
    "a sep line and nothing": b"sep=,",
    "nul characters": b"a,b\n" + b"1,x\0y\n" * 20_000,
}


def outcome(data: bytes) -> Sheet | SourceError:
    try:
        return read_text(Source(None, data), ReadOptions(), DEFAULT_LIMITS).sheet()
    except SourceError as error:
        return error


@pytest.fixture(scope="module")
def ordinary() -> float:
    """Processor time of reading an ordinary table of 20 MB."""
    data = b"id,name,town,mail\n" + b"17,Anna Berg,Hamburg,anna.berg@corp.example\n" * 450_000
    return measure_processor_time(partial(outcome, data))


@pytest.mark.parametrize("name", HURTFUL)
def test_hurtful_files_end_in_time(name: str, ordinary: float) -> None:
    before = time.process_time()
    found = outcome(HURTFUL[name])
    assert time.process_time() - before < TIMES_AN_ORDINARY_TABLE * ordinary
    if isinstance(found, SourceError):
        assert found.__context__ is None
        assert len(str(found)) < 2048
    else:
        assert found.grid.columns[0] == "_row"


@pytest.mark.parametrize(
    ("data", "limit"),
    [
        (b"a," * 20_000 + b"\n", "columns"),
        (b"a,b\n" * 10 + b"," * 20_000 + b"\n", "columns"),
        (b"a,b\n1," + b"x" * 1_000_001 + b"\n", "cell_chars"),
        (b"a\n" * 5_000_001, "rows"),
        (b"a,b\n" * 5_000_001, "rows"),
    ],
)
def test_what_is_beyond_a_limit_is_refused_by_its_name(data: bytes, limit: str) -> None:
    found = outcome(data)
    assert isinstance(found, LimitExceededError)
    assert found.params["limit"] == limit


def test_a_quoted_cell_that_runs_on_beyond_the_limit_was_never_closed() -> None:
    found = outcome(b'a,b\n1,"' + b"text of ten\n" * 90_000 + b'"\n')
    assert isinstance(found, Sheet)
    assert found.issues.counts()["quote_stray"] >= 1


def test_time_grows_with_the_file_and_not_faster() -> None:
    def seconds(rows: int) -> float:
        data = b"id,name,note\n" + b'1,"Ann,x\n2,Bob,"y\n3,Cal,"a ""b"" c"\n' * rows
        return measure_processor_time(lambda: read_text(Source(None, data), ReadOptions(), DEFAULT_LIMITS))

    seconds(500)
    rows = size(1_200, 500)
    assert seconds(10 * rows) < 40 * seconds(rows)


def test_the_careful_road_keeps_no_second_copy_as_objects() -> None:
    def peak(rows: int) -> tuple[int, int]:
        lines = (b"%d,name %d,some town,x%d@corp.example\n" % (i, i, i) for i in range(rows))
        data = (b"id,name,town,mail\n" + b"".join(lines)).replace(b"\n777,", b"\n777,,")
        tracemalloc.start()
        read_text(Source(None, data), ReadOptions(), DEFAULT_LIMITS)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found, len(data)

    (less, small), (more, large) = peak(20_000), peak(40_000)
    # What grows with the file is its text; all rows as lists of strings would take some seven times its bytes.
    assert more - less < 3 * (large - small)


def test_damaged_files_are_read_or_refused() -> None:
    rng = random.Random(5)
    base = b'id;name;note\r\n1;"Zo\xc3\xab";"a;b"\r\n2;Ann;"c\r\nd"\r\n3;Bob;\r\n'
    for _ in range(size(250, 60)):
        data = bytearray(base)
        for _ in range(rng.randrange(1, 6)):
            place = rng.randrange(len(data))
            match rng.randrange(3):
                case 0:
                    data[place] = rng.randrange(256)
                case 1:
                    del data[place : place + rng.randrange(1, 4)]
                case _:
                    data[place:place] = bytes(rng.choices(b'";\r\n\\,\0\xff\xc3', k=2))
        with contextlib.suppress(SourceError):
            read_text(Source(None, bytes(data)), ReadOptions(), DEFAULT_LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        b"# a b c d\n" * 3000 + b"x",
        b"\n" * 60_000 + b"dn",
        b"version: 1\n" * 5000,
        b"dn: " + b"a: " * 20_000,
        b" " * 60_000 + b"a:",
        (b"a " * 30 + b": x\n") * 1000,
        b"-" * 60_000 + b"x\n" + b"-" * 60_000,
        b'"' * 60_001 + b"\n" + b'"' * 60_001,
        ("“" * 20_000 + "\n").encode() * 2,
        b"\t" * 30_000 + b"\n" + b"\t" * 30_001,
        b"# x\n" * 20_000,
        b"\x01" * 60_000,
        b"\x40\x6b" * 30_000,
    ],
    ids=range(13),
)
def test_what_looks_like_a_layout_takes_no_longer_than_a_table(data: bytes, ordinary: float) -> None:
    before = time.process_time()
    with contextlib.suppress(SourceError):
        read_workbook(data).sheet().issues.counts()
    assert time.process_time() - before < TIMES_AN_ORDINARY_TABLE * ordinary
