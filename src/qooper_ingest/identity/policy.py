"""What the host allows an import to do. Frozen, JSON, every option with the default that is safe for most hosts."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from .._values import JsonValue, has_surrogate, reason_of
from ..errors import UsageError

__all__ = ["RULES_VERSION", "Acknowledgement", "Decision", "FindingCode", "Policy", "RowKey", "Thresholds"]

#: Version of the decision table. It is part of a plan's fingerprint: a plan made by other rules is another plan.
RULES_VERSION: Final = 1

#: What may be different between the last file and this one; `drift.Finding` says what each means.
FindingCode = Literal[
    "column_gone", "column_new", "column_renamed", "column_rebound", "options_new", "format_changed", "blanks_more", "people_gone",
    "people_new", "name_changed",
]  # fmt: skip

#: What a person may answer where a plan asks.
Answer = Literal["use_id", "use_email", "link", "create", "skip", "treat_as_same_person"]

_FROZEN: Final = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True, strict=True)


#: Characters of a digest in hexadecimal; of a name of a sheet or a guard; of an ID or an address as a key.
_DIGEST: Final = 64
_NAME: Final = 255
LONGEST_KEY: Final = 1024


class Thresholds(JsonValue):
    """Shares beyond which a plan stops until somebody acknowledges it. Percent; strictly beyond the figure trips.

    A threshold that is given applies from the first person; the defaults apply from ``from_people`` people up, because a
    share of three rows says nothing.

    Args (all keyword):
        max_suspensions_pct: Of the live active people of the directory. Default 20.
        max_email_changes_pct: Of the matched rows. Default 10.
        min_match_pct: Matched rows of those not rejected. No default.
        max_shrink_pct: People absent from a full snapshot, of the live active people. Default 20.
        max_suspensions: Too many whatever the share. Default 500.
        from_people: From how many people (or rows) the shares apply. Default 10, or 1 for a threshold that is given.
    """

    max_suspensions_pct: float | None = Field(default=None, ge=0)
    max_email_changes_pct: float | None = Field(default=None, ge=0)
    min_match_pct: float | None = Field(default=None, ge=0)
    max_shrink_pct: float | None = Field(default=None, ge=0)
    max_suspensions: NonNegativeInt = 500
    from_people: PositiveInt | None = None

    def limit(self, name: str) -> tuple[float | None, int]:
        """The figure of a threshold, and from how many people it applies."""
        given = getattr(self, name)
        figure = given if given is not None else _DEFAULT_SHARES[name]
        return figure, self.from_people or (1 if given is not None else _FROM_PEOPLE)


#: Row numbers are 32 bits wide everywhere.
_LAST_ROW: Final = 2**32 - 1

#: No ID is longer (see ``ids.py``).
_LONGEST_ID: Final = 255

_FROM_PEOPLE: Final = 10
_DEFAULT_SHARES: Final[dict[str, float | None]] = {
    "max_suspensions_pct": 20.0,
    "max_email_changes_pct": 10.0,
    "min_match_pct": None,
    "max_shrink_pct": 20.0,
}


class RowKey(JsonValue):
    """What a row said when a decision was made for it. Made by `Plan.decide`; a host only keeps it.

    Args (all keyword):
        source: Digest of the file.
        sheet: Its sheet.
        id, email: What identifies the row.
        cells: A digest of all that the row says.
    """

    model_config = ConfigDict(strict=True)

    source: str | None = Field(default=None, max_length=_DIGEST)
    sheet: str | None = Field(default=None, max_length=_NAME)
    id: str | None = Field(default=None, max_length=LONGEST_KEY, repr=False)
    email: str | None = Field(default=None, max_length=LONGEST_KEY, repr=False)
    cells: str = Field(max_length=_DIGEST)


class Acknowledgement(JsonValue):
    """A guard that a person has seen and accepted, with its figures. Made by `Plan.acknowledge`; it does not hold for others.

    Args (all keyword):
        code: The guard.
        count, of, limit: Its figures, as `GuardState` shows them.
    """

    model_config = ConfigDict(strict=True)

    code: str = Field(max_length=_NAME)
    count: NonNegativeInt
    of: NonNegativeInt
    limit: float = Field(strict=False)


class Decision(JsonValue):
    """What a person decided for one row that the plan had left to them.

    Args (all keyword):
        row: The row of the file.
        answer: ``use_id``: the person the ID names; ``use_email``: the person the e-mail names; ``link``: give the ID to
            the person the e-mail names; ``create``: a new person; ``skip``: leave this row out;
            ``treat_as_same_person``: the names differ, and it is the same person all the same.
        ref: The person meant, where the answer needs one; it must be among the row's candidates.
        key: What the row said (`Plan.decide` adds it): the decision follows the row into a corrected file and is unfit where the
            row says something else. None: it is for whatever stands in the row of this number.
    """

    model_config = ConfigDict(strict=True)

    row: int = Field(ge=1, le=_LAST_ROW)
    answer: Answer
    ref: str | None = None
    key: RowKey | None = None


class Policy(BaseModel):
    """The options of a run.

    Args (all keyword):
        key: ``"id"``: IDs identify people; ``"email"``: addresses do; ``"auto"``: IDs, if the file has any usable one.
        mode: ``"create_only"`` leaves known people alone, ``"update_only"`` makes no new ones.
        allow_email_change, allow_id_link, allow_status_change: What a file may do to a known person.
        allow_email_cycles: People who swap addresses become one atomic group instead of a conflict.
        id_case: ``"ascii_insensitive"`` where the host compares IDs so.
        id_zero_pad: Fill IDs of digits with zeros to this width.
        require_id: A row without an ID is rejected.
        sso_check: What a clash with the SSO subject does: ``"enforce"`` (conflict), ``"warn"``, ``"off"``.
        sso_subject_is: What the identity provider sends: the ``"id"`` or the ``"email"``.
        match_sso_subject: A person without an ID may be found by the SSO subject, where IDs identify people.
        role: The role of this run, if it has one.
        on_other_role: ``"add"`` where an account may hold several roles.
        create_suspended: A file may create people who are suspended from the start.
        allow_locked_status: A file may change a state that the directory marks as set elsewhere (``status_locked``).
        deleted_email: ``"reusable"`` where the address of a deleted person is free.
        on_discontinuity: What a change of address together with a change of the whole name does.
        update: ``"fill_blank"`` fills only what is empty at the host.
        multi_select: ``"union"`` adds answers to the stored ones instead of replacing them.
        absent: What absence from the file means: ``"ignore"``: nothing; ``"report"`` or ``"suspend"`` only for a file
            declared a ``full_snapshot`` and a directory declared complete.
        full_snapshot: The caller declares that the file names everybody.
        drift: Codes of differences from the last file (`Finding.code`) that stop the plan until they are acknowledged, such as
            ``("column_gone", "format_changed", "name_changed")``. None by default: a changed file may be right.
        thresholds: Guards against mass changes.
        acknowledged: Guard code → the exact count that a person has seen and accepted.
        acknowledgements: The same with all the figures of the guard, as `Plan.acknowledge` makes them.
        decisions: What people decided for single rows.

    Raises:
        UsageError: ``argument_invalid``.
    """

    model_config = _FROZEN

    key: Literal["auto", "id", "email"] = "auto"
    mode: Literal["upsert", "create_only", "update_only"] = "upsert"
    allow_email_change: bool = True
    allow_id_link: bool = True
    allow_email_cycles: bool = False
    id_case: Literal["exact", "ascii_insensitive"] = "exact"
    id_zero_pad: int | None = Field(default=None, ge=1, le=_LONGEST_ID)
    require_id: bool = False
    sso_check: Literal["enforce", "warn", "off"] = "enforce"
    sso_subject_is: Literal["id", "email"] = "id"
    match_sso_subject: bool = False
    role: str | None = None
    on_other_role: Literal["conflict", "add"] = "conflict"
    create_suspended: bool = False
    allow_status_change: bool = True
    allow_locked_status: bool = False
    deleted_email: Literal["reserved", "reusable"] = "reserved"
    on_discontinuity: Literal["conflict", "warn"] = "conflict"
    update: Literal["replace", "fill_blank"] = "replace"
    multi_select: Literal["replace", "union"] = "replace"
    absent: Literal["ignore", "report", "suspend"] = "ignore"
    full_snapshot: bool = False
    drift: tuple[FindingCode, ...] = Field(default=(), strict=False)
    thresholds: Thresholds = Thresholds()
    acknowledged: dict[str, int] = {}
    acknowledgements: tuple[Acknowledgement, ...] = Field(default=(), strict=False)
    decisions: tuple[Decision, ...] = Field(default=(), strict=False)  # JSON knows lists only

    def __init__(self, /, **options: Any) -> None:
        if has_surrogate(options):
            raise UsageError("argument_invalid", reason="a policy option holds half of a character (a lone surrogate)")
        try:
            super().__init__(**options)
            return
        except ValidationError as error:
            reason = f"policy option {reason_of(error)}"
        raise UsageError("argument_invalid", reason=reason)

    @model_serializer(mode="wrap")
    def _without_later_options(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """An option that came later is left out where it asks for nothing: fingerprints and receipts of earlier versions keep."""
        document: dict[str, Any] = whole(self)
        if not self.drift:
            document.pop("drift", None)
        return document
