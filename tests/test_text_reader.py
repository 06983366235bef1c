"""Text files become one grid with the row numbers of a spreadsheet, and nothing in them is lost."""

from __future__ import annotations

import codecs
import dataclasses
import json
import pickle
from pathlib import Path

import polars as pl
import pytest

from pollution import HEADER, TABLE, lay_out, polluted
from qooper_ingest._grid import ROW
from qooper_ingest.errors import LimitExceededError, UnsupportedFormatError
from qooper_ingest.header import detect_header
from qooper_ingest.limits import DEFAULT_LIMITS, Limits
from qooper_ingest.readers.text.reading import read_text
from qooper_ingest.source import Dialect, Format, ReadOptions, Source
from qooper_ingest.workbook import Sheet, Workbook
from thorough import size

CASES = Path(__file__).parent / "cases" / "files"


def book(
    data: bytes | str, *, name: str | None = "people.csv", limits: Limits = DEFAULT_LIMITS, **options: object
) -> Workbook:
    raw = data.encode() if isinstance(data, str) else data
    return read_text(Source(name, raw), ReadOptions.model_validate(options), limits)


def sheet(data: bytes | str, **options: object) -> Sheet:
    return book(data, **options).sheet()  # type: ignore[arg-type]


def rows(read: Sheet) -> list[list[str | None]]:
    """The rows as they were in the file: surplus cells put back, trailing empty cells left out."""
    found: list[list[str | None]] = [list(row[1:]) for row in read.grid.rows()]
    for row, position, value in read.surplus.rows():
        cells = found[row - 1]
        cells.extend([None] * (position + 1 - len(cells)))
        cells[position] = value
    for cells in found:
        while cells and cells[-1] is None:
            cells.pop()
    return found


def expected(cells: list[str] | None) -> list[str | None] | None:
    if cells is None:
        return None
    found: list[str | None] = [cell or None for cell in cells]
    while found and found[-1] is None:
        found.pop()
    return found


# -- polluted tables ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("always", [False, True], ids=["minimal quotes", "every cell quoted"])
def test_every_pollution_of_a_table_is_read_as_a_person_would(always: bool) -> None:
    wrong = []
    for name, data, wanted in polluted(always=always, every=size(13, 39)):
        found = rows(sheet(data))
        truth = [expected(cells) for cells in wanted]
        while truth and truth[-1] == []:
            truth.pop()
        if len(found) != len(truth) or any(t is not None and f != t for f, t in zip(found, truth, strict=True)):
            wrong.append(name)
    assert not wrong


def test_the_labelled_text_files_are_read_as_labelled() -> None:
    labels = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))
    truth = json.loads((CASES / "truth_rows.json").read_text(encoding="utf-8"))
    names = [name for name in labels if name.startswith("csv/")]
    for name in names:
        made = sheet((CASES / name).read_bytes(), name=name).table(header_row=labels[name]["header_row"])
        assert list(made.labels) == truth["header"], name
        cells = [["" if cell is None else cell for cell in row[1:]] for row in made.frame.rows()]
        wanted = truth["display"]
        if labels[name].get("lossy"):
            # The file was saved in a code page that lacks some of its letters.
            page = name.removeprefix("csv/").split("_")[0]
            wanted = [[cell.encode(page, "replace").decode(page) for cell in row] for row in wanted]
        assert cells == wanted, name
    assert len(names) == 3


def test_a_stray_quote_does_not_cut_a_last_cell_with_line_breaks() -> None:
    people = [f"{n};Ann {n};a{n}@corp.example;Go\n" for n in range(8)]
    people[3] = '3;"Ann 3;a3@corp.example;"SQL\nPython"\n'
    read = sheet("id;name;mail;skills\n" + "".join(people))
    assert read.grid.row(4) == (5, "3", '"Ann 3', "a3@corp.example", "SQL\nPython")
    assert read.grid.height == 9
    assert read.issues.counts() == {"quote_stray": 1}
    # A quote that nothing closes does not take the next rows.
    people[3] = '3;Ann 3;a3@corp.example;"SQL\n'
    people[5] = '5;Ann 5;a5@corp.example;"R; SQL"\n'
    read = sheet("id;name;mail;skills\n" + "".join(people))
    assert read.grid.height == 9
    assert read.grid.row(4) == (5, "3", "Ann 3", "a3@corp.example", '"SQL')


