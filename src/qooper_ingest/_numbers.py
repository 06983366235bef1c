"""The digits of numbers: as a person writes them, without exponent, and with what they count.

Readers give numbers so, and whoever takes the number behind a formatted cell needs the same digits again.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

__all__ = ["count_noun", "float_text"]


def count_noun(number: int, one: str, many: str | None = None, /) -> str:
    """A number with its noun, in English.

    >>> count_noun(1, "row"), count_noun(1200, "person", "people")
    ('1 row', '1,200 people')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def float_text(values: pl.Series) -> pl.Series:
    """Numbers → digits without exponent and without ``.0``; fractions to 15 significant digits."""
    frame = pl.DataFrame({"f": values})
    number = pl.col("f")
    integral = (number == number.round(0)) & (number.abs() < 9e18)
    frame = frame.select(
        "f",
        text=pl.when(integral)
        .then(pl.when(integral).then(number).cast(pl.Int64).cast(pl.String))
        .otherwise(number.round_sig_figs(15).cast(pl.String)),
    )
    long = frame["text"].str.contains("[eE]|\\.0$").fill_null(False).arg_true()
    if not len(long):
        return frame["text"]
    # Only numbers below 0.00001 and above 9e18 come here: too few to be worth an expression.
    texts = [_decimal(value) for value in frame["f"].gather(long).to_list()]
    return frame["text"].scatter(long, pl.Series(texts, dtype=pl.String))


def _decimal(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = format(Decimal(format(value, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
