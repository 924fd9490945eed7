"""Shapes of the jsonb columns of maintenance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct


class ChecklistTask(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A task of a work order template."""

    task: Annotated[str, Meta(min_length=1, max_length=1000, description="What is to be done")]
    required: Annotated[bool, Meta(description="The order cannot be finished without it")] = True
    order: Annotated[int, Meta(ge=1, le=10_000, description="Place in the order of work")] | None = None
    requires_inspection: Annotated[bool, Meta(description="A second person checks the work")] = False
    estimated_hours: Annotated[Decimal, Meta(description="Hours, 0 to 9999.99")] | None = None

    def __post_init__(self) -> None:
        hours = self.estimated_hours
        if hours is not None and not (hours.is_finite() and 0 <= hours < 10_000):
            raise ValueError("estimated_hours must be from 0 to below 10000")


class RequiredPart(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A part that a work order template calls for."""

    part_id: Annotated[UUID, Meta(description="Part of the catalogue")]
    quantity: Annotated[Decimal, Meta(description="In the part's unit, above zero")] = Decimal(1)

    def __post_init__(self) -> None:
        if not (self.quantity.is_finite() and 0 < self.quantity < 1_000_000):
            raise ValueError("quantity must be above 0 and below 1000000")


class Certification(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A technician's certificate."""

    name: Annotated[str, Meta(min_length=1, max_length=255, description="Such as ASE A5 Brakes, EPA 609")]
    issuer: Annotated[str, Meta(max_length=255)] | None = None
    number: Annotated[str, Meta(max_length=100)] | None = None
    expiry_date: Annotated[date, Meta(description="Last day on which it is valid")] | None = None


Whole = Annotated[int, Meta(ge=1, le=1_000_000)]
Stretch = Annotated[int, Meta(ge=0, le=100_000)]


class PlannedService(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A service of a programme; what is left out of notice and grace is as for any new schedule."""

    name: Annotated[str, Meta(min_length=1, max_length=255, description="Such as Oil service")]
    maintenance_type: (
        Annotated[str, Meta(max_length=100, description="Such as oil_change, tire_rotation")] | None
    ) = None
    template_id: Annotated[UUID, Meta(description="Template of its work orders")] | None = None
    interval_miles: Annotated[Whole, Meta(description="Every so many miles")] | None = None
    interval_days: Annotated[Whole, Meta(description="Every so many days")] | None = None
    interval_months: Annotated[Whole, Meta(description="Every so many calendar months")] | None = None
    interval_hours: Annotated[Whole, Meta(description="Every so many engine hours")] | None = None
    notice_miles: Annotated[Stretch, Meta(description="Due soon from so many miles before")] | None = None
    notice_days: Annotated[Stretch, Meta(description="Due soon from so many days before")] | None = None
    notice_hours: Annotated[Stretch, Meta(description="Due soon from so many hours before")] | None = None
    auto_create: Annotated[bool, Meta(description="Make a work order as soon as it is due soon")] = True

    def __post_init__(self) -> None:
        if not (self.interval_miles or self.interval_days or self.interval_months or self.interval_hours):
            raise ValueError("a service needs an interval in miles, days, months or hours")