# -- the deadline --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["id,name\n1,Ann\n2,Bob\n", 'id,name\n1,"Ann\n2,Bob,x\n'], ids=["plain", "careful"])
def test_a_read_ends_when_the_time_is_over(data: str) -> None:
    with pytest.raises(LimitExceededError) as caught:
        book(data, limits=Limits(seconds=-1.0))
    assert caught.value.params["limit"] == "seconds"


def test_the_time_is_looked_at_after_every_piece_that_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    monkeypatch.setattr("qooper_ingest.readers.deadline.Deadline.check", lambda self: looks.append(1))
    few = "id,name\n1,Ann\n2,Bob,x\n"
    book(few)
    once = len(looks)
    looks.clear()
    book(few + ("3,Cid" * 40 + "\n") * 17_500)  # 3.5 million characters
    assert len(looks) >= once + 3


# -- several tables ------------------------------------------------------------------------------------------------------


def test_a_second_table_stays_in_the_grid_and_is_told_where_it_begins() -> None:
    people = "id,name,mail\n" + "".join(f"{i},Ann {i},a{i}@corp.example\n" for i in range(9))
    teams = "team,size\nNorth,4\nSouth,2\nWest,9\n"
    read = sheet(people + teams)
    assert read.grid.height == 14
    told = [(issue.row, issue.detail) for issue in read.issues.page() if issue.code == "separate_table"]
    assert told == [(11, "2")]
    wider = sheet(people + "\n" + "day,part,room,host\nMo,am,Blue,Ann\nTu,pm,Red,Bob\nWe,pm,Red,Cid\n")
    assert [issue.row for issue in wider.issues.page() if issue.code == "separate_table"] == [12]


def test_a_second_table_is_no_part_of_the_first_and_can_be_chosen() -> None:
    people = "id,name,mail\n" + "".join(f"{i},Ann {i},a{i}@corp.example\n" for i in range(20))
    rooms = "mail,id,room,host\na1@corp.example,7,Blue,Ann\na2@corp.example,8,Red,Bob\na3@corp.example,9,Red,Cid\n"
    read = sheet(people + "\n" + rooms)
    first = read.table(header_row=1)
    assert (first.labels, first.frame.height, first.blank_rows) == (("id", "name", "mail"), 20, 1)
    assert first.issues.counts() == {"separate_table": 1}
    second = read.table(header_row=23)
    assert (second.labels, second.frame.height) == (("mail", "id", "room", "host"), 3)


def test_rows_of_the_first_table_after_a_second_one_are_never_left_out() -> None:
    people = "id,name,mail\n" + "".join(f"{i},Ann {i},a{i}@corp.example\n" for i in range(9))
    teams = "team,size\nNorth,4\nSouth,2\nWest,9\n"
    read = sheet(people + teams + "10,Eve,e@corp.example\n")
    assert read.table(header_row=1).frame["A"].to_list()[-1] == "10"
    assert read.issues.counts()["second_table"] == 1
    assert "separate_table" not in read.issues.counts()


_TABLES = {"second_table", "separate_table"}


def test_short_rows_in_a_row_are_no_second_table() -> None:
    people = "id,name,mail\n" + "".join(f"{i},Ann {i},a{i}@corp.example\n" for i in range(9))
    assert not _TABLES & set(sheet(people + "91,Ann\n92,Bob\n93,Cid\n94,Dee\n").issues.counts())
    assert not _TABLES & set(sheet(people + "made by,the office\nas of,May\n").issues.counts())
    names = "first,last,town\n" + "Ann,Holm,Bergen\n" * 9
    assert not _TABLES & set(sheet(names + "Bob,Lund\nCid,Moss\nDee,Hart\nEve,Nash\n").issues.counts())


