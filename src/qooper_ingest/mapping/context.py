"""What the other columns of a header say of a column.

*ID* beside *Completion time* numbers answers, *Status* beside *Due date* is the task's, and where a mentor's address stands
beside the participant's, everything called a mentor's is the mentor's: the address, the number, the name and the status.
Features of the header are computed once (`Header`); what follows for each column is a table per field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ..words import read_label
from .evidence import Evidence, Signal, weigh
from .label_features import NAME_ROLES, LabelFeatures, label_features

__all__ = ["CONTEXT", "ColumnInHeader", "Header", "weigh_context"]

#: Whole labels that only stand in lists of tasks, orders, leave …: one may be chance, two are not.
_TASK_COLUMNS: Final = 2
_FORM_COLUMNS: Final = 2

#: A column of cities so near makes "estado" a state of the country.
_BESIDE: Final = 2

#: So many columns in a group that names the participant make groups of the others.
_GROUP_COLUMNS: Final = 2
_PATH: Final = re.compile(r"\s*([^.:/?]{2,40})[.:/]\s*[^\W\d]")

_OTHER_SIDE: Final = frozenset({"helper", "payer"})

#: What a label may be part of a person's block by: their address, their number, their name.
_IDENTITIES: Final = ("email", "id", "name")


def _identity(features: LabelFeatures) -> str:
    """What of a person a label names: ``email``, ``id``, ``name``, ``status``, ``person`` (only who), or nothing."""
    if features.has("email"):
        return "email"
    if features.state_kind:
        return "status"
    if features.has(*NAME_ROLES) and not features.about_a_thing and not features.has("company", "login"):
        return "name"
    if features.has("user_id", "id_word") and not features.about_a_thing:
        return "id"
    people = {"own", "other", *_OTHER_SIDE}
    return "person" if features.pieces and all(piece.roles & people for piece in features.pieces) else ""


class Header:
    """The labels of a table together."""

    def __init__(self, labels: Sequence[LabelFeatures], texts: Sequence[str]) -> None:
        self.labels = labels
        self.texts = texts

    @cached_property
    def forms(self) -> int:
        """How many columns only a form's export has."""
        return sum("form_context" in label.whole for label in self.labels)

    @cached_property
    def tasks(self) -> int:
        """How many columns only lists of tasks, orders, exams have; an event counts as enough."""
        if any("event_context" in label.whole for label in self.labels):
            return _TASK_COLUMNS
        return sum("task_context" in label.whole for label in self.labels)

    @cached_property
    def identities(self) -> list[str]:
        """What of a person each column names."""
        return [_identity(label) for label in self.labels]

    @cached_property
    def sides(self) -> list[str]:
        """Who each column is about where a row names two people: ``helper``, ``helped``, ``other``, ``own`` (said), or nothing."""
        return [_side(label) for label in self.labels]

    def _named(self, *sides: str) -> set[str]:
        """What of a person the columns of these sides name."""
        return {what for what, side in zip(self.identities, self.sides, strict=True) if side in sides and what}

    @cached_property
    def two_people(self) -> bool:
        """Whether a row names two people: the same thing once of a mentor (or a payer), once of somebody else."""
        theirs, rest = self._named("helper"), self._named("helped", "own", "")
        return bool(theirs & rest & set(_IDENTITIES))

    @cached_property
    def pairs(self) -> bool:
        """Whether a row is about a mentor *and* a mentee, and neither is the participant before a person says so."""
        known = set(_IDENTITIES) | {"person"}
        return bool(self._named("helper") & known and self._named("helped") & known)

    @cached_property
    def own_identity(self) -> bool:
        """Whether the participant has an address or a number of their own, that is nobody else's by its label."""
        return bool(self._named("own", "") & {"email", "id"})

    @cached_property
    def helper_identity(self) -> bool:
        return bool(self._named("helper") & {*_IDENTITIES})

    @cached_property
    def beside_owner(self) -> frozenset[int]:
        """Columns that say nothing of whom they are, in the block of somebody else, where the participant has their own.

        ``E-mail, Manager, E-mail``: the second one is the manager's.
        """
        inside = {column for column in range(len(self.labels)) if self._block_of_another(column)}
        outside = {
            what
            for column, what in enumerate(self.identities)
            if column not in inside and self.sides[column] in ("own", "")
        }
        return frozenset(column for column in inside if self.identities[column] in outside)

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """Unknown words that stand beside an address or a number of the participant: ``SPRIDEN_ID``."""
        return frozenset(
            piece.text
            for label, what, side in zip(self.labels, self.identities, self.sides, strict=True)
            if what in ("email", "id") and side in ("own", "")
            for piece in label.pieces
            if not piece.roles
        )

    @cached_property
    def groups_beside(self) -> dict[int, str]:
        """Columns of a group that does not name the participant, where their columns stand in one that does.

        ``student.number, student.lastName, contacts.email``: the address is a contact's (``thing``); of other groups it is
        not known (``unknown``).
        """
        groups = [_group(text) for text in self.texts]
        if sum(group is not None and group.own for group in groups) < _GROUP_COLUMNS:
            return {}
        return {
            column: "thing" if group.has("object", "other") else "unknown"
            for column, group in enumerate(groups)
            if group is not None and group.pieces and not group.own
        }

    def _block_of_another(self, column: int) -> bool:
        """Whether the nearest column to the left that says whose it is says it is somebody else's."""
        if self.sides[column] or self.identities[column] not in ("email", "id", "name", "status"):
            return False
        for at in range(column - 1, -1, -1):
            if self.sides[at] in ("helper", "other"):
                return True
            if self.sides[at] or not self.identities[at]:
                return False
        return False

    @cached_property
    def new_email(self) -> bool:
        """Whether a column holds what replaces something."""
        return any(label.only_new or (label.has("email") and label.has("new")) for label in self.labels)

    @cached_property
    def plain_email(self) -> bool:
        """Whether there is an e-mail of the participant that is neither the old one nor the new one."""
        return any(
            label.has("email") and not label.somebody_elses and not label.has("new", "former", "secondary")
            for label in self.labels
        )

    def near_a_city(self, column: int) -> bool:
        """Whether a column of cities is beside it."""
        near = self.labels[max(0, column - _BESIDE) : column + _BESIDE + 1]
        return any("city" in label.whole for label in near)

    @cached_property
    def languages(self) -> Counter[str]:
        """How many words of the header each language has, doubtful numbers left out."""
        votes: Counter[str] = Counter()
        for label in self.labels:
            if not {"national_id", "user_id"} <= label.roles:
                votes.update(language for piece in label.pieces for language in piece.languages)
        return votes


