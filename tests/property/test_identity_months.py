"""Several months of two tenants: import, apply, edit by hand, import again. Nobody but the named people changes, addresses and IDs stay
unique, and no account changes hands without a code."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import qooper_ingest as qi
from cases_support import SCHEMA
from qooper_ingest.testing import apply

TENANTS = ("north", "south")
NAMES = (
    "Ada Byrd",
    "Bo Cruz",
    "Cleo Dahl",
    "Dov Eng-Falk",
    "Eve van der Gaag",
    "Finn de Haas",
    "Gus Iyer",
    "Hal van der Jong",
)
COLUMNS = ("id", "email", "new_email", "first_name", "last_name", "status", "department")
WEAK = {"van", "der", "de"}

numbers = st.integers(0, len(NAMES) - 1)
#: How a row differs from the person as the feed has them.
KINDS = (
    "same",
    "same",
    "same",
    "department",
    "moves",
    "takes",
    "rename",
    "wrong ID",
    "slipped",
    "suspended",
    "new",
    "no ID",
)


def words(person: dict[str, Any]) -> set[str]:
    """Of names made of plain letters; particles are no words."""
    text = f"{person.get('first_name') or ''} {person.get('last_name') or ''}".lower().replace("-", " ")
    return set(text.split()) - WEAK


class Months(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.people: dict[str, list[dict[str, Any]]] = {}
        self.last: dict[str, bytes | None] = dict.fromkeys(TENANTS)
        self.month = 0

    @initialize()
    def begin(self) -> None:
        for tenant in TENANTS:
            self.people[tenant] = [self.person(tenant, number) for number in range(5)]

    def person(self, tenant: str, number: int) -> dict[str, Any]:
        first, _, last = NAMES[number].partition(" ")
        return {
            "ref": f"{tenant}-{number}", "id": f"E{number:03}", "email": f"p{number}@{tenant}.example", "status": "active",
            "first_name": first, "last_name": last, "department": "HR",
        }  # fmt: skip

    # ------------------------------------------------------------------------------------------------------------- files

    def row(self, tenant: str, number: int, other: int, kind: str) -> dict[str, Any]:
        known = {person["ref"]: person for person in self.people[tenant]}
        stored = known.get(f"{tenant}-{number}", self.person(tenant, number))
        theirs = known.get(f"{tenant}-{other}", self.person(tenant, other))
        row = {name: stored.get(name) for name in ("id", "email", "first_name", "last_name")}
        fresh = f"p{number}.m{self.month}@{tenant}.example"
        changes: dict[str, dict[str, Any]] = {
            "department": {"department": f"D{self.month}"},
            "moves": {"email": fresh},
            "takes": {"email": theirs["email"]},
            "rename": {"id": None, "new_email": fresh},
            "wrong ID": {"id": theirs["id"], "email": fresh},
            "slipped": {"id": theirs["id"]},
            "suspended": {"status": "Suspended"},
            "new": {"id": f"N{self.month}{number}", "email": fresh},
            "no ID": {"id": None},
        }
        return row | changes.get(kind, {})

    @rule(
        tenant=st.sampled_from(TENANTS),
        rows=st.lists(st.tuples(numbers, numbers, st.sampled_from(KINDS)), min_size=1, max_size=6),
    )
    def import_file(self, tenant: str, rows: list[tuple[int, int, str]]) -> None:
        self.month += 1
        drawn = {number: self.row(tenant, number, other, kind) for number, other, kind in rows}
        file = pl.DataFrame(list(drawn.values()), schema=dict.fromkeys(COLUMNS, pl.String)).write_csv().encode()
        self.apply_file(tenant, file)
        self.last[tenant] = file

    @precondition(lambda self: any(self.last.values()))
    @rule(tenant=st.sampled_from(TENANTS))
    def import_it_again(self, tenant: str) -> None:
        file = self.last[tenant]
        if file is not None:
            before = [dict(person) for person in self.people[tenant]]
            renames = b".m" in file and b",p" in file
            self.apply_file(tenant, file)
            assert renames or self.people[tenant] == before

    def apply_file(self, tenant: str, file: bytes) -> None:
        others = {name: [dict(one) for one in people] for name, people in self.people.items() if name != tenant}
        directory = qi.Directory.of(self.people[tenant], schema=SCHEMA)
        plan = qi.plan_import(file, schema=SCHEMA, directory=directory)
        seen = {guard.code: guard.count for guard in plan.summary.guards}
        plan = qi.plan_import(
            file, schema=SCHEMA, directory=directory, choices=qi.Choices(policy=qi.Policy(acknowledged=seen))
        )
        after = apply(plan, directory).frame
        assert isinstance(after, pl.DataFrame)
        before = {person["ref"]: person for person in self.people[tenant]}
        self.people[tenant] = after.select(
            "ref", *(name for name in self.person(tenant, 0) if name != "ref")
        ).to_dicts()
        told = {row["row"]: row for row in plan.frame.iter_rows(named=True)}
        table = qi.read_workbook(file).sheet().table(header_row=1).frame
        letters = dict(zip(COLUMNS, (name for name in table.columns if name != "_row"), strict=True))
        lines = {line["_row"]: {name: line[letter] for name, letter in letters.items()} for line in table.to_dicts()}
        by_ref = {row["ref"]: lines[number] for number, row in told.items() if row["ref"]}
        for person in self.people[tenant]:
            old = before.get(person["ref"])
            if old is None or old == person:
                continue
            line = by_ref[person["ref"]]  # somebody changed: a row leads to them
            assert old["id"] == line["id"] or line["email"] in (old["email"], person["email"])
            assert person["id"] == old["id"] or old["id"] is None
            if person["email"] != old["email"]:
                codes = next(row["codes"] for row in told.values() if row["ref"] == person["ref"])
                assert codes or words(line) & words(old), (line, old)
        assert {name: people for name, people in self.people.items() if name != tenant} == others

    # ---------------------------------------------------------------------------------------------------------- by hand

    @rule(
        tenant=st.sampled_from(TENANTS),
        number=numbers,
        how=st.sampled_from(("moves", "suspend", "delete", "marries", "loses ID")),
    )
    def edit_by_hand(self, tenant: str, number: int, how: str) -> None:
        self.month += 1
        changes: dict[str, dict[str, Any]] = {
            "moves": {"email": f"h{number}.{self.month}@{tenant}.example"},
            "suspend": {"status": "suspended"},
            "delete": {"status": "deleted"},
            "marries": {"last_name": f"Kent{self.month}"},
            "loses ID": {"id": None},
        }
        for person in self.people[tenant]:
            if person["ref"] == f"{tenant}-{number}":
                person |= changes[how]
        self.last[tenant] = None

    # ------------------------------------------------------------------------------------------------------------ always

    @invariant()
    def addresses_and_ids_are_unique(self) -> None:
        for people in self.people.values():
            live = [person for person in people if person["status"] != "deleted"]
            for name in ("email", "id"):
                held = [person[name] for person in live if person[name] is not None]
                assert len(held) == len(set(held)), name

    @invariant()
    def nobody_is_of_another_tenant(self) -> None:
        for tenant, people in self.people.items():
            assert all(f"@{tenant}.example" in person["email"] for person in people)


TestMonths = Months.TestCase
TestMonths.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
