"""What a person reads: an inspection and a plan as tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import polars as pl
from rich.console import Console
from rich.text import Text

from .._grid import column_letter
from ..issues import Issue, Issues, Severity
from ..plan import ChangeEmail, Create, FieldChange, Operation, Plan, Reactivate, Retire, Suspend, Update, Value
from ..proposal import Proposal
from ..schema import Schema
from ..separator import SeparatorGuess
from ..source import Source
from ..workbook import Sheet, Workbook
from .screen import add_line, counted, make_grid, print_heading, safe, shown_size

__all__ = ["by_severity", "label_of", "sentence", "show_inspection", "show_plan", "values"]

#: Longer text of a cell is cut on the screen; the JSON has all of it.
_CUT: Final = 60

#: What an action of the plan is called on the screen, and what it means.
_ACTIONS: Final = {
    "create": ("create", "new people"),
    "change_email": ("change e-mail", "known people get another address"),
    "change_status": ("change status", "known people are suspended or reactivated"),
    "update": ("update", "answers of known people change"),
    "unchanged": ("unchanged", "nothing to do"),
    "conflict": ("conflict", "blocked: a person must decide"),
    "reject": ("reject", "blocked: mend the row in the file"),
    "copies": ("copy", "says what another row says already"),
    "skipped": ("skipped", "somebody decided to leave the row out"),
}
_BLOCKED: Final = ("conflict", "reject")

#: The headline of an operation in the plan's frame.
_OPERATIONS: Final[dict[type[Operation], str]] = {
    Create: "create",
    ChangeEmail: "change_email",
    Suspend: "change_status",
    Reactivate: "change_status",
    Retire: "change_status",
    Update: "update",
}

_SEVERITIES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

_COLOURS: Final = {
    "create": "green",
    "change_email": "yellow",
    "change_status": "yellow",
    "conflict": "red",
    "reject": "red",
    "error": "red",
    "warning": "yellow",
}


def sentence(issue: Issue, /, *, plan: Plan | None = None) -> str:
    """An issue's sentence without its place, which has columns of its own; of several sources with the other row's source."""
    text = issue.message.removeprefix(f"{issue.place}: ")
    if plan is not None and plan.parts and issue.other_row is not None:
        name, row = plan.origin(issue.other_row)
        text = re.sub(rf"\brow {issue.other_row}\b", f"row {row} of {name}", text)
    return text[:1].upper() + text[1:]


def by_severity(issues: Issues, /) -> Issues:
    """Errors first, then warnings, then notes; each by row and column."""
    order = pl.col("severity").to_physical()
    return Issues(issues.frame.sort(order, "row", "column", nulls_last=False, maintain_order=True))


def values(value: Value, /) -> str:
    """A field's value in one line; a dash for none."""
    match value:
        case None | "" | ():
            return "–"
        case tuple():
            return "; ".join(value)
        case dt.date():
            return value.isoformat()
        case float():
            return f"{value:.15g}"
        case bool():
            return "yes" if value else "no"
    return str(value)


def label_of(key: str, schema: Schema, /) -> str:
    """What a person calls a field. The plan names the identity fields by their roles, whatever the schema calls them."""
    role = schema.by_role(key) if key in ("id", "email", "status") else None  # type: ignore[arg-type]
    field = role or schema.by_key(key)
    return field.title if field is not None else key


# -- an inspection ---------------------------------------------------------------------------------------------------------


