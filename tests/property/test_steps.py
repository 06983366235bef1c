"""One call, `propose`, single verbs and any mixture of them give one plan."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qooper_ingest as qi

SCHEMA = qi.Schema.participants(
    qi.Field(key="skills", label="Skills", type="multi_select", options=["SQL", "Go", "R, and more"]),
    qi.Field(key="born", label="Born", type="date"),
    qi.Field(key="hours", label="Hours", type="number"),
)

PEOPLE = qi.Directory.of(
    [
        {"ref": "u1", "id": "A1", "email": "ann@corp.example", "first_name": "Ann", "skills": ["SQL"]},
        {"ref": "u2", "id": "A2", "email": "bob@corp.example", "first_name": "Bob"},
        {"ref": "u3", "id": "A3", "email": "eve@corp.example", "first_name": "Eve"},
    ],
    schema=SCHEMA,
)

LABELS = ["Employee ID", "E-mail", "First name", "Skills", "Born", "Hours"]

cells = {
    "Employee ID": st.sampled_from(["A1", "A2", "A3", "A4", "A5", "", "1,2E+12"]),
    "E-mail": st.sampled_from(
        ["ann@corp.example", "bob@corp.example", "eve@corp.example", "new@corp.example", "ann", ""]
    ),
    "First name": st.sampled_from(["Ann", "Bob", "Eve", "Zoë", ""]),
    "Skills": st.sampled_from(["SQL", "SQL|Go", "SQL / Go", "Golang", "R, and more|SQL", "+Go", ""]),
    "Born": st.sampled_from(["2001-02-03", "03/04/2001", "13/04/2001", ""]),
    "Hours": st.sampled_from(["1", "1.500", "2,5", ""]),
}

rows = st.lists(st.tuples(*(cells[label] for label in LABELS)), min_size=1, max_size=6)

conventions = st.builds(
    qi.Conventions,
    separator=st.sampled_from([None, "", "|", " / "]),
    append_marks=st.booleans(),
    decimal=st.sampled_from([None, ".", ","]),
    date_order=st.sampled_from([None, "dmy", "mdy"]),
)

policies = st.builds(
    qi.Policy,
    key=st.sampled_from(["auto", "id", "email"]),
    mode=st.sampled_from(["upsert", "create_only", "update_only"]),
    decisions=st.sampled_from(
        [(), (qi.Decision(row=2, answer="skip"),), (qi.Decision(row=4, answer="treat_as_same_person"),)]
    ),
)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, list[tuple[str, ...]], int]:
    """A text file with or without lines above its header."""
    people = draw(rows)
    above = draw(st.sampled_from([[], ["Participants of spring", ""]]))
    lines = [*above, ";".join(LABELS), *(";".join(row) for row in people)]
    return "\n".join(lines).encode() + b"\n", people, len(above) + 1


@st.composite
def corrections(draw: st.DrawFn, people: list[tuple[str, ...]], header: int) -> tuple[Any, ...]:
    """Corrections of cells, some of which fit, and meanings of unknown answers."""
    made: list[Any] = []
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(people) - 1))
        column = draw(st.integers(0, len(LABELS) - 1))
        was = draw(st.sampled_from([people[at][column], "something else"]))
        value = draw(cells[LABELS[column]])
        made.append(
            qi.CellCorrection(row=header + 1 + at, column="ABCDEF"[column], was=was or None, value=value or None)
        )
    if draw(st.booleans()):
        made.append(qi.OptionAlias(field="skills", text="Golang", option="Go"))
    return tuple(made)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data(), file=files(), said=conventions, policy=policies)
def test_any_mixture_of_verbs_gives_the_plan_of_one_call(
    data: st.DataObject, file: tuple[bytes, list[tuple[str, ...]], int], said: qi.Conventions, policy: qi.Policy
) -> None:
    source, people, header = file
    choices = qi.Choices(
        conventions=said, policy=policy, corrections=data.draw(corrections(people, header), label="corrections")
    )
    if data.draw(st.booleans(), label="header said"):
        choices = choices.model_copy(update={"header_rows": (header,)})
    if data.draw(st.booleans(), label="a remembered mapping"):
        remembered = qi.propose(source, schema=SCHEMA, choices=choices).mapping
        table = qi.propose(source, schema=SCHEMA, choices=choices).table
        choices = choices.model_copy(update={"mapping": remembered.rebind(table).mapping})
    one = qi.plan_import(source, schema=SCHEMA, directory=PEOPLE, choices=choices)

    proposal = qi.propose(source, schema=SCHEMA, directory=PEOPLE, choices=choices)
    assert qi.resolve(proposal.records(), PEOPLE, policy=policy).fingerprint == one.fingerprint
    kept = qi.Choices.from_json(proposal.choices.to_json())
    assert kept == proposal.choices
    assert qi.plan_import(source, schema=SCHEMA, directory=PEOPLE, choices=kept).fingerprint == one.fingerprint
    again = qi.propose(source, schema=SCHEMA, directory=PEOPLE, choices=kept)
    assert again.choices == proposal.choices

    # The single verbs, each fed with what the one before gave or with what the proposal says.
    def either(name: str, own: Any, of_proposal: Any) -> Any:
        return own if data.draw(st.booleans(), label=f"own {name}") else of_proposal

    workbook = qi.read_workbook(source, options=choices.read)
    sheet = either("sheet", workbook.sheet(choices.sheet), proposal.sheet)
    rows_of = choices.header_rows if choices.header_rows is not None else qi.detect_header(sheet, schema=SCHEMA).rows
    table = sheet.table(header_rows=either("header", rows_of, proposal.header.rows) or None)
    table, schema = either("table", qi.correct(table, SCHEMA, choices.corrections), (proposal.table, proposal.schema))
    mapping = choices.mapping or qi.suggest_mapping(table, schema, directory=PEOPLE)
    mapping = either("mapping", mapping, proposal.mapping)
    written = either("conventions", choices.conventions, proposal.conventions)
    records = qi.apply_mapping(table, mapping, schema, conventions=written)
    assert qi.resolve(records, PEOPLE, policy=policy).fingerprint == one.fingerprint


def test_a_correction_counts_the_same_step_by_step_and_in_one_call() -> None:
    source = b"Employee ID;E-mail;Skills\nA8;zed(at)corp.example;Golang\nA9;yan@corp.example;SQL\n"
    choices = qi.Choices(
        corrections=(
            qi.CellCorrection(row=2, column="B", was="zed(at)corp.example", value="zed@corp.example"),
            qi.OptionAlias(field="skills", text="Golang", option="Go"),
        )
    )
    one = qi.plan_import(source, schema=SCHEMA, directory=PEOPLE, choices=choices)
    table = qi.read_workbook(source).sheet().table(header_row=1)
    table, schema = qi.correct(table, SCHEMA, choices.corrections)
    records = qi.apply_mapping(table, qi.suggest_mapping(table, schema, directory=PEOPLE), schema)
    steps = qi.resolve(records, PEOPLE)
    assert one.summary.actions["create"] == steps.summary.actions["create"] == 2
    assert one.fingerprint == steps.fingerprint
