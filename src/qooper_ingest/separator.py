"""Cut the answers of a multi-select cell apart, and find out what stands between them.

Wanted: ``Me, myself and I, Nobody`` with the options *Me, myself and I* and *Nobody* is two answers, told from the
options and never from the comma alone. One separator per file, given by the caller or detected; nothing a person typed is
lost without an issue.

How a cell is split:

1. It is brought to NFC, its line ends to LF, its no-break blanks to blanks. Blank is no answer. A JSON array is parsed.
2. It is cut at the separator, except inside balanced double quotes that enclose a whole answer, and after a backslash. Blank
   pieces are dropped and reported (leading, trailing, doubled).
3. Where options hold the separator themselves, runs of pieces are joined again with their original text, by dynamic
   programming over the pieces: fewest unknown pieces, then fewest answers. Greedy matching fails on ``A, B, C`` with the
   options *A*; *A, B*; *B, C*. More than one complete reading is reported, with the one proposed.
4. A piece is an option exactly (label, value or alias), or by the key of comparison (`fold`) if that is unique, and then
   it is reported. Never by distance, never by substring. What is near is named in the issue and left to a person.

Each distinct cell is split once, and within them each distinct piece is looked up once, all in columns. Where most cells
differ, those that are nothing but known answers are told apart first, the whole column at once. A Python loop runs only over
distinct cells with quotes, escapes or brackets, and over those whose pieces belong to options that hold the
separator.

How the separator is found: only multi-select columns vote, by cells that read completely with a candidate and not
without any, plus a part for those that read partly. Candidates are the usual ones and whatever punctuation stands in the
cells that are not an option as they are. Equal votes, or columns that disagree, go to a person with the counts. A bare blank
and words such as *and* are never detected; they may be given. Without options the pieces must repeat between cells, and
prose and ``Last, First`` are refused.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

import polars as pl

from ._columns import distinct_texts
from ._text import MARKS_RUN, bound_marks, fold, fold_series, trim, trim_series
from .errors import UsageError
from .issues import CATALOGUE, ISSUE_SCHEMA, VALUE_LENGTH, Issues
from .schema import Field, Option, Schema
from .workbook import Table, column_letter

__all__ = [
    "INSTRUCTIONS",
    "ColumnVotes",
    "SeparatorCandidate",
    "SeparatorGuess",
    "Split",
    "detect_separator",
    "flag_parts",
    "guess_separator",
    "nearest",
    "separator_core",
    "split",
]

#: What a cell asks for, where marks are enabled.
INSTRUCTIONS: Final = pl.Enum(["replace", "add", "remove"])

#: Separators that are tried whatever the cells hold: what survey tools, CRMs and spreadsheets write between answers, in
#: Latin, Arabic and East Asian punctuation. Blanks and words are never among them.
USUAL_SEPARATORS: Final = (*";,|\n、；，،؛·•・/／+&\t｜", " - ", " – ", " — ", "<br>", "<br/>")

#: Signs that stand inside words, amounts and sentences. Alone they are no candidates; of several together, only brackets,
#: quotes and the ends of sentences are not.
_WORD_SIGNS: Final = frozenset("-_.'’!?@%€$£()[]{}<>=`´^°")
_NEVER_SIGNS: Final = frozenset(".!?'’\"“”„()[]{}<>")

#: Candidates found in the cells beside the usual ones: a file has one separator, and more than a few mean prose.
_FOUND_CANDIDATES: Final = 12

#: Characters of a separator that is found: longer runs of punctuation are rules and ornaments.
_FOUND_LENGTH: Final = 8

#: Columns shorter than this are split cell by distinct cell: nothing is gained by a road of their own. As many are looked at
#: to choose the road of a longer one.
_COLUMN_CELLS: Final = 2_000

#: Where fewer of the cells are plain, looking for the plain ones costs more than it saves.
_PLAIN_SHARE: Final = 0.5

#: Cells that tell whether the distinct ones are few.
_FIRST_CELLS: Final = 100_000

#: Questions of more options than this are left to the other road: each fortieth costs a pass over the pieces.
_COLUMN_OPTIONS: Final = 200

#: Distinct cells of a column that vote, the most frequent first. Detection has to be sure, not complete.
_VOTING_CELLS: Final = 5_000

#: A partly read cell counts at most this much of a completely read one.
_PART: Final = 0.5

#: Without options: a piece of more words than this is prose.
_PROSE_WORDS: Final = 5

#: Pairs of an unknown piece and an option that are compared for a suggestion; beyond it no suggestion is made.
#: A pair costs some microseconds, and nobody reads ten thousand suggestions.
_SUGGESTION_PAIRS: Final = 40_000

#: Ratio of `difflib` from which an option is called near.
_NEAR: Final = 0.7

#: Longer texts are compared by nobody.
_NEAR_LENGTH: Final = 100

#: An array in a cell longer than this is not parsed as JSON (a spreadsheet cell ends at 32,767 characters).
_JSON_LENGTH: Final = 1_000_000

#: Separators that a hint names where one of them would read an unknown piece.
_HINTED: Final = tuple(";,|\n、；，/+")

#: A detail names labels of the host; of a proposal for a cell of a thousand answers the beginning is enough.
_DETAIL_LENGTH: Final = 4 * VALUE_LENGTH

_ENTITY: Final = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6})$", re.IGNORECASE)
_SHEET_DATE: Final = re.compile(r"\d{1,2}[-. ][^\W\d]{3,5}\.?|[^\W\d]{3,5}[-. ]\d{2,4}|\d{4}-\d{2}-\d{2}( 00:00:00)?")

_UNKNOWN, _AMBIGUOUS, _BLANK = -1, -2, -3


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Split:
    """A column of cells, split.

    Args:
        values: As high as the cells: a list of option values (or pieces, where no options are known); null for a blank
            cell, an empty list for a cell in which no answer was recognised.
        issues: What was odd, in the order of the cells.
        instructions: `INSTRUCTIONS` per cell where marks are enabled, else None.
        unresolved: Per cell, how many pieces were not recognised.
    """

    values: pl.Series
    issues: Issues
    instructions: pl.Series | None = None
    unresolved: pl.Series

    def __repr__(self) -> str:
        return f"Split({len(self.values)} cells, {len(self.issues)} issues)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatorCandidate:
    """How well a separator reads the cells that are not an option as they are.

    Args:
        separator: The text between answers.
        score: Complete cells plus a part of the partly read ones.
        complete: Cells of which every piece is an option.
        partial: Cells of which some pieces are.
    """

    separator: str
    score: float
    complete: int
    partial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnVotes:
    """What one multi-select column says.

    Args:
        field: Key of the field.
        column: Letter of the column, if known.
        cells: Cells with an answer.
        alone: Cells that are an answer as they are, without any separator.
        options: Whether the answers are known. Columns without options count only where no column has them.
        candidates: Ranked; only those that read at least one cell.
    """

    field: str | None
    column: str | None
    cells: int
    alone: int
    options: bool
    candidates: tuple[SeparatorCandidate, ...]

    @property
    def favourite(self) -> str | None:
        """The separator that reads most cells of this column, if one reads any completely."""
        first = self.candidates[:2]
        if not first or not first[0].complete or (len(first) == 2 and first[0].score == first[1].score):
            return None
        return first[0].separator


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatorGuess:
    """What stands between the answers of a file.

    Args:
        separator: The text, or None.
        score: 0 to 1: share of the cells in question that it reads, less where another reads some too.
        state: ``found``; ``none_needed``: every cell is one answer; ``no_evidence``: some are not, and no candidate helps;
            ``undecided``: a tie, or columns that disagree: a person must say.
        candidates: Ranked over all columns.
        columns: The votes per column.
        issues: ``separator_conflict``, ``separator_uncertain``, ``one_column_per_option``.
    """

    separator: str | None
    score: float
    state: Literal["found", "none_needed", "no_evidence", "undecided"]
    candidates: tuple[SeparatorCandidate, ...] = ()
    columns: tuple[ColumnVotes, ...] = ()
    issues: Issues = field(default_factory=Issues.empty)


class _Bound(Protocol):
    @property
    def field(self) -> str: ...
    @property
    def column(self) -> int | None: ...


class _Mapping(Protocol):
    @property
    def bindings(self) -> Iterable[_Bound]: ...


# -- splitting ----------------------------------------------------------------------------------------------------------


def separator_core(separator: str, /) -> str:
    """The part of a separator that counts: ``", "`` and ``","`` are one.

    Blanks around it make no difference, except around a word or a hyphen, which also stand inside answers (``" - "``,
    ``" and "``), and except for a separator that is nothing but blanks.

    Raises:
        UsageError: ``argument_invalid``: an empty separator.

    >>> separator_core(", "), separator_core(" |##| "), separator_core(" - ")
    (',', '|##|', ' - ')
    """
    text = _plain(separator)
    core = text.strip(" ")
    if not text:
        raise UsageError("argument_invalid", reason="a separator is a text of at least one character")
    if not core:
        return text
    if core[0].isalnum() or core[-1].isalnum() or set(core) <= set("-‐‑–—"):
        return text
    return core


def split(
    cells: pl.Series | Sequence[str | None],
    /,
    *,
    separator: str | None,
    options: Sequence[Option | str] | None = None,
    other: bool = False,
    marks: bool = False,
    rows: pl.Series | Sequence[int] | None = None,
    column: str | None = None,
    field: str | None = None,
) -> Split:
    """Split a column of multi-select cells into answers.

    Args:
        cells: Text per row, null or blank for no answer.
        separator: What stands between answers (any text, line break included); None: a cell is one answer.
        options: The allowed answers; None or empty: every piece is an answer.
        other: Free text is allowed beside the options: the tail of a cell that is no option becomes one answer.
        marks: A leading separator or ``+`` asks to add, a leading ``-`` to remove; without it they are reported.
        rows: Row numbers for the issues; the position from 0 where none are given.
        column: Column letter for the issues.
        field: Field key for the issues.

    Returns:
        Lists of option values in the order of the cell, each once. The work is done once per distinct cell.

    Raises:
        UsageError: ``argument_invalid``: an empty separator.

    Issues: unknown_option, normalised_match, ambiguous_option, ambiguous_split, duplicate_selection, other_text,
        leading_delimiter, trailing_delimiter, empty_token, unbalanced_quote.

    >>> done = split(["B, C, A", "a", None], separator=", ", options=["A", "B, C"])
    >>> done.values.to_list(), done.issues.counts()
    ([['B, C', 'A'], ['A'], None], {'normalised_match': 1})
    """
    series = _series(cells)
    core = None if separator is None else separator_core(separator)
    vocabulary = Vocabulary.of(options, core=core)
    known = _known_cells(series, vocabulary, marks=marks)
    rest = series if known is None else series.filter(~known.plain)
    distinct, codes = _distinct(rest)
    done = _split_distinct(distinct, core=core, vocabulary=vocabulary, other=other, marks=marks)
    spread = _spread(done, codes)
    if known is not None:
        spread, codes = _merge(known, spread, codes)
    return Split(
        values=spread["value"].alias(series.name),
        issues=fault_issues(done.faults, codes, len(series), rows=rows, column=column, field=field),
        instructions=spread["instruction"].alias(series.name) if marks else None,
        unresolved=spread["unknown"].alias(series.name),
    )


def _series(cells: pl.Series | Sequence[str | None]) -> pl.Series:
    if not isinstance(cells, pl.Series):
        return pl.Series("cells", list(cells), dtype=pl.String)
    if cells.dtype != pl.String:
        return cells.cast(pl.String)
    return cells


def _distinct(cells: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """The distinct cells and each row's position among them; codes are None where the cells are taken as they are.

    Finding the distinct ones costs as much as splitting, so it is left out where most cells differ.
    """
    if cells.len() > 1000 and _mostly_differ(cells):
        return cells, None
    return distinct_texts(cells)


def _mostly_differ(cells: pl.Series) -> bool:
    """Whether too many of the first cells are distinct for splitting each distinct one once to pay."""
    first = cells.head(_FIRST_CELLS)
    return first.n_unique() > first.len() // 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """Distinct cells, split: ``frame`` (value, unknown, known, gaps, instruction) by position, ``faults`` by ``id``."""

    frame: pl.DataFrame
    faults: pl.DataFrame


FAULT_SCHEMA: Final = pl.Schema(
    {"id": pl.UInt32(), "order": pl.UInt32(), "code": pl.String(), "value": pl.String(), "detail": pl.String()}
)


def _spread(done: _Done, codes: pl.Series | None) -> pl.DataFrame:
    if codes is None:
        return done.frame
    return done.frame.select(pl.all().gather(codes)).with_columns(pl.col("unknown", "known", "gaps").fill_null(0))


def fault_issues(
    faults: pl.DataFrame,
    codes: pl.Series | None,
    height: int,
    *,
    rows: pl.Series | Sequence[int] | None,
    column: str | None,
    field: str | None,
) -> Issues:
    """Faults of distinct cells as issues of all rows that hold them."""
    if faults.is_empty():
        return Issues.empty()
    numbers = pl.int_range(height, dtype=pl.UInt32, eager=True) if rows is None else pl.Series(rows).cast(pl.UInt32)
    ids = pl.int_range(height, dtype=pl.UInt32, eager=True) if codes is None else codes
    places = pl.DataFrame({"place": pl.int_range(height, dtype=pl.UInt32, eager=True), "row": numbers, "id": ids})
    lines = places.join(faults, on="id", how="inner").sort("place", "order")
    severities = {code: CATALOGUE[code].severity.value for code in lines["code"].unique()}
    return Issues(
        lines.select(
            pl.col("code"),
            pl.col("code").replace_strict(severities, return_dtype=ISSUE_SCHEMA["severity"]).alias("severity"),
            pl.col("row"),
            pl.lit(column, dtype=pl.String).alias("column"),
            pl.lit(field, dtype=pl.String).alias("field"),
            pl.col("value").str.slice(0, VALUE_LENGTH),
            pl.lit(None, dtype=pl.UInt32).alias("other_row"),
            pl.col("detail").str.slice(0, _DETAIL_LENGTH),
        )
    )


# -- cells of known answers ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Which cells are nothing but different answers as they are written (or null), and the lists of their values."""

    plain: pl.Series
    values: pl.Series


