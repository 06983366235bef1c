"""What the cells of a column say, on a sample.

Strategy: at most `SAMPLE` rows are looked at: the first ones (in their order, because 1, 2, 3 … is a row number) and an
even spread of the rest. Each column becomes a `Profile` of shares; the functions below turn a score from the label into
a score from label and cells. Cells confirm or refute what a label says; alone they only prove an e-mail column, and an ID
column where the IDs are those of people whom the host has.

Refused: deciding anything from fewer than a handful of cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from .._text import fold, trim
from ..kinds import cell_kind
from ..schema import Field, Schema
from ..words import read_label, value_words
from ..workbook import Table
from .labels import Evidence

__all__ = [
    "SAMPLE",
    "Profile",
    "Profiles",
    "weigh_email",
    "weigh_id",
    "weigh_name",
    "weigh_new_email",
    "weigh_profile",
    "weigh_status",
]

#: Rows looked at. A share is known to a few per cent from some hundred cells.
SAMPLE: Final = 1000

#: Cells of all columns together: a table of thousands of columns is judged by fewer rows.
_CELLS: Final = 60_000

#: Fewer cells prove nothing against a label.
_FEW: Final = 5

#: What is tried as a separator where a question's options are known.
_SEPARATORS: Final = (";", ",", "|", "\n", "/", "、", "，", "；")


_SIGNS: Final = re.compile("[-_./ ]+")

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


@dataclass(frozen=True)
class Profile:
    """The cells of one column in the sample, blank ones left out.

    Args:
        cells: Trimmed texts in the order of the rows.
        rows: Rows of the sample, blank cells counted.
        leading: How many of the cells are from the unbroken first rows.
    """

    cells: tuple[str, ...]
    rows: int
    leading: int

    @cached_property
    def n(self) -> int:
        """Cells that are not blank."""
        return len(self.cells)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each folded text occurs."""
        return Counter(fold(cell) for cell in self.cells)

    @cached_property
    def unique(self) -> float:
        """Share of different texts."""
        return len(self.counts) / self.n if self.n else 1.0

    @cached_property
    def kinds(self) -> Mapping[str, float]:
        """Share of cells by kind."""
        counted = Counter(cell_kind(cell) for cell in self.cells)
        return {kind: count / self.n for kind, count in counted.items()}

    def kind(self, *kinds: str) -> float:
        """Share of cells of the given kinds."""
        return sum(self.kinds.get(kind, 0.0) for kind in kinds)

    def share_in(self, words: frozenset[str]) -> float:
        """Share of cells whose folded text is one of the words; a hyphen or an underscore is a blank to them too."""
        fits = sum(count for word, count in self.counts.items() if word in words or _SIGNS.sub(" ", word) in words)
        return fits / self.n if self.n else 0.0

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
        """Share of cells that can be an ID: short, printable, no blanks, no ``@``, at least one digit or all capitals."""
        fits = sum(
            count
            for text, count in Counter(self.cells).items()
            if len(text) <= 40 and "@" not in text and not any(c.isspace() for c in text)
        )
        return fits / self.n if self.n else 0.0

    @cached_property
    def state_numbers(self) -> float:
        """Share of cells that are written as a state's number of a person."""
        return sum(_STATE_NUMBERS.fullmatch(cell) is not None for cell in self.cells) / self.n if self.n else 0.0

    @cached_property
    def with_digits(self) -> float:
        """Share of cells that hold a digit."""
        return sum(any(c.isdigit() for c in cell) for cell in self.cells) / self.n if self.n else 0.0

    @cached_property
    def two_words(self) -> float:
        """Share of cells of two words or more."""
        return sum(len(cell.replace(",", " ").split()) > 1 for cell in self.cells) / self.n if self.n else 0.0

    @cached_property
    def free_mail(self) -> float:
        """Share of e-mail addresses at domains where people have private ones."""
        domains = [cell.rsplit("@", 1)[1].lower() for cell in self.cells if cell_kind(cell) == "email"]
        free = value_words("free_mail")
        return sum(domain in free for domain in domains) / len(domains) if domains else 0.0


