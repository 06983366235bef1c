"""The worker process: the same result, typed errors, and an error of its own when it dies."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from labelled import FILES
from qooper_ingest.errors import CorruptFileError, EncryptedFileError, LimitExceededError
from qooper_ingest.issues import Issues
from qooper_ingest.limits import DEFAULT_LIMITS, STRICT_LIMITS, Limits
from qooper_ingest.readers import isolation, read_workbook
from qooper_ingest.source import ReadOptions, Source

ISOLATED = replace(DEFAULT_LIMITS, isolation="process", seconds=30.0)
BOOK = FILES / "lo/xlwt/xlwt.xlsx"


def test_a_worker_gives_the_workbook_that_the_process_gives() -> None:
    here, there = read_workbook(BOOK), read_workbook(BOOK, limits=ISOLATED)
    assert there.format is here.format
    assert there.sheets == here.sheets
    assert there.options == here.options
    assert there.sha256 == here.sha256
    for info in here.sheets:
        ours, theirs = here.sheet(info.name), there.sheet(info.name)
        assert theirs.grid.equals(ours.grid, null_equal=True)
        assert theirs.grid.schema == ours.grid.schema
        assert theirs.kinds.equals(ours.kinds, null_equal=True)
        assert theirs.kinds.schema == ours.kinds.schema
        assert theirs.issues.frame.equals(ours.issues.frame)
        assert theirs.surplus.schema == ours.surplus.schema
    assert isinstance(there.issues, Issues)


def test_a_strict_profile_reads_an_ordinary_book_in_a_worker() -> None:
    assert read_workbook(BOOK, limits=STRICT_LIMITS).sheet("Participants").grid.height > 20


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("mislabelled/truncated.xls", CorruptFileError, "damaged_ole"),
        ("mislabelled/password_is_x.xls", EncryptedFileError, "password_protected"),
    ],
)
def test_a_typed_error_crosses_the_process_boundary(name: str, error: type[Exception], code: str) -> None:
    with pytest.raises(error) as raised:
        read_workbook(FILES / name, limits=ISOLATED)
    assert raised.value.code == code  # type: ignore[attr-defined]
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_the_figures_of_a_limit_cross_the_process_boundary() -> None:
    with pytest.raises(LimitExceededError) as raised:
        read_workbook(b"x" * 5_000, limits=replace(ISOLATED, file_bytes=4_000))
    assert raised.value.params == {"limit": "file_bytes", "found": 5_000, "allowed": 4_000}
    book = read_workbook(BOOK, limits=replace(ISOLATED, columns=3))
    with pytest.raises(LimitExceededError) as raised:
        book.sheet("Participants").grid.height  # noqa: B018  (reading the sheet is what fails)
    assert raised.value.params["limit"] == "columns"
    assert raised.value.sheet == "Participants"


def instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the worker run other code, after it was told what to do."""
    monkeypatch.setattr(isolation, "_START", "import sys, os; sys.stdin.buffer.read(); " + code + " # {module}")


@pytest.mark.parametrize(
    "code",
    [
        "os.kill(os.getpid(), 9)",
        "os._exit(3)",
        "os._exit(0)",
        "sys.stdout.buffer.write(b'\\x02' + bytes(7) + b'[]')",
        "sys.stdout.buffer.write(b'\\xff' * 20)",
        "sys.stdout.buffer.write(b'\\x02' + bytes(7) + b'[]'); os.kill(os.getpid(), 9)",
    ],
)
def test_a_worker_that_dies_or_babbles_is_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    instead(monkeypatch, code)
    with pytest.raises(CorruptFileError) as raised:
        read_workbook(BOOK, limits=ISOLATED)
    assert raised.value.code == "worker_died"


def test_a_worker_that_aborts_ran_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "os.abort()")
    with pytest.raises(LimitExceededError) as raised:
        read_workbook(BOOK, limits=ISOLATED)
    assert raised.value.params["limit"] == "memory_bytes"


def test_a_worker_that_does_not_answer_is_killed_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_GRACE", 0.2)
    instead(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(LimitExceededError) as raised:
        read_workbook(BOOK, limits=replace(ISOLATED, seconds=0.5))
    assert raised.value.params["limit"] == "seconds"


@pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded by the kernel on Linux")
def test_a_worker_cannot_take_more_memory_than_allowed() -> None:
    with pytest.raises((LimitExceededError, CorruptFileError)) as raised:
        read_workbook(BOOK, limits=replace(ISOLATED, memory_bytes=64 << 20))
    assert raised.value.code in ("limit_exceeded", "worker_died")


def test_a_worker_inherits_no_environment_and_opens_no_other_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hidden")
    seen: list[dict[str, Any]] = []
    popen = subprocess.Popen

    def watched(*args: Any, **kwargs: Any) -> Any:
        seen.append(kwargs)
        return popen(*args, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", watched)
    read_workbook(BOOK, limits=ISOLATED)
    assert "SECRET_TOKEN" in os.environ
    assert "SECRET_TOKEN" not in seen[0]["env"]
    assert seen[0]["close_fds"]


def test_an_error_of_another_family_is_not_rebuilt_from_a_worker() -> None:
    told = {"type": "UsageError", "code": "argument_invalid", "place": {}, "params": {"reason": "x"}}
    assert isolation._error(told).code == "worker_died"
    assert isolation._error({**told, "type": "CorruptFileError", "code": "no_such"}).code == "worker_died"


def test_the_worker_function_can_be_called_without_a_workbook_of_its_own() -> None:
    limits: Limits = replace(ISOLATED, isolation="none")
    request = isolation._request(Source("a.xlsx", b"data"), ReadOptions(), limits)
    assert request.endswith(b"data")
