"""An inspection is sent: checked against its form, kept once, and everything that follows from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import FieldProblem, Forbidden, Invalid
from motorpool.core.resource.numbering import next_numbers
from motorpool.core.resource.reactions import Change, react
from motorpool.core.resource.select import base_parameters
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.note_odometer import note_odometer
from motorpool.safety.actions.read_inspection_form import FilledForm, read_inspection_form
from motorpool.safety.actions.review_inspection import review_inspections
from motorpool.safety.models import SafetyInspection
from motorpool.safety.queries.inspectable_vehicles import may_inspect
from motorpool.safety.rules.inspection_periods import add_months
from motorpool.safety.rules.inspection_results import Given, Judgement, judge
from motorpool.safety.rules.inspection_signature import Signature, signature_problems

PATH = "/api/v1/safety-inspections"
#: How far a phone's clock may go ahead of ours.
AHEAD = timedelta(minutes=10)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
Words = Annotated[str, Meta(max_length=10_000)]

VEHICLE = """
SELECT t.vehicle_type FROM vehicles t
WHERE t.tenant_id = %(tenant)s AND t.id = %(vehicle)s AND {within} FOR NO KEY UPDATE OF t
"""
SENT_BEFORE = text(
    "SELECT id, vehicle_id, submitted_by_user_id FROM safety_inspections WHERE tenant_id = :tenant AND client_key = :key"
)
TECHNICIAN = text(
    "SELECT id, coalesce(certifications, '[]') AS certifications FROM technicians "
    "WHERE tenant_id = :tenant AND user_id = :user AND status = 'active'"
)
#: Photos that this person sent for an inspection and that belong to none yet.
PHOTOS = text("""
SELECT id FROM files WHERE tenant_id = :tenant AND id = ANY (:photos) AND purpose = 'inspection' AND entity_id IS NULL
  AND deleted_at IS NULL AND uploaded_by_user_id IS NOT DISTINCT FROM :user
