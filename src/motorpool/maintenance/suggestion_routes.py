"""HTTP of purchase suggestions: draft purchase orders are made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import Call, Verbs
from motorpool.maintenance.actions.order_suggestions import order_suggestions
from motorpool.maintenance.part_routes import MOST_LINES, Quantity, refuse_other_facilities
from motorpool.maintenance.resources import RESOURCES
from motorpool.maintenance.rules.stock import QUANTITY, wrong_amount

verbs = Verbs(RESOURCES)
PLACES = text("SELECT facility_id FROM purchase_suggestions WHERE tenant_id = :tenant AND id = ANY (:keys)")


class SuggestionQuantity(Struct, forbid_unknown_fields=True):
    id: UUID
    quantity: Quantity


class Ordering(Struct, forbid_unknown_fields=True):
    ids: Annotated[list[UUID], Meta(min_length=1, max_length=MOST_LINES, description="Open suggestions")]
    vendor_id: Annotated[
        UUID | None, Meta(description="Left out: the preferred supplier, the same one for all")
    ] = None
    expected_delivery_date: date | None = None
    quantities: Annotated[list[SuggestionQuantity], Meta(description="Other than suggested")] = []


class Ordered(Struct):
    purchase_order_ids: Annotated[list[UUID], Meta(description="One draft for each facility")]


@verbs.post("purchase_suggestions", "order", Ordering, path="/order", answers=Ordered)
async def order(call: Call[Ordering]) -> Ordered:
    """Make draft purchase orders of suggestions

    Of one supplier; one order for each facility. Needs `purchase_orders.create` too.
    """
    body = call.body
    made = await order_in_reach(
        call.session,
        call.actor,
        call.state.registry,
        call.reach,
        body.ids,
        vendor_id=body.vendor_id,
        expected_delivery_date=body.expected_delivery_date,
        quantities={one.id: one.quantity for one in body.quantities},
    )
    return Ordered(made)


async def order_in_reach(
    session: AsyncSession,
    actor: Actor,
    registry: Registry,
    reach: Reach,
    keys: Sequence[UUID],
    *,
    vendor_id: UUID | None = None,
    expected_delivery_date: date | None = None,
    quantities: Mapping[UUID, Decimal] | None = None,
) -> list[UUID]:
    """`order_suggestions` of rows that a permission reaches. Raises: Forbidden, and as that."""
    orders = registry["purchase_orders"]
    may_create = reach_or_forbid(orders, actor, "create")
    wrong = [
        FieldProblem(f"quantities[{index}].quantity", words)
        for index, quantity in enumerate((quantities or {}).values())
        if (words := wrong_amount(quantity, QUANTITY, above_zero=True))
    ]
    if wrong:
        raise Invalid("Some fields are not valid.", fields=wrong)
    places = await session.execute(PLACES, {"tenant": actor.tenant_id, "keys": list(keys)})
    refuse_other_facilities(reach, places.scalars())
    return await order_suggestions(
        session,
        actor,
        orders,
        may_create,
        keys,
        vendor_id=vendor_id,
        expected_delivery_date=expected_delivery_date,
        quantities=quantities,
    )


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
