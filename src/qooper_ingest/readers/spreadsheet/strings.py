"""The shared strings of a book: the texts that its cells name by their number.

By columns where the part is plain, else through the guarded parser; rich texts are joined, phonetic readings left out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import polars as pl

from ...errors import CorruptFileError, LimitExceededError
from ...limits import Limits
from ..containers.package import Package
from ..deadline import Deadline
from .markup import Attributes, Repaired, decode, parse, unescaped
from .tags import STRINGS, NotPlain, is_blank, pieces, tokens

__all__ = ["SharedStrings"]

#: Texts between two looks at the clock, where a parser reads them.
_BATCH: Final = 100_000


class SharedStrings:
    """The texts of a book in their order, read when a cell names one; null for an empty one, which makes an empty cell.

    ``repaired`` tells afterwards whether the list held what XML does not allow.
    """

    __slots__ = ("_found", "_limits", "_package", "_part", "_whole", "repaired")

    def __init__(self, package: Package, part: str | None, limits: Limits) -> None:
        self._package, self._part, self._limits = package, part, limits
        self._found = pl.Series([], dtype=pl.String)
        self._whole = part is None
        self.repaired = False

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
            whole: pl.Series | None = None
            with suppress(CorruptFileError):  # looked at again without what XML does not allow
                whole, _ = _walked(self._package, self._part, self._limits, deadline)
            if whole is None:
                whole, self.repaired = _walked(self._package, self._part, self._limits, deadline, repair=True)
            parts, self._whole = [whole], True
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
            empty = found["tag"].str.ends_with("/")
            if not is_blank(direct.filter(empty)):
                raise NotPlain
            direct = direct.set(empty, "")
        return unescaped(direct)
    found = found.with_columns(name=tag.str.extract(_NAME).fill_null("?"))
    name = pl.col("name")
    found = found.with_columns(item=name.is_in(["si", "si!"]), phonetic=_inside("rPh"), styled=_inside("rPr"))
    _check_string_tags(found)
    items = int(found["item"].sum())
    found = found.with_columns(at=pl.col("item").cast(pl.Int64).cum_sum() - 1)
    texts = found.filter(name.is_in(["si!", "t"]) & ~pl.col("phonetic"))
    if items == found.height or (texts.height and texts["at"].min() == -1):
        raise NotPlain
    content = name.is_in(["si!", "t"]) & ~tag.str.ends_with("/")
    if not is_blank(found.filter(~content)["text"]):
        raise NotPlain
    text = pl.when(content).then("text").otherwise(pl.lit("")).fill_null("")
    joined = texts.group_by("at", maintain_order=True).agg(text.str.join(""))
    base = pl.repeat("", items, dtype=pl.String, eager=True)
    return unescaped(base.scatter(joined["at"], joined["text"]))


#: The name of a tag; a tag of a text is written in one of a few ways.
_NAME: Final = r"^(/?[A-Za-z]+!?)(?:$|[\s/])"
_TEXT_TAG: Final = r'^(?:si!|t)(?: xml:space="(?:preserve|default)")?\s*/?$'

#: The elements of an item, and those of the properties of a run. Source: ECMA-376 part 1, 18.4.
_ELEMENTS: Final = ("si", "si!", "t", "r", "rPr", "rPh", "phoneticPr")
_PROPERTIES: Final = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "rFont", "family",
    "charset", "scheme",
)  # fmt: skip


def _inside(element: str) -> pl.Expr:
    """Whether a tag stands in an element, or is its first tag."""
    name = pl.col("name")
    opened = (name == element) & ~pl.col("tag").str.ends_with("/")
    return opened.cast(pl.Int64).cum_sum() - (name == f"/{element}").cast(pl.Int64).cum_sum() > 0


def _check_string_tags(found: pl.DataFrame) -> None:
    """Refuse what is not known for a tag of an item, and tags that do not stand where they should.

    Args:
        found: ``tag``, its ``name``, and whether it stands in a phonetic reading or in properties (``styled``).

    Raises:
        NotPlain: There is such a tag.
    """
    name, tag, following = pl.col("name"), pl.col("tag"), pl.col("name").shift(-1)
    bare = name.str.strip_prefix("/")
    own = ~tag.str.contains("xmlns", literal=True)
    known = (
        pl.when("styled")
        .then(bare.is_in([*_PROPERTIES, "rPr"]))
        .otherwise(bare.is_in(list(_ELEMENTS)) | (name == "/rPr"))
    )
    text = name.is_in(["si!", "t"])
    closed = tag.str.ends_with("/")
    # What ends a text is its own tag, or was taken away with the end of the item (`tags.STRINGS`).
    ended = closed | following.is_in(["/t", "si", "si!"]).fill_null(True)
    runs = (((name == "r") & ~closed).cast(pl.Int64).cum_sum() - (name == "/r").cast(pl.Int64).cum_sum()).is_between(
        0, 1
    )
    empty = (name != "phoneticPr") | closed | (following == "/phoneticPr").fill_null(False)
    good = known & own & (~text | (tag.str.contains(_TEXT_TAG) & ended)) & runs & empty
    if not found.select(good.fill_null(False).all()).item():
        raise NotPlain


def _walked(
    package: Package, part: str, limits: Limits, deadline: Deadline, *, repair: bool = False
) -> tuple[pl.Series, bool]:
    """The texts through a parser, and whether something that XML does not allow was replaced.

    Args:
        repair: Take out what XML does not allow.
    """
    found: list[str] = []
    parts: list[str] = []
    state = {"text": False, "phonetic": 0, "chars": 0}
    opened: list[str] = []
    limit = limits.cells

    def start(element: str, _: Attributes) -> None:
        if element == "si":
            parts.clear()
            state["chars"] = 0
        elif element == "rPh":
            state["phonetic"] += 1
        state["text"] = element == "t" and opened[-1:] in (["si"], ["r"])
        opened.append(element)

    def end(element: str) -> None:
        opened.pop()
        if element == "si":
            found.append(decode("".join(parts)))
            if len(found) > limit:
                raise LimitExceededError(limit="cells", found=len(found), allowed=limit)
            if not len(found) % _BATCH:
                deadline.check()
        elif element == "rPh":
            state["phonetic"] -= 1
        state["text"] = False

    def text(data: str) -> None:
        if state["text"] and not state["phonetic"]:
            state["chars"] += len(data)
            if state["chars"] > limits.cell_chars:
                raise LimitExceededError(limit="cell_chars", found=state["chars"], allowed=limits.cell_chars)
            parts.append(data)

    stream = package.stream(part)
    repaired = Repaired(stream)
    parse(repaired if repair else stream, start=start, end=end, text=text, deadline=deadline)
    return pl.Series(found, dtype=pl.String), repaired.changed
