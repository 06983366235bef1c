"""Typed records: what the rows of a table say, in the host's terms, with every fault named.

Strategy: each bound column is judged once, as a column: identity columns by ``emails`` and ``ids``, status words by the
schema's table, profile questions by ``cells``. The result is one frame of typed answers (`Records.frame`), one frame of what
identity needs (`Records.identity`: keys, faults, what was trimmed), and the issues. A cell that cannot be read is null in
the frame and an issue with its text; whether the *row* can be used is decided later, where the whole file and the
directory are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from . import _html
from ._columns import find_null
from ._grid import CELL_KINDS, ROW, column_letter
from ._values import same
from .cells import (
    Typed,
    are_flags,
    asked_state,
    dated_state,
    first_invisible,
    has_invisible,
    status_cells,
    type_cells,
    type_flags,
)
from .conventions import Conventions
from .emails import GUEST_NAME, alias_of, judge_cells
from .ids import id_fold, judge_ids
from .issues import Issues, Severity
from .lookup import BEYOND, Lookup
from .mapping import Binding, ColumnMapping
from .schema import Field, Schema
from .separator import detect_separator
from .table import Table

__all__ = ["Records", "RecordsPart", "apply_mapping", "settle_separator"]

#: The columns of `Records.identity`, all aligned with the frame. ``status`` is the host's state.
_IDENTITY_SCHEMA: Final = pl.Schema(
    {
        ROW: pl.UInt32(),
        "id": pl.String(), "id_fault": pl.String(), "id_trimmed": pl.Boolean(), "id_placeholder": pl.Boolean(), "id_number": pl.Boolean(),
        "email": pl.String(), "email_key": pl.String(), "email_look": pl.String(), "email_fault": pl.String(), "email_trimmed": pl.Boolean(),
        "new_email": pl.String(), "new_email_key": pl.String(), "new_email_look": pl.String(), "new_email_fault": pl.String(),
        "new_email_trimmed": pl.Boolean(),
        "status": pl.String(), "status_scope": pl.String(), "status_invalid": pl.Boolean(),
    }
)  # fmt: skip


#: Rows that a notebook shows.
_SHOWN_ROWS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsPart:
    """One of several sources whose rows are planned together (`propose_many`).

    Args:
        name: As the host calls it.
        role: Of its people; None: that of the policy.
        offset: Its row 7 has the number ``offset + 7``.
        rows: Its last row number.
        source_sha256, sheet: Of the file, where they are known.
    """

    name: str
    role: str | None
    offset: int
    rows: int
    source_sha256: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Records:
    """What a file says of people.

    Args:
        frame: ``_row`` and one typed column per bound field, named by its key: text, ``Float64``, ``Date``, ``Boolean`` or a
            list of option values; null = no answer. As high as the table; the order of the file is kept.
        issues: Faults of cells, with their places.
        identity: What the identity stage works on, aligned with ``frame``.
        cleared: ``_row`` and, for fields where the clear word was used, a boolean column of the field's key.
        instructions: ``_row`` and, for multi-select fields with append or remove marks, a text column of the field's key.
        schema: The schema the records were typed by.
        columns: Field key → column letter.
        blank_rows: Rows without a cell, which are left out and counted.
        table: The labels and cells that the records were typed from; None where they are not kept (in a plan).
        source_sha256: Of the file, where it is known.
        sheet: Name of the sheet, where it is known.
        parts: The sources, where there are several; () where the rows are of one sheet.
    """

    frame: pl.DataFrame
    issues: Issues
    identity: pl.DataFrame
    cleared: pl.DataFrame
    instructions: pl.DataFrame
    schema: Schema
    columns: Mapping[str, str]
    blank_rows: int = 0
    source_sha256: str | None = None
    sheet: str | None = None
    table: Table | None = None
    parts: tuple[RecordsPart, ...] = ()

    def __repr__(self) -> str:
        return f"Records({self.frame.height} rows x {self.frame.width - 1} fields, {len(self.issues)} issues)"

    def _repr_html_(self) -> str:
        shown = self.frame.head(_SHOWN_ROWS)
        rows = [[_shown(cell) for cell in row] for row in shown.rows()]
        table = _html.grid(("row", *shown.columns[1:]), rows, more=self.frame.height - shown.height)
        return _html.block(repr(self), table)

    def __eq__(self, other: object) -> bool:
        return same(self, other, self.__slots__)

    def with_issues(self, *earlier: Issues) -> Records:
        """The same records with the issues of earlier steps in front of their own."""
        return replace(self, issues=Issues.concat([*earlier, self.issues]))

    def roles(self, default: str | None, /) -> pl.Series:
        """The role that each row gives: its source's, else ``default``."""
        usual = pl.Series("role", [default], dtype=pl.String).new_from_index(0, self.frame.height)
        if all(part.role is None for part in self.parts):
            return usual
        given = pl.lit(None, dtype=pl.String)
        for part in self.parts:
            theirs = pl.col(ROW).is_between(part.offset + 1, part.offset + part.rows)
            given = pl.when(theirs).then(pl.lit(part.role, dtype=pl.String)).otherwise(given)
        return self.frame.select(given.fill_null(pl.lit(default, dtype=pl.String)).alias("role")).to_series()

    def lookup(self) -> Lookup:
        """What a host with a large database looks up first, to pass a `Directory` with ``complete=False`` and ``asked``.

        Returns:
            The keys of the file in four sets, with the functions by which stored values are compared, in Python and as SQL.

        >>> from qooper_ingest import Schema, Workbook
        >>> table = Workbook.of_rows([["No.", "Mail"], ["007", "Ann+x@corp.example"]]).sheet().table(header_row=1)
        >>> records = apply_mapping(table, ColumnMapping.of(table, {"id": "No.", "email": "Mail"}), Schema.participants())
        >>> asked = records.lookup()
        >>> asked.matches({"id": "7", "email": "tom@corp.example"}), asked.matches({"id": "8", "email": "ann@corp.example"})
        (True, True)
        """
        keys = self.identity_keys()
        kinds = {"ids": "id_fold", "emails": "email", "skeletons": "look", "aliases": "alias"}
        found = {name: keys.filter(pl.col("kind") == kind)["key"].to_list() for name, kind in kinds.items()}
        return Lookup(**{name: frozenset([BEYOND, *some]) for name, some in found.items()})

    def identity_keys(self) -> pl.DataFrame:
        """The keys of `lookup` as a frame, for a join; see there for the functions by which stored values are compared.

        Returns:
            ``kind`` and ``key``, without repeats. Kinds: ``id_fold`` (the look-up's ``ids``), ``email`` (``emails``), ``look``
            (``skeletons``), ``alias`` (``aliases``). Whoever has an ID, a subject or an address beyond ASCII is passed along whatever
            the keys are.
        """
        keys = self.identity
        emails = pl.concat([keys["email_key"].alias("key"), keys["new_email_key"].alias("key")]).drop_nulls().unique()
        looks = pl.concat([keys["email_look"].alias("key"), keys["new_email_look"].alias("key")]).drop_nulls().unique()
        # A damaged ID leads to nobody; one of digits that is too short may be filled with zeros by the policy.
        fault, text = pl.col("id_fault"), pl.col("id")
        usable = fault.is_null() | ((fault == "id_invalid_format") & text.str.contains("^[0-9]+$"))
        ids = keys.select(id_fold(text.filter(usable).drop_nulls()).alias("key"))["key"].unique()
        aliases = pl.DataFrame(emails).select(alias_of(pl.col("key")).alias("key"))["key"].drop_nulls().unique()
        parts = {"id_fold": ids, "email": emails, "look": looks, "alias": aliases}
        return pl.concat(
            [pl.DataFrame({"key": key}).select(pl.lit(kind).alias("kind"), "key") for kind, key in parts.items()]
        )


