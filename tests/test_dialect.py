"""Delimiter, quote and escape are found together, in tables of every kind; and lines are cut as their author meant."""

from __future__ import annotations

from collections import Counter

import pytest

from dialects import dialect_cases, one_column_cases
from qooper_ingest.readers.text.dialect import _ANY_TYPE, _TYPES, detect_dialect, lines_of
from qooper_ingest.readers.text.splitting import RecordSplitter
from qooper_ingest.source import Dialect


def test_dialects_of_many_tables_are_found() -> None:
    right, total, wrong = Counter[str](), Counter[str](), []
    for case in dialect_cases():
        found = detect_dialect(case.text).dialect
        good = (
            found.delimiter == case.delimiter
            and (case.quote is None or found.quote == case.quote)
            and (case.escape is None or found.escape == case.escape)
        )
        total[case.delimiter] += 1
        right[case.delimiter] += good
        if not good:
            wrong.append(case.name)
    assert right.total() >= 0.98 * total.total(), wrong
    for delimiter, count in total.items():
        # A blank is in every text: there it is enough not to be wrong often.
        assert right[delimiter] >= (0.9 if delimiter == " " else 0.95) * count, (delimiter, wrong)


def test_one_column_is_one_column() -> None:
    wrong = [case.name for case in one_column_cases() if detect_dialect(case.text).dialect.delimiter != ""]
    # Sentences in two or three rows whose commas agree by chance may be cut.
    assert all("sentences" in name for name in wrong), wrong


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("id,name\n1,Ann\n", ","),
        ("id\tname\n1\tAnn, Bob; Carl\n", "\t"),
        ("name;topics\nAnn;art, music, film\nBob;golf\n", ";"),
        ("Date and time,Value\n2020-01-01 12:00:00,5\n2020-01-01 13:00:00,6\n", ","),
        ("id||name||town\n1||Ann||Ulm\n2||Bob||Bonn\n", "||"),
        ("id\t\tname\t\ttown\n1\t\tAnn\t\tUlm\n2\t\tBob\t\tBonn\n", "\t\t"),
        ("id::name\n1::Ann\n2::Bob\n", "::"),
        ("id\\tname\\ttown\n1\\tAnn\\tUlm\n2\\tBob\\tBonn\n", "\\t"),
        (
            "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nbin:x:2:2:bin:/bin:/bin/false\n",
            ":",
        ),
        ("1.5 2.5 3.25\n4.5 1.25 6.75\n7.5 8.5 9.0\n", " "),
        ("name\nAnn Lee\nBob Ray\nCal Fox\n", ""),
        ("Members of the club, 2023\nprinted: May 3, 2023\n\nid;name;town\n1;Ann;Ulm\n2;Bob;Bonn\n3;Cal;Kiel\n", ";"),
        ('"a, b","c, d"\n"e, f","g, h"\n', ","),
    ],
)
def test_delimiters_are_told_from_what_looks_like_them(text: str, delimiter: str) -> None:
    assert detect_dialect(text).dialect.delimiter == delimiter


def test_blanks_after_the_delimiter_are_a_habit_of_the_writer() -> None:
    dialect = detect_dialect('id, name, town\n1, "Lee, Ann", Ulm\n2, Bob, Bonn\n').dialect
    assert (dialect.delimiter, dialect.skip_initial_space) == (",", True)
    assert RecordSplitter(dialect).strict('1, "Lee, Ann", Ulm') == ["1", "Lee, Ann", "Ulm"]
    assert not detect_dialect("id,name\n1, Ann\n2,Bob\n3,Cal\n4,Di\n").dialect.skip_initial_space


def test_a_windows_path_before_the_closing_quote_is_no_escape() -> None:
    text = 'id,path,size\n1,"C:\\data\\",5\n2,"D:\\x, y\\",7\n3,"E:\\",9\n'
    dialect = detect_dialect(text).dialect
    assert (dialect.delimiter, dialect.escape) == (",", None)


def test_line_ends_are_named() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert detect_dialect(end.join(["a,b", "1,2", "3,4", ""])).dialect.line_end == end
    assert detect_dialect("a,b\n1,2\r\n3,4\r5,6\n").dialect.line_end == "mixed"


