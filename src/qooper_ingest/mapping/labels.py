"""How well a label fits a field, from the label alone.

One function per identity field, each a short list of rules over the roles of a label's parts (``words.py``). The gate
comes first: a part that means somebody else (manager, guardian, submitter) or something else (order, department, task)
takes the column out, whatever the other parts say. Then the field's own words, then what limits them: qualifiers
(personal, secondary, new), other aspects (date, type), unknown words.

Scores are from 0 to 1 and ordered by experience, not probabilities; ``suggest.py`` weighs them against each other and
says which are good enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..words import Reading

__all__ = ["IDENTITY", "PROFILE_CONCEPTS", "Evidence", "concept_of", "name_kind"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A score and the reasons for it, the most important first."""

    score: float
    reasons: tuple[str, ...] = ()


_NONE: Final = Evidence(0.0)

#: What a column may be that no identity field is: profile questions find their columns by these.
PROFILE_CONCEPTS: Final = (
    "department", "job_title", "location", "manager", "start_date", "end_date", "birth_date", "phone", "city",
    "country", "company", "gender", "language_name", "timezone",
)  # fmt: skip

_OTHER_THINGS: Final = (
    "department", "job_title", "location", "start_date", "end_date", "birth_date", "phone", "city", "country",
    "gender", "language_name", "timezone",
)  # fmt: skip

#: Something else than a person, named or told by what its columns are called (a fee, an exam, an invoice).
_THINGS: Final = frozenset({"object", "task_context"})

#: Words that number or name a row, an answer, a thing; they may stand alone as "#", "No." or "Nr".
_ROW_SIGNS: Final = frozenset(
    {
        "no",
        "nr",
        "n",
        "num",
        "number",
        "numero",
        "nummer",
        "numer",
        "番号",
        "번호",
        "编号",
        "編號",
        "رقم",
        "مספר",
        "号",
        "號",
    }
)


#: "Code" said alone, which lists of people use for the person's own.
_CODES: Final = frozenset(
    {"codigo", "code", "kod", "kode", "codice", "codigos", "コード", "代码", "代號", "코드", "код"}
)


#: What an organisation's own name stands before (``USC ID``). Beside "number" it may be a tax, a phone or a bank.
_IDS: Final = frozenset({"id", "ids"})

#: IDs that a system calls its own so: one that names the person is better.
_ANYBODYS: Final = frozenset({"userid", "identifiant", "id", "uniqueid", "uniqueidentifier", "globalid", "universalid"})


def _gated(reading: Reading) -> str | None:
    """The part that makes it somebody else's, if there is one."""
    for at, piece in enumerate((*reading.pieces, *reading.aside)):
        if "other" in piece.roles and "own" not in piece.roles:
            # "Principal e-mail" is a head teacher's; behind the word, as other languages write it, it is the main one.
            if at and "primary" in piece.roles:
                continue
            return "other_person"
    return None


def _user_id(reading: Reading) -> Evidence:
    whole = reading.whole
    if "national_id" in whole:
        return Evidence(0.35 if "user_id" in whole else 0.0, ("national_id",))
    if reading.has("national_id"):
        return Evidence(0.0, ("national_id",))
    if gate := _gated(reading):
        return Evidence(0.0, (gate,))
    if any("national_id" in piece.roles for piece in reading.aside):
        return Evidence(0.1, ("national_id",))
    if whole:
        if "user_id" in whole:
            return Evidence(0.86 if reading.key in _ANYBODYS else 0.93, ("label_known",))
        if "record_id" in whole:
            return Evidence(0.12, ("record_id",))
        if "login" in whole:
            return Evidence(0.5, ("login_name",))
        if "id_word" in whole:
            bare = reading.key in ("id", "ids") or len(reading.key) > 6
            return Evidence(
                0.1 if reading.key in _ROW_SIGNS else 0.6 if bare else 0.48 if reading.key in _CODES else 0.4,
                ("bare_id",),
            )
        return _NONE
    if reading.has("email", "phone", "first_name", "last_name", "full_name", "status", "active", "inactive"):
        return _NONE
    own = any("own" in piece.roles for piece in reading.pieces)
    named = reading.has("user_id")
    if not (named or reading.has("id_word", "login")):
        return _NONE
    if reading.has("record_id") and not named and not own:
        return Evidence(0.1, ("record_id",))
    if reading.has("name") and not named:
        return Evidence(0.4 if reading.has("login") else 0.0, ("login_name",) if reading.has("login") else ())
    things = [p for p in reading.pieces if p.roles & _THINGS and not p.roles & {"own", "user_id"}]
    things += [p for p in reading.pieces if p.roles & set(_OTHER_THINGS) and not p.roles & {"own", "user_id"}]
    if things:
        usable = own and not reading.has("aspect") and _numbers_the_person(reading)
        return Evidence(0.6 if usable else 0.08, ("own_id", "unknown_words") if usable else ("other_object",))
    if any("aspect" in p.roles and not p.roles & {"own", "id_word", "user_id"} for p in reading.pieces):
        return Evidence(0.08, ("other_aspect",))
    if reading.has("secondary", "new") and not reading.has("primary"):
        return Evidence(0.25, ("secondary",))
    unknown = reading.unknown
    if named:
        return Evidence(max(0.9 - 0.15 * unknown, 0.45), ("label_known", *(("unknown_words",) if unknown else ())))
    if own and reading.has("id_word"):
        return Evidence(max(0.92 - 0.12 * unknown, 0.45), ("own_id", *(("unknown_words",) if unknown else ())))
    if reading.has("login"):
        return Evidence(0.42 - 0.1 * min(unknown, 3), ("login_name",))
    if reading.has("private"):
        return Evidence(0.3, ("private",))
    if reading.has("primary") and any("id_word" in p.roles and len(p.text) > 1 for p in reading.pieces):
        return Evidence(0.7 if not unknown else 0.4, ("primary_id",))
    if unknown == 1 and reading.acronym and len(reading.pieces) <= 2 and any(p.text in _IDS for p in reading.pieces):
        # An organisation calls its own number by its own name: better than a login, not certain.
        return Evidence(0.54, ("bare_id", "acronym"))
    return Evidence(0.3 if unknown == 1 else 0.1, ("bare_id", "unknown_words"))


