"""Plans: typed operations, their order, checks against a newer directory, guards, decisions, saving."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest.plan.saved import fingerprint_of
from qooper_ingest.testing import apply

SCHEMA = qi.Schema.participants(
    qi.Field(key="department"),
    qi.Field(key="bio", type="long_text"),
    qi.Field(key="age", type="number"),
    qi.Field(key="born", type="date"),
    qi.Field(key="town", type="location"),
    qi.Field(key="remote", type="boolean"),
    qi.Field(key="level", type="select", options=["Junior", "Senior"]),
    qi.Field(key="skills", type="multi_select", options=["SQL", "Go", "Rust"]),
    clear_word="(clear)",
)


def records(
    *rows: dict[str, Any], schema: qi.Schema = SCHEMA, marks: bool = False, separator: str | None = ";"
) -> qi.Records:
    """Rows from row 2 on, under a header with every key that any row has."""
    keys = [field.key for field in schema.fields if any(field.key in row for row in rows)] or ["email"]
    table = qi.Workbook.of_rows([keys, *([row.get(key) for key in keys] for row in rows)]).sheet().table(header_row=1)
    mapping = qi.ColumnMapping.of(table, {key: key for key in keys})
    return qi.apply_mapping(table, mapping, schema, conventions=qi.Conventions(separator=separator, append_marks=marks))


def people(*rows: dict[str, Any], schema: qi.Schema = SCHEMA, **settings: Any) -> qi.Directory:
    return qi.Directory.of(list(rows), schema=schema, **settings)


def ann(**more: Any) -> dict[str, Any]:
    return {"ref": "u1", "id": "A1", "email": "ann@corp.example"} | more


def many(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"ref": f"u{n}", "id": f"A{n}", "email": f"p{n}@corp.example"} | more for n in range(count)]


def plan(rows: list[dict[str, Any]], stored: list[dict[str, Any]], *, schema: qi.Schema = SCHEMA, marks: bool = False, **policy: Any) -> qi.Plan:  # fmt: skip
    return qi.resolve(
        records(*rows, schema=schema, marks=marks), people(*stored, schema=schema), policy=qi.Policy(**policy)
    )


def flat(made: qi.Plan, **size: int) -> list[qi.Operation]:
    return [operation for batch in made.operations(**size) for operation in batch]


def only(made: qi.Plan) -> qi.Operation:
    (operation,) = flat(made)
    return operation


def row(made: qi.Plan, number: int = 2) -> dict[str, Any]:
    return made.frame.row(by_predicate=pl.col("row") == number, named=True)


# -- typed operations --------------------------------------------------------------------------------------------------


def test_a_create_has_every_answer_and_nothing_before() -> None:
    made = plan([{"id": "A9", "email": "New@corp.example", "age": 7, "status": "active"}], [], role="mentee")
    operation = only(made)
    assert type(operation) is qi.Create
    assert operation.changes == (
        qi.FieldChange("age", None, 7.0),
        qi.FieldChange("email", None, "New@corp.example"),
        qi.FieldChange("id", None, "A9"),
        qi.FieldChange("roles", None, ("mentee",)),
        qi.FieldChange("status", None, "active"),
    )
    assert (operation.row, operation.absent_email, operation.absent_id) == (2, "new@corp.example", "A9")
    assert operation.value("age") == 7.0
    assert operation.value("born") is None


def test_an_update_names_the_person_and_what_was_seen() -> None:
    stored = ann(department="Sales", sso_subject="A1", status="suspended")
    operation = only(plan([{"id": "A1", "email": "ann@corp.example", "department": "IT"}], [stored]))
    assert type(operation) is qi.Update
    assert operation.ref == "u1"
    assert operation.changes == (qi.FieldChange("department", "Sales", "IT"),)
    assert operation.expected == qi.PersonState(id="A1", email="ann@corp.example", status="suspended", sso_subject="A1")
    assert operation.codes == ("matched_suspended_user",)
    assert (operation.absent_email, operation.absent_id, operation.group, operation.status_scope) == (None,) * 4


def test_a_change_of_address_carries_the_other_changes_too() -> None:
    operation = only(plan([{"id": "A1", "email": "lee@corp.example", "status": "suspended", "age": 3}], [ann()], thresholds={"max_suspensions_pct": 100, "max_email_changes_pct": 100}))  # fmt: skip
    assert type(operation) is qi.ChangeEmail
    assert [change.field for change in operation.changes] == ["age", "email", "status"]
    assert operation.absent_email == "lee@corp.example"
    assert operation.status_scope == "programme"


@pytest.mark.parametrize(
    ("stored", "told", "kind"),
    [("active", "Suspended", qi.Suspend), ("suspended", "ACTIVE", qi.Reactivate)],
)
def test_a_change_of_status_is_a_suspension_or_the_end_of_one(stored: str, told: str, kind: type) -> None:
    operation = only(plan([{"id": "A1", "email": "ann@corp.example", "status": told}], [ann(status=stored)]))
    assert type(operation) is kind
    assert operation.changes == (qi.FieldChange("status", stored, told.lower()),)


def test_a_link_gives_an_id_that_nobody_may_hold() -> None:
    operation = only(plan([{"id": "A1", "email": "ann@corp.example"}], [ann(id=None, sso_subject="A1")]))
    assert type(operation) is qi.Update
    assert operation.changes == (qi.FieldChange("id", None, "A1"),)
    assert operation.absent_id == "A1"


def test_a_role_is_added_to_those_that_are_there() -> None:
    made = plan(
        [{"id": "A1", "email": "ann@corp.example"}], [ann(roles=["mentor"])], role="mentee", on_other_role="add"
    )
    assert only(made).changes == (qi.FieldChange("roles", ("mentor",), ("mentor", "mentee")),)


@pytest.mark.parametrize(
    ("key", "before", "cell", "after"),
    [
        ("department", "Sales", "IT", "IT"),
        ("bio", "Old", "New\nlines", "New\nlines"),
        ("age", 7, "8.5", 8.5),
        ("born", dt.date(2001, 2, 3), dt.date(2001, 2, 4), dt.date(2001, 2, 4)),
        ("town", "Bonn", "Köln", "Köln"),
        ("remote", True, "no", False),
        ("level", "Junior", "senior", "Senior"),
        ("skills", ["SQL"], "Go;Rust", ("Go", "Rust")),
    ],
)
def test_a_field_of_every_type_has_a_typed_before_and_after(key: str, before: Any, cell: Any, after: Any) -> None:
    rows = [{"id": "A1", "email": "ann@corp.example", key: cell}]
    made = plan(rows, [ann(**{key: before})])
    seen = tuple(before) if isinstance(before, list) else before
    (change,) = only(made).changes
    assert change == qi.FieldChange(key, seen, after)
    assert type(change.after) is type(after)
    again = qi.resolve(records(*rows), apply(made, people(ann(**{key: before}))))
    assert again.summary.actions["unchanged"] == 1
    line = json.loads(next(iter(made.to_jsonl())))
    assert line["changes"][0]["field"] == key


def test_what_is_as_stored_is_unchanged_and_no_operation() -> None:
    stored = ann(department="IT", age=7, skills=["Go", "SQL"], remote=True, level="Junior", born=dt.date(2001, 2, 3))
    rows = [{"id": "A1", "email": "ANN@corp.example", "department": "IT", "age": "7", "skills": "SQL;Go", "remote": "yes", "level": "Junior", "born": "2001-02-03"}]  # fmt: skip
    made = plan(rows, [stored])
    assert row(made)["action"] == "unchanged"
    assert flat(made) == []
    assert row(made)["info"] == ["email_spelling_differs"]


def test_blank_cells_change_nothing() -> None:
    stored = ann(department="IT", age=7, skills=["Go"], status="suspended")
    made = plan([{"id": "A1", "email": "ann@corp.example", "department": None, "age": "", "skills": " ", "status": None}], [stored])  # fmt: skip
    assert row(made)["action"] == "unchanged"


# -- how answers replace the stored ones -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "cell", "after"),
    [
        ({}, "Rust", ("Rust",)),
        ({"multi_select": "union"}, "Rust;SQL", ("SQL", "Go", "Rust")),
        ({"multi_select": "union"}, "SQL", None),
        ({}, "SQL;Go", None),
        ({}, "(clear)", None.__class__),
        ({"multi_select": "union"}, "(clear)", None.__class__),
    ],
)
def test_multi_select_answers_replace_or_join_the_stored_ones(policy: Any, cell: str, after: Any) -> None:
    made = plan([{"id": "A1", "email": "ann@corp.example", "skills": cell}], [ann(skills=["SQL", "Go"])], **policy)
    if after is None:
        assert row(made)["action"] == "unchanged"
    elif after is type(None):
        assert only(made).changes == (qi.FieldChange("skills", ("SQL", "Go"), None),)
    else:
        assert only(made).value("skills") == after


@pytest.mark.parametrize(
    ("cell", "stored", "after"),
    [
        (";Rust", ["SQL"], ("SQL", "Rust")),
        ("+Rust", ["SQL"], ("SQL", "Rust")),
        ("+Rust", None, ("Rust",)),
        ("-SQL", ["SQL", "Go"], ("Go",)),
        ("-SQL", ["SQL"], ()),
        ("-Rust", ["SQL"], None),
        ("-Rust", None, None),
        ("Rust", ["SQL"], ("Rust",)),
    ],
)
def test_marks_add_to_the_stored_answers_and_take_from_them(cell: str, stored: Any, after: Any) -> None:
    made = plan([{"id": "A1", "email": "ann@corp.example", "skills": cell}], [ann(skills=stored)], marks=True)
    if after is None:
        assert row(made)["action"] == "unchanged"
    else:
        assert only(made).value("skills") == after
        again = qi.resolve(
            records({"id": "A1", "email": "ann@corp.example", "skills": cell}, marks=True),
            apply(made, people(ann(skills=stored))),
        )
        assert again.summary.actions["unchanged"] == 1


def test_a_new_person_gets_what_a_mark_adds_and_nothing_of_what_it_takes() -> None:
    made = plan(
        [{"email": "a@corp.example", "skills": "+SQL"}, {"email": "b@corp.example", "skills": "-SQL"}], [], marks=True
    )
    assert [operation.value("skills") for operation in flat(made)] == [("SQL",), None]


def test_fill_blank_fills_only_what_is_empty() -> None:
    stored = ann(department="IT", bio="", age=None, skills=[])
    rows = [{"id": "A1", "email": "ann@corp.example", "department": "HR", "bio": "Hello", "age": 5, "skills": "Go"}]
    made = plan(rows, [stored], update="fill_blank")
    assert row(made)["changed"] == ["age", "bio", "skills"]
    assert row(plan([{"email": "new@corp.example", "department": "HR"}], [], update="fill_blank"))["changed"] == ["department", "email"]  # fmt: skip


def test_fill_blank_clears_nothing() -> None:
    made = plan([{"id": "A1", "email": "ann@corp.example", "department": "(clear)"}], [ann(department="IT")], update="fill_blank")  # fmt: skip
    assert row(made)["action"] == "unchanged"


def test_the_clear_word_empties_what_is_stored() -> None:
    rows = [{"id": "A1", "email": "ann@corp.example", "department": "(clear)", "age": "(clear)", "bio": "(clear)"}]
    made = plan(rows, [ann(department="IT", age=7.0, bio=None)])
    assert only(made).changes == (qi.FieldChange("age", 7.0, None), qi.FieldChange("department", "IT", None))
    assert row(plan([{"email": "new@corp.example", "department": "(clear)"}], []))["changed"] == ["email"]


def test_a_new_person_needs_the_required_answers() -> None:
    schema = qi.Schema.participants(qi.Field(key="department", required=True))
    rows = [{"email": "new@corp.example", "department": None}, {"email": "ann@corp.example", "department": None}]
    made = plan(rows, [ann(department="IT")], schema=schema)
    assert (row(made, 2)["action"], row(made, 2)["codes"]) == ("reject", ["required_missing"])
    assert row(made, 3)["action"] == "unchanged"
    made = plan([{"email": "new@corp.example"}], [], schema=schema)
    assert row(made)["codes"] == ["required_missing"], "a file without the column has no answers either"


# -- order, batches, groups --------------------------------------------------------------------------------------------


def chain(length: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Everybody moves to the address of the next one; the rows stand in the worst order."""
    rows = [{"id": f"A{n}", "email": f"p{n + 1}@corp.example"} for n in range(length)]
    return rows, many(length)


