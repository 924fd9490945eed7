"""Which vehicle a sender means: a number, VIN, device identifier or id, looked up under row-level security.

Answers are kept for a few seconds, so that a stream of batches costs one query now and then. A vehicle of
another tenant is as unknown as one that does not exist.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import numpy as np

from motorpool.core.access import Reach
from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.errors import Forbidden
from motorpool.core.tenancy import Actor
from motorpool.telematics.ingest.records import Batch, Coded, Columns, Mask, Problem, Series

KNOWN_S = 10.0
UNKNOWN_S = 1.0
MOST_NAMES = 50_000
MOST_TENANTS = 1_000

FIND = """
WITH wanted AS (
    SELECT v.id, v.vehicle_number, v.vin FROM vehicles v
    WHERE v.tenant_id = %(tenant)s
      AND (v.id = ANY (%(ids)s) OR v.vehicle_number = ANY (%(names)s) OR v.vin = ANY (%(names)s) OR v.id IN (
          SELECT d.vehicle_id FROM devices d
          WHERE d.tenant_id = %(tenant)s AND d.identifier = ANY (%(names)s) AND d.status = 'active'))
      AND (%(everything)s OR v.facility_id = ANY (%(facilities)s) OR v.department_id = ANY (%(departments)s)
           OR (%(own)s AND EXISTS (
               SELECT FROM driver_assignments a
               WHERE a.tenant_id = %(tenant)s AND a.vehicle_id = v.id AND a.driver_id = %(driver)s
                 AND a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now()))))
)
SELECT 4, d.identifier, d.vehicle_id::text, d.id::text FROM devices d JOIN wanted w ON w.id = d.vehicle_id
WHERE d.tenant_id = %(tenant)s AND d.identifier = ANY (%(names)s) AND d.status = 'active'
UNION ALL SELECT 3, vin, id::text, NULL FROM wanted WHERE vin IS NOT NULL
UNION ALL SELECT 2, vehicle_number, id::text, NULL FROM wanted
UNION ALL SELECT 1, id::text, id::text, NULL FROM wanted
ORDER BY 1 DESC
"""


class Found(NamedTuple):
    vehicle_id: str
    #: Set when the vehicle was named by a device's identifier.
    device_id: str | None


#: Name to vehicle (None: there is none) and until when that answer may be used, in seconds of the monotonic
#: clock.
Answers = dict[str, tuple[Found | None, float]]


class VehicleDirectory:
    """Answers of one process, per tenant and per what the asker may reach."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tenants: OrderedDict[tuple[UUID, Reach, UUID | None], Answers] = OrderedDict()

    async def find(self, actor: Actor, series: Series, names: Iterable[str]) -> dict[str, Found | None]:
        """The vehicle behind each name, None where there is none. Raises Forbidden without the permission."""
        reach = actor.access.reach(series.permission)
        if reach is None:
            raise Forbidden(f"You may not add {series.noun}: that takes the permission {series.permission}")
        known = self._of_tenant(actor, reach)
        now = time.monotonic()
        names = set(names)
        missing = [name for name in names if name not in known or known[name][1] < now]
        if missing:
            found = await self._look_up(actor, reach, missing)
            if len(known) + len(missing) > MOST_NAMES:
                known.clear()
            for name in missing:
                answer = found.get(name)
                known[name] = (answer, now + (KNOWN_S if answer else UNKNOWN_S))
            # An answer may have been cleared above, or by a twin of this call.
            return {name: found[name] if name in found else known.get(name, (None, 0.0))[0] for name in names}
        return {name: known[name][0] for name in names}

    def forget(self, tenant_id: UUID) -> None:
        """Look everything up again, because a vehicle was added or has gone."""
        for key in [key for key in self._tenants if key[0] == tenant_id]:
            del self._tenants[key]

    def _of_tenant(self, actor: Actor, reach: Reach) -> Answers:
        key = (actor.tenant_id, reach, actor.driver_id if reach.own else None)
        if key not in self._tenants:
            self._tenants[key] = {}
            if len(self._tenants) > MOST_TENANTS:
                self._tenants.popitem(last=False)
        self._tenants.move_to_end(key)
        return self._tenants[key]

    async def _look_up(self, actor: Actor, reach: Reach, names: list[str]) -> dict[str, Found]:
        ids = {text: parsed for text in names if (parsed := parse_uuid(text)) is not None}
        rows = await self._database.read(
            actor,
            FIND,
            {
                "tenant": actor.tenant_id,
                "names": names,
                "ids": list(ids.values()),
                "everything": reach.everything,
                "facilities": list(reach.facilities),
                "departments": list(reach.departments),
                "own": reach.own and actor.driver_id is not None,
                "driver": actor.driver_id,
            },
        )
        found = {name: Found(vehicle_id, device_id) for _, name, vehicle_id, device_id in rows}
        for text, parsed in ids.items():
            # An id may be written in capitals or without hyphens.
            if text not in found and str(parsed) in found:
                found[text] = found[str(parsed)]
        return found


def to_batch(columns: Columns, good: Mask, found: dict[str, Found | None], tenant_id: UUID) -> Batch:
    """The good rows of known vehicles; unknown vehicles are appended to `columns.problems`."""
    names = columns.vehicle.values
    places: dict[str, int] = {}
    devices: list[str] = []
    # One entry more than there are names: what the code -1 finds.
    vehicle_of = np.full(len(names) + 1, -1, np.int32)
    device_of = np.full(len(names) + 1, -1, np.int32)
    for code, name in enumerate(names):
        answer = found.get(name)
        if answer is None:
            continue
        vehicle_of[code] = places.setdefault(answer.vehicle_id, len(places))
        if answer.device_id:
            device_of[code] = len(devices)
            devices.append(answer.device_id)
    vehicles = vehicle_of[columns.vehicle.codes]
    unknown = good & (vehicles < 0)
    for row in np.flatnonzero(unknown):
        message = unknown_vehicle(names[columns.vehicle.codes[row]])
        columns.problems.append(Problem(int(columns.index[row]), "vehicle", message, "unknown_vehicle"))
    good = good & ~unknown
    rows = slice(None) if good.all() else np.flatnonzero(good)
    has_devices = bool(devices) and columns.series.has_source
    return Batch(
        columns.series,
        tenant_id,
        columns.recorded_at[rows],
        Coded(vehicles[rows], list(places)),
        {name: values[rows] for name, values in columns.numbers.items()},
        {name: values[rows] for name, values in columns.flags.items()},
        {name: values[rows] for name, values in columns.texts.items()},
        columns.source.take(rows) if columns.source is not None else None,
        Coded(device_of[columns.vehicle.codes][rows], devices) if has_devices else None,
    )


def unknown_vehicle(name: str) -> str:
    """The same text for a vehicle that does not exist and one that this sender may not see.

    The name is cut, because it may be a device's secret identifier.
    """
    shown = name if len(name) <= 17 else f"{name[:8]}..."
    return f"there is no vehicle with the number, VIN, device identifier or id {shown!r}"
