"""What the text of a cell means for a field: a number, a date, one of the options, or nothing.

Wanted: a typed column for every field, null wherever it would be a guess, and an issue with the source text for
everything that was not read as it stands. How:

* **Nothing** first. Blank cells, invisible characters and what people and programs write for a missing value
  (``_cell_words.py``) are no answer. An option of that name wins, and so does a person called *Null*.
* **Distinct cells once.** A column is reduced to its distinct (text, kind) pairs, those are typed by expressions, and the
  result is spread over the rows. Where most cells differ the reduction is left out, and the expressions run on the rows.
* **Conventions belong to the column.** ``1,234`` is a thousand or one and a bit, ``03/04/2024`` is in March or in April.
  Cells that fit only one reading are the evidence for those that fit both. Without evidence, or with evidence for both,
  a cell that fits both is an issue and null.
* **What the file knows wins.** A cell that a spreadsheet stored as a number or a date is read as that, whatever its
  neighbours look like.

Refused: a serial number as a date unless the file says that it is a number; NaN and infinity; distances between words;
dates without a day; cutting a text that is too long. A value that fails a check of the schema is null, never mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from ._cell_words import CURRENCIES, ERAS, MONTHS, NO, NOTHING, NOTHING_SIGNS, NOTHING_TYPED, WEEKDAYS, YES
from ._columns import distinct_texts
from ._surnames import divide
from ._text import fold, fold_series, trim, trim_series
from .issues import Issues
from .schema import Field, Option, Schema, StatusWord
from .separator import Split, Vocabulary, fault_issues, flag_parts, split
from .words import read_label
from .workbook import CELL_KINDS, ROW

__all__ = [
    "STATES",
    "StatusCells",
    "Typed",
    "are_flags",
    "asked_state",
    "merge_flags",
    "status_cells",
    "type_cells",
    "type_flags",
]

#: States and scopes of the status column.
STATES: Final = pl.Enum(["active", "suspended"])
SCOPES: Final = pl.Enum(["programme", "organisation"])

#: Longest text of a `text` or `location` field that sets no limit of its own: what a text field of the common CRM and HR
#: systems holds (255 characters, after the one byte that counted them). A `long_text` has no limit but the file's.
TEXT_LENGTH: Final = 255

#: Serial numbers of spreadsheets that are taken for dates: 1927 to 2119. Below it stand years and small figures.
_SERIALS: Final = (10_000, 80_000)

#: Years that a date of a person or a programme may have; others are slips, or counted from another epoch.
_YEARS: Final = (1800, 2199)

#: Two-digit years: 00–29 are this century, as spreadsheets read them.
_PIVOT: Final = 30

#: Stored dates that must all have a day up to 12 before a column is suspected of having been turned round.
_SUSPECT_CELLS: Final = 5

#: Digits of a whole number that a 64-bit float holds exactly.
_EXACT_DIGITS: Final = 15

#: Distinct cells are looked for only where they pay: finding them costs as much as typing.
_SAMPLE: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Typed:
    """A column of cells, typed.

    Args:
        values: As high as the cells: String (text, long_text, location, select), Float64, Date, Boolean or List(String);
            null where the cell is blank or could not be read.
        issues: What was odd, in the order of the rows.
        instructions: ``replace``, ``add`` or ``remove`` per cell of a multi-select where marks are enabled, else None.
        clear: True where the cell holds the schema's clear word: the stored value is to go.
        invalid: True where the cell holds something that is not applied.
    """

    values: pl.Series
    issues: Issues
    instructions: pl.Series | None = None
    clear: pl.Series
    invalid: pl.Series

    def __repr__(self) -> str:
        return f"Typed({len(self.values)} cells, {self.values.dtype}, {len(self.issues)} issues)"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StatusCells:
    """A status column, read through the schema's table of words.

    Args:
        state: `STATES`, null where blank or not known.
        scope: How far it reaches, null likewise.
        invalid: True where the word is not in the table: the row is to be rejected.
    """

    state: pl.Series
    scope: pl.Series
    invalid: pl.Series

    def __repr__(self) -> str:
        return f"StatusCells({len(self.state)} cells, {int(self.invalid.sum())} unknown)"


# -- words, made ready once -----------------------------------------------------------------------------------------------


def _spellings(words: Iterable[str]) -> list[str]:
    """Lower-case spellings, with and without accents: a look-up in a large column folds nothing."""
    return list(dict.fromkeys(form for word in words for form in (word.lower(), fold(word))))


_PHRASES: Final = [phrase for line in NOTHING for phrase in line.split("|")]
_NOTHING_IN_NAMES: Final = _spellings(NOTHING_SIGNS)
_NOTHING_IN_TEXT: Final = _spellings([*NOTHING_SIGNS, *_PHRASES])
_NOTHING_TYPED: Final = _spellings([*NOTHING_SIGNS, *_PHRASES, *NOTHING_TYPED])

_YES: Final = {fold(word): True for word in YES}
_NO: Final = {fold(word): False for word in NO}

#: Two-letter pairs of yes and no that collide with other words, and count only in a column that holds nothing else.
_LETTER_PAIRS: Final = ({"o": True, "n": False}, {"e": True, "h": False})

#: A check mark and its opposite in East Asia: where circles stand in the column, an x is not a tick.
_CIRCLES: Final = frozenset(fold(sign) for sign in "○◯〇")

_MONTHS: Final = {
    fold(name): number
    for number, forms in enumerate(MONTHS, start=1)
    for form in forms
    for name in form.split()
}  # fmt: skip

_DIGITS: Final = {
    chr(zero + digit): str(digit)
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)  # Arabic, Persian, Devanagari, Bengali, Thai
    for digit in range(10)
} | {"٫": ".", "٬": "'", "−": "-", "–": "-", "’": "'", "‘": "'", "´": "'", "ʼ": "'"}

#: What spreadsheets show in a cell whose formula failed, in the languages that have names of their own for it.
_ERROR: Final = r"(?i)^(?:#[^\s#]{1,14}[!?]|#[a-z]{2,8}/0!?|err:\d{3}|#getting_data|#(?:field|spill|calc|connect|busy|blocked|unknown)!?)$"


# -- typing --------------------------------------------------------------------------------------------------------------------


def type_cells(
    field: Field,
    cells: pl.DataFrame,
    /,
    *,
    letter: str | None,
    separator: str | None,
    schema: Schema,
    full_name_part: Literal["first", "last"] | None = None,
    marks: bool = False,
    decimal: Literal[".", ","] | None = None,
    date_order: Literal["dmy", "mdy", "ymd"] | None = None,
) -> Typed:
    """Type the cells of one field.

    Args:
        field: What they are to be read as.
        cells: ``_row``, ``text`` and ``kind`` (`CELL_KINDS`, null where unknown).
        letter: Column letter for the issues.
        separator: What stands between the answers of a multi-select.
        schema: For its clear word.
        full_name_part: The cells hold full names, of which this part is wanted.
        marks: Enable append and remove marks of a multi-select.
        decimal: The decimal sign, where a person has said it.
        date_order: The order of day, month and year, where a person has said it.

    Returns:
        Values as high as the cells and in their order; null for blank, cleared and unreadable cells.

    Issues: placeholder_blank, formula_error, text_control_character, text_too_long, text_too_short, pattern_mismatch,
        value_not_unique, required_missing, number_invalid, ambiguous_number, number_percent, number_unit,
        number_unit_mixed, number_precision, date_invalid, ambiguous_date_order, two_digit_year, date_time_dropped,
        date_from_number, boolean_invalid, too_many_answers, name_split, and those of `split`.

    >>> from qooper_ingest.workbook import CELL_KINDS
    >>> cells = pl.DataFrame({"_row": [2, 3], "text": ["13/04/2024", "05/04/2024"]}).with_columns(
    ...     pl.col("_row").cast(pl.UInt32), kind=pl.lit(None, dtype=CELL_KINDS)
    ... )
    >>> born = Field(key="born", type="date")
    >>> typed = type_cells(born, cells, letter="D", separator=None, schema=Schema.participants(born))
    >>> typed.values.to_list()
    [datetime.date(2024, 4, 13), datetime.date(2024, 4, 5)]
    """
    distinct, codes = _distinct_cells(cells)
    choices = _vocabulary(field)
    sorted_out = _sort_out(distinct, field, schema, choices)
    given = sorted_out.filter(pl.col("state") == "given")
    outcome = _typer(
        field, full_name_part=full_name_part, separator=separator, marks=marks, decimal=decimal, date_order=date_order
    )(given)
    outcome = _checked(field, given, outcome)
    frame = sorted_out.select("id", "state").join(outcome.frame, on="id", how="left", maintain_order="left")
    if "instruction" not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("instruction"))
    if "empty" in frame.columns:
        frame = frame.with_columns(pl.when("empty").then(pl.lit("blank")).otherwise("state").alias("state"))
    frame = frame.select("state", "value", "instruction")
    if codes is not None:
        frame = frame.select(pl.all().gather(codes))
    rows = cells[ROW]
    faults = pl.concat([_state_faults(sorted_out), *outcome.faults])
    issues = fault_issues(faults, codes, cells.height, rows=rows, column=letter, field=field.key)
    values = frame["value"]
    state = frame["state"]
    if field.unique:
        values, clashes = _unique(values, rows, cells["text"], letter, field)
        issues += clashes
    if field.required:
        issues += _required(state, rows, letter, field)
    if len(issues):
        issues = Issues(issues.frame.sort("row", maintain_order=True))
    return Typed(
        values=values.alias(field.key),
        issues=issues,
        instructions=frame["instruction"].alias(field.key) if marks and field.type == "multi_select" else None,
        clear=(state == "clear").alias(field.key),
        invalid=((state == "error") | ((state == "given") & values.is_null())).alias(field.key),
    )


def _distinct_cells(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
    """The distinct (text, kind) pairs with an ``id``, and each row's id; None where every row is taken as it is."""
    pairs = cells.select("text", "kind")
    if pairs.height > 1000:
        sample = pairs["text"].head(_SAMPLE)
        if sample.n_unique() > sample.len() // 2:
            return pairs.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("id")), None
    if pairs["kind"].null_count() == pairs.height:
        texts, codes = distinct_texts(pairs["text"])
        if codes.null_count():
            codes = codes.fill_null(texts.len())
            texts = pl.concat([texts, pl.Series([None], dtype=pl.String)])
        distinct = pl.DataFrame({"text": texts}).with_columns(pl.lit(None, dtype=CELL_KINDS).alias("kind"))
        return distinct.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("id")), codes
    distinct = pairs.unique(maintain_order=True).with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("id"))
    codes = pairs.join(distinct, on=["text", "kind"], how="left", nulls_equal=True, maintain_order="left")["id"]
    return distinct, codes


