"""The fast road of SpreadsheetML: rows that are written regularly are cut up by expressions, without an event per tag.

A spreadsheet program writes a million cells in the same few words: only the texts differ. So the rows of a table are split
at ``<Cell``, each piece at ``</Data>`` and at ``>``, and what is left beside the texts (attributes, the tag of the data, what
stands between two cells) is a handful of distinct strings. Each distinct one is checked against a strict grammar, once; the
texts must hold no ``<``, no reference but the five of XML and numbers, no control character. That *proves* that the stretch
is well-formed and says what expat would say; anything else, one rich text, one comment of a cell, one link, and the whole
file goes the careful road by events. A property test holds both roads to the same grid.

What was cut out is replaced by a mark in the table's tag; expat reads the rest of the file (names, styles, hidden sheets)
as ever, under the same guards. Which styles the numbers and dates have is told with the rows: where one of them shows more
than a number, the whole file goes the careful road too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import polars as pl

from ..deadline import Deadline
from ..xml.events import CutRows, Document, local_name
from .cells import DATETIME, FORMULA, KEY_COLUMN, KEY_ROW, KINDS_BY_TYPE, LAST_COLUMN, LAST_ROW, NUMBER, TEXT

__all__ = ["MARK", "REGULAR_FROM", "cut_regular_rows"]

#: A smaller file is read by events before its regularity is proved.
REGULAR_FROM: Final = 256 * 1024

#: The attribute that says which rows stood in a table.
MARK: Final = "regular-rows"

#: Rows are cut up in slices of this size, which stay in the processor's cache and bound the memory.
_SLICE: Final = 8 * 1024 * 1024

#: So many distinct words beside the texts are few; a file with more of them is not regular.
_WORDS: Final = 2_000

_CONTROLS: Final = bytes(code for code in range(32) if code not in {9, 10, 13})
_BLANK: Final = r"[ \t\r\n]"
_VALUE: Final = (
    r"(?:\"(?:[^\"<&]|&(?:amp|lt|gt|quot|apos|#[0-9]{1,7});)*+\"|'(?:[^'<&]|&(?:amp|lt|gt|quot|apos|#[0-9]{1,7});)*+')"
)
_ATTRIBUTES: Final = rf"(?:{_BLANK}++[A-Za-z_][A-Za-z0-9_.:\-]*+{_BLANK}*+={_BLANK}*+{_VALUE})*+{_BLANK}*+"
_ATTRIBUTE: Final = re.compile(rf"([A-Za-z_][A-Za-z0-9_.:\-]*+){_BLANK}*+={_BLANK}*+({_VALUE})")
_REFERENCE: Final = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_TABLE: Final = re.compile(rb"<((?:[A-Za-z_][A-Za-z0-9_]{0,20}:)?)Table(?=[ \t\r\n>])")
_HEAD: Final = re.compile(rb"(?:[ \t\r\n]*<\?[A-Za-z][A-Za-z0-9_\-]*[^<>?]{0,500}\?>)*[ \t\r\n]*<[A-Za-z]")


def cut_regular_rows(document: Document, deadline: Deadline) -> Document | None:
    """Cut the rows out of every table of a document that is regular throughout.

    Returns:
        The document without these rows and with the frames of their cells (as in `CellList`); None where there is
        anything that only the careful road can read.
    """
    data = document.data
    if len(data) < REGULAR_FROM or document.mark or document.wrapped or not _is_clean(data):
        return None
    kept: list[bytes] = []
    tables: list[CutRows] = []
    position = 0
    while (tag := _TABLE.search(data, position)) is not None:
        kept.append(data[position : tag.end()])
        if not _is_plain(kept[-1]):
            return None
        grammar = _Grammar(tag.group(1).decode("ascii"))
        position, after = tag.end(), data.find(grammar.table_end, tag.end())
        if after < 0:
            return None
        begin = data.find(grammar.row, tag.end(), after)
        end = data.rfind(grammar.row_end, tag.end(), after) + len(grammar.row_end)
        if begin < 0 or end < begin:
            continue
        cut = _cut(data, begin, end, grammar, deadline)
        if cut is None:
            return None
        kept += [f' {MARK}="{len(tables)}"'.encode(), data[position:begin]]
        position = end
        tables.append(cut)
    kept.append(data[position:])
    rest = b"".join(kept)
    return replace(document, data=rest, tables=tables) if tables and _is_plain(rest) else None


def _is_clean(data: bytes) -> bool:
    """True where no character stands that XML does not allow as it is, nor the mark."""
    return (
        len(data.translate(None, _CONTROLS)) == len(data)
        and all(data.find(one) < 0 for one in (b"]]>", b"\xef\xbf\xbe", b"\xef\xbf\xbf"))
        and MARK.encode() not in data
    )


def _is_plain(rest: bytes) -> bool:
    """True where no comment, CDATA, document type or instruction can hide markup.

    Asked of what is left when the rows were cut out: these hold none of it, or they would not have been regular.
    """
    head = _HEAD.match(rest)
    return b"<!" not in rest and rest.find(b"<?", head.end() - 2 if head else 0) < 0


class _Grammar:
    """The words of a file that writes its tags with one prefix."""

    def __init__(self, prefix: str) -> None:
        p = re.escape(prefix)
        self.row = f"<{prefix}Row".encode()
        self.row_end = f"</{prefix}Row>".encode()
        self.table_end = f"</{prefix}Table>".encode()
        self.cell = f"<{prefix}Cell"
        self.data_end = f"</{prefix}Data>"
        row, row_end, space = rf"<{p}Row{_ATTRIBUTES}", rf"</{p}Row>", rf"{_BLANK}*+"
        blank_rows = rf"(?:{row}/>{space}|{row}>{space}{row_end}{space})*+"
        after = rf"{space}(?:{row_end}{space}{blank_rows}(?:{row}>{space})?)?"
        named = rf"(?:{space}<{p}NamedCell{_ATTRIBUTES}/>)*+"
        #: before the first cell of a slice
        self.opening = re.compile(rf"{space}{blank_rows}{row}>{space}")
        #: between the start tags of a cell and of its data, the latter without its ``>``
        self.data = re.compile(rf"{space}<{p}Data({_ATTRIBUTES})")
        self.attributes = re.compile(rf"({_ATTRIBUTES})")
        #: from ``</Data>`` to the next cell
        self.tail = re.compile(rf"{named}{space}</{p}Cell>{after}")
        #: a cell without data, from its attributes to the next cell
        self.void = re.compile(rf"({_ATTRIBUTES})(?:/>|>{named}{space}</{p}Cell>){after}")
        self.row_tag = re.compile(rf"<{p}Row({_ATTRIBUTES})(/?)>({space}{row_end})?")


@dataclass(frozen=True, slots=True)
class _Step:
    """What stands between two cells: whether a row ends, and the last row that is told of behind it.

    ``rows`` tags of rows follow, the last of which is row ``to`` if it says so; ``opens``: that one has cells; ``hidden`` of
    them are hidden; ``styles`` are theirs.
    """

    breaks: bool
    rows: int
    to: int | None
    opens: bool
    hidden: int
    styles: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Place:
    """What the attributes of a cell say."""

    index: int | None
    merged: int
    formula: bool
    style: str


def _cut(data: bytes, begin: int, end: int, grammar: _Grammar, deadline: Deadline) -> CutRows | None:
    """The rows between two offsets, or None."""
    frames: list[pl.DataFrame] = []
    styles: set[tuple[int, str]] = set()
    row_styles: set[str] = set()
    row, hidden = -1, 0
    for first, last in _slices(data, begin, end, grammar.row_end):
        deadline.check()
        found = _cut_slice(data[first:last].decode("utf-8"), grammar, row)
        if found is None:
            return None
        frames += found.frames
        styles |= found.styles
        row_styles |= found.row_styles
        row = found.last
        hidden += found.hidden
    return CutRows(frames, row, hidden, frozenset(styles), frozenset(row_styles))


def _slices(data: bytes, begin: int, end: int, row_end: bytes) -> Iterator[tuple[int, int]]:
    """Offsets of stretches of whole rows."""
    while begin < end:
        last = end
        if end - begin > _SLICE:
            found = data.find(row_end, begin + _SLICE, end)
            last = found + len(row_end) if found >= 0 else end
        yield begin, last
        begin = last


def _cut_slice(text: str, grammar: _Grammar, row: int) -> CutRows | None:
    """Whole rows; `row` is the one before. None: not regular."""
    pieces = pl.Series("piece", [text]).str.split(grammar.cell).explode()
    first = _step(grammar.opening.fullmatch(pieces[0]), grammar)
    if first is None or len(pieces) < 2:
        return None
    frame = (
        pieces.slice(1)
        .to_frame("piece")
        .select(pl.col("piece").str.splitn(grammar.data_end, 2).struct.rename_fields(["before", "tail"]))
        .unnest("piece")
    )
    frame = frame.with_columns(
        pl.col("before").str.splitn(">", 3).struct.rename_fields(["attributes", "data", "text"]).alias("parts")
    ).unnest("parts")
    full = pl.col("tail").is_not_null()
    frame = frame.select(
        full.alias("full"),
        pl.when(full).then("attributes").otherwise("before").alias("place"),
        pl.when(full).then("tail").otherwise("before").alias("step"),
        pl.when(full).then("data").alias("data"),
        pl.when(full).then("text").alias("text"),
    )
    if bool(frame.select((pl.col("full") & pl.col("text").is_null()).any()).item()):
        return None
    # -- the words beside the texts
    texts = _texts(frame["text"])
    filled = frame["full"]
    kinds = _told(frame["data"].filter(filled), lambda word: _kind(grammar.data.fullmatch(word)))
    tails = _told(frame["step"].filter(filled), lambda word: _step(grammar.tail.fullmatch(word), grammar))
    places = _told(frame["place"].filter(filled), lambda word: _place(grammar.attributes.fullmatch(word)))
    voids = _told(frame["place"].filter(~filled), lambda word: _void(grammar.void.fullmatch(word), grammar))
    if texts is None or kinds is None or tails is None or places is None or voids is None:
        return None
    steps = {**tails, **{word: step for word, (_, step) in voids.items()}}
    where = {**places, **{word: place for word, (place, _) in voids.items()}}
    last = steps[frame["step"][-1]]
    if not last.breaks or last.opens:
        return None
    step, at = _codes(frame["step"], steps), _codes(frame["place"], where)
    breaks = _taken(step, [one.breaks for one in steps.values()], pl.Boolean())
    opens = _taken(step, [one.opens for one in steps.values()], pl.Boolean())
    if bool((breaks & ~opens).head(len(frame) - 1).any()):
        return None
    # -- rows: what follows a cell says in which row the next one is
    start = first.to if first.to is not None else row + first.rows
    on = _taken(step, [one.rows for one in steps.values()], pl.Int64()).shift(1, fill_value=0)
    to = _taken(step, [one.to for one in steps.values()], pl.Int64()).shift(1, fill_value=start)
    row_of = _running(on, to)
    # -- columns: one after the cell before, which may be wider than one
    new_row = breaks.shift(1, fill_value=True)
    index = _taken(at, [one.index for one in where.values()], pl.Int64())
    merged = _taken(at, [one.merged for one in where.values()], pl.Int64()).shift(1, fill_value=0)
    column_of = _running(
        merged + 1, index.zip_with(index.is_not_null() | ~new_row, pl.zeros(len(index), dtype=pl.Int64, eager=True))
    )
    forward = row_of - row_of.shift(1, fill_value=row) >= on.set(on == 0, 0)
    ascends = new_row | (column_of - column_of.shift(1, fill_value=-1) > merged)
    ends = last.to if last.to is not None else int(row_of[-1]) + last.rows
    if (
        start - row < first.rows
        or not bool(forward.all())
        or not bool(ascends.all())
        or ends - int(row_of[-1]) < last.rows
    ):
        return None
    if ends >= LAST_ROW or _most(column_of) >= LAST_COLUMN:
        return None
    formula = _taken(at, [one.formula for one in where.values()], pl.Boolean())
    kind = _codes(frame["data"], kinds)
    kind = _taken(kind, list(kinds.values()), pl.Int64()) if kinds else kind.cast(pl.Int64)
    used = pl.DataFrame({"kind": kind, "at": at}).filter(pl.col("kind").is_in([NUMBER, DATETIME])).unique()
    named = [one.style for one in where.values()]
    styles = frozenset((number, named[place]) for number, place in used.iter_rows())
    row_styles = first.styles.union(*(one.styles for one in steps.values()))
    cells = pl.DataFrame(
        {"row": row_of, "column": column_of, "text": texts, "kind": kind, "full": filled, "formula": formula}
    )
    cells = cells.filter((pl.col("text") != "") | (pl.col("formula") & ~pl.col("full")))
    key = pl.col("row") * 2**KEY_ROW + pl.col("column") * 2**KEY_COLUMN + pl.col("kind").fill_null(FORMULA)
    hidden = first.hidden + int(_taken(step, [one.hidden for one in steps.values()], pl.Int64()).sum())
    frames = [cells.select(key.cast(pl.UInt64).alias("key"), pl.col("text"))]
    return CutRows(frames, ends, hidden, styles, row_styles)


def _running(on: pl.Series, to: pl.Series) -> pl.Series:
    """A position for each line: ``to`` where it is given (it is for the first), else ``on`` after the one before."""
    frame = pl.DataFrame({"on": on, "to": to})
    so_far = pl.col("on").cum_sum()
    return frame.select((so_far + (pl.col("to") - so_far).forward_fill()).alias("at"))["at"]


_T = TypeVar("_T")


def _told(words: pl.Series, tell: Callable[[str], _T | None]) -> dict[str, _T] | None:
    """What each distinct word says; None where one says nothing, or where they are too many to be words."""
    distinct = words.unique()
    if len(distinct) > _WORDS:
        return None
    told: dict[str, _T] = {}
    for word in distinct.to_list():
        one = tell(word)
        if one is None:
            return None
        told[word] = one
    return told


def _codes(words: pl.Series, told: Mapping[str, object]) -> pl.Series:
    """For each word its position among those that were told; null stays null."""
    if not told:
        return pl.repeat(None, len(words), dtype=pl.UInt32, eager=True)
    return words.replace_strict(
        pl.Series(list(told), dtype=pl.String), pl.int_range(len(told), dtype=pl.UInt32, eager=True), default=None
    )


def _taken(codes: pl.Series, values: Sequence[object], dtype: pl.DataType) -> pl.Series:
    return pl.Series(values, dtype=dtype).gather(codes)


def _most(values: pl.Series) -> int:
    most = values.max()
    assert isinstance(most, int)
    return most


def _named(text: str) -> dict[str, str] | None:
    """Attributes by their local names; None where one stands twice."""
    found = _ATTRIBUTE.findall(text)
    if len({name for name, _ in found}) != len(found):
        return None
    values = {}
    for name, value in found:
        resolved = _unescaped(value[1:-1])
        if resolved is None:
            return None
        values[local_name(name)] = resolved
    return values


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and 0 < len(text) <= 9 and text.isascii() and text.isdigit() else None


def _kind(found: re.Match[str] | None) -> int | None:
    given = _named(found[1]) if found else None
    return None if given is None else KINDS_BY_TYPE.get(given.get("Type", ""), TEXT)


def _place(found: re.Match[str] | None) -> _Place | None:
    given = _named(found[1]) if found else None
    if given is None or "HRef" in given:
        return None
    index, merged = _number(given.get("Index")), _number(given.get("MergeAcross"))
    if ("Index" in given and not index) or ("MergeAcross" in given and merged is None):
        return None
    return _Place(index - 1 if index else None, merged or 0, "Formula" in given, given.get("StyleID", ""))


def _void(found: re.Match[str] | None, grammar: _Grammar) -> tuple[_Place, _Step] | None:
    place, step = _place(found), _step(found, grammar)
    return None if place is None or step is None else (place, step)


def _step(found: re.Match[str] | None, grammar: _Grammar) -> _Step | None:
    """What a word says of rows. Only the last tag of a row may say its index, and none a span."""
    if found is None:
        return None
    word = found.group()
    tags = list(grammar.row_tag.finditer(word))
    to: int | None = None
    hidden = 0
    styles: set[str] = set()
    for number, tag in enumerate(tags, 1):
        given = _named(tag[1])
        if given is None or "Span" in given:
            return None
        hidden += given.get("Hidden") == "1"
        styles.add(given.get("StyleID", ""))
        if "Index" in given:
            index = _number(given["Index"])
            if not index or number < len(tags):
                return None
            to = index - 1
    opens = bool(tags) and not tags[-1][2] and not tags[-1][3]
    return _Step(grammar.row_end.decode() in word, len(tags), to, opens, hidden, frozenset(styles))


def _texts(texts: pl.Series) -> pl.Series | None:
    """The texts as expat would give them: line ends and references resolved; null is blank."""
    texts = texts.fill_null("")
    if bool(texts.str.contains("<", literal=True).any()):
        return None
    if bool(texts.str.contains("\r", literal=True).any()):
        texts = texts.str.replace_all("\r\n", "\n", literal=True).str.replace_all("\r", "\n", literal=True)
    marked = texts.str.contains("&", literal=True)
    if not bool(marked.any()):
        return texts
    distinct = texts.filter(marked).unique().to_list()
    resolved = [_unescaped(one) for one in distinct]
    if any(one is None for one in resolved):
        return None
    return texts.replace(pl.Series(distinct, dtype=pl.String), pl.Series(resolved, dtype=pl.String))


def _unescaped(text: str) -> str | None:
    """References resolved; None where one is not XML's."""
    if "&" not in text:
        return text
    legal = True

    def resolve(found: re.Match[str]) -> str:
        nonlocal legal
        if found[1]:
            return _NAMED[found[1]]
        point = int(found[2]) if found[2] else int(found[3], 16)
        legal = legal and (
            point in {9, 10, 13} or 32 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or 0x10000 <= point < 0x110000
        )
        return chr(point) if legal else ""

    resolved = _REFERENCE.sub(resolve, text)
    return resolved if legal and "&" not in _REFERENCE.sub("", text) else None
