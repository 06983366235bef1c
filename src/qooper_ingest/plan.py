"""The plan: what would happen to whom, as frames, and as typed operations that a host applies.

Strategy: a plan is a value. The frame says one line per source row; two narrow frames beside it (`_before`, `_after`) hold,
for the rows that may be applied, what is stored and what it becomes; operations are made from them a batch at a time, when
the host asks. Nothing here reads a clock or talks to anybody, so one file, one set of choices, one schema and one directory
give one plan and one fingerprint, on any machine.

What a host may rely on: operations are only what may be applied; each carries what it expects to find (the person as seen, and
the keys that nobody may hold); any order that respects ``before`` keeps addresses and IDs unique at every step; a group in
``atomic_groups`` has to be applied as one; an operation whose result is already there counts as done, so a retry is safe.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import math
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar, Final

import polars as pl
from pydantic import BaseModel, ConfigDict

from . import _html
from ._columns import as_sets
from ._values import same
from .emails import keys_of
from .errors import IngestError, UsageError
from .identity import ACTIONS, RULES_VERSION, Decisions, Directory, Guard, Policy, decide
from .identity.directory import id_fold
from .identity.facts import prepare_people
from .issues import ISSUE_SCHEMA, Issues, Severity
from .records import Records
from .schema import Schema
from .workbook import write_bytes

__all__ = [
    "FORMAT_VERSION",
    "ChangeEmail",
    "Create",
    "FieldChange",
    "Operation",
    "PersonState",
    "Plan",
    "Reactivate",
    "Stale",
    "Staleness",
    "Summary",
    "Suspend",
    "Update",
    "resolve",
]

#: Of saved plans and of the summary's JSON.
FORMAT_VERSION: Final = 1

Value = str | float | bool | dt.date | tuple[str, ...] | None

#: Rows that a notebook shows.
_SHOWN_ROWS: Final = 20

#: Operations in one batch, unless the host says otherwise: enough to be quick, little enough for one transaction.
_BATCH: Final = 1000

_APPLIED: Final = ("create", "change_email", "change_status", "update")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changes: its key, what is stored, what it becomes. ``None``: no answer."""

    field: str
    before: Value
    after: Value

    def __repr__(self) -> str:
        return f"FieldChange({self.field!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonState:
    """A person as the plan saw them; the operation is stale where this is no longer so."""

    id: str | None
    email: str | None
    status: str
    sso_subject: str | None

    def __repr__(self) -> str:
        return f"PersonState(status={self.status!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Operation:
    """What every operation has.

    Args:
        row: The source row; None for what follows from absence in a full snapshot.
        changes: All that changes, sorted by field: ``id``, ``email``, ``status``, ``roles`` and the keys of profile fields.
        codes: Warnings that the review showed.
        absent_email: The address key that nobody may hold when this is applied, but for people who leave it earlier.
        absent_id: The ID that nobody may hold.
        group: Number of its atomic group, if it is in one.
        status_scope: How far a change of status reaches.
    """

    row: int | None
    changes: tuple[FieldChange, ...]
    codes: tuple[str, ...] = ()
    absent_email: str | None = None
    absent_id: str | None = None
    group: int | None = None
    status_scope: str | None = None

    def value(self, key: str) -> Value:
        """What a field becomes; None where it does not change (or is emptied)."""
        return next((change.after for change in self.changes if change.field == key), None)

    def __repr__(self) -> str:
        fields = ", ".join(change.field for change in self.changes)
        return f"{type(self).__name__}(row={self.row}, ref={getattr(self, 'ref', None)!r}, changes=[{fields}])"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Create(_Operation):
    """Make a new person. Every change has ``before=None``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Known(_Operation):
    """An operation on a person who is there. ``expected``: the person as seen."""

    ref: str
    expected: PersonState


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Update(_Known):
    """Change answers, roles, or give an ID to a person who has none."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChangeEmail(_Known):
    """Change the address, and whatever else the row changes. The riskiest kind: mail and sign-in follow it."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Suspend(_Known):
    """Suspend the person, and whatever else the row changes (but the address)."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reactivate(_Known):
    """Make a suspended person active again, and whatever else the row changes (but the address)."""


