"""Imports side by side are the imports one by one, and an import that is interrupted leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import qooper_ingest as qi
from cases_support import plan_of
from identity_worlds import World, any_world

#: Of `make fuzz`, and of the tests that are run while one works.
IMPORTS, WORLDS = (200, 40) if "QOOPER_INGEST_EXAMPLES" in os.environ else (48, 12)
THREADS = 8


def test_imports_in_8_threads_are_those_one_by_one() -> None:
    worlds: list[World] = [any_world(Random(seed % WORLDS)) for seed in range(IMPORTS)]
    alone = [plan_of(world).fingerprint for world in worlds[:WORLDS]]
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(lambda world: plan_of(world).fingerprint, worlds))
    assert together == [alone[number % WORLDS] for number in range(IMPORTS)]


INTERRUPTED = """
import sys
import qooper_ingest as qi
rows = "".join(f"A{n},p{n}@corp.example,Ann,Lee\\n" for n in range(200_000))
print("ready", flush=True)
while True:
    table = qi.read_workbook(("id,email,first_name,last_name\\n" + rows).encode()).sheet().table(header_row=1)
    mapping = qi.ColumnMapping.of(table, {"id": "id", "email": "email"})
    qi.resolve(qi.apply_mapping(table, mapping, qi.Schema.participants()), qi.Directory.of([]))
"""


def test_an_import_that_is_interrupted_leaves_no_file_and_no_process(tmp_path: Path) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(qi.__file__).parents[1])}
    started = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    )
    with started:
        assert started.stdout is not None
        assert started.stderr is not None
        assert started.stdout.readline() == "ready\n"
        time.sleep(1)
        started.send_signal(signal.SIGINT)
        told = started.stderr.read()
        assert started.wait(60) != 0
    assert "KeyboardInterrupt" in told
    assert list(tmp_path.iterdir()) == []
