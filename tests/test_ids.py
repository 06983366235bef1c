"""IDs: exact text, or a fault that says how a spreadsheet damaged it."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qooper_ingest._grid import CELL_KINDS
from qooper_ingest.ids import _ODD_SHAPES, ID_SCHEMA, MAYBE_ODD, PLACEHOLDERS, judge_ids, odd_shape


def judged(*cells: str | None, kind: str | None = None, pattern: str | None = None) -> pl.DataFrame:
    kinds = pl.Series([kind] * len(cells), dtype=CELL_KINDS)
    return judge_ids(pl.Series(cells, dtype=pl.String), kinds, pattern=pattern)


def fault(cell: str, **settings: str) -> str | None:
    found: str | None = judged(cell, **settings)["fault"].item()  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    "cell",
    ["7", "00042", "A1", "a-b_c.d", "12E4", "1E5", "DOMAIN\\ann", "ou/ann", "S-1-5-21-3623811015-3361044348-30300820-1013",
     "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "q2x+/A==", "a#1", "x:y", "1.2.3", "v1.0", "007.5a"],
)  # fmt: skip
def test_a_usable_id_is_kept_to_the_letter(cell: str) -> None:
    line = judged(cell).row(0, named=True)
    assert line == {"text": cell, "fault": None, "trimmed": False, "placeholder": False, "number": False}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.23E+12", "id_scientific_notation"), ("1,23E+12", "id_scientific_notation"), ("1E+15", "id_scientific_notation"),
        ("1.5e10", "id_scientific_notation"), ("-1E-5", "id_scientific_notation"),
        ("123.0", "id_float_text"), ("123,00", "id_float_text"), ("0.0", "id_float_text"),
        ("A\u200b1", "id_invisible_characters"), ("A\t1", "id_invisible_characters"), ("A\u00ad1", "id_invisible_characters"),
        ("A\u28001", "id_invisible_characters"), ("é\u200b1", "id_invisible_characters"),
        ("é1", "id_non_ascii"), ("А1", "id_non_ascii"), ("A\u00a01", "id_non_ascii"), ("１", "id_non_ascii"), ("A–1", "id_non_ascii"),
        ("A 1", "id_invalid_format"), ("ann@corp.example", "id_invalid_format"), ("(7)", "id_invalid_format"), ("-5", "id_invalid_format"),
        ("=A1", "id_invalid_format"), ("a;b", "id_invalid_format"), ("x" * 256, "id_invalid_format"), ("a\"b", "id_invalid_format"),
    ],
)  # fmt: skip
def test_damage_has_a_code_that_tells_how_to_mend_the_file(cell: str, code: str) -> None:
    assert fault(cell) == code


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("42", None), ("999999999999999", None), ("1000000000000000", "id_precision_lost"), ("12345678901234567", "id_precision_lost"),
        ("123.5", "id_invalid_format"), ("-5", "id_invalid_format"), ("1E+20", "id_scientific_notation"), ("1000000000000000.0", "id_precision_lost"),
    ],
)  # fmt: skip
def test_a_number_cell_of_15_digits_is_the_longest_that_is_exact(cell: str, code: str | None) -> None:
    line = judged(cell, kind="number").row(0, named=True)
    assert (line["fault"], line["number"]) == (code, True)


def test_text_of_many_digits_is_exact() -> None:
    assert fault("12345678901234567890") is None
    assert fault("x" * 255) is None


@pytest.mark.parametrize(
    "word", [*PLACEHOLDERS, *map(str.upper, PLACEHOLDERS), "-", "--", "—", "?", "...", "/", "***", " n/a "]
)
def test_words_and_signs_for_there_is_none_are_no_id(word: str) -> None:
    line = judged(word).row(0, named=True)
    assert (line["text"], line["fault"], line["placeholder"]) == (None, None, True)


@pytest.mark.parametrize("cell", ["0", "na7", "none1", "A-", "nul"])
def test_what_only_resembles_a_placeholder_is_an_id(cell: str) -> None:
    assert judged(cell)["placeholder"].item() is False


@pytest.mark.parametrize("cell", [None, "", " ", "\u200b\ufeff", "'", '=""'])
def test_blank_cells_have_neither_id_nor_fault(cell: str | None) -> None:
    line = judged(cell).row(0, named=True)
    assert (line["text"], line["fault"], line["placeholder"], line["trimmed"]) == (None, None, False, False)


@pytest.mark.parametrize(
    "cell", [" 00123", "00123\u00a0", "\ufeff00123\u200b", '="00123"', "'00123", "‘00123", ' ="00123" ', "' 00123"]
)
def test_edges_and_what_forces_text_into_a_cell_are_taken_off_and_it_is_said(cell: str) -> None:
    line = judged(cell).row(0, named=True)
    assert (line["text"], line["fault"], line["trimmed"]) == ("00123", None, True)


def test_the_host_s_pattern_stands_instead_of_the_usual_one() -> None:
    assert fault("1234", pattern="[0-9]{5}") == "id_invalid_format"
    assert fault("12345", pattern="[0-9]{5}") is None
    assert fault("123456", pattern="[0-9]{5}") == "id_invalid_format"
    assert fault("ann@corp.example", pattern=r"\S+@\S+") is None
    assert fault("ab", pattern="a|ab") is None, "the pattern matches as a whole"
    assert fault("ac", pattern="a|ab") == "id_invalid_format"
    assert fault("é1", pattern=".*") == "id_non_ascii"


@pytest.mark.parametrize("pattern", [r"(?=A)\w+", r"(?!B)\w+", r"(\w)\1", r"(?P<x>A)\w*\Z"])
def test_a_pattern_may_use_all_of_python_s_syntax(pattern: str) -> None:
    frame = judged("AA", "BC", None, " ", pattern=pattern)
    assert frame["fault"].to_list() == [None, "id_invalid_format", None, None]


def test_a_column_keeps_its_height_and_types() -> None:
    assert judged().schema == ID_SCHEMA
    frame = judged("1", None, "x y", "n/a", "1")
    assert frame.schema == ID_SCHEMA
    assert frame["text"].to_list() == ["1", None, "x y", None, "1"]


@pytest.mark.parametrize(
    ("shape", "cells"),
    [
        (
            "date",
            ["12-Oct", "Oct-24", "12-Oct-2024", "10/12/2024", "1/2/24", "2024-10-12", "12.10.2024", "3-mai", "12-déc"],
        ),
        ("truth", ["TRUE", "false", "Yes", "WAHR", "faux"]),
        ("zero", ["0", "000"]),
        ("decimal", ["1.5", "12.25"]),
        (None, ["A1", "12E4", "1.2.3.4", "OCT24", "2024", "12-ABC", "10", "true1", "1-2", "12-1034", "AB-12-34"]),
    ],
)
def test_ids_that_a_spreadsheet_made_of_others_have_a_shape(shape: str | None, cells: list[str]) -> None:
    assert pl.DataFrame({"id": cells}).select(odd_shape(pl.col("id")))["id"].to_list() == [shape] * len(cells)


@pytest.mark.parametrize("shape", _ODD_SHAPES)
@settings(deadline=None)
@given(data=st.data())
def test_every_odd_shape_passes_the_test_that_is_asked_before(shape: str, data: st.DataObject) -> None:
    identifier = data.draw(st.from_regex(re.compile(_ODD_SHAPES[shape]), fullmatch=True))
    found = pl.DataFrame({"id": [identifier]}).select(
        odd_shape(pl.col("id")), pl.col("id").str.contains(MAYBE_ODD).alias("maybe")
    )
    assert found["id"].is_null().all() or found["maybe"].all()
