"""Laws of header detection and mapping that hold for any sheet."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from qooper_ingest._text import fold
from qooper_ingest.header import detect_header
from qooper_ingest.mapping import ColumnMapping, MappingMemory, suggest_mapping
from qooper_ingest.mapping.assign import assign
from qooper_ingest.schema import Field, Schema
from qooper_ingest.table import Table
from qooper_ingest.words import read_label
from qooper_ingest.workbook import Workbook

SCHEMA = Schema.participants(
    Field(key="side", type="select", options=["Mentor", "Mentee"]), Field(key="goals", type="long_text")
)
LABELS = st.one_of(
    st.sampled_from(
        [
            "ID",
            "E-mail",
            "Name",
            "Vorname",
            "Status",
            "Manager Email",
            "社員番号",
            "Side",
            "goals",
            "",
            "(",
            "#",
            "\u0301",
            "ﬁ№",
        ]
    ),
    st.text(max_size=25),
)
CELLS = st.one_of(
    st.none(),
    st.sampled_from(["1", "2", "ann@corp.example", "active", "Mentor", "2024-05-01", "n/a"]),
    st.text(max_size=12),
)
GRIDS = st.lists(st.lists(CELLS, max_size=5), max_size=8)


def table(header: list[str], rows: list[list[str | None]]) -> Table:
    return Workbook.of_rows([["x", *header], *rows]).sheet().table(header_row=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(LABELS, max_size=7), GRIDS)
def test_any_table_gets_a_mapping_that_is_sound_and_survives_json(
    header: list[str], rows: list[list[str | None]]
) -> None:
    given_table = table(header, rows)
    mapping = suggest_mapping(given_table, SCHEMA)
    assert [b.field for b in mapping.bindings] == [f.key for f in SCHEMA.fields]
    bound = [c for b in mapping.bindings if b.part is None for c in b.columns]
    assert len(set(bound)) == len(bound)
    assert set(mapping.ignored) | {c for b in mapping.bindings for c in b.columns} == set(
        range(len(given_table.labels))
    )
    assert all(0 <= b.score <= 1 and (b.column is None) == (b.confidence == "none") for b in mapping.bindings)
    assert ColumnMapping.from_json(mapping.to_json()) == mapping
    assert suggest_mapping(given_table, SCHEMA) == mapping


@settings(max_examples=40, deadline=None)
@given(st.lists(LABELS, max_size=6))
def test_rebinding_to_the_same_table_changes_no_column_with_a_label_of_its_own(header: list[str]) -> None:
    given_table = table(header, [])
    mapping = suggest_mapping(given_table, SCHEMA)
    again = mapping.rebind(given_table)
    keys = ["".join(fold(label).split()) for label in given_table.labels]
    unique = [place for place, key in enumerate(keys) if key and keys.count(key) == 1]
    assert (again.new, again.moved, again.changed) == ((), (), ())
    for before, after in zip(mapping.bindings, again.mapping.bindings, strict=True):
        assert after.columns == (before.columns if set(before.columns) <= set(unique) else ())


@settings(max_examples=60, deadline=None)
@given(GRIDS)
def test_any_sheet_gets_a_header_guess_that_can_be_taken_off(rows: list[list[str | None]]) -> None:
    sheet = Workbook.of_rows(rows).sheet()
    guess = detect_header(sheet)
    assert (guess.row is None) == (guess.rows == ())
    assert guess.row is None or guess.row in guess.rows
    assert all(0 <= c.score <= 1 for c in guess.candidates)
    sheet.table(header_rows=guess.rows or None)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), st.dictionaries(st.integers(0, 3), st.floats(-1, 1)), max_size=4))
def test_no_other_assignment_gains_more(gains: dict[str, dict[int, float]]) -> None:
    found = assign(gains)
    assert len(set(found.values())) == len(found)
    fields = list(gains)
    places = [0, 1, 2, 3, None, None, None, None]
    best = max(
        sum(max(gains[f].get(c, 0.0), 0.0) for f, c in zip(fields, order, strict=True) if c is not None)
        for order in set(permutations(places, len(fields)))
    )
    assert abs(sum(gains[f][c] for f, c in found.items()) - best) < 1e-6


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_any_label_is_read(label: str) -> None:
    reading = read_label(label)
    assert reading == read_label(label)
    assert reading.unknown <= len(reading.pieces)


MEMORIES = st.builds(
    MappingMemory,
    labels=st.dictionaries(
        st.sampled_from("abcdef"), st.dictionaries(st.sampled_from(["", "id", "email"]), st.integers(-1, 2_000_000))
    ),
)


@settings(max_examples=80, deadline=None)
@given(MEMORIES, MEMORIES, MEMORIES)
def test_memories_are_merged_in_any_order(one: MappingMemory, two: MappingMemory, three: MappingMemory) -> None:
    assert one.merge(two) == two.merge(one)
    assert one.merge(two).merge(three) == one.merge(two.merge(three))
    assert MappingMemory.from_json(one.to_json()) == one


@settings(max_examples=40, deadline=None)
@given(st.lists(LABELS, max_size=6), GRIDS, MEMORIES)
def test_any_memory_leaves_a_sound_mapping(
    header: list[str], rows: list[list[str | None]], memory: MappingMemory
) -> None:
    given_table = table(header, rows)
    mapping = suggest_mapping(given_table, SCHEMA, memory=memory)
    learned = memory.learn(mapping)
    assert all(0 <= b.score <= 1 for b in suggest_mapping(given_table, SCHEMA, memory=learned).bindings)
    assert not any("@" in label for label in learned.labels)
