"""Texts: what may not stand in one, how long it may be, what the host's pattern asks of it. Nothing is cut or mended."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from ..schema import Field
from .model import Outcome, fault

__all__ = ["check_text", "has_invisible", "invisible_faults", "type_text"]

#: Longest text of a `text` or `location` field that sets no limit of its own: what a text field of the common CRM and HR
#: systems holds (255 characters, after the one byte that counted them). A `long_text` has no limit but the file's.
TEXT_LENGTH: Final = 255

#: Control characters, and the ones that turn the direction of a text around, which make it read as what it is not. Line
#: breaks and tabs are ordinary in a cell.
_CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"


#: Characters that nobody sees and that are no ordinary whitespace, for saying what was left out of a cell.
_INVISIBLE: Final = r"[\p{Cc}\p{Cf}--[\t\n\v\f\r\x1c-\x1f\x{85}]]"

#: Both, for finding the few cells that hold any.
_EITHER: Final = r"[\p{Cc}\p{Cf}--[\t\n\r]]"


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
    kept = odd.filter(pl.col("value").str.contains(_CONTROL))
    before = odd["text"].str.extract_all(_INVISIBLE)
    after = odd["body" if one_part else "value"].str.extract_all(_INVISIBLE)
    shown = [line["id"] for line in outcome.faults if line.height]
    lost = (before.list.len() > after.list.len()) & ~odd["id"].is_in(pl.concat(shown) if shown else [])
    gone = pl.select(pl.coalesce(before.list.set_difference(after).list.first(), before.list.first())).to_series()
    found = [
        (odd.filter(lost), "text_trimmed", gone.filter(lost)),
        (kept, "text_control_character", kept["value"].str.extract(f"({_CONTROL})")),
    ]
    return [fault(cells, code, _numbered(which)) for cells, code, which in found if cells.height]


def _numbered(characters: pl.Series) -> pl.Expr:
    """Characters by their number: there is nothing to see of them."""
    return pl.lit(pl.Series([f"U+{ord(one):04X}" for one in characters.to_list()], dtype=pl.String))


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
        checks.append(("text_too_long", found, pl.format("{} characters, {} are allowed", length, pl.lit(longest))))
    if field.min_length is not None:
        found = frame.select((length < field.min_length).fill_null(False)).to_series()
        checks.append(
            ("text_too_short", found, pl.format("{} characters, {} are needed", length, pl.lit(field.min_length)))
        )
    if field.pattern is not None:
        checks.append(("pattern_mismatch", _mismatch(frame["value"], field.pattern), pl.lit(None, dtype=pl.String)))
    texts = given[["id", "text"]]
    for code, found, detail in checks:
        if found.any():
            lines = frame.filter(found).join(texts, on="id", how="left", maintain_order="left")
            faults.append(fault(lines, code, detail, order=2))
            frame = frame.with_columns(pl.when(~found).then("value").alias("value"))
    return Outcome(frame, faults)


def _mismatch(values: pl.Series, pattern: str) -> pl.Series:
    """Which values do not match as a whole. The pattern is Python's, whose syntax the columns' engine does not share, so
    it runs over the distinct values in Python; the host wrote it, not the file."""
    compiled = re.compile(pattern)
    distinct = values.drop_nulls().unique()
    bad = [value for value in distinct.to_list() if compiled.fullmatch(value) is None]
    return values.is_in(bad).fill_null(False)
