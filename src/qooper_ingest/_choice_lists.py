"""What a workbook that people fill in needs: lists to choose from, and names of sheets, in any language.

Strategy: a list stands on a hidden sheet and a rule refers to it, because a list written into the rule itself ends at 255 characters and
is cut at commas. What can be chosen must read back: words of a language that this library does not read as answers are not offered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from ._grid import column_letter
from ._text import fold
from .cells.words import NO_KEYS, YES_KEYS
from .schema import Field, Schema
from .translation import Messages, messages

__all__ = ["answers_of", "list_rule", "sheet_names"]

#: What a spreadsheet allows in the name of a sheet, and in the title and the text of a message beside a cell.
_SHEET_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED: Final = frozenset({"history"})
_RULE_TITLE: Final = 32
_RULE_TEXT: Final = 255


def list_rule(
    lists: Any,
    name: str,
    position: int,
    answers: Sequence[str],
    words: Messages,
    /,
    *,
    strict: bool = True,
    cell_format: Any = None,
) -> dict[str, Any]:
    """Write a list to choose from into a column of the hidden sheet, and give the rule that refers to it.

    Args:
        lists: The hidden sheet.
        name: Its name.
        position: The column, from 0.
        answers: What may be chosen.
        words: The language.
        strict: Whether anything else is refused, or only remarked upon.
        cell_format: Of the cells of the list.
    """
    for row, answer in enumerate(answers):
        lists.write_string(row, position, answer, cell_format)
    column = column_letter(position)
    plain = name.isascii() and name.isalpha()
    quoted = name if plain else "'" + name.replace("'", "''") + "'"
    return {
        "validate": "list",
        "source": f"={quoted}!${column}$1:${column}${len(answers)}",
        "error_type": "stop" if strict else "information",
        "error_title": words["list.unknown"][:_RULE_TITLE],
        "error_message": words["list.choose"][:_RULE_TEXT],
    }


def answers_of(field: Field, schema: Schema, words: Messages, /) -> list[str]:
    """What may be chosen for a question. Yes and no are said in the language where they are read back in it."""
    if field.role == "status":
        return list(schema.status_words)
    if field.type == "boolean":
        yes, no = words["answer.yes"], words["answer.no"]
        known = fold(yes) in YES_KEYS and fold(no) in NO_KEYS
        return [yes, no] if known else [messages("en")["answer.yes"], messages("en")["answer.no"]]
    return [option.label or option.value for option in field.options]


def sheet_names(*names: str) -> list[str]:
    """Names as a spreadsheet allows them: up to 31 characters, none of ``[]:*?/\\`` and no two the same."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        plain = _FORBIDDEN.sub(" ", name).strip(" '")[:_SHEET_NAME].strip(" '")
        taken = not plain or plain.casefold() in {one.casefold() for one in found} | _RESERVED
        found.append(f"{plain[: _SHEET_NAME - 2]} {number}".strip() if taken else plain)
    return found
