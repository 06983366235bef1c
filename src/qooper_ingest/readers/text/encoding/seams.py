"""Find the seams of a file that several exports were joined to: a byte order mark in the middle, UTF-16 behind 8-bit text.

What is wanted: every part in its own encoding. ``type a >> b`` and ``>>`` in PowerShell put UTF-16 behind UTF-8; ``cat`` of two
exports leaves the mark of the second one between two rows. Read in one encoding such a file is one cell of ideographs, or a
label that begins with an invisible character.

How: an 8-bit part ends where a mark begins a line, or where NULs stand in every second byte. A part of UTF-16 ends where a long
run of printable ASCII has none. Both are looked for only in files that hold a NUL, or a mark behind their first bytes.

What is refused: a seam inside a line, unless what follows the mark is the first line of the file again.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

__all__ = ["Part", "find_parts", "without_end_mark"]

_MARKS: Final[tuple[tuple[bytes, str], ...]] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: More parts than people join by hand: the rest of the file is then one part.
_PARTS: Final = 256

#: So many characters in a row with a NUL on the same side are UTF-16.
_WIDE_CHARS: Final = 6
_LITTLE: Final = re.compile(rb"(?:[^\0]\0){%d}" % _WIDE_CHARS)
_BIG: Final = re.compile(rb"(?:\0[^\0]){%d}" % _WIDE_CHARS)

#: So many NULs are tried as the beginning of UTF-16: a damaged file may hold many more.
_TRIES: Final = 64

#: So many printable bytes of ASCII in a row are no UTF-16: sixteen ideographs of which every half is one do not happen.
_PLAIN_RUN: Final = 32

#: At the end of the file, right behind a line, fewer are enough.
_PLAIN_END: Final = 16

_PRINTABLE: Final = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_CLASSES: Final = bytes(0x61 if code in _PRINTABLE else 0x2E for code in range(256))

_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file in one encoding.

    Args:
        start: Its first byte, behind its byte order marks.
        end: The byte after its last one.
        encoding: Of a part with a mark or with NULs; None for 8-bit text without a mark.
    """

    start: int
    end: int
    encoding: str | None


def find_parts(data: bytes, /, *, wide: str | None = None) -> tuple[Part, ...]:
    """The parts of a file that was joined from several; none for a file of one encoding.

    Args:
        data: The file.
        wide: The UTF-16 that its beginning is in, where that is known though it has few NULs, as Cyrillic has.

    >>> [part.encoding for part in find_parts(b"id,name\\n" + "7,Ann Berg\\n".encode("utf-16-le"))]
    [None, 'utf-16-le']
    """
    marked = not data.isascii() and data.find(codecs.BOM_UTF8, 1) >= 0
    if not marked and b"\0" not in data:
        return ()
    parts: list[Part] = []
    position = 0
    while position < len(data):
        start, encoding = _past_marks(data, position)
        if encoding is None:
            encoding = wide if not parts and wide is not None else _wide_at(data, start, len(data))
        if len(parts) >= _PARTS:
            end = len(data)
        elif encoding in ("utf-16-le", "utf-16-be"):
            end = _end_of_wide(data, start, encoding)
        else:
            end = _end_of_narrow(data, start)
        parts.append(Part(start, end, encoding))
        position = end
    joined = [part for part in parts if part.start < part.end]
    return tuple(joined) if len(joined) > 1 or (joined and _has_doubled_mark(joined[0])) else ()


def _has_doubled_mark(first: Part) -> bool:
    return first.start > (3 if first.encoding == "utf-8" else 2) and first.encoding is not None and first.start < 64


def _past_marks(data: bytes, position: int) -> tuple[int, str | None]:
    """Where the text behind the byte order marks begins, and what they say; a mark may stand twice."""
    encoding: str | None = None
    while True:
        mark = next(((m, name) for m, name in _MARKS if data.startswith(m, position)), None)
        if mark is None or (encoding is not None and mark[1] != encoding):
            return position, encoding
        position += len(mark[0])
        encoding = mark[1]


def _wide_at(data: bytes, start: int, end: int) -> str | None:
    if _BIG.match(data, start, end):
        return "utf-16-be"
    return "utf-16-le" if _LITTLE.match(data, start, end) else None


def _end_of_narrow(data: bytes, start: int) -> int:
    """Where an 8-bit part ends: at a mark, or at the first character of UTF-16."""
    mark = _next_mark(data, start)
    nul = start - 1
    for _ in range(_TRIES):
        nul = data.find(b"\0", nul + 1, mark)
        if nul < 0:
            return mark
        little = nul > start and _LITTLE.match(data, nul - 1) is not None
        big = _BIG.match(data, nul) is not None
        if data[nul - 2 : nul] == codecs.BOM_UTF16_BE and big:
            return nul - 2
        # ``\n`` and then big-endian text look like little-endian text that begins with a line feed.
        if big and (not little or (data[nul - 1 : nul] in (b"\n", b"\r") and not data.endswith(b"\0"))):
            return _at_line(data, start, nul)
        if little:
            return _at_line(data, start, nul - 1)
    return mark


