"""Books: the labelled files, values as they were seen, and what is reported."""

from __future__ import annotations

import io
import pickle
import random
import struct
import traceback
import zipfile
from dataclasses import replace
from hashlib import md5, sha1
from typing import Any
from xml.sax.saxutils import escape

import pytest
import xlsxwriter

from hostile.generate import FILES as FILES_MADE
from hostile.generate import bcell, biff, book, brecord, brow, label, ods, ole, parts, record, texts, wide, xlsb
from labelled import EXPECTED, FILES, TRUTH, block, cell
from qooper_ingest._grid import column_letter
from qooper_ingest.errors import ERROR_MESSAGES, EncryptedFileError, LimitExceededError, SourceError
from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.readers import read_workbook
from qooper_ingest.readers.deadline import Deadline
from qooper_ingest.readers.spreadsheet import columns, default_password, plain, strings, tags, xlsx
from qooper_ingest.source import Format, ReadOptions
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
    for told in EXPECTED[name]["sheets"]:
        sheet = book.sheet(told["name"])
        if told["kind"] == "table":
            lines = [told["header"], *told["rows"]]
            place = (told["header_row"], told["first_column"], len(lines), len(lines[0]))
            # An ID with zeros before it is a label as it is shown, a share as its value.
            shown, valued = block(sheet, *place), block(sheet, *place, values=True)
            score = lines[0].index("Score") if "Score" in lines[0] else None
            assert [without(line, score) for line in shown] == [without(line, score) for line in lines]
            if score is not None:
                assert [line[score] for line in valued] == [line[score] for line in lines]
                display = {raw[score]: shown[score] for raw, shown in zip(TRUTH["raw"], TRUTH["display"], strict=True)}
                assert [line[score] for line in shown[1:]] == [display[line[score]] for line in lines[1:]]
            for row, column, text in told["title_rows"]:
                assert cell(sheet, row, column) == text
        else:
            for row, column, text in told["cells"]:
                assert cell(sheet, row, column) == text
            assert sheet.grid.select(pl_count(sheet)).item() == len(told["cells"])


def without(line: list[str], position: int | None) -> list[str]:
    return [text for at, text in enumerate(line) if at != position]


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
    place = (label.get("header_row", 1), label.get("first_column", 1), len(rows) + 1, len(header))
    shown, valued = block(sheet, *place), block(sheet, *place, values=True)
    assert shown[0] == header
    for line, numbers, expected in zip(shown[1:], valued[1:], rows, strict=True):
        got = [number if title == "Score" else text for text, number, title in zip(line, numbers, header, strict=True)]
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


# -- values as they were seen ------------------------------------------------------------------------------------------


def styled(*cells: tuple[str, str], before: str = "<workbookPr/>") -> Sheet:
    """A sheet with one column: each number under its format code."""
    formats = "".join(
        f'<numFmt numFmtId="{164 + i}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for i, (_, code) in enumerate(cells)
    )
    xfs = "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(cells)))
    rows = "".join(
        f'<row r="{i}"><c r="A{i}" s="{i - 1}"><v>{value}</v></c></row>' for i, (value, _) in enumerate(cells, start=1)
    )
    return read_workbook(
        book(
            rows,
            styles=f"<styleSheet><numFmts>{formats}</numFmts><cellXfs>{xfs}</cellXfs></styleSheet>",
            workbook=f'<workbook xmlns:r="r">{before}<sheets><sheet name="S" r:id="rId1"/></sheets></workbook>',
        )
    ).sheet()


