"""What a script reads: every command as one JSON document, piece by piece, so that a large plan is never text at once.

Each document has ``format_version`` and ``command``; a refused command has ``error`` in place of the rest. `schemas` says what is in
them, and the tests hold every command to it. Plain ASCII, so that every terminal and pipe takes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from .._grid import column_letter
from ..drift import Drift
from ..issues import Issue, Issues
from ..plan import Explanation, Plan, PlanDiff, Staleness
from ..proposal import Proposal
from ..source import Source
from .show import by_severity

__all__ = [
    "anonymise_document", "check_document", "codes_document", "compare_document", "documents_document", "inspect_document",
    "merged_document", "plan_document", "whatif_document", "why_document", "written_document",
]  # fmt: skip

_FORMAT_VERSION: Final = 3

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
        "inspect",
        {
            "file": _file(source),
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


def plan_document(plan: Plan, source: Source | None, *, command: str = "plan") -> Iterator[str]:
    """The summary, one line per source row, the operations, the issues. ``sources``: where the rows of several are from."""
    yield from _document(
        command,
        {
            "file": _file(source),
            "sources": [{"name": part.name, "role": part.role, "sheet": part.sheet} for part in plan.parts],
            "fingerprint": plan.fingerprint,
            "summary": json.loads(plan.summary.to_json()),
            "dependencies": [list(pair) for pair in plan.dependencies],
            "atomic_groups": [list(group) for group in plan.atomic_groups],
        },
        rows=_rows(plan),
        operations=(json.dumps(json.loads(line)) for line in plan.to_jsonl()),
        issues=_issues(plan.issues),
    )


def _rows(plan: Plan) -> Iterator[str]:
    """The lines of the plan's frame; of several sources with the name of the source and the row there."""
    frame = plan.frame
    if plan.parts:
        frame = frame.join(plan.origins, on="row", how="left", maintain_order="left")
    return (json.dumps(line) for part in frame.iter_slices(_SLICE) for line in part.to_dicts())


def written_document(command: str, path: Path | None, size: int, plan: Plan | None = None) -> Iterator[str]:
    """What was written where; of a plan its fingerprint and figures."""
    told: dict[str, Any] = {"written": _written(path, size)}
    if plan is not None:
        told |= {"fingerprint": plan.fingerprint, "summary": json.loads(plan.summary.to_json())}
    yield from _document(command, told)


def merged_document(path: Path, size: int, corrections: int, decisions: int) -> Iterator[str]:
    """What mended files have added to the choices."""
    yield from _document("merge", {"written": _written(path, size), "corrections": corrections, "decisions": decisions})


def check_document(plan: Plan, found: Staleness) -> Iterator[str]:
    """What still holds of a plan."""
    stale = [
        {"row": one.row, "ref": one.ref, "reasons": list(one.reasons), "codes": list(one.codes)} for one in found.stale
    ]
    told = {"fingerprint": plan.fingerprint, "can_apply": plan.can_apply, "pending": found.pending}
    yield from _document("check", {**told, "done": list(found.done), "stale": stale})


def whatif_document(found: PlanDiff) -> Iterator[str]:
    """What is different between two plans."""
    moved = [{"from": a, "to": b, "rows": count} for (a, b), count in found.transitions.items()]
    yield from _document(
        "whatif",
        {"rows": found.rows, "counts": found.counts, "transitions": moved},
        differences=(json.dumps(line) for part in found.frame.iter_slices(_SLICE) for line in part.to_dicts()),
    )


def why_document(told: Explanation, *, personal: bool) -> Iterator[str]:
    """The whole way of a row. Cells, keys and stored values are in it only where that was asked for."""
    cells = [asdict(one) for one in told.cells]
    keys = [asdict(one) for one in told.keys]
    if not personal:
        cells = [{name: one[name] for name in ("field", "column", "label", "reasons", "changes")} for one in cells]
        keys = [{name: one[name] for name in ("kind", "refs")} for one in keys]
    issues = [_issue(one, personal=personal) for one in told.issues]
    yield from _document(
        "why",
        {
            "row": told.row, "action": told.action, "ref": told.ref, "matched_by": told.matched_by, "cells": cells,
            "keys": keys, "issues": issues, "alternatives": [asdict(one) for one in told.alternatives],
        },
    )  # fmt: skip


def compare_document(found: Drift) -> Iterator[str]:
    """What is different between two files."""
    both, before, now = found.people
    names = ("code", "field", "last", "this", "options", "rows")
    yield from _document(
        "compare",
        {
            "people": {"both": both, "last": before, "this": now, "matched_by": found.matched_by},
            "findings": [{name: getattr(one, name) for name in names} for one in found.findings],
        },
    )


def codes_document(codes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Codes and what they mean."""
    yield from _document("explain", {"codes": [dict(one) for one in codes]})


def documents_document(documents: Mapping[str, int]) -> Iterator[str]:
    """The documents that have a JSON Schema, with their versions."""
    yield from _document("schema", {"documents": [{"name": name, "version": n} for name, n in documents.items()]})


def anonymise_document(path: Path, size: int, told: Mapping[str, Any]) -> Iterator[str]:
    """What was kept of a file whose cells were invented anew, and what was not."""
    yield from _document("anonymise", {"written": _written(path, size), **told})


def _file(source: Source | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {"name": source.name, "bytes": len(source.data), "sha256": source.sha256}


def _written(path: Path | None, size: int) -> dict[str, Any] | None:
    return {"path": str(path), "bytes": size} if path is not None else None


def _document(command: str, lead: Mapping[str, Any], **lists: Iterable[str]) -> Iterator[str]:
    """An object of ``lead`` and of lists whose items are JSON already."""
    yield json.dumps({"format_version": _FORMAT_VERSION, "command": command, **lead}, default=str)[:-1]
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
            yield json.dumps(_issue(one, personal=True))


def _issue(one: Issue, *, personal: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": one.code, "severity": one.severity.value, "row": one.row, "column": one.column, "field": one.field,
        "other_row": one.other_row,
    }  # fmt: skip
    if personal:
        told |= {"value": one.value, "detail": one.detail, "message": one.message}
    return told
