"""Measure, and write README.md and growth.svg from what was measured: python benchmarks/write_report.py [--measure PART ...].

Parts: ``import``, ``warm``, ``cold``, ``growth``, ``preview``, ``split``; ``--measure`` alone measures all of them. Each is kept in
``figures.json`` with its date, the load of the machine and the versions, so that a part can be measured again on its own; without
``--measure`` only the page and the picture are written anew. Nothing that names the machine is kept.
"""

from __future__ import annotations

import argparse
import ast
import json
import math
import os
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import bench_import
import bench_preview
import bench_split
from measuring import CONTESTANTS, HERE, command_of, files_of, load, missing, time_calls, time_processes

FIGURES, PAGE, PICTURE = HERE / "figures.json", HERE / "README.md", HERE / "growth.svg"
BARE, OURS = "bare polars", "plan_import"
PACKAGES = (
    "polars",
    "pydantic",
    "email-validator",
    "pandas",
    "frictionless",
    "django",
    "django-import-export",
    "tablib",
)

#: Rows of the warm calls: all contestants, then those that do ten times as many in minutes.
WARM_ROWS = (200, 10_000)
COLD_ROWS = (10_000, 1_000_000)
#: Rows of the picture, and the most for which a contestant takes part: what takes minutes is not worth more of them.
GROWTH_ROWS = (200, 1_000, 10_000, 100_000, 1_000_000)
GROWTH_MOST = {BARE: 1_000_000, OURS: 1_000_000, "pandas": 1_000_000, "csv": 100_000, "tablib": 100_000, "frictionless": 10_000, "django": 1_000}  # fmt: skip
#: Calls that waited longer than this multiple of what they computed were interrupted from outside: their wall time says nothing.
INTERRUPTED = 10
SPLIT_COLUMNS = (
    "8 options",
    "8 options, one cell in ten with an unknown one",
    "40 options, a third of the cells distinct",
    "40 options, one cell in ten with an unknown one",
)

Part = dict[str, Any]


def installed() -> list[str]:
    return [name for name in CONTESTANTS if not missing(name)]


def measure_warm(repeats: int, at_most: float) -> Part:
    return {
        str(rows): {
            name: runs.summary()
            for name, runs in time_calls(installed(), rows, repeats=repeats, at_most=at_most).items()
        }
        for rows in WARM_ROWS
    }


