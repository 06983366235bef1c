"""Read a file in a process of its own: for services that read strangers' files.

Whatever nobody has found yet (a crash in a dependency, memory or time that grows in a way no check foresaw) then ends in
the worker. It is a fresh interpreter that gets the bytes on its standard input, bounds its own address space, CPU time
and file size, reads, and writes the grids to its standard output as Arrow IPC (``exchange``). It inherits no environment
and no open files.

A worker that dies without an answer is an error of its own, ``worker_died``; one that does not answer in time ends by its
own alarm or is killed, and the limit ``seconds`` is named; one that ran out of memory says so by its exit code, or by
what compiled code writes when an allocation fails, and the limit ``memory_bytes`` is named.

All sheets are read in the worker at once. A sheet that fails raises its error when it is asked for, as it does in process.

Most of the cost is the start of an interpreter with polars. So a `Reader` keeps workers: each reads one file after
another, and is replaced when it died, did not answer in time, or holds on to memory.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterable
from dataclasses import asdict, replace
from types import TracebackType
from typing import IO, BinaryIO, Final

from ..errors import CorruptFileError, IngestError, LimitExceededError, UsageError
from ..limits import STRICT_LIMITS, Limits
from ..source import ReadOptions, Source
from ..workbook import Workbook
from .exchange import END, LENGTH, request_parts, workbook_of

__all__ = ["Reader", "read_isolated"]

#: Seconds in which an interpreter has started, on the busiest of machines.
_START: Final = 60.0

#: Seconds beyond the limit in which the alarm of a worker, or its answer, has arrived.
_GRACE: Final = 10.0

#: What is written or read at once.
_STEP: Final = 1024 * 1024

#: Exit code of a worker that ran out of memory, as in ``worker``.
_NO_MEMORY: Final = 77

#: What compiled code writes before it aborts because an allocation failed: Rust, C++, the C library.
_MEMORY_WORDS: Final = (b"memory allocation of", b"bad_alloc", b"annot allocate memory", b"ut of memory")

#: The worker begins with an empty package of the library's name: what its ``__init__`` imports (all of the library) would
#: take a third of the time until the worker reads.
_CODE: Final = """
import importlib.machinery, importlib.util, json, sys
sys.path[:], name, where, limits = json.loads(sys.argv[1])
spec = importlib.machinery.ModuleSpec(name, None, is_package=True)
spec.submodule_search_locations = where
sys.modules[name] = importlib.util.module_from_spec(spec)
from {package}.limits import Limits
from {package}.readers.worker import serve
serve(Limits(**limits))
"""


def read_isolated(source: Source, *, options: ReadOptions, limits: Limits) -> Workbook:
    """Read a file in a worker process that reads no other.

    Args:
        source: The file.
        options: As for `read_workbook`.
        limits: ``seconds`` and ``memory_bytes`` bound the worker, the others the read in it.

    Raises:
        SourceError: As `read_workbook` does; ``worker_died``, and ``limit_exceeded`` for ``seconds`` and ``memory_bytes``.
        UsageError: ``isolation_unavailable``.
    """
    worker = _Worker(limits)
    try:
        return worker.read(source, options)
    finally:
        worker.stop()


class Reader:
    """Worker processes that are kept: for a service that reads many strangers' files.

    ``Limits(isolation="process")`` starts an interpreter for every file, which is nearly all that a small file costs. A
    reader starts its workers once. Any number of threads may use one reader; with as many files under way as there are
    processes, the next one waits. It works in the process that made it: after a fork, the child makes its own (polars, which
    takes the answers apart, does not survive a fork of a process that has used it).

    Args:
        limits: As for `read_workbook`; the worker is always a process, whatever ``isolation`` says. ``seconds`` counts from
            when a worker has the file.
        processes: How many files are read at once.

    Raises:
        UsageError: ``isolation_unavailable``; ``argument_invalid``: no process at all.

    >>> with Reader(limits=STRICT_LIMITS) as reader:
    ...     reader.read_workbook(b"id;email\\n7;ann@corp.example\\n").sheet().grid["B"].to_list()
    ['email', 'ann@corp.example']
    """

    __slots__ = ("__weakref__", "_changed", "_closed", "_idle", "_limits", "_owner", "_processes", "_workers")

    def __init__(self, *, limits: Limits = STRICT_LIMITS, processes: int = 1) -> None:
        if processes < 1:
            raise UsageError("argument_invalid", reason="a reader has at least one process")
        _check_platform()
        self._limits = limits
        self._processes = processes
        self._closed = False
        self._owner = os.getpid()
        self._changed = threading.Condition()
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        weakref.finalize(self, _stop_all, self._workers)
        for _ in range(processes):
            self._idle.append(self._started())

    def _started(self) -> _Worker:
        worker = _Worker(self._limits)
        self._workers.add(worker)
        return worker

    def read_workbook(
        self,
        source: Source | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
        /,
        *,
        options: ReadOptions = ReadOptions(),  # noqa: B008  (frozen)
    ) -> Workbook:
        """Read a file in one of the workers, all sheets at once.

        Args:
            source: As for `qooper_ingest.read_workbook`. A path or a file object is read here, not in the worker.
            options: As there.

        Raises:
            SourceError: As there; ``worker_died``, and ``limit_exceeded`` for ``seconds`` and ``memory_bytes``. The worker
                is replaced.
            UsageError: As there; ``argument_invalid``: the reader is closed, or was made by another process.
        """
        whole = Source.of(source, limits=self._limits)
        worker = self._take()
        try:
            return worker.read(whole, options)
        finally:
            self._give(worker)

    def close(self) -> None:
        """End the workers, those that read too; calls under way fail with ``worker_died``, later ones are refused."""
        if self._owner != os.getpid():
            return  # they are the workers of the process that this one was forked from
        with self._changed:
            self._closed = True
            for worker in self._idle:
                self._workers.discard(worker)
                worker.stop()
            self._idle.clear()
            for worker in self._workers:
                worker.kill()  # the thread that waits for it gives back what it held
            self._changed.notify_all()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Reader({self._processes} processes{', closed' if self._closed else ''})"

    def _take(self) -> _Worker:
        if self._owner != os.getpid():
            raise UsageError(
                "argument_invalid", reason="the reader was made by another process, make one in this process"
            )
        with self._changed:
            while not self._closed and not self._idle and len(self._workers) >= self._processes:
                self._changed.wait()
            if self._closed:
                raise UsageError("argument_invalid", reason="the reader is closed")
            worker = self._idle.pop() if self._idle else self._started()
            if worker.alive:
                return worker
            self._workers.discard(worker)  # something outside of here ended it while it waited
            worker.stop()
            return self._started()

    def _give(self, worker: _Worker) -> None:
        with self._changed:
            if worker.usable and not self._closed:
                self._idle.append(worker)
            else:
                self._workers.discard(worker)
                worker.stop()
                if not self._closed:
                    self._idle.append(self._started())  # which starts while nobody waits for it
            self._changed.notify()


def _stop_all(workers: set[_Worker]) -> None:
    while workers:
        workers.pop().stop()


def _check_platform() -> None:
    """Raise where a process cannot be bounded.

    macOS has the call and does not hold the limit of address space; Windows has no such call.
    """
    reason = ""
    if sys.platform == "darwin":
        reason = "macOS does not bound the memory of a process"
    else:
        try:
            import resource
        except ImportError:
            reason = "its Python has no module resource"
        else:
            if not hasattr(resource, "RLIMIT_AS"):
                reason = "the memory of a process cannot be bounded"
    if reason:
        raise UsageError("isolation_unavailable", reason=reason)


class _Late(Exception):  # noqa: N818  (a signal: the worker did not answer in time)
    pass


class _Gone(Exception):  # noqa: N818  (a signal: the worker ended)
    pass


class _Worker:
    """One worker process. It is used by one thread at a time."""

    __slots__ = ("_errors", "_limits", "_owner", "_process", "_ready", "usable")

    def __init__(self, limits: Limits) -> None:
        _check_platform()
        self._limits = replace(limits, isolation="none")
        self._owner = os.getpid()
        self._ready = False
        self.usable = True
        # What the worker says of its own death. The writing end does not wait: who writes much loses what is too much.
        self._errors, writing = os.pipe()
        try:
            os.set_blocking(self._errors, False)
            os.set_blocking(writing, False)
            self._process = self._start(writing)
        except BaseException:
            os.close(self._errors)
            raise
        finally:
            os.close(writing)

    def _start(self, errors: int) -> subprocess.Popen[bytes]:
        package = __name__.partition(".")[0]
        where = list(sys.modules[package].__path__)
        said = json.dumps([[path for path in sys.path if path], package, where, asdict(self._limits)])
        process = subprocess.Popen(  # noqa: S603  (this interpreter, and code of this module)
            [sys.executable, "-I", "-c", _CODE.format(package=package), said],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={"POLARS_MAX_THREADS": "2", "MALLOC_ARENA_MAX": "2"},
            close_fds=True,
            bufsize=0,
        )
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        return process

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def read(self, source: Source, options: ReadOptions) -> Workbook:
        """Let the worker read a file.

        Raises:
            IngestError: As `read_workbook` does; ``worker_died``, and ``limit_exceeded`` for ``seconds`` and ``memory_bytes``.
        """
        self.usable = False  # until it has answered
        failure: IngestError | None = None
        parts: list[bytearray] = []
        try:
            if not self._ready:
                self._exchange([], _START)
                self._ready = True
            parts = self._exchange(_framed(request_parts(source, options)), self._limits.seconds + _GRACE)
            self.usable = json.loads(parts.pop())["replace"] is False
        except _Late:
            failure = self._too_late() if self._ready else CorruptFileError("worker_died")
        except _Gone:
            failure = self._cause_of_death()
        except (IndexError, KeyError, TypeError, ValueError):  # no answer of a worker
            failure = CorruptFileError("worker_died")
        if failure is not None:
            raise failure
        return workbook_of(parts)

    def kill(self) -> None:
        """End the process, if it still runs."""
        if self._owner == os.getpid() and self.alive:
            self._process.kill()

    def stop(self) -> None:
        """End the process, and give back all that it held."""
        if self._owner != os.getpid():
            return
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1

    def _exchange(self, request: Iterable[bytes | bytearray | memoryview], seconds: float) -> list[bytearray]:
        """Write a request while the answer is read, so that neither side waits for the other."""
        inbox, outbox = self._process.stdin, self._process.stdout
        assert inbox is not None
        assert outbox is not None
        end = time.monotonic() + seconds
        waiting = [memoryview(part) for part in request if len(part)][::-1]
        answer = _Answer(self._limits)
        with selectors.DefaultSelector() as selector:
            selector.register(outbox, selectors.EVENT_READ)
            if waiting:
                selector.register(inbox, selectors.EVENT_WRITE)
            while not answer.complete:
                left = end - time.monotonic()
                ready = selector.select(left) if left > 0 else []
                if not ready:
                    raise _Late
                for key, _ in ready:
                    if key.fileobj is outbox:
                        answer.take(_read(outbox))
                    elif not _write(inbox, waiting):
                        selector.unregister(inbox)
        return answer.parts

    def _too_late(self) -> IngestError:
        seconds = self._limits.seconds
        return LimitExceededError(limit="seconds", found=f"more than {seconds:g}", allowed=f"{seconds:g}")

    def _cause_of_death(self) -> IngestError:
        """Why a worker ended that had closed its standard output."""
        try:
            code = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            return CorruptFileError("worker_died")
        if code in (-signal.SIGALRM, -signal.SIGXCPU):
            return self._too_late()
        if code == _NO_MEMORY or (code == -signal.SIGABRT and self._was_short_of_memory()):
            return LimitExceededError(limit="memory_bytes", found="more", allowed=self._limits.memory_bytes)
        return CorruptFileError("worker_died")

    def _was_short_of_memory(self) -> bool:
        """Whether compiled code aborted because it got no memory: it says so. Any other abort is a fault of its own."""
        try:
            said = os.read(self._errors, _STEP)
        except BlockingIOError:
            return False
        return any(words in said for words in _MEMORY_WORDS)


class _Answer:
    """The parts of an answer as they come. All of them together were in the memory of the worker, so they are no more."""

    __slots__ = ("_head", "_left", "_limits", "_size", "complete", "parts")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._head = bytearray()
        self._left = 0
        self._size = 0
        self.parts: list[bytearray] = []
        self.complete = False

    def take(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limits.memory_bytes:
            allowed = self._limits.memory_bytes
            raise LimitExceededError(limit="memory_bytes", found=self._size, allowed=allowed)
        view = memoryview(data)
        while len(view) and not self.complete:
            if self._left:
                step = min(self._left, len(view))
                self.parts[-1] += view[:step]
                self._left -= step
            else:
                step = min(LENGTH.size - len(self._head), len(view))
                self._head += view[:step]
                if len(self._head) == LENGTH.size:
                    (self._left,) = LENGTH.unpack(self._head)
                    self._head.clear()
                    if self._left == END:
                        self.complete = True
                    else:
                        self.parts.append(bytearray())
            view = view[step:]


def _framed(parts: Iterable[bytes | bytearray | memoryview]) -> Iterable[bytes | bytearray | memoryview]:
    for part in parts:
        yield LENGTH.pack(len(part))
        yield part
    yield LENGTH.pack(END)


def _read(outbox: IO[bytes]) -> bytes:
    try:
        data = os.read(outbox.fileno(), _STEP)
    except BlockingIOError:
        return b""
    if not data:
        raise _Gone
    return data


def _write(inbox: IO[bytes], waiting: list[memoryview]) -> bool:
    """Write some of what waits (the next part is the last of the list); whether there is more."""
    part = waiting[-1]
    try:
        done = os.write(inbox.fileno(), part[:_STEP])
    except BlockingIOError:
        return True
    except BrokenPipeError:  # the end of the other pipe says the rest
        return False
    if done < len(part):
        waiting[-1] = part[done:]
    else:
        waiting.pop()
    return bool(waiting)
