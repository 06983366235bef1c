"""A plan in figures.

Strategy: what a review page shows first and what a host logs: counts, and the guards that tripped, as JSON with a version. It holds
nothing of any row.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from .. import _html
from .._numbers import count_noun
from .saved import FORMAT_VERSION

__all__ = ["GuardState", "Summary", "covered"]


class GuardState(BaseModel):
    """A guard that tripped, as the summary shows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    count: int
    of: int
    limit: float
    acknowledged: bool


class Summary(BaseModel):
    """The plan in figures: what a review page shows first. JSON with ``format_version``.

    Args:
        rows: Source rows with content.
        blank_rows: Blank lines below the header, which are counted and otherwise left alone.
        actions: Rows per action; they add up to ``rows``. ``reject`` holds the next three.
        to_mend: Rows that cannot be used as they are: to be mended in the file.
        copies: Rows that say what another row says already; nothing is to be done about them.
        skipped: Rows that somebody decided to leave out.
        decisions: How many decisions were ``used``, ``unfit`` and ``unused``; they add up to those given.
        codes: Issues per code, those of the whole file included.
        guards: Guards that tripped.
        absent: People whom a full snapshot does not name.
        can_apply: False while a guard is not acknowledged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: int = FORMAT_VERSION
    rows: int
    blank_rows: int
    actions: dict[str, int]
    to_mend: int
    copies: int
    skipped: int
    decisions: dict[str, int]
    codes: dict[str, int]
    guards: tuple[GuardState, ...]
    absent: int
    can_apply: bool

    @model_validator(mode="before")
    @classmethod
    def _with_later_figures(cls, data: Any) -> Any:
        """Fill in what summaries that were saved before did not count."""
        if not isinstance(data, dict) or "to_mend" in data:
            return data
        codes, actions = data["codes"], data["actions"]
        copies, skipped = codes.get("duplicate_row", 0), codes.get("row_skipped", 0)
        told = {name: codes.get(f"decision_{name}", 0) for name in ("unfit", "unused")}
        later = {"copies": copies, "skipped": skipped, "to_mend": actions["reject"] - copies - skipped}
        return data | later | {"decisions": told}

    def _repr_html_(self) -> str:
        rows = [*self.actions.items(), *((f"issue {code}", count) for code, count in self.codes.items())]
        guards = [
            (f"guard {one.code}", "acknowledged" if one.acknowledged else "stops the plan") for one in self.guards
        ]
        return _html.block(f"Summary of {count_noun(self.rows, 'row')}", _html.grid(("what", "rows"), [*rows, *guards]))

    def to_json(self) -> str:
        """As JSON."""
        return self.model_dump_json()


def covered(summary: Summary, /) -> list[dict[str, Any]]:
    """The guards of a summary, as the fingerprint covers them. What they are shares of may be known for one directory only."""
    return [{"code": guard.code, "count": guard.count, "acknowledged": guard.acknowledged} for guard in summary.guards]
