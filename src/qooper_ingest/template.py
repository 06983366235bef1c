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
from typing import Any, BinaryIO, Final, Literal

from ._grid import column_letter
from ._output import write_bytes
from ._text import fold, neutralise
from .errors import UsageError, quote
from .schema import Field, Schema
from .separator import separator_core, split

__all__ = ["template"]

#: The last row of a spreadsheet, from 0: rules apply to the whole column.
_LAST_ROW: Final = 1_048_575

#: What a spreadsheet allows in the title and the text of a message beside a cell.
_MESSAGE: Final = 255

#: Every workbook is of this day: the same schema gives the same bytes.
_CREATED: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001  (a date in a file's properties, which has no zone)

_SHEET, _NOTES, _LISTS = "Participants", "Notes", "Lists"

_WHAT: Final = {
    "text": "Text.",
    "long_text": "Text, as long as needed.",
    "number": "A number.",
    "date": "A date, best as 2024-01-31.",
    "location": "A place.",
    "boolean": "Yes or No.",
    "select": "One of the answers below.",
    "multi_select": "One or more of the answers below",
}

_ROLES: Final[dict[str | None, str]] = {
    "id": "The person's ID, exactly as the sign-in system has it. The column is text, so that zeros in front are kept.",
    "email": "The person's e-mail address; every row needs one, and no two rows may have the same.",
    "new_email": "Only where an address is to change: the new one.",
    "status": "One of the words below; blank changes nothing.",
}


def template(
    schema: Schema,
    path: str | os.PathLike[str] | BinaryIO,
    /,
    *,
    format: Literal["xlsx", "csv"] = "xlsx",  # noqa: A002  (the word of the other verbs)
    separator: str = ";",
) -> None:
    """Write an empty file for a customer to fill in.

    Args:
        schema: Its labels become the header, in the schema's order.
        path: Where to write: a path or a binary file.
        format: A workbook with drop-downs and notes, or a text file with the header only.
        separator: What the notes tell people to put between several answers.

    Raises:
        UsageError: ``extra_missing``: XlsxWriter is not installed. ``argument_invalid``: another format, a separator that
            cannot be told from the answers, or two fields of one label. ``target_unwritable``: the path.

    >>> target = io.BytesIO()
    >>> template(Schema.participants(Field(key="skills", type="multi_select", options=["SQL"])), target, format="csv")
    >>> target.getvalue().decode("utf-8-sig").strip()
    'User ID,E-mail,New e-mail,Status,First name,Last name,skills'
    """
    if format not in ("xlsx", "csv"):
        raise UsageError("argument_invalid", reason=f"a template is xlsx or csv, not {quote(format)}")
    _check(schema, separator)
    data = _workbook(schema, separator) if format == "xlsx" else _text(schema)
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


def _workbook(schema: Schema, separator: str) -> bytes:
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
    sheet, notes, lists = book.add_worksheet(_SHEET), book.add_worksheet(_NOTES), book.add_worksheet(_LISTS)
    lists.hide()
    _fill(book, sheet, lists, schema, separator)
    _explain(book, notes, schema, separator)
    book.close()
    return target.getvalue()


def _fill(book: Any, sheet: Any, lists: Any, schema: Schema, separator: str) -> None:
    """The header, the columns' formats, and the rules of their cells."""
    head = book.add_format({"bold": True, "quote_prefix": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    listed = book.add_format({"quote_prefix": True, "num_format": "@"})
    for column, field in enumerate(schema.fields):
        own = day if field.type == "date" else None if field.type == "number" else text
        sheet.set_column(column, column, min(40, max(14, len(field.title) + 2)), own)
        sheet.write_string(0, column, field.title, head)
        answers = _answers(field, schema)
        if answers and field.type != "multi_select":
            for row, answer in enumerate(answers):
                lists.write_string(row, column, answer, listed)
            letter = column_letter(column)
            rule = {
                "validate": "list",
                "source": f"={_LISTS}!${letter}$1:${letter}${len(answers)}",
                "error_type": "information" if field.other else "stop",
                "error_title": "Not in the list",
                "error_message": f"Choose from the list, or look at the sheet {_NOTES}.",
            }
            sheet.data_validation(1, column, _LAST_ROW, column, rule)
        elif field.type == "multi_select":
            message = f"Several answers: put {_name_of(separator)} between them. They are listed on the sheet {_NOTES}."
            sheet.data_validation(
                1, column, _LAST_ROW, column, {"validate": "any", "input_message": message[:_MESSAGE]}
            )
    last = column_letter(len(schema.fields) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{last}{_LAST_ROW + 1}"})
    sheet.freeze_panes(1, 0)


def _explain(book: Any, notes: Any, schema: Schema, separator: str) -> None:
    """The notes: per question what to write, whether it is needed, and the allowed answers, one below the other."""
    bold = book.add_format({"bold": True, "quote_prefix": True})
    plain = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True, "num_format": "@"})
    notes.set_column(0, 0, 30, plain)
    notes.set_column(1, 1, 70, plain)
    notes.set_column(2, 2, 12, plain)
    for column, title in enumerate(("Column", "What to write", "Required")):
        notes.write_string(0, column, title, bold)
    row = 1
    for field in schema.fields:
        needed = field.required or field.role == "email"
        notes.write_string(row, 0, field.title, bold)
        notes.write_string(row, 1, _instruction(field, schema, separator), plain)
        notes.write_string(row, 2, "yes" if needed else "", plain)
        row += 1
        if field.type != "boolean":
            for answer in _answers(field, schema):
                notes.write_string(row, 1, answer, plain)
                row += 1


def _instruction(field: Field, schema: Schema, separator: str) -> str:
    parts = [_ROLES.get(field.role, _WHAT[field.type])]
    if field.type == "multi_select":
        parts = [f"{_WHAT['multi_select']}, with {_name_of(separator)} between them."]
    if field.type in ("select", "multi_select") and not field.options:
        parts = ["Any answer." if field.type == "select" else f"Any answers, with {_name_of(separator)} between them."]
    elif field.other:
        parts.append(
            "Another answer may be written instead." if field.type == "select" else "Another answer may stand last."
        )
    if field.min_length is not None:
        parts.append(f"At least {field.min_length} characters.")
    if field.max_length is not None:
        parts.append(f"At most {field.max_length} characters.")
    if field.unique:
        parts.append("No two rows may have the same.")
    if schema.clear_word is not None and field.role is None:
        parts.append(f"Write {schema.clear_word} to delete the stored answer.")
    return " ".join(parts)


def _answers(field: Field, schema: Schema) -> list[str]:
    if field.role == "status":
        return list(schema.status_words)
    if field.type == "boolean":
        return ["Yes", "No"]
    return [_shown(option.label, option.value) for option in field.options]


def _name_of(separator: str) -> str:
    core = separator_core(separator)
    names = {"\n": "a line break (Alt+Enter)", "\t": "a tab", " ": "a blank"}
    return names.get(core, f'"{core.strip()}"')
