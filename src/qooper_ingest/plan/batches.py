"""The operations of a batch as one typed frame, for a host that applies them set by set.

Strategy: the plan's two frames (what is stored, what it becomes) side by side, under names that cannot meet a field's: what an
operation expects to find is ``expected_…``, what it changes ``before_…`` and ``after_…``. Nothing becomes an object, and every
value has the type of its field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

__all__ = ["widen_operations"]

#: What a change of status is called, by the state that it leads to.
_STATUS_ACTIONS: Final = {"active": "reactivate", "suspended": "suspend", "deleted": "retire"}

_ABSENT: Final = ("absent_email", "absent_id", "absent_id_fold", "absent_subject")
_SEEN: Final = ("id", "email", "status", "sso_subject")
_ROLES: Final = pl.List(pl.String())


def widen_operations(
    new: pl.DataFrame,
    stored: pl.DataFrame,
    group_of: Mapping[int, int],
    /,
    *,
    fields: tuple[str, ...],
    minds_locks: bool,
    with_roles: bool,
) -> pl.DataFrame:
    """Put what is stored and what it becomes side by side; see `Plan.operation_batches`.

    Args:
        new, stored: The plan's two frames, some lines of them.
        group_of: Row → number of its atomic group.
        fields: The fields that any operation of the plan changes.
        minds_locks: Whether an operation that changes the status expects that it is not locked.
        with_roles: Whether the run gives roles, so that the stored ones are expected.
    """
    c, known = pl.col, pl.col("action") != "create"
    status = c("status").cast(pl.String).replace_strict(_STATUS_ACTIONS, default=None, return_dtype=pl.String)
    group = c("row").replace_strict(dict(group_of), default=None, return_dtype=pl.UInt32) if group_of else pl.lit(None)
    absent = [c(name) if name in new.columns else pl.lit(None, dtype=pl.String).alias(name) for name in _ABSENT]
    locked = pl.lit(False) if minds_locks else pl.lit(None)
    seen = stored.select(pl.col(name).cast(pl.String).alias(f"expected_{name}") for name in _SEEN)
    roles = stored["roles"] if "roles" in stored.columns else pl.Series([None] * stored.height, dtype=_ROLES)
    both = new.hstack(seen).with_columns(roles.alias("_roles"), stored["ref"].alias("_ref"))
    changes = [c("changed").list.contains(field) for field in fields]
    wide = both.select(
        "row",
        pl.when(c("action") == "change_status").then(status).otherwise("action").alias("action"),
        c("_ref").alias("ref"),
        group.cast(pl.UInt32).alias("group"),
        "changed",
        *absent,
        pl.when(c("changed").list.contains("status")).then("status_scope").alias("status_scope"),
        *(pl.when(known).then(f"expected_{name}").alias(f"expected_{name}") for name in _SEEN),
        (pl.when(known).then(c("_roles").fill_null([])) if with_roles else pl.lit(None, dtype=_ROLES)).alias(
            "expected_roles"
        ),
        pl.when(known & c("changed").list.contains("status"))
        .then(locked)
        .cast(pl.Boolean)
        .alias("expected_status_locked"),
        *(pl.when(change).then(f).alias(f"after_{f}") for f, change in zip(fields, changes, strict=True)),
    )
    before = [pl.when(change).then(f).alias(f"before_{f}") for f, change in zip(fields, changes, strict=True)]
    was = stored.with_columns(new["changed"]).select(before)
    for column in was:
        wide.insert_column(wide.get_column_index(f"after_{column.name[7:]}"), column)
    return wide
