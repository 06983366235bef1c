"""A part of a package cut into tags and texts by columns, without a parser.

A sheet and the shared strings are one long list each. The part is inflated in steps and cut between the items of the list;
what is written often is written shorter; and each piece goes through polars' csv parser with ``<`` as the end of a line and
``>`` as the separator, which is exactly how XML is cut into tags and texts as long as no comment, CDATA section or raw ``>``
is in it. Whatever is met that is not so raises `NotPlain`: then a parser reads the part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import polars as pl

from ..containers.package import Package
from ..deadline import Deadline

__all__ = ["CELLS", "STRINGS", "Listing", "NotPlain", "Piece", "is_blank", "pieces", "tokens"]

#: A piece of a worksheet: large enough for two threads, small enough that its scratch memory does not matter.
_PIECE: Final = 8 * 1024 * 1024

#: What is unpacked and marked at once: it stays in the processor's cache.
_STEP: Final = 512 * 1024

#: A piece for a preview of some rows.
_PREVIEW_PIECE: Final = 256 * 1024

#: ``sheetData`` starts within this of the top of any sheet; what stands before it are views and column widths.
_HEAD: Final = 4 * 1024 * 1024

#: A row longer than this many bytes is left to the careful road, which holds one cell at a time. Also for what follows
#: the cells (links, validations).
_LONG: Final = 64 * 1024 * 1024


class NotPlain(Exception):  # noqa: N818  (a signal between the two roads, not an error)
    """The fast road cannot prove that it reads the part exactly."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole elements of a list, or (``tail``) what stands after the list."""

    body: bytes = b""
    tail: bytes | None = None


