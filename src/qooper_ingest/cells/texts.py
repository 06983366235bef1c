"""Texts: what may not stand in one, how long it may be, what the host's pattern asks of it. Nothing is cut or mended."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from .._text import INKLESS_CLASS
from ..schema import Field
from .model import Outcome, fault

__all__ = ["blank_unseen", "check_text", "first_invisible", "has_invisible", "invisible_faults", "type_text"]

#: Longest text of a `text` or `location` field that sets no limit of its own: what a text field of the common CRM and HR
#: systems holds (255 characters, after the one byte that counted them). A `long_text` has no limit but the file's.
TEXT_LENGTH: Final = 255

#: Control characters, and the ones that turn the direction of a text around, which make it read as what it is not. Line
#: breaks and tabs are ordinary in a cell.
_CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"


#: What no writing needs inside a text: soft hyphens, a byte order mark, fillers, deprecated format characters, tags (but for
#: flags, which begin with U+1F3F4).
_NEEDLESS: Final = (
    r"[\x{ad}\x{2060}-\x{2064}\x{206a}-\x{206f}\x{feff}\x{fff9}-\x{fffb}\x{115f}\x{1160}\x{17b4}\x{17b5}\x{2800}\x{3164}\x{ffa0}\x{e0001}]"
    r"|(?:^|[^\x{1f3f4}\x{e0020}-\x{e007f}])[\x{e0020}-\x{e007f}]"
)

#: What shapes letters, lines and symbols in many writings, and nothing behind a letter of these three or a sign of ASCII: joiners,
#: marks of direction, variation selectors. (A digit with U+FE0F is the beginning of a key cap.)
_SHAPING: Final = (
    r"(?:^|[\x00-\x22\x24-\x29\x2b-\x2f\x3a-\x7f\p{Latin}\p{Greek}\p{Cyrillic}])"
    r"[\x{34f}\x{61c}\x{180b}-\x{180f}\x{200b}-\x{200f}\x{fe00}-\x{fe0f}\x{e0100}-\x{e01ef}]"
)

#: What is reported where it is kept; the character meant is the last one of the match.
_REPORTED: Final = rf"{_CONTROL}|{_NEEDLESS}|{_SHAPING}"

#: Characters that nobody sees and that are no ordinary whitespace, for saying what was left out of a cell.
_INVISIBLE: Final = rf"[\p{{Cc}}\p{{Cf}}{INKLESS_CLASS}--[\t\n\v\f\r\x1c-\x1f\x{{85}}]]"

#: Nothing but them and whitespace.
_UNSEEN: Final = rf"^[\p{{Cc}}\p{{Cf}}\p{{Z}}{INKLESS_CLASS}]+$"

#: Everything that is looked at, for finding the few cells that hold any.
_EITHER: Final = rf"[\p{{Cc}}\p{{Cf}}{INKLESS_CLASS}--[\t\n\r]]"


def type_text(given: pl.DataFrame) -> Outcome:
    return Outcome(pl.DataFrame([given["id"], given["body"].alias("value")]), [])


def has_invisible(texts: pl.Expr) -> pl.Expr:
    """Where a cell holds what `invisible_faults` looks at."""
    return texts.str.contains(_EITHER)


def invisible_faults(given: pl.DataFrame, outcome: Outcome, *, one_part: bool) -> list[pl.DataFrame]:
    """Say which invisible characters of a cell were left out, and which are still inside its value.

    Args:
        given: The distinct cells.
        outcome: What became of them.
        one_part: The values are parts of their cells, so that what is missing may be in the other part.

    Issues: ``text_trimmed`` (unless another issue shows the cell beside what it was taken for), ``text_control_character``.
    """
    odd = given.filter(has_invisible(pl.col("text"))).select("id", "text", "body")
    values = outcome.frame.select("id", "value").filter(pl.col("value").is_not_null())
    if values.schema["value"] == pl.List(pl.String()):
        values = values.with_columns(pl.col("value").list.join("\n"))
    elif values.schema["value"] != pl.String():
        values = values.with_columns(pl.lit("").alias("value"))
    odd = odd.join(values, on="id", maintain_order="left")
    kept = odd.filter(pl.col("value").str.contains(_REPORTED))
    before = odd["text"].str.extract_all(_INVISIBLE)
    after = odd["body" if one_part else "value"].str.extract_all(_INVISIBLE)
    shown = [line["id"] for line in outcome.faults if line.height]
    lost = (before.list.len() > after.list.len()) & ~odd["id"].is_in(pl.concat(shown) if shown else [])
    gone = pl.select(pl.coalesce(before.list.set_difference(after).list.first(), before.list.first())).to_series()
    found = [
        (odd.filter(lost), "text_trimmed", gone.filter(lost)),
        (kept, "text_control_character", kept["value"].str.extract(f"({_REPORTED})").str.slice(-1)),
    ]
    return [fault(cells, code, _numbered(which)) for cells, code, which in found if cells.height]


def blank_unseen(sorted_out: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take cells of which nothing can be seen for blank, and say so.

    Args:
        sorted_out: Distinct cells with ``id``, ``text``, ``body`` and ``state``.

    Issues: ``text_trimmed``.
    """
    unseen = pl.col("text").str.contains(_INVISIBLE) & pl.col("text").str.contains(_UNSEEN)
    flags = sorted_out.select(
        (unseen & pl.col("state").is_in(["blank", "given", "nothing"])).fill_null(False).alias("unseen")
    )["unseen"]
    cells = sorted_out.filter(flags)
    shown = pl.when(pl.lit(flags)).then(pl.lit("blank")).otherwise("state").alias("state")
    return sorted_out.with_columns(shown), fault(cells, "text_trimmed", first_invisible(cells["text"]))


