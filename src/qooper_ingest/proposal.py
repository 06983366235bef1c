"""The middle of the way from a file to a plan, as one value: what a person has said, and what is proposed for the rest.

Strategy: `propose` calls the verbs in their order (read, header, corrections, mapping, separator), takes from the choices
what is said there and asks the verbs for the rest. The result holds every intermediate value, for the screen that shows it,
and ``choices``: everything said or proposed as one document (how to read the file stays as it was said, because the same bytes
are detected the same). Proposing again with that document gives the same proposal, so
that a host keeps the document and nothing else, and a plan made in one call equals the one made step by step.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import BinaryIO

from . import _html
from .choices import Choices
from .conventions import Conventions
from .corrections import correct
from .errors import StaleChoicesError
from .header import HeaderCandidate, HeaderGuess, detect_header
from .identity import Directory
from .issues import Issues
from .limits import DEFAULT_LIMITS, Limits
from .mapping import ColumnMapping, MappingMemory, suggest_mapping
from .progress import ProgressCallback, report_progress
from .readers import read_workbook
from .records import Records, apply_mapping
from .schema import Schema
from .separator import SeparatorGuess, detect_separator
from .source import Source
from .table import Table
from .workbook import Sheet, Workbook

__all__ = ["Proposal", "propose"]

#: The reason of a header or a separator that a person has said.
_GIVEN = "given"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Proposal:
    """A file as it would be imported, for a person to confirm or to change.

    Args:
        workbook: The file.
        sheet: The sheet chosen, or the first visible one.
        header: The header proposed; of a header that was given only that one, with the score 1.0 and the reason ``given``.
        table: Labels and rows, corrections applied.
        mapping: Which column is which field.
        separator: What stands between the answers of a multi-select cell; of one that was given only that one.
        conventions: How the cells are written, the separator decided.
        issues: What the steps found, from the file to the separator; ``records()`` adds what the cells hold.
        schema: The host's fields, with the aliases that a person has given their options.
        choices: Everything said or proposed, bound to the file, ready to be kept.
    """

    workbook: Workbook
    sheet: Sheet
    header: HeaderGuess
    table: Table
    mapping: ColumnMapping
    separator: SeparatorGuess
    conventions: Conventions
    issues: Issues
    schema: Schema
    choices: Choices

    def __repr__(self) -> str:
        rows = "+".join(map(str, self.header.rows)) or "none"
        return f"Proposal({self.table.frame.height} rows, header {rows}, {self.mapping!r})"

    def _repr_html_(self) -> str:
        rows = "+".join(map(str, self.header.rows)) or "none"
        lines = [
            ("sheet", self.sheet.name),
            ("header row", f"{rows} (score {self.header.score:.2f})"),
            ("rows", str(self.table.frame.height)),
            ("between several answers", repr(self.conventions.separator) if self.conventions.separator else "nothing"),
        ]
        return _html.block("Proposal", _html.grid(("", ""), lines), self.mapping._repr_html_())

    def records(self) -> Records:
        """Type the rows, as `apply_mapping` does, with every issue found on the way.

        Raises:
            MappingError: No column is bound to the e-mail (``email_not_mapped``), or the mapping does not fit the schema.
        """
        records = apply_mapping(self.table, self.mapping, self.schema, conventions=self.conventions)
        records = records.with_issues(self.header.issues, self.separator.issues)
        # The only sheet of a file has a name that says nothing: that of the file, for a text.
        return replace(records, sheet=None) if len(self.workbook.sheets) == 1 else records


def propose(
    source: Source | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
    /,
    *,
    schema: Schema,
    directory: Directory | None = None,
    choices: Choices = Choices(),  # noqa: B008  (frozen)
    memory: MappingMemory | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: ProgressCallback | None = None,
) -> Proposal:
    """Read a file and decide sheet, header, corrections, mapping and separator: as chosen, and where nothing is, as proposed.

    Args:
        source: A path, bytes, a binary file object, or a `Source`.
        schema: The host's fields.
        directory: The people whom the host has; their IDs help to find the ID column. None: the labels and cells alone decide.
        choices: What a person has chosen; what is left out is proposed.
        memory: Mappings that people have confirmed before; one more signal where the mapping is proposed.
        limits: What reading may cost.
        progress: Called where a stage begins and ends; what it raises ends the call (that is how to cancel).

    Returns:
        Every value on the way, and the choices completed by what was proposed: ``propose(source, choices=p.choices)`` is ``p``
        again, with the issues of guesses left out where nothing is guessed any more.

    Raises:
        SourceError: The file cannot be read.
        MappingError: The choices name what is not there.
        StaleChoicesError: The choices were made for another file or another header.

    Issues: those of reading, `detect_header`, `correct` and `detect_separator`.

    >>> from qooper_ingest import Schema
    >>> proposal = propose(b"Employee ID,Email\\nA1,ann@corp.example\\n", schema=Schema.participants())
    >>> proposal.header.rows, proposal.mapping.column_of("email"), proposal.choices.header_rows
    ((1,), 1, (1,))
    """
    report_progress(progress, "load", 0, 0)
    whole = Source.of(source, limits=limits, progress=progress)
    size = len(whole.data)
    report_progress(progress, "load", size, size)
    if choices.source_sha256 is not None and choices.source_sha256 != whole.sha256:
        raise StaleChoicesError("choices_other_file")
    report_progress(progress, "read", 0, size)
    workbook = read_workbook(whole, options=choices.read, limits=limits)
    report_progress(progress, "read", size, size)
    sheet = workbook.sheet(choices.sheet)
    report_progress(progress, "header", 0, sheet.grid.height)
    header = (
        _given_header(choices.header_rows) if choices.header_rows is not None else detect_header(sheet, schema=schema)
    )
    report_progress(progress, "header", sheet.grid.height, sheet.grid.height)
    table = sheet.table(header_rows=header.rows) if header.rows else sheet.table(header_row=None)
    table, known = correct(table, schema, choices.corrections)
    if choices.mapping is not None and choices.mapping.labels != table.labels:
        raise StaleChoicesError("choices_other_header", reason="its labels are not those of the mapping")
    rows = table.frame.height
    report_progress(progress, "mapping", 0, rows)
    mapping = (
        choices.mapping
        if choices.mapping is not None
        else suggest_mapping(table, known, directory=directory, memory=memory)
    )
    report_progress(progress, "mapping", rows, rows)
    report_progress(progress, "separator", 0, rows)
    said = choices.conventions.separator if choices.conventions.separator is not None else mapping.separator
    separator = _given_separator(said) if said is not None else detect_separator(table, mapping, known)
    report_progress(progress, "separator", rows, rows)
    conventions = choices.conventions.model_copy(update={"separator": separator.separator or ""})
    completed = choices.model_copy(
        update={
            "source_sha256": whole.sha256,
            "sheet": sheet.name,
            "header_rows": header.rows,
            "mapping": mapping,
            "conventions": conventions,
        }
    )
    return Proposal(
        workbook=workbook,
        sheet=sheet,
        header=header,
        table=table,
        mapping=mapping,
        separator=separator,
        conventions=conventions,
        issues=Issues.concat([header.issues, separator.issues, table.issues]),
        schema=known,
        choices=completed,
    )


def _given_header(rows: tuple[int, ...]) -> HeaderGuess:
    row = rows[-1] if rows else None
    said = HeaderCandidate(row=row, rows=rows, score=1.0, reasons=(_GIVEN,))
    return HeaderGuess(row=row, rows=rows, score=1.0, reasons=(_GIVEN,), candidates=(said,))


def _given_separator(separator: str) -> SeparatorGuess:
    return SeparatorGuess(separator=separator or None, score=1.0, state="given")
