"""Imports on a queue with several workers: whoever is killed in the middle, the end is that of one worker alone."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytest.importorskip("procrastinate", reason="Procrastinate is not installed (dependency group examples)")
pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed (dependency group examples)")

import psycopg
import sqlalchemy as sa

import qooper_ingest as qi
from host.engine import Host, Refused
from host.jobs import Cancelled, run_import
from host.private_postgres import url_of
from host.queue_procrastinate import defer, make_queue, put_back_stalled
from host.tables import store_people

ROOT = Path(__file__).parents[2]
SCHEMA = qi.Schema.participants(qi.Field(key="department", label="Department"))
#: How many files over how many programmes; QOOPER_INGEST_QUEUE_FILES=200 for the long run.
FILES = int(os.environ.get("QOOPER_INGEST_QUEUE_FILES", "24"))
PROGRAMMES = max(2, FILES // 10)
WORKERS = 4
PEOPLE = 12


def person(programme: int, number: int) -> dict[str, Any]:
    name = f"p{programme}-{number:02d}"
    return {"ref": name, "id": name.upper(), "email": f"{name}@corp.example", "roles": ["mentee"], "department": "d"}


def file_of(programme: int, number: int) -> tuple[str, bytes]:
    """The file number ``number`` of a programme: a department for all, another address for one, a new person. The order shows."""
    rows = [person(programme, at) for at in range(PEOPLE)]
    for one in rows:
        one["department"] = f"d{number}"
    for before in range(number + 1):  # the addresses that earlier files gave stay
        rows[before % PEOPLE]["email"] = f"p{programme}-{before % PEOPLE:02d}.{before}@corp.example"
    rows += [
        {"id": f"N{programme}-{number}", "email": f"n{programme}.{number}@corp.example", "department": f"d{number}"}
    ]
    frame = pl.DataFrame(
        {
            title: [row[key] for row in rows]
            for title, key in (("User ID", "id"), ("E-mail", "email"), ("Department", "department"))
        }
    )
    kind = ("csv", "tsv", "xlsx")[(programme + number) % 3]
    buffer = io.BytesIO()
    if kind == "xlsx":
        frame.write_excel(buffer)
    else:
        frame.write_csv(buffer, separator="\t" if kind == "tsv" else ",")
    return f"{number:03d}.{kind}", buffer.getvalue()


def write_files(folder: Path) -> list[dict[str, Any]]:
    """The documents, in the order in which they are deferred: the first file of each programme, the second of each …"""
    documents = []
    for at in range(FILES):
        programme, number = at % PROGRAMMES, at // PROGRAMMES
        name, data = file_of(programme, number)
        path = folder / f"programme {programme}" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(data)
        key = f"{programme}-{number}"
        documents.append(
            {"feed": "test", "file": str(path), "programme": path.parent.name, "role": "mentee", "key": key}
        )
    return documents


def fresh(url: str) -> Host:
    host = Host.at(url, SCHEMA, limits=qi.DEFAULT_LIMITS)
    host.tables.people.metadata.drop_all(host.engine)
    host.tables.create(host.engine)
    with host.engine.execution_options(writes=True).begin() as connection:
        store_people(connection, host.tables, [person(p, at) for p in range(PROGRAMMES) for at in range(PEOPLE)])
    return host


def end_of(host: Host) -> tuple[list[Any], dict[str, Any]]:
    """Everybody but for the refs of new people, and what the receipts say."""
    p = host.tables.people.c
    with host.engine.connect() as connection:
        people = [
            tuple(row)
            for row in connection.execute(
                sa.select(p.id, p.email, p.email_key, p.status, p.department, p.roles).order_by(p.id)
            )
        ]
    receipts = {one.key: json.loads(one.receipt) for one in host.imports() if one.receipt}
    return people, {key: (told["applied"], told["done"], told["refused"]) for key, told in receipts.items()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], Any]:
    """The documents, and the end of one worker that nobody disturbs."""
    folder = tmp_path_factory.mktemp("queue")
    documents = write_files(folder)
    host = fresh(f"sqlite:///{folder / 'alone.sqlite'}")
    ended = [run_import(document, host=host) for document in documents]
    assert {one["state"] for one in ended} == {"applied"}
    end = end_of(host)
    host.engine.dispose()
    return documents, end


def worker(address: str, schema: Path, number: int) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(ROOT / "examples"), *sys.path])
    command = [sys.executable, "-m", "host.worker", "--database", address, "--schema", str(schema), "--trusted"]
    command += ["--name", f"w{number}", "--heartbeat", "1"]
    return subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": path, "PGAPPNAME": f"w{number}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(connection: psycopg.Connection[Any], query: str, seconds: float = 400) -> str | None:
    """What the query finds first."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := connection.execute(query.encode()).fetchone():
            return str(found[0])
        time.sleep(0.002)
    return None


#: A worker in the middle of a batch: its transaction is open.
APPLYING = """
    select application_name from pg_stat_activity
    where application_name like 'w%' and xact_start is not null and query ~ 'import_(stage|batches)'"""