def show_inspection(console: Console, source: Source, proposal: Proposal, issues: int) -> None:
    """Print what a file is and what is proposed for it."""
    workbook, sheet, table, header = proposal.workbook, proposal.sheet, proposal.table, proposal.header
    facts = [safe(source.name or "standard input"), workbook.format.value, shown_size(len(source.data))]
    console.print(Text("  ".join(facts), style="bold"))
    for line in _reading(workbook):
        console.print(Text(line))

    print_heading(console, "Sheets")
    grid = make_grid(" ", "#>", "name", "rows>", "columns>", "")
    for position, info in enumerate(workbook.sheets):
        used = info.name == sheet.name
        size = (_last(sheet.grid), sheet.grid.width - 1) if used else (info.rows, info.columns)
        add_line(
            grid,
            "→" if used else "",
            str(position),
            safe(info.name),
            *("?" if n is None else str(n) for n in size),
            "" if info.visible else "hidden",
        )
    console.print(grid)

    print_heading(console, "Header row")
    grid = make_grid(" ", "row", "score>", "why", "labels")
    for candidate in header.candidates[:5]:
        chosen = candidate.rows == table.header_rows
        labels = _labels(sheet, candidate.rows)
        why = ", ".join(candidate.reasons)
        add_line(grid, "→" if chosen else "", _rows(candidate.rows), f"{candidate.score:.2f}", safe(why), labels)
    console.print(grid)

    print_heading(console, "Columns")
    grid = make_grid("field", "column", "label", "score>", "", "why")
    for binding in proposal.mapping.bindings:
        letters = ", ".join(column_letter(position) for position in binding.columns)
        advice = {"suggest": "", "ask": "please check", "none": ""}[binding.confidence]
        add_line(
            grid,
            label_of(binding.field, proposal.schema),
            letters or "–",
            safe(binding.label or "", cut=_CUT),
            f"{binding.score:.2f}" if letters else "",
            advice,
            safe(", ".join(binding.reasons), cut=_CUT) if letters else "",
        )
    console.print(grid)
    elsewhere = [at for at, info in enumerate(workbook.sheets) if info.visible and info.name != sheet.name]
    if elsewhere and proposal.mapping.column_of(proposal.schema.email.key) is None:
        console.print(
            Text(f"No column holds e-mail addresses. Is another sheet meant? --sheet {elsewhere[0]}", style="yellow")
        )
    ignored = ", ".join(
        f"{column_letter(position)} {safe(table.labels[position], cut=_CUT)}".strip()
        for position in proposal.mapping.ignored
    )
    if ignored:
        console.print(Text(f"Not imported: {ignored}"))
    if any(field.type == "multi_select" for field in proposal.schema.fields):
        console.print(Text(f"Between several answers of one cell: {_between(proposal.separator)}"))

    console.print(Text(f"{table.frame.height} rows of people below the header, {table.blank_rows} blank rows."))
    _issues(console, proposal.issues, issues)


def _last(grid: pl.DataFrame) -> int:
    return int(grid["_row"][-1]) if grid.height else 0


def _reading(workbook: Workbook) -> Iterator[str]:
    options = workbook.options
    if options.member is not None:
        yield f"Read from the archive: {safe(options.member)}"
    if options.encoding is not None:
        sure = f" (score {options.encoding_score:.2f})" if options.encoding_score is not None else ""
        other = f", or {', '.join(options.encoding_alternatives[:3])}" if options.encoding_alternatives else ""
        yield f"Encoding: {safe(options.encoding)}{sure}{safe(other)}"
    if (dialect := options.dialect) is not None:
        sure = f" (score {options.dialect_score:.2f})" if options.dialect_score is not None else ""
        quotes = f"quoted with {safe(dialect.quote)}" if dialect.quote is not None else "no quotes"
        between = repr(dialect.delimiter) if dialect.delimiter else "nothing (one column)"
        yield f"Cells: separated by {between}, {quotes}, rows end with {dialect.line_end!r}{sure}"


def _labels(sheet: Sheet, rows: tuple[int, ...]) -> str:
    if not rows:
        return "(no header)"
    head = sheet.grid.filter(pl.col("_row").is_in(list(rows))).drop("_row")
    cells = [cell for line in head.rows() for cell in line if cell is not None]
    return safe(" | ".join(cells), cut=_CUT)


def _rows(rows: tuple[int, ...]) -> str:
    return "+".join(map(str, rows)) if rows else "none"


def _between(guess: SeparatorGuess) -> str:
    match guess.state:
        case "given":
            return f"{guess.separator!r} (given)" if guess.separator else "nothing (given)"
        case "found":
            return f"{guess.separator!r} (score {guess.score:.2f})"
        case "none_needed":
            return "nothing is needed, every cell holds one answer"
        case "no_evidence":
            return "cannot be told"
    return "undecided: " + " or ".join(repr(candidate.separator) for candidate in guess.candidates[:3])


