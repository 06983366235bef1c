"""A second reading of the decision table: one row after the other, in plain Python.

Strategy: dicts, lists and loops over a handful of rows, one function per stage, in the order of the table, written to be
compared with the table by a person and with the engine by a machine. Nothing of the engine's identity stages is used; only
the judgement of one address (`emails.judge`, `key_of`, `look_of`) is shared, because it has tests of its own.

A row walks the stages until one of them blocks it. A blocked row keeps the codes of that stage (and ``id_placeholder``).
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import qooper_ingest
from identity_worlds import ANSWERS, STATUS_WORDS
from qooper_ingest.emails import judge, key_of

__all__ = [
    "DEFAULTS",
    "Told",
    "absent_people",
    "decide",
    "decided_file",
    "decided_files",
    "decided_tenants",
    "drifted",
    "keys_not_asked",
    "matched_by",
    "operations_of",
    "outcomes_of",
    "suspended_by_absence",
    "tenants_of",
    "unused_decisions",
]

DEFAULTS: dict[str, Any] = {
    "key": "auto",
    "mode": "upsert",
    "allow_email_change": True,
    "allow_id_link": True,
    "allow_email_cycles": False,
    "id_case": "exact",
    "id_zero_pad": None,
    "require_id": False,
    "sso_check": "enforce",
    "sso_subject_is": "id",
    "match_sso_subject": False,
    "role": None,
    "on_other_role": "conflict",
    "create_suspended": False,
    "allow_status_change": True,
    "deleted_email": "reserved",
    "on_discontinuity": "conflict",
    "drift": [],
    "thresholds": {},
    "update": "replace",
    "multi_select": "replace",
    "allow_locked_status": False,
    "absent": "ignore",
    "full_snapshot": False,
    "decisions": [],
}

#: Fields whose answers are stored as they are; beside these texts, those of `ANSWERS`.
TEXTS = ("first_name", "last_name", "department")

#: The host's words, where the world's schema has no others: word → state, and how far it reaches.
PRODUCT_WORDS = {"active": ("active", "programme"), "suspended": ("suspended", "programme")}

PLACEHOLDERS = {"n/a", "na", "none", "null", "nil", "-", "--", "#n/a", "unknown", "tbd", "n.a."}

#: What a blocked row still tells, beside why it is blocked.
KEPT_INFO = {"email_trimmed", "id_trimmed", "id_from_number", "id_zero_padded"}


@dataclass(frozen=True)
class Told:
    """What one cell says: ``replace``, ``add``, ``remove`` or ``clear``, and the answer."""

    mark: str
    value: Any


@dataclass
class Person:
    ref: str
    id: str | None
    id_key: str | None
    email: str | None
    email_key: str | None
    look: str
    alias: str
    status: str
    subject: str | None
    roles: list[str]
    protected: bool
    locked: bool
    profile: dict[str, Any]

    @property
    def live(self) -> bool:
        return self.status != "deleted"

    @property
    def words(self) -> set[str]:
        return words_of(self.profile)


@dataclass
class Row:
    line: int
    id: str | None = None
    id_key: str | None = None
    id_number: bool = False
    short_id: str | None = None
    """Digits that are no ID as they are: filled with zeros they may be, so people are looked up by them."""
    email: str | None = None
    email_key: str | None = None
    new_email: str | None = None
    new_key: str | None = None
    rename: bool = False
    """``new_email`` is given, usable or not."""
    status: str | None = None
    scope: str | None = None
    told: dict[str, Told] = field(default_factory=dict)

    faults: set[str] = field(default_factory=set)
    warnings: set[str] = field(default_factory=set)
    info: set[str] = field(default_factory=set)
    answer: str | None = None
    """What a person decided for the row, and whom they meant (``meant``)."""
    meant: str | None = None
    action: str | None = None
    """``reject`` or ``conflict`` as soon as the row is blocked."""
    codes: set[str] = field(default_factory=set)
    candidates: set[str] = field(default_factory=set)

    person: Person | None = None
    create: bool = False
    by: str | None = None
    """How the person was found: ``id``, ``subject``, ``rename`` or ``email``."""
    link: bool = False
    verified: bool = False
    takes: bool = False
    """The row gives its person an address that they do not have."""
    holder: Person | None = None
    """Who has to leave the address first."""
    changed: set[str] = field(default_factory=set)
    after: dict[str, Any] = field(default_factory=dict)
    """What the answers that change become."""

    @property
    def final_key(self) -> str | None:
        """The address the row ends with; of a new address that is none, only the old one is known."""
        return self.new_key or self.email_key

    @property
    def final_text(self) -> str | None:
        return self.new_email if self.rename else self.email

    @property
    def words(self) -> set[str]:
        return words_of({name: told.value for name, told in self.told.items() if told.value is not None})

    @property
    def open(self) -> bool:
        return self.action is None

    @property
    def gone(self) -> bool:
        """The row says nothing any more: a copy of another one, or left out by a person."""
        return bool(self.codes & {"duplicate_row", "row_skipped"})

    def block(self, action: str, *codes: str, people: list[Person] | None = None) -> None:
        assert self.open
        self.action, self.codes = action, set(codes)
        self.candidates = {person.ref for person in people or []}


@dataclass
class File:
    """Everything that the stages look at."""

    people: list[Person]
    rows: list[Row]
    options: dict[str, Any]
    schema: dict[str, Any] = field(default_factory=dict)
    """What a world's schema has beside the six identity fields and the department."""
    id_mode: bool = False
    before: list[list[int]] = field(default_factory=list)
    groups: list[list[int]] = field(default_factory=list)
    guards: list[str] = field(default_factory=list)
    keys: list[tuple[str | None, ...]] = field(default_factory=list)
    """ID, address and new address of every row, whatever becomes of it and whatever was decided for it."""
    asked: list[str] | None = None
    """The sets of keys by which the people were looked up; None where they are all the host has."""
    findings: list[str] = field(default_factory=list)
    neighbours: list[File] = field(default_factory=list)
    """Tenants in the same import, this one among them: what is asked of the whole file is asked of all of them."""

    def live(self) -> list[Person]:
        return [person for person in self.people if person.live]

    def by_id(self, key: str | None) -> list[Person]:
        return [person for person in self.live() if key is not None and person.id_key == key]

    def by_email(self, key: str | None) -> list[Person]:
        return [person for person in self.live() if key is not None and person.email_key == key]

    def same_id(self, subject: str | None, row: Row) -> bool:
        """Whether an SSO subject is the row's ID, as the host compares IDs."""
        return subject is not None and row.id is not None and self.id_key(subject) == row.id_key

    def id_key(self, text: str) -> str:
        return ascii_lower(text) if self.options["id_case"] == "ascii_insensitive" else text

    def leavers(self, person: Person) -> list[Row]:
        """Rows by which a person leaves the address they have: matched by ID, or by an explicit new address."""
        return [row for row in self.rows if not row.gone and person is freed_by(row, self)]


