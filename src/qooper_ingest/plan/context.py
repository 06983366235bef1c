"""What a person has to see beside the decisions: who the people are, what the blocked rows say, how the file was read.

Strategy: the decisions name people by the host's key and rows by their number, which is enough for a program and tells a person
nothing. So a plan keeps, beside them, the names and addresses of those people who are named nowhere else in it, and the cells of
the rows that are blocked, as the file has them. Nothing is kept of a row that is applied or has nothing to do: what of it
matters is in the operations already, and a plan of a million such rows must not carry them twice. None of this decides
anything, so the fingerprint does not cover it; a saved plan has it, and one that was saved without it loads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from .._grid import ROW
from .._values import same
from ..identity import Decisions, Directory
from ..issues import Issues, Severity
from ..records import Records
from ..schema import Schema

__all__ = ["BLOCKED", "CONTEXT_PARTS", "PEOPLE_SCHEMA", "Context", "gather_context"]

#: The actions of rows that are not applied.
BLOCKED: Final = ("conflict", "reject")

#: What is known of a person: the columns of `Context.people`.
PEOPLE_SCHEMA: Final = pl.Schema(
    {
        "ref": pl.String(), "id": pl.String(), "email": pl.String(), "status": pl.String(),
        "sso_subject": pl.String(), "roles": pl.List(pl.String()), "first_name": pl.String(), "last_name": pl.String(),
    }
)  # fmt: skip

#: The parts of a saved plan that hold the frames.
CONTEXT_PARTS: Final = ("people", "cells")

_NAMES: Final = ("first_name", "last_name")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Context:
    """What is shown beside the decisions.

    Args:
        people: `PEOPLE_SCHEMA`, one line per person whom a blocked row's decision concerns, or of whom the operations hold no
            name; in the order of the directory.
        cells: ``_row`` and one text column per source column, named by letters: the blocked rows as the file has them.
        labels: The labels of those columns.
        sheet: The sheet's name.
        header_rows: The header's rows.
        reading: How the file was read: ``format``, ``encoding``, ``delimiter``, ``member`` of an archive; what does not apply is left out.
        active_people: How many active people the host has, where that is known.
    """

    people: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PEOPLE_SCHEMA))
    cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={ROW: pl.UInt32()}))
    labels: tuple[str, ...] = ()
    sheet: str | None = None
    header_rows: tuple[int, ...] = ()
    reading: Mapping[str, str] = field(default_factory=dict)
    active_people: int | None = None

    def __eq__(self, other: object) -> bool:
        return same(self, other, self.__slots__)

    def to_json(self) -> dict[str, Any]:
        """Everything but the frames."""
        return {
            "labels": list(self.labels),
            "sheet": self.sheet,
            "header_rows": list(self.header_rows),
            "reading": dict(self.reading),
            "active_people": self.active_people,
        }

    @staticmethod
    def from_json(document: Mapping[str, Any], frames: Mapping[str, pl.DataFrame], /) -> Context:
        """Read what `to_json` wrote, with the frames beside it."""
        return Context(
            people=frames["people"].cast(PEOPLE_SCHEMA),
            cells=frames["cells"],
            labels=tuple(map(str, document["labels"])),
            sheet=document["sheet"],
            header_rows=tuple(map(int, document["header_rows"])),
            reading=dict(document["reading"]),
            active_people=document["active_people"],
        )


def gather_context(
    records: Records, decided: Decisions, directory: Directory, stored: pl.DataFrame, issues: Issues, /
) -> Context:
    """Gather what is to be shown of a plan.

    Args:
        records: What the file says.
        decided: What happens to every row, and the people in question.
        directory: Tells whether all people are known.
        stored: What the operations hold of the people whom they change.
        issues: Everything that was found.
    """
    table = records.table
    blocked = decided.frame.filter(pl.col("action").is_in(BLOCKED)).select("row", "candidates")
    told = directory.complete or directory.active_people is not None
    people = _people(records.schema, decided, blocked, stored, issues)
    active = decided.people.known.active_people if told else None
    if table is None:  # rows of several sources, each with labels of its own
        return Context(people=people, active_people=active)
    cells = table.frame.filter(pl.col(ROW).is_in(blocked["row"].implode())) if blocked.height else table.frame.clear()
    return Context(
        people=people,
        cells=cells,
        labels=table.labels,
        sheet=table.sheet,
        header_rows=table.header_rows,
        reading=table.reading,
        active_people=active,
    )


def _people(
    schema: Schema, decided: Decisions, blocked: pl.DataFrame, stored: pl.DataFrame, issues: Issues
) -> pl.DataFrame:
    """Whoever is to be named and is not named in the operations."""
    frame = decided.people.frame
    keys = {role: field.key for role in _NAMES if (field := schema.by_role(role)) is not None}
    noted = issues.frame.filter(pl.col("severity") != Severity.INFO.value, pl.col("row").is_not_null())["row"].unique()
    wanted = [
        blocked["candidates"].explode(empty_as_null=True).alias("ref"),
        decided.frame.filter(pl.col("action") == "unchanged", pl.col("row").is_in(noted.implode()))["ref"],
    ]
    if any(key in frame.columns and key not in stored.columns for key in keys.values()):
        wanted.append(stored["ref"])
    refs = pl.concat(wanted).drop_nulls().unique()
    found = frame.filter(pl.col("ref").is_in(refs.implode())) if refs.len() else frame.clear()
    columns = {name: keys.get(name, name) for name in PEOPLE_SCHEMA if name in keys or name not in _NAMES}
    return found.select(
        (pl.col(columns[name]) if columns.get(name) in found.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in PEOPLE_SCHEMA.items()
    )
