"""What is one address, what only looks like one, what is none: rule by rule."""

from __future__ import annotations

from functools import partial

import polars as pl
import pytest

from durations import measure_processor_time
from qooper_ingest.emails import ADDRESS_SCHEMA, alias_of, judge, judge_cells, key_of, keys_of, look_of


def judged(*cells: str | None) -> pl.DataFrame:
    return judge_cells(pl.Series(cells, dtype=pl.String))


# -- keys --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ann.Lee@Corp.EXAMPLE", "ann.lee@corp.example"),
        ("ann+tag@corp.example", "ann+tag@corp.example"),
        ("a.n.n@gmail.com", "a.n.n@gmail.com"),
        ("1+1@example.org", "1+1@example.org"),
        ("{ann}@corp.example", "{ann}@corp.example"),
        ("o'brien@corp.example", "o'brien@corp.example"),
        ("a@b.c1d", "a@b.c1d"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@faß.example", "a@xn--fa-hia.example"),
        ("жук@почта.рф", "жук@xn--80a1acny.xn--p1ai"),
        ("cafe\u0301@corp.example", "caf\u00e9@corp.example"),
        ("CAFÉ@corp.example", "cafÉ@corp.example"),
        ("İ@corp.example", "İ@corp.example"),
        ("m\u0131ke@corp.example", "m\u0131ke@corp.example"),
    ],
)
def test_the_key_is_the_mailbox_and_nothing_more(text: str, key: str) -> None:
    assert judge(text).key == key
    assert judged(text)["key"].to_list() == [key]


def test_only_a_to_z_are_lowered_in_the_local_part() -> None:
    """``lower()`` turns U+0130 and U+212A into ASCII letters, and another person's account."""
    keys = [judge(text).key for text in ("İ@corp.example", "i@corp.example", "É@corp.example", "é@corp.example")]
    assert len(set(keys)) == 4


def test_a_sharp_s_is_another_domain_than_two() -> None:
    """IDNA 2003 (the standard library's codec) maps one onto the other, which somebody else may have registered."""
    assert judge("a@straße.example").key != judge("a@strasse.example").key


# -- faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "ann", "ann@", "@corp.example", "ann@corp", "ann@@corp.example", "ann@corp..example", ".ann@corp.example",
        "ann.@corp.example", "a..b@corp.example", "ann@-corp.example", "ann@corp-.example", "ann@corp.example.",
        "ann lee@corp.example", "ann@corp.example bob@corp.example", "ann@corp.example, bob@corp.example",
        "ann@corp.example;bob@corp.example", "Ann <ann@corp.example>", "<ann@corp.example>", "mailto:ann@corp.example",
        '"ann"@corp.example', "ann(hr)@corp.example", "ann@[127.0.0.1]", "ann@corp.1", "ann@corp.test", "ann@corp.LOCAL",
        "ann@corp.invalid", "ann@corp.localhost", "ann@corp.onion", "ann@corp.arpa", "ann@ab--cd.example", "ann@corp_x.example",
        "ann@xn--a.example", "\u0301ann@corp.example", "a@" + "b" * 64 + ".example", "n/a", "-", "ann@corp,example",
        "ann@corp.exa mple", "=ann@corp.example", "|ann@corp.example", "*ann@corp.example", "=1+1@example.org",
        "%20ann@corp.example", "ann%40corp@corp.example", "ann%2Blee@corp.example", "a" * 65 + "@corp.example", "é" * 33 + "@corp.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_invalid(text: str) -> None:
    assert judge(text).fault == "email_invalid"
    assert judged(text)["fault"].to_list() == ["email_invalid"]


@pytest.mark.parametrize(
    "inside",
    ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200e", "\u202e", "\t", "\n", "\x00", "\x7f", "\u2028", "\u2029", "\u034f",
     "\u115f", "\u2800", "\u3164", "\uffa0", "\ufe0f", "\u180b", "\U000e0101"],
)  # fmt: skip
@pytest.mark.parametrize(
    "place", ["an{}n@corp.example", "ann@co{}rp.example", "ann{}@corp.example", "ann@{}corp.example"]
)
def test_an_invisible_character_inside_rejects_the_address(inside: str, place: str) -> None:
    assert judged(place.format(inside))["fault"].to_list() == ["email_invisible_characters"]


