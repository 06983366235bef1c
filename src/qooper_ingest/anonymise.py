"""Make a text file harmless: the same bytes layout, formats and faults, with invented cells.

Wanted: a file that somebody may attach to a bug report. Whatever made the original fail has to fail in it as well, and nobody may
be found in it. How: the text is never parsed and written again. Letters and digits are replaced where they stand, one for one and
each by one that takes as many bytes (`_invent`); delimiters, quotes, line ends, whitespace and control characters are left alone. So rows, columns,
stray quotes and the encoding stay by construction, and no place of the file is forgotten: not the lines above the header, not a
comment, not a broken line. Everything is replaced but what a rule keeps:

1. A label of the header that says something to the library or the schema: its words that are in their lists, numbers of two digits. The other
   words of a label are replaced: a column may be headed by a person. The same for a whole line of labels that was not taken for the header.
2. Words of options, status words, yes and no, months and notes (*total*): where no cell of another column has them. So
   the words of names, IDs, addresses, free text and unmapped columns are always replaced, also the month that is a first name.
3. Whole cells that stand for no answer (*n/a*), whose being there is the fault.
4. Public last parts of domains, and domains of public mail providers.

When in doubt a word is replaced: a fault that gets lost so is found by reading both files, and is said (`Anonymised.differences`).

Refused: anything but text. A workbook holds authors, comments, names and links in places that nobody looks at; an archive names of files.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from typing import Final

import polars as pl

from ._invent import Inventor
from ._text import fold
from .cells.words import BLANK_VALUES, MONTHS, NO_KEYS, WEEKDAYS, YES_KEYS
from .errors import IngestError, UsageError
from .header import CONFIDENT_FROM
from .ids import PLACEHOLDERS
from .limits import DEFAULT_LIMITS, Limits
from .proposal import Proposal, propose
from .readers.text.notes import NOTE_PATTERN
from .schema import Schema
from .source import Format, Source
from .words import known_words, read_label, value_words

__all__ = ["KEY_BYTES", "Anonymised", "anonymise"]

#: Bytes of a key that is long enough not to be guessed.
KEY_BYTES: Final = 16

_LOCAL: Final = re.compile(r"[^\s@,;<>\"'|]+(?=@)")
_RUN: Final = re.compile(r"[^\W\d_]+|\d+")
_WORD: Final = re.compile(r"[^\W\d_]+")

#: What may stand around a cell in a text file, or between two of them, whatever its delimiter is.
_AROUND: Final = "[\r\n\t\"',;|\u00a0\ufeff\u201c\u201d\u201e\u00ab\u00bb]"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Anonymised:
    """A file that was made harmless.

    Args:
        data: Its bytes: as many as the original has.
        cells: Cells that hold something else now.
        kept: What stays as it was, in words.
        differences: What is found otherwise than in the original, in words without cells; empty where nothing is.
    """

    data: bytes
    cells: int
    kept: tuple[str, ...]
    differences: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Anonymised({len(self.data)} bytes, {len(self.differences)} differences)"


def anonymise(
    source: Source, /, *, key: bytes, schema: Schema | None = None, limits: Limits = DEFAULT_LIMITS
) -> Anonymised:
    """Invent the cells of a text file anew.

    Args:
        source: The file.
        key: A secret of 16 bytes at least; the same key invents the same words.
        schema: The host's fields: their options and status words stay.
        limits: What reading may cost.

    Raises:
        UsageError: ``argument_invalid``: a short key, a file that is no text, or one that cannot be written as it was read.
        SourceError: The file cannot be read.

    >>> made = anonymise(Source.of(b"Name;E-mail\\nAnn Lee;ann.lee@corp.example\\nBob Orr;bob@corp.example\\n"), key=b"0123456789abcdef")
    >>> made.data[:12], len(made.data), b"lee" in made.data.lower(), made.differences
    (b'Name;E-mail\\n', 66, False, ())
    """
    if len(key) < KEY_BYTES:
        raise UsageError("argument_invalid", reason=f"the key needs {KEY_BYTES} bytes at least")
    read = _read(source, schema if schema is not None else Schema.participants(), limits)
    made = Source(source.name, read.invented(key))
    try:
        after = propose(made, schema=read.proposal.schema, limits=limits)
    except IngestError as error:
        return Anonymised(
            data=made.data, cells=0, kept=_said_of(read.kept), differences=(f"the file is refused now ({error.code})",)
        )
    return Anonymised(
        data=made.data,
        cells=sum(a != b for a, b in zip(_cells(read.proposal), _cells(after), strict=False)),
        kept=_said_of(read.kept),
        differences=tuple(_differences(read.proposal, after)),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it is read, and what stays of it."""

    proposal: Proposal
    text: str
    encoding: str
    between: re.Pattern[str]
    kept: _Kept
    size: int

    def invented(self, key: bytes) -> bytes:
        """The bytes with their words and numbers invented anew."""
        cells = Inventor(key, self.encoding, self.kept.words, self.text)
        labels = Inventor(key, self.encoding, self.kept.label_words, self.text)
        text = _rewritten(self.text, self.between, self.kept, cells, labels)
        try:
            data = text.encode(self.encoding, "surrogateescape")
        except UnicodeError:
            data = b""
        if len(data) != self.size:
            raise UsageError("argument_invalid", reason="the file cannot be written in its own encoding")
        return data


