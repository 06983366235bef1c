"""The plan that takes back what a plan did: every field that was changed gets the value that it had.

Strategy: what was stored becomes what is to be, and what was to be becomes what is expected, line by line over the two frames of
the plan. The result is a plan like any other, so that everything a host has for plans (batches, preconditions, `Plan.check`,
receipts) serves for undoing, too. Whoever was changed since by somebody else is not as expected, and so the operation is stale.

What follows from that:

* An address goes back only after whoever has it now has left it: the pairs of ``dependencies`` are turned round. Atomic groups stay.
* People who were created stay as suspended people, or are handed to the host (`Retire`). Where their address goes back to
  somebody, they give it up, because no two people may hold one.
* An operation that was not applied, or whose result had been there before, is not undone: its row is ``unchanged``.
* Changes that added to a list are taken back by removing what was added (`FieldChange.removed`).

Refused: to undo what cannot be (somebody was created whose ref the receipt does not name, somebody was retired); such rows are
conflicts, and so are those whose address they keep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from ..emails import keys_of
from ..identity import Policy
from ..ids import id_fold
from ..issues import Issues
from .receipt import Receipt, operation_key

__all__ = ["CreatedPeople", "Inverse", "invert"]

#: What becomes of people whom the plan created.
CreatedPeople = Literal["suspend", "retire"]

_STATE_OF: Final[Mapping[CreatedPeople, str]] = {"suspend": "suspended", "retire": "deleted"}

#: Columns of the two frames that are values of a person.
_IDENTITY: Final = ("id", "email", "status", "roles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inverse:
    """The parts of an inverse plan. ``stored`` and ``new`` as in `operation_frames`; ``frame``: one line per row of an operation."""

    frame: pl.DataFrame
    stored: pl.DataFrame
    new: pl.DataFrame
    issues: Issues
    dependencies: tuple[tuple[int, int], ...]
    groups: tuple[tuple[int, ...], ...]


def invert(
    new: pl.DataFrame,
    stored: pl.DataFrame,
    receipt: Receipt,
    /,
    *,
    frame: pl.DataFrame,
    dependencies: Sequence[tuple[int, int]],
    groups: Sequence[Sequence[int]],
    policy: Policy,
    created: CreatedPeople,
) -> Inverse:
    """Turn a plan round.

    Args:
        new, stored: The plan's two frames.
        receipt: What became of its operations.
        frame: The plan's own, for the form of the result.
        dependencies, groups: The plan's.
        policy: The plan's: how IDs are compared, what the identity provider sends.
        created: What becomes of people whom the plan created.

    Issues: ``undo_not_applied``, ``undo_person_unknown``, ``undo_retired``, ``depends_on_blocked_row``.
    """
    c = pl.col
    values = [name for name in new.columns if name in _IDENTITY or (name in stored.columns and name not in _META)]
    creates = new["action"] == "create"
    refs = {one.row: one.ref for one in receipt.created}
    lines = new.select("row", "action", "changed", "status").with_columns(
        stored["ref"].fill_null(new["row"].replace_strict(refs, default=None, return_dtype=pl.String)).alias("ref"),
        creates.alias("created"),
        stored["status"].alias("was"),
    )
    untouched = [f"row:{one}" if isinstance(one, int) else f"ref:{one}" for one in receipt.done]
    untouched += [f"row:{one.row}" if one.row is not None else f"ref:{one.ref}" for one in receipt.refused]
    applied = ~lines.select(operation_key().is_in(untouched)).to_series()
    after = _as_left(new, stored, values, creates)
    lines = lines.with_columns(
        applied.alias("applied"),
        (applied & lines["ref"].is_null()).alias("unknown"),
        (applied & (after["status"] == "deleted")).fill_null(False).alias("retired"),
    )
    blocked = _blocked(lines, dependencies)
    open_lines = (
        lines["applied"] & ~lines["unknown"] & ~lines["retired"] & ~lines["row"].is_in(list(blocked)).fill_null(False)
    )
    rows = set(lines.filter(open_lines)["row"].drop_nulls())
    pairs = tuple((b, a) for a, b in dependencies if a in rows and b in rows)
    gives_up = lines["created"] & lines["row"].is_in([first for first, _ in pairs]).fill_null(False)
    to_state = pl.lit(_STATE_OF[created])
    back = after.select(
        pl.when(creates if name in _IDENTITY else pl.lit(False))
        .then(_of_created(name, gives_up, to_state))
        .otherwise(stored[name])
        .alias(name)
        for name in values
    )
    changed = (
        lines.with_columns(gives_up.alias("gives_up"), (after["status"] != back["status"]).alias("stops"))
        .select(
            pl.when("created")
            .then(
                pl.concat_list(
                    pl.when("gives_up").then(pl.lit("email")), pl.when("stops").then(pl.lit("status"))
                ).list.drop_nulls()
            )
            .otherwise("changed")
            .alias("changed")
        )
        .to_series()
    )
    keep = open_lines & (changed.list.len() > 0)
    before = stored.select(
        stored["row"],
        lines["ref"],
        *(after[name] if name in after.columns else stored[name] for name in stored.columns[2:]),
    ).with_columns(c("protected").fill_null(False), c("status_locked").fill_null(False))
    turned = _turned(new, back, changed, values, policy)
    issues, codes, info = _told(lines, blocked)
    outcome = (
        lines.with_columns(changed.alias("now"), keep.alias("keep"), turned["action"].alias("does"), codes, info)
        .filter(c("row").is_not_null())
        .select(
            "row",
            pl.when("keep")
            .then("does")
            .when(c("codes").list.len() > 0)
            .then(pl.lit("conflict"))
            .otherwise(pl.lit("unchanged"))
            .alias("action"),
            "ref",
            pl.lit("ref").alias("matched_by"),
            pl.when("keep").then("now").otherwise(pl.lit([], dtype=pl.List(pl.String))).alias("changed"),
            "codes",
            "info",
            pl.lit([], dtype=pl.List(pl.String)).alias("candidates"),
        )
        .cast(frame.schema)
    )
    kept_rows = set(lines.filter(keep)["row"].drop_nulls())
    return Inverse(
        frame=outcome,
        stored=before.filter(keep),
        new=turned.filter(keep),
        issues=issues,
        dependencies=tuple((a, b) for a, b in pairs if a in kept_rows and b in kept_rows),
        groups=tuple(some for group in groups if (some := tuple(row for row in group if row in kept_rows))),
    )


#: Columns of the plan's frames that are no values of a person.
_META: Final = ("row", "ref", "sso_subject", "protected", "status_locked")


def _as_left(new: pl.DataFrame, stored: pl.DataFrame, values: Sequence[str], creates: pl.Series) -> pl.DataFrame:
    """The people as the plan left them: what it changed, and what was stored otherwise; new people are active with no role."""
    columns = []
    for name in values:
        left = pl.DataFrame({"new": new[name], "was": stored[name], "changed": new["changed"], "create": creates})
        untold = pl.col("was")
        if name == "status":
            untold = pl.when("create").then(pl.lit("active")).otherwise(untold)
        if name == "roles":
            untold = pl.when("create").then(pl.lit([], dtype=pl.List(pl.String))).otherwise(untold)
        given = pl.when(pl.col("changed").list.contains(name)).then("new").otherwise(untold)
        columns.append(left.select(given.alias(name)).to_series())
    return pl.DataFrame(columns)


def _of_created(name: str, gives_up: pl.Series, to_state: pl.Expr) -> pl.Expr:
    """What becomes of a person who was created."""
    if name == "status":
        return to_state
    if name == "email":
        return pl.when(gives_up).then(None).otherwise(pl.col("email"))
    return pl.col(name)


def _blocked(lines: pl.DataFrame, dependencies: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Row → the row that keeps the address which it would get back, to the end of each chain."""
    stuck = lines.filter(pl.col("unknown") | pl.col("retired"))["row"].drop_nulls().to_list()
    applied = set(lines.filter("applied")["row"].drop_nulls())
    freed_by = {b: a for a, b in dependencies}
    blocked: dict[int, int] = {}
    for row in stuck:
        while row in freed_by and freed_by[row] in applied and freed_by[row] not in blocked:
            blocked[freed_by[row]] = row
            row = freed_by[row]
    return blocked


