"""The example host applies plans to real databases, set-based: every operation once or refused with its reason, whatever happens."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

sa = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed (dependency group examples)")

import qooper_ingest as qi
from cases_support import acknowledged, records_in, schema_of
from host import apply as applying
from host import lookup
from host.apply import Receipt, apply_plan
from host.lookup import everybody, look_up
from host.private_postgres import url_of
from host.tables import Tables, make_engine, make_tables, store_people
from identity_worlds import World, any_world, asked_world, moving_world
from property.test_identity_laws import takes_the_old_address_of_a_rename_by_email

SCHEMA = schema_of({"schema": {}})
BLOCKED = ("reject", "conflict")
WORLDS = int(os.environ.get("QOOPER_INGEST_EXAMPLES", "0")) or 10


class Host:
    """A database with the example's tables."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.tables: Tables = make_tables(SCHEMA, dialect=self.engine.dialect.name)
        self.tables.people.metadata.drop_all(self.engine)
        self.tables.create(self.engine)

    def empty(self) -> None:
        with self.engine.execution_options(writes=True).begin() as connection:
            connection.execute(sa.delete(self.tables.people))
            connection.execute(sa.delete(self.tables.batches))

    def store(self, people: list[dict[str, Any]]) -> None:
        with self.engine.execution_options(writes=True).begin() as connection:
            store_people(connection, self.tables, people)

    def people(self) -> qi.Directory:
        with self.engine.connect() as connection:
            return everybody(connection, self.tables, SCHEMA)

    def rows(self) -> dict[str, dict[str, Any]]:
        frame = self.people().frame
        return {row["ref"]: row for row in frame.sort("ref").iter_rows(named=True)}

    def apply(self, plan: qi.Plan, **settings: Any) -> Receipt:
        return apply_plan(self.engine, self.tables, plan, **settings)

    def change(self, ref: str, **values: Any) -> None:
        with self.engine.execution_options(writes=True).begin() as connection:
            connection.execute(sa.update(self.tables.people).filter_by(ref=ref).values(**values))


@pytest.fixture(params=["sqlite", "postgresql"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    if request.param == "sqlite":
        made = Host(f"sqlite:///{tmp_path / 'host.sqlite'}")
    else:
        made = Host(url_of(request.getfixturevalue("postgres")))
    yield made
    made.engine.dispose()


def person(ref: str, number: str | None, email: str, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "id": number, "email": email, "status": "active", **more}


def plan_of(host: Host, rows: list[dict[str, Any]], **options: Any) -> qi.Plan:
    lines = [{"line": at, **row} for at, row in enumerate(rows, start=2)]
    return acknowledged({"rows": lines, "options": options, "schema": {}}, host.people())


def emails(host: Host) -> dict[str, str]:
    return {ref: row["email"] for ref, row in host.rows().items()}


THREE = [person(f"u{n}", f"A{n}", f"{n}@corp.example") for n in (1, 2, 3)]


def test_a_chain_of_addresses_is_applied_in_one_batch(host: Host) -> None:
    host.store(THREE)
    plan = plan_of(host, [{"id": f"A{n}", "email": f"{n + 1}@corp.example"} for n in (1, 2, 3)])
    receipt = host.apply(plan)
    assert (receipt.applied, receipt.already_done, receipt.refused) == (3, 0, ())
    assert emails(host) == {f"u{n}": f"{n + 1}@corp.example" for n in (1, 2, 3)}


@pytest.mark.parametrize("size", [1, 1000])
def test_a_swap_of_addresses_is_applied_under_unique_constraints(host: Host, size: int) -> None:
    host.store(THREE)
    rows = [{"id": f"A{n}", "email": f"{n % 3 + 1}@corp.example"} for n in (1, 2, 3)]
    receipt = host.apply(plan_of(host, rows, allow_email_cycles=True), size=size)
    assert (receipt.applied, receipt.refused) == (3, ())
    assert emails(host) == {f"u{n}": f"{n % 3 + 1}@corp.example" for n in (1, 2, 3)}


def test_the_constraints_are_real(host: Host) -> None:
    host.store(THREE)
    with pytest.raises(sa.exc.IntegrityError):
        host.change("u1", email="2@corp.example", email_key="2@corp.example")
    with pytest.raises(sa.exc.IntegrityError):
        host.change("u1", id="A2")


def test_a_swap_is_refused_whole_where_one_of_its_people_has_changed(host: Host) -> None:
    host.store(THREE)
    rows = [{"id": f"A{n}", "email": f"{n % 3 + 1}@corp.example"} for n in (1, 2, 3)]
    plan = plan_of(host, rows, allow_email_cycles=True)
    host.change("u2", status="suspended")
    receipt = host.apply(plan)
    assert receipt.applied == 0
    assert dict(receipt.refused)[3] == "person_changed"
    assert {reason for row, reason in receipt.refused if row != 3} <= {"email_taken", "group_broken"}
    assert emails(host) == {f"u{n}": f"{n}@corp.example" for n in (1, 2, 3)}


def test_whoever_waits_for_a_refused_row_is_refused_to_the_end_of_the_chain(host: Host) -> None:
    host.store(THREE)
    plan = plan_of(host, [{"id": f"A{n}", "email": f"{n + 1}@corp.example"} for n in (1, 2, 3)])
    host.change("u3", protected=True)
    receipt = host.apply(plan)
    assert sorted(receipt.refused) == [(2, "email_taken"), (3, "email_taken"), (4, "person_changed")]
    assert emails(host) == {f"u{n}": f"{n}@corp.example" for n in (1, 2, 3)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "deleted"}, "person_missing"),
        ({"status": "suspended"}, "person_changed"),
        ({"protected": True}, "person_changed"),
        ({"sso_subject": "S-1"}, "person_changed"),
        ({"department": "Legal"}, "person_changed"),
        ({"first_name": "Else"}, None),
    ],
)
def test_an_operation_is_refused_where_what_it_changes_is_not_as_reviewed(
    host: Host, change: dict[str, Any], reason: str | None
) -> None:
    host.store([person("u1", "A1", "1@corp.example", department="IT"), *THREE[1:]])
    plan = plan_of(host, [{"id": "A1", "email": "1@corp.example", "department": "HR"}])
    assert plan.summary.actions["update"] == 1
    host.change("u1", **change)
    before = host.rows()
    receipt = host.apply(plan)
    assert receipt.refused == (((2, reason),) if reason else ())
    assert (host.rows() == before) == (reason is not None)


