"""What a decision shows of itself: the people it concerns, the fields that change, the line and the issues of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Final

import polars as pl

from .._columns import find_set, find_true, gather_rows, no_flags, nothing, pick, repeat
from .._numbers import count_noun
from ..issues import CATALOGUE, Issues, Severity
from ..records import Records
from .codes import Blocked, Codes, Noted, looked_up
from .directory import Directory
from .facts import Facts, People
from .file import grouped
from .guards import Guard
from .order import Order
from .table import Rule

__all__ = ["candidates", "directory_issues", "frame_of", "issues_of", "keys_not_asked"]

#: Codes that belong to one identity field, for their place in the file.
_FIELD_OF: Final = {
    "email": ("email_", "possible_alias", "duplicate_email", "directory_duplicate_email", "rename_", "new_email"),
    "id": ("id_", "duplicate_id", "directory_duplicate_id", "sso_"),
    "status": ("status_", "reactivates_user", "matched_suspended_user", "created_suspended"),
}

#: Names of fields that are gathered into one number; 63 keeps it within a signed one, whatever is done to it.
_WORD: Final = 63


def candidates(
    table: Sequence[Rule],
    evaluated: Sequence[pl.Series],
    facts: Facts,
    decided: pl.DataFrame,
    blocked: Blocked,
    by_table: pl.Series,
    order: Order,
    people: People,
    codes: Codes,
    /,
) -> pl.Series:
    """The people whom a blocked row's decision concerns, by ref, sorted; empty for rows that nothing blocks."""
    f = facts.frame
    nobody = repeat(_NOBODY, decided.height)
    stopped = ~blocked.open()
    if not stopped.any():
        return nobody
    parts: list[pl.DataFrame] = []

    def concern(where: pl.Series, column: str) -> None:
        if where.any():
            parts.append(gather_rows((f["i"], f[column].alias("p")), find_true(where)))

    by_rule = stopped & by_table  # what the file says by itself concerns nobody of the directory
    for number, rule in enumerate(table):
        if not rule.blocks or not rule.people:
            continue
        here = evaluated[number] & by_rule
        if not here.any():
            continue
        here &= blocked.by(codes.bit(rule.code, rule.severity))
        for name in rule.people:
            if name in facts.people:
                pairs = facts.people[name]
                parts.append(pairs.filter(here[pairs["i"]]).select("i", "p"))
            else:
                concern(here, name)
    for code in ("several_rows_one_user", "decision_unfit"):
        concern(by_rule & blocked.by(codes.bit(code)), "m")
    own = order.dependent + order.cyclic
    if own:
        waits = no_flags(f.height).scatter(pl.Series(own, dtype=pl.UInt32), True)
        concern(waits, "m")
        concern(waits, "t")
    if not parts:
        return nobody
    named = pl.concat(parts)
    named = named.filter(find_set(named["p"]) & by_rule[named["i"]])
    if named.is_empty():
        return nobody
    listed = (
        named.with_columns(people.of("ref", named["p"]).alias("ref")).group_by("i").agg(pl.col("ref").unique().sort())
    )
    numbers = pl.int_range(1, listed.height + 1, dtype=pl.UInt32, eager=True)
    which = repeat(_FIRST, decided.height).scatter(listed["i"], numbers)
    return pl.concat([_NOBODY, listed["ref"].alias("candidates")])[which]


#: The candidates of a row that nothing blocks.
_NOBODY: Final = pl.Series("candidates", [[]], dtype=pl.List(pl.String))
_FIRST: Final = pl.Series([0], dtype=pl.UInt32)


def frame_of(
    decided: pl.DataFrame,
    facts: Facts,
    noted: Noted,
    concerned: pl.Series,
    people: People,
    /,
) -> pl.DataFrame:
    """One line per row: what happens, to whom, why, and whom it concerns."""
    return pl.DataFrame(
        {
            "row": decided["row"],
            "action": decided["action"],
            "ref": people.of("ref", decided["p"]),
            "matched_by": pick(find_set(decided["p"]), decided["matched_by"]),
            "changed": _changed(decided, facts),
            "codes": noted.names(Severity.ERROR, Severity.WARNING),
            "info": noted.names(Severity.INFO),
            "candidates": concerned,
        }
    )


def _changed(decided: pl.DataFrame, facts: Facts) -> pl.Series:
    """Names of the fields that change, sorted; empty for rows that nothing is done for."""
    c = facts.frame.get_column
    creates = decided["action"] == "create"
    matched = find_set(decided["p"])
    flags: dict[str, pl.Series] = {
        "email": creates | (matched & c("changes_email")),
        "id": (creates & c("has_id")) | (matched & c("link")),
        "status": (creates & find_set(c("status"))) | (matched & c("changes_status")),
        "roles": (creates & find_set(c("role"))) | (matched & c("gives_role")),
    }
    touched = creates | matched
    for column in facts.changes.changed.get_columns():
        flags[column.name] = column & touched
    names = sorted(name for name, flag in flags.items() if flag.any())
    if not names:
        return repeat(_UNCHANGED, decided.height)
    words = [names[start : start + _WORD] for start in range(0, len(names), _WORD)]
    masks = pl.DataFrame([_as_bits([flags[name] for name in word]).alias(str(at)) for at, word in enumerate(words)])
    distinct = masks.unique(maintain_order=True)
    named = [
        [name for number, word in enumerate(words) for bit, name in enumerate(word) if (row[number] >> bit) & 1]
        for row in distinct.rows()
    ]
    return looked_up(masks, distinct, pl.Series("changed", named, dtype=pl.List(pl.String)))


