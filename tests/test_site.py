"""The documentation site as far as it can be checked without building it: navigation, llms.txt, pictures, nothing of a stranger's server."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CONFIG = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
HOOKS = ast.parse((DOCS / "site" / "hooks.py").read_text(encoding="utf-8"))

#: Pages of the site that are made from files of the root.
BORROWED: dict[str, str] = next(
    ast.literal_eval(node.value)
    for node in HOOKS.body
    if isinstance(node, ast.AnnAssign)
    and isinstance(node.target, ast.Name)
    and node.target.id == "BORROWED"
    and node.value
)
NAVIGATION = re.findall(r"^ +- .*: ([\w./-]+\.md)$", CONFIG.split("\nnav:\n")[1], flags=re.MULTILINE)
PAGES = {path.name for path in DOCS.glob("*.md")} | set(BORROWED)


def test_every_page_is_in_the_navigation_once() -> None:
    assert sorted(NAVIGATION) == sorted(PAGES)
    assert all((ROOT / source).exists() for source in BORROWED.values())


def test_llms_txt_names_every_page_and_nothing_that_is_not_there() -> None:
    text = (DOCS / "llms.txt").read_text(encoding="utf-8")
    assert re.match(r"# qooper_ingest\n\n> .+\n", text)
    linked = re.findall(r"\]\(([^)]+)\)", text)
    assert len(linked) == len(set(linked))
    assert set(linked) == PAGES


def test_the_site_takes_nothing_from_another_server() -> None:
    assert "font: false" in CONFIG
    assert "offline" in CONFIG
    for path in [ROOT / "mkdocs.yml", *(DOCS / "site").glob("*.js"), *(DOCS / "site").glob("*.css")]:
        assert "http" not in path.read_text(encoding="utf-8").replace("http://www.w3.org", ""), path


@pytest.mark.parametrize("picture", sorted((DOCS / "pictures").glob("*.svg")), ids=lambda path: path.name)
def test_a_picture_is_small_and_describes_itself(picture: Path) -> None:
    root = ElementTree.parse(picture).getroot()
    assert picture.stat().st_size < 8_000
    if picture.name != "icon.svg":
        assert root.get("role") == "img"
        assert (root.findtext("{http://www.w3.org/2000/svg}title") or "").strip()
    assert not root.findall(".//{http://www.w3.org/2000/svg}script")
    assert "href" not in picture.read_text(encoding="utf-8")
