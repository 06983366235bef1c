"""Layouts: tables that are drawn, aligned or wrapped are found in a sample, rewritten line by line, and nothing else is."""

from __future__ import annotations

from functools import partial

import pytest

import qooper_ingest as qi
from durations import measure_processor_time
from qooper_ingest.readers.text.layout import find_arrangements

PSQL = " id | name      | mail\n----+-----------+------------------\n  1 | Anna Berg | anna@corp.example\n  2 | Tom Ito   | tom@corp.example\n"
DRAWN = "┌────┬──────┐\n│ id │ mail │\n├────┼──────┤\n│ 1  │ a@corp.example │\n│ 2  │ b@corp.example │\n└────┴──────┘\n"
MARKDOWN = "| id | name |\n|---:|:-----|\n| 1 | Ann \\| Bo |\n| 2 | Cy |\n"
FORMAT_TABLE = (
    "ID    Name       Mail\n--    ----       ----\n1     Anna Berg  a@corp.example\n2     Tom Ito    t@corp.example\n"
)
FIXED = "ID      Name                E-Mail\n00042   Anna Berg           a@corp.example\n00043   Tom Ito             t@corp.example\n"
GAPS = "ID   Name   Mail\n00042   Anna Berg   a@corp.example\n7   Tom Ito   t@corp.example\n"
TABS = "ID\t\tName\t\tMail\n7\t\tAnna Berg\ta@corp.example\n20000000\tTom Ito\t\tt@corp.example\n3\t\tCem Oez\t\tc@corp.example\n"
WRAPPED = 'ID,Name,Mail\n"1,""Berg, Anna"",a@corp.example"\n"2,""Ito, Tom"",t@corp.example"\n'
TYPOGRAPHIC = "„ID“;„Name“;„Mail“\n„1“;„Berg; A“;„a@corp.example“\n„2“;„Ito“;„b@corp.example“\n"


@pytest.mark.parametrize(
    ("text", "layout", "first"),
    [
        (PSQL, "boxed", ("1", "Anna Berg", "anna@corp.example")),
        (DRAWN, "boxed", ("1", "a@corp.example")),
        (MARKDOWN, "boxed", ("1", "Ann | Bo")),
        (FORMAT_TABLE, "ruled", ("1", "Anna Berg", "a@corp.example")),
        (FIXED, "aligned", ("00042", "Anna Berg", "a@corp.example")),
        (GAPS, "gaps", ("00042", "Anna Berg", "a@corp.example")),
        (TABS, "tabs", ("7", "Anna Berg", "a@corp.example")),
        (WRAPPED, "wrapped", ("1", "Berg, Anna", "a@corp.example")),
        (TYPOGRAPHIC, "typographic", ("1", "Berg; A", "a@corp.example")),
    ],
)
def test_a_layout_is_found_and_reads_again_as_reported(text: str, layout: str, first: tuple[str, ...]) -> None:
    book = qi.read_workbook(text.encode())
    assert book.options.dialect is not None
    assert book.options.dialect.layout == layout
    assert first in [row[1:] for row in book.sheet().grid.rows()]
    again = qi.read_workbook(text.encode(), options=qi.ReadOptions(dialect=book.options.dialect))
    assert again.sheet().grid.equals(book.sheet().grid)


@pytest.mark.parametrize(
    "text",
    [
        "id;name\n7;Ann\n8;Bob\n",
        "id|name\n7|Ann\n8|Bob\n",
        '"This sheet, made by hand"\n"has a, b and c"\n"and, in the end, nothing, else"\n',
        '"Name"\n"Berg, Anna"\n"Ito, Tom"\n',
        "ID,Note\n1,two  blanks\n2,in  here\n",
        "id\tname\ttown\n1\t\tUlm\n2\tAnn\t\n",
        "Anna Berg\nTom Ito\nCem Oez\n",
    ],
)
def test_a_delimited_text_is_left_as_it_is(text: str) -> None:
    dialect = qi.read_workbook(text.encode()).options.dialect
    assert dialect is not None
    assert dialect.layout == "delimited"


def test_row_numbers_stay_those_of_the_file() -> None:
    grid = qi.read_workbook(PSQL.encode()).sheet().grid
    assert grid["A"].to_list() == ["id", None, "1", "2"]
    assert grid["_row"].to_list() == [1, 2, 3, 4]


def test_a_line_that_breaks_the_columns_is_kept_whole_and_reported() -> None:
    text = FIXED + "00044   A name that is far too long for it  x@corp.example\n" + FIXED.split("\n")[1] + "\n"
    sheet = qi.read_workbook(text.encode()).sheet()
    row = next(row for row in sheet.grid.rows() if row[0] == 4)
    joined = "".join(cell or "" for cell in row[1:]).replace(" ", "")
    assert joined == "00044Anamethatisfartoolongforitx@corp.example"
    if row[2] is None:
        assert sheet.issues.where("row_ragged").frame["row"].to_list() == [4]


def test_hostile_lines_take_no_longer_than_others() -> None:
    hostile = ("-" * 60_000 + "x", "| " * 20_000, '"' * 60_001, "“" * 30_000, "\t" * 30_000, "  x" * 20_000)
    ordinary = measure_processor_time(partial(find_arrangements, FIXED * (120_000 // len(FIXED))))
    for line in hostile:
        taken = measure_processor_time(partial(find_arrangements, (line + "\n") * 2))
        assert taken < 30 * ordinary, line[:4]
