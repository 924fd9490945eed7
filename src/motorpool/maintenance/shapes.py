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


class RequiredPart(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A part that a work order template calls for."""

    part_id: Annotated[UUID, Meta(description="Part of the catalogue")]
    quantity: Annotated[Decimal, Meta(description="In the part's unit, above zero")] = Decimal(1)

    def __post_init__(self) -> None:
        if not 0 < self.quantity < 1_000_000:  # NaN is not
            raise ValueError("quantity must be above 0 and below 1000000")


class Certification(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A technician's certificate."""

    name: Annotated[str, Meta(min_length=1, max_length=255, description="Such as ASE A5 Brakes, EPA 609")]
    issuer: Annotated[str, Meta(max_length=255)] | None = None
    number: Annotated[str, Meta(max_length=100)] | None = None
    expiry_date: Annotated[date, Meta(description="Last day on which it is valid")] | None = None
