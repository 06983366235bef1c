"""What other programs read: JSON Schemas of the documents, and operations as SCIM requests."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import polars as pl
import pytest

import qooper_ingest as qi
from cases_support import acknowledged, directory_in, schema_of
from identity_worlds import any_world, decided_world, moving_world
from qooper_ingest.emails import keys_of
from qooper_ingest.testing import apply, apply_with_receipt

ROOT = Path(__file__).parent.parent
SCHEMAS = {
    path.name.split(".")[0]: json.loads(path.read_text(encoding="utf-8"))
    for path in (ROOT / "docs" / "schemas").glob("*.json")
}

VALIDATORS = {name: jsonschema.Draft202012Validator(schema) for name, schema in SCHEMAS.items()}

sys.path.insert(0, str(ROOT / "examples"))
scim = runpy.run_path(str(ROOT / "examples" / "scim_bulk.py"))


def held(name: str, text: str) -> None:
    VALIDATORS[name].validate(json.loads(text))


def test_the_published_schemas_are_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_schemas.py"))["schemas"]()
    found = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "schemas").glob("*.json")}
    assert found == made, "run: make docs"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_published_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_document_of_random_worlds_validates() -> None:
    for seed in range(12):
        world = decided_world(Random(seed)) if seed % 2 else any_world(Random(seed))
        people = directory_in(world)
        plan = acknowledged(world, people)
        receipt = apply_with_receipt(plan, people)[1]
        policy = qi.Policy(**world["options"])
        held("receipt", receipt.to_json())
        held("receipt", plan.inverse(receipt).receipt().to_json())
        held("summary", plan.summary.to_json())
        for line in [*plan.to_jsonl(), *plan.inverse(receipt).to_jsonl()]:
            held("operation", line)
        held("schema", schema_of(world).to_json())
        held("policy", policy.model_dump_json())
        held("choices", qi.Choices(policy=policy).to_json())


def test_the_choices_of_a_proposal_validate() -> None:
    proposal = qi.propose(b"Employee ID,Email\nA1,ann@corp.example\n", schema=qi.Schema.participants())
    held("choices", proposal.choices.to_json())
    held("mapping", proposal.mapping.to_json())


@pytest.mark.parametrize(
    ("name", "text"), [("receipt", "{}"), ("choices", '{"sheets": 1}'), ("receipt", '{"format_version": 2}')]
)
def test_what_is_no_such_document_does_not_validate(name: str, text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        held(name, text)


def requests_of(plan: qi.Plan, **settings: Any) -> list[dict[str, Any]]:
    return list(scim["bulk_requests"](plan, **settings))


def test_scim_requests_hold_every_operation_in_its_order() -> None:
    for seed in range(12):
        plan = acknowledged(any_world(Random(seed)))
        if plan.atomic_groups:
            continue
        operations = [one for batch in plan.operations() for one in batch]
        sent = [one for request in requests_of(plan) for one in json.loads(json.dumps(request))["Operations"]]
        assert [one["path"] for one in sent] == [
            f"/Users/{one.ref}" if not isinstance(one, qi.Create) else "/Users" for one in operations
        ]
        assert all(one["data"]["userName"] for one in sent if one["method"] == "POST")


def test_scim_requests_are_small_and_name_what_was_read() -> None:
    people = [{"ref": f"u{n}", "id": f"A{n}", "email": f"p{n}@corp.example"} for n in range(120)]
    lines = "".join(f"A{n},p{n}@corp.example,Ann\n" for n in range(120))
    plan = qi.plan_import(
        f"Employee ID,Email,First name\n{lines}".encode(),
        schema=qi.Schema.participants(),
        directory=qi.Directory.of(people),
    )
    requests = requests_of(plan, versions={"u7": 'W/"3"'})
    assert [len(one["Operations"]) for one in requests] == [50, 50, 20]
    assert requests[0]["Operations"][7] == {
        "method": "PATCH",
        "path": "/Users/u7",
        "version": 'W/"3"',
        "data": {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "name.givenName", "value": "Ann"}],
        },
    }


def test_scim_cannot_swap_addresses() -> None:
    plan = next(
        plan
        for seed in range(99)
        if (plan := acknowledged(moving_world(Random(seed)))).atomic_groups and plan.can_apply
    )
    with pytest.raises(ValueError, match="atomic group"):
        requests_of(plan)


sql = runpy.run_path(str(ROOT / "examples" / "sql_parameters.py"))


def stored(value: Any) -> Any:
    """A value as the example stores it."""
    if isinstance(value, (list, tuple)):
        return json.dumps(list(value))
    return value.isoformat() if hasattr(value, "isoformat") else value


def database_of(people: pl.DataFrame) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    lookup = qi.Lookup.sql("sqlite")["lookup_id"]
    names = ", ".join(f'"{name}"' for name in people.columns)
    database.execute(f"CREATE TABLE people ({names}, email_key UNIQUE, lookup_id text GENERATED ALWAYS AS ({lookup}))")
    keys = keys_of(people["email"])["key"].to_list()
    for person, key in zip(people.to_dicts(), keys, strict=True):
        values = [*map(stored, person.values()), None if person["status"] == "deleted" else key]
        database.execute(f"INSERT INTO people ({names}, email_key) VALUES ({', '.join('?' * len(values))})", values)
    return database


def test_sql_statements_do_what_the_reference_does_and_hold_once() -> None:
    for seed in range(8):
        world = decided_world(Random(5)) if seed == 0 else moving_world(Random(seed))
        directory = directory_in(world)
        plan = acknowledged(world, directory)
        if plan.atomic_groups or not plan.can_apply:
            continue
        people = directory.collect(plan.schema)[0]
        if keys_of(people.filter(pl.col("status") != "deleted")["email"])["key"].drop_nulls().is_duplicated().any():
            continue  # no such table has a unique key
        database = database_of(people)
        done = list(sql["statements"](plan))
        for operation, statement, parameters in done:
            parameters |= {"ref": getattr(operation, "ref", f"new:{operation.row}")}
            assert database.execute(statement, parameters).rowcount == 1, (seed, operation)
        told = {"roles": [], "protected": False, "status_locked": False}
        wanted = [
            {name: stored(person[name] if person[name] is not None else told.get(name)) for name in people.columns}
            for person in apply(plan, directory).frame.select(people.columns).sort("ref").to_dicts()
        ]
        database.row_factory = sqlite3.Row
        found = [
            {name: row[name] if row[name] is not None else stored(told.get(name)) for name in people.columns}
            for row in database.execute("SELECT * FROM people ORDER BY ref")
        ]
        assert found == wanted, seed
        for _, statement, parameters in done:  # each expects what was there before
            assert database.execute(statement, parameters).rowcount == 0, statement


def test_sql_statements_change_nobody_whom_somebody_has_changed_since() -> None:
    schema = qi.Schema.participants(qi.Field(key="skills", type="multi_select", options=["SQL", "Go"]))
    people = qi.Directory.of(
        [
            {"ref": f"u{n}", "id": f"A{n}", "email": f"p{n}@corp.example", "skills": ["SQL"], "status": status}
            for n, status in enumerate(("active", "active", "suspended", "active"))
        ],
        schema=schema,
    )
    file = "Employee ID,Email,Skills,Status\nA0,p0@corp.example,Go,\nA1,p1@corp.example,,suspended\nA2,p2@corp.example,,active\n"
    file += "A3,p3@corp.example,Go,\nA4,p4@corp.example,Go,\n"
    plan = qi.plan_import(file.encode(), schema=schema, directory=people)
    database = database_of(people.collect(schema)[0])
    database.execute("UPDATE people SET skills = '[]' WHERE ref = 'u0'")
    database.execute("UPDATE people SET protected = 1 WHERE ref = 'u1'")
    database.execute("UPDATE people SET status = 'deleted' WHERE ref = 'u2'")
    database.execute("INSERT INTO people (ref, id, email) VALUES ('u4', '0a4', 'other@corp.example')")
    applied = {
        type(operation): database.execute(statement, {**parameters, "ref": getattr(operation, "ref", "new")}).rowcount
        for operation, statement, parameters in sql["statements"](plan)
    }
    assert applied == {qi.Update: 1, qi.Suspend: 0, qi.Reactivate: 0, qi.Create: 0}
    assert database.execute("SELECT ref FROM people WHERE skills = '[\"Go\"]'").fetchall() == [("u3",)]


def test_one_statement_cannot_swap_addresses() -> None:
    plan = next(plan for seed in range(99) if (plan := acknowledged(moving_world(Random(seed)))).atomic_groups)
    with pytest.raises(ValueError, match="atomic group"):
        list(sql["statements"](plan))


TYPES = ROOT / "docs" / "schemas" / "qooper_ingest.d.ts"

#: What a front end does with the documents; the second one reads what is not there.
FRONT_END = """
import type { Choices, Operation, Schema, Summary, Receipt } from "./qooper_ingest";

