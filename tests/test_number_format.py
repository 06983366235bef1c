"""Number format codes: rendered as LibreOffice renders them, and a cell keeps its value beside what is shown of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.sax.saxutils import quoteattr

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qooper_ingest as qi
from hostile.generate import book
from qooper_ingest._numbers import float_text
from qooper_ingest.readers import read_workbook
from qooper_ingest.readers.spreadsheet.number_format import (
    GENERAL,
    exact_number,
    parse_format,
    render_number,
    render_section,
)
from qooper_ingest.readers.spreadsheet.values import render, render_alike
from qooper_ingest.table import Table
from qooper_ingest.workbook import Sheet

CASES = Path(__file__).parent / "cases"
PUBLISHED = json.loads((CASES / "number_formats.json").read_text(encoding="utf-8"))

#: What LibreOffice 7.4 showed of each value by each code (CSV export of the formatted text); null where it gave up (#FMT).
LABELLED = json.loads((CASES / "number_formats_libreoffice.json").read_text(encoding="utf-8"))


def sheet_of(*cells: tuple[str, str]) -> Sheet:
    """A sheet with one column of values by their format codes."""
    codes = list(dict.fromkeys(code for _, code in cells))
    formats = "".join(f'<numFmt numFmtId="{200 + at}" formatCode={quoteattr(code)}/>' for at, code in enumerate(codes))
    styles = "".join(f'<xf numFmtId="{200 + at}"/>' for at in range(len(codes)))
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" s="{codes.index(code)}"><v>{value}</v></c></row>'
        for row, (value, code) in enumerate(cells, start=1)
    )
    return read_workbook(
        book(rows, styles=f"<styleSheet><numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>")
    ).sheet(0)


def texts_of(sheet: Sheet, height: int) -> list[str]:
    found = dict(sheet.grid.select("_row", "A").iter_rows()) if sheet.grid.width > 1 else {}
    return [found.get(row) or "" for row in range(1, height + 1)]


def is_dated(value: str, code: str) -> bool:
    return any(section.dated for section, _, _ in parse_format(code).sections)


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: f"{case['value']} by {case['format']}")
def test_a_number_is_shown_as_libreoffice_shows_it(case: dict[str, str]) -> None:
    sheet = sheet_of((case["value"], case["format"]))
    [text] = texts_of(sheet, 1)
    if is_dated(case["value"], case["format"]):
        assert re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
    else:
        assert text == case["libreoffice"].strip()


#: Where the rendering is meant to differ, by the reason.
DIFFERENT = {
    "the sign stays where a section is for numbers of both signs": {
        "[>=1]000;0", '[=1]"Active";[=0]"Inactive";General', '[>=1000]0.0,"k";0', '[=5]"five";0', "[>5]0.0;[<=5]0.00;0",
    },
    "a section for negative numbers only shows no sign, whatever its limit": {'[<=-1]0;[<0]"small";"pos"0'},
    "a locale does not change the signs of numbers, as in Excel": {"[$-419]0.00"},
    "figures of another script, as in Excel": {
        "[$-2000000]0000", "[$-D07041E]0", "[DBNum1][$-804]0000", "[DBNum2][$-804]0", "[DBNum3][$-411]0000",
        "[DBNum1][$-411]General",
    },
    "commas and figures that LibreOffice loses": {"#.##0,00", "+49 0", "#,##", "#,#"},
    "a quote that does not end": {'"""0'},
    "one blank more or less inside": {"?,???", "??,???.??"},
}  # fmt: skip


def test_what_differs_from_libreoffice_is_known_with_its_reason() -> None:
    values = LABELLED["values"]
    good = compared = 0
    odd: set[str] = set()
    for code, labels in LABELLED["shown"].items():
        texts = texts_of(sheet_of(*((value, code) for value in values)), len(values))
        for value, text, label in zip(values, texts, labels, strict=True):
            # General is not cut to the width of a cell.
            general = parse_format(code).general and value in ("1E-7", "-1234567.891", "123456789012345")
            if label is None or general or is_dated(value, code):
                continue
            compared += 1
            good += text == label.strip()
            if text != label.strip():
                odd.add(code)
    assert compared > 2_900
    assert good / compared >= 0.93
    assert odd == set().union(*DIFFERENT.values())


