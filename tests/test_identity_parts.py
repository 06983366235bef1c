"""The parts beside the decision table: options, names as a veto, slipped columns, who waits for whom."""

from __future__ import annotations

from typing import Any

import pytest

import qooper_ingest as qi
from qooper_ingest.identity.guards import Tally, guards
from qooper_ingest.identity.order import settle

SCHEMA = qi.Schema.participants()


def plan(rows: list[dict[str, Any]], people: list[dict[str, Any]], **policy: Any) -> qi.Plan:
    keys = [field.key for field in SCHEMA.fields if any(field.key in row for row in rows)]
    table = qi.Workbook.of_rows([keys, *([row.get(key) for key in keys] for row in rows)]).sheet().table(header_row=1)
    records = qi.apply_mapping(table, qi.ColumnMapping.of(table, {key: key for key in keys}), SCHEMA)
    return qi.resolve(records, qi.Directory.of(people), policy=qi.Policy(**policy))


# -- options ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"colour": 1}, {"key": "name"}, {"mode": "replace"}, {"id_zero_pad": 0}, {"id_zero_pad": 256}, {"decisions": [{"row": 2**32, "answer": "skip"}]}, {"id_zero_pad": "6"}, {"allow_id_link": "yes"},
        {"allow_id_link": 1}, {"role": 7}, {"thresholds": {"colour": 1}}, {"thresholds": {"max_suspensions_pct": float("nan")}},
        {"thresholds": {"max_suspensions": -1}}, {"thresholds": {"from_people": 0}}, {"acknowledged": {"x": "7"}}, {"absent": "delete"},
        {"decisions": ["skip"]}, {"decisions": 7},
    ],
)  # fmt: skip
def test_an_option_that_is_not_known_or_not_possible_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(qi.UsageError) as caught:
        qi.Policy(**options)
    assert caught.value.code == "argument_invalid"
    assert caught.value.__context__ is None


def test_a_policy_is_the_same_after_json() -> None:
    policy = qi.Policy(
        role="mentee", thresholds=qi.Thresholds(max_suspensions_pct=0.5), acknowledged={"low_match_rate": 3},
        decisions=[qi.Decision(row=2, answer="create"), qi.Decision(row=3, answer="use_id", ref="u1")],
    )  # fmt: skip
    assert qi.Policy.model_validate_json(policy.model_dump_json()) == policy
    assert isinstance(policy.decisions, tuple)


@pytest.mark.parametrize(
    ("count", "of", "options", "trips"),
    [
        (10, 50, {}, False), (11, 50, {}, True), (9, 9, {}, False), (10, 10, {}, True),
        (1, 1000, {"max_suspensions_pct": 0.1}, False), (2, 1000, {"max_suspensions_pct": 0.1}, True),
        (1, 1, {"max_suspensions_pct": 0}, True), (0, 1, {"max_suspensions_pct": 0}, False), (0, 0, {"max_suspensions_pct": 0}, False),
        (6, 1000, {"max_suspensions": 5}, True), (5, 1000, {"max_suspensions": 5}, False), (3, 12, {"from_people": 13}, False),
    ],
)  # fmt: skip
def test_a_guard_trips_strictly_beyond_its_limit(count: int, of: int, options: dict[str, Any], trips: bool) -> None:
    tally = Tally(suspensions=count, email_changes=0, matched=of, accepted=of, active_people=of)
    tripped = guards(tally, qi.Policy(thresholds=options))
    assert [guard.code for guard in tripped] == (["too_many_suspensions"] if trips else [])


# -- names -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "stored", "stranger"),
    [
        (("Ann", "Lee"), ("Ann", "Cruz"), False),
        (("Lee", "Ann"), ("Ann", "Lee"), False),
        (("ANN", "x"), ("ann", "y"), False),
        (("José", "x"), ("Jose\u0301", "y"), False),
        (("Jose", "x"), ("José", "y"), False),
        (("Strauß", "x"), ("STRAUSS", "y"), False),
        (("Νίκος", "x"), ("ΝΙΚΟΣ", "y"), False),
        (("Anne-Marie", "x"), ("Marie", "y"), False),
        (("O'Brien", "x"), ("Brien", "y"), False),
        (("Zoe", "Cruz"), ("Ann", "Lee"), True),
        (("Ann", None), ("Zoe", "Cruz"), True),
        (("Anna", None), ("Ann", None), True),
        (("王", "伟"), ("李", "娜"), True),
        ((None, None), ("Ann", "Lee"), False),
        (("Ann", "Lee"), (None, None), False),
        (("Ann", "Lee"), ("", " "), False),
        (("-", "."), ("Ann", "Lee"), False),
        (("n/a", "Lee"), ("Ann", "Cruz"), True),
    ],
)
def test_only_names_without_a_word_in_common_stop_a_change_of_address(told: Any, stored: Any, stranger: bool) -> None:
    rows = [{"id": "A1", "email": "new@corp.example", "first_name": told[0], "last_name": told[1]}]
    people = [{"ref": "u1", "id": "A1", "email": "old@corp.example", "first_name": stored[0], "last_name": stored[1]}]
    made = plan(rows, people)
    codes = made.frame["codes"].item().to_list()
    assert ("identity_discontinuity" in codes) is stranger
    assert made.frame["action"].item() == ("conflict" if stranger else "change_email")


