"""The number in a cell, as the person saw it: digits without exponent, ISO dates, padded IDs.

Every book format ends here with the same two things, a number and what its number format shows (`Shown`), and every
value is made by expressions over whole columns:

* numbers: the digits that the file holds. Integers keep all of theirs (a 16-digit ID is damaged by one more rounding);
  fractions are given to 15 significant digits, which is what a spreadsheet shows and computes with, so that
  0.30000000000000004 is 0.3. No exponent, no trailing ``.0``.
* dates: days since the epoch of the book's date system. Serial 60 of the 1900 system is the 29 February 1900 that Excel
  shows (a bug kept from Lotus 1-2-3), days before it are one off. A date with a time of day behind it keeps that time,
  whatever the format hides; a value below one day is a time.
* padded: the digits in the places of the format code, literals included.

What has no date (negative, after the year 9999) is given as its number and told apart, for an issue.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import polars as pl

from ...workbook import CELL_KINDS
from .formats import GENERAL, Shown

__all__ = ["KIND", "float_text", "number_text", "render", "render_alike"]

#: Kind → its position in `CELL_KINDS`: cells carry a byte until the grid is made.
KIND: Final[dict[str, int]] = {name: code for code, name in enumerate(CELL_KINDS.categories)}

#: Digits that need no work: an integer, or a short decimal fraction without trailing zeros.
_PLAIN: Final = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]{0,13}[1-9])?$"

#: 15 digits and a point: a decimal text up to this length has no digit that a spreadsheet would not show.
_SHORT: Final = 16

_DAY: Final = 86_400

#: 9999-12-31 as a serial number, plus one.
_END: Final = 2_958_466

#: From the 1900 system's epoch to that of the 1904 system.
_DAYS_1904: Final = 1462

#: From the epoch of the 1900 system to 1970-01-01.
_DAYS_1970: Final = 25_569


def number_text(values: pl.Series) -> pl.Series:
    """Texts of numbers as a file holds them → digits as they are read. What is no number stays as it is."""
    plain = values.str.contains(_PLAIN) & (~values.str.contains(".", literal=True) | (values.str.len_bytes() <= _SHORT))
    if plain.all():
        return values
    index = (~plain.fill_null(True)).arg_true()
    odd = values.gather(index)
    parsed = odd.str.strip_chars().cast(pl.Float64, strict=False)
    # Long integers keep every digit; only fractions and exponents go through floating point.
    texts = pl.select(pl.when(parsed.is_not_null()).then(float_text(parsed)).otherwise(odd)).to_series()
    return values.scatter(index, texts)


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


def render(cells: pl.DataFrame, shown: Sequence[Shown], *, date1904: bool) -> pl.DataFrame:
    """Give number cells their text and kind.

    Args:
        cells: ``v`` (Float64, or the text of a number), ``x`` (UInt32: which of ``shown``, null for none), and whatever
            else should be carried along.
        shown: What each style shows.
        date1904: The book counts days from 1904.

    Returns:
        The frame without ``v`` and ``x``, with ``text`` (String) and ``kind`` (UInt8, as `KIND`), and ``odd`` (Boolean): a
        date that does not exist. In any order.
    """
    rest = [name for name in cells.columns if name not in ("v", "x")]
    classes = {GENERAL: 0}
    for one in shown:
        classes.setdefault(one, len(classes))
    if len(classes) == 1 or cells.is_empty():
        return _plain(cells, rest)
    of_style = pl.Series([classes[one] for one in shown], dtype=pl.UInt32)
    style = cells["x"].fill_null(0)
    if len(of_style) <= (style.max() or 0):  # type: ignore[operator]
        style = pl.select(pl.when(style < len(of_style)).then(style).otherwise(0)).to_series()
    cells = cells.with_columns(class_=of_style.gather(style))
    by_class = {code: one for one, code in classes.items()}
    parts = []
    for code in cells["class_"].unique().to_list():
        part = cells.filter(pl.col("class_") == code)
        parts.append(_as_shown(part, rest, by_class[code], date1904=date1904))
    return pl.concat(parts)


def render_alike(values: pl.Series, shown: Shown, *, date1904: bool) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Give numbers of one style their text and kind, in their order.

    Returns:
        Texts, kinds, and of which cells the date does not exist.
    """
    found = _as_shown(pl.DataFrame({"v": values}), [], shown, date1904=date1904)
    return found["text"], found["kind"], found["odd"]


def _as_shown(cells: pl.DataFrame, rest: Sequence[str], shown: Shown, *, date1904: bool) -> pl.DataFrame:
    if shown.kind == "number":
        return _plain(cells, rest)
    if shown.kind == "padded":
        return _padded(cells, rest, shown.pad)
    return _dated(cells, rest, shown, date1904=date1904)


