"""A poller that is killed with SIGKILL in mid-feed: nothing is lost and nothing comes twice."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from motorpool.core.secrets.keyring import encode_key

from .conftest import Bench
from .test_geotab import fix, reading

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("where", "left_behind"), [("before_commit", 0), ("before_cursor", 4)])
async def test_killed_in_mid_feed(
    geotab: Bench,
    vehicles: dict[str, uuid.UUID],
    database_urls: Any,
    certificate: tuple[Path, Path],
    where: str,
    left_behind: int,
) -> None:
    geotab.server.add("LogRecord", *(fix("b1", second) for second in range(10)))
    geotab.server.add("StatusData", *(reading("b1", 3, "DiagnosticEngineSpeedId", 700 + n) for n in range(2)))
    assert geotab.database.keyring is not None
    given = {
        "url": database_urls.app,
        "key": encode_key(geotab.database.keyring.current),
        "ca": str(certificate[0]),
        "tenant": str(geotab.actor.tenant_id),
        "integration": str(geotab.key),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integrations.killed_poller", where,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await asyncio.wait_for(process.communicate(json.dumps(given).encode()), 60)
    assert process.returncode == -signal.SIGKILL, said.decode()
    assert len(geotab.positions(vehicles["bus"])) == left_behind
    assert geotab.cursors() == {}
    assert (await geotab.poll()).ending == "skipped", "the dead poller's claim still stands"
    geotab.release()
    done = await geotab.poll()
    assert done.ending == "success"
    assert done.feeds["LogRecord"].duplicates == left_behind
    assert len(geotab.positions(vehicles["bus"])) == 10
    assert len(geotab.readings(vehicles["bus"], "rpm")) == 1, "two values of one column and moment are one"
