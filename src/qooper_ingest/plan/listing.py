"""The operations of a plan as somebody looks at them: the first of a kind, or all of them as one flat frame.

Both also show what a guard holds back, when they are asked to: who is to acknowledge a guard has to see what it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from .._numbers import float_text
from ..errors import UsageError
from .operations import ChangeEmail, Create, Operation, Reactivate, Retire, Suspend, Update
from .order import order_rows

if TYPE_CHECKING:
    from .model import Plan

__all__ = ["FLAT_SCHEMA", "flatten_operations", "preview_operations"]

#: Columns of `flatten_operations`.
FLAT_SCHEMA: Final = pl.Schema(
    {
        "row": pl.UInt32(), "ref": pl.String(), "action": pl.String(), "field": pl.String(), "before": pl.String(),
        "after": pl.String(),
    }
)  # fmt: skip

#: What a change of status is called, by the state that it leads to.
_STATUS_ACTIONS: Final = {"active": "reactivate", "suspended": "suspend", "deleted": "retire"}

#: Kind of operation → its name in `_action`.
_KINDS: Final[Mapping[type[Operation], str]] = {
    Create: "create", Update: "update", ChangeEmail: "change_email", Suspend: "suspend", Reactivate: "reactivate",
    Retire: "retire",
}  # fmt: skip

#: Between several answers of one question, in a flat frame.
_BETWEEN: Final = "; "


def _action() -> pl.Expr:
    """The name of an operation, from a line of the plan's frame of what becomes of whom."""
    by_status = pl.col("status").cast(pl.String).replace_strict(_STATUS_ACTIONS, default=None)
    return pl.when(pl.col("action") == "change_status").then(by_status).otherwise("action").alias("action")


def preview_operations(plan: Plan, kind: type[Operation] | None, limit: int, /) -> tuple[int, tuple[Operation, ...]]:
    """How many operations are of a kind, and the first of them in the order of the file; see `Plan.preview`."""
    if limit < 0:
        raise UsageError("argument_invalid", reason="limit must not be negative")
    if kind is not None and kind not in _KINDS:
        raise UsageError("argument_invalid", reason=f"kind is one of {', '.join(one.__name__ for one in _KINDS)}")
    names = plan._new.select(_action())["action"]
    chosen = (names == _KINDS[kind]).arg_true() if kind is not None else pl.int_range(names.len(), eager=True)
    some = chosen.head(limit)
    part = replace(
        plan,
        _new=plan._new[some],
        _stored=plan._stored[some],
        dependencies=(),
        atomic_groups=(),
        summary=plan.summary.model_copy(update={"can_apply": True}),
    )
    return chosen.len(), tuple(operation for batch in part.operations() for operation in batch)


def flatten_operations(plan: Plan, /, *, held_back: bool) -> pl.DataFrame:
    """One line per change of every operation; see `Plan.operations_frame`."""
    if not plan.can_apply and not held_back:
        return pl.DataFrame(schema=FLAT_SCHEMA)
    order = order_rows(plan._new["row"], dependencies=plan.dependencies, groups=plan.atomic_groups)
    new, stored = plan._new[order], plan._stored[order]
    lead = pl.DataFrame(
        [
            pl.int_range(new.height, dtype=pl.UInt32, eager=True).alias("at"),
            new["row"],
            stored["ref"],
            new.select(_action())["action"],
            new["changed"],
        ]
    )
    fields = sorted(set(new["changed"].explode(empty_as_null=True).drop_nulls()))
    parts = []
    for field in fields:
        both = pl.DataFrame([_as_text(stored[field]).alias("before"), _as_text(new[field]).alias("after")])
        parts.append(
            lead.hstack(both)
            .filter(pl.col("changed").list.contains(field))
            .select("at", "row", "ref", "action", pl.lit(field).alias("field"), "before", "after")
        )
    if not parts:
        return pl.DataFrame(schema=FLAT_SCHEMA)
    return pl.concat(parts).sort("at", "field").drop("at").cast(FLAT_SCHEMA)


def _as_text(values: pl.Series) -> pl.Series:
    """Values as text: numbers by their digits, dates as ISO 8601, several answers joined; null for none."""
    if isinstance(values.dtype, pl.List):
        return values.cast(pl.List(pl.String)).list.join(_BETWEEN)
    return float_text(values) if values.dtype.is_float() else values.cast(pl.String)
