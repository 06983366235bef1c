"""Limits are named values with reasons; a profile is an instance."""

from __future__ import annotations

import dataclasses
import inspect
import re

import pytest

import qooper_ingest as qi
from qooper_ingest.limits import Limits

FIELDS = [field.name for field in dataclasses.fields(Limits)]


def test_every_limit_has_its_reason() -> None:
    documented = re.findall(r"^    (\w+):", inspect.getdoc(Limits) or "", flags=re.MULTILINE)
    assert documented == FIELDS


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "isolation"])
def test_the_strict_profile_allows_no_more_than_the_usual_one(name: str) -> None:
    assert 0 < getattr(qi.STRICT_LIMITS, name) <= getattr(qi.DEFAULT_LIMITS, name)


def test_a_profile_is_varied_not_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        qi.DEFAULT_LIMITS.rows = 1  # type: ignore[misc]
    assert dataclasses.replace(qi.DEFAULT_LIMITS, rows=1).rows == 1
    assert Limits() == qi.DEFAULT_LIMITS
    assert hash(qi.DEFAULT_LIMITS) == hash(Limits())


def test_a_workbook_of_the_largest_sheet_there_is_fits_the_usual_limits() -> None:
    assert qi.DEFAULT_LIMITS.rows >= 1_048_576
    assert qi.DEFAULT_LIMITS.columns == 16_384
    assert qi.DEFAULT_LIMITS.cell_chars >= 32_767


TEXT = b"a,b,c\n1,2,3\n4,5,6\n"


@pytest.mark.parametrize(("name", "figure"), [("rows", 3), ("columns", 3), ("cells", 9), ("file_bytes", len(TEXT))])
def test_a_limit_is_exact_and_refused_by_name_and_figure(name: str, figure: int) -> None:
    for allowed in (figure, figure + 1):
        limits = dataclasses.replace(qi.DEFAULT_LIMITS, **{name: allowed})
        assert qi.read_workbook(TEXT, limits=limits).sheet().grid.height == 3
    limits = dataclasses.replace(qi.DEFAULT_LIMITS, **{name: figure - 1})
    with pytest.raises(qi.LimitExceededError) as caught:
        qi.read_workbook(TEXT, limits=limits).sheet().grid  # noqa: B018
    assert caught.value.params["limit"] == name
    assert caught.value.params["allowed"] == figure - 1
    assert name in str(caught.value)
