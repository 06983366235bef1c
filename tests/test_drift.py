"""What is different between two months' files, found before anything is planned."""

from __future__ import annotations

import io
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qooper_ingest as qi

SCHEMA = qi.Schema.participants(
    qi.Field(key="skills", label="Skills", type="multi_select", options=("SQL", "Go", "Art")),
    qi.Field(key="joined", label="Joined", type="date"),
)

NAMES = (("Ann", "Lee"), ("Bob", "Moe"), ("Cyd", "Fox"), ("Dee", "Ray"), ("Eve", "Day"), ("Flo", "Kay"))
HEADER = ["Employee ID", "Email", "First name", "Last name", "Skills", "Joined"]


def rows() -> list[list[str]]:
    return [
        [f"{number:05}", f"{first.lower()}@corp.example", first, last, "SQL", f"2024-0{number}-1{number}"]
        for number, (first, last) in enumerate(NAMES, start=1)
    ]


def proposed(lines: list[list[str]], header: list[str] = HEADER) -> qi.Proposal:
    text = "\n".join(",".join(line) for line in [header, *lines])
    return qi.propose(f"{text}\n".encode(), schema=SCHEMA)


def found(lines: list[list[str]], header: list[str] = HEADER) -> dict[str, qi.Finding]:
    return {one.code: one for one in qi.compare_files(proposed(rows()), proposed(lines, header)).findings}


def test_the_same_file_has_no_finding() -> None:
    drift = qi.compare_files(proposed(rows()), proposed(rows()))
    assert not drift
    assert (drift.people, drift.matched_by) == ((6, 6, 6), "id")


@given(st.integers(0, 2**32))
@settings(max_examples=5, deadline=None)
def test_the_order_of_rows_is_no_difference(seed: int) -> None:
    lines = rows()
    Random(seed).shuffle(lines)
    assert found(lines) == {}


def test_a_column_that_is_gone_and_one_that_is_new() -> None:
    lines = [[*line[:4], line[5], "x"] for line in rows()]
    told = found(lines, [*HEADER[:4], "Joined", "Remarks on lunch"])
    assert (told["column_gone"].last, told["column_gone"].field) == ("Skills", "skills")
    assert told["column_new"].this == "Remarks on lunch"


def test_a_column_that_has_another_label() -> None:
    told = found(rows(), ["Employee ID", "E-mail address", *HEADER[2:]])
    assert set(told) == {"column_renamed"}
    assert (told["column_renamed"].field, told["column_renamed"].last, told["column_renamed"].this) == (
        "email",
        "Email",
        "E-mail address",
    )


def test_an_answer_that_nobody_gave_before() -> None:
    lines = rows()
    lines[2][4] = "Art"
    told = found(lines)
    assert (told["options_new"].options, told["options_new"].rows) == (("Art",), (4,))


@pytest.mark.parametrize(
    ("column", "change", "shapes"),
    [
        (0, lambda cell: "EMP" + cell, ("99999", "AAA99999")),
        (5, lambda cell: "/".join(reversed(cell.split("-"))), ("9-9-9", "9/9/9")),
    ],
)
def test_ids_and_dates_that_are_written_otherwise(column: int, change: object, shapes: tuple[str, str]) -> None:
    lines = rows()
    for line in lines:
        line[column] = change(line[column])  # type: ignore[operator]
    told = found(lines)["format_changed"]
    assert (told.last, told.this) == shapes
    assert len(told.rows) == 6


def test_cells_that_are_blank_now() -> None:
    lines = [[*line[:4], "" if at < 2 else line[4], line[5]] for at, line in enumerate(rows())]
    told = found(lines)
    assert told["blanks_more"].rows == (2, 3)
    assert told["blanks_more"].this == pytest.approx(1 / 3)
    assert "blanks_more" not in found(
        [[*line[:4], "" if at < 1 else line[4], line[5]] for at, line in enumerate(rows())]
    )


def test_people_who_are_gone_and_who_are_new() -> None:
    lines = [*rows()[1:], ["00009", "gus@corp.example", "Gus", "May", "Go", "2024-01-01"]]
    told = found(lines)
    assert told["people_gone"].rows == (2,)
    assert told["people_new"].rows == (7,)


