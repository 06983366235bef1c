"""Read XML in all its dialects, HTML tables and web archives.

This module only decides which dialect a file is; each dialect has a module of its own, `events` feeds them, `cells` makes
frames of what they gather. The name of a format is a hint and not a promise: a file handed over as one dialect is read as
the one that its first element says, and the workbook tells which it was.
"""

from __future__ import annotations

from typing import Final

from ...limits import Limits
from ...source import Format, ReadOptions, Source
from ...workbook import Workbook
from ..deadline import Deadline
from ..spreadsheet.opendocument import OpenDocument
from ..spreadsheet.regular import cut_regular_rows
from ..spreadsheet.spreadsheetml import SpreadsheetML
from .events import Dialect, Document, IsHtml, local_name, parse
from .html import read_html
from .records import RecordXml

__all__ = ["read_xml"]

_SPREADSHEETML: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def read_xml(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read SpreadsheetML, record XML, flat ODS, HTML tables or a web archive.

    Args:
        source: The file.
        options: ``format`` is a hint; ``encoding`` overrides what the file says.
        limits: What the read may cost.

    Returns:
        A workbook whose ``format`` is what the file is. A spreadsheet's sheets have the positions of their cells; of record
        XML each list is a sheet, with the field names in row 1 and record *n* in row *n* + 1; of HTML each table.

    Raises:
        SourceError: It cannot be read.

    Issues: bytes_replaced, cell_error, cell_repeated, control_characters, date_out_of_range, encoding_mismatch, formula_without_value, mailto_differs, rows_hidden,
        xml_mixed_content, xml_outside_list, xml_references_repaired, xml_repeats_joined, xml_several_roots.

    >>> from qooper_ingest.limits import DEFAULT_LIMITS
    >>> people = b"<people><person><id>7</id></person><person><id>8</id></person></people>"
    >>> read_xml(Source.of(people), ReadOptions(), DEFAULT_LIMITS).sheet().grid["A"].to_list()
    ['id', '7', '8']
    """
    deadline = Deadline(limits)
    if options.format in {Format.HTML, Format.MHTML} and _SPREADSHEETML.encode() not in source.data[:2048]:
        return read_html(source, options, limits, deadline)

    def shorten(document: Document) -> Document | None:
        return cut_regular_rows(document, deadline) if _SPREADSHEETML.encode() in document.data[:4096] else None

    def choose(tag: str, attributes: list[str], document: Document) -> Dialect:
        name, values = local_name(tag), attributes[1::2]
        if name == "Workbook" and (not values or any(value.startswith(_SPREADSHEETML) for value in values)):
            return SpreadsheetML(document, limits)
        if name == "document" and _OFFICE in values:
            return OpenDocument(document, limits)
        return RecordXml(document, limits, deadline)

    try:
        dialect, _ = parse(
            source.data, encoding=options.encoding, limits=limits, deadline=deadline, choose=choose, shorten=shorten
        )
    except IsHtml:
        dialect = None
    if dialect is None:
        return read_html(source, options, limits, deadline)
    assert isinstance(dialect, (SpreadsheetML, OpenDocument, RecordXml))
    return dialect.workbook(options)
