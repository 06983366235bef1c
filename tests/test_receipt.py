"""What became of a plan, kept as a document, and the proof that these inputs gave it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

import qooper_ingest as qi

SCHEMA = qi.Schema.participants(
    qi.Field(key="skills", label="Skills", type="multi_select", options=("SQL", "Go", "Art"))
)

FILE = b"""Employee ID,Email,First name,Last name,Skills
A1,ann.lee@corp.example,Ann,Lee,SQL;Go
B2,bob@corp.example,Bob,Moe,Art
C3,cyd@corp.example,Cyd,Fox,SQL
D4,not an address,Dee,Ray,
"""

PEOPLE = (
    {"ref": "u1", "id": "A1", "email": "ann@corp.example", "first_name": "Ann", "last_name": "Lee", "skills": ["Art"]},
    {"ref": "u2", "id": "B2", "email": "bob@corp.example", "first_name": "Bob", "last_name": "Moe", "skills": ["Art"]},
)

CHOICES = qi.Choices(policy=qi.Policy(multi_select="union", thresholds=qi.Thresholds(max_email_changes_pct=100)))

#: Of the plan of these inputs. It is the same on every machine, for every version of Python and polars that is supported. It
#: changes with the rules (``RULES_VERSION``), with what the fingerprint covers (``BASIS_VERSION``) and with a new option of a policy.
FINGERPRINT = "12b9ef3e4dc7edc7cd1cc6e5135113eae386d7eb64f4a0ec5aaf503ba3d2dac0"


def people(version: str | None = "7") -> qi.Directory:
    return qi.Directory.of(PEOPLE, schema=SCHEMA, version=version)


def planned(**settings: Any) -> qi.Plan:
    return qi.plan_import(FILE, **{"schema": SCHEMA, "directory": people(), "choices": CHOICES, **settings})


def test_a_receipt_holds_figures_digests_and_the_hosts_own_refs() -> None:
    plan = planned()
    receipt = plan.receipt(created={4: "u9"}, refused={2: "answer_changed"}, choices_sha256=CHOICES.sha256)
    assert receipt.plan_fingerprint == plan.fingerprint
    assert (receipt.operations, receipt.applied) == (2, 1)
    assert receipt.actions == plan.summary.actions
    assert receipt.refused == (qi.Refusal(row=2, ref="u1", reason="answer_changed"),)
    assert receipt.reasons == {"answer_changed": 1}
    assert receipt.directory_version == "7"
    text = receipt.to_json()
    assert qi.Receipt.from_json(text) == receipt
    for personal in ("ann", "corp.example", "Lee", "SQL", "A1"):
        assert personal not in text


@pytest.mark.parametrize(
    ("exceptions", "reason"),
    [
        ({"created": {2: "u9"}}, "where the plan creates nobody"),
        ({"created": {99: "u9"}}, "where the plan creates nobody"),
        ({"done": [3]}, "no operation of the plan"),
        ({"refused": {"u2": "gone"}}, "no operation of the plan"),
        ({"done": [2], "refused": {2: "email_taken"}}, "two things"),
        ({"created": {4: "u9"}, "refused": {4: "email_taken"}}, "two things"),
        ({"refused": {2: "Ann Lee was on holiday"}}, "pattern"),
    ],
)
def test_what_does_not_fit_the_plan_is_no_receipt(exceptions: dict[str, Any], reason: str) -> None:
    with pytest.raises(qi.UsageError, match=reason):
        planned().receipt(**exceptions)


def test_one_person_is_not_created_twice() -> None:
    plan = qi.plan_import(FILE, schema=SCHEMA, directory=qi.Directory.of([]))
    with pytest.raises(qi.UsageError, match="one person"):
        plan.receipt(created={2: "u9", 3: "u9"})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format_version": 2}'])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(qi.UsageError) as caught:
        qi.Receipt.from_json(text)
    assert caught.value.code == "receipt_invalid"


def test_the_same_inputs_prove_a_receipt() -> None:
    proposal = qi.propose(FILE, schema=SCHEMA, directory=people(), choices=CHOICES)
    for choices in (CHOICES, proposal.choices):
        receipt = planned(choices=choices).receipt(created={4: "u9"}, choices_sha256=choices.sha256)
        assert qi.verify_receipt(receipt, FILE, schema=SCHEMA, directory=people(), choices=choices)


@pytest.mark.parametrize(
    ("changed", "differences"),
    [
        ({"source": FILE + b"E5,eve@corp.example,Eve,Day,\n"}, ("file",)),
        ({"schema": qi.Schema.participants()}, ("schema", "plan")),
        ({"choices": qi.Choices(policy=qi.Policy(multi_select="union"))}, ("choices", "plan")),
        ({"directory": people("8")}, ("directory_version", "plan")),
        ({"directory": qi.Directory.of(PEOPLE[:1], schema=SCHEMA, version="7")}, ("plan",)),
    ],
)
def test_what_differs_is_named(changed: dict[str, Any], differences: tuple[str, ...]) -> None:
    receipt = planned().receipt(created={4: "u9"}, choices_sha256=CHOICES.sha256)
    inputs: dict[str, Any] = {"schema": SCHEMA, "directory": people(), "choices": CHOICES, **changed}
    source = inputs.pop("source", FILE)
    found = qi.verify_receipt(receipt, source, **inputs)
    assert not found
    assert found.differences == differences


def test_aliases_of_options_are_no_other_schema() -> None:
    choices = CHOICES.correct(qi.OptionAlias(field="skills", text="Painting", option="Art"))
    receipt = planned(choices=choices).receipt(choices_sha256=choices.sha256)
    assert qi.verify_receipt(receipt, FILE, schema=SCHEMA, directory=people(), choices=choices)


def test_choices_that_give_no_plan_prove_nothing_and_say_why() -> None:
    receipt = planned().receipt()
    other = qi.Choices(sheet="Nowhere")
    found = qi.verify_receipt(receipt, FILE, schema=SCHEMA, directory=people(), choices=other)
    assert found == qi.Verification(differences=("plan",), error="sheet_unknown")


def test_the_receipt_of_an_inverse_is_proved_by_its_plan() -> None:
    plan = planned()
    inverse = plan.inverse(plan.receipt(created={4: "u9"}))
    receipt = inverse.receipt()
    assert receipt.inverse_of == plan.fingerprint
    with pytest.raises(qi.UsageError, match="inverse"):
        qi.verify_receipt(receipt, FILE, schema=SCHEMA, directory=people())


def test_a_plan_is_undone_only_with_its_own_receipt() -> None:
    other = planned(choices=qi.Choices())
    with pytest.raises(qi.UsageError, match="of another plan"):
        planned().inverse(other.receipt())


def test_the_fingerprint_of_a_plan_is_the_same_everywhere() -> None:
    assert planned().fingerprint == FINGERPRINT


def test_plans_are_equal_byte_for_byte_whatever_the_threads_and_the_seed_of_hashes() -> None:
    code = (
        "import hashlib, io, test_receipt as t\n"
        "file = io.BytesIO(); plan = t.planned(); plan.save(file)\n"
        "print(plan.fingerprint, hashlib.sha256(file.getvalue()).hexdigest(), hashlib.sha256(''.join(plan.to_jsonl()).encode()).hexdigest())"
    )
    found = set()
    for threads, seed in (("1", "0"), ("4", "12345")):
        environment = {
            **os.environ,
            "POLARS_MAX_THREADS": threads,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        found.add(
            subprocess.run(
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
            ).stdout
        )
    assert len(found) == 1
