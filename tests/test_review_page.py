"""The review page in a real browser: headless Chromium, driven by Selenium. Skipped, with the reason, where either is missing.

Accessibility rules are those of axe-core, found through the environment variable ``AXE_CORE`` (the path of its ``axe.min.js``) or below a
``node_modules`` of the working directory: ``npm install axe-core``.
"""

from __future__ import annotations

import base64
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import qooper_ingest as qi
from sample_files import XLSX, XLSX_CHOICES, sample_directory, sample_schema

webdriver = pytest.importorskip(
    "selenium.webdriver", reason="Selenium is not installed: the page is not tried in a browser"
)

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.skipif(
        BROWSER is None or DRIVER is None,
        reason="no Chromium with its driver is installed (Debian: apt install chromium chromium-driver): the page is not tried in a browser",
    ),
]

AXE = Path(os.environ.get("AXE_CORE", "node_modules/axe-core/axe.min.js"))

#: The rules of WCAG 2.1 A and AA, and of good practice.
AXE_RUN = "const done = arguments[0]; axe.run(document).then((found) => done(found.violations.map((one) => [one.id, one.nodes.map((node) => node.html)])));"

HOSTILE = [
    "<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", '"><svg onload=window.hit=1>', "</script><script>window.hit=1</script>",
    "javascript:window.hit=1", "=HYPERLINK(\"http://x\")", "\u202egnp.exe\u2066", "]]><!--", "{{ 7*7 }}", "</td></table>", "x" * 50_000, "שלום", "'; window.hit=1;//",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    driver.set_script_timeout(120)
    yield driver
    driver.quit()


def size(browser: Any, width: int, height: int = 800, **media: str) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": media.get("scheme", "light")}]},
    )


def show(browser: Any, plan: qi.Plan, path: Path, **options: Any) -> Path:
    page = path / "review.html"
    plan.to_html(page, **options)
    browser.get_log("browser")
    browser.get(page.as_uri())
    until(browser, "return document.documentElement.dataset.ready")
    return page


def until(browser: Any, script: str, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := browser.execute_script(script)):
        assert time.monotonic() < end, f"still not: {script}"
        time.sleep(0.05)
    return found


def sample_plan() -> qi.Plan:
    return qi.plan_import(XLSX, schema=sample_schema(), directory=sample_directory(), choices=XLSX_CHOICES)


def large_plan(count: int) -> qi.Plan:
    schema = qi.Schema.participants(qi.Field(key="team", label="Team"))
    head = "User ID,E-mail,First name,Last name,Team\n"
    rows = "".join(f"A{n:06},person.{n}@corp.example,Given{n % 997},Family{n % 4001},Sales\n" for n in range(count))
    people = pl.DataFrame({"n": range(count)}).select(
        ref=pl.format("u{}", "n"),
        id=pl.format("A{}", pl.col("n").cast(pl.String).str.zfill(6)),
        email=pl.format("person.{}@corp.example", "n"),
        first_name=pl.format("Given{}", pl.col("n") % 997),
        last_name=pl.format("Family{}", pl.col("n") % 4001),
        team=pl.lit("Research"),
    )
    return qi.plan_import((head + rows).encode(), schema=schema, directory=qi.Directory.of(people, schema=schema))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_rule_of_accessibility_is_broken(browser: Any, tmp_path: Path, width: int, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not there (AXE_CORE, or node_modules): its rules are not tried")
    size(browser, width, scheme=scheme)
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    try:
        show(browser, sample_plan(), tmp_path, source=XLSX)
        browser.execute_script(AXE.read_text(encoding="utf-8"))
        assert browser.execute_async_script(AXE_RUN) == []
    finally:
        browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})


def test_the_page_fits_a_telephone(browser: Any, tmp_path: Path) -> None:
    size(browser, 360)
    show(browser, sample_plan(), tmp_path)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360


def test_the_script_says_what_stands_there_without_it(browser: Any, tmp_path: Path) -> None:
    size(browser, 1280)
    page = show(browser, sample_plan(), tmp_path)
    rows = "return [...document.querySelectorAll('.group tbody tr')].map((row) => row.textContent.replace(/\\s+/g, ' ').replace(/ ?([^ ]) ?/g, '$1'))"
    shown = browser.execute_script(rows)
    marked = browser.execute_script("return document.querySelectorAll('mark').length")
    still = tmp_path / "still.html"
    still.write_text(
        page.read_text(encoding="utf-8").replace("<script>", '<script type="text/plain">'), encoding="utf-8"
    )
    browser.get(still.as_uri())
    assert browser.execute_script(rows) == shown
    assert browser.execute_script("return document.querySelectorAll('mark').length") == marked
    assert len(shown) == 30


