"""A table: the labels of a header, and the rows under it.

Strategy: a value that is never changed, with the columns named by letters as in the grid, so that a place in it is a place in the
file. It can be kept as one Parquet file, for a host whose steps run in different processes.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import polars as pl

from . import _html
from ._grid import CELL_KINDS, SURPLUS_SCHEMA, show_first_rows
from ._output import write_bytes
from ._values import same
from .errors import UsageError
from .issues import ISSUE_SCHEMA, Issues
from .limits import Limits
from .source import Source

__all__ = ["Table"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Table:
    """Labels and the rows under them.

    Args:
        sheet: Name of the sheet.
        labels: One per column, ``""`` where the header cell is blank.
        header_rows: The rows the labels come from; empty where there is no header.
        frame: ``_row`` and one text column per source column, named by letters as in the grid; no blank rows.
        kinds: What cells were, as in `Sheet.kinds`.
        values: Numbers whose text is not their digits, as in `Sheet.values`.
        blank_rows: How many rows below the header were blank, whether the reader kept them in the grid or left them out.
        surplus: Cells beyond the width of the frame.
        issues: What was seen of the file, of the sheet, and of the labels.
        source_sha256: Of the file's bytes, where they are known; plans are bound to it.
        reading: How the file was read: ``format``, ``encoding``, ``delimiter``, ``member``; what does not apply is left out.
    """

    sheet: str
    labels: tuple[str, ...]
    header_rows: tuple[int, ...]
    frame: pl.DataFrame
    kinds: pl.DataFrame
    blank_rows: int
    surplus: pl.DataFrame
    issues: Issues
    source_sha256: str | None = None
    values: pl.DataFrame = field(default_factory=pl.DataFrame)
    reading: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Table({self.frame.height} rows x {len(self.labels)} columns, {self.blank_rows} blank rows)"

    def _repr_html_(self) -> str:
        titles = [f"{letter} {label}" for letter, label in zip(self.columns, self.labels, strict=True)]
        title = f"Table: {self.frame.height} rows x {len(self.labels)} columns, {self.blank_rows} blank rows"
        return _html.block(title, *show_first_rows(self.frame, titles))

    def __eq__(self, other: object) -> bool:
        return same(self, other, self.__slots__)

    @property
    def columns(self) -> tuple[str, ...]:
        """The letters of the columns, in the order of the labels."""
        return tuple(self.frame.columns[1:])

    def kind(self, letter: str) -> pl.Series:
        """What the cells of a column were; all null where nothing but text is known."""
        if letter in self.kinds.columns:
            return self.kinds[letter]
        return pl.Series(letter, [None], dtype=CELL_KINDS).new_from_index(0, self.frame.height)

    def value(self, letter: str) -> pl.Series:
        """The numbers of a column whose text is not their digits (Float64); null for every other cell."""
        if letter in self.values.columns:
            return self.values[letter]
        return pl.Series(letter, [None], dtype=pl.Float64).new_from_index(0, self.frame.height)

    def save(self, path: str | os.PathLike[str] | BinaryIO, /) -> None:
        """Write the table as one Parquet file that `load` reads back equal.

        Raises:
            UsageError: ``target_unwritable``.
        """
        kinds = self.kinds.rename({name: f"_kind_{name}" for name in self.kinds.columns})
        values = self.values.rename({name: f"_value_{name}" for name in self.values.columns})
        meta = {
            "format_version": _TABLE_VERSION,
            "sheet": self.sheet,
            "labels": list(self.labels),
            "header_rows": list(self.header_rows),
            "blank_rows": self.blank_rows,
            "source_sha256": self.source_sha256,
            "reading": dict(self.reading),
            "surplus": self.surplus.to_dicts(),
            "issues": self.issues.frame.to_dicts(),
        }
        joined = pl.concat([self.frame, *(one for one in (kinds, values) if one.width)], how="horizontal")
        buffer = io.BytesIO()
        joined.write_parquet(buffer, metadata={"qooper_ingest.table": json.dumps(meta)})
        write_bytes(path, buffer.getvalue())

    @staticmethod
    def load(path: str | os.PathLike[str] | BinaryIO | bytes, /) -> Table:
        """Read what `save` wrote.

        Raises:
            UsageError: ``argument_invalid``: anything else.
            SourceError: ``source_unreadable``: the path or the file object failed.
        """
        data = path if isinstance(path, bytes) else Source.of(path, limits=_ANY_SIZE).data
        try:
            meta = json.loads(pl.read_parquet_metadata(io.BytesIO(data))["qooper_ingest.table"])
            if meta["format_version"] not in _TABLE_VERSIONS:
                raise ValueError("version")
            joined = pl.read_parquet(data)
            kinds = joined.select(pl.col("^_kind_.*$").name.map(lambda name: name.removeprefix("_kind_")))
            return Table(
                sheet=meta["sheet"],
                labels=tuple(meta["labels"]),
                header_rows=tuple(meta["header_rows"]),
                frame=joined.select(pl.exclude("^_(?:kind|value)_.*$")),
                kinds=kinds,
                values=joined.select(pl.col("^_value_.*$").name.map(lambda name: name.removeprefix("_value_"))),
                blank_rows=meta["blank_rows"],
                surplus=pl.DataFrame(meta["surplus"], schema=SURPLUS_SCHEMA),
                issues=Issues(pl.DataFrame(meta["issues"], schema=ISSUE_SCHEMA)),
                source_sha256=meta["source_sha256"],
                reading=meta.get("reading", {}),
            )
        except Exception as error:  # noqa: BLE001  (whatever the parser says, its text may quote the file)
            reason = f"this is not a saved table, or one of another version ({type(error).__name__})"
        raise UsageError("argument_invalid", reason=reason)


#: Of saved tables; in the first version there were no values of numbers.
_TABLE_VERSION: Final = 2
_TABLE_VERSIONS: Final = (1, 2)

#: What was saved by the host itself is read whatever its size.
_ANY_SIZE: Final = Limits(file_bytes=2**63)
