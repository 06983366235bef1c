"""The road from a file to a plan: in one call, step by step and in any mixture; and what happens to bad input on it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import qooper_ingest as qi
from qooper_ingest.testing import apply
from sample_files import CSV, CSV_CHOICES, XLSX, XLSX_CHOICES, sample_directory, sample_schema

CASES = Path(__file__).parent / "cases" / "files"
NOBODY = qi.Directory.of([])
PEOPLE = qi.Schema.participants()


def sample_plan(path: Path = XLSX, choices: qi.Choices = XLSX_CHOICES) -> qi.Plan:
    return qi.plan_import(path, schema=sample_schema(), directory=sample_directory(), choices=choices)


def steps(path: Path, sheet: str | None) -> tuple[qi.Plan, qi.Choices]:
    """The verbs one by one, as a service with a screen after each would call them, and what its person has chosen."""
    schema, people = sample_schema(), sample_directory()
    workbook = qi.read_workbook(path)
    chosen = workbook.sheet(sheet)
    guess = qi.detect_header(chosen, schema=schema)
    table = chosen.table(header_rows=guess.rows)
    mapping = qi.suggest_mapping(table, schema, directory=people)
    separator = qi.detect_separator(table, mapping, schema)
    conventions = qi.Conventions(separator=separator.separator or "")
    records = qi.apply_mapping(table, mapping, schema, conventions=conventions)
    plan = qi.resolve(records, people, policy=qi.Policy(role="mentee"))
    choices = qi.Choices(
        source_sha256=workbook.sha256,
        read=workbook.options,
        sheet=chosen.name,
        header_rows=guess.rows,
        mapping=mapping,
        conventions=conventions,
        policy=qi.Policy(role="mentee"),
    )
    return plan, choices


def assert_same(a: qi.Plan, b: qi.Plan) -> None:
    assert_frame_equal(a.frame, b.frame)
    assert list(a.to_jsonl()) == list(b.to_jsonl())
    assert (a.dependencies, a.atomic_groups) == (b.dependencies, b.atomic_groups)
    assert a.fingerprint == b.fingerprint
    assert a.summary.actions == b.summary.actions
    assert a.issues.counts() == b.issues.counts()


@pytest.mark.parametrize(
    ("path", "sheet", "choices"), [(XLSX, "Participants", XLSX_CHOICES), (CSV, None, CSV_CHOICES)], ids=["xlsx", "csv"]
)
def test_one_call_and_step_by_step_give_one_plan(path: Path, sheet: str | None, choices: qi.Choices) -> None:
    assert_same(sample_plan(path, choices), steps(path, sheet)[0])


def test_choices_confirmed_on_the_way_give_the_same_plan_again() -> None:
    plan, choices = steps(XLSX, "Participants")
    kept = qi.Choices.from_json(choices.to_json())
    assert kept == choices
    assert_same(plan, sample_plan(XLSX, kept))


@pytest.mark.parametrize("left_out", ["read", "header_rows", "mapping", "conventions"])
def test_any_mixture_of_chosen_and_proposed_gives_the_same_plan(left_out: str) -> None:
    plan, choices = steps(XLSX, "Participants")
    default = qi.Choices.model_fields[left_out].default
    assert_same(plan, sample_plan(XLSX, choices.model_copy(update={left_out: default})))


def test_csv_and_workbook_of_the_same_people_give_the_same_decisions() -> None:
    workbook, text = sample_plan(), sample_plan(CSV, CSV_CHOICES)
    # That an ID was a number is known of a workbook's cell only.
    only_there = {"id_from_number"}
    drop = pl.col("codes", "info").list.set_difference(list(only_there))
    ordered = [pl.all().exclude("codes", "info"), drop.list.sort()]
    assert_frame_equal(workbook.frame.select(ordered), text.frame.select(ordered))
    assert [_bare(line) for line in workbook.to_jsonl()] == [_bare(line) for line in text.to_jsonl()]
    assert set(workbook.issues.counts()) - only_there == set(text.issues.counts())


def _bare(line: str) -> dict[str, Any]:
    import json

    return {key: value for key, value in json.loads(line).items() if key != "codes"}


@pytest.mark.parametrize("how", ["path", "text path", "bytes", "file object", "source"])
def test_a_source_may_come_in_any_shape(how: str) -> None:
    data = CSV.read_bytes()
    source: Any = {
        "path": CSV,
        "text path": str(CSV),
        "bytes": data,
        "file object": io.BytesIO(data),
        "source": qi.Source.of(data, name="upload"),
    }[how]
    plan = qi.plan_import(source, schema=sample_schema(), directory=sample_directory(), choices=CSV_CHOICES)
    assert plan.fingerprint == sample_plan(CSV, CSV_CHOICES).fingerprint


def test_every_row_of_the_file_is_in_exactly_one_place() -> None:
    plan = sample_plan()
    table = qi.read_workbook(XLSX).sheet("Participants").table(header_row=4)
    assert plan.frame["row"].to_list() == table.frame["_row"].to_list()
    assert sum(plan.summary.actions.values()) == plan.summary.rows == plan.frame.height
    operations = [operation for batch in plan.operations(size=4) for operation in batch]
    applied = plan.frame.filter(~pl.col("action").is_in(["unchanged", "conflict", "reject"]))
    assert sorted(operation.row or 0 for operation in operations) == sorted(applied["row"].to_list())


def test_applying_the_sample_and_planning_again_changes_nothing() -> None:
    people = sample_directory()
    after = apply(sample_plan(), people)
    again = qi.plan_import(XLSX, schema=sample_schema(), directory=after, choices=XLSX_CHOICES)
    assert list(again.operations()) == []


def test_a_saved_plan_is_the_plan_that_was_reviewed() -> None:
    plan = sample_plan()
    saved = io.BytesIO()
    plan.save(saved)
    assert_same(plan, qi.Plan.load(saved.getvalue()))


# -- bad input ---------------------------------------------------------------------------------------------------------------


def code_of(call: Any) -> str:
    with pytest.raises(qi.IngestError) as caught:
        call()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value.code


def plan_of(data: bytes, *, schema: qi.Schema = PEOPLE, choices: qi.Choices = qi.Choices()) -> qi.Plan:  # noqa: B008
    return qi.plan_import(data, schema=schema, directory=NOBODY, choices=choices)


@pytest.mark.parametrize("data", [b"", b"   \n\n", b"\xef\xbb\xbf", b"\x00\x00\x00"])
def test_an_empty_file_is_refused_as_empty(data: bytes) -> None:
    assert code_of(lambda: plan_of(data)) == "empty_file"


def test_a_file_of_a_header_only_plans_nothing() -> None:
    plan = plan_of(b"User ID,E-mail,First name\n")
    assert plan.summary.rows == 0
    assert plan.can_apply
    assert list(plan.operations()) == []


def test_a_file_without_a_header_is_read_when_somebody_says_so() -> None:
    data = b"A1,ann@corp.example\nA2,tom@corp.example\n"
    table = qi.read_workbook(data).sheet().table(header_row=None)
    mapping = qi.ColumnMapping.of(table, {"id": "A", "email": "B"})
    plan = plan_of(data, choices=qi.Choices(header_rows=(), mapping=mapping))
    assert plan.summary.actions["create"] == 2


def test_a_file_without_a_header_never_loses_its_first_row_in_silence() -> None:
    data = b"A1,ann@corp.example\nA2,tom@corp.example\nA3,eve@corp.example\n"
    guess = qi.detect_header(qi.read_workbook(data).sheet(), schema=PEOPLE)
    assert guess.row is None or guess.issues.counts() == {"header_uncertain": 1}


@pytest.mark.parametrize("data", [b"%PDF-1.7\n1 0 obj\n", b"\x89PNG\r\n\x1a\n" + bytes(64), b"\x7fELF" + bytes(60)])
def test_an_unknown_format_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(qi.UnsupportedFormatError):
        plan_of(data)


def test_a_password_protected_book_is_refused_as_such() -> None:
    # A compound file that holds an encrypted package is what every spreadsheet program writes for a protected xlsx.
    with pytest.raises(qi.EncryptedFileError) as caught:
        plan_of((CASES / "mislabelled" / "password_is_x.xls").read_bytes())
    assert caught.value.code == "password_protected"


def test_columns_with_one_label_are_named_and_mapped_by_position() -> None:
    data = b"User ID,E-mail,E-mail\nA1,ann@corp.example,old@corp.example\n"
    table = qi.read_workbook(data).sheet().table(header_row=1)
    found = table.issues.where("label_duplicate").page()
    assert [(issue.row, issue.column) for issue in found] == [(1, "C")]
    assert code_of(lambda: qi.ColumnMapping.of(table, {"email": "E-mail"})) == "label_ambiguous"
    mapping = qi.ColumnMapping.of(table, {"id": 0, "email": 1})
    plan = plan_of(data, choices=qi.Choices(header_rows=(1,), mapping=mapping))
    assert plan.summary.actions["create"] == 1
    assert [issue.column for issue in plan.issues.where("column_ignored").page()] == ["C"]


def test_a_column_mapped_twice_is_refused() -> None:
    table = qi.read_workbook(b"User ID,E-mail\nA1,ann@corp.example\n").sheet().table(header_row=1)
    assert code_of(lambda: qi.ColumnMapping.of(table, {"id": 1, "email": 1})) == "column_bound_twice"


def test_a_file_without_an_email_column_is_refused() -> None:
    assert code_of(lambda: plan_of(b"Colour,Size\nred,4\nblue,5\n")) == "email_not_mapped"


def test_a_sheet_without_cells_is_said_to_be_empty_before_anything_is_missed_in_it() -> None:
    for blank in (b"", b"\n\n", b"sep=;\n"):
        source = qi.Source("people.csv", blank)
        assert code_of(lambda source=source: qi.plan_import(source, schema=PEOPLE, directory=NOBODY)) == "sheet_empty"


def test_a_directory_without_ref_is_refused() -> None:
    assert code_of(lambda: qi.Directory.of([{"id": "A1", "email": "ann@corp.example"}])) == "directory_invalid"


def test_a_schema_with_two_email_fields_is_refused() -> None:
    fields = (qi.Field(key="a", role="email"), qi.Field(key="b", role="email"))
    assert code_of(lambda: qi.Schema(fields=fields)) == "schema_invalid"


def test_choices_of_another_file_are_refused() -> None:
    _, choices = steps(XLSX, "Participants")
    assert code_of(lambda: sample_plan(CSV, choices)) == "choices_other_file"


def test_choices_of_another_header_are_refused() -> None:
    _, choices = steps(XLSX, "Participants")
    moved = choices.model_copy(update={"header_rows": (5,)})
    assert code_of(lambda: sample_plan(XLSX, moved)) == "choices_other_header"


def test_choices_that_are_none_are_refused() -> None:
    assert code_of(lambda: qi.Choices.from_json('{"format_version": 1, "sheets": 3}')) == "choices_invalid"


def test_a_sheet_that_is_not_there_is_refused() -> None:
    assert code_of(lambda: sample_plan(XLSX, qi.Choices(sheet="Teilnehmer"))) == "sheet_unknown"


def without(part: str) -> bytes:
    """The sample workbook, damaged: one part of it is gone."""
    damaged = io.BytesIO()
    with zipfile.ZipFile(XLSX) as whole, zipfile.ZipFile(damaged, "w") as rest:
        for name in whole.namelist():
            if name != part:
                rest.writestr(name, whole.read(name))
    return damaged.getvalue()


def test_a_book_that_has_lost_a_sheet_says_so() -> None:
    workbook = qi.read_workbook(without("xl/worksheets/sheet2.xml"))
    assert [sheet.name for sheet in workbook.sheets] == ["Instructions", "Lists"]
    assert workbook.issues.counts() == {"sheet_skipped": 1}


def test_a_book_that_has_lost_its_texts_names_every_cell() -> None:
    workbook = qi.read_workbook(without("xl/sharedStrings.xml"))
    whole, damaged = qi.read_workbook(XLSX).sheet("Participants"), workbook.sheet("Participants")
    lost = damaged.issues.where("cell_unreadable").frame.select("row", "column")
    assert lost.height == len(damaged.issues)
    told = {(row, column) for row, column in lost.rows()}
    for letter in whole.grid.columns[1:]:
        gone = whole.grid.join(damaged.grid, on="_row", how="left", suffix="_left")
        left = pl.col(f"{letter}_left") if f"{letter}_left" in gone.columns else pl.lit(None)
        rows = gone.filter(pl.col(letter).is_not_null() & left.is_null())["_row"].to_list()
        assert {(row, letter) for row in rows} <= told


def test_a_book_without_its_main_part_is_refused_as_incomplete() -> None:
    options = qi.ReadOptions(format=qi.Format.ODS)
    assert code_of(lambda: qi.read_workbook(without(""), options=options)) == "part_missing"
