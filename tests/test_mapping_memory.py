"""What people confirmed before is one more signal, and no cell of theirs is kept."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

import qooper_ingest as qi
from durations import measure_processor_time
from qooper_ingest.errors import MappingError
from qooper_ingest.mapping import ColumnMapping, MappingMemory, suggest_mapping
from qooper_ingest.mapping.memory import LABELS, MEMORY
from qooper_ingest.schema import Schema
from qooper_ingest.table import Table
from qooper_ingest.workbook import Workbook

SCHEMA = Schema.participants()


def table(header: list[str], *rows: list[Any]) -> Table:
    return Workbook.of_rows([header, *rows]).sheet().table(header_row=1)


def people(header: list[str], *kinds: str) -> Table:
    made = {"id": "E{0:03}", "mail": "p{0}@corp.example", "yes": "Yes", "text": "x", "date": "2024-05-{0:02}"}
    return table(header, *([made[kind].format(i) for kind in kinds] for i in range(1, 9)))


def learned(header: list[str], columns: dict[str, Any], times: int = 1) -> MappingMemory:
    memory = MappingMemory()
    for _ in range(times):
        memory = memory.learn(ColumnMapping.of(table(header), columns))
    return memory


def test_a_label_that_was_confirmed_is_proposed_with_the_reason() -> None:
    sheet = people(["Merkmal", "Anschluss"], "id", "mail")
    assert suggest_mapping(sheet, SCHEMA).column_of("id") is None
    memory = learned(["Merkmal", "Anschluss"], {"id": 0, "email": 1}, times=3)
    binding = suggest_mapping(sheet, SCHEMA, memory=memory).binding("id")
    assert binding is not None
    assert (binding.column, binding.confidence) == (0, "suggest")
    assert "confirmed_before" in binding.reasons


def test_a_label_that_was_left_out_is_proposed_less() -> None:
    header = ["Staff ID", "E-mail", "Mail"]
    memory = learned(header, {"id": 0, "email": 2}, times=2)
    mapping = suggest_mapping(people(header, "id", "mail", "mail"), SCHEMA, memory=memory)
    assert mapping.column_of("email") == 2
    assert suggest_mapping(people(header, "id", "mail", "mail"), SCHEMA).column_of("email") == 1


def test_labels_confirmed_for_several_fields_are_asked_about() -> None:
    one, other = learned(["Kontakt"], {"email": 0}), learned(["Kontakt"], {"new_email": 0})
    binding = suggest_mapping(people(["Kontakt"], "mail"), SCHEMA, memory=one.merge(other)).binding("email")
    assert binding is not None
    assert binding.confidence == "ask"
    assert "memory_conflict" in binding.reasons


def test_cells_still_contradict_what_was_confirmed() -> None:
    memory = learned(["Kontakt"], {"email": 0}, times=5)
    binding = suggest_mapping(people(["Kontakt"], "date"), SCHEMA, memory=memory).binding("email")
    assert binding is not None
    assert binding.confidence != "suggest"


def test_somebody_elses_column_is_asked_about_even_where_it_was_confirmed() -> None:
    memory = learned(["Manager Email"], {"email": 0}, times=9)
    binding = suggest_mapping(people(["Manager Email"], "mail"), SCHEMA, memory=memory).binding("email")
    assert binding is not None
    assert (binding.column, binding.confidence) == (0, "ask")


def test_brackets_make_another_label() -> None:
    memory = learned(["E-mail"], {"email": 0}, times=5)
    assert memory.votes("E-mail (manager)") == {}


def test_what_a_yes_means_is_remembered() -> None:
    header = ["ID", "Mail", "Kto zu"]
    given = ColumnMapping.of(table(header), {"id": 0, "email": 1, "status": 2})
    turned = given.model_copy(
        update={"bindings": tuple(b.model_copy(update={"inverted": b.field == "status"}) for b in given.bindings)}
    )
    memory = MappingMemory().learn(turned)
    binding = suggest_mapping(people(header, "id", "mail", "yes"), SCHEMA, memory=memory).binding("status")
    assert binding is not None
    assert (binding.column, binding.inverted) == (2, True)
    both = suggest_mapping(people(header, "id", "mail", "yes"), SCHEMA, memory=memory.learn(given)).binding("status")
    assert both is not None
    assert both.confidence != "suggest"
    against = MappingMemory(labels={"blocked": {"status": 3}})
    word = suggest_mapping(people(["Mail", "Blocked"], "mail", "yes"), SCHEMA, memory=against).binding("status")
    assert word is not None
    assert "memory_conflict" in word.reasons
    assert word.confidence != "suggest"


def test_a_word_that_says_what_a_yes_means_is_remembered_with_it() -> None:
    memory = learned(["Mail", "Blocked"], {"email": 0, "status": 1}, times=3)
    assert memory.votes("blocked") == {"status:inverted": 3}
    binding = suggest_mapping(people(["Mail", "Blocked"], "mail", "yes"), SCHEMA, memory=memory).binding("status")
    assert binding is not None
    assert (binding.inverted, binding.confidence) == (True, "suggest")


def test_no_data_of_a_mistaken_header_is_remembered() -> None:
    assert learned(["Ann", "ann@corp.example", "E1"], {"email": 1, "id": 2}) == MappingMemory()
    assert learned(["Mail", "4711", "2024-05-01", "x@"], {"email": 0}).labels == {"mail": {"email": 1}}
    headerless = Workbook.of_rows([["E1", "a@corp.example"]]).sheet().table()
    assert MappingMemory().learn(ColumnMapping.of(headerless, {"id": 0, "email": 1})) == MappingMemory()


def test_labels_of_two_columns_and_whole_names_are_not_remembered() -> None:
    memory = learned(["Mail", "mail", "Name", "Nr"], {"email": 0, "first_name": 2, "last_name": 2, "id": 3})
    assert memory.labels == {"nr": {"id": 1}}


def test_labels_fields_and_half_of_everything_can_be_forgotten() -> None:
    memory = learned(["Mail", "Nr"], {"email": 0, "id": 1}, times=3)
    assert memory.forget(labels=["MAIL"]).labels == {"nr": {"id": 3}}
    assert memory.forget(fields=["id"]).labels == {"mail": {"email": 3}}
    assert memory.fade().fade() == MappingMemory()
    assert learned(["Zu"], {"status": 0}).forget(fields=["status"]) == MappingMemory()


def test_a_memory_is_bounded() -> None:
    big = MappingMemory(labels={f"label {i}": {"id": 1} for i in range(LABELS + 500)})
    assert len(big.labels) == LABELS
    assert MappingMemory(labels={"x" * 500: {"id": 1}, "y": {"id": -3}}) == MappingMemory()
    assert MappingMemory(labels={"y": {"id": 10**12}}).labels == {"y": {"id": 1_000_000}}


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"labels": {"a": 3}}', '{"labels": {"ann secret": {"id": "x"}}}', '{"more": 1}', "[" * 100_000],
    ids=["empty", "list", "count", "text", "more", "deep"],
)
def test_what_is_no_memory_is_refused_without_its_labels(text: str) -> None:
    with pytest.raises(MappingError) as caught:
        MappingMemory.from_json(text)
    assert caught.value.code == "memory_invalid"
    assert "secret" not in str(caught.value)


def test_a_large_memory_is_refused_by_its_length_or_read_in_time_that_grows_with_it() -> None:
    with pytest.raises(MappingError):
        MappingMemory.from_json(" " * 30_000_000)

    def taken(labels: int) -> float:
        text = json.dumps({"labels": {f"l{i}": {"id": 1} for i in range(labels)}})
        return measure_processor_time(partial(MappingMemory.from_json, text))

    assert taken(100_000) < 40 * taken(10_000)


def test_no_repr_shows_a_label() -> None:
    assert repr(learned(["Ann Secret"], {"id": 0})) == "MappingMemory(1 labels)"


def test_propose_and_plan_import_take_a_memory() -> None:
    source = "Merkmal,Anschluss\n" + "".join(f"E{i:03},p{i}@corp.example\n" for i in range(9))
    memory = learned(["Merkmal", "Anschluss"], {"id": 0, "email": 1}, times=3)
    proposal = qi.propose(source.encode(), schema=SCHEMA, memory=memory)
    assert proposal.mapping.column_of("id") == 0
    people_here = qi.Directory.of([])
    plan = qi.plan_import(source.encode(), schema=SCHEMA, directory=people_here, memory=memory)
    assert plan.fingerprint == qi.resolve(proposal.records(), people_here).fingerprint


def test_every_line_of_the_table_has_a_name_of_its_own() -> None:
    assert len({signal.name for signal in MEMORY}) == len(MEMORY)
