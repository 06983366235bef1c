"""The host's contract: what a schema holds, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

import qooper_ingest as qi
from qooper_ingest.schema import DEFAULT_STATUS_WORDS

EMAIL = qi.Field(key="email", role="email")


def refused(**settings: Any) -> str:
    with pytest.raises(qi.SchemaError) as caught:
        qi.Schema(**{"fields": (EMAIL,), **settings})
    assert caught.value.code == "schema_invalid"
    assert caught.value.__context__ is None
    return str(caught.value)


def test_participants_have_six_fields_and_the_host_s_questions() -> None:
    schema = qi.Schema.participants(
        qi.Field(key="skills", label="Skills", type="select", options=["SQL"]), clear_word="-"
    )
    assert [field.key for field in schema.profile] == ["first_name", "last_name", "skills"]
    assert schema.email.label == "E-mail"
    assert schema.by_role("id") is schema.by_key("id")
    assert (schema.by_role("email"), schema.by_key("nothing")) == (schema.email, None)
    assert qi.Schema(fields=(EMAIL,)).by_role("id") is None
    assert schema.clear_word == "-"


def test_a_field_is_titled_by_its_label_or_its_key() -> None:
    assert (qi.Field(key="skills").title, qi.Field(key="skills", label="Skills").title) == ("skills", "Skills")


def test_a_plain_string_is_an_option_and_every_name_counts_once() -> None:
    field = qi.Field(
        key="x", type="select", options=["SQL", {"value": "go", "label": "Go", "aliases": ["Golang", "Go", ""]}]
    )
    assert [option.names for option in field.options] == [("SQL",), ("Go", "go", "Golang")]


def test_a_schema_is_the_same_after_json() -> None:
    schema = qi.Schema.participants(
        qi.Field(key="age", type="number", required=True, unique=True),
        qi.Field(key="x", type="multi_select", options=["a", qi.Option(value="b", aliases=("c",))], other=True),
        qi.Field(key="t", pattern="[a-z]+", min_length=1, max_length=5, aliases=("T", "Tt")),
        status_words={
            "In": qi.StatusWord(state="active"),
            "Out": qi.StatusWord(state="suspended", scope="organisation"),
        },
        id_pattern="[0-9]{5}",
        clear_word="(none)",
    )
    assert qi.Schema.from_json(schema.to_json()) == schema
    assert qi.Schema.from_json(schema.to_json().encode()) == schema
    assert qi.Schema.from_json('{"fields": [{"key": "mail", "role": "email"}]}').status_words == DEFAULT_STATUS_WORDS


@pytest.mark.parametrize(
    "text", ["", "nope", "[]", "{}", '{"fields": []}', '{"fields": [{"key": "email"}]}', '{"fields": 7}', '{"colour": 1}', b"\xff",
             '{"fields": [{"key": "m", "role": "email", "colour": 1}]}', '{"fields": [{"key": "m", "role": "email", "type": "colour"}]}'],
)  # fmt: skip
def test_json_that_is_no_schema_is_refused(text: str | bytes) -> None:
    with pytest.raises(qi.SchemaError) as caught:
        qi.Schema.from_json(text)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"fields": ()}, "no field has the role email"),
        ({"fields": (EMAIL, qi.Field(key="mail", role="email"))}, "two fields have the role email"),
        ({"fields": (EMAIL, qi.Field(key="x"), qi.Field(key="x"))}, "two fields have one key"),
        ({"id_pattern": "["}, "id_pattern is not a regular expression"),
        (
            {"status_words": {"In": {"state": "active"}, " in ": {"state": "suspended"}}},
            "two status words are the same",
        ),
        ({"status_words": {" ": {"state": "active"}}}, "one is blank"),
        ({"status_words": {"In": {"state": "gone"}}}, "status_words.In.state"),
        ({"colour": 1}, "colour: Extra inputs"),
        ({"clear_word": "\ud800"}, "half of a character"),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(settings: dict[str, Any], reason: str) -> None:
    assert reason in refused(**settings)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"key": ""}, "is not a name"),
        ({"key": "_row"}, "is not a name"),
        ({"key": "7x"}, "is not a name"),
        ({"key": "é"}, "is not a name"),
        ({"key": "a b"}, "is not a name"),
        ({"key": "x\n"}, "is not a name"),
        ({"key": "x", "options": ["a"]}, "has options but is of type text"),
        ({"key": "x", "type": "select", "options": ["a", "a"]}, "has two options of one value"),
        ({"key": "x", "pattern": "("}, "is not a regular expression"),
        ({"key": "x", "type": "colour"}, "type"),
        ({"key": "x", "role": "boss"}, "role"),
        ({"key": "x", "label": "\udfff"}, "half of a character"),
        ({"key": "x", "type": "select", "options": [{"value": "\udfff"}]}, "half of a character"),
    ],
)
def test_a_field_that_contradicts_itself_is_refused(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(qi.SchemaError) as caught:
        qi.Field(**settings)
    assert reason in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "key", ["ref", "sso_subject", "roles", "protected", "status_locked", "row", "action", "changed", "codes", "live", "id_key", "i"]
)  # fmt: skip
def test_a_field_may_not_take_the_name_of_a_column_that_plans_and_directories_use(key: str) -> None:
    with pytest.raises(qi.SchemaError, match="is reserved"):
        qi.Field(key=key)


@pytest.mark.parametrize("key", ["id", "email", "status"])
def test_the_columns_of_a_role_belong_to_the_field_of_that_role(key: str) -> None:
    assert qi.Field(key=key, role=key).role == key
    for role in (None, "first_name", "new_email"):
        with pytest.raises(qi.SchemaError, match="is reserved"):
            qi.Field(key=key, role=role)


def test_identity_fields_may_have_the_host_s_own_keys() -> None:
    schema = qi.Schema(
        fields=(qi.Field(key="staff_no", role="id"), qi.Field(key="mail", role="email"), qi.Field(key="town"))
    )
    people = qi.Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example", "town": "Bonn"}], schema=schema)
    plan = qi.plan_import(b"staff_no,mail,town\nA1,lee@corp.example,Ulm\n", schema=schema, directory=people)
    assert plan.frame.row(0, named=True)["changed"] == ["email", "town"]


def test_schemas_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        qi.Schema.participants().clear_word = "x"  # type: ignore[misc]
