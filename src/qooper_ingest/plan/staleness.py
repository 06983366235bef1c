"""What a newer directory means for a plan: which operations still hold, which are done already, which have gone stale.

Strategy: the rows are decided again, with the newer directory. An operation that comes out the same still holds; one whose
result is there already is done, so that a retry after a crash is safe; every other one is stale, whatever the reason: a key
that somebody else holds now, a person who is protected now, an address that is not freed because its row does not hold any
more. The preconditions that the operation carries are compared as well, one by one, to name the reasons; and a plan that was
saved without its rows (format 1) is judged by them alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from .. import _html
from .._columns import as_sets
from ..emails import keys_of
from ..identity import Directory, Policy, decide
from ..identity.facts import prepare_people
from ..ids import id_fold
from ..records import Records
from ..schema import Schema
from .decisions import bind_decisions
from .frames import operation_frames

__all__ = ["Stale", "Staleness", "find_stale", "value_as_text"]

#: Columns of the operations frame that are not fields.
_META: Final = (
    "row", "action", "changed", "merged", "codes", "absent_email", "absent_id", "absent_id_fold", "absent_subject",
    "status_scope",
)  # fmt: skip


#: Operations that a notebook shows.
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """An operation that no longer holds.

    Args:
        row: Its row; None for what follows from absence in a full snapshot.
        ref: Its person; None for a create.
        reasons: ``person_missing``; ``person_changed``: ID, e-mail, status or subject is not as seen; ``person_protected``;
            ``status_locked``; ``answer_changed``: what the operation replaces is not as seen; ``email_taken``; ``id_taken``;
            ``id_variant_taken``: somebody holds the ID with other case or zeros, or did and was deleted;
            ``subject_taken``: the identity provider sends the ID for somebody else; ``decided_otherwise``: none of these,
            and a new plan would do something else or nothing.
        codes: The issue codes that a new plan gives the row where it does not repeat the operation.
    """

    row: int | None
    ref: str | None
    reasons: tuple[str, ...]
    codes: tuple[str, ...] = field(default=(), compare=False)


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

    def _repr_html_(self) -> str:
        rows = [(one.row, one.ref, ", ".join(one.reasons)) for one in self.stale[:_SHOWN]]
        table = _html.grid(("row", "ref", "reasons"), rows, more=len(self.stale) - len(rows))
        figures = f"{len(self.stale)} stale, {self.pending} pending, {len(self.done)} done"
        return _html.block(f"Staleness: {figures}", table)

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
    records: Records | None,
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
        records: The rows that the plan was made from; None: only the preconditions are compared.
    """
    collected = directory.collect(schema, lambda: _concerned(new, stored))
    people = prepare_people(*collected, policy).frame.cast({"status": pl.String})
    fields = [field.key for field in schema.profile if field.key in new.columns]
    now = people.select(
        "ref",
        *(
            pl.col(name).alias(f"_now_{name}")
            for name in (*_SEEN, "email_key", "roles", "protected", "status_locked", *fields)
        ),
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
    there = ~create & ~missing
    differs = pl.any_horizontal([c(f"_now_{name}").ne_missing(c(f"_was_{name}")) for name in _SEEN])
    leavers = {b: a for a, b in dependencies} | _group_leavers(groups, new, stored)
    ref_of = dict(zip(new["row"].to_list(), stored["ref"].to_list(), strict=True)) if leavers else {}
    frees = {row: ref_of.get(leaver) for row, leaver in leavers.items()}
    held = _held(joined, people.filter(c("live") | (policy.deleted_email == "reserved")), "absent_email", "email_key")
    email_taken = {row for row, holder in held.rows() if holder != frees.get(row, "")}
    live = people.filter("live")
    folds = people.with_columns(id_fold(c("id_key")).alias("id_fold"))
    taken = {
        "id_taken": _held(joined, live, "absent_id", "id_key"),
        "id_variant_taken": _held(joined, folds, "absent_id_fold", "id_fold"),
        "subject_taken": _held(joined, live, "absent_subject", "sso_key"),
    }
    final = _final_state(new, stored)
    created = _created_already(joined.filter(create), people, fields, final)
    gone = missing & (c("action") == "change_status") & (c("status") == "deleted")  # a person to be taken away
    locked = c("changed").list.contains("status") & c("_now_status_locked") & (not policy.allow_locked_status)
    flags = joined.select(
        "row",
        "ref",
        missing.alias("person_missing"),
        (there & differs).alias("person_changed"),
        (there & c("_now_protected")).alias("person_protected"),
        (there & locked).alias("status_locked"),
        (there & _answers_changed(new, stored)).alias("answer_changed"),
        ((there & final) | gone | (create & c("row").is_in(created.implode()))).alias("done"),
        c("row").is_in(list(email_taken)).alias("email_taken"),
        *(c("row").is_in(found["row"].implode()).alias(reason) for reason, found in taken.items()),
    ).with_columns(c(name).fill_null(False) for name in (*_PRECONDITIONS, "done"))
    flags = flags.with_columns(c("id_variant_taken") & ~c("id_taken"))  # whoever holds the ID holds it folded, too
    if records is None:
        flags = flags.with_columns(
            pl.any_horizontal(_PRECONDITIONS).alias("fails"), pl.lit([], dtype=pl.List(pl.String)).alias("now_codes")
        )
    else:
        flags = _decided_again(flags, new, stored, directory, records, policy)
    fallen = flags.filter(~c("done") & c("fails"))["row"].drop_nulls().to_list()
    waiting = {leavers[row]: row for row, holder in held.rows() if row in leavers and holder == frees.get(row, "")}
    stranded = c("row").is_in(_stranded(fallen, waiting)).fill_null(False)
    flags = flags.with_columns(c("email_taken") | stranded, c("fails") | stranded)
    bad = flags.filter(~c("done") & c("fails"))
    stale = tuple(
        Stale(
            row=line["row"],
            ref=line["ref"],
            reasons=tuple(name for name in _PRECONDITIONS if line[name]) or ("decided_otherwise",),
            codes=tuple(line["now_codes"] or ()),
        )
        for line in bad.iter_rows(named=True)
    )
    done = tuple(flags.filter("done")["row"].drop_nulls().to_list())
    return Staleness(stale=stale, done=done, pending=flags.height - len(stale) - int(flags["done"].sum()))


def _decided_again(
    flags: pl.DataFrame,
    new: pl.DataFrame,
    stored: pl.DataFrame,
    directory: Directory,
    records: Records,
    policy: Policy,
) -> pl.DataFrame:
    """Add ``fails``, ``done`` where a new plan finds nothing left to do, and ``now_codes``.

    An operation fails where a new plan does not repeat it. It fails as well where the new plan could repeat it only after an
    operation that this plan does not have, because somebody who is new holds the address and would leave it: then a
    precondition does not hold.
    """
    c = pl.col
    decided = decide(records, directory, bind_decisions(records, policy)[0])
    stored_now, new_now = operation_frames(decided, records, policy)
    mine = _comparable(new, stored).with_row_index("_line")
    again = _comparable(new_now, stored_now)
    # Suspensions by absence have no row and one line per person; every other line has its row.
    repeated = mine.join(again, on=again.columns, how="semi", nulls_equal=True)["_line"]
    outcome = decided.frame.select(
        "row",
        c("ref").alias("_ref_now"),
        (c("action") == "unchanged").alias("_nothing_left"),
        c("codes").alias("now_codes"),
    )
    nothing_left = c("_nothing_left").fill_null(False) & (c("ref").is_null() | c("ref").eq_missing(c("_ref_now")))
    return (
        flags.with_row_index("_line")
        .with_columns((~c("_line").is_in(repeated.implode()) | pl.any_horizontal(_PRECONDITIONS)).alias("fails"))
        .join(outcome, on="row", how="left", maintain_order="left")
        .with_columns(c("done") | nothing_left)
    )


def _comparable(new: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """What makes an operation the same one: its row and person, what is seen of the person, and every change."""
    c = pl.col
    columns = [new["row"], new["action"], stored["ref"]]
    columns += [stored[name].alias(f"seen_{name}") for name in _SEEN]
    columns += [new[name] for name in ("absent_email", "absent_id") if name in new.columns]
    both = pl.DataFrame(columns)
    for name, dtype in new.schema.items():
        if name in _META or name not in stored.columns:
            continue
        pair = pl.DataFrame([new["changed"], stored[name].alias("before"), new[name].alias("after")])
        where = c("changed").list.contains(name)
        values = [value_as_text(c(side), dtype) for side in ("before", "after")]
        both = both.hstack(pair.select(pl.when(where).then(pl.concat_str(*values)).alias(f"change_{name}")))
    return both


def value_as_text(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A value as text that differs where the values differ; several answers of one question have no order."""
    text = value.cast(pl.String)
    if isinstance(dtype, pl.List):
        item = pl.element()
        sized = pl.concat_str(item.str.len_bytes().cast(pl.String), pl.lit(":"), item)
        text = as_sets(value.cast(pl.List(pl.String))).list.eval(sized).list.join("")
    return pl.concat_str(text.str.len_bytes().cast(pl.String), pl.lit(":"), text).fill_null("-")


def _answers_changed(new: pl.DataFrame, stored: pl.DataFrame) -> pl.Expr:
    """True where a field that the operation changes is stored otherwise than it was seen."""
    tests = []
    for name, dtype in new.schema.items():
        if name in _META or name in _SEEN or name not in stored.columns:
            continue
        now, was = pl.col(f"_now_{name}"), pl.col(f"_was_{name}")
        differs = as_sets(now).ne_missing(as_sets(was)) if isinstance(dtype, pl.List) else now.ne_missing(was)
        tests.append(pl.col("changed").list.contains(name) & differs)
    return pl.any_horizontal(tests) if tests else pl.lit(False)


#: What is seen of a person when a plan is made, and must be the same when it is applied.
_SEEN: Final = ("id", "email", "status", "sso_subject")

#: The preconditions, in the order in which their failure is reported.
_PRECONDITIONS: Final = (
    "person_missing", "person_changed", "person_protected", "status_locked", "answer_changed", "email_taken", "id_taken",
    "id_variant_taken", "subject_taken",
)  # fmt: skip


def _concerned(new: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """Whom of a large directory the plan concerns: its people, and whoever holds a key that nobody may hold."""
    kinds = {
        "ref": stored["ref"],
        "email": new["absent_email"],
        "id_fold": new.select(id_fold(pl.coalesce("absent_subject", "absent_id"))).to_series(),
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
            taken_away = pl.col("_was_roles").list.set_difference(after).list.set_intersection(now)
            equal = (after.list.set_difference(now).list.len() == 0) & (taken_away.list.len().fill_null(0) == 0)
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
