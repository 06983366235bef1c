"""Cells of whole rows, read column by column.

The cells of a column are written alike: one type, one style, and the position that is expected. So the tags of a column
are only compared with what they should be, and its values are read at once and in their order. What is written
differently (a heading, a sum, a cell of another type) is looked at apart.

Not read here, but cell by cell: short columns, rows or cells that stand twice or in disorder, many forms in one column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl

from ..._grid import column_position
from ..deadline import Deadline
from .grid import LAST_COLUMN, Column, Grid, number_issues, placed
from .number_format import GENERAL
from .tags import NotPlain
from .values import KIND, Rendered, render_alike
from .worksheet import NAMES, Book, integer, kind_of, known_type, refuse_references, typed

__all__ = ["Cells", "coded", "form_of", "lay_columns"]

#: Columns are read one by one where they have this many cells on average; below it, cell by cell costs less. Where rows
#: leave cells out, the cells of a column have to be looked for.
_TALL: Final = 100
_TALL_WITH_GAPS: Final = 2_000

#: More forms than this in one column are read cell by cell.
_FORMS: Final = 64

#: More kinds of attributes behind the position of a cell than this are no plain part.
_TAILS: Final = 10_000

_PLAIN_REFERENCE: Final = re.compile(r'c r="([A-Z]{1,3})[0-9]+"')

#: The letters of a reference by its first three characters.
_LETTERS: Final = re.compile("[A-Z]{1,2}(?=[0-9])|[A-Z]{3}")

_FORM: Final = re.compile(r'((?:\s+[\w:.-]+\s*=\s*"[^"]*")*)\s*(!(?: xml:space="preserve")?|!?/|)')
_ATTRIBUTE: Final = re.compile(r'([\w:.-]+)\s*=\s*"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of whole rows as the file holds them."""

    numbers: pl.Series  # of the rows, as texts
    rows: pl.Series  # the same as UInt32
    tags: pl.Series
    texts: pl.Series  # what stands directly behind the tag, or the value that was found for the cell
    lines: pl.Series  # which of the rows
    formulas: pl.Series | None = None  # the cell holds one; None: no cell does
    settled: bool = False  # the texts are the values, whatever the tags end with


@dataclass(frozen=True, slots=True)
class Form:
    """What stands behind the position of a cell."""

    kind: str
    style: int | None
    direct: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """Cells of a column that are written alike."""

    position: int
    form: Form | None  # None: formulas without a value
    lines: pl.Series | None  # which rows of the batch; None for all of them
    values: pl.Series


@dataclass(frozen=True, slots=True)
class _Column:
    """The cells of one column as the file holds them."""

    letters: str
    lines: pl.Series | None
    tags: pl.Series
    texts: pl.Series
    formulas: pl.Series | None


def lay_columns(cells: Cells, book: Book, grid: Grid, deadline: Deadline) -> bool:
    """Give cells their text and kind, and hand them to the grid.

    Returns:
        Whether they could be read by columns; else nothing is done.
    """
    parts = _parts(cells)
    if parts is None:
        return False
    alike: dict[tuple[str, int | None], list[_Part]] = {}
    waiting: list[_Part] = []
    for part in parts:
        if part.form is None:
            waiting.append(part)
        else:
            alike.setdefault((part.form.kind, part.form.style if part.form.kind == "n" else None), []).append(part)
    found: dict[int, list[tuple[_Part, Column]]] = {}
    if waiting:
        grid.report(placed("formula_without_value", _places(waiting, cells.rows)))
    for part in waiting:
        count = len(part.values)
        blank = pl.repeat(None, count, dtype=pl.String, eager=True)
        found.setdefault(part.position, []).append((part, Column(blank, kind_of("formula", count))))
    for kind, style in sorted(alike, key=lambda one: (NAMES.index(one[0]), one[1] or 0)):
        group = alike[kind, style]
        values = pl.concat([part.values for part in group]).rechunk()
        if kind == "n":
            shown = book.formats[style or 0] if (style or 0) < len(book.formats) else GENERAL
            rendered = render_alike(values, shown, date1904=book.date1904)
            refuse_references(rendered.text, rendered.kind)
            _report_odd(rendered, group, cells.rows, grid)
            column = Column(rendered.text, rendered.kind, rendered.value)
        else:
            column = Column(*typed(kind, values, partial(_places, group, cells.rows), book, grid, deadline))
        at = 0
        for part in group:
            count = len(part.values)
            found.setdefault(part.position, []).append((part, _slice(column, at, count)))
            at += count
    _columned(found, cells.rows, grid)
    return True


def _report_odd(found: Rendered, parts: list[_Part], rows: pl.Series, grid: Grid) -> None:
    """Report numbers that are no dates, no numbers, or none of a spreadsheet."""
    if found.odd.any() or int(found.kind.max() or 0) == KIND["error"] or int(found.kind.min() or 0) == KIND["text"]:  # type: ignore[arg-type]
        places = _places(parts, rows).with_columns(text=found.text, kind=found.kind, odd=found.odd)
        grid.report(number_issues(places, errors=True))


