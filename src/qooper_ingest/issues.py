"""Faults in the data, as a long frame: one line per fault, with its place.

Strategy: while a file is read nothing raises for a bad cell; each room appends lines to a frame whose columns are fixed
(`ISSUE_SCHEMA`). A million issues as a frame cost a millisecond, as objects nine seconds, so typed `Issue` values and
sentences are made only for the page that somebody looks at. Codes are API and never change their meaning; sentences are
made from the catalogue when they are shown, and a host may translate by code.

What is refused: an issue whose code is not in the catalogue (a test keeps catalogue, docs and tests one set), and
truncation: counts are always true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import polars as pl

from . import _html
from ._numbers import count_noun

__all__ = ["CATALOGUE", "ISSUE_SCHEMA", "VALUE_LENGTH", "CodeInfo", "Issue", "Issues", "Severity"]


class Severity(StrEnum):
    """How much an issue matters. ``error``: something is not applied or not read. ``warning``: look at it. ``info``: noted."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


#: Offending text is cut to this many characters: enough to recognise the cell, too little to fill a log.
VALUE_LENGTH: Final = 60

#: Issues that a notebook shows.
_SHOWN: Final = 20

SEVERITIES: Final = pl.Enum([s.value for s in Severity])

#: The columns of every issue frame. ``row`` as the user's own program numbers rows (from 1), null for the whole file;
#: ``column`` a spreadsheet letter; ``field`` a schema key; ``value`` the offending text, cut; ``other_row`` the row that
#: this one clashes with; ``detail`` a figure, a name or a suggestion that the sentence mentions.
ISSUE_SCHEMA: Final = pl.Schema(
    {
        "code": pl.String(),
        "severity": SEVERITIES,
        "row": pl.UInt32(),
        "column": pl.String(),
        "field": pl.String(),
        "value": pl.String(),
        "other_row": pl.UInt32(),
        "detail": pl.String(),
    }
)


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """What the catalogue knows of a code.

    Args:
        severity: The usual one; a room may lower or raise it where its table says so.
        template: The sentence, without the place; ``{value}``, ``{field}``, ``{other_row}``, ``{detail}`` are filled in.
        hint: What to do about it.
        singular: The sentence where ``detail`` is the figure 1, for those that count something.
    """

    severity: Severity
    template: str
    hint: str
    singular: str | None = None


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

