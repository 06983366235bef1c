"""What a person may say about how the cells of a file are written: one value for the whole file.

Everything that is left out is proposed: the separator by `detect_separator`, the decimal sign and the order of dates by each
column, which reports what it cannot decide. ``None`` means "propose"; an empty separator means "every cell is one answer".
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from ._values import JsonValue

__all__ = ["Conventions"]


#: Characters of a separator.
_SEPARATOR: Final = 16


class Conventions(JsonValue):
    """How the cells of one file are written. A field that is left out is proposed.

    >>> Conventions(separator=";", decimal=",")
    Conventions(separator=';', append_marks=False, decimal=',', date_order=None)

    Args (all keyword):
        separator: Between the answers of a multi-select cell. Empty: every such cell holds one answer. None: propose.
        append_marks: A leading separator or ``+`` adds a multi-select cell's answers to the stored ones, ``-`` takes them
            away; otherwise the cell replaces them.
        decimal: The decimal sign of numbers. None: decided by each column, never guessed.
        date_order: The order of day, month and year in dates. None: decided by each column, never guessed.

    Raises:
        UsageError: ``argument_invalid``.
    """

    separator: str | None = Field(default=None, max_length=_SEPARATOR)
    append_marks: bool = False
    decimal: Literal[".", ","] | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
