"""SECURITY.md names the tests that keep each promise; they exist, hold tests, and every promise has some."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def promises() -> dict[str, str]:
    """The promises by their first words."""
    section = TEXT.split("## What the library promises", 1)[1].split("\n## ", 1)[0]
    found = re.split(r"^\* ", section, flags=re.MULTILINE)[1:]
    return {re.match(r"\*\*(.+?)\*\*", one, re.DOTALL)[1]: one for one in found}  # type: ignore[index]


def named(promise: str) -> list[str]:
    return re.findall(r"`(tests/[A-Za-z0-9_./]+)`", promise)


def test_there_are_promises() -> None:
    assert len(promises()) >= 8


@pytest.mark.parametrize("name", promises())
def test_every_promise_names_tests_that_exist(name: str) -> None:
    paths = named(promises()[name])
    assert paths
    for path in paths:
        place = ROOT / path
        files = sorted(place.rglob("test_*.py")) if place.is_dir() else [place]
        assert files
        for file in files:
            assert re.search(r"^def test_|^Test\w+ = ", file.read_text(encoding="utf-8"), re.MULTILINE), path


def test_no_path_of_a_test_is_named_that_the_promises_do_not_hold() -> None:
    assert {*named(TEXT)} == {path for promise in promises().values() for path in named(promise)}
