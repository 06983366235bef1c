"""XML in all its dialects, HTML tables, web archives: positions, values, names, kinds, repairs, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qooper_ingest.errors import CorruptFileError, LimitExceededError, SourceError, UnsupportedFormatError
from qooper_ingest.limits import DEFAULT_LIMITS, Limits
from qooper_ingest.readers.xml import read_xml
from qooper_ingest.source import Format, ReadOptions, Source
from qooper_ingest.workbook import Sheet, Workbook

CASES = Path(__file__).parent / "cases" / "files"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))
TRUTH: dict[str, Any] = json.loads((CASES / "truth_rows.json").read_text(encoding="utf-8"))


def read(
    data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, encoding: str | None = None, format: Format | None = None
) -> Workbook:
    raw = data.encode() if isinstance(data, str) else data
    return read_xml(Source.of(raw, name="people.xml"), ReadOptions(format=format, encoding=encoding), limits)


def grid(sheet: Sheet) -> list[list[str | None]]:
    """Rows without their numbers."""
    return [list(row[1:]) for row in sheet.grid.iter_rows()]


def texts(sheet: Sheet) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in grid(sheet)]


def cells(sheet: Sheet) -> dict[tuple[int, int], str]:
    """(row, column), both from 1 → text."""
    return {
        (row[0], position): cell
        for row in sheet.grid.iter_rows()
        for position, cell in enumerate(row[1:], 1)
        if cell is not None
    }


def records(workbook: Workbook) -> list[list[str]]:
    return texts(workbook.sheet())


# -- labelled cases -----------------------------------------------------------------------------------------------


def spreadsheet_cases() -> list[str]:
    return [name for name in EXPECTED if name.startswith("lo/") and name.endswith((".xml", ".fods"))]


@pytest.mark.parametrize("name", spreadsheet_cases())
def test_a_labelled_spreadsheet_is_read_cell_for_cell(name: str) -> None:
    label = EXPECTED[name]
    workbook = read_xml(Source.of(CASES / name), ReadOptions(), DEFAULT_LIMITS)
    assert workbook.format.value == {"xml": "spreadsheetml", "fods": "fods"}[label["format"]]
    assert [sheet.name for sheet in workbook.sheets] == [sheet["name"] for sheet in label["sheets"]]
    assert [sheet.visible for sheet in workbook.sheets] == [
        sheet["visibility"] == "visible" for sheet in label["sheets"]
    ]
    for position, sheet in enumerate(label["sheets"]):
        found = cells(workbook.sheet(position))
        if sheet["kind"] != "table":
            assert found == {(row, column): text for row, column, text in sheet["cells"]}
            continue
        wanted = {(row, column): text for row, column, text in sheet["title_rows"] + sheet["cells_outside"]}
        lines = [sheet["header"], *sheet["rows"]]
        for row, line in enumerate(lines, sheet["header_row"]):
            wanted.update({(row, column): text for column, text in enumerate(line, sheet["first_column"]) if text})
        assert found == wanted
        links = {place: target.removeprefix("mailto:") for place, target in sheet.get("links", {}).items()}
        told = workbook.issues.where("mailto_differs").frame
        assert {f"{i['column']}{i['row']}" for i in told.to_dicts()} <= set(links)
        assert all(links[f"{i['column']}{i['row']}"] == i["detail"] for i in told.to_dicts())
        shown = {f"{chr(64 + column)}{row}" for (row, column), text in found.items() if "@" not in text}
        assert told.height == len(set(links) & shown)


def record_cases() -> list[str]:
    return [name for name, label in EXPECTED.items() if name.startswith("xml/") and "record" in label]


@pytest.mark.parametrize("name", record_cases())
def test_a_labelled_list_of_records_is_the_first_sheet(name: str) -> None:
    label = EXPECTED[name]
    workbook = read_xml(Source.of(CASES / name), ReadOptions(), DEFAULT_LIMITS)
    sheet = workbook.sheet()
    assert workbook.format == Format.XML
    assert sheet.name == label["record"].rpartition(":")[2]
    assert sheet.grid["_row"].to_list() == list(range(1, label["records"] + 2))
    if "columns" in label:
        assert grid(sheet)[0] == label["columns"]


@pytest.mark.parametrize(
    "name",
    ["access_dataroot", "ado_rowset", "attributes", "big5_declared", "control_char", "euc_kr_declared", "mysql_dump"]
    + ["shift_jis_declared", "utf16le_bom", "utf8_but_declared_utf16"],
)
def test_the_values_of_labelled_records_are_the_truth(name: str) -> None:
    workbook = read_xml(Source.of(CASES / "xml" / f"{name}.xml"), ReadOptions(), DEFAULT_LIMITS)
    header, *rows = texts(workbook.sheet())
    wanted = dict(zip(TRUTH["header"], zip(*TRUTH["raw"], strict=True), strict=True))
    compared = 0
    for label, values in zip(header, zip(*rows, strict=True), strict=True):
        key = label.replace("_", " ").replace("Email link", "E-mail (link)").replace("Email", "E-mail")
        found = [value.replace("badnote", "last note") if name == "control_char" else value for value in values]
        assert [value.strip() for value in found][:19] == [value.strip() for value in wanted[key]][:19], label
        compared += 1
    assert compared == len(header) >= 12


def test_the_spreadsheet_without_a_declared_prefix_is_read() -> None:
    sheet = read_xml(Source.of(CASES / "xml" / "ss_prefix_unbound.xls.xml"), ReadOptions(), DEFAULT_LIMITS).sheet()
    assert texts(sheet) == [TRUTH["header"], *TRUTH["raw"]]


def test_the_prefixed_spreadsheet_gives_plain_values_and_their_kinds() -> None:
    workbook = read_xml(Source.of(CASES / "xml" / "sml_prefixed.xml"), ReadOptions(), DEFAULT_LIMITS)
    assert [[row, column, text] for (row, column), text in cells(workbook.sheet()).items()] == EXPECTED[
        "xml/sml_prefixed.xml"
    ]["cells"]
    assert workbook.sheet().kinds.row(0) == ("number", "boolean", "time", "error")
    assert workbook.issues.counts() == {"cell_error": 1}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("truncated.xml", "xml_truncated"),
        ("sml_index_huge.xml", "cell_outside_sheet"),
        ("sml_index_backwards.xml", "cell_index_invalid"),
    ],
)
def test_a_labelled_fault_is_a_typed_error(name: str, code: str) -> None:
    with pytest.raises(CorruptFileError) as caught:
        read_xml(Source.of(CASES / "xml" / name), ReadOptions(), DEFAULT_LIMITS)
    assert caught.value.code == code


def test_the_labelled_page_of_a_workbook_is_its_tables_as_shown() -> None:
    label = EXPECTED["lo/openpyxl/openpyxl.html"]
    path = CASES / "lo" / "openpyxl" / "openpyxl.html"
    workbook = read_xml(Source.of(path), ReadOptions(format=Format.HTML), DEFAULT_LIMITS)
    assert [sheet.name for sheet in workbook.sheets] == ["Instructions", label["sheet"]]
    dropped = [TRUTH["header"].index(name) for name in label["dropped_columns"]]
    lines = [TRUTH["header"], *(row for at, row in enumerate(TRUTH["display"]) if at + 1 not in label["dropped_rows"])]
    wanted = [[cell for at, cell in enumerate(line) if at not in dropped] for line in lines]
    active = wanted[0].index("Active")
    for line in wanted[1:]:
        line[active] = label["booleans"][0 if line[active] == "TRUE" else 1]
    found = [row for row in workbook.sheet(label["sheet"]).grid.iter_rows() if row[0] >= label["header_row"]]
    assert found[0][0] == label["header_row"]
    assert [[cell or "" for cell in row[1:]] for row in found] == wanted


def test_the_labelled_login_page_is_refused_as_one() -> None:
    path = CASES / "mislabelled" / "login_page_named.xlsx"
    for hint in (None, Format.HTML, Format.XML):
        with pytest.raises(UnsupportedFormatError) as caught:
            read_xml(Source.of(path), ReadOptions(format=hint), DEFAULT_LIMITS)
        assert caught.value.code == EXPECTED["mislabelled/login_page_named.xlsx"]["code"]
