"""One verb, `read_workbook`, and one literal table: format → reader.

The contract of a reader: ``(Source, ReadOptions, Limits) -> Workbook``. It may assume that the content is of its format
(``sniff`` said so, or the caller did); it raises only `SourceError` and its children; it keeps every cell or names it
in an issue; it respects every limit *before* it spends the memory; row numbers and column positions are the user's.
Sheets are handed over lazily where the format allows. ``options`` of the workbook it returns are the caller's, completed by
what it detected. Dependencies are imported inside the reader that needs them, so that a csv import never loads an Excel
engine.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO, Final

from ..issues import Issues
from ..limits import DEFAULT_LIMITS, Limits
from ..source import Format, ReadOptions, Source
from ..workbook import Workbook
from .guard import guarded, guarded_workbook

__all__ = ["READERS", "Reader", "read_workbook"]

_Read = Callable[[Source, ReadOptions, Limits], Workbook]


def _text(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    from .text import read_text

    return read_text(source, options, limits)


def _excel(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    from .spreadsheet import read_excel

    return read_excel(source, options, limits)


def _xml(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    from .xml.reading import read_xml

    return read_xml(source, options, limits)


#: Format → reader.
READERS: Final[dict[Format, _Read]] = {
    Format.TEXT: _text,
    Format.XLSX: _excel,
    Format.XLSB: _excel,
    Format.XLS: _excel,
    Format.ODS: _excel,
    Format.FODS: _xml,
    Format.SPREADSHEETML: _xml,
    Format.XML: _xml,
    Format.HTML: _xml,
    Format.MHTML: _xml,
}


def read_workbook(
    source: Source | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
    /,
    *,
    options: ReadOptions = ReadOptions(),  # noqa: B008  (frozen)
    limits: Limits = DEFAULT_LIMITS,
) -> Workbook:
    """Read a file, whatever its name says, as a workbook of text grids.

    Args:
        source: A path (literal, never a glob or a URL), bytes, a binary file object, or a `Source`.
        options: What is known of the file; whatever is left out is detected.
        limits: What the read may cost; ``isolation="process"`` reads in a worker process, and all sheets at once.

    Returns:
        A workbook; its ``options`` tell how the file was read, its sheets are in the order of the tabs.

    Raises:
        SourceError: The file cannot be read, with a sentence for the person who uploaded it.
        UsageError: The argument is not a source.

    >>> read_workbook(b"id;email\\n7;ann@corp.example\\n").sheet().grid["B"].to_list()
    ['email', 'ann@corp.example']
    """
    whole = Source.of(source, limits=limits)
    if limits.isolation == "process":
        from .isolation import read_isolated

        return read_isolated(whole, options=options, limits=limits)
    from ..sniff import sniff  # not at the top: it opens the containers of this package

    sniffed = guarded(lambda: sniff(whole, options=options, limits=limits), limits=limits)
    used = options.model_copy(update={"format": sniffed.format, "member": sniffed.member})
    workbook = guarded(lambda: READERS[sniffed.format](sniffed.source, used, limits), limits=limits)
    return Workbook(
        format=workbook.format,
        sheets=guarded_workbook(workbook, limits),
        options=workbook.options,
        file_issues=Issues.concat((sniffed.issues, workbook.file_issues)),
        sha256=whole,
    )
