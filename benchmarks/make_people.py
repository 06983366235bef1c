"""Make a participant file and a directory of the same size: python make_people.py ROWS FOLDER.

Ten columns. Of the rows 90 % are as stored, 5 % change an answer, 0.5 % an address, 0.2 % a status; 4 % are new, and a few are
duplicates or broken.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import polars as pl

DEPARTMENTS = ["Finance", "Sales", "Design", "IT", "Legal", "People", "Production"]
OFFICES = ["Hamburg", "Kraków", "Lyon", "Osaka", "Malmö", "London", "Porto"]
SENIORITY = ["Junior", "Mid-level", "Senior", "Lead"]
SKILLS = ["SQL", "Python", "Data analysis", "Public speaking", "Facilitation", "UX research"]
FIRST = ["Anna", "José", "Zoë", "Łukasz", "Li", "Taro", "Søren", "Priya", "Peter", "Siobhán", "Tom", "Fatima"]
LAST = ["Berg", "García", "de Vries", "Kowalski", "Na", "Yamada", "Kjær", "Raman", "O'Brien", "Baker", "Zahra", "Holm"]


def people(rows: int) -> pl.DataFrame:
    """The people as they are stored, answers as text."""
    pick = random.Random(20260312)
    n = range(rows)
    skills = [";".join(pick.sample(SKILLS, k)) for k in (1, 2, 2, 3) for _ in range(12)]
    return pl.DataFrame(
        {
            "id": [f"{i:08d}" for i in n],
            "email": [
                f"p{i}.{LAST[i % 12].lower().replace(' ', '').encode('ascii', 'ignore').decode()}@corp{i % 5}.example"
                for i in n
            ],
            "first_name": [FIRST[i * 7 % 12] for i in n],
            "last_name": [f"{LAST[i % 12]}-{i % 997}" for i in n],
            "status": ["active" if i % 50 else "suspended" for i in n],
            "department": [DEPARTMENTS[i % 7] for i in n],
            "office": [OFFICES[i * 3 % 7] for i in n],
            "start_date": [f"{2005 + i % 20}-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in n],
            "seniority": [SENIORITY[i % 4] for i in n],
            "skills": [skills[i * 11 % len(skills)] for i in n],
        }
    )


def upload(stored: pl.DataFrame) -> pl.DataFrame:
    """What somebody sends: mostly the same, in another order."""
    rows = stored.height
    i = pl.int_range(rows)
    changed = stored.with_columns(
        pl.when(i % 40 == 1).then(pl.lit("Munich")).otherwise("office").alias("office"),
        pl.when(i % 40 == 2).then(pl.lit("SQL")).otherwise("skills").alias("skills"),
        pl.when(i % 200 == 3).then("new." + pl.col("email")).otherwise("email").alias("email"),
        pl.when(i % 500 == 4).then(pl.lit("suspended")).otherwise("status").alias("status"),
    ).filter(i % 25 != 5)
    new = stored.filter(i % 25 == 5).with_columns(
        (pl.lit("9") + pl.col("id").str.slice(1)).alias("id"),
        (pl.lit("n") + pl.col("email")).alias("email"),
        pl.lit("active").alias("status"),
    )
    broken = stored.filter(i % 2000 == 6).with_columns(pl.lit("not an address").alias("email"))
    copies = changed.filter(pl.int_range(pl.len()) % 1000 == 7)
    return pl.concat([changed, new, broken, copies]).sample(n=rows, shuffle=True, seed=7)


def main(rows: int, folder: Path) -> None:
    stored = people(rows)
    sent = upload(stored).rename(
        {
            "id": "User ID", "email": "E-mail", "first_name": "First name", "last_name": "Last name", "status": "Status",
            "department": "Department", "office": "Office", "start_date": "Start date", "seniority": "Seniority", "skills": "Skills",
        }
    )  # fmt: skip
    sent.write_csv(folder / f"people_{rows}.csv")
    stored.select(
        pl.lit("u").add(pl.int_range(pl.len()).cast(pl.String)).alias("ref"),
        pl.all().exclude("start_date", "skills"),
        pl.col("start_date").str.to_date("%Y-%m-%d"),
        pl.col("skills").str.split(";"),
    ).write_parquet(folder / f"directory_{rows}.parquet")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
