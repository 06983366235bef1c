"""Whole names of East Asia that are written without a blank: where the family name ends.

Family names come first and are few, so a list tells where they end (``data/surnames.toml``). It does so safely only where
the language is known, for 高橋健 is 高橋 健 in Japan and 高 橋健 in China: the other names of the column tell, and kana and 々 in
the name itself. Hangul is one language. Whatever is not told stays whole.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final, Literal

import polars as pl

__all__ = ["divide"]

#: Names that must speak for a language before those are divided that two languages divide differently.
_ENOUGH: Final = 3

#: Share of a column's names that have to read as Chinese before it is.
_CHINESE: Final = 0.8

_PARTS: Final = pl.Schema({"first": pl.String(), "last": pl.String()})

_KANA: Final = r"[\p{Hiragana}\p{Katakana}ー々]"
_SIGN: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}ー々]"


@cache
def _one_of(language: str, kind: str) -> str:
    """The family names of a kind as the alternatives of an expression, the longest first."""
    names = tomllib.loads(resources.files("qooper_ingest").joinpath("data/surnames.toml").read_text(encoding="utf-8"))
    return "|".join(sorted(names[language][kind].split(), key=lambda name: (-len(name), name)))


def divide(names: pl.Series, /) -> pl.DataFrame:
    """Divide the names of a column that are written in one piece.

    Args:
        names: Distinct names, trimmed.

    Returns:
        ``first`` and ``last`` per name; both null where the name is of another kind, or where nothing tells.

    >>> divide(pl.Series(["佐々木健太", "김철수", "마이클", "Ann Lee"])).rows()
    [('健太', '佐々木'), ('철수', '김'), (None, None), (None, None)]
    """
    if not names.str.contains(r"[\p{Hangul}\p{Han}]").any():
        return pl.DataFrame(schema=_PARTS).clear(len(names))
    frame = pl.DataFrame({"name": names})
    korean = rf"^({_one_of('ko', 'two')}|{_one_of('ko', 'one')}) ?(\p{{Hangul}}{{1,2}})$"
    chinese = rf"^(?:({_one_of('zh', 'two')})|({_one_of('zh', 'one')}))(\p{{Han}}{{1,2}})$"
    japanese = rf"^({_one_of('ja', 'more')})({_SIGN}{{1,3}})$"
    short = rf"^({_one_of('ja', 'one')})({_SIGN}{{2,3}})$"
    name = pl.col("name")
    frame = frame.with_columns(
        name.str.contains(rf"^{_SIGN}{{2,7}}$").fill_null(False).alias("signs"),
        name.str.contains(chinese).fill_null(False).alias("zh"),
        name.str.contains(japanese).fill_null(False).alias("ja"),
        name.str.contains(_KANA).fill_null(False).alias("kana"),
    )
    language = _language(frame)
    ways: list[tuple[pl.Expr, str, int, tuple[int, ...]]] = [
        (name.str.contains(korean), korean, 2, (1,)),
        (pl.col("ja") & pl.col("kana"), japanese, 2, (1,)),
    ]
    if language == "zh":
        ways.append((pl.col("zh"), chinese, 3, (1, 2)))
    elif language == "ja":
        ways += [(pl.col("ja"), japanese, 2, (1,)), (name.str.contains(short), short, 2, (1,))]
    first = [pl.when(when).then(name.str.extract(pattern, given)) for when, pattern, given, _ in ways]
    last = [
        pl.when(when).then(pl.coalesce(name.str.extract(pattern, group) for group in family))
        for when, pattern, _, family in ways
    ]
    return frame.select(pl.coalesce(first).alias("first"), pl.coalesce(last).alias("last"))


def _language(frame: pl.DataFrame) -> Literal["zh", "ja"] | None:
    """The language of a column's names in one piece, told by those that only one language divides."""
    counts = frame.filter("signs").select(
        pl.len().alias("all"),
        pl.col("zh").sum(),
        (pl.col("zh") & ~pl.col("ja")).sum().alias("only_zh"),
        (pl.col("ja") & ~pl.col("zh") | pl.col("kana")).sum().alias("only_ja"),
    )
    told = counts.row(0, named=True)
    if told["only_zh"] >= _ENOUGH and not told["only_ja"] and told["zh"] >= _CHINESE * told["all"]:
        return "zh"
    if told["only_ja"] >= _ENOUGH and told["only_ja"] >= told["only_zh"]:
        return "ja"
    return None
