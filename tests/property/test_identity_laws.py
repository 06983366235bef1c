"""The eight laws of the decision table, and what else a plan promises, on random small worlds."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import oracle
import qooper_ingest as qi
from cases_support import acknowledged, directory_in, outcome, part_in, plan_outcome, records_in, schema_of
from cases_support import plan_of as planned
from identity_worlds import World, any_world, random_world
from qooper_ingest.emails import key_of
from qooper_ingest.testing import apply

worlds = st.integers(0, 2**32).map(lambda seed: any_world(Random(seed)))
randoms = st.randoms(use_true_random=False)

#: Without Hypothesis' own shrinking, which is slow on worlds: ``tests/fuzz/fuzz_identity.py --laws`` makes them small.
law = settings(
    max_examples=12, deadline=None, phases=(Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)

BLOCKED = ("reject", "conflict")


def operations_of(plan: qi.Plan, *, size: int = 1000) -> list[qi.Operation]:
    return [operation for batch in plan.operations(size=size) for operation in batch]


def people_of(directory: qi.Directory) -> dict[str, dict[str, Any]]:
    frame = directory.frame
    assert isinstance(frame, pl.DataFrame)
    return {person["ref"]: person for person in frame.to_dicts()}


def email_key(text: str | None) -> str | None:
    stripped = oracle.trim(text or "")
    return key_of(stripped).key if stripped else None


def as_oracle_reads(world: World) -> oracle.File:
    """The world with the oracle's keys; nothing is decided yet."""
    options = {**oracle.DEFAULTS, **world["options"]}
    file = oracle.File(people=[], rows=[], options=options, schema=world.get("schema", {}))
    file.people = [oracle.read_person(person, file) for person in world["directory"]]
    file.rows = [oracle.stage_0_usable(row, file) for row in world["rows"]]
    return file


def shuffled_records(records: qi.Records, random: Random) -> qi.Records:
    """The same rows, with their numbers, in another order."""
    order = list(range(records.frame.height))
    random.shuffle(order)
    names = ("frame", "identity", "cleared", "instructions")
    return dataclasses.replace(records, **{name: getattr(records, name)[order] for name in names})


def told(plan: qi.Plan) -> tuple[Any, ...]:
    """All that a plan decides, without the order of its lines."""
    operations = {operation.row: operation for operation in operations_of(plan)}
    return outcome(plan), plan_outcome(plan), operations, plan.summary


def without_neighbours(summary: qi.Summary) -> qi.Summary:
    """The figures, without whether IDs among wrong rows slipped by one row or were mixed, which the order of the rows says."""
    codes = {("ids_shuffled" if code == "ids_shifted" else code): count for code, count in summary.codes.items()}
    return summary.model_copy(update={"codes": codes})


# --------------------------------------------------------------------------------------------------------------- the laws


@given(worlds, randoms)
@law
def test_law_1_permuting_rows_changes_only_the_order_of_the_output(world: World, random: Random) -> None:
    records, people = records_in(world), directory_in(world)
    policy = qi.Policy(**world["options"])
    permuted = qi.resolve(shuffled_records(records, random), people, policy=policy)
    assert told(permuted) == told(qi.resolve(records, people, policy=policy))


@given(worlds, randoms)
@law
def test_law_1_another_numbering_of_the_rows_changes_only_the_numbers(world: World, random: Random) -> None:
    plan = planned(world)
    if "duplicate_row" in plan.summary.codes:  # which of two copies stays is a matter of their numbers
        return
    lines = [row["line"] for row in world["rows"]]
    random.shuffle(lines)
    new = {row["line"]: line for row, line in zip(world["rows"], lines, strict=True)}
    decided = world["options"].get("decisions", ())
    decisions = {"decisions": [{**one, "row": new[one["row"]]} for one in decided]} if decided else {}
    options = {**world["options"], **decisions}
    rows = [{**row, "line": new[row["line"]]} for row in world["rows"]]
    moved = planned({**world, "options": options, "rows": rows})
    expected = [{**one, "line": new[one["line"]]} for one in outcome(plan)]
    assert outcome(moved) == sorted(expected, key=lambda one: one["line"])
    assert set(moved.dependencies) == {(new[a], new[b]) for a, b in plan.dependencies}
    assert sorted(moved.atomic_groups) == sorted(tuple(sorted(new[row] for row in g)) for g in plan.atomic_groups)
    assert without_neighbours(moved.summary) == without_neighbours(plan.summary)


@given(worlds, randoms)
@law
def test_law_1_permuting_the_directory_changes_nothing(world: World, random: Random) -> None:
    people = list(world["directory"])
    random.shuffle(people)
    plan, permuted = planned(world), planned({**world, "directory": people})
    assert permuted.fingerprint == plan.fingerprint
    assert told(permuted) == told(plan)