def _turned(
    new: pl.DataFrame,
    back: pl.DataFrame,
    changed: pl.Series,
    values: Sequence[str],
    policy: Policy,
) -> pl.DataFrame:
    """The frame of what becomes of whom, with the keys that nobody may hold."""
    c = pl.col
    moves, gets_id = changed.list.contains("email"), changed.list.contains("id") & back["id"].is_not_null()
    id_key = back["id"].str.to_lowercase() if policy.id_case == "ascii_insensitive" else back["id"]
    sends_id = policy.sso_check == "enforce" and policy.sso_subject_is == "id"
    told = pl.DataFrame(
        {
            "row": new["row"],
            "changed": changed,
            "merged": new["merged"],
            "absent_email": keys_of(back["email"])["key"],
            "absent_id": id_key,
            "status_scope": new["status_scope"],
            "ends": changed.list.contains("status") & (back["status"] != "active"),
            "moves": moves,
            "gets_id": gets_id,
        }
    )
    keys = told.select(
        "row",
        pl.when(c("moves") & ~(back["email"].is_null() & c("ends")))
        .then(pl.lit("change_email"))
        .when(c("changed").list.contains("status"))
        .then(pl.lit("change_status"))
        .otherwise(pl.lit("update"))
        .alias("action"),
        "changed",
        "merged",
        pl.lit([], dtype=pl.List(pl.String)).alias("codes"),
        pl.when("moves").then("absent_email").alias("absent_email"),
        pl.when("gets_id").then("absent_id").alias("absent_id"),
        pl.when("gets_id").then(id_fold(c("absent_id"))).alias("absent_id_fold"),
        pl.when("gets_id" if sends_id else pl.lit(False)).then("absent_id").alias("absent_subject"),
        "status_scope",
    )
    where = {name: changed.list.contains(name) for name in values}
    values_back = back.select(pl.when(where[name]).then(name).alias(name) for name in values)
    return keys.hstack(values_back).cast(new.schema).select(new.columns)


