"""Which column means which field: the value that a person confirms and that next month's file is read with.

Strategy: a mapping is one `Binding` per field and the labels of the table it was made for. It is JSON both ways, so a
host stores it as it is, and it knows how to find its columns again by their labels (`ColumnMapping.rebind`), because
columns move between two exports and labels do not. Positions count from 0, as in a list; a person sees letters.

Refused (`MappingError`): labels that are not there or stand there twice, positions beyond the table, one column for two
fields. One exception: a column that holds a whole name may feed the first and the last name, each binding marked with
the part that it takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from .. import _html
from .._grid import column_letter
from .._text import fold
from ..errors import MappingError, quote
from ..schema import Schema
from ..table import Table
from .profiles import Content, Profiles

__all__ = ["Binding", "Candidate", "ColumnMapping", "Confidence", "NamePart", "Rebound"]

#: How far a proposal may be trusted: ``suggest`` (fill it in), ``ask`` (fill it in and say "please check"), ``none``
#: (leave the choice empty; the candidates are what a list shows first).
Confidence = Literal["suggest", "ask", "none"]
NamePart = Literal["first", "last"]

_FROZEN: Final = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


class Candidate(BaseModel):
    """A column that might be the field's.

    Args (all keyword):
        column: Its position from 0.
        label: Its label.
        score: How well it fits, from 0 to 1.
        reasons: Why, machine-readable, most important first.
    """

    model_config = _FROZEN

    column: int
    label: str
    score: float
    reasons: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Candidate(column={self.column}, score={self.score})"

    __str__ = __repr__


class Binding(BaseModel):
    """One field and the column it is read from.

    Args (all keyword):
        field: Key of the schema's field.
        column: Position of the column from 0; None where no column is meant.
        label: The column's label when the mapping was made; how it is found again.
        score: How well the column fits, from 0 to 1. 1.0 where a person has said so.
        reasons: Machine-readable, most important first.
        candidates: The best columns for the field, the bound one included, best first.
        more_columns: Further columns whose answers are joined into the same field, in this order.
        part: Where the column holds whole names: which part of them the field takes.
        inverted: A status column whose *yes* means not active (``Blocked``, ``Block sign in``).
        confidence: What a screen does with the proposal.
        content: What nearly all of the column's cells were when the mapping was made: ``email``, ``date``, ``code`` (numbers
            too), ``truth``, ``text``, ``url``; None where they were few or mixed. `ColumnMapping.rebind` compares it.
    """

    model_config = _FROZEN

    field: str
    column: int | None = None
    label: str | None = None
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    more_columns: tuple[int, ...] = ()
    part: NamePart | None = None
    inverted: bool = False
    confidence: Confidence = "none"
    content: Content | None = None

    def __repr__(self) -> str:
        # No label: where the header is mistaken, a label is somebody's data.
        return f"Binding({self.field!r}, column={self.column}, score={self.score}, confidence={self.confidence!r})"

    __str__ = __repr__

    @property
    def columns(self) -> tuple[int, ...]:
        """All positions that the field is read from; none where it is not bound."""
        return () if self.column is None else (self.column, *self.more_columns)


class ColumnMapping(BaseModel):
    """Which column means which field, for one header.

    >>> from qooper_ingest.workbook import Workbook
    >>> table = Workbook.of_rows([["No.", "Mail", "Town"], ["7", "ann@corp.example", "Bonn"]]).sheet().table(header_row=1)
    >>> mapping = ColumnMapping.of(table, {"id": "No.", "email": 1})
    >>> mapping.column_of("email"), mapping.unmapped, mapping.ignored
    (1, (), (2,))
    >>> ColumnMapping.from_json(mapping.to_json()) == mapping
    True

    Args (all keyword):
        bindings: One per field considered, in the order of the schema.
        labels: All labels of the table that the mapping was made for.
        separator: What stands between the answers of one cell, where somebody has said so.
    """

    model_config = _FROZEN

    bindings: tuple[Binding, ...]
    labels: tuple[str, ...]
    separator: str | None = None

    def __repr__(self) -> str:
        bound = len(self.bindings) - len(self.unmapped)
        return f"ColumnMapping({bound} of {len(self.bindings)} fields bound, {len(self.labels)} columns)"

    __str__ = __repr__

    @classmethod
    def of(
        cls,
        table: Table,
        columns: Mapping[str, str | int | Sequence[str | int] | None],
        /,
        *,
        separator: str | None = None,
        schema: Schema | None = None,
    ) -> Self:
        """Make a mapping that a person has decided.

        Args:
            table: The table the labels are those of.
            columns: Field key → label, or position from 0, or a list of these (several columns that are joined into
                one field), or None (no column).
            separator: What stands between the answers of one cell.
            schema: Says which fields are first and last name where their keys do not, and puts bindings in its order.

        Returns:
            A mapping whose bindings all have the score 1.0. A column given to the first and the last name is marked as
            a whole name to be divided.

        Raises:
            MappingError: ``label_unknown``, ``label_ambiguous``, ``column_out_of_range``, ``column_bound_twice``; with
                a schema also ``field_unknown``.
        """
        keys = list(columns)
        names = {"first_name": "first_name", "last_name": "last_name"}
        if schema is not None:
            for key in keys:
                if schema.by_key(key) is None:
                    raise MappingError("field_unknown", field=quote(key))
            keys = [field.key for field in schema.fields if field.key in columns]
            names = {field.role: field.key for field in schema.fields if field.role in names}
        found = {key: _positions(table.labels, columns[key]) for key in keys}
        first, last = found.get(names.get("first_name", ""), ()), found.get(names.get("last_name", ""), ())
        parts: dict[str, NamePart] = {}
        if first and first == last and len(first) == 1:
            parts = {names["first_name"]: "first", names["last_name"]: "last"}
        profiles = Profiles(table)
        bindings = tuple(
            Binding(
                field=key,
                column=positions[0] if positions else None,
                label=table.labels[positions[0]] if positions else None,
                score=1.0 if positions else 0.0,
                reasons=("given",),
                more_columns=positions[1:],
                part=parts.get(key),
                confidence="suggest" if positions else "none",
                content=profiles[positions[0]].content if positions else None,
            )
            for key, positions in found.items()
        )
        mapping = cls(bindings=bindings, labels=table.labels, separator=separator)
        mapping._refuse_sharing()
        return mapping

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Self:
        """Read a mapping that `to_json` wrote.

        Raises:
            MappingError: ``mapping_invalid``.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}".removeprefix(": ")
        raise MappingError("mapping_invalid", reason=reason)

    def to_json(self) -> str:
        """The mapping as JSON: equal mappings give equal text."""
        return self.model_dump_json(exclude_defaults=True)

    def _repr_html_(self) -> str:
        rows = [
            (
                one.field,
                ", ".join(column_letter(position) for position in one.columns),
                one.label,
                f"{one.score:.2f}" if one.columns else None,
                ", ".join(one.reasons),
            )
            for one in self.bindings
        ]
        ignored = ", ".join(f"{column_letter(position)} {self.labels[position]}" for position in self.ignored)
        table = _html.grid(("field", "column", "label", "score", "reasons"), rows)
        return _html.block("Column mapping", table, f"<p>Not imported: {_html.text(ignored or 'nothing')}</p>")

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Keys of the fields that have no column."""
        return tuple(binding.field for binding in self.bindings if binding.column is None)

    @property
    def ignored(self) -> tuple[int, ...]:
        """Positions of the columns that no field is read from."""
        bound = {position for binding in self.bindings for position in binding.columns}
        return tuple(position for position in range(len(self.labels)) if position not in bound)

    def binding(self, field_key: str, /) -> Binding | None:
        """The binding of a field, if the mapping considers it."""
        return next((binding for binding in self.bindings if binding.field == field_key), None)

    def column_of(self, field_key: str, /) -> int | None:
        """The position of a field's (first) column; None where it has none."""
        binding = self.binding(field_key)
        return None if binding is None else binding.column

    def rebind(self, table: Table, /) -> Rebound:
        """Find the same columns in another file, by their labels.

        Labels are compared without regard to case, accents and whitespace. A label that names several columns of either file is
        ambiguous, for nobody can say which of them was meant, and so is a column whose cells have become something else (it held
        addresses and holds dates): its field is left without a column, and `Rebound` says why.

        Returns:
            A mapping for ``table`` and what is different about its header. A field any of whose columns is gone, ambiguous or
            changed has no column, and one of the reasons ``label_missing``, ``label_ambiguous``, ``content_changed``.
        """
        finding = _Finding(self.labels, table)
        return Rebound(
            mapping=ColumnMapping(
                bindings=tuple(finding.rebound(binding) for binding in self.bindings),
                labels=table.labels,
                separator=self.separator,
            ),
            missing=finding.named("label_missing"),
            new=finding.new(),
            moved=tuple(self.labels[old] for old, at in finding.found.items() if at != old),
            ambiguous=finding.named("label_ambiguous"),
            changed=finding.named("content_changed"),
        )

    def check(self, table: Table, schema: Schema, /) -> None:
        """Say whether the mapping can be used for this table and this schema.

        Raises:
            MappingError: ``field_unknown``, ``field_bound_twice``, ``column_out_of_range``, ``column_bound_twice``,
                ``email_not_mapped``; ``sheet_empty`` if that is why.
        """
        seen: set[str] = set()
        for binding in self.bindings:
            if schema.by_key(binding.field) is None:
                raise MappingError("field_unknown", field=quote(binding.field))
            if binding.field in seen:
                both = [b.column for b in self.bindings if b.field == binding.field]
                raise MappingError("field_bound_twice", field=quote(binding.field), columns=str(both[:8]))
            seen.add(binding.field)
            for position in binding.columns:
                if not 0 <= position < len(table.labels):
                    raise MappingError("column_out_of_range", position=position, count=len(table.labels))
        self._refuse_sharing()
        if self.column_of(schema.email.key) is None:
            if not table.header_rows and table.frame.is_empty():
                raise MappingError("sheet_empty", sheet=table.sheet)
            raise MappingError("email_not_mapped")

    def _refuse_sharing(self) -> None:
        """One column for two fields is a mistake, but for the two parts of a whole name."""
        users: dict[int, list[Binding]] = {}
        for binding in self.bindings:
            for position in binding.columns:
                users.setdefault(position, []).append(binding)
        for position, bindings in users.items():
            parts = [binding.part for binding in bindings]
            if len(bindings) > 1 and (None in parts or len(set(parts)) < len(parts)):
                fields = ", ".join(quote(binding.field) for binding in bindings[:8])
                raise MappingError("column_bound_twice", column=column_letter(position), fields=fields)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Rebound:
    """A mapping found again in another file, and what is different there.

    Args:
        mapping: For the new table.
        missing: Labels of bound columns that the new header does not have.
        new: Labels of the new header that the old one did not have.
        moved: Labels of bound columns that stand at another position now.
        ambiguous: Labels of bound columns that name several columns, in the old header or in the new one.
        changed: Labels of bound columns whose cells have become something else.
    """

    mapping: ColumnMapping
    missing: tuple[str, ...]
    new: tuple[str, ...]
    moved: tuple[str, ...]
    ambiguous: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __repr__(self) -> str:
        counts = {name: len(getattr(self, name)) for name in ("missing", "new", "moved", "ambiguous", "changed")}
        return f"Rebound({', '.join(f'{count} {name}' for name, count in counts.items())})"


