"""What of a name says who somebody is, and what two names have in common."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest.identity.names import NO_WORDS, NONE, STRONG, WEAK, agreement, words_of

SCHEMA = qi.Schema.participants()
Name = tuple[str | None, str | None]


def records_of(names: list[Name]) -> qi.Records:
    table = qi.Workbook.of_rows(
        [["Mail", "First", "Last"], *([f"p{n}@corp.example", *name] for n, name in enumerate(names))]
    )
    sheet = table.sheet().table(header_row=1)
    mapping = qi.ColumnMapping.of(sheet, {"email": "Mail", "first_name": "First", "last_name": "Last"})
    return qi.apply_mapping(sheet, mapping, SCHEMA)


def compared(told: Name, stored: Name) -> int:
    people = pl.DataFrame(
        {"first_name": [stored[0]], "last_name": [stored[1]]},
        schema={"first_name": pl.String, "last_name": pl.String},
    )
    pairs = pl.DataFrame({"i": [0], "p": [0]}, schema={"i": pl.UInt32, "p": pl.UInt32})
    found: int = agreement(pairs, records_of([told]), people).item()
    return found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Dr. Anna van der Berg", ["anna", "berg"]),
        ("Prof. Dr. h.c. Ray Jr.", ["ray"]),
        ("Moe (Contractor)", ["moe"]),
        ("Moe [extern", ["moe"]),
        ("Moe （派遣）", ["moe"]),
        ("Unknown", []),
        ("n/a", []),
        ("J. R. R.", []),
        ("O'Neil", ["neil"]),
        ("Al-Farsi", ["farsi"]),
        ("de la Cruz", ["cruz"]),
        ("bin Said", ["said"]),
        ("Ben", ["ben"]),
        ("Le", ["le"]),
        ("Ben Moe", ["moe"]),
        ("van", ["van"]),
        ("王", ["王"]),
        ("Łukasz", ["lukasz"]),
        ("Søren", ["soeren", "soren"]),
        ("Müller", ["mueller", "muller"]),
        ("Mueller", ["mueller", "muller"]),
        ("Xue", ["xue"]),
        ("Strauß", ["strauss"]),
        ("Åse", ["aase", "ase"]),
    ],
)
def test_titles_particles_suffixes_remarks_placeholders_and_initials_are_no_words(text: str, words: list[str]) -> None:
    assert words_of([text]) == [words]


@pytest.mark.parametrize(
    ("one", "other", "result"),
    [
        (("Anna", "van der Berg"), ("Tom", "van der Meer"), NONE),
        (("Dr. Tom", "Ray"), ("Dr. Eva", "Moe"), NONE),
        (("Tom", "Ray (Contractor)"), ("Eva", "Moe (Contractor)"), NONE),
        (("Unknown", "Ray"), ("Unknown", "Moe"), NONE),
        (("Tom J.", "Ray"), ("Eva J.", "Moe"), NONE),
        (("Tom", "O'Hara"), ("Eva", "O'Neil"), NONE),
        (("Tom", "Al-Said"), ("Eva", "Al-Farsi"), NONE),
        (("Tom", "bin Said"), ("Omar", "bin Laith"), NONE),
        (("Tom", "Ray Jr."), ("Sam", "Moe Jr."), NONE),
        (("Jürgen", "Müller"), ("Juergen", "Mueller"), STRONG),
        (("Jürgen", "Müller"), ("Jurgen", "Muller"), STRONG),
        (("Juergen", "x"), ("Jurgen", "y"), STRONG),
        (("Łukasz", None), ("Lukasz", None), STRONG),
        (("Søren", None), ("Soren", None), STRONG),
        (("Søren", None), ("Soeren", None), STRONG),
        (("Ægir", None), ("Aegir", None), STRONG),
        (("Þór", None), ("Thor", None), STRONG),
        (("Åse", None), ("Aase", None), STRONG),
        (("Đorđe", None), ("Djordje", None), STRONG),
        (("Straße", None), ("Strasse", None), STRONG),
        (("Maria", "Ray"), ("Maria", "Moe"), WEAK),
        (("Mohammed", "Ray"), ("Mohammed", "Moe"), WEAK),
        (("Maria Ana", "Ray"), ("Ana Maria", "Moe"), STRONG),
        (("Zita", "Ray"), ("Zita", "Moe"), STRONG),
        (("Xue", "Ray"), ("Xu", "Moe"), NONE),
        ((None, None), ("Eva", "Moe"), NO_WORDS),
        (("Unknown", "(Contractor)"), ("Eva", "Moe"), NO_WORDS),
    ],
)
def test_what_two_names_have_in_common(one: Name, other: Name, result: int) -> None:
    assert compared(one, other) == result
    assert compared(other, one) == result


def plan(rows: list[dict[str, Any]], people: list[dict[str, Any]], **policy: Any) -> qi.Plan:
    keys = ["id", "email", "first_name", "last_name"]
    sheet = qi.Workbook.of_rows([keys, *([row.get(key) for key in keys] for row in rows)]).sheet()
    table = sheet.table(header_row=1)
    records = qi.apply_mapping(table, qi.ColumnMapping.of(table, {key: key for key in keys}), SCHEMA)
    return qi.resolve(records, qi.Directory.of(people), policy=qi.Policy(**policy))


def person(ref: str, first: str, last: str) -> dict[str, str]:
    return {"ref": ref, "id": f"E{ref}", "email": f"{ref}@corp.example", "first_name": first, "last_name": last}


def test_a_mistyped_id_hands_no_account_to_somebody_with_the_same_particles() -> None:
    people = [person("1", "Anna", "van der Berg")]
    row = {"id": "E1", "email": "tom@corp.example", "first_name": "Tom", "last_name": "van der Meer"}
    made = plan([row], people)
    assert made.frame["action"].item() == "conflict"
    assert made.frame["codes"].item().to_list() == ["identity_discontinuity"]


def test_another_spelling_of_a_name_stops_no_change_of_address() -> None:
    people = [person("1", "Jürgen", "Müller")]
    row = {"id": "E1", "email": "jm@corp.example", "first_name": "Juergen", "last_name": "Mueller"}
    made = plan([row], people)
    assert (made.frame["action"].item(), made.frame["codes"].item().to_list()) == ("change_email", [])


def test_a_very_common_given_name_alone_is_weak_evidence_and_is_reported() -> None:
    people = [person("1", "Maria", "Moe")]
    made = plan([{"id": "E1", "email": "mr@corp.example", "first_name": "Maria", "last_name": "Ray"}], people)
    assert (made.frame["action"].item(), made.frame["codes"].item().to_list()) == (
        "change_email",
        ["name_evidence_weak"],
    )


def test_a_weak_agreement_gives_way_to_a_strong_one_with_the_address() -> None:
    people = [person("1", "Maria", "Moe"), person("2", "Maria", "Ray")]
    rows = [
        {"id": "E1", "email": "2@corp.example", "first_name": "Maria", "last_name": "Ray"},
        {"id": "E2", "email": "new@corp.example", "first_name": "Maria", "last_name": "Ray"},
    ]
    assert plan(rows, people).frame["codes"].to_list()[0] == ["id_mixup_suspected"]
