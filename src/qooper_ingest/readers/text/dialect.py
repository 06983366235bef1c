"""Detect how a text file is cut: delimiter, quote and escape, together.

What is wanted: the dialect under which the sample looks like a table. No feature decides alone: commas inside text are as
many as delimiters, times hold colons in every row, names hold one blank each. So every candidate (delimiter × quote ×
escape) cuts the sample, and is scored by the product of three questions:

* **Shape.** Do the rows agree in width? Rows of one cell at the top and at the bottom are titles and notes and count
  little; a second block of another width is a second table and counts almost as much as the first.
* **Types.** Are the cells something: a number, a date, an address, a word? A wrong delimiter leaves cells that hold other
  delimiters, or half a quotation, and those are nothing.
* **Columns.** Do the cells under one another have the same type, and is any column always empty?

A weak prior says what programs write; blank and colon need more evidence, since they occur in every text. Where nothing
makes a table the file has one column (`Dialect.delimiter` is empty).

The idea of scoring pattern and type together is from van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by
detecting row and type patterns" (2019); the features and weights are this module's own.

What is refused: guessing from the file's name, and reading more than the sample.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from ...source import Dialect
from .splitting import RecordSplitter

__all__ = ["SAMPLE_CHARS", "DialectGuess", "detect_dialect", "lines_of", "score_dialect", "widths_of"]

#: How much of a file is looked at. Enough to pass a long preamble and to see quotes that are rare; small enough that a
#: million rows cost no more than a thousand.
SAMPLE_CHARS: Final = 65_536
_SAMPLE_ROWS: Final = 150

#: Delimiter → prior. What spreadsheets and databases write first; what occurs in ordinary text last.
_PRIOR: Final[dict[str, float]] = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 0.97,
    "\x1f": 0.95,
    "\x01": 0.95,
    "^": 0.85,
    "~": 0.85,
    "§": 0.85,
    "¦": 0.85,
    "þ": 0.8,
    "，": 0.8,
    "；": 0.8,
    "#": 0.7,
    "&": 0.65,
    "*": 0.65,
    "!": 0.6,
    ":": 0.6,
    "/": 0.45,
    "=": 0.45,
    "-": 0.4,
    "_": 0.4,
    " ": 0.5,
}

_USUAL: Final = frozenset(",;\t|")

#: These are inside ordinary text, times and keys: they cut a file only where all else fails to.
_ORDINARY: Final = frozenset(" :/=-_!&*#，；")

#: A delimiter of several characters is worth as much as its parts, but it must be seen in nearly every row.
_PRIOR_LONG: Final = 0.95
_LONG: Final = re.compile(r"([|;:~^§¦#*$!&,])\1{1,3}|[|~^§¦#*$!;]{2,4}|\\t|\t{2}|\^A| (?:-{1,2}|[–—=]>?) ")

#: How many lines of the sample one quoted cell may take.
_JOIN_LINES: Final = 2_000

_BUFFER_CHARS: Final = 4 * 1024 * 1024
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")

#: A delimiter between two cells, as against a comma in a sentence.
_TIGHT: Final = re.compile(r"[^\s\d][,;|\t][^\s\d]")

#: A quoted cell: what stands in it needs no escape, so that a backslash there is text.
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')

_QUOTES: Final = ('"', "'")

#: A one-column reading is believed when no delimiter makes a better table than this share of its type score.
_ONE_COLUMN: Final = 0.32

#: A column of dates or figures is one column, whatever stands between their parts, unless its label is cut as well.
_ONE_COLUMN_TYPED: Final = 0.85

#: A candidate that cannot reach this share of the best score is not tried.
_HOPELESS: Final = 0.85

_ESCAPE_SEEN: Final = 1.02

#: A candidate that scores this share of the best one's may win by its quotes: more is asked of it where the best one is
#: what programs write than where it is a sign that stands in addresses and times.
_RIVAL: Final = 0.6
_RIVAL_OF_ORDINARY: Final = 0.1

#: A table above another one is the file's own if it is this share of its size, in at least so many rows.
_FIRST: Final = 0.5
_TABLE: Final = 3

_EMPTY: Final = "empty"
#: Type of a cell → pattern → what it is worth as evidence that the cell is whole. The order matters: first match.
_TYPES: Final[tuple[tuple[str, float, re.Pattern[str]], ...]] = (
    ("integer", 1.0, re.compile(r"[+-]?\d{1,18}")),
    (
        "number",
        1.0,
        re.compile(r"[+-]?(?:\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+|\d+)(?:[.,]\d+)?(?:[eE][+-]?\d+)?|[+-]?[.,]\d+"),
    ),
    (
        "amount",
        1.0,
        re.compile(
            r"[(+-]?\s?(?:[$€£¥₹₽%]|[A-Z]{3}|kr|zł|Kč)?\s?[+-]?\d[\d.,'\u00a0 ]*\s?(?:[$€£¥₹₽%]|[A-Z]{3}|kr|zł|Kč|[kKMGT]?[BbWmg])?\)?"
        ),
    ),
    (
        "date",
        1.0,
        re.compile(
            r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[. -]?[A-Za-zÀ-ž]{3,9}[., -]?\s?\d{2,4}"
            r"|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{4}年\d{1,2}月\d{1,2}日"
        ),
    ),
    ("time", 1.0, re.compile(r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s?(?:[AaPp]\.?[Mm]\.?)?")),
    (
        "datetime",
        1.0,
        re.compile(
            r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?"
            r"\s?(?:[AaPp]\.?[Mm]\.?)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2})?"
        ),
    ),
    ("email", 1.0, re.compile(r"[^\s@,;|\"<>]+@[^\s@,;|\"<>]+\.[^\s@,;|\"<>]+")),
    ("url", 1.0, re.compile(r"(?:(?:https?|ftp)://|www\.)[^\s\"<>|]+", re.IGNORECASE)),
    ("word", 0.95, re.compile(r"[^\W\d_][\w'’.-]*")),
    # A hash twice is what has been left of several cells.
    ("code", 0.9, re.compile(r"(?!.*#.*#)[\w.#/+-]*\w[\w.#/+-]*")),
    ("phone", 0.95, re.compile(r"\+?[\d(][\d ()/.-]{5,}\d")),
    (
        "words",
        0.9,
        re.compile(
            r"(?!.*#.*#)(?=.*[^\W\d_])[\w(¿¡#&«„“][\w'’.&/()+#°%«»“”„–-]*(?: [\w'’.&/()+#°%«»“”„–:-]+){1,7}[?!.:]?"
        ),
    ),
)
#: All of them at once: of several alternatives the first one that fits the whole cell is taken. No other group captures.
_ANY_TYPE: Final = re.compile(
    "|".join(
        f"(?P<{name}>{pattern.pattern if not pattern.flags & re.IGNORECASE else f'(?i:{pattern.pattern})'})"
        for name, _, pattern in _TYPES
    )
)
_WORTH: Final[dict[str, float]] = {name: worth for name, worth, _ in _TYPES}
_SENTENCE: Final = re.compile(r"[^\t|;\"]*")
_WORTH_SENTENCE: Final = 0.6
_WORTH_TEXT: Final = 0.35
_WORTH_BROKEN: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class DialectGuess:
    """What was detected.

    Args:
        dialect: The dialect.
        score: How table-like the sample is under it, 0 to 1.
        widths: How many cells the rows of the table have: the usual width first, others that are frequent after it.
        alternatives: Other dialects that make a table, best first, with their scores.
    """

    dialect: Dialect
    score: float
    widths: tuple[int, ...]
    alternatives: tuple[tuple[Dialect, float], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Cut:
    rows: list[list[str]]
    broken: int
    quoted: int


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends: CR, LF and CRLF end a line, nothing else does.

    >>> lines_of("a\\r\\nb\\rc")
    ['a\\r\\n', 'b\\r', 'c']
    """
    if len(text) > _BUFFER_CHARS:  # a buffer takes four bytes for every character
        return [match.group() for match in _LINE.finditer(text) if match.group()]
    return list(io.StringIO(text, newline=""))


