from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from header_sheets import SHEETS, Right
from header_sheets import rows as sheet_rows
from qooper_ingest.header import CONFIDENT_FROM, HeaderGuess, detect_header
from qooper_ingest.schema import Field, Schema
from qooper_ingest.workbook import Workbook

ROWS = json.loads((Path(__file__).parent / "cases" / "header_rows.json").read_text(encoding="utf-8"))
PEOPLE = [
    [4711, "Ann", "Lee", "ann.lee@corp.example", "Sales", "2020-01-31"],
    [4712, "Bob", "Öztürk", "bob@corp.example", "Finance", "2019-11-02"],
    [4713, "Cléo", "García", "cleo@corp.example", "Sales", "2021-06-15"],
    [4714, "Dan", "Novák", "dan@corp.example", "Sales", "2018-03-08"],
]
HEADER = ["No.", "First name", "Last name", "E-mail", "Department", "Start date"]


def guess(*rows: list[Any], schema: Schema | None = None) -> HeaderGuess:
    return detect_header(Workbook.of_rows(rows).sheet(), schema=schema)


def test_a_header_in_the_first_row() -> None:
    found = guess(HEADER, *PEOPLE)
    assert (found.row, found.rows) == (1, (1,))
    assert found.score > 0.9
    assert found.reasons[0] == "covers_columns"
    assert not len(found.issues)


def test_candidates_are_ranked_and_none_is_one_of_them() -> None:
    found = guess(HEADER, *PEOPLE)
    assert found.candidates[0].row == found.row
    assert [c.score for c in found.candidates] == sorted((c.score for c in found.candidates), reverse=True)
    assert None in [c.row for c in found.candidates]


@pytest.mark.parametrize(
    "above",
    [
        [["Participants of the spring programme"]],
        [["version:v1.0"]],
        [["Export of March"], [None], ["Please fill in one row per participant and do not change the header."], [None]],
        [["DATEV LODAS Export"], ["Mandant", "4711", "Steuernummer", "12/345"], ["Abrechnungszeitraum", "3/2024"], [None]],
        [["Report", "Headcount"], ["Date", "2024-05-01"], ["Prepared by", "Ann Müller"], ["Rows", 4], [None]],
        [[None, "Confidential"]],
        [[None], [None], [None]],
    ],
)  # fmt: skip
def test_titles_notes_and_blank_rows_above_are_no_header(above: list[list[Any]]) -> None:
    assert guess(*above, HEADER, *PEOPLE).row == len(above) + 1


CHILDREN = [["Mia", 7, "Gent"], ["Ole", 8, "Gent"], ["Tom", 6, "Aalst"], ["Ina", 9, "Gent"], ["Kai", 7, "Aalst"]]
PAYMENTS = [["Name", "Date", "Paid"], ["Mia", "2024-03-01", 20], ["Ole", "2024-03-02", 20], ["Tom", "2024-03-03", 25]]


def test_of_two_tables_on_a_sheet_the_first_is_meant_and_a_person_is_asked() -> None:
    found = guess(["Who", "Age", "Town"], *CHILDREN, [None], [None], *PAYMENTS)
    assert found.row == 1
    assert found.issues.counts() == {"header_uncertain": 1}


def test_a_table_that_is_far_larger_than_the_one_above_it_is_meant_and_a_person_is_asked() -> None:
    payments = [PAYMENTS[0], *(["Mia", f"2024-03-{day:02}", 20 + day] for day in range(1, 25))]
    found = guess(["Who", "Age", "Town"], *CHILDREN, [None], [None], *payments)
    assert found.row == 9
    assert found.issues.counts() == {"header_uncertain": 1}
    assert "row 1 looks like the header of another table" in str(found.issues.frame["detail"][0])


