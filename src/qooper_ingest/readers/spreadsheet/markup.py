"""XML of the parts of a package: a guarded parser for the careful road, and the texts of XML without one.

Wanted: element names without their prefix (writers choose prefixes freely), attributes likewise, in the order of the
document. Elements of another namespace than the part's own, and extension lists, are left out with all that is in them: a
``v`` there is no value of a cell. Refused: any DOCTYPE (no book has one, and entities are how XML explodes), nesting beyond any book's. One token
that does not end is stopped after 1 MiB: expat scans an unfinished token again with every piece it is fed.

`unescaped` turns the text between two tags into what a parser would give, for the fast road, which does without one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from xml.parsers import expat

import polars as pl

from ..._grid import column_position
from ...errors import CorruptFileError, IngestError, UnsupportedFormatError
from ..deadline import Deadline
from .tags import NotPlain

__all__ = [
    "CONTROLS",
    "Attributes",
    "Repaired",
    "decode",
    "decoded",
    "has_known_references",
    "parse",
    "position_of",
    "unescaped",
]

Attributes = dict[str, str]

#: Deeper than any part of a book: LibreOffice's deepest real content stays under 40.
_DEPTH: Final = 256

#: A token (a tag with its attributes, a comment) longer than this is no book's.
_TOKEN: Final = 1024 * 1024

#: Characters that no XML may hold. Source: XML 1.0, 2.2.
CONTROLS: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"

_REFERENCES: Final = r"&(?:#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|lt|gt|quot|apos|amp);"
_REFERENCE: Final = re.compile(r"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,7})")


def parse(
    data: bytes | Iterable[bytes],
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    deadline: Deadline | None = None,
) -> None:
    """Run the parser over a part; the deadline is looked at between the pieces it is fed.

    Raises:
        CorruptFileError: ``part_damaged``: not well-formed, or nested too deep.
        UnsupportedFormatError: ``doctype_refused``.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0
    skipped = 0  # the depth of the element that is left out, 0 for none
    names = _Names()

    def on_start(name: str, attributes: Any) -> None:
        nonlocal depth, skipped
        depth += 1
        if depth > _DEPTH:
            raise CorruptFileError("part_damaged")
        if skipped:
            return
        local = names.enter(name, attributes, depth)
        if local is None:
            skipped = depth
            parser.CharacterDataHandler = None
            return
        start(
            local,
            {key.rpartition(":")[2]: value for key, value in attributes.items()} if attributes else {},
        )

    def on_end(name: str) -> None:
        nonlocal depth, skipped
        depth -= 1
        if skipped:
            if depth < skipped:
                skipped = 0
                parser.CharacterDataHandler = text
                names.leave(depth)
            return
        if end is not None:
            end(name.rpartition(":")[2])
        names.leave(depth)

    def on_doctype(*_: Any) -> None:
        raise UnsupportedFormatError("doctype_refused")

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.StartDoctypeDeclHandler = on_doctype
    parser.CharacterDataHandler = text
    fed = 0
    damaged = False
    try:
        for piece in (data,) if isinstance(data, bytes) else data:
            # Small pieces keep the distance between what was fed and what was understood small.
            for at in range(0, len(piece), _TOKEN // 4):
                part = piece[at : at + _TOKEN // 4]
                parser.Parse(part, False)
                fed += len(part)
                if deadline is not None:
                    deadline.check()
                if fed - parser.CurrentByteIndex > _TOKEN:
                    raise CorruptFileError("part_damaged")
        parser.Parse(b"", True)
    except IngestError:
        raise
    except (expat.ExpatError, ValueError, LookupError, AttributeError, TypeError):
        damaged = True
    if damaged:
        raise CorruptFileError("part_damaged")


class _Names:
    """Local names of elements, by the namespaces that are in force.

    A part without namespaces, or with prefixes that it does not declare, is read like any other: what counts is that an
    element is of the same namespace as the root.
    """

    __slots__ = ("_known", "_root", "_scopes")

    def __init__(self) -> None:
        self._root: str | None = None
        self._scopes: list[tuple[int, dict[str, str]]] = [(0, {})]  # from which depth on, prefix → namespace
        self._known: dict[str, str | None] = {}

    def enter(self, name: str, attributes: dict[str, str], depth: int) -> str | None:
        """The local name of an element; None for one that is left out."""
        for key in attributes:
            if key.startswith("xmlns"):
                self._declare(attributes, depth)
                break
        if depth == 1:
            self._root = self._namespace(name)
        if name not in self._known:
            local = name.rpartition(":")[2]
            own = self._namespace(name) == self._root and local != "extLst"
            self._known[name] = local if own else None
        return self._known[name]

    def leave(self, depth: int) -> None:
        """An element ends, above which so many are open."""
        if self._scopes[-1][0] > depth:
            self._scopes.pop()
            self._known.clear()

    def _declare(self, attributes: dict[str, str], depth: int) -> None:
        declared = {
            key.partition(":")[2]: value
            for key, value in attributes.items()
            if key == "xmlns" or key.startswith("xmlns:")
        }
        self._scopes.append((depth, {**self._scopes[-1][1], **declared}))
        self._known.clear()

    def _namespace(self, name: str) -> str:
        prefix = name.rpartition(":")[0]
        return self._scopes[-1][1].get(prefix, prefix)


#: What no XML may hold, though some writers do, as a character or as a reference to one.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x[0-9A-Fa-f]{1,8}|[0-9]{1,10});")

#: The two halves of a character beyond U+FFFF, each as a reference: what UTF-16 writes, and XML does not allow.
_HALVES: Final = re.compile(
    r"&#(?:x0*([dD][89abAB][0-9a-fA-F]{2})|0*(5[56][0-9]{3}));&#(?:x0*([dD][c-fC-F][0-9a-fA-F]{2})|0*(5[67][0-9]{3}));"
)


class Repaired:
    """The pieces of a part with what XML does not allow replaced by U+FFFD, and halves of characters joined.

    ``changed`` tells afterwards whether anything had to be.
    """

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream
        self.changed = False

    def __iter__(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        held = ""
        for piece in self._stream:
            text = held + decoder.decode(piece)
            # Two references may be cut by the end of the piece.
            cut = text.rfind("&#", max(0, len(text) - 2 * _REFERENCE_LENGTH))
            if cut > 0 and text.endswith(";", 0, cut) and (before := text.rfind("&#", 0, cut)) >= 0:
                cut = before
            held = text[cut:] if cut >= 0 else ""
            yield self._repaired(text[: len(text) - len(held)])
        yield self._repaired(held + decoder.decode(b"", final=True))

    def _repaired(self, text: str) -> bytes:
        clean = _FORBIDDEN.sub(_allowed, _HALVES.sub(_joined, text))
        self.changed = self.changed or clean != text or "\ufffd" in text
        return clean.encode()


#: The longest reference to a character that is looked for, with zeros before its number.
_REFERENCE_LENGTH: Final = 16


def _allowed(match: re.Match[str]) -> str:
    """References to what XML allows stay."""
    found = match[0]
    if not found.startswith("&"):
        return "\ufffd"
    code = int(found[3:-1], 16) if found[2] == "x" else int(found[2:-1])
    return found if _is_character(code) else "\ufffd"


def _joined(match: re.Match[str]) -> str:
    high = int(match[1], 16) if match[1] else int(match[2])
    low = int(match[3], 16) if match[3] else int(match[4])
    if 0xD800 <= high <= 0xDBFF and 0xDC00 <= low <= 0xDFFF:
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return match[0]


def _is_character(code: int) -> bool:
    """Whether XML may hold a character. Source: XML 1.0, 2.2."""
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF


def unescaped(texts: pl.Series, *, escapes: bool = True) -> pl.Series:
    """Resolve entities and character references and, in texts of cells, Excel's ``_x000D_`` escapes.

    Raises:
        NotPlain: A character or a reference is none of XML's: a parser says what is wrong.
    """
    if texts.str.contains(CONTROLS).any():
        raise NotPlain
    if texts.str.contains("&", literal=True).any():
        if not has_known_references(texts):
            raise NotPlain
        references = texts.str.contains("&#", literal=True).fill_null(False).arg_true()
        if len(references):
            # Character references are rare (line breaks, control characters): only those cells go through Python.
            found = [_REFERENCE.sub(_character, text) for text in texts.gather(references).to_list()]
            texts = texts.scatter(references, pl.Series(found, dtype=pl.String))
        for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
            texts = texts.str.replace_all(entity, character, literal=True)
    return decoded(texts) if escapes else texts


def has_known_references(texts: pl.Series) -> bool:
    """Whether every ampersand begins a reference of XML, to an entity that it has or to a character by its number."""
    marked = texts.filter(texts.str.contains("&", literal=True))
    if marked.is_empty():
        return True
    return bool(marked.str.count_matches("&", literal=True).sum() == marked.str.count_matches(_REFERENCES).sum())


def decoded(texts: pl.Series) -> pl.Series:
    """Resolve ``_xHHHH_``, by which Excel writes characters that XML cannot hold."""
    marked = texts.str.contains("_x[0-9A-Fa-f]{4}_").fill_null(False).arg_true()
    if not len(marked):
        return texts
    found = [decode(text) for text in texts.gather(marked).to_list()]
    return texts.scatter(marked, pl.Series(found, dtype=pl.String))


def decode(text: str) -> str:
    """One text with its ``_xHHHH_`` escapes resolved; surrogates that have no partner stay escaped."""
    found = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if any("\ud800" <= character <= "\udfff" for character in found):
        try:
            return found.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            return text
    return found


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    if code == 0x26:
        return "&amp;"  # the named entities are resolved after this, once
    if not _is_character(code):
        raise NotPlain
    return chr(code)


def position_of(reference: str) -> tuple[int, int] | None:
    """Row (from 1) and column (from 0) of a reference like ``B7``; None for what is none."""
    found = _CELL.fullmatch(reference.strip())
    return (int(found[2]), column_position(found[1].upper())) if found else None
