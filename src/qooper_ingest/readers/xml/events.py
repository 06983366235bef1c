"""Feed a file's bytes to expat, under guard, and put right what real producers write wrong.

Wanted: the events of any file that a person would call XML, at the speed of expat. How: the bytes are brought to UTF-8
first (expat itself knows no Shift_JIS, Big5, GBK or EUC-KR, and a declaration may lie), the declaration is taken off,
and the rest is fed in pieces to a parser made by defusedxml, whose guards refuse every DOCTYPE, entity and external
reference. Prefixes are not resolved by expat: real producers forget to declare ``ss:``, and a dialect is told by its
names. Between two pieces the deadline is looked at, the dialect may move what it gathered into frames, and an unfinished
token is bounded, because expat looks at it from its beginning again with each piece.

A file that is not well-formed gets one more reading for each known fault: control characters (which spreadsheet programs
themselves write) are marked and reported; several roots (what a database writes) are put under one; ampersands of a text
that was pasted between tags are text, ``&nbsp;`` what it is in HTML; bytes that are not in the encoding are replaced and
reported. Whatever else is wrong raises `CorruptFileError` with expat's own short reason and
the line, never with the text.

Refused: a DOCTYPE (but for the plain HTML one, which hands over to the HTML reader), UTF-7 and other encodings that hide
markup, tags and comments over ``limits.xml_token_bytes``.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.entities import html5
from typing import Any, Final, Protocol
from xml.parsers import expat
from xml.sax.saxutils import escape

import polars as pl

from ...errors import CorruptFileError, LimitExceededError, SourceError, UnsupportedFormatError, UsageError, quote
from ...issues import Issues
from ...limits import Limits
from ..deadline import Deadline

__all__ = [
    "Dialect",
    "Document",
    "IsHtml",
    "decode_fully",
    "local_name",
    "page_to_utf8",
    "parse",
    "repair_characters",
]

#: One piece of input: large enough to be quick, small enough to look at the clock several times a second.
_PIECE: Final = 256 * 1024

#: WHATWG (encoding.spec.whatwg.org, labels): what a label means in files that exist is the Windows superset of it.
_SUPERSETS: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
}

#: Python codecs that are no character encoding of a document, or in which markup can hide from a check of the bytes.
_REFUSED: Final = re.compile(
    r"utf[-_]?7|unicodeescape|rawunicodeescape|idna|punycode|hz|iso2022.*|undefined|palmos|mbcs|oem|unicodeinternal"
    r"|base64|bz2|hex|quopri|rot13|uu|zlib|charmap"
)

_DECLARATION: Final = re.compile(rb"<\?xml[ \t\r\n][^>]{0,500}\?>")
_DECLARED: Final = re.compile(rb"encoding[ \t\r\n]*=[ \t\r\n]*[\"']([A-Za-z0-9._:\-]{1,60})[\"']")

#: A character of several bytes in UTF-8.
_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

#: Characters that XML 1.0 does not allow (section 2.2), as UTF-8 bytes.
_ILLEGAL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")

#: A numeric reference, outside of CDATA (where it is text). The CDATA branch runs to the end of the file when it is not
#: closed, so that the search stays linear.
_REFERENCE: Final = re.compile(
    rb"<!\[CDATA\[(?:[^\]]|\](?!\]>))*(?:\]\]>)?|&#(?:[xX]([0-9A-Fa-f]{1,16})|([0-9]{1,16}));"
    rb"(?:&#(?:[xX]([dD][c-fC-F][0-9A-Fa-f]{2})|(5[67][0-9]{3}));)?"
)

#: A reference to a control character, for the quick look whether there is one at all.
_CONTROL_REFERENCE: Final = re.compile(
    rb"&#(?:0{0,8}(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0{0,8}(?:[0-8bBcCeEfF]|1[0-9a-fA-F])"
    rb"|5[5-7][0-9]{3}|[xX][dD][89a-fA-F][0-9a-fA-F]{2}|6553[45]|[xX][fF]{3}[eEfF]|[0-9]{7,}|[xX][0-9a-fA-F]{6,});"
)
#: An ampersand that begins no reference of XML, with the name behind it if it looks like one; not where it is text anyway.
_AMPERSAND: Final = re.compile(
    rb"<!\[CDATA\[(?:[^\]]|\](?!\]>))*(?:\]\]>)?|<!--(?:[^-]|-(?!->))*(?:-->)?"
    rb"|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,16}|#[xX][0-9A-Fa-f]{1,16});)([A-Za-z][A-Za-z0-9]{1,31};)?"
)
_CHARSET: Final = re.compile(rb"charset[ \t\r\n]*=[ \t\r\n]*[\"']?([A-Za-z0-9._:\-]{1,60})")

#: expat error codes (expat.h).
_NO_ELEMENTS, _INVALID_TOKEN, _UNCLOSED_TOKEN, _JUNK_AFTER_ROOT = 3, 4, 5, 9
_UNDEFINED_ENTITY, _BAD_REFERENCE, _UNCLOSED_CDATA = 11, 14, 20
_TRUNCATED: Final = frozenset({_NO_ELEMENTS, _UNCLOSED_TOKEN, _UNCLOSED_CDATA})

#: The root that is put around several.
_WRAPPER: Final = "several-roots"

#: Stands in the place of a control character until the cell is known. From a private area, and not in the file.
_MARKS: Final = range(0xE000, 0xF8FF)

Start = Callable[[str, list[str]], None]
End = Callable[[str], None]
Text = Callable[[str], object]


class IsHtml(Exception):  # noqa: N818  (a change of reader, not an error)
    """Raised inside when the XML turns out to be an HTML page."""


class Dialect(Protocol):
    """What makes something of the events: one per kind of XML file."""

    start: Start
    end: End
    text: Text
    #: None where comments are nothing to the dialect.
    comment: Text | None

    def between(self) -> None:
        """Called between two pieces: bounded work, limits, room in memory."""


@dataclass(frozen=True, slots=True)
class CutRows:
    """Rows of a table that were read without events.

    Args:
        frames: Their cells, as in `CellList`.
        last: The last row (from 0).
        hidden: How many are hidden.
        styles: The styles of numbers and dates, each with the kind; ``""`` where a cell has none of its own.
        row_styles: The styles of rows.
    """

    frames: Sequence[pl.DataFrame]
    last: int
    hidden: int
    styles: frozenset[tuple[int, str]]
    row_styles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file brought to UTF-8, ready to be parsed.

    Args:
        data: UTF-8 without byte order mark, declaration, and blanks at both ends.
        encoding: The codec that the file was read with.
        wrapped: Put everything under one root.
        mark: What stands in the place of control characters; empty where there are none.
        tables: The rows that were cut out of `data`, by the number of their mark.
        issues: What was seen of the bytes.
    """

    data: bytes
    encoding: str
    wrapped: bool = False
    mark: str = ""
    tables: Sequence[CutRows] = ()
    issues: Issues = field(default_factory=Issues.empty)

    def pieces(self) -> Iterator[bytes | memoryview]:
        """The document piece by piece."""
        if self.wrapped:
            yield b"<" + _WRAPPER.encode() + b">"
        view = memoryview(self.data)
        for begin in range(0, len(view), _PIECE):
            yield view[begin : begin + _PIECE]
        if self.wrapped:
            yield b"</" + _WRAPPER.encode() + b">"


