"""Errors say what was found and what to do, hold a place, cross processes, and quote nothing at length."""

from __future__ import annotations

import copy
import pickle
import string

import pytest

import qooper_ingest as qi
from qooper_ingest.errors import ERROR_MESSAGES, QUOTE_LENGTH, quote

KINDS = [
    qi.IngestError, qi.SourceError, qi.UnsupportedFormatError, qi.CorruptFileError, qi.EncryptedFileError,
    qi.LimitExceededError, qi.UsageError, qi.SchemaError, qi.MappingError, qi.DirectoryError, qi.StaleChoicesError,
]  # fmt: skip


def placeholders(message: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(message) if name]


def test_two_families_tell_whose_fault_it_is() -> None:
    for kind in KINDS[1:]:
        assert issubclass(kind, qi.SourceError) != issubclass(kind, qi.UsageError)
        assert issubclass(kind, qi.IngestError)


@pytest.mark.parametrize("code", ERROR_MESSAGES)
def test_every_message_can_be_made_and_ends_as_a_sentence(code: str) -> None:
    error = qi.IngestError(code, **dict.fromkeys(placeholders(ERROR_MESSAGES[code]), "x"))
    assert error.code == code
    assert str(error).endswith(".")
    assert "{" not in str(error)
    assert code == code.lower()


@pytest.mark.parametrize("kind", KINDS)
def test_errors_pickle_and_copy_with_everything_they_know(kind: type[qi.IngestError]) -> None:
    params = {"limit": "rows", "found": 7, "allowed": 5}
    error = kind("limit_exceeded", sheet="People", row=3, column="B", **params)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert (twin.code, twin.sheet, twin.row, twin.column, twin.params) == (
            "limit_exceeded",
            "People",
            3,
            "B",
            params,
        )
        assert str(twin) == str(error) == error.message


def test_the_place_stands_behind_the_sentence() -> None:
    assert str(qi.SourceError("empty_file")).endswith("upload that file.")
    assert str(qi.MappingError("header_row_unknown", sheet="A'b", row=9)).endswith(".") is False
    assert str(qi.MappingError("header_row_unknown", sheet="People", row=9)).endswith("(sheet 'People', row 9)")
    assert str(qi.MappingError("email_not_mapped", column="C")).endswith("(column C)")


def test_a_limit_is_named_with_both_figures() -> None:
    error = qi.LimitExceededError(limit="rows", found=7, allowed=5)
    assert str(error) == "The file exceeds the limit rows: 7 where 5 is allowed."


def test_a_code_that_is_not_in_the_table_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        qi.IngestError("no_such_code")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("a\nb", "'a\\nb'"),
        ("a\x00\x1b[31m", "'a\\x00\\x1b[31m'"),
        ("\u202eevil", "'\\u202eevil'"),
        ("\ud800", "'\\ud800'"),
        ("é中", "'é中'"),
        (7, "'7'"),
        ("x" * QUOTE_LENGTH, "'" + "x" * QUOTE_LENGTH + "'"),
        ("x" * (QUOTE_LENGTH + 1), "'" + "x" * QUOTE_LENGTH + "…'"),
    ],
)
def test_foreign_text_is_quoted_escaped_and_cut(text: object, quoted: str) -> None:
    assert quote(text) == quoted


def test_no_message_is_longer_than_2_kb() -> None:
    huge = "\u202e" * 100_000
    errors = [
        qi.MappingError("sheet_unknown", wanted=quote(huge), count=1, sheet=huge),
    ]
    for build in (
        lambda: qi.Field(key=huge),
        lambda: qi.Schema.from_json('{"fields": [], "' + "k" * 100_000 + '": 1}'),
        lambda: qi.Choices.from_json('{"' + "k" * 100_000 + '": 1}'),
        lambda: qi.Policy(**{"k" * 100_000: 1}),
        lambda: qi.read_workbook(b"a,b\n1,2\n").sheet(huge),
        lambda: qi.Schema.participants(qi.Field(key="x" * 100_000, options=["a"])),
    ):
        with pytest.raises(qi.IngestError) as caught:
            build()
        errors.append(caught.value)  # type: ignore[arg-type]
    assert max(len(str(error).encode()) for error in errors) <= 2048