def test_a_file_without_names_vetoes_nothing() -> None:
    people = [{"ref": "u1", "id": "A1", "email": "old@corp.example", "first_name": "Ann", "last_name": "Lee"}]
    assert plan([{"id": "A1", "email": "new@corp.example"}], people).frame["action"].item() == "change_email"


def test_one_name_column_is_compared_with_both_stored_names() -> None:
    people = [{"ref": "u1", "id": "A1", "email": "old@corp.example", "first_name": "Ann", "last_name": "Lee"}]
    assert (
        plan([{"id": "A1", "email": "n@corp.example", "last_name": "Ann"}], people).frame["action"].item()
        == "change_email"
    )
    assert (
        plan([{"id": "A1", "email": "n@corp.example", "last_name": "Cruz"}], people).frame["action"].item()
        == "conflict"
    )


def test_names_never_make_a_match() -> None:
    people = [{"ref": "u1", "id": None, "email": "ann@old.example", "first_name": "Ann", "last_name": "Lee"}]
    rows = [{"email": "ann@new.example", "first_name": "Ann", "last_name": "Lee"}]
    assert plan(rows, people).frame["action"].item() == "create"


# -- slipped columns -------------------------------------------------------------------------------------------------------


def staff(count: int) -> list[dict[str, Any]]:
    return [{"ref": f"u{n}", "id": f"A{n:03}", "email": f"p{n}@corp.example"} for n in range(count)]


def rows_with_ids(ids: list[int | None]) -> list[dict[str, Any]]:
    return [{"id": None if n is None else f"A{n:03}", "email": f"p{at}@corp.example"} for at, n in enumerate(ids)]


def findings(ids: list[int | None], count: int = 40) -> list[tuple[str, str | None]]:
    issues = plan(rows_with_ids(ids), staff(count)).issues.where("ids_shifted", "ids_shuffled")
    return [(issue.code, issue.detail) for issue in issues.page()]


def test_ids_that_stand_one_row_too_low_are_told_as_shifted() -> None:
    """A cell was inserted in the ID column: the right ID stands in the next row."""
    ((code, detail),) = findings([None, *range(19)])
    assert code == "ids_shifted"
    assert detail is not None
    assert "stands 1 row below" in detail
    assert "first rows 3, 4, 5" in detail


def test_ids_that_stand_too_high_are_told_with_direction_and_distance() -> None:
    ((code, detail),) = findings([*range(2, 20), None, None])
    assert code == "ids_shifted"
    assert detail is not None
    assert "stands 2 rows above" in detail


def test_ids_that_were_sorted_without_the_rest_are_told_as_shuffled() -> None:
    ((code, detail),) = findings([7, 3, 11, 0, 9, 1, 10, 2, 5, 4, 8, 6])
    assert code == "ids_shuffled"
    assert detail is not None
    assert "stands in another row" in detail


@pytest.mark.parametrize("ids", [list(range(20)), [1, 0, *range(2, 20)], [20, 21, 22, 23, *range(4, 10)]])
def test_right_ids_a_swap_and_foreign_ids_are_no_slip(ids: list[int | None]) -> None:
    assert findings(ids) == []


# -- who waits for whom ------------------------------------------------------------------------------------------------------


def test_a_path_runs_from_its_free_end() -> None:
    order = settle({1: 2, 2: 3}, [], allow_cycles=False)
    assert (order.before, order.dependent, order.cyclic, order.groups) == (((2, 1), (3, 2)), (), (), ())


def test_a_blocked_row_blocks_whoever_waits_for_it_to_the_end_of_the_path() -> None:
    order = settle({1: 2, 2: 3, 4: 5}, [3], allow_cycles=False)
    assert (order.dependent, order.before) == ((1, 2), ((5, 4),))


def test_a_blocked_row_blocks_nobody_whom_it_waits_for() -> None:
    order = settle({1: 2, 2: 3}, [1], allow_cycles=False)
    assert (order.dependent, order.before) == ((), ((3, 2),))


def test_a_cycle_is_blocked_unless_it_is_allowed() -> None:
    waits = {1: 2, 2: 3, 3: 1, 7: 8, 8: 7}
    order = settle(waits, [], allow_cycles=False)
    assert (order.cyclic, order.groups, order.before, order.dependent) == ((1, 2, 3, 7, 8), (), (), ())
    order = settle(waits, [], allow_cycles=True)
    assert (order.cyclic, order.groups) == ((1, 2, 3, 7, 8), ((1, 2, 3), (7, 8)))


def test_what_hangs_on_a_blocked_cycle_is_blocked_too() -> None:
    for start in ({9: 1, 1: 2, 2: 1}, {1: 2, 2: 1, 9: 1}):
        order = settle(start, [], allow_cycles=False)
        assert (order.cyclic, order.dependent, order.before) == ((1, 2), (9,), ())


def test_a_blocked_row_opens_a_cycle_and_blocks_it_as_a_path() -> None:
    order = settle({1: 2, 2: 3, 3: 1}, [2], allow_cycles=True)
    assert (order.cyclic, order.dependent, order.groups) == ((), (1, 3), ())


def test_a_long_chain_is_settled_in_one_walk() -> None:
    length = 200_000
    order = settle({n: n + 1 for n in range(length)}, [], allow_cycles=False)
    assert len(order.before) == length
    order = settle({n: n + 1 for n in reversed(range(length))}, [length], allow_cycles=False)
    assert len(order.dependent) == length
