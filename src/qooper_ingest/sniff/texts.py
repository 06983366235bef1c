"""Texts that are no tables: EBCDIC, which looks like one in no other encoding, and people as blocks of labelled lines.

Strategy: both are refused by name, because read as they stand they would make a table of wrong cells. EBCDIC is told by what it
lacks, the blanks, digits and line feeds of ASCII; blocks by labels that come again block after block.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

__all__ = ["are_labelled_records", "is_ebcdic"]

#: Letters, digits, the blank and the punctuation of EBCDIC that all its code pages share, line ends and tab.
_EBCDIC: Final = bytes(
    code
    for first, last in (
        *((0x81, 0x89), (0x91, 0x99), (0xA2, 0xA9), (0xC1, 0xC9), (0xD1, 0xD9), (0xE2, 0xE9), (0xF0, 0xF9)),
        *(
            (0x40, 0x40),
            (0x4B, 0x50),
            (0x5C, 0x61),
            (0x6B, 0x6F),
            (0x7A, 0x7F),
            (0x05, 0x05),
            (0x0D, 0x0D),
            (0x15, 0x15),
            (0x25, 0x25),
        ),
    )
    for code in range(first, last + 1)
)

#: What every text in ASCII has, and EBCDIC nearly never.
_ASCII: Final = b" \n" + bytes(range(0x30, 0x3A))

#: Blank, comma, semicolon and digits of EBCDIC.
_DIVIDING: Final = b"\x40\x6b\x5e" + bytes(range(0xF0, 0xFA))
_LEAST: Final = 32


def is_ebcdic(head: bytes) -> bool:
    """Whether a head is text in EBCDIC.

    >>> is_ebcdic("ID,Name,Mail\\n00042,Anna Berg,anna.berg@corp.example".encode("cp037"))
    True
    """
    if len(head) < _LEAST or head.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return False
    own = _count(head, _EBCDIC)
    return (
        own >= 0.9 * len(head)
        and _count(head, _ASCII) <= 0.01 * len(head)
        and _count(head, _DIVIDING) >= 0.03 * len(head)
    )


def _count(data: bytes, members: bytes) -> int:
    return len(data) - len(data.translate(None, members))


_LINES: Final = 400
_LABELLED: Final = re.compile(r"[ \t]{0,8}([^\W\d_][\w .()/'-]{0,39}):(?:[ \t].*)?")
_BLOCKS: Final = 2
_SHARE: Final = 0.9


def are_labelled_records(text: str) -> bool:
    """Whether a text lists each person as lines such as ``Name: Ann``, one block after another.

    >>> are_labelled_records("Name: Ann Berg\\nMail: ann@corp.example\\n\\nName: Tom Ito\\nMail: tom@corp.example\\n")
    True
    """
    blocks: list[list[str]] = [[]]
    filled = labelled = 0
    for line in text.splitlines()[:_LINES]:
        if not line.strip():
            blocks.append([])
            continue
        filled += 1
        found = _LABELLED.fullmatch(line)
        if found is not None:
            labelled += 1
            blocks[-1].append(found[1].strip().casefold())
    named = [block for block in blocks if len(block) >= 2]
    if len(named) < _BLOCKS or labelled < _SHARE * filled:
        return False
    labels = Counter(label for block in named for label in set(block))
    # The last block may be cut short by the end of what is looked at.
    return sum(1 for count in labels.values() if count >= _SHARE * len(named) - 1 and count >= _BLOCKS) >= 2
