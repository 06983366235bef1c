"""Full names, divided into first and last name: a proposal, told for every row.

Every word of the name goes to one of the two parts. What the words do not tell is left whole.
"""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from .model import Outcome, fault
from .surnames import divide

__all__ = ["type_name_part"]

#: Words that begin a family name of several words.
_PARTICLES: Final = (
    "van|von|vom|zu|zum|zur|der|den|ter|ten|te|de|del|della|dei|di|da|das|do|dos|du|la|le|des|d'|al|el|bin|ibn|ben|bint|abu|"
    "af|av|san|st|st\\.|mac|mc|o"
)

_SUFFIXES: Final = r"(?:jr|sr|junior|senior|ii|iii|iv|ph\.?d|m\.?d|esq)\.?"

#: What stands between names. The control characters among Unicode's whitespace stay, and are reported.
_WHITESPACE: Final = r"[\s--[\v\f\x{85}\x{2028}\x{2029}]]+"


def type_name_part(given: pl.DataFrame, part: Literal["first", "last"]) -> Outcome:
    """The first or the last name of a full name: a proposal, marked as one.

    ``Last, First`` is turned round; else the family name is the last word, with the particles in front of it and a suffix
    behind it. Every word goes to one of the two. Names of East Asia without a blank are cut behind a known family name, where
    the script or the other names tell the language (`surnames.py`); others stay whole as the last name.
    """
    frame = given.select("id", "text", pl.col("body").str.replace_all(_WHITESPACE, " "))
    body = pl.col("body")
    special = frame["body"].str.contains(
        rf"(?i),|(?:^| )(?:{_PARTICLES}) | {_SUFFIXES}$|[\p{{Hangul}}\p{{Han}}\p{{Hiragana}}\p{{Katakana}}]"
    )
    plain = frame.filter(~special).with_columns(body.str.split(" ").list.last().alias("last"))
    first = pl.when(pl.col("last") != body).then(body.str.strip_suffix(pl.format(" {}", "last")))
    plain = plain.with_columns(first.alias("first")).select("id", "text", "body", "first", "last")
    names = pl.concat([plain, _special_names(frame.filter(special))]).sort("id")
    detail = pl.format("{} | {}", pl.col("first").fill_null(""), pl.col("last"))
    # Once per row, with both parts: the last name is typed from the same cell.
    faults = [fault(names, "name_split", detail)] if part == "first" else []
    return Outcome(names.select("id", pl.col(part).alias("value")), faults)


def _special_names(frame: pl.DataFrame) -> pl.DataFrame:
    """``first`` and ``last`` of names with a comma, particles, a suffix, or in East Asian scripts."""
    body = pl.col("body")
    comma = "^([^,]+?) ?, ?([^,]+)$"
    is_suffix = rf"(?i), ?{_SUFFIXES}$"
    whole = rf"(?i)^(?:(?:{_PARTICLES}) )+[^ ]+$|^[^ ]+,? {_SUFFIXES}$"
    western = rf"(?i)^(.+?) ((?:(?:{_PARTICLES}) )+.+|[^ ]+(?:,? {_SUFFIXES})?)$"
    frame = frame.hstack(divide(frame["body"]).rename({"first": "given", "last": "family"}))
    korean = r"^(\p{Hangul}{1,3}) (\p{Hangul}{1,4})$"
    eastern = r"^([\p{Han}\p{Hiragana}\p{Katakana}ー々]+)[ ・]([\p{Han}\p{Hiragana}\p{Katakana}ー々]+)$"
    ways = (
        (
            body.str.contains(comma) & ~body.str.contains(is_suffix),
            body.str.extract(comma, 2),
            body.str.extract(comma, 1),
        ),
        (pl.col("family").is_not_null(), pl.col("given"), pl.col("family")),
        (body.str.contains(korean), body.str.extract(korean, 2), body.str.extract(korean, 1)),
        (body.str.contains(eastern), body.str.extract(eastern, 2), body.str.extract(eastern, 1)),
        (
            ~body.str.contains(whole) & body.str.contains(western),
            body.str.extract(western, 1),
            body.str.extract(western, 2),
        ),
    )
    first = pl.coalesce(pl.when(when).then(given) for when, given, _ in ways)
    last = pl.coalesce(*(pl.when(when).then(family) for when, _, family in ways), body)
    return frame.with_columns(first.alias("first"), last.alias("last")).drop("given", "family")
