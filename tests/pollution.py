"""One clean table, polluted in every way that text files of tables are found to be: what a reader must live with.

`polluted` yields (name, bytes, rows): the rows are what a person who sees the file would say its cells are, short rows as
they are. Rows whose cells cannot be known (a delimiter taken out between two cells) are None: whatever the reader makes
of them, the others must be right.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

__all__ = ["HEADER", "TABLE", "lay_out", "polluted"]

HEADER = ["ref", "joined on", "hour", "participant", "address", "fee", "remark", "homepage", "team"]

_FIRST = ["Ada", "Boris", "Chloé", "Dina", "Emre", "Fay", "Gil", "Hana", "Ivo", "Jutta", "Kim", "Lena", "Milo", "Nora"]
_LAST = ["Abel", "Brandt", "Cruz", "Dahl", "Engel", "Ferro", "Gupta", "Holm", "Iyer", "Jansen", "Klein", "Lund", "Moss"]
_REMARKS = [
    "",
    "vegetarian",
    "arrives late, leaves early",
    'said "maybe" twice',
    "needs a projector, a chair, and water",
    "see mail of 3 May",
    'room "Blue", 2nd floor',
    "paid",
]


def _table(rows: int) -> list[list[str]]:
    rng = random.Random(11)
    made = []
    for number in range(rows):
        first, last = rng.choice(_FIRST), rng.choice(_LAST)
        made.append(
            [
                str(4100 + number),
                f"{rng.randrange(1, 13):02}/{rng.randrange(1, 29):02}/2023",
                f"{rng.randrange(8, 19):02}:{rng.randrange(0, 60):02}",
                f"{first} {last}",
                f"{first[0].lower()}.{last.lower()}@guild.example".encode("ascii", "ignore").decode(),
                f"{rng.randrange(20, 400)}.{rng.randrange(0, 100):02}",
                rng.choice(_REMARKS),
                f"https://guild.example/m/{number}?x=1&y={rng.randrange(99)}",
                rng.choice(["North", "South", "East", "Far West"]),
            ]
        )
    return made


TABLE = _table(60)


def cell(text: str, delimiter: str, quote: str, escape: str, always: bool) -> str:
    special = any(part in text for part in (delimiter, quote, "\n", "\r")) or text != text.strip()
    if not special and not always:
        return text
    return quote + text.replace(quote, escape + quote) + quote


def row_text(
    row: list[str], delimiter: str = ",", quote: str = '"', escape: str | None = None, always: bool = False
) -> str:
    return delimiter.join(cell(text, delimiter, quote, quote if escape is None else escape, always) for text in row)


def lay_out(
    rows: list[list[str]],
    *,
    delimiter: str = ",",
    quote: str = '"',
    escape: str | None = None,
    always: bool = False,
    end: str = "\r\n",
) -> str:
    return "".join(row_text(row, delimiter, quote, escape, always) + end for row in rows)


Case = tuple[str, bytes, list[list[str] | None]]


def polluted(*, always: bool, every: int = 1) -> Iterator[Case]:
    """Every pollution of the table. ``always``: every cell quoted; ``every``: take only every n-th of the single rows."""
    whole = [HEADER, *TABLE]
    clean = lay_out(whole, always=always)
    yield "clean", clean.encode(), list(whole)
    yield "no final newline", clean[:-2].encode(), list(whole)
    yield "double final newline", (clean + "\r\n").encode(), list(whole)
    yield "no header", lay_out(TABLE, always=always).encode(), list(TABLE)
    yield "header only", lay_out([HEADER], always=always).encode(), [HEADER]
    yield "one data row", lay_out(whole[:2], always=always).encode(), whole[:2]
    for count in (2, 3):
        rows = [*[[f"{name} {i}" for name in HEADER] for i in range(count - 1)], *whole]
        yield f"header of {count} rows", lay_out(rows, always=always).encode(), list(rows)
        again = [*[HEADER] * (count - 1), *whole]
        yield f"header said {count} times", lay_out(again, always=always).encode(), list(again)
    blank = [""] * len(HEADER)
    for place, rows in (
        ("preamble", [["Members of the guild", *blank[1:]], blank, *whole]),
        ("footnote", [*whole, blank, ["end of list", *blank[1:]]]),
    ):
        yield f"delimited {place}", lay_out(rows, always=always).encode(), list(rows)
    title = [["Members of the guild, as of 2023"], ["made by the office: Ms Holm, room 7"], [""]]
    yield (
        "preamble",
        ("\r\n".join(t[0] for t in title) + "\r\n" + clean).encode(),
        [
            *(t[0].split(",") for t in title),
            *whole,
        ],
    )
    yield (
        "footnote",
        (clean + "\r\n* fees are in EUR, with tax\r\nend of list\r\n").encode(),
        [
            *whole,
            [""],
            ["* fees are in EUR", " with tax"],
            ["end of list"],
        ],
    )
    for name, change in (("fewer", -2), ("same", 0), ("more", 2)):
        second = [
            (row[:change] if change < 0 else row + [f"extra{i}" for i in range(change)])
            for row in [HEADER, *TABLE[:30]]
        ]
        rows = [*whole, *second]
        yield f"second table with {name} columns", lay_out(rows, always=always).encode(), list(rows)
    for delimiter in (";", "\t", "|", " ", ":", ", ", "||", "\t\t", "^", "~"):
        if delimiter == ", ":
            body = "".join(", ".join(cell(text, ",", '"', '"', always) for text in row) + "\r\n" for row in whole)
        else:
            body = lay_out(whole, delimiter=delimiter, always=always)
        yield f"delimiter {delimiter!r}", body.encode(), list(whole)
    yield "apostrophe as quote", lay_out(whole, quote="'", always=always).encode(), list(whole)
    yield "backslash escape", lay_out(whole, escape="\\", always=always).encode(), list(whole)
    yield "no escape", lay_out(whole, escape="", always=always).encode(), list(whole)
    for end in ("\n", "\r"):
        yield f"line end {end!r}", lay_out(whole, end=end, always=always).encode(), list(whole)
    mixed = "".join(row_text(row, always=always) + ("\n", "\r\n")[i % 2] for i, row in enumerate(whole))
    yield "mixed line ends", mixed.encode(), list(whole)
    for index in range(0, len(whole), every):
        lines = [row_text(row, always=always) for row in whole]
        cells = [cell(text, ",", '"', '"', always) for text in whole[index]]
        for position in range(len(HEADER)):
            more = list(lines)
            more[index] = (
                ",".join(cells[:position])
                + ","
                + ",".join(["", *cells[position:]] if position == 0 else cells[position:])
            )
            if position == 0:
                more[index] = "," + ",".join(cells)
            else:
                more[index] = ",".join(cells[:position]) + ",," + ",".join(cells[position:])
            rows = list(whole)
            rows[index] = [*whole[index][:position], "", *whole[index][position:]]
            yield f"row {index} with a delimiter more at {position}", ("\r\n".join(more) + "\r\n").encode(), list(rows)
            if position:
                less = list(lines)
                less[index] = ",".join(
                    [*cells[: position - 1], cells[position - 1] + cells[position], *cells[position + 1 :]]
                )
                unknown: list[list[str] | None] = list(whole)
                unknown[index] = None
                yield f"row {index} with a delimiter less at {position}", ("\r\n".join(less) + "\r\n").encode(), unknown
            stray = list(lines)
            text = cells[position]
            text = '""' + text[1:] if text.startswith('"') else '"' + text
            stray[index] = ",".join([*cells[:position], text, *cells[position + 1 :]])
            rows = list(whole)
            rows[index] = [*whole[index][:position], '"' + whole[index][position], *whole[index][position + 1 :]]
            yield f"row {index} with a stray quote at {position}", ("\r\n".join(stray) + "\r\n").encode(), list(rows)
        other = list(lines)
        other[index] = row_text(whole[index], delimiter=" ", always=always)
        unknown = list(whole)
        unknown[index] = None
        yield f"row {index} cut by blanks", ("\r\n".join(other) + "\r\n").encode(), unknown
