"""Score mapping proposals, from header rows alone and with cells.

    python benchmarks/score_mapping.py [file.json ...]
    python benchmarks/score_mapping.py --tables
    python benchmarks/score_mapping.py --exports file.json ...

Without a file: the rows of `mapping_rows.py`. With files: rows as in ``tests/cases/header_rows.json``. Printed: wrong
answers, share right per field and per language, precision of what is proposed, and how often a proposal is right per
confidence and per score band (calibration). With ``--tables``: the tables of `tests/mapping_tables.py`, by their labels alone and
with their cells, and what the cells made right and wrong. With ``--exports``: small tables with rows and right answers
(``name``, ``rows``, ``expect``: field → label or null, ``acceptable``: field → further labels or null, ``header_rows``).
An export is right where every field of ``expect`` is; a wrong binding with the confidence ``suggest`` is counted by itself,
a field that is not in ``expect`` included where the binding is ``suggest``.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

from mapping_rows import ROWS

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from mapping_tables import TABLES, make
from qooper_ingest.mapping import suggest_mapping
from qooper_ingest.schema import Field, Schema
from qooper_ingest.workbook import Workbook

SCHEMA = Schema.participants(
    Field(key="department", label="Department"),
    Field(key="title", label="Job title"),
    Field(key="location", label="Location", type="location"),
    Field(key="manager", label="Manager"),
    Field(key="start_date", label="Start date", type="date"),
)
KEYS = {"user_id": "id", "email": "email", "status": "status", "first_name": "first_name", "last_name": "last_name",
        "department": "department", "title": "title", "location": "location", "manager": "manager", "start_date": "start_date"}  # fmt: skip
IDENTITY = ("user_id", "email", "status")

Row = tuple[str, str, list[str], dict[str, list[int | None]]]


def own_rows() -> list[Row]:
    rows: list[Row] = []
    for language, source, text, *answers in ROWS:
        labels = text.split("|")
        right = {
            key: [
                None if one is None else labels.index(one)
                for one in (answer if isinstance(answer, tuple) else (answer,))
            ]
            for key, answer in zip(IDENTITY, answers, strict=True)
        }
        rows.append((language, source, labels, right))
    return rows


def case_rows(path: str) -> list[Row]:
    return [
        (c["language"], c["id"], c["headers"], {k: [c["labels"][k], *c["acceptable"].get(k, [])] for k in KEYS})
        for c in json.loads(Path(path).read_text(encoding="utf-8"))
    ]


def tables() -> None:
    """Every table twice: its labels alone, and with its cells."""
    fields: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    changed: list[str] = []
    for name, header, kinds, *answers in TABLES:
        rows = make(header, kinds)
        sheet = Workbook.of_rows(rows).sheet()
        whole = sheet.table(header_row=1) if header is not None else sheet.table()
        bare = Workbook.of_rows(rows[:1]).sheet().table(header_row=1) if header is not None else None
        with_cells, alone = suggest_mapping(whole, SCHEMA), None if bare is None else suggest_mapping(bare, SCHEMA)
        good = [0, 0]
        for key, answer in zip(("id", "email", "status"), answers, strict=True):
            right = answer if isinstance(answer, tuple) else (answer,)
            before = None if alone is None else alone.column_of(key)
            after = with_cells.column_of(key)
            good[0] += before in right
            good[1] += after in right
            if after not in right:
                binding = with_cells.binding(key)
                assert binding is not None
                changed.append(f"{name}: {key} is {after}, not {right} {binding.score} {binding.reasons}")
                if before in right:
                    changed[-1] += "; WRONG BY CELLS"
            elif before not in right:
                changed.append(f"{name}: {key} is {after}, labels alone said {before}")
        for at, way in enumerate(("labels alone", "with cells")):
            fields[way][0] += good[at] == len(answers)
            fields[way][1] += 1
    print("\n".join(changed))
    print("user ID, e-mail and status all right:  " + "  ".join(f"{k} {a}/{b}" for k, (a, b) in fields.items()))


def exports(paths: list[str]) -> None:
    """Small exports of systems, with their cells."""
    schema = Schema.participants()
    right_sets = sets = sure_wrong = sure = asked = asked_right = 0
    for case in (case for path in paths for case in json.loads(Path(path).read_text(encoding="utf-8"))):
        sheet = Workbook.of_rows(case["rows"]).sheet()
        mapping = suggest_mapping(sheet.table(header_rows=case.get("header_rows") or [1]), schema)
        misses = []
        for field in schema.fields:
            binding = mapping.binding(field.key)
            assert binding is not None
            answers = [case["expect"].get(field.key), *case.get("acceptable", {}).get(field.key, [])]
            good = binding.label in answers
            judged = field.key in case["expect"]
            if binding.confidence == "suggest" and binding.column is not None:
                sure += 1
                sure_wrong += not good
            elif binding.column is not None and judged:
                asked += 1
                asked_right += good
            if not good and (judged or binding.confidence == "suggest"):
                misses.append((judged, f"{field.key} is {binding.label!r} ({binding.confidence} {binding.score} {binding.reasons}), "
                                       f"not {answers}"))  # fmt: skip
        sets += 1
        right_sets += not any(judged for judged, _ in misses)
        for _, text in misses:
            print(f"{case['name']}: {text}")
    print(
        f"all right {right_sets}/{sets}; suggested wrongly {sure_wrong} of {sure}; asked and right {asked_right} of {asked}"
    )


def headers() -> None:
    rows = [row for path in sys.argv[1:] for row in case_rows(path)] or own_rows()
    fields: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    languages: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    proposals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    wanted = found = 0
    for language, source, labels, right in rows:
        mapping = suggest_mapping(Workbook.of_rows([labels]).sheet().table(header_row=1), SCHEMA)
        all_right = True
        for name, answers in right.items():
            binding = mapping.binding(KEYS[name])
            assert binding is not None
            column = None if binding.part else binding.column
            good = column in answers
            fields[name][0] += good
            fields[name][1] += 1
            if name in IDENTITY:
                all_right &= good
                wanted += None not in answers
                found += None not in answers and good
                if column is not None:
                    for key in ("all", binding.confidence, f"{int(binding.score * 10) / 10:.1f}+"):
                        proposals[key][0] += good
                        proposals[key][1] += 1
            if not good:
                told = [labels[a] if a is not None else None for a in answers]
                first = binding.candidates[0] if binding.candidates else None
                best = "" if binding.label or not first else f"; best {first.label} {first.score} {first.reasons}"
                print(
                    f"{language} {source}: {name} is {binding.label} {binding.score} {binding.reasons}, not {told}{best}"
                )
        for key in (language, "all", "not en" if language != "en" else "en only"):
            languages[key][0] += all_right
            languages[key][1] += 1
    print("user ID, e-mail and status all right, by language:")
    print("  " + "  ".join(f"{k} {a / b:.2f}/{b}" for k, (a, b) in sorted(languages.items(), key=lambda i: -i[1][1])))
    print("by field:  " + "  ".join(f"{k} {a / b:.3f}" for k, (a, b) in fields.items()))
    print(f"recall {found / max(1, wanted):.3f}; right by confidence and score:")
    print("  " + "  ".join(f"{k} {a / b:.3f}/{b}" for k, (a, b) in sorted(proposals.items())))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--exports"]:
        exports(sys.argv[2:])
    elif sys.argv[1:] == ["--tables"]:
        tables()
    else:
        headers()
