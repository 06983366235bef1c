"""What decides before any letter is weighed: a mark, NULs in every second byte, strict UTF-8. The rest is ranked."""

from __future__ import annotations

import codecs
import itertools
import re
from typing import Final

import polars as pl

from ....errors import UsageError, quote
from .decoding import CHUNK, EncodingGuess, strictly
from .form import COST_OTHER_SCRIPT, form_of
from .ranking import MOST_NAMED, SEGMENT, rank_encodings

__all__ = ["detect_encoding"]

#: UTF-32 first: its little-endian mark begins with the one of UTF-16.
_BOMS: Final[tuple[tuple[bytes, str], ...]] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def detect_encoding(data: bytes, /, *, given: str | None = None) -> EncodingGuess:
    """Tell the encoding of a text file.

    Args:
        data: The whole file.
        given: What the caller says; it is used, and only its byte order mark is looked for.

    Returns:
        The guess. It decodes the whole file strictly wherever any encoding that is considered does.

    Raises:
        UsageError: ``argument_invalid``: ``given`` is not the name of a text encoding.

    >>> detect_encoding("name;city\\nJürgen;Köln\\n".encode("cp850")).encoding
    'cp850'
    """
    if given is not None:
        return _as_said(data, given)
    for mark, name in _BOMS:
        if data.startswith(mark):
            return EncodingGuess(encoding=name, score=1.0, bom=len(mark), plain=name == "utf-8" and _is_utf8(data))
    wide = _utf16_without_mark(data)
    if wide is not None:
        return EncodingGuess(encoding=wide, score=0.95)
    if data.isascii():
        return EncodingGuess(encoding="utf-8", score=1.0, plain=True)
    valid = _is_utf8(data)
    if valid and not _by_accident(data):
        return EncodingGuess(encoding="utf-8", score=0.99, plain=True)
    ranked = rank_encodings(data)
    best = ranked[0][0] if ranked else "cp1252"
    if not valid and _mostly_utf8(data):
        broken = b"\n".join(line for line in data.splitlines() if not _is_utf8(line))
        ranked = rank_encodings(broken)
        return EncodingGuess(encoding="utf-8", score=0.9, mended=ranked[0][0] if ranked else "cp1252")
    if not ranked:
        return EncodingGuess(encoding="cp1252", score=0.1)
    return EncodingGuess(
        encoding=best, score=round(ranked[0][1], 3), alternatives=tuple(name for name, _ in ranked[1:MOST_NAMED])
    )


def _as_said(data: bytes, given: str) -> EncodingGuess:
    known = True
    try:
        info = codecs.lookup(given)
        known = bool(getattr(info, "_is_text_encoding", True))
        b"a".decode(given, errors="replace")
    except (LookupError, UnicodeError, ValueError):
        known = False
    if not known:
        raise UsageError("argument_invalid", reason=f"{quote(given)} is not the name of a text encoding")
    name = codecs.lookup(given).name
    for mark, marked in _BOMS:
        if data.startswith(mark) and name.replace("_", "-") in (marked, marked[:6], "utf-8-sig"):
            family = marked if name != "utf-8-sig" else "utf-8"
            if family.startswith(name.split("-sig")[0][:5]):
                plain = marked == "utf-8" and _is_utf8(data)
                return EncodingGuess(
                    encoding=marked if name in ("utf-16", "utf-32") else given, score=1.0, bom=len(mark), plain=plain
                )
    return EncodingGuess(encoding=given, score=1.0, plain=name == "utf-8" and _is_utf8(data))


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    start = 0
    try:
        while start < len(data):
            end = _whole_characters(data, start + CHUNK)
            # By polars: a tenth of what decoding takes where letters beyond ASCII are many.
            pl.Series([data[start:end]], dtype=pl.Binary).cast(pl.String)
            start = end
    except pl.exceptions.PolarsError:
        return False
    return True


def _whole_characters(data: bytes, end: int) -> int:
    """The place at or right before ``end`` where a character of UTF-8 begins; a character has three more bytes at most."""
    for place in range(end, end - 4, -1):
        if place >= len(data) or data[place] & 0xC0 != 0x80:
            return min(place, len(data))
    return end


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 shows in its line ends and delimiters: every second byte of them is NUL, and none of the others is."""
    head = data[:8192]
    if len(head) < 4 or b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    more, fewer = max(even, odd), min(even, odd)
    if more < 2 or fewer > more * 0.34:  # 가 and 一 have a NUL on the other side
        return None
    text = strictly(head[: len(head) // 2 * 2 - (2 if len(data) > len(head) else 0)], name)
    if text is None or "\0" in text:
        return None
    ordinary = sum(1 for c in text if c.isprintable() or c in "\t\r\n")
    return name if ordinary >= 0.95 * len(text) and (more >= 0.1 * len(text)) else None


_LEGACY_RUN: Final = re.compile(rb"[\x80-\xff]+")
_ADDRESS_END: Final = re.compile(rb"[\s,;|\"<>]")

#: No address is longer, so no more bytes on either side are looked at.
_ADDRESS_BYTES: Final = 320


def _letters_in_address(data: bytes) -> bool:
    """True where any letter beyond ASCII stands in a word with an ``@``. For files that have few such letters."""
    for found in _LEGACY_RUN.finditer(data):
        left = _ADDRESS_END.split(data[max(0, found.start() - _ADDRESS_BYTES) : found.start()])[-1]
        right = _ADDRESS_END.split(data[found.end() : found.end() + _ADDRESS_BYTES])[0]
        if b"@" in left or b"@" in right:
            return True
    return False


def _by_accident(data: bytes) -> bool:
    """Two legacy letters in a row can be one valid character of UTF-8: believed if it is all there is beyond ASCII, and the
    character stands in the middle of a word of another script. In an address it is believed: nobody has two accented letters
    in a row there, and a look-alike has to stay what it is, or nobody is warned of it."""
    beyond = 0
    for start in range(0, len(data), CHUNK):
        beyond += len(data[start : start + CHUNK].translate(None, bytes(range(128))))
        if beyond > 4:  # which mostly is told by the first chunk
            return False
    if _letters_in_address(data):
        return False
    return all(form_of(word.decode("utf-8")) < -COST_OTHER_SCRIPT for word in SEGMENT.findall(data))


def _mostly_utf8(data: bytes) -> bool:
    """UTF-8 in which a few places are not: sequences that are valid outnumber the bytes that are not by far."""
    window = 4 * CHUNK
    failure = _first_failure(data)
    part = data[:window]
    if failure > window // 2:
        part += data[failure - window // 2 : failure + window // 2]
    text = part.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for _ in itertools.islice(re.finditer(r"[^\x00-\x7f\ufffd]", text), 4 * bad + 4))
    return good >= max(1, 4 * bad) or (bad == 1 and good >= 1 and text.endswith("\ufffd"))


def _first_failure(data: bytes) -> int:
    """Where strict UTF-8 ends."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), CHUNK):
        try:
            decoder.decode(data[start : start + CHUNK], final=start + CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return max(0, start + error.start - 4)
    return len(data)
