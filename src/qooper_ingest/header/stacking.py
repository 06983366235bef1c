"""Rows that make up the header together: groups above the labels, units, keys or translations below them, the same labels once
more. A title that was cut at its commas is none of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .facts import DATED
from .lines import VALUES, Column, Line, columns_of, plain_number, same_line

__all__ = ["naming_row", "stack_of"]

#: A field of a mail merge or of a template, by the marks that programs set around it.
_MERGE_FIELD: Final = re.compile(r"\{\{.*\}\}|\$\{.*\}|<<.*>>|«.*»")


def stack_of(lines: Sequence[Line], at: int, body: Sequence[Line]) -> tuple[int, ...]:
    """The rows that make up the header with the row ``at``: groups above it, units or keys below it."""
    rows = [lines[at].row]
    if _says_nothing(lines[at]):
        return tuple(rows)
    for offset in range(1, min(3, len(body))):
        below = body[offset - 1]
        again = below.row == rows[-1] + 1 and same_line(lines[at], below)  # the same labels once more
        rest = [line for line in body[offset:] if not same_line(lines[at], line)]
        if not again and (_is_title(lines[at], below) or not _names_below(lines[at], below, rows[-1], rest)):
            break
        rows.append(below.row)
    # Columns that the row leaves unnamed are named by a row above it, where cells are merged downwards beside a group.
    unnamed = set(columns_of([line for line in body if line.row > rows[-1]])) - set(lines[at].cells)
    upper: list[int] = []
    for offset in range(1, min(3, at + 1)):
        above = lines[at - offset]
        if above.row != lines[at].row - offset or _is_title(above, lines[at]) or _says_nothing(above):
            break
        groups = _groups(above, lines[at])
        if not groups and not (unnamed & above.cells.keys() and _may_name(above)):
            break
        upper.insert(0, above.row)
        if unnamed <= above.cells.keys() or groups:
            rows, upper = [*upper, *rows], []
        unnamed -= above.cells.keys()
    return tuple(rows)


def _says_nothing(line: Line) -> bool:
    """Whether a row has one text in all its cells, as a title in a merged range, or counts its columns: 1, 2, 3 or A, B, C."""
    texts = [line.cells[at].text.upper() for at in sorted(line.cells)]
    if len(texts) < 2:
        return False
    letters = [chr(ord("A") + at) for at in range(len(texts))]
    return len(set(texts)) == 1 or texts == letters or texts == [str(at + 1) for at in range(len(texts))]


def _counts_columns(line: Line) -> bool:
    """Whether a row counts the columns from 0 or 1, says ``Unnamed: 0`` of them as pandas writes, or has the fields of a mail merge
    for them (``{{student}}``): their names are another row's."""
    texts = [line.cells[at].text for at in sorted(line.cells)]
    numbers = [plain_number(text) for text in texts]
    counted = numbers[0] in (0, 1) and numbers == [(numbers[0] or 0) + step for step in range(len(texts))]
    return counted or all(text.startswith("Unnamed: ") or _MERGE_FIELD.fullmatch(text) for text in texts)


def naming_row(lines: Sequence[Line], rows: Sequence[int], at: int) -> int:
    """The row of a stack whose cells name the columns.

    Groups leave columns out or come again, so the row below them names; units, keys and hints stand below a row that names every
    column with a text of its own. Where no row of the stack does, it is the fullest, of several the last.
    """
    if len(rows) < 2:
        return lines[at].row
    stack = [line for line in lines if line.row in rows]
    most = max(len(line.cells) for line in stack)
    full = [line for line in stack if len(line.cells) >= 0.9 * most]
    full = [line for line in full if not _counts_columns(line)] or full
    distinct = [line for line in full if len({cell.key for cell in line.cells.values()}) >= 0.9 * len(line.cells)]
    return distinct[0].row if distinct else full[-1].row


