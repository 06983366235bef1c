"""Read record XML: lists of elements whose children or attributes are the fields.

Nobody says which element is the record, so the whole file is taken apart first: every path (``people/person/name/first``)
becomes one column of texts and one column of owners (which instance of the parent it stands in), in one pass and without a
tree. From these columns the lists are found, and their fields put together, without a loop over records.

What a list is: an element that stands more than once in its parent and has fields of its own. A list inside of a list is
part of the outer records (their second address, their third e-mail), unless it is clearly the list of people: then the
outer one is a grouping (departments with their members) and gives its fields to each person. Several lists in one file are
several sheets; the one that looks most like people is the first.

What a field is called: the names from below the record down to the value, joined with ``.``, namespaces left out and
``_x0020_`` decoded. A repeated element is told apart by an attribute that says which one it is (``email(work)``); such an
attribute of a nameless element (mysqldump's ``<field name="E-mail">``) is the name itself. Without one, simple values are
joined with line breaks, and the second of anything larger is ``address(2)``. An attribute and a child of one name: the
attribute gets an ``@``.

Row 1 of a sheet is the header (the field names), record *n* is row *n* + 1, as if the list had been opened in a
spreadsheet. Values that stand outside of every list are reported, not lost.

Text that is interrupted by elements or comments is joined and reported: a value that stops where another program reads on
has been a take-over of accounts elsewhere.

Dialects with rules of their own: ADO rowsets (names in ``s:AttributeType``), FileMaker (names in ``METADATA``), schemas
inside of the data (XSD), diffgrams, and the dumps of MySQL and phpMyAdmin, where the elements of all tables have one name:
each table is a list, however few rows it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from ...errors import LimitExceededError, UnsupportedFormatError
from ...issues import Issues
from ...limits import Limits
from ...source import Format, ReadOptions
from ...workbook import ROW, Sheet, SheetData, SheetInfo, Workbook, column_letter
from ..deadline import Deadline
from .events import Document, End, Start, Text, local_name

__all__ = ["RecordXml", "decoded_name"]

_XSD: Final = "http://www.w3.org/2001/XMLSchema"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_ADO_SCHEMA: Final = "uuid:BDC6E3F0-6DA3-11d1-A2A3-00AA00C14882"
_DIFFGRAM: Final = "urn:schemas-microsoft-com:xml-diffgram-v1"
_MSDATA: Final = "urn:schemas-microsoft-com:xml-msdata"

#: Attributes of these namespaces say how to read the file and are no data.
_NO_DATA: Final = frozenset(
    {_XSI, _DIFFGRAM, _MSDATA, "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"}
)

#: Elements that hold no data: schemas, and the old values of a diffgram.
_NOT_DATA: Final = frozenset({("schema", _XSD), ("before", _DIFFGRAM)})

#: Root of a dump → the element that an attribute ``name`` makes a table, and the element that tells how tables are built.
_DUMPS: Final = {"mysqldump": ("table_data", "table_structure"), "pma_xml_export": ("table", "structure_schemas")}
#: Begins the key of a table among the children of its parent; no tag does.
_TABLE: Final = "\0"

#: Names of the paths in a file, over all its lists and what is around them.
_PATHS_PER_FIELD: Final = 8

#: Texts of a path that wait in a Python list before they move into a series.
_WAITING: Final = 20_000
#: Bytes fed between two looks at what waits.
_LOOK_EVERY: Final = 16

#: Attributes (or children) that say which of several equal elements one is, best first.
_QUALIFIERS: Final = ("name", "key", "type", "rel", "label", "use", "kind", "category", "lang", "code", "id")
#: Of these, those that may name a whole set of fields; the others tell a few apart.
_NAMING: Final = frozenset({"name", "key"})
_FEW: Final = 16

#: Elements that have no name of their own: the qualifier is the name of the field.
_NAMELESS: Final = frozenset(
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

#: What fields of people are called, by kind. Only to choose between lists; mapping is another room's work.
_PEOPLE: Final = {
    "email": re.compile(r"mail|courriel|correo"),
    "first": re.compile(r"first|given|vorname|prenom|prénom|voornaam|nombre|vorna"),
    "last": re.compile(r"last|sur_?name|family|nachname|nachn|achternaam|apellido|^nom$"),
    "name": re.compile(r"^(?:full|display|user)?_?name$|descriptor"),
    "id": re.compile(r"(?:^|[a-z._ ])id$|^id|number$|pernr|_no$|guid|username|login"),
}
_WEIGHT: Final = {"email": 3, "first": 2, "last": 2, "name": 1, "id": 1}
_EMAIL: Final = r"^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$"
_SAMPLE: Final = 200

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


#: Elements that are told apart by their position only, like the cells of a table.
_POSITIONAL: Final = frozenset({"col", "column", "cell", "td", "field", "c", "v"})

#: What the one value beside a qualifier is called: it adds nothing to the field's name.
_VALUE_NAMES: Final = frozenset({"value", "val", "text", "content", "data"})


@dataclass(frozen=True, slots=True)
class _Interruption:
    """A value that was interrupted: its path, its instance, by what."""

    path: _Path
    instance: int
    by: str


class _Path:
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

    def __init__(self, name: str, parent: _Path | None, *, attribute: bool = False) -> None:
        self.name = name
        self.parent = parent
        self.up: _Path = parent if parent is not None else self
        self.attribute = attribute
        self.depth: int = parent.depth + 1 if parent is not None else 0
        self.children: dict[str, _Path] = {}
        self.attributes: dict[str, _Path | None] = {}
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

    def below(self) -> list[_Path]:
        """Attributes, then children, in the order of their first appearance."""
        found = {id(path): path for path in self.attributes.values() if path is not None}
        found.update({id(path): path for path in self.children.values()})
        return list(found.values())

    def walk(self) -> Iterator[_Path]:
        """This path and all below it."""
        yield self
        for path in self.below():
            yield from path.walk()


class RecordXml:
    """The dialect: hand its handlers to the parser, then ask for the workbook."""

    __slots__ = (
        "_ado_names",
        "_deadline",
        "_document",
        "_limits",
        "_mixed",
        "_paths",
        "_pieces",
        "_top",
        "comment",
        "end",
        "start",
        "text",
    )

    def __init__(self, document: Document, limits: Limits, deadline: Deadline) -> None:
        self._document = document
        self._limits = limits
        self._deadline = deadline
        self._top = _Path("", None)
        self._top.last = 0
        self._paths: list[_Path] = []
        self._mixed: list[_Interruption] = []
        self._ado_names: dict[str, str] = {}
        self._pieces = 0
        self.comment: Text | None
        self.start, self.end, self.text, self.comment = self._handlers()

    def between(self) -> None:
        """Keep memory, records and fields in bounds."""
        self._pieces += 1
        if self._pieces % _LOOK_EVERY:
            return
        for path in self._paths:
            if path.count > self._limits.rows:
                raise LimitExceededError(limit="rows", found=path.count, allowed=self._limits.rows)
            if len(path.owners) > _WAITING:
                path.flush()

    def workbook(self, options: ReadOptions) -> Workbook:
        """The workbook, after the last event."""
        for path in self._paths:
            if path.count > self._limits.rows:
                raise LimitExceededError(limit="rows", found=path.count, allowed=self._limits.rows)
            path.close()
        self._deadline.check()
        names = self._filemaker_names()
        chosen = _choose_lists(self._top)
        if names:
            chosen = [one for one in chosen if one.name == "ROW"]
        if not chosen:
            raise UnsupportedFormatError("xml_not_a_table")
        if len(chosen) > self._limits.sheets:
            raise LimitExceededError(limit="sheets", found=len(chosen), allowed=self._limits.sheets)
        sheets, used, taken = [], set[int](), set[str]()
        for record in chosen:
            self._deadline.check()
            made = _List(record, chosen, self._limits, self._deadline, self._ado_names, names)
            data = made.data(self._document.mark, self._mixed)
            used |= made.used
            name = _unique_name(record, taken)
            taken.add(name)
            sheets.append(Sheet(SheetInfo(name=name, rows=data.grid.height, columns=data.grid.width - 1), data))
        outside = self._outside(used)
        told = options.model_copy(update={"format": Format.XML, "encoding": self._document.encoding})
        return Workbook(format=Format.XML, sheets=sheets, options=told, file_issues=self._document.issues + outside)

    def _filemaker_names(self) -> list[str]:
        """FileMaker writes the names of its columns once, beside the rows (FMPXMLRESULT grammar)."""
        path: _Path | None = self._top
        for name in ("FMPXMLRESULT", "METADATA", "FIELD"):
            path = path.children.get(name) if path is not None else None
        named = path.attributes.get("NAME") if path is not None else None
        return [] if named is None else [name or "" for name in named.text.to_list()]

    def _outside(self, used: set[int]) -> Issues:
        """Values in no list: one line each, up to a few of each path, the rest as a count."""
        found = []
        for path in self._paths:
            if path.has_text and id(path) not in used:
                filled = path.text.filter(path.text.str.len_bytes() > 0)
                where = _full_name(path)
                found.append(
                    Issues.from_frame(
                        "xml_outside_list", pl.DataFrame({"value": filled}).with_columns(detail=pl.lit(where))
                    )
                )
        return Issues.concat(found)

    def _handlers(self) -> tuple[Start, End, Text, Text]:
        """Make the handlers. They share their state as variables of this function, the quickest that Python offers."""
        limits, paths, mixed, ado_names, mark = (
            self._limits,
            self._paths,
            self._mixed,
            self._ado_names,
            self._document.mark,
        )
        most_paths = limits.xml_fields * _PATHS_PER_FIELD
        namespaces: dict[str, str] = {
            "xml": "http://www.w3.org/XML/1998/namespace",
            "xmlns": "http://www.w3.org/2000/xmlns/",
        }
        buffer: list[str] = []
        path = self._top
        parted = False  # a child has ended in this element
        skipped = 0
        table, structure = "", ""  # of a dump
        interrupted: dict[tuple[int, int], list[str]] = {}

        def start(tag: str, attributes: list[str]) -> None:
            nonlocal path, parted, skipped
            if tag == table and not skipped:
                tag, attributes = named_table(tag, attributes)
            if skipped:
                skipped += 1
                skipping(tag, attributes)
                return
            if buffer:
                blank = buffer.pop()
                if buffer or not blank.isspace():
                    buffer.append(blank)
                    interrupt("an element")
                    buffer.clear()
            child = path.children.get(tag)
            if child is None:
                child = new_child(tag, attributes)
                if child is None:
                    skipped = 1
                    skipping(tag, attributes)
                    return
            # A path cannot stand in itself, so the instance that is open is always the last one: no stack is needed.
            child.add_owner(path.last)
            child.last += 1
            path = child
            parted = False
            if attributes:
                known = child.attributes
                for position in range(0, len(attributes), 2):
                    name, value = attributes[position], attributes[position + 1]
                    attribute = known.get(name)
                    if attribute is None:
                        attribute = None if name in known else new_attribute(child, name, value)
                        if attribute is None:
                            continue
                    attribute.add_owner(child.last)
                    attribute.add_text(value)
                    attribute.last += 1

        def end(_tag: str) -> None:
            nonlocal path, parted, skipped
            if skipped:
                skipped -= 1
                buffer.clear()
                return
            if buffer:
                text = buffer.pop()
                if buffer:
                    text = "".join(buffer) + text
                    buffer.clear()
                if parted or interrupted or text.isspace():
                    path.add_text(unusual(text))
                else:
                    path.add_text(text)
            elif interrupted:
                path.add_text(unusual(""))
            else:
                path.add_text(None)
            path = path.up
            parted = True

        def interrupt(by: str) -> None:
            """Text, then something else within the same element."""
            text = "".join(buffer)
            if (text.replace(mark, "") if mark else text).strip():
                interrupted.setdefault((id(path), path.last), []).append(text)
                mixed.append(_Interruption(path, path.last, by))
                if len(mixed) > limits.rows:
                    raise LimitExceededError(limit="rows", found=len(mixed), allowed=limits.rows)

        def unusual(text: str) -> str | None:
            """The text of an element with children, of one that was interrupted, or of nothing but white space."""
            pieces = interrupted.pop((id(path), path.last), None)
            if pieces is not None:
                return "".join(pieces) + (text if text.strip() else "")
            if not (text.replace(mark, "") if mark else text).strip():
                return None if parted or "\n" in text or not text else text
            if parted:
                mixed.append(_Interruption(path, path.last, "an element"))
            return text

        def comment(_data: str) -> None:
            if not skipped and buffer:
                interrupt("a comment")
                buffer.clear()

        def named_table(tag: str, attributes: list[str]) -> tuple[str, list[str]]:
            """The key and the other attributes of an element that is a table or a row of it."""
            if "name" not in attributes[::2]:
                return tag, attributes
            at = attributes.index("name")
            return _TABLE + attributes[at + 1], attributes[:at] + attributes[at + 2 :]

        def new_child(tag: str, attributes: list[str]) -> _Path | None:
            """A path that was not there yet; None for what is no data. A second prefix for one name is the same path."""
            nonlocal table, structure
            if path is self._top:
                table, structure = _DUMPS.get(tag, ("", ""))
            for name, value in zip(attributes[::2], attributes[1::2], strict=True):
                if name == "xmlns" or name.startswith("xmlns:"):
                    namespaces[name[6:]] = value
            if tag.startswith(_TABLE):
                child = path.children[tag] = new_path(tag[1:], path)
                child.of_table = child.name if table == "table" else ""
                return child
            name = decoded_name(tag)
            space = namespaces.get(tag.rpartition(":")[0], "")
            if (name, space) in _NOT_DATA or space == _ADO_SCHEMA or name == structure:
                return None
            for other in path.children.values():
                if other.name == name:
                    path.children[tag] = other
                    return other
            child = path.children[tag] = new_path(name, path)
            if table == "table_data" and tag == "row" and path.up.children.get(_TABLE + path.name) is path:
                child.of_table = path.name
            return child

        def new_attribute(child: _Path, name: str, value: str) -> _Path | None:
            """A path for an attribute; None for one that is no data."""
            prefix, _, local = name.rpartition(":")
            found: _Path | None = None
            if name == "xmlns" or prefix == "xmlns":
                namespaces[local if prefix else ""] = value
            elif not prefix or (namespaces.get(prefix) not in _NO_DATA and prefix not in {"xml", "xsi", "xmlns"}):
                wanted = decoded_name(name)
                known = (other for other in child.attributes.values() if other is not None and other.name == wanted)
                found = next(known, None) or new_path(wanted, child, attribute=True)
            child.attributes[name] = found
            return found

        def new_path(name: str, parent: _Path, *, attribute: bool = False) -> _Path:
            created = _Path(name.replace(mark, "") if mark else name, parent, attribute=attribute)
            created.order = len(paths)
            paths.append(created)
            if created.depth > limits.xml_depth:
                raise LimitExceededError(limit="xml_depth", found=created.depth, allowed=limits.xml_depth)
            if len(paths) > most_paths:
                raise LimitExceededError(limit="xml_fields", found=len(paths), allowed=most_paths)
            return created

        def skipping(tag: str, attributes: list[str]) -> None:
            """Inside of a schema: only an ADO rowset's names are taken."""
            if skipped > limits.xml_depth:
                raise LimitExceededError(limit="xml_depth", found=skipped, allowed=limits.xml_depth)
            if local_name(tag) == "AttributeType" and len(ado_names) < limits.xml_fields:
                given = {
                    local_name(n): v for n, v in zip(attributes[::2], attributes[1::2], strict=True) if n != "name"
                }
                own = next((v for n, v in zip(attributes[::2], attributes[1::2], strict=True) if n == "name"), "")
                if own:
                    ado_names[own] = given.get("name", own)

        return start, end, buffer.append, comment


