"""What a label or its cells say of a field, by kind; and the tables that say it."""

from __future__ import annotations

import random

import pytest

from mapping_tables import KINDS, Person
from qooper_ingest.mapping import Binding, suggest_mapping
from qooper_ingest.mapping.context import CONTEXT
from qooper_ingest.mapping.evidence import NOTHING, Evidence, Signal, weigh
from qooper_ingest.mapping.label_signals import IDENTITY
from qooper_ingest.mapping.names import NAMES
from qooper_ingest.mapping.value_signals import CELLS
from qooper_ingest.schema import Schema
from qooper_ingest.workbook import Workbook

SCHEMA = Schema.participants()
TABLES = [*IDENTITY.values(), *CONTEXT.values(), *CELLS.values(), NAMES]


def bound(header: list[str], *columns: str) -> dict[str, Binding]:
    chance = random.Random(5)
    people = [Person(chance, at) for at in range(9)]

    def cell(kind: str, person: Person) -> str | None:
        return (
            kind[1:].split("/")[person.at % len(kind[1:].split("/"))] if kind.startswith("=") else KINDS[kind](person)
        )

    rows = [[cell(kind, person) for kind in columns] for person in people]
    mapping = suggest_mapping(Workbook.of_rows([header, *rows]).sheet().table(header_row=1), SCHEMA)
    return {binding.field: binding for binding in mapping.bindings if binding.column is not None}


@pytest.mark.parametrize("table", TABLES, ids=range(len(TABLES)))
def test_a_table_names_each_line_once_and_says_where_it_comes_from(table: tuple[Signal[object], ...]) -> None:
    assert len({signal.name for signal in table}) == len(table)
    for signal in table:
        assert 0 <= signal.weight <= 1
        assert all(reason.replace("_", "").isalpha() for reason in signal.reasons)
        assert signal.source or (signal.act == "times" and signal.weight == 1)


def test_the_first_line_that_holds_acts() -> None:
    table = (
        Signal[int]("two", lambda n: n == 2, 0.3, "even small", "", "at_most"),
        Signal[int]("even", lambda n: n % 2 == 0, 0.2, "even", "", "plus"),
        Signal[int]("odd", lambda n: n % 2 == 1, 0.5, "", "", "times"),
    )
    assert weigh(table, 2, Evidence(0.9, ("word",))) == Evidence(0.3, ("even", "small", "word"))
    assert weigh(table, 4, Evidence(0.9, ("word",))) == Evidence(0.99, ("word", "even"))
    assert weigh(table, 3, Evidence(0.8, ("word",))) == Evidence(0.4, ("word",))
    assert weigh((), 3) == NOTHING


@pytest.mark.parametrize(
    "label",
    ["Last active", "Last seen", "Last seen in Jira - contoso", "First choice", "First aid trained", "First join"],
)
def test_an_order_word_is_no_name(label: str) -> None:
    assert not {"first_name", "last_name"} & set(bound(["Mail", label], "work mail", "first"))


@pytest.mark.parametrize(
    ("first", "last"),
    [("name.givenName", "name.familyName"), ("Legal Name - First Name", "Legal Name - Last Name"), ("User First Name", "User Last Name"),
     ("Legal Forename", "Legal Surname"), ("given_name", "family_name")],
)  # fmt: skip
def test_the_last_step_of_a_path_is_the_name(first: str, last: str) -> None:
    found = bound(["Mail", first, last], "work mail", "first", "last")
    assert (found["first_name"].label, found["last_name"].label) == (first, last)


@pytest.mark.parametrize(
    "label",
    [
        "Attendee #",
        "Order #",
        "Response ID",
        "Ticket number",
        "Record ID",
        "Respondent ID",
        "Barcode #",
        "Submission ID",
    ],
)
def test_the_number_of_an_occasion_is_an_id_only_where_the_host_has_it(label: str) -> None:
    assert "id" not in bound([label, "Mail"], "other number", "work mail")


