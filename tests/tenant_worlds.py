"""Many small worlds in one import: tenants that share no key, planned at once, and decided by the oracle one by one.

A plan of five rows costs the engine hardly less than one of five hundred, so worlds that cannot concern each other are laid
into one directory and one file. `tenant` gives a world keys of its own and keeps what the rules look at: which IDs and addresses are
equal, differ in case or zeros, look alike, are aliases, have one length, are dates, damaged or no IDs at all. What is asked of a file as a whole
(whether IDs identify, how IDs are written, the guards) is asked of all tenants together, by the oracle as well.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

from identity_worlds import (
    OPTIONS,
    THRESHOLDS,
    UPDATING,
    World,
    asked_world,
    calm_world,
    decide_some,
    draw_asked,
    draw_schema,
    drifting,
    moving_world,
    random_world,
    renaming_world,
    stir,
)

__all__ = ["FIRST_TAG", "tenant", "tenants_world"]

#: Tags are three digits in an ID and three letters in an address, so that none is the end of another's key; a hundred at most (`_DATES`).
FIRST_TAG = 100

#: Numbers that a spreadsheet would damage by three digits more.
_LONG = 10**12

_DATES = {
    r"([0-9]{1,2}-[A-Za-z]{3})": r"\1-2{tag}",
    r"([0-9]{1,2}/[0-9]{1,2}/)[0-9]{4}": r"\g<1>2{tag}",
    r"([A-Za-z]{3}-)[0-9]{2}": r"\g<1>{short:02}",
}


def tenant_id(text: Any, tag: int) -> Any:
    """An ID of one tenant. The tag follows the last digit, in front of decimals; what is no usable ID may stay as it is."""
    if isinstance(text, (int, float)):
        return text if text >= 10**15 or text != int(text) else type(text)(tenant_id(str(int(text)), tag))
    if text is None or "@" in text:
        return tenant_email(text, tag)
    bare = text.strip()
    if bare.isascii() and bare.isdigit() and int(bare) >= _LONG:
        return text.replace(bare, str(int(bare) - (tag - FIRST_TAG)))
    if bare.upper() == "TRUE" or (bare and not bare.strip("0")):  # there are few of these: the first tenant has them
        return text if tag == FIRST_TAG else f"T{tag}"
    for form, new in _DATES.items():
        if re.fullmatch(form, bare):
            return text.replace(bare, re.sub(form, new.format(tag=tag, short=tag - FIRST_TAG), bare))
    if "." in text:
        return re.sub(r"([0-9])(?=[^0-9]*\.)", rf"\g<1>{tag}", text, count=1)
    return re.sub(r"([0-9])(?=[^0-9]*$)", rf"\g<1>{tag}", text, count=1)


def tenant_email(text: Any, tag: int) -> Any:
    """An address of one tenant: letters behind the local part, in front of its tag."""
    if not text:
        return text
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(tag))
    return re.sub(r"(?=[+#@])", letters, text, count=1)


def tenant(world: World, tag: int, *, first_line: int) -> World:
    """A world with keys, refs and lines of its own."""
    people = [
        {
            **person,
            "key": f"{person['key']}.{tag}",
            "id": tenant_id(person.get("id"), tag),
            "email": tenant_email(person.get("email"), tag),
            "sso_subject": tenant_id(person.get("sso_subject"), tag),
        }
        for person in world["directory"]
    ]
    rows = [
        {
            **row,
            "line": row["line"] + first_line,
            **{name: tenant_id(row[name], tag) for name in ("id",) if name in row},
            **{name: tenant_email(row[name], tag) for name in ("email", "new_email") if name in row},
        }
        for row in world["rows"]
    ]
    decisions = [
        {**one, "row": one["row"] + first_line, "ref": one["ref"] and f"{one['ref']}.{tag}"}
        for one in world["options"].get("decisions", ())
    ]
    return {**world, "directory": people, "rows": rows, "options": {**world["options"], "decisions": decisions}}


def tenants_world(random: Random, *, tenants: int = 90) -> World:
    """Draw a world of many tenants under one host's options; ``tenants`` holds each of them."""
    schema = draw_schema(random) if random.random() < 0.5 else None
    some = {name: random.choice(values) for name, values in OPTIONS.items()} | UPDATING
    options = {name: some[name] for name in random.sample(sorted(some), random.choice((0, 1, 2, 3, 4, 6, 8)))}
    if "id_zero_pad" in options:
        options["id_zero_pad"] += len(str(FIRST_TAG))
    if random.random() < 0.5:
        wanted = random.sample(sorted(THRESHOLDS), random.randint(1, len(THRESHOLDS)))
        options["thresholds"] = {name: random.choice(THRESHOLDS[name]) for name in wanted}
    if random.random() < 0.3:
        options |= {"absent": random.choice(("report", "suspend")), "full_snapshot": True}
    if schema and schema.get("id_pattern") == "[0-9]{5}":
        schema["id_pattern"] = "[0-9]{8}"
    drawn: list[World] = []
    first_line = 0
    for tag in range(FIRST_TAG, FIRST_TAG + tenants):
        if schema is not None:
            world = asked_world(random, schema=schema)
        else:
            world = random.choice((calm_world, calm_world, random_world, renaming_world, moving_world))(random)
        world = {"directory": world["directory"], "rows": world["rows"], "options": {}}
        if random.random() < 0.5:
            stir(world, random)
        if random.random() < 0.4:
            world["options"]["decisions"] = decide_some(world, random)
        drawn.append(tenant(world, tag, first_line=first_line))
        first_line = max(row["line"] for row in drawn[-1]["rows"])
    world = joined(drawn, options, schema)
    world |= {"asked": draw_asked(random)} if random.random() < 0.2 else {}
    return drifting(world, random) if random.random() < 0.2 else world


def joined(tenants: list[World], options: dict[str, Any], schema: dict[str, Any] | None) -> World:
    """One world of many tenants."""
    world: World = {
        "directory": [person for one in tenants for person in one["directory"]],
        "rows": [row for one in tenants for row in one["rows"]],
        "options": {**options, "decisions": [said for one in tenants for said in one["options"]["decisions"]]},
        "tenants": tenants,
    }
    return world if schema is None else {**world, "schema": schema}
