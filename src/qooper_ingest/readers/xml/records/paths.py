"""A path of a file: one column of texts and one column of owners, and how its elements are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from ..events import local_name

__all__ = ["FEW", "NAMELESS", "NAMING", "Interruption", "Path", "decoded_name", "full_name", "own_values"]

FEW: Final = 16

#: Of these, those that may name a whole set of fields; the others tell a few apart.
NAMING: Final = frozenset({"name", "key"})

#: Elements that have no name of their own: the qualifier is the name of the field.
NAMELESS: Final = frozenset(
    [
        "field",
        "column",
        "col",
        "attribute",
        "attr",
        "property",
        "prop",
        "param",
        "parameter",
        "value",
        "data",
        "item",
        "entry",
        "cell",
        "element",
        "var",
        "string",
        "answer",
        "customfield",
        "custom_field",
        "custom-field",
        "userdata",
        "simpledata",
    ]
)

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def decoded_name(name: str) -> str:
    """A tag or attribute without prefix, ``_x0020_`` and the like decoded (ISO 9075-14, as SQL Server and Access write).

    >>> decoded_name("od:First_x0020_name")
    'First name'
    """
    name = local_name(name)
    return _ESCAPED.sub(_character, name) if "_x" in name else name


def _character(found: re.Match[str]) -> str:
    """What an escape stands for; one for a control character or half of a surrogate pair stays as it is."""
    character = chr(int(found[1], 16))
    return character if character.isprintable() else found[0]


@dataclass(frozen=True, slots=True)
class Interruption:
    """A value that was interrupted: its path, its instance, by what."""

    path: Path
    instance: int
    by: str


class Path:
    """One path of the file: its instances' owners and texts."""

    __slots__ = (
        "add_owner",
        "add_text",
        "attribute",
        "attributes",
        "children",
        "depth",
        "has_text",
        "last",
        "name",
        "of_table",
        "order",
        "owner_parts",
        "owners",
        "parent",
        "repeated",
        "series",
        "text_parts",
        "texts",
        "up",
    )

    def __init__(self, name: str, parent: Path | None, *, attribute: bool = False) -> None:
        self.name = name
        self.parent = parent
        self.up: Path = parent if parent is not None else self
        self.attribute = attribute
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.children: dict[str, Path] = {}
        self.attributes: dict[str, Path | None] = {}
        self.last = -1  # the instance that came last
        self.owners: list[int] = []
        self.texts: list[str | None] = []
        self.add_owner = self.owners.append
        self.add_text = self.texts.append
        self.owner_parts: list[pl.Series] = []
        self.text_parts: list[pl.Series] = []
        self.repeated = False
        self.has_text = False
        self.order = 0
        #: the table of a dump whose rows these are
        self.of_table = ""

    def flush(self) -> None:
        """Move what waits into series."""
        if self.owners:
            self.owner_parts.append(pl.Series(self.owners, dtype=pl.UInt32))
            self.owners.clear()
        if self.texts:
            self.text_parts.append(pl.Series(self.texts, dtype=pl.String))
            self.texts.clear()

    def close(self) -> None:
        """Make the two columns, once everything was read."""
        self.flush()
        owners = pl.concat(self.owner_parts) if self.owner_parts else pl.Series([], dtype=pl.UInt32)
        texts = pl.concat(self.text_parts) if self.text_parts else pl.Series([], dtype=pl.String)
        self.owner_parts, self.text_parts = [owners], [texts]
        rows_or_fields = self.of_table or self.up.of_table
        self.repeated = bool(rows_or_fields) or (len(owners) > 1 and bool((owners == owners.shift(1)).any()))
        self.has_text = bool((texts.str.len_bytes() > 0).any())

    @property
    def count(self) -> int:
        """How many instances there are."""
        return self.last + 1

    @property
    def owner(self) -> pl.Series:
        return self.owner_parts[0]

    @property
    def text(self) -> pl.Series:
        return self.text_parts[0]

    def below(self) -> list[Path]:
        """Attributes, then children, in the order of their first appearance."""
        found = {id(path): path for path in self.attributes.values() if path is not None}
        found.update({id(path): path for path in self.children.values()})
        return list(found.values())

    def walk(self) -> Iterator[Path]:
        """This path and all below it."""
        yield self
        for path in self.below():
            yield from path.walk()


def own_values(path: Path) -> list[Path]:
    """Paths with text in a record, those in lists within the record left out."""
    found = [path] if path.has_text else []
    for child in path.below():
        if not child.repeated:
            found += own_values(child)
    return found


def full_name(path: Path) -> str:
    parts: list[str] = []
    here: Path | None = path
    while here is not None and here.parent is not None:
        parts.append(here.name)
        here = here.parent
    return ".".join(reversed(parts))
