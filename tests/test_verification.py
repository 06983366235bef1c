"""What is verified of a file that polars read, and what of polars the verification relies on."""

from __future__ import annotations

import polars as pl
import pytest

from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.readers import read_workbook
from qooper_ingest.readers.text import verification
from qooper_ingest.readers.text.verification import verify

SOUND = {
    "unquoted": "id,name,town\n1,Ann,Ely\n",
    "CRLF": "id,name,town\r\n1,Ann,Ely\r\n",
    "mixed line ends": "id,name,town\r\n1,Ann,Ely\n2,Bo,\r\n",
    "no final line end": "id,name,town\n1,Ann,Ely",
    "no final line end after a blank cell": "id,name,town\n1,Ann,",
    "blank cells at the end": "id,name,town\n1,,\n,,\n",
    "quoted for a delimiter": 'id,name,town\n1,"Berg, Ann",Ely\n2,"Dahl, Bo","Ely, Cambs"\n',
    "quoted without need, no delimiter in any cell": 'id,name,town\n1,"Ann","Ely"\n"2",Bo,Ely\n',
    "every cell quoted": '"id","name","town"\r\n"1","Berg, Ann","Ely"\r\n"2","",""\r\n',
    "one quoted cell a row, some without need": 'id,name,town\n1,"Berg, Ann",Ely\n2,"Bo",Ely\n',
    "several quoted cells, some without need": 'id,name,town\n1,"Berg, Ann","Ely"\n2,"Bo","Ely"\n',
    "doubled quotes": 'id,name,town\n1,"Ann ""Annie"" Berg",Ely\n2,"Berg, Bo",Ely\n',
    "doubled quotes at the ends": 'id,name,town\n1,"""Ann""",""""\n',
    "a cell that begins or ends with a delimiter": 'id,name,town\n1,",Ann","Ely,"\n2,",",",,"\n',
}

BROKEN = {
    "a row that is too short": "id,name,town\n1,Ann\n",
    "a row that is too short among blank ones": "id,name,town\n1,Ann\n2,,\n",
    "a cell too many at the end of the file": "id,name,town\n1,Ann\n2,Bo,Rye,",
    "a quoted cell and one too many at the end of the file": 'id,name,town\n1,"Ann"\n2,"Bo","Rye",',
    "a blank line": "id,name,town\n\n1,Ann,Ely\n",
    "a lone CR in a cell": "id,name,town\n1,A\rnn,Ely\n",
    "a lone CR in a CRLF file": "id,name,town\r\n1,A\rnn,Ely\r\n",
    "a lone CR in front of a delimiter": "id,name,town\n1,Ann\r,Ely\n",
    "a lone CR in front of a delimiter, as many CR as line ends": "id,name,town\r\n1,Ann\r,Ely\n",
    "a CR for a cell": "id,name,town\n\r,Ann,Ely\n",
    "two CR in front of LF": "id,name,town\r\r\n1,Ann,Ely\r\n",
    "a CR in a quoted cell": 'id,name,town\r\n1,"A\rnn",Ely\r\n',
    "a CR and a short row": "id,name,town\r\n1,A\rnn\r\n",
    "a line break in a quoted cell": 'id,name,town\n1,"A\nnn",Ely\n',
    "quotes in mid-cell": 'id,name,town\n1,A"n"n,Ely\n',
    "quotes in mid-cell beside a quoted one": 'id,name,town\n1,A"n"n,"Ely, Cambs"\n',
    "text between two quoted parts": 'id,name,town\n1,"A"n"n",Ely\n',
    "text between two quoted parts, every cell quoted": '"id","name","town"\n"1","A"n"n","Ely"\n',
    "text between two quoted parts that looks like cells": 'id,name,town\n1,"A,"n",n",Ely\n',
    "text between two quoted parts and a delimiter": 'id,name,town\n1,","n"n",Ely\n',
    "text between empty quoted parts": 'id,name,town\n1,""n"",Ely\n',
    "quotes that make up for each other": 'id,name,town\n1,"A"n"n",x"y"z\n',
    "a quoted part that makes up for an unquoted cell": '"id","name","town"\n"1","A"n"n",Ely\n',
}


def parsed(text: str) -> pl.DataFrame | None:
    quote = '"' if '"' in text else None
    try:
        return pl.read_csv(
            text.encode(), has_header=False, quote_char=quote, schema=dict.fromkeys("ABC", pl.String()), encoding="utf8"
        )
    except pl.exceptions.PolarsError:
        return None


@pytest.fixture(params=["as in a small file", "as in a large one"], autouse=True)
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "as in a large one":
        monkeypatch.setattr(verification, "_COUNT_BYTES", 1)
        monkeypatch.setattr(verification, "_SLAB_BYTES", 16)
        monkeypatch.setattr(verification, "_PIECE_BYTES", 2)


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_is_verified(name: str) -> None:
    frame = parsed(SOUND[name])
    assert frame is not None
    quote = '"' if '"' in SOUND[name] else None
    assert verify(SOUND[name].encode(), frame, mark=0, delimiter=",", quote=quote)


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_with_anything_odd_is_not_verified(name: str) -> None:
    frame = parsed(BROKEN[name])
    quote = '"' if '"' in BROKEN[name] else None
    assert frame is None or not verify(BROKEN[name].encode(), frame, mark=0, delimiter=",", quote=quote)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('"a""b"', 'a"b'),
        ('""""', '"'),
        ('"a"b"c"', "abc"),  # single quotes within are lost ...
        ('"a"""b"c"', 'a"bc'),  # ... and one of each pair
        ('""a""', "a"),
        ('a"b"c', 'a"b"c'),  # no quote opens in mid-cell
        ("a\r", "a"),
        ("a\r\r", "a\r"),
        ("\ra", "\ra"),
        ("\r", None),
        ('"a\r"', "a\r"),
        (" a ", " a "),
        ('""', ""),
        ("", None),
        ('"a"b', "refused"),
        ('"a""b"c', "refused"),
        ('"a" ', "refused"),
        ('"a', "refused"),
        ("a,b", "refused"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_polars_takes_from_a_cell_what_the_proof_thinks_it_takes(cell: str, found: str | None, place: int) -> None:
    row = ["x", "y", "z"]
    row[place] = cell
    frame = parsed("1,2,3\n" + ",".join(row) + '\n4,5,"6"\n')
    if found == "refused":
        assert frame is None or frame.height < 3
        return
    assert frame is not None
    assert frame.height == 3
    assert frame.row(1)[place] == found


def test_a_carriage_return_in_front_of_a_delimiter_ends_a_row() -> None:
    grid = read_workbook(b"id,name\n1\r,Ann\n2,Bo\n", limits=DEFAULT_LIMITS).sheet().grid
    assert grid.rows() == [(1, "id", "name"), (2, "1", None), (3, None, "Ann"), (4, "2", "Bo")]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\xef\xbb\xbfa,b\n", b"\n\n", b"a"])
@pytest.mark.parametrize("byte", [b"\n", b",", b'"', b"\r"])
def test_bytes_are_counted_rightly_where_polars_finds_no_line(
    data: bytes, byte: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_COUNT_BYTES", 0)
    assert verification.count(data, byte) == data.count(byte)
