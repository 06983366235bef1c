"""Mend files: the rows that need somebody, in the customer's own columns, to be mended and sent back.

Strategy: the customer knows their own file. So a mend file has their columns in their order, and in front of them, for every row
that is blocked, what is wrong, what to do, what may be meant, and room for a decision. One more column ties each row to the upload
(see ``tokens``). What is written is read back by the readers of this library before it is handed out, and the tokens tell of the
cells as they are read: so a file that comes back untouched changes nothing, whatever a cell holds.

Cells are a stranger's text. In a workbook each is a text cell that is marked as text, never a formula or a link. In a text file,
where a spreadsheet program decides what a cell is, whatever would be taken for a formula, a number, a date or a truth value has an
apostrophe in front; `unguarded` takes it off again. Needs the extra ``template`` (XlsxWriter) for a workbook.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

import polars as pl

from .._grid import ROW, column_letter
from .._output import write_bytes
from .._text import fold, neutralise
from ..corrections import digest_of_cell
from ..errors import UsageError, quote
from ..issues import Issue
from ..plan import Plan
from ..readers import read_workbook
from ..schema import Field, Schema
from .tokens import PREFIX, FileToken, file_token, row_token
from .view import Advice, advise
from .words import shown

__all__ = ["ANSWERS", "guarded", "mend_file", "unguarded"]

#: What a person may decide in a mend file, and the answer that it is.
ANSWERS: Final[Mapping[str, str]] = {
    "leave this row out": "skip",
    "the person with this ID": "use_id",
    "the person with this address": "use_email",
    "give the ID to the person with this address": "link",
    "a new person": "create",
    "it is the same person": "treat_as_same_person",
}

#: Code → the answers that may settle it; leaving the row out settles every one.
_SETTLED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "id_case_variant": ("create", "link"),
    "id_leading_zeros_lost": ("create", "link"),
    "id_held_by_deleted_user": ("create", "link"),
    "id_mixup_suspected": ("use_id", "use_email", "treat_as_same_person"),
    "id_email_different_users": ("use_id", "use_email"),
    "id_in_use_by_other_user": ("use_id", "use_email"),
    "email_owned_by_other_id": ("use_email",),
    "email_held_by_suspended_user": ("use_id", "use_email"),
    "identity_discontinuity": ("treat_as_same_person", "link"),
    "email_confusable": ("create", "treat_as_same_person"),
}

#: Labels of the columns in front of the customer's.
_OWN: Final = ("Row in your file", "What is wrong", "What to do", "What may be meant", "Your decision")

#: A spreadsheet's cell takes no more; a longer one is left in the upload as it is, and this is written in its place.
_CELL: Final = 32_767
_TOO_LONG: Final = "(too long for a spreadsheet: leave it as it is, or type something else)"

#: A label takes no more of a token than this; the rest goes on in the next column.
_PIECE: Final = 30_000

#: How many options are proposed for an answer that is none of them, and how alike they must be (`difflib`: 1 is equal).
_NEAREST: Final = 3
_ALIKE: Final = 0.5

#: Every workbook is of this day: the same plan gives the same bytes.
_CREATED: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (a date in a file's properties, which has no zone)

#: What spreadsheet programs convert when they open a text file: what begins like a number or a date unless it is a plain whole number, truth
#: values, months with a day or a year. (Microsoft, "Import or export text files"; LibreOffice, "Detect special numbers".)
_CONVERTED: Final = re.compile(
    r"\s*(?:[0-9.,(\u0660-\u0669].*|true|false|wahr|falsch|vrai|faux|verdadero|falso|(?:[^\W\d_]{3,9}\.?[ /-]?[0-9]{1,4}))\s*",
    re.IGNORECASE | re.DOTALL,
)
_PLAIN_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")


def mend_file(plan: Plan, target: str | os.PathLike[str] | BinaryIO, /, *, kind: str = "xlsx") -> None:
    """Write the mend file of a plan; `Plan.mend_file` says the rest."""
    if kind not in ("xlsx", "csv"):
        raise UsageError("argument_invalid", reason=f"a mend file is xlsx or csv, not {quote(kind)}")
    write_bytes(target, _Mend(plan, kind).data())


def guarded(text: str, /) -> str:
    """A text as it is written into a text file: no spreadsheet program takes it for anything but text.

    >>> guarded("=1+1"), guarded("00042"), guarded("42"), guarded("'quoted"), guarded("Ann")
    ("'=1+1", "'00042", '42', "''quoted", 'Ann')
    """
    if neutralise(text) != text or text.startswith("'"):
        return f"'{text}"
    return f"'{text}" if _CONVERTED.fullmatch(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def unguarded(text: str, /) -> str:
    """The text that `guarded` was given; a text that it leaves alone stays.

    >>> unguarded("'=1+1"), unguarded("''quoted"), unguarded("'tis")
    ('=1+1', "'quoted", "'tis")
    """
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text


class _Mend:
    """The parts of a mend file: what is said of each row, and the cells."""

    def __init__(self, plan: Plan, kind: str) -> None:
        context = plan._context
        if plan.parts or plan.inverse_of is not None:
            reason = "a plan of several sources has no mend file: mend the rows in their own files"
            if plan.inverse_of is not None:
                reason = "an inverse plan has no rows to mend"
            raise UsageError("argument_invalid", reason=reason)
        if not context.labels and plan._new.height + plan.frame.height:
            raise UsageError(
                "plan_invalid", reason="it was saved by an older version, without the cells of its blocked rows"
            )
        self.plan, self.kind, self.schema = plan, kind, plan.schema
        advice = {one.row: one for one in advise(plan)}
        rows = context.cells.filter(pl.col(ROW).is_in(list(advice))).sort(ROW)
        self.letters = tuple(rows.columns[1:])
        self.labels = context.labels[: len(self.letters)]
        self.numbers: list[int] = rows[ROW].to_list()
        self.advice = [advice[number] for number in self.numbers]
        self.cells: list[tuple[str | None, ...]] = [row[1:] for row in rows.rows()]
        taken = {fold(label) for label in self.labels}
        self.own = [
            next(name for n in range(len(taken) + 2) if fold(name := label + " *" * n) not in taken) for label in _OWN
        ]
        self.fields: dict[str, Field] = {}
        for key, letter in plan._basis["columns"].items():
            if (field := self.schema.by_key(key)) is not None:
                self.fields.setdefault(letter, field)

    def data(self) -> bytes:
        """The file. It is written twice: the tokens tell of the cells as they are read from the first one."""
        blank = [""] * len(self.numbers)
        write = self._workbook if self.kind == "xlsx" else self._text
        first = read_workbook(write([PREFIX], [blank])).sheet(0).table(header_row=1)
        at = len(self.own)
        read = [column_letter(at + position) for position in range(len(self.letters))]
        width = first.frame.columns
        back = first.frame.select(
            pl.col(name) if name in width else pl.lit(None, dtype=pl.String).alias(name) for name in read
        )
        written = [tuple(self._as_read(cell) for cell in row) for row in back.rows()]
        labels = [self._as_read(label) for label in first.labels[at : at + len(self.letters)]]
        if first.frame.height != len(self.numbers):  # the row's number and what is wrong with it stand in every row
            raise UsageError("argument_invalid", reason="the mend file does not read back as it was written")
        whole = file_token(
            FileToken(
                source=self.plan._basis["source"],
                labels=tuple(digest_of_cell(label) for label in labels),
                letters=self.letters,
                rows=tuple(self.numbers),
                guarded=self.kind == "csv",
                own=tuple(self.own),
            )
        )
        pieces = [whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE)]
        tokens = [row_token(*one) for one in zip(self.numbers, written, self.cells, strict=True)]
        return write([f"{PREFIX} {piece}" for piece in pieces], [tokens, *([blank] * (len(pieces) - 1))])

    def _as_read(self, cell: str | None) -> str | None:
        return cell if cell is None or self.kind == "xlsx" else unguarded(cell)

    def _own_cells(self, advice: Advice) -> list[str]:
        meant = [*advice.meant, *self._nearest(advice.issues)]
        return [str(advice.row), "\n".join(advice.reasons), "\n".join(advice.hints), "\n".join(meant), ""]

    def _nearest(self, issues: Sequence[Issue]) -> Iterator[str]:
        """Options that are nearest to an answer that is none of them."""
        for issue in issues:
            field = self.schema.by_key(issue.field) if issue.field is not None else None
            if field is None or not issue.value:
                continue
            names = _answers(field, self.schema)
            folded = {fold(name): name for name in names}
            near = difflib.get_close_matches(fold(issue.value), list(folded), n=_NEAREST, cutoff=_ALIKE)
            if near:
                yield f"{shown(field.title, cut=80)}: {' or '.join(folded[one] for one in near)}"

    def _text(self, labels: Sequence[str], tokens: Sequence[Sequence[str]]) -> bytes:
        """UTF-8 with a byte order mark, without which spreadsheets take it for another encoding; every cell in quotes."""
        target = io.StringIO(newline="")
        writer = csv.writer(target, quoting=csv.QUOTE_ALL)
        writer.writerow([*self.own, *map(guarded, self.labels), *labels])
        for number, (advice, cells) in enumerate(zip(self.advice, self.cells, strict=True)):
            own = [guarded(text) for text in self._own_cells(advice)]
            writer.writerow([*own, *(guarded(cell or "") for cell in cells), *(column[number] for column in tokens)])
        return target.getvalue().encode("utf-8-sig")

    def _workbook(self, labels: Sequence[str], tokens: Sequence[Sequence[str]]) -> bytes:
        try:
            import xlsxwriter
        except ImportError:
            missing = True
        else:
            missing = False
        if missing:
            raise UsageError("extra_missing", package="xlsxwriter", extra="template")
        target = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(target, options)
        book.set_properties({"created": _CREATED})
        sheet, lists = book.add_worksheet("To be mended"), book.add_worksheet("Lists")
        lists.hide()
        head = book.add_format({"bold": True, "quote_prefix": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        told = book.add_format(
            {"text_wrap": True, "valign": "top", "quote_prefix": True, "num_format": "@", "bg_color": "#F2F2F2"}
        )
        cell = book.add_format({"valign": "top", "num_format": "@", "quote_prefix": True})
        room = book.add_format({"valign": "top", "num_format": "@"})
        grey = book.add_format({"valign": "top", "num_format": "@", "quote_prefix": True, "font_color": "#808080"})
        own, width = len(self.own), len(self.letters)
        for position, size in enumerate((9, 45, 45, 34, 26)):
            sheet.set_column(position, position, size)
        sheet.set_column(own, own + width - 1, 20, room)
        sheet.set_column(own + width, own + width + len(labels) - 1, 12)
        for position, label in enumerate((*self.own, *self.labels, *labels)):
            sheet.write_string(0, position, label, head if position < own + width else grey)
        for at, (advice, cells) in enumerate(zip(self.advice, self.cells, strict=True), start=1):
            for position, text in enumerate(self._own_cells(advice)):
                sheet.write_string(at, position, text[:_CELL], told) if position < own - 1 else sheet.write_blank(
                    at, position, None, room
                )
            for position, content in enumerate(cells, start=own):
                if content:
                    sheet.write_string(at, position, content if len(content) <= _CELL else _TOO_LONG, cell)
                else:
                    sheet.write_blank(at, position, None, room)
            for position, column in enumerate(tokens, start=own + width):
                sheet.write_string(at, position, column[at - 1], grey)
        self._rules(sheet, lists)
        sheet.freeze_panes(1, 2)
        last = column_letter(own + width + len(labels) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{last}{len(self.numbers) + 1}"})
        book.close()
        return target.getvalue()

    def _rules(self, sheet: Any, lists: Any) -> None:
        """Drop-downs: the decisions that may settle each row, and the options of every question of one answer."""
        own = len(self.own)
        for at, advice in enumerate(self.advice, start=1):
            allowed = {answer for issue in advice.issues for answer in _SETTLED_BY.get(issue.code, ())} | {"skip"}
            words = [word for word, answer in ANSWERS.items() if answer in allowed]
            sheet.data_validation(at, own - 1, at, own - 1, {"validate": "list", "source": words})
        for position, letter in enumerate(self.letters):
            field = self.fields.get(letter)
            answers = _answers(field, self.schema) if field is not None and field.type != "multi_select" else []
            if not answers or field is None:
                continue
            for row, answer in enumerate(answers):
                lists.write_string(row, position, answer)
            column = column_letter(position)
            rule = {
                "validate": "list",
                "source": f"=Lists!${column}$1:${column}${len(answers)}",
                "error_type": "information" if field.other else "stop",
                "error_title": "Not in the list",
                "error_message": "Choose from the list.",
            }
            sheet.data_validation(1, own + position, max(1, len(self.numbers)), own + position, rule)


def _answers(field: Field, schema: Schema) -> list[str]:
    if field.role == "status":
        return list(schema.status_words)
    if field.type == "boolean":
        return ["Yes", "No"]
    return [option.label or option.value for option in field.options]
