"""Hostile and broken books, made here: nothing is downloaded, and every byte can be read in this file.

``FILES`` maps a name to a function that makes the bytes; ``python generate.py FOLDER`` writes them all, for other readers
and for other tests.
"""

from __future__ import annotations

import gzip
import io
import random
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["FILES", "biff", "book", "ods", "ole", "record", "xlsb"]

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PKG = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10)) + "]>"
)

Files = dict[str, Callable[[], bytes]]


# -- makers ------------------------------------------------------------------------------------------------------------


def gzipped(data: bytes) -> bytes:
    """Without the time: the same bytes each time."""
    return gzip.compress(data, mtime=0)


def sheet(rows: str, *, before: str = "", after: str = "", head: str = _HEAD) -> str:
    return f'{head}<worksheet {_MAIN} xmlns:r="{_DOC}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(
    rows: str | None = _ROW,
    *,
    part: bytes | None = None,
    strings: str | None = None,
    styles: str | None = None,
    workbook: str | None = None,
    relations: str | None = None,
) -> dict[str, bytes]:
    """The parts of an xlsx book of one sheet."""
    made: dict[str, bytes] = {}
    made["[Content_Types].xml"] = b"<Types/>"
    made["_rels/.rels"] = (
        f'<Relationships xmlns="{_PKG}"><Relationship Id="r1" Type="{_DOC}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ).encode()
    made["xl/workbook.xml"] = (
        workbook
        or f'{_HEAD}<workbook {_MAIN} xmlns:r="{_DOC}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ).encode()
    made["xl/_rels/workbook.xml.rels"] = (
        relations
        or f'<Relationships xmlns="{_PKG}"><Relationship Id="rId1" Type="{_DOC}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_DOC}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{_DOC}/styles" Target="styles.xml"/></Relationships>'
    ).encode()
    made["xl/worksheets/sheet1.xml"] = part if part is not None else sheet(rows or "").encode()
    if strings is not None:
        made["xl/sharedStrings.xml"] = strings.encode()
    if styles is not None:
        made["xl/styles.xml"] = styles.encode()
    return made


def zipped(members: Mapping[str, bytes], *, level: int = 6) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def book(rows: str | None = _ROW, **options: object) -> bytes:
    return zipped(parts(rows, **options))  # type: ignore[arg-type]


def bomb(name: str, before: bytes, unit: bytes, times: int, after: bytes, members: Mapping[str, bytes]) -> bytes:
    """An archive with one member that repeats a unit, made without holding it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, data in members.items():
            if other != name:
                archive.writestr(other, data)
        block = unit * max(1, (1 << 20) // len(unit))
        whole, rest = divmod(times, max(1, (1 << 20) // len(unit)))
        with archive.open(name, "w", force_zip64=True) as file:
            file.write(before)
            for _ in range(whole):
                file.write(block)
            file.write(unit * rest + after)
    return buffer.getvalue()


def cell(reference: str, value: str, attributes: str = "") -> str:
    return f'<c r="{reference}"{attributes}><v>{value}</v></c>'


def one(reference: str, value: str = "1", attributes: str = "", row: str = "1") -> str:
    return f'<row r="{row}">{cell(reference, value, attributes)}</row>'


def dated(value: str) -> bytes:
    styles = f'<styleSheet {_MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    return book(one("A1", value, ' s="1"'), styles=styles)


def record(number: int, data: bytes = b"") -> bytes:
    """A BIFF record."""
    return struct.pack("<HH", number, len(data)) + data


def _bof(kind: int) -> bytes:
    return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def biff(cells: bytes = b"", shared: bytes = b"", *, offset: int | None = None, end: bool = True) -> bytes:
    """A BIFF8 workbook stream of one sheet."""

    def head(at: int) -> bytes:
        return _bof(5) + shared + record(0x85, struct.pack("<IBB", at, 0, 0) + b"\x01\0S") + record(0x0A)

    start = len(head(0))
    return head(start if offset is None else offset) + _bof(0x10) + cells + (record(0x0A) if end else b"")


def texts(*values: str, count: int | None = None) -> bytes:
    """An SST record."""
    number = len(values) if count is None else count
    body = b"".join(struct.pack("<HB", len(v), 1) + v.encode("utf-16-le") for v in values)
    return record(0xFC, struct.pack("<II", number, number) + body)


def label(row: int, column: int, index: int) -> bytes:
    return record(0xFD, struct.pack("<HHHI", row, column, 0, index))


def ole(stream: bytes, name: str = "Workbook", *, inside_of: str | None = None, **damage: int) -> bytes:
    """A compound file with one stream; ``damage`` sets 32-bit words of the file: ``at_76=5``.

    Args:
        inside_of: The stream at the top of a document of another kind, which holds this one as an embedded object.
    """
    size = max(len(stream), 4096)
    stream = stream.ljust(-(-size // 512) * 512, b"\0")
    sectors = len(stream) // 512
    fat_sectors = -(-(sectors + 2) // 127)
    total = sectors + 1 + fat_sectors
    fat = [*range(1, sectors), 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFD] * fat_sectors]
    fat += [0xFFFFFFFF] * (fat_sectors * 128 - total)

    def entry(label_: str, kind: int, child: int, first: int, length: int, right: int = 0xFFFFFFFF) -> bytes:
        raw = label_.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, right, child)
            + b"\0" * 36
            + struct.pack("<III", first, length, 0)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)
    if inside_of is None:
        directory += entry(name, 2, 0xFFFFFFFF, 0, size)
    else:
        directory += entry("ObjectPool", 1, 2, 0, 0, right=3) + entry(name, 2, 0xFFFFFFFF, 0, size)
        directory += entry(inside_of, 2, 0xFFFFFFFF, 0, size)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    difat = [sectors + 1 + i for i in range(fat_sectors)]
    header += struct.pack("<109I", *difat, *[0xFFFFFFFF] * (109 - len(difat)))
    data = bytearray(header + stream + directory.ljust(512, b"\0") + struct.pack(f"<{len(fat)}I", *fat))
    for place, value in damage.items():
        struct.pack_into("<I", data, int(place.removeprefix("at_")), value)
    return bytes(data)


def _varint(value: int) -> bytes:
    out = b""
    while True:
        out += bytes([(value & 0x7F) | (0x80 if value > 0x7F else 0)])
        value >>= 7
        if not value:
            return out


def brecord(number: int, data: bytes = b"") -> bytes:
    """An xlsb record."""
    kind = bytes([number]) if number < 0x80 else bytes([(number & 0x7F) | 0x80, number >> 7])
    return kind + _varint(len(data)) + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(cells: bytes, strings: bytes = b"", styles: bytes = b"", *, end: bool = True, flags: int = 0) -> bytes:
    relations = parts()["xl/_rels/workbook.xml.rels"].replace(b".xml", b".bin")
    return zipped(
        {
            "_rels/.rels": parts()["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin"),
            "xl/workbook.bin": brecord(153, struct.pack("<I", flags) + b"\0" * 8)
            + brecord(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("S")),
            "xl/_rels/workbook.bin.rels": relations,
            "xl/worksheets/sheet1.bin": brecord(145) + cells + (brecord(146) if end else b""),
            "xl/sharedStrings.bin": strings,
            "xl/styles.bin": styles,
        }
    )


def brow(number: int, *, hidden: bool = False) -> bytes:
    return brecord(0, struct.pack("<IIHBBB", number, 0, 0, 0, 0x10 if hidden else 0, 0) + b"\0" * 4)


def bcell(number: int, column: int, value: bytes, style: int = 0) -> bytes:
    return brecord(number, struct.pack("<II", column, style) + value)


_OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def ods(rows: str, *, head: str = _HEAD, **members: bytes) -> bytes:
    content = (
        f'{head}<office:document-content {_OFFICE}><office:body><office:spreadsheet><table:table table:name="S">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
            **members,
        }
    )


def _text_cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{attributes}><text:p>{text}</text:p></table:table-cell>'


# -- xlsx --------------------------------------------------------------------------------------------------------------


def _far_rows() -> str:
    return "".join(one(f"XFD{row}", "1", row=str(row)) for row in range(1, 20_001))


def _amplified() -> bytes:
    strings = f"<sst {_MAIN}><si><t>{'x' * 32_000}</t></si></sst>"
    rows = "".join(
        f'<row r="{row}">' + "".join(cell(f"{chr(65 + c)}{row}", "0", ' t="s"') for c in range(20)) + "</row>"
        for row in range(1, 10_001)
    )
    return book(rows, strings=strings)


def _raw(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new)


def _lying_sizes() -> bytes:
    """The directory states that every part inflates to 4 GB."""
    data = bytearray(book())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", data, at + 24, 0xFFFFFFF0)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def _flag(bit: int) -> bytes:
    data = bytearray(book())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= bit
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def _method(number: int) -> bytes:
    data = bytearray(book())
    for magic, place in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        at = data.find(magic)
        while at >= 0:
            struct.pack_into("<H", data, at + place, number)
            at = data.find(magic, at + 4)
    return bytes(data)


def _wrong_crc() -> bytes:
    data = bytearray(book())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 16] ^= 0xFF
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def _twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts().items():
            archive.writestr(name, data)
        archive.writestr("XL/worksheets/SHEET1.xml", sheet(one("A1", "999")))
    return buffer.getvalue()


def _entries(count: int) -> bytes:
    return zipped({**parts(), **{f"xl/media/{i}.png": b"" for i in range(count)}}, level=0)


def _zip64_lies() -> bytes:
    """A second directory for large archives that counts 2^62 entries."""
    data = bytearray(book())
    at = data.rfind(b"PK\5\6")
    start = struct.unpack_from("<I", data, at + 16)[0]
    large = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 2**62, 2**62, 2**62, start)
    data[at + 8 : at + 20] = b"\xff" * 12
    return bytes(data[:at]) + large + struct.pack("<IIQI", 0x07064B50, 0, at, 1) + bytes(data[at:])


def _overlapping(count: int) -> bytes:
    """So many parts in the directory that are the same bytes of the archive."""
    names = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="r{i}"/>' for i in range(1, count + 1))
    links = "".join(
        f'<Relationship Id="r{i}" Type="{_DOC}/worksheet" Target="s/{i:03}.xml"/>' for i in range(1, count + 1)
    )
    made = parts(
        workbook=f'<workbook {_MAIN} xmlns:r="{_DOC}"><sheets>{names}</sheets></workbook>',
        relations=f'<Relationships xmlns="{_PKG}">{links}</Relationships>',
    )
    made["xl/s/001.xml"] = sheet(one("A1") * 100_000).encode()
    data = zipped(made)
    end = data.rfind(b"PK\5\6")
    begin = struct.unpack_from("<I", data, end + 16)[0]
    entry = data[data.rfind(b"PK\1\2", begin, end) : end]
    directory = data[begin:end] + b"".join(entry.replace(b"001.xml", b"%03d.xml" % i) for i in range(2, count + 1))
    total = len(made) + count - 1
    return data[:begin] + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, total, total, len(directory), begin, 0)


def _links(count: int) -> bytes:
    """One cell with so many links, each over the whole sheet."""
    links = "<hyperlinks>" + '<hyperlink ref="A1:XFD1048576" r:id="m"/>' * count + "</hyperlinks>"
    relations = f'<Relationship Id="m" Type="{_DOC}/hyperlink" Target="mailto:a@b.example" TargetMode="External"/>'
    return zipped(
        {
            **parts(part=sheet(_ROW, after=links).encode()),
            "xl/worksheets/_rels/sheet1.xml.rels": f'<Relationships xmlns="{_PKG}">{relations}</Relationships>'.encode(),
        }
    )


def _sheets(count: int, rows: str = _ROW) -> bytes:
    names = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="rId1"/>' for i in range(1, count + 1))
    return book(rows, workbook=f'<workbook {_MAIN} xmlns:r="{_DOC}"><sheets>{names}</sheets></workbook>')


def _to(target: str, mode: str = "") -> bytes:
    return book(
        relations=f'<Relationships xmlns="{_PKG}"><Relationship Id="rId1" Type="{_DOC}/worksheet" Target="{target}"{mode}/>'
        "</Relationships>"
    )


def _big(rows: str) -> bytes:
    return sheet(rows).encode()


def _sheet_bomb(unit: str, times: int, before: str = "", after: str = "") -> bytes:
    """A sheet whose rows are one unit, over and over."""
    opening, closing = sheet("@").split("@")
    name = "xl/worksheets/sheet1.xml"
    return bomb(name, (opening + before).encode(), unit.encode(), times, (after + closing).encode(), parts())


_XLSX: Files = {
    "xlsx_two_far_cells": lambda: book(one("A1") + one("XFD1048576", row="1048576")),
    "xlsx_far_column_in_20000_rows": lambda: book(_far_rows()),
    "xlsx_string_count_lies": lambda: book(one("A1", "0", ' t="s"'), strings=f'<sst {_MAIN} uniqueCount="100000000000"><si><t>x</t></si></sst>'),
    "xlsx_string_count_is_2_63": lambda: book(one("A1", "0", ' t="s"'), strings=f'<sst {_MAIN} count="9223372036854775808" uniqueCount="9223372036854775808"><si><t>x</t></si></sst>'),
    "xlsx_string_amplified": _amplified,
    "xlsx_string_index_beyond": lambda: book(one("A1", "7", ' t="s"'), strings=f"<sst {_MAIN}><si><t>x</t></si></sst>"),
    "xlsx_string_index_negative": lambda: book(one("A1", "-1", ' t="s"'), strings=f"<sst {_MAIN}><si><t>x</t></si></sst>"),
    "xlsx_string_index_no_number": lambda: book(one("A1", "0x1", ' t="s"')),
    "xlsx_reference_overflows": lambda: book(one("A99999999999", row="99999999999")),
    "xlsx_reference_beyond_columns": lambda: book(one("ZZZZ1")),
    "xlsx_reference_row_zero": lambda: book(one("A0", row="0")),
    "xlsx_reference_garbage": lambda: book(one("1A")),
    "xlsx_reference_empty": lambda: book(one("")),
    "xlsx_reference_other_row": lambda: book(one("A7", row="3")),
    "xlsx_row_number_overflows": lambda: book('<row r="4294967296"><c><v>1</v></c></row>'),
    "xlsx_row_in_a_cell": lambda: book(one("A1", "1<row/>2")),
    "xlsx_row_in_a_row": lambda: book('<row r="1"><row r="2"><c r="A2"><v>2</v></c></row><c r="A1"><v>1</v></c></row>'),
    "xlsx_rows_backwards": lambda: book(one("A9", row="9") + one("A1") + one("A9", "2", row="9")),
    "xlsx_cell_twice": lambda: book(f'<row r="1">{cell("A1", "1")}{cell("A1", "2")}</row>'),
    "xlsx_date_huge": lambda: dated("1e300"),
    "xlsx_date_negative": lambda: dated("-5"),
    "xlsx_date_nan": lambda: dated("NaN"),
    "xlsx_date_no_number": lambda: dated("yesterday"),
    "xlsx_number_huge": lambda: book(one("A1", "1e999") + one("A2", "9" * 5000, row="2")),
    "xlsx_dimension_lies": lambda: book(part=sheet(_ROW, before='<dimension ref="A1:XFD1048576"/>').encode()),
    "xlsx_dimension_malformed": lambda: book(part=sheet(_ROW, before='<dimension ref="A0:-1"/>').encode()),
    "xlsx_merged_everything": lambda: book(part=sheet(_ROW, after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>').encode()),
    "xlsx_link_over_everything": lambda: book(part=sheet(_ROW, after='<hyperlinks><hyperlink ref="A1:XFD1048576" r:id="x"/></hyperlinks>').encode()),
    "xlsx_bomb_blanks": lambda: _sheet_bomb(" ", 600 << 20),
    "xlsx_bomb_empty_rows": lambda: _sheet_bomb('<row r="1"/>', 10_000_000),
    "xlsx_bomb_empty_cells": lambda: _sheet_bomb('<c r="A1" s="1"/>', 20_000_000, '<row r="1">', "</row>"),
    "xlsx_bomb_cells": lambda: _sheet_bomb('<c r="A1"><v>1</v></c>', 6_000_000, '<row r="1">', "</row>"),
    "xlsx_bomb_text": lambda: _sheet_bomb("x" * 64, 2_000_000, '<row r="1"><c r="A1" t="str"><v>', "</v></c></row>"),
    "xlsx_bomb_comment": lambda: _sheet_bomb("x" * 64, 4_000_000, "<!--", "-->"),
    "xlsx_bomb_attribute": lambda: _sheet_bomb("x" * 64, 400_000, '<row r="1"><c r="', '"><v>1</v></c></row>'),
    "xlsx_bomb_strings": lambda: bomb("xl/sharedStrings.xml", f"<sst {_MAIN}>".encode(), b"<si/>", 8_000_000, b"</sst>", parts(one("A1", "0", ' t="s"'))),
    "xlsx_bomb_styles": lambda: bomb("xl/styles.xml", f"<styleSheet {_MAIN}><cellXfs>".encode(), b'<xf numFmtId="14"/>', 1_000_000, b"</cellXfs></styleSheet>", parts()),
    "xlsx_bomb_head": lambda: _raw_head(),
    "xlsx_cell_of_2_mb": lambda: book(f'<row r="1"><c r="A1" t="str"><v>{"y" * 2_000_000}</v></c></row>'),
    "xlsx_doctype_in_sheet": lambda: book(part=sheet(_ROW, head=_HEAD + "<!DOCTYPE worksheet>").encode()),
    "xlsx_laughs_in_sheet": lambda: book(part=sheet(one("A1", "&l9;", ' t="str"'), head=_HEAD + _LAUGHS).encode()),
    "xlsx_laughs_in_strings": lambda: book(one("A1", "0", ' t="s"'), strings=f"{_HEAD}{_LAUGHS}<sst {_MAIN}><si><t>&l9;</t></si></sst>"),
    "xlsx_laughs_in_workbook": lambda: book(workbook=f'{_HEAD}{_LAUGHS}<workbook {_MAIN}><sheets><sheet name="&l9;"/></sheets></workbook>'),
    "xlsx_laughs_in_styles": lambda: book(styles=f"{_HEAD}{_LAUGHS}<styleSheet {_MAIN}>&l9;</styleSheet>"),
    "xlsx_laughs_in_utf16": lambda: book(part=sheet(_ROW, head='<?xml version="1.0" encoding="UTF-16"?>' + _LAUGHS).encode("utf-16")),
    "xlsx_external_entity": lambda: book(part=sheet(one("A1", "&e;", ' t="str"'), head=_HEAD + '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>').encode()),
    "xlsx_entity_undefined": lambda: book(one("A1", "&nbsp;", ' t="str"')),
    "xlsx_deep": lambda: book("<a>" * 200_000 + "</a>" * 200_000),
    "xlsx_tag_without_end": lambda: book(part=sheet("").replace("</sheetData>", '<row r="1" x="' + "y" * 20_000_000).encode()),
    "xlsx_comment_between_cells": lambda: book(f'<row r="1">{cell("A1", "1")}<!-- {cell("B1", "2")} --></row>'),
    "xlsx_cdata": lambda: book('<row r="1"><c r="A1" t="str"><v><![CDATA[<c r="B1"><v>1</v></c>]]></v></c></row>'),
    "xlsx_prefixed": lambda: book(part=sheet(one("A1")).replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace('xmlns="', 'xmlns:x="').encode()),
    "xlsx_single_quotes": lambda: book(one("A1").replace('"', "'")),
    "xlsx_utf16": lambda: book(part=sheet(one("A1"), head='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16")),
    "xlsx_utf7_declared": lambda: book(part=sheet(one("A1"), head='<?xml version="1.0" encoding="UTF-7"?>').encode()),
    "xlsx_not_utf8": lambda: book(part=sheet(one("A1", "caf\x00", ' t="str"')).replace("\x00", "\udce9").encode("utf-8", "surrogateescape")),
    "xlsx_nul_in_cell": lambda: book(one("A1", "a\0b", ' t="str"')),
    "xlsx_surrogate_escape": lambda: book(one("A1", "_xD800_", ' t="str"') + one("A2", "&#xD800;", ' t="str"', row="2")),
    "xlsx_sheet_truncated": lambda: book(part=sheet(one("A1") * 50).encode()[:900]),
    "xlsx_sheet_is_no_xml": lambda: book(part=b"\x00\x01\x02 no xml"),
    "xlsx_sheet_empty": lambda: book(part=b""),
    "xlsx_sheet_is_html": lambda: book(part=b"<html><body>login</body></html>"),
    "xlsx_no_sheets": lambda: book(workbook=f"<workbook {_MAIN}><sheets/></workbook>"),
    "xlsx_workbook_empty": lambda: book(workbook=" "),
    "xlsx_1001_sheets": lambda: _sheets(1_001),
    "xlsx_to_outside": lambda: _to("../../../../../../etc/passwd"),
    "xlsx_to_workbook": lambda: _to("workbook.xml"),
    "xlsx_to_the_net": lambda: _to("http://127.0.0.1:9/sheet1.xml", ' TargetMode="External"'),
    "xlsx_rels_damaged": lambda: book(relations="<Relationships><Relationship"),
    "xlsx_format_code_huge": lambda: book(styles=f'<styleSheet {_MAIN}><numFmts><numFmt numFmtId="164" formatCode="{"0" * 1_000_000}"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>'),
    "xlsx_style_beyond": lambda: book(one("A1", "5", ' s="4000000000"')),
    "xlsx_type_unknown": lambda: book(one("A1", "5", ' t="hologram"')),
    "xlsx_parts_twice": _twice,
    "xlsx_2500_parts": lambda: _entries(2_500),
    "xlsx_sizes_lie": _lying_sizes,
    "xlsx_encrypted_flag": lambda: _flag(1),
    "xlsx_method_99": lambda: _method(99),
    "xlsx_method_bzip2": lambda: _method(12),
    "xlsx_wrong_crc": _wrong_crc,
    "xlsx_cut_in_half": lambda: book(one("A1") * 500)[: 1_200],
    "xlsx_directory_cut": lambda: book()[:-30],
    "xlsx_900_sheets_of_one_part": lambda: _sheets(900, one("A1") * 100_000),
    "xlsx_parts_overlap": lambda: _overlapping(900),
    "xlsx_300000_links": lambda: _links(300_000),
    "xlsx_million_formats": lambda: book(one("A1", "5", ' s="999999"'), styles=f"<styleSheet {_MAIN}><cellXfs>" + '<xf numFmtId="14"/>' * 1_000_000 + "</cellXfs></styleSheet>"),
    "xlsx_style_negative": lambda: book(one("A1", "5", ' s="-1"'), styles=f'<styleSheet {_MAIN}><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'),
    "xlsx_format_number_overflows": lambda: book(one("A1", "5", ' s="0"'), styles=f'<styleSheet {_MAIN}><numFmts><numFmt numFmtId="{"9" * 30}" formatCode="y"/></numFmts><cellXfs><xf numFmtId="{"9" * 30}"/></cellXfs></styleSheet>'),
    "xlsx_instructions_and_comments": lambda: book("<?a b?><!---->" * 1_000_000 + _ROW),
    "xlsx_text_of_500000_cdata": lambda: book(f'<row r="1"><c r="A1" t="str"><v>{"<![CDATA[x]]>" * 500_000}</v></c></row>'),
    "xlsx_text_of_200000_runs": lambda: book('<row r="1"><c r="A1" t="inlineStr"><is>' + '<r><rPr><b/></rPr><t xml:space="preserve"> x </t></r>' * 200_000 + "</is></c></row>"),
    "xlsx_namespaces_300000": lambda: book(part=("<worksheet " + " ".join(f'xmlns:n{i}="u"' for i in range(300_000)) + f" {_MAIN}><sheetData>{_ROW}</sheetData></worksheet>").encode()),
    "xlsx_row_300000_times": lambda: book(one("A1") * 300_000),
    "xlsx_shared_formula_of_everything": lambda: book('<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:XFD1048576">A1</f></c><c r="B1"><f t="shared" si="4294967295"/><v>1</v></c></row>'),
    "xlsx_relations_in_a_loop": lambda: zipped({**parts(), "_rels/.rels": f'<Relationships xmlns="{_PKG}"><Relationship Id="a" Type="{_DOC}/officeDocument" Target="_rels/.rels"/></Relationships>'.encode()}),
    "xlsx_deep_strings": lambda: book(one("A1", "0", ' t="s"'), strings=f"<sst {_MAIN}><si>{'<r>' * 300_000}</si></sst>"),
    "xlsx_ebcdic": lambda: book(part=sheet(one("A1"), head='<?xml version="1.0" encoding="cp037"?>').encode("cp037")),
    "xlsx_zip64_counts_lie": lambda: _zip64_lies(),
    "xlsx_directory_in_the_comment": lambda: book()[:-2] + b"\xff\xff" + b"PK\5\6" * 16_383 + b"xxx",
    "xlsx_name_with_nul": lambda: _raw(book(), b"xl/workbook.xml", b"xl/work\0ook.xml"),
    "xlsx_backslashes": lambda: zipped({name.replace("/", "\\"): data for name, data in parts().items()}),
}  # fmt: skip


def _raw_head() -> bytes:
    name = "xl/worksheets/sheet1.xml"
    opening = f"{_HEAD}<worksheet {_MAIN}><cols>".encode()
    closing = f"</cols><sheetData>{_ROW}</sheetData></worksheet>".encode()
    return bomb(name, opening, b'<col min="1" max="1"/>', 1_000_000, closing, parts())


# -- xls ---------------------------------------------------------------------------------------------------------------


def _link_everywhere(times: int) -> bytes:
    moniker = b"\xe0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"
    url = "mailto:a@b.example\0".encode("utf-16-le")
    guid = b"\xd0\xc9\xea\x79\xf9\xba\xce\x11\x8c\x82\x00\xaa\x00\x4b\xa9\x0b"
    data = struct.pack("<HHHH", 0, 65535, 0, 255) + guid + struct.pack("<II", 2, 3) + moniker
    return record(0x1B8, data + struct.pack("<I", len(url)) + url) * times


def _names(count: int) -> bytes:
    """Defined names of which each is the one before it, twice."""
    out = b""
    for number in range(count):
        formula = b"\x17\xc8\0" + b"a" * 200 if not number else (b"\x23" + struct.pack("<HH", number, 0)) * 2 + b"\x08"
        out += record(0x18, struct.pack("<HBBHHHBBBB", 0, 0, 1, len(formula), 0, 0, 0, 0, 0, 0) + b"\0A" + formula)
    return out


def _labels_amplified() -> bytes:
    shared = record(0xFC, struct.pack("<II", 1, 1) + struct.pack("<HB", 8_000, 0) + b"z" * 8_000)
    return biff(b"".join(label(n // 256, n % 256, 0) for n in range(200_000)), shared)


_STRING = texts("id")

_XLS: Files = {
    "xls_plain": lambda: ole(biff(label(0, 0, 0), _STRING)),
    "xls_link_over_everything": lambda: ole(biff(_link_everywhere(1))),
    "xls_1000_links_over_everything": lambda: ole(biff(_link_everywhere(1_000))),
    "xls_names_double": lambda: ole(biff(shared=_names(40))),
    "xls_string_size_negative": lambda: ole(biff(shared=record(0xFC, struct.pack("<II", 2**31 - 1, 2**31 - 1) + struct.pack("<HBi", 1, 4, -8) + b"xyyyy"))),
    "xls_string_count_lies": lambda: ole(biff(label(0, 0, 0), texts("id", count=2**32 - 1))),
    "xls_string_beyond_record": lambda: ole(biff(shared=record(0xFC, struct.pack("<IIHB", 1, 1, 60_000, 1) + b"ab"))),
    "xls_string_runs_beyond": lambda: ole(biff(shared=record(0xFC, struct.pack("<IIHBH", 1, 1, 1, 8, 65_535) + b"ab"))),
    "xls_string_amplified": lambda: ole(_labels_amplified()),
    "xls_string_index_beyond": lambda: ole(biff(label(0, 0, 9), _STRING)),
    "xls_continue_without_end": lambda: ole(biff(shared=record(0xFC, struct.pack("<IIHB", 9, 9, 65_000, 0)) + record(0x3C) * 200_000)),
    "xls_label_beyond_record": lambda: ole(biff(record(0x204, struct.pack("<HHHHB", 0, 0, 0, 60_000, 1) + b"x"))),
    "xls_formula_without_text": lambda: ole(biff(record(6, struct.pack("<HHH", 0, 0, 0) + b"\0" * 6 + b"\xff\xff" + b"\0" * 8))),
    "xls_columns_beyond": lambda: ole(biff(record(0x203, struct.pack("<HHHd", 0, 65_535, 0, 1.0)))),
    "xls_mulrk_short": lambda: ole(biff(record(0xBD, struct.pack("<HHH", 0, 0, 0)))),
    "xls_bof_nested": lambda: ole(biff(_bof(0x20) * 100_000)),
    "xls_chart_inside": lambda: ole(biff(label(0, 0, 0) + _bof(0x20) + label(0, 0, 1) + record(0x0A), texts("id", "chart"))),
    "xls_offset_beyond": lambda: ole(biff(label(0, 0, 0), _STRING, offset=0x7FFFFFFF)),
    "xls_offset_of_text": lambda: ole(biff(label(0, 0, 0), _STRING, offset=30)),
    "xls_sheet_without_end": lambda: ole(biff(label(0, 0, 0), _STRING, end=False)),
    "xls_password": lambda: ole(biff(shared=record(0x2F, b"\0" * 54))),
    "xls_biff5_bare": lambda: record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)) + record(0x204, struct.pack("<HHHH", 0, 0, 0, 2) + b"id") + record(0x0A),
    "xls_biff2": lambda: record(0x09, struct.pack("<HH", 2, 0x10)) + record(0x0A),
    "xls_biff4": lambda: record(0x409, struct.pack("<HHH", 0, 0x10, 0)) + record(0x0A),
    "xls_fat_loop": lambda: ole(biff(label(0, 0, 0), _STRING), at_5120=0),
    "xls_directory_loop": lambda: ole(biff(label(0, 0, 0), _STRING), **{f"at_{512 + 9 * 512 + 8 * 4}": 8}),
    "xls_difat_loop": lambda: ole(biff(label(0, 0, 0), _STRING), at_68=3, at_72=2**32 - 1),
    "xls_fat_count_huge": lambda: ole(biff(label(0, 0, 0), _STRING), at_44=2**32 - 1),
    "xls_fat_repeated": lambda: ole(biff(label(0, 0, 0), _STRING), **{f"at_{80 + 4 * i}": 9 for i in range(108)}),
    "xls_sector_size_wild": lambda: ole(biff(label(0, 0, 0), _STRING), at_30=0xFFFFFFFF),
    "xls_stream_size_huge": lambda: ole(biff(label(0, 0, 0), _STRING), **{f"at_{512 + 8 * 512 + 128 + 120}": 2**31 - 1}),
    "xls_stream_starts_beyond": lambda: ole(biff(label(0, 0, 0), _STRING), **{f"at_{512 + 8 * 512 + 128 + 116}": 99_999}),
    "xls_mini_loop": lambda: ole(biff(label(0, 0, 0), _STRING), at_56=2**31),
    "xls_900_sheets_of_one_place": lambda: ole(_bof(5) + _STRING + record(0x85, struct.pack("<IBB", 20 + len(_STRING) + 900 * 13 + 4, 0, 0) + b"\x01\0S") * 900 + record(0x0A) + _bof(0x10) + label(0, 0, 0) * 100_000 + record(0x0A)),
    "xls_two_far_cells": lambda: ole(biff(record(0x203, struct.pack("<HHHd", 0, 0, 0, 1.0)) + record(0x203, struct.pack("<HHHd", 65_535, 255, 0, 1.0)))),
    "xls_dimension_lies": lambda: ole(biff(record(0x200, struct.pack("<IIHHH", 0, 2**32 - 1, 0, 65_535, 0)) + label(0, 0, 0), _STRING)),
    "xls_style_beyond": lambda: ole(biff(record(0x203, struct.pack("<HHHd", 0, 0, 65_535, 45_000.0)))),
    "xls_text_split_by_continue": lambda: ole(biff(label(0, 0, 0), record(0xFC, struct.pack("<IIHB", 1, 1, 6, 0) + b"abc") + record(0x3C, b"\x01d\0e\0f\0"))),
    "xls_code_page_unknown": lambda: ole(biff(label(0, 0, 0), record(0x42, struct.pack("<H", 9_999)) + _STRING)),
    "xls_merged_300000_times": lambda: ole(biff(record(0xE5, struct.pack("<H", 1_027) + struct.pack("<HHHH", 0, 65_535, 0, 255) * 1_027) * 300 + label(0, 0, 0), _STRING)),
    "xls_number_that_is_none": lambda: ole(biff(record(0x203, struct.pack("<HHH", 0, 0, 0) + b"\xff" * 8))),
    "xls_5000_sheets": lambda: ole(_bof(5) + record(0x85, struct.pack("<IBB", 10, 0, 0) + b"\x01\0S") * 5_000 + record(0x0A) + _bof(0x10) + record(0x0A)),
    "xls_tree_loops": lambda: ole(biff(label(0, 0, 0), _STRING), **{f"at_{512 + 8 * 512 + 128 + 68 + 4 * i}": 1 for i in range(3)}),
    "xls_header_only": lambda: ole(b"")[:512],
    "xls_magic_only": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "xls_cut": lambda: ole(biff(b"".join(label(n, 0, 0) for n in range(2_000)), _STRING))[:9_000],
    "xls_word": lambda: ole(b"", "WordDocument"),
    "xls_encrypted_package": lambda: ole(b"", "EncryptedPackage"),
}  # fmt: skip


# -- xlsb, ods, archives, other files ----------------------------------------------------------------------------------

_XLSB: Files = {
    "xlsb_plain": lambda: xlsb(brow(0) + bcell(7, 0, struct.pack("<I", 0)), brecord(19, b"\0" + wide("id"))),
    "xlsb_length_without_end": lambda: xlsb(b"\x07\xff\xff\xff\xff\xff"),
    "xlsb_length_beyond": lambda: xlsb(b"\x07\xff\xff\xff\x7f"),
    "xlsb_column_beyond": lambda: xlsb(brow(0) + bcell(5, 2**31, struct.pack("<d", 1.0))),
    "xlsb_row_beyond": lambda: xlsb(brow(2**32 - 1) + bcell(5, 0, struct.pack("<d", 1.0))),
    "xlsb_text_beyond": lambda: xlsb(brow(0) + bcell(6, 0, struct.pack("<I", 2**31))),
    "xlsb_index_beyond": lambda: xlsb(brow(0) + bcell(7, 0, struct.pack("<I", 2**32 - 1))),
    "xlsb_two_far_cells": lambda: xlsb(brow(0) + bcell(5, 0, struct.pack("<d", 1.0)) + brow(1_048_575) + bcell(5, 16_383, struct.pack("<d", 1.0))),
    "xlsb_without_end": lambda: xlsb(brow(0) + bcell(5, 0, struct.pack("<d", 1.0)), end=False),
    "xlsb_500000_rows": lambda: xlsb(brow(0) * 500_000),
    "xlsb_400000_times_one_cell": lambda: xlsb(brow(0) + bcell(5, 0, struct.pack("<d", 1.0)) * 400_000),
    "xlsb_string_amplified": lambda: xlsb(b"".join(brow(r) + b"".join(bcell(7, c, struct.pack("<I", 0)) for c in range(50)) for r in range(4_000)), brecord(19, b"\0" + wide("z" * 30_000))),
    "xlsb_half_a_character": lambda: xlsb(brow(0) + bcell(6, 0, struct.pack("<I", 2) + b"\0\xd8\0\xd8")),
    "xlsb_rows_backwards": lambda: xlsb(brow(5) + bcell(5, 0, struct.pack("<d", 1.0)) + brow(1) + bcell(5, 0, struct.pack("<d", 2.0))),
    "xlsb_date_nan": lambda: xlsb(brow(0) + bcell(5, 0, struct.pack("<d", float("nan")))),
}  # fmt: skip

_ODS: Files = {
    "ods_plain": lambda: ods(f"<table:table-row>{_text_cell('id')}</table:table-row>"),
    "ods_rows_repeated": lambda: ods(f'<table:table-row table:number-rows-repeated="1000000000">{_text_cell("x")}</table:table-row>'),
    "ods_million_rows_repeated": lambda: ods(f'<table:table-row table:number-rows-repeated="1048576">{_text_cell("x", " table:number-columns-repeated=" + chr(34) + "16384" + chr(34))}</table:table-row>'),
    "ods_columns_repeated": lambda: ods(f'<table:table-row>{_text_cell("x", " table:number-columns-repeated=" + chr(34) + "1000000000" + chr(34))}</table:table-row>'),
    "ods_blanks_repeated": lambda: ods(f'<table:table-row>{_text_cell("<text:s text:c=" + chr(34) + "1000000000" + chr(34) + "/>")}</table:table-row>'),
    "ods_laughs": lambda: ods(f"<table:table-row>{_text_cell('&l9;')}</table:table-row>", head=_HEAD + _LAUGHS),
    "ods_deep": lambda: ods("<table:table-row>" + "<table:table-cell><table:table>" * 50_000),
    "ods_encrypted": lambda: ods("", **{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
    "ods_50000_tables": lambda: ods("</table:table>" + '<table:table table:name="a"/>' * 50_000 + "<table:table>"),
    "ods_bomb_manifest": lambda: bomb("META-INF/manifest.xml", b"<manifest>", b" " * 64, 14 << 20, b"</manifest>", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
    "ods_bomb_mimetype": lambda: bomb("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", b" " * 64, 8 << 20, b"", {"content.xml": b"<x/>"}),
    "ods_laughs_in_styles": lambda: ods(f"<table:table-row>{_text_cell('x')}</table:table-row>", **{"styles.xml": (_HEAD + _LAUGHS + "<a>&l9;</a>").encode()}),
    "ods_without_content": lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    "ods_content_cut": lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<office:document-content><off"}),
}  # fmt: skip


def _gzip_bomb(unit: bytes = b"a,b\n", megabytes: int = 300) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    block = unit * ((1 << 20) // len(unit))
    return b"".join([packer.compress(block) for _ in range(megabytes)]) + packer.flush()


_WRAPPED: Files = {
    "gzip_bomb": _gzip_bomb,
    "gzip_of_one_line": lambda: _gzip_bomb(b"x", 400),
    "gzip_of_delimiters": lambda: _gzip_bomb(b",", 400),
    "gzip_of_quotes": lambda: _gzip_bomb(b'"', 400),
    "gzip_of_less_than_signs": lambda: _gzip_bomb(b"<", 400),
    "gzip_of_line_ends": lambda: _gzip_bomb(b"\n", 400),
    "gzip_of_one_wide_line": lambda: _gzip_bomb(b"x\0", 400),
    "gzip_of_one_line_in_no_utf8": lambda: _gzip_bomb(b"\xe9x", 400),
    "gzip_of_a_word_of_7_mb": lambda: gzipped(b"id,name\n" + b"\xe9x" * 3_500_000 + b"\n"),
    "gzip_of_words_of_400_kb": lambda: gzipped((b"\xe9x" * 200_000 + b"\n") * 200),
    "gzip_of_1_gb": lambda: _gzip_bomb(b"x", 1_024),
    "gzip_of_20000_members": lambda: gzipped(b"a,b\n1,2\n") * 20_000,
    "gzip_with_junk_behind": lambda: gzipped(b"a,b\n1,2\n") + b"junk" * 1_000,
    "gzip_name_without_end": lambda: b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"n" * 5_000_000,
    "gzip_cut": lambda: gzipped(b"a,b\n" * 1000)[:-9],
    "gzip_of_gzip": lambda: gzipped(gzipped(b"a,b\n1,2\n")),
    "gzip_of_xlsx": lambda: gzipped(book()),
    "gzip_of_nothing": lambda: gzipped(b""),
    "zip_bomb_csv": lambda: bomb("people.csv", b"", b"a,b\n", 50 << 20, b"", {}),
    "zip_of_one_line": lambda: bomb("people.csv", b"", b"x" * 64, 6 << 20, b"", {}),
    "zip_100000_names": lambda: zipped({f"{i}.csv": b"" for i in range(100_000)}, level=0),
    "zip_name_of_65000": lambda: zipped({"a" * 65_000 + ".csv": b"a,b\n1,2\n"}),
    "zip_of_two_csv": lambda: zipped({"a.csv": b"a,b\n", "b.csv": b"a,b\n"}),
    "zip_of_zip": lambda: zipped({"a.csv": zipped({"b.csv": b"a,b\n"})}),
    "zip_of_pictures": lambda: zipped({"a.png": b"x", "b.png": b"x"}),
    "zip_path_outside": lambda: zipped({"../../etc/people.csv": b"a,b\n1,2\n"}),
    "zip_empty": lambda: b"PK\x05\x06" + b"\0" * 18,
    "zip_magic_only": lambda: b"PK\x03\x04",
}

_noise = random.Random(7)

_OTHER: Files = {
    "other_nothing": lambda: b"",
    "other_blanks": lambda: b" \r\n\t\0" * 100,
    "other_noise": lambda: _noise.randbytes(100_000),
    "other_nuls": lambda: b"\0" * 100_000 + b"x",
    "other_pdf": lambda: b"%PDF-1.7\n...",
    "other_rtf": lambda: b"{\\rtf1\\ansi hello}",
    "other_json": lambda: b'{"error": "unauthorized"}',
    "other_brackets": lambda: b"[" * 5_000_000,
    "other_deep_json": lambda: b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "other_half_characters": lambda: b"\xff\xfe" + b"\x00\xd8,\0\x00\xdc\n\0" * 100_000,
    "other_lock": lambda: b"\x03Ann".ljust(55, b" ") + b"\x03\0A\0n\0n\0".ljust(110, b"\0"),
}

FILES: Files = {**_XLSX, **_XLS, **_XLSB, **_ODS, **_WRAPPED, **_OTHER}


def main(folder: str) -> None:
    """Write every file."""
    for name, make in FILES.items():
        Path(folder, name).write_bytes(make())


if __name__ == "__main__":
    main(sys.argv[1])