@given(worlds)
@law
def test_law_2_only_people_named_by_a_row_are_touched(world: World) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    before, after = people_of(people), people_of(apply(plan, people))
    file = as_oracle_reads(world)
    named = {
        person.ref
        for person in file.people
        for row in file.rows
        if names_them(row, person, file, world["options"].get("match_sso_subject", False))
    }
    touched = {ref for ref, person in before.items() if {**person} != {name: after[ref].get(name) for name in person}}
    assert touched <= named
    created = plan.summary.actions["create"]
    assert len(after) == len(before) + created


@given(worlds)
@law
def test_law_3_after_applying_the_same_file_has_nothing_left_to_do(world: World) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    if takes_the_old_address_of_a_rename_by_email(world):
        return
    applied = plan.frame.filter(~pl.col("action").is_in(BLOCKED))["row"]
    again = planned(world, apply(plan, people))
    left = again.frame.filter(pl.col("row").is_in(applied.implode()) & (pl.col("action") != "unchanged"))
    if world["options"].get("mode") == "create_only":  # whom the first run has made is known to the second
        left = left.filter(~pl.col("codes").list.contains("exists_in_create_only"))
    assert left.is_empty(), left.select("row", "action", "codes").rows()


@given(worlds, randoms)
@law
def test_law_4_any_order_that_respects_before_keeps_keys_unique(world: World, random: Random) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    state = people_of(people)
    for step in random_order(plan, random):
        for operation in step:
            carry_out(operation, state)
        for operation in step:
            for field, key in (("email", operation.absent_email), ("id", operation.absent_id)):
                assert key is None or holders(state, field, key, world) == 1, (operation.row, field)


@given(worlds)
@law
def test_law_5_no_two_unblocked_rows_share_a_person_an_id_or_a_final_address(world: World) -> None:
    plan = planned(world)
    file = as_oracle_reads(world)
    open_rows = set(plan.frame.filter(~pl.col("action").is_in(BLOCKED))["row"])
    rows = [row for row in file.rows if row.line in open_rows]
    for values in (
        plan.frame.filter(~pl.col("action").is_in(BLOCKED))["ref"].drop_nulls().to_list(),
        [row.id_key for row in rows if row.id_key is not None],
        [row.final_key for row in rows],
    ):
        assert len(set(values)) == len(values)


@given(worlds)
@law
def test_law_6_no_stored_id_is_replaced_or_cleared(world: World) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    for operation in operations_of(plan):
        assert all(change.before is None for change in operation.changes if change.field == "id")
    after = people_of(apply(plan, people))
    assert all(
        after[ref]["id"] == person["id"] for ref, person in people_of(people).items() if person["id"] is not None
    )


@given(worlds)
@law
def test_law_7_nobody_is_matched_by_looks_aliases_or_names(world: World) -> None:
    plan = planned(world)
    file = as_oracle_reads(world)
    by_ref, by_line = {p.ref: p for p in file.people}, {row.line: row for row in file.rows}
    for line, ref in plan.frame.filter(pl.col("ref").is_not_null()).select("row", "ref").iter_rows():
        assert names_them(by_line[line], by_ref[ref], file, world["options"].get("match_sso_subject", False))


@given(worlds)
@law
def test_law_8_every_row_is_in_exactly_one_action_and_the_counts_add_up(world: World) -> None:
    plan = planned(world)
    assert sorted(plan.frame["row"]) == sorted(row["line"] for row in world["rows"])
    assert plan.frame["action"].null_count() == 0
    assert plan.summary.rows == len(world["rows"]) == sum(plan.summary.actions.values())
    rejected = plan.summary.to_mend + plan.summary.copies + plan.summary.skipped
    assert plan.summary.actions["reject"] == rejected
    assert sum(plan.summary.decisions.values()) == len(world["options"].get("decisions", ()))
    for action, count in plan.summary.actions.items():
        assert plan.frame.filter(pl.col("action") == action).height == count
    per_row = plan.frame.select(pl.col("codes").list.explode().drop_nulls())["codes"].value_counts()
    guards = {guard.code for guard in plan.summary.guards}
    assert all(plan.summary.codes[code] >= count for code, count in per_row.rows() if code not in guards)
    done = sum(count for action, count in plan.summary.actions.items() if action not in (*BLOCKED, "unchanged"))
    assert len(operations_of(plan)) == (done if plan.can_apply else 0)


# ------------------------------------------------------------------------------------------------- what else a plan promises


@given(worlds)
@law
def test_the_people_of_a_lookup_give_the_plan_of_the_complete_directory(world: World) -> None:
    lookup = records_in(world).lookup()
    some = [person for person in world["directory"] if lookup.matches(person)]
    partial, plan = planned(world, directory_in({**world, "directory": some}, complete=False)), planned(world)
    assert without_shares(outcome(partial)) == without_shares(outcome(plan))
    assert partial.dependencies == plan.dependencies
    assert partial.atomic_groups == plan.atomic_groups


@given(worlds)
@law
def test_a_lazy_directory_gives_the_plan_of_the_eager_one(world: World) -> None:
    eager = directory_in(world)
    assert isinstance(eager.frame, pl.DataFrame)
    plan = planned(world, eager)
    lazy = planned(world, qi.Directory.of(eager.frame.lazy(), schema=schema_of(world), **part_in(world)))
    assert told(lazy) == told(plan)
    assert lazy.fingerprint == plan.fingerprint


