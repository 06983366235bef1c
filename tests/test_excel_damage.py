"""Books that other programs open although something in them is not as it should be: they are read, and nothing is lost."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from hostile.generate import bcell, biff, book, brecord, brow, label, ole, record, texts, wide, xlsb, zipped
from qooper_ingest._grid import column_letter
from qooper_ingest.errors import CorruptFileError
from qooper_ingest.readers import read_workbook


def test_the_texts_of_an_xls_are_read_whatever_number_of_them_is_stated() -> None:
    for stated in (0, 1, 2, 1_000_000):
        sheet = read_workbook(ole(biff(label(0, 0, 0) + label(0, 1, 1), texts("id", "email", count=stated)))).sheet()
        assert sheet.grid.rows() == [(1, "id", "email")]
        assert sheet.issues.counts() == {}


def test_a_cell_of_an_xls_that_refers_to_no_text_is_reported_and_the_others_are_read() -> None:
    for table in (texts("id"), b""):
        cells = record(0x203, struct.pack("<HHHd", 0, 0, 0, 7.0)) + label(0, 1, 9) + label(1, 0, 65_536)
        sheet = read_workbook(ole(biff(cells, table))).sheet()
        assert sheet.grid.row(0)[:2] == (1, "7")
        assert [one.place for one in sheet.issues.page()] == ["row 1, column B", "row 2, column A"]
        assert sheet.issues.counts() == {"cell_unreadable": 2}


@pytest.mark.parametrize("cut", range(1, 10))
def test_the_letters_of_a_rich_text_are_read_when_what_says_how_they_look_is_cut(cut: int) -> None:
    letters = struct.pack("<HHHHB", 0, 0, 0, 5, 0) + b"Ann L"
    looks = struct.pack("<HHHHH", 2, 0, 1, 2, 1)
    whole = read_workbook(ole(biff(record(0xD6, letters + looks) + record(0x203, struct.pack("<HHHd", 1, 0, 0, 7.0)))))
    damaged = read_workbook(
        ole(biff(record(0xD6, letters + looks[:-cut]) + record(0x203, struct.pack("<HHHd", 1, 0, 0, 7.0))))
    )
    assert whole.sheet().grid.rows() == damaged.sheet().grid.rows() == [(1, "Ann L"), (2, "7")]


@pytest.mark.parametrize("beyond", [4, 8, 20, 22])
def test_a_sheet_of_an_xls_whose_position_lies_within_it_is_read_from_its_beginning(beyond: int) -> None:
    cells = label(0, 0, 0)
    start = biff(cells, texts("id")).index(record(0x809, b"\0\x06\x10\0" + b"\0" * 12)[:4] + b"\0\x06\x10\0")
    stream = biff(cells, texts("id"), offset=start + beyond)
    assert read_workbook(ole(stream)).sheet().grid.rows() == [(1, "id")]


def test_a_sheet_of_an_xls_whose_position_lies_outside_of_all_sheets_is_refused() -> None:
    for offset in (4, 30):
        with pytest.raises(CorruptFileError):
            read_workbook(ole(biff(label(0, 0, 0), texts("id"), offset=offset))).sheet().grid  # noqa: B018


def test_a_sheet_of_an_xlsb_is_named_by_the_two_texts_that_end_its_record() -> None:
    whole = xlsb(brow(0) + bcell(6, 0, wide("id")))
    for head in (struct.pack("<II", 0, 1), struct.pack("<III", 0, 0, 1)):
        workbook = brecord(153, b"\0" * 12) + brecord(156, head + wide("rId1") + wide("People"))
        found = read_workbook(replaced(whole, "xl/workbook.bin", workbook))
        assert [sheet.name for sheet in found.sheets] == ["People"]
        assert found.sheet().grid.rows() == [(1, "id")]
    with pytest.raises(CorruptFileError):
        read_workbook(replaced(whole, "xl/workbook.bin", brecord(156, struct.pack("<II", 0, 1) + wide("rId1") + b"\1")))


def replaced(archive: bytes, name: str, part: bytes) -> bytes:
    """A package with another part in place of one."""

    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        members = {info.filename: package.read(info) for info in package.infolist()}
    return zipped({**members, name: part})


def test_a_sheet_as_wide_as_a_sheet_can_be_has_every_cell_in_its_column() -> None:
    width = 16_384
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{column_letter(c)}{row}"><v>{row * c}</v></c>' for c in range(width))
        + "</row>"
        for row in (1, 2)
    )
    sheet = read_workbook(book(rows)).sheet()
    assert sheet.grid.row(1) == (2, *(str(2 * c) for c in range(width)))
    assert sheet.kinds.width == width