def local_name(tag: str) -> str:
    """A tag or attribute without its prefix."""
    return tag.rpartition(":")[2]


def parse(
    data: bytes,
    /,
    *,
    encoding: str | None,
    limits: Limits,
    deadline: Deadline,
    choose: Callable[[str, list[str], Document], Dialect],
    shorten: Callable[[Document], Document | None] = lambda _document: None,
) -> tuple[Dialect, Document]:
    """Parse a file to its end.

    Args:
        data: The file.
        encoding: What the caller says it is; None = detect.
        limits: Bounds.
        deadline: Looked at with every piece.
        choose: Given the first start tag, its attributes (name, value, name, value …) and the document, the dialect that
            handles all events, this tag's included. It is called again, with a new document, when a repair is tried.
        shorten: May cut out what is read another way. Whatever goes wrong with a shortened document, the whole one is
            read by events, so that errors are those of the file.

    Returns:
        The dialect that has seen all events, and the document as it was read.

    Raises:
        IsHtml: It is an HTML page.
        SourceError: It cannot be read.
    """
    document = _prepare(data, encoding)
    if not document.data:
        raise UnsupportedFormatError("xml_not_a_table")
    shortened = shorten(document)
    if shortened is not None:
        with contextlib.suppress(SourceError):
            short = _attempt(shortened, limits, deadline, choose)
            if not isinstance(short, _Failure):
                return short, shortened
    del shortened
    tried: set[int] = set()
    while True:
        outcome = _attempt(document, limits, deadline, choose)
        if not isinstance(outcome, _Failure):
            return outcome, document
        repaired = None if outcome.code in tried else _repair(document, outcome)
        if repaired is None:
            raise _refusal(outcome)
        tried.add(outcome.code)
        document = repaired


