"""The evidence for and against a header as one table: what is seen, how much it weighs, why, and where the rule is from.

The weights are those of a multinomial logistic model: the sheet's rows and "there is no header" are the choices, a choice's
weight is the sum over its signals, and its score the share of its exponential in the sum of all. They were fitted by
``benchmarks/fit_header.py`` on labelled sheets of public repositories (half of the repositories; the other half measured), on the
invented sheets of the tests and on generated tables of people, and shrunk towards zero so that no signal decides alone.
``nothing_sets_it_apart`` came later: it was fitted alone, the others held, on the sheets of both halves and further ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from .facts import RowFacts

__all__ = ["NONE_SIGNALS", "ROW_SIGNALS", "SheetFacts", "Signal", "measure_none", "measure_row", "scores_of", "weigh"]

_Facts = TypeVar("_Facts")

#: Sums are divided by it before they become scores, so that a score of 0.9 is right nine times of ten (cross-validated by
#: repository on the half that was fitted on).
_TEMPERATURE: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What is seen of a sheet as one without a header.

    Args:
        pairs: Whether every line is a label and its value (`label_value_pairs`).
        colons: Share of lines whose first cell ends with a colon.
        first: The facts of its first row; None where that holds only placeholders.
        lines: Rows that hold anything, as far as looked at.
        wide: How many cells the fuller rows have.
    """

    pairs: bool
    colons: float
    first: RowFacts | None
    lines: int
    wide: int


@dataclass(frozen=True, slots=True)
class Signal(Generic[_Facts]):
    """One kind of evidence.

    Args:
        name: Also the machine-readable reason.
        when: How strongly it is there, from 0 to 1.
        weight: What it adds to the sum of a choice at full strength.
        reason: Why it should tell.
        source: Where the rule is from: ``labelled`` (seen in the labelled sheets), a publication, or ``fitted`` alone.
    """

    name: str
    when: Callable[[_Facts], float]
    weight: float
    reason: str
    source: str


def _said(*names: str) -> Callable[[RowFacts], float]:
    return lambda row: row.share(*names)


def _any(most: int, *names: str) -> Callable[[RowFacts], float]:
    return lambda row: min(most, sum(row.said[name] for name in names)) / most


#: Facts that set a cell apart from the cells below it.
_APART: Final = ("kinds_change", "kinds_change_below_texts", "sequence", "sequence_over_texts", "known_words", "shape_changes", "length_changes", "values_repeat_below", "key_over_words")  # fmt: skip


def _nothing_sets_it_apart(row: RowFacts) -> float:
    return float(row.covered > 0 and not any(row.said[name] for name in _APART))


_PYTHEAS: Final = "Christodoulakis et al., Pytheas, VLDB 2020"
_STRUDEL: Final = "Jiang et al., Strudel, EDBT 2021"
_SNIFFER: Final = "csv.Sniffer.has_header"
_SEEN: Final = "labelled"

