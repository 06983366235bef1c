"""Random small directories, files and options, dense with what the decision table is about.

Everything comes from small pools, so that keys meet: the same ID in another case or without its zeros, addresses that are
equal, look alike or are aliases, people who swap addresses. A world has the form of a labelled case (and a ``schema`` where
the host asks more); `shrunk` makes a world smaller for as long as it still shows what was found in it.

Drawn here and modelled by the oracle (``tests/property/test_identity_oracle.py`` counts that they are reached):

* every code of ``cases/identity_codes.json``, and ``required_missing``, ``status_read_only``, ``row_skipped``, ``decision_unfit``;
* every option of a `Policy` but those below, each with every value; of the thresholds the three shares and ``from_people``;
* every column of a `Directory`: ``ref``, ``id``, ``email``, ``status``, ``sso_subject``, ``roles``, ``protected``, ``status_locked``, and answers
  of all eight types; stored IDs and addresses with blanks at their edges, beyond ASCII, or that are no addresses;
* of a `Schema`: the host's own status words with their scopes, a clear word, an ID pattern, required questions;
* of a file: marks that add and take away, answers that cannot be read, numbers where IDs stand, copies that differ in one thing;
* every answer of a `Decision`, with and without the person meant (`decided_world`);
* by which sets of keys people were looked up (``asked``), with the guard ``lookup_incomplete`` and its figure; what is different from
  the last file, with the guard ``file_drifted`` (`drifting`);
* of an operation: kind, person, what is expected, typed values before and after, keys that nobody may hold, scope, group, codes.

Not drawn here:

* ``absent`` and ``full_snapshot`` with their guards (``snapshot_*``): `tenant_worlds` and ``property/test_identity_oracle.py`` set them over these
  worlds; ``max_shrink_pct`` by its default; ``acknowledged``: wherever a plan is applied;
* ``max_suspensions`` (500 people): ``test_identity_parts.py``, ``test_plan.py``; ``decision_unused``: ``test_plan.py``;
* parts of a directory that lack people, and lazy ones: ``property/test_identity_laws.py``; ``active_people`` and ``version``: ``test_plan.py``;
* what a cell means (``unique``, ``other``, patterns, lengths, conventions): the rooms of cells and splits; ``ids_shifted`` and
  ``ids_shuffled``: ``test_slips.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, get_args

from qooper_ingest.identity import FindingCode
from qooper_ingest.lookup import SETS

__all__ = [
    "ANSWERS",
    "ANSWERS_OF_PEOPLE",
    "OPTIONS",
    "STATUS_WORDS",
    "THRESHOLDS",
    "UPDATING",
    "World",
    "any_world",
    "asked_world",
    "calm_world",
    "decide_some",
    "decided_world",
    "draw_asked",
    "draw_schema",
    "drifting",
    "is_blank",
    "mixed_world",
    "moving_world",
    "random_world",
    "renaming_world",
    "shrunk",
    "stir",
]

World = dict[str, Any]

STORED_IDS = (
    "A1",
    "B2",
    "C3",
    "D4",
    "a1",
    "00123",
    "123",
    "0123",
    "77",
    "00042",
    "12E4",
    "b2",
    "\u212a9",
    " E5 ",
    "12-Oct",
    "0",
)
FILE_IDS = (
    *STORED_IDS, "N9", "n9", "N8", "K9", "k9", "42", "0042", " A1 ", "\u200bB2\u00a0", "\ufeffC3\u00ad", "\u2060\u3000D4\u2029", "A\u00ad1", "N/A", "none", "null", "-", " N/A ", "", "  ", None, None,
    "1.23E+12", "123.0", "A\u200b1", "\u0410123", "ann@corp.example", "B 2", "'A1", '="B2"', "TRUE", "10/12/2024", "Oct-24", "0", "000", "1.5", 123, 77, 42, 123.0, 12.5, 1e15, 999999999999999, "999999999999999",
)  # fmt: skip

EMAILS = (
    "ann@corp.example", "bob@corp.example", "cyd@corp.example", "dee@corp.example", "eve@corp.example", "x@corp.example",
    "y@corp.example", "z@corp.example",
)  # fmt: skip
ODD_EMAILS = (
    "Ann@Corp.example", "ANN@corp.example", "ann+x@corp.example", "ann+y@corp.example", "b.ob@gmail.com", "bob@gmail.com",
    "bob@googlemail.com", "bob+1@gmail.com", "jose@corp.example", "jos\u00e9@corp.example", "jose\u0301@corp.example", "~ann@corp.example", "bob#EXT#@corp.example",
    "JOS\u00c9@corp.example", "Jos\u00e9@corp.example", "mike@corp.example", "m\u0131ke@corp.example", "ann@b\u00fccher.example",
    "ann@xn--bcher-kva.example", "Ann@XN--BCHER-KVA.example", "ann@bucher.example", "\u0430nn@corp.example", "ann@c\u043erp.example",
)  # fmt: skip
BAD_EMAILS = (
    "ann corp.example",
    "ann@corp@example",
    "ann\u200b@corp.example",
    "\uff41nn@corp.example",
    "ann@localhost",
    "=ann@corp.example",
    "%20ann@corp.example",
    f"{'a' * 65}@corp.example",
)

NAMES = (
    ("Ann", "Lee"),
    ("Bob", "Ray"),
    ("Cyd", "Moe"),
    ("Zo\u00eb", "Park"),
    ("Ann", "Ray"),
    ("Jos\u00e9", "Lee"),
    ("Zoe", ""),
    ("", "Moe"),
    ("Anne-Marie", "O'Neil"),
    ("Marie", "ONeil"),
    ("Stra\u00dfe", "\u0141uk"),
    ("STRASSE", "Luk"),
    ("ZOE", "PARK"),
    ("\u738b", "\u5c0f\u660e"),
    ("\u738b\u5c0f", "Li"),
    ("\u0939\u093f\u0928\u094d\u0926\u0940", "R. 2"),
    ("\u0939\u0928\u0926", "2nd Lee"),
    ("\uff21\uff4e\uff4e", "L_ee"),
    ("Maria", "Moe"),
    ("Maria", "van der Berg"),
    ("Tom", "van der Meer"),
    ("Dr. Ali", "bin Said"),
    ("Ali", "Al-Said (Contractor)"),
    ("Unknown", "de"),
    ("J.", "M\u00fcller Jr."),
    ("Juergen", "Mueller"),
    ("S\u00f8ren", "\u00c6gir"),
    ("Soren", "Nguyen"),
    ("Ben", "[ext"),
)
STATUSES = ("active",) * 6 + ("suspended", "suspended", "deleted")
WORDS = ("Active", "Suspended", "\ufeffsuspended\u00a0", "ACTIVE", "Gone", "Sus\u200bpended", "\u00ad")
DEPARTMENTS = ("HR", "IT")
SUBJECTS = (
    "A1",
    "a1",
    "B2",
    "N9",
    "n9",
    "S-77",
    "\u212a9",
    "123",
    "ann@corp.example",
    "x@corp.example",
    "Ann@Corp.example",
    "jos\u00e9@corp.example",
)

#: Questions beside the department: what is written in a cell → what it asks for, and the answer (none: it cannot be read).
ANSWERS: dict[str, dict[str, tuple[str, Any]]] = {
    "skills": {
        "SQL": ("replace", ["SQL"]),
        "SQL;Go": ("replace", ["SQL", "Go"]),
        "Go; SQL": ("replace", ["Go", "SQL"]),
        "Art": ("replace", ["Art"]),
        "+Art": ("add", ["Art"]),
        ";SQL": ("add", ["SQL"]),
        "-SQL": ("remove", ["SQL"]),
        "-Go;SQL": ("remove", ["Go", "SQL"]),
        "Rust": ("replace", None),
        "+Rust": ("add", None),
    },
    "level": {"1": ("replace", 1.0), "1.0": ("replace", 1.0), "2": ("replace", 2.0), "two": ("replace", None)},
    "joined": {"2024-01-31": ("replace", dt.date(2024, 1, 31)), "2023-12-01": ("replace", dt.date(2023, 12, 1))},
    "remote": {
        "yes": ("replace", True),
        "no": ("replace", False),
        "Yes": ("replace", True),
        "maybe": ("replace", None),
    },
    "track": {"Red": ("replace", "Red"), "Blue": ("replace", "Blue"), "Green": ("replace", None)},
    "town": {"Ulm": ("replace", "Ulm"), "Rome": ("replace", "Rome")},
    "motto": {"Go on.": ("replace", "Go on."), "Wait.": ("replace", "Wait.")},
}

#: What a person may decide for a row.
ANSWERS_OF_PEOPLE = ("use_id", "use_email", "link", "create", "skip", "treat_as_same_person")

#: A host's own words: word → state, and how far it reaches.
STATUS_WORDS = {
    "active": ("active", "programme"),
    "suspended": ("suspended", "programme"),
    "deactivated": ("suspended", "programme"),
    "left": ("suspended", "organisation"),
    "back": ("active", "organisation"),
}

#: Options and the values beside their defaults. `asked_world` draws those of updating, `decided_world` decisions.
OPTIONS: dict[str, tuple[Any, ...]] = {
    "key": ("id", "email"),
    "mode": ("create_only", "update_only"),
    "allow_email_change": (False,),
    "allow_id_link": (False,),
    "allow_email_cycles": (True,),
    "id_case": ("ascii_insensitive",),
    "id_zero_pad": (5,),
    "require_id": (True,),
    "sso_check": ("warn", "off"),
    "sso_subject_is": ("email",),
    "match_sso_subject": (True,),
    "role": ("mentee", "mentor"),
    "on_other_role": ("add",),
    "create_suspended": (True,),
    "allow_status_change": (False,),
    "deleted_email": ("reusable",),
    "on_discontinuity": ("warn",),
}
UPDATING: dict[str, Any] = {"update": "fill_blank", "multi_select": "union", "allow_locked_status": True}
THRESHOLDS: dict[str, tuple[Any, ...]] = {
    "max_suspensions_pct": (0, 20, 50),
    "max_email_changes_pct": (0, 25, 50),
    "min_match_pct": (50, 100),
    "from_people": (1, 3, 5),
}


HOSTS = ("corp.example",) * 6 + ("gmail.com", "googlemail.com", "b\u00fccher.example", "xn--bcher-kva.example")
ONE_THING = (
    "answer", "answer", "status", "suspended", "person is suspended", "move", "move", "move to another's", "move to another's", "swap addresses", "swap IDs",
    "rename", "rename", "rename, done", "ID of another", "new ID", "new ID", "ID of a person without", "ID of a person without", "no ID", "ID damaged", "ID damaged",
    "address spelled otherwise", "address near another's", "address near another's", "address beyond ASCII", "no address", "another's name",
    "another's name, moves", "another's name, moves", "another's name and address", "another's name and address", "copy", "ID unreadable", "ID that the subject confirms", "ID or address held twice", "ID in another case", "ID unlike the others", "address or ID of somebody deleted", "somebody new, suspended",
)  # fmt: skip
FITTING: dict[str, tuple[dict[str, Any], ...]] = {
    "ID damaged": ({"id_case": "ascii_insensitive"}, {"id_zero_pad": 5}),
    "ID in another case": ({"id_case": "ascii_insensitive"},) * 3,
    "no ID": ({"require_id": True},),
    "ID of a person without": ({"match_sso_subject": True}, {"allow_id_link": False}, {"key": "email"}),
    "ID unlike the others": ({"key": "email"},),
    "suspended": (
        {"thresholds": {"max_suspensions_pct": 0}},
        {"thresholds": {"max_suspensions_pct": 20}},
        {"thresholds": {"max_suspensions_pct": 0, "from_people": 5}},
    ),
    "ID that the subject confirms": ({"sso_check": "off"}, {"key": "email"}, {"id_case": "ascii_insensitive"}),
    "person is suspended": ({"allow_status_change": False},),
    "status": ({"allow_status_change": False}, {"thresholds": {"max_suspensions_pct": 0}}),
    "answer": (
        {"on_other_role": "add", "role": "mentor"},
        {"role": "mentee"},
        {"role": "mentor"},
        {"mode": "create_only"},
    ),
    "move": ({"sso_subject_is": "email"}, {"allow_email_change": False}, {"thresholds": {"max_email_changes_pct": 25}}),
    "rename": ({"sso_subject_is": "email"}, {"allow_email_change": False}, {"key": "email"}),
    "another's name, moves": ({"on_discontinuity": "warn"},),
    "new ID": ({"sso_check": "warn"}, {"allow_id_link": False}, {"key": "email"}),
    "ID of another": ({"sso_check": "warn"}, {"key": "email"}),
    "address or ID of somebody deleted": ({"deleted_email": "reusable"}, {"deleted_email": "reusable"}),
    "somebody new, suspended": ({"create_suspended": True}, {"mode": "update_only"}),
    "swap addresses": ({"allow_email_cycles": True}, {"sso_subject_is": "email"}),
}


def random_world(random: Random, *, people: int = 8, rows: int = 8) -> World:
    """Draw a world. What is drawn depends on ``random`` alone."""
    plain = random.random() < 0.5
    directory = _directory(random, random.randint(0, people), plain=plain)
    file = _file(random, directory, random.randint(1, rows), plain=plain)
    return {"directory": directory, "rows": file, "options": _options(random)}


def moving_world(random: Random, *, people: int = 10) -> World:
    """Draw a world where nearly everybody takes somebody else's address: chains, cycles, and new people at their ends."""
    size = random.randint(2, people)
    emails = [f"p{number}@corp.example" for number in range(size)]
    directory: list[dict[str, Any]] = [
        {"key": f"u{n}", "id": f"P{n}", "email": email, "status": random.choice(("active", "active", "suspended"))}
        for n, email in enumerate(emails)
    ]
    wanted = [*emails, *(f"q{number}@corp.example" for number in range(random.randint(0, 3)))]
    random.shuffle(wanted)
    ids = [*(f"P{n}" for n in range(size)), *(f"N{n}" for n in range(len(wanted) - size))]
    random.shuffle(ids)
    rows: list[dict[str, Any]] = [
        {"line": line, "id": one, "email": email}
        for line, (one, email) in enumerate(zip(ids, wanted, strict=True), start=2)
        if line == 2 or random.random() < 0.9
    ]
    if random.random() < 0.3:
        random.choice(rows)["status"] = random.choice(WORDS)
    return {"directory": directory, "rows": rows, "options": {"allow_email_cycles": random.random() < 0.8}}