def decide(
    people: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    options: dict[str, Any],
    schema: dict[str, Any] | None = None,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Decide a whole file.

    Returns:
        The outcome per row, by line, and the outcome of the plan, in the form of the labelled cases.
    """
    return outcomes_of(decided_file(people, rows, options, schema))


def outcomes_of(*files: File) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The outcome per row, by line, and the outcome of the plan, of the tenants of one import."""
    plan = {
        "before": sorted(pair for file in files for pair in file.before),
        "atomic_groups": sorted(group for file in files for group in file.groups),
        "issues": files[0].guards,
        "applyable": not files[0].guards,
    }
    return [outcome_of(row) for file in files for row in file.rows], plan


def decided_file(
    people: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    options: dict[str, Any],
    schema: dict[str, Any] | None = None,
) -> File:
    """Walk all stages."""
    return decided_files([(people, rows, options)], options, schema)[0]


def decided_files(
    tenants: list[tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]],
    options: dict[str, Any],
    schema: dict[str, Any] | None = None,
    asked: list[str] | None = None,
    findings: list[str] | None = None,
) -> list[File]:
    """Walk all stages for tenants that share no key and are imported as one: people, rows, and options with their decisions.

    With ``asked`` the people are a part of the host's, looked up by those sets of keys. ``findings`` are the codes of what is different
    from the last file.
    """
    files = [
        read_file(people, rows, {**options, "decisions": own.get("decisions", [])}, schema)
        for people, rows, own in tenants
    ]
    for file in files:
        file.neighbours, file.asked, file.findings = files, asked, findings or []
        file.id_mode = file.options["key"] == "id" or (
            file.options["key"] == "auto" and any(row.id_key is not None for one in files for row in one.rows)
        )
    for file in files:
        decide_rows(file)
    tripped = stage_29_guards(files)
    for file in files:
        file.guards = tripped
    return files


def decided_tenants(world: dict[str, Any]) -> list[File]:
    """Walk all stages of a world: its tenants, its options and schema, what its people were looked up by, what is different from
    the last file."""
    return decided_files(
        tenants_of(world), world["options"], world.get("schema"), world.get("asked"), world.get("findings")
    )


def tenants_of(world: dict[str, Any]) -> list[tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]]:
    """The tenants of a world: people, rows, and options with their decisions."""
    return [(one["directory"], one["rows"], one["options"]) for one in world.get("tenants", [world])]


def read_file(
    people: list[dict[str, Any]], rows: list[dict[str, Any]], options: dict[str, Any], schema: dict[str, Any] | None
) -> File:
    """Stage 0 of every row."""
    file = File(people=[], rows=[], options={**DEFAULTS, **options}, schema=schema or {})
    file.people = [read_person(person, file) for person in people]
    file.rows = [stage_0_usable(row, file) for row in sorted(rows, key=lambda row: row["line"])]
    file.keys = [(row.id_key, row.email_key, row.new_key) for row in file.rows]
    for row in file.rows:
        take_answer(row, file)
    return file


def decide_rows(file: File) -> None:
    """Stages 1 to 28."""
    stage_1_copies(file)
    stage_2_contradictions_in_the_file(file)
    for row in file.rows:
        keep_address_of_the_id(row, file)
    for row in file.rows:
        for stage in ROW_STAGES:
            if row.open:
                stage(row, file)
    stage_26_several_rows_one_person(file)
    file.before, file.groups = stages_27_and_28_chains_and_cycles(file)


# ------------------------------------------------------------------------------------------------------------------- texts


def trim(text: str) -> str:
    def edge(character: str) -> bool:
        return unicodedata.category(character) in ("Zs", "Zl", "Zp", "Cc", "Cf")

    while text and edge(text[0]):
        text = text[1:]
    while text and edge(text[-1]):
        text = text[:-1]
    return text


def ascii_lower(text: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def look_of(key: str | None) -> str:
    """What an address looks like, plain ASCII ones included: those look like themselves."""
    from qooper_ingest.emails import look_of as look

    return "" if key is None else look(key) or key


def alias_of(key: str | None) -> str:
    if key is None:
        return ""
    local, _, domain = key.lstrip("!#$%&'*+-/=?^`{|}~").rpartition("@")
    local = local.split("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        return local.replace(".", "") + "@gmail.com"
    return f"{local}@{domain}"


def unmark(text: str) -> str:
    """Take off what forces text into a spreadsheet's cell."""
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return trim(text[2:-1])
    return trim(text[1:]) if text[:1] in ("'", "\u2018", "\u2019") else text


# ------------------------------------------------------------------------------------------------------------------- names

LISTS = tomllib.loads((Path(qooper_ingest.__file__).parent / "data" / "name_words.toml").read_text(encoding="utf-8"))
SOUNDS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj", "ð": "dh"}
LOOKS = {"ß": "ss", "ς": "σ", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}


def bare(text: str) -> str:
    kept = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c)[0] != "M").lower()
    return "".join(LOOKS.get(c, c) for c in kept)


def listed(*sections: str) -> set[str]:
    return {bare(word) for section in sections for words in LISTS[section].values() for word in words.split()}


MAYBE = listed("ambiguous")
NOTHING = listed("titles", "suffixes", "placeholders") - MAYBE
SMALL = listed("particles") - MAYBE


def short(word: str) -> str:
    """A word whose umlauts, if it has any, are written without a trace."""
    return re.sub("aa", "a", re.sub("([aou])e", r"\1", word))


COMMON = {short(word) for word in listed("common_given", "common_family")}


