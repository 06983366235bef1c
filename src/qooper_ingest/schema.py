"""The host's contract: which fields a participant has. Frozen pydantic models, JSON both ways, extra keys forbidden.

A field has a key (the host's name for it), a label (what a person reads), a type, and where it is one of the six
identity fields a role. ``Schema.participants(...)`` adds those six; a host passes only its profile questions.

Refused (`SchemaError`): two fields with one key, two fields with one role, no e-mail field, options on a field that is
not a choice, keys that begin with an underscore (those name internal columns) or that directories and plans use themselves,
a pattern that does not compile, half a character in a text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, BinaryIO, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from . import _html
from ._values import has_surrogate, reason_of
from .errors import SchemaError

__all__ = ["DEFAULT_STATUS_WORDS", "Field", "FieldType", "Option", "Role", "Schema", "StatusWord"]

FieldType = Literal["text", "long_text", "number", "date", "location", "boolean", "select", "multi_select"]
Role = Literal["id", "email", "new_email", "status", "first_name", "last_name"]

_FROZEN: Final = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

#: Names of columns that directories and plans have beside the schema's keys.
_RESERVED: Final = frozenset(
    {
        "ref", "sso_subject", "roles", "protected", "status_locked", "row", "action", "changed", "codes", "absent_email",
        "absent_id", "status_scope", "id_key", "sso_key", "email_key", "email_look", "new_email_key", "live", "i",
    }
)  # fmt: skip

#: Columns of a directory that belong to a role: a field of another role may not take their names.
_OF_ROLE: Final = frozenset({"id", "email", "status"})


def _as_option(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


class Option(BaseModel):
    """One allowed answer of a select or multi-select field. A plain string is an option whose value is its label.

    Args (all keyword):
        value: What the host stores.
        label: What people read; the value if not given.
        aliases: Other texts that mean it in files.
    """

    model_config = _FROZEN

    value: str
    label: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that means this option in a file: label, value, aliases; without repeats."""
        return tuple(dict.fromkeys(name for name in (self.label, self.value, *self.aliases) if name))


class StatusWord(BaseModel):
    """What a status word of a file means at the host.

    Args (all keyword):
        state: ``active`` or ``suspended``.
        scope: How far it reaches: the programme (default) or the whole organisation. The library carries it in the plan
            (``status_scope``); what it means is the host's.
    """

    model_config = _FROZEN

    state: Literal["active", "suspended"]
    scope: Literal["programme", "organisation"] = "programme"


#: The product's own words. A host with others passes its own table.
DEFAULT_STATUS_WORDS: Final[dict[str, StatusWord]] = {
    "active": StatusWord(state="active"),
    "suspended": StatusWord(state="suspended"),
}


class Field(BaseModel):
    """One field of a participant.

    Args (all keyword):
        key: The host's name for it; a column of the directory and of the records. ``[A-Za-z]\\w*``.
        label: What a person reads; the key if not given.
        type: How its cells are read.
        role: One of the six identity roles, or none for a profile question.
        options: Allowed answers (select and multi_select).
        aliases: Other labels that mean this field in files.
        required: A new person needs an answer.
        unique: No two rows of a file may have the same answer.
        other: A select or multi_select that takes free text beside its options.
        pattern: A regular expression that a text answer must match as a whole.
        min_length, max_length: Characters of a text answer.
    """

    model_config = _FROZEN

    key: str
    label: str = ""
    type: FieldType = "text"
    role: Role | None = None
    options: tuple[Annotated[Option, BeforeValidator(_as_option)], ...] = ()
    aliases: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    other: bool = False
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None

    def __init__(self, /, **data: Any) -> None:
        _translated(super().__init__, data)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not re.fullmatch(r"[A-Za-z]\w*", self.key, flags=re.ASCII):
            raise ValueError(f"the field key {self.key!r} is not a name (letters, digits, underscore)")
        if self.key in _RESERVED or (self.key in _OF_ROLE and self.role != self.key):
            raise ValueError(f"the field key {self.key!r} is reserved")
        if self.options and self.type not in ("select", "multi_select"):
            raise ValueError(f"the field {self.key!r} has options but is of type {self.type}")
        values = [option.value for option in self.options]
        if len(set(values)) < len(values):
            raise ValueError(f"the field {self.key!r} has two options of one value")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error:
                raise ValueError(f"the pattern of the field {self.key!r} is not a regular expression") from None
        return self

    @property
    def title(self) -> str:
        """The label, or the key where there is none."""
        return self.label or self.key


