"""Everything the decision table asks of a row, gathered for all rows at once.

Strategy: people are numbered (``p``); a key finds the number by a join, and what is stored of a person is gathered by the
number. The second join (by address) is made only for rows whose ID's person does not already hold the address, which in an
ordinary update is none. Rare situations (several people for one key, look-alikes, variants) go into small side frames of
(row, person) pairs, from which the candidates of a conflict are named. They are asked of rows that may still be applied: those have one key
each, while of rows that contradict each other (stage 2) and people who share a key, every row would be paired with every person.

Facts are columns and not expressions: an operation on two columns of flags costs a microsecond, a query a quarter of a millisecond,
and most of what is asked of most files needs no query. Whatever needs one is asked of the rows that it concerns, if there are any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from .._columns import (
    differ,
    duplicated,
    find_null,
    find_set,
    find_true,
    gather_rows,
    holds,
    no_flags,
    nothing,
    pick,
    repeat,
)
from .._text import trim_series
from ..emails import SIGNS_IN_FRONT, alias_of, keys_of
from ..ids import MAYBE_ODD, id_fold, odd_shape
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
        keys, alive = self.frame.get_column(key), self.frame.get_column("live")
        have = find_set(keys) & (alive if live else ~alive)
        held = keys if have.all() else keys.filter(have)
        return pl.DataFrame([held.alias("k"), find_true(have).alias("p")])

    def of(self, column: str, p: pl.Series) -> pl.Series:
        """What is stored of the people ``p``; null where ``p`` is."""
        stored = self.frame.get_column(column)
        if stored.null_count() == stored.len():
            return nothing(p.len(), stored.dtype)
        return stored[p]

    def of_others(self, column: str, p: pl.Series, told: pl.Series, where: pl.Series) -> pl.Series:
        """As `of`, for rows ``where`` it is known already to be ``told``: only the others are looked up."""
        others = find_true(find_set(p) & ~where)
        if others.len() > p.len() // 2:
            return told.zip_with(where, self.of(column, p))
        known = pick(where, told)
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
    made = {
        "id": ids,
        "email": addresses,
        "sso_subject": subjects,
        "id_key": id_keys,
        "sso_key": sso_keys,
        "email_key": emails["key"],
        "email_look": emails["look"],
        "live": frame["status"] != "deleted",
    }
    kept = [column for column in frame.get_columns() if column.name not in made]
    everything = pl.DataFrame([*kept, *(column.alias(name) for name, column in made.items())])
    return People(everything, known, bool((addresses == emails["key"]).all()))


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


def gather_facts(
    rows: pl.DataFrame,
    copied: pl.Series,
    closed: pl.Series,
    records: Records,
    people: People,
    policy: Policy,
    /,
) -> Facts:
    """Gather the facts for rows that ``file.keyed_rows`` made.

    Args:
        rows: All rows, with ``answer`` (what a person decided, or null).
        copied: True for rows set aside in stage 1.
        closed: True for rows that the stages 0 to 2 stop, copies among them.
        records: What the file says.
        people: The directory.
        policy: The options.
    """
    pairs: dict[str, pl.DataFrame] = {}
    ids, addresses = people.holders("id_key"), people.holders("email_key")
    f = rows.hstack([copied.alias("copied"), closed.alias("closed")])
    f = _by_id(f, ids, people, policy)
    f = _by_address(f, _first_holders(addresses))
    f = _resolved(f, people)
    f = _of_the_person(f, people, policy)
    f = _leavers(f)
    changes = find_changes(records, people.frame, f["m"], policy)
    c = f.get_column
    touched = changes.any | c("changes_email") | c("link") | c("changes_status") | c("gives_role")
    f = _with(f, profile_changes=changes.any, lacks_required=changes.lacks_required, would_change=touched)
    # the rarer questions
    f = _with_names(f, records, people.frame)
    f = _with_subjects(f, people, policy, pairs)
    f = _with_known_ids(f, people, pairs)
    f = _with_addresses(f, people, pairs)
    c = f.get_column
    pairs["us"] = _everybody(f, "id_key", c("u_n") > 1, ids, people)
    pairs["vs"] = _everybody(f, "claim", c("v_n") > 1, addresses, people)
    pairs["ts"] = _everybody(f, "final_key", (c("t_n") > 0) & c("rename"), addresses, people)
    several = (c("u_n") == 1) & (c("v_n") > 1)
    if several.any():
        pairs["us"] = pl.concat([pairs["us"], _rows_of(f, several, "i", p="u")])
    return Facts(f, pairs, changes)


def _with(f: pl.DataFrame, **columns: pl.Series) -> pl.DataFrame:
    """The facts with further ones, or with others in the place of those of the same name."""
    known = {name: column for name, column in columns.items() if name in f.columns}
    further = [column.alias(name) for name, column in columns.items() if name not in known]
    if known:
        f = pl.DataFrame([known.get(column.name, column).alias(column.name) for column in f.get_columns()])
    return f.hstack(further)


def _rows_of(f: pl.DataFrame, where: pl.Series, *names: str, **renamed: str) -> pl.DataFrame:
    """A few columns of the rows where something holds; the other columns, of which there are many, are not touched."""
    columns = [f.get_column(name) for name in names]
    columns += [f.get_column(name).alias(new) for new, name in renamed.items()]
    return gather_rows(columns, find_true(where))


def _by_id(rows: pl.DataFrame, ids: pl.DataFrame, people: People, policy: Policy) -> pl.DataFrame:
    """Add ``u``, ``u_n``, ``u_email``, ``by_subject``, ``id_mode`` and ``by_id``; apply the answer that the ID is right."""
    c = rows.get_column
    height = rows.height
    id_key = c("id_key")
    id_mode = policy.key == "id" or (policy.key == "auto" and id_key.null_count() < height)
    u, u_n = _find(id_key, _first_holders(ids))
    by_subject = no_flags(height)
    if id_mode and policy.match_sso_subject and policy.sso_subject_is == "id":
        subjects = people.holders("sso_key")
        unlinked = subjects.filter(find_null(people.frame["id_key"])[subjects["p"]])
        s, s_n = _find(pick(u_n == 0, id_key), _first_holders(unlinked))
        by_subject = s_n == 1
        u, u_n = pick(by_subject, s, u), pick(by_subject, s_n, u_n)
    f = _with(
        rows,
        u=u,
        u_n=u_n,
        by_subject=by_subject,
        id_mode=~no_flags(height) if id_mode else no_flags(height),
        by_id=c("has_id") if id_mode else no_flags(height),
        u_email=people.of("email_key", u),
    )
    keeps = holds(c("answer") == "use_id") & (u_n == 1)
    if keeps.any():  # the person the ID names, who keeps the address
        f = _with(
            f,
            final_key=pick(keeps, f["u_email"], c("final_key")),
            rename=c("rename") & ~keeps,
            final_text=pick(keeps, people.of("email", u), c("final_text")),
        )
    return f


def _by_address(f: pl.DataFrame, addresses: pl.DataFrame) -> pl.DataFrame:
    """Add ``t`` and ``t_n`` (people at the address the row ends with), ``old`` and ``old_n`` (at the old one of a rename).

    Where no address has two holders, a row whose ID's person has the address already need not be looked up again.
    """
    c = f.get_column
    dirty_addresses = "n" in addresses.columns
    asked = c("final_key")
    stays = holds(c("u_email") == asked)
    t, t_n = _find(asked if dirty_addresses else pick(~stays, asked), addresses)
    if not dirty_addresses:
        t, t_n = pick(stays, c("u"), t), pick(stays, (c("u_n") > 0).cast(pl.UInt32), t_n)
    old, old_n = _find(pick(c("rename"), c("email_key")), addresses)
    return _with(f, t=t, t_n=t_n, old=old, old_n=old_n)


def _resolved(f: pl.DataFrame, people: People) -> pl.DataFrame:
    """Add ``v``, ``v_n``, ``claim`` (the address that identifies), ``u_in_v``, ``v_id``, ``v_status``, ``v_other_id``, ``m``, ``matched_by_id``."""
    c = f.get_column
    height = f.height
    by_u = c("by_id") & (c("u_n") == 1)
    applied = by_u & holds(c("u_email") == c("final_key"))  # who holds the old address now is no matter
    by_old = c("rename") & (c("old_n") > 0) & ~applied
    by_new = (~c("rename") | ~by_u | applied) & ~by_old
    nobody = nothing(height, pl.UInt32())
    v = pick(by_old, c("old"), pick(by_new, c("t"), nobody))
    v_n = pick(by_old, c("old_n"), pick(by_new, c("t_n"), repeat(_NO_COUNT, height)))
    claim = pick(by_old, c("email_key"), c("final_key"))
    strangers = find_set(v) & ~(c("by_id") & holds(c("u") == v))  # else the ID has led to the same person already
    v_id, v_status = (_of_some(people.frame.get_column(name), v, strangers) for name in ("id_key", "status"))
    one_v = v_n == 1
    nobodys = c("by_id") & (c("u_n") == 0) & one_v & find_null(v_id)
    return _with(
        f,
        v=v,
        v_n=v_n,
        claim=claim,
        u_in_v=(v_n > 0) & holds(c("u_email") == claim),
        v_id=v_id,
        v_status=v_status,
        v_other_id=find_set(v_id) & differ(v_id, c("id_key")),
        m=pick(by_u, c("u"), pick(nobodys | (~c("by_id") & one_v), v, nobody)),
        matched_by_id=by_u,
    )


def _of_the_person(f: pl.DataFrame, people: People, policy: Policy) -> pl.DataFrame:
    """Add what is stored of the person ``m``, and what the row would change of their identity, status and roles."""
    c = f.get_column
    m = c("m")
    known = find_set(m)
    is_u = holds(m == c("u"))
    m_email = people.of_others("email_key", m, c("u_email"), is_u)
    m_email_text = m_email if people.plain_emails else people.of("email", m)
    m_id = people.of_others("id_key", m, c("id_key"), is_u & ~c("by_subject") & c("has_id"))
    m_id_text = people.of("id", m) if policy.id_case != "exact" else m_id
    m_sso = people.of("sso_key", m)
    m_status = people.of("status", m)
    changes_email = known & differ(m_email, c("final_key"))
    link = known & c("has_id") & find_null(m_id)
    confirmed = link & holds(m_sso == c("id_key")) if policy.sso_subject_is == "id" else no_flags(f.height)
    return _with(
        f,
        m_id=m_id,
        m_email=m_email,
        m_status=m_status,
        m_sso=m_sso,
        m_protected=_mark(people, "protected", m),
        m_locked=_mark(people, "status_locked", m),
        other_role=_other_role(people, m, c("role")),
        gives_role=_lacks_role(people, m, c("role")),
        changes_email=changes_email,
        link=link,
        changes_status=known & holds(c("status") != m_status.cast(pl.String)),
        takes=~known | changes_email,
        confirmed=confirmed,
        email_spelling=known & ~changes_email & holds(m_email_text != c("final_text")),
        id_spelling=c("has_id") & find_set(m_id) & holds(m_id_text != c("id")),
    )


#: How many holders a key has that nobody has.
_NO_COUNT: Final = pl.Series([0], dtype=pl.UInt32)


def _first_holders(holders: pl.DataFrame) -> pl.DataFrame:
    """The first holder ``p`` of every key ``k``; and how many there are (``n``), where any key has several."""
    if duplicated(holders["k"]).is_empty():
        return holders
    return holders.group_by("k").agg(pl.col("p").min(), pl.len().cast(pl.UInt32).alias("n"))


def _find(wanted: pl.Series, holders: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """The first holder of each key and how many there are, of `_first_holders`; null and 0 where there is no key or no holder."""
    height = wanted.len()
    if holders.is_empty() or wanted.null_count() == height:
        return nothing(height, pl.UInt32()), repeat(_NO_COUNT, height)
    at = find_true(find_set(wanted))
    asked = pl.DataFrame([at.alias("q"), wanted[at].alias("k")])
    found = asked.join(holders, on="k", how="left", maintain_order="left")
    first = found["p"]
    count = found["n"].fill_null(0) if "n" in found.columns else find_set(first).cast(pl.UInt32)
    if at.len() == height:
        return first, count
    return nothing(height, pl.UInt32()).scatter(at, first), repeat(_NO_COUNT, height).scatter(at, count)


#: Of people who share one ID or address, so many are named: the first by ``ref``. Many rows may ask for the same ones.
_MOST_NAMED: Final = 100


def _everybody(f: pl.DataFrame, key: str, where: pl.Series, holders: pl.DataFrame, people: People) -> pl.DataFrame:
    """(row, person) pairs of everybody who holds a row's key, or of the first `_MOST_NAMED`."""
    where = where & ~f["closed"]
    if not where.any() or holders.is_empty():
        return pl.DataFrame(schema=_PAIRS)
    asked = _rows_of(f, where, "i", k=key)
    named = holders.join(asked, on="k", how="semi")
    if named.height > _MOST_NAMED:
        by_ref = named.with_columns(people.of("ref", named["p"]).alias("ref")).sort("ref")
        named = by_ref.group_by("k", maintain_order=True).head(_MOST_NAMED).select("k", "p")
    return asked.join(named, on="k").select("i", "p")


