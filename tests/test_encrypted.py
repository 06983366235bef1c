"""Books encrypted with everybody's password, and those encrypted with another."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
import xlsxwriter

import qooper_ingest as qi
from qooper_ingest.readers.containers import encrypted
from qooper_ingest.readers.containers.ole import Ole

ooxml = pytest.importorskip("msoffcrypto.format.ooxml", reason="needs the extra encrypted")

#: Everybody's, as published.
OPEN = "VelvetSweatshop"


def plain() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_number(0, 0, 7)
    return file.getvalue()


def locked(data: bytes, password: str) -> bytes:
    file = io.BytesIO()
    ooxml.OOXMLFile(io.BytesIO(data)).encrypt(password, file)
    return file.getvalue()


@pytest.mark.parametrize("options", [{}, {"format": "xlsx"}])
def test_a_book_encrypted_with_the_password_of_everybody_is_read(options: Any) -> None:
    found = qi.read_workbook(locked(plain(), OPEN), options=qi.ReadOptions(**options))
    assert found.format is qi.Format.XLSX
    assert found.sheet().grid.rows() == qi.read_workbook(plain()).sheet().grid.rows() == [(1, "7")]


def test_a_book_encrypted_with_another_password_is_refused() -> None:
    with pytest.raises(qi.EncryptedFileError) as raised:
        qi.read_workbook(locked(plain(), "hers"))
    assert raised.value.code == "password_protected"


def test_without_the_package_an_encrypted_book_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = locked(plain(), OPEN)
    monkeypatch.setitem(sys.modules, "msoffcrypto.format.ooxml", None)
    with pytest.raises(qi.EncryptedFileError):
        qi.read_workbook(data)


def test_what_is_inside_of_an_encrypted_package_and_no_archive_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = locked(plain(), OPEN)
    monkeypatch.setattr(ooxml.OOXMLFile, "decrypt", lambda self, file: file.write(b"id;email\n7;ann@corp.example\n"))
    with pytest.raises(qi.EncryptedFileError):
        qi.read_workbook(data)


def test_a_description_that_asks_for_much_work_or_hides_it_is_not_followed() -> None:
    data = locked(plain(), OPEN)
    description = Ole(data).stream("EncryptionInfo")
    assert description is not None
    assert encrypted._is_sound(description)
    for old, new in (
        (b'spinCount="100000"', b'spinCount="9999999"'),
        (b'spinCount="100000"', b'spinCount="10000000000"'),
        (b'spinCount="100000"', b'spinCount="&#49;00000"'),
        (b'spinCount="100000"', b""),
        (b"<encryption", b"<!DOCTYPE a><encryption"),
    ):
        changed = description.replace(old, new)
        assert changed != description
        assert not encrypted._is_sound(changed)
    assert not encrypted._is_sound(description[:8] + description[8:].decode().encode("utf-16"))
    assert not encrypted._is_sound(description + b" " * 100_000)


def outcome(data: bytes) -> str:
    try:
        return qi.read_workbook(data).format.value
    except qi.SourceError as error:
        return error.code


def test_a_damaged_encrypted_book_is_refused_with_a_typed_error() -> None:
    data = locked(plain(), OPEN)
    for at in range(0, len(data), 1_009):
        changed = data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :]
        for damaged in (changed, data[:at]):
            assert outcome(damaged) != "reader_failed"
