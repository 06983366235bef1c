"""A plan as a file, and as a digest.

A saved plan is a zip of Parquet files and a manifest with the digest of each, without a clock in it: equal plans are equal
files. The fingerprint covers what the plan says, as text, so that it is the same for every version of the frame library.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Final

import polars as pl

from ..errors import UsageError

__all__ = ["BASIS_VERSION", "FORMAT_VERSION", "fingerprint_of", "pack", "unpack"]

#: Of saved plans and of the summary's JSON. Format 1 is still read; its summary had another name for ``can_apply``.
FORMAT_VERSION: Final = 2

#: Of what the fingerprint covers: plans of equal content have equal fingerprints whatever they are saved as.
BASIS_VERSION: Final = 1


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


def unpack(
    source: str | os.PathLike[str] | BinaryIO | bytes, names: Sequence[str], /
) -> tuple[dict[str, Any], dict[str, pl.DataFrame], bool]:
    """The manifest, the frames, and whether the frames are those that the manifest was written for.

    Raises:
        UsageError: ``plan_invalid``: another format version. What is damaged raises whatever its parser raises.
    """
    with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        if manifest["format_version"] not in (1, FORMAT_VERSION):
            raise UsageError("plan_invalid", reason=f"it has the format version {int(manifest['format_version'])}")
        if manifest["format_version"] == 1:
            summary = manifest["summary"]
            summary |= {"format_version": FORMAT_VERSION, "can_apply": summary.pop("applyable")}
        parts = {name: archive.read(f"{name}.parquet") for name in names}
    frames = {name: pl.read_parquet(data) for name, data in parts.items()}
    return manifest, frames, manifest["parts"] == _digests(parts)


def _digests(parts: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))


def fingerprint_of(basis: Mapping[str, Any], frames: Sequence[pl.DataFrame], /) -> str:
    """A digest of the plan's content: of text, so that it is the same for every version of the frame library."""
    digest = hashlib.sha256(json.dumps(basis, sort_keys=True, default=str).encode())
    for frame in frames:
        flat = frame.select(_exact(pl.col(name), dtype) for name, dtype in frame.schema.items())
        flat.write_csv(_Digest(digest), null_value="\x00", batch_size=65536)  # type: ignore[call-overload]
    return digest.hexdigest()


def _exact(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A column as something that text tells exactly: lists joined, numbers by their bits."""
    if isinstance(dtype, pl.List):
        return column.list.join("\x1f")
    return column.reinterpret(signed=True) if dtype == pl.Float64() else column


class _Digest:
    """A file that only counts what is written to it."""

    def __init__(self, digest: Any) -> None:
        self._digest = digest

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        return len(data)
