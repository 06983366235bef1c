"""Cells made to cost: every one is split and typed in linear time, and nothing that is not a value comes out."""

from __future__ import annotations

import math

import polars as pl
import pytest

from qooper_ingest._grid import CELL_KINDS
from qooper_ingest.cells import type_cells
from qooper_ingest.conventions import Conventions
from qooper_ingest.schema import Field, Schema
from qooper_ingest.separator import guess_separator, split

LENGTH = 20_000
CELLS = {
    "separators": "," * LENGTH,
    "answers": "A," * LENGTH,
    "options that hold the separator": "A, B, " * (LENGTH // 3),
    "quotes": '"' * LENGTH,
    "open quotes": '"a,' * LENGTH,
    "doubled quotes": '""a ,' * LENGTH,
    "quotes and blanks": ('"' + " " * 1000) * 50,
    "escapes": "\\," * LENGTH,
    "brackets": "[" * LENGTH + "]" * LENGTH,
    "nested arrays": '["a",' * LENGTH + '"b"' + "]" * LENGTH,
    "marks": "a" + "\u0301\u0316" * LENGTH,
    "different pieces": ",".join(map(str, range(LENGTH))),
    "digits": "9" * LENGTH,
    "groups": "1" + ",000" * LENGTH,
    "slashes": "1/" * LENGTH,
    "blanks": " " * LENGTH + "x",
    "letters": "a" * LENGTH,
}
TYPES = ["text", "long_text", "location", "number", "date", "boolean", "select", "multi_select"]


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_cell_made_to_cost_is_split_and_voted_on(cell: str) -> None:
    options = ["A", "B", "A, B", "B, C", 'say "x"']
    for other in (False, True):
        done = split([cell], separator=",", options=options, other=other, append_marks=True)
        assert done.values.len() == 1
        assert done.issues.frame["value"].str.len_chars().max() or 0 <= 60  # type: ignore[operator]
    assert guess_separator([(options, [cell, "A"])]).score <= 1
    assert guess_separator([(None, [cell, "A"])]).score <= 1


@pytest.mark.parametrize("kind", TYPES)
def test_cells_made_to_cost_are_typed(kind: str) -> None:
    texts = [*CELLS.values(), "NaN", "-inf", "1e309", "0x10", "1_0", "٠", "\u0661\u0662", "=1+1", "\x00", "0000-00-00"]
    cells = pl.DataFrame(
        {"_row": range(1, len(texts) + 1), "text": texts, "kind": [None] * len(texts)},
        schema={"_row": pl.UInt32, "text": pl.String, "kind": CELL_KINDS},
    )
    field = Field(key="f", type=kind)  # type: ignore[arg-type]
    done = type_cells(field, cells, letter="A", schema=Schema.participants(), conventions=Conventions(separator=","))
    assert done.values.len() == len(texts)
    if kind == "number":
        assert all(math.isfinite(value) for value in done.values.drop_nulls())


def test_half_a_character_in_an_array_is_no_text() -> None:
    done = split(['["\\ud83d"]'], separator=";", options=None)
    assert done.values.to_list() == [['["\\ud83d"]']]
