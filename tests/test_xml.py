"""XML in all its dialects, HTML tables, web archives: positions, values, names, kinds, repairs, refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qooper_ingest._numbers import float_text
from qooper_ingest.errors import CorruptFileError, LimitExceededError, SourceError, UnsupportedFormatError, UsageError
from qooper_ingest.limits import DEFAULT_LIMITS, Limits
from qooper_ingest.readers.spreadsheet.opendocument import read_opendocument
from qooper_ingest.readers.xml.reading import read_xml
from qooper_ingest.source import Format, ReadOptions, Source
from qooper_ingest.workbook import Sheet, Workbook

CASES = Path(__file__).parent / "cases" / "files"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))
TRUTH: dict[str, Any] = json.loads((CASES / "truth_rows.json").read_text(encoding="utf-8"))


def read(
    data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, encoding: str | None = None, hint: Format | None = None
) -> Workbook:
    raw = data.encode() if isinstance(data, str) else data
    return read_xml(Source.of(raw, name="people.xml"), ReadOptions(format=hint, encoding=encoding), limits)


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
        # A share is labelled by its value, beside which the grid shows what its format shows of it.
        numbers = workbook.sheet(position).values
        score = sheet["first_column"] + sheet["header"].index("Score")
        letter = chr(64 + score)
        shown = {place: text for place, text in found.items() if place[1] == score and place[0] > sheet["header_row"]}
        assert all(text.endswith("%") for text in shown.values())
        digits = float_text(numbers[letter])
        rows = workbook.sheet(position).grid["_row"].to_list()
        found |= {(row, score): text for row, text in zip(rows, digits, strict=True) if text is not None}
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
    [
        "access_dataroot",
        "ado_rowset",
        "attributes",
        "big5_declared",
        "control_char",
        "euc_kr_declared",
        "mysql_dump",
        "shift_jis_declared",
        "utf16le_bom",
        "utf8_but_declared_utf16",
    ],
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


# -- SpreadsheetML ------------------------------------------------------------------------------------------------

SS = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'


def book(table: str, *, styles: str = "", more: str = "") -> str:
    sheet = f'<Worksheet ss:Name="People"><Table>{table}</Table>{more}</Worksheet>'
    return f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook {SS}><Styles>{styles}</Styles>{sheet}</Workbook>'


def data(text: str, kind: str = "String") -> str:
    return f'<Data ss:Type="{kind}">{text}</Data>'


def test_index_and_merge_place_cells_where_the_spreadsheet_shows_them() -> None:
    table = (
        f'<Row ss:Index="3"><Cell ss:Index="2" ss:MergeAcross="2">{data("title")}</Cell><Cell>{data("after")}</Cell></Row>'
        f'<Row><Cell ss:MergeDown="1">{data("a")}</Cell><Cell ss:Index="4">{data("d")}</Cell></Row>'
        f'<Row ss:Span="4"/><Row><Cell>{data("after span")}</Cell></Row>'
    )
    assert cells(read(book(table)).sheet()) == {
        (3, 2): "title",
        (3, 5): "after",
        (4, 1): "a",
        (4, 4): "d",
        (10, 1): "after span",
    }


@pytest.mark.parametrize(
    ("stored", "kind", "shown", "told"),
    [
        ("7", "Number", "7", "number"),
        ("7.0", "Number", "7", "number"),
        ("0.33329999999999999", "Number", "0.3333", "number"),
        ("1.234567890123456E15", "Number", "1234567890123456", "number"),
        ("12345678901234567", "Number", "12345678901234567", "number"),
        ("1E-7", "Number", "0.0000001", "number"),
        ("-0", "Number", "0", "number"),
        ("1", "Boolean", "true", "boolean"),
        ("0", "Boolean", "false", "boolean"),
        ("true", "Boolean", "true", "boolean"),
        ("1950-01-01T00:00:00.000", "DateTime", "1950-01-01", "date"),
        ("2024-02-28T23:30:00.000", "DateTime", "2024-02-28 23:30:00", "datetime"),
        ("2024-02-28T23:30:00.250", "DateTime", "2024-02-28 23:30:00.25", "datetime"),
        ("1899-12-31T09:30:00.000", "DateTime", "09:30:00", "time"),
        ("1899-12-31T09:30:05.250", "DateTime", "09:30:05.25", "time"),
        ("1904-01-01T09:30:00.000", "DateTime", "1904-01-01 09:30:00", "datetime"),
        ("2024-02-28T09:30:00Z", "DateTime", "2024-02-28 09:30:00", "datetime"),
        ("28.02.2020", "DateTime", "28.02.2020", None),
        ("1899-12-30T09:30:00.000", "DateTime", "09:30:00", "time"),
        ("#REF!", "Error", "#REF!", "error"),
        ("007", "String", "007", None),
        (" a ", "String", " a ", None),
    ],
)
def test_a_value_comes_as_shown_with_its_kind(stored: str, kind: str, shown: str, told: str | None) -> None:
    sheet = read(book(f"<Row><Cell>{data(stored, kind)}</Cell></Row>")).sheet()
    assert grid(sheet) == [[shown]]
    assert (sheet.kinds["A"][0] if sheet.kinds.width else None) == told
    assert ("value_unreadable" in sheet.issues.counts()) == (kind == "DateTime" and told is None)


def test_a_number_shown_with_leading_zeros_keeps_them_by_cell_row_column_and_parent_style() -> None:
    styles = (
        '<Style ss:ID="Default"/><Style ss:ID="pad"><NumberFormat ss:Format="0000"/></Style>'
        '<Style ss:ID="child" ss:Parent="pad"/><Style ss:ID="ssn"><NumberFormat ss:Format="000\\-00\\-0000"/></Style>'
        '<Style ss:ID="pct"><NumberFormat ss:Format="0.0%"/></Style>'
    )
    number = data("42", "Number")
    table = (
        '<Column/><Column ss:StyleID="pad"/>'
        f"<Row><Cell>{number}</Cell><Cell>{number}</Cell></Row>"
        f'<Row ss:StyleID="pad"><Cell>{number}</Cell><Cell ss:StyleID="pct">{number}</Cell></Row>'
        f'<Row><Cell ss:StyleID="child">{number}</Cell><Cell ss:StyleID="ssn">{number}</Cell></Row>'
        f'<Row><Cell ss:StyleID="pad">{data("42")}</Cell><Cell ss:StyleID="pad">{data("4.5", "Number")}</Cell></Row>'
    )
    assert grid(read(book(table, styles=styles)).sheet()) == [
        ["42", "0042"],
        ["0042", "4200.0%"],
        ["0042", "000-00-0042"],
        ["42", "0005"],
    ]


DATE_STYLES = (
    '<Style ss:ID="Default"><NumberFormat/></Style><Style ss:ID="day"><NumberFormat ss:Format="Short Date"/></Style>'
    '<Style ss:ID="code"><NumberFormat ss:Format="dd\\.mm\\.yyyy\\ hh:mm"/></Style><Style ss:ID="clock"><NumberFormat ss:Format="Short Time"/></Style>'
    '<Style ss:ID="hours"><NumberFormat ss:Format="[h]:mm:ss"/></Style><Style ss:ID="plain" ss:Parent="day"><NumberFormat/></Style>'
    '<Style ss:ID="child" ss:Parent="day"/><Style ss:ID="money"><NumberFormat ss:Format="Scientific"/></Style>'
    '<Style ss:ID="answer"><NumberFormat ss:Format="Yes/No"/></Style>'
)  # fmt: skip


@pytest.mark.parametrize(
    ("stored", "kind", "style", "shown", "told"),
    [
        ("45350", "Number", "day", "2024-02-28", "date"),
        ("45350.5", "Number", "day", "2024-02-28 12:00:00", "datetime"),
        ("45350", "Number", "code", "2024-02-28", "date"),
        ("0.25", "Number", "clock", "06:00:00", "time"),
        ("45350", "Number", "child", "2024-02-28", "date"),
        ("45350", "Number", "plain", "45350", "number"),
        ("45350", "Number", "money", "4.54E+04", "number"),
        ("1", "Number", "answer", "Yes", "number"),
        ("1.5", "Number", "hours", "36:00:00", "time"),
        ("1900-01-01T12:00:00.000", "DateTime", "hours", "36:00:00", "time"),
        ("1900-03-01T00:00:00.000", "DateTime", "hours", "1464:00:00", "time"),
        ("1899-12-31T01:02:03.000", "DateTime", "hours", "1:02:03", "time"),
        ("2024-02-28T00:00:00.000", "DateTime", "money", "2024-02-28", "date"),
        ("someday", "DateTime", "hours", "someday", None),
        ("45350", "String", "day", "45350", None),
    ],
)
def test_a_style_tells_of_a_number_that_it_is_a_date(stored: str, kind: str, style: str, shown: str, told: str) -> None:
    sheet = read(book(f'<Row><Cell ss:StyleID="{style}">{data(stored, kind)}</Cell></Row>', styles=DATE_STYLES)).sheet()
    assert grid(sheet) == [[shown]]
    assert (sheet.kinds["A"][0] if sheet.kinds.width else None) == told


def test_a_style_is_that_of_the_cell_else_of_its_row_column_table_or_the_default() -> None:
    number = f"<Cell>{data('45350', 'Number')}</Cell>"
    own = number.replace("<Cell", '<Cell ss:StyleID="answer"')
    rows = f'<Row>{number}{number}{own}</Row><Row ss:StyleID="hours">{number}{number}{own}</Row>'
    table = f'<Column ss:Index="2" ss:StyleID="clock"/>{rows}'
    hours, moment = "1088400:00:00", "2024-02-28"
    plain = ["45350", moment, "Yes"], [hours, hours, "Yes"]
    assert grid(read(book(table, styles=DATE_STYLES)).sheet()) == [*plain]
    dated = ["2024-02-28", moment, "Yes"], [hours, hours, "Yes"]
    styled = book(table, styles=DATE_STYLES).replace("<Table>", '<Table ss:StyleID="day">')
    assert grid(read(styled).sheet()) == [*dated]
    default = DATE_STYLES.replace("<NumberFormat/>", '<NumberFormat ss:Format="Short Date"/>', 1)
    assert grid(read(book(table, styles=default)).sheet()) == [*dated]


def test_a_cell_loses_nothing_that_its_writer_put_beside_or_before_its_value() -> None:
    twice = f"<Cell>{data('a')}{data('b')}</Cell>"
    sheet = read(book(f"<Row><Cell> bare </Cell><Cell>{data('own')} beside </Cell>{twice}</Row>")).sheet()
    assert grid(sheet) == [["bare", "own", "b"]]
    assert [(one.code, one.place, one.value) for one in sheet.issues.page()] == [
        ("cell_repeated", "row 1, column C", "a")
    ]


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    rows = "".join(
        f'<Row><Cell ss:StyleID="{style}">{data(stored, kind)}</Cell></Row>'
        for stored, kind, style in (
            ("43888", "Number", "day"), ("1904-01-01T09:30:00.000", "DateTime", "clock"), ("1904-01-01T00:00:00.000", "DateTime", "day"),
            ("1904-01-02T12:00:00.000", "DateTime", "hours"), ("2024-02-28T00:00:00.000", "DateTime", "day"),
        )
    )  # fmt: skip
    since = "<ExcelWorkbook xmlns='urn:schemas-microsoft-com:office:excel'><Date1904/></ExcelWorkbook><Styles>"
    text = book(rows, styles=DATE_STYLES).replace("<Styles>", since)
    assert grid(read(text).sheet()) == [["2024-02-28"], ["09:30:00"], ["1904-01-01"], ["36:00:00"], ["2024-02-28"]]
    assert grid(read(text.replace("<Date1904/>", "<Date1904>False</Date1904>")).sheet())[0] == ["2020-02-27"]


def test_a_number_that_is_no_date_is_reported_where_a_style_shows_one() -> None:
    sheet = read(book(f'<Row><Cell ss:StyleID="day">{data("-3", "Number")}</Cell></Row>', styles=DATE_STYLES)).sheet()
    assert grid(sheet) == [["-3"]]
    assert [(one.code, one.place, one.value) for one in sheet.issues.page()] == [
        ("date_out_of_range", "row 1, column A", "-3")
    ]


def test_comments_rich_text_and_settings_are_told_from_values() -> None:
    table = (
        f'<Row><Cell><Comment ss:Author="x"><ss:Data>not this</ss:Data></Comment>{data("this")}</Cell>'
        '<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>bold</B> and <I>not</I></ss:Data>'
        '<NamedCell ss:Name="n"/></Cell></Row>'
    )
    hidden = '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>'
    workbook = read(book(table, more=hidden))
    assert grid(workbook.sheet()) == [["this", "bold and not"]]
    assert workbook.sheets[0].visible is False


def test_hidden_rows_are_read_and_counted() -> None:
    row = f'<Row ss:Hidden="1"><Cell>{data("x")}</Cell></Row>'
    sheet = read(book(row + row.replace(' ss:Hidden="1"', "") + row)).sheet()
    assert grid(sheet) == [["x"], ["x"], ["x"]]
    assert [(one.code, one.detail) for one in sheet.issues.page()] == [("rows_hidden", "2")]


def test_a_formula_without_a_result_is_reported_and_one_with_a_result_is_not() -> None:
    table = f'<Row><Cell ss:Formula="=1+1"/><Cell ss:Formula="=R1">{data("2", "Number")}</Cell><Cell>{data("x")}</Cell></Row>'
    sheet = read(book(table)).sheet()
    assert grid(sheet) == [[None, "2", "x"]]
    assert sheet.kinds["A"].to_list() == ["formula"]
    assert [(i.code, i.place) for i in sheet.issues.page()] == [("formula_without_value", "row 1, column A")]


def test_a_link_to_another_address_than_is_shown_is_offered() -> None:
    table = (
        f'<Row><Cell ss:HRef="mailto:ann@corp.example?subject=x">{data("Write to Ann")}</Cell>'
        f'<Cell ss:HRef="mailto:bob@corp.example">{data("bob@corp.example")}</Cell></Row>'
    )
    issues = read(book(table)).sheet().issues
    assert [(i.code, i.column, i.value, i.detail) for i in issues.page()] == [
        ("mailto_differs", "A", "Write to Ann", "ann@corp.example")
    ]


def test_styled_cells_without_values_leave_no_rows_or_columns() -> None:
    table = f"<Row><Cell>{data('a')}</Cell></Row>" + '<Row ss:StyleID="s"><Cell/><Cell ss:StyleID="s"/></Row>' * 500
    sheet = read(book(table)).sheet()
    assert grid(sheet) == [["a"]]
    assert (sheet.info.rows, sheet.info.columns) == (1, 1)


# -- record XML ---------------------------------------------------------------------------------------------------


def test_row_one_is_the_header_and_record_n_is_row_n_plus_one() -> None:
    sheet = read("<l><p><id>7</id><mail>a@b.c</mail></p><p><mail>d@e.f</mail></p></l>").sheet()
    assert sheet.grid.rows() == [(1, "id", "mail"), (2, "7", "a@b.c"), (3, None, "d@e.f")]
    assert sheet.name == "p"


def test_a_qualified_repeat_is_a_field_of_its_own() -> None:
    person = '<p id="{0}"><phone type="work">1</phone><phone type="home">2</phone>{1}</p>'
    xml = "<l>" + person.format(1, "") + person.format(2, '<phone type="work">3</phone>') + "</l>"
    assert records(read(xml)) == [
        ["id", "phone(work)", "phone(work)(2)", "phone(home)"],
        ["1", "1", "", "2"],
        ["2", "1", "3", "2"],
    ]


def test_repeated_simple_values_are_joined_with_line_breaks_and_said_so() -> None:
    workbook = read("<l><p><id>1</id><tags><tag>a</tag><tag>b; c</tag></tags></p><p><id>2</id><tags/></p></l>")
    assert records(workbook) == [["id", "tags.tag"], ["1", "a\nb; c"], ["2", ""]]
    assert [(i.code, i.column, i.detail) for i in workbook.issues.page()] == [("xml_repeats_joined", "B", "2")]


def test_repeated_values_with_line_breaks_of_their_own_are_numbered() -> None:
    workbook = read("<l><p><id>1</id><note>a\nb</note><note>c</note></p><p><id>2</id></p></l>")
    assert records(workbook) == [["id", "note", "note(2)"], ["1", "a\nb", "c"], ["2", "", ""]]


def test_repeated_groups_are_numbered_from_the_second() -> None:
    address = "<address><city>{}</city><zip>1</zip></address>"
    xml = f"<l><p><id>1</id>{address.format('Aa')}{address.format('Bb')}</p><p><id>2</id>{address.format('Cc')}</p></l>"
    assert records(read(xml)) == [
        ["id", "address.city", "address.zip", "address(2).city", "address(2).zip"],
        ["1", "Aa", "1", "Bb", "1"],
        ["2", "Cc", "1", "", ""],
    ]


def test_a_field_named_by_an_attribute_or_a_child_has_that_name() -> None:
    attribute = "<l>" + '<r><field name="E-mail">a@b.c</field><field name="Id">1</field></r>' * 2 + "</l>"
    child = (
        "<l>"
        + "<r><field><name>E-mail</name><value>a@b.c</value></field><field><name>Id</name><value>1</value></field></r>"
        * 3
    )
    for xml, count in ((attribute, 2), (child + "</l>", 3)):
        assert records(read(xml)) == [["E-mail", "Id"], *[["a@b.c", "1"]] * count]


def test_children_that_only_share_a_name_child_are_numbered_not_named_after_it() -> None:
    xml = (
        "<l>"
        + "".join(
            f"<p><id>{n}</id><email>p{n}@b.c</email><kid><name>K{n}a</name></kid><kid><name>K{n}b</name></kid></p>"
            for n in range(6)
        )
        + "</l>"
    )
    assert records(read(xml))[0] == ["id", "email", "kid.name", "kid(2).name"]


def test_an_attribute_called_like_a_child_gets_an_at_sign() -> None:
    assert records(read('<l><p id="1"><id>7</id></p><p id="2"><id>8</id></p></l>')) == [
        ["@id", "id"],
        ["1", "7"],
        ["2", "8"],
    ]


def test_names_lose_their_namespace_and_get_their_blanks_back() -> None:
    xml = '<a:l xmlns:a="u" xmlns:b="u"><a:p><a:First_x0020_name>A</a:First_x0020_name></a:p><b:p><b:First_x0020_name>B</b:First_x0020_name></b:p></a:l>'
    assert records(read(xml)) == [["First name"], ["A"], ["B"]]


def test_attributes_that_are_no_data_are_left_out() -> None:
    xml = (
        '<l xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x">'
        '<p xml:lang="de" xsi:type="t"><id xsi:nil="true"/><m>1</m></p><p><id>2</id></p></l>'
    )
    workbook = read(xml)
    assert records(workbook) == [["id", "m"], ["", "1"], ["2", ""]]
    assert len(workbook.issues) == 0


def test_people_in_groups_get_the_fields_of_their_group() -> None:
    person = "<person><id>{0}</id><first>F{0}</first><email>p{0}@b.c</email></person>"
    xml = (
        '<company><department code="HR"><name>Human</name>' + person.format(1) + person.format(2)
        + '</department><department code="IT"><name>Tech</name>' + person.format(3) + "</department></company>"
    )  # fmt: skip
    workbook = read(xml)
    assert [sheet.name for sheet in workbook.sheets] == ["person", "department"]
    assert records(workbook) == [
        ["department.code", "department.name", "id", "first", "email"],
        ["HR", "Human", "1", "F1", "p1@b.c"],
        ["HR", "Human", "2", "F2", "p2@b.c"],
        ["IT", "Tech", "3", "F3", "p3@b.c"],
    ]
    assert texts(workbook.sheet(1)) == [["code", "name"], ["HR", "Human"], ["IT", "Tech"]]


def test_pages_of_records_are_one_list() -> None:
    row = "<row><a>{0}</a><b>x</b></row>"
    xml = "<t><page>" + row.format(1) + row.format(2) + "</page><page>" + row.format(3) + "</page></t>"
    assert records(read(xml)) == [["a", "b"], ["1", "x"], ["2", "x"], ["3", "x"]]


def test_one_person_with_two_addresses_is_one_record() -> None:
    xml = (
        "<p><person><id>1</id><first>A</first><last>B</last>"
        "<mail><type>work</type><address>a@b.c</address></mail><mail><type>home</type><address>d@e.f</address></mail></person></p>"
    )
    workbook = read(xml)
    assert workbook.sheet().name == "person"
    assert len(records(workbook)) == 2
    assert {"a@b.c", "d@e.f"} <= set(records(workbook)[1])


def test_a_single_person_beside_another_list_is_a_list_of_one() -> None:
    departments = "".join(f"<dept><code>{n}</code><title>D{n}</title></dept>" for n in range(5))
    xml = f"<x><depts>{departments}</depts><people><person><id>1</id><email>a@b.example</email></person></people></x>"
    workbook = read(xml)
    assert [sheet.name for sheet in workbook.sheets] == ["person", "dept"]
    assert records(workbook) == [["id", "email"], ["1", "a@b.example"]]


def test_a_plain_list_of_values_is_a_list() -> None:
    assert records(read("<mails><mail>a@b.c</mail><mail>d@e.f</mail></mails>")) == [["mail"], ["a@b.c"], ["d@e.f"]]


def test_lists_of_one_name_get_the_name_of_what_holds_them() -> None:
    xml = "<x><a><row><n>1</n></row><row><n>2</n></row></a><b><row><n>3</n></row><row><n>4</n></row></b></x>"
    assert [sheet.name for sheet in read(xml).sheets] == ["row", "b.row"]


def test_values_outside_of_the_lists_are_reported() -> None:
    workbook = read('<export date="2024-03-01"><meta><rows>2</rows></meta><p><id>1</id></p><p><id>2</id></p></export>')
    told = [(i.code, i.value, i.detail) for i in workbook.issues.page()]
    assert told == [("xml_outside_list", "2024-03-01", "export.date"), ("xml_outside_list", "2", "export.meta.rows")]


@pytest.mark.parametrize(
    ("value", "shown", "by"),
    [
        ("ann@corp.example<!-- x -->.evil", "ann@corp.example.evil", "a comment"),
        ("ann@corp.example<b/>.evil", "ann@corp.example.evil", "an element"),
        ("<b/>ann@corp.example", "ann@corp.example", "an element"),
        ("ann<b>@corp</b>", "ann", "an element"),
    ],
)
def test_text_that_is_interrupted_is_joined_and_reported(value: str, shown: str, by: str) -> None:
    workbook = read(f"<l><p><id>1</id><mail>{value}</mail></p><p><id>2</id><mail>x@y.z</mail></p></l>")
    sheet = workbook.sheet()
    assert dict(zip(grid(sheet)[0], grid(sheet)[1], strict=True))["mail"] == shown
    told = sheet.issues.where("xml_mixed_content").page()
    assert [(i.row, i.column, i.value, i.detail) for i in told] == [(2, "B", shown, by)]


def test_comments_between_values_are_nothing() -> None:
    workbook = read("<l><!-- a --><p><!-- b --><id>1</id><!-- c --></p><p><id>2</id></p></l>")
    assert records(workbook) == [["id"], ["1"], ["2"]]
    assert len(workbook.issues) == 0


def test_white_space_is_kept_in_values_and_is_nothing_between_them() -> None:
    workbook = read("<l>\n <p>\n  <id> 1 </id>\n  <e>\n  </e>\n  <f> </f>\n </p>\n <p><id>a\nb</id></p>\n</l>")
    assert grid(workbook.sheet()) == [["id", "e", "f"], [" 1 ", None, " "], ["a\nb", None, None]]


def test_schemas_and_old_values_inside_of_data_are_no_records() -> None:
    schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"/><xs:element name="b"/></xs:schema>'
    diff = (
        '<d:diffgram xmlns:d="urn:schemas-microsoft-com:xml-diffgram-v1"><NewDataSet>'
        '<T d:id="T1"><id>1</id></T><T d:id="T2"><id>2</id></T></NewDataSet><d:before><T d:id="T1"><id>0</id></T></d:before></d:diffgram>'
    )
    assert records(read(f"<DataSet>{schema}{diff}</DataSet>")) == [["id"], ["1"], ["2"]]


def test_an_ado_rowset_has_the_names_and_the_order_of_its_schema() -> None:
    xml = (
        "<xml xmlns:s='uuid:BDC6E3F0-6DA3-11d1-A2A3-00AA00C14882' xmlns:rs='urn:schemas-microsoft-com:rowset' xmlns:z='#RowsetSchema'>"
        "<s:Schema id='RowsetSchema'><s:ElementType name='row'><s:AttributeType name='c0' rs:name='First name'/>"
        "<s:AttributeType name='c1' rs:name='Never'/><s:AttributeType name='id'/></s:ElementType></s:Schema>"
        "<rs:data><z:row id='1'/><z:row id='2' c0='Ann'/></rs:data></xml>"
    )
    assert records(read(xml)) == [["First name", "Never", "id"], ["", "", "1"], ["Ann", "", "2"]]


def test_filemaker_columns_have_the_names_of_its_metadata() -> None:
    fields = "".join(f'<FIELD NAME="N{n}" TYPE="TEXT"/>' for n in range(20))
    row = '<ROW RECORDID="{0}">' + "".join(f"<COL><DATA>{{0}}-{n}</DATA></COL>" for n in range(20)) + "</ROW>"
    xml = f'<FMPXMLRESULT xmlns="http://www.filemaker.com/fmpxmlresult"><METADATA>{fields}</METADATA><RESULTSET>{row.format(1)}{row.format(2)}</RESULTSET></FMPXMLRESULT>'
    workbook = read(xml)
    assert [sheet.name for sheet in workbook.sheets] == ["ROW"]
    assert records(workbook)[0] == ["RECORDID", *(f"N{n}" for n in range(20))]
    assert records(workbook)[2][-1] == "2-19"


def test_cells_without_names_are_numbered_not_joined() -> None:
    row = "<row><cell>1</cell><cell>a@b.example</cell><cell>x</cell></row>"
    assert records(read(f"<t>{row}{row}</t>")) == [
        ["cell", "cell(2)", "cell(3)"],
        ["1", "a@b.example", "x"],
        ["1", "a@b.example", "x"],
    ]


def test_a_dump_of_a_database_is_its_rows_and_not_its_structure() -> None:
    row = '<row><field name="id">{0}</field><field name="mail">p{0}@b.example</field></row>'
    xml = (
        '<mysqldump><database name="d"><table_structure name="p"><field Field="id" Type="int"/><field Field="mail" Type="t"/>'
        f'</table_structure><table_data name="p">{row.format(1)}{row.format(2)}</table_data></database></mysqldump>'
    )
    assert records(read(xml)) == [["id", "mail"], ["1", "p1@b.example"], ["2", "p2@b.example"]]


def test_every_table_of_a_dump_is_a_sheet() -> None:
    people = '<row><field name="id">{0}</field><field name="mail">p{0}@b.example</field></row>'
    xml = (
        '<mysqldump><database name="d"><table_data name="staff"></table_data>'
        f'<table_data name="people">{people.format(1)}{people.format(2)}</table_data>'
        '<table_structure name="team"><field Field="name"/></table_structure>'
        '<table_data name="team"><row><field name="name">x</field></row></table_data></database></mysqldump>'
    )
    workbook = read(xml)
    assert [sheet.name for sheet in workbook.sheets] == ["people", "team"]
    assert records(workbook) == [["id", "mail"], ["1", "p1@b.example"], ["2", "p2@b.example"]]
    assert grid(workbook.sheet("team")) == [["name"], ["x"]]
    table = '<table name="{0}"><column name="{1}">{2}</column></table>'
    xml = (
        '<pma_xml_export version="1.0"><pma:structure_schemas xmlns:pma="p"><pma:table name="x">create</pma:table></pma:structure_schemas>'
        f'<database name="d">{table.format("a", "id", 1)}{table.format("b", "id", 2)}{table.format("a", "id", 3)}</database></pma_xml_export>'
    )
    workbook = read(xml)
    assert {sheet.name: grid(workbook.sheet(sheet.name)) for sheet in workbook.sheets} == {
        "a": [["id"], ["1"], ["3"]],
        "b": [["id"], ["2"]],
    }


def test_workday_references_are_told_apart_by_their_type() -> None:
    entry = '<wd:Report_Entry><wd:Worker wd:Descriptor="{0}"><wd:ID wd:type="WID">w{0}</wd:ID><wd:ID wd:type="Employee_ID">{0}</wd:ID></wd:Worker></wd:Report_Entry>'
    xml = f'<wd:Report_Data xmlns:wd="urn:com.workday.report/x">{entry.format(1)}{entry.format(2)}</wd:Report_Data>'
    assert records(read(xml)) == [
        ["Worker.Descriptor", "Worker.ID(WID)", "Worker.ID(Employee_ID)"],
        ["1", "w1", "1"],
        ["2", "w2", "2"],
    ]


# -- bytes --------------------------------------------------------------------------------------------------------

PEOPLE = "<l><p><id>1</id><n>Zoë 李</n></p><p><id>2</id><n>Ünal</n></p></l>"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_read_with_or_without_mark(codec: str) -> None:
    assert records(read(PEOPLE.encode(codec)))[1:] == [["1", "Zoë 李"], ["2", "Ünal"]]


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("shift_jis", "山田"), ("euc-jp", "山田"), ("big5", "陳"), ("euc-kr", "김"), ("gb2312", "陈"), ("gbk", "镕"),
        ("gb18030", "㐀"), ("windows-1250", "Łódź"), ("windows-1251", "Иван"), ("iso-8859-2", "Łódź"), ("koi8-r", "Иван"),
    ],
)  # fmt: skip
def test_a_declared_encoding_is_decoded(codec: str, text: str) -> None:
    xml = f'<?xml version="1.0" encoding="{codec}"?><l><p><n>{text}</n></p><p><n>x</n></p></l>'
    workbook = read(xml.encode(codec))
    assert records(workbook)[1] == [text]
    assert len(workbook.issues) == 0


def test_utf8_that_is_not_is_read_as_the_windows_code_page_and_reported() -> None:
    workbook = read('<?xml version="1.0" encoding="UTF-8"?><l><p>José</p><p>Zoë</p></l>'.encode("cp1252"))
    assert records(workbook)[1:] == [["José"], ["Zoë"]]
    assert workbook.options.encoding == "cp1252"
    assert [(i.code, i.value, i.detail) for i in workbook.issues.page()] == [("encoding_mismatch", "UTF-8", "cp1252")]


def test_a_few_foreign_bytes_in_utf8_are_replaced_and_counted() -> None:
    workbook = read("<l><p>Zoë Müller Łukasz</p><p>Zoë X</p></l>".encode().replace(b"X", b"\xff"))
    assert workbook.issues.counts() == {"bytes_replaced": 1}
    assert records(workbook)[2] == ["Zoë \ufffd"]


def test_the_caller_may_say_the_encoding() -> None:
    xml = "<l><p>Łódź</p><p>x</p></l>".encode("cp1250")
    assert records(read(xml, encoding="cp1250"))[1] == ["Łódź"]
    with pytest.raises(UsageError):
        read(xml, encoding="klingon")


@pytest.mark.parametrize("fault", ["\x01", "&#1;", "&#x1F;", "\x00", "\x0b"])
def test_a_control_character_is_taken_out_and_reported_with_its_cell(fault: str) -> None:
    record = read(f"<l><p><id>1</id><n>a{fault}b</n></p><p><id>2</id><n>c</n></p></l>")
    sheet = read(book(f"<Row><Cell>{data('x')}</Cell><Cell>{data(f'a{fault}b')}</Cell></Row>"))
    for workbook, row in ((record, 2), (sheet, 1)):
        assert cells(workbook.sheet())[(row, 2)] == "ab"
        assert [(i.code, i.row, i.column, i.value) for i in workbook.issues.page()] == [
            ("control_characters", row, "B", "ab")
        ]


def test_surrogate_references_are_one_character_and_cdata_is_text() -> None:
    xml = "<l><p>&#55357;&#56898;\x01</p><p><![CDATA[&#1; <b>]]></p></l>"
    assert records(read(xml))[1:] == [["🙂"], ["&#1; <b>"]]


def test_several_roots_are_one_list_and_reported() -> None:
    workbook = read("<row id='1'/><row id='2'/>")
    assert records(workbook) == [["id"], ["1"], ["2"]]
    assert workbook.issues.counts() == {"xml_several_roots": 1}


def test_blanks_before_the_declaration_and_padding_after_the_end_are_harmless() -> None:
    xml = '\r\n <?xml version="1.1"?><l><p>1</p><p>2</p></l>\n\0\0\x1a'
    assert records(read(xml)) == [["p"], ["1"], ["2"]]


@pytest.mark.parametrize(
    ("pasted", "text", "count"),
    [
        ("R&D", "R&D", 1),
        ("a & b &amp; c", "a & b & c", 1),
        ("a&nbsp;b&eacute;&unknown;", "a\xa0b\xe9&unknown;", 3),
        ("&LT;b&GT; &#38; &#x26;", "<b> & &", 2),
        ("1 &# 2 &\x01 3", "1 &# 2 & 3", 2),
        ("<![CDATA[R&D &nbsp;]]> &c", "R&D &nbsp; &c", 1),
    ],
)
def test_an_ampersand_that_begins_no_reference_is_text(pasted: str, text: str, count: int) -> None:
    workbook = read(f"<l><!-- & --><p><n>{pasted}</n></p><p><n>x</n></p></l>")
    assert records(workbook) == [["n"], [text], ["x"]]
    assert [one.detail for one in workbook.issues.page() if one.code == "xml_references_repaired"] == [str(count)]


@pytest.mark.parametrize("kept", range(1, len(PEOPLE.encode()), 7))
def test_a_file_that_is_cut_is_never_a_shorter_list(kept: int) -> None:
    with pytest.raises(SourceError):
        read(PEOPLE.encode()[:kept])


def test_an_error_names_the_line_and_holds_nothing_of_the_file() -> None:
    with pytest.raises(CorruptFileError) as caught:
        read("<l><p>\nsecret</q></l>")
    assert caught.value.params["line"] == 2
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_an_xml_without_values_is_no_table() -> None:
    for xml in ("<l/>", "<l><p/><p/></l>", "<?xml version='1.0'?>", ""):
        with pytest.raises(UnsupportedFormatError) as caught:
            read(xml or " ")
        assert caught.value.code == "xml_not_a_table"


# -- OpenDocument -------------------------------------------------------------------------------------------------

ODS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def flat(rows: str, *, root: str = "document") -> bytes:
    return (
        f"<office:{root} {ODS}><office:body><office:spreadsheet><table:table table:name='T'>{rows}</table:table>"
        f"</office:spreadsheet></office:body></office:{root}>"
    ).encode()


def ods_row(*inner: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(inner)}</table:table-row>"


def ods_cell(attributes: str = "", *paragraphs: str) -> str:
    inner = "".join(f"<text:p>{one}</text:p>" for one in paragraphs)
    return f"<table:table-cell {attributes}>{inner}</table:table-cell>"


@pytest.mark.parametrize(
    ("attributes", "shown", "text", "kind"),
    [
        ('office:value-type="float" office:value="7"', "0007", "0007", "number"),
        ('office:value-type="float" office:value="1234"', "1,234", "1234", "number"),
        ('office:value-type="float" office:value="1.5E15"', "1.5E+15", "1500000000000000", "number"),
        ('office:value-type="percentage" office:value="0.125"', "12.5%", "0.125", "number"),
        ('office:value-type="currency" office:value="5"', "5 €", "5", "number"),
        ('office:value-type="boolean" office:boolean-value="true"', "WAHR", "true", "boolean"),
        ('office:value-type="date" office:date-value="2024-02-28"', "28.02.24", "2024-02-28", "date"),
        ('office:value-type="date" office:date-value="2024-02-28T23:30:00"', "x", "2024-02-28 23:30:00", "datetime"),
        ('office:value-type="time" office:time-value="PT09H30M00S"', "9:30", "09:30:00", "time"),
        (
            'office:value-type="date" office:date-value="2024-02-28T23:30:58.99999"',
            "x",
            "2024-02-28 23:30:59",
            "datetime",
        ),
        (
            'office:value-type="date" office:date-value="2024-02-28T23:30:58.25"',
            "x",
            "2024-02-28 23:30:58.25",
            "datetime",
        ),
        ('office:value-type="string" calcext:value-type="error"', "#N/A", "#N/A", "error"),
        ('office:value-type="string" office:string-value="Ann"', "<text:s/>Ann ", "Ann", "text"),
        ('office:value-type="string"', "(1)  <text:span>two  blanks</text:span>", "(1)  two  blanks", "text"),
        ('office:value-type="string"', "a<text:tab/>b<text:line-break/>c<text:s text:c='3'/>d", "a\tb\nc   d", "text"),
        ('office:value-type="string"', "\n  a <text:span>b\n  c</text:span>\n", "a b c", "text"),
    ],
)
def test_an_opendocument_value_comes_with_its_kind(attributes: str, shown: str, text: str, kind: str) -> None:
    sheet = read(
        flat(ods_row(ods_cell(attributes, shown), ods_cell('office:value-type="float" office:value="1"', "1")))
    ).sheet()
    assert grid(sheet)[0][0] == text
    assert (sheet.kinds["A"][0] if "A" in sheet.kinds.columns else "text") == kind


def number_format(name: str, inner: str) -> str:
    return f'<number:number-style style:name="{name}">{inner}</number:number-style>'


def cell_style(name: str, number: str) -> str:
    return f'<style:style style:name="{name}" style:family="table-cell" style:data-style-name="{number}"/>'


DIGITS = '<number:number number:decimal-places="0" number:min-integer-digits="9">{}</number:number>'
DASHES = '<number:embedded-text number:position="6">-</number:embedded-text><number:embedded-text number:position="4">-</number:embedded-text>'
NUMBER_FORMATS = (
    number_format("N1", DIGITS.format(DASHES))
    + number_format("N2", "<number:text>ID-</number:text>" + DIGITS.format("").replace("9", "4"))
    + number_format("N3", DIGITS.format("").replace("9", "1") + "<number:text> days</number:text>")
    + number_format("N4", DIGITS.format("").replace('places="0"', 'places="2"'))
    + number_format("N5", '<number:text>-</number:text><style:map style:condition="value()&gt;=0" style:apply-style-name="N2"/>')
    + number_format("N6", "<number:text>00</number:text>" + DIGITS.format(""))
)  # fmt: skip
CELL_STYLES = "".join(cell_style(f"c{number}", f"N{number}") for number in range(1, 7))
STYLED = f'{ODS} xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'


def padded(rows: str, styles: str, *, root: str = "document") -> bytes:
    return (
        flat(rows, root=root)
        .replace(ODS.encode(), STYLED.encode())
        .replace(b"<office:body>", f"{styles}<office:body>".encode())
    )


def numbered(attributes: str, value: str = "1234567", shown: str = "shown") -> str:
    return ods_cell(f'office:value-type="float" office:value="{value}" {attributes}', shown)


def test_an_opendocument_number_is_shown_with_the_padding_of_its_style() -> None:
    cells = "".join(numbered(f'table:style-name="c{number}"') for number in range(1, 7))
    wanted = [["001-23-4567", "ID-1234567", "1234567 days", "001234567.00", "ID-1234567", "00001234567"]]
    styles = f"<office:styles>{NUMBER_FORMATS}</office:styles><office:automatic-styles>{CELL_STYLES}</office:automatic-styles>"
    assert grid(read(padded(ods_row(cells), styles)).sheet()) == wanted
    # In a package the formats stand in another part.
    own = f"<office:automatic-styles>{CELL_STYLES}</office:automatic-styles>"
    content = padded(ods_row(cells), own, root="document-content")
    part = f"<office:document-styles {STYLED}><office:styles>{NUMBER_FORMATS}</office:styles></office:document-styles>"
    sheets, _ = read_opendocument(content, limits=DEFAULT_LIMITS, styles=part.encode())
    assert [grid(sheet) for sheet in sheets] == [wanted]
    _, issues = read_opendocument(content, limits=DEFAULT_LIMITS, styles=part.encode()[:-9])
    assert issues.counts() == {"styles_unreadable": 1}


def test_a_row_and_a_column_give_their_style_to_cells_without_one() -> None:
    styles = f"<office:automatic-styles>{NUMBER_FORMATS}{CELL_STYLES}</office:automatic-styles>"
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-columns><table:table-column table:default-cell-style-name="c1"/></table:table-columns>'
    row = numbered('table:number-columns-repeated="2"') + numbered("", "7")
    rows = columns + ods_row(row) + ods_row(numbered("", "7"), attributes='table:default-cell-style-name="c2"')
    assert grid(read(padded(rows, styles)).sheet()) == [["1234567", "1234567", "000-00-0007"], ["ID-0007", None, None]]


def test_hidden_opendocument_rows_are_counted_where_they_hold_something() -> None:
    row = ods_cell('office:value-type="string"', "x")
    rows = (
        ods_row(row, attributes='table:visibility="collapse" table:number-rows-repeated="2"')
        + ods_row(row, attributes='table:visibility="filter"')
        + ods_row(row)
        + ods_row("<table:table-cell/>", attributes='table:visibility="collapse" table:number-rows-repeated="1048570"')
    )
    assert [(one.code, one.detail) for one in read(flat(rows)).sheet().issues.page()] == [("rows_hidden", "3")]


def test_an_empty_text_is_a_result_of_an_opendocument_formula() -> None:
    empty, none = ods_cell('table:formula="of:=&quot;&quot;"', ""), ods_cell('table:formula="of:=1+1"')
    sheet = read(flat(ods_row(ods_cell('office:value-type="string"', "x"), empty, none))).sheet()
    assert [(one.code, one.place) for one in sheet.issues.page()] == [("formula_without_value", "row 1, column C")]


def test_opendocument_repeats_place_what_follows() -> None:
    rows = (
        ods_row(
            "<table:table-cell table:number-columns-repeated='16384'/>", attributes="table:number-rows-repeated='9'"
        )
        + ods_row(
            "<table:table-cell table:number-columns-repeated='2'/>",
            ods_cell('office:value-type="string" table:number-columns-repeated="2"', "x"),
            "<table:covered-table-cell/>",
            ods_cell('office:value-type="string"', "y", "z"),
            attributes="table:number-rows-repeated='2'",
        )
        + ods_row("<table:table-cell/>", attributes="table:number-rows-repeated='1048565'")
    )
    assert cells(read(flat(rows)).sheet()) == {
        (10, 3): "x", (10, 4): "x", (10, 6): "y\nz", (11, 3): "x", (11, 4): "x", (11, 6): "y\nz"
    }  # fmt: skip


def test_opendocument_comments_are_no_text_and_the_content_part_is_read_alike() -> None:
    cell = (
        "<table:table-cell office:value-type='string'><office:annotation><text:p>comment</text:p></office:annotation>"
        "<text:p>text</text:p></table:table-cell>"
    )
    sheets, issues = read_opendocument(flat(ods_row(cell), root="document-content"), limits=DEFAULT_LIMITS)
    assert [grid(sheet) for sheet in sheets] == [[["text"]]]
    assert len(issues) == 0


# -- HTML and web archives ----------------------------------------------------------------------------------------


def test_spans_leave_blanks_and_move_what_follows() -> None:
    html = "<table><tr><th rowspan=2>a<th colspan=2>b<th>c</tr><tr><td>d<td rowspan=2>e<td>f</tr><tr><td>g<td>h<td>i</table>"
    sheet = read(html, hint=Format.HTML).sheet()
    assert grid(sheet) == [["a", "b", None, "c"], [None, "d", "e", "f"], ["g", "h", None, "i"]]


def test_cells_are_read_as_a_person_sees_them() -> None:
    html = (
        "<table><tr><td>a<br>b</td><td>&lt;b&gt; &amp;amp; &#8364;&nbsp;5</td><td>\n  one\n  two\n</td><td><p>x</p><p>y</p></td>"
        "<td><script>no</script><!-- no -->c</td><td><br></td></tr></table>"
    )
    assert grid(read(html, hint=Format.HTML).sheet()) == [["a\nb", "<b> &amp; € 5", "one two", "x\ny", "c"]]


def test_a_number_shown_in_short_is_taken_from_what_stands_beside_it() -> None:
    html = (
        "<table><tr><td sdval='4000123412341237' sdnum='1033;'>4E+15<td x:num='12345678901234567890'>1.23E+19<td sdval='5'>####"
        "<td sdval='7' sdnum='1033;0;0000'>0007<td sdval='0.5'>50.0%<td>1E+3</table>"
    )
    sheet = read(html, hint=Format.HTML).sheet()
    assert grid(sheet) == [["4000123412341237", "12345678901234567890", "5", "0007", "50.0%", "1E+3"]]
    assert sheet.kinds.row(0) == ("number", "number", "number", "number")


def test_nested_and_several_tables_are_sheets_named_by_caption_or_heading() -> None:
    html = (
        "<h2>Members</h2><table><tr><td>1<td>2</table><table><caption>Staff</caption><tr><td>3<td><table><tr><td>x<td>y</table>"
        "<td>4</table><table><tr><td>5<td>6</table><h2>Members</h2><table><tr><td>7<td>8</table>"
    )
    workbook = read(html, hint=Format.HTML)
    assert [sheet.name for sheet in workbook.sheets] == ["Members", "Table 2", "Staff", "Table 4", "Members (2)"]
    assert grid(workbook.sheet("Staff")) == [["3", None, "4"]]
    assert grid(workbook.sheet("Table 2")) == [["x", "y"]]


def test_a_caption_that_is_not_closed_takes_no_cells() -> None:
    workbook = read("<table><caption>Staff<tr><td>a<td>b</table>", hint=Format.HTML)
    assert [sheet.name for sheet in workbook.sheets] == ["Staff"]
    assert grid(workbook.sheet()) == [["a", "b"]]


def test_plain_and_other_cells_are_read_alike() -> None:
    plain = "<table><tr><td>a</td><TD>1E+3</TD><th> b </th></tr><tr><td rowspan=2>c</td><td></td><td>d</td></tr><tr><td>e</td></tr></table>"
    other = plain.replace("</td>", "</td >").replace("</TD>", "</TD >").replace("</th>", "</th >")
    wanted = [["a", "1E+3", " b "], ["c", None, "d"], [None, "e", None]]
    assert grid(read(plain, hint=Format.HTML).sheet()) == grid(read(other, hint=Format.HTML).sheet()) == wanted
    stale = "<table><tr><td sdval='5'></td><td>1E+3</td><td sdval='7'>####</td><td>####</td></tr></table>"
    assert grid(read(stale, hint=Format.HTML).sheet()) == [[None, "1E+3", "7", "####"]]


def test_a_heading_that_is_not_closed_takes_no_cells() -> None:
    html = "<table><tr><h2>x<td>a</td><td>b</td></tr><tr><h2>y<td colspan=1>c<td>d</table>"
    assert grid(read(html, hint=Format.HTML).sheet()) == [["a", "b"], ["c", "d"]]


def test_rows_without_a_table_around_them_are_a_table() -> None:
    assert grid(read("<html><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></html>", hint=Format.HTML).sheet()) == [
        ["a", "b"],
        ["c", None],
    ]


def test_excel_names_the_sheet_of_its_page() -> None:
    office = "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>People &amp; co</x:Name></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml><![endif]-->"
    html = f"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head>{office}</head><table><tr><td>a<td>b</table></html>"
    workbook = read(html)
    assert workbook.format == Format.HTML
    assert [sheet.name for sheet in workbook.sheets] == ["People & co"]


def test_a_page_that_ends_within_a_table_is_reported() -> None:
    workbook = read("<table><tr><td>a<td>b<tr><td>c", hint=Format.HTML)
    assert workbook.issues.counts() == {"html_table_unclosed": 1}
    assert grid(workbook.sheet()) == [["a", "b"], ["c", None]]


def test_a_form_that_asks_for_a_password_is_no_table() -> None:
    html = "<form><table><tr><td>User<td><input name=u></tr><tr><td>Password<td><input type='password'></tr></table></form>"
    with pytest.raises(UnsupportedFormatError) as caught:
        read(html, hint=Format.HTML)
    assert caught.value.code == "html_page_not_a_table"


@pytest.mark.parametrize(
    ("head", "codec"),
    [("<meta charset=windows-1250>", "cp1250"), ('<meta http-equiv="content-type" content="text/html; charset=Shift_JIS">', "cp932"), ("", "utf-8")],
)  # fmt: skip
def test_a_page_is_decoded_as_it_says(head: str, codec: str) -> None:
    text = "山田" if codec == "cp932" else "Łódź"
    workbook = read(f"<html><head>{head}</head><table><tr><td>{text}<td>x</table>".encode(codec), hint=Format.HTML)
    assert grid(workbook.sheet()) == [[text, "x"]]
    assert workbook.options.encoding == codec


def test_a_web_archive_gives_the_sheets_the_names_of_its_frame() -> None:
    frame = (
        '<xml><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>People</x:Name><x:WorksheetSource HRef=3D"x_files/sheet001.htm"/>'
        '</x:ExcelWorksheet><x:ExcelWorksheet><x:Name>Secret</x:Name><x:WorksheetSource HRef=3D"x_files/sheet002.htm"/>'
        "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></x:ExcelWorksheet></x:ExcelWorksheets></xml>"
    )

    def part(location: str, html: str) -> str:
        return (
            f"--b\r\nContent-Location: file:///C:/x_files/{location}\r\nContent-Transfer-Encoding: quoted-printable\r\n"
            f'Content-Type: text/html; charset="us-ascii"\r\n\r\n{html}\r\n'
        )

    archive = (
        'MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary="b"\r\n\r\npreamble\r\n'
        + part("x.htm", f"<html><!--{frame}--></html>")
        + part("sheet001.htm", "<table><tr><td>id<td>e=\r\n-mail<tr><td>1<td>a@b.c</table>")
        + part("sheet002.htm", "<table><tr><td>k<td>v</table>")
        + "--b--\r\n"
    )
    workbook = read(archive, hint=Format.MHTML)
    assert workbook.format == Format.MHTML
    assert [(sheet.name, sheet.visible) for sheet in workbook.sheets] == [("People", True), ("Secret", False)]
    assert grid(workbook.sheet()) == [["id", "e-mail"], ["1", "a@b.c"]]


def test_the_hint_is_a_hint_and_the_content_decides() -> None:
    page = "<html><table><tr><td>a</td><td>b</td></tr></table></html>"
    assert read(page, hint=Format.MHTML).format == Format.HTML
    assert read(page, hint=Format.SPREADSHEETML).format == Format.HTML
    sheet = book(f"<Row><Cell>{data('a')}</Cell></Row>")
    for hint in (Format.XML, Format.HTML, Format.FODS, Format.SPREADSHEETML):
        assert read(sheet, hint=hint).format == Format.SPREADSHEETML
    assert read("<l><p>1</p><p>2</p></l>", hint=Format.SPREADSHEETML).format == Format.XML


def test_a_page_handed_over_as_xml_is_read_as_a_page_whatever_its_doctype() -> None:
    for head in ("", "<!DOCTYPE html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://www.w3.org/x.dtd">'):
        workbook = read(f"{head}<html><table><tr><td>a</td><td>b</td></tr></table></html>", hint=Format.XML)
        assert (workbook.format, grid(workbook.sheet())) == (Format.HTML, [["a", "b"]])


# -- limits: the last that is allowed, and one more ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "allowed", "make"),
    [
        ("rows", 3, lambda n: book("".join(f"<Row><Cell>{data('a')}</Cell></Row>" for _ in range(n)))),
        ("columns", 4, lambda n: book("<Row>" + f"<Cell>{data('a')}</Cell>" * n + "</Row>")),
        ("cells", 6, lambda n: book(f"<Row>{'<Cell>' + data('a') + '</Cell>'}</Row>" * n)),
        ("cell_chars", 5, lambda n: book(f"<Row><Cell>{data('a' * n)}</Cell></Row>")),
        ("text_bytes", 6, lambda n: book(f"<Row><Cell>{data('a' * n)}</Cell></Row>")),
        ("sheets", 2, lambda n: f"<Workbook {SS}>" + "<Worksheet/>" * n + "</Workbook>"),
        ("rows", 3, lambda n: "<l>" + "<p>1</p>" * n + "</l>"),
        (
            "xml_fields",
            4,
            lambda n: "<l>" + ("<p>" + "".join(f"<f{i}>1</f{i}>" for i in range(n)) + "</p>") * 2 + "</l>",
        ),
        ("columns", 4, lambda n: "<l>" + ("<p>" + "".join(f"<f{i}>1</f{i}>" for i in range(n)) + "</p>") * 2 + "</l>"),
        ("cell_chars", 5, lambda n: f"<l><p>1</p><p>{'a' * n}</p></l>"),
        ("xml_depth", 6, lambda n: "<a>" * (n - 1) + "<b>1</b>" + "</a>" * (n - 1)),
        ("rows", 3, lambda n: "<html><table>" + "<tr><td>1<td>2" * n + "</table></html>"),
        ("columns", 4, lambda n: "<html><table><tr>" + "<td>1" * n + "</table></html>"),
        ("sheets", 2, lambda n: "<html>" + "<table><tr><td>1<td>2</table>" * n + "</html>"),
        ("xml_depth", 3, lambda n: "<html>" + "<table><tr><td>1<td>2<td>" * n + "</html>"),
    ],
)
def test_a_limit_is_refused_by_name_and_figure_and_not_before(limit: str, allowed: int, make: Any) -> None:
    limits = replace(DEFAULT_LIMITS, **{limit: allowed})
    hint = Format.HTML if make(1).startswith("<html>") else None
    assert read(make(allowed), limits=limits, hint=hint).sheets
    with pytest.raises(LimitExceededError) as caught:
        read(make(allowed + 1), limits=limits, hint=hint)
    assert caught.value.params["limit"] == limit
    assert caught.value.params["allowed"] == allowed
    assert caught.value.params["found"] > allowed


def test_the_deadline_is_kept() -> None:
    with pytest.raises(LimitExceededError) as caught:
        read(PEOPLE, limits=replace(DEFAULT_LIMITS, seconds=0.0))
    assert caught.value.params["limit"] == "seconds"


def test_real_files_of_size_are_not_refused() -> None:
    xml = "<l>" + "".join(f"<p><id>{n}</id><n>name {n}</n></p>" for n in range(60_000)) + "</l>"
    sheet = read(xml).sheet()
    assert sheet.grid.height == 60_001
    assert sheet.grid.row(60_000) == (60_001, "59999", "name 59999")
    table = "".join(
        f"<Row><Cell>{data(str(n), 'Number')}</Cell><Cell>{data(f'n {n}')}</Cell></Row>" for n in range(60_000)
    )
    sheet = read(book(table)).sheet()
    assert sheet.grid.row(59_999) == (60_000, "59999", "n 59999")
    assert sheet.kinds["A"].unique().to_list() == ["number"]


# -- the codes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "xml",
    [
        "<!DOCTYPE x><x/>",
        '<!DOCTYPE x [<!ATTLIST p a CDATA "1">]><x><p/><p/></x>',
        "<!DOCTYPE html [<!ENTITY a 'b'>]><html/>",
    ],
)
def test_a_document_type_is_refused(xml: str) -> None:
    with pytest.raises(UnsupportedFormatError) as caught:
        read(xml)
    assert caught.value.code == "doctype_refused"


def test_an_encoding_that_hides_markup_is_refused() -> None:
    with pytest.raises(UnsupportedFormatError) as caught:
        read('<?xml version="1.0" encoding="utf-7"?><x/>')
    assert caught.value.code == "encoding_refused"


def test_a_web_archive_without_a_page_is_unreadable() -> None:
    with pytest.raises(CorruptFileError) as caught:
        read("MIME-Version: 1.0\nContent-Type: text/plain\n\nx", hint=Format.MHTML)
    assert caught.value.code == "mhtml_unreadable"


def test_the_reader_opens_no_file_and_no_socket() -> None:
    code = (
        "import sys\nfrom qooper_ingest.readers.xml.reading import read_xml\nfrom qooper_ingest.source import Format, ReadOptions, Source\n"
        "from qooper_ingest.limits import DEFAULT_LIMITS\nfrom qooper_ingest.errors import SourceError\n"
        "def go():\n"
        "    for data in (b'<l><p>1</p><p>2</p></l>', b'<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/\"><x/>', b'<x href=\"file:///etc/passwd\"/>'):\n"
        "        try: read_xml(Source.of(data), ReadOptions(), DEFAULT_LIMITS).sheet().grid\n"
        "        except SourceError: pass\n"
        "go()\nseen = []\nsys.addaudithook(lambda event, args: seen.append(event) if event in "
        "('open', 'socket.connect', 'socket.getaddrinfo', 'subprocess.Popen', 'exec') else None)\ngo()\nprint(seen)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_whitespace_below_the_last_row_is_left_out_and_reported_as_in_a_zipped_book() -> None:
    sheet = read(book(f"<Row><Cell>{data('a')}</Cell></Row><Row><Cell>{data('  ')}</Cell></Row>")).sheet()
    assert grid(sheet) == [["a"]]
    assert [(one.code, one.row, one.detail) for one in sheet.issues.page()] == [("blank_tail_trimmed", 2, "1")]