def test_the_score_and_the_widths_describe_the_table() -> None:
    guess = detect_dialect("id;name;town\n" + "1;Ann;Ulm\n" * 20)
    assert guess.widths == (3,)
    assert 0.5 < guess.score <= 1
    assert detect_dialect("").widths == (1,)


def test_only_cr_lf_and_crlf_end_a_line() -> None:
    text = "a\x0bb\x0cc\x1cd\x85e\u2028f\r\ng\rh\ni"
    assert lines_of(text) == ["a\x0bb\x0cc\x1cd\x85e\u2028f\r\n", "g\r", "h\n", "i"]
    assert "".join(lines_of(text * 300_000)) == text * 300_000


# -- cutting ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('1,"a ""b"" c",x', ["1", 'a "b" c', "x"]),
        ('1,"",x', ["1", "", "x"]),
        ('1,5" disk,x', ["1", '5" disk', "x"]),
        ('"""a""",b', ['"a"', "b"]),
        ("", [""]),
        (",,", ["", "", ""]),
    ],
)
def test_well_formed_lines_have_one_reading(line: str, cells: list[str]) -> None:
    splitter = RecordSplitter(Dialect())
    assert splitter.strict(line) == cells
    assert splitter.walk(line, 0)[0] == cells


@pytest.mark.parametrize(
    ("line", "width", "cells"),
    [
        ('1,"Ann,Ulm', 3, ["1", '"Ann', "Ulm"]),
        ('1,"Ann,"Ulm, old",x', 4, ["1", '"Ann', "Ulm, old", "x"]),
        ('1,""Lee, Ann",x', 3, ["1", '"Lee, Ann', "x"]),
        ('1,"say "hi" now",x', 3, ["1", 'say "hi" now', "x"]),
        ('1,"a "b", c",x', 3, ["1", 'a "b", c', "x"]),
        ('1,",x', 3, ["1", '"', "x"]),
        ('1,"Ann"x,y', 3, ["1", '"Ann"x', "y"]),
        ('1,"Ann" ,y', 3, ["1", "Ann", "y"]),
        ('1, "Lee, Ann",y', 3, ["1", "Lee, Ann", "y"]),
    ],
)
def test_a_broken_line_gets_the_reading_with_the_tables_width(line: str, width: int, cells: list[str]) -> None:
    splitter = RecordSplitter(Dialect())
    assert splitter.strict(line) is None or line == '1, "Lee, Ann",y'
    assert splitter.repair(line, {width}).cells == cells


def test_an_escape_protects_what_is_special_and_nothing_else() -> None:
    splitter = RecordSplitter(Dialect(escape="\\", doubled=False))
    assert splitter.strict('"say \\"hi\\"",C:\\new,a\\,b') == ['say "hi"', "C:\\new", "a,b"]
    assert splitter.strict('"a\\\\",b') == ["a\\", "b"]


def test_an_open_quote_is_told_from_a_broken_line() -> None:
    splitter = RecordSplitter(Dialect())
    assert splitter.walk('1,"a', 0)[2] == "open"
    assert splitter.walk('1,"a"b', 0)[2] == "broken"
    assert splitter.closes('b",2') == (2, True)
    assert splitter.closes('b"c",2') == (2, False)
    assert splitter.closes('b ""c"" d') == (0, True)


def test_a_file_of_broken_lines_is_searched_within_a_budget() -> None:
    splitter = RecordSplitter(Dialect())
    line = ",".join(['"a', 'b"c', '"d, e"f"'] * 10)
    for _ in range(2_000):
        assert splitter.repair(line, {31}).cells


def test_quotes_around_whole_cells_tell_the_delimiter_from_a_comma_in_them() -> None:
    streets = ["12 elm rd", "4 bay st", "101 north end", "7 pine court", "19 mill ln", "3 hill top"]
    text = "".join(f"{number} # '{street}' # ' lowfield, kt 4012'\n" for number, street in enumerate(streets))
    found = detect_dialect(text).dialect
    assert (found.delimiter, found.quote) == ("#", "'")
    # Quotes inside the cells of both say nothing.
    prose = "".join(f'{number};the "{street}", or near it\n' for number, street in enumerate(streets))
    assert detect_dialect(prose).dialect.delimiter == ";"


