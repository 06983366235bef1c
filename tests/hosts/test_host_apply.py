"""The example host applies plans to real databases, set-based: every operation once or refused with its reason, whatever happens."""

from __future__ import annotations

import datetime as dt
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
from host.apply import apply_plan
from host.lookup import everybody, look_up
from host.private_postgres import url_of
from host.tables import Tables, dialect_of, make_engine, make_tables, store_people
from identity_worlds import World, any_world, asked_world, moving_world
from property.test_identity_laws import takes_the_old_address_of_a_rename_by_email

SCHEMA = schema_of({"schema": {}})
BLOCKED = ("reject", "conflict")
WORLDS = int(os.environ.get("QOOPER_INGEST_EXAMPLES", "0")) or 10


class Host:
    """A database with the example's tables."""

    def __init__(self, url: str, schema: qi.Schema = SCHEMA) -> None:
        self.engine, self.schema = make_engine(url), schema
        self.tables: Tables = make_tables(schema, dialect=dialect_of(self.engine))
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
            return everybody(connection, self.tables, self.schema)

    def rows(self) -> dict[str, dict[str, Any]]:
        frame = self.people().frame
        return {row["ref"]: row for row in frame.sort("ref").iter_rows(named=True)}

    def apply(self, plan: qi.Plan, **settings: Any) -> qi.Receipt:
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


def became(receipt: qi.Receipt) -> tuple[int, int, list[tuple[int | None, str]]]:
    """How many operations were applied, how many were done already, and which were refused why."""
    return receipt.applied, len(receipt.done), [(one.row, one.reason) for one in receipt.refused]


THREE = [person(f"u{n}", f"A{n}", f"{n}@corp.example") for n in (1, 2, 3)]


def test_a_chain_of_addresses_is_applied_in_one_batch(host: Host) -> None:
    host.store(THREE)
    plan = plan_of(host, [{"id": f"A{n}", "email": f"{n + 1}@corp.example"} for n in (1, 2, 3)])
    receipt = host.apply(plan)
    assert became(receipt) == (3, 0, [])
    assert emails(host) == {f"u{n}": f"{n + 1}@corp.example" for n in (1, 2, 3)}


@pytest.mark.parametrize("size", [1, 1000])
def test_a_swap_of_addresses_is_applied_under_unique_constraints(host: Host, size: int) -> None:
    host.store(THREE)
    rows = [{"id": f"A{n}", "email": f"{n % 3 + 1}@corp.example"} for n in (1, 2, 3)]
    receipt = host.apply(plan_of(host, rows, allow_email_cycles=True), size=size)
    assert became(receipt) == (3, 0, [])
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
    applied, _, refused = became(host.apply(plan))
    assert applied == 0
    assert dict(refused)[3] == "person_changed"
    assert {reason for row, reason in refused if row != 3} <= {"email_taken", "group_broken"}
    assert emails(host) == {f"u{n}": f"{n}@corp.example" for n in (1, 2, 3)}


def test_whoever_waits_for_a_refused_row_is_refused_to_the_end_of_the_chain(host: Host) -> None:
    host.store(THREE)
    plan = plan_of(host, [{"id": f"A{n}", "email": f"{n + 1}@corp.example"} for n in (1, 2, 3)])
    host.change("u3", protected=True)
    assert became(host.apply(plan))[2] == [(2, "email_taken"), (3, "email_taken"), (4, "person_changed")]
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
    assert became(host.apply(plan))[2] == ([(2, reason)] if reason else [])
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
    assert became(host.apply(plan))[2] == [(2, "email_taken"), (3, "id_taken")]
    assert "x@corp.example" in emails(host).values()


def test_the_address_of_a_deleted_person_is_free_only_where_the_policy_says_so(host: Host) -> None:
    host.store([*THREE, person("gone", "Z1", "old@corp.example", status="deleted") | {"status": "deleted"}])
    plan = plan_of(host, [{"id": "N1", "email": "old@corp.example"}], deleted_email="reusable")
    assert became(host.apply(plan))[2] == [(2, "email_taken")]
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
    assert became(receipt) == (0, 2, [])


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
    receipt = host.apply(plan, choices_sha256="0" * 64)
    assert receipt.plan_fingerprint == plan.fingerprint
    assert receipt.reasons == {"email_taken": 2, "person_changed": 1}
    assert "@" not in receipt.to_json()
    assert qi.Receipt.from_json(receipt.to_json()) == receipt