#: What changes where nothing does.
_UNCHANGED: Final = pl.Series("changed", [[]], dtype=pl.List(pl.String))


def _as_bits(flags: Sequence[pl.Series]) -> pl.Series:
    """One number per row, whose bits are the flags."""
    return reduce(add, (flag.cast(pl.UInt64) * (1 << bit) for bit, flag in enumerate(flags)))


def issues_of(
    frame: pl.DataFrame,
    noted: Noted,
    clashes: pl.DataFrame,
    copied: pl.DataFrame,
    f: pl.DataFrame,
    records: Records,
    tripped: tuple[Guard, ...],
    /,
) -> Issues:
    """One issue per row and code, with the place of the field it is about and the row it clashes with."""
    parts: list[Issues] = []
    others = _other_rows(noted, clashes, copied, f)
    for code, severity in noted.entries:
        hit = noted.rows(code, severity)
        columns = [frame["row"][hit]]
        if code in others:
            columns.append(others[code][hit])
        role = next((role for role, marks in _FIELD_OF.items() if code.startswith(marks)), None)
        field = records.schema.by_role(role) if role is not None else None  # type: ignore[arg-type]
        if role is not None and field is not None and field.key in records.columns:
            letter = pl.Series("column", [records.columns[field.key] or None], dtype=pl.String)
            key = pl.Series("field", [field.key])
            columns += [repeat(letter, hit.len()), repeat(key, hit.len()), f[role][hit].alias("value")]
        parts.append(Issues.from_frame(code, pl.DataFrame(columns), severity=severity))
    for guard in tripped:
        if guard.code == LOOKUP_INCOMPLETE:  # told by `directory_issues`, with the sets
            continue
        detail = f"{guard.count} of {guard.of}, limit {guard.limit:g}"
        level = Severity.WARNING if guard.acknowledged else Severity.ERROR
        parts.append(Issues.of(guard.code, severity=level, detail=detail))
    return Issues.concat(parts)


def _other_rows(noted: Noted, clashes: pl.DataFrame, copied: pl.DataFrame, f: pl.DataFrame) -> dict[str, pl.Series]:
    """Code → the row that each row clashes with, or waits for."""
    nobody = nothing(f.height, pl.UInt32()).alias("other_row")
    found: dict[str, pl.Series] = {}
    if clashes.height:
        for code in clashes["code"].unique().to_list():
            lines = clashes.filter(clashes["code"] == code)
            found[code] = nobody.clone().scatter(lines["i"], lines["other_row"])
    if copied.height:
        found["duplicate_row"] = nobody.clone().scatter(copied["i"], copied["other_row"])
    several = noted.rows("several_rows_one_user", CATALOGUE["several_rows_one_user"].severity)
    if several.len():
        alike = grouped(gather_rows((f["i"], f["row"], f["m"].alias("g")), several), "several_rows_one_user")
        found["several_rows_one_user"] = nobody.clone().scatter(alike["i"], alike["other_row"])
    waiting = find_true(find_set(f["leaver"]))
    if waiting.len():
        frees = nobody.clone().scatter(waiting, f["row"][f["leaver"][waiting]])
        found |= dict.fromkeys(("depends_on_blocked_row", "email_reassigned_in_file", "email_cycle"), frees)
    return found


#: The code of an issue, and of the guard that trips where the plan takes a key that nobody was looked up by.
LOOKUP_INCOMPLETE: Final = "lookup_incomplete"


def keys_not_asked(directory: Directory, records: Records, /) -> dict[str, int]:
    """How many keys of each set of the file's look-up nobody was looked up by; nothing where that is not said."""
    return {} if directory.complete or directory.asked is None else records.lookup().missing(directory.asked)


def directory_issues(
    directory: Directory, not_asked: Mapping[str, int], f: pl.DataFrame, tripped: tuple[Guard, ...], /
) -> list[Issues]:
    """What the plan owes to a directory that does not fit: IDs without their zeros, or people who were not looked up.

    Args:
        directory: The people.
        not_asked: How many keys of each set nobody was looked up by.
        f: The facts of every row.
        tripped: The guards; the issue of one that is acknowledged is a warning.

    Issues: ``directory_ids_numeric``, ``lookup_incomplete``.
    """
    found: list[Issues] = []
    near = int(f["zeros_variant"].sum())
    if directory.numeric_ids and near:
        found.append(
            Issues.of(
                "directory_ids_numeric",
                detail=f"{count_noun(near, 'row')} differ{'s' if near == 1 else ''} from a known ID in zeros only",
            )
        )
    if directory.complete:
        return found
    if directory.asked is None:
        return [*found, Issues.of(LOOKUP_INCOMPLETE, detail="it is not said what they were looked up by")]
    if not_asked:
        detail = ", ".join(f"{count} {name}" for name, count in not_asked.items())
        accepted = any(guard.code == LOOKUP_INCOMPLETE and guard.acknowledged for guard in tripped)
        level = Severity.WARNING if accepted else Severity.ERROR
        found.append(Issues.of(LOOKUP_INCOMPLETE, severity=level, detail=f"not asked for were {detail}"))
    return found
