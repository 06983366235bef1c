"""E-mail addresses as keys: what is one address, what only looks like one, what is none.

Wanted: for a column of cells a *key* under which the same mailbox always meets and two mailboxes never do, and a *fault*
for what is no address. How: an address of plain ASCII, which nearly all are, is judged by one regular expression over the
column; the rest goes, once per distinct text, through the rules below, and its domain, once per distinct domain, through
email-validator (RFC 5321, RFC 6531, IDNA 2008 with UTS 46). A property test says that both roads agree.

    key        = NFC(local part) with only A-Z lowered, "@", the domain's IDNA 2008 A-label, lowered
    look       = what the address looks like: marks dropped, case folded, look-alike letters folded. Never used to match;
                 a hit blocks. Null where the address is plain ASCII (two ASCII keys that look alike are equal).
    alias      = ``+tag`` and signs in front dropped, dots of gmail dropped. Never used to match; a hit warns.

Refused: ``lower()``, ``casefold()`` and NFKC on a key (U+0131 and U+212A have handed over accounts elsewhere), the
standard library's ``idna`` codec (IDNA 2003 maps a domain with a sharp s onto another registrable domain), repairing
anything inside an address, and taking an address out of ``Ann <ann@...>``. Only what forces text into a spreadsheet's cell (an apostrophe in front, ``="..."``) is cut off, as from IDs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl

from ._text import INKLESS, MARKS_RUN, trim_forced, trim_series

__all__ = [
    "ADDRESS_SCHEMA",
    "GUEST_NAME",
    "SIGNS_IN_FRONT",
    "Judged",
    "alias_of",
    "judge",
    "judge_cells",
    "key_of",
    "keys_of",
    "look_of",
]

#: What `judge_cells` returns, as high as its argument.
#: ``text`` trimmed (null = blank), ``key`` null where there is a fault, ``trimmed`` whether trimming changed the cell.
ADDRESS_SCHEMA: Final = pl.Schema(
    {"text": pl.String(), "key": pl.String(), "look": pl.String(), "fault": pl.String(), "trimmed": pl.Boolean()}
)

_ATEXT: Final = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~\-"

#: The same without the percent sign, of which an address is to be asked whether it is a part of ``%20``.
_PLAIN_ATEXT: Final = _ATEXT.replace("%", "")

#: The ordinary address: a dot-atom that begins with a letter, a digit or an underscore, a domain of letters, digits and inner
#: hyphens, a top-level domain of letters.
_PLAIN: Final = rf"^[A-Za-z0-9_][{_PLAIN_ATEXT}]*(?:\.[{_PLAIN_ATEXT}]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.)+[A-Za-z]+$"

#: Not ordinary although the pattern above fits: reserved top-level domains (email-validator's list, RFC 6761) ...
_RESERVED: Final = r"(?i)\.(?:arpa|invalid|local|localhost|onion|test)$"

#: ... and labels with two hyphens in third and fourth place (Punycode and its future cousins, RFC 5891 section 4.2.3.1).
#: Two hyphens anywhere are found ten times as quickly, and whatever has them is few and can be looked at singly.
_HYPHENS: Final = "--"

#: Up to here no label can exceed 63 octets and no address 254 (RFC 5321 section 4.5.3.1); longer ones are looked at singly.
_PLAIN_BYTES: Final = 64

#: RFC 3696 errata 1690 and RFC 5321: 64 + 1 + 255. Longer text is refused before it is normalised.
_MAX_CHARS: Final = 320
_MAX_BYTES: Final = 254
_MAX_LOCAL_BYTES: Final = 64

#: Signs that RFC 5322 allows in front and nobody's address has: the beginning of a formula, of a table cell in Markdown, a
#: bullet or footnote mark, a second apostrophe. What is behind them may be somebody's address.
_NEVER_IN_FRONT: Final = "=|*'‘’"

#: A character as a web address has it (``%20`` is a blank).
_PERCENT_ENCODED: Final = re.compile("%[0-9A-Fa-f]{2}")

#: How a tenant of Microsoft Entra names its guests (``bo_mail.example#EXT#@tenant.example``): a name to sign in with that has
#: the form of an address, and no mailbox behind it.
GUEST_NAME: Final = "(?i)#ext#@"

#: Other signs in front of an address; without them it may be somebody's, which is worth a warning (`alias_of`).
SIGNS_IN_FRONT: Final = "!#$%&'*+-/=?^`{|}~"

_LOCAL: Final = re.compile(rf"[{_ATEXT}\x80-\U0010ffff]+(?:\.[{_ATEXT}\x80-\U0010ffff]+)*\Z")
_LOWER: Final = str.maketrans({chr(c): chr(c + 32) for c in range(ord("A"), ord("Z") + 1)})

#: Letters of other scripts that are drawn like a Latin one, after marks are dropped and case is folded
#: (Unicode's confusables.txt, the part that concerns Latin, Cyrillic and Greek letters in lower case).
_LOOK_ALIKES: Final = str.maketrans(
    {
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ҽ": "e", "ԍ": "g", "һ": "h", "н": "h", "і": "i", "ј": "j", "к": "k", "ӏ": "l",
        "м": "m", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "υ": "u", "ѵ": "v", "ԝ": "w", "х": "x", "у": "y",
        "α": "a", "β": "b", "ϲ": "c", "σ": "o", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
        "χ": "x", "γ": "y", "ω": "w", "μ": "u", "ı": "i", "ȷ": "j", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ʟ": "l", "ɴ": "n", "ʀ": "r", "ꜱ": "s", "ʏ": "y",
        "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ƅ": "b", "ƚ": "l", "ɓ": "b", "ɗ": "d", "ƙ": "k", "æ": "ae", "œ": "oe",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "’": "'", "‘": "'", "‚": ",", "․": ".", "·": ".",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one address: a key and (beyond ASCII) a look, or a fault."""

    key: str | None
    look: str | None
    fault: str | None


