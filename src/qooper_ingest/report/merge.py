"""A mended file becomes corrections and decisions of the upload that it came from.

Strategy: nothing is guessed. Rows are found by their tokens and columns by their labels, so that the order of both is free and columns
may be missing. A cell that says what was written into it says nothing; any other is a correction. A row that was taken out is one
to be left out; a decision in the row's column is taken as it is. Whatever cannot be tied to the upload (a new row, a new column with
cells in it, a token that was typed over, a row that stands there twice) is refused as a whole, with its place, because half of a
mended file would be a third version of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import polars as pl

from .._grid import ROW, column_letter
from .._text import fold
from ..choices import Choices
from ..corrections import CellCorrection, digest_of_cell
from ..errors import SourceError, StaleChoicesError
from ..identity import Decision
from ..limits import Limits
from ..readers import read_workbook
from ..source import Source
from ..workbook import Sheet
from .mend import ANSWERS, unguarded
from .tokens import FileToken, RowToken, find_pieces, parse_row_token

__all__ = ["merge_mended"]

#: The rows among which the labels are looked for: somebody may put a title above them.
_LOOK: Final = 50

_Choices = TypeVar("_Choices", bound=Choices)


def merge_mended(choices: _Choices, source: Any, /, *, limits: Limits) -> _Choices:
    """Merge a mended file into choices; `Choices.merge_mended` says the rest."""
    file = Source.of(source, limits=limits)
    workbook = read_workbook(file, limits=limits)
    found = next((one for name in range(len(workbook.sheets)) if (one := _find(workbook.sheet(name)))), None)
    if found is None:
        raise SourceError(
            "mended_invalid", reason="no column is headed by the row token, or what follows it was changed"
        )
    sheet, header, token, places = found
    if choices.source_sha256 is not None and token.source is not None and choices.source_sha256 != token.source:
        raise StaleChoicesError("choices_other_file")
    corrections, decisions = _Mended(sheet, header, token, places).merged()
    bound = choices.model_copy(update={"source_sha256": choices.source_sha256 or token.source})
    return bound.correct(*corrections).decide(*decisions)


def _find(sheet: Sheet) -> tuple[Sheet, int, FileToken, list[int]] | None:
    """The row of the labels, what its token says, and the positions of the columns of tokens."""
    for line in sheet.grid.head(_LOOK).rows():
        found = find_pieces(line[1:])
        if found is not None:
            return sheet, line[0], *found
    return None


@dataclass(frozen=True, slots=True)
class _Mended:
    """A sheet that was found to be a mended file."""

    sheet: Sheet
    header: int
    token: FileToken
    places: Sequence[int]

    def merged(self) -> tuple[list[CellCorrection], list[Decision]]:
        columns, decision = self._columns()
        corrections: list[CellCorrection] = []
        decisions: list[Decision] = []
        seen: dict[int, int] = {}
        for line in self.sheet.grid.filter(pl.col(ROW) > self.header).iter_rows():
            here, cells = line[0], line[1:]
            if not any(cells):
                continue
            token = self._token_of(here, cells)
            if token.row in seen:
                raise _refusal(
                    f"row {token.row} of the upload stands in it twice: in rows {seen[token.row]} and {here}", here
                )
            seen[token.row] = here
            corrections += self._corrections(token, cells, columns)
            said = cells[decision] if decision is not None else None
            if said is not None and said.strip():
                decisions.append(self._decision(token.row, said, here))
        left_out = [row for row in self.token.rows if row not in seen]
        decisions += [Decision(row=row, answer="skip") for row in left_out]
        return corrections, decisions

    def _columns(self) -> tuple[dict[int, int], int | None]:
        """Position here → position among the customer's columns; and where decisions stand."""
        labels = [self._text(cell) for cell in self.sheet.grid.filter(pl.col(ROW) == self.header).rows()[0][1:]]
        plain = [_squeezed(label) for label in labels]
        own = {label: here for here, label in reversed([*enumerate(plain)]) if label in self.token.own}
        decision = own.get(self.token.own[-1])
        places: dict[str, list[int]] = {}
        for position, digest in enumerate(self.token.labels):
            places.setdefault(digest, []).append(position)
        first = decision + 1 if decision is not None else 0  # the customer's columns stand behind ours
        order = [*range(first, len(labels)), *range(first)]
        columns: dict[int, int] = {}
        for here in order:
            waiting = places.get(digest_of_cell(plain[here]), [])
            if here in own.values() or here in self.places:
                continue
            if waiting:
                columns[here] = waiting.pop(0)
            elif (row := self._first_cell(here)) is not None:
                raise _refusal("a column is headed by none of the upload's labels", row, column_letter(here))
        return columns, decision

    def _first_cell(self, here: int) -> int | None:
        """The first row below the labels with a cell in a column."""
        letter = column_letter(here)
        rows = self.sheet.grid.filter(pl.col(ROW) > self.header, pl.col(letter).is_not_null())[ROW]
        return int(rows[0]) if rows.len() else None

    def _token_of(self, here: int, cells: Sequence[str | None]) -> RowToken:
        text = cells[self.places[0]]
        if text is None or not text.strip():
            raise _refusal("it has a row that the upload does not have; new rows belong into the upload itself", here)
        token = parse_row_token(text)
        if token is None or token.row not in self.token.rows or len(token.written) != len(self.token.letters):
            raise _refusal("the row token was changed", here, column_letter(self.places[0]))
        return token

    def _corrections(
        self, token: RowToken, cells: Sequence[str | None], columns: Mapping[int, int]
    ) -> Iterator[CellCorrection]:
        for here, position in sorted(columns.items(), key=lambda pair: pair[1]):
            text = self._text(cells[here]) or None
            if digest_of_cell(text) != token.written[position]:
                yield CellCorrection(
                    row=token.row,
                    column=self.token.letters[position],
                    was=None,
                    was_digest=token.said[position],
                    value=text,
                )

    def _decision(self, row: int, said: str, here: int) -> Decision:
        words = dict(self.token.decisions)
        answer: Any = words.get(fold(said))
        if answer not in ANSWERS:
            raise _refusal(f"the decision is none of: {'; '.join(words)}", here)
        return Decision(row=row, answer=answer)

    def _text(self, cell: str | None) -> str | None:
        return unguarded(cell) if cell is not None and self.token.guarded else cell


def _squeezed(label: str | None) -> str | None:
    """A label as a table has it: without blanks around it, one blank for several."""
    return " ".join(label.split()) if label is not None else None


def _refusal(reason: str, row: int, column: str | None = None) -> SourceError:
    return SourceError("mended_invalid", row=row, column=column, reason=reason)