export function sentence(line: Operation): string {
  const fields = line.changes.map((change) => change.field).join(", ");
  return line.operation === "create" ? `new: ${fields}` : `${line.ref}: ${fields} (was ${line.expected?.status})`;
}
export const choices: Choices = { sheet: "People", header_rows: [4], conventions: { separator: ";" } };
export const blocked = (summary: Summary): number => summary.actions["conflict"] ?? 0;
export const labels = (schema: Schema): string[] => schema.fields.map((field) => field.label || field.key);
export const refused = (receipt: Receipt): number => receipt.refused?.length ?? 0;
"""
WRONG = FRONT_END.replace("line.changes", "line.change")


def compiled(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    compiler = os.environ.get("TYPESCRIPT") or shutil.which("tsc")
    node = shutil.which("node")
    if compiler is None or node is None:
        pytest.skip("the TypeScript compiler is not installed (TYPESCRIPT=…/typescript/lib/tsc.js)")
    (folder / "page.ts").write_text(source, encoding="utf-8")
    (folder / TYPES.name).write_text(TYPES.read_text(encoding="utf-8"), encoding="utf-8")
    command = [
        node,
        compiler,
        "--noEmit",
        "--strict",
        "--target",
        "es2022",
        "--module",
        "es2022",
        "--moduleResolution",
        "bundler",
    ]
    return subprocess.run([*command, "page.ts"], cwd=folder, capture_output=True, text=True, check=False)


def test_a_front_end_compiles_with_the_types_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    right = compiled(tmp_path, FRONT_END)
    assert right.returncode == 0, right.stdout
    wrong = compiled(tmp_path, WRONG)
    assert wrong.returncode != 0
    assert "'change' does not exist" in wrong.stdout


def test_the_types_are_made_from_the_published_schemas() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_types.py"))["declarations"]
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "schemas").glob("*.json")}
    assert TYPES.read_text(encoding="utf-8") == made(texts), "run: make reference"
    with pytest.raises(ValueError, match="keywords without a rule"):
        made({"x.json": '{"title": "X", "not": {"type": "string"}}'})
