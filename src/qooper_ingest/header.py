"""Which row is the header: ranked proposals with reasons, "none" and several stacked rows among them.

(First form: the first dense row of distinct texts.)
"""

from __future__ import annotations

from dataclasses import dataclass

from .issues import Issues
from .schema import Schema
from .workbook import Sheet

__all__ = ["HeaderCandidate", "HeaderGuess", "detect_header"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderCandidate:
    """A possible header: its row (None: there is no header), all its rows, how well it fits, why."""

    row: int | None
    rows: tuple[int, ...]
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderGuess:
    """The proposal and its rivals."""

    row: int | None
    rows: tuple[int, ...]
    score: float
    reasons: tuple[str, ...]
    candidates: tuple[HeaderCandidate, ...]
    issues: Issues


def detect_header(sheet: Sheet, /, *, schema: Schema | None = None) -> HeaderGuess:
    """Propose the header row of a sheet.

    >>> from qooper_ingest.workbook import Workbook
    >>> detect_header(Workbook.of_rows([["Staff"], ["ID", "Mail"], ["7", "ann@corp.example"]]).sheet()).row
    2
    """
    head = sheet.preview(50)
    names = head.columns[1:]
    rows = [(row[0], [cell for cell in row[1:] if cell is not None]) for row in head.iter_rows()]
    width = max((len(cells) for _, cells in rows), default=0)
    found: list[HeaderCandidate] = []
    for number, cells in rows:
        if cells and len(cells) >= 0.6 * width and len(set(cells)) == len(cells) and names:
            data = sum("@" in cell or cell.replace(".", "").isdigit() for cell in cells)
            score = round((len(cells) / width) * (1 - data / len(cells)) ** 2, 3)
            found.append(HeaderCandidate(row=number, rows=(number,), score=score, reasons=("dense", "distinct")))
    best = next((candidate for candidate in found if candidate.score >= 0.6), None)
    nothing = HeaderCandidate(row=None, rows=(), score=0.5, reasons=("no_candidate",))
    chosen = best or nothing
    return HeaderGuess(
        row=chosen.row,
        rows=chosen.rows,
        score=chosen.score,
        reasons=chosen.reasons,
        candidates=tuple(sorted([*found, nothing], key=lambda c: -c.score)),
        issues=Issues.empty() if best else Issues.of("header_uncertain", detail="no row stands out"),
    )
