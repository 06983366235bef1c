"""The only state between two requests: what a person chose, as JSON.

Whatever is left out means "propose for me". Choices are bound to the file by its digest and to the header by its labels, so
that a mapping confirmed for one file is never applied to another by accident (`StaleChoicesError`); a mapping that is meant
to be used again is rebound (`ColumnMapping.rebind`) and confirmed again.

They are changed by methods, each of which takes back what was said about something else: of another sheet nothing but the
conventions and the aliases stays, of another header row neither the mapping nor a decision.

A document that comes back from a browser is a stranger's. `Choices.of_person` takes the person's part of it, within bounds, and
everything that the host decides (the role, what may be changed, the guards) from the host.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, BinaryIO, ClassVar, Final, Literal, Self, TypeVar

from pydantic import PositiveInt, ValidationError

from ._values import JsonValue, reason_of
from .conventions import Conventions
from .corrections import CellCorrection, Correction, OptionAlias
from .errors import StaleChoicesError, UsageError
from .identity import Acknowledgement, Decision, Policy
from .limits import DEFAULT_LIMITS, Limits
from .mapping import ColumnMapping
from .source import ReadOptions, Source

__all__ = ["Choices"]

_Value = TypeVar("_Value")


class Choices(JsonValue):
    """What a person chose on the way from upload to plan.

    >>> Choices.from_json(Choices(header_rows=(3,)).to_json()).header_rows
    (3,)

    Format 1 had the four conventions beside the other fields; such documents are still read.

    Args (all keyword):
        format_version: Of the document.
        source_sha256: Of the file the choices are for.
        read: How to read it.
        sheet: Name of the sheet, or its position from 0.
        header_rows: The header's rows; empty: there is no header; None: detect it.
        mapping: Which column is which field; its labels bind it to the header.
        conventions: How the cells are written.
        policy: The options of the run, decisions for single rows included.
        corrections: Of cells, and what unknown answers mean.
    """

    _refused: ClassVar = (StaleChoicesError, "choices_invalid")

    format_version: Literal[2] = 2
    source_sha256: str | None = None
    read: ReadOptions = ReadOptions()
    sheet: str | int | None = None
    header_rows: tuple[PositiveInt, ...] | None = None
    mapping: ColumnMapping | None = None
    conventions: Conventions = Conventions()
    policy: Policy = Policy()
    corrections: tuple[Correction, ...] = ()

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Choices:
        """Read what `to_json` wrote.

        Raises:
            StaleChoicesError: ``choices_invalid``: not choices, or of another version.
        """
        try:
            return cls.model_validate_json(_as_current(text))
        except ValidationError as error:
            reason = reason_of(error)
        except UsageError as error:  # of a value inside, which says what is wrong with it
            reason = error.params.get("reason", error.code)
        raise StaleChoicesError("choices_invalid", reason=reason)

    @property
    def sha256(self) -> str:
        """A digest of the document, for a receipt: equal for equal choices."""
        document = json.dumps(json.loads(self.to_json()), sort_keys=True)
        return hashlib.sha256(document.encode()).hexdigest()

    @classmethod
    def of_person(cls, document: str | bytes, /, *, policy: Policy) -> Choices:
        """Take a person's part of a document that a browser sent.

        Args:
            document: What `to_json` wrote, and whatever became of it since.
            policy: The host's own. Of the document's policy only decisions and acknowledgements are taken, in addition to these;
                both take effect only where they fit what the plan shows (the person must be one that the row leads to, the
                guard's figures must be the same).

        Raises:
            StaleChoicesError: ``choices_invalid``: no choices, or too much of them (8 MiB; 20,000 corrections, 20,000
                decisions, 100 acknowledgements, 16 header rows).

        >>> shown = Choices(sheet="People", policy=Policy(role="admin", allow_locked_status=True)).to_json()
        >>> taken = Choices.of_person(shown, policy=Policy(role="mentee"))
        >>> taken.sheet, taken.policy.role, taken.policy.allow_locked_status
        ('People', 'mentee', False)
        """
        if len(document) > _PERSON_BYTES or (isinstance(document, str) and len(document.encode()) > _PERSON_BYTES):
            raise StaleChoicesError("choices_invalid", reason="the document is larger than 8 MiB")
        _refuse_too_many(document)
        said = cls.from_json(document)
        own = {
            "decisions": (*policy.decisions, *said.policy.decisions),
            "acknowledged": {**said.policy.acknowledged, **policy.acknowledged},
            "acknowledgements": (*policy.acknowledgements, *said.policy.acknowledgements),
        }
        return said.model_copy(update={"policy": policy.model_copy(update=own)})

    def with_source(self, source: Source | None, /) -> Self:
        """Use the choices for a corrected upload of the same list; None: for whatever file comes.

        Header and mapping stay and have to fit its labels; decisions follow their rows by ID and address; a cell correction holds
        where the cell still says what it said.
        """
        return self._changed(source_sha256=source.sha256 if source is not None else None)

    def with_read(self, read: ReadOptions, /) -> Self:
        """Read the file another way (another encoding, another delimiter): nothing that was said about its cells stays."""
        return self if read == self.read else self._of_another_table(read=read, sheet=None)

    def with_sheet(self, sheet: str | int | None, /) -> Self:
        """Choose a sheet. Conventions and aliases stay; header, mapping, cell corrections, decisions are of the old one."""
        return self if sheet == self.sheet else self._of_another_table(sheet=sheet)

    def with_header(self, rows: tuple[int, ...] | None, /) -> Self:
        """Choose the header's rows; ``()``: there is none; None: propose. Mapping and decisions are of the old header."""
        if rows == self.header_rows:
            return self
        return self._changed(header_rows=rows, mapping=None, policy=_without_answers(self.policy))

    def with_mapping(self, mapping: ColumnMapping | None, /) -> Self:
        """Choose which column is which field. Decisions stay where their row still says what it said; acknowledgements go."""
        if mapping == self.mapping:
            return self
        bound = tuple(one for one in self.policy.decisions if one.key is not None)
        return self._changed(mapping=mapping, policy=_without_answers(self.policy, keep=bound))

    def with_conventions(self, conventions: Conventions, /) -> Self:
        """Say how the cells are written. Acknowledgements of what they said before go."""
        if conventions == self.conventions:
            return self
        return self._changed(conventions=conventions, policy=_without_answers(self.policy, keep=self.policy.decisions))

    def with_policy(self, policy: Policy, /) -> Self:
        """Set the host's options; decisions and acknowledgements are those of this policy."""
        return self._changed(policy=policy)

    def decide(self, *decisions: Decision) -> Self:
        """Add decisions, from `Plan.decide`; a row's later decision takes the place of its earlier one."""
        new = {one.row for one in _all_of(Decision, decisions)}
        kept = tuple(one for one in self.policy.decisions if one.row not in new)
        return self._changed(policy=_changed_policy(self.policy, decisions=(*kept, *decisions)))

    def acknowledge(self, *acknowledgements: Acknowledgement) -> Self:
        """Add acknowledgements, from `Plan.acknowledge`; a guard's later one takes the place of its earlier one."""
        new = {one.code for one in _all_of(Acknowledgement, acknowledgements)}
        kept = tuple(one for one in self.policy.acknowledgements if one.code not in new)
        return self._changed(policy=_changed_policy(self.policy, acknowledgements=(*kept, *acknowledgements)))

    def correct(self, *corrections: CellCorrection | OptionAlias) -> Self:
        """Add corrections; they are applied in their order, each to what the one before has left."""
        return self._changed(corrections=(*self.corrections, *corrections))

    def merge_mended(
        self,
        source: Source | str | os.PathLike[str] | bytes | BinaryIO,
        /,
        *,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Self:
        """Add what a mend file says that somebody has filled in and sent back (`Plan.mend_file`).

        Cells that were changed become corrections of the upload, decisions become decisions, and a row that was taken out is left
        out of the import. Rows and columns may stand in another order, columns may be missing, and the format may be another one.
        The plan of the upload with these choices is the plan of an upload that had said so from the start.

        Args:
            source: A path, bytes or a binary file object.
            limits: What reading may cost.

        Raises:
            SourceError: ``mended_invalid``, with the place: a new row, a row twice, a damaged token, an unknown decision; or
                the file cannot be read.
            StaleChoicesError: ``choices_other_file``: it was written for another upload. ``choices_invalid``.
        """
        from .report.merge import merge_mended  # an import upwards: the work needs what wrote the file

        return merge_mended(self, source, limits=limits)

    def _of_another_table(self, **update: Any) -> Self:
        aliases = tuple(one for one in self.corrections if isinstance(one, OptionAlias))
        policy = _without_answers(self.policy)
        return self._changed(header_rows=None, mapping=None, corrections=aliases, policy=policy, **update)

    def _changed(self, **update: Any) -> Self:
        """The choices with other values, validated."""
        return type(self)(**{**dict(self), **update})

    def to_json(self) -> str:
        """As JSON; what was left out stays out, but for the format's version."""
        return json.dumps(
            {"format_version": self.format_version, **self.model_dump(mode="json", exclude_defaults=True)}
        )


#: What a person may send: more than anybody decides by hand, and little enough to be parsed at once.
_PERSON_BYTES: Final = 8 * 1024 * 1024

#: Where in a document there may be how many.
_PERSON_ITEMS: Final = (
    (("corrections",), 20_000),
    (("policy", "decisions"), 20_000),
    (("policy", "acknowledged"), 100),
    (("policy", "acknowledgements"), 100),
    (("header_rows",), 16),
)


def _refuse_too_many(document: str | bytes) -> None:
    """Count before anything is validated: parsing JSON costs little, a hundred thousand values cost seconds."""
    try:
        parsed = json.loads(document)
    except (ValueError, RecursionError):
        return  # the validator says what is wrong with it
    for path, most in _PERSON_ITEMS:
        value = parsed
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, (list, dict)) and len(value) > most:
            raise StaleChoicesError("choices_invalid", reason=f"it holds more than {most} {path[-1]}")


def _all_of(kind: type[_Value], values: tuple[_Value, ...]) -> tuple[_Value, ...]:
    if all(isinstance(one, kind) for one in values):
        return values
    raise UsageError("argument_invalid", reason=f"this takes {kind.__name__} values")


def _without_answers(policy: Policy, *, keep: tuple[Decision, ...] = ()) -> Policy:
    return _changed_policy(policy, decisions=keep, acknowledged={}, acknowledgements=())


def _changed_policy(policy: Policy, **update: Any) -> Policy:
    """The policy with other options, validated."""
    return Policy(**{**dict(policy), **update})


#: Where the fields of format 1 are now.
_MOVED_SINCE_1: Final = {
    "separator": "separator", "marks": "append_marks", "decimal": "decimal", "date_order": "date_order",
}  # fmt: skip


def _as_current(text: str | bytes) -> str | bytes:
    """A document of format 1, which was written without its version, as one of today; any other as it is."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return text  # the validator says what is wrong with it
    if not isinstance(document, dict) or document.get("format_version", 1) != 1 or "conventions" in document:
        return text
    moved = {new: document.pop(old) for old, new in _MOVED_SINCE_1.items() if old in document}
    return json.dumps({**document, "format_version": 2, "conventions": moved})
