"""The labelled files: what each is expected to hold, and how a sheet is compared with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from qooper_ingest._numbers import float_text
from qooper_ingest.workbook import Sheet

FILES = Path(__file__).parent / "cases" / "files"
EXPECTED: dict[str, Any] = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
TRUTH: dict[str, Any] = json.loads((FILES / "truth_rows.json").read_text(encoding="utf-8"))


def cell(sheet: Sheet, row: int, column: int) -> str:
    """The text of a cell by row and column from 1, empty where there is none."""
    if column >= sheet.grid.width:
        return ""
    found = sheet.grid.filter(pl.col("_row") == row)
    return (found.row(0)[column] or "") if found.height else ""


def block(sheet: Sheet, row: int, column: int, height: int, width: int, *, values: bool = False) -> list[list[str]]:
    """The texts of a rectangle from a cell on; with ``values``, the digits of a number that its format shows otherwise."""
    grid = sheet.grid
    if values and sheet.values.width:
        digits = sheet.values.select(pl.all().map_batches(float_text, return_dtype=pl.String))
        grid = grid.with_columns(digits[name].fill_null(grid[name]) for name in digits.columns)
    rows = {line[0]: line[1:] for line in grid.iter_rows()}
    return [
        [(rows.get(row + i, ())[column - 1 + j : column + j] or (None,))[0] or "" for j in range(width)]
        for i in range(height)
    ]
