"""Recognize texts that no delimiter divides as it does a csv file, and rewrite them line by line to texts that one does.

What is wanted: the table that a person sees in the file. Reports for printing (fixed width, ``Format-Table``), tables drawn with
``|`` and rules of dashes (databases, SAP lists, Markdown), lines that were quoted as a whole when a spreadsheet saved a csv file
that had been opened in one column, cells in typographic quotes: read by their delimiters they are one column, or every cell
carries half of a drawing.

How: a sample of the lines is tried against each layout. A layout rewrites every line to one line of the same number, so that row
numbers stay those of the file; a line that does not follow the layout is left as it is, one cell, and reported by the parser
where it stands inside of the table. Whether the rewritten text is the better table is decided by the detection of dialects, which
scores both.

What is refused: a cut through a word. Columns of blanks divide a text only where they are blank in every line of the sample.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ...source import Layout
from .dialect import SAMPLE_CHARS, lines_of

__all__ = ["CELL_DELIMITER", "Arrangement", "find_arrangements"]

#: Stands between the cells of a rewritten line: the unit separator of ASCII, which is for that and in no text.
CELL_DELIMITER: Final = "\x1f"

#: So many lines decide.
_SAMPLE_LINES: Final = 200

#: A table is at least so many lines: labels and a row.
_LEAST: Final = 2

#: The share of the lines that may be anything else (titles, notes), and the share that has to follow a layout.
_SHARE: Final = 0.6
_WRAPPED_SHARE: Final = 0.5

#: What a rule is drawn with: at least two dashes side by side, and nothing but strokes, corners and blanks.
_DRAWN: Final = re.compile(r"[\s\-=+|:*_~─━═│┃┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬║]+")
_TWO_DASHES: Final = re.compile(r"[\-=_─━═~]{2}")
_BORDER: Final = re.compile(r"[│┃║|]")
_DASHES: Final = re.compile(r"[-=─━]+")
_WIDE_GAP: Final = re.compile(r"[ \u00a0]{2,}")
_TABS: Final = re.compile(r"\t+")
_WRAPPED: Final = re.compile(r'\s*"((?:[^"]|"")*)"[;,\t]*\s*')
_QUOTED: Final = re.compile(r'""(?:[^"]|"""")*""')
_USUAL: Final = re.compile(r"[,;\t|]")

