"""Applying a plan to a database: set-based, a batch at a time, each batch one transaction.

Strategy: a batch of operations is copied into a temporary table; statements over the whole batch then find which operations are
done already and which no longer hold (and why), and apply the rest, with the preconditions once more in the WHERE clause and the
number of rows compared with what was expected. Addresses change hands within one statement: PostgreSQL checks a deferrable
constraint when the statement ends; elsewhere those who move first step aside (their key is null for a moment nobody sees).

A batch writes its outcome into ``import_batches`` in its own transaction. A run that was killed is run again with the same plan:
batches that were committed are skipped, so nothing is applied twice, and what became of every operation is known exactly.

What a plan does not know is refused, operation by operation, never overwritten: the person is gone or not as seen, a value that
would change is not the one that the review showed, somebody else holds the address or the ID. In the statements ``s`` is the
temporary table, ``p`` a person, ``q`` whoever holds a key; names of columns are keys of fields, which are plain identifiers.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

import qooper_ingest as qi

from .tables import Tables, copy_frame

__all__ = ["Contended", "apply_plan"]

_ATTEMPTS: Final = 5

_SEEN: Final = ("id", "email", "status", "sso_subject")

#: Why an operation is refused where somebody else (``q``) holds a key.
_HELD: Final = (
    ("id_taken", "q.id_held = s.absent_id"),
    ("id_variant_taken", "q.lookup_id = s.absent_id_fold"),
    ("subject_taken", "q.sso_held = s.absent_subject"),
)

#: The same, where the address of a deleted person is not free.
_HELD_BY_DELETED: Final = ("email_taken", "q.email_key = s.absent_email and q.status = 'deleted'")

#: A living person holds the address, and does not leave it in the same batch.
_EMAIL_HELD: Final = """q.email_held = s.absent_email
    and not exists (select 1 from import_stage t where t.ref = q.ref and t.moves and t.outcome is null)"""


class Contended(RuntimeError):
    """Somebody else wrote to the same people in the middle of a batch, several times; the batch was rolled back."""


def apply_plan(
    engine: sa.Engine,
    tables: Tables,
    plan: qi.Plan,
    *,
    size: int = 5000,
    deleted_email: str = "reserved",
    choices_sha256: str | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> qi.Receipt:
    """Apply a plan, or go on where a run of the same plan was stopped.

    Args:
        engine, tables: SQLite or PostgreSQL, and the host's tables there.
        plan: The plan that was reviewed; after a crash the same one (keep it with `Plan.save`), and the same ``size``.
        size: Operations in a transaction; atomic groups are never cut.
        deleted_email: As in the plan's policy: whether the address of a deleted person is free.
        choices_sha256: For the receipt.
        progress: Called after every batch with the number of operations that are through. What it raises stops the run.

    Raises:
        Contended: The database was written to by others at the same moment, again and again.
        ValueError: The plan may not be applied.
    """
    if not plan.can_apply:
        raise ValueError("a guard of the plan is not acknowledged")
    fingerprint, through = plan.fingerprint, 0
    held = _HELD if deleted_email == "reusable" else (*_HELD, _HELD_BY_DELETED)
    for number, batch in enumerate(plan.operation_batches(size=size)):
        _apply_batch(engine, batch, {"fingerprint": fingerprint, "number": number}, held)
        through += batch.height
        progress(through)
    with engine.connect() as connection:
        texts = connection.execute(sa.select(tables.batches.c.outcome).filter_by(fingerprint=fingerprint)).scalars()
        outcomes = [json.loads(text) for text in texts]
    created, done, refused = (
        [line for one in outcomes for line in one[name]] for name in ("created", "done", "refused")
    )
    return plan.receipt(created=dict(created), done=done, refused=dict(refused), choices_sha256=choices_sha256)


def _apply_batch(
    engine: sa.Engine, batch: pl.DataFrame, journal: dict[str, Any], held: Sequence[tuple[str, str]]
) -> None:
    """One transaction; tried again where somebody else took a key or changed a person between two statements of it."""
    claim = "insert into import_batches (fingerprint, number) values (:fingerprint, :number) on conflict do nothing"
    finish = "update import_batches set outcome = :outcome where fingerprint = :fingerprint and number = :number"
    failure: Exception | None = None
    for _ in range(_ATTEMPTS):
        try:
            with engine.execution_options(writes=True).begin() as connection:
                # A second worker waits here until the first is through; a batch that an earlier run has committed is skipped.
                if connection.execute(sa.text(claim), journal).rowcount == 1:
                    outcome = _Batch(connection, batch).apply(held)
                    connection.execute(sa.text(finish), journal | {"outcome": json.dumps(outcome)})
            return
        except (IntegrityError, OperationalError, Contended) as error:
            failure = error
    raise Contended("the batch was rolled back: others write to the same people") from failure


class _Batch:
    """The statements of one batch."""

    def __init__(self, connection: sa.Connection, batch: pl.DataFrame) -> None:
        self.connection, self.on_sqlite = connection, connection.dialect.name == "sqlite"
        changed = pl.col("changed")
        self.fields = sorted(set(batch["changed"].explode(empty_as_null=True).drop_nulls()))
        self.lists = {"roles", *(f for f in self.fields if isinstance(batch.schema[f"after_{f}"], pl.List))}
        elsewhere = pl.col("absent_email").is_not_null()  # or nowhere: a plan that undoes another takes addresses away
        nowhere = pl.col("after_email").is_null() if "email" in self.fields else pl.lit(False)
        refs = pl.Series("new", [uuid.uuid4().hex for _ in range(batch.height)], dtype=pl.String)
        stage = batch.select(
            pl.int_range(pl.len()).alias("n"),
            pl.col("row").alias("line"),
            pl.col("ref").fill_null(refs),
            (pl.col("action") == "create").alias("creates"),
            (pl.col("action") == "retire").alias("retires"),
            ((pl.col("action") != "create") & changed.list.contains("email") & (elsewhere | nowhere)).alias("moves"),
            pl.col("group").alias("grp"),
            pl.lit(None, dtype=pl.String).alias("outcome"),
            pl.col("^(absent|expected)_.*$"),
            *(changed.list.contains(f).alias(f"set_{f}") for f in self.fields),
            *(pl.col(f"{side}_{f}") for f in self.fields for side in ("before", "after")),
        )
        copy_frame(connection, "import_stage", stage)
        self.run("create index import_stage_ref on import_stage (ref)")

    def run(self, statement: str) -> int:
        return self.connection.exec_driver_sql(statement).rowcount

    def mark(self, outcome: str, test: str) -> int:
        return self.run(f"update import_stage as s set outcome = '{outcome}' where s.outcome is null and {test}")

    def apply(self, held: Sequence[tuple[str, str]]) -> dict[str, list[Any]]:
        """Judge and write; say who was created, what was done already, and what was refused."""
        self.judge_people()
        others = "exists (select 1 from people q where q.ref <> s.ref and {})"
        for reason, test in held:
            self.mark(reason, others.format(test))
        broken = "s.grp in (select t.grp from import_stage t where t.grp is not null and t.outcome <> 'done')"
        while self.mark("email_taken", others.format(_EMAIL_HELD)) + self.mark("group_broken", broken):
            pass  # to the end of each chain: who is refused frees no address
        if self.write() != self.left():
            raise Contended("the number of people changed is not the number expected")
        query = "select line, ref, outcome from import_stage where outcome is not null or creates order by n"
        ends = self.connection.exec_driver_sql(query).all()
        self.run("drop table import_stage")
        named = [(ref if line is None else line, ref, outcome) for line, ref, outcome in ends]
        return {
            "created": [(name, ref) for name, ref, outcome in named if outcome is None],
            "done": [name for name, _, outcome in named if outcome == "done"],
            "refused": [(name, outcome) for name, _, outcome in named if outcome not in (None, "done")],
        }

    def judge_people(self) -> None:
        """What is done already, and whose person is not there or not as seen."""
        self.run(
            f"""update import_stage as s set outcome = case
                when p.status = 'deleted' and not s.retires then 'person_missing'
                when {self.as_is("after")} then 'done' when not ({self.as_seen()}) then 'person_changed' end
            from people p where p.ref = s.ref"""
        )
        missing = "not exists (select 1 from people p where p.ref = s.ref)"
        self.mark("done", f"s.retires and {missing}")
        self.mark("person_missing", f"not s.creates and {missing}")
        made = f"select 1 from people p where p.email_held = s.absent_email and {self.as_is('after')}"
        self.mark("done", f"s.creates and exists ({made})")

    def write(self) -> tuple[int, int]:
        """Apply what is left; how many people were changed, and made."""
        changed = {f'"{f}"': f'case when s."set_{f}" then s."after_{f}" else p."{f}" end' for f in self.fields}
        made = {"ref": "s.ref", "email_key": "s.absent_email", **{f'"{f}"': f's."after_{f}"' for f in self.fields}}
        for f, usual in (("status", "'active'"), ("roles", "'[]'")):  # as the table fills what is not named
            if f in self.fields:
                made[f'"{f}"'] = f"coalesce(s.after_{f}, {usual})"
        if "email" in self.fields:
            changed["email_key"] = "case when s.moves then s.absent_email else p.email_key end"
        if self.on_sqlite:
            movers = "select s.ref from import_stage s where s.outcome is null and s.moves"
            self.run(f"update people set email_key = null where ref in ({movers})")
        values = ", ".join(f"{f} = {value}" for f, value in changed.items())
        known = f"p.ref = s.ref and s.outcome is null and not s.creates and {self.as_seen()}"
        new = (
            f"select {', '.join(made.values())} from import_stage s where s.outcome is null and s.creates order by s.n"
        )
        return (
            self.run(f"update people as p set {values} from import_stage s where {known}"),
            self.run(f"insert into people ({', '.join(made)}) {new}"),
        )

    def left(self) -> tuple[int, int]:
        """How many people are to be changed, and made."""
        count = "select count(*) from import_stage where outcome is null and {}"
        known, new = (self.connection.exec_driver_sql(count.format(one)) for one in ("not creates", "creates"))
        return known.scalar_one(), new.scalar_one()

    def now(self, field: str) -> str:
        """What is stored; on SQLite lists written alike, whoever wrote them."""
        return f'json(p."{field}")' if self.on_sqlite and field in self.lists else f'p."{field}"'

    def as_is(self, side: str) -> str:
        """Every value that changes is as ``before`` or as ``after``."""
        same = (f'(not s."set_{f}" or {self.now(f)} is not distinct from s."{side}_{f}")' for f in self.fields)
        return " and ".join(same)

    def as_seen(self) -> str:
        """The preconditions of an operation on a known person."""
        seen = (f"nullif(trim(p.{f}), '') is not distinct from s.expected_{f}" for f in _SEEN)
        return f"""not p.protected and {" and ".join(seen)} and {self.as_is("before")}
            and (s.expected_status_locked is null or p.status_locked = s.expected_status_locked)
            and (s.expected_roles is null or {self.now("roles")} is not distinct from s.expected_roles)"""
