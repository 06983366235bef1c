"""Where the bytes come from, and what was said about how to read them.

A `Source` is a file's name and its bytes, read once under the size limit; a path is literal (never a glob or a URL), and
a file object may fail in any way it likes: what comes out is a `SourceError`. The format is told by content in
``sniff``, never by name.

Only a regular file is opened by its path: a pipe or a device may block for ever, never end, or do something when it is
opened. The path is asked what it is before it is opened, without waiting, and the open file is asked again, because a
path can lead to another thing a moment later.

`ReadOptions` is both what a caller says (nothing = detect) and what a workbook reports as used, so the options of one
read can be handed to the next.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Final, Literal, Protocol, runtime_checkable

from pydantic import Field

from ._values import JsonValue
from .errors import LimitExceededError, SourceError, UsageError
from .limits import DEFAULT_LIMITS, Limits
from .progress import ProgressCallback, report_progress

__all__ = ["Dialect", "Format", "ReadOptions", "Source"]


class Format(StrEnum):
    """A format that is read, told by content."""

    TEXT = "text"  # csv, tsv, txt: one reader, the delimiter is detected
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    FODS = "fods"
    SPREADSHEETML = "spreadsheetml"
    XML = "xml"
    HTML = "html"
    MHTML = "mhtml"


#: Characters of a delimiter; real ones have one to three.
_DELIMITER: Final = 16


#: How the cells of a text file are laid out where not by a delimiter alone.
Layout = Literal["delimited", "wrapped", "typographic", "boxed", "ruled", "aligned", "gaps", "tabs"]


class Dialect(JsonValue):
    """How a text file is cut into rows and cells.

    ``delimiter`` stands between fields (one or more characters; empty = one column); ``quote`` and ``escape`` are one
    character or none; ``doubled``: a quote inside a quoted cell is written twice; ``skip_initial_space``: blanks after a
    delimiter do not belong to the cell; ``line_end`` as most rows of the file end.

    ``layout``: ``delimited``, or else how the cells are told apart: ``wrapped`` (every line is quoted as a whole, the delimiter is
    inside), ``typographic`` (typographic quotes stand around the cells), ``boxed`` (drawn with upright strokes), ``ruled`` (columns
    under rules of dashes), ``aligned`` (fixed width), ``gaps`` (two blanks or more), ``tabs`` (one tab or more). From ``boxed`` on
    the delimiter and the quote are not looked at.
    """

    delimiter: str = Field(default=",", max_length=_DELIMITER)
    quote: str | None = Field(default='"', min_length=1, max_length=1)
    escape: str | None = Field(default=None, min_length=1, max_length=1)
    doubled: bool = True
    skip_initial_space: bool = False
    line_end: Literal["\n", "\r\n", "\r", "mixed"] = "\n"
    layout: Layout = "delimited"


class ReadOptions(JsonValue):
    """How to read a file. Whatever is left out is detected, and reported in ``Workbook.options``.

    Args (all keyword):
        format: Read as this format, whatever the content looks like.
        encoding: A codec name of a text or XML file.
        encoding_score: Reported only: how sure the detection was, 0 to 1.
        encoding_alternatives: Reported only: other encodings that decode the file, best first.
        dialect: The dialect of a text file.
        dialect_score: Reported only: how sure the detection was, 0 to 1.
        member: The file inside an archive that is read.

    Raises:
        UsageError: ``argument_invalid``.
    """

    format: Format | None = None
    encoding: str | None = None
    encoding_score: float | None = None
    encoding_alternatives: tuple[str, ...] = ()
    dialect: Dialect | None = None
    dialect_score: float | None = None
    member: str | None = None


@runtime_checkable
class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


#: One read of a file object: large enough to be quick, small enough to notice a limit early.
_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """A file's bytes and its name.

    Args:
        name: What the upload was called; None where it is not known. It decides nothing.
        data: The bytes.

    >>> Source.of(b"id,email", name="people.csv")
    Source('people.csv', 8 bytes)
    """

    name: str | None
    data: bytes
    _sha256: str | None = field(default=None, init=False, compare=False)

    @property
    def sha256(self) -> str:
        """Of the bytes; computed when first asked for, since on a large plain file it is a third of the reading."""
        if self._sha256 is None:
            object.__setattr__(self, "_sha256", hashlib.sha256(self.data).hexdigest())
        assert self._sha256 is not None
        return self._sha256

    def __repr__(self) -> str:
        return f"Source({self.name!r}, {len(self.data)} bytes)"

    @staticmethod
    def of(
        source: Source | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
        /,
        *,
        name: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
        progress: ProgressCallback | None = None,
    ) -> Source:
        """Read a path, bytes or a binary file object, once and whole.

        Args:
            source: A path (literal), bytes, or an object with ``read``; a `Source` is returned as it is.
            name: The file's name where the source does not carry one; it is used for messages and for the issue
                ``name_content_mismatch`` only.
            limits: ``file_bytes`` bounds what is read.
            progress: Called with every piece of a file object; what it raises ends the reading.

        Raises:
            LimitExceededError: The file is larger than ``limits.file_bytes``.
            SourceError: ``source_unreadable``: the path or the file object failed. ``special_file``: the path leads to a
                pipe, a device or a socket, which is not opened.
            UsageError: ``argument_invalid``: something that is none of these.
        """
        if isinstance(source, Source):
            _check_size(len(source.data), limits)
            return source
        if isinstance(source, (bytes, bytearray, memoryview)):
            _check_size(source.nbytes if isinstance(source, memoryview) else len(source), limits)
            return Source(_writable(name), bytes(source))
        if isinstance(source, (str, os.PathLike)):
            return _from_path(os.fsdecode(source), name, limits)
        if isinstance(source, _Readable):
            label = _writable(name if name is not None else _name_of(source))
            return Source(label, _drain(source, limits, progress))
        raise UsageError("argument_invalid", reason="a source is a path, bytes or a binary file object")


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise LimitExceededError(limit="file_bytes", found=size, allowed=limits.file_bytes)


#: How a path is opened: without waiting for whoever is at the other end, and without becoming a terminal's owner. A system
#: that lacks a flag has nothing that it would be needed for.
_OPEN: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_BINARY", "O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK"))

#: What a path may lead to besides a file, for the message of ``special_file``.
_SPECIAL: Final = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _from_path(path: str, name: str | None, limits: Limits) -> Source:
    try:
        _check_regular(os.stat(path))
        with open(os.open(path, _OPEN), "rb") as file:
            found = os.fstat(file.fileno())
            _check_regular(found)
            _check_size(found.st_size, limits)
            # In one piece: the parts of a large file and their sum are twice its size.
            data: bytes | None = file.read(found.st_size + 1)
            if data is not None and len(data) > found.st_size:  # a file that grows, or one that the system makes up
                data += _drain(file, limits)
                _check_size(len(data), limits)
        if data is not None:
            return Source(_writable(name if name is not None else os.path.basename(path)), data)
        reason = "it has nothing to read yet"  # a file that the system makes up, such as a log of its own
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except ValueError:  # a NUL in the path
        reason = "not a path"
    raise SourceError("source_unreadable", reason=reason)


def _check_regular(found: os.stat_result) -> None:
    if stat.S_ISREG(found.st_mode):
        return
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    kind = next((words for is_kind, words in _SPECIAL if is_kind(found.st_mode)), "something else")
    raise SourceError("special_file", kind=kind)


def _drain(file: _Readable, limits: Limits, progress: ProgressCallback | None = None) -> bytes:
    parts: list[bytes] = []
    size = 0
    failure: str | None = None
    while failure is None:
        try:
            part: object = file.read(_CHUNK)
        except Exception as error:  # noqa: BLE001  (a caller's file object may raise anything; only its kind is told)
            failure = type(error).__name__
            break
        if not isinstance(part, (bytes, bytearray, memoryview)):
            failure = f"read() gave {type(part).__name__}, not bytes"
            break
        if not part:
            return b"".join(parts)
        parts.append(bytes(part))
        size += len(parts[-1])
        _check_size(size, limits)
        report_progress(progress, "load", size, 0)
    raise SourceError("source_unreadable", reason=failure)


def _name_of(file: object) -> str | None:
    try:
        name = getattr(file, "name", None)
    except Exception:  # noqa: BLE001  (a property of a caller's object may raise anything; a file can do without a name)
        return None
    return os.path.basename(name) if isinstance(name, str) else None


def _writable(name: str | None) -> str | None:
    """A name that can be written as UTF-8: bytes of a path that are no text are shown as escapes."""
    return name if name is None or name.isascii() else name.encode("utf-8", "backslashreplace").decode()
