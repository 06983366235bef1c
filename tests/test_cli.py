"""The command line: what it prints, what it says when it refuses, and its exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest.cli import main
from qooper_ingest.cli.screen import safe
from sample_files import CSV, DIRECTORY, SCHEMA, XLSX, sample_directory, sample_schema


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in this process, as its entry point runs it, with an output that is no terminal."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2)]
    before = sys.argv, sys.stdout, sys.stderr
    sys.argv, sys.stdout, sys.stderr = ["qooper-ingest", *map(str, arguments)], *streams
    try:
        main()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 0
    finally:
        sys.argv, sys.stdout, sys.stderr = before
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(arguments, code, *texts)


def spawn(*arguments: str | Path, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, its output piped."""
    return subprocess.run(
        [sys.executable, "-m", "qooper_ingest.cli", *map(str, arguments)],
        capture_output=True,
        encoding=encoding,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        timeout=120,
        check=False,
    )


def plan(file: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return run("plan", file, "--schema", SCHEMA, "--directory", DIRECTORY, *more)


SAMPLE = (XLSX, "--sheet", "Participants", "--role", "mentee")


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 2, nothing printed, one sentence."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


# -- inspect -----------------------------------------------------------------------------------------------------------------


def test_inspect_shows_sheets_header_columns_and_reasons() -> None:
    done = run("inspect", XLSX, "--schema", SCHEMA, "--sheet", "Participants")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("participants.xlsx  xlsx")
    assert any(line.split()[:3] == ["→", "1", "Participants"] for line in lines)
    assert any("Lists" in line and "hidden" in line for line in lines)
    assert any(line.split()[:2] == ["→", "4"] and "User ID" in line for line in lines)
    assert any(line.split()[:3] == ["E-mail", "D", "E-mail"] for line in lines)
    assert "Not imported: L Manager e-mail, M Notes" in done.stdout
    assert "Between several answers of one cell: ';'" in done.stdout


def test_inspect_shows_encoding_and_dialect_of_a_text_file() -> None:
    done = run("inspect", CSV)
    assert "Encoding: utf-8" in done.stdout
    assert "separated by ';'" in done.stdout


def test_inspect_points_to_another_sheet_where_this_one_has_no_addresses() -> None:
    done = run("inspect", XLSX, "--schema", SCHEMA, "--sheet", "0")
    assert "Is another sheet meant? --sheet 1" in done.stdout


def test_inspect_prints_one_json_document() -> None:
    document = json.loads(run("inspect", XLSX, "--schema", SCHEMA, "--sheet", "1", "--json").stdout)
    assert document["format"] == "xlsx"
    assert document["header"]["rows"] == [4]
    assert [sheet["visible"] for sheet in document["sheets"]] == [True, True, False]
    mapping = qi.ColumnMapping.from_json(json.dumps(document["mapping"]))
    assert mapping.column_of("email") == 3


def test_what_inspect_proposes_can_be_kept_and_given_to_plan(tmp_path: Path) -> None:
    kept = tmp_path / "choices.json"
    done = run("inspect", XLSX, "--schema", SCHEMA, "--sheet", "1", "--save-choices", kept)
    assert done.returncode == 0
    chosen, proposed = (
        json.loads(plan(*some, "--role", "mentee", "--json").stdout)
        for some in ((XLSX, "--choices", kept), (XLSX, "--sheet", "1"))
    )
    assert chosen["fingerprint"] == proposed["fingerprint"]
    assert_refused(plan(CSV, "--choices", kept), "another file")


# -- plan --------------------------------------------------------------------------------------------------------------------


def test_plan_shows_actions_operations_blocked_rows_and_issues() -> None:
    done = plan(*SAMPLE)
    assert done.returncode == 1
    assert done.stderr == ""
    for text in (
        "participants.xlsx  ",
        "new people",
        "København",
        "peter.raman@nordwind.example",
        "'marta.silva(at)nordwind.example' is not an e-mail address.",
        "The row is a copy of row 21.",
        "Skydiving",
        "Fingerprint ",
    ):
        assert text in done.stdout


def test_a_process_of_its_own_prints_the_same_without_colour_or_progress() -> None:
    arguments = ("plan", *SAMPLE, "--schema", SCHEMA, "--directory", DIRECTORY)
    done = spawn(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (1, run(*arguments).stdout, "")
    assert "\x1b" not in done.stdout


def test_a_reader_that_goes_away_is_no_failure_of_ours() -> None:
    arguments = ("plan", *SAMPLE, "--schema", SCHEMA, "--directory", DIRECTORY, "--json")
    with subprocess.Popen(
        [sys.executable, "-m", "qooper_ingest.cli", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_plan_prints_one_json_document_with_everything() -> None:
    done = plan(*SAMPLE, "--json")
    document = json.loads(done.stdout)
    made = qi.plan_import(
        XLSX,
        schema=sample_schema(),
        directory=sample_directory(),
        choices=qi.Choices(sheet="Participants", policy=qi.Policy(role="mentee")),
    )
    assert done.returncode == 1
    assert document["fingerprint"] == made.fingerprint
    assert document["summary"]["actions"] == made.summary.actions
    assert document["rows"] == made.frame.to_dicts()
    assert document["operations"] == [json.loads(line) for line in made.to_jsonl()]
    assert len(document["issues"]) == len(made.issues)
    assert all(issue["message"] for issue in document["issues"])
    assert done.stdout.isascii()


def test_the_saved_plan_is_the_one_that_was_shown(tmp_path: Path) -> None:
    kept = tmp_path / "plan.zip"
    document = json.loads(plan(*SAMPLE, "--json", "--save", kept).stdout)
    assert qi.Plan.load(kept).fingerprint == document["fingerprint"]


def clean_file(folder: Path, text: str = "User ID,E-mail\n00042,anna.berg@nordwind.example\n") -> Path:
    path = folder / "clean.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_exit_code_0_says_that_nothing_is_blocked(tmp_path: Path) -> None:
    assert plan(clean_file(tmp_path)).returncode == 0


def test_exit_code_1_says_that_a_guard_stops_the_plan(tmp_path: Path) -> None:
    rows = [f"{person},,x{person}@nordwind.example" for person in sample_directory().frame["id"].drop_nulls()]
    file = clean_file(tmp_path, "\n".join(["User ID,First name,E-mail", *rows]))
    done = plan(file, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert document["summary"]["can_apply"] is False
    assert document["operations"] == []
    shown = plan(file).stdout
    assert "NOT acknowledged" in shown


def test_options_go_before_choices(tmp_path: Path) -> None:
    file = clean_file(tmp_path, "User ID,E-mail\n00999,new@nordwind.example\n")
    choices = tmp_path / "choices.json"
    choices.write_text(qi.Choices(policy=qi.Policy(mode="update_only", role="mentor")).to_json())
    kept, overruled = (
        json.loads(plan(file, "--choices", choices, *more, "--json").stdout) for more in ((), ("--mode", "upsert"))
    )
    assert kept["summary"]["actions"]["reject"] == 1
    assert overruled["summary"]["actions"]["create"] == 1
    roles = [change["after"] for change in overruled["operations"][0]["changes"] if change["field"] == "roles"]
    assert roles == [["mentor"]]


def test_the_limits_of_what_is_shown_are_said() -> None:
    done = plan(*SAMPLE, "--issues", "2", "--operations", "3")
    assert "the first 3 of 17" in done.stdout
    assert done.stdout.count("--issues ") == 2


@pytest.mark.parametrize("kind", ["parquet", "json", "jsonl", "xlsx"])
def test_a_directory_comes_in_several_formats(tmp_path: Path, kind: str) -> None:
    people = sample_directory().frame
    assert isinstance(people, pl.DataFrame)
    path = tmp_path / f"people.{kind}"
    match kind:
        case "parquet":
            people.write_parquet(path)
        case "json":
            path.write_text(json.dumps(people.with_columns(pl.col("start_date").cast(pl.String)).to_dicts()))
        case "jsonl":
            lines = people.with_columns(pl.col("start_date").cast(pl.String)).to_dicts()
            path.write_text("\n".join(map(json.dumps, lines)))
        case "xlsx":
            write_xlsx(path, qi.read_workbook(DIRECTORY).sheet().grid)
    made = run("plan", *SAMPLE, "--schema", SCHEMA, "--directory", path, "--json")
    assert json.loads(made.stdout)["fingerprint"] == json.loads(plan(*SAMPLE, "--json").stdout)["fingerprint"]


def write_xlsx(path: Path, grid: pl.DataFrame) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for at, row in enumerate(grid.drop("_row").rows()):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write_string(at, column, cell)
    book.close()


# -- refusals ----------------------------------------------------------------------------------------------------------------


def test_a_refused_file_is_one_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert_refused(plan(empty), "The sheet is empty")


@pytest.mark.parametrize(
    ("option", "content", "words"),
    [
        ("--schema", "{}", "schema"),
        ("--schema", "no json", "schema"),
        ("--directory", "id,email\nA1,a@corp.example\n", "ref"),
        ("--directory", "[1, 2]", "not a list of people"),
        ("--directory", "[{]", "neither a JSON list nor JSON lines"),
        ("--directory", "ref,email,email\nu1,a@corp.example,b@corp.example\n", "one label"),
        ("--choices", '{"sheets": 1}', "choices"),
    ],
)
def test_a_file_beside_it_that_does_not_fit_is_one_sentence(
    tmp_path: Path, option: str, content: str, words: str
) -> None:
    path = tmp_path / "given"
    path.write_text(content)
    given = {"--schema": SCHEMA, "--directory": DIRECTORY, option: path}
    assert_refused(run("plan", CSV, *(part for pair in given.items() for part in pair)), words)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    assert_refused(plan(tmp_path / "nobody.csv"), "No such file")


def test_a_damaged_parquet_directory_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    path.write_bytes(b"PAR1 not really")
    assert_refused(run("plan", CSV, "--schema", SCHEMA, "--directory", path), "not a Parquet file")


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    assert_refused(plan(CSV, "--save", tmp_path / "nowhere" / "plan.zip"), "cannot be written")


def test_an_unknown_option_is_a_usage_error() -> None:
    done = plan(CSV, "--apply")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_mistake_of_our_own_shows_no_cell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from qooper_ingest.cli import app as application
    from qooper_ingest.cli import request

    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("ann@corp.example is secret")

    monkeypatch.setattr(request, "resolve", fail)
    monkeypatch.setattr(
        sys, "argv", ["qooper-ingest", "plan", str(CSV), "--schema", str(SCHEMA), "--directory", str(DIRECTORY)]
    )
    with pytest.raises(SystemExit) as caught:
        application.run()
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert "ValueError" in said.err
    assert "secret" not in said.err + said.out


def test_without_the_extra_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['typer'] = None; from qooper_ingest.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert_refused(done, "pip install 'qooper_ingest[cli]'")


# -- hostile text ------------------------------------------------------------------------------------------------------------

HOSTILE = (
    "[bold red]x[/] \x1b[31mred\x1b]0;title\x07 \u202eevil \x00\x85 [link=http://x.example]y[/link] :smile: {detail} %s"
)


def test_text_of_cells_is_printed_as_text(tmp_path: Path) -> None:
    label = "Town [red] \x1b[2J"
    file = tmp_path / "[bold]evil\x1b[31m.csv"
    file.write_text(f"User ID,E-mail,{label}\n00042,{HOSTILE},{HOSTILE}\n", encoding="utf-8")
    for done in (plan(file), run("inspect", file)):
        shown = done.stdout + done.stderr
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "\x07" not in shown
        assert "[bold]evil" in shown
    assert "[bold red]x[/]" in plan(file).stdout.replace("\n", "")


def test_safe_text_is_printable_and_cut() -> None:
    assert safe(HOSTILE).isprintable()
    assert safe("x" * 100, cut=10) == "xxxxxxxxxx…"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_of_another_encoding_gets_escapes(encoding: str) -> None:
    done = spawn("inspect", CSV, "--schema", SCHEMA, encoding=encoding)
    assert done.returncode == 0, done.stderr
    assert "participants.csv" in done.stdout


def test_wide_letters_keep_the_columns_straight(tmp_path: Path) -> None:
    from rich.cells import cell_len

    file = tmp_path / "wide.csv"
    file.write_text("E-mail,名前の欄\nli@corp.example,李\n", encoding="utf-8")
    schema = tmp_path / "schema.json"
    fields = (qi.Field(key="email", label="E-mail", role="email"), qi.Field(key="name", label="名前の欄"))
    schema.write_text(qi.Schema(fields=fields).to_json(), encoding="utf-8")
    lines = run("inspect", file, "--schema", schema).stdout.splitlines()
    title = next(line for line in lines if line.startswith("field"))
    row = next(line for line in lines if line.startswith("名前の欄"))
    assert cell_len(row[: row.rindex("名前の欄")]) == title.index("label")


def test_a_difference_from_the_last_file_that_the_choices_name_stops_the_plan(tmp_path: Path) -> None:
    for name, text in {
        "last.csv": "Email,Town\nann@corp.example,Bonn\n",
        "this.csv": "Email\nann@corp.example\n",
        "people.csv": "ref,email\n",
        "choices.json": qi.Choices(policy=qi.Policy(drift=("column_gone",))).to_json(),
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    arguments = ("plan", tmp_path / "this.csv", "--directory", tmp_path / "people.csv", "--last", tmp_path / "last.csv")
    assert_refused(run(*arguments), "--last", "last.csv", "drift")
    stopped = run(*arguments, "--choices", tmp_path / "choices.json", "--json")
    assert stopped.returncode == 1, stopped.stderr
    assert [guard["code"] for guard in json.loads(stopped.stdout)["summary"]["guards"]] == ["file_drifted"]
    same = run(*arguments[:-1], tmp_path / "this.csv", "--choices", tmp_path / "choices.json", "--json")
    assert (same.returncode, json.loads(same.stdout)["summary"]["guards"]) == (0, [])
