"""How much of a file is read before it is refused. Named values, each with its reason; profiles are instances.

A limit is refused by name and figure (`LimitExceededError`), so that a person knows what to do and a host knows which
value to raise. Vary a profile with ``dataclasses.replace``; nothing here is global state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["DEFAULT_LIMITS", "STRICT_LIMITS", "Limits"]

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one call may cost.

    Args:
        file_bytes: Size of the file as uploaded. 512 MiB holds a million participants of 500 bytes.
        inflated_bytes: All that a compressed file may unpack to. Real workbooks of 100 MB stay under it.
        part_bytes: What one part of a zipped workbook may unpack to (the largest sheets of real files reach 700 MB).
        zip_entries: Parts in a zipped workbook; real ones with hundreds of sheets stay under it.
        sheets: Sheets in a workbook.
        rows: Rows in a sheet. A spreadsheet ends at 1,048,576; a text file may be longer.
        columns: Columns in a sheet. A spreadsheet ends at 16,384.
        cells: Rows × columns of one sheet's bounding box, which is what a dense grid costs (about 32 bytes a cell).
        cell_chars: Characters in one cell. A spreadsheet allows 32,767; a text file may hold an essay.
        text_bytes: All cell text of one sheet, shared strings counted as often as they are used.
        xml_depth: Nesting of elements in an XML file.
        xml_fields: Distinct field names of one list in an XML file.
        xml_token_bytes: One tag with its attributes, or one comment, of an XML file or a page. The parser looks at an
            unfinished one from its beginning with every piece it is fed, so a single huge one takes very long.
        seconds: Deadline of one read when it runs in a worker process; in-process readers check it between parts.
        memory_bytes: Address space of the worker process.
        isolation: ``"none"`` reads in the caller's process; ``"process"`` in a worker with memory, CPU and time limits,
            for services that read strangers' files.
    """

    file_bytes: int = 512 * _MIB
    inflated_bytes: int = 2048 * _MIB
    part_bytes: int = 1024 * _MIB
    zip_entries: int = 2_000
    sheets: int = 1_000
    rows: int = 5_000_000
    columns: int = 16_384
    cells: int = 60_000_000
    cell_chars: int = 1_000_000
    text_bytes: int = 1024 * _MIB
    xml_depth: int = 64
    xml_fields: int = 512
    xml_token_bytes: int = _MIB
    seconds: float = 60.0
    memory_bytes: int = 2048 * _MIB
    isolation: Literal["none", "process"] = "none"


DEFAULT_LIMITS: Final = Limits()

#: For services that read strangers' files: a participant list is small, and the reader runs in a process of its own.
STRICT_LIMITS: Final = Limits(
    file_bytes=20 * _MIB,
    inflated_bytes=512 * _MIB,
    part_bytes=256 * _MIB,
    zip_entries=500,
    sheets=100,
    rows=200_000,
    columns=512,
    cells=20_000_000,
    cell_chars=32_767,
    text_bytes=256 * _MIB,
    seconds=20.0,
    memory_bytes=1024 * _MIB,
    isolation="process",
)
