"""The people whom the host already has, as a frame with the keys by which rows find them.

Strategy: take whatever polars can take, check the columns once, and keep the frame as it is; the keys are computed when a
plan is made. A lazy frame stays lazy until then and is narrowed by semi-joins to the people whom the file's keys can
concern, so that a file of ten thousand rows never loads a directory of ten million.

Refused (`DirectoryError`): no ``ref`` or no ``email`` column, a ``ref`` that is missing or held by two people, a status that
is none of active, suspended, deleted, a profile column that cannot be read as its field's type, and several answers in one
text: compared as they are, they would make an update of every row (`_refuse_unsplit`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import polars as pl

from .. import _html
from .._columns import duplicated
from .._numbers import count_noun
from .._values import same
from ..emails import SIGNS_IN_FRONT, alias_of
from ..errors import DirectoryError, UsageError
from ..lookup import SETS, Lookup
from ..schema import Field, Schema

__all__ = ["STATUS", "STATUSES", "Directory", "Known", "dtype_of"]

STATUSES: Final = ("active", "suspended", "deleted")

#: The column type of stored states.
STATUS: Final = pl.Enum(STATUSES)

#: People that a notebook shows.
_SHOWN_PEOPLE: Final = 20

_TEXT_COLUMNS: Final = ("ref", "id", "email", "sso_subject")


def dtype_of(field: Field) -> pl.DataType:
    """The column type of a field's answers, in records, directories and plans alike."""
    match field.type:
        case "number":
            return pl.Float64()
        case "date":
            return pl.Date()
        case "boolean":
            return pl.Boolean()
        case "multi_select":
            return pl.List(pl.String())
        case _:
            return pl.String()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a plan asks of the directory as a whole, which a narrowed frame cannot tell.

    Args:
        active_people: How many people are active.
        padded_ids: The one length of the IDs, if at least five are known, all of digits, some with zeros in front.
    """

    active_people: int
    padded_ids: int | None


#: ID formats say something from this many known IDs on.
_KNOWN_IDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Directory:
    """People at the host. Make one with `Directory.of`.

    Args:
        frame: One line per person: ``ref`` (text, unique), ``id``, ``email``, ``status``, ``sso_subject``, ``roles`` (list of
            text), ``protected``, ``status_locked`` (the state is set elsewhere and no file may change it) and the schema's keys. Lazy until a plan is made, if it was given lazily.
        complete: Whether everybody is in it, or only the people whom `Records.lookup` asked for.
        version: The host's own mark of this state; part of the plan's fingerprint.
        active_people: How many active people the host has, where the frame does not hold them all; a guard measures against it.
        asked: What the people of a part were looked up by: a `Lookup`, or the names of its sets that were used.
        separator: What stands between the answers of a multi-select that is stored as text.
        numeric_ids: Whether the IDs came as numbers, which have no leading zeros.
    """

    frame: pl.DataFrame | pl.LazyFrame
    complete: bool = True
    version: str | None = None
    active_people: int | None = None
    asked: Lookup | frozenset[str] | None = None
    separator: str | None = None
    numeric_ids: bool = False

    def __repr__(self) -> str:
        size = "lazy" if isinstance(self.frame, pl.LazyFrame) else f"{self.frame.height} people"
        return f"Directory({size}, complete={self.complete})"

    def _repr_html_(self) -> str:
        if isinstance(self.frame, pl.LazyFrame):
            columns = [(name,) for name in self.frame.collect_schema().names()]
            return _html.block("Directory, still to be read", _html.grid(("column",), columns))
        shown = self.frame.head(_SHOWN_PEOPLE)
        rows = [[", ".join(cell) if isinstance(cell, list) else cell for cell in row] for row in shown.rows()]
        table = _html.grid(shown.columns, rows, more=self.frame.height - shown.height)
        return _html.block(f"Directory of {count_noun(self.frame.height, 'person', 'people')}", table)

    def __eq__(self, other: object) -> bool:
        return same(self, other, self.__slots__)

    @property
    def lazy(self) -> bool:
        """Whether the people are still to be read."""
        return isinstance(self.frame, pl.LazyFrame)

    @staticmethod
    def of(
        people: Any,
        /,
        *,
        schema: Schema | None = None,
        complete: bool = True,
        version: str | None = None,
        active_people: int | None = None,
        asked: Lookup | Collection[str] | None = None,
        separator: str | None = None,
    ) -> Directory:
        """Take the host's people from anything that polars can take.

        Args:
            people: A polars frame (eager or lazy), a pandas frame, anything with the Arrow capsule interface (pyarrow,
                DuckDB relations), a mapping of columns, or rows as dicts. Column ``key`` is not known; the host's own key is
                ``ref``. Absent optional columns count as empty, an absent status as active.
            schema: Checks the profile columns now instead of when the plan is made.
            complete: False if these are only the people whom `Records.lookup` asked for.
            version: The host's own mark of this state.
            active_people: How many active people the host has, if these are not all of them. Left out, the guard against
                mass suspensions measures against those given, which is the safer side.
            asked: Where these are not all people: what they were looked up by, the `Lookup` itself or the names of those of its
                sets that were used (``ids``, ``emails``, ``skeletons``, ``aliases``). The plan reports what was left out.
            separator: What stands between several answers, where a multi-select (or the roles) is stored as one text.

        Raises:
            DirectoryError: ``directory_invalid``, with the column, what it holds, and what to do.
            UsageError: ``argument_invalid``: an empty separator, or a set that there is not.

        >>> Directory.of([{"ref": "u1", "id": "A1", "email": "ann@corp.example"}])
        Directory(1 people, complete=True)
        """
        if separator is not None and not (isinstance(separator, str) and separator):
            raise UsageError("argument_invalid", reason="The separator is a text of at least one character")
        told = _asked(asked)
        frame = _take(people)
        columns = _columns_of(frame)
        if not columns:
            frame = pl.DataFrame(schema={"ref": pl.String, "email": pl.String})
            columns = frame.schema
        for name in ("ref", "email"):  # without them nobody can be found or named
            if name not in columns:
                raise DirectoryError("directory_invalid", reason=_without(name, columns))
        numbers = (
            people.numeric_ids if isinstance(people, Directory) else "id" in columns and columns["id"].is_numeric()
        )
        taken = frame if isinstance(frame, pl.LazyFrame) else _checked(frame, schema, separator)
        return Directory(
            frame=taken,
            complete=complete,
            version=version,
            active_people=active_people,
            asked=told,
            separator=separator,
            numeric_ids=numbers,
        )

    def collect(self, schema: Schema, keys: Callable[[], pl.DataFrame] | None = None) -> tuple[pl.DataFrame, Known]:
        """The people as one eager, checked frame, and what is known of all of them.

        Args:
            schema: The fields whose columns are needed.
            keys: Gives the keys in question (`Records.identity_keys`); of a lazy frame only the people whom they can concern
                are read. None: all people.

        Raises:
            DirectoryError: ``directory_invalid``.
        """
        if isinstance(self.frame, pl.DataFrame):
            checked = _typed(self.frame, schema, self.separator)  # who is who was checked when the directory was made
            return checked, self._known(checked)
        lazy = self.frame
        columns = _columns_of(lazy)
        wanted = lazy.select(name for name in columns if name in _needed(schema))
        failure = ""
        try:
            people = _concerned(wanted, keys()) if keys is not None else wanted.collect(engine="streaming")
            known = self._known(lazy)
        except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  (a scan may fail in any way; what it says may quote the data)
            failure = f"it cannot be read ({type(error).__name__})"
        if failure:
            raise DirectoryError("directory_invalid", reason=failure)
        return _checked(people, schema, self.separator), known

    def _known(self, people: pl.DataFrame | pl.LazyFrame) -> Known:
        """Look at the directory as a whole: two columns, and the digits of the IDs only where it matters."""
        columns = people.collect_schema()
        active = self.active_people
        if isinstance(people, pl.DataFrame):
            if active is None:  # a checked frame has no other words for a state, and no person without one
                active = people.height - int((people["status"] != "active").sum())
        elif active is None and "status" in columns:
            told = people.group_by("status").len().collect(engine="streaming").with_columns(_state(pl.col("status")))
            active = int(told.filter(pl.col("status").fill_null("active") == "active")["len"].sum())
        elif active is None:
            active = people.select(pl.len()).collect(engine="streaming").item()
        return Known(active_people=active, padded_ids=_padded_width(people) if "id" in columns else None)


def _padded_width(people: pl.DataFrame | pl.LazyFrame) -> int | None:
    """The one length of the known IDs, if there are five of them, all of digits, some with zeros in front."""
    identifier = _text(pl.col("id"), people.collect_schema()["id"])
    known = identifier.filter(identifier != "")
    lengths = known.str.len_bytes()
    shape = people.select(
        known.len().alias("ids"),
        lengths.min().alias("shortest"),
        lengths.max().alias("longest"),
        known.str.starts_with("0").any().alias("zeros"),
    )
    told = _collected(shape).row(0, named=True)
    if told["ids"] < _KNOWN_IDS or told["shortest"] != told["longest"] or not told["zeros"]:
        return None
    digits = _collected(people.select(known.str.contains("^[0-9]+$").all())).item()
    return int(told["longest"]) if digits else None


def _collected(people: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    return people if isinstance(people, pl.DataFrame) else people.collect(engine="streaming")


def _state(status: pl.Expr) -> pl.Expr:
    """A stored state as it is compared: trimmed, lower case, blank is active."""
    return status.cast(pl.String).str.strip_chars().str.to_lowercase().replace("", "active")


def _needed(schema: Schema) -> frozenset[str]:
    keys = {field.key for field in schema.profile}
    return frozenset({*_TEXT_COLUMNS, "status", "roles", "protected", "status_locked", *keys})


def _columns_of(frame: pl.DataFrame | pl.LazyFrame) -> pl.Schema:
    try:
        return frame.collect_schema()
    except Exception as error:  # noqa: BLE001  (a scan of a file that is not there, and the like)
        failure = f"it cannot be read ({type(error).__name__})"
    raise DirectoryError("directory_invalid", reason=failure)


def _take(people: Any) -> pl.DataFrame | pl.LazyFrame:
    if isinstance(people, Directory):
        return people.frame
    if isinstance(people, (pl.DataFrame, pl.LazyFrame)):
        return people
    failure: str
    try:
        if isinstance(people, Mapping):
            return pl.DataFrame(dict(people), strict=False)
        if hasattr(people, "__arrow_c_stream__") or hasattr(people, "__dataframe__"):
            return pl.DataFrame(people)
        if type(people).__module__.split(".")[0] == "pandas":
            return pl.from_pandas(people)
        if hasattr(people, "pl"):
            taken = people.pl()
            if isinstance(taken, pl.DataFrame):
                return taken
        if isinstance(people, Iterable) and not isinstance(people, (str, bytes)):
            rows = list(people)
            if all(isinstance(row, Mapping) for row in rows):
                return pl.DataFrame([_plain(row) for row in rows], infer_schema_length=None, strict=False)
        failure = f"{type(people).__name__} is nothing that can be taken as a table of people"
    except Exception as error:  # noqa: BLE001  (polars' messages may quote the data)
        failure = f"it cannot be read as a table ({type(error).__name__})"
    raise DirectoryError("directory_invalid", reason=failure)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with the UUIDs that database drivers give as text, which is what they are compared as."""
    return {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}