def words_in(field: str) -> set[str]:
    """The words of one field that say who somebody is, in every spelling."""
    text = re.sub(r"\([^()]*\)?|\[[^\[\]]*\]?|\{[^{}]*\}?", " ", field).lower()
    found: set[str] = set()
    for spelled in (text, "".join(SOUNDS.get(c, c) for c in unicodedata.normalize("NFC", text))):
        words = [word for word in re.findall(r"[^\W_]+", bare(spelled)) if word not in NOTHING]
        words = [word for word in words if len(word) > 1 or unicodedata.name(word, "").startswith(("CJK", "HANGUL"))]
        if len(words) != 1 or words[0] in SMALL:
            words = [word for word in words if word not in MAYBE | SMALL]
        found |= {*words, *(short(word) for word in words if len(word) >= 5)}
    return found


def words_of(profile: dict[str, Any]) -> set[str]:
    return words_in(profile.get("first_name") or "") | words_in(profile.get("last_name") or "")


def agreement(one: set[str], other: set[str]) -> int:
    """-1: a side has no words; 0: none in common; 1: one, which is everybody's; 2: another one, or two."""
    if not one or not other:
        return -1
    shared = {short(word) for word in one & other}
    return 2 if shared - COMMON or len(shared) > 1 else len(shared)


def strangers(one: set[str], other: set[str]) -> bool:
    """No name word in common; says nothing unless both sides have words."""
    return agreement(one, other) == 0


def as_set(value: Any) -> Any:
    """An answer as it is compared: several answers of one question have no order."""
    return tuple(sorted(set(value))) if isinstance(value, list) else value


def variant(one: str, other: str) -> str | None:
    """The code for two IDs that a spreadsheet or a keyboard may have turned into each other."""
    if one == other:
        return None
    if one.lower() == other.lower():
        return "id_case_variant"
    if one.lower().lstrip("0") == other.lower().lstrip("0"):
        return "id_leading_zeros_lost"
    return None


# ----------------------------------------------------------------------------------------------------------------- reading


def read_person(raw: dict[str, Any], file: File) -> Person:
    stored_id = trim(raw.get("id") or "") or None
    email = trim(raw.get("email") or "") or None
    key = key_of(email).key if email else None
    return Person(
        ref=raw["key"],
        id=stored_id,
        id_key=file.id_key(stored_id) if stored_id else None,
        email=email,
        email_key=key,
        look=look_of(key),
        alias=alias_of(key),
        status=raw.get("status") or "active",
        subject=raw.get("sso_subject") or None,
        roles=list(raw.get("roles") or []),
        protected=bool(raw.get("protected")),
        locked=bool(raw.get("status_locked")),
        profile={name: value for name, value in (raw.get("profile") or {}).items() if value not in (None, "")},
    )


def stage_0_usable(raw: dict[str, Any], file: File) -> Row:
    """Reject what is unusable by itself: the e-mail, the ID, the status word."""
    row = Row(line=raw["line"])
    read_id(raw.get("id"), row, file)
    row.email, row.email_key = read_email(raw.get("email"), row)
    if row.email is None:
        row.faults.add("email_missing")
    row.new_email, row.new_key = read_email(raw.get("new_email"), row)
    row.rename = row.new_email is not None
    word = trim(raw.get("status") or "").casefold()
    words = STATUS_WORDS if file.schema.get("words") else PRODUCT_WORDS
    if word in words:
        row.status, row.scope = words[word]
    elif word:
        row.faults.add("status_invalid")
    row.told = {name: told for name in (*TEXTS, *ANSWERS) if (told := read_answer(name, raw.get(name), file))}
    if row.faults:
        row.block("reject", *row.faults)
    return row


def take_answer(row: Row, file: File) -> None:
    """Take up what a person decided: a row left out says nothing, an ID set aside is no key any more."""
    for decision in file.options["decisions"]:
        if decision["row"] == row.line:  # of several the last counts
            row.answer, row.meant = decision["answer"], decision.get("ref")
    if row.answer == "skip":
        row.action, row.codes = "reject", {"row_skipped"}
    elif row.answer == "use_email":
        row.id = row.id_key = None
        row.info.discard("id_from_number")


def keep_address_of_the_id(row: Row, file: File) -> None:
    """The person whom the ID names is meant, and the address is not taken over."""
    if row.answer != "use_id" or row.id_key is None:
        return
    person, _ = person_by_id(row, file)
    if person is not None:
        row.email, row.email_key, row.new_email, row.new_key, row.rename = (
            person.email,
            person.email_key,
            None,
            None,
            False,
        )


def read_answer(name: str, raw: str | None, file: File) -> Told | None:
    """What a cell of a profile column says; nothing where it is blank or cannot be read."""
    text = trim(raw or "")
    if not text:
        return None
    if text == file.schema.get("clear"):
        return Told("clear", None)
    if name in TEXTS:
        return Told("replace", text)
    mark, value = ANSWERS[name][text]
    return None if value is None else Told(mark, value)


def read_email(raw: str | None, row: Row) -> tuple[str | None, str | None]:
    text = unmark(trim(raw or ""))
    if not text:
        return None, None
    if text != raw:
        row.info.add("email_trimmed")
    judged = judge(text)
    if judged.fault is not None:
        row.faults.add(judged.fault)
    return text, judged.key


def read_id(raw: str | float | None, row: Row, file: File) -> None:
    if isinstance(raw, (int, float)):
        row.id_number = True
        if raw >= 10**15:
            row.faults.add("id_precision_lost")
            return
        if raw != int(raw) or raw < 0:
            row.faults.add("id_invalid_format")
            return
        text = str(int(raw))
    else:
        text = unmark(trim(raw or ""))
        if text.casefold() in PLACEHOLDERS:
            row.warnings.add("id_placeholder")
            text = ""
        if text and text != raw:
            row.info.add("id_trimmed")
    if not text:
        if file.options["require_id"]:
            row.faults.add("id_required")
        return
    width = file.options["id_zero_pad"]
    padded = width is not None and re.fullmatch("[0-9]+", text) is not None and len(text) < width
    text = text.zfill(width) if padded else text
    fault = fault_of_id(text, file.schema.get("id_pattern"))
    if fault is not None:
        row.faults.add(fault)
        row.short_id = text if fault == "id_invalid_format" and re.fullmatch("[0-9]+", text) else None
        return
    if padded:
        row.info.add("id_zero_padded")
    if row.id_number:
        row.info.add("id_from_number")
    row.id, row.id_key = text, file.id_key(text)


