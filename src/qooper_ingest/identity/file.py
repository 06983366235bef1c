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

from .._columns import as_sets, duplicated, find_null, find_set, gather_rows, no_flags, pick
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
    identity = records.identity
    height = identity.height
    told = [identity.get_column(name).alias("row" if name == ROW else name) for name in identity.columns]
    role, number = records.roles(policy.role), pl.int_range(height, dtype=pl.UInt32, eager=True).alias("i")
    rows = pl.DataFrame([number, *told, role, no_flags(height).alias("id_padded")])
    if policy.id_zero_pad is not None:
        rows = _padded(rows, policy.id_zero_pad, records.schema.id_pattern)
    c = rows.get_column
    no_id, no_email = find_null(c("id")), find_null(c("email"))
    damaged_id, damaged_email, damaged_new = (
        find_set(c(name)) for name in ("id_fault", "email_fault", "new_email_fault")
    )
    id_key = pick(~damaged_id, c("id"))
    if policy.id_case == "ascii_insensitive":
        id_key = id_key.str.to_lowercase()
    rename = find_set(c("new_email"))
    moves = rename & ~damaged_new
    id_required = no_id if policy.require_id else no_flags(height)
    made = {
        "id_key": id_key,
        "rename": rename,
        "final_key": pick(moves, c("new_email_key"), c("email_key")),
        "final_look": pick(moves, c("new_email_look"), c("email_look")),
        "final_text": pick(rename, c("new_email"), c("email")),
        "id_required": id_required,
        "email_missing": no_email,
        "has_id": find_set(id_key),
        "rejected": no_email | damaged_email | damaged_new | damaged_id | c("status_invalid") | id_required,
    }
    return rows.hstack([column.alias(name) for name, column in made.items()])


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
    if suspects.is_empty():
        return pl.DataFrame(schema={"i": rows.schema["i"], "other_row": pl.UInt32()})
    identity = ["id_key", "email_key", "new_email_key", "status", "status_scope", "role"]
    answers = [field.key for field in records.schema.profile if field.key in records.frame.columns]
    said = gather_rows((rows.get_column(name) for name in ("i", "row", *identity)), suspects)
    at = said["i"]
    told = [records.frame.get_column(name) for name in answers]
    told += [one.alias(f"_cleared_{one.name}") for one in records.cleared.get_columns()[1:]]
    for one in records.instructions.get_columns()[1:]:  # what is asked for says nothing where the answer cannot be read
        told.append(pick(find_set(records.frame.get_column(one.name)), one).alias(f"_asked_{one.name}"))
    if told:
        said = said.hstack(gather_rows(told, at))
    same = [
        as_sets(pl.col(name)) if dtype == _ANSWERS else pl.col(name) for name, dtype in list(said.schema.items())[2:]
    ]
    stays = said.select(pl.col("row").min().over(same)).to_series()
    copied = said["row"] != stays
    return pl.DataFrame([at.filter(copied), stays.filter(copied).alias("other_row")])


#: The answers of a multi-select.
_ANSWERS: Final = pl.List(pl.String())


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
    found = [part for part in parts if part.height]
    return pl.concat(found) if found else parts[0]


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
    if hit.is_empty():
        return pl.DataFrame(schema=_FOUND)
    return grouped(gather_rows([rows["i"], rows["row"], rows[key].alias("g")], hit), code)


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
    folded = rows.select(id_fold(pl.col("id_key")).alias("g")).to_series()
    hit = duplicated(folded)
    if hit.is_empty():
        return []
    near = gather_rows([rows["i"], rows["row"], rows["id_key"], folded], hit)
    near = near.filter(pl.col("id_key").n_unique().over("g") > 1)
    if near.is_empty():
        return []
    case = near.with_columns(pl.col("id_key").str.to_lowercase().alias("g"))
    case = case.filter(pl.col("id_key").n_unique().over("g") > 1)
    zeros = near.filter(pl.col("id_key").str.to_lowercase().n_unique().over("g") > 1)
    found = [grouped(zeros, "id_leading_zeros_lost")]
    if policy.id_case == "exact":
        found.append(grouped(case, "id_case_variant"))
    return found
