"""Keep a supporting document of a driver's day (49 CFR 395.11): the file as it is, with what it shows."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.turns import take_turn
from motorpool.core.errors import FieldProblem, Invalid, NotFound
from motorpool.core.files.spool import Received
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import keep_received
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.references import check_references
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import struct_of
from motorpool.safety.rules.duty_documents import KINDS

KINDS_TAKEN = ("image/jpeg", "image/png", "image/webp", "application/pdf")
LARGEST = 20_000_000
#: How far back a day may lie: records are kept for six months, some longer.
OLDEST = timedelta(days=3 * 365)
#: Whose log is in reach, and where today is: `{scope}` is written for rows about a driver.
DRIVER = """
SELECT t.full_name, (now() AT TIME ZONE coalesce(f.time_zone, z.time_zone))::date
FROM (SELECT p.tenant_id, p.id AS driver_id, p.full_name, p.home_facility_id FROM drivers p) AS t
JOIN tenants z ON z.id = t.tenant_id
LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.home_facility_id
WHERE t.tenant_id = %(tenant)s AND t.driver_id = %(driver)s AND {scope}
"""
SAME = text("""
SELECT t.id FROM duty_supporting_documents t JOIN files f ON f.tenant_id = t.tenant_id AND f.id = t.file_id
WHERE t.tenant_id = :tenant AND t.driver_id = :driver AND t.log_date = :log_date AND t.status = 'kept' AND f.sha256 = :sha256 LIMIT 1
""")
ADD = text("""
INSERT INTO duty_supporting_documents (tenant_id, driver_id, vehicle_id, log_date, kind, shown_name, document_number, document_date,
    document_time, place, notes, file_id, received_on, submitted_by_user_id)
VALUES (:tenant, :driver, :vehicle, :log_date, :kind, :shown_name, :document_number, :document_date, :document_time, :place, :notes,
    :file, :received_on, :user)
RETURNING id
""")
Line = Annotated[str, Meta(max_length=255)]


class ToldDocument(Struct, forbid_unknown_fields=True):
    """What a document shows."""

    log_date: date
    kind: str
    place: Line = ""
    document_date: date | None = None
    document_time: time | None = None
    shown_name: Line | None = None
    document_number: Annotated[str, Meta(max_length=100)] | None = None
    vehicle_id: UUID | None = None
    received_on: date | None = None
    notes: Annotated[str, Meta(max_length=2000)] | None = None


def told_of(fields: dict[str, str]) -> ToldDocument:
    """Texts of a form; empty ones are not given. Raises Invalid."""
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    if len(given.get("document_time", "")) == len("14:30"):
        given["document_time"] += ":00"
    return struct_of(given, ToldDocument, strict=False)


async def keep_duty_document(
    session: AsyncSession,
    resource: Resource,
    files: FileStore,
    actor: Actor,
    reach: Reach,
    driver: UUID | None,
    told: ToldDocument,
    received: Received,
    *,
    name: str,
    declared_type: str | None,
) -> UUID:
    """The row's id; the same file for the same day is the same document. resource: of duty_supporting_documents.

    Raises: NotFound for a driver out of reach, Invalid.
    """
    connection = await session.connection()
    sql = DRIVER.format(scope=scope_condition(resource, reach) or "true")
    found = (
        await connection.exec_driver_sql(sql, base_parameters(actor, reach) | {"driver": driver})
    ).first()
    if driver is None or found is None:
        raise NotFound("There is no such driver.")
    full_name, today = tuple(found)
    problems = _problems(told, today)
    if problems:
        raise Invalid(fields=problems)
    if told.vehicle_id:
        await check_references(session, resource, actor, [{"vehicle_id": str(told.vehicle_id)}])
    where = {
        "tenant": actor.tenant_id,
        "driver": driver,
        "log_date": told.log_date,
        "sha256": received.sha256,
    }
    # Twins of a page that was sent twice come one after the other.
    await take_turn(session, f"{actor.tenant_id} {driver} {received.sha256}")
    same = (await session.execute(SAME, where)).scalar()
    if same is not None:
        return UUID(str(same))
    stored = await keep_received(
        session,
        files,
        actor,
        received,
        name=name,
        declared_type=declared_type,
        purpose="duty_document",
        entity=("drivers", driver),
        only=KINDS_TAKEN,
    )
    row = where | {
        "vehicle": told.vehicle_id,
        "kind": told.kind,
        "shown_name": told.shown_name or full_name,
        "document_number": told.document_number,
        "document_date": told.document_date or told.log_date,
        "document_time": told.document_time,
        "place": told.place,
        "notes": told.notes,
        "file": stored.id,
        "received_on": told.received_on,
        "user": actor.user_id,
    }
    return UUID(str((await session.execute(ADD, row)).scalar_one()))


def _problems(told: ToldDocument, today: date) -> list[FieldProblem]:
    found = []
    if told.kind not in KINDS:
        found.append(FieldProblem("kind", f"must be one of {', '.join(KINDS)}"))
    if len(told.place) < 2:
        found.append(FieldProblem("place", "must name the nearest city, town or village", "required"))
    if not today - OLDEST <= told.log_date <= today:
        found.append(FieldProblem("log_date", "must be today or a day of the last three years"))
    shown = told.document_date or told.log_date
    if abs((shown - told.log_date).days) > 1:
        found.append(
            FieldProblem("document_date", "must be the day that it supports, or the one before or after it")
        )
    if told.received_on and not shown <= told.received_on <= today:
        found.append(FieldProblem("received_on", "must be between the date on the document and today"))
    return found


__all__ = ["KINDS_TAKEN", "LARGEST", "ToldDocument", "keep_duty_document", "told_of"]
