"""How values, actions and guards are said to a person: one place for the page and the mend file, in any language.

Every text that comes from a file or from the host's people passes through `shown`, which cuts it and writes out what cannot be
seen. What it gives is still a stranger's text: whoever writes markup or a workbook of it escapes it there.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from ..issues import Issue
from ..plan.summary import GuardState
from ..schema import Field, Schema
from ..translation import Messages

__all__ = ["CUT", "Labels", "cut_text", "guard_sentence", "shown", "strange_letters"]

#: Longer text is cut on the page: enough to tell two texts apart, too little to make the page large.
CUT: Final = 300

#: Letters that are named one by one.
_NAMED_LETTERS: Final = 3

#: What the figures of a guard are a share of.
_BASES: Final[Mapping[str, tuple[str, str]]] = {
    "too_many_email_changes": ("people", "count.people_found"),
    "too_many_suspensions": ("people", "count.active_people"),
    "low_match_rate": ("rows", "count.rows"),
    "snapshot_shrinks": ("people", "count.active_people"),
    "snapshot_incomplete": ("people", "guard.snapshot_incomplete.people"),
    "labels_uncertain": ("rows", "count.rows"),
    "file_drifted": ("findings", "guard.file_drifted.findings"),
    "lookup_incomplete": ("keys", "guard.lookup_incomplete.keys"),
}


def shown(text: object, words: Messages, /, *, cut: int | None = CUT) -> str:
    """A text as a person may see it: what is invisible is written out, what is long is cut and says how long it was.

    >>> from qooper_ingest import messages
    >>> shown("a" + chr(0x202E) + "b", messages("en")), shown("x" * 1000, messages("en"), cut=3)
    ('a\\\\u202eb', 'xxx… (1,000 characters)')
    """
    whole = str(text)
    part = whole[:cut] if cut is not None else whole
    if not part.isprintable():
        part = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in part)
    return part if len(whole) <= len(whole[:cut]) else words.text("cut", text=part, count=len(whole))


def cut_text(text: str, words: Messages, /) -> str:
    """A sentence whose strangers' texts are made visible already, cut."""
    return text if len(text) <= CUT else words.text("cut", text=text[:CUT], count=len(text))


def guard_sentence(guard: GuardState, policy: Mapping[str, Any], words: Messages, /) -> str:
    """The figures of a guard in words."""
    key = f"guard.{guard.code}"
    limit = words.text("percent", number=words.number(guard.limit))
    most = policy.get("thresholds", {}).get("max_suspensions")
    if guard.code == "too_many_suspensions" and most is not None and guard.count > most:
        key, limit = f"{key}.most", words.number(guard.limit)
    share = words.text("percent", number=words.number(f"{100 * guard.count / guard.of:.1f}")) if guard.of else "–"
    name, base = _BASES.get(guard.code, ("rows", "count.rows"))
    return words.text(key, count=guard.count, share=share, limit=limit, **{name: words.text(base, count=guard.of)})


def strange_letters(text: str, other: str, words: Messages, /) -> tuple[list[str], str]:
    """Find the letters by which a text differs from another one of the same look.

    Returns:
        The text in pieces, every second of which differs, and what those letters are; nothing where the texts have not the same
        length.

    >>> from qooper_ingest import messages
    >>> strange_letters("p\\u0430t", "pat", messages("en"))
    (['p', 'а', 't'], 'а is a Cyrillic letter (U+0430)')
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
    names = [
        words.text("letter", letter=shown(one, words), script=_script(one, words), code=f"U+{ord(one):04X}")
        for one in list(dict.fromkeys(odd))[:_NAMED_LETTERS]
    ]
    return [shown(piece, words) for piece in pieces], ", ".join(names)


def _script(letter: str, words: Messages) -> str:
    """What kind of letter it is, by the first word of its Unicode name."""
    if letter.isascii():
        return words["script.plain"]
    key = f"script.{unicodedata.name(letter, '').partition(' ')[0]}"
    return words[key] if key in words else words["script.other"]


class Labels:
    """What the schema calls its fields and their answers."""

    def __init__(self, schema: Schema, words: Messages) -> None:
        self._schema = schema
        self._words = words
        self._fields: dict[str, Field | None] = {}
        self._options = {
            field.key: {option.value: option.label or option.value for option in field.options}
            for field in schema.fields
        }

    def field(self, key: str) -> str:
        """A field's label. Plans name the identity fields by their roles, whatever the schema calls them."""
        if key == "roles":
            return self._words["field.roles"]
        if key not in self._fields:
            role = self._schema.by_role(key) if key in ("id", "email", "status") else None  # type: ignore[arg-type]
            self._fields[key] = role or self._schema.by_key(key)
        found = self._fields[key]
        return shown(found.title if found is not None else key, self._words, cut=80)

    def value(self, key: str, value: Any) -> str:
        """An answer in one line: options by their labels; empty for none."""
        words = self._words
        match value:
            case None | "":
                return ""
            case bool():
                return words["value.yes" if value else "value.no"]
            case dt.date():
                return words.date(value)
            case float():
                return words.number(value, grouped=False)
            case list() | tuple():
                return shown("; ".join(self._option(key, one) for one in value), words)
        if key == "status":
            return self.status(value)
        return shown(self._option(key, value), words)

    def status(self, state: str) -> str:
        """A state that a person is in at the host."""
        key = f"status.{state}"
        return self._words[key] if key in self._words else shown(state, self._words)

    def _option(self, key: str, value: Any) -> str:
        return str(self._options.get(key, {}).get(value, value))

    def sentence(self, issue: Issue) -> str:
        """What was found, with the field's label and the column in front."""
        label = self.field(issue.field) if issue.field is not None else ""
        reason = self._words.reason(issue, field=label)
        text = f"{reason[:1].upper()}{reason[1:]}"
        if label and issue.column:
            text = self._words.text("sentence.of_field", field=label, column=issue.column, reason=reason)
        elif issue.column:
            text = self._words.text("sentence.of_column", column=issue.column, reason=reason)
        else:
            text = self._words.text("sentence.of_row", reason=text)
        return cut_text(text, self._words)
