"""Rank the encodings that can read a file by how much its words are words, and by what else the file says.

Every encoding that spreadsheet programs write reads the words that hold bytes beyond ASCII. A reading is scored by the form of
its words (``form.py``) and by its likeness to each language that the encoding serves (``likeness.py``); ASCII words, host names,
addresses and line ends add what they tell. chardet is one more voice where the first two readings are close.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from .decoding import pieces, strictly
from .form import form_of
from .languages import CHARACTERS, LANGUAGES
from .likeness import WORD, as_language

__all__ = ["LANGUAGE_RANK", "MOST_NAMED", "PRIOR", "SEGMENT", "WIDE", "likeness_of", "rank_encodings"]

#: Words looked at: more do not change the verdict, they only take time.
_WORDS: Final = 160

#: A longer stretch without a blank is no word, nor a sentence of a language that writes none: it is left out, because every
#: letter is weighed in every language.
_WORD_BYTES: Final = 4_096

#: How much of a large file is searched for them.
_SEARCH_BYTES: Final = 4 * 1024 * 1024

#: Encoding → how much less likely a file is written in it than in the Windows code page of its language, in nats.
#: Windows code pages are what spreadsheets write without asking; Mac and DOS ones are what they write when asked.
PRIOR: Final[dict[str, float]] = {
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

#: So many bytes on either side of a word are looked at.
_BESIDE: Final = 24
_CELL_END: Final = re.compile('[,;\\t|"]')

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

WIDE: Final = frozenset(name for language in CHARACTERS.values() for name in language.encodings)

#: DOS and Asian code pages, which nobody gets without asking: a sign that stands alone is no reason to believe in one.
UNASKED: Final = frozenset(
    {name for name in PRIOR if name.startswith("cp") and not name.startswith("cp125") and name != "cp874"}
    | {"gb18030", "big5hkscs", "euc_jp"}
)
_COST_SIGN_ALONE: Final = 6.0
_MOST_FOR_LONE_LETTERS: Final = 0.5

_GAIN_ADDRESS: Final = 6.0  # the e-mail address of the row says the same letters
_OTHER_LANGUAGE: Final = 4.5  # a word of another language than the file's

#: Readings closer than this, in nats, are close.
_CLOSE: Final = 4.0

#: The encoding and its alternatives: so many are told.
MOST_NAMED: Final = 6

#: A reading this much worse than the best one, in nats, has no share of the belief that a rounded figure would show.
_HOPELESS: Final = 20.0

SEGMENT: Final = re.compile(rb"[A-Za-z0-9'`@\[\\\]^_{|}~]*[\x80-\xff][A-Za-z0-9'`@\[\\\]^_{|}~\x80-\xff]*")
_ADDRESS: Final = re.compile(rb"([A-Za-z0-9._+-]{2,64})@([A-Za-z0-9.-]{2,128})")
_ASCII_WORD: Final = re.compile(rb"[A-Za-z]{3,}")

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


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with bytes beyond ASCII.

    Args:
        data: Its bytes.
        addresses: The e-mail addresses of its line.
        before, after: What stands on either side: a sign is judged by it, a letter has its neighbours in the word.
    """

    data: bytes
    addresses: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the file says beside the words themselves."""

    words: tuple[_Word, ...]
    languages: Mapping[str, float]  #: language → how much its header words and host names speak for it
    line_end: bytes
    distinct: bytes  #: the bytes beyond ASCII that occur


def rank_encodings(data: bytes) -> list[tuple[str, float]]:
    """Encodings that decode the file, best first, with their share of the belief; one name for each text."""
    evidence = _gather(data)
    if not evidence.words:
        return []
    scored: list[tuple[float, str, tuple[str, ...]]] = []
    for name in PRIOR:
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
    # Of a code page it is known from the bytes that occur; only pairs of bytes have to be tried, and those only where the
    # answer is looked at: where it is among the first, or believed at all.
    strict: list[tuple[float, str]] = []
    for score, name in distinct[:12]:
        idle = len(strict) >= MOST_NAMED and score < strict[0][0] - _HOPELESS
        if name not in WIDE or (not idle and _decodes(data, name)):
            strict.append((score, name))
    found = strict or distinct
    if not found:
        return []
    top = found[0][0]
    # The words of one file are not independent: a wrong language is wrong in all of them. Hence the flat exponent.
    weights = [math.exp(max(-60.0, 0.5 * (score - top))) for score, _ in found]
    total = sum(weights)
    # A byte that stands alone is mostly a sign; where it is read as a letter no word speaks for it.
    alone = not any(_has_letters(word.data) for word in evidence.words)
    lettered = alone and any(
        c.isalpha() and not c.isascii() for text in _read(evidence, found[0][1]) or () for c in text
    )
    most = _MOST_FOR_LONE_LETTERS if lettered else 1.0
    return [(name, min(weight / total, most)) for (_, name), weight in zip(found, weights, strict=True)]


def _decodes(data: bytes, encoding: str) -> bool:
    return all(piece.isascii() or strictly(piece, encoding) is not None for piece in pieces(data))


def _gather(data: bytes) -> _Evidence:
    first = re.search(rb"[\x80-\xff]", data)
    start = 0 if first is None or first.start() < _SEARCH_BYTES // 2 else data.rfind(b"\n", 0, first.start()) + 1
    part = data[start : start + _SEARCH_BYTES]
    words: dict[tuple[bytes, bytes, bytes], _Word] = {}
    for line in re.split(rb"[\r\n]+", part):
        _add_words(words, line)
        if len(words) >= _WORDS:
            break
    distinct = bytes(sorted(set(data.translate(None, bytes(range(128))))))
    # A byte that is rare is what tells two code pages apart that have all others in common.
    for code in set(distinct) - set(b"".join(word.data for word in words.values())):
        place = data.find(code)
        start = max(data.rfind(b"\n", 0, place), data.rfind(b"\r", 0, place)) + 1
        line = data[start : place + _WORD_BYTES].splitlines()[0]
        _add_words(words, line, code)
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
    return _Evidence(
        tuple(words.values()), {name: min(value, 6.0) for name, value in languages.items()}, line_end, distinct
    )


def _add_words(words: dict[tuple[bytes, bytes, bytes], _Word], line: bytes, code: int | None = None) -> None:
    """Add the words of a line with bytes beyond ASCII: all, as long as there are not too many, or those that hold a byte."""
    if line.isascii():
        return
    addresses = b" ".join(match.group(1) for match in _ADDRESS.finditer(line)).lower().decode("ascii")
    for match in SEGMENT.finditer(line):
        if code is None and len(words) >= _WORDS:
            return
        start, end = match.span()
        if end - start > _WORD_BYTES or (code is not None and code not in match.group()):
            continue
        before, after = line[max(0, start - _BESIDE) : start], line[end : end + _BESIDE]
        # A thousand amounts with the same sign in them are one word, said a thousand times.
        shape = _DIGITS.sub(b"0", match.group())
        key = (shape, b"", b"")
        if shape != match.group() or not _has_letters(match.group()):
            key = (shape, _shape_beside(before[-2:]), _shape_beside(after[:2]))
        words.setdefault(key, _Word(match.group(), addresses, before, after))


_DIGITS: Final = re.compile(rb"[0-9]+")
_SHAPES: Final = bytes(
    ord("0") if chr(code).isdigit() else ord("a") if chr(code).isalpha() else code for code in range(256)
)
_LETTER: Final = re.compile(rb"[A-Za-z]|[\x80-\xff]{2}")


def _has_letters(word: bytes) -> bool:
    """Whether a byte beyond ASCII has a letter beside it, or another such byte: else it is most likely a sign."""
    return _LETTER.search(word) is not None


def _shape_beside(text: bytes) -> bytes:
    return text.translate(_SHAPES)


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
    for word in evidence.words:
        text = strictly(word.data, encoding)
        if text is None:
            return None
        texts.append(text)
    if encoding not in WIDE and strictly(evidence.distinct, encoding) is None:
        return None
    return tuple(texts)


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
    for text, word in zip(texts, evidence.words, strict=True):
        common += form_of(text, _beside(word.before, encoding)[0], _beside(word.after, encoding)[-1])
        if word.addresses and _in_address(text, word.addresses):
            common += _GAIN_ADDRESS
        scores = {language: as_language(text, language) for language in languages}
        floor = max(scores.values()) - _OTHER_LANGUAGE
        for language, score in scores.items():
            totals[language] += max(score, floor)
    best = max(
        total + evidence.languages.get(language, 0.0) - 0.25 * LANGUAGE_RANK.get(language, 2)
        for language, total in totals.items()
    )
    # How a language's encodings compare is part of the encoding's prior; a language's later encodings are rarer.
    if encoding in UNASKED and not any(_has_letters(word.data) for word in evidence.words):
        common -= _COST_SIGN_ALONE
    return best + common + PRIOR[encoding] + _line_end_prior(encoding, evidence.line_end)


def _beside(data: bytes, encoding: str) -> tuple[str, str]:
    """What stands beside a word, decoded: the end of it and the beginning of it that are in the word's cell."""
    text = data.decode("ascii" if data.isascii() else encoding, "replace")
    ends = [0, *(match.end() for match in _CELL_END.finditer(text))]
    begins = [*(match.start() + 1 for match in _CELL_END.finditer(text)), len(text)]
    return text[max(0, ends[-1] - 1) :], text[: begins[0]]


def likeness_of(text: str) -> float:
    """How much a word looks like one, in whatever language, in nats."""
    return form_of(text) + max(as_language(text, language) for language in (*LANGUAGES, *CHARACTERS))


def _line_end_prior(encoding: str, line_end: bytes) -> float:
    mac = encoding.startswith("mac_")
    if line_end == b"\r":
        return 3.0 if mac else 0.0
    if line_end == b"\r\n":
        return -0.7 if mac else 0.0
    return 0.0


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
    for word in WORD.findall(text):
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