def _read(source: Source, schema: Schema, limits: Limits) -> _Read:
    proposal = propose(source, schema=schema, limits=limits)
    options = proposal.workbook.options
    if proposal.workbook.format is not Format.TEXT or options.member is not None:
        raise UsageError(
            "argument_invalid",
            reason="only text files (csv, tsv, txt) are made harmless: save the sheet as csv, and check that the fault is still there",
        )
    text, encoding = _decoded(source.data, options.encoding or "utf-8")
    delimiter = options.dialect.delimiter if options.dialect is not None else ","
    between = re.compile(f"({_AROUND}|{re.escape(delimiter)})" if delimiter else f"({_AROUND})")
    return _Read(proposal, text, encoding, between, _kept(proposal, schema, text, between), len(source.data))


def _decoded(data: bytes, encoding: str) -> tuple[str, str]:
    """The text, and the name of an encoding that writes it as it was; broken bytes are kept as they are."""
    names = [codecs.lookup(encoding).name]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        names = ["utf-16-le" if data[:1] == b"\xff" else "utf-16-be", *names]
    if names[-1].startswith(("utf-8", "utf_8")):
        names[-1] = "utf-8"  # whose mark in front is a character like any other
    for name in names:
        try:
            text = data.decode(name, "surrogateescape")
            if text.encode(name, "surrogateescape") == data:
                return text, name
        except (UnicodeError, LookupError):
            continue
    raise UsageError("argument_invalid", reason="the file cannot be written as it was read")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What stays as it is: labels (word by word), whole cells as written, whole cells folded, words folded."""

    labels: frozenset[str]
    label_words: frozenset[str]
    cells: frozenset[str]
    folded: frozenset[str]
    words: frozenset[str]


def _kept(proposal: Proposal, schema: Schema, text: str, between: re.Pattern[str]) -> _Kept:
    """What stays of a file."""
    cells, words = _personal(proposal, text, between)
    labels, label_words = _labels(proposal), known_words() - _names() | _schema_words(schema)
    options = {name for field in schema.fields for one in field.options for name in one.names}
    # Options that are numbers are kept as whole cells only: a number is not a word.
    folded = frozenset(map(fold, (*YES_KEYS, *NO_KEYS, *options))) - cells
    return _Kept(
        labels=labels,
        label_words=label_words,
        cells=_counter(proposal),
        folded=folded | _nothing() | _TRUTH,
        words=_value_words(proposal, options) - words,
    )


#: Whole cells that programs write, and nobody is called.
_TRUTH: Final = frozenset({"true", "false"})


@cache
def _nothing() -> frozenset[str]:
    """Whole cells that stand for no answer or no ID."""
    return frozenset(fold(text) for text in (*BLANK_VALUES, *PLACEHOLDERS))


@cache
def _answers() -> frozenset[str]:
    """Whole cells of a column that asks for yes or no."""
    return _nothing() | frozenset(map(fold, (*YES_KEYS, *NO_KEYS)))


@cache
def _names() -> frozenset[str]:
    """Words of the vocabulary that are somebody's name, or a part of one."""
    path = resources.files(__package__).joinpath("data/name_words.toml")
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    some = ("particles", "ambiguous", "common_given", "common_family")
    return frozenset(fold(word) for name in some for words in lists[name].values() for word in words.split())


