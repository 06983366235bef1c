"""The two commands, their options, and what becomes of errors."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from .. import __version__
from ..choices import Choices
from ..errors import IngestError
from ..identity import Directory
from ..pipeline import plan_import
from ..progress import ProgressCallback, Stage
from ..proposal import propose
from ..schema import Schema
from ..source import Source
from .document import inspect_document, plan_document
from .files import RefusedError, read_choices, read_directory, read_schema, write
from .plans import add_commands
from .show import safe, show_inspection, show_plan

__all__ = ["app", "run"]

#: Exit codes.
_CLEAN: Final = 0
_BLOCKED: Final = 1
_REFUSED: Final = 2

#: Width of what is written to a file or a pipe, which has none.
_PIPE_WIDTH: Final = 160

app = typer.Typer(
    name="qooper-ingest",
    help="Look at a participant file, and plan what importing it would do. Nothing is ever applied.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_File = Annotated[
    Path, typer.Argument(metavar="FILE", help="The participant file: xlsx, xls, ods, csv, tsv, txt, xml …")
]
_Sheet = Annotated[str | None, typer.Option(help="Name of the sheet, or its position from 0.", show_default=False)]
_HeaderRow = Annotated[
    int | None,
    typer.Option(help="Row of the header, as the spreadsheet shows it; 0: there is none.", show_default=False),
]
_Separator = Annotated[
    str | None, typer.Option(help="What stands between several answers of one cell.", show_default=False)
]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Shown = Annotated[int, typer.Option("--issues", min=0, help="How many blocked rows and other issues to show.")]


@app.command()
def inspect(
    file: _File,
    *,
    schema: Annotated[Path | None, typer.Option(help="The host's fields (JSON).", show_default=False)] = None,
    directory: Annotated[
        Path | None, typer.Option(help="The host's people: their IDs help to find the ID column.", show_default=False)
    ] = None,
    sheet: _Sheet = None,
    header_row: _HeaderRow = None,
    save_choices: Annotated[
        Path | None,
        typer.Option(help="Write what is proposed here, to be edited and given to plan.", show_default=False),
    ] = None,
    issues: _Shown = 20,
    as_json: _Json = False,
) -> None:
    """Show what a file is: format, sheets, header row, which column means which field, and why."""
    with _working("Reading") as progress:
        fields = read_schema(schema) if schema is not None else Schema.participants()
        people = read_directory(directory, fields) if directory is not None else None
        source = Source.of(file)
        said = _chosen(Choices(), sheet, header_row, separator=None, role=None, mode=None)
        proposal = propose(source, schema=fields, directory=people, choices=said, progress=progress)
        if save_choices is not None:
            write(save_choices, proposal.choices.to_json().encode())
    if as_json:
        _print_json(inspect_document(source, proposal))
    else:
        show_inspection(_output(), source, proposal, issues)


@app.command()
def plan(
    file: _File,
    *,
    schema: Annotated[Path, typer.Option(help="The host's fields (JSON).")],
    directory: Annotated[Path, typer.Option(help="The host's people: csv, Parquet, JSON or a workbook.")],
    choices: Annotated[
        Path | None,
        typer.Option(help="What somebody chose (JSON); the options below go before it.", show_default=False),
    ] = None,
    sheet: _Sheet = None,
    header_row: _HeaderRow = None,
    separator: _Separator = None,
    role: Annotated[str | None, typer.Option(help="The role that this run imports.", show_default=False)] = None,
    mode: Annotated[
        Literal["upsert", "create_only", "update_only"] | None,
        typer.Option(help="What may happen to people: upsert unless the choices say otherwise.", show_default=False),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Write the plan here (a zip), for Plan.load.", show_default=False)
    ] = None,
    operations: Annotated[int, typer.Option(min=0, help="How many operations to show.")] = 20,
    issues: _Shown = 20,
    as_json: _Json = False,
) -> None:
    """Plan an import: what would be done to whom, which rows are blocked, and why.

    Exit code 0: every row can be applied or is unchanged. 1: rows are blocked, or a guard stops the plan. 2: the file was
    refused, or a file or an option does not fit.
    """
    with _working("Reading the directory"):
        fields = read_schema(schema)
        people: Directory = read_directory(directory, fields)
        made = _chosen(read_choices(choices), sheet, header_row, separator, role, mode)
    with _working("Planning") as progress:
        source = Source.of(file)
        result = plan_import(source, schema=fields, directory=people, choices=made, progress=progress)
        if save is not None:
            saved = io.BytesIO()
            result.save(saved)
            write(save, saved.getvalue())
    if as_json:
        _print_json(plan_document(result, source))
    else:
        show_plan(_output(), result, source, fields, operations=operations, issues=issues)
    blocked = result.summary.actions["conflict"] + result.summary.to_mend
    raise typer.Exit(_BLOCKED if blocked or not result.can_apply else _CLEAN)


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit(_CLEAN)


add_commands(app)


def run() -> None:
    """Run a command; an error becomes one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding shows an escape where it has no letter; it is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except (IngestError, RefusedError) as error:
        _say(str(error))
    except Exception as error:  # noqa: BLE001  (a bug of ours: its text could quote the file, so only its place is told)
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        _say(f"this is a mistake in qooper-ingest itself ({type(error).__name__} in {where}). Please report it.")
    raise SystemExit(_REFUSED)


def _say(sentence: str) -> None:
    print(f"qooper-ingest: {safe(sentence)}", file=sys.stderr)


def _chosen(
    choices: Choices,
    sheet: str | None,
    header_row: int | None,
    separator: str | None,
    role: str | None,
    mode: str | None,
) -> Choices:
    """The choices with what the options say in their place."""
    policy = {name: value for name, value in (("role", role), ("mode", mode)) if value is not None}
    update: dict[str, Any] = {"policy": choices.policy.model_copy(update=policy)} if policy else {}
    if sheet is not None:
        update["sheet"] = _sheet(sheet)
    if header_row is not None:
        update["header_rows"] = (header_row,) if header_row else ()
    if separator is not None:
        update["conventions"] = choices.conventions.model_copy(update={"separator": separator})
    return choices.model_copy(update=update)


def _sheet(given: str | None) -> str | int | None:
    return int(given) if given is not None and given.isascii() and given.isdigit() else given


def _output() -> Console:
    """The standard output: coloured on a terminal only, wide enough for tables where it is none."""
    console = Console(highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, emoji=False, width=_PIPE_WIDTH)


#: What the stages are called on the screen.
_STAGES: Final[dict[Stage, str]] = {
    "load": "Loading the file", "read": "Reading the file", "header": "Looking for the header",
    "mapping": "Matching the columns", "separator": "Looking for the separator", "type": "Checking the cells",
    "resolve": "Comparing with the directory",
}  # fmt: skip


@contextmanager
def _working(what: str) -> Iterator[ProgressCallback]:
    """Show which stage is being worked on and for how long; on a terminal only, and gone when it is done."""
    console = Console(stderr=True, markup=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    if not console.is_terminal:
        yield lambda _: None
        return
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda progress: bar.update(task, description=_STAGES[progress.stage])


def _print_json(pieces: Iterator[str]) -> None:
    for piece in pieces:
        sys.stdout.write(piece)
    sys.stdout.write("\n")
