from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from header_sheets import SHEETS, Right
from header_sheets import rows as sheet_rows
from qooper_ingest.header import CONFIDENT_FROM, HeaderGuess, detect_header
from qooper_ingest.header.choices import measure_choices
from qooper_ingest.header.facts import RowFacts, row_facts
from qooper_ingest.header.lines import Line, first_lines
from qooper_ingest.header.signals import NONE_SIGNALS, ROW_SIGNALS, SheetFacts, Signal
from qooper_ingest.header.stacking import naming_row
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
    assert {"known_label", "kinds_change"} <= set(found.reasons)
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
    assert found.reasons[0] == "label_value_pairs"


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

    def share(found: HeaderGuess) -> float:
        return max((one.score for one in found.candidates if one.row == 1), default=0.0)

    in_place = share(guess(*rows))
    rows[0] = ["Hugo Maria", "Zorb"]  # a label stands where the alphabet puts no value
    found = guess(*rows)
    assert share(found) > in_place
    assert found.issues.counts() == {"header_uncertain": 1}  # nothing else tells the two words from a person


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
    found = guess(["Grove", "Marsh", "Reed"], ["Cliff", "Shore", "Moss"], ["Brook", "Heath", "Fern"])
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

#: Known to be wrong: parameters stand above the labels of a list of two columns, and only their words tell them from it.
HARD = {"parameters directly above a two-column table", "parameters above a two-column table of words"}


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet[0] not in HARD], ids=lambda sheet: sheet[0])
def test_the_header_of_sheets_as_people_keep_them(sheet: tuple[str, Right, str]) -> None:
    _, right, text = sheet
    assert guess(*sheet_rows(text)).row in (right if isinstance(right, tuple) else (right,))


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet[0] in HARD], ids=lambda sheet: sheet[0])
def test_where_the_proposal_is_wrong_a_person_is_asked(sheet: tuple[str, Right, str]) -> None:
    _, right, text = sheet
    found = guess(*sheet_rows(text))
    assert found.row != right
    assert found.issues.counts() == {"header_uncertain": 1}


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


# -- people, marks and figures that look like labels -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "people",
    [
        [["Sales", "Anna Berg", "Leeds / Finance"], ["Legal", "Ben Costa", "Porto / Legal"], ["Sales", "Cem Demir", "Bonn / HR"], ["HR", "Dora Engel", "Leeds / HR"]],
        [["Ann", "Lee"], ["Bob", "Ito"], ["Cem", "Öz"], ["Dora", "Engel"], ["Emre", "Kaya"], ["Gus", "Haas"], ["Hana", "Mori"]],
        [["AT", "Austria"], ["BE", "Belgium"], ["CH", "Switzerland"], ["DE", "Germany"], ["FR", "France"]],
        [["Berg, Anna", "Mentor"], ["Costa, Ben", "Mentee"], ["Demir, Cem", "Mentor"], ["Engel, Dora", "Mentee"]],
        [["Ann Lee", "Line Manager"], ["Bob Ito", "Team Lead"], ["Cem Demir", "Line Manager"], ["Dora Engel", "Team Lead"]],
        [["Ann Lee <ann@corp.example>", "Sales"], ["Bob Ito <bob@corp.example>", "HR"], ["Cem Öz <cem@corp.example>", "HR"]],
    ],
    ids=["unit and place", "two names", "codes", "surname first", "roles", "mailboxes"],
)  # fmt: skip
def test_a_first_person_is_never_surely_the_header(people: list[list[Any]]) -> None:
    found = guess(*people)
    assert found.row is None or found.issues.counts() == {"header_uncertain": 1}


@pytest.mark.parametrize(
    "address",
    ["b@xn--a.example", "Ann Lee <ann@corp.example>", "ann@corp.example; bob@corp.example"],
)
def test_a_row_that_holds_an_address_is_no_candidate(address: str) -> None:
    found = guess(["Name", address, "Department"], ["Ann", "x", "Sales"], ["Bob", "y", "Sales"], ["Cem", "z", "HR"])
    assert 1 not in [one.row for one in found.candidates]


def test_an_example_address_inside_a_label_does_not_hurt() -> None:
    assert (
        guess(
            ["Name", "E-mail (such as ann@corp.example)"], ["Ann", "ann@corp.example"], ["Bob", "bob@corp.example"]
        ).row
        == 1
    )


