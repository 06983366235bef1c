"""What a newer directory means for a plan: which operations still hold, which are done already, which have gone stale.

An operation is done where its result is there already, so that a retry after a crash is safe. It is stale where the person is
not as seen, or somebody else holds a key that nobody may hold; and so is whatever waits for a stale one, to the end of its chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from .._columns import as_sets
from ..emails import keys_of
from ..identity import Directory, Policy
from ..identity.directory import id_fold
from ..identity.facts import prepare_people
from ..schema import Schema

__all__ = ["Stale", "Staleness", "find_stale"]

#: Columns of the operations frame that are not fields.
_META: Final = ("row", "action", "changed", "codes", "absent_email", "absent_id", "status_scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """An operation that no longer holds: ``row``, ``ref`` (None for a create) and why.

    Reasons: ``person_missing``, ``person_changed`` (id, e-mail, status or subject is not as seen), ``email_taken``,
    ``id_taken``.
    """

    row: int | None
    ref: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staleness:
    """What a newer directory means for a plan.

    Args:
        stale: Operations that no longer hold.
        done: Rows whose result is already there; a retry may leave them out.
        pending: How many operations still hold and are still to be applied.
    """

    stale: tuple[Stale, ...]
    done: tuple[int, ...]
    pending: int

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the stale operations."""
        return tuple(sorted(one.row for one in self.stale if one.row is not None))

    def __iter__(self) -> Iterator[Stale]:
        return iter(self.stale)

    def __len__(self) -> int:
        return len(self.stale)

    def __bool__(self) -> bool:
        return bool(self.stale)


def find_stale(
    new: pl.DataFrame,
    stored: pl.DataFrame,
    directory: Directory,
    /,
    *,
    dependencies: Sequence[tuple[int, int]],
    groups: Sequence[Sequence[int]],
    schema: Schema,
    policy: Policy,
) -> Staleness:
    """Compare what a plan would do with people as they are now.

    Args:
        new: What becomes of whom, one line per operation.
        stored: What was stored of them, aligned with it.
        directory: The people as they are now.
        dependencies: Pairs of rows: the first frees what the second takes.
        groups: Rows that are applied as one.
        schema: The plan's fields.
        policy: The plan's policy.
    """
    collected = directory.collect(schema, lambda: _concerned(new, stored))
    people = prepare_people(*collected, policy).frame.cast({"status": pl.String})
    fields = [field.key for field in schema.profile if field.key in new.columns]
    now = people.select(
        "ref", *(pl.col(name).alias(f"_now_{name}") for name in (*_SEEN, "email_key", "roles", *fields))
    )
    c = pl.col
    joined = (
        new.rename({"ref": "_ref"}, strict=False)
        .with_columns(stored["ref"].alias("ref"))
        .hstack(stored.select(pl.all().name.prefix("_was_")))
        .join(now, on="ref", how="left", maintain_order="left")
    )
    create = c("action") == "create"
    missing = ~create & (c("_now_status").is_null() | (c("_now_status") == "deleted"))
    differs = ~create & pl.any_horizontal([c(f"_now_{name}").ne_missing(c(f"_was_{name}")) for name in _SEEN])
    leavers = {b: a for a, b in dependencies} | _group_leavers(groups, new, stored)
    ref_of = dict(zip(new["row"].to_list(), stored["ref"].to_list(), strict=True)) if leavers else {}
    frees = {row: ref_of.get(leaver) for row, leaver in leavers.items()}
    holders = people.filter(c("live") | (policy.deleted_email == "reserved"))
    held = _held(joined, holders, "absent_email", "email_key").rows()
    id_taken = _held(joined, holders, "absent_id", "id_key")["row"]
    email_taken = {row for row, holder in held if holder != frees.get(row, "")}
    final = _final_state(new, stored)
    created = _created_already(joined.filter(create), people, fields, final)
    flags = joined.select(
        "row",
        "ref",
        missing.alias("person_missing"),
        (differs & ~missing).alias("person_changed"),
        ((~create & ~missing & final) | (create & c("row").is_in(created.implode()))).alias("done"),
        c("row").is_in(list(email_taken)).alias("email_taken"),
        c("row").is_in(id_taken.implode()).alias("id_taken"),
    )
    fallen = flags.filter(~c("done") & pl.any_horizontal(_REASONS))["row"].drop_nulls().to_list()
    waiting = {leavers[row]: row for row, holder in held if row in leavers and holder == frees.get(row, "")}
    flags = flags.with_columns(c("email_taken") | c("row").is_in(_stranded(fallen, waiting)).fill_null(False))
    bad = flags.filter(~c("done") & pl.any_horizontal(_REASONS))
    stale = tuple(
        Stale(row=line["row"], ref=line["ref"], reasons=tuple(name for name in _REASONS if line[name]))
        for line in bad.iter_rows(named=True)
    )
    done = tuple(flags.filter("done")["row"].drop_nulls().to_list())
    return Staleness(stale=stale, done=done, pending=flags.height - len(stale) - int(flags["done"].sum()))


