"""What people decided for single rows: taken up before the table, checked after it, and every one of them accounted for.

A decision says how a row is to be read (``use_id``, ``use_email``, ``link``, ``create``, ``treat_as_same_person``) or that it is to be left
out (``skip``). It sets rules of the table aside (`Rule.waived_by`); it never makes a match. So the outcome is compared with
what was decided:

    used      the row is applied as decided, or left out
    unfit     the row would be applied otherwise than decided: it is stopped (``decision_unfit``)
    unused    the row is not there, is stopped for another reason, or a later decision for it counts (``decision_unused``)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from .._columns import no_flags, nothing
from ..issues import Issues
from .facts import People
from .policy import Policy

__all__ = ["AnswerCounts", "settle_answers", "unfit_answers", "with_answers"]


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """How many decisions were used, unfit and unused; together they are all that were given."""

    used: int = 0
    unfit: int = 0
    unused: int = 0

    def figures(self) -> dict[str, int]:
        """By name."""
        return {"used": self.used, "unfit": self.unfit, "unused": self.unused}


_SCHEMA: Final = pl.Schema({"row": pl.UInt32(), "answer": pl.String(), "answer_ref": pl.String()})


def _given(policy: Policy) -> pl.DataFrame:
    """All decisions in their order."""
    return pl.DataFrame([(one.row, one.answer, one.ref) for one in policy.decisions], schema=_SCHEMA, orient="row")


def with_answers(rows: pl.DataFrame, policy: Policy, /) -> pl.DataFrame:
    """Add ``answer``, ``answer_ref`` and ``skipped``. An ID set aside by ``use_email`` is no key any more; of several
    decisions for a row the last counts."""
    if not policy.decisions:
        none = nothing(rows.height, pl.String())
        return rows.hstack([none.alias("answer"), none.alias("answer_ref"), no_flags(rows.height).alias("skipped")])
    told = _given(policy).unique("row", keep="last", maintain_order=True)
    by_email = pl.col("answer").eq_missing(pl.lit("use_email"))
    skipped = pl.col("answer").eq_missing(pl.lit("skip"))
    return (
        rows.join(told, on="row", how="left", maintain_order="left")
        .with_columns(skipped.alias("skipped"))
        .with_columns(
            pl.when(by_email).then(None).otherwise("id_key").alias("id_key"),
            pl.when(by_email).then(False).otherwise("has_id").alias("has_id"),
            (pl.col("rejected") | skipped).alias("rejected"),
        )
    )


def unfit_answers(f: pl.DataFrame, people: People, /) -> pl.Series:
    """True where a row does not lead to what was decided for it, by the facts."""
    if f["answer"].null_count() == f.height:
        return no_flags(f.height)
    c = pl.col
    known = c("m").is_not_null()
    by_address = known & ((c("m") == c("v")) | c("u_in_v")).fill_null(False)
    has_this_id = (c("link") | (c("m_id") == c("id_key"))).fill_null(False)
    holds = {
        "use_id": known & (c("u_n") == 1) & (c("m") == c("u")).fill_null(False),
        "use_email": by_address,
        "link": by_address & c("has_id") & has_this_id,
        "create": ~known,
        "treat_as_same_person": known,
    }
    fits = pl.lit(True)
    for answer, condition in holds.items():
        fits = pl.when(c("answer") == answer).then(condition).otherwise(fits)
    meant = c("answer_ref").is_null() | (c("answer") == "skip") | c("_ref").eq_missing(c("answer_ref"))
    told = f.with_columns(people.of("ref", f["m"]).alias("_ref"))
    return told.select(c("answer").is_not_null() & ~(fits & meant)).to_series()


def settle_answers(
    f: pl.DataFrame, stopped: pl.Series, unfit: pl.Series, policy: Policy, /
) -> tuple[AnswerCounts, Issues]:
    """Account for every decision.

    Args:
        f: The facts of every row.
        stopped: True for rows that are not applied, for whatever reason.
        unfit: True for rows that are stopped because the decision does not fit.
        policy: The options.

    Issues: ``decision_unused``.
    """
    if not policy.decisions:
        return AnswerCounts(), Issues.empty()
    state = pl.DataFrame({"row": f["row"], "stopped": stopped & ~f["skipped"], "unfit": unfit})
    given = _given(policy).with_columns(pl.col("row").is_last_distinct().alias("counts"))
    told = given.join(state, on="row", how="left", maintain_order="left")
    detail = (
        pl.when(pl.col("stopped").is_null())
        .then(pl.lit("the row is not there"))
        .when(~pl.col("counts"))
        .then(pl.lit("a later decision for the row counts"))
        .when(pl.col("stopped") & ~pl.col("unfit"))
        .then(pl.lit("the row is stopped for another reason"))
    )
    told = told.select("row", "unfit", detail.alias("detail"))
    unused = told.filter(pl.col("detail").is_not_null())
    rest = told.filter(pl.col("detail").is_null())
    counts = AnswerCounts(used=int((~rest["unfit"]).sum()), unfit=int(rest["unfit"].sum()), unused=unused.height)
    return counts, Issues.from_frame("decision_unused", unused.sort("row", maintain_order=True))