def _at_line(data: bytes, start: int, position: int) -> int:
    """The beginning of the line, if UTF-16 text without a NUL (``李,``) stands between it and a position; and in front of a
    mark."""
    line = max(data.rfind(b"\n", start, position), data.rfind(b"\r", start, position)) + 1
    if line > start and 0 < position - line <= 64 and (position - line) % 2 == 0:
        between = data[line:position]
        if between.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or not between.isascii():
            return line
    if data[position - 2 : position] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return position - 2
    return position


def _next_mark(data: bytes, start: int) -> int:
    """The next mark that begins a line, or behind which the file's first line stands again."""
    stop = min(found for found in (data.find(b"\n", start), data.find(b"\r", start), len(data)) if found >= 0)
    first_line = data[start:stop]
    position = start
    while True:
        position = data.find(codecs.BOM_UTF8, position + 1)
        if position < 0:
            return len(data)
        again = len(first_line) >= 4 and data.startswith(first_line, position + 3)
        if data[position - 1 : position] in (b"\n", b"\r") or again:
            return position


def _end_of_wide(data: bytes, start: int, encoding: str) -> int:
    """Where a part of UTF-16 ends: at a mark, or at the line in which a long run without NULs begins, or one of UTF-16 in the other
    order of bytes."""
    line_feed = "\n".encode(encoding)
    stop = _end_of_order(data, start, encoding, line_feed)
    if stop < len(data):
        return min(stop, _end_of_wide(data[:stop], start, encoding))
    position = start
    plain = b"a" * _PLAIN_RUN
    while position < len(data):
        classes = data[position : position + _CHUNK + _PLAIN_RUN].translate(_CLASSES)
        run = classes.find(plain)
        if run >= 0:
            return _behind_line(data, start, position + run, line_feed)
        position += _CHUNK
    # The last lines may be fewer bytes than a run.
    last = _behind_line(data, start, len(data), line_feed)
    rest = data[last:]
    ends = rest.endswith((b"\n", b"\r")) or len(rest) >= _PLAIN_END
    if last > start and rest and b"\0" not in rest and ends and not rest.translate(None, _PRINTABLE):
        return last
    return len(data)


def _end_of_order(data: bytes, start: int, encoding: str, line_feed: bytes) -> int:
    """Where UTF-16 in one order of bytes ends: at a mark of either order, at six characters in a row whose lower half is NUL."""
    low = 0 if encoding == "utf-16-le" else 1
    for position in range(start, len(data), _CHUNK):
        end = position + _CHUNK + 2 * _WIDE_CHARS
        run = data[position + low : end : 2].find(b"\0" * _WIDE_CHARS)
        mark = min(
            (
                found
                for m in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
                if (found := _aligned(data, m, encoding, position, end)) >= 0
            ),
            default=-1,
        )
        if mark >= 0 and (run < 0 or mark <= position + 2 * run):
            return mark
        if run >= 0:
            return _behind_line(data, start, position + 2 * run, line_feed)
    return len(data)


def _aligned(data: bytes, mark: bytes, encoding: str, start: int, end: int) -> int:
    found = data.find(mark, start, end)
    own = codecs.BOM_UTF16_LE if encoding == "utf-16-le" else codecs.BOM_UTF16_BE
    ends = ("\n".encode(encoding), "\r".encode(encoding))
    # The mark of the other order is no character in this one; its own is one that may stand in a cell.
    while found >= 0 and ((found - start) % 2 or (mark == own and data[found - 2 : found] not in ends)):
        found = data.find(mark, found + 1, end)
    return found


def _behind_line(data: bytes, start: int, position: int, line_feed: bytes) -> int:
    """The end of the last line of UTF-16 before a position."""
    found = position
    while True:
        found = data.rfind(line_feed, start, found + 1 if found < len(data) else found)
        if found < 0:
            return position
        if (found - start) % 2 == 0:
            return found + 2


#: Ctrl-Z, with which CP/M and DOS ended a text: behind the last line, or behind its last character.
_END_MARK: Final = re.compile(
    rb"(?:(?<=[\r\n])\x1a+|(?<=[\r\n]\0)(?:\x1a\0)+|(?<=\0[\r\n])(?:\0\x1a)+|(?<=[\x20-\x7e])\x1a+)\Z"
)


def without_end_mark(data: bytes, /) -> bytes:
    """A file without the Ctrl-Z that ends it; the same object where it has none.

    >>> without_end_mark(b"id,name\\r\\n7,Ann\\r\\n\\x1a")
    b'id,name\\r\\n7,Ann\\r\\n'
    """
    if not data.endswith((b"\x1a", b"\x1a\0")):
        return data
    tail = data[-1024:]
    found = _END_MARK.search(tail)
    return data if found is None else data[: len(data) - len(tail) + found.start()]
