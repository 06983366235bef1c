"""Compare the engine with the oracle on random worlds for as long as one likes.

    python tests/fuzz/fuzz_identity.py 600 [seed] [--laws] [--mixed | --tenants]

With ``--laws``, look for worlds in which a law does not hold instead; with ``--mixed``, only at worlds of many options at once; with
``--tenants``, at many such worlds in one import, which is twenty times as many in the same time (`tenant_worlds`).

Prints the smallest world of every difference, one per kind (which codes stand against which), and how many there were.
"""

# ruff: noqa: T201
from __future__ import annotations

import inspect
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import oracle
from cases_support import figure_of, operations_outcome, outcome, plan_of, plan_outcome, suspended_by_absence
from identity_worlds import World, any_world, decided_world, mixed_world, shrunk
from tenant_worlds import joined, tenants_world


def difference(world: World) -> tuple[Any, ...] | None:
    """What engine and oracle say otherwise: None, or a kind that smaller worlds can share."""
    files = oracle.decided_tenants(world)
    theirs = oracle.outcomes_of(*files)
    try:
        plan = plan_of(world)
    except Exception as error:
        return ("raises", type(error).__name__)
    ours = (outcome(plan), plan_outcome(plan))
    if len(ours[0]) != len(theirs[0]):
        return ("rows",)
    for mine, other in zip(ours[0], theirs[0], strict=True):
        for name in ("action", "codes", "info", "user", "changed", "candidates"):
            if mine[name] != other[name]:
                if name == "candidates":
                    return (name, *mine["codes"])
                return (name, str(mine[name]), str(other[name]), *(mine["codes"] if name == "info" else ()))
    if ours[1] != theirs[1]:
        return ("plan", *(name for name in ours[1] if ours[1][name] != theirs[1][name]))
    if plan.issues.counts().get("decision_unused", 0) != sum(map(oracle.unused_decisions, files)):
        return ("unused",)
    found = dict(plan.frame.select("row", "matched_by").iter_rows())
    if found != {row.line: oracle.matched_by(row) for file in files for row in file.rows}:
        return ("matched_by",)
    if figure_of(plan, "lookup_incomplete") not in (0, oracle.keys_not_asked(files)):
        return ("keys not asked",)
    if figure_of(plan, "file_drifted") != oracle.drifted(files):
        return ("drifted",)
    if plan.summary.absent != sum(len(oracle.absent_people(file)) for file in files):
        return ("absent",)
    seen = {guard.code: guard.count for guard in plan.summary.guards}
    shown = plan if plan.can_apply else plan_of(world, acknowledged=seen)
    if not shown.can_apply:
        return None if "snapshot_empty" in plan_outcome(shown)["issues"] else ("never applicable",)
    told, left = operations_outcome(shown), suspended_by_absence(shown)
    wanted = {row: one for file in files for row, one in oracle.operations_of(file).items()}
    for row, operation in wanted.items():
        for name, value in operation.items():
            if row not in told or told[row][name] != value:
                return ("operation", name, str(told.get(row, {}).get(name)), str(value))
    if left != sorted(person.ref for file in files for person in oracle.suspended_by_absence(file)):
        return ("suspended by absence",)
    return None if len(told) - bool(left) == len(wanted) else ("operations",)


def broken_law(world: World) -> tuple[Any, ...] | None:
    """The first law that does not hold in a world."""
    from property import test_identity_laws as laws

    for name in sorted(vars(laws)):
        test = getattr(vars(laws)[name], "hypothesis", None)
        if test is None:
            continue
        arguments = inspect.signature(test.inner_test).parameters
        more = {"random": Random(7), "size": 2}
        try:
            test.inner_test(**{key: world if key == "world" else more[key] for key in arguments})
        except Exception as error:
            return (name, type(error).__name__)
    return None


def show(world: World) -> None:
    for part in ("directory", "rows"):
        for line in world[part]:
            print(f"  {part}: {json.dumps(line, ensure_ascii=True, default=str)}")
    print(
        f"  options: {world['options']}, schema: {world.get('schema')}, asked: {world.get('asked')}, findings: {world.get('findings')}"
    )
    files = oracle.decided_tenants(world)
    decided, ordered = oracle.outcomes_of(*files)
    plan = plan_of(world)
    print(*(f"  engine: {one}" for one in outcome(plan)), f"  engine: {plan_outcome(plan)}", sep="\n")
    print(*(f"  oracle: {one}" for one in decided), f"  oracle: {ordered}", sep="\n", flush=True)


def smallest(world: World, shows: Callable[[World], bool]) -> World:
    """The smallest world that shows it: of many tenants the one that does alone, if there is one."""
    tenants = world.get("tenants", ())
    for one in tenants:
        options = {**world["options"], "decisions": one["options"]["decisions"]}
        alone = {"directory": one["directory"], "rows": one["rows"], "options": options}
        alone |= {name: world[name] for name in ("schema", "asked", "findings") if name in world}
        if shows(alone):
            return shrunk(alone, shows)
    kept = list(tenants)
    for one in tenants:
        fewer = [other for other in kept if other is not one]
        if not fewer:
            continue
        smaller = joined(fewer, world["options"], world.get("schema"))
        smaller |= {name: world[name] for name in ("asked", "findings") if name in world}
        if shows(smaller):
            kept, world = fewer, smaller
    return world if tenants else shrunk(world, shows)


def main(seconds: float, seed: int, look: Callable[[World], tuple[Any, ...] | None]) -> int:
    until, drawn, worlds = time.monotonic() + seconds, 0, 0
    kinds: Counter[tuple[Any, ...]] = Counter()
    while time.monotonic() < until:
        draw = (
            tenants_world
            if "--tenants" in sys.argv and drawn % 4
            else mixed_world
            if "--mixed" in sys.argv or "--tenants" in sys.argv
            else decided_world
            if look is difference and drawn % 5 == 0
            else any_world
        )
        world = draw(Random(seed + drawn))
        drawn += 1
        worlds += len(world.get("tenants", "1"))
        if drawn % 50 == 0:
            print(f"{worlds} worlds, {sum(kinds.values())} differences", flush=True)
        kind = look(world)
        if kind is None:
            continue
        kinds[kind] += 1
        if kinds[kind] == 1:
            print(f"--- {kind} (seed {seed + drawn - 1})", flush=True)
            show(smallest(world, lambda one, kind=kind: look(one) == kind))
    for kind, count in kinds.most_common():
        print(f"{count:6} {kind}")
    print(f"{worlds} worlds, {sum(kinds.values())} differences of {len(kinds)} kinds")
    return 1 if kinds else 0


if __name__ == "__main__":
    numbers = [word for word in sys.argv[1:] if not word.startswith("--")]
    start = int(numbers[1]) if len(numbers) > 1 else 0
    sys.exit(main(float(numbers[0]), start, broken_law if "--laws" in sys.argv else difference))
