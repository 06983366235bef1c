"""The host's people: whatever polars can take, checked once, narrowed where it is lazy."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import qooper_ingest as qi
from qooper_ingest.identity import dtype_of

SCHEMA = qi.Schema.participants(
    qi.Field(key="age", type="number"),
    qi.Field(key="born", type="date"),
    qi.Field(key="remote", type="boolean"),
    qi.Field(key="skills", type="multi_select", options=["SQL", "Go"]),
)
ROWS = [
    {"ref": "u1", "id": "007", "email": "ann@corp.example", "status": "active", "age": 7.0},
    {"ref": "u2", "id": None, "email": "bob@corp.example", "status": "suspended", "age": None},
]


def refused(people: Any, **settings: Any) -> str:
    with pytest.raises(qi.DirectoryError) as caught:
        directory = qi.Directory.of(people, **settings)
        directory.collect(SCHEMA)
    assert caught.value.code == "directory_invalid"
    assert caught.value.__context__ is None
    return str(caught.value.params["reason"])


def unchanged(directory: qi.Directory) -> dict[str, int]:
    file = b"id,email,age\n007,ann@corp.example,7\n,bob@corp.example,\n"
    return {k: n for k, n in qi.plan_import(file, schema=SCHEMA, directory=directory).summary.actions.items() if n}


# -- forms ---------------------------------------------------------------------------------------------------------------

COLUMNS = {name: [row[name] for row in ROWS] for name in ROWS[0]}


class Relation:
    """A query result that gives a polars frame, as DuckDB's does."""

    def pl(self) -> pl.DataFrame:
        return pl.DataFrame(ROWS)


