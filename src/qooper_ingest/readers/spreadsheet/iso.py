"""Dates, times and durations that a file writes as ISO 8601 text.

The usual form, a date with or without a time, is looked at by expressions; the others (a time alone, a duration, a date
with hours and minutes only) once for each distinct text. What is none of them stays as it is, and is a text.

Source: ECMA-376 part 1, 18.18.11 (cells of type ``d``); OpenDocument 1.3 part 3, 19.374; ISO 8601-1.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from .values import KIND

__all__ = ["read_duration", "read_iso"]

#: A date, and perhaps a time with seconds.
_USUAL: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z?)?$"
_DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK: Final = "((?:[01][0-9]|2[0-3]):[0-5][0-9])(?:(:[0-5][0-9])(?:[.,]0*|([.,][0-9]*?[1-9])0*)?)?"
_MOMENT: Final = re.compile(rf"(?:({_DATE})[T ])?T?{_CLOCK}Z?")
_DURATION: Final = re.compile(
    r"(-)?P(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,8})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,10})(?:[.,][0-9]+)?S)?)?"
)


def read_iso(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Texts and kinds of ISO 8601 texts: a blank instead of the T, no fraction of zero, no zone of universal time.

    Returns:
        Texts (a duration as hours, minutes and seconds), and kinds as `KIND`: ``date``, ``datetime``, ``time``, or ``text``
        for what is none of them, as it was written.
    """
    texts = values.str.strip_chars()
    usual = texts.str.contains(_USUAL) & _is_date(texts)
    date_only = texts.str.len_bytes() == 10
    found = pl.DataFrame({"text": texts, "usual": usual, "date": date_only}).select(
        text=pl.when("usual")
        .then(
            pl.col("text")
            .str.replace("T", " ", literal=True)
            .str.replace(r"(?:\.0+)?Z?$", "")
            .str.replace(r"(\.[0-9]*[1-9])0+$", "$1")
        )
        .otherwise("text"),
        kind=pl.when(pl.col("usual") & pl.col("date"))
        .then(KIND["date"])
        .when("usual")
        .then(KIND["datetime"])
        .otherwise(KIND["text"])
        .cast(pl.UInt8),
    )
    if usual.all():
        return found["text"], found["kind"]
    other = (~usual).arg_true()
    distinct = texts.gather(other).unique()
    read = {text: _read_one(text) for text in distinct.to_list()}
    table = pl.DataFrame(
        {
            "text": list(read),
            "new": [new for new, _ in read.values()],
            "kind": [KIND[kind] for _, kind in read.values()],
        },
        schema={"text": pl.String, "new": pl.String, "kind": pl.UInt8},
    )
    odd = pl.DataFrame({"text": texts.gather(other)}).join(table, on="text", how="left", maintain_order="left")
    whole = odd["new"].zip_with(odd["kind"] != KIND["text"], values.gather(other))
    return found["text"].scatter(other, whole), found["kind"].scatter(other, odd["kind"])


def _is_date(texts: pl.Series) -> pl.Series:
    """Whether texts begin with a day of the calendar, or with the one that spreadsheets add to it."""
    days = texts.str.slice(0, 10)
    return days.str.to_date("%Y-%m-%d", strict=False).is_not_null() | (days == "1900-02-29")


def _read_one(text: str) -> tuple[str, str]:
    """The text of a time, a duration, or a date with a time, and its kind; ``text`` for none of them."""
    found = _MOMENT.fullmatch(text)
    if found is not None:
        date, clock, seconds, fraction = found.groups()
        clock = f"{clock}{seconds or ':00'}{(fraction or '').replace(',', '.')}"
        if date is None:
            return clock, "time"
        if _is_date(pl.Series([date])).all():
            return f"{date} {clock}", "datetime"
        return text, "text"
    passed = read_duration(text)
    return (text, "text") if passed is None else (passed, "time")


def read_duration(text: str) -> str | None:
    """A duration of days, hours, minutes and seconds as hours, minutes and seconds; None for what is none.

    >>> read_duration("PT36H5M"), read_duration("P1DT30M"), read_duration("P1M")
    ('36:05:00', '24:30:00', None)
    """
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        return None
    sign, *parts = found.groups()
    days, hours, minutes, seconds = (int(part or 0) for part in parts)
    passed = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return f"{sign or ''}{passed // 3600:02}:{passed // 60 % 60:02}:{passed % 60:02}"
