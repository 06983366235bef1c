"""A PostgreSQL server of one's own, for tests and measurements: a fresh cluster in a temporary folder, on a socket only.

It never touches a server that is running already, and is gone when the block ends.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["NoPostgres", "private_postgres", "url_of"]

_PORT = 5432  # names the socket; the folder is our own


class NoPostgres(RuntimeError):
    """PostgreSQL is not installed or cannot be started here; says why."""


def _programs() -> Path:
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not installed:
        raise NoPostgres("PostgreSQL is not installed (no initdb)")
    return installed[-1].parent


def _user() -> list[str]:
    if os.geteuid() != 0:  # the server refuses to run as root
        return []
    if shutil.which("runuser") is None or subprocess.run(["id", "postgres"], capture_output=True).returncode:
        raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres")
    return ["runuser", "-u", "postgres", "--"]


@contextmanager
def private_postgres(*, fsync: bool = False) -> Iterator[str]:
    """Start a server and yield how to connect to it (a libpq string).

    Args:
        fsync: False for tests; True where what is measured includes writing to the disk.

    Raises:
        NoPostgres: It is not installed or cannot be started.
    """
    programs, as_user = _programs(), _user()
    home = Path(tempfile.mkdtemp(prefix="qi-pg-"))
    data = str(home / "data")

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=home, timeout=120)
        if done.returncode:
            raise NoPostgres(f"PostgreSQL cannot be started: {(done.stderr.strip() or done.stdout.strip())[-300:]}")

    settings = f"-k {home} -p {_PORT} -c listen_addresses='' -c fsync={'on' if fsync else 'off'} -c max_connections=40"
    try:
        if as_user:
            shutil.chown(home, "postgres", "postgres")
        run("initdb", "-D", data, "-U", "host", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        run("pg_ctl", "-D", data, "-w", "-l", str(home / "log"), "-o", settings, "start")
        try:
            yield f"host={home} port={_PORT} user=host dbname=postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def url_of(address: str) -> str:
    """The address as SQLAlchemy writes it."""
    parts = dict(part.split("=", 1) for part in address.split())
    return f"postgresql+psycopg://{parts['user']}@/{parts['dbname']}?host={parts['host']}&port={parts['port']}"