ROW_SIGNALS: Final[tuple[Signal[RowFacts], ...]] = (
    # -- which of the table's columns it names
    Signal("as_full_as_the_table", lambda row: min(1.0, len(row.cells) / max(1, row.wide)), 2.16, "of the first rows the fullest is most often the header", "OpenRefine, Flatfile: fullest of the first rows"),
    Signal("one_cell_over_two_columns", lambda row: float(len(row.cells) == 1 and row.columns == 2), -1.29, "a title is one cell", _STRUDEL),
    Signal("one_cell_over_columns", lambda row: float(len(row.cells) == 1 and row.columns > 2), -1.65, "a title is one cell", _STRUDEL),
    Signal("narrow_in_a_wide_sheet", lambda row: float(len(row.cells) <= 2 and (row.wide >= 3 or row.short_block) and not row.names_list), -1.43, "a parameter and its value above a table", _SEEN),
    Signal("names_a_list_of_two", lambda row: float(row.names_list), 0.66, "two known labels over a list of two columns are no parameter", _SEEN),
    Signal("parameter_with_colon", lambda row: float(len(row.cells) <= 2 and row.cells[min(row.cells)].text.endswith((":", "："))), -1.55, "a colon stands between a parameter and its value", _PYTHEAS),
    # -- what its cells are
    Signal("known_words", lambda row: row.known, 1.24, "words of labels in any of the languages known, or of the schema", _PYTHEAS),
    Signal("dated", lambda row: float(row.dated), -0.94, "titles tell a day", _SEEN),
    Signal("column_letters", lambda row: float(row.letters), -0.48, "A, B, C is the edge of a printed sheet", _SEEN),
    # -- how its columns change below it
    Signal("kinds_change", _said("kinds_change"), 3.68, "a word over numbers, dates or addresses", _SNIFFER),
    Signal("kinds_change_below_texts", _said("kinds_change_below_texts"), 0.40, "a word over a word over numbers: a group, or units follow", _SEEN),
    Signal("change_comes_later", _said("change_comes_later"), -0.19, "words over several words over numbers stand over another header", _SEEN),
    Signal("kinds_change_partly", _said("kinds_change_partly"), -0.41, "a word over a column that holds some numbers", _SNIFFER),
    Signal("sequence", _said("sequence"), 2.63, "years, months or item numbers count up along a row of labels", _PYTHEAS),
    Signal("sequence_over_texts", _said("sequence_over_texts"), 1.12, "years or days over marks and words", _SEEN),
    Signal("known_label", _said("known_words"), 2.14, "a known label over a column", _PYTHEAS),
    Signal("shape_changes", _said("shape_changes"), 1.41, "every cell below is written in one way and the label in another", _SNIFFER),
    Signal("shape_changes_mostly", _said("shape_changes_mostly"), 0.63, "where some are written otherwise a further row may be", _SEEN),
    Signal("length_changes", _said("length_changes"), 0.69, "all cells below are of one length and the label of another", _SNIFFER),
    Signal("values_repeat_below", _said("values_repeat_below"), 1.73, "a text that never comes again over texts that do", "Good and Turing: how often a further row brings a new value"),
    Signal("prose_below", _said("prose_below"), -1.46, "a short text over long ones", _STRUDEL),
    Signal("key_over_words", _said("key_over_words"), 0.13, "programs join the words of a label by underscores", _SEEN),
    Signal("longer_than_below", _said("longer_than_below"), -0.71, "a label explains what short cells do not", _SEEN),
    # -- what speaks for a row of data
    Signal("nothing_sets_it_apart", _nothing_sets_it_apart, -1.0, "words over words, none known, none of another make than those below", _SEEN),
    Signal("same_kind_below", _said("same_kind_below"), -2.37, "a number over numbers", _SNIFFER),
    Signal("any_same_kind_below", _any(2, "same_kind_below"), -1.85, "already one or two numbers over numbers", _SEEN),
    Signal("value_comes_again", _said("value_comes_again"), -2.02, "a text that comes again in its column is a value", _PYTHEAS),
    Signal("any_value_comes_again", _any(3, "value_comes_again"), -2.56, "already one to three texts that come again", _SEEN),
    Signal("same_code_below", _said("same_code_below"), -0.28, "a code written as every code below", _SNIFFER),
    Signal("same_words_below", _said("same_words_below"), -2.35, "a name of two words over names of two words", _SEEN),
    Signal("same_shape_below", _said("same_shape_below"), -1.54, "a word written as nearly every word below", _SEEN),
    Signal("made_as_below", _said("made_as_below"), -0.98, "it begins, or is as long, as all below", _SEEN),
    Signal("in_order", _said("in_order"), -0.81, "it stands in its place in an alphabetical list", _SEEN),
    Signal("key_over_keys", _said("key_over_keys"), -0.57, "a key over keys is one of them", _SEEN),
    # -- how it stands among its neighbours
    Signal("rows_like_it_above", lambda row: float(row.like_above > 0), -2.68, "a row of the table above it", _STRUDEL),
    Signal("many_rows_like_it_above", lambda row: min(6, row.like_above) / 6, -2.26, "more rows of the table above it", _STRUDEL),
    Signal("rows_like_it_before", lambda row: float(row.like_before), -3.13, "a table above a blank row", _SEEN),
    Signal("texts_right_below", lambda row: row.next_texts, 0.26, "words right below it, over values: that row names the columns, or it holds units", _SEEN),
    Signal("fuller_row_below", lambda row: float(row.next_fuller), 0.37, "the row right below names more of the columns", _SEEN),
    Signal("labels_right_below", lambda row: float(row.next_alike), -1.03, "the row right below is as full and of words over values", _SEEN),
    Signal("after_a_blank_row", lambda row: float(row.after_gap), 0.03, "a blank row stands between notes and the table", _STRUDEL),
    Signal("said_again_below", lambda row: float(row.said_again), 0.16, "labels come again on every page", _SEEN),
    Signal("wider_rows_follow", lambda row: float(row.wider_follows), -0.99, "few rows above far wider ones are a preamble", _SEEN),
    Signal("few_rows_below", lambda row: float(row.columns > 0 and row.body <= 1), -1.01, "one row below proves little", _SEEN),
    Signal("known_words_above_nothing", lambda row: row.known if row.columns == 0 else 0.0, 2.15, "labels of a form that nobody has filled in", _SEEN),
)  # fmt: skip

