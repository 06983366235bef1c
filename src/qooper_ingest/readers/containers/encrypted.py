"""Workbooks encrypted with everybody's password: spreadsheet programs open them without asking, and so does this.

A workbook that may be opened by anybody but not changed without a password is encrypted all the same, with a password that
is the same for all. Only that one is tried. The ciphers are those of the optional package msoffcrypto-tool (extra
``encrypted``); without it such a book is refused like any other that is encrypted.

The file is a stranger's: what describes the encryption is looked at before the package gets it. It derives the key by as
many rounds as the file asks for, and parses XML; so the rounds are bounded, and a document type is refused.

Source: [MS-OFFCRYPTO] 2.3.4 (ECMA-376 document encryption); the password is that of 2.4.2.3.
"""

from __future__ import annotations

import io
import re
import struct
from typing import Final

from .ole import Ole

__all__ = ["decrypt_default"]

#: Everybody's password.
_PASSWORD: Final = "VelvetSweatshop"  # noqa: S105  (it is published, and protects nothing)

#: Rounds of the derivation of the key. Excel writes 100,000, which take a tenth of a second; the format allows 10,000,000.
_ROUNDS: Final = 1_000_000

#: A description is a few hundred bytes of fixed fields, or 1 to 2 KB of XML.
_DESCRIPTION: Final = 64 * 1024

_SPIN: Final = re.compile(rb"spinCount\s*=\s*[\"']\s*([0-9]{1,9})\s*[\"']")

#: Version 4.4 is described in XML, the others with fixed fields and a fixed number of rounds.
_AGILE: Final = (4, 4)


def decrypt_default(data: bytes, ole: Ole) -> bytes | None:
    """What is inside of an encrypted package; None where another password is needed, or the package for it is missing."""
    description = ole.stream("EncryptionInfo")
    if description is None or not _is_sound(description):
        return None
    try:
        from msoffcrypto.format.ooxml import OOXMLFile
    except ImportError:
        return None
    unpacked = io.BytesIO()
    try:
        book = OOXMLFile(io.BytesIO(data))
        book.load_key(password=_PASSWORD, verify_password=True)
        book.decrypt(unpacked)
    except Exception:  # noqa: BLE001  (whatever a wrong byte leads to: the book stays closed)
        return None
    found = unpacked.getvalue()
    return found if found.startswith(b"PK") else None


def _is_sound(description: bytes) -> bool:
    if not 8 <= len(description) <= _DESCRIPTION:
        return False
    if struct.unpack_from("<HH", description) != _AGILE:
        return True
    rounds = [int(found) for found in _SPIN.findall(description)]
    # As many as there are are found: a description in another encoding would hide them.
    hidden = description.count(b"spinCount") != len(rounds) or not rounds
    return not hidden and max(rounds) <= _ROUNDS and b"<!" not in description and b"&" not in description
