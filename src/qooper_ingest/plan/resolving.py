"""`resolve`: decisions become a plan.

The decisions say what happens to every row; the plan adds, for the rows that may be applied, what is stored and what it
becomes, merges the issues of the file with those of the decisions, and puts everything into figures.
"""

from __future__ import annotations

import json
from typing import Any, Final

import polars as pl

from ..identity import ACTIONS, RULES_VERSION, Decisions, Directory, Guard, Policy, decide
from ..issues import Issues
from ..records import Records
from .model import GuardState, Plan, Summary, covered
from .saved import BASIS_VERSION

__all__ = ["resolve"]

_APPLIED: Final = ("create", "change_email", "change_status", "update")


def resolve(records: Records, directory: Directory, /, *, policy: Policy = Policy()) -> Plan:  # noqa: B008  (frozen)
    """Decide what happens to whom.

    Args:
        records: What the file says, from `apply_mapping`.
        directory: The people whom the host has.
        policy: What the host allows.

    Returns:
        A plan with exactly one action per record, in their order. Permuting rows or people changes nothing but that order.

    Raises:
        DirectoryError: The directory does not fit the schema.

    Issues: everything of ``records.issues``, every code of the decision table, and the guards.

    >>> from qooper_ingest import ColumnMapping, Directory, Schema, Workbook, apply_mapping
    >>> table = Workbook.of_rows([["id", "email"], ["A1", "ann.lee@corp.example"]]).sheet().table(header_row=1)
    >>> records = apply_mapping(table, ColumnMapping.of(table, {"id": "id", "email": "email"}), Schema.participants())
    >>> resolve(records, Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])).frame["action"].to_list()
    ['change_email']
    """
    decided = decide(records, directory, policy)
    stored, new = _operations(decided, policy)
    tripped = tuple(_state(guard) for guard in decided.guards)
    issues = _merged_issues(records.issues, decided.issues)
    counted = dict(decided.frame.group_by("action").len().rows())
    summary = Summary(
        rows=decided.frame.height,
        blank_rows=records.blank_rows,
        actions={action: counted.get(action, 0) for action in ACTIONS},
        codes=issues.counts(),
        guards=tripped,
        absent=decided.absent.len(),
        can_apply=all(guard.acknowledged for guard in tripped),
    )
    basis: dict[str, Any] = {
        "format": BASIS_VERSION,
        "rules": RULES_VERSION,
        "policy": json.loads(policy.model_dump_json()),
        "schema": json.loads(records.schema.to_json()),
        "columns": dict(records.columns),
        "source": records.source_sha256,
        "directory": directory.version,
        "before": [list(pair) for pair in decided.order.before],
        "groups": [list(group) for group in decided.order.groups],
        "guards": covered(summary),
    }
    return Plan(
        frame=decided.frame,
        issues=issues,
        dependencies=decided.order.before,
        atomic_groups=decided.order.groups,
        summary=summary,
        _basis=basis,
        _stored=stored,
        _new=new,
        _schema=records.schema,
    )


def _merged_issues(of_cells: Issues, of_rows: Issues) -> Issues:
    """Both, but codes that both tell only once: the row's outcome says whether, the cell's issue quotes the cell."""
    cells, rows = of_cells.frame, of_rows.frame
    retold = pl.col("code").is_in(_RETOLD)
    again = rows.filter(retold)
    known = cells.filter(retold).join(again, on=["row", "code"], how="semi", nulls_equal=True)
    return Issues.concat(
        [
            Issues(cells.filter(~retold)),
            Issues(known),
            Issues(again.join(known, on=["row", "code"], how="anti", nulls_equal=True)),
            Issues(rows.filter(~retold)),
        ]
    )


#: Codes that the records report cell by cell and the plan reports again with the row's outcome: told once.
_RETOLD: Final = (
    "email_missing", "email_invalid", "email_invisible_characters", "email_compatibility_characters", "email_trimmed",
    "id_invisible_characters", "id_non_ascii", "id_invalid_format", "id_scientific_notation", "id_float_text",
    "id_precision_lost", "id_trimmed", "id_placeholder", "status_invalid",
)  # fmt: skip


def _state(guard: Guard) -> GuardState:
    return GuardState(
        code=guard.code, count=guard.count, of=guard.of, limit=guard.limit, acknowledged=guard.acknowledged
    )


def _operations(decided: Decisions, policy: Policy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is stored and what it becomes, for the rows that may be applied: two frames, line by line."""
    frame, f, people = decided.frame, decided.facts, decided.people
    at = frame["action"].is_in(_APPLIED).arg_true()
    p = f["m"].gather(at)
    lines = frame[at]
    creates = lines["action"] == "create"
    stored = {"row": lines["row"], "ref": lines["ref"]}
    for name in ("id", "email", "status", "sso_subject", "roles"):
        stored[name] = people.of(name, p)
    stored["status"] = stored["status"].cast(pl.String)
    role = pl.Series([[policy.role] if policy.role is not None else []], dtype=pl.List(pl.String)).new_from_index(
        0, at.len()
    )
    roles = (
        pl.DataFrame({"old": stored["roles"], "new": role})
        .select(
            pl.concat_list(pl.col("old").fill_null(pl.lit([], dtype=pl.List(pl.String))), "new").list.unique(
                maintain_order=True
            )
        )
        .to_series()
    )
    takes = f["takes"].gather(at)
    gets_id = (creates & f["has_id"].gather(at)) | f["link"].gather(at)
    new = {
        "row": lines["row"],
        "action": lines["action"].cast(pl.String),
        "changed": lines["changed"],
        "codes": lines["codes"],
        "absent_email": _where(takes, f["final_key"].gather(at)),
        "absent_id": _where(gets_id, f["id_key"].gather(at)),
        "status_scope": f["status_scope"].gather(at),
        "id": f["id"].gather(at),
        "email": f["final_text"].gather(at),
        "status": f["status"].gather(at),
        "roles": roles,
    }
    for one in decided.changes.fields:
        stored[one.key] = people.of(one.key, p)
        new[one.key] = _where(decided.changes.changed[one.key].gather(at), decided.changes.after[one.key].gather(at))
    before = pl.DataFrame({name: column.alias(name) for name, column in stored.items()})
    after = pl.DataFrame({name: column.alias(name) for name, column in new.items()})
    if policy.absent == "suspend" and decided.absent.len():
        left = _absences(decided.absent, before, after, decided)
        before, after = (
            pl.concat([before, left[0]], how="diagonal_relaxed"),
            pl.concat([after, left[1]], how="diagonal_relaxed"),
        )
    return before, after


def _where(flags: pl.Series, values: pl.Series) -> pl.Series:
    return pl.DataFrame({"f": flags, "v": values}).select(pl.when("f").then("v")).to_series()


def _absences(
    absent: pl.Series, before: pl.DataFrame, after: pl.DataFrame, decided: Decisions
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Suspensions of people whom a full snapshot does not name; they have no row."""
    people = decided.people
    height = absent.len()
    stored = (
        people.frame.select(name for name in before.columns if name != "row")[absent]
        .cast({"status": pl.String})
        .select(pl.lit(None, dtype=pl.UInt32).alias("row"), pl.all())
    )
    new = pl.DataFrame({"status": ["suspended"] * height, "action": ["change_status"] * height}).with_columns(
        pl.lit(["status"], dtype=pl.List(pl.String)).alias("changed"),
        pl.lit([], dtype=pl.List(pl.String)).alias("codes"),
    )
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in after.schema.items() if name not in new.columns]
    return stored, new.with_columns(missing).select(after.columns)
