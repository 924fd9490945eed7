"""Tags, equipment, transfers and 3D models of the demonstration. All of them are made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add, numbers

#: (name, type, manufacturer, price, state, days until the next service)
EQUIPMENT = (
    ("Torque wrench 1/2 in", "tool", "Northfield", "240.00", "available", 40),
    ("Torque wrench 3/4 in", "tool", "Northfield", "410.00", "in_use", 12),
    ("Diagnostic tablet", "diagnostic", "Autoscope", "2900.00", "in_use", None),
    ("Battery and charging tester", "diagnostic", "Autoscope", "620.00", "available", -6),
    ("Floor jack 3 t", "lifting", "Grizzle", "330.00", "available", 90),
    ("Transmission jack", "lifting", "Grizzle", "780.00", "in_repair", 75),
    ("Refrigerant recovery machine", "tool", "Coldline", "3650.00", "available", 20),
    ("Wheel balancer", "tool", "Spinwell", "4200.00", "in_use", 150),
    ("Fire extinguisher 5 kg", "safety", "Safeguard", "85.00", "in_use", 200),
    ("First-aid kit", "safety", "Safeguard", "48.00", "in_use", 30),
    ("Handheld radio", "radio", "Calltone", "310.00", "in_use", None),
    ("Handheld radio", "radio", "Calltone", "310.00", "lost", None),
    ("Snow chains 225/60R17", "attachment", "Gripright", "120.00", "available", None),
    ("Roof rack", "attachment", "Loadwell", "260.00", "in_use", None),
    ("Portable charger 12 V", "tool", "Voltline", "190.00", "available", None),
    ("Tire changer, old", "tool", "Spinwell", "1500.00", "retired", None),
)
#: What the transfers are about, oldest first: (state, reason)
TRANSFERS = (
    ("completed", "Rebalancing after the spring peak"),
    ("completed", "Lent for the street fair"),
    ("completed", "New home after the depot moved"),
    ("completed", "Tool needed for the brake campaign"),
    ("cancelled", "Event was called off"),
    ("completed", "Back from the body shop"),
    ("rejected", "Spare vehicle for the night shift"),
    ("in_transit", "Exchange for a vehicle with a lift"),
    ("in_transit", "Calibration at the other shop"),
    ("approved", "Spare for the holidays"),
    ("requested", "Diagnostic tablet for road calls"),
    ("requested", "Rebalancing before the winter"),
)
#: (name, make, model, year, source, licence, polygons, state)
MODELS = (
    ("Sedan, four doors", "Ford", "Crown Victoria", 2008, "upload", "CC0", 48_200, "approved"),
    ("Hybrid sedan", "Toyota", "Prius", 2015, "meshy", "own", 99_400, "approved"),
    ("Cargo van, high roof", "Ford", "Transit", 2021, "turbosquid", "royalty_free", 182_000, "review"),
    ("Minivan with ramp", "Dodge", "Grand Caravan", 2014, "scan", "own", 310_500, "draft"),
    ("Pickup, crew cab", "Ford", "F-150", 2020, "upload", "CC-BY-4.0", 75_800, "rejected"),
    ("Shuttle bus", "Ford", "E-450", 2012, "upload", "CC0", 61_300, "retired"),
)
LIBRARY = (
    ("Cargo van high roof", "Ford", "Transit", 2021, 182_000, "129.00", "4.70", True),
    ("City bus low floor", "New Flyer", "Xcelsior", 2019, 264_000, "189.00", "4.85", False),
    ("Pickup crew cab", "Ford", "F-150", 2020, 154_000, "99.00", "4.30", False),
    ("Hybrid sedan", "Toyota", "Prius", 2015, 121_000, "79.00", "4.10", False),
)
PROMPTS = (
    ("White hybrid sedan used as a taxi, roof light", "realistic", "completed", 100),
    ("Yellow sedan taxi, four doors, clean", "realistic", "completed", 100),
    ("Wheelchair van with side ramp open", "low_poly", "processing", 62),
    ("Shuttle bus with twelve seats", "pbr", "failed", 35),
    ("Compact electric car in city livery", "realistic", "pending", 0),
)


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; dates are relative to today."""
    day = datetime.now(UTC).replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(days=1)
    user = fleet.users[0]
    equipment = add(connection, "equipment", tenant, _equipment(fleet, day))
    vehicles = [fleet.vehicles[number * 3 % len(fleet.vehicles)] for number in range(24)]
    add(connection, "asset_tags", tenant, _tags(day, user, list(dict.fromkeys(vehicles)), equipment))
    transfers = _transfers(fleet, day, vehicles, equipment)
    given = numbers(
        connection, tenant, "asset_transfers", "TRF", [row["transfer_date"].year for row in transfers]
    )
    for row, number in zip(transfers, given, strict=True):
        row["transfer_number"] = number
    add(connection, "asset_transfers", tenant, transfers)
    _models(connection, tenant, day, user, vehicles)