WANTED = [
    ("1712345678", '"0"#', "01712345678"), ("7", '"EMP"0', "EMP7"), ("7", '"EMP-"#', "EMP-7"), ("7", '"EMP"General', "EMP7"),
    ("12345", "[<=99999]00000;00000\\-0000", "12345"), ("123456789", "[<=99999]00000;00000\\-0000", "12345-6789"),
    ("7", "#00", "07"), ("7", "##000", "007"), ("7", "?000", "007"), ("1.5", "00.00", "01.50"), ("7", "[>=1]000;0", "007"),
    ("7", "[DBNum1]0000", "0007"), ("491701234567", "+## ### #######", "+49 170 1234567"),
    ("0", '"Yes";"Yes";"No"', "No"), ("0", '[=1]"Active";[=0]"Inactive";General', "Inactive"), ("-5", '000;"M"000', "M005"),
    ("7", "[$-F028]0000", "0007"), ("4711", "G/通用格式", "4711"), ("4711", "G/標準", "4711"), ("-0", "0", "0"), ("-0", "General", "0"),
    ("0.375", "0.0%", "37.5%"), ("1200", "[$€-2] #,##0", "€ 1,200"), ("1234567", "0.0,,", "1.2"), ("0.75", "# ?/?", "3/4"),
    ("1.5", "[h]:mm", "36:00"), ("-0.25", "[h]:mm", "-6:00"), ("12345", "0.00E+00", "1.23E+04"), ("0.004", "0.00", "0.00"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "code", "shown"), WANTED)
def test_a_code_shows_what_a_person_sees(value: str, code: str, shown: str) -> None:
    assert texts_of(sheet_of((value, code)), 1) == [shown]


def test_a_number_beyond_those_of_a_spreadsheet_is_an_error_cell() -> None:
    sheet = sheet_of(("1e400", "0.00"), ("1", "0.00"))
    assert sheet.grid["A"].to_list() == ["#NUM!", "1.00"]
    assert sheet.kinds["A"].to_list() == ["error", "number"]
    assert sheet.issues.counts() == {"cell_error": 1}


def test_what_is_marked_as_a_number_and_is_none_is_reported() -> None:
    sheet = sheet_of(("abc", "0.00"), ("abc", "General"))
    assert sheet.grid["A"].to_list() == ["abc", "abc"]
    assert sheet.issues.counts() == {"number_unreadable": 2}


def test_a_number_that_its_format_hides_is_kept_as_a_value_and_reported_once_for_its_column() -> None:
    sheet = sheet_of(("1", "0"), ("5", ";;;"), ("6", ";;;"))
    assert sheet.values["A"].to_list() == [None, 5.0, 6.0]
    [issue] = sheet.issues.where("number_hidden").page()
    assert (issue.place, issue.detail) == ("row 2, column A", "2")


@pytest.mark.parametrize(
    ("stored", "shown", "kind"),
    [
        ("2024-02-28", "2024-02-28", "date"), ("2024-02-28T10:00:00Z", "2024-02-28 10:00:00", "datetime"),
        ("2024-02-28T10:00", "2024-02-28 10:00:00", "datetime"), ("2024-02-28T10:00:00.500", "2024-02-28 10:00:00.5", "datetime"),
        ("T10:10", "10:10:00", "time"), ("10:10:05", "10:10:05", "time"), ("PT36H5M", "36:05:00", "time"), ("P1DT1H", "25:00:00", "time"),
        ("45350", "45350", "text"), ("2024-02-30", "2024-02-30", "text"), ("P1M", "P1M", "text"), ("soon", "soon", "text"),
        ("2024-02-28T25:00:00", "2024-02-28T25:00:00", "text"),
    ],
)  # fmt: skip
def test_a_cell_with_an_iso_date_is_right_or_reported(stored: str, shown: str, kind: str) -> None:
    sheet = read_workbook(book(f'<row r="1"><c r="A1" t="d"><v>{stored}</v></c></row>')).sheet(0)
    assert sheet.grid["A"].to_list() == [shown]
    assert (sheet.kinds["A"].to_list() if sheet.kinds.width else ["text"]) == [kind]
    assert sheet.issues.counts() == ({"value_unreadable": 1} if kind == "text" else {})


def test_what_is_marked_as_yes_or_no_and_is_neither_is_reported() -> None:
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="b"><v>{text}</v></c></row>' for row, text in enumerate(["1", "2", "TRUE"], 1)
    )
    sheet = read_workbook(book(cells)).sheet(0)
    assert sheet.grid["A"].to_list() == ["true", "2", "true"]
    assert sheet.issues.counts() == {"value_unreadable": 1}


# -- the two faces of a cell -------------------------------------------------------------------------------------------


def test_a_value_stands_beside_a_text_only_where_the_text_is_not_its_digits() -> None:
    sheet = sheet_of(
        ("7", '0" days"'), ("0.125", "0.0 %"), ("1200", '"€" #,##0'), ("7", "0"), ("7", "000"), ("45350", "yyyy")
    )
    assert sheet.grid["A"].to_list() == ["7 days", "12.5 %", "€ 1,200", "7", "007", "2024-02-28"]
    assert sheet.values["A"].to_list() == [7.0, 0.125, 1200.0, None, 7.0, None]
    assert sheet_of(("7", "0"), ("8", "General")).values.width == 0


SCHEMA = qi.Schema(
    fields=(
        qi.Field(key="id", label="User ID", role="id"),
        qi.Field(key="email", label="E-mail", role="email"),
        qi.Field(key="score", label="Score", type="number"),
        qi.Field(key="active", label="Active", type="boolean"),
        qi.Field(key="note", label="Note", type="text"),
    )
)


