"""What is stored and what it becomes, for the rows that may be applied: two frames, line by line.

Operations are made from them a batch at a time, and the check against a newer directory compares them with those of a plan
made again.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from .._columns import find_true, holds, nothing, pick, repeat
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
    action = frame["action"]
    at = find_true(reduce(or_, (action == one for one in _APPLIED)))
    p = f["m"][at]
    lines = frame[at]
    creates = lines["action"] == "create"
    stored = {"row": lines["row"], "ref": lines["ref"]}
    for name in ("id", "email", "status", "sso_subject", "roles", "protected", "status_locked"):
        stored[name] = people.of(name, p)
    stored["status"] = stored["status"].cast(pl.String)
    roles = _with_role(stored["roles"], f["role"][at])
    takes = f["takes"][at]
    gets_id = (creates & f["has_id"][at]) | f["link"][at]
    id_key = f["id_key"][at]
    answer = f["answer"][at]
    answered = reduce(or_, (holds(answer == one) for one in _VARIANT_ACCEPTED))
    sent = policy.sso_check == "enforce" and policy.sso_subject_is == "id"
    new = {
        "row": lines["row"],
        "action": lines["action"].cast(pl.String),
        "changed": lines["changed"],
        "merged": _merged_fields(records, decided, at, policy),
        "codes": lines["codes"],
        "absent_email": pick(takes, f["final_key"][at]),
        "absent_id": pick(gets_id, id_key),
        "absent_id_fold": pick(gets_id & ~answered, id_key.to_frame("k").select(id_fold(pl.col("k"))).to_series()),
        "absent_subject": pick(f["has_id"][at], id_key) if sent else nothing(at.len(), id_key.dtype),
        "status_scope": f["status_scope"][at],
        "id": f["id"][at],
        "email": f["final_text"][at],
        "status": f["status"][at],
        "roles": roles,
    }
    for one in decided.changes.fields:
        stored[one.key] = people.of(one.key, p)
        new[one.key] = pick(decided.changes.changed[one.key][at], decided.changes.after[one.key][at])
    before = pl.DataFrame([column.alias(name) for name, column in stored.items()])
    after = pl.DataFrame([column.alias(name) for name, column in new.items()])
    if policy.absent == "suspend" and decided.absent.len():
        left = _absences(decided.absent, before, after, decided)
        before, after = (
            pl.concat([before, left[0]], how="diagonal_relaxed"),
            pl.concat([after, left[1]], how="diagonal_relaxed"),
        )
    return before, after


def _with_role(stored: pl.Series, role: pl.Series) -> pl.Series:
    """The stored roles with the row's own behind them, each once; of a new person none are stored."""
    old = stored.to_frame("old")
    none = pl.lit([], dtype=pl.List(pl.String))
    if role.null_count() == role.len():
        return old.select(pl.col("old").fill_null(none).list.unique(maintain_order=True)).to_series()
    both = pl.concat_list(pl.col("old").fill_null(none), pl.concat_list("new").list.drop_nulls())
    return old.hstack([role.alias("new")]).select(both.list.unique(maintain_order=True)).to_series()


#: Of a row that replaces the stored answers.
_NOT_MERGED: Final = pl.Series("merged", [[]], dtype=pl.List(pl.String))


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
        return repeat(_NOT_MERGED, at.len())
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