def test_a_key_that_somebody_took_since_the_review_is_refused(host: Host) -> None:
    host.store(THREE)
    rows = [
        {"id": "A1", "email": "new@corp.example"},
        {"id": "N9", "email": "nine@corp.example"},
        {"id": "N8", "email": "x@corp.example"},
    ]
    plan = plan_of(host, rows)
    host.store([person("u7", "N9", "seven@corp.example"), person("u8", None, "New@Corp.example")])
    assert sorted(host.apply(plan).refused) == [(2, "email_taken"), (3, "id_taken")]
    assert "x@corp.example" in emails(host).values()


def test_the_address_of_a_deleted_person_is_free_only_where_the_policy_says_so(host: Host) -> None:
    host.store([*THREE, person("gone", "Z1", "old@corp.example", status="deleted") | {"status": "deleted"}])
    plan = plan_of(host, [{"id": "N1", "email": "old@corp.example"}], deleted_email="reusable")
    assert host.apply(plan).refused == ((2, "email_taken"),)
    host.empty()
    host.store([*THREE, person("gone", "Z1", "old@corp.example") | {"status": "deleted"}])
    assert host.apply(plan, deleted_email="reusable").applied == 1


def test_a_plan_is_applied_once_however_often_it_is_run(host: Host) -> None:
    host.store(THREE)
    rows = [{"id": "A1", "email": "one@corp.example", "department": "HR"}, {"id": "N1", "email": "n1@corp.example"}]
    plan = plan_of(host, rows)
    first = host.apply(plan)
    after = host.rows()
    host.change("u1", department="Legal")  # somebody's work since; the second run must not undo it
    assert host.apply(plan) == first
    assert host.rows() == after | {"u1": after["u1"] | {"department": "Legal"}}


def test_what_is_there_already_counts_as_done(host: Host) -> None:
    host.store(THREE)
    rows = [{"id": "A1", "email": "one@corp.example", "department": "HR"}, {"id": "N1", "email": "n1@corp.example"}]
    plan = plan_of(host, rows)
    host.apply(plan)
    with host.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.delete(host.tables.batches))  # as if another host's run had done it
    receipt = host.apply(plan)
    assert (receipt.applied, receipt.already_done, receipt.refused) == (0, 2, ())


def test_a_plan_that_a_guard_stops_is_not_applied(host: Host) -> None:
    host.store(THREE)
    case = {
        "rows": [{"line": n + 1, "id": f"A{n}", "email": f"{n}@corp.example", "status": "suspended"} for n in (1, 2, 3)]
    }
    settings = {"thresholds": qi.Thresholds(max_suspensions_pct=1)}
    from cases_support import plan_of as plan_of_case

    plan = plan_of_case(case | {"options": {}}, host.people(), **settings)
    assert not plan.can_apply
    with pytest.raises(ValueError, match="guard"):
        host.apply(plan)


