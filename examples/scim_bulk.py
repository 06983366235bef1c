"""A plan's operations as SCIM 2.0 Bulk requests (RFC 7644, section 3.7), for a host whose people are behind a SCIM service.

SCIM has users, not answers of a form: the ID is ``externalId``, the address the user name and the primary e-mail, the status
``active``; every other field goes into an extension schema of the host's own. ``ref`` is the resource's ``id``. The version of a
resource (``meta.version``) is the precondition that SCIM knows: pass what was read with the directory, and the service refuses whoever has been changed
since (status 412). A bulk request is no transaction, so requests hold at most `LARGEST` operations and are to be sent in their order,
with ``failOnErrors`` 1: what depends on a failed operation is not sent after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import qooper_ingest as qi

__all__ = ["EXTENSION", "LARGEST", "bulk_requests"]

#: Schema of the fields that SCIM's core does not have.
EXTENSION = "urn:example:params:scim:schemas:extension:participant:2.0:User"

#: Operations in a request: what common services accept at most.
LARGEST = 50


def bulk_requests(plan: qi.Plan, /, *, versions: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the requests of a plan, each a JSON document for ``POST /Bulk``.

    Args:
        plan: A plan without atomic groups: SCIM cannot change two people as one.
        versions: Ref → ``meta.version`` as read.

    Raises:
        ValueError: The plan has atomic groups.
    """
    if plan.atomic_groups:
        raise ValueError("SCIM cannot apply an atomic group: plan without allow_email_cycles")
    for batch in plan.operations(size=LARGEST):
        operations = [_operation(one, (versions or {}).get(getattr(one, "ref", ""))) for one in batch]
        yield {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "failOnErrors": 1,
            "Operations": operations,
        }


def _operation(operation: qi.Operation, version: str | None) -> dict[str, Any]:
    match operation:
        case qi.Create():
            values = {"active": True} | _attributes(operation)
            schemas = ["urn:ietf:params:scim:schemas:core:2.0:User", EXTENSION]
            data = {"schemas": schemas, **values}
            return {"method": "POST", "path": "/Users", "bulkId": f"row-{operation.row}", "data": data}
        case qi.Retire(ref=ref):
            made: dict[str, Any] = {"method": "DELETE", "path": f"/Users/{ref}"}
        case _:
            patches = [
                {"op": "remove", "path": path} if value is None else {"op": "replace", "path": path, "value": value}
                for path, value in _paths(operation)
            ]
            body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": patches}
            made = {"method": "PATCH", "path": f"/Users/{operation.ref}", "data": body}
    return made | ({"version": version} if version is not None else {})


def _attributes(operation: qi.Operation) -> dict[str, Any]:
    """The resource of a new person."""
    resource: dict[str, Any] = {}
    for path, value in _paths(operation):
        if path.startswith(f"{EXTENSION}:"):
            resource.setdefault(EXTENSION, {})[path.removeprefix(f"{EXTENSION}:")] = value
        elif path.startswith("name."):
            resource.setdefault("name", {})[path.removeprefix("name.")] = value
        else:
            resource[path] = value
    return resource


#: Fields that SCIM's core has.
_CORE = {"id": "externalId", "first_name": "name.givenName", "last_name": "name.familyName"}


def _paths(operation: qi.Operation) -> Iterator[tuple[str, Any]]:
    """Attribute paths and what they become."""
    for change in operation.changes:
        value = list(change.after) if isinstance(change.after, tuple) else change.after
        value = value.isoformat() if isinstance(value, dt.date) else value
        if change.field == "email":
            yield "userName", value
            yield "emails", [{"value": value, "primary": True}] if value is not None else None
        elif change.field == "status":
            yield "active", value == "active"
        else:
            yield _CORE.get(change.field, f"{EXTENSION}:{change.field}"), value
