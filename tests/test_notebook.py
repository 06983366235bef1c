"""The notebook of the docs runs as a reader runs it, and a value says nothing of a cell but where it shows itself as a table."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi

NOTEBOOK = Path(__file__).parents[1] / "docs" / "tutorial.ipynb"


# -- the notebook of the docs ----------------------------------------------------------------------------------------------------


def cells() -> list[dict[str, Any]]:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    found: list[dict[str, Any]] = notebook["cells"]
    return found


def test_the_notebook_is_kept_without_outputs_and_paths_of_a_machine() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert all(one["outputs"] == [] and one["execution_count"] is None for one in cells() if one["cell_type"] == "code")
    assert not re.search(r"(/home/|/opt/|/tmp/|/Users/|[A-Z]:\\\\)", text)
    assert len({one["id"] for one in cells()}) == len(cells())
    assert set(json.loads(text)["metadata"]) == {"kernelspec", "language_info"}


@pytest.fixture(scope="module")
def namespace() -> dict[str, Any]:
    """The names of the notebook after its last cell, with what each cell showed under ``shown``."""
    found: dict[str, Any] = {"__name__": "__main__"}
    shown: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(NOTEBOOK.parent)
        for at, one in enumerate(cells()):
            if one["cell_type"] != "code":
                continue
            tree = ast.parse("".join(one["source"]), f"cell {at}")
            last = tree.body.pop()
            assert isinstance(last, ast.Expr), f"cell {at} shows nothing"
            exec(compile(tree, f"cell {at}", "exec"), found)
            shown.append(eval(compile(ast.Expression(last.value), f"cell {at}", "eval"), found))
    return found | {"shown": shown}


def test_the_notebook_runs_and_every_cell_shows_something(namespace: dict[str, Any]) -> None:
    assert len(namespace["shown"]) == sum(one["cell_type"] == "code" for one in cells())
    prints = sum("print(" in "".join(one["source"]) for one in cells() if one["cell_type"] == "code")
    tables = [value for value in namespace["shown"] if value is not None]
    assert len(tables) + prints == len(namespace["shown"])
    assert all("<table" in value._repr_html_() for value in tables)


def test_the_notebook_comes_to_the_plan_of_a_single_call(namespace: dict[str, Any]) -> None:
    choices = qi.Choices(sheet="Participants", policy=qi.Policy(role="mentee"))
    made = qi.plan_import(
        NOTEBOOK.parent / "samples" / "participants.xlsx",
        schema=namespace["schema"],
        directory=namespace["people"],
        choices=choices,
    )
    assert made.fingerprint == namespace["plan"].fingerprint
    assert made.operations_frame().equals(namespace["changes"])


def test_the_reprs_of_all_values_hold_no_cell(namespace: dict[str, Any]) -> None:
    names = [
        "workbook",
        "sheet",
        "guess",
        "table",
        "mapping",
        "separator",
        "records",
        "people",
        "plan",
        "again",
        "after",
    ]
    values = [namespace[name] for name in names]
    plan = namespace["plan"]
    proposal = qi.propose(NOTEBOOK.parent / "samples" / "participants.xlsx", schema=namespace["schema"])
    values += [
        proposal,
        plan.issues,
        plan.issues.page(),
        plan.summary,
        plan.check(namespace["people"]),
        next(plan.operations()),
    ]
    said = " ".join(f"{value!r} {value}" for value in values).casefold()
    labels = {word for label in namespace["table"].labels for word in label.casefold().split()}
    personal = [namespace["table"].frame[letter] for letter in "ABCD"] + [
        namespace["people"].frame[name] for name in ("email",)
    ]
    cells_of = {cell for column in personal for cell in column.drop_nulls() if len(cell) > 3} - labels
    assert len(cells_of) > 60
    assert [cell for cell in cells_of if re.search(rf"(?<![\w.]){re.escape(cell.casefold())}(?![\w.])", said)] == []


MARK = '<script>alert(1)</script>\u202e&"'
HOSTILE_SCHEMA = qi.Schema.participants(
    qi.Field(key="skills", label=f"Skills {MARK}", type="multi_select", options=["SQL", "Go", MARK])
)
HOSTILE_PEOPLE: list[dict[str, Any]] = [
    {"ref": f"u1{MARK}", "id": "A1", "email": "ann@corp.example", "first_name": MARK, "skills": [MARK]},
    {"ref": "u2", "id": "B2", "email": "bob@corp.example"},
]


def hostile_values() -> dict[str, Any]:
    """Values that show themselves, with markup wherever a stranger may put it."""
    people = qi.Directory.of(HOSTILE_PEOPLE, schema=HOSTILE_SCHEMA)
    answer = MARK.replace('"', "")
    file = f"User ID,E-mail,Skills\nA1,ann.lee@corp.example,{answer}\nN1,new@corp.example,SQL;Go\n".encode()
    plan = qi.plan_import(file, schema=HOSTILE_SCHEMA, directory=people)
    proposal = qi.propose(file, schema=HOSTILE_SCHEMA)
    moved = qi.Directory.of([HOSTILE_PEOPLE[0] | {"email": "moved@corp.example"}], schema=HOSTILE_SCHEMA)
    lazy = qi.Directory.of(pl.LazyFrame({"ref": ["u"], "email": ["a@corp.example"], MARK: ["x"]}))
    return {
        "schema": HOSTILE_SCHEMA,
        "directory": people,
        "lazy directory": lazy,
        "separator": proposal.separator,
        "summary": plan.summary,
        "staleness": plan.check(moved),
        "plan": plan,
    }


@pytest.mark.parametrize("name", list(hostile_values()))
def test_nothing_of_a_cell_becomes_markup(name: str) -> None:
    shown = hostile_values()[name]._repr_html_()
    assert "<table" in shown
    assert "<script" not in shown
    assert "\u202e" not in shown
    if name in ("schema", "directory", "lazy directory", "plan", "staleness"):
        assert "&lt;script&gt;" in shown


def test_blocked_rows_come_first_and_then_the_changes() -> None:
    rows = [f"N{n},n{n}@corp.example" for n in range(30)]
    text = "\n".join(["User ID,E-mail", *rows, "A1,ann.lee@corp.example", "N99,not an address", ""])
    plan = qi.plan_import(text.encode(), schema=qi.Schema.participants(), directory=qi.Directory.of(HOSTILE_PEOPLE[:1]))
    shown = plan._repr_html_().split(">action<")[-1]
    actions = re.findall(r">(conflict|reject|change_email|create)<", shown)
    assert actions == ["reject", "change_email", *["create"] * 18]
    assert "… and 12 more" in shown
