"""The page of figures says what was measured, and what every contestant is said to check is said in its script."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def write_report(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("write_report")


def test_the_page_and_the_picture_are_written_from_the_figures(write_report: ModuleType) -> None:
    figures = json.loads((BENCHMARKS / "figures.json").read_text(encoding="utf-8"))
    assert (BENCHMARKS / "README.md").read_text(encoding="utf-8") == write_report.page(figures), (
        "run: make bench-report"
    )
    if "growth" in figures:
        assert (BENCHMARKS / "growth.svg").read_text(encoding="utf-8") == write_report.picture(figures["growth"])


def test_every_contestant_says_what_it_checks_and_what_it_leaves_out(write_report: ModuleType) -> None:
    scripts = {script for script, _ in write_report.CONTESTANTS.values()}
    assert scripts == {path.name for path in (BENCHMARKS / "contestants").glob("*.py")}
    assert all(all(write_report.said(name)) for name in write_report.CONTESTANTS)


def test_no_place_or_name_of_the_machine_is_kept(write_report: ModuleType) -> None:
    kept = json.loads((BENCHMARKS / "figures.json").read_text(encoding="utf-8"))
    assert all(set(part["machine"]) == {"system", "cores", "memory_gib", "polars_threads"} for part in kept.values())
    assert all("/" not in number for part in kept.values() for number in part["versions"].values())