def _numbers_the_person(reading: Reading) -> bool:
    """Whether the ID word stands beside the person and not beside the thing: ``University Student ID``."""
    pieces = reading.pieces
    at = next((i for i, piece in enumerate(pieces) if "id_word" in piece.roles), None)
    if at is None:
        return False
    beside = [pieces[i] for i in (at - 1, at + 1) if 0 <= i < len(pieces)]
    return any("own" in piece.roles for piece in beside)


def _email(reading: Reading) -> Evidence:
    if not reading.has("email"):
        if any("email" in piece.roles for piece in reading.aside) and not _gated(reading) and reading.has("login"):
            return Evidence(0.86, ("label_aside",))
        if gate := _gated(reading):
            return Evidence(0.0, (gate,))
        return Evidence(0.0, ("secondary",)) if reading.has("secondary", "new") else _NONE
    if gate := _gated(reading):
        return Evidence(0.0, (gate,))
    rest = [piece for piece in reading.pieces if "email" not in piece.roles]
    roles = frozenset(role for piece in (*rest, *reading.aside) for role in piece.roles)
    main = frozenset(role for piece in rest for role in piece.roles)
    if main & {"status", "active", "inactive", "start_date", "end_date", "national_id", "record_id"}:
        return Evidence(0.05, ("other_aspect",))
    if any(piece.roles and piece.roles <= {"aspect", "record_id"} for piece in rest):
        return Evidence(0.08, ("other_aspect",))
    if "new" in main:
        return Evidence(0.15, ("new_value",))
    unknown = sum(not piece.roles for piece in rest)
    if any("secondary" in p.roles and "own" not in p.roles for p in (*rest, *reading.aside)):
        return Evidence(0.2, ("secondary",))
    private = [p for p in (*rest, *reading.aside) if "private" in p.roles and not p.roles & {"own", "primary"}]
    if any(p.text in _PRIVATE_FIRST for p in (*rest, *reading.aside)):
        private = private or list(rest)
    if private:
        return Evidence(0.55, ("private",))
    if "primary" in roles:
        return Evidence(max(0.97 - 0.07 * unknown, 0.5), ("primary_email",))
    if any("object" in p.roles and "own" not in p.roles for p in rest):
        asked = unknown >= 2 and "email" in reading.pieces[0].roles
        return Evidence(0.6 if asked else 0.3, ("email_word", "unknown_words") if asked else ("other_object",))
    if main & {"first_name", "last_name", "full_name", "name"}:
        return Evidence(0.5, ("mixed",))
    if "phone" in main:
        return Evidence(0.45, ("mixed",))
    if unknown >= 3:
        return Evidence(0.35, ("unknown_words",))
    if unknown:
        return Evidence(0.85 - 0.1 * unknown, ("email_word", "unknown_words"))
    return Evidence(0.95, ("email_word",))


#: Words that mean "personal" beside an e-mail although they mean staff or a person elsewhere.
_PRIVATE_FIRST: Final = frozenset({"personal", "personnel", "个人", "個人", "개인", "personale", "osobni"})


def _new_email(reading: Reading) -> Evidence:
    if not reading.has("email", "new_email") or _gated(reading):
        return _NONE
    if not any("new" in piece.roles for piece in reading.pieces):
        return _NONE
    if reading.has("secondary", "private", "status", "aspect"):
        return Evidence(0.2, ("mixed",))
    return Evidence(max(0.93 - 0.15 * reading.unknown, 0.4), ("new_value",))


#: What a system adds to a status without making something else of it.
_STATUS_FORMS: Final = frozenset({"code", "type", "description", "desc", "value", "name", "flag", "ind", "indicator"})


