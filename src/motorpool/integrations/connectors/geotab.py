"""Geotab: GetFeed with its version cursor (developers.geotab.com, guides Concepts and Data Feed).

A feed without a version begins at a date; each answer has a `toVersion` for the next call, and a full page means that there
is more. GetFeed may be called once a second for each kind of record.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from motorpool.core.http import OutgoingClient
from motorpool.integrations.connectors.contract import (
    Account,
    Connection,
    DrivingEvent,
    Field,
    Found,
    Page,
    Position,
    Reading,
    read_time,
)
from motorpool.integrations.connectors.geotab_calls import GeotabCalls

RESULTS_LIMIT = 50_000
#: Known diagnostics -> column of obd_telemetry and factor from Geotab's unit (odometers are metres).
DIAGNOSTICS: dict[str, tuple[str, float]] = {
    "DiagnosticEngineSpeedId": ("rpm", 1),
    "DiagnosticEngineRoadSpeedId": ("speed", 1),
    "DiagnosticEngineCoolantTemperatureId": ("coolant_temp", 1),
    "DiagnosticFuelLevelId": ("fuel_level", 1),
    "DiagnosticGoDeviceVoltageId": ("battery_voltage", 1),
    "DiagnosticThrottlePositionId": ("throttle_position", 1),
    "DiagnosticOdometerId": ("odometer", 0.001),
}
#: Built-in rules -> kind of driving event. Rules that a fleet made itself are left alone.
RULES = {
    "RuleHarshBrakingId": "harsh_braking",
    "RuleHarshGpsBrakingId": "harsh_braking",
    "RuleJackrabbitStartsId": "harsh_acceleration",
    "RuleHarshGpsAccelerationId": "harsh_acceleration",
    "RuleHarshCorneringId": "harsh_cornering",
    "RuleHarshGpsCorneringId": "harsh_cornering",
    "RuleSpeedingId": "speeding",
    "RulePostedSpeedingId": "speeding",
    "RuleIdlingId": "idle_excess",
    "RuleSeatbeltId": "no_seatbelt",
}
NOBODY = ("NoDeviceId", "UnknownDeviceId", "UnknownDriverId", "NoDriverId")


class Geotab:
    """The connector."""

    provider = "geotab"
    label = "Geotab"
    endpoint = "https://my.geotab.com"
    authentication_type = "basic_auth"
    fields: tuple[Field, ...] = (
        Field("database", "Database", "The name of your company in MyGeotab.", placeholder="acme"),
        Field("user_name", "User name", "A user for this connection alone, with the right to view.",
              placeholder="motorpool@example.com"),
        Field("password", "Password", is_secret=True),
    )  # fmt: skip
    feeds: Mapping[str, str] = {
        "LogRecord": "Positions",
        "StatusData": "Engine readings",
        "ExceptionEvent": "Driving events",
    }
    pause_s = 1.0

    def __init__(self, results_limit: int = RESULTS_LIMIT) -> None:
        self.results_limit = results_limit

    def open(self, client: OutgoingClient, account: Account) -> Connection:
        return GeotabConnection(GeotabCalls(client, account), account.history, self.results_limit)


class GeotabConnection:
    """One account at work."""

    def __init__(self, calls: GeotabCalls, history: timedelta, results_limit: int) -> None:
        self._calls = calls
        self._history = history
        self._limit = results_limit

    async def check(self) -> str:
        await self._calls.authenticate()
        devices = await self._calls.call("Get", {"typeName": "Device", "resultsLimit": self._limit})
        return f"Signed in; {len(_rows(devices))} devices can be seen."

    async def objects(self) -> list[Found]:
        devices = await self._calls.call("Get", {"typeName": "Device", "resultsLimit": self._limit})
        drivers = await self._calls.call(
            "Get", {"typeName": "User", "search": {"isDriver": True}, "resultsLimit": self._limit}
        )
        found = [
            Found("vehicle", row["id"], _text(row, "name"), _text(row, "vehicleIdentificationNumber"),
                  _text(row, "licensePlate"), _text(row, "serialNumber"))
            for row in _rows(devices)
        ]  # fmt: skip
        for row in _rows(drivers):
            full = " ".join(filter(None, (_text(row, "firstName"), _text(row, "lastName"))))
            number = _text(row, "employeeNo") or _text(row, "name")
            found.append(Found("driver", row["id"], full or _text(row, "name"), driver_number=number))
        return found

    async def page(self, feed: str, cursor: str | None, now: datetime) -> Page:
        asked: dict[str, Any] = {"typeName": feed, "resultsLimit": self._limit}
        if cursor is None:
            asked["search"] = {"fromDate": _stamp(now - self._history)}
        else:
            asked["fromVersion"] = cursor
        answer = await self._calls.call("GetFeed", asked)
        rows = _rows(answer.get("data") if isinstance(answer, dict) else None)
        following = answer.get("toVersion")
        if not isinstance(following, str) or not following:
            raise self._calls.broken("GetFeed without toVersion")
        page = Page(following, more=len(rows) >= self._limit and following != cursor)
        _read(feed, rows, page)
        return page

    async def history(self, vehicle: str, since: datetime, until: datetime) -> AsyncIterator[Page]:
        """By Get with a search; a full answer is followed by one that begins at its last record."""
        for feed in ("LogRecord", "StatusData", "ExceptionEvent"):
            begin = since
            while True:
                search = {"deviceSearch": {"id": vehicle}, "fromDate": _stamp(begin), "toDate": _stamp(until)}
                asked = {"typeName": feed, "search": search, "resultsLimit": self._limit}
                rows = _rows(await self._calls.call("Get", asked))
                page = Page(None, more=len(rows) >= self._limit)
                _read(feed, rows, page)
                yield page
                latest = max(page.times(), default=begin)
                if not page.more or latest <= begin:
                    break
                begin = latest


def _read(feed: str, rows: list[dict[str, Any]], page: Page) -> None:
    for row in rows:
        try:
            READERS[feed](row, page)
        except (KeyError, TypeError, ValueError) as error:
            page.cannot_read(f"{feed} {row.get('id', '?')}: {error}")


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _log_record(row: dict[str, Any], page: Page) -> None:
    if device := _id(row.get("device")):
        page.positions.append(
            Position(
                device,
                read_time(row.get("dateTime")),
                float(row["latitude"]),
                float(row["longitude"]),
                speed=None if row.get("speed") is None else float(row["speed"]),
            )
        )


def _status_data(row: dict[str, Any], page: Page) -> None:
    device, diagnostic = _id(row.get("device")), _id(row.get("diagnostic"))
    known = DIAGNOSTICS.get(diagnostic or "")
    if device and known:
        column, factor = known
        page.readings.append(
            Reading(device, read_time(row.get("dateTime")), column, float(row["data"]) * factor)
        )


def _exception_event(row: dict[str, Any], page: Page) -> None:
    device, kind = _id(row.get("device")), RULES.get(_id(row.get("rule")) or "")
    if not device or not kind or row.get("state") == "ExceptionEventStateDismissedId":
        return
    begin = read_time(row.get("activeFrom"))
    until = read_time(row["activeTo"]) if row.get("activeTo") else begin
    page.events.append(
        DrivingEvent(
            device,
            str(row["id"]),
            kind,
            begin,
            driver=_id(row.get("driver")),
            duration_seconds=max(0, round((until - begin).total_seconds())),
        )
    )


READERS: dict[str, Callable[[dict[str, Any], Page], None]] = {
    "LogRecord": _log_record,
    "StatusData": _status_data,
    "ExceptionEvent": _exception_event,
}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _id(value: Any) -> str | None:
    """References come as an object with an id or, where there is none, as a word."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) and found and found not in NOBODY else None


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return value.strip() or None if isinstance(value, str) else None
