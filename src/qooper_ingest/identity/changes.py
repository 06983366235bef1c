"""Which answers of a row differ from what is stored, and what the stored ones become.

Blank cells never change anything. A field's answer replaces the stored one; a multi-select field may add to it or take from
it (by the policy, or by an append mark of the file); the clear word empties it; ``fill_blank`` fills only what is empty.
Answers of a multi-select field are compared as sets. A new person gets every non-blank field.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ..records import Records
from ..schema import Field
from .policy import Policy

__all__ = ["Changes", "find_changes"]


@dataclass(frozen=True, slots=True)
class Changes:
    """Answers that change, aligned with the rows.

    Args:
        fields: The profile fields that the file brings.
        changed: One boolean column per field key.
        after: One column per field key: the answer after the change (meaningful where ``changed``).
        any: True where any field changes.
        lacks_required: True where a required field has no answer in the row.
    """

    fields: tuple[Field, ...]
    changed: pl.DataFrame
    after: pl.DataFrame
    any: pl.Series
    lacks_required: pl.Series


def find_changes(records: Records, people: pl.DataFrame, m: pl.Series, policy: Policy, /) -> Changes:
    """Compare every row with its person ``m`` (null: a new one)."""
    fields = tuple(field for field in records.schema.profile if field.key in records.frame.columns)
    height = records.frame.height
    matched = m.is_not_null()
    changed: dict[str, pl.Series] = {}
    after: dict[str, pl.Series] = {}
    for field in fields:
        told = records.frame[field.key]
        stored = people[field.key].gather(m)
        if field.type == "multi_select":
            told = _merged(told, stored, field, records, policy)
            differs = (told.list.sort() != stored.list.sort()).fill_null(True)
            empty = stored.list.len().fill_null(0) == 0
        else:
            differs = told.ne_missing(stored)
            empty = stored.is_null() if stored.dtype != pl.String else stored.fill_null("").str.len_bytes() == 0
        differs = differs & told.is_not_null()
        if field.key in records.cleared.columns:
            clears = records.cleared[field.key] & ~empty & matched
            differs = differs | clears
        if policy.update == "fill_blank":
            differs = differs & (empty | ~matched)
        changed[field.key] = differs
        after[field.key] = told
    lacks = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    for field in records.schema.profile:
        if field.required:
            lacks = lacks | (records.frame[field.key].is_null() if field.key in after else True)
    flags = (
        pl.DataFrame(changed) if changed else pl.DataFrame({"": pl.repeat(False, height, dtype=pl.Boolean, eager=True)})
    )
    return Changes(
        fields=fields,
        changed=pl.DataFrame(changed),
        after=pl.DataFrame(after),
        any=flags.select(pl.any_horizontal(pl.all())).to_series(),
        lacks_required=lacks,
    )


def _merged(told: pl.Series, stored: pl.Series, field: Field, records: Records, policy: Policy) -> pl.Series:
    """The answers after the change: replaced, or with marks of the file or by the policy added to or taken from the stored."""
    marks = records.instructions[field.key] if field.key in records.instructions.columns else None
    if marks is None and policy.multi_select == "replace":
        return told
    frame = pl.DataFrame({"told": told, "stored": stored})
    adds = pl.concat_list(pl.col("stored").fill_null(pl.lit([], dtype=pl.List(pl.String))), "told").list.unique(
        maintain_order=True
    )
    takes = pl.col("stored").list.set_difference("told")
    usual = adds if policy.multi_select == "union" else pl.col("told")
    if marks is None:
        merged = usual
    else:
        frame = frame.with_columns(marks.alias("mark"))
        mark = pl.col("mark")
        merged = pl.when(mark == "add").then(adds).when(mark == "remove").then(takes).otherwise(usual)
    return frame.select(pl.when(pl.col("told").is_not_null()).then(merged)).to_series()
