"""What runs in a worker process: it bounds itself, then reads one file after another until its parent is gone.

The kernel holds the limits: address space, processor time, and no file to write. The time of one read is held by an alarm
whose default action ends the process, so that it also ends what no check interrupts: a loop in compiled code. Whether
memory was short when something failed is seen from the address space that is left.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import sys
from collections.abc import Iterable
from typing import BinaryIO, Final

from ..errors import IngestError
from ..limits import Limits
from . import read_workbook
from .exchange import END, LENGTH, error_parts, request_of, workbook_parts

__all__ = ["NO_MEMORY", "serve"]

#: Exit code of a worker that ran out of memory.
NO_MEMORY: Final = 77

#: CPU seconds beyond the limit until the kernel stops the worker, should alarm and parent fail.
_CPU_GRACE: Final = 5

#: Threads of a worker that may use the processor at once.
_THREADS: Final = 2

#: What one thread and its arena want of the address space.
_STACK: Final = 64 * 1024 * 1024

#: What is read at once.
_STEP: Final = 1024 * 1024

#: Where the kernel says how much of the address space is used.
_STATEMENT: Final = "/proc/self/statm"


def serve(limits: Limits) -> None:
    """Read requests from standard input and write the answers to standard output."""
    inbox, outbox = sys.stdin.buffer, sys.stdout.buffer
    _bound(limits)
    _write(outbox, [b"ready"])
    at_rest = _address_space()
    try:
        while parts := _read_request(inbox):
            _begin(limits)
            _reply(outbox, parts, limits)
            parts.clear()
            # What a large file leaves behind is the next one's missing memory.
            wants_rest = _address_space() - at_rest > (limits.memory_bytes - at_rest) // 2
            _write(outbox, [json.dumps({"replace": wants_rest}).encode()])
            signal.setitimer(signal.ITIMER_REAL, 0)
    except MemoryError:
        os._exit(NO_MEMORY)
    os._exit(0)  # without the destructors of a process that may be short of memory


def _read_request(inbox: BinaryIO) -> list[bytes]:
    """The parts of a request; none when there will be no other."""
    parts: list[bytes] = []
    while len(size := inbox.read(LENGTH.size)) == LENGTH.size:
        (length,) = LENGTH.unpack(size)
        if length == END:
            return parts
        parts.append(_part(inbox, length))
    return []


def _part(inbox: BinaryIO, length: int) -> bytes:
    """So many bytes. A buffer that grows in place: the pieces and their sum would be twice the file."""
    buffer = io.BytesIO()
    while length and (piece := inbox.read(min(length, _STEP))):
        buffer.write(piece)
        length -= len(piece)
    return buffer.getvalue()


def _write(outbox: BinaryIO, parts: Iterable[bytes | bytearray | memoryview], *, last: bool = True) -> None:
    for part in parts:
        outbox.write(LENGTH.pack(len(part)))
        outbox.write(part)
    if last:
        outbox.write(LENGTH.pack(END))
        outbox.flush()


def _bound(limits: Limits) -> None:
    """Let the kernel hold the limits that are the same for all files."""
    for which, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def _begin(limits: Limits) -> None:
    """Start the time of one file."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + limits.seconds * _THREADS) + _CPU_GRACE
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds if hard == resource.RLIM_INFINITY else min(seconds, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)


def _reply(outbox: BinaryIO, parts: list[bytes], limits: Limits) -> None:
    source, options = request_of(parts)
    parts.clear()  # the source holds the bytes; they need not be held when it is read
    try:
        workbook = read_workbook(source, options=options, limits=limits)
        del source
    except IngestError as error:
        if error.code == "reader_failed" and _short_of_memory(limits):
            os._exit(NO_MEMORY)
        _write(outbox, error_parts(error), last=False)
    else:
        _write(outbox, workbook_parts(workbook), last=False)


def _address_space() -> int:
    try:
        with open(_STATEMENT, encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGESIZE")
    except (OSError, ValueError):  # not Linux, or no file handle left
        return 0


def _short_of_memory(limits: Limits) -> bool:
    """Whether so little address space is left that an unforeseen failure is one of memory.

    An allocation that fails shows itself in many ways: a thread that does not start, a library that is not mapped, a panic.
    """
    return _address_space() + _STACK > limits.memory_bytes
