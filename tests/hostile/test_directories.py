"""Hosts and files made to cost: everybody equal, everybody a look-alike, one long chain. Work grows with the people, not with the pairs.

Counted is not time but what joins give: the most lines that any of them has. A join of rows and people who all share one key would have
as many lines as there are pairs. (`join` of frames is counted; lazy joins are not made of these keys but in `_aliases`, whose bound the
last tests prove by the candidates and by a ratio.)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi

SCHEMA = qi.Schema.participants()
KEYS = ("id", "email", "new_email", "first_name", "last_name")

#: Letters that look like plain ones.
_TWINS = str.maketrans("aeopcyx", "аеорсух")
_WORD = "aeopcyxaeopcyxaeopcyx"

#: Lines of a join for each row and person. Each of the few joins may have a line for either; pairs would be hundreds for each.
MOST = 3

Maker = Callable[[int], tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]]


def spelled(number: int, change: Callable[[str], str], word: str = _WORD) -> str:
    """One of 2^21 spellings of a word: letters at the bits of the number are changed."""
    return "".join(change(one) if number >> at & 1 else one for at, one in enumerate(word))


def twin(number: int) -> str:
    """An address that looks like every other one."""
    return f"{spelled(number, lambda one: one.translate(_TWINS))}@corp.example"


def cased(number: int) -> str:
    """An ID that differs from every other one only in case."""
    return spelled(number, str.upper)


def person(number: int, **more: Any) -> dict[str, Any]:
    return {"ref": f"u{number}", "id": f"A{number}", "email": f"p{number}@corp.example", **more}


def all_look_alikes(n: int) -> Any:
    return [{"email": twin(2 * i + 1)} for i in range(n)], [person(i, email=twin(2 * i)) for i in range(n)], {}


def one_look_alike_of_all(n: int) -> Any:
    rows = [{"email": twin(1)}, *({"id": f"B{i}", "email": f"q{i}@corp.example"} for i in range(n))]
    return rows, [person(i, email=twin(2 * i)) for i in range(n)], {}


def all_equal_addresses(n: int) -> Any:
    rows = [{"email": "ann@corp.example", "first_name": f"Ann{i}"} for i in range(n)]
    return rows, [person(i, email="ann@corp.example") for i in range(n)], {}


def all_equal_ids(n: int) -> Any:
    rows = [{"id": "A7", "email": f"q{i}@corp.example"} for i in range(n)]
    return rows, [person(i, id="A7") for i in range(n)], {}


def copies_of_one_row(n: int) -> Any:
    return (
        [{"id": "A7", "email": "ann@corp.example"}] * n,
        [person(i, id="A7", email="ann@corp.example") for i in range(n)],
        {},
    )


def all_case_variants(n: int) -> Any:
    rows = [{"id": cased(2 * i + 1), "email": f"q{i}@corp.example"} for i in range(n)]
    return rows, [person(i, id=cased(2 * i)) for i in range(n)], {}


def copies_of_a_variant(n: int) -> Any:
    return [{"id": cased(1), "email": "ann@corp.example"}] * n, [person(i, id=cased(2 * i)) for i in range(n)], {}


def all_leave_one_address(n: int) -> Any:
    rows = [{"email": "ann@corp.example", "new_email": f"q{i}@corp.example"} for i in range(n)]
    return rows, [person(i, email="ann@corp.example") for i in range(n)], {}


def one_subject_of_all(n: int) -> Any:
    rows = [{"id": "S1", "email": f"q{i}@corp.example"} for i in range(n)]
    return rows, [person(i, sso_subject="S1") for i in range(n)], {}


def unlinked_people_of_one_subject(n: int) -> Any:
    rows = [{"id": "S1", "email": f"q{i}@corp.example"} for i in range(n)]
    return rows, [person(i, id=None, sso_subject="S1") for i in range(n)], {"match_sso_subject": True}


def deleted_people_of_one_key(n: int) -> Any:
    rows = [{"id": "A7", "email": "ann@corp.example", "first_name": f"Ann{i}"} for i in range(n)]
    return rows, [person(i, id="A7", email="ann@corp.example", status="deleted") for i in range(n)], {}


def one_mailbox(n: int) -> Any:
    rows = [{"email": f"ann+f{i}@corp.example"} for i in range(n)]
    return rows, [person(i, email=f"ann+d{i}@corp.example") for i in range(n)], {}


def one_chain(n: int) -> Any:
    """Everybody takes the address of the next one."""
    return [{"id": f"A{i}", "email": f"p{i + 1}@corp.example"} for i in range(n)], [person(i) for i in range(n)], {}


def one_cycle(n: int) -> Any:
    rows = [{"id": f"A{i}", "email": f"p{(i + 1) % n}@corp.example"} for i in range(n)]
    return rows, [person(i) for i in range(n)], {"allow_email_cycles": True}


def one_chain_of_renames_that_is_blocked(n: int) -> Any:
    rows = [{"email": f"p{i}@corp.example", "new_email": f"p{i + 1}@corp.example"} for i in range(n)]
    return rows, [person(i, protected=i == n - 1) for i in range(n)], {}


MAKERS: tuple[Maker, ...] = (
    all_look_alikes, one_look_alike_of_all, all_equal_addresses, all_equal_ids, copies_of_one_row, all_case_variants, copies_of_a_variant,
    all_leave_one_address, one_subject_of_all, unlinked_people_of_one_subject, deleted_people_of_one_key, one_mailbox, one_chain,
    one_cycle, one_chain_of_renames_that_is_blocked,
)  # fmt: skip


def prepared(make: Maker, n: int) -> tuple[qi.Records, qi.Directory, qi.Policy]:
    rows, people, options = make(n)
    table = qi.Workbook.of_rows([KEYS, *([row.get(key) for key in KEYS] for row in rows)]).sheet().table(header_row=1)
    records = qi.apply_mapping(table, qi.ColumnMapping.of(table, {key: key for key in KEYS}), SCHEMA)
    return records, qi.Directory.of(people, schema=SCHEMA), qi.Policy(**options)


@pytest.fixture
def heights(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lines the frames have that joins give."""
    found: list[int] = []
    join = pl.DataFrame.join

    def seen(frame: pl.DataFrame, *args: Any, **settings: Any) -> pl.DataFrame:
        made = join(frame, *args, **settings)
        found.append(made.height)
        return made

    monkeypatch.setattr(pl.DataFrame, "join", seen)
    return found


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_no_join_pairs_rows_with_people_who_share_a_key(make: Maker, heights: list[int]) -> None:
    n = 400
    records, directory, policy = prepared(make, n)
    plan = qi.resolve(records, directory, policy=policy)
    assert sum(plan.summary.actions.values()) == records.frame.height
    allowed = (
        100 * n if make is all_leave_one_address else MOST * n
    )  # a hundred people are named of an address that all rows ask for
    assert max(heights, default=0) <= allowed
    named = plan.frame["candidates"].list.len()
    assert named.sum() <= allowed


