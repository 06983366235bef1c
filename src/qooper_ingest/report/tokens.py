"""What ties a row of a mend file to the row of the upload that it came from.

A mend file goes through a stranger's spreadsheet program, which sorts rows, drops some, and may be asked to write another format. So
the file carries what is needed to find the way back, in one column: over it, what the rows have in common (the upload's digest,
the labels of its columns, the numbers of all rows that were written); beside each row its number and a digest of every cell as
it was written, so that what has been changed is known without the upload. A check sum tells a token that was damaged or typed
over. Tokens hold no text of any cell. They are not secret and prove nothing: whoever sends a mend file may change what they want in
it, as they may in the upload.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..corrections import DIGEST_BYTES, digest_of_cell

__all__ = ["FileToken", "RowToken", "file_token", "find_pieces", "parse_file_token", "parse_row_token", "row_token"]

_VERSION: Final = 1

#: A piece of a token: the last word of a label.
_PIECE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SUM: Final = 4
_HEAD: Final = struct.Struct(">BIH")
_OTHER: Final = struct.Struct(">H")

#: A file token that unpacks to more than this was not written here.
_MOST: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToken:
    """What all rows have in common.

    Args:
        source: Digest of the upload, where it is known.
        labels: Digests of the labels of the customer's columns, in order, as they are read from the mend file.
        letters: The columns of the upload that they are.
        rows: The rows that were written, ascending.
        guarded: Whether texts have an apostrophe in front (`mend.guarded`), whatever format the file comes back in.
        own: The labels of the columns in front of the customer's; the last one is that of the decisions.
        decisions: What may be decided in the language of the file, folded, and the answer that it is.
    """

    source: str | None
    labels: tuple[str, ...]
    letters: tuple[str, ...]
    rows: tuple[int, ...]
    guarded: bool
    own: tuple[str, ...]
    decisions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowToken:
    """A row: its number in the upload; of every cell the digest of what was written, and of what the upload said."""

    row: int
    written: tuple[str, ...]
    said: tuple[str, ...]


def file_token(token: FileToken, /) -> str:
    """The token over the column of tokens, behind the label."""
    steps = [row - before for before, row in zip((0, *token.rows), token.rows, strict=False)]
    document = [
        _VERSION,
        token.source,
        list(token.labels),
        list(token.letters),
        steps,
        token.guarded,
        list(token.own),
        [list(pair) for pair in token.decisions],
    ]
    return _sealed(zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 9))


def parse_file_token(text: str, /) -> FileToken | None:
    """Read what `file_token` wrote; None for anything else."""
    data = _opened(text)
    if data is None:
        return None
    unpacker = zlib.decompressobj()
    try:
        document = json.loads(unpacker.decompress(data, _MOST))
        version, source, labels, letters, steps, guarded, own, decisions = document
        said = tuple((str(words), str(answer)) for words, answer in decisions)
        rows: list[int] = []
        for step in steps:
            rows.append((rows[-1] if rows else 0) + int(step))
    except (ValueError, TypeError, zlib.error, RecursionError):
        return None
    if version != _VERSION or not own or len(labels) != len(letters) or not all(0 < row < 2**32 for row in rows):
        return None
    return FileToken(
        source=source if source is None else str(source),
        labels=tuple(map(str, labels)),
        letters=tuple(map(str, letters)),
        rows=tuple(rows),
        guarded=bool(guarded),
        own=tuple(map(str, own)),
        decisions=said,
    )


def find_pieces(labels: Sequence[str | None], /) -> tuple[FileToken, list[int]] | None:
    """Find the token in a row of labels: whatever its language, it is the last word of a label, or of several of one beginning.

    Returns:
        What it says, and the positions of the labels that hold it; None where there is none.
    """
    groups: dict[str, list[tuple[int, str]]] = {}
    for position, label in enumerate(labels):
        words = label.rsplit(maxsplit=1) if label is not None else []
        if len(words) == 2 and _PIECE.fullmatch(words[1]):
            groups.setdefault(words[0], []).append((position, words[1]))
    for pieces in groups.values():
        token = parse_file_token("".join(piece for _, piece in pieces))
        if token is not None:
            return token, [position for position, _ in pieces]
    return None


def row_token(row: int, written: Sequence[str | None], said: Sequence[str | None], /) -> str:
    """The token of a row, from its cells as they are read from the mend file and as the upload has them."""
    data = _HEAD.pack(_VERSION, row, len(written)) + b"".join(map(_digest, written))
    for position, (shown, original) in enumerate(zip(written, said, strict=True)):
        if (shown or None) != (original or None):
            data += _OTHER.pack(position) + _digest(original)
    return _sealed(data)


def parse_row_token(text: str, /) -> RowToken | None:
    """Read what `row_token` wrote; None for anything else."""
    data = _opened(text.strip())
    if data is None or len(data) < _HEAD.size:
        return None
    version, row, count = _HEAD.unpack_from(data)
    body, rest = data[_HEAD.size :][: count * DIGEST_BYTES], data[_HEAD.size + count * DIGEST_BYTES :]
    width = _OTHER.size + DIGEST_BYTES
    if version != _VERSION or row < 1 or len(body) != count * DIGEST_BYTES or len(rest) % width:
        return None
    written = [body[at : at + DIGEST_BYTES].hex() for at in range(0, len(body), DIGEST_BYTES)]
    said = list(written)
    for at in range(0, len(rest), width):
        (position,) = _OTHER.unpack_from(rest, at)
        if position >= count:
            return None
        said[position] = rest[at + _OTHER.size : at + width].hex()
    return RowToken(row=row, written=tuple(written), said=tuple(said))


def _digest(cell: str | None) -> bytes:
    return bytes.fromhex(digest_of_cell(cell))


def _sealed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data + hashlib.sha256(data).digest()[:_SUM]).decode().rstrip("=")


def _opened(text: str) -> bytes | None:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, check = data[:-_SUM], data[-_SUM:]
    return body if len(data) > _SUM and hashlib.sha256(body).digest()[:_SUM] == check else None
