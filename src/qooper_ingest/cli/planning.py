"""Commands that plan: plan, review and mend (a file, or a plan that was saved), merge, combine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import (
    BLOCKED,
    CLEAN,
    AsJson,
    ChoicesFile,
    ColumnsOf,
    DirectoryFile,
    File,
    Force,
    HeaderRow,
    Mended,
    Mode,
    Role,
    SchemaFile,
    Separator,
    SheetName,
    ShownIssues,
    command,
)
from .refusals import STANDARD_INPUT, RefusedError, naming, refusal_of, shown_path
from .screen import counted, output, print_json, print_line, print_written, show_progress

if TYPE_CHECKING:
    from ..plan import Plan
    from ..source import Source
    from .request import Request

__all__ = ["combine", "mend", "merge", "plan", "review"]

_Save = Annotated[
    Path | None,
    typer.Option(
        "--save", metavar="FILE", help="Write the plan here (a zip), for the other commands.", show_default=False
    ),
]
_Last = Annotated[
    Path | None,
    typer.Option(
        "--last",
        metavar="FILE",
        help="Last month's file: differences that the choices name (drift, in the policy) stop the plan.",
        show_default=False,
    ),
]
_Operations = Annotated[int, typer.Option("--operations", min=0, help="How many operations to show.")]
_FileOrPlan = Annotated[
    Path, typer.Argument(metavar="FILE", help="The participant file, or a saved plan (plan --save).")
]

#: What is said of every file that holds cells.
_PERSONAL = "It holds personal data: treat it like the file."


@command("plan")
def plan(
    file: File,
    *,
    schema: SchemaFile = None,
    directory: DirectoryFile = None,
    choices: ChoicesFile = None,
    mended: Mended = [],  # noqa: B006  (a default of the command line, which is never changed)
    sheet: SheetName = None,
    header_row: HeaderRow = None,
    columns: ColumnsOf = [],  # noqa: B006
    separator: Separator = None,
    role: Role = None,
    mode: Mode = None,
    last: _Last = None,
    save: _Save = None,
    force: Force = False,
    operations: _Operations = 20,
    issues: ShownIssues = 20,
    as_json: AsJson = False,
) -> int:
    """Plan an import: what would be done to whom, which rows are blocked, and why.

    Exit code 0: every row can be applied or is unchanged. 1: rows are blocked, or a guard stops the plan. 2: the file was
    refused, or a file or an option does not fit.
    """
    from .document import plan_document
    from .request import Request
    from .show import show_plan

    request = Request(
        file=file, schema=schema, directory=directory, choices=choices, mended=tuple(mended), sheet=sheet,
        header_row=header_row, columns=tuple(columns), separator=separator, role=role, mode=mode,
        last=last,
    )  # fmt: skip
    _refuse_save(save, force)
    source, made = _planned(request)
    _save(made, save, force)
    if as_json:
        print_json(plan_document(made, source))
    else:
        show_plan(output(), made, source, made.schema, operations=operations, issues=issues)
    return exit_code_of(made)


def exit_code_of(made: Plan) -> int:
    """1 where rows are blocked or a guard stops the plan."""
    blocked = made.summary.actions["conflict"] + made.summary.to_mend
    return BLOCKED if blocked or not made.can_apply else CLEAN


def _planned(request: Request, source: Source | None = None) -> tuple[Source, Plan]:
    """The plan of a file, which may be loaded already. Raises `RefusedError`."""
    if request.directory is None:
        raise RefusedError(
            "a plan needs the people you have: a file with a column ref (your own key) and a column email; an empty one, where "
            "there is nobody yet.",
            option="--directory",
        )
    with show_progress("Reading the directory") as progress:
        fields = request.read_schema()
        people = request.read_directory(fields)
        assert people is not None
        said = request.read_choices()
        source = source if source is not None else request.load()
        made = request.plan(source, fields, people, said, progress)
    return source, made


def _refuse_save(path: Path | None, force: bool) -> None:
    from .files import refuse_existing

    if path is not None:
        refuse_existing(path, "--save", force=force)


def _save(made: Plan, path: Path | None, force: bool) -> None:
    import io

    from .files import write

    if path is not None:
        saved = io.BytesIO()
        made.save(saved)
        write(path, saved.getvalue(), "--save", force=force)


def _plan_or_saved(request: Request, *, source_file: Path | None) -> tuple[Source | None, Plan]:
    """The plan of a file, or the plan that the file is. Raises `RefusedError`."""
    from ..plan import Plan
    from .files import load
    from .request import is_plan

    source = load(request.file, "FILE")
    if not is_plan(source.data):
        if source_file is not None:
            raise RefusedError("this is for a saved plan; FILE is the participant file itself.", option="--source")
        return _planned(request, source)
    for option, given in (
        ("--schema", request.schema),
        ("--directory", request.directory),
        ("--choices", request.choices),
        ("--mended", request.mended),
        ("--sheet", request.sheet),
        ("--map", request.columns),
    ):
        if given:
            raise RefusedError(
                f"{shown_path(request.file)} is a saved plan, which was made with its own. Leave this option out.",
                option=option,
            )
    with naming("FILE", request.file):
        made = Plan.load(source.data)
    return (load(source_file, "--source") if source_file is not None else None), made


def _target(given: Path | None, file: Path, ending: str) -> Path:
    """Where a file is written that was given no name: in this folder, under the name of what it was made of."""
    if given is not None:
        return given
    stem = "participants" if str(file) == STANDARD_INPUT else file.name.split(".")[0] or "participants"
    return Path(f"{stem}.{ending}")


@command("review")
def review(
    file: _FileOrPlan,
    *,
    schema: SchemaFile = None,
    directory: DirectoryFile = None,
    choices: ChoicesFile = None,
    mended: Mended = [],  # noqa: B006
    sheet: SheetName = None,
    header_row: HeaderRow = None,
    columns: ColumnsOf = [],  # noqa: B006
    separator: Separator = None,
    role: Role = None,
    mode: Mode = None,
    source: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The file that a saved plan was made of, to be named.", show_default=False),
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to write; FILE.review.html here without it.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Lines of the page in all.")] = 50_000,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write the review page: one file of HTML, for the person who has to say yes."""
    import io

    from ..errors import IngestError
    from .document import written_document
    from .files import refuse_existing, write
    from .request import Request

    request = Request(
        file=file, schema=schema, directory=directory, choices=choices, mended=tuple(mended), sheet=sheet,
        header_row=header_row, columns=tuple(columns), separator=separator, role=role, mode=mode,
    )  # fmt: skip
    path = _target(target, file, "review.html")
    refuse_existing(path, "--output", force=force)
    read, made = _plan_or_saved(request, source_file=source)
    page = io.BytesIO()
    refused: RefusedError | None = None
    try:
        made.to_html(page, source=read, limit=limit)
    except IngestError as error:
        about = ("--source", source) if error.code == "argument_invalid" else (None, None)
        refused = refusal_of(error, option=about[0], path=about[1])
    if refused is not None:
        raise refused
    write(path, page.getvalue(), "--output", force=force)
    if as_json:
        print_json(written_document("review", path, len(page.getvalue()), made))
    else:
        print_written("the review page", path, len(page.getvalue()))
        if str(path) != STANDARD_INPUT:
            print_line(f"{_PERSONAL} Open it in a browser.")