def _known_cells(cells: pl.Series, vocabulary: Vocabulary | None, *, marks: bool) -> _Known | None:
    """Take the cells that need no care in whole columns; None where it does not pay: few cells, few distinct ones, or
    few plain ones.

    The pieces are cast to an enumeration of the names that can mean nothing else. A cell is plain if each piece is one of
    them and no answer comes twice. That is told by sums: every answer has a bit of its own, and a sum of *n* such powers of
    two has *n* bits exactly if all are different.
    """
    if vocabulary is None or vocabulary.core is None or cells.len() < _COLUMN_CELLS or not _mostly_differ(cells):
        return None
    names = {
        name: number
        for name, number in vocabulary.exact.items()
        if number >= 0 and not _odd_name(name, vocabulary, marks=marks)
    }
    if not names or len(vocabulary.options) > _COLUMN_OPTIONS:
        return None
    # A blank behind the separator is as usual as none; the cells that are written otherwise are left for the careful road.
    sample = cells.gather_every(cells.len() // _COLUMN_CELLS).drop_nulls()
    shares = [(_all_known(sample, cut, names)[0].sum(), cut) for cut in (f"{vocabulary.core} ", vocabulary.core)]
    most, cut = max(shares)
    if most < sample.len() * _PLAIN_SHARE:
        return None
    plain, lists = _all_known(cells, cut, names)
    values = {name: vocabulary.options[number].value for name, number in names.items()}
    if any(name != value for name, value in values.items()):
        old, new = pl.Series(list(values), dtype=pl.String), pl.Series(list(values.values()), dtype=pl.String)
        lists = lists.list.eval(pl.element().replace_strict(old, new, default=None, return_dtype=pl.String))
    return _Known(plain=plain, values=lists)


def _odd_name(name: str, vocabulary: Vocabulary, *, marks: bool) -> bool:
    """Whether a piece with this text may be more than the option, or part of one."""
    signs = '"' in name or "\\" in name or name.startswith("[") or (marks and name[0] in "+-")
    return signs or (vocabulary.core or "") in name or fold(name) in vocabulary.fragments


def _all_known(cells: pl.Series, cut: str, names: Mapping[str, int]) -> tuple[pl.Series, pl.Series]:
    """Which cells are different known names only, and the cells cut."""
    lists = cells.str.split(cut)
    pieces = lists.explode(empty_as_null=True).cast(pl.Enum(list(names)), strict=False).to_physical()
    # Every cell has at least one piece: an empty text is one, and null explodes to one.
    lengths = lists.list.len().fill_null(1)
    last = lengths.cum_sum() - 1
    answers = pl.repeat(0, cells.len(), dtype=pl.UInt32, eager=True)
    # The running sums over all pieces have to stay below 2⁶⁴.
    width = 63 - pieces.len().bit_length()
    for first in range(0, max(names.values()) + 1, width):
        bits = [1 << number - first if first <= number < first + width else 0 for number in names.values()]
        sums = pl.Series(bits, dtype=pl.UInt64).gather(pieces).fill_null(0).cum_sum().gather(last)
        answers += (sums - sums.shift(1, fill_value=0)).bitwise_count_ones()
    return (answers == lengths) | cells.is_null(), lists


def _merge(known: _Known, rest: pl.DataFrame, codes: pl.Series | None) -> tuple[pl.DataFrame, pl.Series | None]:
    """The plain cells and the others in their order; the codes of the others' faults, null for the plain ones."""
    instruction = pl.lit("replace", dtype=INSTRUCTIONS)
    if rest.is_empty():
        unknown = pl.lit(0, dtype=pl.UInt32).alias("unknown")
        given = pl.when(known.values.is_not_null()).then(instruction).alias("instruction")
        return pl.select(known.values.alias("value")).with_columns(unknown, given), codes
    place = (~known.plain).cast(pl.UInt32).cum_sum() - 1
    place = place.set(known.plain, None)
    spread = rest.select(pl.col("value", "unknown", "instruction").gather(place))
    done = known.values.is_not_null() & known.plain
    frame = spread.with_columns(
        known.values.zip_with(known.plain, spread["value"]).alias("value"),
        pl.col("unknown").fill_null(0),
        pl.when(done).then(instruction).otherwise("instruction").alias("instruction"),
    )
    return frame, place if codes is None else codes.gather(place)


# -- the vocabulary -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Vocabulary:
    """The names of a question's options, ready for look-ups.

    Args:
        options: In the schema's order; a text's number in the tables below is a position in it.
        exact: Name → number, or `_AMBIGUOUS` where two options share it.
        folded: Key → number, or `_AMBIGUOUS`.
        shared: Text or key → the labels of the options that share it.
        fragments: Keys of the pieces of names that hold the separator: only cells with two of them can hold such a name.
        longest: Pieces of the longest name.
        core: The separator.
    """

    options: tuple[Option, ...]
    exact: Mapping[str, int]
    folded: Mapping[str, int]
    shared: Mapping[str, tuple[str, ...]]
    fragments: frozenset[str]
    longest: int
    core: str | None

    @staticmethod
    def of(options: Sequence[Option | str] | None, *, core: str | None) -> Vocabulary | None:
        """None where no options are known."""
        if not options:
            return None
        given = tuple(Option(value=option) if isinstance(option, str) else option for option in options)
        exact: dict[str, dict[int, None]] = {}
        aliases: dict[str, dict[int, None]] = {}
        folded: dict[str, dict[int, None]] = {}
        fragments: set[str] = set()
        longest = 1
        for number, option in enumerate(given):
            for rank, name in enumerate(option.names):
                text = trim(_plain(name))
                if not text:
                    continue
                # An alias never takes a text from the option whose label or value it is.
                own = rank < len(dict.fromkeys(n for n in (option.label, option.value) if n))
                (exact if own else aliases).setdefault(text, {})[number] = None
                folded.setdefault(_key(text, core), {})[number] = None
                for parts in _parts(text, core):
                    longest = max(longest, len(parts))
                    fragments.update(fold(part) for part in parts)
        named = {**aliases, **exact}
        labels = {n: option.label or option.value for n, option in enumerate(given)}
        return Vocabulary(
            options=given,
            exact={text: _one(numbers) for text, numbers in named.items()},
            folded={key: _one(numbers) for key, numbers in folded.items()},
            shared={
                text: tuple(labels[n] for n in numbers)
                for text, numbers in (*folded.items(), *named.items())
                if len(numbers) > 1
            },
            fragments=frozenset(fragments),
            longest=longest,
            core=core,
        )

    def label(self, number: int) -> str:
        option = self.options[number]
        return option.label or option.value

    def find(self, text: str) -> int:
        """The number of a text: exact, then by its key; `_UNKNOWN` or `_AMBIGUOUS`."""
        number = self.exact.get(text)
        return self.folded.get(_key(text, self.core), _UNKNOWN) if number is None else number

    def find_all(self, texts: pl.Series) -> pl.DataFrame:
        """`find` for distinct texts: ``number`` and whether it was found by its key (``loose``)."""
        number = texts.replace_strict(
            pl.Series(list(self.exact), dtype=pl.String),
            pl.Series(list(self.exact.values()), dtype=pl.Int32),
            default=None,
            return_dtype=pl.Int32,
        )
        loose = number.is_null()
        if loose.any():
            keys = _key_series(texts.filter(loose), self.core)
            found = keys.replace_strict(
                pl.Series(list(self.folded), dtype=pl.String),
                pl.Series(list(self.folded.values()), dtype=pl.Int32),
                default=_UNKNOWN,
                return_dtype=pl.Int32,
            )
            number = number.scatter(loose.arg_true(), found)
        return pl.DataFrame({"text": texts, "number": number.alias("number"), "loose": loose.alias("loose")})


def _one(numbers: Mapping[int, None]) -> int:
    return next(iter(numbers)) if len(numbers) == 1 else _AMBIGUOUS


def _parts(text: str, core: str | None) -> list[list[str]]:
    """A name cut at the separator, as it is and in its folded form, where that makes more than one piece of it."""
    if core is None:
        return []
    cut = [text.split(core), fold(text).split(fold(core) or " ")]
    return [parts for parts in cut if len(parts) > 1]


def _key(text: str, core: str | None) -> str:
    """The key of comparison, blanks around the separator left out: ``A,B`` and ``A, B`` are one name."""
    key = fold(text)
    sign = fold(core).strip(" ") if core else ""
    return re.sub(f" ?{re.escape(sign)} ?", lambda _: sign, key) if sign and sign in key else key


def _key_series(texts: pl.Series, core: str | None) -> pl.Series:
    keys = fold_series(texts)
    sign = fold(core).strip(" ") if core else ""
    if not sign:
        return keys
    for around in (f"{sign} ", f" {sign}"):
        keys = keys.str.replace_all(around, sign, literal=True)
    return keys


def _plain(text: str) -> str:
    """NFC, line ends as LF, no-break blanks as blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", bound_marks(text)).replace("\xa0", " ")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _plain_series(cells: pl.Series) -> pl.Series:
    if cells.str.contains("\r", literal=True).any():
        cells = cells.str.replace_all("\r\n?", "\n")
    if (cells.str.len_bytes() != cells.str.len_chars()).any():
        cells = cells.str.replace_all(rf"(\p{{M}}{{{MARKS_RUN}}})\p{{M}}+", "$1").str.normalize("NFC")
        cells = cells.str.replace_all("\xa0", " ", literal=True)
    return cells


# -- distinct cells ---------------------------------------------------------------------------------------------------------


def _split_distinct(
    cells: pl.Series,
    *,
    core: str | None,
    vocabulary: Vocabulary | None,
    other: bool,
    marks: bool,
    explain: bool = True,
) -> _Done:
    """Split distinct cells: the plain ones by list expressions, the others piece by piece."""
    lists, pieces = _pieces(cells, core)
    bare = _plain_series(pieces)
    if not (bare == pieces).all():
        # Line ends, no-break blanks or decomposed letters somewhere: they may make up the separator.
        cells = _plain_series(cells)
        lists, pieces = _pieces(cells, core)
    plain, values = _plain_cells(lists, pieces, vocabulary=vocabulary, marks=marks)
    frame = pl.DataFrame({"value": values}).with_columns(
        pl.col("value").list.len().alias("known"),
        pl.lit(0, dtype=pl.UInt32).alias("unknown"),
        pl.lit(0, dtype=pl.UInt32).alias("gaps"),
        pl.lit("replace", dtype=INSTRUCTIONS).alias("instruction"),
    )
    if plain.all():
        return _Done(frame=frame, faults=pl.DataFrame(schema=FAULT_SCHEMA))
    positions = (~plain).arg_true().cast(pl.UInt32)
    rest = pl.DataFrame({"id": positions, "text": trim_series(cells.gather(positions))})
    blank = rest.filter(pl.col("text").is_null() | (pl.col("text") == "")).select("id")
    rest = rest.filter(pl.col("text") != "")
    parts = [frame.filter(plain).with_columns(plain.arg_true().cast(pl.UInt32).alias("id")), blank]
    faults = pl.DataFrame(schema=FAULT_SCHEMA)
    if rest.height:
        done = _careful_cells(
            rest["id"], rest["text"], core=core, vocabulary=vocabulary, other=other, marks=marks, explain=explain
        )
        parts.append(done.frame)
        faults = done.faults
    whole = pl.concat(parts, how="diagonal").sort("id").with_columns(pl.col("known", "unknown", "gaps").fill_null(0))
    return _Done(frame=whole.select("value", "known", "unknown", "gaps", "instruction"), faults=faults)


def _pieces(cells: pl.Series, core: str | None) -> tuple[pl.Series, pl.Series]:
    """The cells cut at every separator, and the distinct pieces."""
    lists = cells.str.split(core) if core is not None else cells.reshape((-1, 1)).arr.to_list()
    return lists, lists.explode(empty_as_null=True).unique()


def _plain_cells(
    lists: pl.Series, pieces: pl.Series, *, vocabulary: Vocabulary | None, marks: bool
) -> tuple[pl.Series, pl.Series]:
    """Which cells are nothing but distinct known pieces, and the lists of them (of no meaning for the other cells)."""
    bare = trim_series(pieces)
    odd = (bare == "") | bare.str.contains(r'^\[|["\\]')
    if marks:
        odd |= bare.str.contains(r"^[+-]")
    if vocabulary is None:
        # One number per trimmed text, so that doubled ones are noticed.
        number = bare.rank("dense").cast(pl.Int32)
        answers = bare
    else:
        found = vocabulary.find_all(bare)
        number = found["number"]
        odd |= found["loose"]
        if vocabulary.longest > 1:
            odd |= fold_series(bare).is_in(list(vocabulary.fragments))
        answers = number.replace_strict(
            list(range(len(vocabulary.options))),
            [option.value for option in vocabulary.options],
            default=None,
            return_dtype=pl.String,
        )
    odd = odd.fill_null(True) | (number < 0)
    number = number.zip_with(~odd, pl.repeat(_UNKNOWN, bare.len(), dtype=pl.Int32, eager=True))
    numbers = lists.list.eval(pl.element().replace_strict(pieces, number, return_dtype=pl.Int32))
    plain = numbers.list.n_unique() == numbers.list.len()
    if odd.any():
        plain &= numbers.list.min() >= 0
    if not (answers == pieces).fill_null(False).all():
        lists = lists.list.eval(pl.element().replace_strict(pieces, answers, return_dtype=pl.String))
    return plain.fill_null(False), lists


def _careful_cells(
    ids: pl.Series,
    texts: pl.Series,
    *,
    core: str | None,
    vocabulary: Vocabulary | None,
    other: bool,
    marks: bool,
    explain: bool,
) -> _Done:
    """Split the cells in which anything is odd, and say what.

    Every cell becomes lines of one frame of pieces; a Python function cuts those that a list expression cannot.
    """
    cells = pl.DataFrame({"id": ids, "cell": texts}).with_columns(pl.col("cell").alias("body"))
    if marks:
        cells = _take_marks(cells, core=core, vocabulary=vocabulary)
    hard = _needs_scan(cells["body"], core=core, vocabulary=vocabulary)
    easy = cells.filter(~hard).select("id", "body")
    cut = pl.col("body").str.split(core) if core is not None else pl.concat_list("body")
    pieces = easy.select("id", cut.alias("raw")).with_columns(pl.lit(False).alias("array"), pl.col("raw").alias("text"))
    bodies = cells.filter(hard)["body"].to_list()
    read = {body: _scan(body, core, vocabulary) for body in dict.fromkeys(bodies)}
    scans = [read[body] for body in bodies]
    scanned = pl.DataFrame(
        {
            "id": cells.filter(hard)["id"],
            "raw": [scan.raw for scan in scans],
            "array": [scan.array for scan in scans],
            "text": [scan.text for scan in scans],
        },
        schema={"id": pl.UInt32, "raw": pl.List(pl.String), "array": pl.Boolean, "text": pl.List(pl.String)},
    )
    pieces = (
        pl.concat([pieces, scanned.select(pieces.columns)])
        .with_columns(pl.col("raw").list.len().alias("count"))
        .explode("raw", "text", empty_as_null=True)
        .filter(pl.col("raw").is_not_null())
        .with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("id").alias("at"))
    )
    pieces = pieces.with_columns(trim_series(pieces["text"]).alias("text")).join(
        cells.select("id", "cell", *(["sign"] if marks else [])), on="id", how="left"
    )
    if marks:
        pieces = _take_signs(pieces, vocabulary=vocabulary)
    pieces = _look_up(pieces, vocabulary)
    if other and vocabulary is not None:
        pieces = _join_tails(pieces, core)
    first = pl.struct("id", "answer").is_first_distinct()
    pieces = pieces.with_columns((pl.col("answer").is_not_null() & ~first).alias("again"))
    frame = (
        pieces.group_by("id")
        .agg(
            pl.col("answer").filter(pl.col("answer").is_not_null() & ~pl.col("again")).alias("value"),
            (pl.col("number") >= 0).sum().cast(pl.UInt32).alias("known"),
            pl.col("number").is_in([_UNKNOWN, _AMBIGUOUS]).sum().cast(pl.UInt32).alias("unknown"),
            ((pl.col("number") == _BLANK) & (pl.col("at") > 0) & (pl.col("at") + 1 < pl.col("count")))
            .sum()
            .cast(pl.UInt32)
            .alias("gaps"),
        )
        .join(cells.select("id", *(["instruction"] if marks else [])), on="id", how="right", maintain_order="right")
        .with_columns(
            pl.col("value").fill_null(pl.lit([], dtype=pl.List(pl.String))),
            pl.col("known", "unknown", "gaps").fill_null(0),
        )
    )
    if not marks:
        frame = frame.with_columns(pl.lit("replace", dtype=INSTRUCTIONS).alias("instruction"))
    frame = frame.select("value", "known", "unknown", "gaps", "instruction", "id")
    if not explain:
        return _Done(frame=frame, faults=pl.DataFrame(schema=FAULT_SCHEMA))
    faults = [
        *_blank_faults(pieces),
        *_scan_faults(cells.filter(hard), scans),
        *_piece_faults(pieces, vocabulary, core),
    ]
    return _Done(
        frame=frame,
        faults=pl.concat([fault.select(FAULT_SCHEMA.names()).cast(FAULT_SCHEMA) for fault in faults]),
    )


def _take_marks(cells: pl.DataFrame, *, core: str | None, vocabulary: Vocabulary | None) -> pl.DataFrame:
    """Take the mark off a cell's beginning: a separator or ``+`` adds, ``-`` removes.

    A sign that begins an option is no mark, nor is a hyphen with a blank behind it, which is a bullet.
    """
    head = pl.col("body").str.split(core).list.first() if core is not None else pl.col("body")
    heads = trim_series(cells.select(head.alias("head"))["head"])
    known = (
        (vocabulary.find_all(heads)["number"] >= 0)
        if vocabulary is not None
        else pl.repeat(False, len(heads), eager=True)
    )
    leading = pl.col("body").str.starts_with(core) if core is not None else pl.lit(False)
    plus = pl.col("body").str.starts_with("+") & ~pl.lit(known)
    minus = pl.col("body").str.contains(r"^-[^\s-]") & ~pl.lit(known)
    return cells.with_columns(
        pl.when(leading | plus)
        .then(pl.lit("add"))
        .when(minus)
        .then(pl.lit("remove"))
        .otherwise(pl.lit("replace"))
        .cast(INSTRUCTIONS)
        .alias("instruction"),
        pl.when(~leading & plus).then(pl.lit("+")).when(~leading & minus).then(pl.lit("-")).alias("sign"),
        pl.when(leading)
        .then(pl.col("body").str.strip_prefix(core if core is not None else ""))
        .when(plus | minus)
        .then(pl.col("body").str.slice(1))
        .otherwise(pl.col("body"))
        .str.strip_chars_start(" ")
        .alias("body"),
    )


def _take_signs(pieces: pl.DataFrame, *, vocabulary: Vocabulary | None) -> pl.DataFrame:
    """Take the cell's sign off the other pieces too (``+A;+B``), unless an option is written with it."""
    signed = pieces.select(
        pl.col("sign").is_not_null() & pl.col("text").str.starts_with(pl.col("sign").fill_null("")) & (pl.col("at") > 0)
    ).to_series()
    if vocabulary is not None:
        signed &= vocabulary.find_all(pieces["text"])["number"] < 0
    return pieces.with_columns(
        pl.when(signed).then(pl.col("text").str.slice(1).str.strip_chars_start(" ")).otherwise("text").alias("text")
    )


def _needs_scan(bodies: pl.Series, *, core: str | None, vocabulary: Vocabulary | None) -> pl.Series:
    """Cells that a list expression cannot cut: quotes, escapes, arrays, and pieces that may belong together."""
    hard = bodies.str.contains(r'(?s)["\\]|^\[.*\]$')
    if vocabulary is not None and vocabulary.longest > 1 and core is not None:
        pieces = (
            pl.DataFrame({"body": bodies})
            .select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), pl.col("body").str.split(core).alias("piece"))
            .explode("piece", empty_as_null=True)
        )
        distinct = pieces["piece"].unique()
        fragment = fold_series(distinct).is_in(list(vocabulary.fragments))
        counts = pieces.filter(pl.col("piece").is_in(distinct.filter(fragment).implode())).group_by("at").len()
        joined = counts.filter(pl.col("len") > 1)["at"]
        hard = hard | pl.int_range(bodies.len(), dtype=pl.UInt32, eager=True).is_in(joined.implode())
    return hard


