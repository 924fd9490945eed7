"""A poller that is killed on purpose: `python -m tests.integrations.killed_poller WHERE`, what it needs on its input.

WHERE is `before_commit` (the page was read, nothing is stored) or `before_cursor` (the page is stored, its cursor is not).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import Any
from uuid import UUID

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.database import Database
from motorpool.core.http import OutgoingClient
from motorpool.core.secrets import Keyring, parse_key
from motorpool.core.settings import OutgoingSettings, load_settings
from motorpool.core.tenancy.actor import system_actor
from motorpool.integrations.actions import poll as polling
from motorpool.integrations.actions.claim import Claim
from motorpool.integrations.connectors.geotab import Geotab
from motorpool.telematics.ingest.pipeline import IngestPipeline


async def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(where: str, given: dict[str, str]) -> None:
    if where == "before_commit":
        polling.store_page = die  # type: ignore[assignment]
    else:
        Claim.save_cursor = die  # type: ignore[method-assign, assignment]
    load_metadata()
    database = Database(given["url"], pool_size=4, keyring=Keyring([parse_key(given["key"], "key")]))
    await database.open()
    pipeline = IngestPipeline(database, load_settings(env_file=None), writers=1)
    await pipeline.start()
    options = OutgoingSettings(_env_file=None, networks="127.0.0.0/8", ca_file=given["ca"])  # type: ignore[call-arg, arg-type]
    async with OutgoingClient(options) as client:
        await polling.poll(
            database,
            pipeline,
            client,
            system_actor(UUID(given["tenant"])),
            UUID(given["integration"]),
            connector=Geotab(results_limit=4),
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.load(sys.stdin)))
