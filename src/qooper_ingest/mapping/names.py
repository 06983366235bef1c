"""Which name a label means: the first, the last, the whole one, or just *name*.

A name word makes a name only where nothing else is said: *First* is a first name, *First choice*, *Last seen* and *First
aid* are none. Of a path (``name.givenName``, *Legal Name - Last Name*) the word that says more decides.
"""

from __future__ import annotations

from typing import Final

from ..words import Piece
from .evidence import Signal, decide
from .label_features import NAME_ROLES, OTHER_FACTS, LabelFeatures

__all__ = ["NAMES", "name_kind"]

#: Roles that make something else of a name beside them, unless the same part names the person.
_NOT_OF_A_NAME: Final = OTHER_FACTS | {
    "aspect", "object", "email", "login", "company", "secondary", "phone", "id_word", "status", "active", "inactive",
    "inactive_since", "record_id", "user_id", "national_id", "task_context",
}  # fmt: skip
_OF_THE_PERSON: Final = frozenset({"own", "primary"})
_NAMES: Final = frozenset(NAME_ROLES)


def _rest(features: LabelFeatures) -> list[Piece]:
    return [piece for piece in features.pieces if not piece.roles & _NAMES]


def _bare(features: LabelFeatures) -> bool:
    """Whether all its name words are such as *first* and *last*."""
    return all("bare_name" in piece.roles for piece in features.pieces if piece.roles & _NAMES)


def _other_thing(features: LabelFeatures) -> bool:
    return any(p.roles & _NOT_OF_A_NAME and not p.roles & _OF_THE_PERSON for p in _rest(features))


def _something_beside(features: LabelFeatures) -> bool:
    return any(not piece.roles & _OF_THE_PERSON for piece in _rest(features))


_S = Signal[LabelFeatures]

#: The first line that holds says how surely a label means a name; 0 is not at all.
NAMES: Final[tuple[_S, ...]] = (
    _S("no name word", lambda f: not f.has(*NAME_ROLES), 0.0, "", "all header rows"),
    _S("somebody else's", lambda f: f.somebody_elses, 0.0, "other_person", "Manager name, Emergency contact name"),
    _S("an aspect in brackets", lambda f: bool(f.aside & {"aspect", "secondary", "email"}), 0.0, "other_aspect", "Name (kana)"),
    _S("a login or a company", lambda f: bool(f.whole & {"login", "company"}) and not f.whole & {"first_name", "last_name"}, 0.0,
       "login_name", "User name of Atlassian holds names, of others logins"),
    _S("something else's name", _other_thing, 0.0, "other_object", "Course name, Last login, Middle name"),
    _S("an order and not a name", lambda f: _bare(f) and _something_beside(f), 0.0, "other_object", "First choice, Last seen in Jira"),
    _S("a name", lambda f: not f.unknown, 0.93, "", "all kinds of people lists"),
    _S("a name with one unknown word", lambda f: f.unknown == 1, 0.7, "", "Legal Name, Landlord name: of whom is asked"),
    _S("a name with two unknown words", lambda f: f.unknown == 2, 0.63, "", "questions"),
    _S("a name with many unknown words", lambda _: True, 0.45, "", "questions"),
)  # fmt: skip


def name_kind(features: LabelFeatures, /) -> tuple[str, float] | None:
    """Say which name a label means (``first_name``, ``last_name``, ``full_name`` or ``name``), and how surely."""
    signal = decide(NAMES, features)
    if signal is None or not signal.weight:
        return None
    return _kind(features), signal.weight


def _kind(features: LabelFeatures) -> str:
    kinds = {next(k for k in NAME_ROLES if k in p.roles) for p in features.pieces if p.roles & _NAMES}
    said = kinds & {"first_name", "last_name"}
    if len(said) == 1:  # "Legal Name - Last Name": the path's last step
        return said.pop()
    kind = kinds.pop() if len(kinds) == 1 else "full_name"
    aside = next((role for role in NAME_ROLES if role in features.aside), None)
    if kind == "name" and aside is not None:
        kind = aside
    if kind == "name" and any("own" in piece.roles for piece in _rest(features)):
        kind = "full_name"
    return kind
