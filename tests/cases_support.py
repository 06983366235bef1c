"""Walk a labelled identity case through the public verbs, from rows of cells to a plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import qooper_ingest as qi
from identity_worlds import STATUS_WORDS

CASES = Path(__file__).parent / "cases"

SCHEMA = qi.Schema.participants(qi.Field(key="department", label="Department"))

#: Questions of every type, for worlds that have a schema of their own.
QUESTIONS = (
    qi.Field(key="skills", type="multi_select", options=["SQL", "Go", "Art"]),
    qi.Field(key="level", type="number"),
    qi.Field(key="joined", type="date"),
    qi.Field(key="remote", type="boolean"),
    qi.Field(key="track", type="select", options=["Red", "Blue"]),
    qi.Field(key="town", type="location"),
    qi.Field(key="motto", type="long_text"),
)


def schema_of(world: dict[str, Any]) -> qi.Schema:
    """The schema of a labelled case, or of a world with more questions, its own status words, a clear word, an ID pattern."""
    told = world.get("schema")
    if told is None:
        return SCHEMA
    needed = set(told.get("required", ()))
    department = qi.Field(key="department", label="Department")
    fields = [field.model_copy(update={"required": field.key in needed}) for field in (department, *QUESTIONS)]
    settings = {"clear_word": told.get("clear"), "id_pattern": told.get("id_pattern")}
    if told.get("words"):
        settings["status_words"] = {
            word: qi.StatusWord(state=state, scope=scope) for word, (state, scope) in STATUS_WORDS.items()
        }
    return qi.Schema.participants(*fields, **settings)


def identity_cases() -> list[dict[str, Any]]:
    return json.loads((CASES / "identity.json").read_text(encoding="utf-8"))


def directory_of(people: list[dict[str, Any]], *, schema: qi.Schema = SCHEMA, **settings: Any) -> qi.Directory:
    rows = [
        {
            "ref": person["key"],
            **{name: person.get(name) for name in ("id", "email", "status", "sso_subject", "roles")},
            **{name: person.get(name, False) for name in ("protected", "status_locked")},
            **dict.fromkeys(field.key for field in schema.profile),
            **person.get("profile", {}),
        }
        for person in people
    ]
    return qi.Directory.of(rows, schema=schema, **settings)


def records_of(rows: list[dict[str, Any]], *, schema: qi.Schema = SCHEMA) -> qi.Records:
    """Rows at their line numbers, under a header in the line before the first."""
    used = [field.key for field in schema.fields if any(field.key in row for row in rows)]
    first = min((row["line"] for row in rows), default=2)
    last = max((row["line"] for row in rows), default=1)
    at = {row["line"]: row for row in rows}
    grid: list[list[Any]] = [[None] * len(used)] * (first - 2) + [list(used)]
    grid += [[at.get(line, {}).get(key) for key in used] for line in range(first, last + 1)]
    table = qi.Workbook.of_rows(grid).sheet().table(header_row=first - 1)
    mapping = qi.ColumnMapping.of(table, {key: key for key in used})
    return qi.apply_mapping(table, mapping, schema, conventions=qi.Conventions(separator=";", append_marks=True))


def directory_in(case: dict[str, Any], **settings: Any) -> qi.Directory:
    """The people of a case or world."""
    return directory_of(case["directory"], schema=schema_of(case), **{**part_in(case), **settings})


def part_in(case: dict[str, Any]) -> dict[str, Any]:
    """What a directory is told where the people of a world are a part: what they were looked up by."""
    return {"complete": False, "asked": case["asked"]} if "asked" in case else {}


def records_in(case: dict[str, Any]) -> qi.Records:
    """The rows of a case or world."""
    return records_of(case["rows"], schema=schema_of(case))


def plan_of(case: dict[str, Any], directory: qi.Directory | None = None, **settings: Any) -> qi.Plan:
    """The plan of a case or world; ``settings`` are further options."""
    people = directory if directory is not None else directory_in(case)
    return qi.resolve(
        records_in(case), people, policy=qi.Policy(**{**case["options"], **settings}), drift=drift_in(case)
    )


def drift_in(case: dict[str, Any]) -> qi.Drift | None:
    """What is different from the last file, where a world says so."""
    if "findings" not in case:
        return None
    found = tuple(qi.Finding(code=code) for code in case["findings"])
    return qi.Drift(findings=found, people=(0, 0, 0), matched_by="id")


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
        "before": [list(pair) for pair in plan.dependencies],
        "atomic_groups": [list(group) for group in plan.atomic_groups],
        "issues": sorted(guard.code for guard in plan.summary.guards if not guard.acknowledged),
        "applyable": plan.can_apply,
    }


def figure_of(plan: qi.Plan, code: str) -> int:
    """The figure of a guard; 0 where it has not tripped."""
    return sum(guard.count for guard in plan.summary.guards if guard.code == code)


def acknowledged(case: dict[str, Any], directory: qi.Directory | None = None, **settings: Any) -> qi.Plan:
    """The plan after a person has accepted every guard."""
    plan = plan_of(case, directory, **settings)
    seen = {guard.code: guard.count for guard in plan.summary.guards}
    return plan_of(case, directory, **settings, acknowledged=seen) if seen else plan


def operations_outcome(plan: qi.Plan) -> dict[int | None, dict[str, Any]]:
    """A plan's operations as plain values; several answers of one question have no order."""
    return {operation.row: _plain(operation) for batch in plan.operations() for operation in batch}


def suspended_by_absence(plan: qi.Plan) -> list[str]:
    """Refs of the people whom a plan suspends because no row names them."""
    made = [operation for batch in plan.operations() for operation in batch]
    return sorted(one.ref for one in made if one.row is None and isinstance(one, qi.Suspend))


def _plain(operation: qi.Operation) -> dict[str, Any]:
    known = None if isinstance(operation, qi.Create) else operation.expected
    return {
        "kind": type(operation).__name__,
        "ref": None if isinstance(operation, qi.Create) else operation.ref,
        "expected": (known.id, known.email, known.status, known.sso_subject) if known is not None else None,
        "changes": {change.field: (_as_set(change.before), _as_set(change.after)) for change in operation.changes},
        "absent_email": operation.absent_email,
        "absent_id": operation.absent_id,
        "scope": operation.status_scope,
        "group": operation.group,
        "codes": list(operation.codes),
    }


def _as_set(value: Any) -> Any:
    return tuple(sorted(set(value))) if isinstance(value, tuple) else value
