"""What a person chose is JSON, is bound to its file and header, and is reported where it no longer fits."""

from __future__ import annotations

import json

import pytest

import qooper_ingest as qi
from qooper_ingest.corrections import correct

FILE = b"Employee ID;E-mail;Skills\nA1;ann@corp.example;SQL;\nA2;bob@corp.example;Golang\n"
SCHEMA = qi.Schema.participants(qi.Field(key="skills", type="multi_select", options=["SQL", "Go"]))


def table(rows: list[list[object]] | None = None) -> qi.Table:
    return (
        qi.Workbook.of_rows(rows or [["id", "email", "skills"], ["A1", "ann@corp.example", "Golang"]])
        .sheet()
        .table(header_row=1)
    )


def everything() -> qi.Choices:
    grid = table()
    return qi.Choices(
        source_sha256="ab" * 32,
        read=qi.ReadOptions(format=qi.Format.TEXT, encoding="cp1252", dialect=qi.Dialect(delimiter=";", quote=None)),
        sheet="People",
        header_rows=(2, 3),
        mapping=qi.ColumnMapping.of(grid, {"id": "id", "email": 1, "skills": "skills"}, separator=";"),
        conventions=qi.Conventions(separator="; ", append_marks=True, decimal=",", date_order="dmy"),
        policy=qi.Policy(
            key="id",
            role="mentee",
            id_zero_pad=6,
            thresholds=qi.Thresholds(max_suspensions_pct=5, from_people=3),
            acknowledged={"too_many_suspensions": 7},
            decisions=(
                qi.Decision(row=4, answer="skip"),
                qi.Decision(row=5, answer="use_email", ref="u5"),
            ),
        ),
        corrections=(
            qi.CellCorrection(row=2, column="B", was="ann", value="ann@corp.example"),
            qi.CellCorrection(row=3, column="AA", was=None, value=None),
            qi.OptionAlias(field="skills", text="Golang", option="Go"),
        ),
    )


def test_choices_are_the_same_after_json() -> None:
    choices = everything()
    assert qi.Choices.from_json(choices.to_json()) == choices
    assert qi.Choices.from_json(choices.to_json().encode()) == choices


def test_what_is_left_out_stays_out_of_the_json() -> None:
    assert json.loads(qi.Choices().to_json()) == {"format_version": 2}
    assert json.loads(qi.Choices(header_rows=()).to_json()) == {"format_version": 2, "header_rows": []}


def test_no_header_is_not_the_same_as_a_header_to_detect() -> None:
    assert qi.Choices.from_json('{"header_rows": []}').header_rows == ()
    assert qi.Choices.from_json("{}").header_rows is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nope",
        "[]",
        "null",
        '{"colour": "red"}',
        '{"format_version": 3}',
        '{"format_version": 2, "separator": ";"}',
        '{"conventions": {"marks": true}}',
        '{"conventions": {"decimal": "·"}}',
        '{"header_rows": [0]}',
        '{"policy": {"key": "name"}}',
        '{"policy": {"colour": 1}}',
        '{"policy": {"decisions": [{"row": 0, "answer": "skip"}]}}',
        '{"policy": {"decisions": [{"row": "2", "answer": "skip"}]}}',
        '{"policy": {"decisions": [{"row": 2, "answer": "maybe"}]}}',
        '{"policy": {"thresholds": {"max_suspensions_pct": -1}}}',
        '{"corrections": [{"kind": "cell", "row": 2, "column": "b", "was": null, "value": "x"}]}',
        '{"corrections": [{"kind": "cell", "row": 2, "column": "B", "value": "x"}]}',
        '{"corrections": [{"kind": "alias", "field": "skills", "text": "", "option": "Go"}]}',
        '{"corrections": [{"kind": "else"}]}',
        '{"corrections": [{"row": 4294967296, "column": "B", "was": null, "value": "x"}]}',
        '{"corrections": ["x"]}',
        '{"mapping": {"bindings": [{"field": "id", "colour": 1}], "labels": []}}',
        '{"read": {"format": "docx"}}',
    ],
)
def test_json_that_is_not_choices_is_refused(text: str) -> None:
    with pytest.raises(qi.StaleChoicesError) as caught:
        qi.Choices.from_json(text)
    assert caught.value.code == "choices_invalid"
    assert caught.value.__context__ is None


def test_json_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(qi.StaleChoicesError):
        qi.Choices.from_json(b'{"sheet": "\xff"}')


def test_unknown_fields_are_refused_when_choices_are_made() -> None:
    with pytest.raises(qi.StaleChoicesError, match="Extra inputs"):
        qi.Choices(colour="red")  # type: ignore[call-arg]
    with pytest.raises(qi.UsageError, match="Decision, colour"):
        qi.Decision(row=2, answer="skip", colour="red")  # type: ignore[call-arg]


