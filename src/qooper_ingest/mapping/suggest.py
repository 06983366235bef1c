"""Propose which column means which field.

Strategy, in this order: read every label (``words.py``); gate out what belongs to somebody or something else and score
what remains per field (``labels.py``); let the other columns speak, because "Name" beside "First name" is a last name
and "ID" beside "Completion time" numbers answers; let the cells speak (``values.py``); then decide all fields together
(``assign.py``), with "none" allowed everywhere. Wrong is worse than empty: a person confirms the proposal, and what
stands in it already is looked at least.

The proposal depends on the labels, a sample of the rows and the schema only, and is the same on every run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, Protocol

import polars as pl

from ..schema import Field, Schema
from ..words import Reading, read_label
from ..workbook import Table
from .assign import assign
from .labels import IDENTITY, Evidence, name_kind
from .model import Binding, Candidate, ColumnMapping, Confidence
from .questions import score_questions
from .values import (
    Profile,
    Profiles,
    weigh_email,
    weigh_id,
    weigh_name,
    weigh_new_email,
    weigh_profile,
    weigh_status,
)

__all__ = ["KnownPeople", "suggest_mapping"]

#: Below this a column is not proposed; the candidates still show it.
ASK_FROM: Final = 0.45

#: From here on the proposal is filled in without a question mark.
SUGGEST_FROM: Final = 0.75

#: A rival this near leaves the choice to a person.
CLEAR_BY: Final = 0.04

#: How many columns a field is offered, and how many of them a screen lists.
_KEPT: Final = 6
_SHOWN: Final = 4

#: Whole labels that only stand in lists of tasks, orders, leave …: one may be chance, two are not.
_TASK_COLUMNS: Final = 2
_FORM_COLUMNS: Final = 2

#: A column of cities so near makes "estado" a state of the country.
_BESIDE: Final = 2

#: Cells of further columns are not looked at; their labels are.
_COLUMNS: Final = 512

_Scores = dict[int, Evidence]


class KnownPeople(Protocol):
    """Anything with the people whom the host already has: a polars frame with the columns ``id`` and ``email``."""

    @property
    def frame(self) -> pl.DataFrame | pl.LazyFrame: ...


def suggest_mapping(table: Table, schema: Schema, /, *, directory: KnownPeople | None = None) -> ColumnMapping:
    """Propose a column for every field of the schema, or none.

    Args:
        table: Labels and rows. Rows may be missing: labels alone are judged too.
        schema: The fields, with labels, aliases and options.
        directory: The people whom the host already has; IDs found among theirs are the strongest proof of a column.

    Returns:
        One binding per field, in the order of the schema, with candidates, scores and reasons; fields for which nothing
        is good enough have no column. No column is given to two fields, but for a whole name that is to be divided
        (``part``).

    >>> from qooper_ingest.workbook import Workbook
    >>> header = ["Personalnummer", "Vorname", "Name", "E-Mail (dienstlich)", "E-Mail Vorgesetzte"]
    >>> mapping = suggest_mapping(Workbook.of_rows([header]).sheet().table(header_row=1), Schema.participants())
    >>> {binding.field: binding.label for binding in mapping.bindings if binding.column is not None}
    {'id': 'Personalnummer', 'email': 'E-Mail (dienstlich)', 'first_name': 'Vorname', 'last_name': 'Name'}
    """
    labels = table.labels if table.header_rows else ("",) * len(table.labels)
    readings = [read_label(label) for label in labels]
    scores = _label_scores(readings, schema)
    profiles = Profiles(table)
    _weigh_cells(scores, schema, table, profiles, directory)
    whole_names = _names(readings, schema, scores, profiles)
    chosen = assign({key: {c: e.score - ASK_FROM for c, e in _best(found)} for key, found in scores.items()})
    bindings = {field.key: _binding(field, table, scores[field.key], chosen) for field in schema.fields}
    _divide_whole_name(bindings, schema, table, whole_names, set(chosen.values()))
    return ColumnMapping(bindings=tuple(bindings.values()), labels=table.labels)


def _best(found: _Scores) -> list[tuple[int, Evidence]]:
    return sorted(found.items(), key=lambda item: (-item[1].score, item[0]))[:_KEPT]


# -- labels -----------------------------------------------------------------------------------------------------------


def _label_scores(readings: list[Reading], schema: Schema) -> dict[str, _Scores]:
    """Field → column → evidence from the labels, the other columns considered."""
    named = _exact_names(schema)
    scores = score_questions(readings, [field for field in schema.fields if field.role is None])
    columns_of: dict[str, list[int]] = {}
    for column, reading in enumerate(readings):
        columns_of.setdefault(reading.key, []).append(column)
    for field in schema.fields:
        found = scores.setdefault(field.key, {})
        if (judge := IDENTITY.get(field.role or "")) is not None:
            judged = ((column, judge(reading)) for column, reading in enumerate(readings))
            found.update((column, e) for column, e in judged if e.score > 0 or e.reasons)
        for column in sorted(column for name in named[field.key] for column in columns_of.get(name, ())):
            found[column] = Evidence(0.98, ("label_exact", *found.get(column, Evidence(0.0)).reasons))
    _context(readings, schema, scores)
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


def _context(readings: list[Reading], schema: Schema, scores: dict[str, _Scores]) -> None:
    """What the other columns say about an ID and about a status: beside those of orders or exams, both are theirs."""
    forms = sum("form_context" in reading.whole for reading in readings)
    tasks = sum("task_context" in reading.whole for reading in readings)
    if any("event_context" in reading.whole for reading in readings):
        tasks = max(tasks, _TASK_COLUMNS)
    places = [column for column, reading in enumerate(readings) if "city" in reading.whole]
    _two_people(readings, schema, scores)
    if (field := schema.by_role("id")) is not None:
        for column, evidence in scores[field.key].items():
            bare = "bare_id" in evidence.reasons
            if forms >= _FORM_COLUMNS and (bare or readings[column].has("form_context")):
                scores[field.key][column] = Evidence(0.1, ("row_number", *evidence.reasons))
            elif tasks >= _TASK_COLUMNS and bare and readings[column].whole:
                scores[field.key][column] = Evidence(evidence.score * 0.4, ("task_context", *evidence.reasons))
    if (field := schema.by_role("id")) is not None:
        _language_of_numbers(readings, scores[field.key])
    if (field := schema.by_role("status")) is not None:
        for column, evidence in scores[field.key].items():
            reading = readings[column]
            if (tasks >= _TASK_COLUMNS or forms > _FORM_COLUMNS) and "bare_status" in reading.whole:
                scores[field.key][column] = Evidence(evidence.score * 0.4, ("task_context", *evidence.reasons))
            elif reading.key in _STATE_OR_STATUS and any(abs(column - place) <= _BESIDE for place in places):
                scores[field.key][column] = Evidence(evidence.score * 0.45, ("place_context", *evidence.reasons))


def _two_people(readings: list[Reading], schema: Schema, scores: dict[str, _Scores]) -> None:
    """Where a mentor's address stands beside somebody's, it is not the participant's.

    In a list of pairs (mentor and mentee) a row is about two people: neither is proposed before a person says so.
    """
    for role in ("id", "email", "status"):
        found = scores[field.key] if (field := schema.by_role(role)) is not None else {}
        named = {column: readings[column] for column, evidence in found.items() if evidence.score > 0}
        helpers = {column for column, reading in named.items() if reading.has("helper")}
        helped = {column for column, reading in named.items() if reading.has("helped")}
        others = {column for column, reading in named.items() if reading.has("own")} - helpers - helped
        if not helpers or not helped | others:
            continue
        for column in helpers | helped:
            found[column] = Evidence(found[column].score * 0.4, ("two_people", *found[column].reasons))


def _language_of_numbers(readings: list[Reading], found: _Scores) -> None:
    """The same letters are a tax number in one country and a staff number in another: the other labels tell."""
    doubtful = [c for c, e in found.items() if "national_id" in e.reasons and "user_id" in readings[c].roles]
    if not doubtful:
        return
    votes: Counter[str] = Counter()
    for column, reading in enumerate(readings):
        if column not in doubtful:
            votes.update(language for piece in reading.pieces for language in piece.languages)
    for column in doubtful:
        senses = {sense for piece in readings[column].pieces for sense in piece.senses}
        staff = max((votes[language] for role, language in senses if role == "user_id"), default=0)
        state = max((votes[language] for role, language in senses if role == "national_id"), default=0)
        if staff > state:
            found[column] = Evidence(0.8, ("label_known", "language_of_the_header"))


#: The same word for a state of the country; beside a column of cities it is that.
_STATE_OR_STATUS: Final = frozenset({"estado", "stato", "stat", "estados"})


# -- cells ------------------------------------------------------------------------------------------------------------


def _weigh_cells(
    scores: dict[str, _Scores], schema: Schema, table: Table, profiles: Profiles, directory: KnownPeople | None
) -> None:
    """Confirm or refute what the labels say, and look for what they do not say."""
    if not profiles.rows:
        return
    columns = range(min(len(table.labels), _COLUMNS))
    ids, emails = _known_shares(directory, profiles, columns)
    for field in schema.fields:
        found = scores[field.key]
        weigh = _weigher(field, schema, ids, emails)
        if weigh is None:
            continue
        everywhere = field.role in ("id", "email", "status") or field.options
        looked_at = {*found, *columns} if everywhere else set(found)
        for column in sorted(looked_at):
            evidence = weigh(column, found.get(column, Evidence(0.0)), profiles[column])
            if evidence.score > 0 or evidence.reasons:
                found[column] = evidence
    _prefer_work_mail(scores[schema.email.key], profiles)


def _weigher(
    field: Field, schema: Schema, ids: dict[int, float], emails: dict[int, float]
) -> Callable[[int, Evidence, Profile], Evidence] | None:
    match field.role:
        case "id":
            return lambda column, label, cells: weigh_id(label, cells, ids.get(column))
        case "email":
            return lambda column, label, cells: weigh_email(label, cells, emails.get(column))
        case "new_email":
            return lambda _column, label, cells: weigh_new_email(label, cells)
        case "status":
            return lambda _column, label, cells: weigh_status(label, cells, schema)
        case None:
            return lambda _column, label, cells: weigh_profile(field, label, cells)
    return None


def _known_shares(
    directory: KnownPeople | None, profiles: Profiles, columns: Iterable[int]
) -> tuple[dict[int, float], dict[int, float]]:
    """Column → share of its sampled cells that are IDs, or e-mail addresses, of people whom the host has."""
    if directory is None:
        return {}, {}
    people = directory.frame.lazy()
    names = people.collect_schema().names()
    shares: list[dict[int, float]] = []
    for name in ("id", "email"):
        texts = {c: [cell.casefold() for cell in profiles[c].cells] for c in columns if profiles[c].n}
        wanted = sorted({text for cells in texts.values() for text in cells})
        if name not in names or not wanted:
            shares.append({})
            continue
        key = pl.col(name).cast(pl.String).str.to_lowercase()
        have = people.select(key).filter(key.is_in(wanted)).unique().collect()
        known = frozenset(have[name].to_list())
        shares.append({c: sum(text in known for text in cells) / len(cells) for c, cells in texts.items()})
    return shares[0], shares[1]


def _prefer_work_mail(found: _Scores, profiles: Profiles) -> None:
    """Of several columns of addresses, those at an organisation's own domain are meant."""
    mails = [column for column, evidence in found.items() if "email_values" in evidence.reasons]
    if any(profiles[column].free_mail <= 0.3 for column in mails):
        for column in mails:
            if profiles[column].free_mail >= 0.6 and len(mails) > 1:
                evidence = found[column]
                found[column] = Evidence(evidence.score * 0.85, (*evidence.reasons, "private_domains"))


