"""Decode by a guess, strictly. Lines that do not decode are read as what they are, or shown with U+FFFD, and named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["CHUNK", "Decoded", "EncodingGuess", "decode", "pieces", "strictly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingGuess:
    """What was detected, or what the caller said.

    Args:
        encoding: A codec name.
        score: How sure, 0 to 1.
        alternatives: Other encodings that decode the file to another text, best first.
        bom: Length of the byte order mark.
        plain: The bytes after the mark are valid UTF-8 and need no decoding to be given to polars.
        mended: UTF-8 with some lines that are not: their encoding.
    """

    encoding: str
    score: float
    alternatives: tuple[str, ...] = ()
    bom: int = 0
    plain: bool = False
    mended: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Decoded:
    """A decoded file.

    Args:
        text: The text, without a byte order mark.
        bad_lines: Line (from 1), issue code, detail: lines that are not in the encoding of the file.
    """

    text: str
    bad_lines: tuple[tuple[int, str, str], ...] = ()


#: A chunk that is decoded at once.
CHUNK: Final = 1024 * 1024

#: A piece that is passed over where it is ASCII: most lines of most legacy files are, and codecs take them letter by letter.
_PIECE: Final = 8 * 1024


def decode(data: bytes, guess: EncodingGuess, /) -> Decoded:
    """Decode a file as guessed. Lines that do not decode are told, never dropped."""
    body = data[guess.bom :] if guess.bom else data
    failed = False
    text = ""
    try:
        text = body.decode(guess.encoding)
    except UnicodeError:
        failed = True
    if not failed:
        return Decoded(text=text)
    if guess.encoding.startswith(("utf-16", "utf_16", "utf-32", "utf_32")) or "\n".encode(guess.encoding) != b"\n":
        text = body.decode(guess.encoding, errors="replace")
        bad = [
            (number, "bytes_undecodable", str(line.count("\ufffd")))
            for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1)
            if "\ufffd" in line
        ]
        return Decoded(text=text, bad_lines=tuple(bad))
    return _by_lines(body, guess)


def _by_lines(body: bytes, guess: EncodingGuess) -> Decoded:
    """Chunks of whole lines strictly; only a chunk that fails is looked at line by line."""
    parts: list[str] = []
    bad: list[tuple[int, str, str]] = []
    line = 1
    start = 0
    while start < len(body):
        end = min(start + CHUNK, len(body))
        if end < len(body):
            end = (body.rfind(b"\n", start, end) + 1) or (body.find(b"\n", end) + 1) or len(body)
        chunk = body[start:end]
        text = strictly(chunk, guess.encoding)
        if text is None:
            lines = chunk.splitlines(keepends=True)
            parts.extend(_one_line(content, guess, line + index, bad) for index, content in enumerate(lines))
            line += len(lines)
        else:
            parts.append(text)
            line += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
        start = end
    return Decoded(text="".join(parts), bad_lines=tuple(bad))


def _one_line(content: bytes, guess: EncodingGuess, number: int, bad: list[tuple[int, str, str]]) -> str:
    text = strictly(content, guess.encoding)
    if text is not None:
        return text
    if guess.mended is not None:
        text = strictly(content, guess.mended)
        if text is not None:
            bad.append((number, "encoding_changes", guess.mended))
            return text
    text = content.decode(guess.encoding, errors="replace")
    bad.append((number, "bytes_undecodable", str(max(1, text.count("\ufffd")))))
    return text


def strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeError:
        return None


def pieces(data: bytes, size: int | None = None) -> Iterator[bytes]:
    """Pieces of whole lines, small ones if no size is given, for encodings in which no character of several bytes holds a line
    feed."""
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + (size or _PIECE)) + 1 or data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end
