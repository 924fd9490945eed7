"""A work order as a PDF: for the windscreen, the shop floor and the customer's file."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import segno

from motorpool.core.database.database import Database
from motorpool.core.errors import NotFound
from motorpool.core.export import render_pdf
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.readable import readable
from motorpool.maintenance.queries.work_order_sheet import Labor, PartLine, Task, work_order_sheet
from motorpool.maintenance.rules.cost_figures import KM_PER_MILE

TEMPLATES = Path(str(resources.files("motorpool.maintenance.printing") / "templates"))
#: Beginnings of the kinds of picture that a signature may be.
PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
#: Lines to write on by hand while an order is open.
BLANK_LINES = 3
CLOSED = ("completed", "cancelled")
HEAD = """
SELECT row_to_json(q)::text FROM (
    SELECT t.*, v.vehicle_number, v.name AS vehicle_name, v.vin, v.license_plate, v.license_plate_region,
           concat_ws(' ', v.model_year, v.make, v.model) AS vehicle_model, f.name AS facility, o.name AS vendor,
           b.bay_name AS bay, k.full_name AS technician, d.full_name AS driver, u.display_name AS requested_by,
           c.display_name AS closed_by, z.name AS tenant
    FROM maintenance_records t
    JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    JOIN tenants z ON z.id = t.tenant_id
    LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.facility_id
    LEFT JOIN vendors o ON o.tenant_id = t.tenant_id AND o.id = t.vendor_id
    LEFT JOIN service_bays b ON b.tenant_id = t.tenant_id AND b.id = t.service_bay_id
    LEFT JOIN technicians k ON k.tenant_id = t.tenant_id AND k.id = t.assigned_technician_id
    LEFT JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.requested_by_user_id
    LEFT JOIN users c ON c.tenant_id = t.tenant_id AND c.id = t.closed_by_user_id
    WHERE t.id = %(order)s AND {condition}
) AS q
"""
#: Column -> its name in the block of totals, in the order of the sum.
TOTALS = {
    "labor_cost": "Labour",
    "parts_cost": "Parts",
    "outside_service_cost": "Outside service",
    "other_cost": "Other",
    "tax_amount": "Tax",
    "discount_amount": "Discount",
}


async def work_order_pdf(
    database: Database,
    registry: Mapping[str, Resource],
    actor: Actor,
    order_id: UUID,
    *,
    address: str,
    costs: bool = True,
) -> tuple[str, bytes]:
    """Name of the file, and the document. `address`: where people reach the program, for the QR code.

    Tasks, parts and labour are those that the actor may read. Without `costs` no amount is in it. Raises NotFound.
    """
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "order": order_id}
    condition = readable(registry["maintenance_records"], actor, parameters)
    rows = await database.read(actor, HEAD.format(condition=condition), parameters)
    if not rows:
        raise NotFound("There is no such work order.")
    head: dict[str, Any] = msgspec.json.decode(rows[0][0])
    sheet = await work_order_sheet(database, registry, actor, order_id, None)
    zone = ZoneInfo(actor.time_zone)
    is_open = head["status"] not in CLOSED
    data = {
        "title": f"Work order {head['work_order_number']}",
        "number": head["work_order_number"],
        "tenant": head["tenant"],
        "paper": "us-letter" if actor.units == "imperial" else "a4",
        "printed": f"{datetime.now(UTC).astimezone(zone):%Y-%m-%d %H:%M}",
        "summary": head["summary"],
        "status": _words(head["status"]),
        "priority": head["priority"],
        "qr": _qr(f"{address}/maintenance-records/{order_id}"),
        "vehicle": [*_vehicle(head, actor.units == "imperial")],
        "order": [*_order(head, zone)],
        "texts": [
            [label, head[name]]
            for name, label in (
                ("complaint", "Complaint"),
                ("instructions", "Instructions"),
                ("waiting_for", "Waiting for"),
                ("cause", "Cause"),
                ("correction", "Correction"),
                ("review_notes", "Review"),
                ("notes", "Notes"),
            )
            if head[name]
        ],
        "defects": [[one.number, one.description, _words(one.severity)] for one in sheet.defects],
        "tasks": [_task(task) for task in sheet.tasks],
        "parts": [_part(line, costs) for line in sheet.parts],
        "labor": [_labor(line, zone, costs) for line in sheet.labor],
        "blank": BLANK_LINES if is_open else 0,
        "costs": costs,
        "totals": [*_totals(head)] if costs else [],
        "total": _amount(head["total_cost"]),
        "currency": actor.currency,
        "warranty": _warranty(head, costs),
        "signature": _picture(head["signature"]),
        "signed": " · ".join(filter(None, (head["signed_by_name"], _moment(head["signed_at"], zone)))),
        "closed": " · ".join(filter(None, (head["closed_by"], _moment(head["closed_at"], zone)))),
    }
    name = re.sub(r"[^\w.-]+", "-", head["work_order_number"], flags=re.ASCII).strip("-") or "work-order"
    return f"{name}.pdf", await render_pdf("work_order", data, folder=TEMPLATES)


def _qr(text: str) -> str:
    made: str = segno.make(text, error="m").svg_inline(scale=4, border=0, dark="#000")
    return made


def _vehicle(head: dict[str, Any], imperial: bool) -> Iterator[tuple[str, str]]:
    yield "Unit", " · ".join(filter(None, (head["vehicle_number"], head["vehicle_name"])))
    plate = " ".join(filter(None, (head["license_plate"], head["license_plate_region"])))
    hours = (head["opening_engine_hours"], head["closing_engine_hours"])
    yield from _given(
        ("Vehicle", head["vehicle_model"]),
        ("VIN", head["vin"]),
        ("Plate", plate),
        ("Odometer in", _distance(head["opening_odometer"], imperial)),
        ("Odometer out", _distance(head["closing_odometer"], imperial)),
        ("Engine hours", " to ".join(f"{float(value):,.1f}" for value in hours if value is not None)),
        ("Out of use", "Until the order is finished" if head["vehicle_unavailable"] else ""),
        ("Driver", head["driver"]),
    )


def _order(head: dict[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    begins, ends = _moment(head["scheduled_start"], zone), _moment(head["scheduled_end"], zone)
    if begins[:10] == ends[:10]:
        ends = ends[11:]
    estimate = head["estimated_hours"]
    yield from _given(
        ("Type", _words(head["work_order_type"])),
        ("Reported", _moment(head["reported_at"], zone)),
        ("Due", head["due_on"]),
        ("Planned", " to ".join(filter(None, (begins, ends)))),
        ("Shop", " · ".join(filter(None, (head["facility"], head["bay"])))),
        ("Outside shop", head["vendor"]),
        ("Technician", head["technician"]),
        ("Requested by", head["requested_by"]),
        ("Trouble code", head["trouble_code"]),
        ("Recall", head["recall_number"]),
        ("Estimated", "" if estimate is None else f"{Decimal(str(estimate)).normalize():f} h"),
        ("Skills", ", ".join(_words(one) for one in head["required_skills"] or ())),
    )


def _given(*pairs: tuple[str, str | None]) -> Iterator[tuple[str, str]]:
    yield from ((label, value) for label, value in pairs if value)


def _task(task: Task) -> dict[str, Any]:
    notes = [task.notes, f"Blocked: {task.blocked_reason}" if task.status == "blocked" else None]
    if task.inspection_notes:
        notes.append(f"Inspection: {task.inspection_notes}")
    return {
        "text": task.task,
        "done": task.status == "completed",
        "optional": not task.is_required,
        "notes": [note for note in notes if note],
        "who": task.completed_by or task.technician or "",
        "hours": _hours(task.actual_hours or task.estimated_hours),
        "estimated": task.actual_hours is None and task.estimated_hours is not None,
        "inspect": task.requires_inspection,
        "passed": task.passed,
    }


def _part(line: PartLine, money: bool) -> list[str]:
    held = Decimal(line.issued) - Decimal(line.returned)
    name = " · ".join(
        filter(None, (line.name, _words(line.position or ""), line.place and f"from {line.place}"))
    )
    cells = [
        line.number or "",
        name,
        f"{line.quantity} {line.unit or ''}".strip(),
        f"{held:f}" if held else "",
    ]
    return [*cells, *([_amount(line.unit_cost), _amount(line.total_cost)] if money else [])]


def _labor(line: Labor, zone: ZoneInfo, money: bool) -> list[str]:
    begin, end = line.started_at.astimezone(zone), line.ended_at and line.ended_at.astimezone(zone)
    when = f"{begin:%Y-%m-%d %H:%M}"
    if end is None:
        when += ", running"
    else:  # the same day needs no date
        when += f" to {end:%H:%M}" if end.date() == begin.date() else f" to {end:%Y-%m-%d %H:%M}"
    what = " · ".join(
        filter(None, (line.task, "" if line.kind == "regular" else _words(line.kind), line.notes))
    )
    cells = [line.technician, what, when, _hours(line.hours)]
    return [*cells, *([_amount(line.rate), _amount(line.cost)] if money else [])]


def _totals(head: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for column, label in TOTALS.items():
        amount = Decimal(str(head[column]))
        if amount or column in ("labor_cost", "parts_cost"):
            yield label, _amount(-amount if column == "discount_amount" else amount)


def _warranty(head: dict[str, Any], money: bool) -> str:
    if not head["is_warranty"]:
        return ""
    said = ["Done under a warranty"]
    if head["warranty_reference"]:
        said.append(f"claim {head['warranty_reference']}")
    if money and Decimal(str(head["warranty_amount"])):
        said.append(f"{_amount(head['warranty_amount'])} got back")
    return ", ".join(said)


def _picture(text: str | None) -> dict[str, Any] | None:
    """A signature as bytes that the template can set; None for what is no PNG or JPEG."""
    try:
        data = base64.b64decode((text or "").rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    found = next((kind for begin, kind in PICTURES.items() if data.startswith(begin)), None)
    return None if found is None else {"format": found, "bytes": list(data)}


def _distance(km: int | None, imperial: bool) -> str:
    if km is None:
        return ""
    return f"{round(Decimal(km) / KM_PER_MILE):,} mi" if imperial else f"{km:,} km"


def _hours(value: str | None) -> str:
    return "" if value is None else f"{Decimal(value):.2f}"


def _amount(value: Any) -> str:
    return "" if value is None else f"{Decimal(str(value)):,.2f}".replace("-", "−")


def _moment(value: str | None, zone: ZoneInfo) -> str:
    return "" if value is None else f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}"


def _words(value: str) -> str:
    return value.replace("_", " ").capitalize()