def _choose_lists(top: _Path) -> list[_Path]:
    """The elements whose instances are records, the most likely list of people first."""
    lists: list[_Path] = []
    _gather(top, lists)
    if not lists:
        single = _single(top)
        return [single] if single is not None else []
    single = _single(top)
    if single is not None and single not in lists:
        inside = [one for one in lists if _is_within(one, single)]
        few = all(one.count <= _FEW and _likeness(one) < _likeness(single) for one in inside)
        if inside and few and _is_person(single):
            # One person with two addresses is one record, not a list of addresses.
            lists = [one for one in lists if one not in inside]
            lists.append(single)
    alone = _single(top, beside=lists)
    if alone is not None and alone not in lists and _is_person(alone):
        # A list of people of which there happens to be one, next to a list of something else.
        lists.append(alone)
    first = max(
        lists,
        key=lambda one: (_likeness(one) if _likeness(one) > 2 else 0, one.count * len(_own_values(one)), -one.order),
    )
    return [first, *(one for one in lists if one is not first)]


def _gather(path: _Path, lists: list[_Path]) -> None:
    """Lists below a path, outermost first; a list within a list only where it is the people of a grouping."""
    for child in path.below():
        if child.attribute:
            continue
        if not child.repeated or not any(one.has_text for one in child.walk()):
            _gather(child, lists)
        elif child.below() or _is_plain_list(child):
            inner: list[_Path] = []
            _gather(child, inner)
            if _own_values(child):
                lists.append(child)
                lists += [one for one in inner if _is_person(one) and _likeness(one) > _likeness(child)]
            else:
                records = [one for one in inner if not one.has_text and one.name.lower() not in _NAMELESS]
                lists += records or [child]


