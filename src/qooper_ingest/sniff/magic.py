"""Files that people upload by mistake, by their magic numbers.

Strategy: what stands in the first bytes, long enough that no text table begins like it by chance; where a number is short,
a second place in the file has to agree.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ENCRYPTED", "mistaken_for"]

#: Codes that say that a file is encrypted.
ENCRYPTED: Final = frozenset({"message_encrypted"})

#: Magic number → error code. Longer than one would need, so that no text table starts like one by chance.
_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "pdf_document"),
    (b"{\\rtf", "rtf_document"),
    (b"\x89PNG\r\n\x1a\n", "image_file"),
    (b"\xff\xd8\xff", "image_file"),
    (b"GIF87a", "image_file"),
    (b"GIF89a", "image_file"),
    (b"II*\0", "image_file"),
    (b"MM\0*", "image_file"),
    (b"8BPS\0", "image_file"),
    (b"\0\0\1\0\1\0", "image_file"),
    (b"\xd7\xcd\xc6\x9a", "image_file"),
    (b"AT&TFORM", "image_file"),
    (b"%!PS-Adobe-", "drawing_file"),
    (b"\xc5\xd0\xd3\xc6", "drawing_file"),
    (b"OggS\0", "media_file"),
    (b"fLaC\0", "media_file"),
    (b"\x1aE\xdf\xa3", "media_file"),
    (b"0&\xb2u\x8ef\xcf\x11", "media_file"),
    (b"MThd\0\0", "media_file"),
    (b"PAR1\x15", "parquet_file"),
    (b"ARROW1\0\0", "parquet_file"),
    (b"Obj\x01", "parquet_file"),
    (b"\x89HDF\r\n\x1a\n", "parquet_file"),
    (b"\x93NUMPY", "parquet_file"),
    (b"SQLite format 3\0", "database_file"),
    (b"\0\1\0\0Standard Jet DB", "database_file"),
    (b"\0\1\0\0Standard ACE DB", "database_file"),
    (b"7z\xbc\xaf\x27\x1c", "archive_not_read"),
    (b"Rar!\x1a\x07", "archive_not_read"),
    (b"\xfd7zXZ\0", "archive_not_read"),
    (b"\x28\xb5\x2f\xfd", "archive_not_read"),
    (b"\x04\x22\x4d\x18", "archive_not_read"),
    (b"\x1f\x9d\x90", "archive_not_read"),
    (b"MSCF\0\0\0\0", "archive_not_read"),
    (b"!<arch>\n", "archive_not_read"),
    (b"\xed\xab\xee\xdb", "archive_not_read"),
    (b"$FL2@(#)", "statistics_file"),
    (b"$FL3@(#)", "statistics_file"),
    (b"<stata_dta>", "statistics_file"),
    (b"\x72\1\1\0", "statistics_file"),
    (b"\x72\2\1\0", "statistics_file"),
    (b"\x73\1\1\0", "statistics_file"),
    (b"\x73\2\1\0", "statistics_file"),
    (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "statistics_file"),
    (b"\0" * 12 + b"\xc2\xea\x81\x60", "statistics_file"),
    (b"MATLAB 5.0 MAT-file", "statistics_file"),
    (b"RDX2\n", "statistics_file"),
    (b"RDX3\n", "statistics_file"),
    (b"X\n\0\0\0", "statistics_file"),
    (b"\0\0\2\0\6\4\6\0", "lotus_workbook"),
    (b"\0\0\x1a\0\0\x10\4\0", "lotus_workbook"),
    (b"\0\0\x1a\0\2\x10\4\0", "lotus_workbook"),
    (b"\0\0\x1a\0\5\x10\4\0", "lotus_workbook"),
    (b"\0\0\x1a\0\3\x10\4\0", "lotus_workbook"),
    (b"\0\0\2\0\1\x10", "lotus_workbook"),
    (b"\0\0\2\0\2\x10", "lotus_workbook"),
    (b"\xff\0\2\0\4\4", "lotus_workbook"),
    (b"MZ\x90\0", "program_file"),
    (b"\x7fELF", "program_file"),
    (b"\xcf\xfa\xed\xfe", "program_file"),
    (b"\xca\xfe\xba\xbe", "program_file"),
    (b"\0asm\1\0\0\0", "program_file"),
    (b"L\0\0\0\1\x14\2\0", "shortcut_file"),
    (b"[InternetShortcut]\r\n", "shortcut_file"),
    (b"[InternetShortcut]\n", "shortcut_file"),
    (b"WEB\r\n1\r\nhttp", "shortcut_file"),
    (b"-----BEGIN PGP MESSAGE-----", "message_encrypted"),
    (b"\x78\x9f\x3e\x22", "email_message"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "word_document"),
    (b"BEGIN:VCARD", "vcard_file"),
    (b"BEGIN:VCALENDAR", "vcard_file"),
)


#: So much of a file is looked at: the sign of a disc image stands furthest behind.
_HEAD: Final = 65_536


def mistaken_for(data: bytes, start: int = 0) -> str | None:
    """The error code of a file that is certainly no table, by what stands in its first bytes, behind ``start`` others; None for
    any other."""
    for magic, code in _MAGIC:
        if data.startswith(magic, start):
            return code
    head, tail, size = data[start : start + _HEAD], data[max(start, len(data) - 2048) :], len(data) - start
    if head[:4] == b"RIFF":
        return "image_file" if head[8:12] == b"WEBP" else "media_file"
    if head[4:8] == b"ftyp":
        return "image_file" if head[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "media_file"
    if head[:2] == b"BM" and size > 26 and int.from_bytes(head[2:6], "little") == size:
        return "image_file"
    if head[:3] == b"ID3" and head[3:4] in (b"\2", b"\3", b"\4"):
        return "media_file"
    if head[257:262] == b"ustar" or head[32769:32774] == b"CD001":
        return "archive_not_read"
    if head[:4] == b"\1\0\0\0" and head[40:44] == b" EMF":
        return "image_file"
    if (head[:3] == b"ORC" and tail[-4:-1] == b"ORC") or (head[:4] == b"FEA1" and tail[-4:] == b"FEA1"):
        return "parquet_file"
    if re.match(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", head):
        return "archive_not_read"
    if head[:4] == b"!BDN" and head[8:10] == b"SM":
        return "email_message"
    if re.match(rb"AC10[0-9]{2}\0", head):
        return "drawing_file"
    if _is_dbase(head, size):
        return "database_file"
    if b"%PDF-" in head[:1024] and b"\n%%EOF" in tail:
        return "pdf_document"
    return None


#: The first byte of a dBase table: which program wrote it, and whether texts of any length stand beside it.
_DBASE: Final = b"\x03\x30\x31\x83\x8b\xf5"


def _is_dbase(data: bytes, size: int) -> bool:
    """A date, and a header that ends where it says, after columns of 32 bytes each."""
    if data[:1] not in tuple(bytes([one]) for one in _DBASE) or len(data) < 65:
        return False
    header = int.from_bytes(data[8:10], "little")
    dated = 1 <= data[2] <= 12 and 1 <= data[3] <= 31
    return dated and 65 <= header <= size and b"\r" in (data[header - 1 : header], data[header - 264 : header - 263])
