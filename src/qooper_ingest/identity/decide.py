"""From records and people to one decision per row: the stages in their order.

     0  faults of the row itself             file.py, from the records
     1  copies                               file.py
     2  contradictions inside the file       file.py
     3-25  the row against the directory     table.py, over the facts of facts.py
    26  several rows for one person
    27, 28  who waits for whom, cycles       order.py
    29  guards                               guards.py

What the file says and the facts come first, then the stages settle what becomes of each row.

Everything is a column operation, and codes travel as bits of one number per row (codes.py), so that a million rows cost what
a million rows cost, whether all of them are fine or all of them are blocked. What the decision shows of itself, the
candidates among it, stands in evidence.py; what absence means, in absence.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from .._columns import duplicated, find_set, find_true, gather_rows, holds, no_flags, pick, repeat
from .._grid import COLUMNS_SHIFTED
from ..issues import Issues, Severity
from ..records import Records
from .absence import absence_issues, absence_matters, count_unusable, find_absent
from .answers import AnswerCounts, settle_answers, unfit_answers, with_answers
from .changes import Changes
from .codes import Blocked, Codes, marked
from .directory import Directory
from .evidence import candidates, directory_issues, frame_of, issues_of, keys_not_asked
from .facts import People, gather_facts, prepare_people
from .file import contradictions, copies, keyed_rows
from .guards import Compared, Guard, Tally, guards
from .order import Order, settle
from .policy import Policy
from .slips import slipped_columns
from .table import INFO_OF_BLOCKED, Rule, rules

__all__ = ["ACTIONS", "Decisions", "decide"]

ACTIONS: Final = ("create", "change_email", "change_status", "update", "unchanged", "conflict", "reject")

_ACTION: Final = pl.Enum(ACTIONS)


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
        codes = self.frame["codes"].filter(self.frame["action"] == "reject")
        copies, skipped = (int(codes.list.contains(code).sum()) for code in ("duplicate_row", "row_skipped"))
        return {"copies": copies, "skipped": skipped, "to_mend": codes.len() - copies - skipped}


def decide(records: Records, directory: Directory, policy: Policy, /, *, drift: Compared | None = None) -> Decisions:
    """Walk the stages.

    Issues: every code of the table, and the guards.
    """
    rows = with_answers(keyed_rows(records, policy), policy)
    keys = None if absence_matters(directory, policy) else records.identity_keys
    collected, known = directory.collect(records.schema, keys)
    people = prepare_people(collected, known, policy)
    skipped = rows["skipped"]
    copied = copies(_without(rows, skipped), records)
    is_copy = no_flags(rows.height)
    is_copy = is_copy.scatter(copied["i"], True) if copied.height else is_copy
    clashes = contradictions(_without(rows, is_copy | skipped), policy)
    closed = rows["rejected"] | is_copy
    closed = closed.scatter(clashes["i"], True) if clashes.height else closed
    facts = gather_facts(rows, is_copy | skipped, closed, records, people, policy)
    f = facts.frame
    table = rules(f, policy)
    codes = Codes(table)

    # 0-2
    blocked = _stage_0(rows, Blocked.none(rows.height), codes)
    blocked = blocked.add(copied["i"], "reject", codes.bit("duplicate_row"))
    open_rows = blocked.open()
    for code in _distinct(clashes["code"]):
        hit = clashes["i"].filter(clashes["code"] == code)
        blocked = blocked.add(hit.filter(open_rows[hit]), "conflict", codes.bit(code))

    # 3-25
    evaluated = [_effective(rule, f["answer"]) for rule in table]
    by_table = blocked.open()
    blocked = _first_block(table, evaluated, blocked, codes)
    unfit = unfit_answers(f, people) & blocked.open()
    blocked = blocked.add(find_true(unfit), "conflict", codes.bit("decision_unfit"))

    # 26
    resolved = find_true(blocked.open() & find_set(f["m"]))
    several = resolved[duplicated(f["m"][resolved])]
    blocked = blocked.add(several, "conflict", codes.bit("several_rows_one_user"))

    # 27, 28
    order, blocked = _settled(f, blocked, codes, policy)

    counted, unused = settle_answers(f, ~blocked.open(), unfit, policy)
    noted = codes.noted(_notes(table, evaluated, blocked, order, codes, policy))
    decided = _actions(f, blocked)
    concerned = candidates(table, evaluated, facts, decided, blocked, by_table, order, people, codes)
    absent = find_absent(facts, people, directory, policy)
    not_asked = keys_not_asked(directory, records)
    tally = _tally(decided, f, records, people, absent, not_asked, policy)
    if drift is not None:
        drifted = sum(code in policy.drift for code in drift.codes)
        tally = replace(tally, drifted=drifted, findings=len(drift.codes))
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
                *directory_issues(directory, not_asked, f, tripped),
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
        for code in _distinct(faults):
            blocked = blocked.add(find_true(holds(faults == code) & live), "reject", codes.bit(code))
    return blocked


def _distinct(codes: pl.Series) -> list[str]:
    """The different codes of a column, sorted; most columns have none."""
    return codes.drop_nulls().unique().sort().to_list() if codes.null_count() < codes.len() else []


def _effective(rule: Rule, answer: pl.Series) -> pl.Series:
    """Where a rule holds, and no answer of a person sets it aside."""
    when = holds(rule.when)
    for waiver in rule.waived_by if answer.null_count() < answer.len() else ():
        when = when & ~holds(answer == waiver)
    return when


def _first_block(table: Sequence[Rule], evaluated: Sequence[pl.Series], blocked: Blocked, codes: Codes) -> Blocked:
    """Block every open row by the earliest stage that has a rule to block it."""
    for stage in sorted({rule.stage for rule in table if rule.blocks}):
        free = blocked.open()
        for number, rule in enumerate(table):
            if rule.stage == stage and rule.blocks:
                hit = evaluated[number] & free
                blocked = blocked.add(find_true(hit), rule.blocks, codes.bit(rule.code, rule.severity))
    return blocked


def _settled(f: pl.DataFrame, blocked: Blocked, codes: Codes, policy: Policy) -> tuple[Order, Blocked]:
    waits = find_true(find_set(f["leaver"]) & f["takes"] & blocked.open())
    if waits.is_empty():
        return Order((), (), (), ()), blocked
    waiting = gather_rows((f["i"], f["leaver"], f["contested"]), waits)
    # Several rows of one person are never all applied, so an address that they would free is not free.
    doomed = waiting["i"].filter(waiting["contested"]).to_list()
    waiting = waiting.filter(~waiting["contested"]) if doomed else waiting
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
    table: Sequence[Rule], evaluated: Sequence[pl.Series], blocked: Blocked, order: Order, codes: Codes, policy: Policy
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
        hit = evaluated[number]
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
    c = f.get_column
    height = f.height
    known, open_ = find_set(c("m")), blocked.open()
    matched_by = pick(
        c("by_subject"),
        _said("sso_subject", height),
        pick(c("matched_by_id"), _said("id", height), _said("email", height)),
    )
    action = _said("unchanged", height, _ACTION)
    for name, where in (
        ("update", c("would_change")),
        ("change_status", c("changes_status")),
        ("change_email", c("changes_email")),
        ("create", ~known),
    ):
        action = pick(where, _said(name, height, _ACTION), action)
    if not open_.all():
        action = pick(open_, action, blocked.outcome.cast(pl.String).cast(_ACTION))
    return pl.DataFrame(
        [
            c("i"),
            c("row"),
            action.alias("action"),
            pick(open_, c("m")).alias("p"),
            pick(known, matched_by).alias("matched_by"),
        ]
    )


def _said(word: str, height: int, dtype: pl.DataType = pl.String()) -> pl.Series:  # noqa: B008  (a type is a constant)
    return repeat(pl.Series([word], dtype=dtype), height)


def count_shifted(records: Records, /) -> int:
    """How often the reader could not tell which label belongs to which column of the rows."""
    issues = records.issues.frame
    return int(((issues["code"] == COLUMNS_SHIFTED) & (issues["severity"] == Severity.ERROR.value)).sum())


def _tally(
    decided: pl.DataFrame,
    f: pl.DataFrame,
    records: Records,
    people: People,
    absent: pl.Series,
    not_asked: Mapping[str, int],
    policy: Policy,
) -> Tally:
    action = decided["action"]
    matched = find_set(decided["p"])
    suspends = matched & f["changes_status"] & holds(f["status"] == "suspended")
    applied = matched | (action == "create")
    from_absence = absent.len() if policy.absent == "suspend" else 0
    return Tally(
        suspensions=int(suspends.sum()) + from_absence,
        email_changes=int((action == "change_email").sum()),
        matched=int(matched.sum()),
        accepted=int((action != "reject").sum()),
        active_people=people.known.active_people,
        absent=absent.len(),
        snapshot=policy.absent != "ignore" and policy.full_snapshot,
        unusable=count_unusable(f, records) if policy.absent == "suspend" else 0,
        shifted=count_shifted(records),
        not_asked=sum(not_asked.values()),
        keys=sum(records.lookup().missing(frozenset()).values()) if not_asked else 0,
        taking=int((applied & (f["takes"] | f["link"])).sum()),
    )
