"""What the cells of a column make of what its label has earned: one table per field.

Cells confirm or refute a label; alone they only prove an e-mail column, a user ID where the IDs are those of people whom the
host has, and a status where its words can be nothing else. Cells always have a word: a column most of whose cells the field
cannot take is never filled in without a question, whatever its label (`contradicts`).

Refused: deciding anything against a label from fewer than a handful of cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from .._text import fold
from ..schema import Field, Schema
from ..words import read_label, value_words
from .evidence import Evidence, Signal, weigh
from .label_features import LabelFeatures
from .profiles import Profile

__all__ = ["CELLS", "FITS", "ColumnCells", "contradicts", "weigh_cells", "weigh_name"]

#: Fewer cells prove nothing against a label.
_FEW: Final = 5
_ANY: Final = 3

#: Shorter words are found in any domain.
_WORD: Final = 3

#: What is tried as a separator where a question's options are known.
_SEPARATORS: Final = (";", ",", "|", "\n", "/", "、", "，", "；")

_SURE_OF_ITSELF: Final = frozenset({"own_id", "label_known", "label_exact"})
_NOT_THIS_ADDRESS: Final = frozenset({"other_person", "other_aspect", "new_value", "secondary"})
_FLAGS: Final = frozenset({"active_flag", "inactive_flag"})

#: Kinds of cells that the type of a question wants. A spreadsheet's serial number may be a date, so numbers count there.
_WANTED: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "number"),
    "number": ("number",),
    "boolean": ("truth", "number"),
}


@dataclass(frozen=True)
class ColumnCells:
    """A column's cells in the light of a field, and what its label has earned.

    Args:
        cells: Shares of its cells.
        so_far: What the label and the other columns say.
        label: The label's features.
        field: The field.
        schema: The host's; its status words count as states.
        known: Share of cells that are the ID, or the address, of people whom the host has; None without a directory.
    """

    cells: Profile
    so_far: Evidence
    label: LabelFeatures
    field: Field
    schema: Schema
    known: float | None = None

    def said(self, *reasons: str) -> bool:
        """Whether a reason has been given before."""
        return not set(reasons).isdisjoint(self.so_far.reasons)

    @property
    def n(self) -> int:
        return self.cells.n

    @property
    def score(self) -> float:
        return self.so_far.score

    @property
    def plain(self) -> bool:
        """The label says nothing of the field, for it or against it."""
        return not self.so_far.reasons

    @cached_property
    def sure(self) -> bool:
        """The label is sure of itself."""
        return not _SURE_OF_ITSELF.isdisjoint(self.so_far.reasons)

    # -- an ID

    @cached_property
    def known_ids(self) -> float:
        """Share of known IDs, where that can be a proof."""
        usable = (
            self.known is not None and self.n >= _ANY and not self.said("other_object") and self.cells.unique >= 0.5
        )
        return self.known or 0.0 if usable else 0.0

    @cached_property
    def state_numbers(self) -> bool:
        return self.n >= _ANY and self.cells.state_numbers >= 0.8 and self.known_ids < 0.5

    # -- a status

    @cached_property
    def hosts_words(self) -> float:
        """Share of the schema's own status words."""
        return self.cells.share_in(frozenset(fold(word) for word in self.schema.status_words))

    @cached_property
    def states(self) -> float:
        """Share of words for a person's state."""
        own = frozenset(fold(word) for word in self.schema.status_words)
        return self.cells.share_in(own | value_words("state_value"))

    @cached_property
    def sure_states(self) -> bool:
        """Whether a word is among them that no other column holds."""
        return not value_words("sure_state").isdisjoint(self.cells.counts)

    @cached_property
    def others(self) -> float:
        """Share of words for the state of a task, a payment, a marriage."""
        return self.cells.share_in(value_words("other_value"))

    @cached_property
    def roles(self) -> float:
        """Share of words for a role in a system."""
        return self.cells.share_in(value_words("role_value"))

    @cached_property
    def truth(self) -> float:
        """Share of yes and no, 1 and 0."""
        return self.cells.share(lambda text: text in ("0", "1")) + self.cells.kind("truth")

    @cached_property
    def flag(self) -> bool:
        return self.said(*_FLAGS)

    @cached_property
    def many_kinds(self) -> bool:
        """Addresses, dates, sentences, or a different word in every row."""
        return self.cells.kind("email", "date", "url", "prose") >= 0.5 or (self.n >= 20 and self.cells.unique > 0.5)

    # -- a profile question

    @cached_property
    def options(self) -> tuple[float, bool]:
        """Share of the question's options, and whether parts of cells were counted."""
        options = frozenset(fold(name) for option in self.field.options for name in option.names)
        return self.cells.option_share(options, _SEPARATORS if self.field.type == "multi_select" else ())

    @cached_property
    def wanted(self) -> float | None:
        """Share of the kinds of cells that the question's type wants; None where any will do."""
        kinds = _WANTED.get(self.field.type)
        return None if kinds is None else max(self.cells.kind(*kinds), self.cells.numbers)

    @cached_property
    def own_domain(self) -> bool:
        """Whether an unknown word of the label is in the domain of most addresses."""
        unknown = frozenset(p.text for p in self.label.pieces if not p.roles and len(p.text) >= _WORD)
        return self.cells.domains_with(unknown) >= 0.5

    @cached_property
    def asks_mail(self) -> bool:
        """Whether the question is about an address."""
        return read_label(self.field.title).has("email")