def _checked(frame: pl.DataFrame, schema: Schema | None, separator: str | None) -> pl.DataFrame:
    """Cast the columns, fill in the absent ones, check ``ref`` and ``status``."""
    checked = _typed(frame, schema, separator)
    if checked["ref"].null_count() or (checked["ref"] == "").any():
        raise DirectoryError("directory_invalid", reason="a person has no ref")
    if not duplicated(checked["ref"]).is_empty():
        raise DirectoryError("directory_invalid", reason="two people have one ref")
    unknown = checked["status"].null_count()
    if unknown:
        raise DirectoryError(
            "directory_invalid",
            reason=f"{unknown} people have a status other than active, suspended, deleted; translate the host's own states first",
        )
    return checked


def _typed(frame: pl.DataFrame, schema: Schema | None, separator: str | None) -> pl.DataFrame:
    """Cast the columns and fill in the absent ones."""
    fields = schema.profile if schema is not None else ()
    several = [("roles", None), *((field.key, field) for field in fields if field.type == "multi_select")]
    frame = _with_split(frame, [name for name, _ in several], separator)
    for name, field in several:
        _refuse_unsplit(frame, name, field)
    columns = [_cast(frame, name, pl.String()) for name in _TEXT_COLUMNS]
    status = _status(frame)
    columns.append(status.alias("status"))
    columns.append(_cast(frame, "roles", pl.List(pl.String())).fill_null(pl.lit([], dtype=pl.List(pl.String))))
    columns.append(_cast(frame, "protected", pl.Boolean()).fill_null(False))
    columns.append(_cast(frame, "status_locked", pl.Boolean()).fill_null(False))
    known = {*_TEXT_COLUMNS, "status", "roles", "protected", "status_locked"}
    columns += [_cast(frame, field.key, dtype_of(field)) for field in fields]
    if schema is None:
        columns += [pl.col(name) for name in frame.columns if name not in known]
    _refuse_fractions(frame)
    failed = False
    try:
        checked = frame.select(columns)
    except Exception:  # noqa: BLE001  (polars' messages may quote the data)
        failed = True
    if failed:
        raise DirectoryError("directory_invalid", reason=_misfit(frame, fields))
    return checked


