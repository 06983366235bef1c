"""Numbers as people write them. The decimal sign belongs to the column: cells that fit only one are the evidence.

``1,234`` is a thousand or one and a bit. Without evidence, or with evidence for both, such a cell is an issue and null. What
the file stored as a number is read as that.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import polars as pl

from .model import Outcome, fault
from .words import CURRENCIES, DIGITS

__all__ = ["type_numbers"]

#: Digits of a whole number that a 64-bit float holds exactly.
_EXACT_DIGITS: Final = 15

#: Digits with a minus and a decimal point at most, of which none can be a group of thousands: most numbers of most files.
_SIMPLE_NUMBER: Final = r"^-?[0-9]+(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?$"

_PARTS: Final = ("id", "text", "kind", "body", "negative", "percent", "unit", "figure", "sure", "either")


def type_numbers(given: pl.DataFrame, decimal: Literal[".", ","] | None) -> Outcome:
    """Numbers as people write them; the decimal sign is the column's."""
    stored = (pl.col("kind") == "number").fill_null(False)
    parts = _number_parts(given)
    conventions = parts.filter(~stored)["sure"].drop_nulls().unique().to_list() if decimal is None else [decimal]
    sign = conventions[0] if len(conventions) == 1 else None
    point = pl.col("figure").str.replace_all(r"[,']", "")
    comma = pl.col("figure").str.replace_all(r"[.']", "").str.replace(",", ".", literal=True)
    used = pl.col("sure").fill_null(pl.lit(sign, dtype=pl.String)) if decimal is None else pl.lit(decimal)
    open_ = ~stored & pl.col("either") & pl.lit(sign is None)
    plain = pl.col("figure").is_not_null() & ~pl.col("figure").str.contains("[.,]")
    # A figure that contradicts what a person said of the column is not read the other way.
    against = pl.lit(decimal is not None) & pl.col("sure").is_not_null() & (pl.col("sure") != pl.lit(decimal or ""))
    text = (
        pl.when(stored)
        .then("body")
        .when(open_ | against)
        .then(None)
        .when(plain | (used == "."))
        .then(point)
        .when(used == ",")
        .then(comma)
    )
    parts = parts.with_columns(text.cast(pl.Float64, strict=False).alias("size"), open_.alias("open"))
    parts = parts.with_columns(pl.when(pl.col("size").is_finite()).then("size").alias("size"))
    units = parts.filter(pl.col("unit").is_not_null() & pl.col("size").is_not_null())
    mixed = units["unit"].n_unique() > 1
    # A stored number keeps its own sign; a text has been taken apart.
    value = pl.col("size") * pl.when(pl.col("negative") & ~stored).then(-1.0).otherwise(1.0)
    value = pl.when(pl.col("percent") & ~stored).then(value / 100).otherwise(value)
    value = pl.when(pl.lit(mixed) & pl.col("unit").is_not_null()).then(None).otherwise(value)
    parts = parts.with_columns(value.alias("value"))
    digits = pl.col("body").str.replace_all(r"[^0-9]", "").str.strip_chars_start("0").str.strip_chars_end("0")
    read = parts.filter(pl.col("value").is_not_null())
    faults = [
        fault(parts.filter(pl.col("size").is_null() & ~pl.col("open")), "number_invalid"),
        fault(parts.filter("open"), "ambiguous_number"),
        fault(read.filter(pl.col("percent")), "number_percent", pl.col("value")),
        fault(units, "number_unit_mixed" if mixed else "number_unit", pl.col("unit")),
        fault(read.filter(digits.str.len_chars() > _EXACT_DIGITS), "number_precision", pl.col("value"), order=2),
    ]
    return Outcome(parts.select("id", "value"), faults)


