"""The only state between two requests: what a person chose, as JSON.

Whatever is left out means "propose for me". Choices are bound to the file by its digest and to the header by its labels, so
that a mapping confirmed for one file is never applied to another by accident (`StaleChoicesError`); a mapping that is meant
to be used again is rebound (`ColumnMapping.rebind`) and confirmed again.

Corrections are applied to the text of cells before anything is typed. One that no longer fits (the cell says something else
now, the option is gone) is not applied and reported.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Final, Literal

import polars as pl
from pydantic import Discriminator, Field, PositiveInt, Tag, ValidationError

from ._values import JsonValue, reason_of
from .conventions import Conventions
from .errors import StaleChoicesError, UsageError, quote
from .identity import Policy
from .issues import Issues
from .mapping import ColumnMapping
from .schema import Option, Schema
from .source import ReadOptions
from .workbook import ROW, Table

__all__ = ["CellCorrection", "Choices", "OptionAlias", "correct"]


class CellCorrection(JsonValue):
    """Another text for one cell.

    Args (all keyword):
        row: The row as the spreadsheet shows it.
        column: The column's letter.
        was: What the cell said when the correction was made (None: it was empty).
        value: What it is to say (None: nothing).
    """

    kind: Literal["cell"] = "cell"
    row: int = Field(ge=1, le=2**32 - 1)
    column: str = Field(pattern="^[A-Z]{1,3}$")
    was: str | None = Field(repr=False)
    value: str | None = Field(repr=False)


class OptionAlias(JsonValue):
    """An answer of the file that means one of a field's options.

    Args (all keyword):
        field: The field's key.
        text: What the file says.
        option: The value of the option that is meant.
    """

    kind: Literal["alias"] = "alias"
    field: str
    text: str = Field(min_length=1, repr=False)
    option: str


def _kind(value: Any) -> str:
    """Which correction it is; in JSON the kind may be left out, as a default is."""
    if isinstance(value, (CellCorrection, OptionAlias)):
        return value.kind
    if not isinstance(value, dict):
        return ""
    return str(value.get("kind", "alias" if "option" in value else "cell"))


_Correction = Annotated[
    Annotated[CellCorrection, Tag("cell")] | Annotated[OptionAlias, Tag("alias")], Discriminator(_kind)
]


class Choices(JsonValue):
    """What a person chose on the way from upload to plan.

    >>> Choices.from_json(Choices(header_rows=(3,)).to_json()).header_rows
    (3,)

    Format 1 had the four conventions beside the other fields; such documents are still read.

    Args (all keyword):
        source_sha256: Of the file the choices are for.
        read: How to read it.
        sheet: Name of the sheet, or its position from 0.
        header_rows: The header's rows; empty: there is no header; None: detect it.
        mapping: Which column is which field; its labels bind it to the header.
        conventions: How the cells are written.
        policy: The options of the run, decisions for single rows included.
        corrections: Of cells, and what unknown answers mean.
    """

    _refused: ClassVar = (StaleChoicesError, "choices_invalid")

    format_version: Literal[2] = 2
    source_sha256: str | None = None
    read: ReadOptions = ReadOptions()
    sheet: str | int | None = None
    header_rows: tuple[PositiveInt, ...] | None = None
    mapping: ColumnMapping | None = None
    conventions: Conventions = Conventions()
    policy: Policy = Policy()
    corrections: tuple[_Correction, ...] = ()

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Choices:
        """Read what `to_json` wrote.

        Raises:
            StaleChoicesError: ``choices_invalid``: not choices, or of another version.
        """
        try:
            return cls.model_validate_json(_as_current(text))
        except ValidationError as error:
            reason = reason_of(error)
        except UsageError as error:  # of a value inside, which says what is wrong with it
            reason = error.params.get("reason", error.code)
        raise StaleChoicesError("choices_invalid", reason=reason)

    def to_json(self) -> str:
        """As JSON; what was left out stays out, but for the format's version."""
        return json.dumps(
            {"format_version": self.format_version, **self.model_dump(mode="json", exclude_defaults=True)}
        )