def _misfit(frame: pl.DataFrame, fields: tuple[Field, ...]) -> str:
    """Which column cannot be read as what it is, by trying each alone."""
    kinds: dict[str, pl.DataType] = dict.fromkeys((*_TEXT_COLUMNS, "status"), pl.String())
    kinds |= dict.fromkeys(("protected", "status_locked"), pl.Boolean()) | {"roles": pl.List(pl.String())}
    kinds |= {field.key: dtype_of(field) for field in fields}
    types = {field.key: field.type for field in fields} | {"protected": "boolean", "status_locked": "boolean"}
    for name in frame.columns:
        try:
            frame.select(_cast(frame, name, kinds[name])) if name in kinds else None
        except Exception:  # noqa: BLE001  (as above)
            wanted = types.get(name, "text")
            return f"the column {name} holds {frame.schema[name]}, which cannot be read as {wanted}; convert it first"
    return "a column is of another type than its field"


def _with_split(frame: pl.DataFrame, names: list[str], separator: str | None) -> pl.DataFrame:
    """Texts of several answers as lists, where the host says what stands between them."""
    if separator is None:
        return frame
    parts = pl.element().str.strip_chars()
    return frame.with_columns(
        pl.col(name).cast(pl.String()).str.split(separator).list.eval(parts.filter(parts != ""))
        for name in names
        if name in frame.columns and not isinstance(frame.schema[name], (pl.List, pl.Array, pl.Null))
    )


