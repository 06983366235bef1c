"""Which answers of a row differ from what is stored, and what the stored ones become.

Blank cells never change anything. A field's answer replaces the stored one; a multi-select field may add to it or take from
it (by the policy, or by an append mark of the file); the clear word empties it; ``fill_blank`` fills only what is empty.
Answers of a multi-select field are compared as sets. A new person gets every non-blank field.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from .._columns import differ_as_sets, no_flags
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
    fields = tuple(field for field in records.schema.profile if field.key in records.frame.columns)
    height = records.frame.height
    keys = [field.key for field in fields]
    both = pl.DataFrame({_MATCHED: m.is_not_null()})
    if keys:
        lists = {field.key for field in fields if _as_they_stand(field, records, policy)}
        stored = people.select(pl.col(key).gather(m).alias(_stored(key)) for key in keys if key not in lists)
        both = pl.concat([both, records.frame.select(keys), stored], how="horizontal")
    after: dict[str, pl.Series] = {}
    tests: list[pl.Expr] = []
    for field in fields:
        if field.type == "multi_select":
            if field.key not in lists:
                both = both.with_columns(_merged(both, field, records, policy).alias(field.key))
            other = differ_as_sets(both[field.key], people[field.key], m)
            both = both.with_columns(other.alias(_other(field.key)))
        if field.key in records.cleared.columns:
            both = both.with_columns(records.cleared[field.key].alias(_cleared(field.key)))
        tests.append(_differs(field, cleared=field.key in records.cleared.columns, policy=policy).alias(field.key))
        after[field.key] = both[field.key]
    changed = both.select(tests)
    lacks = no_flags(height)
    for field in records.schema.profile:
        if field.required:
            lacks = lacks | (after[field.key].is_null() if field.key in after else True)
    touched = changed.select(pl.any_horizontal(pl.all())).to_series() if keys else lacks & False
    return Changes(
        fields=fields,
        changed=changed,
        after=pl.DataFrame(after),
        any=touched,
        lacks_required=lacks,
    )


def _as_they_stand(field: Field, records: Records, policy: Policy) -> bool:
    """True for lists of answers that replace the stored ones, which then need not be gathered to be compared."""
    touched = field.key in records.cleared.columns or field.key in records.instructions.columns
    replaces = policy.multi_select == "replace" and policy.update == "replace"
    return field.type == "multi_select" and replaces and not touched


_MATCHED = "_matched"


def _stored(key: str) -> str:
    return f"_stored_{key}"


def _other(key: str) -> str:
    return f"_other_{key}"


def _cleared(key: str) -> str:
    return f"_cleared_{key}"


def _differs(field: Field, *, cleared: bool, policy: Policy) -> pl.Expr:
    """True where the row's answer is not the stored one, and may take its place."""
    told, stored, matched = pl.col(field.key), pl.col(_stored(field.key)), pl.col(_MATCHED)
    if field.type == "multi_select":
        differs = pl.col(_other(field.key))
        empty = stored.list.len().fill_null(0) == 0
    else:
        differs = told.ne_missing(stored)
        empty = stored.cast(pl.String).fill_null("") == ""
    differs = differs & told.is_not_null()
    if cleared:
        differs = differs | (pl.col(_cleared(field.key)) & ~empty & matched)
    if policy.update == "fill_blank":
        differs = differs & (empty | ~matched)
    return differs


def _merged(both: pl.DataFrame, field: Field, records: Records, policy: Policy) -> pl.Series:
    """The answers after the change: replaced, or with marks of the file or by the policy added to or taken from the stored."""
    told, stored = both[field.key], both[_stored(field.key)]
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