FREE = {"max_email_changes_pct": 100, "max_suspensions_pct": 100}


def test_an_address_is_freed_before_it_is_taken() -> None:
    rows, stored = chain(30)
    made = plan(rows, stored, thresholds=FREE)
    assert len(made.dependencies) == 29
    for size in (1, 7, 1000):
        place = {operation.row: at for at, operation in enumerate(flat(made, size=size))}
        assert all(place[first] < place[second] for first, second in made.dependencies)


def test_rows_that_wait_for_nobody_keep_the_order_of_the_file() -> None:
    rows = [{"email": f"n{n}@corp.example"} for n in range(9)]
    assert [operation.row for operation in flat(plan(rows, []), size=2)] == list(range(2, 11))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_batches_hold_so_many_operations_and_never_cut_a_group(size: int) -> None:
    rows = [
        {"id": "A0", "email": "p1@corp.example"},
        {"id": "B1", "email": "new1@corp.example"},
        {"id": "A1", "email": "p2@corp.example"},
        {"id": "B2", "email": "new2@corp.example"},
        {"id": "A2", "email": "p0@corp.example"},
        {"id": "A3", "email": "p4@corp.example"},
        {"id": "A4", "email": "p3@corp.example"},
        {"id": "A5", "email": "p6@corp.example"},
        {"id": "A6", "email": "p7@corp.example"},
    ]
    made = plan(rows, many(7), thresholds=FREE, allow_email_cycles=True)
    assert made.atomic_groups == ((2, 4, 6), (7, 8))
    assert made.dependencies == ((10, 9),)
    batches = list(made.operations(size=size))
    assert sorted(operation.row for batch in batches for operation in batch) == list(range(2, 11))
    for group in made.atomic_groups:
        assert sum(any(operation.row in group for operation in batch) for batch in batches) == 1
    for batch in batches[:-1]:
        assert len(batch) >= size
        if len(batch) > size:
            assert batch[size - 1].group is not None
    assert {operation.row: operation.group for operation in flat(made)}[4] == 0
    after = apply(made, people(*many(7)))
    assert qi.resolve(records(*rows), after).summary.actions["unchanged"] == 9