SHOWN = [
    ("42", "0000", "0042", "number"),
    ("123456", "0000", "123456", "number"),
    ("42.5", "0000", "0043", "number"),
    ("-42", "0000", "-0042", "number"),
    ("123456789", "000-00-0000", "123-45-6789", "number"),
    ("42", '"ID-"00000', "ID-00042", "number"),
    ("42", "\\P0000", "P0042", "number"),
    ("42", "[Red]0000;[Blue]-0000", "0042", "number"),
    ("1234.5", "#,##0.00", "1,234.50", "number"),
    ("0.125", "0.0%", "12.5%", "number"),
    ("7", "0", "7", "number"),
    ("7", '0" days"', "7 days", "number"),
    ("123", "General", "123", "number"),
    ("123.0", "General", "123", "number"),
    ("1E+15", "General", "1000000000000000", "number"),
    ("1.5E-7", "General", "0.00000015", "number"),
    ("4000123412341237", "0", "4000123412341237", "number"),
    ("12345678901234567890", "General", "12345678901234567890", "number"),
    ("0.30000000000000004", "General", "0.3", "number"),
    ("45350", "yyyy-mm-dd", "2024-02-28", "date"),
    ("45350", "[$-409]d mmmm yyyy;@", "2024-02-28", "date"),
    ("45350", "mmm-yy", "2024-02-28", "date"),
    ("45350.9791666667", "dd/mm/yyyy hh:mm:ss", "2024-02-28 23:30:00", "datetime"),
    ("45350", "dd/mm/yyyy hh:mm", "2024-02-28 00:00:00", "datetime"),
    ("45350.5", "yyyy-mm-dd", "2024-02-28 12:00:00", "datetime"),
    ("0.395833333333333", "h:mm", "09:30:00", "time"),
    ("0.395833333333333", "h:mm AM/PM", "09:30:00", "time"),
    ("0.999999999", "h:mm:ss", "1900-01-01 00:00:00", "datetime"),
    ("1.5", "[h]:mm", "36:00", "time"),
    ("0.5000057870", "mm:ss.0", "12:00:00.500", "time"),
    ("60", "yyyy-mm-dd", "1900-02-29", "date"),
    ("59", "yyyy-mm-dd", "1900-02-28", "date"),
    ("1", "yyyy-mm-dd", "1900-01-01", "date"),
    ("61", "yyyy-mm-dd", "1900-03-01", "date"),
    ("2958465", "yyyy-mm-dd", "9999-12-31", "date"),
    ("2958466", "yyyy-mm-dd", "2958466", "number"),
    ("-1", "yyyy-mm-dd", "-1", "number"),
]


@pytest.mark.parametrize(("value", "code", "text", "kind"), SHOWN)
def test_a_number_is_given_as_it_was_shown(value: str, code: str, text: str, kind: str) -> None:
    sheet = styled((value, code))
    assert sheet.grid["A"].to_list() == [text]
    assert sheet.kinds["A"].to_list() == [kind]


def test_many_formats_in_one_column_keep_their_cells_apart() -> None:
    sheet = styled(*((value, code) for value, code, _, _ in SHOWN))
    assert sheet.grid["A"].to_list() == [text for _, _, text, _ in SHOWN]
    assert sheet.kinds["A"].to_list() == [kind for _, _, _, kind in SHOWN]
    assert sheet.issues.counts() == {"date_out_of_range": 2}


@pytest.mark.parametrize(
    "before",
    [
        '<workbookPr date1904="1"/>',
        '<workbookPr date1904="true"/>',
        # Excel since 2010 repeats the element in an extension list, without the mark.
        '<workbookPr date1904="1"/><extLst><ext xmlns:x15="x"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst>',
    ],
)
def test_days_are_counted_from_1904_where_the_book_says_so(before: str) -> None:
    assert styled(("43888", "yyyy-mm-dd"), ("0", "yyyy-mm-dd"), ("0.5", "h:mm"), before=before).grid["A"].to_list() == [
        "2024-02-28",
        "1904-01-01",
        "12:00:00",
    ]


def test_types_of_cells_and_their_kinds() -> None:
    rows = (
        '<row r="2"><c r="B2" t="b"><v>1</v></c><c r="C2" t="b"><v>0</v></c><c r="D2" t="e"><v>#N/A</v></c>'
        '<c r="E2" t="str"><f>A1&amp;"x"</f><v>a &lt; b</v></c><c r="F2" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>'
        '<c r="G2" t="d"><v>2024-02-28T09:30:00.000</v></c><c r="H2" t="d"><v>2024-02-28</v></c><c r="I2"><f>NOW()</f></c>'
        '<c r="J2" t="str"><f>""</f><v></v></c><c r="K2"><f>1+1</f><v>2</v></c></row>'
    )
    sheet = read_workbook(book(rows)).sheet()
    assert sheet.grid.row(0) == (
        2, None, "true", "false", "#N/A", "a < b", " x ", "2024-02-28 09:30:00", "2024-02-28", None, None, "2",
    )  # fmt: skip
    kinds = {name: sheet.kinds[name][0] for name in sheet.kinds.columns}
    assert kinds == {
        "B": "boolean", "C": "boolean", "D": "error", "G": "datetime", "H": "date", "I": "formula", "K": "number",
    }  # fmt: skip
    assert sheet.issues.counts() == {"cell_error": 1, "formula_without_value": 1}


