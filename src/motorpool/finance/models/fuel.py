"""Fuel and charge that went into vehicles, fuel cards, and what the cards' providers report."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference

ANOMALIES = (
    "Such as over_capacity, odometer_backwards, duplicate, unusual_price, unusual_time, off_site, wrong_fuel, "
    "too_frequent, over_limit"
)
LAT_LON = "(latitude IS NULL) = (longitude IS NULL)"


class FuelTransaction(TenantModel, Timestamped):
    """A fill or charge of one vehicle."""

    __tablename__ = "fuel_transactions"
    __facts__ = TableFacts(search=("station_name", "receipt_number", "notes"))
    __unique__ = ("source, external_id",)
    __indexes__ = (
        "tenant_id, transaction_date DESC",
        "tenant_id, vehicle_id, transaction_date DESC",
        "vehicle_id, transaction_date DESC",
        "driver_id, transaction_date DESC",
        "vendor_id, transaction_date DESC",
        "fuel_card_id, transaction_date DESC",
        "tenant_id, status, transaction_date DESC",
        "tenant_id, fuel_type",
        "tenant_id, facility_id",
        "expense_id",
    )
    __table_args__ = (
        one_of("status", "recorded", "flagged", "verified", "void"),
        one_of("unit", "liters", "kwh", "kg"),
        CheckConstraint("quantity > 0", name="quantity_above_zero"),
        CheckConstraint(
            "unit_price >= 0 AND total_amount >= 0 AND tax_amount >= 0 AND discount_amount >= 0",
            name="amounts_from_zero",
        ),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_three_capital_letters"),
        CheckConstraint("odometer >= 0", name="odometer_from_zero"),
        CheckConstraint("engine_hours >= 0", name="engine_hours_from_zero"),
        CheckConstraint(LAT_LON, name="latitude_and_longitude_go_together"),
        CheckConstraint("ended_at >= transaction_date", name="end_after_start"),
        CheckConstraint(
            "level_before_percent BETWEEN 0 AND 100 AND level_after_percent BETWEEN 0 AND 100",
            name="levels_from_0_to_100_percent",
        ),
        CheckConstraint("anomaly_score BETWEEN 0 AND 1", name="anomaly_score_from_0_to_1"),
        {"comment": "Fills and charges of vehicles: where, when, how much, at what price, at which odometer"},
    )

    vehicle_id: Mapped[UUID] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers")
    transaction_date: Mapped[datetime] = mapped_column(comment="When it began")
    ended_at: Mapped[datetime | None] = mapped_column(comment="End of a charge")
    vendor_id: Mapped[UUID | None] = reference("vendors", comment="Who sold it")
    facility_id: Mapped[UUID | None] = reference("facilities", comment="Own pump or charger")
    station_name: Mapped[str | None] = mapped_column(String(255))
    station_address: Mapped[str | None] = mapped_column(Text)
    jurisdiction: Mapped[str | None] = mapped_column(
        String(10), comment="State or province of the purchase for IFTA, ISO 3166-2 such as US-CA"
    )
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS 84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS 84")
    fuel_type: Mapped[str] = mapped_column(
        String(50),
        server_default="gasoline",
        comment="Such as gasoline, premium, diesel, biodiesel, electric, cng, lpg, hydrogen, e85, def",
    )
    quantity: Mapped[Decimal] = mapped_column(Numeric(10, 3), comment="In the unit of the row")
    unit: Mapped[str] = mapped_column(
        String(10), server_default="liters", comment="Litres, kWh (electric) or kg (cng, hydrogen)"
    )
    unit_price: Mapped[Decimal | None] = mapped_column(
        Numeric(10, 4), comment="Price of one litre, kWh or kg, tax included"
    )
    total_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2), comment="What was paid, tax included")
    tax_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2), comment="Tax within the total")
    discount_amount: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 2), comment="Already taken off the total"
    )
    currency: Mapped[str] = mapped_column(String(3), server_default="USD", comment="ISO 4217")
    odometer: Mapped[int | None] = mapped_column(comment="km")
    engine_hours: Mapped[Decimal | None] = mapped_column(Numeric(9, 1), comment="Hours, for machines")
    is_full: Mapped[bool] = mapped_column(
        server_default="true",
        comment="The tank or battery was filled up; consumption is computed between full ones",
    )
    is_previous_missing: Mapped[bool] = mapped_column(
        server_default="false", comment="A fill before this one was not recorded, so consumption is not known"
    )
    is_personal: Mapped[bool] = mapped_column(
        server_default="false", comment="For private use, to be charged"
    )
    level_before_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Percent")
    level_after_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), comment="Percent")
    fuel_card_id: Mapped[UUID | None] = reference("fuel_cards")
    payment_method_id: Mapped[UUID | None] = reference("payment_methods")
    expense_id: Mapped[UUID | None] = reference("expenses", comment="Expense by which it was claimed")
    receipt_number: Mapped[str | None] = mapped_column(String(100))
    receipt_document_id: Mapped[UUID | None] = reference("documents")
    source: Mapped[str] = mapped_column(
        String(50),
        server_default="manual",
        comment="Such as manual, fuel_card, import, telematics, charger, own_pump",
    )
    external_id: Mapped[str | None] = mapped_column(String(100), comment="The source's own number of it")
    status: Mapped[str] = mapped_column(String(20), server_default="recorded")
    anomalies: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment=ANOMALIES)
    anomaly_score: Mapped[Decimal | None] = mapped_column(
        Numeric(4, 3), comment="How doubtful it is, from 0 to 1"
    )
    review_note: Mapped[str | None] = mapped_column(Text)
    reviewed_by_user_id: Mapped[UUID | None] = reference("users")
    reviewed_at: Mapped[datetime | None]
    recorded_by_user_id: Mapped[UUID | None] = reference("users")
    notes: Mapped[str | None] = mapped_column(Text)
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


class FuelCard(TenantModel, Timestamped):
    """Fuel card management and transactions."""

    __tablename__ = "fuel_cards"
    __facts__ = TableFacts(
        search=("card_number", "card_provider", "card_label"),
        sealed=("card_number",),
        audit_ignore=("current_balance", "last_used_at"),
        audit_redact=("card_number_ciphertext", "card_number_blind_index"),
    )
    __unique__ = ("card_number_blind_index",)
    __indexes__ = (
        "tenant_id, card_status",
        "assigned_vehicle_id",
        "card_number",
        "assigned_driver_id",
        "tenant_id, expiration_date",
        "tenant_id, card_provider",
        "tenant_id, card_label",
    )
    __table_args__ = (
        one_of("card_status", "active", "suspended", "lost", "cancelled"),
        CheckConstraint("credit_limit >= 0", name="credit_limit_from_zero"),
        CheckConstraint("expiration_date >= issue_date", name="expiration_follows_the_issue"),
        {"comment": "Fuel card management and transactions"},
    )

    card_number: Mapped[str] = mapped_column(
        String(50), comment="Shown by its last four digits, stored encrypted; no number is used twice"
    )
    card_number_ciphertext: Mapped[bytes | None]
    card_number_blind_index: Mapped[bytes | None]
    card_label: Mapped[str | None] = mapped_column(
        String(100), comment="What people call it, such as VAN-12 WEX"
    )
    card_provider: Mapped[str | None] = mapped_column(String(100), comment="Such as WEX, Voyager, FleetCor")
    card_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as vehicle, driver, pool, charging"
    )
    assigned_vehicle_id: Mapped[UUID | None] = reference("vehicles")
    assigned_driver_id: Mapped[UUID | None] = reference("drivers")
    card_status: Mapped[str] = mapped_column(
        String(20), server_default="active", comment="What was decided; current_status also knows the expiry"
    )
    status_note: Mapped[str | None] = mapped_column(Text, comment="Why it was suspended or cancelled")
    credit_limit: Mapped[Decimal | None] = mapped_column(Numeric(12, 2), comment="A month")
    current_balance: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 2), comment="As the provider told it last"
    )
    pin_required: Mapped[bool] = mapped_column(server_default="true")
    restrictions: Mapped[Any | None] = mapped_column(
        JSONB, comment="{fuel_type: [], max_amount: 0, locations: []}"
    )
    issue_date: Mapped[date | None]
    expiration_date: Mapped[date | None] = mapped_column(comment="Last day on which it works")
    last_used_at: Mapped[datetime | None]
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


class FuelCardTransaction(TenantModel):
    """Detailed fuel card transaction records."""

    __tablename__ = "fuel_card_transactions"
    __facts__ = TableFacts(search=("merchant_name", "merchant_location"))
    __unique__ = ("fuel_card_id, external_id",)
    __indexes__ = (
        "fuel_card_id, transaction_date DESC",
        "vehicle_id, transaction_date DESC",
        "tenant_id, transaction_date DESC",
        "approval_status",
        "tenant_id, approval_status, transaction_date DESC",
        "driver_id, transaction_date DESC",
        "fuel_transaction_id",
    )
    __table_args__ = (
        one_of("approval_status", "pending", "approved", "flagged", "rejected"),
        CheckConstraint("quantity_liters >= 0 AND unit_price >= 0", name="quantity_and_price_from_zero"),
        CheckConstraint("odometer >= 0", name="odometer_from_zero"),
        CheckConstraint(LAT_LON, name="latitude_and_longitude_go_together"),
        CheckConstraint("fraud_score BETWEEN 0 AND 1", name="fraud_score_from_0_to_1"),
        {"comment": "Detailed fuel card transaction records"},
    )

    fuel_card_id: Mapped[UUID] = reference("fuel_cards")
    fuel_transaction_id: Mapped[UUID | None] = reference(
        "fuel_transactions", comment="The fill that it paid for, once matched"
    )
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers")
    external_id: Mapped[str | None] = mapped_column(String(100), comment="The provider's number of it")
    transaction_date: Mapped[datetime]
    merchant_name: Mapped[str | None] = mapped_column(String(255))
    merchant_location: Mapped[str | None] = mapped_column(Text)
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 8), comment="Degrees, WGS 84")
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(11, 8), comment="Degrees, WGS 84")
    fuel_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as gasoline, premium, diesel, e85, def; other goods by their name"
    )
    quantity_liters: Mapped[Decimal | None] = mapped_column(Numeric(8, 2), comment="Litres")
    unit_price: Mapped[Decimal | None] = mapped_column(Numeric(6, 3), comment="Price of a litre")
    total_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2), comment="Negative for a refund")
    odometer: Mapped[int | None] = mapped_column(comment="km, as typed in at the pump")
    is_approved: Mapped[bool] = mapped_column(
        Computed("approval_status IN ('pending', 'approved')", persisted=True),
        comment="It counts: nobody has flagged or rejected it",
    )
    approval_status: Mapped[str] = mapped_column(String(20), server_default="pending")
    flagged_reason: Mapped[str | None] = mapped_column(Text)
    anomalies: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment=ANOMALIES)
    fraud_score: Mapped[Decimal | None] = mapped_column(Numeric(4, 3), comment="From 0 to 1")
    reviewed_by_user_id: Mapped[UUID | None] = reference("users")
    reviewed_at: Mapped[datetime | None]
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
