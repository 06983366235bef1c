"""How well labels fit the profile questions of a schema.

A question is found by its text: the label is the question, an alias of it, a part of it, or the same thing in another
language (a department is an *Abteilung*). Likeness is a share of words, weighted by how few labels have them, so that
"Skill" among twenty skills says nothing; where words run together it is a share of runs of letters. Texts are only ever
compared as wholes: one best word decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ..schema import Field
from ..words import Reading, label_words, read_label
from .concepts import concept_of
from .evidence import Evidence

__all__ = ["score_questions"]

#: So many pairs of label and question are all compared; of more only those with a telling word in common.
_PAIRS: Final = 20_000
_TELLING: Final = 0.1

#: Less likeness is chance.
_ALIKE: Final = 0.3

#: From here on a concept's words in a question's label are its subject.
_SUBJECT: Final = 0.6


@dataclass(frozen=True, slots=True)
class _Label:
    content: tuple[str, ...]
    concept: tuple[str, float] | None
    other: bool
    starts: frozenset[str]


def score_questions(readings: Sequence[Reading], fields: Sequence[Field], /) -> dict[str, dict[int, Evidence]]:
    """Field → column → evidence, columns without any left out."""
    counts = Counter(word for reading in readings for word in set(reading.words))
    counts.update(word for field in fields for word in set(label_words(field.title)))
    weights = {word: 1.0 / (1.0 + 0.5 * max(0, count - 2)) for word, count in counts.items()}
    labels = [_label(reading, weights) for reading in readings]
    by_start: dict[str, set[int]] = {}
    by_concept: dict[str, set[int]] = {}
    for column, label in enumerate(labels):
        for start in label.starts:
            by_start.setdefault(start, set()).add(column)
        if label.concept:
            by_concept.setdefault(label.concept[0], set()).add(column)
    every = range(len(labels)) if len(labels) * len(fields) <= _PAIRS else None
    scores: dict[str, dict[int, Evidence]] = {}
    for field in fields:
        names = [_label(read_label(name), weights) for name in (field.title, field.key, *field.aliases)]
        concepts = {name.concept[0] for name in names if name.concept and name.concept[1] > _SUBJECT}
        columns: Iterable[int] = (
            every
            if every is not None
            else sorted(
                {column for name in names for start in name.starts for column in by_start.get(start, ())}
                | {column for concept in concepts for column in by_concept.get(concept, ())}
            )
        )
        scores[field.key] = {
            column: evidence
            for column in columns
            if (evidence := _judge(labels[column], names, concepts, weights)).score > 0
        }
    return scores


def _label(reading: Reading, weights: dict[str, float]) -> _Label:
    content = _content(reading)
    return _Label(
        content,
        concept_of(reading),
        any("other" in piece.roles and "own" not in piece.roles for piece in reading.pieces),
        frozenset(word[:4] for word in content if weights.get(word, 1.0) >= _TELLING),
    )


def _judge(label: _Label, names: Sequence[_Label], concepts: set[str], weights: dict[str, float]) -> Evidence:
    known = label.concept[1] if label.concept and label.concept[0] in concepts else 0.0
    like = max((_likeness(label.content, name.content, weights) for name in names), default=0.0)
    if label.other and not any(name.other for name in names):
        like *= 0.4
    like *= 0.9
    if known >= like:
        return Evidence(known, ("label_known",) if known else ())
    return Evidence(round(like, 3), ("label_like",)) if like > _ALIKE else Evidence(0.0)


@lru_cache(maxsize=8192)
def _content(reading: Reading) -> tuple[str, ...]:
    """The words of a label that say something."""
    words = [word for word in reading.words if not _says_nothing(word)]
    return tuple(dict.fromkeys(words or reading.words))


def _says_nothing(word: str) -> bool:
    return not read_label(word).pieces and len(word) < 12


def _likeness(one: tuple[str, ...], other: tuple[str, ...], weights: dict[str, float]) -> float:
    """How alike two texts are, from 0 to 1: shared words by weight, or shared runs of letters where words run together."""
    if not one or not other:
        return 0.0

    def weigh(words: Iterable[str]) -> float:
        return sum([weights.get(word, 1.0) for word in words])

    shared = [word for word in one if any(_same_word(word, w) for w in other)]
    back = [word for word in other if any(_same_word(word, w) for w in one)]
    mine, theirs = weigh(one), weigh(other)
    both = weigh(shared) + weigh(back)
    score = both / (mine + theirs)
    if min(len(one), len(other)) >= 2 and (len(shared) == len(one) or len(back) == len(other)):
        score = max(score, 0.6 + 0.35 * score)
    return max(score, 0.9 * _grams("".join(one), "".join(other)))


@lru_cache(maxsize=8192)
def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 4:
        return False
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= max(4, max(len(one), len(other)) - 3) and shared >= 0.7 * max(len(one), len(other))


@lru_cache(maxsize=8192)
def _grams(one: str, other: str) -> float:
    """Shared runs of three letters (two where a script has no blanks), as Dice's share."""
    size = 2 if max(map(ord, one + other), default=0) > 0x2E7F else 3
    a = {one[i : i + size] for i in range(len(one) - size + 1)}
    b = {other[i : i + size] for i in range(len(other) - size + 1)}
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
