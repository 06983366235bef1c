"""What the cells of a column are, on a sample: shares, each computed once and only where a signal asks for it.

Strategy: at most `SAMPLE` rows are looked at, the first ones (in their order, because 1, 2, 3 … is a row number) and an even
spread of the rest; of a column at most `DISTINCT` different texts are examined one by one, each weighted by how often it
occurs. Columns of addresses and numbers are all different, and sixty of them tell as much as a thousand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from .._text import fold, trim
from ..kinds import cell_kind
from ..table import Table
from ..words import value_words

__all__ = ["DISTINCT", "SAMPLE", "Content", "Profile", "Profiles"]

Content = Literal["email", "date", "code", "truth", "text", "url"]

#: Rows looked at. A share is known to a few per cent from some hundred cells.
SAMPLE: Final = 300

#: Different texts of a column that are examined one by one.
DISTINCT: Final = 60

#: Cells of all columns together: a table of thousands of columns is judged by fewer rows.
_CELLS: Final = 30_000

_SIGNS: Final = re.compile("[-_./ ]+")
_DIGIT: Final = re.compile("[0-9]")

#: Numbers that states give to people and that are told by how they are written: no organisation writes its own so. Plain
#: digits are not among them, because an organisation may number its people with as many.
_STATE_NUMBERS: Final = re.compile(
    r"""
    \d{3}-\d{2}-\d{4}                                        # United States: social security
    | [A-CEGHJ-PR-TW-Z]{2}\ ?\d{2}\ ?\d{2}\ ?\d{2}\ ?[A-D]     # United Kingdom: national insurance
    | \d{3}\.\d{3}\.\d{3}-\d{2}                              # Brazil: CPF
    | [A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d                      # Mexico: CURP
    | (?:\d{8}|[XYZ]\d{7})-?[A-HJ-NP-TV-Z]                     # Spain: DNI, NIE
    | [A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]             # Italy: codice fiscale
    | [12]\ \d{2}\ \d{2}\ \d[\dAB]\ \d{3}\ \d{3}(?:\ \d{2})?      # France: sécurité sociale
    | (?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}   # Sweden: personnummer
    | (?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d-\d{4}        # Denmark: CPR
    | (?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[-+A-FU-Y]\d{3}[\dA-FHJ-NPR-Y]   # Finland: henkilötunnus
    | \d\d(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12]\d|3[01])/\d{3,4}   # Czechia, Slovakia: rodné číslo
    | 756\.\d{4}\.\d{4}\.\d{2}                               # Switzerland: AHV
    | \d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}                       # Belgium: rijksregister
    | \d{1,2}\.\d{3}\.\d{3}-[\dkK]                           # Chile: RUT
    | \d{6}-[1-8]\d{6}                                        # Korea: resident registration
    | [1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dX]   # China: resident identity card
    | \d{4}\ \d{4}\ \d{4}                                    # India: Aadhaar; Japan: My Number
    """,
    re.VERBOSE,
)


#: Kinds of content between which a column does not change by itself: a number may become a code, an address a date does not.
_CONTENT: Final[Mapping[str, Content]] = {
    "email": "email", "date": "date", "number": "code", "code": "code", "truth": "truth", "text": "text", "prose": "text", "url": "url",
}  # fmt: skip

#: A content is named where so many of at least so many cells are of it; it is gone where fewer than half are.
_CONTENT_SHARE: Final = 0.8
_CONTENT_CELLS: Final = 3
_CONTENT_KEPT: Final = 0.5


@dataclass(frozen=True)
class Profile:
    """The cells of one column in the sample, blank ones left out.

    Args:
        cells: Trimmed texts in the order of the rows.
        rows: Rows of the sample, blank cells counted.
        leading: How many of the cells are from the unbroken first rows.
        numbers: Share of cells that hold a number whose format shows something else than its digits (*7 days*).
    """

    cells: tuple[str, ...]
    rows: int
    leading: int
    numbers: float = 0.0

    @cached_property
    def n(self) -> int:
        """Cells that are not blank."""
        return len(self.cells)

    @cached_property
    def texts(self) -> Counter[str]:
        """How often each text occurs."""
        return Counter(self.cells)

    @cached_property
    def examined(self) -> tuple[tuple[str, int], ...]:
        """The different texts that are looked at one by one, an even spread of all, and how often each occurs."""
        different = list(self.texts.items())
        step = -(-len(different) // DISTINCT) if different else 1
        return tuple(different[::step])

    @cached_property
    def weight(self) -> int:
        """Cells that the examined texts are."""
        return sum(count for _, count in self.examined)

    def share(self, fits: Callable[[str], object]) -> float:
        """Share of cells whose text fits."""
        return sum([count for text, count in self.examined if fits(text)]) / self.weight if self.weight else 0.0

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Folded texts of those examined, and how often each occurs."""
        counts: Counter[str] = Counter()
        for text, count in self.examined:
            counts[fold(text)] += count
        return counts

    @cached_property
    def unique(self) -> float:
        """Share of different texts; case makes none."""
        return len({text.casefold() for text in self.texts}) / self.n if self.n else 1.0

    @cached_property
    def kinds(self) -> Mapping[str, float]:
        """Share of cells by kind."""
        counted: Counter[str] = Counter()
        for text, count in self.examined:
            counted[cell_kind(text)] += count
        return {kind: count / self.weight for kind, count in counted.items()}

    def kind(self, *kinds: str) -> float:
        """Share of cells of the given kinds."""
        return sum(self.kinds.get(kind, 0.0) for kind in kinds)

    def share_in(self, words: frozenset[str]) -> float:
        """Share of cells whose folded text is one of the words; a hyphen or an underscore is a space to them too."""
        fits = self._count_in(words)
        fits += sum(count for word, spaced, count in self._with_signs if spaced in words and word not in words)
        return fits / self.weight if self.weight else 0.0

    def _count_in(self, words: frozenset[str]) -> int:
        """How many cells have a folded text that is one of the words."""
        return sum([self.counts[word] for word in self.counts.keys() & words])

    @cached_property
    def _with_signs(self) -> tuple[tuple[str, str, int], ...]:
        """The folded texts with a sign in them, what they are with a space in its place, and how often each occurs."""
        spaced = ((word, _SIGNS.sub(" ", word), count) for word, count in self.counts.items())
        return tuple(one for one in spaced if one[0] != one[1])

    @cached_property
    def running(self) -> bool:
        """Whether the first cells count the rows: 1, 2, 3 … (or from 0)."""
        head = self.cells[: min(self.leading, 200)]
        if len(head) < 3 or not all(cell.isascii() and cell.isdigit() and len(cell) < 9 for cell in head):
            return False
        numbers = [int(cell) for cell in head]
        return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    @cached_property
    def id_like(self) -> float:
        """Share of cells that can be an ID: short, no whitespace, no ``@``."""
        return self.share(lambda text: len(text) <= 40 and "@" not in text and len(text.split()) == 1)

    @cached_property
    def state_numbers(self) -> float:
        """Share of cells that are written as a state's number of a person."""
        return self.share(_STATE_NUMBERS.fullmatch)

    @cached_property
    def with_digits(self) -> float:
        """Share of cells that hold a digit."""
        return self.share(_DIGIT.search)

    @cached_property
    def one_shape(self) -> bool:
        """Codes, or numbers of one length or two."""
        return self.kind("code") >= 0.9 or len({len(text) for text in self.texts}) <= 2

    @cached_property
    def two_words(self) -> float:
        """Share of cells of two words or more."""
        return self.share(lambda text: len(text.replace(",", " ").split()) > 1)

    @cached_property
    def names(self) -> float:
        """Share of cells that can be a name: words without a digit and without ``@``."""
        return self.share(lambda text: len(text) <= 60 and "@" not in text and _DIGIT.search(text) is None)

    def domains_with(self, words: frozenset[str]) -> float:
        """Share of cells whose domain holds one of the words."""
        return self.share(lambda text: any(word in text.rpartition("@")[2].lower() for word in words)) if words else 0.0

    @cached_property
    def free_mail(self) -> float:
        """Share of e-mail addresses at domains where people have private ones."""
        domains = [(text.rsplit("@", 1)[1].lower(), n) for text, n in self.examined if cell_kind(text) == "email"]
        free = value_words("free_mail")
        every = sum(count for _, count in domains)
        return sum(count for domain, count in domains if domain in free) / every if every else 0.0

    def option_share(self, options: frozenset[str], separators: Iterable[str]) -> tuple[float, bool]:
        """Share of cells that are options as they are, or whose parts are; the larger, and whether it was by parts."""
        whole = self._count_in(options) / self.weight if self.weight else 0.0
        if whole >= 0.95:
            return whole, False
        best = max((self._split_share(options, separator) for separator in separators), default=0.0)
        return (best, True) if best > whole else (whole, False)

    def _split_share(self, options: frozenset[str], separator: str) -> float:
        """Mean share of a cell's parts that are options."""
        fits = 0.0
        for count, pieces in self._pieces(separator):
            fits += count * len([piece for piece in pieces if piece in options]) / len(pieces)
        return fits / self.weight if self.weight else 0.0

    def _pieces(self, separator: str) -> list[tuple[int, tuple[str, ...]]]:
        """The examined cells in folded parts; computed once per separator, for all questions."""
        found = self._split.get(separator)
        if found is None:
            found = []
            if separator in self._joined:
                for text, count in self.examined:
                    pieces = tuple(self._folded(piece) for piece in text.split(separator) if piece.strip())
                    if pieces:
                        found.append((count, pieces))
            self._split[separator] = found
        return found

    @cached_property
    def _joined(self) -> str:
        """The examined texts in one, for finding out at once that none has a sign; what joins them is in no separator."""
        return "\0".join([text for text, _ in self.examined])

    @cached_property
    def _split(self) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
        return {}

    @cached_property
    def _fold_cache(self) -> dict[str, str]:
        return {}

    def _folded(self, piece: str) -> str:
        found = self._fold_cache.get(piece)
        if found is None:
            found = self._fold_cache[piece] = fold(piece)
        return found

    @cached_property
    def content(self) -> Content | None:
        """What nearly all of at least three cells are: ``email``, ``date``, ``code`` (numbers too), ``truth``, ``text``, ``url``."""
        if self.n < _CONTENT_CELLS:
            return None
        shares: dict[Content, float] = {}
        for kind, share in self.kinds.items():
            if (content := _CONTENT.get(kind)) is not None:
                shares[content] = shares.get(content, 0.0) + share
        best = max(shares, key=shares.__getitem__, default=None)
        return best if best is not None and shares[best] >= _CONTENT_SHARE else None

    def keeps(self, content: Content) -> bool:
        """Whether the cells are still of that content; no cells contradict nothing."""
        kinds = [kind for kind, of in _CONTENT.items() if of == content]
        return not self.n or self.kind(*kinds) >= _CONTENT_KEPT


class Profiles:
    """Profiles of a table's columns, made when they are first asked for."""

    def __init__(self, table: Table) -> None:
        columns = table.columns
        rows = max(50, min(SAMPLE, _CELLS // max(1, len(columns))))
        height = table.frame.height
        first = min(height, rows // 2 if height > rows else rows)
        wanted: list[int] | None = None
        if height > rows:
            step = -(-(height - first) // (rows - first))
            wanted = [*range(first), *range(first, height, step)][:rows]
        # Rows are taken once for all columns: one step of the engine costs more than its cells.
        self._sample = table.frame if wanted is None else table.frame[wanted]
        self._leading = first
        self._columns = columns
        self._numbers = {
            name: table.values[name].count() / max(1, table.frame[name].count(), table.values[name].count())
            for name in table.values.columns
        }
        self._made: dict[int, Profile] = {}

    @property
    def rows(self) -> int:
        """Rows of the sample."""
        return self._sample.height

    def __getitem__(self, column: int) -> Profile:
        made = self._made.get(column)
        if made is None:
            # A few hundred cells at most: Python's own texts are wanted for counting and folding.
            texts: list[str | None] = self._sample[self._columns[column]].to_list()
            trimmed = {text: trim(text) if text else "" for text in set(texts)}
            cells = [trimmed[text] for text in texts]
            blank = {text for text in trimmed.values() if not text or (len(text) <= 5 and cell_kind(text) == "blank")}
            leading = next((at for at, cell in enumerate(cells[: self._leading]) if not cell), self._leading)
            kept = tuple(cell for cell in cells if cell not in blank)
            made = self._made[column] = Profile(
                kept, len(cells), leading, self._numbers.get(self._columns[column], 0.0)
            )
        return made
