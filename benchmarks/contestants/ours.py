"""The plan, by the library: python ours.py PEOPLE.csv DIRECTORY.parquet."""

import sys

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

people = qi.Directory.of(pl.read_parquet(sys.argv[2]))
plan = qi.plan_import(sys.argv[1], schema=SCHEMA, directory=people)
print(plan.summary.actions, plan.fingerprint)
assert all(plan.summary.actions[action] for action in ("update", "change_email", "create", "unchanged"))
