"""Parts, their stock and its movements."""

from __future__ import annotations

from decimal import Decimal

from motorpool.core.resource.declaration import READ_ONLY, Computed, Resource, Scope, Verb
from motorpool.fleet.resources import AT_FACILITY
from motorpool.maintenance.models import Part, PartStock, PurchaseSuggestion, StockMovement
from motorpool.maintenance.rules.part_states import PART, SUGGESTION

STOCK_OF_PART = "coalesce((SELECT sum(s.{column}) FROM part_stocks s WHERE s.tenant_id = t.tenant_id AND s.part_id = t.id), 0)"
REORDER_POINT = "coalesce(t.reorder_point, (SELECT p.reorder_point FROM parts p WHERE p.tenant_id = t.tenant_id AND p.id = t.part_id))"

RESOURCES = (
    Resource(
        model=Part,
        label="Part",
        writable=tuple(
            "part_number name description category manufacturer manufacturer_part_number barcode component_code "
            "unit_of_measure list_price core_charge vendor_id vendor_part_number lead_time_days reorder_point "
            "reorder_quantity is_hazardous hazard_class safety_data_sheet_url shelf_life_days warranty_months "
            "warranty_miles weight_kg fits superseded_by_part_id notes metadata".split()
        ),
        create_only=("unit_cost",),
        default_sort="part_number",
        states=PART,
        computed={
            "quantity_on_hand": Computed(
                STOCK_OF_PART.format(column="quantity_on_hand") + "::text", Decimal, "At all facilities"
            ),
            "quantity_available": Computed(
                STOCK_OF_PART.format(column="quantity_available") + "::text",
                Decimal,
                "At all facilities, not reserved",
            ),
        },
        list_columns=tuple(
            "part_number name category manufacturer unit_cost quantity_on_hand quantity_available status".split()
        ),
        title_column="name",
        examples={"part_number": "BRK-1042", "name": "Brake pad set, front", "unit_of_measure": "set"},
    ),
    Resource(
        model=PartStock,
        label="Stock of a part",
        plural="Parts stock",
        writable=("bin_location", "reorder_point", "reorder_quantity", "maximum_quantity"),
        create_only=("part_id", "facility_id"),
        filters=("id", "part_id", "facility_id", "last_counted_at", "is_low"),
        computed={
            "is_low": Computed(
                f"coalesce(t.quantity_available + t.quantity_on_order <= {REORDER_POINT}, false)",
                bool,
                "Available and ordered are at or below the reorder point",
            )
        },
        scope=Scope(facility=AT_FACILITY),
        verbs=(
            Verb("receive", "Receive goods into stock"),
            Verb("count", "Record a stocktake"),
            Verb("adjust", "Put stock right, with a reason"),
            Verb("transfer", "Send stock to another facility"),
        ),
        list_columns=tuple(
            "part_id facility_id bin_location quantity_on_hand quantity_reserved quantity_available is_low".split()
        ),
    ),
    # Movements and quantities change together or not at all: neither is a caller's to write.
    Resource(
        model=StockMovement,
        label="Stock movement",
        operations=READ_ONLY,
        default_sort="-moved_at",
        scope=Scope(facility=AT_FACILITY),
        list_columns=tuple(
            "moved_at movement_type part_id facility_id quantity quantity_after unit_cost work_order_id".split()
        ),
    ),
    # Raised and withdrawn by the program as stock moves.
    Resource(
        model=PurchaseSuggestion,
        label="Purchase suggestion",
        operations=READ_ONLY,
        default_sort="-created_at",
        states=SUGGESTION,
        scope=Scope(facility=AT_FACILITY),
        verbs=(Verb("order", "Make draft purchase orders of suggestions"),),
        list_columns=tuple(
            "part_id facility_id quantity quantity_available quantity_on_order reorder_point vendor_id total_cost status".split()
        ),
    ),
)