class Profiles:
    """Profiles of a table's columns, made when they are first asked for."""

    def __init__(self, table: Table) -> None:
        columns = table.columns
        rows = max(50, min(SAMPLE, _CELLS // max(1, len(columns))))
        frame = table.frame.drop("_row") if "_row" in table.frame.columns else table.frame
        first = frame.head(rows // 2 if frame.height > rows else rows)
        rest = frame.slice(first.height)
        step = max(1, -(-rest.height // (rows - first.height))) if rows > first.height else 1
        self._sample = pl.concat([first, rest.gather_every(step).head(rows - first.height)]) if rest.height else first
        self._leading = first.height
        self._columns = columns
        self._made: dict[int, Profile] = {}

    @property
    def rows(self) -> int:
        """Rows of the sample."""
        return self._sample.height

    def __getitem__(self, column: int) -> Profile:
        made = self._made.get(column)
        if made is None:
            # A sample of a thousand cells at most: Python's own texts are wanted for counting and folding.
            texts = self._sample[self._columns[column]].to_list()
            cells = [trim(text) if text is not None else "" for text in texts]
            leading = next((at for at, cell in enumerate(cells[: self._leading]) if not cell), self._leading)
            kept = tuple(cell for cell in cells if cell and cell_kind(cell) != "blank")
            made = self._made[column] = Profile(kept, len(cells), leading)
        return made


def weigh_id(label: Evidence, cells: Profile, known_share: float | None) -> Evidence:
    """An ID column: different short texts without ``@``; best of all the IDs that the host has."""
    score, reasons = label.score, list(label.reasons)
    if "national_id" in reasons or "other_person" in reasons:
        return label
    if not cells.rows:
        return label
    if not cells.n:
        return Evidence(score * 0.5, ("column_empty", *reasons))
    if cells.kind("email") >= 0.5:
        return Evidence(0.0, ("email_values", *reasons))
    if cells.n >= 3 and cells.state_numbers >= 0.8 and not (known_share and known_share >= 0.5):
        # A label that is sure of itself stands, but a person has to see it.
        sure = "own_id" in reasons or "label_known" in reasons or "label_exact" in reasons
        return Evidence(min(score, 0.5 if sure else 0.1), ("national_id_values", *reasons))
    if (
        known_share is not None
        and cells.n >= 3
        and known_share >= 0.3
        and "other_object" not in reasons
        and cells.unique >= 0.5
    ):
        counter = cells.running and score < 0.8
        found = 0.5 if counter else 0.99 if known_share >= 0.5 else max(score, 0.85)
        return Evidence(max(score, found), ("directory_ids", *reasons))
    if cells.running and "own_id" not in reasons and "label_known" not in reasons and "label_exact" not in reasons:
        return Evidence(min(score * 0.3, 0.2), ("row_number", *reasons))
    if cells.n < _FEW:
        return label
    if cells.kind("date") >= 0.7:
        return Evidence(score * 0.1, ("date_values", *reasons))
    if cells.id_like < 0.6:
        return Evidence(score * 0.3, ("values_no_ids", *reasons))
    if cells.unique < 0.6:
        # Time sheets and payrolls have a person on several rows: a sure label stands.
        return Evidence(score * (0.9 if score >= 0.85 else 0.4), (*reasons, "values_repeat"))
    if known_share == 0 and cells.n >= 20 and score < 0.85:
        return Evidence(score * 0.85, (*reasons, "not_in_directory"))
    if cells.unique >= 0.98 and score > 0:
        return Evidence(min(0.99, score + 0.05), (*reasons, "values_unique"))
    if not reasons and cells.n >= 8 and cells.unique >= 0.99 and cells.with_digits >= 0.95 and not cells.running:
        shape = cells.kind("code") >= 0.9 or len({len(cell) for cell in cells.cells}) <= 2
        return Evidence(0.3 if shape and cells.kind("number", "code") >= 0.95 else 0.0, ("values_unique",))
    return label


def weigh_email(label: Evidence, cells: Profile, known_share: float | None) -> Evidence:
    """An e-mail column: addresses, nearly all different."""
    score, reasons = label.score, list(label.reasons)
    if not cells.rows:
        return label
    if not cells.n:
        return Evidence(score * 0.6, ("column_empty", *reasons))
    share = cells.kind("email")
    gated = {"other_person", "other_aspect", "new_value", "secondary"} & set(reasons)
    if share >= 0.5:
        if cells.n >= 10 and cells.unique < 0.5:
            return Evidence(score * 0.4, ("values_repeat", *reasons))
        if known_share is not None and known_share >= 0.5 and cells.n >= 3 and not gated:
            return Evidence(0.99, ("directory_emails", *reasons))
        if gated:
            return label
        if score > 0:
            return Evidence(min(0.99, score + 0.04), (*reasons, "email_values"))
        return Evidence(0.72 if cells.n >= 3 and share >= 0.8 else 0.55, ("email_values",))
    if cells.n >= _FEW and share < 0.1:
        return Evidence(score * 0.2, ("no_email_values", *reasons))
    return label


def weigh_new_email(label: Evidence, cells: Profile) -> Evidence:
    """A column of new addresses is mostly blank; what stands in it are addresses."""
    if cells.n >= 3 and cells.kind("email") < 0.5:
        return Evidence(label.score * 0.3, ("no_email_values", *label.reasons))
    return label


def weigh_status(label: Evidence, cells: Profile, schema: Schema) -> Evidence:
    """A status column: few words again and again, and words of a person's state."""
    score, reasons = label.score, list(label.reasons)
    if not cells.rows or not cells.n:
        return Evidence(score * (0.6 if cells.rows else 1.0), (("column_empty",) if cells.rows else ()) + label.reasons)
    own = frozenset(fold(word) for word in schema.status_words)
    ours = cells.share_in(own)
    state = cells.share_in(own | value_words("state_value"))
    if score > 0 and ours >= 0.5:
        return Evidence(min(0.99, score + 0.05), (*reasons, "status_words"))
    if cells.n < _FEW:
        return Evidence(score, tuple(reasons))
    if cells.share_in(value_words("employment_value")) >= 0.5:
        return Evidence(score * 0.15, ("employment_type_values", *reasons))
    if cells.share_in(value_words("other_value")) >= 0.5 and state < 0.5:
        return Evidence(score * 0.25, ("other_status_values", *reasons))
    if cells.kind("email", "date", "url", "prose") >= 0.5 or (cells.n >= 20 and cells.unique > 0.5):
        return Evidence(score * 0.1, ("too_many_values", *reasons))
    if state >= 0.7:
        if score > 0:
            return Evidence(min(0.99, score + 0.05), (*reasons, "status_words"))
        plain = cells.n >= 8 and not reasons and not value_words("sure_state").isdisjoint(cells.counts)
        return Evidence(0.55 if plain else 0.0, ("status_words",) if plain else ())
    return Evidence(score, tuple(reasons))


def weigh_name(kind: str, score: float, cells: Profile) -> tuple[str, float]:
    """What cells say about a name column: one name or two words, or always the same word."""
    if cells.n >= _FEW:
        if len(cells.counts) == 1 or cells.kind("email", "number", "date", "url") >= 0.5:
            return kind, score * 0.3
        if kind == "name" and cells.two_words >= 0.8:
            return "full_name", score
    return kind, score


def weigh_profile(field: Field, label: Evidence, cells: Profile) -> Evidence:
    """A profile question's column: its type, and most of all its options."""
    score, reasons = label.score, list(label.reasons)
    if cells.n < 3:
        return Evidence(score * (0.8 if cells.rows and not cells.n and score < 0.9 else 1.0), label.reasons)
    if field.options:
        share, split = _option_share(field, cells)
        reason = "option_values_split" if split else "option_values"
        if share >= 0.5:
            kinds = len(field.options)
            proof = 0.8 * share if kinds > 2 else 0.35 * share
            return Evidence(round(1 - (1 - score) * (1 - proof), 3), (reason, *reasons))
        if share < 0.1 and cells.n >= 10 and not field.other:
            return Evidence(score * 0.6, (*reasons, "no_option_values"))
        return label
    wanted = _WANTED.get(field.type)
    if wanted is not None and cells.n >= _FEW:
        share = cells.kind(*wanted)
        if share >= 0.7 and score > 0:
            return Evidence(min(0.99, score + 0.04), (*reasons, "type_values"))
        if share < 0.2:
            return Evidence(score * 0.4, ("other_type_values", *reasons))
    elif wanted is None and cells.kind("email") >= 0.7 and not read_label(field.title).has("email"):
        return Evidence(score * 0.4, ("email_values", *reasons))
    return label


#: Kinds of cells that the type of a question wants. A spreadsheet's serial number may be a date, so numbers count there.
_WANTED: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "number"),
    "number": ("number",),
    "boolean": ("truth", "number"),
}


def _option_share(field: Field, cells: Profile) -> tuple[float, bool]:
    """Share of cells that are options as they are, or whose parts are; the larger, and whether it was by parts."""
    options = frozenset(fold(name) for option in field.options for name in option.names)
    whole = cells.share_in(options)
    if field.type != "multi_select" or whole >= 0.95:
        return whole, False
    best = max((_split_share(cells.cells, options, separator) for separator in _SEPARATORS), default=0.0)
    return (best, True) if best > whole else (whole, False)


def _split_share(cells: Sequence[str], options: frozenset[str], separator: str) -> float:
    """Mean share of a cell's parts that are options."""
    counts = Counter(cells)
    fits = 0.0
    for text, count in counts.items():
        pieces = [fold(piece) for piece in text.split(separator) if piece.strip()]
        if pieces:
            fits += count * sum(piece in options for piece in pieces) / len(pieces)
    return fits / len(cells) if cells else 0.0
