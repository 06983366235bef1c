"""Languages: every text in every language, figures and plurals right, nothing English left on a page, and any language reads back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import pickle
import re
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qooper_ingest as qi
from qooper_ingest._text import fold
from qooper_ingest.cells.words import NO_KEYS, YES_KEYS
from qooper_ingest.errors import ERROR_MESSAGES
from qooper_ingest.translation import plural_category
from qooper_ingest.translation.catalogue import SHIPPED, check_messages, placeholders
from qooper_ingest.translation.english import DEVELOPERS
from sample_files import XLSX, XLSX_CHOICES, sample_directory, sample_schema

ENGLISH = qi.messages()
TRANSLATED = [language for language in SHIPPED if language != "en"]


def shipped(language: str) -> dict[str, str]:
    path = resources.files("qooper_ingest").joinpath(f"data/languages/{language}.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def letters(text: str) -> str:
    return re.sub(r"\{\w+\}|\W|\d", "", text)


# -- the catalogue -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_in_every_language(language: str) -> None:
    texts = shipped(language)
    assert sorted(set(ENGLISH) - set(texts)) == []
    for code in qi.CATALOGUE:
        assert {f"issue.{code}", f"hint.{code}"} <= set(texts)
    assert {f"error.{code}" for code in set(ERROR_MESSAGES) - DEVELOPERS} <= set(texts)


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_agree_in_every_language(language: str) -> None:
    check_messages(shipped(language))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    texts = shipped(language)
    same = [key for key, text in texts.items() if text == ENGLISH.get(key) and len(letters(text)) > 12]
    assert same == []


@pytest.mark.parametrize("language", SHIPPED)
def test_texts_are_trimmed_and_hints_have_no_full_stop(language: str) -> None:
    for key, text in qi.messages(language).items():
        if not key.startswith(("list.", "number.")):
            assert text == text.strip(), key
            assert "  " not in text, key
        if key.startswith(("hint.", "issue.", "detail.", "reason.")):
            assert not text.endswith("."), key


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("code", sorted(qi.CATALOGUE))
def test_every_issue_has_a_sentence_in_every_language(language: str, code: str) -> None:
    (issue,) = qi.Issues.of(code, row=7, column="C", field="x", value="a{b}\x1b", other_row=9, detail="3 {y}").page()
    sentence = issue.sentence(language=language)
    assert sentence.endswith(".")
    assert not sentence.endswith("..")
    assert "\x1b" not in sentence
    assert issue.advice(language=language) in sentence
    if language == "en":
        assert sentence == issue.message


def test_the_english_sentence_of_an_error_is_its_message() -> None:
    error = qi.SourceError("mended_invalid", sheet="S", row=4, column="B", reason="the row token was changed")
    assert error.sentence() == error.message
    assert qi.UsageError("argument_invalid", reason="x").sentence(language="de") == "x."


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("code", sorted(set(ERROR_MESSAGES) - DEVELOPERS))
def test_every_error_of_a_file_has_a_message_in_every_language(language: str, code: str) -> None:
    params = dict.fromkeys(placeholders(ERROR_MESSAGES[code]) or (), 2)
    said = qi.IngestError(code, row=3, **params).sentence(language=language)
    assert "{" not in said
    assert said.endswith(f"({qi.messages(language).text('place.row', row=3)})")


# -- figures, dates, plurals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "small", "large", "decimal", "day"),
    [
        ("en", "1,234", "1,234,567", "0.5", "2024-01-31"),
        ("de", "1.234", "1.234.567", "0,5", "31.01.2024"),
        ("es", "1234", "1\u202f234\u202f567", "0,5", "31 de enero de 2024"),
    ],
)
def test_figures_and_days_are_written_as_the_language_writes_them(
    language: str, small: str, large: str, decimal: str, day: str
) -> None:
    words = qi.messages(language)
    found = [words.number(1234), words.number(1234567), words.number(0.5), words.date(dt.date(2024, 1, 31))]
    assert found == [small, large, decimal, day]


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        ("en", {0: "other", 1: "one", 2: "other"}),
        ("fr", {0: "one", 1: "one", 2: "other"}),
        ("pl", {1: "one", 2: "few", 5: "many", 12: "many", 22: "few", 21: "many"}),
        ("ru", {1: "one", 11: "many", 21: "one", 24: "few", 5: "many"}),
        ("ar", {0: "zero", 1: "one", 2: "two", 3: "few", 11: "many", 100: "other"}),
        ("ja", {1: "other"}),
        ("es-MX", {1: "one"}),
    ],
)
def test_plural_categories_are_those_of_cldr(language: str, numbers: dict[int, str]) -> None:
    assert {number: plural_category(language, number) for number in numbers} == numbers


@pytest.mark.parametrize("language", SHIPPED)
def test_whatever_counts_has_its_singular(language: str) -> None:
    words = qi.messages(language)
    for key in ENGLISH:
        if key.endswith(".one"):
            assert placeholders(words[key]) is not None
            assert key.removesuffix(".one") in words
    for code in ("row_ragged", "rows_hidden", "bytes_undecodable", "separate_table"):
        one, many = (qi.Issues.of(code, row=1, detail=figure).page()[0] for figure in ("1", "2"))
        assert words.reason(one).replace("1", "2") != words.reason(many)
    assert words.text("count.rows", count=1) == {"en": "1 row", "de": "1 Zeile", "es": "1 fila"}[language]


@pytest.mark.parametrize(
    ("code", "detail", "german"),
    [
        ("ids_shifted", "in 11 rows the right ID stands 1 row below (shifted up), first rows 2, 3, 4", "1 Zeile weiter unten"),
        ("ids_shifted", "in 11 rows the right ID stands 2 rows above (shifted down), first rows 2", "2 Zeilen weiter oben"),
        ("separator_conflict", "';' reads 1,200 cells, line break reads 1 cell", "mit ';' lassen sich 1.200 Zellen lesen, mit Zeilenumbruch lässt sich 1 Zelle lesen"),
        ("unknown_option", "nearest: Sales, EMEA", "am ähnlichsten: Sales, EMEA"),
        ("low_match_rate", "3 of 345, limit 2.5", "3 von 345, Grenze 2,5"),
        ("text_too_short", "1 character, and the least is 3", "1 Zeichen, das Minimum ist 3"),
        ("ambiguous_date_order", "2024-05-04 or 2024-04-05", "04.05.2024 oder 05.04.2024"),
        ("number_percent", "0.5", "0,5"),
        ("unknown_option", "of words that no pattern has", "of words that no pattern has"),
    ],
)  # fmt: skip
def test_details_that_are_words_are_said_in_the_language(code: str, detail: str, german: str) -> None:
    assert german in qi.Issues.of(code, detail=detail).page()[0].sentence(language="de")
    assert detail in qi.Issues.of(code, detail=detail).page()[0].sentence()


@pytest.mark.parametrize("key", [key for key in ENGLISH if key.startswith(("detail.", "reason."))])
def test_every_detail_and_reason_is_read_back(key: str) -> None:
    prefix = key.removesuffix(".one").rpartition(".")[0] + "."
    params = dict.fromkeys(placeholders(ENGLISH[key]) or (), "3") | ({"count": "1"} if key.endswith(".one") else {})
    english = ENGLISH[key].format_map(params)
    assert ENGLISH._said_again(prefix, english) == english
    if len(letters(english)) > 3:
        assert qi.messages("es")._said_again(prefix, english) != english


# -- a host's own texts --------------------------------------------------------------------------------------------------


def test_missing_keys_fall_back_to_english_and_a_region_to_its_language() -> None:
    french = qi.messages("fr", messages={"page.title": "Vérification"})
    assert (french["page.title"], french["page.what"]) == ("Vérification", "What would happen")
    assert qi.messages("es-MX")["page.row"] == "Fila"
    assert qi.messages("es-MX").language == "es-MX"


def test_a_hosts_plural_takes_the_place_of_the_shipped_one() -> None:
    own = {"count.rows": "{count} wiersze", "count.rows.one": "{count} wiersz", "count.rows.many": "{count} wierszy"}
    polish = qi.messages("pl", messages=own)
    assert [polish.text("count.rows", count=n) for n in (1, 2, 5)] == ["1 wiersz", "2 wiersze", "5 wierszy"]
    assert qi.messages("fr", messages={"count.rows": "{count} x"}).text("count.rows", count=1) == "1 x"


@pytest.mark.parametrize(
    ("language", "own", "named"),
    [
        ("fr", None, "'fr'"),
        ("not a tag", {}, "not the tag"),
        ("fr", {"page.titel": "x"}, "page.titel"),
        ("fr", {"page.title.one": "x"}, "page.title.one"),
        ("fr", {"page.cut": "more"}, "page.cut (count is missing)"),
        ("fr", {"page.title": "{name}"}, "page.title ('name' is unknown)"),
        ("fr", {"page.title": "{"}, "page.title"),
        ("fr", {"issue.email_invalid": "{value.__class__}"}, "issue.email_invalid"),
        ("fr", {"page.title": 7}, "page.title"),
        ("fr", {"number.group_from": "x"}, "number.group_from"),
    ],
)
def test_unknown_keys_and_wrong_placeholders_are_refused_by_name(language: str, own: Any, named: str) -> None:
    with pytest.raises(qi.UsageError, match=re.escape(named)) as caught:
        qi.messages(language, messages=own)
    assert caught.value.code in ("language_unknown", "messages_invalid")


def test_messages_are_a_frozen_mapping_that_pickles() -> None:
    words = qi.messages("de")
    assert dict(pickle.loads(pickle.dumps(words))) == dict(words)
    assert len(repr(words)) < 100
    with pytest.raises(TypeError):
        words.texts["page.title"] = "x"  # type: ignore[index]


# -- the page ------------------------------------------------------------------------------------------------------------


class Texts(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.texts += [value or "" for name, value in attrs if name in ("aria-label", "placeholder", "title")]

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside[: len(self.inside) - 1 - self.inside[::-1].index(tag)]

    def handle_data(self, data: str) -> None:
        if not self.inside or self.inside[-1] not in ("script", "style"):
            self.texts.append(data)


def sample_plan() -> qi.Plan:
    return qi.plan_import(XLSX, schema=sample_schema(), directory=sample_directory(), choices=XLSX_CHOICES)


#: Words of English sentences that neither Spanish nor German has, and no label or cell of the sample.
TELLTALE = re.compile(
    r"\b(?:the|this|that|and|with|which|people|rows?|columns?|nobody|somebody|nothing|what|who|has|have|is|are|were|not|by|of|to|"
    r"from|empty|warning|note|sheet|address|search|decided|mended|check|finding)\b",
    re.IGNORECASE,
)


def _without(text: str, own: list[str]) -> str:
    """A text without the labels and cells that it quotes."""
    for word in sorted(own, key=len, reverse=True):
        text = text.replace(word, "")
    return text


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_is_left_on_a_page(language: str) -> None:
    target = io.BytesIO()
    sample_plan().to_html(target, source=XLSX, language=language)
    page = target.getvalue().decode()
    assert f'<html lang="{language}" dir="ltr">' in page
    plan = sample_plan()
    own = [*plan._context.labels, *(field.title for field in plan.schema.fields)]
    own += [cell for row in plan._context.cells.rows() for cell in row[1:] if cell]
    texts = [text for text in Texts(page).texts if text.strip() not in own]
    assert [text.strip() for text in texts if TELLTALE.search(_without(text, own))] == []
    (data,) = re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)
    words = json.loads(data)["words"]
    assert words["lines"]["one"] == qi.messages(language)["count.lines.one"]
    assert "@row@" not in page


def test_a_page_of_a_hosts_language_says_it_and_reads_from_the_right() -> None:
    target = io.BytesIO()
    sample_plan().to_html(target, language="he", messages={"page.title": 'סקירת "ייבוא" <b>'})
    page = target.getvalue().decode()
    assert '<html lang="he" dir="rtl">' in page
    assert "סקירת &#34;ייבוא&#34; &lt;b&gt;" in page


# -- mend files and templates ----------------------------------------------------------------------------------------------

SCHEMA = qi.Schema.participants(
    qi.Field(key="team", label="Team", type="select", options=["Sales", "Research"]),
    qi.Field(key="nights", label="Nights", type="boolean"),
)


def blocked_plan() -> qi.Plan:
    rows = [["User ID", "E-mail", "Team", "Nights"], *([f"A{n}", "nobody", "Slaes", "x"] for n in range(6))]
    table = qi.Workbook.of_rows(rows).sheet().table(header_row=1)
    mapping = qi.ColumnMapping.of(table, {"id": 0, "email": 1, "team": 2, "nights": 3})
    return qi.resolve(qi.apply_mapping(table, mapping, SCHEMA), qi.Directory.of([], schema=SCHEMA))


def mended(language: str, kind: str, own: dict[str, str] | None = None) -> tuple[list[list[str]], qi.Choices]:
    """What a file says to whoever mends it, and what comes of every decision in its words and one changed cell."""
    target = io.BytesIO()
    blocked_plan().mend_file(target, format=kind, language=language, messages=own)  # type: ignore[arg-type]
    words = qi.messages(language, messages=own)
    said = [" ".join(words[f"decision.{answer}"].split()) for answer in ANSWERS]
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(target.getvalue()))
        sheet = book.worksheets[0]
        for row, text in enumerate(said, start=2):
            sheet.cell(row, 5).value = text
            sheet.cell(row, 5).data_type = "s"
        sheet.cell(2, 7).value = "ann@corp.example"
        cells = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
        out = io.BytesIO()
        book.save(out)
        return cells, qi.Choices().merge_mended(out.getvalue())
    cells = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    for row, text in enumerate(said, start=1):
        cells[row][4] = text
    cells[1][6] = "ann@corp.example"
    text_file = io.StringIO(newline="")
    csv.writer(text_file, quoting=csv.QUOTE_ALL).writerows(cells)
    return cells, qi.Choices().merge_mended(text_file.getvalue().encode("utf-8-sig"))


ANSWERS = ["skip", "use_id", "use_email", "link", "create", "treat_as_same_person"]


def check_merged(merged: qi.Choices) -> None:
    assert [(one.row, one.answer) for one in merged.policy.decisions] == list(enumerate(ANSWERS, start=2))
    assert [(one.row, one.column, one.value) for one in merged.corrections if isinstance(one, qi.CellCorrection)] == [
        (2, "B", "ann@corp.example")
    ]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("language", SHIPPED)
def test_a_mend_file_comes_back_in_every_language(language: str, kind: str) -> None:
    cells, merged = mended(language, kind)
    assert cells[0][4] == qi.messages(language)["mend.decision"]
    check_merged(merged)


WORD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
OWN = ["mend.row", "mend.wrong", "mend.todo", "mend.meant", "mend.decision", "mend.token", "mend.sheet", "mend.lists"]


@settings(max_examples=15, deadline=None)
@given(
    st.fixed_dictionaries(dict.fromkeys(OWN, WORD)),
    st.lists(WORD, min_size=6, max_size=6, unique_by=fold).filter(lambda words: all(map(fold, words))),
)
def test_a_mend_file_comes_back_in_whatever_words_a_host_gives(own: dict[str, str], decisions: list[str]) -> None:
    texts = own | {f"decision.{answer}": word for answer, word in zip(ANSWERS, decisions, strict=True)}
    check_merged(mended("xx", "csv", {key: text.replace("{", "(").replace("}", ")") for key, text in texts.items()})[1])


def test_decisions_of_the_same_words_are_refused() -> None:
    with pytest.raises(qi.UsageError, match="same words"):
        blocked_plan().mend_file(io.BytesIO(), language="de", messages={"decision.skip": "Eine neue Person"})


def test_a_decision_in_words_of_no_file_is_refused_in_the_words_of_the_file() -> None:
    target = io.BytesIO()
    blocked_plan().mend_file(target, format="csv", language="de")
    cells = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    cells[1][4] = "a new person"
    text_file = io.StringIO(newline="")
    csv.writer(text_file, quoting=csv.QUOTE_ALL).writerows(cells)
    with pytest.raises(qi.SourceError, match="diese zeile weglassen") as caught:
        qi.Choices().merge_mended(text_file.getvalue().encode())
    assert "Die Entscheidung ist keine von diesen" in caught.value.sentence(language="de")


@pytest.mark.parametrize("language", SHIPPED)
def test_yes_and_no_of_every_language_read_back(language: str) -> None:
    words = qi.messages(language)
    assert fold(words["answer.yes"]) in YES_KEYS
    assert fold(words["answer.no"]) in NO_KEYS


def test_words_that_do_not_read_back_are_not_offered() -> None:
    target = io.BytesIO()
    SCHEMA.template(target, language="xx", messages={"answer.yes": "qapla", "answer.no": "ghobe"})
    lists = openpyxl.load_workbook(io.BytesIO(target.getvalue())).worksheets[2]
    assert [row[7] for row in lists.iter_rows(values_only=True)][:2] == ["Yes", "No"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_template_has_its_notes_in_the_language_and_keeps_the_labels(language: str) -> None:
    target = io.BytesIO()
    SCHEMA.template(target, language=language)
    words = qi.messages(language)
    book = openpyxl.load_workbook(io.BytesIO(target.getvalue()))
    assert book.sheetnames == [words["template.sheet"], words["template.notes"], words["mend.lists"]]
    notes = [cell for row in book.worksheets[1].iter_rows(values_only=True) for cell in row if cell]
    assert words["template.email"] in notes
    assert [cell.value for cell in book.worksheets[0][1]] == [field.title for field in SCHEMA.fields]


def test_names_of_sheets_are_such_as_a_spreadsheet_allows() -> None:
    target = io.BytesIO()
    SCHEMA.template(
        target, language="xx", messages={"template.sheet": "a/b:c" * 20, "template.notes": "'", "mend.lists": "[]"}
    )
    names = openpyxl.load_workbook(io.BytesIO(target.getvalue())).sheetnames
    assert len({name.casefold() for name in names}) == 3
    assert all(0 < len(name) <= 31 for name in names)