def _vocabulary(field: Field) -> Vocabulary | None:
    if field.type not in ("select", "multi_select") or not field.options:
        return None
    return Vocabulary.of(field.options, core=None)


def _sort_out(distinct: pl.DataFrame, field: Field, schema: Schema, choices: Vocabulary | None) -> pl.DataFrame:
    """Add ``body`` (the trimmed text) and ``state``: blank, nothing, clear, error or given."""
    body = trim_series(distinct["text"]).alias("body")
    frame = distinct.with_columns(body)
    if field.role in ("first_name", "last_name"):
        words = _NOTHING_IN_NAMES
    elif field.type in ("number", "date", "boolean", "select", "multi_select"):
        words = _NOTHING_TYPED
    else:
        words = _NOTHING_IN_TEXT
    nothing = body.str.to_lowercase().is_in(words).fill_null(False)
    if nothing.any() and choices is not None:
        # An option called None or N/A is an answer.
        nothing &= choices.find_all(body.fill_null(""))["number"] == -1
    if nothing.any() and field.type == "boolean":
        nothing &= ~fold_series(body.fill_null("")).is_in([*_YES, *_NO])
    clear = (
        body == trim(schema.clear_word) if schema.clear_word is not None else pl.repeat(False, body.len(), eager=True)
    )
    error = (frame["kind"] == "error").fill_null(False) | body.str.contains(_ERROR).fill_null(False)
    return frame.with_columns(
        pl.when(body.is_null() | (body == ""))
        .then(pl.lit("blank"))
        .when(clear)
        .then(pl.lit("clear"))
        .when(nothing)
        .then(pl.lit("nothing"))
        .when(error)
        .then(pl.lit("error"))
        .otherwise(pl.lit("given"))
        .alias("state")
    )