def _is_plain_list(path: _Path) -> bool:
    """A repeated simple value is a list of its own only where nothing else stands beside it."""
    parent = path.parent
    return parent is not None and not [other for other in parent.below() if other is not path and other.has_text]


def _is_within(path: _Path, outer: _Path) -> bool:
    parent = path.parent
    while parent is not None and parent is not outer:
        parent = parent.parent
    return parent is outer


def _single(top: _Path, *, beside: Sequence[_Path] = ()) -> _Path | None:
    """The one record of a file without a list: the element with the most values directly in it.

    With ``beside``: of those that are neither in a list nor hold one.
    """
    taken: set[int] = set()
    for one in beside:
        taken |= {id(path) for path in one.walk()}
        here = one.parent
        while here is not None and id(here) not in taken:
            taken.add(id(here))
            here = here.parent
    best: _Path | None = None
    most = 0
    for path in top.walk():
        if path is top or path.attribute or path.repeated or id(path) in taken:
            continue
        values = sum(1 for child in path.below() if child.has_text and not child.attribute)
        score = values * 2 + (1 if any(child.attribute for child in path.below()) else 0)
        if score > most:
            best, most = path, score
    return best


def _own_values(path: _Path) -> list[_Path]:
    """Paths with text in a record, those in lists within the record left out."""
    found = [path] if path.has_text else []
    for child in path.below():
        if not child.repeated:
            found += _own_values(child)
    return found