def renaming_world(random: Random) -> World:
    """Draw a world of explicit new addresses out of very few: several rows of one person, taken addresses, broken chains."""
    emails = EMAILS[: random.randint(3, 6)]
    owners = random.sample(emails, random.randint(1, len(emails)))
    directory: list[dict[str, Any]] = [
        {"key": f"u{n}", "id": random.choice((f"P{n}", None)), "email": email, "status": random.choice(STATUSES)}
        for n, email in enumerate(owners)
    ]
    rows: list[dict[str, Any]] = []
    for line in range(2, 2 + random.randint(2, 7)):
        row: dict[str, Any] = {"line": line, "email": random.choice(emails)}
        if random.random() < 0.7:
            row["new_email"] = random.choice(emails)
        if random.random() < 0.3:
            row["id"] = random.choice([f"P{n}" for n in range(len(owners) + 1)])
        if random.random() < 0.1:
            row["status"] = random.choice(WORDS)
        rows.append(row)
    options = _options(random) if random.random() < 0.3 else {"allow_email_cycles": random.random() < 0.5}
    return {"directory": directory, "rows": rows, "options": options}


def calm_world(random: Random, *, people: int = 10) -> World:
    """Draw a world like a file somebody sends: everybody once, most rows right, one thing done to each of the others.

    Where keys meet by chance, most rows are stopped by the contradictions of the file; here they reach the later stages.
    """
    kinds = random.sample(sorted(set(ONE_THING)), 2) if random.random() < 0.8 else ONE_THING
    ids = _id_style(random, kinds)
    directory: list[dict[str, Any]] = []
    subjects = random.choice((None, None, "id", "email", "odd"))
    outlier = kinds is not ONE_THING and "ID unlike the others" in kinds
    linked = 1.0 if outlier else random.choice((0.5, 0.9, 1.0))
    living = random.choice((0.5, 0.8, 1.0))
    for number in range(random.randint(6 if outlier else 1, people)):
        first, last = NAMES[number % len(NAMES)] if random.random() < 0.9 else ("", "")
        person: dict[str, Any] = {
            "key": f"u{number}",
            "id": ids(number) if random.random() < linked else None,
            "email": f"{chr(97 + number)}{random.choice(('', '', '.x', '+t'))}@{random.choice(HOSTS)}",
            "status": "active" if random.random() < living else random.choice(("suspended", "suspended", "deleted")),
            "sso_subject": None,
            "roles": random.choice(([], ["mentee"], ["mentee"], ["mentor"], ["mentor", "mentee"])),
            "profile": {key: name for key, name in (("first_name", first), ("last_name", last)) if name},
        }
        if random.random() < 0.2:
            person["email"] = random.choice((f"j{number}os\u00e9@corp.example", f"J{number}@Corp.example"))
        if random.random() < 0.05:
            person["protected"] = True
        directory.append(person)
    for number, person in enumerate(directory):
        if subjects is not None and random.random() < 0.8:
            kind = subjects if subjects != "odd" else random.choice(("id", "email", "other", "near", "word"))
            person["sso_subject"] = {
                "id": person["id"] or ids(number),
                "email": person["email"],
                "other": random.choice(directory)["id"],
                "near": (person["id"] or ids(number)).swapcase(),
                "word": "S-77",
            }[kind]
    with_ids, with_names = random.random() < 0.8, random.random() < 0.6
    change = random.choice((0.3, 0.7, 1.0))
    rows = [_row_of(person, with_ids=with_ids, with_names=with_names) for person in directory if random.random() < 0.85]
    for number, row in enumerate(rows):
        if random.random() < change:
            _do_one_thing(row, number, directory, rows, random, ids, kinds)
    for number in range(random.choice((0, 0, 1, 2)) or not rows):
        new = {"email": f"n{number}@corp.example", "first_name": "New"}
        rows.append(new | ({"id": ids(50 + number)} if with_ids else {}))
        if random.random() < 0.5:
            _do_one_thing(rows[-1], number + 20, directory, rows, random, ids, kinds)
    random.shuffle(rows)
    lines = random.sample(range(2, 2 + 2 * len(rows)), len(rows))
    filled = [row if not is_blank(row) else {"email": None, "department": "HR"} for row in rows]
    return {
        "directory": directory,
        "rows": [{"line": line, **row} for line, row in zip(sorted(lines), filled, strict=True)],
        "options": _options(random) | _fitting(random, kinds),
    }


