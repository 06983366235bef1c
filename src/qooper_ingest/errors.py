"""Every way in which an operation cannot go on, in two families by whose fault it is.

    IngestError
    ├── SourceError               the file's fault: show the message to the person who uploaded it
    │   ├── UnsupportedFormatError    not one of the formats that are read (a PDF, a login page, ...)
    │   ├── CorruptFileError          the right kind of file, but damaged or cut short
    │   ├── EncryptedFileError        protected with a password
    │   └── LimitExceededError        larger than the limits that the host allows
    └── UsageError                the caller's fault: a bug or a request that does not fit
        ├── SchemaError               the schema contradicts itself
        ├── MappingError              a mapping names what the table or the schema does not have
        ├── DirectoryError            the directory lacks what a plan needs
        └── StaleChoicesError         choices made for another file or another header

Faults in the *data* never raise; they are collected as issues (see ``issues.py``). Raising means that there is no
result at all.

Every error has a stable ``code`` (API: a host may translate by it), a message that a stranger can act on, and where it
is known a place (``sheet``, ``row``, ``column``). Messages are made from the table below and hold shapes, counts and
names, never the content of cells. Errors pickle, so that they can cross a process boundary, and they are raised outside
of ``except`` blocks or ``from None``, so that no dependency's message (which may quote the file) hangs on to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

__all__ = [
    "ERROR_MESSAGES",
    "ERROR_SINGULARS",
    "CorruptFileError",
    "DirectoryError",
    "EncryptedFileError",
    "IngestError",
    "LimitExceededError",
    "MappingError",
    "SchemaError",
    "SourceError",
    "StaleChoicesError",
    "UnsupportedFormatError",
    "UsageError",
    "quote",
]

#: A longer piece of foreign text in a message hides the message.
QUOTE_LENGTH: Final = 60

#: What a log line or a response header can take; names in a message (a field's key, a reason) are the only way to exceed it.
MESSAGE_BYTES: Final = 2000

#: code → sentence. What was found, then what to do. Placeholders are filled from the keyword arguments of the error.
ERROR_MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # -- SourceError -------------------------------------------------------------------------------------------
        "mended_invalid": (
            "This mended file cannot be merged: {reason}. Take the mend file again and change only the cells of your own columns "
            "and the decisions."
        ),
        "source_unreadable": "The file could not be read ({reason}). Upload it again.",
        "special_file": "The path leads to {kind}, not to a file, and was not opened. Give the path of the file itself.",
        # -- UnsupportedFormatError --------------------------------------------------------------------------------
        "empty_file": "The file is empty (0 bytes of content). Save the spreadsheet again and upload that file.",
        "unknown_format": "This is not a file that can be read as a table. Save it as xlsx or csv and upload that file.",
        "archive_nested": "The archive holds another archive. Unpack it and upload the spreadsheet itself.",
        "archive_not_read": (
            "This is an archive of a kind that is not unpacked (7z, rar, tar, bzip2, xz, cab, a disk image). Unpack it and "
            "upload the spreadsheet itself."
        ),
        "binary_file": "This is neither a spreadsheet nor text. Save the table as xlsx or csv and upload that file.",
        "database_file": "This is a database file. Export the table as xlsx or csv and upload that file.",
        "dif_file": "This is a DIF file. Open it in a spreadsheet and save it as xlsx.",
        "drawing_file": "This is a drawing, not a spreadsheet. Save the table as xlsx or csv and upload that file.",
        "ebcdic_text": (
            "This is text in EBCDIC, the encoding of mainframes. Transfer the file again as text (not binary), or export the "
            "table as csv in UTF-8."
        ),
        "email_message": "This is an e-mail message. Save its attachment and upload that file.",
        "gnumeric_workbook": "This is a Gnumeric workbook. In Gnumeric choose File, Save As, Excel 2007, and upload that file.",
        "html_page_not_a_table": (
            "This is a web page without a table, perhaps a login or error page that was saved instead of the download. "
            "Download the spreadsheet again and check that it opens."
        ),
        "image_file": "This is a picture. Upload the spreadsheet itself, as xlsx or csv.",
        "json_document": (
            "This is JSON, not a spreadsheet, perhaps an error message that was saved instead of the download. "
            "Download the spreadsheet again and check that it opens."
        ),
        "labelled_records": (
            'This text lists each person as a block of lines such as "Name: …", not as a table. Export the list as csv or xlsx '
            "and upload that file."
        ),
        "ldif_file": "This is an LDIF file of a directory service. Export the entries as csv (csvde, or a csv export) and upload that file.",
        "legacy_workbook": (
            "This is a workbook of Excel 2, 3 or 4, which is not read. Open it in a spreadsheet and save it as xlsx."
        ),
        "lock_file": (
            "This is the small file that a spreadsheet program keeps while a workbook is open (its name starts with ~$ or "
            ".~lock). Upload the workbook itself."
        ),
        "lotus_workbook": "This is a Lotus 1-2-3, Quattro or Works workbook. Open it in a spreadsheet and save it as xlsx.",
        "media_file": "This is a sound or video file. Upload the spreadsheet itself, as xlsx or csv.",
        "numbers_document": "This is an Apple Numbers document. In Numbers choose File, Export To, Excel, and upload that file.",
        "parquet_file": "This is a data file for programs (Parquet, Arrow, Avro, ORC, HDF5). Export the table as xlsx or csv and upload that file.",
        "pdf_document": "This is a PDF document. Upload the spreadsheet that it was made from, as xlsx or csv.",
        "presentation_file": "This is a presentation. Copy the table into a spreadsheet, save it as xlsx and upload that file.",
        "program_file": "This is a program. Upload the spreadsheet itself, as xlsx or csv.",
        "rtf_document": "This is a text document (RTF). Copy the table into a spreadsheet, save it as xlsx and upload that file.",
        "shortcut_file": (
            "This is a shortcut, which only says where a file is. Open it, save the spreadsheet itself as xlsx and upload that file."
        ),
        "statistics_file": "This is a file of a statistics program. Export the table as xlsx or csv and upload that file.",
        "sylk_file": "This is a SYLK file. Open it in a spreadsheet and save it as xlsx.",
        "vcard_file": "This is a file of contacts or a calendar. Export the list as csv and upload that file.",
        "word_document": "This is a text document. Copy the table into a spreadsheet, save it as xlsx and upload that file.",
        "zip_no_table": "The archive holds no spreadsheet. Upload the spreadsheet itself, as xlsx or csv.",
        "zip_several_files": "The archive holds {count} tables. Upload the one that should be imported.",
        "zip_method_unknown": "The archive is packed in a way that is not read. Unpack it and upload the spreadsheet itself.",
        # -- UnsupportedFormatError: xml, html ---------------------------------------------------------------------
        "xml_not_a_table": "This XML file holds no list of records and no sheet. Export the participants as xlsx or csv.",
        "doctype_refused": "The file holds a document type declaration, which is not read. Export it without one, or as csv.",
        "encoding_refused": "The file says that its encoding is {encoding}, which is not read. Save it as UTF-8.",
        # -- CorruptFileError --------------------------------------------------------------------------------------
        "no_sheets": "The workbook has no sheet with cells. Check that the right file was uploaded.",
        "damaged_gzip": "The gzip file is cut short or damaged. Download or pack it again.",
        "damaged_ole": "The workbook is cut short or damaged: parts of it are missing. Upload it again, or save it as xlsx first.",
        "damaged_zip": "The file is cut short or damaged: the archive it is made of cannot be unpacked. Save it again and upload that file.",
        "reader_failed": (
            "The file could not be read: it is built in a way that was not foreseen. Open it in a spreadsheet, save it again "
            "as xlsx and upload that file."
        ),
        "worker_died": (
            "The file could not be read: the process that read it broke down. Open it in a spreadsheet, save it again as "
            "xlsx and upload that file."
        ),
        "zip_names_repeated": "The file holds two parts of the same name, which no spreadsheet program writes. Save it again as xlsx.",
        "part_missing": "The workbook is incomplete: a part of it is missing. Save it again as xlsx and upload that file.",
        "part_damaged": "The workbook is damaged: a part of it is not well-formed. Open it in a spreadsheet and save it again as xlsx.",
        "sheet_unreadable": "The sheet cannot be read: it is damaged. Open it in a spreadsheet and save it again as xlsx.",
        # -- CorruptFileError: xml, html ---------------------------------------------------------------------------
        "xml_truncated": "The file ends in the middle (line {line}): it was cut short. Download or save it again.",
        "xml_not_well_formed": "The file is not well-formed XML: {reason} (line {line}, position {position}). Save it again.",
        "cell_outside_sheet": (
            "A cell is said to stand in row {found_row}, column {found_column}, outside of a sheet of 1,048,576 rows "
            "and 16,384 columns. Save the file again from a spreadsheet."
        ),
        "cell_index_invalid": (
            "A position of a row or a cell goes backwards or is not a number. Save the file again from a spreadsheet."
        ),
        "mhtml_unreadable": "The web archive cannot be unpacked. Open it in a spreadsheet and save it as xlsx.",
        # -- EncryptedFileError ------------------------------------------------------------------------------------
        "password_protected": (
            "The workbook is encrypted: it has a password for opening or for changing it. Take the passwords off in the "
            "spreadsheet program, save it as xlsx and upload that file."
        ),
        "message_encrypted": "This is an encrypted message. Decrypt it and upload the spreadsheet that it holds.",
        "zip_encrypted": "The archive is protected with a password. Unpack it and upload the spreadsheet itself.",
        # -- LimitExceededError ------------------------------------------------------------------------------------
        "limit_exceeded": "The file exceeds the limit {limit}: {found} where {allowed} is allowed.",
        # -- SchemaError -------------------------------------------------------------------------------------------
        "schema_invalid": "The schema is not usable: {reason}.",
        # -- MappingError ------------------------------------------------------------------------------------------
        "field_unknown": "The mapping names the field {field}, which the schema does not have.",
        "label_unknown": "The mapping names the column {label}, which the header row does not have.",
        "label_ambiguous": "The mapping names the column {label}, which stands {count} times in the header row: give its position.",
        "column_out_of_range": "The mapping names column position {position}, but the table has {count} columns (positions from 0).",
        "column_bound_twice": "One column is mapped to more than one field: {fields}.",
        "mapping_invalid": "The mapping cannot be read: {reason}.",
        "memory_invalid": "The remembered mappings cannot be read: {reason}.",
        "field_bound_twice": "The field {field} is mapped to more than one column: {columns}.",
        "email_not_mapped": "No column is mapped to the e-mail field, and every row needs one.",
        "sheet_empty": "The sheet is empty. Save the spreadsheet again and upload that file, or choose another sheet.",
        "sheet_unknown": "There is no sheet {wanted}. The workbook has {count} sheets.",
        "header_row_unknown": "The header row cannot be there: the sheet ends before it.",
        "header_rows_invalid": "Header rows must be distinct, ascending row numbers from 1: {rows}.",
        # -- DirectoryError ----------------------------------------------------------------------------------------
        "directory_invalid": "The directory is not usable: {reason}.",
        # -- StaleChoicesError -------------------------------------------------------------------------------------
        "choices_invalid": "The choices are not usable: {reason}.",
        "choices_other_file": "These choices were made for another file: its content has changed since. Start again from the upload.",
        "choices_other_header": "These choices were made for another header row: {reason}. Map the columns again.",
        # -- UsageError --------------------------------------------------------------------------------------------
        "argument_invalid": "{reason}.",
        "isolation_unavailable": (
            'Files cannot be read in a process of their own on this system ({reason}). Use limits with isolation="none" '
            "here, or run on Linux."
        ),
        "extra_missing": "This needs the package {package}: install qooper_ingest[{extra}].",
        "target_unwritable": "The file could not be written ({reason}).",
        "plan_not_applyable": "The plan is stopped by a guard that nobody has acknowledged: {guards}.",
        "plan_stale": "The directory has changed since the plan was made: {count} operations no longer hold (rows {rows}).",
        "plan_breaks_uniqueness": "Two people would hold one {key}.",
        "receipt_invalid": "The receipt is not usable: {reason}.",
        "plan_invalid": "This is not a saved plan that can be read: {reason}.",
        "language_unknown": (
            "There are no texts in the language {language}: give your own as messages, or use one of: {shipped}."
        ),
        "messages_invalid": "The messages cannot be used: {reason}.",
    }
)

#: code → sentence where ``count`` is 1.
ERROR_SINGULARS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "column_out_of_range": "The mapping names column position {position}, but the table has {count} column (positions from 0).",
        "sheet_unknown": "There is no sheet {wanted}. The workbook has {count} sheet.",
        "plan_stale": "The directory has changed since the plan was made: {count} operation no longer holds (rows {rows}).",
    }
)


def quote(text: object) -> str:
    """Quote foreign text for a message: control characters escaped, cut to 60 characters."""
    shown = str(text)
    cut = shown[:QUOTE_LENGTH] + "…" if len(shown) > QUOTE_LENGTH else shown
    return "'" + "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut) + "'"


class IngestError(Exception):
    """Any failure of this library. Catch it to catch them all.

    Args:
        code: A key of `ERROR_MESSAGES`.
        sheet: Name of the sheet concerned, if any.
        row: Row number as the spreadsheet shows it (from 1), if any.
        column: Column letter, if any.
        params: What the message's placeholders are filled with: figures and names, never cell contents.
    """

    def __init__(
        self, code: str, *, sheet: str | None = None, row: int | None = None, column: str | None = None, **params: Any
    ) -> None:
        self.code = code
        self.sheet = sheet
        self.row = row
        self.column = column
        self.params = params
        templates = ERROR_SINGULARS if params.get("count") == 1 and code in ERROR_SINGULARS else ERROR_MESSAGES
        message = templates[code].format(**params)
        place = ", ".join(
            part
            for part in (
                f"sheet {quote(sheet)}" if sheet is not None else "",
                f"row {row}" if row is not None else "",
                f"column {column}" if column is not None else "",
            )
            if part
        )
        self.message = _bounded(f"{message} ({place})" if place else message)
        super().__init__(self.message)

    def sentence(self, *, language: str = "en", messages: Mapping[str, str] | None = None) -> str:
        """The message in a language, with its place; for the person who uploaded the file.

        Errors that only a developer can cause (`SchemaError`, a wrong argument) stay in English.

        Args:
            language: A language that is shipped (``en``, ``es``, ``de``), or any other with ``messages``.
            messages: The host's own texts (`qooper_ingest.messages`).

        Raises:
            UsageError: ``language_unknown``, ``messages_invalid``.

        >>> SourceError("empty_file").sentence(language="es").split(".")[0]
        'El archivo está vacío (0 bytes de contenido)'
        """
        from .translation import load_messages  # an import upwards: the words are those of all modules

        return _bounded(load_messages(language, messages).error(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.sheet, self.row, self.column, self.params)


def _bounded(message: str) -> str:
    """A message that stays under `MESSAGE_BYTES`, whatever names it holds."""
    data = message.encode("utf-8", "backslashreplace")
    if len(data) <= MESSAGE_BYTES:
        return message
    return data[: MESSAGE_BYTES - 3].decode("utf-8", "ignore") + "…"


def _rebuild(
    kind: type[IngestError], code: str, sheet: str | None, row: int | None, column: str | None, params: dict[str, Any]
) -> IngestError:
    return kind(code, sheet=sheet, row=row, column=column, **params)


class SourceError(IngestError):
    """The file's fault. The message is written for the person who uploaded it."""


class UnsupportedFormatError(SourceError):
    """Not a format that is read."""


class CorruptFileError(SourceError):
    """Damaged or cut short."""


class EncryptedFileError(SourceError):
    """Protected with a password."""


class LimitExceededError(SourceError):
    """Beyond a limit. ``params`` hold ``limit`` (its name in `Limits`), ``found`` and ``allowed``."""

    def __init__(self, code: str = "limit_exceeded", **params: Any) -> None:
        super().__init__(code, **params)


class UsageError(IngestError):
    """The caller's fault."""


class SchemaError(UsageError):
    """The schema contradicts itself."""


class MappingError(UsageError):
    """A mapping names what the table or the schema does not have."""


class DirectoryError(UsageError):
    """The directory lacks what a plan needs."""


class StaleChoicesError(UsageError):
    """Choices made for another file or another header."""
