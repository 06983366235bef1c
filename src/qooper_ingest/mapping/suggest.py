"""Propose which column means which field.

Strategy, in this order: read every label (``words.py``); gate out what belongs to somebody or something else and score
what remains per field (``label_signals.py``); let the other columns speak (``context.py``), because "ID" beside "Completion
time" numbers answers; let earlier confirmations speak (``memory.py``) and the cells (``value_signals.py``); then decide all
fields together (``assign.py``), with "none" allowed everywhere. Wrong is worse than empty: a person confirms the proposal, and what
stands in it already is looked at least.

The proposal depends on the labels, a sample of the rows, the schema and what is passed only, and is the same on every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import polars as pl

from ..schema import Field, Schema
from ..table import Table
from ..words import Reading, read_label
from .assign import assign
from .context import Header, weigh_context
from .evidence import NOTHING, Evidence
from .label_features import LabelFeatures, label_features
from .label_signals import IDENTITY, judge_label
from .memory import MappingMemory, weigh_memory
from .model import Binding, Candidate, ColumnMapping, Confidence
from .names import name_kind
from .profiles import Profiles
from .questions import score_questions
from .value_signals import ColumnCells, contradicts, weigh_cells, weigh_name

__all__ = ["KnownPeople", "suggest_mapping"]

#: Below this a column is not proposed; the candidates still show it.
ASK_FROM: Final = 0.45

#: From here on the proposal is filled in without a question mark.
SUGGEST_FROM: Final = 0.75

#: A rival this near leaves the choice to a person.
CLEAR_BY: Final = 0.04

#: Reasons that leave the choice to a person however well the cells fit, but for those that prove it.
_ASKED: Final = frozenset({"two_people", "other_group", "payer", "qualified", "memory_conflict"})
_PROOFS: Final = frozenset({"directory_ids", "directory_emails", "confirmed_before"})

#: How many columns a field is offered, and how many of them a screen lists.
_KEPT: Final = 6
_SHOWN: Final = 4

#: Cells of further columns are not looked at; their labels are.
_COLUMNS: Final = 512

_Scores = dict[int, Evidence]


class KnownPeople(Protocol):
    """Anything with the people whom the host already has: a polars frame with the columns ``id`` and ``email``."""

    @property
    def frame(self) -> pl.DataFrame | pl.LazyFrame: ...


def suggest_mapping(
    table: Table, schema: Schema, /, *, directory: KnownPeople | None = None, memory: MappingMemory | None = None
) -> ColumnMapping:
    """Propose a column for every field of the schema, or none.

    Args:
        table: Labels and rows. Rows may be missing: labels alone are judged too.
        schema: The fields, with labels, aliases and options.
        directory: The people whom the host already has; IDs found among theirs are the strongest proof of a column.
        memory: What people have confirmed before; one more signal, reported as ``confirmed_before``, ``confirmed_otherwise`` or
            ``memory_conflict``.

    Returns:
        One binding per field, in the order of the schema, with candidates, scores and reasons; fields for which nothing
        is good enough have no column. No column is given to two fields, but for a whole name that is to be divided
        (``part``). A column most of whose cells its field cannot take is never more than ``ask`` (``cells_contradict``).

    >>> from qooper_ingest.workbook import Workbook
    >>> header = ["Personalnummer", "Vorname", "Name", "E-Mail (dienstlich)", "E-Mail Vorgesetzte"]
    >>> mapping = suggest_mapping(Workbook.of_rows([header]).sheet().table(header_row=1), Schema.participants())
    >>> {binding.field: binding.label for binding in mapping.bindings if binding.column is not None}
    {'id': 'Personalnummer', 'email': 'E-Mail (dienstlich)', 'first_name': 'Vorname', 'last_name': 'Name'}
    """
    labels = table.labels if table.header_rows else ("",) * len(table.labels)
    readings = [read_label(label) for label in labels]
    features = [label_features(reading) for reading in readings]
    work = _Work(table, schema, features, Header(features, labels), Profiles(table), _label_scores(readings, schema))
    _weigh_context(work)
    whole_names = _names(work)
    _weigh_memory(work, labels, memory)
    _weigh_cells(work, directory)
    gains = {key: {c: e.score - ASK_FROM for c, e in _best(found)} for key, found in work.scores.items()}
    chosen = assign(gains)
    bindings = {field.key: _binding(field, work, chosen) for field in schema.fields}
    _divide_whole_name(bindings, work, whole_names, set(chosen.values()))
    return ColumnMapping(bindings=tuple(bindings.values()), labels=table.labels)


@dataclass(frozen=True)
class _Work:
    """What one proposal is made from, and the scores so far: field → column → evidence."""

    table: Table
    schema: Schema
    labels: list[LabelFeatures]
    header: Header
    profiles: Profiles
    scores: dict[str, _Scores]

    def of(self, field: Field, column: int, so_far: Evidence, known: float | None = None) -> ColumnCells:
        """A column's cells in the light of a field."""
        return ColumnCells(self.profiles[column], so_far, self.labels[column], field, self.schema, known)


