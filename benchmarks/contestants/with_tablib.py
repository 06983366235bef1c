"""tablib for the file and a loop for the rest: python with_tablib.py PEOPLE.csv DIRECTORY.parquet."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import polars as pl
import tablib

CHECKS = "duplicates of ID and address, both keys against the stored people, which answers differ (as text)"
LEAVES_OUT = (
    "addresses, options, status words, dates (as text), dialect, encoding and header (known), places of faults, guards"
)

NAMES = {
    "User ID": "id", "E-mail": "email", "First name": "first_name", "Last name": "last_name", "Status": "status",
    "Department": "department", "Office": "office", "Start date": "start_date", "Seniority": "seniority", "Skills": "skills",
}  # fmt: skip


def prepare(directory: str) -> list[dict[str, Any]]:
    """The people as rows, as a cursor of a database gives them."""
    stored = pl.read_parquet(directory).with_columns(
        pl.col("start_date").cast(pl.String), pl.col("skills").list.join(";")
    )
    return stored.to_dicts()


def run(people: str, stored: list[dict[str, Any]]) -> dict[str, int]:
    with open(people, encoding="utf-8", newline="") as file:
        data = tablib.Dataset().load(file, format="csv")
    by_id = {person["id"]: person for person in stored}
    by_email = {person["email"].lower(): person for person in stored}
    same_id, same_email = Counter(data["User ID"]), Counter(email.strip().lower() for email in data["E-mail"])
    actions: Counter[str] = Counter()
    for row in data.dict:
        email = row["E-mail"].strip().lower()
        known, other = by_id.get(row["User ID"]), by_email.get(email)
        if same_id[row["User ID"]] > 1 or same_email[email] > 1:
            actions["conflict"] += 1
        elif known is None and other is None:
            actions["create"] += 1
        elif other is not None and other is not known:
            actions["conflict"] += 1
        elif known["email"].lower() != email:
            actions["change_email"] += 1
        elif any(row[label] != known[name] for label, name in NAMES.items() if name not in ("id", "email")):
            actions["update"] += 1
        else:
            actions["unchanged"] += 1
    return dict(actions)


if __name__ == "__main__":
    print(run(sys.argv[1], prepare(sys.argv[2])))
