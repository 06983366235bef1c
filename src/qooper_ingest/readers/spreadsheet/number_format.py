"""Number format codes: parse one once, render a number by it.

A code is up to four sections; a section is tokens (literals, digit places, a point, a percent sign, …). `parse_format` makes
a frozen `NumberFormat` of a code, once; `render_number` makes the text that a spreadsheet shows of one number. Columns are
rendered by ``values.py``, which asks here for the sections and renders each distinct value once.

What is wanted is the text that a person sees in the cell, so that an ID of ``"EMP-"000`` is *EMP-007*. A section that shows
a date or a time of day is only recognised here: dates are ISO in every grid.

Where programs differ:

* No sign before a number that is rounded to zero (``-0.001`` by ``0.00`` is ``0.00``), no sign before a section without a
  digit place, and no point behind which nothing stands (``1`` by ``0.##`` is ``1``): as LibreOffice shows them. Excel shows
  ``-0.00``, ``-active`` and ``1.``.
* The sign is kept where a section with a condition holds for negative and for other numbers: LibreOffice loses it in a
  section that is not the first.
* `General` gives the digits of the number, without exponent and not cut to the width of a column: a long number is an ID.
* Fill characters (``*x``) fill nothing, and space at the ends is layout: both are left out.
* A code that no spreadsheet accepts (``0 days`` without quotes) is General, as LibreOffice reads it.
* ``[DBNum1]`` and its like count together with a locale of East Asia; alone they mean the digits that the system has.

Source: ECMA-376 part 1, 18.8.30 and 18.8.31 (numFmt, number format codes); [MS-XLS] 2.4.126; compared with LibreOffice 7.4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Final, Literal

__all__ = [
    "BUILTIN_FORMATS",
    "GENERAL",
    "NumberFormat",
    "Section",
    "exact_number",
    "find_format",
    "parse_format",
    "plain_digits",
    "render_elapsed",
    "render_number",
    "render_section",
    "render_text",
]

Kind = Literal["general", "number", "date", "datetime", "time", "elapsed"]

#: A token is its sort and its text: ``lit``, ``digit`` (0, # or ?), ``point``, ``percent``, ``exp``, ``slash``, ``general``,
#: ``at``, ``unit`` (letters of a date or a time) and ``passed`` (the letters of an elapsed time).
Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a code.

    Args:
        kind: What it shows.
        whole: Tokens up to the point, or all of them where there is no digit.
        fraction: Tokens behind the point: digit places and literals.
        point: The section has a decimal point.
        tail: Tokens behind the last digit place, and behind an exponent.
        exponent: ``E+`` or ``E-`` and the number of its digits.
        ratio: For a fraction: the places of whole, numerator and denominator, and what stands between them.
        thousands: Groups of three digits are separated by commas.
        shift: The number is multiplied by ten to this power: percent signs and scaling commas.
        digits: The ten digits of the section's script, if they are not 0 to 9.
        seconds: Digits behind the seconds of a time.
        condition: Operator and limit, where the code states them.
    """

    kind: Kind
    whole: tuple[Token, ...] = ()
    fraction: tuple[Token, ...] = ()
    point: bool = False
    tail: tuple[Token, ...] = ()
    exponent: tuple[str, int] | None = None
    ratio: Ratio | None = None
    thousands: bool = False
    shift: int = 0
    digits: str = ""
    seconds: int = 0
    condition: tuple[str, float] | None = None

    @property
    def dated(self) -> bool:
        """It shows a date, a time, or both, which are given in ISO form."""
        return self.kind in ("date", "datetime", "time")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A number as a fraction: places of the whole (none: improper), of the numerator, of the denominator or its value."""

    whole: tuple[Token, ...]
    numerator: tuple[Token, ...]
    denominator: tuple[Token, ...]
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A parsed code: its sections for numbers with the conditions under which they hold, and the one for texts.

    Args:
        sections: Section, condition (operator and limit; None: whatever is left), and whether the number's sign is left out
            because the section holds for negative numbers only. The first one that holds is used; if none does, `General`.
        text: Literals before and behind a text, where the code has a section for texts that shows more than it.
    """

    sections: tuple[tuple[Section, tuple[str, float] | None, bool], ...]
    text: tuple[str, ...] | None = None

    @property
    def general(self) -> bool:
        """It shows the digits of any number."""
        return len(self.sections) == 1 and self.sections[0][0] == _GENERAL and self.sections[0][1] is None


