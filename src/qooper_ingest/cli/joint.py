"""Several sources of one import, as the options name them: ``mentees=people.xlsx --role mentees=mentee``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import IngestError, quote
from ..joint import join_records
from ..plan import Plan, resolve
from ..progress import ProgressCallback
from ..records import Records
from .files import read_choices, read_directory, read_schema
from .refusals import RefusedError
from .request import Request, policy_of

__all__ = ["JointRequest"]

#: A name of a source: what needs no quotes in a shell.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class JointRequest:
    """Sources by their names, and what holds for all of them."""

    parts: Mapping[str, Request]
    schema: Path | None
    directory: Path
    policy: Path | None
    mode: str | None

    @staticmethod
    def of(
        sources: Sequence[str],
        *,
        roles: Sequence[str],
        sheets: Sequence[str],
        header_rows: Sequence[str],
        choices: Sequence[str],
        schema: Path | None,
        directory: Path | None,
        policy: Path | None,
        mode: str | None,
    ) -> JointRequest:
        """Put together what belongs to each source. Raises `RefusedError`."""
        files = _by_name(sources, "NAME=FILE", None)
        if directory is None:
            raise RefusedError(
                "a plan needs the people you have: a file with a column ref (your own key) and a column email.",
                option="--directory",
            )
        of_roles, of_sheets, of_rows, of_choices = (
            _by_name(given, option, files)
            for given, option in (
                (roles, "--role"), (sheets, "--sheet"), (header_rows, "--header-row"), (choices, "--choices")
            )
        )  # fmt: skip
        parts = {
            name: Request(
                file=Path(file),
                schema=schema,
                directory=directory,
                choices=Path(of_choices[name]) if name in of_choices else None,
                sheet=of_sheets.get(name),
                header_row=_row(of_rows.get(name)),
                role=of_roles.get(name),
                argument=name,
            )
            for name, file in sorted(files.items())
        }
        return JointRequest(parts=parts, schema=schema, directory=directory, policy=policy, mode=mode)

    def plan(self, progress: ProgressCallback) -> Plan:
        """Propose each source, join their rows, and plan them as one file. Raises `RefusedError`."""
        schema = read_schema(self.schema)
        people = read_directory(self.directory, schema)
        policy = policy_of(read_choices(self.policy, "--policy").policy, None, self.mode)
        records: list[tuple[str, str | None, Records]] = []
        for name, request in self.parts.items():
            choices = request.read_choices()
            source = request.load()
            proposal = request.propose(source, schema, people, choices, progress)
            refused: RefusedError | None = None
            try:
                records.append((name, request.role, proposal.records()))
            except IngestError as error:
                refused = request.about(error, source, proposal)
            if refused is not None:
                raise refused
        return resolve(join_records(records, schema=schema), people, policy=policy)


def _by_name(given: Sequence[str], option: str, known: Mapping[str, str] | None) -> dict[str, str]:
    """``name=value`` each; every name once, and one of the sources."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not value or not _NAME.fullmatch(name):
            example = "mentees=people.xlsx" if known is None else f"{next(iter(known), 'mentees')}=…"
            raise RefusedError(f"say which source it is for, as in {example}", option=option, file=quote(text))
        if known is not None and name not in known:
            raise RefusedError(f"there is no source {quote(name)}. There are: {', '.join(known)}.", option=option)
        if name in found:
            raise RefusedError(f"the source {quote(name)} is named twice.", option=option)
        found[name] = value
    return found


def _row(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    raise RefusedError(
        "a row is a number, as the spreadsheet shows it; 0: there is no header.",
        option="--header-row",
        file=quote(text),
    )