# -- one cell with quotes, escapes, an array, or options that hold the separator ----------------------------------------


@dataclass(frozen=True, slots=True)
class _Scan:
    """The pieces of one cell: as written, and as meant (unquoted, unescaped, joined)."""

    raw: list[str]
    text: list[str]
    array: bool = False
    unbalanced: bool = False
    ambiguous: bool = False


def _scan(body: str, core: str | None, vocabulary: Vocabulary | None) -> _Scan:
    array = _array(body)
    if array is not None and not (vocabulary is not None and vocabulary.find(body) >= 0):
        return _Scan(raw=array, text=array, array=True)
    spans, unbalanced = _cut(body, core)
    if vocabulary is not None and vocabulary.longest > 1 and len(spans) > 1:
        raw, text, ambiguous = _segment(body, spans, core, vocabulary)
    else:
        raw = [body[start:end] for start, end in spans]
        text = [_meant(piece, core, vocabulary) for piece in raw]
        ambiguous = False
    return _Scan(raw=raw, text=text, unbalanced=unbalanced, ambiguous=ambiguous)


def _array(body: str) -> list[str] | None:
    """The items of a JSON array of scalars, or None for anything else."""
    if not (body.startswith("[") and body.endswith("]")) or len(body) > _JSON_LENGTH:
        return None
    try:
        items = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    texts = []
    for item in items:
        if item is None:
            continue
        if not isinstance(item, (str, bool)):
            return None
        text = item if isinstance(item, str) else ("true" if item else "false")
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            return None  # half a character, which no column of text can hold
        if trim(text):
            texts.append(_plain(text))
    return texts


