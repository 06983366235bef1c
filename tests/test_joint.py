"""Several sources with a role each become one plan; every row names its source."""

from __future__ import annotations

import io

import pytest

import qooper_ingest as qi
from qooper_ingest import report

SCHEMA = qi.Schema.participants(
    qi.Field(key="skills", label="Skills", type="multi_select", options=("SQL", "Go", "Art"))
)

MENTEES = b"Employee ID,Email,Skills\nA1,ann@corp.example,SQL\nC3,cyd@corp.example,Go\n"
MENTORS = b"Email;Personnel number\nbob@corp.example;B2\nnot an address;D4\n"

PEOPLE = qi.Directory.of(
    [{"ref": "u1", "id": "A1", "email": "ann@corp.example", "roles": ["mentee"], "skills": ["SQL"]}]
)


def parts(mentees: bytes = MENTEES, mentors: bytes = MENTORS) -> list[qi.ImportPart]:
    return [
        qi.ImportPart(name="mentees", source=mentees, role="mentee"),
        qi.ImportPart(name="mentors", source=mentors, role="mentor"),
    ]


def planned(sources: list[qi.ImportPart], **options: object) -> qi.Plan:
    joint = qi.propose_many(sources, schema=SCHEMA, directory=PEOPLE)
    return qi.resolve(joint.records(), PEOPLE, policy=qi.Policy(**options))


def test_each_source_is_read_its_own_way_and_gives_its_own_role() -> None:
    plan = planned(parts())
    assert plan.origins.rows() == [(2, "mentees", 2), (3, "mentees", 3), (5, "mentors", 2), (6, "mentors", 3)]
    assert plan.frame["action"].to_list() == ["unchanged", "create", "create", "reject"]
    roles = {plan.origin(o.row): o.value("roles") for batch in plan.operations() for o in batch if o.row is not None}
    assert roles == {("mentees", 3): ("mentee",), ("mentors", 2): ("mentor",)}


def test_the_order_of_the_sources_is_not_part_of_the_fingerprint() -> None:
    assert planned(parts()).fingerprint == planned(parts()[::-1]).fingerprint
    assert planned(parts()).fingerprint != planned(parts(mentors=MENTORS + b"eve@corp.example;E5\n")).fingerprint


def test_a_person_in_two_sources_with_two_roles_is_a_conflict() -> None:
    plan = planned(parts(mentors=b"Email;Personnel number\nann@corp.example;A1\n"))
    codes = {plan.origin(row): codes for row, codes in plan.frame.select("row", "codes").rows()}
    assert codes[("mentees", 2)] == codes[("mentors", 2)] == ["duplicate_email_in_file", "duplicate_id_in_file"]


def test_a_copy_in_a_second_source_of_the_same_role_is_set_aside() -> None:
    sources = [qi.ImportPart(name=name, source=MENTEES, role="mentee") for name in ("east", "west")]
    plan = planned(sources)
    assert plan.summary.copies == 2
    assert {plan.origin(row)[0] for row in plan.frame.filter(plan.frame["action"] == "reject")["row"]} == {"west"}


def test_an_issue_names_the_row_and_no_column_that_is_another_one_elsewhere() -> None:
    plan = planned(parts())
    [issue] = [
        plan.issues.page(at, 1)[0]
        for at in range(len(plan.issues))
        if plan.issues.page(at, 1)[0].code == "email_invalid"
    ]
    assert issue.row is not None
    assert (plan.origin(issue.row), issue.column, issue.field) == (("mentors", 3), "A", "email")


def test_a_saved_plan_of_several_sources_is_loaded_equal_and_undone() -> None:
    plan = planned(parts())
    file = io.BytesIO()
    plan.save(file)
    loaded = qi.Plan.load(file.getvalue())
    assert loaded == plan
    assert loaded.origins.equals(plan.origins)
    assert not loaded.check(PEOPLE)
    inverse = loaded.inverse(loaded.receipt(created={3: "u2", 5: "u3"}))
    assert [inverse.origin(o.row) for batch in inverse.operations() for o in batch if o.row is not None] == [
        ("mentees", 3),
        ("mentors", 2),
    ]


@pytest.mark.parametrize("sources", [[], [parts()[0], parts()[0]]])
def test_sources_need_names_of_their_own(sources: list[qi.ImportPart]) -> None:
    with pytest.raises(qi.UsageError, match="a name each"):
        qi.propose_many(sources, schema=SCHEMA)


def test_a_row_that_no_source_has_is_refused() -> None:
    with pytest.raises(qi.UsageError, match="no source"):
        planned(parts()).origin(99)


def test_joint_records_are_not_joined_again() -> None:
    from qooper_ingest.joint import join_records

    records = qi.propose_many(parts(), schema=SCHEMA).records()
    with pytest.raises(qi.UsageError, match="several sources already"):
        join_records([("both", None, records)], schema=SCHEMA)


def test_the_review_page_of_several_sources_and_of_their_inverse_is_made_and_no_mend_file() -> None:
    plan = planned(parts())
    inverse = plan.inverse(plan.receipt(created={3: "u2", 5: "u3"}))
    assert plan._context.active_people == 1
    for one, reason in ((plan, "several sources"), (inverse, "inverse plan")):
        page = io.BytesIO()
        report.to_html(one, page)
        assert b"<html" in page.getvalue()
        with pytest.raises(qi.UsageError, match=reason):
            report.mend_file(one, io.BytesIO())