def _slice(column: Column, at: int, count: int) -> Column:
    values = None if column.values is None else column.values.slice(at, count)
    return Column(column.texts.slice(at, count), column.kinds.slice(at, count), values)


def _parts(cells: Cells) -> list[_Part] | None:
    """The cells by columns and forms; None where they are better, or only, read one by one.

    That is where columns are short, or a row or a cell stands twice or in disorder.
    """
    if not (cells.rows.diff() > 0).all():
        return None
    for divide in (_equal_rows, _any_rows):
        columns = divide(cells)
        parts = _split_all(columns, cells) if columns else None
        if parts is not None:
            return parts
    return None


def _split_all(columns: list[_Column], cells: Cells) -> list[_Part] | None:
    """The cells of all columns by their forms; None where one of them is not of its column and its row."""
    usual = [_usual(column, cells) for column in columns]
    tails = [tail for tail in usual if tail is not None]
    if len(tails) < len(columns):
        return None
    parts: list[_Part] = []
    for column, tail, same in zip(columns, tails, _same_tags(columns, tails, cells), strict=True):
        found = _split(column, cells, tail, same)
        if found is None:
            return None
        parts += found
    return parts


def _equal_rows(cells: Cells) -> list[_Column] | None:
    """Every n-th cell, where every row seems to have the columns of the first one (`_split` says whether it has)."""
    height, count = len(cells.rows), len(cells.tags)
    width = count // height if height else 0
    if not width or width * height != count or height < _TALL:
        return None
    if not (cells.lines == pl.int_range(count, dtype=pl.UInt32, eager=True) // width).all():
        return None
    names = [_PLAIN_REFERENCE.match(tag) for tag in cells.tags.head(width).to_list()]
    letters = [name[1] for name in names if name is not None]
    if len(set(letters)) < width:
        return None
    frame = pl.DataFrame({"tag": cells.tags, "text": cells.texts})
    if cells.formulas is not None:
        frame = frame.with_columns(formula=cells.formulas)
    # All of them at once: a sheet may be wide.
    every = [
        pl.col(name).gather_every(width, at).alias(f"{name} {at}") for at in range(width) for name in frame.columns
    ]
    found = frame.select(every).get_columns()
    step = frame.width
    return [
        _Column(name, None, found[at * step], found[at * step + 1], found[at * step + 2] if step > 2 else None)
        for at, name in enumerate(letters)
    ]


def _any_rows(cells: Cells) -> list[_Column] | None:
    """The cells of each letter, whatever columns a row has."""
    # Of a tag that begins in another way these are no letters, or not those that `_usual` and `_same_tags` want.
    heads = cells.tags.str.slice(len('c r="'), 3)
    distinct = heads.unique()
    found = [_LETTERS.match(head) for head in distinct.to_list()]
    names = [name[0] for name in found if name is not None]
    order = {name: code for code, name in enumerate(sorted(set(names)))}
    if len(names) < len(distinct) or len(order) * _TALL_WITH_GAPS > len(heads):
        return None
    codes = pl.Series([order[name] for name in names], dtype=pl.UInt16)
    codes = codes.gather(heads.cast(pl.Enum(distinct)).to_physical())
    frame = pl.DataFrame({"line": cells.lines, "tag": cells.tags, "text": cells.texts})
    if cells.formulas is not None:
        frame = frame.with_columns(formula=cells.formulas)
    columns: list[_Column] = []
    for name, code in order.items():
        lines, tags, texts, *formulas = frame.filter(codes == code).get_columns()
        if not (lines.diff() > 0).all():
            return None
        columns.append(_Column(name, lines, tags, texts, formulas[0] if formulas else None))
    return columns


def _numbers(column: _Column, cells: Cells) -> pl.Series:
    return cells.numbers if column.lines is None else cells.numbers.gather(column.lines)


def _usual(column: _Column, cells: Cells) -> str | None:
    """What stands behind the position of a cell in the middle: a heading, or a sum, may be written differently."""
    middle = len(column.tags) // 2
    number = cells.numbers[middle if column.lines is None else int(column.lines[middle])]
    begin = f'c r="{column.letters}{number}"'
    tag = column.tags[middle]
    return tag.removeprefix(begin) if tag.startswith(begin) and column_position(column.letters) < LAST_COLUMN else None


def _same_tags(columns: list[_Column], tails: list[str], cells: Cells) -> list[pl.Series]:
    """Which cells of each column have the position of their row and the usual rest."""

    def same(name: str, column: _Column, tail: str) -> pl.Expr:
        return pl.col(name) == pl.concat_str(pl.lit(f'c r="{column.letters}'), "number", pl.lit(f'"{tail}'))

    if all(column.lines is None for column in columns):
        frame = pl.DataFrame([column.tags.alias(f"{at}") for at, column in enumerate(columns)])
        frame = frame.with_columns(cells.numbers.alias("number"))
        tests = [same(f"{at}", column, tail) for at, (column, tail) in enumerate(zip(columns, tails, strict=True))]
        return frame.select(tests).get_columns()
    return [
        pl.DataFrame({"tag": column.tags, "number": _numbers(column, cells)})
        .select(same("tag", column, tail))
        .to_series()
        for column, tail in zip(columns, tails, strict=True)
    ]


def _split(column: _Column, cells: Cells, usual: str, same: pl.Series) -> list[_Part] | None:
    position = column_position(column.letters)
    if same.all():
        return _valued(column, cells, position, usual, None)
    parts = _valued(column, cells, position, usual, same.arg_true())
    other = (~same).arg_true()
    tag, expected = pl.col("tag"), pl.concat_str(pl.lit(f'c r="{column.letters}'), "number", pl.lit('"'))
    odd = pl.DataFrame({"tag": column.tags.gather(other), "number": _numbers(column, cells).gather(other)}).select(
        begins=tag.str.starts_with(expected), tail=tag.str.strip_prefix(expected)
    )
    tails, codes = coded(odd["tail"])
    if not odd["begins"].all() or len(tails) > _FORMS:
        return None
    for code, tail in enumerate(tails):
        parts += _valued(column, cells, position, tail, other.filter(codes == code))
    return parts


def _valued(column: _Column, cells: Cells, position: int, tail: str, index: pl.Series | None) -> list[_Part]:
    """The cells of one form that hold anything, and those that hold a formula without a value."""
    form = form_of(tail)
    if not form.direct and not cells.settled:
        return []
    lines, values, formulas = column.lines, column.texts, column.formulas
    if index is not None:
        lines = index if lines is None else lines.gather(index)
        values = values.gather(index)
        formulas = None if formulas is None else formulas.gather(index)

    def part(form: Form | None, mask: pl.Series) -> list[_Part]:
        if not mask.any():
            return []
        at = mask.arg_true()
        return [_Part(position, form, at if lines is None else lines.gather(at), values.gather(at))]

    if formulas is None and not values.null_count():
        return [_Part(position, form, lines, values)]
    filled = values.is_not_null() if formulas is None else (values != "").fill_null(False)
    if filled.all():
        return [_Part(position, form, lines, values)]
    if formulas is None:
        return part(form, filled)
    # An empty text is a result; no value at all is none.
    waiting = formulas & ~filled
    if form.kind == "str":
        waiting &= values.is_null()
    return part(form, filled) + part(None, waiting)


def _places(parts: list[_Part], rows: pl.Series) -> pl.DataFrame:
    """Where the cells of some parts stand."""
    return pl.concat(
        pl.DataFrame({"row": rows if part.lines is None else rows.gather(part.lines)}).with_columns(
            col=pl.lit(part.position, dtype=pl.UInt32)
        )
        for part in parts
    )


def _columned(found: dict[int, list[tuple[_Part, Column]]], rows: pl.Series, grid: Grid) -> None:
    """Put the parts of columns together and hand them to the grid."""
    height = len(rows)
    present: pl.Series | None = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    columns: dict[int, Column] = {}
    for position, group in found.items():
        for part, _ in group:
            if part.lines is None:
                present = None
            elif present is not None:
                present = present.scatter(part.lines, True)
        first, column = group[0]
        if first.lines is not None:
            column = _joined([one for _, one in group])
            lines = pl.concat([part.lines for part, _ in group if part.lines is not None])
            place = pl.repeat(None, height, dtype=pl.UInt32, eager=True)
            place = place.scatter(lines, pl.int_range(len(lines), dtype=pl.UInt32, eager=True))
            column = _each(column, partial(_gathered, place=place))
        columns[position] = column
    if present is not None and not present.all():
        # A row without a cell is none.
        rows = rows.filter(present)
        kept = present
        columns = {at: _each(column, lambda series: series.filter(kept)) for at, column in columns.items()}
    if columns:
        grid.put_columns(rows, columns)


def _gathered(series: pl.Series, place: pl.Series) -> pl.Series:
    return series.rechunk().gather(place)


def _joined(columns: list[Column]) -> Column:
    """Parts of a column one after the other."""
    values = None
    if any(one.values is not None for one in columns):
        values = pl.concat(
            pl.repeat(None, len(one.texts), dtype=pl.Float64, eager=True) if one.values is None else one.values
            for one in columns
        )
    return Column(pl.concat([one.texts for one in columns]), pl.concat([one.kinds for one in columns]), values)


def _each(column: Column, change: Callable[[pl.Series], pl.Series]) -> Column:
    values = None if column.values is None else change(column.values)
    return Column(change(column.texts), change(column.kinds), values)


def coded(tail: pl.Series) -> tuple[list[str], pl.Series]:
    """The distinct texts, which are few, and for each text which one it is."""
    distinct = tail.unique()
    if len(distinct) > _TAILS:
        raise NotPlain
    return distinct.to_list(), tail.cast(pl.Enum(distinct)).to_physical()


def form_of(tail: str) -> Form:
    """What the attributes and the end of a tag say."""
    found = _FORM.fullmatch(tail)
    if found is None:
        raise NotPlain
    attributes = dict(_ATTRIBUTE.findall(found[1]))
    if any(name.startswith("xmlns") for name in attributes):
        raise NotPlain
    direct = found[2].startswith("!") and found[2] != "!/"
    return Form(known_type(attributes.get("t")), integer(attributes.get("s")), direct)
