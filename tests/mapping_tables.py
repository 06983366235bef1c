"""Small tables with cells, for the mapping: invented people, labels that say little.

Each line: what it is, labels (None: the sheet has no header row), the kind of cells per column, then the position of the user
ID, the e-mail and the status; None where there is none, a tuple where several answers are right. The people, their numbers
and addresses are made up by a seeded generator. Labels and answers were written before anything was scored with them.
"""

from __future__ import annotations

import random
from collections.abc import Callable

Answer = int | None | tuple[int | None, ...]

FIRST = [
    "Ada",
    "Ben",
    "Cem",
    "Dora",
    "Emre",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jana",
    "Kofi",
    "Lena",
    "Mei",
    "Nils",
    "Olga",
    "Pia",
    "Quin",
    "Rosa",
    "Sven",
    "Tara",
    "Uma",
    "Vito",
    "Wanda",
    "Yusuf",
    "Zoe",
]
LAST = [
    "Adler",
    "Berg",
    "Costa",
    "Demir",
    "Engel",
    "Fonseca",
    "Garcia",
    "Haas",
    "Ito",
    "Jansen",
    "Kaya",
    "Lind",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrov",
    "Quist",
    "Rossi",
    "Silva",
    "Tanaka",
]
PARTS = ["Sales", "Finance", "Logistics", "Research", "Legal", "People"]
TITLES = ["Analyst", "Engineer", "Assistant", "Consultant", "Trainer"]
TOWNS = ["Bonn", "Lyon", "Porto", "Izmir", "Gent", "Malmo", "Brno", "Turin"]
TEXTS = [
    "wants to learn about budgets",
    "has led two teams before",
    "prefers mornings, not Fridays",
    "no remarks yet, to be asked",
]

#: Rows of a table: as many as an administrator of a pilot sends.
ROWS = 24


class Person:
    """One invented row."""

    def __init__(self, chance: random.Random, at: int) -> None:
        self.at = at
        self.first, self.last = chance.choice(FIRST), chance.choice(LAST)
        self.number = 10_000 + at * 37 + chance.randint(0, 30)
        self.chance = chance

    @property
    def login(self) -> str:
        return f"{self.first[0]}{self.last}{self.at}".lower()


KINDS: dict[str, Callable[[Person], str | None]] = {
    "number": lambda p: f"{p.number:08d}",
    "code": lambda p: f"E-{p.number}",
    "other number": lambda p: f"{900_000 + p.at * 7919 % 90_000}",
    "row": lambda p: str(p.at + 1),
    "uuid": lambda p: f"{random.Random(p.at).getrandbits(128):032x}",
    "state number": lambda p: f"{100 + p.at * 7 % 800}-{10 + p.at % 80}-{1000 + p.at * 131 % 9000}",
    "order": lambda p: f"SO-2024-{p.at * 13 + 500}",
    "course code": lambda p: p.chance.choice(["C-101", "C-102", "C-205"]),
    "grade": lambda p: p.chance.choice(["7", "8", "9"]),
    "work mail": lambda p: f"{p.first}.{p.last}{p.at}@north.example".lower(),
    "private mail": lambda p: f"{p.first}{p.last}{p.at}@gmail.com".lower(),
    "some private mail": lambda p: f"{p.first}{p.at}@web.de".lower() if p.at % 3 else None,
    "boss mail": lambda p: p.chance.choice(["h.boss@north.example", "k.head@north.example", "m.lead@north.example"]),
    "parent mail": lambda p: f"family.{p.last}{p.at}@gmail.com".lower(),
    "login": lambda p: p.login,
    "first": lambda p: p.first,
    "last": lambda p: p.last,
    "whole": lambda p: f"{p.first} {p.last}",
    "last, first": lambda p: f"{p.last}, {p.first}",
    "state": lambda p: "Active" if p.at % 6 else "On leave",
    "state de": lambda p: "aktiv" if p.at % 6 else "ausgeschieden",
    "state ja": lambda p: "在籍" if p.at % 6 else "退職",
    "yes": lambda p: "Yes" if p.at % 5 else "No",
    "no": lambda p: "No" if p.at % 5 else "Yes",
    "married": lambda p: p.chance.choice(["Single", "Married", "Divorced"]),
    "contract": lambda p: p.chance.choice(["Full time", "Part time"]),
    "progress": lambda p: p.chance.choice(["Completed", "In progress", "Not started"]),
    "paid": lambda p: p.chance.choice(["Paid", "Unpaid"]),
    "region": lambda p: p.chance.choice(["CA", "TX", "NY", "WA"]),
    "date": lambda p: f"2024-{1 + p.at % 12:02d}-{1 + p.at % 28:02d}",
    "stamp": lambda p: f"2024-05-{1 + p.at % 28:02d} 10:{p.at % 60:02d}:00",
    "phone": lambda p: f"+49 228 {100_000 + p.at * 77}",
    "part": lambda p: p.chance.choice(PARTS),
    "title": lambda p: p.chance.choice(TITLES),
    "town": lambda p: p.chance.choice(TOWNS),
    "text": lambda p: p.chance.choice(TEXTS),
    "points": lambda p: str(p.chance.randint(0, 100)),
    "blank": lambda p: None,
}