def _told(lines: pl.DataFrame, blocked: Mapping[int, int]) -> tuple[Issues, pl.Series, pl.Series]:
    """The issues, and for each line its ``codes`` (why it cannot be undone) and ``info``."""
    c = pl.col
    waits = lines["row"].replace_strict(dict(blocked), default=None, return_dtype=pl.UInt32)
    told = lines.with_columns(waits.alias("other_row"))
    code = (
        pl.when("unknown").then(pl.lit("undo_person_unknown"))
        .when("retired").then(pl.lit("undo_retired"))
        .when(c("other_row").is_not_null()).then(pl.lit("depends_on_blocked_row"))
    )  # fmt: skip
    found = told.with_columns(
        code.alias("blocks"), pl.when(~c("applied")).then(pl.lit("undo_not_applied")).alias("notes")
    )
    issues = Issues.concat(
        Issues.from_frame(name, found.filter(c(column) == name).select("row", "other_row"))
        for column, names in _CODES.items()
        for name in names
    )
    as_list = found.select(
        pl.concat_list(name).list.drop_nulls().alias(to) for name, to in (("blocks", "codes"), ("notes", "info"))
    )
    return issues, as_list["codes"], as_list["info"]


#: Where each code is told.
_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "blocks": ("undo_person_unknown", "undo_retired", "depends_on_blocked_row"),
    "notes": ("undo_not_applied",),
}
