"""Time and memory of `plan_import` beside a bare hand-written polars script that does the least that has to be done.

    python benchmarks/bench_plan.py [--rows 10000 100000 1000000] [--repeats 3] [--others pandas frictionless django]

Each contestant runs in a process of its own, in turn, and is measured from outside: wall time of the whole process and its peak
resident memory. Figures of two machines cannot be compared; ratios of one run can, so ratios are what is printed. The files are
made once into ``benchmarks/data`` and are the same every time.

The bare script reads both files, checks for duplicates, joins on both keys and compares the columns. It knows the file's
dialect and header, types nothing, validates no address and decides nothing. The others need ``pip install --group bench``; what
takes minutes for ten thousand rows is not worth more of them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
DATA = HERE / "data"

CONTESTANTS = {
    "bare polars": "bare.py",
    "plan_import": "ours.py",
    "pandas": "with_pandas.py",
    "frictionless": "with_frictionless.py",
    "django": "with_django.py",
}


@dataclass(frozen=True)
class Run:
    seconds: float
    mebibytes: float


def run(script: str, rows: int) -> Run:
    """One process from its start to its end."""
    command = [
        sys.executable,
        str(HERE / "contestants" / script),
        str(DATA / f"people_{rows}.csv"),
        str(DATA / f"directory_{rows}.parquet"),
    ]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONHASHSEED": "0"})
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{script} failed with exit code {process.returncode}")
    peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Run(seconds, peak)


def make(rows: int) -> None:
    """The files, if they are not there; in a process of its own, so that its memory is not counted."""
    if not (DATA / f"directory_{rows}.parquet").exists():
        DATA.mkdir(exist_ok=True)
        subprocess.run([sys.executable, str(HERE / "make_people.py"), str(rows), str(DATA)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--others", nargs="*", default=[], choices=["pandas", "frictionless", "django"])
    given = parser.parse_args()
    names = ["bare polars", "plan_import", *given.others]
    print(f"{'rows':>10}  {'':14} {'seconds':>9} {'x bare':>8} {'MiB':>8} {'x bare':>8}")
    for rows in given.rows:
        make(rows)
        runs: dict[str, list[Run]] = {name: [] for name in names}
        for _ in range(given.repeats):
            for name in names:
                runs[name].append(run(CONTESTANTS[name], rows))
        middle = {
            name: Run(statistics.median(r.seconds for r in some), statistics.median(r.mebibytes for r in some))
            for name, some in runs.items()
        }
        bare = middle["bare polars"]
        for name in names:
            one = middle[name]
            print(
                f"{rows:>10,}  {name:14} {one.seconds:>9.2f} {one.seconds / bare.seconds:>8.2f} "
                f"{one.mebibytes:>8.0f} {one.mebibytes / bare.mebibytes:>8.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
