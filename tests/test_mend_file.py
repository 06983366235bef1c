"""Mend files: what goes out reads back without loss, and what comes back is the upload with a person's changes."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qooper_ingest as qi
from qooper_ingest.report.mend import guarded, unguarded
from qooper_ingest.report.tokens import parse_file_token, parse_row_token
from sample_files import CSV, CSV_CHOICES, XLSX, XLSX_CHOICES, sample_directory, sample_schema

FORMATS = ["xlsx", "csv"]

#: What a spreadsheet program would run, convert or cut, and what a format cannot hold.
HOSTILE = [
    "=1+1", "+49 170 1", "-5", "@SUM(A1)", "\tx", "\rx", "'=1", "''", "'", "00042", "1.5", "1/2", "2024-01-31", "1E5", "TRUE", "Mar 5",
    "12345678901234567890", "a\nb", 'a "b"; c, d', " padded ", "\u200bx", "\u202eabc", "_x0041_", "a\x07b", "<b>&amp;", "🙂", "x" * 40_000,
    "=HYPERLINK(\"http://x\")", "５", "(5)", "5 %", "€ 5", "#REF!",
]  # fmt: skip

SCHEMA = qi.Schema.participants(
    qi.Field(key="team", label="Team", type="select", options=["Sales", "Research"]),
    qi.Field(key="about", label="About you"),
)


def written(plan: qi.Plan, kind: str) -> bytes:
    target = io.BytesIO()
    plan.mend_file(target, format=kind)  # type: ignore[arg-type]
    return target.getvalue()


def cells_of(data: bytes, kind: str) -> list[list[str]]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def as_file(cells: list[list[str]], kind: str) -> bytes:
    if kind == "csv":
        target = io.StringIO(newline="")
        csv.writer(target).writerows(cells)
        return target.getvalue().encode("utf-8-sig")
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in cells:
        book.active.append([cell or None for cell in row])
    book.save(out)
    return out.getvalue()


def plan_of(rows: list[list[object]], people: list[dict[str, Any]] | None = None) -> qi.Plan:
    table = (
        qi.Workbook.of_rows([["User ID", "E-mail", "Team", "About you", "Remark"], *rows]).sheet().table(header_row=1)
    )
    mapping = qi.ColumnMapping.of(table, {"id": 0, "email": 1, "team": 2, "about": 3})
    return qi.resolve(qi.apply_mapping(table, mapping, SCHEMA), qi.Directory.of(people or [], schema=SCHEMA))


def sample_plan() -> qi.Plan:
    return qi.plan_import(XLSX, schema=sample_schema(), directory=sample_directory(), choices=XLSX_CHOICES)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_comes_back_untouched_says_nothing(kind: str) -> None:
    assert XLSX_CHOICES.merge_mended(written(sample_plan(), kind)).corrections == ()


@pytest.mark.parametrize("kind", FORMATS)
def test_hostile_cells_read_back_without_loss(kind: str) -> None:
    plan = plan_of([["A1", "no address", None, cell, cell] for cell in HOSTILE])
    merged = qi.Choices().merge_mended(written(plan, kind))
    assert merged.corrections == ()
    assert merged.policy.decisions == ()


@pytest.mark.parametrize("kind", FORMATS)
def test_the_blocked_rows_stand_in_the_customers_columns_and_no_other_rows(kind: str) -> None:
    plan = sample_plan()
    cells = cells_of(written(plan, kind), kind)
    labels = plan._context.labels
    assert cells[0][5 : 5 + len(labels)] == [guarded(label) if kind == "csv" else label for label in labels]
    blocked = plan.frame.filter(plan.frame["action"].is_in(["conflict", "reject"]))
    needs_nobody = blocked.filter(blocked["codes"].list.contains("duplicate_row"))["row"].to_list()
    assert [int(row[0]) for row in cells[1:]] == sorted(set(blocked["row"].to_list()) - set(needs_nobody))


def test_nothing_in_a_text_file_is_taken_for_a_formula() -> None:
    plan = plan_of([["=A1", "@x", None, cell, cell] for cell in HOSTILE])
    for row in cells_of(written(plan, "csv"), "csv"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_nothing_in_a_workbook_is_a_formula_or_a_link() -> None:
    plan = plan_of([["=A1", "@x", None, cell, cell] for cell in HOSTILE])
    sheet = openpyxl.load_workbook(io.BytesIO(written(plan, "xlsx"))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_a_workbook_has_lists_for_options_and_decisions() -> None:
    plan = plan_of([["A1", "nobody", "Slaes", None, None]])
    sheet = openpyxl.load_workbook(io.BytesIO(written(plan, "xlsx"))).worksheets[0]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["E2"].startswith("Lists!$")
    assert rules["H2"] == "Lists!$C$1:$C$2"


@pytest.mark.parametrize("kind", FORMATS)
def test_the_nearest_option_is_named_and_so_is_the_person_who_may_be_meant(kind: str) -> None:
    people = [{"ref": "u1", "id": "007", "email": "ann@corp.example", "first_name": "Ann", "last_name": "Lee"}]
    plan = plan_of([["A1", "nobody", "Slaes", None, None], ["7", "new@corp.example", None, None, None]], people)
    cells = cells_of(written(plan, kind), kind)
    assert "Team: Sales" in cells[1][3]
    assert "Ann Lee" in cells[2][3]
    assert "ann@corp.example" in cells[2][3]


@pytest.mark.parametrize("kind", FORMATS)
def test_changed_cells_become_corrections_of_the_upload(kind: str) -> None:
    plan = plan_of([["A1", "nobody", "Sales", "x", None], ["A2", "nobody else", None, "y", None]])
    cells = cells_of(written(plan, kind), kind)
    cells[1][6], cells[2][6], cells[2][8] = "ann@corp.example", "tom@corp.example", ""
    merged = qi.Choices().merge_mended(as_file([cells[0], cells[2], cells[1]], kind))
    said = {(one.row, one.column): one.value for one in merged.corrections if isinstance(one, qi.CellCorrection)}
    assert said == {(2, "B"): "ann@corp.example", (3, "B"): "tom@corp.example", (3, "D"): None}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_row_that_was_taken_out_is_left_out_and_a_decision_is_taken(kind: str) -> None:
    plan = plan_of([["A1", "x", None, None, None], ["A2", "y", None, None, None], ["A3", "z", None, None, None]])
    cells = cells_of(written(plan, kind), kind)
    cells[3][4] = "It is the same person"
    merged = qi.Choices().merge_mended(as_file([cells[0], cells[1], cells[3]], kind))
    assert {(one.row, one.answer) for one in merged.policy.decisions} == {(3, "skip"), (4, "treat_as_same_person")}


@pytest.mark.parametrize("kind", FORMATS)
def test_columns_may_stand_in_another_order_and_be_missing_and_a_title_may_stand_above(kind: str) -> None:
    plan = plan_of([["A1", "nobody", "Sales", "x", "r"]])
    cells = cells_of(written(plan, kind), kind)
    cells[1][6] = "ann@corp.example"
    order = [10, 6, 8, 5]  # token, e-mail, about, ID
    moved = [["Please mend", "", "", ""], *([row[at] for at in order] for row in cells)]
    merged = qi.Choices().merge_mended(as_file(moved, kind))
    assert [(one.column, one.value) for one in merged.corrections if isinstance(one, qi.CellCorrection)] == [
        ("B", "ann@corp.example")
    ]


def test_two_columns_of_one_label_are_told_apart_by_their_order() -> None:
    table = (
        qi.Workbook.of_rows([["E-mail", "Note", "Note", "What to do"], ["x", "1st", "2nd", "own"]])
        .sheet()
        .table(header_row=1)
    )
    plan = qi.resolve(
        qi.apply_mapping(table, qi.ColumnMapping.of(table, {"email": 0}), qi.Schema.participants()), qi.Directory.of([])
    )
    cells = cells_of(written(plan, "csv"), "csv")
    assert cells[0][:9] == [
        "Row in your file", "What is wrong", "What to do *", "What may be meant", "Your decision", "E-mail", "Note", "Note", "What to do",
    ]  # fmt: skip
    cells[1][7], cells[1][8] = "second", "mine"
    merged = qi.Choices().merge_mended(as_file(cells, "csv"))
    assert [(one.column, one.value) for one in merged.corrections if isinstance(one, qi.CellCorrection)] == [
        ("C", "second"),
        ("D", "mine"),
    ]


def changed(cells: list[list[str]], row: int, column: int, text: str) -> list[list[str]]:
    copy = [list(line) for line in cells]
    copy[row][column] = text
    return copy


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda cells: changed(cells, 1, 10, ""), "new rows belong into the upload"),
        (lambda cells: changed(cells, 1, 10, "AQ"), "token was changed"),
        (lambda cells: changed(cells, 1, 10, cells[1][10][:-3] + "AAA"), "token was changed"),
        (lambda cells: [*cells, cells[1]], "stands in it twice"),
        (lambda cells: changed(cells, 1, 4, "perhaps"), "none of: leave this row out"),
        (lambda cells: changed(cells, 0, 6, "Mail"), "none of the upload's labels"),
        (lambda cells: changed(cells, 0, 10, "Token"), "headed by the row token"),
        (lambda cells: changed(cells, 0, 10, qi.messages()["mend.token"]), "headed by the row token"),
        (lambda cells: [["E-mail"], ["ann@corp.example"]], "headed by the row token"),
    ],
)
def test_what_cannot_be_tied_to_the_upload_is_refused_as_a_whole(change: Any, reason: str) -> None:
    plan = plan_of([["A1", "x", None, None, None], ["A2", "y", None, None, None]])
    with pytest.raises(qi.SourceError, match=reason) as caught:
        qi.Choices().merge_mended(as_file(change(cells_of(written(plan, "csv"), "csv")), "csv"))
    assert caught.value.code == "mended_invalid"


def test_a_mend_file_of_another_upload_is_refused() -> None:
    with pytest.raises(qi.StaleChoicesError) as caught:
        qi.Choices(source_sha256="00" * 32).merge_mended(written(sample_plan(), "csv"))
    assert caught.value.code == "choices_other_file"


def test_a_correction_is_not_applied_to_a_cell_that_says_something_else() -> None:
    plan = plan_of([["A1", "x", None, None, None]])
    cells = cells_of(written(plan, "csv"), "csv")
    cells[1][6] = "ann@corp.example"
    (one,) = qi.Choices().merge_mended(as_file(cells, "csv")).corrections
    for text, code in (("x", "correction_applied"), ("z", "correction_unfit")):
        table = qi.Workbook.of_rows([["User ID", "E-mail"], ["A1", text]]).sheet().table(header_row=1)
        assert code in qi.correct(table, SCHEMA, (one,))[0].issues.counts()


@pytest.mark.parametrize("kind", FORMATS)
def test_the_mended_sample_is_the_sample_that_had_been_right(kind: str) -> None:
    proposal = qi.propose(CSV, schema=sample_schema(), directory=sample_directory(), choices=CSV_CHOICES)
    plan = qi.resolve(proposal.records(), sample_directory(), policy=CSV_CHOICES.policy)
    cells = cells_of(written(plan, kind), kind)
    at = cells[0].index(next(label for label in cells[0] if label.lower().startswith("e-mail")))
    row = next(line for line in cells[1:] if "(at)" in line[at])
    wrong, row[at] = row[at], row[at].replace("(at)", "@")
    merged = proposal.choices.merge_mended(as_file(cells, kind))
    right = CSV.read_bytes().replace(wrong.encode(), row[at].encode())
    plain = proposal.choices.model_copy(update={"source_sha256": None})
    mine = qi.plan_import(CSV, schema=sample_schema(), directory=sample_directory(), choices=merged)
    theirs = qi.plan_import(
        qi.Source.of(right, name=CSV.name), schema=sample_schema(), directory=sample_directory(), choices=plain
    )
    assert mine.frame.equals(theirs.frame)
    assert not mine.frame.equals(plan.frame)


def test_a_saved_plan_writes_the_same_mend_file() -> None:
    plan, saved = sample_plan(), io.BytesIO()
    plan.save(saved)
    loaded = qi.Plan.load(saved.getvalue())
    assert loaded == plan
    assert written(loaded, "csv") == written(plan, "csv")
    assert written(plan, "xlsx") == written(plan, "xlsx")


def test_a_plan_without_blocked_rows_writes_a_mend_file_without_rows() -> None:
    plan = plan_of([["A1", "ann@corp.example", None, None, None]])
    assert len(cells_of(written(plan, "csv"), "csv")) == 1
    assert qi.Choices().merge_mended(written(plan, "csv")).policy.decisions == ()


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(qi.UsageError, match="xlsx or csv"):
        written(sample_plan(), "pdf")


@given(st.text())
def test_what_is_guarded_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text())
def test_any_text_is_a_token_or_none(text: str) -> None:
    assert parse_row_token(text) is None
    assert parse_file_token(text) is None


SOFFICE = shutil.which("soffice")


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: what it does to a mend file is not tried")
@pytest.mark.parametrize(("kind", "other"), [("xlsx", "ods"), ("xlsx", "csv"), ("csv", "xlsx"), ("csv", "ods")])
def test_a_spreadsheet_program_that_saves_it_in_another_format_changes_no_cell(
    kind: str, other: str, tmp_path: Path
) -> None:
    path = tmp_path / f"mend.{kind}"
    path.write_bytes(written(sample_plan(), kind))
    target = f"{other}:Text - txt - csv (StarCalc):44,34,76,1" if other == "csv" else other
    command = [str(SOFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", target]
    command += ["--infilter=CSV:44,34,76,1"] if kind == "csv" else []
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), str(path)], check=True, capture_output=True, timeout=300
    )
    merged = XLSX_CHOICES.merge_mended((tmp_path / "out" / f"mend.{other}").read_bytes())
    assert merged.corrections == ()
    assert merged.policy.decisions == ()
