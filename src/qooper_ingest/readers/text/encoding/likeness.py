"""How much a reading is like text of a language: letters, pairs of letters, and words that are known.

Costs are in nats: a letter pair of the language costs 2 to 4, a rare letter 5 to 7.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections import Counter
from typing import Final

from .form import SIGNS, script_of
from .languages import CHARACTERS, LANGUAGES

__all__ = ["WORD", "as_language", "for_cp1258"]

_COST_FOREIGN_LETTER: Final = 9.0  # a letter that the language does not have
_COST_FOREIGN_ASCII: Final = 5.5
_COST_ACCENT: Final = 1.2  # that there is an accented letter at all
_COST_NO_VOWEL: Final = 4.0
_GAIN_KNOWN: Final = 3.0  # a word of the list

_MARKS: Final = "\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u0670\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
WORD: Final = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")

_VOWELS: Final = frozenset("aeiouyæøœıаеёиоуыэюяіїєъαεηιουωϊϋ")


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
            listed = [for_cp1258(word) for word in listed]
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


@functools.lru_cache(maxsize=65536)
def as_language(text: str, language: str) -> float:
    """The log likelihood of a reading's letters in a language."""
    if language in CHARACTERS:
        return _as_characters(text, language)
    model = _model(language)
    total = 0.0
    for word in WORD.findall(_normal(text)):
        total += model.score(word) - _unspeakable(word)
    return total


@functools.lru_cache(maxsize=65536)
def _unspeakable(word: str) -> float:
    """What a word costs that nobody can say: no vowel (r and l do for one among Slavs), or five consonants in a row."""
    if len(word) < 3 or script_of(word[0]) not in ("latin", "greek", "cyrillic"):
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


def for_cp1258(word: str) -> str:
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
        elif character in SIGNS:
            continue  # counted by form
        elif unicodedata.category(character)[0] in "LM":
            total -= _character(character, language) if script_of(character) == "wide" else _COST_FOREIGN_LETTER
    return total
