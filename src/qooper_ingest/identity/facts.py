"""Everything the decision table asks of a row, gathered for all rows at once.

Strategy: people are numbered (``p``); a key finds the number by a join, and what is stored of a person is gathered by the
number. The second join (by address) is made only for rows whose ID's person does not already hold the address, which in an
ordinary update is none. Rare situations (several people for one key, look-alikes, variants) go into small side frames of
(row, person) pairs, from which the candidates of a conflict are named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from .._columns import duplicated, find_true, no_flags
from .._text import trim_series
from ..emails import SIGNS_IN_FRONT, alias_of, keys_of
from ..ids import id_fold, odd_shape
from ..records import Records
from .changes import Changes, find_changes
from .directory import Known
from .names import NONE, WEAK, agreement, name_text, no_word_in_common
from .policy import Policy

__all__ = ["Facts", "People", "gather_facts", "people_named", "prepare_people"]

_PAIRS: Final = pl.Schema({"i": pl.UInt32(), "p": pl.UInt32()})


@dataclass(frozen=True, slots=True)
class People:
    """The directory with its keys: line ``p`` of ``frame`` is person ``p``.

    ``frame`` has the directory's columns and ``id_key``, ``email_key``, ``email_look``, ``sso_key``, ``live``. ``known``:
    what the directory says as a whole. ``plain_emails``: every stored address is its own key.
    """

    frame: pl.DataFrame
    known: Known
    plain_emails: bool

    def holders(self, key: str, *, live: bool = True) -> pl.DataFrame:
        """``k`` and ``p`` of everybody who has the key."""
        alive = pl.col("live") if live else ~pl.col("live")
        return (
            self.frame.lazy()
            .select(pl.col(key).alias("k"), pl.int_range(pl.len(), dtype=pl.UInt32).alias("p"), "live")
            .filter(pl.col("k").is_not_null() & alive)
            .select("k", "p")
            .collect()
        )

    def of(self, column: str, p: pl.Series) -> pl.Series:
        """What is stored of the people ``p``; null where ``p`` is."""
        stored = self.frame[column]
        if stored.null_count() == stored.len():
            return _nothing(p.len(), stored.dtype)
        return stored[p]

    def of_others(self, column: str, p: pl.Series, told: pl.Series, where: pl.Series) -> pl.Series:
        """As `of`, for rows ``where`` it is known already to be ``told``: only the others are looked up."""
        others = find_true(p.is_not_null() & ~where)
        if others.len() > p.len() // 2:
            return told.zip_with(where, self.of(column, p))
        known = told.zip_with(where, _nothing(p.len(), told.dtype))
        return known.scatter(others, self.of(column, p[others])) if others.len() else known


def prepare_people(frame: pl.DataFrame, known: Known, policy: Policy, /) -> People:
    """Number the people and make their keys."""
    ids = _blank_to_null(trim_series(frame["id"]))
    subjects = _blank_to_null(frame["sso_subject"])
    if policy.id_case == "ascii_insensitive":
        id_keys, sso_keys = _ascii_lowered(ids), _ascii_lowered(subjects)
    else:
        id_keys, sso_keys = ids, subjects
    emails = keys_of(frame["email"])
    addresses = _blank_to_null(trim_series(frame["email"]))
    return People(
        frame.with_columns(
            ids.alias("id"),
            addresses.alias("email"),
            subjects.alias("sso_subject"),
            id_keys.alias("id_key"),
            sso_keys.alias("sso_key"),
            emails["key"].alias("email_key"),
            emails["look"].alias("email_look"),
            (frame["status"] != "deleted").alias("live"),
        ),
        known,
        bool((addresses == emails["key"]).all()),
    )


def _ascii_lowered(keys: pl.Series) -> pl.Series:
    """A-Z lowered. What is not ASCII stays as it is: the Kelvin sign lowered is a k, and a file's IDs are ASCII."""
    plain = keys.str.len_bytes() == keys.str.len_chars()
    return keys.str.to_lowercase().zip_with(plain.fill_null(True), keys)


