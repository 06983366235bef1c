"""ods: an OpenDocument spreadsheet, the same markup as a flat one, inside an archive.

The archive is opened here, under its limits; the content is read by the reader of flat files.
"""

from __future__ import annotations

from ...errors import CorruptFileError, EncryptedFileError
from ...limits import Limits
from ...source import Format, ReadOptions, Source
from ...workbook import Workbook
from ..containers.package import Package

__all__ = ["read_ods"]

_MANIFEST = "META-INF/manifest.xml"


def read_ods(source: Source, options: ReadOptions, limits: Limits) -> Workbook:
    """Read an ods book.

    Raises:
        CorruptFileError: ``part_missing``, ``damaged_zip``, and what the reader of flat files raises.
        EncryptedFileError: ``password_protected``.

    Issues: those of the reader of flat files.
    """
    from .opendocument import read_opendocument

    package = Package(source.data, limits)
    if _MANIFEST in package and _mentions(package, _MANIFEST, b"encryption-data"):
        raise EncryptedFileError("password_protected")
    if "content.xml" not in package:
        raise CorruptFileError("part_missing")
    styles = package.read("styles.xml") if "styles.xml" in package else None
    sheets, issues = read_opendocument(package.read("content.xml"), limits=limits, styles=styles)
    return Workbook(
        format=Format.ODS,
        sheets=sheets,
        options=options.model_copy(update={"format": Format.ODS}),
        file_issues=issues,
    )


def _mentions(package: Package, name: str, word: bytes) -> bool:
    """Whether a word stands in a part, which is not held as a whole: it may be of any size."""
    before = b""
    for step in package.stream(name):
        if word in before + step[: len(word)] or word in step:
            return True
        before = step[-len(word) :]
    return False
