"""The job queue for more than one machine: Procrastinate, on the PostgreSQL that the host already has.

Strategy: one job for one import. The lock is the programme, so that imports of one programme run one after another in the order
they were deferred, and those of different programmes side by side on as many workers as there are. A job that failed is tried
again; one whose worker died is found by its missing heartbeat and put back; both are safe, because `run_import` goes on where it
was stopped. Files are not divided: duplicates, chains of addresses and guards concern a whole file.

    procrastinate --app=host.queue_procrastinate.app worker          one worker; start as many as you like, on any machine
"""

from __future__ import annotations

from pathlib import Path

import procrastinate
from procrastinate import JobContext, RetryStrategy

from .engine import Host
from .jobs import Document, run_import

__all__ = ["defer", "make_queue", "put_back_stalled"]

#: A worker writes a heartbeat every ten seconds; three that are missing mean that it is gone.
GONE_SECONDS = 30.0


def make_queue(address: str, host: Host, *, feeds: Path | None = None) -> procrastinate.App:
    """The queue.

    Args:
        address: How to connect to the database (a libpq string).
        host: Where people are stored.
        feeds: A folder whose files are imported every night: ``<programme>/<file>``, a full list each, role mentee.
    """
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))

    @app.task(name="run_import", retry=RetryStrategy(max_attempts=5, exponential_wait=2), pass_context=True)
    def work(context: JobContext, document: Document) -> Document:
        return run_import(document, host=host, cancelled=context.should_abort)

    @app.periodic(cron="*/1 * * * *")
    @app.task(name="put_back_stalled", queueing_lock="put_back_stalled")
    async def watch(timestamp: int) -> None:
        del timestamp
        await put_back_stalled(app)

    if feeds is not None:

        @app.periodic(cron="0 2 * * *")
        @app.task(name="nightly", queueing_lock="nightly")
        async def nightly(timestamp: int) -> None:
            for file in sorted(feeds.glob("*/*")):
                programme, key = file.parent.name, f"{timestamp}-{file.parent.name}-{file.name}"
                document = {"feed": "nightly", "file": str(file), "programme": programme, "role": "mentee", "key": key}
                await defer(app, document, programme=programme)

    return app


async def defer(app: procrastinate.App, document: Document, *, programme: str) -> int:
    """Put a document into the queue; returns the job's number."""
    deferrer = app.configure_task("run_import", lock=f"programme {programme}")
    return await deferrer.defer_async(document=document)


async def put_back_stalled(app: procrastinate.App, *, gone_seconds: float = GONE_SECONDS) -> int:
    """Put jobs back whose worker is gone; returns how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=gone_seconds))
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)