def test_a_delimiter_and_a_blank_before_quoted_cells_that_hold_the_delimiter() -> None:
    rows = "".join(f'{n}, 2{n}.50, 4{n}.25, "1,{n}06.75"\n' for n in range(10, 22))
    found = detect_dialect("No, May, June, Total\n" + rows)
    assert (found.dialect.delimiter, found.dialect.skip_initial_space, found.widths[0]) == (",", True, 4)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"4","he said "yes""', ["4", 'he said "yes"']),
        ('"4",""yes" he said"', ["4", '"yes" he said']),
        ('"4","he said "yes""" or so', ["4", '"he said "yes""" or so']),
    ],
)
def test_outer_quotes_around_a_quotation_are_those_of_the_cell(line: str, cells: list[str]) -> None:
    assert RecordSplitter(Dialect()).repair(line, {2}).cells == cells


def test_a_slash_that_is_in_every_row_does_not_cut_between_quotes() -> None:
    titles = [
        "Night walk",
        "Bread for two, or more",
        "Deep sea",
        "Old town and river",
        "Cold start",
        "First steps here",
    ]
    text = "".join(
        f'{n:02}/11/2024 {n * 7} {title} "For adults and/or children: {title}, all year." "http://a.example/x/{n}"\n'
        for n, title in enumerate(titles + titles[::-1], start=1)
    )
    found = detect_dialect("day places title text link\n" + text).dialect
    assert (found.delimiter, found.quote) == (" ", '"')


def test_of_two_tables_of_like_size_the_first_gives_the_width_and_of_others_the_far_larger_one() -> None:
    people = "mail,name,team\n" + "".join(f"p{n}@corp.example,Ann {n},Ops\n" for n in range(8))
    rooms = "room,floor,seats,screen\n" + "".join(f"R{n},{n},{4 * n},yes\n" for n in range(9))
    assert detect_dialect(people + rooms).widths == (3, 4)
    assert detect_dialect(rooms + people).widths == (4, 3)
    assert detect_dialect("report,of March\nby,Ann\nfor,all\n" + rooms).widths[0] == 4
    # Rows of two widths in turn are one table.
    ragged = "".join(f"p{n}@corp.example,Ann {n},Ops{',late' * (n > 4 or n == 2)}\n" for n in range(12))
    assert detect_dialect(ragged).widths[0] == 4


def test_a_comma_in_every_address_does_not_cut_what_hashes_cut() -> None:
    text = "".join(
        f"North#{town}#SQUARE#of the {what}, {k}#0{k}51{k}#95035{k}22{k}\n"
        for k, (town, what) in enumerate([("Abla", "Mill"), ("Adra", "Well"), ("Berja", "Oak"), ("Dalias", "Gate")], 1)
    )
    assert detect_dialect(text).dialect.delimiter == "#"
    assert detect_dialect("id,note\n#7,C# code\n#8,F# code\n").dialect.delimiter == ","


CELLS = [
    "7",
    "+12",
    "1,5",
    ".5",
    "1.250,00",
    "(3)",
    "3€",
    "EUR|7",
    "2024-01-05",
    "5.1.24",
    "10:30",
    "2024-01-05T10:30Z",
    "a@b.example",
    "HTTP://x.example",
    "www.X.y",
    "Ann",
    "O'Neil",
    "A#1",
    "a#b#c",
    "+49(30)1234567",
    "x_y",
    "?",
]


@pytest.mark.parametrize(
    "cell", [*CELLS, "5 May 2020", "May 5, 2020", "USD 3.50", "What is it?", "two words", "2 kg", ""]
)
def test_the_type_of_a_cell_is_the_first_in_the_table_that_fits(cell: str) -> None:
    """All types are asked with one pattern; it answers as asking one after the other does."""
    assert _ANY_TYPE.groups == len(_TYPES)
    one_by_one = next((name for name, _, pattern in _TYPES if pattern.fullmatch(cell)), None)
    found = _ANY_TYPE.fullmatch(cell)
    assert (found.lastgroup if found else None) == one_by_one