def _blank_to_null(cells: pl.Series) -> pl.Series:
    blank = cells == ""
    return cells.set(blank, None) if blank.any() else cells


@dataclass(frozen=True, slots=True)
class Facts:
    """``frame``: the facts named in ``table.py``, one line per row, with ``i`` and ``row``. ``people``: name → (i, p) pairs."""

    frame: pl.DataFrame
    people: dict[str, pl.DataFrame]
    changes: Changes


def gather_facts(rows: pl.DataFrame, copied: pl.Series, records: Records, people: People, policy: Policy, /) -> Facts:
    """Gather the facts for rows that ``file.keyed_rows`` made.

    Args:
        rows: All rows, with ``answer`` (what a person decided, or null).
        copied: True for rows set aside in stage 1.
        records: What the file says.
        people: The directory.
        policy: The options.
    """
    c = pl.col
    pairs: dict[str, pl.DataFrame] = {}
    ids, addresses = people.holders("id_key"), people.holders("email_key")
    f = _by_id(rows.with_columns(copied.alias("copied")), ids, people, policy)
    f = _by_address(f, addresses)
    f = _resolved(f, people)
    f = _of_the_person(f, people, policy)
    f = _leavers(f)
    changes = find_changes(records, people.frame, f["m"], policy)
    f = f.with_columns(
        changes.any.alias("profile_changes"), changes.lacks_required.alias("lacks_required")
    ).with_columns(
        (c("profile_changes") | c("changes_email") | c("link") | c("changes_status") | c("gives_role")).alias(
            "would_change"
        )
    )
    # the rarer questions
    f = _with_names(f, records, people.frame)
    f = _with_subjects(f, people, policy, pairs)
    f = _with_known_ids(f, people, pairs)
    f = _with_addresses(f, people, pairs)
    pairs["us"] = _everybody(f, "id_key", c("u_n") > 1, ids)
    pairs["vs"] = _everybody(f, "claim", c("v_n") > 1, addresses)
    pairs["ts"] = _everybody(f, "final_key", (c("t_n") > 0) & c("rename"), addresses)
    pairs["us"] = pl.concat([pairs["us"], _pick(f, (c("u_n") == 1) & (c("v_n") > 1), "i", c("u").alias("p"))])
    return Facts(f, pairs, changes)


def _by_id(rows: pl.DataFrame, ids: pl.DataFrame, people: People, policy: Policy) -> pl.DataFrame:
    """Add ``u``, ``u_n``, ``u_email``, ``by_subject``, ``id_mode`` and ``by_id``; apply the answer that the ID is right."""
    c = pl.col
    height = rows.height
    id_mode = policy.key == "id" or (policy.key == "auto" and rows["id_key"].null_count() < height)
    u, u_n = _find(rows["id_key"], ids)
    by_subject = no_flags(height)
    if id_mode and policy.match_sso_subject and policy.sso_subject_is == "id":
        unlinked = people.holders("sso_key").filter(people.frame["id_key"].is_null()[people.holders("sso_key")["p"]])
        s, s_n = _find(rows["id_key"].zip_with(u_n == 0, _nothing(height, pl.String())), unlinked)
        by_subject = s_n == 1
        u = s.zip_with(by_subject, u)
        u_n = s_n.zip_with(by_subject, u_n)
    f = rows.with_columns(
        u.alias("u"),
        u_n.alias("u_n"),
        by_subject.alias("by_subject"),
        pl.lit(id_mode).alias("id_mode"),
        (c("has_id") & id_mode).alias("by_id"),
        people.of("email_key", u).alias("u_email"),
    )
    if rows["answer"].eq_missing("use_id").any():  # the person the ID names, who keeps the address
        keeps = c("answer").eq_missing(pl.lit("use_id")) & (c("u_n") == 1)
        f = f.with_columns(
            pl.when(keeps).then("u_email").otherwise("final_key").alias("final_key"),
            pl.when(keeps).then(False).otherwise("rename").alias("rename"),
            pl.when(keeps).then(people.of("email", u)).otherwise("final_text").alias("final_text"),
        )
    return f


