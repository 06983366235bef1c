"""The example host's pages, step by step: what a person does in a browser, without the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="FastAPI is not installed (dependency group examples)")
pytest.importorskip("httpx2", reason="httpx2 is not installed (dependency group examples)")
pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed (dependency group examples)")
pytest.importorskip("multipart", reason="python-multipart is not installed (dependency group examples)")

import sqlalchemy as sa
from fastapi.testclient import TestClient

import qooper_ingest as qi
from host.app import SAMPLES, make_app, sample_people
from host.engine import Host

SAMPLE = (SAMPLES / "participants.xlsx").read_bytes()


class Visit:
    """One administrator's browser: follows redirects, sends forms as the page has them."""

    def __init__(self, host: Host) -> None:
        self.host, self.web, self.key = host, TestClient(make_app(host)), ""

    def get(self, page: str) -> str:
        answer = self.web.get(page)
        assert answer.status_code == 200, answer.text
        return answer.text

    def step(self, name: str) -> str:
        return self.get(f"/imports/{self.key}/{name}")

    def post(self, page: str, status: int = 200, **form: str) -> str:
        answer = self.web.post(page, data=form)
        assert answer.status_code == status, answer.text
        return answer.text

    def begin(self, programme: str = "Mentoring") -> None:
        answer = self.web.post("/imports", data={"programme": programme, "role": "mentee", "separator": "propose"})
        self.key = str(answer.url).split("/")[-2]

    def upload(self, data: bytes, name: str, status: int = 200) -> str:
        answer = self.web.post(f"/imports/{self.key}/upload", files={"file": (name, data)})
        assert answer.status_code == status, answer.text
        return answer.text

    def confirm_columns(self) -> str:
        page = self.step("mapping")
        form = {"separator": chosen_of(page, "separator"), "ignore": "on"}
        form |= {name: chosen_of(page, name) for name in re.findall(r'name="(field\.\w+)"', page)}
        return self.post(f"/imports/{self.key}/mapping", **form)

    def to_review(self, data: bytes, name: str) -> str:
        self.begin()
        self.upload(data, name)
        sheet = checked_of(self.step("sheet"), "name")
        self.post(f"/imports/{self.key}/sheet", name=sheet)
        self.post(f"/imports/{self.key}/header", rows=checked_of(self.step("header"), "rows"))
        return self.confirm_columns()

    def acknowledge_all(self, page: str) -> str:
        for code, count in re.findall(
            r'name="code" value="(\w+)"><input type="hidden" name="count" value="(\d+)"', page
        ):
            page = self.post(f"/imports/{self.key}/acknowledge", code=code, count=count)
        return page

    def confirm(self, page: str, status: int = 200) -> str:
        return self.post(f"/imports/{self.key}/confirm", status, fingerprint=fingerprint_of(page))


def chosen_of(page: str, name: str) -> str:
    """The selected option of a select element."""
    found = re.search(rf'<select name="{re.escape(name)}">(.*?)</select>', page, flags=re.DOTALL)
    assert found, name
    chosen = re.search(r'value="([^"]*)" selected', found[1])
    return chosen[1] if chosen else ""


def checked_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)" checked', page)
    assert found, page
    return found[1]


def fingerprint_of(page: str) -> str:
    found = re.search(r'name="fingerprint" value="(\w{64})"', page)
    assert found, page
    return found[1]


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    schema = qi.Schema.from_json((SAMPLES / "schema.json").read_text(encoding="utf-8"))
    host = Host.at(f"sqlite:///{tmp_path / 'host.sqlite'}", schema, limits=qi.DEFAULT_LIMITS)
    sample_people(host)
    yield Visit(host)
    host.engine.dispose()


def people(visit: Visit) -> dict[str, dict[str, object]]:
    with visit.host.engine.connect() as connection:
        rows = connection.execute(sa.select(visit.host.tables.people)).mappings().all()
    return {row["ref"]: dict(row) for row in rows}