def fault_of_id(text: str, pattern: str | None) -> str | None:
    if any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in text):
        return "id_invisible_characters"
    if not text.isascii():
        return "id_non_ascii"
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?[eE][+-][0-9]+|[0-9]+[.,][0-9]+[eE][0-9]+", text):
        return "id_scientific_notation"
    if re.fullmatch(r"[0-9]+[.,]0+", text):
        return "id_float_text"
    if not re.fullmatch(pattern or r"[A-Za-z0-9{][A-Za-z0-9._:|/\\#+=~{}-]*", text):
        return "id_invalid_format"
    return None


# ---------------------------------------------------------------------------------------------------------------- the file


def stage_1_copies(file: File) -> None:
    """Reject identical copies; the lowest row stays."""
    seen: set[Any] = set()
    for row in file.rows:
        if row.open:
            told = {name: (one.mark, as_set(one.value)) for name, one in row.told.items()}
            content = (row.id_key, row.email_key, row.new_key, row.status, row.scope, tuple(sorted(told.items())))
            if content in seen:
                row.block("reject", "duplicate_row")
            seen.add(content)


def stage_2_contradictions_in_the_file(file: File) -> None:
    """Block all rows that claim one ID or one final address, or that look so. Rejected rows with usable keys count."""
    counted = [row for row in file.rows if not row.gone]
    found: dict[int, set[str]] = {}
    for row in counted:
        for other in counted:
            if row is other:
                continue
            codes = found.setdefault(row.line, set())
            if row.id_key is not None and other.id_key is not None:
                if row.id_key == other.id_key:
                    codes.add("duplicate_id_in_file")
                elif code := variant(row.id_key, other.id_key):
                    codes.add(code)
            if row.final_key is not None and other.final_key is not None:
                if row.final_key == other.final_key:
                    codes.add("duplicate_email_in_file")
                elif look_of(row.final_key) == look_of(other.final_key):
                    codes.add("email_confusable")
    for row in counted:
        if row.open and found.get(row.line):
            row.block("conflict", *found[row.line])


# ------------------------------------------------------------------------------------------------------- finding the person


def stage_3_several_people_hold_the_id(row: Row, file: File) -> None:
    holders = file.by_id(row.id_key)
    if len(holders) > 1:
        row.block("conflict", "directory_duplicate_id", people=holders)


def stage_4_a_known_id_differs_by_case_or_zeros(row: Row, file: File) -> None:
    if row.id_key is None or file.by_id(row.id_key) or row.answer in ("create", "link"):
        return
    alike = {p.ref: code for p in file.people if p.id_key and (code := variant(row.id_key, p.id_key))}
    if alike:
        row.block("conflict", *alike.values(), people=[p for p in file.people if p.ref in alike])


def stage_5_a_deleted_person_holds_the_id(row: Row, file: File) -> None:
    if row.id_key is None or file.by_id(row.id_key):
        return
    deleted = [person for person in file.people if person.id_key == row.id_key]
    if deleted and row.answer in ("create", "link"):
        row.warnings.add("id_held_by_deleted_user")
    elif deleted:
        row.block("conflict", "id_held_by_deleted_user", people=deleted)


def person_by_id(row: Row, file: File) -> tuple[Person | None, str]:
    """U: the person whom the ID names; on request, one without an ID whom the SSO subject names."""
    holders = file.by_id(row.id_key)
    if holders:
        return (holders[0] if len(holders) == 1 else None), "id"
    subjects = file.id_mode and file.options["match_sso_subject"] and file.options["sso_subject_is"] == "id"
    if subjects and row.id_key is not None:
        named = [p for p in file.live() if p.id is None and file.same_id(p.subject, row)]
        if len(named) == 1:
            return named[0], "subject"
    return None, ""


def freed_by(row: Row, file: File) -> Person | None:
    """The person whom a row takes away from their address, however the row ends. Only an ID or a rename can do that."""
    if row.email_key is None or (row.rename and row.new_key is None):
        return None
    person: Person | None = None
    if file.id_mode and row.id_key is not None:
        person, _ = person_by_id(row, file)
        if person is None and file.by_id(row.id_key):
            return None
    if person is None and row.rename:
        old = file.by_email(row.email_key)
        if len(old) == 1:
            person = old[0]
    return person if person is not None and person.email_key != row.final_key else None


def stages_6_to_12_by_id(row: Row, file: File) -> None:
    """ID mode, ID given: the ID decides, the address has to agree."""
    if not (file.id_mode and row.id_key is not None):
        return
    u, by = person_by_id(row, file)
    v = file.by_email(row.final_key)
    if u is None:
        no_u(row, file, v)
        return
    old = file.by_email(row.email_key) if row.rename and u.email_key not in (row.email_key, row.new_key) else []
    if old and not contradicts(row, u, old):  # the address that the row calls the old one is somebody else's
        row.block("conflict", kept_by(old[0]), people=[u, *old])
    if not row.open:
        return
    if row.rename and u.email_key == row.email_key != row.new_key and len(file.by_email(row.email_key)) > 1:
        row.warnings.add("directory_duplicate_email")
    if len(v) > 1 and u in v:  # 12
        row.warnings.add("directory_duplicate_email")
        v = [u]
    elif v and row.rename and v[0] is not u and (len(v) > 1 or not file.leavers(v[0])):  # 16
        row.block("conflict", "new_email_in_use", people=[u, *v])
    elif v and v[0] is not u and not contradicts(row, u, v) and not file.leavers(v[0]):  # 8b
        row.block("conflict", kept_by(v[0]), people=[u, *v])
    if not row.open:
        return
    match(row, file, u, by=by, link=by == "subject", holder=v[0] if v and v[0] is not u else None)


def contradicts(row: Row, u: Person, v: list[Person]) -> bool:
    """12: several people hold the address; 8: the name follows the address and not the ID."""
    if len(v) > 1:
        row.block("conflict", "directory_duplicate_email", people=[u, *v])
    elif follows_the_address(row, u, v[0]) and row.answer != "treat_as_same_person":
        row.block("conflict", "id_mixup_suspected", people=[u, *v])
    return not row.open


def follows_the_address(row: Row, u: Person, v: Person) -> bool:
    """The name agrees with the address's person, and less, or not at all, with the ID's."""
    own, theirs = agreement(row.words, u.words), agreement(row.words, v.words)
    return own in (0, 1) and theirs > own


def kept_by(v: Person) -> str:
    return "email_held_by_suspended_user" if v.status == "suspended" else "id_email_different_users"