def _by_address(f: pl.DataFrame, addresses: pl.DataFrame) -> pl.DataFrame:
    """Add ``t`` and ``t_n`` (people at the address the row ends with), ``old`` and ``old_n`` (at the old one of a rename).

    Where no address has two holders, a row whose ID's person has the address already need not be looked up again.
    """
    height = f.height
    u, u_n = f["u"], f["u_n"]
    dirty_addresses = not duplicated(addresses["k"]).is_empty()
    stays = (f["u_email"] == f["final_key"]).fill_null(False)
    asked = f["final_key"]
    if not dirty_addresses:
        asked = asked.zip_with(~stays, _nothing(height, pl.String()))
    t, t_n = _find(asked, addresses)
    if not dirty_addresses:
        t, t_n = u.zip_with(stays, t), u_n.clip(0, 1).zip_with(stays, t_n)
    if f["rename"].any():
        old, old_n = _find(
            f["email_key"].zip_with(f["rename"], _nothing(height, pl.String())),
            addresses,
        )
    else:
        old, old_n = (
            _nothing(height, pl.UInt32()),
            pl.Series([0], dtype=pl.UInt32).new_from_index(0, height),
        )
    return f.with_columns(t.alias("t"), t_n.alias("t_n"), old.alias("old"), old_n.alias("old_n"))


def _resolved(f: pl.DataFrame, people: People) -> pl.DataFrame:
    """Add ``v``, ``v_n``, ``claim`` (the address that identifies), ``u_in_v``, ``v_id``, ``v_status``, ``v_other_id``, ``m``, ``matched_by_id``."""
    c = pl.col
    by_u = c("by_id") & (c("u_n") == 1)
    applied = by_u & (c("u_email") == c("final_key")).fill_null(False)  # who holds the old address now is no matter
    by_old = c("rename") & (c("old_n") > 0) & ~applied
    by_new = ~c("rename") | ~by_u | applied
    f = f.with_columns(
        pl.when(by_old).then("old").when(by_new).then("t").alias("v"),
        pl.when(by_old).then("old_n").when(by_new).then("t_n").otherwise(0).alias("v_n"),
        pl.when(by_old).then("email_key").otherwise("final_key").alias("claim"),
    )
    return f.with_columns(
        ((c("v_n") > 0) & (c("u_email") == c("claim"))).fill_null(False).alias("u_in_v"),
        _of_strangers(people, "id_key", f).alias("v_id"),
        _of_strangers(people, "status", f).alias("v_status"),
    ).with_columns(
        (c("v_id").is_not_null() & c("v_id").ne_missing(c("id_key"))).alias("v_other_id"),
        pl.when(c("by_id") & (c("u_n") == 1))
        .then("u")
        .when(c("by_id") & (c("u_n") == 0) & (c("v_n") == 1) & c("v_id").is_null())
        .then("v")
        .when(~c("by_id") & (c("v_n") == 1))
        .then("v")
        .alias("m"),
        (c("by_id") & (c("u_n") == 1)).alias("matched_by_id"),
    )