_READING: Final[dict[str, CodeInfo]] = {
    # -- readers: any format --------------------------------------------------------------------------------------
    "name_content_mismatch": CodeInfo(
        _W,
        "the file's name says {value}, its content is {detail}",
        "it was read as what it is; check that it is the right file",
    ),
    # -- readers: text ----------------------------------------------------------------------------------------------
    "row_ragged": CodeInfo(
        _W,
        "the row has {detail} cells",
        "check for a separator inside a cell that is not quoted; surplus cells are kept aside",
        "the row has {detail} cell",
    ),
    "second_table": CodeInfo(
        _W,
        "another table seems to begin here: {detail} columns",
        "put it into a file of its own; its rows are read as if they belonged to the table above",
        "another table seems to begin here: {detail} column",
    ),
    "separate_table": CodeInfo(
        _W,
        "another table of {detail} columns begins here, which is not part of the one above",
        "choose this row as the header to import it, or put it into a file of its own",
        "another table of {detail} column begins here, which is not part of the one above",
    ),
    "row_delimiter": CodeInfo(
        _I,
        "from here on {value} separates the cells, not {detail} as in other rows",
        "the rows were read like the others; check that they belong to the same list",
    ),
    "comment_row": CodeInfo(
        _I,
        "the row is a comment and was left out: {value}",
        "delete it if it is one; put quotes around it if it is not",
    ),
    "note_row": CodeInfo(
        _I,
        "the row below the table is a note and was left out: {value}",
        "nothing to do, unless the row is meant as data",
    ),
    "columns_shifted": CodeInfo(
        _E,
        "the rows have one cell more than there are labels: {detail}",
        "give every column a label, put quotes around cells with a separator in them, and look at the first rows before "
        "anything is applied",
    ),
    "encoding_uncertain": CodeInfo(
        _W,
        "it is not certain that the text is encoded as {value}; it might be {detail}",
        "look at accented letters, and say which encoding it is if they are wrong",
    ),
    "dialect_uncertain": CodeInfo(
        _I,
        "it is not certain that {value} separates the cells; it might be {detail}",
        "look at the columns, and say which separator it is if they are wrong",
    ),
    "quote_stray": CodeInfo(
        _W,
        "the cell holds a quotation mark that does not belong to a pair",
        "it was kept as text; check where the cell begins and ends",
    ),
    "nul_in_cell": CodeInfo(
        _W, "the cell holds a NUL character", "the file was probably damaged on its way; check the cell"
    ),
    "bytes_undecodable": CodeInfo(
        _E,
        "{detail} bytes of the row are not text in the encoding of the file",
        "what cannot be read is shown as \ufffd; save the file again as UTF-8, or say which encoding it has",
        "{detail} byte of the row is not text in the encoding of the file",
    ),
    "encoding_changes": CodeInfo(
        _W,
        "the row is not in the encoding of the rest of the file and was read as {detail}",
        "check its accented letters; save the file again as UTF-8",
    ),
    "encoding_seam": CodeInfo(
        _I,
        "another text begins here, in {detail}: the file was joined from several",
        "check that the rows below belong to the same list",
    ),
    # -- readers: spreadsheets --------------------------------------------------------------------------------------
    "cell_error": CodeInfo(_W, "the cell shows the error {value}", "correct the formula, or type the value"),
    "cell_repeated": CodeInfo(
        _W, "the file holds the cell twice", "the last one was read; open the file in a spreadsheet and save it again"
    ),
    "cell_unreadable": CodeInfo(
        _E,
        "the cell refers to a text that the file does not hold",
        "open the file in a spreadsheet and look at the cell",
    ),
    "date_out_of_range": CodeInfo(
        _W, "the cell is formatted as a date, but {value} is no date", "type the date, or format the cell as a number"
    ),
    "number_hidden": CodeInfo(
        _I,
        "from here on {detail} cells of the column hold numbers that their format does not show",
        "nothing to do if only what is seen is meant; a question for a number takes the number",
        "from here on {detail} cell of the column holds a number that its format does not show",
    ),
    "number_unreadable": CodeInfo(
        _E,
        "the cell is marked as a number, but {value} is none",
        "open the file in a spreadsheet and look at the cell",
    ),
    "value_unreadable": CodeInfo(
        _E,
        "the cell is marked as a date, a time, or yes and no, but {value} is none that can be read",
        "open the file in a spreadsheet and look at the cell",
    ),
    "formula_without_value": CodeInfo(
        _W,
        "the formula has no stored value, because the program that wrote the file did not compute it",
        "open the file in a spreadsheet and save it again",
    ),
    "row_repeated": CodeInfo(
        _W,
        "the file holds the row in several places",
        "its cells were joined; open the file in a spreadsheet and save it again",
    ),
    "rows_hidden": CodeInfo(
        _I,
        "{detail} rows of the sheet are hidden",
        "hidden rows are read like the others; delete what should not be imported",
        "{detail} row of the sheet is hidden",
    ),
    "blank_tail_trimmed": CodeInfo(
        _I,
        "from here on the sheet holds nothing but {detail} cells with blanks",
        "what is below was left out",
        "from here on the sheet holds nothing but {detail} cell with blanks",
    ),
    "sheet_repaired": CodeInfo(
        _W,
        "the sheet held characters that its format does not allow: halves of one were joined, others show as a question mark sign",
        "look for such signs, and save the file again from a spreadsheet",
    ),
    "sheet_skipped": CodeInfo(_I, "the sheet {value} was left out: {detail}", "only worksheets are read"),
    "text_repaired": CodeInfo(
        _I,
        "the text was stored with a NUL behind every character",
        "the NULs were taken out; check that the text is right",
    ),
    "styles_unreadable": CodeInfo(
        _W,
        "the number formats of the workbook are damaged",
        "dates may show as numbers; open the file in a spreadsheet and save it again",
    ),
    # -- readers: xml -----------------------------------------------------------------------------------------------
    "encoding_mismatch": CodeInfo(
        _W,
        "the file says that its encoding is {value}, but it is {detail}",
        "look whether letters with accents are right",
    ),
    "bytes_replaced": CodeInfo(
        _W,
        "{detail} characters are not in the encoding {value} and were replaced by a question mark sign",
        "save the file again as UTF-8",
        "{detail} character is not in the encoding {value} and was replaced by a question mark sign",
    ),
    "control_characters": CodeInfo(
        _W,
        "{detail} control characters were taken out of the cell, which is now {value}",
        "check the cell",
        "{detail} control character was taken out of the cell, which is now {value}",
    ),
    "xml_references_repaired": CodeInfo(
        _W,
        "{detail} ampersands or names of characters that XML does not know were read as text",
        "check cells with &; the program that writes the file should write &amp;",
        "{detail} ampersand or name of a character that XML does not know was read as text",
    ),
    "xml_several_roots": CodeInfo(
        _I,
        "the file has no single root element; it was read as one list",
        "nothing is to be done if all records are there",
    ),
    "xml_mixed_content": CodeInfo(
        _W,
        "the value {value} is interrupted by {detail}; its pieces were joined",
        "check the value: it may not be what the other program shows",
    ),
    "xml_outside_list": CodeInfo(
        _I, "the value {value} ({detail}) stands outside of every list and is in no sheet", "nothing is to be done"
    ),
    "xml_repeats_joined": CodeInfo(
        _I,
        "records have up to {detail} values in this field; they were joined with line breaks",
        "give the line break as the separator if the question takes several answers",
        "records have up to {detail} value in this field",
    ),
    "html_table_unclosed": CodeInfo(
        _W, "the page ends within table {detail}, as if it were cut short", "compare the number of rows with the source"
    ),
    "mailto_differs": CodeInfo(
        _I, "the cell shows {value} and links to the address {detail}", "put the address into the cell if it is meant"
    ),
}

