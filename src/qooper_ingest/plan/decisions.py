"""Decisions bound to what their row said: found again in a corrected upload, and never applied to another row.

A row number alone says little: on another sheet, or after a row was inserted, the same number is another person. So a decision
that a plan made (`Plan.decide`) carries the key of its row. It belongs to the one row that has the same ID and the same address;
where no row has them, or several do, to the row of the same number, if its cells say the same. Anywhere else, and on another
sheet of the same file, it is unfit and reported. A decision without a key belongs to its row number, as the host said it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from .._grid import ROW
from ..errors import UsageError
from ..identity import Decision, Policy, RowKey
from ..identity.policy import LONGEST_KEY
from ..issues import Issues
from ..records import Records

__all__ = ["bind_decisions", "find_row_key"]

#: What identifies a row: as typed, but compared as IDs and addresses are.
_KEYS: Final = ("id", "email_key")


def find_row_key(records: Records, row: int, /) -> RowKey:
    """Return the key of a row.

    Raises:
        UsageError: ``argument_invalid``: there is no such row.
    """
    at = records.frame.select((pl.col(ROW) == row).arg_true()).to_series()
    if at.is_empty():
        raise UsageError("argument_invalid", reason=f"the plan has no row {row}")
    line = records.identity[at].row(0, named=True)
    return RowKey(
        source=records.source_sha256,
        sheet=records.sheet,
        id=_short(line["id"]),
        email=_short(line["email_key"]),
        cells=_digests(records, at)[0],
    )


def _short(key: str | None) -> str | None:
    """A key that can be one; a row whose address is an essay is told by its cells."""
    return key if key is not None and len(key) <= LONGEST_KEY else None


def bind_decisions(records: Records, policy: Policy, /) -> tuple[Policy, Issues]:
    """Give every decision the number of the row that it was made for, and leave out those whose row is not found.

    Issues: ``decision_unfit`` for each one left out.
    """
    keyed = [(position, one.key) for position, one in enumerate(policy.decisions) if one.key is not None]
    if not keyed:
        return policy, Issues.empty()
    asked = pl.DataFrame(
        [
            (position, policy.decisions[position].row, key.id, key.email, key.cells, _other_sheet(key, records))
            for position, key in keyed
        ],
        schema={
            "position": pl.UInt32, "row": pl.UInt32, "id": pl.String, "email_key": pl.String, "cells": pl.String,
            "other_sheet": pl.Boolean,
        },
        orient="row",
    )  # fmt: skip
    row_of = _found_by_cells(asked, records) | _found_by_keys(asked, records)
    bound: list[Decision] = []
    unfit: list[int] = []
    for position, one in enumerate(policy.decisions):
        if one.key is None:
            bound.append(one)
        elif position in row_of:
            bound.append(one if row_of[position] == one.row else one.model_copy(update={"row": row_of[position]}))
        else:
            unfit.append(one.row)
    rows = pl.DataFrame({"row": unfit}, schema={"row": pl.UInt32})
    return policy.model_copy(update={"decisions": tuple(bound)}), Issues.from_frame("decision_unfit", rows)


def _other_sheet(key: RowKey, records: Records) -> bool:
    """True where a decision was made for another sheet of the very file that is read."""
    same_file = key.source is not None and key.source == records.source_sha256
    return same_file and None not in (key.sheet, records.sheet) and key.sheet != records.sheet


def _found_by_keys(asked: pl.DataFrame, records: Records) -> dict[int, int]:
    """Position of a decision → the one row with its ID and its address."""
    c = pl.col
    wanted = asked.filter(~c("other_sheet"), c("id").is_not_null() | c("email_key").is_not_null())
    rows = records.identity.select(c(ROW).alias("now"), *_KEYS)
    found = (
        wanted.join(rows, on=list(_KEYS), nulls_equal=True)
        .group_by("position")
        .agg(c("now").first(), pl.len().alias("rows"))
        .filter(c("rows") == 1)
    )
    return dict(found.select("position", "now").rows())


def _found_by_cells(asked: pl.DataFrame, records: Records) -> dict[int, int]:
    """Position of a decision → its own row number, where that row's cells say what they said."""
    wanted = asked.filter(~pl.col("other_sheet"))
    places = records.frame.select(pl.col(ROW).alias("row"), pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"))
    there = wanted.join(places, on="row")
    now = pl.Series("now", _digests(records, there["at"]), dtype=pl.String)
    same = there.hstack([now]).filter(pl.col("now") == pl.col("cells"))
    return dict(same.select("position", "row").rows())


def _digests(records: Records, at: pl.Series) -> list[str]:
    """A digest of what each of some rows says, typed. Decisions are few, and so are these rows."""
    identity = records.identity[at].select("id", "email", "new_email", "status")
    values = records.frame[at].drop(ROW)
    lines: Sequence[dict[str, Any]] = [
        {"keys": keys, "values": answers}
        for keys, answers in zip(identity.iter_rows(), values.iter_rows(named=True), strict=True)
    ]
    return [hashlib.sha256(json.dumps(one, default=str, sort_keys=True).encode()).hexdigest() for one in lines]
