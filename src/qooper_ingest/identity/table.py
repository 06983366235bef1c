"""The decision table: what may happen to a row, stage by stage, each rule one column of flags with its code.

A rule looks only at *facts* (columns that ``facts.py`` has gathered for every row), never at another rule. For each row, the
earliest stage with a rule that blocks decides, and the codes of that stage are the row's codes. Rules that do not block are notes: they are kept on rows that nothing blocks.

What needs other rows (copies and contradictions inside the file, stages 1 and 2; several rows for one person, chains and
cycles of addresses, stages 26 to 28; the guards, stage 29) stands in ``file.py``, ``order.py`` and ``guards.py``; their
places among the stages are the same numbers.

The facts, all per row:

    has_id, by_id        a usable ID is given; and IDs identify (the run is in ID mode)
    rename               an old and a new address are given
    u_n, v_n, t_n        live people by ID, by address (the old one of a rename), at the address the row ends with
    u, v, t              the first of each;  m  the person the row resolves to, if any
    u_in_v               the ID's person is among the address's people
    t_leaves             the person at the wanted address leaves it in this file
    changes_email        the row gives its person another address;  takes  ... or makes a new person with one
    link                 the row gives an ID to a person who has none;  confirmed  the SSO subject is that ID
    m_* / v_*            what is stored of those people
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from .._columns import find_set, holds, no_flags
from ..issues import Severity
from .policy import Policy

__all__ = ["INFO_OF_BLOCKED", "Rule", "rules"]

#: What a blocked row keeps beside the codes of the stage that blocked it: what was done to its cells.
INFO_OF_BLOCKED = ("email_trimmed", "id_trimmed", "id_from_number", "id_zero_padded", "id_placeholder")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table.

    Args:
        stage: Its number; what stands earlier wins.
        code: The issue's code.
        when: True for the rows that it holds for.
        blocks: What the row becomes, or None for a note.
        people: Names of fact columns with the people whom a decision concerns.
        severity: Another one than the catalogue's.
        waived_by: Answers of a person that set the rule aside.
    """

    stage: float
    code: str
    when: pl.Series
    blocks: Literal["conflict", "reject"] | None = None
    people: tuple[str, ...] = ()
    severity: Severity | None = None
    waived_by: tuple[str, ...] = ()


