"""Records: one typed column per field, what identity needs beside it, and every fault with its place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi

SCHEMA = qi.Schema.participants(
    qi.Field(key="age", type="number"),
    qi.Field(key="born", type="date"),
    qi.Field(key="remote", type="boolean"),
    qi.Field(key="town", type="location"),
    qi.Field(key="skills", type="multi_select", options=["SQL", "Go"]),
    clear_word="(clear)",
)


def table(*rows: list[Any]) -> qi.Table:
    return qi.Workbook.of_rows(rows).sheet().table(header_row=1)


def typed(columns: dict[str, Any], *rows: list[Any], **conventions: Any) -> qi.Records:
    made = table(*rows)
    return qi.apply_mapping(made, qi.ColumnMapping.of(made, columns), SCHEMA, conventions=qi.Conventions(**conventions))


def places(records: qi.Records, *codes: str) -> list[tuple[Any, ...]]:
    issues = records.issues.where(*codes).page()
    return [(issue.code, issue.row, issue.column, issue.field, issue.value) for issue in issues]


def test_every_field_has_one_typed_column_and_the_rows_keep_their_order() -> None:
    records = typed(
        {"email": "mail", "age": "age", "born": "born", "remote": "remote", "town": "town", "skills": "skills", "first_name": "first"},
        ["mail", "age", "born", "remote", "town", "skills", "first"],
        ["b@corp.example", 7, dt.date(2001, 2, 3), True, "Bonn", "SQL;Go", "Ann"],
        [None],
        ["a@corp.example", None, None, None, None, None, None],
        separator=";",
    )  # fmt: skip
    assert dict(records.frame.schema) == {
        "_row": pl.UInt32, "email": pl.String, "first_name": pl.String, "age": pl.Float64, "born": pl.Date,
        "remote": pl.Boolean, "town": pl.String, "skills": pl.List(pl.String),
    }  # fmt: skip
    assert records.frame["_row"].to_list() == [2, 4]
    assert records.frame.row(0, named=True)["skills"] == ["SQL", "Go"]
    assert records.frame.row(1) == (4, "a@corp.example", *[None] * 6)
    assert records.blank_rows == 1
    assert repr(records).startswith("Records(2 rows x 7 fields, ")


def test_every_fault_has_the_place_and_the_text_of_its_cell() -> None:
    records = typed(
        {"id": 0, "email": 1, "new_email": 2, "status": 3, "age": 5},
        ["ID", "Mail", "New mail", "Status", "Notes", "Age"],
        ["1.2E+5", "no address", "x@y", "asleep", "n", "old"],
        ["n/a", " ann@corp.example ", "new@corp.example\u200b", "Active", "n", 7],
        ["'A1", None, "\u212a@corp.example", "", "n", ""],
    )
    assert places(records) == [
        ("column_ignored", None, "E", None, "Notes"),
        ("id_scientific_notation", 2, "A", "id", "1.2E+5"),
        ("id_placeholder", 3, "A", "id", "n/a"),
        ("id_trimmed", 4, "A", "id", "'A1"),
        ("email_invalid", 2, "B", "email", "no address"),
        ("email_trimmed", 3, "B", "email", " ann@corp.example "),
        ("email_missing", 4, "B", "email", None),
        ("email_compatibility_characters", 4, "C", "new_email", "\u212a@corp.example"),
        ("email_invalid", 2, "C", "new_email", "x@y"),
        ("email_trimmed", 3, "C", "new_email", "new@corp.example\u200b"),
        ("status_invalid", 2, "D", "status", "asleep"),
        ("number_invalid", 2, "F", "age", "old"),
    ]
    assert {issue.severity for issue in records.issues.where("id_scientific_notation", "email_invalid").page()} == {qi.Severity.ERROR}  # fmt: skip


def test_what_identity_needs_is_aligned_with_the_frame_and_always_complete() -> None:
    records = typed({"email": 0}, ["mail"], ["Ann@Corp.example"], ["bad"])
    identity = records.identity
    assert identity["_row"].equals(records.frame["_row"])
    assert identity["email_key"].to_list() == ["ann@corp.example", None]
    assert identity["email_fault"].to_list() == [None, "email_invalid"]
    for name in ("id", "id_fault", "new_email_key", "status", "status_scope"):
        assert identity[name].null_count() == 2
    for name in ("id_trimmed", "id_placeholder", "id_number", "new_email_trimmed", "status_invalid"):
        assert identity[name].to_list() == [False, False]


def test_a_number_cell_stays_known_as_a_number() -> None:
    records = typed({"id": 0, "email": 1}, ["id", "mail"], [7, "a@corp.example"], ["8", "b@corp.example"])
    assert records.identity["id_number"].to_list() == [True, False]
    assert records.frame["id"].to_list() == ["7", "8"]


def test_several_columns_become_one_answer_the_blank_ones_left_out() -> None:
    records = typed(
        {"email": 0, "town": ["street", "city"], "skills": [3, 4]},
        ["mail", "street", "city", "s1", "s2"],
        ["a@corp.example", "Elm St", "Bonn", "SQL", None],
        ["b@corp.example", None, "Ulm", None, "Go"],
        ["c@corp.example", None, None, None, None],
    )
    assert records.frame["town"].to_list() == ["Elm St Bonn", "Ulm", None]
    assert records.frame["skills"].to_list() == [["SQL"], ["Go"], None]
    assert records.columns["town"] == "B"


def test_a_whole_name_is_divided_for_its_two_fields() -> None:
    records = typed({"email": 0, "first_name": 1, "last_name": 1}, ["mail", "name"], ["a@corp.example", "Ann Lee"])
    assert (records.frame["first_name"].item(), records.frame["last_name"].item()) == ("Ann", "Lee")


def test_clear_words_and_marks_are_kept_beside_the_answers() -> None:
    rows = [["mail", "town", "skills"], ["a@corp.example", "(clear)", "+SQL"], ["b@corp.example", "Bonn", "Go"], ["c@corp.example", None, "-Go"]]  # fmt: skip
    records = typed({"email": 0, "town": 1, "skills": 2}, *rows, separator=";", append_marks=True)
    assert records.cleared["town"].to_list() == [True, False, False]
    assert records.frame["town"].to_list() == [None, "Bonn", None]
    assert records.instructions["skills"].to_list() == ["add", "replace", "remove"]
    without = typed({"email": 0, "skills": 2}, *rows, separator=";")
    assert without.instructions.columns == ["_row"]


def test_the_separator_said_stands_above_that_of_the_mapping_and_blank_is_none() -> None:
    made = table(["mail", "skills"], ["a@corp.example", "SQL|Go"])
    mapping = qi.ColumnMapping.of(made, {"email": 0, "skills": 1}, separator="|")
    assert qi.apply_mapping(made, mapping, SCHEMA).frame["skills"].item().to_list() == ["SQL", "Go"]
    for other in (";", ""):
        assert (
            "unknown_option"
            in qi.apply_mapping(made, mapping, SCHEMA, conventions=qi.Conventions(separator=other)).issues.counts()
        )


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"age": 1}, "email_not_mapped"),
        ({"email": None, "age": 1}, "email_not_mapped"),
        ({"email": 0, "colour": 1}, "field_unknown"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(columns: dict[str, Any], code: str) -> None:
    with pytest.raises(qi.MappingError) as caught:
        typed(columns, ["mail", "age"], ["a@corp.example", 7])
    assert caught.value.code == code


def test_a_mapping_of_a_wider_table_is_refused() -> None:
    wide = table(["mail", "age", "town"], ["a@corp.example", 7, "Bonn"])
    mapping = qi.ColumnMapping.of(wide, {"email": 0, "town": 2})
    with pytest.raises(qi.MappingError) as caught:
        qi.apply_mapping(table(["mail"], ["a@corp.example"]), mapping, SCHEMA)
    assert caught.value.code == "column_out_of_range"


def test_a_table_without_rows_gives_records_without_rows() -> None:
    records = typed(
        {"id": 0, "email": 1, "age": 2, "skills": 3, "status": 4}, ["id", "mail", "age", "skills", "status"]
    )
    assert (records.frame.height, records.identity.height) == (0, 0)
    assert records.identity_keys().height == 0


def test_the_keys_to_look_up_first_are_those_of_ids_addresses_looks_and_aliases() -> None:
    records = typed(
        {"id": 0, "email": 1, "new_email": 2},
        ["id", "mail", "new"],
        ["00A7", "Ann+x@corp.example", None],
        ["0a7", "a.b@gmail.com", "m\u0131ke@corp.example"],
        [None, "bad", "ann+x@corp.example"],
    )
    keys = records.identity_keys()
    told = {kind: sorted(keys.filter(pl.col("kind") == kind)["key"]) for kind in keys["kind"].unique()}
    assert told == {
        "id_fold": ["a7"],
        "email": ["a.b@gmail.com", "ann+x@corp.example", "m\u0131ke@corp.example"],
        "look": ["mike@corp.example"],
        "alias": ["ab@gmail.com", "ann@corp.example", "m\u0131ke@corp.example"],
    }


def test_every_column_is_bound_or_named_as_ignored() -> None:
    made = table(["mail", "x", None, "age"], ["a@corp.example", 1, 2, 3])
    mapping = qi.ColumnMapping.of(made, {"email": 0, "age": 3})
    records = qi.apply_mapping(made, mapping, SCHEMA)
    ignored = [issue.column for issue in records.issues.where("column_ignored").page()]
    assert sorted([*records.columns.values(), *(c for c in ignored if c is not None)]) == ["A", "B", "C", "D"]


def test_records_of_the_same_table_are_equal() -> None:
    rows = [["mail", "age"], ["a@corp.example", 7]]
    assert typed({"email": 0, "age": 1}, *rows) == typed({"email": 0, "age": 1}, *rows)
    assert typed({"email": 0, "age": 1}, *rows) != typed({"email": 0}, *rows)


def test_the_table_is_left_as_it_is() -> None:
    made = table(["mail", "age"], [" a@corp.example", "7"])
    qi.apply_mapping(made, qi.ColumnMapping.of(made, {"email": 0, "age": 1}), SCHEMA)
    assert made == table(["mail", "age"], [" a@corp.example", "7"])


def test_a_mapping_that_says_yes_means_inactive_is_obeyed_whatever_the_label() -> None:
    table = qi.Workbook.of_rows([["Email", "Flag"], ["ann@corp.example", "yes"], ["bob@corp.example", "no"]]).sheet()
    given = qi.ColumnMapping.of(table.table(header_row=1), {"email": 0, "status": 1})
    bindings = tuple(one.model_copy(update={"inverted": one.field == "status"}) for one in given.bindings)
    mapping = given.model_copy(update={"bindings": bindings})
    records = qi.apply_mapping(table.table(header_row=1), mapping, qi.Schema.participants())
    assert records.frame["status"].to_list() == ["suspended", "active"]


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\ufeff", "\u00ad", "\U000e0041", "\x07"])
def test_a_status_an_id_and_a_new_address_say_what_they_were_read_without(character: str) -> None:
    header = ["Mail", "New", "Number", "State"]
    rows = [
        ["ann@corp.example", character, character, f"Active{character}"],
        ["bob@corp.example", " ", "\u00a0", f"{character}Gone"],
    ]
    table = qi.Workbook.of_rows([header, *rows]).sheet().table(header_row=1)
    keys = {"email": "Mail", "new_email": "New", "id": "Number", "status": "State"}
    records = qi.apply_mapping(table, qi.ColumnMapping.of(table, keys), qi.Schema.participants())
    assert records.frame.select("new_email", "id", "status").rows() == [(None, None, "active"), (None, None, None)]
    found = records.issues.frame.select("row", "code", "field", "detail").rows()
    name = f"U+{ord(character):04X}"
    assert sorted(found, key=str) == [
        *((2, "text_trimmed", field, name) for field in ("id", "new_email", "status")),
        (3, "status_invalid", "status", None),
    ]
