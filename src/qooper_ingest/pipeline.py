"""The whole corridor in one call: the same verbs in the same order as a host would call them one by one.

Nothing happens here that the verbs do not do; what a person has not chosen is proposed, and a proposal that is not certain
is in the plan's issues.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import BinaryIO

from .choices import Choices, correct
from .errors import StaleChoicesError
from .header import detect_header
from .identity import Directory
from .issues import Issues
from .limits import DEFAULT_LIMITS, Limits
from .mapping import suggest_mapping
from .plan import Plan, resolve
from .readers import read_workbook
from .records import apply_mapping
from .schema import Schema
from .separator import detect_separator
from .source import Source

__all__ = ["plan_import"]


def plan_import(
    source: Source | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
    /,
    *,
    schema: Schema,
    directory: Directory,
    choices: Choices = Choices(),  # noqa: B008  (frozen)
    limits: Limits = DEFAULT_LIMITS,
) -> Plan:
    """Plan the import of a file.

    Args:
        source: A path, bytes, a binary file object, or a `Source`.
        schema: The host's fields.
        directory: The people whom the host has; anything that `Directory.of` takes is taken as well.
        choices: What a person chose; what is left out is proposed.
        limits: What reading may cost.

    Returns:
        The plan: equal, with an equal fingerprint, to the one that the verbs give step by step.

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
    whole = Source.of(source, limits=limits)
    if choices.source_sha256 is not None and choices.source_sha256 != whole.sha256:
        raise StaleChoicesError("choices_other_file")
    workbook = read_workbook(whole, options=choices.read, limits=limits)
    sheet = workbook.sheet(choices.sheet)
    guessed: list[Issues] = []
    header_rows = choices.header_rows
    if header_rows is None:
        guess = detect_header(sheet, schema=schema)
        header_rows = guess.rows
        guessed.append(guess.issues)
    table = sheet.table(header_rows=header_rows) if header_rows else sheet.table(header_row=None)
    table, known = correct(table, schema, choices.corrections)
    if choices.mapping is not None and choices.mapping.labels != table.labels:
        raise StaleChoicesError("choices_other_header", reason="its labels are not those of the mapping")
    mapping = choices.mapping if choices.mapping is not None else suggest_mapping(table, known, directory=people)
    separator = choices.separator if choices.separator is not None else mapping.separator
    if separator is None:
        found = detect_separator(table, mapping, known)
        separator = found.separator
        guessed.append(found.issues)
    records = apply_mapping(
        table,
        mapping,
        known,
        separator=separator or "",
        marks=choices.marks,
        decimal=choices.decimal,
        date_order=choices.date_order,
    )
    records = replace(records, issues=Issues.concat([*guessed, records.issues]))
    return resolve(records, people, policy=choices.policy)
