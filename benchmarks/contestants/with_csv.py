"""Python alone, with csv and email-validator: python with_csv.py PEOPLE.csv DIRECTORY.parquet."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from datetime import date
from typing import Any

import polars as pl
from email_validator import EmailNotValidError, validate_email

CHECKS = (
    "every address (email-validator, without asking the network), dates, status words and options of both questions, duplicates of ID and "
    "address, both keys against the stored people, which answers differ"
)
LEAVES_OUT = (
    "dialect, encoding and header (known), other spellings of dates, options and status words (an error), guards"
)

NAMES = {
    "User ID": "id", "E-mail": "email", "First name": "first_name", "Last name": "last_name", "Status": "status",
    "Department": "department", "Office": "office", "Start date": "start_date", "Seniority": "seniority", "Skills": "skills",
}  # fmt: skip
ANSWERS = [name for name in NAMES.values() if name not in ("id", "email")]
STATUS = {"active", "suspended"}
SENIORITY = {"Junior", "Mid-level", "Senior", "Lead"}
SKILLS = {"SQL", "Python", "Data analysis", "Public speaking", "Facilitation", "UX research"}


def prepare(directory: str) -> list[dict[str, Any]]:
    """The people as rows, as a cursor of a database gives them."""
    return pl.read_parquet(directory).to_dicts()


def parse(cells: dict[str, str]) -> dict[str, Any]:
    """One row, typed. Raises ValueError."""
    row: dict[str, Any] = {name: cells[label].strip() for label, name in NAMES.items()}
    try:
        row["email"] = validate_email(row["email"], check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError("email") from None
    row["start_date"] = date.fromisoformat(row["start_date"])
    row["skills"] = [answer.strip() for answer in row["skills"].split(";")]
    if row["status"] not in STATUS or row["seniority"] not in SENIORITY or not SKILLS.issuperset(row["skills"]):
        raise ValueError("option")
    return row


def run(people: str, stored: list[dict[str, Any]]) -> dict[str, int]:
    actions: Counter[str] = Counter()
    rows, errors = [], []
    with open(people, encoding="utf-8-sig", newline="") as file:
        for number, cells in enumerate(csv.DictReader(file), 2):
            try:
                rows.append(parse(cells))
            except ValueError as error:
                errors.append((number, str(error)))
    by_id = {person["id"]: person for person in stored}
    by_email = {person["email"].lower(): person for person in stored}
    same_id, same_email = Counter(row["id"] for row in rows), Counter(row["email"] for row in rows)
    for row in rows:
        known, other = by_id.get(row["id"]), by_email.get(row["email"])
        if same_id[row["id"]] > 1 or same_email[row["email"]] > 1:
            actions["conflict"] += 1
        elif known is None and other is None:
            actions["create"] += 1
        elif other is not None and other is not known:
            actions["conflict"] += 1
        elif known["email"].lower() != row["email"]:
            actions["change_email"] += 1
        elif any(row[name] != known[name] for name in ANSWERS):
            actions["update"] += 1
        else:
            actions["unchanged"] += 1
    return {**actions, "error": len(errors)}


if __name__ == "__main__":
    print(run(sys.argv[1], prepare(sys.argv[2])))
