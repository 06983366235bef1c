"""Read every file of a folder in worker processes, and count what came of it: nothing may crash, hang or end untyped.

Run: ``python tools/read_corpus.py FOLDER OUTPUT [PROCESSES]``. A line of the output: path, outcome, seconds, cells, and the
issue codes with their numbers, separated by tabs. Each file has 20 seconds and 2 GiB. ``worker_died``, ``reader_failed`` and the
limits ``seconds`` and ``memory_bytes`` are what to look at; all other errors are the file's own. Files that the output
names already are not read again, so that a run can go on where it ended.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import qooper_ingest as qi

#: Names of files that are not data.
NOT_DATA = {".done", ".json", ".txt", ".md"}


def outcome(reader: qi.Reader, path: Path) -> str:
    """One file as one line."""
    begin = time.monotonic()
    cells, issues = 0, ""
    try:
        book = reader.read_workbook(path)
        failures = Counter[str]()
        for at in range(len(book.sheets)):
            try:
                grid = book.sheet(at).grid
                cells += grid.height * max(grid.width - 1, 0)
            except qi.IngestError as error:
                failures[f"{error.code} {error.params.get('limit', '')}".strip()] += 1
        told = f"{book.format.value} read" if not failures else f"{book.format.value} sheet: {next(iter(failures))}"
        if not failures:
            issues = " ".join(f"{code}={number}" for code, number in sorted(book.issues.counts().items()))
    except qi.IngestError as error:
        told = f"{type(error).__name__} {error.code} {error.params.get('limit', '')}".strip()
    except Exception as error:  # noqa: BLE001  (it is what a run looks for)
        told = f"UNTYPED {type(error).__name__}"
    return f"{path}\t{told}\t{time.monotonic() - begin:.2f}\t{cells}\t{issues}"


def main(folder: str, output: str, processes: int = 1) -> None:
    """Read the files of a folder."""
    target = Path(output)
    done = {line.split("\t", 1)[0] for line in target.read_text("utf-8").splitlines()} if target.exists() else set()
    paths = [path for path in sorted(Path(folder).rglob("*")) if path.is_file() and path.suffix not in NOT_DATA]
    waiting = [path for path in paths if str(path) not in done]
    limits = replace(qi.DEFAULT_LIMITS, seconds=20.0, memory_bytes=2 << 30, isolation="process")
    with (
        qi.Reader(limits=limits, processes=processes) as reader,
        ThreadPoolExecutor(processes) as threads,
        target.open("a", encoding="utf-8") as file,
    ):
        for line in threads.map(lambda path: outcome(reader, path), waiting):
            file.write(line + "\n")
            file.flush()
    counts = Counter(line.split("\t")[1] for line in target.read_text("utf-8").splitlines())
    for told, number in counts.most_common():
        print(f"{number:7} {told}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))
