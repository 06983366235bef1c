"""What both roads through a worksheet share: the state of the book, raw cells, and how they become texts.

Types, shared strings and number formats make the text of a cell. Values are taken as whole columns: of one type (`typed`),
or of any (`resolved`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import polars as pl

from ..._grid import SheetData
from ...errors import CorruptFileError
from ...issues import Issues
from ...limits import Limits
from ..containers.package import Package
from ..deadline import Deadline
from . import opc
from .grid import Grid, number_issues, placed, without_empty_values
from .iso import read_iso
from .links import address_of, link_issues
from .markup import CONTROLS, decoded, position_of, unescaped
from .number_format import NumberFormat
from .strings import SharedStrings
from .tags import NotPlain
from .values import KIND, render

__all__ = [
    "NAMES",
    "RAW",
    "TYPES",
    "Book",
    "Ref",
    "Seen",
    "finished",
    "integer",
    "kind_of",
    "known_type",
    "link",
    "refuse_references",
    "resolved",
    "typed",
]

#: Cell types as the file writes them; an unknown one is a text.
NAMES: Final = ("n", "s", "b", "e", "d", "str", "inlineStr")
TYPES: Final = pl.Enum(NAMES)

RAW: Final = pl.Schema(
    {"row": pl.UInt32(), "col": pl.UInt32(), "t": TYPES, "x": pl.UInt32(), "v": pl.String(), "f": pl.Boolean()}
)


@dataclass(frozen=True, slots=True)
class Ref:
    """A sheet as the workbook part names it."""

    name: str
    visible: bool
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What the sheets share."""

    package: Package
    limits: Limits
    date1904: bool
    formats: list[NumberFormat]
    strings: SharedStrings
    preview: bool = False  # only the first rows are read: no more texts than they name


@dataclass(slots=True)
class Seen:
    """What is met on the way through a sheet besides its cells."""

    links: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0
    rows: int = 0


def link(book: Book, ref: Ref, seen: Seen, references: list[dict[str, str]]) -> None:
    """Addresses behind cells, by the sheet's relationships."""
    if not references:
        return
    try:
        relations = opc.relations(book.package, ref.part)
    except CorruptFileError:
        relations = {}
    for one in references:
        _, target = relations.get(one.get("id", ""), ("", ""))
        address = address_of(target)
        place = position_of(one.get("ref", "").partition(":")[0])
        if address and place:
            seen.links.setdefault(place, address)


def finished(grid: Grid, seen: Seen, *, repaired: bool = False) -> SheetData:
    """The sheet with what was met on the way.

    Issues: rows_hidden, mailto_differs, sheet_repaired.
    """
    if repaired:
        grid.report(Issues.of("sheet_repaired"))
    if seen.hidden_rows:
        grid.report(Issues.of("rows_hidden", detail=str(seen.hidden_rows)))
    data = grid.finish()
    return SheetData(
        grid=data.grid,
        kinds=data.kinds,
        values=data.values,
        surplus=data.surplus,
        issues=data.issues + link_issues(data.grid, seen.links),
    )


def known_type(written: str | None) -> str:
    return "n" if written is None else (written if written in NAMES else "str")


