"""What kind of thing a text is, roughly: a number, a date, an e-mail address, a word.

For telling labels from values and one column from another, on a sample. What a cell *means* (which date, which number)
is decided when records are typed; here ``03/04/05`` is a date and nobody asks which.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["MONTHS", "cell_kind"]

_BLANKS: Final = frozenset({"", "-", "--", "—", "–", ".", "..", "...", "n/a", "na", "#n/a", "null", "none", "nil", "?"})
_TRUTH: Final = frozenset(
    [
        "true",
        "false",
        "yes",
        "no",
        "ja",
        "nein",
        "oui",
        "non",
        "si",
        "sí",
        "sim",
        "não",
        "nao",
        "да",
        "нет",
        "tak",
        "nie",
        "evet",
        "hayır",
        "wahr",
        "falsch",
        "vrai",
        "faux",
        "x",
        "✓",
        "✔",
        "y",
        "n",
        "j",
    ]
)
#: Names of months, short and whole, in the languages whose spreadsheets write them. ``Marta 12`` is none.
MONTHS: Final = (
    "jan(?:uary|uar|uari|vier|eiro)?|ene(?:ro)?|gen(?:naio)?|feb(?:ruary|ruar|ruari|rero|braio)?|fev(?:ereiro)?|fév(?:rier)?"
    "|mar(?:ch|s|zo|ço|t)?|mär(?:z)?|mrz|maart|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may(?:o)?|mai(?:o)?|mei|maj|mag(?:gio)?"
    "|jun(?:e|i|io|ho)?|juin|giu(?:gno)?|jul(?:y|i|io|ho)?|juil(?:let)?|lug(?:lio)?|aug(?:ust|usti|ustus)?|ago(?:sto)?|août"
    "|sep(?:t|tember|tiembre|tembre)?|set(?:embro|tembre)?|oct(?:ober|ubre|obre)?|okt(?:ober)?|out(?:ubro)?|ott(?:obre)?"
    "|nov(?:ember|iembre|embre|embro)?|dec(?:ember)?|dic(?:iembre|embre)?|dez(?:ember|embro)?|déc(?:embre)?"
)
_NUMBER: Final = re.compile(
    r"[(]?[-+−]?\s?(?:[€$£¥₹₺]|usd|eur|gbp)?\s?[-+−]?(?:\d[\d\s.,'’\u00a0\u202f]*|[.,]\d+)(?:e[-+]?\d+)?\s?(?:%|‰|[€$£¥₹₺]|usd|eur|gbp)?[)]?",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"(?:\d{4}[-/]\d{1,2}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}年\d{1,2}月(?:\d{1,2}日)?"
    rf"|(?:\d{{1,2}}[-\s./]*)?(?:{MONTHS})\.?[-\s,./']*\d{{1,4}}(?:[-\s,./]+\d{{2,4}})?)"
    r"(?:[T\s,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[ap]\.?m\.?)?\s?(?:Z|UTC|GMT|[-+]\d{2}:?\d{2})?)?"
    r"|\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[ap]\.?m\.?)?",
    re.IGNORECASE,
)
#: Dates and numbers hold one; most cells are texts, and this is known sooner.
_DIGIT: Final = re.compile(r"\d")
_EMAIL: Final = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+")
_URL: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_CODE: Final = re.compile(r"(?=[^\s]*\d)(?=[^\s]*[^\W\d_])[^\s]{2,40}")


def cell_kind(text: str, /) -> str:
    """Name the kind of a trimmed text.

    Returns:
        ``blank`` (a placeholder such as ``n/a`` too), ``truth``, ``number``, ``date`` (times too), ``email``, ``url``,
        ``code`` (letters and digits without blanks), ``prose`` (long) or ``text``.

    >>> [cell_kind(text) for text in ("1,250.00 €", "3. Mai 2024", "ann@corp.example", "AB-120", "Ann", "-")]
    ['number', 'date', 'email', 'code', 'text', 'blank']
    """
    low = text.lower()
    if low in _BLANKS:
        return "blank"
    if low in _TRUTH:
        return "truth"
    if text.isalpha():  # one word: no sign, no digit, no blank
        return "prose" if len(text) > 60 else "text"
    if "@" in text and _EMAIL.fullmatch(text):
        return "email"
    if _DIGIT.search(text):
        if _DATE.fullmatch(text):
            return "date"
        if _NUMBER.fullmatch(text):
            return "number"
    if _URL.fullmatch(text):
        return "url"
    if _CODE.fullmatch(text):
        return "code"
    return "prose" if len(text) > 60 or text.count(" ") > 9 else "text"