def _kinds(path: _Path) -> set[str]:
    """Which kinds of fields of people a record has, told by names, and an e-mail also by its values."""
    kinds: set[str] = set()
    values = _own_values(path)
    for child in path.below():
        if child.repeated and child.name.lower() in _NAMELESS:
            # The fields are repeated elements that carry their names as values.
            values.append(child)
            naming = [one for one in child.below() if one.name.lower() in _NAMING]
            for name in (text for one in naming for text in one.text.head(_SAMPLE).unique().drop_nulls().to_list()):
                kinds |= {kind for kind, pattern in _PEOPLE.items() if pattern.search(name.lower())}
    for value in values:
        name = value.name.lower()
        kinds |= {kind for kind, pattern in _PEOPLE.items() if pattern.search(name)}
        sample = value.text.head(_SAMPLE).drop_nulls()
        if len(sample) and int(sample.str.contains(_EMAIL).sum()) * 2 > len(sample):
            kinds.add("email")
    return kinds


def _likeness(path: _Path) -> int:
    return sum(_WEIGHT[kind] for kind in _kinds(path))


def _is_person(path: _Path) -> bool:
    kinds = _kinds(path)
    return ("email" in kinds and len(kinds) > 1) or {"first", "last"} <= kinds


def _full_name(path: _Path) -> str:
    parts: list[str] = []
    here: _Path | None = path
    while here is not None and here.parent is not None:
        parts.append(here.name)
        here = here.parent
    return ".".join(reversed(parts))


