"""What was done to a vehicle and found on it: work orders with their parts, inspections, defects, new meters and services
that were entered without an order, the latest first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.errors import BadRequest, FieldProblem
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.readable import readable
from motorpool.telematics.queries.reached_vehicle import reached_vehicle

Kind = Literal["order", "inspection", "defect", "service", "meter"]


class HistoryAsked(Struct, forbid_unknown_fields=True):
    """Query parameters."""

    kind: (
        Annotated[Kind, Meta(description="Only these; service: entered on a schedule without a work order")]
        | None
    ) = None
    cursor: Annotated[str, Meta(max_length=100, description="`next_cursor` of the page before")] | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class FittedPart(Struct):
    name: str
    part_number: str | None
    quantity: Decimal
    position: str | None
    serial_number: str | None


class Event(Struct):
    kind: Kind
    id: UUID
    at: datetime
    number: Annotated[str | None, Meta(description="Business number of the work order or defect")]
    title: str
    label: Annotated[str | None, Meta(description="Type of work order or inspection, severity of a defect")]
    status: str | None
    text: Annotated[str | None, Meta(description="What was done, found or noted")]
    who: Annotated[str | None, Meta(description="Technician or outside shop")]
    odometer_km: int | None
    net_cost: Annotated[Decimal | None, Meta(description="Of a work order, less warranty")]
    downtime_hours: Decimal | None
    parts: list[FittedPart] = []


class HistoryPage(Struct):
    items: list[Event]
    next_cursor: str | None


class LastPart(Struct):
    """What is fitted now, as far as work orders know: of each part and position the last one."""

    work_order_id: UUID
    name: str
    part_number: str | None
    position: str | None
    serial_number: str | None
    quantity: Decimal
    fitted_at: datetime
    odometer_km: int | None
    warranty_until: date | None


#: Kind -> (table, SELECT of its events, `{readable}` on alias `t`).
SOURCES: Mapping[Kind, tuple[str, str]] = {
    "order": (
        "maintenance_records",
        """
        SELECT 'order' AS kind, t.id, coalesce(t.closed_at, t.completed_at, t.started_at, t.reported_at) AS at,
               t.work_order_number AS number, t.summary AS title, t.work_order_type AS label, t.status,
               coalesce(t.correction, t.complaint) AS text, coalesce(k.full_name, n.name) AS who,
               coalesce(t.closing_odometer, t.opening_odometer) AS odometer_km,
               t.total_cost - t.warranty_amount AS net_cost, t.downtime_hours
        FROM maintenance_records t
        LEFT JOIN technicians k ON k.tenant_id = %(tenant)s AND k.id = t.assigned_technician_id
        LEFT JOIN vendors n ON n.tenant_id = %(tenant)s AND n.id = t.vendor_id
        WHERE t.vehicle_id = %(vehicle)s AND t.status NOT IN ('draft', 'cancelled')
          AND {readable}""",
    ),
    "inspection": (
        "safety_inspections",
        """
        SELECT 'inspection', t.id, t.inspection_date, NULL, 'Inspection', t.inspection_type, t.inspection_status,
               t.notes, NULL, t.odometer, NULL::numeric, NULL::numeric
        FROM safety_inspections t
        WHERE t.vehicle_id = %(vehicle)s AND {readable}""",
    ),
    "defect": (
        "defects",
        """
        SELECT 'defect', t.id, t.reported_at, t.defect_number, t.description, t.severity, t.status,
               t.resolution_notes, NULL, t.odometer, NULL::numeric, NULL::numeric
        FROM defects t
        WHERE t.vehicle_id = %(vehicle)s AND {readable}""",
    ),
    "service": (
        "recurring_maintenance_schedules",
        """
        SELECT 'service', t.id, d.day::timestamp AT TIME ZONE %(time_zone)s, NULL,
               coalesce(t.schedule_name, t.maintenance_type, 'Service'), t.maintenance_type, 'done', d.text, NULL,
               round(d.miles * 1.609344)::int, NULL::numeric, NULL::numeric
        FROM recurring_maintenance_schedules t CROSS JOIN LATERAL (
            SELECT e.happened_on AS day, e.mileage AS miles, coalesce(e.reason, t.notes) AS text
            FROM maintenance_schedule_events e
            WHERE e.tenant_id = %(tenant)s AND e.schedule_id = t.id AND e.event = 'done_elsewhere'
            UNION ALL
            -- Typed into the schedule itself.
            SELECT t.last_completed_date, t.last_completed_mileage, t.notes
            WHERE t.last_completed_date <= %(today)s AND t.last_work_order_id IS NULL AND NOT EXISTS (
                SELECT FROM maintenance_schedule_events e
                WHERE e.tenant_id = %(tenant)s AND e.schedule_id = t.id AND e.event = 'done_elsewhere'
                  AND e.happened_on = t.last_completed_date)
        ) AS d
        WHERE t.vehicle_id = %(vehicle)s AND {readable}""",
    ),
    "meter": (
        "meter_readings",
        """
        SELECT 'meter', t.id, t.recorded_at, NULL,
               CASE t.meter_type WHEN 'odometer' THEN 'Odometer replaced' ELSE 'Hour meter replaced' END,
               t.meter_type, NULL, t.notes, NULL,
               CASE t.meter_type WHEN 'odometer' THEN round((t.value + t.replacement_offset) / 1000)::int END,
               NULL::numeric, NULL::numeric
        FROM meter_readings t
        WHERE t.vehicle_id = %(vehicle)s AND t.is_replacement AND {readable}""",
    ),
}
_PAGE = """
WITH events AS (
    SELECT * FROM ({sources}) AS e
    WHERE %(before)s::timestamptz IS NULL OR (e.at, e.id) < (%(before)s::timestamptz, %(before_id)s::uuid)
    ORDER BY e.at DESC, e.id DESC LIMIT %(limit)s
)
SELECT json_build_object('kind', e.kind, 'id', e.id, 'at', e.at, 'number', e.number, 'title', e.title, 'label', e.label,
    'status', e.status, 'text', e.text, 'who', e.who, 'odometer_km', e.odometer_km, 'net_cost', e.net_cost::text,
    'downtime_hours', e.downtime_hours::text, 'parts', coalesce(f.parts, '[]'))::text