# -- a plan ------------------------------------------------------------------------------------------------------------------


def show_plan(
    console: Console, plan: Plan, source: Source | None, schema: Schema, *, operations: int, issues: int
) -> None:
    """Print what a plan would do."""
    summary = plan.summary
    console.print(
        Text(f"{_title(plan, source)}  {counted(summary.rows, 'row')} of people", style="bold")
        + Text(f", {counted(summary.blank_rows, 'blank row')}" if summary.blank_rows else "")
    )

    print_heading(console, "What would happen")
    grid = make_grid("rows>", "action", "")
    rejected = {"reject": summary.to_mend, "copies": summary.copies, "skipped": summary.skipped}
    counts = {action: count for action, count in summary.actions.items() if action != "reject"} | rejected
    for action, count in counts.items():
        if not count and action in ("copies", "skipped"):
            continue
        name, meaning = _ACTIONS.get(action, (action, ""))
        add_line(grid, str(count), name, meaning, style=_COLOURS.get(action, "") if count else "dim")
    console.print(grid)
    if summary.absent:
        console.print(Text(f"{counted(summary.absent, 'person', 'people')} of the directory not in the file."))
    for guard in summary.guards:
        state = "acknowledged" if guard.acknowledged else "NOT acknowledged: nothing may be applied"
        told = next(iter(plan.issues.where(guard.code).page(0, 1)), None)
        text = sentence(told) if told is not None else guard.code
        console.print(Text(f"Guard {guard.code}: {safe(text)} ({state})", style="" if guard.acknowledged else "red"))

    if operations:
        _operations(console, plan, schema, operations)
    shown = _blocked(console, plan, issues)
    others = plan.issues.frame.join(shown.frame, on=plan.issues.frame.columns, how="anti", nulls_equal=True)
    guards = [guard.code for guard in summary.guards]
    rest = Issues(others.filter(~pl.col("code").is_in(guards)))
    _issues(console, rest, issues, "Other issues" if len(rest) < len(plan.issues) else "Issues", plan=plan)
    _next_steps(console, plan)
    console.print()
    console.print(Text(f"Fingerprint {plan.fingerprint}", style="dim"))


def _next_steps(console: Console, plan: Plan) -> None:
    """Say which commands go on from here."""
    steps = ["review writes a page with everything, for the person who has to say yes"]
    if not plan.parts and plan.summary.actions["conflict"] + plan.summary.to_mend:
        steps.append("mend writes the blocked rows as a file to be filled in")
    if plan.summary.codes:
        steps.append("explain CODE says what a code means")
    print_heading(console, "Next")
    for step in steps:
        console.print(Text(f"qooper-ingest {step}."))


def _title(plan: Plan, source: Source | None) -> str:
    if source is not None:
        return safe(source.name or "standard input")
    return f"{counted(len(plan.parts), 'source')}: {safe(', '.join(part.name for part in plan.parts))}"


def _row(plan: Plan, row: int | None) -> str:
    """A row's number; of several sources with the source's name and the number there."""
    if row is None:
        return "–"
    return " ".join(map(str, plan.origin(row))) if plan.parts else str(row)


def _operations(console: Console, plan: Plan, schema: Schema, limit: int) -> None:
    total, held_back = plan.preview(limit=limit)
    first = list(islice(_each(plan), limit)) if plan.can_apply else held_back
    if not first:
        return
    shown = f"the first {limit} of {total:,}" if len(first) < total else str(total)
    order = "in an order that may be applied" if plan.can_apply else "held back until the guard is acknowledged"
    print_heading(console, f"Operations ({shown}, {order})")
    grid = make_grid("row>", "operation!", "who!", "change")
    for operation in first:
        created = isinstance(operation, Create)
        who = operation.value("email") if isinstance(operation, Create) else operation.expected.email
        row = _row(plan, operation.row)
        lead = [row, _words(type(operation).__name__), safe(values(who), cut=_CUT)]
        told = [change for change in operation.changes if not (created and change.field == "email")]
        lines = [_change(change, schema, created=created) for change in told]
        for line in [" · ".join(lines)] if created else lines:
            add_line(grid, *lead, line, style=_COLOURS.get(_OPERATIONS[type(operation)], ""))
            lead = ["", "", ""]
    console.print(grid)