@pytest.mark.parametrize("size", [0, -1])
def test_a_batch_has_at_least_one_operation(size: int) -> None:
    with pytest.raises(qi.UsageError, match="size must be at least 1"):
        plan([], []).operations(size=size)


def test_operations_are_made_when_they_are_asked_for() -> None:
    made = plan([{"email": f"n{n}@corp.example"} for n in range(5)], [])
    batches = made.operations(size=2)
    assert isinstance(batches, Iterator)
    assert [len(batch) for batch in batches] == [2, 2, 1]


def test_an_empty_file_gives_an_empty_plan() -> None:
    made = plan([], many(3))
    assert flat(made) == []
    assert made.can_apply
    assert sum(made.summary.actions.values()) == 0


# -- check -------------------------------------------------------------------------------------------------------------

ROWS = [
    {"id": "A1", "email": "ann@corp.example", "department": "IT"},
    {"id": "A9", "email": "new@corp.example", "department": "HR"},
]


def test_nothing_is_stale_while_nothing_has_changed() -> None:
    made = plan(ROWS, [ann()])
    state = made.check(people(ann()))
    assert not state
    assert (len(state), state.rows, state.done, state.pending) == (0, (), (), 2)


@pytest.mark.parametrize(
    ("now", "reasons"),
    [
        ([], ("person_missing",)),
        ([ann(status="deleted")], ("person_missing",)),
        ([ann(id="A2")], ("person_changed",)),
        ([ann(id=None)], ("person_changed",)),
        ([ann(email="lee@corp.example")], ("person_changed",)),
        ([ann(status="suspended")], ("person_changed",)),
        ([ann(sso_subject="x")], ("person_changed",)),
    ],
)
def test_an_operation_is_stale_when_the_person_is_not_as_seen(
    now: list[dict[str, Any]], reasons: tuple[str, ...]
) -> None:
    made = plan(ROWS[:1], [ann()])
    (stale,) = made.check(people(*now))
    assert stale == qi.Stale(row=2, ref="u1", reasons=reasons)


def test_what_the_plan_does_not_rest_on_may_change() -> None:
    assert not plan(ROWS[:1], [ann()]).check(people(ann(roles=["mentor"], age=3, skills=["SQL"])))


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        ({"ref": "u9", "id": "B9", "email": "NEW@corp.example"}, ("email_taken",)),
        ({"ref": "u9", "id": "A9", "email": "else@corp.example"}, ("id_taken",)),
        ({"ref": "u9", "id": "A9", "email": "new@corp.example"}, ("email_taken", "id_taken")),
        ({"ref": "u9", "id": "B9", "email": "new@corp.example", "status": "deleted"}, ("email_taken",)),
    ],
)
def test_an_operation_is_stale_when_somebody_holds_its_keys(other: dict[str, Any], reasons: tuple[str, ...]) -> None:
    made = plan(ROWS[1:], [ann()])
    (stale,) = made.check(people(ann(), other))
    assert stale == qi.Stale(row=2, ref=None, reasons=reasons)


@pytest.mark.parametrize(
    ("row", "now", "policy", "reason", "code"),
    [
        (ROWS[0], [ann(protected=True)], {}, "person_protected", "protected_user"),
        (ROWS[0], [ann(department="HR")], {}, "answer_changed", None),
        ({"id": "A1", "email": "ann@corp.example", "status": "suspended"}, [ann(status_locked=True)], {}, "status_locked", "status_read_only"),
        (ROWS[1], [ann(), {"ref": "u9", "id": "0A9", "email": "x@corp.example"}], {}, "id_variant_taken", "id_leading_zeros_lost"),
        (ROWS[1], [ann(), {"ref": "u9", "id": "a9", "email": "x@corp.example"}], {}, "id_variant_taken", "id_case_variant"),
        (ROWS[1], [ann(), {"ref": "u9", "id": "A9", "email": "x@corp.example", "status": "deleted"}], {"deleted_email": "reusable"}, "id_variant_taken", "id_held_by_deleted_user"),
        (ROWS[1], [ann(), {"ref": "u9", "email": "x@corp.example", "sso_subject": "A9"}], {}, "subject_taken", "sso_subject_owned_by_other_user"),
        (ROWS[0], [ann(roles=["mentor"])], {"role": "mentee"}, "answer_changed", "role_mismatch"),
    ],
)  # fmt: skip
def test_an_operation_is_stale_where_a_new_plan_would_not_repeat_it(
    row: dict[str, Any], now: list[dict[str, Any]], policy: dict[str, Any], reason: str, code: str | None
) -> None:
    (stale,) = plan([row], [ann()], thresholds=FREE, **policy).check(people(*now))
    assert stale.reasons == (reason,)
    assert code is None or code in stale.codes


def test_answers_that_are_added_say_what_is_added_and_are_stale_where_the_stored_ones_have_changed() -> None:
    made = plan(
        [{"id": "A1", "email": "ann@corp.example", "skills": "Go"}], [ann(skills=["SQL"])], multi_select="union"
    )
    ((operation,),) = made.operations()
    (change,) = operation.changes
    assert (change.before, change.after, change.added, change.removed) == (("SQL",), ("SQL", "Go"), ("Go",), ())
    (stale,) = made.check(people(ann(skills=["SQL", "Python"])))
    assert stale.reasons == ("answer_changed",)
    assert made.check(people(ann(skills=["Go", "Python"]))).done == (2,), "nothing is left to be added"


def test_a_replaced_answer_says_nothing_of_what_is_added() -> None:
    made = plan([{"id": "A1", "email": "ann@corp.example", "skills": "Go"}], [ann(skills=["SQL"])])
    ((operation,),) = made.operations()
    assert (operation.changes[0].added, operation.changes[0].removed) == (None, None)


def test_a_deleted_person_s_address_is_free_where_the_host_says_so() -> None:
    made = plan(ROWS[1:], [ann()], deleted_email="reusable")
    assert not made.check(people(ann(), {"ref": "u9", "email": "new@corp.example", "status": "deleted"}))


def test_ids_are_compared_as_the_plan_s_policy_says() -> None:
    now = people(ann(), {"ref": "u9", "id": "a9", "email": "else@corp.example"})
    (stale,) = plan(ROWS[1:], [ann()]).check(now)
    assert (stale.reasons, stale.codes) == (("id_variant_taken",), ("id_case_variant",))
    (stale,) = plan(ROWS[1:], [ann()], id_case="ascii_insensitive").check(now)
    assert stale.reasons == ("id_taken",)


def test_an_address_that_the_plan_frees_itself_is_not_taken() -> None:
    rows, stored = chain(3)
    assert not plan(rows, stored, thresholds=FREE).check(people(*stored))
    swap = [{"id": "A0", "email": "p1@corp.example"}, {"id": "A1", "email": "p0@corp.example"}]
    made = plan(swap, many(2), thresholds=FREE, allow_email_cycles=True)
    assert not made.check(people(*many(2)))
    moved = people({"ref": "u0", "id": "A0", "email": "p0@corp.example"}, {"ref": "u1", "id": "A1", "email": "x@corp.example"}, {"ref": "u2", "id": "A2", "email": "p1@corp.example"})  # fmt: skip
    assert {stale.row: stale.reasons for stale in made.check(moved)} == {2: ("email_taken",), 3: ("person_changed",)}


