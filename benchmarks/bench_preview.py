"""What the mapping screen waits for on a csv of 112 MB: reading it, its header, its first rows, the mapping proposed.

    python benchmarks/bench_preview.py [rows] [--repeats 5]

One process for each repeat, because the first preview of a file is the one that somebody waits for; the imports are done, and a small file has been
previewed. Printed are medians of wall and processor time for each step, beside ``polars.read_csv`` of the same file with every column as text,
and beside its first 200 rows only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from measuring import HERE, environment, files_of, load, spread

STEPS = (
    "read_workbook",
    "first rows",
    "detect_header",
    "table",
    "suggest_mapping",
    "preview",
    "polars, whole",
    "polars, 200 rows",
)


def preview_once(people: str) -> dict[str, tuple[float, float]]:
    """Seconds of the clock and of the processor for each step."""
    sys.path.insert(0, str(HERE / "contestants"))
    import polars as pl
    from ours import SCHEMA

    import qooper_ingest as qi

    limits = replace(qi.DEFAULT_LIMITS, file_bytes=1 << 30)
    taken: dict[str, tuple[float, float]] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        clock, processor = time.perf_counter(), time.process_time()
        result = work()
        taken[name] = (time.perf_counter() - clock, time.process_time() - processor)
        return result

    for path in (files_of(200)[0], people):
        taken.clear()
        sheet = step("read_workbook", lambda path=path: qi.read_workbook(path, limits=limits).sheet())
        step("first rows", lambda sheet=sheet: sheet.preview(20))
        header = step("detect_header", lambda sheet=sheet: qi.detect_header(sheet, schema=SCHEMA))
        table = step("table", lambda sheet=sheet, header=header: sheet.table(header_rows=header.rows))
        step("suggest_mapping", lambda table=table: qi.suggest_mapping(table, SCHEMA))
        taken["preview"] = tuple(map(sum, zip(*taken.values(), strict=True)))
    step("polars, whole", lambda: pl.read_csv(people, infer_schema=False))
    step("polars, 200 rows", lambda: pl.read_csv(people, infer_schema=False, n_rows=200))
    return taken


def measure(rows: int, repeats: int) -> dict[str, dict[str, dict[str, float]]]:
    """Quartiles of both clocks for each step."""
    people = files_of(rows)[0]
    runs = []
    for _ in range(repeats):
        command = [sys.executable, __file__, "--once", people]
        runs.append(
            json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment()).stdout)
        )
    return {
        name: {
            clock: spread(run[name][number] for run in runs) for number, clock in enumerate(("seconds", "processor"))
        }
        for name in STEPS
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--once", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(preview_once(given.once)))
        return
    print(f"load {load():.1f}; milliseconds: wall, processor")
    for name, clocks in measure(given.rows, given.repeats).items():
        print(f"{name:18} {clocks['seconds']['median'] * 1e3:>9.1f} {clocks['processor']['median'] * 1e3:>9.1f}")


if __name__ == "__main__":
    main()
