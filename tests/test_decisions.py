"""Decisions and acknowledgements hold for what they were made for, and choices are changed by methods that validate."""

from __future__ import annotations

import io
import json
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest.testing import apply

SCHEMA = qi.Schema.participants(
    qi.Field(key="skills", label="Skills", type="multi_select", options=("Go", "SQL", "Rust")),
)
PEOPLE = qi.Directory.of(
    [
        {"ref": "u1", "id": "A1", "email": "ann@corp.example"},
        {"ref": "u2", "id": "A2", "email": "bob@corp.example"},
    ]
)
#: Row 3 gives the address of u2 to the ID of u1: a conflict that a person decides.
CONFLICT = b"id,email,skills\nA9,new@corp.example,Go\nA1,bob@corp.example,SQL\n"


def plan_of(file: bytes, choices: qi.Choices | None = None) -> qi.Plan:
    return qi.plan_import(file, schema=SCHEMA, directory=PEOPLE, choices=choices or qi.Choices())


def decided(answer: Any = "skip", file: bytes = CONFLICT, row: int = 3, **more: Any) -> qi.Choices:
    return qi.Choices().decide(plan_of(file).decide(row, answer, **more))


def actions(plan: qi.Plan) -> dict[int, tuple[str, list[str]]]:
    return {line["row"]: (line["action"], line["codes"]) for line in plan.frame.to_dicts()}


def test_a_decision_holds_for_the_row_it_was_made_for() -> None:
    again = plan_of(CONFLICT, decided())
    assert actions(again)[3] == ("reject", ["row_skipped"])
    assert "decision_unfit" not in again.summary.codes


def test_a_decision_follows_its_row_into_a_corrected_upload() -> None:
    corrected = b"id,email,skills\nA7,zed@corp.example,Rust\nA9,new@corp.example,Go\nA1,bob@corp.example,Go;SQL\n"
    again = plan_of(corrected, decided())
    assert actions(again)[4] == ("reject", ["row_skipped"])
    assert actions(again)[3][0] == "create", "the row that has the old number is nobody's decision"


@pytest.mark.parametrize(
    "other",
    [
        b"id,email,skills\nA9,new@corp.example,Go\nA8,else@corp.example,SQL\n",
        b"id,email,skills\nA9,new@corp.example,Go\nA1,else@corp.example,SQL\n",
        b"id,email,skills\nA9,new@corp.example,Go\n",
    ],
)
def test_a_decision_is_unfit_where_its_row_is_not_found(other: bytes) -> None:
    again = plan_of(other, decided())
    assert again.summary.codes["decision_unfit"] == 1
    assert all("row_skipped" not in codes for _, codes in actions(again).values())


