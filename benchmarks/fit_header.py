"""Fit the weights of header detection (``src/qooper_ingest/header/signals.py``) on labelled sheets.

    PYTHONPATH=src:tests python benchmarks/fit_header.py labelled.jsonl [--write]

A line of the file is a sheet: ``{"group": "owner/name", "half": "A", "right": [3], "rows": [[1, "cell", null], [2, …]]}``. ``right`` are the
rows that name the columns (0: there is none; several where a person may take either), ``rows`` begin with their number. Groups
(repositories) are never divided between fitting and measuring: sheets of half ``A`` are fitted on, with the invented sheets of the
tests and generated tables; those of half ``B`` are only measured. The sheets themselves stay outside the repository.

The model is a multinomial logistic one over the choices of a sheet with a ridge penalty. Its strength and the temperature of the scores
are chosen by five-fold cross-validation over the groups of half A. Printed: shares right, the calibration, and the weights by name;
with ``--write`` they are put into the table.
"""

from __future__ import annotations

import json
import random
import re
import sys
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from score_header import FIRST, LAST
from score_header import sheet as generated

from header_sheets import SHEETS
from header_sheets import rows as sheet_rows
from qooper_ingest.header import signals
from qooper_ingest.header.choices import measure_choices
from qooper_ingest.header.lines import body_of, first_lines
from qooper_ingest.header.stacking import stack_of
from qooper_ingest.workbook import Workbook

TABLE = Path(__file__).resolve().parent.parent / "src" / "qooper_ingest" / "header" / "signals.py"
ROW = [signal.name for signal in signals.ROW_SIGNALS]
NONE = [signal.name for signal in signals.NONE_SIGNALS]

#: A repository counts as at most so many sheets; an invented or generated sheet counts for little.
MOST_OF_A_GROUP, INVENTED, GENERATED, GENERATED_SHEETS = 4.0, 0.5, 0.15, 400


#: What may only speak for a header, and what only against one: data are too few to find the opposite.
FOR = {"as_full_as_the_table", "names_a_list_of_two", "known_words", "kinds_change", "sequence",
       "known_label", "shape_changes", "shape_changes_mostly", "length_changes",
       "values_repeat_below", "key_over_words", "known_words_above_nothing", "after_a_blank_row", "said_again_below",
       "label_value_pairs", "labels_with_colons", "data_from_the_start", "values_from_the_start"}  # fmt: skip
AGAINST = {"one_cell_over_two_columns", "one_cell_over_columns", "narrow_in_a_wide_sheet", "parameter_with_colon",
           "dated", "column_letters", "change_comes_later", "same_kind_below", "any_same_kind_below",
           "value_comes_again", "any_value_comes_again", "same_code_below", "same_words_below", "same_shape_below", "made_as_below",
           "in_order", "key_over_keys", "nothing_sets_it_apart", "rows_like_it_above", "many_rows_like_it_above", "rows_like_it_before", "wider_rows_follow",
           }  # fmt: skip


@dataclass
class Sheet:
    group: str
    half: str
    weight: float
    features: np.ndarray[Any, Any]  # choices × signals, "no header" last
    right: np.ndarray[Any, Any]


def measured(rows: list[list[Any]], right: set[int], group: str, half: str, weight: float) -> Sheet:
    lines = first_lines(Workbook.of_rows(rows).sheet())
    found, none = measure_choices(lines, frozenset())
    features = np.zeros((len(found) + 1, len(ROW) + len(NONE)))
    for at, (_, values) in enumerate(found):
        features[at, : len(ROW)] = [values[name] for name in ROW]
    features[-1, len(ROW) :] = [none[name] for name in NONE]
    # Rows of one stack are one answer.
    good = [bool(right & set(stack_of(lines, at, body_of(lines, at)))) for at, _ in found]
    return Sheet(group, half, weight, features, np.array([*good, 0 in right]))


