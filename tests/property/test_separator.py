"""Laws of splitting and typing, over generated cells."""

from __future__ import annotations

import datetime as dt
import itertools

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from qooper_ingest._grid import CELL_KINDS
from qooper_ingest._text import fold, trim
from qooper_ingest.cells import type_cells
from qooper_ingest.conventions import Conventions
from qooper_ingest.schema import Field, Schema
from qooper_ingest.separator import guess_separator, split

#: Words that make trouble together, beside whatever else is generated.
POOL = [
    "A",
    "B",
    "C",
    "A, B",
    "B, C",
    "Me, myself and I",
    "a;b",
    "C++",
    "R&D",
    "Straße",
    "İş",
    "が",
    "10",
    "01",
    "x y",
    "é",
]
LETTERS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)
PLAIN_WORDS = st.one_of(st.sampled_from(["A", "B", "C++", "R&D", "Straße", "x y", "01", "1"]), LETTERS)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SEPARATORS = st.sampled_from([";", ",", "|", ", ", "\n", "、", " |##| ", "||"])


def distinct_words(words: list[str]) -> list[str]:
    """Words that no two of which have one key, and none of which is blank."""
    return list({fold(trim(word)): trim(word) for word in words if fold(trim(word))}.values())


@settings(max_examples=40, deadline=None)
@given(words=st.lists(PLAIN_WORDS, min_size=1, max_size=8), separator=SEPARATORS, data=st.data())
def test_joined_answers_split_into_the_same_answers(words: list[str], separator: str, data: st.DataObject) -> None:
    options = distinct_words(words)
    chosen = data.draw(st.lists(st.lists(st.sampled_from(options), unique=True, min_size=1), min_size=1, max_size=6))
    done = split([separator.join(each) for each in chosen], separator=separator, options=options)
    assert done.values.to_list() == chosen
    assert not len(done.issues)


@settings(max_examples=40, deadline=None)
@given(words=st.lists(st.sampled_from(POOL), min_size=1, max_size=8, unique=True), data=st.data())
def test_answers_that_hold_the_separator_come_back_or_the_cell_is_reported(
    words: list[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(words), unique=True, min_size=1, max_size=4))
    done = split([", ".join(chosen)], separator=",", options=words)
    ambiguous = "ambiguous_split" in done.issues.counts()
    assert done.values.to_list() == [chosen] or ambiguous


def readings(pieces: list[str], options: set[str]) -> list[list[str | None]]:
    """Every way to join neighbouring pieces; None stands for an unknown piece."""
    found = []
    for cuts in itertools.product([False, True], repeat=len(pieces) - 1):
        runs, run = [], [pieces[0]]
        for piece, cut in zip(pieces[1:], cuts, strict=True):
            if cut:
                runs.append(run)
                run = [piece]
            else:
                run.append(piece)
        runs.append(run)
        read: list[str | None] = []
        for each in runs:
            text = ", ".join(each)
            if text in options:
                read.append(text)
            elif len(each) == 1:
                read.append(None)
            else:
                break
        else:
            found.append(read)
    return found


@settings(max_examples=60, deadline=None)
@given(
    options=st.lists(
        st.sampled_from(["A", "B", "C", "A, B", "B, C", "A, B, C", "C, A", "B, B"]), min_size=1, unique=True
    ),
    pieces=st.lists(st.sampled_from(["A", "B", "C", "Z"]), min_size=1, max_size=7),
)
def test_the_reading_has_fewest_unknown_pieces_and_then_fewest_answers(options: list[str], pieces: list[str]) -> None:
    done = split([", ".join(pieces)], separator=",", options=options)
    every = readings(pieces, set(options))
    unknown, tokens = min((sum(t is None for t in read), len(read)) for read in every)
    counts = done.issues.counts()
    assert done.unresolved.to_list() == [unknown]
    assert len(done.values[0]) + counts.get("duplicate_selection", 0) + unknown == tokens
    complete = [read for read in every if None not in read]
    assert ("ambiguous_split" in counts) == (len(complete) > 1)


@settings(max_examples=40, deadline=None)
@given(
    cells=st.lists(st.one_of(st.none(), ANY_TEXT), max_size=12),
    separator=SEPARATORS,
    other=st.booleans(),
    marks=st.booleans(),
)
def test_a_cell_reads_the_same_whatever_stands_around_it(
    cells: list[str | None], separator: str, other: bool, marks: bool
) -> None:
    options = ["A", "B", "a, b", "é"]
    together = split(cells, separator=separator, options=options, other=other, append_marks=marks)
    for position, cell in enumerate(cells):
        alone = split([cell], separator=separator, options=options, other=other, append_marks=marks)
        assert alone.values.to_list() == together.values[position : position + 1].to_list()
        if marks:
            assert alone.instructions is not None
            assert together.instructions is not None
            assert alone.instructions[0] == together.instructions[position]
        mine = together.issues.frame.filter(pl.col("row") == position)
        assert mine.drop("row").equals(alone.issues.frame.drop("row"))


