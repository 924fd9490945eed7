"""What a connector is: the feeds it has, what a page of a feed holds, and how it says that something went wrong.

A connector turns a provider's answers into positions, readings and driving events in our units. It does not know the
database, does not wait and does not try again: the poller decides that from the error it raises.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

from motorpool.core.http import OutgoingClient

Kind = Literal["vehicle", "driver"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# -- what a provider tells


@dataclass(frozen=True, slots=True)
class Found:
    """A vehicle or driver as the provider lists it."""

    kind: Kind
    external_id: str
    name: str | None = None
    vin: str | None = None
    license_plate: str | None = None
    serial: str | None = None
    driver_number: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """One fix: degrees, metres, km/h. `vehicle` is the provider's id."""

    vehicle: str
    recorded_at: datetime
    latitude: float
    longitude: float
    speed: float | None = None
    heading: float | None = None
    odometer_m: float | None = None
    ignition: bool | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of the engine computer; `column` is one of obd_telemetry, in its unit. A list of trouble codes is the
    whole list as it stands then.
    """

    vehicle: str
    recorded_at: datetime
    column: str
    value: float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrivingEvent:
    """Something that the provider noticed about how a vehicle was driven; its kinds are those of
    driver_behavior_events. Speeds in km/h, acceleration in g.
    """

    vehicle: str
    external_id: str
    event_type: str
    recorded_at: datetime
    driver: str | None = None
    severity: str | None = None
    duration_seconds: int | None = None
    speed: float | None = None
    speed_limit: float | None = None
    g_force: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    address: str | None = None
    video_url: str | None = None


@dataclass(slots=True)
class Page:
    """One answer of a feed. `cursor` leads to what follows; `more`: there is more right away."""

    cursor: str | None
    more: bool
    positions: list[Position] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    events: list[DrivingEvent] = field(default_factory=list)
    #: Records that the provider sent but that nobody could read: index and reason of the first few.
    unreadable: list[str] = field(default_factory=list)
    unreadable_count: int = 0

    @property
    def count(self) -> int:
        return len(self.positions) + len(self.readings) + len(self.events) + self.unreadable_count

    def times(self) -> list[datetime]:
        """Of all records."""
        return [
            *(one.recorded_at for one in self.positions),
            *(one.recorded_at for one in self.readings),
            *(one.recorded_at for one in self.events),
        ]

    def cannot_read(self, reason: str) -> None:
        self.unreadable_count += 1
        if len(self.unreadable) < 5:
            self.unreadable.append(reason)


# -- what goes wrong


class ConnectorError(Exception):
    """A poll cannot go on. The message is for people and holds nothing secret."""


class SignInRefused(ConnectorError):
    """The credentials are wrong or have lost a right; trying again changes nothing."""


class TooFast(ConnectorError):
    """The provider wants us to wait `after_s` seconds; None: it did not say how long."""

    def __init__(self, message: str, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s


class TryLater(ConnectorError):
    """No answer, a broken one or an error of the provider: it passes by itself."""


class CursorLost(ConnectorError):
    """The provider does not know this cursor any more."""


# -- a connector


@dataclass(frozen=True, slots=True)
class Field:
    """An input of the form for a new connection. Secret ones are sealed together, others are the configuration."""

    name: str
    label: str
    help: str = ""
    is_secret: bool = False
    is_required: bool = True
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A connection's own values: where, and with what. `endpoint` has no slash at its end."""

    endpoint: str
    configuration: Mapping[str, Any]
    credentials: Mapping[str, str] = field(repr=False)
    #: How far back a feed without a cursor begins.
    history: timedelta = timedelta(days=1)


class Connection(Protocol):
    """A connector at work for one account."""

    async def check(self) -> str:
        """Sign in and read something small; a sentence about the account. Raises ConnectorError."""

    async def objects(self) -> list[Found]:
        """Vehicles and drivers. Raises ConnectorError."""

    async def page(self, feed: str, cursor: str | None, now: datetime) -> Page:
        """What follows a cursor; None: the beginning. Raises ConnectorError."""

    def history(self, vehicle: str, since: datetime, until: datetime) -> AsyncIterator[Page]:
        """Everything of one vehicle between two times, in order; a page's cursor means nothing. Raises ConnectorError."""


class Connector(Protocol):
    """One provider."""

    provider: str
    label: str
    #: Used unless the connection names another.
    endpoint: str
    #: What `api_integrations.authentication_type` says of its connections.
    authentication_type: str
    fields: tuple[Field, ...]
    #: In the order in which they are fetched, with what people call them.
    feeds: Mapping[str, str]
    #: Least pause between two pages of one feed, in seconds.
    pause_s: float

    def open(self, client: OutgoingClient, account: Account) -> Connection:
        """A connection; nothing is sent yet."""


def read_time(text: object) -> datetime:
    """An RFC 3339 time with zone, fractions of any length. Raises ValueError."""
    if not isinstance(text, str) or not text:
        raise ValueError("has no time")
    # Some send seven digits of a second; Python's reader takes them and cuts after the sixth.
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"has a time without a zone: {text}")
    return found.astimezone(UTC)
