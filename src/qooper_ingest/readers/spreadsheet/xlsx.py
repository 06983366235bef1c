"""xlsx and xlsm: cells straight from the parts of the package.

Strategy: here are the parts of the book, its sheets and its styles. A worksheet is a long text with one shape,
``<row><c r="B7" s="3" t="s"><v>41</v></c>…``, and nearly every writer writes it the same way. So the fast road (`plain`)
does without an XML parser; it is exact or it refuses, and what it refuses (prefixes, comments, cells without references,
rich text in cells, other encodings) goes the careful road (`walked`) through a guarded parser, which gives the same cells.
What they share stands in `worksheet`.

Why not an Excel engine: fastexcel 0.21 (calamine), the quickest, lays out the bounding box of a sheet (two far cells in 2 KB
ask for 549 GB and abort the process), copies a shared string as often as it is used, believes counts that the file states,
panics over dates out of range, and refuses a sheet for one unknown error cell. And it gives texts only: not which cell was
a number (an ID of 16 digits is damaged), not that 42 is shown as 0042, not what an error cell shows, not where a formula
has no value, days that are 1,462 off in books of the 1904 system; each would have to be read from the parts again. Here
nothing is believed: no dimension, no count, no position beyond the sheet. Measured on 200,000 x 10 cells, checks and kinds
included: 1.1 times its processor time where rows are full, 1.4 to 1.5 times where cells are left out, 1.2 times its memory
(``benchmarks/bench_excel.py``).

What is read is what was stored: formulas are never evaluated. A formula without a stored value (a writer that does not
compute) is null and reported.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ..._grid import SheetData
from ...errors import CorruptFileError, LimitExceededError
from ...issues import Issues
from ...limits import Limits
from ...source import Format, ReadOptions, Source
from ...workbook import Sheet, SheetInfo, Workbook
from ..containers.package import Package
from ..deadline import Deadline
from . import opc
from .grid import LAST_COLUMN, LAST_ROW
from .markup import Attributes, decode, parse, position_of
from .number_format import NumberFormat, find_format
from .plain import read_plain
from .strings import SharedStrings
from .tags import NotPlain
from .walked import NotWellFormed, read_walked
from .worksheet import Book, Ref, integer

__all__ = ["read_xlsx"]

#: Types of relationships whose target is a grid of cells; chart and dialog sheets are none, macro sheets hold programs.
_WORKSHEET: Final = "worksheet"


def read_xlsx(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read an xlsx or xlsm book; its sheets are read when they are asked for.

    Issues: sheet_skipped, styles_unreadable, and of the sheets: cell_error, formula_without_value, cell_unreadable,
        date_out_of_range, mailto_differs, rows_hidden, row_repeated, cell_repeated,
        blank_tail_trimmed, sheet_repaired.
    """
    package = Package(source.data, limits)
    issues: list[Issues] = []
    path = opc.book_part(package, "workbook.xml")
    book, refs = _sheets(package, path, limits, issues)
    if not refs:
        raise CorruptFileError("no_sheets")
    sheets = [_sheet(book, ref) for ref in refs]
    return Workbook(
        format=Format.XLSX,
        sheets=sheets,
        options=options.model_copy(update={"format": Format.XLSX}),
        file_issues=Issues.concat(issues),
    )


def _sheet(book: Book, ref: Ref) -> Sheet:
    rows, columns = _dimension(book, ref)
    return Sheet(
        SheetInfo(name=ref.name, visible=ref.visible, rows=rows, columns=columns),
        lambda: _load(book, ref),
        preview=lambda count: _load(book, ref, first=count).grid.head(count),
    )


