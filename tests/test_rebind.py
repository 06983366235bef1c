"""A confirmed mapping on next month's file: found by labels, or said why not."""

from __future__ import annotations

from typing import Any

import pytest

from qooper_ingest.mapping import ColumnMapping
from qooper_ingest.table import Table
from qooper_ingest.workbook import Workbook

BOSSES = [[f"boss{i % 2}@corp.example", f"p{i}@corp.example", f"E{i:03}"] for i in range(6)]


def table(header: list[str], *rows: list[Any]) -> Table:
    return Workbook.of_rows([header, *rows]).sheet().table(header_row=1)


def test_columns_are_found_by_label() -> None:
    old = ColumnMapping.of(table(["No.", "Mail", "Town"]), {"id": 0, "email": 1, "town": 2})
    new = old.rebind(table(["mail", "No.", "Country"]))
    assert (new.mapping.column_of("email"), new.mapping.column_of("id"), new.mapping.column_of("town")) == (0, 1, None)
    assert (new.missing, new.new, new.moved) == (("Town",), ("Country",), ("No.", "Mail"))
    assert new.mapping.labels == ("mail", "No.", "Country")
    town = new.mapping.binding("town")
    assert town is not None
    assert (town.confidence, town.score, town.reasons) == ("none", 0.0, ("label_missing",))


@pytest.mark.parametrize(
    "second",
    ["E-mail", "e-mail", " E-MAIL ", "É-mail", "E- mail"],
    ids=["same", "case", "spaces", "accent", "inner space"],
)
def test_a_label_of_two_columns_in_the_new_file_binds_nothing(second: str) -> None:
    old = ColumnMapping.of(table(["Staff ID", "E-mail"], ["E1", "ann@corp.example"]), {"id": 0, "email": 1})
    new = old.rebind(table(["E-mail", second, "Staff ID"], *BOSSES))
    assert new.mapping.column_of("email") is None
    assert new.mapping.column_of("id") == 2
    assert (new.ambiguous, new.missing) == (("E-mail",), ())
    binding = new.mapping.binding("email")
    assert binding is not None
    assert (binding.confidence, binding.reasons) == ("none", ("label_ambiguous",))


def test_a_label_of_two_columns_in_the_old_file_binds_nothing() -> None:
    old = ColumnMapping.of(table(["Mail", "Mail"]), {"email": 1})
    for header in (["X", "Mail", "Mail"], ["X", "Mail"]):
        new = old.rebind(table(header))
        assert (new.mapping.column_of("email"), new.ambiguous, new.moved) == (None, ("Mail",), ())


def test_a_column_without_a_label_is_not_found_again() -> None:
    old = ColumnMapping.of(table(["", "Mail"]), {"id": 0, "email": 1})
    new = old.rebind(table(["", "Mail"]))
    assert (new.mapping.column_of("id"), new.missing) == (None, ("",))


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (["a@x.example", "b@x.example", "c@x.example"], ["2024-01-01", "2024-01-02", "2024-01-03"], False),
        (["a@x.example", "b@x.example", "c@x.example"], ["Ann", "Bo", "Cy"], False),
        (["E001", "E002", "E003"], ["a@x.example", "b@x.example", "c@x.example"], False),
        (["1001", "1002", "1003"], ["2024-01-01", "2024-01-02", "2024-01-03"], False),
        (["a@x.example", "b@x.example", "c@x.example"], ["d@x.example", "e@y.example", ""], True),
        (["a@x.example", "b@x.example", "c@x.example"], ["d@x.example", "n/a?", "e@y.example"], True),
        (["a@x.example", "b@x.example", "c@x.example"], ["", "", ""], True),
        (["1001", "1002", "1003"], ["E004", "E005", "E006"], True),
        (["Ann", "Bo", "Cy"], ["a longer remark about something else", "Bo", "Cy"], True),
        (["a@x.example", "x", "2024-01-01"], ["2024-01-01", "2024-01-02", "2024-01-03"], True),
    ],
    ids=["dates", "texts", "addresses for IDs", "dates for numbers", "addresses", "mostly addresses", "empty", "numbers to codes", "prose",
         "mixed before"],
)  # fmt: skip
def test_a_column_whose_cells_have_become_something_else_binds_nothing(
    before: list[str], after: list[str], kept: bool
) -> None:
    old = ColumnMapping.of(table(["Key", "Other"], *([cell, ""] for cell in before)), {"email": 0})
    new = old.rebind(table(["Other", "Key"], *(["", cell] for cell in after)))
    assert new.mapping.column_of("email") == (1 if kept else None)
    assert new.changed == (() if kept else ("Key",))


def test_a_field_of_several_columns_is_bound_only_where_all_are_found() -> None:
    old = ColumnMapping.of(table(["Mail", "Skill 1", "Skill 2"]), {"email": 0, "skills": [1, 2]})
    both = old.rebind(table(["Skill 2", "Skill 1", "Mail"])).mapping.binding("skills")
    assert both is not None
    assert both.columns == (1, 0)
    one = old.rebind(table(["Skill 2", "Mail"]))
    assert (one.mapping.column_of("skills"), one.missing) == (None, ("Skill 1",))


def test_the_content_survives_json_and_a_second_month() -> None:
    old = ColumnMapping.of(table(["Boss", "Mail", "ID"], *BOSSES), {"email": 1, "id": 2})
    again = ColumnMapping.from_json(old.to_json()).rebind(table(["Mail"])).mapping
    third = again.rebind(table(["Mail"], *([f"2024-01-0{i}"] for i in range(1, 6))))
    assert (again.column_of("email"), third.changed) == (0, ("Mail",))


def test_what_is_different_is_said_without_labels() -> None:
    new = ColumnMapping.of(table(["Mail", "Ann Secret"]), {"email": 0, "id": 1}).rebind(table(["Mail", "mail"]))
    assert repr(new) == "Rebound(1 missing, 1 new, 0 moved, 1 ambiguous, 0 changed)"