def test_shared_strings_join_their_runs_and_leave_out_readings() -> None:
    strings = (
        "<sst><si><t>plain</t></si><si><r><rPr><b/><sz val='11'/></rPr><t xml:space='preserve'>a &amp; </t></r><r><t>b</t></r></si>"
        "<si><t>漢字</t><rPh sb='0' eb='2'><t>カンジ</t></rPh><phoneticPr fontId='1'/></si><si><t/></si><si/>"
        "<si><t>_x005F_x000D_ and a_x000D_\nb &#10; &#x41;</t></si></sst>"
    )
    rows = '<row r="1">' + "".join(f'<c r="{"ABCDEF"[i]}1" t="s"><v>{i}</v></c>' for i in range(6)) + "</row>"
    for text in (strings, strings.replace("'", '"')):
        sheet = read_workbook(book(rows, strings=text)).sheet()
        assert sheet.grid.row(0) == (1, "plain", "a & b", "漢字", None, None, "_x000D_ and a\r\nb \n A")


# -- what is reported --------------------------------------------------------------------------------------------------


def counts(rows: str, **options: Any) -> dict[str, int]:
    return read_workbook(book(rows, **options)).issues.counts()


def test_every_oddity_of_a_book_is_an_issue_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    assert counts('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>') == {"cell_repeated": 1}
    assert counts('<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>') == {"rows_hidden": 1}
    assert counts('<row r="1"><c r="A1" t="s"><v>3</v></c></row>') == {"cell_unreadable": 1}
    assert counts('<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="C9" t="str"><v> </v></c></row>') == {
        "blank_tail_trimmed": 1
    }
    assert counts('<row r="1"><c r="A1"><v>1</v></c></row>', styles="<styleSheet><cellXfs>") == {"styles_unreadable": 1}
    assert counts('<row r="1"><c r="A1" t="str"><v>a\x01b<!-- --></v></c></row>') == {"sheet_repaired": 1}
    monkeypatch.setattr(tags, "_PIECE", 1)
    monkeypatch.setattr(tags, "_STEP", 48)
    late = "".join(
        f'<row r="{r}"><c r="{c}{r}"><v>{v}</v></c></row>' for r, c, v in ((5, "A", 1), (2, "A", 2), (5, "B", 3))
    )
    sheet = read_workbook(book(late)).sheet()
    assert sheet.grid.rows() == [(2, "2", None), (5, "1", "3")]
    assert [(one.code, one.row) for one in sheet.issues.page()] == [("row_repeated", 5)]


def test_a_chart_sheet_is_named_and_left_out() -> None:
    relations = (
        '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Type="x/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>'
    )
    names = '<sheet name="S" r:id="rId1" state="show"/><sheet name="Chart" r:id="rId2"/>'
    found = read_workbook(
        book(workbook=f'<workbook xmlns:r="r"><sheets>{names}</sheets></workbook>', relations=relations)
    )
    assert [(info.name, info.visible) for info in found.sheets] == [("S", True)]
    assert [(one.value, one.detail) for one in found.issues.page()] == [("Chart", "a chart")]


def test_text_stored_with_a_nul_behind_every_character_is_repaired() -> None:
    sheet = read_workbook(ole(biff(label(0, 0, 0), texts("m\0p\0g\0")))).sheet()
    assert sheet.grid["A"].to_list() == ["mpg"]
    assert sheet.issues.counts() == {"text_repaired": 1}


def test_damage_in_what_no_cell_shows_does_not_cost_the_cells() -> None:
    comment, font = record(0x1C, b"\0" * 20), record(0x31, b"\0\1")
    sheet = read_workbook(ole(biff(label(0, 0, 0) + comment + label(1, 0, 0), font + texts("id")))).sheet()
    assert sheet.grid["A"].to_list() == ["id", "id"]


