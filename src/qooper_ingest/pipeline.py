"""The whole way in one call: `propose`, its records, `resolve`."""

from __future__ import annotations

import os
from typing import BinaryIO

from .choices import Choices
from .identity import Directory
from .limits import DEFAULT_LIMITS, Limits
from .mapping import MappingMemory
from .plan import Plan, resolve
from .progress import ProgressCallback, report_progress
from .proposal import Proposal, propose
from .schema import Schema
from .source import Source

__all__ = ["plan_import"]


def plan_import(
    source: Source | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
    /,
    *,
    schema: Schema,
    directory: Directory,
    choices: Choices = Choices(),  # noqa: B008  (frozen)
    memory: MappingMemory | None = None,
    last: Proposal | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: ProgressCallback | None = None,
) -> Plan:
    """Plan the import of a file.

    Args:
        source: A path, bytes, a binary file object, or a `Source`.
        schema: The host's fields.
        directory: The people whom the host has; anything that `Directory.of` takes is taken as well.
        choices: What a person chose; what is left out is proposed.
        memory: Mappings that people have confirmed before; one more signal where the mapping is proposed.
        last: The last file, from `propose` with the choices that were kept: what is different stops the plan where ``policy.drift``
            names it.
        limits: What reading may cost.
        progress: Called where a stage begins and ends; what it raises ends the call (that is how to cancel).

    Returns:
        The plan: equal, with an equal fingerprint, to the one that `propose` or the single verbs give step by step.

    Raises:
        SourceError: The file cannot be read.
        MappingError: The choices name what is not there, or no column can be taken for the e-mail.
        StaleChoicesError: The choices were made for another file or another header.
        DirectoryError: The directory does not fit.

    Issues: those of every verb.

    >>> from qooper_ingest import Directory, Schema
    >>> plan = plan_import(b"Employee ID,Email\\nA1,ann@corp.example\\n", schema=Schema.participants(), directory=Directory.of([]))
    >>> plan.summary.actions["create"]
    1
    """
    people = directory if isinstance(directory, Directory) else Directory.of(directory, schema=schema)
    proposal = propose(
        source, schema=schema, directory=people, choices=choices, memory=memory, limits=limits, progress=progress
    )
    rows = proposal.table.frame.height
    report_progress(progress, "type", 0, rows)
    records = proposal.records()
    report_progress(progress, "type", rows, rows)
    report_progress(progress, "resolve", 0, rows)
    drift = None
    if last is not None and choices.policy.drift:
        from .drift import compare_files  # only for those who ask

        drift = compare_files(last, proposal)
    plan = resolve(records, people, policy=choices.policy, drift=drift)
    report_progress(progress, "resolve", rows, rows)
    return plan
