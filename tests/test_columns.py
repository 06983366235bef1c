"""Questions asked of whole columns: the sieves are quick, the answers exact."""

from __future__ import annotations

from random import Random
from time import perf_counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qooper_ingest._columns import as_sets, differ_as_sets, distinct_texts, duplicated

keys = st.lists(st.sampled_from(["", "a", "b", "é", "A", None]), max_size=12)
answers = st.lists(
    st.one_of(st.none(), st.lists(st.sampled_from(["x", "y", "z", "", "x\x1fy"]), max_size=4)), max_size=12
)


@settings(deadline=None)
@given(keys)
def test_keys_that_stand_more_than_once_are_found_and_nulls_are_no_keys(texts: list[str | None]) -> None:
    found = duplicated(pl.Series("k", texts, dtype=pl.String)).to_list()
    assert found == [i for i, text in enumerate(texts) if text is not None and texts.count(text) > 1]


def test_keys_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl.Series, "hash", lambda self: pl.Series([7] * self.len(), dtype=pl.UInt64))
    assert duplicated(pl.Series(["a", "b", "c", "b", None])).to_list() == [1, 3]


@settings(deadline=None)
@given(answers, answers, st.randoms())
def test_lists_differ_where_their_items_do_whatever_the_order(
    one: list[list[str] | None], other: list[list[str] | None], random: Random
) -> None:
    at = [random.choice([None, *range(len(other))]) for _ in one]
    told = pl.Series("told", one, dtype=pl.List(pl.String))
    stored = pl.Series("stored", other, dtype=pl.List(pl.String))
    expected = [
        a is not None and (p is None or (b := other[p]) is None or set(a) != set(b))
        for a, p in zip(one, at, strict=True)
    ]
    assert differ_as_sets(told, stored, pl.Series("at", at, dtype=pl.UInt32)).to_list() == expected


def test_an_item_that_holds_the_sign_between_joined_items_is_not_two() -> None:
    told = pl.Series([["a\x1fb", "c"], ["a"]])
    stored = pl.Series([["a", "b\x1fc"], ["a"]])
    assert differ_as_sets(told, stored, pl.Series([0, 1], dtype=pl.UInt32)).to_list() == [True, False]


def test_lists_of_the_same_items_are_one_set() -> None:
    lists = pl.DataFrame({"l": [["b", "a", "b"], ["a", "b"], [], None]})
    assert lists.select(as_sets(pl.col("l")))["l"].to_list() == [["a", "b"], ["a", "b"], [], None]


@settings(deadline=None)
@given(keys)
def test_every_cell_is_told_by_its_place_among_the_distinct_texts(texts: list[str | None]) -> None:
    cells = pl.Series("k", texts, dtype=pl.String)
    distinct, codes = distinct_texts(cells)
    assert distinct.n_unique() == distinct.len()
    assert distinct.gather(codes).to_list() == texts


def test_many_distinct_texts_cost_what_a_few_cost() -> None:
    """Ten thousand distinct texts beside twenty thousand cells were two hundred million copies."""

    def seconds(distinct: int) -> float:
        cells = pl.Series([f"text {number % distinct}" for number in range(20_000)])
        taken = []
        for _ in range(3):
            start = perf_counter()
            assert distinct_texts(cells)[0].len() == distinct
            taken.append(perf_counter() - start)
        return min(taken)

    assert seconds(9_999) < 40 * seconds(10)
