"""What is stored and what it becomes, for the rows that may be applied: two frames, line by line.

Operations are made from them a batch at a time, and the check against a newer directory compares them with those of a plan
made again.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from .._grid import ROW
from ..identity import Decisions, Policy
from ..ids import id_fold
from ..records import Records

__all__ = ["operation_frames"]

_APPLIED: Final = ("create", "change_email", "change_status", "update")

#: Answers by which a person accepts that an ID differs from another one by case or zeros only.
_VARIANT_ACCEPTED: Final = ("create", "link")


def operation_frames(decided: Decisions, records: Records, policy: Policy, /) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Build the two frames of the rows that may be applied.

    Returns:
        ``stored``: ``row``, ``ref``, what is stored of the person (``id``, ``email``, ``status``, ``sso_subject``, ``roles``,
        ``protected``, ``status_locked`` and the fields that the file brings). ``new``: ``row``, ``action``, ``changed``,
        ``merged`` (lists that are added to or taken from), ``codes``, the keys that nobody may hold (``absent_email``,
        ``absent_id``, ``absent_id_fold``, ``absent_subject``), ``status_scope``, and what the same columns become. Both have
        one line per operation, in the order of the file; suspensions by absence follow without a row.
    """
    frame, f, people = decided.frame, decided.facts, decided.people
    at = frame["action"].is_in(_APPLIED).arg_true()
    p = f["m"][at]
    lines = frame[at]
    creates = lines["action"] == "create"
    stored = {"row": lines["row"], "ref": lines["ref"]}
    for name in ("id", "email", "status", "sso_subject", "roles", "protected", "status_locked"):
        stored[name] = people.of(name, p)
    stored["status"] = stored["status"].cast(pl.String)
    role = pl.DataFrame({"role": f["role"][at]}).select(pl.concat_list("role").list.drop_nulls()).to_series()
    roles = (
        pl.DataFrame({"old": stored["roles"], "new": role})
        .select(
            pl.concat_list(pl.col("old").fill_null(pl.lit([], dtype=pl.List(pl.String))), "new").list.unique(
                maintain_order=True
            )
        )
        .to_series()
    )
    takes = f["takes"][at]
    gets_id = (creates & f["has_id"][at]) | f["link"][at]
    id_key = f["id_key"][at]
    sent = f["has_id"][at] & (policy.sso_check == "enforce") & (policy.sso_subject_is == "id")
    answered = f["answer"][at].is_in(list(_VARIANT_ACCEPTED)).fill_null(False)
    new = {
        "row": lines["row"],
        "action": lines["action"].cast(pl.String),
        "changed": lines["changed"],
        "merged": _merged_fields(records, decided, at, policy),
        "codes": lines["codes"],
        "absent_email": _where(takes, f["final_key"][at]),
        "absent_id": _where(gets_id, id_key),
        "absent_id_fold": _where(gets_id & ~answered, pl.DataFrame({"k": id_key}).select(id_fold(pl.col("k")))["k"]),
        "absent_subject": _where(sent, id_key),
        "status_scope": f["status_scope"][at],
        "id": f["id"][at],
        "email": f["final_text"][at],
        "status": f["status"][at],
        "roles": roles,
    }
    for one in decided.changes.fields:
        stored[one.key] = people.of(one.key, p)
        new[one.key] = _where(decided.changes.changed[one.key][at], decided.changes.after[one.key][at])
    before = pl.DataFrame({name: column.alias(name) for name, column in stored.items()})
    after = pl.DataFrame({name: column.alias(name) for name, column in new.items()})
    if policy.absent == "suspend" and decided.absent.len():
        left = _absences(decided.absent, before, after, decided)
        before, after = (
            pl.concat([before, left[0]], how="diagonal_relaxed"),
            pl.concat([after, left[1]], how="diagonal_relaxed"),
        )
    return before, after


def _where(flags: pl.Series, values: pl.Series) -> pl.Series:
    nothing = pl.Series(values.name, [None], dtype=values.dtype)
    return values.zip_with(flags, nothing.new_from_index(0, values.len()) if values.len() else nothing.clear())


def _merged_fields(records: Records, decided: Decisions, at: pl.Series, policy: Policy) -> pl.Series:
    """The keys of the lists that a row adds to or takes from, by the policy or by a mark of its cell."""
    lists = [one.key for one in decided.changes.fields if one.type == "multi_select"]
    marks = records.instructions
    flags = [
        (pl.col(ROW if policy.multi_select == "union" else key).is_not_null()).alias(key)
        for key in lists
        if policy.multi_select == "union" or key in marks.columns
    ]
    if not flags:
        none = pl.Series("merged", [[]], dtype=pl.List(pl.String))
        return none.new_from_index(0, at.len()) if at.len() else none.clear()
    merged = marks[at].select(
        pl.concat_list(pl.when(flag).then(pl.lit(flag.meta.output_name())) for flag in flags)
        .list.drop_nulls()
        .alias("merged")
    )
    return merged["merged"]


def _absences(
    absent: pl.Series, before: pl.DataFrame, after: pl.DataFrame, decided: Decisions
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Suspensions of people whom a full snapshot does not name; they have no row."""
    people = decided.people
    height = absent.len()
    stored = (
        people.frame.select(name for name in before.columns if name != "row")[absent]
        .cast({"status": pl.String})
        .select(pl.lit(None, dtype=pl.UInt32).alias("row"), pl.all())
    )
    new = pl.DataFrame({"status": ["suspended"] * height, "action": ["change_status"] * height}).with_columns(
        pl.lit(["status"], dtype=pl.List(pl.String)).alias("changed"),
        pl.lit([], dtype=pl.List(pl.String)).alias("merged"),
        pl.lit([], dtype=pl.List(pl.String)).alias("codes"),
    )
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in after.schema.items() if name not in new.columns]
    return stored, new.with_columns(missing).select(after.columns)
