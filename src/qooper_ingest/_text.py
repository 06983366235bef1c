"""How text is trimmed and compared: one definition, as a function for one text and as an expression for a column.

Wanted: the edges of a cell without anything invisible, and a key under which two spellings of one word meet. How: the
same steps in the same order in both forms (a test over all of Unicode says that they agree), written over character ranges that
stand here, so that the Unicode version of Python and the one of polars give one result. Columns of plain ASCII, which
most are, take a short road: nothing is normalised where nothing can change.

Text is bounded before it is normalised: a run of combining marks is cut to `MARKS_RUN`, because normalising sorts such a
run and thirty thousand marks on one letter take seconds.

Refused: edit distance, stemming and transliteration. A key is for finding the *same* word written differently; a word
that is merely near is a suggestion, and another room's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final

import polars as pl

from ._columns import find_true

__all__ = [
    "EDGE",
    "EDGE_CLASS",
    "INKLESS",
    "INKLESS_CLASS",
    "MARKS_RUN",
    "bound_marks",
    "fold",
    "fold_expr",
    "fold_series",
    "neutralise",
    "trim",
    "trim_column",
    "trim_expr",
    "trim_forced",
    "trim_series",
    "unmark_series",
]

#: Characters of the categories Zs, Zl, Zp, Cc and Cf: what a cell may begin or end with without anybody seeing it.
#: ``str.strip`` leaves U+00AD, U+200B, U+2060 and U+FEFF, which copied text is full of.
_EDGE_RANGES: Final = (
    "\x00-\x20\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u2064\u2066-\u206f\u3000\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)

#: The format characters (Cf) among them, which have no width inside a word either.
_FORMAT_RANGES: Final = (
    "\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)

#: Characters without ink of other categories than Cf: the grapheme joiner, fillers, the Braille blank, variation selectors
#: (Unicode's Default_Ignorable_Code_Point, and U+2800, whose glyph has no dot).
_INKLESS_RANGES: Final = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef"
)

#: Them as the inside of a character class, for regular expressions of Python and of polars alike.
INKLESS_CLASS: Final = _INKLESS_RANGES

#: A character class of all edge characters, for regular expressions of Python and of polars alike.
EDGE_CLASS: Final = f"[{_EDGE_RANGES}]"


def _expand(ranges: str) -> str:
    return re.sub(r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), ranges, flags=re.DOTALL)


#: All edge characters as one text, for ``str.strip``.
EDGE: Final = _expand(_EDGE_RANGES)

#: All characters without ink.
INKLESS: Final = frozenset(_expand(_INKLESS_RANGES))

#: What a spreadsheet takes for the beginning of a formula or for a cell's end, full-width forms included.
_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

_ASCII_EDGE: Final = "".join(map(chr, (*range(0x21), 0x7F)))

#: Up to this many cells, one query that treats all of them carefully is cheaper than a second one for those that need it.
_SHORT: Final = 500

#: Combining marks in a row that are kept. The stream-safe text format of Unicode (UAX #15) allows 30; no script has more.
MARKS_RUN: Final = 30

#: The marks that pile up on any letter: accents (Latin, Greek, Cyrillic) and enclosing marks. Vowel signs of Arabic,
#: Hebrew, Indic scripts and Thai, and the voicing marks of kana, tell words apart and are not accents.
_ACCENT_RANGES: Final = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"

#: Lower-case letters that case folding writes otherwise (after decomposition and lowering), and letters whose stroke or
#: ligature has no decomposition although people leave it out: a Łódź typed on another keyboard is a Lodz.
_LETTERS: Final = {
    "ß": "ss", "ς": "σ", "ᲀ": "в", "ᲁ": "д", "ᲂ": "о", "ᲃ": "с", "ᲄ": "т", "ᲅ": "т", "ᲆ": "ъ", "ᲇ": "ѣ", "ᲈ": "ꙋ",
    "ı": "i", "ȷ": "j", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe",
}  # fmt: skip

#: What word processors write in place of the typewriter's signs, and the katakana middle dot's look-alikes.
_SIGNS: Final = {
    **dict.fromkeys("‘’‚‛ʼʹ′`´＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
}  # fmt: skip

_REPLACED: Final = {**_LETTERS, **_SIGNS}
_TRANSLATION: Final = str.maketrans(_REPLACED)

#: A sign in front of an item of a list typed by hand. Those of ASCII need a blank behind them: ``-5`` is a number.
_BULLET_ASCII: Final = r"^(?:[-*>] )+"
_BULLET_ANY: Final = r"^(?:[-*>] |[•·◦▪▫‣⁃∙●○■□◆◇➢➤✓✔] ?)+"

#: How a cell begins that may hold a text mark.
_TEXT_MARK: Final = r"^(?:=|['‘’])"

_RUN_TOO_LONG: Final = rf"(\p{{M}}{{{MARKS_RUN}}})\p{{M}}+"

#: No mark is a word character for Python, so only a text with such a run can hold too many of them.
_RUN_POSSIBLE: Final = re.compile(rf"[^\w\s]{{{MARKS_RUN + 1}}}")
_TRIM: Final = f"^{EDGE_CLASS}+|{EDGE_CLASS}+$"
_FORMAT: Final = f"[{_FORMAT_RANGES}{_INKLESS_RANGES}]+"
_ACCENT: Final = f"[{_ACCENT_RANGES}]+"
_BLANKS: Final = f"{EDGE_CLASS}+"

#: They as patterns of Python, for one text.
_FORMATS: Final = re.compile(_FORMAT)
_ACCENTS: Final = re.compile(_ACCENT)
_BLANK_RUN: Final = re.compile(_BLANKS)
_BULLET: Final = re.compile(_BULLET_ANY)


def trim(text: str, /) -> str:
    """Cut off blanks, control and format characters at both ends.

    >>> trim("\\u200b ann\\u00a0")
    'ann'
    """
    return text.strip(EDGE)


def trim_expr(expr: pl.Expr, /) -> pl.Expr:
    """`trim` for a column. Null stays null."""
    return expr.map_batches(trim_series, return_dtype=pl.String, is_elementwise=True)


def trim_series(cells: pl.Series, /) -> pl.Series:
    """`trim` for a series of text; in a long one, only cells with characters beyond ASCII meet the long table."""
    cell = pl.col("cell")
    if cells.len() <= _SHORT:
        return cells.alias("cell").to_frame().select(_trim_of("cell")).to_series().alias(cells.name)
    both = (
        cells.alias("cell")
        .to_frame()
        .select(cell.str.strip_chars(_ASCII_EDGE), (cell.str.len_bytes() != cell.str.len_chars()).alias("beyond"))
    )
    plain = both["cell"].alias(cells.name)
    if not both["beyond"].any():
        return plain
    return _where(both["beyond"], cells, plain, _trim_carefully)


def trim_column(cells: pl.Series, /) -> pl.Expr:
    """`trim` for the column of a frame that is given beside: of a short one a part of the caller's query, which costs less than a
    query of its own."""
    return _trim_of(cells.name) if cells.len() <= _SHORT else pl.lit(trim_series(cells))


@lru_cache(maxsize=64)
def _trim_of(name: str) -> pl.Expr:
    """Putting an expression together costs as much as a short column's own work."""
    return _trim_carefully(pl.col(name))