_STRUCTURE: Final[dict[str, CodeInfo]] = {
    # -- header -----------------------------------------------------------------------------------------------------
    "header_uncertain": CodeInfo(
        _W, "it is not certain which row is the header: {detail}", "look at the first rows and say which one it is"
    ),
    # -- table ------------------------------------------------------------------------------------------------------
    "header_repeated": CodeInfo(
        _I, "the row says the labels again and was left out", "nothing to do, unless the row is meant as data"
    ),
    "table_empty": CodeInfo(
        _W, "the table has no rows", "check that this is the right file and sheet, and that it was saved completely"
    ),
    "label_duplicate": CodeInfo(
        _W, "several columns have the same label", "give each column its own label, or map them by position"
    ),
    "label_missing": CodeInfo(
        _I, "the column has cells but no label", "give the column a label, or map it by position"
    ),
    # -- mapping ----------------------------------------------------------------------------------------------------
    "column_ignored": CodeInfo(_I, "the column is not imported", "map it to a question if it should be"),
    # -- corrections ------------------------------------------------------------------------------------------------
    "correction_applied": CodeInfo(_I, "the cell was corrected by hand; it said {value}", "nothing needs to be done"),
    "correction_unfit": CodeInfo(_W, "a correction no longer fits: {detail}", "look at the cell and correct it again"),
    # -- separator, splitting ---------------------------------------------------------------------------------------
    "separator_conflict": CodeInfo(
        _W,
        "the file does not tell what stands between the answers of one cell: {detail}",
        "say which separator the file uses",
    ),
    "separator_uncertain": CodeInfo(
        _W, "what stands between the answers of one cell is not certain: {detail}", "confirm the separator"
    ),
    "one_column_per_option": CodeInfo(
        _I,
        "the columns {detail} hold one option each of one question",
        "map them together, or export the question as one column",
    ),
    "unknown_option": CodeInfo(
        _W,
        "the answer {value} is not one of the options ({detail})",
        "correct it, or add it to the options or their aliases; the other answers of the cell are kept",
    ),
    "normalised_match": CodeInfo(
        _I, "the answer {value} was read as the option {detail}", "nothing to do if that is what it means"
    ),
    "ambiguous_option": CodeInfo(
        _W, "the answer {value} may be any of the options {detail}", "write it exactly as the option is written"
    ),
    "ambiguous_split": CodeInfo(
        _W,
        "the cell {value} reads in more than one way; it was read as {detail}",
        "put answers that hold the separator in double quotes",
    ),
    "duplicate_selection": CodeInfo(_I, "the answer {value} stands in the cell twice", "it is kept once"),
    "other_text": CodeInfo(_I, "the answer {value} was kept as free text", "nothing to do if that is what it means"),
    "leading_delimiter": CodeInfo(
        _W,
        "the cell {value} begins with the separator",
        "it was read as a replacement; where it should add to the stored answers, enable marks",
    ),
    "trailing_delimiter": CodeInfo(_I, "the cell {value} ends with the separator", "nothing to do"),
    "empty_token": CodeInfo(
        _I, "the cell {value} has nothing between two separators", "check that no answer is missing"
    ),
    "unbalanced_quote": CodeInfo(
        _W, "the cell {value} opens a double quote and does not close it", "close the quote, or leave it out"
    ),
}