def _fitting(random: Random, kinds: Sequence[str]) -> dict[str, Any]:
    """Options that matter for what is done to the rows."""
    wanted = [option for kind in sorted(set(kinds)) for option in FITTING.get(kind, ())]
    options: dict[str, Any] = {}
    for some in random.sample(wanted, min(len(wanted), random.choice((0, 1, 1, 2)))):
        options |= some
    return options


def _id_style(random: Random, kinds: Sequence[str]) -> Callable[[int], str]:
    """How the customer writes IDs; of a few things to do, some need letters, some need zeros."""
    style = random.choice(("Ab{:02}", "{:05}", "{:05}", "{}", "x{:03}K", "10{}"))
    if kinds is not ONE_THING and "ID in another case" in kinds:
        style = "x{:03}K"
    elif kinds is not ONE_THING and "ID unlike the others" in kinds:
        style = "{:05}"
    return lambda number: style.format(number + 1)


def _row_of(person: dict[str, Any], *, with_ids: bool, with_names: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"email": person["email"]}
    if with_ids:
        row["id"] = person["id"]
    return row | (person["profile"] if with_names else {})


def _do_one_thing(
    row: dict[str, Any],
    number: int,
    directory: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    random: Random,
    ids: Callable[[int], str],
    kinds: Sequence[str],
) -> None:
    """Change one row (or two) in one of the ways of the decision table."""
    other, theirs = random.choice(directory), random.choice(rows)
    own, fresh = row.get("id"), f"{chr(97 + number % 26)}.new@{random.choice(HOSTS)}"
    email = row["email"] or fresh
    first, last = random.choice(NAMES)
    self = next((one for one in directory if one["email"] == row["email"]), other)
    match random.choice(kinds):
        case "answer":
            row["department"] = random.choice(DEPARTMENTS)
        case "status":
            row["status"] = random.choice(WORDS[:4])
        case "move":
            row["email"] = fresh
        case "move to another's":
            row["email"] = other["email"]
        case "swap addresses":
            row["email"], theirs["email"] = theirs["email"], row["email"]
        case "swap IDs":
            if "id" in row and "id" in theirs:
                row["id"], theirs["id"] = theirs["id"], row["id"]
        case "rename":
            row["new_email"] = random.choice((fresh, fresh, other["email"], email))
        case "rename, done":
            row["email"], row["new_email"] = fresh, email
        case "ID of another":
            row["id"] = other["id"]
        case "new ID":
            row["id"] = ids(number + 70)
        case "ID of a person without":
            row["id"] = own or self["sso_subject"] or ids(number)
        case "ID unlike the others":
            row |= {"id": random.choice(("77", "Q7", "0000077")), "email": fresh}
        case "ID that the subject confirms":
            self |= {"id": None, "sso_subject": ids(number)}
            row["id"] = random.choice((ids(number), ids(number).swapcase(), ids(number)))
        case "ID or address held twice":
            directory.append({**self, "key": f"d{number}", random.choice(("id", "email")): None, "profile": {}})
        case "address or ID of somebody deleted":
            gone = {"key": f"d{number}", "id": f"D{number}", "email": fresh, "status": "deleted"}
            directory.append({"sso_subject": None, "roles": [], "profile": {}} | gone)
            row[random.choice(("email", "email", "new_email"))] = fresh
            if random.random() < 0.3:
                row["id"] = gone["id"]
        case "person is suspended":
            self["status"] = "suspended"
            row["status"] = random.choice((*WORDS[:3], None))
        case "suspended":
            row["status"] = "Suspended"
        case "somebody new, suspended":
            row |= {"id": row.get("id") and ids(number + 70), "email": fresh, "status": "Suspended"}
        case "no ID":
            row["id"] = random.choice((None, "", "N/A", "-"))
        case "ID unreadable":
            text = own or ids(number)
            row["id"] = random.choice(
                (f"{text}\u200b1", f"\u0410{text}", 10.0**15 + number, f"{text}.0", "1.5E+9", f"={text}", 12.5)
            )
        case "ID damaged":
            text = own or ids(number)
            number_of = float(text) if text.isdigit() else 5
            row["id"] = random.choice(
                (text.swapcase(), text.lstrip("0"), f"0{text}", f" {text} ", number_of, int(number_of), number + 900)
            )
        case "ID in another case":
            row["id"] = (own or ids(number)).swapcase()
        case "address spelled otherwise":
            row["email"] = random.choice(
                (email.upper(), f" {email}", email.replace("@c", "@C"), email.replace("J", "j"))
            )
        case "address near another's":
            near = random.choice((email, other["email"] or email))
            row["email"] = random.choice(
                (near.replace("a", "\u0430", 1), near.replace("\u00e9", "e"), near.replace("@", "+q@"), near.replace("+t", ""), near.replace("e", "\u00e9", 1))
            )  # fmt: skip
        case "address beyond ASCII":
            row["email"] = f"z\u00eb{number}@corp.example"
        case "no address":
            row["email"] = random.choice((None, "", *BAD_EMAILS))
        case "another's name":
            row["first_name"], row["last_name"] = first, last
        case "another's name, moves":
            row["first_name"], row["last_name"], row["email"] = first, last, fresh
        case "another's name and address":
            name = other["profile"]
            row["email"] = other["email"]
            row["first_name"], row["last_name"] = name.get("first_name"), name.get("last_name")
        case "copy":
            content = dict(row)
            theirs.clear()
            theirs.update(content)