def _schema_words(schema: Schema) -> frozenset[str]:
    """Words of the schema's labels, and of the columns that a directory has beside them."""
    labels = (label for field in schema.fields for label in (field.key, field.title, *field.aliases))
    return _words(*labels, *_DIRECTORY)


def _value_words(proposal: Proposal, options: set[str]) -> frozenset[str]:
    """Words that values are made of: options, status words, notes of a report; months where a field is a date."""
    bound = {binding.field for binding in proposal.mapping.bindings}
    dates = any(field.type == "date" and field.key in bound for field in proposal.schema.fields)
    months = (*chain.from_iterable(MONTHS), *WEEKDAYS) if dates else ()
    common = _words(*months, *_NOTE_WORDS, *_STATES) | value_words("state_value")
    return (common - _names()) | _words(*options, *proposal.schema.status_words)


def _words(*texts: str) -> frozenset[str]:
    return frozenset(fold(word) for text in texts for word in _WORD.findall(text))


#: What a file says about itself: a first line that names the delimiter, or the type of its lines.
_STATES: Final = ("sep", "TYPE", "Selected", "System")

#: The columns that a directory has beside the fields.
_DIRECTORY: Final = (
    "ref",
    "id",
    "email",
    "status",
    "sso subject",
    "sso_subject",
    "roles",
    "protected",
    "status locked",
)

#: The words of notes, without the syntax of their patterns.
_NOTE_WORDS: Final = re.findall(r"[^\W\d_]{2,}", re.sub(r"\\\w", " ", NOTE_PATTERN))


def _labels(proposal: Proposal) -> frozenset[str]:
    """Cells of the header, and of a whole line of labels, that say something to the library or the schema."""
    grid, schema_words = proposal.sheet.grid, _schema_words(proposal.schema)
    sure = set(proposal.header.rows) if proposal.header.score >= CONFIDENT_FROM else set()
    found: set[str] = set()
    for row, *cells in grid.head(_LABELS_WITHIN).rows():
        said = [cell.strip() for cell in cells if cell is not None and cell.strip()]
        labels = [cell for cell in said if "@" not in cell and _is_label(cell, schema_words)]
        whole = [cell for cell in labels if not read_label(cell).unknown]
        if row in sure or (len(whole) >= _LABELS_OF_A_LINE and len(whole) * 2 > len(said)):
            found.update(labels)
    return frozenset(found)


#: Lines among which a header may be, and labels that make a line one.
_LABELS_WITHIN: Final = 100
_LABELS_OF_A_LINE: Final = 3


def _is_label(cell: str, schema_words: frozenset[str]) -> bool:
    """Whether a text says something to the library or the schema, as the label of a column."""
    return bool(read_label(cell).roles) or any(fold(word) in schema_words for word in _WORD.findall(cell))


def _counter(proposal: Proposal) -> frozenset[str]:
    """The numbers of a column that counts the rows, as whole cells: what reads a file may go by their being in order."""
    frame = proposal.sheet.grid
    for letter in frame.columns[1:]:
        cells = frame[letter].drop_nulls().to_list()
        for start in (0, 1):
            counted = [str(start + at) for at in range(len(cells))]
            if len(cells) > _COUNTED and (cells == counted or cells[1:] == counted[:-1]):
                return frozenset(counted)
    return frozenset()


#: So many numbers in order are a count of the rows.
_COUNTED: Final = 2

#: Fields whose cells are values of a list and tell nobody's name.
_VALUE_TYPES: Final = frozenset({"select", "multi_select", "boolean", "date"})