_GENERAL: Final = Section("general", whole=(("general", ""),))
GENERAL: Final = NumberFormat(((_GENERAL, None, False),))

_ACCOUNTING: Final = '_({0}* #,##0{1}_);_({0}* \\(#,##0{1}\\);_({0}* "-"{2}_);_(@_)'

#: Format numbers that stand for a code without being written in the file. 27 to 36 and 50 to 58 are dates in East Asian
#: versions and 71 to 81 in the Thai one, all unused elsewhere. 34, 35, 55 and 56 are times in Chinese versions and dates
#: in the Japanese and Korean ones: as dates, a whole day is given as one, and less than a day as a time.
BUILTIN_FORMATS: Final[dict[int, str]] = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);\\("$"#,##0\\)',
    6: '"$"#,##0_);[Red]\\("$"#,##0\\)',
    7: '"$"#,##0.00_);\\("$"#,##0.00\\)',
    8: '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: _ACCOUNTING.format("", "", ""),
    42: _ACCOUNTING.format('"$"', "", ""),
    43: _ACCOUNTING.format("", ".00", "??"),
    44: _ACCOUNTING.format('"$"', ".00", "??"),
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((*range(27, 32), 34, 35, 36, *range(50, 59), *range(71, 75), 81), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33, 75, 76, 78), "h:mm:ss"),
    77: "yyyy-mm-dd h:mm",
    79: "[h]:mm:ss",
    80: "mm:ss.0",
}

#: Longer than any code a spreadsheet accepts (255): what is longer is General.
_CODE_LENGTH: Final = 1024

#: What General is called in the languages of spreadsheets; other programs write the name of their own language into files.
#: Source: the names that Excel and LibreOffice show in their format dialogues.
_GENERAL_NAMES: Final = (
    "general", "standard", "standaard", "standardowy", "général", "geral", "estándar", "estandar", "generale", "generell",
    "generelt", "allgemein", "normál", "normal", "genel", "ogólny", "ogólne", "všeobecný", "všeobecně", "vęeobecný",
    "yleinen", "основной", "общий", "загальний", "γενικός τύπος", "g/通用格式", "g/標準", "g/标准", "g/一般", "g/표준",
    "通用格式", "標準", "常规", "표준",
)  # fmt: skip
_GENERAL_NAME: Final = re.compile(
    "|".join(re.escape(name) for name in sorted(_GENERAL_NAMES, key=len, reverse=True)), re.IGNORECASE
)

_CONDITION: Final = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)")
_ELAPSED: Final = re.compile(r"h+|m+|s+", re.IGNORECASE)
_HALF_DAY: Final = re.compile(r"am/pm|a/p", re.IGNORECASE)
_LOCALE: Final = re.compile(r"([^-]*)(?:-([0-9A-Fa-f]{1,8}).*)?")
_TIME_UNITS: Final = "hs"

