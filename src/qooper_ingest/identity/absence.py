"""What absence from a full snapshot means, where the host says that it means anything.

Absent is who is active and whom no row names or may mean: none of the usable keys of the file is theirs, nor differs from theirs only
in case or leading zeros, nor looks like theirs. What became of the row is no matter, nor what was decided for it: a row that is stopped, left out
or about somebody else by another key still names whom it names. People whom the run's role does not concern are not expected in the file.
"""

from __future__ import annotations

import polars as pl

from .._grid import SEPARATE_TABLE
from ..emails import keys_of
from ..ids import id_fold
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
    may_go = (pl.col("status") == "active") & ~pl.col("protected")
    if policy.absent == "suspend":
        may_go = may_go & (~pl.col("status_locked") | policy.allow_locked_status) & policy.allow_status_change
    if f["role"].null_count() < f.height:  # people of roles that no row is about are not expected in the file
        asked = pl.lit(f["role"].drop_nulls().unique().implode())
        may_go = may_go & (pl.col("roles").list.set_intersection(asked).list.len() > 0)
    named = pl.lit(_named(f, people, policy))
    return people.frame.select((may_go & ~named).arg_true().cast(pl.UInt32).alias("p")).to_series()


def _named(f: pl.DataFrame, people: People, policy: Policy) -> pl.Series:
    """Whether any row has a key of each person, or one that may be meant for it."""
    c = pl.col
    ids = f.select(id_fold(c("id").filter(c("id_fault").is_null()).drop_nulls())).to_series().unique().implode()
    shown = [f.select(pl.coalesce(f"{name}_look", f"{name}_key").alias("k"))["k"] for name in ("email", "new_email")]
    looks = pl.concat(shown).drop_nulls().unique().implode()
    tests = [id_fold(c("id")).is_in(ids), pl.coalesce("email_look", "email_key").is_in(looks)]
    if policy.sso_subject_is == "id":
        tests.append(id_fold(c("sso_subject")).is_in(ids))
    else:
        logins = keys_of(people.frame["sso_subject"])
        tests.append(pl.lit(logins.select(pl.coalesce("look", "key").alias("k"))["k"]).is_in(looks))
    return people.frame.select(pl.any_horizontal([test.fill_null(False) for test in tests])).to_series()


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
