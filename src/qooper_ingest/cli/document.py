"""What a script reads: an inspection and a plan as one JSON document, piece by piece, so that a large plan is never text at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from .._grid import column_letter
from ..issues import Issues
from ..plan import Plan
from ..proposal import Proposal
from ..source import Source
from .show import by_severity

__all__ = ["inspect_document", "plan_document"]

_FORMAT_VERSION: Final = 2

#: Lines of a frame that become objects at a time.
_SLICE: Final = 10_000


def inspect_document(source: Source, proposal: Proposal) -> Iterator[str]:
    """Format, sheets, header, mapping and separator, with scores and reasons."""
    table, mapping = proposal.table, proposal.mapping
    sheets = [
        {"name": info.name, "visible": info.visible, "rows": info.rows, "columns": info.columns}
        for info in proposal.workbook.sheets
    ]
    header = {
        "rows": list(table.header_rows),
        "given": proposal.header.reasons == ("given",),
        "candidates": [
            {"rows": list(one.rows), "score": one.score, "reasons": list(one.reasons)}
            for one in proposal.header.candidates
        ],
    }
    yield from _document(
        {
            "format_version": _FORMAT_VERSION,
            "file": {"name": source.name, "bytes": len(source.data), "sha256": source.sha256},
            "format": proposal.workbook.format.value,
            "read": json.loads(proposal.workbook.options.model_dump_json(exclude_none=True)),
            "sheets": sheets,
            "sheet": proposal.sheet.name,
            "header": header,
            "labels": list(table.labels),
            "rows": table.frame.height,
            "blank_rows": table.blank_rows,
            "mapping": json.loads(mapping.to_json()),
            "ignored": [column_letter(position) for position in mapping.ignored],
            "separator": {
                "state": proposal.separator.state,
                "separator": proposal.separator.separator,
                "score": proposal.separator.score,
            },
        },
        issues=_issues(proposal.issues),
    )


def plan_document(plan: Plan, source: Source) -> Iterator[str]:
    """The summary, one line per source row, the operations, the issues."""
    yield from _document(
        {
            "format_version": _FORMAT_VERSION,
            "file": {"name": source.name, "bytes": len(source.data), "sha256": source.sha256},
            "fingerprint": plan.fingerprint,
            "summary": json.loads(plan.summary.to_json()),
            "dependencies": [list(pair) for pair in plan.dependencies],
            "atomic_groups": [list(group) for group in plan.atomic_groups],
        },
        rows=(json.dumps(line) for part in plan.frame.iter_slices(_SLICE) for line in part.to_dicts()),
        operations=(json.dumps(json.loads(line)) for line in plan.to_jsonl()),
        issues=_issues(plan.issues),
    )


def _document(lead: dict[str, Any], **lists: Iterable[str]) -> Iterator[str]:
    """An object of ``lead`` and of lists whose items are JSON already. Plain ASCII, so that every terminal and pipe takes it."""
    yield json.dumps(lead)[:-1]
    for name, items in lists.items():
        yield f', "{name}": ['
        for at, item in enumerate(items):
            yield f"{', ' if at else ''}{item}"
        yield "]"
    yield "}"


def _issues(issues: Issues) -> Iterator[str]:
    ordered = by_severity(issues)
    for offset in range(0, len(ordered), _SLICE):
        for one in ordered.page(offset, _SLICE):
            yield json.dumps(
                {
                    "code": one.code, "severity": one.severity.value, "row": one.row, "column": one.column,
                    "field": one.field, "value": one.value, "other_row": one.other_row, "detail": one.detail,
                    "message": one.message,
                }
            )  # fmt: skip
