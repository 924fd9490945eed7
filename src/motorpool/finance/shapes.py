"""What the jsonb columns of finance hold. Amounts are in the currency of the row."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1, max_length=500)]
Amount = Annotated[Decimal, Meta(description="In the currency of the row")]
Quantity = Annotated[Decimal, Meta(description="How many or how much")]


class InvoiceLine(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One line of an invoice."""

    description: Text
    quantity: Quantity
    unit_price: Amount
    amount: Annotated[Decimal, Meta(description="Quantity x unit price, rounded to cents")]
    part_id: Annotated[UUID, Meta(description="Part that was bought")] | None = None
    vehicle_id: Annotated[UUID, Meta(description="Vehicle that it was for")] | None = None


class OrderLine(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a purchase order."""

    item: Annotated[str, Meta(max_length=100, description="The vendor's or our item number")]
    description: Text
    quantity: Quantity
    unit_price: Amount
    amount: Annotated[Decimal, Meta(description="Quantity x unit price, rounded to cents")]
    part_id: Annotated[UUID, Meta(description="Part that is ordered")] | None = None
    quantity_received: Annotated[Decimal, Meta(description="How much of it has come")] | None = None


class CardRestrictions(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a fuel card may be used for. What is not given is not restricted."""

    fuel_type: Annotated[list[str], Meta(max_length=20, description="Fuels that may be bought")] | None = None
    max_amount: Annotated[Decimal, Meta(description="Most that one purchase may cost")] | None = None
    max_liters: Annotated[Decimal, Meta(description="Most litres of one purchase")] | None = None
    daily_transactions: Annotated[int, Meta(ge=1, le=100, description="Most purchases a day")] | None = None
    days: Annotated[list[str], Meta(max_length=7, description="Days of the week: mon to sun")] | None = None
    hours: (
        Annotated[list[str], Meta(max_length=2, description="From and until, such as 06:00 and 20:00")] | None
    ) = None
    locations: (
        Annotated[list[str], Meta(max_length=100, description="States, cities or stations where it works")]
        | None
    ) = None
