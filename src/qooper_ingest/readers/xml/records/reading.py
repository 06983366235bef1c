"""The dialect's handlers: a file taken apart into paths in one pass, then made a workbook."""

from __future__ import annotations

from typing import Final

import polars as pl

from ....errors import LimitExceededError, UnsupportedFormatError
from ....issues import Issues
from ....limits import Limits
from ....source import Format, ReadOptions
from ....workbook import Sheet, SheetInfo, Workbook
from ...deadline import Deadline
from ..events import Document, End, Start, Text, local_name
from .choosing import choose_lists, unique_name
from .laying import RecordList
from .paths import Interruption, Path, decoded_name, full_name

__all__ = ["RecordXml"]

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
        self._top = Path("", None)
        self._top.last = 0
        self._paths: list[Path] = []
        self._mixed: list[Interruption] = []
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
        chosen = choose_lists(self._top)
        if names:
            chosen = [one for one in chosen if one.name == "ROW"]
        if not chosen:
            raise UnsupportedFormatError("xml_not_a_table")
        if len(chosen) > self._limits.sheets:
            raise LimitExceededError(limit="sheets", found=len(chosen), allowed=self._limits.sheets)
        sheets, used, taken = [], set[int](), set[str]()
        for record in chosen:
            self._deadline.check()
            made = RecordList(record, chosen, self._limits, self._deadline, self._ado_names, names)
            data = made.data(self._document.mark, self._mixed)
            used |= made.used
            name = unique_name(record, taken)
            taken.add(name)
            sheets.append(Sheet(SheetInfo(name=name, rows=data.grid.height, columns=data.grid.width - 1), data))
        outside = self._outside(used)
        told = options.model_copy(update={"format": Format.XML, "encoding": self._document.encoding})
        return Workbook(format=Format.XML, sheets=sheets, options=told, file_issues=self._document.issues + outside)

    def _filemaker_names(self) -> list[str]:
        """FileMaker writes the names of its columns once, beside the rows (FMPXMLRESULT grammar)."""
        path: Path | None = self._top
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
                where = full_name(path)
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
                mixed.append(Interruption(path, path.last, by))
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
                mixed.append(Interruption(path, path.last, "an element"))
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

        def new_child(tag: str, attributes: list[str]) -> Path | None:
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

        def new_attribute(child: Path, name: str, value: str) -> Path | None:
            """A path for an attribute; None for one that is no data."""
            prefix, _, local = name.rpartition(":")
            found: Path | None = None
            if name == "xmlns" or prefix == "xmlns":
                namespaces[local if prefix else ""] = value
            elif not prefix or (namespaces.get(prefix) not in _NO_DATA and prefix not in {"xml", "xsi", "xmlns"}):
                wanted = decoded_name(name)
                known = (other for other in child.attributes.values() if other is not None and other.name == wanted)
                found = next(known, None) or new_path(wanted, child, attribute=True)
            child.attributes[name] = found
            return found

        def new_path(name: str, parent: Path, *, attribute: bool = False) -> Path:
            created = Path(name.replace(mark, "") if mark else name, parent, attribute=attribute)
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
