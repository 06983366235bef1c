from __future__ import annotations

import runpy
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from qooper_ingest.kinds import cell_kind
from qooper_ingest.words import label_words, read_label, value_words

DATA = tomllib.loads(resources.files("qooper_ingest").joinpath("data/words.toml").read_text(encoding="utf-8"))
LANGUAGES = {"en", "es", "fr", "de", "pt", "it", "nl", "tr", "pl", "sv", "ja", "zh", "ko"}


def roles(label: str) -> list[list[str]]:
    return [sorted(piece.roles) for piece in read_label(label).pieces]


def test_the_compiled_list_is_that_of_its_source() -> None:
    tool = runpy.run_path(str(Path(__file__).parents[1] / "tools" / "compile_words.py"))
    data = resources.files("qooper_ingest").joinpath("data")
    source = data.joinpath("words.toml").read_text(encoding="utf-8")
    assert tool["text_of"](source) == data.joinpath("words.json").read_text(encoding="utf-8")


def test_an_e_mail_is_one_word_however_it_is_written() -> None:
    for label in ("Email", "E-mail", "e_mail", "eMail", "E\u2010Mail", "E mail"):
        assert read_label(label).key == "email", label
    assert read_label("Principal E-mail").roles >= {"other", "email"}


@pytest.mark.parametrize(
    "role",
    ["user_id", "email", "status", "first_name", "last_name", "full_name", "national_id", "record_id", "other", "own"],
)
def test_the_words_of_every_identity_field_are_there_in_every_main_language(role: str) -> None:
    assert set(DATA[role]) >= LANGUAGES


@pytest.mark.parametrize(
    "label",
    [
        f"{word.strip()}"
        for field in ("email", "start_date", "birth_date")
        for words in DATA[field].values()
        for word in words.split(",")
    ],
)
def test_every_word_of_the_list_is_read_in_its_role(label: str) -> None:
    assert read_label(label).has("email", "start_date", "birth_date"), label


@pytest.mark.parametrize("language", sorted({language for by in DATA.values() for language in by}))
def test_no_language_calls_a_persons_number_that_of_a_row(language: str) -> None:
    theirs, rows = (
        {"".join(label_words(w)) for w in DATA[role].get(language, "").split(",")} - {""}
        for role in ("user_id", "record_id")
    )
    assert not theirs & rows


@pytest.mark.parametrize("language", sorted(DATA["helper"]))
def test_both_sides_of_a_pair_are_people(language: str) -> None:
    for side in ("helper", "helped"):
        for word in DATA[side][language].split(","):
            assert read_label(word).roles & {"own", "other"}, word


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("workEmail_Address*", ("work", "email", "address")),
        ("HRDepartment", ("hr", "department")),
        ("社員ID", ("社員", "id")),
        ("N° employé", ("no", "employe")),
        ("Employee #", ("employee", "no")),
        ("İŞ E-POSTA", ("is", "e", "posta")),
        ("ﬁrst\u00a0name", ("first", "name")),
    ],
)
def test_labels_are_cut_into_words(label: str, words: tuple[str, ...]) -> None:
    assert label_words(label) == words


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Vorgesetzten-E-Mail", [["other"], ["email"]]),
        ("mitarbeiterNr", [["own"], ["id_word"]]),
        ("Medarbejdernummer", [["user_id"]]),
        ("家长邮箱", [["other"], ["email"]]),
        ("E-Mail (privat)", [["email"]]),
        ("Zaphod ID", [[], ["id_word"]]),
    ],
)
def test_a_label_is_its_parts(label: str, expected: list[list[str]]) -> None:
    assert roles(label) == expected


def test_what_stands_in_brackets_is_set_aside() -> None:
    reading = read_label("Name [displayName] (required)")
    assert [piece.text for piece in reading.pieces] == ["name"]
    assert "full_name" in {role for piece in reading.aside for role in piece.roles}


def test_a_label_that_is_all_brackets_is_read() -> None:
    assert read_label("(E-mail)").has("email")


def test_inflected_words_are_known_and_short_ones_are_not_guessed() -> None:
    assert "own" in read_label("collaborateurs").pieces[0].roles
    assert not read_label("sid2x").has("user_id")


def test_a_label_that_says_the_same_twice_is_read_as_if_it_said_it_once() -> None:
    for label in ("E-mail", "User ID", "社員番号", "First name"):
        assert read_label(f"{label} {label}") == read_label(f"{label} {label} {label}") == read_label(label)
    assert read_label("E-mail manager E-mail").words == ("email", "manager", "email")


def test_a_word_of_a_thousand_parts_is_read_at_once() -> None:
    assert read_label("mitarbeiternummer" * 200)
    assert read_label("号码" * 2000)
    assert read_label("nr" * 3000 + "x")


def test_words_of_cells_are_folded() -> None:
    assert {"active", "aktiv", "在职"} <= value_words("state_value")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "blank"), ("n/a", "blank"), ("Yes", "truth"), ("1 250,50", "number"), ("(12.5)", "number"), ("12 %", "number"),
        ("2024-05-01", "date"), ("1.5.2024", "date"), ("12:30", "date"), ("2024年5月1日", "date"), ("Jan 2024", "date"),
        ("ann@corp.example", "email"), ("ann@corp", "text"), ("https://example.org", "url"), ("E-1007", "code"), ("May Lee", "text"),
        ("x" * 61, "prose"), ("May", "text"), ("Marta 12", "text"),
    ],
)  # fmt: skip
def test_kinds_of_cells(text: str, kind: str) -> None:
    assert cell_kind(text) == kind