def test_what_is_done_already_is_done_and_not_stale() -> None:
    made = plan(ROWS, [ann()])
    after = apply(made, people(ann()))
    state = made.check(after)
    assert (len(state), state.done, state.pending) == (0, (2, 3), 0)
    assert apply(made, after) == after, "a retry changes nothing"


def test_half_of_a_plan_may_be_retried() -> None:
    made = plan(ROWS, [ann()])
    half = people(ann(department="IT"))
    state = made.check(half)
    assert (len(state), state.done, state.pending) == (0, (2,), 1)
    assert qi.resolve(records(*ROWS), apply(made, half)).summary.actions["unchanged"] == 2


def test_a_create_is_done_only_if_the_new_person_is_as_the_plan_says() -> None:
    made = plan(ROWS[1:], [ann()])
    other = {"ref": "n", "id": "A9", "email": "new@corp.example", "department": "Sales"}
    assert [stale.reasons for stale in made.check(people(ann(), other))] == [("email_taken", "id_taken")]
    assert made.check(people(ann(), other | {"department": "HR"})).done == (2,)


def test_a_check_gives_the_same_answer_for_a_lazy_directory(tmp_path: Path) -> None:
    rows, stored = chain(5)
    made = plan(
        [*rows, {"id": "N1", "email": "n@corp.example"}, {"id": "N2", "email": "m@corp.example"}],
        stored,
        thresholds=FREE,
    )
    now = [*many(4), {"ref": "u4", "id": "A4", "email": "x@corp.example"}, {"ref": "x", "id": "N1", "email": "\u00a0Q@corp.example"}, {"ref": "y", "id": "zz", "email": " M@corp.example\t"}]  # fmt: skip
    pl.DataFrame(now).write_parquet(tmp_path / "people.parquet")
    eager = made.check(people(*now))
    assert made.check(qi.Directory.of(pl.scan_parquet(tmp_path / "people.parquet"))) == eager
    assert {stale.row: stale.reasons for stale in eager} == {
        6: ("person_changed",),
        7: ("id_taken",),
        8: ("email_taken",),
    }


# -- guards ------------------------------------------------------------------------------------------------------------


def suspending(count: int, of: int, **policy: Any) -> qi.Plan:
    rows = [{"id": f"A{n}", "email": f"p{n}@corp.example", "status": "suspended"} for n in range(count)]
    return plan(rows, many(of), **policy)


@pytest.mark.parametrize(
    ("count", "of", "can_apply"),
    [(200, 1000, True), (201, 1000, False), (2, 10, True), (3, 10, False), (9, 9, True), (500, 5000, True), (501, 5000, False)],
)  # fmt: skip
def test_more_than_20_percent_or_500_suspensions_stop_the_plan(count: int, of: int, can_apply: bool) -> None:
    made = suspending(count, of)
    assert made.can_apply is can_apply
    assert len(flat(made)) == (count if can_apply else 0)
    assert ("too_many_suspensions" in made.summary.codes) is not can_apply


@pytest.mark.parametrize(("accepted", "can_apply"), [(3, True), (2, False), (4, False)])
def test_a_guard_is_acknowledged_by_its_exact_count(accepted: int, can_apply: bool) -> None:
    made = suspending(3, 10, acknowledged={"too_many_suspensions": accepted})
    assert made.can_apply is can_apply
    (guard,) = made.summary.guards
    assert (guard.code, guard.count, guard.of, guard.limit, guard.acknowledged) == (
        "too_many_suspensions", 3, 10, 20.0, can_apply,
    )  # fmt: skip
    (issue,) = made.issues.where("too_many_suspensions").page()
    assert issue.severity == (qi.Severity.WARNING if can_apply else qi.Severity.ERROR)
    assert issue.detail == "3 of 10, limit 20"


def test_acknowledging_another_guard_does_not_help() -> None:
    assert not suspending(3, 10, acknowledged={"too_many_email_changes": 3}).can_apply


def test_a_threshold_that_is_given_applies_from_the_first_person() -> None:
    assert suspending(1, 1).can_apply
    assert not suspending(1, 1, thresholds={"max_suspensions_pct": 50}).can_apply
    assert suspending(1, 1, thresholds={"max_suspensions_pct": 50, "from_people": 2}).can_apply


def test_too_many_changes_of_address_and_too_few_matches_are_guarded() -> None:
    rows = [{"id": f"A{n}", "email": f"new{n}@corp.example"} for n in range(2)] + [
        {"id": f"A{n}", "email": f"p{n}@corp.example"} for n in range(2, 10)
    ]
    made = plan(rows, many(10))
    assert [(guard.code, guard.count, guard.of) for guard in made.summary.guards] == [("too_many_email_changes", 2, 10)]
    made = plan([{"email": f"x{n}@corp.example"} for n in range(3)], many(3), thresholds={"min_match_pct": 50})
    assert [(guard.code, guard.count, guard.of) for guard in made.summary.guards] == [("low_match_rate", 0, 3)]


def test_active_people_who_were_not_given_count_if_the_host_names_their_number() -> None:
    rows = records(*({"id": f"A{n}", "email": f"p{n}@corp.example", "status": "suspended"} for n in range(12)))
    assert not qi.resolve(rows, people(*many(12), complete=False)).can_apply
    assert qi.resolve(rows, people(*many(12), complete=False, active_people=1000)).can_apply


# -- full snapshots ----------------------------------------------------------------------------------------------------

HERE = [{"id": f"A{n}", "email": f"p{n}@corp.example"} for n in range(9)]


def test_absence_means_nothing_unless_the_file_is_declared_to_name_everybody() -> None:
    for policy in ({}, {"absent": "suspend"}, {"full_snapshot": True}):
        made = plan(HERE, many(10), **policy)
        assert (made.summary.absent, flat(made)) == (0, [])


def test_absence_means_nothing_where_the_directory_is_not_complete() -> None:
    made = qi.resolve(
        records(*HERE), people(*many(10), complete=False), policy=qi.Policy(absent="suspend", full_snapshot=True)
    )
    assert (made.summary.absent, flat(made)) == (0, [])


def test_people_whom_a_full_snapshot_does_not_name_are_reported() -> None:
    made = plan(HERE, many(10), absent="report", full_snapshot=True)
    assert (made.summary.absent, flat(made)) == (1, [])
    assert made.summary.codes["person_absent"] == 1


def test_people_whom_a_full_snapshot_does_not_name_are_suspended() -> None:
    stored = [*many(10), {"ref": "p", "id": "P1", "email": "boss@corp.example", "protected": True}, {"ref": "s", "id": "S1", "email": "s@corp.example", "status": "suspended"}]  # fmt: skip
    rows = [*HERE, {"id": "N1", "email": "n@corp.example"}]
    made = plan(rows, stored, absent="suspend", full_snapshot=True)
    create, suspend = flat(made)
    assert type(create) is qi.Create
    assert type(suspend) is qi.Suspend
    assert (suspend.row, suspend.ref, suspend.changes) == (
        None,
        "u9",
        (qi.FieldChange("status", "active", "suspended"),),
    )
    assert suspend.expected.email == "p9@corp.example"
    after = apply(made, people(*stored))
    again = qi.resolve(records(*rows), after, policy=qi.Policy(absent="suspend", full_snapshot=True))
    assert (again.summary.absent, again.summary.actions["unchanged"]) == (0, 10)
    assert made.check(people(*stored, {"ref": "z", "email": "z@corp.example"})).pending == 2


