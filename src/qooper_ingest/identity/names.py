"""Names as a veto: what do the names of a row and of a person have in common?

Wanted: a mistyped ID must not hand an account over because both people are called *van der*, and *Jürgen Müller* must not be
stopped because somebody typed *Juergen Mueller*. How: each field is cut into words; text in brackets, titles, particles, suffixes,
placeholders and single letters are no words (``data/name_words.toml``); what remains is compared in every spelling that a
keyboard without the letter leads to (ü = ue = u). A word is nothing but a word: which of them is the family name nobody knows.

    NO_WORDS (-1)   one side has no word: the names say nothing
    NONE      (0)   no word in common: another person, as far as names can tell
    WEAK      (1)   one word in common, and it is one of the most frequent given names there are
    STRONG    (2)   any other word, or two words

Names stop a match; they never make one. A family name changes by marriage, often together with the address; so a weak agreement
does not stop a row. It is noted (``name_evidence_weak``), and counts as none beside a strong agreement with somebody else.

Refused: nicknames, likeness (*Jon*, *John*), and transliteration from other scripts; a person decides about those.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Final

import polars as pl

from ..records import Records

__all__ = ["NONE", "NO_WORDS", "STRONG", "WEAK", "agreement", "name_text", "no_word_in_common"]

NO_WORDS: Final = -1
NONE: Final = 0
WEAK: Final = 1
STRONG: Final = 2

_LONGEST: Final = 1000

#: Text in brackets is a remark (*(Contractor)*, *[ext]*), closed or not.
_BRACKETS: Final = r"\([^()]*\)?|\[[^\[\]]*\]?|\{[^{}]*\}?|（[^（）]*）?|【[^【】]*】?|〔[^〔〕]*〕?"

_WORD: Final = r"[\p{L}\p{N}]+"

#: Scripts that write a whole name with one character; elsewhere one character is an initial.
_IDEOGRAPH: Final = r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}]"

#: Letters that do not decompose, as they are written where the keyboard lacks them: by their look ...
_BARE: Final = {
    "ß": "ss", "ς": "σ", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n",
}  # fmt: skip

#: ... or by their sound (ICAO Doc 9303, part 3, section 6 A; for đ the usage of Croatian and Serbian).
_BY_SOUND: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj", "ð": "dh"}

#: From here on ``ue`` may be an ü, and *Muller* is *Mueller*. Shorter words are too many other names (*Xue* and *Xu*).
_UMLAUT_LENGTH: Final = 5


@cache
def _listed(*sections: str) -> frozenset[str]:
    """The words of some sections of ``data/name_words.toml``."""
    path = resources.files("qooper_ingest").joinpath("data/name_words.toml")
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    words = [word for section in sections for words in lists[section].values() for word in words.split()]
    return frozenset(_plain(pl.Series(words)).to_list())


def no_word_in_common(pairs: pl.DataFrame, records: Records, people: pl.DataFrame, /) -> pl.Series:
    """True where both sides have names and share no word.

    Args:
        pairs: ``i`` (position of the record) and ``p`` (position of the person).
        records: What the file says.
        people: The directory.
    """
    told, stored = _fields(pairs, records, people)
    if told is None or stored is None:
        return pl.repeat(False, pairs.height, dtype=pl.Boolean, eager=True)
    # Nearly all names are stored as the file has them, and equal ones have no word that differs.
    differ = _any([stored[name].ne_missing(told[name]) for name in told.columns])
    at = differ.arg_true()
    if at.is_empty():
        return differ
    return differ.scatter(at, _agreement(told[at], stored[at]) == NONE)


def agreement(pairs: pl.DataFrame, records: Records, people: pl.DataFrame, /) -> pl.Series:
    """Say for each pair of record ``i`` and person ``p`` what their names have in common (`NO_WORDS` to `STRONG`)."""
    told, stored = _fields(pairs, records, people)
    if told is None or stored is None:
        return pl.Series([NO_WORDS], dtype=pl.Int8).new_from_index(0, pairs.height)
    return _agreement(told, stored)


def name_text(frame: pl.DataFrame, records: Records, /) -> pl.Series | None:
    """The whole name of every line, lower case, for finding the same name again; null where there is none."""
    keys = [key for key in _keys(records) if key in frame.columns]
    if not keys:
        return None
    text = pl.concat_str(keys, separator=" ", ignore_nulls=True).str.to_lowercase().str.strip_chars()
    return frame.select(pl.when(text != "").then(text)).to_series()


def _keys(records: Records) -> list[str]:
    fields = (records.schema.by_role(role) for role in ("first_name", "last_name"))
    return [field.key for field in fields if field is not None]


def _fields(
    pairs: pl.DataFrame, records: Records, people: pl.DataFrame
) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """The name fields of both sides, line by line; nothing where the file has no names or nobody asks."""
    keys = _keys(records)
    told = [key for key in keys if key in records.frame.columns]
    if not told or pairs.is_empty():
        return None, None
    return records.frame.select(told)[pairs["i"]], people.select(pl.col(key).gather(pairs["p"]) for key in keys)


def _any(flags: list[pl.Series]) -> pl.Series:
    return pl.select(pl.any_horizontal([pl.lit(flag) for flag in flags])).to_series()


def _agreement(told: pl.DataFrame, stored: pl.DataFrame) -> pl.Series:
    """What the names of two frames have in common, line by line."""
    both = pl.DataFrame({"told": _words(told), "stored": _words(stored)})
    shared = pl.col("told").list.set_intersection("stored")
    as_one = pl.element().str.replace_all("([aou])e", "$1").str.replace_all("aa", "a")  # spellings of one word are one
    keys = both.select(shared.list.eval(as_one).list.unique().alias("keys"))["keys"]
    rare = keys.list.set_difference(pl.Series([sorted(_common_keys())])).list.len() > 0
    return both.select(
        pl.when((pl.col("told").list.len() == 0) | (pl.col("stored").list.len() == 0))
        .then(NO_WORDS)
        .when(pl.lit(keys).list.len() == 0)
        .then(NONE)
        .when(pl.lit(rare) | (pl.lit(keys).list.len() > 1))
        .then(STRONG)
        .otherwise(WEAK)
        .cast(pl.Int8)
        .alias("agreement")
    ).to_series()


@cache
def _common_keys() -> frozenset[str]:
    common = pl.Series(sorted(_listed("common_given", "common_family")))
    return frozenset(common.str.replace_all("([aou])e", "$1").str.replace_all("aa", "a").to_list())


def _words(fields: pl.DataFrame) -> pl.Series:
    """The words of all fields of every line, in all their spellings, as lists."""
    lists = [_words_of(fields[name].str.slice(0, _LONGEST)) for name in fields.columns]
    return pl.select(pl.concat_list([pl.lit(one) for one in lists]).list.unique().alias("words")).to_series()


def _words_of(texts: pl.Series) -> pl.Series:
    """The words of one field in all their spellings; an empty list where there is none."""
    lowered = texts.fill_null("").str.replace_all(_BRACKETS, " ").str.to_lowercase()
    spellings = [_evidence(_plain(lowered))]
    if (lowered.str.len_bytes() != lowered.str.len_chars()).any():
        spellings.append(_evidence(_plain(lowered.str.normalize("NFC").str.replace_many(_BY_SOUND))))
    long = pl.element().filter(pl.element().str.len_chars() >= _UMLAUT_LENGTH)
    spellings += [
        one.list.eval(long.str.replace_all("([aou])e", "$1").str.replace_all("aa", "a")) for one in tuple(spellings)
    ]
    return pl.select(pl.concat_list([pl.lit(one) for one in spellings]).alias("words")).to_series()


def _plain(texts: pl.Series) -> pl.Series:
    """Lower-case texts without marks and without letters that a plain keyboard lacks."""
    bare = texts.str.normalize("NFKD").str.replace_all(r"\p{M}+", "").str.to_lowercase()
    return bare.str.replace_many(_BARE)


def _evidence(texts: pl.Series) -> pl.Series:
    """The words of plain texts that say who somebody is."""
    word = pl.element()
    nothing = pl.Series(sorted(_listed("titles", "suffixes", "placeholders") - _listed("ambiguous")))
    initial = (word.str.len_chars() == 1) & ~word.str.contains(_IDEOGRAPH)
    words = texts.str.extract_all(_WORD).list.eval(word.filter(~word.is_in(nothing.implode()) & ~initial))
    weak = pl.Series(sorted(_listed("particles", "ambiguous")))
    if not words.list.len().max():
        return words
    strong = words.list.eval(word.filter(~word.is_in(weak.implode())))
    alone = (words.list.len() == 1) & ~words.list.first().is_in(list(_listed("particles") - _listed("ambiguous")))
    return words.zip_with(alone.fill_null(False), strong)


def words_of(texts: Iterable[str | None], /) -> list[list[str]]:
    """The words of some texts, each as one field, sorted: for looking at what counts.

    >>> words_of(["Dr. Anna van der Berg (Contractor)", "Łukasz O'Müller-Lüdenscheidt jr.", "Ben", "Unknown", "J. de"])
    [['anna', 'berg'], ['ludenscheidt', 'luedenscheidt', 'lukasz', 'mueller', 'muller'], ['ben'], [], []]
    """
    found = _words_of(pl.Series(list(texts), dtype=pl.String))
    return [sorted(set(words)) for words in found.to_list()]