def _state_faults(sorted_out: pl.DataFrame) -> pl.DataFrame:
    """Cells that are nothing or an error. Of a cell that the file itself marks as an error the reader has told already."""
    told = (pl.col("kind") == "error").fill_null(False)
    return pl.concat(
        [
            _fault(sorted_out.filter((pl.col("state") == "nothing") & ~told), "placeholder_blank"),
            _fault(sorted_out.filter((pl.col("state") == "error") & ~told), "formula_error"),
        ]
    )


def _fault(cells: pl.DataFrame, code: str, detail: pl.Expr | None = None, *, order: int = 1) -> pl.DataFrame:
    """Lines of one code for distinct cells (``id``, ``text``)."""
    return cells.select(
        pl.col("id"),
        pl.lit(order, dtype=pl.UInt32).alias("order"),
        pl.lit(code).alias("code"),
        pl.col("text").alias("value"),
        (pl.lit(None, dtype=pl.String) if detail is None else detail.cast(pl.String)).alias("detail"),
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Typed distinct cells: ``id``, ``value`` (``instruction``; ``empty``: blank after all), and lines of faults."""

    frame: pl.DataFrame
    faults: list[pl.DataFrame]


def _typer(
    field: Field,
    *,
    full_name_part: Literal["first", "last"] | None,
    separator: str | None,
    marks: bool,
    decimal: Literal[".", ","] | None,
    date_order: Literal["dmy", "mdy", "ymd"] | None,
) -> Callable[[pl.DataFrame], _Outcome]:
    match field.type:
        case "number":
            return lambda given: _numbers(given, decimal)
        case "date":
            return lambda given: _dates(given, date_order)
        case "boolean":
            return _booleans
        case "select":
            return lambda given: _select(given, field)
        case "multi_select":
            return lambda given: _multi_select(given, field, separator, marks)
        case "text" | "long_text" | "location":
            if full_name_part is not None:
                return lambda given: _name_part(given, full_name_part)
            return _text


# -- text ------------------------------------------------------------------------------------------------------------------------

#: Control characters, and the ones that turn the direction of a text around, which make it read as what it is not. Line
#: breaks and tabs are ordinary in a cell.
_CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"


def _text(given: pl.DataFrame) -> _Outcome:
    strange = given.filter(pl.col("body").str.contains(_CONTROL))
    detail = pl.col("body").str.extract(f"({_CONTROL})")
    shown = [None if c is None else f"U+{ord(c):04X}" for c in strange.select(detail).to_series().to_list()]
    faults = (
        [_fault(strange, "text_control_character", pl.lit(pl.Series(shown, dtype=pl.String)))] if strange.height else []
    )
    return _Outcome(given.select("id", pl.col("body").alias("value")), faults)


def _checked(field: Field, given: pl.DataFrame, outcome: _Outcome) -> _Outcome:
    """Length and pattern of a text answer. What fails is null; it is never cut to fit."""
    if field.type not in ("text", "long_text", "location"):
        return outcome
    frame, faults = outcome.frame, list(outcome.faults)
    longest = field.max_length if field.max_length is not None else None if field.type == "long_text" else TEXT_LENGTH
    length = pl.col("value").str.len_chars()
    checks: list[tuple[str, pl.Series, pl.Expr]] = []
    if longest is not None:
        found = frame.select((length > longest).fill_null(False)).to_series()
        checks.append(("text_too_long", found, pl.format("{} characters, {} are allowed", length, pl.lit(longest))))
    if field.min_length is not None:
        found = frame.select((length < field.min_length).fill_null(False)).to_series()
        checks.append(
            ("text_too_short", found, pl.format("{} characters, {} are needed", length, pl.lit(field.min_length)))
        )
    if field.pattern is not None:
        checks.append(("pattern_mismatch", _mismatch(frame["value"], field.pattern), pl.lit(None, dtype=pl.String)))
    texts = given.select("id", "text")
    for code, found, detail in checks:
        if found.any():
            lines = frame.filter(found).join(texts, on="id", how="left", maintain_order="left")
            faults.append(_fault(lines, code, detail, order=2))
            frame = frame.with_columns(pl.when(~found).then("value").alias("value"))
    return _Outcome(frame, faults)


def _mismatch(values: pl.Series, pattern: str) -> pl.Series:
    """Which values do not match as a whole. The pattern is Python's, whose syntax the columns' engine does not share, so
    it runs over the distinct values in Python; the host wrote it, not the file."""
    compiled = re.compile(pattern)
    distinct = values.drop_nulls().unique()
    bad = [value for value in distinct.to_list() if compiled.fullmatch(value) is None]
    return values.is_in(bad).fill_null(False)


def _unique(
    values: pl.Series, rows: pl.Series, texts: pl.Series, letter: str | None, field: Field
) -> tuple[pl.Series, Issues]:
    """Answers that stand in several rows: every one of them is reported with the other and not applied."""
    frame = pl.DataFrame({"row": rows, "value": values, "text": texts})
    if values.dtype == pl.List(pl.String):
        frame = frame.with_columns(pl.col("value").list.sort().list.join("\x1f"))
    clash = frame.select(pl.col("value").is_not_null() & pl.col("value").is_duplicated()).to_series()
    if not clash.any():
        return values, Issues.empty()
    first = pl.col("row").first().over("value")
    second = pl.col("row").get(1).over("value")
    lines = frame.filter(clash).select(
        pl.col("row"),
        pl.lit(letter, dtype=pl.String).alias("column"),
        pl.lit(field.key).alias("field"),
        pl.col("text").alias("value"),
        pl.when(pl.col("row") == first).then(second).otherwise(first).alias("other_row"),
    )
    kept = pl.DataFrame({"value": values, "clash": clash}).select(
        pl.when(~pl.col("clash")).then("value").alias("value")
    )
    return kept["value"], Issues.from_frame("value_not_unique", lines)


def _required(state: pl.Series, rows: pl.Series, letter: str | None, field: Field) -> Issues:
    missing = state.is_in(["blank", "nothing", "clear"])
    lines = pl.DataFrame({"row": rows.filter(missing)}).with_columns(
        pl.lit(letter, dtype=pl.String).alias("column"), pl.lit(field.key).alias("field")
    )
    return Issues.from_frame("required_missing", lines)


# -- full names ----------------------------------------------------------------------------------------------------------------------

#: Words that begin a family name of several words.
_PARTICLES: Final = (
    "van|von|vom|zu|zum|zur|der|den|ter|ten|te|de|del|della|dei|di|da|das|do|dos|du|la|le|des|d'|al|el|bin|ibn|ben|bint|abu|"
    "af|av|san|st|st\\.|mac|mc|o"
)
_SUFFIXES: Final = r"(?:jr|sr|junior|senior|ii|iii|iv|ph\.?d|m\.?d|esq)\.?"


def _name_part(given: pl.DataFrame, part: Literal["first", "last"]) -> _Outcome:
    """The first or the last name of a full name: a proposal, marked as one.

    ``Last, First`` is turned round; else the family name is the last word, with the particles in front of it and a suffix
    behind it. Every word goes to one of the two. Names of East Asia without a blank are cut behind a known family name, where
    the script or the other names tell the language (`_surnames`); others stay whole as the last name.
    """
    frame = given.select("id", "text", pl.col("body").str.replace_all(r"\s+", " "))
    body = pl.col("body")
    special = frame["body"].str.contains(
        rf"(?i),|(?:^| )(?:{_PARTICLES}) | {_SUFFIXES}$|[\p{{Hangul}}\p{{Han}}\p{{Hiragana}}\p{{Katakana}}]"
    )
    plain = frame.filter(~special).with_columns(body.str.split(" ").list.last().alias("last"))
    first = pl.when(pl.col("last") != body).then(body.str.strip_suffix(pl.format(" {}", "last")))
    plain = plain.with_columns(first.alias("first")).select("id", "text", "body", "first", "last")
    names = pl.concat([plain, _special_names(frame.filter(special))]).sort("id")
    detail = pl.format("{} | {}", pl.col("first").fill_null(""), pl.col("last"))
    # Once per row, with both parts: the last name is typed from the same cell.
    faults = [_fault(names, "name_split", detail)] if part == "first" else []
    return _Outcome(names.select("id", pl.col(part).alias("value")), faults)


def _special_names(frame: pl.DataFrame) -> pl.DataFrame:
    """``first`` and ``last`` of names with a comma, particles, a suffix, or in East Asian scripts."""
    body = pl.col("body")
    comma = "^([^,]+?) ?, ?([^,]+)$"
    is_suffix = rf"(?i), ?{_SUFFIXES}$"
    whole = rf"(?i)^(?:(?:{_PARTICLES}) )+[^ ]+$|^[^ ]+,? {_SUFFIXES}$"
    western = rf"(?i)^(.+?) ((?:(?:{_PARTICLES}) )+.+|[^ ]+(?:,? {_SUFFIXES})?)$"
    frame = frame.hstack(divide(frame["body"]).rename({"first": "given", "last": "family"}))
    korean = r"^(\p{Hangul}{1,3}) (\p{Hangul}{1,4})$"
    eastern = r"^([\p{Han}\p{Hiragana}\p{Katakana}ー々]+)[ ・]([\p{Han}\p{Hiragana}\p{Katakana}ー々]+)$"
    ways = (
        (
            body.str.contains(comma) & ~body.str.contains(is_suffix),
            body.str.extract(comma, 2),
            body.str.extract(comma, 1),
        ),
        (pl.col("family").is_not_null(), pl.col("given"), pl.col("family")),
        (body.str.contains(korean), body.str.extract(korean, 2), body.str.extract(korean, 1)),
        (body.str.contains(eastern), body.str.extract(eastern, 2), body.str.extract(eastern, 1)),
        (
            ~body.str.contains(whole) & body.str.contains(western),
            body.str.extract(western, 1),
            body.str.extract(western, 2),
        ),
    )
    first = pl.coalesce(pl.when(when).then(given) for when, given, _ in ways)
    last = pl.coalesce(*(pl.when(when).then(family) for when, _, family in ways), body)
    return frame.with_columns(first.alias("first"), last.alias("last")).drop("given", "family")


# -- numbers -------------------------------------------------------------------------------------------------------------------------


def _numbers(given: pl.DataFrame, decimal: Literal[".", ","] | None) -> _Outcome:
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
        _fault(parts.filter(pl.col("size").is_null() & ~pl.col("open")), "number_invalid"),
        _fault(parts.filter("open"), "ambiguous_number"),
        _fault(read.filter(pl.col("percent")), "number_percent", pl.col("value")),
        _fault(units, "number_unit_mixed" if mixed else "number_unit", pl.col("unit")),
        _fault(read.filter(digits.str.len_chars() > _EXACT_DIGITS), "number_precision", pl.col("value"), order=2),
    ]
    return _Outcome(parts.select("id", "value"), faults)


#: Digits with a minus and a decimal point at most, of which none can be a group of thousands: most numbers of most files.
_SIMPLE_NUMBER: Final = r"^-?[0-9]+(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?$"

_PARTS: Final = ("id", "text", "kind", "body", "negative", "percent", "unit", "figure", "sure", "either")


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
        body = body.str.normalize("NFKC").str.replace_many(_DIGITS)
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


# -- dates ---------------------------------------------------------------------------------------------------------------------------

_TIME: Final = (
    r"(?:[T ,]+\d{1,2}[:.]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
)
_ISO: Final = rf"(?i)^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})\.?{_TIME}$"
_BASIC: Final = r"^((?:18|19|20|21)\d{2})(\d{2})(\d{2})$"
_FIGURES: Final = rf"(?i)^(\d{{1,2}})([-/.]) ?(\d{{1,2}})([-/.]) ?(\d{{4}}|'?\d{{2}})\.?{_TIME}$"
_EASTERN: Final = r"^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号號]?(?: ?[(（].[)）])?$"
_TIMED: Final = r"[T ,]\d{1,2}[:.]\d{2}"
_MIDNIGHT: Final = r"[T ,](?:00?[:.]00)(?::00(?:[.,]0+)?)?(?: ?(?:Z|UTC|GMT|[+-]00:?00))?$|(?i)12:00(?::00)? ?am$"
_SPACED: Final = r"^(\d{4})\. (\d{1,2})\. (\d{1,2})\.?$"
_ERA: Final = rf"^({'|'.join(ERAS)}) ?(\d{{1,4}}|元) ?年 ?(\d{{1,2}}) ?月 ?(\d{{1,2}}) ?日?$"


def _dates(given: pl.DataFrame, order: Literal["dmy", "mdy", "ymd"] | None) -> _Outcome:
    """Dates as people and programs write them; the order of day and month is the column's.

    A cell fits an order if that makes it a day of the calendar. Cells that fit one order only are the evidence; with evidence
    for one, the others are read by it. A two-digit year stands last, unless a first figure above 31 shows otherwise.
    """
    frame = _date_parts(given)
    orders = ("dmy", "mdy", "ymd")
    if order != "ymd" and not frame["year_first"].any():
        frame = frame.with_columns(pl.lit(None, dtype=pl.Date).alias("ymd"))
    if order is not None:
        frame = frame.with_columns(pl.lit(None, dtype=pl.Date).alias(other) for other in orders if other != order)
    fits = pl.sum_horizontal(pl.col(each).is_not_null() for each in orders)
    evidence = frame.select(((fits == 1) & pl.col(each).is_not_null()).any().alias(each) for each in orders).row(
        0, named=True
    )
    believed = [pl.col(each) for each in orders if evidence[each]]
    # One day however it is read, or the one reading that the column has evidence for.
    plain = pl.min_horizontal(orders) == pl.max_horizontal(orders)
    told = pl.sum_horizontal(each.is_not_null() for each in believed) == 1 if believed else pl.lit(False)
    value = pl.when(plain).then(pl.coalesce(orders)).when(told).then(pl.coalesce(believed) if believed else None)
    frame = frame.with_columns(pl.coalesce("fixed", value).alias("value"), (fits > 0).alias("fits"))
    iso = pl.col("value").dt.to_string("%Y-%m-%d")
    readings = [pl.col(each).dt.to_string("%Y-%m-%d") for each in orders]
    read = frame.filter(pl.col("value").is_not_null())
    unread = frame.filter(pl.col("value").is_null())
    faults = [
        _fault(unread.filter(~pl.col("fits")), "date_invalid", pl.col("reason")),
        _fault(
            unread.filter("fits"),
            "ambiguous_date_order",
            pl.concat_str(readings, separator=" or ", ignore_nulls=True),
        ),
        _fault(read.filter("short"), "two_digit_year", iso),
        _fault(read.filter("timed"), "date_time_dropped", iso, order=2),
        _fault(read.filter("serial"), "date_from_number", iso),
    ]
    if evidence["dmy"] and not evidence["mdy"]:
        faults += _swapped(frame)
    return _Outcome(frame.select("id", "value"), faults)


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
    return [_fault(stored.filter(days != stored["value"].dt.month()), "date_order_suspect", turned, order=3)]


def _date_parts(given: pl.DataFrame) -> pl.DataFrame:
    """Every reading of a cell: ``fixed`` where the order is plain, else ``dmy``, ``mdy``, ``ymd``; null where it is no day.

    Beside it: ``short`` (the year has two digits), ``year_first`` (the first figure can only be a year), ``timed`` (a time of
    day was left out), ``stored``, ``serial``, ``reason``.
    """
    body = given["body"]
    if (body.str.len_bytes() != body.str.len_chars()).any():
        body = body.str.normalize("NFKC").str.replace_many(_DIGITS)
    frame = given.with_columns(body.str.replace_all(r"\s+", " ").alias("b"), fold_series(body).alias("k"))
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


# -- yes or no -----------------------------------------------------------------------------------------------------------------------


def _booleans(given: pl.DataFrame) -> _Outcome:
    """Yes and no, in any of the languages; words that mean both count only where the column leaves no doubt."""
    frame = given.with_columns(fold_series(given["body"]).alias("key"))
    keys = set(frame["key"].unique().to_list())
    words: dict[str, bool] = {**_YES, **_NO}
    for pair in _LETTER_PAIRS:
        if keys and keys <= set(pair):
            words = {**words, **pair}
    if keys & _CIRCLES:
        words.pop("x", None)
    value = frame["key"].replace_strict(words, default=None, return_dtype=pl.Boolean)
    frame = frame.with_columns(value.alias("value"))
    return _Outcome(frame.select("id", "value"), [_fault(frame.filter(pl.col("value").is_null()), "boolean_invalid")])


# -- choices ---------------------------------------------------------------------------------------------------------------------------


def _select(given: pl.DataFrame, field: Field) -> _Outcome:
    """One of the options: a cell is one answer, whatever stands in it."""
    done = split(given["body"], separator=None, options=field.options, other=field.other, rows=given["id"])
    several = done.values.list.len() > 1
    frame = given.with_columns(done.values.list.first().alias("value"), several.alias("several"))
    frame = frame.with_columns(pl.when(~pl.col("several")).then("value").alias("value"))
    return _Outcome(
        frame.select("id", "value"), [*_as_faults(done.issues), _fault(frame.filter("several"), "too_many_answers")]
    )


def _multi_select(given: pl.DataFrame, field: Field, separator: str | None, marks: bool) -> _Outcome:
    done = split(
        given["body"], separator=separator, options=field.options, other=field.other, marks=marks, rows=given["id"]
    )
    # A cell of which nothing was recognised is null, not an answer of nothing, which would erase the stored one when applied.
    # Nothing but separators is a blank cell.
    none = done.values.list.len() == 0
    frame = given.select("id").with_columns(done.values.alias("value"), (none & (done.unresolved == 0)).alias("empty"))
    frame = frame.with_columns(pl.when(~none).then("value").alias("value"))
    if done.instructions is not None:
        frame = frame.with_columns(done.instructions.cast(pl.String).alias("instruction"))
    return _Outcome(frame, _as_faults(done.issues))


def _as_faults(issues: Issues) -> list[pl.DataFrame]:
    """Issues whose rows are ids of distinct cells, as faults."""
    return [
        issues.frame.select(
            pl.col("row").alias("id"),
            pl.int_range(10, pl.len() + 10, dtype=pl.UInt32).alias("order"),
            "code",
            "value",
            "detail",
        )
    ]


def merge_flags(
    columns: Mapping[str, pl.Series | Sequence[str | None]] | Sequence[tuple[str, pl.Series | Sequence[str | None]]],
    /,
    *,
    options: Sequence[Option | str] | None = None,
    rows: pl.Series | Sequence[int] | None = None,
    field: str | None = None,
) -> Split:
    """Make one multi-select of columns that hold one option each (``Tools: Python``, ``Tools: SQL``).

    Args:
        columns: Label and cells of each. The option is what stands behind the question in the label, or the whole label.
        options: The question's options; a label that is none of them stands for itself.
        rows: Row numbers for the issues; the position from 0 where none are given.
        field: Field key for the issues.

    Returns:
        The options whose cell says yes (or repeats the option), in the order of the columns; null where all are blank.

    Issues: boolean_invalid.

    >>> merge_flags({"Tools: Python": ["1", "0"], "Tools: SQL": ["x", None]}).values.to_list()
    [['Python', 'SQL'], []]
    """
    vocabulary = Vocabulary.of(options, core=None)
    answers: dict[str, pl.Series] = {}
    filled: list[pl.Series] = []
    wrong: list[pl.Series] = []
    issues = []
    for label, cells in columns.items() if isinstance(columns, Mapping) else columns:
        text = (flag_parts(label) or ("", label.strip()))[1]
        number = vocabulary.find(text) if vocabulary is not None else -1
        answer = vocabulary.options[number].value if vocabulary is not None and number >= 0 else text
        column = pl.Series(cells, dtype=pl.String)
        keys = fold_series(trim_series(column))
        said = keys.replace_strict(
            {**_YES, **_NO, fold(text): True, fold(answer): True}, default=None, return_dtype=pl.Boolean
        )
        blank = keys.is_null() | (keys == "") | keys.is_in(_NOTHING_TYPED)
        odd = said.is_null() & ~blank
        numbers = pl.int_range(column.len(), eager=True) if rows is None else pl.Series(rows)
        lines = pl.DataFrame({"row": numbers, "value": column}).filter(odd)
        issues.append(
            Issues.from_frame("boolean_invalid", lines.with_columns(pl.lit(field, dtype=pl.String).alias("field")))
        )
        answers.setdefault(answer, pl.repeat(False, column.len(), dtype=pl.Boolean, eager=True))
        answers[answer] = answers[answer] | said.fill_null(False)
        filled.append(said.is_not_null())
        wrong.append(odd)
    frame = pl.DataFrame({f"{n}": flag for n, flag in enumerate(answers.values())})
    chosen = [
        pl.when(pl.col(f"{n}")).then(pl.lit(answer)).otherwise(pl.lit(None, dtype=pl.String))
        for n, answer in enumerate(answers)
    ]
    values = frame.select(pl.concat_list(chosen).list.drop_nulls().alias("value"))["value"]
    told = pl.DataFrame(filled).select(pl.any_horizontal(pl.all())).to_series()
    return Split(
        values=pl.DataFrame({"value": values, "told": told}).select(pl.when("told").then("value").alias("value"))[
            "value"
        ],
        issues=Issues.concat(issues),
        unresolved=pl.DataFrame(wrong).select(pl.sum_horizontal(pl.all().cast(pl.UInt32))).to_series(),
    )


def type_flags(
    field: Field, columns: Sequence[tuple[str, pl.Series]], /, *, rows: pl.Series, letter: str | None
) -> Typed:
    """Type a multi-select that has a column per option (`are_flags`), as `type_cells` does for one column.

    Args:
        field: The question.
        columns: Label and cells of every column.
        rows: Row numbers for the issues.
        letter: Letter of the first column, for the issues.

    Returns:
        Lists of option values; null where no column says yes, because a row of zeros erases nothing.

    Issues: boolean_invalid, required_missing.
    """
    done = merge_flags(columns, options=field.options, rows=rows, field=field.key)
    none = done.values.is_null() | (done.values.list.len() == 0)
    values = pl.DataFrame({"value": done.values, "none": none}).select(pl.when(~pl.col("none")).then("value"))["value"]
    issues = done.issues
    if field.required:
        state = pl.Series(["blank"]).new_from_index(0, values.len()).zip_with(none, pl.Series(["given"]))
        issues += _required(state, rows, letter, field)
    return Typed(
        values=values.alias(field.key),
        issues=issues,
        clear=pl.repeat(False, values.len(), dtype=pl.Boolean, eager=True).alias(field.key),
        invalid=(done.unresolved > 0).alias(field.key) & none,
    )


def are_flags(labels: Sequence[str], options: Sequence[Option | str], /) -> bool:
    """Whether labels are one option each of one question: the same text before, another option behind.

    >>> are_flags(["Tools: Python", "Tools: SQL"], ["Python", "SQL"]), are_flags(["Tool 1", "Tool 2"], ["Python", "SQL"])
    (True, False)
    """
    vocabulary = Vocabulary.of(options, core=None)
    if vocabulary is None:
        return False
    parts = [flag_parts(label) or ("", label) for label in labels]
    numbers = {vocabulary.find(text) for _, text in parts}
    return len({fold(question) for question, _ in parts}) == 1 and len(numbers) == len(labels) and min(numbers) >= 0


# -- status ----------------------------------------------------------------------------------------------------------------------------


def asked_state(label: str, /) -> Literal["active", "suspended"] | None:
    """The state that a yes means in a column of this label; None where the label asks nothing of the kind.

    >>> asked_state("Is active?"), asked_state("Block sign in"), asked_state("Status")
    ('active', 'suspended', None)
    """
    asks = read_label(label).asks
    return "suspended" if asks == "inactive" else asks


def status_cells(
    cells: pl.Series,
    words: Mapping[str, StatusWord],
    /,
    *,
    yes_means: Literal["active", "suspended"] | None = None,
) -> StatusCells:
    """Read a status column through the host's table of words.

    Args:
        cells: Text per row.
        words: Word → state and scope, compared trimmed and caseless.
        yes_means: For a column whose label asks a question (*Active?*, *Block sign in*): the state of a yes; a no is the other
            one. The table comes first.

    Returns:
        State and scope; null for blank cells and placeholders, which change nothing. Unknown words are ``invalid``.

    >>> done = status_cells(pl.Series(["Active", " SUSPENDED ", "gone", None]), Schema.participants().status_words)
    >>> done.state.to_list(), done.invalid.to_list()
    (['active', 'suspended', None, None], [False, False, True, False])
    """
    texts = trim_series(cells.cast(pl.String))
    distinct = texts.unique().drop_nulls()
    known = {trim(word).casefold(): meaning for word, meaning in words.items()}
    other: Literal["active", "suspended"] = "suspended" if yes_means == "active" else "active"
    states: dict[str, str] = {}
    scopes: dict[str, str] = {}
    blank: list[str] = []
    for text in distinct.to_list():  # the distinct words of a status column
        meaning = known.get(text.casefold())
        key = fold(text)
        if meaning is None and yes_means is not None and (key in _YES or key in _NO):
            meaning = StatusWord(state=yes_means if key in _YES else other)
        if meaning is not None:
            states[text], scopes[text] = meaning.state, meaning.scope
        elif text == "" or text.lower() in _NOTHING_TYPED:
            blank.append(text)
    state = texts.replace_strict(states, default=None, return_dtype=STATES).alias("status")
    scope = texts.replace_strict(scopes, default=None, return_dtype=SCOPES).alias("scope")
    invalid = (texts.is_not_null() & state.is_null() & ~texts.is_in(blank).fill_null(False)).alias("invalid")
    return StatusCells(state=state, scope=scope, invalid=invalid)
