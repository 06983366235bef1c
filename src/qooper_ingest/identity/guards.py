"""Stage 29: changes that are legal one by one and alarming together stop the whole plan until somebody acknowledges them.

A wrong file, a wrong tenant, or a slipped column shows itself in the shares: nearly everybody suspended, most addresses
changed, hardly anybody matched. Acknowledging names the guard and the exact count, so that a plan made from another file
has to be acknowledged again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .policy import FindingCode, Policy

__all__ = ["Compared", "Guard", "Tally", "guards"]


class Compared(Protocol):
    """What a comparison with the last file found (`Drift`): its codes, one for each finding."""

    @property
    def codes(self) -> tuple[FindingCode, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the guards count. Rows, except for ``active_people`` (live and active in the directory) and ``absent``.

    ``unusable``: rows without a usable ID or address, and tables left out, where absence suspends: each may be, or name,
    anybody who seems to be absent. ``shifted``: places where rows are longer than their labels and nothing told which of them is
    whose. ``not_asked``: keys of the file (of ``keys``) by which nobody was looked up, where only a part of the people is given.
    ``taking``: rows that would make a person, or give one an address or an ID: somebody who was not looked up may hold it.
    ``findings``: what is different from the last file; ``drifted``: as many of them are of a kind that stops the plan.
    """

    suspensions: int
    email_changes: int
    matched: int
    accepted: int
    active_people: int
    absent: int = 0
    snapshot: bool = False
    unusable: int = 0
    shifted: int = 0
    not_asked: int = 0
    keys: int = 0
    taking: int = 0
    drifted: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A guard that tripped: how many of how many, and the limit. ``acknowledged`` if somebody accepted exactly this count."""

    code: str
    count: int
    of: int
    limit: float
    acknowledged: bool


def guards(tally: Tally, policy: Policy, /) -> tuple[Guard, ...]:
    """The guards that trip, in the order of their codes."""
    limits = policy.thresholds
    tripped: list[tuple[str, int, int, float]] = []

    def beyond(code: str, threshold: str, count: int, base: int) -> None:
        limit, from_people = limits.limit(threshold)
        if limit is not None and base >= from_people and 100 * count > limit * base:
            tripped.append((code, count, base, limit))

    beyond("too_many_email_changes", "max_email_changes_pct", tally.email_changes, tally.matched)
    if tally.suspensions > limits.max_suspensions:
        tripped.append(("too_many_suspensions", tally.suspensions, tally.active_people, float(limits.max_suspensions)))
    else:
        beyond("too_many_suspensions", "max_suspensions_pct", tally.suspensions, tally.active_people)
    low, from_people = limits.limit("min_match_pct")
    if low is not None and tally.accepted >= from_people and 100 * tally.matched < low * tally.accepted:
        tripped.append(("low_match_rate", tally.matched, tally.accepted, low))
    if tally.shifted:
        tripped.append(("labels_uncertain", tally.shifted, tally.accepted, 0.0))
    if tally.drifted:
        tripped.append(("file_drifted", tally.drifted, tally.findings, 0.0))
    if tally.not_asked and tally.taking:
        tripped.append(("lookup_incomplete", tally.not_asked, tally.keys, 0.0))
    if tally.snapshot:
        beyond("snapshot_shrinks", "max_shrink_pct", tally.absent, tally.active_people)
        if tally.unusable and tally.absent:
            tripped.append(("snapshot_incomplete", tally.unusable, tally.absent, 0.0))
        if tally.accepted == 0:
            tripped.append(("snapshot_empty", 0, 0, 1.0))
    return tuple(
        Guard(code=code, count=count, of=base, limit=limit, acknowledged=_is_accepted(policy, code, count, base, limit))
        for code, count, base, limit in sorted(tripped)
    )


def _is_accepted(policy: Policy, code: str, count: int, base: int, limit: float) -> bool:
    """True where a person has accepted the guard: by its exact count, or by all of its figures."""
    if code == "snapshot_empty":
        return False
    seen = (code, count, base, limit)
    return policy.acknowledged.get(code) == count or any(
        (one.code, one.count, one.of, one.limit) == seen for one in policy.acknowledgements
    )
