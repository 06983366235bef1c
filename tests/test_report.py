"""The review page and the tables of a notebook: complete, escaped, self-contained."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi
from qooper_ingest import _html
from qooper_ingest.report import preview, review_html
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
        if tag != "meta":
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


def test_the_page_tells_every_blocked_row_every_risk_and_the_fingerprint() -> None:
    plan = sample_plan()
    seen = check(review_html(plan, title="participants.xlsx"))
    texts = "\n".join(seen.texts)
    for issue in plan.issues.where(severity=qi.Severity.ERROR).page(0, 100):
        assert issue.message.removeprefix(f"{issue.place}: ")[1:] in texts
    for batch in plan.operations():
        for operation in batch:
            if isinstance(operation, (qi.ChangeEmail, qi.Suspend)):
                assert str(operation.value("email") or operation.expected.email) in texts
    assert plan.fingerprint in texts
    assert "Addresses that change (3)" in texts


def test_the_same_plan_gives_the_same_page() -> None:
    assert review_html(sample_plan()) == review_html(sample_plan())


def test_lists_are_cut_and_figures_are_not() -> None:
    rows = "\n".join(f"p{n}@corp.example" for n in range(30))
    plan = qi.plan_import(b"E-mail\n" + rows.encode(), schema=qi.Schema.participants(), directory=qi.Directory.of([]))
    page = review_html(plan, limit=5)
    assert page.count("@corp.example") == 2 * 5
    assert "Everything else (30)" in page
    with pytest.raises(qi.UsageError):
        review_html(plan, limit=0)


def test_what_a_guard_holds_back_is_shown_to_who_is_to_acknowledge_it() -> None:
    people = [{"ref": f"u{n}", "id": f"A{n}", "email": f"p{n}@corp.example"} for n in range(12)]
    rows = "\n".join(f"A{n},q{n}@corp.example" for n in range(12))
    plan = qi.plan_import(
        b"User ID,E-mail\n" + rows.encode(), schema=qi.Schema.participants(), directory=qi.Directory.of(people)
    )
    assert list(plan.operations()) == []
    total, shown = preview(plan, pl.col("action") == "change_email", 5)
    assert (total, [operation.row for operation in shown]) == (12, [2, 3, 4, 5, 6])
    page = review_html(plan)
    assert "Nothing may be applied until this is acknowledged." in page
    assert "q11@corp.example" in page


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
    page = review_html(HOSTILE["plan"], title=TRIGGERS[0])
    seen = check(page)
    assert TRIGGERS[0] in seen.texts
    assert "<script" not in page