#: Typographic quotes around a cell: which open and which close, whatever the language.
_OPENING: Final = "“„«‟〝"
_CLOSING: Final = "”“»‟〞"
_TYPOGRAPHIC: Final = re.compile(rf"(^|[,;\t|]) ?[{_OPENING}]([^{_OPENING}{_CLOSING}]*)[{_CLOSING}] ?(?=[,;\t|]|$)")


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A layout that a text may have.

    Args:
        layout: Its name.
        rewrite: A line without its end → the line in ``CELL_DELIMITER`` or, of ``wrapped`` and ``typographic`` texts, in whatever
            delimiter is inside.
        delimited: Whether the rewritten cells are delimited by ``CELL_DELIMITER``.
    """

    layout: Layout
    rewrite: Callable[[str], str]
    delimited: bool

    def apply(self, text: str) -> str:
        """The whole text, line by line."""
        parts: list[str] = []
        for line in lines_of(text):
            bare = line.rstrip("\r\n")
            parts.append(self.rewrite(bare) + line[len(bare) :])
        return "".join(parts)


def find_arrangements(text: str, only: Layout | None = None) -> list[Arrangement]:
    """The layouts that the head of a text may have, the most particular first.

    >>> [found.layout for found in find_arrangements("| id | name |\\n|----|------|\\n| 7  | Ann  |\\n")]
    ['boxed']
    """
    lines = [line.rstrip("\r\n") for line in lines_of(text[:SAMPLE_CHARS])]
    if len(text) > SAMPLE_CHARS and len(lines) > 1:
        lines.pop()
    filled = [line for line in lines if line.strip()][:_SAMPLE_LINES]
    if len(filled) < _LEAST or CELL_DELIMITER in text[:SAMPLE_CHARS]:
        return []
    found: list[Arrangement] = []
    for layout, find, delimited in _LAYOUTS:
        rewrite = find(filled) if only in (None, layout) else None
        if rewrite is not None:
            found.append(Arrangement(layout, rewrite, delimited))
    return found


# -- tables that are drawn ------------------------------------------------------------------------------------------------------


def _find_boxed(lines: Sequence[str]) -> Callable[[str], str] | None:
    """A table whose cells stand between upright strokes: with rules of dashes, or with strokes at both ends and padded cells."""
    ruled = any(_is_rule(line) for line in lines)
    rows = [line.strip() for line in lines if not _is_rule(line) and _BORDER.search(line)]
    if len(rows) < _LEAST or len(rows) < _SHARE * sum(1 for line in lines if not _is_rule(line)):
        return None
    outer = [_BORDER.match(row) is not None and _BORDER.match(row[-1]) is not None for row in rows]
    enclosed = all(outer)
    if any(outer) and not enclosed:
        return None
    counts = Counter(len(_between_borders(row, enclosed=enclosed)) for row in rows)
    width, usual = counts.most_common(1)[0]
    if width < 2 or usual < 0.9 * len(rows):
        return None
    if not ruled and not (
        enclosed and all(row[1] in " \u00a0" and row[-2] in " \u00a0" for row in rows if len(row) > 2)
    ):
        return None

    def rewrite(line: str) -> str:
        text = line.strip()
        if _is_rule(line):
            return ""
        if not _BORDER.search(text) or (enclosed and not (_BORDER.match(text) and _BORDER.match(text[-1]))):
            return line
        return CELL_DELIMITER.join(_between_borders(text, enclosed=enclosed))

    return rewrite


def _between_borders(row: str, *, enclosed: bool) -> list[str]:
    r"""The cells of a row; ``\|`` is a stroke in a cell of Markdown."""
    inner = row[1:-1] if enclosed else row
    cells = re.split(r"(?<!\\)[│┃║|]", inner)
    return [cell.replace("\\|", "|").strip(" \u00a0") for cell in cells]


def _is_rule(line: str) -> bool:
    return _DRAWN.fullmatch(line) is not None and _TWO_DASHES.search(line) is not None


# -- tables that are aligned ----------------------------------------------------------------------------------------------------


def _find_ruled(lines: Sequence[str]) -> Callable[[str], str] | None:
    """Columns under dashes: ``----  --------`` below the labels says where each one begins."""
    rule = next((line for line in lines[:20] if _is_rule(line) and len(_DASHES.findall(line)) > 1), None)
    if rule is None or re.sub(r"[-=─━ \u00a0]", "", rule):
        return None
    starts = [match.start() for match in _DASHES.finditer(rule)]
    return _by_positions(lines, starts)


def _find_aligned(lines: Sequence[str]) -> Callable[[str], str] | None:
    """Columns of fixed width: what stands between them is blank in every line."""
    rows = [line.replace("\u00a0", " ").rstrip() for line in lines if not _is_rule(line)]
    rows = [row for row in rows if "  " in row.strip()]
    if len(rows) < _LEAST or len(rows) < _SHARE * len(lines) or any("\t" in row for row in rows):
        return None
    length = max(map(len, rows))
    blank = [all(place >= len(row) or row[place] == " " for row in rows) for place in range(length)]
    header = rows[0]
    starts = [next((place for place in range(length) if not blank[place]), 0)]
    for place in range(starts[0] + 1, length):
        if blank[place] or not blank[place - 1]:
            continue
        wide = place >= 2 and blank[place - 2]
        labelled = place < len(header) and header[place] != " "
        if wide or (labelled and len(rows) >= 3):
            starts.append(place)
    return _by_positions(lines, starts)


def _by_positions(lines: Sequence[str], starts: Sequence[int]) -> Callable[[str], str] | None:
    if len(starts) < 2:
        return None

    def rewrite(line: str) -> str:
        if _is_rule(line):
            return ""
        text = line.replace("\u00a0", " ")
        within = len(text.rstrip()) > starts[1]
        if not within or any(text[start - 1 : start].strip() for start in starts[1:]):
            return line  # a word stands where a column begins: a title, or a value that is too long
        ends = [*starts[1:], len(text)]
        return CELL_DELIMITER.join(text[start:end].strip() for start, end in zip(starts, ends, strict=True))

    rows = [line for line in lines if not _is_rule(line)]
    return rewrite if _are_divided(rows, rewrite) else None


def _find_gaps(lines: Sequence[str]) -> Callable[[str], str] | None:
    """Cells that two blanks or more divide, though they are not aligned."""
    return _by_runs(lines, _WIDE_GAP)


def _find_tabs(lines: Sequence[str]) -> Callable[[str], str] | None:
    """Cells that one tab or several divide, so that they look aligned: as many runs in every line, not as many tabs."""
    counts = {line.count("\t") for line in lines}
    places = {line.find("\t\t") if "\t\t" in line else None for line in lines}
    varies = len(counts) > 1 or (
        None not in places and len({line[: line.find("\t\t")].count("\t") for line in lines}) > 1
    )
    if not varies or any(line.startswith("\t") or line.endswith("\t") for line in lines):
        return None
    return _by_runs(lines, _TABS)


def _by_runs(lines: Sequence[str], gap: re.Pattern[str]) -> Callable[[str], str] | None:
    counts = Counter(len(gap.split(line.strip())) for line in lines if not _is_rule(line))
    width, usual = counts.most_common(1)[0] if counts else (1, 0)
    if width < 2 or usual < 0.9 * counts.total():
        return None

    def rewrite(line: str) -> str:
        cells = gap.split(line.strip())
        return "" if _is_rule(line) else CELL_DELIMITER.join(cells) if len(cells) == width else line

    return rewrite


def _are_divided(lines: Sequence[str], rewrite: Callable[[str], str]) -> bool:
    return sum(1 for line in lines if CELL_DELIMITER in rewrite(line)) >= max(_LEAST, _SHARE * len(lines))


# -- lines and cells in quotes --------------------------------------------------------------------------------------------------


def _find_wrapped(lines: Sequence[str]) -> Callable[[str], str] | None:
    """Lines that are one quoted cell each, with a row of a csv file inside."""
    inside = [match.group(1) for line in lines if (match := _WRAPPED.fullmatch(line)) is not None]
    if len(inside) < _LEAST or len(inside) < _WRAPPED_SHARE * len(lines):
        return None
    if not _have_one_width(inside):
        return None  # sentences
    # A column of quoted names with a comma in each is one column: a row has two delimiters, or quotes around a cell.
    rows = [text for text in inside if '""' in text or len(_USUAL.findall(text)) > 1 or re.search(r"[,;\t|]\S", text)]
    if len(rows) < len(inside):
        return None

    def rewrite(line: str) -> str:
        match = _WRAPPED.fullmatch(line)
        return line if match is None else match.group(1).replace('""', '"')

    return rewrite


def _have_one_width(texts: Sequence[str]) -> bool:
    """Whether nearly all texts hold as many delimiters of one kind, those in quoted cells left out."""
    bare = [_QUOTED.sub("", text) for text in texts]
    for delimiter in ",;\t|":
        count, seen = Counter(text.count(delimiter) for text in bare).most_common(1)[0]
        if count and seen >= 0.9 * len(bare):
            return True
    return False


def _find_typographic(lines: Sequence[str]) -> Callable[[str], str] | None:
    """Cells in the quotes that word processors make of plain ones."""
    rows = [line for line in lines if len(_TYPOGRAPHIC.findall(line)) > 1]
    if len(rows) < _LEAST or len(rows) < _SHARE * len(lines):
        return None

    def rewrite(line: str) -> str:
        return _TYPOGRAPHIC.sub(lambda match: f'{match[1]}"{match[2].replace(chr(34), chr(34) * 2)}"', line)

    return rewrite


#: Layout → how it is found, and whether it delimits the cells itself. The first of equals is taken.
_LAYOUTS: Final[tuple[tuple[Layout, Callable[[Sequence[str]], Callable[[str], str] | None], bool], ...]] = (
    ("wrapped", _find_wrapped, False),
    ("typographic", _find_typographic, False),
    ("boxed", _find_boxed, True),
    ("ruled", _find_ruled, True),
    ("aligned", _find_aligned, True),
    ("gaps", _find_gaps, True),
    ("tabs", _find_tabs, True),
)
