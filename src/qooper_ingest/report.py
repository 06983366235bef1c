"""A plan as one page of HTML, for the person who has to look at it. Extra ``report`` (which needs nothing more).

Strategy: one self-contained page, no script, nothing fetched, that can be mailed or kept beside the plan. It says first what
would happen in figures, then what stops it, then every row that is blocked with its reason, then who gets another address or is
suspended, then the rest. Lists are cut at a length that a person reads, and say so; the figures are never cut.

The page holds personal data: treat it like the file. Everything on it that comes from the file or from the host's people goes
through one function that escapes it (`qooper_ingest._html.text`). Refused: links and images, because a cell could aim them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from . import _html
from .errors import UsageError
from .issues import Issue, Issues, Severity
from .plan import Create, Operation, Plan, Value

__all__ = ["review_html"]

#: What a browser and a person can take; the figures on top count everything.
_LIMIT: Final = 500

_ACTIONS: Final = {
    "create": "New people",
    "change_email": "Known people who get another address",
    "change_status": "Known people who are suspended or reactivated",
    "update": "Known people whose answers change",
    "unchanged": "Rows with nothing to do",
    "conflict": "Blocked rows that a person must decide",
    "reject": "Blocked rows to be mended in the file",
    "copies": "Rows that say what another row says already",
    "skipped": "Rows that somebody decided to leave out",
}

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em }}
table {{ border-collapse: collapse; margin: .5em 0 1.5em }}
th {{ border-bottom: 1px solid; font-weight: 600 }}
tbody tr {{ border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent) }}
.stopped {{ border-left: .3em solid #c33; padding-left: .8em }}
code {{ font-size: .85em; word-break: break-all }}
</style></head><body>
{body}
</body></html>
"""


def review_html(plan: Plan, /, *, title: str = "Import plan", limit: int = _LIMIT) -> str:
    """Make the review page of a plan.

    Args:
        plan: The plan.
        title: The page's title, for example the name of the file; it is escaped.
        limit: How many lines each list shows; the figures count everything.

    Returns:
        A whole HTML page. The same plan gives the same page.

    Raises:
        UsageError: ``argument_invalid``: the limit is not positive.

    >>> import qooper_ingest as qi
    >>> plan = qi.plan_import(b"E-mail\\nann@corp.example\\n", schema=qi.Schema.participants(), directory=qi.Directory.of([]))
    >>> "ann@corp.example" in review_html(plan, title="<people>.csv"), "<people>" in review_html(plan, title="<people>.csv")
    (True, False)
    """
    if limit < 1:
        raise UsageError("argument_invalid", reason="limit must be at least 1")
    body = "\n".join(_sections(plan, title, limit))
    return _PAGE.format(title=_html.text(title), body=body)


def _sections(plan: Plan, title: str, limit: int) -> Iterator[str]:
    summary = plan.summary
    yield f"<h1>{_html.text(title)}</h1>"
    blank = f", and {summary.blank_rows:,} blank ones" if summary.blank_rows else ""
    yield f"<p>{summary.rows:,} rows of people{blank}.</p>"
    counts = summary.actions | {"reject": summary.to_mend}
    counts |= {name: n for name, n in (("copies", summary.copies), ("skipped", summary.skipped)) if n}
    yield _html.grid(("", "Rows"), [(_ACTIONS.get(a, a), f"{n:,}") for a, n in counts.items()])
    for guard in summary.guards:
        told = next(iter(plan.issues.where(guard.code).page(0, 1)), None)
        text = _html.text(_sentence(told) if told is not None else guard.code)
        state = (
            "Acknowledged."
            if guard.acknowledged
            else "<strong>Nothing may be applied until this is acknowledged.</strong>"
        )
        yield f'<p class="stopped">{text} {state} <code>{_html.text(guard.code)}: {guard.count}</code></p>'
    yield from _blocked(plan, limit)
    yield from _operations(plan, limit)
    yield from _others(plan, limit)
    yield f"<p>Fingerprint <code>{_html.text(plan.fingerprint)}</code></p>"


