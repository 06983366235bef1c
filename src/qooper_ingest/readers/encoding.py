"""Tell a text file's encoding, and decode it without losing or inventing a character.

What is wanted: the text as it was typed, for a file of a thousand rows and for one with a single accented name. A detector
that looks at byte statistics needs hundreds of letters; a participant file often has five. So the decision is made by what
a file of people must look like when it is read rightly:

1. A byte order mark decides. NULs in every second byte are UTF-16. Strict UTF-8 over the whole file is UTF-8: legacy text
   is not valid by accident.
2. Otherwise every encoding that spreadsheet programs write reads the *words* that hold bytes beyond ASCII, and each reading
   is scored as text of each language that the encoding serves: letters and pairs of letters (``languages.py``), capitals
   where capitals stand, no symbol inside a word, no two scripts in one word.
3. What else the file says counts too: header words in plain ASCII (``Vorname``) and the ends of host names (``.cz``) tell the
   language; an e-mail address repeats its row's name without accents (``jiri.novak@``), which tells the letters themselves;
   CR line ends are an old Mac's.
4. chardet, limited to the same encodings, is one more voice where the first two readings are close.

Readings that give the same text are one reading. Confidence is the share of the best one among all; it is reported with the
other encodings that decode the file, and a caller overrides it.

Decoding is strict. Lines that do not decode are read as what they are (a file pasted together from two encodings) or shown
with U+FFFD, and reported line by line: nothing is replaced silently.

What is refused: EBCDIC, UTF-7 and the ISO-2022 family are never guessed (no spreadsheet program writes them, and ASCII can be
read as some of them); they are used when the caller says so.
"""

from __future__ import annotations

import codecs
import functools
import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from ..errors import UsageError, quote
from .languages import CHARACTERS, LANGUAGES

__all__ = ["Decoded", "EncodingGuess", "decode", "detect_encoding"]

#: UTF-32 first: its little-endian mark begins with the one of UTF-16.
_BOMS: Final[tuple[tuple[bytes, str], ...]] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: A chunk that is decoded at once.
_CHUNK: Final = 1024 * 1024

#: Words looked at: more do not change the verdict, they only take time.
_WORDS: Final = 160
#: How much of a large file is searched for them.
_SEARCH_BYTES: Final = 4 * 1024 * 1024

#: Encoding → how much less likely a file is written in it than in the Windows code page of its language, in nats.
#: Windows code pages are what spreadsheets write without asking; Mac and DOS ones are what they write when asked.
_PRIOR: Final[dict[str, float]] = {
    "cp1252": 0.0,
    "cp1250": 0.0,
    "cp1251": 0.0,
    "cp1253": 0.0,
    "cp1254": 0.0,
    "cp1255": 0.0,
    "cp1256": 0.0,
    "cp1257": 0.0,
    "cp1258": -1.5,
    "cp874": 0.0,
    "cp932": 0.0,
    "gb18030": 0.0,
    "cp950": 0.0,
    "cp949": 0.0,
    "big5hkscs": -2.0,
    "euc_jp": -2.0,
    "mac_roman": -1.5,
    "cp850": -1.5,
    "cp437": -2.0,
    "cp852": -1.5,
    "cp866": -1.5,
    "cp857": -1.5,
    "cp737": -1.5,
    "cp775": -2.0,
    "cp862": -1.5,
    "cp855": -3.0,
    "cp861": -2.5,
    "cp865": -2.0,
    "cp869": -2.5,
    "cp720": -2.0,
    "cp1125": -2.5,
    "koi8-r": -1.5,
    "koi8-u": -1.7,
    "iso8859-2": -1.0,
    "iso8859-4": -2.5,
    "iso8859-5": -2.0,
    "iso8859-6": -1.0,
    "iso8859-7": -1.0,
    "iso8859-8": -1.0,
    "iso8859-9": -1.0,
    "iso8859-13": -1.0,
    "iso8859-15": -1.0,
    "iso8859-16": -2.0,
    "mac_latin2": -2.0,
    "mac_croatian": -2.5,
    "mac_romanian": -2.5,
    "mac_iceland": -2.0,
    "mac_turkish": -2.0,
    "mac_greek": -2.0,
    "mac_cyrillic": -2.0,
}

