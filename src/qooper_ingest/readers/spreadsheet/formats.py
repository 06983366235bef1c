"""Number formats: what a format code makes of the number in a cell.

Wanted of a code: does it show a date, a time, both, an elapsed time, or a number padded with zeros (an ID: 42 shown as
0042)? Everything else shows a number, and a number is given as its digits: currency, percent and thousands are
decoration that a later stage would have to take off again.

Only the first section of a code is looked at (positive numbers): dates are positive, and IDs too. Literals are taken off
before letters are searched, because ``"day" 0`` is no date and ``[$-409]`` and ``[Red]`` are no hours.

Source: ECMA-376 part 1, 18.8.30 and 18.8.31 (numFmt, number format codes); [MS-XLS] 2.4.126 for the built-in ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

__all__ = ["BUILTIN_FORMATS", "GENERAL", "Shown", "format_shown", "shown_as"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a format code shows.

    Args:
        kind: The sort of value.
        pad: For ``padded``: the code as pieces, a literal text or a number of digit places.
        fraction: A time is shown with fractions of a second.
    """

    kind: Literal["number", "date", "datetime", "time", "elapsed", "padded"] = "number"
    pad: tuple[str | int, ...] = ()
    fraction: bool = False


GENERAL: Final = Shown()

#: Format numbers that stand for a code without being written in the file. 27 to 36 and 50 to 58 are dates in East Asian
#: versions and 71 to 81 in the Thai one, all unused elsewhere. 34, 35, 55 and 56 are times in Chinese versions and dates
#: in the Japanese and Korean ones: as dates, a whole day is given as one, and less than a day as a time.
BUILTIN_FORMATS: Final[dict[int, str]] = {
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    **dict.fromkeys((*range(27, 32), 34, 35, 36, *range(50, 59), *range(71, 75), 81), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33, 75, 76, 78), "h:mm:ss"),
    77: "yyyy-mm-dd h:mm",
    79: "[h]:mm:ss",
    80: "mm:ss.0",
}

#: Longer than any code a spreadsheet accepts (255): what is longer is not looked at.
_CODE_LENGTH: Final = 1024

#: A piece of a code: literal in quotes, escaped character, fill and space characters, brackets.
_PIECE: Final = re.compile(r'"([^"]*)"?|\\(.)|_.|\*.|(\[[^\]]*\]?)', re.DOTALL)

_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)

#: More digit places than any ID has; a code with more is a decoration.
_PAD_LENGTH: Final = 60


@lru_cache(maxsize=512)
def shown_as(code: str) -> Shown:
    """Tell what a format code shows.

    >>> shown_as("0000").pad, shown_as("dd/mm/yyyy hh:mm").kind, shown_as("[$-409]0.00").kind
    ((4,), 'datetime', 'number')
    """
    if len(code) > _CODE_LENGTH or code == "General":
        return GENERAL
    section = _first_section(code)
    elapsed = bool(_ELAPSED.search(_without_literals(section, keep_brackets=True)))
    bare = _without_literals(section).lower()
    if "general" in bare or "standard" in bare or "@" in bare:
        return GENERAL
    has_time = bool(re.search(r"[hs]|am/pm|a/p", bare)) or elapsed
    # An m beside hours or seconds is minutes; the eras (e, g, b) of East Asian calendars are dates only without digits.
    without_exponent = re.sub(r"e[+-]", "", bare)
    has_date = bool(re.search(r"[yd]", bare)) or bool(
        re.search(r"[0#?]", bare) is None and re.search(r"[eg]", without_exponent)
    )
    months = "mmm" if has_time else "m"  # beside hours or seconds an m is minutes
    has_date = has_date or months in re.sub(r"am/pm|a/p", "", bare)
    if elapsed and not has_date:
        return Shown("elapsed", fraction=".0" in bare)
    if has_date and has_time:
        return Shown("datetime", fraction="s.0" in bare)
    if has_date:
        return Shown("date")
    if has_time:
        return Shown("time", fraction="s.0" in bare)
    pad = _padding(section)
    return Shown("padded", pad=pad) if pad else GENERAL


def format_shown(number: int, codes: Mapping[int, str]) -> Shown:
    """What a format number shows: by the code that the file gives it, else as a built-in one."""
    return shown_as(codes[number] if number in codes else BUILTIN_FORMATS.get(number, "General"))


def _first_section(code: str) -> str:
    """Up to the first semicolon that is not a literal."""
    position = 0
    while position < len(code):
        found = _PIECE.match(code, position)
        if found:
            position = found.end()
        elif code[position] == ";":
            return code[:position]
        else:
            position += 1
    return code


def _without_literals(section: str, *, keep_brackets: bool = False) -> str:
    return _PIECE.sub(lambda found: (found[3] or "") if keep_brackets else "", section)


def _padding(section: str) -> tuple[str | int, ...]:
    """The pieces of a code made of zeros and literals only, with at least two digit places; else nothing.

    ``0`` alone pads nothing and ``0.00``, ``#,##0``, ``0%`` are numbers.
    """
    pieces: list[str | int] = []
    position = 0
    while position < len(section):
        found = _PIECE.match(section, position)
        if found:
            if found[3] is not None and not found[3].startswith("[$-"):
                if not re.fullmatch(
                    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", found[3].lower()
                ):
                    return ()  # a condition or a currency: more than padding
            elif found[1] is not None or found[2] is not None:
                pieces.append(found[1] if found[1] is not None else found[2])
            position = found.end()
            continue
        character = section[position]
        if character == "0":
            if pieces and isinstance(pieces[-1], int):
                pieces[-1] += 1
            else:
                pieces.append(1)
        elif character in "-+ ()/:":
            pieces.append(character)
        else:
            return ()
        position += 1
    places = sum(piece for piece in pieces if isinstance(piece, int))
    return tuple(pieces) if 2 <= places <= _PAD_LENGTH else ()
