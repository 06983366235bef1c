"""How much one cell looks like the label of the column below it.

For it: the kind or the shape changes below, values repeat that it is not among, it breaks their order, its words are those of
labels. Against it: it is made as every cell below it is, comes again, or stands in its place in their order.
"""

from __future__ import annotations

import os.path
from collections import Counter
from typing import Final

from .._text import fold
from ..words import read_label
from .lines import VALUES, Cell, Column

__all__ = ["column_evidence", "known_word"]

#: So many different texts in alphabetical order are no chance (one in 720).
_SORTED: Final = 6

#: What it says against a label that it is one word, written as nearly every cell below it is.
_LIKE_WORDS: Final = 0.15

#: Values that occur once tell how often a further row brings a new one (the Good-Turing estimate): where that is rare, a
#: text that occurs nowhere below is a label.
_NEW_VALUES: Final = 0.2

#: Roles of words that stand in labels and hardly ever in cells ("Active", "Director", "Sales" stand in cells too).
_LABEL_ROLES: Final = frozenset(
    [
        "user_id",
        "login",
        "record_id",
        "national_id",
        "email",
        "status",
        "first_name",
        "last_name",
        "full_name",
        "name",
        "department",
        "job_title",
        "location",
        "start_date",
        "end_date",
        "birth_date",
        "phone",
        "city",
        "country",
        "company",
        "gender",
        "language_name",
        "timezone",
        "id_word",
        "aspect",
        "form_context",
    ]
)


def column_evidence(label: Cell, column: Column, known: frozenset[str], sequence: bool) -> tuple[float, str]:
    """How much a cell looks like the label of the column below it: from -1 to 1, with the main reason."""
    kind, share = column.main
    word = known_word(label.text, known)
    n = len(column.cells)
    if label.kind in VALUES and not sequence:
        if label.kind == kind and share >= 0.5:
            return -1.0, "same_kind_below"
        return (-0.6, "value_in_row") if label.kind in ("email", "url", "date", "number") else (-0.4, "value_in_row")
    if sequence:
        return (0.5, "sequence") if kind == "number" and share >= 0.5 else (0.1, "sequence")
    again = column.texts.get(fold(label.text), 0)
    if again:
        return (-0.8, "value_comes_again") if word < 0.6 else (-0.2, "value_comes_again")
    values = sum(count for k, count in column.kinds.items() if k in VALUES) / n
    if values >= 0.6:
        # Of stacked labels the upper ones stand over texts too; a list of parameters stands over more of them.
        until = next((at for at, cell in enumerate(column.cells) if cell.kind in VALUES), n)
        if until >= 2:
            return (max(0.1, word), "kinds_change") if until == 2 else (-0.35, "change_comes_later")
        return (1.0 if n >= 2 else 0.8), "kinds_change"
    if values >= 0.3:
        return max(0.5, word), "kinds_change"
    if word < 0.4 and _one_of(label, column):
        return -0.8, "same_kind_below"
    points, reason = word, "known_words" if word else ""
    if not word:
        if _begins_alike(label, column):
            return -0.8, "same_kind_below"
        if _sorted(column):
            # A value stands in its place in the order, a label only by chance.
            if fold(label.text) <= fold(column.cells[0].text):
                return -0.3, "same_kind_below"
            points, reason = points + 0.4, "breaks_order"
    shape, count = Counter(cell.shape for cell in column.cells).most_common(1)[0]
    if n >= 3 and count >= 0.8 * n:
        if label.shape != shape:
            # Where some cells below are made otherwise too, a further row may be.
            points, reason = points + 0.4 * (1 - 3 * (1 - count / n)), reason or "shape_changes"
        elif kind == "code":
            points -= 0.6
        elif n >= 4 and not read_label(label.text).roles:
            # "Ada Berg" over names of two words is one of them; "Line manager" is not, nor is "Name" over single words.
            points, reason = points - (0.4 if " " in shape else _LIKE_WORDS), reason or "same_shape_below"
    elif kind == "code" and share >= 0.7 and label.kind != "code":
        points, reason = points + 0.4, reason or "shape_changes"
    lengths = {len(cell.text) for cell in column.cells}
    if n >= 4 and len(lengths) == 1 and len(label.text) not in lengths:
        points, reason = points + 0.3, reason or "shape_changes"
    if n >= 6 and sum(count == 1 for count in column.texts.values()) <= _NEW_VALUES * n:
        points, reason = points + 0.35, reason or "values_repeat_below"
    if kind == "prose" and share >= 0.5 and label.kind != "prose":
        points, reason = points + 0.3, reason or "shape_changes"
    if "_" in label.text:
        keys = sum("_" in cell.text for cell in column.cells)
        points += 0.15 if keys < 0.5 * n else -0.15  # programs write so both labels and keys
    return max(-1.0, min(1.0, points + 0.03)), reason


def _begins_alike(label: Cell, column: Column) -> bool:
    """Whether a text of several words begins with the word that nearly every text below it begins with."""
    word, _, rest = label.text.partition(" ")
    alike = sum(cell.text.startswith(word + " ") for cell in column.cells)
    return bool(rest) and len(column.cells) >= 4 and alike >= 0.8 * len(column.cells)


def _sorted(column: Column) -> bool:
    """Whether the texts stand in alphabetical order."""
    different = list(column.texts)  # as they come first, so most columns need no second look
    if len(different) < _SORTED or different != sorted(different):
        return False
    texts = [fold(cell.text) for cell in column.cells]
    return texts == sorted(texts)


def _one_of(label: Cell, column: Column) -> bool:
    """Whether a text is made as every text below it is: a code of the same length and shape, or one that begins alike."""
    texts = [cell.text for cell in column.cells]
    if len(texts) < 4 or any(cell.kind not in ("text", "code") or " " in cell.text for cell in (label, *column.cells)):
        return False
    if all(len(cell.text) == len(label.text) and cell.shape == label.shape for cell in column.cells):
        return True
    # What all begin with is often their label as well (Team over Team-1), but then it is no longer by the same count.
    prefix = os.path.commonprefix([*texts, label.text])  # noqa: RUF071 (characters are what is meant, not paths)
    return len(prefix) >= 3 and not prefix[-1].isalnum() and len(label.text) in {len(text) for text in texts}


def known_word(text: str, known: frozenset[str]) -> float:
    """How surely a text is a label because of its words."""
    if len(text) > 120:
        return 0.0
    reading = read_label(text)
    if reading.key in known:
        return 0.7
    if not reading.pieces or not reading.has(*_LABEL_ROLES):
        return 0.0
    if reading.unknown == 0:
        return 0.6 if reading.whole & _LABEL_ROLES or len(reading.pieces) <= 3 else 0.4
    return 0.2 if reading.unknown == 1 else 0.0
