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
from functools import cache, reduce
from importlib import resources
from operator import or_
from typing import Final

import polars as pl

from .._columns import differ, find_true, gather_rows, no_flags, repeat
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
def _listed(*sections: str) -> pl.Series:
    """The words of some sections of ``data/name_words.toml``."""
    path = resources.files("qooper_ingest").joinpath("data/name_words.toml")
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    words = [word for section in sections for words in lists[section].values() for word in words.split()]
    return pl.Series("word", words, dtype=pl.String).to_frame().select(_plain(pl.col("word"))).to_series().unique()


def no_word_in_common(pairs: pl.DataFrame, records: Records, people: pl.DataFrame, /) -> pl.Series:
    """True where both sides have names and share no word.

    Args:
        pairs: ``i`` (position of the record) and ``p`` (position of the person).
        records: What the file says.
        people: The directory.
    """
    told, stored = _fields(pairs, records, people)
    if told is None or stored is None:
        return no_flags(pairs.height)
    # Nearly all names are stored as the file has them, and equal ones have no word that differs.
    unlike = reduce(or_, (differ(stored[name], told[name]) for name in told.columns))
    at = find_true(unlike)
    if at.is_empty():
        return unlike
    return unlike.scatter(at, _agreement(told[at], stored[at]) == NONE)


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
    ours = gather_rows((records.frame.get_column(key) for key in told), pairs["i"])
    return ours, gather_rows((people.get_column(key) for key in keys), pairs["p"])


def _agreement(told: pl.DataFrame, stored: pl.DataFrame) -> pl.Series:
    """What the names of two frames have in common, line by line. All fields of both are taken apart in one pass."""
    c = pl.col
    columns = [column.alias("text") for side in (told, stored) for column in side.get_columns()]
    words = _words_of(pl.concat(columns)).lazy()
    ours = c("n") // told.height < told.width
    sides = words.select((c("n") % told.height).alias("i"), ours.alias("told"), "word")
    shared = sides.group_by("i", "word").agg(c("told").any(), (~c("told")).any().alias("stored"))
    both = c("told") & c("stored")
    key = _as_one(c("word"))  # spellings of one word are one
    counted = shared.group_by("i").agg(
        c("told").any(),
        c("stored").any(),
        (both & ~key.is_in(_common_keys().implode())).any().alias("rare"),
        key.filter(both).n_unique().alias("words"),
    )
    strength = pl.when(c("rare") | (c("words") > 1)).then(STRONG).when(c("words") > 0).then(WEAK).otherwise(NONE)
    found = counted.select(
        "i", pl.when(both).then(strength).otherwise(NO_WORDS).cast(pl.Int8).alias("agreement")
    ).collect()
    nothing_said = repeat(_NO_WORDS, told.height)
    return nothing_said.scatter(found["i"], found["agreement"]) if found.height else nothing_said


_NO_WORDS: Final = pl.Series("agreement", [NO_WORDS], dtype=pl.Int8)


@cache
def _common_keys() -> pl.Series:
    common = _listed("common_given", "common_family")
    return common.to_frame("word").select(_as_one(pl.col("word"))).to_series().unique()


def _as_one(word: pl.Expr) -> pl.Expr:
    """A word without the trace of an umlaut, if it has any."""
    return word.str.replace_all("([aou])e", "$1").str.replace_all("aa", "a")


def _words_of(texts: pl.Series) -> pl.DataFrame:
    """The words of some texts in all their spellings, without repeats: position ``n`` and ``word``."""
    text, word = pl.col("text"), pl.col("word")
    lowered = text.fill_null("").str.replace_all(_BRACKETS, " ").str.to_lowercase()
    lines = texts.alias("text").to_frame().with_row_index("n").select("n", lowered)
    spellings = [lines.select("n", _plain(text))]
    beyond = lines.filter(text.str.len_bytes() != text.str.len_chars())
    if beyond.height:
        spellings.append(beyond.select("n", _plain(text.str.normalize("NFC").str.replace_many(_BY_SOUND))))
    # The words of each spelling are judged by themselves: whether one is alone is asked of a spelling.
    words = _evidence(pl.concat(spellings).with_row_index("spelling"))
    short = words.filter(word.str.len_chars() >= _UMLAUT_LENGTH).with_columns(_as_one(word))
    return pl.concat([words, short]).unique()


def _plain(texts: pl.Expr) -> pl.Expr:
    """Lower-case texts without marks and without letters that a plain keyboard lacks."""
    bare = texts.str.normalize("NFKD").str.replace_all(r"\p{M}+", "").str.to_lowercase()
    return bare.str.replace_many(_BARE)


def _evidence(texts: pl.DataFrame) -> pl.DataFrame:
    """The words of plain texts (``n``, ``text``, ``spelling``) that say who somebody is: ``n`` and ``word``."""
    word = pl.col("word")
    initial = (word.str.len_chars() == 1) & ~word.str.contains(_IDEOGRAPH)
    words = (
        texts.lazy()
        .select("n", "spelling", pl.col("text").str.extract_all(_WORD).alias("word"))
        .explode("word")
        .filter(word.is_not_null() & ~word.is_in(_without_meaning().implode()) & ~initial)
    )
    weak = word.is_in(_listed("particles", "ambiguous").implode())
    alone = (pl.len().over("spelling") == 1) & ~word.is_in(_only_particles().implode())
    return words.filter(~weak | alone).select("n", "word").collect()


@cache
def _without_meaning() -> pl.Series:
    return _left_out(_listed("titles", "suffixes", "placeholders"), _listed("ambiguous"))


@cache
def _only_particles() -> pl.Series:
    return _left_out(_listed("particles"), _listed("ambiguous"))


def _left_out(words: pl.Series, others: pl.Series) -> pl.Series:
    return words.filter(~words.is_in(others.implode()))


def words_of(texts: Iterable[str | None], /) -> list[list[str]]:
    """The words of some texts, each as one field, sorted: for looking at what counts.

    >>> words_of(["Dr. Anna van der Berg (Contractor)", "Łukasz O'Müller-Lüdenscheidt jr.", "Ben", "Unknown", "J. de"])
    [['anna', 'berg'], ['ludenscheidt', 'luedenscheidt', 'lukasz', 'mueller', 'muller'], ['ben'], [], []]
    """
    given = list(texts)
    found: list[list[str]] = [[] for _ in given]
    for line, word in _words_of(pl.Series(given, dtype=pl.String)).sort("n", "word").iter_rows():
        found[line].append(word)
    return found