def _is_title(line: Line, below: Line) -> bool:
    """Whether a row is a title that fell into several cells at its commas, above the labels: it tells a day, and the row right
    below it has a short text for each of its cells, no two the same."""
    labels = [cell.text for cell in below.cells.values()]
    if below.row != line.row + 1 or len(labels) < 2 or not any(DATED.search(c.text) for c in line.cells.values()):
        return False
    if any(cell.kind in VALUES or len(cell.text) > 40 or DATED.search(cell.text) for cell in below.cells.values()):
        return False
    return len(set(labels)) == len(labels) and 2 * len(set(below.cells) & set(line.cells)) > len(line.cells)


def _may_name(line: Line) -> bool:
    """Whether the cells of a row may be labels: several, no values, and no parameters with colons."""
    colons = sum(cell.text.endswith(":") for cell in line.cells.values())
    return (
        len(line.cells) >= 2
        and 2 * colons <= len(line.cells)
        and all(c.kind not in VALUES for c in line.cells.values())
    )


def _names_below(header: Line, line: Line, last: int, rest: Sequence[Line]) -> bool:
    """Whether the row under the header still names columns.

    It is text only, and either stands as text over the values of the rest (units, keys, translations), or it is blank
    where every other row has a value (the answers to choose from, under a survey's questions).
    """
    columns = columns_of(rest)
    years = _years_over_values(line, columns)
    if line.row != last + 1 or not rest or any(c.kind in VALUES and p not in years for p, c in line.cells.items()):
        return False
    if all(cell.kind == "blank" for cell in line.cells.values()):
        return False
    if any(at in columns and cell.key in columns[at].texts for at, cell in line.cells.items()):
        return False
    if any(_holds_value(cell.text) for cell in line.cells.values()):
        return False
    if not set(line.cells) <= set(header.cells) | set(columns):
        return False
    values = [at for at, column in columns.items() if column.values >= 0.7]
    over = [at for at in values if at in line.cells]
    if not over:
        full = [at for at in values if len(columns[at].cells) == len(rest)]
        return len(full) >= 2 and len(rest) >= 3 and len(line.cells) >= 2
    if len(rest) < 2 and len(over) < 2:
        return False
    sparse = len(line.cells) < 0.5 * len(header.cells)
    return len(over) >= (1 if sparse else 0.6 * len(values))


def _holds_value(text: str) -> bool:
    """Whether a text has an address in it or a string of figures: what is left of a row of data that lost its delimiters.
    Two years (2023-2024) are a label."""
    figures = sum(character.isdigit() for character in text)
    return "@" in text or (figures > 8 and figures > sum(character.isalpha() for character in text))


def _years_over_values(line: Line, columns: dict[int, Column]) -> frozenset[int]:
    """Positions of years over numbers that are none: the second row of a header whose first says what is counted."""
    found = {at for at, cell in line.cells.items() if cell.kind == "number" and _is_year(cell.text)}
    if len(found) < 2 or any(sum(map(_is_year, columns[at].texts)) for at in found if at in columns):
        return frozenset()
    return frozenset(found)


def _is_year(text: str) -> bool:
    number = plain_number(text)
    return number is not None and 1900 <= number <= 2100


def _groups(line: Line, header: Line) -> bool:
    """Whether the row above the header names groups of its columns."""
    if len(line.cells) < 2 or any(c.kind not in ("text", "code") or c.text.endswith(":") for c in line.cells.values()):
        return False
    if len({cell.text for cell in line.cells.values()}) < 2:
        return False  # a title that stands in every cell of a merged range
    if not set(line.cells) <= set(header.cells) or len(line.cells) >= len(header.cells):
        return (
            len(line.cells) >= 0.8 * len(header.cells) and len(line.cells) > 2 and set(line.cells) <= set(header.cells)
        )
    places = sorted(line.cells)
    ends = [*places[1:], max(header.cells) + 1]
    spans = [end - start for start, end in zip(places, ends, strict=True)]
    return max(spans) >= 2