_S = Signal[ColumnCells]

ID_CELLS: Final[tuple[_S, ...]] = (
    _S("not the person's", lambda f: f.said("national_id", "other_person"), 1.0, "", "HR exports", "times"),
    _S("blank", lambda f: not f.n, 0.5, "column_empty", "templates", "times"),
    _S("addresses", lambda f: f.cells.kind("email") >= 0.5, 0.0, "email_values", "user lists whose ID is an address", "times"),
    _S("a state's numbers under a sure label", lambda f: f.state_numbers and f.sure, 0.5, "national_id_values",
       "payrolls that use the social security number", "at_most"),
    _S("a state's numbers", lambda f: f.state_numbers, 0.1, "national_id_values", "payrolls", "at_most"),
    _S("known IDs that count the rows", lambda f: f.known_ids >= 0.3 and f.cells.running and f.score < 0.8, 0.5, "directory_ids",
       "1, 2, 3 are somebody's IDs everywhere", "at_least"),
    _S("mostly known IDs", lambda f: f.known_ids >= 0.5, 0.99, "directory_ids", "the strongest proof there is", "at_least"),
    _S("some known IDs", lambda f: f.known_ids >= 0.3, 0.85, "directory_ids", "first imports", "at_least"),
    _S("row numbers", lambda f: f.cells.running and not f.sure, 0.2, "row_number", "typed lists", "times"),
    _S("too few cells", lambda f: f.n < _FEW, 1.0, "", "", "times"),
    _S("dates", lambda f: f.cells.kind("date") >= 0.7, 0.1, "date_values", "shifted columns", "times"),
    _S("no IDs", lambda f: f.cells.id_like < 0.6, 0.3, "values_no_ids", "a name under ID", "times"),
    _S("repeated under a sure label", lambda f: f.cells.unique < 0.6 and f.score >= 0.85, 0.9, "values_repeat",
       "time sheets and payrolls have a person on several rows", "times"),
    _S("repeated", lambda f: f.cells.unique < 0.6, 0.4, "values_repeat", "codes of departments, courses", "times"),
    _S("none of them known", lambda f: f.known == 0 and f.n >= 20 and f.score < 0.85, 0.85, "not_in_directory", "other systems' IDs", "times"),
    _S("all different", lambda f: f.cells.unique >= 0.98 and f.score > 0, 0.05, "values_unique", "all kinds of people lists", "plus"),
    _S("codes of one shape under a label that says nothing", lambda f: f.plain and f.n >= 8 and f.cells.unique >= 0.99
       and f.cells.with_digits >= 0.95 and not f.cells.running and f.cells.one_shape and f.cells.kind("number", "code") >= 0.95, 0.3,
       "values_unique", "sheets without a header"),
)  # fmt: skip

