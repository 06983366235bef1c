from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mapping_tables import TABLES, make
from qooper_ingest.errors import MappingError
from qooper_ingest.mapping import Binding, ColumnMapping, suggest_mapping
from qooper_ingest.schema import Field, Schema
from qooper_ingest.table import Table
from qooper_ingest.workbook import Workbook

SCHEMA = Schema.participants(
    Field(key="department", label="Department"),
    Field(key="title", label="Job title"),
    Field(key="location", label="Location", type="location"),
    Field(key="manager", label="Manager"),
    Field(key="start_date", label="Start date", type="date"),
)
ROWS = json.loads((Path(__file__).parent / "cases" / "header_rows.json").read_text(encoding="utf-8"))
KEYS = {"user_id": "id", "email": "email", "status": "status"}


def table(header: list[str], *rows: list[Any]) -> Table:
    return Workbook.of_rows([header, *rows]).sheet().table(header_row=1)


def proposed(header: list[str], *rows: list[Any], schema: Schema = SCHEMA) -> dict[str, str]:
    mapping = suggest_mapping(table(header, *rows), schema)
    return {b.field: b.label or "" for b in mapping.bindings if b.column is not None and b.part is None}


@pytest.mark.parametrize("case", ROWS, ids=[row["id"] for row in ROWS])
def test_identity_columns_of_real_header_rows_are_right_or_rightly_empty(case: dict[str, Any]) -> None:
    mapping = suggest_mapping(table(case["headers"]), SCHEMA)
    for name, key in KEYS.items():
        assert mapping.column_of(key) in [case["labels"][name], *case["acceptable"].get(name, [])], name


# -- the confirmed mapping ----------------------------------------------------------------------------------------------


def test_of_takes_labels_and_positions() -> None:
    mapping = ColumnMapping.of(table(["No.", "Mail", "Town"]), {"id": "no.", "email": 1}, separator=";")
    assert [(b.field, b.column, b.label, b.confidence) for b in mapping.bindings] == [
        ("id", 0, "No.", "suggest"),
        ("email", 1, "Mail", "suggest"),
    ]
    assert (mapping.ignored, mapping.separator) == ((2,), ";")


def test_of_prefers_the_exact_label_to_the_folded_one() -> None:
    assert ColumnMapping.of(table(["MAIL", "mail"]), {"email": "mail"}).column_of("email") == 1


def test_several_columns_into_one_field() -> None:
    mapping = ColumnMapping.of(table(["Skill 1", "Mail", "Skill 2"]), {"skills": ["Skill 1", 2], "email": "Mail"})
    assert mapping.bindings[0].columns == (0, 2)
    assert mapping.ignored == ()


def test_of_with_a_schema_is_in_its_order_and_knows_its_fields() -> None:
    mapping = ColumnMapping.of(table(["Mail", "No."]), {"email": 0, "id": 1}, schema=SCHEMA)
    assert [b.field for b in mapping.bindings] == ["id", "email"]
    with pytest.raises(MappingError) as caught:
        ColumnMapping.of(table(["Mail"]), {"mail": 0}, schema=SCHEMA)
    assert caught.value.code == "field_unknown"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"email": "E-mail"}, "label_unknown"),
        ({"email": ""}, "label_unknown"),
        ({"email": "Mail"}, "label_ambiguous"),
        ({"email": 4}, "column_out_of_range"),
        ({"email": -1}, "column_out_of_range"),
        ({"email": 0, "id": 0}, "column_bound_twice"),
        ({"email": [0, 0]}, "column_bound_twice"),
    ],
)
def test_of_refuses(columns: dict[str, Any], code: str) -> None:
    with pytest.raises(MappingError) as caught:
        ColumnMapping.of(table(["No.", "Mail", "Mail", ""]), columns)
    assert caught.value.code == code


def test_a_whole_name_may_feed_both_names() -> None:
    mapping = ColumnMapping.of(table(["Name", "Mail"]), {"first_name": 0, "last_name": 0, "email": 1})
    assert [b.part for b in mapping.bindings] == ["first", "last", None]
    mapping.check(table(["Name", "Mail"]), SCHEMA)


def test_json_both_ways() -> None:
    mapping = suggest_mapping(table(["Staff ID", "E-mail", "Full name"]), SCHEMA)
    assert ColumnMapping.from_json(mapping.to_json()) == mapping