def _unique_name(record: _Path, taken: set[str]) -> str:
    name = record.of_table or record.name
    if name in taken and record.parent is not None and record.parent.name:
        name = f"{record.parent.name}.{name}"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    return unique


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A field of a list: its name, and for each of its values the record it belongs to (ascending) and the text."""

    name: str
    records: pl.Series
    texts: pl.Series
    path: _Path
    instances: pl.Series | None  # which instances of the path the values are; None: all of them


class _List:
    """One list: puts the columns of its records together."""

    def __init__(
        self,
        record: _Path,
        lists: Sequence[_Path],
        limits: Limits,
        deadline: Deadline,
        ado_names: dict[str, str],
        names: Sequence[str],
    ) -> None:
        self._record = record
        self._others = {id(one) for one in lists if one is not record}
        self._limits = limits
        self._deadline = deadline
        self._ado_names = ado_names
        self._names = names
        self._issues: list[Issues] = []
        self._made = 0
        self.used: set[int] = set()

    def data(self, mark: str, mixed: Sequence[_Interruption]) -> SheetData:
        """Header and records as a grid."""
        record, height = self._record, self._record.count
        everything = pl.int_range(height, dtype=pl.UInt32, eager=True)
        columns = [*self._inherited(), *self._columns(record, everything, "", None)]
        if self._ado_names:
            columns = _in_ado_order(columns, self._ado_names)
        if self._names:
            columns = _named_by_position(columns, self._names)
        self._check_size(columns)
        grid: dict[str, pl.Series] = {ROW: pl.int_range(1, height + 2, dtype=pl.UInt32, eager=True)}
        for position, (column, label) in enumerate(zip(columns, _distinct_labels(columns), strict=True)):
            self._deadline.check()
            letter = column_letter(position)
            values = pl.concat([pl.Series([label], dtype=pl.String), self._in_place(column, letter)])
            if mark:
                values = self._unmarked(values, letter, mark)
            grid[letter] = values.set(values == "", None)
        self._report_mixed(columns, mixed)
        return SheetData(grid=pl.DataFrame(grid), issues=Issues.concat(self._issues))

    def _check_size(self, columns: Sequence[_Column]) -> None:
        """What the grid will cost, before it is made. An inherited text counts as often as it is repeated."""
        limits, width = self._limits, len(columns)
        found = {
            "xml_fields": width,
            "columns": width,
            "cells": width * (self._record.count + 1),
            "cell_chars": max((_most(column.texts.str.len_chars()) for column in columns), default=0),
            "text_bytes": sum(int(column.texts.str.len_bytes().sum()) for column in columns),
        }
        for limit, value in found.items():
            allowed = getattr(limits, limit)
            if value > allowed:
                raise LimitExceededError(limit=limit, found=value, allowed=allowed, sheet=self._record.name)

    def _in_place(self, column: _Column, letter: str) -> pl.Series:
        """A column's values at their records; several values of one record joined with line breaks."""
        records, texts, height = column.records, column.texts, self._record.count
        if bool((records == records.shift(1)).any()):
            gathered = pl.DataFrame({"record": records, "text": texts}).filter(pl.col("text") != "")
            joined = gathered.group_by("record", maintain_order=True).agg(
                pl.col("text").str.join("\n"), pl.len().alias("times")
            )
            records, texts = joined["record"], joined["text"]
            if len(joined) and _most(joined["times"]) > 1:
                times = str(_most(joined["times"]))
                self._issues.append(Issues.of("xml_repeats_joined", row=1, column=letter, detail=times))
        if len(records) == height:
            return texts
        where = pl.repeat(None, height, dtype=pl.UInt32, eager=True).scatter(
            records, pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
        )
        return texts.gather(where)

    def _unmarked(self, values: pl.Series, letter: str, mark: str) -> pl.Series:
        """Take out the marks of control characters, and report each cell."""
        frame = values.to_frame("value").with_row_index("row", offset=1)
        hit = frame.filter(pl.col("value").str.contains(mark, literal=True))
        if hit.is_empty():
            return values
        cleaned = pl.col("value").str.replace_all(mark, "", literal=True)
        times = pl.col("value").str.count_matches(mark, literal=True).cast(pl.String)
        lines = hit.select("row", pl.lit(letter).alias("column"), times.alias("detail"), cleaned)
        self._issues.append(Issues.from_frame("control_characters", lines))
        return frame.select(cleaned)["value"]

    def _report_mixed(self, columns: Sequence[_Column], mixed: Sequence[_Interruption]) -> None:
        """The issues of interrupted values, where their cell is in this list."""
        by_path: dict[int, list[_Interruption]] = {}
        for one in mixed:
            by_path.setdefault(id(one.path), []).append(one)
        for position, column in enumerate(columns):
            found = by_path.get(id(column.path))
            if not found:
                continue
            told = pl.DataFrame(
                {"instance": [f.instance for f in found], "detail": [f.by for f in found]},
                schema={"instance": pl.UInt32, "detail": pl.String},
            )
            where = pl.DataFrame(
                {
                    "instance": _all_of(column.instances, len(column.records)),
                    "row": column.records + 2,
                    "value": column.texts,
                }
            )
            lines = told.unique(maintain_order=True).join(where, on="instance", maintain_order="left")
            lines = lines.with_columns(pl.lit(column_letter(position)).alias("column"))
            self._issues.append(Issues.from_frame("xml_mixed_content", lines))

    def _inherited(self) -> list[_Column]:
        """The fields of the groups that the records stand in."""
        found: list[_Column] = []
        rows = pl.int_range(self._record.count, dtype=pl.UInt32, eager=True)
        owner, group = self._record.owner, self._record.parent
        while group is not None and group.parent is not None:
            if id(group) in self._others:
                outer = [value for value in _own_values(group) if not _is_within_any(value, group, self._others)]
                for value in outer:
                    above = _climbed(value, group)
                    where = pl.repeat(None, group.count, dtype=pl.UInt32, eager=True).scatter(
                        above, pl.int_range(len(above), dtype=pl.UInt32, eager=True)
                    )
                    texts = value.text.gather(where.gather(owner))
                    name = _full_name(value).removeprefix(_full_name(group.parent)).lstrip(".")
                    found.append(
                        _Column(name=name, records=rows, texts=texts, path=value, instances=where.gather(owner))
                    )
            owner, group = group.owner.gather(owner), group.parent
        return found

    def _columns(
        self, path: _Path, records: pl.Series, name: str, instances: pl.Series | None, *, without: _Path | None = None
    ) -> list[_Column]:
        """The columns of a path and all below it.

        Args:
            path: The path.
            records: For each of the instances in question the record it stands in, ascending.
            name: The field's name; empty for the record itself.
            instances: The instances in question, ascending; None = all.
            without: A path below that has already told which one this is.
        """
        self._deadline.check()
        found: list[_Column] = []
        self.used.add(id(path))
        if path.has_text:
            texts = path.text if instances is None else path.text.gather(instances)
            if texts.null_count() < len(texts) or not path.below():
                found.append(
                    _Column(name=name or path.name, records=records, texts=texts, path=path, instances=instances)
                )
        elif name and not path.below():
            texts = pl.repeat(None, len(records), dtype=pl.String, eager=True)
            found.append(_Column(name=name, records=records, texts=texts, path=path, instances=instances))
        for child in path.below():
            if child is without or id(child) in self._others:
                continue
            mine, inside = _below(child, path, records, instances)
            if not len(inside):
                continue
            label = f"{name}.{child.name}" if name else child.name
            if child.repeated and (path.of_table or bool((inside == inside.shift(1)).any())):
                found += self._repeated(child, inside, label, name, mine)
            else:
                found += self._columns(child, inside, label, mine)
        self._made += len(found)
        if self._made > self._limits.xml_fields * self._limits.xml_depth:
            raise LimitExceededError(
                limit="xml_fields", found=len(found), allowed=self._limits.xml_fields, sheet=self._record.name
            )
        return found

    def _repeated(
        self, path: _Path, records: pl.Series, label: str, outer: str, instances: pl.Series | None
    ) -> list[_Column]:
        """The columns of a path that stands several times in a record: told apart by name or number, or joined."""
        qualifier = self._qualifier(path, instances)
        frame = pl.DataFrame({"record": records, "instance": _all_of(instances, len(records))})
        if qualifier is None:
            frame = frame.with_columns(pl.lit("").alias("is"))
            simple = not any(one.has_text for one in path.below())
            texts = path.text if instances is None else path.text.gather(instances)
            most = _most(frame.group_by("record").len()["len"])
            broken = bool(texts.str.contains("\n", literal=True).any())
            positional = path.name.lower() in _POSITIONAL and most <= self._limits.xml_fields
            if not positional and ((simple and not broken) or most > _FEW):
                return self._columns(path, records, label, instances)
        else:
            self.used.add(id(qualifier))
            frame = frame.with_columns(qualifier.text.gather(frame["instance"]).alias("is"))
        frame = frame.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("record", "is").alias("again"))
        groups = frame.select("is", "again").unique(maintain_order=True)
        if len(groups) > self._limits.xml_fields:
            raise LimitExceededError(
                limit="xml_fields", found=len(groups), allowed=self._limits.xml_fields, sheet=self._record.name
            )
        order = {value: at for at, value in enumerate(groups["is"].unique(maintain_order=True).to_list())}
        nameless = qualifier is not None and path.name.lower() in _NAMELESS
        found: list[_Column] = []
        parts = frame.partition_by("is", "again", as_dict=True, include_key=False)
        for (value, again), part in sorted(parts.items(), key=lambda item: (order[item[0][0]], item[0][1])):
            if qualifier is None:
                name = label
            elif nameless:
                name = f"{outer}.{value}" if outer else str(value)
            else:
                name = f"{label}({value})"
            if isinstance(again, int) and again:
                name = f"{name}({again + 1})"
            columns = self._columns(path, part["record"], name, part["instance"], without=qualifier)
            if qualifier is not None and len(columns) == 1 and columns[0].path.name.lower() in _VALUE_NAMES:
                columns = [replace(columns[0], name=name)]
            found += columns
        return found

    def _qualifier(self, path: _Path, instances: pl.Series | None) -> _Path | None:
        """The attribute or child that says which of several equal elements one is."""
        candidates = [one for one in path.below() if _qualifies(one) in _QUALIFIERS and not one.below()]
        candidates.sort(key=lambda one: (_QUALIFIERS.index(_qualifies(one)), not one.attribute))
        for one in candidates:
            if one.count != path.count or one.repeated or one.text.null_count() or bool((one.text == "").any()):
                continue
            values = one.text if instances is None else one.text.gather(instances)
            name, distinct = _qualifies(one), values.n_unique()
            naming = name in _NAMING and one.attribute and (path.has_text or path.name.lower() in _NAMELESS)
            naming = naming or (name in _NAMING and path.name.lower() in _NAMELESS)
            if naming and distinct <= self._limits.xml_fields:
                return one
            sure = one.attribute and name not in {"id", "code", "name", "key"}
            if distinct <= _FEW and (sure or distinct * 2 <= len(values)):
                return one
        return None


