"""The command line: ``qooper-ingest inspect`` and ``qooper-ingest plan``. Extra ``cli``.

Strategy: a thin coat over the public verbs, for a look at a file and for scripts. It reads files and prints; it decides
nothing. What a person sees goes to the standard output, what goes wrong to the standard error as one sentence, and the exit
code says the rest: 0 clean, 1 rows are blocked or the plan may not be applied, 2 refused.

Refused: tracebacks (they could quote a file) and raw text of cells on a terminal: control characters are shown escaped, and
nothing that a cell holds is taken for markup.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; say what to install where the extra is missing."""
    try:
        import rich  # noqa: F401
        import typer  # noqa: F401
    except ModuleNotFoundError as error:
        print(
            f"qooper-ingest: the command line needs {error.name}. Install it with: pip install 'qooper_ingest[cli]'",
            file=sys.stderr,
        )
        raise SystemExit(2) from None
    from .app import run

    run()