def two_sheets(first: list[list[str]], second: list[list[str]]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book, target = openpyxl.Workbook(), io.BytesIO()
    for name, rows in (("A", first), ("B", second)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(target)
    return target.getvalue()


def test_a_decision_for_one_sheet_is_unfit_on_another_sheet_of_the_file_even_for_the_same_person() -> None:
    rows = [["id", "email"], ["A9", "new@corp.example"], ["A1", "bob@corp.example"]]
    file = two_sheets(rows, rows)
    decision = plan_of(file, qi.Choices(sheet="A")).decide(3, "skip")
    kept = qi.Choices(sheet="B").decide(decision)
    again = plan_of(file, kept)
    assert again.summary.codes["decision_unfit"] == 1
    assert actions(again)[3][0] == "conflict"
    assert qi.Choices(sheet="A").decide(decision).with_sheet("B").policy.decisions == ()


def test_rows_without_keys_are_found_by_their_cells() -> None:
    file = b"id,email,skills\n,,Go\n,,SQL\n"
    kept = decided("skip", file, row=3)
    assert actions(plan_of(file, kept))[3] == ("reject", ["row_skipped"])
    other = b"id,email,skills\n,,Go\n,,Rust\n"
    assert plan_of(other, kept).summary.codes["decision_unfit"] == 1


def test_a_plan_makes_no_decision_for_people_whom_the_row_does_not_lead_to() -> None:
    plan = plan_of(CONFLICT)
    assert set(plan.frame.filter(pl.col("row") == 3)["candidates"].item().to_list()) == {"u1", "u2"}
    assert plan.decide(3, "use_id", ref="u1").ref == "u1"
    for row, ref in ((3, "u3"), (2, "u1"), (9, None)):
        with pytest.raises(qi.UsageError) as caught:
            plan.decide(row, "use_id", ref=ref)
        assert caught.value.code == "argument_invalid"


def test_a_saved_plan_makes_the_same_decisions() -> None:
    plan, target = plan_of(CONFLICT), io.BytesIO()
    plan.save(target)
    assert qi.Plan.load(target.getvalue()).decide(3, "skip") == plan.decide(3, "skip")


def test_a_check_decides_again_with_the_decisions_of_the_plan() -> None:
    corrected = b"id,email,skills\nA7,zed@corp.example,Rust\nA9,new@corp.example,Go\nA1,bob@corp.example,SQL\n"
    plan = plan_of(corrected, decided("use_id", ref="u1"))
    assert not plan.check(PEOPLE)
    assert set(plan.check(apply(plan, PEOPLE)).done) == {
        operation.row for (batch) in plan.operations() for operation in batch
    }


def test_many_decisions_cost_what_a_few_cost() -> None:
    rows = b"".join(b"A%d,p%d@corp.example,Go\n" % (n, n) for n in range(5000))
    file = b"id,email,skills\n" + rows
    plan = plan_of(file)
    key = plan.decide(2, "skip").key
    assert key is not None
    lost = qi.Decision(row=2, answer="skip", key=key.model_copy(update={"id": "Z", "cells": "0"}))
    choices = qi.Choices(policy=qi.Policy(decisions=(lost,) * 5000))
    assert plan_of(file, choices).summary.codes["decision_unfit"] == 5000


SUSPENDING = b"id,email,status\nA1,ann@corp.example,suspended\n"
GUARDED = qi.Policy(thresholds=qi.Thresholds(max_suspensions_pct=10))


def test_an_acknowledgement_holds_for_the_guard_s_own_figures() -> None:
    plan = plan_of(SUSPENDING, qi.Choices(policy=GUARDED))
    assert not plan.can_apply
    kept = qi.Choices(policy=GUARDED).acknowledge(plan.acknowledge("too_many_suspensions"))
    assert plan_of(SUSPENDING, kept).can_apply
    more = qi.Directory.of([{"ref": f"u{n}", "id": f"A{n}", "email": f"p{n}@corp.example"} for n in range(2, 7)])
    people = qi.Directory.of(
        pl.concat([PEOPLE.frame, more.frame.filter(pl.col("ref") != "u2")], how="diagonal_relaxed")
    )
    other = qi.plan_import(SUSPENDING, schema=SCHEMA, directory=people, choices=kept)
    assert not other.can_apply, "one of six people is another share than one of two"
    with pytest.raises(qi.UsageError):
        plan.acknowledge("snapshot_shrinks")


# -- methods of choices ------------------------------------------------------------------------------------------------


def full() -> qi.Choices:
    proposal = qi.propose(CONFLICT, schema=SCHEMA)
    plan = plan_of(CONFLICT)
    return proposal.choices.decide(plan.decide(3, "skip")).correct(
        qi.CellCorrection(row=2, column="C", was="Go", value="SQL"),
        qi.OptionAlias(field="skills", text="Golang", option="Go"),
    )


def test_choices_are_used_for_a_corrected_upload_and_its_decisions_follow_their_rows() -> None:
    choices = full()
    corrected = b"id,email,skills\nA7,zed@corp.example,Rust\nA9,new@corp.example,Go\nA1,bob@corp.example,SQL\n"
    with pytest.raises(qi.StaleChoicesError):
        plan_of(corrected, choices)
    plan = plan_of(corrected, choices.with_source(qi.Source.of(corrected)))
    assert actions(plan)[4] == ("reject", ["row_skipped"])
    assert plan.summary.codes["correction_unfit"] == 1, "the cell that was corrected is another one now"


def test_another_sheet_keeps_only_what_is_not_said_of_the_old_one() -> None:
    made = full().with_sheet("Mentors")
    assert (made.sheet, made.header_rows, made.mapping, made.policy.decisions) == ("Mentors", None, None, ())
    assert made.corrections == (qi.OptionAlias(field="skills", text="Golang", option="Go"),)
    assert made.conventions == full().conventions
    assert full().with_sheet(full().sheet) == full()


def test_another_header_takes_back_mapping_and_decisions_and_can_be_none() -> None:
    made = full().with_header(())
    assert (made.header_rows, made.mapping, made.policy.decisions) == ((), None, ())
    assert made.corrections == full().corrections
    assert made.with_header(None).header_rows is None


def test_another_mapping_keeps_decisions_that_know_their_row() -> None:
    choices = full().decide(qi.Decision(row=2, answer="skip"))
    assert len(choices.with_mapping(None).policy.decisions) == 1
    assert choices.with_mapping(choices.mapping) == choices


def test_another_way_to_read_takes_back_everything_said_of_cells() -> None:
    made = full().with_read(qi.ReadOptions(encoding="cp1252"))
    assert (made.sheet, made.header_rows, made.mapping, made.policy.decisions) == (None, None, None, ())


def test_the_later_decision_of_a_row_counts() -> None:
    choices = full().decide(qi.Decision(row=3, answer="use_id", ref="u1"))
    assert [one.answer for one in choices.policy.decisions] == ["use_id"]


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.with_header("3"),
        lambda c: c.with_header((0,)),
        lambda c: c.with_sheet(2.5),
        lambda c: c.with_mapping("id"),
        lambda c: c.decide("skip"),
        lambda c: c.correct("x"),
        lambda c: c.acknowledge("x"),
        lambda c: c.with_policy({"key": "x"}),
    ],
)
def test_a_change_that_does_not_fit_is_refused_at_once(change: Any) -> None:
    with pytest.raises(qi.IngestError):
        change(qi.Choices())


