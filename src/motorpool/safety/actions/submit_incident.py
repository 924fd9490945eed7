"""An incident as somebody tells it minutes after it happened: kept once, with the people, and everything that follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct, to_builtins
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.turns import take_turn
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.select import base_parameters
from motorpool.core.resource.write import create_row, create_rows
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.inspectable_vehicles import may_inspect
from motorpool.safety.resources.incidents import INCIDENTS
from motorpool.safety.rules.incident_facts import severity_of, title_of

RESOURCE = {one.table.name: one for one in INCIDENTS}
#: How far a phone's clock may go ahead of ours.
AHEAD = timedelta(minutes=10)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
MOST_PEOPLE = 50
Words = Annotated[str, Meta(max_length=10_000)]
Line = Annotated[str, Meta(max_length=255)]
Count = Annotated[int, Meta(ge=0, le=999)]
#: A driver's vehicle is the one that they had at the time, not the one that they have when the report arrives.
VEHICLE = "SELECT t.id FROM vehicles t WHERE t.tenant_id = %(tenant)s AND t.id = %(vehicle)s AND {within}"
SENT_BEFORE = text("""
SELECT id, incident_number FROM incidents
WHERE tenant_id = :tenant AND occurred_at = :at AND metadata ->> 'client_key' = :key
""")


class Involved(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody else who had part in it or saw it."""

    full_name: Annotated[str, Meta(min_length=1, max_length=255)]
    role: Literal["witness", "other_driver", "passenger", "pedestrian", "property_owner", "responder"] = (
        "witness"
    )
    phone: Annotated[str, Meta(max_length=40)] | None = None
    email: Annotated[str, Meta(max_length=320)] | None = None
    address: Words | None = None
    license_number: Annotated[str, Meta(max_length=50)] | None = None
    license_region: Annotated[str, Meta(max_length=50)] | None = None
    license_plate: Annotated[str, Meta(max_length=20)] | None = None
    vehicle_description: Line | None = None
    insurer: Line | None = None
    insurance_policy_number: Annotated[str, Meta(max_length=100)] | None = None
    statement: Words | None = None
    notes: Words | None = None


class Told(Struct, forbid_unknown_fields=True):
    """What somebody tells of an incident."""

    client_key: Annotated[
        UUID, Meta(description="Made by the sender; the same for each attempt to send this report")
    ]
    incident_type: Annotated[str, Meta(min_length=1, max_length=50)]
    occurred_at: Annotated[datetime, Meta(tz=True, description="By the sender's clock")]
    description: Words | None = None
    title: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    vehicle_id: UUID | None = None
    driver_id: Annotated[UUID | None, Meta(description="Drivers can name only themselves")] = None
    location: Annotated[str, Meta(max_length=1000)] | None = None
    city: Annotated[str, Meta(max_length=100, description="City or town, for the register")] | None = None
    region: Annotated[str, Meta(max_length=100, description="State or province")] | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    immediate_action: Words | None = None
    injury_count: Count = 0
    treated_away_count: Annotated[
        int, Meta(ge=0, le=999, description="Of the injured, treated at once away from the scene")
    ] = 0
    fatality_count: Count = 0
    towed_count: Count = 0
    hazmat_released: Annotated[bool, Meta(description="Other than fuel from the tanks")] = False
    police_notified: bool = False
    police_department: Line | None = None
    police_report_number: Annotated[str, Meta(max_length=100)] | None = None
    citation_issued_at: (
        Annotated[datetime, Meta(tz=True, description="When the driver was cited for a moving violation")]
        | None
    ) = None
    people: Annotated[list[Involved], Meta(max_length=MOST_PEOPLE)] = []


class Kept(Struct, frozen=True):
    """An incident as it was kept."""

    id: UUID
    incident_number: str
    is_repeat: bool