Operation = Create | Update | ChangeEmail | Suspend | Reactivate


class GuardState(BaseModel):
    """A guard that tripped, as the summary shows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    count: int
    of: int
    limit: float
    acknowledged: bool


class Summary(BaseModel):
    """The plan in figures: what a review page shows first. JSON with ``format_version``.

    Args:
        rows: Source rows with content.
        blank_rows: Blank lines below the header, which are counted and otherwise left alone.
        actions: Rows per action; they add up to ``rows``.
        codes: Issues per code, those of the whole file included.
        guards: Guards that tripped.
        absent: People whom a full snapshot does not name.
        applyable: False while a guard is not acknowledged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: int = FORMAT_VERSION
    rows: int
    blank_rows: int
    actions: dict[str, int]
    codes: dict[str, int]
    guards: tuple[GuardState, ...]
    absent: int
    applyable: bool

    def to_json(self) -> str:
        """As JSON."""
        return self.model_dump_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """An operation that no longer holds: ``row``, ``ref`` (None for a create) and why.

    Reasons: ``person_missing``, ``person_changed`` (id, e-mail, status or subject is not as seen), ``email_taken``,
    ``id_taken``.
    """

    row: int | None
    ref: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staleness:
    """What a newer directory means for a plan.

    Args:
        stale: Operations that no longer hold.
        done: Rows whose result is already there; a retry may leave them out.
        open: How many operations still hold and are still to be applied.
    """

    stale: tuple[Stale, ...]
    done: tuple[int, ...]
    open: int

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the stale operations."""
        return tuple(sorted(one.row for one in self.stale if one.row is not None))

    def __iter__(self) -> Iterator[Stale]:
        return iter(self.stale)

    def __len__(self) -> int:
        return len(self.stale)

    def __bool__(self) -> bool:
        return bool(self.stale)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Plan:
    """What would happen, reviewed before it does.

    Args:
        frame: One line per source row: ``row``, ``action``, ``ref``, ``matched_by``, ``changed`` (field keys), ``codes`` (errors
            and warnings), ``info``, ``candidates`` (refs of the people whom an open decision concerns).
        issues: Everything that was found, from the file's bytes to the guards.
        before: Pairs of rows: the first has to be applied before the second.
        atomic_groups: Rows that have to be applied as one.
        summary: The figures.
    """

    frame: pl.DataFrame
    issues: Issues
    before: tuple[tuple[int, int], ...]
    atomic_groups: tuple[tuple[int, ...], ...]
    summary: Summary
    _basis: Mapping[str, Any]
    _stored: pl.DataFrame
    _new: pl.DataFrame
    _schema: Schema

    _PARTS: ClassVar[tuple[str, ...]] = ("frame", "issues", "_stored", "_new")

    def __repr__(self) -> str:
        actions = ", ".join(f"{count} {action}" for action, count in self.summary.actions.items() if count)
        return f"Plan({self.summary.rows} rows: {actions}; applyable={self.summary.applyable})"

    def _repr_html_(self) -> str:
        counted = _html.grid(("action", "rows"), [(a, n) for a, n in self.summary.actions.items() if n])
        shown = self.frame.select("row", "action", "ref", "changed", "codes").head(_SHOWN_ROWS)
        rows = [[", ".join(cell) if isinstance(cell, list) else cell for cell in row] for row in shown.rows()]
        lines = _html.grid(shown.columns, rows, more=self.frame.height - shown.height)
        guards = ", ".join(guard.code for guard in self.summary.guards if not guard.acknowledged)
        state = "may be applied" if self.applyable else f"stopped by {guards}"
        return _html.block(f"Plan of {self.summary.rows} rows: {state}", counted, lines)

    def __eq__(self, other: object) -> bool:
        return same(self, other, self.__slots__)

    @property
    def schema(self) -> Schema:
        """The fields that the plan was made by."""
        return self._schema

    @property
    def applyable(self) -> bool:
        """False while a guard is not acknowledged."""
        return self.summary.applyable

    @property
    def fingerprint(self) -> str:
        """A digest: equal for equal plans, whoever made them, so that what was reviewed is what is applied.

        It covers the file, the schema, the policy, the directory's version, the rules' version, the guards that tripped, every
        decision and every change; it is made when it is asked for (about a second for a million rows).
        """
        return _fingerprint(self._basis, (self.frame, self._stored, self._new))

    def why(self, row: int, /, *, personal: bool = False) -> str:
        """Say in one sentence why a row is decided as it is.

        Args:
            row: A row of the file.
            personal: Quote the cells concerned; without it the sentence holds rows and the host's own refs only.

        Returns:
            What the row becomes, the reason, the people and rows concerned, and what to do.

        Raises:
            UsageError: ``argument_invalid``: the plan has no such row.
        """
        line = self.frame.filter(pl.col("row") == row)
        if line.is_empty():
            raise UsageError("argument_invalid", reason=f"the plan has no row {row}")
        decision = line.row(0, named=True)
        found = Issues(self.issues.frame.filter(pl.col("row") == row, pl.col("code").is_in(decision["codes"])))
        told = found if personal else found.redacted()
        reasons = [told.page(at, 1)[0] for at in range(len(told))]
        reasons.sort(key=lambda issue: (issue.severity is not Severity.ERROR, issue.code))
        said = f"Row {row}: {decision['action']}"
        said += f" of {decision['ref']}" if decision["ref"] is not None else ""
        said += "".join(f"; {issue.reason}" for issue in reasons)
        others = sorted({issue.other_row for issue in reasons if issue.other_row is not None})
        concerned = [f"people {', '.join(decision['candidates'])}"] if decision["candidates"] else []
        concerned += [f"rows {', '.join(map(str, others))}"] if others else []
        said += f" ({'; '.join(concerned)})" if concerned else ""
        return f"{said}. {reasons[0].hint}." if reasons else f"{said}."

    def operations(self, *, size: int = _BATCH) -> Iterator[tuple[Operation, ...]]:
        """Yield what may be applied, in batches, in an order that respects ``before``.

        Args:
            size: Operations in a batch; a batch grows beyond it where an atomic group would be cut.

        Returns:
            Batches of typed operations. Nothing at all while the plan is not applyable.

        Raises:
            UsageError: ``argument_invalid``: ``size`` is not positive.
        """
        if size < 1:
            raise UsageError("argument_invalid", reason="size must be at least 1")
        return self._batches(size) if self.summary.applyable else iter(())

    def _batches(self, size: int) -> Iterator[tuple[Operation, ...]]:
        order = self._order()
        group_of = {row: number for number, group in enumerate(self.atomic_groups) for row in group}
        start, height = 0, order.len()
        rows = self._new["row"].gather(order)
        while start < height:
            stop = min(start + size, height)
            if group_of:
                while (
                    stop < height
                    and (group := group_of.get(rows[stop - 1], -1)) >= 0
                    and group_of.get(rows[stop]) == group
                ):
                    stop += 1
            some = order.slice(start, stop - start)
            yield tuple(self._typed(self._new[some], self._stored[some], group_of))
            start = stop

    def _order(self) -> pl.Series:
        """Positions of the operations: rows that wait for nobody in file order, then along the chains; groups together."""
        rows = self._new["row"]
        positions = pl.int_range(rows.len(), dtype=pl.UInt32, eager=True)
        if not self.before and not self.atomic_groups:
            return positions
        after = dict(self.before)
        depth: dict[int, int] = {}
        for first in {a for a, _ in self.before} - {b for _, b in self.before}:
            row, level = first, 0
            while row in after:
                row, level = after[row], level + 1
                depth[row] = level
        rank = {row: (0, group[0]) for group in self.atomic_groups for row in group} | {
            row: (d, row) for row, d in depth.items()
        }
        late = pl.DataFrame(
            {
                "row": list(rank),
                "level": [level for level, _ in rank.values()],
                "key": [key for _, key in rank.values()],
            },
            schema={"row": pl.UInt32, "level": pl.UInt32, "key": pl.UInt32},
        )
        placed = pl.DataFrame({"row": rows, "at": positions}).join(late, on="row", how="left", maintain_order="left")
        return placed.sort(
            pl.col("level").fill_null(0), pl.col("key").fill_null(pl.col("row")), "row", nulls_last=True
        )["at"]

    def _typed(self, new: pl.DataFrame, stored: pl.DataFrame, group_of: Mapping[int, int]) -> Iterator[Operation]:
        """Typed operations of one batch; the only place where a plan becomes objects."""
        for after, before in zip(new.iter_rows(named=True), stored.iter_rows(named=True), strict=True):
            changes = tuple(FieldChange(name, _value(before[name]), _value(after[name])) for name in after["changed"])
            common: dict[str, Any] = {
                "row": after["row"],
                "changes": changes,
                "codes": tuple(after["codes"]),
                "absent_email": after["absent_email"],
                "absent_id": after["absent_id"],
                "group": group_of.get(after["row"]),
                "status_scope": after["status_scope"] if "status" in after["changed"] else None,
            }
            if after["action"] == "create":
                yield Create(**common)
                continue
            seen = PersonState(
                id=before["id"], email=before["email"], status=before["status"], sso_subject=before["sso_subject"]
            )
            kind: type[Update | ChangeEmail | Suspend | Reactivate]
            match after["action"]:
                case "change_email":
                    kind = ChangeEmail
                case "change_status":
                    kind = Suspend if after["status"] == "suspended" else Reactivate
                case _:
                    kind = Update
            yield kind(ref=before["ref"], expected=seen, **common)

    def check(self, directory: Directory, /) -> Staleness:
        """Compare the plan with a newer directory.

        Args:
            directory: The people as they are now.

        Returns:
            The operations that no longer hold, with the reasons, those among them that wait for one that no longer holds; which
            rows are done already; how many are open.
        """
        policy = Policy(**self._basis["policy"])
        people = prepare_people(*directory.collect(self._schema, self._keys), policy).frame.cast({"status": pl.String})
        now = people.select(
            "ref",
            *(
                pl.col(name).alias(f"_now_{name}")
                for name in ("id", "email", "email_key", "status", "sso_subject", "roles")
            ),
            *(pl.col(f.key).alias(f"_now_{f.key}") for f in self._schema.profile if f.key in self._new.columns),
        )
        c = pl.col
        joined = (
            self._new.rename({"ref": "_ref"}, strict=False)
            .with_columns(self._stored["ref"].alias("ref"))
            .hstack(self._stored.select(pl.all().name.prefix("_was_")))
            .join(now, on="ref", how="left", maintain_order="left")
        )
        create = c("action") == "create"
        missing = ~create & (c("_now_status").is_null() | (c("_now_status") == "deleted"))
        differs = ~create & pl.any_horizontal(
            [c(f"_now_{name}").ne_missing(c(f"_was_{name}")) for name in ("id", "email", "status", "sso_subject")]
        )
        holders = people.filter(c("live") | (policy.deleted_email == "reserved")).select("ref", "email_key", "id_key")
        by_email = joined.select(c("row"), c("absent_email").alias("email_key"), c("ref").alias("own")).join(
            holders, on="email_key"
        )
        by_id = joined.select(c("row"), c("absent_id").alias("id_key"), c("ref").alias("own")).join(
            holders, on="id_key"
        )
        leavers = {b: a for a, b in self.before}
        leavers |= _group_leavers(self.atomic_groups, self._new, self._stored)
        ref_of = dict(zip(self._new["row"].to_list(), self._stored["ref"].to_list(), strict=True)) if leavers else {}
        frees = {row: ref_of.get(leaver) for row, leaver in leavers.items()}
        others = c("ref").ne_missing(c("own"))
        held = by_email.filter(others).select("row", "ref").rows()
        email_taken = {row for row, holder in held if holder != frees.get(row, "")}
        id_taken = by_id.filter(others)["row"]
        final = self._final_state()
        done_known = ~create & ~missing & final
        done_created = self._created_already(joined.filter(create), people)
        flags = joined.select(
            "row",
            "ref",
            missing.alias("person_missing"),
            (differs & ~missing).alias("person_changed"),
            (done_known | (create & c("row").is_in(done_created.implode()))).alias("done"),
        ).with_columns(
            c("row").is_in(list(email_taken)).alias("email_taken"), c("row").is_in(id_taken.implode()).alias("id_taken")
        )
        reasons = ("person_missing", "person_changed", "email_taken", "id_taken")
        fallen = flags.filter(~c("done") & pl.any_horizontal(reasons))["row"].drop_nulls().to_list()
        waiting = {leavers[row]: row for row, holder in held if row in leavers and holder == frees.get(row, "")}
        flags = flags.with_columns(c("email_taken") | c("row").is_in(_stranded(fallen, waiting)).fill_null(False))
        bad = flags.filter(~c("done") & pl.any_horizontal(reasons))
        stale = tuple(
            Stale(row=line["row"], ref=line["ref"], reasons=tuple(name for name in reasons if line[name]))
            for line in bad.iter_rows(named=True)
        )
        done = tuple(flags.filter("done")["row"].drop_nulls().to_list())
        return Staleness(stale=stale, done=done, open=flags.height - len(stale) - int(flags["done"].sum()))

    def _keys(self) -> pl.DataFrame:
        """Whom of a large directory the plan concerns: its people, and whoever holds a key that nobody may hold."""
        kinds = {
            "ref": self._stored["ref"],
            "email": self._new["absent_email"],
            "id_fold": self._new.select(id_fold(pl.col("absent_id"))).to_series(),
        }
        return pl.concat(
            [
                pl.DataFrame({"key": keys.drop_nulls().unique()}).select(pl.lit(kind).alias("kind"), "key")
                for kind, keys in kinds.items()
            ]
        )

    def _final_state(self) -> pl.Expr:
        """True where every changed field of a known person has the value that the plan gives it."""
        tests = []
        for name in self._new.columns:
            if name in _META or name not in self._stored.columns:
                continue
            now, after = pl.col(f"_now_{name}"), pl.col(name)
            equal = (
                as_sets(now).eq_missing(as_sets(after))
                if isinstance(self._new.schema[name], pl.List)
                else now.eq_missing(after)
            )
            if name == "roles":
                equal = after.list.set_difference(now).list.len() == 0
            tests.append(~pl.col("changed").list.contains(name) | equal)
        return pl.all_horizontal(tests).fill_null(False)

    def _created_already(self, creates: pl.DataFrame, people: pl.DataFrame) -> pl.Series:
        """Rows whose new person is there already, with the address, the ID and every answer that the plan gives."""
        if creates.is_empty():
            return pl.Series([], dtype=pl.UInt32)
        live = people.filter("live").select(
            pl.col("email_key").alias("absent_email"),
            *(pl.col(name).alias(f"_now_{name}") for name in ("id", "email", "status", "roles")),
            *(pl.col(f.key).alias(f"_now_{f.key}") for f in self._schema.profile if f.key in self._new.columns),
        )
        bare = creates.select(pl.exclude("^_now_.*$"))
        return bare.join(live, on="absent_email").filter(self._final_state())["row"]

    def save(self, path: str | os.PathLike[str] | BinaryIO, /) -> None:
        """Write the plan as a zip of Parquet files and a manifest, which `load` reads back equal.

        Raises:
            UsageError: ``target_unwritable``.
        """
        parts: dict[str, bytes] = {}
        for name in self._PARTS:
            part = getattr(self, name)
            buffer = io.BytesIO()
            (part.frame if isinstance(part, Issues) else part).write_parquet(buffer)
            parts[name] = buffer.getvalue()
        manifest = {
            "format_version": FORMAT_VERSION,
            "summary": json.loads(self.summary.to_json()),
            "basis": self._basis,
            "fingerprint": self.fingerprint,
            "parts": {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()},
        }
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_entry("manifest.json"), json.dumps(manifest))
            for name, data in parts.items():
                archive.writestr(_entry(f"{name.strip('_')}.parquet"), data)
        write_bytes(path, packed.getvalue())

    @staticmethod
    def load(path: str | os.PathLike[str] | BinaryIO | bytes, /) -> Plan:
        """Read what `save` wrote.

        Raises:
            UsageError: ``plan_invalid``: not a saved plan, of another format version, or changed since it was saved.
        """
        reason = ""
        try:
            with zipfile.ZipFile(io.BytesIO(path) if isinstance(path, bytes) else path) as archive:
                manifest = json.loads(archive.read("manifest.json"))
                if manifest["format_version"] != FORMAT_VERSION:
                    raise UsageError(
                        "plan_invalid", reason=f"it has the format version {int(manifest['format_version'])}"
                    )
                stored = {name: archive.read(f"{name.strip('_')}.parquet") for name in Plan._PARTS}
            parts = {name: pl.read_parquet(data) for name, data in stored.items()}
            basis = manifest["basis"]
            plan = Plan(
                frame=parts["frame"],
                issues=Issues(parts["issues"].cast(ISSUE_SCHEMA)),
                before=tuple((a, b) for a, b in basis["before"]),
                atomic_groups=tuple(tuple(group) for group in basis["groups"]),
                summary=Summary.model_validate(manifest["summary"]),
                _basis=basis,
                _stored=parts["_stored"],
                _new=parts["_new"],
                _schema=Schema.from_json(json.dumps(basis["schema"])),
            )
            whole = manifest["parts"] == {name: hashlib.sha256(data).hexdigest() for name, data in stored.items()}
            whole = whole and basis["guards"] == _told(plan.summary) and plan.summary.codes == plan.issues.counts()
            whole = whole and plan.applyable == all(guard.acknowledged for guard in plan.summary.guards)
        except IngestError:
            raise
        except Exception as error:  # noqa: BLE001  (whatever is wrong with the file; the parser's text may quote it)
            reason = f"it is damaged or something else ({type(error).__name__})"
        else:
            if whole and plan.fingerprint == manifest["fingerprint"]:
                return plan
            reason = "it was changed after it was saved"
        raise UsageError("plan_invalid", reason=reason)

    def to_jsonl(self) -> Iterator[str]:
        """Yield the operations as JSON, one line each, in their order."""
        for batch in self.operations():
            for operation in batch:
                line: dict[str, Any] = {"operation": _SNAKE[type(operation)], "row": operation.row}
                if not isinstance(operation, Create):
                    line["ref"] = operation.ref
                    line["expected"] = {
                        name: getattr(operation.expected, name) for name in ("id", "email", "status", "sso_subject")
                    }
                line["changes"] = [
                    {"field": change.field, "before": _jsonable(change.before), "after": _jsonable(change.after)}
                    for change in operation.changes
                ]
                line |= {
                    "codes": list(operation.codes),
                    "absent_email": operation.absent_email,
                    "absent_id": operation.absent_id,
                }
                line |= {"group": operation.group, "status_scope": operation.status_scope}
                yield json.dumps(line, ensure_ascii=False)


_SNAKE: Final = {
    Create: "create",
    Update: "update",
    ChangeEmail: "change_email",
    Suspend: "suspend",
    Reactivate: "reactivate",
}

#: Columns of the operations frame that are not fields.
_META: Final = ("row", "action", "changed", "codes", "absent_email", "absent_id", "status_scope")


def _entry(name: str) -> zipfile.ZipInfo:
    """A zip entry without a clock: equal plans are equal files."""
    return zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))


def _value(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _jsonable(value: Value) -> Any:
    match value:
        case tuple():
            return list(value)
        case dt.date():
            return value.isoformat()
        case float() if not math.isfinite(value):  # stored by the host; JSON has no word for it
            return None
    return value


def _stranded(fallen: Iterable[int], waiting: Mapping[int, int]) -> list[int]:
    """Rows whose address stays taken because the row that was to free it no longer holds, to the end of each chain.

    Args:
        fallen: Rows that no longer hold.
        waiting: Row that frees an address → the row that waits for it.
    """
    seen = set(fallen)
    stranded: list[int] = []
    for start in tuple(seen):
        row = waiting.get(start)
        while row is not None and row not in seen:
            seen.add(row)
            stranded.append(row)
            row = waiting.get(row)
    return stranded


def _group_leavers(groups: Sequence[Sequence[int]], new: pl.DataFrame, stored: pl.DataFrame) -> dict[int, int]:
    """Within an atomic group: row → the row whose person leaves the address that it takes."""
    if not groups:
        return {}
    rows = [row for group in groups for row in group]
    some = new.filter(pl.col("row").is_in(rows)).select("row", pl.col("absent_email").alias("key"))
    left = stored.filter(pl.col("row").is_in(rows)).select(
        pl.col("row").alias("leaver"), keys_of(stored.filter(pl.col("row").is_in(rows))["email"])["key"]
    )
    return dict(some.join(left, on="key").select("row", "leaver").rows())


def resolve(records: Records, directory: Directory, /, *, policy: Policy = Policy()) -> Plan:  # noqa: B008  (frozen)
    """Decide what happens to whom.

    Args:
        records: What the file says, from `apply_mapping`.
        directory: The people whom the host has.
        policy: What the host allows.

    Returns:
        A plan with exactly one action per record, in their order. Permuting rows or people changes nothing but that order.

    Raises:
        DirectoryError: The directory does not fit the schema.

    Issues: everything of ``records.issues``, every code of the decision table, and the guards.

    >>> from qooper_ingest import ColumnMapping, Directory, Schema, Workbook, apply_mapping
    >>> table = Workbook.of_rows([["id", "email"], ["A1", "ann.lee@corp.example"]]).sheet().table(header_row=1)
    >>> records = apply_mapping(table, ColumnMapping.of(table, {"id": "id", "email": "email"}), Schema.participants())
    >>> resolve(records, Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])).frame["action"].to_list()
    ['change_email']
    """
    decided = decide(records, directory, policy)
    stored, new = _operations(decided, policy)
    tripped = tuple(_state(guard) for guard in decided.guards)
    issues = _merged_issues(records.issues, decided.issues)
    counted = dict(decided.frame.group_by("action").len().rows())
    summary = Summary(
        rows=decided.frame.height,
        blank_rows=records.blank_rows,
        actions={action: counted.get(action, 0) for action in ACTIONS},
        codes=issues.counts(),
        guards=tripped,
        absent=decided.absent.len(),
        applyable=all(guard.acknowledged for guard in tripped),
    )
    basis: dict[str, Any] = {
        "format": FORMAT_VERSION,
        "rules": RULES_VERSION,
        "policy": json.loads(policy.model_dump_json()),
        "schema": json.loads(records.schema.to_json()),
        "columns": dict(records.columns),
        "source": records.source_sha256,
        "directory": directory.version,
        "before": [list(pair) for pair in decided.order.before],
        "groups": [list(group) for group in decided.order.groups],
        "guards": _told(summary),
    }
    return Plan(
        frame=decided.frame,
        issues=issues,
        before=decided.order.before,
        atomic_groups=decided.order.groups,
        summary=summary,
        _basis=basis,
        _stored=stored,
        _new=new,
        _schema=records.schema,
    )


def _merged_issues(of_cells: Issues, of_rows: Issues) -> Issues:
    """Both, but codes that both tell only once: the row's outcome says whether, the cell's issue quotes the cell."""
    cells, rows = of_cells.frame, of_rows.frame
    retold = pl.col("code").is_in(_RETOLD)
    again = rows.filter(retold)
    known = cells.filter(retold).join(again, on=["row", "code"], how="semi", nulls_equal=True)
    return Issues.concat(
        [
            Issues(cells.filter(~retold)),
            Issues(known),
            Issues(again.join(known, on=["row", "code"], how="anti", nulls_equal=True)),
            Issues(rows.filter(~retold)),
        ]
    )


#: Codes that the records report cell by cell and the plan reports again with the row's outcome: told once.
_RETOLD: Final = (
    "email_missing", "email_invalid", "email_invisible_characters", "email_compatibility_characters", "email_trimmed",
    "id_invisible_characters", "id_non_ascii", "id_invalid_format", "id_scientific_notation", "id_float_text",
    "id_precision_lost", "id_trimmed", "id_placeholder", "status_invalid",
)  # fmt: skip


def _told(summary: Summary) -> list[dict[str, Any]]:
    """The guards of a summary, as the fingerprint covers them. What they are shares of may be known for one directory only."""
    return [{"code": guard.code, "count": guard.count, "acknowledged": guard.acknowledged} for guard in summary.guards]


def _state(guard: Guard) -> GuardState:
    return GuardState(
        code=guard.code, count=guard.count, of=guard.of, limit=guard.limit, acknowledged=guard.acknowledged
    )


def _operations(decided: Decisions, policy: Policy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is stored and what it becomes, for the rows that may be applied: two frames, line by line."""
    frame, f, people = decided.frame, decided.facts, decided.people
    at = frame["action"].is_in(_APPLIED).arg_true()
    p = f["m"].gather(at)
    lines = frame[at]
    creates = lines["action"] == "create"
    stored = {"row": lines["row"], "ref": lines["ref"]}
    for name in ("id", "email", "status", "sso_subject", "roles"):
        stored[name] = people.of(name, p)
    stored["status"] = stored["status"].cast(pl.String)
    role = pl.Series([[policy.role] if policy.role is not None else []], dtype=pl.List(pl.String)).new_from_index(
        0, at.len()
    )
    roles = (
        pl.DataFrame({"old": stored["roles"], "new": role})
        .select(
            pl.concat_list(pl.col("old").fill_null(pl.lit([], dtype=pl.List(pl.String))), "new").list.unique(
                maintain_order=True
            )
        )
        .to_series()
    )
    takes = f["takes"].gather(at)
    gets_id = (creates & f["has_id"].gather(at)) | f["link"].gather(at)
    new = {
        "row": lines["row"],
        "action": lines["action"].cast(pl.String),
        "changed": lines["changed"],
        "codes": lines["codes"],
        "absent_email": _where(takes, f["final_key"].gather(at)),
        "absent_id": _where(gets_id, f["id_key"].gather(at)),
        "status_scope": f["status_scope"].gather(at),
        "id": f["id"].gather(at),
        "email": f["final_text"].gather(at),
        "status": f["status"].gather(at),
        "roles": roles,
    }
    for one in decided.changes.fields:
        stored[one.key] = people.of(one.key, p)
        new[one.key] = _where(decided.changes.changed[one.key].gather(at), decided.changes.after[one.key].gather(at))
    before = pl.DataFrame({name: column.alias(name) for name, column in stored.items()})
    after = pl.DataFrame({name: column.alias(name) for name, column in new.items()})
    if policy.absent == "suspend" and decided.absent.len():
        left = _absences(decided.absent, before, after, decided)
        before, after = (
            pl.concat([before, left[0]], how="diagonal_relaxed"),
            pl.concat([after, left[1]], how="diagonal_relaxed"),
        )
    return before, after


