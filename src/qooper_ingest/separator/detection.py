"""Find out what stands between the answers of a file.

Only multi-select columns vote, by cells that read completely with a candidate and not without any, plus a part for those that
read partly. Candidates are the usual ones and whatever punctuation stands in the cells that are not an option as they are.
Equal votes, or columns that disagree, go to a person with the counts. A bare blank and words such as *and* are never
detected; they may be given. Without options the pieces must repeat between cells, and prose and ``Last, First`` are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Final, Literal, Protocol

import polars as pl

from .. import _html
from .._columns import find_true, keep_rows, no_flags
from .._grid import column_letter
from .._numbers import count_noun
from .._text import trim_series
from ..issues import Issues
from ..schema import Field, Option, Schema
from ..table import Table
from .flags import flag_columns, flag_issue
from .splitting import as_series, split_distinct
from .vocabulary import Vocabulary, plain_texts, separator_core, shown_separator

__all__ = ["ColumnVotes", "SeparatorCandidate", "SeparatorGuess", "detect_separator", "guess_separator"]

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

#: Distinct cells of a column that vote, the most frequent first. Detection has to be sure, not complete.
_VOTING_CELLS: Final = 5_000

#: A partly read cell counts at most this much of a completely read one.
_PART: Final = 0.5

#: Without options: a piece of more words than this is prose.
_PROSE_WORDS: Final = 5


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
            ``undecided``: a tie, or columns that disagree: a person must say; ``given``: a person has said it.
        candidates: Ranked over all columns.
        columns: The votes per column.
        issues: ``separator_conflict``, ``separator_uncertain``, ``one_column_per_option``.
    """

    separator: str | None
    score: float
    state: Literal["given", "found", "none_needed", "no_evidence", "undecided"]
    candidates: tuple[SeparatorCandidate, ...] = ()
    columns: tuple[ColumnVotes, ...] = ()
    issues: Issues = field(default_factory=Issues.empty)

    def _repr_html_(self) -> str:
        rows = [(repr(one.separator), f"{one.score:.2f}", one.complete, one.partial) for one in self.candidates]
        found = "none" if self.separator is None else repr(self.separator)
        table = _html.grid(("separator", "score", "complete cells", "partly read"), rows)
        return _html.block(f"Separator: {found} ({self.state})", table)


class _Bound(Protocol):
    @property
    def field(self) -> str: ...
    @property
    def column(self) -> int | None: ...


class _Mapping(Protocol):
    @property
    def bindings(self) -> Iterable[_Bound]: ...


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
        flag_issue(table, columns_, field_)
        for field_ in schema.fields
        if field_.type == "multi_select"
        for columns_ in [flag_columns(table, field_, taken)]
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
        votes.append(_votes(options, as_series(cells), key, letter))
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
        detail = ", ".join(f"{shown_separator(c.separator)} reads {count_noun(c.complete, 'cell')}" for c in shown)
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
            detail=f"{shown_separator(best.separator)} reads {count_noun(best.complete, 'cell')} whole and {best.partial} in part",
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
    return ", ".join(
        f"{shown_separator(c.separator)} reads {count_noun(c.complete, 'cell')}" for c in vote.candidates[:4]
    )


def _votes(
    options: Sequence[Option | str] | None, cells: pl.Series, key: str | None, letter: str | None
) -> ColumnVotes:
    texts = trim_series(plain_texts(cells)).alias("cell")
    counted = texts.filter(texts != "").value_counts(name="count").sort(["count", "cell"], descending=[True, False])
    total = int(counted["count"].sum())
    vocabulary = Vocabulary.of(options, core=None)
    if vocabulary is not None:
        resolved = vocabulary.find_all(counted["cell"])["number"] >= 0
        if not resolved.all():
            wrapped = find_true(~resolved & counted["cell"].str.contains(r'^\[|["\\]'))
            if wrapped.len():
                resolved = resolved.scatter(wrapped, _read_whole(counted["cell"][wrapped], vocabulary))
    else:
        resolved = no_flags(counted.height)
    single = int(counted["count"].filter(resolved).sum())
    voting = keep_rows(counted, ~resolved).head(_VOTING_CELLS)
    found = []
    for separator in _candidates(voting["cell"]):
        holding = voting.filter(pl.col("cell").str.contains(separator, literal=True))
        candidate = _vote_by_options(holding, options, separator) if options else _vote_by_repeats(counted, separator)
        if candidate is not None:
            found.append(candidate)
    ranked = sorted(found, key=lambda each: (-each.score, -each.complete, each.separator))
    if not options and not ranked:
        single = total  # nothing repeats: every cell is one answer
    return ColumnVotes(
        field=key, column=letter, cells=total, alone=single, options=bool(options), candidates=tuple(ranked)
    )


def _read_whole(cells: pl.Series, vocabulary: Vocabulary) -> pl.Series:
    """Which cells are known answers only, in quotes or as an array."""
    done = split_distinct(cells, core=None, vocabulary=vocabulary, other=False, append_marks=False, explain=False).frame
    return (done["unknown"] == 0) & (done["known"] > 0)


#: Whether any of the cells holds each of the usual separators; made once, because that costs more than asking.
_HELD: Final = tuple(
    pl.col("cell").str.contains(separator, literal=True).any().alias(separator) for separator in USUAL_SEPARATORS
)


def _candidates(cells: pl.Series) -> list[str]:
    """The separators that any of the cells holds: the usual ones, and the punctuation that stands in them, the most frequent first."""
    if cells.is_empty():
        return []
    cell = pl.col("cell")
    frame = cells.alias("cell").to_frame()
    usual = frame.select(_HELD).row(0)
    runs = frame.select(cell.str.extract_all(r"[^\p{L}\p{N}\p{M}\s]+").explode(empty_as_null=True)).to_series()
    counts = {run: count for run, count in runs.value_counts().rows() if run is not None and len(run) <= _FOUND_LENGTH}
    counted = sorted(counts, key=lambda run: (-counts[run], run))
    found = [
        run
        for run in counted
        if run not in USUAL_SEPARATORS and run not in _WORD_SIGNS and not set(run) <= _NEVER_SIGNS and '"' not in run
    ]
    return [*compress(USUAL_SEPARATORS, usual), *found[:_FOUND_CANDIDATES]]


def _vote_by_options(
    holding: pl.DataFrame, options: Sequence[Option | str], separator: str
) -> SeparatorCandidate | None:
    """A cell counts whole if every piece is an option, and in part by the share of its pieces that are.

    A cell with doubled separators counts in part: ``A||B`` is cut at ``||``, not at ``|``.
    """
    vocabulary = Vocabulary.of(options, core=separator_core(separator))
    done = split_distinct(
        holding["cell"],
        core=separator_core(separator),
        vocabulary=vocabulary,
        other=False,
        append_marks=False,
        explain=False,
    ).frame
    counts = done.hstack([holding["count"]])
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
