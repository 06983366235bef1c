"""Batches as frames say what batches of typed operations say: every operation, precondition and value, in the same order."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qooper_ingest as qi
from cases_support import acknowledged, plan_of
from identity_worlds import any_world, asked_world, moving_world
from property.test_identity_laws import law
from qooper_ingest.plan.operations import as_value

worlds = st.builds(
    lambda draw, seed: draw(Random(seed)),
    st.sampled_from((any_world, asked_world, moving_world)),
    st.integers(0, 2**32),
)

KINDS = {
    "create": qi.Create, "update": qi.Update, "change_email": qi.ChangeEmail, "suspend": qi.Suspend,
    "reactivate": qi.Reactivate, "retire": qi.Retire,
}  # fmt: skip


def as_operation(line: dict[str, Any]) -> dict[str, Any]:
    """The parts of an operation that a line of a batch has."""
    known = line["action"] != "create"
    state = {name: line[f"expected_{name}"] for name in ("id", "email", "status", "sso_subject")}
    roles, locked = as_value(line["expected_roles"]), line["expected_status_locked"]
    return {
        "kind": KINDS[line["action"]],
        **{name: line[name] for name in ("row", "ref", "group", "status_scope")},
        **{name: line[name] for name in ("absent_email", "absent_id", "absent_id_fold", "absent_subject")},
        "changes": {f: (as_value(line[f"before_{f}"]), as_value(line[f"after_{f}"])) for f in line["changed"]},
        "left_alone": [
            name
            for name, value in line.items()
            if name.startswith(("before_", "after_")) and name.partition("_")[2] not in line["changed"] and value is not None
        ],
        "expected": qi.PersonState(**state, roles=roles, status_locked=locked) if known else None,
    }  # fmt: skip


def parts_of(operation: qi.Operation) -> dict[str, Any]:
    names = ("row", "group", "status_scope", "absent_email", "absent_id", "absent_id_fold", "absent_subject")
    return {
        "kind": type(operation),
        **{name: getattr(operation, name) for name in names},
        "ref": getattr(operation, "ref", None),
        "changes": {change.field: (change.before, change.after) for change in operation.changes},
        "left_alone": [],
        "expected": getattr(operation, "expected", None),
    }


def assert_same(plan: qi.Plan, size: int) -> None:
    frames = list(plan.operation_batches(size=size))
    told = [[as_operation(line) for line in frame.iter_rows(named=True)] for frame in frames]
    assert told == [[parts_of(operation) for operation in batch] for batch in plan.operations(size=size)]
    assert len({tuple(frame.schema.items()) for frame in frames}) <= 1


@law
@given(worlds, st.sampled_from((1, 3, 1000)), st.sampled_from(("suspend", "retire")))
def test_a_batch_as_a_frame_says_what_its_typed_operations_say(world: Any, size: int, created: Any) -> None:
    plan = acknowledged(world)
    assert_same(plan, size)
    creates = plan.frame.filter(pl.col("action") == "create")["row"]
    assert_same(plan.inverse(plan.receipt(created={row: f"n{row}" for row in creates}), created=created), size)


def test_there_are_no_batches_while_a_guard_stops_the_plan() -> None:
    people = [{"key": f"u{n}", "id": f"A{n}", "email": f"{n}@corp.example", "status": "active"} for n in (1, 2, 3)]
    rows = [{"line": n + 1, "id": f"A{n}", "email": f"{n}@corp.example", "status": "suspended"} for n in (1, 2, 3)]
    case = {"directory": people, "rows": rows, "options": {}}
    assert list(plan_of(case, thresholds=qi.Thresholds(max_suspensions_pct=1)).operation_batches()) == []
    (batch,) = acknowledged(case).operation_batches()
    assert batch["action"].to_list() == ["suspend"] * 3


def test_a_size_that_is_not_positive_is_refused() -> None:
    with pytest.raises(qi.UsageError) as refused:
        acknowledged(
            {"directory": [], "rows": [{"line": 2, "email": "a@corp.example"}], "options": {}}
        ).operation_batches(size=0)
    assert refused.value.code == "argument_invalid"
