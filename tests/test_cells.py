"""Typing of cells: what is read, what is null, and what is said about it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import polars as pl
import pytest

from qooper_ingest._grid import CELL_KINDS
from qooper_ingest._text import fold
from qooper_ingest.cells import (
    Typed,
    asked_state,
    dated_state,
    merge_flags,
    status_cells,
    type_cells,
    type_flags,
    words,
)
from qooper_ingest.conventions import Conventions
from qooper_ingest.issues import Issues
from qooper_ingest.mapping import ColumnMapping
from qooper_ingest.records import Records, apply_mapping
from qooper_ingest.schema import Field, Option, Schema, StatusWord
from qooper_ingest.workbook import Workbook


def typed(
    field: Field | str,
    texts: list[str | None],
    *,
    kinds: list[str | None] | None = None,
    clear: str | None = None,
    part: Any = None,
    **how: Any,
) -> Typed:
    wanted = Field(key="f", type=field) if isinstance(field, str) else field  # type: ignore[arg-type]
    cells = pl.DataFrame(
        {"_row": range(2, 2 + len(texts)), "text": texts, "kind": kinds or [None] * len(texts)},
        schema={"_row": pl.UInt32, "text": pl.String, "kind": CELL_KINDS},
    )
    schema = Schema(fields=(Field(key="email", role="email"),), clear_word=clear)
    conventions = Conventions(**{"separator": ";", **how})
    return type_cells(wanted, cells, letter="C", schema=schema, conventions=conventions, full_name_part=part)


def found(done: Typed) -> list[tuple[int | None, str]]:
    return [(issue.row, issue.code) for issue in done.issues.page(0, 1000)]


def codes(done: Typed) -> list[str]:
    return [code for _, code in found(done)]


def values(field: Field | str, texts: list[str | None], **how: Any) -> list[Any]:
    return typed(field, texts, **how).values.to_list()


# -- nothing ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["text", "long_text", "location", "number", "date", "boolean", "select", "multi_select"]
)
@pytest.mark.parametrize(
    "text", ["N/A", "n/a", "none", "NULL", "-", "–", "?", "#N/A", "k. A.", "なし", "해당 없음", "NÉANT"]
)
def test_placeholders_are_blank_in_every_type_and_reported(kind: str, text: str) -> None:
    if kind == "boolean" and text == "なし":
        return  # it says no
    done = typed(kind, [text, "", None, " \u200b"])
    assert done.values.to_list() == [None] * 4
    assert found(done) == [(2, "placeholder_blank"), (5, "text_trimmed")]
    assert done.issues.page()[0].value == text
    assert not done.invalid.any()


def test_an_option_called_like_a_placeholder_is_an_answer() -> None:
    field = Field(key="f", type="select", options=("None", Option(value="na", label="N/A"), "A"))
    assert values(field, ["None", "N/A", "none", "-"]) == ["None", "na", "None", None]
    multi = Field(key="f", type="multi_select", options=("None", "A"))
    assert values(multi, ["None", "A;None", "N/A"]) == [["None"], ["A", "None"], None]


def test_people_may_be_called_null() -> None:
    field = Field(key="f", role="last_name")
    assert values(field, ["Null", "Nan", "None", "n/a", "-"]) == ["Null", "Nan", "None", None, None]


def test_words_that_may_be_an_answer_are_nothing_only_where_no_words_are_expected() -> None:
    assert values("location", ["NA", "unknown"]) == ["NA", "unknown"]
    assert values("number", ["NA", "unknown"]) == [None, None]


def test_the_clear_word_clears_and_nothing_else_does() -> None:
    done = typed("number", ["<clear>", " <clear> ", "<CLEAR>", ""], clear="<clear>")
    assert done.clear.to_list() == [True, True, False, False]
    assert done.invalid.to_list() == [False, False, True, False]
    assert found(done) == [(4, "number_invalid")]


@pytest.mark.parametrize("text", ["#REF!", "#DIV/0!", "#BEZUG!", "#¿NOMBRE?", "Err:502", "#VALEUR!", "#GETTING_DATA"])
def test_errors_of_formulas_are_no_text(text: str) -> None:
    done = typed("text", [text])
    assert (done.values.to_list(), codes(done), done.invalid.to_list()) == ([None], ["formula_error"], [True])


def test_a_cell_of_kind_error_is_no_text_whatever_it_says() -> None:
    done = typed("text", ["whatever", "#N/A"], kinds=["error", "error"])
    assert (done.values.to_list(), done.invalid.to_list()) == ([None, None], [True, False])
    assert not len(done.issues)  # the reader has told


def test_a_hash_tag_is_no_error() -> None:
    assert values("text", ["#1", "#hashtag", "#team!room", "C#"]) == ["#1", "#hashtag", "#team!room", "C#"]


# -- text ---------------------------------------------------------------------------------------------------------------


def test_text_is_trimmed_and_otherwise_kept() -> None:
    assert values("text", ["\u200b a  b\u00a0", "Zürich", "=1+1"]) == ["a  b", "Zürich", "=1+1"]


def test_control_characters_inside_are_kept_and_reported() -> None:
    done = typed("text", ["a\x07b", "a\u202eb", "a\nb\tc"])
    assert done.values.to_list() == ["a\x07b", "a\u202eb", "a\nb\tc"]
    assert [(i.code, i.detail) for i in done.issues.page()] == [
        ("text_control_character", "U+0007"),
        ("text_control_character", "U+202E"),
    ]


@pytest.mark.parametrize(
    ("kind", "cell", "value", "detail"),
    [
        ("text", "\u202eRon", "Ron", "U+202E"),
        ("text", "Ron\u200b ", "Ron", "U+200B"),
        ("text", "\x07Ron", "Ron", "U+0007"),
        ("multi_select", "SQL;\u202eGo", ["SQL", "Go"], "U+202E"),
        ("number", "\u202e12", 12.0, "U+202E"),
        ("boolean", "y\u200bes", True, "U+200B"),
    ],
)
def test_an_invisible_character_that_is_left_out_is_reported(kind: str, cell: str, value: Any, detail: str) -> None:
    done = typed(kind, [cell])
    assert done.values.to_list() == [value]
    assert [(i.code, i.detail) for i in done.issues.page()] == [("text_trimmed", detail)]


@pytest.mark.parametrize("cell", ["\u200b", "\u3164", " \ufeff\u2800", "\U000e0041", "\ufe0f", "\u115f\u00a0"])
@pytest.mark.parametrize(
    "kind", ["text", "long_text", "location", "multi_select", "select", "number", "date", "boolean"]
)
def test_a_cell_of_which_nothing_can_be_seen_is_blank_and_reported(kind: str, cell: str) -> None:
    done = typed(kind, [cell])
    assert (done.values.to_list(), codes(done)) == ([None], ["text_trimmed"])
    assert not done.invalid.any()


@pytest.mark.parametrize(
    "character",
    [
        "\u00ad",
        "\u200b",
        "\u200d",
        "\u200f",
        "\u2060",
        "\ufeff",
        "\u3164",
        "\u2800",
        "\u034f",
        "\ufe0f",
        "\U000e0041",
        "\U000e0100",
    ],
)
def test_what_no_writing_needs_between_letters_is_kept_and_reported(character: str) -> None:
    done = typed("text", [f"Ro{character}n"])
    assert done.values.to_list() == [f"Ro{character}n"]
    assert [(i.code, i.detail) for i in done.issues.page()] == [("text_control_character", f"U+{ord(character):04X}")]


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d💻",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "می\u200cخواهم",
        "葛\U000e0100城",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f.",
        "က\u200bခ",
    ],
)
def test_what_a_writing_needs_is_no_issue(text: str) -> None:
    done = typed("text", [text])
    assert (done.values.to_list(), codes(done)) == ([text], [])


def test_flags_say_what_they_were_read_without() -> None:
    field = Field(key="tools", type="multi_select", options=["Python", "SQL"])
    columns = [
        ("Tools: Python", pl.Series(["y\u200bes", "no", "ma\u200bybe"])),
        ("Tools: SQL", pl.Series(["no", "yes", "\ufeffx"])),
    ]
    done = type_flags(field, columns, rows=pl.Series([2, 3, 4], dtype=pl.UInt32), letter="A")
    assert done.values.to_list() == [["Python"], ["SQL"], ["SQL"]]
    assert sorted(found(done)) == [(2, "text_trimmed"), (4, "boolean_invalid"), (4, "text_trimmed")]


def test_ordinary_whitespace_around_a_text_is_not_worth_an_issue() -> None:
    done = typed("text", [" a\u00a0", "\tb\r\n", "\u3000c"])
    assert (done.values.to_list(), codes(done)) == (["a", "b", "c"], [])


def test_what_is_cut_off_and_what_stays_are_two_issues() -> None:
    done = typed("text", ["\u202eR\u202eon"])
    assert done.values.to_list() == ["R\u202eon"]
    assert sorted(codes(done)) == ["text_control_character", "text_trimmed"]


def test_a_text_has_255_characters_and_a_long_text_as_many_as_it_likes() -> None:
    long = "ä" * 256
    assert values("text", [long, long[1:]]) == [None, long[1:]]
    assert values("long_text", [long]) == [long]
    assert values(Field(key="f", max_length=256), [long]) == [long]
    done = typed(Field(key="f", type="long_text", max_length=5), ["abcdef"])
    assert (codes(done), done.issues.page()[0].detail) == (["text_too_long"], "6 characters, and the most is 5")


def test_length_and_pattern_are_checked_and_what_fails_is_not_applied() -> None:
    done = typed(Field(key="f", min_length=2, pattern="[A-Z]+(?!x)"), ["AB", "A", "Ab", None])
    assert done.values.to_list() == ["AB", None, None, None]
    assert found(done) == [(3, "text_too_short"), (4, "pattern_mismatch")]
    assert done.invalid.to_list() == [False, True, True, False]


def test_unique_answers_that_clash_are_reported_on_every_row() -> None:
    done = typed(Field(key="f", unique=True), ["a", "b", "a", "a", None, None])
    assert done.values.to_list() == [None, "b", None, None, None, None]
    assert [(i.row, i.other_row) for i in done.issues.page()] == [(2, 4), (4, 2), (5, 2)]
    assert codes(done) == ["value_not_unique"] * 3


def test_unique_answers_that_differ_are_kept_and_lists_clash_in_any_order() -> None:
    assert values(Field(key="f", unique=True), ["a", "b", None]) == ["a", "b", None]
    done = typed(Field(key="f", type="multi_select", options=("A", "B"), unique=True), ["A;B", "B;A", "A"])
    assert done.values.to_list() == [None, None, ["A"]]
    assert codes(done) == ["value_not_unique"] * 2


def test_required_answers_that_are_missing_are_reported_and_invalid_ones_are_not_reported_twice() -> None:
    done = typed(Field(key="f", type="number", required=True), ["1", None, "x", "-", ""])
    assert found(done) == [
        (3, "required_missing"),
        (4, "number_invalid"),
        (5, "placeholder_blank"),
        (5, "required_missing"),
        (6, "required_missing"),
    ]


def test_issues_carry_row_column_field_and_source_text() -> None:
    (issue,) = typed(Field(key="age", type="number"), [" x "]).issues.page()
    assert (issue.row, issue.column, issue.field, issue.value) == (2, "C", "age", " x ")


def test_the_repr_holds_no_cells() -> None:
    assert repr(typed("text", ["secret"])) == "Typed(1 cells, String, 0 issues)"


# -- full names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ann Lee", "Ann", "Lee"),
        ("Lee, Ann", "Ann", "Lee"),
        ("Ann Marie Lee", "Ann Marie", "Lee"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Maria de la Cruz Lopez", "Maria", "de la Cruz Lopez"),
        ("John Smith Jr.", "John", "Smith Jr."),
        ("Smith, Jr.", None, "Smith, Jr."),
        ("van Gogh", None, "van Gogh"),
        ("Cher", None, "Cher"),
        ("김철수", "철수", "김"),
        ("남궁민수", "민수", "남궁"),
        ("山田 太郎", "太郎", "山田"),
        ("王小明", None, "王小明"),
        ("마이클", None, "마이클"),
        ("김 철수", "철수", "김"),
        ("佐々木健太", "健太", "佐々木"),
        ("田中みなみ", "みなみ", "田中"),
        ("高橋健", None, "高橋健"),
    ],
)
def test_full_names_are_divided_and_marked_as_proposals(name: str, first: str | None, last: str) -> None:
    one, other = typed("text", [name], part="first"), typed("text", [name], part="last")
    assert (one.values.to_list(), other.values.to_list()) == ([first], [last])
    assert (codes(one), codes(other)) == (["name_split"], [])


@pytest.mark.parametrize(
    ("names", "divided"),
    [
        ("王小明 李四 张伟 欧阳修 高橋健", "王|小明 李|四 张|伟 欧阳|修 高|橋健"),
        ("陳怡君 諸葛亮 林志玲 歐陽娜娜", "陳|怡君 諸葛|亮 林|志玲 歐陽|娜娜"),
        ("山田太郎 高橋健 長谷川一 林太郎 五十嵐花", "山田|太郎 高橋|健 長谷川|一 林|太郎 五十嵐|花"),
        ("山田太郎 王小明 李四", "山田太郎| 王小明| 李四|"),
        ("山田太郎 佐藤花子 鈴木一郎 金城武", "山田|太郎 佐藤|花子 鈴木|一郎 金城武|"),
        ("王小明 李四", "王小明| 李四|"),
        ("김철수 이영희 남궁민 독고탁 제임스 알렉산더", "김|철수 이|영희 남궁|민 독고|탁 제임스| 알렉산더|"),
    ],
)
def test_east_asian_names_in_one_piece_are_divided_where_the_column_tells_the_language(
    names: str, divided: str
) -> None:
    given = typed("text", names.split(), part="first").values.to_list()
    family = typed("text", names.split(), part="last").values.to_list()
    assert " ".join(f"{a}|{b or ''}" for a, b in zip(family, given, strict=True)) == divided


# -- numbers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        (" 7 ", 7),
        ("+4", 4),
        ("-3", -3),
        ("- 5", -5),
        ("−5", -5),
        ("5-", -5),
        ("(12)", -12),
        ("1,5", 1.5),
        ("1.5", 1.5),
        (".5", 0.5),
        ("0,123", 0.123),
        ("1234.567", 1234.567),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("1 234 567", 1234567),
        ("1\u202f234,5", 1234.5),
        ("1'234.50", 1234.5),
        ("1’234", 1234),
        ("12,34,567.5", 1234567.5),
        ("1.5E+3", 1500),
        ("1,5e-1", 0.15),
        ("１２", 12),
        ("۱۲٫۵", 12.5),
        ("4.50-", -4.5),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    done = typed("number", [text])
    assert done.values.to_list() == [number]
    assert not len(done.issues)


@pytest.mark.parametrize(
    "text", ["abc", "1_000", "1/2", ">3", "3 years", "inf", "-Infinity", "∞", "1e999", "0x1F", "1,23,4", "1.2.3", "1,,2", "5.", "1 2", "--5", "१,२,३,x", "12 34"]
)  # fmt: skip
def test_what_is_no_number_is_null_and_reported(text: str) -> None:
    done = typed("number", [text])
    assert (done.values.to_list(), codes(done)) == ([None], ["number_invalid"])


def test_thousands_and_fractions_are_told_by_the_column() -> None:
    assert values("number", ["1,234", "2.5"]) == [1234, 2.5]
    assert values("number", ["1,234", "2,5"]) == [1.234, 2.5]
    assert values("number", ["1.234", "1,234,567"]) == [1.234, 1234567]


def test_without_evidence_or_with_both_a_number_that_reads_both_ways_is_null() -> None:
    done = typed("number", ["1,234", "5"])
    assert (done.values.to_list(), found(done)) == ([None, 5], [(2, "ambiguous_number")])
    done = typed("number", ["1,234", "2.5", "2,5"])
    assert (done.values.to_list(), found(done)) == ([None, 2.5, 2.5], [(2, "ambiguous_number")])


def test_a_person_may_say_the_decimal_sign() -> None:
    done = typed("number", ["1,234", "2.5", "7"], decimal=",")
    assert (done.values.to_list(), found(done)) == ([1.234, None, 7], [(3, "number_invalid")])


def test_a_stored_number_is_what_it_is_and_no_evidence() -> None:
    done = typed("number", ["1.234", "-0.5", "1,234"], kinds=["number", "number", None])
    assert done.values.to_list() == [1.234, -0.5, None]


def test_percent_and_units_are_reported() -> None:
    done = typed("number", ["45%", "% 45", "€ 12", "12 €", "-€5"])
    assert done.values.to_list() == [0.45, 0.45, 12, 12, -5]
    assert codes(done) == ["number_percent"] * 2 + ["number_unit"] * 3


def test_amounts_in_different_units_are_not_numbers_of_one_column() -> None:
    done = typed("number", ["5 USD", "R$ 6", "7"])
    assert (done.values.to_list(), codes(done)) == ([None, None, 7], ["number_unit_mixed"] * 2)


def test_more_digits_than_a_number_keeps_are_reported() -> None:
    done = typed("number", ["12345678901234567890", "1200000000000000000"])
    assert found(done) == [(2, "number_precision")]


# -- dates --------------------------------------------------------------------------------------------------------------

NEW_YEAR = dt.date(2024, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31", "2024/1/31", "2024.01.31", "2024. 1. 31.", "20240131", "31/01/2024", "31.1.2024", "01-31-2024",
        "31. 1. 2024", "31 Jan 2024", "31-Jan-2024", "Jan 31, 2024", "January 31st, 2024", "Jan. 31 2024", "2024-Jan-31",
        "Wednesday, January 31, 2024", "31 de enero de 2024", "31 janvier 2024", "31 janv. 2024", "31. Januar 2024",
        "31. Jänner 2024", "31 de janeiro de 2024", "31 gennaio 2024", "31 januari 2024", "31 Ocak 2024", "31 stycznia 2024",
        "2024年1月31日", "2024년 1월 31일", "令和6年1月31日", "民國113年1月31日", "２０２４年１月３１日", "٣١/٠١/٢٠٢٤", "2024-01-31T00:00:00Z",
        "2024-01-31 00:00:00", "31/01/2024 00:00",
    ],
)  # fmt: skip
def test_dates_are_read_as_people_and_programs_write_them(text: str) -> None:
    done = typed("date", [text])
    assert done.values.to_list() == [NEW_YEAR]
    assert not len(done.issues)


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_of_every_language_is_its_own(number: int) -> None:
    for name in " ".join(words.MONTHS[number - 1]).split():
        assert values("date", [f"14 {name} 2023", f"{name.upper()} 14, 2023"]) == [dt.date(2023, number, 14)] * 2, name


def test_no_word_stands_for_two_months() -> None:
    seen: dict[str, int] = {}
    for number, forms in enumerate(words.MONTHS):
        for name in " ".join(forms).split():
            assert seen.setdefault(fold(name), number) == number, name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024", "the day is missing"),
        ("Jan 2024", "the day is missing"),
        ("01/2024", "the day is missing"),
        ("31/02/2024", "there is no such day"),
        ("2023-02-29", "there is no such day"),
        ("31/04/2567", "the year is out of range"),
        ("2567-01-01", "the year is out of range"),
        ("45000", "it is not written as a date"),
        ("1/2-2024", "it is not written as a date"),
        ("soon", "it is not written as a date"),
        ("31 Smarch 2024", "it is not written as a date"),
    ],
)
def test_what_is_no_day_is_null_and_says_why(text: str, reason: str) -> None:
    done = typed("date", [text])
    assert done.values.to_list() == [None]
    assert [(i.code, i.detail) for i in done.issues.page()] == [("date_invalid", reason)]


def test_day_and_month_are_told_by_the_column() -> None:
    assert values("date", ["03/04/2024", "13/04/2024"]) == [dt.date(2024, 4, 3), dt.date(2024, 4, 13)]
    assert values("date", ["03/04/2024", "04/13/2024"]) == [dt.date(2024, 3, 4), dt.date(2024, 4, 13)]


def test_a_column_that_fits_both_orders_is_not_guessed() -> None:
    done = typed("date", ["03/04/2024", "05.06.2024", "05/05/2024", None])
    assert done.values.to_list() == [None, None, dt.date(2024, 5, 5), None]
    assert found(done) == [(2, "ambiguous_date_order"), (3, "ambiguous_date_order")]
    assert done.issues.page()[0].detail == "2024-04-03 or 2024-03-04"


def test_a_column_with_evidence_for_both_orders_is_read_only_where_it_is_plain() -> None:
    done = typed("date", ["13/04/2024", "04/14/2024", "03/04/2024"])
    assert done.values.to_list() == [dt.date(2024, 4, 13), dt.date(2024, 4, 14), None]
    assert found(done) == [(4, "ambiguous_date_order")]


def test_a_person_may_say_the_order() -> None:
    assert values("date", ["03/04/2024", "04/13/2024"], date_order="dmy") == [dt.date(2024, 4, 3), None]
    assert values("date", ["03/04/2024"], date_order="mdy") == [dt.date(2024, 3, 4)]
    assert values("date", ["03/04/05"], date_order="ymd") == [dt.date(2003, 4, 5)]


def test_two_digit_years_are_read_and_reported() -> None:
    done = typed("date", ["31/12/29", "31/12/30", "1 May '99"])
    assert done.values.to_list() == [dt.date(2029, 12, 31), dt.date(1930, 12, 31), dt.date(1999, 5, 1)]
    assert codes(done) == ["two_digit_year"] * 3


def test_a_two_digit_year_leads_only_where_a_figure_shows_it() -> None:
    assert values("date", ["85/01/02", "03/04/25"]) == [dt.date(1985, 1, 2), dt.date(2003, 4, 25)]
    done = typed("date", ["85/01/02", "12/31/98", "03/04/25"])
    assert done.values.to_list() == [dt.date(1985, 1, 2), dt.date(1998, 12, 31), None]
    assert (4, "ambiguous_date_order") in found(done)


def test_stored_dates_and_numbers_are_read_as_what_they_are() -> None:
    texts: list[str | None] = ["2024-01-31", "2024-01-31 00:00:00", "45322", "45322.75", "20240131"]
    done = typed("date", texts, kinds=["date", "datetime", "number", "number", "number"])
    assert done.values.to_list() == [NEW_YEAR] * 5
    assert found(done) == [(4, "date_from_number"), (5, "date_from_number")]


def test_a_year_or_a_time_stored_in_a_date_column_is_no_date() -> None:
    done = typed("date", ["1990", "12:30:00"], kinds=["number", "time"])
    assert (done.values.to_list(), codes(done)) == ([None, None], ["date_invalid"] * 2)


def test_a_time_of_day_is_left_out_and_reported() -> None:
    done = typed("date", ["2024-01-31 14:30", "31/01/2024 2:30 PM", "2024-01-31T14:30:00.5+01:00"])
    assert (done.values.to_list(), codes(done)) == ([NEW_YEAR] * 3, ["date_time_dropped"] * 3)


def test_stored_dates_among_day_first_texts_are_suspected_of_being_turned_round() -> None:
    texts: list[str | None] = ["13/04/2024", *(f"2024-0{n}-1{n % 3}" for n in range(1, 7))]
    done = typed("date", texts, kinds=[None, *["date"] * 6])
    assert done.values.null_count() == 0
    assert codes(done) == ["date_order_suspect"] * 6
    texts[3] = "2024-03-20"
    assert not len(typed("date", texts, kinds=[None, *["date"] * 6]).issues)


# -- yes or no ----------------------------------------------------------------------------------------------------------


def test_yes_and_no_in_thirteen_languages() -> None:
    yes = ["yes", "TRUE", "1", "Sí", "oui", "Ja", "WAHR", "sim", "Vero", "evet", "TAK", "はい", "是", "예", "✓"]
    no = ["no", "FALSE", "0", "non", "Nein", "FALSCH", "não", "nee", "HAYIR", "nie", "nej", "いいえ", "否", "아니요"]
    assert values("boolean", yes) == [True] * len(yes)
    assert values("boolean", no) == [False] * len(no)


def test_no_word_says_yes_and_no() -> None:
    assert not {fold(word) for word in words.YES} & {fold(word) for word in words.NO}


def test_other_words_are_neither() -> None:
    done = typed("boolean", ["maybe", "2", "yes/no"])
    assert (done.values.to_list(), codes(done)) == ([None] * 3, ["boolean_invalid"] * 3)


def test_letters_that_mean_something_else_count_only_in_a_column_of_their_own() -> None:
    assert values("boolean", ["O", "N"]) == [True, False]
    assert values("boolean", ["E", "H"]) == [True, False]
    assert values("boolean", ["o", "yes"]) == [None, True]


def test_an_x_is_a_tick_unless_circles_stand_beside_it() -> None:
    assert values("boolean", ["x", None]) == [True, None]
    assert values("boolean", ["x", "○"]) == [None, True]


# -- choices ------------------------------------------------------------------------------------------------------------


def test_a_select_is_one_answer_whatever_stands_in_it() -> None:
    field = Field(key="f", type="select", options=("Bonn, Germany", "Bern", "Île"))
    done = typed(field, ["Bonn, Germany", "bern", "ile", "Bonn", '["Bern", "Île"]'])
    assert done.values.to_list() == ["Bonn, Germany", "Bern", "Île", None, None]
    assert codes(done) == ["normalised_match", "normalised_match", "unknown_option", "too_many_answers"]
    assert done.invalid.to_list() == [False, False, False, True, True]


def test_a_select_with_other_takes_free_text() -> None:
    done = typed(Field(key="f", type="select", options=("A",), other=True), ["A", "something, else"])
    assert (done.values.to_list(), codes(done)) == (["A", "something, else"], ["other_text"])


def test_a_select_without_options_takes_any_text() -> None:
    assert values("select", ["A", " b "]) == ["A", "b"]


def test_a_multi_select_cell_of_which_nothing_is_known_is_null_not_empty() -> None:
    field = Field(key="f", type="multi_select", options=("A", "B"))
    done = typed(field, ["A;B", "x", "A;x", ";", None])
    assert done.values.to_list() == [["A", "B"], None, ["A"], None, None]
    assert done.invalid.to_list() == [False, True, False, False, False]
    assert done.instructions is None


def test_marks_of_a_multi_select_reach_the_plan() -> None:
    field = Field(key="f", type="multi_select", options=("A", "B"))
    done = typed(field, [";A", "-B", "A", None], append_marks=True)
    assert done.instructions is not None
    assert done.instructions.to_list() == ["add", "remove", "replace", None]
    assert done.values.to_list() == [["A"], ["B"], ["A"], None]


def test_columns_of_one_option_each_become_one_answer() -> None:
    done = merge_flags(
        {"Tools: Python": ["1", "0", None, "maybe"], "Tools: SQL": ["x", "SQL", "-", "no"]}, rows=[2, 3, 4, 5]
    )
    assert done.values.to_list() == [["Python", "SQL"], ["SQL"], None, []]
    assert [(i.row, i.code, i.value) for i in done.issues.page()] == [(5, "boolean_invalid", "maybe")]
    assert done.unresolved.to_list() == [0, 0, 0, 1]
    assert merge_flags({"Tools [py]": ["yes"]}, options=[Option(value="7", label="Py")]).values.to_list() == [["7"]]


# -- status -------------------------------------------------------------------------------------------------------------


def test_status_words_come_from_the_table_trimmed_and_caseless() -> None:
    table = {"Active": StatusWord(state="active"), "Left": StatusWord(state="suspended", scope="organisation")}
    done = status_cells(pl.Series([" ACTIVE", "left\u200b", "gone", None, "", "n/a"]), table)
    assert done.state.to_list() == ["active", "suspended", None, None, None, None]
    assert done.scope.to_list() == ["programme", "organisation", None, None, None, None]
    assert done.invalid.to_list() == [False, False, True, False, False, False]
    assert repr(done) == "StatusCells(6 cells, 1 unknown)"


def test_yes_means_what_the_label_asks() -> None:
    table = {"active": StatusWord(state="active")}
    assert status_cells(pl.Series(["Yes", "no", "active"]), table, yes_means="suspended").state.to_list() == [
        "suspended",
        "active",
        "active",
    ]
    assert status_cells(pl.Series(["TRUE", "0"]), table, yes_means="active").state.to_list() == ["active", "suspended"]
    assert status_cells(pl.Series(["Yes"]), table).invalid.to_list() == [True]


def test_a_date_since_when_somebody_is_shut_out_means_suspended_where_it_is_filled() -> None:
    cells = pl.Series(
        ["2026-10-01 00:00:00 UTC", "1.10.2026", "", None, "0000-00-00 00:00:00", "1601-01-01", "soon", "Active"]
    )
    words = Schema.participants().status_words
    done = status_cells(cells, words, date_means=dated_state("suspended_at"))
    assert done.state.to_list() == ["suspended", "suspended", None, None, None, None, None, "active"]
    assert done.invalid.to_list() == [False, False, False, False, False, True, True, False]
    assert status_cells(cells, words, date_means=dated_state("Hire date")).invalid.sum() == 5


def test_a_suspended_at_column_suspends_who_has_a_date_there() -> None:
    rows = [["ID", "Mail", "suspended_at"], ["E1", "a@corp.example", "2026-10-01"], ["E2", "b@corp.example", ""]]
    sheet = Workbook.of_rows(rows).sheet().table(header_row=1)
    records = apply_mapping(sheet, ColumnMapping.of(sheet, {"id": 0, "email": 1, "status": 2}), Schema.participants())
    assert records.frame["status"].to_list() == ["suspended", None]
    assert repr(records.issues) == repr(Issues.concat([]))


# -- many cells ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("number", [f"{n},{n % 100:02d}" for n in range(3000)]),
        ("date", [f"{n % 28 + 1}/{n % 12 + 1}/{1900 + n % 150}" for n in range(3000)]),
        ("text", [f"text {n}" if n % 7 else "n/a" for n in range(3000)]),
    ],
)
def test_cells_that_are_all_different_are_typed_like_cells_that_repeat(field: str, texts: list[str | None]) -> None:
    # The rows beyond the first thousand decide whether distinct cells are looked for.
    alone = typed(field, texts)
    twice = typed(field, [*texts, *texts, *texts])
    assert twice.values[:3000].to_list() == twice.values[6000:].to_list() == alone.values.to_list()
    assert len(twice.issues) == 3 * len(alone.issues)
    assert twice.issues.frame["row"].is_sorted()


def test_the_words_of_a_language_are_written_once() -> None:
    for table in (words.YES, words.NO, words.NOTHING_SIGNS, words.NOTHING_TYPED):
        assert len(set(table)) == len(table)
    assert all(re.fullmatch(r"\S+", word) for word in words.YES + words.NO)


# -- columns of a table -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "state"),
    [
        ("Is active?", "active"),
        ("accountEnabled", "active"),
        ("Aktiv", "active"),
        ("Block sign in", "suspended"),
        ("Gesperrt", "suspended"),
        ("停用", "suspended"),
        ("Status", None),
        ("Not active", None),
        ("Nicht aktiv", None),
        ("Ikke aktiv", None),
        ("pas actif", None),
        ("未激活", None),
        ("اليوم غير محظور", None),
        ("غير نشط", "suspended"),
        ("Tidak aktif", "suspended"),
        ("ei aktiivinen", "suspended"),
        ("無効フラグ", "suspended"),
        ("Active/Inactive", None),
    ],
)
def test_a_label_that_asks_tells_what_yes_means(label: str, state: str | None) -> None:
    assert asked_state(label) == state


TOOLS = Field(key="tools", label="Tools", type="multi_select", options=("Python", "SQL"), required=True)


def records(rows: list[list[object]], bound: dict[str, int], more: dict[str, tuple[int, ...]] | None = None) -> Records:
    table = Workbook.of_rows(rows).sheet().table(header_row=1)
    mapping = ColumnMapping.of(table, bound)
    wider = tuple(b.model_copy(update={"more_columns": (more or {}).get(b.field, ())}) for b in mapping.bindings)
    return apply_mapping(table, mapping.model_copy(update={"bindings": wider}), Schema.participants(TOOLS))


def test_a_status_column_that_asks_is_read_by_its_label() -> None:
    rows: list[list[object]] = [
        ["Email", "Block sign in"],
        ["a@b.example", True],
        ["c@d.example", "no"],
        ["e@f.example", None],
    ]
    assert records(rows, {"email": 0, "status": 1}).frame["status"].to_list() == ["suspended", "active", None]


def test_columns_of_one_option_each_are_one_question() -> None:
    rows: list[list[object]] = [
        ["Email", "Tools: Python", "Tools: SQL"],
        ["a@b.example", 1, 1],
        ["c@d.example", 0, "x"],
        ["e@f.example", 0, 0],
        ["g@h.example", "perhaps", None],
    ]
    done = records(rows, {"email": 0, "tools": 1}, {"tools": (2,)})
    assert done.frame["tools"].to_list() == [["Python", "SQL"], ["SQL"], None, None]
    assert done.issues.where("boolean_invalid").page()[0].row == 5
    assert [issue.row for issue in done.issues.where("required_missing").page()] == [4, 5]


def test_columns_of_one_answer_each_are_one_question() -> None:
    rows: list[list[object]] = [
        ["Email", "Tool 1", "Tool 2"],
        ["a@b.example", "SQL", "Python"],
        ["c@d.example", None, "sql"],
    ]
    done = records(rows, {"email": 0, "tools": 1}, {"tools": (2,)})
    assert done.frame["tools"].to_list() == [["SQL", "Python"], ["SQL"]]
    assert done.issues.counts()["normalised_match"] == 1


@pytest.mark.parametrize(
    "kind", ["text", "long_text", "location", "number", "date", "boolean", "select", "multi_select"]
)
def test_no_rows_and_blank_columns_have_the_type_of_the_others(kind: str) -> None:
    full = {
        "number": "1",
        "date": "2024-01-31",
        "boolean": "yes",
    }.get(kind, "A")
    dtype = typed(kind, [full]).values.dtype
    assert typed(kind, []).values.dtype == dtype
    assert typed(kind, [None, ""]).values.dtype == dtype
    assert typed(kind, ["-"]).values.dtype == dtype
    part = typed("text", [], part="first")
    assert part.values.dtype == pl.String


def test_no_rows_have_no_status() -> None:
    done = status_cells(pl.Series([], dtype=pl.String), {})
    assert (done.state.len(), done.invalid.dtype) == (0, pl.Boolean)
