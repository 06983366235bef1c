"""What is different between last month's file and this one, before anything is planned.

Strategy: two proposals are compared, column by column, and their typed records person by person. A person is who has the same ID, or the
same address where one of the files has no IDs. What is reported is a list of findings with figures and rows; whether a finding matters is
for the host to say, because a changed file may be right.

Cells are compared by their shape (letters as ``A``, digits as ``9``), so that a change of format is seen whatever the values are. An ID
that has another name now is the trace of a column that was sorted alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from . import _html
from ._grid import ROW
from ._values import same
from .identity import FindingCode
from .mapping import Binding
from .proposal import Proposal
from .records import Records
from .schema import Field

__all__ = ["Drift", "Finding", "compare_files"]

#: A share of blank cells says something from this many percentage points more on: a fifth of the people.
_BLANKS_MORE: Final = 0.2

#: A format is the one that most cells have; where no shape has half of them there is none.
_MOST: Final = 0.5

#: Fields whose cells have a format that programs set: IDs and dates.
_FORMATTED: Final = ("date",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is different.

    Args:
        code: ``column_gone``, ``column_new``; ``column_renamed``: the field is read from a column of another label;
            ``column_rebound``: both files have both columns, and the field is read from another one; ``options_new``: answers that
            nobody gave last time; ``format_changed``: most IDs or dates have another shape; ``blanks_more``: a fifth of the cells
            or more is blank that was not; ``people_gone``, ``people_new``; ``name_changed``: an ID whose names have no word in common.
        field: The field concerned.
        last, this: Labels, shapes (``A`` a letter, ``9`` a digit), or figures; None where there is none.
        options: The answers of ``options_new``.
        rows: Of this file; of the last one for ``people_gone``.
    """

    code: FindingCode
    field: str | None = None
    last: str | float | None = None
    this: str | float | None = None
    options: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"Finding({self.code!r}, field={self.field!r}, rows={len(self.rows)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Drift:
    """What is different between two files. False where nothing is.

    Args:
        findings: In the order of `Finding`'s codes, then of the columns.
        people: People whom both files name; people of the last one; people of this one.
        matched_by: ``id`` or ``email``.
    """

    findings: tuple[Finding, ...]
    people: tuple[int, int, int]
    matched_by: Literal["id", "email"]

    def __repr__(self) -> str:
        return f"Drift({len(self.findings)} findings, {self.people[0]} people in both)"

    def __eq__(self, other: object) -> bool:
        return same(self, other, self.__slots__)

    def __bool__(self) -> bool:
        return bool(self.findings)

    @property
    def codes(self) -> tuple[FindingCode, ...]:
        """The code of every finding. `Policy.drift` says which of them stop a plan."""
        return tuple(one.code for one in self.findings)

    def _repr_html_(self) -> str:
        rows = [
            (one.code, one.field or "", _told(one.last), _told(one.this), str(len(one.rows))) for one in self.findings
        ]
        return _html.block(repr(self), _html.grid(("finding", "field", "last", "this", "rows"), rows))

    def of(self, code: FindingCode, /) -> tuple[Finding, ...]:
        """The findings of one code."""
        return tuple(one for one in self.findings if one.code == code)


def compare_files(last: Proposal, this: Proposal, /) -> Drift:
    """Compare this month's file with the last one.

    Args:
        last: What was imported, from `propose` with the choices that were kept.
        this: What is to be imported.

    Returns:
        What is different. The same file twice has no finding.

    Raises:
        MappingError: No column of a file is bound to the e-mail.

    >>> import qooper_ingest as qi
    >>> schema = qi.Schema.participants()
    >>> last, this = (
    ...     qi.propose(file, schema=schema)
    ...     for file in (b"Employee ID,Email\\nA1,ann@corp.example\\n", b"Employee ID,Email\\nA2,bob@corp.example\\n")
    ... )
    >>> [(one.code, one.rows) for one in compare_files(last, this).findings]
    [('people_gone', (2,)), ('people_new', (2,))]
    """
    records = (last.records(), this.records())
    matched_by: Literal["id", "email"] = (
        "id" if all(one.identity["id"].null_count() < one.identity.height for one in records) else "email"
    )
    keys = [_people(one, matched_by) for one in records]
    found = [
        *_columns(last, this),
        *_options(last, records),
        *_formats(last, this),
        *_blanks(last, records),
        *_comings(*keys),
        *(_names(last, records, keys) if matched_by == "id" else ()),
    ]
    both = keys[0].join(keys[1], on="key", how="semi").height
    return Drift(findings=tuple(found), people=(both, keys[0].height, keys[1].height), matched_by=matched_by)


def _columns(last: Proposal, this: Proposal) -> Iterator[Finding]:
    """Columns gone, new, and of another label."""
    labels = [set(filter(None, one.table.labels)) for one in (last, this)]
    bound = [_bound(one) for one in (last, this)]
    renamed = {
        key: (was.label, bound[1][key].label)
        for key, was in bound[0].items()
        if key in bound[1] and was.label != bound[1][key].label
    }
    for label in sorted(labels[0] - labels[1] - {was for was, _ in renamed.values()}):
        field = next((key for key, one in bound[0].items() if one.label == label), None)
        yield Finding(code="column_gone", field=field, last=label)
    for label in sorted(labels[1] - labels[0] - {now for _, now in renamed.values()}):
        field = next((key for key, one in bound[1].items() if one.label == label), None)
        yield Finding(code="column_new", field=field, this=label)
    for key, (was, now) in renamed.items():
        there = was in labels[1] and now in labels[0]
        yield Finding(code="column_rebound" if there else "column_renamed", field=key, last=was, this=now)


