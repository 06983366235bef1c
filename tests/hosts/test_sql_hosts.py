"""Plans applied to real databases whose constraints object to any double key: SQLite, and PostgreSQL in parallel.

Every operation is one transaction, every atomic group is one. The order is random but for ``before``; somewhere in the middle
the host crashes, plans anew what is done (`Plan.check`), and applies the rest. In the end the same file has nothing left to do.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from random import Random
from typing import Any

import pytest

import qooper_ingest as qi
from cases_support import acknowledged
from hosts.store import COLUMNS, TABLE, Connection, apply_step, directory_from, fill, steps_of
from identity_worlds import World, any_world, asked_world, calm_world, moving_world
from property.test_identity_laws import takes_the_old_address_of_a_rename_by_email

BLOCKED = ("reject", "conflict")

#: As many as the property tests look at, where that is said (``tests/conftest.py``).
EXAMPLES = int(os.environ.get("QOOPER_INGEST_EXAMPLES", "0"))
SQLITE_WORLDS, POSTGRES_WORLDS = EXAMPLES or 30, EXAMPLES or 15


class Crash(Exception):
    """The host falls over."""


def insensitive(world: World) -> bool:
    return world["options"].get("id_case") == "ascii_insensitive"


def drawn(world: World, random: Random) -> World:
    """Sometimes the file is a full snapshot, and whoever is not in it is suspended."""
    if random.random() < 0.7:
        return world
    return {**world, "options": {**world["options"], "absent": "suspend", "full_snapshot": True}}


def rows_of(steps: Iterable[list[qi.Operation]]) -> set[int]:
    """The rows of operations; suspensions by absence have none, and doing one twice does no harm."""
    return {operation.row for step in steps for operation in step if operation.row is not None}


def nothing_is_lost(world: World, plan: qi.Plan, connection: Connection) -> None:
    """Every operation's result is there, nobody else was touched, and the same file plans nothing."""
    after = directory_from(connection)
    assert not plan.check(after).stale
    assert plan.check(after).pending == 0 or not plan.can_apply
    if takes_the_old_address_of_a_rename_by_email(world) or world["options"].get("mode") == "create_only":
        return
    again = acknowledged(world, after)
    applied = set(plan.frame.filter(~plan.frame["action"].is_in(BLOCKED))["row"])
    actions = {row: action for row, action in again.frame.select("row", "action").iter_rows() if row in applied}
    assert set(actions.values()) <= {"unchanged"}, actions
    assert all(operation.row is not None for batch in again.operations() for operation in batch)


# ----------------------------------------------------------------------------------------------------------------- SQLite


