"""The demonstration's last year: work that was given to other shops, and what the odometers showed. All of it is made up."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from motorpool.demo.domains.inserting import Row
from motorpool.demo.domains.maintenance_catalogue import JOBS

if TYPE_CHECKING:
    from motorpool.demo.domains.maintenance_orders import OrderBook

#: Days ago: the first and the last of these orders; the shop's own begin later.
FIRST, LAST = 385, 9
#: Days between two of them.
EVERY = 2
#: What an hour of another shop costs, and how much it adds to the price of parts.
HOUR, MARK_UP = Decimal(128), Decimal("1.35")
CENT = Decimal("0.01")
#: One cab has been more trouble than the others.
TROUBLED = 7
#: Readings of the odometer: every so many days.
READ_EVERY = 36
#: Kilometres: the first reading of a cab is from here on, and it goes so far a day.
STARTED, DAILY = (52_000, 210_000), (60, 160)
_METERS = """
UPDATE meter_readings SET value = %(value)s, notes = 'Made up for the demonstration'
WHERE tenant_id = %(tenant)s AND vehicle_id = %(vehicle)s AND meter_type = 'odometer'
"""
#: Each order of these vehicles says what the odometer showed then.
_ODOMETERS = """
UPDATE maintenance_records w SET closing_odometer = s.km, opening_odometer = s.km
FROM (
    SELECT w.id, (a.value + (b.value - a.value) * extract(epoch FROM w.started_at - a.recorded_at)
                  / extract(epoch FROM b.recorded_at - a.recorded_at))::int / 1000 AS km
    FROM maintenance_records w
    CROSS JOIN LATERAL (SELECT r.value, r.recorded_at FROM meter_readings r
        WHERE r.tenant_id = w.tenant_id AND r.vehicle_id = w.vehicle_id AND r.meter_type = 'odometer'
          AND r.recorded_at <= w.started_at ORDER BY r.recorded_at DESC LIMIT 1) AS a
    CROSS JOIN LATERAL (SELECT r.value, r.recorded_at FROM meter_readings r
        WHERE r.tenant_id = w.tenant_id AND r.vehicle_id = w.vehicle_id AND r.meter_type = 'odometer'
          AND r.recorded_at > w.started_at ORDER BY r.recorded_at LIMIT 1) AS b
    WHERE w.tenant_id = %(tenant)s AND w.status = 'completed'
) AS s
WHERE w.tenant_id = %(tenant)s AND w.id = s.id
"""
#: Schedules by miles count from where the odometer was when they were last done, so that most are not due.
_SCHEDULES = """
UPDATE recurring_maintenance_schedules t
SET anchor_mileage = m.miles - s.used, last_completed_mileage = m.miles - s.used,
    next_due_mileage = m.miles - s.used + t.trigger_interval_miles
FROM (
    SELECT DISTINCT ON (r.vehicle_id) r.vehicle_id, (r.value / 1609.344)::int AS miles FROM meter_readings r
    WHERE r.tenant_id = %(tenant)s AND r.meter_type = 'odometer' ORDER BY r.vehicle_id, r.recorded_at DESC
) AS m, (
    SELECT x.id, (x.trigger_interval_miles * least(0.93, greatest(
               0, (current_date - x.anchor_date)::numeric / x.trigger_interval_days)))::int AS used
    FROM recurring_maintenance_schedules x WHERE x.tenant_id = %(tenant)s
) AS s
WHERE t.tenant_id = %(tenant)s AND t.trigger_interval_miles IS NOT NULL AND m.vehicle_id = t.vehicle_id AND s.id = t.id
"""


def past_orders(book: OrderBook, templates: list[UUID]) -> list[Row]:
    """Closed orders of other shops, oldest first, without numbers. Their cost is the bill; labour and parts are on it."""
    dice = random.Random(11)
    shop = book.fleet.vendors.get("repair", book.fleet.vendors["tires"])
    rows: list[Row] = []
    for number, ago in enumerate(range(FIRST, LAST, -EVERY)):
        job = JOBS[dice.choice((0, 0, 0, 8, 8, *range(len(JOBS))))]
        reported = book.day - timedelta(days=ago, hours=-16)
        started = reported + timedelta(days=1 + number % 2)
        done = started + timedelta(hours=dice.choice((3, 5, 8, 26, 50)))
        parts = sum((book.cost(name) * count for name, count in job.parts), Decimal(0))
        work = (job.hours * HOUR + parts * MARK_UP + Decimal(job.outside)).quantize(CENT)
        due = reported.date() + timedelta(days=dice.choice((3, 4, 6)))
        warranty = work * Decimal("0.6") if number % 17 == 5 else Decimal(0)
        row: Row = {
            "vehicle_id": book.vehicle(TROUBLED if number % 9 == 4 else number * 7 + 2),
            "summary": job.summary,
            "work_order_type": job.kind,
            "priority": job.priority,
            "status": "completed",
            "vendor_id": shop,
            "template_id": templates[JOBS.index(job)],
            "source": "schedule" if job.kind in ("preventive", "inspection") else "manual",
            "requested_by_user_id": book.user,
            "created_by_user_id": book.user,
            "reported_at": reported,
            "opened_at": reported,
            "due_on": due,
            "started_at": started,
            "completed_at": done,
            "closed_at": done + timedelta(hours=20),
            "closed_by_user_id": book.user,
            "downtime_started_at": started,
            "downtime_ended_at": done,
            "complaint": job.complaint,
            "cause": job.cause,
            "correction": job.correction,
            "system_code": job.system,
            "outside_service_cost": work,
            "tax_amount": (parts * Decimal("0.08625")).quantize(CENT),
            "is_warranty": warranty > 0,
            "warranty_amount": warranty.quantize(CENT),
            "vendor_invoice_number": f"R-{20_400 + number * 13}",
            "metadata": {"demo": "made up"},
        }
        rows.append(row)
    return rows


def tell_meters(book: OrderBook) -> None:
    """Odometers of the last year, up to the reading from which the replay counts on; then those of orders and schedules."""
    dice = random.Random(12)
    readings: list[Row] = []
    last: list[Row] = []
    known = book.connection.execute(
        "SELECT vehicle_id, recorded_at FROM meter_readings WHERE tenant_id = %s AND meter_type = 'odometer' "
        "AND vehicle_id = ANY (%s) ORDER BY recorded_at, vehicle_id",
        (book.tenant, book.fleet.vehicles),
    ).fetchall()
    for vehicle, moment in known:
        km, daily = dice.randint(*STARTED), dice.randint(*DAILY)
        end = km + daily * READ_EVERY * 11
        last.append({"value": end * 1000, "tenant": book.tenant, "vehicle": vehicle})
        readings += [
            {
                "vehicle_id": vehicle,
                "meter_type": "odometer",
                "value": (end - daily * READ_EVERY * back + dice.randint(-300, 300)) * 1000,
                "recorded_at": moment - timedelta(days=READ_EVERY * back),
                "source": "manual",
                "recorded_by_user_id": book.user,
                "notes": "Made up for the demonstration",
            }
            for back in range(1, 12)
        ]
    with book.connection.cursor() as cursor:
        cursor.executemany(_METERS, last)
    book.add("meter_readings", readings)
    for statement in (_ODOMETERS, _SCHEDULES):
        book.connection.execute(statement, {"tenant": book.tenant})
