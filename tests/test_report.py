"""The review page and the tables of a notebook: complete, escaped, self-contained."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qooper_ingest as qi
from qooper_ingest import _html
from qooper_ingest.report.page import difference
from qooper_ingest.report.view import build_view
from sample_files import XLSX, XLSX_CHOICES, sample_directory, sample_schema

#: What a cell may hold that a page must not obey: markup, the end of an attribute, entities, and what cannot be seen.
TRIGGERS = [
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' style='x",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "\u202edesrever\u2066",
    "\x00\x1b[31m\x07\x85",
    "]]><!--",
    "{title}{body}%s",
]
OLD_PLAN = Path(__file__).parent / "cases" / "documents" / "plan_format_1.zip"
TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "strong", "code",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Page(HTMLParser):
    """What a browser would see: tags, attributes, texts; and whether everything closes in its order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def check(page: str) -> Page:
    seen = Page(page)
    assert seen.open == []
    assert seen.tags <= TAGS
    assert seen.attributes <= {"style", "dir", "lang", "charset", "name", "content", "http-equiv", "class"}
    assert all(character.isprintable() or character == "\n" for character in page)
    return seen


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_text_becomes_text(trigger: str) -> None:
    seen = check(_html.grid(("a", trigger), [[trigger, None], ["x", 7]], cut=None))
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in trigger)
    assert seen.texts.count(shown) == 2


def test_long_cells_are_cut_and_more_rows_are_said() -> None:
    page = _html.grid(("a",), [["x" * 200]], more=1234)
    assert "x" * 81 not in page
    assert "1,234 more" in page


def sample_plan() -> qi.Plan:
    return qi.plan_import(XLSX, schema=sample_schema(), directory=sample_directory(), choices=XLSX_CHOICES)


def page_of(plan: qi.Plan, **options: Any) -> str:
    target = io.BytesIO()
    plan.to_html(target, **options)
    return target.getvalue().decode()


