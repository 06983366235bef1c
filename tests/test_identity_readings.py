"""Readings of the decision table beside the labelled cases: each found by comparing engine and oracle, each a small world."""

from __future__ import annotations

from typing import Any

import pytest

from cases_support import outcome, plan_of


def decided(people: list[dict[str, Any]], rows: list[dict[str, Any]], **options: Any) -> list[tuple[str, list[str]]]:
    """Action and codes of every row, in the order of the file."""
    schema = options.pop("schema", None)
    directory = [{"key": f"u{number}", **person} for number, person in enumerate(people)]
    numbered = [{"line": line, **row} for line, row in enumerate(rows, start=2)]
    world = {"directory": directory, "rows": numbered, "options": options}
    plan = plan_of({**world, "schema": schema} if schema is not None else world)
    return [(one["action"], one["codes"]) for one in outcome(plan)]


UNLINKED = {"id": None, "email": "eve@corp.example", "sso_subject": "103"}


def test_a_subject_finds_a_person_but_does_not_give_them_the_id_of_somebody_deleted() -> None:
    gone = {"id": "103", "email": "old@corp.example", "status": "deleted"}
    row = {"id": "103", "email": "eve@corp.example"}
    assert decided([UNLINKED], [row], match_sso_subject=True) == [("update", [])]
    assert decided([UNLINKED, gone], [row], match_sso_subject=True) == [("conflict", ["id_held_by_deleted_user"])]


def test_a_subject_finds_a_person_but_does_not_give_them_an_id_that_is_nearly_another_s() -> None:
    other = {"id": "0103", "email": "old@corp.example"}
    row = {"id": "103", "email": "eve@corp.example"}
    assert decided([UNLINKED, other], [row], match_sso_subject=True) == [("conflict", ["id_leading_zeros_lost"])]


def test_a_subject_finds_nobody_where_addresses_identify() -> None:
    row = {"id": "103", "email": "new@corp.example"}
    options = {"match_sso_subject": True, "key": "email"}
    assert decided([UNLINKED], [row], **options) == [("conflict", ["sso_subject_owned_by_other_user"])]
    assert decided([UNLINKED], [row], **options, mode="update_only") == [("reject", ["not_found_in_update_only"])]


def test_a_stored_kelvin_sign_is_no_k_where_ids_are_compared_without_case() -> None:
    held = {"id": "\u212a9", "email": "kim@corp.example"}
    row = {"id": "k9", "email": "new@corp.example"}
    assert decided([held], [row], id_case="ascii_insensitive") == [("conflict", ["id_case_variant"])]
    assert decided([{**UNLINKED, "sso_subject": "\u212a9"}], [row], id_case="ascii_insensitive") == [("create", [])]


def test_rows_whose_status_reaches_differently_far_are_no_copies() -> None:
    rows = [{"email": "eve@corp.example", "status": word} for word in ("Suspended", "Left")]
    blocked = ("conflict", ["duplicate_email_in_file"])
    assert decided([UNLINKED], rows, schema={"words": True}) == [blocked, blocked]
    again = [{**row, "status": word} for row, word in zip(rows, ("Suspended", "deactivated"), strict=True)]
    assert decided([UNLINKED], again, schema={"words": True}) == [("change_status", []), ("reject", ["duplicate_row"])]


def test_a_mark_before_an_answer_that_cannot_be_read_makes_no_row_another() -> None:
    rows = [{"email": "eve@corp.example", "skills": cell} for cell in ("+Rust", None, "Rust")]
    copy = ("reject", ["duplicate_row"])
    assert decided([UNLINKED], rows, schema={}) == [("unchanged", []), copy, copy]
    rows[1]["skills"] = "+Art"
    blocked = ("conflict", ["duplicate_email_in_file"])
    assert decided([UNLINKED], rows, schema={}) == [blocked, blocked, copy]


def test_an_id_is_filled_with_zeros_before_the_hosts_pattern_judges_it() -> None:
    rows = [{"id": "42", "email": "eve@corp.example"}]
    assert decided([], rows, id_zero_pad=5, schema={"id_pattern": "[0-9]{5}"}) == [("create", [])]
    assert decided([], rows, schema={"id_pattern": "[0-9]{5}"}) == [("reject", ["id_invalid_format"])]
    assert decided([], rows, id_zero_pad=5, schema={"id_pattern": "[0-9]{6}"}) == [("reject", ["id_invalid_format"])]
    assert decided([], rows, id_zero_pad=5, schema={"id_pattern": "[0-9]{2}"}) == [("reject", ["id_invalid_format"])]