def _best(found: _Scores) -> list[tuple[int, Evidence]]:
    return sorted(found.items(), key=lambda item: (-item[1].score, item[0]))[:_KEPT]


# -- labels -----------------------------------------------------------------------------------------------------------


def _label_scores(readings: list[Reading], schema: Schema) -> dict[str, _Scores]:
    """Field → column → evidence from the labels alone."""
    named = _exact_names(schema)
    scores = score_questions(readings, [field for field in schema.fields if field.role is None])
    columns_of: dict[str, list[int]] = {}
    for column, reading in enumerate(readings):
        if not label_features(reading).changed_aside:
            columns_of.setdefault(reading.key, []).append(column)
    for field in schema.fields:
        found = scores.setdefault(field.key, {})
        if (role := field.role) is not None and role in IDENTITY:
            judged = ((column, judge_label(role, reading)) for column, reading in enumerate(readings))
            found.update((column, e) for column, e in judged if e.score > 0 or e.reasons)
        for column in sorted(column for name in named[field.key] for column in columns_of.get(name, ())):
            found[column] = Evidence(0.98, ("label_exact", *found.get(column, NOTHING).reasons))
    return scores


def _exact_names(schema: Schema) -> dict[str, frozenset[str]]:
    """Field → the keys of comparison of its label, key and aliases.

    The key of an identity field is often ``id`` or ``status``, which other people's files mean otherwise.
    """
    names = {f.key: (f.label, *f.aliases) if f.role else (f.label, f.key, *f.aliases) for f in schema.fields}
    return {
        key: frozenset(word for name in texts if name and (word := read_label(name).key))
        for key, texts in names.items()
    }


def _weigh_context(work: _Work) -> None:
    """What the other columns say of each."""
    for field in work.schema.fields:
        found = work.scores[field.key]
        for column, evidence in found.items():
            found[column] = weigh_context(field.role or "", work.header, column, evidence)


def _weigh_memory(work: _Work, labels: Iterable[str], memory: MappingMemory | None) -> None:
    """What people have confirmed before."""
    if memory is None:
        return
    for field in work.schema.fields:
        found = work.scores[field.key]
        for column, label in enumerate(labels):
            evidence = weigh_memory(memory, label, field.key, found.get(column, NOTHING))
            if evidence.score > 0 or evidence.reasons:
                found[column] = evidence


# -- cells ------------------------------------------------------------------------------------------------------------


def _weigh_cells(work: _Work, directory: KnownPeople | None) -> None:
    """Confirm or refute what the labels say, and look for what they do not say."""
    if not work.profiles.rows:
        return
    columns = range(min(len(work.labels), _COLUMNS))
    known = _known_shares(directory, work.profiles, columns)
    for field in work.schema.fields:
        if field.role in ("first_name", "last_name"):
            continue
        found = work.scores[field.key]
        everywhere = field.role in ("id", "email", "status") or field.options
        for column in sorted({*found, *columns} if everywhere else found):
            share = known.get(field.role or "", {}).get(column)
            evidence = weigh_cells(work.of(field, column, found.get(column, NOTHING), share))
            if evidence.score > 0 or evidence.reasons:
                found[column] = evidence
    _prefer_work_mail(work.scores[work.schema.email.key], work.profiles)


def _known_shares(
    directory: KnownPeople | None, profiles: Profiles, columns: Iterable[int]
) -> Mapping[str, Mapping[int, float]]:
    """``id`` or ``email`` → column → share of its sampled cells that are those of people whom the host has."""
    if directory is None:
        return {}
    people = directory.frame
    names = people.collect_schema().names()
    cells = {c: _caseless(profiles[c].texts) for c in columns}
    texts = sorted({text for counted in cells.values() for text in counted})
    wanted = pl.Series([texts], dtype=pl.List(pl.String))
    shares: dict[str, dict[int, float]] = {}
    for name in ("id", "email"):
        if name not in names or not texts:
            continue
        key = pl.col(name).cast(pl.String).str.to_lowercase()
        asked_for = key.is_in(wanted)
        # A scan is to keep nobody else in memory; of a frame that is there, one step is enough.
        if isinstance(people, pl.LazyFrame):
            have = people.select(key).filter(asked_for).unique().collect()
        else:
            have = people.select(key.filter(asked_for))
        known = frozenset(have[name].to_list())
        shares[name] = {
            c: sum([counted[text] for text in counted.keys() & known]) / profiles[c].n
            for c, counted in cells.items()
            if profiles[c].n
        }
    return shares


