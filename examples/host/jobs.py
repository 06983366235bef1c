"""The seam to a job queue: ``run_import(document) -> document``, JSON in, JSON out.

A queue knows nothing of imports, and this module nothing of a queue. The document names an import and what to do with it; the answer
says how it ended, in figures. It may be run again at any time, by any worker, with the same end: a confirmed import goes on where it
was stopped, an applied one answers with its receipt. Imports of one programme have to be run one after another (a queue's lock by
``programme``); imports of different programmes may run side by side.

    {"import": key}                                                       apply a confirmed import
    {"feed": name, "file": path, "programme": …, "role": …}               read a file, plan it, and apply it if no guard stops it
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import qooper_ingest as qi

from .engine import Host

__all__ = ["Cancelled", "run_import"]

Document = dict[str, Any]


class Cancelled(Exception):
    """Somebody has stopped the job between two batches; running it again goes on."""


def run_import(
    document: Document,
    /,
    *,
    host: Host,
    progress: Callable[[int], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Document:
    """Do what a document asks.

    Args:
        document: As above.
        host: Where people are stored.
        progress: Told after every batch how many operations are through.
        cancelled: Asked after every batch.

    Returns:
        ``{"import": key, "state": "applied", "applied": n, "already_done": n, "refused": n}``; of a feed that waits for a person
        ``{"import": key, "state": "stopped", "guards": {code: count}}``; of a file that cannot be read
        ``{"state": "unreadable", "error": code}``.

    Raises:
        Cancelled: See above. Anything else is a fault of the database and worth another attempt.
    """

    def step(through: int) -> None:
        progress(through)
        if cancelled():
            raise Cancelled

    if "feed" in document:
        key, ended = _fed(document, host)
        if ended is not None:
            return ended
    else:
        key = document["import"]
    receipt = host.apply(key, progress=step)
    counts = {"applied": receipt.applied, "already_done": len(receipt.done), "refused": len(receipt.refused)}
    return {"import": key, "state": "applied", **counts}


def _fed(document: Document, host: Host) -> tuple[str, Document | None]:
    """The import of a fed file, confirmed; and how it ended where it did not come so far. A second run finds the first one's."""
    who, path = f"feed {document['feed']}", Path(document["file"])
    key = str(document.get("key") or uuid.uuid4().hex)
    known = [one for one in host.imports() if one.key == key]
    if not known:
        key = host.begin(who, programme=document["programme"], role=document["role"], separator=None, key=key)
    elif known[0].state in ("confirmed", "applied"):
        return known[0].key, None
    try:
        host.upload(key, who, path.read_bytes(), path.name)
        table = host.propose(key).table
        rebound = host.remembered(key, table)
        if rebound is not None and not rebound.missing:
            host.choose(key, who, "remembered mapping", lambda said: said.with_mapping(rebound.mapping))
        plan = host.plan(key)
    except qi.IngestError as error:
        return key, {"import": key, "state": "unreadable", "error": error.code}
    if not plan.can_apply:
        open_guards = {guard.code: guard.count for guard in plan.summary.guards if not guard.acknowledged}
        return key, {"import": key, "state": "stopped", "guards": open_guards}
    host.confirm(key, who, plan.fingerprint)
    return key, None