def _leavers(f: pl.DataFrame) -> pl.DataFrame:
    """Add ``t_leaves``, ``leaver`` (the row that frees the wanted address) and ``contested`` (several rows would).

    Only a person matched by ID or by an explicit new address may free one; that the row is blocked for another reason is
    looked at later, so that the answer can be "mend that row first".
    """
    c = f.get_column
    nobody = nothing(f.height, pl.UInt32())
    by_id = c("by_id") & (c("u_n") == 1)
    by_rename = c("rename") & (c("old_n") == 1) & (~c("by_id") | (c("u_n") == 0))
    freed = pick(by_id, c("u"), pick(by_rename, c("old"), nobody))
    whence = pick(by_id, c("u_email"), c("email_key"))
    leaves = ~c("copied") & ~c("email_missing") & find_null(c("email_fault")) & find_null(c("new_email_fault"))
    leaves &= find_set(freed) & holds(whence != c("final_key"))
    wanted = find_set(c("t")) & c("takes")
    none = no_flags(f.height)
    if not leaves.any() or not wanted.any():
        return _with(f, t_leaves=none, leaver=nobody, contested=none)
    leaving = gather_rows([c("i").alias("leaver"), freed.alias("t")], find_true(leaves))
    leaving = leaving.group_by("t").agg(pl.col("leaver").min(), (pl.len() > 1).alias("contested"))
    taken = _rows_of(f, wanted & (c("t_n") == 1), "i", "t").join(leaving, on="t")
    taken = taken.filter(taken["i"] != taken["leaver"])
    leaver = nobody.clone().scatter(taken["i"], taken["leaver"]) if taken.height else nobody
    contested = _flag(f.height, taken["i"].filter(taken["contested"]))
    return _with(f, t_leaves=find_set(leaver), leaver=leaver, contested=contested)


