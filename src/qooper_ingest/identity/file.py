"""Stages 0 to 2: what a file says by itself, before anybody is looked up.

Stage 0 takes the faults that the records carry. Stage 1 sets copies of a row aside (the lowest row stays). Stage 2 finds the
contradictions that are left: one ID or one final address with different content, IDs that differ only in case or leading
zeros, addresses that look alike. Rows rejected in stage 0 still count here, if their keys are usable: such a row may have
been the right one.

Everything is a duplicate check over a column; only rows that share a key are compared in full.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import polars.selectors as cs

from .._columns import as_sets, duplicated
from .._grid import ROW
from ..ids import id_fold, judge_ids
from ..records import Records
from .policy import Policy

__all__ = ["FAULT_COLUMNS", "contradictions", "copies", "grouped", "keyed_rows"]

#: Stage 0: fact → code. A column of codes says so itself (null = no fault).
FAULT_COLUMNS: Final = ("email_fault", "new_email_fault", "id_fault")


def keyed_rows(records: Records, policy: Policy, /) -> pl.DataFrame:
    """The identity columns of the records with the keys that the policy makes of them.

    Returns:
        One line per record: ``i`` (position), ``row``, everything of `Records.identity`, and ``id_key``, ``id_padded``,
        ``has_id``, ``role``, ``rename``, ``final_key``, ``final_look``, ``final_text``, ``id_required``, ``email_missing``, ``rejected``.
    """
    c = pl.col
    rows = records.identity.rename({ROW: "row"}).with_columns(records.roles(policy.role)).with_row_index("i")
    rows = rows.with_columns(pl.lit(False).alias("id_padded"))
    if policy.id_zero_pad is not None:
        rows = _padded(rows, policy.id_zero_pad, records.schema.id_pattern)
    usable = pl.when(c("id_fault").is_null()).then(c("id"))
    rename = c("new_email").is_not_null()
    return rows.with_columns(
        (usable.str.to_lowercase() if policy.id_case == "ascii_insensitive" else usable).alias("id_key"),
        rename.alias("rename"),
        pl.when(rename & c("new_email_fault").is_null()).then("new_email_key").otherwise("email_key").alias("final_key"),
        pl.when(rename & c("new_email_fault").is_null()).then("new_email_look").otherwise("email_look").alias("final_look"),
        pl.when(rename).then("new_email").otherwise("email").alias("final_text"),
        (c("id").is_null() & policy.require_id).alias("id_required"),
        c("email").is_null().alias("email_missing"),
    ).with_columns(
        c("id_key").is_not_null().alias("has_id"),
        (
            c("email_missing") | c("email_fault").is_not_null() | c("new_email_fault").is_not_null()
            | c("id_fault").is_not_null() | c("status_invalid") | c("id_required")
        ).alias("rejected"),
    )  # fmt: skip


def _padded(rows: pl.DataFrame, width: int, pattern: str | None) -> pl.DataFrame:
    """Fill IDs of digits with zeros to a width. Whether such an ID fits the host's pattern is told of what it becomes."""
    short = rows["id"].str.contains("^[0-9]+$") & (rows["id"].str.len_bytes() < width)
    short = short.fill_null(False) & rows["id_fault"].is_in(["id_invalid_format"]).fill_null(True)
    at = short.arg_true()
    if at.is_empty():
        return rows
    filled = rows["id"][at].str.zfill(width)
    kinds = pl.Series([None], dtype=pl.String).new_from_index(0, at.len())
    fault = judge_ids(filled, kinds, pattern=pattern)["fault"]
    return rows.with_columns(
        rows["id"].clone().scatter(at, filled),
        rows["id_fault"].clone().scatter(at, fault),
        rows["id_padded"].clone().scatter(at.filter(fault.is_null()), True),
    )


