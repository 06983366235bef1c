from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qooper_ingest.errors import MappingError
from qooper_ingest.mapping import Binding, ColumnMapping, suggest_mapping
from qooper_ingest.schema import Field, Schema
from qooper_ingest.workbook import Table, Workbook

SCHEMA = Schema.participants(
    Field(key="department", label="Department"),
    Field(key="title", label="Job title"),
    Field(key="location", label="Location", type="location"),
    Field(key="manager", label="Manager"),
    Field(key="start_date", label="Start date", type="date"),
)
ROWS = json.loads((Path(__file__).parent / "cases" / "header_rows.json").read_text(encoding="utf-8"))
KEYS = {"user_id": "id", "email": "email", "status": "status"}


def table(header: list[str], *rows: list[Any]) -> Table:
    return Workbook.of_rows([header, *rows]).sheet().table(header_row=1)


def proposed(header: list[str], *rows: list[Any], schema: Schema = SCHEMA) -> dict[str, str]:
    mapping = suggest_mapping(table(header, *rows), schema)
    return {b.field: b.label or "" for b in mapping.bindings if b.column is not None and b.part is None}


@pytest.mark.parametrize("case", ROWS, ids=[row["id"] for row in ROWS])
def test_identity_columns_of_real_header_rows_are_right_or_rightly_empty(case: dict[str, Any]) -> None:
    mapping = suggest_mapping(table(case["headers"]), SCHEMA)
    for name, key in KEYS.items():
        assert mapping.column_of(key) in [case["labels"][name], *case["acceptable"].get(name, [])], name


# -- the confirmed mapping ----------------------------------------------------------------------------------------------


def test_of_takes_labels_and_positions() -> None:
    mapping = ColumnMapping.of(table(["No.", "Mail", "Town"]), {"id": "no.", "email": 1}, separator=";")
    assert [(b.field, b.column, b.label, b.confidence) for b in mapping.bindings] == [
        ("id", 0, "No.", "suggest"),
        ("email", 1, "Mail", "suggest"),
    ]
    assert (mapping.ignored, mapping.separator) == ((2,), ";")


def test_of_prefers_the_exact_label_to_the_folded_one() -> None:
    assert ColumnMapping.of(table(["MAIL", "mail"]), {"email": "mail"}).column_of("email") == 1


def test_several_columns_into_one_field() -> None:
    mapping = ColumnMapping.of(table(["Skill 1", "Mail", "Skill 2"]), {"skills": ["Skill 1", 2], "email": "Mail"})
    assert mapping.bindings[0].columns == (0, 2)
    assert mapping.ignored == ()


def test_of_with_a_schema_is_in_its_order_and_knows_its_fields() -> None:
    mapping = ColumnMapping.of(table(["Mail", "No."]), {"email": 0, "id": 1}, schema=SCHEMA)
    assert [b.field for b in mapping.bindings] == ["id", "email"]
    with pytest.raises(MappingError) as caught:
        ColumnMapping.of(table(["Mail"]), {"mail": 0}, schema=SCHEMA)
    assert caught.value.code == "field_unknown"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"email": "E-mail"}, "label_unknown"),
        ({"email": ""}, "label_unknown"),
        ({"email": "Mail"}, "label_ambiguous"),
        ({"email": 4}, "column_out_of_range"),
        ({"email": -1}, "column_out_of_range"),
        ({"email": 0, "id": 0}, "column_bound_twice"),
        ({"email": [0, 0]}, "column_bound_twice"),
    ],
)
def test_of_refuses(columns: dict[str, Any], code: str) -> None:
    with pytest.raises(MappingError) as caught:
        ColumnMapping.of(table(["No.", "Mail", "Mail", ""]), columns)
    assert caught.value.code == code


def test_a_whole_name_may_feed_both_names() -> None:
    mapping = ColumnMapping.of(table(["Name", "Mail"]), {"first_name": 0, "last_name": 0, "email": 1})
    assert [b.part for b in mapping.bindings] == ["first", "last", None]
    mapping.check(table(["Name", "Mail"]), SCHEMA)


def test_json_both_ways() -> None:
    mapping = suggest_mapping(table(["Staff ID", "E-mail", "Full name"]), SCHEMA)
    assert ColumnMapping.from_json(mapping.to_json()) == mapping


@pytest.mark.parametrize("text", ["", "[]", '{"bindings": [], "labels": [], "more": 1}', '{"labels": []}'])
def test_json_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(MappingError) as caught:
        ColumnMapping.from_json(text)
    assert caught.value.code == "mapping_invalid"


def test_rebind_finds_columns_by_label() -> None:
    old = ColumnMapping.of(table(["No.", "Mail", "Town"]), {"id": 0, "email": 1, "town": 2})
    new = old.rebind(table(["mail", "No.", "Country"]))
    assert (new.mapping.column_of("email"), new.mapping.column_of("id"), new.mapping.column_of("town")) == (0, 1, None)
    assert (new.missing, new.new, new.moved) == (("Town",), ("Country",), ("No.", "Mail"))
    assert new.mapping.labels == ("mail", "No.", "Country")


def test_rebind_keeps_the_order_of_equal_labels() -> None:
    old = ColumnMapping.of(table(["Mail", "Mail"]), {"email": 1})
    assert old.rebind(table(["X", "Mail", "Mail"])).mapping.column_of("email") == 2
    assert old.rebind(table(["X", "Mail"])).mapping.column_of("email") is None


@pytest.mark.parametrize(
    ("bindings", "code"),
    [
        ([Binding(field="nobody", column=0), Binding(field="email", column=1)], "field_unknown"),
        ([Binding(field="email", column=0), Binding(field="email", column=1)], "field_bound_twice"),
        ([Binding(field="email", column=9)], "column_out_of_range"),
        ([Binding(field="email", column=0), Binding(field="id", column=0)], "column_bound_twice"),
        (
            [Binding(field="email", column=0, part="first"), Binding(field="id", column=0, part="first")],
            "column_bound_twice",
        ),
        ([Binding(field="id", column=0)], "email_not_mapped"),
    ],
)
def test_check_refuses(bindings: list[Binding], code: str) -> None:
    mapping = ColumnMapping(bindings=tuple(bindings), labels=("a", "b"))
    with pytest.raises(MappingError) as caught:
        mapping.check(table(["a", "b"]), SCHEMA)
    assert caught.value.code == code