@command("mend")
def mend(
    file: _FileOrPlan,
    *,
    schema: SchemaFile = None,
    directory: DirectoryFile = None,
    choices: ChoicesFile = None,
    mended: Mended = [],  # noqa: B006
    sheet: SheetName = None,
    header_row: HeaderRow = None,
    columns: ColumnsOf = [],  # noqa: B006
    separator: Separator = None,
    role: Role = None,
    mode: Mode = None,
    target: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to write, .xlsx or .csv; FILE.mend.xlsx here without it.",
            show_default=False,
        ),
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write the blocked rows as a file that somebody mends; it comes back with --mended, or with merge."""
    import io

    from .document import written_document
    from .files import refuse_existing, write
    from .look import kind_of
    from .request import Request

    request = Request(
        file=file, schema=schema, directory=directory, choices=choices, mended=tuple(mended), sheet=sheet,
        header_row=header_row, columns=tuple(columns), separator=separator, role=role, mode=mode,
    )  # fmt: skip
    path = _target(target, file, "mend.xlsx")
    kind = kind_of(path, "--output")
    refuse_existing(path, "--output", force=force)
    _, made = _plan_or_saved(request, source_file=None)
    blocked = made.summary.actions["conflict"] + made.summary.to_mend
    if not blocked:
        if as_json:
            print_json(written_document("mend", None, 0, made))
        else:
            print_line("No row is blocked, so there is nothing to mend, and no file was written.")
        return
    rows = io.BytesIO()
    with naming("FILE", file):
        made.mend_file(rows, format=kind)
    write(path, rows.getvalue(), "--output", force=force)
    if as_json:
        print_json(written_document("mend", path, len(rows.getvalue()), made))
    else:
        print_written(counted(blocked, "blocked row"), path, len(rows.getvalue()))
        if str(path) != STANDARD_INPUT:
            print_line(f"{_PERSONAL} When it comes back: qooper-ingest plan … --mended {path}")


@command("merge")
def merge(
    files: Annotated[list[Path], typer.Argument(metavar="MENDED...", help="Mend files that somebody has filled in.")],
    *,
    choices: ChoicesFile = None,
    save_choices: Annotated[
        Path, typer.Option(metavar="FILE", help="Write the choices here (JSON), to be given to plan.")
    ],
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Take mended files back: write choices with their corrections and decisions, for the first upload."""
    from .document import merged_document
    from .files import load, read_choices, refuse_existing, write

    refuse_existing(save_choices, "--save-choices", force=force)
    before = read_choices(choices)
    after = before
    for path in files:
        data = load(path, "MENDED").data
        with naming(None, path):
            after = after.merge_mended(data)
    data = after.to_json().encode()
    write(save_choices, data, "--save-choices", force=force)
    corrections = len(after.corrections) - len(before.corrections)
    decisions = len(after.policy.decisions)
    if as_json:
        print_json(merged_document(save_choices, len(data), corrections, decisions))
    else:
        print_written("the choices", save_choices, len(data))
        if not corrections and after.policy == before.policy:
            print_line("The mended files change nothing: no cell was changed, no decision made, no row taken out.")
        told = f"{counted(corrections, 'correction')}, {counted(decisions, 'decision')}."
        print_line(f"{told} Plan the first upload with them: qooper-ingest plan … --choices {save_choices}")


