"""Splitting a million multi-select cells, against polars' own ``str.split`` on the same cells in the same run.

    python benchmarks/bench_split.py

Prints a ratio per kind of column. The target is the first line: answers of a question as people give them, where distinct cells
are few, cost at most 1.5 of a bare split that knows nothing of options.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import polars as pl

from qooper_ingest.separator import split

ROWS = 1_000_000


def best(work: Callable[[], object], times: int = 5) -> float:
    """The shortest of several runs, in seconds of the processor: other work on the machine does not count."""
    durations = []
    for _ in range(times):
        started = time.process_time()
        work()
        durations.append(time.process_time() - started)
    return min(durations)


def cells(options: list[str], join: str, *, noise: float = 0.0) -> pl.Series:
    """Random answers; a share of them holds something that is no option."""
    chance = random.Random(7)
    return pl.Series(
        [
            join.join(chance.sample(options, chance.randint(1, 4)))
            + (f"{join}x{i % 50}" if chance.random() < noise else "")
            for i in range(ROWS)
        ]
    )


def main() -> None:
    few, many = [f"Option number {n}" for n in range(8)], [f"Option number {n}" for n in range(40)]
    inside = ["Me, myself and I", "Wait, is it just me?", "Nobody", "Somebody", "All of us"]
    for name, column, separator, options in (
        ("8 options", cells(few, ";"), ";", few),
        ("8 options, blanks behind the separator", cells(few, "; "), "; ", few),
        ("8 options, one cell in ten with an unknown one", cells(few, ";", noise=0.1), ";", few),
        ("5 options that hold the separator", cells(inside, ", "), ", ", inside),
        ("40 options, a third of the cells distinct", cells(many, ";"), ";", many),
    ):
        bare = best(lambda c=column, s=separator: c.str.split(s))  # type: ignore[misc]
        ours = best(lambda c=column, s=separator, o=options: split(c, separator=s, options=o))  # type: ignore[misc]
        print(f"{name:50} {column.n_unique():>8} distinct   {bare:.3f} s → {ours:.3f} s   {ours / bare:.2f} ×")


if __name__ == "__main__":
    main()
