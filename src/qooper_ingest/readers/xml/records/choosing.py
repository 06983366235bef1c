"""Which of the repeated elements are the lists, and which of the lists looks most like people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .paths import FEW, NAMELESS, NAMING, Path, own_values

__all__ = ["choose_lists", "unique_name"]

#: What fields of people are called, by kind. Only to choose between lists; mapping is another room's work.
_PEOPLE: Final = {
    "email": re.compile(r"mail|courriel|correo"),
    "first": re.compile(r"first|given|vorname|prenom|prénom|voornaam|nombre|vorna"),
    "last": re.compile(r"last|sur_?name|family|nachname|nachn|achternaam|apellido|^nom$"),
    "name": re.compile(r"^(?:full|display|user)?_?name$|descriptor"),
    "id": re.compile(r"(?:^|[a-z._ ])id$|^id|number$|pernr|_no$|guid|username|login"),
}
_WEIGHT: Final = {"email": 3, "first": 2, "last": 2, "name": 1, "id": 1}
_EMAIL: Final = r"^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$"
_SAMPLE: Final = 200


def choose_lists(top: Path) -> list[Path]:
    """The elements whose instances are records, the most likely list of people first."""
    lists: list[Path] = []
    _gather(top, lists)
    if not lists:
        single = _single(top)
        return [single] if single is not None else []
    single = _single(top)
    if single is not None and single not in lists:
        inside = [one for one in lists if _is_within(one, single)]
        few = all(one.count <= FEW and _likeness(one) < _likeness(single) for one in inside)
        if inside and few and _is_person(single):
            # One person with two addresses is one record, not a list of addresses.
            lists = [one for one in lists if one not in inside]
            lists.append(single)
    alone = _single(top, beside=lists)
    if alone is not None and alone not in lists and _is_person(alone):
        # A list of people of which there happens to be one, next to a list of something else.
        lists.append(alone)
    first = max(
        lists,
        key=lambda one: (_likeness(one) if _likeness(one) > 2 else 0, one.count * len(own_values(one)), -one.order),
    )
    return [first, *(one for one in lists if one is not first)]


def _gather(path: Path, lists: list[Path]) -> None:
    """Lists below a path, outermost first; a list within a list only where it is the people of a grouping."""
    for child in path.below():
        if child.attribute:
            continue
        if not child.repeated or not any(one.has_text for one in child.walk()):
            _gather(child, lists)
        elif child.below() or _is_plain_list(child):
            inner: list[Path] = []
            _gather(child, inner)
            if own_values(child):
                lists.append(child)
                lists += [one for one in inner if _is_person(one) and _likeness(one) > _likeness(child)]
            else:
                records = [one for one in inner if not one.has_text and one.name.lower() not in NAMELESS]
                lists += records or [child]


def _is_plain_list(path: Path) -> bool:
    """A repeated simple value is a list of its own only where nothing else stands beside it."""
    parent = path.parent
    return parent is not None and not [other for other in parent.below() if other is not path and other.has_text]


def _is_within(path: Path, outer: Path) -> bool:
    parent = path.parent
    while parent is not None and parent is not outer:
        parent = parent.parent
    return parent is outer


def _single(top: Path, *, beside: Sequence[Path] = ()) -> Path | None:
    """The one record of a file without a list: the element with the most values directly in it.

    With ``beside``: of those that are neither in a list nor hold one.
    """
    taken: set[int] = set()
    for one in beside:
        taken |= {id(path) for path in one.walk()}
        here = one.parent
        while here is not None and id(here) not in taken:
            taken.add(id(here))
            here = here.parent
    best: Path | None = None
    most = 0
    for path in top.walk():
        if path is top or path.attribute or path.repeated or id(path) in taken:
            continue
        values = sum(1 for child in path.below() if child.has_text and not child.attribute)
        score = values * 2 + (1 if any(child.attribute for child in path.below()) else 0)
        if score > most:
            best, most = path, score
    return best


def _kinds(path: Path) -> set[str]:
    """Which kinds of fields of people a record has, told by names, and an e-mail also by its values."""
    kinds: set[str] = set()
    values = own_values(path)
    for child in path.below():
        if child.repeated and child.name.lower() in NAMELESS:
            # The fields are repeated elements that carry their names as values.
            values.append(child)
            naming = [one for one in child.below() if one.name.lower() in NAMING]
            for name in (text for one in naming for text in one.text.head(_SAMPLE).unique().drop_nulls().to_list()):
                kinds |= {kind for kind, pattern in _PEOPLE.items() if pattern.search(name.lower())}
    for value in values:
        name = value.name.lower()
        kinds |= {kind for kind, pattern in _PEOPLE.items() if pattern.search(name)}
        sample = value.text.head(_SAMPLE).drop_nulls()
        if len(sample) and int(sample.str.contains(_EMAIL).sum()) * 2 > len(sample):
            kinds.add("email")
    return kinds


def _likeness(path: Path) -> int:
    return sum(_WEIGHT[kind] for kind in _kinds(path))


def _is_person(path: Path) -> bool:
    kinds = _kinds(path)
    return ("email" in kinds and len(kinds) > 1) or {"first", "last"} <= kinds


def unique_name(record: Path, taken: set[str]) -> str:
    name = record.of_table or record.name
    if name in taken and record.parent is not None and record.parent.name:
        name = f"{record.parent.name}.{name}"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    return unique