def draw_schema(random: Random) -> dict[str, Any]:
    """Draw what a host asks beside the identity fields: status words, a clear word, required questions, an ID pattern."""
    schema: dict[str, Any] = {"words": random.random() < 0.6}
    if random.random() < 0.5:
        schema["clear"] = "(clear)"
    if random.random() < 0.2:
        schema["required"] = random.sample(("department", "level", "skills"), random.randint(1, 2))
    if random.random() < 0.15:
        schema["id_pattern"] = random.choice(("[0-9]{5}", "[A-Za-z]+[0-9]+K?", "[0-9]+(?!0)"))
    return schema


def asked_world(random: Random, *, schema: dict[str, Any] | None = None) -> World:
    """Draw a world whose host asks more: questions of all types, its own status words, a clear word, states set elsewhere."""
    world = random.choice((calm_world, calm_world, random_world, renaming_world))(random)
    schema = schema if schema is not None else draw_schema(random)
    fields = [*random.sample(sorted(ANSWERS), random.randint(0, 3)), *(("skills",) if random.random() < 0.7 else ())]
    locks = random.choice((0.0, 0.1, 0.6))
    for person in world["directory"]:
        profile = dict(person.get("profile", {}))
        for name in dict.fromkeys((*fields, "department")):
            stored = [value for mark, value in ANSWERS.get(name, {"HR": ("", "HR")}).values() if value is not None]
            if random.random() < 0.6:
                profile[name] = random.choice((*stored, [])) if name == "skills" else random.choice(stored)
        person |= {"profile": profile, "status_locked": random.random() < locks}
    blank = random.random() < 0.2
    for row in world["rows"]:
        for name in fields:
            if random.random() < 0.7:
                row[name] = random.choice((*ANSWERS[name], *((schema["clear"],) if "clear" in schema else ()), None))
        if "clear" in schema and random.random() < 0.1:
            row[random.choice(("first_name", "last_name", "department"))] = " (clear) "
        if random.random() < 0.3 and (schema["words"] or blank):
            row["status"] = random.choice(("Left", "back", "DEACTIVATED", " Left", "Suspended", "Active"))
    if random.random() < 0.3 and len(world["rows"]) > 1:  # a copy, but for one thing
        row = random.choice(world["rows"])
        other = {**row, "line": max(one["line"] for one in world["rows"]) + 1}
        other |= random.choice(({}, {"status": "Left"}, {"status": "Suspended"}, {"skills": "+Art"}, {"level": "1.0"}))
        world["rows"].append(other)
    for name, value in UPDATING.items():
        if random.random() < 0.3:
            world["options"][name] = value
    return {**world, "schema": schema}