def _blocked(plan: Plan, limit: int) -> Iterator[str]:
    blocked = plan.frame.filter(pl.col("action").is_in(["conflict", "reject"]))
    if blocked.is_empty():
        return
    reasons = plan.issues.frame.join(blocked.select("row", "action", "codes", "candidates"), on="row").filter(
        pl.col("code").is_in(pl.col("codes"))
    )
    told = reasons.head(limit)
    issues = Issues(told.select(plan.issues.frame.columns)).page(0, limit)
    rows = [
        (issue.row, action, issue.column, _sentence(issue), ", ".join(candidates))
        for issue, (action, candidates) in zip(issues, told.select("action", "candidates").rows(), strict=True)
    ]
    yield f"<h2>Blocked rows ({blocked.height:,})</h2>"
    titles = ("Row", "", "Column", "Why, and what to do", "People concerned")
    yield _html.grid(titles, rows, more=reasons.height - len(rows), cut=None)


def _operations(plan: Plan, limit: int) -> Iterator[str]:
    """The risky ones first, in lists of their own: a person looks at addresses and suspensions before anything else."""
    email, suspended = pl.col("action") == "change_email", pl.col("status").eq_missing("suspended")
    suspends = (pl.col("action") == "change_status") & suspended
    for heading, kind in (
        ("Addresses that change", email),
        ("People who are suspended", suspends),
        ("Everything else", ~(email | suspends)),
    ):
        total, shown = preview(plan, kind, limit)
        if total:
            yield f"<h2>{heading} ({total:,})</h2>"
            rows = [row for operation in shown for row in _changes(operation)]
            titles = ("Row", "", "Person", "Field", "Now", "Then")
            yield _html.grid(titles, rows) + (f"<p>The first {limit:,} are shown.</p>" if total > limit else "")


def preview(plan: Plan, kind: pl.Expr, limit: int, /) -> tuple[int, tuple[Operation, ...]]:
    """How many operations are of a kind, and the first of them in the order of the file.

    Unlike `Plan.operations` this also shows what a guard holds back: who is to acknowledge it has to see it.
    """
    chosen = plan._new.with_columns(kind.alias("_chosen"))["_chosen"].arg_true()
    some = chosen.head(limit)
    part = replace(
        plan,
        _new=plan._new[some],
        _stored=plan._stored[some],
        dependencies=(),
        atomic_groups=(),
        summary=plan.summary.model_copy(update={"can_apply": True}),
    )
    return chosen.len(), tuple(operation for batch in part.operations() for operation in batch)


def _changes(operation: Operation) -> Iterator[tuple[object, ...]]:
    kind = "".join(f" {c.lower()}" if c.isupper() else c for c in type(operation).__name__).strip()
    who = operation.value("email") if isinstance(operation, Create) else operation.expected.email
    lead: tuple[object, ...] = (operation.row, kind, who)
    for change in operation.changes:
        yield (*lead, change.field, _value(change.before), _value(change.after))
        lead = (None, None, None)


def _value(value: Value) -> str:
    match value:
        case None:
            return "–"
        case tuple():
            return "; ".join(value)
        case dt.date():
            return value.isoformat()
        case bool():
            return "yes" if value else "no"
    return str(value)


def _others(plan: Plan, limit: int) -> Iterator[str]:
    """Issues that no blocked row has told: warnings first."""
    told = plan.frame.filter(pl.col("action").is_in(["conflict", "reject"])).select(
        "row", pl.col("codes").alias("code")
    )
    guards = [guard.code for guard in plan.summary.guards]
    rest = (
        plan.issues.frame.join(told.explode("code"), on=["row", "code"], how="anti")
        .filter(~pl.col("code").is_in(guards))
        .sort(pl.col("severity").to_physical(), "row", maintain_order=True)
    )
    if rest.is_empty():
        return
    rows = [
        (issue.row, issue.column, _WORDS[issue.severity], _sentence(issue)) for issue in Issues(rest).page(0, limit)
    ]
    yield f"<h2>Other issues ({rest.height:,})</h2>"
    yield _html.grid(("Row", "Column", "", "What, and what to do"), rows, more=rest.height - len(rows), cut=None)


_WORDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def _sentence(issue: Issue) -> str:
    text = issue.message.removeprefix(f"{issue.place}: ")
    return text[:1].upper() + text[1:]
