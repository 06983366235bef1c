"""The form of a reading, whatever its language: capitals where capitals stand, no sign inside a word, one script in a word.

Costs are in nats: so much less likely is a text that has the thing.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

__all__ = ["COST_OTHER_SCRIPT", "SIGNS", "form_of", "script_of"]

COST_OTHER_SCRIPT: Final = 12.0
_COST_WIDE_TOUCHING: Final = 9.0  # an ideograph that touches a small Latin letter
_COST_WIDE_CAPITAL: Final = 2.5  # IT部
_COST_ALL_CAPITALS: Final = 2.0
_COST_CAPITAL_INSIDE: Final = 7.0  # josÉ
_COST_CAPITAL_AMONG: Final = 4.0
_COST_SMALL_FIRST: Final = 1.0  # élodie; a header may, a name does not
_COST_SIGN: Final = 13.0  # box drawing, fractions, operators
_COST_CONTROL: Final = 16.0
_COST_TOUCHING: Final = 5.0  # a sign that touches a letter where it should not

_COST_BESIDE_DIGIT: Final = 5.0  # a letter between figures; 5Б is a class at school
_COST_ALONE: Final = 3.0  # a letter that is no part of a word
_COST_HALF_WIDTH: Final = 9.0  # a half-width kana that no other one stands beside

#: Signs that do occur in cells, and what they cost.
SIGNS: Final[Mapping[str, float]] = {
    **dict.fromkeys("’", 4.0),
    **dict.fromkeys("–—“”„«»…", 6.0),
    **dict.fromkeys("€£°º²§№", 6.5),
    **dict.fromkeys("¢\u00a0®©™·•½¿¡ª³‘‚‹›´µ±×¼¾¹", 8.0),
    **dict.fromkeys("、。・「」（）　，；：？！ー々ｰ", 6.0),
}

#: What a sign costs where it is at home, judged by its neighbours.
_AT_HOME: Final = 1.5

#: Signs → what stands before them, and what after them, where they are at home: two characters on either side, ``^`` and ``$``
#: for the ends of a cell.
_HOMES: Final[tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]] = (
    # 1 000, 5 €, M. Durand
    ("\u00a0", re.compile(r"[\d%€£$,.)»:;-]$"), re.compile(r"[\d%€£$A-Za-z(«:;!?-]")),
    (
        "\u00a0",
        re.compile(r"[A-Za-z]$"),
        re.compile(r"[\dA-Z(«:;!?-]"),
    ),  # Anna Berg; a small letter has a letter before it
    ("\u00a0", re.compile(r"[^A-Za-z]$"), re.compile(r"\$")),  # at the end of a cell
    ("\u00a0", re.compile(r"\^$"), re.compile(r"")),
    ("€£¥", re.compile(r"(?:\d|\d[ \u00a0]|\^|\(|[ /-])$"), re.compile(r"[\d$)./-]|[ \u00a0](?:\d|$)")),
    ("µ", re.compile(r"(?:\d|[ (^])$"), re.compile(r"[gmlsLAVFWHN$]")),
    ("´", re.compile(r"(?:^|\W|\^)[A-Za-z]$"), re.compile(r"[^\W\d_]")),
    ("°º", re.compile(r"(?:\d|\d[ \u00a0]|[Nn])$"), re.compile(r"[CFKNSEOW\d$ ,.)]")),
    ("²³¹", re.compile(r"[\dmM)]$"), re.compile(r"[$ ,./)]")),
    ("½¼¾", re.compile(r"(?:\d|\d[ \u00a0]|\^| )$"), re.compile(r"[$ ,.)h]")),
    ("“„«‘‹‚", re.compile(r"(?:\^|[ (-])$"), re.compile(r"[\w\u00a0 ]")),
    ("”“»’›‘", re.compile(r"[\w.!?)\u00a0 ]$"), re.compile(r"[$ ,.;:!?)]")),
    ("’", re.compile(r"(?:^|\W|\^)[A-Za-z]$"), re.compile(r"[^\W\d_]")),  # O’Neil, d’Or
    ("’", re.compile(r"[A-Za-z]$"), re.compile(r"s(?:\W|$)")),  # Anna’s
    ("–—", re.compile(r"(?:\^|[\d ])$"), re.compile(r"[$\d ]")),
    ("…", re.compile(r"\w$"), re.compile(r"[$ ,]")),
    ("•·", re.compile(r"(?:\^| )$"), re.compile(r"[ \w]")),
    ("®™", re.compile(r"\w$"), re.compile(r"[$ ,.)]")),
    ("©", re.compile(r"(?:\^| )$"), re.compile(r"[ \d]")),
    ("×", re.compile(r"[\d ]$"), re.compile(r"[\d ]")),
    ("±", re.compile(r"(?:\^|[\d (])$"), re.compile(r"[\d ]")),
    ("§№", re.compile(r"(?:\^|[ (])$"), re.compile(r"[\d $]")),
    ("¿¡", re.compile(r"(?:\^|[^\d][ (])$"), re.compile(r"[^\W\d_]")),
)

#: Quotes are at home where their partner stands in the same cell: one alone is rather a letter of another code page.
_OPENING_QUOTES: Final = frozenset("“„«‘‹‚»›")
_CLOSING_QUOTES: Final = frozenset("”“»’›‘«‹")

#: What ends a cell beside a word: delimiters, quotes, tabs; the text's own end is nothing at all.
_CELL_ENDS: Final = frozenset(',;\t|"')


#: Signs that stand before a word, after one, and anywhere.
_OPENING: Final = frozenset("“„«‘‹‚¿¡£$€§№（「")
_CLOSING: Final = frozenset("”“»’›…ªº°™®²³）」")
_FREE: Final = frozenset("\u00a0、。・，；：？！ー々ｰ　")


@functools.lru_cache(maxsize=8192)
def form_of(text: str, before: str = "", after: str = "") -> float:
    """What a reading's signs, capitals and scripts say, whatever the language (at most 0).

    Args:
        text: A word.
        before: What stands in front of it in its cell, as far as is looked at.
        after: What stands behind it.
    """
    cost = 0.0
    whole = before + text + after
    mixed = any(character.islower() for character in text)
    for index, character in enumerate(whole):
        if character.isascii() or not len(before) <= index < len(before) + len(text):
            continue
        previous = whole[index - 1] if index else ""
        following = whole[index + 1] if index + 1 < len(whole) else ""
        category = unicodedata.category(character)
        if category[0] in "LM" and character not in "ªºµ":
            cost += _letter_form(character, category, previous, following)
            if category == "Lu" and mixed and previous.isupper() and following.isupper():
                cost += _COST_CAPITAL_AMONG  # OÕNeil
        elif category in ("Cc", "Co", "Cn", "Cs"):
            cost += _COST_CONTROL
        else:
            cost += _sign_form(character, whole, index)
    return -cost


def _sign_form(character: str, whole: str, index: int) -> float:
    previous = whole[index - 1] if index else ""
    following = whole[index + 1] if index + 1 < len(whole) else ""
    left = "^" if not previous or previous in _CELL_ENDS else whole[max(0, index - 2) : index]
    right = "$" if not following or following in _CELL_ENDS else whole[index + 1 : index + 3]
    for signs, preceding, succeeding in _HOMES:
        if character in signs and preceding.search(left) and succeeding.match(right):
            if _has_partner(character, whole, index):
                return _AT_HOME
            break
    if character in "ªº" and previous.isalpha():
        return _COST_SIGN
    cost = SIGNS.get(character, _COST_SIGN)
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
    return cost if placed else cost + _COST_TOUCHING


def _has_partner(character: str, whole: str, index: int) -> bool:
    """Whether what a sign needs beside it in its cell is there: the other quote of a pair, a sentence before an ellipsis."""
    if character == "…":
        return " " in whole[:index]
    following = whole[index + 1] if index + 1 < len(whole) else ""
    if character == "’" and following.isalpha():
        return True
    if character not in _OPENING_QUOTES | _CLOSING_QUOTES:
        return True
    before, after = whole[:index], whole[index + 1 :]
    opens = character in _OPENING_QUOTES and not _CLOSING_QUOTES.isdisjoint(after)
    return opens or (character in _CLOSING_QUOTES and not _OPENING_QUOTES.isdisjoint(before))


def _letter_form(character: str, category: str, previous: str, following: str) -> float:
    script = script_of(character)
    if script == "wide":
        return _wide_form(character, previous, following)
    cost = 0.0
    if category == "Mn" and not previous.isalpha() and unicodedata.category(previous or " ") != "Mn":
        cost += _COST_SIGN  # a mark on nothing
    if category == "Lu":
        cost += _capital_form(script, previous, following)
    elif category == "Ll":
        cost += _small_form(script, previous, following)
    if not previous.isalpha() and not following.isalpha() and category != "Mn":
        cost += _COST_ALONE + _COST_BESIDE_DIGIT * (previous.isdigit() + following.isdigit())
    if script != "latin":
        cost += sum(COST_OTHER_SCRIPT for beside in (previous, following) if beside.isascii() and beside.isalpha())
    elif previous.isalpha() and not previous.isascii() and script_of(previous) not in ("latin", "wide"):
        cost += COST_OTHER_SCRIPT
    return cost


def _wide_form(character: str, previous: str, following: str) -> float:
    cost = 0.0
    for beside in (previous, following):
        if beside.isascii() and beside.isalpha():
            cost += _COST_WIDE_TOUCHING if beside.islower() else _COST_WIDE_CAPITAL
    half = "\uff61" <= character <= "\uff9f"
    if half and not any("\uff61" <= beside <= "\uff9f" for beside in (previous, following) if beside):
        cost += _COST_HALF_WIDTH
    return cost


def _capital_form(script: str, previous: str, following: str) -> float:
    if previous.islower():
        return _COST_CAPITAL_INSIDE
    if previous.isupper() and following.islower():
        return _COST_CAPITAL_INSIDE * 0.7
    if script != "latin" and not previous.isalpha() and following.isupper():
        return _COST_ALL_CAPITALS
    return 0.0


def _small_form(script: str, previous: str, following: str) -> float:
    cost = 0.0
    if previous.isupper() and following.isupper():
        cost += _COST_CAPITAL_INSIDE
    elif not previous.isalpha() and following.isalpha():
        cost += _COST_SMALL_FIRST if script == "latin" else 2 * _COST_SMALL_FIRST
    if following.isascii() and following.isupper():
        cost += _COST_CAPITAL_INSIDE
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