@command("combine")
def combine(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="NAME=FILE...", help="Sources, each with a name: mentees=people.xlsx mentors=more.csv"),
    ],
    *,
    schema: SchemaFile = None,
    directory: DirectoryFile = None,
    roles: Annotated[
        list[str],
        typer.Option("--role", metavar="NAME=ROLE", help="The role of a source's people.", show_default=False),
    ] = [],  # noqa: B006
    sheets: Annotated[
        list[str], typer.Option("--sheet", metavar="NAME=SHEET", help="The sheet of a source.", show_default=False)
    ] = [],  # noqa: B006
    header_rows: Annotated[
        list[str],
        typer.Option("--header-row", metavar="NAME=ROW", help="The row of a source's labels.", show_default=False),
    ] = [],  # noqa: B006
    choices: Annotated[
        list[str],
        typer.Option("--choices", metavar="NAME=FILE", help="What somebody chose for a source.", show_default=False),
    ] = [],  # noqa: B006
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="FILE", help="Choices whose policy is that of the run.", show_default=False),
    ] = None,
    mode: Mode = None,
    save: _Save = None,
    force: Force = False,
    operations: _Operations = 20,
    issues: ShownIssues = 20,
    as_json: AsJson = False,
) -> int:
    """Plan several sources as one import: mentees on one sheet and mentors on another, or the files of three departments."""
    from .document import plan_document
    from .joint import JointRequest
    from .show import show_plan

    request = JointRequest.of(
        sources, roles=roles, sheets=sheets, header_rows=header_rows, choices=choices, schema=schema,
        directory=directory, policy=policy, mode=mode,
    )  # fmt: skip
    _refuse_save(save, force)
    with show_progress("Reading") as progress:
        made = request.plan(progress)
    _save(made, save, force)
    if as_json:
        print_json(plan_document(made, None, command="combine"))
    else:
        show_plan(output(), made, None, made.schema, operations=operations, issues=issues)
    return exit_code_of(made)
