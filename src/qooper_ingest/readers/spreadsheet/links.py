"""Links behind cells: an e-mail address that the text of its cell does not show.

A column of links often shows "Write to Ann" and holds the address in its target. The text is what the person saw, so it
stays; the address is offered as an issue with the place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

import polars as pl

from ..._grid import ROW, column_letter
from ...issues import Issues

__all__ = ["address_of", "formula_address", "link_issues"]

_ADDRESS: Final = r"^\s*[^@\s]+@[^@\s]+\s*$"
_FORMULA: Final = re.compile(r"""HYPERLINK\(\s*"(mailto:[^"]+)\"""", re.IGNORECASE)


def address_of(target: str) -> str | None:
    """The address of a ``mailto:`` target, without its subject; None for another target.

    >>> address_of("mailto:ann%40corp.example?subject=Hi")
    'ann@corp.example'
    """
    if target[:7].lower() != "mailto:":
        return None
    address = unquote(target[7:].partition("?")[0]).strip()
    return address if re.match(_ADDRESS, address) and len(address) <= 320 else None


def formula_address(formula: str) -> str | None:
    """The address that a HYPERLINK formula leads to, if it is one."""
    found = _FORMULA.search(formula)
    return address_of(found[1]) if found else None


def link_issues(grid: pl.DataFrame, targets: Mapping[tuple[int, int], str]) -> Issues:
    """Compare the addresses behind cells with their texts.

    Args:
        grid: The sheet's grid.
        targets: (row from 1, column from 0) → address.

    Issues: mailto_differs.
    """
    if not targets:
        return Issues.empty()
    links = pl.DataFrame(
        [(row, column_letter(column), address) for (row, column), address in sorted(targets.items())],
        schema={"row": pl.UInt32, "column": pl.String, "detail": pl.String},
        orient="row",
    )
    parts = []
    for (name,), part in links.partition_by("column", as_dict=True, maintain_order=True).items():
        texts = (
            grid.select(row=pl.col(ROW), text=pl.col(name))
            if name in grid.columns
            else pl.DataFrame(schema={"row": pl.UInt32, "text": pl.String})
        )
        parts.append(part.join(texts, on="row", how="left"))
    seen = pl.concat(parts).with_columns(value=pl.col("text"), shown=pl.col("text").str.strip_chars())
    differs = pl.col("shown").str.to_lowercase().ne_missing(pl.col("detail").str.to_lowercase())
    return Issues.from_frame("mailto_differs", seen.filter(differs).sort("row"))
