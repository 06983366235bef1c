"""What became of a plan, as a document to keep: which file, schema, choices and people gave it, and what the host did with it.

Strategy: digests and figures say what was planned; of the operations only the exceptions are listed: who was created (the host's
own refs, which no plan can know), what was done already, what was refused and why. Every other operation was applied. There is no
cell of the file and no stored value in it, so a receipt may be kept for as long as the host's audit asks.

`Plan.inverse` needs a receipt to know what is to be undone; `verify_receipt` plans again and says whether the same inputs still
give the same plan.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

import polars as pl
from pydantic import Field, NonNegativeInt, ValidationError

from .._values import JsonValue, reason_of
from ..errors import UsageError, quote

__all__ = ["CreatedPerson", "Receipt", "Refusal", "exceptions_of", "operation_key"]

#: A reason is a code, so that no text about a person ends in a document that is kept.
_Reason = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]

_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CreatedPerson(JsonValue):
    """A person whom an operation made.

    Args (all keyword):
        row: The row of the file.
        ref: The host's own key of the new person.
    """

    row: NonNegativeInt
    ref: str = Field(min_length=1)


class Refusal(JsonValue):
    """An operation that the host did not apply.

    Args (all keyword):
        row: Its row; None for what follows from absence in a full snapshot.
        ref: Its person; None for a create.
        reason: A code: one of `Stale.reasons`, or the host's own.
    """

    row: NonNegativeInt | None = None
    ref: str | None = None
    reason: _Reason


class Receipt(JsonValue):
    """What was planned from what, and what became of it. Made by `Plan.receipt`; JSON, without personal data.

    Args (all keyword):
        format_version: Of this document.
        rules_version: Of the decision table.
        file_sha256: Of the file; None where the host built the rows itself.
        schema_sha256: Of the schema's JSON.
        choices_sha256: `Choices.sha256`, where the host passed it.
        directory_version: The host's mark of the people's state, as passed to `Directory.of`.
        plan_fingerprint: `Plan.fingerprint`.
        inverse_of: The fingerprint of the plan that this one undoes.
        actions: Rows per action, as they were reviewed.
        operations: How many operations the plan had.
        applied: How many of them were applied: all but those of ``done`` and ``refused``.
        created: Who was created. A create that is missing here was applied, but cannot be undone.
        done: Operations whose result was there already: by their row, or by the person's ref where they have no row.
        refused: Operations that were not applied.
    """

    _refused: ClassVar = (UsageError, "receipt_invalid")

    format_version: Literal[1] = 1
    rules_version: int
    file_sha256: _Digest | None = None
    schema_sha256: _Digest
    choices_sha256: _Digest | None = None
    directory_version: str | None = None
    plan_fingerprint: _Digest
    inverse_of: _Digest | None = None
    actions: dict[str, int]
    operations: NonNegativeInt
    applied: NonNegativeInt
    created: tuple[CreatedPerson, ...] = ()
    done: tuple[int | str, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @property
    def reasons(self) -> dict[str, int]:
        """Refused operations per reason."""
        return dict(sorted(Counter(one.reason for one in self.refused).items()))

    @property
    def sha256(self) -> str:
        """A digest of the document."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """As JSON: equal receipts are equal texts."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Receipt:
        """Read what `to_json` wrote.

        Raises:
            UsageError: ``receipt_invalid``: no receipt, or one of another version.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            reason = reason_of(error)
        raise UsageError("receipt_invalid", reason=reason)


def operation_key() -> pl.Expr:
    """What identifies an operation in a receipt, as text: ``row:<number>``, or ``ref:<ref>`` where there is no row."""
    by_row, by_ref = (pl.concat_str(pl.lit(f"{name}:"), pl.col(name)) for name in ("row", "ref"))
    return pl.when(pl.col("row").is_not_null()).then(by_row).otherwise(by_ref)


def exceptions_of(
    operations: pl.DataFrame,
    /,
    *,
    created: Mapping[int, str],
    done: Collection[int | str],
    refused: Mapping[int | str, str],
) -> dict[str, Any]:
    """Check what a host says became of the operations, and give it the form of a receipt.

    Args:
        operations: ``row``, ``ref``, ``action``, one line per operation.
        created: Row of a create → the new person's ref.
        done: Operations whose result was there already.
        refused: Operation → reason.

    Raises:
        UsageError: ``receipt_invalid``: an operation that the plan does not have, or one that is said to be two things.
    """
    keyed = operations.with_columns(operation_key().alias("key"))
    creates = set(keyed.filter(pl.col("action") == "create")["row"].drop_nulls())
    _refuse_unknown("done", done, keyed["key"])
    _refuse_unknown("refused", refused, keyed["key"])
    strange = sorted(set(created) - creates)
    both = sorted(map(str, (set(done) & set(refused)) | ((set(done) | set(refused)) & set(created))))
    if strange:
        raise UsageError("receipt_invalid", reason=f"created names {strange[:_NAMED]}, where the plan creates nobody")
    if both:
        raise UsageError("receipt_invalid", reason=f"it says two things of the operations {', '.join(both[:_NAMED])}")
    if len(set(created.values())) < len(created):
        raise UsageError("receipt_invalid", reason="two rows are said to have created one person")
    not_applied = {_key(one): reason for one, reason in refused.items()}
    lines = keyed.filter(pl.col("key").is_in(list(not_applied))).select("row", "ref", "key")
    return {
        "operations": operations.height,
        "applied": operations.height - len(set(done)) - len(refused),
        "created": tuple(CreatedPerson(row=row, ref=ref) for row, ref in sorted(created.items())),
        "done": tuple(sorted(set(done), key=lambda one: (isinstance(one, str), one))),
        "refused": tuple(
            Refusal(row=row, ref=ref, reason=not_applied[key])
            for row, ref, key in lines.sort("row", "ref", nulls_last=True).rows()
        ),
    }


#: How many operations an error names.
_NAMED: Final = 5


def _key(one: int | str) -> str:
    return f"row:{one}" if isinstance(one, int) else f"ref:{one}"


def _refuse_unknown(what: str, told: Iterable[int | str], keys: pl.Series) -> None:
    known = set(keys)
    unknown = [one for one in told if _key(one) not in known]
    if unknown:
        named = ", ".join(quote(one) for one in unknown[:_NAMED])
        raise UsageError("receipt_invalid", reason=f"{what} names {named}, which is no operation of the plan")
