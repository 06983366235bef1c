"""The law of mend files: the plan of an upload with a mended file is the plan of an upload that had been right."""

from __future__ import annotations

import csv
import io
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qooper_ingest as qi

SCHEMA = qi.Schema.participants(qi.Field(key="team", label="Team", type="select", options=["Sales", "Research"]))
LABELS = ["User ID", "E-mail", "Status", "First name", "Last name", "Team"]
COLUMNS = {"id": 0, "email": 1, "status": 2, "first_name": 3, "last_name": 4, "team": 5}

PEOPLE = qi.Directory.of(
    [
        {
            "ref": "u1",
            "id": "001",
            "email": "ann@corp.example",
            "first_name": "Ann",
            "last_name": "Lee",
            "team": "Sales",
        },
        {
            "ref": "u2",
            "id": "002",
            "email": "tom@corp.example",
            "first_name": "Tom",
            "last_name": "Roe",
            "status": "suspended",
        },
        {"ref": "u3", "email": "eve@corp.example", "first_name": "Eve", "last_name": "Moss"},
    ],
    schema=SCHEMA,
)

#: Curated cells per column: right ones, wrong ones, and such as a spreadsheet program would take for something else.
CELLS = [
    ["001", "002", "1", "A7", "00042", "", "1E5", "=1"],
    ["ann@corp.example", "tom@corp.example", "eve@corp.example", "new@corp.example", "\u0430nn@corp.example", "no address", "", "+x"],
    ["", "active", "suspended", "gone", "-"],
    ["Ann", "Tom", "Eve", "@x", "2024-01-31", ""],
    ["Lee", "Roe", "Moss", "'quoted", ""],
    ["", "Sales", "Slaes", "TRUE"],
]  # fmt: skip

ROW = st.tuples(*map(st.sampled_from, CELLS)).filter(lambda row: any(row))


def as_csv(rows: list[Any]) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, quoting=csv.QUOTE_ALL).writerows(rows)
    return target.getvalue().encode()


def plan_with(data: bytes, choices: qi.Choices) -> qi.Plan:
    return qi.plan_import(data, schema=SCHEMA, directory=PEOPLE, choices=choices)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.data())
def test_a_mended_upload_is_planned_as_one_that_had_been_right(
    rows: list[tuple[str, ...]], data: st.DataObject
) -> None:
    upload = as_csv([LABELS, *rows])
    read = qi.ReadOptions(encoding="utf-8", dialect=qi.Dialect())
    table = qi.read_workbook(upload, options=read).sheet().table(header_row=1)
    # The mode is said: a row that is left out is still in the file, and its ID speaks for IDs where nobody says.
    policy = qi.Policy(key="id")
    choices = qi.Choices(read=read, header_rows=(1,), mapping=qi.ColumnMapping.of(table, COLUMNS), policy=policy)
    target = io.BytesIO()
    plan_with(upload, choices).mend_file(target, format="csv")
    label, *lines = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    right = {number: list(row) for number, row in enumerate(rows, start=2)}
    kept = []
    for line in lines:
        number = int(line[0])
        if data.draw(st.sampled_from([False, False, False, True]), label="taken out"):
            right[number] = [""] * len(LABELS)
            continue
        for column, pool in enumerate(CELLS):
            if data.draw(st.booleans(), label="changed"):
                line[5 + column] = right[number][column] = data.draw(st.sampled_from(pool))
        if not any(right[number]):  # nothing is left of the row
            right[number][4] = line[9] = "Lee"
        kept.append(line)
    mended = as_csv([label, *data.draw(st.permutations(kept))])
    mine = plan_with(upload, choices.merge_mended(mended))
    theirs = plan_with(as_csv([LABELS, *right.values()]), choices)
    left_out = pl.col("codes").list.contains("row_skipped")
    assert mine.frame.filter(~left_out).equals(theirs.frame)
    assert mine._new.equals(theirs._new)
    assert mine._stored.equals(theirs._stored)
    assert (mine.dependencies, mine.atomic_groups) == (theirs.dependencies, theirs.atomic_groups)
    assert "correction_unfit" not in mine.summary.codes
