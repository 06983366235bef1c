"""What is installed: the package and nothing else; the same bytes each time; workflows that take nothing on trust."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TEMPLATES = [ROOT / ".github" / "pull_request_template.md", *(ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")]

#: What a wheel holds beside modules. Anything else that turns up (a test, a picture, a note) is a decision to be made here.
DATA = {
    f"qooper_ingest/{path}"
    for path in (
        "py.typed",
        "data/languages/de.json",
        "data/languages/es.json",
        "data/name_words.toml",
        "data/surnames.toml",
        "data/words.json",
        "data/words.toml",
        "report/page.css",
        "report/page.html.j2",
        "report/page.js",
    )
}


def built(folder: Path) -> Path:
    pytest.importorskip("hatchling", reason="the wheel is built with hatchling, which is not installed")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, env={"SOURCE_DATE_EPOCH": "1700000000", "PATH": ""}
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_package_and_nothing_else_and_is_the_same_twice(tmp_path: Path) -> None:
    wheel = built(tmp_path / "first")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        notes = {name.rpartition(".dist-info/")[2] for name in archive.namelist() if ".dist-info/" in name}
    modules = {
        f"qooper_ingest/{path.relative_to(ROOT / 'src' / 'qooper_ingest').as_posix()}"
        for path in (ROOT / "src").rglob("*.py")
    }
    assert names == modules | DATA
    assert notes == {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    assert not [name for name in names if re.search(r"test_|\.(png|webp|svg|md|ipynb)$", name)]
    again = built(tmp_path / "again")
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_pins_what_it_uses_and_may_only_read(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    assert re.search(r"^permissions:\n  contents: read$", text, flags=re.MULTILINE)
    used = re.findall(r"uses: (.*)$", text, flags=re.MULTILINE)
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []
    assert "secrets." not in text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_forbids_personal_data(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert "No personal data" in text
    if template.name != "wish.yml":
        assert "anonymise" in text
        assert "redacted()" in text


def test_pre_commit_runs_what_make_check_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    commands = re.findall(r"entry: \.venv/bin/(.*?)(?: --force-exclude)?$", hooks, flags=re.MULTILINE)
    assert len(commands) == 3
    assert all(f"$(BIN)/{command}" in makefile for command in commands)