def _qualifies(path: _Path) -> str:
    """A name as a qualifier: ``teltype`` and ``phoneType`` are types."""
    name = path.name.lower()
    return "type" if path.attribute and name.endswith("type") else name


def _below(
    child: _Path, path: _Path, records: pl.Series, instances: pl.Series | None
) -> tuple[pl.Series | None, pl.Series]:
    """The instances of a child that stand in the instances in question (None: all), and the records of these."""
    if instances is None:
        return None, records.gather(child.owner)
    place = pl.repeat(None, path.count, dtype=pl.UInt32, eager=True).scatter(
        instances, pl.int_range(len(instances), dtype=pl.UInt32, eager=True)
    )
    at = place.gather(child.owner)
    return at.is_not_null().arg_true().cast(pl.UInt32), records.gather(at.drop_nulls())


def _climbed(path: _Path, group: _Path) -> pl.Series:
    """For each instance of a path the instance of the group it stands in."""
    if path is group:
        return pl.int_range(group.count, dtype=pl.UInt32, eager=True)
    above, here = path.owner, path.parent
    while here is not None and here is not group:
        above, here = here.owner.gather(above), here.parent
    return above


def _is_within_any(path: _Path, group: _Path, others: set[int]) -> bool:
    here: _Path | None = path
    while here is not None and here is not group:
        if id(here) in others:
            return True
        here = here.parent
    return False


