"""Expenses, invoices, purchase orders, payment methods: each with the approvals that money needs."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import Computed, Lock, Move, Numbered, Resource, Scope, States
from motorpool.finance import shapes
from motorpool.finance.models import Expense, Invoice, PaymentMethod, PurchaseOrder
from motorpool.finance.resources.closing import closed_period
from motorpool.fleet.resources import OF_DEPARTMENT, VEHICLE_AT_FACILITY, VEHICLE_OF_DEPARTMENT

#: Nobody approves what they asked for themselves.
OWN_EXPENSE = ("t.submitted_by_user_id = %(actor_user)s", "nobody approves an expense of their own")
OWN_INVOICE = ("t.entered_by_user_id = %(actor_user)s", "whoever entered an invoice cannot approve it")
OWN_ORDER = ("t.requested_by_user_id = %(actor_user)s", "nobody approves an order that they asked for")
NO_RECEIPT = (
    "t.receipt_document_id IS NULL AND t.expense_type IN ('fuel', 'maintenance', 'mileage', 'rental')",
    "this type of expense needs a receipt",
)
#: The lines of a document add up to its subtotal, or there are none.
LINES_ADD_UP = (
    "coalesce(jsonb_typeof(t.line_items), 'null') <> 'array' OR jsonb_array_length(t.line_items) = 0 OR t.subtotal = "
    "(SELECT sum((line ->> 'amount')::numeric) FROM jsonb_array_elements(t.line_items) line)",
    "line_items",
    "must add up to the subtotal",
)
LINES_MULTIPLY = (
    "coalesce(jsonb_typeof(t.line_items), 'null') <> 'array' OR NOT EXISTS "
    "(SELECT FROM jsonb_array_elements(t.line_items) line WHERE (line ->> 'amount')::numeric <> "
    "round((line ->> 'quantity')::numeric * (line ->> 'unit_price')::numeric, 2))",
    "line_items",
    "must each have quantity x unit price, rounded to cents, as amount",
)
OVERDUE = "t.status <> 'void' AND t.payment_status <> 'paid' AND t.due_date < %(today)s"

EXPENSE_STATES = States(
    "reimbursement_status",
    (
        Move(
            "supervisor_approve",
            "supervisor_approved",
            leaves=("pending",),
            summary="Approve as supervisor",
            stamps={"supervisor_approved_by_user_id": "actor", "supervisor_approved_at": "now"},
            unless=(OWN_EXPENSE, NO_RECEIPT),
        ),
        Move(
            "approve",
            "approved",
            leaves=("pending", "supervisor_approved"),
            summary="Approve for payment",
            takes=("cost_center", "project_code", "category"),
            stamps={"approved_by_user_id": "actor", "approved_at": "now", "rejection_reason": None},
            unless=(
                OWN_EXPENSE,
                NO_RECEIPT,
                (
                    "t.supervisor_approved_by_user_id = %(actor_user)s",
                    "the second approval needs another person than the first",
                ),
            ),
        ),
        Move(
            "reject",
            "rejected",
            leaves=("pending", "supervisor_approved", "approved"),
            summary="Reject with a reason",
            needs=("rejection_reason",),
            stamps={"approved_by_user_id": None, "approved_at": None},
            unless=(OWN_EXPENSE,),
        ),
        Move(
            "resubmit",
            "pending",
            leaves=("rejected", "withdrawn"),
            summary="Submit it again",
            takes=("description", "receipt_document_id", "amount", "tax_amount"),
            stamps={"supervisor_approved_by_user_id": None, "supervisor_approved_at": None},
        ),
        Move(
            "withdraw",
            "withdrawn",
            leaves=("pending", "supervisor_approved", "rejected"),
            summary="Take it back",
        ),
        Move(
            "pay",
            "paid",
            leaves=("approved",),
            summary="It is reimbursed",
            takes=("payment_reference",),
            needs=("payment_method",),
            stamps={"paid_at": "now"},
            unless=((OWN_EXPENSE[0], "nobody pays an expense of their own"),),
            final=True,
        ),
    ),
)

INVOICE_STATES = States(
    "status",
    (
        Move(
            "submit",
            "pending_approval",
            leaves=("received", "disputed"),
            summary="Submit for approval",
            stamps={"dispute_reason": None},
        ),
        Move(
            "approve",
            "approved",
            leaves=("received", "pending_approval"),
            summary="Approve for payment",
            stamps={"approved_by_user_id": "actor", "approved_at": "now"},
            unless=(OWN_INVOICE,),
        ),
        Move(
            "record_payment",
            "approved",
            leaves=("approved",),
            summary="Record a payment: what has been paid so far, in all",
            takes=("payment_method", "payment_method_id", "payment_reference"),
            needs=("paid_amount", "paid_at"),
            unless=(("t.payment_status = 'paid'", "it is paid already"),),
        ),
        Move(
            "dispute",
            "disputed",
            leaves=("received", "pending_approval", "approved"),
            summary="Do not pay: something is wrong with it",
            needs=("dispute_reason",),
            stamps={"approved_by_user_id": None, "approved_at": None},
            unless=(("t.payment_status = 'paid'", "it is paid already"),),
        ),
        Move(
            "void",
            "void",
            leaves=("received", "pending_approval", "approved", "disputed"),
            summary="It is not valid, or was entered twice",
            needs=("notes",),
            unless=(("t.paid_amount > 0", "something was paid on it already"),),
            final=True,
        ),
        Move("reinstate", "received", leaves=("void",), summary="It is valid after all"),
    ),
)

ORDER_STATES = States(
    "status",
    (
        Move(
            "submit",
            "pending_approval",
            leaves=("draft",),
            summary="Submit for approval",
            unless=(("t.total_amount = 0", "an order over nothing cannot be submitted"),),
        ),
        Move(
            "approve",
            "approved",
            leaves=("pending_approval",),
            summary="Approve",
            stamps={"approved_by_user_id": "actor", "approved_at": "now", "status_note": None},
            unless=(OWN_ORDER,),
        ),
        Move(
            "send_back",
            "draft",
            leaves=("pending_approval", "approved"),
            summary="Send it back to be changed",
            needs=("status_note",),
            stamps={"approved_by_user_id": None, "approved_at": None},
        ),
        Move(
            "send",
            "sent",
            leaves=("approved",),
            summary="It was sent to the vendor",
            takes=("expected_delivery_date",),
            stamps={"sent_at": "now"},
        ),
        Move(
            "receive_part",
            "partially_received",
            leaves=("sent", "partially_received"),
            summary="Some of it has come",
            takes=("line_items", "expected_delivery_date"),
        ),
        Move(
            "receive",
            "received",
            leaves=("sent", "partially_received"),
            summary="All has come, or no more will",
            takes=("line_items", "status_note"),
            stamps={"received_at": "now"},
        ),
        Move(
            "cancel",
            "cancelled",
            leaves=("draft", "pending_approval", "approved", "sent"),
            summary="It is not wanted any more",
            needs=("status_note",),
            final=True,
        ),
        Move("reopen", "draft", leaves=("cancelled",), summary="Write it anew"),
    ),
)

PAYABLES = (
    Resource(
        model=Expense,
        label="Expense",
        writable=tuple(
            "expense_number expense_type category vehicle_id driver_id department_id vendor_id receipt_document_id "
            "expense_date amount currency tax_amount distance_km description approval_workflow_id cost_center project_code "
            "metadata".split()
        ),
        default_sort="-expense_date",
        made_by=("submitted_by_user_id",),
        numbered=Numbered("expense_number", "EXP-{year}-{number:05}"),
        states=EXPENSE_STATES,
        locks=(
            Lock(
                "t.reimbursement_status IN ('supervisor_approved', 'approved', 'paid')",
                "An expense is not changed once it is approved; reject it first.",
                open=("category", "cost_center", "project_code", "metadata"),
            ),
            closed_period("t.expense_date", open=("metadata",)),
        ),
        rules=(
            (
                "t.expense_type <> 'mileage' OR t.distance_km IS NOT NULL",
                "distance_km",
                "must be given for mileage",
            ),
        ),
        scope=Scope(
            facility=VEHICLE_AT_FACILITY,
            department=f"{OF_DEPARTMENT} OR {VEHICLE_OF_DEPARTMENT}",
            own="t.submitted_by_user_id = %(actor_user)s",
        ),
        list_columns=(
            "expense_number",
            "expense_type",
            "expense_date",
            "amount",
            "reimbursement_status",
            "submitted_by_user_id",
            "vehicle_id",
        ),
        title_column="expense_number",
        examples={"expense_type": "parking", "amount": "18.50", "currency": "USD"},
    ),
    Resource(
        model=Invoice,
        label="Invoice",
        writable=tuple(
            "invoice_number vendor_id invoice_type invoice_date due_date po_number purchase_order_id subtotal tax_amount "
            "discount_amount total_amount currency payment_terms payment_method payment_method_id payment_reference "
            "line_items notes attached_documents".split()
        ),
        filters=tuple(
            "id invoice_number vendor_id invoice_type invoice_date due_date po_number purchase_order_id status "
            "payment_status current_payment_status".split()
        ),
        default_sort="-invoice_date",
        made_by=("entered_by_user_id",),
        states=INVOICE_STATES,
        locks=(
            Lock(
                "t.status IN ('approved', 'void')",
                "An invoice is not changed once it is approved or void; dispute or reinstate it first.",
                open=("notes", "attached_documents", "payment_reference"),
            ),
            closed_period("t.invoice_date", open=("notes", "attached_documents", "payment_reference")),
        ),
        computed={
            "current_payment_status": Computed(
                f"CASE WHEN {OVERDUE} THEN 'overdue' ELSE t.payment_status END",
                Literal["unpaid", "partial", "paid", "overdue"],
                "The payment status today: overdue after the due date",
            ),
            "days_overdue": Computed(
                f"CASE WHEN {OVERDUE} THEN %(today)s::date - t.due_date END",
                int,
                "Days since it was due; null when it is not overdue",
            ),
        },
        shapes={"line_items": list[shapes.InvoiceLine]},
        rules=(
            LINES_ADD_UP,
            LINES_MULTIPLY,
            (
                "t.purchase_order_id IS NULL OR EXISTS (SELECT FROM purchase_orders p WHERE p.tenant_id = t.tenant_id "
                "AND p.id = t.purchase_order_id AND p.vendor_id = t.vendor_id)",
                "purchase_order_id",
                "must be an order to the same vendor",
            ),
        ),
        list_columns=(
            "invoice_number",
            "vendor_id",
            "invoice_date",
            "due_date",
            "total_amount",
            "status",
            "current_payment_status",
        ),
        title_column="invoice_number",
    ),
    Resource(
        model=PurchaseOrder,
        label="Purchase order",
        writable=tuple(
            "po_number vendor_id requisition_id po_type department_id budget_category po_date expected_delivery_date "
            "delivery_facility_id delivery_address subtotal tax_amount shipping_amount total_amount currency payment_terms "
            "line_items notes terms_and_conditions".split()
        ),
        filters=tuple(
            "id po_number vendor_id po_type po_date status expected_delivery_date requested_by_user_id department_id "
            "delivery_facility_id is_late".split()
        ),
        default_sort="-po_date",
        made_by=("requested_by_user_id",),
        numbered=Numbered("po_number", "PO-{year}-{number:05}"),
        states=ORDER_STATES,
        locks=(
            Lock(
                "t.status NOT IN ('draft', 'pending_approval')",
                "A purchase order is not changed once it is approved; send it back or reopen it first.",
                open=("notes", "expected_delivery_date", "delivery_facility_id", "delivery_address"),
            ),
        ),
        computed={
            "is_late": Computed(
                "t.status IN ('approved', 'sent', 'partially_received') "
                "AND coalesce(t.expected_delivery_date < %(today)s, false)",
                bool,
                "It should have been delivered by now",
            )
        },
        shapes={"line_items": list[shapes.OrderLine]},
        rules=(LINES_ADD_UP, LINES_MULTIPLY),
        scope=Scope(
            facility="t.delivery_facility_id = ANY (%(reach_facilities)s)",
            department=OF_DEPARTMENT,
            own="t.requested_by_user_id = %(actor_user)s",
        ),
        list_columns=(
            "po_number",
            "vendor_id",
            "po_type",
            "po_date",
            "total_amount",
            "status",
            "expected_delivery_date",
        ),
        title_column="po_number",
    ),
    Resource(
        model=PaymentMethod,
        label="Payment method",
        writable=tuple(
            "payment_type payment_name account_number_last4 bank_name routing_number billing_address valid_until is_default "
            "is_active metadata".split()
        ),
        hidden=("routing_number_ciphertext",),
        default_sort="payment_name",
        list_columns=(
            "payment_name",
            "payment_type",
            "account_number_last4",
            "bank_name",
            "valid_until",
            "is_default",
            "is_active",
        ),
        title_column="payment_name",
        examples={"payment_name": "Operating account", "payment_type": "bank_account"},
    ),
)
