"""What all commands write with: printable text, tables, a bar of progress, one JSON document.

Everything that comes from a file goes through `safe` and is printed as plain text: a terminal would obey control characters,
and the table printer would take ``[red]`` in a cell for markup.

This module is imported for ``--help`` and must stay light: the printer of tables is imported when something is printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from .refusals import STANDARD_INPUT, shown_path
from .session import SESSION

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as Grid

    from ..progress import Progress, ProgressCallback

__all__ = [
    "add_line",
    "counted",
    "make_grid",
    "output",
    "print_heading",
    "print_json",
    "print_line",
    "print_written",
    "safe",
    "show_progress",
]

#: Width of what is written to a file or a pipe, which has none.
_PIPE_WIDTH: Final = 160

#: What the stages are called on the screen, in their order.
_STAGES: Final = {
    "load": "Loading the file", "read": "Reading the file", "header": "Looking for the header",
    "mapping": "Matching the columns", "separator": "Looking for the separator", "type": "Checking the cells",
    "resolve": "Comparing with the directory",
}  # fmt: skip


def safe(text: object, /, *, cut: int | None = None) -> str:
    """Text of a file as a terminal may print it: what cannot be seen is escaped.

    >>> safe("a" + chr(27) + "[31mb" + chr(0x202E))
    'a\\\\x1b[31mb\\\\u202e'
    """
    whole = str(text)
    shown = whole[:cut] + "…" if cut is not None and len(whole) > cut else whole
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)


def counted(number: int, one: str, many: str | None = None, /) -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(1200, "person", "people")
    ('1 row', '1,200 people')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def output(*, error: bool = False) -> Console:
    """The standard output (or error): coloured on a terminal only, wide enough for tables where it is none."""
    from rich.console import Console

    no_colour = True if SESSION.colour is False else None
    console = Console(highlight=False, markup=False, emoji=False, stderr=error, no_color=no_colour)
    if console.is_terminal:
        return console
    return Console(highlight=False, markup=False, emoji=False, stderr=error, no_color=no_colour, width=_PIPE_WIDTH)


def print_line(text: str, /) -> None:
    """Print one line of text whose control characters are shown."""
    print(safe(text))


def print_heading(console: Console, text: str, /) -> None:
    """Print an empty line and a heading."""
    from rich.text import Text

    console.print()
    console.print(Text(text, style="bold"))


def make_grid(*columns: str) -> Grid:
    """A table without lines; ``>`` at the end of a column's name: a figure; ``!``: not to be wrapped while others can be."""
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=any(columns))
    for name in columns:
        justify: Literal["left", "right"] = "right" if name.endswith(">") else "left"
        grid.add_column(Text(name.rstrip(">!")), justify=justify, overflow="fold", no_wrap=name.endswith("!"))
    return grid


def add_line(grid: Grid, /, *cells: str, style: str = "") -> None:
    """Add a line whose cells are text and nothing else; the first cells carry the colour."""
    from rich.text import Text

    grid.add_row(*(Text(cell, style=style if at < 2 else "") for at, cell in enumerate(cells)))


def print_json(pieces: Iterable[str], /) -> None:
    """Print one JSON document, piece by piece."""
    for piece in pieces:
        sys.stdout.write(piece)
    sys.stdout.write("\n")


def print_written(what: str, path: Path, size: int, /) -> None:
    """Say which file was written; on the standard error where the file itself went to the standard output."""
    shown = "standard output" if str(path) == STANDARD_INPUT else shown_path(path)
    stream = sys.stderr if str(path) == STANDARD_INPUT else sys.stdout
    print(safe(f"Wrote {what} to {shown} ({shown_size(size)})."), file=stream)


def shown_size(size: int, /) -> str:
    """A number of bytes in words."""
    return f"{size} bytes" if size < 10_000 else f"{size / 1000:,.0f} kB"


@contextmanager
def show_progress(what: str, /, *, stages: Iterable[str] = _STAGES) -> Iterator[ProgressCallback]:
    """Show how far the work is; on a terminal only, and gone when it is done.

    Args:
        what: What is done before the first stage.
        stages: The stages that the work has; each takes an equal part of the bar, and fills it as far as its size is known.
    """
    console = output(error=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    order = {stage: at for at, stage in enumerate(stages)}
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=len(order))

        def told(progress: Progress) -> None:
            share = min(progress.done / progress.of, 1.0) if progress.of else 0.0
            at = order.get(progress.stage, 0)
            bar.update(task, completed=at + share, description=_described(progress))

        yield told


def _described(progress: Progress) -> str:
    """A stage in words, with its size where that is known: bytes while a file is read, rows afterwards."""
    words = _STAGES[progress.stage]
    size = progress.of or progress.done
    if not size:
        return words
    told = shown_size(size) if progress.stage in ("load", "read") else counted(size, "row")
    return f"{words} ({told})"


def as_text(value: Any, /) -> str:
    """A value of a JSON document in one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
