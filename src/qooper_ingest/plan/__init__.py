"""What is reviewed and then applied: `Plan`, its typed operations, and `resolve`, which makes it."""

from __future__ import annotations

from .model import Plan, Summary
from .operations import (
    ChangeEmail,
    Create,
    FieldChange,
    Operation,
    PersonState,
    Reactivate,
    Retire,
    Suspend,
    Update,
    Value,
)
from .receipt import CreatedPerson, Receipt, Refusal
from .resolving import resolve
from .saved import FORMAT_VERSION
from .staleness import Stale, Staleness

__all__ = [
    "FORMAT_VERSION",
    "ChangeEmail",
    "Create",
    "CreatedPerson",
    "FieldChange",
    "Operation",
    "PersonState",
    "Plan",
    "Reactivate",
    "Receipt",
    "Refusal",
    "Retire",
    "Stale",
    "Staleness",
    "Summary",
    "Suspend",
    "Update",
    "Value",
    "resolve",
]