def test_a_receipt_undoes_its_plan_and_an_address_that_goes_back_leaves_no_key_behind(host: Host) -> None:
    host.store(THREE)
    before = host.rows()
    rows = [{"id": "A1", "email": "new@corp.example", "department": "HR"}, {"id": "N1", "email": "1@corp.example"}]
    plan = plan_of(host, rows)
    receipt = host.apply(plan)
    assert [one.row for one in receipt.created] == [3]
    undone = host.apply(plan.inverse(receipt))
    assert (undone.inverse_of, became(undone)) == (plan.fingerprint, (2, 0, []))
    after = host.rows()
    new = after.pop(receipt.created[0].ref)
    assert after == before
    assert (new["email"], new["status"]) == (None, "suspended")
    with host.engine.connect() as connection:
        assert connection.execute(sa.select(host.tables.people.c.email_key).filter_by(ref=new["ref"])).scalar() is None
    host.store([person("u9", "N9", "1.free@corp.example")])
    host.change("u1", email="elsewhere@corp.example", email_key="elsewhere@corp.example")
    host.change("u9", email="1@corp.example", email_key="1@corp.example")  # nobody holds the key any more


def test_people_whom_a_plan_created_are_taken_away_once(host: Host) -> None:
    host.store(THREE)
    plan = plan_of(host, [{"id": "N1", "email": "n1@corp.example"}])
    back = plan.inverse(host.apply(plan), created="retire")
    assert became(host.apply(back)) == (1, 0, [])
    (new,) = host.rows().keys() - {"u1", "u2", "u3"}
    assert host.rows()[new]["status"] == "deleted"
    with host.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.delete(host.tables.batches))
    assert became(host.apply(back)) == (0, 1, [])


def test_names_of_fields_may_be_words_of_sql(tmp_path: Path, postgres: str) -> None:
    schema = qi.Schema.participants(
        qi.Field(key="order"), qi.Field(key="Group", type="multi_select", options=["A", "B"])
    )
    for url in (f"sqlite:///{tmp_path / 'words.sqlite'}", url_of(postgres)):
        host = Host(url, schema)
        host.store([person("u1", "A1", "1@corp.example", Group=["A"])])
        file = b"User ID,E-mail,order,Group\nA1,1@corp.example,third,A;B\nA2,2@corp.example,fourth,B\n"
        assert became(host.apply(qi.plan_import(file, schema=schema, directory=host.people()))) == (2, 0, [])
        assert [(row["order"], row["Group"]) for row in host.people().frame.sort("id").iter_rows(named=True)] == [
            ("third", ["A", "B"]), ("fourth", ["B"]),
        ]  # fmt: skip
        host.engine.dispose()


def test_an_id_that_differs_by_case_or_zeros_from_one_stored_since_is_refused(host: Host) -> None:
    host.store(THREE)
    plan = plan_of(host, [{"id": "a7", "email": "a7@corp.example"}, {"id": "A8", "email": "a8@corp.example"}])
    host.store([person("u7", "0A7", "7@corp.example"), person("u8", "A80", "8@corp.example")])
    assert became(host.apply(plan)) == (1, 0, [(2, "id_variant_taken")])


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
    write, count = applying._Batch.write, iter(range(1, 10**6))

    def falls_over(batch: Any) -> tuple[int, int]:
        written = write(batch)
        if next(count) == crash_at:
            raise Crash
        return written

    monkeypatch.setattr(applying._Batch, "write", falls_over)
    try:
        host.apply(plan, **settings)
    except Crash:
        monkeypatch.setattr(applying._Batch, "write", write)
    receipt = host.apply(plan, **settings)
    assert became(receipt) == (total, 0, [])
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