# -- row numbers --------------------------------------------------------------------------------------------------------


def test_a_cell_with_line_breaks_is_one_row_and_blank_lines_count() -> None:
    data = 'id,note,town\n1,"a\nb\n\nc",Ulm\n\n2,d,Bonn\n3,"e\r\nf",Kiel\n'
    read = sheet(data)
    assert read.grid[ROW].to_list() == [1, 2, 3, 4, 5]
    assert read.grid["B"].to_list() == ["note", "a\nb\n\nc", None, "d", "e\r\nf"]
    assert read.table(header_row=1).frame[ROW].to_list() == [2, 4, 5]


def test_a_sep_line_names_the_delimiter_and_is_no_row() -> None:
    for first in ("sep=;", '"sep=;"', "SEP=;"):
        read = book(f"{first}\r\nid;a,b\r\n1;x,y\r\n")
        assert read.sheet().grid.rows() == [(1, "id", "a,b"), (2, "1", "x,y")]
        assert read.options.dialect is not None
        assert read.options.dialect.delimiter == ";"
        assert read.options.dialect_score == 1.0
    careful = sheet('sep=|\nid|x\n1|"a\nb"\n2|c\n')
    assert careful.grid.rows()[1] == (2, "1", "a\nb")


def test_trailing_blank_rows_are_no_part_of_the_sheet_and_columns_are() -> None:
    assert sheet("a,b,,\n1,2,,\n,,,\n\n\n").grid.rows() == [(1, "a", "b", None, None), (2, "1", "2", None, None)]
    assert sheet("a,b,\n1,2,\n3,4,5\n").grid.columns == [ROW, "A", "B", "C"]


def test_a_blank_last_column_is_a_column_where_there_is_no_header_and_none_under_one_that_does_not_name_it() -> None:
    read = sheet("7,ann@corp.example,\n8,bob@corp.example,\n")
    assert read.table().labels == ("A", "B", "C")
    assert sheet("a,b,,\n1,2,,\n").table(header_row=1).labels == ("a", "b")
    assert sheet("a,b,c,\n1,2,,\n").table(header_row=1).labels == ("a", "b", "c")


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\n\0", b"sep=;\n"])
def test_a_text_file_without_content_is_a_table_without_rows_that_says_so(data: bytes) -> None:
    for name in ("people.csv", "PEOPLE.TXT"):
        read = book(data, name=name).sheet()
        assert read.grid.height == 0
        guess = detect_header(read)
        assert guess.rows == ()
        table = read.table(header_rows=guess.rows or None)
        assert table.frame.height == 0
        assert table.issues.frame["code"].to_list() == ["table_empty"]


def test_empty_cells_are_null_and_blanks_are_text() -> None:
    read = sheet('a,b,c\n"",, \n1,2,3\n')
    assert read.grid.rows()[1] == (2, None, None, " ")
    assert sheet('a,b\n"",1\n2,""\n').grid.rows()[1:] == [(2, None, "1"), (3, "2", None)]


# -- ragged rows --------------------------------------------------------------------------------------------------------


def body(count: int = 60) -> str:
    return "".join(f"{i},name{i},town{i}\n" for i in range(count))


def test_a_long_row_keeps_its_cells_beside_the_grid() -> None:
    read = sheet("id,name,town\n" + body() + "x,y,z,more,,last\n" + body(3))
    assert read.grid.columns == [ROW, "A", "B", "C"]
    assert read.surplus.rows() == [(62, 3, "more"), (62, 5, "last")]
    issue = read.issues.page()[0]
    assert (issue.code, issue.row, issue.detail) == ("row_ragged", 62, "6")


def test_a_short_row_is_padded_and_told() -> None:
    read = sheet("id,name,town\n" + body() + "x,y\n" + body(3))
    assert read.grid.row(61) == (62, "x", "y", None)
    assert read.issues.page()[0].detail == "2"
    # Also where it is the last column that is often empty, and only a count can tell.
    read = sheet("id,name,town\n" + body().replace("town5", "") + "x,y\n")
    assert [(i.code, i.row) for i in read.issues.page()] == [("row_ragged", 62)]