def judge_cells(cells: pl.Series, /) -> pl.DataFrame:
    """Judge a column of addresses.

    Args:
        cells: Text, null or blank where there is none.

    Returns:
        A frame of `ADDRESS_SCHEMA`, as high as ``cells``. Blank cells have neither key nor fault.
    """
    plain = (
        (pl.col("text").str.len_bytes() <= _PLAIN_BYTES)
        & pl.col("text").str.contains(_PLAIN)
        & ~pl.col("text").str.contains(_RESERVED)
        & ~pl.col("text").str.contains(_HYPHENS, literal=True)
    )
    frame = pl.DataFrame({"text": trim_forced(cells), "raw": cells}).select(
        pl.when(pl.col("text") != "").then("text").alias("text"),
        pl.when(plain).then(pl.col("text").str.to_lowercase()).alias("key"),
        pl.lit(None, dtype=pl.String).alias("look"),
        pl.lit(None, dtype=pl.String).alias("fault"),
        (pl.col("text") != pl.col("raw")).fill_null(False).alias("trimmed"),
    )
    return _fill(frame, judge)


def keys_of(cells: pl.Series, /) -> pl.DataFrame:
    """Make the keys of addresses that are already stored, without judging them.

    A host may hold addresses that no file may bring (an intranet domain, an old import); they still have to be found.

    Returns:
        ``key`` (null for blank) and ``look`` (null for ASCII), as high as ``cells``.
    """
    text = pl.col("text")
    ascii_only = text.str.len_bytes() == text.str.len_chars()
    plain = ascii_only & ~text.str.contains(_HYPHENS, literal=True)
    frame = pl.DataFrame({"text": trim_series(cells)}).select(
        pl.when(text != "").then("text").alias("text"),
        pl.when(plain & (text != "")).then(text.str.to_lowercase()).alias("key"),
        pl.lit(None, dtype=pl.String).alias("look"),
        pl.lit(None, dtype=pl.String).alias("fault"),
    )
    return _fill(frame, key_of)[["key", "look"]]


def _fill(frame: pl.DataFrame, rule: Callable[[str, dict[str, str | None]], Judged]) -> pl.DataFrame:
    """Judge what is left without a key, once per distinct text. Columns and order are kept."""
    if frame["text"].null_count() == frame["key"].null_count():  # a key is made of a text
        return frame
    odd = frame["text"].is_not_null() & frame["key"].is_null()
    if not odd.any():
        return frame
    distinct = frame["text"].filter(odd).unique()
    domains: dict[str, str | None] = {}
    judged = [rule(text, domains) for text in distinct.to_list()]
    answers = pl.DataFrame(
        {
            "text": distinct,
            "_key": pl.Series([one.key for one in judged], dtype=pl.String),
            "_look": pl.Series([one.look for one in judged], dtype=pl.String),
            "_fault": pl.Series([one.fault for one in judged], dtype=pl.String),
        }
    )
    return (
        frame.join(answers, on="text", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("key", "_key").alias("key"),
            pl.coalesce("look", "_look").alias("look"),
            pl.col("_fault").alias("fault"),
        )
        .select(frame.columns)
    )


