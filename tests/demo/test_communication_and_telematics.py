"""Geofences to road data, messages and integrations of the demonstration: they load, quickly, and nothing dangles."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest
from tests.contract.rows import insert

from motorpool.core.resource.guard import doubts
from motorpool.core.resource.registry import load_registry
from motorpool.demo.domains import DemoFleet, communication, integrations, telematics

REGISTRY = load_registry()
FILLED = (
    "geofences driver_behavior_events routes traffic_cameras "
    "weather_stations ev_charging_stations toll_plazas alert_rules alert_history notifications "
    "notification_preferences message_groups message_group_members messages api_integrations integration_logs "
    "external_system_mappings webhook_subscriptions webhook_deliveries calendar_integrations microsoft_graph_sync"
).split()


@pytest.fixture(params=[1, 4], ids=["one person", "several people"])
def loaded(request: Any, database_urls: Any, tenant: Any) -> Any:
    with psycopg.connect(database_urls.owner) as connection:
        demo = DemoFleet(
            **{
                name: [insert(connection, name, tenant.id) for _ in range(count)]
                for name, count in (("users", request.param), ("vehicles", 30), ("drivers", 12))
            },
            facilities=[insert(connection, "facilities", tenant.id)],
            vendors={},
            departments=[insert(connection, "departments", tenant.id)],
        )
        for role in ("fleet_manager", "safety_officer", "dispatcher", "accountant", "admin"):
            connection.execute("INSERT INTO roles (tenant_id, role_name) VALUES (%s, %s)", (tenant.id, role))
        for moment in ("now()", "now() - interval '20 days'"):
            for table in ("integration_logs", "webhook_deliveries"):
                connection.execute(f"SELECT ensure_partition('{table}', {moment})")
        began = time.perf_counter()
        for domain in (telematics, communication, integrations):
            domain.load(connection, tenant.id, demo)
        yield connection, tenant.id, time.perf_counter() - began, request.param
        connection.rollback()


def test_every_list_has_rows_and_no_reference_dangles(loaded: Any) -> None:
    connection, tenant, took, people = loaded
    assert took < 5, "a demonstration that takes this long is not loaded at the first start"
    for name in FILLED:
        found = connection.execute(f"SELECT count(*) FROM {name} WHERE tenant_id = %s", (tenant,)).fetchone()
        assert found[0] > 0 or (name == "messages" and people == 1), name
        resource = REGISTRY[name]
        for doubt in doubts(resource.table):
            wrong = connection.execute(
                f"SELECT count(*) FROM {name} t WHERE t.tenant_id = %s AND {doubt.condition}", (tenant,)
            ).fetchone()
            assert wrong == (0,), (name, doubt.column, doubt.message)
        for condition, column, message in resource.rules:
            wrong = connection.execute(
                f"SELECT count(*) FROM {name} t WHERE t.tenant_id = %s AND NOT ({condition})", (tenant,)
            ).fetchone()
            assert wrong == (0,), (name, column, message)


def test_shapes_hold_and_nothing_is_sent_anywhere(loaded: Any) -> None:
    import msgspec

    connection, tenant, _, _ = loaded
    for name in FILLED:
        for column, shape in REGISTRY[name].shapes.items():
            rows = connection.execute(
                f"SELECT {column} FROM {name} WHERE tenant_id = %s AND {column} IS NOT NULL", (tenant,)
            ).fetchall()
            for (value,) in rows:
                msgspec.convert(value, shape)
    for table, column in (("webhook_subscriptions", "is_active"), ("api_integrations", "is_active")):
        active = connection.execute(
            f"SELECT count(*) FROM {table} WHERE tenant_id = %s AND {column}", (tenant,)
        )
        assert active.fetchone() == (0,)
