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
from functools import reduce
from operator import or_
from typing import Any, Final

import polars as pl

from .._columns import find_set, find_true, gather_rows, nothing
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
    action = decided.frame["action"]
    at = find_true(reduce(or_, (action == one for one in BLOCKED)))
    blocked = gather_rows((decided.frame["row"], decided.frame["candidates"]), at)
    told = directory.complete or directory.active_people is not None
    people = _people(records.schema, decided, blocked, stored, issues)
    active = decided.people.known.active_people if told else None
    if table is None:  # rows of several sources, each with labels of its own
        return Context(people=people, active_people=active)
    cells = table.frame[at] if blocked.height else table.frame.clear()
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
    wanted = [blocked["candidates"].explode(empty_as_null=True)] if blocked.height else []
    told = issues.frame
    noted = (told["severity"] != Severity.INFO.value) & find_set(told["row"])
    unchanged = decided.frame["action"] == "unchanged"
    if noted.any() and unchanged.any():
        rows = told["row"].filter(noted).unique()
        lines = gather_rows((decided.frame["row"], decided.frame["ref"]), find_true(unchanged))
        wanted.append(lines["ref"].filter(lines["row"].is_in(rows.implode())))
    if any(key in frame.columns and key not in stored.columns for key in keys.values()):
        wanted.append(stored["ref"])
    refs = pl.concat([one.alias("ref") for one in wanted]).drop_nulls() if wanted else pl.Series([], dtype=pl.String)
    found = frame.filter(pl.col("ref").is_in(refs.unique().implode())) if refs.len() else frame.clear()
    columns = {name: keys.get(name, name) for name in PEOPLE_SCHEMA if name in keys or name not in _NAMES}
    known = {name: columns[name] for name in PEOPLE_SCHEMA if columns.get(name) in found.columns}
    return pl.DataFrame(
        [
            (found[known[name]].cast(dtype) if name in known else nothing(found.height, dtype)).alias(name)
            for name, dtype in PEOPLE_SCHEMA.items()
        ]
    )
