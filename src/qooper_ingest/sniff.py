"""Tell a file's format by its content, never by its name."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import UnsupportedFormatError
from .issues import Issues
from .limits import Limits
from .source import Format, ReadOptions, Source

__all__ = ["Sniffed", "sniff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """What a file is.

    Args:
        format: The reader to use.
        source: What to read: the source itself, or the one table inside an archive.
        member: Its name in the archive, if it came from one.
        issues: ``name_content_mismatch`` and the like.
    """

    format: Format
    source: Source
    member: str | None = None
    issues: Issues = field(default_factory=Issues.empty)


def sniff(source: Source, /, *, options: ReadOptions, limits: Limits) -> Sniffed:  # noqa: ARG001
    """Tell what a file is, and unwrap an archive with one table inside."""
    if not source.data.strip(b" \t\r\n\0"):
        raise UnsupportedFormatError("empty_file")
    if options.format is not None:
        return Sniffed(format=options.format, source=source)
    head = source.data[:8]
    if head.startswith(b"PK\x03\x04"):
        return Sniffed(format=Format.XLSX, source=source)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Sniffed(format=Format.XLS, source=source)
    if source.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Sniffed(format=Format.XML, source=source)
    return Sniffed(format=Format.TEXT, source=source)
