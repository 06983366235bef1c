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

from .._columns import find_true, no_flags
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
    return frozenset(pl.DataFrame({"word": words}).select(_plain(pl.col("word")))["word"].to_list())


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
    differ = _any([stored[name].ne_missing(told[name]) for name in told.columns])
    at = find_true(differ)
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
    ours, theirs = _words(told, stored)
    key = _as_one(pl.col("word")).alias("key")  # spellings of one word are one
    shared = ours.lazy().join(theirs.lazy(), on=["i", "word"]).select("i", key).unique()
    rare = ~pl.col("key").is_in(list(_common_keys()))
    counted = shared.group_by("i").agg(
        pl.when(rare.any() | (pl.len() > 1)).then(STRONG).otherwise(WEAK).cast(pl.Int8).alias("agreement")
    )
    line = pl.col("i")
    both = [line.is_in(side["i"].implode()) for side in (ours, theirs)]
    lines = pl.DataFrame({"i": pl.int_range(told.height, dtype=pl.UInt32, eager=True)}).lazy()
    found = lines.join(counted, on="i", how="left", maintain_order="left").select(
        pl.when(both[0] & both[1]).then(pl.col("agreement").fill_null(NONE)).otherwise(NO_WORDS).cast(pl.Int8)
    )
    return found.collect().to_series().alias("agreement")


@cache
def _common_keys() -> frozenset[str]:
    common = pl.Series("word", sorted(_listed("common_given", "common_family")))
    return frozenset(common.to_frame().select(_as_one(pl.col("word")))["word"].to_list())


def _as_one(word: pl.Expr) -> pl.Expr:
    """A word without the trace of an umlaut, if it has any."""
    return word.str.replace_all("([aou])e", "$1").str.replace_all("aa", "a")


def _words(*sides: pl.DataFrame) -> list[pl.DataFrame]:
    """The words of all fields of each side in all their spellings: line ``i`` and ``word``, without repeats.

    All fields of all sides are taken apart in one pass, one below the other.
    """
    height = sides[0].height
    columns = [side[name].str.slice(0, _LONGEST).alias("text") for side in sides for name in side.columns]
    words = _words_of(pl.concat(columns)).with_columns(pl.col("i") % height, (pl.col("i") // height).alias("column"))
    found: list[pl.DataFrame] = []
    first = 0
    for side in sides:
        found.append(
            words.filter(pl.col("column").is_between(first, first + side.width - 1)).select("i", "word").unique()
        )
        first += side.width
    return found


def _words_of(texts: pl.Series) -> pl.DataFrame:
    """The words of one field in all their spellings: line ``i`` and ``word``. Each different text is taken apart once."""
    text, word = pl.col("text"), pl.col("word")
    lowered = text.fill_null("").str.replace_all(_BRACKETS, " ").str.to_lowercase()
    frame = texts.alias("text").to_frame().select(lowered)
    lines = frame.with_row_index("i").lazy().filter(text != "")
    distinct = frame.lazy().unique().filter(text != "").with_row_index("n").collect()
    spellings = [_evidence(distinct.lazy().select("n", _plain(text)))]
    beyond = distinct.lazy().filter(text.str.len_bytes() != text.str.len_chars())
    spellings.append(_evidence(beyond.select("n", _plain(text.str.normalize("NFC").str.replace_many(_BY_SOUND)))))
    words = pl.concat(spellings).collect()
    short = words.lazy().filter(word.str.len_chars() >= _UMLAUT_LENGTH).with_columns(_as_one(word))
    every = pl.concat([words.lazy(), short]).unique()
    return lines.join(distinct.lazy(), on="text").join(every, on="n").select("i", "word").collect()


def _plain(texts: pl.Expr) -> pl.Expr:
    """Lower-case texts without marks and without letters that a plain keyboard lacks."""
    bare = texts.str.normalize("NFKD").str.replace_all(r"\p{M}+", "").str.to_lowercase()
    return bare.str.replace_many(_BARE)


def _evidence(texts: pl.LazyFrame) -> pl.LazyFrame:
    """The words of plain texts (``n``, ``text``) that say who somebody is: ``n`` and ``word``."""
    word = pl.col("word")
    nothing = _listed("titles", "suffixes", "placeholders") - _listed("ambiguous")
    only_particles = _listed("particles") - _listed("ambiguous")
    initial = (word.str.len_chars() == 1) & ~word.str.contains(_IDEOGRAPH)
    words = (
        texts.select("n", pl.col("text").str.extract_all(_WORD).alias("word"))
        .explode("word")
        .filter(word.is_not_null() & ~word.is_in(list(nothing)) & ~initial)
    )
    weak = word.is_in(list(_listed("particles", "ambiguous")))
    alone = (pl.len().over("n") == 1) & ~word.is_in(list(only_particles))
    return words.filter(~weak | alone)


def words_of(texts: Iterable[str | None], /) -> list[list[str]]:
    """The words of some texts, each as one field, sorted: for looking at what counts.

    >>> words_of(["Dr. Anna van der Berg (Contractor)", "Łukasz O'Müller-Lüdenscheidt jr.", "Ben", "Unknown", "J. de"])
    [['anna', 'berg'], ['ludenscheidt', 'luedenscheidt', 'lukasz', 'mueller', 'muller'], ['ben'], [], []]
    """
    given = list(texts)
    found: list[list[str]] = [[] for _ in given]
    for line, word in _words_of(pl.Series(given, dtype=pl.String)).sort("i", "word").iter_rows():
        found[line].append(word)
    return found
