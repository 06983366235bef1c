"""Files as people have them: the labelled cases are read right, or refused by name where that is right too; never silently wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import qooper_ingest as qi

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases" / "wild_text.json").read_text(encoding="utf-8")
)

#: Refused by name, with what to do.
REFUSED = {"29_json_array.json": "json_document", "31_ldif.ldif": "ldif_file"}

PEOPLE = (
    ("1", "Anna", "Berg", "anna@corp.example", "HR"),
    ("2", "Tom", "Ito", "tom@corp.example", "IT"),
    ("3", "Cem", "Oez", "cem@corp.example", "Sales"),
    ("4", "Dora", "Lind", "dora@corp.example", "HR"),
)
LABELS = ("ID", "First name", "Last name", "E-Mail", "Department")


def table_of(data: bytes | str, name: str = "people.csv") -> qi.Table:
    raw = data.encode() if isinstance(data, str) else data
    sheet = qi.read_workbook(qi.Source(name, raw)).sheet()
    return sheet.table(header_rows=guess.rows) if (guess := qi.detect_header(sheet)).rows else sheet.table()


def trimmed(cells: Sequence[str | None]) -> list[str]:
    texts = ["" if cell is None else cell.strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def rows_of(table: qi.Table) -> list[list[str]]:
    return [trimmed(row[1:]) for row in table.frame.rows()]


def written(delimiter: str, rows: Sequence[Sequence[str]] = PEOPLE, labels: Sequence[str] = LABELS) -> str:
    return "\n".join([delimiter.join(labels), *(delimiter.join(row) for row in rows), ""])


@pytest.mark.parametrize("case", [case for case in CASES if case["name"] not in REFUSED], ids=lambda case: case["name"])
def test_a_labelled_file_is_read_right(case: dict[str, Any]) -> None:
    table = table_of(base64.b64decode(case["base64"]), case["name"])
    assert rows_of(table) == [trimmed(row) for row in case["rows"]]
    if case["labels"] is not None:
        assert trimmed(table.labels) == trimmed(case["labels"])


@pytest.mark.parametrize("name", REFUSED)
def test_a_labelled_file_that_is_no_table_is_refused_by_name(name: str) -> None:
    case = next(case for case in CASES if case["name"] == name)
    with pytest.raises(qi.UnsupportedFormatError) as caught:
        qi.read_workbook(qi.Source(name, base64.b64decode(case["base64"])))
    assert caught.value.code == REFUSED[name]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "\x01", "\x1f", "^A", "，", "；", "||", "~"])
def test_a_delimiter_of_any_program_is_found(delimiter: str) -> None:
    table = table_of(written(delimiter))
    assert table.labels == LABELS
    assert rows_of(table) == [list(row) for row in PEOPLE]


def test_a_long_quoted_cell_is_one_cell_whatever_its_lines_look_like() -> None:
    text = "\n".join(f"Line {number},b,c,d" for number in range(600)) + "x" * 15_000
    for cell in (text, text.replace("Line", 'a ""line""')):
        table = table_of(
            f'id,name,about,mail\n1,Anna,"{cell}",a@corp.example\n2,Tom,x,t@corp.example\n3,Cem,y,c@corp.example\n'
        )
        assert table.frame["A"].to_list() == ["1", "2", "3"]
        assert table.frame["C"][0] == cell.replace('""', '"')
        assert table.issues.counts() == {}


def test_rows_between_two_stray_quotes_are_not_swallowed() -> None:
    rows = "".join(f"{number},Ann,Ulm,u{number}@corp.example\n" for number in range(20))
    table = table_of(f'id,name,town,mail\n90,"Bob,Bonn,b@corp.example\n{rows}91,Cal,Kiel",c@corp.example\n')
    assert table.frame.height == 22


@pytest.mark.parametrize("cell", ['="00123"', '"=""00123"""'])
def test_a_formula_that_is_a_text_is_what_a_spreadsheet_shows(cell: str) -> None:
    table = table_of(f"ID,Name,Mail\n{cell},Ann,a@corp.example\n{cell},Bob,b@corp.example\n")
    assert table.frame["A"].to_list() == ["00123", "00123"]
    assert table.issues.counts() == {}


def test_a_backslash_in_a_quoted_cell_is_text() -> None:
    table = table_of('DN,mail\n"CN=Berg\\, Anna,OU=x",a@corp.example\n"CN=Ito\\, Tom,OU=x",b@corp.example\n')
    assert table.frame["A"].to_list() == ["CN=Berg\\, Anna,OU=x", "CN=Ito\\, Tom,OU=x"]


def test_one_column_with_more_than_addresses_is_said() -> None:
    lines = "".join(
        f"{given} {family} lives here, {given}@corp.example and more words\n" for _, given, family, *_ in PEOPLE
    )
    sheet = qi.read_workbook(f"about\n{lines}".encode()).sheet()
    if not sheet.issues.counts():
        assert sheet.grid.width > 2
    assert qi.read_workbook(b"mail\na@corp.example\nb@corp.example\n").sheet().issues.counts() == {}


def test_rows_that_many_are_longer_than_the_labels_are_reported() -> None:
    rows = [f"a{n}@corp.example,Berg, Anna,HR" if n % 3 == 0 else f"b{n}@corp.example,Madonna,IT" for n in range(30)]
    table = table_of("Mail,Name,Dept\n" + "\n".join(rows) + "\n")
    assert table.issues.where("row_ragged").frame["row"].to_list() == [n + 2 for n in range(30) if n % 3 == 0]


# -- rows in another delimiter ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [(";", ","), (",", ";"), ("\t", ","), (";", "|")])
def test_a_second_export_with_another_delimiter_is_read(first: str, second: str) -> None:
    table = table_of(written(first, PEOPLE * 2) + written(second))
    assert rows_of(table) == [list(row) for row in PEOPLE * 3]
    assert table.issues.where("row_delimiter").frame["row"].to_list() == [10]


def test_a_title_with_commas_is_not_divided() -> None:
    table = table_of("Participants, spring, 2026, all, rooms\n" + written(";"))
    assert rows_of(table) == [list(row) for row in PEOPLE]
    assert "row_delimiter" not in table.issues.counts()
