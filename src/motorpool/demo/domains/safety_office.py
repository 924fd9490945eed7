"""What the writers of the safety office's rows share: the fleet, today, and how rows are added."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add, numbers

MADE_UP = {"demo": "made up"}


class Accident(NamedTuple):
    """An accident report that was added, and the number of its story."""

    report: UUID
    driver: UUID
    at: datetime
    story: int


class Office:
    def __init__(self, connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
        self.connection, self.tenant, self.fleet = connection, tenant, fleet
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        self.today: date = self.now.date()
        self.user = fleet.users[0]

    def add(self, table: str, rows: list[Row]) -> list[UUID]:
        return add(self.connection, table, self.tenant, rows)

    def numbers(self, table: str, prefix: str, days: list[float]) -> list[str]:
        """Business numbers in the order of time; `days`: how long ago each row was made, newest first."""
        years = [self.ago(ago).year for ago in reversed(days)]
        return numbers(self.connection, self.tenant, table, prefix, years)[::-1]

    def vehicle(self, number: int) -> UUID:
        return self.fleet.vehicles[number * 5 % len(self.fleet.vehicles)]

    def driver(self, number: int) -> UUID:
        return self.fleet.drivers[number * 3 % len(self.fleet.drivers)]

    def colleague(self, number: int) -> UUID:
        return self.fleet.users[number % len(self.fleet.users)]

    def facility(self, number: int) -> UUID:
        return self.fleet.facilities[number % len(self.fleet.facilities)]

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)
