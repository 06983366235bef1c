"""A deadline that readers look at between the pieces of their work."""

from __future__ import annotations

import time

from ..errors import LimitExceededError
from ..limits import Limits

__all__ = ["Deadline"]


class Deadline:
    """Checked between pieces, so that a read ends near the limit whatever the file is.

    Args:
        limits: ``seconds`` is how long.
    """

    __slots__ = ("_end", "_seconds")

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self._end = time.monotonic() + limits.seconds

    def check(self) -> None:
        """Raise `LimitExceededError` (``seconds``) when the time is over."""
        over = time.monotonic() - self._end
        if over > 0:
            raise LimitExceededError(limit="seconds", found=round(self._seconds + over, 1), allowed=self._seconds)
