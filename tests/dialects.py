"""Tables of many kinds, laid out in many dialects: what dialect detection is measured on."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["DialectCase", "dialect_cases", "one_column_cases"]


@dataclass(frozen=True)
class DialectCase:
    name: str
    text: str
    delimiter: str
    quote: str | None  #: None: the file has no quotes
    escape: str | None


_WORDS = [
    "annual",
    "report",
    "river",
    "north",
    "signal",
    "paper",
    "the",
    "of",
    "budget",
    "green",
    "house",
    "with",
    "for",
    "meeting",
    "plan",
    "city",
    "open",
    "under",
    "record",
    "data",
    "water",
    "train",
    "school",
    "market",
    "value",
    "price",
    "garden",
    "light",
    "system",
    "order",
    "team",
    "field",
    "night",
    "office",
    "member",
]
_NAMES = [
    "Ann",
    "Bob",
    "Chloé",
    "Dan",
    "Eve",
    "Finn",
    "Gus",
    "Hal",
    "Ida",
    "Jon",
    "Kai",
    "Liv",
    "Max",
    "Ned",
    "Olga",
    "Paul",
    "Quinn",
    "Rosa",
    "Sam",
    "Tia",
    "Uwe",
    "Vera",
    "Will",
    "Xenia",
]


def _sentence(rng: random.Random, commas: int = 1) -> str:
    words = [rng.choice(_WORDS) for _ in range(rng.randrange(4, 12))]
    for _ in range(rng.randrange(commas + 1)):
        words[rng.randrange(len(words) - 1)] += ","
    return " ".join(words).capitalize() + rng.choice([".", "", "!"])


def _people(rng: random.Random) -> list[str]:
    first, last = rng.choice(_NAMES), rng.choice(_WORDS).capitalize()
    return [
        str(rng.randrange(1000, 9999)),
        first,
        last,
        f"{first.lower()}.{last.lower()}@corp.example".replace("é", "e"),
        rng.choice(["Sales", "Human Resources", "R&D", "", "Legal & Tax"]),
        f"{rng.randrange(2015, 2024)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
    ]


def _numbers(rng: random.Random) -> list[str]:
    return [f"{rng.uniform(-50, 500):.3f}" for _ in range(5)]


def _comma_numbers(rng: random.Random) -> list[str]:
    return [f"{rng.uniform(-50, 500):.2f}".replace(".", ",") for _ in range(4)]


def _texts(rng: random.Random) -> list[str]:
    return [str(rng.randrange(99)), _sentence(rng, 3), _sentence(rng, 2), rng.choice(["yes", "no"])]


def _times(rng: random.Random) -> list[str]:
    return [
        f"2021-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02} {rng.randrange(24):02}:{rng.randrange(60):02}:00",
        f"{rng.uniform(0, 30):.1f}",
        f"{rng.uniform(900, 1100):.0f}",
    ]


def _sparse(rng: random.Random) -> list[str]:
    return [rng.choice(["", "", "x", str(rng.randrange(9))]) for _ in range(11)] + [rng.choice(_WORDS)]


def _links(rng: random.Random) -> list[str]:
    word = rng.choice(_WORDS)
    return [
        word,
        f"https://www.{word}.example/a/b?id={rng.randrange(999)}&k=v",
        f"10.0.{rng.randrange(255)}.7",
        "A-17/b",
    ]


def _two(rng: random.Random) -> list[str]:
    return [rng.choice(_NAMES) + " " + rng.choice(_WORDS).capitalize(), str(rng.randrange(90))]


def _money(rng: random.Random) -> list[str]:
    return [
        rng.choice(_WORDS),
        f"{rng.randrange(1, 900)},{rng.randrange(100, 999)}.{rng.randrange(10, 99)}",
        "12%",
        "EUR",
    ]


def _json(rng: random.Random) -> list[str]:
    return [str(rng.randrange(99)), f'{{"a": {rng.randrange(99)}, "b": "x"}}', rng.choice(_WORDS), 'the "big" one']


def _lines(rng: random.Random) -> list[str]:
    return [str(rng.randrange(99)), f"{_sentence(rng)}\n{_sentence(rng)}", rng.choice(_NAMES), "1 Main St,\nTown"]


def _list_cells(rng: random.Random) -> list[str]:
    return [
        rng.choice(_NAMES),
        "; ".join(rng.sample(_WORDS, rng.randrange(1, 4))),
        ", ".join(rng.sample(_WORDS, rng.randrange(1, 4))),
        str(rng.randrange(2000, 2020)),
    ]


_KINDS = {
    "people": (_people, ["id", "first name", "last name", "email", "team", "since"]),
    "numbers": (_numbers, ["a", "b", "c", "d", "e"]),
    "comma numbers": (_comma_numbers, ["Wert 1", "Wert 2", "Wert 3", "Summe"]),
    "texts": (_texts, ["no", "question", "answer", "ok"]),
    "times": (_times, ["time", "temp", "pressure"]),
    "sparse": (_sparse, [f"q{i}" for i in range(12)]),
    "links": (_links, ["word", "link", "host", "code"]),
    "two": (_two, ["name", "age"]),
    "money": (_money, ["item", "amount", "share", "currency"]),
    "json": (_json, ["id", "payload", "word", "note"]),
    "lines": (_lines, ["id", "text", "name", "address"]),
    "lists": (_list_cells, ["name", "topics", "places", "year"]),
}


def _lay_out(rows: list[list[str]], delimiter: str, quote: str, style: int, escape: str | None) -> str:
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=delimiter,
        quotechar=quote,
        quoting=style,
        doublequote=escape is None,
        escapechar=escape,
        lineterminator="\n",
    )
    writer.writerows(rows)
    return out.getvalue()


def dialect_cases(seeds: int = 1) -> Iterator[DialectCase]:
    for seed in range(seeds):
        for kind, (make, header) in _KINDS.items():
            for delimiter in ",;\t|: ^~§":
                for rows in (3, 12, 80):
                    for style in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC):
                        for quote in ('"', "'"):
                            for escape in (None, "\\"):
                                if delimiter in ":^~§ " and (quote == "'" or escape or rows == 3):
                                    continue
                                if delimiter == " " and kind in ("two", "sparse"):
                                    continue
                                rng = random.Random(f"{seed}{kind}{rows}")
                                table = [make(rng) for _ in range(rows)]
                                if rng.random() < 0.85:
                                    table.insert(0, header)
                                text = _lay_out(table, delimiter, quote, style, escape)
                                has_quotes = quote in text
                                if (quote == "'" and not has_quotes) or (escape and "\\" not in text):
                                    continue  # the same file as with another quote or no escape
                                yield DialectCase(
                                    f"{kind}, {delimiter!r}, {rows} rows, style {style}, {quote}, {escape}",
                                    text,
                                    delimiter,
                                    quote if has_quotes else None,
                                    escape,
                                )


def one_column_cases() -> Iterator[DialectCase]:
    for rows in (1, 2, 3, 12, 60):
        rng = random.Random(rows)
        for name, cells in {
            "names": [f"{rng.choice(_NAMES)} {rng.choice(_WORDS).capitalize()}" for _ in range(rows)],
            "sentences": [_sentence(rng, 2) for _ in range(rows)],
            "numbers": [str(rng.randrange(99999)) for _ in range(rows)],
            "addresses": [f"{rng.choice(_NAMES).lower()}@corp.example".replace("é", "e") for _ in range(rows)],
            "times": [f"{rng.randrange(24):02}:{rng.randrange(60):02}" for _ in range(rows)],
            "dates": [f"2020-01-{rng.randrange(10, 29)}" for _ in range(rows)],
        }.items():
            yield DialectCase(f"one column of {name}, {rows} rows", "\n".join(["head", *cells]) + "\n", "", None, None)
