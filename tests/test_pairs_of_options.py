"""Which options the random worlds draw together: rules that are right each alone may be wrong side by side."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random
from typing import Any

import pytest

from identity_worlds import OPTIONS, UPDATING, World, mixed_world

WORLDS = 6000

#: Of a pair of options, at least so many worlds; the figures are printed (``pytest -s``).
FEWEST = 40


def asked(world: World) -> set[str]:
    """What a world asks for beside its defaults: options, and what stands in its rows and its schema."""
    rows, schema = world["rows"], world.get("schema", {})
    more: dict[str, Any] = {
        "decisions": world["options"].get("decisions"),
        "thresholds": world["options"].get("thresholds"),
        "a rename beside an ID": any(row.get("new_email") and row.get("id") for row in rows),
        "an address beyond ASCII": any(not str(row.get("email") or "").isascii() for row in rows),
        "a state set elsewhere": any(person.get("status_locked") for person in world["directory"]),
        "a mark": any(str(row.get("skills") or "x")[0] in "+-;" for row in rows),
        "a clear word": schema.get("clear"),
        "an ID pattern": schema.get("id_pattern"),
        "the host's own status words": schema.get("words"),
        "a required question": schema.get("required"),
    }
    return {*(name for name in (*OPTIONS, *UPDATING) if name in world["options"]), *(one for one in more if more[one])}


def test_every_pair_of_options_is_drawn_often(capsys: pytest.CaptureFixture[str]) -> None:
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for seed in range(WORLDS):
        told = sorted(asked(mixed_world(Random(seed))))
        single.update(told)
        pairs.update(combinations(told, 2))
    wanted = set(combinations(sorted(single), 2))
    with capsys.disabled():
        rare = ", ".join(
            f"{one} + {other}: {pairs[one, other]}" for one, other in sorted(wanted, key=pairs.__getitem__)[:5]
        )
        print(f"\n{WORLDS} worlds, {len(wanted)} pairs of {len(single)} options; the rarest: {rare}")  # noqa: T201
    assert len(single) == len(OPTIONS) + len(UPDATING) + 10
    assert {pair: pairs[pair] for pair in wanted if pairs[pair] < FEWEST} == {}