def grid_of(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows that begin with their numbers as a grid with its blank rows."""
    grid: list[list[Any]] = []
    for number, *cells in rows:
        if number - len(grid) < 300:
            grid.extend([None] for _ in range(number - len(grid) - 1))
        grid.append(cells)
    return grid


def load(path: str) -> list[Sheet]:
    labelled = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").split("\n") if line]
    size = Counter(one["group"] for one in labelled)
    sheets = [
        measured(
            grid_of(one["rows"]),
            set(one["right"]),
            one["group"],
            one["half"],
            min(1.0, MOST_OF_A_GROUP / size[one["group"]]),
        )
        for one in labelled
    ]
    for name, right, text in SHEETS:
        rights = {r or 0 for r in (right if isinstance(right, tuple) else (right,))}
        sheets.append(measured(sheet_rows(text), rights, name, "invented", INVENTED))
    chance = random.Random(11)
    for at in range(GENERATED_SHEETS):
        _, rows, true = generated(chance)
        if true and chance.random() < 0.15:
            rows = rows[:true]  # a form that nobody has filled in
        sheets.append(measured(rows, {true or 0}, f"generated {at}", "generated", GENERATED))
        rows, true = people(chance)
        sheets.append(measured(rows, {true}, f"people {at}", "generated", GENERATED))
    return [sheet for sheet in sheets if sheet.right.any()]


def people(chance: random.Random) -> tuple[list[list[Any]], int]:
    """A list of people in words only, with labels or without: what strangers' data hold few of and participant files are."""
    unit, town, role = (
        chance.sample(many, chance.randint(2, 5))
        for many in (
            ["Sales", "Finance", "HR", "Legal", "IT", "R&D", "Support", "Marketing"],
            ["Leeds", "Gent", "Porto", "Bonn", "Kraków", "São Paulo", "Turin", "Oslo"],
            ["Mentor", "Mentee", "Coach", "Guest", "Board member", "Student"],
        )
    )
    names = [(chance.choice(FIRST), chance.choice(LAST)) for _ in range(chance.choice([3, 5, 8, 15, 40]))]
    if chance.random() < 0.4:
        names.sort(key=lambda name: name[chance.random() < 0.5])
    kinds = {
        ("First name", "Vorname", "Prénom", "Given", "fname"): lambda name: name[0],
        ("Last name", "Nachname", "Nom", "Family", "lname"): lambda name: name[1],
        ("Name", "Full name", "Who", "Participant", "Teilnehmer"): lambda name: " ".join(name),
        ("Person", "Name", "Member"): lambda name: f"{name[1]}, {name[0]}",
        ("Department", "Abteilung", "Unit", "Team", "Service"): lambda _: chance.choice(unit),
        ("Town", "Ort", "City", "Where", "Standort"): lambda _: chance.choice(town),
        ("Role", "Wants to be", "Rolle", "Funktion", "as"): lambda _: chance.choice(role),
    }
    kinds |= {
        ("Code", "Kennung", "Ref", "Key"): lambda _: (
            f"{chance.choice('ABC')}{chance.choice('XYZ')}-{chance.randint(100, 999)}"
        ),
        ("Group", "Klasse", "Cohort", "Wave"): lambda _: f"{chance.choice(unit)[:3]} {chance.randint(1, 9)}",
        ("Land", "Country", "Pays"): lambda _: chance.choice(["NO", "SE", "DE", "FR", "PL", "IT"]),
        ("Ticket", "Guest", "Seat"): lambda _: f"GUEST-{''.join(chance.choices('abcXYZk', k=4))}",
    }
    columns = chance.sample(sorted(kinds), chance.randint(1, 5))
    rows: list[list[Any]] = [[kinds[column](name) for column in columns] for name in names]
    if chance.random() < 0.1:
        rows = rows[: chance.randint(0, 2)]
    if chance.random() < 0.5 and rows:
        return rows, 0
    labels = [chance.choice(column) if chance.random() < 0.7 else nonsense(chance) for column in columns]
    return [labels, *rows], 1


def nonsense(chance: random.Random) -> str:
    """A label of a language that the word list does not know."""
    word = "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(2, 4)))
    return chance.choice([word, word.title(), word.upper(), f"{word} {word[:3]}a"])


def _bounds() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Signals of which the table says on which side they speak keep to it."""
    names = [*ROW, *NONE]
    low = np.array([0.0 if name in FOR else -np.inf for name in names])
    return low, np.array([0.0 if name in AGAINST else np.inf for name in names])


def fit(sheets: list[Sheet], ridge: float, steps: int = 1200) -> np.ndarray[Any, Any]:
    """Weights by gradient descent (Adam) on the weighted mean log loss of the right choices, with a ridge penalty."""
    features = np.concatenate([s.features for s in sheets])
    right = np.concatenate([s.right for s in sheets]).astype(float)
    size = np.array([len(s.right) for s in sheets])
    start = np.concatenate([[0], np.cumsum(size)[:-1]])
    weight = np.array([s.weight for s in sheets])
    weight = weight / weight.sum()
    each = np.repeat(weight, size)
    w = np.zeros(features.shape[1])
    low, high = _bounds()
    mean, square = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, steps + 1):
        z = features @ w
        z -= np.repeat(np.maximum.reduceat(z, start), size)
        e = np.exp(z)
        p = e / np.repeat(np.add.reduceat(e, start), size)
        q = p * right
        q /= np.repeat(np.add.reduceat(q, start), size) + 1e-12
        gradient = features.T @ ((p - q) * each) + ridge * w
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        w -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        w = np.clip(w, low, high)
    return w


def outcomes(sheets: list[Sheet], w: np.ndarray[Any, Any], temperature: float = 1.0) -> list[tuple[float, bool, float]]:
    """Score of the best choice, whether it is right, the score of all right choices."""
    found = []
    for s in sheets:
        z = s.features @ w / temperature
        p = np.exp(z - z.max())
        p /= p.sum()
        best = int(p.argmax())
        found.append(
            (float(p[s.right].sum()) if s.right[best] else float(p[best]), bool(s.right[best]), float(p[s.right].sum()))
        )
    return found


def loss(sheets: list[Sheet], found: list[tuple[float, bool, float]]) -> float:
    total = sum(s.weight for s in sheets)
    return (
        -sum(s.weight * float(np.log(max(right, 1e-6))) for s, (_, _, right) in zip(sheets, found, strict=True)) / total
    )


def cross_validated(sheets: list[Sheet], ridge: float) -> list[tuple[Sheet, np.ndarray[Any, Any]]]:
    """Each sheet of half A with weights that were fitted without its group."""
    found = []
    for fold in range(5):
        folds = [zlib.crc32(s.group.encode()) % 5 if s.half == "A" else -1 for s in sheets]
        out = [s for s, its in zip(sheets, folds, strict=True) if its == fold]
        w = fit([s for s, its in zip(sheets, folds, strict=True) if its != fold and s.half != "B"], ridge, 500)
        found.extend((s, w) for s in out)
    return found


def report(name: str, found: list[tuple[float, bool, float]]) -> None:
    print(f"{name:10} {sum(right for _, right, _ in found) / len(found):.3f} right of {len(found)}")
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.97), (0.97, 1.01)):
        band = [right for score, right, _ in found if low <= score < high]
        if band:
            print(f"    score {low:.2f}–{min(high, 1):.2f}: {sum(band)} of {len(band)} right")


def main() -> None:
    sheets = load(sys.argv[1])
    fitted = [s for s in sheets if s.half != "B"]
    ridges = [0.0007]
    tried = {}
    for ridge in ridges:
        pairs = cross_validated(sheets, ridge)
        for temperature in (0.8, 0.9, 1.0, 1.2):
            found = [outcomes([s], w, temperature)[0] for s, w in pairs]
            tried[ridge, temperature] = (loss([s for s, _ in pairs], found), found)
        print(
            ridge,
            {t: round(tried[ridge, t][0], 4) for r, t in tried if r == ridge},
            sum(f[1] for f in found) / len(found),
        )
    ridge, temperature = min(tried, key=lambda key: tried[key][0])
    print("ridge", ridge, "temperature", temperature)
    report("A, crossed", tried[ridge, temperature][1])
    w = fit(fitted, ridge)
    for half in ("A", "invented", "generated", "B"):
        if not any(s.half == half for s in sheets):
            continue
        report(half, outcomes([s for s in sheets if s.half == half], w, temperature))
    weights = dict(zip([*ROW, *NONE], w.round(2), strict=True))
    print({name: float(value) for name, value in weights.items()})
    if "--write" in sys.argv:
        text = TABLE.read_text(encoding="utf-8")
        for name, value in weights.items():
            text = re.sub(rf'(Signal\("{name}", .*?, )-?\d+\.\d+(, ")', rf"\g<1>{value:.2f}\g<2>", text)
        text = re.sub(r"(_TEMPERATURE: Final = )[\d.]+", rf"\g<1>{temperature}", text)
        TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
