"""What the host does, without a web page: steps of an import, its plan, and applying it.

Strategy: an import is one row: the uploaded bytes, the choices as JSON, a state, and after the confirmation the saved plan. Every
step takes the choices, lets the library propose the rest, and keeps what a person has said. The plan is made anew for each look at
it; on confirmation its fingerprint has to be the one that was looked at, and then the plan itself is kept until it is applied, so
that a crash goes on with the same plan. When it is applied, bytes and plan are deleted; the receipt and the history stay.

States: ``new`` → ``open`` → ``confirmed`` → ``applied``. Imports of one programme are applied one after another.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import qooper_ingest as qi

from .apply import apply_plan
from .lookup import look_up
from .tables import Tables, dialect_of, make_engine, make_tables

__all__ = ["Host", "Refused"]


class Refused(Exception):
    """A step that cannot be done now, in words for the person."""


@dataclass(frozen=True, slots=True)
class Host:
    """A database and the host's rules.

    Args:
        engine, tables, schema: Where people are stored, and as what.
        policy: What imports may do; a person adds the role, decisions and acknowledgements only.
        roles: The roles that a person may import.
        limits: What reading a file may cost; files are strangers'.
    """

    engine: sa.Engine
    tables: Tables
    schema: qi.Schema
    policy: qi.Policy = qi.Policy(allow_email_cycles=True)  # noqa: RUF009  (frozen)
    roles: tuple[str, ...] = ("mentee", "mentor")
    limits: qi.Limits = qi.STRICT_LIMITS

    @staticmethod
    def at(url: str, schema: qi.Schema, **settings: Any) -> Host:
        """A host at a database; its tables are created where they are not there."""
        engine = make_engine(url)
        tables = make_tables(schema, dialect=dialect_of(engine))
        tables.create(engine)
        return Host(engine, tables, schema, **settings)

    # ------------------------------------------------------------------------------------------------ what is stored

    def imports(self) -> list[Any]:
        """All imports, the newest first, without their bytes."""
        i = self.tables.imports.c
        query = sa.select(i.key, i.name, i.programme, i.state, i.fingerprint, i.receipt, i.history, i.created)
        with self.engine.connect() as connection:
            return list(connection.execute(query.order_by(i.created.desc(), i.key)))

    def one(self, key: str) -> Any:
        """One import. Raises `Refused` where there is none."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(self.tables.imports).filter_by(key=key)).one_or_none()
        if found is None:
            raise Refused("There is no such import.")
        return found

    def _change(self, key: str, who: str, what: str, *, states: Sequence[str], **values: Any) -> None:
        """Change an import that is in one of some states, and write who did what; two people at once cannot both."""
        table = self.tables.imports
        with self.engine.execution_options(writes=True).begin() as connection:
            query = sa.select(table.c.history).where(table.c.key == key, table.c.state.in_(states)).with_for_update()
            history = connection.execute(query).scalar_one_or_none()
            if history is None:
                raise Refused("This import has gone on in the meantime: look at it again.")
            line = {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "who": who, "what": what}
            values["history"] = json.dumps([*json.loads(history), line])
            connection.execute(sa.update(table).where(table.c.key == key).values(**values))

    # ----------------------------------------------------------------------------------------------------- the steps

    def begin(self, who: str, *, programme: str, role: str, separator: str | None, key: str | None = None) -> str:
        """Step 1: whom the file is about, and what separates several answers (None: propose it). Returns the import's key."""
        if role not in self.roles:
            raise Refused("This role cannot be imported.")
        choices = qi.Choices(
            conventions=qi.Conventions(separator=separator), policy=self.policy.model_copy(update={"role": role})
        )
        key = key or uuid.uuid4().hex
        values = {"key": key, "programme": programme, "name": "", "choices": choices.to_json(), "state": "new"}
        with self.engine.execution_options(writes=True).begin() as connection:
            connection.execute(sa.insert(self.tables.imports).values(**values, history="[]"))
        self._change(key, who, f"began ({role})", states=["new"])
        return key

    def upload(self, key: str, who: str, data: bytes, name: str) -> None:
        """Step 2: the file. What was chosen for an earlier upload is dropped; last month's mapping is offered again."""
        workbook = qi.read_workbook(qi.Source.of(data, name=name), limits=self.limits)
        before = self.choices(key)
        said = before.conventions if self.one(key).state == "new" else qi.Conventions()
        policy = self.policy.model_copy(update={"role": before.policy.role})
        choices = qi.Choices(source_sha256=workbook.sha256, conventions=said, policy=policy)
        self._change(
            key,
            who,
            f"uploaded {name}",
            states=["new", "open"],
            upload=data,
            name=name,
            state="open",
            choices=choices.to_json(),
        )

    def choices(self, key: str) -> qi.Choices:
        """What a person has said so far."""
        return qi.Choices.from_json(self.one(key).choices)

    def choose(self, key: str, who: str, what: str, change: Callable[[qi.Choices], qi.Choices]) -> None:
        """Keep what a person said: ``change`` is one of the methods of `Choices`, which drop what no longer fits."""
        document = change(self.choices(key)).to_json()
        self._change(key, who, what, states=["open"], choices=document)

    def propose(self, key: str) -> qi.Proposal:
        """Steps 3 to 5: what every page before the review shows."""
        stored = self.one(key)
        if stored.upload is None:
            raise Refused("There is no file yet, or it was deleted after it was applied.")
        choices = qi.Choices.from_json(stored.choices)
        return qi.propose(stored.upload, schema=self.schema, choices=choices, limits=self.limits)

    def remembered(self, key: str, table: qi.Table) -> Any:
        """The mapping of the programme's last applied import, found again in this table; None where there is none."""
        i, programme = self.tables.imports.c, self.one(key).programme
        query = (
            sa.select(i.choices)
            .where(i.programme == programme, i.state == "applied")
            .order_by(i.created.desc())
            .limit(1)
        )
        with self.engine.connect() as connection:
            document = connection.execute(query).scalar_one_or_none()
        mapping = qi.Choices.from_json(document).mapping if document is not None else None
        return mapping.rebind(table) if mapping is not None else None

    def plan(self, key: str) -> qi.Plan:
        """Step 6: the plan against the people as they are now."""
        proposal = self.propose(key)
        records = proposal.records()
        with self.engine.begin() as connection:
            people = look_up(connection, self.tables, self.schema, records)
        return qi.resolve(records, people, policy=proposal.choices.policy)

    def decide(self, key: str, who: str, decision: qi.Decision) -> None:
        """Keep a decision that the plan made."""
        self.choose(key, who, f"decided row {decision.row}: {decision.answer}", lambda said: said.decide(decision))

    def acknowledge(self, key: str, who: str, code: str, count: int) -> None:
        """Keep that a person has seen a guard, if its count is still the one that was shown."""
        seen = self.plan(key).acknowledge(code)
        if seen.count != count:
            raise Refused("The figure has changed since it was shown: look at it again.")
        self.choose(key, who, f"acknowledged {code} ({count})", lambda said: said.acknowledge(seen))

    # ------------------------------------------------------------------------------------------- confirming, applying

    def confirm(self, key: str, who: str, fingerprint: str) -> None:
        """Step 7: what was looked at is what will be applied, or it is refused."""
        plan = self.plan(key)
        if plan.fingerprint != fingerprint:
            raise Refused("The people or the choices have changed since the review: look at it again.")
        if not plan.can_apply:
            raise Refused("A guard stops this plan until somebody acknowledges it.")
        saved = io.BytesIO()
        plan.save(saved)
        self._change(
            key,
            who,
            f"confirmed {fingerprint[:12]}",
            states=["open"],
            state="confirmed",
            plan=saved.getvalue(),
            fingerprint=fingerprint,
        )

    def apply(self, key: str, *, progress: Callable[[int], None] = lambda _: None) -> qi.Receipt:
        """Apply a confirmed import, or go on with one that was stopped; of an applied one the receipt."""
        stored = self.one(key)
        if stored.state == "applied":
            return qi.Receipt.from_json(stored.receipt)
        if stored.state != "confirmed":
            raise Refused("Only a confirmed import can be applied.")
        plan, choices = qi.Plan.load(stored.plan), qi.Choices.from_json(stored.choices)
        receipt = apply_plan(
            self.engine,
            self.tables,
            plan,
            deleted_email=choices.policy.deleted_email,
            choices_sha256=choices.sha256,
            progress=progress,
        )
        what = f"applied {receipt.applied}, already done {len(receipt.done)}, refused {len(receipt.refused)}"
        done = {"state": "applied", "receipt": receipt.to_json(), "plan": None, "upload": None}
        try:
            self._change(key, "the host", what, states=["confirmed"], **done)
        except Refused:  # another worker was a moment earlier; the receipt is the same
            return self.apply(key, progress=progress)
        return receipt
