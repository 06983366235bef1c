"""A plan as what a person must look at: groups of lines, people by name and address, reasons joined.

Strategy: one line per source row, as plain tuples that become JSON for the page's script and are rendered by the page's template
for whoever has none, so that both say the same. Groups stand in the order in which somebody who has to say yes should look: what
is blocked, then what cannot be undone by another file (addresses, suspensions, links of IDs), then the rest. Every text passes
`words.shown` here; whoever renders it escapes it.

This is the one place where a plan's rows are walked one by one: a person is to read them, and ``limit`` bounds how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from .._grid import ROW, column_letter, column_position
from ..issues import CATALOGUE, Issue, Severity
from ..plan import Plan
from ..plan.context import BLOCKED
from ..translation import Messages
from .words import CUT, Labels, guard_sentence, shown, strange_letters

__all__ = ["GROUPS", "Advice", "Chain", "Group", "Line", "Other", "Step", "View", "advise", "build_view"]

#: A person (or a row of the file) beside a line: relation, name, address, ID, status, the host's key, the address in pieces
#: every second of which differs (empty: it is no look-alike), what else is to be known.
Other = tuple[str, str, str, str, str, str, list[str], list[str]]

#: Row (0: none), name, address, ID, the host's key, indexes of reasons, changes (index of field, before, after), others.
Line = tuple[int, str, str, str, str, list[int], list[tuple[int, str, str]], list[Other]]

#: Groups in the order in which they are to be looked at; their titles and meanings are texts of the catalogue (``group.…``).
GROUPS: Final = (
    "decide", "mend", "address", "suspend", "link", "reactivate", "new", "change", "remark", "left_out",
)  # fmt: skip

#: Chains of addresses that are drawn.
_CHAINS: Final = 100

#: Findings about the file as a whole that are shown.
_OF_FILE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines of one kind, and how many there are if not all are shown. ``what``: the title of the column of reasons and changes."""

    key: str
    title: str
    meaning: str
    what: str
    total: int
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain of addresses: the row, the person, what they leave, what they take."""

    row: int
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Addresses that pass from person to person. ``kind``: ``ordered``, ``together`` (applied as one) or ``blocked``."""

    kind: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that the page shows.

    Args:
        facts: Name and text: the file and how it was read.
        columns: Column, its label in the file, the field; the columns that are not imported have no field.
        parts: Every group and what is left: key, title, rows; they add up to all rows (and the people who are absent).
        verdict: The whole in a sentence.
        untouched: What is said of everybody else.
        guards: Sentence, whether it is acknowledged, what to do.
        groups: Those that have lines.
        chains: Addresses that pass from person to person.
        of_file: Place, severity, sentence, hint of what concerns no row of a person.
        findings: Every code: title, severity, how many, what to do.
        reasons: Code index, severity (its key), field index (-1: none), sentence; lines refer to them.
        codes: Code, title, hint.
        fields: Labels.
    """

    facts: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, str, str]]
    parts: Sequence[tuple[str, str, int]]
    verdict: str
    untouched: str
    guards: Sequence[tuple[str, bool, str]]
    groups: Sequence[Group]
    chains: Sequence[Chain]
    of_file: Sequence[tuple[str, str, str, str]]
    findings: Sequence[tuple[str, str, int, str]]
    reasons: Sequence[tuple[int, str, int, str]]
    codes: Sequence[tuple[str, str, str]]
    fields: Sequence[str]


def build_view(plan: Plan, facts: Sequence[tuple[str, str]], limit: int, words: Messages, /) -> View:
    """Build what the page shows.

    Args:
        plan: The plan.
        facts: What is known of the file beside the plan.
        limit: Lines in all; the groups that matter most are shown first. Figures count everything.
        words: The language.
    """
    return _Builder(plan, words).view(facts, limit)


#: Actions whose rows need nobody: somebody decided it, or the run does not do it.
_NOTHING_TO_DO: Final = ("duplicate_row", "row_skipped", "exists_in_create_only", "not_found_in_update_only")

#: What a row says of itself beside its answers.
_WHO: Final = frozenset({ROW, "id", "email", "new_email"})

#: Answers in which two rows differ that are listed.
_DIFFERENCES: Final = 5

_RANK: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}

#: Delimiter → the key of what is said of it; others are named by themselves.
_DELIMITERS: Final = {"\t": "fact.cells.tab", " ": "fact.cells.blank", "": "fact.cells.none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is said of a row that needs somebody: sentences, what to do, who may be meant, and the issues themselves."""

    row: int
    reasons: Sequence[str]
    hints: Sequence[str]
    meant: Sequence[str]
    issues: Sequence[Issue]