#: What chardet calls some of them.
_CHARDET_NAMES: Final[dict[str, str]] = {
    "windows-1252": "cp1252",
    "iso-8859-1": "cp1252",
    "windows-1254": "cp1254",
    "shift_jis": "cp932",
    "shift_jis_2004": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "euc-kr": "cp949",
    "uhc": "cp949",
    "macroman": "mac_roman",
    "maclatin2": "mac_latin2",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
}

# What the letters and signs of a reading cost, in nats. A letter pair of the language costs 2 to 4, a rare letter 5 to 7.
_COST_FOREIGN_LETTER: Final = 9.0  # a letter that the language does not have
_COST_FOREIGN_ASCII: Final = 5.5
_COST_ACCENT: Final = 1.2  # that there is an accented letter at all
_COST_OTHER_SCRIPT: Final = 12.0
_COST_WIDE_TOUCHING: Final = 9.0  # an ideograph that touches a small Latin letter
_COST_WIDE_CAPITAL: Final = 2.5  # IT部
_COST_ALL_CAPITALS: Final = 2.0
_COST_CAPITAL_INSIDE: Final = 7.0  # josÉ
_COST_SMALL_FIRST: Final = 1.0  # élodie; a header may, a name does not
_COST_SIGN: Final = 13.0  # box drawing, fractions, operators
_COST_CONTROL: Final = 16.0
_COST_TOUCHING: Final = 5.0  # a sign that touches a letter where it should not
_COST_NO_VOWEL: Final = 4.0
_GAIN_KNOWN: Final = 3.0  # a word of the list
_GAIN_ADDRESS: Final = 6.0  # the e-mail address of the row says the same letters
_OTHER_LANGUAGE: Final = 4.5  # a word of another language than the file's

#: Signs that do occur in cells, and what they cost.
_SIGNS: Final[Mapping[str, float]] = {
    **dict.fromkeys("’", 4.0),
    **dict.fromkeys("–—“”„«»…", 6.0),
    **dict.fromkeys("€£°º²§№", 6.5),
    **dict.fromkeys("\u00a0®©™·•½¿¡ª³‘‚‹›´µ±×", 8.0),
    **dict.fromkeys("、。・「」（）　，；：？！ー々ｰ", 6.0),
}
#: Signs that stand before a word, after one, and anywhere.
_OPENING: Final = frozenset("“„«‘‹‚¿¡£$€§№（「")
_CLOSING: Final = frozenset("”“»’›…ªº°™®²³）」")
_FREE: Final = frozenset("\u00a0、。・，；：？！ー々ｰ　")

_SEGMENT: Final = re.compile(rb"[A-Za-z0-9'`@\[\\\]^_{|}~]*[\x80-\xff][A-Za-z0-9'`@\[\\\]^_{|}~\x80-\xff]*")
_ADDRESS: Final = re.compile(rb"([A-Za-z0-9._+-]{2,64})@([A-Za-z0-9.-]{2,128})")
_ASCII_WORD: Final = re.compile(rb"[A-Za-z]{3,}")
_MARKS: Final = "\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u0670\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_WORD: Final = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingGuess:
    """What was detected, or what the caller said.

    Args:
        encoding: A codec name.
        score: How sure, 0 to 1.
        alternatives: Other encodings that decode the file to another text, best first.
        bom: Length of the byte order mark.
        plain: The bytes after the mark are valid UTF-8 and need no decoding to be given to polars.
        mended: UTF-8 with some lines that are not: their encoding.
    """

    encoding: str
    score: float
    alternatives: tuple[str, ...] = ()
    bom: int = 0
    plain: bool = False
    mended: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Decoded:
    """A decoded file.

    Args:
        text: The text, without a byte order mark.
        bad_lines: Line (from 1), issue code, detail: lines that are not in the encoding of the file.
    """

    text: str
    bad_lines: tuple[tuple[int, str, str], ...] = ()


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
    ranked = _rank(data)
    best = ranked[0][0] if ranked else "cp1252"
    if not valid and _mostly_utf8(data):
        broken = b"\n".join(line for line in data.splitlines() if not _is_utf8(line))
        ranked = _rank(broken)
        return EncodingGuess(encoding="utf-8", score=0.9, mended=ranked[0][0] if ranked else "cp1252")
    if not ranked:
        return EncodingGuess(encoding="cp1252", score=0.1)
    return EncodingGuess(
        encoding=best, score=round(ranked[0][1], 3), alternatives=tuple(name for name, _ in ranked[1:6])
    )