FROM events e
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('name', coalesce(p.name, x.description), 'part_number', p.part_number,
               'quantity', (x.quantity_issued - x.quantity_returned)::text, 'position', x.position,
               'serial_number', x.serial_number) ORDER BY coalesce(p.name, x.description), x.id) AS parts
    FROM work_order_parts x LEFT JOIN parts p ON p.tenant_id = %(tenant)s AND p.id = x.part_id
    WHERE x.tenant_id = %(tenant)s AND x.work_order_id = e.id AND e.kind = 'order'
      AND x.quantity_issued > x.quantity_returned
) AS f ON true
ORDER BY e.at DESC, e.id DESC
"""
_FITTED = """
SELECT json_build_object('work_order_id', q.work_order_id, 'name', q.name, 'part_number', q.part_number,
    'position', q.position, 'serial_number', q.serial_number, 'quantity', q.quantity::text, 'fitted_at', q.fitted_at,
    'odometer_km', q.odometer_km, 'warranty_until', q.warranty_until)::text
FROM (
    SELECT DISTINCT ON (coalesce(x.part_id::text, x.description), x.position)
           x.work_order_id, coalesce(p.name, x.description) AS name, p.part_number, x.position, x.serial_number,
           x.quantity_issued - x.quantity_returned AS quantity,
           coalesce(t.completed_at, t.started_at, x.created_at) AS fitted_at,
           coalesce(t.closing_odometer, t.opening_odometer) AS odometer_km, x.warranty_until
    FROM maintenance_records t
    JOIN work_order_parts x ON x.tenant_id = %(tenant)s AND x.work_order_id = t.id
    LEFT JOIN parts p ON p.tenant_id = %(tenant)s AND p.id = x.part_id
    WHERE t.vehicle_id = %(vehicle)s AND t.status <> 'cancelled'
      AND x.quantity_issued > x.quantity_returned AND {readable}
    ORDER BY coalesce(x.part_id::text, x.description), x.position, coalesce(t.completed_at, t.started_at, x.created_at) DESC
) AS q
ORDER BY q.fitted_at DESC, q.name LIMIT %(limit)s
"""
_MEASURED_SINCE = """
SELECT least(
    (SELECT min(r.recorded_at) FROM meter_readings r
     WHERE r.tenant_id = %(tenant)s AND r.vehicle_id = %(vehicle)s AND r.meter_type = 'odometer'),
    (SELECT min(x.started_at) FROM trips x WHERE x.tenant_id = %(tenant)s AND x.vehicle_id = %(vehicle)s)),
    (SELECT min(w.closed_at) FROM maintenance_records w
     WHERE w.tenant_id = %(tenant)s AND w.vehicle_id = %(vehicle)s AND w.status = 'completed')
