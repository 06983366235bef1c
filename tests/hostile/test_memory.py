"""Small files that unpack to much: what is refused is counted before it is kept, so the peak of memory stays low."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import qooper_ingest as qi
from hostile.generate import bomb, book, one, parts

#: Reads a file and prints the peak of memory in MiB and what came of it.
CODE = """
import re, sys
import qooper_ingest as qi
try:
    book = qi.read_workbook(sys.argv[1])
    outcome = "read", *[book.sheet(at).grid.height for at in range(len(book.sheets))]
except qi.LimitExceededError as error:
    outcome = error.code, error.params["limit"]
# The mark of this program alone: what getrusage gives counts the process that started it too.
print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024, *outcome)
"""

#: Of which an interpreter with the library takes 65.
MOST = 200

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def endless(part: str, marker: bytes, unit: bytes, times: int) -> bytes:
    """A book in one of whose parts a marker is replaced by a unit that repeats."""
    members = dict(parts(one("A1", "0", ' t="s"' if part == STRINGS else ' t="str" x="MARK"')))
    members[STRINGS] = members[SHEET][: members[SHEET].index(b"<worksheet")] + (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>MARK</t></si></sst>'
    )
    before, after = members[part].split(marker)
    return bomb(part, before, unit, times, after, members)


def zeros(mebibytes: int) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1) as file:
        for _ in range(mebibytes):
            file.write(bytes(1 << 20))
    return buffer.getvalue()


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "a text in a cell": (lambda: endless(SHEET, b"<v>0</v>", b"<v>" + b"x" * 50_000_000 + b"</v>", 1), "cell_chars"),
    "a text of references": (lambda: endless(SHEET, b"<v>0</v>", b"<v>" + b"&amp;" * 9_000_000, 1), "cell_chars"),
    "a shared text": (lambda: endless(STRINGS, b"MARK", b"x", 50_000_000), "cell_chars"),
    "an attribute": (lambda: endless(SHEET, b"MARK", b"x", 50_000_000), "xml_token_bytes"),
    "a gzip file": (lambda: zeros(600), "file_bytes"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is counted otherwise elsewhere")
@pytest.mark.parametrize("name", FILES)
def test_what_is_too_long_is_refused_before_it_is_kept(name: str, tmp_path: Path) -> None:
    make, limit = FILES[name]
    path = tmp_path / "people"
    path.write_bytes(make())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "POLARS_MAX_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(path)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    peak, *outcome = done.stdout.split()
    assert outcome == ["limit_exceeded", limit]
    assert int(peak) < MOST


LETTERS = ["x", "&#x1F600;", "\N{GRINNING FACE}", "\N{CJK UNIFIED IDEOGRAPH-6F22}", "&amp;"]


@pytest.mark.parametrize("letter", LETTERS)
def test_a_text_as_long_as_the_limit_is_read(letter: str) -> None:
    most = qi.DEFAULT_LIMITS.cell_chars
    for times in (most, most + 1):
        whole = book(one("A1", letter * times, ' t="str"'))
        if times > most:
            with pytest.raises(qi.LimitExceededError) as raised:
                qi.read_workbook(whole).sheet().grid  # noqa: B018
            assert raised.value.params["limit"] == "cell_chars"
        else:
            assert qi.read_workbook(whole).sheet().grid["A"].str.len_chars().to_list() == [most]


def test_a_gzip_file_of_many_bytes_is_unpacked_whole() -> None:
    text = b"id;email\n" + b"7;ann.lee@corp.example\n" * 3_000_000
    book = qi.read_workbook(gzip.compress(text, 1))
    assert book.sheet().grid.height == 3_000_001


def test_a_damaged_gzip_file_of_many_bytes_is_refused() -> None:
    whole = zeros(80)
    for damaged in (whole[:-9], whole[:-4] + b"\0\0\0\0"):
        with pytest.raises(qi.CorruptFileError) as raised:
            qi.read_workbook(damaged)
        assert raised.value.code == "damaged_gzip"