class Sqlite:
    def __init__(self) -> None:
        self.raw = sqlite3.connect(":memory:", isolation_level=None)
        self.raw.executescript(TABLE)

    def run(self, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        return self.raw.execute(statement, list(values)).fetchall()

    def transaction(self, step: list[qi.Operation], *, insensitive: bool, crash: bool = False) -> None:
        self.run("begin")
        try:
            apply_step(self, step, insensitive=insensitive)
            if crash:
                raise Crash
        except BaseException:
            self.run("rollback")
            raise
        self.run("commit")


@pytest.mark.parametrize("seed", range(SQLITE_WORLDS))
def test_sqlite_accepts_any_order_that_respects_before_crash_and_retry_included(seed: int) -> None:
    random = Random(seed)
    world = drawn(any_world(random), random)
    host = Sqlite()
    with closing(host.raw):
        fill(host, world["directory"], insensitive=insensitive(world))
        plan = acknowledged(world, directory_from(host))
        steps = steps_of(plan, random)
        crash_at = random.randint(0, len(steps))
        for number, step in enumerate(steps):
            if number == crash_at:
                with pytest.raises(Crash):
                    host.transaction(step, insensitive=insensitive(world), crash=True)
                break
            host.transaction(step, insensitive=insensitive(world))
        state = plan.check(directory_from(host))
        assert not state.stale
        assert set(state.done) == rows_of(steps[:crash_at])
        for step in steps_of(plan, random):
            if not {operation.row for operation in step} <= set(state.done):
                host.transaction(step, insensitive=insensitive(world))
        nothing_is_lost(world, plan, host)


def test_sqlite_refuses_a_chain_in_the_order_of_the_file() -> None:
    """The constraints are real: what ``before`` forbids, the database refuses."""
    world: World = {
        "directory": [
            {"key": f"u{n}", "id": f"A{n}", "email": f"{n}@corp.example", "status": "active"} for n in (1, 2)
        ],
        "rows": [
            {"line": 2, "id": "A1", "email": "2@corp.example"},
            {"line": 3, "id": "A2", "email": "3@corp.example"},
        ],
        "options": {},
    }
    host = Sqlite()
    with closing(host.raw):
        fill(host, world["directory"], insensitive=False)
        plan = acknowledged(world, directory_from(host))
        assert plan.dependencies == ((3, 2),)
        in_file_order = sorted((o for batch in plan.operations() for o in batch), key=lambda o: o.row or 0)
        with pytest.raises(sqlite3.IntegrityError):
            host.transaction([in_file_order[0]], insensitive=False)


# ------------------------------------------------------------------------------------------------------------- PostgreSQL


class Postgres:
    """One connection per thread, one transaction per step."""

    def __init__(self, address: str) -> None:
        import psycopg

        self.raw = psycopg.connect(address, autocommit=True)

    def run(self, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        cursor = self.raw.execute(statement.replace("?", "%s").encode(), list(values))
        return cursor.fetchall() if cursor.description else []

    def transaction(self, step: list[qi.Operation], *, insensitive: bool, crash: bool = False) -> None:
        with self.raw.transaction():
            apply_step(self, step, insensitive=insensitive)
            if crash:
                raise Crash


def in_parallel(
    address: str, plan: qi.Plan, steps: list[list[qi.Operation]], *, insensitive: bool, crash_at: int
) -> None:
    """Apply steps on four connections at once, each as soon as those before it are through; fall over at one of them."""
    local = threading.local()
    opened: list[Postgres] = []

    def work(step: list[qi.Operation], crash: bool) -> None:
        if not hasattr(local, "host"):
            local.host = Postgres(address)
            opened.append(local.host)
        local.host.transaction(step, insensitive=insensitive, crash=crash)

    in_step = [rows_of([step]) for step in steps]
    waits = [
        {at for at, rows in enumerate(in_step) for first, then in plan.dependencies if then in own and first in rows}
        for own in in_step
    ]
    done: set[int] = set()
    running: dict[Future[None], int] = {}
    todo = set(range(len(steps)))
    crashed = False
    try:
        with ThreadPoolExecutor(4) as pool:
            while (todo and not crashed) or running:
                for at in sorted(todo) if not crashed else ():
                    if waits[at] <= done:
                        running[pool.submit(work, steps[at], at == crash_at)] = at
                        todo.remove(at)
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    at = running.pop(future)
                    try:
                        future.result()
                        done.add(at)
                    except Crash:
                        crashed = True
    finally:
        for host in opened:
            host.raw.close()


def test_postgres_accepts_operations_in_parallel_crash_and_retry_included(postgres: str) -> None:
    host = Postgres(postgres)
    with closing(host.raw):
        for statement in TABLE.strip().rstrip(";").split(";"):
            host.run(statement)
        for seed in range(POSTGRES_WORLDS):
            host.run("truncate people")
            crash_and_retry(postgres, host, Random(seed))


def crash_and_retry(address: str, host: Postgres, random: Random) -> None:
    draw = random.choice((moving_world, moving_world, calm_world, asked_world))
    world = drawn(draw(random, people=14) if draw is not asked_world else draw(random), random)
    fill(host, world["directory"], insensitive=insensitive(world))
    plan = acknowledged(world, directory_from(host))
    steps = steps_of(plan, random)
    crash_at = random.randint(0, len(steps))
    in_parallel(address, plan, steps, insensitive=insensitive(world), crash_at=crash_at)
    state = plan.check(directory_from(host))
    assert not state.stale
    done = set(state.done)
    left = [step for step in steps if not {operation.row for operation in step} <= done]
    assert not any(operation.row in done for step in left for operation in step), "an atomic group is done by halves"
    assert bool(rows_of(left)) <= (crash_at < len(steps))
    in_parallel(address, plan, left, insensitive=insensitive(world), crash_at=-1)
    nothing_is_lost(world, plan, host)


def test_the_hosts_table_holds_what_a_directory_holds() -> None:
    host = Sqlite()
    with closing(host.raw):
        assert tuple(row[1] for row in host.run("pragma table_info(people)")) == COLUMNS


STORED = (
    ("0042", " Ann@Corp.EXAMPLE\t"), (" 42 ", "ann+news@corp.example"), ("A7", "a.n.n+x@googlemail.com"), ("000", "'ann@corp.example"),
    ("", "~#+ann@corp.example"), ("É1", "josé@corp.example"), ("\u212a9", "ann@XN--bcher-kva.example"), (None, None),
    ("a-7\r\n", "\u00a0ann@corp.example"), ("12E4", "O'Neil@corp.example"),
)  # fmt: skip


def test_generated_columns_of_postgresql_have_the_keys_of_python(postgres: str) -> None:
    host = Postgres(postgres)
    with closing(host.raw):
        made = [
            f"{name} text GENERATED ALWAYS AS ({said}) STORED" for name, said in qi.Lookup.sql("postgresql").items()
        ]
        columns = ", ".join(["n serial", "id text", "sso_subject text", "email text", *made])
        host.raw.execute(f"CREATE TEMPORARY TABLE looked_up ({columns})".encode())
        host.raw.execute(b"CREATE INDEX ON looked_up (lookup_alias)")
        for one, email in STORED:
            host.run("INSERT INTO looked_up (id, sso_subject, email) VALUES (?, ?, ?)", (one, one, email))
        found = host.run("SELECT lookup_id, lookup_subject, lookup_email, lookup_alias FROM looked_up ORDER BY n")
    ask = qi.Lookup
    assert found == [
        (ask.id_key(one), ask.id_key(one), ask.email_key(email), ask.alias_key(email)) for one, email in STORED
    ]
