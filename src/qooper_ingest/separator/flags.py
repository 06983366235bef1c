"""One column per option (*Tools: Python*): which columns of a table are flags of one question."""

from __future__ import annotations

import re
from typing import Final

from .._grid import column_letter
from .._text import fold
from ..issues import Issues
from ..schema import Field
from ..table import Table
from .vocabulary import UNKNOWN, Vocabulary

__all__ = ["flag_columns", "flag_issue", "flag_parts"]


#: ``Tools: Python``, ``Tools - Python``, ``Tools/Python``, ``Tools [Python]``, ``Tools (Python)``.
_FLAG_LABEL: Final = re.compile(
    r"(?P<prefix>.*?\S)(?:\s*(?::|：|\s[-–—]|/|\|)\s*(?P<tail>\S.*)|\s*[\[(（［](?P<inside>[^\])）］]+)[\])）］]\s*)",
    re.DOTALL,
)


def flag_parts(label: str, /) -> tuple[str, str] | None:
    """A label of the form *question: option*, cut in two; None for any other.

    >>> flag_parts("Tools: Python"), flag_parts("Tools [SQL]"), flag_parts("Tools")
    (('Tools', 'Python'), ('Tools', 'SQL'), None)
    """
    match = _FLAG_LABEL.fullmatch(label.strip())
    if match is None:
        return None
    return match["prefix"].strip(), (match["tail"] or match["inside"]).strip()


def flag_columns(table: Table, wanted: Field, taken: set[int]) -> list[int]:
    """Positions of columns that are one option each of a question: one prefix, options behind it, hardly any other text."""
    vocabulary = Vocabulary.of(wanted.options, core=None)
    groups: dict[str, list[tuple[int, int]]] = {}
    for position, label in enumerate(table.labels):
        parts = flag_parts(label) if position not in taken else None
        number = vocabulary.find(parts[1]) if parts is not None and vocabulary is not None else UNKNOWN
        if parts is not None and number >= 0 and table.frame[column_letter(position)].drop_nulls().n_unique() <= 3:
            groups.setdefault(fold(parts[0]), []).append((position, number))
    best = max(groups.values(), key=len, default=[])
    return [position for position, _ in best] if len({number for _, number in best}) > 1 else []


def flag_issue(table: Table, positions: list[int], wanted: Field) -> Issues:
    letters = ", ".join(column_letter(position) for position in positions)
    return Issues.of(
        "one_column_per_option",
        row=table.header_rows[-1] if table.header_rows else None,
        column=column_letter(positions[0]),
        field=wanted.key,
        value=table.labels[positions[0]],
        detail=letters,
    )
