"""The least that has to be done, by hand: python bare.py PEOPLE.csv DIRECTORY.parquet."""

import sys

import polars as pl

ANSWERS = ["first_name", "last_name", "status", "department", "office", "start_date", "seniority", "skills"]
NAMES = {
    "User ID": "id", "E-mail": "email", "First name": "first_name", "Last name": "last_name", "Status": "status",
    "Department": "department", "Office": "office", "Start date": "start_date", "Seniority": "seniority", "Skills": "skills",
}  # fmt: skip

rows = pl.read_csv(sys.argv[1], infer_schema=False).rename(NAMES).with_row_index("row", offset=2)
rows = rows.with_columns(
    pl.col("email").str.strip_chars().str.to_lowercase(),
    pl.col("start_date").str.to_date("%Y-%m-%d"),
    pl.col("skills").str.split(";"),
)
people = pl.read_parquet(sys.argv[2]).with_columns(pl.col("email").str.to_lowercase())

rows = rows.with_columns(
    pl.col("id").is_duplicated().alias("same_id"), pl.col("email").is_duplicated().alias("same_email")
)
by_id = rows.join(people.rename({name: f"{name}_" for name in [*ANSWERS, "email"]}), on="id", how="left")
both = by_id.join(people.select("email", pl.col("ref").alias("by_email")), on="email", how="left")
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
print(plan["action"].value_counts())
