"""The commands put together, and what becomes of a mistake of our own.

Nothing that is slow to import is imported here: a command imports what it needs when it runs, so that ``--help`` and the completion
of a shell answer at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Final

import typer

from .. import __version__
from . import harmless, look, planning, saved
from .options import CLEAN, REFUSED
from .screen import safe
from .session import SESSION

__all__ = ["app", "run"]

_NO_COLOR: Final = "--no-color"

app = typer.Typer(
    name="qooper-ingest",
    help="Look at a participant file, and plan what importing it would do. Nothing is ever applied.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
    no_color: Annotated[
        bool, typer.Option(_NO_COLOR, help="Print without colours; NO_COLOR in the environment does the same.")
    ] = False,
) -> None:
    if no_color:
        SESSION.colour = False
    if version:
        print(__version__)
        raise typer.Exit(CLEAN)


#: In the order of the way of a file.
_COMMANDS: Final = (
    look.template, look.inspect, planning.plan, planning.review, planning.mend, planning.merge, planning.combine, saved.check,
    saved.why, saved.whatif, saved.undo, saved.compare, harmless.anonymise, look.explain, look.schema,
)  # fmt: skip

for _command in _COMMANDS:
    app.command(_command.command_name)(_command)  # type: ignore[attr-defined]


def run() -> None:
    """Run a command. An error of the library is one sentence; of a mistake of our own only the place is told."""
    SESSION.reset()
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding shows an escape where it has no letter; it is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(args=_arguments(sys.argv[1:]), prog_name=_program())
    except Exception as error:  # noqa: BLE001  (a bug of ours: its text could quote the file, so only its place is told)
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        sentence = f"this is a mistake in qooper-ingest itself ({type(error).__name__} in {where}). Please report it."
        print(f"qooper-ingest: {safe(sentence)}", file=sys.stderr)
    raise SystemExit(REFUSED)


def _arguments(given: list[str]) -> list[str]:
    """``--no-color`` may stand behind the command as well."""
    until = given.index("--") if "--" in given else len(given)
    if _NO_COLOR not in given[:until]:
        return given
    return [_NO_COLOR, *(one for at, one in enumerate(given) if one != _NO_COLOR or at > until)]


def _program() -> str:
    """The command's name, however it was called."""
    name = os.path.basename(sys.argv[0])
    return "qooper-ingest" if name.startswith(("qooper-ingest", "__main__")) else name