def test_a_name_that_follows_the_new_address_stops_a_rename_too() -> None:
    ann = {"id": "1001", "email": "ann@corp.example", "profile": {"first_name": "Ann", "last_name": "Lee"}}
    cyd = {"id": "1003", "email": "cyd@corp.example", "profile": {"first_name": "Cyd", "last_name": "Moe"}}
    rename = {"id": "1003", "email": "cyd@corp.example", "new_email": "ann@corp.example", "last_name": "Lee"}
    leaves = {"id": "1001", "email": "ann.lee@corp.example"}
    slipped = [("conflict", ["id_mixup_suspected"]), ("change_email", [])]
    assert decided([ann, cyd], [rename, leaves], on_discontinuity="warn") == slipped
    rename["last_name"] = "Moe"
    moves = [("change_email", ["email_reassigned_in_file"]), ("change_email", [])]
    assert decided([ann, cyd], [rename, leaves]) == moves


def test_what_a_mark_takes_away_is_no_answer_to_a_required_question() -> None:
    schema = {"required": ["skills"]}
    rows = [{"email": "new@corp.example", "skills": "-SQL"}]
    assert decided([], rows, schema=schema) == [("reject", ["required_missing"])]
    assert decided([], [{**rows[0], "skills": "+Art"}], schema=schema) == [("create", [])]


# -- IDs and addresses that something else made -------------------------------------------------------------------------------


def test_an_id_that_is_a_date_a_truth_value_or_a_zero_is_reported_where_the_others_are_not() -> None:
    rows = [
        {"id": one, "email": f"e{n}@corp.example"} for n, one in enumerate(["E1", "E2", "E3", "12-Oct", "TRUE", "0"])
    ]
    outliers = [["id_format_outlier"]] * 3
    assert [codes for _, codes in decided([], rows)] == [[], [], [], *outliers]


def test_ids_that_all_have_an_odd_shape_are_no_outliers_unless_the_stored_ones_differ() -> None:
    rows = [{"id": one, "email": f"e{n}@corp.example"} for n, one in enumerate(["1.5", "2.5", "3.5"])]
    assert [codes for _, codes in decided([], rows)] == [[], [], []]
    stored = [{"id": f"E{n}", "email": f"p{n}@corp.example"} for n in range(5)]
    assert [codes for _, codes in decided(stored, rows)] == [["id_format_outlier"]] * 3


def test_the_name_of_a_guest_account_is_reported() -> None:
    world = {"directory": [], "rows": [{"line": 2, "email": "bo_mail.example#EXT#@tenant.example"}], "options": {}}
    issues = plan_of(world).issues.page()
    assert [(one.code, one.row, one.field) for one in issues if one.code == "email_guest_name"] == [
        ("email_guest_name", 2, "email")
    ]


def test_an_address_that_is_another_s_but_for_signs_in_front_is_reported() -> None:
    stored = [{"id": None, "email": "ann@corp.example"}]
    assert decided(stored, [{"email": "~ann@corp.example"}]) == [("create", ["possible_alias"])]


# -- decisions ----------------------------------------------------------------------------------------------------------------


ANN = {"id": "A1", "email": "ann@corp.example", "profile": {"first_name": "Ann", "last_name": "Lee"}}
GONE = {"id": "Z9", "email": "gone@corp.example", "status": "deleted"}


def answered(people: list[dict[str, Any]], row: dict[str, Any], answer: str, **more: Any) -> tuple[str, list[str]]:
    return decided(people, [row], decisions=[{"row": 2, "answer": answer, **more}])[0]


def test_create_on_a_row_whose_person_is_known_is_unfit() -> None:
    row = {"id": "A1", "email": "ann@corp.example", "department": "HR"}
    assert answered([ANN], row, "create") == ("conflict", ["decision_unfit"])


def test_link_on_a_row_whose_address_is_nobody_s_is_unfit() -> None:
    row = {"id": "Z9", "email": "new@corp.example"}
    assert answered([GONE], row, "link") == ("conflict", ["decision_unfit"])
    assert answered([{**ANN, "id": None}], {"id": "Z9", "email": "ann@corp.example"}, "link")[0] == "update"


def test_create_with_the_id_of_somebody_deleted_is_noted() -> None:
    row = {"id": "Z9", "email": "new@corp.example"}
    assert answered([GONE], row, "create") == ("create", ["id_held_by_deleted_user"])


def test_a_decision_about_somebody_else_is_unfit() -> None:
    row = {"id": "A1", "email": "ann@corp.example", "department": "HR"}
    assert answered([ANN], row, "treat_as_same_person", ref="u9") == ("conflict", ["decision_unfit"])
    assert answered([ANN], row, "treat_as_same_person", ref="u0") == ("update", [])


