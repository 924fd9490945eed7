"""Samsara: the vehicle stats feed with its cursor (developers.samsara.com, Telematics Sync and Stats feed).

One request takes three kinds of stats at most, so there are several feeds, each with a cursor. The first answer holds the
last known values; each has an `endCursor` for the next request, which is kept also when nothing came.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from motorpool.core.http import Answer, NoAnswer, OutgoingClient, Refused
from motorpool.integrations.connectors.contract import (
    Account,
    Connection,
    CursorLost,
    DrivingEvent,
    Field,
    Found,
    Page,
    Position,
    Reading,
    SignInRefused,
    TooFast,
    TryLater,
    read_time,
)
from motorpool.integrations.rules.samsara_events import event_type_of

KPH_PER_MPH = 1.609344
LISTED = 512
#: Of one list, so that one that leads in circles ends.
MOST_PAGES = 1_000
#: Feed -> what is asked for. Decorations are values that stood at the time of the fix.
QUERIES: dict[str, dict[str, str]] = {
    "positions": {"types": "gps", "decorations": "engineStates,obdOdometerMeters"},
    "engine": {"types": "engineRpm,ecuSpeedMph,engineLoadPercent"},
    "fluids": {"types": "fuelPercents,engineCoolantTemperatureMilliC,batteryMilliVolts"},
    "odometer": {"types": "obdOdometerMeters"},
    "faults": {"types": "faultCodes"},
}
#: Kind of stats -> column of obd_telemetry and factor from Samsara's unit.
STATS: dict[str, tuple[str, float]] = {
    "engineRpm": ("rpm", 1),
    "ecuSpeedMph": ("speed", KPH_PER_MPH),
    "engineLoadPercent": ("engine_load", 1),
    "fuelPercents": ("fuel_level", 1),
    "engineCoolantTemperatureMilliC": ("coolant_temp", 0.001),
    "batteryMilliVolts": ("battery_voltage", 0.001),
    "obdOdometerMeters": ("odometer", 0.001),
}


class Samsara:
    """The connector."""

    provider = "samsara"
    label = "Samsara"
    endpoint = "https://api.samsara.com"
    authentication_type = "api_key"
    fields: tuple[Field, ...] = (
        Field("api_token", "API token", "With the rights to read vehicles, vehicle statistics, drivers and safety events.",
              is_secret=True, placeholder="samsara_api_…"),
        Field("webhook_secret", "Webhook secret", "Of the webhook for harsh events, as Samsara shows it. Can be added later.",
              is_secret=True, is_required=False),
    )  # fmt: skip
    feeds: Mapping[str, str] = {
        "positions": "Positions",
        "engine": "Engine",
        "fluids": "Fuel, coolant, battery",
        "odometer": "Odometer",
        "faults": "Trouble codes",
    }
    pause_s = 0.2

    def open(self, client: OutgoingClient, account: Account) -> Connection:
        return SamsaraConnection(client, account)


class SamsaraConnection:
    """One account at work."""

    def __init__(self, client: OutgoingClient, account: Account) -> None:
        self._client = client
        self._endpoint = account.endpoint
        self._token = account.credentials.get("api_token", "")

    async def check(self) -> str:
        answer = await self._get("/fleet/vehicles", {"limit": "1"})
        return f"Signed in; {'vehicles can' if answer['data'] else 'no vehicles can'} be seen."

    async def objects(self) -> list[Found]:
        found = []
        async for row in self._listed("/fleet/vehicles"):
            ids = _dict(row.get("externalIds"))
            found.append(
                Found(
                    "vehicle",
                    str(row["id"]),
                    row.get("name"),
                    row.get("vin") or ids.get("samsara.vin"),
                    row.get("licensePlate"),
                    row.get("serial") or ids.get("samsara.serial"),
                )
            )
        drivers = [row async for row in self._listed("/fleet/drivers")]
        return found + [
            Found("driver", str(row["id"]), row.get("name"), driver_number=row.get("username"))
            for row in drivers
        ]

    async def page(self, feed: str, cursor: str | None, now: datetime) -> Page:
        query = dict(QUERIES[feed]) | ({} if cursor is None else {"after": cursor})
        answer = await self._get("/fleet/vehicles/stats/feed", query)
        pagination = _dict(answer.get("pagination"))
        following = pagination.get("endCursor")
        if not isinstance(following, str):
            raise TryLater("Samsara's answer cannot be read: no endCursor")
        more = bool(pagination.get("hasNextPage")) and following != cursor
        page = Page(following or cursor, more)
        for row in answer["data"]:
            _read_vehicle(row, page)
        return page

    async def history(self, vehicle: str, since: datetime, until: datetime) -> AsyncIterator[Page]:
        """By the history of stats, in stretches of a day."""
        for query in QUERIES.values():
            begin = since
            while begin < until:
                end = min(until, begin + timedelta(days=1))
                asked = query | {
                    "vehicleIds": vehicle,
                    "startTime": begin.isoformat().replace("+00:00", "Z"),
                    "endTime": end.isoformat().replace("+00:00", "Z"),
                }
                async for row, more in self._pages("/fleet/vehicles/stats/history", asked):
                    page = Page(None, more)
                    for one in row:
                        _read_vehicle(one, page)
                    yield page
                begin = end

    async def harsh_event(self, vehicle: str, moment: datetime) -> DrivingEvent | None:
        """What a harsh event was; None when it is none of ours. The webhook tells only that there was one."""
        stamp = str(round(moment.timestamp() * 1000))
        path = f"/v1/fleet/vehicles/{vehicle}/safety/harsh_event"
        found = await self._get(path, {"timestamp": stamp}, needs=())
        kind = event_type_of(str(found.get("harshEventType", "")))
        if kind is None:
            return None
        place, video = _dict(found.get("location")), found.get("downloadForwardVideoUrl")
        return DrivingEvent(
            vehicle,
            "",
            kind,
            moment,
            latitude=_number(place.get("latitude")),
            longitude=_number(place.get("longitude")),
            address=place.get("address") if isinstance(place.get("address"), str) else None,
            video_url=video if isinstance(video, str) and video.startswith("https://") else None,
        )

    async def _listed(self, path: str) -> AsyncIterator[dict[str, Any]]:
        async for rows, _ in self._pages(path, {"limit": str(LISTED)}):
            for row in rows:
                if isinstance(row, dict) and row.get("id"):
                    yield row

    async def _pages(self, path: str, query: Mapping[str, str]) -> AsyncIterator[tuple[list[Any], bool]]:
        """Each page's data, and whether another follows."""
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self._get(path, dict(query) | ({"after": cursor} if cursor else {}))
            pagination = _dict(answer.get("pagination"))
            following = pagination.get("endCursor")
            more = bool(following) and following != cursor and bool(pagination.get("hasNextPage"))
            yield answer["data"], more
            if not more:
                return
            cursor = str(following)
        raise TryLater(f"Samsara's list of {path} does not end")

    async def _get(
        self, path: str, query: Mapping[str, str], needs: tuple[str, ...] = ("data",)
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        try:
            answer = await self._client.request("GET", self._endpoint + path, headers=headers, query=query)
        except Refused as error:
            raise SignInRefused(str(error)) from None
        except NoAnswer as error:
            raise TryLater(str(error)) from None
        _raise_for(answer, "after" in query)
        try:
            found: dict[str, Any] = await asyncio.to_thread(answer.json, dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise TryLater("Samsara's answer cannot be read: it is no JSON object") from None
        for name in needs:
            if not isinstance(found.get(name), list):
                raise TryLater(f"Samsara's answer cannot be read: no {name}")
        return found


def _raise_for(answer: Answer, has_cursor: bool) -> None:
    if answer.status == 200:
        return
    if answer.status == 429:
        raise TooFast("Samsara wants fewer requests", answer.retry_after_s())
    if answer.status in (401, 403):
        right = "the API token" if answer.status == 401 else "access: the API token lacks a right"
        raise SignInRefused(f"Samsara refuses {right} (status {answer.status})")
    if answer.status == 400 and has_cursor and b"cursor" in answer.body.lower():
        raise CursorLost("Samsara does not know the stored cursor any more")
    raise TryLater(f"Samsara answers with status {answer.status}")


def _read_vehicle(row: Any, page: Page) -> None:
    if not isinstance(row, dict) or not row.get("id"):
        page.cannot_read("a vehicle without an id")
        return
    vehicle = str(row["id"])
    for fix in _entries(row, "gps"):
        try:
            page.positions.append(_position(vehicle, fix))
        except (KeyError, TypeError, ValueError) as error:
            page.cannot_read(f"gps of {vehicle}: {error}")
    for name, (column, factor) in STATS.items():
        for entry in _entries(row, name):
            try:
                value = float(entry["value"]) * factor
                page.readings.append(Reading(vehicle, read_time(entry.get("time")), column, value))
            except (KeyError, TypeError, ValueError) as error:
                page.cannot_read(f"{name} of {vehicle}: {error}")
    for entry in _entries(row, "faultCodes"):
        try:
            codes = tuple(sorted(set(_codes(entry.get("obdii")))))
            page.readings.append(Reading(vehicle, read_time(entry.get("time")), "dtc_codes", codes))
        except (TypeError, ValueError) as error:
            page.cannot_read(f"faultCodes of {vehicle}: {error}")


def _position(vehicle: str, fix: dict[str, Any]) -> Position:
    beside = _dict(fix.get("decorations"))
    engine, odometer = (
        _dict(beside.get(name)).get("value") for name in ("engineStates", "obdOdometerMeters")
    )
    speed = _number(fix.get("speedMilesPerHour"))
    return Position(
        vehicle,
        read_time(fix.get("time")),
        float(fix["latitude"]),
        float(fix["longitude"]),
        speed=None if speed is None else speed * KPH_PER_MPH,
        heading=_number(fix.get("headingDegrees")),
        odometer_m=_number(odometer),
        ignition={"On": True, "Idle": True, "Off": False}.get(str(engine)),
    )


def _entries(row: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    found = row.get(name)
    for entry in found if isinstance(found, list) else []:
        if isinstance(entry, dict):
            yield entry


def _codes(value: Any) -> Iterator[str]:
    """Confirmed and permanent codes, at whatever depth; pending ones may still turn out to be nothing."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("confirmedDtcs", "permanentDtcs") and isinstance(inner, list):
                for code in inner:
                    if isinstance(code, dict) and isinstance(code.get("dtcShortCode"), str):
                        yield code["dtcShortCode"]
            else:
                yield from _codes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _codes(inner)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
