"""What a host with a large database looks up before a plan is made, and with which function it compares.

Strategy: four sets of keys, and for each what the stored value has to be turned into before it is compared, in Python and as SQL
expressions that are made for generated columns with an index. A stored value beyond ASCII has the key `BEYOND`, which is in
every set: such people are few, and what their addresses are as keys is decided when the plan is made.

    set          compared with           of the column
    ids          `Lookup.id_key`         id, and sso_subject
    emails       `Lookup.email_key`      email
    skeletons    `Lookup.email_key`      email     (what look-alikes of the file's addresses may be stored as)
    aliases      `Lookup.alias_key`      email     (the same mailbox under another tag)

The functions find a few people too many, never too few: whom a row leads to is decided by the plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from .emails import SIGNS_IN_FRONT, alias_of
from .errors import UsageError
from .ids import id_fold

__all__ = ["BEYOND", "SETS", "Lookup"]

#: The sets, by name.
SETS: Final = ("ids", "emails", "skeletons", "aliases")

#: The key of every stored value beyond ASCII. Neither an ID nor an address can be it.
BEYOND: Final = "*"

#: What is cut off the edges of stored text before it is compared.
_EDGE: Final = "".join(map(chr, (*range(1, 0x21), 0x7F)))

_NAME: Final = re.compile("[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Lookup:
    """The keys by which a file can concern stored people. Made by `Records.lookup`.

    Args:
        ids: Lower case, without leading zeros (an ID of zeros is ``""``). To be compared with `id_key` of the ID and of the SSO subject.
        emails: Addresses in lower case, domains as A-labels. To be compared with `email_key` of the address.
        skeletons: What an address that looks like one of the file may be stored as. To be compared with `email_key` of the address.
        aliases: Addresses without their tag. To be compared with `alias_key` of the address.
    """

    ids: frozenset[str]
    emails: frozenset[str]
    skeletons: frozenset[str]
    aliases: frozenset[str]

    def __repr__(self) -> str:
        sizes = ", ".join(f"{len(getattr(self, name))} {name}" for name in SETS)
        return f"Lookup({sizes})"

    @staticmethod
    def id_key(stored: str | None, /) -> str | None:
        """What a stored ID or SSO subject is compared as; null where there is none.

        >>> Lookup.id_key(" 00A7 "), Lookup.id_key("000"), Lookup.id_key("É1"), Lookup.id_key(None)
        ('a7', '', '*', None)
        """
        if stored is None or not stored.isascii():
            return stored and BEYOND
        return _evaluated(id_fold, stored.strip(_EDGE))

    @staticmethod
    def email_key(stored: str | None, /) -> str | None:
        """What a stored address is compared as; null where there is none.

        >>> Lookup.email_key("Ann@Corp.example "), Lookup.email_key("josé@corp.example"), Lookup.email_key("a@xn--bcher-kva.example")
        ('ann@corp.example', '*', '*')
        """
        if stored is None:
            return None
        text = stored.strip(_EDGE).lower()
        return text if stored.isascii() and "xn--" not in text else BEYOND

    @staticmethod
    def alias_key(stored: str | None, /) -> str | None:
        """What a stored address is compared as to find other addresses of one mailbox.

        >>> Lookup.alias_key("Ann+news@corp.example"), Lookup.alias_key("a.n.n@googlemail.com")
        ('ann@corp.example', 'ann@gmail.com')
        """
        key = Lookup.email_key(stored)
        return key if key is None or key == BEYOND else _evaluated(alias_of, key)

    def matches(self, person: Mapping[str, Any], /) -> bool:
        """Whether the file can concern a stored person (``id``, ``email``, ``sso_subject``; others are not looked at).

        >>> asked = Lookup(ids=frozenset({"a7"}), emails=frozenset(), skeletons=frozenset(), aliases=frozenset())
        >>> asked.matches({"id": "0A7", "email": "ann@corp.example"}), asked.matches({"id": "8", "email": "tom@corp.example"})
        (True, False)
        """
        email = person.get("email")
        return (
            self.id_key(person.get("id")) in self.ids
            or self.id_key(person.get("sso_subject")) in self.ids
            or self.email_key(email) in self.emails
            or self.email_key(email) in self.skeletons
            or self.alias_key(email) in self.aliases
        )

    @staticmethod
    def sql(
        dialect: Literal["postgresql", "sqlite"],
        /,
        *,
        id: str = "id",  # noqa: A002  (the column's name)
        sso_subject: str = "sso_subject",
        email: str = "email",
    ) -> dict[str, str]:
        """The same functions as SQL expressions, for generated columns with an index each.

        Args:
            dialect: The database; PostgreSQL with the encoding UTF8.
            id: Name of the column of IDs.
            sso_subject: Name of the column of SSO subjects.
            email: Name of the column of addresses.

        Returns:
            ``lookup_id`` and ``lookup_subject`` (to be compared with ``ids``), ``lookup_email`` (with ``emails`` and ``skeletons``),
            ``lookup_alias`` (with ``aliases``): one expression each.

        Raises:
            UsageError: ``argument_invalid``, where the dialect is not known or a name is no plain identifier.

        >>> Lookup.sql("sqlite", id="user_id")["lookup_id"][:44]
        'CASE WHEN length(CAST(user_id AS BLOB)) <> l'
        """
        if dialect not in _DIALECTS:
            raise UsageError("argument_invalid", reason=f"The dialect is one of {', '.join(_DIALECTS)}")
        for name in (id, sso_subject, email):
            if not _NAME.fullmatch(name):
                raise UsageError(
                    "argument_invalid", reason="The name of a column is made of letters, digits and underscores"
                )
        say = _DIALECTS[dialect]
        return {
            "lookup_id": say.id_key(id),
            "lookup_subject": say.id_key(sso_subject),
            "lookup_email": say.email_key(email),
            "lookup_alias": say.alias_key(email),
        }

    def missing(self, asked: Lookup | frozenset[str], /) -> dict[str, int]:
        """How many keys of each set were not asked for: not by another look-up, or not where only some sets were used."""
        none: frozenset[str] = frozenset()
        counts: dict[str, int] = {}
        for name in SETS:
            keys: frozenset[str] = getattr(self, name) - {BEYOND}
            known = getattr(asked, name) if isinstance(asked, Lookup) else keys if name in asked else none
            counts[name] = len(keys - known)
        return {name: count for name, count in counts.items() if count}


def _evaluated(function: Callable[[pl.Expr], pl.Expr], text: str) -> str | None:
    found: str | None = pl.select(function(pl.lit(text))).item()
    return found


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a database says the few things that the keys are made of; ``{x}`` is the column or expression."""

    beyond_ascii: str
    lower: str
    trim: str
    contains: str
    local: str
    domain: str

    def id_key(self, column: str) -> str:
        cut = self._trimmed(column)
        return f"CASE WHEN {self.beyond_ascii.format(x=column)} THEN '{BEYOND}' ELSE ltrim({cut}, '0') END"

    def email_key(self, column: str) -> str:
        return f"CASE WHEN {self._undecided(column)} THEN '{BEYOND}' ELSE {self._trimmed(column)} END"

    def alias_key(self, column: str) -> str:
        signs = SIGNS_IN_FRONT.replace("'", "''")
        address = f"ltrim({self._trimmed(column)}, '{signs}')"
        local, domain = self.local.format(x=address), self.domain.format(x=address)
        gmail = f"{domain} IN ('gmail.com', 'googlemail.com')"
        return (
            f"CASE WHEN {self._undecided(column)} THEN '{BEYOND}' "
            f"WHEN {gmail} THEN replace({local}, '.', '') || '@gmail.com' ELSE {local} || '@' || {domain} END"
        )

    def _trimmed(self, column: str) -> str:
        return self.trim.format(x=self.lower.format(x=column))

    def _undecided(self, column: str) -> str:
        puny = self.contains.format(x=self.lower.format(x=column), y="'xn--'")
        return f"{self.beyond_ascii.format(x=column)} OR {puny}"


_CODES: Final = (*range(1, 0x21), 0x7F)

_DIALECTS: Final[dict[str, _Dialect]] = {
    "postgresql": _Dialect(
        beyond_ascii="octet_length({x}) <> char_length({x})",
        lower='lower({x} COLLATE "C")',
        trim="btrim({x}, E'" + "".join(f"\\x{code:02x}" for code in _CODES) + "')",
        contains="strpos({x}, {y}) > 0",
        local="split_part(split_part({x}, '@', 1), '+', 1)",
        domain="split_part({x}, '@', 2)",
    ),
    "sqlite": _Dialect(
        beyond_ascii="length(CAST({x} AS BLOB)) <> length({x})",
        lower="lower({x})",
        trim=f"trim({{x}}, char({', '.join(map(str, _CODES))}))",
        contains="instr({x}, {y}) > 0",
        local="substr({x}, 1, instr(replace({x}, '+', '@'), '@') - 1)",
        domain="substr({x}, instr({x}, '@') + 1)",
    ),
}