""")
KEEP_PHOTOS = text("""
UPDATE files SET entity_type = 'safety_inspections', entity_id = :key, expires_at = NULL
WHERE tenant_id = :tenant AND id = ANY (:photos)
""")


class ItemResult(Struct, forbid_unknown_fields=True):
    """The answer to an item of the form."""

    item: Annotated[str, Meta(min_length=1, max_length=63, description="Key of the item")]
    status: Literal["pass", "fail", "not_applicable"] | None = None
    value: Annotated[
        int | float | str | None, Meta(description="Where the item asks for a number or a text")
    ] = None
    notes: Annotated[Words | None, Meta(description="What is wrong; a failed check has notes or photos")] = (
        None
    )
    photos: Annotated[list[UUID], Meta(description="Ids that sending the photos gave")] = []
    is_unsafe: Annotated[bool, Meta(description="This defect keeps the vehicle from being used")] = False


class Submission(Struct, forbid_unknown_fields=True):
    """A filled-in inspection."""

    client_key: Annotated[
        UUID, Meta(description="Made by the sender; the same for each attempt to send this inspection")
    ]
    vehicle_id: UUID
    form_id: Annotated[UUID, Meta(description="The version of the form that was filled in")]
    performed_at: Annotated[datetime, Meta(tz=True, description="By the sender's clock")]
    results: Annotated[list[ItemResult], Meta(max_length=500)]
    odometer: Annotated[int | None, Meta(description="Kilometres")] = None
    signature: Signature | None = None
    location: Annotated[str, Meta(max_length=500)] | None = None
    latitude: float | None = None
    longitude: float | None = None
    notes: Words | None = None
    certification_number: Annotated[str, Meta(max_length=100)] | None = None
    reviewed: Annotated[
        Signature | None,
        Meta(description="Signed that the last report with its certified repairs was read (49 CFR 396.13)"),
    ] = None


class Kept(Struct, frozen=True):
    """An inspection as it was kept."""

    id: UUID
    is_repeat: bool
    warnings: list[str]


async def submit_inspection(session: AsyncSession, actor: Actor, reach: Reach, sent: Submission) -> Kept:
    """Keep an inspection. A second one with the same `client_key` is the same one, and changes nothing.

    Raises: Invalid with a problem for each field and item, Forbidden when the form asks for a qualified inspector.
    """
    vehicle_type = await _vehicle_type(session, actor, reach, sent)
    # Behind the lock on the vehicle: a twin that is being sent at this moment has been kept by now.
    before = (await session.execute(SENT_BEFORE, {"tenant": actor.tenant_id, "key": sent.client_key})).first()
    if before is not None:
        if (before.vehicle_id, before.submitted_by_user_id) != (sent.vehicle_id, actor.user_id):
            problem = FieldProblem(
                "client_key", "belongs to another inspection; make a new one", "key_reused"
            )
            raise Invalid("Some fields are not valid.", fields=[problem])
        return Kept(before.id, True, [])
    form = await read_inspection_form(session, actor, sent.form_id)
    problems = _problems(sent, form, vehicle_type)
    found = Judgement()
    if form is not None:
        found = judge(form.items, [_given(one) for one in sent.results], vehicle_type)
        problems += found.problems
    problems += await _photo_problems(session, actor, sent)
    if problems or form is None:
        raise Invalid("The inspection cannot be kept as it is.", fields=problems)
    inspector = await _inspector(session, actor, form)
    warnings: list[str] = []
    if sent.odometer is not None:
        doubt = await note_odometer(session, actor, sent.vehicle_id, sent.odometer, sent.performed_at)
        warnings += [doubt] if doubt else []
    key = await _keep(session, actor, sent, form, found, inspector)
    if sent.reviewed is not None:
        await review_inspections(session, actor, sent.vehicle_id, sent.reviewed, except_id=key)
    await react(session, actor, Change("safety_inspections", "create", (key,)))
    return Kept(key, False, warnings)


async def _vehicle_type(session: AsyncSession, actor: Actor, reach: Reach, sent: Submission) -> str | None:
    """Of the vehicle, which is locked. Raises Invalid for one that the actor may not inspect."""
    connection = await session.connection()
    parameters = base_parameters(actor, reach) | {"vehicle": sent.vehicle_id, "at": sent.performed_at}
    found: Any = await connection.exec_driver_sql(VEHICLE.format(within=may_inspect(reach)), parameters)
    vehicle = found.first()
    if vehicle is None:
        problem = FieldProblem("vehicle_id", "does not name anything that exists here", "unknown_reference")
        raise Invalid("Some fields are not valid.", fields=[problem])
    kind: str | None = vehicle.vehicle_type
    return kind


def _given(one: ItemResult) -> Given:
    return Given(one.item, one.status, one.value, one.notes, tuple(one.photos), one.is_unsafe)


def _problems(sent: Submission, form: FilledForm | None, vehicle_type: str | None) -> list[FieldProblem]:
    """What is wrong with everything but the answers."""
    problems: list[FieldProblem] = []
    if form is None or form.status == "draft":
        message = "does not name a form that was published"
        problems.append(FieldProblem("form_id", message, "unknown_reference"))
    elif form.vehicle_types and vehicle_type is not None and vehicle_type not in form.vehicle_types:
        message = f"is for {', '.join(form.vehicle_types)}; this vehicle is {vehicle_type}"
        problems.append(FieldProblem("form_id", message, "wrong_vehicle"))
    elif form.needs_signature and sent.signature is None:
        problems.append(FieldProblem("signature", "is required", "required"))
    if not OLDEST <= sent.performed_at <= datetime.now(UTC) + AHEAD:
        minutes = int(AHEAD.total_seconds() / 60)
        message = f"must not lie more than {minutes} minutes ahead of now, nor before {OLDEST.year}; check the clock"
        problems.append(FieldProblem("performed_at", message, "out_of_range"))
    if sent.odometer is not None and not 0 <= sent.odometer < 10_000_000:
        problems.append(FieldProblem("odometer", "must be from 0 to 9999999 km", "out_of_range"))
    if (sent.latitude is None) != (sent.longitude is None):
        problems.append(FieldProblem("latitude", "and longitude go together"))
    if sent.latitude is not None and not -90 <= sent.latitude <= 90:
        problems.append(FieldProblem("latitude", "must be between -90 and 90", "out_of_range"))
    if sent.longitude is not None and not -180 <= sent.longitude <= 180:
        problems.append(FieldProblem("longitude", "must be between -180 and 180", "out_of_range"))
    for place, signature in (("signature", sent.signature), ("reviewed", sent.reviewed)):
        if signature is not None:
            problems += signature_problems(signature, place)
    return problems


async def _photo_problems(session: AsyncSession, actor: Actor, sent: Submission) -> list[FieldProblem]:
    photos = _photos(sent)
    if not photos:
        return []
    where = {"tenant": actor.tenant_id, "photos": photos, "user": actor.user_id}
    there = set((await session.execute(PHOTOS, where)).scalars())
    return [
        FieldProblem(f"results[{index}].photos[{place}]", "was not received; send it again", "unknown_photo")
        for index, one in enumerate(sent.results)
        for place, photo in enumerate(one.photos)
        if photo not in there
    ]


def _photos(sent: Submission) -> list[UUID]:
    return [photo for one in sent.results for photo in one.photos]


async def _inspector(session: AsyncSession, actor: Actor, form: FilledForm) -> tuple[str, UUID | None]:
    """What the inspector is. Raises Forbidden when that is not enough for the form (49 CFR 396.19)."""
    technician = (
        await session.execute(TECHNICIAN, {"tenant": actor.tenant_id, "user": actor.user_id})
    ).first()
    if form.inspector_kind == "technician":
        if technician is None:
            raise Forbidden(
                f"{form.name} is made by a technician; your account belongs to none that is active.",
                code="not_qualified",
            )
        wanted = form.required_certification
        if wanted and not _holds(technician.certifications, wanted, actor):
            raise Forbidden(
                f"{form.name} asks for the certificate {wanted}, which is not on your record or has expired.",
                code="not_qualified",
            )
        return "technician", technician.id
    if actor.driver_id is not None:
        return "driver", actor.driver_id
    return ("technician", technician.id) if technician else ("user", actor.user_id)


def _holds(certifications: list[dict[str, Any]], wanted: str, actor: Actor) -> bool:
    return any(
        str(one.get("name", "")).strip().lower() == wanted.strip().lower()
        and str(one.get("expiry_date") or "9999-12-31") >= actor.today.isoformat()
        for one in certifications
    )


async def _keep(
    session: AsyncSession,
    actor: Actor,
    sent: Submission,
    form: FilledForm,
    found: Judgement,
    inspector: tuple[str, UUID | None],
) -> UUID:
    key: UUID = (await session.execute(text("SELECT uuidv7()"))).scalar_one()
    photo_path = f"{PATH}/{key}/photos"
    photos = _photos(sent)
    day = sent.performed_at.astimezone(ZoneInfo(actor.time_zone)).date()
    due = add_months(day, form.validity_months) if form.validity_months and found.result == "passed" else None
    number = sent.certification_number
    if due is not None and not number:
        [number] = await next_numbers(
            session, actor.tenant_id, "inspection_certificates", "CERT-{year}-{number:05}", actor.today, 1
        )
    await session.execute(
        insert(SafetyInspection).values(
            id=key,
            tenant_id=actor.tenant_id,
            vehicle_id=sent.vehicle_id,
            inspection_type=form.inspection_type,
            inspector_type=inspector[0] if inspector[1] else None,
            inspector_id=inspector[1],
            inspection_date=sent.performed_at,
            inspection_location=sent.location,
            odometer=sent.odometer,
            inspection_status=found.result,
            checklist_results=[one.as_json(photo_path) for one in found.answers],
            defects_found=[
                {"item": one.item.text, "severity": one.severity, "action_required": one.notes}
                for one in found.failures
            ]
            or None,
            requires_maintenance=bool(found.failures),
            next_inspection_due=due,
            certification_number=number if due else None,
            certification_expiry=due,
            inspector_signature=sent.signature.image if sent.signature else None,
            inspector_name=sent.signature.name.strip() if sent.signature else None,
            notes=(sent.notes or "").strip() or None,
            photos=[f"{photo_path}/{photo}" for photo in photos] or None,
            form_id=form.id,
            client_key=sent.client_key,
            submitted_by_user_id=actor.user_id,
            received_at=datetime.now(UTC),
            latitude=_degrees(sent.latitude),
            longitude=_degrees(sent.longitude),
        )
    )
    if photos:
        where = {"tenant": actor.tenant_id, "photos": photos, "key": key}
        await session.execute(KEEP_PHOTOS, where)
    return key


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 7)))
