"""Splitting multi-select cells, and finding what stands between their answers."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_series_equal

from qooper_ingest.errors import UsageError
from qooper_ingest.schema import Field, Option, Schema
from qooper_ingest.separator import (
    Split,
    detect_separator,
    flag_parts,
    guess_separator,
    separator_core,
    split,
    splitting,
)
from qooper_ingest.workbook import Workbook

CASES = Path(__file__).parent / "cases"
CELLS: list[dict[str, Any]] = json.loads((CASES / "multi_select.json").read_text(encoding="utf-8"))
FILES: list[dict[str, Any]] = json.loads((CASES / "multi_select_files.json").read_text(encoding="utf-8"))


def found(done: Split) -> list[tuple[int, str, str | None]]:
    return [(line["row"], line["code"], line["value"]) for line in done.issues.frame.to_dicts()]


def codes(done: Split) -> list[str]:
    return done.issues.frame["code"].to_list()


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case["name"])
def test_labelled_cells_split_as_labelled(case: dict[str, Any]) -> None:
    separator = case["delimiter"]
    if separator == "auto":
        guess = guess_separator([(case["options"], case["column"])])
        separator = guess.separator
        assert separator == case["detected"]
    done = split(case["column"], separator=separator, options=case["options"])
    assert done.values.to_list() == case["expect"]
    lines = [{"row": row, "code": code, "value": value} for row, code, value in found(done)]
    assert [{key: line[key] for key in want} for line, want in zip(lines, case["issues"], strict=True)] == case[
        "issues"
    ]


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["name"])
def test_labelled_files_have_the_labelled_separator(case: dict[str, Any]) -> None:
    guess = guess_separator([(each["options"], each["column"]) for each in case["columns"]])
    if case["detected"] == "review":
        assert (guess.state, guess.separator) == ("undecided", None)
        assert guess.issues.counts() == {"separator_conflict": 1}
    else:
        assert guess.separator == case["detected"]
        assert guess.state == ("found" if case["detected"] else "none_needed")


# -- separators -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "core"),
    [(", ", ","), (" |##| ", "|##|"), ("\r\n", "\n"), (" ", " "), (" - ", " - "), (" and ", " and "), ("\xa0;", ";")],
)
def test_blanks_around_a_separator_count_only_where_they_must(given: str, core: str) -> None:
    assert separator_core(given) == core


def test_an_empty_separator_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        split(["a"], separator="")
    assert error.value.code == "argument_invalid"


def test_a_stated_blank_splits() -> None:
    assert split(["ab1 cd2"], separator=" ", options=["ab1", "cd2"]).values.to_list() == [["ab1", "cd2"]]


def test_without_a_separator_a_cell_is_one_answer() -> None:
    done = split(["A, B", '"A, B"', "C"], separator=None, options=["A, B", "C"])
    assert done.values.to_list() == [["A, B"], ["A, B"], ["C"]]
    assert not len(done.issues)


# -- options ----------------------------------------------------------------------------------------------------------------


def test_an_option_is_found_by_label_value_and_alias_and_its_value_comes_out() -> None:
    options = [Option(value="py", label="Python", aliases=("Py 3", "snake")), Option(value="go")]
    done = split(["Python;go", "snake", "PY 3", "py"], separator=";", options=options)
    assert done.values.to_list() == [["py", "go"], ["py"], ["py"], ["py"]]
    assert found(done) == [(2, "normalised_match", "PY 3")]


def test_a_text_that_two_options_share_is_not_matched() -> None:
    options = [Option(value="1", label="2"), Option(value="2", label="1"), Option(value="3")]
    done = split(["1;3"], separator=";", options=options)
    assert done.values.to_list() == [["3"]]
    assert found(done) == [(0, "ambiguous_option", "1")]
    assert done.issues.page()[0].detail == "2 | 1"


def test_an_alias_never_takes_a_text_from_its_owner() -> None:
    options = [Option(value="a", label="Alpha", aliases=("Beta",)), Option(value="b", label="Beta")]
    assert split(["Beta"], separator=";", options=options).values.to_list() == [["b"]]


def test_an_unknown_option_comes_with_a_suggestion_and_is_never_matched() -> None:
    done = split(["Pyhton;SQL", "02", "zzz"], separator=";", options=["Python", "SQL", "2"])
    assert done.values.to_list() == [["SQL"], [], []]
    assert [issue.detail for issue in done.issues.page()] == ["nearest: Python", "nearest: 2", "no option is near"]


@pytest.mark.parametrize(
    ("cell", "detail"),
    [
        ("A, B", "the separator ',' would read it"),
        ("R&amp;D", "an HTML entity brings a separator of its own"),
        ("2-Jan", "a spreadsheet may have made a date of it"),
    ],
)
def test_an_unknown_option_comes_with_a_hint_at_its_cause(cell: str, detail: str) -> None:
    done = split([cell], separator=";", options=["A", "B", "R&D"])
    assert done.issues.page()[0].detail == detail


# -- reading cells ----------------------------------------------------------------------------------------------------------


def test_blank_is_no_answer_and_nothing_but_separators_is_an_empty_one() -> None:
    done = split([None, "", " \u200b", ";"], separator=";", options=["A"])
    assert done.values.to_list() == [None, None, None, []]


def test_a_json_array_needs_no_separator() -> None:
    cells = ['["A, x", "B"]', "[1, 2.50, null]", "[]", '["a", {"b": 1}]', '["\\ud800"]', "[" * 50_000 + "]" * 50_000]
    done = split(cells, separator=";", options=None)
    assert done.values.to_list() == [["A, x", "B"], ["1", "2.50"], [], ['["a", {"b": 1}]'], ['["\\ud800"]'], [cells[5]]]


def test_a_cell_that_reads_in_two_ways_is_proposed_and_reported() -> None:
    done = split(["A, B", "A, B, C"], separator=",", options=["A", "B", "A, B", "C"])
    assert done.values.to_list() == [["A, B"], ["A, B", "C"]]
    assert found(done) == [(0, "ambiguous_split", "A, B"), (1, "ambiguous_split", "A, B, C")]
    assert done.issues.page()[1].detail == "A, B | C"


def test_a_name_with_the_separator_matches_whatever_blanks_stand_around_it() -> None:
    done = split(["me,MYSELF  and I,Nobody"], separator=", ", options=["Me, myself and I", "Nobody"])
    assert done.values.to_list() == [["Me, myself and I", "Nobody"]]
    assert codes(done) == ["normalised_match"]


def test_an_option_that_ends_with_the_separator_is_one_answer() -> None:
    done = split(["C+++Java", "C++", "C + Java"], separator="+", options=["C", "C++", "Java"])
    assert done.values.to_list() == [["C++", "Java"], ["C++"], ["C", "Java"]]
    assert not len(done.issues)


def test_quotes_protect_and_doubled_quotes_are_one() -> None:
    done = split(['"A ""x"", b", c', 'say "hi", c', '"a" b, c', '5" pipe, c'], separator=",")
    assert done.values.to_list() == [['A "x", b', "c"], ['say "hi"', "c"], ['"a" b', "c"], ['5" pipe', "c"]]
    assert not len(done.issues)


def test_a_backslash_escapes_the_separator_a_quote_and_itself_and_nothing_else() -> None:
    done = split([r"a\, b, c\\d, e\x, \"f"], separator=",")
    assert done.values.to_list() == [["a, b", r"c\d", r"e\x", '"f']]


def test_an_option_written_with_quotes_or_backslashes_wins_over_their_meaning() -> None:
    options = ['"Quiet" hours', r"A\B", '"x"']
    done = split([r'"Quiet" hours;A\B;"x"'], separator=";", options=options)
    assert done.values.to_list() == [options]


def test_blank_pieces_are_reported_once_per_cell() -> None:
    done = split([";A;;;B;"], separator=";", options=["A", "B"])
    assert done.values.to_list() == [["A", "B"]]
    assert codes(done) == ["leading_delimiter", "trailing_delimiter", "empty_token"]


def test_the_unmatched_tail_is_one_free_text_where_other_is_allowed() -> None:
    cells = ["A, something else, truly", "A, Z, B", "all of it, is free", "A", "A, it, "]
    done = split(cells, separator=",", options=["A", "B"], other=True)
    assert done.values.to_list() == [
        ["A", "something else, truly"],
        ["A", "B"],
        ["all of it, is free"],
        ["A"],
        ["A", "it"],
    ]
    assert found(done) == [
        (0, "other_text", "something else, truly"),
        (1, "unknown_option", "Z"),
        (2, "other_text", "all of it, is free"),
        (4, "trailing_delimiter", "A, it,"),
        (4, "other_text", "it"),
    ]


# -- marks --------------------------------------------------------------------------------------------------------------------


def test_marks_ask_to_add_or_remove_where_they_are_enabled() -> None:
    cells = [";A;B", "+A;B", "-A", "A", None, "+A;+B", "- A", "-A;-B"]
    done = split(cells, separator=";", options=["A", "B"], append_marks=True)
    assert done.instructions is not None
    assert done.instructions.to_list() == ["add", "add", "remove", "replace", None, "add", "replace", "remove"]
    assert done.values.to_list() == [["A", "B"], ["A", "B"], ["A"], ["A"], None, ["A", "B"], ["A"], ["A", "B"]]
    assert codes(done) == ["normalised_match"]


def test_a_sign_that_begins_an_option_is_no_mark() -> None:
    done = split(["+1", "-5;+1", "+x"], separator=";", options=["+1", "-5", "x"], append_marks=True)
    assert done.instructions is not None
    assert done.instructions.to_list() == ["replace", "replace", "add"]
    assert done.values.to_list() == [["+1"], ["-5", "+1"], ["x"]]


def test_marks_mean_nothing_where_they_are_not_enabled() -> None:
    done = split(["+A"], separator=";", options=["A"])
    assert done.instructions is None
    assert codes(done) == ["unknown_option"]


# -- many cells -----------------------------------------------------------------------------------------------------------------


def test_cells_that_are_all_different_split_like_cells_that_repeat() -> None:
    options = [f"Option {n}" for n in range(12)]
    cells = [
        ";".join(options[n % 12 : n % 12 + 1 + n % 3]) + (";odd" + str(n) if n % 2 == 0 else "") for n in range(3000)
    ]
    together = split(cells, separator=";", options=options)
    for at in range(0, 3000, 500):
        alone = split(cells[at : at + 500], separator=";", options=options)
        assert together.values[at : at + 500].to_list() == alone.values.to_list()
    assert together.issues.counts() == {"unknown_option": 1500}
    assert together.issues.frame["row"].is_sorted()
    assert together.unresolved.sum() == 1500


def test_issues_carry_the_rows_column_and_field_given() -> None:
    done = split(["A", "x", "x"], separator=";", options=["A"], rows=[5, 7, 9], column="C", field="skills")
    assert [(i.row, i.column, i.field) for i in done.issues.page()] == [(7, "C", "skills"), (9, "C", "skills")]


def test_the_repr_holds_no_cells() -> None:
    assert repr(split(["secret"], separator=";", options=["A"])) == "Split(1 cells, 1 issues)"


# -- detection --------------------------------------------------------------------------------------------------------------------


def detected(*columns: tuple[list[str] | None, list[str | None]]) -> tuple[str | None, str]:
    guess = guess_separator(columns)
    return guess.separator, guess.state


def test_a_longer_separator_wins_over_the_one_inside_it() -> None:
    assert detected((["A", "B"], ["A||B", "B"])) == ("||", "found")
    assert detected((["A", "B"], ["A;#B", "B"])) == (";#", "found")


def test_columns_that_disagree_go_to_a_person_with_counts() -> None:
    guess = guess_separator([(["A", "B"], ["A;B", "B;A", "A;B"]), (["X", "Y"], ["X|Y"])])
    assert guess.state == "undecided"
    assert [vote.favourite for vote in guess.columns] == [";", "|"]
    assert guess.issues.counts() == {"separator_conflict": 2}
    assert guess.issues.page()[0].detail == "';' reads 3 cells"


def test_a_separator_that_reads_only_parts_is_uncertain() -> None:
    guess = guess_separator([(["A", "B"], ["A;Q", "B;R"])])
    assert (guess.separator, guess.state) == (";", "found")
    assert guess.issues.counts() == {"separator_uncertain": 1}


def test_nothing_helps_where_no_candidate_reads_anything() -> None:
    assert detected((["A", "B"], ["xyz", "A"])) == (None, "no_evidence")


def test_words_and_blanks_are_never_detected() -> None:
    assert detected((["A", "B"], ["A and B", "A B"])) == (None, "no_evidence")


def test_without_options_pieces_must_come_back() -> None:
    assert detected((None, ["red;blue", "blue;green", "green;red", "red"])) == (";", "found")
    assert detected((None, ["red;blue", "one;two"])) == (None, "none_needed")


def test_without_options_names_and_places_are_no_lists() -> None:
    names = ["Smith, John", "Smith, Jane", "Doe, John", "Doe, Jane"]
    assert detected((None, names)) == (None, "none_needed")
    assert detected((None, ["Lisbon, Portugal", "Porto, Portugal", "Lisbon, Portugal", "Porto, Portugal"]))[0] is None


def test_without_options_prose_is_no_list() -> None:
    prose = [
        "I would like to learn from someone, and to be there",
        "I would like to learn from someone, or not at all now",
    ]
    assert detected((None, prose)) == (None, "none_needed")


SCHEMA = Schema.participants(
    Field(key="tools", label="Tools", type="multi_select", options=["Python", "SQL"]),
    Field(key="town", type="select", options=["Bonn, Germany", "Bern"]),
)


def test_only_multi_select_columns_vote() -> None:
    rows = [["Tools", "Town"], ["Python|SQL", "Bonn, Bern"], ["SQL", "Bern, Bonn"]]
    table = Workbook.of_rows(rows).sheet().table(header_row=1)
    bound = [SimpleNamespace(field="tools", column=0), SimpleNamespace(field="town", column=1)]
    bound.append(SimpleNamespace(field="email", column=None))
    guess = detect_separator(table, SimpleNamespace(bindings=bound), SCHEMA)
    assert (guess.separator, guess.state) == ("|", "found")
    assert [(vote.field, vote.column, vote.cells, vote.alone) for vote in guess.columns] == [("tools", "A", 2, 1)]


def test_one_column_per_option_is_noticed() -> None:
    rows = [["E-mail", "Tools: Python", "Tools: SQL"], ["a@b.example", "1", "0"], ["c@d.example", "1", "1"]]
    table = Workbook.of_rows(rows).sheet().table(header_row=1)
    guess = detect_separator(table, SimpleNamespace(bindings=[]), SCHEMA)
    assert (guess.separator, guess.state) == (None, "none_needed")
    (issue,) = guess.issues.page()
    assert (issue.code, issue.column, issue.field, issue.detail) == ("one_column_per_option", "B", "tools", "B, C")


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("Tools: Python", ("Tools", "Python")),
        ("Which tools? [SQL]", ("Which tools?", "SQL")),
        ("Tools - C", ("Tools", "C")),
        ("Tools", None),
        ("E-mail", None),
    ],
)
def test_labels_of_flag_columns_are_cut_in_two(label: str, parts: tuple[str, str] | None) -> None:
    assert flag_parts(label) == parts


def test_a_million_cells_of_one_text_are_one_piece_of_work() -> None:
    cells = pl.Series(["A;B"]).new_from_index(0, 200_000)
    done = split(cells, separator=";", options=["A", "B"])
    assert done.values.list.len().sum() == 400_000


def test_without_options_a_few_repeated_pieces_are_enough() -> None:
    assert detected((None, ["Python;SQL", "SQL;Go", "Python"])) == (";", "found")


def test_a_column_with_options_outweighs_one_without() -> None:
    repeated: list[str | None] = ["red|blue", "blue|red", "red|blue", "red"]
    assert detected((["A", "B"], ["A;B"]), (None, repeated)) == (";", "found")
    assert detected((None, repeated)) == ("|", "found")


@pytest.mark.parametrize("separator", [" - ", "::", "<br>", " |##| ", "->", "，", "\t"])
def test_unusual_separators_are_found_where_options_are_known(separator: str) -> None:
    guess = guess_separator([(["Red", "Blue"], [separator.join(["Red", "Blue"]), "Blue"])])
    assert guess.separator is not None
    assert separator_core(guess.separator) == separator_core(separator)


def test_cells_in_quotes_or_arrays_need_no_separator() -> None:
    assert detected((["A, B", "C"], ['"A, B"', '["C", "A, B"]', "c"])) == (None, "none_needed")


def test_a_close_second_makes_the_separator_uncertain() -> None:
    guess = guess_separator([(["A", "B"], ["A;B", "B;A", "A;B;A", "A,B", "B,A"])])
    assert (guess.separator, guess.state) == (";", "found")
    assert guess.issues.counts() == {"separator_uncertain": 1}


def test_a_lone_quote_among_others_is_reported() -> None:
    done = split(['"Design, "Sales, EMEA"', '"Quiet" hours, x'], separator=",")
    assert found(done)[0][:2] == (0, "unbalanced_quote")
    assert [row for row, _, _ in found(done)] == [0]


@pytest.mark.parametrize("cells", [[], [None], [""], [None] * 3])
def test_no_cells_have_no_answers(cells: list[str | None]) -> None:
    for options in (None, ["A"]):
        for separator in (None, ";"):
            done = split(cells, separator=separator, options=options, other=True, append_marks=True)
            assert done.values.dtype == pl.List(pl.String)
            assert done.values.to_list() == [None] * len(cells)
            assert done.unresolved.to_list() == [0] * len(cells)
        assert detected((options, cells)) == (None, "none_needed")


def test_cells_that_are_all_different_and_read_at_once_are_the_same_as_alone() -> None:
    options = [f"Option {n}" for n in range(40)]
    cells = pl.Series([";".join([options[n % 40], options[(n * 7 + n // 40 + 1) % 40]]) for n in range(1600)])
    cells = cells.filter(cells.is_first_distinct())
    done = split(cells, separator=";", options=options)
    assert cells.len() > 1000
    plain = [list(dict.fromkeys(cell.split(";"))) for cell in cells]
    assert done.values.to_list() == plain


def test_a_blank_alias_names_nothing_and_long_names_are_suggested_to_nobody() -> None:
    options = [Option(value="a", aliases=(" ",)), "b" * 150, "c"]
    done = split([";c", "b" * 149, "c"], separator=";", options=options)
    assert done.values.to_list() == [["c"], [], ["c"]]
    assert done.issues.where("unknown_option").page()[0].detail == "no option is near"
    assert split(["cc" * 60, "bb"], separator=";", options=options).issues.page()[1].detail == "no option is near"


# -- whole columns --------------------------------------------------------------------------------------------------------


def answers(options: Sequence[str], *, join: str, seed: int, plain: bool = False) -> list[str | None]:
    """Cells as people write them, nearly all distinct; where not all plain, some of every oddity."""
    chance = random.Random(seed)
    odd = ["", " ", "?", '"', "\\", "+", "-", "[", join, "x1", "\u00a0", f"{join} ", f" {join}", "\n"]

    def cell() -> str | None:
        picked = chance.sample(list(options), min(len(options), chance.randint(1, 7)))
        text = join.join(picked)
        if plain or chance.random() < 0.7:
            return text
        change = chance.randint(0, 4)
        if change == 0:
            return None
        if change == 1:
            return text + join + picked[0]
        if change == 2:
            return text.upper()
        at = chance.randint(0, len(text))
        return text[:at] + chance.choice(odd) + text[at:]

    return [cell() for _ in range(4_000)]


VOCABULARIES: dict[str, list[Option]] = {
    "values": [Option(value=f"Topic {n}") for n in range(12)],
    "labels": [Option(value=f"t{n}", label=f"Topic {n}", aliases=(f"Thema {n}",)) for n in range(12)],
    "shared": [Option(value=f"t{n}", label=f"Topic {n}", aliases=("Any",)) for n in range(12)],
    "signs": [Option(value=text) for text in ("+1", "-1", "[x]", 'say "it"', "a\\b", "Topic", "C++", "R", "Go", "SQL")],
    "holding": [Option(value=text) for text in ("A; B", "A", "B; C", "C", "D", "E", "F", "G", "H", "I")],
    "many": [Option(value=f"Topic {n}") for n in range(130)],
}


@pytest.mark.parametrize("name", VOCABULARIES)
@pytest.mark.parametrize(("join", "separator"), [(";", ";"), ("; ", ";"), (";", "; ")])
@pytest.mark.parametrize("marks", [False, True])
def test_cells_taken_in_whole_columns_are_split_as_they_are_one_by_one(
    name: str, join: str, separator: str, marks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = VOCABULARIES[name]
    cells = answers([option.label or option.value for option in options], join=join, seed=len(name))
    whole = split(cells, separator=separator, options=options, append_marks=marks)
    monkeypatch.setattr(splitting, "_COLUMN_CELLS", 1_000_000)
    single = split(cells, separator=separator, options=options, append_marks=marks)
    assert_series_equal(whole.values, single.values)
    assert_series_equal(whole.unresolved, single.unresolved)
    assert whole.issues.frame.equals(single.issues.frame)
    if marks:
        assert whole.instructions is not None
        assert single.instructions is not None
        assert_series_equal(whole.instructions, single.instructions)


def test_a_column_of_plain_cells_needs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    options = VOCABULARIES["labels"]
    cells = answers([option.label or "" for option in options], join="; ", seed=3, plain=True)
    one_by_one = split(cells, separator=";", options=options)

    careful = splitting.split_distinct

    def refuse(cells: pl.Series, **options: Any) -> object:
        assert cells.is_empty()
        return careful(cells, **options)

    monkeypatch.setattr(splitting, "split_distinct", refuse)
    done = split(cells, separator=";", options=options)
    assert done.values.to_list() == one_by_one.values.to_list()
    assert done.values.to_list()[0] == [f"t{text.split()[1]}" for text in str(cells[0]).split("; ")]
