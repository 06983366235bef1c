"""The work of one everyday import, counted and not timed: a change that adds work has to say so here.

An import of 200 rows in a warm process is what people wait for, and it is made of some hundred small queries and some ten thousand calls
of Python. The numbers below are what was measured, and a tenth; who needs less lowers them, who needs more has a reason.
They do not depend on the machine or its load. They may depend on the versions of polars and pydantic by a few per cent, which is what the
tenth is for.

    PYTHONPATH=src python tests/test_work.py    prints the counts, and which functions of ours they come from
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from itertools import chain

import qooper_ingest as qi
from work_counter import Work, count_work

#: Measured: 131.
MOST_QUERIES = 144
#: Measured: 18,673.
MOST_CALLS_OF_OURS = 20_500
#: Measured, with those of polars, pydantic and the standard library: 57,321.
MOST_CALLS = 63_000

DEPARTMENTS = ("Finance", "Sales", "Design", "IT", "Legal", "People", "Production")
OFFICES = ("Hamburg", "Kraków", "Lyon", "Osaka", "Malmö", "London", "Porto")
SENIORITY = ("Junior", "Mid-level", "Senior", "Lead")
SKILLS = ("SQL", "Python", "Data analysis", "Public speaking", "Facilitation", "UX research")
FIRST = ("Anna", "José", "Zoë", "Łukasz", "Li", "Taro", "Søren", "Priya", "Peter", "Siobhán", "Tom", "Fatima")
LAST = ("Berg", "García", "Kowalski", "Na", "Yamada", "Kjær", "Raman", "O'Brien", "Baker", "Zahra", "Holm")

SCHEMA = qi.Schema.participants(
    qi.Field(key="department", label="Department"),
    qi.Field(key="office", label="Office", type="location"),
    qi.Field(key="start_date", label="Start date", type="date"),
    qi.Field(key="seniority", label="Seniority", type="select", options=list(SENIORITY)),
    qi.Field(key="skills", label="Skills", type="multi_select", options=list(SKILLS)),
)
LABELS = {
    "id": "User ID", "email": "E-mail", "first_name": "First name", "last_name": "Last name", "status": "Status",
    "department": "Department", "office": "Office", "start_date": "Start date", "seniority": "Seniority", "skills": "Skills",
}  # fmt: skip


def stored(number: int) -> dict[str, str]:
    """One person as stored; every arithmetic is written out, so that the file is the same for every version of everything."""
    return {
        "id": f"{number:08d}",
        "email": f"p{number}@corp{number % 5}.example",
        "first_name": FIRST[number * 7 % 12],
        "last_name": f"{LAST[number % 11]}-{number % 997}",
        "status": "suspended" if number % 50 == 0 else "active",
        "department": DEPARTMENTS[number % 7],
        "office": OFFICES[number * 3 % 7],
        "start_date": f"{2005 + number % 20}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "seniority": SENIORITY[number % 4],
        "skills": ";".join(SKILLS[(number + step) % 6] for step in range(1 + number % 3)),
    }


def sent(number: int) -> dict[str, str]:
    """The same person as the file has it: nine of ten as stored, others with a new answer, address or status, some new or broken."""
    person = stored(number)
    if number % 40 == 1:
        person["office"] = "Munich"
    if number % 40 == 2:
        person["skills"] = "SQL"
    if number % 100 == 3:
        person["email"] = "new." + person["email"]
    if number % 100 == 4:
        person["status"] = "suspended"
    if number % 25 == 5:
        person |= {"id": f"9{number:07d}", "email": "n" + person["email"], "status": "active"}
    if number % 200 == 6:
        person["email"] = "not an address"
    return person


@cache
def work_of(rows: int) -> tuple[Work, dict[str, int]]:
    """What one warm import costs, and the actions planned."""
    people = qi.Directory.of(
        [
            person | {"ref": f"u{person['id']}", "skills": person["skills"].split(";")}
            for person in map(stored, range(rows))
        ],
        schema=SCHEMA,
    )
    order = [number * 77 % (rows - 1) for number in range(rows - 1)]
    lines = [",".join(sent(number).values()) for number in (*order, order[7])]
    data = "\n".join([",".join(LABELS.values()), *lines, ""]).encode()

    def import_once() -> qi.Plan:
        return qi.plan_import(data, schema=SCHEMA, directory=people)

    actions = import_once().summary.actions
    import_once()
    return count_work(import_once), actions


def test_the_file_that_is_counted_holds_every_everyday_action() -> None:
    actions = work_of(200)[1]
    assert sum(actions.values()) == 200
    assert all(actions[one] for one in ("create", "update", "change_email", "change_status", "unchanged", "reject"))


def test_every_query_is_seen_and_belongs_to_a_function_of_ours() -> None:
    """Counting sees what it should: a polars that hands queries to its engine elsewhere would make the next tests empty."""
    table = qi.read_workbook(b"a,b\n1,2\n").sheet().grid
    assert count_work(lambda: table.select("A").with_columns(B="A")).total_queries == 2
    queries = work_of(200)[0].queries
    assert ("elsewhere", "") not in queries
    assert {file.partition("/")[0] for file, _ in queries} >= {"cells", "identity", "plan"}


def test_an_import_of_200_rows_asks_for_few_queries() -> None:
    work = work_of(200)[0]
    assert work.total_queries <= MOST_QUERIES, top(work.queries)


def test_an_import_of_200_rows_calls_few_functions() -> None:
    work = work_of(200)[0]
    assert work.total_calls_of_ours <= MOST_CALLS_OF_OURS, top(work.calls_of_ours)
    assert work.calls <= MOST_CALLS, top(work.calls_of_ours)


def test_ten_times_the_rows_are_no_more_work() -> None:
    """Rows are the engine's work: a loop over them in Python, or a query for each of something that grows with them, shows here.

    From 2,000 rows on, because up to some hundred cells of a column are looked at one by one: the samples of the mapping.
    """
    small, large = work_of(2_000)[0], work_of(20_000)[0]
    assert large.total_queries <= small.total_queries * 1.1, top(large.queries - small.queries)
    assert large.total_calls_of_ours <= small.total_calls_of_ours * 1.05, top(large.calls_of_ours - small.calls_of_ours)


def top(counts: Counter[tuple[str, str]], most: int = 25) -> str:
    """The total and the largest counts, for who has to find where it went."""
    lines = (f"{count:>7} {file} {function}" for (file, function), count in counts.most_common(most))
    return "\n".join(chain([f"{counts.total()} in all, of them"], lines))


def main(sizes: list[int]) -> None:
    for size in sizes:
        work = work_of(size)[0]
        sums = f"{work.total_queries} queries, {work.total_calls_of_ours} calls of ours, {work.calls} calls"
        sys.stdout.write(f"{size} rows: {sums}\nqueries: {top(work.queries, 60)}\ncalls: {top(work.calls_of_ours)}\n")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [200])