def _change(change: FieldChange, schema: Schema, *, created: bool) -> str:
    """``Office: Cluj → Cluj-Napoca``; of a new person only what they get."""
    before, after = (safe(values(value), cut=_CUT) for value in (change.before, change.after))
    return f"{safe(label_of(change.field, schema), cut=_CUT)}: {after if created else f'{before} → {after}'}"


def _each(plan: Plan) -> Iterator[Operation]:
    for batch in plan.operations(size=100):
        yield from batch


def _words(name: str) -> str:
    """``ChangeEmail`` → ``change email``."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


def _person(plan: Plan, ref: str) -> str:
    """A person by the host's key and their address."""
    found = plan._context.people.filter(pl.col("ref") == ref)["email"]
    return safe(f"{ref} {found[0]}" if found.len() and found[0] is not None else ref, cut=_CUT)


def _blocked(console: Console, plan: Plan, limit: int) -> Issues:
    """Print the rows that are not applied, each with its reasons; return the issues that need no telling again."""
    blocked = plan.frame.filter(pl.col("action").is_in(_BLOCKED)).select("row", "action", "codes", "candidates")
    if blocked.is_empty():
        return Issues.empty()
    # A reason is an issue of the row whose code the row has, and of those the errors where there are any.
    reasons = (
        plan.issues.frame.with_row_index("at")
        .join(blocked, on="row")
        .filter(pl.col("code").is_in(pl.col("codes")))
        .with_columns((pl.col("severity") == Severity.ERROR.value).alias("error"))
        .filter(pl.col("error") | ~pl.col("error").any().over("row"))
        .sort("row", "at")
    )
    print_heading(console, f"Blocked rows ({blocked.height:,})")
    if not limit:
        return Issues(reasons.select(plan.issues.frame.columns))
    grid = make_grid("row>", "action", "column", "why, and what to do", "candidates")
    told = reasons.select("row", "action", "candidates", "at").unique("row", keep="first", maintain_order=True)
    for line in told.head(limit).iter_rows(named=True):
        lead = [_row(plan, line["row"]), line["action"]]
        candidates = "\n".join(_person(plan, ref) for ref in line["candidates"])
        for issue in Issues(reasons.filter(pl.col("row") == line["row"]).select(plan.issues.frame.columns)).page():
            add_line(
                grid,
                *lead,
                issue.column or "",
                safe(sentence(issue, plan=plan)),
                candidates,
                style=_COLOURS[line["action"]],
            )
            lead, candidates = ["", ""], ""
    console.print(grid)
    if told.height > limit:
        console.print(Text(f"… and {told.height - limit:,} more: --issues {told.height} shows them all."))
    return Issues(reasons.select(plan.issues.frame.columns))


# -- both --------------------------------------------------------------------------------------------------------------------


def _issues(console: Console, issues: Issues, limit: int, title: str = "Issues", *, plan: Plan | None = None) -> None:
    if not len(issues):
        return
    figures = {severity: len(issues.where(severity=severity)) for severity in Severity}
    counts = ", ".join(counted(count, _SEVERITIES[severity]) for severity, count in figures.items() if count)
    print_heading(console, f"{title} ({counts})")
    if not limit:
        return
    grid = make_grid("", "row>", "column", "what and what to do", "code")
    for issue in by_severity(issues).page(0, limit):
        row = "" if issue.row is None else str(issue.row) if plan is None else _row(plan, issue.row)
        text = safe(sentence(issue, plan=plan))
        add_line(
            grid,
            _SEVERITIES[issue.severity],
            row,
            issue.column or "",
            text,
            issue.code,
            style=_COLOURS.get(issue.severity, ""),
        )
    console.print(grid)
    if len(issues) > limit:
        console.print(Text(f"… and {len(issues) - limit:,} more: --issues {len(issues)} shows them all."))
