"""What is different between two plans of one file: under another policy, mapping, separator or directory.

Strategy: both plans are compared row by row, and people who are suspended for their absence one by one. What an operation would
write is compared field by field, as text that differs where the values differ; what is the same in both is left out. The result
is a frame of rows, codes, refs and field keys without a value of anybody, so it may be logged and shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from .. import _html
from .._values import same
from ..errors import UsageError
from .model import Plan
from .staleness import value_as_text

__all__ = ["PlanDiff", "diff_plans"]

#: What may differ, in the order in which it is listed.
_ASPECTS: Final = ("action", "person", "value", "reason", "only_in_a", "only_in_b")

#: Rows that a notebook shows.
_SHOWN_ROWS: Final = 20

#: Columns of a plan's ``_new`` that are no values.
_META: Final = (
    "row", "action", "changed", "merged", "codes", "absent_email", "absent_id", "absent_id_fold", "absent_subject",
    "status_scope",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PlanDiff:
    """Rows that two plans decide differently. False where there are none.

    Args:
        frame: One line per row that differs: ``row`` (null: a person absent from a full snapshot), ``differs`` (``action``, ``person``,
            ``value``: what would be written; ``reason``: codes, infos included; ``only_in_a``, ``only_in_b``), ``action_a``, ``action_b``, ``ref_a``, ``ref_b``,
            ``codes_a``, ``codes_b`` (codes and infos), ``fields`` (keys whose value would be another one).
        rows: How many rows were compared.
    """

    frame: pl.DataFrame
    rows: int

    def __repr__(self) -> str:
        told = ", ".join(f"{count} by {name}" for name, count in self.counts.items())
        return f"PlanDiff({self.frame.height} of {self.rows} rows{': ' if told else ''}{told})"

    def _repr_html_(self) -> str:
        lines = [(before, after, count) for (before, after), count in self.transitions.items()]
        counted = _html.grid(("action", "becomes", "rows"), [(a, b, str(n)) for a, b, n in lines])
        shown = self.frame.head(_SHOWN_ROWS)
        rows = [[", ".join(cell) if isinstance(cell, list) else cell for cell in row] for row in shown.rows()]
        return _html.block(repr(self), counted, _html.grid(shown.columns, rows, more=self.frame.height - shown.height))

    def __eq__(self, other: object) -> bool:
        return same(self, other, self.__slots__)

    def __bool__(self) -> bool:
        return not self.frame.is_empty()

    @property
    def counts(self) -> dict[str, int]:
        """Rows per aspect; a row may differ in several."""
        found = self.frame["differs"].list.explode().value_counts().rows() if self else []
        counted: dict[str, int] = dict(found)
        return {name: counted[name] for name in _ASPECTS if name in counted}

    @property
    def transitions(self) -> dict[tuple[str, str], int]:
        """Rows per pair of actions that differ: what the one plan does, and what the other does; ``absent``: no such row."""
        pair = [pl.col(name).cast(pl.String).fill_null("absent") for name in ("action_a", "action_b")]
        moved = self.frame.select(pair).filter(pl.col("action_a") != pl.col("action_b"))
        counted = (
            moved.group_by("action_a", "action_b")
            .len()
            .sort("len", "action_a", "action_b", descending=[True, False, False])
        )
        return {(a, b): count for a, b, count in counted.rows()}


def diff_plans(a: Plan, b: Plan, /) -> PlanDiff:
    """Compare two plans of one file.

    Args:
        a: A plan.
        b: Another plan of the same sheet: under another policy, mapping or separator, or against other people.

    Returns:
        The rows whose action, person, values or reasons differ, in the order of the file; ``diff_plans(a, a)`` is empty.

    Raises:
        UsageError: ``argument_invalid``: the plans are of two files or sheets, whose rows have nothing to do with each other.

    >>> import qooper_ingest as qi
    >>> file = b"Employee ID,Email\\nA1,ann.lee@corp.example\\nB2,bob@corp.example\\n"
    >>> people = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
    >>> plans = [
    ...     qi.plan_import(file, schema=qi.Schema.participants(), directory=people, choices=qi.Choices(policy=qi.Policy(key=key)))
    ...     for key in ("id", "email")
    ... ]
    >>> diff_plans(*plans).transitions
    {('change_email', 'conflict'): 1}
    """
    sheets = [plan._records.sheet if plan._records is not None else None for plan in (a, b)]
    for one, other in ((a._basis["source"], b._basis["source"]), sheets):
        if one is not None and other is not None and one != other:
            raise UsageError(
                "argument_invalid", reason="the plans are of two files or two sheets: their rows are others"
            )
    c = pl.col
    lines = _lines(a, "a").join(_lines(b, "b"), on=["row", "absent"], how="full", coalesce=True, nulls_equal=True)
    fields = sorted({name[2:] for name in lines.columns if name[:2] in ("a:", "b:")})
    both = c("action_a").is_not_null() & c("action_b").is_not_null()
    none = pl.lit([], dtype=pl.List(pl.String))
    told = lines.with_columns(
        pl.concat_list(none, *(pl.when(both & _differs(lines, name)).then(pl.lit(name)) for name in fields))
        .list.drop_nulls()
        .alias("fields")
    )
    aspects = {
        "action": both & (c("action_a") != c("action_b")),
        "person": both & c("ref_a").ne_missing(c("ref_b")),
        "value": both & (c("fields").list.len() > 0),
        "reason": both & c("codes_a").ne_missing(c("codes_b")),
        "only_in_a": c("action_b").is_null(),
        "only_in_b": c("action_a").is_null(),
    }
    marks = pl.concat_list(pl.when(test).then(pl.lit(name)) for name, test in aspects.items()).list.drop_nulls()
    frame = (
        told.with_columns(marks.alias("differs"))
        .filter(c("differs").list.len() > 0)
        .sort("row", "absent", nulls_last=True)
        .select("row", "differs", *(f"{name}_{side}" for name in _COMPARED for side in "ab"), "fields")
    )
    return PlanDiff(frame=frame, rows=lines.height)


#: What is told of a row of each plan.
_COMPARED: Final = ("action", "ref", "codes")


def _lines(plan: Plan, side: str) -> pl.DataFrame:
    """One line per row and per suspension by absence, with what would be written as text, one column ``<side>:<field>`` each."""
    c = pl.col
    new = plan._new.with_columns(plan._stored["ref"].alias("ref"))
    values = [name for name in new.columns if name not in (*_META, "ref")]
    written = new.select(
        "row",
        pl.when(c("row").is_null()).then("ref").alias("absent"),
        *(
            pl.when(c("changed").list.contains(name))
            .then(value_as_text(c(name), new.schema[name]))
            .alias(f"{side}:{name}")
            for name in values
        ),
    )
    lines = plan.frame.select(
        "row",
        pl.lit(None, dtype=pl.String).alias("absent"),
        c("action").cast(pl.String),
        "ref",
        pl.concat_list("codes", "info").list.sort().alias("codes"),
    )
    gone = new.filter(c("row").is_null()).select(
        "row", c("ref").alias("absent"), "action", "ref", pl.lit([], dtype=pl.List(pl.String)).alias("codes")
    )
    named = pl.concat([lines, gone]).rename({name: f"{name}_{side}" for name in _COMPARED})
    return named.join(written, on=["row", "absent"], how="left", nulls_equal=True)


def _differs(lines: pl.DataFrame, name: str) -> pl.Expr:
    """Whether one plan would write something else into a field than the other."""
    sides = [f"{side}:{name}" for side in "ab"]
    a, b = (pl.col(one) if one in lines.columns else pl.lit(None, dtype=pl.String) for one in sides)
    return a.ne_missing(b)
