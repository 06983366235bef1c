"""Templates: what is written reads back as it was meant, and nothing in it is a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from pathlib import Path

import openpyxl
import pytest

from qooper_ingest._text import neutralise
from qooper_ingest.conventions import Conventions
from qooper_ingest.errors import UsageError
from qooper_ingest.header import detect_header
from qooper_ingest.issues import Severity
from qooper_ingest.mapping import suggest_mapping
from qooper_ingest.readers import read_workbook
from qooper_ingest.records import apply_mapping
from qooper_ingest.schema import Field, Option, Schema, StatusWord
from qooper_ingest.separator import split
from qooper_ingest.template import template

SCHEMA = Schema.participants(
    Field(key="team", label="Team", type="select", options=("Sales, EMEA", Option(value="hr", label="People"), "+1")),
    Field(key="skills", label="Skills", type="multi_select", options=("SQL", "Yes; definitely"), required=True),
    Field(key="town", label="=cmd|' /C calc'!A0", type="location"),
    Field(key="born", type="date"),
    Field(key="nights", type="boolean"),
    Field(key="tags", type="multi_select", other=True),
    Field(key="size", type="select", options=("S", "M"), other=True, min_length=1, max_length=5, unique=True),
    clear_word="<clear>",
)


def written(schema: Schema = SCHEMA, **how: str) -> openpyxl.Workbook:
    target = io.BytesIO()
    template(schema, target, **how)  # type: ignore[arg-type]
    return openpyxl.load_workbook(io.BytesIO(target.getvalue()))


def listed(book: openpyxl.Workbook, column: str) -> list[str]:
    """The entries of a column's drop-down."""
    sheet = book["Participants"]
    (rule,) = [r for r in sheet.data_validations.dataValidation if f"{column}2" in r.sqref]
    assert rule.type == "list"
    name, cells = rule.formula1.split("!")
    return [cell.value for (cell,) in book[name][cells.replace("$", "")]]


def test_the_labels_are_the_schema_s_own() -> None:
    sheet = written()["Participants"]
    assert [cell.value for cell in sheet[1]] == [field.title for field in SCHEMA.fields]
    assert sheet.max_row == 1


def test_choices_and_the_status_are_drop_downs_and_their_entries_read_back() -> None:
    book = written()
    assert listed(book, "D") == ["active", "suspended"]
    assert listed(book, "G") == ["Sales, EMEA", "People", "+1"]
    assert listed(book, "K") == ["Yes", "No"]
    team = SCHEMA.by_key("team")
    assert team is not None
    assert split(listed(book, "G"), separator=None, options=team.options).values.to_list() == [
        ["Sales, EMEA"],
        ["hr"],
        ["+1"],
    ]


def test_the_status_words_are_the_host_s() -> None:
    schema = Schema.participants(status_words={"On": StatusWord(state="active"), "Off": StatusWord(state="suspended")})
    assert listed(written(schema), "D") == ["On", "Off"]


def test_a_choice_with_other_only_advises() -> None:
    rules = {str(r.sqref): r for r in written()["Participants"].data_validations.dataValidation}
    kinds = {ref[0]: rule.errorStyle for ref, rule in rules.items()}
    assert kinds["G"] in (None, "stop")
    assert kinds["M"] == "information"


def test_the_id_column_is_text_and_the_date_column_a_date() -> None:
    sheet = written()["Participants"]
    assert sheet.column_dimensions["A"].number_format == "@"
    assert sheet.column_dimensions["J"].number_format == "yyyy-mm-dd"


def test_nothing_is_a_formula_or_a_link() -> None:
    book = written()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                assert cell.data_type == "s" or cell.value is None
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and neutralise(cell.value) != cell.value:
                    assert cell.quotePrefix


def test_the_notes_tell_answers_separator_and_what_is_needed() -> None:
    notes = [[cell.value for cell in row] for row in written(separator="|")["Notes"].iter_rows()]
    by_label = {row[0]: row for row in notes if row[0]}
    assert by_label["Skills"] == ["Skills", by_label["Skills"][1], "yes"]
    assert '"|"' in by_label["Skills"][1]
    assert by_label["E-mail"][2] == "yes"
    assert "<clear>" in by_label["Team"][1]
    assert "same" in by_label["size"][1]
    assert {"Sales, EMEA", "People", "SQL", "Yes; definitely", "active"} <= {row[1] for row in notes}
    assert written()["Lists"].sheet_state == "hidden"


