"""Dates as people and programs write them. The order of day and month belongs to the column.

``03/04/2024`` is in March or in April. Cells that fit only one order are the evidence for those that fit both; without
evidence, or with evidence for both, such a cell is an issue and null. A serial number is a date only if the file says that
it is a number, and a date without a day is none.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import polars as pl

from .._columns import find_null, keep_rows
from .._text import fold, fold_series
from .model import Outcome, fault
from .words import DIGITS, ERAS, MONTHS, WEEKDAYS

__all__ = ["type_dates"]

#: Serial numbers of spreadsheets that are taken for dates: 1927 to 2119. Below it stand years and small figures.
_SERIALS: Final = (10_000, 80_000)

#: Years that a date of a person or a programme may have; others are slips, or counted from another epoch.
_YEARS: Final = (1800, 2199)

#: Two-digit years: 00–29 are this century, as spreadsheets read them.
_PIVOT: Final = 30

#: Stored dates that must all have a day up to 12 before a column is suspected of having been turned round.
_SUSPECT_CELLS: Final = 5

_MONTHS: Final = {
    fold(name): number
    for number, forms in enumerate(MONTHS, start=1)
    for form in forms
    for name in form.split()
}  # fmt: skip

_TIME: Final = (
    r"(?:[T ,]+\d{1,2}[:.]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
)
_ISO_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO: Final = rf"(?i)^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})\.?{_TIME}$"
_BASIC: Final = r"^((?:18|19|20|21)\d{2})(\d{2})(\d{2})$"
_FIGURES: Final = rf"(?i)^(\d{{1,2}})([-/.]) ?(\d{{1,2}})([-/.]) ?(\d{{4}}|'?\d{{2}})\.?{_TIME}$"
_EASTERN: Final = r"^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号號]?(?: ?[(（].[)）])?$"
_TIMED: Final = r"[T ,]\d{1,2}[:.]\d{2}"
_MIDNIGHT: Final = r"[T ,](?:00?[:.]00)(?::00(?:[.,]0+)?)?(?: ?(?:Z|UTC|GMT|[+-]00:?00))?$|(?i)12:00(?::00)? ?am$"
_SPACED: Final = r"^(\d{4})\. (\d{1,2})\. (\d{1,2})\.?$"
_ERA: Final = rf"^({'|'.join(ERAS)}) ?(\d{{1,4}}|元) ?年 ?(\d{{1,2}}) ?月 ?(\d{{1,2}}) ?日?$"


def type_dates(given: pl.DataFrame, order: Literal["dmy", "mdy", "ymd"] | None) -> Outcome:
    """Dates as people and programs write them; the order of day and month is the column's.

    A cell fits an order if that makes it a day of the calendar. Cells that fit one order only are the evidence; with evidence
    for one, the others are read by it. A two-digit year stands last, unless a first figure above 31 shows otherwise.
    """
    plain = _iso_dates(given)
    if plain is not None:
        return plain
    frame = _date_parts(given)
    orders = ("dmy", "mdy", "ymd")
    left_out = set() if order is None else {*orders} - {order}
    if order != "ymd" and not frame["year_first"].any():
        left_out.add("ymd")
    if left_out:
        frame = frame.with_columns(pl.lit(None, dtype=pl.Date).alias(other) for other in sorted(left_out))
    fits = pl.sum_horizontal(pl.col(each).is_not_null() for each in orders)
    evidence = frame.select(((fits == 1) & pl.col(each).is_not_null()).any().alias(each) for each in orders).row(
        0, named=True
    )
    believed = [pl.col(each) for each in orders if evidence[each]]
    # One day however it is read, or the one reading that the column has evidence for.
    plain_day = pl.min_horizontal(orders) == pl.max_horizontal(orders)
    told = pl.sum_horizontal(each.is_not_null() for each in believed) == 1 if believed else pl.lit(False)
    value = pl.when(plain_day).then(pl.coalesce(orders)).when(told).then(pl.coalesce(believed) if believed else None)
    frame = frame.with_columns(pl.coalesce("fixed", value).alias("value"), (fits > 0).alias("fits"))
    iso = pl.col("value").dt.to_string("%Y-%m-%d")
    readings = [pl.col(each).dt.to_string("%Y-%m-%d") for each in orders]
    unread = find_null(frame["value"])
    either = pl.concat_str(readings, separator=" or ", ignore_nulls=True)
    found = [
        (unread & ~frame["fits"], "date_invalid", pl.col("reason"), 1),
        (unread & frame["fits"], "ambiguous_date_order", either, 1),
        (~unread & frame["short"], "two_digit_year", iso, 1),
        (~unread & frame["timed"], "date_time_dropped", iso, 2),
        (~unread & frame["serial"], "date_from_number", iso, 1),
    ]
    faults = [
        fault(keep_rows(frame, which), code, detail, order=order_)
        for which, code, detail, order_ in found
        if which.any()
    ]
    if evidence["dmy"] and not evidence["mdy"]:
        faults += _swapped(frame)
    return Outcome(frame[["id", "value"]], faults)


def _iso_dates(given: pl.DataFrame) -> Outcome | None:
    """The dates of a column that is written as ``2024-04-13`` throughout, as programs write; None for any other."""
    if given.is_empty() or _ISO_DAY.fullmatch(given["body"][0]) is None:
        return None
    body, kind = pl.col("body"), pl.col("kind")
    date = body.str.to_date("%Y-%m-%d", strict=False)
    frame = given.select(
        "id",
        pl.when(date.dt.year().is_between(*_YEARS)).then(date).alias("value"),
        (body.str.contains(f"^{_ISO_DAY.pattern}$") & (kind != "number").fill_null(True)).alias("plain"),
    )
    if frame["value"].null_count() or not frame["plain"].all():
        return None
    return Outcome(frame[["id", "value"]], [])


def _swapped(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Stored dates that a spreadsheet may have turned round.

    A spreadsheet that reads month first makes dates of ``05/04/2024`` and leaves ``25/04/2024`` as text. A column whose
    texts are all day first and whose stored dates all have a day up to 12 looks like that.
    """
    stored = frame.filter(pl.col("stored") & pl.col("value").is_not_null())
    days = stored["value"].dt.day()
    if stored.height < _SUSPECT_CELLS or (days > 12).any():
        return []
    turned = pl.format(
        "{}-{}-{}",
        pl.col("value").dt.to_string("%Y"),
        pl.col("value").dt.to_string("%d"),
        pl.col("value").dt.to_string("%m"),
    )
    return [fault(stored.filter(days != stored["value"].dt.month()), "date_order_suspect", turned, order=3)]