NONE_SIGNALS: Final[tuple[Signal[SheetFacts], ...]] = (
    Signal("no_labels", lambda _: 1.0, 0.86, "one file in eight of open data has no header", _SEEN),
    Signal("label_value_pairs", lambda sheet: float(sheet.pairs), 2.41, "a list of labels and values has its labels in a column", _PYTHEAS),
    Signal("labels_with_colons", lambda sheet: sheet.colons, 0.94, "a colon stands between a parameter and its value", _PYTHEAS),
    Signal("data_from_the_start", lambda sheet: _first(sheet, "same_kind_below", "value_in_row"), 0.62, "the first row holds values", _SNIFFER),
    Signal("values_from_the_start", lambda sheet: _first(sheet, "value_comes_again", "same_code_below", "same_words_below", "made_as_below", "in_order"), 2.15, "the first row is made as those below", _SEEN),
    Signal("one_column", lambda sheet: float(sheet.wide <= 1), 1.24, "notes have one column", _SEEN),
    Signal("few_rows", lambda sheet: float(sheet.lines <= 3), 0.64, "three rows prove little", _SEEN),
)  # fmt: skip


def _first(sheet: SheetFacts, *names: str) -> float:
    return sheet.first.share(*names) if sheet.first is not None else 0.0


def measure_row(facts: RowFacts) -> dict[str, float]:
    """How strongly each signal of `ROW_SIGNALS` is there."""
    return {signal.name: signal.when(facts) for signal in ROW_SIGNALS}


def measure_none(facts: SheetFacts) -> dict[str, float]:
    """How strongly each signal of `NONE_SIGNALS` is there."""
    return {signal.name: signal.when(facts) for signal in NONE_SIGNALS}


def weigh(signals: Sequence[Signal[_Facts]], measured: Mapping[str, float]) -> tuple[float, tuple[str, ...]]:
    """Sum up the evidence; the reasons are the signals that added or took most, at most four."""
    parts = [(signal.weight * measured[signal.name], signal.name) for signal in signals]
    told = sorted((part for part in parts if abs(part[0]) >= 0.2), key=lambda part: -abs(part[0]))
    return sum(part for part, _ in parts), tuple(name for _, name in told[:4])


def scores_of(sums: Sequence[float]) -> list[float]:
    """The sums of all choices of a sheet as scores that add up to 1."""
    most = max(sums)
    shares = [math.exp((one - most) / _TEMPERATURE) for one in sums]
    return [share / sum(shares) for share in shares]