#: The digits of scripts, by the first byte of a locale of four bytes. Source: [MS-OE376] 2.1.739.
_SCRIPTS: Final = {
    code: "".join(chr(zero + digit) for digit in range(10))
    for code, zero in {
        0x02: 0x660, 0x03: 0x6F0, 0x04: 0x966, 0x05: 0x9E6, 0x06: 0xA66, 0x07: 0xAE6, 0x08: 0xB66, 0x09: 0xBE6,
        0x0A: 0xC66, 0x0B: 0xCE6, 0x0C: 0xD66, 0x0D: 0xE50, 0x0E: 0xED0, 0x0F: 0xF20, 0x10: 0x1040, 0x12: 0x17E0,
        0x13: 0x1810,
    }.items()
}  # fmt: skip
#: The digits of ``[DBNum1]`` to ``[DBNum3]``, for the languages (low byte of the locale) of Chinese, Japanese and Korean.
_EAST_ASIAN: Final = {
    ("1", 0x04): "〇一二三四五六七八九",
    ("2", 0x04): "零壹贰叁肆伍陆柒捌玖",
    ("1", 0x11): "〇一二三四五六七八九",
    ("2", 0x11): "〇壱弐参四伍六七八九",
    ("1", 0x12): "〇一二三四五六七八九",
    ("2", 0x12): "零壹貳參四五六七八九",
    **{("3", language): "０１２３４５６７８９" for language in (0x04, 0x11, 0x12)},
}


def find_format(number: int, codes: Mapping[int, str]) -> NumberFormat:
    """The format of a number: by the code that the file gives it, else the built-in one."""
    return parse_format(codes[number] if number in codes else BUILTIN_FORMATS.get(number, "General"))


@lru_cache(maxsize=2048)
def parse_format(code: str) -> NumberFormat:
    """Parse a format code; what is no code is `General`.

    >>> render_number(parse_format('[<=99999]00000;00000-0000'), 21341234.0)
    '02134-1234'
    """
    if len(code) > _CODE_LENGTH or code in ("General", "", "@"):
        return GENERAL
    parts = [_tokens(part) for part in _split_sections(code)][:4]
    text: tuple[str, ...] | None = None
    if len(parts) == 4 or any(token[0] == "at" for token in parts[-1][0]):
        text = _text_section(parts.pop()[0])
    if not parts:
        return NumberFormat(GENERAL.sections, text)
    sections = [_section(*part) for part in parts]
    return NumberFormat(_with_conditions(sections), text)


def _split_sections(code: str) -> list[str]:
    """The sections between semicolons that are no literals."""
    sections, begin, at = [], 0, 0
    while at < len(code):
        character = code[at]
        if character == '"':
            close = code.find('"', at + 1)
            at = close if close > 0 else at
        elif character == "[":
            close = code.find("]", at + 1)
            at = close if close > 0 else at
        elif character in "\\_*":
            at += 1
        elif character == ";":
            sections.append(code[begin:at])
            begin = at + 1
        at += 1
    return [*sections, code[begin:]]


@dataclass(slots=True)
class _Marks:
    """What the brackets of a section say."""

    condition: tuple[str, float] | None = None
    native: str = ""
    language: int = 0
    script: int = 0

    def digits(self) -> str:
        """The ten digits that the section is written with, if not 0 to 9."""
        return _EAST_ASIAN.get((self.native, self.language), "") or _SCRIPTS.get(self.script, "")


def _tokens(section: str) -> tuple[tuple[Token, ...], _Marks]:
    """Cut a section into tokens."""
    found: list[Token] = []
    marks = _Marks()
    at = 0
    while at < len(section):
        character = section[at]
        following = section[at + 1 : at + 2]
        size = 1
        if character == '"' and (close := section.find('"', at + 1)) > 0:
            found.append(("lit", section[at + 1 : close]))
            size = close + 1 - at
        elif character == "[" and (close := section.find("]", at + 1)) > 0:
            found += _bracket(section[at + 1 : close], marks)
            size = close + 1 - at
        elif character == "\\" and following:
            found.append(("lit", following))
            size = 2
        elif character in "_*" and following:
            found += [("lit", " ")] if character == "_" else []
            size = 2
        elif (name := _GENERAL_NAME.match(section, at)) is not None:
            found.append(("general", ""))
            size = name.end() - at
        elif (half := _HALF_DAY.match(section, at)) is not None:
            found.append(("unit", "ap"))
            size = half.end() - at
        elif character in "eE" and following in ("+", "-"):
            found.append(("exp", f"E{following}"))
            size = 2
        else:
            found.append(_single(character))
        at += size
    return _with_commas(tuple(found)), marks


