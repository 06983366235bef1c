"""What becomes of an error: one sentence that names the file and the option it is about.

Strategy: the library's errors say what is wrong and not where the text came from, because it does not know. The command line
does: it knows which option a file was given with. So each piece of work is wrapped in `naming`, and the error that leaves it
is a `RefusedError` with the option, the file and the library's code.

This module is imported for ``--help`` and must stay light.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import IngestError

__all__ = ["STANDARD_INPUT", "RefusedError", "naming", "refusal_of", "shown_path"]

#: How the standard input (or output) is given as a file.
STANDARD_INPUT = "-"


#: What a directory is, for whoever has given something else.
_DIRECTORY = (
    "Its first row names the columns: ref (your own key of each person), email, and where you have them id, status, roles and your "
    "fields by their keys."
)


class RefusedError(Exception):
    """A command cannot go on. The text is what is said to the person.

    Args:
        sentence: What is wrong and what to do, without the place.
        code: Of the library's error; ``refused`` for what only the command line refuses.
        option: The option or argument it is about (``--sheet``, ``FILE``).
        file: The file given with it.
    """

    def __init__(
        self, sentence: str, *, code: str = "refused", option: str | None = None, file: str | None = None
    ) -> None:
        self.sentence = sentence
        self.code = code
        self.option = option
        self.file = file
        place = " ".join(part for part in (option if option != "FILE" else None, file) if part)
        super().__init__(f"{place}: {sentence}" if place else sentence)


def shown_path(path: Path, /) -> str:
    """How a file is named in a message."""
    return "standard input" if str(path) == STANDARD_INPUT else str(path)


def refusal_of(error: IngestError, *, option: str | None, path: Path | str | None, more: str = "") -> RefusedError:
    """The refusal for an error of the library.

    Args:
        error: What the library says.
        option: What was given wrongly.
        path: The file (or, where the option takes something else, its text).
        more: A further sentence, about what there is instead.
    """
    named = shown_path(path) if isinstance(path, Path) else path
    message = error.message
    if error.code == "source_unreadable":  # the library's sentence is for somebody who uploads
        message = f"it cannot be read ({error.params.get('reason', 'unknown')})."
    elif error.code == "directory_invalid" and "no column" in str(error.params.get("reason", "")):
        more = more or _DIRECTORY
    sentence = f"{message} {more}".strip()
    return RefusedError(sentence, code=error.code, option=option, file=named)


@contextmanager
def naming(option: str | None, path: Path | str | None) -> Iterator[None]:
    """Name the option and the file in whatever the library refuses within."""
    refused: RefusedError | None = None
    try:
        yield
    except IngestError as error:
        refused = refusal_of(error, option=option, path=path)
    if refused is not None:
        raise refused