# -- names ------------------------------------------------------------------------------------------------------------


def _names(readings: list[Reading], schema: Schema, scores: dict[str, _Scores], profiles: Profiles) -> _Scores:
    """Score first and last names; return the columns that hold whole names."""
    kinds = {column: found for column, reading in enumerate(readings) if (found := name_kind(reading)) is not None}
    sure = {kind for kind, _ in kinds.values()}
    whole: _Scores = {}
    roles = {"first_name": schema.by_role("first_name"), "last_name": schema.by_role("last_name")}
    for column, (named, sureness) in kinds.items():
        kind, score = weigh_name(named, sureness, profiles[column]) if profiles.rows else (named, sureness)
        reason = kind
        if kind == "name":
            alone = "last_name" in sure, "first_name" in sure
            kind = {(True, False): "first_name", (False, True): "last_name"}.get(alone, "full_name")
            score, reason = score * 0.9, f"{kind}_by_context"
        field = roles.get(kind)
        if kind == "full_name":
            whole[column] = Evidence(score * (0.8 if {"first_name", "last_name"} <= sure else 1.0), (reason,))
        elif field is not None and column not in scores[field.key]:
            scores[field.key][column] = Evidence(score, (reason,))
    return whole


def _divide_whole_name(
    bindings: dict[str, Binding], schema: Schema, table: Table, whole: _Scores, taken: set[int]
) -> None:
    """Where there is only a column of whole names, propose it for both names, marked as to be divided."""
    first, last = schema.by_role("first_name"), schema.by_role("last_name")
    if first is None or last is None or bindings[first.key].columns or bindings[last.key].columns:
        return
    free = [(column, evidence) for column, evidence in _best(whole) if column not in taken]
    if not free:
        return
    column, evidence = free[0]
    for field, part in ((first, "first"), (last, "last")):
        score = round(evidence.score * 0.8, 3)
        reasons = ("name_divided", *evidence.reasons)
        bindings[field.key] = Binding(
            field=field.key,
            column=column,
            label=table.labels[column],
            score=score,
            reasons=reasons,
            candidates=(Candidate(column=column, label=table.labels[column], score=score, reasons=reasons),),
            part="first" if part == "first" else "last",
            confidence="ask",
        )


# -- result ---------------------------------------------------------------------------------------------------------------


def _binding(field: Field, table: Table, found: _Scores, chosen: dict[str, int]) -> Binding:
    ranked = [(column, evidence) for column, evidence in _best(found) if evidence.score >= 0.05]
    candidates = tuple(
        Candidate(column=column, label=table.labels[column], score=round(evidence.score, 3), reasons=evidence.reasons)
        for column, evidence in ranked[:_SHOWN]
    )
    column = chosen.get(field.key)
    if column is None:
        return Binding(
            field=field.key, reasons=("no_candidate",) if not candidates else ("unsure",), candidates=candidates
        )
    evidence = found[column]
    taken = set(chosen.values())
    rival = max((e.score for c, e in ranked if c != column and c not in taken), default=0.0)
    clear = evidence.score - rival >= CLEAR_BY
    confidence: Confidence = "suggest" if evidence.score >= SUGGEST_FROM and clear else "ask"
    return Binding(
        field=field.key,
        column=column,
        label=table.labels[column],
        score=round(evidence.score, 3),
        reasons=evidence.reasons if clear else (*evidence.reasons, "rival_near"),
        candidates=candidates,
        inverted="inactive_flag" in evidence.reasons,
        confidence=confidence,
    )