#: What is seen of a person when a plan is made, and must be the same when it is applied.
_SEEN: Final = ("id", "email", "status", "sso_subject")

_REASONS: Final = ("person_missing", "person_changed", "email_taken", "id_taken")


def _concerned(new: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Whom of a large directory the plan concerns: its people, and whoever holds a key that nobody may hold."""
    kinds = {
        "ref": stored["ref"],
        "email": new["absent_email"],
        "id_fold": new.select(id_fold(pl.col("absent_id"))).to_series(),
    }
    return pl.concat(
        [
            pl.DataFrame({"key": keys.drop_nulls().unique()}).select(pl.lit(kind).alias("kind"), "key")
            for kind, keys in kinds.items()
        ]
    )


def _held(joined: pl.DataFrame, holders: pl.DataFrame, absent: str, key: str) -> pl.DataFrame:
    """``row`` and ``ref`` of everybody else who holds a key that nobody may hold."""
    wanted = joined.select("row", pl.col(absent).alias(key), pl.col("ref").alias("own"))
    return (
        wanted.join(holders.select("ref", key), on=key)
        .filter(pl.col("ref").ne_missing(pl.col("own")))
        .select("row", "ref")
    )


def _final_state(new: pl.DataFrame, stored: pl.DataFrame) -> pl.Expr:
    """True where every changed field of a known person has the value that the plan gives it."""
    tests = []
    for name, dtype in new.schema.items():
        if name in _META or name not in stored.columns:
            continue
        now, after = pl.col(f"_now_{name}"), pl.col(name)
        equal = as_sets(now).eq_missing(as_sets(after)) if isinstance(dtype, pl.List) else now.eq_missing(after)
        if name == "roles":
            equal = after.list.set_difference(now).list.len() == 0
        tests.append(~pl.col("changed").list.contains(name) | equal)
    return pl.all_horizontal(tests).fill_null(False)


def _created_already(creates: pl.DataFrame, people: pl.DataFrame, fields: Sequence[str], final: pl.Expr) -> pl.Series:
    """Rows whose new person is there already, with the address, the ID and every answer that the plan gives."""
    if creates.is_empty():
        return pl.Series([], dtype=pl.UInt32)
    live = people.filter("live").select(
        pl.col("email_key").alias("absent_email"),
        *(pl.col(name).alias(f"_now_{name}") for name in ("id", "email", "status", "roles", *fields)),
    )
    bare = creates.select(pl.exclude("^_now_.*$"))
    return bare.join(live, on="absent_email").filter(final)["row"]


def _stranded(fallen: Iterable[int], waiting: Mapping[int, int]) -> list[int]:
    """Rows whose address stays taken because the row that was to free it no longer holds, to the end of each chain.

    Args:
        fallen: Rows that no longer hold.
        waiting: Row that frees an address → the row that waits for it.
    """
    seen = set(fallen)
    stranded: list[int] = []
    for start in tuple(seen):
        row = waiting.get(start)
        while row is not None and row not in seen:
            seen.add(row)
            stranded.append(row)
            row = waiting.get(row)
    return stranded


def _group_leavers(groups: Sequence[Sequence[int]], new: pl.DataFrame, stored: pl.DataFrame) -> dict[int, int]:
    """Within an atomic group: row → the row whose person leaves the address that it takes."""
    if not groups:
        return {}
    rows = [row for group in groups for row in group]
    some = new.filter(pl.col("row").is_in(rows)).select("row", pl.col("absent_email").alias("key"))
    left = stored.filter(pl.col("row").is_in(rows)).select(
        pl.col("row").alias("leaver"), keys_of(stored.filter(pl.col("row").is_in(rows))["email"])["key"]
    )
    return dict(some.join(left, on="key").select("row", "leaver").rows())
