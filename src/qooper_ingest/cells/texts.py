"""Texts: what may not stand in one, how long it may be, what the host's pattern asks of it. Nothing is cut or mended."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from ..schema import Field
from .model import Outcome, fault

__all__ = ["check_text", "type_text"]

#: Longest text of a `text` or `location` field that sets no limit of its own: what a text field of the common CRM and HR
#: systems holds (255 characters, after the one byte that counted them). A `long_text` has no limit but the file's.
TEXT_LENGTH: Final = 255

#: Control characters, and the ones that turn the direction of a text around, which make it read as what it is not. Line
#: breaks and tabs are ordinary in a cell.
_CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"


def type_text(given: pl.DataFrame) -> Outcome:
    strange = given.filter(pl.col("body").str.contains(_CONTROL))
    detail = pl.col("body").str.extract(f"({_CONTROL})")
    shown = [None if c is None else f"U+{ord(c):04X}" for c in strange.select(detail).to_series().to_list()]
    faults = (
        [fault(strange, "text_control_character", pl.lit(pl.Series(shown, dtype=pl.String)))] if strange.height else []
    )
    return Outcome(given.select("id", pl.col("body").alias("value")), faults)


def check_text(field: Field, given: pl.DataFrame, outcome: Outcome) -> Outcome:
    """Length and pattern of a text answer. What fails is null; it is never cut to fit."""
    if field.type not in ("text", "long_text", "location"):
        return outcome
    frame, faults = outcome.frame, list(outcome.faults)
    longest = field.max_length if field.max_length is not None else None if field.type == "long_text" else TEXT_LENGTH
    length = pl.col("value").str.len_chars()
    checks: list[tuple[str, pl.Series, pl.Expr]] = []
    if longest is not None:
        found = frame.select((length > longest).fill_null(False)).to_series()
        checks.append(("text_too_long", found, pl.format("{} characters, {} are allowed", length, pl.lit(longest))))
    if field.min_length is not None:
        found = frame.select((length < field.min_length).fill_null(False)).to_series()
        checks.append(
            ("text_too_short", found, pl.format("{} characters, {} are needed", length, pl.lit(field.min_length)))
        )
    if field.pattern is not None:
        checks.append(("pattern_mismatch", _mismatch(frame["value"], field.pattern), pl.lit(None, dtype=pl.String)))
    texts = given.select("id", "text")
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