EMAIL_CELLS: Final[tuple[_S, ...]] = (
    _S("blank", lambda f: not f.n, 0.6, "column_empty", "templates", "times"),
    _S("the same addresses again and again", lambda f: f.cells.kind("email") >= 0.5 and f.n >= 10 and f.cells.unique < 0.5, 0.4,
       "values_repeat", "a manager's address", "times"),
    _S("known addresses to sign in with", lambda f: f.said("login_address") and f.cells.kind("email") >= 0.5 and (f.known or 0.0) >= 0.5
       and f.n >= _ANY, 0.94, "directory_emails", "directories: mail wins over userPrincipalName", "at_least"),
    _S("known addresses", lambda f: f.cells.kind("email") >= 0.5 and (f.known or 0.0) >= 0.5 and f.n >= _ANY
       and not f.said(*_NOT_THIS_ADDRESS), 0.99, "directory_emails", "the strongest proof there is", "at_least"),
    _S("not this address", lambda f: f.cells.kind("email") >= 0.5 and f.said(*_NOT_THIS_ADDRESS), 1.0, "", "HR exports", "times"),
    _S("addresses at a domain that the label names", lambda f: f.cells.kind("email") >= 0.5 and f.score > 0 and f.own_domain, 0.12,
       "own_domain email_values", "Acme e-mail: @acme.example", "plus"),
    _S("addresses", lambda f: f.cells.kind("email") >= 0.5 and f.score > 0, 0.04, "email_values", "all kinds of people lists", "plus"),
    _S("nearly all addresses under a label that says nothing", lambda f: f.cells.kind("email") >= 0.8 and f.n >= _ANY, 0.72,
       "email_values", "typed lists, sheets without a header"),
    _S("mostly addresses under a label that says nothing", lambda f: f.cells.kind("email") >= 0.5, 0.55, "email_values", "typed lists"),
    _S("no addresses", lambda f: f.n >= _FEW and f.cells.kind("email") < 0.1, 0.2, "no_email_values", "opt-ins, phones under E-mail", "times"),
)  # fmt: skip

NEW_EMAIL_CELLS: Final[tuple[_S, ...]] = (
    _S("addresses that replace something", lambda f: f.label.only_new and bool(f.n) and f.cells.kind("email") >= 0.8, 0.85,
       "new_value email_values", "rename sheets: Changed to"),
    _S("no addresses", lambda f: f.n >= _ANY and f.cells.kind("email") < 0.5, 0.3, "no_email_values", "New phone beside it", "times"),
)  # fmt: skip

STATUS_CELLS: Final[tuple[_S, ...]] = (
    _S("nothing that could be a state", lambda f: f.plain and (f.n < 8 or f.many_kinds), 1.0, "", "", "times"),
    _S("somebody else's", lambda f: f.said("other_person"), 1.0, "", "HR exports", "times"),
    _S("blank", lambda f: not f.n, 0.6, "column_empty", "templates", "times"),
    _S("dates of a suspension", lambda f: f.said("inactive_since") and f.cells.kind("date") >= 0.5, 0.05, "date_values",
       "suspended_at: filled means shut out", "plus"),
    _S("kinds of contract", lambda f: f.cells.share_in(value_words("employment_value")) >= 0.5, 0.15, "employment_type_values",
       "Employment Status: Full-Time", "times"),
    _S("mostly the state of something else", lambda f: f.others >= 0.5 and f.states < 0.5, 0.2, "other_status_values",
       "Complete, Attending, Approved", "times"),
    _S("partly the state of something else", lambda f: f.others >= 0.25 and not f.sure_states, 0.25, "other_status_values",
       "Approved, Pending: registrations, tickets", "times"),
    _S("too many values", lambda f: f.many_kinds, 0.1, "too_many_values", "dates and notes under Status", "times"),
    _S("states under a label that may be a place", lambda f: f.said("state_or_status") and f.states >= 0.7, 0.86, "status_word status_words",
       "state: active, blocked in user lists"),
    _S("a place", lambda f: f.said("state_or_status"), 0.2, "place_context", "State: CA, NY", "times"),
    _S("words of the host", lambda f: f.score > 0 and f.hosts_words >= 0.5, 0.05, "status_words", "files made for the host", "plus"),
    _S("states", lambda f: f.score > 0 and f.states >= 0.5, 0.05, "status_words", "all kinds of people lists", "plus"),
    _S("yes and no under a flag", lambda f: f.flag and f.truth >= 0.5, 0.05, "flag_values", "user lists: Active, Disabled", "plus"),
    _S("states under a label that says nothing", lambda f: f.plain and f.states >= 0.7 and f.sure_states, 0.55, "status_words",
       "typed lists, sheets without a header"),
    _S("some states", lambda f: f.score > 0 and f.states > 0 and (f.states > 0.2 or f.sure_states or f.roles >= 0.5), 0.74, "few_status_words",
       "Member, Deactivated, Bot", "at_most"),
    _S("yes and no, and it is not said of what", lambda f: f.score > 0 and f.truth >= 0.5 and len(f.cells.counts) > 1, 0.6, "flag_values",
       "status 1 and 0: what a 1 means is asked", "at_most"),
    _S("no word of a state", lambda f: f.score > 0 and f.n >= _ANY, 0.3, "no_status_words", "Status: IP Address, Delivered, Cadre, 0", "times"),
)  # fmt: skip