@pytest.mark.parametrize(
    ("built_in", "value", "text", "kind"),
    [
        (56, 37438.0, "2002-07-01", "date"),
        (56, 0.5, "12:00:00", "time"),
        (72, 37438.0, "2002-07-01", "date"),
        (26, 37438.0, "37438", "number"),
    ],
)
def test_a_format_that_the_file_does_not_hold_is_a_built_in_one(
    built_in: int, value: float, text: str, kind: str
) -> None:
    styles = record(0xE0, struct.pack("<HH", 0, built_in) + b"\0" * 16)
    cell = record(0x203, struct.pack("<HHHd", 0, 0, 0, value))
    sheet = read_workbook(ole(biff(cell, styles))).sheet()
    assert (sheet.grid["A"].to_list(), sheet.kinds["A"].to_list()) == ([text], [kind])


def formula(row: int, result: bytes, tokens: bytes = b"") -> bytes:
    return record(6, struct.pack("<HHH", row, 0, 0) + result + b"\0" * 6 + struct.pack("<H", len(tokens)) + tokens)


EMPTY = b"\3\0\0\0\0\0\xff\xff"


def test_an_xls_of_a_writer_that_computes_nothing_has_formulas_without_a_value() -> None:
    two = label(0, 0, 0) + formula(1, EMPTY) + formula(2, EMPTY)
    sheet = read_workbook(ole(biff(two, texts("id")))).sheet()
    assert sheet.grid["A"].to_list() == ["id", None, None]
    assert sheet.kinds["A"].to_list() == ["text", "formula", "formula"]
    assert [one.place for one in sheet.issues.page()] == ["row 2, column A", "row 3, column A"]
    # One formula with a result, or the sign of a spreadsheet program: then an empty text is a result.
    computed = read_workbook(ole(biff(two + formula(3, struct.pack("<d", 7.0)), texts("id")))).sheet()
    stream = biff(two, texts("id"))
    saved = read_workbook(ole(stream[:12] + b"\xc9\0\0\0" + stream[16:])).sheet()
    assert computed.issues.counts() == saved.issues.counts() == {}


@pytest.mark.parametrize("wide", [False, True])
def test_an_address_in_a_hyperlink_formula_of_an_xls_is_offered(wide: bool) -> None:
    def text(value: str) -> bytes:
        return bytes([0x17, len(value), wide]) + value.encode("utf-16-le" if wide else "latin-1")

    link = text("mailto:ann@corp.example?subject=x") + text("Ann") + b"\x42\2\x67\1"
    shown = b"\0\0\0\0\0\0\xff\xff"
    string = record(0x207, struct.pack("<HB", 3, 0) + b"Ann")
    cells = formula(0, shown, link) + string + formula(1, shown, text("mailto:bob@corp.example")) + string
    found = read_workbook(ole(biff(cells))).sheet().issues.page()
    assert [(one.code, one.place, one.value, one.detail) for one in found] == [
        ("mailto_differs", "row 1, column A", "Ann", "ann@corp.example")
    ]


def encrypted(stream: bytes, method: str, password: str = "VelvetSweatshop") -> bytes:
    """A workbook stream as a spreadsheet program encrypts it: RC4 undoes itself."""
    salt, verifier, word = b"s" * 16, bytes(range(16)), password.encode("utf-16-le")
    if method == "rc4":
        base = md5((md5(word).digest()[:5] + salt) * 16).digest()[:5]
        head, between, check = struct.pack("<HHH", 1, 1, 1) + salt, b"", md5(verifier).digest()
        key = lambda block: md5(base + struct.pack("<I", block)).digest()  # noqa: E731
    else:
        base = sha1(salt + word).digest()
        head = (
            struct.pack("<HHHII8I", 1, 4, 2, 12, 32, 12, 0, 0x6801, 0x8004, 128, 1, 0, 0) + struct.pack("<I", 16) + salt
        )
        between, check = struct.pack("<I", 20), sha1(verifier).digest()
        key = lambda block: sha1(base + struct.pack("<I", block)).digest()[:16]  # noqa: E731
    proof = default_password._xor(verifier + check, default_password._key_stream(key(0), 36))
    mark = record(0x2F, head + proof[:16] + between + proof[16:])
    # The mark stands behind the first record; the position of the sheet moves by its length.
    at = 20
    moved = bytearray(stream[:at] + mark + stream[at:])
    sheet = moved.index(record(0x85, b"")[:2], at + len(mark)) + 4
    struct.pack_into("<I", moved, sheet, struct.unpack_from("<I", moved, sheet)[0] + len(mark))
    hidden = bytearray(default_password._decrypted(bytes(moved), key, Deadline(DEFAULT_LIMITS)))
    hidden[at : at + 2] = mark[:2]
    return bytes(hidden)