def test_the_grid_widens_where_many_rows_are_longer() -> None:
    read = sheet("id,name,town\n" + body() + "1,b,c,d\n" * 10)
    assert read.grid.columns == [ROW, "A", "B", "C", "D"]
    assert read.surplus.is_empty()
    assert read.grid["D"].to_list()[-10:] == ["d"] * 10


def test_a_wide_title_invents_no_columns() -> None:
    read = sheet("List, of, all, the, members, 2023\n\nid,name,town\n" + body())
    assert read.grid.columns == [ROW, "A", "B", "C"]
    assert read.surplus.height == 3


def test_a_header_that_is_wider_than_its_rows_names_empty_columns() -> None:
    read = sheet("id,name,town,phone,fax\n" + body(200))
    assert read.grid.row(0) == (1, "id", "name", "town", "phone", "fax")


def test_titles_and_notes_are_no_faults() -> None:
    read = sheet("Members\nas of May\n\nid,name,town\n" + body() + "\nend of list\n")
    assert read.issues.counts() == {"note_row": 1}
    assert sheet("id,name,town\n" + body() + "alone\n" + body(2)).issues.counts() == {"row_ragged": 1}


# -- quotes -------------------------------------------------------------------------------------------------------------


def test_an_unclosed_quote_stays_in_its_own_line_and_is_told() -> None:
    read = sheet('id,name,town\n1,"Ann,Ulm\n2,Bob,"Bad Ems, old"\n' + body())
    assert read.grid.rows()[1:3] == [(2, "1", '"Ann', "Ulm"), (3, "2", "Bob", "Bad Ems, old")]
    issue = read.issues.page()[0]
    assert (issue.code, issue.row, issue.column, issue.value) == ("quote_stray", 2, "B", '"Ann')


def test_an_unclosed_quote_that_another_quote_seems_to_close_swallows_no_rows() -> None:
    read = sheet('id,name,town\n1,Ann,"Ulm\n2,Bob,Bonn\n3,Cal,Kiel"\n' + body())
    assert read.grid.height == 64
    assert read.grid.row(2) == (3, "2", "Bob", "Bonn")
    assert read.issues.counts() == {"quote_stray": 1}


def test_an_unclosed_quote_at_the_end_of_a_long_file_costs_one_line() -> None:
    read = sheet("id,name,town\n" + body(30_000) + '9,"Zed,Ulm\n' + body(30_000))
    assert read.grid.height == 60_002
    assert read.issues.counts() == {"quote_stray": 1}


def test_a_cell_with_many_lines_is_accepts_if_the_rows_agree() -> None:
    note = "\n".join(f"line {i}" for i in range(300))
    read = sheet(f'id,name,town\n1,"{note}",Ulm\n' + body())
    assert read.grid.row(1) == (2, "1", note, "Ulm")
    assert read.issues.counts() == {}


def test_a_cell_with_lines_that_have_commas_is_one_cell() -> None:
    read = sheet('id,name,town\n1,"a, b\nc, d\ne",Ulm\n2,"f","g\nh, i"\n' + body())
    assert read.grid.rows()[1:3] == [(2, "1", "a, b\nc, d\ne", "Ulm"), (3, "2", "f", "g\nh, i")]


def test_a_stray_quote_beside_a_cell_with_line_breaks_is_repaired_within_its_row() -> None:
    read = sheet(
        'id,name,note,town\n1,"Ann,"a\nb, c",Ulm\n2,Bob,"x\n""y""",Bonn\n' + body().replace(",town", ",x,town")
    )
    assert read.grid.rows()[1:3] == [(2, "1", '"Ann', "a\nb, c", "Ulm"), (3, "2", "Bob", 'x\n"y"', "Bonn")]
    assert read.grid.height == 63
    assert [(i.code, i.row, i.column) for i in read.issues.page()] == [("quote_stray", 2, "B")]


