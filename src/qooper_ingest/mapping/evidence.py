"""Evidence as tables: named signals with a weight, a reason and a source.

Strategy: features are computed once per column (`label_features`, `profiles`); a table of signals is read from the top and
the first one that holds decides. What a table says of a column can therefore be read off it, and a wrong proposal leads to
one line. A signal about a label *sets* the score; one about cells changes what the label has earned.

Weights are from 0 to 1 and say how often such a column is meant, as counted on labelled header rows of strangers; the note on
calibration in ``docs/header-and-mapping.md`` says how well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

__all__ = ["NOTHING", "Act", "Evidence", "Signal", "decide", "weigh"]

Features = TypeVar("Features")

#: What a signal does with the score: ``set`` it to the weight, multiply it (``times``), add to it (``plus``, never above
#: 0.99), or bound it (``at_most``, ``at_least``).
Act = Literal["set", "times", "plus", "at_most", "at_least"]

_HIGHEST = 0.99


@dataclass(frozen=True, slots=True)
class Evidence:
    """A score and the reasons for it, the most important first."""

    score: float
    reasons: tuple[str, ...] = ()


NOTHING = Evidence(0.0)


@dataclass(frozen=True)
class Signal(Generic[Features]):
    """One line of a table of evidence.

    Args:
        name: What it says, unique within its table.
        when: Whether it holds for a column's features.
        weight: See `Act`.
        reason: Machine-readable, what a screen or a log shows; several separated by a space; none for a line that
            only ends the table.
        source: Where the rule comes from: what kinds of files show it.
        act: What happens to the score.
    """

    name: str
    when: Callable[[Features], bool]
    weight: float
    reason: str
    source: str
    act: Act = "set"

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons one by one."""
        return tuple(self.reason.split())


def decide(table: Sequence[Signal[Features]], features: Features, /) -> Signal[Features] | None:
    """Find the first signal that holds."""
    return next((signal for signal in table if signal.when(features)), None)


def weigh(table: Sequence[Signal[Features]], features: Features, so_far: Evidence = NOTHING, /) -> Evidence:
    """Say what a table makes of a column, given what is known of it so far.

    Returns:
        The new evidence; ``so_far`` where no signal holds. What *sets* a score has its reasons alone; what confirms one
        puts its reasons last, what lowers or bounds one puts them first.

    >>> table = (Signal("blank", lambda n: n == 0, 0.5, "column_empty", "exports", "times"),)
    >>> weigh(table, 0, Evidence(0.8, ("email_word",)))
    Evidence(score=0.4, reasons=('column_empty', 'email_word'))
    """
    signal = decide(table, features)
    if signal is None:
        return so_far
    score = _acted(signal.act, signal.weight, so_far.score)
    if signal.act == "set":
        return Evidence(score, signal.reasons)
    first, then = (so_far.reasons, signal.reasons) if signal.act == "plus" else (signal.reasons, so_far.reasons)
    return Evidence(score, (*first, *(reason for reason in then if reason not in first)))


def _acted(act: Act, weight: float, score: float) -> float:
    match act:
        case "set":
            return weight
        case "times":
            return score * weight
        case "plus":
            return min(_HIGHEST, score + weight)
        case "at_most":
            return min(score, weight)
        case "at_least":
            return max(score, weight)
