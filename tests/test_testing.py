"""The reference applier refuses what a database would refuse, and does all or nothing."""

from __future__ import annotations

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest.testing import apply

SCHEMA = qi.Schema.participants()
PEOPLE = [
    {"ref": f"u{n}", "id": f"A{n}", "email": f"p{n}@corp.example", "first_name": f"First{n}", "last_name": f"Last{n}"}
    for n in range(12)
]


def plan_of(*rows: str, people: qi.Directory, policy: qi.Policy = qi.Policy()) -> qi.Plan:  # noqa: B008
    data = "\n".join(["User ID,E-mail,First name,Last name", *rows])
    return qi.plan_import(data.encode(), schema=SCHEMA, directory=people, choices=qi.Choices(policy=policy))


def code_of(plan: qi.Plan, people: qi.Directory) -> str:
    with pytest.raises(qi.UsageError) as caught:
        apply(plan, people)
    return caught.value.code


def frame(people: qi.Directory) -> pl.DataFrame:
    assert isinstance(people.frame, pl.DataFrame)
    return people.frame.sort("ref")


def test_a_plan_that_a_guard_stops_is_not_applied() -> None:
    people = qi.Directory.of(PEOPLE)
    plan = plan_of(*(f"A{n},q{n}@corp.example,First{n},Last{n}" for n in range(12)), people=people)
    assert code_of(plan, people) == "plan_not_applyable"


def test_a_stale_plan_is_not_applied() -> None:
    people = qi.Directory.of(PEOPLE)
    plan = plan_of("A1,new@corp.example,First1,Last1", people=people)
    moved = [{**person, "email": "moved@corp.example"} if person["ref"] == "u1" else person for person in PEOPLE]
    assert code_of(plan, qi.Directory.of(moved)) == "plan_stale"


def test_two_people_with_one_address_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # No plan does this, so the plan's own check is taken away and the address is given to somebody in the meantime.
    people = qi.Directory.of(PEOPLE)
    plan = plan_of("A1,new@corp.example,First1,Last1", people=people)
    taken = qi.Directory.of([*PEOPLE, {"ref": "u99", "id": "B1", "email": "new@corp.example"}])
    monkeypatch.setattr(qi.Plan, "check", lambda *_: qi.Staleness(stale=(), done=(), open=1))
    assert code_of(plan, taken) == "plan_breaks_uniqueness"


def test_two_people_with_one_id_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    people = qi.Directory.of(PEOPLE)
    plan = plan_of("C7,eve@corp.example,Eve,Day", people=people)
    taken = qi.Directory.of([*PEOPLE, {"ref": "u99", "id": "C7", "email": "somebody@corp.example"}])
    monkeypatch.setattr(qi.Plan, "check", lambda *_: qi.Staleness(stale=(), done=(), open=1))
    assert code_of(plan, taken) == "plan_breaks_uniqueness"


def test_the_people_given_are_left_as_they_are() -> None:
    people = qi.Directory.of(PEOPLE)
    before = frame(people).clone()
    after = apply(plan_of("A1,new@corp.example,First1,Last1", "Z1,eve@corp.example,Eve,Day", people=people), people)
    assert frame(people).equals(before)
    assert frame(after).height == frame(people).height + 1
    assert frame(after).filter(pl.col("ref") == "u1")["email"].to_list() == ["new@corp.example"]


def test_applying_twice_does_nothing_more() -> None:
    people = qi.Directory.of(PEOPLE)
    plan = plan_of("A1,new@corp.example,First1,Last1", "Z1,eve@corp.example,Eve,Day", people=people)
    once = apply(plan, people)
    assert frame(apply(plan, once)).equals(frame(once))
