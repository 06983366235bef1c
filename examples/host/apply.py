"""Applying a plan to a database: set-based, a batch at a time, each batch one transaction.

Strategy: a batch of operations is copied into a temporary table; statements over the whole batch then find which operations are
done already and which no longer hold (and why), and apply the rest, with the preconditions once more in the WHERE clause and the
number of rows compared with what was expected. Addresses change hands within one statement: PostgreSQL checks a deferrable
constraint when the statement ends; elsewhere those who move first step aside (their key is null for a moment nobody sees).

A batch writes its outcome into ``import_batches`` in its own transaction. A run that was killed is run again with the same plan:
batches that were committed are skipped, so nothing is applied twice, and what became of every operation is told exactly.

What a plan does not know is refused, operation by operation, never overwritten: the person is gone or not as seen, a value that
would change is not the one that the review showed, somebody else holds the address or the ID. A receipt holds rows and reasons,
no personal data.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

import qooper_ingest as qi

from .tables import ANSWERS, Tables, frame_type

__all__ = ["Contended", "Receipt", "apply_plan"]

_SEEN: Final = ("id", "email", "status", "sso_subject")
_ABSENT: Final = ("absent_email", "absent_id", "absent_id_fold", "absent_subject")
_ATTEMPTS: Final = 5


class Contended(RuntimeError):
    """Somebody else wrote to the same people in the middle of a batch, several times; the batch was rolled back."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a plan. ``refused``: pairs of row and reason; a row is None for what follows from absence."""

    fingerprint: str
    applied: int
    already_done: int
    refused: tuple[tuple[int | None, str], ...]

    def to_json(self) -> str:
        """As JSON, without personal data."""
        return json.dumps(asdict(self) | {"reasons": Counter(reason for _, reason in self.refused)})


def apply_plan(
    engine: sa.Engine,
    tables: Tables,
    plan: qi.Plan,
    *,
    size: int = 5000,
    deleted_email: str = "reserved",
    progress: Callable[[int], None] = lambda _: None,
) -> Receipt:
    """Apply a plan, or go on where a run of the same plan was stopped.

    Args:
        engine: SQLite or PostgreSQL.
        tables: The host's tables.
        plan: The plan that was reviewed; after a crash the same one (keep it with `Plan.save`), and the same ``size``.
        size: Operations in a transaction; atomic groups are never cut.
        deleted_email: As in the plan's policy: whether the address of a deleted person is free.
        progress: Told after every batch how many operations are through. What it raises stops the run between two batches.

    Raises:
        Contended: The database was written to by others at the same moment, again and again.
        ValueError: The plan may not be applied.
    """
    if not plan.can_apply:
        raise ValueError("a guard of the plan is not acknowledged")
    fingerprint, through = plan.fingerprint, 0
    for number, batch in enumerate(plan.operations(size=size)):
        _apply_batch(engine, tables, batch, (fingerprint, number), free_deleted=deleted_email == "reusable")
        through += len(batch)
        progress(through)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(tables.batches.c.outcome).filter_by(fingerprint=fingerprint)).scalars()
        outcomes = [json.loads(outcome) for outcome in rows]
    return Receipt(
        fingerprint,
        sum(one["applied"] for one in outcomes),
        sum(one["done"] for one in outcomes),
        tuple((row, reason) for one in outcomes for row, reason in one["refused"]),
    )


def _apply_batch(
    engine: sa.Engine, tables: Tables, batch: Sequence[qi.Operation], name: tuple[str, int], *, free_deleted: bool
) -> None:
    """One transaction; tried again where somebody else took a key or changed a person between two statements of it."""
    journal = {"fingerprint": name[0], "number": name[1]}
    failure: Exception | None = None
    for _ in range(_ATTEMPTS):
        try:
            with engine.execution_options(writes=True).begin() as connection:
                if _claimed(connection, journal):
                    outcome = _Batch(connection, tables, batch, free_deleted=free_deleted).apply()
                    connection.execute(
                        sa.update(tables.batches).filter_by(**journal).values(outcome=json.dumps(outcome))
                    )
            return
        except (IntegrityError, OperationalError, Contended) as error:
            failure = error
    raise Contended("the batch was rolled back: others write to the same people") from failure


def _claimed(connection: sa.Connection, journal: dict[str, Any]) -> bool:
    """Whether the batch is ours: no earlier run has committed it. A second worker waits here until the first is through."""
    marks = "insert into import_batches (fingerprint, number) values (:fingerprint, :number) on conflict do nothing"
    return connection.execute(sa.text(marks), journal).rowcount == 1


