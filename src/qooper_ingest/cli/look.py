"""Commands that make no plan: what a file is, what a code means, what a document looks like, an empty file to be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from .options import (
    AsJson,
    ChoicesFile,
    ColumnsOf,
    DirectoryFile,
    File,
    Force,
    HeaderRow,
    SchemaFile,
    Separator,
    SheetName,
    ShownIssues,
    command,
)
from .refusals import RefusedError, naming
from .screen import output, print_json, print_written, show_progress

__all__ = ["explain", "inspect", "schema", "template"]


@command("inspect")
def inspect(
    file: File,
    *,
    schema: SchemaFile = None,
    directory: DirectoryFile = None,
    choices: ChoicesFile = None,
    sheet: SheetName = None,
    header_row: HeaderRow = None,
    separator: Separator = None,
    columns: ColumnsOf = [],  # noqa: B006  (a default of the command line, which is never changed)
    save_choices: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write what is proposed here, to be edited and given to plan.", show_default=False
        ),
    ] = None,
    force: Force = False,
    issues: ShownIssues = 20,
    as_json: AsJson = False,
) -> None:
    """Show what a file is: format, sheets, header row, which column means which field, and why."""
    from .document import inspect_document
    from .files import refuse_existing, write
    from .request import Request
    from .show import show_inspection

    request = Request(
        file=file, schema=schema, directory=directory, choices=choices, sheet=sheet, header_row=header_row,
        separator=separator, columns=tuple(columns),
    )  # fmt: skip
    with show_progress("Reading", stages=("load", "read", "header", "mapping", "separator")) as progress:
        fields = request.read_schema()
        people = request.read_directory(fields)
        said = request.read_choices()
        source = request.load()
        if save_choices is not None:
            refuse_existing(save_choices, "--save-choices", force=force)
        proposal = request.propose(source, fields, people, said, progress)
    if save_choices is not None:
        data = proposal.choices.to_json().encode()
        write(save_choices, data, "--save-choices", force=force)
    if as_json:
        print_json(inspect_document(source, proposal))
    else:
        show_inspection(output(), source, proposal, issues)
        if save_choices is not None:
            print_written("the choices", save_choices, len(data))


@command("template")
def template(
    *,
    schema: SchemaFile = None,
    target: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write: .xlsx or .csv.")
    ] = Path("participants.xlsx"),
    separator: Annotated[str, typer.Option(help="The separator between several answers of one cell.")] = ";",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write an empty file for somebody to fill in: the labels of your fields, with lists to choose from."""
    import io

    from .document import written_document
    from .files import read_schema, refuse_existing, write

    kind = kind_of(target, "--output")
    fields = read_schema(schema)
    refuse_existing(target, "--output", force=force)
    made = io.BytesIO()
    with naming("--schema", schema):
        fields.template(made, format=kind, separator=separator)
    write(target, made.getvalue(), "--output", force=force)
    if as_json:
        print_json(written_document("template", target, len(made.getvalue())))
    else:
        print_written("an empty file to be filled in", target, len(made.getvalue()))


def kind_of(target: Path, option: str) -> Literal["xlsx", "csv"]:
    """What is written, by the name's ending; a csv file to the standard output. Raises `RefusedError`."""
    match target.suffix.lower():
        case ".xlsx":
            return "xlsx"
        case ".csv":
            return "csv"
        case "" if str(target) == "-":
            return "csv"
    raise RefusedError(
        "the name has to end with .xlsx or .csv, which says what is written.", option=option, file=str(target)
    )


def _codes(incomplete: str) -> Iterator[str]:
    """Codes that begin as somebody has typed."""
    from .codes import all_codes

    return (one["code"] for one in all_codes() if one["code"].startswith(incomplete))


@command("explain")
def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE",
            help="A code of an issue, a guard or an error; all of them without it.",
            autocompletion=_codes,
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say what a code means and what to do about it. For a row of a plan: why."""
    from .codes import all_codes, find_code, show_codes
    from .document import codes_document

    found = all_codes() if code is None else [find_code(code)]
    if as_json:
        print_json(codes_document(found))
    else:
        show_codes(output(), found)


@command("schema")
def schema(
    document: Annotated[
        str | None,
        typer.Argument(metavar="DOCUMENT", help="Its name; the list of them without it.", show_default=False),
    ] = None,
    *,
    as_json: AsJson = False,
) -> int | None:
    """Print the JSON Schema of a document: schema, choices, policy, mapping, summary, receipt, or output (of --json)."""
    import json

    from .document import documents_document
    from .schemas import DOCUMENTS, schema_of

    if document is None:
        if as_json:
            print_json(documents_document({name: one.version for name, one in DOCUMENTS.items()}))
        else:
            for name, one in DOCUMENTS.items():
                print(f"{name:<10} {one.what}")
        return None
    if document not in DOCUMENTS:
        raise RefusedError(
            f"there is no such document. There are: {', '.join(DOCUMENTS)}.", option="DOCUMENT", file=document
        )
    print(json.dumps(schema_of(document), indent=2, sort_keys=True))
    return None