@pytest.mark.parametrize("method", ["rc4", "crypto_api"])
def test_an_xls_encrypted_with_the_password_of_everybody_is_read_and_no_other(method: str) -> None:
    plain = biff(b"".join(label(row, 0, row % 2) for row in range(200)), texts("secret", "other"))
    stream = encrypted(plain, method)
    assert "secret".encode("utf-16-le") not in stream
    sheet = read_workbook(ole(stream)).sheet()
    assert sheet.grid["A"].to_list() == ["secret", "other"] * 100
    with pytest.raises(EncryptedFileError):
        read_workbook(ole(encrypted(plain, method, "hers")))
    for size in range(20, 120):  # a mark that is cut short is no crash
        with pytest.raises(SourceError):
            read_workbook(stream[:size])


def masked(stream: bytes, verifier: int, *, biff8: bool) -> bytes:
    """A workbook stream as Excel 95 hides it behind the password of everybody."""
    word, key = b"VelvetSweatshop\xbb", b"\x59\xb3"
    turn = lambda byte, bits: (byte << bits | byte >> 8 - bits) & 0xFF  # noqa: E731
    mask = [turn(byte ^ key[place % 2], 2) for place, byte in enumerate(word)]
    mark = record(0x2F, b"\0\0" * biff8 + key + struct.pack("<H", verifier))
    moved = bytearray(stream[:20] + mark + stream[20:])
    sheet = moved.index(record(0x85, b"")[:2], 20 + len(mark)) + 4
    struct.pack_into("<I", moved, sheet, struct.unpack_from("<I", moved, sheet)[0] + len(mark))
    at = 0
    while at + 4 <= len(moved):
        code, size = struct.unpack_from("<HH", moved, at)
        clear = size if code in (0x809, 0x2F) else 4 if code == 0x85 else 0
        for place in range(clear, size):
            moved[at + 4 + place] = turn(moved[at + 4 + place] ^ mask[(at + 4 + size + place) % 16], 5)
        at += 4 + size
    return bytes(moved)


@pytest.mark.parametrize("biff8", [False, True])
def test_an_xls_hidden_behind_the_password_of_everybody_is_read_and_no_other(biff8: bool) -> None:
    plain = biff(b"".join(label(row, 0, row % 2) for row in range(200)), texts("secret", "other"))
    stream = masked(plain, 0x9A0A, biff8=biff8)  # what real files hold for this password
    assert "secret".encode("utf-16-le") not in stream
    assert read_workbook(ole(stream)).sheet().grid["A"].to_list() == ["secret", "other"] * 100
    with pytest.raises(EncryptedFileError):
        read_workbook(ole(masked(plain, 0x9A0B, biff8=biff8)))


def test_the_cipher_gives_the_published_vector() -> None:
    found = default_password._xor(b"Plaintext", default_password._key_stream(b"Key", 9))
    assert found.hex().upper() == "BBF316E8D940AF0AD3"


def test_a_chart_inside_of_a_sheet_does_not_write_over_its_cells() -> None:
    assert read_workbook(FILES_MADE["xls_chart_inside"]()).sheet().grid["A"].to_list() == ["id"]


