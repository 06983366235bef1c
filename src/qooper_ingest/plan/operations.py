"""Typed operations: what a host applies, one object per row, made a batch at a time from the plan's frames.

Each carries what it expects to find (the person as seen, and the keys that nobody may hold), so that a host can apply it in a
transaction of its own and see at once whether it still holds.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from typing import Any, Final

import polars as pl

__all__ = [
    "ChangeEmail",
    "Create",
    "FieldChange",
    "Operation",
    "PersonState",
    "Reactivate",
    "Retire",
    "Suspend",
    "Update",
    "Value",
    "as_json",
    "as_value",
    "typed",
]

Value = str | float | bool | dt.date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changes.

    Args:
        field: Its key.
        before: What is stored; None: no answer. A precondition: the operation is stale where something else is stored.
        after: What it becomes.
        added, removed: Where the change adds to a list or takes from it (``multi_select="union"``, append marks, roles): what
            is added and what is taken away, whatever else the list holds. A host that writes these instead of ``after`` loses
            no answer that somebody adds in the meantime. None where ``after`` replaces what is stored.
    """

    field: str
    before: Value
    after: Value
    added: tuple[str, ...] | None = field_of(default=None, compare=False)
    removed: tuple[str, ...] | None = field_of(default=None, compare=False)

    def __repr__(self) -> str:
        return f"FieldChange({self.field!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonState:
    """A person as the plan saw them; the operation is stale where this is no longer so.

    Args:
        id, email, status, sso_subject: As stored.
        roles: As stored, where the run has a role; None: they do not matter.
        protected: False, because nothing is planned for people whom no import may touch.
        status_locked: False where the operation changes the status and the policy leaves locked ones alone; None: it does
            not matter.
    """

    id: str | None
    email: str | None
    status: str
    sso_subject: str | None
    roles: tuple[str, ...] | None = None
    protected: bool = False
    status_locked: bool | None = None

    def __repr__(self) -> str:
        return f"PersonState(status={self.status!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Operation:
    """What every operation has.

    Args:
        row: The source row; None for what follows from absence in a full snapshot.
        changes: All that changes, sorted by field: ``id``, ``email``, ``status``, ``roles`` and the keys of profile fields.
        codes: Warnings that the review showed.
        absent_email: The address key that nobody may hold when this is applied, but for people who leave it earlier.
        absent_id: The ID that nobody may hold.
        absent_id_fold: The same in lower case and without leading zeros: nobody, deleted people included, may hold an ID that
            is equal to it when folded so. None where a person has decided that the ID is right.
        absent_subject: The SSO subject that nobody else may have.
        group: Number of its atomic group, if it is in one: all operations of a number are applied in one transaction, or none.
        status_scope: How far a change of status reaches: ``programme`` or ``organisation``, as the schema says of the status
            word (`StatusWord.scope`); what that means is the host's. None where the status does not change.
    """

    row: int | None
    changes: tuple[FieldChange, ...]
    codes: tuple[str, ...] = ()
    absent_email: str | None = None
    absent_id: str | None = None
    absent_id_fold: str | None = None
    absent_subject: str | None = None
    group: int | None = None
    status_scope: str | None = None

    def value(self, key: str) -> Value:
        """What a field becomes; None where it does not change (or is emptied)."""
        return next((change.after for change in self.changes if change.field == key), None)

    def __repr__(self) -> str:
        fields = ", ".join(change.field for change in self.changes)
        return f"{type(self).__name__}(row={self.row}, ref={getattr(self, 'ref', None)!r}, changes=[{fields}])"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Create(_Operation):
    """Make a new person. Every change has ``before=None``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Known(_Operation):
    """An operation on a person who is there.

    Args:
        ref: The host's own key of the person.
        expected: The person as seen. A precondition: the operation is stale where anything of it is otherwise now.
    """

    ref: str
    expected: PersonState


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Update(_Known):
    """Change answers, roles, or give an ID to a person who has none."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChangeEmail(_Known):
    """Change the address, and whatever else the row changes. The riskiest kind: mail and sign-in follow it."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Suspend(_Known):
    """Suspend the person, and whatever else the row changes (but the address).

    Only an inverse plan changes the address as well: a person whom the plan created gives it up (``after`` is None) where it goes
    back to somebody else.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Retire(_Known):
    """Take away a person whom a plan created (`Plan.inverse` with ``created="retire"``), by whatever means the host has.

    ``status`` becomes ``deleted``; the address is given up as with `Suspend`.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reactivate(_Known):
    """Make a suspended person active again, and whatever else the row changes (but the address)."""


Operation = Create | Update | ChangeEmail | Suspend | Reactivate | Retire


def typed(
    new: pl.DataFrame,
    stored: pl.DataFrame,
    group_of: Mapping[int, int],
    /,
    *,
    policy: Mapping[str, Any],
    with_roles: bool,
) -> Iterator[Operation]:
    """Make the typed operations of one batch; the only place where a plan becomes objects.

    Args:
        new, stored: The plan's two frames, some lines of them.
        group_of: Row → number of its atomic group.
        policy: The plan's.
        with_roles: Whether the run gives roles, so that the stored ones are expected.
    """
    for after, before in zip(new.iter_rows(named=True), stored.iter_rows(named=True), strict=True):
        lists = (*(after.get("merged") or ()), "roles") if after["action"] != "create" else ()
        changes = tuple(_change(name, before[name], after[name], merged=name in lists) for name in after["changed"])
        common: dict[str, Any] = {
            "row": after["row"],
            "changes": changes,
            "codes": tuple(after["codes"]),
            "absent_email": after["absent_email"],
            "absent_id": after["absent_id"],
            "absent_id_fold": after.get("absent_id_fold"),
            "absent_subject": after.get("absent_subject"),
            "group": group_of.get(after["row"]),
            "status_scope": after["status_scope"] if "status" in after["changed"] else None,
        }
        if after["action"] == "create":
            yield Create(**common)
            continue
        minds_lock = "status" in after["changed"] and not policy["allow_locked_status"]
        seen = PersonState(
            id=before["id"],
            email=before["email"],
            status=before["status"],
            sso_subject=before["sso_subject"],
            roles=tuple(before["roles"] or ()) if with_roles else None,
            status_locked=False if minds_lock else None,
        )
        kind: type[Update | ChangeEmail | Suspend | Reactivate | Retire]
        match after["action"]:
            case "change_email":
                kind = ChangeEmail
            case "change_status":
                kind = _KIND_OF_STATE[after["status"]]
            case _:
                kind = Update
        yield kind(ref=before["ref"], expected=seen, **common)


def as_json(operation: Operation, /) -> str:
    """An operation as one line of JSON."""
    line: dict[str, Any] = {"operation": _SNAKE[type(operation)], "row": operation.row}
    if not isinstance(operation, Create):
        line["ref"] = operation.ref
        line["expected"] = _state_as_json(operation.expected)
    line["changes"] = [_change_as_json(change) for change in operation.changes]
    line |= {
        "codes": list(operation.codes),
        "absent_email": operation.absent_email,
        "absent_id": operation.absent_id,
        "absent_id_fold": operation.absent_id_fold,
        "absent_subject": operation.absent_subject,
    }
    line |= {"group": operation.group, "status_scope": operation.status_scope}
    return json.dumps(line, ensure_ascii=False)


def _state_as_json(state: PersonState) -> dict[str, Any]:
    """The person as seen; what does not matter to the operation is left out."""
    told: dict[str, Any] = {name: getattr(state, name) for name in ("id", "email", "status", "sso_subject")}
    told |= {"roles": list(state.roles)} if state.roles is not None else {}
    return told | ({"status_locked": state.status_locked} if state.status_locked is not None else {})


def _change_as_json(change: FieldChange) -> dict[str, Any]:
    told = {"field": change.field, "before": _jsonable(change.before), "after": _jsonable(change.after)}
    if change.added is not None and change.removed is not None:
        told |= {"added": list(change.added), "removed": list(change.removed)}
    return told


_SNAKE: Final = {
    Create: "create",
    Update: "update",
    ChangeEmail: "change_email",
    Suspend: "suspend",
    Reactivate: "reactivate",
    Retire: "retire",
}

#: What a change of status is, by the state that it leads to.
_KIND_OF_STATE: Final[Mapping[str, type[Suspend | Reactivate | Retire]]] = {
    "active": Reactivate,
    "suspended": Suspend,
    "deleted": Retire,
}


def _change(field: str, before: Any, after: Any, *, merged: bool) -> FieldChange:
    if not merged:
        return FieldChange(field, as_value(before), as_value(after))
    added = tuple(one for one in after or () if one not in (before or ()))
    removed = tuple(one for one in before or () if one not in (after or ()))
    return FieldChange(field, as_value(before), as_value(after), added, removed)


def as_value(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _jsonable(value: Value) -> Any:
    match value:
        case tuple():
            return list(value)
        case dt.date():
            return value.isoformat()
        case float() if not math.isfinite(value):  # stored by the host; JSON has no word for it
            return None
    return value