@dataclass(frozen=True, slots=True)
class _Failure:
    """Where a reading ended: expat's code, line and column."""

    code: int
    line: int
    column: int


def decode_fully(data: bytes, codec: str) -> tuple[bytes, int]:
    """Bring bytes to UTF-8, and count what did not belong to the encoding (replaced by U+FFFD).

    In pieces: as one Python string a single emoji would make a file of ASCII four times as large.
    """
    view = memoryview(data)
    begins = range(0, len(view), _PIECE)
    if codec == "utf-8":
        try:
            decoder = codecs.getincrementaldecoder(codec)("strict")
            for begin in begins:
                decoder.decode(view[begin : begin + _PIECE])
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            pass
        else:
            return data, 0
    lost = 0
    parts: list[bytes] = []
    decoder = codecs.getincrementaldecoder(codec)("replace")
    for begin in begins:
        text = decoder.decode(view[begin : begin + _PIECE])
        lost += text.count("\ufffd")
        parts.append(text.encode("utf-8", "replace"))
    text = decoder.decode(b"", True)
    lost += text.count("\ufffd")
    parts.append(text.encode("utf-8", "replace"))
    return b"".join(parts), lost


def _prepare(data: bytes, encoding: str | None) -> Document:
    body, codec, issues = _decode(data, encoding, _declared(data))
    body = body.strip(b"\0\x1a \t\r\n")
    head = _DECLARATION.match(body)
    if head:
        body = body[head.end() :].lstrip(b" \t\r\n")
    return Document(data=body, encoding=codec, issues=issues)


def _decode(data: bytes, encoding: str | None, declared: str | None) -> tuple[bytes, str, Issues]:
    """Bring a file to UTF-8: the caller's word, byte order mark, the pattern of NULs, what is declared, UTF-8."""
    skip, codec = _byte_order_mark(data)
    codec = codec or _zero_pattern(data)
    if encoding is not None:
        codec, declared = _caller_codec(encoding), None
    elif codec:
        declared = None
    else:
        codec = _declared_codec(declared) if declared else "utf-8"
    body, lost = decode_fully(data[skip:] if skip else data, codec)
    issues = Issues.empty()
    if lost and encoding is None and not skip and codec == "utf-8" and _looks_single_byte(data):
        # "utf-8" is what a program writes that never thought about it; the bytes are the Windows code page of its users.
        codec = "cp1252"
        body, lost = decode_fully(data, codec)
        issues += Issues.of("encoding_mismatch", value=declared or "utf-8", detail=codec)
    elif declared and _is_other(declared, codec):
        issues += Issues.of("encoding_mismatch", value=declared, detail=codec)
    if lost:
        issues += Issues.of("bytes_replaced", value=codec, detail=str(lost))
    return body, codec, issues


def _byte_order_mark(data: bytes) -> tuple[int, str]:
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return len(mark), codec
    return 0, ""


