"""The plan, by the library: python ours.py PEOPLE.csv DIRECTORY.parquet."""

import sys
from dataclasses import replace

import polars as pl

import qooper_ingest as qi

SCHEMA = qi.Schema.participants(
    qi.Field(key="department", label="Department"),
    qi.Field(key="office", label="Office", type="location"),
    qi.Field(key="start_date", label="Start date", type="date"),
    qi.Field(key="seniority", label="Seniority", type="select", options=["Junior", "Mid-level", "Senior", "Lead"]),
    qi.Field(
        key="skills", label="Skills", type="multi_select",
        options=["SQL", "Python", "Data analysis", "Public speaking", "Facilitation", "UX research"],
    ),
)  # fmt: skip

#: The largest of the files is longer than the default limit by a little.
LIMITS = replace(qi.DEFAULT_LIMITS, file_bytes=1 << 30)

people = qi.Directory.of(pl.read_parquet(sys.argv[2]))
plan = qi.plan_import(sys.argv[1], schema=SCHEMA, directory=people, limits=LIMITS)
print(plan.summary.actions, plan.fingerprint)
assert all(plan.summary.actions[action] for action in ("update", "change_email", "create", "unchanged"))
