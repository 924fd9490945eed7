"""Schedules behind HTTP with their hand-written operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.contract.conftest import Api, WithActor, api, database, registry, served
from tests.contract.rows import insert

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.maintenance.schedule_routes import route_handlers

__all__ = ["api", "database", "registry"]

MILE = 1609.344
NOW = datetime.now(UTC).replace(microsecond=0)
#: Records a reading: `read(vehicle, miles, days_ago)`.
Read = Callable[..., UUID]


@pytest.fixture(scope="session")
def application(database: Database, registry: Registry) -> WithActor:
    return served(database, registry, route_handlers)


@pytest.fixture
def read(api: Api, owner: psycopg.Connection[Any]) -> Read:
    """Readings in miles, or in hours for engine hours."""

    def reading(
        vehicle: UUID, value: float, days_ago: float = 0, kind: str = "odometer", **more: Any
    ) -> UUID:
        unit = MILE if kind == "odometer" else 3600
        return insert(
            owner,
            "meter_readings",
            api.actor.tenant_id,
            vehicle_id=vehicle,
            meter_type=kind,
            value=value * unit,
            recorded_at=NOW - timedelta(days=days_ago),
            **more,
        )

    return reading