def _where(flags: pl.Series, values: pl.Series) -> pl.Series:
    return pl.DataFrame({"f": flags, "v": values}).select(pl.when("f").then("v")).to_series()


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
        pl.lit([], dtype=pl.List(pl.String)).alias("codes"),
    )
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in after.schema.items() if name not in new.columns]
    return stored, new.with_columns(missing).select(after.columns)


def _fingerprint(basis: Mapping[str, Any], frames: Sequence[pl.DataFrame]) -> str:
    """A digest of the plan's content: of text, so that it is the same for every version of the frame library."""
    digest = hashlib.sha256(json.dumps(basis, sort_keys=True, default=str).encode())
    for frame in frames:
        flat = frame.select(_exact(pl.col(name), dtype) for name, dtype in frame.schema.items())
        flat.write_csv(_Digest(digest), null_value="\x00", batch_size=65536)  # type: ignore[call-overload]
    return digest.hexdigest()


def _exact(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A column as something that text tells exactly: lists joined, numbers by their bits."""
    if isinstance(dtype, pl.List):
        return column.list.join("\x1f")
    return column.reinterpret(signed=True) if dtype == pl.Float64() else column


class _Digest:
    """A file that only counts what is written to it."""

    def __init__(self, digest: Any) -> None:
        self._digest = digest

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        return len(data)