def first_invisible(texts: pl.Series, /) -> pl.Expr:
    """The first invisible character of each text, as ``U+200B``; null where there is none but whitespace."""
    return _numbered(texts.str.extract(f"({_INVISIBLE})"))


def _numbered(characters: pl.Series) -> pl.Expr:
    """Characters by their number: there is nothing to see of them."""
    numbers = [None if one is None else f"U+{ord(one):04X}" for one in characters.to_list()]
    return pl.lit(pl.Series(numbers, dtype=pl.String))


def check_text(field: Field, given: pl.DataFrame, outcome: Outcome, *, length_of_longest: int) -> Outcome:
    """Length and pattern of a text answer. What fails is null; it is never cut to fit."""
    if field.type not in ("text", "long_text", "location"):
        return outcome
    frame, faults = outcome.frame, list(outcome.faults)
    longest = field.max_length if field.max_length is not None else None if field.type == "long_text" else TEXT_LENGTH
    length = pl.col("value").str.len_chars()
    checks: list[tuple[str, pl.Series, pl.Expr]] = []
    if longest is not None and length_of_longest > longest:
        found = frame.select((length > longest).fill_null(False)).to_series()
        checks.append(("text_too_long", found, pl.format("{} characters, and the most is {}", length, pl.lit(longest))))
    if field.min_length is not None:
        found = frame.select((length < field.min_length).fill_null(False)).to_series()
        checks.append(("text_too_short", found, _too_short(length, field.min_length)))
    if field.pattern is not None:
        checks.append(("pattern_mismatch", _mismatch(frame["value"], field.pattern), pl.lit(None, dtype=pl.String)))
    texts = given[["id", "text"]]
    for code, found, detail in checks:
        if found.any():
            lines = frame.filter(found).join(texts, on="id", how="left", maintain_order="left")
            faults.append(fault(lines, code, detail, order=2))
            frame = frame.with_columns(pl.when(~found).then("value").alias("value"))
    return Outcome(frame, faults)


def _too_short(length: pl.Expr, least: int) -> pl.Expr:
    noun = pl.when(length == 1).then(pl.lit("character")).otherwise(pl.lit("characters"))
    return pl.format("{} {}, and the least is {}", length, noun, pl.lit(least))


def _mismatch(values: pl.Series, pattern: str) -> pl.Series:
    """Which values do not match as a whole. The pattern is Python's, whose syntax the columns' engine does not share, so
    it runs over the distinct values in Python; the host wrote it, not the file."""
    compiled = re.compile(pattern)
    distinct = values.drop_nulls().unique()
    bad = [value for value in distinct.to_list() if compiled.fullmatch(value) is None]
    return values.is_in(bad).fill_null(False)
