"""Parts, how many are where, and every movement of them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Part(TenantModel, Timestamped):
    """A part, fluid or consumable of the catalogue."""

    __tablename__ = "parts"
    __facts__ = TableFacts(
        search=("part_number", "name", "manufacturer", "manufacturer_part_number", "barcode"),
        audit_ignore=("unit_cost", "last_cost"),
    )
    __unique__ = ("part_number",)
    __indexes__ = (
        "tenant_id, name, id",
        "tenant_id, status",
        "tenant_id, category",
        "tenant_id, manufacturer",
        "tenant_id, barcode",
        "vendor_id",
    )
    __table_args__ = (
        one_of("status", "active", "discontinued", "retired"),
        CheckConstraint("unit_cost >= 0 AND last_cost >= 0", name="costs_not_negative"),
        CheckConstraint("list_price >= 0 AND core_charge >= 0", name="prices_not_negative"),
        CheckConstraint("reorder_point >= 0", name="reorder_point_not_negative"),
        CheckConstraint("reorder_quantity > 0", name="reorder_quantity_above_zero"),
        CheckConstraint("superseded_by_part_id <> id", name="not_superseded_by_itself"),
        {"comment": "Parts, fluids and consumables; stock is by facility in part_stocks"},
    )

    part_number: Mapped[str] = mapped_column(String(100), comment="One's own number of the part")
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(
        String(100), comment="Such as filters, brakes, tires, fluids, electrical, body, lighting, hardware"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    manufacturer: Mapped[str | None] = mapped_column(String(255))
    manufacturer_part_number: Mapped[str | None] = mapped_column(String(100))
    barcode: Mapped[str | None] = mapped_column(String(100), comment="UPC, EAN or a label of one's own")
    component_code: Mapped[str | None] = mapped_column(String(20), comment="By VMRS or a code of one's own")
    unit_of_measure: Mapped[str] = mapped_column(
        String(20), server_default="each", comment="Such as each, pair, set, liter, quart, gallon, foot, kg"
    )
    unit_cost: Mapped[Decimal] = mapped_column(
        Numeric(12, 4), server_default="0", comment="Moving average of what was paid for one unit"
    )
    last_cost: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 4), comment="Paid for one unit at the last receipt"
    )
    list_price: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 2), comment="Charged to others for one unit"
    )
    core_charge: Mapped[Decimal] = mapped_column(
        Numeric(10, 2), server_default="0", comment="Deposit on the old part, for one unit"
    )
    vendor_id: Mapped[UUID | None] = reference("vendors", comment="Preferred supplier")
    vendor_part_number: Mapped[str | None] = mapped_column(String(100), comment="The supplier's number")
    lead_time_days: Mapped[int | None] = mapped_column(comment="From order to delivery, days")
    reorder_point: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 3), comment="Order again at or below this, where the facility's stock names no other"
    )
    reorder_quantity: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 3), comment="How many to order, where the facility's stock names no other"
    )
    is_hazardous: Mapped[bool] = mapped_column(
        server_default="false", comment="Needs a safety data sheet and special storage"
    )
    hazard_class: Mapped[str | None] = mapped_column(
        String(50), comment="Such as 3 for flammable liquids, 8 for corrosives"
    )
    safety_data_sheet_url: Mapped[str | None] = mapped_column(Text)
    shelf_life_days: Mapped[int | None] = mapped_column(comment="Days")
    warranty_months: Mapped[int | None] = mapped_column(comment="Months from fitting")
    warranty_miles: Mapped[int | None] = mapped_column(comment="Miles from fitting")
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(8, 3), comment="Of one unit, kg")
    fits: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Vehicles it fits, such as Ford Transit 2019-2023"
    )
    superseded_by_part_id: Mapped[UUID | None] = reference("parts", comment="Part that replaces it")
    notes: Mapped[str | None] = mapped_column(Text)
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


class PartStock(TenantModel, Timestamped):
    """How many of a part are at a facility. Quantities follow the movements and are never negative."""

    __tablename__ = "part_stocks"
    __facts__ = TableFacts(
        audit_ignore=(
            "quantity_on_hand",
            "quantity_reserved",
            "quantity_on_order",
            "quantity_available",
            "last_movement_at",
            "last_counted_at",
        )
    )
    __unique__ = ("part_id, facility_id",)
    __indexes__ = ("facility_id", "tenant_id, last_counted_at, id")
    __table_args__ = (
        CheckConstraint("quantity_on_hand >= 0", name="stock_not_negative"),
        CheckConstraint(
            "quantity_reserved >= 0 AND quantity_reserved <= quantity_on_hand",
            name="reserved_quantity_not_above_stock",
        ),
        CheckConstraint("quantity_on_order >= 0", name="ordered_quantity_not_negative"),
        CheckConstraint("reorder_point >= 0", name="reorder_point_not_negative"),
        CheckConstraint("reorder_quantity > 0", name="reorder_quantity_above_zero"),
        CheckConstraint("maximum_quantity >= reorder_point", name="maximum_not_below_reorder_point"),
        {"comment": "Stock of each part at each facility"},
    )

    part_id: Mapped[UUID] = reference("parts")
    facility_id: Mapped[UUID] = reference("facilities")
    bin_location: Mapped[str | None] = mapped_column(String(100), comment="Aisle, shelf and bin")
    quantity_on_hand: Mapped[Decimal] = mapped_column(
        Numeric(12, 3), server_default="0", comment="In the part's unit"
    )
    quantity_reserved: Mapped[Decimal] = mapped_column(
        Numeric(12, 3), server_default="0", comment="Held for work orders"
    )
    quantity_on_order: Mapped[Decimal] = mapped_column(
        Numeric(12, 3),
        server_default="0",
        comment="On purchase orders, from the draft on, and not received",
    )
    quantity_available: Mapped[Decimal] = mapped_column(
        Numeric(12, 3),
        Computed("quantity_on_hand - quantity_reserved", persisted=True),
        comment="On hand and not reserved",
    )
    reorder_point: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 3), comment="Order again at or below this; null: as the part says"
    )
    reorder_quantity: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 3), comment="How many to order; null: as the part says"
    )
    maximum_quantity: Mapped[Decimal | None] = mapped_column(Numeric(12, 3), comment="Never order above this")
    last_movement_at: Mapped[datetime | None]
    last_counted_at: Mapped[datetime | None]


class StockMovement(TenantModel):
    """One change of stock. Movements are never changed; a mistake is put right by another one."""

    __tablename__ = "stock_movements"
    __facts__ = TableFacts(
        rights="append", audited=False, reason="an append-only ledger that names who moved what and why"
    )
    __indexes__ = (
        "part_id, facility_id, moved_at DESC",
        "tenant_id, moved_at, id",
        "facility_id",
        "work_order_id",
        "tenant_id, movement_type",
    )
    __table_args__ = (
        one_of("movement_type", "receive", "issue", "return", "adjust", "count", "transfer"),
        CheckConstraint(
            "CASE movement_type WHEN 'receive' THEN quantity > 0 WHEN 'return' THEN quantity > 0 "
            "WHEN 'issue' THEN quantity < 0 WHEN 'count' THEN true ELSE quantity <> 0 END",
            name="quantity_has_the_sign_of_its_kind",
        ),
        CheckConstraint("quantity_after >= 0", name="stock_not_negative"),
        CheckConstraint("unit_cost >= 0", name="unit_cost_not_negative"),
        CheckConstraint(
            "(movement_type = 'transfer') = (other_facility_id IS NOT NULL)",
            name="a_transfer_names_the_other_facility",
        ),
        CheckConstraint(
            "movement_type <> 'adjust' OR reason IS NOT NULL", name="an_adjustment_gives_its_reason"
        ),
        {"comment": "Every change of stock: receipts, issues, returns, adjustments, counts, transfers"},
    )

    part_id: Mapped[UUID] = reference("parts")
    facility_id: Mapped[UUID] = reference("facilities")
    movement_type: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[Decimal] = mapped_column(
        Numeric(12, 3), comment="Change of the stock in the part's unit; below zero: taken out"
    )
    quantity_after: Mapped[Decimal] = mapped_column(Numeric(12, 3), comment="Stock after it")
    unit_cost: Mapped[Decimal] = mapped_column(
        Numeric(12, 4), server_default="0", comment="Paid on receipt, else the moving average at the time"
    )
    total_cost: Mapped[Decimal] = mapped_column(
        Numeric(14, 2),
        Computed("round(quantity * unit_cost, 2)", persisted=True),
        comment="Change of the stock's value",
    )
    work_order_id: Mapped[UUID | None] = reference("maintenance_records")
    work_order_part_id: Mapped[UUID | None] = reference("work_order_parts", comment="Line of the work order")
    purchase_order_id: Mapped[UUID | None] = reference("purchase_orders")
    vendor_id: Mapped[UUID | None] = reference("vendors", comment="Supplier of a receipt")
    other_facility_id: Mapped[UUID | None] = reference("facilities", comment="Other end of a transfer")
    reference_number: Mapped[str | None] = mapped_column(
        String(100), comment="Packing slip, count sheet or transfer"
    )
    reason: Mapped[str | None] = mapped_column(
        Text, comment="Such as damaged, expired, found, lost, wrong_part"
    )
    moved_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    moved_by_user_id: Mapped[UUID | None] = reference("users")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PurchaseSuggestion(TenantModel, Timestamped):
    """A part that runs low at a facility: how many to order, and the figures that say so."""

    __tablename__ = "purchase_suggestions"
    __facts__ = TableFacts(
        audit_ignore=("quantity", "quantity_available", "quantity_on_order", "reorder_point", "unit_cost")
    )
    __indexes__ = (
        "part_id",
        "tenant_id, created_at, id",
        "tenant_id, status",
        "facility_id",
        "vendor_id, status",
        "purchase_order_id",
    )
    __table_args__ = (
        one_of("status", "open", "dismissed", "ordered", "withdrawn"),
        CheckConstraint("quantity > 0", name="quantity_above_zero"),
        CheckConstraint("unit_cost >= 0", name="unit_cost_not_negative"),
        # A dismissed one stands in the way of the next until the stock has risen.
        Index(
            "uq_purchase_suggestions_live_place",
            "tenant_id",
            "part_id",
            "facility_id",
            unique=True,
            postgresql_where=text("status IN ('open', 'dismissed')"),
        ),
        {"comment": "Parts to order again, raised as stock falls to its reorder point"},
    )

    part_id: Mapped[UUID] = reference("parts")
    facility_id: Mapped[UUID] = reference("facilities")
    vendor_id: Mapped[UUID | None] = reference("vendors", comment="The part's preferred supplier")
    status: Mapped[str] = mapped_column(String(20), server_default="open")
    quantity: Mapped[Decimal] = mapped_column(Numeric(12, 3), comment="To order, in the part's unit")
    quantity_available: Mapped[Decimal] = mapped_column(
        Numeric(12, 3), comment="Was on hand and not reserved"
    )
    quantity_on_order: Mapped[Decimal] = mapped_column(Numeric(12, 3), comment="Was ordered and not received")
    reorder_point: Mapped[Decimal] = mapped_column(
        Numeric(12, 3), comment="Available and ordered were at or below this"
    )
    unit_cost: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 4), comment="Expected price of one: paid last, else the average"
    )
    total_cost: Mapped[Decimal | None] = mapped_column(
        Numeric(14, 2), Computed("round(quantity * unit_cost, 2)", persisted=True), comment="Expected"
    )
    purchase_order_id: Mapped[UUID | None] = reference("purchase_orders", comment="Order that it went into")
    reason: Mapped[str | None] = mapped_column(Text, comment="Why it was dismissed")
    decided_at: Mapped[datetime | None] = mapped_column(comment="Ordered, dismissed or withdrawn")
    decided_by_user_id: Mapped[UUID | None] = reference("users", comment="null: by the program")
