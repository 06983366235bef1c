"""From records and people to one decision per row: the stages in their order.

     0  faults of the row itself             file.py, from the records
     1  copies                               file.py
     2  contradictions inside the file       file.py
     3-25  the row against the directory     table.py, over the facts of facts.py
    26  several rows for one person
    27, 28  who waits for whom, cycles       order.py
    29  guards                               guards.py

Everything is a column operation, and codes travel as bits of one number per row, so that a million rows cost what a
million rows cost, whether all of them are fine or all of them are blocked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from ..issues import CATALOGUE, Issues, Severity
from ..records import Records
from .changes import Changes
from .directory import Directory
from .facts import Facts, People, gather_facts, prepare_people
from .file import contradictions, copies, keyed_rows
from .guards import Guard, Tally, guards
from .order import Order, settle
from .policy import Policy
from .slips import slipped_columns
from .table import INFO_OF_BLOCKED, Rule, rules

__all__ = ["ACTIONS", "Decisions", "decide"]

ACTIONS: Final = ("create", "change_email", "change_status", "update", "unchanged", "conflict", "reject")

#: Codes that belong to one identity field, for their place in the file.
_FIELD_OF: Final = {
    "email": ("email_", "possible_alias", "duplicate_email", "directory_duplicate_email", "rename_", "new_email"),
    "id": ("id_", "duplicate_id", "directory_duplicate_id", "sso_"),
    "status": ("status_", "reactivates_user", "matched_suspended_user", "created_suspended"),
}


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
    """

    frame: pl.DataFrame
    facts: pl.DataFrame
    people: People
    changes: Changes
    order: Order
    guards: tuple[Guard, ...]
    issues: Issues
    absent: pl.Series


def decide(records: Records, directory: Directory, policy: Policy, /) -> Decisions:
    """Walk the stages.

    Issues: every code of the table, and the guards.
    """
    rows = _answered(keyed_rows(records, policy), policy)
    keys = None if _absence_matters(directory, policy) else records.identity_keys
    collected, known = directory.collect(records.schema, keys)
    people = prepare_people(collected, known, policy)
    table = rules(policy)
    codes = _Codes(table)
    height = rows.height

    # 0-2
    blocked = _Blocked.none(height)
    blocked = _stage_0(rows, blocked, codes)
    copied = copies(_without(rows, rows["skipped"]), records)
    blocked = blocked.add(copied["i"], "reject", codes.bits("duplicate_row"), codes)
    is_copy = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    is_copy = is_copy.scatter(copied["i"], True) if copied.height else is_copy
    clashes = contradictions(_without(rows, is_copy | rows["skipped"]), policy)
    open_rows = blocked.open()
    for code in clashes["code"].unique().sort().to_list():
        hit = clashes.filter(pl.col("code") == code)["i"]
        blocked = blocked.add(hit.filter(open_rows.gather(hit)), "conflict", codes.bits(code), codes)

    # 3-25
    facts = gather_facts(rows, is_copy | rows["skipped"], records, people, policy)
    f = facts.frame
    evaluated = f.select(_effective(rule).alias(str(number)) for number, rule in enumerate(table))
    by_table = blocked.open()
    blocked = _first_block(table, evaluated, blocked, codes)
    f = _with_answer_check(f, people, blocked)
    unfit = f["answer_unfit"] & blocked.open()
    blocked = blocked.add(unfit.arg_true(), "conflict", codes.bits("decision_unfit"), codes)

    # 26
    resolved = f.select("i", "m").filter(blocked.open() & f["m"].is_not_null())
    several = resolved.filter(pl.col("m").is_duplicated())["i"]
    blocked = blocked.add(several, "conflict", codes.bits("several_rows_one_user"), codes)

    # 27, 28
    order, blocked = _settled(f, blocked, codes, policy)

    noted = _notes(table, evaluated, blocked, order, codes, policy)
    decided = _actions(f, blocked)
    candidates = _candidates(table, evaluated, facts, decided, blocked, by_table, order, people, codes)
    absent = _absent(facts, people, directory, policy)
    tally = _tally(decided, f, people, absent, policy)
    tripped = guards(tally, policy)
    frame = _frame(decided, facts, noted, candidates, people, codes, policy)
    return Decisions(
        frame=frame,
        facts=f,
        people=people,
        changes=facts.changes,
        order=_in_rows(order, f["row"]),
        guards=tripped,
        issues=Issues.concat(
            [
                *slipped_columns(f, blocked.outcome),
                *_absence_issues(absent, policy),
                _issues(frame, noted, clashes, copied, f, records, tripped, codes, policy),
            ]
        ),
        absent=absent,
    )