def _trim_carefully(cells: pl.Expr) -> pl.Expr:
    return cells.str.replace_all(_TRIM, "")


def trim_forced(cells: pl.Series, /) -> pl.Series:
    """`trim` for a series of text, and `unmark_series` for what is left."""
    if cells.len() > _SHORT:
        return unmark_series(trim_series(cells))
    both = cells.alias("cell").to_frame().select(*_trim_and_marked())
    trimmed, marked = both.get_columns()
    trimmed = trimmed.alias(cells.name)
    return unmark_series(trimmed) if marked.any() else trimmed


@cache
def _trim_and_marked() -> tuple[pl.Expr, pl.Expr]:
    careful = _trim_of("cell")
    return careful, careful.str.contains(_TEXT_MARK).any().alias("marked")


def unmark_series(cells: pl.Series, /) -> pl.Series:
    """Take off what forces text into a spreadsheet's cell: a leading apostrophe (straight or curly), or ``="..."`` around it.

    >>> unmark_series(pl.Series(["'007", '="007"', "o'neil"])).to_list()
    ['007', '007', "o'neil"]
    """
    if not cells.str.contains(_TEXT_MARK).any():
        return cells
    return trim_series(cells.str.replace(r'^="(.*)"$', "$1").str.replace(r"^['‘’]", ""))


