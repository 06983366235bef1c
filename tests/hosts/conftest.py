"""The server of the tests that need a PostgreSQL: their own, started once for a module.

Where there is none they are skipped and say why; ``QOOPER_INGEST_POSTGRES=required`` (CI) makes that a failure.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator

import pytest

from host.private_postgres import NoPostgres, private_postgres

__all__ = ["postgres"]


def _missing(reason: str) -> None:
    if os.environ.get("QOOPER_INGEST_POSTGRES") == "required":
        pytest.fail(f"PostgreSQL is required here: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """How to connect to a fresh server (a libpq string)."""
    if importlib.util.find_spec("psycopg") is None:
        _missing("psycopg is not installed")
    server = private_postgres()
    try:
        address = server.__enter__()
    except NoPostgres as error:
        _missing(str(error))
    try:
        yield address
    finally:
        server.__exit__(None, None, None)