def data_of(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return dict(json.loads(text))


def standing(page: str) -> str:
    """What is seen without a script, as text."""
    return " ".join("\n".join(Page(page[: page.index("<script")]).texts).split())


def made(rows: list[list[object]], people: list[dict[str, Any]], **policy: Any) -> qi.Plan:
    schema = qi.Schema.participants(qi.Field(key="office", label="Your office", type="long_text"))
    table = qi.Workbook.of_rows([["id", "mail", "first", "last", "office", "new"], *rows]).sheet().table(header_row=1)
    keys = ("id", "email", "first_name", "last_name", "office", "new_email")
    records = qi.apply_mapping(table, qi.ColumnMapping.of(table, {key: at for at, key in enumerate(keys)}), schema)
    return qi.resolve(records, qi.Directory.of(people, schema=schema), policy=qi.Policy(**policy))


ANN = {
    "ref": "u026",
    "id": "007",
    "email": "ann@corp.example",
    "first_name": "Ann",
    "last_name": "Lee",
    "office": "Bonn",
}
TOM = {
    "ref": "u027",
    "id": "008",
    "email": "tom@corp.example",
    "first_name": "Tom",
    "last_name": "Roe",
    "office": "Bonn",
}


def test_the_page_says_every_blocked_row_every_risk_and_the_fingerprint() -> None:
    plan = sample_plan()
    page = page_of(plan, source=XLSX)
    text = standing(page)
    rows = {line[0] for group in data_of(page)["groups"] for line in group["lines"]}
    assert set(plan.frame.filter(pl.col("action").is_in(["conflict", "reject"]))["row"]) <= rows
    assert {operation.row for batch in plan.operations() for operation in batch} <= rows
    assert "participants.xlsx" in text
    assert "Excel workbook" in text
    assert "row 4" in text
    assert plan.fingerprint in text
    assert "Addresses that change 3" in text


def test_people_are_named_by_name_and_address_beside_a_blocked_row() -> None:
    text = standing(page_of(made([["007", "tom@corp.example", "Ann", "Lee", None, None]], [ANN, TOM])))
    assert "Has this ID Ann Lee ann@corp.example ID 007" in text
    assert "Has this address Tom Roe tom@corp.example ID 008" in text
    assert "u026" not in text


def test_a_person_is_named_where_the_file_has_no_names() -> None:
    schema = qi.Schema.participants()
    plan = qi.plan_import(
        b"User ID,E-mail\n007,ann.lee@corp.example\n", schema=schema, directory=qi.Directory.of([ANN])
    )
    assert "Ann Lee ann@corp.example ID 007" in standing(page_of(plan))


def test_a_change_is_said_by_its_label_with_what_differs_marked() -> None:
    page = page_of(made([["007", "ann@corp.example", "Ann", "Lee", "Bonn-Beuel", None]], [ANN]))
    assert "Your office" in standing(page)
    assert "<del><bdi>Bonn</bdi></del>" in page
    assert "<ins><bdi>Bonn<mark>-Beuel</mark></bdi></ins>" in page


def test_letters_that_only_look_alike_are_marked_and_named() -> None:
    page = page_of(made([[None, "\u0430nn@corp.example", "Al", "Bo", None, None]], [ANN]))
    assert "<mark>a</mark>nn@corp.example" in page
    assert "a is a plain letter (U+0061)" in standing(page)


def test_rows_of_the_file_that_contradict_each_other_say_in_what() -> None:
    rows: list[list[object]] = [["007", "ann@corp.example", "Ann", "Lee", office, None] for office in ("Bonn", "Kiel")]
    assert "Your office: Kiel (row 2: Bonn)" in standing(page_of(made(rows, [ANN])))


def test_chains_are_drawn_in_their_order_and_circles_as_circles() -> None:
    rows: list[list[object]] = [
        ["007", "tom@corp.example", "Ann", "Lee", None, None],
        ["008", "tom.roe@corp.example", "Tom", "Roe", None, None],
    ]
    text = standing(page_of(made(rows, [ANN, TOM])))
    assert (
        "Row 3 Tom Roe tom@corp.example → to tom.roe@corp.example Row 2 Ann Lee ann@corp.example → to tom@corp.example"
        in text
    )
    rows[1][1] = "ann@corp.example"
    blocked = page_of(made(rows, [ANN, TOM]))
    assert 'class="chain blocked"' in blocked
    assert 'class="chain together"' in page_of(made(rows, [ANN, TOM], allow_email_cycles=True))


def test_the_parts_of_the_bar_add_up_to_all_rows() -> None:
    view = build_view(sample_plan(), [], 10, qi.messages())
    assert sum(count for _, _, count in view.parts) == sample_plan().summary.rows


def test_everybody_else_is_said_to_stay() -> None:
    plan = made([["007", "ann@corp.example", "Ann", "Lee", "Kiel", None]], [ANN, TOM])
    assert "of 2 active people, 1 stays exactly as before" in standing(page_of(plan))
    part = qi.Directory.of([ANN], complete=False)
    plan = qi.plan_import(b"User ID,E-mail\n007,x@corp.example\n", schema=qi.Schema.participants(), directory=part)
    assert "Nobody else is changed" in standing(page_of(plan))


def test_the_same_plan_gives_the_same_page_also_when_it_was_saved() -> None:
    saved = io.BytesIO()
    sample_plan().save(saved)
    assert page_of(sample_plan()) == page_of(sample_plan()) == page_of(qi.Plan.load(saved.getvalue()))


def test_a_plan_of_the_first_format_still_has_a_page() -> None:
    assert "What would happen" in standing(page_of(qi.Plan.load(OLD_PLAN.read_bytes())))


def test_lists_are_cut_where_it_is_said_and_figures_are_not() -> None:
    rows = "\n".join(f"p{n}@corp.example" for n in range(30))
    plan = qi.plan_import(b"E-mail\n" + rows.encode(), schema=qi.Schema.participants(), directory=qi.Directory.of([]))
    page = page_of(plan, limit=5)
    assert len(data_of(page)["groups"][0]["lines"]) == 5
    assert "New people 30" in standing(page)
    assert "25 more lines are not on this page" in standing(page)
    with pytest.raises(qi.UsageError, match="limit"):
        page_of(plan, limit=0)


def test_a_page_of_another_file_is_refused() -> None:
    with pytest.raises(qi.UsageError, match="not the file that the plan was made of"):
        page_of(sample_plan(), source=b"E-mail\n")


@pytest.mark.parametrize(
    ("one", "other", "pieces"),
    [
        ("ann@corp.example", "ann@corp.example", ("ann@corp.example", "", "", "")),
        ("Bonn", "Kiel", None),
        ("SQL", "SQL; Go", ("SQL", "", "; Go", "")),
        ("aaa", "aa", ("aa", "a", "", "")),
    ],
)
def test_what_differs_is_found(one: str, other: str, pieces: tuple[str, ...] | None) -> None:
    assert difference(one, other) == pieces


@given(st.text(), st.text())
def test_the_pieces_of_a_difference_are_the_two_texts(one: str, other: str) -> None:
    pieces = difference(one, other)
    if pieces is not None:
        assert (pieces[0] + pieces[1] + pieces[3], pieces[0] + pieces[2] + pieces[3]) == (one, other)


def test_what_a_guard_holds_back_is_shown_to_who_is_to_acknowledge_it() -> None:
    people = [{"ref": f"u{n}", "id": f"A{n}", "email": f"p{n}@corp.example"} for n in range(12)]
    rows = "\n".join(f"A{n},q{n}@corp.example" for n in range(12))
    plan = qi.plan_import(
        b"User ID,E-mail\n" + rows.encode(), schema=qi.Schema.participants(), directory=qi.Directory.of(people)
    )
    assert list(plan.operations()) == []
    total, shown = plan.preview(qi.ChangeEmail, 5)
    assert (total, [operation.row for operation in shown]) == (12, [2, 3, 4, 5, 6])
    text = standing(page_of(plan))
    assert "12 of 12 people found would get another address (100.0 %); the limit is 10 %." in text
    assert "Nothing may be applied yet" in text
    assert "q11@corp.example" in json.dumps(data_of(page_of(plan)))


def hostile_values() -> dict[str, Any]:
    schema = qi.Schema.participants(qi.Field(key="about", label=TRIGGERS[2]))
    rows: list[list[object]] = [["User ID", "E-mail", TRIGGERS[2], TRIGGERS[0], TRIGGERS[6]]]
    rows += [[f"A{at}", f"p{at}@corp.example", trigger, trigger, trigger] for at, trigger in enumerate(TRIGGERS)]
    rows += [[f"A{at}", trigger, trigger] for at, trigger in enumerate(TRIGGERS)]
    workbook = qi.Workbook.of_rows(rows, name=TRIGGERS[1])
    sheet = workbook.sheet()
    table = sheet.table(header_row=1)
    mapping = qi.ColumnMapping.of(table, {"id": 0, "email": 1, "about": 2})
    records = qi.apply_mapping(table, mapping, schema)
    people = qi.Directory.of([{"ref": "u1", "email": "p1@corp.example", "about": TRIGGERS[2]}], schema=schema)
    plan = qi.resolve(records, people)
    return {
        "workbook": workbook, "sheet": sheet, "table": table, "guess": qi.detect_header(sheet), "mapping": mapping,
        "records": records, "plan": plan, "issues": plan.issues, "no issues": qi.Issues.empty(),
    }  # fmt: skip


HOSTILE = hostile_values()


@pytest.mark.parametrize("name", list(HOSTILE))
def test_every_value_shows_itself_escaped(name: str) -> None:
    seen = check(HOSTILE[name]._repr_html_())
    assert seen.texts


def test_the_page_of_a_hostile_file_holds_its_text_and_nothing_of_its_markup() -> None:
    page = page_of(HOSTILE["plan"])
    seen = Page(page)
    assert page.count("<script") == 2
    assert seen.tags & {"img", "a"} == {"a"}
    assert not {name for name in seen.attributes if name.startswith("on")} | (seen.attributes & {"src", "style"})
    text, data = standing(page), json.dumps(data_of(page), ensure_ascii=False)
    assert TRIGGERS[0] in text
    assert json.dumps(TRIGGERS[0])[1:-1] in data
    assert all(character.isprintable() or character == "\n" for character in page)


def test_only_the_style_and_the_script_of_the_page_may_run() -> None:
    page = page_of(sample_plan())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    for tag, body in (
        ("style", re.findall(r"<style>(.*?)</style>", page, re.DOTALL)),
        ("script", re.findall(r"<script>(.*?)</script>", page, re.DOTALL)),
    ):
        digest = base64.b64encode(hashlib.sha256(body[0].encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;".replace("+", "+") in policy
    assert "unsafe" not in policy
    assert "default-src &#39;none&#39;" in policy


def test_a_cell_of_fifty_thousand_characters_is_cut_and_says_so() -> None:
    plan = made([["007", "ann@corp.example", "Ann", "Lee", "x" * 50_000, None]], [ANN])
    page = page_of(plan)
    assert "x… (50,000 characters)" in standing(page)
    assert len(page) < 60_000
