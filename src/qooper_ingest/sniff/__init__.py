"""Tell a file's format by its content, never by its name.

Order: what stands in the first bytes (magic numbers); for a zip archive the names in its directory, for a compound file
the names of its streams; then text: MIME header, the first start tag and its namespace, HTML tag names, JSON; what is
left is a text table, unless it is full of control characters.

One table inside a gzip or zip file is unwrapped under the limits (``Sniffed.member`` is its name); the file inside is
bounded like an upload. Archives in archives are not followed.

Everything that people upload by mistake is refused with a sentence of its own: what it is, and what to do. When the
name says another thing than the content, the content wins and the issue ``name_content_mismatch`` says so.

Here nothing is parsed: markup is only scanned (the first 64 KiB, decoded by BOM or NULs), because the guards against
hostile markup live in the readers.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import zlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from ..errors import CorruptFileError, EncryptedFileError, LimitExceededError, UnsupportedFormatError
from ..issues import Issues
from ..limits import Limits
from ..readers.containers.encrypted import decrypt_default
from ..readers.containers.ole import OLE_MAGIC, Ole
from ..readers.containers.package import Package
from ..source import Format, ReadOptions, Source
from .magic import ENCRYPTED, mistaken_for
from .texts import are_labelled_records, is_ebcdic

__all__ = ["Sniffed", "sniff"]

_ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")
_GZIP_MAGIC: Final = b"\x1f\x8b"

#: Blanks and byte order marks that stand before the magic of some uploads.
_LEADING: Final = b" \t\r\n\0"

#: The first record of a workbook stream that stands in no compound file: BIFF2, 3 and 4, and BIFF5/8.
_BIFF_OLD: Final = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_BIFF_BARE: Final = (b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")

#: Stream of a compound file → error code. The workbook streams are looked for before.
_STREAMS: Final[tuple[tuple[str, str], ...]] = (
    ("WordDocument", "word_document"),
    ("PowerPoint Document", "presentation_file"),
    ("__properties_version1.0", "email_message"),
    ("VisioDocument", "drawing_file"),
    ("Quill", "word_document"),
)

#: Names in a zip directory → error code.
_PARTS: Final[tuple[tuple[str, str], ...]] = (
    (r"(?:^|/)word/", "word_document"),
    (r"(?:^|/)ppt/", "presentation_file"),
    (r"(?:^|/)visio/", "drawing_file"),
    (r"\.iwa$|(?:^|/)index\.zip$|(?:^|/)index\.apxl(?:\.gz)?$|(?:^|/)buildversionhistory\.plist$", "numbers_document"),
    (r"^(?:androidmanifest\.xml|appxmanifest\.xml|meta-inf/manifest\.mf)$", "program_file"),
)

#: The mimetype member of OpenDocument files → error code.
_OPENDOCUMENT: Final = (
    ("opendocument.text", "word_document"),
    ("opendocument.presentation", "presentation_file"),
    ("opendocument.graphics", "drawing_file"),
    ("opendocument.base", "database_file"),
    ("epub", "word_document"),
    ("application/vnd.", "unknown_format"),
)

#: Extensions of files that hold tables, for the choice of a file in an archive.
_TABLES: Final = frozenset(
    (
        "csv",
        "tsv",
        "txt",
        "tab",
        "xls",
        "xlt",
        "xlsx",
        "xlsm",
        "xltx",
        "xltm",
        "xlsb",
        "ods",
        "ots",
        "fods",
        "xml",
        "html",
        "htm",
        "mht",
        "mhtml",
    )
)

#: Extension → what it promises.
_PROMISES: Final[dict[str, frozenset[Format]]] = {
    **dict.fromkeys(("csv", "tsv", "txt", "tab", "prn", "asc"), frozenset({Format.TEXT})),
    **dict.fromkeys(("xlsx", "xlsm", "xltx", "xltm"), frozenset({Format.XLSX})),
    **dict.fromkeys(("xls", "xlt"), frozenset({Format.XLS})),
    "xlsb": frozenset({Format.XLSB}),
    **dict.fromkeys(("ods", "ots"), frozenset({Format.ODS})),
    "fods": frozenset({Format.FODS}),
    "xml": frozenset({Format.XML, Format.SPREADSHEETML, Format.FODS}),
    **dict.fromkeys(("html", "htm"), frozenset({Format.HTML})),
    **dict.fromkeys(("mht", "mhtml"), frozenset({Format.MHTML})),
}

_WORDS: Final[dict[Format, str]] = {
    Format.TEXT: "a text table (csv)",
    Format.XLSX: "an Excel workbook (xlsx)",
    Format.XLSB: "a binary Excel workbook (xlsb)",
    Format.XLS: "an old Excel workbook (xls)",
    Format.ODS: "an OpenDocument spreadsheet (ods)",
    Format.FODS: "a flat OpenDocument spreadsheet (fods)",
    Format.SPREADSHEETML: "an XML spreadsheet of Excel 2003",
    Format.XML: "XML",
    Format.HTML: "a web page (html)",
    Format.MHTML: "a web archive (mhtml)",
}

#: How much of a text is looked at.
_HEAD: Final = 64 * 1024

#: JSON longer than this is not parsed to be sure that it is JSON.
_JSON: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """What a file is.

    Args:
        format: The reader to use.
        source: What to read: the source itself, or the one table inside an archive.
        member: Its name in the archive, if it came from one.
        issues: ``name_content_mismatch`` and the like.
    """

    format: Format
    source: Source
    member: str | None = None
    issues: Issues = field(default_factory=Issues.empty)


def sniff(source: Source, /, *, options: ReadOptions, limits: Limits) -> Sniffed:
    """Tell what a file is, and unwrap an archive with one table inside.

    Args:
        source: The file.
        options: ``format`` is taken as said; ``member`` names the file inside an archive.
        limits: Bounds for what an archive unpacks to.

    Raises:
        SourceError: The file is of a kind that is not read; its code and sentence say which.

    Issues: name_content_mismatch.

    >>> from qooper_ingest.limits import DEFAULT_LIMITS
    >>> sniff(Source("people.xls", b"id;email"), options=ReadOptions(), limits=DEFAULT_LIMITS).format
    <Format.TEXT: 'text'>
    """
    _refuse_empty(source, options)
    member: str | None = None
    issues = Issues.empty()
    inner = _unwrapped(source, options, limits)
    if inner is not None:
        issues = _archive_mismatch(source)
        source, member = inner, inner.name
        _refuse_empty(source, options)
        if options.format is None and (_is_gzip(source.data) or _plain_zip(source, limits) is not None):
            raise UnsupportedFormatError("archive_nested")
    source = _decrypted(source)
    if options.format is not None:
        return Sniffed(format=options.format, source=source, member=member, issues=issues)
    found = _format(source, limits)
    data = source.data
    if data[:1] in _LEADING_BYTES and not data.startswith(_BIFF_BARE) and found in _BINARY:
        source = Source(source.name, data[_leading(data) :])
    return Sniffed(format=found, source=source, member=member, issues=issues + _mismatch(source.name, found))


def _decrypted(source: Source) -> Source:
    """The book inside of an encrypted package that everybody's password opens; any other file as it is."""
    start = _leading(source.data)
    if not source.data.startswith(OLE_MAGIC, start):
        return source
    data = source.data[start:] if start else source.data
    ole = Ole(data)
    if "encryptedpackage" not in {name.casefold() for name in ole.top}:
        return source
    inner = decrypt_default(data, ole)
    return source if inner is None else Source(source.name, inner)