def big_world(random: Random) -> World:
    """Draw a world of more people and rows, where guards trip by their defaults and chains are longer."""
    return random.choice((calm_world(random, people=26), random_world(random, people=20, rows=20)))


def any_world(random: Random) -> World:
    """Draw a world of any kind."""
    return random.choice(
        (
            *(calm_world,) * 4,
            asked_world,
            asked_world,
            mixed_world,
            mixed_world,
            big_world,
            random_world,
            random_world,
            renaming_world,
            moving_world,
        )
    )(random)


def decided_world(random: Random) -> World:
    """Draw a world where a person has decided some of the rows, sensibly or not."""
    world = random.choice((calm_world, calm_world, random_world, renaming_world, asked_world))(random)
    refs = [None, None, None, *(person["key"] for person in world["directory"])]
    decisions = [
        {"row": row["line"], "answer": random.choice(ANSWERS_OF_PEOPLE), "ref": random.choice(refs)}
        for row in world["rows"]
        if random.random() < 0.5
    ]
    return {**world, "options": {**world["options"], "decisions": decisions}}


def mixed_world(random: Random) -> World:
    """Draw a world in which much is asked at once: three to eight options, IDs together with new addresses, thresholds, decisions.

    Rules that are right each alone may be wrong together; ``tests/test_pairs_of_options.py`` counts which pairs were drawn.
    """
    world = random.choice((calm_world, asked_world, asked_world, random_world, renaming_world))(random)
    some = {name: random.choice(values) for name, values in OPTIONS.items()}
    some |= UPDATING
    names = random.sample(sorted(some), random.randint(3, 8))
    options = {**world["options"], **{name: some[name] for name in names}}
    if random.random() < 0.5:
        wanted = random.sample(sorted(THRESHOLDS), random.randint(1, len(THRESHOLDS)))
        options["thresholds"] = {name: random.choice(THRESHOLDS[name]) for name in wanted}
    stir(world, random)
    if random.random() < 0.4:
        options["decisions"] = decide_some(world, random)
    world = {**world, "options": options}
    world |= {"asked": draw_asked(random)} if random.random() < 0.15 else {}
    return drifting(world, random) if random.random() < 0.15 else world


