"""The notebook of the docs runs as a reader runs it, and a value says nothing of a cell but where it shows itself as a table."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

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
