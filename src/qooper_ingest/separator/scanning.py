"""One cell with quotes, escapes or brackets in it, or of a question whose options hold the separator: character by character.

A quote encloses a whole answer or is text; a backslash takes the next sign as it is; a JSON array is parsed. Runs of pieces
that are options are found by dynamic programming: fewest unknown pieces, then fewest answers.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from .._text import fold, trim
from .vocabulary import AMBIGUOUS, BLANK, UNKNOWN, Vocabulary, plain_text

__all__ = ["Scan", "scan_cell"]

#: An array in a cell longer than this is not parsed as JSON (a spreadsheet cell ends at 32,767 characters).
_JSON_LENGTH: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Scan:
    """The pieces of one cell: as written, and as meant (unquoted, unescaped, joined)."""

    raw: list[str]
    text: list[str]
    array: bool = False
    unbalanced: bool = False
    ambiguous: bool = False


def scan_cell(body: str, core: str | None, vocabulary: Vocabulary | None) -> Scan:
    array = _array(body)
    if array is not None and not (vocabulary is not None and vocabulary.find(body) >= 0):
        return Scan(raw=array, text=array, array=True)
    spans, unbalanced = _cut(body, core)
    if vocabulary is not None and vocabulary.longest > 1 and len(spans) > 1:
        raw, text, ambiguous = _segment(body, spans, core, vocabulary)
    else:
        raw = [body[start:end] for start, end in spans]
        text = [_meant(piece, core, vocabulary) for piece in raw]
        ambiguous = False
    return Scan(raw=raw, text=text, unbalanced=unbalanced, ambiguous=ambiguous)


def _array(body: str) -> list[str] | None:
    """The items of a JSON array of scalars, or None for anything else."""
    if not (body.startswith("[") and body.endswith("]")) or len(body) > _JSON_LENGTH:
        return None
    try:
        items = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    texts = []
    for item in items:
        if item is None:
            continue
        if not isinstance(item, (str, bool)):
            return None
        text = item if isinstance(item, str) else ("true" if item else "false")
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            return None  # half a character, which no column of text can hold
        if trim(text):
            texts.append(plain_text(text))
    return texts


def _cut(body: str, core: str | None) -> tuple[list[tuple[int, int]], bool]:
    """Cut at the separator outside of quotes and escapes: (start, end) of every piece, and whether a quote stays open.

    A quote opens only at the beginning of a piece and closes only before a separator or the end; any other is a
    character, as is one that never closes.
    """
    spans: list[tuple[int, int]] = []
    # Quotes in even number are a quotation inside the text; of an odd number, one has lost its partner.
    odd = body.count('"') % 2 == 1
    unbalanced = False
    start = 0
    at = 0
    fresh = True
    while at < len(body):
        character = body[at]
        if core is not None and body.startswith(core, at):
            spans.append((start, at))
            at += len(core)
            start = at
            fresh = True
        elif character == "\\" and core is not None and at + 1 < len(body):
            step = len(core) if body.startswith(core, at + 1) else 1 if body[at + 1] in '\\"' else 0
            at += 1 + step
            fresh = False
        elif character == '"' and fresh:
            closing = _closing_quote(body, at, core)
            unbalanced |= closing is None and odd
            at = at + 1 if closing is None else closing + 1
            fresh = False
        else:
            fresh = fresh and character in " \t\n"
            at += 1
    spans.append((start, len(body)))
    return spans, unbalanced


def _closing_quote(body: str, opening: int, core: str | None) -> int | None:
    """The quote that closes the one at ``opening``; doubled quotes inside are skipped."""
    at = opening + 1
    while (at := body.find('"', at)) >= 0:
        if body.startswith('""', at) and not _ends_piece(body, at + 1, core):
            at += 2
            continue
        return at if _ends_piece(body, at + 1, core) else None
    return None


def _ends_piece(body: str, at: int, core: str | None) -> bool:
    while at < len(body) and body[at] == " ":
        at += 1
    return at == len(body) or (core is not None and body.startswith(core, at))


def _meant(raw: str, core: str | None, vocabulary: Vocabulary | None) -> str:
    """A piece without its quotes and escapes, unless an option is written with them."""
    text = trim(raw)
    if vocabulary is not None and text in vocabulary.exact:
        return text
    if len(text) > 1 and text.startswith('"') and _closing_quote(text, 0, None) == len(text) - 1:
        text = trim(text[1:-1].replace('""', '"'))
    if "\\" in text and core is not None:
        text = re.sub(rf'\\({re.escape(core)}|["\\])', lambda match: match[1], text)
    return text


def _segment(
    body: str, spans: list[tuple[int, int]], core: str | None, vocabulary: Vocabulary
) -> tuple[list[str], list[str], bool]:
    """Join the pieces that belong together: fewest unknown pieces, then fewest dropped blanks, answers, loose matches.

    Dynamic programming from the end: the best reading of the pieces from each position on, and how many complete readings
    there are that drop as few blanks.
    """
    count = len(spans)
    part = [fold(body[start:end]) in vocabulary.fragments for start, end in spans]
    best: list[tuple[int, int, int, int]] = [(0, 0, 0, 0)] * (count + 1)
    step = [1] * count
    texts = [""] * count
    ways = [0] * count + [1]
    for start in range(count - 1, -1, -1):
        options: list[tuple[tuple[int, int, int, int], int, int, str]] = []
        for length in range(1, min(vocabulary.longest, count - start) + 1):
            if length > 1 and not (part[start] and part[start + length - 1]):
                break
            raw = body[spans[start][0] : spans[start + length - 1][1]]
            text = _meant(raw, core, vocabulary)
            number = vocabulary.find(text) if text else BLANK
            if length > 1 and number < 0:
                continue
            own = (
                int(number in (UNKNOWN, AMBIGUOUS)),
                int(number == BLANK),
                int(number != BLANK),
                int(number >= 0 and text not in vocabulary.exact),
            )
            rest = best[start + length]
            cost = (own[0] + rest[0], own[1] + rest[1], own[2] + rest[2], own[3] + rest[3])
            options.append((cost, -length, start + length, text))
        cost, negative, _, text = min(options)
        best[start], step[start], texts[start] = cost, -negative, text
        ways[start] = min(2, sum(ways[after] for each, _, after, _ in options if each[:2] == cost[:2]))
    raws: list[str] = []
    meant: list[str] = []
    at = 0
    while at < count:
        raws.append(body[spans[at][0] : spans[at + step[at] - 1][1]])
        meant.append(texts[at])
        at += step[at]
    return raws, meant, best[0][0] == 0 and ways[0] > 1