def no_u(row: Row, file: File, v: list[Person]) -> None:
    if row.rename:
        rename(row, file)
        return
    if len(v) > 1:  # 12
        row.block("conflict", "directory_duplicate_email", people=v)
    elif v and v[0].id is None:  # 9
        match(row, file, v[0], by="email", link=True, holder=None)
    elif v and file.leavers(v[0]):  # 10a
        row.create, row.takes, row.holder = True, True, v[0]
    elif v:  # 10
        other_id(row, v[0])
    else:  # 11
        row.create = row.takes = True


def other_id(row: Row, v: Person) -> None:
    suspended = v.status == "suspended"
    row.block("conflict", "email_held_by_suspended_user" if suspended else "email_owned_by_other_id", people=[v])


def stages_13_to_15_by_email(row: Row, file: File) -> None:
    """The address decides: ID mode without an ID, and e-mail mode."""
    if row.person is not None or row.create or (file.id_mode and row.id_key is not None):
        return
    if row.rename:
        rename(row, file)
        return
    v = file.by_email(row.final_key)
    if len(v) > 1:  # 12, 14
        row.block("conflict", "directory_duplicate_email", people=v + file.by_id(row.id_key))
    elif not agrees_with_id(row, file, v):
        return
    elif v:
        match(row, file, v[0], by="email", link=row.id_key is not None and v[0].id is None, holder=None)
    else:
        row.create = row.takes = True


def agrees_with_id(row: Row, file: File, v: list[Person]) -> bool:
    """15: e-mail mode, ID given as well."""
    if row.id_key is None:
        return True
    codes: set[str] = set()
    involved = list(v)
    if v and v[0].id_key not in (None, row.id_key):
        codes.add("email_owned_by_other_id")
    others = [person for person in file.by_id(row.id_key) if person not in v]
    if others:
        codes.add("id_in_use_by_other_user")
        involved += others
    if codes:
        row.block("conflict", *codes, people=involved)
    return not codes


def rename(row: Row, file: File) -> None:
    """16: an explicit new address, where no ID has named the person."""
    old, new = file.by_email(row.email_key), file.by_email(row.new_key)
    found = old or new
    if len(found) > 1:
        row.block("conflict", "directory_duplicate_email", people=found + file.by_id(row.id_key))
        return
    if file.id_mode:
        if found and row.id_key is not None and found[0].id is not None:
            other_id(row, found[0])
            return
    elif not agrees_with_id(row, file, found):
        return
    if not found:
        row.block("reject", "rename_target_missing")
        return
    person = found[0]
    link = row.id_key is not None and person.id is None
    if person.email_key == row.new_key:
        others = [p for p in new if p is not person]
        if others:
            row.block("conflict", "directory_duplicate_email", people=new)
            return
        match(row, file, person, by="email", link=link, holder=None)
        return
    taken = [p for p in new if p is not person]
    if len(taken) > 1 or (taken and not file.leavers(taken[0])):
        row.block("conflict", "new_email_in_use", people=[person, *taken])
        return
    match(row, file, person, by="rename", link=link, holder=taken[0] if taken else None)


def match(row: Row, file: File, person: Person, *, by: str, link: bool, holder: Person | None) -> None:
    """The row is about this person: note what follows, and what the host forbids."""
    if link and not file.options["allow_id_link"]:
        row.block("conflict", "id_link_not_allowed", people=[person])
        return
    takes = person.email_key != row.final_key
    row.person, row.by, row.link, row.takes, row.holder = person, by, link, takes, holder
    row.verified = link and file.options["sso_subject_is"] == "id" and file.same_id(person.subject, row)
    if link:
        row.changed.add("id")
        (row.info if row.verified else row.warnings).add("id_linked" if row.verified else "id_linked_unverified")
    if takes:
        row.changed.add("email")
    elif row.rename:
        row.info.add("new_email_already_applied")
    if not takes and row.final_text != person.email:
        row.info.add("email_spelling_differs")
    if file.id_mode and by in ("email", "rename"):
        row.info.add("matched_by_email")
    if row.id is not None and not link and row.id != person.id:
        row.info.add("id_case_differs")


def stage_11_to_13_notes(row: Row, file: File) -> None:
    """What the search for the person leaves to be said: the ID is missing, stored from a number, unlike all others."""
    if file.id_mode and row.id is None:
        row.warnings.add("id_missing")
    if row.holder is not None:
        row.warnings.add("email_reassigned_in_file")
    stores_id = row.id is not None and (row.create or row.link)
    if stores_id and row.id_number:
        row.info.discard("id_from_number")
        row.warnings.add("id_from_number")
    known = [person.id for one in file.neighbours for person in one.people if person.id is not None]
    if row.create and row.id is not None and len(known) >= 5:
        width = len(known[0])
        regular = all(re.fullmatch("[0-9]+", one) and len(one) == width for one in known)
        like = re.fullmatch("[0-9]+", row.id) and len(row.id) == width
        if regular and any(one.startswith("0") for one in known) and not like:
            row.warnings.add("id_format_outlier")
    if row.create and row.id is not None and (kind := odd_kind(row.id)) is not None:
        told = [odd_kind(one.id_key) for told in file.neighbours for one in told.rows if one.id_key is not None]
        stored = [odd_kind(one) for one in known]
        if 2 * told.count(kind) <= len(told) > 1 or 2 * stored.count(kind) < len(stored):
            row.warnings.add("id_format_outlier")


def odd_kind(text: str) -> str | None:
    """What an ID is that a spreadsheet made of another one, if it is so."""
    if text.lower() in ("true", "false", "yes", "no"):
        return "truth"
    if re.fullmatch("0+", text):
        return "zero"
    if re.fullmatch("[0-9]+[.][0-9]{1,2}", text):
        return "decimal"
    for form in ("%d-%b", "%d-%b-%Y", "%b-%y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d"):
        dated, form_of = (text, form) if form.lower().count("%y") else (f"{text} 2024", f"{form} %Y")
        with suppress(ValueError):
            dt.datetime.strptime(dated, form_of).date()  # noqa: DTZ007  (only whether it is one)
            return "date"
    return None


# --------------------------------------------------------------------------------------------------- what may happen to them


def stage_17_mode(row: Row, file: File) -> None:
    if row.person is not None and file.options["mode"] == "create_only":
        row.block("reject", "exists_in_create_only", people=[row.person])
    elif row.create and file.options["mode"] == "update_only":
        row.block("reject", "not_found_in_update_only")