def apply_mapping(
    table: Table,
    mapping: ColumnMapping,
    schema: Schema,
    /,
    *,
    conventions: Conventions = Conventions(),  # noqa: B008  (frozen)
) -> Records:
    """Type a table's rows by a mapping.

    Args:
        table: Labels and rows.
        mapping: Which column is which field.
        schema: The host's fields.
        conventions: How the cells are written. A separator that is left out is the mapping's own, or is detected.

    Returns:
        Records as high as the table, in its order.

    Raises:
        MappingError: ``field_unknown``, ``column_out_of_range``, ``column_bound_twice``, ``email_not_mapped``.

    Issues: what the table's labels, `split`, the detection of the separator and the typing of cells report; ``column_ignored``; ``email_missing``,
    ``email_invalid``, ``email_invisible_characters``, ``email_compatibility_characters``, ``email_trimmed``, ``email_guest_name``; ``id_*`` of damage,
    ``id_placeholder``, ``id_trimmed``; ``status_invalid``; ``text_trimmed``.

    >>> from qooper_ingest import Schema, Workbook
    >>> table = Workbook.of_rows([["No.", "Mail"], ["007", " ann@corp.example"], ["008", "tom"]]).sheet().table(header_row=1)
    >>> records = apply_mapping(table, ColumnMapping.of(table, {"id": "No.", "email": "Mail"}), Schema.participants())
    >>> records.frame["email"].to_list(), records.issues.counts()
    (['ann@corp.example', 'tom'], {'email_invalid': 1, 'email_trimmed': 1})
    """
    mapping.check(table, schema)
    conventions, detected = settle_separator(table, mapping, schema, conventions)
    rows = table.frame[ROW]
    frame: dict[str, pl.Series] = {ROW: rows}
    identity: dict[str, pl.Series] = {ROW: rows}
    cleared: dict[str, pl.Series] = {ROW: rows}
    instructions: dict[str, pl.Series] = {ROW: rows}
    columns: dict[str, str] = {}
    issues: list[Issues] = [detected, table.issues, _ignored(table, mapping)]
    for binding in mapping.bindings:
        bound = schema.by_key(binding.field)
        if binding.column is None or bound is None:
            continue
        letter = column_letter(binding.column)
        columns[bound.key] = letter
        cells = _cells_of(table, binding)
        match bound.role:
            case "id":
                judged = judge_ids(cells["text"], cells["kind"], values=cells["value"], pattern=schema.id_pattern)
                identity |= {f"id_{name}".removesuffix("_text"): judged[name] for name in judged.columns}
                frame[bound.key] = judged["text"]
                issues.append(_fault_issues(cells, judged["fault"], bound, letter))
                issues.append(_note_issues("id_placeholder", cells, judged["placeholder"], bound, letter))
                issues.append(_note_issues("id_trimmed", cells, judged["trimmed"], bound, letter))
                issues.append(_unseen_issues(cells, find_null(judged["text"]) & ~judged["placeholder"], bound, letter))
            case "email" | "new_email" as role:
                judged = judge_cells(cells["text"])
                identity |= {f"{role}_{name}".removesuffix("_text"): judged[name] for name in judged.columns}
                frame[bound.key] = judged["text"]
                issues.append(_fault_issues(cells, judged["fault"], bound, letter))
                no_text = find_null(judged["text"])
                trimmed = judged["trimmed"] & ~no_text
                identity[f"{role}_trimmed"] = trimmed
                issues.append(_note_issues("email_trimmed", cells, trimmed, bound, letter))
                guest = judged["text"].str.contains(GUEST_NAME)
                issues.append(_note_issues("email_guest_name", cells, guest, bound, letter))
                if role == "new_email":
                    issues.append(_unseen_issues(cells, no_text, bound, letter))
                else:
                    issues.append(_note_issues("email_missing", cells, no_text, bound, letter))
            case "status":
                label = table.labels[binding.column]
                asked = "suspended" if binding.inverted else asked_state(label)
                status = status_cells(
                    cells["text"], schema.status_words, yes_means=asked, date_means=dated_state(label)
                )
                identity |= {
                    "status": status.state.cast(pl.String),
                    "status_scope": status.scope.cast(pl.String),
                    "status_invalid": status.invalid,
                }
                frame[bound.key] = status.state.cast(pl.String)
                issues.append(_note_issues("status_invalid", cells, status.invalid, bound, letter))
                issues.append(_unseen_issues(cells, ~status.invalid, bound, letter))
            case _:
                if bound.type == "multi_select" and binding.more_columns:
                    typed = _type_several(table, binding, bound, schema, conventions)
                else:
                    typed = type_cells(
                        bound,
                        cells,
                        letter=letter,
                        schema=schema,
                        conventions=conventions,
                        full_name_part=binding.part,
                    )
                frame[bound.key] = typed.values.alias(bound.key)
                issues.append(typed.issues)
                if typed.clear is not None and typed.clear.any():
                    cleared[bound.key] = typed.clear
                if typed.instructions is not None:
                    instructions[bound.key] = typed.instructions
    height = rows.len()
    for name, dtype in _IDENTITY_SCHEMA.items():
        if name not in identity:
            blank = False if dtype == pl.Boolean() else None
            identity[name] = pl.Series(name, [blank], dtype=dtype).new_from_index(0, height)
    return Records(
        frame=pl.DataFrame({name: column.alias(name) for name, column in frame.items()}),
        issues=Issues.concat(issues),
        identity=pl.DataFrame({name: identity[name].alias(name) for name in _IDENTITY_SCHEMA}),
        cleared=pl.DataFrame({name: column.alias(name) for name, column in cleared.items()}),
        instructions=pl.DataFrame({name: column.alias(name) for name, column in instructions.items()}),
        schema=schema,
        columns=columns,
        table=table,
        blank_rows=table.blank_rows,
        source_sha256=table.source_sha256,
        sheet=table.sheet,
    )