def test_a_receipt_holds_rows_and_reasons_and_no_personal_data(host: Host) -> None:
    host.store(THREE)
    plan = plan_of(host, [{"id": f"A{n}", "email": f"{n + 1}@corp.example"} for n in (1, 2, 3)])
    host.change("u3", status="suspended")
    told = json.loads(host.apply(plan).to_json())
    assert told["fingerprint"] == plan.fingerprint
    assert told["reasons"] == {"email_taken": 2, "person_changed": 1}
    assert "@" not in json.dumps(told)
    assert "u3" not in json.dumps(told)


def test_every_type_of_answer_comes_back_as_it_was_applied(host: Host) -> None:
    host.store(THREE)
    answers = {
        "skills": "SQL;Go",
        "level": "2",
        "joined": "2024-01-31",
        "remote": "yes",
        "track": "Red",
        "town": "Ulm",
        "motto": "Go on.",
    }
    host.apply(
        plan_of(
            host,
            [{"id": "A1", "email": "1@corp.example", **answers}, {"id": "N1", "email": "n@corp.example", **answers}],
        )
    )
    wanted = {
        "skills": ["SQL", "Go"],
        "level": 2.0,
        "joined": dt.date(2024, 1, 31),
        "remote": True,
        "track": "Red",
        "town": "Ulm",
        "motto": "Go on.",
    }
    for row in host.rows().values():
        if row["ref"] not in ("u2", "u3"):
            assert {name: row[name] for name in wanted} == wanted


# ----------------------------------------------------------------------------------------------------- worlds and crashes


class Crash(Exception):
    """The host falls over."""


def fill(host: Host, world: World) -> None:
    """The people of a world, leaving out whom the constraints would not let in."""
    host.empty()
    people = [
        {"ref": one["key"], **{n: one.get(n) for n in ("id", "email", "status", "sso_subject", "roles")}}
        | {n: one.get(n, False) for n in ("protected", "status_locked")}
        | one.get("profile", {})
        for one in world["directory"]
    ]
    for one in people:
        try:
            host.store([one])
        except sa.exc.IntegrityError:
            continue


def drawn(random: Random, at: int) -> World:
    draw: Callable[..., World] = (any_world, asked_world, moving_world)[at % 3]
    world = draw(random)
    options = dict(world["options"])
    options.pop("id_case", None)  # the example's table compares IDs exactly
    return {**world, "options": options}


@pytest.mark.parametrize("seed", range(WORLDS))
def test_any_world_is_applied_in_batches_crash_and_retry_included(
    host: Host, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    world = drawn(random, seed)
    fill(host, world)
    plan = acknowledged(world, host.people())
    settings = {"size": random.choice((1, 2, 1000)), "deleted_email": world["options"].get("deleted_email", "reserved")}
    total = sum(len(batch) for batch in plan.operations())
    crash_at = random.randint(1, 1 + total)
    judge, count = applying._Batch._write, iter(range(1, 10**6))

    def falls_over(batch: Any) -> None:
        judge(batch)
        if next(count) == crash_at:
            raise Crash

    monkeypatch.setattr(applying._Batch, "_write", falls_over)
    try:
        host.apply(plan, **settings)
    except Crash:
        monkeypatch.setattr(applying._Batch, "_write", judge)
    receipt = host.apply(plan, **settings)
    assert (receipt.applied, receipt.already_done, receipt.refused) == (total, 0, ())
    state = plan.check(host.people())
    assert (tuple(state), state.pending) == ((), 0)
    if takes_the_old_address_of_a_rename_by_email(world) or world["options"].get("mode") == "create_only":
        return
    again = acknowledged(world, host.people())
    through = set(plan.frame.filter(~plan.frame["action"].is_in(BLOCKED))["row"])
    assert {action for row, action in again.frame.select("row", "action").iter_rows() if row in through} <= {
        "unchanged"
    }


@pytest.mark.parametrize("seed", range(WORLDS))
def test_looking_up_gives_the_plan_of_everybody(host: Host, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_MANY", 20_000 * (seed % 2))  # through the indexes, and through the people once
    world = drawn(Random(seed), seed)
    fill(host, world)
    with host.engine.execution_options(writes=True).begin() as connection:
        found = look_up(connection, host.tables, SCHEMA, records_in(world))
    everyone = host.people()
    assert acknowledged(world, found).frame.equals(acknowledged(world, everyone).frame)