def test_a_mark_over_figures_is_a_label() -> None:
    assert guess(["x", "y"], *([step, step * step / 7] for step in range(12))).row == 1
    assert guess(["Name", "x", "y", "n"], *([f"Rock {at}", at % 2, at * 7 % 3, at] for at in range(9))).row == 1


def test_days_without_a_year_along_a_row_are_labels() -> None:
    marks = [
        ["Ada Berg", 8, 7, "+", 9],
        ["Ben Costa", 7, 6, 9, "+"],
        ["Cem Demir", 3, 2, 8, 7],
        ["Dora Engel", 4, 3, 7, 9],
    ]
    assert guess(["Member", "1.09", "8.09", "15.09", "22.09"], *marks).row == 1
    assert guess(["Member", "45.09", "8.19", "15.3", "2.09"], *marks).row is None  # no days


def test_error_values_say_nothing_of_a_column() -> None:
    rows = [
        ["#N/A", "#REF!", "#N/A N/A", "#DIV/0!"],
        *([f"2024-03-0{at}", at * 1.5, at + 2.25, at] for at in range(1, 7)),
    ]
    assert guess(["Day", "High", "Low", "Volume"], *rows).rows == (1,)


def test_the_row_of_a_stack_is_the_one_that_names_the_columns() -> None:
    groups = [["Site", "First half", None, "Second half", None], [None, "Men", "Women", "Men", "Women"]]
    data = [[f"Site {at}", at, at + 3, at * 2, 7] for at in range(1, 7)]
    found = guess(*groups, *data)
    assert (found.row, found.rows) == (2, (1, 2))
    units = [["Site", "Load", "Cost"], ["text", "kW", "EUR"], ["Bonn", 5, 10.5], ["Lima", 7, 12], ["Oslo", 9, 7.25]]
    assert (guess(*units).row, guess(*units).rows) == (1, (1, 2))


def test_a_summary_with_labels_of_its_own_above_the_list_does_not_pass_unasked() -> None:
    found = guess(
        ["Topic", "Meeting ID", "Start", "Duration"],
        ["Kick-off", "881 2231 9012", "2024-03-01 10:00", 62],
        [None],
        ["Attendee Details"],
        ["Attended", "First Name", "Last Name", "Email", "Country"],
        *(["Yes", name, "Berg", f"{name.lower()}@corp.example", "Norway"] for name in ("Ada", "Ben", "Cem", "Dora", "Emre", "Gus")),
    )  # fmt: skip
    assert found.row == 5


def test_scores_of_a_sheet_add_up_to_one_at_most() -> None:
    found = guess(["Name", "Town"], ["Ann", "Bonn"], ["Bob", "Lima"], ["Cem", "Oslo"])
    assert sum(one.score for one in found.candidates) == pytest.approx(1.0, abs=0.01)


def test_a_long_sheet_costs_no_more_than_its_first_rows() -> None:
    rows = [HEADER, *([at, f"Ann {at}", "Lee", f"ann{at}@corp.example", "Sales", "2020-01-31"] for at in range(190))]
    assert len(first_lines(Workbook.of_rows(rows).sheet())) < 50


def test_words_that_nothing_sets_apart_from_those_below_are_no_sure_labels() -> None:
    rows = [["Reed", "Hare"], ["Moss", "Wolf"], ["Fern", "Bear"], ["Sedge", "Otter"]]
    found = guess(*rows)
    assert "nothing_sets_it_apart" in next(one for one in found.candidates if one.row == 1).reasons
    assert found.issues.counts() == {"header_uncertain": 1}
    assert "nothing_sets_it_apart" not in guess(["plant", "animal"], *rows).candidates[0].reasons


def test_numbers_that_count_with_gaps_along_a_row_are_labels() -> None:
    rows = [["Mayor", "Ada Berg", 67, 49, 28, 28, 43], ["Mayor", "Ben Costa", 30, 38, 13, 19, 17]]
    assert guess(["Office", "Candidate", 1, 2, 4, 5, 7], *rows).row == 1


