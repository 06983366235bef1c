"""The zip archive around xlsx, xlsb and ods books, opened as what it is: a stranger's archive.

Wanted: the bytes of a named part, whole or in steps, and never more of them than the limits allow. A zip directory may
lie about sizes, name a part twice, or hold a million entries; so entries are counted before the directory is parsed,
what is inflated is counted while it is inflated (every part against ``part_bytes``, all together against
``inflated_bytes``), and the CRC of a part that was read to its end is checked by `zipfile`.

Refused: encrypted entries, methods other than stored and deflated (no spreadsheet writes them, and some cost memory by
a header field alone), two parts of one name (which one is read is an attacker's choice).
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from ...errors import CorruptFileError, EncryptedFileError, IngestError, LimitExceededError, UnsupportedFormatError
from ...limits import Limits

__all__ = ["Package"]

#: What `zipfile` and `zlib` raise over damaged archives.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    struct.error,
    IndexError,
    KeyError,
    OverflowError,
)

#: One step of inflating: large enough to be quick, small enough to notice a limit early.
_STEP: Final = 1024 * 1024

_DIRECTORY_ENTRY: Final = b"PK\x01\x02"


class Package:
    """A zip archive under limits. Part names are compared as Excel does: without case, with either slash.

    Raises:
        CorruptFileError: ``damaged_zip``, ``zip_names_repeated``.
        EncryptedFileError: ``zip_encrypted``.
        LimitExceededError: ``zip_entries``.
        UnsupportedFormatError: ``zip_method_unknown``.
    """

    __slots__ = ("_entries", "_inflated", "_limits", "_zip")

    def __init__(self, data: bytes, limits: Limits) -> None:
        # The directory is counted before zipfile makes an object of every entry. A book that embeds other books, stored,
        # has their directories as well, hence the slack.
        entries = data.count(_DIRECTORY_ENTRY)
        if entries > 4 * limits.zip_entries:
            raise LimitExceededError(limit="zip_entries", found=entries, allowed=limits.zip_entries)
        archive = _open(data)
        if archive is None:
            raise CorruptFileError("damaged_zip")
        # A name that begins with NUL is none to zipfile, which then cannot tell whether it is a folder.
        infos = [info for info in archive.infolist() if info.filename and not info.is_dir()]
        if len(infos) > limits.zip_entries:
            raise LimitExceededError(limit="zip_entries", found=len(infos), allowed=limits.zip_entries)
        self._zip = archive
        self._limits = limits
        self._inflated = 0
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            key = _key(info.filename)
            if key in self._entries:
                raise CorruptFileError("zip_names_repeated")
            self._entries[key] = info

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in the order of the directory, with forward slashes."""
        return tuple(info.filename.replace("\\", "/").lstrip("/") for info in self._entries.values())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _key(name) in self._entries

    def size(self, name: str) -> int:
        """What the directory says that a part inflates to. It may lie."""
        return self._entries[_key(name)].file_size

    def read(self, name: str) -> bytes:
        """A whole part."""
        return b"".join(self.stream(name))

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a part; what is wrong further on goes unnoticed."""
        parts = []
        for step in self.stream(name, step=min(size, _STEP)):
            parts.append(step)
            size -= len(step)
            if size <= 0:
                break
        return b"".join(parts)

    def stream(self, name: str, *, step: int = _STEP) -> Iterator[bytes]:
        """A part in steps, counted against the limits.

        Raises:
            CorruptFileError: ``damaged_zip``: cut short, or the checksum is wrong.
            LimitExceededError: ``part_bytes``, ``inflated_bytes``; ``cell_chars``, ``xml_token_bytes``: an XML part with a
                text or a tag that is too long whatever it says.
        """
        info = self._entries.get(_key(name))
        if info is None:
            raise CorruptFileError("part_missing")
        if info.flag_bits & 0x1:
            raise EncryptedFileError("zip_encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnsupportedFormatError("zip_method_unknown")
        size = 0
        runs = _Runs(self._limits) if info.filename.lower().endswith(".xml") else None
        damaged = False
        file: zipfile.ZipExtFile | None = None
        try:
            file = self._zip.open(info)  # type: ignore[assignment]
            while True:
                assert file is not None
                part = file.read(step)
                if not part:
                    return
                size += len(part)
                self._inflated += len(part)
                self._check(size)
                if runs is not None:
                    runs.check(part)
                yield part
        except IngestError:
            raise
        except _DAMAGE:
            damaged = True
        finally:
            if file is not None:
                file.close()
        if damaged:
            raise CorruptFileError("damaged_zip")

    def _check(self, size: int) -> None:
        limits = self._limits
        if size > limits.part_bytes:
            raise LimitExceededError(limit="part_bytes", found=size, allowed=limits.part_bytes)
        if self._inflated > limits.inflated_bytes:
            raise LimitExceededError(limit="inflated_bytes", found=self._inflated, allowed=limits.inflated_bytes)


class _Runs:
    """The bytes of an XML part between one ``<`` and the next, counted while it is inflated.

    A text of one cell that is far beyond the limit would be held several times over before a reader counts its characters.
    Only what is certainly too long is refused here: a character takes four bytes at most, or it is a reference.
    """

    __slots__ = ("_in_tag", "_limits", "_references", "_size")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._size = self._references = 0
        self._in_tag = False

    def check(self, step: bytes) -> None:
        """Count a step further. Only what spans steps can be so long."""
        begin = step.rfind(b"<") + 1
        if begin:
            self._size = self._references = 0
            self._in_tag = not step.startswith(b"![CDATA[", begin)
        rest = step[begin:] if begin else step
        self._size += len(rest)
        self._references += rest.count(b"&")
        self._in_tag = self._in_tag and b">" not in rest
        most = self._limits.cell_chars
        if self._in_tag and self._size > self._limits.xml_token_bytes:
            raise LimitExceededError(limit="xml_token_bytes", found="more", allowed=self._limits.xml_token_bytes)
        # A reference of more than 16 bytes begins with zeros that nobody writes.
        if self._references > most or self._size > (16 if self._references else 4) * most:
            raise LimitExceededError(limit="cell_chars", found="more", allowed=most)


def _open(data: bytes) -> zipfile.ZipFile | None:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE:
        return None


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()