class _Batch:
    """The statements of one batch. ``s`` is the staging table, ``p`` the people, ``q`` the people who hold a key."""

    def __init__(
        self, connection: sa.Connection, tables: Tables, batch: Sequence[qi.Operation], *, free_deleted: bool
    ) -> None:
        self.connection, self.batch, self.tables, self.free_deleted = connection, batch, tables, free_deleted
        self.p, self.q = tables.people, tables.people.alias("q")
        changed = {change.field for operation in batch for change in operation.changes}
        self.fields = [name for name in tables.fields if name in changed]
        self.s = _stage(tables, self.fields)
        self.open = self.s.c.outcome.is_(None)
        self.own = self.p.c.ref == self.s.c.ref

    def apply(self) -> dict[str, Any]:
        """Stage, judge, apply, count."""
        _fill(self.connection, self.s, self.batch, self.fields)
        self._judge_people()
        self._judge_keys()
        self._write()
        told = self.connection.execute(sa.select(self.s.c.row, self.s.c.outcome).order_by(self.s.c.n)).all()
        counts = Counter(outcome for _, outcome in told)
        refused = [(row, outcome) for row, outcome in told if outcome not in (None, "done")]
        self.s.drop(self.connection)
        return {"applied": counts[None], "done": counts["done"], "refused": refused}

    def _mark(self, outcome: str, *conditions: sa.ColumnElement[bool]) -> int:
        update = sa.update(self.s).where(self.open, *conditions).values(outcome=outcome)
        return self.connection.execute(update).rowcount

    def _judge_people(self) -> None:
        """What is done already, and whose person is not as seen."""
        c, p, creates = self.s.c, self.p, self.s.c.kind == "create"
        outcome = sa.case(
            (p.c.status == "deleted", "person_missing"),
            (sa.and_(*self._as("to")), "done"),
            (~sa.and_(*self._as_seen()), "person_changed"),
        )
        self.connection.execute(sa.update(self.s).where(self.own, outcome.is_not(None)).values(outcome=outcome))
        self._mark("person_missing", ~creates, ~sa.exists().where(self.own))
        self._mark("done", creates, sa.exists().where(p.c.email_held == c.absent_email, *self._as("to")))

    def _judge_keys(self) -> None:
        """Which keys somebody else holds; to the end of each chain, and whole groups."""
        c, q, other = self.s.c, self.q.c, self.q.c.ref.is_distinct_from(self.s.c.ref)
        self._mark("id_taken", sa.exists().where(q.id_held == c.absent_id, other))
        self._mark("id_variant_taken", sa.exists().where(q.id_fold == c.absent_id_fold, other))
        fold = sa.func.ltrim(sa.func.lower(c.absent_subject), "0")
        self._mark("subject_taken", sa.exists().where(q.sso_fold == fold, q.sso_held == c.absent_subject, other))
        if not self.free_deleted:
            gone = q.status == "deleted"
            self._mark("email_taken", sa.exists().where(q.email_key == c.absent_email, gone, other))
        t = self.s.alias("t")
        frees = sa.exists().where(t.c.ref == q.ref, _moves(t), t.c.outcome.is_(None))
        held = sa.exists().where(q.email_held == c.absent_email, other, ~frees)
        fell = t.c.outcome.is_not(None) & (t.c.outcome != "done")
        broken = c.grp.in_(sa.select(t.c.grp).where(t.c.grp.is_not(None), fell))
        while self._mark("email_taken", held) + self._mark("group_broken", broken):
            pass

    def _write(self) -> None:
        """Apply what is left, and compare the counts."""
        creates = self.s.c.kind == "create"
        changed, made = self._update(~creates), self._insert(creates)
        if (changed, made) != (self._count(~creates), self._count(creates)):
            raise Contended("the number of people changed is not the number expected")

    def _update(self, known: sa.ColumnElement[bool]) -> int:
        c, p = self.s.c, self.p
        values: dict[str, Any] = {f: sa.case((c[f"set_{f}"], c[f"to_{f}"]), else_=p.c[f]) for f in self.fields}
        if "email" in self.fields:
            values["email_key"] = sa.case((_moves(self.s), c.absent_email), else_=p.c.email_key)
        if self.connection.dialect.name != "postgresql":
            movers = sa.select(c.ref).where(self.open, _moves(self.s))
            self.connection.execute(sa.update(p).where(p.c.ref.in_(movers)).values(email_key=None))
        update = sa.update(p).where(self.own, self.open, known, *self._as_seen()).values(values)
        return self.connection.execute(update).rowcount

    def _insert(self, creates: sa.ColumnElement[bool]) -> int:
        if not any(isinstance(operation, qi.Create) for operation in self.batch):
            return 0
        c = self.s.c
        filled: dict[str, Any] = {f: c[f"to_{f}"] for f in self.fields} | {
            "ref": c.new_ref,
            "email_key": c.absent_email,
        }
        filled["status"] = sa.func.coalesce(filled.get("status"), "active")
        filled["roles"] = sa.func.coalesce(filled.get("roles"), sa.literal([], ANSWERS))
        chosen = sa.select(*filled.values()).where(self.open, creates).order_by(c.n)
        insert = sa.insert(self.p).from_select(list(filled), chosen, include_defaults=False)
        return self.connection.execute(insert, execution_options={"preserve_rowcount": True}).rowcount

    def _count(self, condition: sa.ColumnElement[bool]) -> int:
        return self.connection.execute(
            sa.select(sa.func.count()).select_from(self.s).where(self.open, condition)
        ).scalar_one()

    def _as(self, side: str) -> Iterator[sa.ColumnElement[bool]]:
        """Every value that changes is as before (``was``) or as it becomes (``to``)."""
        for name in self.fields:
            yield sa.or_(~self.s.c[f"set_{name}"], self._same(self.p.c[name], self.s.c[f"{side}_{name}"]))

    def _same(self, now: sa.ColumnElement[Any], told: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        if isinstance(now.type, sa.JSON) and self.connection.dialect.name == "sqlite":
            now, told = sa.func.json(now), sa.func.json(told)  # written alike, whoever wrote it
        return sa.not_(now.is_distinct_from(told))

    def _as_seen(self) -> Iterator[sa.ColumnElement[bool]]:
        """The preconditions of an operation on a known person."""
        yield ~self.p.c.protected
        yield sa.or_(self.s.c.seen_locked.is_(None), self.p.c.status_locked == self.s.c.seen_locked)
        yield sa.or_(self.s.c.seen_roles.is_(None), self._same(self.p.c.roles, self.s.c.seen_roles))
        for name in _SEEN:
            yield sa.func.nullif(sa.func.trim(self.p.c[name]), "").is_not_distinct_from(self.s.c[f"seen_{name}"])
        for name, condition in zip(self.fields, self._as("was"), strict=True):
            if name not in _SEEN:
                yield condition


def _moves(stage: sa.FromClause) -> sa.ColumnElement[bool]:
    """Operations that take another address, and so free the old one."""
    return stage.c.absent_email.is_not(None) & (stage.c.kind == "known")


def _stage(tables: Tables, fields: Sequence[str]) -> sa.Table:
    """The temporary table: an operation a line; for every field whether it changes, from what, to what."""
    people, text = tables.people, tables.people.c.ref.type
    columns: list[sa.Column[Any]] = [sa.Column("n", sa.Integer(), primary_key=True), sa.Column("row", sa.BigInteger())]
    columns += [sa.Column(name, text) for name in ("kind", "ref", "new_ref", *_ABSENT, "outcome")]
    columns += [sa.Column("grp", sa.Integer()), *(sa.Column(f"seen_{name}", text) for name in _SEEN)]
    columns += [sa.Column("seen_roles", ANSWERS), sa.Column("seen_locked", sa.Boolean())]
    for name in fields:
        kind = people.c[name].type
        columns += [
            sa.Column(f"set_{name}", sa.Boolean()),
            sa.Column(f"was_{name}", kind),
            sa.Column(f"to_{name}", kind),
        ]
    return sa.Table("import_stage", sa.MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")


def _fill(connection: sa.Connection, stage: sa.Table, batch: Sequence[qi.Operation], fields: Sequence[str]) -> None:
    stage.create(connection, checkfirst=False)
    connection.exec_driver_sql("create index import_stage_ref on import_stage (ref)")
    unchanged: dict[str, Any] = {f"set_{name}": False for name in fields}
    unchanged |= {f"{side}_{name}": None for side in ("was", "to") for name in fields}
    lines = [_line(n, operation, unchanged) for n, operation in enumerate(batch)]
    if connection.dialect.name != "postgresql":
        connection.execute(sa.insert(stage), lines)
        return
    types = {name: frame_type(stage.c[name].type) for name in lines[0]}
    lists = [name for name, dtype in types.items() if isinstance(dtype, pl.List)]
    for line, name in itertools.product(lines, lists):
        line[name] = None if line[name] is None else json.dumps(line[name], ensure_ascii=False)
    frame = pl.DataFrame(
        [list(line.values()) for line in lines], schema=types | dict.fromkeys(lists, pl.String), orient="row"
    )
    names = ", ".join(f'"{name}"' for name in frame.columns)
    with connection.connection.cursor().copy(
        f"copy import_stage ({names}) from stdin (format csv, null '\\N')"
    ) as copy:
        # Text is in quotes, and what is in quotes is never null, whatever it says.
        copy.write(frame.write_csv(include_header=False, null_value="\\N", quote_style="non_numeric"))
    connection.exec_driver_sql("analyze import_stage")


def _line(n: int, operation: qi.Operation, unchanged: dict[str, Any]) -> dict[str, Any]:
    """The line of an operation; ``unchanged``: what stands in the columns of fields that it leaves alone."""
    seen = None if isinstance(operation, qi.Create) else operation.expected
    line: dict[str, Any] = {"n": n, "row": operation.row, "grp": operation.group, "outcome": None}
    for name in _ABSENT:
        line[name] = getattr(operation, name)
    for name in _SEEN:
        line[f"seen_{name}"] = getattr(seen, name, None)
    line["seen_roles"], line["seen_locked"] = (
        _stored(getattr(seen, "roles", None)),
        getattr(seen, "status_locked", None),
    )
    if isinstance(operation, qi.Create):
        line["kind"], line["ref"], line["new_ref"] = "create", None, uuid.uuid4().hex
    else:
        line["kind"], line["ref"], line["new_ref"] = "known", operation.ref, None
    line.update(unchanged)
    for change in operation.changes:
        line[f"set_{change.field}"] = True
        line[f"was_{change.field}"], line[f"to_{change.field}"] = _stored(change.before), _stored(change.after)
    return line


def _stored(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