def _of_the_person(f: pl.DataFrame, people: People, policy: Policy) -> pl.DataFrame:
    """Add what is stored of the person ``m``, and what the row would change of their identity, status and roles."""
    c = pl.col
    m = f["m"]
    is_u = (f["m"] == f["u"]).fill_null(False)
    m_email = people.of_others("email_key", m, f["u_email"], is_u)
    m_email_text = m_email if people.plain_emails else people.of("email", m)
    m_id = people.of_others("id_key", m, f["id_key"], is_u & ~f["by_subject"] & f["has_id"])
    m_id_text = people.of("id", m) if policy.id_case != "exact" else m_id
    f = f.with_columns(
        m_id.alias("m_id"),
        m_email.alias("m_email"),
        people.of("status", m).alias("m_status"),
        people.of("sso_key", m).alias("m_sso"),
        _mark(people, "protected", m).alias("m_protected"),
        _mark(people, "status_locked", m).alias("m_locked"),
        _other_role(people, m, f["role"]).alias("other_role"),
        _lacks_role(people, m, f["role"]).alias("gives_role"),
        (m_email_text != f["final_text"]).fill_null(False).alias("email_text_differs"),
        (m_id_text != f["id"]).fill_null(False).alias("id_text_differs"),
    )
    known = c("m").is_not_null()
    return f.with_columns(
        (known & c("m_email").ne_missing(c("final_key"))).alias("changes_email"),
        (known & c("has_id") & c("m_id").is_null()).alias("link"),
        (known & c("status").is_not_null() & (c("status") != c("m_status"))).fill_null(False).alias("changes_status"),
    ).with_columns(
        (c("m").is_null() | c("changes_email")).alias("takes"),
        (c("link") & (c("m_sso") == c("id_key")).fill_null(False) & (policy.sso_subject_is == "id")).alias("confirmed"),
        (known & ~c("changes_email") & c("email_text_differs")).alias("email_spelling"),
        (c("has_id") & c("m_id").is_not_null() & c("id_text_differs")).alias("id_spelling"),
    )


def _pick(f: pl.DataFrame, where: pl.Expr, *columns: str | pl.Expr) -> pl.DataFrame:
    """A few columns of the rows where something holds; the other columns, of which there are many, are not touched."""
    return f.lazy().filter(where).select(*columns).collect()


def _nothing(height: int, dtype: pl.DataType) -> pl.Series:
    return pl.Series([None], dtype=dtype).new_from_index(0, height)


