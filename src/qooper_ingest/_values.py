"""What values have in common: how JSON values refuse what does not fit, and how values that hold frames are compared.

A JSON value (a decision, a correction, the choices) refuses with an error of this library, never with the validator's own,
whose text may quote what a person typed. Text with half a character (a lone surrogate) is refused as well: the validator
takes it, and nothing could ever write it out again.

A value that holds frames is equal to another one when the frames hold the same; polars' own ``==`` answers with a frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import QUOTE_LENGTH, IngestError, UsageError

__all__ = ["JsonValue", "has_surrogate", "reason_of", "same"]


class JsonValue(BaseModel):
    """A frozen value that forbids what it does not know. ``_refused``: the error and its code for what does not fit."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

    _refused: ClassVar[tuple[type[IngestError], str]] = (UsageError, "argument_invalid")

    if not TYPE_CHECKING:  # for a type checker the arguments are the fields

        def __init__(self, /, **data: Any) -> None:
            kind, code = self._refused
            if has_surrogate(data):
                raise kind(code, reason="a text holds half of a character (a lone surrogate)")
            try:
                super().__init__(**data)
                return
            except ValidationError as error:
                reason = f"{type(self).__name__}, {reason_of(error)}"
            raise kind(code, reason=reason)


def reason_of(error: ValidationError, /) -> str:
    """The first complaint of the validator in few words; its own text may quote the input."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part)[:QUOTE_LENGTH] for part in first["loc"])
    what = str(first["msg"]).removeprefix("Value error, ")
    return f"{where}: {what}" if where else what


def has_surrogate(value: object, /) -> bool:
    """True where any text in a value, however deep, cannot be written as UTF-8."""
    match value:
        case str():
            return not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value)
        case Mapping():
            return any(has_surrogate(key) or has_surrogate(one) for key, one in value.items())
        case list() | tuple():
            return any(map(has_surrogate, value))
    return False


def same(one: object, other: object, names: Iterable[str], /) -> bool:
    """True where two values have the same type and their named parts are equal, frames by what they hold."""
    if type(one) is not type(other):
        return False
    for name in names:
        mine, theirs = getattr(one, name), getattr(other, name)
        if isinstance(mine, pl.DataFrame) and isinstance(theirs, pl.DataFrame):
            if mine.schema != theirs.schema or not mine.equals(theirs):
                return False
        elif isinstance(mine, pl.LazyFrame) or isinstance(theirs, (pl.LazyFrame, pl.DataFrame)):
            if mine is not theirs:
                return False
        elif mine != theirs:
            return False
    return True