def neutralise(text: str, /) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula, with or without blanks in front of it.

    For every text that leaves in a form that a spreadsheet parses (a csv): there it is a command before it is a text.

    >>> neutralise("=1+1"), neutralise("\\u200b @x"), neutralise("a=1")
    ("'=1+1", "'\\u200b @x", 'a=1')
    """
    return f"'{text}" if text.startswith(_TRIGGERS) or trim(text).startswith(_TRIGGERS) else text


def bound_marks(text: str, /) -> str:
    """Cut every run of combining marks to `MARKS_RUN`: what is normalised afterwards takes linear time."""
    if text.isascii() or not _RUN_POSSIBLE.search(text):
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character).startswith("M") else 0
        if run <= MARKS_RUN:
            kept.append(character)
    return "".join(kept)


def fold(text: str, /) -> str:
    """Make the key under which spellings of one text meet.

    Compatibility forms, case, accents, dotless i, typographic signs, runs of blanks, invisible characters and a leading
    bullet make no difference; voicing marks of kana, vowel signs and everything else do.

    Returns:
        The key; applying it again changes nothing. Blank where the text is.

    >>> fold("•  Işıklı  KAFE"), fold("ＩＴ") == fold("it"), fold("Straße") == fold("STRASSE"), fold("18–24")
    ('isikli kafe', True, True, '18-24')
    """
    key = text
    if not text.isascii():
        key = unicodedata.normalize("NFKD", bound_marks(text))
        key = _ACCENTS.sub("", _FORMATS.sub("", key)).lower()
        key = unicodedata.normalize("NFKC", _ACCENTS.sub("", key).translate(_TRANSLATION))
    elif text.isalnum():
        return text.lower()  # one word without a sign
    key = _BLANK_RUN.sub(" ", key.lower()).strip(" ")
    bare = _BULLET.sub("", key)
    return bare or key


def fold_expr(expr: pl.Expr, /) -> pl.Expr:
    """`fold` for a column. Null stays null."""
    return expr.map_batches(fold_series, return_dtype=pl.String, is_elementwise=True)


def fold_series(cells: pl.Series, /) -> pl.Series:
    """`fold` for a series of text; only cells with characters beyond ASCII are normalised."""
    cell, key = pl.col("cell"), pl.col("key")
    frame = (
        cells.alias("cell")
        .to_frame()
        .select(
            cell.str.to_lowercase().alias("key"),
            (cell.str.len_bytes() != cell.str.len_chars()).alias("beyond"),
            cell.str.contains(_MESSY_ASCII).any().alias("messy"),
            cell.str.contains(_BULLET_ASCII).any().alias("bullet"),
        )
    )
    plain, bullet = frame["key"], frame["bullet"]
    if frame["messy"].any():
        plain = frame.select(_collapse(key)).to_series()
        bullet = plain.str.contains(_BULLET_ASCII)
    if bullet.any():
        plain = plain.to_frame().select(_without_bullet(key, _BULLET_ASCII)).to_series()
    return _where(frame["beyond"], cells, plain.alias(cells.name), _fold_any)


def _fold_any(cells: pl.Expr) -> pl.Expr:
    key = cells.str.replace_all(_RUN_TOO_LONG, "$1").str.normalize("NFKD").str.replace_all(_FORMAT, "")
    key = key.str.replace_all(_ACCENT, "").str.to_lowercase().str.replace_all(_ACCENT, "")
    key = key.str.replace_many(_REPLACED).str.normalize("NFKC").str.to_lowercase()
    return _without_bullet(_collapse(key), _BULLET_ANY)


def _collapse(key: pl.Expr) -> pl.Expr:
    """Runs of blanks to one, none at the edges."""
    return key.str.replace_all(_BLANKS, " ").str.strip_chars(" ")


#: What `_collapse` changes in a text of ASCII.
_MESSY_ASCII: Final = r"[\x00-\x1f\x7f]|  |^ | $"


def _without_bullet(key: pl.Expr, bullet: str) -> pl.Expr:
    """No bullet, unless there is nothing else."""
    bare = key.str.replace(bullet, "")
    return pl.when(bare != "").then(bare).otherwise(key)


def _where(flags: pl.Series, cells: pl.Series, plain: pl.Series, careful: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """``plain``, but what ``careful`` makes of the cells with a flag."""
    if not flags.any():
        return plain
    some = cells.filter(flags).alias("cell").to_frame().select(careful(pl.col("cell"))).to_series()
    return plain.clone().scatter(find_true(flags), some)