def _cut(body: str, core: str | None) -> tuple[list[tuple[int, int]], bool]:
    """Cut at the separator outside of quotes and escapes: (start, end) of every piece, and whether a quote stays open.

    A quote opens only at the beginning of a piece and closes only before a separator or the end; any other is a
    character, as is one that never closes.
    """
    spans: list[tuple[int, int]] = []
    # Quotes in even number are a quotation inside the text; of an odd number, one has lost its partner.
    odd = body.count('"') % 2 == 1
    unbalanced = False
    start = 0
    at = 0
    fresh = True
    while at < len(body):
        character = body[at]
        if core is not None and body.startswith(core, at):
            spans.append((start, at))
            at += len(core)
            start = at
            fresh = True
        elif character == "\\" and core is not None and at + 1 < len(body):
            step = len(core) if body.startswith(core, at + 1) else 1 if body[at + 1] in '\\"' else 0
            at += 1 + step
            fresh = False
        elif character == '"' and fresh:
            closing = _closing_quote(body, at, core)
            unbalanced |= closing is None and odd
            at = at + 1 if closing is None else closing + 1
            fresh = False
        else:
            fresh = fresh and character in " \t\n"
            at += 1
    spans.append((start, len(body)))
    return spans, unbalanced


def _closing_quote(body: str, opening: int, core: str | None) -> int | None:
    """The quote that closes the one at ``opening``; doubled quotes inside are skipped."""
    at = opening + 1
    while (at := body.find('"', at)) >= 0:
        if body.startswith('""', at) and not _ends_piece(body, at + 1, core):
            at += 2
            continue
        return at if _ends_piece(body, at + 1, core) else None
    return None