@pytest.mark.parametrize("counted", [[0, 1, 2, 3], [f"Unnamed: {at}" for at in range(4)]], ids=["0, 1, 2", "pandas"])
def test_a_row_that_counts_the_columns_leaves_their_names_to_the_row_below(counted: list[Any]) -> None:
    lines = first_lines(
        Workbook.of_rows([counted, ["ext2", "ext3", "xfs", "ntfs"], [0.2, 0.3, 0.1, 0.4], [1.2, 1.3, 2.1, 1.4]]).sheet()
    )
    assert naming_row(lines, (1, 2), 0) == 2


def test_the_fields_of_a_mail_merge_under_the_labels_do_not_name_the_columns() -> None:
    labels = ["Name", "Group", "Hours", "Date", "Date", "Date"]
    fields = ["{{name}}", "{{group}}", "{{hours}}", "{{date1}}", "{{date2}}", "{{date3}}"]
    rows = [
        [f"{name} Berg", "BI-11", 108, "2020-06-29", "2020-07-12", "2020-07-13"]
        for name in ("Ada", "Ben", "Cem", "Dora")
    ]
    found = guess(labels, fields, *rows)
    assert (found.row, found.rows) == (1, (1, 2))


def test_labels_that_nearly_all_say_the_same_do_not_pass_unasked() -> None:
    rows = [["Ada Berg", *[67, 49, 28, 28, 43]], ["Ben Costa", *[30, 38, 13, 19, 17]], ["Cem Demir", *[3, 8, 3, 1, 1]]]
    found = guess([None, *["Ward"] * 5], *rows)
    assert found.row == 1
    assert found.issues.counts() == {"header_uncertain": 1}


def test_a_table_that_ends_with_its_labels_has_none_above_it() -> None:
    rows = [[f"2001-01-0{at}", "OSL", "SVG", f"DY00{at}", "208", "00:54"] for at in range(1, 6)]
    assert guess(*rows, ["Date", "From", "To", "Flight", "Distance", "Duration", "Seat", "Class", "Plane"]).row is None


# -- the table of signals --------------------------------------------------------------------------------------------------

#: For each signal of a row: a sheet and the row of it that shows the signal.
SHOWN: dict[str, tuple[int, str]] = {
    "as_full_as_the_table": (1, "Name|Age\nAda|41\nBen|42"),
    "one_cell_over_two_columns": (1, "Staff|\nAda|41\nBen|42"),
    "one_cell_over_columns": (1, "Staff||\nAda|41|x\nBen|42|x"),
    "narrow_in_a_wide_sheet": (1, "Owner|Ada||\nName|Age|Town|Unit\nAda|41|Bonn|HR\nBen|42|Bonn|HR"),
    "names_a_list_of_two": (1, "Name|City\nAda|Bonn\nBen|Lima\nCem|Oslo"),
    "parameter_with_colon": (1, "Owner:|Ada\nName|Age\nAda|41"),
    "known_words": (1, "Name|E-mail\nAda|ada@north.example"),
    "dated": (1, "Staff on 1 May 2024|x\nAda|41"),
    "column_letters": (1, "A|B|C\nAda|41|x"),
    "kinds_change": (1, "Grade|Age\nAda|41\nBen|42"),
    "kinds_change_below_texts": (1, "Grade|Age\nAda|years\nAda|41\nBen|42\nBen|42\nBen|42"),
    "change_comes_later": (1, "p|q\na|b\nc|d\ne|f\n" + "g|1\n" * 8),
    "kinds_change_partly": (1, "p|q\na|1\nb|2\nc|x y\nd|w v\ne|z z"),
    "sequence": (1, "Land|2001|2002|2003\nA|1|2|3\nB|4|5|6"),
    "sequence_over_texts": (1, "Land|2001|2002|2003\nA|high|low|low\nB|low|high|high"),
    "known_label": (1, "Name|E-mail\nAda|ada@north.example"),
    "shape_changes": (1, "grade\nAda\nBen\nCem\nDora"),
    "shape_changes_mostly": (1, "grade\nAda\nBen\nCem\nDora\nEmre\nGus\nx y"),
    "length_changes": (1, "Zorbal\nAda\nBen\nCem\nGus"),
    "values_repeat_below": (1, "Zorb\n" + "Moss\nFern\n" * 4),
    "prose_below": (1, "Zorb\n" + "a long answer of many words that go on and on for more than sixty letters\nanother long answer that goes on and on, also for more than sixty letters"),
    "key_over_words": (1, "zorb_one\nMoss\nFern"),
    "longer_than_below": (1, "Zorbal and more\nMoss\nFern"),
    "nothing_sets_it_apart": (1, "Reed|Hare\nMoss|Wolf\nFern|Bear\nSedge|Otter"),
    "same_kind_below": (1, "7|a\n8|b\n9|c"),
    "any_same_kind_below": (1, "7|a\n8|b\n9|c"),
    "value_comes_again": (1, "Moss\nFern\nMoss"),
    "any_value_comes_again": (1, "Moss\nFern\nMoss"),
    "same_code_below": (1, "A-1\nB-2\nC-3\nD-4"),
    "same_words_below": (1, "Ada Berg\nBen Costa\nCem Demir\nDora Engel\nGus Haas"),
    "same_shape_below": (1, "Reed\nMoss\nFern\nSedge\nBirch"),
    "made_as_below": (1, "xq\nno\nse\nfi\nee"),
    "in_order": (1, "Aalto\nAbel\nBerg\nCosta\nDemir\nEngel\nFonseca"),
    "key_over_keys": (1, "zorb_one\npage_size\npage_title"),
    "rows_like_it_above": (3, "Name|Age\nAda|41\nBen|42\nCem|43"),
    "many_rows_like_it_above": (3, "Name|Age\nAda|41\nBen|42\nCem|43"),
    "rows_like_it_before": (6, "Name|Age\nAda|41\nBen|42\nCem|43\n\nTown|Sum\nBonn|7\nLima|8"),
    "texts_right_below": (1, "Load|Cost\nkW|EUR\n5|7\n6|8"),
    "fuller_row_below": (1, "Person||\nName|Age|Town\nAda|41|Bonn\nBen|42|Lima"),
    "labels_right_below": (1, "Load|Cost\nkW|EUR\n5|7\n6|8"),
    "after_a_blank_row": (3, "Staff\n\nName|Age\nAda|41\nBen|42"),
    "said_again_below": (1, "Name|Age\nAda|41\nBen|42\nName|Age\nCem|43"),
    "wider_rows_follow": (1, "Owner|Ada\nName|Age\nAda|41\n\nName|Age|Town|Unit\nAda|41|Bonn|HR"),
    "few_rows_below": (1, "Name|Age\nAda|41"),
    "known_words_above_nothing": (1, "Name|E-mail"),
}  # fmt: skip

