"""Random small directories, files and options, dense with what the decision table is about.

Everything comes from small pools, so that keys meet: the same ID in another case or without its zeros, addresses that are
equal, look alike or are aliases, people who swap addresses. A world has the form of a labelled case; `shrunk` makes a world
smaller for as long as it still shows what was found in it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

__all__ = ["World", "any_world", "is_blank", "moving_world", "random_world", "renaming_world", "shrunk"]

World = dict[str, Any]

STORED_IDS = ("A1", "B2", "C3", "D4", "a1", "00123", "123", "0123", "77", "00042", "12E4", "b2")
FILE_IDS = (
    *STORED_IDS, "N9", "n9", "N8", "42", "0042", " A1 ", "\u200bB2\u00a0", "N/A", "none", "null", "-", " N/A ", "", "  ", None, None,
    "1.23E+12", "123.0", "A\u200b1", "\u0410123", "ann@corp.example", "B 2", 123, 77, 42, 123.0, 12.5, 1e15, 999999999999999, "999999999999999",
)  # fmt: skip

EMAILS = (
    "ann@corp.example", "bob@corp.example", "cyd@corp.example", "dee@corp.example", "eve@corp.example", "x@corp.example",
    "y@corp.example", "z@corp.example",
)  # fmt: skip
ODD_EMAILS = (
    "Ann@Corp.example", "ANN@corp.example", "ann+x@corp.example", "ann+y@corp.example", "b.ob@gmail.com", "bob@gmail.com",
    "bob@googlemail.com", "bob+1@gmail.com", "jose@corp.example", "jos\u00e9@corp.example", "jose\u0301@corp.example",
    "JOS\u00c9@corp.example", "Jos\u00e9@corp.example", "mike@corp.example", "m\u0131ke@corp.example", "ann@b\u00fccher.example",
    "ann@xn--bcher-kva.example", "Ann@XN--BCHER-KVA.example", "ann@bucher.example", "\u0430nn@corp.example", "ann@c\u043erp.example",
)  # fmt: skip
BAD_EMAILS = (
    "ann corp.example",
    "ann@corp@example",
    "ann\u200b@corp.example",
    "\uff41nn@corp.example",
    "ann@localhost",
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
)
STATUSES = ("active",) * 6 + ("suspended", "suspended", "deleted")
WORDS = ("Active", "Suspended", " suspended ", "ACTIVE", "Gone")
DEPARTMENTS = ("HR", "IT")
SUBJECTS = (
    "A1",
    "a1",
    "B2",
    "N9",
    "n9",
    "S-77",
    "123",
    "ann@corp.example",
    "x@corp.example",
    "Ann@Corp.example",
    "jos\u00e9@corp.example",
)

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
THRESHOLDS: dict[str, tuple[Any, ...]] = {
    "max_suspensions_pct": (0, 20, 50),
    "max_email_changes_pct": (0, 25, 50),
    "min_match_pct": (50, 100),
    "from_people": (1, 3, 5),
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


def any_world(random: Random) -> World:
    """Draw a world of any kind."""
    return random.choice((random_world, random_world, random_world, renaming_world, moving_world))(random)


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
            one, email = random.choice(ids), random.choice((*emails, None))
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
            return random.choice((*BAD_EMAILS, None, "", "  ", f" {random.choice(fresh)}\u00a0"))
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
    for name in world["options"]:
        yield {**world, "options": {key: value for key, value in world["options"].items() if key != name}}
    for at, row in enumerate(world["rows"]):
        for name in row:
            if name not in ("line", "email"):
                less = {key: value for key, value in row.items() if key != name}
                yield {**world, "rows": [*world["rows"][:at], less, *world["rows"][at + 1 :]]}
    blank: dict[str, Any] = {"status": "active", "sso_subject": None, "roles": [], "profile": {}, "id": None}
    for at, person in enumerate(world["directory"]):
        for name, value in blank.items():
            if person.get(name) != value:
                less = {**person, name: value}
                yield {**world, "directory": [*world["directory"][:at], less, *world["directory"][at + 1 :]]}
        if person.get("protected"):
            less = {key: value for key, value in person.items() if key != "protected"}
            yield {**world, "directory": [*world["directory"][:at], less, *world["directory"][at + 1 :]]}