@pytest.mark.parametrize("cells", ["=0", "=IP Address/Survey Preview", "=Attending", "=Complete/Partial", "=Member/Admin", "=Full-time/Part-time",
                                   "=Delivered/Bounced", "=Approved/Pending"])  # fmt: skip
@pytest.mark.parametrize("label", ["Status", "user_status", "User Status"])
def test_a_status_whose_cells_are_no_states_is_not_filled_in(label: str, cells: str) -> None:
    found = bound(["Staff ID", "Mail", label], "number", "work mail", cells)
    assert "status" not in found or found["status"].confidence == "ask"


@pytest.mark.parametrize(
    ("label", "cells", "inverted"),
    [("Status [READ ONLY]", "=Active/Suspended", False), ("State", "=active/active/blocked", False), ("Blocked", "=false/true", True),
     ("Account Status", "=Enabled/Disabled", False), ("accountEnabled", "=True/False", False)],
)  # fmt: skip
def test_a_status_is_found_by_its_word_and_its_cells(label: str, cells: str, inverted: bool) -> None:
    found = bound(["Staff ID", "Mail", label], "number", "work mail", cells)["status"]
    assert (found.label, found.inverted) == (label, inverted)


@pytest.mark.parametrize(
    ("label", "cells"),
    [("State", "=CA/NY/TX"), ("Account locked out", "=No/Yes"), ("Approval Status", "=approved/declined")],
)
def test_a_place_a_lock_and_an_approval_are_not_filled_in_as_a_status(label: str, cells: str) -> None:
    found = bound(["Staff ID", "Mail", label], "number", "work mail", cells)
    assert "status" not in found or found["status"].confidence == "ask"


def test_what_an_upload_sets_does_not_stand_for_what_is() -> None:
    header = [
        "Email Address [Required]",
        "New Primary Email [UPLOAD ONLY]",
        "Status [READ ONLY]",
        "New Status [UPLOAD ONLY]",
    ]
    found = bound(header, "work mail", "blank", "=Active/Suspended", "blank")
    assert (found["email"].column, found["status"].column) == (0, 2)


@pytest.mark.parametrize("label", ["Updated email", "Changed to", "New Email", "New Primary Email"])
def test_the_address_that_replaces_another_is_the_new_one(label: str) -> None:
    found = bound(["Email", label], "work mail", "private mail")
    assert (found["email"].column, found["new_email"].column) == (0, 1)


def test_the_date_of_a_suspension_is_a_status_that_is_asked_about() -> None:
    found = bound(["Staff ID", "Mail", "suspended_at"], "number", "work mail", "=2026-10-01 00:00:00 UTC///")["status"]
    assert (found.label, found.confidence, found.inverted) == ("suspended_at", "ask", True)


def test_of_a_date_and_a_flag_the_flag_is_the_status() -> None:
    found = bound(["Mail", "suspended_at", "active"], "work mail", "=2026-10-01//", "=true/false")
    assert found["status"].label == "active"


@pytest.mark.parametrize(
    ("label", "kind", "field"),
    [("E-mail", "date", "email"), ("E-mail", "whole", "email"), ("Employee ID", "whole", "id"), ("Status", "date", "status"),
     ("New email", "date", "new_email"), ("First name", "date", "first_name"), ("Last name", "number", "last_name")],
)  # fmt: skip
def test_cells_that_contradict_a_label_are_never_filled_in(label: str, kind: str, field: str) -> None:
    found = bound(["Other", label], "text", kind)
    assert field not in found or found[field].label != label or found[field].confidence == "ask"


def test_brackets_that_make_something_else_are_not_the_fields_own_label() -> None:
    for label in ("Email (manager)", "Status (order)", "User ID (SSN)", "E-mail (old)"):
        found = bound(["Name", label], "whole", "work mail" if "mail" in label else "code")
        assert all(binding.confidence != "suggest" for binding in found.values()), label
