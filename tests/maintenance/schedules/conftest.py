"""Schedules behind HTTP with their hand-written operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from tests.contract.conftest import Api, WithActor, api, database, registry
from tests.contract.rows import insert

from motorpool.core.database.database import Database
from motorpool.core.errors.http import exception_handler, problem_response
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.routes import ResourceApi
from motorpool.core.settings import load_settings
from motorpool.maintenance.schedule_routes import route_handlers
from motorpool.web.application import Application

__all__ = ["api", "database", "registry"]

MILE = 1609.344
NOW = datetime.now(UTC).replace(microsecond=0)
#: Records a reading: `read(vehicle, miles, days_ago)`.
Read = Callable[..., UUID]


@pytest.fixture(scope="session")
def application(database: Database, registry: Registry) -> WithActor:
    apis = [ResourceApi(one, registry, database, b"k" * 32) for one in registry.values()]
    handle = exception_handler(problem_of, lambda _, problem: problem_response(problem))
    state = {"database": database, "registry": registry, "settings": load_settings(env_file=None)}
    app = Application(
        [],
        state=State(state),
        exception_handlers={Exception: handle, HTTPException: handle, psycopg.Error: handle},
        openapi_config=None,
    )
    app.register_all([*route_handlers, *(handler for one in apis for handler in one.handlers())])
    return WithActor(app)


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