def test_a_directory_in_parquet_gives_the_plan_of_the_eager_one(tmp_path: Path) -> None:
    for seed in range(12):
        world = random_world(Random(seed))
        eager = directory_in(world)
        assert isinstance(eager.frame, pl.DataFrame)
        eager.frame.write_parquet(tmp_path / "people.parquet")
        scanned = qi.Directory.of(pl.scan_parquet(tmp_path / "people.parquet"), schema=schema_of(world))
        assert told(planned(world, scanned)) == told(planned(world, eager)), seed


@given(worlds)
@law
def test_a_saved_plan_is_loaded_equal(world: World) -> None:
    plan = acknowledged(world)
    file = io.BytesIO()
    plan.save(file)
    loaded = qi.Plan.load(file.getvalue())
    assert told(loaded) == told(plan)
    assert loaded.fingerprint == plan.fingerprint
    assert list(loaded.to_jsonl()) == list(plan.to_jsonl())
    assert loaded.issues.frame.equals(plan.issues.frame)
    again = io.BytesIO()
    loaded.save(again)
    assert qi.Plan.load(again.getvalue()).fingerprint == plan.fingerprint


@given(worlds, st.integers(1, 5))
@law
def test_operations_come_in_an_order_that_respects_before_and_groups_come_whole(world: World, size: int) -> None:
    plan = acknowledged(world)
    batches = list(plan.operations(size=size))
    rows = [operation.row for batch in batches for operation in batch]
    assert sorted(map(str, rows)) == sorted(str(operation.row) for operation in operations_of(plan))
    for first, then in plan.dependencies:
        assert rows.index(first) < rows.index(then)
    for number, group in enumerate(plan.atomic_groups):
        inside = [{o.row for o in batch if o.group == number} for batch in batches]
        assert [rows_of for rows_of in inside if rows_of] == [set(group)]


@given(worlds)
@law
def test_a_fresh_plan_is_open_an_applied_one_is_done(world: World) -> None:
    people = directory_in(world)
    plan = acknowledged(world, people)
    operations = operations_of(plan)
    fresh = plan.check(people)
    assert (fresh.stale, fresh.done, fresh.pending) == ((), (), len(operations))
    later = plan.check(apply(plan, people))
    assert later.stale == ()
    assert sorted(later.done) == sorted(operation.row for operation in operations if operation.row is not None)


# ---------------------------------------------------------------------------------------------------------------- helpers


def names_them(row: oracle.Row, person: oracle.Person, file: oracle.File, by_subject: bool) -> bool:
    """Whether a row names a person by a key: the ID, the address, the new address, on request the SSO subject."""
    by_id = row.id_key is not None and row.id_key == person.id_key
    by_email = person.email_key is not None and person.email_key in (row.email_key, row.new_key)
    return by_id or by_email or (by_subject and file.same_id(person.subject, row))


def takes_the_old_address_of_a_rename_by_email(world: World) -> bool:
    """Chains of renames keyed by e-mail: afterwards the old address is somebody else's, and the file names them by it."""
    rows = as_oracle_reads(world).rows
    by_email = [row for row in rows if row.rename and (row.id_key is None or world["options"].get("key") == "email")]
    return any(row.email_key == other.final_key for row in by_email for other in rows if other is not row)


def random_order(plan: qi.Plan, random: Random) -> Iterator[list[qi.Operation]]:
    """Operations in a random order that respects ``before``; a group is one step."""
    steps: dict[object, list[qi.Operation]] = {}
    for operation in operations_of(plan):
        steps.setdefault(("group", operation.group) if operation.group is not None else operation.row, []).append(
            operation
        )
    waits: dict[object, set[object]] = {name: set() for name in steps}
    step_of = {operation.row: name for name, step in steps.items() for operation in step}
    for first, then in plan.dependencies:
        waits[step_of[then]].add(step_of[first])
    while waits:
        name = random.choice([name for name, others in waits.items() if not others & waits.keys()])
        del waits[name]
        yield steps[name]


def carry_out(operation: qi.Operation, state: dict[str, dict[str, Any]]) -> None:
    values = {change.field: change.after for change in operation.changes}
    if isinstance(operation, qi.Create):
        state[f"new:{operation.row}"] = {"id": None, "status": "active", **values}
    else:
        state[operation.ref].update(values)


def holders(state: dict[str, dict[str, Any]], field: str, key: str, world: World) -> int:
    insensitive = world["options"].get("id_case") == "ascii_insensitive"

    def key_of_person(person: dict[str, Any]) -> str | None:
        if field == "email":
            return email_key(person["email"])
        return oracle.ascii_lower(person["id"] or "") if insensitive else person["id"]

    return sum(key_of_person(person) == key for person in state.values() if person["status"] != "deleted")


def without_shares(outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what only a complete directory can tell: that an ID is unlike all others."""
    return [{**one, "codes": [code for code in one["codes"] if code != "id_format_outlier"]} for one in outcomes]
