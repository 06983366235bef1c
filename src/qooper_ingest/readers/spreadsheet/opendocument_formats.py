"""Number formats of OpenDocument as format codes.

A format of OpenDocument is a list of elements (a number with its places, literals, a currency sign, the parts of a date);
where it has sections, each is a style of its own that ``style:map`` names with its condition, and the one that names them
is for what is left. Written as a code, all of them are rendered like those of the other books (``number_format.py``).

Source: OpenDocument 1.3 part 3, 16.29 (data styles) and 19.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .number_format import NumberFormat, parse_format

__all__ = ["Formats"]

#: More elements than a number format has: Excel takes 255 characters.
_LONGEST: Final = 255

#: More places than a number has; what asks for more is no format.
_PLACES: Final = 60

_STYLES: Final = frozenset(
    f"number:{kind}-style" for kind in ("number", "currency", "percentage", "date", "time", "boolean", "text")
)

#: The parts of a date or a time as letters of a code.
_UNITS: Final = {
    "number:day": "d",
    "number:month": "m",
    "number:year": "yyyy",
    "number:era": "g",
    "number:day-of-week": "ddd",
    "number:week-of-year": "d",
    "number:quarter": "m",
    "number:hours": "h",
    "number:minutes": "m",
    "number:seconds": "s",
    "number:am-pm": "AM/PM",
}

_CONDITION: Final = re.compile(r"value\(\)\s*(<=|>=|<>|!=|=|<|>)\s*(-?[0-9.]+(?:[eE][+-]?[0-9]+)?)")

Element = tuple[str, Mapping[str, str], list[str]]


@dataclass(slots=True)
class _DataStyle:
    """A format: its elements with their attributes and texts, and the sections that it names."""

    passed: bool = False
    elements: list[Element] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)  # condition, name


class Formats:
    """The number formats of a file; `find` tells where in `formats` the one of a style stands."""

    __slots__ = ("_found", "_most", "_named", "_styles", "_this", "formats")

    def __init__(self, most: int) -> None:
        self._most = most
        self._named: dict[str, _DataStyle] = {}
        self._styles: dict[str, tuple[str | None, str]] = {}  # style of cells → format, style that it rests on
        self._this: _DataStyle | None = None
        self._found: dict[str, tuple[int | None, bool]] = {}
        self.formats: list[NumberFormat] = []

    def enter(self, tag: str, attributes: dict[str, str]) -> list[str] | None:
        """Enter an element of a format; returns where its text goes, if it has one."""
        if tag in _STYLES:
            self._this = None
            if len(self._named) < self._most:
                self._this = self._named[attributes.get("style:name", "")] = _DataStyle(
                    attributes.get("number:truncate-on-overflow") == "false"
                )
            return None
        if self._this is None or len(self._this.elements) >= _LONGEST or len(self._this.sections) >= _LONGEST:
            return None
        if tag == "style:map":
            condition, name = attributes.get("style:condition", ""), attributes.get("style:apply-style-name", "")
            self._this.sections.append((condition, name))
            return None
        literal: list[str] = []
        self._this.elements.append((tag, attributes, literal))
        return literal

    def use(self, style: str, name: str | None, parent: str) -> None:
        """A style of cells uses a format, or that of the style that it rests on."""
        if len(self._styles) < self._most:
            self._styles[style] = name, parent

    def find(self, style: str) -> tuple[int | None, bool]:
        """The place of a style's format; None for General.

        Returns:
            The place, and whether it is known how the style shows numbers.
        """
        found = self._found.get(style)
        if found is None:
            code = self._code(style)
            parsed = parse_format(code) if code is not None else None
            if parsed is None or parsed.general:
                found = None, code is not None
            else:
                found = len(self.formats), True
                self.formats.append(parsed)
            if len(self._found) < self._most:
                self._found[style] = found
        return found

    def _code(self, style: str) -> str | None:
        """The code of a style of cells; None where it is not known."""
        name: str | None = None
        steps = 0
        while name is None and style in self._styles and steps < _LONGEST:
            name, style = self._styles[style]
            steps += 1
        if name is None:
            return "General"
        whole = self._named.get(name)
        if whole is None:
            return None
        codes = []
        for condition, part in whole.sections[:2]:
            found, section = _CONDITION.fullmatch(condition.strip()), self._named.get(part)
            if found is None or section is None:
                return None
            codes.append(f"[{found[1].replace('!=', '<>')}{found[2]}]{_section_code(section) or ''}")
        own = _section_code(whole)
        return None if own is None else ";".join([*codes, own])


def _section_code(style: _DataStyle) -> str | None:
    """The code of one section; None where an element is not known."""
    pieces: list[str] = []
    embedded: dict[int, str] = {}
    passed = style.passed
    for tag, attributes, literal in reversed(style.elements):
        if tag == "number:embedded-text":
            at = _count(attributes, "number:position", 0)
            embedded[at] = "".join(literal) + embedded.get(at, "")
        elif tag in ("number:text", "number:currency-symbol"):
            pieces.append(_percent_apart("".join(literal)))
        elif tag in _UNITS:
            pieces.append(_unit_code(tag, attributes))
        elif tag == "number:fill-character":
            pieces.append("")
        elif tag in _WRITERS:
            written = _WRITERS[tag](attributes, embedded)
            if written is None:
                return None
            pieces.append(written)
            embedded = {}
        else:
            return None
    pieces.reverse()
    if passed:
        # The first of hours, minutes and seconds counts what has passed.
        first = next((at for at, piece in enumerate(pieces) if re.fullmatch("(?:hh?|mm?|ss?)(?:[.]0+)?", piece)), None)
        if first is not None:
            letters, dot, rest = pieces[first].partition(".")
            pieces[first] = f"[{letters}]{dot}{rest}"
    return "".join(pieces)


def _quoted(text: str) -> str:
    return "".join(f"\\{character}" for character in text)


def _percent_apart(text: str) -> str:
    """A literal; a percent sign in it is one that multiplies, as it stands in a text of its own here."""
    return "%".join(_quoted(part) for part in text.split("%"))


def _count(attributes: Mapping[str, str], name: str, absent: int) -> int:
    text = attributes.get(name, "")
    return min(int(text), _PLACES) if text.isascii() and text.isdigit() and len(text) < 9 else absent


def _unit_code(tag: str, attributes: Mapping[str, str]) -> str:
    letters = _UNITS[tag]
    long = attributes.get("number:style") == "long"
    if tag == "number:month" and attributes.get("number:textual") == "true":
        return "mmmm" if long else "mmm"
    if len(letters) == 1 and long:
        letters *= 2
    decimals = _count(attributes, "number:decimal-places", 0) if tag == "number:seconds" else 0
    return letters + ("." + "0" * decimals if decimals else "")


def _whole_code(least: int, embedded: Mapping[int, str], *, grouped: bool) -> str:
    """The places before the point, with the literals that stand so many places before their end."""
    count = max(least, 4 if grouped else 1, max(embedded, default=0))
    pieces: list[str] = []
    for place in range(count, 0, -1):
        pieces.append("0" if place <= least else "#")
        if place - 1 in embedded and place > 1:
            pieces.append(_quoted(embedded[place - 1]))
        if grouped and place > 1 and place % 3 == 1:
            pieces.append(",")
    return _quoted(embedded.get(count, "")) + "".join(pieces)


def _fraction_places(attributes: Mapping[str, str]) -> str:
    decimals = _count(attributes, "number:decimal-places", 0)
    always = min(decimals, _count(attributes, "number:min-decimal-places", decimals))
    if "number:decimal-replacement" in attributes:
        always = 0
    return "." + "0" * always + "#" * (decimals - always) if decimals else ""


def _number_code(attributes: Mapping[str, str], embedded: Mapping[int, str]) -> str | None:
    least = _count(attributes, "number:min-integer-digits", 1)
    grouped = attributes.get("number:grouping") == "true"
    if "number:decimal-places" not in attributes and least <= 1 and not embedded and not grouped:
        return "General"
    factor = attributes.get("number:display-factor", "1")
    scales = {"1": 0, "1000": 1, "1000000": 2, "1000000000": 3}.get(factor)
    if scales is None:
        return None
    return _whole_code(least, embedded, grouped=grouped) + _fraction_places(attributes) + "," * scales


def _scientific_code(attributes: Mapping[str, str], _embedded: Mapping[int, str]) -> str | None:
    least = _count(attributes, "number:min-integer-digits", 1)
    interval = max(1, _count(attributes, "number:exponent-interval", 1))
    whole = "#" * max(0, interval - least) + "0" * least or "#"
    sign = "-" if attributes.get("number:forced-exponent-sign") == "false" else "+"
    exponent = "0" * max(1, _count(attributes, "number:min-exponent-digits", 1))
    return f"{whole}{_fraction_places(attributes)}E{sign}{exponent}"


def _fraction_code(attributes: Mapping[str, str], _embedded: Mapping[int, str]) -> str | None:
    whole = ""
    if "number:min-integer-digits" in attributes:
        whole = ("0" * _count(attributes, "number:min-integer-digits", 0) or "#") + " "
    above = "?" * max(1, _count(attributes, "number:min-numerator-digits", 1))
    value = attributes.get("number:denominator-value", "")
    below = value if value.isascii() and value.isdigit() and len(value) < 9 else ""
    below = below or "?" * max(1, _count(attributes, "number:min-denominator-digits", 1))
    return f"{whole}{above}/{below}"


_WRITERS: Final[Mapping[str, Callable[[Mapping[str, str], Mapping[int, str]], str | None]]] = {
    "number:number": _number_code,
    "number:scientific-number": _scientific_code,
    "number:fraction": _fraction_code,
    "number:boolean": lambda _, __: '"TRUE";"TRUE";"FALSE"',
    "number:text-content": lambda _, __: "@",
}
