"""Rows that are one cell longer than their labels: moved where the cells say how, asked about where they do not."""

from __future__ import annotations

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest.readers.text.shift import Shift, find_shift
from test_wild_text import rows_of, table_of


def frame(*rows: str) -> pl.DataFrame:
    cells = [row.split(",") for row in rows]
    return pl.DataFrame({chr(65 + i): list(column) for i, column in enumerate(zip(*cells, strict=True))})


@pytest.mark.parametrize(
    ("labels", "rows", "found"),
    [
        (("ID", "Name", "Mail"), ("1,a7,Ann,a@x", "2,b9,Bob,b@x", "3,c3,Cy,c@x"), Shift("label")),
        (("Name", "Dept"), ("0,Ann,HR", "1,Bob,IT", "2,Cy,HR"), Shift("label")),
        (("Mail", "Dept"), ("hostA,a@x,HR", "hostB,b@x,IT"), Shift("label")),
        (("Name", "Mail", "Dept"), ("Berg, Anna,a@x,HR", "Ito, Tom,t@x,IT"), Shift("cut", 0)),
        (("Mail", "Name", "Dept"), ("a@x,Berg, Anna,HR", "t@x,Ito, Tom,IT"), Shift("cut", 1)),
        (("First", "Last", "Mail", "Dept"), ("a7,Berg,Anna,a@x,HR", "b9,Ito,Tom,t@x,IT"), Shift("unknown")),
        (("Mail", "Name", "Dept"), ("1,x,a@x,HR", "2,y,t@x,IT"), Shift("unknown")),
        (("Town", "Dept"), ("Ulm,b,c", "Bonn,e,f"), Shift("unknown")),
        (("Name", "Town", "Dept"), ("Berg, Anna, Ulm,HR", "Ito, Tom, Bonn,IT"), Shift("unknown")),
    ],
)
def test_the_kinds_of_cells_say_what_was_shifted(labels: tuple[str, ...], rows: tuple[str, ...], found: Shift) -> None:
    assert find_shift(labels, frame(*rows)) == found


def test_rows_without_the_surplus_stay_and_an_empty_last_cell_is_a_cell() -> None:
    table = table_of(
        "Name,Mail,Dept\nBerg, Anna,a@x.example,HR\nIto, Tom,t@x.example,\nOez, Cem,c@x.example,IT\nMadonna,m@x.example,PR\n"
        + "".join(f"Li, Bo{n},b{n}@x.example,IT\n" for n in range(8))
    )
    rows = rows_of(table)
    assert rows[:4] == [
        ["Berg, Anna", "a@x.example", "HR"],
        ["Ito, Tom", "t@x.example"],
        ["Oez, Cem", "c@x.example", "IT"],
        ["Madonna", "m@x.example", "PR"],
    ]
    assert table.issues.counts() == {"columns_shifted": 1}
    assert table.issues.page()[0].severity is qi.Severity.WARNING


def test_a_delimiter_behind_the_last_cell_of_every_row_is_no_shift() -> None:
    table = table_of("ID,Name,Mail\n1,Ann,a@x.example,\n2,Bob,b@x.example,\n3,Cy,c@x.example,\n")
    assert table.labels[:3] == ("ID", "Name", "Mail")
    assert "columns_shifted" not in table.issues.counts()


def test_what_is_not_known_stops_the_plan_until_it_is_acknowledged() -> None:
    data = b"User ID,Last name,E-Mail,Department\na7,Berg,Anna,anna@corp.example,HR\nb9,Ito,Tom,tom@corp.example,IT\n"
    schema, people = qi.Schema.participants(), qi.Directory.of([])
    plan = qi.plan_import(data, schema=schema, directory=people)
    assert not plan.can_apply
    assert [(guard.code, guard.count) for guard in plan.summary.guards] == [("labels_uncertain", 1)]
    assert plan.issues.where("columns_shifted").page()[0].severity is qi.Severity.ERROR
