"""Comments and notes: left out of the table and reported, and nobody who has an address or stands in a row is one."""

from __future__ import annotations

import pytest

import qooper_ingest as qi
from test_wild_text import LABELS, PEOPLE, rows_of, table_of, written


@pytest.mark.parametrize(
    "note",
    ["Total: 4", "Total;4", "Page 1 of 3", "4 records exported", "(4 rows)", "Seite 2 von 2", "Summe;;;;4", "Printed by;jdoe;;;01.11.2026",
     "End of report", "-----", "4 row(s) affected", "Итого: 4"],
)  # fmt: skip
def test_a_note_below_the_table_is_nobody(note: str) -> None:
    table = table_of(written(";") + note + "\n")
    assert rows_of(table) == [list(row) for row in PEOPLE]
    assert table.issues.where("note_row").frame["row"].to_list() == [6]


@pytest.mark.parametrize(
    "row", ["5;Total;Count;;HR", "Total;;;t@corp.example;", "5;Page;Elliot;e@corp.example;IT", "7;;;;", "Berg;;;;"]
)
def test_a_row_that_may_be_somebody_is_no_note(row: str) -> None:
    table = table_of(written(";") + row + "\n")
    assert table.frame.height == len(PEOPLE) + 1
    assert "note_row" not in table.issues.counts()


def test_only_the_last_rows_are_notes() -> None:
    table = table_of(written(";", [*PEOPLE[:2], ("Total", "", "", "", "2"), *PEOPLE[2:]]))
    assert table.frame.height == len(PEOPLE) + 1


def test_a_list_of_names_has_no_notes_of_one_word() -> None:
    assert table_of("Name\nBerg\nCount\nTotal\n").frame.height == 3


@pytest.mark.parametrize(
    "comment",
    ["# fields: id, first, last, mail, dept", "# made on 2026-11-01", "#", "## staff", "#TYPE System.Object", "#!x"],
)
def test_a_comment_is_no_label(comment: str) -> None:
    table = table_of(comment + "\n" + written(","))
    assert table.labels == LABELS
    assert rows_of(table) == [list(row) for row in PEOPLE]
    assert table.issues.where("comment_row").page()[0].value == comment


def test_a_comment_among_the_rows_is_nobody_and_stays_in_the_grid() -> None:
    lines = written(",").splitlines()
    sheet = qi.read_workbook("\n".join([*lines[:3], "# inactive, from here", *lines[3:]]).encode()).sheet()
    assert sheet.grid.row(3)[:2] == (4, "# inactive, from here")
    table = sheet.table(header_row=1)
    assert rows_of(table) == [list(row) for row in PEOPLE]
    assert table.issues.counts() == {"comment_row": 1}
    assert table.blank_rows == 0


@pytest.mark.parametrize("label", ["#", "#id", "# id", "# employees"])
def test_the_only_labels_are_labels_whatever_they_begin_with(label: str) -> None:
    table = table_of(f"{label},first,mail\n1,Ann,a@corp.example\n2,Bob,b@corp.example\n3,Cy,c@corp.example\n")
    assert table.labels == (label, "first", "mail")


def test_marks_that_all_rows_have_are_their_ids() -> None:
    table = table_of("id,first,mail\n" + "".join(f"# {n},Ann,a{n}@corp.example\n" for n in range(9)))
    assert table.frame.height == 9
