"""The number in a cell, as the person saw it: the text that its number format shows, ISO dates, and the number beside it.

Every book format ends here with the same two things, a number and its number format (`NumberFormat`), and every value is
made by expressions over whole columns:

* General: the digits that the file holds. Integers keep all of theirs (a 16-digit ID is damaged by one more rounding);
  fractions are given to 15 significant digits, which is what a spreadsheet shows and computes with, so that
  0.30000000000000004 is 0.3. No exponent, no trailing ``.0``.
* dates: days since the epoch of the book's date system. Serial 60 of the 1900 system is the 29 February 1900 that Excel
  shows (a bug kept from Lotus 1-2-3), days before it are one off. A date with a time of day behind it keeps that time,
  whatever the format hides; a value below one day is a time.
* any other section of a code: what it shows. The usual ones (digit places, decimals, thousands, percent, literals around)
  are expressions; the others are rendered once per distinct number.

Where the text is not the digits of the number, the number is given beside it. What has no date (negative, after the year
9999) is given as its number and marked, for an issue; a number that no spreadsheet can hold is an error cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl

from ..._grid import CELL_KINDS
from ..._numbers import float_text
from .number_format import (
    GENERAL,
    NumberFormat,
    Section,
    exact_number,
    render_elapsed,
    render_section,
)

__all__ = ["KIND", "OVERFLOW", "Rendered", "number_text", "render", "render_alike"]

#: Kind → its position in `CELL_KINDS`: cells carry a byte until the grid is made.
KIND: Final[dict[str, int]] = {name: code for code, name in enumerate(CELL_KINDS.categories)}

#: What a spreadsheet shows for a number that it cannot hold.
OVERFLOW: Final = "#NUM!"

#: Digits that need no work: an integer, or a short decimal fraction without trailing zeros.
_PLAIN: Final = r"^(?:0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)\.[0-9]{0,13}[1-9])$"

#: 15 digits and a point: a decimal text up to this length has no digit that a spreadsheet would not show.
_SHORT: Final = 16

_DAY: Final = 86_400

#: 9999-12-31 as a serial number, plus one.
_END: Final = 2_958_466

#: From the 1900 system's epoch to that of the 1904 system.
_DAYS_1904: Final = 1462

#: From the epoch of the 1900 system to 1970-01-01.
_DAYS_1970: Final = 25_569

#: Numbers with more digits are rendered one by one, because a double does not hold them exactly.
_EXACT: Final = 1e15


@dataclass(frozen=True, slots=True)
class Rendered:
    """Numbers as texts.

    Args:
        text: What is shown; null for nothing.
        kind: As `KIND`; ``error`` for a number beyond those of a spreadsheet, ``text`` for what is no number.
        value: The number (Float64) where the text is not its digits; None where it is everywhere.
        odd: The cell is formatted as a date that does not exist.
    """

    text: pl.Series
    kind: pl.Series
    value: pl.Series | None
    odd: pl.Series


def number_text(values: pl.Series) -> pl.Series:
    """Texts of numbers as a file holds them → digits as they are read. What is no number stays as it is."""
    plain = values.str.contains(_PLAIN) & (~values.str.contains(".", literal=True) | (values.str.len_bytes() <= _SHORT))
    if plain.all():
        return values
    index = (~plain.fill_null(True)).arg_true()
    odd = values.gather(index)
    parsed = odd.str.strip_chars().cast(pl.Float64, strict=False)
    # Long integers keep every digit; only fractions and exponents go through floating point.
    texts = pl.select(pl.when(parsed.is_finite()).then(float_text(parsed)).otherwise(odd)).to_series()
    return values.scatter(index, texts)


def render(cells: pl.DataFrame, formats: Sequence[NumberFormat], *, date1904: bool) -> pl.DataFrame:
    """Give number cells their text, kind and value.

    Args:
        cells: ``v`` (Float64, or the text of a number), ``x`` (UInt32: which of ``formats``, null for none), and whatever
            else should be carried along.
        formats: What each style shows.
        date1904: The book counts days from 1904.

    Returns:
        The frame without ``v`` and ``x``, with ``text`` (String), ``kind`` (UInt8, as `KIND`), ``value`` (Float64, null
        where the text is the number's digits) and ``odd`` (Boolean): a date that does not exist. In any order.
    """
    rest = [name for name in cells.columns if name not in ("v", "x")]
    classes = {GENERAL: 0}
    for one in formats:
        classes.setdefault(one, len(classes))
    if len(classes) == 1 or cells.is_empty():
        return _with_rendered(cells, rest, GENERAL, date1904=date1904)
    of_style = pl.Series([classes[one] for one in formats], dtype=pl.UInt32)
    style = cells["x"].fill_null(0)
    if len(of_style) <= (style.max() or 0):  # type: ignore[operator]
        style = pl.select(pl.when(style < len(of_style)).then(style).otherwise(0)).to_series()
    cells = cells.with_columns(class_=of_style.gather(style))
    by_class = {code: one for one, code in classes.items()}
    return pl.concat(
        _with_rendered(cells.filter(pl.col("class_") == code), rest, by_class[code], date1904=date1904)
        for code in cells["class_"].unique().to_list()
    )


def _with_rendered(cells: pl.DataFrame, rest: Sequence[str], found: NumberFormat, *, date1904: bool) -> pl.DataFrame:
    one = render_alike(cells["v"], found, date1904=date1904)
    value = one.value if one.value is not None else pl.lit(None, dtype=pl.Float64)
    return cells.with_columns(text=one.text, kind=one.kind, value=value, odd=one.odd).select(
        *rest, "text", "kind", "value", "odd"
    )


def render_alike(values: pl.Series, found: NumberFormat, *, date1904: bool) -> Rendered:
    """Give numbers of one format (Float64, or texts) their text, kind and value, in their order."""
    if found.general and values.dtype == pl.String:
        texts = number_text(values)
        # Only what is no number holds anything but digits, a sign and a point now.
        wrong = ~texts.str.contains(r"^-?[0-9.]+$")
        if not wrong.any():
            return Rendered(texts, _kinds("number", len(texts)), None, _never(len(texts)))
    numbers = values if values.dtype == pl.Float64 else values.str.strip_chars().cast(pl.Float64, strict=False)
    good = numbers.is_finite().fill_null(False)
    if good.all():
        return _by_sections(values, numbers, found, date1904=date1904)
    at = good.arg_true()
    part = _by_sections(values.gather(at), numbers.gather(at), found, date1904=date1904)
    bad = numbers.is_not_null()
    original = values if values.dtype == pl.String else pl.repeat(None, len(values), dtype=pl.String, eager=True)
    texts = pl.select(pl.when(bad).then(pl.lit(OVERFLOW)).otherwise(original)).to_series()
    kinds = pl.select(pl.when(bad).then(KIND["error"]).otherwise(KIND["text"]).cast(pl.UInt8)).to_series()
    value = None
    if part.value is not None:
        value = pl.repeat(None, len(values), dtype=pl.Float64, eager=True).scatter(at, part.value)
    return Rendered(
        texts.scatter(at, part.text), kinds.scatter(at, part.kind), value, _never(len(values)).scatter(at, part.odd)
    )


def _by_sections(values: pl.Series, numbers: pl.Series, found: NumberFormat, *, date1904: bool) -> Rendered:
    """Numbers (and the texts they came from) by the sections whose conditions they meet."""
    section, condition, unsigned = found.sections[0]
    if condition is None:
        return _in_section(values, numbers, section, unsigned=unsigned, date1904=date1904)
    count = len(values)
    left = pl.repeat(True, count, dtype=pl.Boolean, eager=True)
    text = pl.repeat(None, count, dtype=pl.String, eager=True)
    kind, odd = _kinds("number", count), _never(count)
    value = pl.repeat(None, count, dtype=pl.Float64, eager=True)
    # A number that meets no condition is shown as General.
    for section, condition, unsigned in (*found.sections, *GENERAL.sections):
        here = left & _meets(numbers, condition)
        if not here.any():
            continue
        left &= ~here
        at = here.arg_true()
        one = _in_section(values.gather(at), numbers.gather(at), section, unsigned=unsigned, date1904=date1904)
        text, kind, odd = text.scatter(at, one.text), kind.scatter(at, one.kind), odd.scatter(at, one.odd)
        if one.value is not None:
            value = value.scatter(at, one.value)
    return Rendered(text, kind, value if value.null_count() < count else None, odd)


def _meets(numbers: pl.Series, condition: tuple[str, float] | None) -> pl.Series:
    match condition:
        case None:
            return pl.repeat(True, len(numbers), dtype=pl.Boolean, eager=True)
        case ("<", limit):
            return numbers < limit
        case ("<=", limit):
            return numbers <= limit
        case (">", limit):
            return numbers > limit
        case (">=", limit):
            return numbers >= limit
        case ("=", limit):
            return numbers == limit
        case (_, limit):
            return numbers != limit


def _in_section(values: pl.Series, numbers: pl.Series, section: Section, *, unsigned: bool, date1904: bool) -> Rendered:
    count = len(values)
    if section.dated or section.kind == "elapsed":
        return _dated(values, numbers, section, date1904=date1904)
    if section.kind == "general" and not (unsigned or section.digits):
        return Rendered(_digits(values), _kinds("number", count), None, _never(count))
    places = _places(section)
    if places is None:
        text = _one_by_one(values, section, unsigned=unsigned)
    else:
        text = _expressed(values, numbers, section, places, unsigned=unsigned)
    text = text.set(text == "", None)
    if places is not None and places.bare:
        # Zeros alone: the text is the number where it needs none of them.
        differs = text != _digits(values)
        value = numbers.set(~differs, None) if differs.any() else None
    else:
        value = numbers
    return Rendered(text, _kinds("number", count), value, _never(count))


def _digits(values: pl.Series) -> pl.Series:
    return number_text(values) if values.dtype == pl.String else float_text(values)


def _kinds(name: str, count: int) -> pl.Series:
    return pl.repeat(KIND[name], count, dtype=pl.UInt8, eager=True)


def _never(count: int) -> pl.Series:
    return pl.repeat(False, count, dtype=pl.Boolean, eager=True)


def _one_by_one(values: pl.Series, section: Section, *, unsigned: bool) -> pl.Series:
    """Each distinct number rendered once."""
    distinct = values.unique()
    texts = [render_section(section, exact_number(value), unsigned=unsigned) for value in distinct.to_list()]
    if len(distinct) == len(values):
        distinct = values
        texts = [render_section(section, exact_number(value), unsigned=unsigned) for value in values.to_list()]
        return pl.Series(texts, dtype=pl.String)
    return values.replace_strict(distinct, pl.Series(texts, dtype=pl.String), return_dtype=pl.String)


@dataclass(frozen=True, slots=True)
class _Places:
    """A section that expressions can render.

    Args:
        before: Literals before the first place.
        runs: Counts of digit places with the literals between them; one run, or zeros only.
        least: Digits before the point that are always shown.
        decimals: Digits behind the point that are always shown, and that are shown if they are not zero.
        behind: Literals behind the last place.
    """

    before: str
    runs: tuple[int | str, ...]
    least: int
    decimals: tuple[int, int]
    point: bool
    behind: str

    @property
    def bare(self) -> bool:
        """Nothing but digits is shown: no literal, no point."""
        return not (self.before or self.behind or self.point) and len(self.runs) == 1


@lru_cache(maxsize=2048)
def _places(section: Section) -> _Places | None:
    """How expressions render a section, if they can."""
    if section.ratio is not None or section.exponent is not None or section.digits or section.kind != "number":
        return None
    runs: list[int | str] = []
    least = 0
    figures = "".join(text for sort, text in section.whole if sort == "digit")
    for sort, text in section.whole:
        if sort == "general":
            return None
        if sort == "lit":
            runs.append(text)
        elif runs and isinstance(runs[-1], int):
            runs[-1] += 1
        else:
            runs.append(1)
    before = runs.pop(0) if runs and isinstance(runs[0], str) else ""
    behind = runs.pop() if runs and isinstance(runs[-1], str) else ""
    if not figures or "?" in figures or "0#" in figures or (len(runs) > 1 and ("#" in figures or section.thousands)):
        return None
    least = figures.count("0")
    decimals = "".join(text for sort, text in section.fraction if sort == "digit")
    literals = [at for at, (sort, _) in enumerate(section.fraction) if sort == "lit"]
    if "?" in decimals or "#0" in decimals or (literals and literals != [len(section.fraction) - 1]):
        return None
    if section.point:
        if behind or len(runs) > 1 or not decimals:
            return None
        behind = section.fraction[-1][1] if literals else ""
    places = decimals.count("0"), decimals.count("#")
    return _Places(
        str(before), tuple(runs), least, places, section.point, str(behind) + "".join(text for _, text in section.tail)
    )


def _expressed(
    values: pl.Series, numbers: pl.Series, section: Section, places: _Places, *, unsigned: bool
) -> pl.Series:
    """Numbers by a section of digit places and literals."""
    decimals = sum(places.decimals)
    power = section.shift + decimals
    scaled = numbers.abs() * 10.0**power if power > 0 else numbers.abs() / 10.0**-power
    frame = pl.DataFrame({"f": numbers, "n": scaled}).with_columns(
        n=pl.when(pl.col("n") == pl.col("n").floor()).then("n").otherwise(pl.col("n").round_sig_figs(15))
    )
    large = (frame["n"] >= _EXACT).arg_true()
    frame = frame.with_columns(
        n=pl.when(pl.col("n") < _EXACT).then((pl.col("n") + 0.5).floor()).otherwise(0).cast(pl.Int64)
    )
    digits = pl.col("d")
    text = pl.col("whole")
    frame = frame.with_columns(d=pl.col("n").cast(pl.String).str.zfill(decimals + 1))
    whole = digits.str.head(-decimals) if decimals else digits
    if places.least:
        whole = whole.str.zfill(places.least) if places.least > 1 else whole
    else:
        whole = pl.when(whole == "0").then(pl.lit("")).otherwise(whole)
    frame = frame.with_columns(whole=whole)
    if section.thousands:
        grouped = text.str.reverse().str.replace_all("([0-9]{3})", "${1},").str.reverse().str.strip_prefix(",")
        frame = frame.with_columns(whole=pl.when(text.str.len_bytes() > 3).then(grouped).otherwise(text))
    pieces = [pl.lit(places.before), *_runs(places.runs, text)]
    if places.point:
        always, perhaps = places.decimals
        fraction = digits.str.tail(decimals)
        if perhaps:
            fraction = pl.concat_str(fraction.str.head(always), fraction.str.tail(perhaps).str.strip_chars_end("0"))
        pieces.append(
            pl.concat_str(pl.lit("."), fraction)
            if always
            else pl.when(fraction == "").then(pl.lit("")).otherwise(pl.concat_str(pl.lit("."), fraction))
        )
    pieces.append(pl.lit(places.behind))
    shown = pl.concat_str(pieces)
    if not unsigned:
        negative = (pl.col("f") < 0) & (pl.col("n") > 0)
        shown = pl.when(negative).then(pl.concat_str(pl.lit("-"), shown)).otherwise(shown)
    found = frame.select(text=shown.str.strip_chars()).to_series()
    if len(large):
        found = found.scatter(large, _one_by_one(values.gather(large), section, unsigned=unsigned))
    return found


def _runs(runs: Sequence[int | str], digits: pl.Expr) -> list[pl.Expr]:
    """Digits with literals between their places; those beyond the places stand before the first one."""
    if len(runs) == 1:
        return [digits]
    after = sum(run for run in runs if isinstance(run, int))
    pieces: list[pl.Expr] = []
    first = True
    for run in runs:
        if isinstance(run, str):
            pieces.append(pl.lit(run))
        elif first:
            first = False
            after -= run
            pieces.append(digits.str.head(-after) if after else digits)
        else:
            pieces.append(digits.str.tail(after).str.head(run))
            after -= run
    return pieces


def _dated(values: pl.Series, numbers: pl.Series, section: Section, *, date1904: bool) -> Rendered:
    """Serial numbers as dates, times and elapsed times."""
    limit = _END - (_DAYS_1904 if date1904 else 0)
    # A time that has passed needs no calendar, and may be negative.
    least = -limit if section.kind == "elapsed" else 0
    valid = ((numbers >= least) & (numbers < limit)).fill_null(False)
    # Milliseconds are enough for every clock; more digits are those of a code only.
    digits = section.seconds if section.kind == "elapsed" else 3 if section.seconds else 0
    scale = 10 ** min(digits, 6)
    frame = pl.DataFrame({"f": numbers, "ok": valid}).with_columns(
        t=pl.when("ok").then((pl.col("f") * (_DAY * scale)).round(0)).cast(pl.Int64)
    )
    if section.kind == "elapsed":
        distinct = frame["t"].drop_nulls().unique()
        texts = [render_elapsed(section, ticks * 10 ** max(0, digits - 6)) for ticks in distinct.to_list()]
        shown = frame["t"].replace_strict(distinct, pl.Series(texts, dtype=pl.String), default=None)
        frame = frame.with_columns(text=shown, kind=pl.lit(KIND["time"], dtype=pl.UInt8))
    else:
        text, kind = _calendar(section, scale, date1904=date1904)
        frame = frame.with_columns(text=text, kind=kind)
    if valid.all():
        return Rendered(frame["text"], frame["kind"], None, _never(len(values)))
    wrong = (~valid).arg_true()
    return Rendered(
        frame["text"].scatter(wrong, _digits(values.gather(wrong))),
        frame["kind"].scatter(wrong, _kinds("number", len(wrong))),
        None,
        ~valid,
    )


def _calendar(section: Section, scale: int, *, date1904: bool) -> tuple[pl.Expr, pl.Expr]:
    """Text and kind of ticks (``t``) as a date, a time, or both."""
    ticks = pl.col("t")
    day, rest_of_day = ticks // (_DAY * scale), ticks % (_DAY * scale)
    clock = (rest_of_day * (1_000_000_000 // scale)).cast(pl.Time).dt.to_string("%H:%M:%S")
    if scale > 1:
        clock = (
            pl.when(rest_of_day % scale == 0)
            .then(clock)
            .otherwise(pl.concat_str(clock, pl.lit("."), (rest_of_day % scale).cast(pl.String).str.zfill(3)))
        )
    if date1904:
        date = (day + (_DAYS_1904 - _DAYS_1970)).cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")
        only_time = (day == 0) if section.kind == "time" else pl.lit(False)
    else:
        shifted = day - _DAYS_1970 + (day < 60).cast(pl.Int64)
        date = (
            pl.when(day == 60)
            .then(pl.lit("1900-02-29"))
            .otherwise(shifted.cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d"))
        )
        only_time = day == 0
    only_date = (rest_of_day == 0) if section.kind == "date" else pl.lit(False)
    both = pl.concat_str(date, pl.lit(" "), clock)
    text = pl.when(only_time).then(clock).when(only_date).then(date).otherwise(both)
    kind = pl.when(only_time).then(KIND["time"]).when(only_date).then(KIND["date"]).otherwise(KIND["datetime"])
    return text, kind.cast(pl.UInt8)
