"""What a decision shows of itself: the people it concerns, the fields that change, the line and the issues of every row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from ..issues import CATALOGUE, Issues, Severity
from ..records import Records
from .codes import Blocked, Codes, Noted, looked_up
from .directory import Directory
from .facts import Facts, People
from .file import grouped
from .guards import Guard
from .order import Order
from .table import Rule

__all__ = ["candidates", "directory_issues", "frame_of", "issues_of"]

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
    evaluated: pl.DataFrame,
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
    parts: list[pl.DataFrame] = []
    stopped = ~blocked.open() & by_table  # what the file says by itself concerns nobody of the directory
    for number, rule in enumerate(table):
        if not rule.blocks or not rule.people:
            continue
        here = evaluated[str(number)] & stopped & blocked.by(codes.bit(rule.code, rule.severity))
        if not here.any():
            continue
        for name in rule.people:
            if name in facts.people:
                pairs = facts.people[name]
                parts.append(pairs.filter(here[pairs["i"]]).select("i", "p"))
            else:
                parts.append(f.filter(here).select("i", pl.col(name).alias("p")))
    own = pl.Series(order.dependent + order.cyclic, dtype=pl.UInt32)
    waiting = f.filter(pl.col("i").is_in(own.implode())) if own.len() else f.clear()
    for code in ("several_rows_one_user", "decision_unfit"):
        here = stopped & blocked.by(codes.bit(code))
        parts.append(f.filter(here).select("i", pl.col("m").alias("p")))
    parts.append(waiting.select("i", pl.col("m").alias("p")))
    parts.append(waiting.select("i", pl.col("t").alias("p")))
    named = pl.concat(parts).filter(pl.col("p").is_not_null())
    named = named.filter(stopped[named["i"]])
    empty = pl.Series("candidates", [[]], dtype=pl.List(pl.String)).new_from_index(0, decided.height)
    if named.is_empty():
        return empty
    listed = (
        named.with_columns(people.of("ref", named["p"]).alias("ref")).group_by("i").agg(pl.col("ref").unique().sort())
    )
    return (
        decided.select("i")
        .join(listed, on="i", how="left", maintain_order="left")["ref"]
        .fill_null(pl.Series([[]], dtype=pl.List(pl.String)))
    )


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
            "matched_by": decided["matched_by"].zip_with(
                decided["p"].is_not_null(), pl.Series([None], dtype=pl.String).new_from_index(0, decided.height)
            ),
            "changed": _changed(decided, facts),
            "codes": noted.names(Severity.ERROR, Severity.WARNING),
            "info": noted.names(Severity.INFO),
            "candidates": concerned,
        }
    )


def _changed(decided: pl.DataFrame, facts: Facts) -> pl.Series:
    """Names of the fields that change, sorted; empty for rows that nothing is done for."""
    f = facts.frame
    schema_keys = {"email": "email", "id": "id", "status": "status"}
    creates = (decided["action"] == "create").fill_null(False)
    matched = decided["p"].is_not_null()
    flags: dict[str, pl.Series] = {
        schema_keys["email"]: creates | (matched & f["changes_email"]),
        schema_keys["id"]: (creates & f["has_id"]) | (matched & f["link"]),
        schema_keys["status"]: (creates & f["status"].is_not_null()) | (matched & f["changes_status"]),
        "roles": (creates & f["role"].is_not_null()) | (matched & f["gives_role"]),
    }
    for name in facts.changes.changed.columns:
        flags[name] = facts.changes.changed[name] & (creates | matched)
    names = sorted(flags)
    lists = pl.Series("changed", [[]], dtype=pl.List(pl.String)).new_from_index(0, decided.height)
    touched = pl.DataFrame(flags).select(pl.any_horizontal(pl.all())).to_series()
    if not touched.any():
        return lists
    words = [names[start : start + _WORD] for start in range(0, len(names), _WORD)]
    masks = pl.DataFrame(
        {
            str(number): pl.DataFrame({name: flags[name] for name in word})
            .select(pl.sum_horizontal(pl.col(name).cast(pl.UInt64) * (1 << bit) for bit, name in enumerate(word)))
            .to_series()
            for number, word in enumerate(words)
        }
    )
    distinct = masks.unique(maintain_order=True)
    named = [
        [name for number, word in enumerate(words) for bit, name in enumerate(word) if (row[number] >> bit) & 1]
        for row in distinct.rows()
    ]
    return looked_up(masks, distinct, pl.Series("changed", named, dtype=pl.List(pl.String)))


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
    others = pl.concat(
        [
            clashes.select("i", "code", "other_row"),
            copied.select("i", pl.lit("duplicate_row").alias("code"), "other_row"),
        ],
        how="vertical_relaxed",
    )
    several = noted.rows("several_rows_one_user", CATALOGUE["several_rows_one_user"].severity)
    if several.len():
        alike = grouped(f.select("i", "row", pl.col("m").alias("g"))[several], "several_rows_one_user")
        others = pl.concat([others, alike], how="vertical_relaxed")
    if f["leaver"].null_count() < f.height:
        waiting = f.filter(pl.col("leaver").is_not_null()).select(
            "i", f["row"][f.filter(pl.col("leaver").is_not_null())["leaver"]].alias("other_row")
        )
        others = pl.concat(
            [
                others,
                *(
                    waiting.select("i", pl.lit(code).alias("code"), "other_row")
                    for code in ("depends_on_blocked_row", "email_reassigned_in_file", "email_cycle")
                ),
            ],
            how="vertical_relaxed",
        )
    for code, severity in noted.entries:
        hit = noted.rows(code, severity)
        found = pl.DataFrame({"i": hit.cast(pl.UInt32), "row": frame["row"][hit]})
        found = found.join(
            others.filter(pl.col("code") == code).select("i", "other_row").unique("i"),
            on="i",
            how="left",
            maintain_order="left",
        )
        role = next((role for role, marks in _FIELD_OF.items() if code.startswith(marks)), None)
        field = records.schema.by_role(role) if role is not None else None  # type: ignore[arg-type]
        if field is not None and field.key in records.columns:
            found = found.with_columns(
                pl.lit(records.columns[field.key] or None, dtype=pl.String).alias("column"),
                pl.lit(field.key).alias("field"),
                f[role if role is not None else "row"][hit].alias("value"),
            )
        parts.append(Issues.from_frame(code, found, severity=severity))
    for guard in tripped:
        detail = f"{guard.count} of {guard.of}, limit {guard.limit:g}"
        level = Severity.WARNING if guard.acknowledged else Severity.ERROR
        parts.append(Issues.of(guard.code, severity=level, detail=detail))
    return Issues.concat(parts)


def directory_issues(directory: Directory, records: Records, f: pl.DataFrame, /) -> list[Issues]:
    """What the plan owes to a directory that does not fit: IDs without their zeros, or people who were not looked up.

    Issues: ``directory_ids_numeric``, ``lookup_incomplete``.
    """
    found: list[Issues] = []
    near = int(f["zeros_variant"].sum())
    if directory.numeric_ids and near:
        found.append(Issues.of("directory_ids_numeric", detail=f"{near} rows differ from a known ID in zeros only"))
    if directory.complete:
        return found
    if directory.asked is None:
        return [*found, Issues.of("lookup_incomplete", detail="it is not said what they were looked up by")]
    missing = records.lookup().missing(directory.asked)
    if missing:
        detail = ", ".join(f"{count} {name}" for name, count in missing.items())
        found.append(Issues.of("lookup_incomplete", severity=Severity.ERROR, detail=f"not asked for were {detail}"))
    return found
