"""The operations as somebody looks at them: a preview, and one flat frame."""

from __future__ import annotations

import datetime as dt
from random import Random

import polars as pl
import pytest

import qooper_ingest as qi
from cases_support import acknowledged, plan_of
from identity_worlds import any_world
from qooper_ingest.plan.listing import FLAT_SCHEMA

SCHEMA = qi.Schema.participants(
    qi.Field(key="skills", label="Skills", type="multi_select", options=["SQL", "Go"]),
    qi.Field(key="level", label="Level", type="number"),
    qi.Field(key="born", label="Born", type="date"),
    qi.Field(key="remote", label="Remote", type="boolean"),
)
PEOPLE = [
    {"ref": "u1", "id": "A1", "email": "ann@corp.example", "skills": ["SQL"], "level": 2.5, "born": dt.date(2001, 2, 3), "remote": True},
    {"ref": "u2", "id": "B2", "email": "bob@corp.example", "status": "active"},
]  # fmt: skip
FILE = (
    b"Employee ID,Email,Status,Skills,Level,Born,Remote\n"
    b"A1,ann.lee@corp.example,,SQL; Go,12345678901,2001-02-04,no\nB2,bob@corp.example,Suspended,,,,\nC3,cy@corp.example,,,,,\n"
)


def plan(**thresholds: float) -> qi.Plan:
    policy = qi.Policy(allow_status_change=True, thresholds=qi.Thresholds(**thresholds))  # type: ignore[arg-type]
    directory = qi.Directory.of(PEOPLE, schema=SCHEMA)
    return qi.plan_import(FILE, schema=SCHEMA, directory=directory, choices=qi.Choices(policy=policy))


def test_every_change_is_one_line_with_its_values_as_text() -> None:
    frame = plan().operations_frame()
    assert frame.schema == FLAT_SCHEMA
    assert frame.rows() == [
        (2, "u1", "change_email", "born", "2001-02-03", "2001-02-04"),
        (2, "u1", "change_email", "email", "ann@corp.example", "ann.lee@corp.example"),
        (2, "u1", "change_email", "level", "2.5", "12345678901"),
        (2, "u1", "change_email", "remote", "true", "false"),
        (2, "u1", "change_email", "skills", "SQL", "SQL; Go"),
        (3, "u2", "suspend", "status", "active", "suspended"),
        (4, None, "create", "email", None, "cy@corp.example"),
        (4, None, "create", "id", None, "C3"),
    ]


def test_what_a_guard_holds_back_is_in_the_frame_only_where_it_is_asked_for() -> None:
    held = plan(max_email_changes_pct=1)
    assert not held.can_apply
    assert held.operations_frame().is_empty()
    assert held.operations_frame(held_back=True).height == 8


@pytest.mark.parametrize("seed", range(8))
def test_the_frame_says_of_any_plan_what_the_operations_say(seed: int) -> None:
    made = acknowledged(any_world(Random(seed)))
    operations = [one for batch in made.operations() for one in batch]
    frame = made.operations_frame()
    told = [(one.row, getattr(one, "ref", None), change.field) for one in operations for change in one.changes]
    assert frame.select("row", "ref", "field").rows() == told
    kinds = {
        one.row: "".join(f"_{c.lower()}" if c.isupper() else c for c in type(one).__name__)[1:] for one in operations
    }
    assert dict(frame.select("row", "action").rows()) == {
        row: kind for row, kind in kinds.items() if row in set(frame["row"])
    }


@pytest.mark.parametrize("seed", range(4))
def test_previews_of_all_kinds_are_all_operations(seed: int) -> None:
    world = any_world(Random(seed))
    made, held = acknowledged(world), plan_of(world)
    operations = [one for batch in made.operations() for one in batch]
    kinds = (qi.Create, qi.Update, qi.ChangeEmail, qi.Suspend, qi.Reactivate, qi.Retire)
    for kind in kinds:
        total, some = made.preview(kind, 2)
        rows = sorted(one.row or 0 for one in operations if type(one) is kind)
        assert total == len(rows)
        assert [type(one) for one in some] == [kind] * min(2, total)
    assert made.preview(limit=10_000)[0] == len(operations) == held.preview()[0]


def test_a_preview_of_no_kind_or_size_is_refused() -> None:
    for arguments in ((str, 3), (None, -1)):
        with pytest.raises(qi.UsageError) as caught:
            plan().preview(*arguments)  # type: ignore[arg-type]
        assert caught.value.code == "argument_invalid"
    empty = qi.plan_import(
        b"Email\nann@corp.example\n",
        schema=SCHEMA,
        directory=qi.Directory.of([{"ref": "u", "email": "ann@corp.example"}]),
    )
    assert empty.operations_frame().equals(pl.DataFrame(schema=FLAT_SCHEMA))
