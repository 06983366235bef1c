"""What a column of the profile is about: a department, a job title, a manager, in any language."""

from __future__ import annotations

from typing import Final

from ..words import Piece, Reading

__all__ = ["PROFILE_CONCEPTS", "concept_of"]

#: What a column may be that no identity field is: profile questions find their columns by these.
PROFILE_CONCEPTS: Final = (
    "department", "job_title", "location", "manager", "start_date", "end_date", "birth_date", "phone", "city",
    "country", "company", "gender", "language_name", "timezone",
)  # fmt: skip

_CONCEPTS: Final = frozenset(PROFILE_CONCEPTS)

#: A concept said alone, a manager with other words, a concept among others.
_ALONE: Final = 0.88
_MANAGER: Final = 0.8
_AMONG_OTHERS: Final = 0.84

#: Below this a label is not about the concept.
_LEAST: Final = 0.2

#: What a word beside the concept leaves of it, at most.
_LIMITS: Final = (
    (frozenset({"id_word", "aspect", "record_id"}), 0.4),
    (frozenset({"secondary", "private", "object", "new", "email", "status"}), 0.35),
)


def concept_of(reading: Reading, /) -> tuple[str, float] | None:
    """The profile concept that a label means, and how surely; None where it means none or several."""
    whole = next((concept for concept in PROFILE_CONCEPTS if concept in reading.whole), None)
    if whole is not None:
        return whole, _ALONE
    rest = [piece for piece in reading.pieces if not piece.roles & _CONCEPTS]
    if "manager" in reading.roles:
        return "manager", _of_manager(rest)
    if any("other" in piece.roles and "own" not in piece.roles for piece in reading.pieces):
        return None
    kinds = {next(c for c in PROFILE_CONCEPTS if c in p.roles) for p in reading.pieces if p.roles & _CONCEPTS}
    if len(kinds) != 1:
        return None
    score = _limited(rest)
    return (kinds.pop(), score) if score > _LEAST else None


def _of_manager(rest: list[Piece]) -> float:
    roles = frozenset(role for piece in rest for role in piece.roles)
    if roles & {"email", "phone"}:
        return 0.4
    if "id_word" in roles:
        return 0.5
    return _MANAGER if rest else _ALONE


def _limited(rest: list[Piece]) -> float:
    score = _AMONG_OTHERS
    for piece in rest:
        if piece.roles & {"own", "primary", "name"}:
            continue
        limit = next((most for roles, most in _LIMITS if piece.roles & roles), None)
        score = score - 0.2 if limit is None else min(score, limit)
    return score