_BINARY: Final = (Format.XLSX, Format.XLSB, Format.ODS, Format.XLS)
_LEADING_BYTES: Final = tuple(bytes([byte]) for byte in _LEADING + b"\xef")


def _refuse_empty(source: Source, options: ReadOptions) -> None:
    """Raise for a file with nothing in it. A text file may have no rows (the table then says so); under any other name
    nothing was saved, and NULs are what a crash leaves."""
    data = source.data
    mark = next((m for m in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) if data.startswith(m)), b"")
    head = data[len(mark) : len(mark) + _HEAD]
    if head.strip(_LEADING) or data[len(mark) :].strip(_LEADING):
        return
    promised = _PROMISES.get(_extension(source.name or ""), frozenset()) if options.format is None else {options.format}
    if promised != {Format.TEXT} or (b"\0" in data and mark in (b"", codecs.BOM_UTF8)):
        raise UnsupportedFormatError("empty_file")


def _leading(data: bytes) -> int:
    """Where the first byte stands that is neither blank nor BOM; looked for within the first KiB. A whole file is copied
    only where it is known to be what begins there."""
    head = data[:1024]
    stripped = head.lstrip(_LEADING)
    if stripped.startswith(b"\xef\xbb\xbf"):
        stripped = stripped[3:].lstrip(_LEADING)
    return len(head) - len(stripped)


