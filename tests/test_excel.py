"""Books: the labelled files, values as they were seen, and what is reported."""

from __future__ import annotations

from typing import Any

import pytest

from labelled import EXPECTED, FILES, TRUTH, block, cell
from qooper_ingest.readers import read_workbook
from qooper_ingest.workbook import Sheet

#: Files whose label names a table that these readers make.
BOOKS = [
    name
    for name, label in EXPECTED.items()
    if label.get("outcome", "table") == "table"
    and name.endswith((".xls", ".xlsx", ".ods", ".XLSX", "noextension", "xlsx_named.csv"))
    and "tsv" not in name
    and "csv_named" not in name
]
WHOLE = [name for name in BOOKS if "sheets" in EXPECTED[name]]


def rows_of(label: dict[str, Any]) -> list[list[str]]:
    return TRUTH[label["rows_ref"].partition("#")[2]] if "rows_ref" in label else label["rows"]


@pytest.mark.parametrize("name", WHOLE)
def test_a_labelled_book_has_its_sheets_in_order_with_their_visibility(name: str) -> None:
    book = read_workbook(FILES / name)
    expected = [(sheet["name"], sheet["visibility"] == "visible") for sheet in EXPECTED[name]["sheets"]]
    assert [(info.name, info.visible) for info in book.sheets] == expected


@pytest.mark.parametrize("name", WHOLE)
def test_a_labelled_book_has_every_cell_where_it_was(name: str) -> None:
    book = read_workbook(FILES / name)
    for label in EXPECTED[name]["sheets"]:
        sheet = book.sheet(label["name"])
        if label["kind"] == "table":
            lines = [label["header"], *label["rows"]]
            assert block(sheet, label["header_row"], label["first_column"], len(lines), len(lines[0])) == lines
            for row, column, text in label["title_rows"]:
                assert cell(sheet, row, column) == text
        else:
            for row, column, text in label["cells"]:
                assert cell(sheet, row, column) == text
            assert sheet.grid.select(pl_count(sheet)).item() == len(label["cells"])


def pl_count(sheet: Sheet) -> Any:
    import polars as pl

    names = sheet.grid.columns[1:]
    return sum((pl.col(name).count() for name in names), pl.lit(0)).alias("count")


#: What a writer left out or changed, column by column: openpyxl stores no result of a formula, xlwt an empty one,
#: LibreOffice turns booleans into numbers.
LOST = {
    "mislabelled/UPPER.XLSX": {5: "", 12: "ok"},
    "mislabelled/noextension": {5: "", 12: "ok"},
    "mislabelled/xlsx_named.csv": {5: "", 12: "ok"},
    "mislabelled/xls_named.xlsx": {6: ""},
    "mislabelled/ods_named.xlsx": {9: None},
}


@pytest.mark.parametrize("name", [name for name in BOOKS if name not in WHOLE])
def test_a_labelled_table_is_read_whatever_the_name_says(name: str) -> None:
    label = EXPECTED[name]
    book = read_workbook(FILES / name)
    sheet = book.sheet(label.get("sheet"))
    header = label.get("header", TRUTH["header"])
    rows = rows_of(label)
    found = block(sheet, label.get("header_row", 1), label.get("first_column", 1), len(rows) + 1, len(header))
    assert found[0] == header
    for got, expected in zip(found[1:], rows, strict=True):
        for column, (a, b) in enumerate(zip(got, expected, strict=True)):
            if a != b:
                assert column in LOST.get(name, {}), (name, column, a, b)
                assert a in ("", "1", "0")


@pytest.mark.parametrize("name", ["mislabelled/UPPER.XLSX", "mislabelled/noextension"])
def test_a_formula_without_a_stored_value_is_null_and_reported_with_its_place(name: str) -> None:
    sheet = read_workbook(FILES / name).sheet("Participants")
    found = sheet.issues.where("formula_without_value").frame
    assert found["column"].unique().sort().to_list() == ["H", "O"]
    assert found.height == 22
    assert set(sheet.kinds["H"].drop_nulls().to_list()) == {"text", "formula"}


def test_an_address_behind_a_text_is_offered_with_its_value() -> None:
    sheet = read_workbook(FILES / "mislabelled/UPPER.XLSX").sheet("Participants")
    found = sheet.issues.where("mailto_differs").page()
    assert (found[0].row, found[0].column, found[0].detail) == (6, "I", "jose.garcia@example.org")
    assert len(found) == 7