def detect_dialect(text: str, /) -> DialectGuess:
    """Detect the dialect of a text from its head.

    Args:
        text: The decoded file, without a byte order mark and without a ``sep=`` line; more than the sample is not read.

    Returns:
        The best dialect; for a text without any table the one-column dialect (an empty delimiter).

    >>> detect_dialect("id;name;start\\n7;Ann;1,5\\n8;Bob;2,5\\n").dialect.delimiter
    ';'
    """
    sample = text[:SAMPLE_CHARS]
    lines = lines_of(sample)
    if len(text) > SAMPLE_CHARS and len(lines) > 1:
        lines.pop()
    line_end = _line_end(lines)
    bare = [line.rstrip("\r\n") for line in lines]
    rows = [line for line in bare if line.strip()][: _SAMPLE_ROWS * 2]
    if not rows:
        return DialectGuess(dialect=Dialect(delimiter="", line_end=line_end), score=0.0, widths=(1,))
    known = _known_dialect(rows, line_end)
    if known is not None:
        return known
    text_of_all = "\n".join(bare)
    memo: dict[str, tuple[str, float]] = {}
    scored: list[tuple[float, Dialect, tuple[int, ...]]] = []
    best_yet = 0.0
    for delimiter in _delimiters(rows):
        if _PRIOR.get(delimiter, _PRIOR_LONG) * _ESCAPE_SEEN < _HOPELESS * best_yet:
            continue  # a score is at most the prior
        found: list[tuple[float, Dialect, tuple[int, ...]]] = []
        for quote, escape, doubled in _quotings(text_of_all, delimiter):
            dialect = Dialect(delimiter=delimiter, quote=quote, escape=escape, doubled=doubled, line_end=line_end)
            cut = _cut(bare, RecordSplitter(dialect))
            spaced_dialect = dialect.model_copy(update={"skip_initial_space": True})
            # With blanks between quotes and delimiters hardly a row is well formed before the blanks are allowed for.
            if _spaced(cut.rows, delimiter) or (2 * cut.broken > len(cut.rows) and _blanks_follow(rows, delimiter)):
                dialect = spaced_dialect
                cut = _cut(bare, RecordSplitter(dialect))
            score, widths = _score(cut, delimiter, memo)
            if not dialect.skip_initial_space and quote is not None and _quotes_after_blanks(rows, delimiter, quote):
                # What stands behind the blank may be a quoted cell, with the delimiter in it.
                spaced_cut = _cut(bare, RecordSplitter(spaced_dialect))
                spaced_score, spaced_widths = _score(spaced_cut, delimiter, memo)
                if spaced_score > score:
                    dialect, cut, score, widths = spaced_dialect, spaced_cut, spaced_score, spaced_widths
            if escape is not None:
                score *= _ESCAPE_SEEN  # the sample holds escaped quotes: of equal tables, the one that explains them
            found.append((score, dialect, widths))
        scored.extend(found)
        best_yet = max(best_yet, *(score for score, _, _ in found))
    one = Dialect(delimiter="", line_end=line_end)
    best_quote = next((quote for quote in _QUOTES if _one_column_quoted(bare, quote)), '"')
    one = one.model_copy(update={"quote": best_quote})
    rival = max(scored, key=lambda found: found[0])[1].delimiter if scored else ""
    scored.append((_one_column_score(rows, best_quote, rival, memo), one, (1,)))
    # Stable: of equals the first is taken, and candidates come in the order of their priors.
    order = sorted(range(len(scored)), key=lambda i: -scored[i][0])
    best = scored[_by_quotes(scored, order, rows)]
    order.remove(scored.index(best))
    order.insert(0, scored.index(best))
    others = tuple(
        (scored[i][1], round(min(scored[i][0], 1.0), 3)) for i in order[1:4] if scored[i][0] > best[0] * 0.25
    )
    return DialectGuess(
        dialect=best[1], score=round(max(0.0, min(best[0], 1.0)), 3), widths=best[2], alternatives=others
    )


