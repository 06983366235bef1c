"""The whole way of one row, for somebody who asks why a person was not updated.

Strategy: everything that the verbs have found out about the row is put side by side: the cells and the reasons of the mapping, the
typed values, the keys and the people who have them, the rules that fired. What would have happened under another option is not
reasoned about but tried: the rows are decided again with one option of `_STEPS` changed, each alone, and those are listed under
which the row comes out otherwise.

An `Explanation` quotes cells and stored values; its ``repr`` does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from .._grid import ROW, column_letter
from ..errors import UsageError, quote
from ..identity import Directory, Policy, decide
from ..ids import id_fold
from ..issues import Issue, Issues
from ..mapping import Binding, ColumnMapping
from ..records import Records
from ..table import Table
from .decisions import bind_decisions
from .operations import Value, as_value

if TYPE_CHECKING:
    from .model import Plan

__all__ = ["Alternative", "CellStory", "Explanation", "KeyStory", "explain_row"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CellStory:
    """One field of a row, from the cell to what is stored.

    Args:
        field: Its key.
        column: The letter of its column, where it has one.
        label, reasons: Of the column's header, and why the column was taken for the field; None and () without the mapping.
        cell: The text as read; None without the table.
        value: What it was read as.
        stored: What the host has; None without a directory, or where nobody is meant.
        after: What it becomes, where it changes.
        changes: Whether it changes.
    """

    field: str
    column: str | None
    label: str | None = None
    reasons: tuple[str, ...] = ()
    cell: str | None = None
    value: Value = None
    stored: Value = None
    after: Value = None
    changes: bool = False

    def __repr__(self) -> str:
        return f"CellStory({self.field!r}, column={self.column!r}, changes={self.changes})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class KeyStory:
    """A key of a row, and who has it.

    Args:
        kind: ``id``, ``email``, ``new_email``; ``id_variant``: the ID but for case and leading zeros; ``email_look``: an address that looks alike;
            ``sso_subject``: the ID as the subject of somebody's sign-in. The last three never match anybody.
        key: As it is compared.
        refs: Whoever has it, deleted people included.
    """

    kind: str
    key: str
    refs: tuple[str, ...]

    def __repr__(self) -> str:
        return f"KeyStory({self.kind!r}, refs={self.refs})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What the row would become with one option of the policy changed.

    Args:
        option, value: The option and what it would be.
        action, ref, codes: What the row becomes then.
    """

    option: str
    value: str | bool
    action: str
    ref: str | None
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Explanation:
    """The whole way of one row. Made by `Plan.explain`.

    Args:
        row, action, ref, matched_by: As in `Plan.frame`.
        cells: One per field that the file has.
        keys: What the row is looked up by, and whom it finds; () without a directory.
        issues: Everything that was found of the row.
        alternatives: Options that would make it something else, each changed alone; () without a directory.
    """

    row: int
    action: str
    ref: str | None
    matched_by: str | None
    cells: tuple[CellStory, ...]
    keys: tuple[KeyStory, ...]
    issues: tuple[Issue, ...]
    alternatives: tuple[Alternative, ...]

    def __repr__(self) -> str:
        codes = ", ".join(issue.code for issue in self.issues)
        return f"Explanation(row={self.row}, action={self.action!r}, ref={self.ref!r}, issues=[{codes}])"

    def to_text(self, *, personal: bool = False) -> str:
        """Say it in sentences, one a line.

        Args:
            personal: Quote cells, keys and stored values; without it there are fields, rows, codes and refs only.
        """
        return "\n".join(_sentences(self, personal=personal))


#: Options that a host may change, and to what: each is tried alone.
_STEPS: Final[Sequence[tuple[str, str | bool]]] = (
    ("key", "id"),
    ("key", "email"),
    ("mode", "upsert"),
    ("allow_email_change", True),
    ("allow_id_link", True),
    ("allow_email_cycles", True),
    ("id_case", "exact"),
    ("id_case", "ascii_insensitive"),
    ("require_id", False),
    ("sso_check", "warn"),
    ("match_sso_subject", True),
    ("on_other_role", "add"),
    ("create_suspended", True),
    ("allow_status_change", True),
    ("allow_locked_status", True),
    ("deleted_email", "reusable"),
    ("on_discontinuity", "warn"),
    ("update", "replace"),
)


