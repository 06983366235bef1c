"""From the options of a command to a proposal and a plan, and from an error on the way to the option that it is about.

Strategy: `propose`, its records and `resolve`, as a program would call them. What the options say goes before what the choices
say. An error of the library is told with the option that led to it, and with what there is instead: the sheets of the file, the
columns that were seen, the fields of the schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._text import fold
from ..choices import Choices
from ..errors import DirectoryError, IngestError, MappingError, SchemaError, SourceError, StaleChoicesError, quote
from ..identity import Directory, Policy
from ..mapping import Binding, ColumnMapping
from ..plan import Plan, resolve
from ..progress import ProgressCallback, report_progress
from ..proposal import Proposal, propose
from ..readers import read_workbook
from ..schema import Schema
from ..source import Source
from ..table import Table
from .files import load, read_choices, read_directory, read_schema
from .refusals import RefusedError, naming, refusal_of, shown_path
from .screen import counted

if TYPE_CHECKING:
    from ..drift import Drift

__all__ = ["Request", "is_plan", "policy_of"]

#: How many names a message lists.
_LISTED: Final = 20

#: What is said of a mend file of another upload.
_OTHER_UPLOAD: Final = "A mend file goes with the file that it was made of."

#: Errors of a mapping by the option that a mapping is said with.
_ABOUT_MAP: Final = ("label_unknown", "label_ambiguous", "column_out_of_range", "column_bound_twice", "field_unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for. ``argument`` is how the file was given: ``FILE``, or the name of one of several sources."""

    file: Path
    schema: Path | None = None
    directory: Path | None = None
    choices: Path | None = None
    sheet: str | None = None
    header_row: int | None = None
    separator: str | None = None
    role: str | None = None
    mode: str | None = None
    columns: tuple[str, ...] = ()
    mended: tuple[Path, ...] = ()
    last: Path | None = None
    argument: str = "FILE"

    def read_schema(self) -> Schema:
        """The host's fields."""
        return read_schema(self.schema)

    def read_directory(self, schema: Schema) -> Directory | None:
        """The host's people, where they were given."""
        return read_directory(self.directory, schema) if self.directory is not None else None

    def read_choices(self) -> Choices:
        """The choices, with what mended files and the options say in their place."""
        choices = read_choices(self.choices)
        for path in self.mended:
            data = load(path, "--mended").data
            with naming("--mended", path):
                choices = choices.merge_mended(data)
        update: dict[str, Any] = {"policy": policy_of(choices.policy, self.role, self.mode)}
        if self.sheet is not None:
            update["sheet"] = _sheet_of(self.sheet)
        if self.header_row is not None:
            update["header_rows"] = (self.header_row,) if self.header_row else ()
        if self.separator is not None:
            update["conventions"] = choices.conventions.model_copy(update={"separator": self.separator})
        return choices.model_copy(update=update)

    def load(self) -> Source:
        """The participant file. Raises `RefusedError`, for a saved plan too."""
        source = load(self.file, self.argument)
        if is_plan(source.data):
            raise RefusedError(
                "this is a saved plan, not a participant file. Give it to review, mend, check, why, whatif or undo.",
                option=self.argument,
                file=shown_path(self.file),
            )
        return source

    def propose(
        self,
        source: Source,
        schema: Schema,
        directory: Directory | None,
        choices: Choices,
        progress: ProgressCallback | None = None,
    ) -> Proposal:
        """Propose, with the columns that the options name."""
        failure: IngestError | None = None
        try:
            made = propose(source, schema=schema, directory=directory, choices=choices, progress=progress)
        except IngestError as error:
            failure = error
        if failure is not None:
            raise self.about(failure, source)
        if not self.columns:
            return made
        mapping = self._mapped(made.mapping, made.table, schema)
        said = {"sheet": made.sheet.name, "header_rows": made.header.rows, "mapping": mapping}
        return propose(source, schema=schema, directory=directory, choices=choices.model_copy(update=said))

    def plan(
        self, source: Source, schema: Schema, directory: Directory, choices: Choices, progress: ProgressCallback
    ) -> Plan:
        """Propose and plan, compared with the last file where one was given."""
        proposal = self.propose(source, schema, directory, choices, progress)
        drift = self._compare(proposal, schema, choices)
        failure: IngestError | None = None
        rows = proposal.table.frame.height
        try:
            report_progress(progress, "type", 0, rows)
            records = proposal.records()
            report_progress(progress, "resolve", 0, rows)
            plan = resolve(records, directory, policy=choices.policy, drift=drift)
        except IngestError as error:
            failure = error
        if failure is not None:
            raise self.about(failure, source, proposal)
        report_progress(progress, "resolve", rows, rows)
        return plan

    def _compare(self, proposal: Proposal, schema: Schema, choices: Choices) -> Drift | None:
        """What is different from the last file, read with the same sheet, header and separator, and mapped anew. Raises `RefusedError`."""
        if self.last is None:
            return None
        if not choices.policy.drift:
            raise RefusedError(
                "the choices do not say which differences stop a plan (drift, in the policy). To see them: qooper-ingest compare",
                option="--last",
                file=shown_path(self.last),
            )
        from ..drift import compare_files  # only for those who ask

        request = replace(self, file=self.last, argument="--last", choices=None, columns=(), mended=(), last=None)
        source = request.load()
        last = request.propose(source, schema, None, request.read_choices())
        failure: IngestError | None = None
        try:
            return compare_files(last, proposal)
        except IngestError as error:
            failure = error
        raise request.about(failure, source, last)

    def about(self, error: IngestError, source: Source, proposal: Proposal | None = None) -> RefusedError:
        """The refusal for an error: with the option that it is about, and with what there is instead."""
        given = shown_path(self.file)
        match error:
            case DirectoryError():
                return refusal_of(error, option="--directory", path=self.directory)
            case SchemaError():
                return refusal_of(error, option="--schema", path=self.schema)
            case StaleChoicesError() if self.choices is None and self.mended:
                return refusal_of(error, option="--mended", path=" ".join(map(str, self.mended)), more=_OTHER_UPLOAD)
            case StaleChoicesError():
                return refusal_of(error, option="--choices", path=self.choices)
            case MappingError(code="sheet_unknown"):
                option, path = ("--sheet", quote(self.sheet)) if self.sheet is not None else ("--choices", self.choices)
                return refusal_of(error, option=option, path=path, more=f"Those of {given} are: {_sheets(source)}.")
            case MappingError(code="header_row_unknown" | "header_rows_invalid"):
                said = self.header_row is not None
                return refusal_of(
                    error,
                    option="--header-row" if said else "--choices",
                    path=str(self.header_row) if said else self.choices,
                    more=f"Look at the rows with: qooper-ingest inspect {given}",
                )
            case MappingError(code="email_not_mapped") if proposal is not None:
                return refusal_of(error, option=self.argument, path=self.file, more=_columns_seen(proposal))
            case MappingError() if error.code in _ABOUT_MAP:
                return refusal_of(error, option="--choices", path=self.choices)
            case SourceError() | IngestError():
                return refusal_of(error, option=self.argument, path=self.file)

    def _mapped(self, proposed: ColumnMapping, table: Table, schema: Schema) -> ColumnMapping:
        """The mapping with the columns that were named; a column that was proposed for another field is taken from it."""
        said: dict[str, int | None] = {}
        for text in self.columns:
            name, equals, column = text.partition("=")
            if not equals:
                raise RefusedError(
                    "say it as FIELD=COLUMN, as in email=C or email='Mail address'", option="--map", file=quote(text)
                )
            said[_field(name, schema)] = _position(column, table)
        with naming("--map", " ".join(self.columns)):
            given = ColumnMapping.of(table, said, schema=schema)
        new: dict[str, Binding] = {one.field: one for one in given.bindings}
        taken = {position for position in said.values() if position is not None}
        kept = [
            Binding(field=one.field)
            if taken.intersection(one.columns) and one.field not in new
            else new.get(one.field, one)
            for one in proposed.bindings
        ]
        there = {one.field for one in kept}
        more = [one for one in given.bindings if one.field not in there]
        return ColumnMapping(bindings=(*kept, *more), labels=proposed.labels, separator=proposed.separator)