def _date_parts(given: pl.DataFrame) -> pl.DataFrame:
    """Every reading of a cell: ``fixed`` where the order is plain, else ``dmy``, ``mdy``, ``ymd``; null where it is no day.

    Beside it: ``short`` (the year has two digits), ``year_first`` (the first figure can only be a year), ``timed`` (a time of
    day was left out), ``stored``, ``serial``, ``reason``.
    """
    body = given["body"]
    cell = pl.col("body")
    if given.select((cell.str.len_bytes() != cell.str.len_chars()).any()).item():
        body = given.select(cell.str.normalize("NFKC").str.replace_many(DIGITS)).to_series()
    texts = given.hstack([body.alias("b"), fold_series(body).alias("k")])
    frame = texts.with_columns(pl.col("b").str.replace_all(r"\s+", " "))
    b = pl.col("b")
    kind = pl.col("kind").cast(pl.String).fill_null("")
    stored = kind.is_in(["date", "datetime"])
    numeric = kind == "number"
    serial = pl.when(numeric).then(b.cast(pl.Float64, strict=False))
    serial = pl.when((serial >= _SERIALS[0]) & (serial < _SERIALS[1])).then(serial)
    names = _named_dates(pl.col("k"))
    era = b.str.extract(_ERA, 1).replace_strict(ERAS, default=None, return_dtype=pl.Int32)
    era_year = (b.str.extract(_ERA, 2).replace({"元": "1"}).cast(pl.Int32, strict=False) + era).cast(pl.String)
    fixed = pl.coalesce(
        _day(b.str.extract(_ISO, 1), b.str.extract(_ISO, 2), b.str.extract(_ISO, 3)),
        _day(b.str.extract(_EASTERN, 1), b.str.extract(_EASTERN, 2), b.str.extract(_EASTERN, 3)),
        _day(b.str.extract(_SPACED, 1), b.str.extract(_SPACED, 2), b.str.extract(_SPACED, 3)),
        _day(b.str.extract(_BASIC, 1), b.str.extract(_BASIC, 2), b.str.extract(_BASIC, 3)),
        _day(era_year, b.str.extract(_ERA, 3), b.str.extract(_ERA, 4)),
        _day(_year(names["year"]), names["month"], names["day"]),
    )
    first, last = b.str.extract(_FIGURES, 1), b.str.extract(_FIGURES, 5)
    middle = b.str.extract(_FIGURES, 3)
    same = b.str.extract(_FIGURES, 2) == b.str.extract(_FIGURES, 4)
    first, middle, last = (pl.when(same & ~numeric).then(each) for each in (first, middle, last))
    short = last.str.len_chars() < 4
    days = pl.date(1899, 12, 30) + pl.duration(days=serial.floor().cast(pl.Int64))
    leading = first.cast(pl.Int32, strict=False)
    return frame.with_columns(
        stored.alias("stored"),
        (serial.is_not_null()).alias("serial"),
        pl.coalesce(days, pl.when(~numeric | b.str.contains(_BASIC)).then(fixed)).alias("fixed"),
        _day(_year(last), middle, first).alias("dmy"),
        _day(_year(last), first, middle).alias("mdy"),
        pl.when(short).then(_day(_year(first), middle, last)).alias("ymd"),
        (short & ((leading > 31) | (leading == 0))).fill_null(False).alias("year_first"),
        (short | (names["year"].str.strip_chars("'").str.len_chars() < 4)).fill_null(False).alias("short"),
        (b.str.contains(_TIMED) & ~b.str.contains(_MIDNIGHT)).alias("timed"),
        pl.when(b.str.contains(r"^\d{4}$|^\d{1,2}[-/.]\d{4}$|^\d{4}[-/.]\d{1,2}$|^\p{L}+\.?[ -]\d{4}$"))
        .then(pl.lit("the day is missing"))
        .when(numeric)
        .then(pl.lit("the cell is a number"))
        .when(~b.str.extract(r"(?:^|[^0-9])(\d{4})(?:[^0-9]|$)").cast(pl.Int32, strict=False).is_between(*_YEARS))
        .then(pl.lit("the year is out of range"))
        .when(
            first.is_not_null()
            | names["month"].is_not_null()
            | b.str.contains(f"{_ISO}|{_EASTERN}|{_SPACED}|{_BASIC}|{_ERA}")
        )
        .then(pl.lit("there is no such day"))
        .otherwise(pl.lit("it is not written as a date"))
        .alias("reason"),
    )