def test_a_multi_select_says_how_to_give_several_answers() -> None:
    rules = {str(r.sqref)[0]: r for r in written(separator="\n")["Participants"].data_validations.dataValidation}
    assert "line break" in rules["H"].prompt


def test_the_same_schema_gives_the_same_bytes() -> None:
    one, other = io.BytesIO(), io.BytesIO()
    template(SCHEMA, one)
    template(SCHEMA, other)
    assert one.getvalue() == other.getvalue()


def test_a_text_template_is_a_neutralised_header(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    template(SCHEMA, path, format="csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    (header,) = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    assert header == [neutralise(field.title) for field in SCHEMA.fields]
    assert header[8].startswith("'=")


@pytest.mark.parametrize("trigger", list("=+-@\t\r\n\0＝＋－＠"))
@pytest.mark.parametrize("before", ["", " ", "\u200b", "\u00a0 "])
def test_everything_a_spreadsheet_takes_for_a_formula_is_neutralised(trigger: str, before: str) -> None:
    text = f"{before}{trigger}1"
    if trigger in "\t\r\n\0" and before:
        return  # blanks in the middle of blanks begin nothing
    assert neutralise(text) == f"'{text}"


def test_a_separator_that_cannot_be_told_from_the_answers_is_refused() -> None:
    schema = Schema.participants(Field(key="f", type="multi_select", options=("A", "B", "A, B")))
    template(schema, io.BytesIO(), separator=";")
    with pytest.raises(UsageError) as error:
        template(schema, io.BytesIO(), separator=",")
    assert error.value.code == "argument_invalid"


def test_two_fields_of_one_label_are_refused() -> None:
    schema = Schema.participants(Field(key="a", label="Team"), Field(key="b", label="team"))
    with pytest.raises(UsageError) as error:
        template(schema, io.BytesIO())
    assert error.value.code == "argument_invalid"


def test_another_format_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        template(SCHEMA, io.BytesIO(), format="ods")  # type: ignore[arg-type]
    assert error.value.code == "argument_invalid"


def test_a_path_that_cannot_be_written_is_the_caller_s_fault(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        template(SCHEMA, tmp_path / "missing" / "people.csv", format="csv")
    assert error.value.code == "target_unwritable"
    assert error.value.__context__ is None


def test_without_xlsxwriter_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UsageError) as error:
        template(SCHEMA, io.BytesIO())
    assert error.value.code == "extra_missing"
    assert "qooper_ingest[template]" in str(error.value)
    assert error.value.__context__ is None


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_filled_in_reads_back_and_maps_with_certainty(kind: str) -> None:
    schema = Schema.participants(
        Field(key="team", label="Team", type="select", options=("Sales, EMEA", "+1")),
        Field(key="skills", label="Skills", type="multi_select", options=("SQL", "Yes; definitely")),
        Field(key="born", label="Date of birth", type="date"),
    )
    target = io.BytesIO()
    template(schema, target, format=kind)  # type: ignore[arg-type]
    answers = ["0042", "ann@corp.example", "", "Active", "Ann", "Lee", "+1", "SQL;Yes; definitely"]
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(target.getvalue()))
        book["Participants"].append([*(answer or None for answer in answers), dt.date(1990, 4, 3)])
        filled = io.BytesIO()
        book.save(filled)
        data = filled.getvalue()
    else:
        line = io.StringIO()
        csv.writer(line).writerow([*answers, "1990-04-03"])
        data = target.getvalue() + line.getvalue().encode()
    sheet = read_workbook(data).sheet()
    guess = detect_header(sheet, schema=schema)
    assert guess.row == 1
    table = sheet.table(header_row=1)
    mapping = suggest_mapping(table, schema)
    assert [mapping.column_of(field.key) for field in schema.fields] == list(range(len(schema.fields)))
    done = apply_mapping(table, mapping, schema, conventions=Conventions(separator=";"))
    row = done.frame.drop("_row").row(0, named=True)
    assert row["id"] == "0042"
    assert row["team"] == "+1"
    assert row["skills"] == ["SQL", "Yes; definitely"]
    assert row["born"] == dt.date(1990, 4, 3)
    assert row["status"] == "active"
    assert not done.issues.where(severity=Severity.ERROR)