def table_of(columns: dict[str, list[tuple[str, str]]]) -> Table:
    cells = [cell for column in columns.values() for cell in column]
    codes = list(dict.fromkeys(code for _, code in cells))
    formats = "".join(f'<numFmt numFmtId="{200 + at}" formatCode={quoteattr(code)}/>' for at, code in enumerate(codes))
    styles = "".join(f'<xf numFmtId="{200 + at}"/>' for at in range(len(codes)))
    address = '<c r="Z{row}" t="inlineStr"><is><t>{text}</t></is></c>'
    header = "".join(
        f'<c r="{chr(65 + at)}1" t="inlineStr"><is><t>{name}</t></is></c>' for at, name in enumerate(columns)
    ) + address.format(row=1, text="E-mail")
    lines = ""
    for row, line in enumerate(zip(*columns.values(), strict=True), start=2):
        cells_of_row = "".join(
            f'<c r="{chr(65 + at)}{row}" s="{codes.index(code)}"><v>{value}</v></c>'
            for at, (value, code) in enumerate(line)
        )
        lines += f'<row r="{row}">{cells_of_row}{address.format(row=row, text=f"p{row}@example.org")}</row>'
    sheet = f"<styleSheet><numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>"
    return read_workbook(book(f'<row r="1">{header}</row>{lines}', styles=sheet)).sheet(0).table(header_row=1)


def records_of(table: Table) -> qi.Records:
    return qi.apply_mapping(table, qi.suggest_mapping(table, SCHEMA), SCHEMA)


def test_an_id_and_a_text_take_what_is_shown_and_a_number_and_a_boolean_the_value() -> None:
    table = table_of(
        {
            "User ID": [("7", '"EMP-"000'), ("42", '"EMP-"000')],
            "Score": [("0.125", "0.0%"), ("1234.5", "#,##0.00")],
            "Active": [("1", '"on";;"off"'), ("0", '"on";;"off"')],
            "Note": [("7", '0" days"'), ("1", '0" day"')],
        }
    )
    frame = records_of(table).frame
    assert frame["id"].to_list() == ["EMP-007", "EMP-042"]
    assert frame["score"].to_list() == [0.125, 1234.5]
    assert frame["active"].to_list() == [True, False]
    assert frame["note"].to_list() == ["7 days", "1 day"]


def test_a_format_that_shows_the_opposite_of_a_boolean_value_is_an_issue() -> None:
    table = table_of({"User ID": [("7", "0")], "Active": [("1", '"No";;"Yes"')]})
    records = records_of(table)
    assert records.frame["active"].to_list() == [None]
    assert records.issues.counts()["boolean_invalid"] == 1


def test_a_saved_table_keeps_its_values(tmp_path: Path) -> None:
    table = table_of({"User ID": [("7", '"EMP-"000')], "Score": [("0.125", "0.0%")]})
    table.save(tmp_path / "table.parquet")
    loaded = Table.load(tmp_path / "table.parquet")
    assert loaded.values.equals(table.values)
    assert loaded.frame.equals(table.frame)


# -- laws --------------------------------------------------------------------------------------------------------------

CODES = st.text(st.sampled_from('0#?.,%;[]()"\\_*-+/E@ <=>19aydhmsGeneral€'), max_size=16)
NUMBERS = st.one_of(
    st.integers(-(10**15), 10**15).map(float),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.sampled_from([0.0, -0.0, 0.5, 1e-9]),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*LABELLED["shown"]]), st.lists(NUMBERS, min_size=1, max_size=8))
def test_expressions_render_a_column_like_each_number_alone(code: str, numbers: list[float]) -> None:
    found = parse_format(code)
    shown = render_alike(pl.Series(numbers), found, date1904=False)
    for number, text, kind in zip(numbers, shown.text, shown.kind, strict=True):
        if any(section.dated or section.kind == "elapsed" for section, _, _ in found.sections):
            continue
        exact = float_text(pl.Series([number]))[0]
        assert (text or "") == render_number(found, exact), (code, number)
        assert kind == 1


@settings(max_examples=150, deadline=None)
@given(CODES, NUMBERS)
def test_any_code_renders_any_number_without_a_fault(code: str, number: float) -> None:
    shown = render(
        pl.DataFrame({"v": [number], "x": pl.Series([0], dtype=pl.UInt32)}), [parse_format(code)], date1904=False
    )
    assert shown.height == 1


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**15), st.integers(1, 20))
def test_zeros_alone_pad_and_take_nothing_away(number: int, places: int) -> None:
    assert render_number(parse_format("0" * places), str(number)) == str(number).zfill(places)


def test_a_code_longer_than_any_spreadsheet_accepts_is_general() -> None:
    assert parse_format("0" * 5_000) is GENERAL
    assert render_section(GENERAL.sections[0][0], exact_number("12.50"), unsigned=False) == "12.5"