#: What is written often is written shorter before tags are told apart: one token for a text with its element instead of
#: four. A closing tag is taken away only where a tag follows at once: blanks between elements are not part of a text.
_Marks = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that makes up a part.

    Args:
        opening: How its tag begins.
        items: How the tags of its items begin.
        closing: Its end.
        marks: What is written shorter, where the first items hold the sign before it. It decides only about the speed.
    """

    opening: bytes
    items: tuple[bytes, ...]
    closing: bytes
    marks: tuple[tuple[bytes, _Marks], ...]


CELLS: Final = Listing(
    b"<sheetData",
    (b"<row ", b"<row>"),
    b"</sheetData>",
    (
        (b"", (('"><v>', '"!>'), ("</v></c><", "<"))),
        (b"<is><t", (('"><is><t', '"!'), ("</t></is></c><", "<"))),
    ),
)
STRINGS: Final = Listing(b"<sst", (b"<si",), b"</sst>", ((b"", (("<si><t", "<si!"), ("</t></si><", "<"))),))

#: The end of an item of a list of texts: the next one stands at the beginning of the next piece.
_STRING_END: Final = b"</t></si>"


def pieces(
    package: Package, part: str, listing: Listing, deadline: Deadline, *, preview: bool = False
) -> Iterator[Piece]:
    """Cut a part between the items of its list, marked; the tail comes last.

    Args:
        preview: The first pieces are small.

    Raises:
        NotPlain: The list cannot be found by its bytes.
    """
    size = _PREVIEW_PIECE if preview else _PIECE
    step = min(size, _STEP) if preview else _STEP
    return _gathered(_cut(package.stream(part, step=step), listing, step, deadline), listing, size)


def _cut(stream: Iterator[bytes], listing: Listing, size: int, deadline: Deadline) -> Iterator[Piece]:
    """Cut a part between the items of its one long list; the tail comes last.

    The end of the list is looked for behind the last item of a step only: a list that goes on after its end is none, and
    its closing tag is then met among the tags.

    Raises:
        NotPlain: The list cannot be found by its bytes.
    """
    closing = listing.closing
    pending = bytearray()
    start = -1
    for step in stream:
        pending += step
        start = pending.find(listing.opening)
        if start >= 0 and pending.find(b">", start) >= 0:
            break
        if len(pending) > _HEAD:
            raise NotPlain
    head_end = pending.find(b">", start) if start >= 0 else -1
    if head_end < 0:
        raise NotPlain
    head = bytes(pending[: head_end + 1])
    if b"<!" in head or not _utf8(head):
        raise NotPlain
    if head.endswith(b"/>"):
        yield Piece(tail=bytes(pending[head_end + 1 :]) + _all(stream))
        return
    steps = [bytes(pending[head_end + 1 :])]
    before = b""  # the end of what stands before the last step: the closing tag may be cut in two
    held = len(steps[0])
    while True:
        last = steps[-1]
        cut = next((found for item in listing.items if (found := last.rfind(item)) >= 0), -1)
        end = _find(before, last, closing, max(cut, 0))
        if end is not None:
            body = b"".join(steps)
            stop = len(body) - len(last) + end
            if stop > 0:
                yield Piece(_one_line_end(body[:stop]))
            deadline.check()
            yield Piece(tail=body[max(stop, 0) :] + _all(stream))
            return
        if held > size + _LONG:
            raise NotPlain
        if held >= size and (cut > 0 or (cut == 0 and len(steps) > 1)):
            yield Piece(_one_line_end(b"".join((*steps[:-1], last[:cut]))))
            deadline.check()
            steps = [last[cut:]]
            last = steps[0]
            held = len(last)
        before = last[1 - len(closing) :] if len(last) >= len(closing) else (before + last)[1 - len(closing) :]
        step = next(stream, b"")
        if not step:
            raise NotPlain  # the list does not end: the careful road says what is wrong
        steps.append(step)
        held += len(step)


def _all(stream: Iterator[bytes]) -> bytes:
    """The rest of a part, if it is not too long."""
    parts: list[bytes] = []
    held = 0
    for step in stream:
        held += len(step)
        if held > _LONG:
            raise NotPlain
        parts.append(step)
    return b"".join(parts)


def _find(before: bytes, last: bytes, wanted: bytes, start: int) -> int | None:
    """Where ``wanted`` begins in ``last``, from ``start`` on; negative when it begins before ``last``."""
    across = (before + last[: len(wanted) - 1]).find(wanted)
    if 0 <= across < len(before):
        return across - len(before)
    found = last.find(wanted, start)
    return found if found >= 0 else None


def _utf8(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:64]:
        return False
    found = re.search(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)""", head[:256])
    return found is None or found[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def _one_line_end(body: bytes) -> bytes:
    """Line ends as a parser gives them."""
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in body else body


def _gathered(pieces: Iterator[Piece], listing: Listing, size: int) -> Iterator[Piece]:
    """Small pieces marked, and put together to larger ones."""
    waiting: list[bytes] = []
    held = 0
    seen = False
    marks: _Marks = ()
    for piece in pieces:
        if piece.tail is None:
            if not seen:
                marks = tuple(pair for sign, pairs in listing.marks if sign in piece.body for pair in pairs)
                seen = True
            waiting.append(_marked(piece.body, marks))
            held += len(waiting[-1])
            if held < size:
                continue
        if waiting:
            yield Piece(b"".join(waiting))
            waiting, held = [], 0
            size = min(2 * size, max(size, _PIECE))  # rows may be long, and each piece costs something for each column
        if piece.tail is not None:
            yield piece


def _marked(body: bytes, marks: _Marks) -> bytes:
    """Write shorter what is written often, by an expression: twice as quick as bytes do it."""
    try:
        text = pl.Series([body.removesuffix(_STRING_END)]).cast(pl.String)
    except pl.exceptions.PolarsError:  # no UTF-8
        text = None
    if text is None:
        raise NotPlain
    for old, new in marks:
        text = text.str.replace_all(old, new, literal=True)
    return text.cast(pl.Binary).item()  # type: ignore[no-any-return]


def tokens(body: bytes) -> pl.DataFrame:
    """Tags and the texts after them, in order; null for no text.

    Comments, CDATA sections and instructions come as tags that begin with ``!`` or ``?``.

    Raises:
        NotPlain: The piece cannot be cut without a loss.
    """
    start = body.find(b"<", 0, 4096)
    if start < 0:
        if body.strip():
            raise NotPlain
        return pl.DataFrame(schema={"tag": pl.String, "text": pl.String})
    frame: pl.DataFrame | None = None
    with suppress(pl.exceptions.PolarsError):
        frame = _lines(body, {"tag": pl.String(), "text": pl.String()}, separator=">")
    if frame is None and b"\x01" not in body:
        # A raw ">" in a text is legal: the first one of a piece ends the tag.
        with suppress(pl.exceptions.PolarsError):
            whole = _lines(body, {"all": pl.String()}, separator="\x01")
            split = whole.select(pl.col("all").str.splitn(">", 2).struct.rename_fields(["tag", "text"])).unnest("all")
            frame = split.with_columns(text=pl.when(pl.col("text") != "").then("text"))
    if frame is None or frame["tag"].null_count():
        raise NotPlain
    # Nothing was lost, and every tag ends: a "<" between any two, a ">" in each.
    inside = int(frame.select(pl.sum_horizontal(pl.all().str.len_bytes().cast(pl.UInt64).sum())).item())
    if start + inside + 2 * frame.height != len(body):
        raise NotPlain
    return frame.rechunk()


def is_blank(texts: pl.Series) -> bool:
    """Whether texts between elements are nothing but whitespace."""
    found = texts.drop_nulls()
    return found.is_empty() or bool((found.str.strip_chars(" \t\n").str.len_bytes() == 0).all())


def _lines(body: bytes, schema: dict[str, pl.DataType], *, separator: str) -> pl.DataFrame:
    """What stands between the ``<`` of a piece, from the first one on."""
    return pl.read_csv(
        body,
        has_header=False,
        skip_lines=1,
        separator=separator,
        eol_char="<",
        quote_char=None,
        schema=schema,
        glob=False,
    )
