"""The work orders of the demonstration's shop, with tasks, parts, labour and bays that agree with them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add, numbers
from motorpool.demo.domains.maintenance_catalogue import JOBS, PARTS, TECHNICIANS, Job, PartFacts
from motorpool.demo.domains.maintenance_history import past_orders, tell_meters
from motorpool.demo.domains.maintenance_shop import Roster

MADE_UP = {"demo": "made up"}
CENT = Decimal("0.01")
SALES_TAX = Decimal("0.08625")
#: States of the latest work orders, oldest first; the others are completed.
LATEST = (
    *("cancelled", "review", "review", "in_progress", "in_progress", "in_progress", "waiting_parts"),
    *("waiting_parts", "open", "open", "open", "open", "open", "open", "draft", "draft"),
)
ORDERS = 56
#: Working hours of the shop begin, UTC.
OPENS = 15
BEGUN = ("in_progress", "waiting_parts", "review", "completed")


class OrderBook:
    """What the work orders refer to, and how they are made."""

    parts: dict[str, UUID]
    technicians: list[UUID]
    bays: list[UUID]

    def __init__(self, connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
        self.connection, self.tenant, self.fleet = connection, tenant, fleet
        self.dice = random.Random(5)
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        self.day = self.now.replace(hour=0)
        self.user = fleet.users[0]
        self.shop = fleet.facilities[0]
        #: Part number -> [(when, how many went out, work order, line)].
        self.issues: dict[str, list[tuple[datetime, int, UUID, UUID]]] = defaultdict(list)
        self.reserved: dict[str, int] = defaultdict(int)

    def add(self, table: str, rows: list[Row]) -> list[UUID]:
        return add(self.connection, table, self.tenant, rows)

    @property
    def today(self) -> date:
        return self.day.date()

    def numbers(self, table: str, prefix: str, moments: Sequence[datetime]) -> list[str]:
        return numbers(self.connection, self.tenant, table, prefix, [moment.year for moment in moments])

    def vehicle(self, number: int) -> UUID:
        return self.fleet.vehicles[number * 3 % len(self.fleet.vehicles)]

    def driver(self, number: int) -> UUID:
        return self.fleet.drivers[number % len(self.fleet.drivers)]

    def supplier(self, part: PartFacts) -> UUID:
        return self.fleet.vendors["tires" if part.category == "tires" else "parts"]

    def orders(self, templates: list[UUID]) -> list[tuple[Row, Job]]:
        made: list[tuple[Row, Job]] = []
        states = ["completed"] * (ORDERS - len(LATEST)) + list(LATEST)
        for number, status in enumerate(states):
            job = JOBS[self.dice.choice((0, 0, 8, *range(len(JOBS))))]
            ago = (ORDERS - number) * 2 + 4 if status == "completed" else 8 - number % 7
            reported = self.day - timedelta(days=ago, hours=-OPENS + 3 - number % 5)
            row: Row = {
                "vehicle_id": self.vehicle(number),
                "summary": job.summary,
                "work_order_type": job.kind,
                "priority": job.priority,
                "status": status,
                "facility_id": self.shop,
                "template_id": templates[JOBS.index(job)],
                "source": "schedule" if job.kind in ("preventive", "inspection") else "manual",
                "driver_id": self.driver(number) if job.kind in ("corrective", "breakdown") else None,
                "requested_by_user_id": self.user,
                "created_by_user_id": self.user,
                "reported_at": reported,
                "due_on": reported.date() + timedelta(days=5),
                "complaint": job.complaint,
                "system_code": job.system,
                "estimated_hours": job.hours,
                "vehicle_unavailable": job.priority in ("high", "critical"),
                "metadata": MADE_UP,
            }
            if status not in ("draft", "cancelled"):
                row |= {
                    "opened_at": reported + timedelta(hours=1),
                    "assigned_technician_id": self.technicians[number % 5],
                }
            if status in BEGUN:
                row |= {
                    "started_at": self.day - timedelta(days=max(1, ago - 1), hours=-OPENS),
                    "cause": job.cause,
                }
            if status in ("review", "completed"):
                done = row["started_at"] + timedelta(hours=8)
                row |= {"completed_at": done, "correction": job.correction}
                row |= {"downtime_started_at": row["started_at"], "downtime_ended_at": done}
            if status == "completed":
                # The last two were checked this morning, so that the board shows what was done today.
                closed = (
                    max(done, self.now) if number >= ORDERS - len(LATEST) - 2 else done + timedelta(hours=16)
                )
                row |= {"closed_at": closed, "closed_by_user_id": self.user}
            if status == "waiting_parts":
                row["waiting_for"] = "Ordered, expected in two days"
            if status == "cancelled":
                row |= {
                    "cancelled_at": reported + timedelta(days=1),
                    "cancellation_reason": "Entered twice",
                }
            made.append((row, job))
        every = [*past_orders(self, templates), *(row for row, _ in made)]
        given = self.numbers("maintenance_records", "WO", [row["reported_at"] for row in every])
        for row, business_number in zip(every, given, strict=True):
            row["work_order_number"] = business_number
        self._cost_orders(made)
        self.add("maintenance_records", every)
        tell_meters(self)
        return made

    def _cost_orders(self, orders: list[tuple[Row, Job]]) -> None:
        """Totals that agree with the labour entries and part lines that follow."""
        for row, job in orders:
            if row["status"] not in BEGUN:
                continue
            hours = job.hours if row["status"] in ("review", "completed") else (job.hours / 2).quantize(CENT)
            rate = Decimal(TECHNICIANS[self.technicians.index(row["assigned_technician_id"])].rate)
            parts = Decimal(0)
            if row["status"] in ("review", "completed"):
                parts = sum((self.cost(number) * count for number, count in job.parts), Decimal(0)).quantize(
                    CENT, ROUND_HALF_UP
                )
            row |= {
                "labor_hours": hours,
                "labor_cost": (hours * rate).quantize(CENT, ROUND_HALF_UP),  # as PostgreSQL rounds
                "parts_cost": parts,
                "outside_service_cost": job.outside,
                "tax_amount": (parts * SALES_TAX).quantize(CENT),
            }

    def cost(self, number: str) -> Decimal:
        return next(Decimal(part.cost) for part in PARTS if part.number == number)

    def lines(self, orders: list[tuple[Row, Job]]) -> None:
        tasks: list[Row] = []
        lines: list[Row] = []
        labor: list[Row] = []
        #: When a technician is free next.
        free: dict[UUID, datetime] = {}
        for row, job in orders:
            status = row["status"]
            done = status in ("review", "completed")
            tasks += self._tasks(row, job)
            lines += self._part_lines(row, job, done)
            if status not in BEGUN:
                continue
            technician = row["assigned_technician_id"]
            start = max(row["started_at"], free.get(technician, row["started_at"]))
            end = free[technician] = start + timedelta(hours=float(row["labor_hours"]))
            labor.append(
                {
                    "work_order_id": row["id"],
                    "technician_id": technician,
                    "started_at": start,
                    "ended_at": end,
                    "hourly_rate": TECHNICIANS[self.technicians.index(technician)].rate,
                    "created_by_user_id": self.user,
                }
            )
        running = next(row for row, _ in orders if row["status"] == "in_progress")
        technician = running["assigned_technician_id"]
        labor.append(
            {
                "work_order_id": running["id"],
                "technician_id": technician,
                "started_at": max(self.now, free[technician]),
                "hourly_rate": TECHNICIANS[self.technicians.index(technician)].rate,
            }
        )
        self.add("work_order_tasks", tasks)
        for line, key in zip(lines, self.add("work_order_parts", lines), strict=True):
            if line["quantity_issued"]:
                number = next(number for number, part in self.parts.items() if part == line["part_id"])
                when = next(row["started_at"] for row, _ in orders if row["id"] == line["work_order_id"])
                self.issues[number].append((when, line["quantity_issued"], line["work_order_id"], key))
        self.add("work_order_labor", labor)
        # Sums of lines, as `maintenance.actions.settle_costs` keeps them.
        self.connection.execute(
            "UPDATE maintenance_records w SET labor_from_entries = EXISTS (SELECT FROM work_order_labor x "
            "WHERE x.tenant_id = w.tenant_id AND x.work_order_id = w.id), parts_from_lines = EXISTS (SELECT FROM "
            "work_order_parts x WHERE x.tenant_id = w.tenant_id AND x.work_order_id = w.id) WHERE w.tenant_id = %s",
            (self.tenant,),
        )

    def _tasks(self, row: Row, job: Job) -> Iterator[Row]:
        done = row["status"] in ("review", "completed")
        for order, task in enumerate(job.tasks, 1):
            under_way = row["status"] == "in_progress" and order == 1
            made: Row = {
                "work_order_id": row["id"],
                "task_order": order,
                "task_description": task,
                "assigned_technician_id": row.get("assigned_technician_id"),
                "estimated_hours": (job.hours / len(job.tasks)).quantize(CENT),
                "status": "completed" if done else "in_progress" if under_way else "pending",
                "requires_inspection": job.system == "013" and order == len(job.tasks),
            }
            if row["status"] == "waiting_parts" and order == 1:
                made |= {"status": "blocked", "blocked_reason": "Parts are on order"}
            if done:
                made |= {
                    "actual_hours": made["estimated_hours"],
                    "completed_at": row["completed_at"],
                    "completed_by_user_id": self.user,
                }
            if row["status"] == "completed" and made["requires_inspection"]:
                made |= {
                    "inspection_passed": True,
                    "inspected_at": row["closed_at"],
                    "inspected_by_user_id": self.user,
                }
            yield made

    def _part_lines(self, row: Row, job: Job, done: bool) -> Iterator[Row]:
        held = row["status"] in ("open", "in_progress")
        for number, count in job.parts:
            if row["status"] in ("draft", "cancelled"):
                continue
            stock = next(part.stock for part in PARTS if part.number == number)
            reserved = count if held and self.reserved[number] + count <= stock else 0
            self.reserved[number] += reserved
            yield {
                "work_order_id": row["id"],
                "part_id": self.parts[number],
                "facility_id": self.shop,
                "quantity": count,
                "quantity_reserved": reserved,
                "quantity_issued": count if done else 0,
                "unit_cost": self.cost(number),
            }

    def bookings(self, orders: list[tuple[Row, Job]]) -> None:
        rows: list[Row] = []
        # A small fleet has the same vehicle in several orders; one is booked.
        wanted = list(
            {
                row["vehicle_id"]: row
                for row, _ in orders
                if row["status"] in ("in_progress", "open", "waiting_parts")
            }.values()
        )
        roster = Roster(self.technicians, self.bays)
        days = [self.day + timedelta(days=ahead) for ahead in range(1, 15)]
        ahead = [
            day + timedelta(hours=OPENS + later) for day in days if day.weekday() < 5 for later in (0, 4)
        ]
        for number, row in enumerate(wanted):
            now = row["status"] == "in_progress"
            if not now and number % 3 == 2:
                continue  # waits for somebody to plan it
            moments = [self.now - timedelta(hours=1)] if now else ahead
            start, bay, technician = roster.place(row["summary"], row["assigned_technician_id"], moments)
            rows.append(
                {
                    "service_bay_id": bay,
                    "work_order_id": row["id"],
                    "vehicle_id": row["vehicle_id"],
                    "technician_id": technician,
                    "status": "in_progress" if now else "confirmed" if number % 2 else "scheduled",
                    "scheduled_start": start,
                    "scheduled_end": start + timedelta(hours=3),
                    "actual_start": start if now else None,
                    "created_by_user_id": self.user,
                }
            )
            if now:
                self.connection.execute(
                    "UPDATE service_bays SET current_work_order_id = %s WHERE tenant_id = %s AND id = %s",
                    (row["id"], self.tenant, bay),
                )
        self.add("service_bay_schedule", rows)
