"""The messages between a worker process and its parent: parts with their length before them, until a mark ends them.

Only data crosses: frames as Arrow IPC, and JSON for names, options and errors (typed errors are rebuilt from their code
and figures; nothing is unpickled). A request is the name and options of a file, and its bytes; an answer is what there
is of the workbook, or its error, and at the end whether the worker wants to be replaced.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from typing import Any, Final

import polars as pl

from .. import errors
from .._grid import SheetData
from ..errors import CorruptFileError, IngestError
from ..issues import Issues
from ..source import Format, ReadOptions, Source
from ..workbook import Sheet, SheetInfo, Workbook

__all__ = ["END", "LENGTH", "error_parts", "request_of", "request_parts", "workbook_of", "workbook_parts"]

LENGTH: Final = struct.Struct("<Q")

#: In place of a length: the end of a message.
END: Final = 2**64 - 1

_Bytes = bytes | bytearray | memoryview


# -- requests ----------------------------------------------------------------------------------------------------------


def request_parts(source: Source, options: ReadOptions) -> list[_Bytes]:
    """A request as parts."""
    return [json.dumps({"name": source.name, "options": options.model_dump_json()}).encode(), source.data]


def request_of(parts: Sequence[bytes]) -> tuple[Source, ReadOptions]:
    """The request that parts make up."""
    head = json.loads(parts[0])
    return Source(head["name"], parts[1]), ReadOptions.model_validate_json(head["options"])


# -- answers -----------------------------------------------------------------------------------------------------------


def error_parts(error: IngestError) -> list[_Bytes]:
    """An answer that is an error."""
    return [json.dumps({"error": _error_to_json(error)}).encode()]


def workbook_parts(workbook: Workbook) -> Iterator[_Bytes]:
    """An answer that is a workbook, all of its sheets read. A sheet that fails is sent as its error."""
    heads: list[dict[str, Any]] = []
    frames = [workbook.file_issues.frame]
    for sheet in workbook._sheets:
        head: dict[str, Any] = {"info": asdict(sheet.info)}
        try:
            data = sheet.data
        except IngestError as error:
            head["error"] = _error_to_json(error)
        else:
            frames += [_frame_of(getattr(data, one.name)) for one in fields(SheetData)]
        heads.append(head)
    whole = {
        "format": workbook.format.value,
        "options": workbook.options.model_dump_json(),
        "sha256": workbook.sha256,
        "sheets": heads,
    }
    yield json.dumps(whole).encode()
    for frame in frames:
        buffer = io.BytesIO()
        frame.write_ipc(buffer)
        yield buffer.getbuffer()


def workbook_of(parts: Sequence[_Bytes]) -> Workbook:
    """The workbook that an answer holds.

    Raises:
        IngestError: The answer is an error; ``worker_died`` where it is no answer.
    """
    found: Workbook | IngestError | None = None
    with suppress(Exception):  # whatever a broken worker wrote, it is no answer
        found = _parse_answer(parts)
    if isinstance(found, Workbook):
        return found
    raise found or CorruptFileError("worker_died")


def _parse_answer(parts: Sequence[_Bytes]) -> Workbook | IngestError:
    head = json.loads(bytes(parts[0]))
    if "error" in head:
        return _error_from_json(head["error"])
    frames = iter(parts[1:])
    issues = Issues(_frame(next(frames)))
    return Workbook(
        format=Format(head["format"]),
        sheets=[_sheet(one, frames) for one in head["sheets"]],
        options=ReadOptions.model_validate_json(head["options"]),
        file_issues=issues,
        sha256=head["sha256"],
    )


def _sheet(head: dict[str, Any], frames: Iterator[_Bytes]) -> Sheet:
    info = SheetInfo(**head["info"])
    if "error" in head:
        failure = head["error"]

        def fail() -> SheetData:
            raise _error_from_json(failure)

        return Sheet(info, fail)
    found: dict[str, Any] = {one.name: _frame(next(frames)) for one in fields(SheetData)}
    return Sheet(info, SheetData(**found | {"issues": Issues(found["issues"])}))


def _frame_of(part: pl.DataFrame | Issues) -> pl.DataFrame:
    return part.frame if isinstance(part, Issues) else part


def _frame(part: _Bytes) -> pl.DataFrame:
    return pl.read_ipc(io.BytesIO(part))


def _error_to_json(error: IngestError) -> dict[str, Any]:
    """An error as its parts."""
    place = {"sheet": error.sheet, "row": error.row, "column": error.column}
    return {
        "type": type(error).__name__,
        "code": error.code,
        "place": {key: value for key, value in place.items() if value is not None},
        "params": error.params,
    }


def _error_from_json(parts: dict[str, Any]) -> IngestError:
    """An error rebuilt from its parts, if it is one of this library's."""
    kind = getattr(errors, parts["type"], None)
    if not (isinstance(kind, type) and issubclass(kind, IngestError)) or parts["code"] not in errors.ERROR_MESSAGES:
        return CorruptFileError("worker_died")
    try:
        return kind(parts["code"], **parts["place"], **parts["params"])
    except (KeyError, TypeError):
        return CorruptFileError("worker_died")
