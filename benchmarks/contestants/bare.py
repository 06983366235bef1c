"""The least that has to be done, by hand in polars: python bare.py PEOPLE.csv DIRECTORY.parquet."""

from __future__ import annotations

import sys

import polars as pl

CHECKS = "duplicates of ID and address, both keys against the stored people, one date format, which answers differ"
LEAVES_OUT = "addresses, options, status words, names, dialect, encoding and header (known), places of faults, guards"

ANSWERS = ["first_name", "last_name", "status", "department", "office", "start_date", "seniority", "skills"]
NAMES = {
    "User ID": "id", "E-mail": "email", "First name": "first_name", "Last name": "last_name", "Status": "status",
    "Department": "department", "Office": "office", "Start date": "start_date", "Seniority": "seniority", "Skills": "skills",
}  # fmt: skip


def prepare(directory: str) -> pl.DataFrame:
    return pl.read_parquet(directory)


def run(people: str, stored: pl.DataFrame) -> dict[str, int]:
    rows = pl.read_csv(people, infer_schema=False).rename(NAMES).with_row_index("row", offset=2)
    rows = rows.with_columns(
        pl.col("email").str.strip_chars().str.to_lowercase(),
        pl.col("start_date").str.to_date("%Y-%m-%d"),
        pl.col("skills").str.split(";"),
    )
    known = stored.with_columns(pl.col("email").str.to_lowercase())

    rows = rows.with_columns(
        pl.col("id").is_duplicated().alias("same_id"), pl.col("email").is_duplicated().alias("same_email")
    )
    by_id = rows.join(known.rename({name: f"{name}_" for name in [*ANSWERS, "email"]}), on="id", how="left")
    both = by_id.join(known.select("email", pl.col("ref").alias("by_email")), on="email", how="left")
    changed = both.with_columns(
        *(pl.col(name).ne_missing(pl.col(f"{name}_")).alias(f"{name}!") for name in [*ANSWERS, "email"])
    )
    action = (
        pl.when(pl.col("same_id") | pl.col("same_email")).then(pl.lit("conflict"))
        .when(pl.col("ref").is_null() & pl.col("by_email").is_null()).then(pl.lit("create"))
        .when(pl.col("ref").ne_missing(pl.col("by_email")) & pl.col("by_email").is_not_null()).then(pl.lit("conflict"))
        .when("email!").then(pl.lit("change_email"))
        .when(pl.any_horizontal(f"{name}!" for name in ANSWERS)).then(pl.lit("update"))
        .otherwise(pl.lit("unchanged"))
    )  # fmt: skip
    plan = changed.with_columns(action.alias("action"))
    return dict(plan["action"].value_counts().iter_rows())


if __name__ == "__main__":
    print(run(sys.argv[1], prepare(sys.argv[2])))