#: Files of programs that are known by every one of their lines → the delimiter, the number of cells.
_KNOWN: Final[tuple[tuple[re.Pattern[str], str, int], ...]] = (
    # Accounts of Unix: name, password, two numbers, who it is, home, shell. Who it is holds commas.
    (re.compile(r"[^:\s]+:[^:]*:-?\d+:-?\d+:[^:]*:[^:]*:[^:\s]*"), ":", 7),
)


def _known_dialect(rows: Sequence[str], line_end: Literal["\n", "\r\n", "\r", "mixed"]) -> DialectGuess | None:
    for pattern, delimiter, width in _KNOWN:
        if all(pattern.fullmatch(row) for row in rows):
            dialect = Dialect(delimiter=delimiter, quote=None, line_end=line_end)
            return DialectGuess(dialect=dialect, score=1.0, widths=(width,))
    return None


def _by_quotes(
    scored: Sequence[tuple[float, Dialect, tuple[int, ...]]], order: Sequence[int], rows: Sequence[str]
) -> int:
    """Which candidate is best, the quotes considered that it leaves inside its cells.

    A comma in a quoted address is in every row, as a delimiter is. But quotation marks that stand around whole cells in
    every row under one delimiter were put there because of it, and another delimiter that cuts between them is text.
    """
    first = order[0]
    delimiter = scored[first][1].delimiter
    if not delimiter:
        return first
    least = (_RIVAL_OF_ORDINARY if delimiter in _ORDINARY else _RIVAL) * scored[first][0]
    for rival in order[1:]:
        score, dialect, _ = scored[rival]
        if score < least:
            break
        if dialect.delimiter in ("", delimiter) or dialect.quote is None:
            continue
        if _enclosed(rows, dialect.delimiter, dialect.quote) >= 0.9 and not _enclosed(rows, delimiter, dialect.quote):
            return rival
    return first


