"""What a detection of the header gives: the proposal, its rivals, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from .. import _html
from ..issues import Issues

__all__ = ["CONFIDENT_FROM", "HeaderCandidate", "HeaderGuess"]

#: Below this score a person should look (issue ``header_uncertain``): about one such proposal in four is wrong.
CONFIDENT_FROM: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderCandidate:
    """A possible header.

    Args:
        row: Row number as the sheet shows it, from 1; None: there is no header and every row is data.
        rows: All rows that make up the header together, ascending; empty where there is none.
        score: How well it fits, from 0 to 1.
        reasons: Machine-readable, most important first.
    """

    row: int | None
    rows: tuple[int, ...] = ()
    score: float = 0.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderGuess:
    """The proposed header and its rivals.

    Args:
        row: The row whose cells name the columns, from 1: the lower one under groups, the upper one over units or hints; None where
            there is no header.
        rows: All rows of the header, ascending: more than one where labels are spread over stacked rows.
        score: The share of such sheets in which the proposal is right, from 0 to 1; the scores of all candidates add up to 1.
        reasons: Why, machine-readable.
        candidates: The proposal, then its rivals, best first.
        issues: ``header_uncertain`` where a person should look.
    """

    row: int | None
    rows: tuple[int, ...] = ()
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    candidates: tuple[HeaderCandidate, ...] = ()
    issues: Issues = field(default_factory=Issues.empty)

    def _repr_html_(self) -> str:
        rows = [
            ("+".join(map(str, one.rows)) or "none", f"{one.score:.2f}", ", ".join(one.reasons))
            for one in self.candidates
        ]
        found = "+".join(map(str, self.rows)) or "none"
        return _html.block(f"Header row: {found}", _html.grid(("row", "score", "reasons"), rows))
