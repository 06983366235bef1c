"""The worker process: the same result, typed errors, and an error of its own when it dies. Kept workers: no leak, no zombie."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

import qooper_ingest as qi
from labelled import FILES
from qooper_ingest.errors import CorruptFileError, EncryptedFileError, LimitExceededError, UsageError
from qooper_ingest.issues import Issues
from qooper_ingest.limits import DEFAULT_LIMITS, STRICT_LIMITS
from qooper_ingest.readers import exchange, isolation, read_workbook
from qooper_ingest.source import Source
from thorough import THOROUGH, size

ISOLATED = replace(DEFAULT_LIMITS, isolation="process", seconds=30.0)
BOOK = FILES / "lo/xlwt/xlwt.xlsx"
SMALL = b"id;email\n7;ann@corp.example\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel bounds a process on Linux")


@pytest.fixture(scope="module")
def reader() -> Iterator[qi.Reader]:
    """One worker for what any worker does."""
    with qi.Reader(limits=ISOLATED) as shared:
        yield shared


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
def test_a_typed_error_crosses_the_process_boundary(
    name: str, error: type[Exception], code: str, reader: qi.Reader
) -> None:
    with pytest.raises(error) as raised:
        reader.read_workbook(FILES / name)
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


def test_the_fault_of_a_caller_stays_the_callers_in_a_worker(reader: qi.Reader) -> None:
    with pytest.raises(UsageError) as raised:
        reader.read_workbook(SMALL, options=qi.ReadOptions(encoding="no-such-encoding"))
    assert raised.value.code == "argument_invalid"


#: A worker that says that it is ready and takes the request.
_TAKES = (
    "import os, struct, sys, time; end = struct.pack('<Q', 2**64 - 1); write = sys.stdout.buffer.write;"
    "write(struct.pack('<Q', 5) + b'ready' + end); sys.stdout.flush(); sys.stdin.buffer.read(64);"
)


def instead(monkeypatch: pytest.MonkeyPatch, code: str, before: str = _TAKES) -> None:
    """Let the worker run other code when it has a file."""
    monkeypatch.setattr(isolation, "_CODE", before + code + " # {package}")


@pytest.mark.parametrize(
    "code",
    [
        "os.kill(os.getpid(), 9)",
        "os.kill(os.getpid(), 11)",
        "os.abort()",
        "sys.stderr.write('an assertion failed'); sys.stderr.flush(); os.abort()",
        "os._exit(3)",
        "os._exit(0)",
        "write(end)",
        "write(bytes(8) + end)",
        "write(struct.pack('<Q', 2) + b'[]' + end); sys.stdout.flush(); time.sleep(60)",
        "write(struct.pack('<Q', 2**63) + b'x' * 99)",
        "write(struct.pack('<Q', 17) + b'{{\"replace\":false}}' + end); sys.stdout.flush(); time.sleep(60)",
        "write(b'x')",
    ],
)
def test_a_worker_that_dies_or_babbles_is_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    instead(monkeypatch, code)
    with pytest.raises(CorruptFileError) as raised:
        read_workbook(BOOK, limits=ISOLATED)
    assert raised.value.code == "worker_died"


def test_a_worker_that_does_not_start_is_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_START", 0.3)
    instead(monkeypatch, "import time; time.sleep(60)", before="")
    with pytest.raises(CorruptFileError) as raised:
        read_workbook(BOOK, limits=ISOLATED)
    assert raised.value.code == "worker_died"


@pytest.mark.parametrize(
    "code",
    [
        "sys.stderr.write('memory allocation of 1048576 bytes failed'); sys.stderr.flush(); os.abort()",
        "sys.stderr.write(\"terminate called after throwing an instance of 'std::bad_alloc'\"); sys.stderr.flush(); os.abort()",
        "os._exit(77)",
    ],
)
def test_a_worker_that_says_that_memory_ran_out_exceeds_the_limit(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    instead(monkeypatch, code)
    with pytest.raises(LimitExceededError) as raised:
        read_workbook(BOOK, limits=ISOLATED)
    assert raised.value.params["limit"] == "memory_bytes"


def test_a_worker_that_answers_without_end_is_stopped_at_the_memory_that_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instead(monkeypatch, "\nwhile True: write(struct.pack('<Q', 1000) + bytes(1000))")
    with pytest.raises(LimitExceededError) as raised:
        read_workbook(BOOK, limits=replace(ISOLATED, memory_bytes=4 << 20))
    assert raised.value.params["limit"] == "memory_bytes"


def test_a_worker_that_writes_much_about_its_troubles_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "\ntry: os.write(2, bytes(1 << 20))\nfinally: os._exit(3)")
    with pytest.raises(CorruptFileError):
        read_workbook(BOOK, limits=ISOLATED)


def test_a_worker_that_does_not_answer_is_killed_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_GRACE", 0.2)
    instead(monkeypatch, "time.sleep(60)")
    with pytest.raises(LimitExceededError) as raised:
        read_workbook(BOOK, limits=replace(ISOLATED, seconds=0.5))
    assert raised.value.params["limit"] == "seconds"


@pytest.mark.parametrize("slow", ["time.sleep(60)", "sum(range(10**12))"], ids=["waits", "works in compiled code"])
def test_the_deadline_is_held_inside_of_the_worker(monkeypatch: pytest.MonkeyPatch, slow: str) -> None:
    code = isolation._CODE.replace(
        "serve(Limits",
        f"import time, {{package}}.readers.worker as worker; worker.request_of = lambda parts: {slow}\nserve(Limits",
    )
    monkeypatch.setattr(isolation, "_CODE", code)
    with qi.Reader(limits=replace(ISOLATED, seconds=0.5)) as reader:
        _started(reader)
        before = time.monotonic()
        with pytest.raises(LimitExceededError) as raised:
            reader.read_workbook(BOOK)
        assert raised.value.params["limit"] == "seconds"
        assert time.monotonic() - before < isolation._GRACE / 2  # by the worker's own alarm, not by the parent


def _started(reader: qi.Reader) -> None:
    """Wait until the workers of a reader are ready: the time of a file begins there."""
    for worker in list(reader._workers):
        if not worker._ready:
            worker._exchange([], 60.0)
            worker._ready = True


def test_many_sheets_share_the_time_of_one_file() -> None:
    # Each sheet takes a part of the time that the file has; together they take more.
    rows = "".join(f"<Row>{'<Cell><Data>x</Data></Cell><!-- -->' * 20}</Row>" for _ in range(400))
    sheet = f"<Worksheet><Table>{rows}</Table></Worksheet>"
    data = f'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">{sheet * 300}</Workbook>'.encode()
    with qi.Reader(limits=replace(ISOLATED, seconds=0.2)) as reader:
        _started(reader)
        with pytest.raises(LimitExceededError) as raised:
            reader.read_workbook(data)
        assert raised.value.params["limit"] == "seconds"


@pytest.mark.parametrize("mebibytes", [64, 256, 400, 600] if THOROUGH else [64, 400])
def test_a_worker_that_needs_more_memory_than_allowed_says_so(mebibytes: int) -> None:
    rows = b"".join(b"%d;ann.lee.%d@corp.example;%d\n" % (i, i, i) for i in range(400_000))
    with pytest.raises((LimitExceededError, CorruptFileError)) as raised:
        read_workbook(rows * 20, limits=replace(ISOLATED, memory_bytes=mebibytes << 20))
    assert raised.value.code in ("limit_exceeded", "worker_died")
    if mebibytes >= 256:  # with less, not even an interpreter with polars starts
        assert raised.value.params.get("limit") == "memory_bytes"


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


def test_only_errors_of_this_library_are_rebuilt_from_a_worker() -> None:
    parts = {"type": "quote", "code": "argument_invalid", "place": {}, "params": {"reason": "x"}}
    assert exchange._error_from_json(parts).code == "worker_died"
    assert exchange._error_from_json({**parts, "type": "CorruptFileError", "code": "no_such"}).code == "worker_died"
    assert exchange._error_from_json({**parts, "type": "UsageError"}).code == "argument_invalid"


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_isolation_that_cannot_be_had_is_the_callers_error(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    if platform == "win32":
        monkeypatch.setitem(sys.modules, "resource", None)
    for start in (lambda: read_workbook(SMALL, limits=ISOLATED), lambda: qi.Reader(limits=ISOLATED)):
        with pytest.raises(UsageError) as raised:
            start()
        assert raised.value.code == "isolation_unavailable"


# -- workers that are kept -----------------------------------------------------------------------------------------------


def children() -> set[int]:
    """Processes that this one started and that are there, zombies included."""
    with open(f"/proc/self/task/{threading.get_native_id()}/children", encoding="ascii") as file:
        own = set(map(int, file.read().split()))
    for task in os.listdir("/proc/self/task"):
        with contextlib.suppress(OSError), open(f"/proc/self/task/{task}/children", encoding="ascii") as file:
            own |= set(map(int, file.read().split()))
    return own


def handles() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def nothing_left() -> Iterator[None]:
    read_workbook(BOOK).sheet(0).grid  # noqa: B018  (polars opens handles of its own when it is first used)
    gc.collect()
    before, open_before = children(), handles()
    yield
    gc.collect()
    assert children() <= before
    assert handles() <= open_before


@pytest.mark.usefixtures("nothing_left")
def test_a_thousand_files_are_read_by_one_worker() -> None:
    # A thousand in `make fuzz`: a handle or a process that each file leaves behind shows in a hundred as well.
    book = BOOK.read_bytes()
    with qi.Reader(limits=ISOLATED) as reader:
        reader.read_workbook(book)
        (worker,) = children() & {one._process.pid for one in reader._workers}
        open_before = handles()
        for number in range(size(1_000, 100)):
            read = reader.read_workbook(SMALL if number % 20 else book)
            assert read.sheets
        assert {one._process.pid for one in reader._workers} == {worker}
        assert handles() == open_before


@pytest.mark.usefixtures("nothing_left")
def test_eight_threads_share_a_reader() -> None:
    expected = read_workbook(BOOK).sheet("Participants").grid

    def read(number: int) -> bool:
        if number % 7 == 0:
            with pytest.raises(CorruptFileError):
                reader.read_workbook(FILES / "mislabelled/truncated.xls")
            return True
        return reader.read_workbook(BOOK).sheet("Participants").grid.equals(expected)

    with qi.Reader(limits=ISOLATED, processes=2) as reader, ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read, range(size(200, 40))))
        assert len(reader._workers) == 2


@pytest.mark.usefixtures("nothing_left")
@pytest.mark.parametrize(
    "signal_number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM] if THOROUGH else [signal.SIGKILL]
)
def test_a_worker_that_was_ended_while_it_waited_is_replaced_unnoticed(signal_number: int) -> None:
    with qi.Reader(limits=ISOLATED) as reader:
        reader.read_workbook(SMALL)
        (worker,) = reader._workers
        os.kill(worker._process.pid, signal_number)
        worker._process.wait()
        assert reader.read_workbook(SMALL).sheets


@pytest.mark.usefixtures("nothing_left")
def test_a_worker_that_failed_is_replaced() -> None:
    with qi.Reader(limits=replace(ISOLATED, seconds=0.1)) as reader:
        _started(reader)
        (first,) = reader._workers
        data = b"<a>" + b"<r><b>1</b><c>2</c></r>" * 300_000 + b"</a>"
        for _ in range(2):
            with pytest.raises(LimitExceededError):
                reader.read_workbook(data).sheet().grid.height  # noqa: B018  (reading is what fails)
    with qi.Reader(limits=ISOLATED) as reader:
        reader.read_workbook(SMALL)
        (first,) = reader._workers
        killer = threading.Timer(0.2, first.kill)
        killer.start()
        with pytest.raises(CorruptFileError) as raised:
            reader.read_workbook(data * 20)
        killer.join()
        assert raised.value.code == "worker_died"
        assert reader.read_workbook(SMALL).sheets
        assert first not in reader._workers


@pytest.mark.usefixtures("nothing_left")
def test_a_worker_that_holds_on_to_memory_is_replaced() -> None:
    rows = b"7;ann.lee@corp.example;7\n" * 400_000
    with qi.Reader(limits=replace(ISOLATED, memory_bytes=700 << 20)) as reader:
        reader.read_workbook(SMALL)
        for _ in range(size(12, 8)):
            assert reader.read_workbook(rows).sheet().grid.height == 400_000


@pytest.mark.usefixtures("nothing_left")
def test_a_reader_that_is_closed_refuses_and_ends_what_is_under_way() -> None:
    reader = qi.Reader(limits=ISOLATED)
    reader.read_workbook(SMALL)
    data = b"<a>" + b"<r><b>1</b><c>2</c></r>" * 4_000_000 + b"</a>"
    found: list[BaseException] = []

    def read() -> None:
        try:
            reader.read_workbook(data)
        except qi.IngestError as error:
            found.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]  # the second one waits for the worker
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    reader.close()
    for thread in threads:
        thread.join(20)
    assert sorted(error.code for error in found) == ["argument_invalid", "worker_died"]  # type: ignore[attr-defined]
    with pytest.raises(UsageError):
        reader.read_workbook(SMALL)
    reader.close()


@pytest.mark.usefixtures("nothing_left")
def test_a_reader_that_nobody_closed_leaves_no_process() -> None:
    qi.Reader(limits=ISOLATED, processes=2).read_workbook(SMALL)


@pytest.mark.usefixtures("nothing_left")
def test_a_reader_is_refused_in_a_forked_process_which_leaves_the_parents_workers_alone() -> None:
    code = (
        "import os, qooper_ingest as qi\n"
        "with qi.Reader(limits=qi.STRICT_LIMITS) as reader:\n"
        "    reader.read_workbook(b'id;email\\n')\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        try:\n"
        "            reader.read_workbook(b'id;email\\n')\n"
        "        except qi.UsageError:\n"
        "            reader.close()\n"
        "            os._exit(0)\n"
        "        os._exit(1)\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
        "    (worker,) = reader._workers\n"
        "    assert worker.alive\n"
        "    assert reader.read_workbook(b'id;email\\n').sheets\n"
        "    assert reader._workers == {worker}\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_reader_has_at_least_one_process() -> None:
    with pytest.raises(UsageError):
        qi.Reader(processes=0)


def test_a_reader_refuses_a_file_beyond_the_limit_before_a_worker_sees_it() -> None:
    with qi.Reader(limits=replace(ISOLATED, file_bytes=10)) as reader, pytest.raises(LimitExceededError) as raised:
        reader.read_workbook(Source("a.csv", SMALL))
    assert raised.value.params["limit"] == "file_bytes"
