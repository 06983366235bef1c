"""What other programs read: JSON Schemas of the documents, and operations as SCIM requests."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

import qooper_ingest as qi
from cases_support import acknowledged, directory_in, schema_of
from identity_worlds import any_world, decided_world, moving_world
from qooper_ingest.testing import apply_with_receipt

ROOT = Path(__file__).parent.parent
SCHEMAS = {
    path.name.split(".")[0]: json.loads(path.read_text(encoding="utf-8"))
    for path in (ROOT / "docs" / "schemas").glob("*.json")
}

sys.path.insert(0, str(ROOT / "examples"))
scim = runpy.run_path(str(ROOT / "examples" / "scim_bulk.py"))


def held(name: str, text: str) -> None:
    jsonschema.validate(json.loads(text), SCHEMAS[name], cls=jsonschema.Draft202012Validator)


def test_the_published_schemas_are_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_schemas.py"))["schemas"]()
    found = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "schemas").glob("*.json")}
    assert found == made, "run: make docs"


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
