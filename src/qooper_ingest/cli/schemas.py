"""The JSON Schemas of the documents that other programs read and write, and of what ``--json`` prints.

The schemas of schema, choices, policy, mapping, summary and receipt are those of the values themselves. What a command prints is
described here, one model per command; the commands write their documents piece by piece, and the tests hold each to its model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ..choices import Choices
from ..identity import Policy
from ..mapping import ColumnMapping
from ..plan import Receipt, Summary
from ..schema import Schema
from ..source import ReadOptions

__all__ = ["DOCUMENTS", "Document", "schema_of"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", title=None)


class _Output(_Model):
    format_version: Literal[3]


class File(_Model):
    """The participant file; no name: the standard input."""

    name: str | None
    bytes: int
    sha256: str


class Written(_Model):
    """A file that was written; ``-`` is the standard output."""

    path: str
    bytes: int


class OutputIssue(_Model):
    """An issue with its place and its sentence."""

    code: str
    severity: Literal["error", "warning", "info"]
    row: int | None
    column: str | None
    field: str | None
    other_row: int | None
    value: str | None = None
    detail: str | None = None
    message: str | None = None


class ErrorDetail(_Model):
    """Why a command was refused: the library's error code, the sentence, and the option and file that it is about."""

    code: str
    message: str
    option: str | None
    file: str | None


class RefusedOutput(_Output):
    """Printed in place of any other document, with the exit code 2."""

    command: str
    error: ErrorDetail


class OutputSheet(_Model):
    name: str
    visible: bool
    rows: int | None
    columns: int | None


class OutputCandidate(_Model):
    rows: list[int]
    score: float
    reasons: list[str]


class OutputHeader(_Model):
    rows: list[int]
    given: bool
    candidates: list[OutputCandidate]


class OutputSeparator(_Model):
    state: Literal["given", "found", "none_needed", "no_evidence", "undecided"]
    separator: str | None
    score: float


class InspectOutput(_Output):
    """``inspect``: what a file is, and what is proposed for it."""

    command: Literal["inspect"]
    file: File
    format: str
    read: ReadOptions
    sheets: list[OutputSheet]
    sheet: str
    header: OutputHeader
    labels: list[str]
    rows: int
    blank_rows: int
    mapping: ColumnMapping
    ignored: list[str]
    separator: OutputSeparator
    issues: list[OutputIssue]


class OutputRow(_Model):
    """A source row; of several sources (``combine``) with the source's name and the row there."""

    row: int
    action: str
    ref: str | None
    matched_by: str | None
    changed: list[str]
    codes: list[str]
    info: list[str]
    candidates: list[str]
    source: str | None = None
    source_row: int | None = None


class PersonState(_Model):
    id: str | None
    email: str | None
    status: str | None
    sso_subject: str | None
    roles: list[str] | None = None
    status_locked: bool | None = None


class FieldChange(_Model):
    field: str
    before: str | float | bool | list[str] | None
    after: str | float | bool | list[str] | None
    added: list[str] | None = None
    removed: list[str] | None = None


class Operation(_Model):
    """One operation of a plan: a line of `Plan.to_jsonl`. Dates are ISO texts."""

    operation: Literal["create", "update", "change_email", "suspend", "reactivate", "retire"]
    row: int | None
    ref: str | None = None
    expected: PersonState | None = None
    changes: list[FieldChange]
    codes: list[str]
    absent_email: str | None
    absent_id: str | None
    absent_id_fold: str | None
    absent_subject: str | None
    group: int | None
    status_scope: str | None


class OutputSource(_Model):
    name: str
    role: str | None
    sheet: str | None


class PlanOutput(_Output):
    """``plan`` and ``combine``: the plan document. No operations while a guard stops the plan."""

    command: Literal["plan", "combine"]
    file: File | None
    sources: list[OutputSource]
    fingerprint: str
    summary: Summary
    dependencies: list[list[int]]
    atomic_groups: list[list[int]]
    rows: list[OutputRow]
    operations: list[Operation]
    issues: list[OutputIssue]


class WrittenOutput(_Output):
    """``review``, ``mend`` (``written`` is null where nothing is to be mended), ``template``, ``undo``."""

    command: Literal["review", "mend", "template", "undo"]
    written: Written | None
    fingerprint: str | None = None
    summary: Summary | None = None


class MergeOutput(_Output):
    """``merge``: how many corrections were added, and how many decisions the choices hold."""

    command: Literal["merge"]
    written: Written
    corrections: int
    decisions: int


