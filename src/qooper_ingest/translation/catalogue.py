"""A language's texts as a value: a mapping of keys, and the verbs that fill them in."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

from ..errors import IngestError, UsageError, quote
from ..issues import Issue
from .english import DEVELOPERS, texts
from .plurals import CATEGORIES, plural_category

__all__ = ["SHIPPED", "Messages", "load_messages", "messages", "placeholders"]

#: Languages whose texts are complete here, English first.
SHIPPED: Final = ("en", "de", "es")

#: A language tag (BCP 47, without extensions): it becomes the ``lang`` of a page.
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")

#: Languages that are written from right to left.
_RIGHT_TO_LEFT: Final = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

#: Texts that name no more than some of what they are given, because others already say it.
_FREE: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {"date": frozenset({"year", "month", "day", "month_name"}), "letter": frozenset({"letter", "script", "code"})}
)

#: Keys of figures, which are checked otherwise.
_GROUP_FROM: Final = "number.group_from"

#: Codes whose detail is the figures of a guard.
_OF_GUARDS: Final = frozenset({
    "file_drifted", "labels_uncertain", "low_match_rate", "snapshot_empty", "snapshot_incomplete", "snapshot_shrinks", "too_many_email_changes",
    "too_many_suspensions",
})  # fmt: skip

#: Codes whose detail is a day, and those whose detail is a decimal number.
_DAYS: Final = frozenset({"two_digit_year", "date_from_number", "date_order_suspect", "ambiguous_date_order"})
_DECIMALS: Final = frozenset({"number_percent", "number_precision"})

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIGURE: Final = re.compile(r"\d+|\d{1,3}(?:,\d{3})+")

_ANY_FIGURE: Final = r"[\d,]*\d(?:\.\d+)?(?:e[+]\d+)?"

#: Figures of a detail; other numbers are rows, columns and codes, which are never grouped.
_COUNTED: Final = frozenset({"count", "of", "partial", "allowed", "needed", "limit"})

#: How separators are called in English details.
_SEPARATORS: Final = {"tab": "separator.tab", "line break": "separator.line_break"}

#: How many keys a refusal names.
_NAMED: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Messages(Mapping[str, str]):
    """The texts of a language: an immutable mapping of key and text, and how they are filled in.

    Made by `messages`. Keys: ``issue.CODE`` and ``hint.CODE`` for every issue, ``error.CODE``, ``guard.CODE``, ``action.ACTION``, and
    those of the review page, mend files and templates. A key that ends in ``.one`` (or another plural category) is the text for such
    a number.

    Args:
        language: The language's tag: the ``lang`` of a page.
        texts: Every key with its text.
    """

    language: str
    texts: Mapping[str, str] = field(repr=False)

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.language, dict(self.texts))

    @property
    def direction(self) -> str:
        """How the language is written: ``ltr`` or ``rtl``."""
        return "rtl" if self.language.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"

    def text(self, key: str, /, *, count: int | None = None, **params: object) -> str:
        """Fill in a text.

        Args:
            key: A key of the catalogue, without a plural category.
            count: The number that decides on the plural category, and the value of ``{count}``.
            **params: The values of the other placeholders, ready to be shown.

        >>> messages("de").text("count.rows", count=1), messages("de").text("count.rows", count=12345)
        ('1 Zeile', '12.345 Zeilen')
        """
        if count is None:
            return self.texts[key].format_map(params)
        chosen = self.texts.get(f"{key}.{plural_category(self.language, count)}", self.texts[key])
        return chosen.format_map({"count": self.number(count), **params})

    def number(self, number: float | str, /, *, grouped: bool = True) -> str:
        """A number as the language writes it.

        >>> messages("es").number(1234567.5), messages("de").number(1234.5), messages("de").number(0.25, grouped=False)
        ('1\\u202f234\\u202f567,5', '1.234,5', '0,25')
        """
        text = number if isinstance(number, str) else f"{number:.15g}" if isinstance(number, float) else str(number)
        whole, point, rest = text.partition(".")
        digits = whole.removeprefix("-")
        if grouped and digits.isdecimal() and len(digits) >= int(self.texts[_GROUP_FROM]):
            whole = f"{int(whole):,}".replace(",", self.texts["number.group"])
        return whole + (self.texts["number.decimal"] if point else "") + rest

    def date(self, day: dt.date, /) -> str:
        """A day as the language writes it.

        >>> messages("es").date(dt.date(2024, 1, 31)), messages("de").date(dt.date(2024, 1, 31))
        ('31 de enero de 2024', '31.01.2024')
        """
        parts = {"year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
        pattern = self.texts["date"]
        if "{month_name}" in pattern:
            parts |= {"month_name": self.texts[f"month.{day.month}"], "day": str(day.day)}
        return pattern.format_map(parts)

    def quoted(self, text: str | None, /) -> str:
        """A stranger's text in the language's quotation marks; what cannot be seen is written out."""
        return self.text("quote", text=_visible(text)) if text is not None else ""

    # -- issues and errors ----------------------------------------------------------------------------------------------

    def place(self, issue: Issue, /) -> str:
        """Where an issue is (`Issue.place`)."""
        return self._place(issue.row, issue.column)

    def _place(self, row: int | None, column: str | None) -> str:
        if row is not None and column is not None:
            return self.text("place.both", row=row, column=column)
        if row is not None:
            return self.text("place.row", row=row)
        return self.text("place.column", column=column) if column is not None else self.texts["place.file"]

    def reason(self, issue: Issue, /, *, field: str | None = None) -> str:
        """What was found (`Issue.reason`); ``field`` is what the field is called, in place of its key."""
        key, detail, count = f"issue.{issue.code}", issue.detail or "", None
        if f"{key}.one" in texts_of("en") and _FIGURE.fullmatch(detail):
            count = int(detail)
            detail = self.number(count)
        text = self._plural(key, count).format_map(
            {
                "value": self.quoted(issue.value),
                "field": field if field is not None else issue.field or "",
                "other_row": issue.other_row if issue.other_row is not None else "",
                "detail": self._detail(issue.code, detail) if count is None else detail,
            }
        )
        return re.sub(" {2,}", " ", text).strip(" ")

    def hint(self, issue: Issue, /) -> str:
        """What to do about an issue (`Issue.hint`)."""
        return self.hint_of(issue.code)

    def hint_of(self, code: str, /) -> str:
        """What to do about a code: a sentence without its full stop."""
        return _capital(self.texts[f"hint.{code}"])

    def title(self, code: str, /) -> str:
        """What a code says of any row: its sentence with dots for what differs."""
        dots = dict.fromkeys(("value", "field", "other_row", "detail"), "…")
        return _capital(self.texts[f"issue.{code}"].format_map(dots))

    def sentence(self, issue: Issue, /) -> str:
        """The whole sentence: where, what was found, what to do (`Issue.message`)."""
        return self.text("sentence", place=self.place(issue), reason=self.reason(issue), hint=self.hint(issue))

    def error(self, error: IngestError, /) -> str:
        """An error's message, with its place. Errors that only a developer can cause stay in English."""
        if error.code in DEVELOPERS:
            return error.message
        params = {name: self._param(error.code, name, value) for name, value in error.params.items()}
        count = error.params.get("count")
        template = self._plural(f"error.{error.code}", count if isinstance(count, int) else None)
        place = [self.text("place.sheet", sheet=self.quoted(error.sheet))] if error.sheet is not None else []
        place += [self._place(error.row, error.column)] if error.row is not None or error.column is not None else []
        message = template.format_map(params)
        return f"{message} ({', '.join(place)})" if place else message

    def _param(self, code: str, name: str, value: object) -> object:
        if name == "limit" and f"limit.{value}" in self.texts:
            return self.texts[f"limit.{value}"]
        if value == "more":
            return self.texts["limit.more"]
        if name in ("reason", "kind"):
            return self._said_again(f"reason.{code}.", str(value))
        if name in ("count", "found", "allowed") and isinstance(value, (int, float)):
            return self.number(value)
        return value

    # -- details that are words -----------------------------------------------------------------------------------------

    def _detail(self, code: str, detail: str) -> str:
        detail = _visible(detail)
        if code in _DECIMALS:
            return self.number(detail, grouped=False)
        if code in _DAYS:
            return self.texts["list.or"].join(self._day(part) for part in detail.split(" or "))
        return self._said_again("detail.guard." if code in _OF_GUARDS else f"detail.{code}.", detail)

    def _day(self, text: str) -> str:
        if not _DAY.fullmatch(text):
            return text
        try:
            return self.date(dt.date.fromisoformat(text))
        except ValueError:  # no day of the calendar
            return text

    def _said_again(self, prefix: str, english: str) -> str:
        """Words of the library in this language; a list of them piece by piece; anything else as it is."""
        found: list[str] = []
        piece = ""
        for part in english.split(", "):
            piece = f"{piece}, {part}" if piece else part
            said = self._one_said_again(prefix, piece)
            if said is not None:
                found.append(said)
                piece = ""
        if found and not piece:
            return ", ".join(found)
        whole = self._one_said_again(prefix, english)
        return whole if whole is not None else english

    def _one_said_again(self, prefix: str, english: str) -> str | None:
        for key, pattern in _patterns(prefix):
            match = pattern.fullmatch(english)
            if match is None:
                continue
            params: dict[str, str] = {}
            count = None
            for name, value in match.groupdict().items():
                params[name] = self.texts[_SEPARATORS[value]] if name == "separator" and value in _SEPARATORS else value
                if name in _COUNTED and _FIGURE.fullmatch(value):
                    figure = int(value.replace(",", ""))
                    params[name] = self.number(figure)
                    count = figure if name == "count" else count
                elif name in _COUNTED:
                    params[name] = self.number(value)
            return self._plural(key, count).format_map(params)
        return None

    def _plural(self, key: str, count: int | None) -> str:
        if count is None:
            return self.texts[key]
        return self.texts.get(f"{key}.{plural_category(self.language, count)}", self.texts[key])