class Schema(BaseModel):
    """All fields of a participant, and the host's rules for IDs and status words.

    >>> schema = Schema.participants(Field(key="skills", type="multi_select", options=["SQL", "Go"]))
    >>> [field.key for field in schema.fields]
    ['id', 'email', 'new_email', 'status', 'first_name', 'last_name', 'skills']

    Args (all keyword):
        fields: The fields; exactly one has the role ``email``, every other role at most one.
        status_words: Word of a file (compared trimmed and caseless) → state at the host.
        id_pattern: A regular expression that an ID must match as a whole, beside being printable ASCII. Without one, an ID
            has letters, digits and the usual signs, no blanks and no ``@``.
        clear_word: A cell that holds exactly this word clears the stored value; by default nothing does.

    Raises:
        SchemaError: ``schema_invalid``, with the reason.
    """

    model_config = _FROZEN

    fields: tuple[Field, ...]
    status_words: dict[str, StatusWord] = DEFAULT_STATUS_WORDS
    id_pattern: str | None = None
    clear_word: str | None = None

    def __init__(self, /, **data: Any) -> None:
        _translated(super().__init__, data)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        keys = [field.key for field in self.fields]
        roles = [field.role for field in self.fields if field.role]
        if len(set(keys)) < len(keys):
            raise ValueError("two fields have one key")
        if len(set(roles)) < len(roles):
            raise ValueError(f"two fields have the role {next(r for r in roles if roles.count(r) > 1)}")
        if "email" not in roles:
            raise ValueError("no field has the role email")
        if self.id_pattern is not None:
            try:
                re.compile(self.id_pattern)
            except re.error:
                raise ValueError("id_pattern is not a regular expression") from None
        folded = [word.strip().casefold() for word in self.status_words]
        if len(set(folded)) < len(folded) or "" in folded:
            raise ValueError("two status words are the same, or one is blank")
        return self

    @classmethod
    def participants(cls, *profile_fields: Field, **settings: Any) -> Schema:
        """A schema with the six identity fields and the given profile questions.

        Args:
            profile_fields: The host's questions.
            settings: Any other setting of a schema (``status_words``, ``id_pattern``, ``clear_word``).
        """
        return cls(fields=(*_IDENTITY_FIELDS, *profile_fields), **settings)

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Schema:
        """Read a schema that `to_json` (or a person) wrote. Raises `SchemaError` where it does not fit."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            reason = reason_of(error)
        raise SchemaError("schema_invalid", reason=reason)

    def to_json(self) -> str:
        """The schema as JSON."""
        return self.model_dump_json(exclude_defaults=True)

    def template(
        self,
        path: str | os.PathLike[str] | BinaryIO,
        /,
        *,
        format: Literal["xlsx", "csv"] = "xlsx",  # noqa: A002  (the word of the other verbs)
        separator: str = ";",
        language: str = "en",
        messages: Mapping[str, str] | None = None,
    ) -> None:
        """Write an empty file for a customer to fill in: the labels, lists to choose from, a sheet of notes.

        What it writes reads back and maps with certainty. A workbook needs the extra ``template``.

        Args:
            path: Where to write: a path or a binary file.
            format: A workbook with drop-downs, or a line of labels.
            separator: Between the answers of a multi-select cell.
            language: Of the notes; the labels are the schema's.
            messages: The host's own texts (`qooper_ingest.messages`).

        Raises:
            UsageError: ``extra_missing``, ``target_unwritable``, ``argument_invalid``, ``language_unknown``, ``messages_invalid``.

        >>> import io
        >>> target = io.BytesIO()
        >>> Schema.participants().template(target, format="csv")
        >>> target.getvalue().decode("utf-8-sig").split(",")[:2]
        ['User ID', 'E-mail']
        """
        from .template import (
            template,
        )  # the one import upwards: the verb is the schema's, the work needs the rooms above

        template(self, path, format=format, separator=separator, language=language, messages=messages)

    def _repr_html_(self) -> str:
        rows = [
            (one.key, one.title, one.type, one.role, ", ".join(option.names[0] for option in one.options))
            for one in self.fields
        ]
        return _html.block("Schema", _html.grid(("field", "label", "type", "role", "options"), rows))

    def by_role(self, role: Role) -> Field | None:
        """The field of a role, if the schema has one."""
        return next((field for field in self.fields if field.role == role), None)

    def by_key(self, key: str) -> Field | None:
        """The field of a key, if the schema has one."""
        return next((field for field in self.fields if field.key == key), None)

    @property
    def email(self) -> Field:
        """The e-mail field, which every schema has."""
        return next(field for field in self.fields if field.role == "email")

    @property
    def profile(self) -> tuple[Field, ...]:
        """Fields whose answers are stored as they are: everything but id, email, new_email and status."""
        return tuple(field for field in self.fields if field.role in (None, "first_name", "last_name"))


def _translated(build: Any, data: dict[str, Any]) -> None:
    """Build a model, with the validator's complaint in our words."""
    if has_surrogate(data):
        raise SchemaError("schema_invalid", reason="a text holds half of a character (a lone surrogate)")
    try:
        build(**data)
        return
    except ValidationError as error:
        reason = reason_of(error)
    raise SchemaError("schema_invalid", reason=reason)


_IDENTITY_FIELDS: Final = (
    Field(key="id", label="User ID", role="id"),
    Field(key="email", label="E-mail", role="email"),
    Field(key="new_email", label="New e-mail", role="new_email"),
    Field(key="status", label="Status", role="status"),
    Field(key="first_name", label="First name", role="first_name"),
    Field(key="last_name", label="Last name", role="last_name"),
)
