"""Decode by a guess, strictly. Lines that do not decode are read as what they are, or shown with U+FFFD, and named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .seams import Part

__all__ = ["CESU", "CHUNK", "Decoded", "EncodingGuess", "decode", "pieces", "strictly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodingGuess:
    """What was detected, or what the caller said.

    Args:
        encoding: A codec name.
        score: How sure, 0 to 1.
        alternatives: Other encodings that decode the file to another text, best first.
        bom: Length of the byte order mark.
        plain: The bytes after the mark are valid UTF-8 and need no decoding to be given to polars.
        mended: Lines that are not in the encoding: theirs. UTF-8 is tried first, whichever of the two it is; ``cesu-8`` is UTF-8
            in which a character beyond U+FFFF is written as two halves.
        parts: Of a file that several exports were joined to: each part and its own guess; the others are the first part's.
    """

    encoding: str
    score: float
    alternatives: tuple[str, ...] = ()
    bom: int = 0
    plain: bool = False
    mended: str | None = None
    parts: tuple[tuple[Part, EncodingGuess], ...] = ()


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


#: What UTF-8 with surrogates is called: characters beyond U+FFFF as two halves of three bytes each.
CESU: Final = "cesu-8"


def decode(data: bytes, guess: EncodingGuess, /) -> Decoded:
    """Decode a file as guessed. Lines that do not decode are reported, never dropped."""
    if guess.parts:
        return _by_parts(data, guess)
    body = data[guess.bom :] if guess.bom else data
    text = strictly(body, guess.encoding) if guess.mended is None else None
    if text is not None:
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


def _by_parts(data: bytes, guess: EncodingGuess) -> Decoded:
    """Each part in its own encoding, one under the other. A part that begins in the middle of a line begins a new one."""
    texts: list[str] = []
    bad: list[tuple[int, str, str]] = []
    lines = 0
    for index, (part, own) in enumerate(guess.parts):
        decoded = decode(data[part.start : part.end], own)
        if index:
            if not texts[-1].endswith(("\n", "\r")):
                texts.append("\n")
                lines += 1
            bad.append((lines + 1, "encoding_seam", own.encoding))
        texts.append(decoded.text)
        bad.extend((line + lines, code, detail) for line, code, detail in decoded.bad_lines)
        lines += decoded.text.count("\n") + decoded.text.count("\r") - decoded.text.count("\r\n")
    return Decoded(text="".join(texts), bad_lines=tuple(bad))


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
        # Any bytes are text in most code pages: where lines are in two encodings, UTF-8 is the one that can fail.
        text = strictly(chunk, guess.encoding if guess.mended is None or chunk.isascii() else "utf-8")
        if text is None or (guess.mended == "utf-8" and not chunk.isascii()):
            lines = chunk.splitlines(keepends=True)
            parts.extend(_one_line(content, guess, line + index, bad) for index, content in enumerate(lines))
            line += len(lines)
        else:
            parts.append(text)
            line += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
        start = end
    return Decoded(text="".join(parts), bad_lines=tuple(bad))


def _one_line(content: bytes, guess: EncodingGuess, number: int, bad: list[tuple[int, str, str]]) -> str:
    if content.isascii():
        return content.decode("ascii")
    names = (guess.encoding,) if guess.mended is None else (guess.encoding, guess.mended)
    for name in sorted(names, key=lambda name: name != "utf-8"):
        text = strictly(content, name) if name != CESU else _cesu(content)
        if text is not None:
            if name != guess.encoding:
                bad.append((number, "encoding_changes", name))
            return text
    text = content.decode(guess.encoding, errors="replace")
    bad.append((number, "bytes_undecodable", str(max(1, text.count("\ufffd")))))
    return text


def _cesu(data: bytes) -> str | None:
    """UTF-8 in which characters beyond U+FFFF are two surrogates; None for anything else, half a character included."""
    try:
        return data.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeError:
        return None


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
