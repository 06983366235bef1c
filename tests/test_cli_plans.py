"""Commands over saved plans and over two files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qooper_ingest as qi
from test_cli import run

SCHEMA = qi.Schema.participants()
PEOPLE = [{"ref": "u1", "id": "A1", "email": "ann@corp.example"}]
FILE = b"Employee ID,Email\nA1,ann.lee@corp.example\nB2,bob@corp.example\n"


@pytest.fixture
def saved(tmp_path: Path) -> dict[str, Path]:
    paths = {
        name: tmp_path / name
        for name in ("free.zip", "strict.zip", "receipt.json", "people.json", "schema.json", "undo.zip")
    }
    directory = qi.Directory.of(PEOPLE)
    for name, allowed in (("free.zip", True), ("strict.zip", False)):
        choices = qi.Choices(policy=qi.Policy(allow_email_change=allowed))
        plan = qi.plan_import(FILE, schema=SCHEMA, directory=directory, choices=choices)
        plan.save(paths[name])
        if allowed:
            paths["receipt.json"].write_text(plan.receipt(created={3: "u2"}).to_json())
    paths["people.json"].write_text(json.dumps(PEOPLE))
    paths["schema.json"].write_text(SCHEMA.to_json())
    for name, data in (("last.csv", FILE), ("this.csv", FILE.replace(b"Email", b"E-mail"))):
        paths[name] = tmp_path / name
        paths[name].write_bytes(data)
    return paths


def test_whatif_names_the_rows_that_are_decided_otherwise(saved: dict[str, Path]) -> None:
    done = run("whatif", saved["free.zip"], saved["strict.zip"])
    assert done.returncode == 1
    assert "1 x change_email -> conflict" in done.stdout
    assert "row 2: change_email of u1 -> conflict (email_change_not_allowed); other values: email" in done.stdout
    assert "ann" not in done.stdout
    told = json.loads(run("whatif", saved["free.zip"], saved["strict.zip"], "--json").stdout)
    assert told["transitions"] == [{"from": "change_email", "to": "conflict", "rows": 1}]
    assert run("whatif", saved["free.zip"], saved["free.zip"]).returncode == 0


def test_why_tells_of_a_row_and_quotes_nobody_unless_asked(saved: dict[str, Path]) -> None:
    done = run("why", saved["strict.zip"], "2", "--directory", saved["people.json"])
    assert done.returncode == 0
    assert "Looked up by id: u1." in done.stdout
    assert "With allow_email_change=True: change_email of u1." in done.stdout
    assert "ann.lee" not in done.stdout
    assert "ann.lee" in run("why", saved["strict.zip"], "2", "--personal").stdout
    assert run("why", saved["strict.zip"], "9").returncode == 2


def test_undo_writes_the_inverse_plan(saved: dict[str, Path]) -> None:
    done = run("undo", saved["free.zip"], saved["receipt.json"], "--save", saved["undo.zip"])
    assert done.returncode == 0, done.stderr
    inverse = qi.Plan.load(saved["undo.zip"])
    assert [type(one) for batch in inverse.operations() for one in batch] == [qi.ChangeEmail, qi.Suspend]
    again = ("undo", saved["free.zip"], saved["receipt.json"], "--save", saved["undo.zip"], "--retire")
    assert run(*again).returncode == 2
    assert run(*again, "--force").returncode == 0
    other = run("undo", saved["strict.zip"], saved["receipt.json"], "--save", saved["undo.zip"], "--force")
    told = f"qooper-ingest: RECEIPT {saved['receipt.json']}: The receipt is not usable: it is of another plan.\n"
    assert (other.returncode, other.stderr) == (2, told)


def test_compare_says_what_is_different_between_two_files(saved: dict[str, Path]) -> None:
    arguments = ("--schema", saved["schema.json"])
    done = run("compare", saved["last.csv"], saved["this.csv"], *arguments)
    assert done.returncode == 1
    assert ["column_renamed", "email", "Email", "E-mail"] in [line.split() for line in done.stdout.splitlines()]
    told = json.loads(run("compare", saved["last.csv"], saved["this.csv"], *arguments, "--json").stdout)
    assert told["people"] == {"both": 2, "last": 2, "this": 2, "matched_by": "id"}
    assert run("compare", saved["last.csv"], saved["last.csv"], *arguments).returncode == 0
