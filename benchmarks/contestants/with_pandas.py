"""What a pandas user writes for the same: python with_pandas.py PEOPLE.csv DIRECTORY.parquet."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

CHECKS = "duplicates of ID and address, both keys against the stored people, which answers differ (as text)"
LEAVES_OUT = (
    "addresses, options, status words, dates (as text), dialect, encoding and header (known), places of faults, guards"
)

ANSWERS = ["first_name", "last_name", "status", "department", "office", "start_date", "seniority", "skills"]
NAMES = {
    "User ID": "id", "E-mail": "email", "First name": "first_name", "Last name": "last_name", "Status": "status",
    "Department": "department", "Office": "office", "Start date": "start_date", "Seniority": "seniority", "Skills": "skills",
}  # fmt: skip


def prepare(directory: str) -> pd.DataFrame:
    return pd.read_parquet(directory)


def run(people: str, stored: pd.DataFrame) -> dict[str, int]:
    rows = pd.read_csv(people, dtype=str).rename(columns=NAMES)
    known = stored.assign(start_date=stored["start_date"].astype(str), skills=stored["skills"].map(";".join))
    for frame in (rows, known):
        frame["email"] = frame["email"].str.strip().str.lower()

    conflict = rows["id"].duplicated(keep=False) | rows["email"].duplicated(keep=False)
    both = rows.merge(known, on="id", how="left", suffixes=("", "_"))
    both = both.merge(known[["email", "ref"]].rename(columns={"ref": "by_email"}), on="email", how="left")
    changed = pd.concat([both[name].fillna("") != both[f"{name}_"].fillna("") for name in ANSWERS], axis=1).any(axis=1)
    action = np.select(
        [
            conflict,
            both["ref"].isna() & both["by_email"].isna(),
            both["by_email"].notna() & (both["ref"] != both["by_email"]),
            both["email"] != both["email_"],
            changed,
        ],
        ["conflict", "create", "conflict", "change_email", "update"],
        default="unchanged",
    )
    return {str(name): int(count) for name, count in pd.Series(action).value_counts().items()}


if __name__ == "__main__":
    print(run(sys.argv[1], prepare(sys.argv[2])))
