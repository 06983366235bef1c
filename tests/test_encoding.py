"""Encodings are told by what the words of a participant file look like, and nothing is decoded silently wrong."""

from __future__ import annotations

import codecs
import random
from collections import Counter

import pytest

from participants import PEOPLE, encodings_of, participant_text
from qooper_ingest.errors import UsageError
from qooper_ingest.readers.text.encoding import decode, detect_encoding
from qooper_ingest.readers.text.encoding.languages import CHARACTERS, LANGUAGES
from strangers import STRANGERS
from thorough import THOROUGH, sample


def as_written(text: str, encoding: str) -> bytes | None:
    """The bytes, or None where the encoding lacks a letter; code page 1258 writes tones behind their letters."""
    if encoding == "cp1258":
        from qooper_ingest.readers.text.encoding.likeness import for_cp1258

        text = for_cp1258(text)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def read(data: bytes) -> str:
    return decode(data, detect_encoding(data)).text


def share_right(language: str, rows: int, **layout: str) -> tuple[int, int, list[str]]:
    right = total = 0
    wrong = []
    for encoding in encodings_of(language):
        for seed in (rows,):
            data = as_written(participant_text(language, rows, seed=seed, **layout), encoding)  # type: ignore[arg-type]
            if data is None or data.isascii():
                continue
            total += 1
            if read(data) == data.decode(encoding):
                right += 1
            else:
                wrong.append(f"{encoding} as {detect_encoding(data).encoding}")
    return right, total, wrong


@pytest.mark.parametrize("language", PEOPLE)
@pytest.mark.parametrize("rows", [10, 200] if THOROUGH else [10])
def test_files_of_ten_rows_and_more_are_decoded_exactly(language: str, rows: int) -> None:
    right, total, wrong = share_right(language, rows, header="own")
    assert right == total, wrong


LAYOUTS = [
    ("own", "name"),
    ("none", "number"),
    ("english", "name"),
    ("own", "number"),
    ("none", "name"),
    ("english", "number"),
]


@pytest.mark.parametrize(("header", "address"), LAYOUTS if THOROUGH else LAYOUTS[:2])
def test_files_of_one_row_are_decoded_exactly(header: str, address: str) -> None:
    counts = Counter[str]()
    wrong = []
    for language in PEOPLE:
        right, total, missed = share_right(language, 1, header=header, address=address)
        counts["right"] += right
        counts["total"] += total
        wrong += [f"{language}: {name}" for name in missed]
    assert counts["right"] >= 0.97 * counts["total"], wrong


@pytest.mark.parametrize(
    ("word", "encoding"),
    [
        ("José", "cp1252"),
        ("José", "mac_roman"),
        ("José", "cp850"),
        ("Müller", "cp1252"),
        ("Müller", "mac_roman"),
        ("Müller", "cp437"),
        ("Łukasz", "cp1250"),
        ("Łukasz", "cp852"),
        ("Wiśniewski", "iso8859-2"),
        ("Şahin", "cp1254"),
        ("Yılmaz", "cp857"),
        ("Bjørn", "cp1252"),
        ("Åsa", "cp1252"),
        ("Søren", "cp865"),
        ("Αθήνα", "cp1253"),
        ("Москва", "cp1251"),
        ("Москва", "cp866"),
        ("Москва", "koi8-r"),
        ("Москва", "mac_cyrillic"),
        ("東京", "cp932"),
        ("北京市", "gb18030"),
        ("臺北", "cp950"),
        ("서울", "cp949"),
        ("ירושלים", "cp1255"),
        ("القاهرة", "cp1256"),
        ("กรุงเทพ", "cp874"),
    ],
)
def test_one_accented_name_is_enough(word: str, encoding: str) -> None:
    text = f"id;name;team\r\n7;{word};Sales\r\n"
    assert read(text.encode(encoding)) == text


def test_the_address_of_a_row_tells_its_letters() -> None:
    # 0xF8 is ø in one code page and ř in another, and both names could be.
    danish = "name,mail\r\nSkovø,skovo@corp.example\r\n"
    czech = "name,mail\r\nHáře,hare@corp.example\r\nSkovř,skovr@corp.example\r\n"
    assert read(danish.encode("cp1252")) == danish
    assert read(czech.encode("cp1250")) == czech


def test_the_header_and_the_hosts_tell_the_language() -> None:
    polish = "imie;nazwisko;mail\r\nSt\u0119pie\u0144;x;k17@firma.pl\r\n"
    assert read(polish.encode("cp1250")) == polish


def test_a_byte_order_mark_decides_and_is_not_text() -> None:
    text = "id\tname\r\n7\tJosé 木村\r\n"
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ):
        guess = detect_encoding(mark + text.encode(encoding))
        assert (guess.encoding, guess.score) == (encoding, 1.0)
        assert decode(mark + text.encode(encoding), guess).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["Ann", "José", "木村 拓郎", "Иван"])
def test_utf16_without_a_mark_shows_in_its_line_ends(encoding: str, name: str) -> None:
    text = "id\tname\r\n" + "".join(f"{i}\t{name}\r\n" for i in range(5))
    assert read(text.encode(encoding)) == text


def test_utf8_is_found_however_rare_its_letters_are() -> None:
    text = "id;name\n" + "1;Ann\n" * 200_000 + "2;Zoë\n"
    guess = detect_encoding(text.encode())
    assert guess.encoding == "utf-8"
    assert guess.plain