def test_half_a_character_is_refused_since_it_could_never_be_written() -> None:
    with pytest.raises(qi.UsageError, match="half of a character"):
        qi.CellCorrection(row=2, column="B", was=None, value="\ud800")
    with pytest.raises(qi.StaleChoicesError, match="half of a character"):
        qi.Choices(sheet="\udfff")
    with pytest.raises(qi.UsageError, match="half of a character"):
        qi.Policy(role="\ud800")


def test_a_refused_value_is_not_quoted() -> None:
    with pytest.raises(qi.UsageError) as caught:
        qi.CellCorrection(row=2, column="B", was=["secret@corp.example"], value=None)  # type: ignore[arg-type]
    assert "secret" not in str(caught.value)


# -- bound to file and header ------------------------------------------------------------------------------------------


def test_choices_for_another_file_are_refused() -> None:
    choices = qi.Choices(source_sha256=qi.Source.of(FILE).sha256)
    assert qi.plan_import(FILE, schema=SCHEMA, directory=qi.Directory.of([]), choices=choices).summary.rows == 2
    with pytest.raises(qi.StaleChoicesError) as caught:
        qi.plan_import(FILE + b"\n", schema=SCHEMA, directory=qi.Directory.of([]), choices=choices)
    assert caught.value.code == "choices_other_file"


def test_a_mapping_for_another_header_is_refused() -> None:
    file = b"id,email\nA1,ann@corp.example\n"
    mapping = qi.ColumnMapping.of(qi.read_workbook(file).sheet().table(header_row=1), {"id": 0, "email": 1})
    choices = qi.Choices(mapping=mapping)
    assert qi.plan_import(file, schema=SCHEMA, directory=qi.Directory.of([]), choices=choices).summary.rows == 1
    moved = b"email,id\nann@corp.example,A1\n"
    with pytest.raises(qi.StaleChoicesError) as caught:
        qi.plan_import(moved, schema=SCHEMA, directory=qi.Directory.of([]), choices=choices)
    assert caught.value.code == "choices_other_header"


def test_chosen_header_rows_and_none_are_taken_as_said() -> None:
    file = b"a@corp.example,A1\nb@corp.example,A2\n"
    grid = qi.read_workbook(file).sheet().table(header_row=None)
    mapping = qi.ColumnMapping.of(grid, {"email": 0, "id": 1})
    choices = qi.Choices(header_rows=(), mapping=mapping)
    plan = qi.plan_import(file, schema=SCHEMA, directory=qi.Directory.of([]), choices=choices)
    assert plan.frame["row"].to_list() == [1, 2]


def test_a_chosen_separator_stands_above_that_of_the_mapping_even_if_it_is_none() -> None:
    field = qi.Field(key="skills", type="multi_select", options=["SQL;Go", "SQL", "Go"])
    schema = qi.Schema.participants(field)
    file = b'email,skills\na@corp.example,"SQL;Go"\n'
    grid = qi.read_workbook(file).sheet().table(header_row=1)
    mapping = qi.ColumnMapping.of(grid, {"email": 0, "skills": 1}, separator="|")

    def skills(separator: str | None) -> object:
        choices = qi.Choices(mapping=mapping, conventions=qi.Conventions(separator=separator))
        plan = qi.plan_import(file, schema=schema, directory=qi.Directory.of([]), choices=choices)
        ((create,),) = plan.operations()
        return create.value("skills")

    assert skills(None) == ("SQL;Go",)
    assert skills("") == ("SQL;Go",)


# -- corrections -------------------------------------------------------------------------------------------------------


def test_a_correction_that_fits_changes_the_cell_and_is_told() -> None:
    grid = table([["id", "email"], ["A1", "ann"], ["A2", None]])
    corrected, schema = correct(
        grid,
        SCHEMA,
        (
            qi.CellCorrection(row=2, column="B", was="ann", value="ann@corp.example"),
            qi.CellCorrection(row=3, column="B", was=None, value="bob@corp.example"),
            qi.CellCorrection(row=3, column="A", was="A2", value=None),
        ),
    )
    assert corrected.frame["B"].to_list() == ["ann@corp.example", "bob@corp.example"]
    assert corrected.frame["A"].to_list() == ["A1", None]
    assert corrected.issues.counts() == {"correction_applied": 3}
    assert schema is SCHEMA
    assert grid.frame["B"].to_list() == ["ann", None], "the argument is left as it is"


def test_no_corrections_change_nothing() -> None:
    grid = table()
    assert correct(grid, SCHEMA, ()) == (grid, SCHEMA)