# -- codes as bits ------------------------------------------------------------------------------------------------------


class _Codes:
    """Every code a row may carry, numbered; severity belongs to the number, so a code with two severities has two."""

    def __init__(self, table: Sequence[Rule]) -> None:
        entries: list[tuple[str, Severity]] = []
        fixed = (
            "row_skipped", "email_missing", "email_invalid", "email_invisible_characters", "email_compatibility_characters",
            "id_invisible_characters", "id_non_ascii", "id_invalid_format", "id_scientific_notation", "id_float_text",
            "id_precision_lost", "id_required", "status_invalid", "duplicate_row", "duplicate_id_in_file",
            "duplicate_email_in_file", "id_case_variant", "id_leading_zeros_lost", "email_confusable", "decision_unfit",
            "several_rows_one_user", "depends_on_blocked_row",
        )  # fmt: skip
        entries += [(code, CATALOGUE[code].severity) for code in fixed]
        entries += [("email_cycle", Severity.ERROR), ("email_cycle", Severity.WARNING)]
        entries += [(rule.code, rule.severity or CATALOGUE[rule.code].severity) for rule in table]
        self.entries: tuple[tuple[str, Severity], ...] = tuple(dict.fromkeys(entries))
        self._number = {entry: number for number, entry in enumerate(self.entries)}

    def number(self, code: str, severity: Severity | None = None) -> int:
        return self._number[(code, severity or CATALOGUE[code].severity)]

    def bits(self, code: str, severity: Severity | None = None) -> tuple[int, int]:
        """The code's bit, in the first or the second word."""
        number = self.number(code, severity)
        return (1 << number, 0) if number < _WORD else (0, 1 << (number - _WORD))

    def names(self, masks: pl.DataFrame, severities: tuple[Severity, ...]) -> pl.Series:
        """The codes of the given severities of every mask (columns ``lo`` and ``hi``), as sorted lists."""
        distinct = masks.select("lo", "hi").unique(maintain_order=True)
        lists = [
            sorted(
                {
                    code
                    for number, (code, severity) in enumerate(self.entries)
                    if severity in severities
                    and ((lo >> number) & 1 if number < _WORD else (hi >> (number - _WORD)) & 1)
                }
            )
            for lo, hi in zip(distinct["lo"].to_list(), distinct["hi"].to_list(), strict=True)
        ]
        return _looked_up(masks.select("lo", "hi"), distinct, pl.Series("names", lists, dtype=pl.List(pl.String)))


#: Bits in one word of codes; 63 keeps every number within a signed integer, whatever is done to it.
_WORD: Final = 63


@dataclass(frozen=True, slots=True)
class _Blocked:
    """What blocked each row: ``outcome`` (null = open) and the codes of the stage that did it, as two words of bits."""

    outcome: pl.Series
    lo: pl.Series
    hi: pl.Series

    @staticmethod
    def none(height: int) -> _Blocked:
        zero = pl.repeat(0, height, dtype=pl.UInt64, eager=True)
        return _Blocked(pl.Series("outcome", [None], dtype=_OUTCOME).new_from_index(0, height), zero, zero)

    def open(self) -> pl.Series:
        return self.outcome.is_null()

    def add(self, hit: pl.Series, outcome: str, bits: tuple[int, int], codes: _Codes) -> _Blocked:  # noqa: ARG002
        """Block rows, or add a code of the same stage to rows that it has just blocked."""
        if hit.len() == 0:
            return self
        hit = hit.unique()
        return _Blocked(
            self.outcome.clone().scatter(hit, outcome),
            self.lo.clone().scatter(hit, self.lo.gather(hit) | bits[0]) if bits[0] else self.lo,
            self.hi.clone().scatter(hit, self.hi.gather(hit) | bits[1]) if bits[1] else self.hi,
        )


_OUTCOME: Final = pl.Enum(["conflict", "reject"])


