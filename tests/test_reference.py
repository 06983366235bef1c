"""The reference leaves out nothing that is public: every name, attribute, field of a document, column of a frame, and kind of value."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import qooper_ingest as qi
from qooper_ingest.issues import ISSUE_SCHEMA

REFERENCE = (Path(__file__).parents[1] / "docs" / "reference.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0].strip(): part for part in re.split(r"^### ", REFERENCE, flags=re.MULTILINE)[1:]}
CLASSES = [
    name for name in qi.__all__ if inspect.isclass(getattr(qi, name)) and not issubclass(getattr(qi, name), Exception)
]


def names_of(value: Any) -> set[str]:
    """All public attributes of a class, wherever they come from in this package."""
    if issubclass(value, enum.Enum):
        return {str(member.value) for member in value}
    names = {field.name for field in dataclasses.fields(value)} if dataclasses.is_dataclass(value) else set()
    names |= set(value.model_fields) if issubclass(value, BaseModel) else set()
    for base in value.__mro__:
        if base.__module__.startswith("qooper_ingest"):
            names |= {*vars(base), *getattr(base, "__slots__", ())}
    return {name for name in names if not name.startswith(("_", "model_"))}


def missing(names: set[str], section: str) -> list[str]:
    marked = " ".join(re.findall(r"`[^`\n]+`", section))
    return sorted(name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", marked))


def test_the_walk_finds_what_a_section_leaves_out() -> None:
    section = SECTIONS["Suspend"].replace("status_scope", "").replace("`group`", "")
    assert missing(names_of(qi.Suspend), section) == ["group", "status_scope"]


@pytest.mark.parametrize("name", CLASSES)
def test_every_attribute_of_a_public_class_is_in_its_section(name: str) -> None:
    assert missing(names_of(getattr(qi, name)), SECTIONS[name]) == []


@pytest.mark.parametrize("name", [name for name in qi.__all__ if not name.startswith("__") and name not in CLASSES])
def test_every_other_public_name_is_on_the_page(name: str) -> None:
    # The catalogue is the table of issue codes.
    assert name == "CATALOGUE" or name in SECTIONS or f"* `{name}`" in REFERENCE


def test_every_parameter_of_a_verb_is_in_its_section() -> None:
    for name in qi.__all__:
        if inspect.isfunction(verb := getattr(qi, name)):
            described = SECTIONS[name].partition("```text")[2]
            assert [p for p in inspect.signature(verb).parameters if not re.search(rf"\b{p}\b", described)] == [], name


def test_the_columns_of_public_frames_are_on_the_page() -> None:
    directory = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
    file = b"Employee ID,Email\nA1,ann.lee@corp.example\n"
    plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=directory)
    assert missing(set(plan.frame.columns) | {"source", "source_row"}, SECTIONS["Plan"]) == []
    assert missing(set(ISSUE_SCHEMA), SECTIONS["Issues"]) == []
    assert missing(set(qi.diff_plans(plan, plan).frame.columns), SECTIONS["PlanDiff"]) == []
    assert missing(set(directory.frame.collect_schema().names()), SECTIONS["Directory"]) == []


def test_the_lines_of_operations_hold_what_the_operations_have() -> None:
    directory = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
    file = b"Employee ID,Email\nA1,ann.lee@corp.example\n"
    plan = qi.plan_import(file, schema=qi.Schema.participants(), directory=directory)
    line = json.loads(next(plan.to_jsonl()))
    assert missing(set(line) - {"operation"}, SECTIONS["ChangeEmail"]) == []


def test_every_attribute_of_errors_is_on_the_page() -> None:
    error = qi.IngestError("empty_file", sheet="a", row=1, column="A")
    described = REFERENCE.split("\n## Errors\n")[1].split("\n## Error codes\n")[0]
    assert missing({name for name in vars(error) if not name.startswith("_")} | {"message"}, described) == []
