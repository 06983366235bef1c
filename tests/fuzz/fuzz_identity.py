"""Compare the engine with the oracle on random worlds for as long as one likes.

    python tests/fuzz/fuzz_identity.py 600 [seed] [--all]

Prints the smallest world of every difference, one per kind (which codes stand against which), and how many there were.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import oracle
from cases_support import outcome, plan_of, plan_outcome
from identity_worlds import World, random_world, shrunk


def difference(world: World) -> tuple[Any, ...] | None:
    """What engine and oracle say otherwise: None, or a kind that smaller worlds can share."""
    said = oracle.decide(world["directory"], world["rows"], world["options"])
    try:
        plan = plan_of(world)
    except Exception as error:
        return ("raises", type(error).__name__)
    ours, theirs = (outcome(plan), plan_outcome(plan)), said
    for mine, other in zip(ours[0], theirs[0], strict=True):
        for name in ("action", "codes", "info", "user", "changed", "candidates"):
            if mine[name] != other[name]:
                if name == "candidates":
                    return (name, *mine["codes"])
                return (name, str(mine[name]), str(other[name]), *(mine["codes"] if name == "info" else ()))
    if ours[1] != theirs[1]:
        return ("plan", *(name for name in ours[1] if ours[1][name] != theirs[1][name]))
    return None


def main(seconds: float, seed: int) -> int:
    until, worlds = time.monotonic() + seconds, 0
    kinds: Counter[tuple[Any, ...]] = Counter()
    while time.monotonic() < until:
        world = random_world(Random(seed + worlds))
        worlds += 1
        kind = difference(world)
        if kind is None:
            continue
        kinds[kind] += 1
        if kinds[kind] == 1:
            small = shrunk(world, lambda one, kind=kind: difference(one) == kind)
            print(f"--- {kind} (seed {seed + worlds - 1})")
            for part in ("directory", "rows"):
                for line in small[part]:
                    print(f"  {part}: {json.dumps(line, ensure_ascii=True)}")
            print(f"  options: {small['options']}")
            said, ordered = oracle.decide(small["directory"], small["rows"], small["options"])
            if kind[0] != "raises":
                plan = plan_of(small)
                print(*(f"  engine: {one}" for one in outcome(plan)), f"  engine: {plan_outcome(plan)}", sep="\n")
            print(*(f"  oracle: {one}" for one in said), f"  oracle: {ordered}", sep="\n", flush=True)
    for kind, count in kinds.most_common():
        print(f"{count:6} {kind}")
    print(f"{worlds} worlds, {sum(kinds.values())} differences of {len(kinds)} kinds")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