def _enclosed(rows: Sequence[str], delimiter: str, quote: str) -> float:
    """The share of rows in which quotes stand around a whole cell."""
    d, q = re.escape(delimiter), re.escape(quote)
    whole = re.compile(f"(?:^|{d}) ?{q}[^{q}]+{q} ?(?:{d}|$)")
    return sum(1 for row in rows if whole.search(row)) / len(rows)


def score_dialect(text: str, dialect: Dialect, /) -> DialectGuess:
    """How table-like the head of a text is in a dialect that is known."""
    cut = _cut([line.rstrip("\r\n") for line in lines_of(text[:SAMPLE_CHARS])], RecordSplitter(dialect))
    if not cut.rows:
        return DialectGuess(dialect=dialect, score=0.0, widths=(1,))
    score, widths = _score(cut, dialect.delimiter, {})
    return DialectGuess(dialect=dialect, score=round(max(0.0, min(score, 1.0)), 3), widths=widths)


def widths_of(text: str, dialect: Dialect, /) -> tuple[int, ...]:
    """How many cells the rows of a text's head have in a dialect: the usual width first, others that are frequent after."""
    cut = _cut([line.rstrip("\r\n") for line in lines_of(text[:SAMPLE_CHARS])], RecordSplitter(dialect))
    return _widths(cut.rows)


def _line_end(lines: Sequence[str]) -> Literal["\n", "\r\n", "\r", "mixed"]:
    ends: Counter[Literal["\n", "\r\n", "\r"]] = Counter()
    for line in lines:
        if line.endswith("\r\n"):
            ends["\r\n"] += 1
        elif line.endswith("\n"):
            ends["\n"] += 1
        elif line.endswith("\r"):
            ends["\r"] += 1
    if not ends:
        return "\n"
    (most, count), *_ = ends.most_common(1)
    return most if count >= 0.9 * ends.total() else "mixed"