_CELLS: Final[dict[str, CodeInfo]] = {
    # -- records: typing of cells -----------------------------------------------------------------------------------
    "placeholder_blank": CodeInfo(
        _I, "{value} was read as a blank cell", "leave the cell blank; if it is an answer, make it one of the options"
    ),
    "formula_error": CodeInfo(_W, "the cell shows the error {value}", "mend the formula in the spreadsheet"),
    "text_control_character": CodeInfo(
        _W, "{value} holds the invisible control character {detail}", "delete the character; it was kept"
    ),
    "text_trimmed": CodeInfo(
        _I, "invisible characters around {value} were left out: {detail}", "nothing needs to be done"
    ),
    "text_too_long": CodeInfo(_W, "the text is too long: {detail}", "shorten it; it was not imported"),
    "text_too_short": CodeInfo(_W, "the text {value} is too short: {detail}", "complete it; it was not imported"),
    "pattern_mismatch": CodeInfo(_W, "{value} is not written as {field} must be", "correct it; it was not imported"),
    "value_not_unique": CodeInfo(
        _W,
        "{value} stands in row {other_row} too, and {field} must be unique",
        "correct one of them; neither was imported",
    ),
    "required_missing": CodeInfo(_W, "{field} has no answer, and one is required", "fill it in"),
    "number_invalid": CodeInfo(_W, "{value} is not a number", "write it with digits only; it was not imported"),
    "ambiguous_number": CodeInfo(
        _W,
        "{value} may be thousands or a decimal fraction",
        "say which decimal sign the column uses; it was not imported",
    ),
    "number_percent": CodeInfo(_I, "{value} was read as {detail}", "nothing to do if that is what it means"),
    "number_unit": CodeInfo(
        _I, "the unit of {value} was left out", "nothing to do if the whole column is in that unit"
    ),
    "number_unit_mixed": CodeInfo(
        _W, "{value} has another unit than other cells of the column", "use one unit; it was not imported"
    ),
    "number_precision": CodeInfo(
        _W,
        "{value} has more digits than a number keeps; it was read as {detail}",
        "if it is a code, make it a text field",
    ),
    "date_invalid": CodeInfo(_W, "{value} is not a date ({detail})", "write it as 2024-01-31; it was not imported"),
    "ambiguous_date_order": CodeInfo(
        _W, "{value} may be {detail}", "say whether day or month comes first; it was not imported"
    ),
    "date_order_suspect": CodeInfo(
        _W,
        "the spreadsheet may have taken the day for the month: {value} would be {detail}",
        "compare with the original data",
    ),
    "two_digit_year": CodeInfo(_I, "{value} was read as {detail}", "write the year with four digits"),
    "date_time_dropped": CodeInfo(_I, "the time of day of {value} was left out", "nothing to do"),
    "date_from_number": CodeInfo(
        _I, "the number {value} was read as the date {detail}", "give the column a date format"
    ),
    "boolean_invalid": CodeInfo(_W, "{value} is neither yes nor no", "write yes or no; it was not imported"),
    "too_many_answers": CodeInfo(
        _W, "{value} holds several answers, and one is allowed", "keep one; none was imported"
    ),
    "name_split": CodeInfo(
        _I, "the full name {value} was divided into {detail}", "check it; give first and last name columns of their own"
    ),
}