def _shown(cell: object) -> object:
    return "; ".join(cell) if isinstance(cell, list) else cell


def settle_separator(
    table: Table, mapping: ColumnMapping, schema: Schema, conventions: Conventions, /
) -> tuple[Conventions, Issues]:
    """Conventions whose separator is decided: as given, else the mapping's own, else detected; never None.

    Returns:
        The conventions, and the issues of the detection (none where nothing had to be detected).

    Issues: ``separator_conflict``, ``separator_uncertain``, ``one_column_per_option``.
    """
    if conventions.separator is not None:
        return conventions, Issues.empty()
    separator, issues = mapping.separator, Issues.empty()
    if separator is None:
        guess = detect_separator(table, mapping, schema)
        separator, issues = guess.separator or "", guess.issues
    return conventions.model_copy(update={"separator": separator}), issues


def _type_several(table: Table, binding: Binding, field: Field, schema: Schema, conventions: Conventions) -> Typed:
    """A multi-select from several columns: one per option (*Tools: Python*), or one per answer (*Tool 1*, *Tool 2*)."""
    assert binding.column is not None
    labels = [table.labels[position] for position in binding.columns]
    letter = column_letter(binding.column)
    if are_flags(labels, field.options):
        cells = [table.frame[column_letter(position)] for position in binding.columns]
        return type_flags(field, list(zip(labels, cells, strict=True)), rows=table.frame[ROW], letter=letter)
    # Without a separator each cell is one answer; a line break, which stands in none of them, joins them for the split.
    glue = conventions.separator or "\n"
    joined = conventions.model_copy(update={"separator": glue})
    return type_cells(field, _cells_of(table, binding, glue=glue), letter=letter, schema=schema, conventions=joined)