def _delimiters(rows: Sequence[str]) -> list[str]:
    """Delimiters that occur in enough rows to be one, in the order of their priors."""
    present = set().union(*rows) & _PRIOR.keys()
    seen = {
        character: len([row for row in rows if character in row]) if character in present else 0 for character in _PRIOR
    }
    # What programs write may be rare in the lines, where one quoted cell has hundreds of them.
    least = max(1, len(rows) // 8)
    found = [d for d in sorted(_PRIOR, key=lambda d: -_PRIOR[d]) if seen[d] >= (1 if d in _USUAL else least)]
    long: Counter[str] = Counter()
    sample = rows[:_SAMPLE_ROWS]
    enough = max(1, math.ceil(0.8 * len(sample)))
    without = 0
    for row in sample:
        runs = {match.group() for match in _LONG.finditer(row)}
        long.update(runs)
        without += not runs
        if without > len(sample) - enough:
            return found  # no run can be in enough rows any more
    found += [run for run, count in long.most_common(6) if count >= enough]
    return found


def _quotings(text: str, delimiter: str) -> Iterable[tuple[str | None, str | None, bool]]:
    """Quote, escape, doubled: what this sample gives reason to try. The double quote always, it is what programs write."""
    cut = re.escape(delimiter)
    for quote in _QUOTES:
        present = quote in text
        if present:
            opens = re.compile(rf"(?:^|{cut}) ?{quote}", re.MULTILINE)
            closes = re.compile(rf"{quote} ?(?:{cut}|$)", re.MULTILINE)
            present = bool(opens.search(text)) and bool(closes.search(text))
        if not present and quote != '"':
            continue
        yield quote, None, True
        if "\\" + quote in text:
            yield quote, "\\", False
            if re.search(rf"[^{cut}\s]{quote}{quote}[^{cut}\s]", text):
                yield quote, "\\", True
    if "\\" + delimiter in text and "\\" + delimiter in _QUOTED.sub("", text) and f'"{delimiter}"' not in text:
        yield '"', "\\", False


def _cut(lines: Sequence[str], splitter: RecordSplitter) -> _Cut:
    """Cut the sample's rows; blank lines are left out, a quoted cell may run over a few lines if it is well formed."""
    rows: list[list[str]] = []
    broken = 0
    quoted = 0
    index = 0
    while index < len(lines) and len(rows) < _SAMPLE_ROWS:
        line = lines[index]
        index += 1
        if not line.strip():
            continue
        if splitter.plain(line):
            rows.append(splitter.split(line))
            continue
        cells = splitter.strict(line)
        if cells is None:
            joined = _joined(lines, index, splitter)
            if joined is not None:
                cells, index = joined
            else:
                broken += 1
                cells = splitter.repair(line, ()).cells
        if splitter.quote is not None and splitter.quote in line:
            quoted += 1
        rows.append(cells)
    return _Cut(rows, broken, quoted)


def _joined(lines: Sequence[str], index: int, splitter: RecordSplitter) -> tuple[list[str], int] | None:
    if splitter.walk(lines[index - 1], 0)[2] != "open":
        return None
    text = lines[index - 1]
    for after in range(index, min(index + _JOIN_LINES, len(lines))):
        line = lines[after]
        text += "\n" + line
        end, clean = splitter.closes(line)
        if end:
            if not clean:
                return None
            cells, _, state = splitter.walk(text, 0)
            if state == "whole":
                return cells, after + 1
            if state == "broken":
                return None
    return None


def _spaced(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Blanks after the delimiter are the writer's habit when (nearly) every filled cell but the first has one."""
    if delimiter.strip() != delimiter or len(delimiter) != 1:
        return False
    cells = [cell for row in rows for cell in row[1:] if cell]
    blank = sum(1 for cell in cells if cell.startswith(" "))
    return bool(cells) and blank >= 0.9 * len(cells) and blank >= 2


def _blanks_follow(rows: Sequence[str], delimiter: str) -> bool:
    if delimiter.strip() != delimiter or len(delimiter) != 1:
        return False
    every = sum(row.count(delimiter) for row in rows)
    return sum(row.count(delimiter + " ") for row in rows) >= 0.9 * every


def _quotes_after_blanks(rows: Sequence[str], delimiter: str, quote: str) -> bool:
    """Whether a fair share of the rows has a quote behind a delimiter and a blank."""
    if delimiter.strip() != delimiter or len(delimiter) != 1:
        return False
    opening = f"{delimiter} {quote}"
    return 5 * sum(opening in row for row in rows) >= len(rows)


def _kind(cell: str, memo: dict[str, tuple[str, float]]) -> tuple[str, float]:
    known = memo.get(cell)
    if known is None:
        known = memo[cell] = _classify(cell)
    return known


def _classify(cell: str) -> tuple[str, float]:
    text = cell.strip()
    if not text:
        return _EMPTY, 0.0
    if text in _PRIOR:
        return "broken", _WORTH_BROKEN  # a delimiter alone is not a cell but cut out from between two
    if text.isalpha():
        return "word", 0.95
    if len(text) <= 80 and text.count(",") < 4:
        found = _ANY_TYPE.fullmatch(text)
        if found is not None and found.lastgroup is not None:
            return found.lastgroup, _WORTH[found.lastgroup]
    if (text[0] in "\"'" and text.count(text[0]) == 1) or (text[-1] in "\"'" and text.count(text[-1]) == 1):
        return "broken", _WORTH_BROKEN
    if text[0] in "\"'" and text[-1] == text[0]:
        return "quoted", _WORTH_TEXT * 0.7
    if _SENTENCE.fullmatch(text) and text[0].isalnum() and " " in text:
        commas = text.count(",")
        tight = len(re.findall(r",(?=\S)", text))
        return "text", _WORTH_SENTENCE / (1 + 0.15 * commas + 0.7 * tight)
    return "other", _WORTH_TEXT if len(text) > 1 and not re.search(r"\S[;|\t]\S", text) else _WORTH_BROKEN


def _score(cut: _Cut, delimiter: str, memo: dict[str, tuple[str, float]]) -> tuple[float, tuple[int, ...]]:
    rows = cut.rows
    frequent = _widths(rows)
    usual = frequent[0]
    if usual == 1:
        return 0.0, (1,)
    shape = _shape(rows, usual)
    table = [row for row in rows if len(row) == usual]
    types, columns = _types(table, memo)
    rest = [row for row in rows if len(row) not in (usual, 1)]
    if rest:
        others = [_kind(cell, memo)[1] for row in rest for cell in row if cell.strip()]
        if others:
            share = len(rest) / (len(rest) + len(table))
            types = types * (1 - share) + share * sum(others) / len(others)
    prior = _PRIOR.get(delimiter, _PRIOR_LONG)
    size = 1 - 0.5 / usual
    score = shape**1.5 * types * columns * prior * size
    if delimiter in _ORDINARY:
        score *= _caution(delimiter, table, shape, usual, memo)
    if delimiter == "," and shape < 0.75 and _in_sentences(rows):
        score *= 0.5
    if cut.broken:
        score *= 1 - 0.5 * cut.broken / len(rows)
    return score, frequent


def _widths(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    counts = Counter([len(row) for row in rows if len(row) > 1])
    if not counts:
        return (1,)
    # The usual width: most cells rather than most rows, since a second table or notes may have many narrow rows.
    weights = {width: count * math.sqrt(width - 0.5) for width, count in counts.items()}
    usual = max(counts, key=lambda width: (weights[width], width))
    start = next(i for i, row in enumerate(rows) if len(row) == usual)
    # Of two tables, one under the other, the first is meant unless the second is far larger.
    first = [width for width in {len(row) for row in rows[:start]} - {1} if weights[width] >= _FIRST * weights[usual]]
    if len(first) == 1 and counts[first[0]] >= _TABLE and all(len(row) != first[0] for row in rows[start:]):
        usual = first[0]
    least = max(3, 0.1 * len(rows))
    return (usual, *(width for width, count in counts.most_common(4) if width != usual and count >= least))


def _in_sentences(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the commas are those of sentences: a blank after each, in rows that do not agree."""
    cells = [cell for row in rows for cell in row[1:]]
    return bool(cells) and sum(1 for cell in cells if cell.startswith(" ")) >= 0.9 * len(cells)


def _shape(rows: Sequence[Sequence[str]], usual: int) -> float:
    """The share of rows that agree. Titles above and notes below weigh a fifth, unless another delimiter stands in them
    as in a row of cells; a second table weighs nine tenths."""
    widths = [len(row) for row in rows]
    first = next(i for i, width in enumerate(widths) if width == usual)
    last = len(widths) - 1 - next(i for i, width in enumerate(reversed(widths)) if width == usual)
    good = 0.0
    total = 0.0
    run = 0
    for i, width in enumerate(widths):
        run = run + 1 if i and width == widths[i - 1] else 1
        if width == usual:
            good += 1
            total += 1
        elif (i < first or i > last) and width == 1:
            total += 0.8 if _TIGHT.search(rows[i][0]) else 0.2
        elif width > 1 and run >= 3:
            good += 0.8
            total += 1
        else:
            total += 1
    return good / total


def _types(table: Sequence[Sequence[str]], memo: dict[str, tuple[str, float]]) -> tuple[float, float]:
    """How much the cells are worth, and how much the columns agree in themselves."""
    worth = 0.0
    filled = 0
    agreed = 0.0
    weighed = 0
    hollow = 0
    for column in zip(*table, strict=True):
        for cell in set(column) - memo.keys():
            memo[cell] = _classify(cell)
        found = [kind for cell in column if (kind := memo[cell])[0] != _EMPTY]
        filled += len(found)
        for _, value in found:  # in the order of the cells: the sum of floats depends on it
            worth += value
        labels = 1 if len(column) >= 3 and memo[column[0]][0] != _EMPTY else 0
        kinds = Counter([name for name, _ in found[labels:]])
        total = kinds.total()
        if total:
            weighed += 1
            agreed += kinds.most_common(1)[0][1] / total
        elif not any(cell.strip() for cell in column):
            hollow += 1
    width = len(table[0])
    types = worth / filled if filled else 0.1
    agreement = agreed / weighed if weighed else 0.5
    return types, (0.75 + 0.25 * agreement) * (1 - 0.5 * hollow / width)


def _caution(
    delimiter: str, table: Sequence[Sequence[str]], shape: float, usual: int, memo: dict[str, tuple[str, float]]
) -> float:
    """What ordinary text is full of must do more: agree in nearly every row and make columns that are not only words."""
    if shape < 0.8 or len(table) < 2:
        return 0.3
    plain = 0
    for column in zip(*table, strict=True):
        names = Counter(_kind(cell, memo)[0] for cell in column[1:])
        names.pop(_EMPTY, None)
        if names and names.most_common(1)[0][0] in ("word", "words", "text", "other"):
            plain += 1
    if plain == usual:
        # Only words: forenames and surnames look like that too.
        return 0.8 if usual >= 4 and delimiter == " " and len(table) >= 8 else 0.45
    return 1.0 if usual > 2 else 0.75


def _one_column_quoted(lines: Sequence[str], quote: str) -> bool:
    filled = [line.strip() for line in lines if line.strip()]
    return sum(1 for line in filled if len(line) > 1 and line[0] == quote == line[-1]) >= 0.5 * len(filled)


def _one_column_score(rows: Sequence[str], quote: str, rival: str, memo: dict[str, tuple[str, float]]) -> float:
    cells = [row.strip() for row in rows[:_SAMPLE_ROWS]]
    cells = [cell[1:-1] if len(cell) > 1 and cell[0] == quote == cell[-1] else cell for cell in cells]
    kinds = Counter([_kind(cell, memo)[0] for cell in cells[1:]])
    if kinds:
        usual, count = kinds.most_common(1)[0]
        typed = usual not in ("word", "words", "text", "other", "code") and count >= 0.8 * len(cells[1:])
        first = _kind(cells[0], memo)[0]
        label = first in ("word", "words", "code") and not (rival and rival in cells[0])
        if typed and (label or (first == usual and rival in _WITHIN.get(usual, ""))):
            return _ONE_COLUMN_TYPED
    return _ONE_COLUMN * sum(_kind(cell, memo)[1] for cell in cells) / len(cells)


#: What stands within a value of a type, and cuts nothing there.
_WITHIN: Final = {"date": "-/ ", "time": ":", "datetime": "-/: ", "url": ":/=-_&", "email": "-_"}
