"""Walk a labelled identity case through the public verbs, from rows of cells to a plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import qooper_ingest as qi

CASES = Path(__file__).parent / "cases"

SCHEMA = qi.Schema.participants(qi.Field(key="department", label="Department"))

FIELDS = [field.key for field in SCHEMA.fields]


def identity_cases() -> list[dict[str, Any]]:
    return json.loads((CASES / "identity.json").read_text(encoding="utf-8"))


def directory_of(people: list[dict[str, Any]], **settings: Any) -> qi.Directory:
    rows = [
        {
            "ref": person["key"],
            **{name: person.get(name) for name in ("id", "email", "status", "sso_subject", "roles")},
            "protected": person.get("protected", False),
            **dict.fromkeys(("first_name", "last_name", "department")),
            **person.get("profile", {}),
        }
        for person in people
    ]
    return qi.Directory.of(rows, schema=SCHEMA, **settings)


def records_of(rows: list[dict[str, Any]]) -> qi.Records:
    """Rows at their line numbers, under a header in the line before the first."""
    used = [key for key in FIELDS if any(key in row for row in rows)]
    first = min((row["line"] for row in rows), default=2)
    last = max((row["line"] for row in rows), default=1)
    at = {row["line"]: row for row in rows}
    grid: list[list[Any]] = [[None] * len(used)] * (first - 2) + [list(used)]
    grid += [[at.get(line, {}).get(key) for key in used] for line in range(first, last + 1)]
    table = qi.Workbook.of_rows(grid).sheet().table(header_row=first - 1)
    return qi.apply_mapping(table, qi.ColumnMapping.of(table, {key: key for key in used}), SCHEMA)


def plan_of(case: dict[str, Any]) -> qi.Plan:
    return qi.resolve(records_of(case["rows"]), directory_of(case["directory"]), policy=qi.Policy(**case["options"]))


def outcome(plan: qi.Plan) -> list[dict[str, Any]]:
    """A plan's frame in the form of the cases' expectations."""
    return [
        {
            "line": line["row"],
            "action": line["action"],
            "user": line["ref"],
            "changed": line["changed"],
            "codes": line["codes"],
            "info": line["info"],
            "candidates": line["candidates"],
        }
        for line in plan.frame.sort("row").iter_rows(named=True)
    ]


def plan_outcome(plan: qi.Plan) -> dict[str, Any]:
    return {
        "before": [list(pair) for pair in plan.before],
        "atomic_groups": [list(group) for group in plan.atomic_groups],
        "issues": sorted(guard.code for guard in plan.summary.guards if not guard.acknowledged),
        "applyable": plan.applyable,
    }