def messages(language: str = "en", /, *, messages: Mapping[str, str] | None = None) -> Messages:
    """Load the texts of a language: every sentence, hint, label and word that people read.

    A host that wants another language translates ``dict(qi.messages("en"))``, in part or whole, and hands it in; what is missing is
    said in English. A region (``es-MX``) takes the texts of its language.

    Args:
        language: A language that is shipped (``en``, ``es``, ``de``), or the tag of any other with ``messages``.
        messages: The host's own texts by key; they come before those that are shipped.

    Returns:
        An immutable mapping of key and text. Loading takes about a millisecond, once.

    Raises:
        UsageError: ``language_unknown``: not shipped, and no texts are given. ``messages_invalid``: keys that do not exist, or texts
            whose placeholders are not those of the English one; the reason names them.

    >>> messages("es")["issue.email_missing"]
    'la fila no tiene dirección de correo electrónico'
    >>> messages("fr", messages={"page.title": "Vérification de l'import"})["page.title"]
    "Vérification de l'import"
    """
    return load_messages(language, messages)


def load_messages(language: str, own: Mapping[str, str] | None = None, /) -> Messages:
    """The texts of a language, for whoever takes ``language`` and ``messages`` of a host; `messages` says the rest."""
    if isinstance(own, Messages) and own.language == language:
        return own
    if not isinstance(language, str) or not _TAG.fullmatch(language):
        raise UsageError("messages_invalid", reason=f"{quote(language)} is not the tag of a language")
    base = language.partition("-")[0].lower()
    if base not in SHIPPED and own is None:
        raise UsageError("language_unknown", language=quote(language), shipped=", ".join(SHIPPED))
    shipped = texts_of(base) if base in SHIPPED else texts_of("en")
    if not own:
        return Messages(language=language, texts=shipped)
    check_messages(own)
    return Messages(language=language, texts=MappingProxyType({**_without_plurals(shipped, own), **own}))


