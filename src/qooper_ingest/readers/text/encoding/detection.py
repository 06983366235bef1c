"""What decides before any letter is weighed: a mark, NULs in every second byte, strict UTF-8. The rest is ranked."""

from __future__ import annotations

import codecs
import itertools
import re
from dataclasses import replace
from typing import Final

import polars as pl

from ....errors import UsageError, quote
from .decoding import CESU, CHUNK, EncodingGuess, strictly
from .form import COST_OTHER_SCRIPT, form_of, script_of
from .ranking import MOST_NAMED, SEGMENT, WIDE, likeness_of, rank_encodings
from .seams import Part, find_parts

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
    parts = find_parts(data, wide=_utf16_without_mark(data))
    if parts:
        return _joined(data, parts, given)
    return _detect_one(data, given)


def _joined(data: bytes, parts: tuple[Part, ...], given: str | None) -> EncodingGuess:
    """The guesses of a file's parts. What the caller says is said of the parts without a mark."""
    if given is not None:
        _as_said(b"", given)  # refuses what is no encoding
    guesses: list[tuple[Part, EncodingGuess]] = []
    for part in parts:
        if part.encoding is not None:
            guesses.append((part, EncodingGuess(encoding=part.encoding, score=1.0)))
        else:
            usable = (
                given if given is not None and not given.lower().startswith(("utf-16", "utf_16", "utf16")) else None
            )
            guesses.append((part, _detect_one(data[part.start : part.end], usable)))
    first = guesses[0][1]
    least = min((guess for _, guess in guesses), key=lambda guess: guess.score)
    return EncodingGuess(
        encoding=first.encoding, score=least.score, alternatives=least.alternatives, parts=tuple(guesses)
    )


def _detect_one(data: bytes, given: str | None) -> EncodingGuess:
    if given is not None:
        return _as_said(data, given)
    for mark, name in _BOMS:
        if data.startswith(mark):
            if name == "utf-8":
                return _marked_utf8(data)
            return EncodingGuess(encoding=name, score=1.0, bom=len(mark))
    wide = _utf16_without_mark(data)
    if wide is not None:
        return EncodingGuess(encoding=wide, score=0.95)
    if data.isascii():
        return EncodingGuess(encoding="utf-8", score=1.0, plain=True)
    if _is_utf8(data):
        rival = _rival_of_utf8(data)
        return rival if rival is not None else EncodingGuess(encoding="utf-8", score=0.99, plain=True)
    mixed = _in_two_encodings(data)
    if mixed is not None:
        return mixed
    ranked = rank_encodings(data)
    if not ranked:
        return EncodingGuess(encoding="cp1252", score=0.1)
    return EncodingGuess(
        encoding=ranked[0][0],
        score=round(ranked[0][1], 3),
        alternatives=tuple(name for name, _ in ranked[1:MOST_NAMED]),
    )


def _marked_utf8(data: bytes) -> EncodingGuess:
    """UTF-8 by its mark; lines in another encoding, as where an export was joined to it, are read in theirs."""
    plain = EncodingGuess(encoding="utf-8", score=1.0, bom=len(codecs.BOM_UTF8), plain=_is_utf8(data))
    mixed = _in_two_encodings(data[len(codecs.BOM_UTF8) :]) if not plain.plain else None
    if mixed is None:
        return plain
    return replace(plain, score=mixed.score, mended=mixed.mended if mixed.encoding == "utf-8" else mixed.encoding)


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


