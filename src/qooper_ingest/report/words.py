"""How values, actions and guards are said to a person: one place for the page and the mend file.

Every text that comes from a file or from the host's people passes through `shown`, which cuts it and writes out what cannot be
seen. What it gives is still a stranger's text: whoever writes markup or a workbook of it escapes it there.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ..issues import CATALOGUE, Issue
from ..plan.summary import GuardState
from ..schema import Field, Schema

__all__ = [
    "CUT",
    "Labels",
    "code_title",
    "counted",
    "guard_sentence",
    "shown",
    "strange_letters",
]

#: Longer text is cut on the page: enough to tell two texts apart, too little to make the page large.
CUT: Final = 300

#: Letters that are named one by one.
_NAMED_LETTERS: Final = 3

#: Guard → what its figures are: the first noun is counted, the second is what they are a share of.
_GUARDS: Final[Mapping[str, str]] = {
    "too_many_email_changes": "{count} of {of} people found would get another address ({share}); the limit is {limit} %.",
    "too_many_suspensions": "{count} of {of} active people would be suspended ({share}); the limit is {limit} %.",
    "low_match_rate": "Only {count} of {of} rows lead to people you have ({share}); at least {limit} % are expected.",
    "snapshot_shrinks": "{count} of {of} active people are missing from the full list ({share}); the limit is {limit} %.",
    "snapshot_incomplete": "{count} rows lead to nobody, while {of} people seem to be missing: each row may be one of them.",
    "snapshot_empty": "No row of the full list can be used.",
}


def shown(text: object, /, *, cut: int | None = CUT) -> str:
    """A text as a person may see it: what is invisible is written out, what is long is cut and says how long it was.

    >>> shown("a" + chr(0x202E) + "b"), shown("x" * 1000, cut=3)
    ('a\\\\u202eb', 'xxx… (1,000 characters)')
    """
    whole = str(text)
    rest = f"… ({len(whole):,} characters)" if cut is not None and len(whole) > cut else ""
    part = whole[:cut] if rest else whole
    if not part.isprintable():
        part = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in part)
    return part + rest


def counted(number: int, one: str, many: str | None = None, /) -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(1200, "person", "people")
    ('1 row', '1,200 people')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def code_title(code: str, /) -> str:
    """What a code says of any row: its sentence with dots for what differs."""
    dots = dict.fromkeys(("value", "field", "other_row", "detail"), "…")
    text = " ".join(CATALOGUE[code].template.format(**dots).split())
    return text[:1].upper() + text[1:]


def guard_sentence(guard: GuardState, policy: Mapping[str, Any], /) -> str:
    """The figures of a guard in words."""
    template = _GUARDS.get(guard.code, "{count} of {of}; the limit is {limit}.")
    most = policy.get("thresholds", {}).get("max_suspensions")
    if guard.code == "too_many_suspensions" and most is not None and guard.count > most:
        template = (
            "{count} of {of} active people would be suspended ({share}); more than {limit} are never suspended unseen."
        )
    share = f"{100 * guard.count / guard.of:.1f} %" if guard.of else "–"
    return template.format(count=f"{guard.count:,}", of=f"{guard.of:,}", share=share, limit=f"{guard.limit:g}")


def strange_letters(text: str, other: str, /) -> tuple[list[str], str]:
    """Find the letters by which a text differs from another one of the same look.

    Returns:
        The text in pieces, every second of which differs, and the names of those letters; nothing where the texts have not the
        same length.

    >>> strange_letters("p\\u0430t", "pat")
    (['p', 'а', 't'], 'а is CYRILLIC SMALL LETTER A')
    """
    if len(text) != len(other):
        return [], ""
    pieces, odd = [""], []
    for letter, meant in zip(text, other, strict=True):
        differs = letter.lower() != meant.lower()
        if differs != (len(pieces) % 2 == 0):
            pieces.append("")
        pieces[-1] += letter
        odd += [letter] if differs else []
    names = [f"{shown(one)} is {unicodedata.name(one, f'U+{ord(one):04X}')}" for one in dict.fromkeys(odd)]
    return [shown(piece) for piece in pieces], ", ".join(names[:_NAMED_LETTERS])


class Labels:
    """What the schema calls its fields and their answers."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._fields: dict[str, Field | None] = {}
        self._options = {
            field.key: {option.value: option.label or option.value for option in field.options}
            for field in schema.fields
        }

    def field(self, key: str) -> str:
        """A field's label. Plans name the identity fields by their roles, whatever the schema calls them."""
        if key == "roles":
            return "Roles"
        if key not in self._fields:
            role = self._schema.by_role(key) if key in ("id", "email", "status") else None  # type: ignore[arg-type]
            self._fields[key] = role or self._schema.by_key(key)
        found = self._fields[key]
        return shown(found.title if found is not None else key, cut=80)

    def value(self, key: str, value: Any) -> str:
        """An answer in one line: options by their labels; empty for none."""
        match value:
            case None | "":
                return ""
            case bool():
                return "yes" if value else "no"
            case dt.date():
                return value.isoformat()
            case float():
                return f"{value:.15g}"
            case list() | tuple():
                return shown("; ".join(self._option(key, one) for one in value))
        return shown(self._option(key, value))

    def _option(self, key: str, value: Any) -> str:
        return str(self._options.get(key, {}).get(value, value))

    def sentence(self, issue: Issue) -> str:
        """What was found, with the field's label and the column in front."""
        named = replace(issue, field=self.field(issue.field)) if issue.field is not None else issue
        text = named.reason
        place = f"{named.field}, column {issue.column}: " if named.field and issue.column else ""
        place = place or (f"Column {issue.column}: " if issue.column else "")
        return f"{place}{text if place else text[:1].upper() + text[1:]}."
