"""What absence from a full snapshot means, where the host says that it means anything.

Absent is who is active and whom no row names or may mean: a blocked row's candidates are not absent, since a person is still
to decide whether the row is one of them; nor are people whom the run's role does not concern.
"""

from __future__ import annotations

import polars as pl

from .._grid import SEPARATE_TABLE
from ..issues import Issues
from ..records import Records
from .directory import Directory
from .facts import Facts, People
from .policy import Policy

__all__ = ["absence_issues", "absence_matters", "count_unusable", "find_absent"]


def absence_matters(directory: Directory, policy: Policy, /) -> bool:
    """True where people are looked for whom the file does not name; a directory is then taken as a whole."""
    return policy.absent != "ignore" and policy.full_snapshot and directory.complete


def find_absent(facts: Facts, people: People, directory: Directory, policy: Policy, /) -> pl.Series:
    """Active people whom no row of a full snapshot names or may mean, if absence means anything at all."""
    none = pl.Series("p", [], dtype=pl.UInt32)
    if not absence_matters(directory, policy):
        return none
    f = facts.frame
    by_key = [f[name].drop_nulls().rename("p") for name in ("u", "v", "t", "m", "old")]
    concerned = [
        pairs["p"].cast(pl.UInt32) for pairs in facts.people.values()
    ]  # candidates: a damaged ID may mean one of them
    named = pl.concat([*by_key, *concerned]).unique()
    may_go = (pl.col("status") == "active") & ~pl.col("protected")
    if policy.absent == "suspend":
        may_go = may_go & (~pl.col("status_locked") | policy.allow_locked_status) & policy.allow_status_change
    if f["role"].null_count() < f.height:  # people of roles that no row is about are not expected in the file
        asked = pl.lit(f["role"].drop_nulls().unique().implode())
        may_go = may_go & (pl.col("roles").list.set_intersection(asked).list.len() > 0)
    active = people.frame.select(may_go).to_series().arg_true().cast(pl.UInt32).rename("p")
    return active.filter(~active.is_in(named.implode()))


def absence_issues(absent: pl.Series, policy: Policy, /) -> list[Issues]:
    """How many are absent, where that is to be reported and nothing else."""
    if policy.absent != "report" or absent.is_empty():
        return []
    return [Issues.of("person_absent", detail=str(absent.len()))]


def count_unusable(f: pl.DataFrame, records: Records, /) -> int:
    """Rows of which nobody can say whom they mean: the ID or the address is missing or damaged, and no other key leads on.

    Another table of the file, whose rows were not read with these, may name just those who seem to be absent, and counts too.
    """
    c = pl.col
    faulty = (
        c("email_missing")
        | c("email_fault").is_not_null()
        | c("new_email_fault").is_not_null()
        | c("id_fault").is_not_null()
    )
    count: int = f.select((faulty & c("m").is_null() & c("u").is_null() & c("v").is_null()).sum()).item()
    return count + records.issues.counts().get(SEPARATE_TABLE, 0)
