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
        "they are shown as \ufffd; save the file again as UTF-8, or say which encoding it has",
    ),
    "encoding_changes": CodeInfo(
        _W,
        "the row is not in the encoding of the rest of the file and was read as {detail}",
        "check its accented letters; save the file again as UTF-8",
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
}

_CELLS: Final[dict[str, CodeInfo]] = {
    # -- records: typing of cells -----------------------------------------------------------------------------------
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