def _without(rows: pl.DataFrame, left_out: pl.Series) -> pl.DataFrame:
    """The rows without some, which mostly are none: a wide frame is not copied for nothing."""
    return rows.filter(~left_out) if left_out.any() else rows


def _stage_0(rows: pl.DataFrame, blocked: _Blocked, codes: _Codes) -> _Blocked:
    blocked = blocked.add(rows["skipped"].arg_true(), "reject", codes.bits("row_skipped"), codes)
    live = ~rows["skipped"]
    for column in ("email_missing", "id_required", "status_invalid"):
        blocked = blocked.add((rows[column] & live).arg_true(), "reject", codes.bits(column), codes)
    for column in ("email_fault", "new_email_fault", "id_fault"):
        faults = rows[column]
        for code in faults.drop_nulls().unique().sort().to_list():
            blocked = blocked.add(
                ((faults == code).fill_null(False) & live).arg_true(), "reject", codes.bits(code), codes
            )
    return blocked


def _answered(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Add what people decided: ``answer``, ``answer_ref``, ``skipped``. An ID set aside by ``use_email`` is no key any more."""
    if not policy.decisions:
        return rows.with_columns(
            pl.lit(None, dtype=pl.String).alias("answer"),
            pl.lit(None, dtype=pl.String).alias("answer_ref"),
            pl.lit(False).alias("skipped"),
        )
    told = pl.DataFrame(
        {
            "row": [decision.row for decision in policy.decisions],
            "answer": [decision.answer for decision in policy.decisions],
            "answer_ref": [decision.ref for decision in policy.decisions],
        },
        schema={"row": pl.UInt32, "answer": pl.String, "answer_ref": pl.String},
    ).unique("row", keep="last", maintain_order=True)
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


def _effective(rule: Rule) -> pl.Expr:
    if not rule.waived_by:
        return rule.when.fill_null(False)
    return (rule.when & ~pl.col("answer").is_in(list(rule.waived_by)).fill_null(False)).fill_null(False)


def _first_block(table: Sequence[Rule], evaluated: pl.DataFrame, blocked: _Blocked, codes: _Codes) -> _Blocked:
    """Block every open row by the earliest stage that has a rule to block it."""
    for stage in sorted({rule.stage for rule in table if rule.blocks}):
        free = blocked.open()
        for number, rule in enumerate(table):
            if rule.stage == stage and rule.blocks:
                hit = evaluated[str(number)] & free
                blocked = blocked.add(hit.arg_true(), rule.blocks, codes.bits(rule.code, rule.severity), codes)
    return blocked


def _with_answer_check(f: pl.DataFrame, people: People, blocked: _Blocked) -> pl.DataFrame:  # noqa: ARG001
    """True where a person named somebody else than the row resolves to: the answer was for another state of things."""
    if f["answer_ref"].null_count() == f.height:
        return f.with_columns(pl.lit(False).alias("answer_unfit"))
    found = people.of("ref", f["m"])
    return f.with_columns((f["answer_ref"].is_not_null() & found.ne_missing(f["answer_ref"])).alias("answer_unfit"))


def _settled(f: pl.DataFrame, blocked: _Blocked, codes: _Codes, policy: Policy) -> tuple[Order, _Blocked]:
    waiting = f.select("i", "leaver", "contested").filter(f["leaver"].is_not_null() & f["takes"] & blocked.open())
    if waiting.is_empty():
        return Order((), (), (), ()), blocked
    # Several rows of one person are never all applied, so an address that they would free is not free.
    doomed = waiting.filter("contested")["i"].to_list()
    waiting = waiting.filter(~pl.col("contested"))
    ends = pl.concat([waiting["i"], waiting["leaver"].rename("i")]).unique()
    stopped = [*ends.filter(~blocked.open().gather(ends)).to_list(), *doomed]
    waits_for = dict(zip(waiting["i"].to_list(), waiting["leaver"].to_list(), strict=True))
    order = settle(waits_for, stopped, allow_cycles=policy.allow_email_cycles)
    order = replace(order, dependent=tuple(sorted({*order.dependent, *doomed})))
    blocked = blocked.add(
        pl.Series(order.dependent, dtype=pl.UInt32), "conflict", codes.bits("depends_on_blocked_row"), codes
    )
    if not policy.allow_email_cycles:
        blocked = blocked.add(pl.Series(order.cyclic, dtype=pl.UInt32), "conflict", codes.bits("email_cycle"), codes)
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
    table: Sequence[Rule], evaluated: pl.DataFrame, blocked: _Blocked, order: Order, codes: _Codes, policy: Policy
) -> pl.DataFrame:
    """All codes of every row as two words: what blocked it, or what is to be noted of it."""
    free = blocked.open()
    on_cycle = pl.repeat(False, free.len(), dtype=pl.Boolean, eager=True)
    if policy.allow_email_cycles and order.cyclic:
        on_cycle = on_cycle.scatter(pl.Series(order.cyclic, dtype=pl.UInt32), True)
    lo, hi = blocked.lo, blocked.hi
    for number, rule in enumerate(table):
        if rule.blocks:
            continue
        hit = evaluated[str(number)]
        if not hit.any():
            continue
        severity = rule.severity
        where = hit & free
        if rule.code == "email_reassigned_in_file":
            where = where & ~on_cycle
        lo, hi = _set(lo, hi, where, codes.bits(rule.code, severity))
        if rule.code in INFO_OF_BLOCKED:
            kept = Severity.INFO if rule.code == "id_from_number" else severity
            lo, hi = _set(lo, hi, hit & ~free, codes.bits(rule.code, kept))
    lo, hi = _set(lo, hi, on_cycle, codes.bits("email_cycle", Severity.WARNING))
    return pl.DataFrame({"lo": lo, "hi": hi})


def _set(lo: pl.Series, hi: pl.Series, where: pl.Series, bits: tuple[int, int]) -> tuple[pl.Series, pl.Series]:
    if bits[0]:
        lo = lo | (where.cast(pl.UInt64) * bits[0])
    if bits[1]:
        hi = hi | (where.cast(pl.UInt64) * bits[1])
    return lo, hi


def _actions(f: pl.DataFrame, blocked: _Blocked) -> pl.DataFrame:
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


def _candidates(
    table: Sequence[Rule],
    evaluated: pl.DataFrame,
    facts: Facts,
    decided: pl.DataFrame,
    blocked: _Blocked,
    by_table: pl.Series,
    order: Order,
    people: People,
    codes: _Codes,
) -> pl.Series:
    """The people whom a blocked row's decision concerns, by ref, sorted; empty for rows that nothing blocks."""
    f = facts.frame
    parts: list[pl.DataFrame] = []
    stopped = ~blocked.open() & by_table  # what the file says by itself concerns nobody of the directory
    for number, rule in enumerate(table):
        if not rule.blocks or not rule.people:
            continue
        lo, hi = codes.bits(rule.code, rule.severity)
        here = evaluated[str(number)] & stopped & (((blocked.lo & lo) > 0) if lo else ((blocked.hi & hi) > 0))
        if not here.any():
            continue
        for name in rule.people:
            if name in facts.people:
                pairs = facts.people[name]
                parts.append(pairs.filter(here.gather(pairs["i"])).select("i", "p"))
            else:
                parts.append(f.filter(here).select("i", pl.col(name).alias("p")))
    own = pl.Series(order.dependent + order.cyclic, dtype=pl.UInt32)
    waiting = f.filter(pl.col("i").is_in(own.implode())) if own.len() else f.clear()
    alone = codes.bits("several_rows_one_user")
    unfit = codes.bits("decision_unfit")
    for bits in (alone, unfit):
        here = stopped & (((blocked.lo & bits[0]) > 0) if bits[0] else ((blocked.hi & bits[1]) > 0))
        parts.append(f.filter(here).select("i", pl.col("m").alias("p")))
    parts.append(waiting.select("i", pl.col("m").alias("p")))
    parts.append(waiting.select("i", pl.col("t").alias("p")))
    named = pl.concat(parts).filter(pl.col("p").is_not_null())
    named = named.filter(stopped.gather(named["i"]))
    empty = pl.Series("candidates", [[]], dtype=pl.List(pl.String)).new_from_index(0, decided.height)
    if named.is_empty():
        return empty
    listed = (
        named.with_columns(people.of("ref", named["p"]).alias("ref")).group_by("i").agg(pl.col("ref").unique().sort())
    )
    return (
        decided.select("i")
        .join(listed, on="i", how="left", maintain_order="left")["ref"]
        .fill_null(pl.Series([[]], dtype=pl.List(pl.String)))
    )


def _absence_matters(directory: Directory, policy: Policy) -> bool:
    return policy.absent != "ignore" and policy.full_snapshot and directory.complete


def _absent(facts: Facts, people: People, directory: Directory, policy: Policy) -> pl.Series:
    """Active people whom no row of a full snapshot names or may mean, if absence means anything at all."""
    none = pl.Series("p", [], dtype=pl.UInt32)
    if not _absence_matters(directory, policy):
        return none
    f = facts.frame
    by_key = [f[name].drop_nulls().rename("p") for name in ("u", "v", "t", "m", "old")]
    concerned = [
        pairs["p"].cast(pl.UInt32) for pairs in facts.people.values()
    ]  # candidates: a damaged ID may mean one of them
    named = pl.concat([*by_key, *concerned]).unique()
    may_go = (pl.col("status") == "active") & ~pl.col("protected")
    if policy.absent == "suspend":
        may_go = may_go & (~pl.col("status_locked") | policy.allow_locked_status) & policy.allow_status_change
    if policy.role is not None:  # one run imports one role: the others are not expected in its file
        may_go = may_go & pl.col("roles").list.contains(policy.role)
    active = people.frame.select(may_go).to_series().arg_true().cast(pl.UInt32).rename("p")
    return active.filter(~active.is_in(named.implode()))


def _absence_issues(absent: pl.Series, policy: Policy) -> list[Issues]:
    if policy.absent != "report" or absent.is_empty():
        return []
    return [Issues.of("person_absent", detail=str(absent.len()))]


def _tally(decided: pl.DataFrame, f: pl.DataFrame, people: People, absent: pl.Series, policy: Policy) -> Tally:
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
        unusable=_unusable(f) if policy.absent == "suspend" else 0,
    )