def draw_asked(random: Random) -> list[str]:
    """Draw the sets of keys by which the people were looked up; where any is left out, a plan that takes a key is stopped."""
    return [name for name in SETS if random.random() < 0.8]


def drifting(world: World, random: Random) -> World:
    """A world whose file differs from the last one, and a host who lets some differences stop the plan."""
    kinds = get_args(FindingCode)
    stops = [code for code in kinds if random.random() < 0.3]
    return {
        **world,
        "findings": [random.choice(kinds) for _ in range(random.randint(0, 4))],
        "options": {**world["options"], "drift": stops},
    }


def stir(world: World, random: Random) -> None:
    """Give rows new addresses and IDs of others beside what they have."""
    taken = [person["email"] for person in world["directory"]]
    for row in world["rows"]:
        if random.random() < 0.25:
            row["new_email"] = random.choice((*EMAILS, *ODD_EMAILS, *taken, None))
        if random.random() < 0.1:
            row["id"] = random.choice((*FILE_IDS, *(person["id"] for person in world["directory"])))
        if is_blank(row):
            row["department"] = "HR"


def decide_some(world: World, random: Random) -> list[dict[str, Any]]:
    """Draw what a person decides for one to four rows, sensibly or not."""
    refs = [None, None, *(person["key"] for person in world["directory"])]
    return [
        {
            "row": random.choice(world["rows"])["line"],
            "answer": random.choice(ANSWERS_OF_PEOPLE),
            "ref": random.choice(refs),
        }
        for _ in range(random.randint(1, 4))
    ]