def test_an_xlsb_has_values_kinds_and_formats() -> None:
    styles = (
        brecord(44, struct.pack("<H", 164) + wide("0000"))
        + brecord(617)
        + b"".join(brecord(47, struct.pack("<HH", 0, number) + b"\0" * 12) for number in (0, 14, 164))
        + brecord(618)
    )
    cells = (
        brow(0)
        + bcell(7, 0, struct.pack("<I", 0))
        + bcell(6, 1, wide("text"))
        + brow(2, hidden=True)
        + bcell(5, 0, struct.pack("<d", 45350.0), 1)
        + bcell(2, 1, struct.pack("<I", 42 << 2 | 2), 2)
        + bcell(4, 2, b"\1")
        + bcell(3, 3, b"\x2a")
        + bcell(9, 4, struct.pack("<d", 0.5) + b"\0" * 6)
    )
    found = read_workbook(xlsb(cells, brecord(19, b"\0" + wide("id")), styles))
    assert found.format is Format.XLSB
    assert found.sheet().grid.rows() == [
        (1, "id", "text", None, None, None),
        (3, "2024-02-28", "0042", "true", "#N/A", "0.5"),
    ]
    assert found.sheet().kinds.row(1) == ("date", "number", "boolean", "error", "number")
    assert found.issues.counts() == {"cell_error": 1, "rows_hidden": 1}
    mac = read_workbook(xlsb(brow(0) + bcell(5, 0, struct.pack("<d", 43888.0), 1), b"", styles, flags=1))
    assert mac.sheet().grid["A"].to_list() == ["2024-02-28"]


# -- limits, laziness, faults ------------------------------------------------------------------------------------------


def square(rows: int, columns: int, text: str = "x") -> bytes:
    return book(
        "".join(
            f'<row r="{r}">'
            + "".join(f'<c r="{column_letter(c)}{r}" t="str"><v>{text}</v></c>' for c in range(columns))
            + "</row>"
            for r in range(1, rows + 1)
        )
    )


@pytest.mark.parametrize(
    ("limit", "exact"),
    [
        ("rows", 4),
        ("columns", 3),
        ("cells", 12),
        ("cell_chars", 5),
        ("text_bytes", 60),
        ("sheets", 1),
        ("zip_entries", 5),
    ],
)
def test_a_limit_is_met_exactly_and_refused_by_name_and_figure(limit: str, exact: int) -> None:
    data = square(4, 3, "abcde")
    assert read_workbook(data, limits=replace(DEFAULT_LIMITS, **{limit: exact})).sheet().grid.shape == (4, 4)
    assert read_workbook(data, limits=replace(DEFAULT_LIMITS, **{limit: exact + 1})).sheet().grid.shape == (4, 4)
    with pytest.raises(LimitExceededError) as raised:
        read_workbook(data, limits=replace(DEFAULT_LIMITS, **{limit: exact - 1})).sheet().grid.height  # noqa: B018
    assert raised.value.params == {"limit": limit, "found": exact, "allowed": exact - 1}


@pytest.mark.parametrize(("limit", "value"), [("part_bytes", 700), ("inflated_bytes", 700), ("seconds", -1.0)])
def test_inflating_and_time_are_bounded(limit: str, value: float) -> None:
    with pytest.raises(LimitExceededError) as raised:
        read_workbook(square(50, 5), limits=replace(DEFAULT_LIMITS, **{limit: value})).sheet().data.grid.clear()
    assert raised.value.params["limit"] == limit


def test_blanks_between_elements_are_no_part_of_a_text() -> None:
    rows = "".join(
        f'<row r="{r}">\n <c r="A{r}" t="str"><v>ab</v></c>\n <c r="B{r}" t="s"><v>0</v></c>\n <c r="C{r}" t="s"><v>1</v></c>\n'
        f' <c r="D{r}" t="inlineStr"><is><t> i </t></is></c>\n</row>\n'
        for r in (1, 2)
    )
    strings = "<sst>\n<si><t>x</t></si>\n<si/>\n<si><t> y</t></si>\n</sst>"
    sheet = read_workbook(book(rows, strings=strings)).sheet()
    assert sheet.grid.rows() == [(r, "ab", "x", None, " i ") for r in (1, 2)]


