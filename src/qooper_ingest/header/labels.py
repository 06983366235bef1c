"""What one cell over its column says for or against being its label.

For it: the kind or the shape changes below, values repeat that it is not among, it breaks their order, its words are those of
labels. Against it: it is made as every cell below it is, comes again, or stands in its place in their order. How much each of
these weighs is said in ``signals.py``; here they are only seen.
"""

from __future__ import annotations

import os.path
from collections import Counter
from typing import Final

from ..words import read_label
from .lines import VALUES, Cell, Column

__all__ = ["known_word", "label_facts"]

#: So many different texts in alphabetical order are no chance (one in 720).
_SORTED: Final = 6

#: Values that occur once tell how often a further row brings a new one (the Good-Turing estimate): where that is rare, a
#: text that occurs nowhere below is a label.
_NEW_VALUES: Final = 0.2

#: A column of which so many cells are values is one of values; of so many, a mixed one.
_VALUES_FROM: Final = 0.6
_MIXED_FROM: Final = 0.3

#: A text over so many texts is the label of something else than of the values further down.
_LATER: Final = 3

#: A word of so few letters over words made as it is may be a code: "no" is a number sign, and Norway.
_SHORT: Final = 3

#: Strength of a label's words (`known_word`) from which they are known, and from which some of them are.
_KNOWN: Final = 0.6
_PARTLY: Final = 0.2

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


def label_facts(label: Cell, column: Column, known: frozenset[str], sequence: bool) -> list[str]:
    """Name what a cell over its column says: the facts that ``signals.py`` weighs, most telling first."""
    kind, share = column.main
    if sequence:
        return ["sequence" if kind == "number" and share >= 0.5 else "sequence_over_texts"]
    if label.kind in VALUES and label.kind == kind and share >= 0.5:
        return ["same_kind_below"]
    if label.kind in VALUES and label.kind != "truth":  # "x", "y" and "n" are names of columns too
        return ["value_in_row"]
    if label.key in column.texts:
        return ["value_comes_again"]
    word = 0.0 if len(label.text) <= _SHORT and _one_of(label, column) else known_word(label.text, known)
    facts = ["known_words"] if word >= _KNOWN else []
    values = column.values
    if values >= _VALUES_FROM:
        return [_change(column), *facts]
    if values >= _MIXED_FROM:
        return ["kinds_change_partly", *facts]
    return [*facts, *_facts_over_texts(label, column, word >= _PARTLY)]


def _change(column: Column) -> str:
    """Whether the values begin right below. Of stacked labels the upper ones stand over texts too."""
    until = next((at for at, cell in enumerate(column.cells) if cell.kind in VALUES), len(column.cells))
    return "kinds_change" if until == 0 else "change_comes_later" if until >= _LATER else "kinds_change_below_texts"


def _facts_over_texts(label: Cell, column: Column, worded: bool) -> list[str]:
    cells, n = column.cells, len(column.cells)
    kind, share = column.main
    facts = [] if worded else _likeness(label, column)
    shape, count = Counter([cell.shape for cell in cells]).most_common(1)[0]
    if n >= 3 and count >= 0.8 * n:
        if label.shape != shape:
            # Where some cells below are made otherwise too, a further row may be.
            facts.append("shape_changes" if count == n else "shape_changes_mostly")
        elif kind == "code":
            facts.append("same_code_below")
        elif n >= 4 and not read_label(label.text).roles:
            # "Ada Berg" over names of two words is one of them, "Line manager" is not; over single words it is less sure.
            facts.append("same_words_below" if " " in shape else "same_shape_below")
    lengths = {len(cell.text) for cell in cells}
    if n >= 4 and len(lengths) == 1 and len(label.text) not in lengths:
        facts.append("length_changes")
    if n >= 6 and sum(times == 1 for times in column.texts.values()) <= _NEW_VALUES * n:
        facts.append("values_repeat_below")
    if kind == "prose" and share >= 0.5 and label.kind != "prose":
        facts.append("prose_below")
    if "_" in label.text:
        # Programs write so both labels and keys.
        facts.append("key_over_words" if 2 * sum("_" in cell.text for cell in cells) < n else "key_over_keys")
    if 2 * sum(len(cell.text) for cell in cells) < n * len(label.text):
        facts.append("longer_than_below")
    return facts


def _likeness(label: Cell, column: Column) -> list[str]:
    """How a text whose words are of no label fits among the texts below it."""
    facts = []
    if _one_of(label, column) or _begins_alike(label, column):
        facts.append("made_as_below")
    if _is_sorted(column) and label.key <= column.cells[0].key:
        facts.append("in_order")  # a value stands in its place in the order, a label only by chance
    return facts


def _begins_alike(label: Cell, column: Column) -> bool:
    """Whether a text of several words begins with the word that nearly every text below it begins with."""
    word, _, rest = label.text.partition(" ")
    alike = sum(cell.text.startswith(word + " ") for cell in column.cells)
    return bool(rest) and len(column.cells) >= 4 and alike >= 0.8 * len(column.cells)


def _is_sorted(column: Column) -> bool:
    """Whether the texts stand in alphabetical order."""
    if len(column.texts) < _SORTED:
        return False
    keys = [cell.key for cell in column.cells]
    return keys == sorted(keys)


def _one_of(label: Cell, column: Column) -> bool:
    """Whether a text is made as every text below it is: a code of the same length and shape, or one that begins alike."""
    texts = [cell.text for cell in column.cells]
    if len(texts) < 4 or any(
        cell.kind not in ("text", "code", "truth") or " " in cell.text for cell in (label, *column.cells)
    ):
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