def _options(random: Random) -> dict[str, Any]:
    share = random.choice((0.0, 0.1, 0.25))
    options = {name: random.choice(values) for name, values in OPTIONS.items() if random.random() < share}
    if random.random() < 0.25:
        options["allow_email_cycles"] = True
    if random.random() < share:
        options["thresholds"] = {name: random.choice(v) for name, v in THRESHOLDS.items() if random.random() < 0.5}
    return options


def _directory(random: Random, size: int, *, plain: bool) -> list[dict[str, Any]]:
    linked, mess, subjects = random.choice((0.3, 0.7, 1.0)), random.random() < 0.2, random.random() < 0.3
    ids, emails = list(STORED_IDS[:4] if plain else STORED_IDS), list(EMAILS if plain else EMAILS + ODD_EMAILS)
    random.shuffle(ids)
    random.shuffle(emails)
    people: list[dict[str, Any]] = []
    for number in range(size):
        if mess:
            one, email = (
                random.choice(ids),
                random.choice((*emails, None, "", "no address", "ann@localhost", " bob@corp.example")),
            )
        else:
            one = ids.pop() if ids else f"P{number}"
            email = emails.pop() if emails else f"p{number}@corp.example"
        first, last = random.choice(NAMES)
        person: dict[str, Any] = {
            "key": f"u{number}",
            "id": one if random.random() < linked else None,
            "email": email,
            "status": random.choice(STATUSES),
            "sso_subject": None,
            "roles": random.choice(([], ["mentee"], ["mentee"], ["mentor"], ["mentor", "mentee"])),
        }
        if subjects and random.random() < 0.6:
            person["sso_subject"] = random.choice((person["id"], person["email"], random.choice(SUBJECTS)))
        if random.random() < 0.08:
            person["protected"] = True
        profile = {"first_name": first, "last_name": last} if random.random() < 0.7 else {}
        profile |= {"department": random.choice(DEPARTMENTS)} if random.random() < 0.3 else {}
        person["profile"] = {name: value for name, value in profile.items() if value}
        people.append(person)
    return people