#: What databases and programs put between several answers in one text, or around them (JSON, arrays of PostgreSQL).
_BETWEEN: Final = r"[;|\n\t,]"
_AROUND: Final = r"^\s*(?:\[.*\]|\{.*\})\s*$"


def _refuse_unsplit(frame: pl.DataFrame, name: str, field: Field | None) -> None:
    """Refuse texts that hold several answers: no answer of a file equals them, so every row would seem to change.

    A text is an answer of its own where it is an option. Stored lists are the host's word; of them only an element is refused that is
    no option while each of its parts is.
    """
    if name not in frame.columns:
        return
    found = frame.schema[name]
    listed = isinstance(found, (pl.List, pl.Array))
    if not listed and not isinstance(found, (pl.String, pl.Categorical, pl.Enum)):
        return
    options = {word for option in (field.options if field else ()) for word in (option.value, option.label)}
    if listed and not options:
        return
    texts = (frame[name].explode() if listed else frame[name]).cast(pl.String())
    if not texts.str.contains(_BETWEEN).any() and not texts.str.contains(_AROUND).any():
        return
    texts = texts.drop_nulls()
    doubtful = texts.unique().str.strip_chars()
    doubtful = doubtful.filter(doubtful.str.contains(_BETWEEN) | doubtful.str.contains(_AROUND))
    doubtful = doubtful.filter(~doubtful.is_in(list(options)))
    if listed:
        parts = doubtful.str.replace_all(_BETWEEN, "\n").str.split("\n")
        known = parts.list.eval(pl.element().str.strip_chars().is_in(list(options))).list.all()
        doubtful = doubtful.filter(known & (parts.list.len() > 1))
    if doubtful.is_empty():
        return
    count = int(texts.str.strip_chars().is_in(doubtful.implode()).sum())
    raise DirectoryError(
        "directory_invalid",
        reason=f"the column {name} holds several answers in one text ({count} times); give lists, or name what stands between the "
        "answers: Directory.of(..., separator=...)",
    )