def test_a_short_broken_row_does_not_take_the_next_row_with_it() -> None:
    read = sheet('id,name,note,town\n1,"Ann"x,Ulm\n2,Bob,"x\ny",Bonn\n' + body().replace(",town", ",x,town"))
    assert read.grid.rows()[1:3] == [(2, "1", '"Ann"x', "Ulm", None), (3, "2", "Bob", "x\ny", "Bonn")]


# -- damage -------------------------------------------------------------------------------------------------------------


def test_nul_characters_are_kept_and_told() -> None:
    read = sheet(("id,name,town\n" + body() + "1,A\0nn,Ulm\n").encode())
    assert read.grid.row(61) == (62, "1", "A\0nn", "Ulm")
    assert [(i.code, i.row, i.column) for i in read.issues.page()] == [("nul_in_cell", 62, "B")]


def test_a_line_in_another_encoding_is_read_right_and_told_with_its_row() -> None:
    data = ('id,name\n1,Zoë\n2,"Anaïs\nLéa"\n3,Chloé\n4,Renée\n'.encode()) + "5,Jürgen\n".encode("cp1252")
    read = sheet(data)
    assert read.grid.row(5) == (6, "5", "Jürgen")
    assert [(i.code, i.row) for i in read.issues.page()] == [("encoding_changes", 6)]
    assert book(data).options.encoding == "utf-8"


def test_bytes_that_are_no_text_are_told_with_their_row() -> None:
    read = sheet(b'a,b\n1,"x\ny"\n2,\x81\x8d\n3,z\n', encoding="cp1252")
    assert [(i.code, i.row, i.detail) for i in read.issues.page()] == [("bytes_undecodable", 3, "2")]
    assert read.grid.row(2)[2] == "\ufffd\ufffd"
    wide = codecs.BOM_UTF16_LE + "a\tb\n1\t2\n".encode("utf-16-le") + b"\x00\xd8\n\x00"
    assert sheet(wide).issues.counts() == {"bytes_undecodable": 1}


def test_binary_content_is_refused() -> None:
    with pytest.raises(UnsupportedFormatError) as caught:
        book(bytes(range(32)) * 40)
    assert caught.value.code == "unknown_format"


# -- what is reported, what is said ----------------------------------------------------------------------------------------


def test_the_options_tell_how_the_file_was_read() -> None:
    read = book("id;name\r\n1;Jürgen\r\n2;Käthe\r\n".encode("cp850"))
    used = read.options
    assert used.format is Format.TEXT
    assert used.encoding == "cp850"
    assert used.encoding_score is not None
    assert used.encoding_score > 0.5
    assert used.encoding_alternatives
    assert used.dialect == Dialect(delimiter=";", line_end="\r\n")
    assert used.dialect_score is not None
    # What was detected can be handed to the next read.
    again = read_text(Source(None, "id;name\r\n1;Jörg\r\n".encode("cp850")), used, DEFAULT_LIMITS)
    assert again.sheet().grid.row(1) == (2, "1", "Jörg")


def test_what_the_caller_says_is_used() -> None:
    text = "a;b,c\n1;2,3\n"
    assert sheet(text, dialect={"delimiter": ","}).grid.rows() == [(1, "a;b", "c"), (2, "1;2", "3")]
    assert sheet(text, dialect={"delimiter": ""}).grid.rows() == [(1, "a;b,c"), (2, "1;2,3")]
    assert sheet('a,"b"\n', dialect={"delimiter": ",", "quote": None}).grid.rows() == [(1, "a", '"b"')]
    assert sheet("x\n\xe9\n".encode("latin-1"), encoding="mac_roman").grid["A"].to_list() == ["x", "È"]


def test_what_is_uncertain_is_told() -> None:
    found = book(b"name\r\nM\x8ax\r\n").sheet().issues
    assert found.counts() == {"encoding_uncertain": 1}
    assert "cp" in str(found.frame["detail"][0])
    unclear = book("a;b|c\n").sheet().issues
    assert unclear.counts() == {"dialect_uncertain": 1}
    assert book("id;name\n1;Ann\n2;Bob\n").sheet().issues.counts() == {}


