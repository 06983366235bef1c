"""Compare what a file has with what the limits allow."""

from __future__ import annotations

from ...errors import LimitExceededError

__all__ = ["check_limit"]


def check_limit(name: str, found: int, allowed: int) -> None:
    """Raise `LimitExceededError` where a file has more of something than is allowed."""
    if found > allowed:
        raise LimitExceededError(limit=name, found=found, allowed=allowed)
