"""Issue codes and error codes: one set in the catalogue, in the source, in the tests and in the docs; every sentence can be made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import qooper_ingest as qi
from qooper_ingest.errors import ERROR_MESSAGES

ROOT = Path(__file__).parents[1]
PACKAGE = Path(qi.__file__).parent


def words(paths: Iterable[Path]) -> set[str]:
    return {word for path in paths for word in re.findall(r"\b[a-z][a-z0-9_]*\b", path.read_text(encoding="utf-8"))}


TESTED = words(
    path
    for path in sorted((ROOT / "tests").rglob("*"))
    if path.suffix in (".py", ".json") and path.name != Path(__file__).name and path.stat().st_size < 3_000_000
)
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name not in ("issues.py", "errors.py")
) + (PACKAGE / "errors.py").read_text(encoding="utf-8").partition("class IngestError")[2]  # fmt: skip
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


def section(title: str) -> set[str]:
    """The codes of a table of the reference."""
    text = REFERENCE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([a-z_0-9]+)` \|", text, flags=re.MULTILINE))


def test_the_docs_have_exactly_the_codes_of_the_catalogue() -> None:
    assert section("Issue codes") == set(qi.CATALOGUE)
    assert section("Error codes") == set(ERROR_MESSAGES)


def test_every_issue_code_is_provoked_by_a_test() -> None:
    assert sorted(set(qi.CATALOGUE) - TESTED) == []


def test_every_error_code_is_provoked_by_a_test() -> None:
    assert sorted(set(ERROR_MESSAGES) - TESTED) == []


def test_every_code_is_used_by_the_library() -> None:
    used = set(re.findall(r"""["']([a-z][a-z0-9_]*)["']""", SOURCE))
    assert sorted({*qi.CATALOGUE, *ERROR_MESSAGES} - used) == []


def test_codes_are_snake_case_and_mean_one_thing() -> None:
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in [*qi.CATALOGUE, *ERROR_MESSAGES])
    assert not set(qi.CATALOGUE) & set(ERROR_MESSAGES)


@pytest.mark.parametrize("code", sorted(qi.CATALOGUE))
@pytest.mark.parametrize("filled", [True, False], ids=["filled", "bare"])
def test_every_sentence_can_be_made(code: str, filled: bool) -> None:
    more = {"value": "{x}\x1b<b>", "detail": "3 of {y}", "other_row": 9, "field": "email"} if filled else {}
    issue = qi.Issues.of(code, row=7, column="C", **more).page()[0]  # type: ignore[arg-type]
    message = issue.message
    assert message.startswith("row 7, column C: ")
    assert message.endswith(".")
    assert not message.endswith("..")
    assert message.isprintable()


@pytest.mark.parametrize("code", sorted(qi.CATALOGUE))
def test_every_sentence_names_only_what_an_issue_has(code: str) -> None:
    info = qi.CATALOGUE[code]
    assert set(re.findall(r"\{(\w*)\}", info.template)) <= {"value", "field", "other_row", "detail"}
    assert "{" not in info.hint


@pytest.mark.parametrize("code", sorted(ERROR_MESSAGES))
def test_every_error_message_is_a_sentence_with_named_places(code: str) -> None:
    template = ERROR_MESSAGES[code]
    params = dict.fromkeys(re.findall(r"\{(\w+)\}", template), "7")
    error = qi.IngestError(code, sheet="People\x1b", row=3, column="B", **params)
    assert str(error).isprintable()
    assert "(sheet 'People" in str(error)
    assert "{" not in str(error)
    assert len(str(error)) < 2048
