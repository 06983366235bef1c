"""What codes mean: of issues and guards, of errors, of operations that went stale, and of what is different between two files."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final

from ..errors import ERROR_MESSAGES, quote
from ..issues import CATALOGUE
from .refusals import RefusedError
from .screen import add_line, make_grid, safe

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["FINDINGS", "STALE_REASONS", "all_codes", "find_code", "show_codes"]

#: Reason of a stale operation → what it says of the person or the row. Kinds as in `Stale.reasons`.
STALE_REASONS: Final = {
    "person_missing": "the person is not there any more",
    "person_changed": "the person's ID, address, status or sign-in is not as it was when the plan was made",
    "person_protected": "the person is protected from imports now",
    "status_locked": "the person's status is set elsewhere now, and no file may change it",
    "answer_changed": "somebody has changed what the operation would replace",
    "email_taken": "somebody has the address now",
    "id_taken": "somebody has the ID now",
    "id_variant_taken": "somebody has, or had, the ID with other capitals or leading zeros",
    "subject_taken": "the identity provider sends the ID for somebody else",
    "decided_otherwise": "a new plan would do something else, or nothing",
}

#: What is different between two files → what it says.
FINDINGS: Final = {
    "column_gone": "a column of the last file is missing",
    "column_new": "a column is there that the last file did not have",
    "column_renamed": "a field is read from a column of another label",
    "column_rebound": "both files have both columns, and a field is read from another one",
    "options_new": "answers that nobody gave in the last file",
    "format_changed": "most IDs or dates are written in another form",
    "blanks_more": "a fifth of the cells or more is empty that was not",
    "people_gone": "people whom only the last file names",
    "people_new": "people whom only this file names",
    "name_changed": "an ID has a name without a word in common with the one it had",
}


def all_codes() -> list[dict[str, Any]]:
    """Every code: ``code``, ``kind``, ``severity`` (of issues), ``meaning``, ``what_to_do``; by kind and code."""
    issues = [
        {
            "code": code, "kind": "issue", "severity": info.severity.value,
            "meaning": _bare(info.template), "what_to_do": info.hint[:1].upper() + info.hint[1:] + ".",
        }
        for code, info in sorted(CATALOGUE.items())
    ]  # fmt: skip
    errors = [
        {"code": code, "kind": "error", "severity": None, "meaning": meaning, "what_to_do": advice}
        for code, text in sorted(ERROR_MESSAGES.items())
        for meaning, advice in [_divided(_bare(text))]
    ]
    stale = [_of_table("stale", code, text, "Make a new plan.") for code, text in STALE_REASONS.items()]
    advice = "Check that this is meant; a changed file may be right."
    drift = [_of_table("difference", code, text, advice) for code, text in FINDINGS.items()]
    return [*issues, *errors, *stale, *drift]


def find_code(code: str) -> dict[str, Any]:
    """One code. Raises `RefusedError` with the nearest ones."""
    told: dict[str, dict[str, Any]] = {one["code"]: one for one in reversed(all_codes())}
    if (one := told.get(code.strip().lower())) is not None:
        return one
    near = difflib.get_close_matches(code.lower(), told, n=3, cutoff=0.6)
    advice = f"Did you mean {' or '.join(near)}?" if near else "All of them: qooper-ingest explain"
    if code.isdigit():
        advice = f"For a row of a saved plan: qooper-ingest why PLAN {code}"
    raise RefusedError(f"there is no code {quote(code)}. {advice}", option="CODE")


def show_codes(console: Console, codes: list[dict[str, Any]]) -> None:
    """Print codes: one with all of its words, several as a table."""
    if len(codes) == 1:
        [one] = codes
        kind = f"{one['kind']}, {one['severity']}" if one["severity"] else one["kind"]
        console.print(f"{one['code']} ({kind})")
        console.print(safe(one["meaning"]))
        console.print(safe(one["what_to_do"]))
        return
    grid = make_grid("code", "kind", "what it says, and what to do")
    for one in codes:
        add_line(
            grid, one["code"], one["severity"] or one["kind"], safe(f"{one['meaning']} {one['what_to_do']}".strip())
        )
    console.print(grid)


def _of_table(kind: str, code: str, text: str, advice: str) -> dict[str, Any]:
    return {
        "code": code,
        "kind": kind,
        "severity": None,
        "meaning": f"{text[:1].upper()}{text[1:]}.",
        "what_to_do": advice,
    }


class _Dots(dict[str, str]):
    """What stands for a figure or a name that a sentence has only when something is found."""

    def __missing__(self, key: str) -> str:
        return "…"


def _bare(template: str) -> str:
    """A sentence without what differs from case to case."""
    text = " ".join(template.format_map(_Dots()).split())
    text = f"{text[:1].upper()}{text[1:]}"
    return text if text.endswith((".", "…")) else f"{text}."


def _divided(text: str) -> tuple[str, str]:
    """What was found, and what to do: the first sentence and the rest."""
    first, stop, rest = text.partition(". ")
    return (first + ".", rest) if stop else (text, "")
