"""What people have confirmed before: labels and the fields they were bound to, counted.

Strategy: a memory is a value a host keeps, per host or per customer, as JSON. `MappingMemory.learn` adds what one confirmed
mapping says, `merge` adds two memories, and `suggest_mapping` takes it as one more signal whose reason is reported. There is no
model, no network and no clock; no cell is ever kept, and of labels only those that can be labels: an address, a number or a
date that a mistaken header made a label is somebody's data and is left out, and a header that holds an address is none: nothing of
it is remembered.

Conflicts are kept, not settled: a label of whose confirmations fewer than four in five say one field is asked about
(`memory_conflict`), and so is one that said *active* once and *not active* another time. To forget is the host's to say: one label or one field (`forget`), or the older half of everything
(`fade`).

Bounded: at most `LABELS` labels, each of at most `LABEL_LENGTH` characters, for at most `FIELDS` fields, counted up to `COUNT`.
Beyond that many labels those with the smallest digests are kept, because only a choice that does not depend on the order makes
merging in any order give one result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .._grid import column_letter
from ..errors import MappingError
from ..kinds import cell_kind
from ..words import label_words, read_label
from .evidence import Evidence, Signal, weigh
from .model import ColumnMapping

__all__ = ["MEMORY", "MappingMemory", "Votes", "weigh_memory"]

#: Labels that a memory holds.
LABELS: Final = 5_000

#: Longer labels are not remembered: they are questions with an explanation, and change.
LABEL_LENGTH: Final = 120

#: Fields that one label is remembered for.
FIELDS: Final = 50

#: Counts stop here.
COUNT: Final = 1_000_000

#: What stands in the place of a field for "confirmed as no field".
_NO_FIELD: Final = ""

#: What stands behind the key of a status field whose *yes* was confirmed to mean not active. No key of a field holds the sign.
_INVERTED: Final = ":inverted"

#: Longer documents are none of ours: the bounds above make at most so many characters.
_DOCUMENT: Final = 20_000_000


class MappingMemory(BaseModel):
    """Labels that people have confirmed, and for which fields.

    Args (all keyword):
        labels: Label for comparison → field key (``""``: no field; ``status:inverted``: a status whose *yes* means not active)
            → how often it was confirmed.

    >>> from qooper_ingest.workbook import Workbook
    >>> table = Workbook.of_rows([["Kürzel", "Mail"]]).sheet().table(header_row=1)
    >>> memory = MappingMemory().learn(ColumnMapping.of(table, {"id": "Kürzel", "email": "Mail"}))
    >>> memory.votes("KÜRZEL"), MappingMemory.from_json(memory.to_json()) == memory
    ({'id': 1}, True)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    labels: dict[str, dict[str, int]] = Field(default_factory=dict)

    @field_validator("labels")
    @classmethod
    def _bound(cls, labels: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
        return _bounded(labels)

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __repr__(self) -> str:
        return f"MappingMemory({len(self.labels)} labels)"

    __str__ = __repr__

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Self:
        """Read a memory that `to_json` wrote.

        Raises:
            MappingError: ``memory_invalid``.
        """
        if len(text) > _DOCUMENT:
            raise MappingError("memory_invalid", reason=f"it has more than {_DOCUMENT} characters")
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            # The kind of the mistake only: a place in this document is a label, and a label may be somebody's data.
            reason = error.errors(include_url=False, include_input=False, include_context=False)[0]["type"]
        raise MappingError("memory_invalid", reason=reason)

    def to_json(self) -> str:
        """The memory as JSON: equal memories give equal text."""
        return self.model_dump_json()

    def learn(self, mapping: ColumnMapping, /) -> Self:
        """Add a mapping that a person has confirmed: each bound label for its field, each other label for none.

        Labels that stand twice in the header are left out, and columns of whole names, which are divided in every file anew. Of
        a file without a header, or whose header row holds an address (a row of data), nothing is learned.
        """
        letters = tuple(column_letter(column) for column in range(len(mapping.labels)))
        if mapping.labels == letters or any(cell_kind(label.strip()) == "email" for label in mapping.labels):
            return self
        fields = {
            column: binding.field
            + (_INVERTED if binding.inverted or read_label(mapping.labels[column]).asks == "inactive" else "")
            for binding in mapping.bindings
            for column in binding.columns
        }
        whole_names = {column for binding in mapping.bindings if binding.part for column in binding.columns}
        keys = [_key(label) for label in mapping.labels]
        seen: dict[str, dict[str, int]] = {}
        for column, key in enumerate(keys):
            if key and keys.count(key) == 1 and column not in whole_names:
                seen[key] = {fields.get(column, _NO_FIELD): 1}
        return self.merge(type(self)(labels=seen))

    def merge(self, other: Self, /) -> Self:
        """Add two memories. The order of merging makes no difference."""
        labels = {key: dict(counts) for key, counts in self.labels.items()}
        for key, counts in other.labels.items():
            of_key = labels.setdefault(key, {})
            for field, count in counts.items():
                of_key[field] = of_key.get(field, 0) + count
        return type(self)(labels=labels)

    def forget(self, *, labels: Iterable[str] = (), fields: Iterable[str] = ()) -> Self:
        """Leave out some labels, and whatever was confirmed for some fields (a question that is no longer asked)."""
        gone = {_key(label) for label in labels}
        gone_fields = {name for field in fields for name in (field, field + _INVERTED)}
        kept = {
            key: {field: count for field, count in counts.items() if field not in gone_fields}
            for key, counts in self.labels.items()
            if key not in gone
        }
        return type(self)(labels=kept)

    def fade(self) -> Self:
        """Halve all counts, rounded down: what was confirmed once and never again is forgotten."""
        return type(self)(
            labels={key: {field: count // 2 for field, count in counts.items()} for key, counts in self.labels.items()}
        )

    def votes(self, label: str, /) -> Mapping[str, int]:
        """How often a label was confirmed for each field (``""``: for none; ``status:inverted``: see `MappingMemory`)."""
        return dict(self.labels.get(_key(label), {}))


def _bounded(labels: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Keys and fields in order, counts from 1 to `COUNT`, at most `LABELS` labels."""
    kept: dict[str, dict[str, int]] = {}
    for key, counts in labels.items():
        fields = sorted(field for field, count in counts.items() if count > 0 and len(field) <= LABEL_LENGTH)[:FIELDS]
        if fields and 0 < len(key) <= LABEL_LENGTH:
            kept[key] = {field: min(counts[field], COUNT) for field in fields}
    keys = sorted(kept)
    if len(keys) > LABELS:
        keys = sorted(
            sorted(keys, key=lambda key: hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest())[:LABELS]
        )
    return {key: kept[key] for key in keys}


def _key(label: str) -> str:
    """The label for comparison; blank where it is not to be remembered."""
    text = label.strip()
    if not text or "@" in text or cell_kind(text) in ("email", "number", "date", "url", "blank", "prose"):
        return ""
    key = "".join(label_words(text))  # brackets included: "E-mail (manager)" is another label
    return key if len(key) <= LABEL_LENGTH and not key.isdigit() else ""


class Votes:
    """What a memory says of one label and one field, and what is known of the column so far."""

    def __init__(self, memory: MappingMemory, label: str, field: str, so_far: Evidence) -> None:
        self._counts = memory.votes(label)
        self._field = field
        self.so_far = so_far

    @cached_property
    def total(self) -> int:
        """Confirmations of the label."""
        return sum(self._counts.values())

    @cached_property
    def inverted(self) -> int:
        """Of them, for this field, *yes* meaning not active."""
        return self._counts.get(self._field + _INVERTED, 0)

    @cached_property
    def here(self) -> int:
        """Of them, for this field."""
        return self._counts.get(self._field, 0) + self.inverted

    @cached_property
    def contrary(self) -> bool:
        """Whether confirmations, or they and the label's words, say both that a *yes* means active and that it does not."""
        plain = self.here - self.inverted
        if self.inverted and plain:
            return True
        if self.inverted:
            return "active_flag" in self.so_far.reasons
        said = self.so_far.reasons
        return bool(plain) and "inactive_flag" in said and "inactive_since" not in said

    @cached_property
    def share(self) -> float:
        return self.here / self.total if self.total else 0.0

    @cached_property
    def gated(self) -> bool:
        """Whether the label is by its words somebody else's, or a state's number: a memory does not lift that to certainty."""
        return not {"other_person", "national_id"}.isdisjoint(self.so_far.reasons)


_S = Signal[Votes]

#: What confirmations make of a column; the first line that holds acts.
MEMORY: Final[tuple[_S, ...]] = (
    _S("never seen", lambda v: not v.total, 1.0, "", "", "times"),
    _S("confirmed to mean active and not active", lambda v: v.contrary, 0.7, "memory_conflict", "Locked, Enabled: a word turned round",
       "at_most"),
    _S("confirmed against the words", lambda v: v.gated and v.share >= 0.8, 0.6, "confirmed_before", "a customer's own use of a word", "at_least"),
    _S("confirmed many times", lambda v: v.here >= 3 and v.share >= 0.8, 0.97, "confirmed_before", "next month's file", "at_least"),
    _S("confirmed once or twice", lambda v: v.share >= 0.8, 0.85, "confirmed_before", "next month's file", "at_least"),
    _S("confirmed for several fields", lambda v: v.here > 0, 0.7, "memory_conflict", "two kinds of files of one customer", "at_most"),
    _S("confirmed for something else", lambda v: v.total >= 2, 0.4, "confirmed_otherwise", "next month's file", "times"),
    _S("once confirmed for something else", lambda v: v.total == 1, 0.7, "confirmed_otherwise", "next month's file", "at_most"),
)  # fmt: skip


def weigh_memory(memory: MappingMemory | None, label: str, field: str, so_far: Evidence, /) -> Evidence:
    """Say what earlier confirmations make of a column's evidence for a field."""
    if memory is None:
        return so_far
    votes = Votes(memory, label, field, so_far)
    evidence = weigh(MEMORY, votes, so_far)
    if votes.inverted and not votes.contrary and "inactive_flag" not in evidence.reasons:
        evidence = Evidence(evidence.score, (*evidence.reasons, "inactive_flag"))
    return evidence