def measure_cold(repeats: int, _at_most: float) -> Part:
    part: Part = {}
    for rows in COLD_ROWS:
        names = [name for name in installed() if name != "django"] if rows <= 10_000 else [BARE, OURS]
        commands = {name: command_of(name, rows) for name in names}
        part[str(rows)] = {
            name: runs.summary() for name, runs in time_processes(commands, max(1, repeats // 3)).items()
        }
    return part


def measure_growth(repeats: int, at_most: float) -> Part:
    part: Part = {}
    for rows in GROWTH_ROWS:
        names = [name for name in installed() if rows <= GROWTH_MOST[name]]
        runs = time_calls(names, rows, repeats=min(repeats, 5), at_most=at_most)
        part[str(rows)] = {name: some.summary() for name, some in runs.items()}
    return part


def measure_import(repeats: int, _at_most: float) -> Part:
    return bench_import.measure(repeats)


def measure_preview(repeats: int, _at_most: float) -> Part:
    megabytes = os.path.getsize(files_of(1_000_000)[0]) / 1e6
    return {"megabytes": megabytes, "steps": bench_preview.measure(1_000_000, min(repeats, 5))}


def measure_split(repeats: int, _at_most: float) -> Part:
    return {name: bench_split.measure(name, 1_000_000, min(repeats, 5)) for name in SPLIT_COLUMNS}


PARTS: dict[str, Callable[[int, float], Part]] = {
    "import": measure_import,
    "warm": measure_warm,
    "preview": measure_preview,
    "cold": measure_cold,
    "split": measure_split,
    "growth": measure_growth,
}


def measure(parts: Iterable[str], repeats: int, at_most: float) -> None:
    """Measure parts and keep each as soon as it is done."""
    for name in parts:
        before = load()
        figures = PARTS[name](repeats, at_most)
        kept = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
        kept[name] = {
            "date": datetime.now(UTC).date().isoformat(),
            "load": [round(before, 1), round(load(), 1)],
            "machine": machine(),
            "versions": versions(),
            "figures": rounded(figures),
        }
        FIGURES.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{name}: done", flush=True)


def rounded(value: Any) -> Any:
    """Four significant digits: the rest is noise."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def machine() -> dict[str, Any]:
    """Cores and memory; no name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    threads = os.environ.get("POLARS_MAX_THREADS")
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(memory),
        "polars_threads": int(threads) if threads else None,
    }


def versions() -> dict[str, str]:
    ours = {"Python": platform.python_version(), "qooper_ingest": version_of("qooper_ingest")}
    return ours | {name: version_of(name) for name in PACKAGES if version_of(name)}


def version_of(package: str) -> str:
    if package == "qooper_ingest":
        import qooper_ingest

        return qooper_ingest.__version__
    try:
        return version(package)
    except ModuleNotFoundError:
        return ""


def said(name: str) -> tuple[str, str, str]:
    """What a contestant's script says of itself: first line, what it checks, what it leaves out."""
    tree = ast.parse((HERE / "contestants" / CONTESTANTS[name][0]).read_text(encoding="utf-8"))
    texts = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in ("CHECKS", "LEAVES_OUT")
    }
    first = (ast.get_docstring(tree) or "").partition(": python")[0]
    return first, texts["CHECKS"], texts["LEAVES_OUT"]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown, figures to the right."""
    titles = list(head)
    lines = [titles, [":--" if number == 0 else "--:" for number in range(len(titles))], *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def milliseconds(spread: Mapping[str, float]) -> str:
    """Median and quartiles."""
    return f"{figure(spread['median'] * 1e3)} ({figure(spread['low'] * 1e3)}–{figure(spread['high'] * 1e3)})"


def figure(value: float) -> str:
    """Three digits, thousands separated."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(one: Mapping[str, Any], other: Mapping[str, Any], clock: str) -> str:
    return f"{figure(one[clock]['median'] / other[clock]['median'])} ×"


def under(part: Mapping[str, Any]) -> str:
    """When and on what a part was measured."""
    box, (before, after) = part["machine"], part["load"]
    threads = f", polars with {box['polars_threads']} threads" if box["polars_threads"] else ""
    return (
        f"{part['date']}, {box['system']}, {box['cores']} cores, {box['memory_gib']} GiB{threads}; "
        f"load (processes running or waiting, on {box['cores']} cores) {before} at the start and {after} at the end."
    )


def contest(by_rows: Mapping[str, Any], *, memory: bool) -> str:
    head = ["", "rows", "n", "wall ms", "× bare", "processor ms", "× bare", "this / ours"]
    rows = []
    for count, contestants in by_rows.items():
        for name, one in contestants.items():
            bare, ours = contestants[BARE], contestants[OURS]
            line = [f"`{name}`" if name == OURS else name, f"{int(count):,}", str(one["runs"])]
            waited = one["seconds"]["median"] > INTERRUPTED * one["processor"]["median"]
            line += ["interrupted", ""] if waited else [milliseconds(one["seconds"]), ratio(one, bare, "seconds")]
            line += [milliseconds(one["processor"]), ratio(one, bare, "processor"), ratio(one, ours, "processor")]
            if memory:
                line += [figure(one["mebibytes"]), f"{one['mebibytes'] / bare['mebibytes']:.2f} ×"]
            rows.append(line)
    return table([*head, *(["MiB", "× bare"] if memory else [])], rows)


def page(figures: Mapping[str, Any]) -> str:
    """README.md."""
    sections = [INTRODUCTION, "## What each does\n", contestants_section(figures)]
    makers: dict[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
        "warm": (WARM, lambda part: contest(by_size(part), memory=False)),
        "cold": (COLD, lambda part: contest(by_size(part), memory=True)),
        "import": (IMPORT, import_section),
        "preview": (PREVIEW, preview_section),
        "split": (SPLIT, split_section),
        "growth": (GROWTH, growth_section),
    }
    for name, (introduction, make) in makers.items():
        if name in figures:
            sections += [introduction, make(figures[name]["figures"]), f"\n{under(figures[name])}\n"]
    newest = max(figures.values(), key=lambda part: part["date"])["versions"] if figures else {}
    sections += ["## Versions\n", ", ".join(f"{name} {number}" for name, number in newest.items()) + "."]
    return "\n".join(sections) + "\n"


