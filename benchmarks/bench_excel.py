"""Books against the engines that others use: time and peak memory of whole processes, side by side.

Run: ``python benchmarks/bench_excel.py [rows]``. Each measure is a process of its own; runs of both sides alternate, and
the median is told, so that a busy machine is busy for both. ``xlsx``: this reader with its checks and kinds against
fastexcel's own load of the same sheet to Arrow, and to polars. ``xls``: this reader against xlrd.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 5

OURS = "from qooper_ingest.readers import read_workbook; read_workbook(PATH).sheet(0).grid"
ARROW = (
    "import fastexcel; fastexcel.read_excel(PATH).load_sheet_eager(0, header_row=None, skip_rows=0, dtypes='string')"
)
POLARS = "import fastexcel; fastexcel.read_excel(PATH).load_sheet(0, header_row=None, skip_rows=0, dtypes='string').to_polars()"
XLRD = "import xlrd; xlrd.open_workbook(PATH, formatting_info=True, ragged_rows=True).sheet_by_index(0)"

#: Imports are not what is compared: both sides load theirs before the clock starts.
FRAME = """
import json, sys, time
import polars
PATH = sys.argv[1]
{imports}
start, cpu = time.perf_counter(), time.process_time()
{code}
seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
# Not ru_maxrss: a process starts with the peak of the one that started it.
peak = next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([seconds, cpu, peak]))
"""


def people(rows: int) -> list[list[object]]:
    """Ten columns as participant lists have them."""
    noise = random.Random(1)
    return [
        [
            f"{i:06d}",
            f"user{i}@corp{i % 97}.example",
            f"First{i % 1000}",
            f"Last{i % 5000}",
            dt.date(1950, 1, 1) + dt.timedelta(days=i % 20_000),
            i % 9_999,
            ("Graz", "Wien", "Köln", "Paris")[i % 4],
            round(noise.random(), 4),
            bool(i % 2),
            f"note number {i % 300}",
        ]
        for i in range(1, rows + 1)
    ]


def write_xlsx(path: Path, rows: int, *, gaps: float = 0, inline: bool = False) -> None:
    """The people as a book, some of the cells left out, texts shared or in their cells."""
    import xlsxwriter

    missing = random.Random(2)
    with xlsxwriter.Workbook(str(path), {"constant_memory": inline}) as book:
        sheet = book.add_worksheet("People")
        date, badge = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "0000"})
        for row, line in enumerate(people(rows)):
            for column, value in enumerate(line):
                if missing.random() < gaps:
                    continue
                match value:
                    case bool():
                        sheet.write_boolean(row, column, value)
                    case str():
                        sheet.write_string(row, column, value)
                    case dt.date():
                        sheet.write_datetime(row, column, value, date)
                    case int():
                        sheet.write_number(row, column, value, badge)
                    case float():
                        sheet.write_number(row, column, value)


def write_xls(path: Path, rows: int) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("People")
    date, badge = xlwt.easyxf(num_format_str="yyyy-mm-dd"), xlwt.easyxf(num_format_str="0000")
    for row, line in enumerate(people(rows)):
        for column, value in enumerate(line):
            style = date if column == 4 else badge if column == 5 else None
            sheet.write(row, column, value, style) if style else sheet.write(row, column, value)
    book.save(str(path))


def measure(code: str, path: Path) -> list[float]:
    """Seconds, seconds of processor time, and MiB of one run."""
    imports = "; ".join(part for part in code.split("; ") if part.startswith(("import", "from")))
    if "eager" in code:
        imports += "; import pyarrow"
    command = [sys.executable, "-c", FRAME.format(imports=imports, code=code), str(path)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)  # type: ignore[no-any-return]


def compare(title: str, path: Path, sides: dict[str, str]) -> None:
    """Alternate the sides; print medians, and ratios of the first to each of the others."""
    runs: dict[str, list[list[float]]] = {name: [] for name in sides}
    for _ in range(RUNS):
        for name, code in sides.items():
            runs[name].append(measure(code, path))
    medians = {name: [statistics.median(column) for column in zip(*found, strict=True)] for name, found in runs.items()}
    ours = medians[next(iter(sides))]
    print(f"\n{title} ({path.stat().st_size / 1e6:.1f} MB)")
    for name, (seconds, cpu, memory) in medians.items():
        ratios = f"ratio {ours[0] / seconds:.2f} time, {ours[1] / cpu:.2f} cpu, {ours[2] / memory:.2f} memory"
        print(
            f"  {name:34} {seconds:6.2f} s {cpu:6.2f} s cpu {memory:6.0f} MiB   {ratios if memory != ours[2] else ''}"
        )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        xlsx, xls = Path(folder, "people.xlsx"), Path(folder, "people.xls")
        write_xlsx(xlsx, rows)
        write_xls(xls, min(rows, 65_000))
        fast = {"fastexcel to Arrow": ARROW, "fastexcel to polars": POLARS}
        compare(f"xlsx, {rows} x 10", xlsx, {"read_workbook": OURS, **fast})
        write_xlsx(xlsx, rows, gaps=0.15)
        compare(f"xlsx, {rows} x 10, 15 % of the cells left out", xlsx, {"read_workbook": OURS, **fast})
        write_xlsx(xlsx, rows, inline=True)
        compare(f"xlsx, {rows} x 10, texts in their cells", xlsx, {"read_workbook": OURS, **fast})
        compare(f"xls, {min(rows, 65_000)} x 10", xls, {"read_workbook": OURS, "xlrd (cells as Python objects)": XLRD})


if __name__ == "__main__":
    main()
