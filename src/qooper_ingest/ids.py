"""User IDs: exact text, or a fault that says how a spreadsheet damaged it.

IDs are the customer's own and must be the same at the SSO provider, so nothing is repaired but the edges: a person locked
out by a mended ID is worse off than one whose row is refused. What spreadsheets do to IDs is known, and each kind of
damage has a code that tells how to mend the file: scientific notation and numbers beyond 15 digits have lost digits for
good; ``123.0`` was a number once; leading zeros may be gone (only the directory can tell, see ``identity``).

``="00123"`` and a leading apostrophe are how people force text into a cell; they are taken off like blanks.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from ._columns import find_true, no_flags, repeat
from ._text import INKLESS_CLASS, trim_forced
from .kinds import MONTHS

__all__ = ["ID_SCHEMA", "MAYBE_ODD", "PLACEHOLDERS", "id_fold", "judge_ids", "odd_shape"]

#: What `judge_ids` returns, as high as its argument. ``text``: trimmed, null where there is none.
ID_SCHEMA: Final = pl.Schema(
    {
        "text": pl.String(),
        "fault": pl.String(),
        "trimmed": pl.Boolean(),
        "placeholder": pl.Boolean(),
        "number": pl.Boolean(),
    }
)

#: Words that mean "there is none", in lower case. Deliberately short: each is an ID that nobody can have.
PLACEHOLDERS: Final = (
    "n/a", "na", "n.a.", "n.a", "#n/a", "none", "null", "nil", "nan", "#null!", "undefined", "unknown", "tbd", "tba",
    "not available", "not applicable", "no id", "missing", "blank", "empty", "(none)", "(null)", "(blank)", "<null>",
)  # fmt: skip

_PLACEHOLDER_SIGNS: Final = r"^[-–—−_.?/*#]+$"

#: ``1.23E+12``: digits, an E, and a sign or a fraction. ``12E4`` has neither and is a legal ID.
_SCIENTIFIC: Final = r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-][0-9]+$|^[+-]?[0-9]+[.,][0-9]+[eE][0-9]+$"
_FLOAT: Final = r"^[+-]?[0-9]+[.,]0+$"

#: What an ID may look like where the host gives no pattern: letters and digits, and the signs that directories,
#: GUIDs, domain accounts and Base64 anchors use.
_ID: Final = r"^[A-Za-z0-9{][A-Za-z0-9._:|/\\#+=~{}-]*$"
_MAX_CHARS: Final = 255

#: An ID with nothing to ask about: it has a figure, which no placeholder has, and begins with a letter or is of letters and
#: figures only, so that it is no number in another notation.
_ORDINARY: Final = r"^(?:[A-Za-z][A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]*|[0-9][A-Za-z0-9_]*)$"

#: Excel keeps 15 significant digits: a number cell of 10^15 or more may have lost some.
_EXACT_DIGITS: Final = 15
_EXACT: Final = 10.0**_EXACT_DIGITS

_INVISIBLE: Final = rf"[\p{{Cc}}\p{{Cf}}\p{{Zl}}\p{{Zp}}{INKLESS_CLASS}]"


#: Texts that a spreadsheet makes of an ID, or that come from another column, although each could be an ID: a date, a truth
#: value, a nothing that a formula shows as zero, a number with decimals. They are IDs where the others are written so.
_ODD_SHAPES: Final = {
    "date": (
        r"(?i)^(?:[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{2}|[0-9]{4})|(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
        rf"|[0-9]{{1,2}}[-/.](?:{MONTHS})(?:[-/.](?:[0-9]{{2}}|[0-9]{{4}}))?|(?:{MONTHS})[-/.](?:[0-9]{{2}}|[0-9]{{4}}))$"
    ),
    "truth": r"(?i)^(?:true|false|yes|no|wahr|falsch|vrai|faux|verdadero|falso|verdadeiro|vero|prawda|waar|onwaar)$",
    "zero": r"^0+$",
    "decimal": r"^[0-9]+[.][0-9]{1,2}$",
}


#: What every odd shape fits: one sign of a date or a decimal, or nothing but zeros, or no digit. It costs a tenth of asking for each.
MAYBE_ODD: Final = r"[-/.]|^(?:0+|[^0-9]+)$"


def odd_shape(ids: pl.Expr, /) -> pl.Expr:
    """Which of the shapes that IDs rarely have an ID has: ``date``, ``truth``, ``zero``, ``decimal``, or null.

    >>> pl.DataFrame({"id": ["12-Oct", "10/12/2024", "TRUE", "0", "1.5", "A1"]}).select(odd_shape(pl.col("id")))["id"].to_list()
    ['date', 'date', 'truth', 'zero', 'decimal', None]
    """
    return pl.coalesce(pl.when(ids.str.contains(form)).then(pl.lit(name)) for name, form in _ODD_SHAPES.items()).alias(
        "id"
    )


def id_fold(ids: pl.Expr, /) -> pl.Expr:
    """What an ID is without case and leading zeros: equal for IDs that a spreadsheet may have turned into each other."""
    return ids.str.to_lowercase().str.strip_chars_start("0")


def judge_ids(
    cells: pl.Series, kinds: pl.Series, /, *, values: pl.Series | None = None, pattern: str | None = None
) -> pl.DataFrame:
    """Judge a column of IDs.

    Args:
        cells: Text, null where the cell is empty.
        kinds: What the cells were (`CELL_KINDS`), null where that is not known.
        values: The numbers whose text is not their digits (`Table.value`). A whole number that its format shows with
            anything but digits (*EMP-007*) is an ID like one of text: nothing but the format's own signs was added.
        pattern: The host's own regular expression for a whole ID, instead of the built-in one (Python's syntax).

    Returns:
        A frame of `ID_SCHEMA`, as high as ``cells``.
    """
    texts = trim_forced(cells)
    is_number = kinds.cast(pl.String) == "number"
    if values is not None and values.null_count() < values.len():
        is_number &= ~(
            (values == values.floor()) & (values.abs() < _EXACT) & ~texts.str.contains("^[0-9]+$")
        ).fill_null(False)
    text, number = pl.col("text"), pl.col("number").fill_null(False)
    # Nearly all IDs are ordinary, and need not be asked the rest.
    ordinary_text = text.str.contains(_ORDINARY) & (text.str.len_bytes() <= _MAX_CHARS) & ~number
    frame = pl.DataFrame({"raw": cells, "text": texts, "number": is_number}).select(
        pl.when(text != "").then("text").alias("text"),
        number,
        ((text != "") & (text != pl.col("raw"))).fill_null(False).alias("trimmed"),
        (ordinary_text.fill_null(False) | text.is_null() | (text == "")).alias("ordinary"),
    )
    ordinary = frame["ordinary"]
    placeholder = no_flags(frame.height).alias("placeholder")
    fault = repeat(_NO_FAULT, frame.height)
    if not ordinary.all():
        at = find_true(~ordinary)
        asked = _asked(frame[at], pattern)
        placeholder = placeholder.scatter(at, asked["placeholder"])
        fault = fault.scatter(at, asked["fault"])
    if pattern is not None:
        misfit = ordinary & ~_fits(frame["text"], pattern) & frame["text"].is_not_null()
        fault = fault.scatter(misfit.arg_true(), "id_invalid_format")
    if not placeholder.any():
        return pl.DataFrame([frame["text"], fault, frame["trimmed"], placeholder, frame["number"]])
    return frame.select(
        pl.when(~placeholder).then("text").alias("text"),
        fault.alias("fault"),
        (pl.col("trimmed") & ~placeholder).alias("trimmed"),
        placeholder.alias("placeholder"),
        "number",
    )


_NO_FAULT: Final = pl.Series("fault", [None], dtype=pl.String)


def _asked(frame: pl.DataFrame, pattern: str | None) -> pl.DataFrame:
    """``placeholder`` and ``fault`` of IDs (``text``, ``number``) that may have either."""
    lowered = pl.col("text").str.to_lowercase()
    frame = frame.with_columns(
        (lowered.is_in(PLACEHOLDERS) | lowered.str.contains(_PLACEHOLDER_SIGNS)).fill_null(False).alias("placeholder")
    ).with_columns(pl.when(~pl.col("placeholder")).then("text").alias("text"))
    value = pl.col("text")
    digits = value.str.len_bytes()
    fits = value.str.contains(_ID) if pattern is None else pl.lit(_fits(frame["text"], pattern))
    fault = (
        pl.when(value.is_null())
        .then(pl.lit(None, dtype=pl.String))
        .when(value.str.contains(_INVISIBLE))
        .then(pl.lit("id_invisible_characters"))
        .when(digits != value.str.len_chars())
        .then(pl.lit("id_non_ascii"))
        .when(value.str.contains(_SCIENTIFIC))
        .then(pl.lit("id_scientific_notation"))
        .when(pl.col("number") & (digits > _EXACT_DIGITS) & value.str.contains("^[0-9]+(?:[.]0*)?$"))
        .then(pl.lit("id_precision_lost"))
        .when(value.str.contains(_FLOAT))
        .then(pl.lit("id_float_text"))
        .when(~fits | (digits > _MAX_CHARS) | (pl.col("number") & ~value.str.contains("^[0-9]+$")))
        .then(pl.lit("id_invalid_format"))
    )
    return frame.select("placeholder", fault.alias("fault"))


def _fits(ids: pl.Series, pattern: str) -> pl.Series:
    """Which IDs match a pattern as a whole.

    The pattern is Python's, whose syntax the columns' engine shares only in part; what the engine does not know (a look-ahead)
    Python answers, ID by ID.
    """
    try:
        return ids.str.contains(f"^(?:{pattern})$")
    except pl.exceptions.PolarsError:
        compiled = re.compile(pattern)
    return pl.Series(
        [one is not None and compiled.fullmatch(one) is not None for one in ids.to_list()], dtype=pl.Boolean
    )
