"""Compare the readers of xlsx, xlsb and ods with fastexcel on a folder of books, so that the choice can be reconsidered.

Run: ``python tools/compare_engine.py FOLDER [BOOKS]``. Every book is read by each in a process of its own (20 seconds of processor
time, 2 GiB of address space), texts only. Printed are how each process ended, and for the books that both read: sheets whose cells are all the
same, sheets that differ, and in how many cells a padded number, a date, an error, a boolean or anything else makes the difference.
Nothing is judged here: the note in ``docs/spreadsheets.md`` says what the differences mean.
"""

from __future__ import annotations

import json
import random
import re
import resource
import subprocess
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".ods")
SECONDS = 20
MEMORY = 2 << 30

#: A reader prints one JSON object: sheet name to cells, ``"row,column"`` to text.
OURS = """
import json, sys
import qooper_ingest as qi
book = qi.read_workbook(sys.argv[1])
found = {}
for at, info in enumerate(book.sheets):
    grid = book.sheet(at).grid
    rows = grid["_row"].to_list()
    found[info.name] = {
        f"{row},{number}": text
        for number, name in enumerate(grid.columns[1:], 1)
        for row, text in zip(rows, grid[name].to_list())
        if text
    }
print(json.dumps(found))
"""
THEIRS = """
import json, sys
import fastexcel
book = fastexcel.read_excel(sys.argv[1])
found = {}
for name in book.sheet_names:
    sheet = book.load_sheet(name, header_row=None, dtypes="string", skip_rows=0)
    frame = sheet.to_polars()
    found[name] = {
        f"{row},{number}": text
        for number, column in enumerate(frame.columns, 1)
        for row, text in enumerate(frame[column].to_list(), 1)
        if text
    }
print(json.dumps(found))
"""

#: What a cell of ours looks like where the other one differs, in this order.
SHAPES = (
    ("date or time", r"\d{4}-\d\d-\d\d.*|\d+:\d\d(:\d\d.*)?"),
    ("error", r"#[A-Z/0!?_]+"),
    ("boolean", r"true|false"),
    ("padded number", r"0\d+"),
    ("number", r"-?\d+(\.\d+)?"),
    ("nothing", r""),
)


def bound() -> None:
    """Limit the process that is about to read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(code: str, path: Path) -> tuple[str, dict[str, dict[str, str]]]:
    """How a process ended, and what it found."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)],
            capture_output=True,
            timeout=20 * SECONDS,
            preexec_fn=bound,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "took too long", {}
    if done.returncode < 0:
        return f"ended by signal {-done.returncode}", {}
    if done.returncode:
        panic = b"PanicException" in done.stderr
        return ("panic" if panic else "refused"), {}
    return "read", json.loads(done.stdout)


def shape(text: str) -> str:
    """The sort of a cell by its look."""
    return next((name for name, pattern in SHAPES if re.fullmatch(pattern, text)), "text")


def differences(ours: dict[str, str], theirs: dict[str, str]) -> Counter[str]:
    """Cells that differ, by the look of ours. The other one may begin at its first used row: it is moved to fit."""
    rows = [int(place.partition(",")[0]) for place in ours], [int(place.partition(",")[0]) for place in theirs]
    down = min(rows[0], default=0) - min(rows[1], default=0)
    columns = [int(place.partition(",")[2]) for place in ours], [int(place.partition(",")[2]) for place in theirs]
    right = min(columns[0], default=0) - min(columns[1], default=0)
    moved = {}
    for place, text in theirs.items():
        row, _, column = place.partition(",")
        moved[f"{int(row) + down},{int(column) + right}"] = text
    return Counter(
        shape(ours.get(place, "")) for place in ours.keys() | moved.keys() if ours.get(place) != moved.get(place)
    )


def main(folder: str, books: int = 300) -> None:
    """Compare so many books of a folder."""
    paths = sorted(path for suffix in SUFFIXES for path in Path(folder).rglob(f"*{suffix}"))
    random.Random(1).shuffle(paths)
    ends: dict[str, Counter[str]] = {"ours": Counter(), "theirs": Counter()}
    cells, sheets = Counter[str](), Counter[str]()
    for path in paths[:books]:
        how, ours = read(OURS, path)
        other, theirs = read(THEIRS, path)
        ends["ours"][how] += 1
        ends["theirs"][other] += 1
        if "read" not in (how, other) or how != other:
            if how != other:
                print(f"{path}: here {how}, fastexcel {other}", flush=True)
            continue
        for name in ours.keys() & theirs.keys():
            found = differences(ours[name], theirs[name])
            sheets["differ" if found else "same"] += 1
            cells += found
    print(f"fastexcel {version('fastexcel')}, {min(books, len(paths))} books")
    for name, counts in (*ends.items(), ("sheets", sheets), ("cells that differ, by their look here", cells)):
        print(f"{name}: " + ", ".join(f"{told} {number}" for told, number in counts.most_common()))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