def _bound(proposal: Proposal) -> dict[str, Binding]:
    return {one.field: one for one in proposal.mapping.bindings if one.column is not None}


def _options(last: Proposal, records: tuple[Records, Records]) -> Iterator[Finding]:
    """Answers that nobody gave last time, of questions that both files ask."""
    for field in _asked(last, records):
        if field.type not in ("select", "multi_select"):
            continue
        answers = [one.frame.select(ROW, pl.col(field.key)) for one in records]
        if field.type == "multi_select":
            answers = [one.explode(field.key) for one in answers]
        new = (
            answers[1]
            .drop_nulls()
            .filter(~pl.col(field.key).is_in(answers[0][field.key].drop_nulls().unique().implode()))
        )
        if not new.is_empty():
            yield Finding(
                code="options_new", field=field.key, options=tuple(new[field.key].unique().sort()), rows=_rows(new[ROW])
            )


def _formats(last: Proposal, this: Proposal) -> Iterator[Finding]:
    """IDs and dates most of which have another shape than most had."""
    bound = [_bound(one) for one in (last, this)]
    for field in last.schema.fields:
        if (field.role != "id" and field.type not in _FORMATTED) or not all(field.key in one for one in bound):
            continue
        shapes = [_shape(proposal, one[field.key]) for proposal, one in zip((last, this), bound, strict=True)]
        was, now = (shape for shape, _ in shapes)
        if was is not None and now is not None and was != now:
            yield Finding(code="format_changed", field=field.key, last=was, this=now, rows=shapes[1][1])


def _shape(proposal: Proposal, binding: Binding) -> tuple[str | None, tuple[int, ...]]:
    """The shape that most cells of a column have, and their rows."""
    cells = proposal.table.frame.select(
        ROW, pl.nth(1 + (binding.column or 0)).str.strip_chars().alias("cell")
    ).drop_nulls()
    # A date's day and month have one digit or two; that is no other format.
    digits = r"[0-9]+" if _is_date(proposal, binding) else "[0-9]"
    shape = pl.col("cell").str.replace_all(digits, "9")
    told = cells.select(ROW, shape.str.replace_all(r"\p{L}", "A").alias("shape"))
    counted = told["shape"].value_counts(sort=True)
    if counted.is_empty() or counted["count"][0] < _MOST * told.height:
        return None, ()
    most = counted["shape"][0]
    return most, _rows(told.filter(pl.col("shape") == most)[ROW])


def _is_date(proposal: Proposal, binding: Binding) -> bool:
    field = proposal.schema.by_key(binding.field)
    return field is not None and field.type == "date"


def _blanks(last: Proposal, records: tuple[Records, Records]) -> Iterator[Finding]:
    """Questions that a fifth of the people or more no longer answer."""
    for field in _asked(last, records):
        shares = [one.frame[field.key].null_count() / max(one.frame.height, 1) for one in records]
        if shares[1] - shares[0] >= _BLANKS_MORE:
            blank = records[1].frame.filter(pl.col(field.key).is_null())[ROW]
            yield Finding(code="blanks_more", field=field.key, last=shares[0], this=shares[1], rows=_rows(blank))


def _asked(last: Proposal, records: tuple[Records, Records]) -> Iterator[Field]:
    """The questions that both files have."""
    return (field for field in last.schema.profile if all(field.key in one.frame.columns for one in records))


def _people(records: Records, matched_by: str) -> pl.DataFrame:
    """``key`` and ``row`` of everybody, once."""
    key = "id" if matched_by == "id" else "email_key"
    return (
        records.identity.select(pl.col(key).alias("key"), pl.col(ROW))
        .drop_nulls("key")
        .unique("key", keep="first", maintain_order=True)
    )


def _comings(last: pl.DataFrame, this: pl.DataFrame) -> Iterator[Finding]:
    gone, new = last.join(this, on="key", how="anti"), this.join(last, on="key", how="anti")
    if not gone.is_empty():
        yield Finding(code="people_gone", last=float(last.height), this=float(this.height), rows=_rows(gone[ROW]))
    if not new.is_empty():
        yield Finding(code="people_new", last=float(last.height), this=float(this.height), rows=_rows(new[ROW]))


def _names(last: Proposal, records: tuple[Records, Records], keys: list[pl.DataFrame]) -> Iterator[Finding]:
    """IDs whose names have no word in common, where both files have names."""
    fields = [field.key for role in ("first_name", "last_name") if (field := last.schema.by_role(role)) is not None]
    fields = [key for key in fields if all(key in one.frame.columns for one in records)]
    if not fields:
        return
    words = (
        pl.concat_str(*fields, separator=" ", ignore_nulls=True)
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_lowercase()
        .str.extract_all(r"\p{L}{2,}")
    )
    named = [
        people.join(one.frame.select(ROW, words.alias("words")), on=ROW).filter(pl.col("words").list.len() > 0)
        for people, one in zip(keys, records, strict=True)
    ]
    both = named[1].join(named[0], on="key", suffix="_last")
    other = both.filter(pl.col("words").list.set_intersection("words_last").list.len() == 0)
    if not other.is_empty():
        yield Finding(
            code="name_changed",
            field=fields[0],
            last=float(both.height),
            this=float(other.height),
            rows=_rows(other[ROW]),
        )


def _rows(rows: pl.Series) -> tuple[int, ...]:
    return tuple(rows.unique().sort())


def _told(value: str | float | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:g}"