def _ends_piece(body: str, at: int, core: str | None) -> bool:
    while at < len(body) and body[at] == " ":
        at += 1
    return at == len(body) or (core is not None and body.startswith(core, at))


def _meant(raw: str, core: str | None, vocabulary: Vocabulary | None) -> str:
    """A piece without its quotes and escapes, unless an option is written with them."""
    text = trim(raw)
    if vocabulary is not None and text in vocabulary.exact:
        return text
    if len(text) > 1 and text.startswith('"') and _closing_quote(text, 0, None) == len(text) - 1:
        text = trim(text[1:-1].replace('""', '"'))
    if "\\" in text and core is not None:
        text = re.sub(rf'\\({re.escape(core)}|["\\])', lambda match: match[1], text)
    return text


def _segment(
    body: str, spans: list[tuple[int, int]], core: str | None, vocabulary: Vocabulary
) -> tuple[list[str], list[str], bool]:
    """Join the pieces that belong together: fewest unknown pieces, then fewest dropped blanks, answers, loose matches.

    Dynamic programming from the end: the best reading of the pieces from each position on, and how many complete readings
    there are that drop as few blanks.
    """
    count = len(spans)
    part = [fold(body[start:end]) in vocabulary.fragments for start, end in spans]
    best: list[tuple[int, int, int, int]] = [(0, 0, 0, 0)] * (count + 1)
    step = [1] * count
    texts = [""] * count
    ways = [0] * count + [1]
    for start in range(count - 1, -1, -1):
        options: list[tuple[tuple[int, int, int, int], int, int, str]] = []
        for length in range(1, min(vocabulary.longest, count - start) + 1):
            if length > 1 and not (part[start] and part[start + length - 1]):
                break
            raw = body[spans[start][0] : spans[start + length - 1][1]]
            text = _meant(raw, core, vocabulary)
            number = vocabulary.find(text) if text else _BLANK
            if length > 1 and number < 0:
                continue
            own = (
                int(number in (_UNKNOWN, _AMBIGUOUS)),
                int(number == _BLANK),
                int(number != _BLANK),
                int(number >= 0 and text not in vocabulary.exact),
            )
            rest = best[start + length]
            cost = (own[0] + rest[0], own[1] + rest[1], own[2] + rest[2], own[3] + rest[3])
            options.append((cost, -length, start + length, text))
        cost, negative, _, text = min(options)
        best[start], step[start], texts[start] = cost, -negative, text
        ways[start] = min(2, sum(ways[after] for each, _, after, _ in options if each[:2] == cost[:2]))
    raws: list[str] = []
    meant: list[str] = []
    at = 0
    while at < count:
        raws.append(body[spans[at][0] : spans[at + step[at] - 1][1]])
        meant.append(texts[at])
        at += step[at]
    return raws, meant, best[0][0] == 0 and ways[0] > 1