@pytest.mark.parametrize("text", ["", "[]", '{"bindings": [], "labels": [], "more": 1}', '{"labels": []}'])
def test_json_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(MappingError) as caught:
        ColumnMapping.from_json(text)
    assert caught.value.code == "mapping_invalid"


@pytest.mark.parametrize(
    ("bindings", "code"),
    [
        ([Binding(field="nobody", column=0), Binding(field="email", column=1)], "field_unknown"),
        ([Binding(field="email", column=0), Binding(field="email", column=1)], "field_bound_twice"),
        ([Binding(field="email", column=9)], "column_out_of_range"),
        ([Binding(field="email", column=0), Binding(field="id", column=0)], "column_bound_twice"),
        (
            [Binding(field="email", column=0, part="first"), Binding(field="id", column=0, part="first")],
            "column_bound_twice",
        ),
        ([Binding(field="id", column=0)], "email_not_mapped"),
    ],
)
def test_check_refuses(bindings: list[Binding], code: str) -> None:
    mapping = ColumnMapping(bindings=tuple(bindings), labels=("a", "b"))
    with pytest.raises(MappingError) as caught:
        mapping.check(table(["a", "b"]), SCHEMA)
    assert caught.value.code == code


def test_no_repr_shows_a_label() -> None:
    mapping = suggest_mapping(table(["Ann Secret", "ann.secret@corp.example", "Full name Secret"]), SCHEMA)
    again = mapping.rebind(table(["Bob Secret"]))
    for value in (mapping, again, *mapping.bindings, *(c for b in mapping.bindings for c in b.candidates)):
        assert "secret" not in f"{value!r} {value}".casefold()


# -- the gate -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    ["Manager Email", "Reports To E-mail", "Parent email", "Emergency contact email", "Submitter email", "E-Mail Vorgesetzte/r",
     "Vorgesetzten-E-Mail", "Correo del responsable", "Mail du supérieur", "Yönetici e-posta", "上司メールアドレス", "主管邮箱",
     "Email do gestor", "E-mail przełożonego", "Почта руководителя", "بريد المدير", "E-post vårdnadshavare"],
)  # fmt: skip
def test_somebody_elses_address_is_never_proposed(label: str) -> None:
    people = [[f"p{i}@corp.example"] for i in range(12)]
    assert "email" not in proposed([label], *people)


@pytest.mark.parametrize(
    "label",
    ["SSN", "National ID", "Passport No.", "CPF", "DNI", "NIF", "PESEL", "BSN", "T.C. Kimlik No", "身份证号", "マイナンバー", "주민등록번호",
     "Personnummer", "Rodné číslo", "ИНН", "Codice fiscale", "N° Sécurité sociale", "رقم الهوية", "Aadhaar Number", "Steuer-ID"],
)  # fmt: skip
def test_a_states_number_is_never_proposed_as_the_user_id(label: str) -> None:
    rows = [[f"{10_000_000 + 7919 * i}", f"p{i}@corp.example"] for i in range(20)]
    assert "id" not in proposed([label, "E-mail"], *rows)


@pytest.mark.parametrize(
    "label",
    ["Order ID", "Department code", "School ID", "Record ID", "Respondent ID", "Submission ID", "Row number", "Manager ID", "Cost Center",
     "Kostenstelle", "Lfd. Nr.", "Phone number", "電話番号", "手机号", "Sıra No", "Lp.", "№ п/п", "N° de commande", "Kundennummer"],
)  # fmt: skip
def test_something_elses_number_is_never_proposed_as_the_user_id(label: str) -> None:
    assert "id" not in proposed([label, "E-mail"])


@pytest.mark.parametrize(
    "label", ["Task status", "Marital status", "Visa Status", "FLSA Status", "Payment status", "Email status", "Status date",
              "Familienstand", "Estado civil", "Medeni durum", "Stan cywilny", "婚姻状况", "Order Status", "Background Check Status"],
)  # fmt: skip
def test_another_status_is_never_proposed(label: str) -> None:
    assert "status" not in proposed([label, "E-mail"])


def test_the_status_of_a_course_is_not_the_persons() -> None:
    assert "status" not in proposed(["User ID", "Email", "Course Name", "Due Date", "Completion Date", "Status"])


