"""What a pandas user writes for the same: python with_pandas.py PEOPLE.csv DIRECTORY.parquet."""

import sys

import numpy as np
import pandas as pd

ANSWERS = ["first_name", "last_name", "status", "department", "office", "start_date", "seniority", "skills"]
NAMES = {
    "User ID": "id", "E-mail": "email", "First name": "first_name", "Last name": "last_name", "Status": "status",
    "Department": "department", "Office": "office", "Start date": "start_date", "Seniority": "seniority", "Skills": "skills",
}  # fmt: skip

rows = pd.read_csv(sys.argv[1], dtype=str).rename(columns=NAMES)
people = pd.read_parquet(sys.argv[2])
people["start_date"] = people["start_date"].astype(str)
people["skills"] = people["skills"].map(";".join)
for frame in (rows, people):
    frame["email"] = frame["email"].str.strip().str.lower()

conflict = rows["id"].duplicated(keep=False) | rows["email"].duplicated(keep=False)
both = rows.merge(people, on="id", how="left", suffixes=("", "_"))
both = both.merge(people[["email", "ref"]].rename(columns={"ref": "by_email"}), on="email", how="left")
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
print(pd.Series(action).value_counts())
