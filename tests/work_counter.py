"""Count the work of a call, not its time: queries handed to polars, and calls of Python functions.

Time depends on the machine and on who else uses it; these counts do not. They come from the interpreter's own hook (``sys.setprofile``), which
sees every call of the thread. A query is a call of ``collect`` in the module of polars that hands a query to the engine: all eager
operations on frames and columns that are not a plain method of the engine go through it, some 0.3 ms each on any machine.

Calls of comprehensions are left out, because from Python 3.12 on they are no calls; generators count once for each item, because that
is a loop over items.

``PYTHONPATH=src python tests/test_work.py`` prints which functions ask for them.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePath
from types import FrameType

import qooper_ingest as qi

#: Where polars hands a query to the engine.
ENGINE = ("polars", "lazyframe", "engine.py")
_OURS = Path(qi.__file__).parent
_COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})


@dataclass
class Work:
    """Queries by the function of ours that asked (file, function), calls of our functions, calls of all functions."""

    queries: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls_of_ours: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls: int = 0

    @property
    def total_queries(self) -> int:
        return self.queries.total()

    @property
    def total_calls_of_ours(self) -> int:
        return self.calls_of_ours.total()


@cache
def _file_of_ours(filename: str) -> str | None:
    """The path of a file inside the package; None for files of others."""
    path = Path(filename)
    return path.relative_to(_OURS).as_posix() if path.is_relative_to(_OURS) else None


def _place_in_ours(frame: FrameType | None) -> tuple[str, str] | None:
    """The nearest function of ours among a frame and its callers: file and name."""
    while frame is not None:
        file = _file_of_ours(frame.f_code.co_filename)
        if file is not None:
            return file, frame.f_code.co_name
        frame = frame.f_back
    return None


@cache
def _is_engine(filename: str) -> bool:
    return PurePath(filename).parts[-len(ENGINE) :] == ENGINE


def count_work(call: Callable[[], object]) -> Work:
    """What one call costs."""
    work = Work()

    def see(frame: FrameType, event: str, _argument: object) -> None:
        if event != "call" or frame.f_code.co_name in _COMPREHENSIONS:
            return
        work.calls += 1
        code = frame.f_code
        file = _file_of_ours(code.co_filename)
        if file is not None:
            work.calls_of_ours[file, code.co_name] += 1
        elif code.co_name == "collect" and _is_engine(code.co_filename):
            work.queries[_place_in_ours(frame) or ("elsewhere", "")] += 1

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        call()
    finally:
        sys.setprofile(before)
    return work
