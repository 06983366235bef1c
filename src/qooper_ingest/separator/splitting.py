"""Cut the answers of a multi-select cell apart.

Each distinct cell is split once, and within them each distinct piece is looked up once, all in columns. Where most cells
differ, those that are nothing but known answers are told apart first, the whole column at once. A Python loop runs only over
distinct cells with quotes, escapes or brackets, and over those whose pieces belong to options that hold the
separator (``scanning.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from .._columns import distinct_texts, find_true, keep_rows, no_flags, repeat
from .._text import fold, fold_series, trim_column, trim_series
from ..issues import CATALOGUE, ISSUE_SCHEMA, VALUE_LENGTH, Issues
from ..schema import Option
from .hints import hints_for
from .scanning import Scan, scan_cell
from .vocabulary import AMBIGUOUS, BLANK, UNKNOWN, Vocabulary, is_plain, option_key, plain_texts, separator_core

__all__ = ["FAULT_SCHEMA", "INSTRUCTIONS", "Split", "as_series", "fault_issues", "split", "split_distinct"]

#: What a cell asks for, where marks are enabled.
INSTRUCTIONS: Final = pl.Enum(["replace", "add", "remove"])

#: Columns shorter than this are split cell by distinct cell: nothing is gained by a road of their own. As many are looked at
#: to choose the road of a longer one.
_COLUMN_CELLS: Final = 2_000

#: Where fewer of the cells are plain, looking for the plain ones costs more than it saves.
_PLAIN_SHARE: Final = 0.5

#: Cells that tell whether the distinct ones are few.
_FIRST_CELLS: Final = 100_000

#: Questions of more options than this are left to the other road: each fortieth costs a pass over the pieces.
_COLUMN_OPTIONS: Final = 200

#: A detail names labels of the host; of a proposal for a cell of a thousand answers the beginning is enough.
_DETAIL_LENGTH: Final = 4 * VALUE_LENGTH


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


def split(
    cells: pl.Series | Sequence[str | None],
    /,
    *,
    separator: str | None,
    options: Sequence[Option | str] | None = None,
    other: bool = False,
    append_marks: bool = False,
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
        append_marks: A leading separator or ``+`` asks to add, a leading ``-`` to remove; without it they are reported.
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
    series = as_series(cells)
    core = None if separator is None else separator_core(separator)
    vocabulary = Vocabulary.of(options, core=core)
    known = _known_cells(series, vocabulary, append_marks=append_marks)
    rest = series if known is None else series.filter(~known.plain)
    distinct, codes = _distinct(rest)
    done = split_distinct(distinct, core=core, vocabulary=vocabulary, other=other, append_marks=append_marks)
    spread = _spread(done, codes)
    if known is not None:
        spread, codes = _merge(known, spread, codes)
    return Split(
        values=spread["value"].alias(series.name),
        issues=fault_issues(done.faults, codes, len(series), rows=rows, column=column, field=field),
        instructions=spread["instruction"].alias(series.name) if append_marks else None,
        unresolved=spread["unknown"].alias(series.name),
    )


def as_series(cells: pl.Series | Sequence[str | None]) -> pl.Series:
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
    if not cells.null_count() and cells.n_unique() == cells.len():
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


_NO_FAULTS: Final = pl.DataFrame(schema=FAULT_SCHEMA)

#: What is behind the lists of plain cells.
_USUAL: Final = (
    pl.Series("unknown", [0], dtype=pl.UInt32),
    pl.Series("gaps", [0], dtype=pl.UInt32),
    pl.Series("instruction", ["replace"], dtype=INSTRUCTIONS),
)
_NO_NUMBER: Final = pl.Series([UNKNOWN], dtype=pl.Int32)
_BEHIND: Final = pl.Series([0], dtype=pl.Int32)


def _spread(done: _Done, codes: pl.Series | None) -> pl.DataFrame:
    if codes is None:
        return done.frame
    spread = done.frame[codes]
    return spread.with_columns(pl.col("unknown", "known", "gaps").fill_null(0)) if codes.null_count() else spread


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Which cells are nothing but different answers as they are written (or null), and the lists of their values."""

    plain: pl.Series
    values: pl.Series


def _known_cells(cells: pl.Series, vocabulary: Vocabulary | None, *, append_marks: bool) -> _Known | None:
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
        if number >= 0 and not _odd_name(name, vocabulary, append_marks=append_marks)
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


def _odd_name(name: str, vocabulary: Vocabulary, *, append_marks: bool) -> bool:
    """Whether a piece with this text may be more than the option, or part of one."""
    signs = '"' in name or "\\" in name or name.startswith("[") or (append_marks and name[0] in "+-")
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


