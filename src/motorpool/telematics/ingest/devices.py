"""Which device sent a report, and what becomes of reports of unknown ones.

Identifiers are secrets: whoever knows one can report as that device. They are never logged whole.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.telematics.decoders.report import Report
from motorpool.telematics.ingest import metrics
from motorpool.telematics.ingest.sightings import Sighting, Sightings

log = logging.getLogger(__name__)

KNOWN_S = 10.0
QUARANTINE_EVERY_S = 10.0
MOST_REMEMBERED = 20_000
#: Unknown identifiers may not occupy more connections than this.
LOOK_UPS_AT_ONCE = 4
SIGHTINGS_EVERY_S = 3.0


class Known(NamedTuple):
    """A device that is in the directory."""

    tenant_id: UUID
    device_id: str
    vehicle_id: str | None
    may_report: bool


class DeviceDirectory:
    """Devices of all tenants by identifier, remembered for a few seconds; `run` writes when they last
    reported.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._answers: OrderedDict[str, tuple[Known | None, float]] = OrderedDict()
        self._quarantined: OrderedDict[str, float] = OrderedDict()
        self._slots = asyncio.Semaphore(LOOK_UPS_AT_ONCE)
        self.sightings = Sightings()

    async def find(self, identifier: str) -> Known | None:
        """The device behind an identifier, None when nobody has added it (or it is in quarantine)."""
        now = time.monotonic()
        answer = self._answers.get(identifier)
        if answer is not None and answer[1] > now:
            return answer[0]
        async with self._slots, self._database.unbound() as connection:
            cursor = await connection.execute(
                "SELECT tenant_id, device_id::text, vehicle_id::text, device_status, tenant_status "
                "FROM find_device(%s)",
                (identifier,),
            )
            row = await cursor.fetchone()
        known = None
        if row is not None and row[3] != "quarantined":
            known = Known(row[0], row[1], row[2], row[3] == "active" and row[4] == "active")
        remember(self._answers, identifier, (known, now + KNOWN_S))
        return known

    async def quarantine(self, report: Report, protocol: str, address: str | None) -> None:
        """Note a report of an unknown device, at most once per identifier and 10 seconds."""
        metrics.UNKNOWN_DEVICES.inc()
        now = time.monotonic()
        if self._quarantined.get(report.identifier, 0.0) > now:
            return
        remember(self._quarantined, report.identifier, now + QUARANTINE_EVERY_S)
        async with self._slots, self._database.unbound() as connection:
            await connection.execute(
                "SELECT quarantine_device(%s, %s, %s::float8::numeric, %s::float8::numeric, %s)",
                (report.identifier, protocol, report.latitude, report.longitude, address),
            )
        log.info("report of an unknown device %s over %s", masked(report.identifier), protocol)

    def saw(self, device: Known, report: Report, sighting: Sighting | None = None) -> None:
        """A device has reported; written soon, together with others. `sighting`: how it is connected, if known."""
        sighting = sighting or Sighting(device.device_id, datetime.now(UTC))
        sighting.reported = True
        if report.latitude is not None:
            sighting.latitude, sighting.longitude = report.latitude, report.longitude
        self.sightings.add(device.tenant_id, sighting)

    async def run(self) -> None:
        """Write sightings every few seconds until cancelled."""
        while True:
            await asyncio.sleep(SIGHTINGS_EVERY_S)
            try:
                await self.write_sightings()
            except Exception:
                log.warning("could not note when devices last reported", exc_info=True)

    async def write_sightings(self) -> None:
        """Write which devices were seen since the last call, where, and how they are connected."""
        await self.sightings.write(self._database)


def masked(identifier: str) -> str:
    """Enough of an identifier to recognise it in a log, not enough to report as that device."""
    return f"{identifier[:2]}... ({len(identifier)} characters)"


def remember(store: OrderedDict[str, Any], key: str, value: Any, most: int = MOST_REMEMBERED) -> None:
    """Put in or renew a value, and forget the one that was not renewed for longest when there are too many."""
    store[key] = value
    store.move_to_end(key)
    if len(store) > most:
        store.popitem(last=False)