def _equipment(fleet: DemoFleet, day: datetime) -> list[Row]:
    rows = []
    for number, (name, kind, maker, price, status, service) in enumerate(EQUIPMENT, 1):
        carried = status == "in_use" and kind in ("safety", "radio", "attachment")
        rows.append(
            {
                "equipment_number": f"EQ-{number:04}",
                "name": name,
                "equipment_type": kind,
                "status": status,
                "manufacturer": maker,
                "serial_number": f"{maker[:2].upper()}{88_000 + number * 131}",
                "facility_id": None if carried else fleet.facilities[0],
                "vehicle_id": fleet.vehicles[number * 3 % len(fleet.vehicles)] if carried else None,
                "held_by_user_id": fleet.users[number % len(fleet.users)] if status == "in_use" else None,
                "purchased_on": day.date() - timedelta(days=90 * number),
                "purchase_price": price,
                "next_service_on": None if service is None else day.date() + timedelta(days=service),
                "retired_on": day.date() - timedelta(days=30) if status == "retired" else None,
                "notes": "Made up for the demonstration",
            }
        )
    return rows


def _tags(day: datetime, user: UUID, vehicles: list[UUID], equipment: list[UUID]) -> list[Row]:
    things = [("vehicle", key) for key in vehicles] + [("equipment", key) for key in equipment]
    rows = []
    for number, (kind, key) in enumerate(things, 1):
        rows.append(
            {
                "entity_type": kind,
                "entity_id": key,
                "tag_type": "qr_code",
                "tag_identifier": f"MP-{number:06}",
                "tag_location": "Driver's door frame" if kind == "vehicle" else "Handle",
                "is_primary": True,
                "is_active": True,
                "created_by_user_id": user,
                "created_at": day - timedelta(days=120, minutes=-number),
            }
        )
        if kind == "vehicle" and number % 4 == 0:
            active = number % 8 == 0
            rows.append(
                rows[-1]
                | {
                    "tag_type": "rfid",
                    "tag_identifier": f"E200{3_400_000 + number * 7919}",
                    "tag_location": "Windshield, top right",
                    "is_primary": False,
                    "is_active": active,
                }
            )
    return rows


def _transfers(fleet: DemoFleet, day: datetime, vehicles: list[UUID], equipment: list[UUID]) -> list[Row]:
    user, home, away = fleet.users[0], fleet.facilities[0], fleet.facilities[-1]
    rows = []
    for number, (status, reason) in enumerate(TRANSFERS):
        tool = number % 4 in (2, 3)
        when = day - timedelta(days=(len(TRANSFERS) - number - 3) * 6)
        row: Row = {
            "status": status,
            "asset_type": "tool" if tool else "vehicle",
            "asset_id": equipment[number] if tool else vehicles[number],
            "transfer_type": "custody" if tool else "location",
            "from_location_id": home if number % 2 else away,
            "to_location_id": away if number % 2 else home,
            "to_user_id": user if tool else None,
            "transfer_date": when,
            "transfer_reason": reason,
            "requested_by_user_id": user,
            "notes": "Made up for the demonstration",
            "created_at": min(when, day) - timedelta(days=2),
        }
        if status not in ("requested", "cancelled"):
            row |= {"approved_by_user_id": user, "approved_at": row["created_at"] + timedelta(hours=5)}
        if status == "rejected":
            row["decision_notes"] = "The night shift has two spare vehicles already"
        if status == "cancelled":
            row["cancellation_reason"] = "No longer needed"
        if status in ("in_transit", "completed"):
            handed_over = min(when, day)
            row |= {"handed_over_at": handed_over, "transferred_by_user_id": user}
            row["condition_before"] = "Clean, complete, no new damage"
        if status == "completed":
            row |= {"received_at": handed_over + timedelta(hours=3), "received_by_user_id": user}
            row["condition_after"] = "As handed over"
        rows.append(row)
    return rows