def explain_row(
    plan: Plan,
    row: int,
    /,
    *,
    records: Records | None,
    policy: Policy,
    directory: Directory | None,
    table: Table | None,
    mapping: ColumnMapping | None,
) -> Explanation:
    """Gather what is known of a row; see `Plan.explain`."""
    lines = plan.frame.filter(pl.col("row") == row)
    if lines.is_empty():
        raise UsageError("argument_invalid", reason=f"the plan has no row {row}")
    line = lines.row(0, named=True)
    issues = Issues(plan.issues.frame.filter(pl.col("row") == row))
    keys: tuple[KeyStory, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    person: dict[str, Any] = {}
    if directory is not None and records is not None:
        decided = decide(records, directory, bind_decisions(records, policy)[0])
        people = decided.people.frame
        keys = _keys(decided.facts.row(by_predicate=pl.col("row") == row, named=True), people)
        person = next(people.filter(pl.col("ref") == pl.lit(line["ref"], dtype=pl.String)).iter_rows(named=True), {})
        alternatives = tuple(_alternatives(row, line, records, directory, policy))
    return Explanation(
        row=row,
        action=line["action"],
        ref=line["ref"],
        matched_by=line["matched_by"],
        cells=tuple(_cells(plan, row, records, person, table, mapping)),
        keys=keys,
        issues=tuple(issues.page(at, 1)[0] for at in range(len(issues))),
        alternatives=alternatives,
    )


#: The identity column of a field's role.
_READ_FROM: Final = ("id", "email", "new_email", "status")


def _cells(
    plan: Plan,
    row: int,
    records: Records | None,
    person: dict[str, Any],
    table: Table | None,
    mapping: ColumnMapping | None,
) -> Iterator[CellStory]:
    """One story per field that has a column."""
    columns: dict[str, str] = dict(plan._basis["columns"])
    changed = plan.frame.row(by_predicate=pl.col("row") == row, named=True)["changed"]
    new = next(plan._new.filter(pl.col("row") == row).iter_rows(named=True), {})
    answers: dict[str, Any] = {}
    if records is not None:
        at = (records.frame[ROW] == row).arg_true()
        answers = records.frame[at].row(0, named=True)
        identity = records.identity[at].row(0, named=True)
        answers |= {name: identity[name] for name in _READ_FROM}
    bindings: dict[str, Binding] = {one.field: one for one in mapping.bindings} if mapping is not None else {}
    there = plan.origin(row)[1] if plan.parts else row
    read = next(table.frame.filter(pl.col(ROW) == there).iter_rows(), ()) if table is not None else ()
    for field in plan.schema.fields:
        if field.key not in columns:
            continue
        binding = bindings.get(field.key)
        position = binding.column if binding is not None else None
        name = field.role if field.role in _READ_FROM else field.key
        yield CellStory(
            field=field.key,
            column=column_letter(position) if position is not None else columns[field.key] or None,
            label=binding.label if binding is not None else None,
            reasons=binding.reasons if binding is not None else (),
            cell=read[position + 1] if position is not None and position + 1 < len(read) else None,
            value=as_value(answers.get(name)),
            stored=as_value(person.get("email" if name == "new_email" else name)),
            after=as_value(new.get("email" if name == "new_email" else name)) if name in changed else None,
            changes=name in changed,
        )


def _keys(fact: dict[str, Any], people: pl.DataFrame) -> tuple[KeyStory, ...]:
    """What a row is looked up by, and who has it."""
    id_key, c = fact["id_key"], pl.col
    fold = pl.select(id_fold(pl.lit(id_key, dtype=pl.String))).item() if id_key is not None else None
    asked = (
        ("id", id_key, c("id_key")),
        ("id_variant", fold, pl.when(c("id_key") != pl.lit(id_key, dtype=pl.String)).then(id_fold(c("id_key")))),
        ("sso_subject", id_key, c("sso_key")),
        ("email", fact["email_key"], c("email_key")),
        (
            "email_look",
            fact["email_look"],
            pl.when(c("email_key") != pl.lit(fact["email_key"], dtype=pl.String)).then("email_look"),
        ),
        ("new_email", fact["new_email_key"], c("email_key")),
    )
    found = (
        KeyStory(kind=kind, key=key, refs=tuple(people.filter((column == key).fill_null(False))["ref"].sort()))
        for kind, key, column in asked
        if key is not None
    )
    return tuple(one for one in found if one.refs or one.kind in _READ_FROM)


def _alternatives(
    row: int, line: dict[str, Any], records: Records, directory: Directory, policy: Policy
) -> Iterator[Alternative]:
    """Decide again with one option changed, for each of `_STEPS`."""
    mine = (line["action"], line["ref"], tuple(line["codes"]))
    for option, value in _STEPS:
        if getattr(policy, option) == value:
            continue
        other = policy.model_copy(update={option: value})
        decided = decide(records, directory, bind_decisions(records, other)[0])
        told = decided.frame.row(by_predicate=pl.col("row") == row, named=True)
        if (told["action"], told["ref"], tuple(told["codes"])) != mine:
            yield Alternative(
                option=option, value=value, action=told["action"], ref=told["ref"], codes=tuple(told["codes"])
            )


def _sentences(story: Explanation, *, personal: bool) -> Iterator[str]:
    of = f" of {story.ref}, found by {story.matched_by}" if story.ref is not None else ""
    yield f"Row {story.row}: {story.action}{of}."
    for cell in story.cells:
        said = f"{cell.field}: column {cell.column}" if cell.column is not None else f"{cell.field}:"
        said += f" labelled {quote(cell.label)}" if cell.label is not None else ""
        said += f" ({', '.join(cell.reasons)})" if cell.reasons else ""
        if personal:
            said += f", cell {quote(cell.cell)}" if cell.cell is not None else ""
            said += f", read as {_shown(cell.value)}, stored {_shown(cell.stored)}"
        yield (
            f"{said}, becomes {_shown(cell.after) if personal else 'another value'}."
            if cell.changes
            else f"{said}, stays."
        )
    for key in story.keys:
        named = f"{key.kind} {quote(key.key)}" if personal else key.kind
        yield f"Looked up by {named}: {', '.join(key.refs) or 'nobody'}."
    for issue in story.issues if personal else _redacted(story.issues):
        yield f"{issue.code}: {issue.reason}. {issue.hint}."
    for other in story.alternatives:
        codes = f" ({', '.join(other.codes)})" if other.codes else ""
        yield f"With {other.option}={other.value!r}: {other.action}{f' of {other.ref}' if other.ref else ''}{codes}."


def _redacted(issues: Sequence[Issue]) -> Iterator[Issue]:
    redacted = Issues.concat(
        Issues.of(
            one.code,
            severity=one.severity,
            row=one.row,
            column=one.column,
            field=one.field,
            value=one.value,
            other_row=one.other_row,
            detail=one.detail,
        )
        for one in issues
    ).redacted()
    return (redacted.page(at, 1)[0] for at in range(len(redacted)))


def _shown(value: Value) -> str:
    if value is None:
        return "nothing"
    return ", ".join(map(quote, value)) if isinstance(value, tuple) else quote(value)
