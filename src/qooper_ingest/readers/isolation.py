"""Read a file in a process of its own: for services that read strangers' files.

Whatever nobody has found yet (a crash in a dependency, memory or time that grows in a way no check foresaw) then ends in
the worker. It is a fresh interpreter that gets the bytes on its standard input, bounds its own address space, CPU time
and file size before it imports anything, reads, and writes the grids to its standard output as Arrow IPC. It inherits no
environment and no open files.

What comes back is only data: frames, and JSON for names, options and errors (typed errors are rebuilt from their code and
figures; nothing is unpickled). A worker that dies without an answer is an error of its own, ``worker_died``; one that does
not answer in time is killed, and the limit ``seconds`` is named.

All sheets are read in the worker at once. A sheet that fails raises its error when it is asked for, as it does in process.
"""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, BinaryIO, Final

import polars as pl

from .. import errors
from ..errors import CorruptFileError, IngestError, LimitExceededError, SourceError
from ..issues import Issues
from ..limits import Limits
from ..source import Format, ReadOptions, Source
from ..workbook import Sheet, SheetData, SheetInfo, Workbook

__all__ = ["read_isolated"]

#: Time for an interpreter to start and for the answer to cross, on top of the limit.
_GRACE: Final = 10.0

#: CPU seconds beyond the limit until the kernel stops the worker, should the parent be gone.
_CPU_GRACE: Final = 5

_LENGTH: Final = struct.Struct("<Q")

#: The worker begins with an empty package of the library's name: what its ``__init__`` imports (all of the library) would
#: take a third of the time until the worker reads.
_START: Final = """
import importlib.machinery, importlib.util, json, sys
sys.path[:], name, where = json.loads(sys.argv[1])
spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
spec.submodule_search_locations = where
sys.modules[name] = importlib.util.module_from_spec(spec)
from {module} import _work
_work()
"""