def _zero_pattern(data: bytes) -> str:
    """UTF-16 and UTF-32 without a byte order mark, told by a first ``<`` and its NULs (XML 1.0, appendix F)."""
    if data.startswith(b"<\0\0\0"):
        return "utf-32-le"
    if data.startswith(b"\0\0\0<"):
        return "utf-32-be"
    if data.startswith(b"<\0"):
        return "utf-16-le"
    return "utf-16-be" if data.startswith(b"\0<") else ""


def _declared(data: bytes) -> str | None:
    head = _DECLARATION.match(data[:4096].lstrip(b"\0 \t\r\n"))
    named = _DECLARED.search(head.group()) if head else None
    return named.group(1).decode("ascii") if named else None


def _declared_codec(declared: str) -> str:
    """The codec for a declared name. The file's bytes are one-byte-wise ASCII here, so a declared UTF-16 is not true."""
    codec = _lookup(declared)
    if codec is None or codec.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        return "utf-8"
    return codec


def _caller_codec(encoding: str) -> str:
    codec = _lookup(encoding)
    if codec is None:
        raise UsageError("argument_invalid", reason=f"there is no encoding {quote(encoding)}")
    return codec


def _lookup(name: str) -> str | None:
    """A codec by any of its names, widened to what the label means in practice; None where there is none."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    plain = info.name.lower().replace("_", "").replace("-", "")
    if _REFUSED.fullmatch(plain) or not getattr(info, "_is_text_encoding", True):
        raise UnsupportedFormatError("encoding_refused", encoding=quote(name))
    return "utf-8" if plain in {"utf8", "utf8sig"} else _SUPERSETS.get(info.name, info.name)


def _is_other(declared: str, codec: str) -> bool:
    named = _lookup(declared)
    return named is None or (named != codec and not codec.startswith(named))


def _looks_single_byte(data: bytes) -> bool:
    """True where most bytes over 127 do not form UTF-8 sequences."""
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return (len(data) - len(_SEQUENCE.sub(b"", data))) * 2 < high


def _attempt(
    document: Document, limits: Limits, deadline: Deadline, choose: Callable[[str, list[str], Document], Dialect]
) -> Dialect | _Failure:
    from defusedxml.common import DefusedXmlException, DTDForbidden
    from defusedxml.expatreader import DefusedExpatParser

    guard = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    guard.reset()
    parser: Any = guard._parser
    for name in ("Comment", "ProcessingInstruction", "StartCdataSection", "EndCdataSection", "SkippedEntity"):
        setattr(parser, f"{name}Handler", None)
    parser.EndElementHandler = None
    parser.CharacterDataHandler = None
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    dialects: list[Dialect] = []

    def without_wrapper(end: End) -> End:
        return lambda tag: end(tag) if tag != _WRAPPER else None

    def first(tag: str, attributes: list[str]) -> None:
        if document.wrapped and tag == _WRAPPER:
            return
        if local_name(tag).lower() == "html":
            raise IsHtml
        dialect = choose(tag, attributes, document)
        dialects.append(dialect)
        parser.StartElementHandler = dialect.start
        parser.EndElementHandler = without_wrapper(dialect.end) if document.wrapped else dialect.end
        parser.CharacterDataHandler = dialect.text
        parser.CommentHandler = dialect.comment
        dialect.start(tag, attributes)

    parser.StartElementHandler = first
    refused = ""
    failure: _Failure | None = None
    fed = 0
    try:
        for piece in document.pieces():
            parser.Parse(piece, False)
            fed += len(piece)
            waiting = fed - max(parser.CurrentByteIndex, 0)
            if waiting > limits.xml_token_bytes:
                raise LimitExceededError(limit="xml_token_bytes", found=waiting, allowed=limits.xml_token_bytes)
            deadline.check()
            if dialects:
                dialects[0].between()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        failure = _Failure(error.code, error.lineno, error.offset + 1)
    except DTDForbidden as error:
        refused = "html" if str(error.name).lower() == "html" else "doctype_refused"
    except DefusedXmlException:
        refused = "doctype_refused"
    finally:
        # The parser and its handlers hold each other: let the memory go now, not at some later collection.
        for name in ("StartElement", "EndElement", "CharacterData", "Comment", "StartDoctypeDecl", "EntityDecl"):
            setattr(parser, f"{name}Handler", None)
    if refused == "html":
        raise IsHtml
    if refused:
        raise UnsupportedFormatError(refused)
    if failure is not None:
        return failure
    if not dialects:
        raise UnsupportedFormatError("xml_not_a_table")
    return dialects[0]


def page_to_utf8(data: bytes, encoding: str | None, *, declared: str | None = None) -> tuple[bytes, str, Issues]:
    """Bring an HTML page to UTF-8: the caller's word, byte order mark, ``<meta charset>``, UTF-8, Windows code page.

    Issues: bytes_replaced, encoding_mismatch.
    """
    head = data[:4096]
    named = _CHARSET.search(head.replace(b"\0", b""))
    declared = declared or _declared(data) or (named.group(1).decode("ascii") if named else None)
    return _decode(data, encoding, declared)


def repair_characters(data: bytes) -> tuple[bytes, str]:
    """Put a mark where control characters and references to them stand; the mark is empty where there are none."""
    if _ILLEGAL.search(data) is None and _CONTROL_REFERENCE.search(data) is None:
        return data, ""
    mark = next((chr(point) for point in _MARKS if chr(point).encode() not in data), "")
    repaired = _ILLEGAL.sub(mark.encode(), _REFERENCE.sub(lambda found: _legal(found, mark), data))
    return repaired, mark


def _repair(document: Document, failure: _Failure) -> Document | None:
    """The document with one known fault put right, or None."""
    if failure.code == _JUNK_AFTER_ROOT and not document.wrapped:
        return replace(document, wrapped=True, issues=document.issues + Issues.of("xml_several_roots"))
    if failure.code in {_INVALID_TOKEN, _BAD_REFERENCE, _UNDEFINED_ENTITY}:
        data, mark = repair_characters(document.data) if not document.mark else (document.data, document.mark)
        data, count = _repair_ampersands(data)
        issues = Issues.of("xml_references_repaired", detail=str(count)) if count else Issues.empty()
        if mark != document.mark or count:
            return replace(document, data=data, mark=mark, issues=document.issues + issues)
    return None


def _repair_ampersands(data: bytes) -> tuple[bytes, int]:
    """Make text of what begins like a reference and is none, as programs write that paste texts between tags.

    ``R&D`` is itself, ``&nbsp;`` is what it stands for in HTML; without a document type no file can say anything else.

    Returns:
        The data, and how many there were.
    """
    count = 0

    def text(found: re.Match[bytes]) -> bytes:
        nonlocal count
        whole = found.group()
        if whole.startswith(b"<"):
            return whole
        count += 1
        character = html5.get(whole[1:].decode("ascii"))
        return b"&amp;" + whole[1:] if character is None else escape(character).encode()

    return _AMPERSAND.sub(text, data), count


def _legal(found: re.Match[bytes], mark: str) -> bytes:
    """A numeric reference, or what stands for it: a mark for a control character, one character for a surrogate pair."""
    whole = found.group()
    if whole.startswith(b"<"):
        return whole
    first = int(found.group(1), 16) if found.group(1) else int(found.group(2))
    later = found.group(3) or found.group(4)
    second = int(later, 16 if found.group(3) else 10) if later else None
    if 0xD800 <= first < 0xDC00 and second is not None and 0xDC00 <= second < 0xE000:
        return chr(0x10000 + ((first - 0xD800) << 10) + second - 0xDC00).encode()
    rest = whole[whole.index(b";") + 1 :] if later else b""
    kept = whole[: whole.index(b";") + 1] if _is_legal(first) else mark.encode()
    return kept + (rest if second is None or _is_legal(second) else mark.encode())


def _is_legal(point: int) -> bool:
    return point in {9, 10, 13} or 0x20 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or 0x10000 <= point < 0x110000


def _refusal(failure: _Failure) -> CorruptFileError:
    if failure.code in _TRUNCATED:
        return CorruptFileError("xml_truncated", line=failure.line)
    return CorruptFileError(
        "xml_not_well_formed", line=failure.line, position=failure.column, reason=expat.ErrorString(failure.code)
    )