def test_hostile_cells_run_nothing_fetch_nothing_and_are_shown(browser: Any, tmp_path: Path) -> None:
    size(browser, 1280)
    schema = qi.Schema.participants(qi.Field(key="about", label="<i>About</i>", type="long_text"))
    rows: list[list[object]] = [["User ID", "E-mail", "First name", "About", "<b>"]]
    rows += [[f"A{n}", f"p{n}@corp.example", text, text, text] for n, text in enumerate(HOSTILE)]
    rows += [[f"A{n}", text, text, text, text] for n, text in enumerate(HOSTILE, start=100)]
    table = qi.Workbook.of_rows(rows, name="<script>window.hit=1</script>").sheet().table(header_row=1)
    mapping = qi.ColumnMapping.of(table, {"id": 0, "email": 1, "first_name": 2, "about": 3})
    people = [{"ref": "u1", "id": "A0", "email": "p0@corp.example", "first_name": HOSTILE[1], "about": HOSTILE[2]}]
    plan = qi.resolve(qi.apply_mapping(table, mapping, schema), qi.Directory.of(people, schema=schema))
    show(browser, plan, tmp_path)
    assert browser.execute_script("return window.hit === undefined && document.images.length === 0")
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    text = browser.execute_script("return document.querySelector('#new').textContent")
    assert all((part if len(part) < 300 else "(50,000 characters)") in text for part in HOSTILE if part.isprintable())
    assert [line["message"] for line in browser.get_log("browser")] == []


def test_one_finds_a_row_by_words_by_list_by_finding_by_field_and_by_number(browser: Any, tmp_path: Path) -> None:
    size(browser, 1280)
    show(browser, sample_plan(), tmp_path)
    status = "return document.getElementById('status').textContent"

    def said(element: str, value: str, event: str) -> str:
        browser.execute_script(
            "const one = document.getElementById(arguments[0]); one.value = arguments[1]; one.dispatchEvent(new Event(arguments[2]))",
            element, value, event,
        )  # fmt: skip
        time.sleep(0.4)
        return str(browser.execute_script(status))

    assert said("q", "marta SILVA", "input") == "1 of 30 lines"
    assert said("q", "", "input") == "30 lines"
    assert said("f-group", "new", "change") == "3 of 30 lines"
    browser.execute_script("document.getElementById('tools').reset()")
    until(browser, f"{status} === '30 lines'")
    code = "return [...document.getElementById('f-code').options].find((one) => one.textContent.includes('is not an e-mail address')).value"
    assert said("f-code", browser.execute_script(code), "change") == "1 of 30 lines"
    browser.execute_script("document.getElementById('tools').reset()")
    until(browser, f"{status} === '30 lines'")
    jump = browser.find_element("id", "jump")
    jump.send_keys("38\n")
    assert browser.execute_script(status) == "Row 38: IDs that are given to people"
    assert browser.execute_script("return document.activeElement.firstChild.textContent") == "38"


def test_everything_is_reached_by_the_keyboard_and_the_focus_is_seen(browser: Any, tmp_path: Path) -> None:
    size(browser, 1280)
    show(browser, sample_plan(), tmp_path)
    seen: list[str] = []
    body = browser.find_element("tag name", "body")
    body.click()
    for _ in range(40):
        browser.switch_to.active_element.send_keys("\ue004")
        element, outline = browser.execute_script(
            "const one = document.activeElement; return [one.id || one.tagName, getComputedStyle(one).outlineStyle]"
        )
        if element != "BODY":
            assert outline != "none", element
        seen.append(element)
    assert {"q", "f-group", "f-code", "f-field", "jump", "BUTTON", "SUMMARY"} <= set(seen)


def test_fifty_thousand_changed_rows_stay_small_and_scroll(browser: Any, tmp_path: Path) -> None:
    size(browser, 1280)
    page = show(browser, large_plan(50_000), tmp_path)
    assert page.stat().st_size <= 15_000_000
    assert browser.execute_script("return document.getElementById('status').textContent") == "50,000 lines"
    for share in (0.3, 0.9, 1.0):
        browser.execute_script(f"window.scrollTo(0, document.documentElement.scrollHeight * {share})")
        time.sleep(0.3)
    until(browser, "return [...document.querySelectorAll('tbody th')].some((one) => Number(one.textContent) > 49000)")
    assert browser.execute_script("return document.querySelectorAll('tbody tr:not(.gap)').length") < 500
    browser.find_element("id", "jump").send_keys("31,415\n")
    assert browser.execute_script("return document.activeElement.textContent").startswith("31415Given")


def test_it_prints_every_line_of_a_list_of_usual_length(browser: Any, tmp_path: Path) -> None:
    size(browser, 1280)
    show(browser, large_plan(700), tmp_path)
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
    browser.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert browser.execute_script("return document.querySelectorAll('.group tbody tr:not(.gap)').length") == 700