_SINGLES: Final = {
    **dict.fromkeys("0#?", "digit"),
    ".": "point",
    ",": "comma",
    "%": "percent",
    "/": "slash",
    "@": "at",
    **dict.fromkeys("ymdhsegbYMDHSEGB", "unit"),
}


def _single(character: str) -> Token:
    sort = _SINGLES.get(character, "lit")
    return sort, character.lower() if sort == "unit" else character


def _bracket(content: str, marks: _Marks) -> list[Token]:
    """What a bracket shows; conditions and locales are noted, colours are nothing."""
    if content.startswith("$"):
        parts = _LOCALE.fullmatch(content[1:])
        if parts is None:
            return [("lit", content[1:])]
        locale = int(parts[2], 16) if parts[2] else 0
        marks.language, marks.script = locale & 0xFF, locale >> 24
        return [("lit", parts[1])] if parts[1] else []
    condition = _CONDITION.fullmatch(content)
    if condition is not None:
        marks.condition = condition[1], float(condition[2])
    elif re.fullmatch("DBNum[1-4]", content, re.IGNORECASE):
        marks.native = content[-1]
    elif _ELAPSED.fullmatch(content):
        return [("passed", content.lower())]
    return []


def _with_commas(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Commas told apart: between digit places (``group``), behind the last one (``scale``), and literal ones."""
    found: list[Token] = []
    places = [at for at, token in enumerate(tokens) if token[0] == "digit"]
    last = places[-1] if places else -1
    end = next((at for at, token in enumerate(tokens) if token[0] in ("point", "exp")), len(tokens))
    for at, token in enumerate(tokens):
        if token[0] != "comma":
            found.append(token)
            continue
        before = found[-1][0] if found else ""
        inner = any(at < place < end for place in places)
        if at < end and inner and before in ("digit", "group"):
            found.append(("group", ""))
        elif (at > last or (at < end and not inner)) and before in ("digit", "scale"):
            found.append(("scale", ""))
        else:
            found.append(("lit", ","))
    return tuple(found)


def _text_section(tokens: Sequence[Token]) -> tuple[str, ...] | None:
    """The literals around a text; None where it stands alone."""
    parts = [""]
    for sort, text in tokens:
        if sort == "at":
            parts.append("")
        else:
            parts[-1] += text
    bare = tuple(parts)
    return None if len(bare) == 2 and not any(part.strip() for part in bare) else bare


def _section(tokens: tuple[Token, ...], marks: _Marks) -> Section:
    """Find out what a section shows."""
    sorts = {sort for sort, _ in tokens}
    condition, digits = marks.condition, marks.digits()
    if sorts & {"unit", "passed"}:
        found = _date_section(tokens)
    elif "digit" not in sorts:
        found = _bare_section(tokens)
    elif sorts & {"general", "at"}:
        found = _GENERAL  # no code
    elif "slash" in sorts:
        found = _ratio_section(tokens)
    else:
        found = _number_section(tokens)
    if condition is None and not digits:
        return found
    return Section(
        found.kind, found.whole, found.fraction, found.point, found.tail, found.exponent, found.ratio,
        found.thousands, found.shift, digits, found.seconds, condition,
    )  # fmt: skip


def _date_section(tokens: tuple[Token, ...]) -> Section:
    """A date, a time, both, or an elapsed time."""
    units = [text for sort, text in tokens if sort == "unit"]
    passed = any(sort == "passed" for sort, _ in tokens)
    has_time = passed or any(unit in ("h", "s", "ap") for unit in units)
    has_date = any(unit in "yd" for unit in units)
    # An era or a year of another calendar, and months: beside hours or seconds one or two m are minutes.
    months = _longest_run(tokens, "m")
    has_date = has_date or any(unit in "eg" for unit in units) or _longest_run(tokens, "b") > 1
    has_date = has_date or months > (2 if has_time else 0)
    seconds, allowed = _second_digits(tokens)
    if sum(sort == "digit" for sort, _ in tokens) > allowed or not (has_time or has_date):
        return _GENERAL  # no code: digit places and letters of a date
    kind: Kind = "elapsed" if passed and not has_date else "datetime" if has_date and has_time else "date"
    if has_time and not has_date and not passed:
        kind = "time"
    return Section(kind, whole=tokens, seconds=seconds)


def _longest_run(tokens: Sequence[Token], unit: str) -> int:
    longest = run = 0
    for token in tokens:
        run = run + 1 if token == ("unit", unit) else 0
        longest = max(longest, run)
    return longest


def _second_digits(tokens: Sequence[Token]) -> tuple[int, int]:
    """Zeros behind the point behind the seconds: how many in the longest place, and in all."""
    longest = count = run = 0
    open_ = False
    before: Token = ("", "")
    for token in tokens:
        if token[0] == "point" and (before == ("unit", "s") or (before[0] == "passed" and "s" in before[1])):
            open_, run = True, 0
        elif open_ and token == ("digit", "0"):
            run += 1
            count += 1
            longest = max(longest, run)
        else:
            open_ = False
        before = token
    return longest, count


def _bare_section(tokens: tuple[Token, ...]) -> Section:
    """A section without a digit place: literals, or General between them."""
    if tokens == (("general", ""),) or tokens == (("at", "@"),):
        return _GENERAL
    # A number that a section for texts shows is shown as General.
    kept = tuple(("general", "") if sort == "at" else (sort, text) for sort, text in tokens)
    shift = 2 * sum(sort == "percent" for sort, _ in kept)
    return Section("number", whole=_literal_rest(kept), shift=shift)


def _literal_rest(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Tokens of which only digit places, percent signs and General mean more than themselves."""
    found: list[Token] = []
    for sort, text in tokens:
        if sort in ("group", "scale"):
            continue
        keep = sort in ("digit", "general")
        if not keep and found and found[-1][0] == "lit":
            found[-1] = ("lit", found[-1][1] + text)
        else:
            found.append((sort, text) if keep else ("lit", text))
    return tuple(found)


def _number_section(tokens: tuple[Token, ...]) -> Section:
    shift = 2 * sum(sort == "percent" for sort, _ in tokens) - 3 * sum(sort == "scale" for sort, _ in tokens)
    thousands = any(sort == "group" for sort, _ in tokens)
    power = next((at for at, token in enumerate(tokens) if token[0] == "exp"), None)
    exponent: tuple[str, int] | None = None
    tail: tuple[Token, ...] = ()
    if power is not None:
        behind = power + 1
        while behind < len(tokens) and tokens[behind][0] == "digit":
            behind += 1
        if behind == power + 1 or not any(sort == "digit" for sort, _ in tokens[:power]):
            return _GENERAL  # no code
        exponent = tokens[power][1], behind - power - 1
        tail, tokens = tuple(("lit", text) for _, text in tokens[behind:]), tokens[:power]
    dot = next((at for at, token in enumerate(tokens) if token[0] == "point"), None)
    end = len(tokens) if dot is None else dot
    whole, fraction = tokens[:end], tokens[end + 1 :]
    if not any(sort == "digit" for sort, _ in fraction):  # a point behind which nothing can be shown is not shown
        whole, fraction, dot = whole + fraction, (), None
    return Section(
        "number",
        whole=_literal_rest(whole),
        fraction=_literal_rest(fraction),
        point=dot is not None,
        tail=_literal_rest(tail),
        exponent=exponent,
        thousands=thousands,
        shift=shift,
    )


def _ratio_section(tokens: tuple[Token, ...]) -> Section:
    """A fraction: places, a slash, places or a denominator."""
    slash = next(at for at, token in enumerate(tokens) if token[0] == "slash")
    begin = slash
    while begin > 0 and tokens[begin - 1][0] == "digit":
        begin -= 1
    end = slash + 1
    while end < len(tokens) and (tokens[end][0] == "digit" or (tokens[end][0] == "lit" and _is_figure(tokens[end][1]))):
        end += 1
    below = tokens[slash + 1 : end]
    rest = tokens[end:]
    if begin == slash or not below:
        # A slash that divides nothing is a literal.
        return _number_section(tuple(("lit", text) if sort == "slash" else (sort, text) for sort, text in tokens))
    if any(sort in ("digit", "slash", "point", "exp") for sort, _ in rest) or any(
        sort in ("point", "exp") for sort, _ in tokens[:begin]
    ):
        return _GENERAL  # no code
    figures = "".join(text for _, text in below)
    fixed = int(figures) if figures.isdigit() and any(sort == "lit" for sort, _ in below) else 0
    shift = 2 * sum(sort == "percent" for sort, _ in tokens)
    ratio = Ratio(_literal_rest(tokens[:begin]), tokens[begin:slash], below, fixed)
    if figures.isdigit() and not fixed and int(figures):
        return _GENERAL
    return Section("number", ratio=ratio, tail=_literal_rest(rest), shift=shift)


def _is_figure(text: str) -> bool:
    return len(text) == 1 and text in "123456789"


def _with_conditions(sections: Sequence[Section]) -> tuple[tuple[Section, tuple[str, float] | None, bool], ...]:
    """Sections with the conditions that the code states or that their places mean."""
    found: list[tuple[Section, tuple[str, float] | None, bool]] = []
    first = sections[0].condition
    if len(sections) == 1:
        return ((sections[0], first, _only_negative(first)),)
    second = sections[1].condition
    if first is None:
        first = (">=", 0.0) if len(sections) == 2 and second is None else (">", 0.0)
    found.append((sections[0], first, _only_negative(first)))
    if len(sections) == 2:
        rest = first in ((">=", 0.0), (">", 0.0)) if second is None else _only_negative(second)
        found.append((sections[1], second, rest))
    else:
        second = second if second is not None else ("<", 0.0)
        found.append((sections[1], second, _only_negative(second)))
        found.append((sections[2], None, False))
    return tuple(found)


def _only_negative(condition: tuple[str, float] | None) -> bool:
    """Whether no positive number meets a condition."""
    if condition is None:
        return False
    operator, limit = condition
    return limit < 0 if operator == "=" else limit <= 0 and operator in ("<", "<=")


# -- one number --------------------------------------------------------------------------------------------------------

#: Digits that a spreadsheet computes and shows with.
_DIGITS: Final = 15

#: Enough for any double with any number of decimals that a code can ask for.
_CONTEXT: Final = Context(prec=_CODE_LENGTH + 400)
_SHOWN: Final = Context(prec=_DIGITS, rounding=ROUND_HALF_UP)

_HOLDS: Final = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
    "=": lambda value, limit: value == limit,
    "<>": lambda value, limit: value != limit,
}


