"""The shared strings of a book: the texts that its cells name by their number.

By columns where the part is plain, else through the guarded parser; rich texts are joined, phonetic readings left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import polars as pl

from ...errors import LimitExceededError
from ...limits import Limits
from ...sniff.package import Package
from ..deadline import Deadline
from .markup import Attributes, decode, parse, unescaped
from .tags import STRINGS, NotPlain, pieces, tokens

__all__ = ["shared_strings"]

#: Texts between two looks at the clock, where a parser reads them.
_BATCH: Final = 100_000


def shared_strings(package: Package, part: str, limits: Limits, deadline: Deadline) -> pl.Series:
    """The texts in their order; null for an empty one, which makes an empty cell."""
    parts: list[pl.Series] | None = None
    with suppress(NotPlain):
        parts = list(_plain(package, part, limits, deadline))
    if parts is None:
        parts = [_walked(package, part, limits, deadline)]
    joined = pl.concat(parts).rechunk() if parts else pl.Series([], dtype=pl.String)
    return joined.set(joined == "", None)


def _plain(package: Package, part: str, limits: Limits, deadline: Deadline) -> Iterator[pl.Series]:
    count = 0
    for piece in pieces(package, part, STRINGS, deadline):
        if piece.tail is not None:
            return
        series = _plain_strings(piece.body)
        count += len(series)
        if count > limits.cells:
            raise LimitExceededError(limit="cells", found=count, allowed=limits.cells)
        yield series


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