TABLES: list[tuple[str, str | None, str, Answer, Answer, Answer]] = [
    ("numbers under ID", "ID|Name|E-mail", "number|whole|work mail", 0, 2, None),
    ("rows under ID", "ID|Name|E-mail", "row|whole|work mail", None, 2, None),
    ("rows and numbers", "No|ID|Name|Mail", "row|code|whole|work mail", 1, 3, None),
    ("logins under ID", "ID|Name|Mail", "login|whole|work mail", 0, 2, None),
    ("addresses under ID", "ID|Name|Department", "work mail|whole|part", None, (None, 0), None),
    ("addresses under user name", "Username|First name|Last name", "work mail|first|last", None, (0, None), None),
    ("addresses under login", "Login|Name|Town", "work mail|whole|town", None, (0, None), None),
    ("a database's ID", "ID|Employee No|Name|Email", "uuid|number|whole|work mail", 1, 3, None),
    ("code of a person", "Code|Name|Email", "code|whole|work mail", (0, None), 2, None),
    ("code of a course", "Code|Name|Email", "course code|whole|work mail", None, 2, None),
    ("numbers under Nr", "Nr|Name|Vorname|E-Mail", "number|last|first|work mail", (0, None), 3, None),
    ("rows under Nr", "Nr|Name|Vorname|E-Mail", "row|last|first|work mail", None, 3, None),
    ("status of people", "Employee ID|Email|Status", "number|work mail|state", 0, 1, 2),
    ("status that is marriage", "Employee ID|Email|Status", "number|work mail|married", 0, 1, None),
    ("status that is a contract", "Employee ID|Email|Status", "number|work mail|contract", 0, 1, None),
    ("status of a course", "Employee ID|Email|Status", "number|work mail|progress", 0, 1, None),
    ("status of a payment", "Member ID|Mail|Status", "code|work mail|paid", 0, 1, None),
    ("status of dates", "Employee ID|Email|Status", "number|work mail|date", 0, 1, None),
    ("two statuses", "Employee ID|Email|Employment status|Status", "number|work mail|contract|state", 0, 1, 3),
    ("Estado is a region", "Matrícula|Correo|Ciudad|Estado", "number|work mail|town|region", 0, 1, None),
    ("Estado is a state", "Matrícula|Correo|Ciudad|Estado", "number|work mail|town|state", 0, 1, (3, None)),
    ("states without a label", "Personalnummer|E-Mail|Merkmal", "number|work mail|state de", 0, 1, (2, None)),
    ("two e-mail columns, work second", "ID no|Email 1|Email 2", "number|private mail|work mail", 0, (1, 2), None),
    ("e-mail and mail", "Staff ID|Mail|E-mail", "number|private mail|work mail", 0, 2, None),
    ("contact is an address", "Staff ID|Name|Contact", "number|whole|work mail", 0, (2, None), None),
    ("contact is a phone", "Staff ID|Name|Contact", "number|whole|phone", 0, None, None),
    ("contact of the boss", "Staff ID|Name|Email|Reports to", "number|whole|work mail|boss mail", 0, 2, None),
    ("only the boss's address", "Staff ID|Name|Lead", "number|whole|boss mail", 0, None, None),
    ("address of parents", "Pupil No|Name|Email parents", "number|whole|parent mail", 0, None, None),
    ("addresses sometimes", "Mitgliedsnr|Name|E-Mail", "number|whole|some private mail", 0, 2, None),
    ("nothing under E-Mail", "Mitgliedsnr|Name|E-Mail|Kontakt", "number|whole|blank|work mail", 0, (3, None), None),
    ("phones under E-Mail", "Staff ID|Name|E-mail", "number|whole|phone", 0, None, None),
    ("no header: people", None, "number|first|last|work mail|state", (0, None), 3, (4, None)),
    ("no header: rows", None, "row|whole|work mail|part", None, 2, None),
    ("no header: two addresses", None, "whole|work mail|boss mail|part", None, 1, None),
    ("no header: no address", None, "row|whole|town|points", None, None, None),
    ("answers of a form", "ID|Start time|Completion time|Email|Name|Your team", "row|stamp|stamp|work mail|whole|part", None, 3, None),
    ("orders", "ID|Order|Customer|Email|Status", "order|order|whole|private mail|paid", None, 3, None),
    ("blocked", "社員番号|氏名|メール|無効", "number|whole|work mail|no", 0, 2, 3),
    ("active", "社員番号|氏名|メール|在籍状況", "number|whole|work mail|state ja", 0, 2, 3),
    ("state numbers under ID", "ID number|Name|Email", "state number|whole|work mail", (0, None), 2, None),
    ("names and grades", "Name|Class|Status|Points", "last, first|grade|progress|points", None, None, None),
    ("user is a name", "User|User ID|Mail", "whole|login|work mail", 1, 2, None),
    ("system columns", "objectId|userPrincipalName|displayName|accountEnabled", "uuid|work mail|whole|yes", (0, None), 1, 3),
]  # fmt: skip


def make(header: str | None, kinds: str) -> list[list[str | None]]:
    """The rows of a table, labels first where it has any."""
    chance = random.Random(11)
    people = [Person(chance, at) for at in range(ROWS)]
    columns = [[KINDS[kind](person) for person in people] for kind in kinds.split("|")]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return rows if header is None else [list(header.split("|")), *rows]
