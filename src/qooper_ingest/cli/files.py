"""The files that the command line is given beside the participants: schema, choices, directory.

A directory comes as Parquet (read lazily, so that it may be large), JSON (a list of people, or one person per line), or as
anything that the library reads as a table, its first row the header. Where a file has no lists (csv), several answers of one
cell are joined with a semicolon.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Final

import polars as pl

from ..choices import Choices
from ..errors import DirectoryError, SourceError
from ..identity import Directory
from ..readers import read_workbook
from ..schema import Schema
from ..source import Source
from ..table import Table

__all__ = ["RefusedError", "read_choices", "read_directory", "read_schema", "write"]

#: What stands between several answers in one cell of a directory.
_JOINT: Final = ";"


class RefusedError(Exception):
    """Something that only the command line does cannot be done; the text is one sentence."""


def write(path: Path, data: bytes) -> None:
    """Write a file. Raises `RefusedError`."""
    try:
        path.write_bytes(data)
        return
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise RefusedError(f"{path} cannot be written ({reason}).")


def read_schema(path: Path) -> Schema:
    """The host's fields. Raises `SchemaError`, or `SourceError` where the file cannot be read."""
    return Schema.from_json(Source.of(path).data)


def read_choices(path: Path | None) -> Choices:
    """What somebody chose; nothing where there is no file. Raises `StaleChoicesError`."""
    return Choices() if path is None else Choices.from_json(Source.of(path).data)


def read_directory(path: Path, schema: Schema) -> Directory:
    """The host's people. Raises `DirectoryError`, or `SourceError` where the file cannot be read."""
    frame: pl.DataFrame | pl.LazyFrame
    if path.suffix.lower() == ".parquet":
        frame = _parquet(path)
    else:
        source = Source.of(path)
        frame = _json(source.data) if source.data.lstrip()[:1] in (b"[", b"{") else _table(source)
    lists = ["roles", *(field.key for field in schema.profile if field.type == "multi_select")]
    columns = frame.collect_schema() if isinstance(frame, pl.LazyFrame) else frame.schema
    joined = [name for name in lists if columns.get(name) == pl.String()]
    split = frame.with_columns(
        pl.col(name).str.split(_JOINT).list.eval(pl.element().str.strip_chars()).list.eval(
            pl.element().filter(pl.element() != "")
        )
        for name in joined
    )  # fmt: skip
    return Directory.of(split, schema=schema)


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
    if len(set(named.values())) < len(named):
        raise DirectoryError("directory_invalid", reason="two of its columns have one label")
    return table.frame.select(pl.col(letter).alias(label) for letter, label in named.items())
