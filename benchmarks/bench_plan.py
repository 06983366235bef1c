"""Time and memory of `plan_import` beside a bare hand-written polars script that does the least that has to be done, and others.

    python benchmarks/bench_plan.py [--rows 10000 100000 1000000] [--repeats 3] [--others pandas frictionless django tablib csv]
    python benchmarks/bench_plan.py --warm [--rows 200 10000] [--repeats 9] [--others ...] [--at-most 60]

Cold: each contestant is a process of its own, in turn, measured from outside: from its start to its end, and its peak of resident
memory. Warm: each contestant is one process that has imported everything and is asked again and again, in turn; the first two
calls are discarded; all contestants that are installed take part unless ``--others`` names fewer. Printed are medians and
quartiles of wall time and processor time. Figures of two machines cannot be compared, ratios of one run can; on a loaded machine
read the processor's.

The files are made once into ``benchmarks/data`` and are the same every time. What each contestant checks and what not is said in
its script (``contestants``) and in README.md. The others need ``pip install --group bench``.
"""

from __future__ import annotations

import argparse

from measuring import OTHERS, Runs, command_of, files_of, load, missing, time_calls, time_processes

BARE, OURS = "bare polars", "plan_import"


def show(rows: int, runs: dict[str, Runs]) -> None:
    """A line a contestant: wall and processor time in milliseconds, each with quartiles and as a multiple of the bare script's."""
    summaries = {name: some.summary() for name, some in runs.items()}
    bare = summaries[BARE]
    for name, one in summaries.items():
        columns = [f"{rows:>10,}  {name:13} {one['runs']:>3}"]
        for clock in ("seconds", "processor"):
            time, least = one[clock], bare[clock]["median"]
            columns.append(
                f"{time['median'] * 1e3:>10.1f} {time['low'] * 1e3:>9.1f}-{time['high'] * 1e3:<9.1f} {time['median'] / least:>7.2f}"
            )
        columns.append(f"{one['mebibytes']:>6.0f} {one['mebibytes'] / bare['mebibytes']:>6.2f}")
        print("  ".join(columns), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--warm", action="store_true", help="calls inside one process for each contestant")
    parser.add_argument("--rows", type=int, nargs="+")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--others", nargs="*", choices=OTHERS)
    parser.add_argument("--at-most", type=float, default=60.0, help="seconds for all warm calls of one contestant")
    given = parser.parse_args()
    sizes = given.rows or ([200, 10_000] if given.warm else [10_000, 100_000, 1_000_000])
    repeats = given.repeats or (9 if given.warm else 3)
    asked = given.others if given.others is not None else [*OTHERS] if given.warm else []
    names = [name for name in [BARE, OURS, *asked] if not missing(name)]
    for name in asked:
        if name not in names:
            print(f"left out: {name} (not installed: {', '.join(missing(name))})")
    clock = "quartiles"
    print(f"load at the start: {load():.1f}; milliseconds")
    print(f"{'rows':>10}  {'':13} {'n':>3}  {'wall':>10} {clock:^19} {'x bare':>7}  {'processor':>10} {clock:^19} {'x bare':>7}  {'MiB':>6} {'x':>6}")  # fmt: skip
    for rows in sizes:
        files_of(rows)
        if given.warm:
            show(rows, time_calls(names, rows, repeats=repeats, at_most=given.at_most))
        else:
            show(rows, time_processes({name: command_of(name, rows) for name in names}, repeats))
    print(f"load at the end: {load():.1f}")


if __name__ == "__main__":
    main()