def _unusable(f: pl.DataFrame) -> int:
    """Rows of which nobody can say whom they mean: the ID or the address is missing or damaged, and no other key leads on."""
    c = pl.col
    faulty = (
        c("email_missing")
        | c("email_fault").is_not_null()
        | c("new_email_fault").is_not_null()
        | c("id_fault").is_not_null()
    )
    count: int = f.select((faulty & c("m").is_null() & c("u").is_null() & c("v").is_null()).sum()).item()
    return count


def _changed(decided: pl.DataFrame, facts: Facts, policy: Policy) -> pl.Series:
    """Names of the fields that change, sorted; empty for rows that nothing is done for."""
    f = facts.frame
    schema_keys = {"email": "email", "id": "id", "status": "status"}
    creates = (decided["action"] == "create").fill_null(False)
    matched = decided["p"].is_not_null()
    flags: dict[str, pl.Series] = {
        schema_keys["email"]: creates | (matched & f["changes_email"]),
        schema_keys["id"]: (creates & f["has_id"]) | (matched & f["link"]),
        schema_keys["status"]: (creates & f["status"].is_not_null()) | (matched & f["changes_status"]),
        "roles": (creates if policy.role is not None else creates & False) | (matched & f["gives_role"]),
    }
    for name in facts.changes.changed.columns:
        flags[name] = facts.changes.changed[name] & (creates | matched)
    names = sorted(flags)
    lists = pl.Series("changed", [[]], dtype=pl.List(pl.String)).new_from_index(0, decided.height)
    touched = pl.DataFrame(flags).select(pl.any_horizontal(pl.all())).to_series()
    if not touched.any():
        return lists
    words = [names[start : start + _WORD] for start in range(0, len(names), _WORD)]
    masks = pl.DataFrame(
        {
            str(number): pl.DataFrame({name: flags[name] for name in word})
            .select(pl.sum_horizontal(pl.col(name).cast(pl.UInt64) * (1 << bit) for bit, name in enumerate(word)))
            .to_series()
            for number, word in enumerate(words)
        }
    )
    distinct = masks.unique(maintain_order=True)
    named = [
        [name for number, word in enumerate(words) for bit, name in enumerate(word) if (row[number] >> bit) & 1]
        for row in distinct.rows()
    ]
    return _looked_up(masks, distinct, pl.Series("changed", named, dtype=pl.List(pl.String)))


