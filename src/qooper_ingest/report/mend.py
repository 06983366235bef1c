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

from .._choice_lists import answers_of, list_rule, sheet_names
from .._grid import ROW, column_letter
from .._output import write_bytes
from .._text import fold, neutralise
from ..corrections import digest_of_cell
from ..errors import UsageError, quote
from ..issues import Issue
from ..plan import Plan
from ..readers import read_workbook
from ..schema import Field
from ..translation import Messages, load_messages
from .tokens import FileToken, file_token, row_token
from .view import Advice, advise
from .words import shown

__all__ = ["ANSWERS", "guarded", "mend_file", "unguarded"]

#: What a person may decide in a mend file; the words for it are ``decision.…`` of the language.
ANSWERS: Final = ("skip", "use_id", "use_email", "link", "create", "treat_as_same_person")

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

#: Labels of the columns in front of the customer's; the last one is that of the decisions.
_OWN: Final = ("mend.row", "mend.wrong", "mend.todo", "mend.meant", "mend.decision")

#: A spreadsheet's cell takes no more; a longer one is left in the upload as it is, and this is written in its place.
_CELL: Final = 32_767

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


def mend_file(
    plan: Plan,
    target: str | os.PathLike[str] | BinaryIO,
    /,
    *,
    kind: str = "xlsx",
    language: str = "en",
    messages: Mapping[str, str] | None = None,
) -> None:
    """Write the mend file of a plan; `Plan.mend_file` says the rest."""
    if kind not in ("xlsx", "csv"):
        raise UsageError("argument_invalid", reason=f"a mend file is xlsx or csv, not {quote(kind)}")
    write_bytes(target, _Mend(plan, kind, load_messages(language, messages)).data())


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

    def __init__(self, plan: Plan, kind: str, words: Messages) -> None:
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
        self.plan, self.kind, self.schema, self.words = plan, kind, plan.schema, words
        self.decisions = _decisions(words)
        advice = {one.row: one for one in advise(plan, words)}
        rows = context.cells.filter(pl.col(ROW).is_in(list(advice))).sort(ROW)
        self.letters = tuple(rows.columns[1:])
        self.labels = context.labels[: len(self.letters)]
        self.numbers: list[int] = rows[ROW].to_list()
        self.advice = [advice[number] for number in self.numbers]
        self.cells: list[tuple[str | None, ...]] = [row[1:] for row in rows.rows()]
        taken = {fold(label) for label in self.labels}
        self.own: list[str] = []
        for label in (_one_line(words[key]) for key in _OWN):  # no label may be the customer's, nor twice our own
            self.own.append(next(name for n in range(len(taken) + 2) if fold(name := label + " *" * n) not in taken))
            taken.add(fold(self.own[-1]))
        self.fields: dict[str, Field] = {}
        for key, letter in plan._basis["columns"].items():
            if (field := self.schema.by_key(key)) is not None:
                self.fields.setdefault(letter, field)

    def data(self) -> bytes:
        """The file. It is written twice: the tokens tell of the cells as they are read from the first one."""
        blank = [""] * len(self.numbers)
        write = self._workbook if self.kind == "xlsx" else self._text
        prefix = _one_line(self.words["mend.token"])
        first = read_workbook(write([prefix], [blank])).sheet(0).table(header_row=1)
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
                own=tuple(self._as_read(label) or "" for label in first.labels[:at]),
                decisions=tuple((fold(said), answer) for answer, said in self.decisions.items()),
            )
        )
        pieces = [whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE)]
        tokens = [row_token(*one) for one in zip(self.numbers, written, self.cells, strict=True)]
        return write([f"{prefix} {piece}" for piece in pieces], [tokens, *([blank] * (len(pieces) - 1))])

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
            names = answers_of(field, self.schema, self.words)
            folded = {fold(name): name for name in names}
            near = difflib.get_close_matches(fold(issue.value), list(folded), n=_NEAREST, cutoff=_ALIKE)
            if near:
                options = self.words["list.or"].join(folded[one] for one in near)
                label = shown(field.title, self.words, cut=80)
                yield self.words.text("mend.nearest", field=label, options=options)

    def _text(self, labels: Sequence[str], tokens: Sequence[Sequence[str]]) -> bytes:
        """UTF-8 with a byte order mark, without which spreadsheets take it for another encoding; every cell in quotes."""
        target = io.StringIO(newline="")
        writer = csv.writer(target, quoting=csv.QUOTE_ALL)
        writer.writerow([*map(guarded, self.own), *map(guarded, self.labels), *map(guarded, labels)])
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
        title, second = sheet_names(self.words["mend.sheet"], self.words["mend.lists"])
        sheet, lists = book.add_worksheet(title), book.add_worksheet(second)
        lists.hide()
        head = book.add_format({"bold": True, "quote_prefix": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        told = book.add_format(
            {"text_wrap": True, "valign": "top", "quote_prefix": True, "num_format": "@", "bg_color": "#F2F2F2"}
        )
        cell = book.add_format({"valign": "top", "num_format": "@", "quote_prefix": True})
        room = book.add_format({"valign": "top", "num_format": "@"})
        grey = book.add_format({"valign": "top", "num_format": "@", "quote_prefix": True, "font_color": "#808080"})
        own, width, too_long = len(self.own), len(self.letters), self.words["mend.too_long"]
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
                    sheet.write_string(at, position, content if len(content) <= _CELL else too_long, cell)
                else:
                    sheet.write_blank(at, position, None, room)
            for position, column in enumerate(tokens, start=own + width):
                sheet.write_string(at, position, column[at - 1], grey)
        self._rules(sheet, lists, second)
        sheet.freeze_panes(1, 2)
        last = column_letter(own + width + len(labels) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{last}{len(self.numbers) + 1}"})
        book.close()
        return target.getvalue()

    def _rules(self, sheet: Any, lists: Any, name: str) -> None:
        """Drop-downs: the decisions that may settle each row, and the options of every question of one answer."""
        own = len(self.own)
        for position, letter in enumerate(self.letters):
            field = self.fields.get(letter)
            listed = field is not None and field.type != "multi_select"
            answers = answers_of(field, self.schema, self.words) if field is not None and listed else []
            if not answers or field is None:
                continue
            rule = list_rule(lists, name, position, answers, self.words, strict=not field.other)
            sheet.data_validation(1, own + position, max(1, len(self.numbers)), own + position, rule)
        rules: dict[tuple[str, ...], dict[str, Any]] = {}
        for at, advice in enumerate(self.advice, start=1):
            allowed = {answer for issue in advice.issues for answer in _SETTLED_BY.get(issue.code, ())} | {"skip"}
            said = tuple(words for answer, words in self.decisions.items() if answer in allowed)
            if said not in rules:
                rules[said] = list_rule(lists, name, len(self.letters) + len(rules), said, self.words)
            sheet.data_validation(at, own - 1, at, own - 1, rules[said])


def _decisions(words: Messages) -> dict[str, str]:
    """Answer → what it is called; two that are called the same could not be told apart when they come back."""
    found = {answer: _one_line(words[f"decision.{answer}"]) for answer in ANSWERS}
    if len({fold(said) for said in found.values()} - {""}) < len(found):
        raise UsageError("messages_invalid", reason="two decisions of a mend file have the same words, or one has none")
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())