def _all_of(instances: pl.Series | None, count: int) -> pl.Series:
    return instances if instances is not None else pl.int_range(count, dtype=pl.UInt32, eager=True)


def _most(values: pl.Series) -> int:
    most = values.max()
    return most if isinstance(most, int) else 0


def _in_ado_order(columns: list[_Column], names: dict[str, str]) -> list[_Column]:
    """An ADO rowset's columns by the names and in the order of its schema; those that no record has, too."""
    own = {column.name: column for column in columns}
    if not own.keys() & names.keys():
        return columns
    nothing = pl.Series([], dtype=pl.UInt32), pl.Series([], dtype=pl.String)
    told = [
        replace(own[short], name=name)
        if short in own
        else _Column(name=name, records=nothing[0], texts=nothing[1], path=_Path(name, None), instances=None)
        for short, name in names.items()
    ]
    return told + [column for column in columns if column.name not in names]


def _named_by_position(columns: Sequence[_Column], names: Sequence[str]) -> list[_Column]:
    """Columns called ``COL.DATA``, ``COL(2).DATA`` … by the names told for these positions."""
    named = []
    for column in columns:
        found = re.fullmatch(r"COL(?:\(([0-9]{1,4})\))?(?:\.DATA)?", column.name)
        position = int(found[1] or 1) - 1 if found else len(names)
        named.append(replace(column, name=names[position]) if position < len(names) else column)
    return named


def _distinct_labels(columns: Sequence[_Column]) -> list[str]:
    """The names of the fields, no two alike: an attribute that is called as a child gets an ``@``, then numbers."""
    taken: set[str] = set()
    labels = {}
    for column in sorted(columns, key=lambda one: one.path.attribute):
        label = column.name
        if label in taken and column.path.attribute:
            head, dot, tail = label.rpartition(".")
            label = f"{head}{dot}@{tail}"
        unique, number = label, 2
        while unique in taken:
            unique, number = f"{label}({number})", number + 1
        taken.add(unique)
        labels[id(column)] = unique
    return [labels[id(column)] for column in columns]