#: Where the fields of format 1 are now.
_MOVED_SINCE_1: Final = {
    "separator": "separator", "marks": "append_marks", "decimal": "decimal", "date_order": "date_order",
}  # fmt: skip


def _as_current(text: str | bytes) -> str | bytes:
    """A document of format 1, which was written without its version, as one of today; any other as it is."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text  # the validator says what is wrong with it
    if not isinstance(document, dict) or document.get("format_version", 1) != 1 or "conventions" in document:
        return text
    moved = {new: document.pop(old) for old, new in _MOVED_SINCE_1.items() if old in document}
    return json.dumps({**document, "format_version": 2, "conventions": moved})


def correct(
    table: Table, schema: Schema, corrections: Sequence[CellCorrection | OptionAlias], /
) -> tuple[Table, Schema]:
    """Apply a person's corrections to a table and a schema.

    Returns:
        A table with the corrected cells (text now, whatever they were), its issues completed, and a schema whose options know
        the aliases. The arguments are left as they are.

    Issues: ``correction_applied``, ``correction_unfit``.

    >>> from qooper_ingest import CellCorrection, Schema, read_workbook
    >>> table = read_workbook(b"Name,Email\\nAnn,ann@corp\\n").sheet().table(header_row=1)
    >>> mended = CellCorrection(row=2, column="B", was="ann@corp", value="ann@corp.example")
    >>> correct(table, Schema.participants(), (mended,))[0].frame["B"].to_list()
    ['ann@corp.example']
    """
    if not corrections:
        return table, schema
    found: list[Issues] = []
    cells: dict[str, list[CellCorrection]] = {}
    for one in corrections:
        if isinstance(one, CellCorrection):
            cells.setdefault(one.column, []).append(one)
            continue
        schema, fits = _with_alias(schema, one)
        if not fits:
            found.append(
                Issues.of(
                    "correction_unfit",
                    field=one.field,
                    value=one.text,
                    detail=f"the question has no option {quote(one.option)}",
                )
            )
    frame, kinds = table.frame, table.kinds
    for letter, wanted in cells.items():
        if letter not in table.columns:
            found += [_unfit(one, None, "there is no such column") for one in wanted]
            continue
        column, fitting = _corrected(frame, letter, wanted, found)
        frame = frame.with_columns(column)
        if letter in kinds.columns and fitting.len():  # what was typed by hand is text, whatever the cell was
            kinds = kinds.with_columns(kinds[letter].clone().scatter(fitting, "text"))
    return replace(table, frame=frame, kinds=kinds, issues=Issues.concat([table.issues, *found])), schema


def _corrected(
    frame: pl.DataFrame, letter: str, wanted: Sequence[CellCorrection], found: list[Issues]
) -> tuple[pl.Series, pl.Series]:
    """A column with its corrections, and the positions where one fits. A person has made few of them: a loop will do."""
    asked = pl.Series([one.row for one in wanted], dtype=pl.UInt32)
    places = frame.select(ROW, pl.int_range(pl.len(), dtype=pl.UInt32).alias("at")).filter(
        pl.col(ROW).is_in(asked.implode())
    )
    at_row = dict(places.iter_rows())
    held = dict(zip(at_row, frame[letter].gather(places["at"]).to_list(), strict=True))
    fitting: dict[int, str | None] = {}
    for one in wanted:
        if one.row not in at_row:
            found.append(_unfit(one, None, "there is no such row"))
        elif (held[one.row] or None) != (one.was or None):
            found.append(_unfit(one, held[one.row], "the cell has changed"))
        else:
            fitting[at_row[one.row]] = one.value or None
            found.append(Issues.of("correction_applied", row=one.row, column=letter, value=held[one.row]))
            held[one.row] = one.value
    at = pl.Series(list(fitting), dtype=pl.UInt32)
    texts = pl.Series(list(fitting.values()), dtype=pl.String)
    return frame[letter].clone().scatter(at, texts) if fitting else frame[letter], at


def _unfit(correction: CellCorrection, held: str | None, why: str) -> Issues:
    return Issues.of("correction_unfit", row=correction.row, column=correction.column, value=held, detail=why)


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