@pytest.mark.parametrize(
    "header",
    [
        ["學號", "姓名", "考試名稱", "總分", "交卷時間", "狀態"],
        ["Osobní číslo", "Příjmení", "Název školení", "Datum absolvování", "Stav"],
        ["Matrícula", "Nome", "Data da prova", "Hora início", "Status"],
        ["Student ID", "Name", "Date", "Time", "Status"],
        ["Member ID", "Name", "Payment date", "Payment method", "Status"],
        ["Mã nhân viên", "Họ và tên", "Thời gian điểm danh", "Điểm", "Trạng thái"],
    ],
)
def test_the_status_of_an_exam_a_visit_or_a_payment_is_not_the_persons(header: list[str]) -> None:
    assert "status" not in proposed(header)


@pytest.mark.parametrize(
    "header",
    [
        "Name|E-mail|Status|Submitted at",
        "Nachname|Vorname|E-Mail|Klasse|Status|Abgabe am",
        "Nome|E-mail|Número do pedido|Status",
        "社員番号|氏名|休暇種別|ステータス",
        "Timestamp|User ID|IP|URL|Status code",
    ],
)
def test_one_column_of_an_event_takes_a_bare_status(header: str) -> None:
    assert "status" not in proposed(header.split("|"))


@pytest.mark.parametrize(
    "header",
    [
        "Member ID|E-mail|Payment method|Status",
        "Student ID|Email|Course name|Status",
        "Codice|Comune|Email|Telefono|Stato",
    ],
)
def test_what_a_member_has_leaves_the_members_status(header: str) -> None:
    assert proposed(header.split("|"))["status"] == header.split("|")[-1]


@pytest.mark.parametrize(
    "label", ["E-mail principal", "Adresse e-mail principale", "Correo principal", "E-mail (principal)"]
)
def test_a_main_address_is_nobody_elses(label: str) -> None:
    assert proposed(["ID", label, "Principal email"])["email"] == label


def test_an_id_that_names_the_person_is_better_than_one_that_names_nobody() -> None:
    assert proposed(["Unique ID", "Associate ID", "Skills"])["id"] == "Associate ID"


def test_a_fee_has_a_status_of_its_own() -> None:
    assert "status" not in proposed(["Roll No", "Name", "Email", "Fee Status", "Pending dues"])


@pytest.mark.parametrize(
    "header",
    [
        ["Mentor Name", "Mentor Email", "Mentee Name", "Mentee Email"],
        ["Mentor ID", "Mentor", "Mentee ID", "Mentee"],
        ["Mentorin", "E-Mail Mentorin", "Mentee", "E-Mail Mentee"],
    ],
)
def test_a_row_about_two_people_is_nobodys(header: list[str]) -> None:
    assert not {"id", "email", "status"} & set(proposed(header))


def test_a_mentors_address_beside_somebodys_is_the_mentors() -> None:
    assert proposed(["Team", "Mentor email", "Student email"])["email"] == "Student email"
    assert proposed(["Employee ID", "Mentor ID", "Employee email", "Mentor email"]) == {
        "id": "Employee ID",
        "email": "Employee email",
    }


@pytest.mark.parametrize("label", ["PIN Number", "VAT NUMBER", "Interno n.", "GST Number"])
def test_a_number_of_initials_is_no_user_id(label: str) -> None:
    assert "id" not in proposed([label, "E-mail"])


def test_an_id_of_initials_is_an_organisations_own() -> None:
    assert proposed(["USC ID", "E-mail"])["id"] == "USC ID"


def test_a_list_of_mentors_is_about_mentors() -> None:
    assert proposed(["Mentor ID", "Mentor Email", "Topics"]) == {"id": "Mentor ID", "email": "Mentor Email"}


def test_the_domain_that_an_address_is_wanted_at_says_nothing() -> None:
    header = ["Employee Email @north.example", "Supervisor Email", "Student Email (@south.example) CC"]
    assert proposed(header) == {"email": "Employee Email @north.example"}