class _Finding:
    """The columns of a mapping looked for in another table."""

    def __init__(self, old: Sequence[str], table: Table) -> None:
        self.old, self.table = old, table
        self.old_keys, self.keys = [_label_key(label) for label in old], [_label_key(label) for label in table.labels]
        self.places: dict[str, list[int]] = {}
        for position, key in enumerate(self.keys):
            self.places.setdefault(key, []).append(position)
        self.counts = Counter(self.old_keys)
        self.profiles = Profiles(table)
        #: Old position → new position of the columns that are bound again, and old position → why one is not.
        self.found: dict[int, int] = {}
        self.lost: dict[int, str] = {}

    def rebound(self, binding: Binding) -> Binding:
        """The binding for the new table."""
        for position in binding.columns:
            self._look_for(position, binding.content if position == binding.column else None)
        at = [self.found[position] for position in binding.columns if position in self.found]
        if at and len(at) == len(binding.columns):
            update: dict[str, Any] = {"column": at[0], "label": self.table.labels[at[0]], "more_columns": tuple(at[1:])}
        else:
            update = {"column": None, "label": None, "more_columns": (), "part": None, "content": None}
            if binding.columns:
                reasons = tuple(dict.fromkeys(self.lost[p] for p in binding.columns if p in self.lost))
                update |= {"score": 0.0, "confidence": "none", "reasons": reasons}
        return binding.model_copy(update={"candidates": (), **update})

    def _look_for(self, position: int, content: Content | None) -> None:
        key = self.old_keys[position]
        places = self.places.get(key, []) if key else []
        if not places:
            self.lost[position] = "label_missing"
        elif len(places) > 1 or self.counts[key] > 1:
            self.lost[position] = "label_ambiguous"
        elif content is not None and not self.profiles[places[0]].keeps(content):
            self.lost[position] = "content_changed"
        else:
            self.found[position] = places[0]

    def named(self, reason: str) -> tuple[str, ...]:
        """Labels of the bound columns that were lost for one reason."""
        return tuple(self.old[position] for position, why in sorted(self.lost.items()) if why == reason)

    def new(self) -> tuple[str, ...]:
        """Labels that the old header did not have, or not so often."""
        left = self.counts.copy()
        fresh = []
        for label, key in zip(self.table.labels, self.keys, strict=True):
            if left[key] > 0:
                left[key] -= 1
            elif label:
                fresh.append(label)
        return tuple(fresh)


def _label_key(label: str) -> str:
    """The label without regard to case, accents and whitespace."""
    return "".join(fold(label).split())


def _positions(labels: Sequence[str], wanted: str | int | Sequence[str | int] | None) -> tuple[int, ...]:
    """Positions of the columns that somebody named."""
    if wanted is None:
        return ()
    each = [wanted] if isinstance(wanted, (str, int)) else list(wanted)
    positions = tuple(_position(labels, one) for one in each)
    for position in positions:
        if positions.count(position) > 1:
            raise MappingError("column_bound_twice", column=column_letter(position), fields="one field, several times")
    return positions


def _position(labels: Sequence[str], wanted: str | int) -> int:
    if isinstance(wanted, int):
        if not 0 <= wanted < len(labels):
            raise MappingError("column_out_of_range", position=wanted, count=len(labels))
        return wanted
    same = [position for position, label in enumerate(labels) if label == wanted]
    if not same:
        key = fold(wanted)
        same = [position for position, label in enumerate(labels) if fold(label) == key]
    if not same or not wanted:
        raise MappingError("label_unknown", label=quote(wanted))
    if len(same) > 1:
        raise MappingError("label_ambiguous", label=quote(wanted), count=len(same))
    return same[0]
