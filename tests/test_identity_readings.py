"""Readings of the decision table beside the labelled cases: each found by comparing engine and oracle, each a small world."""

from __future__ import annotations

from typing import Any

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