_IDENTITY: Final[dict[str, CodeInfo]] = {
    "email_missing": CodeInfo(_E, "the row has no e-mail address", "every row needs one; fill it in"),
    "email_invalid": CodeInfo(
        _E, "{value} is not an e-mail address", "write one address as name@domain, without a name or brackets around it"
    ),
    "email_guest_name": CodeInfo(
        _W,
        "{value} is the name of a guest account, and no mailbox",
        "map the column with the addresses (mail) instead of the sign-in names, or write the person's own address",
    ),
    "email_invisible_characters": CodeInfo(
        _E, "the address {value} has an invisible character inside", "type the address again instead of pasting it"
    ),
    "email_compatibility_characters": CodeInfo(
        _E,
        "the address {value} has a letter that only looks like a plain one",
        "type the address again with plain letters",
    ),
    "id_invisible_characters": CodeInfo(
        _E, "the ID {value} has an invisible character inside", "type the ID again instead of pasting it"
    ),
    "id_non_ascii": CodeInfo(
        _E, "the ID {value} has a letter that is not plain ASCII", "type the ID again with plain letters and digits"
    ),
    "id_invalid_format": CodeInfo(
        _E, "{value} does not look like a user ID", "check that the right column is mapped to the user ID"
    ),
    "id_scientific_notation": CodeInfo(
        _E,
        "the ID {value} was turned into scientific notation and has lost digits",
        "format the column as text before the IDs are entered, and save the file again",
    ),
    "id_float_text": CodeInfo(
        _E,
        "the ID {value} was turned into a decimal number",
        "format the column as text before the IDs are entered, and save the file again",
    ),
    "id_precision_lost": CodeInfo(
        _E,
        "the ID {value} is a number of more than 15 digits, of which the spreadsheet keeps only 15",
        "format the column as text before the IDs are entered, and save the file again",
    ),
    "id_required": CodeInfo(_E, "the row has no user ID", "every row of this import needs one; fill it in"),
    "status_invalid": CodeInfo(_E, "the status {value} is not known", "use one of the status words of this programme"),
    "id_placeholder": CodeInfo(_W, "the ID {value} was taken for no ID", "leave the cell blank, or fill in the ID"),
    "id_missing": CodeInfo(
        _W, "the row has no user ID, unlike others of this file", "fill in the ID, or the person cannot sign in with it"
    ),
    "email_trimmed": CodeInfo(
        _I, "blanks or invisible characters around the address were left out", "nothing needs to be done"
    ),
    "id_trimmed": CodeInfo(_I, "blanks or marks around the ID were left out", "nothing needs to be done"),
    "id_from_number": CodeInfo(
        _I,
        "the ID was a number in the spreadsheet",
        "check that no leading zeros are missing; format the column as text",
    ),
    "id_zero_padded": CodeInfo(
        _I, "the ID was filled with zeros to the width of this import", "nothing needs to be done"
    ),
    "id_case_differs": CodeInfo(
        _I, "the stored ID is spelled with other capitals and is kept", "nothing needs to be done"
    ),
    "email_spelling_differs": CodeInfo(
        _I, "the stored address is spelled otherwise and is kept", "nothing needs to be done"
    ),
    "matched_by_email": CodeInfo(_I, "the person was found by the address", "nothing needs to be done"),
    "duplicate_row": CodeInfo(
        _W, "the row is a copy of row {other_row}", "nothing needs to be done; the copy is left out"
    ),
    "duplicate_id_in_file": CodeInfo(
        _E,
        "row {other_row} has the same user ID and other content",
        "keep one of the rows, or give each person their own ID",
    ),
    "duplicate_email_in_file": CodeInfo(
        _E,
        "row {other_row} ends with the same address and has other content",
        "keep one of the rows, or give each person their own address",
    ),
    "id_case_variant": CodeInfo(
        _E, "the ID differs from a known one only in capitals", "write the ID exactly as it is stored"
    ),
    "id_leading_zeros_lost": CodeInfo(
        _E,
        "the ID differs from a known one only in leading zeros",
        "format the column as text and enter the IDs with their zeros",
    ),
    "email_confusable": CodeInfo(
        _E,
        "the address looks like another one but is written with other letters",
        "check which of the two is meant, and type it again",
    ),
    "directory_duplicate_id": CodeInfo(
        _E, "several people hold this ID", "correct the people first; a file cannot tell which one is meant"
    ),
    "directory_duplicate_email": CodeInfo(
        _E, "several people hold this address", "correct the people first; a file cannot tell which one is meant"
    ),
    "id_held_by_deleted_user": CodeInfo(
        _E, "a deleted person holds this ID", "restore that person, or give the new one another ID"
    ),
    "id_format_outlier": CodeInfo(
        _W,
        "the ID is unlike the known IDs, or the others of the file",
        "check that it is complete, with its leading zeros, and no date or formula result",
    ),
    "id_in_use_by_other_user": CodeInfo(_E, "the ID belongs to another person", "check the ID"),
    "id_email_different_users": CodeInfo(
        _E, "the ID belongs to one person and the address to another, who keeps it", "check which of the two is meant"
    ),
    "id_mixup_suspected": CodeInfo(
        _E,
        "the ID belongs to another person than the address and the name",
        "check whether the ID column has slipped against the others",
    ),
    "email_owned_by_other_id": CodeInfo(
        _E,
        "the address belongs to a person with another ID, and a file never changes an ID",
        "check the ID and the address",
    ),
    "email_held_by_suspended_user": CodeInfo(
        _E, "a suspended person keeps the address", "give that person another address first"
    ),
    "id_link_not_allowed": CodeInfo(
        _E, "the person has no ID, and giving one by import is switched off", "allow it, or set the ID at the host"
    ),
    "exists_in_create_only": CodeInfo(
        _W,
        "the person exists, and this import only adds new ones",
        "import again with updates allowed, if that is meant",
    ),
    "not_found_in_update_only": CodeInfo(
        _W,
        "nobody has this ID or address, and this import only updates",
        "import again with new people allowed, if that is meant",
    ),
    "sso_subject_mismatch": CodeInfo(
        _E, "the person signs in with another ID than this one", "take the ID from the identity provider"
    ),
    "sso_subject_case_mismatch": CodeInfo(
        _E,
        "the person signs in with this ID in other capitals",
        "take the ID from the identity provider, exactly as it is there",
    ),
    "sso_subject_owned_by_other_user": CodeInfo(
        _E, "another person signs in with this ID", "check the ID; that person would be locked out"
    ),
    "role_mismatch": CodeInfo(
        _E,
        "the person has another role, and an account may hold only one",
        "import the row with its own role, or allow several",
    ),
    "adds_role": CodeInfo(
        _W, "the person has another role and gets this one as well", "nothing needs to be done, if that is meant"
    ),
    "rename_target_missing": CodeInfo(_E, "nobody has the old or the new address", "check the old address"),
    "new_email_in_use": CodeInfo(
        _E, "the new address belongs to another person, who keeps it", "check the new address"
    ),
    "new_email_already_applied": CodeInfo(_I, "the person has the new address already", "nothing needs to be done"),
    "identity_discontinuity": CodeInfo(
        _E,
        "address and name both differ from what is stored",
        "check that the ID is right: this would hand the account to somebody else",
    ),
    "name_discontinuity": CodeInfo(
        _W, "the name has no word in common with the stored one", "check whether the address was given to somebody else"
    ),
    "name_evidence_weak": CodeInfo(
        _W,
        "only a very common word of the name agrees with the stored one",
        "check that the ID is right: many people have this name",
    ),
    "email_change_not_allowed": CodeInfo(
        _E,
        "the row changes the person's address, which is switched off",
        "allow it, or leave the address as it is stored",
    ),
    "email_change_breaks_sso": CodeInfo(
        _E,
        "the person signs in with an address that differs from the new one",
        "change the address at the identity provider first",
    ),
    "id_linked": CodeInfo(
        _I, "the person gets this ID, which is the one they sign in with", "nothing needs to be done"
    ),
    "id_linked_unverified": CodeInfo(
        _W, "the person gets this ID because the address matches", "check that the ID is the person's"
    ),
    "email_held_by_deleted_user": CodeInfo(
        _E, "a deleted person holds the address", "restore that person, or use another address"
    ),
    "email_reused_from_deleted_user": CodeInfo(
        _W, "the address was a deleted person's", "check that it may be used again"
    ),
    "email_non_ascii_local": CodeInfo(
        _W, "the address has letters beyond ASCII before the @", "check that mail to it arrives"
    ),
    "possible_alias": CodeInfo(
        _W, "the address may be another way to write somebody else's", "check that it is not one person twice"
    ),
    "email_reassigned_in_file": CodeInfo(
        _W, "the address is taken over from the person of row {other_row}", "check that both changes are meant"
    ),
    "status_change_not_allowed": CodeInfo(
        _E, "the row changes the person's status, which is switched off", "allow it, or leave the status blank"
    ),
    "status_read_only": CodeInfo(
        _E, "the person's status is set elsewhere and no file may change it", "change it where it is set"
    ),
    "ids_shifted": CodeInfo(
        _W,
        "the ID column and the column of addresses or names look shifted against each other: {detail}",
        "check whether a cell was inserted or deleted in one column",
    ),
    "ids_shuffled": CodeInfo(
        _W, "the IDs look mixed up among the rows: {detail}", "check whether one column was sorted without the others"
    ),
    "reactivates_user": CodeInfo(_W, "the person was suspended and becomes active again", "check that this is meant"),
    "matched_suspended_user": CodeInfo(
        _W, "the person is suspended and stays so", "set the status to active, if the person is back"
    ),
    "created_suspended": CodeInfo(_W, "a new person is suspended from the start", "check that this is meant"),
    "status_for_unknown_user": CodeInfo(
        _E, "the row suspends somebody who is not there", "check the address and the ID"
    ),
    "protected_user": CodeInfo(_E, "the person is protected from imports", "change this person at the host"),
    "several_rows_one_user": CodeInfo(_E, "several rows lead to one person", "keep one of the rows"),
    "depends_on_blocked_row": CodeInfo(
        _E, "the address is still held by the person of row {other_row}, which cannot be applied", "mend that row first"
    ),
    "email_cycle": CodeInfo(_E, "people swap addresses in a circle", "check that the swap is meant, and allow it"),
    "row_skipped": CodeInfo(_W, "somebody decided to leave the row out", "nothing needs to be done"),
    "decision_unfit": CodeInfo(
        _E, "the row does not lead to what was decided for it, or to the person named there", "decide again"
    ),
    "decision_unused": CodeInfo(
        _W, "the decision for the row has no effect: {detail}", "decide again, if it is still meant"
    ),
    "undo_not_applied": CodeInfo(
        _I, "there is nothing to undo: the receipt says that the row was not applied", "nothing needs to be done"
    ),
    "undo_person_unknown": CodeInfo(
        _E,
        "the row created a person whose ref the receipt does not name",
        "find the person at the host and suspend them there",
    ),
    "undo_retired": CodeInfo(
        _E, "the person was taken away by the host and cannot be brought back", "import the person again"
    ),
    "too_many_suspensions": CodeInfo(
        _E, "too many people would be suspended: {detail}", "check the file, and acknowledge the number if it is right"
    ),
    "too_many_email_changes": CodeInfo(
        _E, "too many addresses would change: {detail}", "check the file, and acknowledge the number if it is right"
    ),
    "low_match_rate": CodeInfo(
        _E,
        "too few rows lead to known people: {detail}",
        "check that it is the right file and the right ID column, and acknowledge the number if it is",
    ),
    "snapshot_shrinks": CodeInfo(
        _E,
        "too many people are missing from the full list: {detail}",
        "check that the file is complete, and acknowledge the number if it is",
    ),
    "labels_uncertain": CodeInfo(
        _E,
        "rows have more cells than there are labels, and it is not known which label belongs to which column: {detail}",
        "correct the labels in the file, or look at every column and acknowledge the number",
    ),
    "file_drifted": CodeInfo(
        _E,
        "the file differs from the last one in what is to be looked at first: {detail}",
        "look at the comparison with the last file, and acknowledge the number if the differences are meant",
    ),
    "drift_not_compared": CodeInfo(
        _W,
        "differences from the last file are to stop the plan, and no last file was given to compare with",
        "give the last file, unless there is none",
    ),
    "snapshot_incomplete": CodeInfo(
        _E,
        "rows of the full list lead to nobody because their ID or address is damaged, or another table was left out: {detail}",
        "mend them first, or acknowledge the number: each may be somebody who seems to be absent",
    ),
    "directory_ids_numeric": CodeInfo(
        _W,
        "the IDs of the directory are numbers, which have no leading zeros: {detail}",
        "give them as the texts that they are",
    ),
    "lookup_incomplete": CodeInfo(
        _W,
        "the people given may not be all whom the file concerns: {detail}",
        "look them up by every set of the records' lookup, with its functions, and say so when the directory is made",
    ),
    "snapshot_empty": CodeInfo(_E, "the full list has no usable row", "check that it is the right file"),
    "person_absent": CodeInfo(_I, "people whom the full list does not name: {detail}", "nothing is done to them"),
}

#: Every code there is. Adding one is a minor release; changing the meaning of one is a major release.
CATALOGUE: Final[Mapping[str, CodeInfo]] = MappingProxyType({**_READING, **_STRUCTURE, **_CELLS, **_IDENTITY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One fault with its place: what a page of issues shows.

    Args (all keyword):
        code: What was found; stable, so that a host may translate by it. The catalogue has its sentence.
        severity: How much it matters.
        row: The row as the spreadsheet numbers it; None where it concerns a column or the file.
        column: The column's letter.
        field: Key of the schema's field.
        value: The offending text, cut. Personal data: show it, do not log it.
        other_row: The row that this one contradicts or repeats.
        detail: What else the sentence says: figures, names of columns, what a value was read as.
    """

    code: str
    severity: Severity
    row: int | None = None
    column: str | None = None
    field: str | None = None
    value: str | None = None
    other_row: int | None = None
    detail: str | None = None

    @property
    def place(self) -> str:
        """Where, in the user's terms: ``row 7, column C``; ``the file`` where there is no closer place."""
        parts = [f"row {self.row}"] if self.row is not None else []
        parts += [f"column {self.column}"] if self.column is not None else []
        return ", ".join(parts) or "the file"

    @property
    def reason(self) -> str:
        """What was found, without the place: a part of a sentence, made from the catalogue."""
        info = CATALOGUE[self.code]
        template = info.singular if self.detail == "1" and info.singular is not None else info.template
        text = template.format(
            value=_show(self.value),
            field=self.field or "",
            other_row=self.other_row if self.other_row is not None else "",
            detail=_show(self.detail, quoted=False),
        )
        return " ".join(text.split())

    @property
    def hint(self) -> str:
        """What to do about it: a sentence without its full stop."""
        hint = CATALOGUE[self.code].hint
        return hint[:1].upper() + hint[1:]

    @property
    def message(self) -> str:
        """The whole sentence in English: where, what was found, what to do."""
        return f"{self.place}: {self.reason}. {self.hint}."

    def sentence(self, *, language: str = "en", messages: Mapping[str, str] | None = None) -> str:
        """The whole sentence in a language: where, what was found, what to do.

        Args:
            language: A language that is shipped (``en``, ``es``, ``de``), or any other with ``messages``.
            messages: The host's own texts (`qooper_ingest.messages`).

        Raises:
            UsageError: ``language_unknown``, ``messages_invalid``.

        >>> Issues.of("row_ragged", row=7, detail="1").page()[0].sentence(language="de").split(".")[0]
        'Zeile 7: Die Zeile hat 1 Zelle'
        """
        from .translation import load_messages  # loaded when asked for: most callers read English

        return load_messages(language, messages).sentence(self)

    def advice(self, *, language: str = "en", messages: Mapping[str, str] | None = None) -> str:
        """What to do about it (`hint`) in a language. Arguments and errors as those of `sentence`."""
        from .translation import load_messages  # loaded when asked for: most callers read English

        return load_messages(language, messages).hint(self)

    def __repr__(self) -> str:
        return f"Issue(code={self.code!r}, severity={self.severity.value!r}, place={self.place!r})"


def _show(text: str | None, *, quoted: bool = True) -> str:
    if text is None:
        return ""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f"'{shown}'" if quoted else shown


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Issues:
    """A frame of issues (`ISSUE_SCHEMA`) with accessors. Immutable; add two with ``+``.

    Args:
        frame: One line per issue: ``code``, ``severity``, ``row``, ``column``, ``field``, ``value``, ``other_row``, ``detail``, as in `Issue`.

    >>> issues = Issues.of("row_ragged", row=7, detail="5")
    >>> issues.counts()
    {'row_ragged': 1}
    >>> issues.page()[0].message
    'row 7: the row has 5 cells. Check for a separator inside a cell that is not quoted; surplus cells are kept aside.'
    """

    frame: pl.DataFrame

    @staticmethod
    def empty() -> Issues:
        """No issues."""
        return _EMPTY

    @staticmethod
    def of(
        code: str,
        *,
        severity: Severity | None = None,
        row: int | None = None,
        column: str | None = None,
        field: str | None = None,
        value: str | None = None,
        other_row: int | None = None,
        detail: str | None = None,
    ) -> Issues:
        """One issue, given by its parts."""
        frame = pl.DataFrame(
            {
                "row": [row],
                "column": [column],
                "field": [field],
                "value": [value],
                "other_row": [other_row],
                "detail": [detail],
            },
            schema={name: ISSUE_SCHEMA[name] for name in ("row", "column", "field", "value", "other_row", "detail")},
        )
        return Issues.from_frame(code, frame, severity=severity)

    @staticmethod
    def from_frame(code: str, frame: pl.DataFrame, *, severity: Severity | pl.Expr | None = None) -> Issues:
        """Many issues of one code: any of the columns of `ISSUE_SCHEMA`, the missing ones null.

        Args:
            code: A code of the catalogue.
            frame: One line per issue; columns that are not in `ISSUE_SCHEMA` are ignored.
            severity: Another severity than the catalogue's, or an expression over ``frame`` that gives it.
        """
        if frame.is_empty():
            return _EMPTY
        if isinstance(severity, pl.Expr):
            levels = frame.select(severity.cast(ISSUE_SCHEMA["severity"])).to_series()
        else:
            level = severity or CATALOGUE[code].severity
            levels = pl.Series([level.value], dtype=ISSUE_SCHEMA["severity"]).new_from_index(0, frame.height)
        made = {"code": pl.Series([code]).new_from_index(0, frame.height), "severity": levels}
        # Column by column: a query costs more than all of them.
        for name, dtype in ISSUE_SCHEMA.items():
            if name in made:
                continue
            if name not in frame.columns:
                made[name] = pl.Series([None], dtype=dtype).new_from_index(0, frame.height)
                continue
            made[name] = frame.get_column(name).cast(dtype)
            if name == "value" and made[name].null_count() < frame.height:
                made[name] = made[name].str.slice(0, VALUE_LENGTH)
        return Issues(pl.DataFrame([made[name].alias(name) for name in ISSUE_SCHEMA]))

    @staticmethod
    def concat(parts: Iterable[Issues]) -> Issues:
        """All issues of the parts, in their order."""
        frames = [part.frame for part in parts if not part.frame.is_empty()]
        return Issues(pl.concat(frames)) if frames else _EMPTY

    def __add__(self, other: Issues) -> Issues:
        return Issues.concat((self, other))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Issues) and self.frame.equals(other.frame)

    def __len__(self) -> int:
        return self.frame.height

    def __repr__(self) -> str:
        return f"Issues({self.frame.height}: {self.counts()})"

    def _repr_html_(self) -> str:
        shown = self.page(0, _SHOWN)
        rows = [(one.severity.value, one.row, one.column, one.code, one.message) for one in shown]
        title = f"{count_noun(len(self), 'issue')}: " + ", ".join(
            f"{count} {code}" for code, count in self.counts().items()
        )
        table = _html.grid(
            ("severity", "row", "column", "code", "message"), rows, more=len(self) - len(shown), cut=None
        )
        return _html.block(title if len(self) else "No issues", table if len(self) else "")

    def counts(self) -> dict[str, int]:
        """How many of each code, by code. Always true: nothing is truncated."""
        found = self.frame.group_by("code").len().sort("code")
        return dict(zip(found["code"].to_list(), found["len"].to_list(), strict=True))

    def page(self, offset: int = 0, limit: int = 50) -> tuple[Issue, ...]:
        """A page of typed issues in the order of the frame."""
        return tuple(
            Issue(**{**line, "severity": Severity(line["severity"])})
            for line in self.frame.slice(offset, limit).to_dicts()
        )

    def where(self, *codes: str, severity: Severity | None = None) -> Issues:
        """Those of the given codes and severity (all, where none is given)."""
        frame = self.frame
        if codes:
            frame = frame.filter(pl.col("code").is_in(list(codes)))
        if severity is not None:
            frame = frame.filter(pl.col("severity") == severity.value)
        return Issues(frame)

    def redacted(self) -> Issues:
        """The same issues without any text from the file: for logs and tickets."""
        return Issues(
            self.frame.with_columns(
                pl.lit(None, dtype=pl.String).alias("value"), pl.lit(None, dtype=pl.String).alias("detail")
            )
        )


_EMPTY: Final = Issues(pl.DataFrame(schema=ISSUE_SCHEMA))