@pytest.mark.parametrize(
    ("header", "right"),
    [
        ("Darbuotojo numeris|Vardas|Pavardė|El. paštas|Vadovo el. paštas|Asmens kodas|Būsena", "id email status"),
        ("Töötaja number|Eesnimi|Perenimi|E-post|Juhi e-post|Isikukood|Olek", "id email status"),
        ("Darbinieka numurs|Vārds|Uzvārds|E-pasts|Vadītāja e-pasts|Personas kods|Statuss", "id email status"),
        ("Šifra zaposlenika|Ime|Prezime|E-pošta|E-pošta voditelja|OIB|Status", "id email status"),
        ("Vpisna številka|Ime|Priimek|E-pošta|E-pošta staršev|EMŠO|Stanje", "id email status"),
        ("Шифра запосленог|Име|Презиме|Имејл|Имејл руководиоца|ЈМБГ|Статус", "id email status"),
        ("Número d'empleat|Nom|Cognoms|Correu electrònic|Correu del responsable|DNI|Estat", "id email status"),
    ],
)
def test_further_languages_need_words_only(header: str, right: str) -> None:
    labels = header.split("|")
    found = proposed(labels)
    assert [found.get(key) for key in right.split()] == [labels[0], labels[3], labels[6]]


def test_an_id_beside_the_times_of_a_form_numbers_answers() -> None:
    assert "id" not in proposed(["ID", "Start time", "Completion time", "Email", "Name"])


def test_the_new_address_is_for_the_new_address_field() -> None:
    found = proposed(["Staff ID", "Current Email", "New Email"])
    assert (found["email"], found["new_email"]) == ("Current Email", "New Email")


# -- names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        (["Vorname", "Name"], "Vorname", "Name"),
        (["Nom", "Prénom"], "Prénom", "Nom"),
        (["Nombre", "Apellidos"], "Nombre", "Apellidos"),
        (["Nome", "Cognome"], "Nome", "Cognome"),
        (["姓", "名"], "名", "姓"),
        (["Parent first name", "Parent last name"], None, None),
    ],
)
def test_a_bare_name_is_what_the_other_name_column_leaves(
    header: list[str], first: str | None, last: str | None
) -> None:
    found = proposed(header)
    assert (found.get("first_name"), found.get("last_name")) == (first, last)


def test_a_whole_name_is_proposed_for_both_names_and_marked() -> None:
    mapping = suggest_mapping(table(["Full name", "E-mail"]), SCHEMA)
    first, last = mapping.binding("first_name"), mapping.binding("last_name")
    assert first is not None
    assert last is not None
    assert (first.column, first.part, last.column, last.part) == (0, "first", 0, "last")
    assert {first.confidence, last.confidence} == {"ask"}
    mapping.check(table(["Full name", "E-mail"]), SCHEMA)


# -- cells --------------------------------------------------------------------------------------------------------------


def people(count: int = 30) -> list[list[Any]]:
    return [
        [i + 1, f"E{1000 + 7 * i}", f"Ann{i}", f"ann{i}@corp.example", f"boss{i % 3}@corp.example", "active"]
        for i in range(count)
    ]


def test_running_numbers_are_no_user_ids() -> None:
    rows = [[i + 1, f"p{i}@corp.example"] for i in range(20)]
    assert "id" not in proposed(["ID", "E-mail"], *rows)
    assert proposed(["Employee ID", "E-mail"], *rows)["id"] == "Employee ID"


def test_addresses_are_found_where_the_label_is_silent() -> None:
    rows = [[f"Ann{i}", f"p{i}@corp.example"] for i in range(20)]
    assert proposed(["Who", "Where to write"], *rows)["email"] == "Where to write"


def test_a_column_called_email_without_addresses_is_not_proposed() -> None:
    rows = [["anonymous", f"p{i}@corp.example"] for i in range(20)]
    assert proposed(["Email", "Office contact"], *rows)["email"] == "Office contact"


def test_addresses_of_an_organisation_are_preferred_to_private_ones() -> None:
    rows = [[f"p{i}@gmail.com", f"p{i}@corp.example"] for i in range(20)]
    assert proposed(["Email 1", "Email A"], *rows)["email"] == "Email A"


def test_ids_of_known_people_prove_the_column() -> None:
    class Known:
        frame = pl.DataFrame({"id": [f"e{1000 + 7 * i}" for i in range(50)], "email": [None] * 50})

    header = ["#", "Ref", "Given", "Mail", "Boss", "State"]
    for known in (Known, type("Lazy", (), {"frame": Known.frame.lazy()})):
        binding = suggest_mapping(table(header, *people()), SCHEMA, directory=known()).bindings[0]
        assert (binding.column, binding.confidence, binding.reasons[0]) == (1, "suggest", "directory_ids")


