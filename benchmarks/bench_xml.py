"""How fast XML is read: rows a second, and the ratio to a bare expat loop over the same bytes.

The bare loop feeds the file to pyexpat with handlers that do nothing: what any reader written in Python on top of expat
pays before it does any work. Run from the repository root: ``python benchmarks/bench_xml.py [rows]``. Each figure is the
median of three in one process, in processor time (all threads), so that a busy machine does not change them much; compare
ratios, not seconds.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from xml.parsers import expat

from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.readers.xml.reading import read_xml
from qooper_ingest.source import Format, ReadOptions, Source

SS = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
FIELDS = ["id", "first", "last", "email", "status", "city", "phone", "manager", "start", "score"]


def values(row: int, columns: int) -> list[str]:
    """A participant."""
    email = f"person{row}@corp.example"
    known = [
        f"{row:07}",
        f"First{row % 977}",
        f"Last{row % 1009}",
        email,
        "active",
        "Zürich",
        f"+41 44 {row:07}",
        "",
        "2024-02-28",
    ]
    return [*known, str(row % 100)][:columns]


def record_elements(rows: int, columns: int) -> bytes:
    """Fields as child elements."""
    return (
        "<people>\n"
        + "".join(
            "<person>"
            + "".join(f"<{n}>{v}</{n}>" for n, v in zip(FIELDS, values(r, columns), strict=False))
            + "</person>\n"
            for r in range(rows)
        )
        + "</people>"
    ).encode()


def record_attributes(rows: int, columns: int) -> bytes:
    """Fields as attributes."""
    return (
        "<people>\n"
        + "".join(
            "<person " + " ".join(f'{n}="{v}"' for n, v in zip(FIELDS, values(r, columns), strict=False)) + "/>\n"
            for r in range(rows)
        )
        + "</people>"
    ).encode()


def spreadsheetml(rows: int, columns: int) -> bytes:
    """As Excel saves it."""
    lines = "".join(
        "   <Row>\n"
        + "".join(
            f'    <Cell ss:StyleID="s62"><Data ss:Type="{"Number" if v.isdigit() and v[:1] != "0" else "String"}">{v}</Data></Cell>\n'
            for v in values(r, columns)
        )
        + "   </Row>\n"
        for r in range(rows)
    )
    return (
        f'<?xml version="1.0"?>\n<Workbook {SS}>\n <Worksheet ss:Name="People">\n  <Table>\n{lines}  </Table>\n </Worksheet>\n</Workbook>'
    ).encode()


def html(rows: int, columns: int) -> bytes:
    """As a report writes it."""
    lines = "".join("<tr>" + "".join(f"<td>{v}</td>" for v in values(r, columns)) + "</tr>\n" for r in range(rows))
    return f"<html><body><table>{lines}</table></body></html>".encode()


def bare(data: bytes) -> None:
    """expat with handlers that do nothing."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = lambda _tag, _attributes: None
    parser.EndElementHandler = lambda _tag: None
    parser.CharacterDataHandler = lambda _data: None
    for begin in range(0, len(data), 256 * 1024):
        parser.Parse(data[begin : begin + 256 * 1024], False)
    parser.Parse(b"", True)


def seconds(run: Callable[[], object]) -> float:
    """The median of three."""
    found = []
    for _ in range(3):
        begin = time.process_time()
        run()
        found.append(time.process_time() - begin)
    return statistics.median(found)


def main(rows: int) -> None:
    """Print one line for each dialect and width."""
    print(f"{'file':24}{'MB':>7}{'k rows/s':>10}{'bare k rows/s':>15}{'time/bare':>11}{'peak MB':>9}")
    for name, make in {
        "record elements": record_elements,
        "record attributes": record_attributes,
        "SpreadsheetML": spreadsheetml,
        "HTML table": html,
    }.items():
        for columns in (5, 10):
            data = make(rows, columns)
            source = Source.of(data)
            hint = ReadOptions(format=Format.HTML if make is html else None)
            took = seconds(lambda source=source, hint=hint: read_xml(source, hint, DEFAULT_LIMITS).sheet().grid.height)  # type: ignore[misc]
            loop = seconds(lambda data=data: bare(data))  # type: ignore[misc]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{name + f' x {columns}':24}{len(data) / 1e6:7.1f}{rows / took / 1000:10.0f}{rows / loop / 1000:15.0f}"
                f"{took / loop:11.2f}{peak:9}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