def _text_of(cells: pl.DataFrame) -> pl.Series:
    return number_text(cells["v"]) if cells.schema["v"] == pl.String else float_text(cells["v"])


def _plain(cells: pl.DataFrame, rest: Sequence[str]) -> pl.DataFrame:
    return cells.select(
        *rest,
        text=_text_of(cells),
        kind=pl.lit(KIND["number"], dtype=pl.UInt8),
        odd=pl.lit(False),
    )


def _padded(cells: pl.DataFrame, rest: Sequence[str], pad: tuple[str | int, ...]) -> pl.DataFrame:
    digits = _text_of(cells)
    places = sum(piece for piece in pad if isinstance(piece, int))
    text = pl.col("d").str.zfill(places)
    pieces: list[pl.Expr] = []
    after = places
    first = True
    for piece in pad:
        if isinstance(piece, str):
            pieces.append(pl.lit(piece))
        elif first:  # digits beyond the places stand before the first of them
            first = False
            after -= piece
            pieces.append(text.str.head(-after) if after else text)
        else:
            pieces.append(text.str.tail(after).str.head(piece))
            after -= piece
    whole = pl.col("d").str.contains("^[0-9]+$")
    return cells.with_columns(d=digits).select(
        *rest,
        text=pl.when(whole).then(pl.concat_str(pieces)).otherwise(pl.col("d")),
        kind=pl.lit(KIND["number"], dtype=pl.UInt8),
        odd=pl.lit(False),
    )


def _dated(cells: pl.DataFrame, rest: Sequence[str], shown: Shown, *, date1904: bool) -> pl.DataFrame:
    number = (
        cells["v"] if cells.schema["v"] == pl.Float64 else cells["v"].str.strip_chars().cast(pl.Float64, strict=False)
    )
    frame = cells.with_columns(f=number)
    limit = _END - (_DAYS_1904 if date1904 else 0)
    valid = ((pl.col("f") >= 0) & (pl.col("f") < limit)).fill_null(False)
    scale = 1000 if shown.fraction else 1
    frame = frame.with_columns(t=pl.when(valid).then((pl.col("f") * (_DAY * scale)).round(0)).cast(pl.Int64))
    ticks = pl.col("t")
    day, rest_of_day = ticks // (_DAY * scale), ticks % (_DAY * scale)
    clock = (rest_of_day * (1_000_000_000 // scale)).cast(pl.Time).dt.to_string("%H:%M:%S")
    if shown.fraction:
        clock = (
            pl.when(rest_of_day % scale == 0)
            .then(clock)
            .otherwise(pl.concat_str(clock, pl.lit("."), (rest_of_day % scale).cast(pl.String).str.zfill(3)))
        )
    if shown.kind == "elapsed":
        seconds = ticks // scale
        elapsed = pl.concat_str(
            (seconds // 3600).cast(pl.String).str.zfill(2),
            pl.lit(":"),
            (seconds // 60 % 60).cast(pl.String).str.zfill(2),
            pl.lit(":"),
            (seconds % 60).cast(pl.String).str.zfill(2),
        )
        text, kind = elapsed, pl.lit(KIND["time"], dtype=pl.UInt8)
    else:
        if date1904:
            date = (day + (_DAYS_1904 - _DAYS_1970)).cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")
            only_time = (day == 0) if shown.kind == "time" else pl.lit(False)
        else:
            shifted = day - _DAYS_1970 + (day < 60).cast(pl.Int64)
            date = (
                pl.when(day == 60)
                .then(pl.lit("1900-02-29"))
                .otherwise(shifted.cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d"))
            )
            only_time = day == 0
        only_date = (rest_of_day == 0) if shown.kind == "date" else pl.lit(False)
        both = pl.concat_str(date, pl.lit(" "), clock)
        text = pl.when(only_time).then(clock).when(only_date).then(date).otherwise(both)
        kind = (
            pl.when(only_time)
            .then(KIND["time"])
            .when(only_date)
            .then(KIND["date"])
            .otherwise(KIND["datetime"])
            .cast(pl.UInt8)
        )
    found = frame.select(*rest, "v", text=text, kind=kind, ok=valid)
    if found["ok"].all():
        return found.select(*rest, "text", "kind", odd=pl.lit(False))
    wrong = pl.DataFrame({"text": _text_of(found)})["text"]
    return found.select(
        *rest,
        text=pl.when("ok").then("text").otherwise(wrong),
        kind=pl.when("ok").then("kind").otherwise(pl.lit(KIND["number"], dtype=pl.UInt8)),
        odd=~pl.col("ok"),
    )