def _cells_of(table: Table, binding: Binding, *, glue: str = " ") -> pl.DataFrame:
    """Row, text, kind and value of a binding's cells; several columns are joined with ``glue``, the empty ones left out."""
    assert binding.column is not None
    letters = [column_letter(position) for position in (binding.column, *binding.more_columns)]
    if len(letters) == 1:
        text, kind, value = table.frame[letters[0]], table.kind(letters[0]), table.value(letters[0])
    else:
        text = table.frame.select(pl.concat_str(letters, separator=glue, ignore_nulls=True)).to_series()
        text = text.replace("", None)
        kind = pl.Series([None], dtype=CELL_KINDS).new_from_index(0, text.len())
        value = pl.Series([None], dtype=pl.Float64).new_from_index(0, text.len())
    return pl.DataFrame({ROW: table.frame[ROW], "text": text, "kind": kind, "value": value})


def _ignored(table: Table, mapping: ColumnMapping) -> Issues:
    positions = mapping.ignored
    if not positions:
        return Issues.empty()
    frame = pl.DataFrame(
        {
            "column": [column_letter(position) for position in positions],
            "value": [table.labels[position] for position in positions],
        },
        schema={"column": pl.String, "value": pl.String},
    )
    return Issues.from_frame("column_ignored", frame)


def _note_issues(code: str, cells: pl.DataFrame, hit: pl.Series, field: Field, letter: str) -> Issues:
    if not hit.any():
        return Issues.empty()
    found = cells.filter(hit).select(pl.col(ROW).alias("row"), pl.col("text").alias("value"))
    return Issues.from_frame(code, _placed(found, field, letter))


def _unseen_issues(cells: pl.DataFrame, hit: pl.Series, field: Field, letter: str) -> Issues:
    """Say which cells held characters that nobody sees, where nothing else tells it and the cell was read without them."""
    odd = cells["text"].to_frame().select(has_invisible(pl.col("text")).fill_null(False))["text"]
    if not odd.any():
        return Issues.empty()
    found = cells.filter(hit & odd)
    found = found.select(
        pl.col(ROW).alias("row"), pl.col("text").alias("value"), first_invisible(found["text"]).alias("detail")
    )
    return Issues.from_frame("text_trimmed", _placed(found.drop_nulls("detail"), field, letter))


def _fault_issues(cells: pl.DataFrame, fault: pl.Series, field: Field, letter: str) -> Issues:
    if fault.null_count() == fault.len():
        return Issues.empty()
    found = cells.with_columns(fault.alias("fault")).filter(pl.col("fault").is_not_null())
    return Issues.concat(
        Issues.from_frame(
            code,
            _placed(
                found.filter(pl.col("fault") == code).select(pl.col(ROW).alias("row"), pl.col("text").alias("value")),
                field,
                letter,
            ),
            severity=Severity.ERROR,
        )
        for code in found["fault"].unique().sort().to_list()
    )


def _placed(found: pl.DataFrame, field: Field, letter: str) -> pl.DataFrame:
    return found.with_columns(pl.lit(letter).alias("column"), pl.lit(field.key).alias("field"))