def test_a_full_snapshot_is_measured_against_everybody_in_a_lazy_directory_too() -> None:
    policy = qi.Policy(absent="suspend", full_snapshot=True)
    lazy = qi.resolve(records(*HERE), qi.Directory.of(pl.LazyFrame(many(10))), policy=policy)
    assert lazy.summary.absent == 1
    assert lazy.fingerprint == qi.resolve(records(*HERE), qi.Directory.of(many(10)), policy=policy).fingerprint


@pytest.mark.parametrize(
    ("stored", "policy", "suspended"),
    [
        ({"status_locked": True}, {}, 0),
        ({"status_locked": True}, {"allow_locked_status": True}, 1),
        ({"protected": True}, {}, 0),
        ({"status": "suspended"}, {}, 0),
        ({"status": "deleted"}, {}, 0),
        ({}, {"allow_status_change": False}, 0),
        ({"roles": ["mentor"]}, {"role": "mentee", "on_other_role": "add"}, 0),
        ({"roles": ["mentee"]}, {"role": "mentee"}, 1),
        ({"roles": ["mentor"]}, {}, 1),
    ],
)
def test_absence_suspends_nobody_whom_a_row_could_not_suspend(stored: Any, policy: Any, suspended: int) -> None:
    people_here = [person | {"roles": ["mentee"]} for person in many(9)]
    gone = {"ref": "g", "id": "G1", "email": "gone@corp.example"} | stored
    made = plan(HERE, [*people_here, gone], absent="suspend", full_snapshot=True, thresholds=FREE, **policy)
    assert len([operation for operation in flat(made) if isinstance(operation, qi.Suspend)]) == suspended


def test_a_full_snapshot_that_lacks_many_stops_the_plan() -> None:
    made = plan(HERE[:7], many(10), absent="suspend", full_snapshot=True)
    assert [(guard.code, guard.count) for guard in made.summary.guards] == [
        ("snapshot_shrinks", 3),
        ("too_many_suspensions", 3),
    ]
    assert not made.can_apply
    accepted = {"snapshot_shrinks": 3, "too_many_suspensions": 3}
    assert plan(HERE[:7], many(10), absent="suspend", full_snapshot=True, acknowledged=accepted).can_apply


@pytest.mark.parametrize("rows", [[], [{"id": "A1", "email": "no address"}]])
def test_a_full_snapshot_without_a_usable_row_can_not_be_acknowledged(rows: list[dict[str, Any]]) -> None:
    made = plan(rows, many(3), absent="suspend", full_snapshot=True, acknowledged={"snapshot_empty": 0, "snapshot_shrinks": 3, "too_many_suspensions": 3})  # fmt: skip
    assert "snapshot_empty" in made.summary.codes
    assert not made.can_apply


# -- status ------------------------------------------------------------------------------------------------------------


def test_status_words_of_the_host_carry_their_scope() -> None:
    words = {
        "Working": qi.StatusWord(state="active"),
        "On leave": qi.StatusWord(state="suspended"),
        "Left": qi.StatusWord(state="suspended", scope="organisation"),
    }
    schema = qi.Schema.participants(status_words=words)
    rows = [{"id": f"A{n}", "email": f"p{n}@corp.example", "status": word} for n, word in enumerate(["left", "ON LEAVE", "working", "gone", None])]  # fmt: skip
    made = plan(rows, many(5), schema=schema)
    assert [(operation.row, operation.status_scope) for operation in flat(made)] == [
        (2, "organisation"),
        (3, "programme"),
    ]
    assert [row(made, n)["action"] for n in (4, 5, 6)] == ["unchanged", "reject", "unchanged"]
    assert row(made, 5)["codes"] == ["status_invalid"]


def test_a_status_that_is_set_elsewhere_is_left_only_where_allowed() -> None:
    rows = [{"id": "A1", "email": "ann@corp.example", "status": "active", "department": "IT"}]
    stored = [ann(status="suspended", status_locked=True)]
    made = plan(rows, stored)
    assert (row(made)["action"], row(made)["codes"]) == ("conflict", ["status_read_only"])
    assert type(only(plan(rows, stored, allow_locked_status=True))) is qi.Reactivate
    assert row(plan([rows[0] | {"status": None}], stored))["action"] == "update"


def test_status_changes_may_be_switched_off() -> None:
    rows = [{"id": "A1", "email": "ann@corp.example", "status": "suspended"}]
    assert row(plan(rows, [ann()], allow_status_change=False))["codes"] == ["status_change_not_allowed"]


# -- decisions ---------------------------------------------------------------------------------------------------------


def decided(rows: list[dict[str, Any]], stored: list[dict[str, Any]], *answers: qi.Decision, **policy: Any) -> qi.Plan:
    return plan(rows, stored, decisions=answers, thresholds=FREE, **policy)


BOB = {"ref": "u2", "id": "A2", "email": "bob@corp.example"}
MIXED = [{"id": "A1", "email": "bob@corp.example", "department": "IT"}]


def test_a_row_whose_id_and_address_name_two_people_is_left_to_a_person() -> None:
    made = decided(MIXED, [ann(), BOB])
    assert (row(made)["action"], row(made)["candidates"]) == ("conflict", ["u1", "u2"])


def test_use_id_takes_the_person_of_the_id_who_keeps_the_address() -> None:
    operation = only(decided(MIXED, [ann(), BOB], qi.Decision(row=2, answer="use_id", ref="u1")))
    assert (operation.ref, [change.field for change in operation.changes]) == ("u1", ["department"])  # type: ignore[union-attr]


def test_use_email_takes_the_person_of_the_address_who_keeps_the_id() -> None:
    operation = only(decided(MIXED, [ann(), BOB], qi.Decision(row=2, answer="use_email", ref="u2")))
    assert (operation.ref, [change.field for change in operation.changes]) == ("u2", ["department"])  # type: ignore[union-attr]


def test_create_makes_a_new_person_where_an_id_is_only_similar() -> None:
    rows = [{"id": "a1", "email": "new@corp.example"}]
    assert row(decided(rows, [ann()]))["codes"] == ["id_case_variant"]
    assert type(only(decided(rows, [ann()], qi.Decision(row=2, answer="create")))) is qi.Create


def test_link_gives_an_id_although_another_is_similar() -> None:
    stored = [ann(), {"ref": "u2", "id": None, "email": "bob@corp.example"}]
    rows = [{"id": "a1", "email": "bob@corp.example"}]
    assert row(decided(rows, stored))["action"] == "conflict"
    operation = only(decided(rows, stored, qi.Decision(row=2, answer="link", ref="u2")))
    assert operation.changes == (qi.FieldChange("id", None, "a1"),)


def test_skip_leaves_the_row_out_and_says_so() -> None:
    made = decided(MIXED, [ann(), BOB], qi.Decision(row=2, answer="skip"))
    assert (row(made)["action"], row(made)["codes"], flat(made)) == ("reject", ["row_skipped"], [])