def _status(reading: Reading) -> Evidence:
    states = {"status", "active", "inactive"}
    aside = frozenset(role for piece in reading.aside for role in piece.roles)
    if not reading.roles & states:
        return Evidence(0.5, ("label_aside",)) if aside & states and reading.unknown and not _gated(reading) else _NONE
    if gate := _gated(reading):
        return Evidence(0.0, (gate,))
    whole = reading.whole
    kind = "status" if "status" in reading.roles else "active" if "active" in reading.roles else "inactive"
    reason = {"status": "status_word", "active": "active_flag", "inactive": "inactive_flag"}[kind]
    base = {"status": 0.92, "active": 0.86, "inactive": 0.72}[kind]
    if kind != "status" and reading.denied:
        return Evidence(0.3, ("denied", reason))
    if whole:
        return Evidence(base, (reason,))
    rest = [piece for piece in reading.pieces if not piece.roles & states and piece.text not in _STATUS_FORMS]
    if any(
        p.roles & {"email", "id_word", "record_id", "national_id", "phone", "name", "first_name"}
        and not p.roles & {"own"}
        for p in rest
    ):
        return Evidence(0.05, ("other_object",))
    for piece in rest:
        if piece.roles & {"own", "primary", "new"}:
            continue
        if piece.roles & {*_THINGS, *_OTHER_THINGS, "manager", "company"}:
            return Evidence(0.05, ("other_object",))
        if piece.roles & {"aspect", "secondary", "private"}:
            return Evidence(0.08, ("other_aspect",))
    unknown = reading.unknown
    if unknown:
        return Evidence(0.3 if unknown == 1 and kind == "status" else 0.1, ("unknown_words",))
    plain = not rest or any(p.roles & {"own", "primary", "new"} for p in rest)
    return Evidence(base if plain else base - 0.1, (reason,))


def name_kind(reading: Reading) -> tuple[str, float] | None:
    """Which name a label means (``first_name``, ``last_name``, ``full_name`` or ``name``), and how surely."""
    names = ("full_name", "first_name", "last_name", "name")
    if not reading.has(*names) or _gated(reading):
        return None
    aside = frozenset(role for piece in reading.aside for role in piece.roles)
    if "aspect" in aside or aside & {"secondary", "email"}:
        return None
    rest = [piece for piece in reading.pieces if not piece.roles & set(names)]
    if any(
        p.roles
        & {
            "aspect",
            "object",
            "email",
            "login",
            "company",
            "secondary",
            "phone",
            "id_word",
            "status",
            "record_id",
            "user_id",
            *_OTHER_THINGS,
        }
        and not p.roles & {"own", "primary"}
        for p in rest
    ):
        return None
    if reading.whole & {"login", "company"} and not reading.whole & {"first_name", "last_name"}:
        return None
    kinds = [next(kind for kind in names if kind in p.roles) for p in reading.pieces if p.roles & set(names)]
    kind = kinds[0] if len(set(kinds)) == 1 else "full_name"
    aside_kinds = [kind for kind in names if kind in aside]
    if kind == "name" and aside_kinds:
        kind = aside_kinds[0]
    if kind == "name" and any("own" in p.roles for p in rest):
        kind = "full_name"
    return kind, max(0.93 - 0.15 * reading.unknown, 0.4)


def concept_of(reading: Reading) -> tuple[str, float] | None:
    """The profile concept that a label means, and how surely; None where it means none or several."""
    whole = [concept for concept in PROFILE_CONCEPTS if concept in reading.whole]
    if whole:
        return whole[0], 0.88
    found = [c for c in PROFILE_CONCEPTS if c in reading.roles]
    if not found:
        return None
    rest = [p for p in reading.pieces if not p.roles & set(PROFILE_CONCEPTS)]
    if "manager" in found:
        if rest and any(p.roles & {"email", "phone"} for p in rest):
            return "manager", 0.4
        return "manager", 0.5 if rest and any(p.roles & {"id_word"} for p in rest) else 0.8 if rest else 0.88
    if any("other" in p.roles and "own" not in p.roles for p in reading.pieces):
        return None
    kinds = {
        next(c for c in PROFILE_CONCEPTS if c in p.roles) for p in reading.pieces if p.roles & set(PROFILE_CONCEPTS)
    }
    if len(kinds) > 1:
        return None
    score = 0.84
    for piece in rest:
        if piece.roles & {"own", "primary", "name"}:
            continue
        if piece.roles & {"id_word", "aspect", "record_id"}:
            score = min(score, 0.4)
        elif piece.roles & {"secondary", "private", "object", "new", "email", "status"}:
            score = min(score, 0.35)
        else:
            score -= 0.2
    return (kinds.pop(), score) if score > 0.2 else None


#: Role of a field → how a label is judged for it.
IDENTITY: Final[dict[str, Callable[[Reading], Evidence]]] = {
    "id": _user_id,
    "email": _email,
    "new_email": _new_email,
    "status": _status,
}
