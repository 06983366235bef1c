"""A worker of the queue: ``python -m host.worker --database "host=… dbname=…" --schema schema.json``; start as many as you like.

``--install`` makes the queue's tables first (once), ``--until-empty`` ends when nothing is left to do.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import qooper_ingest as qi

from .engine import Host
from .private_postgres import url_of
from .queue_procrastinate import make_queue

__all__: list[str] = []


async def work(asked: argparse.Namespace) -> None:
    schema = qi.Schema.from_json(asked.schema.read_text(encoding="utf-8"))
    limits = qi.DEFAULT_LIMITS if asked.trusted else qi.STRICT_LIMITS
    host = Host.at(url_of(asked.database), schema, limits=limits)
    app = make_queue(asked.database, host, feeds=asked.feeds)
    async with app.open_async():
        if asked.install:
            await app.schema_manager.apply_schema_async()
        await app.run_worker_async(
            wait=not asked.until_empty,
            name=asked.name,
            fetch_job_polling_interval=0.5,
            update_heartbeat_interval=asked.heartbeat,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--schema", type=Path, required=True)
    parser.add_argument("--feeds", type=Path)
    parser.add_argument("--name", default="worker")
    parser.add_argument("--heartbeat", type=float, default=10.0)
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--until-empty", action="store_true")
    parser.add_argument("--trusted", action="store_true", help="files are our own: read them in this process")
    asyncio.run(work(parser.parse_args()))
