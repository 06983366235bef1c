"""One list as a table: its fields found below the record, named, told apart, and laid side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from ...._grid import ROW, SheetData, column_letter
from ....errors import LimitExceededError
from ....issues import Issues
from ....limits import Limits
from ...deadline import Deadline
from .paths import FEW, NAMELESS, NAMING, Interruption, Path, full_name, own_values

__all__ = ["RecordList"]

#: Attributes (or children) that say which of several equal elements one is, best first.
_QUALIFIERS: Final = ("name", "key", "type", "rel", "label", "use", "kind", "category", "lang", "code", "id")

#: Elements that are told apart by their position only, like the cells of a table.
_POSITIONAL: Final = frozenset({"col", "column", "cell", "td", "field", "c", "v"})

#: What the one value beside a qualifier is called: it adds nothing to the field's name.
_VALUE_NAMES: Final = frozenset({"value", "val", "text", "content", "data"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A field of a list: its name, and for each of its values the record it belongs to (ascending) and the text."""

    name: str
    records: pl.Series
    texts: pl.Series
    path: Path
    instances: pl.Series | None  # which instances of the path the values are; None: all of them


class RecordList:
    """One list: puts the columns of its records together."""

    def __init__(
        self,
        record: Path,
        lists: Sequence[Path],
        limits: Limits,
        deadline: Deadline,
        ado_names: dict[str, str],
        names: Sequence[str],
    ) -> None:
        self._record = record
        self._others = {id(one) for one in lists if one is not record}
        self._limits = limits
        self._deadline = deadline
        self._ado_names = ado_names
        self._names = names
        self._issues: list[Issues] = []
        self._made = 0
        self.used: set[int] = set()

    def data(self, mark: str, mixed: Sequence[Interruption]) -> SheetData:
        """Header and records as a grid."""
        record, height = self._record, self._record.count
        everything = pl.int_range(height, dtype=pl.UInt32, eager=True)
        columns = [*self._inherited(), *self._columns(record, everything, "", None)]
        if self._ado_names:
            columns = _in_ado_order(columns, self._ado_names)
        if self._names:
            columns = _named_by_position(columns, self._names)
        self._check_size(columns)
        grid: dict[str, pl.Series] = {ROW: pl.int_range(1, height + 2, dtype=pl.UInt32, eager=True)}
        for position, (column, label) in enumerate(zip(columns, _distinct_labels(columns), strict=True)):
            self._deadline.check()
            letter = column_letter(position)
            values = pl.concat([pl.Series([label], dtype=pl.String), self._in_place(column, letter)])
            if mark:
                values = self._unmarked(values, letter, mark)
            grid[letter] = values.set(values == "", None)
        self._report_mixed(columns, mixed)
        return SheetData(grid=pl.DataFrame(grid), issues=Issues.concat(self._issues))

    def _check_size(self, columns: Sequence[_Column]) -> None:
        """What the grid will cost, before it is made. An inherited text counts as often as it is repeated."""
        limits, width = self._limits, len(columns)
        found = {
            "xml_fields": width,
            "columns": width,
            "cells": width * (self._record.count + 1),
            "cell_chars": max((_most(column.texts.str.len_chars()) for column in columns), default=0),
            "text_bytes": sum(int(column.texts.str.len_bytes().sum()) for column in columns),
        }
        for limit, value in found.items():
            allowed = getattr(limits, limit)
            if value > allowed:
                raise LimitExceededError(limit=limit, found=value, allowed=allowed, sheet=self._record.name)

    def _in_place(self, column: _Column, letter: str) -> pl.Series:
        """A column's values at their records; several values of one record joined with line breaks."""
        records, texts, height = column.records, column.texts, self._record.count
        if bool((records == records.shift(1)).any()):
            gathered = pl.DataFrame({"record": records, "text": texts}).filter(pl.col("text") != "")
            joined = gathered.group_by("record", maintain_order=True).agg(
                pl.col("text").str.join("\n"), pl.len().alias("times")
            )
            records, texts = joined["record"], joined["text"]
            if len(joined) and _most(joined["times"]) > 1:
                times = str(_most(joined["times"]))
                self._issues.append(Issues.of("xml_repeats_joined", row=1, column=letter, detail=times))
        if len(records) == height:
            return texts
        where = pl.repeat(None, height, dtype=pl.UInt32, eager=True).scatter(
            records, pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
        )
        return texts.gather(where)

    def _unmarked(self, values: pl.Series, letter: str, mark: str) -> pl.Series:
        """Take out the marks of control characters, and report each cell."""
        frame = values.to_frame("value").with_row_index("row", offset=1)
        hit = frame.filter(pl.col("value").str.contains(mark, literal=True))
        if hit.is_empty():
            return values
        cleaned = pl.col("value").str.replace_all(mark, "", literal=True)
        times = pl.col("value").str.count_matches(mark, literal=True).cast(pl.String)
        lines = hit.select("row", pl.lit(letter).alias("column"), times.alias("detail"), cleaned)
        self._issues.append(Issues.from_frame("control_characters", lines))
        return frame.select(cleaned)["value"]

    def _report_mixed(self, columns: Sequence[_Column], mixed: Sequence[Interruption]) -> None:
        """The issues of interrupted values, where their cell is in this list."""
        by_path: dict[int, list[Interruption]] = {}
        for one in mixed:
            by_path.setdefault(id(one.path), []).append(one)
        for position, column in enumerate(columns):
            found = by_path.get(id(column.path))
            if not found:
                continue
            told = pl.DataFrame(
                {"instance": [f.instance for f in found], "detail": [f.by for f in found]},
                schema={"instance": pl.UInt32, "detail": pl.String},
            )
            where = pl.DataFrame(
                {
                    "instance": _all_of(column.instances, len(column.records)),
                    "row": column.records + 2,
                    "value": column.texts,
                }
            )
            lines = told.unique(maintain_order=True).join(where, on="instance", maintain_order="left")
            lines = lines.with_columns(pl.lit(column_letter(position)).alias("column"))
            self._issues.append(Issues.from_frame("xml_mixed_content", lines))

    def _inherited(self) -> list[_Column]:
        """The fields of the groups that the records stand in."""
        found: list[_Column] = []
        rows = pl.int_range(self._record.count, dtype=pl.UInt32, eager=True)
        owner, group = self._record.owner, self._record.parent
        while group is not None and group.parent is not None:
            if id(group) in self._others:
                outer = [value for value in own_values(group) if not _is_within_any(value, group, self._others)]
                for value in outer:
                    above = _climbed(value, group)
                    where = pl.repeat(None, group.count, dtype=pl.UInt32, eager=True).scatter(
                        above, pl.int_range(len(above), dtype=pl.UInt32, eager=True)
                    )
                    texts = value.text.gather(where.gather(owner))
                    name = full_name(value).removeprefix(full_name(group.parent)).lstrip(".")
                    found.append(
                        _Column(name=name, records=rows, texts=texts, path=value, instances=where.gather(owner))
                    )
            owner, group = group.owner.gather(owner), group.parent
        return found

    def _columns(
        self, path: Path, records: pl.Series, name: str, instances: pl.Series | None, *, without: Path | None = None
    ) -> list[_Column]:
        """The columns of a path and all below it.

        Args:
            path: The path.
            records: For each of the instances in question the record it stands in, ascending.
            name: The field's name; empty for the record itself.
            instances: The instances in question, ascending; None = all.
            without: A path below that has already told which one this is.
        """
        self._deadline.check()
        found: list[_Column] = []
        self.used.add(id(path))
        if path.has_text:
            texts = path.text if instances is None else path.text.gather(instances)
            if texts.null_count() < len(texts) or not path.below():
                found.append(
                    _Column(name=name or path.name, records=records, texts=texts, path=path, instances=instances)
                )
        elif name and not path.below():
            texts = pl.repeat(None, len(records), dtype=pl.String, eager=True)
            found.append(_Column(name=name, records=records, texts=texts, path=path, instances=instances))
        for child in path.below():
            if child is without or id(child) in self._others:
                continue
            mine, inside = _below(child, path, records, instances)
            if not len(inside):
                continue
            label = f"{name}.{child.name}" if name else child.name
            if child.repeated and (path.of_table or bool((inside == inside.shift(1)).any())):
                found += self._repeated(child, inside, label, name, mine)
            else:
                found += self._columns(child, inside, label, mine)
        self._made += len(found)
        if self._made > self._limits.xml_fields * self._limits.xml_depth:
            raise LimitExceededError(
                limit="xml_fields", found=len(found), allowed=self._limits.xml_fields, sheet=self._record.name
            )
        return found

    def _repeated(
        self, path: Path, records: pl.Series, label: str, outer: str, instances: pl.Series | None
    ) -> list[_Column]:
        """The columns of a path that stands several times in a record: told apart by name or number, or joined."""
        qualifier = self._qualifier(path, instances)
        frame = pl.DataFrame({"record": records, "instance": _all_of(instances, len(records))})
        if qualifier is None:
            frame = frame.with_columns(pl.lit("").alias("is"))
            simple = not any(one.has_text for one in path.below())
            texts = path.text if instances is None else path.text.gather(instances)
            most = _most(frame.group_by("record").len()["len"])
            broken = bool(texts.str.contains("\n", literal=True).any())
            positional = path.name.lower() in _POSITIONAL and most <= self._limits.xml_fields
            if not positional and ((simple and not broken) or most > FEW):
                return self._columns(path, records, label, instances)
        else:
            self.used.add(id(qualifier))
            frame = frame.with_columns(qualifier.text.gather(frame["instance"]).alias("is"))
        frame = frame.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over("record", "is").alias("again"))
        groups = frame.select("is", "again").unique(maintain_order=True)
        if len(groups) > self._limits.xml_fields:
            raise LimitExceededError(
                limit="xml_fields", found=len(groups), allowed=self._limits.xml_fields, sheet=self._record.name
            )
        order = {value: at for at, value in enumerate(groups["is"].unique(maintain_order=True).to_list())}
        nameless = qualifier is not None and path.name.lower() in NAMELESS
        found: list[_Column] = []
        parts = frame.partition_by("is", "again", as_dict=True, include_key=False)
        for (value, again), part in sorted(parts.items(), key=lambda item: (order[item[0][0]], item[0][1])):
            if qualifier is None:
                name = label
            elif nameless:
                name = f"{outer}.{value}" if outer else str(value)
            else:
                name = f"{label}({value})"
            if isinstance(again, int) and again:
                name = f"{name}({again + 1})"
            columns = self._columns(path, part["record"], name, part["instance"], without=qualifier)
            if qualifier is not None and len(columns) == 1 and columns[0].path.name.lower() in _VALUE_NAMES:
                columns = [replace(columns[0], name=name)]
            found += columns
        return found

    def _qualifier(self, path: Path, instances: pl.Series | None) -> Path | None:
        """The attribute or child that says which of several equal elements one is."""
        candidates = [one for one in path.below() if _qualifies(one) in _QUALIFIERS and not one.below()]
        candidates.sort(key=lambda one: (_QUALIFIERS.index(_qualifies(one)), not one.attribute))
        for one in candidates:
            if one.count != path.count or one.repeated or one.text.null_count() or bool((one.text == "").any()):
                continue
            values = one.text if instances is None else one.text.gather(instances)
            name, distinct = _qualifies(one), values.n_unique()
            naming = name in NAMING and one.attribute and (path.has_text or path.name.lower() in NAMELESS)
            naming = naming or (name in NAMING and path.name.lower() in NAMELESS)
            if naming and distinct <= self._limits.xml_fields:
                return one
            sure = one.attribute and name not in {"id", "code", "name", "key"}
            if distinct <= FEW and (sure or distinct * 2 <= len(values)):
                return one
        return None


