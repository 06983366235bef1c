"""How contestants are timed: whole processes, or repeated calls inside one process for each, always in turn.

Both ways give wall time and processor time. On a quiet machine the wall is what somebody waits; on a loaded one it says how
long the others were, and processor time (user and system, all threads) is the figure that can be compared. Nothing here is
compared with a figure of another run.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE / "data"

#: Name → script of ``contestants``, and what has to be installed for it.
CONTESTANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "bare polars": ("bare.py", ("polars",)),
    "plan_import": ("ours.py", ("qooper_ingest",)),
    "pandas": ("with_pandas.py", ("pandas", "pyarrow")),
    "frictionless": ("with_frictionless.py", ("frictionless",)),
    "django": ("with_django.py", ("django", "import_export")),
    "tablib": ("with_tablib.py", ("tablib",)),
    "csv": ("with_csv.py", ("email_validator",)),
}
OTHERS = tuple(CONTESTANTS)[2:]

#: A call that takes longer is warmed up once, not twice: what it sets up is little beside what it does.
LONG_CALL = 10.0


@dataclass(frozen=True)
class Run:
    """One process or one call: seconds of the clock, seconds of the processor, and of a process its peak of memory."""

    seconds: float
    processor: float
    mebibytes: float = 0.0


@dataclass
class Runs:
    """What one contestant took, and what it found."""

    runs: list[Run] = field(default_factory=list)
    found: Mapping[str, int] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """Medians and quartiles."""
        return {
            "runs": len(self.runs),
            "seconds": spread(run.seconds for run in self.runs),
            "processor": spread(run.processor for run in self.runs),
            "mebibytes": statistics.median(run.mebibytes for run in self.runs),
            "found": dict(self.found),
        }


def spread(figures: Iterable[float]) -> dict[str, float]:
    """Median and both quartiles; of fewer than three figures the smallest and the largest."""
    some = sorted(figures)
    low, high = (some[0], some[-1]) if len(some) < 3 else statistics.quantiles(some, n=4, method="inclusive")[::2]
    return {"median": statistics.median(some), "low": low, "high": high}


def missing(name: str) -> list[str]:
    """The packages that a contestant needs and that are not installed."""
    return [package for package in CONTESTANTS[name][1] if find_spec(package) is None]


def files_of(rows: int) -> tuple[str, str]:
    """The upload and the stored people. Made if they are not there, in a process of its own, so that its memory is not counted."""
    people, directory = DATA / f"people_{rows}.csv", DATA / f"directory_{rows}.parquet"
    if not directory.exists():
        DATA.mkdir(exist_ok=True)
        subprocess.run([sys.executable, str(HERE / "make_people.py"), str(rows), str(DATA)], check=True)
    return str(people), str(directory)


def environment() -> dict[str, str]:
    """The variables of every process that is timed. Compiled modules are kept, as in any installation: compiling ours takes longer than importing them."""
    return {**os.environ, "PYTHONHASHSEED": "0"} | {"PYTHONDONTWRITEBYTECODE": ""}


def load() -> float:
    """Processes that wait for a core or run on one, averaged over the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def time_process(command: Sequence[str]) -> Run:
    """One process from its start to its end."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment())
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with exit code {process.returncode}")
    peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak)


def time_processes(commands: Mapping[str, Sequence[str]], repeats: int) -> dict[str, Runs]:
    """Whole processes, in turn. The first of each is discarded: it writes compiled modules, and reads files that are kept in memory."""
    runs = {name: Runs() for name in commands}
    for number in range(repeats + 1):
        for name, command in commands.items():
            run = time_process(command)
            if number:
                runs[name].runs.append(run)
    return runs


def command_of(name: str, rows: int) -> list[str]:
    """A contestant as a process of its own."""
    return [sys.executable, str(HERE / "contestants" / CONTESTANTS[name][0]), *files_of(rows)]


class Warm:
    """A contestant in a process that stays: imports done and the people stored, one call at a time."""

    def __init__(self, name: str, rows: int) -> None:
        self.name = name
        script = str(HERE / "contestants" / CONTESTANTS[name][0])
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "warm_worker.py"), script, *files_of(rows)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended in the middle, with exit code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def call(self) -> tuple[Run, dict[str, int]]:
        """One call, timed inside the process."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answer = self._answer()
        return Run(answer["seconds"], answer["processor"], answer["mebibytes"]), answer["found"]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def time_calls(names: Sequence[str], rows: int, *, repeats: int, at_most: float) -> dict[str, Runs]:
    """Calls inside one process for each contestant, in turn; the first two of each are discarded (one, where a call is long).

    A contestant whose calls have taken ``at_most`` seconds in all is not called again once one of its calls counts.
    """
    runs = {name: Runs() for name in names}
    spent = dict.fromkeys(names, 0.0)
    to_discard = dict.fromkeys(names, 2)
    with ExitStack() as open_workers:
        workers = [open_workers.enter_context(closing(Warm(name, rows))) for name in names]
        for _ in range(repeats + 2):
            for worker in workers:
                mine = runs[worker.name]
                if len(mine.runs) == repeats or (mine.runs and spent[worker.name] > at_most):
                    continue
                run, mine.found = worker.call()
                spent[worker.name] += run.seconds
                if to_discard[worker.name]:
                    to_discard[worker.name] -= 2 if run.seconds > LONG_CALL and to_discard[worker.name] == 2 else 1
                else:
                    mine.runs.append(run)
    return runs