def test_a_column_whose_heading_or_sum_is_written_differently_is_read_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_TALL_WITH_GAPS", 100)
    monkeypatch.setattr(plain, "_attributes", None)  # cell by cell is not needed
    body = "".join(
        f'<row r="{r}"><c r="A{r}" s="1"><v>{r}</v></c><c r="C{r}"><v>7</v></c></row>' for r in range(2, 300)
    )
    rows = (
        f'<row r="1"><c r="A1" t="str"><v>n</v></c></row>{body}<row r="300"><c r="C300"><f>SUM(C2:C299)</f></c></row>'
    )
    sheet = read_workbook(book(rows)).sheet()
    assert sheet.grid["A"].to_list() == ["n", *map(str, range(2, 300)), None]
    assert sheet.grid["C"].to_list() == [None, *["7"] * 298, None]
    assert [(one.code, one.row, one.column) for one in sheet.issues.page()] == [("formula_without_value", 300, "C")]


def test_a_sheet_is_read_when_it_is_asked_for_and_a_preview_reads_its_top_only(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[int] = []
    cells = plain._plain_cells
    monkeypatch.setattr(plain, "_plain_cells", lambda body, seen: pieces.append(len(body)) or cells(body, seen))
    monkeypatch.setattr(tags, "_PREVIEW_PIECE", 2_000)
    sheet = read_workbook(square(3_000, 5)).sheet(0)
    assert pieces == []
    assert sheet.preview(7).rows() == [(row, *"xxxxx") for row in range(1, 8)]
    assert sum(pieces) < 10_000
    assert sheet.grid.height == 3_000


def test_a_preview_reads_no_more_shared_strings_than_its_rows_name(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    texts = strings._plain_strings
    monkeypatch.setattr(strings, "_plain_strings", lambda body: read.append(len(body)) or texts(body))
    monkeypatch.setattr(tags, "_PREVIEW_PIECE", 2_000)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        sheet = made.add_worksheet()
        for row in range(3_000):
            sheet.write_string(row, 0, f"user{row}@corp.example")
    found = read_workbook(buffer.getvalue()).sheet(0)
    assert found.preview(3)["A"].to_list() == [f"user{row}@corp.example" for row in range(3)]
    assert sum(read) < 20_000
    assert found.grid["A"][-1] == "user2999@corp.example"
    assert sum(read) > 50_000
    # Afterwards nothing is read again, and a number that no text has is no fault of the preview.
    before = len(read)
    assert found.preview(3).height == 3
    assert len(read) == before
    wrong = read_workbook(book('<row r="1"><c r="A1" t="s"><v>9</v></c><c r="B1" t="s"><v>0</v></c></row>')).sheet(0)
    assert wrong.preview(1).columns == wrong.grid.columns


def test_the_stated_size_is_told_without_reading_the_cells() -> None:
    part = b'<worksheet><dimension ref="B2:D9"/><sheetData/></worksheet>'
    info = read_workbook(book(part=part)).sheets[0]
    assert (info.rows, info.columns) == (9, 4)


class Faulty(io.RawIOBase):
    """A file object that fails in one of many ways."""

    def __init__(self, data: bytes, way: str) -> None:
        self._file = io.BytesIO(data)
        self._way = way
        self._reads = 0

    def read(self, size: int = -1) -> Any:
        self._reads += 1
        match self._way:
            case "short":
                return self._file.read(min(size, 7) if size > 0 else 7)
            case "one byte":
                return self._file.read(1)
            case "none":
                return None
            case "text":
                return "PK"
            case "number":
                return 7
            case "list":
                return [80, 75]
            case "more than asked":
                return self._file.read() if self._reads == 1 else b""
            case "memoryview":
                return memoryview(self._file.read(size))
            case "bytearray":
                return bytearray(self._file.read(size))
            case "endless":
                return b"PK" * 50_000
            case "none in the middle" if self._reads > 2:
                return None
            case "text in the middle" if self._reads > 2:
                return "x"
            case "empty at once":
                return b""
            case "empty in the middle" if self._reads > 2:
                return b""
        errors = {
            "os error": OSError("disk"),
            "value error": ValueError("secret"),
            "runtime error": RuntimeError("secret"),
            "unicode error": UnicodeDecodeError("utf-8", b"secret", 0, 1, "secret"),
            "memory error": MemoryError(),
            "timeout": TimeoutError(),
            "attribute error": AttributeError("secret"),
            "eof error": EOFError(),
        }
        word, _, late = self._way.partition(" late")
        if word in errors and ((not late and " late" not in self._way) or self._reads > 2):
            raise errors[word]
        return self._file.read(100)


WAYS = [
    "short", "one byte", "none", "text", "number", "list", "more than asked", "memoryview", "bytearray", "endless",
    "none in the middle", "text in the middle", "empty at once", "empty in the middle", "os error", "value error",
    "runtime error", "unicode error", "memory error", "timeout", "attribute error", "eof error", "os error late",
    "value error late",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_file_object_that_fails_is_read_or_refused(way: str) -> None:
    try:
        found = read_workbook(Faulty(book(), way), limits=replace(DEFAULT_LIMITS, file_bytes=1_000_000))  # type: ignore[arg-type]
    except SourceError as error:
        assert "secret" not in repr(error) + str(error)  # noqa: PT017
        assert error.__context__ is None or error.__suppress_context__  # noqa: PT017
        assert way not in ("short", "one byte", "memoryview", "bytearray", "more than asked")
    else:
        assert found.sheet().grid["A"].to_list() == ["id"]


@pytest.mark.parametrize(
    "make", [book, lambda: ole(biff(label(0, 0, 0), texts("id"))), lambda: xlsb(brow(0)), lambda: ods("")]
)
def test_a_book_cut_at_any_place_is_read_or_refused(make: Any) -> None:
    data = make()
    step = max(1, len(data) // 400)
    for size in range(0, len(data), step):
        try:
            found = read_workbook(data[:size])
            for index in range(len(found.sheets)):
                found.sheet(index).grid  # noqa: B018
        except SourceError as error:
            assert error.code in ERROR_MESSAGES  # noqa: PT017
        except ImportError:
            assert size < 20  # so little is taken for text


@pytest.mark.parametrize("name", ["xlsx", "xls"])
def test_a_book_with_a_changed_byte_is_read_or_refused(name: str) -> None:
    data = bytearray(zip_stored() if name == "xlsx" else ole(biff(label(0, 0, 0), texts("id"))))
    noise = random.Random(5)
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(noise.randint(1, 4)):
            changed[noise.randrange(len(changed))] = noise.randrange(256)
        try:
            found = read_workbook(bytes(changed), options=ReadOptions(format=Format(name)))
            for index in range(len(found.sheets)):
                found.sheet(index).grid  # noqa: B018
        except SourceError as error:
            assert error.code in ERROR_MESSAGES  # noqa: PT017


def zip_stored() -> bytes:
    """A book whose parts are not packed, so that a changed byte reaches the readers (its checksum is put right)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts().items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_no_message_and_no_repr_holds_a_cell() -> None:
    secret = "SECRET-7f3a"
    part = f'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>{secret}</v></c><c r="B1"><v>{secret}'.encode()
    found = read_workbook(book(part=part))
    with pytest.raises(SourceError) as raised:
        found.sheet().grid.height  # noqa: B018
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(found)
    assert secret not in told
    assert secret.encode() not in pickle.dumps(raised.value)


class PanicException(BaseException):  # the name that compiled code gives its panics
    pass


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ValueError("SECRET"), "reader_failed"),
        (PanicException("SECRET"), "reader_failed"),
        (MemoryError(), "limit_exceeded"),
    ],
)
@pytest.mark.parametrize("place", ["_sheets", "_load"])
def test_a_failure_that_nobody_foresaw_is_a_typed_error(
    monkeypatch: pytest.MonkeyPatch, place: str, failure: BaseException, code: str
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise failure

    monkeypatch.setattr(xlsx, place, fail)
    for ask in (lambda: read_workbook(book()).sheet().grid, lambda: read_workbook(book()).sheet(0).preview(3)):
        with pytest.raises(SourceError) as raised:
            ask()
        assert raised.value.code == code
        assert "SECRET" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_passes(monkeypatch: pytest.MonkeyPatch, interrupt: type[BaseException]) -> None:
    def fail(*_: Any) -> Any:
        raise interrupt

    monkeypatch.setattr(xlsx, "_load", fail)
    with pytest.raises(interrupt):
        read_workbook(book()).sheet().grid.clear()
