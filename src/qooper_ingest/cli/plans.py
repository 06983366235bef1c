"""Commands over plans that were saved (`plan --save`), and over two files: what if, explain, undo, compare."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ..drift import Drift, compare_files
from ..plan import Plan, PlanDiff, Receipt, diff_plans
from ..proposal import propose
from ..source import Source
from .files import read_directory, read_schema, write
from .show import safe

__all__ = ["add_commands"]

_Plan = Annotated[Path, typer.Argument(help="A saved plan (plan --save).")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]

#: Exit codes: nothing is different; something is.
_SAME: Final = 0
_OTHER: Final = 1


def add_commands(app: typer.Typer, /) -> None:
    """Register the commands of this module."""
    for name, command in (("whatif", whatif), ("explain", explain), ("undo", undo), ("compare", compare)):
        app.command(name)(command)


def whatif(
    first: _Plan,
    second: _Plan,
    *,
    rows: Annotated[int, typer.Option(min=0, help="How many rows to show.")] = 20,
    as_json: _Json = False,
) -> None:
    """Compare two plans of one file: which rows are decided otherwise. Exit code 1: some are."""
    found = diff_plans(Plan.load(first), Plan.load(second))
    if as_json:
        print(json.dumps(_difference(found), ensure_ascii=False))
    else:
        print(safe(repr(found)))
        for (before, after), count in found.transitions.items():
            print(f"{count} x {before} -> {after}")
        for line in found.frame.head(rows).iter_rows(named=True):
            print(safe(_row(line)))
    raise typer.Exit(_OTHER if found else _SAME)


def _difference(found: PlanDiff) -> dict[str, Any]:
    moved = [{"from": a, "to": b, "rows": count} for (a, b), count in found.transitions.items()]
    return {"rows": found.rows, "counts": found.counts, "transitions": moved, "differences": found.frame.to_dicts()}


def _row(line: dict[str, Any]) -> str:
    place = f"row {line['row']}" if line["row"] is not None else "absent"
    sides = []
    for side in "ab":
        codes = f" ({', '.join(line[f'codes_{side}'])})" if line[f"codes_{side}"] else ""
        of = f" of {line[f'ref_{side}']}" if line[f"ref_{side}"] is not None else ""
        sides.append(f"{line[f'action_{side}'] or 'no such row'}{of}{codes}")
    fields = f"; other values: {', '.join(line['fields'])}" if line["fields"] else ""
    return f"{place}: {sides[0]} -> {sides[1]}{fields}"


def explain(
    plan: _Plan,
    row: Annotated[int, typer.Argument(min=1, help="A row of the file.")],
    *,
    directory: Annotated[
        Path | None, typer.Option(help="The host's people, to say whom each key finds.", show_default=False)
    ] = None,
    personal: Annotated[bool, typer.Option("--personal", help="Quote cells and stored values.")] = False,
) -> None:
    """Tell the whole way of one row: why it is decided as it is, and what would make it something else."""
    loaded = Plan.load(plan)
    people = read_directory(directory, loaded.schema) if directory is not None else None
    for line in loaded.explain(row, directory=people).to_text(personal=personal).splitlines():
        print(safe(line))


def undo(
    plan: _Plan,
    receipt: Annotated[Path, typer.Argument(help="What became of it (JSON, Plan.receipt).")],
    *,
    save: Annotated[Path, typer.Option(help="Write the inverse plan here (a zip), for Plan.load.")],
    retire: Annotated[
        bool, typer.Option("--retire", help="Take created people away instead of suspending them.")
    ] = False,
) -> None:
    """Make the plan that takes back what a plan did."""
    inverse = Plan.load(plan).inverse(
        Receipt.from_json(Source.of(receipt).data), created="retire" if retire else "suspend"
    )
    saved = io.BytesIO()
    inverse.save(saved)
    write(save, saved.getvalue())
    print(safe(repr(inverse)))
    raise typer.Exit(_OTHER if inverse.summary.actions["conflict"] else _SAME)


def compare(
    last: Annotated[Path, typer.Argument(help="Last month's file.")],
    this: Annotated[Path, typer.Argument(help="This month's file.")],
    *,
    schema: Annotated[Path, typer.Option(help="The host's fields (JSON).")],
    as_json: _Json = False,
) -> None:
    """Say what is different between two files before anything is planned. Exit code 1: something is."""
    fields = read_schema(schema)
    found = compare_files(*(propose(Source.of(path), schema=fields) for path in (last, this)))
    if as_json:
        print(json.dumps(_drift(found), ensure_ascii=False))
    else:
        print(safe(repr(found)))
        for one in _drift(found)["findings"]:
            told = [f"{name}: {one[name]}" for name in ("field", "last", "this", "options") if one[name]]
            print(safe(f"{one['code']} ({'; '.join(told)}), {len(one['rows'])} rows"))
    raise typer.Exit(_OTHER if found else _SAME)


def _drift(found: Drift) -> dict[str, Any]:
    both, before, now = found.people
    names = ("code", "field", "last", "this", "options", "rows")
    return {
        "people": {"both": both, "last": before, "this": now, "matched_by": found.matched_by},
        "findings": [{name: getattr(one, name) for name in names} for one in found.findings],
    }
