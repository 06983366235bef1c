"""The inverse of a plan: what goes back, what cannot, and what a host sees of it."""

from __future__ import annotations

from typing import Any

import pytest

import qooper_ingest as qi
from cases_support import directory_of, records_of
from qooper_ingest.testing import apply, apply_with_receipt

SCHEMA = qi.Schema.participants(
    qi.Field(key="department", label="Department"),
    qi.Field(key="skills", label="Skills", type="multi_select", options=["SQL", "Go", "Art"]),
)

#: ann moves, and a new person takes the address that she leaves.
SUCCESSION = [
    {"line": 2, "id": "A1", "email": "ann.lee@corp.example"},
    {"line": 3, "id": "N1", "email": "ann@corp.example"},
]


def person(key: str, one: str | None, email: str, **more: Any) -> dict[str, Any]:
    status, profile = more.pop("status", "active"), more.pop("profile", {})
    return {
        "key": key,
        "id": one,
        "email": email,
        "status": status,
        "sso_subject": None,
        "roles": [],
        "profile": profile,
        **more,
    }


ANN = person("u1", "A1", "ann@corp.example")


def planned(people: list[dict[str, Any]], rows: list[dict[str, Any]], **options: Any) -> tuple[qi.Plan, qi.Directory]:
    directory = directory_of(people, schema=SCHEMA)
    policy = qi.Policy(**{"thresholds": qi.Thresholds(max_email_changes_pct=100, max_suspensions_pct=100), **options})
    plan = qi.resolve(records_of(rows, schema=SCHEMA), directory, policy=policy)
    assert plan.can_apply
    return plan, directory


def operations_of(plan: qi.Plan) -> list[qi.Operation]:
    return [operation for batch in plan.operations() for operation in batch]


def test_a_new_person_gives_up_an_address_that_goes_back_to_somebody() -> None:
    plan, people = planned([ANN], SUCCESSION)
    after, receipt = apply_with_receipt(plan, people)
    inverse = plan.inverse(receipt)
    first, second = operations_of(inverse)
    assert isinstance(first, qi.Suspend)
    assert first.changes == (
        qi.FieldChange("email", "ann@corp.example", None),
        qi.FieldChange("status", "active", "suspended"),
    )
    assert isinstance(second, qi.ChangeEmail)
    assert second.absent_email == "ann@corp.example"
    assert inverse.dependencies == ((3, 2),)
    emails = apply(inverse, after).frame.select("ref", "email").rows()
    assert emails == [("u1", "ann@corp.example"), ("new:3", None)]


def test_a_new_person_keeps_an_address_that_nobody_gets_back() -> None:
    plan, people = planned([], [{"line": 2, "id": "A1", "email": "ann@corp.example"}])
    [operation] = operations_of(plan.inverse(apply_with_receipt(plan, people)[1]))
    assert operation.changes == (qi.FieldChange("status", "active", "suspended"),)


def test_a_new_person_whose_ref_is_unknown_is_a_conflict_and_so_is_whoever_left_the_address() -> None:
    plan, _ = planned([ANN], SUCCESSION)
    inverse = plan.inverse(plan.receipt())
    assert not operations_of(inverse)
    codes = dict(inverse.frame.select("row", "codes").rows())
    assert codes == {2: ["depends_on_blocked_row"], 3: ["undo_person_unknown"]}
    assert inverse.summary.actions["conflict"] == 2
    assert inverse.issues.counts() == {"depends_on_blocked_row": 1, "undo_person_unknown": 1}


def test_a_person_who_was_retired_is_not_brought_back() -> None:
    plan, people = planned([ANN], SUCCESSION)
    after, receipt = apply_with_receipt(plan, people)
    inverse = plan.inverse(receipt, created="retire")
    assert isinstance(operations_of(inverse)[0], qi.Retire)
    _, second = apply_with_receipt(inverse, after)
    again = inverse.inverse(second)
    assert dict(again.frame.select("row", "codes").rows())[3] == ["undo_retired"]
    assert [one.row for one in operations_of(again)] == [2], "her own change of address is done again"