def split_distinct(
    cells: pl.Series,
    *,
    core: str | None,
    vocabulary: Vocabulary | None,
    other: bool,
    append_marks: bool,
    explain: bool = True,
) -> _Done:
    """Split distinct cells: the plain ones by list expressions, the others piece by piece."""
    cut = _cut(cells, core)
    if not cut.plain and not (plain_texts(cut.pieces) == cut.pieces).all():
        # Line ends, no-break blanks or decomposed letters somewhere: they may make up the separator.
        cells = plain_texts(cells)
        cut = _cut(cells, core)
    easy = _plain_cells(cut, vocabulary=vocabulary, append_marks=append_marks)
    plain = easy["plain"]
    frame = pl.DataFrame([easy["value"], easy["known"], *(repeat(one, easy.height) for one in _USUAL)])
    if plain.all():
        return _Done(frame=frame, faults=_NO_FAULTS)
    positions = find_true(~plain)
    rest = pl.DataFrame({"id": positions, "text": trim_series(cells[positions])})
    given = rest["text"] != ""
    is_blank = no_flags(rest.height).zip_with(given, no_flags(rest.height).not_())
    blank = pl.DataFrame([rest["id"].filter(is_blank)])
    rest = keep_rows(rest, given)
    parts = [keep_rows(frame, plain).hstack([find_true(plain).alias("id")]), blank]
    faults = _NO_FAULTS
    if rest.height:
        done = _careful_cells(
            rest["id"],
            rest["text"],
            core=core,
            vocabulary=vocabulary,
            other=other,
            append_marks=append_marks,
            explain=explain,
        )
        parts.append(done.frame)
        faults = done.faults
    whole = pl.concat(parts, how="diagonal").sort("id").with_columns(pl.col("known", "unknown", "gaps").fill_null(0))
    return _Done(frame=whole.select("value", "known", "unknown", "gaps", "instruction"), faults=faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """Cells cut at every separator: ``lists`` is their expression over ``frame``; ``pieces`` are the distinct ones, ``plain`` says
    that `plain_texts` changes none of them."""

    frame: pl.DataFrame
    lists: pl.Expr
    pieces: pl.Series
    plain: bool


def _cut(cells: pl.Series, core: str | None) -> _Cut:
    frame, lists = cells.alias("cell").to_frame(), pl.col("cell")
    lists = lists.str.split(core) if core is not None else pl.concat_list(lists)
    if cells.len() > _CUT_TWICE:
        frame, lists = frame.select("cell", lists.alias("list")), pl.col("list")
    pieces = frame.select(
        lists.explode(empty_as_null=True).unique().alias("piece"), is_plain(pl.col("cell")).all().alias("plain")
    )
    return _Cut(frame=frame, lists=lists, pieces=pieces["piece"], plain=bool(pieces["plain"].all()))


#: Up to this many cells, cutting them once more costs less than a query of its own.
_CUT_TWICE: Final = 500


def _plain_cells(cut: _Cut, *, vocabulary: Vocabulary | None, append_marks: bool) -> pl.DataFrame:
    """Which cells are nothing but distinct known pieces (``plain``), and the lists of them (``value``, as long as ``known``; of no
    meaning for the other cells)."""
    pieces = cut.pieces
    text = trim_column(pieces)
    signs = text.str.contains(r'^\[|["\\]' + ("|^[+-]" if append_marks else ""))
    # One number per trimmed text, so that doubled ones are noticed.
    first_number = text.rank("dense").cast(pl.Int32) if vocabulary is None else vocabulary.find_exact(text)
    looked_up = pieces.to_frame().select(
        text.alias("text"), ((text == "") | signs).alias("odd"), first_number.alias("number")
    )
    bare, odd, number = looked_up.get_columns()
    if vocabulary is None:
        answers = bare
    else:
        found = vocabulary.find_loose(bare, number)
        number = found["number"]
        odd |= found["loose"]
        if vocabulary.longest > 1:
            odd |= fold_series(bare).is_in(list(vocabulary.fragments))
        values = pl.Series([*(option.value for option in vocabulary.options), None], dtype=pl.String)
        answers = values[number.zip_with(number >= 0, repeat(_BEHIND, bare.len()) + len(vocabulary.options))]
    if odd.null_count():
        odd = odd.fill_null(True)
    odd |= number < 0
    number = number.zip_with(~odd, repeat(_NO_NUMBER, bare.len()))
    numbers = cut.lists.list.eval(pl.element().replace_strict(pieces, number, return_dtype=pl.Int32))
    frame = cut.frame
    if odd.any():
        frame, numbers = frame.hstack(frame.select(numbers.alias("number"))), pl.col("number")
    plain = numbers.list.n_unique() == cut.lists.list.len()
    if odd.any():
        plain &= numbers.list.min() >= 0
    same = answers == pieces
    value = cut.lists
    if same.null_count() or not same.all():
        value = cut.lists.list.eval(pl.element().replace_strict(pieces, answers, return_dtype=pl.String))
    return frame.select(
        value.alias("value"), cut.lists.list.len().alias("known"), plain.fill_null(False).alias("plain")
    )


def _careful_cells(
    ids: pl.Series,
    texts: pl.Series,
    *,
    core: str | None,
    vocabulary: Vocabulary | None,
    other: bool,
    append_marks: bool,
    explain: bool,
) -> _Done:
    """Split the cells in which anything is odd, and say what.

    Every cell becomes lines of one frame of pieces; a Python function cuts those that a list expression cannot.
    """
    cells = pl.DataFrame({"id": ids, "cell": texts}).with_columns(pl.col("cell").alias("body"))
    if append_marks:
        cells = _take_marks(cells, core=core, vocabulary=vocabulary)
    hard = _needs_scan(cells["body"], core=core, vocabulary=vocabulary)
    easy = cells.filter(~hard).select("id", "body")
    cut = pl.col("body").str.split(core) if core is not None else pl.concat_list("body")
    pieces = easy.select("id", cut.alias("raw")).with_columns(pl.lit(False).alias("array"), pl.col("raw").alias("text"))
    bodies = cells.filter(hard)["body"].to_list()
    read = {body: scan_cell(body, core, vocabulary) for body in dict.fromkeys(bodies)}
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
        cells.select("id", "cell", *(["sign"] if append_marks else [])), on="id", how="left"
    )
    if append_marks:
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
            pl.col("number").is_in([UNKNOWN, AMBIGUOUS]).sum().cast(pl.UInt32).alias("unknown"),
            ((pl.col("number") == BLANK) & (pl.col("at") > 0) & (pl.col("at") + 1 < pl.col("count")))
            .sum()
            .cast(pl.UInt32)
            .alias("gaps"),
        )
        .join(
            cells.select("id", *(["instruction"] if append_marks else [])), on="id", how="right", maintain_order="right"
        )
        .with_columns(
            pl.col("value").fill_null(pl.lit([], dtype=pl.List(pl.String))),
            pl.col("known", "unknown", "gaps").fill_null(0),
        )
    )
    if not append_marks:
        frame = frame.with_columns(pl.lit("replace", dtype=INSTRUCTIONS).alias("instruction"))
    frame = frame.select("value", "known", "unknown", "gaps", "instruction", "id")
    if not explain:
        return _Done(frame=frame, faults=_NO_FAULTS)
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