@pytest.mark.slow
def test_workers_that_are_killed_lose_nothing_and_double_nothing(postgres: str, alone: Any, tmp_path: Path) -> None:
    documents, wanted = alone
    schema = tmp_path / "schema.json"
    schema.write_text(SCHEMA.to_json(), encoding="utf-8")
    host = fresh(url_of(postgres))
    queue = make_queue(postgres, host)

    async def fill() -> None:
        async with queue.open_async():
            await queue.schema_manager.apply_schema_async()
            for document in documents:
                await defer(queue, document, programme=document["programme"])

    async def put_back() -> int:
        async with queue.open_async():
            return await put_back_stalled(queue, gone_seconds=4)

    asyncio.run(fill())
    workers = [worker(postgres, schema, number) for number in range(WORKERS)]
    put = 0
    try:
        with psycopg.connect(postgres, autocommit=True) as connection:
            assert wait_for(
                connection, "select 1 from procrastinate_jobs where task_name = 'run_import' and status = 'succeeded'"
            )
            assert wait_for(
                connection, "select 1 from procrastinate_jobs where task_name = 'run_import' and status = 'doing'"
            )
            workers[0].kill()
            workers[0].wait()
            applying = wait_for(connection, APPLYING)
            assert applying is not None
            workers[int(applying[1:])].kill()
            left = (
                "select count(*) from procrastinate_jobs where task_name = 'run_import' and status in ('todo', 'doing')"
            )
            until = time.monotonic() + 1200
            while (rest := connection.execute(left.encode()).fetchone()) and rest[0] and time.monotonic() < until:
                put += asyncio.run(put_back())
                time.sleep(0.5)
            states = connection.execute(
                b"select status::text, count(*) from procrastinate_jobs where task_name = 'run_import' group by 1"
            ).fetchall()
    finally:
        for one in workers:
            one.kill()
            one.wait()
    assert dict(states) == {"succeeded": FILES}
    assert put >= 1, "nobody was killed in the middle of an import"
    assert end_of(host)[0] == wanted[0]
    assert end_of(host)[1] == wanted[1]
    host.engine.dispose()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made = fresh(f"sqlite:///{tmp_path / 'host.sqlite'}")
    yield made
    made.engine.dispose()


def fed(tmp_path: Path, rows: list[str], key: str) -> dict[str, Any]:
    path = tmp_path / f"{key}.csv"
    path.write_text("\n".join(["User ID,E-mail,Department,Status", *rows]), encoding="utf-8")
    return {"feed": "nightly", "file": str(path), "programme": "one", "role": "mentee", "key": key}


def test_a_document_goes_through_json_and_may_be_run_again(host: Host, tmp_path: Path) -> None:
    document = fed(tmp_path, ["P0-00,p0-00@corp.example,HR,active"], "a")
    first = run_import(json.loads(json.dumps(document)), host=host)
    assert first == {"import": "a", "state": "applied", "applied": 1, "already_done": 0, "refused": 0}
    before = end_of(host)
    assert json.loads(json.dumps(run_import(document, host=host))) == first
    assert end_of(host) == before


def test_a_feed_that_a_guard_stops_waits_for_a_person_and_goes_on_next_morning(host: Host, tmp_path: Path) -> None:
    rows = [f"P0-{at:02d},p0-{at:02d}@corp.example,d,suspended" for at in range(PEOPLE)]
    ended = run_import(fed(tmp_path, rows, "night"), host=host)
    assert ended["state"] == "stopped"
    assert ended["guards"] == {"too_many_suspensions": PEOPLE}
    before = end_of(host)
    host.acknowledge("night", "Ada", "too_many_suspensions", PEOPLE)
    assert end_of(host) == before
    host.confirm("night", "Ada", host.plan("night").fingerprint)
    assert run_import({"import": "night"}, host=host)["applied"] == PEOPLE
    assert [line["who"] for line in json.loads(host.one("night").history)][-3:] == ["Ada", "Ada", "the host"]


def test_a_file_that_cannot_be_read_is_told_by_its_code(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"%PDF-1.7")
    ended = run_import(
        {"feed": "nightly", "file": str(path), "programme": "one", "role": "mentee", "key": "x"}, host=host
    )
    assert (ended["state"], ended["error"]) == ("unreadable", "pdf_document")


def test_a_cancelled_import_goes_on_where_it_was_stopped(host: Host, tmp_path: Path) -> None:
    document = fed(tmp_path, ["P0-00,p0-00@corp.example,HR,active"], "a")
    with pytest.raises(Cancelled):
        run_import(document, host=host, cancelled=lambda: True)
    assert host.one("a").state == "confirmed"
    assert run_import({"import": "a"}, host=host)["applied"] == 1


def test_an_import_that_nobody_has_confirmed_is_not_applied(host: Host) -> None:
    key = host.begin("Ada", programme="one", role="mentee", separator=None)
    with pytest.raises(Refused):
        run_import({"import": key}, host=host)
