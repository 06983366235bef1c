"""What an unknown answer may have been meant to be: told in the issue, and left to a person.

A near option, the start of an HTML entity that the separator cut, a date that a spreadsheet made of the answer, or another
separator that would read it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from .._text import fold, trim
from .vocabulary import Vocabulary, shown_separator

__all__ = ["hints_for", "nearest"]

#: Pairs of an unknown piece and an option that are compared for a suggestion; beyond it no suggestion is made.
#: A pair costs some microseconds, and nobody reads ten thousand suggestions.
_SUGGESTION_PAIRS: Final = 40_000

#: Ratio of `difflib` from which an option is called near.
_NEAR: Final = 0.7

#: Longer texts are compared by nobody.
_NEAR_LENGTH: Final = 100

#: Separators that a hint names where one of them would read an unknown piece.
_HINTED: Final = tuple(";,|\n、；，/+")

_ENTITY: Final = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6})$", re.IGNORECASE)

_SHEET_DATE: Final = re.compile(r"\d{1,2}[-. ][^\W\d]{3,5}\.?|[^\W\d]{3,5}[-. ]\d{2,4}|\d{4}-\d{2}-\d{2}( 00:00:00)?")


def hints_for(unknown: pl.DataFrame, vocabulary: Vocabulary, core: str | None) -> pl.DataFrame:
    """For the most frequent distinct unknown pieces, what they may be: ``text`` and ``detail``."""
    limit = max(1, _SUGGESTION_PAIRS // max(1, len(vocabulary.exact)))
    texts = unknown.group_by("text").len().sort(["len", "text"], descending=[True, False]).head(limit)["text"].to_list()
    names = {key: vocabulary.label(number) for key, number in vocabulary.folded.items() if number >= 0}
    others = {separator: Vocabulary.of(vocabulary.options, core=separator) for separator in _HINTED}
    return pl.DataFrame(
        {"text": texts, "detail": [_hint(text, names, others, core) for text in texts]},
        schema={"text": pl.String, "detail": pl.String},
    )


def _hint(text: str, names: Mapping[str, str], others: Mapping[str, Vocabulary | None], core: str | None) -> str:
    for separator, vocabulary in others.items():
        if separator != core and separator in text and vocabulary is not None:
            pieces = [trim(piece) for piece in text.split(separator)]
            if len(pieces) > 1 and all(vocabulary.find(piece) >= 0 for piece in pieces if piece):
                return f"the separator {shown_separator(separator)} would read it"
    if core == ";" and _ENTITY.search(text):
        return "an HTML entity brings a separator of its own"
    key = fold(text)
    if text.isascii() and text.isdigit():
        for name, label in names.items():
            if name.isascii() and name.isdigit() and name.lstrip("0") == key.lstrip("0"):
                return f"nearest: {label}"
    if _SHEET_DATE.fullmatch(text) and not any(_SHEET_DATE.fullmatch(name) for name in names):
        return "a spreadsheet may have made a date of it"
    near = nearest(key, names)
    return f"nearest: {near}" if near is not None else "no option is near"


def nearest(key: str, names: Mapping[str, str], /) -> str | None:
    """The label whose key is nearest to a key: a suggestion for a person, never a match."""
    if not key or len(key) > _NEAR_LENGTH:
        return None
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    best, label = _NEAR, None
    for name, shown in names.items():
        if len(name) > _NEAR_LENGTH:
            continue
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best and (ratio := matcher.ratio()) >= best:
            if ratio == best and label is not None:
                continue
            best, label = ratio, shown
    return label