def test_a_skipped_row_no_longer_contradicts_another() -> None:
    rows = [{"id": "A1", "email": "ann@corp.example", "department": "IT"}, {"id": "A1", "email": "ann@corp.example", "department": "HR"}]  # fmt: skip
    assert [row(decided(rows, [ann()]), n)["action"] for n in (2, 3)] == ["conflict", "conflict"]
    made = decided(rows, [ann()], qi.Decision(row=3, answer="skip"))
    assert [row(made, n)["action"] for n in (2, 3)] == ["update", "reject"]


def test_treat_as_same_person_sets_the_veto_of_names_aside() -> None:
    rows = [{"id": "A1", "email": "cruz@corp.example", "first_name": "Zoe", "last_name": "Cruz"}]
    stored = [ann(first_name="Ann", last_name="Lee")]
    assert row(decided(rows, stored))["codes"] == ["identity_discontinuity"]
    made = decided(rows, stored, qi.Decision(row=2, answer="treat_as_same_person", ref="u1"))
    assert type(only(made)) is qi.ChangeEmail


def test_a_decision_for_somebody_whom_the_row_no_longer_leads_to_is_not_applied() -> None:
    made = decided(MIXED, [ann(), BOB], qi.Decision(row=2, answer="use_id", ref="u7"))
    assert (row(made)["action"], row(made)["codes"]) == ("conflict", ["decision_unfit"])
    assert flat(made) == []


def test_a_decision_for_a_row_that_is_not_there_is_told() -> None:
    made = decided(MIXED, [ann(), BOB], qi.Decision(row=99, answer="skip"))
    assert [issue.row for issue in made.issues.where("decision_unused").page()] == [99]


def test_of_two_decisions_for_one_row_the_last_counts() -> None:
    made = decided(MIXED, [ann(), BOB], qi.Decision(row=2, answer="skip"), qi.Decision(row=2, answer="use_email"))
    assert row(made)["ref"] == "u2"


def test_a_decision_makes_another_plan() -> None:
    assert decided(MIXED, [ann(), BOB]).fingerprint != decided(MIXED, [ann(), BOB], qi.Decision(row=2, answer="skip")).fingerprint  # fmt: skip


# -- fingerprint, saving -----------------------------------------------------------------------------------------------


def busy() -> qi.Plan:
    rows = [
        {
            "id": "A0",
            "email": "p1@corp.example",
            "department": "IT",
            "age": 7,
            "born": dt.date(2001, 2, 3),
            "skills": "SQL;Go",
        },
        {"id": "A1", "email": "p0@corp.example", "remote": "yes"},
        {"id": "A2", "email": "p3@corp.example"},
        {"id": "A3", "email": "p9@corp.example", "status": "suspended"},
        {"id": "N1", "email": "né@corp.example", "bio": "secret \U0001f600\nline"},
        {"id": "A5", "email": "not an address"},
        {"id": "A6", "email": "p5@corp.example"},
    ]
    return plan(rows, many(8, department="Sales"), allow_email_cycles=True, thresholds=FREE, role="mentee")


def saved(made: qi.Plan) -> bytes:
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def test_a_saved_plan_is_the_same_plan(tmp_path: Path) -> None:
    made = busy()
    made.save(tmp_path / "plan.zip")
    for source in (tmp_path / "plan.zip", str(tmp_path / "plan.zip"), (tmp_path / "plan.zip").read_bytes(), io.BytesIO(saved(made))):  # fmt: skip
        loaded = qi.Plan.load(source)
        assert loaded == made
        assert loaded.fingerprint == made.fingerprint
        assert flat(loaded) == flat(made)
        assert list(loaded.to_jsonl()) == list(made.to_jsonl())
        assert loaded.summary == made.summary
        assert loaded.check(people(*many(8, department="Sales"))) == made.check(people(*many(8, department="Sales")))


def test_an_empty_plan_and_a_stopped_plan_come_back_too() -> None:
    for made in (plan([], []), suspending(3, 10), plan(HERE, many(10), absent="suspend", full_snapshot=True)):
        assert qi.Plan.load(saved(made)) == made


def test_equal_plans_are_equal_files() -> None:
    assert saved(busy()) == saved(busy())


def test_the_fingerprint_covers_what_would_happen() -> None:
    base = plan(ROWS, [ann()])
    assert plan(ROWS, [ann()]).fingerprint == base.fingerprint
    others = [
        plan(ROWS[:1], [ann()]),
        plan([ROWS[0] | {"department": "HR"}, ROWS[1]], [ann()]),
        plan(ROWS, [ann(department="old")]),
        plan(ROWS, [ann(sso_subject="A1")]),
        plan(ROWS, [ann()], mode="update_only"),
        plan(ROWS, [ann()], acknowledged={"low_match_rate": 1}),
        qi.resolve(records(*ROWS), people(ann(), version="2")),
    ]
    assert len({made.fingerprint for made in [base, *others]}) == 1 + len(others)


def test_the_fingerprint_tells_numbers_exactly() -> None:
    made = {
        plan([{"id": "A1", "email": "ann@corp.example", "age": figure}], [ann()]).fingerprint
        for figure in ("0.00000000001", "0.00000000002", "1")
    }
    assert len(made) == 3


def test_the_fingerprint_covers_the_guards() -> None:
    rows = records(*({"id": f"A{n}", "email": f"p{n}@corp.example", "status": "suspended"} for n in range(3)))
    stopped = qi.resolve(rows, people(*many(10)))
    free = qi.resolve(rows, people(*many(10), active_people=1000))
    assert (stopped.can_apply, free.can_apply) == (False, True)
    assert stopped.fingerprint != free.fingerprint


