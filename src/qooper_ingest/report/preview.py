"""The first operations of a kind, also of a plan that a guard holds back: who is to acknowledge it has to see them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ..plan import Operation, Plan

__all__ = ["preview"]


def preview(plan: Plan, kind: pl.Expr, limit: int, /) -> tuple[int, tuple[Operation, ...]]:
    """How many operations are of a kind, and the first of them in the order of the file.

    Unlike `Plan.operations` this also shows what a guard holds back.
    """
    chosen = plan._new.with_columns(kind.alias("_chosen"))["_chosen"].arg_true()
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
