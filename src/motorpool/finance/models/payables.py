"""What is paid: expenses, invoices, purchase orders, and by which means."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Expense(TenantModel, Timestamped):
    """FLAIR expense submission and tracking."""

    __tablename__ = "expenses"
    __facts__ = TableFacts(search=("expense_number", "description", "category", "project_code"))
    __unique__ = ("expense_number",)
    __indexes__ = (
        "tenant_id, expense_date DESC",
        "submitted_by_user_id, reimbursement_status",
        "vehicle_id",
        "tenant_id, reimbursement_status, expense_date DESC",
        "tenant_id, expense_type",
        "tenant_id, cost_center",
        "driver_id",
        "vendor_id",
        "department_id",
    )
    __table_args__ = (
        one_of(
            "reimbursement_status",
            "pending",
            "supervisor_approved",
            "approved",
            "rejected",
            "paid",
            "withdrawn",
        ),
        CheckConstraint("amount >= 0 AND tax_amount >= 0", name="amounts_from_zero"),
        CheckConstraint("tax_amount <= amount", name="the_tax_is_part_of_the_amount"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_three_capital_letters"),
        CheckConstraint("distance_km >= 0", name="distance_from_zero"),
        {"comment": "FLAIR expense submission and tracking"},
    )

    expense_number: Mapped[str | None] = mapped_column(String(50))
    expense_type: Mapped[str] = mapped_column(
        String(50), comment="Such as fuel, maintenance, toll, parking, mileage, rental, other"
    )
    category: Mapped[str | None] = mapped_column(String(100), comment="Budget category it is charged to")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    driver_id: Mapped[UUID | None] = reference("drivers")
    department_id: Mapped[UUID | None] = reference("departments", comment="Department that bears it")
    submitted_by_user_id: Mapped[UUID] = reference("users")
    vendor_id: Mapped[UUID | None] = reference("vendors")
    receipt_document_id: Mapped[UUID | None] = reference("documents")
    expense_date: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2), comment="Tax included")
    currency: Mapped[str] = mapped_column(String(3), server_default="USD", comment="ISO 4217")
    tax_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2), comment="Tax within the amount")
    distance_km: Mapped[Decimal | None] = mapped_column(
        Numeric(10, 2), comment="km driven with a private car, for mileage"
    )
    description: Mapped[str | None] = mapped_column(Text)
    reimbursement_status: Mapped[str] = mapped_column(String(20), server_default="pending")
    approval_workflow_id: Mapped[UUID | None] = reference(
        "workflow_instances", comment="Approval that runs through several people"
    )
    supervisor_approved_by_user_id: Mapped[UUID | None] = reference("users")
    supervisor_approved_at: Mapped[datetime | None]
    approved_by_user_id: Mapped[UUID | None] = reference("users")
    approved_at: Mapped[datetime | None]
    rejection_reason: Mapped[str | None] = mapped_column(Text)
    paid_at: Mapped[datetime | None]
    payment_method: Mapped[str | None] = mapped_column(
        String(50), comment="Such as bank_transfer, check, payroll, cash, company_card"
    )
    payment_reference: Mapped[str | None] = mapped_column(String(100), comment="Transfer or check number")
    cost_center: Mapped[str | None] = mapped_column(String(100))
    project_code: Mapped[str | None] = mapped_column(String(100))
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)


class Invoice(TenantModel, Timestamped):
    """Vendor invoices and accounts payable."""

    __tablename__ = "invoices"
    __facts__ = TableFacts(
        search=("invoice_number", "po_number", "notes"),
        ref_arrays={"attached_documents": "documents"},
        json_refs={"line_items[*].part_id": "parts", "line_items[*].vehicle_id": "vehicles"},
    )
    __unique__ = ("invoice_number",)
    __indexes__ = (
        "tenant_id, invoice_date DESC",
        "vendor_id, payment_status",
        "due_date, payment_status",
        "tenant_id, due_date",
        "tenant_id, status, due_date",
        "tenant_id, payment_status, due_date",
        "tenant_id, invoice_type",
        "purchase_order_id",
        "tenant_id, po_number",
    )
    __table_args__ = (
        one_of("status", "received", "pending_approval", "approved", "disputed", "void"),
        one_of("payment_status", "unpaid", "partial", "paid"),
        CheckConstraint(
            "subtotal >= 0 AND tax_amount >= 0 AND discount_amount >= 0 AND total_amount >= 0 AND paid_amount >= 0",
            name="amounts_from_zero",
        ),
        CheckConstraint(
            "subtotal + coalesce(tax_amount, 0) - coalesce(discount_amount, 0) = total_amount",
            name="subtotal_and_tax_less_discount_is_the_total",
        ),
        CheckConstraint("paid_amount <= total_amount", name="no_more_is_paid_than_the_total"),
        CheckConstraint("due_date >= invoice_date", name="due_after_the_invoice_date"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_three_capital_letters"),
        {"comment": "Vendor invoices and accounts payable"},
    )

    invoice_number: Mapped[str] = mapped_column(String(100), comment="The vendor's number")
    vendor_id: Mapped[UUID] = reference("vendors")
    invoice_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as fuel, parts, service, lease, insurance"
    )
    invoice_date: Mapped[date]
    due_date: Mapped[date]
    po_number: Mapped[str | None] = mapped_column(String(100), comment="Purchase Order reference")
    purchase_order_id: Mapped[UUID | None] = reference(
        "purchase_orders", comment="The order that po_number stands for, once matched"
    )
    subtotal: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    tax_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    discount_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    total_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2), comment="Subtotal + tax - discount")
    currency: Mapped[str] = mapped_column(String(3), server_default="USD", comment="ISO 4217")
    payment_terms: Mapped[str | None] = mapped_column(String(100), comment="Such as net 30, 2/10 net 30")
    status: Mapped[str] = mapped_column(String(20), server_default="received")
    payment_status: Mapped[str] = mapped_column(
        String(20),
        Computed(
            "CASE WHEN paid_amount >= total_amount AND (paid_amount > 0 OR paid_at IS NOT NULL) THEN 'paid' "
            "WHEN paid_amount > 0 THEN 'partial' ELSE 'unpaid' END",
            persisted=True,
        ),
        comment="Follows the amount paid; current_payment_status also knows overdue",
    )
    paid_amount: Mapped[Decimal] = mapped_column(
        Numeric(12, 2), server_default="0", comment="All payments so far"
    )
    paid_at: Mapped[datetime | None] = mapped_column(comment="Last payment")
    payment_method: Mapped[str | None] = mapped_column(
        String(50), comment="Such as bank_transfer, check, credit_card, direct_debit"
    )
    payment_method_id: Mapped[UUID | None] = reference("payment_methods")
    payment_reference: Mapped[str | None] = mapped_column(String(100), comment="Transfer or check number")
    line_items: Mapped[Any | None] = mapped_column(
        JSONB, comment="[{description, quantity, unit_price, amount}]"
    )
    notes: Mapped[str | None] = mapped_column(Text)
    attached_documents: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), comment="Array of document IDs"
    )
    entered_by_user_id: Mapped[UUID | None] = reference("users")
    approved_by_user_id: Mapped[UUID | None] = reference("users")
    approved_at: Mapped[datetime | None]
    dispute_reason: Mapped[str | None] = mapped_column(Text)


class PurchaseOrder(TenantModel, Timestamped):
    """Purchase order management."""

    __tablename__ = "purchase_orders"
    __facts__ = TableFacts(
        search=("po_number", "notes", "delivery_address"),
        json_refs={"line_items[*].part_id": "parts"},
    )
    __unique__ = ("po_number",)
    __indexes__ = (
        "tenant_id, po_date DESC",
        "vendor_id, status",
        "status, expected_delivery_date",
        "tenant_id, status, po_date DESC",
        "tenant_id, expected_delivery_date",
        "tenant_id, po_type",
        "requested_by_user_id",
        "department_id",
        "delivery_facility_id",
    )
    __table_args__ = (
        one_of(
            "status",
            "draft",
            "pending_approval",
            "approved",
            "sent",
            "partially_received",
            "received",
            "cancelled",
        ),
        CheckConstraint(
            "subtotal >= 0 AND tax_amount >= 0 AND shipping_amount >= 0 AND total_amount >= 0",
            name="amounts_from_zero",
        ),
        CheckConstraint(
            "subtotal + coalesce(tax_amount, 0) + coalesce(shipping_amount, 0) = total_amount",
            name="subtotal_and_tax_and_shipping_is_the_total",
        ),
        CheckConstraint("expected_delivery_date >= po_date", name="delivery_follows_the_order"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_is_three_capital_letters"),
        {"comment": "Purchase order management"},
    )

    po_number: Mapped[str] = mapped_column(String(100))
    vendor_id: Mapped[UUID] = reference("vendors")
    requisition_id: Mapped[UUID | None] = mapped_column(comment="Request in another system that it answers")
    po_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as parts, service, equipment, supplies"
    )
    department_id: Mapped[UUID | None] = reference("departments", comment="Department that bears it")
    budget_category: Mapped[str | None] = mapped_column(
        String(100), comment="Budget category it is charged to"
    )
    requested_by_user_id: Mapped[UUID] = reference("users")
    approved_by_user_id: Mapped[UUID | None] = reference("users")
    approved_at: Mapped[datetime | None]
    po_date: Mapped[date]
    expected_delivery_date: Mapped[date | None]
    delivery_facility_id: Mapped[UUID | None] = reference(
        "facilities", comment="Own place it is delivered to"
    )
    delivery_address: Mapped[str | None] = mapped_column(Text)
    subtotal: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    tax_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    shipping_amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    total_amount: Mapped[Decimal] = mapped_column(Numeric(12, 2), comment="Subtotal + tax + shipping")
    currency: Mapped[str] = mapped_column(String(3), server_default="USD", comment="ISO 4217")
    payment_terms: Mapped[str | None] = mapped_column(String(100), comment="Such as net 30, 2/10 net 30")
    status: Mapped[str] = mapped_column(String(20), server_default="draft")
    status_note: Mapped[str | None] = mapped_column(
        Text, comment="Why it was sent back, cancelled or closed short"
    )
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    line_items: Mapped[Any | None] = mapped_column(
        JSONB, comment="[{item, description, quantity, unit_price, amount}]"
    )
    notes: Mapped[str | None] = mapped_column(Text)
    terms_and_conditions: Mapped[str | None] = mapped_column(Text)


class PaymentMethod(TenantModel, Timestamped):
    """Payment method registry."""

    __tablename__ = "payment_methods"
    __facts__ = TableFacts(
        search=("payment_name", "bank_name"),
        sealed=("routing_number",),
        audit_redact=("routing_number_ciphertext",),
    )
    __indexes__ = ("tenant_id, is_active", "tenant_id, payment_name", "tenant_id, payment_type")
    __table_args__ = (
        CheckConstraint("account_number_last4 ~ '^[0-9A-Za-z]{4}$'", name="last_four_are_four_characters"),
        CheckConstraint("is_active OR NOT is_default", name="only_an_active_one_is_the_default"),
        Index(
            "uq_payment_methods_one_default", "tenant_id", unique=True, postgresql_where=text("is_default")
        ),
        {"comment": "Payment method registry"},
    )

    payment_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as credit_card, bank_account, fuel_card, check, wire"
    )
    payment_name: Mapped[str | None] = mapped_column(String(255), comment="What people call it")
    account_number_last4: Mapped[str | None] = mapped_column(
        String(4), comment="Last four characters of the account or card; the rest is never stored"
    )
    bank_name: Mapped[str | None] = mapped_column(String(255))
    routing_number: Mapped[str | None] = mapped_column(
        String(50), comment="Bank's routing number or BIC; shown masked, stored encrypted"
    )
    routing_number_ciphertext: Mapped[bytes | None]
    billing_address: Mapped[str | None] = mapped_column(Text)
    valid_until: Mapped[date | None] = mapped_column(comment="Last day on which it can be used")
    is_default: Mapped[bool] = mapped_column(server_default="false", comment="At most one is")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    metadata_: Mapped[Any | None] = mapped_column(
        "metadata", JSONB, comment="Encrypted sensitive data reference"
    )