def _group(text: str) -> LabelFeatures | None:
    """What stands before the first sign of a path: ``student.lastName``, ``Student: E-mail``."""
    found = _PATH.match(text)
    return None if found is None else label_features(read_label(found[1]))


def _side(label: LabelFeatures) -> str:
    """Whose a label says that its column is.

    *Mentor or mentee?* asks which of them the participant is.
    """
    if label.somebody_elses:
        return "other"
    said = label.roles | label.aside
    here, there = not _OTHER_SIDE.isdisjoint(said), "helped" in said
    if here != there:
        return "helper" if here else "helped"
    return "own" if label.own else ""


@dataclass(frozen=True)
class ColumnInHeader:
    """A column in the light of the others, and what its label has earned.

    Args:
        header: All labels.
        column: Its position.
        label: Its own features.
        so_far: What the label alone says.
    """

    header: Header
    column: int
    label: LabelFeatures
    so_far: Evidence

    @cached_property
    def side(self) -> str:
        return self.header.sides[self.column]

    @property
    def bare_id(self) -> bool:
        return "bare_id" in self.so_far.reasons

    @cached_property
    def of_the_other(self) -> bool:
        """A mentor's or a payer's where the row has a participant of its own."""
        return self.header.two_people and self.side == "helper"

    @cached_property
    def of_a_pair(self) -> bool:
        """A mentee's in a list of pairs."""
        return self.header.pairs and self.side == "helped"

    @cached_property
    def said_of_a_helper(self) -> bool:
        """*Mentor status*, *Active mentor*, where the participant's address or number says nothing of mentors."""
        return self.side in ("helper", "helped") and self.header.own_identity and not self.header.helper_identity

    @cached_property
    def shared_prefix(self) -> bool:
        """Whether its unknown words stand beside the participant's number or address too."""
        unknown = {piece.text for piece in self.label.pieces if not piece.roles}
        return bool(unknown) and unknown <= self.header.prefixes

    @cached_property
    def staff_number_here(self) -> bool:
        """Whether letters that are a tax number elsewhere are a staff number in this header's language."""
        if not any({"national_id", "user_id"} <= piece.roles for piece in self.label.pieces):
            return False
        senses = {sense for piece in self.label.pieces for sense in piece.senses}
        votes = self.header.languages
        staff = max((votes[language] for role, language in senses if role == "user_id"), default=0)
        state = max((votes[language] for role, language in senses if role == "national_id"), default=0)
        return staff > state