def _of_some(stored: pl.Series, p: pl.Series, where: pl.Series) -> pl.Series:
    """What is stored of the people ``p``, where it is asked for; elsewhere null."""
    found, at = nothing(p.len(), stored.dtype), find_true(where)
    return found.scatter(at, stored[p[at]]) if at.len() else found


def _mark(people: People, column: str, m: pl.Series) -> pl.Series:
    stored = people.frame.get_column(column)
    return holds(stored[m]) if stored.any() else no_flags(m.len())


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
    c = f.get_column
    one_u = c("by_id") & (c("u_n") == 1)
    differ_by_key = _rows_of(f, one_u & (c("v_n") == 1) & ~c("u_in_v"), "i", "u", other="v")
    wanted = one_u & c("rename") & c("t_leaves") & holds(c("t") != c("u")) & ((c("v_n") == 0) | c("u_in_v"))
    moving = _rows_of(f, wanted, "i", "u", other="t")
    known = find_set(c("m"))
    # A row whose old address is nobody's may be applied already, or be about somebody who never was here.
    by_new_address = c("rename") & ~c("matched_by_id") & (c("old_n") == 0)
    changes = (c("matched_by_id") | c("rename")) & c("changes_email")
    unconfirmed = c("link") & ~c("confirmed")
    doubtful = known & (changes | by_new_address | unconfirmed)
    by_email = known & ~c("matched_by_id") & ~c("changes_email") & ~by_new_address & ~unconfirmed
    doubted = _rows_of(f, doubtful, "i", p="m")
    questioned = _rows_of(f, by_email, "i", p="m")
    shared = agreement(doubted, records, people)
    strange = no_word_in_common(questioned, records, people)
    return _with(
        f,
        name_slipped=_flag(f.height, _slipped(differ_by_key, records, people)),
        name_slipped_ahead=_flag(f.height, _slipped(moving, records, people)),
        stranger=_flag(f.height, doubted["i"].filter(shared == NONE)),
        weak_name=_flag(f.height, doubted["i"].filter(shared == WEAK)),
        renamed=_flag(f.height, questioned["i"].filter(strange)),
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
    none = pl.DataFrame(schema=_PAIRS)
    matched = _rows_of(f, f["matched_by_id"] & f["profile_changes"], "i", p="m")
    strange = no_word_in_common(matched, records, people.frame)
    if strange.sum() < at_least:
        return none
    asked = matched.filter(strange)
    told, stored = name_text(records.frame, records), name_text(people.frame, records)
    if told is None or stored is None:
        return none
    named = pl.DataFrame({"k": stored}).with_row_index("p").filter(people.frame["live"] & stored.is_not_null())
    wanted = asked.select("i", told[asked["i"]].alias("k"))
    return wanted.join(named.unique("k", keep="none"), on="k").select("i", "p")


def _with_subjects(f: pl.DataFrame, people: People, policy: Policy, pairs: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """What the identity provider sends, in three directions: of this person, of another, of the address."""
    c = f.get_column
    none = no_flags(f.height)
    pairs["subject_owners"] = pl.DataFrame(schema=_PAIRS)
    if policy.sso_check == "off" or people.frame["sso_key"].null_count() == people.frame.height:
        return _with(f, subject_differs=none, subject_case=none, subject_owned=none, subject_left_behind=none)
    m_sso = c("m_sso")
    differs = c("has_id") & holds(m_sso != c("id_key"))
    case_only = differs
    if differs.any():
        case_only = differs & holds(m_sso.str.to_lowercase() == c("id_key").str.to_lowercase())
    owned = none
    if policy.sso_subject_is == "id":
        owners = _rows_of(f, c("has_id") & ~c("closed"), "i", "m", k="id_key").join(people.holders("sso_key"), on="k")
        owners = owners.filter(differ(owners["p"], owners["m"])).select("i", "p")
        pairs["subject_owners"] = owners
        owned = _flag(f.height, owners["i"])
    moved = _rows_of(f, c("changes_email") & find_set(m_sso), "i", "m", "final_key")
    sent = keys_of(people.of("sso_subject", moved["m"]))["key"]
    return _with(
        f,
        subject_differs=differs & ~case_only,
        subject_case=case_only,
        subject_owned=owned,
        subject_left_behind=_flag(f.height, moved["i"].filter(~holds(sent == moved["final_key"]))),
    )


def _with_known_ids(f: pl.DataFrame, people: People, pairs: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """IDs that nobody has: is there one that differs only by case or zeros, a deleted holder, another format?"""
    c = f.get_column
    # A subject finds a person, it does not give them the ID.
    nobodys = c("has_id") & ((c("u_n") == 0) | c("by_subject"))
    unknown = _rows_of(f, nobodys, "i", "id_key")
    near = pl.DataFrame(schema={"i": pl.UInt32, "p": pl.UInt32, "case": pl.Boolean})
    tombs = pl.DataFrame(schema=_PAIRS)
    if unknown.height:
        near = _near_ids(_rows_of(f, nobodys & ~c("closed"), "i", "id_key"), people)
        tombs = _everybody(f, "id_key", nobodys, people.holders("id_key", live=False), people)
    pairs["variants"], pairs["id_tombstones"] = near[["i", "p"]], tombs
    width = people.known.padded_ids
    outlier = _flag(f.height, _odd_ids(f, unknown, people))
    if width is not None:
        key = pl.col("id_key")
        unlike = f.select((key.str.len_bytes() != width) | ~key.str.contains("^[0-9]+$")).to_series()
        outlier |= c("has_id") & holds(unlike)
    return _with(
        f,
        case_variant=_flag(f.height, near["i"].filter(near["case"])),
        zeros_variant=_flag(f.height, near["i"].filter(~near["case"])),
        tombstone_id=_flag(f.height, tombs["i"]),
        outlier=outlier,
    )


def _near_ids(unknown: pl.DataFrame, people: People) -> pl.DataFrame:
    """(row, person) pairs whose IDs are one but for case or zeros; ``case``: but for case alone."""
    known, told = pl.col("known"), pl.col("id_key")
    holders = people.frame.select(
        told.alias("known"), id_fold(told).alias("k"), pl.int_range(pl.len(), dtype=pl.UInt32).alias("p")
    )
    found = unknown.with_columns(id_fold(told).alias("k")).join(holders, on="k").filter(known != told)
    return found.select("i", "p", (known.str.to_lowercase() == told.str.to_lowercase()).alias("case"))


def _odd_ids(f: pl.DataFrame, unknown: pl.DataFrame, people: People) -> pl.Series:
    """Rows with an ID that nobody has and that is a date, a truth value, a zero or a decimal, where most others are not."""
    nobody = pl.Series("i", [], dtype=pl.UInt32)
    if unknown.is_empty() or not unknown["id_key"].str.contains(MAYBE_ODD).any():
        return nobody
    shapes = unknown.select(odd_shape(pl.col("id_key"))).to_series()
    if shapes.null_count() == shapes.len():
        return nobody
    odd = pl.DataFrame([unknown["i"], shapes.alias("shape")]).filter(find_set(shapes))
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
    c = f.get_column
    # Who takes what somebody keeps is stopped already.
    takes = c("takes") & find_set(c("final_key")) & ~c("closed") & (find_null(c("t")) | c("t_leaves"))
    taken = _rows_of(f, takes, "i", "m", "t", "final_key", "final_look")
    tombs = _everybody(f, "final_key", takes, people.holders("email_key", live=False), people)
    addressed = find_set(people.frame["email_key"])
    known = people.frame[["email_key", "email_look"]].with_row_index("p")
    known = known if addressed.all() else known.filter(addressed)
    shown, plain = find_set(taken["final_look"]), find_set(known["email_look"])
    alike = [_alike(taken.filter(shown), known)] if shown.any() else []
    if plain.any():
        alike.append(_alike(taken.filter(~shown), known.filter(plain)))
    looks = pl.concat(alike) if alike else pl.DataFrame(schema=_PAIRS)
    pairs["email_tombstones"], pairs["look_alikes"] = tombs, looks
    key = pl.col("final_key")
    beyond_ascii = f.select(key.str.len_bytes() != key.str.len_chars()).to_series()
    return _with(
        f,
        tombstone_email=_flag(f.height, tombs["i"]),
        confusable=_flag(f.height, looks["i"]),
        alias=_flag(f.height, _aliases(f, taken, known)),
        non_ascii_local=holds(beyond_ascii),
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
    # Where every address is its own alias, there is no other one with the same.
    if not any(keys.to_frame("other").select(_REWRITTEN.any()).item() for keys in (known["email_key"], f["final_key"])):
        return pl.Series([], dtype=pl.UInt32)
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


#: Where an address (column ``other``) may not be its own alias.
_REWRITTEN: Final = (
    pl.col("other").str.contains("+", literal=True)
    | pl.col("other").str.contains(f"^[{re.escape(SIGNS_IN_FRONT)}]")
    | pl.col("other").str.ends_with("@gmail.com")
    | pl.col("other").str.ends_with("@googlemail.com")
)


def _aliased(addresses: pl.LazyFrame, wanted: pl.LazyFrame) -> pl.LazyFrame:
    """The addresses (column ``other``) whose alias ``k`` is wanted."""
    other = pl.col("other")
    return pl.concat(
        [
            addresses.filter(_REWRITTEN).with_columns(alias_of(other).alias("k")),
            addresses.filter(~_REWRITTEN).join(wanted, on="other", how="semi").with_columns(other.alias("k")),
        ]
    )