def _personal(proposal: Proposal, text: str, between: re.Pattern[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Whole cells (folded) and words of them that may be somebody's: of every column but those of values, and of addresses."""
    words = {fold(word) for local in _LOCAL.findall(text) for word in _WORD.findall(local)}
    frame, cells = proposal.table.frame, set[str]()
    of_values, of_names = set[int](), set[int]()
    fields = {field.key: field for field in proposal.schema.fields}
    for binding in proposal.mapping.bindings:
        field = fields[binding.field]
        is_value = field.type in _VALUE_TYPES or field.role == "status"
        (of_values if is_value else of_names).update(binding.columns)
    for position, letter in enumerate(frame.columns[1:]):
        column = {cell: fold(cell) for cell in frame[letter].drop_nulls().unique()}
        asks = position not in of_names and set(column.values()) <= _answers()
        if position in of_values or asks:
            continue
        said = {cell: key for cell, key in column.items() if key not in _nothing()}
        cells.update(fold(part) for cell in said for part in (cell, *between.split(cell)[::2]))
        words |= _words(*said)
    return frozenset(cells), frozenset(words)


def _said_of(kept: _Kept) -> tuple[str, ...]:
    """What stays, in words."""
    count = len(kept.labels)
    header = (
        f"{count} label{'' if count == 1 else 's'} of the header"
        if count
        else "no label: the header is not beyond doubt"
    )
    return (
        f"{header}, with the words that the library or the schema knows",
        "words of options, status, yes and no, months and notes that no other column has; cells that stand for no answer",
        "the public last part of domains, and domains of public mail providers",
        "leading zeros, and everything that is neither a letter nor a digit",
    )


def _rewritten(text: str, between: re.Pattern[str], kept: _Kept, inventor: Inventor, labels: Inventor) -> str:
    """The text with its words and numbers invented anew."""
    parts = between.split(text)
    of_labels = {part.strip() for label in kept.labels for part in between.split(label)}
    for at in range(0, len(parts), 2):
        cell = parts[at].strip()
        if not cell or cell in kept.cells or fold(cell) in kept.folded:
            continue
        parts[at] = _label(parts[at], labels) if cell in of_labels else inventor.cell(parts[at])
    return "".join(parts)


def _label(text: str, inventor: Inventor) -> str:
    """A label: words that are known stay, and numbers that only count."""
    return _RUN.sub(
        lambda run: run[0] if run[0].isdigit() and len(run[0]) <= _COUNTING else inventor.cell(run[0]), text
    )


#: Digits of a number that counts columns.
_COUNTING: Final = 2


def _cells(proposal: Proposal) -> Iterator[str | None]:
    return (cell for row in proposal.sheet.grid.rows() for cell in row[1:])


def _differences(before: Proposal, after: Proposal) -> Iterator[str]:
    """What is found otherwise in the harmless file: how it is read, its shape, its header, its columns, its issues."""
    facts: dict[str, Callable[[Proposal], object]] = {
        "the encoding": lambda one: one.workbook.options.encoding,
        "the dialect": lambda one: one.workbook.options.dialect,
        "the shape": lambda one: one.sheet.grid.select(pl.all().is_null()).hash_rows().to_list(),
        "the header row": lambda one: one.header.rows,
        "the columns of the fields": lambda one: [(binding.field, binding.columns) for binding in one.mapping.bindings],
        "the separator of several answers": lambda one: one.separator.separator,
    }
    for name, told in facts.items():
        if told(before) != told(after):
            yield (
                f"{name} is another one"
                if name != "the columns of the fields"
                else "the columns are taken for other fields"
            )
    counted = [_found(one) for one in (before, after)]
    for code, row, column in sorted(set(counted[0]) | set(counted[1]), key=str):
        was, now = (one[code, row, column] for one in counted)
        if was != now:
            place = ", ".join(
                part for part in (f"row {row}" if row else "", f"column {column}" if column else "") if part
            )
            yield f"{code} ({place or 'the file'}) is {'lost' if was > now else 'new'}"


def _found(proposal: Proposal) -> Counter[tuple[str, int | None, str | None]]:
    """What is found of a file, with its places."""
    try:
        issues = proposal.records().issues
    except IngestError:
        issues = proposal.issues
    return Counter(issues.frame.select("code", "row", "column").rows())
