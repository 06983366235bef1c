"""Several sources, one plan: mentees on one sheet and mentors on another, or the files of three departments.

Strategy: each source goes its own way to typed records, with its own choices; then the rows are put under each other and numbered
through, and everything that looks at all rows (duplicates, chains of addresses, guards, the fingerprint) sees them as one file.
The sources are ordered by their names, never by the order in which they were given, so that order decides nothing; where a copy of a row is set aside,
it is the one of the later name.

A role belongs to a source. A person who is in two sources with two roles is in conflict with themselves
(``duplicate_email_in_file``): which row is right is for a person to say.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import polars as pl

from ._grid import ROW
from .choices import Choices
from .errors import UsageError, quote
from .identity import Directory
from .issues import Issues
from .limits import DEFAULT_LIMITS, Limits
from .mapping import MappingMemory
from .proposal import Proposal, propose
from .records import Records, RecordsPart
from .schema import Schema
from .source import Source

__all__ = ["ImportPart", "JointProposal", "join_records", "propose_many"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ImportPart:
    """One of several sources.

    Args:
        name: How the host calls it: in the plan every row names it.
        source: A path, bytes, a binary file object, or a `Source`. Several sheets of one file are several parts.
        choices: What a person chose for it: its sheet, header, mapping, conventions and corrections. Its policy is not used.
        role: Of its people; None: that of the policy.
    """

    name: str
    source: Source | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
    choices: Choices = Choices()  # noqa: RUF009  (frozen)
    role: str | None = None

    def __repr__(self) -> str:
        return f"ImportPart({self.name!r}, role={self.role!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class JointProposal:
    """Several files as they would be imported together, each for a person to confirm or to change.

    Args:
        proposals: Name → proposal, by name.
        roles: Name → role.
        schema: The host's fields.
    """

    proposals: dict[str, Proposal]
    roles: dict[str, str | None]
    schema: Schema

    def records(self) -> Records:
        """Type the rows of all sources and number them through; `Plan.origin` says which source a row is of.

        Raises:
            MappingError: No column of a source is bound to the e-mail.
        """
        parts = [(name, self.roles[name], proposal.records()) for name, proposal in self.proposals.items()]
        return join_records(parts, schema=self.schema)


def propose_many(
    sources: Iterable[ImportPart],
    /,
    *,
    schema: Schema,
    directory: Directory | None = None,
    memory: MappingMemory | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> JointProposal:
    """Read several sources and decide sheet, header, mapping and separator of each, as `propose` does.

    Args:
        sources: At least one, with different names.
        schema: The host's fields.
        directory: The people whom the host has.
        memory: Mappings that people have confirmed before.
        limits: What reading each of them may cost.

    Returns:
        The proposals. ``resolve(joint.records(), directory)`` makes the one plan.

    Raises:
        UsageError: ``argument_invalid``: no source, or two of one name.
        SourceError, MappingError, StaleChoicesError: As `propose`.

    Issues: those of `propose`.

    >>> import qooper_ingest as qi
    >>> mentees = ImportPart(name="mentees", source=b"Email\\nann@corp.example\\n", role="mentee")
    >>> mentors = ImportPart(name="mentors", source=b"Mail\\nbob@corp.example\\n", role="mentor")
    >>> joint = propose_many([mentors, mentees], schema=qi.Schema.participants())
    >>> plan = qi.resolve(joint.records(), qi.Directory.of([]))
    >>> [(plan.origin(o.row), o.value("roles")) for batch in plan.operations() for o in batch]
    [(('mentees', 2), ('mentee',)), (('mentors', 2), ('mentor',))]
    """
    parts = sorted(sources, key=lambda part: part.name)
    names = [part.name for part in parts]
    if not parts or len(set(names)) < len(names):
        raise UsageError("argument_invalid", reason="several sources need a name each, and there must be one at least")
    proposals = {
        part.name: propose(
            part.source, schema=schema, directory=directory, choices=part.choices, memory=memory, limits=limits
        )
        for part in parts
    }
    return JointProposal(proposals=proposals, roles={part.name: part.role for part in parts}, schema=schema)


def join_records(parts: Sequence[tuple[str, str | None, Records]], /, *, schema: Schema) -> Records:
    """Put the records of several sources under each other, in the order of their names.

    Args:
        parts: Name, role and records of each.
        schema: The fields that all were typed by; aliases of options that a source has of its own are no matter any more.
    """
    offset = 0
    told: list[RecordsPart] = []
    moved: list[Records] = []
    for name, role, records in sorted(parts, key=lambda part: part[0]):
        if records.parts:
            raise UsageError("argument_invalid", reason=f"the records {quote(name)} are of several sources already")
        rows = _last_row(records)
        told.append(
            RecordsPart(
                name=name, role=role, offset=offset, rows=rows, source_sha256=records.source_sha256, sheet=records.sheet
            )
        )
        moved.append(_moved(records, offset))
        offset += rows
    letters = {key: {one.columns[key] for one in moved if key in one.columns} for one in moved for key in one.columns}
    frame = pl.concat([one.frame for one in moved], how="diagonal")
    return Records(
        frame=frame,
        issues=Issues.concat(one.issues for one in moved),
        identity=pl.concat([one.identity for one in moved]),
        cleared=pl.concat([one.cleared for one in moved], how="diagonal").with_columns(
            pl.exclude(ROW).fill_null(False)
        ),
        instructions=pl.concat([one.instructions for one in moved], how="diagonal"),
        schema=schema,
        # A letter that is another column in another source would point to a wrong cell.
        columns={key: next(iter(some)) if len(some) == 1 else "" for key, some in letters.items()},
        blank_rows=sum(one.blank_rows for one in moved),
        source_sha256=_digest(told),
        sheet=None,
        parts=tuple(told),
    )


def _last_row(records: Records) -> int:
    last = records.frame[ROW].max()
    found = records.issues.frame["row"].max()
    return max(int(one) for one in (last, found, 1) if isinstance(one, int))


def _moved(records: Records, offset: int) -> Records:
    """The records with other row numbers."""
    by = pl.lit(offset, dtype=pl.UInt32)
    own = (pl.col(ROW) + by).alias(ROW)
    issues = records.issues.frame.with_columns(pl.col("row") + by, pl.col("other_row") + by)
    return Records(
        frame=records.frame.with_columns(own),
        issues=Issues(issues),
        identity=records.identity.with_columns(own),
        cleared=records.cleared.with_columns(own),
        instructions=records.instructions.with_columns(own),
        schema=records.schema,
        columns=records.columns,
        blank_rows=records.blank_rows,
    )


def _digest(parts: Sequence[RecordsPart]) -> str | None:
    """One digest for all sources; None where one of them has none."""
    if any(part.source_sha256 is None for part in parts):
        return None
    told = [[part.name, part.role, part.source_sha256, part.sheet] for part in parts]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