class Capsule:
    """Nothing but the Arrow capsule interface."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.Table.from_pylist(ROWS).__arrow_c_stream__(requested_schema)


FORMS = {
    "rows": ROWS,
    "a generator of rows": (row for row in ROWS),
    "columns": COLUMNS,
    "polars": pl.DataFrame(ROWS),
    "lazy polars": pl.LazyFrame(ROWS),
    "pandas": pd.DataFrame(ROWS),
    "pandas of objects": pd.DataFrame(ROWS, dtype=object),
    "pyarrow": pa.Table.from_pylist(ROWS),
    "capsule": Capsule(),
    "relation": Relation(),
    "directory": qi.Directory.of(ROWS),
}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_people_are_taken_from_any_form(form: str) -> None:
    directory = qi.Directory.of(FORMS[form])
    assert unchanged(directory) == {"unchanged": 2}
    frame, known = directory.collect(SCHEMA)
    assert frame["id"].to_list() == ["007", None]
    assert frame["status"].to_list() == ["active", "suspended"]
    assert known.active_people == 1


@pytest.mark.parametrize("empty", [[], {}, pl.DataFrame(), pd.DataFrame(), pl.LazyFrame(), {"ref": [], "email": []}])
def test_nobody_is_a_directory_too(empty: Any) -> None:
    frame, known = qi.Directory.of(empty).collect(SCHEMA)
    assert (frame.height, known.active_people) == (0, 0)


def test_rows_may_leave_columns_out() -> None:
    frame, _ = qi.Directory.of([{"ref": "1", "email": "a@corp.example"}, {"ref": "2", "email": "b@corp.example", "id": "7"}]).collect(SCHEMA)  # fmt: skip
    assert frame["id"].to_list() == [None, "7"]
    assert frame["status"].to_list() == ["active", "active"]
    assert frame["roles"].to_list() == [[], []]
    assert frame["protected"].to_list() == [False, False]


@pytest.mark.parametrize(
    ("people", "ids"),
    [
        (pd.DataFrame({"ref": [1, 2], "id": [7, None], "email": ["a@b.example", "c@b.example"]}), ["7", None]),
        (pd.DataFrame({"ref": [1.0, 2.0], "id": [7, 8], "email": ["a@b.example", "c@b.example"]}), ["7", "8"]),
        (
            pl.DataFrame({"ref": [1, 2], "id": [7.0, float("nan")], "email": ["a@b.example", "c@b.example"]}),
            ["7", None],
        ),
        ([{"ref": 1, "id": 7, "email": "a@b.example"}, {"ref": 2, "id": "A7", "email": "c@b.example"}], ["7", "A7"]),
    ],
)
def test_whole_numbers_as_ids_are_their_digits_even_where_a_frame_made_decimals_of_them(
    people: Any, ids: list[Any]
) -> None:
    for form in (people, pl.DataFrame(people).lazy() if isinstance(people, pl.DataFrame) else people):
        frame, _ = qi.Directory.of(form).collect(SCHEMA)
        assert frame["id"].to_list() == ids
        assert frame["ref"].to_list() == ["1", "2"]


def test_a_lazy_directory_with_decimal_ids_is_narrowed_by_their_digits() -> None:
    people = pl.LazyFrame({"ref": [1.0, 2.0], "id": [7.0, None], "email": ["old@corp.example", "bob@corp.example"]})
    plan = qi.plan_import(b"id,email\n7,new@corp.example\n", schema=SCHEMA, directory=qi.Directory.of(people))
    assert plan.frame["action"].to_list() == ["change_email"]
    assert plan.frame["ref"].to_list() == ["1"]


@pytest.mark.parametrize("number", [7.5, 1e15, 1e300, float("inf")])
@pytest.mark.parametrize("name", ["ref", "id", "sso_subject"])
def test_an_id_that_is_a_fraction_is_refused(name: str, number: float) -> None:
    assert "decimal numbers" in refused({"ref": ["u"], "email": ["a@b.example"], name: [number]})


def test_typed_columns_are_brought_to_the_type_of_their_field() -> None:
    rows = [
        {"ref": "1", "email": "a@b.example", "age": 7, "born": "2001-02-03", "remote": "true", "skills": "SQL", "roles": "mentor", "protected": 1},
        {"ref": "2", "email": "c@b.example", "age": None, "born": None, "remote": None, "skills": None, "roles": None, "protected": None},
    ]  # fmt: skip
    frame, _ = qi.Directory.of(rows, schema=SCHEMA).collect(SCHEMA)
    for field in SCHEMA.profile:
        assert frame.schema[field.key] == dtype_of(field)
    assert frame.row(0, named=True) | {"first_name": 0} == {
        "ref": "1", "id": None, "email": "a@b.example", "sso_subject": None, "status": "active", "roles": ["mentor"],
        "protected": True, "status_locked": False, "first_name": 0, "last_name": None, "age": 7.0,
        "born": dt.date(2001, 2, 3), "remote": True, "skills": ["SQL"],
    }  # fmt: skip
    assert frame.row(1, named=True)["roles"] == []


def test_blank_text_in_a_typed_column_is_no_answer() -> None:
    """As a text file gives it; a blank role is no role, and a blank answer is none."""
    for blank in ("", "  "):
        row = {"ref": "1", "email": "a@b.example", "roles": blank, "protected": blank, "age": blank, "born": blank, "remote": blank, "skills": blank}  # fmt: skip
        line = qi.Directory.of([row]).collect(SCHEMA)[0].row(0, named=True)
        assert (line["roles"], line["protected"], line["skills"]) == ([], False, [])
        assert (line["age"], line["born"], line["remote"]) == (None, None, None)


@pytest.mark.parametrize(("word", "value"), [("True", True), ("FALSE", False), ("t", True), ("0", False), ("1", True)])
def test_truth_is_read_as_databases_export_it(word: str, value: bool) -> None:
    frame, _ = qi.Directory.of([{"ref": "1", "email": "a@b.example", "remote": word, "protected": word}]).collect(
        SCHEMA
    )
    assert (frame["remote"].item(), frame["protected"].item()) == (value, value)


def test_keys_as_database_drivers_give_them_are_text() -> None:
    ref = uuid.UUID(int=7)
    frame, _ = qi.Directory.of([{"ref": ref, "id": ref, "email": "a@b.example"}]).collect(SCHEMA)
    assert frame["ref"].item() == frame["id"].item() == str(ref)
    decimal = pl.DataFrame({"ref": ["1"], "email": ["a@b.example"], "id": [7]}).cast({"id": pl.Decimal(10, 2)})
    assert qi.Directory.of(decimal).collect(SCHEMA)[0]["id"].item() == "7"
    assert "decimal numbers" in refused(decimal.with_columns(pl.col("id") + pl.lit(0.5).cast(pl.Decimal(10, 2))))


def test_what_is_no_number_is_no_answer() -> None:
    frame, _ = qi.Directory.of({"ref": ["1"], "email": ["a@b.example"], "age": [float("nan")]}).collect(SCHEMA)
    assert frame["age"].to_list() == [None]


@pytest.mark.parametrize("word", ["Active", " active ", "", None])
def test_states_are_read_without_case_and_blank_is_active(word: str | None) -> None:
    people = {"ref": ["1"], "email": ["a@b.example"], "status": [word]}
    for form in (people, pl.LazyFrame(people, schema_overrides={"status": pl.String})):
        frame, known = qi.Directory.of(form).collect(SCHEMA)
        assert frame["status"].to_list() == ["active"]
        assert known.active_people == 1


# -- refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ([{"email": "a@b.example"}], "it has no column ref"),
        ([{"ref": "1"}], "it has no column email"),
        (pl.LazyFrame({"ref": ["1"]}), "it has no column email"),
        ([{"ref": None, "email": "a@b.example"}], "a person has no ref"),
        ([{"ref": "", "email": "a@b.example"}], "a person has no ref"),
        ([{"ref": "1", "email": "a@b.example"}] * 2, "two people have one ref"),
        ([{"ref": "1", "email": "a@b.example", "status": "gone"}], "1 people have a status other than"),
        ([{"ref": "1", "email": "a@b.example", "age": "seven"}], "the column age holds String, which cannot be read as number"),
        ([{"ref": "1", "email": "a@b.example", "born": "03.02.2001"}], "the column born holds String, which cannot be read as date"),
        ([{"ref": "1", "email": "a@b.example", "remote": "maybe"}], "the column remote holds String, which cannot be read as boolean"),
        ([{"ref": "1", "email": "a@b.example", "protected": "maybe"}], "the column protected holds String, which cannot be read as boolean"),
        (7, "int is nothing that can be taken"),
        ("people.csv", "str is nothing that can be taken"),
        (b"ref,email", "bytes is nothing that can be taken"),
        ([1, 2], "list is nothing that can be taken"),
        ([["u1", "a@b.example"]], "list is nothing that can be taken"),
        ({"ref": ["1", "2", "3"], "email": ["a@b.example", "b@b.example"]}, "it cannot be read as a table"),
    ],
)  # fmt: skip
def test_people_that_a_plan_cannot_rest_on_are_refused(people: Any, reason: str) -> None:
    assert refused(people).startswith(reason)


def test_a_schema_checks_the_columns_at_once() -> None:
    with pytest.raises(qi.DirectoryError):
        qi.Directory.of([{"ref": "1", "email": "a@b.example", "age": "seven"}], schema=SCHEMA)


def test_what_is_wrong_is_not_quoted() -> None:
    assert "secret" not in refused([{"ref": "1", "email": "a@b.example", "age": "secret"}])
    assert "secret" not in refused([{"ref": "secret", "email": "a@b.example"}] * 2)


def test_a_scan_that_fails_is_a_typed_error(tmp_path: Path) -> None:
    assert "cannot be read" in refused(pl.scan_parquet(tmp_path / "missing.parquet"))
    pl.DataFrame(ROWS).write_parquet(tmp_path / "people.parquet")
    lazy = qi.Directory.of(pl.scan_parquet(tmp_path / "people.parquet"))
    (tmp_path / "people.parquet").write_bytes(b"PAR1 damaged secret PAR1")
    with pytest.raises(qi.DirectoryError) as caught:
        lazy.collect(SCHEMA)
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_relation_that_fails_is_a_typed_error() -> None:
    class Failing:
        def pl(self) -> pl.DataFrame:
            raise RuntimeError("secret")

    class Odd:
        def pl(self) -> str:
            return "secret"

    assert refused(Failing()) == "it cannot be read as a table (RuntimeError)"
    assert refused(Odd()).startswith("Odd is nothing")


# -- lazy and partial ------------------------------------------------------------------------------------------------------

PEOPLE = [
    {"ref": "r0", "id": "00042", "email": "ann@corp.example"},
    {"ref": "r1", "id": "\u00a000043", "email": "\tBob@Corp.example "},
    {"ref": "r2", "id": "ab7", "email": "carl+x@corp.example"},
    {"ref": "r3", "id": None, "email": "d.o.t@googlemail.com"},
    {"ref": "r4", "id": "z", "email": "m\u0131ke@corp.example"},
    {"ref": "r5", "id": None, "email": "eve@corp.example", "sso_subject": "S5"},
    {"ref": "r6", "id": "00099", "email": "gone@corp.example", "status": "deleted"},
    {"ref": "r7", "id": "00050", "email": "a@xn--bcher-kva.example"},
    {"ref": "r8", "id": "00051", "email": "susp@corp.example", "status": "suspended"},
    {"ref": "r9", "id": "\x0000052", "email": "edge@corp.example\x7f"},
    *({"ref": f"x{n}", "id": f"9{n:04}", "email": f"x{n}@corp.example"} for n in range(300)),
]
FILE = """id,email,status
42,new@corp.example,
43,bob@corp.example,
AB7,carl@corp.example,
,dot@gmail.com,
q,mike@corp.example,
S5,else@corp.example,
00099,back@corp.example,
,gone@corp.example,
,a@b\u00fccher.example,
77,susp@corp.example,
00052,edge@corp.example,
90001,moved@corp.example,
90002,x2@corp.example,suspended
""".encode()


def plans(directory: qi.Directory, **policy: Any) -> qi.Plan:
    return qi.plan_import(FILE, schema=SCHEMA, directory=directory, choices=qi.Choices(policy=qi.Policy(**policy)))


@pytest.mark.parametrize("policy", [{}, {"key": "email"}, {"id_case": "ascii_insensitive"}, {"id_zero_pad": 5}, {"match_sso_subject": True}])  # fmt: skip
def test_a_lazy_directory_gives_the_same_plan_as_an_eager_one(policy: dict[str, Any], tmp_path: Path) -> None:
    eager = plans(qi.Directory.of(PEOPLE), **policy)
    pl.DataFrame(PEOPLE, infer_schema_length=None).write_parquet(tmp_path / "people.parquet")
    for lazy in (pl.scan_parquet(tmp_path / "people.parquet"), pl.LazyFrame(PEOPLE, infer_schema_length=None)):
        plan = plans(qi.Directory.of(lazy), **policy)
        assert plan.frame.equals(eager.frame)
        assert plan.fingerprint == eager.fingerprint
        assert plan.summary == eager.summary


def test_of_a_lazy_directory_only_those_are_read_whom_the_file_can_concern() -> None:
    table = qi.read_workbook(FILE).sheet().table(header_row=1)
    records = qi.apply_mapping(table, qi.ColumnMapping.of(table, {"id": 0, "email": 1}), SCHEMA)
    frame, known = qi.Directory.of(pl.LazyFrame(PEOPLE, infer_schema_length=None)).collect(
        SCHEMA, records.identity_keys
    )
    assert 10 <= frame.height <= 15
    assert known.active_people == len(PEOPLE) - 2


def test_a_part_of_the_directory_gives_the_same_plan_as_the_whole() -> None:
    """What a host with a large database does: look the keys up, pass those people only."""
    table = qi.read_workbook(FILE).sheet().table(header_row=1)
    records = qi.apply_mapping(table, qi.ColumnMapping.of(table, {"id": 0, "email": 1, "status": 2}), SCHEMA)
    keys = records.identity_keys()
    assert keys.columns == ["kind", "key"]
    assert not keys.is_duplicated().any()
    part, _ = qi.Directory.of(pl.LazyFrame(PEOPLE, infer_schema_length=None)).collect(SCHEMA, lambda: keys)
    some = qi.Directory.of(part, complete=False, active_people=len(PEOPLE) - 2)
    assert qi.resolve(records, some).frame.equals(qi.resolve(records, qi.Directory.of(PEOPLE)).frame)


def test_a_directory_shows_its_size_only() -> None:
    assert repr(qi.Directory.of(ROWS)) == "Directory(2 people, complete=True)"
    assert repr(qi.Directory.of(pl.LazyFrame(ROWS), complete=False)) == "Directory(lazy, complete=False)"
    assert qi.Directory.of(pl.LazyFrame(ROWS)).lazy
    assert not qi.Directory.of(ROWS).lazy


def test_directories_of_the_same_people_are_equal() -> None:
    lazy = pl.LazyFrame(ROWS)
    assert qi.Directory.of(ROWS) == qi.Directory.of(pl.DataFrame(ROWS))
    assert qi.Directory.of(ROWS) != qi.Directory.of(ROWS, version="2")
    assert qi.Directory.of(ROWS) != qi.Directory.of(ROWS[:1])
    assert qi.Directory.of(lazy) == qi.Directory.of(lazy)
    assert qi.Directory.of(lazy) != qi.Directory.of(ROWS)
    assert qi.Directory.of(ROWS) != ROWS


def test_the_caller_s_frame_is_left_as_it_is() -> None:
    frame = pl.DataFrame(ROWS)
    qi.Directory.of(frame).collect(SCHEMA)
    assert frame.equals(pl.DataFrame(ROWS))


@pytest.mark.parametrize("told", ["0", "000", "0070", "7", "a0", "0A0", "12E4"])
def test_a_lazy_directory_gives_the_plan_of_the_whole_one_whatever_zeros_an_id_has(told: str) -> None:
    ids = ["0", "00", " 000 ", "7", "70", "0070", "a0", "A0", "A", "0a", "12e4", "", None]
    people = pl.DataFrame(
        {
            "ref": [f"u{n}" for n in range(len(ids))],
            "id": ids,
            "email": [f"p{n}@corp.example" for n in range(len(ids))],
        },
        schema_overrides={"id": pl.String},
    )
    file = f"id,email\n{told},new@corp.example\n".encode()
    eager = qi.plan_import(file, schema=SCHEMA, directory=qi.Directory.of(people))
    lazy = qi.plan_import(file, schema=SCHEMA, directory=qi.Directory.of(people.lazy()))
    assert eager.frame.equals(lazy.frame)
    assert eager.fingerprint == lazy.fingerprint


# -- directories that do not fit ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["SQL;Python", "SQL, Python", "SQL|Python", "SQL\nPython", '["SQL", "Python"]', '["SQL"]', "{SQL}"]
)
def test_several_answers_in_one_text_are_refused(text: str) -> None:
    people = {"ref": ["1", "2"], "email": ["a@b.example", "c@b.example"], "skills": ["SQL", text]}
    for form in (people, pd.DataFrame(people), pl.DataFrame(people).lazy()):
        directory = qi.Directory.of(form)
        with pytest.raises(qi.DirectoryError) as caught:
            directory.collect(SCHEMA)
        assert "the column skills holds several answers in one text (1 times)" in str(caught.value)
        assert "separator" in str(caught.value)
        assert "SQL" not in str(caught.value)


def test_an_option_with_a_comma_is_one_answer() -> None:
    field = qi.Field(key="areas", type="multi_select", options=("Sales, Marketing", "HR"))
    people = [
        {"ref": "1", "email": "a@b.example", "areas": "Sales, Marketing"},
        {"ref": "2", "email": "c@b.example", "areas": "HR"},
    ]
    frame, _ = qi.Directory.of(people).collect(qi.Schema.participants(field))
    assert frame["areas"].to_list() == [["Sales, Marketing"], ["HR"]]


def test_a_stored_list_with_an_element_of_several_options_is_refused() -> None:
    field = qi.Field(key="areas", type="multi_select", options=("Sales", "HR"))
    schema = qi.Schema.participants(field)
    people = [{"ref": "1", "email": "a@b.example", "areas": ["Sales;HR"]}]
    with pytest.raises(qi.DirectoryError):
        qi.Directory.of(people, schema=schema)
    people[0]["areas"] = ["Sales; Europe"]  # an answer of former days
    assert qi.Directory.of(people, schema=schema).collect(schema)[0]["areas"].to_list() == [["Sales; Europe"]]


@pytest.mark.parametrize("lazy", [False, True])
def test_texts_are_split_on_request(lazy: bool) -> None:
    people = pl.DataFrame(
        {"ref": ["1", "2"], "email": ["a@b.example", "c@b.example"], "skills": ["SQL; Python;", None], "roles": ["mentor;mentee", ""]}
    )  # fmt: skip
    frame, _ = qi.Directory.of(people.lazy() if lazy else people, separator=";").collect(SCHEMA)
    assert frame["skills"].to_list() == [["SQL", "Python"], None]
    assert frame["roles"].to_list() == [["mentor", "mentee"], []]


@pytest.mark.parametrize("separator", ["", 7])
def test_a_separator_that_is_none_is_refused(separator: Any) -> None:
    with pytest.raises(qi.UsageError):
        qi.Directory.of(ROWS, separator=separator)


def test_several_roles_in_one_text_are_refused() -> None:
    assert "roles" in refused({"ref": ["1"], "email": ["a@b.example"], "roles": ["mentor,mentee"]})


def test_ids_that_came_as_numbers_are_reported_where_they_cost_zeros() -> None:
    people = pd.DataFrame({"ref": ["1", "2"], "id": [42, 43], "email": ["a@b.example", "c@b.example"]})
    found = []
    for form in (people, pl.DataFrame(people).lazy(), people.astype({"id": float}), people.astype({"id": str})):
        plan = qi.plan_import(
            b"id,email\n00042,a@b.example\n43,c@b.example\n", schema=SCHEMA, directory=qi.Directory.of(form)
        )
        assert plan.frame["codes"].to_list()[0] == ["id_leading_zeros_lost"]
        found.append([one.detail for one in plan.issues.where("directory_ids_numeric").page()])
    told = ["1 row differs from a known ID in zeros only"]
    assert found == [told, told, told, []]


def test_the_error_says_what_there_is_instead_of_a_missing_column() -> None:
    assert "it has no column ref, only user_id, email; rename" in refused({"user_id": ["1"], "email": ["a@b.example"]})
    assert "it has no column ref but one named people" in refused({"people": [{"ref": "1", "email": "a@b.example"}]})


def test_the_error_names_the_column_that_cannot_be_read() -> None:
    with pytest.raises(qi.DirectoryError) as caught:
        qi.Directory.of([{"ref": "1", "email": "a@b.example", "born": "31.12.1999"}], schema=SCHEMA)
    assert "the column born holds String, which cannot be read as date" in str(caught.value)