def is_plan(data: bytes) -> bool:
    """A saved plan is an archive whose first part is its manifest."""
    return data[:4] == b"PK\x03\x04" and data[30:43] == b"manifest.json"


def policy_of(policy: Policy, role: str | None, mode: str | None) -> Policy:
    """The policy with what the options say."""
    said: dict[str, Any] = {name: value for name, value in (("role", role), ("mode", mode)) if value is not None}
    with naming("--role", role):
        return Policy(**{**dict(policy), **said}) if said else policy


def _sheet_of(given: str) -> str | int:
    """A sheet by its position from 0, or by its name."""
    return int(given) if given.isascii() and given.isdigit() else given


def _sheets(source: Source) -> str:
    workbook = read_workbook(source)
    names = [f"{at} {quote(info.name)}{'' if info.visible else ' (hidden)'}" for at, info in enumerate(workbook.sheets)]
    return _listed(names)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _columns_seen(proposal: Proposal) -> str:
    """What was seen in place of the column that is missing, and what to do."""
    table = proposal.table
    rows = "+".join(map(str, table.header_rows))
    labels = [f"{letter} {quote(label)}" for letter, label in zip(table.columns, table.labels, strict=True)]
    where = f"in header row {rows}" if rows else "(no header row was found)"
    sheets = proposal.workbook.sheets
    others = [
        f"--sheet {at} ({quote(info.name)})"
        for at, info in enumerate(sheets)
        if info.visible and info.name != proposal.sheet.name
    ]
    said = f"Columns seen {where} of sheet {quote(proposal.sheet.name)}: {_listed(labels)}. " if labels else ""
    advice = "Say which it is with --map email=COLUMN, or which row holds the labels with --header-row."
    return f"{said}{advice}" + (f" There are other sheets: {_listed(others)}." if others else "")


def _field(name: str, schema: Schema) -> str:
    """A field by its key or its label."""
    for field in schema.fields:
        if name == field.key or fold(name) == fold(field.title):
            return field.key
    fields = _listed([field.key for field in schema.fields])
    raise RefusedError(f"the schema has no field {quote(name)}. Its fields are: {fields}.", option="--map")


def _position(column: str, table: Table) -> int | None:
    """A column by its label or by its letter; an empty text is no column."""
    if not column:
        return None
    found = [at for at, label in enumerate(table.labels) if label == column] or [
        at for at, label in enumerate(table.labels) if fold(label) == fold(column)
    ]
    if len(found) == 1:
        return found[0]
    if column.upper() in table.columns and not found:
        return table.columns.index(column.upper())
    seen = _listed([f"{letter} {quote(label)}" for letter, label in zip(table.columns, table.labels, strict=True)])
    many = f"{counted(len(found), 'column')} have the label {quote(column)}: give the letter." if found else ""
    raise RefusedError(many or f"there is no column {quote(column)}. Columns seen: {seen}.", option="--map")
