"""How far a long call is, for a screen that wants to say so.

The callback is the host's: it is called where a stage begins and ends, and per piece while a file object is read. An exception
that it raises ends the work and reaches the caller unchanged: that is how a call is cancelled. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

__all__ = ["STAGES", "Progress", "ProgressCallback", "Stage", "report_progress"]

#: In their order. ``propose`` ends before ``type``.
Stage = Literal["load", "read", "header", "mapping", "separator", "type", "resolve"]

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a call is.

    Args:
        stage: ``load`` the bytes, ``read`` them as a workbook, propose ``header``, ``mapping`` and ``separator``, ``type`` the
            cells, ``resolve`` rows and people.
        done, of: Bytes of ``load`` and ``read``, rows of the others. ``done`` is 0 where a stage begins and ``of`` where it
            ends; ``of`` is 0 where the size is not known, and then only grows with ``done``.
    """

    stage: Stage
    done: int
    of: int


ProgressCallback = Callable[[Progress], None]


def report_progress(progress: ProgressCallback | None, stage: Stage, done: int, of: int, /) -> None:
    """Call the callback, if there is one."""
    if progress is not None:
        progress(Progress(stage, done, of))
