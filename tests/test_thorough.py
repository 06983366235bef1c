"""What is tried on samples by default is tried in full by ``make fuzz``."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent


def test_every_module_that_takes_samples_is_run_in_full_by_make_fuzz() -> None:
    makefile = (TESTS.parent / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    folders, files = re.findall(r"^THOROUGH := (.*?) \$\(addprefix tests/test_,(.*)\)$", makefile, flags=re.MULTILINE)[
        0
    ]
    run = {*folders.split(), *(f"tests/test_{name}" for name in files.split())}
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if path != Path(__file__) and ("from thorough import" in text or "QOOPER_INGEST_EXAMPLES" in text):
            inside = path.relative_to(TESTS.parent)
            assert str(inside) in run or str(inside.parent) in run, inside