# -- a document from a browser -----------------------------------------------------------------------------------------

HOST = qi.Policy(role="mentee", acknowledged={"low_match_rate": 2})


def test_of_a_person_s_document_only_the_person_s_part_is_taken() -> None:
    forged = qi.Policy(
        role="admin", allow_locked_status=True, allow_email_cycles=True, deleted_email="reusable", sso_check="off",
        thresholds=qi.Thresholds(max_suspensions_pct=100), acknowledged={"too_many_suspensions": 3, "low_match_rate": 9},
        decisions=full().policy.decisions,
    )  # fmt: skip
    taken = qi.Choices.of_person(full().with_policy(forged).to_json(), policy=HOST)
    expected = {
        **dict(HOST),
        "decisions": full().policy.decisions,
        "acknowledged": {"too_many_suspensions": 3, "low_match_rate": 2},
    }
    assert taken.policy == qi.Policy(**expected)
    assert taken.with_policy(full().policy) == full()


FORGED: dict[str, Any] = {
    "a million acknowledgements": lambda: {"policy": {"acknowledged": {f"a{n}": n for n in range(1_000_000)}}},
    "a hundred thousand of them": lambda: {"policy": {"acknowledged": {f"a{n}": n for n in range(100_000)}}},
    "too many decisions": lambda: {"policy": {"decisions": [{"row": 1, "answer": "skip"}] * 150_000}},
    "a long delimiter": lambda: {"read": {"dialect": {"delimiter": "," * 1_000_000}}},
    "a quote of several characters": lambda: {"read": {"dialect": {"quote": "abc"}}},
    "a long correction": lambda: {"corrections": [{"row": 2, "column": "A", "was": None, "value": "x" * 7_000_000}]},
    "many header rows": lambda: {"header_rows": list(range(1, 1000))},
    "a long separator": lambda: {"conventions": {"separator": ";" * 100}},
    "deep nesting": lambda: json.loads("[" * 900 + "]" * 900),
    "another version": lambda: {"format_version": 99},
    "a number": lambda: 3,
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_document_is_refused_with_a_typed_error(name: str) -> None:
    with pytest.raises(qi.StaleChoicesError) as caught:
        qi.Choices.of_person(json.dumps(FORGED[name]()), policy=HOST)
    assert caught.value.code == "choices_invalid"


def test_decisions_from_a_document_name_only_people_the_row_leads_to() -> None:
    forged = qi.Choices(policy=qi.Policy(decisions=(qi.Decision(row=3, answer="use_id", ref="u99"),)))
    plan = plan_of(CONFLICT, qi.Choices.of_person(forged.to_json(), policy=qi.Policy()))
    assert actions(plan)[3] == ("conflict", ["decision_unfit"])


def test_a_dialect_that_cannot_be_is_the_caller_s_fault_and_not_the_file_s() -> None:
    for options in ({"quote": "abc"}, {"quote": ""}, {"escape": "ab"}, {"delimiter": "x" * 17}):
        with pytest.raises(qi.UsageError) as caught:
            qi.Dialect(**options)
        assert caught.value.code == "argument_invalid"


def test_thousands_of_unfit_corrections_become_one_frame_of_issues() -> None:
    table = qi.read_workbook(CONFLICT).sheet().table(header_row=1)
    many = tuple(qi.CellCorrection(row=2, column="A", was="not this", value="x") for _ in range(5000))
    corrected, _ = qi.correct(table, SCHEMA, many)
    assert corrected.issues.counts()["correction_unfit"] == 5000


@pytest.mark.parametrize(("text", "option"), [("go", "Go"), ("SQL", "Go"), ("x", "Cobol")])
def test_an_alias_that_changes_nothing_or_means_another_option_is_reported(text: str, option: str) -> None:
    table = qi.read_workbook(CONFLICT).sheet().table(header_row=1)
    corrected, schema = qi.correct(table, SCHEMA, (qi.OptionAlias(field="skills", text=text, option=option),))
    assert corrected.issues.counts()["correction_unfit"] == 1
    assert schema == SCHEMA
