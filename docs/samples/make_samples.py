"""Make the sample files: a messy workbook, the same people as csv, the host's schema and the host's people.

    python docs/samples/make_samples.py [FOLDER]

Everything is invented. What is wrong in the files is what goes wrong in real ones, and stands in `ROWS` with a word on why.
The same call makes the same content again.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
from pathlib import Path
from typing import Any, Final

import xlsxwriter

SKILLS: Final = [
    "SQL",
    "Python",
    "Data analysis",
    "Public speaking",
    "Budgets, forecasts",
    "Facilitation",
    "UX research",
]
GOALS: Final = ["Career planning", "Leadership", "Work-life balance", "Networking", "Technical skills"]
SENIORITY: Final = ["Junior", "Mid-level", "Senior", "Lead"]

SCHEMA: Final[dict[str, Any]] = {
    "fields": [
        {"key": "id", "label": "User ID", "role": "id"},
        {"key": "email", "label": "E-mail", "role": "email"},
        {"key": "status", "label": "Status", "role": "status"},
        {"key": "first_name", "label": "First name", "role": "first_name"},
        {"key": "last_name", "label": "Last name", "role": "last_name"},
        {"key": "department", "label": "Department"},
        {"key": "office", "label": "Office", "type": "location"},
        {"key": "start_date", "label": "Start date", "type": "date"},
        {"key": "seniority", "label": "Seniority", "type": "select", "options": SENIORITY},
        {"key": "skills", "label": "Skills", "type": "multi_select", "options": SKILLS},
        {
            "key": "goals",
            "label": "What would you like to work on?",
            "type": "multi_select",
            "options": [{"value": goal.lower().replace(" ", "_"), "label": goal} for goal in GOALS],
        },
    ],
    "status_words": {
        "active": {"state": "active"},
        "suspended": {"state": "suspended"},
        "on leave": {"state": "suspended"},
    },
}

TITLE: Final = ["Nordwind Group: mentoring programme, spring intake", "Exported 12 March 2026. Contains personal data."]

HEADER: Final = [
    "User ID", "First name", "Last name", "E-mail address", "Status", "Department", "Office", "Start date", "Seniority",
    "Skills", "What would you like to work on? *", "Manager e-mail", "Notes",
]  # fmt: skip

INSTRUCTIONS: Final = [
    ["How to fill in this workbook", None],
    ["1.", "One line per participant, on the sheet Participants."],
    ["2.", "Please do not change the column titles."],
    ["3.", "Several answers in one cell: separate them with a semicolon."],
    ["4.", "Questions: programme office, extension 4410."],
]

_D: Final = dt.date

#: The people whom the host has, keyed by their ID at the host's customer.
#: first name, last name, address, department, office, start date, seniority, skills, goals
PEOPLE: Final[dict[str, tuple[Any, ...]]] = {
    "00042": ("Anna", "Berg", "anna.berg@nordwind.example", "Finance", "Hamburg", _D(2019, 3, 1), "Senior", "SQL;Budgets, forecasts", "Leadership"),
    "00057": ("José", "García Núñez", "jose.garcia@nordwind.example", "Sales", "Madrid", _D(2021, 9, 15), "Mid-level", "Public speaking", "Career planning;Networking"),
    "00061": ("Zoë", "de Vries", "zoe.devries@nordwind.example", "Design", "Utrecht", _D(2020, 1, 7), "Senior", "UX research;Facilitation", "Work-life balance"),
    "00078": ("Łukasz", "Żółkiewski", "lukasz.zolkiewski@nordwind.example", "IT", "Kraków", _D(2018, 6, 18), "Lead", "Python;SQL", "Leadership;Networking"),
    "00083": ("李", "娜", "li.na@nordwind.example", "Finance", "Shanghai", _D(2022, 4, 11), "Junior", "Data analysis", "Technical skills"),
    "00090": ("山田", "太郎", "taro.yamada@nordwind.example", "IT", "Osaka", _D(2017, 10, 2), "Lead", "Python;Data analysis", "Networking"),
    "00104": ("Søren", "Kjær", "soren.kjaer@nordwind.example", "Legal", "Aarhus", _D(2016, 2, 29), "Senior", "Facilitation", "Leadership"),
    "00107": ("Priya", "Raman", "priya.raman@nordwind.example", "Sales", "London", _D(2023, 5, 2), "Junior", "Public speaking", "Career planning"),
    "00108": ("Peter", "Raman", "p.raman@nordwind.example", "Sales", "London", _D(2015, 11, 9), "Lead", "Public speaking;Facilitation", "Leadership"),
    "00115": ("Siobhán", "O'Brien", "siobhan.obrien@nordwind.example", "People", "Dublin", _D(2020, 8, 24), "Mid-level", "Facilitation", "Work-life balance"),
    "00119": ("İbrahim", "Işık", "ibrahim.isik@nordwind.example", "Finance", "İzmir", _D(2019, 12, 1), "Mid-level", "SQL", "Technical skills"),
    "00126": ("Nguyễn", "Thị Hoa", "hoa.nguyen@nordwind.example", "IT", "Hà Nội", _D(2021, 2, 8), "Mid-level", "Python;SQL", "Career planning"),
    "00133": ("Marta", "Silva", "marta.silva@nordwind.example", "Sales", "Porto", _D(2022, 10, 17), "Junior", "Public speaking", "Networking"),
    "00140": ("Karl-Heinz", "Größer", "kh.groesser@nordwind.example", "Production", "Hamburg", _D(2009, 4, 1), "Lead", "Budgets, forecasts", "Leadership"),
    "00152": ("Fatima", "Zahra", "fatima.zahra@nordwind.example", "Legal", "Rabat", _D(2023, 1, 16), "Junior", "Facilitation", "Career planning"),
    "00158": ("Tom", "Baker", "tom.baker@nordwind.example", "Production", "Leeds", _D(2018, 7, 30), "Mid-level", "Data analysis", "Technical skills"),
    "00163": ("Éloïse", "Lefèvre", "eloise.lefevre@nordwind.example", "Design", "Lyon", _D(2021, 6, 14), "Senior", "UX research", "Networking"),
    "00171": ("Giulia", "D'Angelo", "giulia.dangelo@nordwind.example", "Design", "Torino", _D(2020, 11, 23), "Mid-level", "UX research;Facilitation", "Work-life balance"),
    "00188": ("Dmitri", "Orlov", "dmitri.orlov@nordwind.example", "IT", "Riga", _D(2019, 5, 6), "Senior", "Python", "Leadership"),
    "00192": ("Hanna", "Virtanen", "hanna.virtanen@nordwind.example", "People", "Tampere", _D(2017, 1, 9), "Senior", "Facilitation;Public speaking", "Leadership"),
    "00205": ("Omar", "Haddad", "omar.haddad@nordwind.example", "Finance", "Beirut", _D(2022, 3, 28), "Junior", "SQL;Budgets, forecasts", "Technical skills"),
    "00211": ("Chloé", "Martin", "chloe.martin@nordwind.example", "Sales", "Lyon", _D(2023, 9, 4), "Junior", "Public speaking", "Networking"),
    "00219": ("Björn", "Åkesson", "bjorn.akesson@nordwind.example", "Production", "Malmö", _D(2012, 8, 13), "Lead", "Budgets, forecasts;Data analysis", "Leadership"),
    "00224": ("Ewa", "Dąbrowska", "ewa.dabrowska@nordwind.example", "People", "Kraków", _D(2020, 5, 18), "Mid-level", "Facilitation", "Career planning"),
    "00230": ("Ahmet", "Çelik", "ahmet.celik@nordwind.example", "IT", "İzmir", _D(2021, 12, 6), "Mid-level", "Python;SQL", "Technical skills;Networking"),
    "00237": ("Maria", "Papadopoulou", "maria.papadopoulou@nordwind.example", "Legal", "Athína", _D(2018, 9, 10), "Senior", "Public speaking", "Work-life balance"),
    "00245": ("김", "민준", "minjun.kim@nordwind.example", "Design", "Seoul", _D(2022, 6, 20), "Junior", "UX research", "Career planning;Technical skills"),
    "00251": ("Rosa", "Lindqvist", "rosa.lindqvist@nordwind.example", "Finance", "Malmö", _D(2016, 4, 25), "Senior", "SQL;Data analysis", "Leadership"),
    "00260": ("Victor", "Ionescu", "victor.ionescu@nordwind.example", "Production", "Cluj", _D(2019, 2, 11), "Mid-level", "Data analysis", "Technical skills"),
    "00266": ("Grace", "Mwangi", "grace.mwangi@nordwind.example", "Sales", "Nairobi", _D(2020, 10, 5), "Senior", "Public speaking;Facilitation", "Leadership;Networking"),
    "00273": ("Lars", "Holm", "lars.holm@nordwind.example", "IT", "Aarhus", _D(2014, 1, 20), "Lead", "Python", "Networking"),
    "00279": ("Inês", "Costa", "ines.costa@nordwind.example", "People", "Porto", _D(2023, 2, 27), "Junior", "Facilitation", "Work-life balance"),
    "00284": ("Yusuf", "Demir", "yusuf.demir@nordwind.example", "Production", "İzmir", _D(2011, 5, 9), "Lead", "Budgets, forecasts", "Leadership"),
    "00286": ("Niamh", "Kelly", "niamh.kelly@nordwind.example", "Sales", "Dublin", _D(2021, 1, 25), "Mid-level", "Public speaking", "Networking"),
    "00287": ("Mateusz", "Wójcik", "mateusz.wojcik@nordwind.example", "IT", "Kraków", _D(2022, 8, 29), "Junior", "Python", "Technical skills"),
    "00288": ("Sofía", "Peña", "sofia.pena@nordwind.example", "Design", "Madrid", _D(2019, 10, 14), "Senior", "UX research", "Leadership"),
    "00289": ("Jan", "Novotný", "jan.novotny@nordwind.example", "Production", "Brno", _D(2013, 3, 18), "Lead", "Data analysis", "Networking"),
    "00290": ("Tiago", "Alves", "tiago.alves@nordwind.example", "Sales", "Porto", _D(2020, 2, 3), "Mid-level", "Public speaking;SQL", "Networking"),
    "00292": ("Leïla", "Benali", "leila.benali@nordwind.example", "Finance", "Rabat", _D(2018, 12, 10), "Senior", "Budgets, forecasts", "Leadership"),
    "00294": ("Ole", "Nygård", "ole.nygard@nordwind.example", "IT", "Bergen", _D(2022, 11, 7), "Junior", "Python", "Technical skills"),
    "00291": ("Clara", "Novák", "clara.novak@nordwind.example", "Legal", "Brno", _D(2021, 3, 22), "Mid-level", "Facilitation", "Career planning"),
}  # fmt: skip

#: What the host knows of people beyond their answers.
STATUS: Final = {"00284": "suspended"}
ROLES: Final = {"00273": "mentor"}
PROTECTED: Final = {"00291"}
WITHOUT_ID: Final = {"00279"}

_GIVEN: Final = (
    "first_name",
    "last_name",
    "email",
    "department",
    "office",
    "start_date",
    "seniority",
    "skills",
    "goals",
)


def _row(
    person: str, /, *, known_as: Any = ..., status: str | None = None, notes: str | None = None, **other: Any
) -> list[Any]:
    """A row about somebody whom the host has, as the host knows them but for what is given."""
    said = {**dict(zip(_GIVEN, PEOPLE[person], strict=True)), **other}
    return _cells(person if known_as is ... else known_as, status, notes, said)


def _cells(known_as: Any, status: str | None, notes: str | None, said: dict[str, Any]) -> list[Any]:
    lead = [known_as, said["first_name"], said["last_name"], said["email"], status, said["department"], said["office"]]
    answers = [said["start_date"], said["seniority"], said["skills"], said["goals"]]
    return [*lead, *answers, "programme.office@nordwind.example", notes]


def _new(known_as: Any, *said: Any, status: str | None = None) -> list[Any]:
    return _cells(known_as, status, None, dict(zip(_GIVEN, said, strict=True)))


#: The rows of the sheet, and what is to be seen in each. None is a blank row. An ID that is an int was typed as a number
#: into a cell whose format fills it with zeros (00057), unless it says otherwise.
ROWS: Final[list[list[Any] | None]] = [
    _row("00042"),  # nothing new
    _row("00057", known_as=57, department="Marketing"),
    _row("00061", email="Zoe.deVries@nordwind.example "),  # other capitals and a blank: the same address
    _row("00078", skills="SQL; Python"),  # another order, a blank: the same answers
    _row("00083", known_as=83, skills="Data analysis;Budgets, forecasts"),  # the option holds a comma
    _row("00090", seniority="lead"),  # other capitals: the same option
    _row("00104", office="København", goals="Leadership;Networking"),
    _row("00107", email="p.raman@nordwind.example", notes="takes over the short address"),  # a chain: after the next row
    _row("00108", email="peter.raman@nordwind.example"),
    _row("00115", last_name="O'Brien-Walsh", email="siobhan.walsh@nordwind.example"),  # an e-mail change
    _row("00119"),
    _row("00126", skills="Python;SQL;Skydiving"),  # not an option
    _row("00133", email="marta.silva(at)nordwind.example"),  # not an address
    _row("00140", notes="=HYPERLINK(\"https://example.org\")"),
    _row("00152", status="On leave"),  # suspends
    _row("00158", status="Active"),  # already is
    _row("00163"),
    _row("00163"),  # a copy
    None,
    _row("00171", seniority="Senior"),
    _row("00188", seniority="Lead"),
    _row("00188", department="Operations"),  # contradicts the row above
    _row("00192", known_as="00205"),  # mixed up: e-mail and name are those of 00192
    _row("00211", status="Gone fishing"),  # not a status word
    _row("00219", start_date=_D(2012, 8, 20)),
    _row("00224", department=None, goals=None),  # blank cells change nothing
    _row("00230", skills="Python;SQL;Data analysis;"),
    _row("00237", known_as="237"),  # the leading zeros are gone
    _row("00245", goals="Technical skills;Career planning;Networking"),
    _row("00251"),
    _row("00260", office="Cluj-Napoca"),
    _row("00266"),
    _row("00273"),  # a mentor
    _row("00279", department="Legal"),  # the host has no ID for her yet
    _row("00284"),  # suspended, and stays so
    _row("00286"),
    _row("00287", seniority="Mid-level"),
    _row("00288"),
    _row("00289"),
    _row("00290"),
    _row("00292"),
    _row("00294"),
    _row("00291", seniority="Senior"),  # protected
    _new("00301", "Noor", "van den Berg", "noor.vandenberg@nordwind.example", "Finance", "Utrecht", _D(2026, 2, 2), "Junior", "SQL", "Career planning"),
    _new(302, "Amélie", "Rousseau", "amelie.rousseau@nordwind.example", "Legal", "Lyon", _D(2026, 2, 16), "Mid-level", "Facilitation", "Networking;Leadership"),
    _new("n/a", "佐藤", "花子", "hanako.sato@nordwind.example", "Design", "Osaka", _D(2026, 3, 2), "Junior", "UX research", "Technical skills"),
    _new("00304", "Anna", "Berg", "аnna.berg@nordwind.example", "Finance", "Hamburg", _D(2026, 3, 2), "Junior", "SQL", "Leadership"),  # Cyrillic а
]  # fmt: skip


def write_xlsx(path: Path) -> None:
    """The workbook: instructions first, title rows above the header, a hidden sheet of lists."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Mentoring programme", "created": dt.datetime(2026, 3, 12)})  # noqa: DTZ001
    bold = book.add_format({"bold": True})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    padded = book.add_format({"num_format": "00000"})

    sheet = book.add_worksheet("Instructions")
    for at, row in enumerate(INSTRUCTIONS):
        sheet.write_row(at, 0, row)

    sheet = book.add_worksheet("Participants")
    for at, line in enumerate(TITLE):
        sheet.write_string(at, 0, line, bold)
    sheet.write_row(len(TITLE) + 1, 0, HEADER, bold)
    for at, cells in enumerate(ROWS, start=len(TITLE) + 2):
        for column, cell in enumerate(cells or []):
            match cell:
                case None:
                    pass
                case int():
                    sheet.write_number(at, column, cell, padded)
                case dt.date():
                    sheet.write_datetime(at, column, dt.datetime(cell.year, cell.month, cell.day), date)  # noqa: DTZ001
                case _:
                    sheet.write_string(at, column, cell)
    sheet.set_column(0, len(HEADER) - 1, 18)
    sheet.freeze_panes(len(TITLE) + 2, 0)

    sheet = book.add_worksheet("Lists")
    sheet.write_column(0, 0, SKILLS)
    sheet.write_column(0, 1, GOALS)
    sheet.hide()
    book.close()


