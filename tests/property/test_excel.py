"""Laws of the book readers: what was written is read, by any writer, on either road, as independent readers see it."""

# ruff: noqa: DTZ001  (a spreadsheet's times have no zone)

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import fastexcel
import openpyxl
import polars as pl
import pytest
import xlrd
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostile.generate import book
from qooper_ingest._grid import column_letter
from qooper_ingest.errors import IngestError
from qooper_ingest.readers import read_workbook
from qooper_ingest.readers.spreadsheet import columns, strings, tags, xlsx
from qooper_ingest.readers.spreadsheet.number_format import parse_format, render_number
from qooper_ingest.readers.spreadsheet.values import float_text, number_text, render
from qooper_ingest.workbook import Sheet, Workbook

#: Beside generated texts: what breaks readers.
POOL = [
    "=1+1", "a > b", "a < b & c", '"quoted"', "'", "<v>5</v>", "]]>", "&amp;", "&#10;", "_x000D_", "line\none",
    "tab\there", " leading", "trailing ", "  double  blank ", "0042", "1e5", "TRUE", "#N/A", "2024-01-02", "é", "ß", "李小龙",
    "🙂 emoji", "\u200bzero width", "Ελένη", "أحمد", "\ufeffmark", "x" * 300, "\x0bcontrol", "<![CDATA[x]]>", "<!-- no -->",
]  # fmt: skip

texts = st.one_of(
    st.sampled_from(POOL),
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff\r"), min_size=1, max_size=12
    ).filter(lambda text: bool(text.strip())),
)
dates = st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31))
datetimes = st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2099, 12, 31)).map(lambda one: one.replace(microsecond=0))
times = st.times().map(lambda one: one.replace(microsecond=0))
numbers = st.one_of(
    st.integers(-(10**15), 10**15),
    st.decimals(-(10**6), 10**6, places=4).map(float),
)
values = st.one_of(st.none(), texts, numbers, st.booleans(), dates, datetimes, times)
grids = st.lists(st.lists(values, min_size=1, max_size=6), min_size=1, max_size=8)

Cells = dict[tuple[int, str], tuple[str | None, str]]


def cells_of(sheet: Sheet) -> Cells:
    """What a sheet holds, place by place: text and kind."""
    found: Cells = {}
    for name in sheet.grid.columns[1:]:
        kinds = sheet.kinds[name].to_list() if name in sheet.kinds.columns else ["text"] * sheet.grid.height
        for row, text, kind in zip(sheet.grid["_row"], sheet.grid[name], kinds, strict=True):
            if text is not None or kind == "formula":
                found[row, name] = (text, kind)
    return found


def expected(grid: list[list[Any]]) -> Cells:
    found = cells_of(Workbook.of_rows(grid).sheet())
    return {place: (text.replace(".000000", "") if text else text, kind) for place, (text, kind) in found.items()}


def as_xlsx(grid: list[list[Any]], **options: Any) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    sheet = book.add_worksheet("People")
    formats = {
        dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        dt.date: book.add_format({"num_format": "dd/mm/yyyy"}),
        dt.time: book.add_format({"num_format": "hh:mm:ss"}),
    }
    for row, line in enumerate(grid):
        for column, value in enumerate(line):
            match value:
                case None:
                    pass
                case bool():
                    sheet.write_boolean(row, column, value)
                case str():
                    sheet.write_string(row, column, value)
                case dt.datetime() | dt.date() | dt.time():
                    sheet.write_datetime(row, column, value, formats[type(value)])
                case _:
                    sheet.write_number(row, column, value)
    book.close()
    return buffer.getvalue()


