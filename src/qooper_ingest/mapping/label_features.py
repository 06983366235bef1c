"""What the tables of evidence ask about a label, computed once per label.

A label is read into parts with roles (``words.py``). Here the questions about those parts are answered that several signals
ask: whose the column is, what beside its own word limits it, how many words are unknown. Nothing here scores.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Final

from ..words import Piece, Reading

__all__ = ["NAME_ROLES", "OTHER_FACTS", "LabelFeatures", "label_features"]

#: Facts about a person that are no identity: their number, status or address is something else.
OTHER_FACTS: Final = frozenset(
    {
        "department", "job_title", "location", "start_date", "end_date", "birth_date", "phone", "city", "country",
        "gender", "language_name", "timezone",
    }
)  # fmt: skip

NAME_ROLES: Final = ("full_name", "first_name", "last_name", "name")

#: Something else than a person, named or told by what its columns are called (a fee, an exam, an invoice).
_THINGS: Final = frozenset({"object", "task_context"})

_STATES: Final = frozenset({"status", "active", "inactive", "inactive_since"})

#: Words that number or name a row, an answer, a thing; they may stand alone as "#", "No." or "Nr".
_ROW_SIGNS: Final = frozenset(
    {
        "no", "nr", "n", "num", "number", "numero", "nummer", "numer", "番号", "번호", "编号", "編號", "رقم", "מספר", "号", "號",
    }
)  # fmt: skip

#: "Code" said alone, which lists of people use for the person's own.
_CODES: Final = frozenset(
    {"codigo", "code", "kod", "kode", "codice", "codigos", "コード", "代码", "代號", "코드", "код"}
)

#: What an organisation's own name stands before (``USC ID``). Beside "number" it may be a tax, a phone or a bank.
_IDS: Final = frozenset({"id", "ids"})

#: IDs that a system calls its own so: one that names the person is better.
_ANYBODYS: Final = frozenset({"userid", "identifiant", "id", "uniqueid", "uniqueidentifier", "globalid", "universalid"})

#: Words that mean "personal" beside an e-mail although they mean staff or a person elsewhere.
_PRIVATE_FIRST: Final = frozenset({"personal", "personnel", "个人", "個人", "개인", "personale", "osobni"})

#: Qualifiers in brackets that leave a label what it is: whose it is, that it is the main one, the same again.
_HARMLESS_ASIDE: Final = frozenset(
    {
        "own",
        "primary",
        "email",
        "user_id",
        "id_word",
        "login_address",
        "bare_status",
        "status",
        "name",
        *NAME_ROLES,
        "noise",
    }
)

_QUALIFIER_WORDS: Final = 2

#: What a system adds to a status without making something else of it.
_STATUS_FORMS: Final = frozenset({"code", "type", "description", "desc", "value", "name", "flag", "ind", "indicator"})


class LabelFeatures:
    """A label's features. All are computed from the reading when first asked for, and kept."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.pieces = reading.pieces
        self.roles = reading.roles
        self.whole = reading.whole
        self.unknown = reading.unknown

    def has(self, *roles: str) -> bool:
        """Whether a part has one of the roles."""
        return self.reading.has(*roles)

    # -- whose ------------------------------------------------------------------------------------------------------

    @cached_property
    def aside(self) -> frozenset[str]:
        """Roles of the qualifiers in brackets."""
        return frozenset(role for piece in self.reading.aside for role in piece.roles)

    @cached_property
    def somebody_elses(self) -> bool:
        """Whether a part makes it a manager's, a parent's, a submitter's.

        "Principal e-mail" is a head teacher's; behind the word, as other languages write it, it is the main one.
        """
        main_behind = self.has("email") and "of" not in self.reading.words
        return any(
            "other" in piece.roles
            and "own" not in piece.roles
            and not (at and main_behind and "primary" in piece.roles)
            for at, piece in enumerate((*self.pieces, *self.reading.aside))
        )

    @cached_property
    def changed_aside(self) -> bool:
        """Whether a qualifier in brackets makes something else of the label: ``E-mail (manager)``, ``Status (order)``."""
        return not self.aside <= _HARMLESS_ASIDE

    @cached_property
    def qualified(self) -> bool:
        """Whether brackets hold one or two words that name nothing harmless; more words explain what to fill in."""
        words = self.reading.aside
        return 0 < len(words) <= _QUALIFIER_WORDS and any(not piece.roles & _HARMLESS_ASIDE for piece in words)

    @cached_property
    def own(self) -> bool:
        """Whether it names the person of the row."""
        return "own" in self.roles

    # -- an ID ------------------------------------------------------------------------------------------------------

    @cached_property
    def row_sign(self) -> bool:
        """``#``, ``No.``: numbers the rows as likely as the people."""
        return self.reading.key in _ROW_SIGNS

    @cached_property
    def bare_word_for_id(self) -> bool:
        """``ID`` alone, or a long word for it (``Identifier``)."""
        return self.reading.key in ("id", "ids") or len(self.reading.key) > 6

    @cached_property
    def bare_code(self) -> bool:
        """``Code`` alone."""
        return self.reading.key in _CODES

    @cached_property
    def anybodys_id(self) -> bool:
        """``User ID``, ``Unique ID``: every system has one."""
        return self.reading.key in _ANYBODYS

    @cached_property
    def occasion_number(self) -> bool:
        """The number of an attendee, a respondent, a buyer: of the ticket, the answer, the order."""
        return self.has("occasion") and self.has("id_word", "record_id") and not self.has("user_id")

    @cached_property
    def about_a_thing(self) -> bool:
        """An order's, a department's, a phone's number."""
        kinds = _THINGS | OTHER_FACTS
        return any(p.roles & kinds and not p.roles & {"own", "user_id"} for p in self.pieces)

    @cached_property
    def numbers_the_person(self) -> bool:
        """Whether the ID word stands beside the person and not beside the thing: ``University Student ID``."""
        at = next((i for i, piece in enumerate(self.pieces) if "id_word" in piece.roles), None)
        if at is None:
            return False
        beside = [self.pieces[i] for i in (at - 1, at + 1) if 0 <= i < len(self.pieces)]
        return any("own" in piece.roles for piece in beside)

    @cached_property
    def aspect_of_it(self) -> bool:
        """A date, a kind, a score of it."""
        return any("aspect" in p.roles and not p.roles & {"own", "id_word", "user_id"} for p in self.pieces)

    @cached_property
    def long_id_word(self) -> bool:
        return any("id_word" in p.roles and len(p.text) > 1 for p in self.pieces)

    @cached_property
    def organisations_id(self) -> bool:
        """``USC ID``: an organisation calls its own number by its own name."""
        return (
            self.unknown == 1
            and self.reading.acronym
            and len(self.pieces) <= 2
            and any(p.text in _IDS for p in self.pieces)
        )

    # -- an e-mail --------------------------------------------------------------------------------------------------

    @cached_property
    def beside_email(self) -> tuple[Piece, ...]:
        """The parts that are not the e-mail word."""
        return tuple(piece for piece in self.pieces if "email" not in piece.roles)

    @cached_property
    def limits(self) -> frozenset[str]:
        """Roles of the parts beside the e-mail word."""
        return frozenset(role for piece in self.beside_email for role in piece.roles)

    @cached_property
    def unknown_beside_email(self) -> int:
        return sum(not piece.roles for piece in self.beside_email)

    @cached_property
    def email_only_aspect(self) -> bool:
        """``E-mail sent``, ``E-mail ID of the answer``: a part that is nothing but an aspect."""
        return any(piece.roles and piece.roles <= {"aspect", "record_id"} for piece in self.beside_email)

    @cached_property
    def secondary_email(self) -> bool:
        return any("secondary" in p.roles and "own" not in p.roles for p in (*self.beside_email, *self.reading.aside))

    @cached_property
    def private_email(self) -> bool:
        beside = (*self.beside_email, *self.reading.aside)
        return any("private" in p.roles and not p.roles & {"own", "primary"} for p in beside) or any(
            p.text in _PRIVATE_FIRST for p in beside
        )

    @cached_property
    def primary_email(self) -> bool:
        return "primary" in self.limits or "primary" in self.aside

    @cached_property
    def things_email(self) -> bool:
        return any("object" in p.roles and "own" not in p.roles for p in self.beside_email)

    @cached_property
    def former(self) -> bool:
        """``Old e-mail``: the address that was."""
        return self.has("former") or "former" in self.aside

    @cached_property
    def only_new(self) -> bool:
        """``Changed to``, ``New``: what replaces something, and it is not said what."""
        return bool(self.pieces) and all("new" in piece.roles for piece in self.pieces)

    @cached_property
    def new_and_more(self) -> bool:
        """A new address of another kind: a private one, its date, its status."""
        return any(p.roles & {"secondary", "private", "status", "aspect"} and "new" not in p.roles for p in self.pieces)

    # -- a status ---------------------------------------------------------------------------------------------------

    @cached_property
    def state_kind(self) -> str:
        """``since``, ``status``, ``active``, ``inactive``, or nothing."""
        for kind in ("inactive_since", "status", "active", "inactive"):
            if kind in self.roles:
                return kind
        return ""

    @cached_property
    def denied(self) -> bool:
        return self.reading.denied

    @cached_property
    def beside_status(self) -> tuple[Piece, ...]:
        return tuple(p for p in self.pieces if not p.roles & _STATES and p.text not in _STATUS_FORMS)

    def _beside_status_is(self, roles: Iterable[str], but_for: frozenset[str]) -> bool:
        wanted = frozenset(roles)
        return any(p.roles & wanted and not p.roles & but_for for p in self.beside_status)

    @cached_property
    def status_of_a_field(self) -> bool:
        """The status of an e-mail, a number, a name."""
        return self._beside_status_is(
            ("email", "id_word", "record_id", "national_id", "phone", *NAME_ROLES), frozenset({"own"})
        )

    @cached_property
    def status_of_a_thing(self) -> bool:
        return self._beside_status_is(
            (*_THINGS, *OTHER_FACTS, "manager", "company"), frozenset({"own", "primary", "new"})
        )

    @cached_property
    def aspect_of_status(self) -> bool:
        return self._beside_status_is(("aspect", "secondary", "private"), frozenset({"own", "primary", "new"}))

    @cached_property
    def plain_status(self) -> bool:
        """Nothing beside it, or the person."""
        return not self.beside_status or any(p.roles & {"own", "primary"} for p in self.beside_status)

    @cached_property
    def state_or_status(self) -> bool:
        """``State``, ``Estado``: of the country or of the person."""
        return "state_or_status" in self.roles


@lru_cache(maxsize=4096)
def label_features(reading: Reading, /) -> LabelFeatures:
    """The features of a label; the same label always gives the same."""
    return LabelFeatures(reading)