def repacked(data: bytes, change: Any) -> bytes:
    """The same zip with its parts changed by a function of name and content."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target.getvalue()


def manifest_with(**changes: Any) -> Any:
    def change(name: str, data: bytes) -> bytes:
        if name != "manifest.json":
            return data
        manifest = json.loads(data)
        for path, value in changes.items():
            *parents, last = path.split("__")
            place = manifest
            for parent in parents:
                place = place[parent]
            place[last] = value
        return json.dumps(manifest).encode()

    return change


@pytest.mark.parametrize(
    "change",
    [
        manifest_with(summary__can_apply=False),
        manifest_with(summary__guards=[{"code": "x", "count": 1, "of": 1, "limit": 1, "acknowledged": True}]),
        manifest_with(summary__codes={}),
        manifest_with(basis__before=[]),
        manifest_with(basis__groups=[]),
        manifest_with(basis__guards=[{"code": "x"}]),
        manifest_with(basis__policy={}),
        manifest_with(basis__source="00"),
        manifest_with(fingerprint="00"),
        manifest_with(parts={}),
        manifest_with(basis={}),
        manifest_with(format_version=3),
        manifest_with(format_version="new"),
        lambda name, data: b"{}" if name == "manifest.json" else data,
        lambda name, data: b"nope" if name == "new.parquet" else data,
    ],
)
def test_a_saved_plan_that_was_changed_is_refused(change: Any) -> None:
    with pytest.raises(qi.UsageError) as caught:
        qi.Plan.load(repacked(saved(busy()), change))
    assert caught.value.code == "plan_invalid"
    assert caught.value.__context__ is None


@pytest.mark.parametrize("part", ["frame", "issues", "stored", "new", "rows", "identity"])
def test_a_saved_plan_whose_frames_were_changed_is_refused(part: str) -> None:
    def change(name: str, data: bytes) -> bytes:
        if name != f"{part}.parquet":
            return data
        frame, target = pl.read_parquet(data), io.BytesIO()
        frame.head(frame.height - 1).write_parquet(target)
        return target.getvalue()

    with pytest.raises(qi.UsageError, match="changed after it was saved"):
        qi.Plan.load(repacked(saved(busy()), change))


@pytest.mark.parametrize("data", [b"", b"PK", b"nope", "missing.zip", io.BytesIO(b"x")])
def test_what_is_no_saved_plan_is_refused(data: Any) -> None:
    with pytest.raises(qi.UsageError) as caught:
        qi.Plan.load(data)
    assert caught.value.code == "plan_invalid"


def test_a_plan_of_another_format_says_its_version() -> None:
    with pytest.raises(qi.UsageError, match="format version 7"):
        qi.Plan.load(repacked(saved(busy()), manifest_with(format_version=7)))


def test_a_loaded_plan_is_checked_as_the_plan_that_was_saved() -> None:
    made = plan(ROWS, [ann()])
    now = people(ann(protected=True), {"ref": "u9", "id": "0A9", "email": "x@corp.example"})
    again = qi.Plan.load(saved(made)).check(now)
    assert again == made.check(now)
    assert {stale.reasons for stale in again} == {("person_protected",), ("id_variant_taken",)}


#: Answers that differ, and that a careless encoding writes alike.
DISTINCT_ANSWERS = [
    None, [], [""], [None], ["", ""], ["a", "b"], ["a\x1fb"], ["a,b"], ["ab"], ["1:a"], ["a1:b"], ["-"], ['"'], ["\x00"],
    *([chr(sign)] for sign in range(1, 32)), *(["a" + chr(sign), "b"] for sign in range(32)),
    *(["a", chr(sign) + "b"] for sign in range(32)),
]  # fmt: skip


def test_plans_with_different_answers_have_different_fingerprints() -> None:
    frames = [pl.DataFrame({"x": [one]}, schema={"x": pl.List(pl.String)}) for one in DISTINCT_ANSWERS]
    assert len({fingerprint_of({"format": 2}, [frame]) for frame in frames}) == len(frames)
    texts = [None, "", " ", "\x00", "-", '""', *map(chr, range(1, 32))]
    flat_frames = [pl.DataFrame({"x": [text]}, schema={"x": pl.String}) for text in texts]
    assert len({fingerprint_of({"format": 2}, [frame]) for frame in flat_frames}) == len(texts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([pl.DataFrame({"x": ["a"]})], [pl.DataFrame({"y": ["a"]})]),
        ([pl.DataFrame({"x": ["a", "b"]})], [pl.DataFrame({"x": ["a"]}), pl.DataFrame({"x": ["b"]})]),
        ([pl.DataFrame({"x": ["a"], "y": ["b"]})], [pl.DataFrame({"x": ["a,b"]})]),
        ([pl.DataFrame({"x": [0.0]})], [pl.DataFrame({"x": [-0.0]})]),
        ([pl.DataFrame({"x": ["a\nb"]})], [pl.DataFrame({"x": ["a", "b"]})]),
    ],
)
def test_the_fingerprint_tells_where_a_cell_a_column_and_a_frame_end(
    one: list[pl.DataFrame], other: list[pl.DataFrame]
) -> None:
    assert fingerprint_of({"format": 2}, one) != fingerprint_of({"format": 2}, other)


def zip_with(*entries: tuple[str, bytes], compressed: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("forged", "says"),
    [
        (lambda: zip_with(*((f"{n}", b"") for n in range(20_000))), "no archive"),
        (lambda: zip_with(("manifest.json", b"0" * 3_000_000), compressed=True), "compressed"),
        (lambda: zip_with(("../manifest.json", b"{}")), "damaged"),
        (lambda: zip_with(("manifest.json", b'{"format_version": 2}'), ("other.json", b"{}")), "parts"),
        (lambda: zip_with(("manifest.json", b"[" * 100_000)), "damaged"),
        (lambda: zip_with(("manifest.json", b'{"format_version": [2]}')), "damaged"),
        (lambda: repacked(saved(busy()), lambda n, d: b"PAR1" if n == "frame.parquet" else d), "changed"),
    ],
)  # fmt: skip
def test_a_forged_plan_is_refused_before_it_is_unpacked(forged: Any, says: str) -> None:
    with pytest.raises(qi.UsageError, match=says) as caught:
        qi.Plan.load(forged())
    assert caught.value.code == "plan_invalid"


def test_a_part_that_holds_more_rows_than_a_file_may_have_is_not_read() -> None:
    data = saved(plan(ROWS, [ann()]))
    few = dataclasses.replace(qi.DEFAULT_LIMITS, rows=2)
    assert qi.Plan.load(data, limits=few).summary.rows == 2
    forged = io.BytesIO()
    pl.DataFrame({"row": pl.repeat(1, 200, dtype=pl.UInt8, eager=True)}).write_parquet(forged)

    def change(name: str, part: bytes) -> bytes:
        if name == "frame.parquet":
            return forged.getvalue()
        if name == "manifest.json":
            manifest = json.loads(part)
            manifest["parts"]["frame"] = hashlib.sha256(forged.getvalue()).hexdigest()
            return json.dumps(manifest).encode()
        return part

    with pytest.raises(qi.UsageError, match="more rows"):
        qi.Plan.load(repacked(data, change), limits=few)


class Broken:
    def write(self, data: bytes) -> int:
        raise RuntimeError("ann@corp.example")


@pytest.mark.parametrize("target", ["/nonexistent/plan.zip", Broken()])
def test_a_target_that_cannot_be_written_is_a_typed_error(target: Any) -> None:
    with pytest.raises(qi.UsageError) as caught:
        busy().save(target)
    assert caught.value.code == "target_unwritable"
    assert "ann@" not in str(caught.value)


# -- telling -----------------------------------------------------------------------------------------------------------


def test_each_operation_is_one_line_of_json() -> None:
    made = busy()
    lines = [json.loads(line) for line in made.to_jsonl()]
    assert [line["row"] for line in lines] == [operation.row for operation in flat(made)]
    assert {line["operation"] for line in lines} == {"change_email", "create"}
    create = next(line for line in lines if line["operation"] == "create")
    assert "ref" not in create
    assert {change["field"]: change["after"] for change in create["changes"]} == {
        "bio": "secret \U0001f600\nline", "email": "né@corp.example", "id": "N1", "roles": ["mentee"],
    }  # fmt: skip
    assert {change["before"] for change in create["changes"]} == {None}
    first = next(line for line in lines if line["row"] == 2)
    assert (first["ref"], first["group"], first["absent_email"]) == ("u0", 0, "p1@corp.example")
    assert first["expected"] == {
        "id": "A0",
        "email": "p0@corp.example",
        "status": "active",
        "sso_subject": None,
        "roles": [],
    }
    assert {change["field"]: change["after"] for change in first["changes"]}["born"] == "2001-02-03"


def test_suspensions_and_reactivations_are_lines_too() -> None:
    rows = [{"id": "A1", "email": "ann@corp.example", "status": "active"}, {"id": "A2", "email": "bob@corp.example", "status": "suspended"}]  # fmt: skip
    made = plan(rows, [ann(status="suspended"), BOB])
    assert [json.loads(line)["operation"] for line in made.to_jsonl()] == ["reactivate", "suspend"]


def test_json_has_no_word_for_what_is_no_number() -> None:
    made = plan([{"id": "A1", "email": "ann@corp.example", "age": 1}], [ann(age=float("inf"))])
    (line,) = made.to_jsonl()
    assert json.loads(line, parse_constant=pytest.fail)["changes"] == [{"field": "age", "before": None, "after": 1.0}]


def test_the_summary_is_json_with_a_version_and_its_counts_add_up() -> None:
    made = busy()
    told = json.loads(made.summary.to_json())
    assert told["format_version"] == 2
    assert sum(told["actions"].values()) == told["rows"] == made.frame.height
    assert told["codes"] == made.issues.counts()
    assert qi.Summary.model_validate_json(made.summary.to_json()) == made.summary


def test_why_tells_the_reason_and_whom_it_concerns_without_personal_data() -> None:
    made = plan([{"id": "A1", "email": "bob@corp.example"}, {"id": "A3", "email": "no address"}, {"id": "A4", "email": "d@corp.example"}], [ann(), BOB])  # fmt: skip
    assert made.why(2) == (
        "Row 2: conflict; the ID belongs to one person and the address to another, who keeps it (people u1, u2). "
        "Check which of the two is meant."
    )
    assert "no address" not in made.why(3)
    assert "'no address' is not an e-mail address" in made.why(3, personal=True)
    assert made.why(4) == "Row 4: create."


def test_why_names_the_other_rows() -> None:
    rows = [{"id": "A1", "email": "a@corp.example"}, {"id": "A1", "email": "b@corp.example"}]
    assert "(rows 3)" in plan(rows, []).why(2)
    several = plan([{"id": "A1", "email": "a@corp.example"}, {"email": "ann@corp.example"}], [ann()])
    assert several.frame["codes"].to_list() == [["several_rows_one_user"]] * 2
    assert "(people u1; rows 3)" in several.why(2)
    assert "(people u1; rows 2)" in several.why(3)


def test_why_names_the_person_of_a_row_that_may_be_applied() -> None:
    assert plan(ROWS[:1], [ann(status="suspended")]).why(2).startswith("Row 2: update of u1; the person is suspended")


def test_why_refuses_a_row_that_is_not_there() -> None:
    with pytest.raises(qi.UsageError, match="the plan has no row 99"):
        plan(ROWS, [ann()]).why(99)


def test_no_repr_holds_personal_data() -> None:
    made = busy()
    operations = flat(made)
    shown = " ".join(
        map(repr, [made, made.summary, *operations, *(change for one in operations for change in one.changes)])
    )
    shown += " ".join(repr(one.expected) for one in operations if not isinstance(one, qi.Create))
    for secret in ("@", "Sales", "secret", "A0", "2001"):
        assert secret not in shown
    assert repr(made).startswith("Plan(7 rows: ")


def test_plans_of_other_types_are_not_equal() -> None:
    assert busy() != "plan"
    assert busy() == busy()
    assert busy() != plan([], [])


def test_an_issue_of_a_cell_is_told_once_with_its_place_and_text() -> None:
    made = plan([{"id": " A1", "email": "no address", "status": "asleep"}], [])
    assert made.summary.codes == {"email_invalid": 1, "id_trimmed": 1, "status_invalid": 1}
    places = {issue.code: (issue.row, issue.column, issue.field, issue.value) for issue in made.issues.page()}
    assert places["status_invalid"] == (2, "C", "status", "asleep")
    assert places["email_invalid"] == (2, "B", "email", "no address")


# -- the same everywhere -------------------------------------------------------------------------------------------------


def test_a_plan_is_the_same_bytes_whatever_the_hash_seed_and_the_number_of_threads() -> None:
    code = (
        "import hashlib, test_plan as t, cases_support as c\n"
        "plans = [t.busy(), t.plan(t.HERE, t.many(10), absent='suspend', full_snapshot=True)]\n"
        "plans += [c.plan_of(case) for case in c.identity_cases()[::40]]\n"
        "print(hashlib.sha256(b''.join(t.saved(plan) for plan in plans)).hexdigest())\n"
    )
    told = set()
    for seed, threads in (("0", "1"), ("4242", "4")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads}
        environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
        told.add(out.stdout)
    assert len(told) == 1


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\x1f", "\u2028", "\ufffd", "\ufffe", "\U0010ffff", '"', "\\", "\r\n", "=1+1", "\u202e", "x" * 100_000]
)  # fmt: skip
def test_a_plan_always_serialises_whatever_the_cells_hold(text: str) -> None:
    made = plan([{"id": "A1", "email": "ann@corp.example", "bio": f"a{text}b", "department": text}], [ann(bio=text)])
    loaded = qi.Plan.load(saved(made))
    assert loaded == made
    (line,) = made.to_jsonl()
    assert "\n" not in line
    after = {change["field"]: change["after"] for change in json.loads(line)["changes"]}
    assert after == {change.field: change.after for change in only(made).changes}
    assert json.loads(made.summary.to_json())["rows"] == 1
    assert len(made.why(2, personal=True)) < 2000


def test_people_of_a_table_that_is_left_out_are_not_suspended_by_absence_before_somebody_has_looked() -> None:
    people = qi.Directory.of([{"ref": f"u{n}", "id": f"E{n}", "email": f"e{n}@corp.example"} for n in range(30)])
    first = "Employee ID,Email,Town\n" + "".join(f"E{n},e{n}@corp.example,Ulm\n" for n in range(27))
    second = "\nEmail,Number\n" + "".join(f"e{n}@corp.example,E{n}\n" for n in range(27, 30))
    choices = qi.Choices(policy=qi.Policy(absent="suspend", full_snapshot=True))
    plan = qi.plan_import((first + second).encode(), schema=qi.Schema.participants(), directory=people, choices=choices)
    assert plan.issues.counts()["separate_table"] == 1
    assert [(guard.code, guard.count) for guard in plan.summary.guards] == [("snapshot_incomplete", 1)]
    assert not plan.can_apply
    assert list(plan.operations()) == []


def test_a_row_that_may_be_anybody_stops_suspension_by_absence_until_it_is_acknowledged() -> None:
    people = qi.Directory.of([{"ref": f"u{n}", "id": f"E{n}", "email": f"e{n}@corp.example"} for n in range(20)])
    named = b"".join(b"E%d,e%d@corp.example\n" % (n, n) for n in range(19))
    policy = qi.Policy(absent="suspend", full_snapshot=True)

    def plan(last: bytes, policy: qi.Policy) -> qi.Plan:
        file = b"Employee ID,Email\n" + named + last
        return qi.plan_import(
            file, schema=qi.Schema.participants(), directory=people, choices=qi.Choices(policy=policy)
        )

    assert plan(b"", policy).can_apply
    stopped = plan(b"1.2E+13,someone@corp.example\n", policy)
    assert [(guard.code, guard.count) for guard in stopped.summary.guards] == [("snapshot_incomplete", 1)]
    assert not stopped.can_apply
    seen = qi.Policy(absent="suspend", full_snapshot=True, acknowledged={"snapshot_incomplete": 1})
    assert plan(b"1.2E+13,someone@corp.example\n", seen).can_apply
    assert plan(b"1.2E+13,e19@corp.example\n", policy).summary.absent == 0
