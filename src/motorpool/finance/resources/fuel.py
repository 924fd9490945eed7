"""Fills and charges, fuel cards, and what their providers report."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import FULL, Computed, Lock, Move, Resource, States
from motorpool.finance import shapes
from motorpool.finance.models import FuelCard, FuelCardTransaction, FuelTransaction
from motorpool.finance.resources.closing import closed_period
from motorpool.fleet.resources import DRIVEN_NOW, vehicle_scope

#: From one full tank to the next: what was filled in between and at the end, by the distance.
_COUNTS = (
    "{row}.tenant_id = t.tenant_id AND {row}.vehicle_id = t.vehicle_id AND {row}.unit = t.unit "
    "AND {row}.fuel_type <> 'def' AND {row}.status <> 'void'"
)
CONSUMPTION = (
    "CASE WHEN t.is_full AND t.status <> 'void' AND t.fuel_type <> 'def' THEN "
    "(SELECT CASE WHEN t.odometer > p.odometer THEN "
    "(SELECT CASE WHEN NOT bool_or(s.is_previous_missing) "
    "THEN round(sum(s.quantity) * 100 / (t.odometer - p.odometer), 2)::float8 END FROM fuel_transactions s "
    f"WHERE {_COUNTS.format(row='s')} AND s.transaction_date > p.transaction_date "
    "AND s.transaction_date <= t.transaction_date) END FROM fuel_transactions p "
    f"WHERE {_COUNTS.format(row='p')} AND p.is_full AND p.transaction_date < t.transaction_date "
    "ORDER BY p.transaction_date DESC LIMIT 1) END"
)

REVIEWED: dict[str, Literal["now", "actor"]] = {"reviewed_by_user_id": "actor", "reviewed_at": "now"}

FILL_STATES = States(
    "status",
    (
        Move(
            "flag",
            "flagged",
            leaves=("recorded", "verified"),
            summary="Something is odd about it",
            needs=("review_note",),
            stamps=REVIEWED,
        ),
        Move(
            "verify",
            "verified",
            leaves=("recorded", "flagged"),
            summary="It is right",
            takes=("review_note",),
            stamps=REVIEWED,
        ),
        Move(
            "void",
            "void",
            leaves=("recorded", "flagged"),
            summary="It does not count: a duplicate or a mistake",
            needs=("review_note",),
            stamps=REVIEWED,
        ),
        Move("reopen", "recorded", leaves=("verified", "void"), summary="Take it up again"),
    ),
)

CARD_STATES = States(
    "card_status",
    (
        Move(
            "suspend",
            "suspended",
            leaves=("active",),
            summary="Block it for the time being",
            takes=("status_note",),
        ),
        Move(
            "reactivate",
            "active",
            leaves=("suspended", "lost"),
            summary="Let it be used again",
            takes=("status_note", "expiration_date"),
        ),
        Move(
            "report_lost",
            "lost",
            leaves=("active", "suspended"),
            summary="It is lost or stolen",
            takes=("status_note",),
        ),
        Move(
            "cancel",
            "cancelled",
            leaves=("active", "suspended", "lost"),
            summary="Give it up for good",
            takes=("status_note",),
            final=True,
        ),
    ),
)

PURCHASE_STATES = States(
    "approval_status",
    (
        Move(
            "approve",
            "approved",
            leaves=("pending", "flagged", "rejected"),
            summary="It is right",
            stamps={**REVIEWED, "flagged_reason": None},
            unless=(("t.driver_id = %(actor_driver)s", "nobody approves a purchase of their own"),),
        ),
        Move(
            "flag",
            "flagged",
            leaves=("pending", "approved"),
            summary="Something is odd about it",
            needs=("flagged_reason",),
            stamps=REVIEWED,
        ),
        Move(
            "reject",
            "rejected",
            leaves=("pending", "flagged", "approved"),
            summary="It is not ours, or must not have been made",
            needs=("flagged_reason",),
            stamps=REVIEWED,
        ),
        Move("reopen", "pending", leaves=("rejected",), summary="Look at it again"),
    ),
)

FUEL = (
    Resource(
        model=FuelTransaction,
        label="Fuel transaction",
        operations=FULL,
        writable=tuple(
            "vehicle_id driver_id transaction_date ended_at vendor_id facility_id station_name station_address jurisdiction "
            "latitude longitude fuel_type quantity unit unit_price total_amount tax_amount discount_amount currency odometer "
            "engine_hours is_full is_previous_missing is_personal level_before_percent level_after_percent fuel_card_id "
            "payment_method_id expense_id receipt_number receipt_document_id source external_id notes metadata".split()
        ),
        default_sort="-transaction_date",
        made_by=("recorded_by_user_id",),
        states=FILL_STATES,
        locks=(
            Lock(
                "t.status IN ('verified', 'void')",
                "A fuel transaction is not changed once it is verified or void; reopen it first.",
                open=("expense_id", "receipt_number", "receipt_document_id", "notes", "metadata"),
            ),
            closed_period(
                "(t.transaction_date AT TIME ZONE (SELECT x.time_zone FROM tenants x WHERE x.id = t.tenant_id))::date",
                open=("notes", "metadata", "receipt_document_id"),
            ),
        ),
        computed={
            "consumption_per_100km": Computed(
                CONSUMPTION,
                float,
                "Litres, kWh or kg per 100 km since the last full tank; null when it cannot be known: not full, "
                "no odometer, a fill missing in between",
            )
        },
        scope=vehicle_scope(
            own="t.driver_id = %(actor_driver)s OR t.recorded_by_user_id = %(actor_user)s OR "
            + DRIVEN_NOW.format(vehicle="t.vehicle_id")
        ),
        list_columns=(
            "transaction_date",
            "vehicle_id",
            "driver_id",
            "station_name",
            "fuel_type",
            "quantity",
            "unit",
            "total_amount",
            "odometer",
            "consumption_per_100km",
            "status",
        ),
        title_column="transaction_date",
        examples={"fuel_type": "diesel", "quantity": "62.4", "unit": "liters", "total_amount": "71.76"},
    ),
    Resource(
        model=FuelCard,
        label="Fuel card",
        writable=tuple(
            "card_number card_label card_provider card_type assigned_vehicle_id assigned_driver_id credit_limit pin_required "
            "restrictions issue_date expiration_date status_note metadata".split()
        ),
        hidden=("card_number_ciphertext", "card_number_blind_index"),
        filters=tuple(
            "id card_status card_provider card_label assigned_vehicle_id assigned_driver_id expiration_date "
            "current_status".split()
        ),
        default_sort="card_label",
        states=CARD_STATES,
        computed={
            "current_status": Computed(
                "CASE WHEN t.card_status IN ('active', 'suspended') AND t.expiration_date < %(today)s THEN 'expired' "
                "ELSE t.card_status END",
                Literal["active", "suspended", "lost", "expired", "cancelled"],
                "The status today: a card whose last day has passed is expired",
            )
        },
        shapes={"restrictions": shapes.CardRestrictions},
        scope=vehicle_scope("t.assigned_driver_id = %(actor_driver)s", "assigned_vehicle_id"),
        list_columns=(
            "card_number",
            "card_label",
            "card_provider",
            "assigned_vehicle_id",
            "assigned_driver_id",
            "current_status",
            "expiration_date",
            "last_used_at",
        ),
        title_column="card_number",
    ),
    Resource(
        model=FuelCardTransaction,
        label="Fuel card transaction",
        writable=tuple(
            "fuel_transaction_id vehicle_id driver_id merchant_name merchant_location latitude longitude fuel_type "
            "quantity_liters unit_price odometer metadata".split()
        ),
        create_only=("fuel_card_id", "external_id", "transaction_date", "total_amount"),
        default_sort="-transaction_date",
        states=PURCHASE_STATES,
        scope=vehicle_scope(own="t.driver_id = %(actor_driver)s"),
        list_columns=(
            "transaction_date",
            "fuel_card_id",
            "vehicle_id",
            "driver_id",
            "merchant_name",
            "quantity_liters",
            "total_amount",
            "approval_status",
        ),
        title_column="merchant_name",
    ),
)
