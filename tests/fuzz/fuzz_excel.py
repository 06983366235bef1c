"""Change books at random and read them: each must end as a workbook or a typed error.

Run: ``python tests/fuzz/fuzz_excel.py [seconds]`` (30 by default). Books are the hostile ones and small ones of each format;
a change is made inside of the parts (the archive is packed again), because a change to the archive itself rarely gets
further than its checksum. What fails is printed as Python that makes the bytes again.
"""

from __future__ import annotations

import io
import sys
import time
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent.parent / "hostile"))

from generate import FILES

from qooper_ingest.errors import SourceError
from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.readers import read_workbook
from qooper_ingest.source import Format, ReadOptions

#: Small ones: a run should see many changes, not a few large files.
SEEDS = [
    (name, data)
    for name, data in ((name, make()) for name, make in FILES.items() if "bomb" not in name)
    if 20 < len(data) < 60_000
]
FORMATS = {"xlsx": Format.XLSX, "xls": Format.XLS, "xlsb": Format.XLSB, "ods": Format.ODS}

#: What breaks parsers, put in or over.
PIECES = st.sampled_from(
    [b"", b"<", b">", b'"', b"&", b"]]>", b"<!--", b"-->", b"<![CDATA[", b"<!DOCTYPE a>", b"\0", b"\xff" * 4, b"\x7f\xff\xff\xff",
     b'<c r="XFD1048576"><v>1</v></c>', b' r="A0"', b"<v>", b"</v></c>", b"</row>", b"<row/>", b"1e308", b"-1", b"99999999999",
     b"</sheetData>", b' t="s"', b"\xfe\xff", b"\x09\x08\x10\x00", b"\x3c\x00\x00\x00", b"\x0a\x00\x00\x00"]
)  # fmt: skip
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 12),
        st.one_of(PIECES, st.binary(max_size=6)),
    ),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, changes: list[tuple[int, float, int, bytes]]) -> bytes:
    """The book with pieces of its parts replaced."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError, zipfile.LargeZipFile):
        parts = []
    if not parts:
        for _, place, length, piece in changes:
            at = int(place * (len(data) + 1))
            data = data[:at] + piece + data[at + length :]
        return data
    for which, place, length, piece in changes:
        name, body = parts[which % len(parts)]
        at = int(place * (len(body) + 1))
        parts[which % len(parts)] = (name, body[:at] + piece + body[at + length :])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, body in parts:
            archive.writestr(zipfile.ZipInfo(name), body)
    return buffer.getvalue()


def read(name: str, data: bytes) -> None:
    """Read everything there is to read."""
    kind = FORMATS.get(name.partition("_")[0])
    try:
        found = read_workbook(data, options=ReadOptions(format=kind), limits=DEFAULT_LIMITS)
        for index in range(len(found.sheets)):
            found.sheet(index).preview(3)
            found.sheet(index).issues.page()
    except SourceError as error:
        if error.code == "reader_failed":
            raise AssertionError(name) from None
    except ImportError:  # text, whose reader may not be there
        return


def main(seconds: float) -> None:
    """Fuzz for so many seconds."""
    end = time.monotonic() + seconds
    runs = 0

    @settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(SEEDS), CHANGES)
    def law(seed: tuple[str, bytes], changes: list[tuple[int, float, int, bytes]]) -> None:
        nonlocal runs
        if time.monotonic() > end:
            return
        runs += 1
        read(seed[0], changed(seed[1], changes))

    while time.monotonic() < end:
        law()
    sys.stdout.write(f"{runs} books read or refused\n")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)