def _caseless(texts: Mapping[str, int]) -> dict[str, int]:
    """How often each text occurs, whatever its case."""
    counts: dict[str, int] = {}
    for text, count in texts.items():
        key = text.casefold()
        counts[key] = counts.get(key, 0) + count
    return counts


def _prefer_work_mail(found: _Scores, profiles: Profiles) -> None:
    """Of several columns of addresses, those at an organisation's own domain are meant."""
    mails = [column for column, evidence in found.items() if "email_values" in evidence.reasons]
    if any(profiles[column].free_mail <= 0.3 for column in mails):
        for column in mails:
            if profiles[column].free_mail >= 0.6 and len(mails) > 1:
                evidence = found[column]
                found[column] = Evidence(evidence.score * 0.85, (*evidence.reasons, "private_domains"))


# -- names ------------------------------------------------------------------------------------------------------------


def _names(work: _Work) -> _Scores:
    """Score first and last names; return the columns that hold whole names."""
    kinds = {column: found for column, label in enumerate(work.labels) if (found := name_kind(label)) is not None}
    sure = {kind for kind, _ in kinds.values()}
    whole: _Scores = {}
    roles = {role: work.schema.by_role(role) for role in ("first_name", "last_name")}
    for column, (named, sureness) in kinds.items():
        kind, score = weigh_name(named, sureness, work.profiles[column]) if work.profiles.rows else (named, sureness)
        reason = kind
        if kind == "name":
            alone = "last_name" in sure, "first_name" in sure
            kind = {(True, False): "first_name", (False, True): "last_name"}.get(alone, "full_name")
            score, reason = score * 0.9, f"{kind}_by_context"
        evidence = weigh_context(kind, work.header, column, Evidence(score, (reason,)))
        field = roles.get(kind)
        if kind == "full_name":
            by_themselves = {"first_name", "last_name"} <= sure
            whole[column] = Evidence(evidence.score * (0.8 if by_themselves else 1.0), evidence.reasons)
        elif field is not None and column not in work.scores[field.key]:
            work.scores[field.key][column] = evidence
    return whole


def _divide_whole_name(bindings: dict[str, Binding], work: _Work, whole: _Scores, taken: set[int]) -> None:
    """Where there is only a column of whole names, propose it for both names, marked as to be divided."""
    first, last = work.schema.by_role("first_name"), work.schema.by_role("last_name")
    if first is None or last is None or bindings[first.key].columns or bindings[last.key].columns:
        return
    free = [(column, evidence) for column, evidence in _best(whole) if column not in taken]
    if not free or free[0][1].score < ASK_FROM:
        return
    column, evidence = free[0]
    label = work.table.labels[column]
    for field, part in ((first, "first"), (last, "last")):
        score = round(evidence.score * 0.8, 3)
        reasons = ("name_divided", *evidence.reasons)
        bindings[field.key] = Binding(
            field=field.key,
            column=column,
            label=label,
            score=score,
            reasons=reasons,
            candidates=(Candidate(column=column, label=label, score=score, reasons=reasons),),
            part="first" if part == "first" else "last",
            confidence="ask",
            content=work.profiles[column].content,
        )


# -- result ---------------------------------------------------------------------------------------------------------------


def _binding(field: Field, work: _Work, chosen: dict[str, int]) -> Binding:
    labels, found = work.table.labels, work.scores[field.key]
    ranked = [(column, evidence) for column, evidence in _best(found) if evidence.score >= 0.05]
    candidates = tuple(
        Candidate(column=column, label=labels[column], score=round(evidence.score, 3), reasons=evidence.reasons)
        for column, evidence in ranked[:_SHOWN]
    )
    column = chosen.get(field.key)
    if column is None:
        reasons = ("no_candidate",) if not candidates else ("unsure",)
        return Binding(field=field.key, reasons=reasons, candidates=candidates)
    evidence = found[column]
    taken = set(chosen.values())
    rival = max((e.score for c, e in ranked if c != column and c not in taken), default=0.0)
    doubts = []
    if evidence.score - rival < CLEAR_BY:
        doubts.append("rival_near")
    if contradicts(work.of(field, column, evidence)):
        doubts.append("cells_contradict")
    said = frozenset(evidence.reasons)
    asked = bool(doubts) or bool(said & _ASKED and not said & _PROOFS)
    confidence: Confidence = "suggest" if evidence.score >= SUGGEST_FROM and not asked else "ask"
    return Binding(
        field=field.key,
        column=column,
        label=labels[column],
        score=round(evidence.score, 3),
        reasons=(*evidence.reasons, *doubts),
        candidates=candidates,
        inverted=field.role == "status" and "inactive_flag" in evidence.reasons,
        confidence=confidence,
        content=work.profiles[column].content,
    )