def stage_17_email_change_allowed(row: Row, file: File) -> None:
    if row.person is not None and row.takes and not file.options["allow_email_change"]:
        row.block("conflict", "email_change_not_allowed", people=[row.person])


def stage_18_sso_subject_is_the_id(row: Row, file: File) -> None:
    check = file.options["sso_check"]
    if check == "off" or file.options["sso_subject_is"] != "id" or row.id is None:
        return
    codes: set[str] = set()
    involved: list[Person] = []
    if row.person is not None and row.person.subject is not None and not file.same_id(row.person.subject, row):
        only_case = row.person.subject.lower() == row.id.lower()
        codes.add("sso_subject_case_mismatch" if only_case else "sso_subject_mismatch")
        involved.append(row.person)
    owners = [p for p in file.live() if p is not row.person and file.same_id(p.subject, row)]
    if owners:
        codes.add("sso_subject_owned_by_other_user")
        involved += owners + ([row.person] if row.person is not None else [])
    object_or_warn(row, check == "enforce", codes, involved)


def stage_19_sso_subject_is_the_email(row: Row, file: File) -> None:
    check = file.options["sso_check"]
    if check == "off" or file.options["sso_subject_is"] != "email" or row.person is None or not row.takes:
        return
    subject = row.person.subject
    if subject is not None and key_of(trim(subject)).key != row.final_key:
        object_or_warn(row, check == "enforce", {"email_change_breaks_sso"}, [row.person])


def object_or_warn(row: Row, enforce: bool, codes: set[str], involved: list[Person]) -> None:
    if codes and enforce:
        row.block("conflict", *codes, people=involved)
    else:
        row.warnings |= codes


def stage_20_role(row: Row, file: File) -> None:
    role = file.options["role"]
    if role is None or (row.person is not None and role in row.person.roles):
        return
    if row.person is not None and row.person.roles:
        if file.options["on_other_role"] == "conflict":
            row.block("conflict", "role_mismatch", people=[row.person])
            return
        row.warnings.add("adds_role")
    row.changed.add("roles")


def applied_by_somebody(row: Row, file: File) -> bool:
    """A rename of which only the new address is known: it was applied before, or is about somebody else."""
    return row.rename and row.by == "email" and not file.by_email(row.email_key)


def stage_21_identity_discontinuity(row: Row, file: File) -> None:
    if row.person is None or row.answer in ("treat_as_same_person", "link"):
        return
    moved = row.by in ("id", "subject", "rename") and row.takes
    if not (moved or applied_by_somebody(row, file) or (row.link and not row.verified)):
        return
    match agreement(row.words, row.person.words):
        case 0:
            enforce = file.options["on_discontinuity"] == "conflict"
            object_or_warn(row, enforce, {"identity_discontinuity"}, [row.person])
        case 1:
            row.warnings.add("name_evidence_weak")


def stage_22_name_discontinuity(row: Row, file: File) -> None:
    if row.person is None or applied_by_somebody(row, file):
        return
    if row.answer == "treat_as_same_person" or (row.link and not row.verified):  # that was stage 21
        return
    if row.by == "email" and strangers(row.words, row.person.words):
        row.warnings.add("name_discontinuity")


def stage_23_new_address(row: Row, file: File) -> None:
    if not row.takes:
        return
    key = row.final_key
    assert key is not None
    others = [person for person in file.people if person is not row.person]
    codes: set[str] = set()
    involved: list[Person] = []
    deleted = [person for person in others if not person.live and person.email_key == key]
    if deleted and file.options["deleted_email"] == "reserved":
        codes.add("email_held_by_deleted_user")
        involved += deleted
    elif deleted:
        row.warnings.add("email_reused_from_deleted_user")
    alike = [p for p in others if p.email_key not in (None, key) and p.look == look_of(key)]
    if alike and row.answer not in ("create", "treat_as_same_person"):
        codes.add("email_confusable")
        involved += alike
    if codes:
        row.block("conflict", *codes, people=involved + ([row.person] if row.person is not None else []))
        return
    aliases = {p.email_key for p in others if p.alias == alias_of(key)}
    aliases |= {
        other.final_key
        for other in file.rows
        if other is not row and not other.gone and alias_of(other.final_key) == alias_of(key)
    }
    if aliases - {key, None}:
        row.warnings.add("possible_alias")
    if not key.rpartition("@")[0].isascii():
        row.warnings.add("email_non_ascii_local")


def stage_24_status(row: Row, file: File) -> None:
    if row.person is None:
        if row.status == "suspended":
            if not file.options["create_suspended"]:
                row.block("reject", "status_for_unknown_user")
                return
            row.warnings.add("created_suspended")
        return
    if row.status is not None and row.status != row.person.status:
        codes = set() if file.options["allow_status_change"] else {"status_change_not_allowed"}
        if row.person.locked and not file.options["allow_locked_status"]:
            codes.add("status_read_only")
        if codes:
            row.block("conflict", *codes, people=[row.person])
            return
        row.changed.add("status")
        if row.status == "active":
            row.warnings.add("reactivates_user")
    elif row.person.status == "suspended" and row.status is None:
        row.warnings.add("matched_suspended_user")


def stage_24_required(row: Row, file: File) -> None:
    """A new person has to have an answer where the host requires one."""
    given = {name for name, told in row.told.items() if told.mark not in ("clear", "remove")}
    if row.create and set(file.schema.get("required", ())) - given:
        row.block("reject", "required_missing")


def note_changed_answers(row: Row, file: File) -> None:
    """Blank cells never change anything; a new person gets every field given."""
    if row.create:
        row.changed |= {"email"}
        row.changed |= {"id"} if row.id is not None else set()
        row.changed |= {"status"} if row.status is not None else set()
    for name, told in row.told.items():
        stored = row.person.profile.get(name) if row.person is not None else None
        answer = answer_after(told, stored, file)
        if as_set(answer) != as_set(stored):
            row.changed.add(name)
            row.after[name] = answer


def answer_after(told: Told, stored: Any, file: File) -> Any:
    """What an answer becomes: replaced, or as the mark of the file or the host's option says."""
    empty = stored is None or stored == []
    if not empty and file.options["update"] == "fill_blank":
        return stored
    if told.mark == "clear":
        return stored if empty else None
    if not isinstance(told.value, list):
        return told.value
    old = stored or []
    if told.mark == "remove":
        return stored if empty else [one for one in old if one not in told.value]
    if told.mark == "add" or file.options["multi_select"] == "union":
        return old + [one for one in told.value if one not in old]
    return told.value