def _file(random: Random, directory: list[dict[str, Any]], size: int, *, plain: bool) -> list[dict[str, Any]]:
    with_ids, with_names, with_status = random.random() < 0.75, random.random() < 0.5, random.random() < 0.4
    renames, dirt = random.random() < 0.3, random.choice((0.0, 0.05, 0.2))
    fresh = EMAILS if plain else EMAILS + ODD_EMAILS
    ids = ("A1", "B2", "C3", "N9", "N8", None, "") if plain else FILE_IDS
    rows: list[dict[str, Any]] = []

    def address() -> str | None:
        if random.random() < dirt:
            return random.choice(
                (
                    *BAD_EMAILS,
                    None,
                    "",
                    "  ",
                    f" {random.choice(fresh)}\u00a0",
                    f"'{random.choice(fresh)}",
                    f'="{random.choice(fresh)}"',
                    f"\u00ad{random.choice(fresh)}\ufeff\u2028",
                )
            )
        if directory and random.random() < 0.5:
            email = random.choice(directory)["email"]
            return email if random.random() < 0.8 or email is None else email.upper().replace("EXAMPLE", "Example")
        return random.choice(fresh)

    for line in range(2, 2 + size):
        if rows and random.random() < 0.08:
            rows.append({**random.choice(rows), "line": line})
            continue
        person = random.choice(directory) if directory and random.random() < 0.75 else {}
        row: dict[str, Any] = {"line": line}
        if with_ids:
            row["id"] = person.get("id") if person and random.random() < 0.75 else random.choice(ids)
        row["email"] = person.get("email") if person and random.random() < 0.5 else address()
        if renames and random.random() < 0.5:
            row["new_email"] = address()
        if with_names and random.random() < 0.8:
            own = person.get("profile", {}) if random.random() < 0.6 else {}
            first, last = random.choice(NAMES)
            row["first_name"], row["last_name"] = own.get("first_name", first), own.get("last_name", last)
        if with_status and random.random() < 0.5:
            row["status"] = random.choice(WORDS if random.random() < dirt else WORDS[:4])
        if random.random() < 0.2:
            row["department"] = random.choice(DEPARTMENTS)
        if is_blank(row):
            row["department"] = "HR"
        rows.append(row)
    if not directory and random.random() < 0.3:
        random.shuffle(rows)
    return rows


def is_blank(row: dict[str, Any]) -> bool:
    """A line without content, which is counted and never becomes a record."""
    return not any(str(value).strip() for name, value in row.items() if name != "line" and value is not None)


def shrunk(world: World, shows: Callable[[World], bool]) -> World:
    """The smallest world, taking away one thing after the other, that still shows it."""
    again = True
    while again:
        again = False
        for smaller in _smaller(world):
            if not any(map(is_blank, smaller["rows"])) and shows(smaller):
                world, again = smaller, True
                break
    return world


def _smaller(world: World) -> Any:
    for part in ("rows", "directory"):
        for at in range(len(world[part])):
            if part != "rows" or len(world[part]) > 1:
                yield {**world, part: world[part][:at] + world[part][at + 1 :]}
    decisions = world["options"].get("decisions", [])
    for at in range(len(decisions)):
        yield {**world, "options": {**world["options"], "decisions": decisions[:at] + decisions[at + 1 :]}}
    for name in world["options"]:
        yield {**world, "options": {key: value for key, value in world["options"].items() if key != name}}
    for at, row in enumerate(world["rows"]):
        for name in row:
            if name not in ("line", "email"):
                less = {key: value for key, value in row.items() if key != name}
                yield {**world, "rows": [*world["rows"][:at], less, *world["rows"][at + 1 :]]}
    for part in ("asked", "findings"):
        if part in world:
            yield {name: value for name, value in world.items() if name != part}
    for name in world.get("schema", {}):
        yield {**world, "schema": {key: value for key, value in world["schema"].items() if key != name}}
    blank: dict[str, Any] = {
        "status": "active",
        "status_locked": False,
        "sso_subject": None,
        "roles": [],
        "profile": {},
        "id": None,
    }
    for at, person in enumerate(world["directory"]):
        for name, value in blank.items():
            if person.get(name) != value:
                less = {**person, name: value}
                yield {**world, "directory": [*world["directory"][:at], less, *world["directory"][at + 1 :]]}
        if person.get("protected"):
            less = {key: value for key, value in person.items() if key != "protected"}
            yield {**world, "directory": [*world["directory"][:at], less, *world["directory"][at + 1 :]]}
