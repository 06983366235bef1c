"""Writing what was made to where the caller wants it: a path or a binary file object.

Strategy: nothing is opened before all bytes are there, so that a failure leaves no half of a file behind that looks whole; whatever
the target raises ends as one typed error that quotes no content.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from .errors import UsageError

__all__ = ["write_bytes"]


def write_bytes(target: str | os.PathLike[str] | BinaryIO, data: bytes, /) -> None:
    """Write what was saved to a path or a file object.

    Raises:
        UsageError: ``target_unwritable``.
    """
    try:
        if isinstance(target, (str, os.PathLike)):
            with open(target, "wb") as file:
                file.write(data)
        else:
            target.write(data)
        return
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except Exception as error:  # noqa: BLE001  (a caller's file object may raise anything; only its kind is told)
        reason = type(error).__name__
    raise UsageError("target_unwritable", reason=reason)