@pytest.mark.parametrize(
    ("correction", "why"),
    [
        (qi.CellCorrection(row=2, column="B", was="ann@old.example", value="x"), "the cell has changed"),
        (qi.CellCorrection(row=2, column="B", was=None, value="x"), "the cell has changed"),
        (qi.CellCorrection(row=9, column="B", was="ann@corp.example", value="x"), "there is no such row"),
        (qi.CellCorrection(row=2, column="ZZ", was="ann@corp.example", value="x"), "there is no such column"),
        (qi.OptionAlias(field="skills", text="Golang", option="Gone"), "the question has no option 'Gone'"),
        (qi.OptionAlias(field="hobby", text="Golang", option="Go"), "the question has no option 'Go'"),
    ],
)
def test_a_correction_that_no_longer_fits_is_not_applied_and_told(
    correction: qi.CellCorrection | qi.OptionAlias, why: str
) -> None:
    grid = table()
    corrected, schema = correct(grid, SCHEMA, (correction,))
    assert corrected.frame.equals(grid.frame)
    assert schema == SCHEMA
    (issue,) = corrected.issues.page()
    assert (issue.code, issue.detail) == ("correction_unfit", why)


def test_of_two_corrections_of_one_cell_the_second_continues_the_first() -> None:
    corrections = (
        qi.CellCorrection(row=2, column="A", was="A1", value="A2"),
        qi.CellCorrection(row=2, column="A", was="A2", value="A3"),
        qi.CellCorrection(row=2, column="A", was="A1", value="A4"),
    )
    corrected, _ = correct(table(), SCHEMA, corrections)
    assert corrected.frame["A"].to_list() == ["A3"]
    assert corrected.issues.counts() == {"correction_applied": 2, "correction_unfit": 1}


def test_a_cell_corrected_by_hand_is_text_whatever_it_was() -> None:
    """A long number in a number cell has lost digits; typed again by a person it has not."""
    grid = table([["id", "email"], [1234567890123456, "ann@corp.example"], [7, "bob@corp.example"]])
    mapping = qi.ColumnMapping.of(grid, {"id": 0, "email": 1})
    assert "id_precision_lost" in qi.apply_mapping(grid, mapping, SCHEMA).issues.counts()
    fix = qi.CellCorrection(row=2, column="A", was="1234567890123456", value="1234567890123457")
    corrected, _ = correct(grid, SCHEMA, (fix,))
    records = qi.apply_mapping(corrected, mapping, SCHEMA)
    assert "id_precision_lost" not in records.issues.counts()
    assert records.identity["id_number"].to_list() == [False, True]


def test_an_option_alias_makes_the_answer_known() -> None:
    corrected, schema = correct(table(), SCHEMA, (qi.OptionAlias(field="skills", text="Golang", option="Go"),))
    field = schema.by_key("skills")
    assert field is not None
    assert [option.aliases for option in field.options] == [(), ("Golang",)]
    records = qi.apply_mapping(corrected, qi.ColumnMapping.of(corrected, {"email": 1, "skills": 2}), schema)
    assert records.frame["skills"].to_list() == [["Go"]]
    assert "unknown_option" not in records.issues.counts()


def test_corrections_in_choices_reach_the_plan() -> None:
    file = b"email,skills\nann@corp,Golang\n"
    choices = qi.Choices(
        conventions=qi.Conventions(separator=";"),
        corrections=(
            qi.CellCorrection(row=2, column="A", was="ann@corp", value="ann@corp.example"),
            qi.OptionAlias(field="skills", text="Golang", option="Go"),
        ),
    )
    again = qi.Choices.from_json(choices.to_json())
    plan = qi.plan_import(file, schema=SCHEMA, directory=qi.Directory.of([]), choices=again)
    ((create,),) = plan.operations()
    assert (create.value("email"), create.value("skills")) == ("ann@corp.example", ("Go",))
    assert plan.summary.codes["correction_applied"] == 1


@pytest.mark.parametrize(
    ("choices", "starts", "score"),
    [
        (qi.Choices(), [None, None], [None, None]),
        (
            qi.Choices(conventions=qi.Conventions(date_order="dmy", decimal=",")),
            ["2024-02-01", "2024-04-03"],
            [1.234, 2.5],
        ),
        (
            qi.Choices(conventions=qi.Conventions(date_order="mdy", decimal=".")),
            ["2024-01-02", "2024-03-04"],
            [1234.0, 25.0],
        ),
    ],
)
def test_a_person_settles_what_a_column_does_not_tell(
    choices: qi.Choices, starts: list[str | None], score: list[float | None]
) -> None:
    schema = qi.Schema.participants(
        qi.Field(key="start", label="Start", type="date"), qi.Field(key="score", label="Score", type="number")
    )
    file = b'Email;Start;Score\nann@corp.example;01/02/2024;"1,234"\nbob@corp.example;03/04/2024;"2,5"\n'
    if choices.conventions.decimal == ".":
        file = file.replace(b'"2,5"', b'"25"')
    elif choices.conventions.decimal is None:
        file = file.replace(b'"2,5"', b'"5,678"')
    plan = qi.plan_import(file, schema=schema, directory=qi.Directory.of([]), choices=choices)
    made = [operation for batch in plan.operations() for operation in batch]
    assert [str(one.value("start")) if one.value("start") else None for one in made] == starts
    assert [one.value("score") for one in made] == score