def test_every_decision_is_used_unfit_or_unused() -> None:
    rows = [
        {"line": 2, "id": "A1", "email": "ann@corp.example", "department": "HR"},
        {"line": 3, "id": "N1", "email": "new@corp.example"},
        {"line": 4, "id": "N2", "email": "no address"},
    ]
    decisions = [(2, "use_id"), (2, "create"), (3, "create"), (4, "create"), (9, "skip")]
    told = [{"row": row, "answer": answer} for row, answer in decisions]
    plan = plan_of({"directory": [{"key": "u0", **ANN}], "rows": rows, "options": {"decisions": told}})
    assert sorted((one.row, one.detail) for one in plan.issues.where("decision_unused").page()) == [
        (2, "a later decision for the row counts"),
        (4, "the row is stopped for another reason"),
        (9, "the row is not there"),
    ]
    assert [one.row for one in plan.issues.where("decision_unfit").page()] == [2]
    assert plan.frame["action"].to_list() == ["conflict", "create", "reject"]


def test_a_rename_that_seems_applied_already_stops_where_no_name_agrees() -> None:
    row = {"email": "old@corp.example", "new_email": "ann@corp.example", "first_name": "Tom", "last_name": "Ray"}
    assert decided([ANN], [row]) == [("conflict", ["identity_discontinuity"])]
    assert answered([ANN], row, "use_email") == ("conflict", ["identity_discontinuity"])
    assert answered([ANN], row, "treat_as_same_person")[0] == "update"
    assert decided([ANN], [{**row, "last_name": "Lee"}])[0][0] == "update"


def test_a_row_that_says_suspended_of_somebody_suspended_is_as_it_should_be() -> None:
    stored = {**ANN, "status": "suspended"}
    row = {"id": "A1", "email": "ann@corp.example"}
    assert decided([stored], [{**row, "status": "Suspended"}]) == [("unchanged", [])]
    assert decided([stored], [row]) == [("unchanged", ["matched_suspended_user"])]


def test_copies_and_skipped_rows_are_counted_apart_from_rows_to_be_mended() -> None:
    rows = [
        {"line": 2, "email": "eve@corp.example"},
        {"line": 3, "email": "eve@corp.example"},
        {"line": 4, "email": "tom@corp.example"},
        {"line": 5, "email": "no address"},
        {"line": 6},
    ]
    decisions = [{"row": 4, "answer": "skip"}, {"row": 9, "answer": "skip"}]
    rows[4]["department"] = "HR"
    summary = plan_of({"directory": [], "rows": rows, "options": {"decisions": decisions}}).summary
    assert summary.actions["reject"] == 4
    assert (summary.to_mend, summary.copies, summary.skipped) == (2, 1, 1)
    assert summary.decisions == {"used": 1, "unfit": 0, "unused": 1}


def test_a_row_without_its_old_address_frees_none() -> None:
    ann, bob = {"id": "A1", "email": "ann@corp.example"}, {"id": "B2", "email": "bob@corp.example"}
    leaves = {"id": "A1", "email": None, "new_email": "new@corp.example"}
    takes = {"id": "B2", "email": "ann@corp.example"}
    missing = ("reject", ["email_missing"])
    assert decided([ann, bob], [leaves, takes]) == [missing, ("conflict", ["id_email_different_users"])]
    somebody = {"id": "N9", "email": "ann@corp.example", "status": "Suspended"}
    assert decided([ann], [leaves, somebody]) == [missing, ("conflict", ["email_owned_by_other_id"])]


@pytest.mark.parametrize(
    ("row", "decision"),
    [
        ({"id": "A1", "email": "bob@corp.example"}, "use_id"),
        ({"id": "B2", "email": "new@corp.example"}, "use_email"),
        ({"id": "B2", "email": "bob@corp.example"}, "skip"),
        ({"id": "b2", "email": "new@corp.example"}, None),
        ({"id": "N9", "email": "b\u043eb@corp.example"}, None),
        ({"id": "S7", "email": "new@corp.example"}, None),
        ({"id": "1.2E+9", "email": "bob@corp.example"}, None),
        ({"id": "N9", "email": "new@corp.example", "new_email": "bob@corp.example"}, None),
    ],
)
def test_whoever_has_a_key_of_the_file_is_not_absent_whatever_becomes_of_the_row(
    row: dict[str, Any], decision: str | None
) -> None:
    directory = [
        {"key": "u0", "id": "A1", "email": "ann@corp.example"},
        {"key": "u1", "id": "B2", "email": "bob@corp.example", "sso_subject": "S7"},
    ]
    rows = [{"line": 2, "id": "A1", "email": "ann@corp.example"}, {"line": 3, **row}]
    options: dict[str, Any] = {"absent": "suspend", "full_snapshot": True, "sso_check": "off"}
    if decision is not None:
        options["decisions"] = [{"row": 3, "answer": decision}]
    assert plan_of({"directory": directory, "rows": rows, "options": options}).summary.absent == 0
    assert plan_of({"directory": directory, "rows": rows[:1], "options": options}).summary.absent == 1