#: Up to so many different masks, comparing each is quicker than a join.
_FEW: Final = 32


def _looked_up(masks: pl.DataFrame, distinct: pl.DataFrame, lists: pl.Series) -> pl.Series:
    """The list of every mask: ``lists`` is aligned with ``distinct``."""
    if distinct.height <= 1:
        return lists.new_from_index(0, masks.height) if masks.height else lists
    if distinct.height <= _FEW:
        position = pl.lit(0, dtype=pl.UInt32)
        for number, words in enumerate(distinct.rows()):
            same = pl.all_horizontal([pl.col(name) == word for name, word in zip(masks.columns, words, strict=True)])
            position = pl.when(same).then(pl.lit(number, dtype=pl.UInt32)).otherwise(position)
        return lists.gather(masks.select(position.alias("n"))["n"])
    numbered = distinct.with_row_index("n")
    return lists.gather(masks.join(numbered, on=masks.columns, how="left", maintain_order="left")["n"])


def _frame(
    decided: pl.DataFrame,
    facts: Facts,
    noted: pl.DataFrame,
    candidates: pl.Series,
    people: People,
    codes: _Codes,
    policy: Policy,
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "row": decided["row"],
            "action": decided["action"],
            "ref": people.of("ref", decided["p"]),
            "matched_by": decided["matched_by"].zip_with(
                decided["p"].is_not_null(), pl.Series([None], dtype=pl.String).new_from_index(0, decided.height)
            ),
            "changed": _changed(decided, facts, policy),
            "codes": codes.names(noted, (Severity.ERROR, Severity.WARNING)),
            "info": codes.names(noted, (Severity.INFO,)),
            "candidates": candidates,
        }
    )


