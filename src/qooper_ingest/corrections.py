"""Corrections: what a person says of single cells, and of answers that the options do not know.

They are applied to the text of cells before anything is typed, each in turn. One that no longer fits (the cell says something
else now, the option is gone, the answer means an option already) is not applied and reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal, NamedTuple

import polars as pl
from pydantic import Discriminator, Field, Tag

from ._grid import ROW
from ._text import fold
from ._values import JsonValue
from .errors import quote
from .issues import ISSUE_SCHEMA, Issues
from .schema import Option, Schema
from .table import Table

__all__ = ["DIGEST_BYTES", "CellCorrection", "Correction", "OptionAlias", "correct", "digest_of_cell"]

#: Characters in a correction and in a name: what a cell of a text file may hold (`Limits.cell_chars`), and a field's key.
_CELL: Final = 1_000_000
_NAME: Final = 255


#: Of a cell, to tell whether it still says what it said: enough that nobody meets another text by chance.
DIGEST_BYTES: Final = 8


def digest_of_cell(text: str | None, /) -> str:
    """A digest of what a cell says, in hexadecimal digits; zeros for an empty one."""
    return hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES].hex() if text else "00" * DIGEST_BYTES


class CellCorrection(JsonValue):
    """Another text for one cell.

    Args (all keyword):
        kind: ``cell``; tells it from an alias in JSON.
        row: The row as the spreadsheet shows it.
        column: The column's letter.
        was: What the cell said when the correction was made (None: it was empty).
        was_digest: In its place the digest of that (`Choices.merge_mended` knows no more).
        value: What it is to say (None: nothing).
    """

    kind: Literal["cell"] = "cell"
    row: int = Field(ge=1, le=2**32 - 1)
    column: str = Field(pattern="^[A-Z]{1,3}$")
    was: str | None = Field(repr=False, max_length=_CELL)
    was_digest: str | None = Field(default=None, repr=False, pattern=f"^[0-9a-f]{{{2 * DIGEST_BYTES}}}$")
    value: str | None = Field(repr=False, max_length=_CELL)


class OptionAlias(JsonValue):
    """An answer of the file that means one of a field's options.

    Args (all keyword):
        kind: ``alias``; tells it from a corrected cell in JSON.
        field: The field's key.
        text: What the file says.
        option: The value of the option that is meant.
    """

    kind: Literal["alias"] = "alias"
    field: str = Field(max_length=_NAME)
    text: str = Field(min_length=1, max_length=_CELL, repr=False)
    option: str = Field(max_length=_CELL)


def _kind_of(value: Any) -> str:
    """Which correction it is; in JSON the kind may be left out, as a default is."""
    if isinstance(value, (CellCorrection, OptionAlias)):
        return value.kind
    if not isinstance(value, dict):
        return ""
    return str(value.get("kind", "alias" if "option" in value else "cell"))


Correction = Annotated[
    Annotated[CellCorrection, Tag("cell")] | Annotated[OptionAlias, Tag("alias")], Discriminator(_kind_of)
]


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
    cells: dict[str, list[CellCorrection]] = {}
    aliases: dict[str, list[OptionAlias]] = {}
    for one in corrections:
        if isinstance(one, CellCorrection):
            cells.setdefault(one.column, []).append(one)
        else:
            aliases.setdefault(one.field, []).append(one)
    found: list[_Outcome] = []
    for key, wanted_aliases in aliases.items():
        schema = _with_aliases(schema, key, wanted_aliases, found)
    frame, kinds, values = table.frame, table.kinds, table.values
    for letter, wanted in cells.items():
        if letter not in table.columns:
            found += [_unfit(one, None, "there is no such column") for one in wanted]
            continue
        column, fitting = _correct_column(frame, letter, wanted, found)
        frame = frame.with_columns(column)
        if letter in kinds.columns and fitting.len():  # what was typed by hand is text, whatever the cell was
            kinds = kinds.with_columns(kinds[letter].clone().scatter(fitting, "text"))
        if letter in values.columns and fitting.len():
            values = values.with_columns(values[letter].clone().scatter(fitting, None))
    return replace(table, frame=frame, kinds=kinds, values=values, issues=table.issues + _as_issues(found)), schema


class _Outcome(NamedTuple):
    """What became of a correction; thousands of them become one frame of issues."""

    code: str
    row: int | None = None
    column: str | None = None
    field: str | None = None
    value: str | None = None
    detail: str | None = None


def _as_issues(found: Sequence[_Outcome]) -> Issues:
    names = _Outcome._fields[1:]
    parts = []
    for code in ("correction_applied", "correction_unfit"):
        columns = zip(*(one[1:] for one in found if one.code == code), strict=True)
        frame = pl.DataFrame(
            dict(zip(names, columns, strict=False)), schema={name: ISSUE_SCHEMA[name] for name in names}
        )
        parts.append(Issues.from_frame(code, frame))
    return Issues.concat(parts)


def _correct_column(
    frame: pl.DataFrame, letter: str, wanted: Sequence[CellCorrection], found: list[_Outcome]
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
        elif not _still_says(one, held[one.row]):
            found.append(_unfit(one, held[one.row], "the cell has changed"))
        else:
            fitting[at_row[one.row]] = one.value or None
            found.append(_Outcome("correction_applied", row=one.row, column=letter, value=held[one.row]))
            held[one.row] = one.value
    at = pl.Series(list(fitting), dtype=pl.UInt32)
    texts = pl.Series(list(fitting.values()), dtype=pl.String)
    return frame[letter].clone().scatter(at, texts) if fitting else frame[letter], at


def _still_says(correction: CellCorrection, held: str | None) -> bool:
    if correction.was_digest is not None:
        return digest_of_cell(held) == correction.was_digest
    return (held or None) == (correction.was or None)


def _unfit(correction: CellCorrection, held: str | None, why: str) -> _Outcome:
    return _Outcome("correction_unfit", row=correction.row, column=correction.column, value=held, detail=why)


def _with_aliases(schema: Schema, key: str, aliases: Sequence[OptionAlias], found: list[_Outcome]) -> Schema:
    """A schema where a field's options know the aliases; what means an option already can mean no other one."""
    field = schema.by_key(key)
    names: dict[str, list[str]] = {option.value: [] for option in field.options} if field is not None else {}
    meant = {fold(name): option.value for option in field.options for name in option.names} if field is not None else {}
    for alias in aliases:
        if alias.option not in names:
            why = f"the question has no option {quote(alias.option)}"
        elif fold(alias.text) in meant:
            why = "the question knows that answer already"
        else:
            names[alias.option].append(alias.text)
            meant[fold(alias.text)] = alias.option
            continue
        found.append(_Outcome("correction_unfit", field=key, value=alias.text, detail=why))
    if field is None or not any(names.values()):
        return schema
    options = tuple(
        Option(value=option.value, label=option.label, aliases=(*option.aliases, *names[option.value]))
        for option in field.options
    )
    changed = field.model_copy(update={"options": options})
    return schema.model_copy(update={"fields": tuple(changed if one.key == key else one for one in schema.fields)})