def rules(f: pl.DataFrame, policy: Policy, /) -> Sequence[Rule]:
    """The table for the facts of a file, by a policy, in the order of its stages."""
    c = f.get_column
    no = no_flags(f.height)
    known = find_set(c("m"))
    new = ~known
    no_u, one_u, many_u = c("u_n") == 0, c("u_n") == 1, c("u_n") > 1
    no_v, one_v, many_v = c("v_n") == 0, c("v_n") == 1, c("v_n") > 1
    differ = c("by_id") & one_u & one_v & ~c("u_in_v")
    other_id = c("by_id") & no_u & one_v & find_set(c("v_id"))
    held = holds(c("v_status") == "suspended")
    stays = ~c("t_leaves") | c("rename")
    sso_blocks: Literal["conflict"] | None = "conflict" if policy.sso_check == "enforce" else None
    sso_level = Severity.ERROR if policy.sso_check == "enforce" else Severity.WARNING
    by_subject = ~no if policy.sso_subject_is == "id" and policy.sso_check != "off" else no
    by_address = ~no if policy.sso_subject_is == "email" and policy.sso_check != "off" else no
    stranger_blocks: Literal["conflict"] | None = "conflict" if policy.on_discontinuity == "conflict" else None
    stranger_level = Severity.ERROR if policy.on_discontinuity == "conflict" else Severity.WARNING
    reserved = ~no if policy.deleted_email == "reserved" else no
    suspends = holds(c("status") == "suspended")
    suspended = holds(c("m_status") == "suspended")
    conflict: Literal["conflict"] = "conflict"
    reject: Literal["reject"] = "reject"
    same = ("treat_as_same_person",)
    return (
        # 3-5: what the directory says of the ID, whatever the mode
        Rule(3, "directory_duplicate_id", c("has_id") & many_u, conflict, ("us",)),
        Rule(4, "id_case_variant", c("case_variant"), conflict, ("variants",), waived_by=("create", "link")),
        Rule(4, "id_leading_zeros_lost", c("zeros_variant"), conflict, ("variants",), waived_by=("create", "link")),
        Rule(
            5,
            "id_held_by_deleted_user",
            c("tombstone_id"),
            conflict,
            ("id_tombstones",),
            waived_by=("create", "link"),
        ),
        # 6-8: the ID names a person; the address names nobody (7), the same (6), or somebody else (8)
        Rule(8, "id_mixup_suspected", differ & c("name_slipped"), conflict, ("u", "v"), waived_by=same),
        Rule(8, "id_mixup_suspected", c("name_slipped_ahead"), conflict, ("u", "t"), waived_by=same),
        Rule(
            8.2,
            "email_held_by_suspended_user",
            differ & held & stays,
            conflict,
            ("u", "v"),
        ),
        Rule(
            8.2,
            "id_email_different_users",
            differ & ~held & stays,
            conflict,
            ("u", "v"),
        ),
        # 9-11: the ID names nobody
        Rule(
            10,
            "email_held_by_suspended_user",
            other_id & held & stays,
            conflict,
            ("v",),
        ),
        Rule(
            10,
            "email_owned_by_other_id",
            other_id & ~held & stays,
            conflict,
            ("v",),
        ),
        # 12-14: several people at one address
        Rule(12, "directory_duplicate_email", many_v & ~(c("by_id") & one_u & c("u_in_v")), conflict, ("us", "vs")),
        # 15: e-mail identifies and an ID is given as well
        Rule(15, "email_owned_by_other_id", c("has_id") & ~c("by_id") & one_v & c("v_other_id"), conflict, ("v",)),
        Rule(15, "id_in_use_by_other_user", c("has_id") & ~c("by_id") & one_u & ~c("u_in_v"), conflict, ("u", "v")),
        # 16: an explicit change of address
        Rule(16, "rename_target_missing", c("rename") & new & no_v & ~(c("by_id") & one_u), reject),
        Rule(
            16,
            "new_email_in_use",
            c("rename") & known & c("changes_email") & (c("t_n") > 0) & ~c("t_leaves"),
            conflict,
            ("m", "ts"),
        ),
        # 17: the mode, and what the host forbids altogether (the ban on links of row 9 among it: an identity conflict comes first)
        Rule(16.5, "id_link_not_allowed", no if policy.allow_id_link else c("link"), conflict, ("m",)),
        Rule(
            17, "exists_in_create_only", known if policy.mode == "create_only" else no, reject, ("m",), Severity.WARNING
        ),
        Rule(17, "not_found_in_update_only", new if policy.mode == "update_only" else no, reject, (), Severity.WARNING),
        Rule(
            17.5, "email_change_not_allowed", no if policy.allow_email_change else c("changes_email"), conflict, ("m",)
        ),
        # 18, 19: the identity provider
        Rule(
            18,
            "sso_subject_mismatch",
            by_subject & c("subject_differs"),
            sso_blocks,
            ("m", "subject_owners"),
            sso_level,
        ),
        Rule(
            18,
            "sso_subject_case_mismatch",
            by_subject & c("subject_case"),
            sso_blocks,
            ("m", "subject_owners"),
            sso_level,
        ),
        Rule(
            18,
            "sso_subject_owned_by_other_user",
            by_subject & c("subject_owned"),
            sso_blocks,
            ("m", "subject_owners"),
            sso_level,
        ),
        Rule(19, "email_change_breaks_sso", by_address & c("subject_left_behind"), sso_blocks, ("m",), sso_level),
        # 20: roles
        Rule(20, "role_mismatch", c("other_role") if policy.on_other_role == "conflict" else no, conflict, ("m",)),
        Rule(20, "adds_role", c("other_role") if policy.on_other_role == "add" else no),
        # 21, 22: names may stop a match, they never make one
        Rule(21, "identity_discontinuity", c("stranger"), stranger_blocks, ("m",), stranger_level, (*same, "link")),
        Rule(21, "name_evidence_weak", c("weak_name"), waived_by=(*same, "link")),
        Rule(22, "name_discontinuity", c("renamed"), waived_by=same),
        # 23: the address that is taken
        Rule(
            23,
            "email_held_by_deleted_user",
            c("takes") & c("tombstone_email") & reserved,
            conflict,
            ("m", "email_tombstones"),
        ),
        Rule(23, "email_reused_from_deleted_user", c("takes") & c("tombstone_email") & ~reserved),
        Rule(
            23,
            "email_confusable",
            c("takes") & c("confusable"),
            conflict,
            ("m", "look_alikes"),
            waived_by=("create", *same),
        ),
        Rule(23, "possible_alias", c("takes") & c("alias")),
        Rule(23, "email_non_ascii_local", c("takes") & c("non_ascii_local")),
        # 24: status
        Rule(
            24,
            "status_change_not_allowed",
            no if policy.allow_status_change else known & c("changes_status"),
            conflict,
            ("m",),
        ),
        Rule(
            24,
            "status_read_only",
            no if policy.allow_locked_status else c("changes_status") & c("m_locked"),
            conflict,
            ("m",),
        ),
        Rule(24, "reactivates_user", known & c("changes_status") & suspended),
        Rule(24, "matched_suspended_user", known & ~c("changes_status") & ~suspends & suspended),
        Rule(24, "status_for_unknown_user", no if policy.create_suspended else new & suspends, reject),
        Rule(24, "created_suspended", new & suspends),
        Rule(24.5, "required_missing", new & c("lacks_required"), reject, (), Severity.ERROR),
        # 25: people whom no import may touch
        Rule(25, "protected_user", known & c("m_protected") & c("would_change"), conflict, ("m",)),
        # notes on how the row was matched
        Rule(90, "email_reassigned_in_file", c("takes") & c("t_leaves")),
        Rule(90, "directory_duplicate_email", known & many_v & c("u_in_v"), severity=Severity.WARNING),
        Rule(90, "id_held_by_deleted_user", c("tombstone_id") & find_set(c("answer")), severity=Severity.WARNING),
        Rule(90, "id_linked", c("link") & c("confirmed")),
        Rule(90, "id_linked_unverified", c("link") & ~c("confirmed")),
        Rule(90, "id_missing", c("id_mode") & ~c("has_id")),
        Rule(90, "matched_by_email", c("id_mode") & known & ~c("matched_by_id")),
        Rule(90, "new_email_already_applied", c("rename") & known & ~c("changes_email")),
        Rule(90, "id_format_outlier", new & c("outlier")),
        Rule(90, "id_from_number", c("has_id") & c("id_number") & (new | c("link")), severity=Severity.WARNING),
        Rule(90, "id_from_number", c("has_id") & c("id_number") & ~(new | c("link")), severity=Severity.INFO),
        Rule(90, "id_case_differs", known & c("id_spelling")),
        Rule(90, "email_spelling_differs", known & c("email_spelling")),
        Rule(90, "id_placeholder", c("id_placeholder")),
        Rule(90, "id_zero_padded", c("id_padded")),
        Rule(90, "id_trimmed", c("id_trimmed")),
        Rule(90, "email_trimmed", c("email_trimmed") | c("new_email_trimmed")),
    )