def _asked(asked: Lookup | Collection[str] | None) -> Lookup | frozenset[str] | None:
    """What the people were looked up by, checked."""
    if asked is None or isinstance(asked, Lookup):
        return asked
    if isinstance(asked, str) or not all(one in SETS for one in asked):
        raise UsageError("argument_invalid", reason=f"What was asked for is a Lookup, or some of {', '.join(SETS)}")
    return frozenset(asked)


#: Columns that an error names.
_NAMED_COLUMNS: Final = 8


def _without(name: str, columns: pl.Schema) -> str:
    """Why there is no such column, and what there is instead."""
    held = next(iter(columns.items()))
    if len(columns) == 1 and isinstance(held[1], (pl.Struct, pl.List)):
        return f"it has no column {name} but one named {held[0]} that holds the people; give what is in it"
    names = list(columns)
    shown = ", ".join(names[:_NAMED_COLUMNS]) + (", ..." if len(names) > _NAMED_COLUMNS else "")
    return f"it has no column {name}, only {shown}; rename the one that it is"


def _status(frame: pl.DataFrame) -> pl.Expr:
    if frame.schema.get("status") == STATUS:
        return pl.col("status")
    return _state(_cast(frame, "status", pl.String())).fill_null("active").cast(STATUS, strict=False)


