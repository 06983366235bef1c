"""What `import qooper_ingest` adds to `import polars`, in processes of their own, in turn.

    python benchmarks/bench_import.py [--repeats 15] [--modules]

Medians of the wall and processor time of whole processes; ``--modules`` lists the slowest imports of one run (``-X importtime``).
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from measuring import environment, load, time_processes

IMPORTS = {
    "python": "pass",
    "polars": "import polars",
    "polars, pydantic": "import polars, pydantic",
    "qooper_ingest": "import qooper_ingest",
}


def measure(repeats: int) -> dict[str, dict[str, dict[str, float]]]:
    """Quartiles of both clocks for each process."""
    commands = {name: [sys.executable, "-c", code] for name, code in IMPORTS.items()}
    return {name: some.summary() for name, some in time_processes(commands, repeats).items()}


def slowest_modules(most: int = 25) -> list[tuple[float, float, str]]:
    """Milliseconds of a module itself, with all it imports, its name; after polars has been imported."""
    command = [sys.executable, "-X", "importtime", "-c", "import polars; import qooper_ingest"]
    lines = subprocess.run(
        command, check=True, stderr=subprocess.PIPE, text=True, env=environment()
    ).stderr.splitlines()
    cells = [line.removeprefix("import time:").split("|") for line in lines if "|" in line and "[us]" not in line]
    modules = [(int(own) / 1e3, int(whole) / 1e3, name.rstrip()) for own, whole, name in cells]
    after = next(number for number, (*_, name) in enumerate(modules) if name.strip() == "polars") + 1
    return sorted(modules[after:], reverse=True)[:most]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--modules", action="store_true")
    given = parser.parse_args()
    print(f"load {load():.1f}; milliseconds: wall, processor")
    measured = measure(given.repeats)
    for name, clocks in measured.items():
        print(f"{name:18} {clocks['seconds']['median'] * 1e3:>9.1f} {clocks['processor']['median'] * 1e3:>9.1f}")
    added = [
        measured["qooper_ingest"][clock]["median"] - measured["polars"][clock]["median"]
        for clock in ("seconds", "processor")
    ]
    print(f"{'added to polars':18} {added[0] * 1e3:>9.1f} {added[1] * 1e3:>9.1f}")
    if given.modules:
        for own, whole, name in slowest_modules():
            print(f"{own:>8.1f} {whole:>8.1f}  {name.strip()}")


if __name__ == "__main__":
    main()