def by_size(part: Mapping[str, Any]) -> dict[str, Any]:
    return {rows: in_order(part[rows]) for rows in sorted(part, key=int)}


def in_order(contestants: Mapping[str, Any]) -> dict[str, Any]:
    return {name: contestants[name] for name in CONTESTANTS if name in contestants}


def contestants_section(figures: Mapping[str, Any]) -> str:
    found = figures.get("warm", {}).get("figures", {}).get("10000", {})
    rows = []
    for name in CONTESTANTS:
        first, checks, leaves_out = said(name)
        counts = ", ".join(
            f"{count:,} {action}" for action, count in sorted(found.get(name, {}).get("found", {}).items())
        )
        rows.append([f"**{name}**: {first[0].lower()}{first[1:].rstrip('.')}", checks, leaves_out, counts])
    lines = ["| | checks | leaves out | finds in 10,000 rows |", "| :-- | :-- | :-- | :-- |"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows), ""])


def import_section(part: Mapping[str, Any]) -> str:
    rows = [[f"`{name}`", str(one["runs"]), milliseconds(one["seconds"]), milliseconds(one["processor"])] for name, one in sorted(part.items(), key=lambda item: item[1]["processor"]["median"])]  # fmt: skip
    more = {
        clock: part["qooper_ingest"][clock]["median"] - part["polars"][clock]["median"]
        for clock in ("seconds", "processor")
    }
    share = more["processor"] / part["polars"]["processor"]["median"]
    rows.append(["**added to `import polars`**", "", figure(more["seconds"] * 1e3), f"{figure(more['processor'] * 1e3)} ({share:.2f} × polars)"])  # fmt: skip
    return table(["import", "n", "wall ms", "processor ms"], rows)


def preview_section(part: Mapping[str, Any]) -> str:
    whole = part["steps"]["polars, whole"]
    rows = [
        [f"**{name}**" if name == "preview" else name, milliseconds(part["steps"][name]["seconds"]), milliseconds(part["steps"][name]["processor"]), ratio(part["steps"][name], whole, "processor")]
        for name in bench_preview.STEPS
    ]  # fmt: skip
    return table([f"step, csv of {part['megabytes']:.0f} MB", "wall ms", "processor ms", "× polars, whole"], rows)


def split_section(part: Mapping[str, Any]) -> str:
    rows = [
        [name, f"{one['distinct']:,}", milliseconds(one["bare"]), milliseconds(one["ours"]), f"{one['ours']['median'] / one['bare']['median']:.2f} ×"]
        for name, one in ((name, part[name]) for name in bench_split.COLUMNS if name in part)
    ]  # fmt: skip
    return table(["1,000,000 cells", "distinct", "`str.split`, ms", "`split`, ms", "ratio"], rows)


def growth_section(part: Mapping[str, Any]) -> str:
    sizes = sorted(part, key=int)
    rows = [
        [name, *(milliseconds(part[size][name]["processor"]) if name in part[size] else "" for size in sizes)]
        for name in CONTESTANTS
        if any(name in part[size] for size in sizes)
    ]
    return "![Time against rows](growth.svg)\n\n" + table(["processor ms", *(f"{int(size):,}" for size in sizes)], rows)


COLOURS = {BARE: "#555555", OURS: "#c0392b", "pandas": "#2e6da4", "frictionless": "#8e44ad", "django": "#2e7d32", "tablib": "#b8860b", "csv": "#008b8b"}  # fmt: skip
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 860, 500, 80, 50, 130, 60