def test_without_a_header_cells_alone_propose() -> None:
    class Known:
        frame = pl.DataFrame(
            {"id": [f"E{1000 + 7 * i}" for i in range(50)], "email": [f"ann{i}@corp.example" for i in range(50)]}
        )

    mapping = suggest_mapping(Workbook.of_rows(people()).sheet().table(), SCHEMA, directory=Known())
    assert (mapping.column_of("id"), mapping.column_of("email")) == (1, 3)


STATE_NUMBERS = [
    "123-45-6789", "AB 12 34 56 C", "123.456.789-09", "GODE561231HDFRRL09", "12345678Z", "X1234567L", "RSSMRA85T10A562S",
    "1 85 05 78 006 084 36", "19811218-9876", "010203-1234", "131052-308T", "736028/5163", "756.9217.0769.85", "85.07.30-033.28",
    "12.345.678-5", "850101-1234567", "11010519491231002X", "1234 5678 9012",
]  # fmt: skip


@pytest.mark.parametrize("number", STATE_NUMBERS)
def test_cells_written_as_a_states_numbers_are_no_user_ids(number: str) -> None:
    rows = [[number, f"p{n}@corp.example"] for n in range(8)]
    assert "id" not in proposed(["ID", "E-mail"], *rows)
    binding = suggest_mapping(table(["Employee ID", "E-mail"], *rows), SCHEMA).binding("id")
    assert binding is not None
    assert (binding.label, binding.confidence) == ("Employee ID", "ask")


@pytest.mark.parametrize(
    "number", ["2024-00{}7", "202401-001{}", "0004711{}", "E-10{}45", "240131/2024{}x", "1234567890{}"]
)
def test_numbers_that_organisations_give_are_not_taken_for_a_states(number: str) -> None:
    rows = [[number.format(n), f"p{n}@corp.example"] for n in range(8)]
    assert proposed(["ID", "E-mail"], *rows)["id"] == "ID"


@pytest.mark.parametrize("case", TABLES, ids=[case[0] for case in TABLES])
def test_cells_never_make_a_right_proposal_wrong(case: tuple[Any, ...]) -> None:
    _, header, kinds, *answers = case
    rows = make(header, kinds)
    if header is not None:
        bare = suggest_mapping(table(header.split("|")), SCHEMA)
    sheet = Workbook.of_rows(rows).sheet()
    whole = suggest_mapping(sheet.table() if header is None else sheet.table(header_row=1), SCHEMA)
    for key, answer in zip(("id", "email", "status"), answers, strict=True):
        right = answer if isinstance(answer, tuple) else (answer,)
        if header is None or bare.column_of(key) in right:
            assert whole.column_of(key) in right, key
        assert whole.column_of(key) in (*right, None), key


@pytest.mark.parametrize(
    "label", ["SSO ID", "SSO Identifier", "Single sign-on ID", "SAML NameID", "Identifiant SSO", "SSO-Kennung"]
)
def test_the_id_of_single_sign_on_is_the_user_id(label: str) -> None:
    mapping = suggest_mapping(table(["First name", "E-mail", label, "Login"]), SCHEMA)
    assert (mapping.binding("id").label, mapping.binding("id").confidence) == (label, "suggest")
    assert suggest_mapping(table(["Employee ID", "E-mail", label]), SCHEMA).binding("id").confidence == "ask"


@pytest.mark.parametrize("label", ["SSO status", "SSO enabled", "SSO e-mail"])
def test_what_else_is_said_of_single_sign_on_is_nobodys_status_or_address(label: str) -> None:
    assert set(proposed(["Staff ID", "E-mail", label])) == {"id", "email"}


def test_an_id_beside_orders_numbers_orders() -> None:
    assert "id" not in proposed(["ID", "Order", "Customer", "Email", "Status"])


def test_the_kind_of_contract_is_no_status() -> None:
    rows = [["Full-Time" if i % 3 else "Part-Time", "Active" if i % 5 else "Inactive"] for i in range(20)]
    assert proposed(["Employment Status", "Status"], *rows)["status"] == "Status"
    assert "status" not in proposed(["Employment Status"], *[row[:1] for row in rows])