def _without_plurals(shipped: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The shipped texts but for the singulars of what the host says anew: half of a text in another language would be wrong."""
    return {key: text for key, text in shipped.items() if key == (stem := _stem(key)) or key in own or stem not in own}


@cache
def texts_of(language: str, /) -> Mapping[str, str]:
    """The texts of a language that is shipped."""
    english = texts()
    if language == "en":
        return MappingProxyType(english)
    path = resources.files("qooper_ingest").joinpath(f"data/languages/{language}.json")
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType({**english, **found})


def check_messages(own: Mapping[str, str], /) -> None:
    """Refuse keys that do not exist, and texts whose placeholders are not those of the English one.

    Raises:
        UsageError: ``messages_invalid``, with the keys.
    """
    english = texts_of("en")
    wrong = [key for key in own if not isinstance(key, str) or _stem(key) not in english]
    if wrong:
        raise UsageError("messages_invalid", reason=f"there is no text of the key {_names(wrong)}")
    wrong = [key for key, text in own.items() if not isinstance(text, str)]
    if wrong:
        raise UsageError("messages_invalid", reason=f"not a text: {_names(wrong)}")
    told = [f"{key} ({why})" for key, text in own.items() if (why := _misfit(key, text, english))]
    if told:
        more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
        raise UsageError("messages_invalid", reason=f"the placeholders differ: {'; '.join(told[:_NAMED])}{more}")


def _misfit(key: str, text: str, english: Mapping[str, str]) -> str:
    """What is wrong with a host's text, in words; empty for nothing."""
    stem = _stem(key)
    if stem == _GROUP_FROM:
        return "" if re.fullmatch(r"[1-9]\d?", text) else "a number of digits is needed"
    wanted, given = placeholders(english[stem]), placeholders(text)
    if given is None or wanted is None:
        return "a brace is not closed"
    allowed = _FREE.get(stem, wanted)
    needed = frozenset() if stem in _FREE else wanted - ({"count", "detail"} if key != stem else set())
    missing, unknown = sorted(needed - given), sorted(given - allowed)
    parts = [f"{name} is missing" for name in missing] + [f"{quote(name)} is unknown" for name in unknown]
    return ", ".join(parts)


def placeholders(text: str, /) -> frozenset[str] | None:
    """The names in braces; None where a text cannot be filled in.

    >>> sorted(placeholders("{count} of {of}")), placeholders("{"), placeholders("{x!r}")
    (['count', 'of'], None, None)
    """
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    names = [name for _, name, _, _ in parts if name is not None]
    plain = all(name.isidentifier() for name in names)
    return frozenset(names) if plain and not any(spec or conversion for _, _, spec, conversion in parts) else None


@cache
def _patterns(prefix: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The English texts below a prefix as patterns, with the key whose plural they are."""
    found = []
    for key, text in texts_of("en").items():
        if key.startswith(prefix):
            pattern = "".join(
                re.escape(literal) + (f"(?P<{name}>{_ANY_FIGURE if name in _COUNTED else '.+?'})" if name else "")
                for literal, name, _, _ in Formatter().parse(text)
            )
            found.append((_stem(key), re.compile(pattern, re.DOTALL)))
    return tuple(found)


def _rebuild(language: str, texts: dict[str, str]) -> Messages:
    return Messages(language=language, texts=MappingProxyType(texts))


def _stem(key: str) -> str:
    """A key without its plural category, where the rest is a key whose text counts something."""
    stem, _, last = key.rpartition(".")
    english = texts_of("en")
    counts = f"{stem}.one" in english or "{count}" in english.get(stem, "")
    return stem if last in CATEGORIES and counts else key


def _names(keys: list[Any]) -> str:
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return ", ".join(map(quote, keys[:_NAMED])) + more


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
