"""What is reviewed and then applied: `Plan`, its typed operations, and `resolve`, which makes it."""

from __future__ import annotations

from .difference import PlanDiff, diff_plans
from .explanation import Alternative, CellStory, Explanation, KeyStory
from .model import Plan
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
from .summary import Summary

__all__ = [
    "FORMAT_VERSION",
    "Alternative",
    "CellStory",
    "ChangeEmail",
    "Create",
    "CreatedPerson",
    "Explanation",
    "FieldChange",
    "KeyStory",
    "Operation",
    "PersonState",
    "Plan",
    "PlanDiff",
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
    "diff_plans",
    "resolve",
]
