"""From another encoding to UTF-8, which is what polars reads."""

from __future__ import annotations

from .decoding import EncodingGuess, pieces
from .ranking import PRIOR

__all__ = ["as_utf8"]


def as_utf8(data: bytes, guess: EncodingGuess, /) -> bytes | None:
    """The file in UTF-8, without a byte order mark; None where lines are in another encoding or in none.

    In the encodings that are guessed a piece of ASCII is what it is, and the text is never whole in memory.
    """
    if guess.parts or guess.mended is not None:
        return None  # by lines, which are named
    try:
        if guess.encoding not in PRIOR:
            text = str(memoryview(data)[guess.bom :], guess.encoding)
            return text.encode("utf-8", errors="surrogatepass")
        return b"".join(
            piece if piece.isascii() else piece.decode(guess.encoding).encode("utf-8") for piece in pieces(data)
        )
    except UnicodeError:
        return None
