"""Commands over saved plans (`plan --save`) and over two files: check, why, whatif, undo, compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from .options import BLOCKED, CLEAN, AsJson, DirectoryFile, Force, SavedPlan, SchemaFile, command
from .refusals import RefusedError, naming
from .screen import add_line, counted, make_grid, output, print_json, print_line, print_written, safe, show_progress

if TYPE_CHECKING:
    from ..drift import Drift
    from ..proposal import Proposal

__all__ = ["check", "compare", "undo", "whatif", "why"]

#: Lines that are shown of something unless the person says otherwise.
_SHOWN: Final = 20

_Rows = Annotated[int, typer.Option("--rows", min=0, help="How many rows to show.")]


@command("check")
def check(
    plan: SavedPlan,
    *,
    directory: DirectoryFile = None,
    rows: _Rows = _SHOWN,
    as_json: AsJson = False,
) -> int:
    """Compare a saved plan with the people as they are now. Exit code 1: operations no longer hold."""
    from .codes import STALE_REASONS
    from .document import check_document
    from .files import read_directory, read_plan

    if directory is None:
        raise RefusedError("the people as they are now are needed.", option="--directory")
    loaded = read_plan(plan, "PLAN")
    with show_progress("Comparing with the directory"):
        people = read_directory(directory, loaded.schema)
        with naming("--directory", directory):
            found = loaded.check(people)
    if as_json:
        print_json(check_document(loaded, found))
        return BLOCKED if found else CLEAN
    print_line(
        f"{counted(found.pending, 'operation')} to be applied, {len(found.done):,} done already, "
        f"{len(found):,} no longer {'holds' if len(found) == 1 else 'hold'}."
    )
    if not loaded.can_apply:
        guards = ", ".join(guard.code for guard in loaded.summary.guards if not guard.acknowledged)
        print_line(f"The plan is stopped by {guards}: nothing may be applied.")
    if found and rows:
        grid = make_grid("row>", "person", "why it no longer holds")
        for one in found.stale[:rows]:
            said = "; ".join(STALE_REASONS.get(reason, reason) for reason in one.reasons)
            codes = f" (a new plan says {', '.join(one.codes)})" if one.codes else ""
            add_line(grid, str(one.row) if one.row is not None else "–", safe(one.ref or "new"), safe(said + codes))
        output().print(grid)
    _say_more(len(found), rows)
    return BLOCKED if found else CLEAN


@command("why")
def why(
    plan: SavedPlan,
    row: Annotated[int, typer.Argument(min=1, metavar="ROW", help="A row of the file.")],
    *,
    directory: DirectoryFile = None,
    personal: Annotated[bool, typer.Option("--personal", help="Quote cells and stored values.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell the whole way of one row of a saved plan: why it is decided as it is, and what would make it something else."""
    from .document import why_document
    from .files import read_directory, read_plan

    loaded = read_plan(plan, "PLAN")
    people = read_directory(directory, loaded.schema) if directory is not None else None
    known = loaded.frame["row"]
    if row not in known:
        rows = known.to_list()
        said = f" Its rows are {min(rows)} to {max(rows)}." if rows else ""
        raise RefusedError(f"the plan has no row {row}.{said}", option="ROW")
    told = loaded.explain(row, directory=people)
    if as_json:
        print_json(why_document(told, personal=personal))
        return
    for line in told.to_text(personal=personal).splitlines():
        print_line(line)
    if people is None:
        print_line("With --directory it also says whom each key finds, and which option would make it something else.")


@command("whatif")
def whatif(
    first: SavedPlan,
    second: Annotated[Path, typer.Argument(metavar="OTHER", help="Another saved plan of the same file.")],
    *,
    rows: _Rows = _SHOWN,
    as_json: AsJson = False,
) -> int:
    """Compare two plans of one file: which rows are decided otherwise. Exit code 1: some are."""
    from ..plan import diff_plans
    from .document import whatif_document
    from .files import read_plan

    plans = read_plan(first, "PLAN"), read_plan(second, "OTHER")
    with naming("OTHER", second):
        found = diff_plans(*plans)
    if as_json:
        print_json(whatif_document(found))
        return BLOCKED if found else CLEAN
    print_line(
        f"{found.frame.height:,} of {counted(found.rows, 'row')} are decided otherwise."
        if found
        else f"{counted(found.rows, 'row')}, no difference."
    )
    for (before, after), count in found.transitions.items():
        print_line(f"{count:,} x {before} -> {after}")
    for line in found.frame.head(rows).iter_rows(named=True):
        print_line(_difference(line))
    _say_more(found.frame.height, rows)
    return BLOCKED if found else CLEAN


