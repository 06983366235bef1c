"""Read hostile files in this process, one line of outcome each. Started by ``test_xml.py`` under limits.

A line: name, outcome (``workbook``, or the class and code of the error), seconds of processor time, and the peak memory of the
process so far in MiB, separated by tabs.
"""

from __future__ import annotations

import resource
import sys
import time

from xml_files import FILES

from qooper_ingest.errors import SourceError
from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.readers.xml.reading import read_xml
from qooper_ingest.source import Format, ReadOptions, Source


def outcome(name: str) -> str:
    """What came of one file."""
    format_name, make = FILES[name]
    source, options = Source.of(make()), ReadOptions(format=Format(format_name))
    try:
        workbook = read_xml(source, options, DEFAULT_LIMITS)
        rows = sum(workbook.sheet(at).grid.height for at in range(len(workbook.sheets)))
    except SourceError as error:
        quiet = error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)
        told = f"{type(error).__name__} {error.code} {error.params.get('limit', '')}".strip()
        return told if quiet and len(str(error)) < 2048 else f"{told} TELLS TOO MUCH"
    return f"workbook {len(workbook.sheets)} sheets {rows} rows {len(workbook.issues)} issues"


def main(names: list[str]) -> None:
    """Read the named files."""
    for name in names:
        sys.stdout.write(f"{name}\tstarted\t0\t0\n")
        sys.stdout.flush()
        begin = time.process_time()
        told = outcome(name)
        seconds = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(f"{name}\t{told}\t{seconds:.2f}\t{peak}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
