"""Read hostile books in this process, one line of outcome each. Started by ``test_excel.py`` under limits.

A line: name, outcome, seconds of processor time, and the peak memory of the process so far in MiB, separated by tabs.
"""

from __future__ import annotations

import resource
import sys
import time

from generate import FILES

from qooper_ingest.errors import SourceError
from qooper_ingest.readers import read_workbook


def outcome(data: bytes) -> str:
    """What came of one file."""
    try:
        workbook = read_workbook(data)
        rows = sum(workbook.sheet(at).grid.height for at in range(len(workbook.sheets)))
        for at in range(len(workbook.sheets)):
            workbook.sheet(at).preview(5)
    except SourceError as error:
        quiet = error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)
        told = f"{type(error).__name__} {error.code} {error.params.get('limit', '')}".strip()
        return told if quiet and len(str(error)) < 2048 else f"{told} TELLS TOO MUCH"
    except ImportError:
        return "text"
    return f"workbook {len(workbook.sheets)} sheets {rows} rows {' '.join(sorted(workbook.issues.counts()))}".strip()


def main(names: list[str]) -> None:
    """Read the named files."""
    for name in names:
        sys.stdout.write(f"{name}\tstarted\t0\t0\n")
        sys.stdout.flush()
        data = FILES[name]()
        begin = time.process_time()
        told = outcome(data)
        seconds = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(f"{name}\t{told}\t{seconds:.2f}\t{peak}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