def test_a_row_that_was_refused_or_done_before_is_left_alone() -> None:
    rows = [
        {"line": line, "id": f"A{line}", "email": f"p{line}@corp.example", "department": "HR"} for line in (2, 3, 4)
    ]
    plan, _ = planned([person(f"u{line}", f"A{line}", f"p{line}@corp.example") for line in (2, 3, 4)], rows)
    inverse = plan.inverse(plan.receipt(refused={2: "person_changed"}, done=[3]))
    assert [operation.row for operation in operations_of(inverse)] == [4]
    assert inverse.frame["action"].to_list() == ["unchanged", "unchanged", "update"]
    assert inverse.frame["info"].to_list() == [["undo_not_applied"], ["undo_not_applied"], []]


def test_what_was_added_to_a_list_is_taken_away() -> None:
    plan, people = planned(
        [person("u1", "A1", "ann@corp.example", profile={"skills": ["Art"]})],
        [{"line": 2, "id": "A1", "email": "ann@corp.example", "skills": "+SQL"}],
        role="mentor",
    )
    [operation] = operations_of(plan.inverse(apply_with_receipt(plan, people)[1]))
    told = {change.field: (change.added, change.removed) for change in operation.changes}
    assert told == {"roles": ((), ("mentor",)), "skills": ((), ("SQL",))}


def test_a_role_that_was_given_is_open_until_it_is_taken_away() -> None:
    plan, people = planned([ANN], [{"line": 2, "id": "A1", "email": "ann@corp.example"}], role="mentor")
    after, receipt = apply_with_receipt(plan, people)
    inverse = plan.inverse(receipt)
    assert (inverse.check(after).pending, inverse.check(after).done) == (1, ())
    assert (inverse.check(people).pending, inverse.check(people).done) == (0, (2,))


def test_an_id_that_was_given_is_taken_back_and_given_again() -> None:
    plan, people = planned(
        [person("u1", None, "ann@corp.example")], [{"line": 2, "id": "A1", "email": "ann@corp.example"}]
    )
    after, receipt = apply_with_receipt(plan, people)
    inverse = plan.inverse(receipt)
    [operation] = operations_of(inverse)
    assert isinstance(operation, qi.Update)
    assert operation.changes == (qi.FieldChange("id", "A1", None),)
    _, second = apply_with_receipt(inverse, after)
    [again] = operations_of(inverse.inverse(second))
    assert (again.absent_id, again.absent_id_fold, again.absent_subject) == ("A1", "a1", "A1")


def test_whoever_was_suspended_for_absence_is_active_again() -> None:
    plan, people = planned(
        [ANN, person("u2", "B2", "bob@corp.example")],
        [{"line": 2, "id": "A1", "email": "ann@corp.example"}],
        full_snapshot=True,
        absent="suspend",
        thresholds=qi.Thresholds(max_shrink_pct=100, max_suspensions_pct=100),
    )
    after, receipt = apply_with_receipt(plan, people)
    inverse = plan.inverse(receipt)
    [operation] = operations_of(inverse)
    assert isinstance(operation, qi.Reactivate)
    assert (operation.row, operation.ref) == (None, "u2")
    assert inverse.summary.absent == 1
    assert apply(inverse, after) == people
    assert not operations_of(plan.inverse(plan.receipt(refused={"u2": "person_changed"})))


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        ({"email": "ann.new@corp.example"}, "person_changed"),
        ({"profile": {"department": "IT"}}, "answer_changed"),
        ({"protected": True}, "person_protected"),
        ({"status": "deleted"}, "person_missing"),
    ],
)
def test_what_somebody_has_changed_since_is_left_alone_with_the_reason(since: dict[str, Any], reason: str) -> None:
    plan, _ = planned(
        [person("u1", "A1", "ann@corp.example", profile={"department": "HR"})],
        [{"line": 2, "id": "A1", "email": "ann@corp.example", "department": "Law"}],
    )
    now = person("u1", "A1", "ann@corp.example", profile={"department": "Law"}) | since
    [stale] = plan.inverse(plan.receipt()).check(directory_of([now], schema=SCHEMA))
    assert stale.reasons == (reason,)


def test_an_address_that_somebody_else_has_taken_since_does_not_go_back() -> None:
    plan, _ = planned([ANN], [{"line": 2, "id": "A1", "email": "ann.lee@corp.example"}])
    now = [person("u1", "A1", "ann.lee@corp.example"), person("u2", "B2", "Ann@corp.example")]
    inverse = plan.inverse(plan.receipt())
    [stale] = inverse.check(directory_of(now, schema=SCHEMA))
    assert stale.reasons == ("email_taken",)
