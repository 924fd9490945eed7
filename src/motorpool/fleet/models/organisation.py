"""Departments, facilities, groups of vehicles, vendors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Numeric, PrimaryKeyConstraint, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    Base,
    TableFacts,
    TenantModel,
    Timestamped,
    TimeZone,
    one_of,
    reference,
)


class Department(TenantModel, Timestamped):
    """A part of the organisation that vehicles, people and costs belong to."""

    __tablename__ = "departments"
    __facts__ = TableFacts(search=("name", "code"))
    __unique__ = ("code",)
    __table_args__ = (
        Index("ix_departments_tenant_id_name", "tenant_id", "name", "id"),
        {"comment": "Parts of the organisation: the unit of cost and of access"},
    )

    name: Mapped[str] = mapped_column(String(255))
    code: Mapped[str] = mapped_column(String(50), comment="Short code, as on budgets")
    parent_department_id: Mapped[UUID | None] = reference("departments")
    manager_user_id: Mapped[UUID | None] = reference("users")
    cost_center: Mapped[str | None] = mapped_column(String(50))
    is_active: Mapped[bool] = mapped_column(server_default="true")


class Facility(TenantModel, Timestamped):
    """A place of one's own: depot, shop, fuel site, office, parking, charging."""

    __tablename__ = "facilities"
    __facts__ = TableFacts(search=("name", "code", "address", "city"))
    __unique__ = ("code",)
    __indexes__ = ("tenant_id, status",)
    __table_args__ = (
        Index("ix_facilities_tenant_id_name", "tenant_id", "name", "id"),
        one_of("status", "active", "closed"),
        {"comment": "Depots, shops, fuel sites, offices"},
    )

    name: Mapped[str] = mapped_column(String(255))
    code: Mapped[str] = mapped_column(String(50))
    facility_type: Mapped[str | None] = mapped_column(
        String(50), comment="depot, maintenance_shop, fuel_site, office, parking, charging_hub, warehouse"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    address: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(String(100))
    region: Mapped[str | None] = mapped_column(String(100), comment="State or province")
    postal_code: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(String(2), comment="ISO 3166-1 alpha-2")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8))
    time_zone: Mapped[str | None] = mapped_column(TimeZone(), comment="IANA zone; null: the tenant's")
    phone: Mapped[str | None] = mapped_column(String(40))
    capacity_vehicles: Mapped[int | None] = mapped_column(comment="Parking places")
    opening_hours: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB,
        comment="By day of the week, in the facility's time zone; a day without hours is closed; null: not known",
    )


class VehicleGroup(TenantModel, Timestamped):
    """A free grouping of vehicles, for filters, alerts and reports."""

    __tablename__ = "vehicle_groups"
    __facts__ = TableFacts(search=("name",))
    __unique__ = ("name",)
    __table_args__ = ({"comment": "Free groupings of vehicles"},)

    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    color: Mapped[str | None] = mapped_column(String(7), comment="#rrggbb")


class VehicleGroupMember(Base):
    """A vehicle's membership of a group."""

    __tablename__ = "vehicle_group_members"
    __facts__ = TableFacts(
        audited=False, reason="no id of its own; the action that changes members logs the group"
    )
    __indexes__ = ("tenant_id, vehicle_id",)
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "group_id", "vehicle_id"),
        {"comment": "Which vehicles are in which group"},
    )

    tenant_id: Mapped[UUID]
    group_id: Mapped[UUID] = reference("vehicle_groups", cascade=True)
    vehicle_id: Mapped[UUID] = reference("vehicles", cascade=True)


class Vendor(TenantModel, Timestamped):
    """A company that sells, repairs, insures, leases or fuels."""

    __tablename__ = "vendors"
    __facts__ = TableFacts(search=("name", "vendor_number", "contact_name"))
    __unique__ = ("vendor_number",)
    __indexes__ = ("tenant_id, status",)
    __table_args__ = (
        Index("ix_vendors_tenant_id_name", "tenant_id", "name", "id"),
        one_of("status", "active", "on_hold", "retired"),
        {"comment": "Dealers, shops, fuel suppliers, insurers, lessors"},
    )

    name: Mapped[str] = mapped_column(String(255))
    vendor_number: Mapped[str] = mapped_column(String(50))
    vendor_types: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text),
        comment="parts, service, fuel, tires, insurance, leasing, dealer, towing, tolls, charging",
    )
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    contact_name: Mapped[str | None] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(40))
    website: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(String(100))
    region: Mapped[str | None] = mapped_column(String(100))
    postal_code: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(String(2))
    tax_number: Mapped[str | None] = mapped_column(String(50))
    payment_terms_days: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    notes: Mapped[str | None] = mapped_column(Text)