def test_people_who_share_a_key_are_named_up_to_a_hundred_whatever_their_order() -> None:
    records, directory, policy = prepared(all_leave_one_address, 130)
    assert isinstance(directory.frame, pl.DataFrame)
    turned = qi.Directory.of(directory.frame.reverse(), schema=SCHEMA)
    first, second = (qi.resolve(records, one, policy=policy).frame["candidates"] for one in (directory, turned))
    assert first.to_list() == second.to_list()
    assert first[0].to_list() == sorted(f"u{i}" for i in range(130))[:100]


def test_one_row_names_all_the_people_it_looks_like() -> None:
    plan = qi.resolve(*prepared(one_look_alike_of_all, 130)[:2])
    assert plan.frame["codes"][0].to_list() == ["email_confusable"]
    assert plan.frame["candidates"][0].len() == 130


@pytest.mark.parametrize("make", [one_chain, one_mailbox], ids=lambda make: make.__name__)
def test_four_times_the_people_cost_no_more_than_eight_times_the_work(make: Maker) -> None:
    """Pairs would cost sixteen times as much. Processor time of two runs each, the quicker one."""

    def cost(n: int) -> float:
        inputs = prepared(make, n)
        runs = []
        for _ in range(2):
            start = time.process_time()
            qi.resolve(inputs[0], inputs[1], policy=inputs[2])
            runs.append(time.process_time() - start)
        return min(runs)

    cost(100)
    assert cost(4000) < 8 * cost(1000)
