"""Damage real books at random and read them in worker processes: each must end as a workbook or a typed error.

Run: ``python tools/read_mutants.py FOLDER [MUTANTS] [SEED] [PROCESSES]``. Sixty small books of the folder, of all formats, are
damaged in turn: bytes of a part that is inflated, changed and packed again (a change to the archive itself rarely gets further
than its checksum), bytes of the whole file, and truncation. An outcome that no reader foresaw (``reader_failed``, ``worker_died``,
``seconds``, ``memory_bytes`` or an untyped exception) is printed with the book, the number of the mutant and what to find it by.
"""

from __future__ import annotations

import io
import random
import sys
import zipfile
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import qooper_ingest as qi

BOOKS = 60
LARGEST = 40_000
SUFFIXES = (".xlsx", ".xls", ".xlsb", ".ods", ".xlsm", ".fods", ".xml")
UNFORESEEN = ("reader_failed", "worker_died", "seconds", "memory_bytes", "UNTYPED")

#: What breaks parsers, put over a place at random.
PIECES = (
    b"", b"\0", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\x80", b"<", b">", b"&", b'"', b"]]>", b"<!--", b"</c>",
    b"-1", b"1e308", b"99999999999", b"A0", b"XFD1048576", b"\xfe\xff", b"\x3c\0", b"\x0a\0\0\0", b"\x09\x08\x10\0",
)  # fmt: skip


def books(folder: Path, chance: random.Random) -> list[Path]:
    """Small books, as many of each format as there are."""
    by_suffix = {
        suffix: [path for path in sorted(folder.rglob(f"*{suffix}")) if path.stat().st_size <= LARGEST]
        for suffix in SUFFIXES
    }
    for some in by_suffix.values():
        chance.shuffle(some)
    found: list[Path] = []
    while len(found) < BOOKS and any(by_suffix.values()):
        found += [some.pop() for some in by_suffix.values() if some]
    return found[:BOOKS]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to six places changed, or cut."""
    if chance.random() < 0.1:
        return data[: chance.randrange(len(data) + 1)]
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        if chance.random() < 0.5:
            changed[at : at + 1] = bytes((chance.randrange(256),))
        else:
            changed[at : at + chance.choice((0, 1, 2, 4, 8))] = chance.choice(PIECES)
    return bytes(changed)


def mutant(data: bytes, chance: random.Random) -> bytes:
    """A book with damage inside of one of its parts, or in the whole file."""
    parts: list[tuple[str, bytes]] = []
    if data.startswith(b"PK") and chance.random() < 0.85:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
        except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError, zlib.error):
            parts = []
    if not parts:
        return damaged(data, chance)
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(len(parts))
        parts[at] = (parts[at][0], damaged(parts[at][1], chance))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, body in parts:
            archive.writestr(zipfile.ZipInfo(name), body)
    return buffer.getvalue()


def outcome(reader: qi.Reader, data: bytes) -> str:
    """What came of a mutant."""
    try:
        book = reader.read_workbook(data)
        for at in range(len(book.sheets)):
            book.sheet(at).issues.page()
    except qi.IngestError as error:
        return str(error.params.get("limit", error.code))
    except Exception as error:  # noqa: BLE001  (it is what a run looks for)
        return f"UNTYPED {type(error).__name__}"
    return "read"


def main(folder: str, mutants: int = 50_000, seed: int = 1, processes: int = 1) -> None:
    """Damage and read."""
    chosen = [(path, path.read_bytes()) for path in books(Path(folder), random.Random(seed))]
    limits = replace(qi.DEFAULT_LIMITS, seconds=20.0, memory_bytes=2 << 30)
    counts = Counter[str]()
    with qi.Reader(limits=limits, processes=processes) as reader, ThreadPoolExecutor(processes) as threads:

        def one(number: int) -> tuple[int, str]:
            return number, outcome(reader, mutant(chosen[number % len(chosen)][1], random.Random(f"{seed} {number}")))

        for number, told in threads.map(one, range(mutants)):
            counts[told] += 1
            if told.startswith(UNFORESEEN):
                print(f"{told}\t{number}\t{chosen[number % len(chosen)][0]}", flush=True)
            if number % 5_000 == 4_999:
                print(f"{number + 1} of {mutants}: {counts.most_common(6)}", flush=True)
    for told, count in counts.most_common():
        print(f"{count:7} {told}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
