"""How much one row looks like the header of the rows below it: what its cells say, how many of the columns it names, how it stands
among the rows above and below."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence

from .._text import fold
from .labels import column_evidence, known_word
from .lines import VALUES, Cell, Column, Line, body_of, columns_of, plain_number, same_line

__all__ = ["judge", "label_value_pairs"]


def judge(lines: Sequence[Line], at: int, known: frozenset[str], wide: int) -> tuple[float, tuple[str, ...], float]:
    """Score of one row as a header, the reasons, and how much of the table's columns it covers."""
    line = lines[at]
    cells = {place: cell for place, cell in line.cells.items() if cell.kind != "blank"}
    below = body_of(lines, at)
    others = [under for under in below if not same_line(line, under)]
    body = (
        others if 2 * len(others) >= len(below) else below
    )  # rows that are all alike are rows, and no labels said again
    columns = columns_of(body)
    if not cells:
        return 0.0, (), 0.0
    if not columns:
        alone = at == 0 or (len(cells) >= wide and all(len(other.cells) < 0.7 * len(cells) for other in lines[:at]))
        return _judge_alone(cells, known) if alone else (0.0, (), 0.0)
    for place in [place for place in columns if place not in line.cells]:
        if len(columns) > 1 and _counts_rows(columns[place]):
            del columns[place]
    sequence = _sequence(cells)
    covered = [place for place in columns if place in cells]
    coverage = len(covered) / len(columns)
    labels = [fold(cell.text) for cell in cells.values()]
    distinct = len(set(labels)) / len(labels)
    texts = sum(cell.kind in ("text", "code") or place in sequence for place, cell in cells.items()) / len(cells)
    prose = sum(cell.kind == "prose" for cell in cells.values()) / len(cells)
    evidence = [column_evidence(cells[place], columns[place], known, place in sequence) for place in covered]
    change = sum(points for points, _ in evidence) / max(1, len(evidence))
    said = Counter(reason for _, reason in evidence if reason)
    start = _block_start(lines, at)
    like = [sum(place in other.cells for place in columns) >= 0.7 * len(columns) for other in lines[:at]]
    above, before = sum(like[start:]), any(like[:start])
    z = (
        -0.35
        + 2.2 * (coverage - 0.65)
        + 0.9 * (texts + 0.6 * prose - 0.6)
        + 1.5 * (distinct - 0.85)
        + (2.4 if change > 0 else 3.2) * change
        - 0.9 * min(said["same_kind_below"], 2)
        - 0.4 * min(said["value_in_row"], 2)
        - 0.6 * (said["same_shape_below"] > 0 and change <= 0)
        - 0.4 * min(said["value_comes_again"], 3)
        - 1.1 * min(above, 1)
        - 0.3 * max(0, min(above - 1, 6))
        - 0.35 * before
    )
    if any(cell.kind == "email" for cell in cells.values()):
        z -= 1.5
    if len(cells) <= 2 and cells[min(cells)].text.endswith((":", "：")):
        z -= 3.5
    if len(cells) == 1 and len(columns) > 1:
        z -= 2.0 if len(columns) > 2 else 1.2
    if len(cells) > 1 and coverage < 0.6:
        z -= 2.0 * (0.6 - coverage) + 0.3
    if len(cells) <= 2 and (wide >= 3 or _longer_block_follows(lines, at)) and not _names_a_list(cells, body, known):
        z -= 1.2
    if len(body) <= 3 and _wider_follows(lines, at, body):
        z -= 1.2
    if _column_letters(cells):
        z -= 1.5
    reasons = [reason for reason, _ in said.most_common(3)]
    if coverage >= 0.8:
        reasons.insert(0, "covers_columns")
    if above:
        reasons.append("rows_like_it_above")
    return round(1.0 / (1.0 + math.exp(-2.6 * z)), 3), tuple(reasons), coverage


def _block_start(lines: Sequence[Line], at: int) -> int:
    """The first row of the rows that stand together with this one, no blank row between."""
    while at and lines[at - 1].row == lines[at].row - 1:
        at -= 1
    return at


def _counts_rows(column: Column) -> bool:
    """Whether a column holds 0, 1, 2 … or 1, 2, 3 …: it often has no label."""
    numbers = [plain_number(cell.text) for cell in column.cells]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _longer_block_follows(lines: Sequence[Line], at: int) -> bool:
    """Whether a blank row ends the block of this row soon, and more rows than it has come after."""
    end = at
    while end + 1 < len(lines) and lines[end + 1].row == lines[end].row + 1 and end - at < 9:
        end += 1
    return end - at < 9 and len(lines) - end - 1 > 2 * (end - at + 1)