def test_a_row_of_groups_that_also_names_single_columns_is_part_of_the_header() -> None:
    found = guess(
        ["Name", "Group", "Contact", None, "Payment", None],
        [None, None, "Phone", "Mail", "Amount", "Date"],
        ["Mia Peeters", "A", "0470 11 22 33", "mia@corp.example", 20, "2024-03-01"],
        ["Ole Claes", "B", "0470 11 22 34", "ole@corp.example", 20, "2024-03-02"],
        ["Tom Maes", "A", "0470 11 22 35", "tom@corp.example", 25, "2024-03-03"],
    )
    assert found.rows == (1, 2)


def test_labels_over_two_rows_of_groups_are_a_header_of_three_rows() -> None:
    found = guess(
        ["Unit", "Kind", "Staff", None, None, None, "Remarks"],
        [None, None, "Juniors", None, "Seniors", None, None],
        [None, None, "Heads", "Full time", "Heads", "Full time", None],
        ["North", "Office", 12, 10.5, 7, 6.5, "moved"],
        ["South", "Plant", 44, 40, 9, 9, "as before"],
        ["East", "Plant", 31, 28.5, 4, 4, "new"],
    )
    assert found.rows == (1, 2, 3)


@pytest.mark.parametrize(
    "title",
    [
        ["Participants", "as of 1 May 2024"],
        ["List of the club", "printed Monday", "March 4, 2024"],
        ["Members", "4.3.2024", None],
    ],
)
def test_a_title_that_was_cut_at_its_commas_is_no_part_of_the_header(title: list[Any]) -> None:
    people = [["Mia", 7], ["Ole", 8], ["Tom", 6], ["Ina", 9]]
    assert guess(title, ["Name", "Age"], *people).rows == (2,)
    assert guess(["Balance on 31.12.2022", "Balance on 31.12.2023"], [1, 2], [3, 4], [5, 6]).rows == (1,)


def test_rows_are_numbered_as_the_sheet_shows_them() -> None:
    assert guess([None], [None], HEADER, *PEOPLE).row == 3


def test_leading_blank_columns_make_no_difference() -> None:
    assert guess(["Staff"], *[[None, None, *row] for row in (HEADER, *PEOPLE)]).row == 2


@pytest.mark.parametrize(
    "rows",
    [
        PEOPLE,
        PEOPLE[:2],
        [[1, 2.5, 3], [4, 5.5, 6], [7, 8.5, 9]],
        [["ann@corp.example"], ["bob@corp.example"]],
        [["Sales", "Active", "Mentor"], ["Finance", "On leave", "Mentor"], ["Sales", "Active", "Mentee"], ["HR", "Active", "Mentor"]],
    ],
)  # fmt: skip
def test_a_table_that_begins_with_data_has_no_header(rows: list[list[Any]]) -> None:
    found = guess(*rows)
    assert (found.row, found.rows) == (None, ())


def test_a_list_of_labels_and_values_has_no_header() -> None:
    found = guess(["Name:", "Ann Lee"], ["E-mail:", "ann@corp.example"], ["Phone:", "+49 228 1"], ["City:", "Bonn"])
    assert found.row is None
    assert found.reasons == ("label_value_pairs",)


def test_a_sheet_without_cells_has_no_header() -> None:
    found = guess()
    assert (found.row, found.score, found.reasons) == (None, 1.0, ("no_cells",))


@pytest.mark.parametrize("case", [c for c in ROWS if all(c["headers"])], ids=lambda c: c["id"])
def test_a_header_without_rows_below_is_found_by_its_words(case: dict[str, Any]) -> None:
    above = [line.split(";") for line in case.get("lines_before_header", [])]
    rows = [[cell or None for cell in line] for line in above]
    assert guess(*rows, case["headers"]).row == len(rows) + 1


def test_years_are_labels() -> None:
    assert guess(["Country", "2001", "2002", "2003"], ["A", 11, 12.5, 13], ["B", 14, 15, 16.5]).row == 1


def test_a_running_number_without_a_label() -> None:
    assert (
        guess([None, "Name", "City"], [1, "Ann Lee", "Bonn"], [2, "Bob Ito", "Kyoto"], [3, "Cy Day", "Lima"]).row == 1
    )