def _find(wanted: pl.Series, holders: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """The first holder of each key and how many there are; null and 0 where there is no key or no holder."""
    height = wanted.len()
    first = pl.Series("p", [None], dtype=pl.UInt32).new_from_index(0, height)
    count = pl.Series("n", [0], dtype=pl.UInt32).new_from_index(0, height)
    if holders.is_empty() or wanted.null_count() == height:
        return first, count
    asked = pl.DataFrame({"k": wanted}).with_row_index("q")
    partly = wanted.null_count() > 0
    if partly:
        asked = asked.filter(pl.col("k").is_not_null())
    found = asked.join(holders, on="k", how="left", maintain_order="left")
    if found.height > asked.height:
        found = found.group_by("q", maintain_order=True).agg(
            pl.col("p").min(), pl.col("p").count().cast(pl.UInt32).alias("n")
        )
    else:
        found = found.select("q", "p", pl.col("p").is_not_null().cast(pl.UInt32).alias("n"))
    if not partly:
        return found["p"], found["n"]
    return first.scatter(found["q"], found["p"]), count.scatter(found["q"], found["n"])


def _everybody(f: pl.DataFrame, key: str, where: pl.Expr, holders: pl.DataFrame) -> pl.DataFrame:
    """(row, person) pairs of everybody who holds a row's key."""
    asked = _pick(f, where, "i", pl.col(key).alias("k"))
    return asked.join(holders, on="k").select("i", "p") if asked.height else pl.DataFrame(schema=_PAIRS)


def _leavers(f: pl.DataFrame) -> pl.DataFrame:
    """Add ``t_leaves``, ``leaver`` (the row that frees the wanted address) and ``contested`` (several rows would).

    Only a person matched by ID or by an explicit new address may free one; that the row is blocked for another reason is
    looked at later, so that the answer can be "mend that row first".
    """
    c = pl.col
    by_id = c("by_id") & (c("u_n") == 1)
    by_rename = c("rename") & (c("old_n") == 1) & ~c("by_id")
    leaving = (
        f.lazy()
        .filter(~c("copied"), c("final_key").is_not_null(), c("email_fault").is_null(), c("new_email_fault").is_null())
        .select(
            c("i").alias("leaver"),
            pl.when(by_id)
            .then("u")
            .when(by_rename | (c("rename") & (c("old_n") == 1) & (c("u_n") == 0)))
            .then("old")
            .alias("t"),
            pl.when(by_id).then("u_email").otherwise("email_key").alias("from"),
            "final_key",
        )
        .filter(c("t").is_not_null() & c("from").is_not_null() & (c("from") != c("final_key")))
        .group_by("t")
        .agg(c("leaver").min(), (pl.len() > 1).alias("contested"))
        .collect()
    )
    wanted = f["t"].is_not_null() & f["takes"]
    if leaving.is_empty() or not wanted.any():
        return f.with_columns(
            pl.lit(False).alias("t_leaves"),
            pl.lit(None, dtype=pl.UInt32).alias("leaver"),
            pl.lit(False).alias("contested"),
        )
    freed = (
        _pick(f, c("t").is_not_null() & c("takes") & (c("t_n") == 1), "i", "t")
        .join(leaving, on="t", how="inner")
        .filter(c("i") != c("leaver"))
    )
    leaver = pl.Series("leaver", [None], dtype=pl.UInt32).new_from_index(0, f.height)
    if freed.height:
        leaver = leaver.scatter(freed["i"], freed["leaver"])
    contested = _flag(f.height, freed.filter(c("contested"))["i"])
    return f.with_columns(leaver.is_not_null().alias("t_leaves"), leaver.alias("leaver"), contested.alias("contested"))


def _of_strangers(people: People, column: str, f: pl.DataFrame) -> pl.Series:
    """What is stored of ``v``, where the ID has not led to the same person already (then nobody asks)."""
    asked = f["v"].is_not_null() & ~(f["by_id"] & (f["u"] == f["v"]).fill_null(False))
    stored = people.frame[column]
    found = _nothing(f.height, stored.dtype)
    at = find_true(asked)
    return found.scatter(at, stored[f["v"][at]]) if at.len() else found


def _mark(people: People, column: str, m: pl.Series) -> pl.Series:
    stored = people.frame[column]
    return stored[m].fill_null(False) if stored.any() else _flag(m.len(), pl.Series([], dtype=pl.UInt32))


def _other_role(people: People, m: pl.Series, role: pl.Series) -> pl.Series:
    """True where the person has roles, but not the row's."""
    if role.null_count() == role.len():
        return no_flags(m.len())
    stored = pl.DataFrame({"roles": people.frame["roles"][m], "role": role})
    other = (pl.col("roles").list.len() > 0) & ~pl.col("roles").list.contains(pl.col("role"))
    return stored.select((other & pl.col("role").is_not_null()).fill_null(False)).to_series()


def _lacks_role(people: People, m: pl.Series, role: pl.Series) -> pl.Series:
    """True where the person gets the row's role."""
    if role.null_count() == role.len():
        return no_flags(m.len())
    stored = pl.DataFrame({"roles": people.frame["roles"][m], "role": role, "known": m.is_not_null()})
    lacks = ~pl.col("roles").list.contains(pl.col("role")).fill_null(False)
    return stored.select((pl.col("known") & lacks & pl.col("role").is_not_null()).fill_null(False)).to_series()


def _flag(height: int, positions: pl.Series) -> pl.Series:
    flags = no_flags(height)
    return flags.scatter(positions, True) if positions.len() else flags


def _with_names(f: pl.DataFrame, records: Records, people: pl.DataFrame) -> pl.DataFrame:
    """What names say: against the match (``stranger``, ``renamed``), little for it (``weak_name``), or for somebody else."""
    c = pl.col
    one_u = c("by_id") & (c("u_n") == 1)
    differ = _pick(f, one_u & (c("v_n") == 1) & ~c("u_in_v"), "i", "u", c("v").alias("other"))
    wanted = one_u & c("rename") & c("t_leaves") & (c("t") != c("u")) & ((c("v_n") == 0) | c("u_in_v"))
    moving = _pick(f, wanted, "i", "u", c("t").alias("other"))
    known = c("m").is_not_null()
    # A row whose old address is nobody's may be applied already, or be about somebody who never was here.
    by_new_address = c("rename") & ~c("matched_by_id") & (c("old_n") == 0)
    changes = (c("matched_by_id") | c("rename")) & c("changes_email")
    doubtful = known & (changes | by_new_address | (c("link") & ~c("confirmed")))
    by_email = known & ~c("matched_by_id") & ~c("changes_email") & ~by_new_address & ~(c("link") & ~c("confirmed"))
    doubted = _pick(f, doubtful, "i", c("m").alias("p"))
    questioned = _pick(f, by_email, "i", c("m").alias("p"))
    shared = agreement(doubted, records, people)
    strange = no_word_in_common(questioned, records, people)
    return f.with_columns(
        _flag(f.height, _slipped(differ, records, people)).alias("name_slipped"),
        _flag(f.height, _slipped(moving, records, people)).alias("name_slipped_ahead"),
        _flag(f.height, doubted["i"].filter(shared == NONE)).alias("stranger"),
        _flag(f.height, doubted["i"].filter(shared == WEAK)).alias("weak_name"),
        _flag(f.height, questioned["i"].filter(strange)).alias("renamed"),
    )


def _slipped(pairs: pl.DataFrame, records: Records, people: pl.DataFrame) -> pl.Series:
    """Rows whose name agrees with the other person, and less or not at all with the one of the ID."""
    if pairs.is_empty():
        return pairs["i"]
    theirs = agreement(pairs.select("i", pl.col("other").alias("p")), records, people)
    own = agreement(pairs.select("i", pl.col("u").alias("p")), records, people)
    return pairs["i"].filter((own >= NONE) & (own <= WEAK) & (theirs > own))


def people_named(f: pl.DataFrame, records: Records, people: People, /, *, at_least: int) -> pl.DataFrame:
    """Rows matched by ID whose name is not their person's at all, but exactly that of somebody else.

    Returns:
        ``i`` and ``p`` (whom the name leads to); nothing where fewer than ``at_least`` rows have another name.
    """
    c = pl.col
    none = pl.DataFrame(schema=_PAIRS)
    matched = _pick(f, c("matched_by_id") & c("profile_changes"), "i", c("m").alias("p"))
    asked = matched.filter(no_word_in_common(matched, records, people.frame))
    if asked.height < at_least:
        return none
    told, stored = name_text(records.frame, records), name_text(people.frame, records)
    if told is None or stored is None:
        return none
    named = pl.DataFrame({"k": stored}).with_row_index("p").filter(people.frame["live"] & stored.is_not_null())
    wanted = asked.select("i", told[asked["i"]].alias("k"))
    return wanted.join(named.unique("k", keep="none"), on="k").select("i", "p")


def _with_subjects(f: pl.DataFrame, people: People, policy: Policy, pairs: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """What the identity provider sends, in three directions: of this person, of another, of the address."""
    c = pl.col
    pairs["subject_owners"] = pl.DataFrame(schema=_PAIRS)
    if policy.sso_check == "off" or people.frame["sso_key"].null_count() == people.frame.height:
        none = pl.lit(False)
        return f.with_columns(
            none.alias("subject_differs"),
            none.alias("subject_case"),
            none.alias("subject_owned"),
            none.alias("subject_left_behind"),
        )
    differs = c("has_id") & c("m").is_not_null() & c("m_sso").is_not_null() & (c("m_sso") != c("id_key"))
    case_only = differs & (c("m_sso").str.to_lowercase() == c("id_key").str.to_lowercase())
    owned = pl.Series([], dtype=pl.UInt32)
    if policy.sso_subject_is == "id":
        owners = _pick(f, c("has_id"), "i", "m", c("id_key").alias("k")).join(people.holders("sso_key"), on="k")
        owners = owners.filter(c("p").ne_missing(c("m"))).select("i", "p")
        pairs["subject_owners"] = owners
        owned = owners["i"].unique()
    moved = _pick(f, c("changes_email") & c("m_sso").is_not_null(), "i", "m", "final_key")
    sent = keys_of(people.of("sso_subject", moved["m"]))["key"]
    left = moved["i"].filter((sent != moved["final_key"]).fill_null(True))
    return f.with_columns(
        (differs & ~case_only).fill_null(False).alias("subject_differs"),
        case_only.fill_null(False).alias("subject_case"),
        _flag(f.height, owned).alias("subject_owned"),
        _flag(f.height, left).alias("subject_left_behind"),
    )


def _with_known_ids(f: pl.DataFrame, people: People, pairs: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """IDs that nobody has: is there one that differs only by case or zeros, a deleted holder, another format?"""
    c = pl.col
    nobodys = c("has_id") & (
        (c("u_n") == 0) | c("by_subject")
    )  # a subject finds a person, it does not give them the ID
    unknown = _pick(f, nobodys, "i", "id_key", id_fold(c("id_key")).alias("k"))
    near = pl.DataFrame(schema={"i": pl.UInt32, "p": pl.UInt32, "case": pl.Boolean})
    tombs = pl.DataFrame(schema=_PAIRS)
    if unknown.height:
        holders = people.frame.select(
            c("id_key").alias("known"),
            id_fold(c("id_key")).alias("k"),
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("p"),
        ).filter(c("k").is_not_null())
        near = (
            unknown.join(holders, on="k")
            .filter(c("known") != c("id_key"))
            .select("i", "p", (c("known").str.to_lowercase() == c("id_key").str.to_lowercase()).alias("case"))
        )
        tombs = _everybody(f, "id_key", nobodys, people.holders("id_key", live=False))
    pairs["variants"], pairs["id_tombstones"] = near.select("i", "p"), tombs
    width = people.known.padded_ids
    outlier = _odd_ids(f, unknown, people)
    if width is not None:
        id_key = c("id_key")
        unlike = _pick(f, c("has_id") & ((id_key.str.len_bytes() != width) | ~id_key.str.contains("^[0-9]+$")), "i")
        outlier = pl.concat([outlier, unlike["i"]]).unique()
    return f.with_columns(
        _flag(f.height, near.filter(c("case"))["i"].unique()).alias("case_variant"),
        _flag(f.height, near.filter(~c("case"))["i"].unique()).alias("zeros_variant"),
        _flag(f.height, tombs["i"].unique()).alias("tombstone_id"),
        _flag(f.height, outlier).alias("outlier"),
    )


def _odd_ids(f: pl.DataFrame, unknown: pl.DataFrame, people: People) -> pl.Series:
    """Rows with an ID that nobody has and that is a date, a truth value, a zero or a decimal, where most others are not."""
    nobody = pl.Series("i", [], dtype=pl.UInt32)
    if unknown.is_empty():
        return nobody
    odd = unknown.select("i", odd_shape(pl.col("id_key")).alias("shape")).filter(pl.col("shape").is_not_null())
    if odd.is_empty():
        return nobody
    told = f.select(odd_shape(pl.col("id_key").drop_nulls()).alias("shape"))["shape"]
    stored = people.frame.select(odd_shape(pl.col("id_key").drop_nulls()).alias("shape"))["shape"]
    unlike = [
        shape
        for shape in odd["shape"].unique().to_list()
        if 2 * (told == shape).sum() <= told.len() > 1 or 2 * (stored == shape).sum() < stored.len()
    ]
    return odd["i"].filter(odd["shape"].is_in(unlike))


def _with_addresses(f: pl.DataFrame, people: People, pairs: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The address that a row takes: is it reserved, does it look like another, is it an alias of another?"""
    c = pl.col
    taken = _pick(  # who takes what somebody keeps is stopped already
        f,
        c("takes") & c("final_key").is_not_null() & ~c("copied") & (c("t").is_null() | c("t_leaves")),
        "i", "m", "t", "final_key", "final_look",
    )  # fmt: skip
    tombs = (
        taken.select("i", c("final_key").alias("k"))
        .join(people.holders("email_key", live=False), on="k")
        .select("i", "p")
    )
    known = people.frame.select("email_key", "email_look", pl.int_range(pl.len(), dtype=pl.UInt32).alias("p")).filter(
        c("email_key").is_not_null()
    )
    alike = pl.concat(
        [
            _alike(taken.filter(c("final_look").is_not_null()), known),
            _alike(taken.filter(c("final_look").is_null()), known.filter(c("email_look").is_not_null())),
        ]
    )
    pairs["email_tombstones"], pairs["look_alikes"] = tombs, alike
    return f.with_columns(
        _flag(f.height, tombs["i"].unique()).alias("tombstone_email"),
        _flag(f.height, alike["i"].unique()).alias("confusable"),
        _flag(f.height, _aliases(f, taken, known)).alias("alias"),
        (c("final_key").str.len_bytes() != c("final_key").str.len_chars()).fill_null(False).alias("non_ascii_local"),
    )


def _alike(taken: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """(row, person) pairs whose addresses look alike without being one; the person's own old address is none of them."""
    if taken.is_empty() or known.is_empty():
        return pl.DataFrame(schema=_PAIRS)
    c = pl.col
    shown = taken.with_columns(pl.coalesce("final_look", "final_key").alias("k"))
    return (
        shown.join(known.with_columns(pl.coalesce("email_look", "email_key").alias("k")), on="k")
        .filter(c("email_key") != c("final_key"), c("p").ne_missing(c("m")))
        .select("i", "p")
    )


def _aliases(f: pl.DataFrame, taken: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """Rows whose new address is another's but for a tag or dots: a person's of the directory, or another row's.

    An address is its own alias unless it has a tag or is at gmail, so of the many others only those are rewritten.
    """
    if taken.is_empty():
        return pl.Series([], dtype=pl.UInt32)
    c = pl.col
    asked = taken.select("i", "m", "final_key", alias_of(c("final_key")).alias("k"))
    stored = known.lazy().select("p", c("email_key").alias("other"))
    told = (
        f.lazy()
        .filter(c("final_key").is_not_null() & ~c("copied"))
        .select(_NOBODY.alias("p"), c("final_key").alias("other"))
    )
    wanted = asked.lazy().select(c("k").alias("other")).unique()
    hits = pl.collect_all([_others_of(asked.lazy(), _aliased(some, wanted)) for some in (stored, told.unique())])
    return pl.concat(hits)["i"].unique()


_NOBODY: Final = pl.lit(None, dtype=pl.UInt32)


def _others_of(asked: pl.LazyFrame, known: pl.LazyFrame) -> pl.LazyFrame:
    """Rows (``i``) with an alias ``k`` that is also that of another address, held by somebody else than their person ``m``.

    Thousands of tags of one mailbox would make a pair of each two. Of an alias, three addresses with two holders each are enough:
    one of them may be the row's own, and one its person's.
    """
    c = pl.col
    few = known.unique(["k", "other", "p"]).sort("k", "other", "p").group_by("k", "other", maintain_order=True).head(2)
    first = few.select("k", "other").unique(maintain_order=True).group_by("k", maintain_order=True).head(3)
    few = few.join(first, on=["k", "other"], how="semi")
    hit = asked.join(few, on="k").filter(c("other") != c("final_key"), c("p").is_null() | c("p").ne_missing(c("m")))
    return hit.select("i").unique()


_SIGN_IN_FRONT: Final = f"^[{re.escape(SIGNS_IN_FRONT)}]"


def _aliased(addresses: pl.LazyFrame, wanted: pl.LazyFrame) -> pl.LazyFrame:
    """The addresses (column ``other``) whose alias ``k`` is wanted."""
    other = pl.col("other")
    rewritten = (
        other.str.contains("+", literal=True)
        | other.str.contains(_SIGN_IN_FRONT)
        | other.str.ends_with("@gmail.com")
        | other.str.ends_with("@googlemail.com")
    )
    return pl.concat(
        [
            addresses.filter(rewritten).with_columns(alias_of(other).alias("k")),
            addresses.filter(~rewritten).join(wanted, on="other", how="semi").with_columns(other.alias("k")),
        ]
    )
