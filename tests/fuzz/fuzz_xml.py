"""Mutate XML, HTML and web archives for some seconds: ``python tests/fuzz/fuzz_xml.py 60 [seed]``.

Seeds are the labelled cases and small files of every dialect. Whatever the bytes, the reader must give a workbook whose grid
keeps the contract, or a `SourceError`; anything else is written to a file next to this one and ends the run. The random
numbers are seeded, so a run can be repeated.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import polars as pl

from qooper_ingest._grid import column_letter
from qooper_ingest.errors import SourceError
from qooper_ingest.limits import Limits
from qooper_ingest.readers.spreadsheet import regular
from qooper_ingest.readers.xml.reading import read_xml
from qooper_ingest.source import Format, ReadOptions, Source

CASES = Path(__file__).parents[1] / "cases" / "files"
LIMITS = Limits(cells=2_000_000, rows=100_000, seconds=10)

TOKENS = [
    b"<", b">", b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>", b"&amp;", b"&#1;", b"&#xD83D;", b"\0",
    b"\x01", b"\xff", b"\xed\xa0\x80", b"\xf0\x9f\x99\x82", b' ss:Index="3"', b' ss:MergeAcross="2"', b' ss:Type="Number"',
    b"<Row>", b"</Row>", b"<Cell/>", b"<td colspan=3>", b"<td rowspan=2>", b"<tr>", b"</table>", b"<table>", b"<br>",
    b' type="work"', b' name="x"', b' xsi:nil="true"', b"<person>", b"</person>", b"<id>7</id>", b"<!DOCTYPE html>",
    b"table:number-columns-repeated=\"9\"", b"<text:s/>", b"\r\n", b"\n--b\n", b"=\n", b"encoding=\"utf-16\"", b"1e999", b"-",
]  # fmt: skip

SMALL = [
    (Format.XML, b'<x xmlns:a="u"><g n="1"><p id="1">t<b/>u<e type="w">a@b.c</e><e type="h">d</e></p><p id="2"><t>1</t><t>2</t></p></g></x>'),
    (Format.MHTML, b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
     b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<table><tr><td>a<td>b</table>\r\n--b--"),
    (Format.SPREADSHEETML, b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
     b'<Worksheet ss:Name="a"><Table><Row ss:Height="1"><Cell ss:StyleID="s"><Data ss:Type="Number">1</Data></Cell><Cell/></Row>\n'
     b'<Row ss:Index="4"><Cell ss:Index="3"><Data ss:Type="String">a&amp;b</Data></Cell></Row></Table></Worksheet></Workbook>'),
    (Format.HTML, b"<table><caption>c</caption><tr><td rowspan=2>a<td>b<tr><td>c<table><tr><td>x<td>y</table></table>"),
]  # fmt: skip


def seeds() -> list[tuple[Format, bytes]]:
    """What is mutated."""
    found = list(SMALL)
    for path in sorted(CASES.rglob("*")):
        kind = {".xml": Format.XML, ".fods": Format.FODS, ".html": Format.HTML}.get(path.suffix)
        if kind is not None:
            data = path.read_bytes()
            found.append((kind, data))
            found.append((kind, data[:3000]))
    return found


def mutate(data: bytes, chance: random.Random) -> bytes:
    """A few changes: tokens put in, pieces taken out, doubled, moved, bits turned."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(out) + 1)
        length = min(chance.choice([1, 3, 20, 200]), len(out) - at)
        match chance.randrange(6):
            case 0:
                out[at:at] = chance.choice(TOKENS)
            case 1:
                del out[at : at + length]
            case 2:
                out[at:at] = out[at : at + length] * chance.randint(1, 5)
            case 3 if length:
                piece = bytes(out[at : at + length])
                del out[at : at + length]
                to = chance.randrange(len(out) + 1)
                out[to:to] = piece
            case 4 if at < len(out):
                out[at] ^= 1 << chance.randrange(8)
            case _:
                out[at : at + length] = chance.choice(TOKENS)
    return bytes(out)


def check(data: bytes, kind: Format) -> str:
    """Read once; the outcome in a word."""
    try:
        workbook = read_xml(Source.of(data), ReadOptions(format=kind), LIMITS)
    except SourceError as error:
        return error.code
    assert workbook.issues.frame.height >= 0
    for at in range(len(workbook.sheets)):
        sheet = workbook.sheet(at)
        grid = sheet.grid
        assert grid.columns == ["_row", *(column_letter(position) for position in range(grid.width - 1))]
        assert grid["_row"].is_sorted()
        assert grid["_row"].is_unique().all()
        assert all(dtype == pl.String for dtype in grid.dtypes[1:])
        assert not any(bool((grid[name] == "").any()) for name in grid.columns[1:])
        assert sheet.kinds.width == 0 or sheet.kinds.height == grid.height
        assert workbook.sheet(at).issues.page(0, 3) is not None
    return "workbook"


def main(seconds: float, seed: int) -> None:
    """Mutate until the time is over."""
    chance = random.Random(seed)
    known = seeds()
    counts: dict[str, int] = {}
    ends = time.monotonic() + seconds
    slowest = 0.0
    while time.monotonic() < ends:
        kind, data = chance.choice(known)
        hint = chance.choice([kind, kind, kind, Format.XML, Format.HTML])
        changed = mutate(data, chance)
        regular.REGULAR_FROM = chance.choice([0, 10**9])
        begin = time.monotonic()
        try:
            told = check(changed, hint)
        except BaseException:
            Path(__file__).with_name(f"crash_{hint}_{seed}.bin").write_bytes(changed)
            raise
        slowest = max(slowest, time.monotonic() - begin)
        counts[told] = counts.get(told, 0) + 1
    sys.stdout.write(f"{sum(counts.values())} files, slowest {slowest:.2f} s, {dict(sorted(counts.items()))}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