def test_the_sample_file_goes_through_all_steps_to_a_receipt(visit: Visit) -> None:
    page = visit.acknowledge_all(visit.to_review(SAMPLE, "participants.xlsx"))
    before = people(visit)
    planned = visit.host.plan(visit.key)
    page = visit.confirm(page)
    assert '<strong id="state">applied</strong>' in page
    receipt = json.loads(visit.host.one(visit.key).receipt)
    actions = planned.summary.actions
    assert (
        receipt["applied"] == sum(actions[name] for name in ("create", "change_email", "change_status", "update")) > 0
    )
    assert receipt["refused"] == []
    assert len(people(visit)) == len(before) + actions["create"]
    assert "@" not in visit.host.one(visit.key).receipt
    stored = visit.host.one(visit.key)
    assert stored.upload is None
    assert stored.plan is None
    assert [line["what"].split()[0] for line in json.loads(stored.history)][-2:] == ["confirmed", "applied"]
    assert "participants.xlsx" in visit.get("/")


def test_a_conflict_is_decided_on_the_page(visit: Visit) -> None:
    page = visit.to_review(SAMPLE, "participants.xlsx")
    row = int(re.findall(r'id="row-(\d+)"', page)[0])
    page = visit.post(f"/imports/{visit.key}/decide", row=str(row), answer="skip")
    assert f'id="row-{row}"' not in page
    assert f"row {row} skip" in page


def test_a_plan_that_has_gone_stale_is_refused_and_changes_nothing(visit: Visit) -> None:
    page = visit.acknowledge_all(visit.to_review(SAMPLE, "participants.xlsx"))
    frame = visit.host.plan(visit.key).frame
    ref = frame.filter(frame["action"] == "update")["ref"][0]
    with visit.host.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.update(visit.host.tables.people).filter_by(ref=ref).values(status="suspended"))
    before = people(visit)
    assert "changed since the review" in visit.confirm(page, 409)
    assert people(visit) == before


def test_a_guard_stops_until_it_is_acknowledged_with_the_count_that_was_shown(visit: Visit) -> None:
    rows = [f"{person['id']},{person['email']},suspended" for person in people(visit).values() if person["id"]]
    page = visit.to_review("\n".join(["User ID,E-mail,Status", *rows]).encode(), "suspended.csv")
    assert 'id="confirm" disabled' in page
    assert "guard" in visit.confirm(page, 409)
    assert "figure has changed" in visit.post(
        f"/imports/{visit.key}/acknowledge", 409, code="too_many_suspensions", count="1"
    )
    page = visit.acknowledge_all(page)
    assert 'id="confirm" disabled' not in page
    assert "applied" in visit.confirm(page)


def test_the_blocked_rows_are_downloaded_mended_and_merged(visit: Visit) -> None:
    visit.to_review(SAMPLE, "participants.xlsx")
    before = visit.host.plan(visit.key)
    mend = visit.web.get(f"/imports/{visit.key}/mend.csv").content
    broken, whole = b"marta.silva(at)nordwind.example", b"marta.silva@nordwind.example"
    assert broken in mend
    answer = visit.web.post(f"/imports/{visit.key}/mended", files={"file": ("mend.csv", mend.replace(broken, whole))})
    assert answer.status_code == 200, answer.text
    after = visit.host.plan(visit.key)
    (row,) = set(before.frame.filter(before.frame["action"] == "reject")["row"]) - set(
        after.frame.filter(after.frame["action"] == "reject")["row"]
    )
    assert after.frame.filter(after.frame["row"] == row)["ref"].to_list() == ["u013"]
    assert "applied" in visit.confirm(visit.acknowledge_all(answer.text))


def test_next_months_file_has_the_remembered_columns(visit: Visit) -> None:
    visit.confirm(visit.acknowledge_all(visit.to_review(SAMPLE, "participants.xlsx")))
    visit.begin()
    visit.upload(SAMPLE, "next.xlsx")
    assert 'id="remembered"' in visit.step("mapping")
    visit.begin("Another programme")
    visit.upload(SAMPLE, "next.xlsx")
    assert 'id="remembered"' not in visit.step("mapping")


