"""The quick road over a column and the careful road for one address say the same, and both say what email-validator says."""

from __future__ import annotations

import re
import unicodedata

import polars as pl
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qooper_ingest._text import trim, trim_series, unmark_series
from qooper_ingest.emails import alias_of, judge, judge_cells, key_of, keys_of, look_of

#: What an address may be made of, and what breaks one.
_LOCAL = st.text(
    st.sampled_from("abzAZ019.+-_!#$%&'*/=?^`{|}~\"(),:;<>[]\\ éßıÅøжω中ﬁＫ\u0301\u200b\u212a"), min_size=0, max_size=12
)
_LABEL = st.text(st.sampled_from("abzXN09-éßıжω中\u0301\u200d。．_"), min_size=0, max_size=8)
_TOP = st.sampled_from(["com", "example", "EXAMPLE", "c0m", "test", "Local", "invalid", "arpa", "onion", "localhost", "co.uk", "рф", "xn--p1ai", "1", "a1", ""])  # fmt: skip
_BUILT = st.builds(
    lambda local, labels, top: f"{local}@{'.'.join([*labels, top])}",
    _LOCAL,
    st.lists(_LABEL, min_size=0, max_size=3),
    _TOP,
)
_POOL = st.sampled_from(
    [
        "ann@corp.example", "Ann.Lee+tag@Corp.Example", "=1+1@example.org", "a@b", "a@b.c1", "a@-b.example", "a@b-.example",
        "a@b..example", ".a@b.example", "a.@b.example", "a..b@c.example", "a@xn--bcher-kva.example", "a@bücher.example",
        "a@faß.example", "ann@corp.test", "ann@CORP.LOCAL", "@b.example", "a@", "a@@b.example", '"a b"@c.example',
        "a@[127.0.0.1]", "Ann <a@b.example>", "a@b.example.", "'a@b.example", "\u2019a@b.example", '="a@b.example"', "|a@b.example", "%20a@b.example", "a%2@b.example", "a(b)@c.example", "m\u0131ke@corp.example", "mi\u212ae@corp.example",
        "e\u0301@corp.example", "\u0301a@corp.example", "a\u00adb@corp.example", "a@ab--c.example", "a@1.example", "a" * 64 + "@b.example",
        "a" * 65 + "@b.example", "a@" + "b" * 63 + ".example", "a@" + "b" * 64 + ".example",
        "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".example", "ａ@corp.example", "ﬁ@corp.example", "a@ｃorp.example", "жук@почта.рф",
    ]
)  # fmt: skip
ADDRESSES = st.one_of(_BUILT, _POOL, st.text(max_size=20), st.emails())


def _validated(text: str) -> str | None:
    """The key that email-validator's answer gives, or None."""
    try:
        answer = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return None
    local, _, _ = answer.normalized.rpartition("@")
    lowered = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in local)
    return f"{lowered}@{answer.ascii_domain.lower()}"


def _refused_beyond(text: str) -> bool:
    """What is refused although email-validator takes it: the invisible, the look-alikes that normalise to other letters,
    endless marks, text that is too long to be normalised, signs of a formula or a table in front, what a web address encodes, and
    a local part of more bytes than RFC 5321 allows."""
    local = text.rpartition("@")[0]
    composed = unicodedata.normalize("NFC", local)
    inkless = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    return (
        len(text) > 320
        or any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") or c in inkless for c in text)
        or any(0xFE00 <= ord(c) < 0xFE10 or 0x180B <= ord(c) < 0x1810 or 0xE0100 <= ord(c) < 0xE01F0 for c in text)
        or any(c > "\x7f" and (min(unicodedata.normalize("NFKC", c)) <= "\x7f" or c == "\u017f") for c in text)
        or unicodedata.normalize("NFKC", composed) != composed
        or text[0] in "=|*'\u2018\u2019"
        or re.search("%[0-9A-Fa-f]{2}", local) is not None
        or len(composed.encode()) > 64
    )


@settings(max_examples=250, deadline=None)
@given(ADDRESSES)
def test_an_address_is_judged_as_email_validator_judges_it_but_for_what_is_refused_beyond(text: str) -> None:
    text = trim(text)
    if not text:
        return
    judged = judge(text)
    if _refused_beyond(text):
        assert judged.key is None
    else:
        assert judged.key == _validated(text), text.encode("unicode_escape")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(ADDRESSES, st.none(), st.sampled_from(["", "  ", "\u200b", " a@b.example\n"])), max_size=25))
@example(["a@b.example", None, "A@B.example", "é@b.example", "é@b.example"])
def test_a_column_is_judged_as_its_cells_are(cells: list[str | None]) -> None:
    frame = judge_cells(pl.Series(cells, dtype=pl.String))
    assert frame.height == len(cells)
    for cell, line in zip(cells, frame.iter_rows(named=True), strict=True):
        text = unmark_series(pl.Series([trim(cell)])).item() if cell is not None else ""
        if not text:
            assert (line["text"], line["key"], line["look"], line["fault"]) == (None, None, None, None)
            continue
        judged = judge(text)
        assert line["text"] == text
        assert (line["key"], line["look"], line["fault"]) == (judged.key, judged.look, judged.fault), text
        assert line["trimmed"] == (text != cell)
        assert (judged.key is None) == (judged.fault is not None)


@settings(max_examples=60, deadline=None)
@given(st.lists(ADDRESSES, min_size=1, max_size=25))
def test_a_stored_address_has_the_key_that_the_file_s_address_has(addresses: list[str]) -> None:
    cells = pl.Series(addresses, dtype=pl.String)
    told, stored = judge_cells(cells), keys_of(unmark_series(trim_series(cells)))
    for line, key, look in zip(told.iter_rows(named=True), stored["key"], stored["look"], strict=True):
        if line["key"] is not None:
            assert (key, look) == (line["key"], line["look"])
        elif line["text"] is not None:
            assert key is not None, "an address that no file may bring still has to be found"


@settings(max_examples=150, deadline=None)
@given(ADDRESSES)
def test_a_key_is_its_own_key(text: str) -> None:
    key = judge(trim(text) or "-").key
    if key is not None:
        assert key_of(key).key == key


@settings(max_examples=150, deadline=None)
@given(ADDRESSES)
def test_only_addresses_beyond_ascii_have_a_look_and_a_look_is_not_changed_by_looking_again(text: str) -> None:
    judged = judge(trim(text) or "-")
    if judged.key is not None and judged.look is not None:
        assert not judged.key.isascii() or "xn--" in judged.key
        assert look_of(judged.look) in (None, judged.look)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.emails(), min_size=1, max_size=10))
def test_an_alias_is_an_address_at_the_same_place_and_its_own_alias(addresses: list[str]) -> None:
    frame = judge_cells(pl.Series(addresses, dtype=pl.String)).drop_nulls("key")
    once = frame.select(alias_of(pl.col("key")).alias("key"))
    assert once.select(alias_of(pl.col("key")).alias("key")).equals(once)
    assert "+" not in "".join(key.partition("@")[0][1:] for key in once["key"])