def decode(data: bytes, guess: EncodingGuess, /) -> Decoded:
    """Decode a file as guessed. Lines that do not decode are told, never dropped."""
    body = data[guess.bom :] if guess.bom else data
    failed = False
    text = ""
    try:
        text = body.decode(guess.encoding)
    except UnicodeError:
        failed = True
    if not failed:
        return Decoded(text=text)
    if guess.encoding.startswith(("utf-16", "utf_16", "utf-32", "utf_32")) or "\n".encode(guess.encoding) != b"\n":
        text = body.decode(guess.encoding, errors="replace")
        bad = [
            (number, "bytes_undecodable", str(line.count("\ufffd")))
            for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1)
            if "\ufffd" in line
        ]
        return Decoded(text=text, bad_lines=tuple(bad))
    return _by_lines(body, guess)


def _by_lines(body: bytes, guess: EncodingGuess) -> Decoded:
    """Chunks of whole lines strictly; only a chunk that fails is looked at line by line."""
    parts: list[str] = []
    bad: list[tuple[int, str, str]] = []
    line = 1
    start = 0
    while start < len(body):
        end = min(start + _CHUNK, len(body))
        if end < len(body):
            end = (body.rfind(b"\n", start, end) + 1) or (body.find(b"\n", end) + 1) or len(body)
        chunk = body[start:end]
        text = _strictly(chunk, guess.encoding)
        if text is None:
            lines = chunk.splitlines(keepends=True)
            parts.extend(_one_line(content, guess, line + index, bad) for index, content in enumerate(lines))
            line += len(lines)
        else:
            parts.append(text)
            line += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
        start = end
    return Decoded(text="".join(parts), bad_lines=tuple(bad))


