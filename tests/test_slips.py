"""A finding about the whole file: IDs that stand beside the wrong people."""

from __future__ import annotations

from typing import Any

import pytest

import qooper_ingest as qi
from cases_support import directory_of, records_of

PEOPLE = [
    {"key": f"u{n}", "id": f"E{n}", "email": f"e{n}@corp.example", "status": "active", "roles": []} for n in range(12)
]


def plan_of_ids(ids: list[str]) -> qi.Plan:
    rows: list[dict[str, Any]] = [
        {"line": n + 2, "id": one, "email": f"e{n}@corp.example"} for n, one in enumerate(ids)
    ]
    return qi.resolve(records_of(rows), directory_of(PEOPLE))


def finding(plan: qi.Plan) -> dict[str, str | None]:
    found = plan.issues.where("ids_shifted", "ids_shuffled")
    return {issue.code: issue.detail for issue in found.page()}


@pytest.mark.parametrize(
    ("ids", "detail"),
    [
        ([f"E{n - 1}" if n else "X9" for n in range(12)], "in 11 rows the right ID stands 1 row below (shifted up)"),
        (
            [f"E{n + 1}" if n < 11 else "X9" for n in range(12)],
            "in 11 rows the right ID stands 1 row above (shifted down)",
        ),
        (
            [f"E{n - 2}" if n > 1 else f"X{n}" for n in range(12)],
            "in 10 rows the right ID stands 2 rows below (shifted up)",
        ),
    ],
)
def test_a_shifted_id_column_is_told_with_its_direction(ids: list[str], detail: str) -> None:
    plan = plan_of_ids(ids)
    assert set(finding(plan)) == {"ids_shifted"}
    assert str(finding(plan)["ids_shifted"]).startswith(detail)
    assert plan.summary.actions["conflict"] >= 10


def test_sorted_without_the_others_is_told_as_shuffled() -> None:
    order = [7, 2, 11, 0, 5, 9, 1, 4, 10, 3, 8, 6]
    plan = plan_of_ids([f"E{n}" for n in order])
    assert set(finding(plan)) == {"ids_shuffled"}
    assert "first rows" in str(finding(plan)["ids_shuffled"])


def test_a_swap_of_two_is_no_finding_about_the_file() -> None:
    ids = [f"E{n}" for n in range(12)]
    ids[3], ids[4] = ids[4], ids[3]
    assert finding(plan_of_ids(ids)) == {}


def test_a_file_in_order_has_no_finding() -> None:
    assert finding(plan_of_ids([f"E{n}" for n in range(12)])) == {}


def test_names_show_a_slipped_column_where_the_addresses_are_new() -> None:
    """Five people *de ...* whose IDs slipped by one row: each row alone would pass, or be stopped for its own reason."""
    names = ["Costa", "Rocha", "Matos", "Pires", "Lobo", "Sousa"]
    keys = ["id", "email", "first_name", "last_name"]
    people = [
        {"ref": f"u{n}", "id": f"E{n}", "email": f"e{n}@old.example", "first_name": f"P{n}x", "last_name": f"de {name}"}
        for n, name in enumerate(names)
    ]
    rows = [[f"E{n - 1}" if n else "X9", f"e{n}@new.example", f"P{n}x", f"de {name}"] for n, name in enumerate(names)]
    table = qi.Workbook.of_rows([keys, *rows]).sheet().table(header_row=1)
    records = qi.apply_mapping(table, qi.ColumnMapping.of(table, {key: key for key in keys}), qi.Schema.participants())
    plan = qi.resolve(records, qi.Directory.of(people))
    assert set(finding(plan)) == {"ids_shifted"}
    assert plan.frame["action"].to_list()[1:] == ["conflict"] * 5


def test_rows_that_would_all_be_applied_still_show_the_slip() -> None:
    """Everybody takes over the next one's address, and the first leaves: a chain of ordinary changes, one by one."""
    plan = plan_of_ids([*(f"E{n + 1}" for n in range(11)), "E0"])
    assert set(finding(plan)) == {"ids_shifted"}
