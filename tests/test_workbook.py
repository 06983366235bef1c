"""Grids of text with row provenance: cells of every type, headers, blank rows, sheets, saved tables."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest._grid import ROW, SURPLUS_SCHEMA, SheetData, column_letter, column_position
from qooper_ingest.issues import Issues
from qooper_ingest.workbook import Sheet, SheetInfo


def sheet(*rows: list[Any]) -> qi.Sheet:
    return qi.Workbook.of_rows(rows).sheet()


# -- cells ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text", "kind"),
    [
        (None, None, None),
        ("", None, None),
        ("ann", "ann", "text"),
        (" ", " ", "text"),
        ("a\nb\x00", "a\nb\x00", "text"),
        (True, "true", "boolean"),
        (False, "false", "boolean"),
        (0, "0", "number"),
        (-7, "-7", "number"),
        (10**30, "1" + "0" * 30, "number"),
        (1.0, "1", "number"),
        (1.5, "1.5", "number"),
        (-0.0, "-0", "number"),
        (0.1, "0.1", "number"),
        (1e22, "1" + "0" * 22, "number"),
        (1e-7, "0.0000001", "number"),
        (100.0, "100", "number"),
        (float("nan"), "nan", "number"),
        (float("-inf"), "-inf", "number"),
        (Decimal("1.50"), "1.50", "number"),
        (Decimal("1E+3"), "1000", "number"),
        (np.float64(2.5), "2.5", "number"),
        (dt.date(2024, 1, 31), "2024-01-31", "date"),
        (dt.datetime(2024, 1, 31, 7, 5, 9, 999), "2024-01-31 07:05:09", "datetime"),  # noqa: DTZ001  (cells have no zone)
        (dt.datetime(2024, 1, 31, tzinfo=dt.UTC), "2024-01-31 00:00:00", "datetime"),
        (dt.time(7, 5), "07:05:00", "time"),
    ],
)  # fmt: skip
def test_a_cell_is_text_as_a_person_would_see_it_and_its_kind_is_kept(
    cell: object, text: str | None, kind: str | None
) -> None:
    made = sheet(["x"], [cell])
    assert made.grid["A"].to_list() == ["x", text]
    kinds = made.kinds["A"].to_list()[1] if made.kinds.width else ("text" if text is not None else None)
    assert kinds == kind


@pytest.mark.parametrize("cell", [b"x", [1], {"a": 1}, object(), 1j, "\ud800", "a\udfffb"])
def test_a_cell_of_another_type_is_refused_and_not_quoted(cell: object) -> None:
    with pytest.raises(qi.UsageError) as caught:
        sheet([cell])
    assert caught.value.code == "argument_invalid"
    assert caught.value.__context__ is None


def test_short_rows_are_filled_with_blanks() -> None:
    made = sheet(["a", "b", "c"], ["1"], [])
    assert made.grid.columns == [ROW, "A", "B", "C"]
    assert made.grid.rows() == [(1, "a", "b", "c"), (2, "1", None, None), (3, None, None, None)]
    assert made.grid.schema[ROW] == pl.UInt32


def test_columns_of_plain_text_have_no_kinds() -> None:
    made = sheet(["a", 1], ["b", "2"])
    assert made.kinds.columns == ["B"]
    table = made.table(header_row=None)
    assert table.kind("A").to_list() == [None, None]
    assert table.kind("B").cast(pl.String).to_list() == ["number", "text"]


def test_a_workbook_without_rows_has_an_empty_sheet() -> None:
    made = sheet()
    assert (made.grid.height, made.grid.columns) == (0, [ROW])
    table = made.table(header_row=None)
    assert (table.labels, table.frame.height, table.blank_rows) == ((), 0, 0)
    assert made.preview().height == 0


@pytest.mark.parametrize("position", [0, 1, 25, 26, 27, 51, 52, 701, 702, 16383])
def test_letters_and_positions_are_each_other_s_inverse(position: int) -> None:
    assert column_position(column_letter(position)) == position


# -- headers -------------------------------------------------------------------------------------------------------------


def test_the_header_is_taken_off_and_what_stands_above_stays_in_the_grid() -> None:
    made = sheet(["Staff 2024"], [None], ["ID", "Mail"], [7, "ann@corp.example"])
    table = made.table(header_row=3)
    assert (table.labels, table.header_rows, table.columns) == (("ID", "Mail"), (3,), ("A", "B"))
    assert table.frame[ROW].to_list() == [4]
    assert table.kind("A").to_list() == ["number"]
    assert made.grid.height == 4


def test_without_a_header_columns_are_letters_and_every_row_is_data() -> None:
    table = sheet(["a", "b"], [1, 2]).table()
    assert (table.labels, table.header_rows, table.frame[ROW].to_list()) == (("A", "B"), (), [1, 2])
    assert len(table.issues) == 0


def test_several_header_rows_are_joined_from_top_to_bottom() -> None:
    made = sheet(
        ["Person", "Person", "Work", None, None],
        ["Name", "Name", "Town ", None, "x"],
        ["First", "Last", "Work", None, None],
        [1, 2, 3, 4, 5],
    )
    table = made.table(header_rows=[1, 2, 3])
    assert table.labels == ("Person Name First", "Person Name Last", "Work Town Work", "", "x")
    assert table.frame[ROW].to_list() == [4]


def test_a_header_that_stands_there_twice_is_mapped_like_one() -> None:
    made = sheet(["ID", "E-mail", "Status"], ["ID", "E-mail", "Status"], ["A1", "ann@corp.example", "active"])
    guess = qi.detect_header(made)
    assert guess.rows == (1, 2)
    table = made.table(header_rows=guess.rows)
    assert table.labels == ("ID ID", "E-mail E-mail", "Status Status")
    mapping = qi.suggest_mapping(table, qi.Schema.participants())
    assert [mapping.column_of(key) for key in ("id", "email", "status")] == [0, 1, 2]


def test_a_group_ends_where_one_of_a_row_above_begins() -> None:
    made = sheet(
        ["Member", None, "Parent", None, "Payment", None],
        ["Child", None, "Contact", None, None, None],
        ["Name", "Group", "Phone", "Mail", "Amount", "Date"],
        [1, 2, 3, 4, 5, 6],
    )
    assert made.table(header_rows=[1, 2, 3]).labels == (
        "Member Child Name", "Member Child Group", "Parent Contact Phone", "Parent Contact Mail", "Payment Amount", "Payment Date",
    )  # fmt: skip


def test_columns_that_only_a_title_reaches_are_not_the_tables() -> None:
    made = sheet(["Members", "printed Monday", "March 4"], ["Name", "Age"], ["Mia", 7])
    assert made.table(header_row=2).labels == ("Name", "Age")
    assert made.table(header_row=1).labels == ("Members", "printed Monday", "March 4")


def test_labels_are_trimmed_and_their_blanks_are_one() -> None:
    assert sheet(["  E-mail \n address ", "\tID"], [1, 2]).table(header_row=1).labels == ("E-mail address", "ID")


@pytest.mark.parametrize(("rows", "code"), [
    ([], "header_rows_invalid"), ([0], "header_rows_invalid"), ([-1], "header_rows_invalid"), ([2, 1], "header_rows_invalid"),
    ([1, 1], "header_rows_invalid"), ([4], "header_row_unknown"), ([1, 99], "header_row_unknown"),
])  # fmt: skip
def test_header_rows_that_cannot_be_are_refused(rows: list[int], code: str) -> None:
    made = sheet(["a"], ["b"], ["c"])
    with pytest.raises(qi.MappingError) as caught:
        made.table(header_rows=rows)
    assert caught.value.code == code
    if len(rows) == 1:
        with pytest.raises(qi.MappingError) as caught:
            made.table(header_row=rows[0])
        assert caught.value.code == code


def test_a_header_in_an_empty_sheet_is_refused() -> None:
    with pytest.raises(qi.MappingError) as caught:
        sheet().table(header_row=1)
    assert (caught.value.code, caught.value.sheet, caught.value.row) == ("header_row_unknown", "Sheet1", 1)


def test_a_header_may_be_the_last_row() -> None:
    table = sheet(["a", "b"]).table(header_row=1)
    assert (table.frame.height, table.labels, table.blank_rows) == (0, ("a", "b"), 0)


def test_labels_that_repeat_or_are_missing_are_told_with_their_column() -> None:
    made = sheet(["id", None, "id", None, "ID"], [1, 2, 3, None, 5])
    issues = made.table(header_row=1).issues
    told = [(issue.code, issue.row, issue.column, issue.value, issue.detail) for issue in issues.page()]
    assert told == [("label_missing", 1, "B", None, None), ("label_duplicate", 1, "C", "id", "A")]


# -- blank rows ------------------------------------------------------------------------------------------------------------


def test_blank_rows_below_the_header_are_left_out_and_counted() -> None:
    table = sheet(["a", "b"], [None, None], [1, 2], ["", None], [3, 4], [None]).table(header_row=1)
    assert table.frame[ROW].to_list() == [3, 5]
    assert table.blank_rows == 3
    assert repr(table) == "Table(2 rows x 2 columns, 3 blank rows)"


def test_blank_rows_that_a_reader_leaves_out_of_the_grid_are_counted_as_well() -> None:
    grid = pl.DataFrame({ROW: [3, 5, 9], "A": ["id", "1", "2"]}, schema_overrides={ROW: pl.UInt32})
    made = Sheet(SheetInfo(name="x"), SheetData(grid=grid))
    table = made.table(header_row=3)
    assert (table.frame[ROW].to_list(), table.blank_rows) == ([5, 9], 4)
    assert made.table(header_row=4).labels == ("",), "a blank row can be said to be the header"


def test_every_row_is_the_header_above_it_blank_or_data() -> None:
    rows = [["t"], [None], ["h"], [None], ["1"], [None], ["2"]]
    for header in range(1, 8):
        table = sheet(*rows).table(header_row=header)
        assert header + table.blank_rows + table.frame.height == len(rows)


def test_surplus_cells_below_the_header_stay_with_the_table() -> None:
    grid = pl.DataFrame({ROW: [1, 2, 3], "A": ["id", "1", "2"]}, schema_overrides={ROW: pl.UInt32})
    surplus = pl.DataFrame({"row": [1, 3], "position": [1, 1], "value": ["x", "y"]}, schema=SURPLUS_SCHEMA)
    made = Sheet(
        SheetInfo(name="x"), SheetData(grid=grid, surplus=surplus, issues=Issues.of("row_ragged", row=3, detail="2"))
    )
    assert made.surplus.height == 2
    table = made.table(header_row=1)
    assert table.surplus["value"].to_list() == ["y"]
    assert table.issues.counts() == {"row_ragged": 1}


# -- sheets ----------------------------------------------------------------------------------------------------------------


def book(**sheets: tuple[bool, list[list[Any]]]) -> qi.Workbook:
    made = []
    for name, (visible, rows) in sheets.items():
        data = qi.Workbook.of_rows(rows).sheet().data
        made.append(Sheet(SheetInfo(name=name, visible=visible), data))
    return qi.Workbook(format=qi.Format.XLSX, sheets=made)


ADDRESSES = [["id", "mail"], [1, "ann@corp.example"]]
TABLE = [["a", "b"], [1, 2]]


@pytest.mark.parametrize(
    ("sheets", "chosen"),
    [
        ({"A": (True, TABLE), "B": (True, ADDRESSES), "C": (True, ADDRESSES)}, "B"),
        ({"A": (True, [["notes"]]), "B": (True, TABLE), "C": (True, TABLE)}, "B"),
        ({"A": (True, []), "B": (True, [["one"], ["two"]])}, "B"),
        ({"A": (False, ADDRESSES), "B": (True, [["notes"]])}, "B"),
        ({"A": (False, [["notes"]]), "B": (False, ADDRESSES)}, "B"),
        ({"A": (True, []), "B": (True, [])}, "A"),
    ],
)
def test_the_sheet_that_most_likely_holds_the_participants_is_chosen(sheets: Any, chosen: str) -> None:
    assert book(**sheets).sheet().name == chosen


def test_a_sheet_is_found_by_name_and_by_position() -> None:
    workbook = book(A=(True, TABLE), B=(False, TABLE))
    assert workbook.sheet("B").visible is False
    assert workbook.sheet(0).name == "A"
    assert [info.name for info in workbook.sheets] == ["A", "B"]
    assert repr(workbook) == "Workbook(xlsx, 2 sheets)"


@pytest.mark.parametrize("wanted", ["C", "", 2, -1, "x" * 500, "\x00"])
def test_a_sheet_that_is_not_there_is_refused(wanted: str | int) -> None:
    with pytest.raises(qi.MappingError) as caught:
        book(A=(True, TABLE), B=(True, TABLE)).sheet(wanted)
    assert caught.value.code == "sheet_unknown"
    assert "has 2 sheets" in str(caught.value)


def test_a_workbook_without_sheets_has_none_to_give() -> None:
    with pytest.raises(qi.MappingError) as caught:
        qi.Workbook(format=qi.Format.XLSX, sheets=[]).sheet()
    assert caught.value.code == "sheet_unknown"


def test_cells_are_read_when_they_are_first_asked_for() -> None:
    loads: list[int] = []

    def load() -> SheetData:
        loads.append(1)
        return qi.Workbook.of_rows(ADDRESSES).sheet().data

    made = Sheet(SheetInfo(name="x"), load, preview=lambda rows: load().grid.head(rows))
    workbook = qi.Workbook(format=qi.Format.XLSX, sheets=[made])
    assert (workbook.sheets[0].name, repr(workbook.sheet())) == ("x", "Sheet('x', not read yet)")
    assert loads == []
    bound = workbook.sheet()
    assert bound.preview(1).height == 1
    loads.clear()
    assert (bound.grid.height, bound.grid.height, workbook.issues.frame.height, loads) == (2, 2, 0, [1])
    assert bound.preview(1).height == 1
    assert repr(bound) == "Sheet('x', 2 rows x 2 columns)"
    assert workbook.sha256 is None


def test_what_was_seen_of_the_file_goes_along_with_every_table() -> None:
    seen = Issues.of("name_content_mismatch", value=".csv", detail="xlsx")
    data = qi.Workbook.of_rows(ADDRESSES).sheet().data
    workbook = qi.Workbook(
        format=qi.Format.XLSX, sheets=[Sheet(SheetInfo(name="x"), data)], file_issues=seen, sha256="ab"
    )
    assert workbook.issues == seen
    table = workbook.sheet().table(header_row=1)
    assert (table.issues, table.source_sha256) == (seen, "ab")


# -- saved tables ------------------------------------------------------------------------------------------------------------


def rich_table() -> qi.Table:
    made = sheet(
        ["id", "id", None, "born"], [7, "x\n\U0001f600", "y", dt.date(2024, 1, 2)], [None], ["a", None, None, "b"]
    )
    return made.table(header_row=1)


def saved(table: qi.Table) -> bytes:
    target = io.BytesIO()
    table.save(target)
    return target.getvalue()


def test_a_saved_table_reads_back_equal(tmp_path: Path) -> None:
    table = qi.read_workbook(b"id,id,mail\n7,,a\n8,9,b,surplus\n\n").sheet().table(header_row=1)
    for made in (table, rich_table(), sheet().table(), sheet(["a"]).table(header_row=1)):
        made.save(tmp_path / "table.parquet")
        for source in (
            tmp_path / "table.parquet",
            str(tmp_path / "table.parquet"),
            saved(made),
            io.BytesIO(saved(made)),
        ):
            assert qi.Table.load(source) == made
    assert len(table.issues) > 0
    assert table.source_sha256 is not None


def test_a_saved_table_keeps_its_surplus_cells() -> None:
    surplus = pl.DataFrame({"row": [2], "position": [1], "value": ["x\x00é"]}, schema=SURPLUS_SCHEMA)
    data = SheetData(grid=sheet(["id"], ["1"]).grid, surplus=surplus)
    table = Sheet(SheetInfo(name="x"), data).table(header_row=1)
    assert table.surplus.height == 1
    assert qi.Table.load(saved(table)) == table


def test_tables_of_other_content_are_not_equal() -> None:
    assert rich_table() == rich_table()
    assert rich_table() != sheet(["a"]).table(header_row=1)
    assert rich_table() != "table"


def meta(**changes: Any) -> bytes:
    frame, target = pl.DataFrame({ROW: [1]}, schema={ROW: pl.UInt32}), io.BytesIO()
    frame.write_parquet(target, metadata={"qooper_ingest.table": json.dumps(changes)})
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nope",
        b"PAR1" * 10,
        saved(rich_table())[:-20],
        saved(rich_table())[20:],
        meta(),
        meta(format_version=2),
        meta(format_version=1),
    ],
)
def test_what_is_no_saved_table_is_refused(data: bytes) -> None:
    with pytest.raises(qi.UsageError) as caught:
        qi.Table.load(data)
    assert caught.value.code == "argument_invalid"
    assert caught.value.__context__ is None


def test_a_table_that_cannot_be_read_or_written_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(qi.SourceError):
        qi.Table.load(tmp_path / "missing.parquet")
    for target in (tmp_path / "no" / "table.parquet", tmp_path):
        with pytest.raises(qi.UsageError) as caught:
            rich_table().save(target)
        assert caught.value.code == "target_unwritable"


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        (
            [["Person", None, "Manager", None], ["Name", "E-mail", "Name", "E-mail"]],
            ("Person Name", "Person E-mail", "Manager Name", "Manager E-mail"),
        ),
        (
            [["ID", "Name", "Contact", None], [None, None, "E-mail", "Phone"]],
            ("ID", "Name", "Contact E-mail", "Contact Phone"),
        ),
        ([["Name", "E-mail", None], ["first last", None, "Phone"]], ("Name first last", "E-mail", "Phone")),
        ([["Q1", None, None], ["a", None, "b"]], ("Q1 a", "", "b")),
        ([["2024", "2024"], [None, "Q1"]], ("2024", "2024 Q1")),
    ],
)
def test_a_label_above_others_stands_for_the_columns_of_its_group(
    rows: list[list[str | None]], labels: tuple[str, ...]
) -> None:
    sheet = qi.Workbook.of_rows([*rows, ["x"] * len(labels)]).sheet()
    assert sheet.table(header_rows=(1, 2)).labels == labels


def test_a_row_that_says_the_labels_again_is_no_row_of_data() -> None:
    made = sheet(
        ["id", "name", "mail", "team", "fee"],
        [1, "Ann", "ann@corp.example", "North", 5],
        ["id", "name", "mail", "team", "fee"],
        [2, "Bob", "bob@corp.example", "South", 6],
        [None],
        ["id", "name", "mail", "team"],  # four in five
        ["id", "name", "mail", "team", "x"],  # a row of data, however odd
        [3, "name", "dee@corp.example", "team", 7],
    )
    table = made.table(header_row=1)
    assert table.frame["_row"].to_list() == [2, 4, 7, 8]
    assert table.blank_rows == 1
    told = [(issue.code, issue.row, issue.other_row) for issue in table.issues.page()]
    assert told == [("header_repeated", 3, 1), ("header_repeated", 6, 1)]


def test_one_label_alone_is_never_taken_for_the_header_again() -> None:
    assert sheet(["name"], ["Ann"], ["name"]).table(header_row=1).frame["A"].to_list() == ["Ann", "name"]