@pytest.mark.parametrize(
    "letter", ["\u212a", "\u017f", "ﬁ", "ａ", "①", "ª", "㏕", "ǆ", "Ⅳ", "＠", "．", "＋", "\u00a0"]
)
def test_a_character_that_would_normalise_to_plain_letters_rejects_the_address(letter: str) -> None:
    assert judge(f"m{letter}ke@corp.example").fault == "email_compatibility_characters"
    assert judge(f"mike@co{letter}rp.example").fault == "email_compatibility_characters"


@pytest.mark.parametrize("letter", ["ﬃ", "ϐ", "ﻼ", "\u1e9b"])
def test_a_local_part_that_nfkc_would_change_is_rejected(letter: str) -> None:
    assert judge(f"m{letter}@corp.example").fault == "email_compatibility_characters"


@pytest.mark.parametrize(
    "cell",
    [
        "'ann@corp.example",
        "\u2018ann@corp.example",
        "\u2019ann@corp.example",
        '="ann@corp.example"',
        " ' ann@corp.example ",
    ],
)
def test_what_forces_text_into_a_cell_is_taken_off_an_address_and_it_is_said(cell: str) -> None:
    line = judged(cell).row(0, named=True)
    assert (line["key"], line["fault"], line["trimmed"]) == ("ann@corp.example", None, True)


@pytest.mark.parametrize(
    "cell", ["o'brien@corp.example", "50%off@corp.example", "a%2@corp.example", "_ann@corp.example"]
)
def test_signs_that_addresses_have_stay(cell: str) -> None:
    line = judged(cell).row(0, named=True)
    assert (line["text"], line["fault"], line["trimmed"]) == (cell, None, False)


def test_the_local_part_has_64_bytes_at_most() -> None:
    assert judge("a" * 64 + "@corp.example").fault is None
    assert judge("a" * 65 + "@corp.example").fault == "email_invalid"
    assert judge("é" * 32 + "@corp.example").fault is None
    assert judge("é" * 33 + "@corp.example").fault == "email_invalid"


# -- length ------------------------------------------------------------------------------------------------------------


def test_an_address_of_254_bytes_is_the_longest() -> None:
    domain = ".".join(["d" * 60] * 3) + ".example"
    assert judge("a" * (254 - len(domain) - 1) + "@" + domain).fault is None
    assert judge("a" * (255 - len(domain) - 1) + "@" + domain).fault == "email_invalid"


@pytest.mark.parametrize("length", [319, 320, 321])
def test_text_beyond_320_characters_is_refused_before_it_is_normalised(length: int) -> None:
    text = "é" * (length - len("@corp.example")) + "@corp.example"
    assert len(text) == length
    assert judge(text).fault == "email_invalid"


def test_a_million_marks_cost_nothing() -> None:
    hostile = "a" + "\u0301\u0327" * 500_000 + "@corp.example"
    assert judged(hostile, hostile + "m")["fault"].to_list() == ["email_invalid"] * 2
    plain = "a" * len(hostile) + "@corp.example"
    judging = [measure_processor_time(partial(judged, text, text + "m")) for text in (hostile, plain)]
    keying = [measure_processor_time(partial(keys_of, pl.Series([text]))) for text in (hostile, plain)]
    assert judging[0] < 30 * judging[1]
    assert keying[0] < 30 * keying[1]


@pytest.mark.parametrize(("marks", "fault"), [(29, None), (30, None), (31, "email_invalid"), (200, "email_invalid")])
def test_a_run_of_more_than_30_marks_is_no_name(marks: int, fault: str | None) -> None:
    assert judge("q" + "\u0323" * marks + "@corp.example").fault == fault


def test_marks_in_a_domain_are_bounded_by_its_labels() -> None:
    assert judge("a@q" + "\u0323" * 100 + ".example").fault == "email_invalid"


# -- columns -----------------------------------------------------------------------------------------------------------


def test_blank_cells_have_neither_key_nor_fault() -> None:
    frame = judged(None, "", "  ", "\u200b\u00a0\n")
    assert frame.schema == ADDRESS_SCHEMA
    assert frame.select("text", "key", "look", "fault").null_count().row(0) == (4, 4, 4, 4)


def test_an_empty_column_gives_an_empty_frame() -> None:
    assert judged().schema == ADDRESS_SCHEMA
    assert judged().height == 0