def test_long_questions_are_labels() -> None:
    question = (
        "What do you hope to get out of the programme? Please describe it in a few words so that we can match you."
    )
    assert (
        guess(["Timestamp", question], ["2024-05-01 10:00", "Confidence"], ["2024-05-02 11:30", "A network"]).row == 1
    )


def test_groups_above_the_labels_belong_to_the_header() -> None:
    found = guess([None, "Person", None, "Contact", "Work", None], HEADER, *PEOPLE)
    assert (found.row, found.rows) == (2, (1, 2))


def test_keys_above_the_labels_belong_to_the_header() -> None:
    keys = ["USERID", "FIRSTNAME", "LASTNAME", "EMAIL", "DEPARTMENT", "HIREDATE"]
    assert guess(keys, HEADER, *PEOPLE).rows == (1, 2)


def test_units_below_the_labels_belong_to_the_header() -> None:
    rows = [["Site", "Load", "Cost"], [None, "(kW)", "(EUR)"], ["Bonn", 5, 10.5], ["Lima", 7, 12], ["Oslo", 9, 7.25]]
    assert guess(*rows).rows == (1, 2)


def test_data_below_a_header_never_belong_to_it() -> None:
    assert guess(["Name", "Town", "Note"], ["Ann", "Bonn", "x1"], ["Bob", "Lima", "x2"], ["Cy", "Oslo", "x3"]).rows == (
        1,
    )


def test_a_header_repeated_on_every_page_is_found_where_it_stands_first() -> None:
    assert guess(HEADER, *PEOPLE, HEADER, *PEOPLE, HEADER).row == 1


def test_of_stacked_tables_the_first_counts() -> None:
    other = [["Site", "Load"], ["Bonn", 5], ["Lima", 7]]
    assert guess(HEADER, *PEOPLE, [None], *other).row == 1


def test_labels_of_the_schema_are_known_words() -> None:
    schema = Schema.participants(Field(key="totem", label="Totem"), Field(key="zorb", label="Zorb"))
    rows = [["Totem", "Zorb"], ["Wolf", "Fern"], ["Bear", "Moss"], ["Wolf", "Fern"], ["Hare", "Reed"]]
    assert guess(*rows, schema=schema).score > guess(*rows).score


def test_a_first_row_in_its_place_in_an_alphabetical_list_is_data() -> None:
    names = ["Abbott", "Adler", "Baker", "Cole", "Dunn", "Evans", "Flynn", "Green"]
    rows = [["Hugo Maria", "Aalto"], *([first, last] for first, last in zip(["Ann Lee"] * 8, names, strict=True))]
    assert guess(*rows).row is None
    rows[0] = ["Hugo Maria", "Zorb"]  # a label stands where the alphabet puts no value
    assert guess(*rows).row == 1


def test_labels_that_happen_to_precede_sorted_values_stay_certain_over_addresses() -> None:
    sites = ["Bonn", "Cork", "Lima", "Oslo", "Porto", "Turin", "Utrecht"]
    rows = [["Arxo", "Mail"], *([site, f"{site.lower()}@corp.example"] for site in sites)]
    found = guess(*rows)
    assert found.row == 1
    assert found.score >= CONFIDENT_FROM


def test_a_text_that_begins_as_all_below_it_do_is_data() -> None:
    terms = ["quay", "reed bed", "Wharf", "tide gate", "sluice", "Fen"]
    notes = ["a wall", "where birds nest", "of stone and timber", "that shuts by itself", "for water", "low land"]
    rows = [[term, f"meaning: {note}"] for term, note in zip(terms, notes, strict=True)]
    assert guess(*rows).row is None
    assert guess(["term", "meaning of it"], *rows).row == 1