def test_the_same_file_again_has_nothing_left_to_do(visit: Visit) -> None:
    visit.confirm(visit.acknowledge_all(visit.to_review(SAMPLE, "participants.xlsx")))
    visit.to_review(SAMPLE, "again.xlsx")
    actions = visit.host.plan(visit.key).summary.actions
    assert sum(actions[name] for name in ("create", "change_email", "change_status", "update")) == 0


def test_another_sheet_or_header_drops_what_was_said_about_the_rows(visit: Visit) -> None:
    page = visit.to_review(SAMPLE, "participants.xlsx")
    visit.post(f"/imports/{visit.key}/decide", row=re.findall(r'id="row-(\d+)"', page)[0], answer="skip")
    visit.post(f"/imports/{visit.key}/header", rows="1")
    choices = visit.host.choices(visit.key)
    assert choices.mapping is None
    assert choices.policy.decisions == ()


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"", b"PK\x03\x04broken"])
def test_a_file_that_cannot_be_read_is_refused_in_words(visit: Visit, data: bytes) -> None:
    visit.begin()
    page = visit.upload(data, "people.xlsx", 422)
    assert 'id="refused"' in page
    assert "Traceback" not in page


def test_columns_without_a_field_have_to_be_ignored_by_name(visit: Visit) -> None:
    visit.begin()
    visit.upload(b"E-mail,Shoe size\nann@nordwind.example,42\n", "x.csv")
    page = visit.step("mapping")
    form = {name: chosen_of(page, name) for name in re.findall(r'name="(field\.\w+)"', page)}
    assert "not used" in visit.post(f"/imports/{visit.key}/mapping", 409, **form)
    assert (
        "To decide" in visit.post(f"/imports/{visit.key}/mapping", ignore="on", **form)
        or visit.host.choices(visit.key).mapping
    )


@pytest.mark.parametrize("headers", [{"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_of_another_site_is_refused(visit: Visit, headers: dict[str, str]) -> None:
    answer = visit.web.post("/imports", data={"programme": "x", "role": "mentee", "separator": "none"}, headers=headers)
    assert answer.status_code == 403
    assert visit.host.imports() == []


def test_what_a_file_says_is_escaped_on_every_page(visit: Visit) -> None:
    sign = "<script>alert(1)</script>"
    rows = f'User ID,E-mail,First name,"{sign}"\n00042,"{sign}@x",{sign},{sign}\n'
    visit.begin(sign)
    visit.upload(rows.encode(), f"{sign}.csv")
    pages = [visit.step(name) for name in ("sheet", "header", "mapping")]
    pages += [visit.confirm_columns(), visit.step("report"), visit.get("/"), visit.get(f"/imports/{visit.key}")]
    for page in pages:
        assert sign not in page
    assert all("&lt;script" in page for page in pages[:3])


def test_an_applied_import_cannot_be_confirmed_again_or_changed(visit: Visit) -> None:
    page = visit.acknowledge_all(visit.to_review(SAMPLE, "participants.xlsx"))
    visit.confirm(page)
    after = people(visit)
    visit.confirm(page, 409)
    visit.upload(SAMPLE, "late.xlsx", 409)
    assert people(visit) == after


def test_what_is_chosen_has_to_be_there(visit: Visit) -> None:
    visit.begin()
    visit.upload(SAMPLE, "participants.xlsx")
    visit.post(f"/imports/{visit.key}/sheet", 409, name="Nowhere")
    visit.post(f"/imports/{visit.key}/header", 409, rows="one")
    visit.post(f"/imports/{visit.key}/confirm", 409, fingerprint="0" * 64)
    visit.post("/imports", 409, programme="x", role="owner", separator="none")
    assert visit.web.get("/imports/nobody").status_code == 409