def _qualifies(path: Path) -> str:
    """A name as a qualifier: ``teltype`` and ``phoneType`` are types."""
    name = path.name.lower()
    return "type" if path.attribute and name.endswith("type") else name


def _below(
    child: Path, path: Path, records: pl.Series, instances: pl.Series | None
) -> tuple[pl.Series | None, pl.Series]:
    """The instances of a child that stand in the instances in question (None: all), and the records of these."""
    if instances is None:
        return None, records.gather(child.owner)
    place = pl.repeat(None, path.count, dtype=pl.UInt32, eager=True).scatter(
        instances, pl.int_range(len(instances), dtype=pl.UInt32, eager=True)
    )
    at = place.gather(child.owner)
    return at.is_not_null().arg_true().cast(pl.UInt32), records.gather(at.drop_nulls())


def _climbed(path: Path, group: Path) -> pl.Series:
    """For each instance of a path the instance of the group it stands in."""
    if path is group:
        return pl.int_range(group.count, dtype=pl.UInt32, eager=True)
    above, here = path.owner, path.parent
    while here is not None and here is not group:
        above, here = here.owner.gather(above), here.parent
    return above


def _is_within_any(path: Path, group: Path, others: set[int]) -> bool:
    here: Path | None = path
    while here is not None and here is not group:
        if id(here) in others:
            return True
        here = here.parent
    return False