#: The same for a sheet as one without a header.
SHOWN_BY_SHEETS = {
    "no_labels": "Moss\nFern",
    "label_value_pairs": "Name:|Ada\nCity:|Bonn\nPhone:|7",
    "labels_with_colons": "Name:|Ada\nCity:|Bonn\nPhone:|7",
    "data_from_the_start": "7|8\n9|10\n11|12",
    "values_from_the_start": "Moss\nFern\nMoss",
    "one_column": "Moss\nFern",
    "few_rows": "Moss\nFern",
}


def lines_of(text: str) -> list[Line]:
    return first_lines(Workbook.of_rows(sheet_rows(text)).sheet())


@pytest.mark.parametrize("signal", ROW_SIGNALS, ids=lambda signal: signal.name)
def test_every_signal_of_a_row_is_seen_where_it_is_shown(signal: Signal[RowFacts]) -> None:
    row, text = SHOWN[signal.name]
    lines = lines_of(text)
    widths = sorted(len(line.cells) for line in lines)
    at = next(at for at, line in enumerate(lines) if line.row == row)
    facts = row_facts(lines, at, frozenset(), widths[int(0.7 * (len(widths) - 1))])
    assert facts is not None
    assert 0.0 < signal.when(facts) <= 1.0
    assert signal.reason
    assert signal.source


@pytest.mark.parametrize("signal", NONE_SIGNALS, ids=lambda signal: signal.name)
def test_every_signal_of_a_sheet_without_a_header_is_seen_where_it_is_shown(signal: Signal[SheetFacts]) -> None:
    _, none = measure_choices(lines_of(SHOWN_BY_SHEETS[signal.name]), frozenset())
    assert 0.0 < none[signal.name] <= 1.0


def test_the_examples_are_those_of_the_table() -> None:
    assert set(SHOWN) == {signal.name for signal in ROW_SIGNALS}
    assert set(SHOWN_BY_SHEETS) == {signal.name for signal in NONE_SIGNALS}