def test_a_flag_of_being_blocked_says_that_its_polarity_is_inverted() -> None:
    binding = suggest_mapping(
        table(["Block sign in", "E-mail"], *[["No", f"p{i}@corp.example"] for i in range(9)]), SCHEMA
    ).binding("status")
    assert binding is not None
    assert (binding.column, binding.inverted) == (0, True)


@pytest.mark.parametrize("label", ["Not active", "Inte aktiv", "Não ativo", "Не активен ли"])
def test_a_label_turned_round_is_left_to_a_person(label: str) -> None:
    assert "status" not in proposed(["Employee ID", "E-mail", label])


def test_a_flag_of_being_active_is_not_inverted() -> None:
    binding = suggest_mapping(table(["Active", "E-mail"]), SCHEMA).binding("status")
    assert binding is not None
    assert (binding.column, binding.inverted) == (0, False)


def test_options_prove_a_question_whole_and_in_parts() -> None:
    schema = Schema.participants(
        Field(key="skills", label="Skills", type="multi_select", options=["SQL", "Go", "Rust"]),
        Field(key="side", label="Side", type="select", options=["Mentor", "Mentee", "Both"]),
    )
    rows = [["Mentor" if i % 2 else "Mentee", "SQL; Go" if i % 3 else "Rust", f"p{i}@corp.example"] for i in range(20)]
    mapping = suggest_mapping(table(["Joins as", "Knows", "E-mail"], *rows), schema)
    skills, side = mapping.binding("skills"), mapping.binding("side")
    assert skills is not None
    assert side is not None
    assert (side.column, skills.column, skills.reasons[0]) == (0, 1, "option_values_split")


def test_questions_are_found_by_their_text_and_their_aliases() -> None:
    schema = Schema.participants(
        Field(key="goals", label="What do you hope to get out of the programme?", type="long_text"),
        Field(key="unit", label="Unit", aliases=["Org chart position"]),
        Field(key="topic", label="Which topics would you like to discuss with your mentor?"),
    )
    header = [
        "What do you hope to get out of this programme? (max. 500 words)",
        "org_chart_position",
        "Topics to discuss with your mentor",
        "E-mail",
    ]
    found = proposed(header, schema=schema)
    assert [found.get(key) for key in ("goals", "unit", "topic")] == header[:3]


def test_a_question_of_another_language_is_found_by_what_it_is_about() -> None:
    found = proposed(["Abteilung", "Stellenbezeichnung", "Standort", "Führungskraft", "Eintrittsdatum", "E-Mail"])
    assert found == {"department": "Abteilung", "title": "Stellenbezeichnung", "location": "Standort", "manager": "Führungskraft",
                     "start_date": "Eintrittsdatum", "email": "E-Mail"}  # fmt: skip


def test_a_template_of_the_schema_maps_with_certainty() -> None:
    mapping = suggest_mapping(table([field.title for field in SCHEMA.fields]), SCHEMA)
    assert [b.column for b in mapping.bindings] == list(range(len(SCHEMA.fields)))
    assert {b.confidence for b in mapping.bindings} == {"suggest"}


def test_every_column_is_bound_or_ignored() -> None:
    mapping = suggest_mapping(table(["Staff ID", "E-mail", "Shoe size"]), SCHEMA)
    assert (mapping.ignored, set(mapping.unmapped)) == ((2,), {f.key for f in SCHEMA.fields} - {"id", "email"})


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [("active", "inactive", True), ("активен", "неактивен", True), ("aktiivne", "mitteaktiivne", True),
     ("在職", "退職", True), ("نشط", "غير نشط", True), ("pending", "on leave", False), ("red", "blue", False)],
)  # fmt: skip
def test_a_column_whose_label_says_nothing_is_a_status_only_where_its_cells_can_be_nothing_else(
    first: str, second: str, found: bool
) -> None:
    rows = [[f"p{number}@corp.example", first if number % 3 else second] for number in range(12)]
    table = Workbook.of_rows([["E-mail", "Kolumn"], *rows]).sheet().table(header_row=1)
    assert (suggest_mapping(table, Schema.participants()).column_of("status") == 1) is found
