"""Rows that are no data: comment lines above and among the rows, and what a report prints below its table.

What is wanted: no person made of ``Total: 5``, and no label made of ``# fields: id, first``. Such a row stays in the grid, where
it can be seen, and is left out of the table, with an issue that says so.

How: a comment is one by its mark (``#`` and a blank, ``##``, ``#TYPE`` of PowerShell), a note by its words, in a literal list, and
only in the last rows. Both are narrow on purpose: whom a rule takes for a note is not imported.

What is refused: a row that holds an address, a comment that has the labels of the table, and a mark that many rows have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from ..._grid import NOTES, ROW, SheetData
from ...issues import Issues

__all__ = ["NOTE_PATTERN", "mark_notes"]

#: A mark that more than this share of the rows has is a part of their IDs.
_MARKED_SHARE: Final = 0.2

#: So many rows at the end are looked at, and comments are joined in no more rows than this.
_TAIL: Final = 12
_COMMENTS: Final = 1_000

_COMMENT: Final = r"^#(?:\s|#|!|TYPE\b|$)"

_NUMBER: Final = r"\d[\d.,'’ \u00a0]*"

#: What stands first in a row below a table → the reason. Whole cells, whatever their capitals.
_NOTE_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (
        "a sum of the rows",
        r"(?:(?:grand|sub|sum)[ -]?)?(?:total(?:s|e|es|t|en)?|totaal|summe|gesamt(?:summe|zahl|anzahl)?|insgesamt|anzahl|suma|somme|"
        r"razem|celkem|spolu|összesen|yhteensä|toplam|итого|всего|разом|σύνολο|合計|总计|總計|합계|count)"
        rf"(?: (?:number )?(?:of )?(?:rows|records|people|users|participants|entries|zeilen|datensätze|personen|teilnehmer))?"
        rf"\s*[:=]?\s*(?:{_NUMBER})?",
    ),
    (
        "a number of rows",
        rf"\(?{_NUMBER}\s*(?:rows?|row\(s\)|records?|record\(s\)|entries|items|people|users?|participants?|results?|zeilen?|"
        r"datens[aä]tze?|einträge?|teilnehmer|personen|lignes?|enregistrements?|filas?|registros?|righe|rijen|rader|rivi[äa]?|wierszy|"
        r"řádků|строк[аи]?|запис(?:ей|и|ь)|行|件|条|개)(?:[ ,(].*)?\)?",
    ),
    (
        "the number of a page",
        r"(?:page|seite|página|pagina|pág\.?|strona|side|sida|sivu|стр\.?|страница)\s*\d+(?:\s*(?:of|von|de|di|af|av|z|из|/|sur)\s*\d+)?",
    ),
    (
        "when and by whom it was made",
        r"(?:report |list |liste |bericht )?(?:printed|generated|exported|created|gedruckt|erstellt|exportiert|generiert|imprimé|généré|"
        r"exporté|impreso|generado|exportado)\b\s*(?:(?:by|on|at|am|von|le|par|el|por|from)\b.*|:.*|)",
    ),
    (
        "the end of a report",
        r"\W*(?:end of (?:the )?(?:report|list|file|data|export)|ende (?:der|des) \w+|fin (?:de|du|del) \w+)\W*",
    ),
    ("a rule", r"[-=_*─━]{3,}"),
)
#: The same as one expression.
NOTE_PATTERN: Final = "|".join(f"(?:{pattern})" for _, pattern in _NOTE_WORDS)
_NOTE: Final = re.compile(NOTE_PATTERN, re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d")


def mark_notes(data: SheetData, delimiter: str) -> SheetData:
    """The same sheet, its comments and notes marked.

    Args:
        data: What was read.
        delimiter: What stood between the cells: a comment that it divided is one cell again.

    Issues: comment_row, note_row.
    """
    if data.grid.width < 2 or not data.grid.height:
        return data
    data = _mark_comments(data, delimiter)
    notes = _find_notes(data.grid)
    if not notes:
        return data
    found = Issues.from_frame(
        NOTES[1], pl.DataFrame(notes, schema={"row": pl.UInt32, "value": pl.String}, orient="row")
    )
    return replace(data, issues=_without_ragged(data.issues, [row for row, _ in notes]) + found)


def _mark_comments(data: SheetData, delimiter: str) -> SheetData:
    grid = data.grid
    first_column = grid[grid.columns[1]]
    if not first_column.str.starts_with("#").any():  # far cheaper than the pattern, and so in nearly every file
        return data
    marked = first_column.str.contains(_COMMENT).fill_null(False)
    count = int(marked.sum())
    if not count:
        return data
    first_row = marked.index_of(False) or 0
    among = int(marked.slice(first_row).sum())
    if count > _COMMENTS or among > max(2, _MARKED_SHARE * (grid.height - first_row)):
        return data
    places = [place for place in marked.arg_true().to_list() if _is_comment(grid, marked, place)]
    if not places:
        return data
    texts: dict[int, str] = {}
    beyond = data.surplus.filter(pl.col("row").is_in(grid[ROW].gather(places).implode())).sort("row", "position")
    for place in places:
        row = int(grid[ROW][place])
        cells = ["" if cell is None else cell for cell in grid.row(place)[1:]]
        for position, value in beyond.filter(pl.col("row") == row).select("position", "value").iter_rows():
            cells += [""] * (position - len(cells)) + [value]
        texts[row] = delimiter.join(cells).rstrip(delimiter or None)
    rows = pl.Series(list(texts), dtype=grid[ROW].dtype)
    comment = pl.col(ROW).is_in(rows.implode())
    first, *others = grid.columns[1:]
    grid = grid.with_columns(
        pl.when(comment)
        .then(pl.col(ROW).replace_strict(rows, list(texts.values()), default=None))
        .otherwise(pl.col(first))
        .alias(first),
        *(pl.when(~comment).then(pl.col(name)).alias(name) for name in others),
    )
    found = Issues.from_frame(NOTES[0], pl.DataFrame({"row": rows.cast(pl.UInt32), "value": list(texts.values())}))
    return replace(
        data,
        grid=grid,
        surplus=data.surplus.filter(~pl.col("row").is_in(rows.implode())),
        issues=_without_ragged(data.issues, rows.to_list()) + found,
    )


def _is_comment(grid: pl.DataFrame, marked: pl.Series, place: int) -> bool:
    """Whether a marked row is a comment: not the only labels of the table, and nobody's."""
    cells = [cell for cell in grid.row(place)[1:] if cell]
    if any("@" in cell for cell in cells) or (cells[0].strip() == "#" and len(cells) > 1):
        return False
    if len(cells) == 1 or place + 1 >= grid.height:
        return True
    if sum(1 for cell in cells[1:] if _DIGIT.search(cell)) * 2 > len(cells):
        return False  # the cells of a row
    # As many cells as a row has: then the labels have to follow, and a row that is none.
    following = [
        row
        for row, mark in zip(grid[place + 1 : place + 6].rows(), marked[place + 1 : place + 6], strict=True)
        if not mark
    ]
    filled = [[cell for cell in row[1:] if cell] for row in following if any(row[1:])]
    if len(filled) < 2 or len(cells) > len(filled[0]):
        return len(filled) >= 2 and len(cells) > len(filled[0])
    return len(cells) != len(filled[0]) or (not _has_figures(filled[0]) and _has_figures(filled[1]))


