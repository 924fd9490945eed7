"""The demonstration's shop: parts, people, bays, what is due, work orders with their costs, defects."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row
from motorpool.demo.domains.maintenance_catalogue import (
    BAYS,
    DEFECTS,
    JOBS,
    ON_ORDER,
    PARTS,
    TECHNICIANS,
    Job,
)
from motorpool.demo.domains.maintenance_orders import CENT, MADE_UP, OPENS, OrderBook
from motorpool.demo.domains.maintenance_shop import needs, open_shop
from motorpool.maintenance.rules.reorder import Level, suggested_quantity


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; dates are relative to today, everything else is always the same."""
    _Shop(connection, tenant, fleet).fill()


class _Shop(OrderBook):
    def fill(self) -> None:
        self.parts = dict(zip((part.number for part in PARTS), self._parts(), strict=True))
        self.technicians = self._technicians()
        self.bays = self._bays()
        open_shop(self.connection, self.tenant, self.shop, self.technicians, self.day, self.user)
        templates = self._templates()
        self._schedules(templates)
        orders = self.orders(templates)
        self.lines(orders)
        self.bookings(orders)
        self._stock()
        self._defects(orders)

    # -- what there is

    def _parts(self) -> list[UUID]:
        return self.add(
            "parts",
            [
                {
                    "part_number": part.number,
                    "name": part.name,
                    "category": part.category,
                    "unit_of_measure": part.unit,
                    "unit_cost": part.cost,
                    "last_cost": part.cost,
                    "list_price": (Decimal(part.cost) * Decimal("1.35")).quantize(CENT),
                    "core_charge": part.core,
                    "component_code": part.code,
                    "barcode": f"2{number:011}",
                    "vendor_id": self.supplier(part),
                    "lead_time_days": 1 + number % 5,
                    "reorder_point": part.reorder,
                    "reorder_quantity": part.reorder * 2,
                    "is_hazardous": part.hazard is not None,
                    "hazard_class": part.hazard,
                    "warranty_months": None if part.category == "fluids" else 12,
                    "metadata": MADE_UP,
                }
                for number, part in enumerate(PARTS, 1)
            ],
        )

    def _technicians(self) -> list[UUID]:
        return self.add(
            "technicians",
            [
                {
                    "first_name": person.first,
                    "last_name": person.last,
                    "employee_id": f"T-{number:03}",
                    # The administrator has the clock that runs, so that "My work" has something to show.
                    "user_id": self.user if number == 4 else None,
                    "email": f"{person.first}.{person.last}@shop.example".lower(),
                    "facility_id": self.shop,
                    "specializations": list(person.skills),
                    "certifications": [
                        {
                            "name": person.certificate,
                            "issuer": person.certificate.split()[0],
                            "number": f"{7000 + number * 37}",
                            "expiry_date": str(self.today + timedelta(days=person.ends)),
                        }
                    ],
                    "hourly_rate": person.rate,
                    "hire_date": self.today - timedelta(days=420 * number),
                    "status": "on_leave" if number == len(TECHNICIANS) else "active",
                    "metadata": MADE_UP,
                }
                for number, person in enumerate(TECHNICIANS, 1)
            ],
        )

    def _bays(self) -> list[UUID]:
        return self.add(
            "service_bays",
            [
                {
                    "facility_id": self.shop,
                    "bay_number": number,
                    "bay_name": name,
                    "bay_type": kind,
                    "max_vehicle_weight_lbs": weight,
                    "max_lift_capacity_lbs": lift,
                    "equipment_available": equipment,
                    "metadata": MADE_UP,
                }
                for number, name, kind, weight, lift, equipment in BAYS
            ],
        )

    def _templates(self) -> list[UUID]:
        return self.add(
            "work_order_templates",
            [
                {
                    "template_name": job.summary,
                    "work_order_type": job.kind,
                    "description": job.correction,
                    "estimated_hours": job.hours,
                    "estimated_cost": (
                        job.hours * 45 + sum(self.cost(number) * count for number, count in job.parts)
                    ).quantize(CENT),
                    "task_checklist": [
                        {"task": task, "required": True, "order": order}
                        for order, task in enumerate(job.tasks, 1)
                    ],
                    "required_parts": [
                        {"part_id": str(self.parts[number]), "quantity": str(count)}
                        for number, count in job.parts
                    ],
                    "created_by_user_id": self.user,
                }
                | needs(job.summary)
                for job in JOBS
            ],
        )

    def _schedules(self, templates: list[UUID]) -> None:
        plans = (
            ("Oil service", "oil_change", 0, 180, 7500),
            ("Annual inspection", "inspection", 8, 365, None),
        )
        rows: list[Row] = []
        for number in range(24):
            for name, kind, job, days, miles in plans:
                # Most are due later; some this week, a few are late.
                due = self.today + timedelta(days=(number * 29 + job * 11) % days - 9)
                rows.append(
                    {
                        "vehicle_id": self.vehicle(number),
                        "schedule_name": name,
                        "maintenance_type": kind,
                        "template_id": templates[job],
                        "trigger_type": "whichever_first" if miles else "time",
                        "trigger_interval_days": days,
                        "trigger_interval_miles": miles,
                        "last_completed_date": due - timedelta(days=days),
                        "next_due_date": due,
                        # Counted on from the odometers when those are made up (`maintenance_history`).
                        "next_due_mileage": miles,
                        "anchor_date": due - timedelta(days=days),
                        "anchor_mileage": 0 if miles else None,
                        "auto_create_work_order": True,
                        "facility_id": self.shop,
                        "is_active": number != 23,
                        "notes": "Made up for the demonstration",
                    }
                )
        self.add("recurring_maintenance_schedules", rows)
        services = [
            {
                "name": name,
                "maintenance_type": kind,
                "template_id": str(templates[job]),
                "interval_days": days,
            }
            | ({"interval_miles": miles} if miles else {})
            for name, kind, job, days, miles in plans
        ]
        self.add(
            "service_programs",
            [
                {
                    "program_name": "Taxis",
                    "description": "What every cab needs; made up for the demonstration",
                    "services": services,
                    "created_by_user_id": self.user,
                }
            ],
        )

    # -- stock and defects

    def _stock(self) -> None:
        stocks: list[Row] = []
        movements: list[Row] = []
        suggestions: list[Row] = []
        counted = self.day - timedelta(days=3, hours=-OPENS)
        for number, part in enumerate(PARTS):
            issues = sorted(self.issues[part.number])
            # Some of every fifth part went on to the second place.
            sent = 8 if number % 5 == 1 and len(self.fleet.facilities) > 1 else 0
            level = part.stock + sent + sum(count for _, count, _, _ in issues)
            facts: Row = {
                "part_id": self.parts[part.number],
                "facility_id": self.shop,
                "unit_cost": part.cost,
                "moved_by_user_id": self.user,
            }
            history: list[Row] = [
                {
                    "movement_type": "receive",
                    "quantity": level,
                    "moved_at": self.day - timedelta(days=200 - number),
                    "vendor_id": self.supplier(part),
                    "reference_number": f"PS-{4100 + number}",
                },
                *(
                    {
                        "movement_type": "issue",
                        "quantity": -count,
                        "moved_at": when,
                        "work_order_id": order,
                        "work_order_part_id": line,
                    }
                    for when, count, order, line in issues
                ),
                {"movement_type": "count", "quantity": 0, "moved_at": counted, "reason": "Monthly count"},
            ]
            if sent:
                moment = self.day - timedelta(days=150 - number)
                other = self.fleet.facilities[1]
                out: Row = {"movement_type": "transfer", "quantity": -sent, "moved_at": moment}
                history.append(out | {"other_facility_id": other})
                came = facts | out | {"facility_id": other, "other_facility_id": self.shop, "quantity": sent}
                movements.append(came | {"quantity_after": sent})
                stocks.append(
                    {
                        "part_id": self.parts[part.number],
                        "facility_id": other,
                        "bin_location": f"Shelf {number % 3 + 1}",
                        "quantity_on_hand": sent,
                        "reorder_point": 2,
                        "last_movement_at": moment,
                    }
                )
            after = 0
            for movement in sorted(history, key=lambda movement: movement["moved_at"]):
                after += movement["quantity"]
                movements.append(facts | movement | {"quantity_after": after})
            available, ordered = Decimal(after - self.reserved[part.number]), ON_ORDER.get(part.number, 0)
            point, most = Decimal(part.reorder), Decimal(part.reorder * 4 + part.stock)
            stocks.append(
                {
                    "part_id": self.parts[part.number],
                    "facility_id": self.shop,
                    "bin_location": f"{'ABCD'[number // 6]}-{number % 6 + 1:02}",
                    "quantity_on_hand": after,
                    "quantity_reserved": self.reserved[part.number],
                    "quantity_on_order": ordered,
                    "maximum_quantity": most,
                    "last_movement_at": max(movement["moved_at"] for movement in history),
                    "last_counted_at": counted,
                }
            )
            wanted = suggested_quantity(Level(available, Decimal(ordered), point, point * 2, most))
            if wanted is not None:
                suggestions.append(
                    {
                        "part_id": self.parts[part.number],
                        "facility_id": self.shop,
                        "vendor_id": self.supplier(part),
                        "quantity": wanted,
                        "quantity_available": available,
                        "quantity_on_order": ordered,
                        "reorder_point": point,
                        "unit_cost": part.cost,
                    }
                )
        self.add("part_stocks", stocks)
        self.add("purchase_suggestions", suggestions)
        self.add("stock_movements", movements)

    def _defects(self, orders: list[tuple[Row, Job]]) -> None:
        rows: list[Row] = []
        states = ("certified", "open", "in_repair", "deferred", "repaired", "dismissed")
        live = [row for row, _ in orders if row["status"] in ("open", "in_progress")]
        for number in range(24):
            component, text, severity, unsafe = DEFECTS[number % len(DEFECTS)]
            status = "certified" if number < 10 else states[number % len(states)]
            if status == "deferred" and unsafe:
                status = "in_repair"
            reported = self.day - timedelta(days=(24 - number) * 3 // 2 + 1, hours=-OPENS - number % 4)
            row: Row = {
                "vehicle_id": self.vehicle(number * 2 + 1),
                "description": text,
                "component": component,
                "severity": severity,
                "is_unsafe": unsafe,
                "status": status,
                "source": "inspection" if number % 3 else "driver",
                "reported_at": reported,
                "reported_by_driver_id": self.driver(number * 2 + 1),
                "reported_by_user_id": self.user,
                "notes": "Made up for the demonstration",
            }
            if status == "in_repair":
                order = live[number % len(live)]
                row |= {"work_order_id": order["id"], "vehicle_id": order["vehicle_id"]}
            if status == "deferred":
                row |= {
                    "deferred_until": self.today + timedelta(days=14),
                    "deferral_reason": "Until the next oil service",
                }
            if status in ("repaired", "certified"):
                row |= {
                    "repaired_at": reported + timedelta(hours=20),
                    "repaired_by_technician_id": self.technicians[number % 5],
                    "resolution_notes": "Repaired and tried",
                }
            if status == "dismissed":
                row["resolution_notes"] = "Within limits, no repair needed"
            if status in ("certified", "dismissed"):
                row |= {"certified_at": reported + timedelta(hours=22), "certified_by_user_id": self.user}
            if status == "certified":
                row |= {"reviewed_at": reported + timedelta(hours=26), "reviewed_by_user_id": self.user}
            rows.append(row)
        given = self.numbers("defects", "DEF", [row["reported_at"] for row in rows])
        for row, business_number in zip(rows, given, strict=True):
            row["defect_number"] = business_number
        self.add("defects", rows)
