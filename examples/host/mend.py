"""The blocked rows as a small file: mended by a person, it is uploaded as an import of its own.

One csv with the columns of the upload and in front of them the row and why it is blocked. What was in the upload is a stranger's
text, so that whatever a spreadsheet would take for a formula gets an apostrophe.
"""

from __future__ import annotations

import io

import polars as pl

import qooper_ingest as qi

__all__ = ["mend_file"]

_TRIGGERS = ("=", "+", "-", "@", "\t", "\r")


def mend_file(plan: qi.Plan, table: qi.Table) -> bytes:
    """Rows that are rejected or in conflict, with the reasons, as csv (UTF-8 with its mark, as spreadsheets expect it)."""
    blocked = plan.frame.filter(pl.col("action").is_in(["reject", "conflict"]))["row"].to_list()
    rows = table.frame.filter(pl.col("_row").is_in(blocked))
    lines = [["Row in the upload", "Why", *table.labels]]
    for row, *cells in rows.iter_rows():
        lines.append([str(row), plan.why(row), *("" if cell is None else _harmless(cell) for cell in cells)])
    frame = pl.DataFrame(lines, schema=[f"c{n}" for n in range(len(lines[0]))], orient="row")  # labels may repeat
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False, include_bom=True)
    return buffer.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_TRIGGERS) else cell
