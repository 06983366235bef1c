"""The form of a reading, whatever its language: capitals where capitals stand, no sign inside a word, one script in a word.

Costs are in nats: so much less likely is a text that has the thing.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping
from typing import Final

__all__ = ["COST_OTHER_SCRIPT", "SIGNS", "form_of", "script_of"]

COST_OTHER_SCRIPT: Final = 12.0
_COST_WIDE_TOUCHING: Final = 9.0  # an ideograph that touches a small Latin letter
_COST_WIDE_CAPITAL: Final = 2.5  # IT部
_COST_ALL_CAPITALS: Final = 2.0
_COST_CAPITAL_INSIDE: Final = 7.0  # josÉ
_COST_SMALL_FIRST: Final = 1.0  # élodie; a header may, a name does not
_COST_SIGN: Final = 13.0  # box drawing, fractions, operators
_COST_CONTROL: Final = 16.0
_COST_TOUCHING: Final = 5.0  # a sign that touches a letter where it should not

#: Signs that do occur in cells, and what they cost.
SIGNS: Final[Mapping[str, float]] = {
    **dict.fromkeys("’", 4.0),
    **dict.fromkeys("–—“”„«»…", 6.0),
    **dict.fromkeys("€£°º²§№", 6.5),
    **dict.fromkeys("\u00a0®©™·•½¿¡ª³‘‚‹›´µ±×", 8.0),
    **dict.fromkeys("、。・「」（）　，；：？！ー々ｰ", 6.0),
}

#: Signs that stand before a word, after one, and anywhere.
_OPENING: Final = frozenset("“„«‘‹‚¿¡£$€§№（「")
_CLOSING: Final = frozenset("”“»’›…ªº°™®²³）」")
_FREE: Final = frozenset("\u00a0、。・，；：？！ー々ｰ　")


@functools.lru_cache(maxsize=8192)
def form_of(text: str) -> float:
    """What a reading's signs, capitals and scripts say, whatever the language (at most 0)."""
    cost = 0.0
    size = len(text)
    for index, character in enumerate(text):
        if character.isascii():
            continue
        previous = text[index - 1] if index else ""
        following = text[index + 1] if index + 1 < size else ""
        category = unicodedata.category(character)
        if category[0] in "LM":
            cost += _letter_form(character, category, previous, following)
        elif category in ("Cc", "Co", "Cn", "Cs"):
            cost += _COST_CONTROL
        else:
            cost += SIGNS.get(character, _COST_SIGN)
            before, after = previous.isalpha(), following.isalpha()
            if character in "’·\u00ad":
                placed = before and after
            elif character in _OPENING:
                placed = not before
            elif character in _CLOSING:
                placed = not after
            elif character in _FREE:
                placed = True
            else:
                placed = not before and not after
            if not placed:
                cost += _COST_TOUCHING
    return -cost


def _letter_form(character: str, category: str, previous: str, following: str) -> float:
    cost = 0.0
    script = script_of(character)
    if script == "wide":
        for beside in (previous, following):
            if beside.isascii() and beside.isalpha():
                cost += _COST_WIDE_TOUCHING if beside.islower() else _COST_WIDE_CAPITAL
        return cost
    if category == "Mn" and not previous.isalpha() and unicodedata.category(previous or " ") != "Mn":
        cost += _COST_SIGN  # a mark on nothing
    if category == "Lu":
        if previous.islower():
            cost += _COST_CAPITAL_INSIDE
        elif previous.isupper() and following.islower():
            cost += _COST_CAPITAL_INSIDE * 0.7
        elif script != "latin" and not previous.isalpha() and following.isupper():
            cost += _COST_ALL_CAPITALS
    elif category == "Ll":
        if previous.isupper() and following.isupper():
            cost += _COST_CAPITAL_INSIDE
        elif not previous.isalpha() and following.isalpha():
            cost += _COST_SMALL_FIRST if script == "latin" else 2 * _COST_SMALL_FIRST
        if following.isascii() and following.isupper():
            cost += _COST_CAPITAL_INSIDE
    elif category == "Lo" and character in "ªº" and previous.isalpha():
        cost += _COST_SIGN
    if script != "latin":
        for beside in (previous, following):
            if beside.isascii() and beside.isalpha():
                cost += COST_OTHER_SCRIPT
    elif script == "latin" and previous and not previous.isascii() and script_of(previous) not in ("latin", "wide"):
        cost += COST_OTHER_SCRIPT if previous.isalpha() else 0.0
    return cost


@functools.lru_cache(maxsize=4096)
def script_of(character: str) -> str:
    code = ord(character)
    if code < 0x370 or 0x1E00 <= code < 0x1F00:
        return "latin"
    if code < 0x400:
        return "greek"
    if code < 0x530:
        return "cyrillic"
    if code < 0x600:
        return "hebrew"
    if code < 0x780:
        return "arabic"
    if 0xE00 <= code < 0xE80:
        return "thai"
    return "wide" if code >= 0x1100 else "other"
