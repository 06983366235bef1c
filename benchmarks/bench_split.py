"""Splitting a million multi-select cells, against polars' own ``str.split`` on the same cells in the same run.

    python benchmarks/bench_split.py [--rows 1000000] [--repeats 5]

Prints a ratio per kind of column, of medians, both measured in turn; in seconds of the processor, so that other work on the machine counts less.
The targets: at most 1.5 of a bare split that knows nothing of options, for answers as people give them and for 300,000 distinct cells
in a million; at most 2 where every tenth cell holds an answer that is no option.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from typing import Any

import polars as pl
from measuring import load, spread

from qooper_ingest.separator import split


def processor_time(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def cells(rows: int, options: list[str], join: str, *, noise: float = 0.0) -> pl.Series:
    """Random answers; a share of them holds something that is no option."""
    chance = random.Random(7)
    return pl.Series(
        [
            join.join(chance.sample(options, chance.randint(1, 4)))
            + (f"{join}x{i % 50}" if chance.random() < noise else "")
            for i in range(rows)
        ]
    )


FEW, MANY = [f"Option number {n}" for n in range(8)], [f"Option number {n}" for n in range(40)]
INSIDE = ["Me, myself and I", "Wait, is it just me?", "Nobody", "Somebody", "All of us"]

#: What the column is: its options, what joins the answers, the share of cells with something that is no option.
COLUMNS: dict[str, tuple[list[str], str, float]] = {
    "8 options": (FEW, ";", 0.0),
    "8 options, whitespace behind the separator": (FEW, "; ", 0.0),
    "8 options, one cell in ten with an unknown one": (FEW, ";", 0.1),
    "5 options that hold the separator": (INSIDE, ", ", 0.0),
    "40 options, a third of the cells distinct": (MANY, ";", 0.0),
    "40 options, one cell in ten with an unknown one": (MANY, ";", 0.1),
}


def measure(name: str, rows: int, repeats: int) -> dict[str, Any]:
    """Quartiles of both, alternating, the first of each discarded."""
    options, separator, noise = COLUMNS[name]
    column = cells(rows, options, separator, noise=noise)
    bare, ours = [], []
    for _ in range(repeats + 1):
        bare.append(processor_time(lambda: column.str.split(separator)))
        ours.append(processor_time(lambda: split(column, separator=separator, options=options)))
    return {"distinct": column.n_unique(), "bare": spread(bare[1:]), "ours": spread(ours[1:])}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    print(f"load {load():.1f}; seconds of the processor")
    for name in COLUMNS:
        one = measure(name, given.rows, given.repeats)
        bare, ours = one["bare"]["median"], one["ours"]["median"]
        print(
            f"{name:50} {one['distinct']:>8} distinct   {bare:.3f} s → {ours:.3f} s   {ours / bare:.2f} ×", flush=True
        )


if __name__ == "__main__":
    main()
