"""How far a connector has come: its state, a cursor for each feed, and what the other system calls its vehicles."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, one_of, reference


class ConnectorState(TenantModel):
    """Where the poller of a connection stands; one row for each connection that has one."""

    __tablename__ = "connector_states"
    __facts__ = TableFacts(audited=False, reason="machine state of the pollers")
    __unique__ = ("integration_id",)
    __indexes__ = ("tenant_id, last_success_at DESC",)
    __table_args__ = (
        CheckConstraint("failures >= 0 AND refusals >= 0", name="counts_are_not_negative"),
        {"comment": "Pollers of connections to telematics providers"},
    )

    integration_id: Mapped[UUID] = reference("api_integrations", cascade=True)
    failures: Mapped[int] = mapped_column(
        server_default="0", comment="Polls that failed since the last success"
    )
    refusals: Mapped[int] = mapped_column(
        server_default="0", comment="Sign-ins refused since the last success; at 3 it is paused"
    )
    paused_at: Mapped[datetime | None] = mapped_column(comment="When it was paused, by hand or by refusals")
    paused_because: Mapped[str | None] = mapped_column(Text)
    last_attempt_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    objects_read_at: Mapped[datetime | None] = mapped_column(
        comment="When the list of vehicles and drivers was read last"
    )
    claim: Mapped[UUID | None] = mapped_column(comment="Who polls now; only that one may move a cursor")
    claimed_until: Mapped[datetime | None] = mapped_column(comment="Then the claim is void")


class ConnectorFeed(TenantModel):
    """One stream of a connection: what comes next. The cursor moves when what came before it is committed."""

    __tablename__ = "connector_feeds"
    __facts__ = TableFacts(audited=False, reason="machine state of the pollers")
    __unique__ = ("integration_id, feed",)
    __table_args__ = (
        Index("ix_connector_feeds_tenant_id_feed", "tenant_id", "feed", "id"),
        {"comment": "Cursors of feeds"},
    )

    integration_id: Mapped[UUID] = reference("api_integrations", cascade=True)
    feed: Mapped[str] = mapped_column(String(50), comment="Such as LogRecord or positions")
    cursor: Mapped[str | None] = mapped_column(
        Text, comment="As the provider gave it; null: from the beginning"
    )
    cursor_saved_at: Mapped[datetime | None]
    latest_record_at: Mapped[datetime | None] = mapped_column(comment="Time of the newest record that came")
    records: Mapped[int] = mapped_column(BigInteger, server_default="0", comment="That came so far")


class ConnectorObject(TenantModel):
    """A vehicle or driver as the other system knows it. Which one it is here stands in external_system_mappings."""

    __tablename__ = "connector_objects"
    __facts__ = TableFacts(
        search=("name", "vin", "license_plate", "external_id"),
        audit_on=("UPDATE",),
        audit_ignore=(
            "name vin license_plate serial driver_number last_seen_at skipped_records skipped_since catch_up_from".split()
        ),
    )
    __unique__ = ("integration_id, entity_type, external_id",)
    __indexes__ = ("tenant_id, name, id",)
    __table_args__ = (
        one_of("entity_type", "vehicle", "driver"),
        {"comment": "Vehicles and drivers of other systems"},
    )

    integration_id: Mapped[UUID] = reference("api_integrations", cascade=True)
    entity_type: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(255))
    vin: Mapped[str | None] = mapped_column(String(50))
    license_plate: Mapped[str | None] = mapped_column(String(50))
    serial: Mapped[str | None] = mapped_column(String(100), comment="Of the tracker in it")
    driver_number: Mapped[str | None] = mapped_column(String(100), comment="Employee number or sign-in name")
    is_ignored: Mapped[bool] = mapped_column(server_default="false", comment="Its records are not wanted")
    skipped_records: Mapped[int] = mapped_column(
        BigInteger, server_default="0", comment="Records that were not stored because nobody is mapped"
    )
    skipped_since: Mapped[datetime | None] = mapped_column(comment="Time of the earliest of them")
    catch_up_from: Mapped[datetime | None] = mapped_column(
        comment="Mapped since: its records from then on are still to be fetched"
    )
    last_seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
