"""Which form of a noun a whole number takes, by language: the categories of CLDR.

Strategy: a literal rule per family of languages, for whole numbers only, because nothing else is counted here. A language that is not
named has a singular for 1 and a plural for everything else, as English, German and Spanish have. The browser's ``Intl.PluralRules``
knows the same rules, so that the review page's script says what the page says.

Source: Unicode CLDR, Language Plural Rules (cardinal), https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["CATEGORIES", "plural_category"]

#: All that a key may end in; ``other`` is the key itself.
CATEGORIES: Final = ("zero", "one", "two", "few", "many")


def _one_other(n: int) -> str:
    return "one" if n == 1 else "other"


def _only_other(_: int) -> str:
    return "other"


def _zero_and_one(n: int) -> str:
    return "one" if n in (0, 1) else "other"


def _east_slavic(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"


def _serbian(n: int) -> str:
    found = _east_slavic(n)
    return "other" if found == "many" else found


def _polish(n: int) -> str:
    return "one" if n == 1 else "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"


def _czech(n: int) -> str:
    return "one" if n == 1 else "few" if n in (2, 3, 4) else "other"


def _romanian(n: int) -> str:
    return "one" if n == 1 else "few" if n == 0 or 1 <= n % 100 <= 19 else "other"


def _lithuanian(n: int) -> str:
    if n % 100 in range(11, 20):
        return "other"
    return "one" if n % 10 == 1 else "few" if n % 10 in range(2, 10) else "other"


def _latvian(n: int) -> str:
    if n % 10 == 0 or n % 100 in range(11, 20):
        return "zero"
    return "one" if n % 10 == 1 else "other"


def _slovenian(n: int) -> str:
    return {1: "one", 2: "two", 3: "few", 4: "few"}.get(n % 100, "other")


def _hebrew(n: int) -> str:
    return {1: "one", 2: "two"}.get(n, "other")


def _arabic(n: int) -> str:
    if n in (0, 1, 2):
        return ("zero", "one", "two")[n]
    return "few" if n % 100 in range(3, 11) else "many" if n % 100 >= 11 else "other"


_RULES: Final[Mapping[str, Callable[[int], str]]] = MappingProxyType({
    **dict.fromkeys(("id", "ja", "ko", "ms", "th", "vi", "zh"), _only_other),
    **dict.fromkeys(("fa", "fr", "hi", "hy", "pt"), _zero_and_one),
    **dict.fromkeys(("be", "ru", "uk"), _east_slavic),
    **dict.fromkeys(("bs", "hr", "sr"), _serbian),
    **dict.fromkeys(("cs", "sk"), _czech),
    "pl": _polish, "ro": _romanian, "lt": _lithuanian, "lv": _latvian, "sl": _slovenian, "he": _hebrew, "ar": _arabic,
})  # fmt: skip


def plural_category(language: str, number: int, /) -> str:
    """The category of a whole number in a language (its tag may name a region, which makes no difference).

    >>> plural_category("de", 1), plural_category("fr", 0), plural_category("pl", 22), plural_category("ja", 1)
    ('one', 'one', 'few', 'other')
    """
    return _RULES.get(language.partition("-")[0].lower(), _one_other)(abs(number))