def _look_up(pieces: pl.DataFrame, vocabulary: Vocabulary | None) -> pl.DataFrame:
    """Add ``number`` (of the option, or why there is none), ``loose`` and ``answer`` (the option's value)."""
    blank = pl.col("text") == ""
    if vocabulary is None:
        return pieces.with_columns(
            pl.when(blank).then(BLANK).otherwise(0).cast(pl.Int32).alias("number"),
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
        .with_columns(pl.when(blank).then(BLANK).otherwise("number").cast(pl.Int32).alias("number"))
        .join(values, on="number", how="left", maintain_order="left")
    )


def _join_tails(pieces: pl.DataFrame, core: str | None) -> pl.DataFrame:
    """Make the pieces behind a cell's last recognised one a single answer: the free text of *other*."""
    recognised = pl.col("number").is_in([UNKNOWN, BLANK]).not_()
    last = pl.col("at").filter(recognised).max().over("id")
    first_unknown = pl.col("at").filter((pl.col("number") == UNKNOWN) & pl.col("behind")).min().over("id")
    last_unknown = pl.col("at").filter((pl.col("number") == UNKNOWN) & pl.col("behind")).max().over("id")
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
    blank = pieces.filter((pl.col("number") == BLANK) & (pl.col("count") > 1) & ~pl.col("array"))
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


def _scan_faults(cells: pl.DataFrame, scans: Sequence[Scan]) -> list[pl.DataFrame]:
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
    shared = pieces.filter(pl.col("number") == AMBIGUOUS)
    if shared.height:
        distinct = shared["text"].unique().to_list()
        detail = [" | ".join(vocabulary.shared.get(t) or vocabulary.shared[option_key(t, core)]) for t in distinct]
        found.append(
            shared.select(
                "id",
                place,
                pl.lit("ambiguous_option").alias("code"),
                value,
                pl.col("text").replace_strict(distinct, detail, return_dtype=pl.String).alias("detail"),
            )
        )
    unknown = pieces.filter(pl.col("number") == UNKNOWN)
    if unknown.height:
        hints = hints_for(unknown, vocabulary, core)
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
