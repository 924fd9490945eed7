"""What the jsonb columns of safety hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=255)]
Line = Annotated[str, Meta(max_length=500)]
Words = Annotated[str, Meta(max_length=10_000)]
Money = Annotated[Decimal, Meta(description="In the tenant's currency")]


class Injury(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A person hurt in an accident."""

    person: Name
    injury_type: Annotated[Line, Meta(description="Such as whiplash, fracture, laceration")] | None = None
    severity: Literal["minor", "moderate", "severe", "fatal"] | None = None
    hospitalized: bool = False


class OtherParty(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody else who was in the accident."""

    name: Name
    contact: Annotated[Line, Meta(description="Phone, e-mail or address")] | None = None
    insurance: Annotated[Line, Meta(description="Insurer and policy number")] | None = None
    vehicle: Annotated[Line, Meta(description="Make, model, colour and plate")] | None = None


class Witness(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody who saw the accident."""

    name: Name
    contact: Annotated[Line, Meta(description="Phone, e-mail or address")] | None = None
    statement: Words | None = None


class FiledClaim(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A claim as it was told on the report; claims that are followed up are insurance claims."""

    claim_number: Name
    insurer: Name | None = None
    status: (
        Annotated[str, Meta(max_length=50, description="Such as filed, approved, denied, settled")] | None
    ) = None
    amount: Money | None = None


class ChecklistResult(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One item of an inspection."""

    item: Name
    status: Annotated[str, Meta(max_length=50, description="Such as pass, fail, not_applicable")]
    notes: Words | None = None
    photo_url: Annotated[str, Meta(max_length=2000)] | None = None
    key: Annotated[str, Meta(max_length=63, description="Key of the form's item")] | None = None
    section: Line | None = None
    value: Annotated[str, Meta(max_length=2000, description="A number or text that was asked for")] | None = (
        None
    )
    unit: Annotated[str, Meta(max_length=20)] | None = None
    photos: list[Annotated[str, Meta(max_length=2000)]] | None = None
    severity: (
        Annotated[str, Meta(max_length=50, description="Of a defect: minor, major, critical")] | None
    ) = None
    is_unsafe: Annotated[bool, Meta(description="A defect that keeps the vehicle from being used")] | None = (
        None
    )


class FoundDefect(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Something that an inspection found wrong."""

    item: Name
    severity: (
        Annotated[str, Meta(max_length=50, description="Such as minor, major, out_of_service")] | None
    ) = None
    action_required: Line | None = None


class Attendee(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody who came to a safety meeting."""

    driver_id: UUID | None = None
    user_id: UUID | None = None
    signed: bool = False
    signature_url: Annotated[str, Meta(max_length=2000)] | None = None


class ActionItem(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a meeting agreed on, as minuted."""

    description: Annotated[str, Meta(min_length=1, max_length=2000)]
    assigned_to: Annotated[UUID, Meta(description="User")] | None = None
    due_date: date | None = None
    status: Literal["open", "done", "dropped"] = "open"


class QuizResult(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How a driver did in the quiz of a meeting."""

    driver_id: UUID
    score: Annotated[Decimal, Meta(description="Percent")] | None = None
    passed: bool = False


#: Kind of cover -> most that is paid for it.
CoverageLimits = dict[Annotated[str, Meta(min_length=1, max_length=100)], Money]
