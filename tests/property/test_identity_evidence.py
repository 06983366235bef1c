"""Every blocked row answers "why?" in one sentence, with the people and rows concerned and without personal data, on random worlds."""

from __future__ import annotations

import re

import polars as pl
from hypothesis import given

import oracle
import qooper_ingest as qi
from cases_support import plan_of
from identity_worlds import World
from property.test_identity_laws import BLOCKED, as_oracle_reads, law, worlds
from qooper_ingest.issues import VALUE_LENGTH

#: Codes that are about another row of the file.
OF_ROWS = {
    "duplicate_row", "duplicate_id_in_file", "duplicate_email_in_file", "several_rows_one_user", "depends_on_blocked_row",
    "email_cycle",
}  # fmt: skip

#: Codes that are about another row, or about somebody in the directory.
OF_ROWS_OR_PEOPLE = {"id_case_variant", "id_leading_zeros_lost", "email_confusable"}


def blocked_rows(plan: qi.Plan) -> list[tuple[int, list[str], list[str]]]:
    """Row, codes and candidates."""
    return plan.frame.filter(pl.col("action").is_in(BLOCKED)).select("row", "codes", "candidates").rows()


@given(worlds)
@law
def test_why_names_every_candidate_and_the_other_row(world: World) -> None:
    plan = plan_of(world)
    rows = {row["line"] for row in world["rows"]}
    for row, codes, candidates in blocked_rows(plan):
        said = plan.why(row)
        people, others = concerned(said)
        assert people == set(candidates), said
        assert others <= rows - {row}, said
        if OF_ROWS & set(codes) or (OF_ROWS_OR_PEOPLE & set(codes) and not candidates):
            assert others, said
        elif not OF_ROWS_OR_PEOPLE & set(codes):
            assert not others, said


def concerned(said: str) -> tuple[set[str], set[int]]:
    """The people and the rows between the parentheses."""
    people = re.search(r"\((?:[^()]*; )?people ([^();]*)", said)
    rows = re.search(r"\((?:[^()]*; )?rows ([^();]*)", said)
    return (
        set(people[1].split(", ")) if people else set(),
        {int(one) for one in rows[1].split(", ")} if rows else set(),
    )


@given(worlds)
@law
def test_the_other_row_has_something_to_do_with_it(world: World) -> None:
    plan = plan_of(world)
    file = as_oracle_reads(world)
    by_line = {row.line: row for row in file.rows}
    for row, codes, _ in blocked_rows(plan):
        for other in concerned(plan.why(row))[1]:
            assert related(by_line[row], by_line[other], file), (row, other, codes)


def related(row: oracle.Row, other: oracle.Row, file: oracle.File) -> bool:
    """Whether two rows share a key or what it looks like, or a person."""
    ids = [one.id_key.lower().lstrip("0") for one in (row, other) if one.id_key is not None]
    looks = [{oracle.look_of(key) for key in (one.email_key, one.new_key) if key is not None} for one in (row, other)]
    people = [{p.ref for p in file.people if names(one, p, file)} for one in (row, other)]
    return (len(ids) == 2 and ids[0] == ids[1]) or bool(looks[0] & looks[1]) or bool(people[0] & people[1])


def names(row: oracle.Row, person: oracle.Person, file: oracle.File) -> bool:
    by_id = row.id_key is not None and row.id_key == person.id_key
    by_email = person.email_key is not None and person.email_key in (row.email_key, row.new_key)
    return by_id or by_email or file.same_id(person.subject, row)


@given(worlds)
@law
def test_why_is_one_line_without_personal_data_unless_asked(world: World) -> None:
    plan = plan_of(world)
    cells = {
        text
        for line in [*world["rows"], *({**person, **person.get("profile", {})} for person in world["directory"])]
        for name in ("email", "new_email", "first_name", "last_name")
        if (text := oracle.trim(line.get(name) or "")) and len(text) > 2
    }
    by_line = {row["line"]: row for row in world["rows"]}
    for row, codes, _ in blocked_rows(plan):
        said = plan.why(row)
        assert said.startswith(f"Row {row}: ")
        assert said.endswith(".")
        assert "\n" not in said
        for cell in cells:
            assert not re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", said), said
        email = oracle.trim(by_line[row].get("email") or "")
        if "email_invalid" in codes and email.isascii():
            assert email[:VALUE_LENGTH] in plan.why(row, personal=True) or by_line[row].get("new_email")