def render_number(found: NumberFormat, value: float | str) -> str:
    """The text that a number is shown as; dates and times are not for this function.

    Args:
        value: A number, or its digits as a file holds them, of which a whole number keeps all.
    """
    number = exact_number(value)
    for section, condition, unsigned in found.sections:
        if condition is None or _HOLDS[condition[0]](number, condition[1]):
            return render_section(section, number, unsigned=unsigned)
    return plain_digits(number)


def exact_number(value: float | str) -> Decimal:
    """A number with the digits that count: all of a whole number, 15 of another one."""
    if isinstance(value, float):
        exact = Decimal(int(value)) if value.is_integer() else Decimal(repr(value))
    else:
        exact = Decimal(value.strip())
    if not exact:
        return Decimal(0)
    return exact if exact == exact.to_integral_value() else _SHOWN.create_decimal(exact)


def plain_digits(number: Decimal) -> str:
    """The digits of a number, without exponent."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def render_section(section: Section, number: Decimal, *, unsigned: bool) -> str:
    """The text of a number in one section, without space at the ends."""
    if section.kind == "general":
        return plain_digits(abs(number) if unsigned else number)
    if section.ratio is not None:
        text, sign = _ratio_text(section, section.ratio, abs(number).scaleb(section.shift, _CONTEXT))
    elif section.exponent is not None:
        text, sign = _exponent_text(section, section.exponent, abs(number).scaleb(section.shift, _CONTEXT))
    else:
        text, sign = _decimal_text(section, abs(number).scaleb(section.shift, _CONTEXT))
    if section.digits:
        text = text.translate(str.maketrans("0123456789", section.digits))
    return (f"-{text}" if number < 0 and sign and not unsigned else text).strip()


def _decimal_text(section: Section, number: Decimal) -> tuple[str, bool]:
    """The text of a number, and whether a sign belongs before it."""
    if not section.point and not any(sort == "digit" for sort, _ in section.whole):
        general = plain_digits(number)
        shown = any(sort == "general" for sort, _ in section.whole)
        return "".join(general if sort == "general" else text for sort, text in section.whole), shown and bool(number)
    places = sum(sort == "digit" for sort, _ in section.fraction)
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _CONTEXT)
    whole, _, fraction = format(rounded, "f").partition(".")
    return _whole_text(section, whole) + _fraction_text(section, fraction) + _literals(section.tail), bool(rounded)


def _whole_text(section: Section, digits: str) -> str:
    """The places before the point, filled from the right; digits beyond the first place stand before it."""
    return _filled(section.whole, digits.lstrip("0"), thousands=section.thousands)


def _filled(tokens: Sequence[Token], digits: str, *, thousands: bool = False) -> str:
    places = sum(sort == "digit" for sort, _ in tokens)
    if not places:
        return digits + _literals(tokens)
    pieces: list[str] = []
    rest, shown = digits, 0
    for sort, text in reversed(tokens):
        if sort != "digit":
            pieces.append(text)
            continue
        places -= 1
        taken = rest if not places else rest[-1:]
        rest = rest[: len(rest) - len(taken)]
        if not taken:
            taken = {"0": "0", "?": " ", "#": ""}[text]
        for digit in reversed(taken):
            if thousands and shown and not shown % 3 and digit != " ":
                pieces.append(",")
            pieces.append(digit)
            shown += 1
    return "".join(reversed(pieces))


def _fraction_text(section: Section, digits: str) -> str:
    """The places behind the point: zeros at their end are left out where the code says so."""
    if not section.point:
        return ""
    pieces: list[str] = []
    at, ended = len(digits), False
    optional = True
    for sort, text in reversed(section.fraction):
        if sort != "digit":
            pieces.append(text)
            continue
        at -= 1
        ended = ended or digits[at] != "0" or text == "0"
        optional = optional and text == "#"
        pieces.append(digits[at] if ended else {"#": "", "?": " "}[text])
    written = "".join(reversed(pieces))
    bare = optional and bool(digits) and not digits.strip("0")
    return written if bare else f".{written}"


def _literals(tokens: Sequence[Token]) -> str:
    return "".join(text for _, text in tokens)


def _exponent_text(section: Section, exponent: tuple[str, int], number: Decimal) -> tuple[str, bool]:
    """Mantissa and power; several places before the point mean that the power is a multiple of their count."""
    places = sum(sort == "digit" for sort, _ in section.fraction)
    step = max(1, sum(sort == "digit" for sort, _ in section.whole))
    power = number.adjusted() // step * step if number else 0
    rounded = _rounded_mantissa(number, power, places)
    if rounded.adjusted() >= step and number:
        power += step
        rounded = _rounded_mantissa(number, power, places)
    whole, _, fraction = format(rounded, "f").partition(".")
    sign = "-" if power < 0 else "+" if exponent[0] == "E+" else ""
    first = _whole_text(section, whole) or "0"
    text = f"{first}{_fraction_text(section, fraction)}E{sign}{abs(power):0{exponent[1]}}"
    return text + _literals(section.tail), bool(number)


def _rounded_mantissa(number: Decimal, power: int, places: int) -> Decimal:
    return number.scaleb(-power, _CONTEXT).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _CONTEXT)


#: Whole numbers from here on have no fraction worth looking for.
_LARGE: Final = Decimal(10) ** _DIGITS


def _ratio_text(section: Section, ratio: Ratio, number: Decimal) -> tuple[str, bool]:
    """A whole number and a fraction, or a fraction alone."""
    mixed = any(sort == "digit" for sort, _ in ratio.whole)
    if number >= _LARGE:
        return plain_digits(number), True
    whole = int(number) if mixed else 0
    above, below = _nearest(Fraction(float(number)) - whole, ratio)
    if mixed and above == below:
        whole, above = whole + 1, 0
    sign = bool(whole or above)
    if not mixed:
        text = _literals(ratio.whole) + _figures(ratio.numerator, above) + "/" + _below(ratio, below)
    elif not above and all(text != "0" for _, text in ratio.numerator):
        text = _filled(ratio.whole, str(whole)).rstrip()
    else:
        width = len(ratio.denominator)
        figures = _figures(ratio.numerator, above) + "/" + _below(ratio, 1 if not above and not ratio.fixed else below)
        before = _before_places(ratio.whole, whole) if all(text != "?" for _, text in ratio.numerator) else ratio.whole
        text = _filled(before, str(whole) if whole else "") + figures.ljust(width)
    return text + _literals(section.tail), sign


def _nearest(rest: Fraction, ratio: Ratio) -> tuple[int, int]:
    """Numerator and denominator that fit the places."""
    if ratio.fixed:
        return ceil(rest * ratio.fixed - Fraction(1, 2)), ratio.fixed
    found = rest.limit_denominator(10 ** min(len(ratio.denominator), 9) - 1)
    return found.numerator, found.denominator


def _below(ratio: Ratio, number: int) -> str:
    """The denominator, with zeros before it where its places ask for them."""
    return str(number) if ratio.fixed else str(number).zfill(sum(text == "0" for _, text in ratio.denominator))


def _before_places(tokens: Sequence[Token], whole: int) -> Sequence[Token]:
    """The tokens of the whole number; where none is shown, without what separates it from the fraction."""
    if whole or any(token == ("digit", "0") for token in tokens):
        return tokens
    last = max((at for at, (sort, _) in enumerate(tokens) if sort == "digit"), default=len(tokens))
    return tokens[: last + 1]


def _figures(places: Sequence[Token], number: int) -> str:
    return _filled(places, str(number) if number else "") if number else _filled(places, "0")


# -- elapsed times and texts -------------------------------------------------------------------------------------------


def render_elapsed(section: Section, ticks: int) -> str:
    """The text of a time that has passed, by a section of kind ``elapsed``.

    Args:
        ticks: Seconds, times ten to the power of the section's digits behind them; perhaps negative.
    """
    if ticks < 0:
        return f"-{render_elapsed(section, -ticks)}"
    scale = 10**section.seconds
    seconds, part = divmod(ticks, scale)
    passed = {"h": seconds // 3600, "m": seconds // 60, "s": seconds}
    within = {"h": seconds // 3600, "m": seconds // 60 % 60, "s": seconds % 60}
    largest = next((text[0] for sort, text in section.whole if sort == "passed"), "h")
    if largest == "m":
        within["h"] = 0
    pieces: list[str] = []
    at = 0
    tokens = section.whole
    while at < len(tokens):
        sort, text = tokens[at]
        width = 1
        if sort == "unit" and text in within:
            while at + width < len(tokens) and tokens[at + width] == (sort, text):
                width += 1
            pieces.append(f"{within[text]:0{min(width, 2)}}")
        elif sort == "passed":
            pieces.append(f"{passed[text[0]]:0{len(text)}}")
        elif sort == "digit":
            while at + width < len(tokens) and tokens[at + width][0] == "digit":
                width += 1
            pieces.append(f"{part:0{section.seconds}}"[:width])
        else:
            pieces.append("" if text == "ap" else text)
        at += width
    return "".join(pieces).strip()


def render_text(parts: Sequence[str], text: str) -> str:
    """A text in the section for texts (`NumberFormat.text`)."""
    return text.join(parts)
