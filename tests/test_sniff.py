"""The sniffer: content decides, an archive is unwrapped, a mistake is named."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import zipfile
from dataclasses import replace

import pytest

from hostile.generate import biff, book, label, ods, ole, texts, xlsb
from labelled import FILES
from qooper_ingest.errors import (
    CorruptFileError,
    EncryptedFileError,
    LimitExceededError,
    SourceError,
    UnsupportedFormatError,
)
from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.sniff import Sniffed, sniff
from qooper_ingest.source import Format, ReadOptions, Source

CSV = b"id;email\n7;ann@corp.example\n"


def tell(data: bytes, name: str | None = None, **options: object) -> Sniffed:
    return sniff(Source(name, data), options=ReadOptions(**options), limits=DEFAULT_LIMITS)  # type: ignore[arg-type]


def gzipped(data: bytes) -> bytes:
    """Without the time: the same bytes each time."""
    return gzip.compress(data, mtime=0)


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            path = name if "." in name else name.replace("__", "/").replace("_dot_", ".")
            archive.writestr(zipfile.ZipInfo(path), data)  # without the time
    return buffer.getvalue()


SML = b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>'
FODS = b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"/>'
HTML = b"<html><body><table><tr><td>id</td></tr></table></body></html>"
MHTML = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'

KINDS: list[tuple[Format, bytes]] = [
    (Format.TEXT, CSV),
    (Format.TEXT, CSV.replace(b";", b"\t").decode().encode("utf-16")),
    (Format.TEXT, CSV.decode().encode("utf-16-le")),
    (Format.TEXT, "名前\t部署\r\n田中\t営業\r\n".encode("utf-16-le")),
    (Format.TEXT, "名前,部署\n田中,営業\n".encode("shift_jis")),
    (Format.TEXT, b"<none>,<unknown>\n1,2\n"),
    (Format.TEXT, b"[1],[2]\n[3],[4]\n"),
    (Format.TEXT, b"ID;Name\n1;Ann\n"),
    (Format.TEXT, b"a,b\0c\n1,a longer line of text\n" * 40),
    (Format.XLSX, book()),
    (Format.XLSX, b"\r\n " + book()),
    (Format.XLSX, b"\xef\xbb\xbf" + book()),
    (Format.XLSB, xlsb(b"")),
    (Format.ODS, ods("")),
    (Format.XLS, ole(biff())),
    (Format.XLS, b"\n\n" + ole(biff())),
    (Format.XLS, ole(biff(), "Book")),
    (Format.XLS, biff()),
    (Format.SPREADSHEETML, SML),
    (Format.SPREADSHEETML, b'\xef\xbb\xbf<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n' + SML),
    (Format.SPREADSHEETML, ("\ufeff" + SML.decode()).encode("utf-16-le")),
    (Format.SPREADSHEETML, b'<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"></ss:Workbook>'),
    (Format.FODS, FODS),
    (Format.XML, b"<people><person><id>7</id></person></people>"),
    (Format.XML, b'<?xml version="1.0"?><!-- export --><table><row id="7"/></table>'),
    (Format.XML, b'<row id="7"/><row id="8"/>'),
    (Format.HTML, HTML),
    (Format.HTML, b"<!DOCTYPE html>\n" + HTML),
    (Format.HTML, b"  <TABLE><TR><TD>id</TD></TR></TABLE>"),
    (Format.HTML, b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><table/></body></html>'),
    (Format.HTML, HTML.decode().encode("utf-16")),
    (Format.MHTML, MHTML),
]


@pytest.mark.parametrize(("expected", "data"), KINDS, ids=lambda v: str(v)[:40])
def test_content_decides(expected: Format, data: bytes) -> None:
    assert tell(data).format is expected


REFUSED: list[tuple[str, bytes]] = [
    ("empty_file", b""),
    ("empty_file", b" \r\n\0\t"),
    ("pdf_document", b"%PDF-1.7\n"),
    ("rtf_document", b"{\\rtf1\\ansi}"),
    ("image_file", b"\x89PNG\r\n\x1a\n\0\0"),
    ("image_file", b"\xff\xd8\xff\xe0\0\x10JFIF"),
    ("image_file", b"RIFF\0\0\0\0WEBPVP8 "),
    ("image_file", b"\0\0\0\x18ftypheic\0\0\0\0"),
    ("image_file", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
    ("media_file", b"ID3\x04\0\0\0\0"),
    ("media_file", b"RIFF\0\0\0\0WAVEfmt "),
    ("parquet_file", b"PAR1\x15\x04"),
    ("database_file", b"SQLite format 3\0"),
    ("database_file", b"\0\1\0\0Standard ACE DB\0"),
    ("statistics_file", b"$FL2@(#) IBM SPSS"),
    ("lotus_workbook", b"\0\0\x02\0\x06\x04\x06\0\x08\0"),
    ("program_file", b"MZ\x90\0\x03\0"),
    ("archive_not_read", b"7z\xbc\xaf\x27\x1c\0\4"),
    ("archive_not_read", b"Rar!\x1a\x07\1\0"),
    ("archive_not_read", gzipped(b"\0" * 257 + b"ustar\0" + b"\0" * 600)),
    ("archive_nested", gzipped(gzipped(CSV))),
    ("archive_not_read", bz2.compress(CSV)),
    ("archive_not_read", b"MSCF\0\0\0\0\x2c"),
    ("archive_not_read", b"\0" * 32_769 + b"CD001\1"),
    ("image_file", b"\1\0\0\0" + b"\x6c" * 36 + b" EMF"),
    ("image_file", b"\xd7\xcd\xc6\x9a\0\0"),
    ("drawing_file", b"%!PS-Adobe-3.0\n"),
    ("drawing_file", b"AC1027\0\0"),
    ("media_file", b"OggS\0\2"),
    ("media_file", b"\x1aE\xdf\xa3\1"),
    ("parquet_file", b"ORC\x0a\3" + b"\0" * 80 + b"ORC\x18"),
    ("parquet_file", b"\x89HDF\r\n\x1a\n\0"),
    ("database_file", b"\x03\x7a\1\2" + b"\1\0\0\0\x41\0\x0a\0" + b"\0" * 52 + b"\r 1       \x1a"),
    ("database_file", zipped(mimetype=b"application/vnd.oasis.opendocument.base", content_dot_xml=b"<x/>")),
    ("statistics_file", b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000"),
    ("statistics_file", gzipped(b"RDX3\nX\n\0\0\0\3")),
    ("lotus_workbook", b"\0\0\x02\0\x02\x10\0\0"),
    ("program_file", b"\xca\xfe\xba\xbe\0\0\0\x34"),
    ("program_file", zipped(AndroidManifest_dot_xml=b"x", classes_dot_dex=b"x")),
    ("shortcut_file", b"[InternetShortcut]\r\nURL=https://corp.example/\r\n"),
    ("shortcut_file", b'{"url": "https://docs.google.com/open?id=x", "email": "ann@corp.example"}'),
    ("shortcut_file", b'{"":"do not edit","doc_id":"x"}'),
    ("dif_file", b'TABLE\r\n0,1\r\n"EXCEL"\r\nVECTORS\r\n0,2\r\n""\r\n'),
    ("email_message", b"\x78\x9f\x3e\x22\1\0"),
    ("numbers_document", zipped(index_dot_xml=b"<x/>", buildVersionHistory_dot_plist=b"x")),
    ("unknown_format", zipped(mimetype=b"application/vnd.sun.xml.calc", content_dot_xml=b"<x/>")),
    ("vcard_file", b"BEGIN:VCARD\r\nVERSION:3.0\r\n"),
    ("json_document", b'{"error": {"code": 401}}'),
    ("json_document", b'[{"id": 7}, {"id": 8}]'),
    ("json_document", b'{"id": 7}\n{"id": 8}\n'),
    ("html_page_not_a_table", b"<!DOCTYPE html><html><body><form></form></body></html>"),
    ("html_page_not_a_table", b"<html><head><title>Sign in</title></head></html>"),
    ("email_message", b"From: ann@corp.example\r\nSubject: list\r\nContent-Type: text/plain\r\n\r\nhello"),
    ("sylk_file", b"ID;PWXL;N;E\r\nP;PGeneral\r\n"),
    ("legacy_workbook", b"\x09\0\x04\0\x02\0\x10\0\x0a\0\0\0"),
    ("legacy_workbook", b"\x09\x04\x06\0\0\0\x10\0\0\0"),
    ("gnumeric_workbook", b'<?xml version="1.0"?><gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"></gnm:Workbook>'),
    ("gnumeric_workbook", gzipped(b'<gmr:Workbook xmlns:gmr="http://www.gnumeric.org/v9.dtd"><gmr:Sheets/></gmr:Workbook>')),
    ("word_document", ole(b"", "WordDocument")),
    ("presentation_file", ole(b"", "PowerPoint Document")),
    ("email_message", ole(b"", "__properties_version1.0")),
    ("drawing_file", ole(b"", "VisioDocument")),
    ("unknown_format", ole(b"", "Something")),
    ("word_document", zipped(word__document_dot_xml=b"<w/>")),
    ("word_document", b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"></w:wordDocument>'),
    ("word_document", zipped(mimetype=b"application/vnd.oasis.opendocument.text")),
    ("presentation_file", zipped(ppt__slides=b"x")),
    ("numbers_document", zipped(Index__Document_dot_iwa=b"x")),
    ("zip_several_files", zipped(a_dot_csv=CSV, b_dot_csv=CSV)),
    ("zip_no_table", zipped(a_dot_png=b"x", b_dot_png=b"x")),
    ("zip_no_table", b"PK\x05\x06" + b"\0" * 18),
    ("lock_file", b"\x03Ann".ljust(55, b" ")),
    ("binary_file", bytes(range(32)) * 100),
]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"\r\n", codecs.BOM_UTF8, "\ufeff\n".encode("utf-16-le")])
def test_a_file_without_content_is_text_without_rows_only_if_its_name_says_text(data: bytes) -> None:
    assert tell(data, "people.csv").format is Format.TEXT
    assert tell(data, format=Format.TEXT).format is Format.TEXT
    assert tell(gzip.compress(data), "people.csv.gz").format is Format.TEXT
    for name in (None, "people", "people.xlsx"):
        with pytest.raises(UnsupportedFormatError, match="The file is empty"):
            tell(data, name)


def test_nothing_but_nuls_is_a_damaged_file_under_any_name() -> None:
    with pytest.raises(UnsupportedFormatError, match="The file is empty"):
        tell(bytes(4096), "people.csv")


@pytest.mark.parametrize(("code", "data"), REFUSED, ids=lambda v: str(v)[:40])
def test_a_mistake_is_named(code: str, data: bytes) -> None:
    with pytest.raises(UnsupportedFormatError) as raised:
        tell(data)
    assert raised.value.code == code
    assert len(str(raised.value)) > 40  # what it is, and what to do


def test_an_encrypted_message_is_named() -> None:
    with pytest.raises(EncryptedFileError) as raised:
        tell(b"-----BEGIN PGP MESSAGE-----\n\nabc\n")
    assert raised.value.code == "message_encrypted"


@pytest.mark.parametrize(
    "data",
    [
        b"ORC,Email\n1,a@b.example\n",
        b"TABLE\n0,1\n",
        b"WEB\r\n1\r\n",
        b"AC1027,Ann\n",
        b"FEA1,PAR1\n1,2\n",
        b"PAR1,BZh\n1,2\n",
        b"BZh1,id\n",
        b"0&,x\n1,2\n",
        b'{"url"}\n1\n',
    ],
)
def test_a_table_is_not_taken_for_what_its_first_word_begins_like(data: bytes) -> None:
    assert tell(data).format is Format.TEXT


def test_a_workbook_inside_of_a_document_does_not_make_it_a_workbook() -> None:
    stream = biff(label(0, 0, 0), texts("id"))
    with pytest.raises(UnsupportedFormatError) as raised:
        tell(ole(stream, inside_of="WordDocument"))
    assert raised.value.code == "word_document"
    # A directory that is no proper tree is looked through as a list: word 4 of an entry says what is inside of it.
    lost = ole(stream)
    root = lost.index("Root Entry".encode("utf-16-le"))
    assert tell(lost[: root + 76] + b"\xff" * 4 + lost[root + 80 :]).format is Format.XLS


def test_a_lock_file_is_known_by_its_name() -> None:
    for name in ("~$people.xlsx", ".~lock.people.ods#"):
        with pytest.raises(UnsupportedFormatError, match=r"while a workbook is open"):
            tell(b",ann,host,01.01.2024 10:00,file:///x;", name)


def test_passwords_are_told_apart_from_damage() -> None:
    flagged = bytearray(zipped(people_dot_csv=CSV))
    for magic, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        flagged[flagged.find(magic) + place] |= 1
    for data, code in ((ole(b"", "EncryptedPackage"), "password_protected"), (bytes(flagged), "zip_encrypted")):
        with pytest.raises(EncryptedFileError) as raised:
            tell(data)
        assert raised.value.code == code


def test_a_cut_archive_is_damage() -> None:
    for data, code in (
        (gzipped(CSV * 50)[:-8], "damaged_gzip"),
        (book()[:-10], "damaged_zip"),
        (ole(biff())[:600], "damaged_ole"),
    ):
        with pytest.raises(CorruptFileError) as raised:
            tell(data)
        assert raised.value.code == code


@pytest.mark.parametrize(
    ("data", "member"),
    [
        (gzipped(CSV), "data"),
        (zipped(export__people_dot_csv=CSV), "export/people.csv"),
        (zipped(people_dot_csv=CSV, readme_dot_md=b"# hello", **{"__MACOSX/._people.csv": b"x"}), "people.csv"),
        (zipped(people=CSV), "people"),
    ],
)
def test_the_one_table_of_an_archive_is_unwrapped(data: bytes, member: str) -> None:
    found = tell(data)
    assert found.format is Format.TEXT
    assert found.member == member
    assert found.source.data == CSV
    again = tell(data, format=Format.TEXT, member=member)
    assert again.source.data == CSV


def test_a_file_without_a_name_in_an_archive_is_passed_over() -> None:
    unnamed = zipped(a_dot_csv=b"x;y").replace(b"a.csv", b"\0.csv")
    with pytest.raises(UnsupportedFormatError) as raised:
        tell(unnamed)
    assert raised.value.code == "zip_no_table"
    assert tell(zipped(a_dot_csv=b"x;y", b_dot_csv=CSV).replace(b"a.csv", b"\0.csv")).member == "b.csv"


def test_a_book_in_an_archive_is_found() -> None:
    assert tell(zipped(people_dot_xlsx=book())).format is Format.XLSX
    assert tell(gzipped(ole(biff()))).format is Format.XLS


def test_a_member_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnsupportedFormatError) as raised:
        tell(zipped(a_dot_csv=CSV, b_dot_csv=CSV), member="c.csv")
    assert raised.value.code == "zip_no_table"
    assert tell(zipped(a_dot_csv=CSV, b_dot_csv=b"x;y"), member="b.csv").source.data == b"x;y"


def test_what_an_archive_unpacks_to_is_bounded_like_an_upload() -> None:
    for data in (gzipped(b"a,b\n" * 1000), zipped(a_dot_csv=b"a,b\n" * 1000)):
        source = Source("a", data)
        exact = replace(DEFAULT_LIMITS, file_bytes=4_000)
        assert sniff(source, options=ReadOptions(), limits=exact).format is Format.TEXT
        with pytest.raises(LimitExceededError) as raised:
            sniff(source, options=ReadOptions(), limits=replace(exact, file_bytes=3_999))
        assert raised.value.params["limit"] == "file_bytes"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("people.xls", CSV, (".xls", "a text table (csv)")),
        ("people.csv", book(), (".csv", "an Excel workbook (xlsx)")),
        ("people.XLSX", ole(biff()), (".xlsx", "an old Excel workbook (xls)")),
        ("people.xls", HTML, (".xls", "a web page (html)")),
        ("people.xlsx", zipped(a_dot_csv=CSV), (".xlsx", "a zip archive")),
        ("people.xls", gzipped(CSV), (".xls", "a gzip file")),
        ("people.XLSX", book(), None),
        ("people", book(), None),
        ("people.dat", CSV, None),
        ("people.csv.gz", gzipped(CSV), None),
        ("people.zip", zipped(a_dot_csv=CSV), None),
        ("people.xml", SML, None),
        (None, CSV, None),
    ],
)
def test_a_name_that_says_another_thing_is_an_issue(
    name: str | None, data: bytes, told: tuple[str, str] | None
) -> None:
    found = [(one.value, one.detail) for one in tell(data, name).issues.page()]
    assert found == ([told] if told else [])


def test_what_the_caller_says_is_taken_as_said() -> None:
    assert tell(HTML, format=Format.TEXT).format is Format.TEXT


def test_any_prefix_of_any_kind_is_told_or_refused() -> None:
    for _, data in KINDS:
        for size in [*range(min(len(data), 64)), *range(64, len(data), 97)]:
            try:
                assert isinstance(tell(data[:size]).format, Format)
            except SourceError as error:
                assert error.code  # noqa: PT017  (either is right, nothing else is)


def test_the_labelled_mistakes_are_named() -> None:
    for name, code in (("login_page_named.xlsx", "html_page_not_a_table"), ("empty_named.xlsx", "empty_file")):
        with pytest.raises(UnsupportedFormatError) as raised:
            tell((FILES / "mislabelled" / name).read_bytes(), name)
        assert raised.value.code == code
