"""Questions asked of whole columns: the sieves are quick, the answers exact."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qooper_ingest._columns import as_sets, differ_as_sets, distinct_texts, duplicated

keys = st.lists(st.sampled_from(["", "a", "b", "é", "A", None]), max_size=12)
answers = st.lists(st.one_of(st.none(), st.lists(st.sampled_from(["x", "y", "z"]), max_size=4)), max_size=12)


@settings(deadline=None)
@given(keys)
def test_keys_that_stand_more_than_once_are_found_and_nulls_are_no_keys(texts: list[str | None]) -> None:
    found = duplicated(pl.Series("k", texts, dtype=pl.String)).to_list()
    assert found == [i for i, text in enumerate(texts) if text is not None and texts.count(text) > 1]


def test_keys_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl.Series, "hash", lambda self: pl.Series([7] * self.len(), dtype=pl.UInt64))
    assert duplicated(pl.Series(["a", "b", "c", "b", None])).to_list() == [1, 3]


@settings(deadline=None)
@given(answers, answers)
def test_lists_differ_where_their_items_do_whatever_the_order(
    one: list[list[str] | None], other: list[list[str] | None]
) -> None:
    height = min(len(one), len(other))
    told = pl.Series("told", one[:height], dtype=pl.List(pl.String))
    stored = pl.Series("stored", other[:height], dtype=pl.List(pl.String))
    expected = [
        (a is None) != (b is None) or (a is not None and b is not None and set(a) != set(b))
        for a, b in zip(one, other, strict=False)
    ]
    assert differ_as_sets(told, stored).to_list() == expected


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
