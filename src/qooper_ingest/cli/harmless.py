"""`anonymise`: a file with invented cells, which somebody may attach to a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from .options import BLOCKED, CLEAN, AsJson, Force, SchemaFile, command
from .refusals import STANDARD_INPUT, naming
from .screen import print_json, print_line, print_written, show_progress

__all__ = ["anonymise"]

#: How many differences are shown.
_SHOWN: Final = 20

#: Bytes of a key that is drawn.
_KEY: Final = 32


@command("anonymise")
def anonymise(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A text file: csv, tsv, txt; - reads it from the standard input.")
    ],
    *,
    target: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write.")],
    schema: SchemaFile = None,
    key: Annotated[
        str | None,
        typer.Option(
            help="A secret of 16 characters or more: files that are anonymised with one key still belong together "
            "(participants and the people you have). Without it one is drawn and not kept.",
            show_default=False,
        ),
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> int:
    """Make a file harmless for a report: the same bytes layout, formats and faults, with invented cells.

    Look at the result before you pass it on: notes in free text may tell of somebody without naming them. Exit code 1: something is
    found otherwise in it; what, is said.
    """
    import secrets

    from ..anonymise import KEY_BYTES
    from ..anonymise import anonymise as make
    from .document import anonymise_document
    from .files import load, read_schema, refuse_existing, write

    refuse_existing(target, "--output", force=force)
    with show_progress("Inventing"):
        fields = read_schema(schema) if schema is not None else None
        source = load(file, "FILE")
        short = key is not None and len(key.encode()) < KEY_BYTES
        with naming("--key" if short else "FILE", None if short else file):
            made = make(source, key=key.encode() if key is not None else secrets.token_bytes(_KEY), schema=fields)
    write(target, made.data, "--output", force=force)
    if as_json:
        told = {"cells": made.cells, "kept": list(made.kept), "differences": list(made.differences)}
        print_json(anonymise_document(target, len(made.data), told))
    elif str(target) != STANDARD_INPUT:
        print_written("a file with invented cells", target, len(made.data))
        print_line(f"Kept: {'; '.join(made.kept)}.")
        if made.differences:
            print_line("Found otherwise than in the original:")
        for one in made.differences[:_SHOWN]:
            print_line(f"  {one}")
        if len(made.differences) > _SHOWN:
            print_line(f"  … and {len(made.differences) - _SHOWN:,} more; --json has them all.")
        print_line("Look at it before you pass it on: notes may tell of somebody without naming them.")
    return BLOCKED if made.differences else CLEAN
