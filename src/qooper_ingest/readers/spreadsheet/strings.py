"""The shared strings of a book: the texts that its cells name by their number.

By columns where the part is plain, else through the guarded parser; rich texts are joined, phonetic readings left out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import polars as pl

from ...errors import LimitExceededError
from ...limits import Limits
from ..containers.package import Package
from ..deadline import Deadline
from .markup import Attributes, decode, parse, unescaped
from .tags import STRINGS, NotPlain, pieces, tokens

__all__ = ["SharedStrings"]

#: Texts between two looks at the clock, where a parser reads them.
_BATCH: Final = 100_000


class SharedStrings:
    """The texts of a book in their order, read when a cell names one; null for an empty one, which makes an empty cell."""

    __slots__ = ("_found", "_limits", "_package", "_part", "_whole")

    def __init__(self, package: Package, part: str | None, limits: Limits) -> None:
        self._package, self._part, self._limits = package, part, limits
        self._found = pl.Series([], dtype=pl.String)
        self._whole = part is None

    def whole(self, deadline: Deadline) -> pl.Series:
        """All of them."""
        if not self._whole:
            self._read(deadline, None)
        return self._found

    def first(self, count: int, deadline: Deadline) -> pl.Series:
        """So many of them or more, if there are as many: the first rows of a sheet name the first texts."""
        if not self._whole and len(self._found) < count:
            self._read(deadline, count)
        return self._found

    def _read(self, deadline: Deadline, count: int | None) -> None:
        assert self._part is not None
        parts: list[pl.Series] | None = None
        with suppress(NotPlain):
            parts, self._whole = _plain(self._package, self._part, self._limits, deadline, count)
        if parts is None:
            parts, self._whole = [_walked(self._package, self._part, self._limits, deadline)], True
        joined = pl.concat(parts).rechunk() if parts else self._found.clear()
        self._found = joined.set(joined == "", None)


def _plain(
    package: Package, part: str, limits: Limits, deadline: Deadline, count: int | None
) -> tuple[list[pl.Series], bool]:
    """The texts in pieces, and whether they are all of them."""
    found: list[pl.Series] = []
    height = 0
    for piece in pieces(package, part, STRINGS, deadline, preview=count is not None):
        if piece.tail is not None:
            return found, True
        found.append(_plain_strings(piece.body))
        height += len(found[-1])
        if height > limits.cells:
            raise LimitExceededError(limit="cells", found=height, allowed=limits.cells)
        if count is not None and height >= count:
            return found, False
    raise NotPlain  # the list does not end


#: The tags of items whose text stands directly behind them, or that have none.
_DIRECT: Final = frozenset(("si!", 'si! xml:space="preserve"', "si!/", "si/"))


def _plain_strings(body: bytes) -> pl.Series:
    """The texts of ``<si>`` elements: their ``<t>`` joined, without phonetic readings (``<rPh>``)."""
    found = tokens(body)
    tag = pl.col("tag")
    tags = found["tag"].unique()
    if _DIRECT.issuperset(tags):
        direct = found["text"].fill_null("")
        if any(one.endswith("/") for one in tags):  # what follows an item without a text are blanks between items
            direct = direct.set(found["tag"].str.ends_with("/"), "")
        return unescaped(direct)
    found = found.with_columns(item=tag.str.starts_with("si"))
    if found["item"].all():
        raise NotPlain
    found = found.with_columns(at=pl.col("item").cast(pl.Int64).cum_sum() - 1)
    name = tag.str.extract(r"^(/?[A-Za-z]+!?)")
    rest = found.with_columns(name=name)
    known = rest["name"].is_in(list(_STRING_TAGS)) | rest["name"].str.starts_with("/")
    inside_run_properties = (
        (rest["name"] == "rPr").cast(pl.Int64).cum_sum() - (rest["name"] == "/rPr").cast(pl.Int64).cum_sum()
    ) > 0
    # A self-closed <rPr/> opens nothing.
    if rest["tag"].is_in(["rPr/", "rPr /"]).any() or not (known.fill_null(False) | inside_run_properties).all():
        raise NotPlain
    phonetic = (
        (rest["name"] == "rPh").cast(pl.Int64).cum_sum() - (rest["name"] == "/rPh").cast(pl.Int64).cum_sum()
    ) > 0
    items = int(rest["item"].sum())
    texts = rest.filter(pl.col("name").is_in(["si!", "t"]) & ~phonetic)
    if texts["at"].min() == -1 if texts.height else False:
        raise NotPlain
    # Behind a closed element stand blanks, if anything.
    text = pl.when(~tag.str.ends_with("/")).then("text").otherwise(pl.lit("")).fill_null("")
    joined = texts.group_by("at", maintain_order=True).agg(text.str.join(""))
    base = pl.repeat("", items, dtype=pl.String, eager=True)
    return unescaped(base.scatter(joined["at"], joined["text"]))


_STRING_TAGS: Final = ("si", "si!", "t", "r", "rPr", "rPh", "phoneticPr")


def _walked(package: Package, part: str, limits: Limits, deadline: Deadline) -> pl.Series:
    found: list[str] = []
    parts: list[str] = []
    state = {"text": False, "phonetic": 0, "chars": 0}
    limit = limits.cells

    def start(element: str, _: Attributes) -> None:
        if element == "si":
            parts.clear()
            state["chars"] = 0
        elif element == "rPh":
            state["phonetic"] += 1
        elif element == "t":
            state["text"] = True

    def end(element: str) -> None:
        if element == "si":
            found.append(decode("".join(parts)))
            if len(found) > limit:
                raise LimitExceededError(limit="cells", found=len(found), allowed=limit)
            if not len(found) % _BATCH:
                deadline.check()
        elif element == "rPh":
            state["phonetic"] -= 1
        elif element == "t":
            state["text"] = False

    def text(data: str) -> None:
        if state["text"] and not state["phonetic"]:
            state["chars"] += len(data)
            if state["chars"] > limits.cell_chars:
                raise LimitExceededError(limit="cell_chars", found=state["chars"], allowed=limits.cell_chars)
            parts.append(data)

    parse(package.stream(part), start=start, end=end, text=text, deadline=deadline)
    return pl.Series(found, dtype=pl.String)