def picture(part: Mapping[str, Any]) -> str:
    """Time against rows, both logarithmic, as SVG."""
    figures, sizes = part["figures"], sorted(map(int, part["figures"]))
    times = [one["processor"]["median"] for some in figures.values() for one in some.values()]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def across(rows: float) -> float:
        return LEFT + (math.log10(rows) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def down(seconds: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(seconds) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    bottom, before, after = HEIGHT - BOTTOM, *part["load"]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" fill="#222222">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="15">Warm calls: processor time against rows, as many people stored (median)</text>',
        f'<text x="{LEFT}" y="40" fill="#666666">{part["date"]}, {part["machine"]["cores"]} cores, load {before} to {after}</text>',
    ]
    for power in range(low, high + 1):
        y, unit = down(10.0**power), f"{10**power:g} s" if power >= 0 else f"{10 ** (power + 3):g} ms"
        lines.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{unit}</text>')
    for rows in sizes:
        lines.append(f'<path d="M{across(rows):.1f} {TOP}V{bottom}" stroke="#eeeeee"/>')
        lines.append(f'<text x="{across(rows):.1f}" y="{bottom + 20}" text-anchor="middle">{rows:,}</text>')
    lines.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 14}" text-anchor="middle">rows</text>')
    ends: list[tuple[float, float]] = []
    for name, colour in COLOURS.items():
        points = [
            (rows, figures[str(rows)][name]["processor"]["median"]) for rows in sizes if name in figures[str(rows)]
        ]
        if not points:
            continue
        dots = [(across(rows), down(seconds)) for rows, seconds in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in dots)
        lines.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{3 if name == OURS else 1.8}"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in dots]
        x, y = dots[-1]
        while any(abs(y - lower) < 14 for end, lower in ends if end == x):  # names do not lie on one another
            y -= 2
        ends.append((x, y))
        lines.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join([*lines, "</svg>", ""])


INTRODUCTION = """# Benchmarks

Written by `make bench-report` (`write_report.py`) from `figures.json`; do not edit. Figures of two machines cannot be compared, ratios of one run
can: contestants run in turn, a call of each after the other. *Wall* is what somebody waits, on a loaded machine together with what others
do; *processor* is user and system time of all threads. Given is the median, in brackets the quartiles. *× bare* is the multiple of the bare polars script,
*this / ours* how many times the processor time of `plan_import` a contestant takes. *Interrupted* are calls that waited more than ten times as long as they computed, because
somebody stopped them.

The file has ten columns and as many rows as people are stored (`make_people.py`): nine of ten rows are as stored, 5 % change an answer, 0.5 % an
address, 0.2 % a status, 4 % are new, a few are duplicates or broken. It is a clean csv, because that is what all can read; files as people really have them are what
the checks are for that only one of the contestants makes.
"""
WARM = """## Warm: calls inside one process

Each contestant is one process that has imported everything and has the stored people as its store gives them (a frame, rows, a database); making a directory, an index or a
dictionary of them is a part of the call, reading the file too. The first two calls are discarded (one, where a call takes over ten seconds).
"""
COLD = """## Cold: whole processes

From the start of the interpreter to its end, with its peak of memory; the first process of each is discarded. The stored people are read from a Parquet file. Django is left
out: its database is there before, and filling it would be most of its time.
"""
IMPORT = "## Importing the package\n\nWhole processes, in turn; compiled modules are there, as in any installation.\n"
PREVIEW = """## Preview of a large file

What the mapping screen waits for, in a process that has its imports done and has previewed a small file. `suggest_mapping` without a directory.
"""
SPLIT = "## Splitting answers\n\nA million cells of a multi-select question, beside polars' `str.split`, in turn; processor time.\n"
GROWTH = """## Growth

Warm calls from 200 rows to a million. What takes minutes is left out for more rows: the lines of the slow ones end early.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", nargs="*", choices=PARTS, metavar="PART")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--at-most", type=float, default=120.0, help="seconds for all warm calls of one contestant")
    given = parser.parse_args()
    if given.measure is not None:
        measure(given.measure or PARTS, given.repeats, given.at_most)
    if not FIGURES.exists():
        sys.exit("nothing has been measured yet: say --measure")
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    PAGE.write_text(page(figures), encoding="utf-8")
    if "growth" in figures:
        PICTURE.write_text(picture(figures["growth"]), encoding="utf-8")


if __name__ == "__main__":
    main()