# -- pieces -------------------------------------------------------------------------------------------------------------------


def _look_up(pieces: pl.DataFrame, vocabulary: Vocabulary | None) -> pl.DataFrame:
    """Add ``number`` (of the option, or why there is none), ``loose`` and ``answer`` (the option's value)."""
    blank = pl.col("text") == ""
    if vocabulary is None:
        return pieces.with_columns(
            pl.when(blank).then(_BLANK).otherwise(0).cast(pl.Int32).alias("number"),
            pl.lit(False).alias("loose"),
            pl.when(~blank).then("text").alias("answer"),
        )
    found = vocabulary.find_all(pieces["text"].unique())
    values = pl.DataFrame(
        {
            "number": pl.Series(range(len(vocabulary.options)), dtype=pl.Int32),
            "answer": [option.value for option in vocabulary.options],
        }
    )
    return (
        pieces.join(found, on="text", how="left", maintain_order="left")
        .with_columns(pl.when(blank).then(_BLANK).otherwise("number").cast(pl.Int32).alias("number"))
        .join(values, on="number", how="left", maintain_order="left")
    )


def _join_tails(pieces: pl.DataFrame, core: str | None) -> pl.DataFrame:
    """Make the pieces behind a cell's last recognised one a single answer: the free text of *other*."""
    recognised = pl.col("number").is_in([_UNKNOWN, _BLANK]).not_()
    last = pl.col("at").filter(recognised).max().over("id")
    first_unknown = pl.col("at").filter((pl.col("number") == _UNKNOWN) & pl.col("behind")).min().over("id")
    last_unknown = pl.col("at").filter((pl.col("number") == _UNKNOWN) & pl.col("behind")).max().over("id")
    marked = pieces.with_columns((last.is_null() | (pl.col("at") > last)).alias("behind")).with_columns(
        (pl.col("behind") & (pl.col("at") >= first_unknown) & (pl.col("at") <= last_unknown))
        .fill_null(False)
        .alias("tail")
    )
    tails = marked.filter("tail")
    if tails.is_empty():
        return marked.with_columns(pl.lit(None, dtype=pl.String).alias("free"))
    joined = tails.group_by("id", maintain_order=True).agg(
        pl.col("at").min(),
        pl.when(pl.len() == 1).then(pl.col("text").first()).otherwise(pl.col("raw").str.join(core or "")).alias("free"),
    )
    joined = joined.with_columns(trim_series(joined["free"]).alias("free"))
    free = pl.col("free").is_not_null()
    return (
        marked.join(joined, on=["id", "at"], how="left", maintain_order="left")
        .filter(~pl.col("tail") | free)
        .with_columns(
            pl.when(free).then("free").otherwise("text").alias("text"),
            pl.when(free).then("free").otherwise("answer").alias("answer"),
            pl.when(free).then(0).otherwise("number").cast(pl.Int32).alias("number"),
            (pl.col("loose") & ~free).alias("loose"),
        )
    )


def _blank_faults(pieces: pl.DataFrame) -> list[pl.DataFrame]:
    """Leading, trailing and doubled separators: one line per cell and code."""
    blank = pieces.filter((pl.col("number") == _BLANK) & (pl.col("count") > 1) & ~pl.col("array"))
    last = pl.col("at") + 1 == pl.col("count")
    found = []
    for order, (code, which) in enumerate(
        {
            "leading_delimiter": pl.col("at") == 0,
            "trailing_delimiter": last & (pl.col("at") > 0),
            "empty_token": (pl.col("at") > 0) & ~last,
        }.items()
    ):
        lines = blank.filter(which).unique("id", keep="first", maintain_order=True)
        found.append(
            lines.select(
                "id",
                pl.lit(order).alias("order"),
                pl.lit(code).alias("code"),
                pl.col("cell").alias("value"),
                pl.lit(None, dtype=pl.String).alias("detail"),
            )
        )
    return found


def _scan_faults(cells: pl.DataFrame, scans: Sequence[_Scan]) -> list[pl.DataFrame]:
    """Quotes that stay open, and cells that read in more than one way."""
    found = []
    for order, code, marked in (
        (3, "unbalanced_quote", [scan.unbalanced for scan in scans]),
        (4, "ambiguous_split", [scan.ambiguous for scan in scans]),
    ):
        which = pl.Series(marked, dtype=pl.Boolean)
        proposal = [" | ".join(text for text in scan.text if text) for scan in scans]
        found.append(
            cells.select(
                "id",
                pl.lit(order).alias("order"),
                pl.lit(code).alias("code"),
                pl.col("cell").alias("value"),
                (
                    pl.Series(proposal, dtype=pl.String) if code == "ambiguous_split" else pl.lit(None, dtype=pl.String)
                ).alias("detail"),
            ).filter(which)
        )
    return found


def _piece_faults(pieces: pl.DataFrame, vocabulary: Vocabulary | None, core: str | None) -> list[pl.DataFrame]:
    """What is odd about single pieces."""
    place = (pl.col("at") * 2 + 10).alias("order")
    value = pl.col("text").alias("value")
    again = pieces.filter("again").select(
        "id", place + 1, pl.lit("duplicate_selection").alias("code"), value, pl.col("answer").alias("detail")
    )
    if vocabulary is None:
        return [again]
    labels = pl.Series([vocabulary.label(n) for n in range(len(vocabulary.options))], dtype=pl.String)
    names = {option.value: vocabulary.label(number) for number, option in enumerate(vocabulary.options)}
    again = again.with_columns(pl.col("detail").replace(names))
    loose = pieces.filter(pl.col("loose") & (pl.col("number") >= 0)).select(
        "id",
        place,
        pl.lit("normalised_match").alias("code"),
        value,
        pl.lit(labels).gather(pl.col("number").cast(pl.UInt32)).alias("detail"),
    )
    found = [again, loose]
    shared = pieces.filter(pl.col("number") == _AMBIGUOUS)
    if shared.height:
        distinct = shared["text"].unique().to_list()
        detail = [" | ".join(vocabulary.shared.get(t) or vocabulary.shared[_key(t, core)]) for t in distinct]
        found.append(
            shared.select(
                "id",
                place,
                pl.lit("ambiguous_option").alias("code"),
                value,
                pl.col("text").replace_strict(distinct, detail, return_dtype=pl.String).alias("detail"),
            )
        )
    unknown = pieces.filter(pl.col("number") == _UNKNOWN)
    if unknown.height:
        hints = _hints(unknown, vocabulary, core)
        found.append(
            unknown.join(hints, on="text", how="left").select(
                "id", place, pl.lit("unknown_option").alias("code"), value, pl.col("detail").fill_null("no hint")
            )
        )
    if "free" in pieces.columns:
        free = pieces.filter(pl.col("free").is_not_null())
        found.append(
            free.select(
                "id",
                place,
                pl.lit("other_text").alias("code"),
                value,
                pl.lit(None, dtype=pl.String).alias("detail"),
            )
        )
    return found