def copies(rows: pl.DataFrame, records: Records, /) -> pl.DataFrame:
    """Stage 1: rows that say exactly what a lower row says.

    Returns:
        ``i`` and ``other_row`` (the row that stays) of every copy.
    """
    suspects = duplicated(rows["final_key"])
    suspects = suspects.filter(~rows["rejected"][suspects])
    shared = rows[suspects] if suspects.len() else rows.clear()
    if shared.is_empty():
        return pl.DataFrame(schema={"i": rows.schema["i"], "other_row": pl.UInt32()})
    identity = ["id_key", "email_key", "new_email_key", "status", "status_scope", "role"]
    answers = [field.key for field in records.schema.profile if field.key in records.frame.columns]
    said = shared.select("i", "row", *identity)
    if answers:
        told = records.frame.select(answers)[shared["i"]]
        said = said.hstack(told.with_columns(as_sets(cs.list())))
    for name in records.cleared.columns[1:]:
        said = said.with_columns(records.cleared[name][shared["i"]].alias(f"_cleared_{name}"))
    for name in records.instructions.columns[1:]:  # what is asked for says nothing where the answer cannot be read
        asked = records.instructions[name][shared["i"]]
        said = said.with_columns(pl.when(pl.col(name).is_not_null()).then(asked).alias(f"_asked_{name}"))
    same = [name for name in said.columns if name not in ("i", "row")]
    return (
        said.with_columns(pl.col("row").min().over(same).alias("other_row"))
        .filter(pl.col("row") != pl.col("other_row"))
        .select("i", "other_row")
    )


def contradictions(rows: pl.DataFrame, policy: Policy, /) -> pl.DataFrame:
    """Stage 2: rows that cannot all be true.

    Args:
        rows: What `keyed_rows` made, copies taken out.

    Returns:
        ``i``, ``code``, ``other_row`` (another row of the same group), one line per row and code.
    """
    parts = [
        _shared(rows, "id_key", "duplicate_id_in_file"),
        _shared(rows, "final_key", "duplicate_email_in_file"),
        _looks(rows),
        *_variants(rows, policy),
    ]
    return pl.concat(parts)


_FOUND: Final = pl.Schema({"i": pl.UInt32(), "code": pl.String(), "other_row": pl.UInt32()})


def grouped(group: pl.DataFrame, code: str) -> pl.DataFrame:
    """Every row of the groups (column ``g``), with another row of its group."""
    other = (
        pl.when(pl.col("row") == pl.col("row").min().over("g"))
        .then(pl.col("row").max().over("g"))
        .otherwise(pl.col("row").min().over("g"))
    )
    return group.select(
        pl.col("i").cast(pl.UInt32), pl.lit(code).alias("code"), other.cast(pl.UInt32).alias("other_row")
    )


def _shared(rows: pl.DataFrame, key: str, code: str) -> pl.DataFrame:
    hit = duplicated(rows[key])
    return (
        grouped(rows.select("i", "row", pl.col(key).alias("g"))[hit], code)
        if hit.len()
        else pl.DataFrame(schema=_FOUND)
    )


def _looks(rows: pl.DataFrame) -> pl.DataFrame:
    """Addresses that look alike, at least one of them beyond ASCII."""
    if rows["final_look"].null_count() == rows.height:
        return pl.DataFrame(schema=_FOUND)
    looks = rows["final_look"].drop_nulls().unique()
    shown = rows.select("i", "row", "final_key", pl.coalesce("final_look", "final_key").alias("g")).filter(
        pl.col("g").is_in(looks.implode())
    )
    return grouped(shown.filter(pl.col("final_key").n_unique().over("g") > 1), "email_confusable")


def _variants(rows: pl.DataFrame, policy: Policy) -> list[pl.DataFrame]:
    """IDs that differ only in case, or only in leading zeros (or in both, which is reported as zeros)."""
    folded = rows.select("i", "row", "id_key", id_fold(pl.col("id_key")).alias("g"))
    hit = duplicated(folded["g"])
    if hit.len() == 0:
        return []
    near = folded[hit].filter(pl.col("id_key").n_unique().over("g") > 1)
    case = near.with_columns(pl.col("id_key").str.to_lowercase().alias("g"))
    case = case.filter(pl.col("id_key").n_unique().over("g") > 1)
    zeros = near.filter(pl.col("id_key").str.to_lowercase().n_unique().over("g") > 1)
    found = [grouped(zeros, "id_leading_zeros_lost")]
    if policy.id_case == "exact":
        found.append(grouped(case, "id_case_variant"))
    return found
