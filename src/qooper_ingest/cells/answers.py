"""Answers of a choice: yes or no, one of the options, several of them."""

from __future__ import annotations

from typing import Final

import polars as pl

from .._text import fold, fold_series, trim_series
from ..conventions import Conventions
from ..issues import Issues
from ..schema import Field
from ..separator import split
from .model import Outcome, fault
from .words import NO_KEYS, YES_KEYS

__all__ = ["type_booleans", "type_multi_select", "type_select"]

#: Two-letter pairs of yes and no that collide with other words, and count only in a column that holds nothing else.
_LETTER_PAIRS: Final = ({"o": True, "n": False}, {"e": True, "h": False})

#: A check mark and its opposite in East Asia: where circles stand in the column, an x is not a tick.
_CIRCLES: Final = frozenset(fold(sign) for sign in "○◯〇")


def type_booleans(given: pl.DataFrame) -> Outcome:
    """Yes and no, in any of the languages; words that mean both count only where the column leaves no doubt."""
    frame = given.with_columns(fold_series(given["body"]).alias("key"))
    keys = set(frame["key"].unique().to_list())
    words: dict[str, bool] = {**YES_KEYS, **NO_KEYS}
    for pair in _LETTER_PAIRS:
        if keys and keys <= set(pair):
            words = {**words, **pair}
    if keys & _CIRCLES:
        words.pop("x", None)
    value = frame["key"].replace_strict(words, default=None, return_dtype=pl.Boolean)
    if "value" in given.columns:
        # A format may show "No" for 1: what says one thing and shows the other is neither.
        shown = fold_series(trim_series(given["text"])).replace_strict(words, default=None, return_dtype=pl.Boolean)
        value = value.set((given["value"].is_not_null() & (shown != value)).fill_null(False), None)
    frame = frame.with_columns(value.alias("value"))
    return Outcome(frame.select("id", "value"), [fault(frame.filter(pl.col("value").is_null()), "boolean_invalid")])


def type_select(given: pl.DataFrame, field: Field) -> Outcome:
    """One of the options: a cell is one answer, whatever stands in it."""
    done = split(given["body"], separator=None, options=field.options, other=field.other, rows=given["id"])
    answers = pl.col("answers")
    several = answers.list.len() > 1
    frame = pl.DataFrame([given["id"], done.values.alias("answers")]).select(
        "id", pl.when(~several).then(answers.list.first()).alias("value"), several.alias("several")
    )
    faults = _as_faults(done.issues)
    if frame["several"].any():
        faults.append(fault(given.filter(frame["several"]), "too_many_answers"))
    return Outcome(frame[["id", "value"]], faults)


def type_multi_select(given: pl.DataFrame, field: Field, conventions: Conventions) -> Outcome:
    """The chosen options, with what the cell asks for where append marks are enabled."""
    done = split(
        given["body"],
        separator=conventions.separator or None,
        options=field.options,
        other=field.other,
        append_marks=conventions.append_marks,
        rows=given["id"],
    )
    # A cell of which nothing was recognised is null, not an answer of nothing, which would erase the stored one when applied.
    # Nothing but separators is a blank cell.
    none = pl.col("value").list.len() == 0
    frame = pl.DataFrame([given["id"], done.values.alias("value"), done.unresolved.alias("unresolved")]).select(
        "id", pl.when(~none).then("value").alias("value"), (none & (pl.col("unresolved") == 0)).alias("empty")
    )
    if done.instructions is not None:
        frame = frame.with_columns(done.instructions.cast(pl.String).alias("instruction"))
    return Outcome(frame, _as_faults(done.issues))


def _as_faults(issues: Issues) -> list[pl.DataFrame]:
    """Issues whose rows are ids of distinct cells, as faults."""
    if not len(issues):
        return []
    return [
        issues.frame.select(
            pl.col("row").alias("id"),
            pl.int_range(10, pl.len() + 10, dtype=pl.UInt32).alias("order"),
            "code",
            "value",
            "detail",
        )
    ]
