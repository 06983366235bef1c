"""A worksheet without a parser: the cells of plain markup, by expressions over whole pieces of the part.

Cells are read by columns (`columns`) where that is possible, else one by one. What proves a piece plain is cheap and is
checked for every piece: every tag is known, and every cell says the position that its row and column have. Rich text in
cells, comments, cells without references and whatever else is not plain raises `NotPlain`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import polars as pl

from ..._grid import SheetData, column_position
from ...errors import CorruptFileError
from ..deadline import Deadline
from .columns import Cells, coded, form_of, lay_columns
from .grid import LAST_COLUMN, LAST_ROW, Grid
from .links import formula_address
from .markup import has_known_references, position_of, unescaped
from .tags import CELLS, NotPlain, is_blank, pieces, tokens
from .worksheet import TYPES, Book, Ref, Seen, finished, link, resolved

__all__ = ["read_plain"]


def read_plain(book: Book, ref: Ref, deadline: Deadline, first: int | None) -> SheetData:
    """Read a sheet, or the first rows of it.

    Raises:
        NotPlain: It cannot be proved that the sheet is read exactly.
    """
    grid = Grid(ref.name, book.limits)
    seen = Seen()
    tail = b""
    for piece in pieces(book.package, ref.part, CELLS, deadline, preview=first is not None):
        if piece.tail is not None:
            tail = piece.tail
            break
        cells = _plain_cells(piece.body, seen)
        if not lay_columns(cells, book, grid, deadline):
            resolved(_attributes(cells), book, grid, deadline)
        if first is not None and grid.height >= first:
            return grid.finish()
    references = [
        {key.decode(): value for key, value in re.findall(rb'(?:\w+:)?(\w+)="([^"]*)"', found)}
        for found in re.findall(rb"<(?:\w+:)?hyperlink\s([^<>]*)>", tail)
    ]
    link(book, ref, seen, [{key: _text_of(value) for key, value in one.items()} for one in references])
    return finished(grid, seen, repaired=book.strings.repaired)


def _text_of(value: bytes) -> str:
    if b"&" not in value:
        return value.decode("utf-8", "replace")
    return unescaped(pl.Series([value.decode("utf-8", "replace")]), escapes=False)[0]  # type: ignore[no-any-return]


def _plain_cells(body: bytes, seen: Seen) -> Cells:
    """Cells of whole rows. A tag that ends with ``!`` has its value directly behind it (`tags.CELLS`)."""
    tag = pl.col("tag")
    found = tokens(body).with_columns(is_row=tag.str.starts_with("row "), is_cell=tag.str.starts_with("c "))
    is_row, is_cell = found["is_row"], found["is_cell"]
    rows = found["tag"].filter(is_row)
    if not is_blank(found["text"].filter(is_row)) or rows.str.contains("xmlns", literal=True).any():
        raise NotPlain
    seen.rows += len(rows)
    if seen.rows > LAST_ROW:  # rows beyond the sheet, or the same ones over and over
        raise CorruptFileError("cell_outside_sheet", found_row=seen.rows, found_column=1)
    hidden = rows.str.contains(" hidden=", literal=True)
    if hidden.any():
        seen.hidden_rows += int(rows.filter(hidden).str.contains(' hidden="(?:1|true)"').sum())
    if rows.str.starts_with('row r="').all():
        numbers = rows.str.slice(7).str.splitn('"', 2).struct.field("field_0")
    else:
        numbers = rows.str.extract(r'\sr="([0-9]+)"')
    lines = numbers.cast(pl.UInt32, strict=False)
    if lines.null_count() or (len(found) and not is_row[0]):
        raise NotPlain  # a row without a number, a cell outside of a row
    cells = found.select("tag", "text", line=is_row.cum_sum() - 1).filter(is_cell)
    plain = Cells(numbers, lines, cells["tag"], cells["text"], cells["line"])
    closing = int((found["tag"] == "/row").sum()) + int((found["tag"] == "/c").sum())
    if found.height - len(rows) - cells.height > closing:
        return _with_children(found, plain, seen)
    return plain


#: A tag of a value or of a text is written in one of a few ways.
_CHILD: Final = r"""^(v|t|is|f)(?:(?: xml:space="(?:preserve|default)")?\s*/?| .*)$"""
_VALUE_TAG: Final = r"""^[vt](?: xml:space="(?:preserve|default)")?\s*/?$"""

#: Tags that end an element of a cell, or of a row.
_CLOSING: Final = ("/row", "/c", "/v", "/f", "/is", "/t")


def _check_children(tokens: pl.DataFrame) -> None:
    """Refuse elements of a cell that do not stand where they should.

    A value and a formula stand in the cell, a text in ``is``, and nothing stands in a value, a text or a formula.

    Raises:
        NotPlain: One does.
    """
    tag = pl.col("tag")
    name = tag.str.extract(r"^(/?[A-Za-z]+)").fill_null("?")
    direct = pl.col("is_cell") & tag.str.contains(r'!(?: xml:space="preserve")?$')
    if tokens["tag"].filter(~tokens["is_cell"] & ~tokens["is_row"]).str.contains("xmlns", literal=True).any():
        raise NotPlain
    whole = tokens.select(
        "tag", name=name, full=direct | (name.is_in(["v", "t", "f"]) & ~tag.str.ends_with("/"))
    ).with_columns(before=pl.col("name").shift(1), after=pl.col("name").shift(-1), inside=pl.col("full").shift(1))
    name, before = pl.col("name"), pl.col("before")
    value = (name != "v") | (before.is_in(["c", "/f", "f"]) & tag.str.contains(_VALUE_TAG))
    text = (name != "t") | ((before == "is") & tag.str.contains(_VALUE_TAG))
    formula = (name != "f") | before.is_in(["c", "/v", "/is"])
    inline = (name != "is") | before.is_in(["c", "/f", "f"])
    nested = pl.col("inside").fill_null(False) & name.is_in(["v", "t", "f", "is"])
    if not whole.select((value & text & formula & inline & ~nested).fill_null(False).all()).item():
        raise NotPlain
    beside, formulas = tokens["text"].filter(~whole["full"]), tokens["text"].filter(whole["name"] == "f")
    if not is_blank(beside) or not has_known_references(formulas):
        raise NotPlain


def _with_children(tokens: pl.DataFrame, cells: Cells, seen: Seen) -> Cells:
    """Values that do not stand directly behind the tag of their cell, and formulas."""
    tag = pl.col("tag")
    children = tokens.select(
        "tag", "text", at=pl.col("is_cell").cum_sum().cast(pl.Int64) - 1, other=~pl.col("is_cell") & ~pl.col("is_row")
    ).filter(pl.col("other") & ~tag.is_in(_CLOSING))
    children = children.with_columns(name=tag.str.extract(_CHILD).fill_null(""))
    if not children["name"].is_in(["v", "f", "is", "t"]).all():
        raise NotPlain  # rich text, an extension, a comment, a row without attributes, the end of the sheet
    if children.height and int(children["at"].min()) < 0:  # type: ignore[arg-type]
        raise NotPlain
    _check_children(tokens)
    # Behind a closed element stand blanks, if anything.
    text = pl.when(~tag.str.ends_with("/")).then("text")
    values = children.filter(pl.col("name").is_in(["v", "t"])).with_columns(text)
    direct = cells.tags.str.ends_with("!") | cells.tags.str.ends_with('! xml:space="preserve"')
    if values["at"].n_unique() != values.height or direct.gather(values["at"]).any():
        raise NotPlain
    formulas = children.filter(pl.col("name") == "f")
    texts, written, has = cells.texts, values["text"], None
    if formulas.height:
        # Beside a formula an empty value is one, unlike none.
        texts, written = texts.fill_null(""), written.fill_null("")
        has = pl.repeat(False, len(texts), dtype=pl.Boolean, eager=True).scatter(formulas["at"].unique(), True)
        _formula_links(cells, formulas, seen)
    texts = texts.set(~direct, None).scatter(values["at"], written)
    return replace(cells, texts=texts, formulas=has, settled=True)


def _attributes(cells: Cells) -> pl.DataFrame:
    """The cells one by one, as `RAW`.

    Whatever stands behind the position takes few forms in a sheet (types times styles): each is looked at once. The same
    holds for the letters of columns, once the number of the row is taken off.
    """
    columns, tails, form = _scattered(cells)
    forms = [form_of(one) for one in tails]
    texts = cells.texts
    if not cells.settled:
        direct = pl.Series([one.direct for one in forms], dtype=pl.Boolean).gather(form)
        if not direct.all():
            texts = texts.set(~direct, None)
    count = len(texts)
    return pl.DataFrame(
        {
            "row": cells.rows.gather(cells.lines),
            "col": columns,
            "t": pl.Series([one.kind for one in forms], dtype=TYPES).gather(form),
            "x": pl.Series([one.style for one in forms], dtype=pl.UInt32).gather(form),
            "v": texts,
            "f": pl.repeat(False, count, dtype=pl.Boolean, eager=True) if cells.formulas is None else cells.formulas,
        }
    )


def _scattered(cells: Cells) -> tuple[pl.Series, list[str], pl.Series]:
    """Positions of columns; the forms of what follows; and which form each cell has."""
    tag = pl.col("tag")
    tags = cells.tags.to_frame("tag")
    if not cells.tags.str.starts_with('c r="').all():
        # The position is not the first attribute: put it there.
        tags = tags.select(
            tag=pl.concat_str(
                pl.lit('c r="'),
                tag.str.extract(r'\sr="([^"]*)"'),
                pl.lit('"'),
                tag.str.slice(1).str.replace(r'\sr="[^"]*"', ""),
            )
        )
    split = tags.select(tag.str.slice(5).str.splitn('"', 2).struct.rename_fields(["ref", "tail"])).unnest("tag")
    if split["tail"].null_count():
        raise NotPlain
    split = split.with_columns(number=cells.numbers.gather(cells.lines))
    ref, number = pl.col("ref"), pl.col("number")
    same, letters = split.select(same=ref.str.ends_with(number), letters=ref.str.strip_suffix(number)).get_columns()
    names = letters.unique()
    if not same.all() or not names.str.contains("^[A-Z]{1,3}$").all():
        raise NotPlain  # no reference, a lower-case one, or one whose row is not this row
    places = [column_position(name) for name in names.to_list()]
    if places and max(places) >= LAST_COLUMN:
        raise NotPlain
    columns = pl.Series(places, dtype=pl.UInt32).gather(letters.cast(pl.Enum(names)).to_physical())
    return columns, *coded(split["tail"])


def _formula_links(cells: Cells, formulas: pl.DataFrame, seen: Seen) -> None:
    marked = formulas.filter(pl.col("text").str.contains("(?i)hyperlink.{0,8}mailto:"))
    if marked.is_empty():
        return
    references = cells.tags.gather(marked["at"]).str.extract(r'\sr="([^"]*)"').to_list()
    for reference, formula in zip(references, unescaped(marked["text"], escapes=False).to_list(), strict=True):
        address, place = formula_address(formula), position_of(reference or "")
        if address and place:
            seen.links[place] = address
