"""Print constraints that pin every run-time dependency to the lowest version that pyproject.toml allows.

A lower bound that nobody tests is a guess. Development tools are not pinned: they are nobody's dependency.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path


def lowest(requirement: str) -> str:
    """``polars>=2.0,<3`` → ``polars==2.0``; a requirement without a lower bound is an error."""
    found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*>=\s*([0-9][0-9.]*)", requirement)
    if found is None:
        raise SystemExit(f"no lower bound: {requirement}")
    return f"{found[1]}=={found[2]}"


def main(path: str) -> None:
    project = tomllib.loads(Path(path).read_text(encoding="utf-8"))["project"]
    extras = [one for group in project["optional-dependencies"].values() for one in group]
    for requirement in [*project["dependencies"], *extras]:
        print(lowest(requirement))


if __name__ == "__main__":
    main(sys.argv[1])