def advise(plan: Plan, words: Messages, /) -> Iterator[Advice]:
    """What is said of every row that is blocked and needs somebody, by row."""
    builder = _Builder(plan, words)
    kinds = builder._kinds()
    rows = kinds.filter(pl.col("kind").is_in(["decide", "mend"]))["row"].sort()
    issues = builder._issues_of(rows)
    for line in builder._rows_as_lines(rows, issues):
        found = issues.get(line[0], [])
        yield Advice(
            row=line[0],
            reasons=[builder.labels.sentence(issue) for issue in found],
            hints=list(dict.fromkeys(builder.hint(issue.code) for issue in found)),
            meant=[_in_one_line(other, words) for other in line[7]],
            issues=found,
        )


def _in_one_line(other: Other, words: Messages) -> str:
    """A person beside a row: what they have in common with it, name, address, ID, notes."""
    relation, name, email, identifier, *_, notes = other
    who = words.text("mend.person", relation=relation, name=name) if relation and name else relation or name
    parts = (who, email, words.text("mend.id", id=identifier) if identifier else "", *notes)
    return ", ".join(part for part in parts if part)


class _Interned:
    """Values numbered as they come: what many lines say is said once."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[Any]:
        return list(self._numbers)


class _Builder:
    """Walks a plan once; what is looked up many times is kept in dictionaries."""

    def __init__(self, plan: Plan, words: Messages) -> None:
        self.plan = plan
        self.words = words
        self.policy: Mapping[str, Any] = plan._basis["policy"]
        self.labels = Labels(plan.schema, words)
        self.reasons, self.codes, self.fields = _Interned(), _Interned(), _Interned()
        roles = (plan.schema.by_role("first_name"), plan.schema.by_role("last_name"))
        self.names = [field.key for field in roles if field is not None]
        self.people = {line["ref"]: line for line in plan._context.people.iter_rows(named=True)}
        self.said: dict[int, dict[str, Any]] = {}

    def shown(self, text: object, *, cut: int | None = CUT) -> str:
        return shown(text, self.words, cut=cut)

    def hint(self, code: str) -> str:
        return self.words.text("sentence.of_row", reason=self.words.hint_of(code))

    # -- the whole ------------------------------------------------------------------------------------------------------

    def view(self, facts: Sequence[tuple[str, str]], limit: int) -> View:
        plan = self.plan
        kinds = self._kinds()
        groups: list[Group] = []
        left = limit
        for key in GROUPS:
            of_kind = kinds.filter(pl.col("kind") == key).sort("row", "at", nulls_last=True)
            if of_kind.is_empty():
                continue
            some = of_kind.head(left)
            left -= some.height
            lines = list(self._lines(key, some))
            groups.append(
                Group(
                    key=key,
                    title=self.words[f"group.{key}"],
                    meaning=self.words[f"group.{key}.meaning"],
                    what=self.words.get(f"group.{key}.what", self.words["group.what"]),
                    total=of_kind.height,
                    lines=lines,
                )
            )
        return View(
            facts=[*facts, *self._facts()],
            columns=self._columns(),
            parts=self._parts(groups),
            verdict=self._verdict(groups),
            untouched=self._untouched(),
            guards=[
                (guard_sentence(guard, self.policy, self.words), guard.acknowledged, self.hint(guard.code))
                for guard in plan.summary.guards
            ],
            groups=groups,
            chains=self._chains(),
            of_file=self._of_file(),
            findings=self._findings(),
            reasons=self.reasons.values(),
            codes=[(code, self.words.title(code), self.hint(code)) for code in self.codes.values()],
            fields=[self.labels.field(key) for key in self.fields.values()],
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        context, summary, words = self.plan._context, self.plan.summary, self.words
        how = context.reading
        if how:
            yield words["fact.read"], ", ".join(self._reading(how))
        if context.sheet and how.get("format") != "text":
            yield words["fact.sheet"], self.shown(context.sheet)
        if context.labels:
            rows = words["list.and"].join(map(str, context.header_rows))
            header = words.text("fact.header_rows", count=len(context.header_rows), rows=rows)
            yield words["fact.header"], header if rows else words["fact.header_none"]
        rows = words.text("count.rows_of_people", count=summary.rows)
        if summary.blank_rows:
            blank = words.text("count.blank_rows", count=summary.blank_rows)
            rows = words.text("fact.rows_blank", rows=rows, blank=blank)
        yield words["fact.rows"], rows
        if self.policy.get("role") is not None:
            yield words["fact.role"], self.shown(self.policy["role"])
        yield words["fact.import"], words[f"mode.{self.policy.get('mode', 'upsert')}"]
        if self.policy.get("full_snapshot") and self.policy.get("absent") != "ignore":
            yield words["fact.full_list"], words.text(f"absent.{self.policy['absent']}", count=summary.absent)

    def _reading(self, how: Mapping[str, Any]) -> Iterator[str]:
        """How the file was read, in pieces."""
        words = self.words
        kind = how.get("format", "")
        yield words[f"format.{kind}"] if f"format.{kind}" in words else self.shown(kind)
        if "encoding" in how:
            yield words.text("fact.encoding", encoding=self.shown(how["encoding"]))
        if "delimiter" in how:
            delimiter = how["delimiter"]
            key = _DELIMITERS.get(delimiter)
            yield words[key] if key else words.text("fact.cells", separator=self.shown(delimiter))
        if "member" in how:
            yield words.text("fact.member", name=self.shown(how["member"]))

    def _parts(self, groups: Sequence[Group]) -> list[tuple[str, str, int]]:
        parts = [(group.key, group.title, group.total) for group in groups]
        idle = self.plan.summary.actions.get("unchanged", 0) - sum(g.total for g in groups if g.key == "remark")
        return [*parts, ("idle", self.words["group.idle"], idle)] if idle else parts

    def _verdict(self, groups: Sequence[Group]) -> str:
        words = self.words
        totals = {group.key: group.total for group in groups}
        changes = self.plan._new.height
        in_words = words.text("count.changes", count=changes)
        if not self.plan.can_apply:
            return words.text("verdict.held", count=changes, changes=in_words)
        stopped = totals.get("decide", 0) + totals.get("mend", 0)
        applied = words.text("verdict.apply", count=changes, changes=in_words) if changes else words["verdict.nothing"]
        rows = words.text("count.rows", count=stopped)
        rest = words.text("verdict.blocked", count=stopped, rows=rows) if stopped else words["verdict.no_row_blocked"]
        return f"{applied} {rest}"

    def _columns(self) -> list[tuple[str, str, str]]:
        labels = self.plan._context.labels
        bound: dict[str, list[str]] = {}
        for key, letter in self.plan._basis["columns"].items():
            if not letter:  # another column in every one of several sources
                continue
            bound.setdefault(letter, []).append(self.labels.field(key))
        found = [
            (letter, self.shown(label, cut=80), bound.pop(letter, []))
            for letter, label in zip(_letters(labels), labels, strict=True)
        ]
        found += [(letter, "", fields) for letter, fields in bound.items()]
        found.sort(key=lambda one: column_position(one[0]))
        return [(letter, label, ", ".join(fields)) for letter, label, fields in found if label or fields]

    def _untouched(self) -> str:
        stored = self.plan._stored
        active = stored.filter(pl.col("ref").is_not_null(), pl.col("status") == "active")["ref"].n_unique()
        known = self.plan._context.active_people
        if known is None:
            return self.words["untouched.unknown"]
        people = self.words.text("count.active_people", count=known)
        return self.words.text("untouched.rest", count=max(0, known - active), people=people)

    def _findings(self) -> list[tuple[str, str, int, str]]:
        counts = sorted(self.plan.summary.codes.items(), key=lambda one: (_RANK[CATALOGUE[one[0]].severity], -one[1]))
        return [
            (self.words.title(code), CATALOGUE[code].severity.value, count, self.hint(code)) for code, count in counts
        ]

    def _of_file(self) -> list[tuple[str, str, str, str]]:
        """What concerns the file as a whole, or a row that is no row of a person, notes left out."""
        plan = self.plan
        guards = [guard.code for guard in plan.summary.guards]
        rest = plan.issues.frame.filter(
            (pl.col("severity") != Severity.INFO.value) & ~pl.col("code").is_in(guards)
        ).join(plan.frame.select("row"), on="row", how="anti")
        found = rest.sort(pl.col("severity").to_physical(), "row", nulls_last=False, maintain_order=True).head(_OF_FILE)
        return [
            (
                self.words.place(issue) if issue.row is not None or issue.column is not None else "",
                issue.severity.value,
                self.labels.sentence(issue),
                self.hint(issue.code),
            )
            for issue in map(_issue, found.iter_rows(named=True))
        ]

    # -- lines ----------------------------------------------------------------------------------------------------------

    def _kinds(self) -> pl.DataFrame:
        """``row``, ``kind`` and ``at`` (the position among the operations) of everything that a person should see."""
        c, plan = pl.col, self.plan
        operations = plan._new.with_row_index("at").select(
            "row",
            pl.when(c("action") == "create")
            .then(pl.lit("new"))
            .when(c("action") == "change_email")
            .then(pl.lit("address"))
            .when((c("action") == "change_status") & (c("status") == "suspended"))
            .then(pl.lit("suspend"))
            .when(c("action") == "change_status")
            .then(pl.lit("reactivate"))
            .when(c("changed").list.contains("id"))
            .then(pl.lit("link"))
            .otherwise(pl.lit("change"))
            .alias("kind"),
            c("at").cast(pl.UInt32),
        )
        odd = plan.issues.frame.filter(c("severity") != Severity.INFO.value)["row"].drop_nulls().unique()
        needs_nobody = c("codes").list.eval(pl.element().is_in(list(_NOTHING_TO_DO))).list.all()
        rows = plan.frame.select(
            "row",
            pl.when(c("action") == "conflict")
            .then(pl.lit("decide"))
            .when((c("action") == "reject") & needs_nobody)
            .then(pl.lit("left_out"))
            .when(c("action") == "reject")
            .then(pl.lit("mend"))
            .when((c("action") == "unchanged") & c("row").is_in(odd.implode()))
            .then(pl.lit("remark"))
            .alias("kind"),
            pl.lit(None, dtype=pl.UInt32).alias("at"),
        ).drop_nulls("kind")
        return pl.concat([rows, operations])

    def _lines(self, kind: str, chosen: pl.DataFrame) -> Iterator[Line]:
        issues = self._issues_of(chosen["row"].drop_nulls())
        if kind in ("decide", "mend", "left_out", "remark"):
            yield from self._rows_as_lines(chosen["row"], issues)
            return
        at = chosen["at"]
        after, before = self.plan._new[at], self.plan._stored[at]
        for new, stored in zip(after.iter_rows(named=True), before.iter_rows(named=True), strict=True):
            yield self._operation(new, stored, issues.get(new["row"], []))

    def _issues_of(self, rows: pl.Series) -> dict[int, list[Issue]]:
        """Errors and warnings of some rows, errors first."""
        found = self.plan.issues.frame.filter(
            pl.col("severity") != Severity.INFO.value, pl.col("row").is_in(rows.implode())
        ).sort("row", pl.col("severity").to_physical(), maintain_order=True)
        by_row: dict[int, list[Issue]] = {}
        for line in found.iter_rows(named=True):
            by_row.setdefault(line["row"], []).append(_issue(line))
        return by_row

    def _rows_as_lines(self, rows: pl.Series, issues: Mapping[int, list[Issue]]) -> Iterator[Line]:
        decided = self.plan.frame.filter(pl.col("row").is_in(rows.implode())).sort("row")
        others = {issue.other_row for of_row in issues.values() for issue in of_row if issue.other_row is not None}
        self._look_up(pl.concat([rows.cast(pl.UInt32), pl.Series("row", sorted(others), dtype=pl.UInt32)]).unique())
        for line in decided.iter_rows(named=True):
            row, blocked = line["row"], line["action"] in BLOCKED
            found = issues.get(row, [])
            if blocked:  # what blocks the row comes first; the rest of it can wait
                found = [issue for issue in found if issue.code in line["codes"]] or found
            said = self.said.get(row, {})
            known = self.people.get(line["ref"], {}) if line["ref"] is not None else {}
            name, email, identifier = self._name(said) or self._name_of(known), said.get("email"), said.get("id")
            yield (
                row,
                name,
                self.shown(email or known.get("email") or ""),
                self.shown(identifier or known.get("id") or ""),
                self.shown(line["ref"] or ""),
                self._numbers(found),
                [(self.fields.number("new_email"), "", self.shown(said["new_email"]))] if said.get("new_email") else [],
                list(self._others(line, said, found)) if blocked else [],
            )

    def _operation(self, new: Mapping[str, Any], stored: Mapping[str, Any], issues: Sequence[Issue]) -> Line:
        creates = new["action"] == "create"
        known = self.people.get(stored["ref"], {}) if stored["ref"] is not None else {}
        name = self._name(new) if creates else self._name(stored) or self._name_of(known) or self._name(new)
        person = new if creates else stored
        hidden = {"email", "id", "status", *self.names} if creates else frozenset()
        order = sorted(new["changed"], key=lambda key: _FIRST.get(key, len(_FIRST)))
        changes = [
            (self.fields.number(key), self.labels.value(key, stored[key]), self.labels.value(key, new[key]))
            for key in order
            if key not in hidden or (key == "status" and new[key] != "active")
        ]
        return (
            new["row"] or 0,
            name,
            self.shown(person["email"] or ""),
            self.shown(person["id"] or ""),
            self.shown(stored["ref"] or ""),
            self._numbers(issues),
            changes,
            [],
        )

    def _numbers(self, issues: Sequence[Issue]) -> list[int]:
        """The reasons of a line, by their numbers."""
        return [
            self.reasons.number(
                (
                    self.codes.number(issue.code),
                    issue.severity.value,
                    self.fields.number(issue.field) if issue.field is not None else -1,
                    self.labels.sentence(issue),
                )
            )
            for issue in issues
        ]

    def _others(self, line: Mapping[str, Any], said: Mapping[str, Any], issues: Sequence[Issue]) -> Iterator[Other]:
        """The people whom a decision concerns, and the other rows that the reasons name."""
        codes = {issue.code for issue in issues}
        alike = said.get("new_email") or said.get("email") or "" if "email_confusable" in codes else None
        for ref in line["candidates"]:
            known = self.people.get(ref, {})
            notes = []
            if "role_mismatch" in codes and known.get("roles"):
                notes.append(self.words.text("note.role", roles=self.shown(", ".join(known["roles"]))))
            if known.get("sso_subject") and any(code.startswith("sso_") for code in codes):
                notes.append(self.words.text("note.signs_in", subject=self.shown(known["sso_subject"])))
            yield self._other(
                self._relation(said, known, alike is not None), self._name_of(known), known, ref, alike, notes
            )
        for row in dict.fromkeys(issue.other_row for issue in issues if issue.other_row is not None):
            other = self.said.get(row, {})
            yield self._other(
                self.words.text("page.file_row", row=row),
                self._name(other),
                other,
                "",
                alike,
                self._differences(said, other),
            )

    def _other(
        self, relation: str, name: str, who: Mapping[str, Any], ref: str, alike: str | None, notes: list[str]
    ) -> Other:
        email, identifier = who.get("email") or "", who.get("id") or ""
        state = who.get("status") or "active"
        status = self.labels.status(state) if state != "active" else ""
        pieces, letters = strange_letters(email, alike, self.words) if alike else ([], "")
        notes = [*notes, letters] if letters else notes
        pieces = pieces if letters else []
        return relation, name, self.shown(email), self.shown(identifier), status, self.shown(ref), pieces, notes

    def _relation(self, said: Mapping[str, Any], known: Mapping[str, Any], confusable: bool) -> str:
        """What a person has in common with a row, in words."""
        parts: list[str] = []
        mine, theirs = said.get("id"), known.get("id")
        if _same(mine, theirs):
            parts.append("relation.same_id" if mine == theirs else "relation.id_case")
        elif mine and theirs and _same(mine.lstrip("0"), theirs.lstrip("0")):
            parts.append("relation.id_zeros")
        if _same(said.get("email"), known.get("email")):
            parts.append("relation.same_address")
        elif _same(said.get("new_email"), known.get("email")):
            parts.append("relation.new_address")
        elif confusable:
            parts.append("relation.alike_address")
        text = self.words["list.and"].join(self.words[key] for key in parts or ["relation.candidate"])
        return f"{text[:1].upper()}{text[1:]}"

    def _differences(self, said: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
        """In which answers another row of the file says something else."""
        keys = [key for key in said if key in other and key not in _WHO and said[key] != other[key]]
        empty = self.words["value.empty"]
        return [
            self.words.text(
                "note.differs",
                field=self.labels.field(key),
                theirs=self.labels.value(key, other[key]) or empty,
                row=said[ROW],
                mine=self.labels.value(key, said[key]) or empty,
            )
            for key in keys[:_DIFFERENCES]
        ]

    def _look_up(self, rows: pl.Series) -> None:
        """What rows of the file say: ``email``, ``new_email``, ``id``, and the answers by their keys."""
        records = self.plan._records
        if records is None:
            return
        identity = records.identity.select(ROW, "id", "email", "new_email")
        answers = records.frame.select(name for name in records.frame.columns if name not in identity.columns)
        both = identity.hstack(answers) if answers.width else identity
        for line in both.filter(pl.col(ROW).is_in(rows.implode())).iter_rows(named=True):
            self.said[line[ROW]] = line

    def _name(self, line: Mapping[str, Any]) -> str:
        return self.shown(" ".join(part for key in self.names if (part := line.get(key))))

    def _name_of(self, known: Mapping[str, Any]) -> str:
        return self.shown(" ".join(part for key in ("first_name", "last_name") if (part := known.get(key))))

    # -- chains of addresses --------------------------------------------------------------------------------------------

    def _chains(self) -> list[Chain]:
        """Addresses that pass from person to person: in an order, together, or in a circle that is blocked."""
        plan = self.plan
        after = dict(plan.dependencies)
        starts = [first for first, _ in plan.dependencies if first not in set(after.values())]
        paths: list[tuple[str, list[int]]] = [("ordered", _path(after, start)) for start in starts[:_CHAINS]]
        paths += [("together", list(group)) for group in plan.atomic_groups[:_CHAINS]]
        wanted = [row for _, path in paths for row in path]
        part = pl.col("row").is_in(wanted)
        lines = zip(
            plan._new.filter(part).iter_rows(named=True), plan._stored.filter(part).iter_rows(named=True), strict=True
        )
        steps = {
            new["row"]: Step(
                row=new["row"],
                name=self._name(stored) or self._name_of(self.people.get(stored["ref"] or "", {})) or self._name(new),
                before=self.shown(stored["email"] or ""),
                after=self.shown(new["email"] or ""),
            )
            for new, stored in lines
        }
        found = [Chain(kind=kind, steps=[steps[row] for row in path if row in steps]) for kind, path in paths]
        return [chain for chain in found if len(chain.steps) > 1] + self._circles()

    def _circles(self) -> list[Chain]:
        """Rows that are blocked because they swap addresses, each circle once."""
        rows = self.plan.frame.filter(pl.col("codes").list.contains("email_cycle"), pl.col("action") == "conflict")
        self._look_up(rows["row"].head(_CHAINS))
        steps: dict[str, Step] = {}
        for line in rows.head(_CHAINS).iter_rows(named=True):
            said = self.said.get(line["row"], {})
            final = said.get("new_email") or said.get("email") or ""
            own = [self.people[ref] for ref in line["candidates"] if ref in self.people]
            own = [known for known in own if not _same(known["email"], final)]
            if len(own) == 1 and own[0]["email"]:
                name = self._name_of(own[0]) or self._name(said)
                steps[own[0]["email"].lower()] = Step(
                    row=line["row"], name=name, before=self.shown(own[0]["email"]), after=self.shown(final)
                )
        circles: list[Chain] = []
        while steps:
            key = next(iter(steps))
            path: list[Step] = []
            while key in steps:
                path.append(steps.pop(key))
                key = path[-1].after.lower()
            circles += [Chain(kind="blocked", steps=path)] if len(path) > 1 else []
        return circles


#: What is shown first of a person's changes.
_FIRST: Final = {key: number for number, key in enumerate(("email", "status", "id", "roles"))}


def _issue(line: Mapping[str, Any]) -> Issue:
    return Issue(**{**line, "severity": Severity(line["severity"])})


def _letters(labels: Sequence[str]) -> list[str]:
    return [column_letter(position) for position in range(len(labels))]


def _path(after: Mapping[int, int], start: int) -> list[int]:
    path = [start]
    while path[-1] in after:
        path.append(after[path[-1]])
    return path


def _same(one: str | None, other: str | None) -> bool:
    return bool(one) and bool(other) and str(one).casefold() == str(other).casefold()
