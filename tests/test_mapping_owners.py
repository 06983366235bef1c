"""A column about somebody else is never the participant's, whatever it holds, and where it is not known whose it is, it is asked."""

from __future__ import annotations

import random

import pytest

from mapping_tables import KINDS, Person
from qooper_ingest.mapping import Binding, suggest_mapping
from qooper_ingest.schema import Schema
from qooper_ingest.table import Table
from qooper_ingest.workbook import Workbook

SCHEMA = Schema.participants()
CHANCE = random.Random(3)
PEOPLE = [Person(CHANCE, at) for at in range(12)]
OWN = (("Employee ID", "number"), ("Full name", "whole"), ("Email", "work mail"))

FORMS = (
    ("{} email", "boss mail"), ("Email of {}", "work mail"), ("Email ({})", "work mail"), ("{}_email", "work mail"), ("{} ID", "number"),
    ("{} status", "state"), ("{} active", "yes"), ("Active {}", "yes"), ("Status of {}", "state"), ("{} first name", "first"),
    ("{} last name", "last"),
)  # fmt: skip

OTHERS = (
    "manager", "line manager", "supervisor", "parent", "guardian", "mother", "emergency contact", "submitter", "approver", "recruiter",
    "advisor", "sponsor", "buddy", "created by", "owner", "spouse", "next of kin", "team lead", "director", "reviewer", "counselor",
    "secondary contact", "administrator", "deputy", "sibling", "dad", "organizer", "landlord", "escalation contact", "replacement", "successor",
)  # fmt: skip

#: One side of a row about two people: alone they are participants like others, beside a participant they are not.
HELPERS = ("mentor", "coach", "tutor", "teacher", "instructor", "professor", "trainer", "facilitator")


def table(*columns: tuple[str, str]) -> Table:
    made = [[label, *(KINDS[kind](person) for person in PEOPLE)] for label, kind in columns]
    return Workbook.of_rows([list(row) for row in zip(*made, strict=True)]).sheet().table(header_row=1)


def bound(label: str, *columns: tuple[str, str]) -> list[Binding]:
    return [binding for binding in suggest_mapping(table(*columns), SCHEMA).bindings if binding.label == label]


@pytest.mark.parametrize("owner", OTHERS)
def test_somebody_elses_columns_are_not_filled_in(owner: str) -> None:
    for form, kind in FORMS:
        label = form.format(owner)
        for own in (OWN, ()):
            assert [b.field for b in bound(label, *own, (label, kind)) if b.confidence == "suggest"] == [], (
                label,
                bool(own),
            )


@pytest.mark.parametrize("owner", HELPERS)
def test_a_helpers_columns_beside_the_participant_are_not_filled_in(owner: str) -> None:
    for form, kind in FORMS:
        label = form.format(owner)
        assert [b.field for b in bound(label, *OWN, (label, kind)) if b.confidence == "suggest"] == [], label


@pytest.mark.parametrize("owner", HELPERS)
def test_a_list_of_helpers_is_about_them(owner: str) -> None:
    columns = ((f"{owner} ID", "number"), (f"{owner} email", "work mail"), ("Subject", "part"))
    assert [b.field for label, _ in columns for b in bound(label, *columns)] == (
        ["id", "email"] if owner != "tutor" else []
    )


@pytest.mark.parametrize("label", ["Mentor status", "Active mentor", "Status (mentor)", "Mentor: active"])
def test_a_mentors_status_suspends_nobody_else(label: str) -> None:
    columns = (*OWN, ("Mentor email", "boss mail"), (label, "yes" if "ctive" in label else "state"))
    assert bound(label, *columns) == []


def test_the_owner_in_a_group_label_holds_for_the_whole_group() -> None:
    rows = [["Participant", "", "Manager", "", ""], ["ID", "Email", "Name", "Email", "Status"]]
    people = [[KINDS[kind](p) for kind in ("number", "work mail", "whole", "boss mail", "state")] for p in PEOPLE]
    found = suggest_mapping(Workbook.of_rows([*rows, *people]).sheet().table(header_rows=[1, 2]), SCHEMA)
    assert {b.field: b.column for b in found.bindings if b.column is not None} == {"id": 0, "email": 1}


def test_the_neighbour_that_names_the_owner_holds_for_the_columns_behind_it() -> None:
    columns = (
        ("No.", "number"),
        ("E-mail", "work mail"),
        ("Manager", "whole"),
        ("E-mail", "boss mail"),
        ("Status", "state"),
    )
    mapping = suggest_mapping(table(*columns), SCHEMA)
    assert mapping.column_of("email") == 1


def test_a_group_of_something_else_beside_the_participants_group() -> None:
    columns = (
        ("student.number", "number"),
        ("student.lastName", "last"),
        ("student.firstName", "first"),
        ("contacts.email", "parent mail"),
    )
    assert bound("contacts.email", *columns) == []
    assert [b.field for b in bound("student.number", *columns)] == ["id"]


@pytest.mark.parametrize("label", ["Landlady e-mail", "Email (case worker)", "Purchaser email", "E-mail Hausmeister"])
def test_an_address_of_an_unknown_owner_is_asked_about(label: str) -> None:
    assert [(b.field, b.confidence) for b in bound(label, ("Name", "whole"), (label, "work mail"))] == [
        ("email", "ask")
    ]


def test_an_unknown_word_that_is_the_addresses_domain_is_the_organisation() -> None:
    columns = (("Staff ID", "number"), ("North e-mail", "work mail"))
    assert [(b.field, b.confidence) for b in bound("North e-mail", *columns)] == [("email", "suggest")]


def test_a_name_of_an_unknown_owner_is_asked_about_unless_the_id_says_the_same() -> None:
    assert {b.confidence for b in bound("Landlady last name", *OWN, ("Landlady last name", "last"))} <= {"ask"}
    columns = (("SPRIDEN_ID", "code"), ("SPRIDEN_LAST_NAME", "last"), ("SPRIDEN_FIRST_NAME", "first"))
    assert [(b.field, b.confidence) for b in bound("SPRIDEN_LAST_NAME", *columns)] == [("last_name", "suggest")]


def test_a_mentor_and_a_mentee_in_one_row_are_asked_about() -> None:
    columns = (
        ("Mentor Name", "whole"),
        ("Mentor Email", "boss mail"),
        ("Mentee Name", "whole"),
        ("Mentee Email", "work mail"),
    )
    assert {b.confidence for b in suggest_mapping(table(*columns), SCHEMA).bindings} <= {"ask", "none"}