def stage_25_protected(row: Row, file: File) -> None:
    if row.person is not None and row.person.protected and row.changed:
        row.block("conflict", "protected_user", people=[row.person])


def the_answer_holds(row: Row, file: File) -> None:
    """A decision that the row does not lead to (any more), or that is about somebody else, stops the row."""
    if row.answer is None:
        return
    person = row.person
    if (row.meant is None or (person is not None and person.ref == row.meant)) and holds(row, file):
        return
    row.block("conflict", "decision_unfit", people=[person] if person is not None else [])


def holds(row: Row, file: File) -> bool:
    person = row.person
    if row.answer == "create":
        return row.create
    if person is None:
        return False
    if row.answer == "use_id":
        return person_by_id(row, file)[0] is person
    if row.answer == "link":
        old = file.by_email(row.email_key) if row.rename else []
        there = old if old and person.email_key != row.final_key else file.by_email(row.final_key)
        return row.id_key is not None and person in there and (row.link or person.id_key == row.id_key)
    return True


def unused_decisions(file: File) -> int:
    """Decisions without an effect: for rows that are not there, or are stopped whatever was decided; overruled by a later one."""
    rows = {row.line: row for row in file.rows}
    last = {one["row"]: number for number, one in enumerate(file.options["decisions"])}
    unused = 0
    for number, one in enumerate(file.options["decisions"]):
        row = rows.get(one["row"])
        counts = row is not None and last[one["row"]] == number
        if row is None or not counts or not (row.open or row.codes & {"row_skipped", "decision_unfit"}):
            unused += 1
    return unused


ROW_STAGES = (
    stage_3_several_people_hold_the_id,
    stage_4_a_known_id_differs_by_case_or_zeros,
    stage_5_a_deleted_person_holds_the_id,
    stages_6_to_12_by_id,
    stages_13_to_15_by_email,
    stage_11_to_13_notes,
    stage_17_mode,
    stage_17_email_change_allowed,
    stage_18_sso_subject_is_the_id,
    stage_19_sso_subject_is_the_email,
    stage_20_role,
    stage_21_identity_discontinuity,
    stage_22_name_discontinuity,
    stage_23_new_address,
    stage_24_status,
    stage_24_required,
    note_changed_answers,
    stage_25_protected,
    the_answer_holds,
)


# ------------------------------------------------------------------------------------------------------- the file as a whole


def stage_26_several_rows_one_person(file: File) -> None:
    rows_of: dict[str, list[Row]] = {}
    for row in file.rows:
        if row.open and row.person is not None:
            rows_of.setdefault(row.person.ref, []).append(row)
    for rows in rows_of.values():
        if len(rows) > 1:
            for row in rows:
                row.block("conflict", "several_rows_one_user", people=[rows[0].person])  # type: ignore[list-item]


def stages_27_and_28_chains_and_cycles(file: File) -> tuple[list[list[int]], list[list[int]]]:
    """Block what waits for a blocked row; then judge the cycles; then block again."""
    block_dependants(file)
    waits_for = {row.line: leaver_of(row, file) for row in file.rows if row.open and row.holder is not None}
    groups: list[list[int]] = []
    in_group: set[int] = set()
    for row in [row for row in file.rows if row.line in waits_for]:
        cycle = [row]
        while (leaver := waits_for.get(cycle[-1].line)) is not None and leaver not in cycle:
            cycle.append(leaver)
        if leaver is not row or row.line in in_group:
            continue
        in_group |= {one.line for one in cycle}
        if file.options["allow_email_cycles"]:
            groups.append(sorted(one.line for one in cycle))
            for one in cycle:
                one.warnings.discard("email_reassigned_in_file")
                one.warnings.add("email_cycle")
            continue
        for one in cycle:
            one.block("conflict", "email_cycle", people=people_of(one))
    block_dependants(file)
    before = [
        [leaver.line, row.line]
        for row in file.rows
        if row.open and row.line not in in_group and (leaver := waits_for.get(row.line)) is not None
    ]
    return sorted(before), sorted(groups)


def block_dependants(file: File) -> None:
    again = True
    while again:
        again = False
        for row in file.rows:
            if row.open and row.holder is not None and leaver_of(row, file) is None:
                row.block("conflict", "depends_on_blocked_row", people=people_of(row))
                again = True


def leaver_of(row: Row, file: File) -> Row | None:
    """The row that frees the address which this row takes; none where any row that would free it is blocked."""
    assert row.holder is not None
    leavers = file.leavers(row.holder)
    return leavers[0] if all(one.open for one in leavers) else None


def people_of(row: Row) -> list[Person]:
    return [person for person in (row.person, row.holder) if person is not None]


def absent_people(file: File) -> list[Person]:
    """Active people whom no row of a full snapshot names or may mean: none of the usable keys of the file, whatever became of
    its row, is theirs, nor with other case or zeros, nor looks like theirs."""
    options = file.options
    if options["absent"] == "ignore" or not options["full_snapshot"] or file.asked is not None:
        return []
    ids = {ascii_lower(one).lstrip("0") for one, _, _ in file.keys if one is not None}
    looks = {look_of(key) for _, *both in file.keys for key in both if key is not None}

    def named(person: Person) -> bool:
        subject = person.subject if options["sso_subject_is"] == "id" else None
        texts = [text.lower().lstrip("0") for text in (person.id, subject) if text is not None]
        login = key_of(trim(person.subject)).key if person.subject and options["sso_subject_is"] == "email" else None
        return bool(ids.intersection(texts)) or any(key and look_of(key) in looks for key in (person.email_key, login))

    roles = {options["role"]} - {None}
    found = [
        person
        for person in file.people
        if person.status == "active"
        and not person.protected
        and (not roles or roles & set(person.roles))
        and not named(person)
    ]
    if options["absent"] == "report":
        return found
    free = options["allow_locked_status"]
    return [person for person in found if (free or not person.locked) and options["allow_status_change"]]


def suspended_by_absence(file: File) -> list[Person]:
    """Whom the plan suspends because no row means them."""
    return absent_people(file) if file.options["absent"] == "suspend" else []