def _one_line(content: bytes, guess: EncodingGuess, number: int, bad: list[tuple[int, str, str]]) -> str:
    text = _strictly(content, guess.encoding)
    if text is not None:
        return text
    if guess.mended is not None:
        text = _strictly(content, guess.mended)
        if text is not None:
            bad.append((number, "encoding_changes", guess.mended))
            return text
    text = content.decode(guess.encoding, errors="replace")
    bad.append((number, "bytes_undecodable", str(max(1, text.count("\ufffd")))))
    return text


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeError:
        return None


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
    decoder = codecs.getincrementaldecoder("utf-8")()
    step = 1024 * 1024
    try:
        for start in range(0, len(data), step):
            decoder.decode(data[start : start + step], final=start + step >= len(data))
    except UnicodeDecodeError:
        return False
    return True


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
    text = _strictly(head[: len(head) // 2 * 2 - (2 if len(data) > len(head) else 0)], name)
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
    for start in range(0, len(data), _CHUNK):
        beyond += len(data[start : start + _CHUNK].translate(None, bytes(range(128))))
        if beyond > 4:  # which mostly is told by the first chunk
            return False
    if _letters_in_address(data):
        return False
    return all(_form(word.decode("utf-8")) < -_COST_OTHER_SCRIPT for word in _SEGMENT.findall(data))


def _mostly_utf8(data: bytes) -> bool:
    """UTF-8 in which a few places are not: sequences that are valid outnumber the bytes that are not by far."""
    window = 4 * _CHUNK
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
    for start in range(0, len(data), _CHUNK):
        try:
            decoder.decode(data[start : start + _CHUNK], final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return max(0, start + error.start - 4)
    return len(data)


# -- ranking -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the file says beside the words themselves."""

    words: tuple[tuple[bytes, str], ...]  #: words with bytes beyond ASCII, and the e-mail addresses of their line
    languages: Mapping[str, float]  #: language → how much its header words and host names speak for it
    line_end: bytes
    distinct: bytes  #: the bytes beyond ASCII that occur


def _rank(data: bytes) -> list[tuple[str, float]]:
    """Encodings that decode the file, best first, with their share of the belief; one name for each text."""
    evidence = _gather(data)
    if not evidence.words:
        return []
    scored: list[tuple[float, str, tuple[str, ...]]] = []
    for name in _PRIOR:
        texts = _read(evidence, name)
        if texts is None:
            continue
        scored.append((_plausible(texts, name, evidence), name, texts))
    scored.sort(key=lambda item: -item[0])
    if len(scored) > 1 and scored[0][0] - scored[1][0] < _CLOSE:
        scored = _ask_chardet(data, scored)
    distinct: list[tuple[float, str]] = []
    seen: set[tuple[str, ...]] = set()
    for score, name, texts in scored:
        if texts in seen:
            continue
        seen.add(texts)
        distinct.append((score, name))
    # Of a code page it is known from the bytes that occur; only pairs of bytes have to be tried.
    strict = [(score, name) for score, name in distinct[:12] if name not in _WIDE or _decodes(data, name)]
    found = strict or distinct
    if not found:
        return []
    top = found[0][0]
    # The words of one file are not independent: a wrong language is wrong in all of them. Hence the flat exponent.
    weights = [math.exp(max(-60.0, 0.5 * (score - top))) for score, _ in found]
    total = sum(weights)
    return [(name, weight / total) for (_, name), weight in zip(found, weights, strict=True)]


#: Readings closer than this, in nats, are close.
_CLOSE: Final = 4.0


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    step = 1024 * 1024
    try:
        for start in range(0, len(data), step):
            decoder.decode(data[start : start + step], final=start + step >= len(data))
    except UnicodeError:
        return False
    return True


def _gather(data: bytes) -> _Evidence:
    first = re.search(rb"[\x80-\xff]", data)
    start = 0 if first is None or first.start() < _SEARCH_BYTES // 2 else data.rfind(b"\n", 0, first.start()) + 1
    part = data[start : start + _SEARCH_BYTES]
    words: dict[bytes, str] = {}
    for line in re.split(rb"[\r\n]+", part):
        if line.isascii():
            continue
        addresses = b" ".join(match.group(1) for match in _ADDRESS.finditer(line)).lower().decode("ascii")
        for match in _SEGMENT.finditer(line):
            if len(words) >= _WORDS:
                break
            words.setdefault(match.group(), addresses)
        if len(words) >= _WORDS:
            break
    head = data[:65_536]
    languages: dict[str, float] = defaultdict(float)
    known = _ascii_words()
    for word in {match.group().lower() for match in _ASCII_WORD.finditer(head)}:
        speakers = known.get(word.decode("ascii"), ())
        for language in speakers:
            languages[language] += 1.5 / len(speakers)
    hosts = Counter(match.group(2).lower().rsplit(b".", 1)[-1].decode("ascii") for match in _ADDRESS.finditer(head))
    domains = _domains()
    for ending, count in hosts.items():
        for language in domains.get(ending, ()):
            languages[language] += 3.0 * count / hosts.total()
    line_end = b"\r\n" if b"\r\n" in head else b"\r" if b"\r" in head and b"\n" not in head else b"\n"
    distinct = bytes(sorted(set(data.translate(None, bytes(range(128))))))
    return _Evidence(
        tuple(words.items()), {name: min(value, 6.0) for name, value in languages.items()}, line_end, distinct
    )


@functools.cache
def _ascii_words() -> Mapping[str, tuple[str, ...]]:
    speakers: dict[str, list[str]] = defaultdict(list)
    for name, language in LANGUAGES.items():
        for word in dict.fromkeys(language.words.split()):
            if word.isascii() and word.isalpha() and len(word) >= 3:
                speakers[word].append(name)
    # English words stand in the headers of every country's files.
    return {word: tuple(names) for word, names in speakers.items() if "english" not in names}


@functools.cache
def _domains() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, language in {**LANGUAGES, **CHARACTERS}.items():
        for ending in language.domains:
            found[ending].append(name)
    return {ending: tuple(names) for ending, names in found.items()}


def _read(evidence: _Evidence, encoding: str) -> tuple[str, ...] | None:
    """The words in an encoding; None where the encoding does not have a byte that occurs."""
    texts = []
    for word, _ in evidence.words:
        text = _strictly(word, encoding)
        if text is None:
            return None
        texts.append(text)
    if encoding not in _WIDE and _strictly(evidence.distinct, encoding) is None:
        return None
    return tuple(texts)


_WIDE: Final = frozenset(name for language in CHARACTERS.values() for name in language.encodings)


@functools.cache
def _speakers() -> Mapping[str, tuple[str, ...]]:
    """Encoding → the languages that are written in it."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, language in {**LANGUAGES, **CHARACTERS}.items():
        for encoding in language.encodings:
            found[encoding].append(name)
    return {encoding: tuple(names) for encoding, names in found.items()}


def _plausible(texts: Sequence[str], encoding: str, evidence: _Evidence) -> float:
    """How much the readings look like words of one of the encoding's languages, in nats (higher is better)."""
    languages = _speakers()[encoding]
    totals = dict.fromkeys(languages, 0.0)
    common = 0.0
    for text, (_, addresses) in zip(texts, evidence.words, strict=True):
        common += _form(text)
        if addresses and _in_address(text, addresses):
            common += _GAIN_ADDRESS
        scores = {language: _as_language(text, language) for language in languages}
        floor = max(scores.values()) - _OTHER_LANGUAGE
        for language, score in scores.items():
            totals[language] += max(score, floor)
    best = max(
        total + evidence.languages.get(language, 0.0) - 0.25 * LANGUAGE_RANK.get(language, 2)
        for language, total in totals.items()
    )
    # How a language's encodings compare is part of the encoding's prior; a language's later encodings are rarer.
    return best + common + _PRIOR[encoding] + _line_end_prior(encoding, evidence.line_end)


#: How often files in a language are seen, as a rank; a nudge where nothing else tells Danish from Norwegian.
LANGUAGE_RANK: Final[Mapping[str, int]] = {
    "english": 0,
    "german": 0,
    "french": 0,
    "spanish": 0,
    "portuguese": 0,
    "italian": 1,
    "dutch": 1,
    "polish": 0,
    "swedish": 0,
    "danish": 0,
    "norwegian": 0,
    "czech": 0,
    "russian": 0,
    "turkish": 0,
    "catalan": 3,
    "albanian": 4,
    "icelandic": 5,
    "estonian": 1,
    "japanese": 0,
    "chinese simplified": 0,
    "chinese traditional": 0,
    "korean": 0,
    "vietnamese": 2,
}


def _line_end_prior(encoding: str, line_end: bytes) -> float:
    mac = encoding.startswith("mac_")
    if line_end == b"\r":
        return 3.0 if mac else 0.0
    if line_end == b"\r\n":
        return -0.7 if mac else 0.0
    return 0.0


@functools.lru_cache(maxsize=8192)
def _form(text: str) -> float:
    """What a reading's signs, capitals and scripts say, whatever the language (at most 0)."""
    cost = 0.0
    size = len(text)
    for index, character in enumerate(text):
        if character.isascii():
            continue
        previous = text[index - 1] if index else ""
        following = text[index + 1] if index + 1 < size else ""
        category = unicodedata.category(character)
        if category[0] in "LM":
            cost += _letter_form(character, category, previous, following)
        elif category in ("Cc", "Co", "Cn", "Cs"):
            cost += _COST_CONTROL
        else:
            cost += _SIGNS.get(character, _COST_SIGN)
            before, after = previous.isalpha(), following.isalpha()
            if character in "’·\u00ad":
                placed = before and after
            elif character in _OPENING:
                placed = not before
            elif character in _CLOSING:
                placed = not after
            elif character in _FREE:
                placed = True
            else:
                placed = not before and not after
            if not placed:
                cost += _COST_TOUCHING
    return -cost


def _letter_form(character: str, category: str, previous: str, following: str) -> float:
    cost = 0.0
    script = _script(character)
    if script == "wide":
        for beside in (previous, following):
            if beside.isascii() and beside.isalpha():
                cost += _COST_WIDE_TOUCHING if beside.islower() else _COST_WIDE_CAPITAL
        return cost
    if category == "Mn" and not previous.isalpha() and unicodedata.category(previous or " ") != "Mn":
        cost += _COST_SIGN  # a mark on nothing
    if category == "Lu":
        if previous.islower():
            cost += _COST_CAPITAL_INSIDE
        elif previous.isupper() and following.islower():
            cost += _COST_CAPITAL_INSIDE * 0.7
        elif script != "latin" and not previous.isalpha() and following.isupper():
            cost += _COST_ALL_CAPITALS
    elif category == "Ll":
        if previous.isupper() and following.isupper():
            cost += _COST_CAPITAL_INSIDE
        elif not previous.isalpha() and following.isalpha():
            cost += _COST_SMALL_FIRST if script == "latin" else 2 * _COST_SMALL_FIRST
        if following.isascii() and following.isupper():
            cost += _COST_CAPITAL_INSIDE
    elif category == "Lo" and character in "ªº" and previous.isalpha():
        cost += _COST_SIGN
    if script != "latin":
        for beside in (previous, following):
            if beside.isascii() and beside.isalpha():
                cost += _COST_OTHER_SCRIPT
    elif script == "latin" and previous and not previous.isascii() and _script(previous) not in ("latin", "wide"):
        cost += _COST_OTHER_SCRIPT if previous.isalpha() else 0.0
    return cost


@functools.lru_cache(maxsize=4096)
def _script(character: str) -> str:
    code = ord(character)
    if code < 0x370 or 0x1E00 <= code < 0x1F00:
        return "latin"
    if code < 0x400:
        return "greek"
    if code < 0x530:
        return "cyrillic"
    if code < 0x600:
        return "hebrew"
    if code < 0x780:
        return "arabic"
    if 0xE00 <= code < 0xE80:
        return "thai"
    return "wide" if code >= 0x1100 else "other"


@functools.lru_cache(maxsize=65536)
def _as_language(text: str, language: str) -> float:
    """The log likelihood of a reading's letters in a language."""
    if language in CHARACTERS:
        return _as_characters(text, language)
    model = _model(language)
    total = 0.0
    for word in _WORD.findall(_normal(text)):
        total += model.score(word) - _unspeakable(word)
    return total


_VOWELS: Final = frozenset("aeiouyæøœıаеёиоуыэюяіїєъαεηιουωϊϋ")


@functools.lru_cache(maxsize=65536)
def _unspeakable(word: str) -> float:
    """What a word costs that nobody can say: no vowel (r and l do for one among Slavs), or five consonants in a row."""
    if len(word) < 3 or _script(word[0]) not in ("latin", "greek", "cyrillic"):
        return 0.0
    run = longest = 0
    spoken = False
    for letter in unicodedata.normalize("NFD", word):
        if unicodedata.combining(letter):
            continue
        if letter in _VOWELS:
            spoken, run = True, 0
        else:
            spoken = spoken or letter in "rlрл"
            run += 1
            longest = max(longest, run)
    return (0.0 if spoken else _COST_NO_VOWEL) + (1.0 * (longest - 4) if longest > 4 else 0.0)


def _normal(text: str) -> str:
    """Lower case, and the two Romanian ways to write s and t with a mark below as one."""
    lower = text.lower() if "İ" not in text else text.replace("İ", "i̇").lower().replace("i̇", "i")
    return lower.replace("ș", "ş").replace("ț", "ţ")


class _Model:
    """Letter pairs of a language, smoothed with single letters, from its words.

    Which bytes of a word are beyond ASCII is the same in every reading. So a Latin language is asked which of its accented
    letters stands there, not whether one does: else languages that have few of them would never be found. Only two in a row
    are a question of their own, since that is what text in another script looks like when it is read as Latin.
    """

    __slots__ = (
        "_accents",
        "_after",
        "_cost",
        "_in_a_row",
        "_known",
        "_latin",
        "_letters",
        "_pairs",
        "_plain",
        "_singles",
    )

    def __init__(self, words: str, letters: str, *, decomposed: bool) -> None:
        listed = [unicodedata.normalize("NFC", word) for word in _normal(words).split()]
        if decomposed:
            listed = [_for_cp1258(word) for word in listed]
        self._known = frozenset(word for word in listed if len(word) > 1)
        self._pairs: Counter[str] = Counter()
        self._singles: Counter[str] = Counter()
        for word in listed:
            padded = f"^{word}$"
            self._pairs.update(padded[i : i + 2] for i in range(len(padded) - 1))
            self._singles.update(word)
        self._letters = (
            frozenset(_normal(letters)) | frozenset("".join(listed)) | frozenset("abcdefghijklmnopqrstuvwxyz")
        )
        self._accents = sum(count for letter, count in self._singles.items() if not letter.isascii())
        self._plain = sum(self._singles.values()) - self._accents
        self._latin = self._plain > self._accents
        #: How often a plain or an accented letter follows each letter.
        self._after: Counter[tuple[str, bool]] = Counter()
        for pair, count in self._pairs.items():
            self._after[pair[0], pair[1].isascii()] += count
        accented = sum(count for (letter, _), count in self._after.items() if not letter.isascii())
        both = sum(count for (letter, plain), count in self._after.items() if not letter.isascii() and not plain)
        self._in_a_row = -math.log((both + 0.5) / (accented + 5.0))
        self._cost: dict[str, float] = {}

    def score(self, word: str) -> float:
        """Log likelihood of a word in lower case; a word of the list gains."""
        total = 0.0
        padded = f"^{word}$"
        for i in range(len(padded) - 1):
            pair = padded[i : i + 2]
            cost = self._cost.get(pair)
            if cost is None:
                cost = self._cost[pair] = self._pair(pair)
            total -= cost
        if word in self._known:
            total += _GAIN_KNOWN
        return total

    def _pair(self, pair: str) -> float:
        before, after = pair[0], pair[1]
        if after != "$" and after not in self._letters:
            return _COST_FOREIGN_ASCII if after.isascii() else _COST_FOREIGN_LETTER
        plain = after.isascii()
        joint = self._pairs[pair] / (self._after[before, plain] + 6)
        if after == "$":
            single = 0.12
        else:
            single = (self._singles[after] + 0.4) / (
                (self._plain if plain else self._accents) + 0.4 * len(self._letters)
            )
        cost = -math.log(0.65 * joint + 0.35 * single)
        if self._latin and not plain:
            cost += _COST_ACCENT + (self._in_a_row if not before.isascii() else 0.0)
        return cost


def _for_cp1258(word: str) -> str:
    """Vietnamese as code page 1258 writes it: base letters composed, tone marks behind them."""
    made = ""
    for character in word:
        parts = unicodedata.normalize("NFD", character)
        tones = [mark for mark in parts[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"]
        base = unicodedata.normalize("NFC", parts[0] + "".join(mark for mark in parts[1:] if mark not in tones))
        made += base + "".join(tones)
    return made


@functools.cache
def _model(language: str) -> _Model:
    known = LANGUAGES[language]
    return _Model(known.words, known.letters, decomposed=known.encodings == ("cp1258",))


@functools.cache
def _listed(language: str) -> frozenset[str]:
    return frozenset(CHARACTERS[language].words)


@functools.lru_cache(maxsize=16384)
def _character(character: str, language: str) -> float:
    """What a character of a script of thousands costs: listed, of the first level of its standard, of the second, beyond."""
    if character in _listed(language):
        return 6.7
    code = ord(character)
    if language == "japanese":
        if 0x3040 <= code < 0x3100:
            return 5.2
        if 0xFF61 <= code < 0xFFA0:
            return 9.0
        level = _strict_bytes(character, "euc_jp")
        return 14.0 if level is None or len(level) != 2 else 9.6 if 0xB0 <= level[0] <= 0xCF else 12.5
    if language == "korean":
        level = _strict_bytes(character, "euc_kr")
        if 0xAC00 <= code < 0xD7A4:
            return 9.6 if level is not None and len(level) == 2 else 14.0
        return 13.0
    if language == "chinese simplified":
        level = _strict_bytes(character, "gb2312")
        return 14.0 if level is None or len(level) != 2 else 9.6 if 0xB0 <= level[0] <= 0xD7 else 12.5
    level = _strict_bytes(character, "big5")
    return 14.0 if level is None or len(level) != 2 else 9.6 if 0xA4 <= level[0] <= 0xC6 else 12.5


def _strict_bytes(character: str, encoding: str) -> bytes | None:
    try:
        return character.encode(encoding)
    except UnicodeEncodeError:
        return None


def _as_characters(text: str, language: str) -> float:
    total = 0.0
    for character in text:
        if character.isascii():
            if character.isalpha():
                total -= 3.2
        elif character in _SIGNS:
            continue  # counted by form
        elif unicodedata.category(character)[0] in "LM":
            total -= _character(character, language) if _script(character) == "wide" else _COST_FOREIGN_LETTER
    return total


_FOLDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ä": ("a", "ae"),
    "ö": ("o", "oe"),
    "ü": ("u", "ue"),
    "å": ("a", "aa"),
    "ø": ("o", "oe"),
    "æ": ("ae",),
    "œ": ("oe",),
    "ß": ("ss",),
    "ł": ("l",),
    "đ": ("d", "dj"),
    "ð": ("d",),
    "þ": ("th",),
    "ı": ("i",),
}


@functools.lru_cache(maxsize=8192)
def _folded(word: str) -> tuple[str, ...]:
    """A word without its accents, in the ways that people write it in an address."""
    plain: list[str] = []
    spelled: list[str] = []
    for character in word.lower():
        choices = _FOLDS.get(character)
        if choices is None:
            base = unicodedata.normalize("NFD", character)[0]
            choices = (base,)
        plain.append(choices[0])
        spelled.append(choices[-1])
    return tuple(dict.fromkeys(("".join(plain), "".join(spelled))))


def _in_address(text: str, addresses: str) -> bool:
    """Whether an address of the row holds a word of the reading, its accents taken off."""
    for word in _WORD.findall(text):
        if len(word) >= 3 and not word.isascii():
            for folded in _folded(word):
                if folded.isascii() and folded in addresses:
                    return True
    return False


def _ask_chardet(
    data: bytes, scored: Sequence[tuple[float, str, tuple[str, ...]]]
) -> list[tuple[float, str, tuple[str, ...]]]:
    """chardet's opinion, as a voice of up to three nats."""
    import chardet

    found: Iterable[Mapping[str, object]]
    try:
        found = cast("Iterable[Mapping[str, object]]", chardet.detect_all(data[:65_536], ignore_threshold=True))
    except Exception:  # noqa: BLE001  (an opinion is not worth a failure)
        found = ()
    voices: dict[str, float] = {}
    for opinion in itertools.islice(found, 8):
        name = str(opinion.get("encoding") or "").lower()
        confidence = opinion.get("confidence")
        if isinstance(confidence, (int, float)):
            voices.setdefault(_CHARDET_NAMES.get(name, name), float(confidence))
    raised = [(score + 3.0 * _voice(name, voices), name, texts) for score, name, texts in scored]
    return sorted(raised, key=lambda item: -item[0])


def _voice(name: str, voices: Mapping[str, float]) -> float:
    spellings = {
        name,
        name.replace("iso8859-", "iso-8859-"),
        name.replace("cp125", "windows-125"),
        name.replace("_", "-"),
    }
    return max((voices.get(spelling, 0.0) for spelling in spellings), default=0.0)
