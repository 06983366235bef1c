"""A multi-select that has a column of yes and no per option (``Tools: Python``, ``Tools: SQL``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from .._text import fold, fold_series, trim_series
from ..issues import Issues
from ..schema import Field, Option
from ..separator import Split, Vocabulary, flag_parts
from .model import Typed, required_missing
from .texts import first_invisible, has_invisible
from .words import BLANK_VALUES, NO_KEYS, YES_KEYS

__all__ = ["are_flags", "merge_flags", "type_flags"]


def merge_flags(
    columns: Mapping[str, pl.Series | Sequence[str | None]] | Sequence[tuple[str, pl.Series | Sequence[str | None]]],
    /,
    *,
    options: Sequence[Option | str] | None = None,
    rows: pl.Series | Sequence[int] | None = None,
    field: str | None = None,
) -> Split:
    """Make one multi-select of columns that hold one option each (``Tools: Python``, ``Tools: SQL``).

    Args:
        columns: Label and cells of each. The option is what stands behind the question in the label, or the whole label.
        options: The question's options; a label that is none of them stands for itself.
        rows: Row numbers for the issues; the position from 0 where none are given.
        field: Field key for the issues.

    Returns:
        The options whose cell says yes (or repeats the option), in the order of the columns; null where all are blank.

    Issues: boolean_invalid.

    >>> merge_flags({"Tools: Python": ["1", "0"], "Tools: SQL": ["x", None]}).values.to_list()
    [['Python', 'SQL'], []]
    """
    vocabulary = Vocabulary.of(options, core=None)
    answers: dict[str, pl.Series] = {}
    filled: list[pl.Series] = []
    wrong: list[pl.Series] = []
    issues = []
    for label, cells in columns.items() if isinstance(columns, Mapping) else columns:
        text = (flag_parts(label) or ("", label.strip()))[1]
        number = vocabulary.find(text) if vocabulary is not None else -1
        answer = vocabulary.options[number].value if vocabulary is not None and number >= 0 else text
        column = pl.Series(cells, dtype=pl.String)
        keys = fold_series(trim_series(column))
        said = keys.replace_strict(
            {**YES_KEYS, **NO_KEYS, fold(text): True, fold(answer): True}, default=None, return_dtype=pl.Boolean
        )
        blank = keys.is_null() | (keys == "") | keys.is_in(BLANK_VALUES)
        odd = said.is_null() & ~blank
        numbers = pl.int_range(column.len(), eager=True) if rows is None else pl.Series(rows)
        lines = pl.DataFrame({"row": numbers, "value": column}).filter(odd)
        issues.append(
            Issues.from_frame("boolean_invalid", lines.with_columns(pl.lit(field, dtype=pl.String).alias("field")))
        )
        answers.setdefault(answer, pl.repeat(False, column.len(), dtype=pl.Boolean, eager=True))
        answers[answer] = answers[answer] | said.fill_null(False)
        filled.append(said.is_not_null())
        wrong.append(odd)
    frame = pl.DataFrame({f"{n}": flag for n, flag in enumerate(answers.values())})
    chosen = [
        pl.when(pl.col(f"{n}")).then(pl.lit(answer)).otherwise(pl.lit(None, dtype=pl.String))
        for n, answer in enumerate(answers)
    ]
    values = frame.select(pl.concat_list(chosen).list.drop_nulls().alias("value"))["value"]
    told = pl.DataFrame(filled).select(pl.any_horizontal(pl.all())).to_series()
    return Split(
        values=pl.DataFrame({"value": values, "told": told}).select(pl.when("told").then("value").alias("value"))[
            "value"
        ],
        issues=Issues.concat(issues),
        unresolved=pl.DataFrame(wrong).select(pl.sum_horizontal(pl.all().cast(pl.UInt32))).to_series(),
    )


def type_flags(
    field: Field, columns: Sequence[tuple[str, pl.Series]], /, *, rows: pl.Series, letter: str | None
) -> Typed:
    """Type a multi-select that has a column per option (`are_flags`), as `type_cells` does for one column.

    Args:
        field: The question.
        columns: Label and cells of every column.
        rows: Row numbers for the issues.
        letter: Letter of the first column, for the issues.

    Returns:
        Lists of option values; null where no column says yes, because a row of zeros erases nothing.

    Issues: boolean_invalid, text_trimmed, required_missing.
    """
    done = merge_flags(columns, options=field.options, rows=rows, field=field.key)
    none = done.values.is_null() | (done.values.list.len() == 0)
    values = pl.DataFrame({"value": done.values, "none": none}).select(pl.when(~pl.col("none")).then("value"))["value"]
    issues = Issues.concat([done.issues, *(_unseen(cells, done.issues, rows, letter, field) for _, cells in columns)])
    if field.required:
        state = pl.Series(["blank"]).new_from_index(0, values.len()).zip_with(none, pl.Series(["given"]))
        issues += required_missing(state, rows, letter, field)
    return Typed(
        values=values.alias(field.key),
        issues=issues,
        clear=pl.repeat(False, values.len(), dtype=pl.Boolean, eager=True).alias(field.key),
        invalid=(done.unresolved > 0).alias(field.key) & none,
    )


def _unseen(cells: pl.Series, told: Issues, rows: pl.Series, letter: str | None, field: Field) -> Issues:
    """Cells that were read without characters that nobody sees."""
    found = pl.DataFrame({"row": rows, "value": cells}).filter(has_invisible(pl.col("value")).fill_null(False))
    if found.is_empty():
        return Issues.empty()
    found = found.join(told.frame.select("row", "value"), on=["row", "value"], how="anti")
    place = (pl.lit(letter, dtype=pl.String).alias("column"), pl.lit(field.key).alias("field"))
    found = found.with_columns(first_invisible(found["value"]).alias("detail"), *place)
    return Issues.from_frame("text_trimmed", found.drop_nulls("detail"))


def are_flags(labels: Sequence[str], options: Sequence[Option | str], /) -> bool:
    """Whether labels are one option each of one question: the same text before, another option behind.

    >>> are_flags(["Tools: Python", "Tools: SQL"], ["Python", "SQL"]), are_flags(["Tool 1", "Tool 2"], ["Python", "SQL"])
    (True, False)
    """
    vocabulary = Vocabulary.of(options, core=None)
    if vocabulary is None:
        return False
    parts = [flag_parts(label) or ("", label) for label in labels]
    numbers = {vocabulary.find(text) for _, text in parts}
    return len({fold(question) for question, _ in parts}) == 1 and len(numbers) == len(labels) and min(numbers) >= 0