def integer(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else None


def resolved(cells: pl.DataFrame, book: Book, grid: Grid, deadline: Deadline, *, markup: bool = True) -> None:
    """Give cells their text and kind, and hand them to the grid.

    Args:
        cells: As `RAW`.
        markup: Texts still hold entities.
    """
    value, kind = pl.col("v"), pl.col("t")
    filled = (value.is_not_null() & (value != "")).alias("filled")
    if cells["f"].any():
        # An empty text is a result; no value at all is none.
        waiting = pl.col("f") & ~filled & ~((kind == "str") & value.is_not_null())
        cells = cells.with_columns(waiting=waiting).filter(filled | pl.col("waiting"))
        bare = cells.filter("waiting")
        grid.report(placed("formula_without_value", bare))
    else:
        cells = cells.filter(filled)
        bare = cells.head(0)
    if cells.is_empty():
        return
    cells, layout = grid.layout(cells)
    parts: list[pl.DataFrame] = []
    if bare.height:
        parts.append(
            cells.filter("waiting").select(
                "flat", text=pl.lit(None, dtype=pl.String), kind=pl.lit(KIND["formula"], dtype=pl.UInt8)
            )
        )
        cells = cells.filter(~pl.col("waiting"))
    types = cells["t"].unique().sort().to_list()
    for one in types:
        part = cells.filter(kind == one) if len(types) > 1 else cells
        if one == "n":
            found = render(part.select("row", "col", "flat", "v", "x"), book.formats, date1904=book.date1904)
            if markup:
                refuse_references(found["text"], found["kind"])
            grid.report(number_issues(found, errors=True))
            parts.append(without_empty_values(found.select("flat", "text", "kind", "value")))
        else:
            places = part.select("row", "col")
            texts, kinds = typed(one, part["v"], partial(_same, places), book, grid, deadline, markup=markup)
            parts.append(pl.DataFrame({"flat": part["flat"], "text": texts, "kind": kinds}))
    grid.lay(layout, pl.concat(parts, how="diagonal") if len(parts) > 1 else parts[0])


def _same(places: pl.DataFrame) -> pl.DataFrame:
    return places


def typed(
    kind: str,
    values: pl.Series,
    places: Callable[[], pl.DataFrame],
    book: Book,
    grid: Grid,
    deadline: Deadline,
    *,
    markup: bool = True,
) -> tuple[pl.Series, pl.Series]:
    """Texts and kinds of cells of one type that is no number, in their order.

    Args:
        places: Gives ``row`` and ``col`` of the cells, should one of them be reported.
        markup: Texts still hold entities.
    """
    count = len(values)
    if markup and kind in ("b", "d", "e"):
        values = unescaped(values, escapes=False)
    match kind:
        case "s":
            return _shared(values, places, book, grid, deadline, markup=markup), kind_of("text", count)
        case "b":
            texts = values.str.strip_chars().str.to_lowercase().replace({"1": "true", "0": "false"})
            wrong = ~texts.is_in(["true", "false"])
            if wrong.any():
                grid.report(placed("value_unreadable", places().with_columns(text=values).filter(wrong)))
                texts = texts.set(wrong, None).fill_null(values)
            return texts, pl.select(
                pl.when(wrong).then(KIND["text"]).otherwise(KIND["boolean"]).cast(pl.UInt8)
            ).to_series()
        case "e":
            grid.report(placed("cell_error", places().with_columns(text=values)))
            return values, kind_of("error", count)
        case "d":
            texts, kinds = read_iso(values)
            wrong = kinds == KIND["text"]
            if wrong.any():
                grid.report(placed("value_unreadable", places().with_columns(text=values).filter(wrong)))
            return texts, kinds
        case _:
            return unescaped(values) if markup else decoded(values), kind_of("text", count)


def refuse_references(texts: pl.Series, kinds: pl.Series | None = None) -> None:
    """Refuse numbers that are written with references, or hold what XML does not allow; a number holds neither.

    Raises:
        NotPlain: There is one.
    """
    if kinds is not None and int(kinds.min() or 0) != KIND["text"]:  # type: ignore[arg-type]
        return
    if texts.str.contains("&", literal=True).any() or texts.str.contains(CONTROLS).any():
        raise NotPlain


def kind_of(name: str, count: int) -> pl.Series:
    return pl.repeat(KIND[name], count, dtype=pl.UInt8, eager=True)


def _shared(
    values: pl.Series, places: Callable[[], pl.DataFrame], book: Book, grid: Grid, deadline: Deadline, *, markup: bool
) -> pl.Series:
    index = values.cast(pl.UInt32, strict=False)
    if index.null_count():
        if markup:
            refuse_references(values)
        index = values.str.strip_chars().cast(pl.UInt32, strict=False)
    last = int(index.max() or 0)  # type: ignore[arg-type]
    strings = book.strings.first(last + 1, deadline) if book.preview else book.strings.whole(deadline)
    if index.null_count() or last >= len(strings):
        wrong = (index.is_null() | (index >= len(strings))).fill_null(True)
        grid.report(placed("cell_unreadable", places().filter(wrong)))
        index = index.set(wrong, None)
    return strings.gather(index)
