"""The sample files are what their script makes, and show what they are meant to show."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import qooper_ingest as qi
from sample_files import CSV, SAMPLES, XLSX, XLSX_CHOICES, sample_directory, sample_schema


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    runpy.run_path(str(SAMPLES / "make_samples.py"))["main"](folder)
    return folder


@pytest.mark.parametrize("name", ["participants.csv", "directory.csv", "schema.json"])
def test_the_script_makes_the_text_files_again(made: Path, name: str) -> None:
    assert (made / name).read_bytes() == (SAMPLES / name).read_bytes()


def test_the_script_makes_the_workbook_again(made: Path) -> None:
    kept, new = qi.read_workbook(XLSX), qi.read_workbook(made / XLSX.name)
    assert kept.sheets == new.sheets
    for info in kept.sheets:
        assert kept.sheet(info.name).grid.equals(new.sheet(info.name).grid)
        assert kept.sheet(info.name).kinds.equals(new.sheet(info.name).kinds)


def test_the_workbook_has_everything_that_is_meant_to_be_seen_in_it() -> None:
    workbook = qi.read_workbook(XLSX)
    assert [(sheet.name, sheet.visible) for sheet in workbook.sheets] == [
        ("Instructions", True),
        ("Participants", True),
        ("Lists", False),
    ]
    plan = qi.plan_import(XLSX, schema=sample_schema(), directory=sample_directory(), choices=XLSX_CHOICES)
    assert plan.can_apply
    assert all(count for count in plan.summary.actions.values()), "every action is shown"
    assert len(plan.dependencies) == 1
    shown = set(plan.issues.counts())
    assert shown >= {
        "duplicate_row", "duplicate_id_in_file", "email_invalid", "id_mixup_suspected", "id_leading_zeros_lost",
        "email_confusable", "email_reassigned_in_file", "unknown_option", "status_invalid", "role_mismatch", "protected_user",
        "id_linked_unverified", "id_from_number", "id_placeholder", "matched_suspended_user", "trailing_delimiter",
    }  # fmt: skip


def test_the_csv_holds_the_same_cells_in_the_same_rows() -> None:
    sheet, text = qi.read_workbook(XLSX).sheet("Participants"), qi.read_workbook(CSV).sheet()
    a, b = sheet.table(header_row=4), text.table(header_row=4)
    assert a.labels == b.labels
    assert a.frame.equals(b.frame)
