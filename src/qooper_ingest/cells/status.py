"""The status column: the host's table of words decides, then what a yes, or a date, means under the column's label."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from .._columns import distinct_texts
from .._text import fold, trim, trim_series
from ..kinds import cell_kind
from ..schema import StatusWord
from ..words import read_label
from .words import BLANK_VALUES, NO_KEYS, YES_KEYS

__all__ = ["SCOPES", "STATES", "StatusCells", "asked_state", "dated_state", "status_cells"]

#: States and scopes of the status column.
STATES: Final = pl.Enum(["active", "suspended"])

SCOPES: Final = pl.Enum(["programme", "organisation"])

#: A date on which somebody can have been shut out. Systems write the first day they know (1601, 1970) for "never".
_LATE_DATE: Final = re.compile(r"(?<!\d)(?:19[89]|20)\d\d(?!\d)")

#: How a database writes "no date".
_ZERO_DATE: Final = re.compile(r"0{4}-0{2}-0{2}(?:[ T]0{2}:0{2}:0{2})?")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StatusCells:
    """A status column, read through the schema's table of words.

    Args:
        state: `STATES`, null where blank or not known.
        scope: How far it reaches, null likewise.
        invalid: True where the word is not in the table: the row is to be rejected.
    """

    state: pl.Series
    scope: pl.Series
    invalid: pl.Series

    def __repr__(self) -> str:
        return f"StatusCells({len(self.state)} cells, {int(self.invalid.sum())} unknown)"


def asked_state(label: str, /) -> Literal["active", "suspended"] | None:
    """The state that a yes means in a column of this label; None where the label asks nothing of the kind.

    >>> asked_state("Is active?"), asked_state("Block sign in"), asked_state("Status")
    ('active', 'suspended', None)
    """
    asks = read_label(label).asks
    return "suspended" if asks == "inactive" else asks


def dated_state(label: str, /) -> Literal["suspended"] | None:
    """The state that a date means in a column of this label; None where it means none.

    >>> dated_state("suspended_at"), dated_state("Hire date")
    ('suspended', None)
    """
    return "suspended" if read_label(label).has("inactive_since") else None


def status_cells(
    cells: pl.Series,
    words: Mapping[str, StatusWord],
    /,
    *,
    yes_means: Literal["active", "suspended"] | None = None,
    date_means: Literal["suspended"] | None = None,
) -> StatusCells:
    """Read a status column through the host's table of words.

    Args:
        cells: Text per row.
        words: Word → state and scope, compared trimmed and caseless.
        yes_means: For a column whose label asks a question (*Active?*, *Block sign in*): the state of a yes; a no is the other
            one. The table comes first.
        date_means: For a column whose label says since when somebody is shut out (*suspended_at*): the state where it is filled.
            There is no clock here: a date to come counts as well, and one before 1980 (a system's *never*) is ``invalid``.

    Returns:
        State and scope; null for blank cells and placeholders, which change nothing. Unknown words are ``invalid``.

    >>> from qooper_ingest.schema import Schema
    >>> done = status_cells(pl.Series(["Active", " SUSPENDED ", "gone", None]), Schema.participants().status_words)
    >>> done.state.to_list(), done.invalid.to_list()
    (['active', 'suspended', None, None], [False, False, True, False])
    """
    distinct, codes = distinct_texts(trim_series(cells.cast(pl.String)))
    known = {trim(word).casefold(): meaning for word, meaning in words.items()}
    other: Literal["active", "suspended"] = "suspended" if yes_means == "active" else "active"
    states: list[str | None] = []
    scopes: list[str | None] = []
    unknown: list[bool] = []
    for text in distinct.to_list():  # the distinct words of a status column
        meaning = known.get(text.casefold())
        key = fold(text)
        if meaning is None and yes_means is not None and (key in YES_KEYS or key in NO_KEYS):
            meaning = StatusWord(state=yes_means if key in YES_KEYS else other)
        if meaning is None and date_means is not None and _LATE_DATE.search(text) and cell_kind(text) == "date":
            meaning = StatusWord(state=date_means)
        no_date = date_means is not None and _ZERO_DATE.fullmatch(text) is not None
        states.append(meaning.state if meaning is not None else None)
        scopes.append(meaning.scope if meaning is not None else None)
        unknown.append(meaning is None and text != "" and text.lower() not in BLANK_VALUES and not no_date)
    invalid = pl.Series("invalid", unknown, dtype=pl.Boolean)[codes]
    return StatusCells(
        state=pl.Series("status", states, dtype=STATES)[codes],
        scope=pl.Series("scope", scopes, dtype=SCOPES)[codes],
        invalid=invalid.fill_null(False) if invalid.null_count() else invalid,
    )
