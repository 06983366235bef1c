"""The reference applier: what a plan says happens, all or nothing, and planning again finds nothing left to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest.testing import apply

SCHEMA = qi.Schema.participants(
    qi.Field(key="age", type="number"),
    qi.Field(key="born", type="date"),
    qi.Field(key="remote", type="boolean"),
    qi.Field(key="skills", type="multi_select", options=["SQL", "Go"]),
)
PEOPLE = [
    {"ref": "u1", "id": "A1", "email": "ann@corp.example", "age": 5, "host": "x"},
    {"ref": "u2", "id": "A2", "email": "bob@corp.example", "age": 6, "host": "y"},
    {"ref": "u3", "id": "A3", "email": "cyd@corp.example", "age": None, "host": "z"},
    {"ref": "u4", "id": None, "email": "dan@corp.example", "age": None, "host": None},
]
FILE = b"""id,email,status,age,born,remote,skills
A1,bob@corp.example,,6.5,2001-02-03,yes,SQL;Go
A2,ann@corp.example,,,,,
A3,eve@corp.example,suspended,,,no,
A4,dan@corp.example,,1,,,
A5,cyd@corp.example,,,,,Go
,nope,,,,,
"""
POLICY = qi.Policy(
    allow_email_cycles=True, thresholds=qi.Thresholds(max_email_changes_pct=100, max_suspensions_pct=100)
)
CHOICES = qi.Choices(policy=POLICY, conventions=qi.Conventions(separator=";"))


def planned(directory: qi.Directory, file: bytes = FILE, choices: qi.Choices = CHOICES) -> qi.Plan:
    return qi.plan_import(file, schema=SCHEMA, directory=directory, choices=choices)


@pytest.mark.parametrize("form", ["rows", "typed rows", "lazy"])
def test_after_applying_the_same_file_plans_unchanged_everywhere(form: str) -> None:
    people = {
        "rows": qi.Directory.of(PEOPLE, version="7", active_people=9),
        "typed rows": qi.Directory.of(PEOPLE, schema=SCHEMA),
        "lazy": qi.Directory.of(pl.LazyFrame(PEOPLE)),
    }[form]
    plan = planned(people)
    assert {action for action, count in plan.summary.actions.items() if count} == {
        "change_email",
        "update",
        "create",
        "reject",
    }
    after = apply(plan, people)
    assert isinstance(after.frame, pl.DataFrame)
    again = planned(after)
    assert again.frame["action"].to_list() == ["unchanged"] * 5 + ["reject"]
    assert (after.version, after.complete, after.active_people) == (people.version, True, people.active_people)
    now = {person["ref"]: person for person in after.frame.to_dicts()}
    assert (now["u1"]["email"], now["u1"]["age"], now["u1"]["born"]) == ("bob@corp.example", 6.5, dt.date(2001, 2, 3))
    assert (now["u1"]["remote"], now["u1"]["skills"]) == (True, ["SQL", "Go"])
    assert (now["u3"]["status"], now["u4"]["id"], now["new:6"]["email"]) == ("suspended", "A4", "cyd@corp.example")
    if form != "typed rows":
        assert (now["u1"]["host"], now["new:6"]["host"]) == ("x", None), "the host's own columns are kept"


def test_applying_again_changes_nothing() -> None:
    people = qi.Directory.of(PEOPLE, schema=SCHEMA)
    plan = planned(people)
    after = apply(plan, people)
    assert apply(plan, after) == after


def test_the_directory_is_left_as_it_is() -> None:
    people = qi.Directory.of(PEOPLE, schema=SCHEMA)
    apply(planned(people), people)
    assert people == qi.Directory.of(PEOPLE, schema=SCHEMA)


def test_a_plan_that_a_guard_stops_is_refused() -> None:
    people = qi.Directory.of(PEOPLE)
    plan = planned(people, choices=qi.Choices(policy=qi.Policy(thresholds=qi.Thresholds(max_email_changes_pct=1))))
    with pytest.raises(qi.UsageError) as caught:
        apply(plan, people)
    assert (caught.value.code, caught.value.params) == ("plan_not_applyable", {"guards": "too_many_email_changes"})


def test_a_plan_for_people_who_have_changed_is_refused() -> None:
    plan = planned(qi.Directory.of(PEOPLE))
    with pytest.raises(qi.UsageError) as caught:
        apply(plan, qi.Directory.of([PEOPLE[0] | {"email": "x@corp.example"}, *PEOPLE[1:]]))
    assert caught.value.code == "plan_stale"
    assert caught.value.params == {"count": 1, "rows": "[2]"}


def test_a_ref_that_is_taken_is_not_taken_twice() -> None:
    people = qi.Directory.of([{"ref": "new:2", "email": "a@corp.example"}])
    after = apply(planned(people, b"email\nb@corp.example\n", qi.Choices()), people)
    assert after.frame["ref"].to_list() == ["new:2", "new:2'"]


def broken(plan: qi.Plan, **columns: Any) -> qi.Plan:
    """The plan with other values in its operations, as no plan has them, judged by its preconditions alone."""
    new = plan._new.with_columns(pl.lit(value).alias(name) for name, value in columns.items())
    return replace(plan, _new=new, _records=None)


@pytest.mark.parametrize(
    ("file", "columns", "key"),
    [
        (b"id,email\nN1,n1@corp.example\nN2,n2@corp.example\n", {"email": "n@corp.example", "absent_email": "n@corp.example"}, "e-mail"),
        (b"id,email\nN1,n1@corp.example\nN2,n2@corp.example\n", {"id": "N", "absent_id": "N"}, "ID"),
    ],
)  # fmt: skip
def test_operations_that_would_give_two_people_one_key_are_refused(
    file: bytes, columns: dict[str, Any], key: str
) -> None:
    people = qi.Directory.of(PEOPLE)
    with pytest.raises(qi.UsageError) as caught:
        apply(broken(planned(people, file, qi.Choices()), **columns), people)
    assert (caught.value.code, caught.value.params) == ("plan_breaks_uniqueness", {"key": key})


def test_step_by_step_and_one_call_give_the_same_plan() -> None:
    people = qi.Directory.of(PEOPLE)
    workbook = qi.read_workbook(FILE)
    sheet = workbook.sheet()
    guess = qi.detect_header(sheet, schema=SCHEMA)
    table = sheet.table(header_rows=guess.rows)
    mapping = qi.suggest_mapping(table, SCHEMA, directory=people)
    separator = qi.detect_separator(table, mapping, SCHEMA).separator
    records = qi.apply_mapping(table, mapping, SCHEMA, conventions=qi.Conventions(separator=separator))
    steps = qi.resolve(records, people, policy=POLICY)
    one = planned(people, choices=qi.Choices(policy=POLICY))
    assert steps.fingerprint == one.fingerprint
    assert steps.frame.equals(one.frame)
    said = qi.Choices(
        policy=POLICY,
        header_rows=guess.rows,
        mapping=mapping,
        conventions=qi.Conventions(separator=separator),
        source_sha256=workbook.sha256,
    )
    again = planned(people, choices=qi.Choices.from_json(said.to_json()))
    assert again.fingerprint == one.fingerprint
