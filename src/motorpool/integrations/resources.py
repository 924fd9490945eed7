"""What the integrations domain offers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from motorpool.core.resource.declaration import FULL, READ_ONLY, RETIRED, Computed, Resource, Scope, Verb
from motorpool.integrations.models import (
    ApiIntegration,
    CalendarIntegration,
    ConnectorFeed,
    ConnectorObject,
    ConnectorState,
    ExternalSystemMapping,
    IntegrationLog,
    MicrosoftGraphSync,
    WebhookDelivery,
    WebhookSubscription,
)

Headers = dict[
    Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,100}$")],
    Annotated[str, Meta(pattern=r"^[^\r\n]*$", max_length=2000)],
]
OWN = Scope(own="t.user_id = %(actor_user)s")

RESOURCES = (
    Resource(
        model=WebhookSubscription,
        label="Webhook",
        operations=RETIRED,
        writable=tuple(
            "webhook_name endpoint_url event_types http_method headers secret_key is_active retry_on_failure max_retries "
            "timeout_seconds".split()
        ),
        hidden=("secret_key_ciphertext",),
        made_by=("created_by_user_id",),
        shapes={"headers": Headers},
        computed={
            "health": Computed(
                "CASE WHEN NOT t.is_active THEN 'paused' WHEN t.consecutive_failures >= 5 THEN 'degraded' "
                "ELSE 'healthy' END",
                Literal["healthy", "degraded", "paused"],
                "degraded: the last five deliveries or more failed",
            )
        },
        default_sort="webhook_name",
        list_columns=("webhook_name", "endpoint_url", "event_types", "health", "last_triggered_at"),
        title_column="webhook_name",
        examples={
            "webhook_name": "Work orders to the ERP",
            "endpoint_url": "https://erp.example.com/hooks/motorpool",
            "event_types": ["work_order.completed"],
            "headers": {"X-Source": "motorpool"},
        },
    ),
    Resource(
        model=WebhookDelivery,
        label="Webhook delivery",
        plural="Webhook deliveries",
        operations=READ_ONLY,
        default_sort="-triggered_at",
        list_columns=(
            "triggered_at",
            "webhook_subscription_id",
            "event_type",
            "delivery_status",
            "response_status",
            "delivery_attempt",
            "duration_ms",
        ),
        title_column="event_type",
    ),
    Resource(
        model=ApiIntegration,
        label="Integration",
        operations=RETIRED,
        writable=tuple(
            "integration_name integration_type provider api_version authentication_type "
            "credentials_encrypted is_active sync_enabled sync_frequency_minutes configuration".split()
        ),
        # A stored secret is never sent to an address that it was not entered for; the credentials' form asks for both anew.
        create_only=("api_endpoint",),
        hidden=("credentials_encrypted_ciphertext",),
        verbs=(
            Verb("connect", "Connect a telematics provider"),
            Verb("poll", "Fetch now, and go on after a pause"),
            Verb("pause", "Pause fetching"),
        ),
        default_sort="integration_name",
        list_columns=(
            "integration_name",
            "provider",
            "integration_type",
            "is_active",
            "sync_status",
            "last_sync_at",
        ),
        title_column="integration_name",
        examples={
            "integration_name": "Samsara",
            "provider": "samsara",
            "api_endpoint": "https://api.samsara.com",
            "authentication_type": "api_key",
        },
    ),
    Resource(
        model=IntegrationLog,
        label="Integration log entry",
        plural="Integration log",
        operations=READ_ONLY,
        default_sort="-occurred_at",
        list_columns=(
            "occurred_at",
            "integration_id",
            "operation",
            "status",
            "records_processed",
            "records_failed",
            "execution_time_ms",
        ),
        title_column="operation",
    ),
    Resource(
        model=ExternalSystemMapping,
        label="External id",
        operations=FULL,
        writable=tuple("entity_type internal_id external_id external_system metadata is_active".split()),
        create_only=("integration_id",),
        list_columns=(
            "integration_id",
            "entity_type",
            "internal_id",
            "external_id",
            "external_system",
            "is_active",
        ),
        title_column="external_id",
    ),
    Resource(
        model=ConnectorState,
        label="Connector",
        operations=READ_ONLY,
        hidden=("claim", "claimed_until"),
        default_sort="-last_success_at",
        list_columns=("integration_id", "last_success_at", "failures", "paused_at", "paused_because"),
        title_column="integration_id",
    ),
    Resource(
        model=ConnectorFeed,
        label="Feed",
        operations=READ_ONLY,
        default_sort="feed",
        list_columns=("integration_id", "feed", "records", "latest_record_at", "cursor_saved_at"),
        title_column="feed",
    ),
    Resource(
        model=ConnectorObject,
        label="Vehicle elsewhere",
        plural="Vehicles elsewhere",
        operations=READ_ONLY,
        default_sort="name",
        list_columns=("name", "entity_type", "external_id", "vin", "is_ignored", "skipped_records"),
        title_column="name",
        verbs=(
            Verb("map", "Say which record here it is"),
            Verb("ignore", "Ignore its records, or stop ignoring them"),
        ),
    ),
    Resource(
        model=MicrosoftGraphSync,
        label="Microsoft 365 synchronisation",
        operations=READ_ONLY,
        hidden=("delta_token",),
        default_sort="-last_sync_at",
        scope=OWN,
        list_columns=("user_id", "sync_type", "sync_status", "last_sync_at", "items_synced", "items_failed"),
        title_column="sync_type",
    ),
    Resource(
        model=CalendarIntegration,
        label="Calendar",
        operations=FULL,
        writable=tuple(
            "calendar_name is_primary is_enabled sync_direction sync_vehicle_reservations "
            "sync_maintenance_appointments sync_safety_meetings".split()
        ),
        create_only=("user_id", "provider", "calendar_id"),
        hidden=(
            "access_token_encrypted",
            "access_token_encrypted_ciphertext",
            "refresh_token_encrypted",
            "refresh_token_encrypted_ciphertext",
        ),
        default_sort="calendar_name",
        scope=OWN,
        list_columns=("calendar_name", "user_id", "provider", "is_enabled", "sync_direction", "last_sync_at"),
        title_column="calendar_name",
    ),
)