def names_nobody(row: Row, file: File) -> bool:
    """A row whose ID or address is missing or damaged, and that leads to nobody by its other key: it may mean anybody."""
    mine = ("email_", "id_")
    damaged = {fault for fault in row.faults if fault.startswith(mine)} - {"id_required"}
    if not damaged:
        return False
    person, _ = person_by_id(row, file)
    by_address = (file.by_email(row.email_key) if row.rename else []) or file.by_email(row.final_key)
    return person is None and not file.by_id(row.id_key) and not by_address


def drifted(files: list[File]) -> int:
    """How many differences from the last file are of a kind that stops the plan."""
    return len([code for code in files[0].findings if code in files[0].options["drift"]])


def keys_not_asked(files: list[File]) -> int:
    """How many keys of the file nobody was looked up by: IDs as they are folded, addresses, what they look like, their aliases."""
    if files[0].asked is None:
        return 0
    ids = {one for file in files for one, _, _ in file.keys if one is not None}
    ids |= {row.short_id for file in files for row in file.rows if row.short_id is not None}
    emails = {key for file in files for _, *both in file.keys for key in both if key is not None}
    sets = {
        "ids": {ascii_lower(one).lstrip("0") for one in ids},
        "emails": emails,
        "skeletons": {look_of(key) for key in emails if not key.isascii() or "xn--" in key},
        "aliases": {alias_of(key) for key in emails},
    }
    return sum(len(keys) for name, keys in sets.items() if name not in files[0].asked)


def stage_29_guards(files: list[File]) -> list[str]:
    options = files[0].options
    limits = options["thresholds"]
    rows = [row for file in files for row in file.rows]
    matched = [row for row in rows if row.open and row.person is not None]
    active = [person for file in files for person in file.people if person.status == "active"]
    suspended = [row for row in matched if "status" in row.changed and row.status == "suspended"]
    moved = [row for row in matched if "email" in row.changed]
    usable = [row for row in rows if row.action != "reject"]
    absent = [person for file in files for person in absent_people(file)]

    def limit(name: str, default: float | None, base: int) -> float | None:
        given = limits.get(name)
        start = limits.get("from_people") or (1 if given is not None else 10)
        figure = given if given is not None else default
        return figure if base >= start else None

    tripped = []
    most = limit("max_suspensions_pct", 20, len(active))
    all_suspended = len(suspended) + (len(absent) if options["absent"] == "suspend" else 0)
    if (most is not None and all_suspended * 100 > most * len(active)) or all_suspended > 500:
        tripped.append("too_many_suspensions")
    most = limit("max_email_changes_pct", 10, len(matched))
    if most is not None and len(moved) * 100 > most * len(matched):
        tripped.append("too_many_email_changes")
    least = limit("min_match_pct", None, len(usable))
    if least is not None and len(matched) * 100 < least * len(usable):
        tripped.append("low_match_rate")
    if drifted(files):
        tripped.append("file_drifted")
    takes = any(row.open and (row.create or "email" in row.changed or row.link) for row in rows)
    if takes and keys_not_asked(files):
        tripped.append("lookup_incomplete")
    if options["absent"] != "ignore" and options["full_snapshot"]:
        most = limit("max_shrink_pct", 20, len(active))
        if most is not None and len(absent) * 100 > most * len(active):
            tripped.append("snapshot_shrinks")
        if (
            options["absent"] == "suspend"
            and absent
            and any(names_nobody(row, file) for file in files for row in file.rows)
        ):
            tripped.append("snapshot_incomplete")
        if not usable:
            tripped.append("snapshot_empty")
    return sorted(tripped)


# ----------------------------------------------------------------------------------------------------------------- outcomes


def outcome_of(row: Row) -> dict[str, Any]:
    if not row.open:
        return {
            "line": row.line,
            "action": row.action,
            "user": None,
            "changed": [],
            "codes": sorted(row.codes | (row.warnings & {"id_placeholder"})),
            "info": sorted(kept_info(row)),
            "candidates": sorted(row.candidates),
        }
    if row.create:
        action = "create"
    elif "email" in row.changed:
        action = "change_email"
    elif "status" in row.changed:
        action = "change_status"
    else:
        action = "update" if row.changed else "unchanged"
    return {
        "line": row.line,
        "action": action,
        "user": row.person.ref if row.person is not None else None,
        "changed": sorted(row.changed),
        "codes": sorted(row.warnings),
        "info": sorted(row.info),
        "candidates": [],
    }


def kept_info(row: Row) -> set[str]:
    """A number cell is told of on a blocked row too, even where a later stage had made a warning of it."""
    number = {"id_from_number"} if row.id is not None and row.id_number else set()
    return (row.info & KEPT_INFO) | number


def matched_by(row: Row) -> str | None:
    """How the person of a row that may be applied was found; an explicit new address finds them by the old one."""
    names = {"id": "id", "subject": "sso_subject", "rename": "email", "email": "email"}
    return names[row.by] if row.open and row.by is not None else None


def operations_of(file: File) -> dict[int, dict[str, Any]]:
    """What a host has to do for each row that may be applied: typed changes, whom it expects to find, and which keys free."""
    return {row.line: operation_of(row, file) for row in file.rows if row.open and row.changed}


def operation_of(row: Row, file: File) -> dict[str, Any]:
    person = row.person
    stored: dict[str, Any] = {}
    if person is not None:
        own = {"id": person.id, "email": person.email, "status": person.status, "roles": person.roles}
        stored = {**person.profile, **own}
    after = {**row.after, "id": row.id, "email": row.final_text, "status": row.status}
    after["roles"] = [*stored.get("roles", []), file.options["role"]]
    groups = sorted(group for one in file.neighbours for group in one.groups)
    kind = "Create" if person is None else "Update"
    if person is not None and "email" in row.changed:
        kind = "ChangeEmail"
    elif person is not None and "status" in row.changed:
        kind = "Suspend" if row.status == "suspended" else "Reactivate"
    return {
        "kind": kind,
        "ref": person.ref if person is not None else None,
        "expected": (person.id, person.email, person.status, person.subject) if person is not None else None,
        "changes": {name: (as_set(stored.get(name)), as_set(after[name])) for name in sorted(row.changed)},
        "absent_email": row.final_key if row.takes else None,
        "absent_id": row.id_key if row.id is not None and (row.create or row.link) else None,
        "scope": row.scope if "status" in row.changed else None,
        "group": next((number for number, group in enumerate(groups) if row.line in group), None),
        "codes": sorted(row.warnings),
    }
