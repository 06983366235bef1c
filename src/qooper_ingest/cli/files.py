"""The files that the command line reads beside the participants, and the files that it writes.

A directory comes as Parquet (read lazily, so that it may be large), JSON (a list of people, or one person per line), or as
anything that the library reads as a table, its first row the header. Where a file has no lists (csv), several answers of one
cell are joined with a semicolon. One file may come from the standard input (``-``), and one may go to the standard output.

Nothing is overwritten unless that is asked for, and a file that was read never: what is written goes to a file beside it first,
so that neither a full disk nor an interruption leaves half a file.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from ..choices import Choices
from ..errors import DirectoryError, SourceError
from ..identity import Directory
from ..plan import Plan, Receipt
from ..readers import read_workbook
from ..schema import Schema
from ..source import Source
from ..table import Table
from .refusals import STANDARD_INPUT, RefusedError, naming, shown_path
from .session import SESSION

__all__ = [
    "RefusedError",
    "load",
    "read_choices",
    "read_directory",
    "read_plan",
    "read_receipt",
    "read_schema",
    "refuse_existing",
    "write",
]

#: What stands between several answers in one cell of a directory.
_JOINT: Final = ";"


def load(path: Path, option: str) -> Source:
    """A file's bytes, or those of the standard input.

    Raises:
        RefusedError: It cannot be read, or two files are to come from the standard input.
    """
    with naming(option, path):
        if str(path) != STANDARD_INPUT:
            SESSION.read.add(_identity(path))
            return Source.of(path)
        if SESSION.standard_input is not None:
            raise RefusedError(
                f"the standard input is read for {SESSION.standard_input} already; give a file here", option=option
            )
        SESSION.standard_input = option
        return Source(None, Source.of(sys.stdin.buffer).data)


def refuse_existing(path: Path, option: str, *, force: bool) -> None:
    """Refuse to overwrite, before the work begins.

    Raises:
        RefusedError: There is a file already and ``--force`` was not given; or it is one of those that were read.
    """
    if str(path) == STANDARD_INPUT:
        return
    if _identity(path) in SESSION.read:
        raise RefusedError(
            "this file is read, and is not overwritten. Name another one.", option=option, file=str(path)
        )
    if not force and os.path.lexists(path):
        raise RefusedError(
            "there is a file of this name already. Name another one, or add --force to overwrite it.",
            option=option,
            file=str(path),
        )


def write(path: Path, data: bytes, option: str, *, force: bool = False) -> None:
    """Write a file whole or not at all; ``-`` is the standard output.

    Raises:
        RefusedError: As `refuse_existing`, or it cannot be written.
    """
    if str(path) == STANDARD_INPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    refuse_existing(path, option, force=force)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(beside, "xb") as file:
            file.write(data)
        if force:
            os.replace(beside, path)
        else:
            _move_to_free_name(beside, path)
        return
    except FileExistsError:
        reason = "a file of this name has appeared meanwhile"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    finally:
        beside.unlink(missing_ok=True)
    raise RefusedError(f"it cannot be written ({reason}).", option=option, file=str(path))


def _move_to_free_name(beside: Path, path: Path) -> None:
    """Move a file to a name that nobody has. Raises `FileExistsError`."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with open(path, "xb") as file:
            file.write(beside.read_bytes())


def _identity(path: Path) -> str:
    return os.path.realpath(path)


def read_schema(path: Path | None, option: str = "--schema") -> Schema:
    """The host's fields; the six identity fields where there is no file. Raises `RefusedError`."""
    if path is None:
        return Schema.participants()
    data = load(path, option).data
    with naming(option, path):
        return Schema.from_json(data)


def read_choices(path: Path | None, option: str = "--choices") -> Choices:
    """What somebody chose; nothing where there is no file. Raises `RefusedError`."""
    if path is None:
        return Choices()
    data = load(path, option).data
    with naming(option, path):
        return Choices.from_json(data)


def read_plan(path: Path, option: str = "FILE") -> Plan:
    """A saved plan. Raises `RefusedError`."""
    data = load(path, option).data
    with naming(option, path):
        return Plan.load(data)


def read_receipt(path: Path, option: str = "RECEIPT") -> Receipt:
    """What became of a plan. Raises `RefusedError`."""
    data = load(path, option).data
    with naming(option, path):
        return Receipt.from_json(data)


def read_directory(path: Path, schema: Schema, option: str = "--directory") -> Directory:
    """The host's people. Raises `RefusedError`."""
    with naming(option, path):
        return Directory.of(_with_lists(_people(path, option), schema), schema=schema)


def _people(path: Path, option: str) -> pl.DataFrame | pl.LazyFrame:
    if path.suffix.lower() == ".parquet":
        SESSION.read.add(_identity(path))
        return _parquet(path)
    source = load(path, option)
    return _json(source.data) if source.data.lstrip()[:1] in (b"[", b"{") else _table(source)


def _with_lists(frame: pl.DataFrame | pl.LazyFrame, schema: Schema) -> pl.DataFrame | pl.LazyFrame:
    """The frame with the answers of one cell divided, where several are allowed."""
    lists = ["roles", *(field.key for field in schema.profile if field.type == "multi_select")]
    columns = frame.collect_schema() if isinstance(frame, pl.LazyFrame) else frame.schema
    joined = [name for name in lists if columns.get(name) == pl.String()]
    return frame.with_columns(
        pl.col(name).str.split(_JOINT).list.eval(pl.element().str.strip_chars()).list.eval(
            pl.element().filter(pl.element() != "")
        )
        for name in joined
    )  # fmt: skip


def _parquet(path: Path) -> pl.LazyFrame:
    reason: str
    try:
        if not path.is_file():  # a pipe or a device would be waited for
            Source.of(path)
        lazy = pl.scan_parquet(path, glob=False)
        lazy.collect_schema()
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except Exception as error:  # noqa: BLE001  (the parser's own text may quote the file)
        reason = f"not a Parquet file ({type(error).__name__})"
    else:
        return lazy
    raise SourceError("source_unreadable", reason=reason)


def _json(data: bytes) -> pl.DataFrame:
    reason: str
    try:
        text = data.decode("utf-8-sig").strip()
        rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in io.StringIO(text)]
    except ValueError:
        reason = "it is neither a JSON list nor JSON lines"
    else:
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            return pl.DataFrame(rows, infer_schema_length=None, strict=False)
        reason = "its JSON is not a list of people"
    raise DirectoryError("directory_invalid", reason=reason)


def _table(source: Source) -> pl.DataFrame:
    sheet = read_workbook(source).sheet()
    first = sheet.preview(1)
    table: Table = sheet.table(header_row=int(first["_row"][0]) if first.height else None)
    labels = [label.strip() for label in table.labels]
    named = {letter: label for letter, label in zip(table.columns, labels, strict=True) if label}
    twice = _twice(list(named.values()))
    if twice is not None:
        raise DirectoryError("directory_invalid", reason=f"two of its columns have one label, {twice}")
    return table.frame.select(pl.col(letter).alias(label) for letter, label in named.items())


def _twice(labels: Sequence[str]) -> str | None:
    return next((repr(label)[:60] for at, label in enumerate(labels) if label in labels[:at]), None)


def described(path: Path) -> str:
    """How a file that was written is named."""
    return "the standard output" if str(path) == STANDARD_INPUT else shown_path(path)
