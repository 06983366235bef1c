"""Type the cells of one field: sort out what is nothing, hand the rest to the field's type, check the answers.

A column is reduced to its distinct (text, kind) pairs, those are typed by expressions, and the result is spread over the
rows. Where most cells differ the reduction is left out, and the expressions run on the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal

import polars as pl

from .._columns import distinct_texts, fill_null, find_null, find_true, keep_rows, no_flags, repeat
from .._grid import CELL_KINDS, ROW
from .._numbers import float_text
from .._text import fold_series, trim, trim_column
from ..conventions import Conventions
from ..issues import Issues
from ..schema import Field, Schema
from ..separator import Vocabulary, fault_issues
from .answers import type_booleans, type_multi_select, type_select
from .dates import type_dates
from .full_names import type_name_part
from .model import Outcome, Typed, fault, required_missing
from .numbers import type_numbers
from .texts import blank_unseen, check_text, has_invisible, invisible_faults, type_text
from .words import BLANK_NAMES, BLANK_TEXTS, BLANK_VALUES, NO_KEYS, YES_KEYS

__all__ = ["type_cells"]

#: Types of questions that take the number behind a cell and not the text that its format shows.
_VALUED: Final = ("number", "date", "boolean")

#: Distinct cells are looked for only where they pay: finding them costs as much as typing.
_SAMPLE: Final = 20_000

#: What spreadsheets show in a cell whose formula failed, in the languages that have names of their own for it.
_ERROR: Final = r"(?i)^(?:#[^\s#]{1,14}[!?]|#[a-z]{2,8}/0!?|err:\d{3}|#getting_data|#(?:field|spill|calc|connect|busy|blocked|unknown)!?)$"


def type_cells(
    field: Field,
    cells: pl.DataFrame,
    /,
    *,
    letter: str | None,
    schema: Schema,
    conventions: Conventions = Conventions(),  # noqa: B008  (frozen)
    full_name_part: Literal["first", "last"] | None = None,
) -> Typed:
    """Type the cells of one field.

    Args:
        field: What they are to be read as.
        cells: ``_row``, ``text`` and ``kind`` (`CELL_KINDS`, null where unknown); perhaps ``value`` (Float64): the number
            behind a text that is not its digits, which questions for a number, a date, or yes and no take.
        letter: Column letter for the issues.
        schema: For its clear word.
        conventions: How the cells are written. Nothing is detected here: without a separator a cell is one answer.
        full_name_part: The cells hold full names, of which this part is wanted.

    Returns:
        Values as high as the cells and in their order; null for blank, cleared and unreadable cells.

    Issues: placeholder_blank, formula_error, text_control_character, text_trimmed, text_too_long, text_too_short, pattern_mismatch,
        value_not_unique, required_missing, number_invalid, ambiguous_number, number_percent, number_unit,
        number_unit_mixed, number_precision, date_invalid, ambiguous_date_order, two_digit_year, date_time_dropped,
        date_from_number, boolean_invalid, too_many_answers, name_split, and those of `split`.

    >>> from qooper_ingest._grid import CELL_KINDS
    >>> cells = pl.DataFrame({"_row": [2, 3], "text": ["13/04/2024", "05/04/2024"]}).with_columns(
    ...     pl.col("_row").cast(pl.UInt32), kind=pl.lit(None, dtype=CELL_KINDS)
    ... )
    >>> born = Field(key="born", type="date")
    >>> typed = type_cells(born, cells, letter="D", schema=Schema.participants(born))
    >>> typed.values.to_list()
    [datetime.date(2024, 4, 13), datetime.date(2024, 4, 5)]
    """
    each = field.type in _PLAIN_TYPES and full_name_part is None
    distinct, codes = _distinct_cells(cells, each=each, valued=field.type in _VALUED)
    sorted_out = _sort_out(distinct, field, schema)
    unseen = _NO_FAULTS
    if sorted_out["invisible"].any():
        sorted_out, unseen = blank_unseen(sorted_out)
    is_given = sorted_out["state"] == "given"
    given = sorted_out if is_given.all() else keep_rows(sorted_out, is_given)
    outcome = _typer(field, conventions, full_name_part)(given)
    # A value is no longer than its cell.
    longest = sorted_out["longest"].max()
    outcome = check_text(field, given, outcome, length_of_longest=longest if isinstance(longest, int) else 0)
    if sorted_out["invisible"].any():
        outcome.faults.extend(invisible_faults(given, outcome, one_part=full_name_part is not None))
    frame = _beside(sorted_out, outcome.frame)
    if "instruction" not in frame.columns:
        frame = frame.hstack([repeat(_NO_INSTRUCTION, frame.height)])
    if "empty" in frame.columns and frame["empty"].any():
        frame = frame.with_columns(pl.when("empty").then(pl.lit("blank")).otherwise("state").alias("state"))
    frame = frame[["state", "value", "instruction"]]
    if codes is not None:
        frame = frame[codes]
    rows = cells[ROW]
    faults = pl.concat([_state_faults(sorted_out), unseen, *outcome.faults])
    issues = fault_issues(faults, codes, cells.height, rows=rows, column=letter, field=field.key)
    values = frame["value"]
    state = frame["state"]
    if field.unique:
        values, clashes = _unique(values, rows, cells["text"], letter, field)
        issues += clashes
    if field.required:
        issues += required_missing(state, rows, letter, field)
    if len(issues):
        issues = Issues(issues.frame.sort("row", maintain_order=True))
    return Typed(
        values=values.alias(field.key),
        issues=issues,
        instructions=frame["instruction"].alias(field.key)
        if conventions.append_marks and field.type == "multi_select"
        else None,
        clear=(state == "clear").alias(field.key),
        invalid=((state == "error") | _without_value(state, values)).alias(field.key),
    )


def _without_value(state: pl.Series, values: pl.Series) -> pl.Series:
    """Which cells hold an answer that came to nothing. (Those without an answer have no value.)"""
    is_given = state == "given"
    if values.null_count() == values.len() - is_given.sum():
        return no_flags(values.len())
    return is_given & find_null(values)


def _beside(sorted_out: pl.DataFrame, typed: pl.DataFrame) -> pl.DataFrame:
    """The states, and beside them what was typed; null where nothing was."""
    if typed["id"].equals(sorted_out["id"]):
        columns = [typed.get_column(name) for name in typed.columns if name != "id"]
        return pl.DataFrame([sorted_out["state"], *columns])
    return sorted_out.select("id", "state").join(typed, on="id", how="left", maintain_order="left")


_NO_INSTRUCTION: Final = pl.Series("instruction", [None], dtype=pl.String)
_NO_KIND: Final = pl.Series("kind", [None], dtype=CELL_KINDS)


#: Types that do not ask how often a text comes, and cost so little per cell that finding the distinct ones of a few does not pay.
_PLAIN_TYPES: Final = frozenset({"text", "long_text", "location"})
_FEW: Final = 500


def _distinct_cells(cells: pl.DataFrame, *, each: bool, valued: bool) -> tuple[pl.DataFrame, pl.Series | None]:
    """The distinct (text, kind, value) triples with an ``id``, and each row's id; None where every row is taken as it is.

    ``value`` is there only where it is asked for and there is one.

    Args:
        cells: The rows.
        each: Whether the rows may be taken as they are where they are few.
        valued: Whether values are asked for.
    """
    names = ["text", "kind"]
    if valued and "value" in cells.columns and cells["value"].null_count() < cells.height:
        names.append("value")
    pairs = cells[names]
    if each and pairs.height <= _FEW:
        return pairs.hstack([pl.int_range(pairs.height, dtype=pl.UInt32, eager=True).alias("id")]), None
    if pairs.height > 1000:
        sample = pairs["text"].head(_SAMPLE)
        if sample.n_unique() > sample.len() // 2:
            return pairs.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("id")), None
    if pairs["kind"].null_count() == pairs.height:
        texts, codes = distinct_texts(pairs["text"])
        if codes.null_count():
            codes = fill_null(codes, pl.Series([texts.len()], dtype=codes.dtype))
            texts = pl.concat([texts, pl.Series([None], dtype=pl.String)])
        unknown = repeat(_NO_KIND, texts.len())
        numbers = pl.int_range(texts.len(), dtype=pl.UInt32, eager=True)
        return pl.DataFrame([texts.alias("text"), unknown, numbers.alias("id")]), codes
    distinct = pairs.unique(maintain_order=True).with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("id"))
    codes = pairs.join(distinct, on=names, how="left", nulls_equal=True, maintain_order="left")["id"]
    return distinct, codes


def _sort_out(distinct: pl.DataFrame, field: Field, schema: Schema) -> pl.DataFrame:
    """Add ``body`` (the trimmed text, or the digits of the value), ``state`` (blank, nothing, clear, error or given), and of the whole column: ``longest`` (the
    characters of its longest text, where that is asked), ``invisible`` (whether a text holds invisible characters)."""
    words: Literal["names", "values", "texts"] = "texts"
    if field.role in ("first_name", "last_name"):
        words = "names"
    elif field.type in ("number", "date", "boolean", "select", "multi_select"):
        words = "values"
    clear = None if schema.clear_word is None else trim(schema.clear_word)
    body = trim_column(distinct["text"])
    if "value" in distinct.columns:
        value = pl.col("value")
        valued = value.is_not_null()
        if field.type == "boolean":  # other numbers than these say what they show
            valued &= value.is_in([0.0, 1.0])
        body = pl.when(valued).then(pl.lit(float_text(distinct["value"]))).otherwise(body)
    bodies = distinct.with_columns(body.alias("body"))
    frame = bodies.with_columns(*_sorting(words, clear, measured=field.type in ("text", "long_text", "location")))
    at = find_true(frame["state"] == "nothing")
    if at.len() and (field.type == "boolean" or (field.type in ("select", "multi_select") and field.options)):
        return frame.with_columns(frame["state"].scatter(at, _state_of_words(frame[at], field)))
    return frame


#: The text of a formula's error, or a cell that the file itself marks as one.
_IS_ERROR: Final = (pl.col("kind") == "error") | pl.col("body").str.contains(_ERROR)

_NOTHING: Final = {"names": BLANK_NAMES, "values": BLANK_VALUES, "texts": BLANK_TEXTS}


@lru_cache(maxsize=64)
def _sorting(
    words: Literal["names", "values", "texts"], clear: str | None, /, *, measured: bool
) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """The columns that `_sort_out` adds, from ``text``, ``body`` and ``kind``; putting them together costs as much as a query."""
    body = pl.col("body")
    state = (
        pl.when(body.is_null() | (body == ""))
        .then(pl.lit("blank"))
        .when(pl.lit(False) if clear is None else body == clear)
        .then(pl.lit("clear"))
        .when(body.str.to_lowercase().is_in(_NOTHING[words]))
        .then(pl.lit("nothing"))
        .when(_IS_ERROR)
        .then(pl.lit("error"))
        .otherwise(pl.lit("given"))
    )
    longest = body.str.len_chars().max() if measured else pl.lit(None, dtype=pl.UInt32)
    return state.alias("state"), longest.alias("longest"), has_invisible(pl.col("text")).any().alias("invisible")


def _state_of_words(cells: pl.DataFrame, field: Field) -> pl.Series:
    """The state of words for nothing in a column of options, where one called None or N/A is an answer; or of yes and no."""
    choices = Vocabulary.of(field.options, core=None) if field.type != "boolean" else None
    if choices is not None:
        answers = choices.find_all(cells["body"])["number"] != -1
    else:
        answers = fold_series(cells["body"]).is_in([*YES_KEYS, *NO_KEYS])
    state = pl.when(_IS_ERROR).then(pl.lit("error")).otherwise(pl.lit("given"))
    return cells.select(pl.when(answers).then(state).otherwise("state").alias("state")).to_series()


_NO_FAULTS: Final = fault(pl.DataFrame(schema={"id": pl.UInt32, "text": pl.String}), "placeholder_blank")


def _state_faults(sorted_out: pl.DataFrame) -> pl.DataFrame:
    """Cells that are nothing or an error. Of a cell that the file itself marks as an error the reader has told already."""
    state = sorted_out["state"]
    if not ((state == "nothing") | (state == "error")).any():
        return _NO_FAULTS
    told = (pl.col("kind") == "error").fill_null(False)
    return pl.concat(
        [
            fault(sorted_out.filter((pl.col("state") == "nothing") & ~told), "placeholder_blank"),
            fault(sorted_out.filter((pl.col("state") == "error") & ~told), "formula_error"),
        ]
    )


def _typer(
    field: Field, conventions: Conventions, full_name_part: Literal["first", "last"] | None
) -> Callable[[pl.DataFrame], Outcome]:
    match field.type:
        case "number":
            return lambda given: type_numbers(given, conventions.decimal)
        case "date":
            return lambda given: type_dates(given, conventions.date_order)
        case "boolean":
            return type_booleans
        case "select":
            return lambda given: type_select(given, field)
        case "multi_select":
            return lambda given: type_multi_select(given, field, conventions)
        case "text" | "long_text" | "location":
            if full_name_part is not None:
                return lambda given: type_name_part(given, full_name_part)
            return type_text


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
