"""Alert rules, and the alerts that they raised."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, String, Text, Time, text
from sqlalchemy.dialects.postgresql import JSONB, UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.communication.models.entities import ENTITIES
from motorpool.core.database.models import (
    Polymorphic,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)

SEVERITIES = ("info", "warning", "critical", "emergency")
CHANNELS = "ARRAY['in_app', 'email', 'sms', 'teams', 'push']::text[]"
WEEKDAYS = "ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']::text[]"


class AlertRule(TenantModel, Timestamped):
    """When to raise an alert, how grave it is, and whom to tell."""

    __tablename__ = "alert_rules"
    __facts__ = TableFacts(
        search=("rule_name", "description"),
        audit_ignore=("last_triggered_at",),
        ref_arrays={"recipient_users": "users"},
        json_refs={
            "trigger_conditions.vehicle_ids[*]": "vehicles",
            "trigger_conditions.vehicle_group_ids[*]": "vehicle_groups",
            "trigger_conditions.geofence_ids[*]": "geofences",
        },
    )
    __indexes__ = (
        "tenant_id, is_active",
        "alert_type",
        "tenant_id, rule_name, id",
        "tenant_id, alert_type, is_active",
    )
    __table_args__ = (
        one_of("severity", *SEVERITIES),
        CheckConstraint("cooldown_minutes >= 0", name="cooldown_minutes_are_not_negative"),
        CheckConstraint("escalate_after_minutes > 0", name="escalate_after_minutes_are_positive"),
        CheckConstraint(
            f"notification_channels <@ {CHANNELS}", name="channels_are_in_app_email_sms_teams_or_push"
        ),
        CheckConstraint(f"active_days <@ {WEEKDAYS}", name="active_days_are_mon_to_sun"),
        CheckConstraint(
            "(active_from IS NULL) = (active_until IS NULL)", name="active_hours_have_a_start_and_an_end"
        ),
        {"comment": "Configurable alerting rules"},
    )

    rule_name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    alert_type: Mapped[str | None] = mapped_column(
        String(50),
        comment="Such as maintenance_due, inspection_expiring, cost_threshold, geofence, driver_behavior",
    )
    trigger_conditions: Mapped[Any | None] = mapped_column(JSONB, comment="When the rule applies")
    severity: Mapped[str] = mapped_column(String(20), server_default="warning")
    message_template: Mapped[str | None] = mapped_column(
        Text, comment="Words of the alert, with {names} of what it is about; null: those of its type"
    )
    notification_channels: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="in_app, email, sms, teams, push; null: in_app and email"
    )
    recipient_users: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), comment="People to tell"
    )
    recipient_roles: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Names of roles whose people to tell, such as fleet_manager"
    )
    is_active: Mapped[bool] = mapped_column(server_default="true")
    active_days: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="mon to sun, in the organisation's time zone; null: every day"
    )
    active_from: Mapped[time | None] = mapped_column(Time, comment="Hours in which it looks; null: all")
    active_until: Mapped[time | None] = mapped_column(Time)
    cooldown_minutes: Mapped[int] = mapped_column(
        server_default="60", comment="min before the same rule speaks again about the same thing"
    )
    escalate_after_minutes: Mapped[int | None] = mapped_column(
        comment="min without acknowledgement before it is told to escalate_to_roles"
    )
    escalate_to_roles: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="Names of roles")
    last_triggered_at: Mapped[datetime | None]
    created_by_user_id: Mapped[UUID | None] = reference("users")


class AlertHistory(TenantModel):
    """An alert that was raised, and what people did about it."""

    __tablename__ = "alert_history"
    __facts__ = TableFacts(
        audit_on=("UPDATE", "DELETE"),
        polymorphic=(Polymorphic("entity_type", "entity_id", ENTITIES),),
        search=("alert_message",),
    )
    __indexes__ = (
        "alert_rule_id, fired_at DESC",
        "tenant_id, entity_type, entity_id, fired_at DESC",
        "tenant_id, fired_at DESC",
        "tenant_id, status, fired_at DESC",
    )
    __table_args__ = (
        one_of("severity", *SEVERITIES),
        one_of("status", "open", "acknowledged", "resolved"),
        {"comment": "Alert firing history"},
    )

    alert_rule_id: Mapped[UUID] = reference("alert_rules")
    alert_type: Mapped[str | None] = mapped_column(String(50), comment="Of the rule, when it fired")
    severity: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    entity_type: Mapped[str | None] = mapped_column(String(50), comment="What it is about, such as vehicle")
    entity_id: Mapped[UUID | None]
    alert_message: Mapped[str | None] = mapped_column(Text)
    trigger_data: Mapped[Any | None] = mapped_column(JSONB, comment="Snapshot of data that triggered alert")
    acknowledged_by_user_id: Mapped[UUID | None] = reference("users")
    acknowledged_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None] = mapped_column(comment="When nobody had acknowledged it in time")
    resolved_by_user_id: Mapped[UUID | None] = reference("users")
    resolved_at: Mapped[datetime | None]
    resolution_notes: Mapped[str | None] = mapped_column(Text)
    fired_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
