"""The only state between two requests: what a person chose, as JSON.

Whatever is left out means "propose for me". Choices are bound to the file by its digest and to the header by its labels, so
that a mapping confirmed for one file is never applied to another by accident (`StaleChoicesError`); a mapping that is meant
to be used again is rebound (`ColumnMapping.rebind`) and confirmed again.

Corrections are applied to the text of cells before anything is typed. One that no longer fits (the cell says something else
now, the option is gone) is not applied and reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError

from .errors import StaleChoicesError
from .identity import Policy
from .issues import Issues
from .mapping import ColumnMapping
from .schema import Option, Schema
from .source import ReadOptions
from .workbook import ROW, Table

__all__ = ["CellCorrection", "Choices", "OptionAlias", "correct"]

_FROZEN: Final = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CellCorrection(BaseModel):
    """Another text for one cell.

    Args (all keyword):
        row: The row as the spreadsheet shows it.
        column: The column's letter.
        was: What the cell said when the correction was made (None: it was empty).
        value: What it is to say (None: nothing).
    """

    model_config = _FROZEN

    kind: Literal["cell"] = "cell"
    row: PositiveInt
    column: str = Field(pattern="^[A-Z]{1,3}$")
    was: str | None
    value: str | None


class OptionAlias(BaseModel):
    """An answer of the file that means one of a field's options.

    Args (all keyword):
        field: The field's key.
        text: What the file says.
        option: The value of the option that is meant.
    """

    model_config = _FROZEN

    kind: Literal["alias"] = "alias"
    field: str
    text: str = Field(min_length=1)
    option: str


class Choices(BaseModel):
    """What a person chose on the way from upload to plan.

    >>> Choices.from_json(Choices(header_rows=(3,)).to_json()).header_rows
    (3,)

    Args (all keyword):
        source_sha256: Of the file the choices are for.
        read: How to read it.
        sheet: Name of the sheet, or its position from 0.
        header_rows: The header's rows; empty: there is no header; None: detect it.
        mapping: Which column is which field; its labels bind it to the header.
        separator: Between the answers of a multi-select cell; empty: every cell holds one answer; None: detect it.
        marks: Answers of a multi-select cell may be added to or taken from the stored ones by a mark.
        policy: The options of the run, decisions for single rows included.
        corrections: Of cells, and what unknown answers mean.
    """

    model_config = _FROZEN

    format_version: Literal[1] = 1
    source_sha256: str | None = None
    read: ReadOptions = ReadOptions()
    sheet: str | int | None = None
    header_rows: tuple[PositiveInt, ...] | None = None
    mapping: ColumnMapping | None = None
    separator: str | None = None
    marks: bool = False
    policy: Policy = Policy()
    corrections: tuple[Annotated[CellCorrection | OptionAlias, Field(discriminator="kind")], ...] = ()

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Choices:
        """Read what `to_json` wrote.

        Raises:
            StaleChoicesError: ``choices_invalid``: not choices, or of another version.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise StaleChoicesError("choices_invalid", reason=reason)

    def to_json(self) -> str:
        """As JSON; what was left out stays out."""
        return self.model_dump_json(exclude_defaults=True)


def correct(
    table: Table, schema: Schema, corrections: Sequence[CellCorrection | OptionAlias], /
) -> tuple[Table, Schema]:
    """Apply a person's corrections to a table and a schema.

    Returns:
        A table with the corrected cells, its issues completed, and a schema whose options know the aliases.

    Issues: ``correction_applied``, ``correction_unfit``.
    """
    if not corrections:
        return table, schema
    found: list[Issues] = []
    frame = table.frame
    for one in corrections:
        if isinstance(one, OptionAlias):
            schema, fits = _with_alias(schema, one)
            if not fits:
                found.append(Issues.of("correction_unfit", field=one.field, value=one.text, detail=one.option))
            continue
        at = (frame[ROW] == one.row).arg_true()
        held = frame[one.column][at[0]] if one.column in frame.columns[1:] and at.len() else None
        if one.column not in frame.columns[1:] or not at.len() or (held or None) != (one.was or None):
            found.append(
                Issues.of("correction_unfit", row=one.row, column=one.column, value=held, detail="the cell has changed")
            )
            continue
        frame = frame.with_columns(frame[one.column].clone().scatter(at, one.value or None))
        found.append(Issues.of("correction_applied", row=one.row, column=one.column, value=held))
    return replace(table, frame=frame, issues=Issues.concat([table.issues, *found])), schema


def _with_alias(schema: Schema, alias: OptionAlias) -> tuple[Schema, bool]:
    field = schema.by_key(alias.field)
    if field is None or not any(option.value == alias.option for option in field.options):
        return schema, False
    options = tuple(
        Option(value=option.value, label=option.label, aliases=(*option.aliases, alias.text))
        if option.value == alias.option
        else option
        for option in field.options
    )
    changed = field.model_copy(update={"options": options})
    fields = tuple(changed if one.key == field.key else one for one in schema.fields)
    return schema.model_copy(update={"fields": fields}), True