def _cast(frame: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit(None, dtype=dtype).alias(name)
    found = frame.schema[name]
    column = pl.col(name)
    if dtype == pl.Float64() and found.is_numeric():
        return column.cast(pl.Float64()).fill_nan(None)
    if found == dtype:
        return column
    if dtype == pl.String():
        return _text(column, found)
    if isinstance(found, pl.String):  # as a text file has it, where a blank cell is no answer
        column = pl.when(column.str.strip_chars() != "").then(column.str.strip_chars()).name.keep()
    if isinstance(dtype, pl.List) and not isinstance(found, (pl.List, pl.Array, pl.Null)):
        return pl.concat_list(column.cast(pl.String)).list.drop_nulls().alias(name)
    if dtype == pl.Date() and isinstance(found, pl.String):
        return column.str.to_date("%Y-%m-%d")
    if dtype == pl.Boolean() and isinstance(found, pl.String):
        return column.str.to_lowercase().replace_strict(_BOOLEANS, return_dtype=pl.Boolean)
    return column.cast(dtype)


#: Truth as databases and programs export it.
_BOOLEANS: Final = {"true": True, "false": False, "t": True, "f": False, "1": True, "0": False}

#: Beyond it, a decimal number does not keep every digit.
_EXACT: Final = 10**15


def _text(column: pl.Expr, found: pl.DataType) -> pl.Expr:
    """A column as text. Whole numbers that a frame made decimals of because some were missing (pandas does) lose the ``.0``."""
    if found.is_decimal():
        return column.cast(pl.String()).str.replace(r"\.0+$", "")
    if not found.is_float():
        return column.cast(pl.String())
    number = column.fill_nan(None)
    whole = (number == number.floor()) & (number.abs() < _EXACT)
    digits = pl.when(whole).then(number).cast(pl.Int64()).cast(pl.String())
    return pl.when(whole).then(digits).otherwise(number.cast(pl.String())).name.keep()


def _refuse_fractions(frame: pl.DataFrame) -> None:
    """An ID that is a fraction, or has more digits than a decimal keeps, is no longer the ID that the host has."""
    for name in _TEXT_COLUMNS:
        if name in frame.columns and (frame.schema[name].is_float() or frame.schema[name].is_decimal()):
            number = frame[name].cast(pl.Float64()).fill_nan(None)
            if ((number != number.floor()) | (number.abs() >= _EXACT)).any():
                raise DirectoryError("directory_invalid", reason=f"the column {name} holds decimal numbers, not text")


def _concerned(people: pl.LazyFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Collect the people whom any key of the file can concern: by ID, SSO subject, address, look or alias; or by ``ref``.

    One pass keeps those whose keys are asked for, and whoever has a key beyond ASCII: what that is as a key is told later,
    and they are few. Aliases are made, in a second pass over two columns, only of addresses that have a tag or are at gmail.
    """
    columns = people.collect_schema()
    c = pl.col

    def asked(*kinds: str) -> pl.Series:
        return keys.filter(c("kind").is_in(list(kinds)))["key"].unique().implode()

    email = _text(c("email"), columns["email"])
    lowered = email.str.to_lowercase()
    tests = [
        lowered.is_in(asked("email", "look", "alias")),
        _beyond_ascii(email) | email.str.contains("(?i)xn--"),
    ]
    if (keys["kind"] == "ref").any():
        tests.append(_text(c("ref"), columns["ref"]).is_in(asked("ref")))
    folded = keys.filter(c("kind") == "id_fold")["key"]
    # Zeros and blanks are cut off in one step, at the end as well, on both sides: that keeps a few people too many.
    cut = folded.str.strip_chars(_EDGE_OR_ZERO)
    ids = cut.filter(cut != "").unique().implode()
    for name in ("id", "sso_subject"):
        if name in columns:
            text = _text(c(name), columns[name])
            tests += [text.str.to_lowercase().str.strip_chars(_EDGE_OR_ZERO).is_in(ids), _beyond_ascii(text)]
            if (cut == "").any():
                tests.append(text.str.contains(r"^[\x00-\x20\x7f0]*0[\x00-\x20\x7f0]*$"))
    odd = (
        email.str.contains("+", literal=True)
        | email.str.contains(rf"^[\x00-\x20\x7f]*[{re.escape(SIGNS_IN_FRONT)}]")
        | email.str.contains(r"(?i)@g(?:oogle)?mail\.com[\x00-\x20\x7f]*$")
        | email.str.contains(r"^[\x00-\x20\x7f]")
        | email.str.contains(r"[\x00-\x20\x7f]$")
    )
    kept, rewritten = pl.collect_all(
        [
            people.filter(pl.any_horizontal([test.fill_null(False) for test in tests])),
            people.filter(odd.fill_null(False)).select("ref", lowered.str.strip_chars(_EDGE).alias("email")),
        ],
        engine="streaming",
    )
    fits = alias_of(c("email")).is_in(asked("alias")) | c("email").is_in(asked("email", "look", "alias"))
    more = rewritten.filter(fits)["ref"]
    more = more.filter(~more.is_in(kept["ref"].implode()))
    if more.is_empty():
        return kept
    return pl.concat([kept, people.filter(c("ref").is_in(more.implode())).collect(engine="streaming")])


#: What is cut off the edges of stored text before it is compared; text beyond ASCII is not cut here, but kept.
_EDGE: Final = "".join(map(chr, (*range(0x21), 0x7F)))


_EDGE_OR_ZERO: Final = _EDGE + "0"


def _beyond_ascii(text: pl.Expr) -> pl.Expr:
    return text.str.len_bytes() != text.str.len_chars()
