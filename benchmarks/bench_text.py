"""What reading a text file costs, beside polars.read_csv with every column as text in the same run; and the careful road.

    python benchmarks/bench_text.py [rows]

Prints ratios and rows a second, the best of five. Figures without a neighbour in the same run say nothing.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable

import polars as pl

import qooper_ingest
from qooper_ingest.limits import DEFAULT_LIMITS
from qooper_ingest.readers import read_workbook

LIMITS = dataclasses.replace(DEFAULT_LIMITS, file_bytes=1024 * 1024 * 1024)


def best(work: Callable[[], object], times: int = 5) -> float:
    found = 99.0
    for _ in range(times):
        started = time.perf_counter()
        work()
        found = min(found, time.perf_counter() - started)
    return found


def people(rows: int) -> str:
    header = "id,first name,last name,email,department,city,start,score,status,comment\n"
    return header + "".join(
        f"{i},first{i % 997},last{i % 1009},user{i}@corp.example,Department {i % 50},City {i % 300},2024-01-{i % 28 + 1:02},{i * 7},active,text {i % 77}\n"
        for i in range(rows)
    )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    text = people(rows)
    print(
        f"qooper_ingest {qooper_ingest.__version__}, polars {pl.__version__}, {rows} rows x 10 columns, {len(text) / 1e6:.0f} MB"
    )

    print("\nfast road: seconds, polars' seconds, ratio")
    for name, data in {
        "plain": text,
        "CRLF": text.replace("\n", "\r\n"),
        "semicolons, a few letters beyond ASCII": text.replace(",", ";").replace("first1", "först1"),
        "last column often empty": text.replace(",text 7", ",", rows // 10),
        "one quoted cell a row": text.replace(",active,", ',"active, paid",'),
        "one quoted cell a row, CRLF": text.replace(",active,", ',"active, paid",').replace("\n", "\r\n"),
        "every cell quoted": '"' + text[:-1].replace(",", '","').replace("\n", '"\n"') + '"\n',
        "doubled quotes in every row": text.replace(",active,", ',"""active"", paid",'),
    }.items():
        raw = data.encode()
        separator = ";" if ";" in data[:50] else ","
        polars = best(lambda raw=raw, separator=separator: pl.read_csv(raw, separator=separator, infer_schema=False))  # type: ignore[misc]
        ours = best(lambda raw=raw: read_workbook(raw, limits=LIMITS).sheet().grid)  # type: ignore[misc]
        print(f"  {name:42} {ours:.3f} {polars:.3f} {ours / polars:.2f}")

    print("\ncareful road: rows a second")
    fewer = text[: text.index("\n200000,") + 1] if rows > 200_000 else text
    lines = fewer.count("\n")
    for name, data in {
        "one ragged row": fewer.replace("\n777,", "\n777,,"),
        "CR line ends": fewer.replace("\n", "\r"),
        "a note with line breaks in every tenth row": fewer.replace("7,active,text", '7,active,"text\nand, more"'),
        "a note with line breaks in every row": fewer.replace(",active,", ',"active\nand, again",'),
        "a stray quote in every tenth row": fewer.replace("7,active,", '7,"ac"tive,'),
        "an unclosed quote in every tenth row": fewer.replace("7,active,", '7,"active,'),
        "two-character delimiter": fewer.replace(",", "||"),
        "backslash escapes": fewer.replace(",text", ',"say \\"text\\"')
        .replace("\n", '"\n')
        .replace('comment"', "comment"),
    }.items():
        raw = data.encode()
        seconds = best(lambda raw=raw: read_workbook(raw, limits=LIMITS).sheet().grid, 3)  # type: ignore[misc]
        print(f"  {name:42} {lines / seconds:,.0f}")


if __name__ == "__main__":
    main()