class OutputStale(_Model):
    row: int | None
    ref: str | None
    reasons: list[str]
    codes: list[str]


class CheckOutput(_Output):
    """``check``: operations to be applied, rows that are done, operations that no longer hold."""

    command: Literal["check"]
    fingerprint: str
    can_apply: bool
    pending: int
    done: list[int]
    stale: list[OutputStale]


class OutputTransition(_Model):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: str = Field(alias="from")
    to: str
    rows: int


class OutputDifference(_Model):
    row: int | None
    differs: list[str]
    action_a: str | None
    action_b: str | None
    ref_a: str | None
    ref_b: str | None
    codes_a: list[str] | None
    codes_b: list[str] | None
    fields: list[str]


class WhatifOutput(_Output):
    """``whatif``: rows that two plans decide otherwise."""

    command: Literal["whatif"]
    rows: int
    counts: dict[str, int]
    transitions: list[OutputTransition]
    differences: list[OutputDifference]


class OutputCell(_Model):
    """A field of a row; the cell and its values only with ``--personal``."""

    field: str
    column: str | None
    label: str | None
    reasons: list[str]
    changes: bool
    cell: str | None = None
    value: str | float | bool | list[str] | None = None
    stored: str | float | bool | list[str] | None = None
    after: str | float | bool | list[str] | None = None


class OutputKey(_Model):
    kind: str
    refs: list[str]
    key: str | None = None


class OutputAlternative(_Model):
    option: str
    value: str | bool
    action: str
    ref: str | None
    codes: list[str]


class WhyOutput(_Output):
    """``why``: the whole way of one row."""

    command: Literal["why"]
    row: int
    action: str
    ref: str | None
    matched_by: str | None
    cells: list[OutputCell]
    keys: list[OutputKey]
    issues: list[OutputIssue]
    alternatives: list[OutputAlternative]


class OutputPeople(_Model):
    both: int
    last: int
    this: int
    matched_by: Literal["id", "email"]


class OutputFinding(_Model):
    code: str
    field: str | None
    last: str | float | None
    this: str | float | None
    options: list[str]
    rows: list[int]


class CompareOutput(_Output):
    """``compare``: what is different between two files."""

    command: Literal["compare"]
    people: OutputPeople
    findings: list[OutputFinding]


class OutputCode(_Model):
    code: str
    kind: Literal["issue", "error", "stale", "difference"]
    severity: Literal["error", "warning", "info"] | None
    meaning: str
    what_to_do: str


class ExplainOutput(_Output):
    """``explain``: codes and what they mean."""

    command: Literal["explain"]
    codes: list[OutputCode]


class OutputDocument(_Model):
    name: str
    version: int


class SchemaOutput(_Output):
    """``schema`` without a name: the documents that have a JSON Schema."""

    command: Literal["schema"]
    documents: list[OutputDocument]


class AnonymiseOutput(_Output):
    """``anonymise``: what was kept of a file, and what was not."""

    command: Literal["anonymise"]
    written: Written
    cells: int
    kept: list[str]
    differences: list[str]


AnyOutput = (
    InspectOutput | PlanOutput | WrittenOutput | MergeOutput | CheckOutput | WhatifOutput | WhyOutput | CompareOutput
    | ExplainOutput | SchemaOutput | AnonymiseOutput | RefusedOutput
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A document that other programs read or write.

    Args:
        what: In a few words.
        version: Of its format; part of the schema's ``$id``.
        of: What it is made from.
    """

    what: str
    version: int
    of: Any


#: Name → document.
DOCUMENTS: Final[dict[str, Document]] = {
    "schema": Document("your fields (--schema)", 1, Schema),
    "choices": Document("what somebody chose (--choices)", 2, Choices),
    "policy": Document("the options of a run, part of the choices", 1, Policy),
    "mapping": Document("which column is which field, part of the choices", 1, ColumnMapping),
    "summary": Document("a plan in figures", 2, Summary),
    "receipt": Document("what became of a plan (undo)", 1, Receipt),
    "operation": Document("one operation, a line of Plan.to_jsonl", 1, Operation),
    "proposal": Document("what is proposed for a file, as inspect --json prints it", 3, InspectOutput),
    "plan": Document("a plan as plan --json and combine --json print it", 3, PlanOutput),
    "output": Document("what any command prints with --json", 3, AnyOutput),
}


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document."""
    document = DOCUMENTS[name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:qooper_ingest:{name}:{document.version}",
        **TypeAdapter(document.of).json_schema(),
    }
