"""Imports point down only, and each heavy dependency is imported in one place, lazily."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import qooper_ingest

PACKAGE = Path(qooper_ingest.__file__).parent

#: From the bottom up. A module may import from its own line and from the lines above it in this list.
LAYERS = [
    {"errors", "_text", "_html", "_columns", "_numbers", "_output"},
    {"_values"},
    {"limits", "issues", "schema", "conventions", "translation"},
    {"progress"},
    {"source"},
    {"_grid"},
    {"table"},
    {"header_removal"},
    {"workbook", "containers"},
    {"sniff"},
    {"readers"},
    {"header", "mapping", "separator", "words", "kinds", "cells", "_invent"},
    {"emails", "ids"},
    {"lookup"},
    {"records"},
    {"identity"},
    {"plan"},
    {"corrections"},
    {"choices"},
    {"proposal"},
    {"pipeline", "joint", "drift"},
    {"proof"},
    {"_choice_lists"},
    {"report", "testing", "template", "anonymise"},
    {"cli"},
]
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}

#: The imports upwards, made when the method is called: a customer's file is the schema's to write, a page and a mend file are the
#: plan's, what comes back is the choices' to take, and an error is said in a language by the words of all; the work needs what will
#: read, show or say it.
UPWARDS = {("schema", "template"), ("plan", "report"), ("choices", "report"), ("errors", "translation")}

#: Dependency → the only module that may import it. All but polars and pydantic are imported lazily.
HOMES = {
    "fastexcel": {"readers"},
    "xlrd": {"readers"},
    "defusedxml": {"readers"},
    "chardet": {"readers"},
    "email_validator": {"emails"},
    "idna": {"emails"},
    "typer": {"cli"},
    "rich": {"cli"},
    "xlsxwriter": {"template", "report"},
    "jinja2": {"report"},
    "markupsafe": {"report"},
}


#: Folders that are a layer of their own though they lie inside another one.
INSIDE = {("readers", "containers"): "containers"}


def layer_of(parts: list[str]) -> str:
    return INSIDE.get(tuple(parts[:2]), parts[0])


def modules() -> list[tuple[str, Path]]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return [(layer_of([part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts]), path) for path in paths]


def imported(path: Path) -> set[str]:
    """Top-level names of this package that a file imports."""
    inside = path.relative_to(PACKAGE).parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = list(inside[: len(inside) - node.level])
            parts = [*base, *(node.module.split(".") if node.module else [])]
            if parts:
                found.add(layer_of(parts))
            else:
                found.update(alias.name for alias in node.names)
    return found


@pytest.mark.parametrize(
    ("module", "path"), [(m, p) for m, p in modules() if m != "__init__"], ids=lambda v: str(v)[-40:]
)
def test_imports_point_down_only(module: str, path: Path) -> None:
    assert module in RANK, f"{module} has no layer"
    above = {
        name for name in imported(path) if name in RANK and RANK[name] > RANK[module] and (module, name) not in UPWARDS
    }
    assert not above


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda v: str(v)[-40:])
def test_each_dependency_is_imported_in_one_place(module: str, path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
        for name in names:
            home = HOMES.get(name.split(".")[0])
            assert home is None or module in home, f"{name} in {path.name}"


def test_importing_the_package_loads_no_reader_engine() -> None:
    code = f"import sys, qooper_ingest; print([m for m in {sorted(HOMES)} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
