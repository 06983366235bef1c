"""What a label says: the words it is made of, in any of the languages of ``data/words.toml``.

Wanted: from ``"Vorgesetzten-E-Mail"``, ``"work_email"``, ``"社員番号"`` or ``"EMPID"`` the parts and what each part does
(an e-mail, somebody else, an ID word), so that a rule speaks of roles and never of a language.

How: a label is normalised for comparison only: qualifiers in brackets are set aside, camelCase, underscores and changes
of script are split, case and accents folded. Then the longest known phrase is taken from the left. A word that is not
known is tried as a compound of known ones (Mitarbeiter + nummer, 社員 + 番号), all of one language, and last as an
inflected form. What remains is an unknown word, which is evidence too: ``"Foo ID"`` is an ID of something.

The words are data: ``data/words.toml`` is the source, ``data/words.json`` what is loaded (parsing the source takes longer than
most imports). A word of more than one role keeps them all; which one is meant is for the reader of the whole label
to say.

Refused: edit distance (``"sex"`` is not ``"ssn"``), and a decision from one word of many.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any, Final, Literal

from ._text import fold

__all__ = ["Piece", "Reading", "known_words", "label_words", "read_label", "value_words"]

#: Longer labels are questions with an explanation behind them; the first words say what is asked.
_LABEL_LENGTH: Final = 300

#: The longest phrase of the word list, in words ("carimbo de data hora", "first and last name").
_PHRASE_WORDS: Final = 6

#: Parts of a compound: anything shorter is found everywhere, but for what often ends one.
_PART_LENGTH: Final = 3
_SHORT_PARTS: Final = frozenset({"id", "nr", "no", "mã"})

#: Letters between the parts of a German, Dutch or Scandinavian compound.
_LINKS: Final = ("s", "n", "en", "e", "es", "er")

_BRACKETS: Final = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}|（([^（）]*)）|【([^【】]*)】|<([^<>]*)>")
_NUMBER_SIGN: Final = re.compile(r"n[°º]|№|#", re.IGNORECASE)
_CAMEL: Final = re.compile(r"(?<=[a-zà-öø-ÿ0-9])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])")

#: The domain that an address is wanted at (``"E-Mail (@corp.example)"``): it says nothing about whose the address is.
_AT_DOMAIN: Final = re.compile(r"@[\w-]+(?:\.[\w-]+)+")

#: "Principal E-mail" has no word "e", and no known word may end with it.
_E_MAIL: Final = re.compile(r"(?<![^\W_])e[-_ \u2010\u2011]{1,2}mail", re.IGNORECASE)

_ACRONYM: Final = re.compile(r"\b[A-Z]{2,5}\b")

#: Scripts that are written without blanks between words.
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")

_ASCII_WORDS: Final = re.compile(r"[0-9a-z]+")

#: Runs of characters that are all of such a script, or all of none.
_SCRIPT_RUNS: Final = re.compile(f"{_UNSPACED.pattern}+|[^{_UNSPACED.pattern[1:]}+")

_NOISE: Final = frozenset({"noise"})

#: One sign may be a name column alone (名); inside a longer word it is "name of" (大学名).
_NAMES: Final = frozenset({"first_name", "last_name", "full_name", "name"})

_LANGUAGES_FREE: Final = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a label: its text for comparison, what it may do, the languages in which it does.

    ``roles`` is empty for an unknown word; ``senses`` are the pairs of role and language that it comes from.
    """

    text: str
    roles: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    senses: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """A label in parts.

    Args:
        key: The label for comparison, without blanks and signs.
        pieces: Its parts from left to right, words that say nothing left out.
        aside: Parts of the qualifiers in brackets.
        words: All words for comparison, for likeness to a question's text.
        acronym: Whether an unknown word is written as the initials of something (``USC ID``).
    """

    key: str
    pieces: tuple[Piece, ...]
    aside: tuple[Piece, ...] = ()
    words: tuple[str, ...] = ()
    acronym: bool = False
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(role for piece in self.pieces for role in piece.roles))

    @property
    def whole(self) -> frozenset[str]:
        """The roles of the label as one known phrase; none where it has several parts."""
        return self.pieces[0].roles if len(self.pieces) == 1 else frozenset()

    @property
    def unknown(self) -> int:
        """How many of its words are not known."""
        return sum(not piece.roles for piece in self.pieces)

    @property
    def denied(self) -> bool:
        """Whether a word beside its "active" or "blocked" turns the label round (``not active``, ``未激活``)."""
        words = list(self.words)
        for piece in self.pieces:
            if piece.roles & {"active", "inactive"}:
                words = _without(words, piece.text)
        known = value_words("denial")
        return any(any(no in word for no in known) if _UNSPACED.search(word) else word in known for word in words)

    @property
    def asks(self) -> Literal["active", "inactive"] | None:
        """What a yes in a column of this label says of a person; None where the label asks nothing, or both."""
        if self.denied or self.has("status") or self.has("active") == self.has("inactive"):
            return None
        return "active" if self.has("active") else "inactive"

    def has(self, *roles: str) -> bool:
        """Whether a part has one of the roles."""
        return any(role in self.roles for role in roles)