def _all_of(instances: pl.Series | None, count: int) -> pl.Series:
    return instances if instances is not None else pl.int_range(count, dtype=pl.UInt32, eager=True)


def _most(values: pl.Series) -> int:
    most = values.max()
    return most if isinstance(most, int) else 0


def _in_ado_order(columns: list[_Column], names: dict[str, str]) -> list[_Column]:
    """An ADO rowset's columns by the names and in the order of its schema; those that no record has, too."""
    own = {column.name: column for column in columns}
    if not own.keys() & names.keys():
        return columns
    nothing = pl.Series([], dtype=pl.UInt32), pl.Series([], dtype=pl.String)
    told = [
        replace(own[short], name=name)
        if short in own
        else _Column(name=name, records=nothing[0], texts=nothing[1], path=Path(name, None), instances=None)
        for short, name in names.items()
    ]
    return told + [column for column in columns if column.name not in names]


def _named_by_position(columns: Sequence[_Column], names: Sequence[str]) -> list[_Column]:
    """Columns called ``COL.DATA``, ``COL(2).DATA`` … by the names told for these positions."""
    named = []
    for column in columns:
        found = re.fullmatch(r"COL(?:\(([0-9]{1,4})\))?(?:\.DATA)?", column.name)
        position = int(found[1] or 1) - 1 if found else len(names)
        named.append(replace(column, name=names[position]) if position < len(names) else column)
    return named


def _distinct_labels(columns: Sequence[_Column]) -> list[str]:
    """The names of the fields, no two alike: an attribute that is called as a child gets an ``@``, then numbers."""
    taken: set[str] = set()
    labels = {}
    for column in sorted(columns, key=lambda one: one.path.attribute):
        label = column.name
        if label in taken and column.path.attribute:
            head, dot, tail = label.rpartition(".")
            label = f"{head}{dot}@{tail}"
        unique, number = label, 2
        while unique in taken:
            unique, number = f"{label}({number})", number + 1
        taken.add(unique)
        labels[id(column)] = unique
    return [labels[id(column)] for column in columns]