def test_the_edges_are_trimmed_and_it_is_said() -> None:
    frame = judged(" ann@corp.example", "ann@corp.example\u200b", "\ufeffann@corp.example\u00a0", "ann@corp.example")
    assert frame["text"].unique().to_list() == ["ann@corp.example"]
    assert frame["trimmed"].to_list() == [True, True, True, False]
    assert frame["fault"].null_count() == 4


def test_order_and_repeats_are_kept() -> None:
    cells = ["é@corp.example", "a@corp.example", "é@corp.example", "nope", None, "A@corp.example"]
    assert judged(*cells)["key"].to_list() == [
        "é@corp.example", "a@corp.example", "é@corp.example", None, None, "a@corp.example",
    ]  # fmt: skip


def test_a_domain_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    import qooper_ingest.emails as emails

    real = emails._a_label
    monkeypatch.setattr(emails, "_a_label", lambda domain: (asked.append(domain), real(domain))[1])
    judged(*(f"é{n}@bücher.example" for n in range(50)), "x@-bad.example", "y@-bad.example")
    assert sorted(asked) == ["-bad.example", "bücher.example"]


# -- stored addresses ----------------------------------------------------------------------------------------------------


def test_a_stored_address_that_no_file_may_bring_still_has_a_key() -> None:
    stored = keys_of(
        pl.Series(["Ann@Intranet", " BOB@corp.local ", "\u212a@corp.example", "x" * 400, "", None, "É@Ö.local"])
    )
    assert stored["key"].to_list() == [
        "ann@intranet", "bob@corp.local", "\u212a@corp.example", "x" * 400, None, None, "É@Ö.local",
    ]  # fmt: skip
    assert stored["look"].to_list() == [None, None, "k@corp.example", None, None, None, "e@o.local"]


def test_a_stored_a_label_and_its_letters_are_one_key() -> None:
    keys = keys_of(pl.Series(["a@xn--bcher-kva.example", "A@Bücher.example", "a@XN--BCHER-KVA.example"]))
    assert keys["key"].unique().to_list() == ["a@xn--bcher-kva.example"]
    assert keys["look"].unique().to_list() == ["a@bucher.example"]


def test_an_overlong_stored_address_has_no_look() -> None:
    assert key_of("é" * 400).look is None


# -- looks ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("m\u0131ke@corp.example", "mike@corp.example"),
        ("аnn@corp.example", "ann@corp.example"),
        ("αnn@corp.example", "ann@corp.example"),
        ("ÀNN@corp.example", "ann@corp.example"),
        ("ann@cоrp.example", "ann@corp.example"),
        ("łukasz@corp.example", "lukasz@corp.example"),
        ("straße@corp.example", "strasse@corp.example"),
        ("ann@bücher.example", "ann@bucher.example"),
        ("ѕсоре@corp.example", "scope@corp.example"),
    ],
)
def test_addresses_that_look_alike_have_one_look_and_two_keys(one: str, other: str) -> None:
    assert judge(one).key != judge(other).key
    assert judge(one).look == judge(other).key
    assert judge(other).look is None, "plain addresses that look alike are equal"


def test_addresses_that_look_otherwise_have_other_looks() -> None:
    assert judge("жук@corp.example").look != judge("жак@corp.example").look


def test_a_domain_that_cannot_be_shown_is_looked_at_as_it_is_written() -> None:
    assert look_of("a@xn--a.example") is None
    assert look_of("é@xn--a.example") == "e@xn--a.example"


# -- aliases -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "alias"),
    [
        ("ann@corp.example", "ann@corp.example"),
        ("a.n.n@corp.example", "a.n.n@corp.example"),
        ("ann+tag@corp.example", "ann@corp.example"),
        ("ann+a+b@corp.example", "ann@corp.example"),
        ("+ann@corp.example", "ann@corp.example"),
        ("-ann@corp.example", "ann@corp.example"),
        ("~#ann+tag@corp.example", "ann@corp.example"),
        ("a.n.n@gmail.com", "ann@gmail.com"),
        ("a.n.n+x@googlemail.com", "ann@gmail.com"),
        ("ann@googlemail.com", "ann@gmail.com"),
    ],
)
def test_the_alias_key_is_without_tag_signs_in_front_and_gmail_s_dots(key: str, alias: str) -> None:
    assert pl.DataFrame({"key": [key]}).select(alias_of(pl.col("key"))).item() == alias
