"""From records and people to one decision per row: the stages in their order.

     0  faults of the row itself             file.py, from the records
     1  copies                               file.py
     2  contradictions inside the file       file.py
     3-25  the row against the directory     table.py, over the facts of facts.py
    26  several rows for one person
    27, 28  who waits for whom, cycles       order.py
    29  guards                               guards.py

Everything is a column operation, and codes travel as bits of one number per row (codes.py), so that a million rows cost what
a million rows cost, whether all of them are fine or all of them are blocked. What the decision shows of itself, the
candidates among it, stands in evidence.py; what absence means, in absence.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from .._columns import duplicated, find_true, no_flags
from .._grid import COLUMNS_SHIFTED
from ..issues import Issues, Severity
from ..records import Records
from .absence import absence_issues, absence_matters, count_unusable, find_absent
from .answers import AnswerCounts, settle_answers, unfit_answers, with_answers
from .changes import Changes
from .codes import Blocked, Codes, marked
from .directory import Directory
from .evidence import candidates, directory_issues, frame_of, issues_of
from .facts import People, gather_facts, prepare_people
from .file import contradictions, copies, keyed_rows
from .guards import Guard, Tally, guards
from .order import Order, settle
from .policy import Policy
from .slips import slipped_columns
from .table import INFO_OF_BLOCKED, Rule, rules

__all__ = ["ACTIONS", "Decisions", "decide"]

ACTIONS: Final = ("create", "change_email", "change_status", "update", "unchanged", "conflict", "reject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """One line per row, and what the plan is made of.

    Args:
        frame: ``row``, ``action``, ``ref``, ``matched_by``, ``changed``, ``codes`` (errors and warnings), ``info``, ``candidates``.
        facts: The facts, aligned with the frame, with ``m`` (person) and the flags of what changes.
        people: The directory with its keys.
        changes: Which answers change.
        order: Pairs and groups.
        guards: The guards that tripped.
        issues: One per row and code, and one per guard.
        absent: People whom a full snapshot does not name (``p``).
        answers: What became of the decisions given.
    """

    frame: pl.DataFrame
    facts: pl.DataFrame
    people: People
    changes: Changes
    order: Order
    guards: tuple[Guard, ...]
    issues: Issues
    absent: pl.Series
    answers: AnswerCounts

    def rejects(self) -> dict[str, int]:
        """How many rejected rows are ``copies``, ``skipped``, and ``to_mend``: the others."""
        codes = self.frame.filter(self.frame["action"] == "reject")["codes"]
        copies, skipped = (int(codes.list.contains(code).sum()) for code in ("duplicate_row", "row_skipped"))
        return {"copies": copies, "skipped": skipped, "to_mend": codes.len() - copies - skipped}


def decide(records: Records, directory: Directory, policy: Policy, /) -> Decisions:
    """Walk the stages.

    Issues: every code of the table, and the guards.
    """
    rows = with_answers(keyed_rows(records, policy), policy)
    keys = None if absence_matters(directory, policy) else records.identity_keys
    collected, known = directory.collect(records.schema, keys)
    people = prepare_people(collected, known, policy)
    table = rules(policy)
    codes = Codes(table)
    height = rows.height

    # 0-2
    blocked = Blocked.none(height)
    blocked = _stage_0(rows, blocked, codes)
    copied = copies(_without(rows, rows["skipped"]), records)
    blocked = blocked.add(copied["i"], "reject", codes.bit("duplicate_row"))
    is_copy = no_flags(height)
    is_copy = is_copy.scatter(copied["i"], True) if copied.height else is_copy
    clashes = contradictions(_without(rows, is_copy | rows["skipped"]), policy)
    open_rows = blocked.open()
    for code in clashes["code"].unique().sort().to_list():
        hit = clashes.filter(pl.col("code") == code)["i"]
        blocked = blocked.add(hit.filter(open_rows[hit]), "conflict", codes.bit(code))

    # 3-25
    facts = gather_facts(rows, is_copy | rows["skipped"], records, people, policy)
    f = facts.frame
    evaluated = f.select(_effective(rule).alias(str(number)) for number, rule in enumerate(table))
    by_table = blocked.open()
    blocked = _first_block(table, evaluated, blocked, codes)
    unfit = unfit_answers(f, people) & blocked.open()
    blocked = blocked.add(find_true(unfit), "conflict", codes.bit("decision_unfit"))

    # 26
    resolved = f.select("i", "m").filter(blocked.open() & f["m"].is_not_null())
    several = resolved["i"][duplicated(resolved["m"])]
    blocked = blocked.add(several, "conflict", codes.bit("several_rows_one_user"))

    # 27, 28
    order, blocked = _settled(f, blocked, codes, policy)

    counted, unused = settle_answers(f, ~blocked.open(), unfit, policy)
    noted = codes.noted(_notes(table, evaluated, blocked, order, codes, policy))
    decided = _actions(f, blocked)
    concerned = candidates(table, evaluated, facts, decided, blocked, by_table, order, people, codes)
    absent = find_absent(facts, people, directory, policy)
    tally = _tally(decided, f, records, people, absent, policy)
    tripped = guards(tally, policy)
    frame = frame_of(decided, facts, noted, concerned, people)
    return Decisions(
        frame=frame,
        facts=f,
        people=people,
        changes=facts.changes,
        order=_in_rows(order, f["row"]),
        guards=tripped,
        issues=Issues.concat(
            [
                *slipped_columns(f, records, people),
                *absence_issues(absent, policy),
                *directory_issues(directory, records, f),
                issues_of(frame, noted, clashes, copied, f, records, tripped),
                unused,
            ]
        ),
        absent=absent,
        answers=counted,
    )


def _without(rows: pl.DataFrame, left_out: pl.Series) -> pl.DataFrame:
    """The rows without some, which mostly are none: a wide frame is not copied for nothing."""
    return rows.filter(~left_out) if left_out.any() else rows


def _stage_0(rows: pl.DataFrame, blocked: Blocked, codes: Codes) -> Blocked:
    blocked = blocked.add(find_true(rows["skipped"]), "reject", codes.bit("row_skipped"))
    live = ~rows["skipped"]
    for column in ("email_missing", "id_required", "status_invalid"):
        blocked = blocked.add(find_true(rows[column] & live), "reject", codes.bit(column))
    for column in ("email_fault", "new_email_fault", "id_fault"):
        faults = rows[column]
        for code in faults.drop_nulls().unique().sort().to_list():
            blocked = blocked.add(find_true((faults == code).fill_null(False) & live), "reject", codes.bit(code))
    return blocked


def _effective(rule: Rule) -> pl.Expr:
    if not rule.waived_by:
        return rule.when.fill_null(False)
    return (rule.when & ~pl.col("answer").is_in(list(rule.waived_by)).fill_null(False)).fill_null(False)


def _first_block(table: Sequence[Rule], evaluated: pl.DataFrame, blocked: Blocked, codes: Codes) -> Blocked:
    """Block every open row by the earliest stage that has a rule to block it."""
    for stage in sorted({rule.stage for rule in table if rule.blocks}):
        free = blocked.open()
        for number, rule in enumerate(table):
            if rule.stage == stage and rule.blocks:
                hit = evaluated[str(number)] & free
                blocked = blocked.add(find_true(hit), rule.blocks, codes.bit(rule.code, rule.severity))
    return blocked


def _settled(f: pl.DataFrame, blocked: Blocked, codes: Codes, policy: Policy) -> tuple[Order, Blocked]:
    waiting = f.select("i", "leaver", "contested").filter(f["leaver"].is_not_null() & f["takes"] & blocked.open())
    if waiting.is_empty():
        return Order((), (), (), ()), blocked
    # Several rows of one person are never all applied, so an address that they would free is not free.
    doomed = waiting.filter("contested")["i"].to_list()
    waiting = waiting.filter(~pl.col("contested"))
    ends = pl.concat([waiting["i"], waiting["leaver"].rename("i")]).unique()
    stopped = [*ends.filter(~blocked.open()[ends]).to_list(), *doomed]
    waits_for = dict(zip(waiting["i"].to_list(), waiting["leaver"].to_list(), strict=True))
    order = settle(waits_for, stopped, allow_cycles=policy.allow_email_cycles)
    order = replace(order, dependent=tuple(sorted({*order.dependent, *doomed})))
    blocked = blocked.add(pl.Series(order.dependent, dtype=pl.UInt32), "conflict", codes.bit("depends_on_blocked_row"))
    if not policy.allow_email_cycles:
        blocked = blocked.add(pl.Series(order.cyclic, dtype=pl.UInt32), "conflict", codes.bit("email_cycle"))
    return order, blocked


def _in_rows(order: Order, row: pl.Series) -> Order:
    """The same order in row numbers of the file."""
    if not order.before and not order.groups:
        return order
    number = row.to_list()
    return Order(
        tuple(number[i] for i in order.dependent),
        tuple(number[i] for i in order.cyclic),
        tuple(sorted((number[a], number[b]) for a, b in order.before)),
        tuple(sorted(tuple(sorted(number[i] for i in group)) for group in order.groups)),
    )


def _notes(
    table: Sequence[Rule], evaluated: pl.DataFrame, blocked: Blocked, order: Order, codes: Codes, policy: Policy
) -> pl.Series:
    """All codes of every row as one number: what blocked it, or what is to be noted of it."""
    free = blocked.open()
    on_cycle = no_flags(free.len())
    if policy.allow_email_cycles and order.cyclic:
        on_cycle = on_cycle.scatter(pl.Series(order.cyclic, dtype=pl.UInt32), True)
    noted = blocked.codes
    for number, rule in enumerate(table):
        if rule.blocks:
            continue
        hit = evaluated[str(number)]
        if not hit.any():
            continue
        where = hit & free
        if rule.code == "email_reassigned_in_file":
            where = where & ~on_cycle
        noted = marked(noted, where, codes.bit(rule.code, rule.severity))
        if rule.code in INFO_OF_BLOCKED:
            kept = Severity.INFO if rule.code == "id_from_number" else rule.severity
            noted = marked(noted, hit & ~free, codes.bit(rule.code, kept))
    return marked(noted, on_cycle, codes.bit("email_cycle", Severity.WARNING))


def _actions(f: pl.DataFrame, blocked: Blocked) -> pl.DataFrame:
    """The headline of every row: the riskiest of its changes."""
    c = pl.col
    return f.select(
        "i",
        "row",
        pl.when(blocked.outcome.is_not_null())
        .then(blocked.outcome.cast(pl.String))
        .when(c("m").is_null())
        .then(pl.lit("create"))
        .when("changes_email")
        .then(pl.lit("change_email"))
        .when("changes_status")
        .then(pl.lit("change_status"))
        .when("would_change")
        .then(pl.lit("update"))
        .otherwise(pl.lit("unchanged"))
        .cast(pl.Enum(ACTIONS))
        .alias("action"),
        pl.when(blocked.outcome.is_null()).then("m").alias("p"),
        pl.when(c("m").is_null())
        .then(pl.lit(None, dtype=pl.String))
        .when("by_subject")
        .then(pl.lit("sso_subject"))
        .when("matched_by_id")
        .then(pl.lit("id"))
        .otherwise(pl.lit("email"))
        .alias("matched_by"),
    )


def count_shifted(records: Records, /) -> int:
    """How often the reader could not tell which label belongs to which column of the rows."""
    shifted = (pl.col("code") == COLUMNS_SHIFTED) & (pl.col("severity") == Severity.ERROR)
    return records.issues.frame.filter(shifted).height


def _tally(
    decided: pl.DataFrame, f: pl.DataFrame, records: Records, people: People, absent: pl.Series, policy: Policy
) -> Tally:
    action = decided["action"].cast(pl.String)
    suspends = decided["p"].is_not_null() & f["changes_status"] & (f["status"] == "suspended").fill_null(False)
    from_absence = absent.len() if policy.absent == "suspend" else 0
    return Tally(
        suspensions=int(suspends.sum()) + from_absence,
        email_changes=int((action == "change_email").sum()),
        matched=int(decided["p"].is_not_null().sum()),
        accepted=int((action != "reject").sum()),
        active_people=people.known.active_people,
        absent=absent.len(),
        snapshot=policy.absent != "ignore" and policy.full_snapshot,
        unusable=count_unusable(f, records) if policy.absent == "suspend" else 0,
        shifted=count_shifted(records),
    )
