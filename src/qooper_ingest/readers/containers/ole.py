"""The compound file around .xls books (and Word documents, and password-protected xlsx): names and streams.

Wanted: the names of the streams, and the bytes of one of them. Every chain of sectors is followed at most as far as the
file has sectors, the directory is read as the flat list that it is, and no number of the header is believed: loops and
wild sector numbers end a chain instead of the process. The tree that the directory also claims to be is only asked which
streams stand at its top: a document may hold a workbook of its own deeper down.

Refused: a file whose directory or whose wanted stream cannot be reached, because a part of a table must not pass for
the whole.

Source: [MS-CFB], Compound File Binary File Format.
"""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass, replace
from typing import Final

from ...errors import CorruptFileError

__all__ = ["OLE_MAGIC", "Ole"]

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Sector numbers from here on are marks (end of chain, free, table), not sectors.
_MARKS: Final = 0xFFFFFFFA

_HEADER: Final = 512
_ENTRY: Final = 128

#: The kind of the entry that holds all others.
_ROOT: Final = 5

#: A directory longer than this is no book's: a workbook with a thousand embedded objects stays under it.
_ENTRIES: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int
    top: bool = False


class Ole:
    """A compound file.

    Raises:
        CorruptFileError: ``damaged_ole``.
    """

    __slots__ = ("_cutoff", "_data", "_entries", "_fat", "_mini", "_mini_fat", "_mini_sector", "_sector")

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER or not data.startswith(OLE_MAGIC):
            raise CorruptFileError("damaged_ole")
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        self._data = data
        self._sector = 1 << shift if 7 <= shift <= 16 else 512
        self._mini_sector = 1 << mini_shift if 4 <= mini_shift < shift else 64
        first_directory, _, self._cutoff, first_mini, _, first_difat, _ = struct.unpack_from("<IIIIIII", data, 48)
        self._fat = self._table(self._difat(first_difat))
        self._mini_fat = _words(self._chain(first_mini, None)) if first_mini < _MARKS else array("I")
        directory = self._chain(first_directory, None)
        self._entries = tuple(_entries(directory))
        root = next((entry for entry in self._entries if entry.kind == _ROOT), None)
        if root is None:
            raise CorruptFileError("damaged_ole")
        self._mini = self._chain(root.start, root.size) if root.start < _MARKS and root.size else b""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all streams and storages."""
        return tuple(entry.name for entry in self._entries)

    @property
    def top(self) -> tuple[str, ...]:
        """The names of the streams and storages at the top, not inside of an embedded object."""
        return tuple(entry.name for entry in self._entries if entry.top)

    def stream(self, *names: str) -> bytes | None:
        """The bytes of the first stream of one of the names, or None; one at the top goes before embedded ones.

        Raises:
            CorruptFileError: ``damaged_ole``: the stream is cut short.
        """
        for name in names:
            for entry in sorted(self._entries, key=lambda entry: not entry.top):
                if entry.kind == 2 and entry.name.casefold() == name.casefold():
                    small = entry.size < self._cutoff
                    found = self._mini_chain(entry) if small else self._chain(entry.start, entry.size)
                    # The padding of the last sector is missing from some real files; more than that is data.
                    if len(found) + (self._mini_sector if small else self._sector) <= entry.size or not found:
                        raise CorruptFileError("damaged_ole")
                    return found
        return None

    def _difat(self, first: int) -> list[int]:
        """The sectors of the allocation table."""
        found = list(struct.unpack_from("<109I", self._data, 76))
        count = len(self._data) // self._sector + 1
        width = self._sector // 4
        seen: set[int] = set()
        while first < _MARKS and first not in seen and len(seen) < count:
            seen.add(first)
            sector = _words(self._at(first))
            if len(sector) < width:
                break
            found.extend(sector[: width - 1])
            first = sector[width - 1]
        # A sector can only serve once: repeats are how a small file claims a large table.
        return list(dict.fromkeys(number for number in found if number < _MARKS))

    def _table(self, sectors: list[int]) -> array[int]:
        table = array("I")
        for number in sectors:
            sector = _words(self._at(number))
            if not sector:
                break  # beyond the end of a truncated file
            table.extend(sector)
        return table

    def _at(self, number: int) -> bytes:
        start = _HEADER + number * self._sector if self._sector <= _HEADER else (number + 1) * self._sector
        return self._data[start : start + self._sector]

    def _chain(self, start: int, size: int | None) -> bytes:
        most = len(self._data) // self._sector + 1
        if size is not None:
            most = min(most, -(-size // self._sector))
        parts: list[bytes] = []
        number = start
        while number < _MARKS and len(parts) < most:
            part = self._at(number)
            if not part:
                break
            parts.append(part)
            if number >= len(self._fat):
                break
            number = self._fat[number]
        whole = b"".join(parts)
        return whole if size is None else whole[:size]

    def _mini_chain(self, entry: _Entry) -> bytes:
        parts: list[bytes] = []
        number = entry.start
        most = -(-entry.size // self._mini_sector)
        while number < _MARKS and len(parts) < most:
            part = self._mini[number * self._mini_sector : (number + 1) * self._mini_sector]
            if not part:
                break
            parts.append(part)
            if number >= len(self._mini_fat):
                break
            number = self._mini_fat[number]
        return b"".join(parts)[: entry.size]


def _words(data: bytes) -> array[int]:
    words = array("I")
    words.frombytes(data[: len(data) // 4 * 4])
    if sys.byteorder == "big":
        words.byteswap()
    return words


def _entries(directory: bytes) -> list[_Entry]:
    found: dict[int, _Entry] = {}
    links: dict[int, tuple[int, int, int]] = {}  # the neighbours on both sides, and the first of what is inside
    for number in range(min(len(directory) // _ENTRY, _ENTRIES)):
        at = number * _ENTRY
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        if kind == 0 or not 2 <= length <= 64:
            continue
        name = directory[at : at + length - 2].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, at + 116)
        found[number] = _Entry(name, kind, start, size)
        links[number] = struct.unpack_from("<III", directory, at + 68)
    waiting = [links[number][2] for number, entry in found.items() if entry.kind == _ROOT][:1]
    while waiting:
        number = waiting.pop()
        entry = found.get(number)
        if entry is not None and not entry.top and entry.kind != _ROOT:
            found[number] = replace(entry, top=True)
            waiting += links[number][:2]
    return list(found.values())