# -- archives ----------------------------------------------------------------------------------------------------------


#: One step of unpacking.
_STEP: Final = 1024 * 1024

#: Bytes that are kept while it is not yet known how many there will be.
_LARGE: Final = 64 * 1024 * 1024


def _is_gzip(data: bytes) -> bool:
    return data.startswith(_GZIP_MAGIC) and len(data) > 10 and data[2] == 8


def _unwrapped(source: Source, options: ReadOptions, limits: Limits) -> Source | None:
    """The one table inside an archive; None for a file that is no archive."""
    if options.format is not None and options.member is None:
        return None  # the caller says what the bytes are
    if _is_gzip(source.data):
        return _gunzipped(source, limits)
    package = _plain_zip(source, limits)
    if package is None:
        return None
    name = _member(package, options)
    # An entry never unpacks to more than the directory says.
    _check_unpacked(package.size(name), limits)
    unpacked = io.BytesIO()  # which hands its bytes over without a second copy
    for part in package.stream(name):
        unpacked.write(part)
    return Source(name, unpacked.getvalue())


def _check_unpacked(size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise LimitExceededError(limit="file_bytes", found=size, allowed=limits.file_bytes)


def _gunzipped(source: Source, limits: Limits) -> Source:
    data: bytes | None = None
    with suppress(OSError, EOFError, zlib.error, ValueError):
        data = _inflated(source.data, limits)
    if data is None:
        raise CorruptFileError("damaged_gzip")
    if data[257:262] == b"ustar":
        raise UnsupportedFormatError("archive_not_read")
    return Source(_gzip_name(source), data)


def _inflated(data: bytes, limits: Limits) -> bytes:
    """What a gzip file unpacks to. One that unpacks to much is counted to its end before any of it is kept."""
    unpacked = io.BytesIO()
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        while part := file.read(_STEP):
            unpacked.write(part)
            if unpacked.tell() > _LARGE:
                break
        else:
            _check_unpacked(unpacked.tell(), limits)
            return unpacked.getvalue()
        size = unpacked.tell()
        unpacked = io.BytesIO()
        while part := file.read(_STEP):
            size += len(part)
            _check_unpacked(size, limits)
        _check_unpacked(size, limits)
        file.seek(0)
        while part := file.read(_STEP):
            unpacked.write(part)
    return unpacked.getvalue()


def _gzip_name(source: Source) -> str:
    """The name that the gzip header holds, else the upload's name without ``.gz``."""
    data = source.data
    if data[3] & 0x08 and not data[3] & 0x04:
        end = data.find(b"\0", 10, 10 + 1024)
        if end > 10:
            return data[10:end].decode("latin-1")
    name = source.name or ""
    return name[:-3] if name.lower().endswith(".gz") and len(name) > 3 else "data"


def _plain_zip(source: Source, limits: Limits) -> Package | None:
    """The archive, if the file is a zip that is no book."""
    start = _leading(source.data)
    if not source.data.startswith(_ZIP_MAGIC, start):
        return None
    package = Package(source.data[start:], limits)
    return None if _book(package) is not None else package


def _member(package: Package, options: ReadOptions) -> str:
    if options.member is not None:
        if options.member in package:
            return options.member
        raise UnsupportedFormatError("zip_no_table")
    names = [name for name in package.names if not _is_clutter(name)]
    if len(names) == 1 and _extension(names[0]) in _TABLES | {""}:
        return names[0]
    tables = [name for name in names if _extension(name) in _TABLES]
    if len(tables) > 1:
        raise UnsupportedFormatError("zip_several_files", count=len(tables))
    if not tables:
        raise UnsupportedFormatError("zip_no_table")
    return tables[0]


def _is_clutter(name: str) -> bool:
    """What operating systems put into archives beside the files."""
    last = name.rpartition("/")[2].lower()
    return name.startswith("__MACOSX/") or last.startswith(".") or last in ("thumbs.db", "desktop.ini")


def _archive_mismatch(source: Source) -> Issues:
    promised = _PROMISES.get(_extension(source.name or ""))
    if promised is None:
        return Issues.empty()
    kind = "a gzip file" if _is_gzip(source.data) else "a zip archive"
    return Issues.of("name_content_mismatch", value="." + _extension(source.name or ""), detail=kind)


def _book(package: Package) -> Format | str | None:
    """The format of the book that a zip is, or the error code of another document; None for an archive of files."""
    names = [name.lower() for name in package.names]
    if any(name.endswith("xl/workbook.xml") for name in names):
        return Format.XLSX
    if any(name.endswith("xl/workbook.bin") for name in names):
        return Format.XLSB
    if "mimetype" in package:
        mimetype = package.head("mimetype", 128).decode("latin-1")
        if "opendocument.spreadsheet" in mimetype:
            return Format.ODS
        for word, code in _OPENDOCUMENT:
            if word in mimetype:
                return code
    for pattern, code in _PARTS:
        if any(re.search(pattern, name) for name in names):
            return code
    if "content.xml" in package and "meta-inf/manifest.xml" in package:
        return Format.ODS
    if "[content_types].xml" in package:
        # Some writers put the workbook elsewhere; a package without one is another Office document.
        return Format.XLSX if any(name.endswith("workbook.xml") for name in names) else "unknown_format"
    return None


# -- one file ----------------------------------------------------------------------------------------------------------


def _format(source: Source, limits: Limits) -> Format:
    data = source.data
    start = _leading(data)
    if _is_lock_file(source):
        raise UnsupportedFormatError("lock_file")
    if data.startswith(_ZIP_MAGIC, start):
        book = _book(Package(data[start:], limits))
        if isinstance(book, Format):
            return book
        raise UnsupportedFormatError(book or "zip_no_table")
    if data.startswith(OLE_MAGIC, start):
        return _compound(data[start:])
    code = mistaken_for(data, start) or mistaken_for(data)
    if code is not None:
        raise EncryptedFileError(code) if code in ENCRYPTED else UnsupportedFormatError(code)
    if data.startswith(_BIFF_OLD):
        raise UnsupportedFormatError("legacy_workbook")
    if data.startswith(_BIFF_BARE):
        return Format.XLS
    return _text(data)


def _is_lock_file(source: Source) -> bool:
    """The small file that Excel or LibreOffice keeps beside an open book: the user's name and nothing else."""
    name, data = source.name or "", source.data
    if len(data) > 1024:
        return False
    if name.startswith((".~lock.", "~$")):
        return True
    # Excel's holds the length of the name, the name, and blanks; 165 bytes, or 162 and 55 of old versions.
    return len(data) in (165, 162, 55) and 1 <= data[0] <= 54 and not data[1 + data[0] : 54].strip(b" \0")


def _compound(data: bytes) -> Format:
    ole = Ole(data)
    # First what stands at the top: a text document may hold a workbook, and a workbook a text document. Then anywhere,
    # for files whose directory is no proper tree.
    for there in (ole.top, ole.names):
        names = {name.casefold() for name in there}
        if "encryptedpackage" in names:
            raise EncryptedFileError("password_protected")
        if "workbook" in names or "book" in names:
            return Format.XLS
        for stream, code in _STREAMS:
            if stream.casefold() in names:
                raise UnsupportedFormatError(code)
    raise UnsupportedFormatError("unknown_format")


def _text(data: bytes) -> Format:
    head = _decoded(data[:_HEAD])
    bare = head.lstrip("\ufeff \t\r\n\0")
    if bare.startswith("<"):
        found = _markup(bare, data)
        if found is not None:
            return found
    if _MIME.match(bare):
        header = bare.partition("\n\n")[0] if "\n\n" in bare else bare.partition("\r\n\r\n")[0]
        if re.search(r"(?im)^content-type:\s*(?:multipart/related|text/html)", header):
            return Format.MHTML
        if re.search(r"(?im)^(?:from|to|subject|received):", header):
            raise UnsupportedFormatError("email_message")
    if bare[:1] in ("{", "[") and _is_json(bare, data):
        raise UnsupportedFormatError("shortcut_file" if _CLOUD_DOCUMENT.match(bare) else "json_document")
    if _SYLK.match(bare):
        raise UnsupportedFormatError("sylk_file")
    if _DIF.match(bare):
        raise UnsupportedFormatError("dif_file")
    if is_ebcdic(data[:_HEAD]):
        raise UnsupportedFormatError("ebcdic_text")
    if _LDIF.match(bare):
        raise UnsupportedFormatError("ldif_file")
    if are_labelled_records(bare):
        raise UnsupportedFormatError("labelled_records")
    if _is_binary(data[:_HEAD]):
        raise UnsupportedFormatError("binary_file")
    return Format.TEXT


_MIME: Final = re.compile(
    r"(?:mime-version|from|received|return-path|message-id|content-type|date|subject|x-[a-z-]+):[ \t]", re.IGNORECASE
)
#: What a program that keeps the documents of a cloud on a disk writes in the place of one: where it is.
_CLOUD_DOCUMENT: Final = re.compile(r'\{[^{}]{0,500}"(?:doc_id"\s*:|url"\s*:\s*"https://docs\.google\.com/)')
_LDIF: Final = re.compile(
    r"(?:(?:version:[ \t]*1[ \t]*|#[^\r\n]*)?[\r\n])*+dn::? ?\S[^\r\n]*[\r\n]+(?:\w[\w;-]*::? |changetype:)",
    re.IGNORECASE,
)
_SYLK: Final = re.compile(r"ID;P[A-Z0-9]*(?:;[NE])*\r?\n(?:[PFBCOW]|NN);")
_DIF: Final = re.compile(r'TABLE\r?\n0,1\r?\n"[^"\r\n]*"\r?\n(?:VECTORS|TUPLES)\r?\n')


def _decoded(head: bytes) -> str:
    """The head as text, well enough to see markup: UTF-16 by its mark or its NULs, else byte by byte."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if head.startswith(b"\xef\xbb\xbf"):
        return head[3:].decode("utf-8", "replace")
    order = _wide(head)
    if order is not None:
        return head[: len(head) // 2 * 2].decode(order, "replace")
    return head.decode("latin-1")


def _wide(head: bytes) -> str | None:
    """The byte order of UTF-16 without a mark: every second byte of Latin text is NUL."""
    sample = head[:4096]
    half = len(sample) // 2
    if half < 2:
        return None
    even, odd = sample[0 : half * 2 : 2].count(0), sample[1 : half * 2 : 2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


#: Before the first element: declaration, processing instructions, comments, document type.
_PROLOGUE: Final = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>\s*)*", re.DOTALL | re.IGNORECASE
)
_START: Final = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)((?:\s[^<>]*)?)(/?>|\Z)", re.DOTALL)
_HTML_TAGS: Final = frozenset(
    (
        "html",
        "head",
        "body",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "title",
        "meta",
        "link",
        "style",
        "script",
        "div",
        "span",
        "form",
        "p",
        "br",
        "center",
        "font",
        "h1",
        "h2",
        "h3",
        "base",
        "noscript",
        "pre",
        "ul",
        "b",
    )
)

_SHEET_NAMESPACE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_OFFICE_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def _markup(head: str, data: bytes) -> Format | None:
    """What XML or HTML is by its first start tag; None for text that only begins with ``<``."""
    prologue = _PROLOGUE.match(head)
    after = head[prologue.end() :] if prologue else head
    declared = head.startswith("<?xml")
    doctype = re.search(r"<!doctype\s+([\w:.-]+)", head[: len(head) - len(after)], re.IGNORECASE)
    tag = _START.match(after)
    if tag is None:
        if declared or doctype:
            return Format.HTML if doctype and doctype[1].lower() == "html" and _html(head, data) else Format.XML
        return None
    prefix, local, attributes = (tag[1] or "").rstrip(":"), tag[2], tag[3]
    namespace = re.search(rf"""\sxmlns{":" + re.escape(prefix) if prefix else ""}\s*=\s*["']([^"']*)["']""", attributes)
    uri = namespace[1].strip() if namespace else ""
    html = doctype is not None and doctype[1].lower() == "html"
    # Record XML may well have a root named "table" or "link": without a declaration it is taken for HTML.
    if html or local.lower() == "html" or (not declared and local.lower() in _HTML_TAGS and not uri.startswith("urn:")):
        _html(head, data)
        return Format.HTML
    if local == "Workbook" and "gnumeric.org" in uri:
        raise UnsupportedFormatError("gnumeric_workbook")
    if local == "Workbook" and (uri == _SHEET_NAMESPACE or not uri or "Excel.Sheet" in head[:2048]):
        return Format.SPREADSHEETML
    if local in ("document", "document-content") and (uri == _OFFICE_NAMESPACE or prefix == "office"):
        kind = re.search(r"""mimetype\s*=\s*["']([^"']*)""", attributes)
        if kind and "spreadsheet" not in kind[1]:
            raise UnsupportedFormatError("word_document")
        return Format.FODS
    if local.lower() == "svg":
        raise UnsupportedFormatError("image_file")
    if local in ("wordDocument", "package") and (
        "wordml" in attributes or "xmlPackage" in attributes or "Word." in head[:512]
    ):
        raise UnsupportedFormatError("word_document")
    if not declared and not _closes(data):
        return None
    return Format.XML


def _html(head: str, data: bytes) -> bool:
    """Refuse a page without a table: a login page, an error page."""
    for table in ("<table", "<TABLE", "<Table", "<tr", "<TR"):
        if (
            table in head
            or table.encode() in data
            or table.encode("utf-16-le") in data
            or table.encode("utf-16-be") in data
        ):
            return True
    raise UnsupportedFormatError("html_page_not_a_table")


def _closes(data: bytes) -> bool:
    """An end tag somewhere: without one, text that begins with ``<`` is text."""
    return any(mark in data for mark in (b"</", b"/>", b"<\0/\0", b"/\0>\0", b"\0<\0/", b"\0/\0>"))


def _is_json(bare: str, data: bytes) -> bool:
    """A JSON document: it parses, or is too long for that and begins like one."""
    if not re.match(r"""\{\s*(?:"|\})|\[\s*(?:[\[{"\]]|-?\d)""", bare):
        return False
    if len(data) > _JSON:
        return bool(re.match(r'\{\s*"[^"\n]{0,200}"\s*:|\[\s*\{\s*"[^"\n]{0,200}"\s*:', bare))
    try:
        json.loads(_decoded(data).lstrip("\ufeff") if not _utf8(data) else data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        # Several documents, one per line, or a document cut short.
        return bool(re.match(r'\{\s*"[^"\n]{0,200}"\s*:', bare))
    return True


def _utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


#: Control characters that no text table is full of; tab, line ends, form feed and escape may stand in one.
_CONTROLS: Final = bytes(code for code in range(32) if code not in (9, 10, 11, 12, 13, 27, 26)) + b"\x7f"


def _is_binary(head: bytes) -> bool:
    """More than one in twenty bytes is a control character, and it is no UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _wide(head) is not None:
        return False
    count = len(head) - len(head.translate(None, _CONTROLS.translate(None, _delimiting(head))))
    # Text whose letters are wider than one byte (Chinese, Arabic) in UTF-16 without a mark has its line ends and
    # delimiters with a NUL beside them, always on the same side.
    if count and _even_nuls(head):
        return False
    return count * 20 > len(head)


def _delimiting(head: bytes) -> bytes:
    """The control characters that data warehouses put between cells, where as many of one are in (nearly) every line."""
    lines = [line for line in head.split(b"\n") if line.strip()][:100]
    if len(lines) > 2 and not head.endswith(b"\n"):
        lines.pop()
    for delimiter in (b"\x01", b"\x1f"):
        counts = Counter(line.count(delimiter) for line in lines)
        usual, seen = counts.most_common(1)[0] if counts else (0, 0)
        if usual and len(lines) >= 2 and seen >= 0.9 * len(lines):
            return delimiter
    return b""


def _even_nuls(head: bytes) -> bool:
    pairs = len(head) // 2 * 2
    for order in ("utf-16-le", "utf-16-be"):
        text = head[:pairs].decode(order, "replace")
        marks = sum(text.count(mark) for mark in "\n\r\t,;")
        odd = sum(
            1 for character in text[:4096] if character == "\ufffd" or (character < " " and character not in "\t\r\n")
        )
        if marks * 200 > len(text) and not odd:
            return True
    return False


# -- names -------------------------------------------------------------------------------------------------------------


def _extension(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return last.rpartition(".")[2].lower() if "." in last[1:] else ""


def _mismatch(name: str | None, found: Format) -> Issues:
    extension = _extension(name or "")
    promised = _PROMISES.get(extension)
    if promised is None or found in promised:
        return Issues.empty()
    return Issues.of("name_content_mismatch", value=f".{extension}", detail=_WORDS[found])