PROFILE_CELLS: Final[tuple[_S, ...]] = (
    _S("blank", lambda f: not f.n and f.score < 0.9, 0.8, "", "templates", "times"),
    _S("too few cells", lambda f: f.n < _ANY, 1.0, "", "", "times"),
    _S("no options", lambda f: bool(f.field.options) and f.options[0] < 0.1 and f.n >= 10 and not f.field.other, 0.6, "no_option_values",
       "free texts under a question with options", "times"),
    _S("cells of the type", lambda f: (f.wanted or 0.0) >= 0.7 and f.n >= _FEW and f.score > 0, 0.04, "type_values", "all kinds of people lists", "plus"),
    _S("cells of another type", lambda f: f.wanted is not None and f.wanted < 0.2 and f.n >= _FEW, 0.4, "other_type_values",
       "Start: a time and not a date", "times"),
    _S("addresses", lambda f: f.wanted is None and not f.field.options and f.cells.kind("email") >= 0.7 and not f.asks_mail, 0.4,
       "email_values", "Manager: an address", "times"),
)  # fmt: skip

#: Role of a field → its table; profile questions have none.
CELLS: Final[Mapping[str | None, tuple[_S, ...]]] = {
    "id": ID_CELLS,
    "email": EMAIL_CELLS,
    "new_email": NEW_EMAIL_CELLS,
    "status": STATUS_CELLS,
    None: PROFILE_CELLS,
}


def _status_fit(f: ColumnCells) -> float:
    """Share of cells that a status can be read from: a state, yes and no under a flag, the date of a suspension."""
    dates = f.cells.kind("date") if f.said("inactive_since") else 0.0
    return max(f.states, f.truth if f.flag else 0.0, dates)


def _profile_fit(f: ColumnCells) -> float:
    if f.field.options:
        return 1.0 if f.field.other else f.options[0]
    return 1.0 if f.wanted is None else f.wanted


#: Role of a field → share of cells that the field can take.
FITS: Final[Mapping[str | None, Callable[[ColumnCells], float]]] = {
    "id": lambda f: f.cells.id_like,
    "email": lambda f: f.cells.kind("email"),
    "new_email": lambda f: f.cells.kind("email"),
    "status": _status_fit,
    "first_name": lambda f: f.cells.names,
    "last_name": lambda f: f.cells.names,
    None: _profile_fit,
}

#: Fewer cells that fit contradict a label.
_FIT_LEAST: Final = 0.5

#: Of a question with two options the cells prove less than of one with many: every second column holds two words.
_PROOF_OF_OPTIONS: Final = 0.8
_PROOF_OF_TWO: Final = 0.35
_OPTIONS_FOUND: Final = 0.5


def contradicts(f: ColumnCells, /) -> bool:
    """Whether most of a column's cells cannot be what the field takes; blank cells contradict nothing."""
    return bool(f.n) and FITS[f.field.role](f) < _FIT_LEAST


def weigh_cells(f: ColumnCells, /) -> Evidence:
    """Say what a column's cells make of its evidence for a field."""
    if not f.cells.rows:
        return f.so_far
    if f.field.role is None and f.field.options and f.n >= _ANY and f.options[0] >= _OPTIONS_FOUND:
        return _with_options(f)
    evidence = weigh(CELLS.get(f.field.role, ()), f, f.so_far)
    # A score that cells set anew keeps what was said before of the label: a conflict stays one.
    return Evidence(evidence.score, (*evidence.reasons, *(r for r in f.so_far.reasons if r not in evidence.reasons)))


def _with_options(f: ColumnCells) -> Evidence:
    """A question's options in the cells and its words in the label are two proofs of the same."""
    share, by_parts = f.options
    proof = share * (_PROOF_OF_OPTIONS if len(f.field.options) > 2 else _PROOF_OF_TWO)
    reason = "option_values_split" if by_parts else "option_values"
    return Evidence(round(1 - (1 - f.score) * (1 - proof), 3), (reason, *f.so_far.reasons))


def weigh_name(kind: str, score: float, cells: Profile, /) -> tuple[str, float]:
    """What cells say about a name column: one name or two words, or always the same word."""
    if cells.n >= _FEW:
        if len(cells.texts) == 1 or cells.kind("email", "number", "date", "url") >= 0.5:
            return kind, score * 0.3
        if kind == "name" and cells.two_words >= 0.8:
            return "full_name", score
    return kind, score