def test_the_sheet_is_named_after_the_file() -> None:
    assert book("a,b\n", name="Mentors 2024.final.csv").sheets[0].name == "Mentors 2024.final"
    assert book("a,b\n", name=None).sheets[0].name == "Sheet1"
    assert book("a,b\n1,2\n").sheets[0].rows == 2
    assert book("a,b\n1,2\n").sheets[0].columns == 2


# -- limits -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("road", ["fast", "careful"])
@pytest.mark.parametrize(
    ("limit", "most"), [("rows", 11), ("columns", 3), ("cells", 33), ("cell_chars", 5), ("text_bytes", 148)]
)
def test_limits_hold_to_the_figure_on_both_roads(limit: str, most: int, road: str) -> None:
    data = "id,name,town\n" + body(10)
    if road == "careful":
        data = data.replace("1,name1,town1\n", '1,"name1",town1\n').replace("0,name0", '0,"na"me') + "\n" * 2
        data = data.replace("5,name5", "5,nam")
    at = {"text_bytes": len(data)}.get(limit, most)
    fine = dataclasses.replace(DEFAULT_LIMITS, **{limit: at})
    if road == "careful" and limit == "rows":
        fine = dataclasses.replace(DEFAULT_LIMITS, rows=13)
    elif road == "careful" and limit == "cells":
        fine = dataclasses.replace(DEFAULT_LIMITS, cells=39)
    elif road == "careful" and limit == "cell_chars":
        fine = dataclasses.replace(DEFAULT_LIMITS, cell_chars=6)
    assert book(data, limits=fine).sheet().grid.height == 11
    low = dataclasses.replace(fine, **{limit: getattr(fine, limit) - 1})
    with pytest.raises(LimitExceededError) as caught:
        book(data, limits=low)
    assert caught.value.params["limit"] == limit


def test_errors_hold_no_cell_and_can_be_pickled() -> None:
    with pytest.raises(LimitExceededError) as caught:
        book("id,name\n1," + "secret" * 50 + "\n", limits=dataclasses.replace(DEFAULT_LIMITS, cell_chars=20))
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


# -- the two roads ------------------------------------------------------------------------------------------------------


def test_plain_files_take_the_fast_road_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from qooper_ingest.readers.text import reading as module

    taken: list[str] = []
    careful = module.Parser.read
    monkeypatch.setattr(module.Parser, "read", lambda self, *a: taken.append("careful") or careful(self, *a))  # type: ignore[func-returns-value]
    plain = lay_out([HEADER, *TABLE])
    for data in (
        plain,
        plain.replace("\r\n", "\n"),
        plain.replace(",", ";"),
        lay_out([HEADER, *TABLE], always=True),
        plain + ",,,,,,,,\r\n",
    ):
        sheet(data)
        assert not taken
    for data in (
        plain.replace("\r\n", "\r"),
        plain.replace("4107,", "4107,,"),
        plain.replace("4107,", ""),
        plain.replace("4107,", '4107",'),
        plain.replace("4107,", '"4107,'),
        plain.replace("4107,", '"41\n07",'),
        plain.replace("4107,", "41\r07,"),
        plain.replace("4107,", "41\x0007,"),
        "Members\r\n" + plain,
    ):
        taken.clear()
        sheet(data)
        assert taken == ["careful"]


def test_legacy_text_takes_the_fast_road_too() -> None:
    data = "".join(f"{i};Jürgen;Köln\r\n" for i in range(50)).encode("cp1252")
    assert sheet(data).grid["B"].unique().to_list() == ["Jürgen"]


def test_the_grid_is_row_numbers_and_text() -> None:
    for data in ("a,b\n1,2\n", 'a,b\n1,"2\n3"\n', "a\nb\n", "x"):
        read = sheet(data)
        assert read.grid.schema[ROW] == pl.UInt32
        assert set(read.grid.dtypes[1:]) == {pl.String}
        assert read.kinds.width == 0
