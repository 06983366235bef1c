"""Books whose parts are missing, or are no worksheets."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.chart import BarChart

import qooper_ingest as qi


def book() -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["id", "email"])
    made.active.append(["1", "ann@corp.example"])
    made.create_chartsheet("Figures").add_chart(BarChart())
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def without(data: bytes, *parts: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
    return target.getvalue()


def test_a_sheet_that_is_a_chart_is_left_out_and_told() -> None:
    workbook = qi.read_workbook(book())
    assert [sheet.name for sheet in workbook.sheets] == ["Sheet"]
    (issue,) = workbook.issues.where("sheet_skipped").page()
    assert (issue.value, issue.detail) == ("Figures", "a chart")


def test_a_sheet_whose_part_is_missing_is_left_out_and_told() -> None:
    made = openpyxl.load_workbook(io.BytesIO(without(book(), "xl/chartsheets/sheet1.xml")))
    made.create_sheet("Second").append(["a@corp.example"])
    target = io.BytesIO()
    made.save(target)
    workbook = qi.read_workbook(without(target.getvalue(), "xl/worksheets/sheet1.xml"))
    assert [sheet.name for sheet in workbook.sheets] == ["Second"]
    assert [issue.value for issue in workbook.issues.where("sheet_skipped").page()] == ["Sheet"]


@pytest.mark.parametrize("format", [qi.Format.XLSX, qi.Format.ODS])
def test_a_book_without_its_main_part_is_incomplete(format: qi.Format) -> None:  # noqa: A002
    with pytest.raises(qi.CorruptFileError) as caught:
        qi.read_workbook(without(book(), "xl/workbook.xml"), options=qi.ReadOptions(format=format)).sheet()
    assert caught.value.code == "part_missing"
