"""A proposal holds every value between file and plan, and what it proposes is kept as choices; old documents are still read."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

import qooper_ingest as qi
from sample_files import XLSX, XLSX_CHOICES, sample_directory, sample_schema

DOCUMENTS = Path(__file__).parent / "cases" / "documents"
SCHEMA = qi.Schema.participants(qi.Field(key="skills", type="multi_select", options=["SQL", "Go"]))
FILE = b"Employee ID;E-mail;Skills\nA1;ann@corp.example;SQL|Go\nA2;bob@corp.example;SQL\n"


def test_what_is_proposed_is_kept_as_choices() -> None:
    proposal = qi.propose(FILE, schema=SCHEMA)
    said = proposal.choices
    assert said.source_sha256 == proposal.workbook.sha256
    assert (said.sheet, said.header_rows) == (proposal.sheet.name, (1,))
    assert said.mapping == proposal.mapping
    assert said.conventions == proposal.conventions == qi.Conventions(separator="|")
    assert said.read == qi.ReadOptions()


def test_what_was_said_is_taken_and_not_proposed_again() -> None:
    choices = qi.Choices(header_rows=(1,), conventions=qi.Conventions(separator=""))
    proposal = qi.propose(FILE, schema=SCHEMA, choices=choices)
    assert (proposal.header.rows, proposal.header.reasons, proposal.header.score) == ((1,), ("given",), 1.0)
    assert (proposal.separator.state, proposal.conventions.separator) == ("given", "")
    assert proposal.records().frame["skills"].to_list() == [None, ["SQL"]]


def test_no_header_is_said_by_an_empty_list() -> None:
    proposal = qi.propose(
        b"A1;ann@corp.example\nA2;bob@corp.example\n", schema=SCHEMA, choices=qi.Choices(header_rows=())
    )
    assert (proposal.header.row, proposal.header.rows, proposal.table.frame.height) == (None, (), 2)
    assert proposal.choices.header_rows == ()


def test_a_proposal_is_frozen_and_shows_no_cell_in_its_repr() -> None:
    proposal = qi.propose(FILE, schema=SCHEMA)
    with pytest.raises(dataclasses.FrozenInstanceError):
        proposal.sheet = None  # type: ignore[misc,assignment]
    assert "ann@" not in repr(proposal)
    assert "<script" not in proposal._repr_html_()


def test_the_table_of_a_proposal_is_corrected_and_its_schema_knows_the_aliases() -> None:
    choices = qi.Choices(
        corrections=(
            qi.CellCorrection(row=3, column="B", was="bob@corp.example", value="rob@corp.example"),
            qi.OptionAlias(field="skills", text="Golang", option="Go"),
        )
    )
    proposal = qi.propose(FILE, schema=SCHEMA, choices=choices)
    assert proposal.table.frame["B"].to_list() == ["ann@corp.example", "rob@corp.example"]
    (skills,) = [field for field in proposal.schema.fields if field.key == "skills"]
    assert skills.options[1].aliases == ("Golang",)
    assert proposal.issues.counts()["correction_applied"] == 1


def test_records_of_a_proposal_have_the_issues_of_every_step() -> None:
    file = b"E-mail;Skills\nann@corp.example;SQL|Go\nbob@corp.example;SQL/Go\n"
    proposal = qi.propose(file, schema=SCHEMA)
    assert set(proposal.issues.counts()) <= set(proposal.records().issues.counts())
    assert "separator_conflict" in proposal.issues.counts() or "separator_uncertain" in proposal.issues.counts()


def test_an_unsaid_separator_is_proposed_by_apply_mapping_too() -> None:
    table = qi.read_workbook(FILE).sheet().table(header_row=1)
    mapping = qi.ColumnMapping.of(table, {"email": 1, "skills": 2})
    assert qi.apply_mapping(table, mapping, SCHEMA).frame["skills"].to_list() == [["SQL", "Go"], ["SQL"]]
    one = qi.apply_mapping(table, mapping, SCHEMA, conventions=qi.Conventions(separator=""))
    assert one.frame["skills"].to_list() == [None, ["SQL"]]


def test_a_saved_plan_of_format_1_is_still_read() -> None:
    old = qi.Plan.load(DOCUMENTS / "plan_format_1.zip")
    assert old.can_apply
    assert len(old.dependencies) == 1
    new = qi.plan_import(XLSX, schema=sample_schema(), directory=sample_directory(), choices=XLSX_CHOICES)
    assert old.summary.actions == new.summary.actions


def test_choices_of_format_1_are_still_read() -> None:
    old = qi.Choices.from_json((DOCUMENTS / "choices_format_1.json").read_bytes())
    assert old.conventions == qi.Conventions(separator="; ", append_marks=True, decimal=",", date_order="dmy")
    assert (old.sheet, old.header_rows, len(old.corrections), len(old.policy.decisions)) == ("People", (2, 3), 2, 1)
    assert json.loads(old.to_json())["format_version"] == 2
    assert qi.Choices.from_json(old.to_json()) == old


def _code_of(name: str) -> Any:
    return qi.CATALOGUE.get(name)


@pytest.mark.parametrize(
    ("owner", "old", "new"),
    [
        (qi.Plan, "applyable", "can_apply"),
        (qi.Plan, "before", "dependencies"),
        (qi.Staleness, "open", "pending"),
        (qi.Records, "mapping_json", "with_issues"),
    ],
)
def test_an_old_name_is_gone(owner: type, old: str, new: str) -> None:
    assert not hasattr(owner, old)
    assert hasattr(owner, new)


def test_the_summary_has_the_new_name_only() -> None:
    assert "can_apply" in qi.Summary.model_fields
    assert "applyable" not in qi.Summary.model_fields


@pytest.mark.parametrize("name", ["marks", "separator", "decimal", "date_order"])
def test_choices_have_no_convention_of_their_own(name: str) -> None:
    assert name not in qi.Choices.model_fields
    with pytest.raises(qi.StaleChoicesError):
        qi.Choices(**{name: None})


def test_split_calls_append_marks_by_that_name() -> None:
    assert qi.split(["+A"], separator=";", options=["A"], append_marks=True).instructions is not None
    with pytest.raises(TypeError):
        qi.split(["+A"], separator=";", options=["A"], marks=True)  # type: ignore[call-arg]


@pytest.mark.parametrize(("old", "new"), [("table_apart", "separate_table"), ("table_follows", "second_table")])
def test_an_old_code_is_gone(old: str, new: str) -> None:
    assert _code_of(old) is None
    assert _code_of(new) is not None
