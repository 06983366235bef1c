"""Prove later that a file, choices, a schema and the people of that day gave the plan that was applied.

Strategy: a plan is a pure function of its inputs, so the proof is to plan again and to compare fingerprints. The digests in the
receipt say which input is another one, where the plan differs; each is compared on its own, so that nothing is read that is not
the file of the receipt.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import BinaryIO

from .choices import Choices
from .errors import IngestError, UsageError
from .identity import RULES_VERSION, Directory
from .limits import DEFAULT_LIMITS, Limits
from .pipeline import plan_import
from .plan import Receipt
from .proposal import Proposal
from .schema import Schema
from .source import Source

__all__ = ["Verification", "verify_receipt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether a receipt's plan was made of some inputs. True where it was.

    Args:
        differences: What is not the receipt's: ``file``, ``schema``, ``choices``, ``directory_version``, ``rules_version`` (the library
            decides by newer rules), ``plan`` (the fingerprint of the plan made again).
        error: Code of the error, where no plan can be made of these inputs.
    """

    differences: tuple[str, ...]
    error: str | None = None

    def __bool__(self) -> bool:
        return not self.differences


def verify_receipt(
    receipt: Receipt,
    source: Source | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
    /,
    *,
    schema: Schema,
    directory: Directory,
    choices: Choices = Choices(),  # noqa: B008  (frozen)
    last: Proposal | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Verification:
    """Say whether these inputs gave the plan of a receipt.

    Args:
        receipt: From `Plan.receipt`, of a plan that was made from a file.
        source: The file.
        schema: The host's fields.
        directory: The people as they were when the plan was made.
        choices: The choices as they were kept.
        last: The file that this one was compared with, where ``policy.drift`` asks for it.
        limits: What reading may cost.

    Returns:
        Which inputs are others, and whether the plan is. A file that is not the receipt's is not read.

    Raises:
        UsageError: ``receipt_invalid``: the receipt is of an inverse plan, which no file gives.

    >>> import qooper_ingest as qi
    >>> file, people = b"Employee ID,Email\\nA1,ann@corp.example\\n", qi.Directory.of([], version="7")
    >>> schema = qi.Schema.participants()
    >>> receipt = qi.plan_import(file, schema=schema, directory=people).receipt(created={2: "u1"})
    >>> bool(verify_receipt(receipt, file, schema=schema, directory=people))
    True
    >>> verify_receipt(receipt, file + b"B2,bob@corp.example\\n", schema=schema, directory=people).differences
    ('file',)
    """
    if receipt.inverse_of is not None:
        raise UsageError(
            "receipt_invalid", reason="it is of an inverse plan: verify the receipt of the plan that it undoes"
        )
    whole = Source.of(source, limits=limits)
    plan, error = None, None
    same_file = receipt.file_sha256 in (None, whole.sha256)
    if same_file:
        try:
            plan = plan_import(whole, schema=schema, directory=directory, choices=choices, last=last, limits=limits)
        except IngestError as failure:
            error = failure.code
    # Aliases that a person gave to options are part of the schema that a plan is made by.
    schemas = (schema, plan.schema) if plan is not None else (schema,)
    equal = {
        "file": same_file,
        "schema": receipt.schema_sha256 in {hashlib.sha256(one.to_json().encode()).hexdigest() for one in schemas},
        "choices": receipt.choices_sha256 in (None, choices.sha256),
        "directory_version": receipt.directory_version == directory.version,
        "rules_version": receipt.rules_version == RULES_VERSION,
        "plan": not same_file or (plan is not None and plan.fingerprint == receipt.plan_fingerprint),
    }
    return Verification(differences=tuple(name for name, same in equal.items() if not same), error=error)
