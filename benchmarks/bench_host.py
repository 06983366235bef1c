"""Time the example host on a PostgreSQL of its own: look people up, apply a plan, kill it in the middle.

    python benchmarks/bench_host.py [--people 1000000] [--rows 200000] [--operations 50000] [--kills 20]

A file of ``rows`` people, of whom a part changes (answers, addresses in chains and swaps, new people), against ``people``
stored ones, the server writing to the disk as in production (fsync on). One line of JSON a figure. Bars, in seconds: look-up of
200,000 rows in 1,000,000 people 5, applying 50,000 operations 10. After every kill the same plan is run again; the end must be
that of a run that nobody killed, person by person.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

sys.path[:0] = [str(Path(__file__).parents[1] / "examples"), str(Path(__file__).parent)]

from make_people import SENIORITY, SKILLS, people

import qooper_ingest as qi
from host.apply import apply_plan
from host.lookup import look_up
from host.private_postgres import private_postgres, url_of
from host.tables import make_engine, make_tables

SCHEMA = qi.Schema.participants(
    qi.Field(key="department"),
    qi.Field(key="office"),
    qi.Field(key="start_date", type="date"),
    qi.Field(key="seniority", type="select", options=SENIORITY),
    qi.Field(key="skills", type="multi_select", options=SKILLS),
)
POLICY = qi.Policy(allow_email_cycles=True, thresholds=qi.Thresholds(max_email_changes_pct=100))


def say(what: str, **figures: Any) -> None:
    print(json.dumps({"what": what, **figures}), flush=True)


def server_cpu() -> float:
    """Seconds of processor time that the server's processes have used so far, those that have ended left out."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text().rpartition(")")
            if "postgres" in name:
                ticks += sum(map(int, rest.split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def timed(what: str, **figures: Any) -> Any:
    """Seconds on the clock, and of the processor (this process, the server): what the machine's load does not change."""
    start, own, server = time.perf_counter(), time.process_time(), server_cpu()
    yield
    cpu = {"own_cpu": round(time.process_time() - own, 2), "server_cpu": round(server_cpu() - server, 2)}
    say(what, seconds=round(time.perf_counter() - start, 2), **cpu, load=round(os.getloadavg()[0], 1), **figures)


def store(engine: sa.Engine, stored: pl.DataFrame) -> None:
    """Copy the people in; the answers of a multi-select as JSON."""
    frame = stored.with_columns(
        (pl.lit("u") + pl.col("id")).alias("ref"),
        pl.col("email").str.to_lowercase().alias("email_key"),
        pl.col("start_date").str.to_date("%Y-%m-%d", strict=False).fill_null(pl.date(2020, 2, 28)),
        ('["' + pl.col("skills").str.replace_all(";", '", "', literal=True) + '"]').alias("skills"),
    )
    buffer = io.BytesIO()
    frame.write_csv(buffer)
    names = ", ".join(frame.columns)
    statement = f"copy people ({names}) from stdin (format csv, header)"
    with engine.begin() as connection, connection.connection.cursor().copy(statement) as copy:
        copy.write(buffer.getvalue())
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze people")


def upload(stored: pl.DataFrame, rows: int, operations: int) -> pl.DataFrame:
    """A file of the first ``rows`` people; about ``operations`` rows ask for something: half answers, then addresses, new people."""
    every = rows // operations
    i, email = pl.int_range(pl.len()), pl.col("email")
    kind = pl.when(i % every == 0).then(i // every % 8)
    chain = kind == 5  # the address of the next of its kind, who leaves it: one chain in pieces of a hundred
    ahead = (
        pl.when(i // (8 * every) % 100 == 99)
        .then("moved." + email)
        .otherwise(email.shift(-8 * every).fill_null("moved." + email))
    )
    swap = kind == 6
    other = pl.when(i // (8 * every) % 2 == 0).then(email.shift(-8 * every)).otherwise(email.shift(8 * every))
    return (
        stored.head(rows)
        .with_columns(
            pl.when(kind < 3).then(pl.lit("Munich")).otherwise("office").alias("office"),
            pl.when(kind == 3).then(pl.lit("Python;UX research")).otherwise("skills").alias("skills"),
            pl.when(kind == 4).then("new." + email).when(chain).then(ahead).when(swap).then(other)
            .when(kind == 7).then("fresh." + email).otherwise(email).alias("email"),
            pl.when(kind == 7).then("9" + pl.col("id").str.slice(1)).otherwise("id").alias("id"),
        )
        .with_columns(pl.when(pl.col("start_date").str.contains("-29|-30|-31")).then(pl.lit("2020-02-28")).otherwise("start_date").alias("start_date"))
    )  # fmt: skip


def digest(engine: sa.Engine) -> str:
    """Of all people, whatever the refs of new ones are."""
    columns = "id, email, email_key, status, roles::text, first_name, last_name, department, office, start_date, seniority, skills::text"
    query = f"select md5(string_agg(t::text, '|' order by t.email)) from (select {columns} from people) t"
    with engine.connect() as connection:
        return str(connection.exec_driver_sql(query).scalar_one())


def child(url: str, plan: str, size: int) -> None:
    """Apply a saved plan, telling after each batch how far it is: what the parent kills."""
    engine = make_engine(url)
    receipt = apply_plan(engine, make_tables(SCHEMA, dialect="postgresql"), qi.Plan.load(plan), size=size)
    print(receipt.to_json())


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (
        ("people", 1_000_000),
        ("rows", 200_000),
        ("operations", 50_000),
        ("kills", 20),
        ("size", 5000),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--child", nargs=2)
    asked = parser.parse_args()
    if asked.child:
        child(*asked.child, asked.size)
        return
    with private_postgres(fsync=True) as address, tempfile.TemporaryDirectory() as folder:
        measure(asked, url_of(address), Path(folder))


def measure(asked: argparse.Namespace, url: str, folder: Path) -> None:
    engine = make_engine(url)
    tables = make_tables(SCHEMA, dialect="postgresql")
    tables.create(engine)
    stored = people(asked.people)
    with timed("store people", people=asked.people):
        store(engine, stored)
    data = upload(stored, asked.rows, asked.operations).write_csv().encode()
    with timed("read and type the file", rows=asked.rows):
        records = qi.propose(data, schema=SCHEMA).records()
    for _ in range(3):
        with timed("look up", bar=5, rows=asked.rows, people=asked.people), engine.begin() as connection:
            directory = look_up(connection, tables, SCHEMA, records)
    with timed("plan", found=directory.frame.height):
        plan = qi.resolve(records, directory, policy=POLICY)
    say("planned", actions=plan.summary.actions, dependencies=len(plan.dependencies), groups=len(plan.atomic_groups))
    saved = folder / "plan.zip"
    plan.save(saved)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("create table people_before as select * from people")
    with timed("apply", bar=10, operations=sum(batch.height for batch in plan.operation_batches())):
        start = time.perf_counter()
        receipt = apply_plan(engine, tables, plan, size=asked.size)
        whole = time.perf_counter() - start
    say("applied", applied=receipt.applied, done=len(receipt.done), refused=len(receipt.refused))
    wanted, total = digest(engine), receipt.applied
    command = [sys.executable, __file__, "--size", str(asked.size), "--child", url, str(saved)]
    lost = 0
    pick = random.Random(19)
    for _ in range(asked.kills):
        restore(engine, tables)
        killed = kill_in_the_middle(engine, command, pick.uniform(0.05, 0.95) * whole)
        again = subprocess.run(command, capture_output=True, text=True, check=True)
        told = json.loads(again.stdout)
        ended = digest(engine) == wanted and told["applied"] == total and not told["refused"]
        lost += not ended
        say("killed", batches_before=killed, ended_the_same=ended)
    say("kills", kills=asked.kills, ended_differently=lost)


def restore(engine: sa.Engine, tables: Any) -> None:
    plain = ", ".join(column.name for column in tables.people.columns if column.computed is None)
    with engine.begin() as connection:
        changed = f"select {plain} from people_before except select {plain} from people"
        refs = [row[0] for row in connection.exec_driver_sql(f"select ref from ({changed}) t")]
        connection.exec_driver_sql("delete from people where ref not in (select ref from people_before)")
        connection.execute(
            sa.delete(tables.people).where(tables.people.c.ref == sa.any_(sa.literal(refs, sa.ARRAY(sa.Text()))))
        )
        connection.exec_driver_sql(
            f"insert into people ({plain}) select {plain} from people_before b where not exists (select from people p where p.ref = b.ref)"
        )
        connection.exec_driver_sql("truncate import_batches")


def kill_in_the_middle(engine: sa.Engine, command: list[str], after: float) -> int:
    """Start a run, wait until its first transaction, kill it with SIGKILL some time later; how many batches it had committed."""
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        active = (
            "select count(*) from pg_stat_activity where query ilike '%%import_batches%%' and pid <> pg_backend_pid()"
        )
        while not connection.exec_driver_sql(active).scalar_one() and run.poll() is None:
            time.sleep(0.02)
        time.sleep(after)
        run.send_signal(signal.SIGKILL)
        run.wait()
        return int(connection.exec_driver_sql("select count(*) from import_batches").scalar_one())


if __name__ == "__main__":
    main()
