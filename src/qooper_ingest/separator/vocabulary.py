"""A question's options as a look-up: by label, value or alias, exactly or by the key of comparison.

An option is never found by distance or as a part of something; a name that two options share is ambiguous. Options that hold
the separator themselves are known by their pieces, so that runs of pieces can be joined again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from .._columns import find_null, find_true
from .._text import MARKS_RUN, bound_marks, fold, fold_series, trim
from ..errors import UsageError
from ..schema import Option

__all__ = [
    "AMBIGUOUS",
    "BLANK",
    "UNKNOWN",
    "Vocabulary",
    "is_plain",
    "option_key",
    "plain_text",
    "plain_texts",
    "separator_core",
    "shown_separator",
]

UNKNOWN, AMBIGUOUS, BLANK = -1, -2, -3


def separator_core(separator: str, /) -> str:
    """The part of a separator that counts: ``", "`` and ``","`` are one.

    Blanks around it make no difference, except around a word or a hyphen, which also stand inside answers (``" - "``,
    ``" and "``), and except for a separator that is nothing but blanks.

    Raises:
        UsageError: ``argument_invalid``: an empty separator.

    >>> separator_core(", "), separator_core(" |##| "), separator_core(" - ")
    (',', '|##|', ' - ')
    """
    text = plain_text(separator)
    core = text.strip(" ")
    if not text:
        raise UsageError("argument_invalid", reason="a separator is a text of at least one character")
    if not core:
        return text
    if core[0].isalnum() or core[-1].isalnum() or set(core) <= set("-‐‑–—"):
        return text
    return core


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Vocabulary:
    """The names of a question's options, ready for look-ups.

    Args:
        options: In the schema's order; a text's number in the tables below is a position in it.
        exact: Name → number, or `AMBIGUOUS` where two options share it.
        folded: Key → number, or `AMBIGUOUS`.
        shared: Text or key → the labels of the options that share it.
        fragments: Keys of the pieces of names that hold the separator: only cells with two of them can hold such a name.
        longest: Pieces of the longest name.
        core: The separator.
    """

    options: tuple[Option, ...]
    exact: Mapping[str, int]
    folded: Mapping[str, int]
    shared: Mapping[str, tuple[str, ...]]
    fragments: frozenset[str]
    longest: int
    core: str | None

    @staticmethod
    def of(options: Sequence[Option | str] | None, *, core: str | None) -> Vocabulary | None:
        """None where no options are known."""
        if not options:
            return None
        given = tuple(Option(value=option) if isinstance(option, str) else option for option in options)
        exact: dict[str, dict[int, None]] = {}
        aliases: dict[str, dict[int, None]] = {}
        folded: dict[str, dict[int, None]] = {}
        fragments: set[str] = set()
        longest = 1
        for number, option in enumerate(given):
            for rank, name in enumerate(option.names):
                text = trim(plain_text(name))
                if not text:
                    continue
                # An alias never takes a text from the option whose label or value it is.
                own = rank < len(dict.fromkeys(n for n in (option.label, option.value) if n))
                (exact if own else aliases).setdefault(text, {})[number] = None
                folded.setdefault(option_key(text, core), {})[number] = None
                for parts in _parts(text, core):
                    longest = max(longest, len(parts))
                    fragments.update(fold(part) for part in parts)
        named = {**aliases, **exact}
        labels = {n: option.label or option.value for n, option in enumerate(given)}
        return Vocabulary(
            options=given,
            exact={text: _one(numbers) for text, numbers in named.items()},
            folded={key: _one(numbers) for key, numbers in folded.items()},
            shared={
                text: tuple(labels[n] for n in numbers)
                for text, numbers in (*folded.items(), *named.items())
                if len(numbers) > 1
            },
            fragments=frozenset(fragments),
            longest=longest,
            core=core,
        )

    def label(self, number: int) -> str:
        option = self.options[number]
        return option.label or option.value

    def find(self, text: str) -> int:
        """The number of a text: exact, then by its key; `UNKNOWN` or `AMBIGUOUS`."""
        number = self.exact.get(text)
        return self.folded.get(option_key(text, self.core), UNKNOWN) if number is None else number

    def find_all(self, texts: pl.Series) -> pl.DataFrame:
        """`find` for distinct texts: ``number`` and whether it was found by its key (``loose``)."""
        number = texts.alias("text").to_frame().select(self.find_exact(pl.col("text"))).to_series()
        return self.find_loose(texts, number)

    def find_exact(self, texts: pl.Expr) -> pl.Expr:
        """The number of an exact name, else null."""
        return texts.replace_strict(
            pl.Series(list(self.exact), dtype=pl.String),
            pl.Series(list(self.exact.values()), dtype=pl.Int32),
            default=None,
            return_dtype=pl.Int32,
        )

    def find_loose(self, texts: pl.Series, number: pl.Series) -> pl.DataFrame:
        """`find_all` where the numbers of exact names are known."""
        loose = find_null(number)
        if loose.any():
            keys = _key_series(texts.filter(loose), self.core)
            found = keys.replace_strict(
                pl.Series(list(self.folded), dtype=pl.String),
                pl.Series(list(self.folded.values()), dtype=pl.Int32),
                default=UNKNOWN,
                return_dtype=pl.Int32,
            )
            number = number.scatter(find_true(loose), found)
        return pl.DataFrame({"text": texts, "number": number.alias("number"), "loose": loose.alias("loose")})


def _one(numbers: Mapping[int, None]) -> int:
    return next(iter(numbers)) if len(numbers) == 1 else AMBIGUOUS


def _parts(text: str, core: str | None) -> list[list[str]]:
    """A name cut at the separator, as it is and in its folded form, where that makes more than one piece of it."""
    if core is None:
        return []
    cut = [text.split(core), fold(text).split(fold(core) or " ")]
    return [parts for parts in cut if len(parts) > 1]


def option_key(text: str, core: str | None) -> str:
    """The key of comparison, blanks around the separator left out: ``A,B`` and ``A, B`` are one name."""
    key = fold(text)
    sign = fold(core).strip(" ") if core else ""
    return re.sub(f" ?{re.escape(sign)} ?", lambda _: sign, key) if sign and sign in key else key


def _key_series(texts: pl.Series, core: str | None) -> pl.Series:
    keys = fold_series(texts)
    sign = fold(core).strip(" ") if core else ""
    if not sign:
        return keys
    key = pl.col("key")
    for around in (f"{sign} ", f" {sign}"):
        key = key.str.replace_all(around, sign, literal=True)
    return keys.alias("key").to_frame().select(key).to_series()


def plain_text(text: str) -> str:
    """NFC, line ends as LF, no-break blanks as blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", bound_marks(text)).replace("\xa0", " ")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def plain_texts(cells: pl.Series) -> pl.Series:
    """`plain_text` for a series of text."""
    cell = pl.col("cell")
    frame = cells.alias("cell").to_frame()
    line_ends, beyond = frame.select(
        cell.str.contains("\r", literal=True).any().alias("line_ends"),
        (cell.str.len_bytes() != cell.str.len_chars()).any().alias("beyond"),
    ).row(0)
    if not line_ends and not beyond:
        return cells
    if line_ends:
        cell = cell.str.replace_all("\r\n?", "\n")
    if beyond:
        cell = cell.str.replace_all(rf"(\p{{M}}{{{MARKS_RUN}}})\p{{M}}+", "$1").str.normalize("NFC")
        cell = cell.str.replace_all("\xa0", " ", literal=True)
    return frame.select(cell).to_series().alias(cells.name)


def is_plain(cells: pl.Expr) -> pl.Expr:
    """Where `plain_texts` has nothing to change for sure."""
    return (cells.str.len_bytes() == cells.str.len_chars()) & ~cells.str.contains("\r", literal=True)


def shown_separator(separator: str) -> str:
    return {"\n": "line break", "\t": "tab"}.get(separator, f"'{separator}'")