def _named_dates(key: pl.Expr) -> dict[str, pl.Expr]:
    """Day, month and year of a date with the month's name, from the folded cell."""
    weekday = rf"^(?:{'|'.join(sorted(map(re.escape, map(fold, WEEKDAYS)), key=len, reverse=True))})\.?,? "
    key = key.str.replace(weekday, "")
    year = r"('?\d{2}|\d{4})"
    end = rf"\.?{_TIME.lower()}$"
    day_first = rf"(?i)^(\d{{1,2}})(?:st|nd|rd|th|er|o|a|\.)?(?: (?:of|de)\b)?[ ./-]*(\p{{L}}+)\.?,?(?: (?:del?|of)\b)?[ ./-]*{year}{end}"
    month_first = rf"(?i)^(\p{{L}}+)\.?[ ./-]*(\d{{1,2}})(?:st|nd|rd|th|\.)?(?:, ?|[ ./-]){year}{end}"
    year_first = rf"(?i)^(\d{{4}})[ ./-]+(\p{{L}}+)\.?[ ./-]+(\d{{1,2}}){end}"
    day = pl.coalesce(key.str.extract(day_first, 1), key.str.extract(month_first, 2), key.str.extract(year_first, 3))
    name = pl.coalesce(key.str.extract(day_first, 2), key.str.extract(month_first, 1), key.str.extract(year_first, 2))
    months = {word: str(number) for word, number in _MONTHS.items()}
    return {
        "day": day,
        "month": name.replace_strict(months, default=None, return_dtype=pl.String),
        "year": pl.coalesce(
            key.str.extract(day_first, 3), key.str.extract(month_first, 3), key.str.extract(year_first, 1)
        ),
    }


def _year(text: pl.Expr) -> pl.Expr:
    """A year in full: two digits by the pivot."""
    bare = text.str.strip_chars("'")
    number = bare.cast(pl.Int32, strict=False)
    full = pl.when(number < _PIVOT).then(number + 2000).otherwise(number + 1900)
    return pl.when(bare.str.len_chars() == 4).then(bare).when(bare.str.len_chars() == 2).then(full.cast(pl.String))


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """A day of the calendar within `_YEARS`, or null."""
    text = pl.concat_str([year, month.str.zfill(2), day.str.zfill(2)], separator="-")
    date = text.str.to_date("%Y-%m-%d", strict=False)
    return pl.when(date.dt.year().is_between(*_YEARS)).then(date)