def read_isolated(source: Source, *, options: ReadOptions, limits: Limits) -> Workbook:
    """Read a file in a worker process.

    Args:
        source: The file.
        options: As for `read_workbook`.
        limits: ``seconds`` and ``memory_bytes`` bound the worker, the others the read in it.

    Raises:
        SourceError: As `read_workbook` does; ``worker_died``, and ``limit_exceeded`` for ``seconds`` and ``memory_bytes``.
    """
    package = __name__.partition(".")[0]
    where = list(sys.modules[package].__path__)
    code = _START.format(module=__name__)
    environment = {"POLARS_MAX_THREADS": "2", "MALLOC_ARENA_MAX": "2"}
    if sys.platform == "win32":  # an interpreter does not start there without it
        environment["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
    worker = subprocess.Popen(  # noqa: S603  (this interpreter, and code of this module)
        [sys.executable, "-I", "-c", code, json.dumps([[path for path in sys.path if path], package, where])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        close_fds=True,
    )
    late = False
    answer = b""
    try:
        answer, _ = worker.communicate(_request(source, options, limits), timeout=limits.seconds + _GRACE)
    except subprocess.TimeoutExpired:
        late = True
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                pipe.close()
    if late or worker.returncode == -getattr(signal, "SIGXCPU", 0):
        raise LimitExceededError(limit="seconds", found=f"more than {limits.seconds:g}", allowed=f"{limits.seconds:g}")
    if worker.returncode == _NO_MEMORY or worker.returncode == -signal.SIGABRT:
        # An allocation that fails in compiled code aborts.
        raise LimitExceededError(limit="memory_bytes", found="more", allowed=limits.memory_bytes)
    return _answered(answer, worker.returncode)


def _request(source: Source, options: ReadOptions, limits: Limits) -> bytes:
    head = json.dumps(
        {"name": source.name, "options": options.model_dump_json(), "limits": asdict(replace(limits, isolation="none"))}
    ).encode()
    return b"".join((_LENGTH.pack(len(head)), head, source.data))


def _answered(answer: bytes, code: int) -> Workbook:
    """The workbook or the error that a worker wrote."""
    found: Workbook | IngestError | None = None
    if code == 0:
        try:
            found = _understood(list(_parts(answer)))
        except Exception:  # noqa: BLE001  (whatever a broken worker wrote, it is no answer)
            found = None
    if isinstance(found, Workbook):
        return found
    raise found or CorruptFileError("worker_died")


def _understood(parts: list[memoryview]) -> Workbook | IngestError:
    head = json.loads(bytes(parts[0]))
    if "error" in head:
        return _error(head["error"])
    frames = iter(parts[1:])
    issues = Issues(_frame(next(frames)))
    return Workbook(
        format=Format(head["format"]),
        sheets=[_sheet(one, frames) for one in head["sheets"]],
        options=ReadOptions.model_validate_json(head["options"]),
        file_issues=issues,
        sha256=head["sha256"],
    )


def _parts(answer: bytes) -> Iterator[memoryview]:
    at, whole = 0, memoryview(answer)
    while at + _LENGTH.size <= len(answer):
        (size,) = _LENGTH.unpack_from(answer, at)
        at += _LENGTH.size
        if at + size > len(answer):
            return  # cut short: the worker died while it wrote
        yield whole[at : at + size]
        at += size


def _frame(part: memoryview) -> pl.DataFrame:
    return pl.read_ipc(io.BytesIO(part))


def _sheet(head: dict[str, Any], frames: Iterator[memoryview]) -> Sheet:
    info = SheetInfo(**head["info"])
    if "error" in head:
        failure = head["error"]

        def fail() -> SheetData:
            raise _error(failure)

        return Sheet(info, fail)
    grid, kinds, surplus, issues = (_frame(next(frames)) for _ in range(4))
    return Sheet(info, SheetData(grid=grid, kinds=kinds, surplus=surplus, issues=Issues(issues)))


def _error(told: dict[str, Any]) -> IngestError:
    """An error rebuilt from its parts, if it is one of the file's errors."""
    kind = getattr(errors, told["type"], None)
    if not (isinstance(kind, type) and issubclass(kind, SourceError)) or told["code"] not in errors.ERROR_MESSAGES:
        return CorruptFileError("worker_died")
    try:
        return kind(told["code"], **told["place"], **told["params"])
    except (KeyError, TypeError):
        return CorruptFileError("worker_died")


# -- in the worker -----------------------------------------------------------------------------------------------------

#: Exit code of a worker that ran out of memory.
_NO_MEMORY: Final = 77

#: What one thread and its arena want of the address space.
_STACK: Final = 64 * 1024 * 1024


def _work() -> None:
    """Read the request from standard input, write the answer to standard output."""
    inbox, outbox = sys.stdin.buffer, sys.stdout.buffer
    (size,) = _LENGTH.unpack(inbox.read(_LENGTH.size))
    head = json.loads(inbox.read(size))
    limits = Limits(**head["limits"])
    _bound(limits)
    try:
        _answer(outbox, Source(head["name"], inbox.read()), ReadOptions.model_validate_json(head["options"]), limits)
        outbox.flush()
    except MemoryError:
        os._exit(_NO_MEMORY)
    os._exit(0)  # without the destructors of a process that may be short of memory


def _bound(limits: Limits) -> None:
    """Let the kernel hold the limits, where it can."""
    try:
        import resource
    except ImportError:
        return
    seconds = int(limits.seconds) + _CPU_GRACE
    bounds = (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, seconds * 2),  # two threads
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    )
    for which, value in bounds:
        _, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def _answer(outbox: BinaryIO, source: Source, options: ReadOptions, limits: Limits) -> None:
    from . import read_workbook

    try:
        workbook = read_workbook(source, options=options, limits=limits)
    except IngestError as error:
        if error.code == "reader_failed" and _short_of_memory(limits):
            os._exit(_NO_MEMORY)
        _write(outbox, json.dumps({"error": _told(error)}).encode())
        return
    heads: list[dict[str, Any]] = []
    frames = [workbook.file_issues.frame]
    for sheet in workbook._sheets:
        info = asdict(sheet.info)
        try:
            data = sheet.data
        except IngestError as error:
            heads.append({"info": info, "error": _told(error)})
        else:
            heads.append({"info": info})
            frames += [data.grid, data.kinds, data.surplus, data.issues.frame]
    head = {
        "format": workbook.format.value,
        "options": workbook.options.model_dump_json(),
        "sha256": workbook.sha256,
        "sheets": heads,
    }
    _write(outbox, json.dumps(head).encode())
    for frame in frames:
        buffer = io.BytesIO()
        frame.write_ipc(buffer)
        _write(outbox, buffer.getbuffer())


def _short_of_memory(limits: Limits) -> bool:
    """Whether so little address space is left that an unforeseen failure is one of memory.

    An allocation that fails shows itself in many ways: a thread that does not start, a library that is not mapped, a panic.
    """
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
    except (OSError, ValueError):  # not Linux, or no file handle left
        return False
    return pages * os.sysconf("SC_PAGESIZE") + _STACK > limits.memory_bytes


def _write(outbox: BinaryIO, part: bytes | memoryview) -> None:
    outbox.write(_LENGTH.pack(len(part)))
    outbox.write(part)


def _told(error: IngestError) -> dict[str, Any]:
    """An error as its parts."""
    place = {"sheet": error.sheet, "row": error.row, "column": error.column}
    return {
        "type": type(error).__name__,
        "code": error.code,
        "place": {key: value for key, value in place.items() if value is not None},
        "params": error.params,
    }