def write_csv(path: Path) -> None:
    """The sheet as a spreadsheet of a country with decimal commas saves it: UTF-8 with a mark, semicolons, CRLF."""
    width = len(HEADER)
    lines: list[list[Any]] = [[line, *[None] * (width - 1)] for line in TITLE]
    lines += [[None] * width, HEADER, *[row or [None] * width for row in ROWS]]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow(f"{cell:05d}" if isinstance(cell, int) else cell for cell in line)
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())


def write_directory(path: Path) -> None:
    """The people whom the host has; several answers are joined with a semicolon."""
    values = {option["label"]: option["value"] for option in SCHEMA["fields"][-1]["options"]}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ref", "id", "status", "sso_subject", "roles", "protected", *_GIVEN])
        for number, (known_as, person) in enumerate(PEOPLE.items(), start=1):
            *answers, goals = person
            lead = [
                f"u{number:03d}",
                None if known_as in WITHOUT_ID else known_as,
                STATUS.get(known_as, "active"),
                None if known_as in WITHOUT_ID else known_as,
                ROLES.get(known_as, "mentee"),
                "true" if known_as in PROTECTED else "false",
            ]
            writer.writerow([*lead, *answers, ";".join(values[goal] for goal in goals.split(";"))])


def main(folder: Path) -> None:
    """Write all four files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_xlsx(folder / "participants.xlsx")
    write_csv(folder / "participants.csv")
    write_directory(folder / "directory.csv")
    text = json.dumps(SCHEMA, indent=2, ensure_ascii=False)
    (folder / "schema.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