def _number_parts(given: pl.DataFrame) -> pl.DataFrame:
    """Take numbers apart: ``figure`` (digits and signs between them, or null), ``negative``, ``percent``, ``unit``, and
    which decimal sign it can only have (``sure``) or whether it reads both ways (``either``)."""
    simple = given["body"].str.contains(_SIMPLE_NUMBER)
    body = pl.col("body")
    easy = given.filter(simple).with_columns(
        body.str.starts_with("-").alias("negative"),
        pl.lit(False).alias("percent"),
        pl.lit(None, dtype=pl.String).alias("unit"),
        body.str.strip_prefix("-").alias("figure"),
        pl.when(body.str.contains(".", literal=True)).then(pl.lit(".")).alias("sure"),
        pl.lit(False).alias("either"),
    )
    if simple.all():
        return easy.select(_PARTS)
    return pl.concat([easy.select(_PARTS), _unusual_parts(given.filter(~simple)).select(_PARTS)])


def _unusual_parts(given: pl.DataFrame) -> pl.DataFrame:
    """`_number_parts` for numbers with groups, units, percent signs, brackets, exponents or other digits."""
    names = "|".join(re.escape(name) for name in CURRENCIES)
    unit = rf"(?i)([a-z]{{1,3}}\$|\p{{Sc}}|(?:{names})\b)"
    body = pl.col("body")
    if (given["body"].str.len_bytes() != given["body"].str.len_chars()).any():
        body = body.str.normalize("NFKC").str.replace_many(DIGITS)
    # Blanks of every kind between digits are grouping; NFKC has made them ordinary ones.
    frame = given.with_columns(body.str.replace_all(r"\s+", " ").str.strip_chars(" ").alias("rest"))
    rest = pl.col("rest")
    frame = frame.with_columns(
        (rest.str.contains(r"^\(.*\)$") | rest.str.contains(r"^[^0-9]*-|[0-9.,]-[^0-9]*$")).alias("negative"),
        rest.str.contains(r"^%|%\)?$").alias("percent"),
        rest.str.extract(unit).str.to_lowercase().alias("unit"),
    )
    frame = frame.with_columns(
        rest.str.replace(r"^\((.*)\)$", "$1")
        .str.replace(rf"^([-+]?) ?{unit}\.? ?", "$1")
        .str.replace(rf" ?{unit}\.?([-+]?)$", "$2")
        .str.replace(r"^([-+]?)% ?| ?%$", "$1")
        .str.replace(r"^[-+] ?|[-+]$", "")
        .str.strip_chars(" ")
        .alias("figure")
    )
    groups = r"^(\d{1,3}(?:[ ']\d{3})+)((?:[.,]\d+)?)$"
    spaced = pl.col("figure").str.contains(groups)
    frame = frame.with_columns(
        spaced.alias("spaced"),
        pl.when(spaced).then(pl.col("figure").str.replace_all("[ ']", "")).otherwise("figure").alias("figure"),
    )
    figure = pl.col("figure")
    point = _only(figure, ",", r"\.")
    comma = _only(figure, r"\.", ",")
    lone = figure.str.extract(r"^\d+([.,])\d+$")
    either = figure.str.contains(r"^[1-9]\d{0,2}[.,]\d{3}$") & ~pl.col("spaced")
    sure = pl.when(point).then(pl.lit(".")).when(comma).then(pl.lit(",")).when(lone.is_not_null() & ~either).then(lone)
    valid = figure.str.contains(r"^\d+$") | either | sure.is_not_null()
    return frame.with_columns(sure.alias("sure"), either.alias("either"), pl.when(valid).then(figure).alias("figure"))


def _only(figure: pl.Expr, group: str, decimal: str) -> pl.Expr:
    """Figures that read only with this decimal sign: both signs, several groups (by thousands or as in India), an exponent,
    or no digit in front."""
    return figure.str.contains(
        rf"^\d{{1,3}}(?:{group}\d{{3}})+{decimal}\d+$|^\d{{1,3}}(?:{group}\d{{3}}){{2,}}$"
        rf"|^\d{{1,2}}(?:{group}\d{{2}})+{group}\d{{3}}(?:{decimal}\d+)?$"
        rf"|^\d+{decimal}\d+[eE][-+]?\d{{1,3}}$|^{decimal}\d+$"
    )
