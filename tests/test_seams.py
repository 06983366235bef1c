"""Seams of joined files: every part in its own encoding, and where the next one begins is said."""

from __future__ import annotations

import codecs

import pytest

import qooper_ingest as qi
from qooper_ingest.readers.text.encoding.seams import find_parts, without_end_mark

HEAD = "id,name,mail\r\n"
FIRST = "1,Zoë,z@corp.example\r\n2,Ann,a@corp.example\r\n"
SECOND = "3,René,r@corp.example\r\n4,Bob,b@corp.example\r\n"


def names_of(data: bytes) -> tuple[list[str | None], dict[str, int]]:
    table = qi.read_workbook(data).sheet().table(header_row=1)
    return table.frame["B"].to_list(), table.issues.counts()


@pytest.mark.parametrize("mark", [False, True])
@pytest.mark.parametrize("second", ["utf-8", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("first", ["utf-8", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_part_is_read_in_its_own_encoding(first: str, second: str, mark: bool) -> None:
    marks = {
        "utf-8": codecs.BOM_UTF8,
        "utf-16-le": codecs.BOM_UTF16_LE,
        "utf-16-be": codecs.BOM_UTF16_BE,
        "cp1252": b"",
    }
    data = (marks[first] if mark else b"") + (HEAD + FIRST).encode(first)
    data += (marks[second] if mark else b"") + SECOND.encode(second)
    names, issues = names_of(data)
    assert names == ["Zoë", "Ann", "René", "Bob"]
    if first != second and {first, second} != {"utf-8", "cp1252"}:
        assert issues.get("encoding_seam") == 1
    elif first != second and not mark:
        assert issues.get("encoding_changes") == 1


def test_a_doubled_mark_is_no_part_of_the_first_label() -> None:
    table = qi.read_workbook(codecs.BOM_UTF8 * 2 + (HEAD + FIRST).encode()).sheet().table(header_row=1)
    assert table.labels[0] == "id"


def test_a_file_that_changes_its_encoding_is_read_line_by_line() -> None:
    rows = "".join(f"{n},Zoë,z{n}@corp.example\n" for n in range(30)).encode()
    rows += "".join(f"{n},René,r{n}@corp.example\n" for n in range(30, 60)).encode("cp1252")
    names, issues = names_of(HEAD.encode() + rows)
    assert names == ["Zoë"] * 30 + ["René"] * 30
    assert issues == {"encoding_changes": 30}


@pytest.mark.parametrize(
    "data", [b"id,name\n7,Ann\n", "id,name\n7,Ann\n".encode("utf-16"), b"a\0b", b"", "李,王\n".encode("utf-16-le")]
)
def test_a_file_of_one_encoding_has_no_parts(data: bytes) -> None:
    assert find_parts(data) == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_the_end_mark_of_dos_is_no_row(encoding: str) -> None:
    data = (HEAD + FIRST).encode(encoding)
    assert without_end_mark(data + "\x1a".encode(encoding)) == data
    assert without_end_mark(data) is data


def test_characters_as_two_surrogates_are_read_and_reported() -> None:
    row = "5,\U0001f600,s@corp.example\n".encode("utf-16-le").decode("utf-16-le")
    halves = row.encode("utf-16-be", "surrogatepass")
    cesu = "".join(chr(int.from_bytes(halves[i : i + 2], "big")) for i in range(0, len(halves), 2)).encode(
        "utf-8", "surrogatepass"
    )
    names, issues = names_of(HEAD.encode() + cesu)
    assert names == ["\U0001f600"]
    assert issues == {"encoding_changes": 1}


@pytest.mark.parametrize("sign", list("😀✓→³´¶\u200e\u2028\ufffd\u2060\u00ad\ue000№½"))
def test_valid_utf_8_is_utf_8_whatever_its_only_sign_is(sign: str) -> None:
    for cell in (f"O{sign}Neil", sign, f"5 {sign}", f"{sign}x"):
        book = qi.read_workbook(f"id,name\n7,Ann\n8,{cell}\n".encode())
        assert book.options.encoding == "utf-8"
        assert book.sheet().grid["B"].to_list()[2] == cell
        assert "encoding_uncertain" not in book.sheet().issues.counts()


#: Cells whose only byte beyond ASCII in the Windows code page is a sign.
SIGNS = (
    "1\u00a0000,50",
    "€ 0,50",
    "5,00 €",
    "£5",
    "5 °C",
    "‘a’",
    "“a b”",
    "2019–2020",
    "5 m²",
    "§ 5",
    "O’Neil",
    "Acme®",
)


@pytest.mark.parametrize("rows", [1, 3, 20, 200])
@pytest.mark.parametrize("cell", SIGNS)
def test_one_sign_does_not_change_the_code_page(cell: str, rows: int) -> None:
    text = "id;name;note\r\n" + "".join(f"{n};Ann Berg {n};{cell}\r\n" for n in range(rows))
    sheet = qi.read_workbook(text.encode("cp1252")).sheet()
    assert set(sheet.grid["C"].to_list()[1:]) == {cell}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_an_invisible_character_in_a_cell_is_no_seam(encoding: str) -> None:
    names, issues = names_of((HEAD + "1,Zo\ufeffe,z@corp.example\r\n2,Ann,a@corp.example\r\n").encode(encoding))
    assert names == ["Zo\ufeffe", "Ann"]
    assert issues == {}
