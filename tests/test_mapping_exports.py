"""Exports of well-known systems are mapped right, and nothing wrong is filled in with confidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mapping_exports import FIELDS, JUDGED, JUDGED_LATER, answers, make_export
from qooper_ingest.mapping import suggest_mapping
from qooper_ingest.schema import Schema
from qooper_ingest.workbook import Workbook

SCHEMA = Schema.participants()
GIVEN = json.loads((Path(__file__).parent / "cases" / "header_sets.json").read_text(encoding="utf-8"))

#: Field left empty that has a column, with the reason why that is left so.
MISSED = {("active directory csvde", "last_name"): "sn is a serial number in other lists"}


@pytest.mark.parametrize("export", [*JUDGED, *JUDGED_LATER], ids=[name for name, _, _ in [*JUDGED, *JUDGED_LATER]])
def test_an_export_is_mapped_right(export: tuple[str, str, str]) -> None:
    name, columns, text = export
    mapping = suggest_mapping(Workbook.of_rows(make_export(columns)).sheet().table(header_row=1), SCHEMA)
    right = answers(text)
    for field in FIELDS:
        binding = mapping.binding(field)
        assert binding is not None
        if (name, field) in MISSED:
            assert binding.label is None
        else:
            assert binding.label in right[field], field


@pytest.mark.parametrize("case", GIVEN, ids=[case["name"] for case in GIVEN])
def test_a_given_export_is_mapped_right(case: dict[str, Any]) -> None:
    sheet = Workbook.of_rows(case["rows"]).sheet()
    mapping = suggest_mapping(sheet.table(header_rows=case["header_rows"] or [1]), SCHEMA)
    for binding in mapping.bindings:
        right = [case["expect"].get(binding.field), *case["acceptable"].get(binding.field, [])]
        if binding.field in case["expect"] or binding.confidence == "suggest":
            assert binding.label in right, binding.field
