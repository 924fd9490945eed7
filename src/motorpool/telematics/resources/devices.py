"""Trackers and phones."""

from __future__ import annotations

from datetime import datetime

from motorpool.core.resource.declaration import READ_ONLY, Computed, Move, Resource, States, Verb
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import (
    Device,
    DeviceCommand,
    DeviceConnection,
    DeviceEvent,
    DeviceSession,
)

CONNECTION = "(SELECT {} FROM device_connections c WHERE c.tenant_id = t.tenant_id AND c.device_id = t.id)"
CONNECTED = CONNECTION.format("CASE WHEN c.connected_until > now() THEN 'connected' ELSE 'seen' END")

RESOURCES = (
    Resource(
        model=Device,
        label="Device",
        writable=("name", "vehicle_id", "protocol", "model", "phone", "attributes"),
        create_only=("identifier",),
        hidden=("identifier",),
        computed={
            "identifier_hint": Computed(
                "left(t.identifier, 4) || '...'", str, "The identifier is a secret; `reveal` shows it"
            ),
            "connection": Computed(
                f"coalesce({CONNECTED}, CASE WHEN t.last_report_at IS NULL THEN 'never' ELSE 'seen' END)",
                str,
                "connected, seen (not connected now), or never",
            ),
            "last_message_at": Computed(
                f"greatest(t.last_report_at, {CONNECTION.format('c.last_message_at')})",
                datetime,
                "When it last said anything",
            ),
        },
        filters=("id", "status", "vehicle_id", "name"),
        sorts=("name", "status"),
        default_sort="name",
        verbs=(
            Verb("adopt", "Take a quarantined device into use"),
            Verb("disable", "Stop accepting reports of a device"),
            Verb("reveal", "Show a device's secret identifier"),
            Verb("send_command", "Tell a device to do something"),
        ),
        list_columns=("name", "vehicle_id", "protocol", "last_message_at", "status"),
        title_column="name",
    ),
    Resource(
        model=DeviceCommand,
        label="Device command",
        operations=READ_ONLY,
        default_sort="-created_at",
        states=States(
            "status",
            (Move("cancel", "expired", ("queued",), "Do not send this command"),),
            by_program=("sent", "acknowledged", "failed"),
        ),
        list_columns=("created_at", "device_id", "command", "status", "requested_by_user_id", "result"),
        title_column="command",
    ),
    Resource(
        model=DeviceConnection,
        label="Device connection",
        operations=READ_ONLY,
        default_sort="-last_message_at",
        list_columns=(
            "device_id",
            "protocol",
            "transport",
            "connected_until",
            "last_message_at",
            "refused_count",
        ),
        title_column="device_id",
    ),
    Resource(
        model=DeviceSession,
        label="Device session",
        operations=READ_ONLY,
        default_sort="-connected_at",
        list_columns=("device_id", "protocol", "remote_address", "connected_at", "disconnected_at", "reason"),
        title_column="connected_at",
    ),
    Resource(
        model=DeviceEvent,
        label="Device event",
        operations=READ_ONLY,
        default_sort="-recorded_at",
        points_to={"device_id": "devices"},
        scope=vehicle_scope(),
        list_columns=("recorded_at", "vehicle_id", "code", "value", "speed", "source"),
        title_column="code",
    ),
)