@lru_cache(maxsize=4096)
def read_label(label: str, /) -> Reading:
    """Take a label apart.

    Returns:
        Its parts; the same label always gives the same reading.

    >>> [sorted(piece.roles) for piece in read_label("Vorgesetzten-E-Mail").pieces]
    [['other'], ['email']]
    >>> [piece.text for piece in read_label("mitarbeiterNr").pieces], read_label("社員番号").unknown
    (['mitarbeiter', 'nr'], 0)
    """
    text = _AT_DOMAIN.sub(" ", unicodedata.normalize("NFC", label[:_LABEL_LENGTH]))
    inside = [next(group for group in match.groups() if group is not None) for match in _BRACKETS.finditer(text)]
    outside = _BRACKETS.sub(" ", text)
    if not any(character.isalnum() or character in "#№" for character in outside):
        outside, inside = " ".join(inside) or text, []
    words = _said_once(label_words(outside))
    pieces = [piece for piece in _pieces(words) if piece.roles != frozenset({"noise"})]
    aside = [piece for part in inside for piece in _pieces(label_words(part)) if piece.roles != {"noise"}]
    initials = {word.lower() for word in _ACRONYM.findall(outside)}
    acronym = any(not piece.roles and piece.text in initials for piece in pieces)
    return Reading("".join(words), tuple(pieces), tuple(aside), words, acronym)


