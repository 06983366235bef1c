"""xls books that are encrypted without a password of anybody's: read-only recommended, or with a protected structure.

Excel 95 to 2003 encrypts such a book too, with a password that is the same everywhere and that every program tries by
itself; the person who saved the book has none to take off. The ciphers of these years, RC4 with keys of 40 to 128 bits and
before that sixteen bytes over and over, take a few lines; whether the password is right is told by the file. Any other
password is not tried.

How: the key stream of RC4 runs over the whole stream and begins anew every 1,024 bytes; the sixteen bytes of Excel 95 begin
in each record where its place says. The heads of records, some records and the positions of sheets stand in the clear (but
advance the key stream). What comes out is the stream without the mark that it is encrypted.

Not read: xlsx books of this kind, which are encrypted with AES: that would take a cryptographic library.

Source: [MS-XLS] 2.2.10 and 2.4.117 (FilePass), [MS-OFFCRYPTO] 2.3.5 (CryptoAPI), 2.3.6 (RC4), 2.3.7 (XOR).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from hashlib import md5, sha1
from typing import Final

from ..deadline import Deadline

__all__ = ["without_default_password"]

_PASSWORD: Final = "VelvetSweatshop".encode("utf-16-le")
_BLOCK: Final = 1024

_FILEPASS: Final = 0x002F
_BOUNDSHEET: Final = 0x0085
#: What fills the password of Excel 95 up to sixteen bytes.
_FILL: Final = b"\xbb\xff\xff\xba\xff\xff\xb9\x80\x00\xbe\x0f\x00\xbf\x0f\x00"
#: BOF, FilePass, UsrExcl, FileLock, RRDInfo, RRDHead, InterfaceHdr
_IN_THE_CLEAR: Final = frozenset({0x0809, _FILEPASS, 0x0194, 0x0195, 0x0196, 0x0138, 0x00E1})
#: A record that means nothing.
_NOTHING: Final = 0xFFFF

#: FilePass is one of the first records of a book.
_FIRST_RECORDS: Final = 32

_Key = Callable[[int], bytes]


def without_default_password(stream: bytes, deadline: Deadline) -> bytes:
    """The stream, decrypted if it was encrypted with the password that is everybody's; else as it is."""
    for number, (at, code, size) in enumerate(_records(stream)):
        if code == _FILEPASS:
            body = stream[at : at + size]
            mask = _mask(body)
            if mask is not None:
                return _in_the_clear(stream, _unmasked(stream, mask, deadline))
            key = _key(body)
            return stream if key is None else _decrypted(stream, key, deadline)
        if number > _FIRST_RECORDS:
            break
    return stream


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Where the body of each record begins, its number and its length."""
    at = 0
    while at + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        yield at + 4, code, size
        at += 4 + size


def _mask(body: bytes) -> bytes | None:
    """The sixteen bytes of Excel 95, if the password is the right one: they are made of it and of a key that the file holds."""
    password = _PASSWORD[::2]
    if len(body) == 6 and body[:2] == b"\0\0":  # since Excel 97 the method stands before
        body = body[2:]
    if len(body) != 4:
        return None
    verifier = 0
    for byte in reversed(bytes([len(password)]) + password):
        verifier = (verifier >> 14 & 1 | verifier << 1 & 0x7FFF) ^ byte
    if struct.unpack_from("<H", body, 2)[0] != verifier ^ 0xCE4B:
        return None
    filled = (password + _FILL)[:16]
    return bytes(_rotated(byte ^ body[place % 2], 2) for place, byte in enumerate(filled))


def _rotated(byte: int, bits: int) -> int:
    return (byte << bits | byte >> 8 - bits) & 0xFF


def _unmasked(stream: bytes, mask: bytes, deadline: Deadline) -> bytearray:
    turned = stream.translate(bytes(_rotated(byte, 3) for byte in range(256)))
    plain = bytearray(turned)
    for number, (at, _, size) in enumerate(_records(stream)):
        first = (at + size) % 16
        body = turned[at : at + size]
        plain[at : at + len(body)] = _xor(body, (mask * (size // 16 + 2))[first : first + size])
        if not number % _BLOCK:
            deadline.check()
    return plain


def _key(body: bytes) -> _Key | None:
    """The keys of the blocks, if the password is the right one."""
    if len(body) < 6:
        return None
    method, major, minor = struct.unpack_from("<HHH", body)
    if method != 1:
        return None
    if (major, minor) == (1, 1):
        return _rc4_key(body[6:])
    return _crypto_api_key(body[6:]) if major in (2, 3, 4) and minor == 2 else None


def _rc4_key(body: bytes) -> _Key | None:
    salt, verifier, check = body[:16], body[16:32], body[32:48]
    if len(check) < 16:
        return None
    short = md5(_PASSWORD, usedforsecurity=False).digest()[:5]
    base = md5((short + salt) * 16, usedforsecurity=False).digest()[:5]

    def key(block: int) -> bytes:
        return md5(base + struct.pack("<I", block), usedforsecurity=False).digest()

    plain = _xor(verifier + check, _key_stream(key(0), 32))
    return key if md5(plain[:16], usedforsecurity=False).digest() == plain[16:] else None


def _crypto_api_key(body: bytes) -> _Key | None:
    if len(body) < 8:
        return None
    at = 8 + struct.unpack_from("<I", body, 4)[0]  # flags, and a header of the length that it states
    bits = struct.unpack_from("<I", body, 24)[0] if len(body) >= 28 else 0
    length = (bits or 40) // 8
    salt, verifier, check = body[at + 4 : at + 20], body[at + 20 : at + 36], body[at + 40 : at + 60]
    if len(check) < 20 or not 5 <= length <= 16:
        return None
    base = sha1(salt + _PASSWORD, usedforsecurity=False).digest()

    def key(block: int) -> bytes:
        found = sha1(base + struct.pack("<I", block), usedforsecurity=False).digest()[:length]
        return found.ljust(16, b"\0") if length == 5 else found

    plain = _xor(verifier + check, _key_stream(key(0), 36))
    return key if sha1(plain[:16], usedforsecurity=False).digest() == plain[16:] else None


def _decrypted(stream: bytes, key: _Key, deadline: Deadline) -> bytes:
    blocks = []
    for block in range(-(-len(stream) // _BLOCK)):
        deadline.check()
        blocks.append(_xor(stream[block * _BLOCK : (block + 1) * _BLOCK], _key_stream(key(block), _BLOCK)))
    return _in_the_clear(stream, bytearray(b"".join(blocks)))


def _in_the_clear(stream: bytes, plain: bytearray) -> bytes:
    """Put back what was never encrypted, and take the mark away that the rest was."""
    for at, code, size in _records(stream):
        clear = size if code in _IN_THE_CLEAR else 4 if code == _BOUNDSHEET else 0
        clear = min(clear, len(stream) - at)
        plain[at - 4 : at + clear] = stream[at - 4 : at + clear]
        if code == _FILEPASS:
            struct.pack_into("<H", plain, at - 4, _NOTHING)
    return bytes(plain)


def _key_stream(key: bytes, length: int) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out = bytearray(length)
    i = j = 0
    for at in range(length):
        i = (i + 1) & 255
        a = state[i]
        j = (j + a) & 255
        b = state[j]
        state[i], state[j] = b, a
        out[at] = state[(a + b) & 255]
    return bytes(out)


def _xor(data: bytes, keys: bytes) -> bytes:
    size = len(data)
    return (int.from_bytes(data, "little") ^ int.from_bytes(keys[:size], "little")).to_bytes(size, "little")