def test_a_word_over_words_written_like_it_is_no_sure_label() -> None:
    rows = [
        ["Fern", "Wolf"],
        ["Moss", "Hare"],
        ["Reed", "Bear"],
        ["Sedge", "Otter"],
        ["Birch", "Vole"],
        ["Alder", "Mole"],
    ]
    assert guess(*rows).score < CONFIDENT_FROM
    assert guess(["fern", "wolf"], *rows[1:]).score >= CONFIDENT_FROM


def test_keys_over_keys_are_less_of_a_header_than_a_key_over_words() -> None:
    keys = [["page_title", "Start"], ["page_size", "A4"], ["margin_left_of_text", "Wide"], ["margin", "None"]]
    words = [[key.replace("_", " "), value] for key, value in keys]
    assert guess(["page_order", "Up"], *keys).score < guess(["page_order", "Up"], *words).score


def test_an_unsure_guess_is_an_issue() -> None:
    found = guess(["Finance", "Bonn", "Reed"], ["Sales", "Lima", "Moss"], ["Sales", "Bonn", "Fern"])
    assert found.score < CONFIDENT_FROM
    assert found.issues.counts() == {"header_uncertain": 1}


def test_what_is_detected_can_be_taken_off() -> None:
    sheet = Workbook.of_rows(
        [
            ["Staff"],
            ["Work", None, "Person", None],
            ["No.", "Unit", "First", "Last"],
            [7, "HR", "Ann", "Lee"],
            [8, "IT", "Bob", "Ito"],
        ]
    ).sheet()
    found = detect_header(sheet)
    assert sheet.table(header_rows=found.rows).labels == (
        "Work No.",
        "Work Unit",
        "Person First",
        "Person Last",
    )


def test_the_answers_under_a_surveys_questions_belong_to_the_header() -> None:
    rows = [
        ["Respondent ID", "Start Date", "What is your name?", "Which role do you want?", None],
        [None, None, "Open-Ended Response", "Mentor", "Mentee"],
        [11_847, "05/01/2024 10:00", "Ann Lee", "Mentor", None],
        [11_902, "05/01/2024 11:20", "Bob Ito", None, "Mentee"],
        [11_977, "05/02/2024 09:10", "Cy Day", "Mentor", "Mentee"],
    ]
    assert guess(*rows).rows == (1,)  # "Mentor" comes again below: it may be an answer
    rows[1][3:] = ["As a mentor", "As a mentee"]
    assert guess(*rows).rows == (1, 2)


def test_three_rows_of_a_survey_export() -> None:
    rows = [
        ["StartDate", "Progress", "RecipientEmail", "Q1"],
        [
            "Start Date",
            "Progress of answers",
            "Recipient Email",
            "What do you hope to learn in the programme this year?",
        ],
        ['{"ImportId":"startDate"}', '{"ImportId":"progress"}', '{"ImportId":"recipientEmail"}', '{"ImportId":"QID1"}'],
        ["2024-05-01 10:00:00", 100, "ann@corp.example", "To lead"],
        ["2024-05-01 11:00:00", 80, "bob@corp.example", "To speak in public"],
        ["2024-05-02 09:30:00", 100, "cy@corp.example", "To code"],
    ]
    assert guess(*rows).rows == (1, 2, 3)


def test_a_blank_first_record_is_no_header() -> None:
    rows = [
        ["No.", "Name", "Date", "Town"],
        [None, "Ann Lee", None, None],
        [8, "Bob", "2024-05-01", "Bonn"],
        [9, "Cy", "2024-05-02", "Lima"],
        [10, "Di", "2024-05-03", "Oslo"],
    ]
    assert guess(*rows).rows == (1,)


def test_years_under_what_is_counted_belong_to_the_header() -> None:
    rows = [
        ["Country", "GDP", None, "Population", None],
        [None, 2019, 2020, 2019, 2020],
        ["A", 11.5, 12.5, 70.1, 71],
        ["B", 14, 13.5, 8.25, 8.5],
        ["C", 9.5, 9.75, 5, 5.1],
    ]
    assert guess(*rows).rows == (1, 2)


