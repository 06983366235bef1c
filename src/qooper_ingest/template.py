"""Write the file that a customer fills in: the labels of the schema, and for every choice a list to choose from.

Wanted: a workbook (or a text file) that comes back as it was meant. Its labels are the schema's, so that it maps with
certainty; questions of one answer and the status are drop-downs; the ID column is text, so that leading zeros survive; a
sheet of notes lists the allowed answers and the separator of questions with several. How: XlsxWriter, an extra, imported
when a workbook is asked for; drop-downs refer to a hidden sheet, because a list written into the rule itself ends at 255
characters and is cut at commas. The same schema gives the same bytes: no clock, no name.

Labels and options may be a stranger's words. In a workbook each is a text cell that is marked as text, never a formula or a
link; in a text file, where the first character decides, it is neutralised with an apostrophe. Refused: a separator by which
the options of a question cannot be told apart, and two fields of one label, because what is written here must read back.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Literal

from ._choice_lists import answers_of, list_rule, sheet_names
from ._grid import column_letter
from ._output import write_bytes
from ._text import fold, neutralise
from .errors import UsageError, quote
from .schema import Field, Schema
from .separator import separator_core, split
from .translation import Messages, load_messages

__all__ = ["template"]

#: The last row of a spreadsheet, from 0: rules apply to the whole column.
_LAST_ROW: Final = 1_048_575

#: What a spreadsheet allows in the title and the text of a message beside a cell.
_MESSAGE: Final = 255

#: Every workbook is of this day: the same schema gives the same bytes.
_CREATED: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (a date in a file's properties, which has no zone)


def template(
    schema: Schema,
    path: str | os.PathLike[str] | BinaryIO,
    /,
    *,
    format: Literal["xlsx", "csv"] = "xlsx",  # noqa: A002  (the word of the other verbs)
    separator: str = ";",
    language: str = "en",
    messages: Mapping[str, str] | None = None,
) -> None:
    """Write an empty file for a customer to fill in.

    Args:
        schema: Its labels become the header, in the schema's order.
        path: Where to write: a path or a binary file.
        format: A workbook with drop-downs and notes, or a text file with the header only.
        separator: What the notes tell people to put between several answers.
        language: Of the notes and the names of the sheets; the labels are the schema's.
        messages: The host's own texts (`qooper_ingest.messages`).

    Raises:
        UsageError: ``extra_missing``: XlsxWriter is not installed. ``argument_invalid``: another format, a separator that
            cannot be told from the answers, or two fields of one label. ``target_unwritable``: the path. ``language_unknown``,
            ``messages_invalid``.

    >>> target = io.BytesIO()
    >>> template(Schema.participants(Field(key="skills", type="multi_select", options=["SQL"])), target, format="csv")
    >>> target.getvalue().decode("utf-8-sig").strip()
    'User ID,E-mail,New e-mail,Status,First name,Last name,skills'
    """
    if format not in ("xlsx", "csv"):
        raise UsageError("argument_invalid", reason=f"a template is xlsx or csv, not {quote(format)}")
    _check(schema, separator)
    words = load_messages(language, messages)
    data = _workbook(schema, separator, words) if format == "xlsx" else _text(schema)
    write_bytes(path, data)


def _check(schema: Schema, separator: str) -> None:
    """What is written must read back: labels tell fields apart, and the separator tells answers apart."""
    seen: dict[str, str] = {}
    for field in schema.fields:
        other = seen.setdefault(fold(field.title), field.key)
        if other != field.key:
            raise UsageError("argument_invalid", reason=f"the fields {other} and {field.key} have one label")
        if field.type == "multi_select" and field.options:
            labels = [_shown(option.label, option.value) for option in field.options]
            cells = [separator.join(labels), *labels]
            read = split(cells, separator=separator, options=field.options)
            wanted = [[option.value for option in field.options], *([option.value] for option in field.options)]
            if read.values.to_list() != wanted or "ambiguous_split" in read.issues.counts():
                raise UsageError(
                    "argument_invalid",
                    reason=f"the separator {quote(separator)} cannot be told from the answers of the field {field.key}",
                )


def _shown(label: str, value: str) -> str:
    return label or value


def _text(schema: Schema) -> bytes:
    """A header in UTF-8 with a byte order mark, without which spreadsheets take it for another encoding."""
    target = io.StringIO(newline="")
    csv.writer(target).writerow([neutralise(field.title) for field in schema.fields])
    return target.getvalue().encode("utf-8-sig")


def _workbook(schema: Schema, separator: str, words: Messages) -> bytes:
    try:
        import xlsxwriter
    except ImportError:
        missing = True
    else:
        missing = False
    if missing:
        raise UsageError("extra_missing", package="xlsxwriter", extra="template")
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": _CREATED})
    names = sheet_names(words["template.sheet"], words["template.notes"], words["mend.lists"])
    sheet, notes, lists = map(book.add_worksheet, names)
    lists.hide()
    _fill(book, sheet, lists, schema, _Said(words, separator, *names[1:]))
    _explain(book, notes, schema, _Said(words, separator, *names[1:]))
    book.close()
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class _Said:
    """The language, the separator of several answers, and the names of the other sheets."""

    words: Messages
    separator: str
    notes: str
    lists: str

    @property
    def between(self) -> str:
        """The separator by its name."""
        core = separator_core(self.separator)
        key = {"\n": "template.line_break", "\t": "template.tab", " ": "template.blank"}.get(core)
        return self.words[key] if key else self.words.text("template.sign", sign=core.strip())


def _fill(book: Any, sheet: Any, lists: Any, schema: Schema, said: _Said) -> None:
    """The header, the columns' formats, and the rules of their cells."""
    head = book.add_format({"bold": True, "quote_prefix": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    listed = book.add_format({"quote_prefix": True, "num_format": "@"})
    for column, field in enumerate(schema.fields):
        own = day if field.type == "date" else None if field.type == "number" else text
        sheet.set_column(column, column, min(40, max(14, len(field.title) + 2)), own)
        sheet.write_string(0, column, field.title, head)
        answers = answers_of(field, schema, said.words)
        if field.type == "multi_select":
            message = said.words.text("template.several", separator=said.between, notes=said.notes)
            rule = {"validate": "any", "input_message": message[:_MESSAGE]}
            sheet.data_validation(1, column, _LAST_ROW, column, rule)
        elif answers:
            rule = list_rule(lists, said.lists, column, answers, said.words, strict=not field.other, cell_format=listed)
            rule["error_message"] = said.words.text("template.choose", notes=said.notes)[:_MESSAGE]
            sheet.data_validation(1, column, _LAST_ROW, column, rule)
    last = column_letter(len(schema.fields) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{last}{_LAST_ROW + 1}"})
    sheet.freeze_panes(1, 0)


def _explain(book: Any, notes: Any, schema: Schema, said: _Said) -> None:
    """The notes: per question what to write, whether it is needed, and the allowed answers, one below the other."""
    bold = book.add_format({"bold": True, "quote_prefix": True})
    plain = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True, "num_format": "@"})
    notes.set_column(0, 0, 30, plain)
    notes.set_column(1, 1, 70, plain)
    notes.set_column(2, 2, 12, plain)
    for column, key in enumerate(("template.column", "template.write", "template.required")):
        notes.write_string(0, column, said.words[key], bold)
    row = 1
    for field in schema.fields:
        needed = field.required or field.role == "email"
        notes.write_string(row, 0, field.title, bold)
        notes.write_string(row, 1, " ".join(_instructions(field, schema, said)), plain)
        notes.write_string(row, 2, said.words["template.yes"] if needed else "", plain)
        row += 1
        if field.type != "boolean":
            for answer in answers_of(field, schema, said.words):
                notes.write_string(row, 1, answer, plain)
                row += 1


def _instructions(field: Field, schema: Schema, said: _Said) -> Iterator[str]:
    words = said.words
    yield _what(field, schema, said)
    if field.other and field.options and field.type in ("select", "multi_select"):
        yield words[f"template.{field.type}_other"]
    if field.min_length is not None:
        yield words.text("template.min_length", count=field.min_length)
    if field.max_length is not None:
        yield words.text("template.max_length", count=field.max_length)
    if field.unique:
        yield words["template.unique"]
    if schema.clear_word is not None and field.role is None:
        yield words.text("template.clear", word=schema.clear_word)


def _what(field: Field, schema: Schema, said: _Said) -> str:
    """What to write into the cells of a field."""
    words = said.words
    if field.role in ("id", "email", "new_email", "status"):
        return words[f"template.{field.role}"]
    if field.type == "boolean":
        yes, no = answers_of(field, schema, words)
        return words.text("template.boolean", yes=yes, no=no)
    key = f"template.{field.type}"
    if field.type in ("select", "multi_select") and not field.options:
        key = f"{key}_any"
    return words.text(key, separator=said.between) if field.type == "multi_select" else words[key]
