"""`resolve`: decisions become a plan.

The decisions say what happens to every row; the plan adds, for the rows that may be applied, what is stored and what it
becomes, merges the issues of the file with those of the decisions, and puts everything into figures.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any, Final

import polars as pl

from ..identity import ACTIONS, RULES_VERSION, Compared, Directory, Guard, Policy, decide
from ..issues import Issues
from ..records import Records
from .context import gather_context
from .decisions import bind_decisions
from .frames import operation_frames
from .model import Plan
from .saved import BASIS_VERSION
from .summary import GuardState, Summary, covered

__all__ = ["resolve"]


def resolve(
    records: Records,
    directory: Directory,
    /,
    *,
    policy: Policy = Policy(),  # noqa: B008  (frozen)
    drift: Compared | None = None,
) -> Plan:
    """Decide what happens to whom.

    Args:
        records: What the file says, from `apply_mapping`.
        directory: The people whom the host has.
        policy: What the host allows.
        drift: What is different from the last file (`compare_files`), where ``policy.drift`` says which differences stop the plan.

    Returns:
        A plan with exactly one action per record, in their order. Permuting rows or people changes nothing but that order.

    Raises:
        DirectoryError: The directory does not fit the schema.

    Issues: everything of ``records.issues``, every code of the decision table, and the guards; ``drift_not_compared``: ``policy.drift``
    names differences, and no comparison is given.

    >>> from qooper_ingest import ColumnMapping, Directory, Schema, Workbook, apply_mapping
    >>> table = Workbook.of_rows([["id", "email"], ["A1", "ann.lee@corp.example"]]).sheet().table(header_row=1)
    >>> records = apply_mapping(table, ColumnMapping.of(table, {"id": "id", "email": "email"}), Schema.participants())
    >>> resolve(records, Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])).frame["action"].to_list()
    ['change_email']
    """
    bound, unfit = bind_decisions(records, policy)
    decided = decide(records, directory, bound, drift=drift)
    stored, new = operation_frames(decided, records, policy)
    tripped = tuple(_state(guard) for guard in decided.guards)
    issues = _merged_issues(records.issues, decided.issues) + unfit
    if policy.drift and drift is None:
        issues = issues + Issues.of("drift_not_compared")
    actions = decided.frame["action"]
    summary = Summary(
        rows=decided.frame.height,
        blank_rows=records.blank_rows,
        actions={action: int((actions == action).sum()) for action in ACTIONS},
        **decided.rejects(),
        decisions=decided.answers.figures(),
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
    if records.parts:
        basis["parts"] = [asdict(part) for part in records.parts]
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
        _records=replace(records, table=None),  # the cells of most rows are not needed any more
        _context=gather_context(records, decided, directory, stored, issues),
    )


def _merged_issues(of_cells: Issues, of_rows: Issues) -> Issues:
    """Both, but codes that both tell only once: the row's outcome says whether, the cell's issue quotes the cell."""
    cells, rows = of_cells.frame, of_rows.frame
    told, again = _are_retold(cells), _are_retold(rows)
    if not told.any() or not again.any():
        return Issues.concat([Issues(cells.filter(~told)) if told.any() else of_cells, _again_first(of_rows, again)])
    both = rows.filter(again)
    known = cells.filter(told).join(both, on=["row", "code"], how="semi", nulls_equal=True)
    return Issues.concat(
        [
            Issues(cells.filter(~told)),
            Issues(known),
            Issues(both.join(known, on=["row", "code"], how="anti", nulls_equal=True)),
            Issues(rows.filter(~again)),
        ]
    )


def _again_first(issues: Issues, again: pl.Series) -> Issues:
    """Those that the records might have told too in front of the others."""
    if not again.any():
        return issues
    return Issues.concat([Issues(issues.frame.filter(again)), Issues(issues.frame.filter(~again))])


def _are_retold(issues: pl.DataFrame) -> pl.Series:
    """Which issues have a code that both tell."""
    code = issues["code"]
    return code.is_in(_RETOLD) if code.len() else code.cast(pl.Boolean)


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
