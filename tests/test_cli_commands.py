"""The other commands: pages, mend files, templates, codes, schemas, several sources; what they name when they refuse; --json."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import qooper_ingest as qi
from qooper_ingest.cli import codes
from qooper_ingest.cli.schemas import DOCUMENTS, schema_of
from qooper_ingest.drift import FindingCode
from sample_files import CSV, DIRECTORY, SCHEMA, XLSX
from test_cli import assert_refused, run

WITH = ("--schema", SCHEMA, "--directory", DIRECTORY, "--role", "mentee")
OUTPUT = jsonschema.Draft202012Validator(schema_of("output"))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plans") / "plan.zip"
    assert run("plan", XLSX, *WITH, "--save", path).returncode == 1
    return path


def document_of(*arguments: str | Path) -> dict[str, Any]:
    """What a command prints with ``--json``, held to the published schema."""
    done = run(*arguments, "--json")
    document: dict[str, Any] = json.loads(done.stdout)
    OUTPUT.validate(document)
    assert (document["format_version"], document["command"]) == (3, arguments[0])
    assert ("error" in document) == (done.returncode == 2)
    return document


# -- files that are written --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["file", "plan"])
def test_review_writes_the_page_and_names_it(tmp_path: Path, saved: Path, of: str) -> None:
    page = tmp_path / "page.html"
    arguments: tuple[str | Path, ...] = (XLSX, *WITH) if of == "file" else (saved, "--source", XLSX)
    done = run("review", *arguments, "-o", page)
    assert done.returncode == 0, done.stderr
    assert f"Wrote the review page to {page}" in done.stdout
    assert b"participants.xlsx" in page.read_bytes()


def test_what_has_no_name_is_named_after_its_file(tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("review", saved).returncode == 0
    assert run("mend", saved).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.mend.xlsx", "plan.review.html"]


def test_mended_rows_come_back_into_the_plan(tmp_path: Path, saved: Path) -> None:
    sent, back, choices = (tmp_path / name for name in ("mend.csv", "back.csv", "choices.json"))
    assert run("mend", saved, "-o", sent).returncode == 0
    mended = sent.read_text(encoding="utf-8-sig").replace('"marta.silva(at)', '"marta.silva@')
    back.write_text(mended, encoding="utf-8-sig")
    at_once = document_of("plan", XLSX, *WITH, "--mended", back)
    assert document_of("plan", XLSX, *WITH)["summary"]["to_mend"] == at_once["summary"]["to_mend"] + 1
    merged = document_of("merge", back, "--save-choices", choices)
    assert (merged["corrections"], merged["decisions"]) == (1, 0)
    assert document_of("plan", XLSX, *WITH, "--choices", choices)["fingerprint"] == at_once["fingerprint"]
    again = run("merge", sent, "--save-choices", tmp_path / "same.json")
    assert "change nothing" in again.stdout


def test_nothing_to_mend_writes_no_file(tmp_path: Path) -> None:
    file = tmp_path / "clean.csv"
    file.write_text("User ID,E-mail\n00042,anna.berg@nordwind.example\n", encoding="utf-8")
    done = run("mend", file, "--schema", SCHEMA, "--directory", DIRECTORY, "-o", tmp_path / "mend.csv")
    assert (done.returncode, "nothing to mend" in done.stdout) == (0, True)
    assert not (tmp_path / "mend.csv").exists()


@pytest.mark.parametrize("name", ["template.xlsx", "template.csv"])
def test_a_template_reads_back_by_the_schema(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert document_of("template", "--schema", SCHEMA, "-o", path)["written"]["bytes"] == path.stat().st_size
    mapping = document_of("inspect", path, "--schema", SCHEMA, "--sheet", "0")["mapping"]
    assert all(one.get("column") is not None for one in mapping["bindings"] if one["field"] != "new_email")


def test_nothing_is_overwritten_unless_that_is_asked_for(tmp_path: Path, saved: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine")
    told = "there is a file of this name already. Name another one, or add --force"
    assert_refused(run("template", "-o", there), f"--output {there}: {told}")
    assert_refused(run("mend", saved, "-o", there), "--output", told)
    assert_refused(run("plan", XLSX, *WITH, "--save", there), "--save", told)
    assert_refused(run("inspect", XLSX, "--save-choices", there), "--save-choices", told)
    assert there.read_text() == "mine"
    assert run("template", "-o", there, "--force").returncode == 0
    assert there.read_text(encoding="utf-8-sig").startswith("User ID")
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]


def test_a_file_that_is_read_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(CSV.read_bytes())
    link = tmp_path / "link.csv"
    link.symlink_to(file)
    for target in (file, link):
        done = run("plan", file, *WITH, "--save", target, "--force")
        assert (done.returncode, "this file is read" in done.stderr) == (2, True)
    assert file.read_bytes() == CSV.read_bytes()


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, saved: Path) -> None:
    assert_refused(run("review", saved, "-o", tmp_path / "nowhere" / "page.html"), "--output", "cannot be written")
    assert list(tmp_path.iterdir()) == []


# -- standard input and output -------------------------------------------------------------------------------------------------


def piped(data: bytes, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "qooper_ingest.cli", *map(str, arguments)],
        input=data, capture_output=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_file_may_come_from_the_standard_input_and_go_to_the_standard_output() -> None:
    done = piped(CSV.read_bytes(), "mend", "-", *WITH, "-o", "-")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"\xef\xbb\xbf")
    assert b"Wrote 10 blocked rows to standard output" in done.stderr


def test_only_one_file_comes_from_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SCHEMA.read_bytes())))
    done = run("plan", "-", "--schema", "-", "--directory", DIRECTORY)
    assert_refused(done, "FILE" if "FILE" in done.stderr else "standard input", "read for --schema already")


# -- what a refusal names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--sheet", "Teilnehmer"), ("--sheet 'Teilnehmer'", "0 'Instructions', 1 'Participants', 2 'Lists' (hidden)")),
        (("--sheet", "0"), ("A 'How to fill in this workbook'", "--map email=COLUMN", "--sheet 1 ('Participants')")),
        (("--header-row", "999"), ("--header-row 999", "the sheet ends before it", "qooper-ingest inspect")),
        (("--map", "mail=D"), ("--map", "no field 'mail'", "id, email, status")),
        (("--map", "email=Mail"), ("--map", "no column 'Mail'", "D 'E-mail address'")),
        (("--map", "email"), ("--map 'email'", "FIELD=COLUMN")),
        (("--choices", str(SCHEMA)), ("--choices", "schema.json", "not usable")),
        (("--mended", str(CSV)), ("--mended", "participants.csv", "row token")),
        (
            ("--directory", str(CSV)),
            ("--directory", "participants.csv", "no column ref", "your own key of each person"),
        ),
        (("--schema", "nowhere.json"), ("--schema nowhere.json: it cannot be read (No such file",)),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else None,
)
def test_a_refusal_names_the_option_and_what_there_is_instead(
    arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    done = run("plan", XLSX, *WITH, *arguments)
    assert_refused(done, *words)


def test_a_mend_file_of_another_upload_is_named(tmp_path: Path, saved: Path) -> None:
    sent = tmp_path / "mend.csv"
    assert run("mend", saved, "-o", sent).returncode == 0
    assert_refused(run("plan", CSV, *WITH, "--mended", sent), f"--mended {sent}", "made for another file")


def test_a_plan_needs_people_and_a_saved_plan_is_no_file(saved: Path) -> None:
    assert_refused(run("plan", XLSX), "--directory", "a column ref")
    assert_refused(run("plan", saved, *WITH), str(saved), "this is a saved plan")
    assert_refused(run("review", saved, "--schema", SCHEMA), "--schema", "Leave this option out")
    assert_refused(run("check", XLSX, "--directory", DIRECTORY), f"PLAN {XLSX}", "not a saved plan")


def test_a_column_can_be_named(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("Nr;Kontakt A;Kontakt B\n00042;x;anna.berg@nordwind.example\n00057;y;new@nordwind.example\n")
    for column in ("C", "Kontakt B", "kontakt b"):
        found = document_of("inspect", file, "--map", f"email={column}", "--map", "id=")
        bound = {one["field"]: one.get("column") for one in found["mapping"]["bindings"]}
        assert (bound["email"], bound.get("id")) == (2, None)


# -- documents -----------------------------------------------------------------------------------------------------------------


def test_every_command_prints_a_document_of_the_published_schema(tmp_path: Path, saved: Path) -> None:
    page = tmp_path / "page.html"
    assert document_of("inspect", CSV, "--schema", SCHEMA)["sheet"]
    assert document_of("review", saved, "-o", page)["written"]["path"] == str(page)
    assert document_of("mend", saved, "-o", tmp_path / "mend.csv")["summary"]["rows"] == 46
    assert document_of("check", saved, "--directory", DIRECTORY)["pending"] == 17
    assert document_of("why", saved, "32", "--directory", DIRECTORY)["keys"][1]["refs"] == ["u026"]
    assert document_of("whatif", saved, saved)["differences"] == []
    assert document_of("compare", CSV, XLSX, "--schema", SCHEMA)["findings"] == []
    assert len(document_of("explain")["codes"]) > 200
    assert [one["name"] for one in document_of("schema")["documents"]] == list(DOCUMENTS)
    receipt = tmp_path / "receipt.json"
    receipt.write_text(qi.Plan.load(saved).receipt().to_json())
    assert document_of("undo", saved, receipt, "--save", tmp_path / "undo.zip")["summary"]["rows"] == 17


def test_a_refusal_is_a_document_too(tmp_path: Path) -> None:
    told = document_of("plan", XLSX, *WITH, "--sheet", "Teilnehmer")["error"]
    assert (told["code"], told["option"]) == ("sheet_unknown", "--sheet")
    assert document_of("review", tmp_path / "no.zip")["error"]["code"] == "source_unreadable"


def test_why_quotes_nobody_unless_asked(saved: Path) -> None:
    plain, personal = (run("why", saved, "32", "--json", *more).stdout for more in ((), ("--personal",)))
    assert "nordwind.example" not in plain
    assert "nordwind.example" in personal


def test_a_schema_is_printed_by_name() -> None:
    assert json.loads(run("schema", "plan").stdout) == schema_of("plan")
    assert_refused(run("schema", "people"), "DOCUMENT people", "choices")


# -- codes ---------------------------------------------------------------------------------------------------------------------


def test_every_code_is_explained() -> None:
    told = {one["code"]: one for one in codes.all_codes()}
    assert {*qi.CATALOGUE, *codes.STALE_REASONS, *codes.FINDINGS} <= set(told)
    assert set(codes.FINDINGS) == set(FindingCode.__args__)  # type: ignore[attr-defined]
    assert all(one["meaning"].endswith((".", "…")) and "{" not in one["meaning"] for one in told.values())
    done = run("explain", "id_case_variant")
    assert done.stdout.splitlines()[0] == "id_case_variant (issue, error)"


def test_reasons_of_stale_operations_are_those_of_the_library() -> None:
    words = (qi.Stale.__doc__ or "").split("``")[1::2]
    assert set(codes.STALE_REASONS) == set(words)


def test_a_code_that_there_is_not_names_the_nearest() -> None:
    assert_refused(run("explain", "email_invald"), "CODE", "Did you mean email_invalid")
    assert_refused(run("explain", "7"), "qooper-ingest why PLAN 7")


# -- several sources -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path: Path) -> dict[str, Path]:
    paths = {name: tmp_path / name for name in ("mentees.csv", "mentors.csv", "people.json")}
    paths["mentees.csv"].write_text("User ID,E-mail\nA1,ann@corp.example\nA2,amy@corp.example\n")
    paths["mentors.csv"].write_text("User ID,E-mail\nB1,bob@corp.example\nA2,amy@corp.example\n")
    paths["people.json"].write_text("[]")
    return paths


def test_several_sources_are_one_plan_in_any_order(two: dict[str, Path]) -> None:
    sources = [f"mentees={two['mentees.csv']}", f"mentors={two['mentors.csv']}"]
    more = ("--role", "mentees=mentee", "--role", "mentors=mentor", "--directory", two["people.json"])
    document = document_of("combine", *sources, *more)
    assert document["sources"] == [
        {"name": "mentees", "role": "mentee", "sheet": None},
        {"name": "mentors", "role": "mentor", "sheet": None},
    ]
    places = [(line["source"], line["source_row"], line["action"]) for line in document["rows"]]
    assert places == [
        ("mentees", 2, "create"),
        ("mentees", 3, "conflict"),
        ("mentors", 2, "create"),
        ("mentors", 3, "conflict"),
    ]
    assert document_of("combine", *reversed(sources), *more)["fingerprint"] == document["fingerprint"]
    shown = run("combine", *sources, *more).stdout
    assert "2 sources: mentees, mentors" in shown
    assert "Row 3 of mentors has the same user ID" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("people.csv",), ("NAME=FILE 'people.csv'", "mentees=people.xlsx")),
        (("a=x.csv", "a=y.csv"), ("NAME=FILE", "named twice")),
        (("a=x.csv", "--role", "b=mentee"), ("--role", "no source 'b'", "a")),
        (("a=x.csv", "--header-row", "a=four"), ("--header-row 'four'", "a number")),
        (("a=x.csv",), ("a x.csv", "cannot be read")),
    ],
)
def test_a_source_that_does_not_fit_is_named(
    two: dict[str, Path], arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert_refused(run("combine", *arguments, "--directory", two["people.json"]), *words)


# -- help, completion, colour --------------------------------------------------------------------------------------------------


def test_help_loads_nothing_that_is_slow_of_its_own() -> None:
    code = (
        "import sys, qooper_ingest; before = set(sys.modules); import qooper_ingest.cli.app;"
        "print([m for m in ('rich', 'jinja2', 'xlsxwriter', 'qooper_ingest.cli.show', 'qooper_ingest.cli.files')"
        " if m in sys.modules and m not in before])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_shell_completes_commands_options_and_codes() -> None:
    def completed(words: str) -> str:
        settings = {
            "_QOOPER_INGEST_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        code = "import sys; sys.argv = ['qooper-ingest']; from qooper_ingest.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **settings}
        )
        return done.stdout

    assert "combine" in completed("qooper-ingest co")
    assert "--directory" in completed("qooper-ingest plan --d")
    assert completed("qooper-ingest explain id_case_v").split() == ["id_case_variant"]


@pytest.mark.parametrize("how", ["option before", "option behind", "environment"])
def test_colours_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    from qooper_ingest.cli import screen
    from qooper_ingest.cli.session import SESSION

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = run("plan", XLSX, *WITH).stdout
    assert "\x1b[31m" in coloured
    plan = ("plan", XLSX, *WITH)
    match how:
        case "option before":
            plain = run("--no-color", *plan).stdout
        case "option behind":
            plain = run(*plan, "--no-color").stdout
        case _:
            monkeypatch.setenv("NO_COLOR", "1")
            plain = run(*plan).stdout
    assert "\x1b[31m" not in plain
    SESSION.reset()
    assert screen.output().no_color is (how == "environment")