def test_an_id_column_that_was_sorted_alone() -> None:
    lines = rows()
    lines[0][0], lines[1][0] = lines[1][0], lines[0][0]
    assert found(lines)["name_changed"].rows == (2, 3)


def test_people_are_matched_by_address_where_a_file_has_no_ids() -> None:
    bare = proposed([line[1:] for line in rows()[1:]], HEADER[1:])
    drift = qi.compare_files(proposed(rows()), bare)
    assert (drift.matched_by, drift.people) == ("email", (5, 6, 5))
    assert drift.of("column_gone")[0].field == "id"


def test_a_finding_shows_no_answer_in_its_repr() -> None:
    lines = rows()
    lines[2][4] = "Art"
    assert "Art" not in repr(found(lines)["options_new"])


# -- differences that stop a plan ------------------------------------------------------------------------------------------------

GONE = [[*line[:4], line[5]] for line in rows()]
WITHOUT_SKILLS = [*HEADER[:4], "Joined"]
STOPS = qi.Policy(drift=("column_gone", "name_changed"))


def text_of(lines: list[list[str]], header: list[str] = HEADER) -> bytes:
    return "".join(",".join(line) + "\n" for line in [header, *lines]).encode()


def plan_of(policy: qi.Policy, last: qi.Proposal | None) -> qi.Plan:
    return qi.plan_import(
        text_of(GONE[1:], WITHOUT_SKILLS),
        schema=SCHEMA,
        directory=qi.Directory.of([]),
        choices=qi.Choices(policy=policy),
        last=last,
    )


def test_a_difference_that_the_policy_names_stops_the_plan_until_its_figures_are_acknowledged() -> None:
    plan = plan_of(STOPS, proposed(rows()))
    assert [(one.code, one.count, one.of) for one in plan.summary.guards] == [("file_drifted", 1, 2)]  # and people_gone
    assert not plan.can_apply
    seen = STOPS.model_copy(update={"acknowledgements": (plan.acknowledge("file_drifted"),)})
    assert plan_of(seen, proposed(rows())).can_apply
    two = qi.Policy(drift=("column_gone", "people_gone"), acknowledged={"file_drifted": 1})
    assert not plan_of(two, proposed(rows())).can_apply


@pytest.mark.parametrize("policy", [qi.Policy(), qi.Policy(drift=("options_new", "format_changed"))])
def test_other_differences_stop_nothing(policy: qi.Policy) -> None:
    plan = plan_of(policy, proposed(rows()))
    assert plan.summary.guards == ()
    assert "drift_not_compared" not in plan.issues.counts()


def test_a_plan_whose_file_was_not_compared_says_so() -> None:
    assert plan_of(STOPS, None).issues.counts()["drift_not_compared"] == 1
    assert "drift_not_compared" not in plan_of(qi.Policy(), None).issues.counts()


def test_single_verbs_give_the_same_plan_and_a_receipt_is_verified_with_the_last_file() -> None:
    last, this = proposed(rows()), proposed(GONE[1:], WITHOUT_SKILLS)
    whole = plan_of(STOPS, last)
    steps = qi.resolve(this.records(), qi.Directory.of([]), policy=STOPS, drift=qi.compare_files(last, this))
    assert steps.fingerprint == whole.fingerprint != plan_of(STOPS, None).fingerprint
    seen = STOPS.model_copy(update={"acknowledgements": (whole.acknowledge("file_drifted"),)})
    plan = plan_of(seen, last)
    receipt = plan.receipt(created={row: f"u{row}" for row in plan.frame["row"]})
    told = {"schema": SCHEMA, "directory": qi.Directory.of([]), "choices": qi.Choices(policy=seen)}
    file = text_of(GONE[1:], WITHOUT_SKILLS)
    assert qi.verify_receipt(receipt, file, **told, last=last)
    assert qi.verify_receipt(receipt, file, **told).differences == ("plan",)


def test_the_review_page_says_in_words_that_the_file_differs() -> None:
    plan = plan_of(STOPS, proposed(rows()))
    for language, words in (
        ("en", "1 of 2 differences from the last file is"),
        ("de", "1 von 2 Unterschieden zur letzten Datei ist"),
        ("es", "1 de 2 diferencias con el último archivo es"),
    ):
        page = io.BytesIO()
        plan.to_html(page, language=language)
        assert words in page.getvalue().decode()
