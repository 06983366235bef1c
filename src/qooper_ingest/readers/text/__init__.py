"""Text files: which encoding, which dialect, and the rows they hold."""

from __future__ import annotations

from .reading import read_text

__all__ = ["read_text"]
