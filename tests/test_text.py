"""Trimming and the key of comparison: what meets, what stays apart, and that both forms agree."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest

from qooper_ingest._text import (
    EDGE,
    MARKS_RUN,
    bound_marks,
    fold,
    fold_expr,
    fold_series,
    trim,
    trim_expr,
    trim_series,
)
from thorough import sample

ASSIGNED = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c)) not in ("Cs", "Cn")]


def test_the_edge_is_every_blank_control_and_format_character() -> None:
    wanted = {c for c in ASSIGNED if unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cc", "Cf")}
    # Characters that a newer Unicode has moved into the categories are not the concern of an older Python.
    assert wanted <= set(EDGE) | {chr(c) for c in range(0x13439, 0x13456)}


def test_trim_takes_invisible_characters_off_both_ends_and_leaves_the_inside() -> None:
    assert trim("\ufeff\u200b a\u200bb\u00ad\u2060\r\n") == "a\u200bb"
    assert trim("\u200b \t") == ""


def test_trim_of_a_column_agrees_with_trim_of_a_text() -> None:
    cells = [f"{c} a {c}" for c in EDGE] + ["", " ", "plain", "é ", None]
    got = pl.DataFrame({"x": cells}).select(trim_expr(pl.col("x")))["x"].to_list()
    assert got == [None if cell is None else trim(cell) for cell in cells]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("ＩＴ", "it"),
        ("Women’s", "women's"),
        ("18–24", "18-24"),
        ("Işık", "ISIK"),
        ("İstanbul", "istanbul"),
        ("Łódź", "Lodz"),
        ("São  Paulo", "sao paulo"),
        ("a\u00a0b", "a b"),
        ("soft\u00adware", "software"),
        ("• Paris", "Paris"),
        ("- Paris", "Paris"),
        ("ﾃｽﾄ", "テスト"),
        ("ΟΔΟΣ", "οδός"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ],
)
def test_spellings_of_one_text_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("か", "が"), ("-5", "5"), ("C", "C++"), ("ab", "a b"), ("01", "1"), ("กา", "กิ"), ("營", "营"), ("-", "")],
)
def test_different_texts_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_fold_of_a_column_agrees_with_fold_of_a_text_for_every_character() -> None:
    some = sample(ASSIGNED, 11)
    cells = [f"x{c}y" for c in some] + list(some) + [f"{c} a" for c in some]
    assert fold_series(pl.Series(cells)).to_list() == [fold(cell) for cell in cells]


def test_folding_twice_is_folding_once() -> None:
    keys = fold_series(pl.Series([*sample(ASSIGNED, 3), *(f"{c} a" for c in sample(ASSIGNED, 3))]))
    assert fold_series(keys).to_list() == keys.to_list()


def test_null_stays_null() -> None:
    frame = pl.DataFrame({"x": [None, "É"]}, schema={"x": pl.String})
    assert frame.select(fold_expr(pl.col("x")))["x"].to_list() == [None, "e"]
    assert trim_series(frame["x"]).to_list() == [None, "É"]


def test_a_run_of_marks_is_cut_before_it_is_normalised() -> None:
    hostile = "a" + "\u0301\u0316" * 100_000 + "b"
    assert bound_marks(hostile) == "a" + "\u0301\u0316" * (MARKS_RUN // 2) + "b"
    assert bound_marks("é" + "!?" * 40) == "é" + "!?" * 40
    # Minutes, where the run is not cut.
    assert fold(hostile) == fold_series(pl.Series([hostile]))[0] == "ab"