# -- what an unknown piece may be ---------------------------------------------------------------------------------------------


def _hints(unknown: pl.DataFrame, vocabulary: Vocabulary, core: str | None) -> pl.DataFrame:
    """For the most frequent distinct unknown pieces, what they may be: ``text`` and ``detail``."""
    limit = max(1, _SUGGESTION_PAIRS // max(1, len(vocabulary.exact)))
    texts = unknown.group_by("text").len().sort(["len", "text"], descending=[True, False]).head(limit)["text"].to_list()
    names = {key: vocabulary.label(number) for key, number in vocabulary.folded.items() if number >= 0}
    others = {separator: Vocabulary.of(vocabulary.options, core=separator) for separator in _HINTED}
    return pl.DataFrame(
        {"text": texts, "detail": [_hint(text, names, others, core) for text in texts]},
        schema={"text": pl.String, "detail": pl.String},
    )


def _hint(text: str, names: Mapping[str, str], others: Mapping[str, Vocabulary | None], core: str | None) -> str:
    for separator, vocabulary in others.items():
        if separator != core and separator in text and vocabulary is not None:
            pieces = [trim(piece) for piece in text.split(separator)]
            if len(pieces) > 1 and all(vocabulary.find(piece) >= 0 for piece in pieces if piece):
                return f"the separator {_shown(separator)} would read it"
    if core == ";" and _ENTITY.search(text):
        return "an HTML entity brings a separator of its own"
    key = fold(text)
    if text.isascii() and text.isdigit():
        for name, label in names.items():
            if name.isascii() and name.isdigit() and name.lstrip("0") == key.lstrip("0"):
                return f"nearest: {label}"
    if _SHEET_DATE.fullmatch(text) and not any(_SHEET_DATE.fullmatch(name) for name in names):
        return "a spreadsheet may have made a date of it"
    near = nearest(key, names)
    return f"nearest: {near}" if near is not None else "no option is near"


def nearest(key: str, names: Mapping[str, str], /) -> str | None:
    """The label whose key is nearest to a key: a suggestion for a person, never a match."""
    if not key or len(key) > _NEAR_LENGTH:
        return None
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(key)
    best, label = _NEAR, None
    for name, shown in names.items():
        if len(name) > _NEAR_LENGTH:
            continue
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best and (ratio := matcher.ratio()) >= best:
            if ratio == best and label is not None:
                continue
            best, label = ratio, shown
    return label


def _shown(separator: str) -> str:
    return {"\n": "line break", "\t": "tab"}.get(separator, f"'{separator}'")


# -- detection ------------------------------------------------------------------------------------------------------------------


def detect_separator(table: Table, mapping: _Mapping, schema: Schema, /) -> SeparatorGuess:
    """Find what stands between the answers of a file's multi-select columns.

    Args:
        table: The file's rows.
        mapping: Which column belongs to which field; only multi-select fields vote.
        schema: The fields.

    Returns:
        The separator with a score, or the state that says why there is none; the votes of every column.

    Issues: separator_conflict, separator_uncertain, one_column_per_option.

    >>> from types import SimpleNamespace
    >>> from qooper_ingest.workbook import Workbook
    >>> schema = Schema.participants(Field(key="skills", type="multi_select", options=["SQL", "Go"]))
    >>> table = Workbook.of_rows([["Skills"], ["SQL; Go"], ["Go"]]).sheet().table(header_row=1)
    >>> mapping = SimpleNamespace(bindings=[SimpleNamespace(field="skills", column=0)])
    >>> guess = detect_separator(table, mapping, schema)
    >>> guess.separator, guess.state, guess.columns[0].candidates[0].complete
    (';', 'found', 1)
    """
    columns = []
    taken = set()
    for binding in mapping.bindings:
        wanted = schema.by_key(binding.field)
        if binding.column is None or binding.column >= len(table.columns):
            continue
        taken.add(binding.column)
        if wanted is not None and wanted.type == "multi_select":
            letter = column_letter(binding.column)
            columns.append((wanted, letter, table.frame[letter]))
    guess = guess_separator([(column.options or None, cells) for column, _, cells in columns], places=columns)
    flags = [
        _flag_issue(table, columns_, field_)
        for field_ in schema.fields
        if field_.type == "multi_select"
        for columns_ in [_flag_columns(table, field_, taken)]
        if columns_
    ]
    if not flags:
        return guess
    return SeparatorGuess(
        separator=guess.separator,
        score=guess.score,
        state=guess.state,
        candidates=guess.candidates,
        columns=guess.columns,
        issues=Issues.concat((guess.issues, *flags)),
    )


def guess_separator(
    columns: Sequence[tuple[Sequence[Option | str] | None, pl.Series | Sequence[str | None]]],
    /,
    *,
    places: Sequence[tuple[Field, str, object]] | None = None,
) -> SeparatorGuess:
    """`detect_separator` for columns given as (options or None, cells).

    Args:
        columns: The multi-select columns of one file.
        places: Field and column letter of each, for the issues.
    """
    votes = []
    for position, (options, cells) in enumerate(columns):
        key, letter = (places[position][0].key, places[position][1]) if places is not None else (None, None)
        votes.append(_votes(options, _series(cells), key, letter))
    # What is known outweighs what is only seen to repeat.
    sure = [vote for vote in votes if vote.options and vote.candidates]
    totals: dict[str, list[float]] = {}
    for vote in sure or votes:
        for candidate in vote.candidates:
            total = totals.setdefault(candidate.separator, [0.0, 0, 0])
            total[0] += candidate.score
            total[1] += candidate.complete
            total[2] += candidate.partial
    ranked = sorted(
        (
            SeparatorCandidate(separator=separator, score=total[0], complete=int(total[1]), partial=int(total[2]))
            for separator, total in totals.items()
        ),
        key=lambda candidate: (-candidate.score, -candidate.complete, candidate.separator),
    )
    return _decide(tuple(votes), tuple(sure or votes), tuple(ranked))


def _decide(
    votes: tuple[ColumnVotes, ...], counted: tuple[ColumnVotes, ...], ranked: tuple[SeparatorCandidate, ...]
) -> SeparatorGuess:
    open_cells = sum(vote.cells - vote.alone for vote in counted)
    if not ranked:
        state: Literal["none_needed", "no_evidence"] = "none_needed" if open_cells == 0 else "no_evidence"
        return SeparatorGuess(separator=None, score=1.0 if open_cells == 0 else 0.0, state=state, columns=votes)
    best = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else 0.0
    score = min(1.0, best.score / max(1, open_cells)) * best.score / (best.score + second)
    tie = len(ranked) > 1 and ranked[1].score == best.score
    favourites = {vote.favourite for vote in counted if vote.favourite is not None}
    if tie or len(favourites) > 1:
        shown = [c for c in ranked if c.score == best.score or c.separator in favourites]
        detail = ", ".join(f"{_shown(c.separator)} reads {c.complete} cells" for c in shown)
        conflict = [
            Issues.of("separator_conflict", column=vote.column, field=vote.field, detail=_vote_text(vote) or detail)
            for vote in counted
            if vote.candidates
        ]
        return SeparatorGuess(
            separator=None,
            score=round(score, 4),
            state="undecided",
            candidates=ranked,
            columns=votes,
            issues=Issues.concat(conflict),
        )
    issues = Issues.empty()
    if best.complete == 0 or best.score < 2 * second:
        issues = Issues.of(
            "separator_uncertain",
            detail=f"{_shown(best.separator)} reads {best.complete} cells whole and {best.partial} in part",
        )
    return SeparatorGuess(
        separator=best.separator,
        score=round(score, 4),
        state="found",
        candidates=ranked,
        columns=votes,
        issues=issues,
    )


def _vote_text(vote: ColumnVotes) -> str:
    return ", ".join(f"{_shown(c.separator)} reads {c.complete} cells" for c in vote.candidates[:4])


def _votes(
    options: Sequence[Option | str] | None, cells: pl.Series, key: str | None, letter: str | None
) -> ColumnVotes:
    counted = (
        pl.DataFrame({"cell": trim_series(_plain_series(cells.drop_nulls().alias("cell")))})
        .filter(pl.col("cell") != "")
        .group_by("cell")
        .len("count")
        .sort(["count", "cell"], descending=[True, False])
    )
    total = int(counted["count"].sum())
    vocabulary = Vocabulary.of(options, core=None)
    if vocabulary is not None:
        resolved = vocabulary.find_all(counted["cell"])["number"] >= 0
        wrapped = (~resolved & counted["cell"].str.contains(r'^\[|["\\]')).arg_true()
        inner = _split_distinct(
            counted["cell"].gather(wrapped), core=None, vocabulary=vocabulary, other=False, marks=False, explain=False
        ).frame
        resolved = resolved.scatter(wrapped, (inner["unknown"] == 0) & (inner["known"] > 0))
    else:
        resolved = pl.repeat(False, counted.height, dtype=pl.Boolean, eager=True)
    single = int(counted.filter(resolved)["count"].sum())
    voting = counted.filter(~resolved).head(_VOTING_CELLS)
    found = []
    for separator in _candidates(voting["cell"]):
        holding = voting.filter(pl.col("cell").str.contains(separator, literal=True))
        if holding.is_empty():
            continue
        candidate = _vote_by_options(holding, options, separator) if options else _vote_by_repeats(counted, separator)
        if candidate is not None:
            found.append(candidate)
    ranked = sorted(found, key=lambda each: (-each.score, -each.complete, each.separator))
    if not options and not ranked:
        single = total  # nothing repeats: every cell is one answer
    return ColumnVotes(
        field=key, column=letter, cells=total, alone=single, options=bool(options), candidates=tuple(ranked)
    )


def _candidates(cells: pl.Series) -> list[str]:
    """The usual separators, and the punctuation that stands in the cells, the most frequent first."""
    runs = cells.str.extract_all(r"[^\p{L}\p{N}\p{M}\s]+").explode(empty_as_null=True).drop_nulls()
    runs = runs.filter(runs.str.len_chars() <= _FOUND_LENGTH)
    counted = runs.value_counts(sort=True).sort(["count", runs.name], descending=[True, False])[runs.name].to_list()
    found = [
        run
        for run in counted
        if run not in USUAL_SEPARATORS and run not in _WORD_SIGNS and not set(run) <= _NEVER_SIGNS and '"' not in run
    ]
    return [*USUAL_SEPARATORS, *found[:_FOUND_CANDIDATES]]


def _vote_by_options(
    holding: pl.DataFrame, options: Sequence[Option | str], separator: str
) -> SeparatorCandidate | None:
    """A cell counts whole if every piece is an option, and in part by the share of its pieces that are.

    A cell with doubled separators counts in part: ``A||B`` is cut at ``||``, not at ``|``.
    """
    vocabulary = Vocabulary.of(options, core=separator_core(separator))
    done = _split_distinct(
        holding["cell"], core=separator_core(separator), vocabulary=vocabulary, other=False, marks=False, explain=False
    ).frame
    counts = done.with_columns(holding["count"].alias("count"))
    read = pl.col("known") > 0
    whole = read & (pl.col("unknown") == 0) & (pl.col("gaps") == 0)
    part = read & ~whole
    share = _PART * pl.col("known") / (pl.col("known") + pl.col("unknown") + pl.col("gaps"))
    sums = counts.select(
        pl.col("count").filter(whole).sum().alias("complete"),
        pl.col("count").filter(part).sum().alias("partial"),
        (share * pl.col("count")).filter(part).sum().alias("score"),
    ).row(0, named=True)
    score = round(sums["complete"] + sums["score"], 6)
    if score < _PART:
        return None
    return SeparatorCandidate(
        separator=separator, score=score, complete=int(sums["complete"]), partial=int(sums["partial"])
    )


def _vote_by_repeats(counted: pl.DataFrame, separator: str) -> SeparatorCandidate | None:
    """Without options, pieces that come back in other cells are answers; prose and ``Last, First`` are not.

    Columns of one shape (every cell as many pieces, each place with words of its own) are names and addresses.
    """
    pieces = (
        counted.with_row_index("id")
        .with_columns(pl.col("cell").str.split(separator).alias("piece"))
        .explode("piece", empty_as_null=True)
    )
    pieces = pieces.with_columns(
        trim_series(pieces["piece"]).alias("piece"), pl.int_range(pl.len()).over("id").alias("at")
    ).filter(pl.col("piece") != "")
    pieces = pieces.with_columns(
        pl.len().over("id").alias("size"),
        (pl.col("id").n_unique().over("piece") > 1).alias("back"),
        (pl.col("piece").str.count_matches(r"\s+") >= _PROSE_WORDS).alias("prose"),
    )
    multi = pieces.filter(pl.col("size") > 1)
    if multi.is_empty() or multi["prose"].mean() > 0.2:  # type: ignore[operator]
        return None
    places = multi.group_by("piece").agg(pl.col("at").n_unique().alias("places"))
    alone = pieces.filter(pl.col("size") == 1)["piece"]
    if (
        multi["size"].n_unique() == 1
        and (places["places"] == 1).all()
        and not places["piece"].is_in(alone.implode()).any()
    ):
        return None
    cells = multi.group_by("id").agg(
        pl.col("back").all().alias("whole"), pl.col("back").any().alias("part"), pl.col("count").first()
    )
    complete = int(cells.filter("whole")["count"].sum())
    partial = int(cells.filter(~pl.col("whole") & pl.col("part"))["count"].sum())
    repeated = multi.filter("back")["piece"].n_unique()
    if repeated < 2 or repeated < multi["piece"].n_unique() / 2 or complete + partial < cells["count"].sum() / 2:
        return None
    return SeparatorCandidate(separator=separator, score=complete + _PART * partial, complete=complete, partial=partial)


# -- one column per option ------------------------------------------------------------------------------------------------------

#: ``Tools: Python``, ``Tools - Python``, ``Tools/Python``, ``Tools [Python]``, ``Tools (Python)``.
_FLAG_LABEL: Final = re.compile(
    r"(?P<prefix>.*?\S)(?:\s*(?::|：|\s[-–—]|/|\|)\s*(?P<tail>\S.*)|\s*[\[(（［](?P<inside>[^\])）］]+)[\])）］]\s*)",
    re.DOTALL,
)


def flag_parts(label: str, /) -> tuple[str, str] | None:
    """A label of the form *question: option*, cut in two; None for any other.

    >>> flag_parts("Tools: Python"), flag_parts("Tools [SQL]"), flag_parts("Tools")
    (('Tools', 'Python'), ('Tools', 'SQL'), None)
    """
    match = _FLAG_LABEL.fullmatch(label.strip())
    if match is None:
        return None
    return match["prefix"].strip(), (match["tail"] or match["inside"]).strip()


def _flag_columns(table: Table, wanted: Field, taken: set[int]) -> list[int]:
    """Positions of columns that are one option each of a question: one prefix, options behind it, hardly any other text."""
    vocabulary = Vocabulary.of(wanted.options, core=None)
    groups: dict[str, list[tuple[int, int]]] = {}
    for position, label in enumerate(table.labels):
        parts = flag_parts(label) if position not in taken else None
        number = vocabulary.find(parts[1]) if parts is not None and vocabulary is not None else _UNKNOWN
        if parts is not None and number >= 0 and table.frame[column_letter(position)].drop_nulls().n_unique() <= 3:
            groups.setdefault(fold(parts[0]), []).append((position, number))
    best = max(groups.values(), key=len, default=[])
    return [position for position, _ in best] if len({number for _, number in best}) > 1 else []


def _flag_issue(table: Table, positions: list[int], wanted: Field) -> Issues:
    letters = ", ".join(column_letter(position) for position in positions)
    return Issues.of(
        "one_column_per_option",
        row=table.header_rows[-1] if table.header_rows else None,
        column=column_letter(positions[0]),
        field=wanted.key,
        value=table.labels[positions[0]],
        detail=letters,
    )
