"""Relationships between the parts of an Office package (xlsx, xlsb).

Source: ECMA-376 part 2, 9 (relationships).
"""

from __future__ import annotations

from typing import Final

from ...errors import CorruptFileError
from ..containers.package import Package
from .markup import Attributes, parse

__all__ = ["SKIPPED", "TAKEN", "Relations", "book_part", "relations", "target"]

#: Relationship → its type's last word, and the target as a part name (or a URL).
Relations = dict[str, tuple[str, str]]

#: Types of sheets that hold no table of cells, and the word for them.
SKIPPED: Final = {
    "chartsheet": "a chart",
    "dialogsheet": "a dialog",
    "xlmacrosheet": "a macro sheet",
    "xlintlmacrosheet": "a macro sheet",
}

#: Why a second sheet is left out that is said to stand where another one does. No program writes that; a stranger could make
#: a small file that takes as long as a thousand large sheets.
TAKEN: Final = "its cells are those of another sheet"


def book_part(package: Package, name: str) -> str:
    """The part that the package calls its document, else the one of the usual name, wherever it stands."""
    if "_rels/.rels" in package:
        try:
            for kind, part in relations(package, "").values():
                if kind == "officeDocument" and part in package:
                    return part
        except CorruptFileError:
            pass  # the part is found by its name instead
    found = [part for part in package.names if part.casefold().endswith(name)]
    if not found:
        raise CorruptFileError("part_missing")
    return min(found, key=len)


def relations(package: Package, part: str) -> Relations:
    """The relationships of a part (of the package: an empty name)."""
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    found: Relations = {}
    if rels not in package:
        return found

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship" and "Id" in attributes and "Target" in attributes:
            to = attributes["Target"]
            if attributes.get("TargetMode") != "External":
                to = _resolved(folder, to)
            found[attributes["Id"]] = (attributes.get("Type", "").rpartition("/")[2], to)

    parse(package.read(rels), start=start)
    return found


def _resolved(folder: str, to: str) -> str:
    """A target relative to its part's folder as a name from the root of the package."""
    to = to.replace("\\", "/")
    steps: list[str] = [] if to.startswith("/") else [step for step in folder.split("/") if step]
    for step in to.split("/"):
        if step == "..":
            if steps:
                steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def target(found: Relations, kind: str, usual: str, package: Package) -> str | None:
    """The part of a type, else the one of the usual name."""
    for one, part in found.values():
        if one.lower() == kind.lower() and part in package:
            return part
    usual = usual.lstrip("/")
    return usual if usual in package else None