def test_a_title_repeated_in_every_cell_is_no_part_of_the_header() -> None:
    assert guess(["Report 2023"] * 3, ["Dept", "Staff", "Cost"], ["HR", 40, 10.5], ["IT", 60, 12]).rows == (2,)


def test_labels_that_are_said_twice_or_three_times_are_one_header() -> None:
    assert guess(HEADER, HEADER, *PEOPLE).rows == (1, 2)
    assert guess(HEADER, HEADER, HEADER, *PEOPLE).rows == (1, 2, 3)


def test_a_code_like_those_below_it_is_no_label() -> None:
    towns = ["Bergen", "Malmö", "Tartu", "Vaasa", "Visby"]
    lands = ["no", "se", "ee", "fi", "se"]
    assert guess(*([town, land, land.upper() + "K"] for town, land in zip(towns, lands, strict=True))).row is None
    keys = ["GUEST-akQr", "GUEST-pVnB", "GUEST-fwYg", "GUEST-rDtJ", "GUEST-wrTH", "GUEST-dIUA"]
    assert guess(*([key] for key in keys)).row is None
    assert guess(["Guest"], *([key] for key in keys)).rows == (1,)
    assert guess(["ID", "Country"], *([number, land] for number, land in enumerate(lands))).rows == (1,)


def test_a_damaged_first_row_of_data_is_no_part_of_the_header() -> None:
    whole = [[f"{name} Holm", f"{name.lower()}@corp.example", "North"] for name in ("Bob", "Cy", "Di", "Eve", "Fay")]
    labels = ["Name", "E-mail", "Team"]
    assert guess(labels, ["Ann Holmann@corp.example", "North"], *whole).rows == (1,)
    figures = [[str(n), f"{n}3.25", f"{n}0.5", f"{n}7.75"] for n in range(1, 6)]
    assert guess(["No", "Jan", "Feb", "Total"], ["0 13.25 10.5 17.75"], *figures).rows == (1,)
    assert guess(
        ["Team", "Fees", "Fees"], [None, "2022-2023", "2023-2024"], *([f"T{n}", n * 3.5, n] for n in range(5))
    ).rows == (1, 2)


def test_rows_that_agree_in_nearly_every_column_are_no_header_said_again() -> None:
    rows = [[f"Ann {n}", "Holm Ltd", "Bergen", "Sales", "active"] for n in ("Ash", "Birk", "Cole", "Dale", "Elm")]
    assert guess(*rows).row is None
    assert guess(["Name", "Company", "City", "Team", "Status"], *rows).rows == (1,)


# -- sheets as people keep them -----------------------------------------------------------------------------------------

#: Known to be wrong: parameters stand right above the labels of a list of two columns, without a blank row between.
HARD = {"parameters directly above a two-column table"}


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet[0] not in HARD], ids=lambda sheet: sheet[0])
def test_the_header_of_sheets_as_people_keep_them(sheet: tuple[str, Right, str]) -> None:
    _, right, text = sheet
    assert guess(*sheet_rows(text)).row in (right if isinstance(right, tuple) else (right,))


def test_names_under_labels_of_two_words_are_not_taken_for_more_labels() -> None:
    names = [
        ["Ada Berg", "Ben Costa"],
        ["Cem Demir", "Dora Engel"],
        ["Emre Fonseca", "Gus Haas"],
        ["Hana Ito", "Ivo Jansen"],
    ]
    names.append(["Jana Kaya", "Kofi Lind"])
    assert guess(["Line Manager", "Project Lead"], *names).row == 1
    assert guess(*names).row is None


def test_a_header_alone_below_a_narrower_preamble_is_found() -> None:
    above = [["Payroll export"], ["Client", "North", "Tax no.", "12/345"], ["Period", "3/2024"], [None]]
    assert guess(*above, ["Employee ID", "Last name", "First name", "Hours", "Rate", "Bonus"]).row == 5