async def submit_incident(session: AsyncSession, actor: Actor, reach: Reach, sent: Told) -> Kept:
    """Keep an incident. A second one with the same `client_key` is the same one, and changes nothing.

    Raises: Invalid with a problem for each field.
    """
    # Twins that are sent at the same moment come one after the other.
    await take_turn(session, f"{actor.tenant_id} {sent.client_key}")
    where = {"tenant": actor.tenant_id, "at": sent.occurred_at, "key": str(sent.client_key)}
    before = (await session.execute(SENT_BEFORE, where)).first()
    if before is not None:
        return Kept(before.id, before.incident_number, True)
    problems = _problems(sent)
    if sent.vehicle_id is not None and not await _is_within(session, actor, reach, sent):
        message = "does not name a vehicle that you had at the time"
        problems.append(FieldProblem("vehicle_id", message, "unknown_reference"))
    if problems:
        raise Invalid("The report cannot be kept as it is.", fields=problems)
    key = await create_row(session, RESOURCE["incidents"], actor, reach, _body(actor, sent))
    people = [{"incident_id": str(key)} | to_builtins(one) for one in sent.people]
    if people:
        await create_rows(session, RESOURCE["incident_people"], actor, Reach(everything=True), people)
    number = await session.execute(
        text("SELECT incident_number FROM incidents WHERE tenant_id = :tenant AND id = :key"),
        {"tenant": actor.tenant_id, "key": key},
    )
    return Kept(key, str(number.scalar_one()), False)


async def _is_within(session: AsyncSession, actor: Actor, reach: Reach, sent: Told) -> bool:
    connection = await session.connection()
    parameters = base_parameters(actor, reach) | {"vehicle": sent.vehicle_id, "at": sent.occurred_at}
    found = await connection.exec_driver_sql(VEHICLE.format(within=may_inspect(reach)), parameters)
    return found.first() is not None


def _problems(sent: Told) -> list[FieldProblem]:
    """What can be said without looking anything up."""
    problems = []
    latest = datetime.now(UTC) + AHEAD
    if not OLDEST <= sent.occurred_at <= latest:
        message = f"must not lie more than 10 minutes ahead of now, nor before {OLDEST.year}; check the clock"
        problems.append(FieldProblem("occurred_at", message, "out_of_range"))
    if sent.citation_issued_at is not None and not sent.occurred_at <= sent.citation_issued_at <= latest:
        message = "must lie between the accident and now"
        problems.append(FieldProblem("citation_issued_at", message, "out_of_range"))
    if (sent.latitude is None) != (sent.longitude is None):
        problems.append(FieldProblem("latitude", "and longitude go together"))
    if sent.treated_away_count > sent.injury_count:
        message = "must not be more than those who were injured"
        problems.append(FieldProblem("treated_away_count", message, "out_of_range"))
    return problems


def _body(actor: Actor, sent: Told) -> dict[str, Any]:
    told = {
        "city": sent.city,
        "region": sent.region,
        "police_department": sent.police_department,
        "citation_issued_at": sent.citation_issued_at and sent.citation_issued_at.isoformat(),
        "hazmat_released": sent.hazmat_released or None,
    }
    accident = {name: value for name, value in told.items() if value}
    body = {
        "title": sent.title or title_of(sent.incident_type, sent.description),
        "incident_type": sent.incident_type,
        "severity": severity_of(
            fatalities=sent.fatality_count,
            treated_away=sent.treated_away_count,
            injuries=sent.injury_count,
            towed=sent.towed_count,
        ),
        "occurred_at": sent.occurred_at.isoformat(),
        # A phone's clock that runs ahead does not make the report older than the incident.
        "reported_at": sent.occurred_at.isoformat() if sent.occurred_at > datetime.now(UTC) else None,
        "location": sent.location or ", ".join(one for one in (sent.city, sent.region) if one) or None,
        "latitude": _degrees(sent.latitude),
        "longitude": _degrees(sent.longitude),
        "vehicle_id": sent.vehicle_id and str(sent.vehicle_id),
        "driver_id": sent.driver_id and str(sent.driver_id),
        "description": (sent.description or "").strip() or None,
        "immediate_action": sent.immediate_action,
        "injury_count": sent.injury_count,
        "treated_away_count": sent.treated_away_count,
        "fatality_count": sent.fatality_count,
        "towed_count": sent.towed_count,
        "police_notified": sent.police_notified or sent.police_report_number is not None,
        "police_report_number": sent.police_report_number,
        "metadata": {"client_key": str(sent.client_key)} | ({"accident": accident} if accident else {}),
    }
    return {name: value for name, value in body.items() if value is not None}


def _degrees(value: float | None) -> str | None:
    return None if value is None else str(round(value, 7))
