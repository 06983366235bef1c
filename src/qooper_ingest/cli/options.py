"""The arguments and options that commands share, and what every command does with an error.

This module is imported for ``--help`` and must stay light.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer

from ..errors import IngestError
from .refusals import RefusedError
from .screen import safe

__all__ = [
    "BLOCKED", "CLEAN", "REFUSED", "AsJson", "ChoicesFile", "ColumnsOf", "DirectoryFile", "File", "Force", "HeaderRow", "Mended", "Mode",
    "Role", "SavedPlan", "SchemaFile", "Separator", "SheetName", "ShownIssues", "command",
]  # fmt: skip

#: Exit codes.
CLEAN: Final = 0
BLOCKED: Final = 1
REFUSED: Final = 2

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="The participant file: xlsx, xls, ods, csv, tsv, txt, xml …; - reads it from the standard input."),
]  # fmt: skip
SavedPlan = Annotated[Path, typer.Argument(metavar="PLAN", help="A saved plan (plan --save).")]
SchemaFile = Annotated[
    Path | None,
    typer.Option("--schema", metavar="FILE", help="Your fields (JSON); without it the six identity fields.", show_default=False),
]  # fmt: skip
DirectoryFile = Annotated[
    Path | None,
    typer.Option("--directory", metavar="FILE", help="The people you have: csv, Parquet, JSON or a workbook.", show_default=False),
]  # fmt: skip
ChoicesFile = Annotated[
    Path | None,
    typer.Option("--choices", metavar="FILE", help="What somebody chose (JSON, inspect --save-choices); the options go before it.", show_default=False),
]  # fmt: skip
SheetName = Annotated[
    str | None, typer.Option("--sheet", help="Name of the sheet, or its position from 0.", show_default=False)
]
HeaderRow = Annotated[
    int | None,
    typer.Option("--header-row", min=0, help="Row of the labels, as the spreadsheet shows it; 0: there is none.", show_default=False),
]  # fmt: skip
Separator = Annotated[
    str | None,
    typer.Option("--separator", help="The separator between several answers of one cell.", show_default=False),
]
ColumnsOf = Annotated[
    list[str],
    typer.Option("--map", metavar="FIELD=COLUMN", help="Read a field from a column, by its label or letter; FIELD= is no column. Repeat it for more.", show_default=False),
]  # fmt: skip
Mended = Annotated[
    list[Path],
    typer.Option("--mended", metavar="FILE", help="A mend file that somebody has filled in (mend). Repeat it for more.", show_default=False),
]  # fmt: skip
Role = Annotated[str | None, typer.Option("--role", help="The role that this run imports.", show_default=False)]
Mode = Annotated[
    Literal["upsert", "create_only", "update_only"] | None,
    typer.Option("--mode", help="What may happen to people: upsert unless the choices say otherwise.", show_default=False),
]  # fmt: skip
ShownIssues = Annotated[int, typer.Option("--issues", min=0, help="How many blocked rows and other issues to show.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document (its schema: schema output).")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that are there already.")]


def command(name: str, /) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """Give a command its name, turn its errors into one sentence (and into a document, with ``--json``), and end with its exit code."""

    def wrapped(run: Callable[..., Any]) -> Callable[..., None]:
        @functools.wraps(run)
        def guarded(*args: Any, **kwargs: Any) -> None:
            refused: RefusedError | None = None
            code = CLEAN
            try:
                code = run(*args, **kwargs) or CLEAN
            except RefusedError as error:
                refused = error
            except IngestError as error:  # where it is not known which file it is about
                refused = RefusedError(error.message, code=error.code)
            if refused is not None:
                refuse(refused, name if kwargs.get("as_json") else None)
            raise typer.Exit(code)

        guarded.command_name = name  # type: ignore[attr-defined]
        return guarded

    return wrapped


def refuse(refused: RefusedError, command_name: str | None) -> None:
    """Say why a command cannot go on, and end with the exit code 2.

    Args:
        refused: The reason.
        command_name: Of the command, where a document is wanted on the standard output.
    """
    if command_name is not None:
        told = {"code": refused.code, "message": refused.sentence, "option": refused.option, "file": refused.file}
        print(json.dumps({"format_version": 3, "command": command_name, "error": told}))
    print(f"qooper-ingest: {safe(refused)}", file=sys.stderr)
    raise typer.Exit(REFUSED)
