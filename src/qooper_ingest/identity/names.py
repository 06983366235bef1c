"""Names as a veto: do a row and a person have a word of their names in common?

Words are those of first and last name, decomposed, without marks, case folded. "None in common" counts only if both sides
have words. Names stop a match; they never make one.
"""

from __future__ import annotations

import polars as pl

from ..records import Records

__all__ = ["no_word_in_common", "word_in_common"]


def no_word_in_common(pairs: pl.DataFrame, records: Records, people: pl.DataFrame, /) -> pl.Series:
    """True where both sides have names and share no word.

    Args:
        pairs: ``i`` (position of the record) and ``p`` (position of the person, may be null).
    """
    return _relation(pairs, records, people) == 0


def word_in_common(pairs: pl.DataFrame, records: Records, people: pl.DataFrame, /) -> pl.Series:
    """True where both sides have names and share a word."""
    return _relation(pairs, records, people) == 1


def _relation(pairs: pl.DataFrame, records: Records, people: pl.DataFrame) -> pl.Series:
    """1: a word in common; 0: none; -1: one side has no words."""
    keys = [
        field.key
        for role in ("first_name", "last_name")
        if (field := records.schema.by_role(role)) is not None and field.key in records.frame.columns
    ]
    if not keys or pairs.is_empty():
        return pl.Series([-1], dtype=pl.Int8).new_from_index(0, pairs.height)
    told = records.frame.select(keys)[pairs["i"]]
    stored_keys = [
        field.key for role in ("first_name", "last_name") if (field := records.schema.by_role(role)) is not None
    ]
    stored = people.select(pl.col(key).gather(pairs["p"]).alias(f"s{n}") for n, key in enumerate(stored_keys))
    frame = told.rename({key: f"t{n}" for n, key in enumerate(keys)}).hstack(stored)
    equal = pl.any_horizontal(
        [
            (pl.col(f"t{n}") == pl.col(f"s{stored_keys.index(key)}")) & pl.col(f"t{n}").str.contains(r"\p{L}")
            for n, key in enumerate(keys)
        ]
    ).fill_null(False)
    frame = frame.with_columns(equal.alias("equal")).with_row_index("n")
    unsure = frame.filter(~pl.col("equal"))
    words = unsure.select(
        "n",
        _words([f"t{n}" for n in range(len(keys))]).alias("told"),
        _words([f"s{n}" for n in range(len(stored_keys))]).alias("stored"),
    ).select(
        "n",
        pl.when((pl.col("told").list.len() == 0) | (pl.col("stored").list.len() == 0))
        .then(-1)
        .when(pl.col("told").list.set_intersection("stored").list.len() > 0)
        .then(1)
        .otherwise(0)
        .cast(pl.Int8)
        .alias("relation"),
    )
    answer = pl.Series([1], dtype=pl.Int8).new_from_index(0, pairs.height)
    return answer.scatter(words["n"], words["relation"]) if words.height else answer


def _words(columns: list[str]) -> pl.Expr:
    text = pl.concat_str([pl.col(name).str.slice(0, 1000) for name in columns], separator=" ", ignore_nulls=True)
    bare = text.str.normalize("NFKD").str.replace_all(r"\p{M}+", "").str.to_lowercase()
    bare = bare.str.replace_all("ß", "ss", literal=True).str.replace_all("ς", "σ", literal=True)
    return bare.str.extract_all(r"[\p{L}\p{N}]+").list.unique()