def _issues(
    frame: pl.DataFrame,
    noted: pl.DataFrame,
    clashes: pl.DataFrame,
    copied: pl.DataFrame,
    f: pl.DataFrame,
    records: Records,
    tripped: tuple[Guard, ...],
    codes: _Codes,
    policy: Policy,
) -> Issues:
    """One issue per row and code, with the place of the field it is about and the row it clashes with."""
    parts: list[Issues] = []
    others = pl.concat(
        [
            clashes.select("i", "code", "other_row"),
            copied.select("i", pl.lit("duplicate_row").alias("code"), "other_row"),
        ],
        how="vertical_relaxed",
    )
    if f["leaver"].null_count() < f.height:
        waiting = f.filter(pl.col("leaver").is_not_null()).select(
            "i", f["row"].gather(f.filter(pl.col("leaver").is_not_null())["leaver"]).alias("other_row")
        )
        others = pl.concat(
            [
                others,
                *(
                    waiting.select("i", pl.lit(code).alias("code"), "other_row")
                    for code in ("depends_on_blocked_row", "email_reassigned_in_file", "email_cycle")
                ),
            ],
            how="vertical_relaxed",
        )
    for number, (code, severity) in enumerate(codes.entries):
        word, bit = (noted["lo"], 1 << number) if number < _WORD else (noted["hi"], 1 << (number - _WORD))
        hit = ((word & bit) > 0).arg_true()
        if hit.len() == 0:
            continue
        found = pl.DataFrame({"i": hit.cast(pl.UInt32), "row": frame["row"].gather(hit)})
        found = found.join(
            others.filter(pl.col("code") == code).select("i", "other_row").unique("i"),
            on="i",
            how="left",
            maintain_order="left",
        )
        role = next((role for role, marks in _FIELD_OF.items() if code.startswith(marks)), None)
        field = records.schema.by_role(role) if role is not None else None  # type: ignore[arg-type]
        if field is not None and field.key in records.columns:
            found = found.with_columns(
                pl.lit(records.columns[field.key]).alias("column"),
                pl.lit(field.key).alias("field"),
                f[role if role is not None else "row"].gather(hit).alias("value"),
            )
        parts.append(Issues.from_frame(code, found, severity=severity))
    for guard in tripped:
        detail = f"{guard.count} of {guard.of}, limit {guard.limit:g}"
        level = Severity.WARNING if guard.acknowledged else Severity.ERROR
        parts.append(Issues.of(guard.code, severity=level, detail=detail))
    unused = [d.row for d in policy.decisions if d.row not in set(frame["row"].to_list())]
    parts += [Issues.of("decision_unused", row=row) for row in unused]
    return Issues.concat(parts)
