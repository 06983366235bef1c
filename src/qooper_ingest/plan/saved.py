"""A plan as a file, and as a digest.

A saved plan is a zip of Parquet files and a manifest with the digest of each, without a clock in it: equal plans are equal
files. The fingerprint covers what the plan says, as text, so that it is the same for every version of the frame library.

A file that is loaded may be damaged or forged. So the archive must hold exactly the parts that a plan has, stored without
compression, before anything of it is read; a part is parsed only when its digest is that of the manifest and when it does not
claim more rows than a file may have.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from ..errors import UsageError
from ..limits import Limits
from .context import CONTEXT_PARTS

__all__ = ["BASIS_VERSION", "FORMAT_VERSION", "RECORD_PARTS", "fingerprint_of", "pack", "unpack"]

#: Of saved plans and of the summary's JSON. Format 1 is still read; its summary had another name for ``can_apply``.
FORMAT_VERSION: Final = 2

#: Of what the fingerprint covers: plans of equal content have equal fingerprints whatever they are saved as.
BASIS_VERSION: Final = 2

#: The parts of a saved plan; those of the rows it was made from are missing in format 1 and in inverse plans, and what is shown
#: beside them (`CONTEXT_PARTS`) in format 1.
_PLAN_PARTS: Final = ("frame", "issues", "stored", "new")
RECORD_PARTS: Final = ("rows", "identity", "cleared", "instructions")

#: A manifest holds the policy, the schema and the pairs of rows that wait for each other, and nothing of the rows.
_MANIFEST_BYTES: Final = 256 * 1024 * 1024

#: Where an archive's own count of its entries stands: at its end, with a comment of at most 64 KiB behind.
_END_OF_ARCHIVE: Final = b"PK\x05\x06"
_END_BYTES: Final = 22 + 65_535


def pack(frames: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any], /) -> bytes:
    """The file: the frames, and the manifest with the format's version and the digest of every frame."""
    parts: dict[str, bytes] = {}
    for name, frame in frames.items():
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        parts[name] = buffer.getvalue()
    whole = {"format_version": FORMAT_VERSION, **manifest, "parts": _digests(parts)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry("manifest.json"), json.dumps(whole))
        for name, data in parts.items():
            archive.writestr(_entry(f"{name}.parquet"), data)
    return packed.getvalue()


def unpack(data: bytes, limits: Limits, /) -> tuple[dict[str, Any], dict[str, pl.DataFrame]]:
    """Check and parse a saved plan.

    Returns:
        The manifest and the frames of the parts; of format 1, and of an inverse plan, without `RECORD_PARTS`.

    Raises:
        UsageError: ``plan_invalid``: another format version, or not what `pack` wrote. What is damaged otherwise raises
            whatever its parser raises.
    """
    tail = data[-_END_BYTES:]
    at = tail.rfind(_END_OF_ARCHIVE)
    entries = struct.unpack_from("<H", tail, at + 10)[0] if 0 <= at <= len(tail) - 22 else 0
    if not 0 < entries <= 1 + len(_PLAN_PARTS) + len(RECORD_PARTS) + len(CONTEXT_PARTS):
        raise UsageError("plan_invalid", reason="it is no archive of a plan's parts")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(data):
                raise UsageError("plan_invalid", reason="a part of it is compressed")
        if "manifest.json" in archive.NameToInfo and archive.getinfo("manifest.json").file_size > _MANIFEST_BYTES:
            raise UsageError("plan_invalid", reason="its manifest is too large")
        manifest = json.loads(archive.read("manifest.json"))
        version = manifest["format_version"]
        if version not in (1, FORMAT_VERSION):
            raise UsageError("plan_invalid", reason=f"it has the format version {int(version)}")
        names = _PLAN_PARTS
        if version != 1:  # an inverse plan is made from a plan and has no rows of its own
            names = (*_PLAN_PARTS, *(() if "inverse_of" in manifest.get("basis", {}) else RECORD_PARTS), *CONTEXT_PARTS)
        if sorted(archive.namelist()) != sorted(["manifest.json", *(f"{name}.parquet" for name in names)]):
            raise UsageError("plan_invalid", reason="it does not hold the parts of a plan")
        parts = {name: archive.read(f"{name}.parquet") for name in names}
    if manifest["parts"] != _digests(parts):
        raise UsageError("plan_invalid", reason="it was changed after it was saved")
    if version == 1:
        summary = manifest["summary"]
        summary |= {"format_version": FORMAT_VERSION, "can_apply": summary.pop("applyable")}
    return manifest, {name: _read_part(part, limits) for name, part in parts.items()}


#: Lines that issues may have for every row of a file.
_ISSUES_PER_ROW: Final = 64


def _read_part(data: bytes, limits: Limits) -> pl.DataFrame:
    rows = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()  # of the file's own footer
    if rows > _ISSUES_PER_ROW * limits.rows:
        raise UsageError("plan_invalid", reason="it claims more rows than a file may have")
    return pl.read_parquet(data)


def _digests(parts: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))


def fingerprint_of(basis: Mapping[str, Any], frames: Sequence[pl.DataFrame], /) -> str:
    """A digest of the plan's content: of text, so that it is the same for every version of the frame library.

    Different content has different text: names and heights are written, a list is written as its items with their lengths, and
    an empty text is quoted where a null is not. Plans of format 1 keep the encoding that their fingerprint was made with.
    """
    digest = hashlib.sha256(json.dumps(basis, sort_keys=True, default=str).encode())
    if basis["format"] == 1:
        for frame in frames:
            flat = frame.select(_exact(pl.col(name), dtype, _joined) for name, dtype in frame.schema.items())
            flat.write_csv(_Digest(digest), null_value="\x00", batch_size=65536)  # type: ignore[call-overload]
        return digest.hexdigest()
    for frame in frames:
        digest.update(f"{frame.height} x {frame.width}\n".encode())
        flat = frame.select(_exact(pl.col(name), dtype, _with_lengths) for name, dtype in frame.schema.items())
        flat.write_csv(_Digest(digest), batch_size=65536)  # type: ignore[call-overload]
    return digest.hexdigest()


def _exact(column: pl.Expr, dtype: pl.DataType, join: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """A column as something that text tells exactly: lists joined, numbers by their bits."""
    if isinstance(dtype, pl.List):
        return join(column)
    return column.reinterpret(signed=True) if dtype == pl.Float64() else column


def _joined(lists: pl.Expr) -> pl.Expr:
    return lists.list.join("\x1f")


def _with_lengths(lists: pl.Expr) -> pl.Expr:
    """Every item with its length in bytes in front, a null item as ``-``; a null list stays null."""
    item = pl.element()
    told = pl.concat_str(item.str.len_bytes().cast(pl.String), pl.lit(":"), item).fill_null("-")
    return pl.when(lists.is_not_null()).then(lists.list.eval(told).list.join("")).alias(lists.meta.output_name())


class _Digest:
    """A file that only counts what is written to it."""

    def __init__(self, digest: Any) -> None:
        self._digest = digest

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        return len(data)
