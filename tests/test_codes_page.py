"""Every code has an address with an example that was run, or a reason why there is none."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from qooper_ingest.errors import ERROR_MESSAGES
from qooper_ingest.issues import CATALOGUE

DOCS = Path(__file__).parents[1] / "docs"
CODES = {*CATALOGUE, *ERROR_MESSAGES}


@pytest.fixture(scope="module")
def maker() -> dict[str, Any]:
    return runpy.run_path(str(DOCS / "make_codes.py"))


def test_the_page_is_what_the_examples_give_today(maker: dict[str, Any]) -> None:
    assert (DOCS / "codes.md").read_text(encoding="utf-8") == maker["codes"](), "run: make reference"


def test_every_code_has_an_anchor_of_its_own() -> None:
    found = re.findall(r"^### (.*)$", (DOCS / "codes.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(found) == sorted(CODES)


def test_only_codes_with_a_reason_are_without_an_example(maker: dict[str, Any]) -> None:
    text = (DOCS / "codes.md").read_text(encoding="utf-8")
    without = re.findall(r"^### (\w+)\n\n[^\n]*\n\nNo example: ", text, flags=re.MULTILINE)
    assert sorted(without) == sorted(maker["WITHOUT"])