def _wider_follows(lines: Sequence[Line], at: int, body: Sequence[Line]) -> bool:
    """Whether a row far wider stands below the few rows under this one: those were a preamble."""
    last = body[-1].row if body else lines[at].row
    return any(line.row > last and len(line.cells) >= 1.5 * len(lines[at].cells) for line in lines[at + 1 :])


def _column_letters(cells: dict[int, Cell]) -> bool:
    """Whether a row says A, B, C … like the edge of a printed sheet."""
    texts = [cell.text.upper() for _, cell in sorted(cells.items())]
    return len(texts) >= 3 and texts == [chr(ord("A") + at) for at in range(len(texts))]


def _names_a_list(cells: dict[int, Cell], body: Sequence[Line], known: frozenset[str]) -> bool:
    """Whether two cells are labels of a narrow table, and not the first of several labels with a value beside each."""
    if any(known_word(cell.text, known) < 0.6 for cell in cells.values()) or len(cells) != 2 or len(body) < 3:
        return False
    first = min(cells)
    texts = [line.cells[first].text for line in body[:10] if first in line.cells]
    return bool(texts) and sum(known_word(text, known) > 0 for text in texts) < 0.3 * len(texts)


def _judge_alone(cells: dict[int, Cell], known: frozenset[str]) -> tuple[float, tuple[str, ...], float]:
    """A last row has nothing below it: only its words can make it a header."""
    texts = sum(cell.kind in ("text", "code") for cell in cells.values()) / len(cells)
    words = sum(known_word(cell.text, known) > 0 for cell in cells.values()) / len(cells)
    distinct = len({fold(cell.text) for cell in cells.values()}) / len(cells)
    if texts < 0.9 or distinct < 0.9:
        return 0.05, ("no_rows_below",), 0.0
    several = 0.25 if len(cells) > 1 else 0.0
    return (
        round(min(0.95, 0.25 + several + 0.6 * words), 3),
        ("no_rows_below", *(("known_words",) if words else ())),
        0.0,
    )


def _sequence(cells: dict[int, Cell]) -> frozenset[int]:
    """Positions of numbers or dates that go up (or down) evenly along a row: years, months, weeks as labels."""
    found: set[int] = set()
    numbers = [(at, plain_number(cell.text)) for at, cell in sorted(cells.items()) if cell.kind == "number"]
    whole = [(at, number) for at, number in numbers if number is not None]
    if len(whole) >= 2 and len(whole) == len(numbers):
        steps = {b - a for (_, a), (_, b) in itertools.pairwise(whole)}
        years = all(1850 <= number <= 2150 for _, number in whole)
        if (years and (all(step > 0 for step in steps) or all(step < 0 for step in steps))) or (
            len(whole) >= 4 and len(steps) == 1 and abs(next(iter(steps))) in (1, 5, 10)
        ):
            found.update(at for at, _ in whole)
    elif len(numbers) == 1 and len(cells) > 2 and whole and 1900 <= whole[0][1] <= 2100:
        found.add(whole[0][0])
    dates = [(at, cell.text) for at, cell in sorted(cells.items()) if cell.kind == "date"]
    if len(dates) >= 3 and len({text for _, text in dates}) == len(dates) and len(dates) >= 0.4 * len(cells):
        found.update(at for at, _ in dates)
    return frozenset(found)


def label_value_pairs(lines: Sequence[Line], known: frozenset[str]) -> float:
    """How surely the sheet is a list of a label and its value per line."""
    pairs = [line for line in lines if 1 <= len(line.cells) <= 2]
    if len(pairs) < 3 or len(pairs) < 0.9 * len(lines):
        return 0.0
    first = Counter(min(line.cells) for line in pairs).most_common(1)[0][0]
    two = [line for line in pairs if len(line.cells) == 2 and min(line.cells) == first]
    if len(two) < 0.6 * len(pairs) or len(two) < 3:
        return 0.0
    labels = [line.cells[first] for line in two]
    values = [next(cell for at, cell in line.cells.items() if at != first) for line in two]
    if len({fold(cell.text) for cell in labels}) < len(labels) or any(cell.kind in VALUES for cell in labels):
        return 0.0
    colons = sum(cell.text.endswith((":", "：")) for cell in labels) / len(labels)
    words = sum(known_word(cell.text, known) >= 0.4 for cell in labels) / len(labels)
    kinds = len({cell.kind for cell in values})
    if colons >= 0.6 or (words >= 0.6 and (kinds >= 2 or len(two) <= 12)):
        return 0.9
    return 0.0