def _dimension(book: Book, ref: Ref) -> tuple[int | None, int | None]:
    """The size that the sheet states, if it states a sensible one: for display only, it may lie."""
    try:
        head = book.package.head(ref.part, 2048)
    except CorruptFileError:
        return None, None
    found = re.search(rb'<(?:\w+:)?dimension ref="(?:[A-Z]{1,3}[0-9]{1,7}:)?([A-Z]{1,3}[0-9]{1,7})"', head)
    place = position_of(found[1].decode("ascii")) if found else None
    if place is None or place[0] > LAST_ROW or place[1] >= LAST_COLUMN:
        return None, None
    return place[0], place[1] + 1


# -- the book ----------------------------------------------------------------------------------------------------------


def _sheets(package: Package, path: str, limits: Limits, issues: list[Issues]) -> tuple[Book, list[Ref]]:
    """What the sheets share, and the sheets."""
    named: list[Attributes] = []
    properties: list[Attributes] = []

    def start(element: str, attributes: Attributes) -> None:
        if element == "sheet":
            named.append(attributes)
        elif element == "workbookPr":
            properties.append(attributes)

    parse(package.read(path), start=start)
    if len(named) > limits.sheets:
        raise LimitExceededError(limit="sheets", found=len(named), allowed=limits.sheets)
    try:
        relations = opc.relations(package, path)
    except CorruptFileError:
        relations = {}
    folder = path.rpartition("/")[0]
    strings = opc.target(relations, "sharedStrings", f"{folder}/sharedStrings.xml", package)
    book = Book(
        package=package,
        limits=limits,
        # A second workbookPr stands in an extension list and means another thing: the first one counts.
        date1904=bool(properties) and properties[0].get("date1904", "").lower() in ("1", "true", "on"),
        formats=_styles(package, opc.target(relations, "styles", f"{folder}/styles.xml", package), issues),
        strings=SharedStrings(package, strings, limits),
    )
    refs: list[Ref] = []
    taken: set[str] = set()
    for position, sheet in enumerate(named, start=1):
        name = decode(sheet.get("name", ""))
        kind, part = relations.get(sheet.get("id", ""), (_WORKSHEET, f"{folder}/worksheets/sheet{position}.xml"))
        if kind.lower() != _WORKSHEET:
            issues.append(
                Issues.of("sheet_skipped", value=name, detail=opc.SKIPPED.get(kind.lower(), "not a worksheet"))
            )
        elif part not in package:
            issues.append(Issues.of("sheet_skipped", value=name, detail="its part is missing"))
        elif part in taken:
            issues.append(Issues.of("sheet_skipped", value=name, detail=opc.TAKEN))
        else:
            # Only the two words of the specification hide a sheet; some writers say "show".
            refs.append(Ref(name, sheet.get("state", "").lower() not in ("hidden", "veryhidden"), part))
            taken.add(part)
    return book, refs


def _styles(package: Package, part: str | None, issues: list[Issues]) -> list[NumberFormat]:
    """What each style shows."""
    if part is None:
        return []
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside: list[bool] = [False]

    def start(element: str, attributes: Attributes) -> None:
        if element == "numFmt":
            number = integer(attributes.get("numFmtId"))
            if number is not None:
                codes[number] = attributes.get("formatCode", "")
        elif element == "cellXfs":
            inside[0] = True
        elif element == "xf" and inside[0]:
            formats.append(integer(attributes.get("numFmtId")) or 0)

    def end(element: str) -> None:
        if element == "cellXfs":
            inside[0] = False

    try:
        parse(package.read(part), start=start, end=end)
    except CorruptFileError:
        issues.append(Issues.of("styles_unreadable"))
    return [find_format(number, codes) for number in formats]


# -- a sheet -----------------------------------------------------------------------------------------------------------


def _load(book: Book, ref: Ref, *, first: int | None = None) -> SheetData:
    """A sheet, or the first rows of it."""
    deadline = Deadline(book.limits)
    if first is not None:
        book = replace(book, preview=True)
    with suppress(NotPlain):
        return read_plain(book, ref, deadline, first)
    with suppress(NotWellFormed):
        return read_walked(book, ref, deadline, first)
    return read_walked(book, ref, deadline, first, repair=True)