def _has_figures(cells: Sequence[str]) -> bool:
    return any("@" in cell or _DIGIT.search(cell) for cell in cells)


def _find_notes(grid: pl.DataFrame) -> list[tuple[int, str]]:
    """The notes below the table, from the last row up to the first that is none."""
    found: list[tuple[int, str]] = []
    width = grid.width - 1
    if grid.height <= 2:
        return []
    for row in reversed(grid.tail(min(_TAIL, grid.height - 2)).rows()):
        cells = [cell for cell in row[1:] if cell and cell.strip()]
        if not cells:
            continue
        first = cells[0].strip()
        alone = len(cells) == 1
        few = alone or (len(cells) <= max(2, 0.6 * width) and width > 2) or (width == 2 and not _DIGIT.search(first))
        if not few or any("@" in cell for cell in cells) or len(first) > 120 or _NOTE.fullmatch(first) is None:
            break
        if width == 1 and not _DIGIT.search(first):
            break  # in a list of names it is a name
        found.append((row[0], " ".join(cells)))
    return found[::-1]


def _without_ragged(issues: Issues, rows: Sequence[int]) -> Issues:
    """What is no row of the table has no wrong number of cells."""
    frame = issues.frame
    return Issues(frame.filter(~((pl.col("code") == "row_ragged") & pl.col("row").is_in(rows))))