#: Eight characters of UTF-16 of which every half is printable ASCII are eight characters of text; the UTF-16 comes later.
_PLAIN_START: Final = re.compile(rb"[\t\r\n\x20-\x7e]{16}")


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 shows in its line ends and delimiters: every second byte of them is NUL, and none of the others is."""
    head = data[:8192]
    if len(head) < 4 or b"\0" not in head or _PLAIN_START.match(head):
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


#: Two bytes that are a letter of UTF-8.
_PAIR: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_MULTI: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

#: A legacy reading costs no more than this in form where it is to replace a valid one of UTF-8.
_RIVAL_FORM: Final = 6.0


def _rival_of_utf8(data: bytes) -> EncodingGuess | None:
    """The legacy reading of bytes that are valid UTF-8 by accident; None for nearly every file.

    Three and four bytes in a row are no accident, and a sign (NBSP, ``´``, a soft hyphen) is no reason for a doubt. Two legacy
    signs or letters in a row can be one valid letter of two bytes: believed if that is all there is beyond ASCII, the letter
    stands in the middle of a word of another script (``l\u054ecole``), and the rival reading has nothing against it
    (``l’école``). In an address it is not believed: nobody has two accented letters in a row there, and a look-alike has to stay
    what it is, or nobody is warned of it.
    """
    beyond = 0
    for start in range(0, len(data), CHUNK):
        beyond += len(data[start : start + CHUNK].translate(None, bytes(range(128))))
        if beyond > 4:  # which mostly is known after the first chunk
            return None
    if len(_PAIR.findall(data)) * 2 != beyond or _letters_in_address(data):
        return None
    words = SEGMENT.findall(data)
    texts = [word.decode("utf-8") for word in words]
    letters = all(c.isascii() or (c.isalpha() and script_of(c) != "latin") for text in texts for c in text)
    if not letters or not all(form_of(text) < -COST_OTHER_SCRIPT for text in texts):
        return None
    ranked = rank_encodings(data)
    if not ranked or ranked[0][0] in WIDE:  # an ideograph inside a Latin word is no better
        return None
    readings = [strictly(word, ranked[0][0]) for word in words]
    if any(reading is None or form_of(reading) < -_RIVAL_FORM for reading in readings):
        return None
    others = tuple(name for name, _ in ranked[1 : MOST_NAMED - 1])
    return EncodingGuess(encoding=ranked[0][0], score=min(0.5, round(ranked[0][1], 3)), alternatives=("utf-8", *others))


#: Lines that hold a byte beyond ASCII.
_BEYOND_LINE: Final = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")

#: So many lines from each place that is looked at tell in which encodings a file is.
_LINES: Final = 400

#: So much better, in nats, UTF-8 has to read the lines that are valid UTF-8.
_BETTER: Final = 4.0

#: What a file that is cut short in the middle of a character ends with.
_CUT_SHORT: Final = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")


def _in_two_encodings(data: bytes) -> EncodingGuess | None:
    """UTF-8 in some lines and something else in others, as where two exports were joined; None where no line is UTF-8.

    A line of legacy text is valid UTF-8 by accident if it has a pair of bytes or two; so the valid lines are read both ways, and
    it is UTF-8 only if they are by far the better words in it.
    """
    failure = _first_failure(data)
    window = 2 * CHUNK
    places = sorted({0, max(0, failure - window // 2), max(0, len(data) - window)})
    lines: dict[bytes, None] = {}
    for place in places:
        found = _BEYOND_LINE.finditer(data, place, min(len(data), place + window))
        lines.update(dict.fromkeys(match.group() for match in itertools.islice(found, _LINES)))
    valid = [line for line in lines if _is_utf8(line)]
    broken = [line for line in lines if not _is_utf8(line)]
    if not valid and not (len(broken) == 1 and _CUT_SHORT.search(data) and _MULTI.search(broken[0])):
        return _as_cesu(data, broken)
    ranked = rank_encodings(b"\n".join(broken))
    rival = ranked[0][0] if ranked else "cp1252"
    if valid and not _reads_better(valid, rival):
        return _as_cesu(data, broken)
    if all(_cesu_line(line) for line in broken):
        rival = CESU
    if len(valid) >= len(broken) or rival == CESU:
        return EncodingGuess(encoding="utf-8", score=0.9, mended=rival)
    return EncodingGuess(encoding=rival, score=0.9, mended="utf-8")


def _as_cesu(data: bytes, broken: list[bytes]) -> EncodingGuess | None:
    if b"\xed" in data and broken and all(_cesu_line(line) for line in broken):
        return EncodingGuess(encoding="utf-8", score=0.9, mended=CESU)
    return None


_SURROGATES: Final = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")


def _cesu_line(line: bytes) -> bool:
    rest = _SURROGATES.sub(b"", line)
    return len(rest) < len(line) and _is_utf8(rest)


def _reads_better(lines: list[bytes], rival: str) -> bool:
    """Whether UTF-8 reads the words of lines far better than a rival does, which may not read them at all."""
    words = list(dict.fromkeys(word for line in lines for word in SEGMENT.findall(line)))[:_LINES]
    readings = [strictly(word, rival) for word in words]
    if any(reading is None for reading in readings):
        return True
    ours = sum(likeness_of(word.decode("utf-8", "ignore")) for word in words)
    theirs = sum(likeness_of(reading) for reading in readings if reading is not None)
    return ours > theirs + _BETTER


def _first_failure(data: bytes) -> int:
    """Where strict UTF-8 ends."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), CHUNK):
        try:
            decoder.decode(data[start : start + CHUNK], final=start + CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return max(0, start + error.start - 4)
    return len(data)
