"""XML of the parts of a package: a guarded parser for the careful road, and the texts of XML without one.

Wanted: element names without their prefix (writers choose prefixes freely), attributes likewise, in the order of the
document. Refused: any DOCTYPE (no book has one, and entities are how XML explodes), nesting beyond any book's. One token
that does not end is stopped after 1 MiB: expat scans an unfinished token again with every piece it is fed.

`unescaped` turns the text between two tags into what a parser would give, for the fast road, which does without one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final
from xml.parsers import expat

import polars as pl

from ...errors import CorruptFileError, IngestError, UnsupportedFormatError
from ...workbook import column_position
from ..deadline import Deadline

__all__ = ["Attributes", "decoded", "parse", "position_of", "unescaped"]

Attributes = dict[str, str]

#: Deeper than any part of a book: LibreOffice's deepest real content stays under 40.
_DEPTH: Final = 256

#: A token (a tag with its attributes, a comment) longer than this is no book's.
_TOKEN: Final = 1024 * 1024

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

    def on_start(name: str, attributes: Any) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise CorruptFileError("part_damaged")
        start(
            name.rpartition(":")[2],
            {key.rpartition(":")[2]: value for key, value in attributes.items()} if attributes else {},
        )

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name.rpartition(":")[2])

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


def unescaped(texts: pl.Series, *, escapes: bool = True) -> pl.Series:
    """Resolve entities and character references and, in texts of cells, Excel's ``_x000D_`` escapes."""
    if texts.str.contains("&", literal=True).any():
        references = texts.str.contains("&#", literal=True).fill_null(False).arg_true()
        if len(references):
            # Character references are rare (line breaks, control characters): only those cells go through Python.
            found = [_REFERENCE.sub(_character, text) for text in texts.gather(references).to_list()]
            texts = texts.scatter(references, pl.Series(found, dtype=pl.String))
        for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
            texts = texts.str.replace_all(entity, character, literal=True)
    return decoded(texts) if escapes else texts


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
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code)


def position_of(reference: str) -> tuple[int, int] | None:
    """Row (from 1) and column (from 0) of a reference like ``B7``; None for what is none."""
    found = _CELL.fullmatch(reference.strip())
    return (int(found[2]), column_position(found[1].upper())) if found else None
