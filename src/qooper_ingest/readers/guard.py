"""The last line: whatever a reader did not foresee becomes a typed error.

Readers raise typed errors for what they know. A failure that none of them knows (of a dependency, or a bug) must not reach
a host as a stranger's exception with the file's content in its message; it is told as ``reader_failed``, without a chained
cause. A panic of compiled code is no `Exception`, so it is known by its name; an interrupt passes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..errors import CorruptFileError, IngestError, LimitExceededError
from ..limits import Limits
from ..workbook import Sheet, Workbook

__all__ = ["guarded", "guarded_workbook"]

T = TypeVar("T")


def guarded(work: Callable[[], T], /, *, limits: Limits, sheet: str | None = None) -> T:
    """Do a piece of reading.

    Raises:
        IngestError: As the work does; ``reader_failed`` (`CorruptFileError`) for anything that is none, and the limit
            ``memory_bytes`` where memory ran out.
    """
    memory = False
    try:
        return work()
    except IngestError:
        raise
    except MemoryError:
        memory = True
    except Exception:  # noqa: BLE001, S110  (see above: told below, outside of the handler)
        pass
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
    if memory:
        raise LimitExceededError(limit="memory_bytes", found="more", allowed=limits.memory_bytes)
    raise CorruptFileError("reader_failed", sheet=sheet)


def guarded_workbook(workbook: Workbook, limits: Limits) -> tuple[Sheet, ...]:
    """The sheets of a workbook, whose reading is guarded when it happens later."""

    def later(sheet: Sheet) -> Sheet:
        if sheet._data is not None:
            return sheet
        return Sheet(
            sheet.info,
            lambda: guarded(lambda: sheet.data, limits=limits, sheet=sheet.name),
            preview=lambda rows: guarded(lambda: sheet.preview(rows), limits=limits, sheet=sheet.name),
        )

    return tuple(later(sheet) for sheet in workbook._sheets)
