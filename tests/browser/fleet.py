"""A made-up fleet: vehicles that drive along San Francisco's streets, as a program would report them."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime, timedelta
from typing import Any, Self

import httpx
from tests.site import Organisation, Site

from motorpool.core.database.database import Database
from motorpool.telematics.derive.round import derive_round
from motorpool.telematics.rules.definition import DEFAULT

Place = tuple[float, float]
"""Latitude, longitude."""
FERRY: Place = (37.7946, -122.3950)
CASTRO: Place = (37.7625, -122.4351)
VAN_NESS: Place = (37.7751, -122.4193)
MISSION: Place = (37.7650, -122.4196)
HAIGHT: Place = (37.7717, -122.4376)
METRES_PER_DEGREE = 111_195.0


class Journey:
    """Positions of a vehicle from a place and a time on."""

    def __init__(self, vehicle: str, place: Place, at: datetime, **always: Any) -> None:
        self.vehicle, self.place, self.at, self.always = vehicle, place, at, always
        self.positions: list[dict[str, Any]] = []

    def drive(self, to: Place, kph: float = 36.0, every_s: float = 10.0) -> Self:
        """Straight on; faster and slower by turns, so that the chart and the colours have something to show."""
        north = (to[0] - self.place[0]) * METRES_PER_DEGREE
        east = (to[1] - self.place[1]) * METRES_PER_DEGREE * math.cos(math.radians(to[0]))
        steps = max(2, round(math.hypot(north, east) / (kph / 3.6 * every_s)))
        begin = self.place
        for step in range(steps + 1):
            share = step / steps
            self.place = (begin[0] + (to[0] - begin[0]) * share, begin[1] + (to[1] - begin[1]) * share)
            speed = kph * (1 + 0.4 * math.sin(step * 0.7)) if step else 0.0
            self._report(speed, math.degrees(math.atan2(east, north)) % 360)
            self.at += timedelta(seconds=every_s)
        return self

    def stand(self, minutes: float, every_s: float = 60.0) -> Self:
        end = self.at + timedelta(minutes=minutes)
        while self.at < end:
            self._report(0.0, None)
            self.at += timedelta(seconds=every_s)
        return self

    def _report(self, speed: float, heading: float | None) -> None:
        self.positions.append(
            {
                "vehicle": self.vehicle,
                "recorded_at": self.at.isoformat(),
                "latitude": round(self.place[0], 6),
                "longitude": round(self.place[1], 6),
                "speed": round(speed, 1),
                "heading": heading and round(heading, 1),
                **self.always,
            }
        )

    def ending(self, moment: datetime) -> list[dict[str, Any]]:
        """The positions, moved in time so that the last one is at that moment."""
        late = moment - datetime.fromisoformat(self.positions[-1]["recorded_at"])
        return [
            one | {"recorded_at": (datetime.fromisoformat(one["recorded_at"]) + late).isoformat()}
            for one in self.positions
        ]


async def add(client: httpx.AsyncClient, collection: str, **row: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/v1/{collection}", json=row)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def add_vehicles(client: httpx.AsyncClient, rows: list[dict[str, Any]]) -> list[str]:
    """Ids, in the order of the rows."""
    made = await asyncio.gather(*(add(client, "vehicles", **row) for row in rows))
    return [row["id"] for row in made]


async def report(client: httpx.AsyncClient, positions: list[dict[str, Any]]) -> None:
    answer = await client.post("/api/v1/telemetry/positions", json={"positions": positions})
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == len(positions), answer.text


async def derive(site: Site, organisation: Organisation) -> None:
    """What the worker does: rounds of derivation until nothing is left."""
    database = Database(site.settings.database.app_url or "", pool_size=2)
    await database.open()
    try:
        while (await derive_round(database, organisation.id, DEFAULT)).more:
            pass
    finally:
        await database.close()
