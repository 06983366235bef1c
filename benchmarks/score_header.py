# ruff: noqa: ARG005 (a maker of values is given a source of chance and the row's number, and uses what it needs)
"""Score header detection on generated sheets: tables of many kinds under titles, notes and stacked labels, or without a header.

    python benchmarks/score_header.py [sheets] [seed]

Nothing here is taken from a public set. A table's labels and values come from independent lists, so a label that the
word list does not know is as frequent as one that it knows. Printed: share of sheets whose header row is right, by how
the sheet was made, and how right the proposals are by score (calibration).
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from qooper_ingest.header import detect_header
from qooper_ingest.workbook import Workbook

FIRST = [
    "Ann",
    "Bob",
    "Chloé",
    "Dmitri",
    "Elif",
    "Fatima",
    "Georg",
    "Hana",
    "Iván",
    "Jürgen",
    "Kenji",
    "Lena",
    "Marta",
    "Nils",
    "Olga",
    "Paulo",
    "Quentin",
    "Rosa",
    "Sven",
    "Tomás",
    "Uma",
    "Wei",
    "Yusuf",
    "Zoë",
]
LAST = [
    "García",
    "Müller",
    "Lefèvre",
    "Kowalski",
    "Benoît",
    "Ångström",
    "Nguyen",
    "Smith",
    "Tanaka",
    "Rossi",
    "Silva",
    "Jansen",
    "Öztürk",
    "Novák",
    "Ivanova",
    "Cohen",
    "Khan",
    "Park",
    "Li",
    "O'Neil",
]
CITIES = [
    "Bonn",
    "Lyon",
    "Porto",
    "Oslo",
    "Gdańsk",
    "Kyoto",
    "Lima",
    "Turin",
    "Utrecht",
    "Bursa",
    "Seoul",
    "Brno",
    "Graz",
    "Cork",
    "Malmö",
    "Austin",
    "Leeds",
    "Perth",
]
UNITS = ["Sales", "Finance", "HR", "IT Services", "Marketing", "Legal", "Operations", "R&D", "Procurement"]
ROLES = ["Analyst", "Senior Analyst", "Manager", "Director", "Engineer", "Team Lead", "Assistant", "Controller"]
WORDS = [
    "river",
    "school",
    "permit",
    "energy",
    "water",
    "road",
    "health",
    "budget",
    "plan",
    "review",
    "library",
    "station",
    "market",
    "forest",
    "harbour",
    "survey",
    "network",
    "report",
    "garden",
    "museum",
]
SENTENCES = [
    "I would like to learn more about leading a team and giving feedback.",
    "Happy to help wherever it is needed, I have ten years of experience in this field.",
    "None at the moment", "Public speaking; presenting to executives", "Time management and delegation, also coaching",
]  # fmt: skip

Column = tuple[list[str], Callable[[random.Random, int], Any]]


def name(r: random.Random, _i: int) -> str:
    return f"{r.choice(FIRST)} {r.choice(LAST)}"


def mail(r: random.Random, _i: int) -> str:
    return f"{r.choice(FIRST)}.{r.choice(LAST)}@{r.choice(['corp', 'uni', 'mail'])}.example".lower().replace("'", "")


def date(r: random.Random, _i: int) -> str:
    y, m, d = r.randint(1990, 2024), r.randint(1, 12), r.randint(1, 28)
    return r.choice([f"{y}-{m:02}-{d:02}", f"{d:02}/{m:02}/{y}", f"{m}/{d}/{y}", f"{d}.{m}.{y}"])


def phrase(r: random.Random, _i: int) -> str:
    return " ".join(r.choice(WORDS) for _ in range(r.randint(1, 3))).title()


PEOPLE: list[Column] = [
    (["Employee ID", "Personalnummer", "Matricule", "Staff no.", "社員番号", "Legajo", "Sicil No", "ID", "user_id"], lambda r, i: 10000 + 7 * i),
    (["First name", "Vorname", "Prénom", "Nombre", "Ad", "firstName", "Given"], lambda r, i: r.choice(FIRST)),
    (["Last name", "Nachname", "Nom", "Apellidos", "Soyad", "lastName"], lambda r, i: r.choice(LAST)),
    (["Full name", "Name", "氏名", "Nominativo", "Participant"], name),
    (["E-mail", "Email address", "Correo", "Courriel", "メール", "mail"], mail),
    (["Department", "Abteilung", "Service", "部署", "Unit", "Team"], lambda r, i: r.choice(UNITS)),
    (["Job title", "Funktion", "Puesto", "Position", "Stanowisko", "Role"], lambda r, i: r.choice(ROLES)),
    (["Location", "Standort", "Site", "City", "Sede"], lambda r, i: r.choice(CITIES)),
    (["Status", "Durum", "State", "Active?"], lambda r, i: r.choice(["Active", "Active", "Inactive", "On leave"])),
    (["Start date", "Eintritt", "Hired", "Date d'entrée", "Since"], date),
    (["Would you like to be a mentor or a mentee this year?", "Role in programme"], lambda r, i: r.choice(["Mentor", "Mentee", "Both"])),
    (["What do you hope to get out of the programme? Please describe in a few words.", "Goals", "Comments"], lambda r, i: r.choice(SENTENCES)),
    (["Skills", "Areas of expertise (tick all that apply)"], lambda r, i: "; ".join(r.sample(UNITS, r.randint(1, 3)))),
]  # fmt: skip

OPEN: list[Column] = [
    (
        ["Site", "Facility", "Parcel", "Asset tag", "Permit No", "Object"],
        lambda r, i: f"{r.choice('ABCDE')}{r.choice('XYZ')}-{1000 + 3 * i}",
    ),
    (["Description", "Item", "Project", "Programme line", "What"], phrase),
    (["Category", "Type", "Class", "Zone", "Kind"], lambda r, i: r.choice(WORDS[:6]).title()),
    (["Amount", "Total (EUR)", "Budget", "Betrag", "Montant", "Valor"], lambda r, i: f"{r.uniform(1, 1e5):,.2f}"),
    (["Count", "Acreage", "Wattage", "N", "Qty", "Visitors"], lambda r, i: r.randint(0, 5000)),
    (["Share", "Rate %", "Δ"], lambda r, i: f"{r.uniform(0, 100):.1f}%"),
    (["Date", "Reported", "Stand", "Period end"], date),
    (["Owner", "Contractor", "Supplier", "Responsible"], name),
    (["Municipality", "Place", "Region", "Ort"], lambda r, i: r.choice(CITIES)),
    (["Code", "Sector", "NUTS", "ISO"], lambda r, i: r.choice(["AT1", "DE2", "FR9", "PL4", "ES5"])),
    (["Open?", "Public", "Certified"], lambda r, i: r.choice(["Yes", "No"])),
    (["Remarks", "Notes", "Source"], lambda r, i: r.choice(["", "", "see annex", "estimated", *SENTENCES])),
    (["Link", "URL", "Web"], lambda r, i: f"https://example.org/{r.choice(WORDS)}/{i}"),
]

TITLES = ["Participants of the spring programme", "Annual report 2023", "Liste des agents", "Auswertung", "Confidential - for internal use only",
          "Table 3: Facilities by region", "Export", "Generated on 2024-05-01 12:00", "version:v1.0", "Source: city council"]  # fmt: skip
NOTES = ["Please fill in one row per participant. Do not change the header or the order of the columns.",
         "Values in thousands; figures for the last year are provisional.", "Fields marked with * are required."]  # fmt: skip
PAIRS = [
    ("Report", "Headcount"),
    ("Date", "2024-05-01"),
    ("Company", "Example Ltd"),
    ("Period", "Q1"),
    ("Prepared by", "Ann Müller"),
    ("Rows", 120),
]


def table(r: random.Random) -> tuple[list[str], list[list[Any]], list[Column]]:
    kind = r.choice(["people", "people", "open", "years", "texts"])
    if kind == "years":
        start, count = r.randint(1990, 2015), r.randint(3, 9)
        header = [r.choice(["Country", "Region", "Indicator", "Branche"]), *[str(start + k) for k in range(count)]]
        if r.random() < 0.3:
            header.insert(1, r.choice(["Unit", "Code"]))
        places = r.sample(CITIES, min(len(CITIES), r.randint(3, 16)))
        rows = [
            [
                p,
                *(["t"] if len(header) > count + 1 else []),
                *[round(r.uniform(10, 9000), r.choice([0, 1, 2])) for _ in range(count)],
            ]
            for p in places
        ]
        return header, rows, []
    pool = {"people": PEOPLE, "open": OPEN}.get(kind) or [PEOPLE[k] for k in (1, 2, 3, 5, 6, 7)] + [
        OPEN[k] for k in (1, 2, 7, 8, 11)
    ]
    columns = r.sample(pool, r.randint(2, len(pool) - 1))
    if kind == "people":
        columns.sort(key=pool.index)
    header = [r.choice(labels) for labels, _ in columns]
    gaps = r.choice([0, 0, 0.1, 0.3])
    rows = []
    for i in range(r.choice([1, 2, 3, 5, 8, 20, 60])):
        rows.append([None if k and r.random() < gaps else make(r, i) for k, (_, make) in enumerate(columns)])
    return header, rows, columns


def sheet(r: random.Random) -> tuple[str, list[list[Any]], int | None]:
    """How it was made, the rows, the true header row."""
    header, rows, columns = table(r)
    if len(set(header)) < len(header):
        return sheet(r)
    width = len(header)
    how = r.choices(
        ["plain", "titles", "pairs", "notes", "groups", "units", "unnamed", "none", "values only"],
        [30, 18, 6, 6, 8, 5, 4, 12, 4],
    )[0]
    above: list[list[Any]] = []
    if how == "titles":
        above = [[r.choice(TITLES)] for _ in range(r.randint(1, 3))]
        if r.random() < 0.3:
            above.insert(r.randint(0, 1), [None, r.choice(TITLES)])
    elif how == "pairs":
        above = [list(p) for p in r.sample(PAIRS, r.randint(2, 5))]
    elif how == "notes":
        above = [[r.choice(NOTES)] for _ in range(r.randint(1, 2))]
    if above and r.random() < 0.6:
        above.append([])
    if how == "groups" and width >= 4:
        group: list[Any] = [None] * width
        cuts = sorted(r.sample(range(width - 1), min(2, width - 1)))
        for cut, label in zip(cuts, r.sample(["Person", "Contact", "Work", "Figures", "2023"], 2), strict=False):
            group[cut] = label
        above.append(group)
    elif how == "unnamed":
        header = [None if k == 0 else label for k, label in enumerate(header)]
        rows = [[i + 1, *row[1:]] for i, row in enumerate(rows)]
    elif how == "none":
        if len(rows) < 3:
            return sheet(r)
        return how, rows, None
    elif how == "values only":
        return how, [list(pair) for pair in r.sample([("Name:", "Ann Müller"), ("E-mail:", "ann@corp.example"), ("Phone:", "+49 228 1"),
                     ("Department:", "Sales"), ("Date of birth:", "1990-02-03"), ("City:", "Bonn"), ("Employee ID:", 7)], r.randint(4, 7))], None  # fmt: skip
    elif how == "units":
        units = [
            ("(EUR)" if make is OPEN[3][1] else "number" if make in (OPEN[4][1], PEOPLE[0][1]) else "text")
            for _, make in columns
        ]
        if not columns or len(rows) < 3 or not {"number", "(EUR)"} & set(units):
            return sheet(r)
        rows = [units, *rows]
    true = len(above) + 1
    body = [*above, header, *rows]
    if r.random() < 0.15:
        body = [*body, [], [r.choice(NOTES)]]
    if r.random() < 0.1:
        body = [[None, *row] for row in body]
    return how, body, true


def main() -> None:
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 2000, int(sys.argv[2]) if len(sys.argv) > 2 else 1
    show = len(sys.argv) > 3
    r = random.Random(seed)
    right: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    bands: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for _ in range(count):
        how, rows, true = sheet(r)
        guess = detect_header(Workbook.of_rows(rows).sheet())
        good = guess.row == true or (true is not None and how == "units" and true in guess.rows)
        groups = [how, "all"]
        if true is not None:
            groups.append("header" if true == 1 else "header not in row 1")
        for key in groups:
            right[key][0] += good
            right[key][1] += 1
        band = min(int(guess.score * 10) / 10, 0.9)
        bands[band][0] += good
        bands[band][1] += 1
        if show and not good:
            print(how, "true", true, "got", guess.row, guess.score, guess.reasons)
            for number, row in enumerate(rows[:6], 1):
                print("   ", number, row[:8])
    for key, (good, n) in sorted(right.items(), key=lambda item: -item[1][1]):
        print(f"{key:22} {good / n:6.3f}  of {n}")
    print("score band: share right")
    for band, (good, n) in sorted(bands.items()):
        print(f"  {band:.1f}+  {good / n:6.3f}  of {n}")


if __name__ == "__main__":
    main()