_S = Signal[ColumnInHeader]

_OWNER: Final[tuple[_S, ...]] = (
    _S("the other of two people", lambda f: f.of_the_other, 0.0, "other_person two_people", "Mentor Email beside Email: lists of matches", "times"),
    _S("one of a pair", lambda f: f.of_a_pair, 0.4, "two_people", "Mentor Email, Mentee Email: lists of pairs", "times"),
    _S("in the block of somebody else", lambda f: f.column in f.header.beside_owner, 0.0, "other_person owner_beside",
       "Email, Manager, Email: two-row headers that were cut to one", "times"),
    _S("of who pays", lambda f: f.label.has("payer") or "payer" in f.label.aside, 0.7, "payer", "Purchaser email: shops and ticket systems", "at_most"),
    _S("in the group of something else", lambda f: f.header.groups_beside.get(f.column) == "thing", 0.4, "other_group",
       "student.number, contacts.email: exports of school systems", "times"),
    _S("in another group than the participant's", lambda f: f.column in f.header.groups_beside, 0.7, "other_group",
       "Student: No., Campus: e-mail", "at_most"),
)  # fmt: skip

_NAME: Final[tuple[_S, ...]] = (
    *_OWNER,
    _S("the prefix of the participant's number", lambda f: f.shared_prefix, 0.8, "shared_prefix", "SPRIDEN_ID, SPRIDEN_LAST_NAME", "at_least"),
)  # fmt: skip

#: Role of a field → what the other columns say; the first line that holds acts.
CONTEXT: Final[dict[str, tuple[_S, ...]]] = {
    "id": (
        *_OWNER,
        _S("the number of an answer", lambda f: f.header.forms >= _FORM_COLUMNS and (f.bare_id or f.label.has("form_context")), 0.1,
           "row_number", "form exports: ID, Start time, Completion time", "at_most"),
        _S("the number of a task", lambda f: f.header.tasks >= _TASK_COLUMNS and f.bare_id and bool(f.label.whole), 0.4, "task_context",
           "lists of orders, exams, requests", "times"),
        _S("a staff number in this language", lambda f: f.staff_number_here, 0.8, "label_known language_of_the_header",
           "RA, NIE, INE beside labels of one language"),
    ),
    "email": (
        *_OWNER,
        _S("the address that was", lambda f: f.label.former and f.label.has("email") and f.header.new_email and not f.header.plain_email,
           0.88, "former_address", "rename sheets: Old e-mail, New e-mail; the known address is the old one"),
    ),
    "new_email": _OWNER,
    "status": (
        *_OWNER,
        _S("a flag of being a mentor", lambda f: f.said_of_a_helper and f.label.state_kind != "status", 0.4, "other_person",
           "Active mentor: who takes part as what, not whether the account is used", "times"),
        _S("a mentor's status", lambda f: f.said_of_a_helper, 0.65, "two_people", "Mentor status in a list of employees", "times"),
        _S("the status of a task", lambda f: (f.header.tasks >= _TASK_COLUMNS or f.header.forms > _FORM_COLUMNS)
           and "bare_status" in f.label.whole, 0.4, "task_context", "lists of orders, exams, requests", "times"),
        _S("a state of the country", lambda f: f.label.state_or_status and f.header.near_a_city(f.column), 0.45, "place_context",
           "address blocks: Ciudad, Estado", "times"),
    ),
    "first_name": _NAME,
    "last_name": _NAME,
    "full_name": _NAME,
}  # fmt: skip


def weigh_context(role: str, header: Header, column: int, so_far: Evidence, /) -> Evidence:
    """Say what the other columns make of one column's evidence for a field."""
    table = CONTEXT.get(role)
    if table is None or (not so_far.score and not so_far.reasons):
        return so_far
    return weigh(table, ColumnInHeader(header, column, header.labels[column], so_far), so_far)
