"""The order of operations: what waits comes later, what belongs together stays together."""

from __future__ import annotations

import polars as pl
import pytest

from qooper_ingest.plan.order import cut_batches, order_rows


def rows(*numbers: int | None) -> pl.Series:
    return pl.Series("row", numbers, dtype=pl.UInt32)


def ordered(
    *numbers: int | None, dependencies: tuple[tuple[int, int], ...] = (), groups: tuple[tuple[int, ...], ...] = ()
):
    given = rows(*numbers)
    return given.gather(order_rows(given, dependencies=dependencies, groups=groups)).to_list()


def test_rows_that_wait_for_nobody_keep_the_order_of_the_file() -> None:
    assert ordered(2, 3, 5, None, None) == [2, 3, 5, None, None]


def test_a_row_comes_after_the_one_it_waits_for() -> None:
    assert ordered(2, 3, 4, 5, dependencies=((5, 3), (3, 2))) == [4, 5, 3, 2]


def test_operations_without_a_row_come_after_the_rows_that_wait_for_nobody() -> None:
    assert ordered(None, 2, 3, dependencies=((3, 2),)) == [3, None, 2]


def test_rows_of_a_group_come_together() -> None:
    assert ordered(2, 3, 4, 9, groups=((2, 9),)) == [2, 9, 3, 4]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_batch_never_cuts_a_group(size: int) -> None:
    given = rows(2, 3, 4, 5, 6, None)
    groups = ((3, 4, 5),)
    group_of = dict.fromkeys(groups[0], 0)
    order = order_rows(given, dependencies=(), groups=groups)
    batches = [given[some].to_list() for some in cut_batches(order, given, group_of, size=size)]
    assert [row for batch in batches for row in batch] == given.gather(order).to_list()
    assert sum(set(groups[0]) <= set(batch) for batch in batches) == 1
    assert all(len(batch) <= max(size, size - 1 + 3) for batch in batches)


def test_operations_without_a_row_are_in_no_group() -> None:
    given = rows(None, None, None)
    batches = list(cut_batches(order_rows(given, dependencies=(), groups=()), given, {7: 0}, size=1))
    assert [batch.len() for batch in batches] == [1, 1, 1]
