"""What a host with a large database looks up: the sets, the functions, the same functions in SQL, and what is said of a part."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qooper_ingest as qi
from qooper_ingest.lookup import BEYOND, SETS

SCHEMA = qi.Schema.participants()
STORED = (
    "ann@corp.example", " Ann@Corp.EXAMPLE\t", "ann+news@corp.example", "a.n.n+x@googlemail.com", "ann@gmail.com", "'ann@corp.example",
    "~#+ann@corp.example", "josé@corp.example", "ann@XN--bcher-kva.example", "\u00a0ann@corp.example", "O'Neil@corp.example", "",
)  # fmt: skip
STORED_IDS = ("0042", " 42 ", "A7", "000", "0", "", "É1", "\u212a9", "a-7\r\n", "12E4", "0x0")


def records(*rows: dict[str, str]) -> qi.Records:
    keys = ["id", "email", "new_email"]
    table = qi.Workbook.of_rows([keys, *([row.get(key) for key in keys] for row in rows)]).sheet().table(header_row=1)
    return qi.apply_mapping(table, qi.ColumnMapping.of(table, {key: key for key in keys}), SCHEMA)


def test_the_sets_of_a_file() -> None:
    found = records(
        {"id": "00A7", "email": "Ann+x@corp.example"}, {"email": "a.b@gmail.com", "new_email": "m\u0131ke@corp.example"}
    ).lookup()
    assert found.ids == {"a7", BEYOND}
    assert found.emails == {"ann+x@corp.example", "a.b@gmail.com", "m\u0131ke@corp.example", BEYOND}
    assert found.skeletons == {"mike@corp.example", BEYOND}
    assert found.aliases == {"ann@corp.example", "ab@gmail.com", "m\u0131ke@corp.example", BEYOND}
    assert repr(found) == "Lookup(2 ids, 4 emails, 2 skeletons, 4 aliases)"


@pytest.mark.parametrize("column", ["id", "sso_subject"])
def test_a_stored_id_is_found_whatever_its_zeros_capitals_and_edges(column: str) -> None:
    asked = records({"id": "0A7", "email": "x@corp.example"}).lookup()
    for stored in ("A7", "00a7", " 0A7\n", "\u00c97"):
        assert asked.matches({"email": "y@corp.example", column: stored}), stored
    assert not asked.matches({"email": "y@corp.example", column: "A70"})


def test_people_beyond_ascii_are_always_asked_for() -> None:
    asked = records({"email": "x@corp.example"}).lookup()
    assert asked.matches({"email": "josé@corp.example"})
    assert asked.matches({"email": "a@xn--bcher-kva.example"})
    assert not asked.matches({"email": "jose@corp.example"})


def sqlite_keys(ids: list[str | None], emails: list[str | None]) -> list[tuple[Any, ...]]:
    said = qi.Lookup.sql("sqlite")
    columns = ", ".join(f"{name} text GENERATED ALWAYS AS ({expression}) STORED" for name, expression in said.items())
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE people (id text, sso_subject text, email text, {columns})")
        database.execute("CREATE INDEX by_alias ON people (lookup_alias)")
        lines = list(zip(ids, ids, emails, strict=True))
        database.executemany("INSERT INTO people (id, sso_subject, email) VALUES (?, ?, ?)", lines)
        return database.execute("SELECT lookup_id, lookup_subject, lookup_email, lookup_alias FROM people").fetchall()


def python_keys(one: str | None, email: str | None) -> tuple[str | None, ...]:
    return (qi.Lookup.id_key(one), qi.Lookup.id_key(one), qi.Lookup.email_key(email), qi.Lookup.alias_key(email))


def test_generated_columns_of_sqlite_have_the_keys_of_python() -> None:
    ids = [*STORED_IDS, None][: len(STORED)]
    emails = [one for one in STORED if "@" in one][: len(ids)]
    ids = ids[: len(emails)]
    assert sqlite_keys(list(ids), list(emails)) == [
        python_keys(one, email) for one, email in zip(ids, emails, strict=True)
    ]


_ADDRESS = st.from_regex(
    r"\A[ \t]?[-+~'A-Za-z0-9._é]{1,8}@(?:gmail\.com|GoogleMail\.com|Corp\.example|xn--a\.example)[ \n]?\Z"
)
_ID = st.text(st.sampled_from("0aA7-é\u212a \t"), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_ID, _ADDRESS), min_size=1, max_size=20))
def test_sqlite_and_python_agree_on_every_stored_value(lines: list[tuple[str, str]]) -> None:
    found = sqlite_keys([one for one, _ in lines], [email for _, email in lines])
    for (one, email), keys in zip(lines, found, strict=True):
        wanted = python_keys(one, email)
        assert keys[:3] == wanted[:3]
        if wanted[3] is not None and not wanted[3].startswith("@"):  # nothing but signs: no mailbox
            assert keys[3] == wanted[3]


@pytest.mark.parametrize(
    "told", [{"dialect": "oracle"}, {"email": "e; drop table x"}, {"id": 'i"d'}, {"sso_subject": ""}]
)
def test_what_is_no_dialect_or_no_column_name_is_refused(told: dict[str, Any]) -> None:
    dialect = told.pop("dialect", "sqlite")
    with pytest.raises(qi.UsageError) as caught:
        qi.Lookup.sql(dialect, **told)
    assert caught.value.code == "argument_invalid"


# -- what is said of a part ---------------------------------------------------------------------------------------------------

FILE = ({"id": "A7", "email": "new@corp.example"}, {"email": "jos\u00e9@corp.example"})
ANN = {"ref": "u1", "id": "A7", "email": "ann@corp.example"}


def said(**how: Any) -> list[tuple[str, str | None]]:
    plan = qi.resolve(records(*FILE), qi.Directory.of([ANN], complete=False, **how))
    return [(str(one.severity), one.detail) for one in plan.issues.where("lookup_incomplete").page()]


def test_a_part_that_was_asked_for_in_full_is_as_good_as_everybody() -> None:
    assert said(asked=records(*FILE).lookup()) == []
    assert said(asked=SETS) == []


def test_a_set_that_was_not_asked_for_is_an_error() -> None:
    assert said(asked={"emails", "skeletons", "aliases"}) == [("error", "not asked for were 1 ids")]
    assert said(asked={"ids", "emails"}) == [("error", "not asked for were 1 skeletons, 2 aliases")]


def test_a_lookup_of_another_file_is_an_error() -> None:
    other = records({"id": "B8", "email": "new@corp.example"}).lookup()
    assert said(asked=other) == [("error", "not asked for were 1 ids, 1 emails, 1 skeletons, 1 aliases")]


def stopped(*rows: dict[str, Any], asked: Any, **options: Any) -> qi.Plan:
    """A plan of one who was looked up by some keys only; everybody known is Ann."""
    return qi.resolve(records(*rows), qi.Directory.of([ANN], complete=False, asked=asked), policy=qi.Policy(**options))


@pytest.mark.parametrize(
    ("row", "takes"),
    [
        ({"id": "N9", "email": "new@corp.example"}, "create"),
        ({"id": "A7", "email": "new@corp.example"}, "change_email"),
        ({"id": "A7", "email": "ann@corp.example"}, None),
        ({"id": "A7", "email": "no address"}, None),
    ],
)
def test_a_plan_that_takes_a_key_by_which_nobody_was_looked_up_is_stopped(
    row: dict[str, str], takes: str | None
) -> None:
    plan = stopped(row, asked={"ids"})
    figures = [(guard.code, guard.count, guard.of) for guard in plan.summary.guards if not guard.acknowledged]
    assert figures == ([("lookup_incomplete", 2, 3)] if takes else [])
    assert plan.can_apply == (takes is None)
    if takes:
        assert plan.frame["action"].to_list() == [takes]
        assert list(plan.operations()) == []


def test_giving_an_id_away_is_stopped_too() -> None:
    unlinked = {**ANN, "id": None}
    people = qi.Directory.of([unlinked], complete=False, asked={"emails", "skeletons", "aliases"})
    plan = qi.resolve(records({"id": "A7", "email": "ann@corp.example"}), people)
    assert [(guard.code, guard.count, guard.of) for guard in plan.summary.guards] == [("lookup_incomplete", 1, 3)]


def test_the_guard_holds_for_the_exact_number_of_keys_and_its_issue_names_the_sets() -> None:
    row = {"id": "N9", "email": "new@corp.example"}
    plan = stopped(row, asked={"ids"})
    (issue,) = plan.issues.where("lookup_incomplete").page()
    assert (str(issue.severity), issue.detail) == ("error", "not asked for were 1 emails, 1 aliases")
    assert not stopped(row, asked={"ids"}, acknowledged={"lookup_incomplete": 1}).can_apply
    seen = stopped(row, asked={"ids"}, acknowledgements=(plan.acknowledge("lookup_incomplete"),))
    (issue,) = seen.issues.where("lookup_incomplete").page()
    assert seen.can_apply
    assert str(issue.severity) == "warning"


def test_nobody_is_looked_up_by_a_damaged_id_but_by_one_that_zeros_may_mend() -> None:
    damaged = ("1.23E+12", "=A1", "A 1", "#1")
    rows = [{"id": one, "email": f"p{n}@corp.example"} for n, one in enumerate((*damaged, "12"))]
    schema = qi.Schema.participants(id_pattern="[A0-9]{5}")
    table = qi.Workbook.of_rows([["id", "email"], *(list(row.values()) for row in rows)]).sheet().table(header_row=1)
    found = qi.apply_mapping(table, qi.ColumnMapping.of(table, {"id": "id", "email": "email"}), schema)
    assert found.lookup().ids - {"*"} == {"12"}


@pytest.mark.parametrize("asked", [SETS, None])
def test_a_look_up_in_full_and_one_that_is_not_said_stop_nothing(asked: Any) -> None:
    assert stopped({"id": "N9", "email": "new@corp.example"}, asked=asked).summary.guards == ()


def test_the_review_page_says_the_guard_in_words() -> None:
    plan = stopped({"id": "N9", "email": "new@corp.example"}, asked={"ids"})
    for language, words in (("en", "by 2 of 3 keys"), ("de", "2 von 3 Schlüsseln"), ("es", "2 de 3 claves")):
        page = io.BytesIO()
        plan.to_html(page, language=language)
        assert words in page.getvalue().decode()


def test_a_part_that_does_not_say_what_it_was_looked_up_by_is_a_warning() -> None:
    assert said() == [("warning", "it is not said what they were looked up by")]


def test_everybody_needs_no_lookup() -> None:
    assert "lookup_incomplete" not in qi.resolve(records(*FILE), qi.Directory.of([ANN])).issues.counts()


@pytest.mark.parametrize("asked", ["ids", ["id"], {"email"}])
def test_a_set_that_there_is_not_is_refused(asked: Any) -> None:
    with pytest.raises(qi.UsageError):
        qi.Directory.of([ANN], complete=False, asked=asked)