def _difference(line: dict[str, Any]) -> str:
    place = f"row {line['row']}" if line["row"] is not None else "absent"
    sides = []
    for side in "ab":
        codes = f" ({', '.join(line[f'codes_{side}'])})" if line[f"codes_{side}"] else ""
        of = f" of {line[f'ref_{side}']}" if line[f"ref_{side}"] is not None else ""
        sides.append(f"{line[f'action_{side}'] or 'no such row'}{of}{codes}")
    fields = f"; other values: {', '.join(line['fields'])}" if line["fields"] else ""
    return f"{place}: {sides[0]} -> {sides[1]}{fields}"


def _say_more(total: int, shown: int) -> None:
    if total > shown:
        print_line(f"… and {total - shown:,} more: --rows {total} shows them all.")


@command("undo")
def undo(
    plan: SavedPlan,
    receipt: Annotated[Path, typer.Argument(metavar="RECEIPT", help="What became of it (JSON, Plan.receipt).")],
    *,
    save: Annotated[Path, typer.Option("--save", metavar="FILE", help="Write the inverse plan here (a zip).")],
    retire: Annotated[
        bool, typer.Option("--retire", help="Take created people away instead of suspending them.")
    ] = False,
    force: Force = False,
    as_json: AsJson = False,
) -> int:
    """Make the plan that takes back what a plan did. Exit code 1: not everything can be taken back."""
    import io

    from .document import written_document
    from .files import read_plan, read_receipt, refuse_existing, write

    refuse_existing(save, "--save", force=force)
    loaded, told = read_plan(plan, "PLAN"), read_receipt(receipt)
    with naming("RECEIPT", receipt):
        inverse = loaded.inverse(told, created="retire" if retire else "suspend")
    saved = io.BytesIO()
    inverse.save(saved)
    write(save, saved.getvalue(), "--save", force=force)
    conflicts = inverse.summary.actions["conflict"]
    if as_json:
        print_json(written_document("undo", save, len(saved.getvalue()), inverse))
    else:
        actions = ", ".join(f"{count:,} {name}" for name, count in inverse.summary.actions.items() if count)
        print_line(f"The inverse plan: {actions or 'nothing to do'}.")
        if conflicts:
            print_line(f"{counted(conflicts, 'row')} cannot be taken back: qooper-ingest why {save} ROW says why.")
        print_written("the inverse plan", save, len(saved.getvalue()))
    return BLOCKED if conflicts else CLEAN


@command("compare")
def compare(
    last: Annotated[Path, typer.Argument(metavar="LAST", help="Last month's file.")],
    this: Annotated[Path, typer.Argument(metavar="THIS", help="This month's file.")],
    *,
    schema: SchemaFile = None,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", help="The sheet of both files, by its name or position from 0.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Say what is different between two files before anything is planned. Exit code 1: something is."""
    from ..drift import compare_files
    from ..errors import IngestError
    from .document import compare_document
    from .request import Request

    proposals: list[Proposal] = []
    with show_progress("Reading") as progress:
        for path, argument in ((last, "LAST"), (this, "THIS")):
            request = Request(file=path, schema=schema, sheet=sheet, argument=argument)
            source = request.load()
            fields = request.read_schema() if not proposals else proposals[0].schema
            proposal = request.propose(source, fields, None, request.read_choices(), progress)
            refused: RefusedError | None = None
            try:
                proposal.records()
            except IngestError as error:
                refused = request.about(error, source, proposal)
            if refused is not None:
                raise refused
            proposals.append(proposal)
        found = compare_files(*proposals)
    if as_json:
        print_json(compare_document(found))
    else:
        _show_drift(found)
    return BLOCKED if found else CLEAN


def _show_drift(found: Drift) -> None:
    both, before, now = found.people
    print_line(
        f"{counted(before, 'person', 'people')} in the last file, {now:,} in this one, {both:,} in both (by {found.matched_by})."
    )
    if not found:
        print_line("Nothing is different.")
        return
    grid = make_grid("what", "field", "last", "this", "rows>")
    for one in found.findings:
        last, this = ("" if side is None else safe(side, cut=60) for side in (one.last, one.this))
        grid_this = safe(", ".join(one.options), cut=60) if one.options else this
        add_line(grid, one.code, safe(one.field or ""), last, grid_this, f"{len(one.rows):,}" if one.rows else "")
    output().print(grid)
    print_line("What each of them means: qooper-ingest explain CODE")