def judge(text: str, domains: dict[str, str | None] | None = None, /) -> Judged:
    """Judge one trimmed, non-blank address by all the rules.

    Args:
        text: The address.
        domains: What is known of domains already (domain as written → A-label or None); filled.

    >>> judge("Ann@Corp.Example").key, judge("m\\u0131ke@corp.example").look, judge("Ann <a@corp.example>").fault
    ('ann@corp.example', 'mike@corp.example', 'email_invalid')
    """
    if len(text) > _MAX_CHARS:
        return Judged(None, None, "email_invalid")
    kinds = {_kind(c) for c in set(text) if c > "\x7e" or c < "!"}
    if "invisible" in kinds:
        return Judged(None, None, "email_invisible_characters")
    if "ascii" in kinds:
        return Judged(None, None, "email_compatibility_characters")
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.match(local) or local[0] in _NEVER_IN_FRONT or _PERCENT_ENCODED.search(local):
        return Judged(None, None, "email_invalid")
    if not local.isascii():
        if "mark" in kinds and _marks_run(local) > MARKS_RUN:
            return Judged(None, None, "email_invalid")
        composed = local if unicodedata.is_normalized("NFC", local) else unicodedata.normalize("NFC", local)
        if not unicodedata.is_normalized("NFKC", composed):
            return Judged(None, None, "email_compatibility_characters")
        if _unsafe(local) or _unsafe(composed) or not _LOCAL.match(composed):
            return Judged(None, None, "email_invalid")
        local = composed
    if len(local.encode()) > _MAX_LOCAL_BYTES:
        return Judged(None, None, "email_invalid")
    known = domains if domains is not None else {}
    if domain not in known:
        known[domain] = _a_label(domain)
    ace = known[domain]
    if ace is None or len(f"{local}@{ace}".encode()) > _MAX_BYTES or len(text.encode()) > _MAX_BYTES:
        return Judged(None, None, "email_invalid")
    key = f"{local.translate(_LOWER)}@{ace}"
    return Judged(key, look_of(key), None)


def key_of(text: str, domains: dict[str, str | None] | None = None, /) -> Judged:
    """Make the key of one stored address, whatever it is; an address that `judge` accepts gets the same key."""
    judged = judge(text, domains)
    if judged.key is not None:
        return judged
    key = text.translate(_LOWER)
    return Judged(key, look_of(key) if len(text) <= _MAX_CHARS else None, None)


def look_of(key: str, /) -> str | None:
    """What an address looks like; None where it is ASCII to the eye."""
    local, _, domain = key.rpartition("@")
    shown = f"{local}@{_u_label(domain)}"
    if shown.isascii():
        return None
    bare = "".join(map(_drawn, unicodedata.normalize("NFKD", shown)))
    return bare.translate(_LOOK_ALIKES)


def alias_of(key: pl.Expr, /) -> pl.Expr:
    """The address without its ``+tag`` and without signs in front (the rest of a list, a formula or a quotation); at gmail
    without dots as well, googlemail being gmail (Google's own help page)."""
    key = key.str.strip_chars_start(SIGNS_IN_FRONT)
    local, domain = key.str.extract(r"^(.[^+]*)", 1), key.str.extract(r"@([^@]*)$", 1)
    bare = pl.when(local.str.contains("@", literal=True)).then(key.str.extract(r"^(.*)@", 1)).otherwise(local)
    gmail = domain.is_in(["gmail.com", "googlemail.com"])
    return (
        pl.when(gmail)
        .then(bare.str.replace_all(".", "", literal=True) + "@gmail.com")
        .when(key.str.contains("+", literal=True))
        .then(bare + "@" + domain)
        .otherwise(key)
    )


@lru_cache(maxsize=65536)
def _kind(character: str) -> str:
    """What a character beyond ordinary ASCII is, of what an address has to be asked."""
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Zl", "Zp") or character in INKLESS:
        return "invisible"
    if character > "\x7f" and _turns_ascii(character):
        return "ascii"
    if category[0] == "M":
        return "mark"
    return "plain" if category[0] in "LNPS" else "unsafe"


def _turns_ascii(character: str) -> bool:
    """True for a character that some normalisation writes with ASCII ones: KELVIN SIGN, ligatures, full width."""
    return any(c <= "\x7f" for c in unicodedata.normalize("NFKC", character))


@lru_cache(maxsize=65536)
def _drawn(character: str) -> str:
    """A decomposed character as it looks without marks and case."""
    if unicodedata.combining(character):
        return ""
    folded = unicodedata.normalize("NFKD", character.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))


def _marks_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


def _unsafe(local: str) -> bool:
    """email-validator's rule for a local part beyond ASCII: letters, numbers, punctuation, symbols; no mark in front."""
    return _kind(local[0]) == "mark" or any(_kind(c) not in ("plain", "mark") for c in local if c > "\x7e")


def _a_label(domain: str) -> str | None:
    """The domain's ASCII form, lowered, or None where it is none. email-validator judges."""
    from email_validator import EmailSyntaxError, validate_email

    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain.lower()
    except EmailSyntaxError:
        return None


@lru_cache(maxsize=4096)
def _u_label(domain: str) -> str:
    """The domain as people see it."""
    if "xn--" not in domain:
        return domain
    import idna

    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain
