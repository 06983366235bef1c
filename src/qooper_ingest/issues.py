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

__all__ = ["CATALOGUE", "ISSUE_SCHEMA", "VALUE_LENGTH", "CodeInfo", "Issue", "Issues", "Severity"]


class Severity(StrEnum):
    """How much an issue matters. ``error``: something is not applied or not read. ``warning``: look at it. ``info``: noted."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


#: Offending text is cut to this many characters: enough to recognise the cell, too little to fill a log.
VALUE_LENGTH: Final = 60

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
    """

    severity: Severity
    template: str
    hint: str


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
    ),
    # -- readers: spreadsheets --------------------------------------------------------------------------------------
    # -- readers: xml -----------------------------------------------------------------------------------------------
}

_STRUCTURE: Final[dict[str, CodeInfo]] = {
    # -- header -----------------------------------------------------------------------------------------------------
    "header_uncertain": CodeInfo(
        _W, "it is not certain which row is the header: {detail}", "look at the first rows and say which one it is"
    ),
    # -- table ------------------------------------------------------------------------------------------------------
    "label_duplicate": CodeInfo(
        _W, "several columns have the same label", "give each column its own label, or map them by position"
    ),
    "label_missing": CodeInfo(
        _I, "the column has cells but no label", "give the column a label, or map it by position"
    ),
    # -- mapping ----------------------------------------------------------------------------------------------------
    "column_ignored": CodeInfo(_I, "the column is not imported", "map it to a question if it should be"),
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
        _W, "{value} holds the invisible control character {detail}", "delete the character; the text was kept as it is"
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

_IDENTITY: Final[dict[str, CodeInfo]] = {}

#: Every code there is. Adding one is a minor release; changing the meaning of one is a major release.
CATALOGUE: Final[Mapping[str, CodeInfo]] = MappingProxyType({**_READING, **_STRUCTURE, **_CELLS, **_IDENTITY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One fault with its place: what a page of issues shows."""

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
    def message(self) -> str:
        """The sentence, made from the catalogue: where, what was found, what to do."""
        info = CATALOGUE[self.code]
        text = info.template.format(
            value=_show(self.value),
            field=self.field or "",
            other_row=self.other_row if self.other_row is not None else "",
            detail=_show(self.detail, quoted=False),
        )
        return f"{self.place}: {text}. {info.hint[:1].upper()}{info.hint[1:]}."

    def __repr__(self) -> str:
        return f"Issue(code={self.code!r}, severity={self.severity.value!r}, place={self.place!r})"


def _show(text: str | None, *, quoted: bool = True) -> str:
    if text is None:
        return ""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f"'{shown}'" if quoted else shown


@dataclass(frozen=True, slots=True, repr=False)
class Issues:
    """A frame of issues (`ISSUE_SCHEMA`) with accessors. Immutable; add two with ``+``.

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
        usual = CATALOGUE[code].severity
        given = severity if isinstance(severity, pl.Expr) else pl.lit((severity or usual).value)
        columns: list[pl.Expr] = []
        for name, dtype in ISSUE_SCHEMA.items():
            if name == "code":
                columns.append(pl.lit(code).alias(name))
            elif name == "severity":
                columns.append(given.cast(dtype).alias(name))
            elif name not in frame.columns:
                columns.append(pl.lit(None, dtype=dtype).alias(name))
            elif name == "value":
                columns.append(pl.col(name).cast(pl.String).str.slice(0, VALUE_LENGTH))
            else:
                columns.append(pl.col(name).cast(dtype))
        return Issues(frame.select(columns))

    @staticmethod
    def concat(parts: Iterable[Issues]) -> Issues:
        """All issues of the parts, in their order."""
        frames = [part.frame for part in parts if not part.frame.is_empty()]
        return Issues(pl.concat(frames)) if frames else _EMPTY

    def __add__(self, other: Issues) -> Issues:
        return Issues.concat((self, other))

    def __len__(self) -> int:
        return self.frame.height

    def __repr__(self) -> str:
        return f"Issues({self.frame.height}: {self.counts()})"

    def counts(self) -> dict[str, int]:
        """How many of each code, by code. Always true: nothing is truncated."""
        counted = self.frame.group_by("code").len().sort("code")
        return dict(zip(counted["code"].to_list(), counted["len"].to_list(), strict=True))

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