def _said_once(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without their repetition: two header rows that say the same make a label that says it twice."""
    for size in range(1, len(words) // 2 + 1):
        if len(words) % size == 0 and words == words[:size] * (len(words) // size):
            return words[:size]
    return words


def label_words(text: str, /) -> tuple[str, ...]:
    """The words of a label for comparison: split at signs, camelCase and changes of script, folded.

    >>> label_words("workEmail_Address*"), label_words("社員ID")
    (('work', 'email', 'address'), ('社員', 'id'))
    """
    plain = _E_MAIL.sub("email", _CAMEL.sub(" ", _NUMBER_SIGN.sub(" no ", text)))
    if plain.isascii():  # as most are; folding is lowering then
        return tuple(_ASCII_WORDS.findall(plain.lower()))
    chunks = "".join(c if _is_letter(c) else " " for c in fold(plain)).split()
    return tuple(word for chunk in chunks for word in _SCRIPT_RUNS.findall(chunk))


def _without(words: list[str], phrase: str) -> list[str]:
    """Words without those that make up a phrase."""
    for size in range(1, min(_PHRASE_WORDS, len(words)) + 1):
        for at in range(len(words) - size + 1):
            if "".join(words[at : at + size]) == phrase:
                return [*words[:at], *words[at + size :]]
    return [word.replace(phrase, "") for word in words]


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


@cache
def value_words(role: str, /) -> frozenset[str]:
    """What cells of a kind of column hold, folded: ``state_value``, ``sure_state``, ``role_value``, ``employment_value``,
    ``other_value``, ``free_mail``.

    >>> "on leave" in value_words("state_value"), "gmail.com" in value_words("free_mail")
    (True, True)
    """
    return frozenset(_compiled()["values"][role])


@cache
def known_words() -> frozenset[str]:
    """Every word and phrase of the list, folded and without blanks: of labels and of cells.

    >>> {"vorname", "suspended", "gmail.com"} <= known_words(), "nordwind" in known_words()
    (True, False)
    """
    compiled = _compiled()
    return frozenset(compiled["entries"]) | frozenset(word for words in compiled["values"].values() for word in words)


@cache
def _compiled() -> dict[str, Any]:
    """The word list as it is shipped, made from ``words.toml`` by ``tools/compile_words.py``; read once in a process."""
    words: dict[str, Any] = json.loads(
        resources.files(__package__).joinpath("data/words.json").read_text(encoding="utf-8")
    )
    return words


class _Lexicon:
    """The words of labels as a look-up by key. Entries are made when they are first asked for: a header needs few."""

    def __init__(self, compiled: dict[str, Any]) -> None:
        self._senses: list[tuple[str, str]] = [(role, language) for role, language in compiled["senses"]]
        self._sets: list[list[int]] = compiled["sets"]
        self._keys: dict[str, int] = compiled["entries"]
        self._made: dict[str, Piece] = {}
        self.longest: int = compiled["longest"]

    def get(self, key: str) -> Piece | None:
        """The known word of this key."""
        made = self._made.get(key)
        if made is None and (at := self._keys.get(key)) is not None:
            senses = frozenset(self._senses[sense] for sense in self._sets[at])
            roles = frozenset(role for role, _ in senses)
            languages = frozenset(language for _, language in senses)
            made = self._made[key] = Piece(key, roles - _NOISE or roles, languages, senses)
        return made

    @cached_property
    def _sorted(self) -> list[str]:
        return list(self._keys)  # the file has them in order

    def beginning_with(self, start: str) -> Iterator[str]:
        """Known words with these first letters."""
        keys = self._sorted
        for at in range(bisect_left(keys, start), len(keys)):
            if not keys[at].startswith(start):
                return
            yield keys[at]


@cache
def _lexicon() -> _Lexicon:
    return _Lexicon(_compiled())


def _pieces(words: tuple[str, ...]) -> list[Piece]:
    """Known phrases from the left, the longest first; compounds and inflected forms of single words."""
    entries = _lexicon()
    found: list[Piece] = []
    at = 0
    while at < len(words):
        for count in range(min(_PHRASE_WORDS, len(words) - at), 0, -1):
            known = entries.get("".join(words[at : at + count]))
            if known is not None and (count == 1 or len(known.text) > 1):
                found.append(known)
                at += count
                break
        else:
            found.extend(_compound(words[at]))
            at += 1
    return found


def _compound(word: str) -> list[Piece]:
    if _UNSPACED.search(word):
        return _unspaced(word)
    if len(word) >= 2 * _PART_LENGTH - 1 and not any(character.isdigit() for character in word):
        parts = _parts(word, _LANGUAGES_FREE, [200])
        if parts:
            return parts
    return [_inflected(word) or Piece(word)]


def _parts(word: str, languages: frozenset[str], budget: list[int]) -> list[Piece] | None:
    """The word as known parts of one language, the longest first; a budget keeps a hostile word cheap."""
    lexicon = _lexicon()
    budget[0] -= 1
    if budget[0] < 0:
        return None
    for end in range(min(len(word), lexicon.longest), 1, -1):
        part = lexicon.get(word[:end])
        if part is None or part.roles == {"noise"} or (end < _PART_LENGTH and part.text not in _SHORT_PARTS):
            continue
        common = part.languages if languages == _LANGUAGES_FREE else part.languages & languages
        if not common and part.text in _SHORT_PARTS:
            common = languages
        if not common:
            continue
        rest = word[end:]
        if not rest:
            return [part]
        for link in ("", *_LINKS):
            if rest.startswith(link) and len(rest) > len(link):
                tail = _parts(rest[len(link) :], common, budget)
                if tail:
                    return [part, *tail]
    return None


def _unspaced(word: str) -> list[Piece]:
    """Words of a script without blanks: the fewest unknown characters, then the fewest parts."""
    entries = _lexicon()
    best: list[tuple[int, int, list[Piece]]] = [(0, 0, [])]
    for end in range(1, len(word) + 1):
        unknown, parts, pieces = best[end - 1]
        last = pieces[-1] if pieces and not pieces[-1].roles else None
        grown = [*pieces[:-1], Piece(last.text + word[end - 1])] if last else [*pieces, Piece(word[end - 1])]
        choice = (unknown + 1, parts + (last is None), grown)
        for start in range(max(0, end - 12), end):
            part = entries.get(word[start:end])
            if part is not None and (end - start > 1 or (len(word) <= 6 and not part.roles & _NAMES)):
                before = best[start]
                if (before[0], before[1] + 1) < choice[:2]:
                    choice = (before[0], before[1] + 1, [*before[2], part])
        best.append(choice)
    return best[-1][2]


_STEM_LENGTH: Final = 5


def _inflected(word: str) -> Piece | None:
    """The known word that this one is a form of: all but the last two letters are the same."""
    if len(word) < _STEM_LENGTH:
        return None
    for key in _lexicon().beginning_with(word[:_STEM_LENGTH]):
        longer, shorter = max(len(word), len(key)), min(len(word), len(key))
        shared = next((i for i in range(shorter) if word[i] != key[i]), shorter)
        if shared >= max(_STEM_LENGTH, longer - 2):
            entry = _lexicon().get(key)
            assert entry is not None
            return Piece(word, entry.roles, entry.languages, entry.senses)
    return None
