"""How well a label fits an identity field, from the label alone: one table per field.

Each table begins with the gate: a part that means somebody else (manager, guardian, submitter) or something else (order,
department, task) takes the column out, whatever the other parts say. Then the field's own words, then what limits them.
``source`` names the kinds of files that show the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..words import Reading
from .evidence import NOTHING, Evidence, Signal, weigh
from .label_features import LabelFeatures, label_features

__all__ = ["EMAIL", "IDENTITY", "NEW_EMAIL", "STATUS", "USER_ID", "judge_label"]

_S = Signal[LabelFeatures]

USER_ID: Final[tuple[_S, ...]] = (
    # -- the gate
    _S("a state's number and a staff number", lambda f: {"national_id", "user_id"} <= f.whole, 0.35, "national_id",
       "RA, NIE, INE: one country's tax number is another's staff number; the language of the header decides"),
    _S("a state's number", lambda f: f.has("national_id"), 0.0, "national_id", "HR exports of 38 languages"),
    _S("somebody else's", lambda f: f.somebody_elses, 0.0, "other_person", "HR exports: manager, supervisor, guardian IDs"),
    _S("a state's number in brackets", lambda f: "national_id" in f.aside, 0.1, "national_id", "Tax ID (SSN)"),
    _S("the number of an occasion", lambda f: f.occasion_number, 0.12, "record_id",
       "ticket shops, webinar reports, surveys: Attendee #, Respondent ID, Order #"),
    # -- the label is one known phrase
    _S("anybody's ID", lambda f: "user_id" in f.whole and f.anybodys_id, 0.86, "label_known", "user lists of systems"),
    _S("a known ID", lambda f: "user_id" in f.whole, 0.93, "label_known", "HR and school exports of 38 languages"),
    _S("a record's number", lambda f: "record_id" in f.whole, 0.12, "record_id", "form, survey and CRM exports"),
    _S("a name to sign in with", lambda f: "login" in f.whole, 0.5, "login_name", "user lists of systems"),
    _S("a number sign alone", lambda f: "id_word" in f.whole and f.row_sign, 0.1, "bare_id", "typed lists: No., #, Nr"),
    _S("ID alone", lambda f: "id_word" in f.whole and f.bare_word_for_id, 0.6, "bare_id", "typed lists, user lists"),
    _S("code alone", lambda f: "id_word" in f.whole and f.bare_code, 0.48, "bare_id", "typed lists of pupils, members"),
    _S("a short ID word alone", lambda f: "id_word" in f.whole, 0.4, "bare_id", "typed lists"),
    _S("another known phrase", lambda f: bool(f.whole), 0.0, "", "all header rows"),
    # -- several parts
    _S("another field's word", lambda f: f.has("email", "phone", "first_name", "last_name", "full_name", "status", "active",
       "inactive", "inactive_since"), 0.0, "", "all header rows"),
    _S("no ID word", lambda f: not f.has("user_id", "id_word", "login"), 0.0, "", "all header rows"),
    _S("a record's number among other words", lambda f: f.has("record_id") and not f.has("user_id") and not f.own, 0.1,
       "record_id", "form and CRM exports"),
    _S("a login's name", lambda f: f.has("name") and not f.has("user_id") and f.has("login"), 0.4, "login_name", "user lists"),
    _S("a name", lambda f: f.has("name") and not f.has("user_id"), 0.0, "", "all header rows"),
    _S("the person's ID at a thing", lambda f: f.about_a_thing and f.own and not f.has("aspect") and f.numbers_the_person, 0.68,
       "own_id unknown_words", "University Student ID, Payroll Employee Number"),
    _S("a thing's ID", lambda f: f.about_a_thing, 0.08, "other_object", "Order ID, Department code, School number"),
    _S("an aspect of an ID", lambda f: f.aspect_of_it, 0.08, "other_aspect", "ID type, ID date"),
    _S("a second or new ID", lambda f: f.has("secondary", "new") and not f.has("primary"), 0.25, "secondary", "Other ID, New ID"),
    _S("a known ID with one unknown word", lambda f: f.has("user_id") and f.unknown == 1, 0.75, "label_known unknown_words", "HR exports"),
    _S("a known ID with two unknown words", lambda f: f.has("user_id") and f.unknown == 2, 0.6, "label_known unknown_words", "HR exports"),
    _S("a known ID with many unknown words", lambda f: f.has("user_id") and f.unknown > 2, 0.45, "label_known unknown_words", "questions"),
    _S("a known ID with known words", lambda f: f.has("user_id"), 0.9, "label_known", "HR exports"),
    _S("the person's ID", lambda f: f.own and f.has("id_word") and not f.unknown, 0.92, "own_id", "all kinds of people lists"),
    _S("the person's ID with one unknown word", lambda f: f.own and f.has("id_word") and f.unknown == 1, 0.8,
       "own_id unknown_words", "Acme Employee ID"),
    _S("the person's ID with two unknown words", lambda f: f.own and f.has("id_word") and f.unknown == 2, 0.68,
       "own_id unknown_words", "questions"),
    _S("the person's ID with many unknown words", lambda f: f.own and f.has("id_word"), 0.5, "own_id unknown_words", "questions"),
    _S("a login among known words", lambda f: f.has("login") and not f.unknown, 0.42, "login_name", "user lists"),
    _S("a login among unknown words", lambda f: f.has("login"), 0.25, "login_name", "user lists"),
    _S("a private ID", lambda f: f.has("private"), 0.3, "private", "Personal number"),
    _S("the main ID", lambda f: f.has("primary") and f.long_id_word and not f.unknown, 0.7, "primary_id", "Institutional ID, Work ID"),
    _S("the main ID with unknown words", lambda f: f.has("primary") and f.long_id_word, 0.4, "primary_id", "Company X ID"),
    _S("an organisation's own ID", lambda f: f.organisations_id, 0.54, "bare_id acronym", "USC ID, KTH ID"),
    _S("an ID of one unknown word", lambda f: f.unknown == 1, 0.3, "bare_id unknown_words", "Zaphod ID"),
    _S("an ID of something", lambda _: True, 0.1, "bare_id unknown_words", "all header rows"),
)  # fmt: skip

EMAIL: Final[tuple[_S, ...]] = (
    _S("somebody else's", lambda f: f.somebody_elses, 0.0, "other_person", "HR and school exports: manager, parent e-mail"),
    _S("a login that is an address", lambda f: not f.has("email") and "email" in f.aside and f.has("login"), 0.86, "label_aside",
       "User name [userPrincipalName]: bulk templates of directories"),
    _S("no e-mail word, a second one", lambda f: not f.has("email") and f.has("secondary", "new"), 0.0, "secondary", "all header rows"),
    _S("no e-mail word", lambda f: not f.has("email"), 0.0, "", "all header rows"),
    _S("an address to sign in with", lambda f: "login_address" in f.roles and not f.unknown, 0.84, "login_address",
       "user lists of directories: where there is an address for mail, it wins"),
    _S("a state, a date or a number of an e-mail", lambda f: bool(f.limits & {"status", "active", "inactive", "inactive_since",
       "start_date", "end_date", "national_id", "record_id"}), 0.05, "other_aspect", "Email status, emailVerified"),
    _S("an aspect of an e-mail", lambda f: f.email_only_aspect, 0.08, "other_aspect", "Email sent, Email usage"),
    _S("a new e-mail", lambda f: "new" in f.limits, 0.15, "new_value", "rename sheets, directory templates"),
    _S("a second e-mail", lambda f: f.secondary_email, 0.2, "secondary", "Recovery Email, E-mail 2"),
    _S("a private e-mail", lambda f: f.private_email, 0.55, "private", "HR exports"),
    _S("the main e-mail", lambda f: f.primary_email and not f.unknown_beside_email, 0.97, "primary_email", "Work email, dienstlich"),
    _S("the main e-mail with one unknown word", lambda f: f.primary_email and f.unknown_beside_email == 1, 0.9, "primary_email", "HR exports"),
    _S("the main e-mail with unknown words", lambda f: f.primary_email, 0.75, "primary_email", "questions"),
    _S("a question that begins with e-mail", lambda f: f.things_email and f.unknown_beside_email >= 2 and "email" in f.pieces[0].roles, 0.6,
       "email_word unknown_words", "form exports"),
    _S("a thing's e-mail", lambda f: f.things_email, 0.3, "other_object", "Department email, School e-mail"),
    _S("an e-mail or a name", lambda f: bool(f.limits & {"first_name", "last_name", "full_name", "name"}), 0.5, "mixed", "Name / e-mail"),
    _S("an e-mail or a phone", lambda f: "phone" in f.limits, 0.45, "mixed", "Phone or e-mail"),
    _S("an e-mail among many unknown words", lambda f: f.unknown_beside_email >= 3, 0.35, "unknown_words", "questions"),
    _S("an e-mail with two unknown words", lambda f: f.unknown_beside_email == 2, 0.62, "email_word unknown_words", "questions"),
    _S("an e-mail with a qualifier in brackets that says of whom or what", lambda f: f.qualified, 0.7, "email_word qualified",
       "Email (case worker), Email (client): of whom is asked"),
    _S("an e-mail with one unknown word", lambda f: f.unknown_beside_email == 1, 0.7, "email_word unknown_words", "Acme e-mail, Landlord e-mail: of whom is asked"),
    _S("an e-mail", lambda _: True, 0.95, "email_word", "all kinds of people lists"),
)  # fmt: skip

NEW_EMAIL: Final[tuple[_S, ...]] = (
    _S("somebody else's", lambda f: f.somebody_elses, 0.0, "", "HR exports"),
    _S("the new value of something", lambda f: f.only_new and not f.has("email"), 0.3, "new_value",
       "rename sheets: Changed to; cells must be addresses"),
    _S("no new e-mail", lambda f: not f.has("email") or not f.has("new"), 0.0, "", "all header rows"),
    _S("something about a new e-mail", lambda f: f.new_and_more, 0.2, "mixed", "New email status"),
    _S("a new e-mail", lambda f: not f.unknown, 0.93, "new_value", "rename sheets: New Email, Updated Email, E-Mail neu"),
    _S("a new e-mail with one unknown word", lambda f: f.unknown == 1, 0.78, "new_value", "rename sheets"),
    _S("a new e-mail with unknown words", lambda _: True, 0.5, "new_value", "questions"),
)  # fmt: skip

STATUS: Final[tuple[_S, ...]] = (
    _S("somebody else's", lambda f: bool(f.state_kind or f.aside & {"status", "active", "inactive"}) and f.somebody_elses, 0.0,
       "other_person", "Supervisor active, Guardian status"),
    _S("a state or a status", lambda f: f.state_or_status and not f.state_kind, 0.3, "state_or_status",
       "State: of the country in address blocks, of the account in user lists; cells decide"),
    _S("a status in brackets", lambda f: not f.state_kind and bool(f.aside & {"status", "active", "inactive"}) and bool(f.unknown), 0.5,
       "label_aside", "bulk templates of directories"),
    _S("no status word", lambda f: not f.state_kind, 0.0, "", "all header rows"),
    _S("the date of a suspension", lambda f: f.state_kind == "inactive_since" and not f.status_of_a_thing and not f.unknown, 0.6,
       "inactive_since inactive_flag", "suspended_at of forums and systems: filled means shut out"),
    _S("turned round", lambda f: f.state_kind != "status" and f.denied, 0.3, "denied", "Not active"),
    _S("a status word alone", lambda f: bool(f.whole) and f.state_kind == "status", 0.92, "status_word", "all kinds of people lists"),
    _S("an active flag alone", lambda f: bool(f.whole) and f.state_kind == "active", 0.86, "active_flag", "user lists"),
    _S("an inactive flag alone", lambda f: bool(f.whole) and f.state_kind == "inactive", 0.72, "inactive_flag", "user lists: Blocked, Disabled"),
    _S("the state of a number or an address", lambda f: f.status_of_a_field, 0.05, "other_object", "Email status, Last active"),
    _S("the state of a thing", lambda f: f.status_of_a_thing, 0.05, "other_object", "Order status, Approval status"),
    _S("an aspect of a state", lambda f: f.aspect_of_status, 0.08, "other_aspect", "Status date"),
    _S("a status with one unknown word", lambda f: f.unknown == 1 and f.state_kind == "status", 0.3, "unknown_words", "Foo status"),
    _S("a state among unknown words", lambda f: bool(f.unknown), 0.1, "unknown_words", "questions"),
    _S("a new status", lambda f: f.has("new") and not f.own, 0.6, "status_word new_value",
       "directory templates: New Status is what an upload sets"),
    _S("the person's status", lambda f: f.plain_status and f.state_kind == "status", 0.92, "status_word", "Employee status"),
    _S("the person's active flag", lambda f: f.plain_status and f.state_kind == "active", 0.86, "active_flag", "Employee active"),
    _S("the person's inactive flag", lambda f: f.plain_status and f.state_kind == "inactive", 0.72, "inactive_flag", "User disabled"),
    _S("a status of some kind", lambda f: f.state_kind == "status", 0.82, "status_word", "HR exports"),
    _S("an active flag of some kind", lambda f: f.state_kind == "active", 0.76, "active_flag", "HR exports"),
    _S("an inactive flag of some kind", lambda _: True, 0.62, "inactive_flag", "HR exports"),
)  # fmt: skip

#: Role of a field → its table.
IDENTITY: Final[Mapping[str, tuple[_S, ...]]] = {
    "id": USER_ID,
    "email": EMAIL,
    "new_email": NEW_EMAIL,
    "status": STATUS,
}


def judge_label(role: str, reading: Reading, /) -> Evidence:
    """Say how well a label fits an identity field.

    Returns:
        No score and no reason where the label has nothing to do with the field, and for a role that has no table.
    """
    table = IDENTITY.get(role)
    return NOTHING if table is None else weigh(table, label_features(reading))
