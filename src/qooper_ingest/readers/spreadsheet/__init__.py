"""Spreadsheet books: xlsx, xlsb, ods (zipped parts) and xls (an OLE file).

One function per format, one result: a `Workbook` whose sheets are read when they are asked for.
"""

from __future__ import annotations

from ...errors import CorruptFileError
from ...limits import Limits
from ...source import Format, ReadOptions, Source
from ...workbook import Workbook

__all__ = ["read_excel"]


def read_excel(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read a book of the format that ``options`` name.

    Raises:
        SourceError: The book cannot be read.
    """
    match options.format:
        case Format.XLSX:
            from .xlsx import read_xlsx

            return read_xlsx(source, options, limits)
        case Format.XLS:
            from .xls import read_xls

            return read_xls(source, options, limits)
        case Format.ODS:
            from .ods import read_ods

            return read_ods(source, options, limits)
        case Format.XLSB:
            from .xlsb import read_xlsb

            return read_xlsb(source, options, limits)
    raise CorruptFileError("sheet_unreadable")
