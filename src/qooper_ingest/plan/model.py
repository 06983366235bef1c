"""The plan: what would happen to whom, as frames, and as typed operations that a host applies.

Strategy: a plan is a value. The frame says one line per source row; two narrow frames beside it (`_before`, `_after`) hold,
for the rows that may be applied, what is stored and what it becomes; operations are made from them a batch at a time, when
the host asks. Nothing here reads a clock or talks to anybody, so one file, one set of choices, one schema and one directory
give one plan and one fingerprint, on any machine.

What a host may rely on: operations are only what may be applied; each carries what it expects to find (the person as seen, and
the keys that nobody may hold); any order that respects ``dependencies`` keeps addresses and IDs unique at every step; a group in
``atomic_groups`` has to be applied as one; an operation whose result is already there counts as done, so a retry is safe.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO, Final, Literal

import polars as pl

from .. import _html
from .._output import write_bytes
from .._values import same
from ..errors import IngestError, SourceError, UsageError, quote
from ..identity import ACTIONS, Acknowledgement, Decision, Directory, Policy
from ..identity.policy import Answer
from ..issues import ISSUE_SCHEMA, Issues, Severity
from ..limits import DEFAULT_LIMITS, Limits
from ..mapping import ColumnMapping
from ..records import Records, RecordsPart
from ..schema import Schema
from ..source import Source
from ..table import Table
from .batches import widen_operations
from .context import CONTEXT_PARTS, Context
from .decisions import find_row_key
from .explanation import Explanation, explain_row
from .listing import flatten_operations, preview_operations
from .operations import Operation, as_json, typed
from .order import cut_batches, order_rows
from .receipt import Receipt, exceptions_of
from .saved import BASIS_VERSION, RECORD_PARTS, fingerprint_of, pack, unpack
from .staleness import Staleness, find_stale
from .summary import Summary, covered
from .undo import CreatedPeople, invert

__all__ = ["Plan"]

#: What a notebook shows first: rows that need a person, then changes of people whom the host has.
_ORDER_SHOWN: Final = {
    action: rank
    for rank, action in enumerate(
        ("conflict", "reject", "change_email", "change_status", "update", "create", "unchanged")
    )
}

#: Rows that a notebook shows.
_SHOWN_ROWS: Final = 20

#: Operations in one batch, unless the host says otherwise: enough to be quick, little enough for one transaction.
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Plan:
    """What would happen, reviewed before it does.

    Args:
        frame: One line per source row: ``row``, ``action``, ``ref``, ``matched_by``, ``changed`` (field keys), ``codes`` (errors
            and warnings), ``info``, ``candidates`` (refs of the people whom an open decision concerns).
        issues: Everything that was found, from the file's bytes to the guards.
        dependencies: Pairs of rows: the first has to be applied before the second.
        atomic_groups: Rows that have to be applied as one.
        summary: The figures.
    """

    frame: pl.DataFrame
    issues: Issues
    dependencies: tuple[tuple[int, int], ...]
    atomic_groups: tuple[tuple[int, ...], ...]
    summary: Summary
    _basis: Mapping[str, Any]
    _stored: pl.DataFrame
    _new: pl.DataFrame
    _schema: Schema
    _records: Records | None
    _context: Context

    def __repr__(self) -> str:
        actions = ", ".join(f"{count} {action}" for action, count in self.summary.actions.items() if count)
        return f"Plan({self.summary.rows} rows: {actions}; can_apply={self.summary.can_apply})"

    def _repr_html_(self) -> str:
        counted = _html.grid(("action", "rows"), [(a, n) for a, n in self.summary.actions.items() if n])
        rank = (
            pl.col("action")
            .cast(pl.String)
            .replace_strict(_ORDER_SHOWN, default=len(_ORDER_SHOWN), return_dtype=pl.UInt8)
        )
        chosen = self.frame.select("row", "action", "ref", "changed", "codes")
        shown = chosen.sort(rank, maintain_order=True).head(_SHOWN_ROWS)
        rows = [[", ".join(cell) if isinstance(cell, list) else cell for cell in row] for row in shown.rows()]
        lines = _html.grid(shown.columns, rows, more=self.frame.height - shown.height)
        guards = ", ".join(guard.code for guard in self.summary.guards if not guard.acknowledged)
        state = "may be applied" if self.can_apply else f"stopped by {guards}"
        return _html.block(f"Plan of {self.summary.rows} rows: {state}", counted, lines)

    def __eq__(self, other: object) -> bool:
        return same(self, other, (name for name in self.__slots__ if name != "_records"))

    @property
    def schema(self) -> Schema:
        """The fields that the plan was made by."""
        return self._schema

    @property
    def can_apply(self) -> bool:
        """False while a guard is not acknowledged."""
        return self.summary.can_apply

    @property
    def fingerprint(self) -> str:
        """A digest: equal for equal plans, whoever made them, so that what was reviewed is what is applied.

        It covers the file, the schema, the policy, the directory's version, the rules' version, the guards that tripped, every
        decision and every change; it is made when it is asked for (about a second for a million rows).
        """
        return fingerprint_of(self._basis, (self.frame, self._stored, self._new))

    @property
    def inverse_of(self) -> str | None:
        """The fingerprint of the plan that this one undoes; None: it was made from a file."""
        told = self._basis.get("inverse_of")
        return str(told["plan"]) if told is not None else None

    @property
    def parts(self) -> tuple[RecordsPart, ...]:
        """The sources, where several are planned together (`propose_many`); () where the rows are of one sheet."""
        return tuple(RecordsPart(**part) for part in self._basis.get("parts", ()))

    def origin(self, row: int, /) -> tuple[str, int]:
        """The source of a row, by its name, and the row's number there.

        Raises:
            UsageError: ``argument_invalid``: the plan is of one source, or it has no such row.
        """
        for part in self.parts:
            if part.offset < row <= part.offset + part.rows:
                return part.name, row - part.offset
        raise UsageError("argument_invalid", reason=f"no source of this plan has the row {row}")

    @property
    def origins(self) -> pl.DataFrame:
        """``row``, ``source`` (its name) and ``source_row`` of every row; empty where the plan is of one source."""
        each = [
            self.frame.filter(pl.col("row").is_between(part.offset + 1, part.offset + part.rows)).select(
                "row", pl.lit(part.name).alias("source"), (pl.col("row") - part.offset).alias("source_row")
            )
            for part in self.parts
        ]
        schema = pl.Schema({"row": pl.UInt32(), "source": pl.String(), "source_row": pl.UInt32()})
        return pl.concat(each).cast(schema) if each else pl.DataFrame(schema=schema)

    def receipt(
        self,
        *,
        created: Mapping[int, str] = MappingProxyType({}),
        done: Collection[int | str] = (),
        refused: Mapping[int | str, str] = MappingProxyType({}),
        choices_sha256: str | None = None,
    ) -> Receipt:
        """Write down what became of the plan: every operation was applied but for those named here.

        An operation is named by its row; one that follows from absence in a full snapshot has none and is named by the
        person's ref.

        Args:
            created: Row of a `Create` → the ref of the new person; `inverse` needs it.
            done: Operations whose result was there already.
            refused: Operation → the reason (a code) why it was not applied.
            choices_sha256: `Choices.sha256` of the choices that gave the plan.

        Raises:
            UsageError: ``receipt_invalid``: an operation that the plan does not have, or a reason that is no code.

        >>> import qooper_ingest as qi
        >>> file = b"Employee ID,Email\\nA1,ann@corp.example\\n"
        >>> plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=qi.Directory.of([]))
        >>> receipt = plan.receipt(created={2: "u1"})
        >>> receipt.applied, qi.Receipt.from_json(receipt.to_json()) == receipt
        (1, True)
        """
        operations = pl.DataFrame([self._new["row"], self._stored["ref"], self._new["action"]])
        if not self.can_apply:
            operations = operations.clear()
        exceptions = exceptions_of(operations, created=created, done=done, refused=refused)
        return Receipt(
            rules_version=self._basis["rules"],
            file_sha256=self._basis["source"],
            schema_sha256=hashlib.sha256(self._schema.to_json().encode()).hexdigest(),
            choices_sha256=choices_sha256,
            directory_version=self._basis["directory"],
            plan_fingerprint=self.fingerprint,
            inverse_of=self.inverse_of,
            actions=self.summary.actions,
            **exceptions,
        )

    def inverse(self, receipt: Receipt, /, *, created: CreatedPeople = "suspend") -> Plan:
        """Make the plan that undoes this one.

        Args:
            receipt: What became of this plan.
            created: ``"suspend"``: people whom the plan created are suspended; ``"retire"``: the host is to take them away.

        Returns:
            A plan with one line per row that this one was to apply. Every changed field gets the value that it had (as compared:
            without whitespace around IDs and addresses); an operation is stale (`check`) where anybody has changed the person
            since. People who were created and whose address goes back to somebody give it up: it becomes None. ``dependencies``
            are turned round. No guard stops it. It can be saved, applied and undone like any other plan.

        Raises:
            UsageError: ``receipt_invalid``: the receipt is of another plan.

        Issues: ``undo_not_applied``, ``undo_person_unknown``, ``undo_retired``, ``depends_on_blocked_row``.

        >>> import qooper_ingest as qi
        >>> people = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
        >>> file = b"Employee ID,Email\\nA1,ann.lee@corp.example\\n"
        >>> plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=people)
        >>> [operation] = next(plan.inverse(plan.receipt()).operations())
        >>> operation.expected.email, operation.value("email")
        ('ann.lee@corp.example', 'ann@corp.example')
        """
        if receipt.plan_fingerprint != self.fingerprint:
            raise UsageError("receipt_invalid", reason="it is of another plan")
        parts = invert(
            self._new,
            self._stored,
            receipt,
            frame=self.frame,
            dependencies=self.dependencies,
            groups=self.atomic_groups,
            policy=Policy(**self._basis["policy"]),
            created=created,
        )
        counted = dict(parts.frame.group_by("action").len().rows())
        summary = Summary(
            rows=parts.frame.height,
            blank_rows=0,
            actions={action: counted.get(action, 0) for action in ACTIONS},
            to_mend=0,
            copies=0,
            skipped=0,
            decisions=dict.fromkeys(self.summary.decisions, 0),
            codes=parts.issues.counts(),
            guards=(),
            absent=parts.new["row"].null_count(),
            can_apply=True,
        )
        basis = {
            **self._basis,
            "format": BASIS_VERSION,
            "directory": None,
            "before": [list(pair) for pair in parts.dependencies],
            "groups": [list(group) for group in parts.groups],
            "guards": [],
            "inverse_of": {"plan": self.fingerprint, "receipt": receipt.sha256, "created": created},
        }
        return Plan(
            frame=parts.frame,
            issues=parts.issues,
            dependencies=parts.dependencies,
            atomic_groups=parts.groups,
            summary=summary,
            _basis=basis,
            _stored=parts.stored,
            _new=parts.new,
            _schema=self._schema,
            _records=None,
            _context=self._context,
        )

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

    def explain(
        self,
        row: int,
        /,
        *,
        directory: Directory | None = None,
        table: Table | None = None,
        mapping: ColumnMapping | None = None,
    ) -> Explanation:
        """Tell the whole way of one row: for support, where somebody asks why a person was not updated.

        Args:
            row: A row of the file.
            directory: The people that the plan was made with: adds whom each key finds, what is stored, and which option of the
                policy, changed alone, would make the row something else (the rows are decided again some 15 times).
            table: Adds the cells as read (`Proposal.table`).
            mapping: Adds labels and the reasons of the mapping (`Proposal.mapping`).

        Raises:
            UsageError: ``argument_invalid``: the plan has no such row.

        >>> import qooper_ingest as qi
        >>> people = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
        >>> file = b"Employee ID,Email\\na1,ann.lee@corp.example\\n"
        >>> plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=people)
        >>> print(plan.explain(2, directory=people).to_text())
        Row 2: conflict.
        id: column A, stays.
        email: column B, stays.
        Looked up by id: nobody.
        Looked up by id_variant: u1.
        Looked up by email: nobody.
        id_case_variant: the ID differs from a known one only in capitals. Write the ID exactly as it is stored.
        With id_case='ascii_insensitive': change_email of u1.
        """
        policy = Policy(**self._basis["policy"])
        records = self._records
        return explain_row(self, row, records=records, policy=policy, directory=directory, table=table, mapping=mapping)

    def decide(self, row: int, answer: Answer, /, *, ref: str | None = None) -> Decision:
        """Make a decision for a row of this plan, bound to what the row says.

        Args:
            row: The row.
            answer: As `Decision` lists them.
            ref: The person meant: one of the row's ``candidates``.

        Returns:
            The decision, to be kept with `Choices.decide`. It follows the row into a corrected file by its ID and address, and
            is unfit (``decision_unfit``) where the row says something else.

        Raises:
            UsageError: ``argument_invalid``: there is no such row, no such answer, or the row does not lead to that person.
        """
        if self._records is None:
            reason = "the plan was saved by an older version, without its rows"
            if self.inverse_of is not None:
                reason = "an inverse plan has no rows to decide"
            raise UsageError("argument_invalid", reason=reason)
        key = find_row_key(self._records, row)
        line = self.frame.row(by_predicate=pl.col("row") == row, named=True)
        if ref is not None and ref not in (*line["candidates"], line["ref"]):
            raise UsageError("argument_invalid", reason=f"row {row} does not lead to that person")
        return Decision(row=row, answer=answer, ref=ref, key=key)

    def acknowledge(self, code: str, /) -> Acknowledgement:
        """Accept a guard of this plan, with its figures, to be kept with `Choices.acknowledge`.

        Raises:
            UsageError: ``argument_invalid``: the guard has not tripped.
        """
        for guard in self.summary.guards:
            if guard.code == code:
                return Acknowledgement(code=code, count=guard.count, of=guard.of, limit=guard.limit)
        raise UsageError("argument_invalid", reason=f"the plan is not stopped by a guard {quote(code)}")

    def operations(self, *, size: int = _BATCH) -> Iterator[tuple[Operation, ...]]:
        """Yield what may be applied, in batches, in an order that respects ``dependencies``.

        Args:
            size: Operations in a batch; a batch grows beyond it where an atomic group would be cut.

        Returns:
            Batches of typed operations. Nothing at all while a guard is not acknowledged.

        Raises:
            UsageError: ``argument_invalid``: ``size`` is not positive.
        """
        if size < 1:
            raise UsageError("argument_invalid", reason="size must be at least 1")
        return self._batches(size) if self.summary.can_apply else iter(())

    def preview(self, kind: type[Operation] | None = None, limit: int = 20) -> tuple[int, tuple[Operation, ...]]:
        """Look at the first operations of a kind, in the order of the file.

        Unlike `operations` this also shows what a guard holds back: who is to acknowledge the guard has to see it.

        Args:
            kind: `Create`, `Update`, `ChangeEmail`, `Suspend`, `Reactivate` or `Retire`; None: all.
            limit: How many to give.

        Returns:
            How many operations are of the kind, and the first of them. They are not in an order to be applied in.

        Raises:
            UsageError: ``argument_invalid``: no such kind, or ``limit`` is negative.

        >>> import qooper_ingest as qi
        >>> file = b"Employee ID,Email\\nA1,ann@corp.example\\nB2,bob@corp.example\\n"
        >>> plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=qi.Directory.of([]))
        >>> plan.preview(qi.Create, 1)
        (2, (Create(row=2, ref=None, changes=[email, id]),))
        """
        return preview_operations(self, kind, limit)

    def operations_frame(self, *, held_back: bool = False) -> pl.DataFrame:
        """The operations as one flat frame, to be looked at, filtered and exported: one line per changed field.

        Args:
            held_back: Also give what a guard holds back, which `operations` does not.

        Returns:
            ``row`` (UInt32; null for what follows from absence), ``ref`` (null for a create), ``action`` (``create``, ``update``,
            ``change_email``, ``suspend``, ``reactivate``, ``retire``), ``field``, ``before`` and ``after`` as text: numbers by their
            digits, dates as ISO 8601, several answers joined with ``; ``. In the order of `operations`, then by field. Apply the
            typed operations, not this frame: it has no preconditions, and joined answers cannot be told apart again.

        >>> import qooper_ingest as qi
        >>> people = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
        >>> file = b"Employee ID,Email\\nA1,ann.lee@corp.example\\n"
        >>> plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=people)
        >>> plan.operations_frame().rows()
        [(2, 'u1', 'change_email', 'email', 'ann@corp.example', 'ann.lee@corp.example')]
        """
        return flatten_operations(self, held_back=held_back)

    def operation_batches(self, *, size: int = _BATCH) -> Iterator[pl.DataFrame]:
        """Yield the batches of `operations` as frames, for a host that applies them set by set: one line per operation.

        Args:
            size: As in `operations`.

        Returns:
            Frames with the same columns each: ``row``, ``action`` (``create``, ``update``, ``change_email``, ``suspend``,
            ``reactivate``, ``retire``), ``ref``, ``group``, ``changed`` (keys of the fields that change), ``absent_email``, ``absent_id``,
            ``absent_id_fold``, ``absent_subject``, ``status_scope``; what is expected (null for a create): ``expected_id``,
            ``expected_email``, ``expected_status``, ``expected_sso_subject``, ``expected_roles`` and ``expected_status_locked`` (null:
            does not matter); and for every field that the plan changes anywhere ``before_<key>`` and ``after_<key>`` in the type
            of the field, null where the operation leaves it alone. Nothing at all while a guard is not acknowledged. That nobody
            who is protected is changed is expected of every operation.

        Raises:
            UsageError: ``argument_invalid``: ``size`` is not positive.

        >>> import qooper_ingest as qi
        >>> people = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
        >>> file = b"Employee ID,Email\\nA1,ann.lee@corp.example\\n"
        >>> plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=people)
        >>> [batch] = plan.operation_batches()
        >>> batch.select("row", "ref", "action", "before_email", "after_email").rows()
        [(2, 'u1', 'change_email', 'ann@corp.example', 'ann.lee@corp.example')]
        """
        if size < 1:
            raise UsageError("argument_invalid", reason="size must be at least 1")
        return self._wide_batches(size) if self.summary.can_apply else iter(())

    def _wide_batches(self, size: int) -> Iterator[pl.DataFrame]:
        changed = set(self._new["changed"].explode(empty_as_null=True))
        for new, stored, group_of in self._cut(size):
            yield widen_operations(
                new,
                stored,
                group_of,
                fields=tuple(name for name in new.columns if name in changed),
                minds_locks=not self._basis["policy"]["allow_locked_status"],
                with_roles=self._with_roles,
            )

    def _batches(self, size: int) -> Iterator[tuple[Operation, ...]]:
        for new, stored, group_of in self._cut(size):
            yield tuple(typed(new, stored, group_of, policy=self._basis["policy"], with_roles=self._with_roles))

    @property
    def _with_roles(self) -> bool:
        return self._basis["policy"]["role"] is not None or any(part.role is not None for part in self.parts)

    def _cut(self, size: int) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, Mapping[int, int]]]:
        """Some lines of the two frames at a time, in the order of ``dependencies``; and row → number of its group."""
        group_of = {row: number for number, group in enumerate(self.atomic_groups) for row in group}
        rows = self._new["row"]
        order = order_rows(rows, dependencies=self.dependencies, groups=self.atomic_groups)
        for some in cut_batches(order, rows, group_of, size=size):
            yield self._new[some], self._stored[some], group_of

    def check(self, directory: Directory, /) -> Staleness:
        """Compare the plan with a newer directory.

        Args:
            directory: The people as they are now.

        Returns:
            The operations that no longer hold, with the reasons, those among them that wait for one that no longer holds; which
            rows are done already; how many are open.
        """
        return find_stale(
            self._new,
            self._stored,
            directory,
            dependencies=self.dependencies,
            groups=self.atomic_groups,
            schema=self._schema,
            policy=Policy(**self._basis["policy"]),
            records=self._records,
        )

    def save(self, path: str | os.PathLike[str] | BinaryIO, /) -> None:
        """Write the plan as a zip of Parquet files and a manifest, which `load` reads back equal.

        Raises:
            UsageError: ``target_unwritable``.
        """
        frames = {"frame": self.frame, "issues": self.issues.frame, "stored": self._stored, "new": self._new}
        records = self._records
        if records is not None:
            of_records = (records.frame, records.identity, records.cleared, records.instructions)
            frames |= dict(zip(RECORD_PARTS, of_records, strict=True))
        elif self.inverse_of is None:
            raise UsageError(
                "plan_invalid", reason="it was saved by an older version, without the rows it was made from"
            )
        frames |= dict(zip(CONTEXT_PARTS, (self._context.people, self._context.cells), strict=True))
        manifest = {
            "summary": json.loads(self.summary.to_json()),
            "basis": self._basis,
            "fingerprint": self.fingerprint,
            "context": self._context.to_json(),
            "sheet": records.sheet if records is not None else None,
        }
        write_bytes(path, pack(frames, manifest))

    @staticmethod
    def load(source: str | os.PathLike[str] | BinaryIO | bytes, /, *, limits: Limits = DEFAULT_LIMITS) -> Plan:
        """Read what `save` wrote.

        Args:
            source: A path, bytes or a binary file object.
            limits: ``file_bytes`` and ``rows`` bound what is read.

        Raises:
            UsageError: ``plan_invalid``: not a saved plan, of another format version, or changed since it was saved.
            LimitExceededError: The file is larger than ``limits.file_bytes``.
        """
        try:
            data = Source.of(source, limits=limits).data
            manifest, parts = unpack(data, limits)
            basis = manifest["basis"]
            issues = Issues(parts["issues"].cast(ISSUE_SCHEMA))
            schema = Schema.from_json(json.dumps(basis["schema"]))
            plan = Plan(
                frame=parts["frame"],
                issues=issues,
                dependencies=tuple((a, b) for a, b in basis["before"]),
                atomic_groups=tuple(tuple(group) for group in basis["groups"]),
                summary=Summary.model_validate(manifest["summary"]),
                _basis=basis,
                _stored=parts["stored"],
                _new=parts["new"],
                _schema=schema,
                _records=_records_of(parts, issues, schema, basis, manifest["summary"], manifest.get("sheet")),
                _context=Context.from_json(manifest["context"], parts) if "context" in manifest else Context(),
            )
            whole = basis["guards"] == covered(plan.summary) and plan.summary.codes == plan.issues.counts()
            whole = whole and plan.can_apply == all(guard.acknowledged for guard in plan.summary.guards)
            whole = whole and plan.fingerprint == manifest["fingerprint"]
        except SourceError as error:
            reason = f"it cannot be read ({error.code})"
        except IngestError:
            raise
        except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  (whatever is wrong with it; the parser's text may quote it)
            reason = f"it is damaged or something else ({type(error).__name__})"
        else:
            if whole:
                return plan
            reason = "it was changed after it was saved"
        raise UsageError("plan_invalid", reason=reason)

    def to_html(
        self,
        target: str | os.PathLike[str] | BinaryIO,
        /,
        *,
        source: Source | str | os.PathLike[str] | bytes | BinaryIO | None = None,
        limit: int = 50_000,
        language: str = "en",
        messages: Mapping[str, str] | None = None,
    ) -> None:
        """Write the review page: one file of HTML, without a network, for the person who has to say yes. Extra ``report``.

        The page names people by name and address, shows first what has to be looked at, and holds every line up to ``limit``.
        It holds personal data: treat it like the file. The same plan and source give the same page.

        Args:
            target: Where to write: a path or a binary file.
            source: The file that the plan was made of, whose name and size the page then says.
            limit: Lines in all; the figures count everything.
            language: Of the page: ``en``, ``es``, ``de``, or any other with ``messages``.
            messages: The host's own texts (`qooper_ingest.messages`).

        Raises:
            UsageError: ``extra_missing``: Jinja2 is not installed. ``argument_invalid``: ``limit`` is not positive, or
                ``source`` is another file. ``target_unwritable``. ``language_unknown``, ``messages_invalid``.
            SourceError: ``source_unreadable``.

        >>> import io, qooper_ingest as qi
        >>> plan = qi.plan_import(b"E-mail\\nann@corp.example\\n", schema=qi.Schema.participants(), directory=qi.Directory.of([]))
        >>> page = io.BytesIO()
        >>> plan.to_html(page)
        >>> "ann@corp.example" in page.getvalue().decode()
        True
        """
        from ..report import to_html  # an import upwards: the verb is the plan's, the work needs what shows it

        to_html(self, target, source=source, limit=limit, language=language, messages=messages)

    def mend_file(
        self,
        target: str | os.PathLike[str] | BinaryIO,
        /,
        *,
        format: Literal["xlsx", "csv"] = "xlsx",  # noqa: A002  (the word of the other verbs)
        language: str = "en",
        messages: Mapping[str, str] | None = None,
    ) -> None:
        """Write the blocked rows as a file that the customer mends and sends back: `Choices.merge_mended` takes it.

        It has the customer's own columns in their order; in front of them what is wrong with each row, what to do, what may be meant,
        and room for a decision; in the last column a token that ties the row to the upload. Rows that need nobody (copies, rows
        that somebody left out) are not in it. The same plan gives the same file.

        Args:
            target: Where to write: a path or a binary file.
            format: A workbook with lists to choose from (extra ``template``), or a text file.
            language: Of what is said of the rows, and of the words for decisions; whatever it is, the file is taken back.
            messages: The host's own texts (`qooper_ingest.messages`).

        Raises:
            UsageError: ``extra_missing``, ``argument_invalid``, ``target_unwritable``, ``language_unknown``, ``messages_invalid``;
                ``plan_invalid``: a plan that was saved without the cells of its rows.
        """
        from ..report import mend_file  # an import upwards: the verb is the plan's, the work needs what shows it

        mend_file(self, target, kind=format, language=language, messages=messages)

    def to_jsonl(self) -> Iterator[str]:
        """Yield the operations as JSON, one line each, in their order."""
        for batch in self.operations():
            for operation in batch:
                yield as_json(operation)


def _records_of(
    parts: Mapping[str, pl.DataFrame],
    issues: Issues,
    schema: Schema,
    basis: Mapping[str, Any],
    summary: Mapping[str, Any],
    sheet: str | None,
) -> Records | None:
    """The rows that a saved plan was made from. Of their issues the plan's are kept."""
    if RECORD_PARTS[0] not in parts:
        return None
    frame, identity, cleared, instructions = (parts[name] for name in RECORD_PARTS)
    return Records(
        frame=frame,
        issues=issues,
        identity=identity,
        cleared=cleared,
        instructions=instructions,
        schema=schema,
        columns=basis["columns"],
        blank_rows=summary["blank_rows"],
        source_sha256=basis["source"],
        sheet=sheet,
        parts=tuple(RecordsPart(**part) for part in basis.get("parts", ())),
    )
