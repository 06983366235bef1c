"""Texts that are no tables are refused by name; tables that resemble them are read."""

from __future__ import annotations

import pytest

import qooper_ingest as qi
from qooper_ingest.sniff.texts import are_labelled_records, is_ebcdic

CSV = "ID,Name,E-Mail\n00042,Anna Berg,anna.berg@corp.example\n00043,Tom Ito,tom.ito@corp.example\n"
FORMAT_LIST = "Name  : Anna Berg\nMail  : anna@corp.example\n\nName  : Tom Ito\nMail  : tom@corp.example\n"
LDIF = "version: 1\n\n# people\ndn: uid=anna,dc=corp\nobjectClass: person\nmail: a@corp.example\n\ndn: uid=tom,dc=corp\nmail: t@x\n"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("ebcdic_text", CSV.encode("cp037")),
        ("ebcdic_text", CSV.replace(",", ";").replace("\n", "\x85").encode("cp500")),
        ("ebcdic_text", CSV.encode("cp1140")),
        ("labelled_records", FORMAT_LIST.encode()),
        ("labelled_records", FORMAT_LIST.replace("\n", "\r\n").encode("utf-16")),
        ("ldif_file", LDIF.encode()),
    ],
)
def test_a_text_that_is_no_table_is_named(code: str, data: bytes) -> None:
    with pytest.raises(qi.UnsupportedFormatError) as caught:
        qi.read_workbook(data)
    assert caught.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp1251", "cp866", "koi8-r", "gb18030", "utf-16"])
def test_a_table_in_another_encoding_is_no_ebcdic(encoding: str) -> None:
    text = (
        "Имя;Город\nАнна;Москва\nИван;Омск\n" * 9
        if encoding != "cp1252"
        else "Prénom;Ville\nZoë;Orléans\nÉlodie;Nîmes\n" * 9
    )
    assert not is_ebcdic(text.encode(encoding))


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        "Name: Mail\nAnna: a@corp.example\nTom: t@corp.example\n",
        "Start: 09:00\nEnd: 17:00\n\nID,Name\n1,Ann\n2,Bob\n",
        "time;who\n09:00;Ann\n\n10:00;Bob\n",
    ],
)
def test_a_table_with_colons_is_no_list_of_blocks(text: str) -> None:
    assert not are_labelled_records(text)