"""


async def service_history(
    database: Database, registry: Registry, actor: Actor, vehicle: UUID, asked: HistoryAsked
) -> HistoryPage:
    """A page of a vehicle's history, as far as the actor may read its parts; one SELECT beside that of the vehicle.

    Raises: Forbidden without the right to vehicles, NotFound for one that the actor does not reach, BadRequest for a
    cursor that is none.
    """
    parameters = await reached_vehicle(database, actor, "vehicles.read", vehicle)
    sources = [
        sql.format(readable=readable(registry[table], actor, parameters))
        for kind, (table, sql) in SOURCES.items()
        if asked.kind in (None, kind)
    ]
    before, before_id = _read_cursor(asked.cursor)
    parameters |= {"before": before, "before_id": before_id, "limit": asked.limit + 1}
    # Names of columns are those of the first source.
    names = "kind, id, at, number, title, label, status, text, who, odometer_km, net_cost, downtime_hours"
    union = " UNION ALL ".join(f"SELECT * FROM ({source}) AS s ({names})" for source in sources)
    rows = await database.read(actor, _PAGE.format(sources=union), parameters)
    found = [msgspec.json.decode(row[0], type=Event, strict=False) for row in rows]
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    return HistoryPage(shown, f"{shown[-1].at.isoformat()}_{shown[-1].id}" if more else None)


async def fitted_parts(
    database: Database, registry: Registry, actor: Actor, vehicle: UUID, limit: int = 30
) -> list[LastPart]:
    """The parts that work orders fitted last; none for those who may not read work orders."""
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "vehicle": vehicle, "limit": limit}
    sql = _FITTED.format(readable=readable(registry["maintenance_records"], actor, parameters))
    rows = await database.read(actor, sql, parameters)
    return [msgspec.json.decode(row[0], type=LastPart, strict=False) for row in rows]


def _read_cursor(text: str | None) -> tuple[datetime | None, UUID | None]:
    if not text:
        return None, None
    moment, _, key = text.partition("_")
    found = parse_uuid(key)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or found is None:
        raise BadRequest(
            "Some parameters of the request are wrong.",
            fields=[FieldProblem("cursor", "must be the next_cursor of a page before")],
            code="bad_parameters",
        )
    return at, found


async def known_since(
    database: Database, actor: Actor, vehicle: UUID
) -> tuple[datetime | None, datetime | None]:
    """Since when a vehicle's way is measured, by a reading or a trip, and when its first order was closed."""
    parameters = {"tenant": actor.tenant_id, "vehicle": vehicle}
    [(measured, closed)] = await database.read(actor, _MEASURED_SINCE, parameters)
    return measured, closed