def test_legacy_bytes_at_the_end_of_a_long_ascii_file_are_seen() -> None:
    text = "id;name\n" + "1;Ann\n" * 200_000 + "2;Zoë Müller\n"
    data = text.encode("cp1252")
    assert detect_encoding(data).encoding == "cp1252"
    assert read(data) == text


def test_two_legacy_letters_that_are_valid_utf8_by_accident_are_not_believed() -> None:
    text = "jméno\nPříbram\n"
    data = "Příbram".encode("mac_latin2")
    assert data.decode("utf-8") == "Pޒbram"
    assert "ޒ" not in read(data + b"\n")
    assert read(text.encode()) == text


@pytest.mark.parametrize("address", ["ann@c\u043erp.example", "\u0430nn@corp.example", "an\u200bn@corp.example"])
def test_a_look_alike_letter_in_an_address_stays_what_it_is(address: str) -> None:
    """Read as two legacy letters it would pass for another address, and nobody would be warned."""
    text = f"id,email\n1,{address}\n2,bob@corp.example\n"
    assert read(text.encode()) == text


def test_a_file_that_changes_its_encoding_is_mended_line_by_line_and_told() -> None:
    data = "name\nZoë\nAnaïs\nChloé\nŁukasz\nMünster\n".encode() + "Jürgen\n".encode("cp1252")
    guess = detect_encoding(data)
    found = decode(data, guess)
    assert guess.encoding == "utf-8"
    assert found.text.splitlines()[-1] == "Jürgen"
    assert found.bad_lines == ((7, "encoding_changes", "cp1252"),)


def test_bytes_that_no_encoding_explains_are_told() -> None:
    data = "name\nZoë\nAnaïs\nChloé\nÉtienne\n".encode() * 4 + b"\x81\x8d\xff\n"
    found = decode(data, detect_encoding(data))
    assert [line for line, _, _ in found.bad_lines] == [21]
    assert found.text.startswith("name\nZoë\n")


def test_a_file_cut_in_the_middle_of_a_letter_is_utf8() -> None:
    data = "name\nZoë\nAnaï".encode()[:-1]
    guess = detect_encoding(data)
    assert guess.encoding == "utf-8"
    assert len(decode(data, guess).bad_lines) == 1


def test_what_the_caller_says_is_used() -> None:
    data = "Müller\n".encode("cp1252")
    assert detect_encoding(data, given="cp1250").encoding == "cp1250"
    assert decode(data, detect_encoding(data, given="latin-1")).text == "Müller\n"
    marked = codecs.BOM_UTF8 + b"id\n"
    for name in ("utf-8", "utf-8-sig", "UTF8"):
        assert decode(marked, detect_encoding(marked, given=name)).text == "id\n"
    wide = codecs.BOM_UTF16_LE + "id\n".encode("utf-16-le")
    for name in ("utf-16", "utf-16-le"):
        assert decode(wide, detect_encoding(wide, given=name)).text == "id\n"


@pytest.mark.parametrize("name", ["no such thing", "rot13", "base64", "hex", "zip", "", "utf-8\0"])
def test_a_name_that_is_no_text_encoding_is_the_callers_fault(name: str) -> None:
    with pytest.raises(UsageError, match="not the name of a text encoding"):
        detect_encoding(b"id\n", given=name)


def test_alternatives_decode_the_file_to_another_text() -> None:
    data = "name\r\nJosé García\r\n".encode("cp1252")
    guess = detect_encoding(data)
    text = decode(data, guess).text
    assert guess.alternatives
    assert all(data.decode(other) != text for other in guess.alternatives)
    assert 0 < guess.score <= 1


# -- a single word that nobody has heard of ------------------------------------------------------------------------------


def test_the_strangers_are_in_no_list() -> None:
    for language, words in STRANGERS.items():
        known = {**LANGUAGES, **CHARACTERS}[language].words.split()
        assert {word.lower() for word in words.split()} & set(known) == set(), language


def test_one_unknown_word_in_the_whole_file_is_enough_nineteen_times_in_twenty() -> None:
    right = total = 0
    for language, words in STRANGERS.items():
        for encoding in {**LANGUAGES, **CHARACTERS}[language].encodings:
            if encoding == "iso8859-16":
                continue  # the same bytes are the same names in the Windows code page, but for the shape of two letters
            for word in sample(words.split()[::2], 4):
                data = as_written(f"ID;First name;Last name;Email\r\n17;Anna;{word};user17@corp.example\r\n", encoding)
                if data is not None and not data.isascii():
                    total += 1
                    right += read(data) == data.decode(encoding)
    assert total > (1_000 if THOROUGH else 140)
    assert right >= 0.95 * total


def test_utf8_is_told_piece_by_piece_as_the_codec_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qooper_ingest.readers.text.encoding.detection.CHUNK", 7)
    chance = random.Random(5)
    told = {True: 0, False: 0}
    for _ in range(3_000):
        data = bytearray("".join(chance.choices(["é", "€", "😀", "a", "ÿ", ","], k=chance.randint(3, 12))).encode())
        if chance.random() < 0.4:
            data[chance.randrange(len(data))] = chance.randrange(256)
        elif chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        elif chance.random() < 0.2:
            data += bytes(chance.choices([0x80, 0xBF, 0xED, 0xA0, 0xC0, 0xF5], k=9))
        whole = bytes(data).decode("utf-8", "ignore").encode() == bytes(data)
        assert detect_encoding(bytes(data), given="utf-8").plain is whole
        told[whole] += 1
    assert min(told.values()) > 500