def as_openpyxl(grid: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row, line in enumerate(grid, start=1):
        for column, value in enumerate(line, start=1):
            if value is not None:
                cell = sheet.cell(row, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_xls(grid: list[list[Any]]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("People", cell_overwrite_ok=True)
    styles = {
        dt.datetime: xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss"),
        dt.date: xlwt.easyxf(num_format_str="dd/mm/yyyy"),
        dt.time: xlwt.easyxf(num_format_str="hh:mm:ss"),
    }
    for row, line in enumerate(grid):
        for column, value in enumerate(line):
            if value is not None:
                style = styles.get(type(value))
                sheet.write(row, column, value, style) if style else sheet.write(row, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(grids, st.booleans(), st.booleans())
def test_what_xlsxwriter_wrote_is_read(grid: list[list[Any]], inline: bool, mac: bool) -> None:
    if mac and any(isinstance(v, dt.date) and v.year < 1904 for line in grid for v in line):
        return
    data = as_xlsx(grid, constant_memory=inline, date_1904=mac)
    assert cells_of(read_workbook(data).sheet(0)) == expected(grid)


@quick
@given(grids)
def test_what_xlwt_wrote_is_read(grid: list[list[Any]]) -> None:
    assert cells_of(read_workbook(as_xls(grid)).sheet(0)) == expected(grid)


openpyxl_texts = texts.filter(
    lambda text: not openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(text) and "_x" not in text
)
openpyxl_grids = st.lists(
    st.lists(st.one_of(st.none(), openpyxl_texts, numbers, st.booleans(), dates, times), min_size=1, max_size=6),
    min_size=1,
    max_size=8,
)


@quick
@given(openpyxl_grids)
def test_what_openpyxl_wrote_is_read(grid: list[list[Any]]) -> None:
    assert cells_of(read_workbook(as_openpyxl(grid)).sheet(0)) == expected(grid)


def careful(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Sheet:
    def no_fast(*_: Any) -> Any:
        raise tags.NotPlain

    with monkeypatch.context() as patch:
        patch.setattr(xlsx, "read_plain", no_fast)
        patch.setattr(strings, "_plain", no_fast)
        sheet = read_workbook(data).sheet(0)
        assert sheet.grid is not None
        return sheet


#: Texts of a part as they are written; some of them XML does not allow.
_WRITTEN = st.sampled_from(
    ["ann@corp.example", ".evil.example", "a", " ", "&amp;", "&lt;t&gt;", "&#65;", "&#x1F600;", "&#xD83D;&#xDE00;",
     "&#55357;&#56832;", "&#xD83D;", "&#11;", "&foo;", "&", "]]", "a>b", "_x000D_", "_xD83D__xDE00_", "0007", "é", "\n"]
)  # fmt: skip
#: What may stand between them without being one.
_BESIDE = st.sampled_from(
    ["<!-- c -->", "<!-- </t></si> -->", "<![CDATA[<t>x</t>]]>", "<![CDATA[.evil]]>", "<?x y?>", "<?x <v>1</v>?>",
     '<x:t xmlns:x="urn:x">evil</x:t>', '<t xmlns="urn:x">evil</t>', '<v xmlns="urn:x">9</v>', "<extLst><ext><t>evil</t><v>9</v></ext></extLst>",
     "<foo/>", "<rPr><t>evil</t></rPr>", '<rPh sb="0" eb="1"><t>evil</t></rPh>', "<phoneticPr/>", "<t>u</t>", "<t/>",
     "<r><rPr><b/></rPr><t>run</t></r>", "<r/>", "<v>3</v>", "<f>1+1</f>", "<is><t>in</t></is>", "<x:v>9</x:v>", "<t.evil>9</t.evil>"]
)  # fmt: skip
_INSIDE = st.lists(st.one_of(_WRITTEN, _BESIDE), max_size=4).map("".join)
_TEXT = _INSIDE.map(lambda inside: f"<t>{inside}</t>")
_ITEM = st.lists(
    st.one_of(_TEXT, _BESIDE, _WRITTEN, _TEXT.map(lambda t: f"<r><rPr><sz val='1'/></rPr>{t}</r>")), max_size=3
)
_CELL = st.one_of(
    st.tuples(
        st.sampled_from(["", ' t="str"', ' t="n"', ' t="b"', ' t="d"']), _INSIDE, st.one_of(st.just(""), _BESIDE)
    ).map(lambda made: f"{made[0]}><v>{made[1]}</v>{made[2]}</c>"),
    st.tuples(_INSIDE, st.one_of(st.just(""), _BESIDE)).map(
        lambda made: f' t="inlineStr"><is><t>{made[0]}</t>{made[1]}</is></c>'
    ),
    st.integers(0, 3).map(lambda index: f' t="s"><v>{index}</v></c>'),
)


@settings(parent=quick, max_examples=100)
@given(st.lists(_ITEM.map("".join), min_size=1, max_size=3), st.lists(_CELL, min_size=1, max_size=3))
def test_a_part_is_read_without_a_parser_as_with_one_or_not_at_all(items: list[str], cells: list[str]) -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"{cell}</row>' for row, cell in enumerate(cells, start=1))
    rows += "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{row - 11}</v></c></row>' for row in range(11, 11 + len(items))
    )
    listed = "".join(f"<si>{item}</si>" for item in items)
    data = book(rows, strings=f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{listed}</sst>')

    def outcome(read: Callable[[], Sheet]) -> Any:
        try:
            sheet = read()
            return sheet.grid.rows(), sheet.kinds.rows(), sheet.values.rows(), sheet.issues.frame.rows()
        except IngestError as error:
            return error.code

    with pytest.MonkeyPatch.context() as patch:
        assert outcome(lambda: read_workbook(data).sheet(0)) == outcome(lambda: careful(data, patch))


@settings(parent=quick, max_examples=40)
@given(grids, st.booleans(), st.integers(1, 400))
def test_both_roads_give_the_same_sheet_whatever_the_size_of_the_pieces(
    grid: list[list[Any]], inline: bool, piece: int
) -> None:
    data = as_xlsx(grid, constant_memory=inline)
    with pytest.MonkeyPatch.context() as patch:
        slow = careful(data, patch)
        patch.setattr(tags, "_PIECE", piece)
        patch.setattr(tags, "_STEP", piece)
        quickly = read_workbook(data).sheet(0)
        patch.setattr(xlsx, "read_walked", None)  # the fast road must have been enough
        assert quickly.grid.equals(slow.grid, null_equal=True)
        assert quickly.kinds.equals(slow.kinds, null_equal=True)
        assert quickly.issues.frame.equals(slow.issues.frame)


@settings(parent=quick, max_examples=60)
@given(st.lists(grids, min_size=1, max_size=3), st.booleans(), st.sampled_from([1, 60, 400, 1 << 20]))
def test_cells_read_by_columns_are_those_read_one_by_one(
    tables: list[list[list[Any]]], inline: bool, piece: int
) -> None:
    data = as_xlsx([line for table in tables for line in table], constant_memory=inline)
    with pytest.MonkeyPatch.context() as patch:
        slow = careful(data, patch)
        patch.setattr(tags, "_PIECE", piece)
        patch.setattr(xlsx, "read_walked", None)
        for tall in (0, 1_000_000):
            patch.setattr(columns, "_TALL", tall)
            patch.setattr(columns, "_TALL_WITH_GAPS", tall)
            sheet = read_workbook(data).sheet(0)
            assert sheet.grid.equals(slow.grid, null_equal=True)
            assert sheet.kinds.equals(slow.kinds, null_equal=True)
            assert sheet.issues.frame.equals(slow.issues.frame)


#: Cells as writers write them, with ``{}`` for the position: types, styles, empty ones, formulas, blanks between elements.
WRITTEN = [
    '<c r="{}"><v>12</v></c>', '<c r="{}" s="1"><v>45000</v></c>', '<c r="{}" s="9"><v>1.50</v></c>', '<c r="{}" s="1"/>',
    '<c r="{}" s="1"></c>', '<c r="{}" t="s"><v>0</v></c>', '<c r="{}" t="s"><v>1</v></c>', '<c r="{}" t="s"><v>7</v></c>',
    '<c r="{}" t="s"><v> 2 </v></c>', '<c r="{}" t="b"><v>1</v></c>', '<c r="{}" t="e"><v>#N/A</v></c>',
    '<c r="{}" t="str"><v>a &amp; b</v></c>', '<c r="{}" t="str"><v>a > b</v></c>', '<c r="{}" t="str"><v></v></c>',
    '<c r="{}" t="d"><v>2024-01-02T00:00:00Z</v></c>', '<c r="{}" s="1"><v>-5</v></c>', '<c r="{}" t="n" s="1"><v>0.5</v></c>',
    '<c r="{}" t="inlineStr"><is><t>x</t></is></c>', '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>',
    '<c r="{}" t="inlineStr"><is><t/></is></c>', '<c r="{}"><f>1+1</f><v>2</v></c>', '<c r="{}"><f>1+1</f></c>',
    '<c r="{}" t="str"><f>A1</f><v></v></c>', '<c r="{}"><f t="shared" si="0"/><v>3</v></c>', '<c r="{}">\n<v>4</v>\n</c>\n',
    '<c s="1" r="{}"><v>3</v></c>', '<c s="1" t="str" r="{}"><v>AB1</v></c>',
    '<c r="{}" t="str">\n<v/>\n</c>', '<c r="{}" t="inlineStr"><is>\n<t/>\n</is></c>', '<c r="{}" t="s"><v>4</v></c>',
    '<c r="{}" t="str"><v>cut</v></c>\n  ', '<c r="{}" t="inlineStr"><is><t>cut</t></is></c>\n  ', '<c r="{}" t="s"><v>3</v></c>',
]  # fmt: skip
written_rows = st.lists(
    st.lists(st.one_of(st.none(), st.sampled_from(WRITTEN)), min_size=1, max_size=5), min_size=1, max_size=9
)


def package(rows: str) -> bytes:
    strings = '<si><t>one</t></si>\n<si><t xml:space="preserve"> two </t></si><si><t/></si><si><r><t>th</t></r><r><t>ree</t></r></si><si>\n<t/>\n</si>'
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": '<workbook><sheets><sheet name="S"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst>{strings}</sst>",
        "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@settings(parent=quick, max_examples=150)
@given(written_rows, st.sets(st.integers(1, 9)), st.sampled_from([1, 60, 1 << 20]), st.sampled_from([40, 1 << 20]))
def test_however_cells_are_written_every_road_gives_the_same_sheet(
    rows: list[list[str | None]], skipped: set[int], piece: int, step: int
) -> None:
    numbers = [number for number in range(1, 20) if number not in skipped]
    data = package(
        "".join(
            f'<row r="{number}">'
            + "".join(cell.replace("{}", f"{column_letter(at)}{number}") for at, cell in enumerate(row) if cell)
            + "</row>\n"
            for number, row in zip(numbers, rows, strict=False)
        )
    )
    with pytest.MonkeyPatch.context() as patch:
        slow = careful(data, patch)
        patch.setattr(tags, "_PIECE", piece)
        patch.setattr(tags, "_STEP", step)
        patch.setattr(xlsx, "read_walked", None)
        for tall in (0, 1_000_000):
            patch.setattr(columns, "_TALL", tall)
            patch.setattr(columns, "_TALL_WITH_GAPS", tall)
            sheet = read_workbook(data).sheet(0)
            assert sheet.grid.equals(slow.grid, null_equal=True)
            assert sheet.kinds.equals(slow.kinds, null_equal=True)
            assert sheet.issues.counts() == slow.issues.counts()
            assert sorted(sheet.issues.frame.rows(), key=str) == sorted(slow.issues.frame.rows(), key=str)


def seen(value: Any) -> str | None:
    """A value of an independent reader in the words of this one."""
    if value is None or value == "":
        return None
    return next(iter(cells_of(Workbook.of_rows([[value]]).sheet()).values()))[0]


@settings(parent=quick, max_examples=40)
@given(grids)
def test_an_xlsx_is_read_as_openpyxl_sees_it(grid: list[list[Any]]) -> None:
    data = as_xlsx(grid)
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    found = cells_of(read_workbook(data).sheet(0))
    for line in sheet.iter_rows():
        for cell in line:
            value = cell.value.replace("_x000D_", "\r") if isinstance(cell.value, str) else cell.value
            text = found.get((cell.row, column_letter(cell.column - 1)), (None, ""))[0]
            if isinstance(value, str):
                # openpyxl leaves the escapes of control characters in place
                assert (text is None) == (value == "")
            elif isinstance(value, dt.datetime) and text is not None and len(text) == 10:
                assert text == value.date().isoformat()
            else:
                assert text == seen(value)


@settings(parent=quick, max_examples=40)
@given(
    st.lists(st.lists(st.one_of(st.none(), texts, st.integers(-(10**14), 10**14)), min_size=1, max_size=5), min_size=1)
)
def test_an_xlsx_is_read_as_fastexcel_sees_it(grid: list[list[Any]]) -> None:
    data = as_xlsx(grid)
    sheet = fastexcel.read_excel(data).load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
    theirs = sheet.to_polars()
    found = {place: text for place, (text, _) in cells_of(read_workbook(data).sheet(0)).items()}
    columns = [column.absolute_index for column in sheet.selected_columns]
    for row, line in enumerate(theirs.iter_rows(), start=1):
        for index, text in zip(columns, line, strict=True):
            assert found.get((row, column_letter(index))) == (text or None)


@settings(parent=quick, max_examples=40)
@given(grids)
def test_an_xls_is_read_as_xlrd_sees_it(grid: list[list[Any]]) -> None:
    data = as_xls(grid)
    sheet = xlrd.open_workbook(file_contents=data).sheet_by_index(0)
    found = cells_of(read_workbook(data).sheet(0))
    for row in range(sheet.nrows):
        for column in range(sheet.ncols):
            text = found.get((row + 1, column_letter(column)), (None, ""))[0]
            cell = sheet.cell(row, column)
            if cell.ctype == xlrd.XL_CELL_TEXT:
                assert text == (cell.value or None)
            elif cell.ctype == xlrd.XL_CELL_NUMBER:
                assert text == seen(cell.value)
            elif cell.ctype == xlrd.XL_CELL_DATE:
                assert text is not None
                assert ":" in text or "-" in text
            elif cell.ctype == xlrd.XL_CELL_EMPTY:
                assert text is None


@quick
@given(st.floats(-9.99e307, 9.99e307))  # what a spreadsheet can hold
def test_a_number_has_no_exponent_and_keeps_fifteen_digits(value: float) -> None:
    text = float_text(pl.Series([value]))[0]
    assert "e" not in text.lower()
    assert not text.endswith(".0")
    assert float(text) == pytest.approx(value, rel=1e-14, abs=0)


@quick
@given(st.integers())
def test_an_integer_keeps_every_digit(value: int) -> None:
    assert number_text(pl.Series([str(value)]))[0] == str(value)


@quick
@given(st.integers(0, 10**9), st.integers(2, 12))
def test_padding_shows_at_least_the_places_of_the_format(value: int, places: int) -> None:
    cells = pl.DataFrame({"v": [float(value)], "x": [0]}, schema={"v": pl.Float64, "x": pl.UInt32})
    assert render(cells, [parse_format("0" * places)], date1904=False)["text"][0] == str(value).zfill(places)


@quick
@given(st.text(max_size=30))
def test_any_format_code_is_understood_or_general(code: str) -> None:
    assert 1 <= len(parse_format(code).sections) <= 3
    assert isinstance(render_number(parse_format(code), 12.5), str)


@quick
@given(st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31)), st.booleans())
def test_a_serial_number_is_the_day_that_a_spreadsheet_shows(moment: dt.datetime, mac: bool) -> None:
    moment = moment.replace(microsecond=0)
    epoch = dt.datetime(1904, 1, 1) if mac else dt.datetime(1899, 12, 30)
    serial = (moment - epoch) / dt.timedelta(days=1)
    if serial < 1:
        return
    cells = pl.DataFrame({"v": [serial], "x": [0]}, schema={"v": pl.Float64, "x": pl.UInt32})
    found = render(cells, [parse_format("yyyy-mm-dd hh:mm:ss")], date1904=mac)
    assert found["text"][0] == moment.isoformat(sep=" ")