def _models(
    connection: psycopg.Connection[Any], tenant: UUID, day: datetime, user: UUID, vehicles: list[UUID]
) -> None:
    library = add(
        connection,
        "turbosquid_models",
        tenant,
        [
            {
                "turbosquid_id": f"DEMO-{number:04}",
                "model_name": name,
                "description": "Made up for the demonstration",
                "category": "vehicle",
                "vehicle_make": make,
                "vehicle_model": model,
                "vehicle_year": year,
                "file_formats": ["gltf", "fbx", "obj"],
                "poly_count": polygons,
                "texture_resolution": "4096x4096",
                "license_type": "royalty_free",
                "price_usd": price,
                "rating": rating,
                "tags": ["car" if polygons < 150_000 else "commercial", "exterior"],
                "is_purchased": bought,
                "downloaded_at": day - timedelta(days=12) if bought else None,
            }
            for number, (name, make, model, year, polygons, price, rating, bought) in enumerate(LIBRARY, 1)
        ],
    )
    made = add(
        connection,
        "meshy_ai_generations",
        tenant,
        [
            _generation(day - timedelta(days=9 - number * 2), status, progress)
            | {
                "generation_type": "text_to_3d",
                "vehicle_id": vehicles[number],
                "prompt": prompt,
                "art_style": style,
                "meshy_task_id": None if status == "pending" else f"demo-{number:04}",
                "poly_count": 99_400 if status == "completed" else None,
                "requested_by_user_id": user,
            }
            for number, (prompt, style, status, progress) in enumerate(PROMPTS)
        ],
    )
    add(
        connection,
        "triposr_3d_generations",
        tenant,
        [
            _generation(day - timedelta(days=6 - number), status, progress)
            | {
                "vehicle_id": vehicles[number + 6],
                "source_photos": [f"demo/damage-{number + 1}-{side}.jpg" for side in ("left", "right")],
                "triposr_task_id": None if status == "pending" else f"demo-photo-{number:04}",
                "poly_count": 41_000 + number * 900 if status == "completed" else None,
                "ai_confidence_score": f"0.{88 - number * 7}" if status == "completed" else None,
                "requested_by_user_id": user,
                "metadata": {"demo": "made up"},
            }
            for number, (status, progress) in enumerate(
                (("completed", 100), ("completed", 100), ("failed", 20), ("processing", 45), ("pending", 0))
            )
        ],
    )
    sources: dict[str, Row] = {
        "turbosquid": {"turbosquid_model_id": library[0]},
        "meshy": {"meshy_generation_id": made[0]},
    }
    add(
        connection,
        "vehicle_3d_models",
        tenant,
        [
            {
                "name": name,
                "vehicle_make": make,
                "vehicle_model": model,
                "vehicle_year": year,
                "source": source,
                "license_type": licence,
                "poly_count": polygons,
                "status": status,
                "file_url": None if status == "draft" else f"models/demo-{number}.glb",
                "file_size_bytes": polygons * 42,
                "created_by_user_id": user,
                "reviewed_by_user_id": user if status in ("approved", "rejected") else None,
                "review_notes": "Wheels are not round" if status == "rejected" else None,
                "metadata": {"demo": "made up"},
            }
            | sources.get(source, {})
            for number, (name, make, model, year, source, licence, polygons, status) in enumerate(MODELS, 1)
        ],
    )


def _generation(asked: datetime, status: str, progress: int) -> Row:
    """How far the provider is, as of the state."""
    row: Row = {"generation_status": status, "progress_percent": progress, "created_at": asked}
    if status != "pending":
        row["started_at"] = asked + timedelta(seconds=4)
    if status in ("completed", "failed"):
        row |= {"completed_at": asked + timedelta(seconds=140), "processing_time_seconds": 136}
    if status == "failed":
        row["error_message"] = "The provider could not tell the vehicle from the background"
    return row
