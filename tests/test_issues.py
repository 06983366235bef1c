"""Issues are a frame: counts are true, pages are typed, sentences are made late, text is cut and escaped."""

from __future__ import annotations

import string

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest.issues import CATALOGUE, ISSUE_SCHEMA, VALUE_LENGTH, CodeInfo


def several() -> qi.Issues:
    rows = pl.DataFrame({"row": [5, 6, 7], "value": ["a", "b", None], "other": [1, 2, 3]})
    return qi.Issues.from_frame("email_invalid", rows) + qi.Issues.of("row_ragged", row=9, column="C", detail="5")


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_gives_whole_sentences(code: str) -> None:
    info: CodeInfo = CATALOGUE[code]
    names = {name for _, name, _, _ in string.Formatter().parse(info.template) if name}
    assert names <= {"value", "field", "other_row", "detail"}
    assert not info.template.endswith(".")
    assert not info.hint.endswith(".")
    issue = qi.Issue(
        code=code, severity=info.severity, row=3, column="B", field="x", value="v", other_row=4, detail="d"
    )
    assert issue.message == f"row 3, column B: {issue.reason}. {issue.hint}."
    assert issue.hint[0] == issue.hint[0].upper()
    bare = qi.Issue(code=code, severity=info.severity).message
    assert bare.startswith("the file: ")
    assert "  " not in bare


def test_issues_of_one_code_come_from_a_frame() -> None:
    issues = several()
    assert issues.frame.schema == ISSUE_SCHEMA
    assert len(issues) == 4
    assert issues.counts() == {"email_invalid": 3, "row_ragged": 1}
    assert [issue.row for issue in issues.page()] == [5, 6, 7, 9]


def test_no_issues_are_no_frame_of_another_kind() -> None:
    for none in (qi.Issues.empty(), qi.Issues.concat([]), qi.Issues.from_frame("email_invalid", pl.DataFrame())):
        assert none.frame.schema == ISSUE_SCHEMA
        assert (len(none), none.counts(), none.page()) == (0, {}, ())
    assert qi.Issues.empty() + several() == several()


def test_a_code_that_is_not_in_the_catalogue_is_refused() -> None:
    with pytest.raises(KeyError):
        qi.Issues.of("no_such_code")


def test_severity_is_the_catalogue_s_unless_said_otherwise() -> None:
    assert qi.Issues.of("email_invalid").page()[0].severity is qi.Severity.ERROR
    assert qi.Issues.of("email_invalid", severity=qi.Severity.INFO).page()[0].severity is qi.Severity.INFO
    level = pl.when(pl.col("row") > 5).then(pl.lit("warning")).otherwise(pl.lit("error"))
    frame = pl.DataFrame({"row": [5, 6]})
    told = qi.Issues.from_frame("email_invalid", frame, severity=level)
    assert [issue.severity.value for issue in told.page()] == ["error", "warning"]


def test_offending_text_is_cut() -> None:
    issue = qi.Issues.of("email_invalid", value="é" * 500).page()[0]
    assert issue.value == "é" * VALUE_LENGTH


def test_a_page_is_a_part_of_the_issues_and_typed() -> None:
    issues = several()
    assert issues.page(1, 2) == issues.page()[1:3]
    assert issues.page(99) == ()
    assert issues.page(0, 0) == ()
    assert isinstance(issues.page(0, 1)[0], qi.Issue)


def test_issues_are_chosen_by_code_and_severity() -> None:
    issues = several()
    assert issues.where("row_ragged").counts() == {"row_ragged": 1}
    assert issues.where(severity=qi.Severity.ERROR).counts() == {"email_invalid": 3}
    assert issues.where("row_ragged", severity=qi.Severity.ERROR).counts() == {}
    assert issues.where() == issues


def test_text_of_the_file_is_escaped_in_sentences() -> None:
    issue = qi.Issues.of("email_invalid", row=1, value="\u202eevil\n\x1b[31m{row}").page()[0]
    assert issue.reason == "'\\u202eevil\\n\\x1b[31m{row}' is not an e-mail address"


def test_redacted_issues_hold_no_text_of_the_file() -> None:
    issues = qi.Issues.of("number_percent", row=1, column="B", field="age", value="secret", detail="secret")
    told = issues.redacted()
    assert "secret" not in str(told.frame.rows())
    assert told.counts() == issues.counts()
    assert "secret" not in told.page()[0].message


def test_no_repr_holds_text_of_the_file() -> None:
    issues = qi.Issues.of("email_invalid", row=1, column="B", value="secret", detail="secret")
    assert "secret" not in repr(issues) + repr(issues.page()[0])
    assert repr(issues) == "Issues(1: {'email_invalid': 1})"


def test_equal_issues_are_equal() -> None:
    assert several() == several()
    assert several() != several().where("row_ragged")
    assert several() != "issues"


def test_a_million_issues_are_counted_in_no_time_and_none_is_lost() -> None:
    frame = pl.DataFrame({"row": pl.int_range(1, 1_000_001, eager=True)})
    issues = qi.Issues.from_frame("email_invalid", frame)
    assert issues.counts() == {"email_invalid": 1_000_000}
    assert issues.page(999_999)[0].row == 1_000_000
