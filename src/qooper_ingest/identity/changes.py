"""Which answers of a row differ from what is stored, and what the stored ones become.

Blank cells never change anything. A field's answer replaces the stored one; a multi-select field may add to it or take from
it (by the policy, or by an append mark of the file); the clear word empties it; ``fill_blank`` fills only what is empty.
Answers of a multi-select field are compared as sets. A new person gets every non-blank field.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from .._columns import differ, differ_as_sets, find_null, find_set, no_flags
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
        lacks_required: True where a required field would have no answer, were the row's person new.
    """

    fields: tuple[Field, ...]
    changed: pl.DataFrame
    after: pl.DataFrame
    any: pl.Series
    lacks_required: pl.Series


def find_changes(records: Records, people: pl.DataFrame, m: pl.Series, policy: Policy, /) -> Changes:
    """Compare every row with its person ``m`` (null: a new one)."""
    told = records.frame.get_column
    fields = tuple(field for field in records.schema.profile if field.key in records.frame.columns)
    height = records.frame.height
    matched = find_set(m)
    changed: list[pl.Series] = []
    after: list[pl.Series] = []
    lacks = no_flags(height)
    for field in fields:
        answer, stored = told(field.key), people.get_column(field.key)
        if field.type == "multi_select":
            if not _as_they_stand(field, records, policy):
                answer = _merged(answer, stored[m], field, records, policy)
            differs = differ_as_sets(answer, stored, m)
        else:
            differs = differ(answer, stored[m])
        differs = differs & find_set(answer)
        cleared = field.key in records.cleared.columns
        if cleared or policy.update == "fill_blank":
            empty = _is_empty(stored[m])
            if cleared:
                differs = differs | (records.cleared.get_column(field.key) & ~empty & matched)
            if policy.update == "fill_blank":
                differs = differs & (empty | ~matched)
        changed.append(differs.alias(field.key))
        after.append(answer.alias(field.key))
        if field.required:
            lacks = lacks | find_null(answer)
    if any(field.required and field not in fields for field in records.schema.profile):
        lacks = ~no_flags(height)
    return Changes(
        fields=fields,
        changed=pl.DataFrame(changed),
        after=pl.DataFrame(after),
        any=reduce(or_, changed, no_flags(height)),
        lacks_required=lacks,
    )


def _as_they_stand(field: Field, records: Records, policy: Policy) -> bool:
    """True for lists of answers that replace the stored ones, which then need not be gathered to be compared."""
    touched = field.key in records.cleared.columns or field.key in records.instructions.columns
    replaces = policy.multi_select == "replace" and policy.update == "replace"
    return field.type == "multi_select" and replaces and not touched


def _is_empty(stored: pl.Series) -> pl.Series:
    """True where nothing is stored."""
    cell = pl.col(stored.name)
    empty = cell.list.len().fill_null(0) == 0 if stored.dtype.is_nested() else cell.cast(pl.String).fill_null("") == ""
    return stored.to_frame().select(empty).to_series()


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