@settings(max_examples=40, deadline=None)
@given(cell=st.one_of(ANY_TEXT, st.lists(st.sampled_from([*POOL, "zzz", "", " "]), max_size=5).map(";".join)))
def test_every_piece_is_an_answer_or_named_in_an_issue(cell: str) -> None:
    done = split([cell], separator=";", options=POOL)
    pieces = done.values.to_list()[0]
    if pieces is None:
        assert trim(cell) == ""
        return
    named = done.issues.frame["code"].is_in(["unknown_option", "ambiguous_option"]).sum()
    repeated = done.issues.frame["code"].is_in(["duplicate_selection"]).sum()
    assert done.unresolved[0] == named
    if not set(cell) & set('"\\['):
        texts = [trim(piece) for piece in cell.split(";")]
        joined = sum(value.count(";") for value in pieces)
        assert len([t for t in texts if t]) <= len(pieces) + named + repeated * 2 + joined


@settings(max_examples=30, deadline=None)
@given(columns=st.lists(st.lists(ANY_TEXT, max_size=8), max_size=3), known=st.booleans())
def test_detection_never_fails_and_says_why_it_found_nothing(columns: list[list[str]], known: bool) -> None:
    guess = guess_separator([(["A", "B"] if known else None, column) for column in columns])
    assert (guess.separator is not None) == (guess.state == "found")
    assert 0 <= guess.score <= 1
    assert all(vote.alone <= vote.cells for vote in guess.columns)


@settings(max_examples=30, deadline=None)
@given(separator=st.sampled_from([";", ",", "|", "\n", "、"]), data=st.data())
def test_the_separator_that_joined_the_cells_is_found(separator: str, data: st.DataObject) -> None:
    options = ["Python", "SQL", "Go", "Rust"]
    answers = st.lists(st.sampled_from(options), unique=True, min_size=1, max_size=4)
    cells = data.draw(st.lists(answers, min_size=1, max_size=8).filter(lambda rows: any(len(row) > 1 for row in rows)))
    guess = guess_separator([(options, [separator.join(each) for each in cells])])
    assert (guess.separator, guess.state) == (separator, "found")


# -- typing -------------------------------------------------------------------------------------------------------------

SCHEMA = Schema.participants()


def typed(kind: str, texts: list[str | None]) -> tuple[list[object], dict[str, int]]:
    cells = pl.DataFrame(
        {"_row": range(1, len(texts) + 1), "text": texts, "kind": [None] * len(texts)},
        schema={"_row": pl.UInt32, "text": pl.String, "kind": CELL_KINDS},
    )
    field = Field(key="f", type=kind)  # type: ignore[arg-type]
    done = type_cells(field, cells, letter="A", schema=SCHEMA, conventions=Conventions(separator=";"))
    assert done.values.len() == done.clear.len() == done.invalid.len() == len(texts)
    assert not (done.invalid & done.values.is_not_null()).any()
    return done.values.to_list(), done.issues.counts()


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["text", "long_text", "location", "number", "date", "boolean", "select", "multi_select"]),
    texts=st.lists(st.one_of(st.none(), ANY_TEXT, st.text("0123456789.,-/ %()eE'", max_size=12)), max_size=8),
)
def test_any_text_is_typed_and_what_is_not_applied_is_reported(kind: str, texts: list[str | None]) -> None:
    values, counts = typed(kind, texts)
    silent = sum(value is None and trim(text or "") not in ("", ";") for value, text in zip(values, texts, strict=True))
    assert silent <= sum(counts.values())


@settings(max_examples=60, deadline=None)
@given(number=st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_number_reads_back_from_either_notation(number: float) -> None:
    for text in (
        f"{number:,.2f}",
        f"{number:,.2f}".translate(str.maketrans(",.", ".,")),
        f"{number:_.2f}".replace("_", " "),
    ):
        values, _ = typed("number", [text])
        assert values == [round(float(f"{number:.2f}"), 2)] or (values == [-0.0])


@settings(max_examples=60, deadline=None)
@given(
    days=st.lists(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), min_size=1, max_size=6),
    pattern=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"]),
)
def test_a_date_is_never_read_as_another_day(days: list[dt.date], pattern: str) -> None:
    values, counts = typed("date", [day.strftime(pattern) for day in days])
    evidence = any(day.day > 12 for day in days)
    for value, day in zip(values, days, strict=True):
        assert value in (day, None)
        assert (value == day) == (evidence or day.day == day.month)
    assert counts.get("ambiguous_date_order", 0) == values.count(None)


@settings(max_examples=30, deadline=None)
@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_iso_dates_read_back(day: dt.date) -> None:
    assert typed("date", [day.isoformat(), day.strftime("%Y%m%d"), day.strftime("%-d %B %Y")])[0] == [day] * 3
