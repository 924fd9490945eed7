"""A made-up shop: bays, technicians with accounts, parts in stock, vehicles with work to be done."""

from __future__ import annotations

import dataclasses
import struct
import uuid
import zlib
from dataclasses import dataclass
from typing import Any

import httpx
from tests.site import Organisation, Site, join

from motorpool.core.database.database import Database

from .fleet import add


@dataclass
class Workshop:
    """Ids of what the shop has."""

    facility: str
    bay: str
    technician: str
    van: str
    truck: str


async def furnish(client: httpx.AsyncClient) -> Workshop:
    facility = await add(client, "facilities", name="North shop", code="NS", city="Oakland")
    bay = await add(
        client, "service-bays", facility_id=facility["id"], bay_name="Bay 1, lift", bay_number="1"
    )
    technician = await add(
        client,
        "technicians",
        first_name="Rosa",
        last_name="Marin",
        facility_id=facility["id"],
        hourly_rate="60.00",
        specializations=["brakes"],
    )
    vehicles = [
        await add(
            client,
            "vehicles",
            vehicle_number=number,
            vehicle_type=kind,
            status="active",
            make="Ford",
            model=model,
            model_year=2022,
            facility_id=facility["id"],
        )
        for number, kind, model in (("VAN-7", "van", "Transit"), ("TRK-2", "truck", "F-550"))
    ]
    return Workshop(facility["id"], bay["id"], technician["id"], vehicles[0]["id"], vehicles[1]["id"])


async def order(
    client: httpx.AsyncClient, shop: Workshop, summary: str, *moves: str, **more: Any
) -> dict[str, Any]:
    """A work order, moved on by the verbs in turn."""
    made = await add(
        client,
        "maintenance-records",
        **{"vehicle_id": shop.van, "facility_id": shop.facility, "summary": summary} | more,
    )
    for verb in moves:
        await move(client, "maintenance-records", made["id"], verb)
    return made


async def move(client: httpx.AsyncClient, collection: str, key: str, verb: str, **body: Any) -> None:
    answer = await client.post(f"/api/v1/{collection}/{key}/{verb}", json=body)
    assert answer.status_code == 200, answer.text


async def person(site: Site, organisation: Organisation, name: str, role: str) -> tuple[str, Organisation]:
    """Another account of the organisation: its id, and who signs in with it."""
    email = f"{name.split()[0].lower()}-{uuid.uuid4().hex[:6]}@example.test"
    database = Database(site.settings.database.app_url or "", pool_size=1)
    await database.open()
    try:
        async with database.transaction(organisation.actor) as session:
            user = await join(session, organisation.actor, email=email, name=name, roles=(role,))
            key = str(user.id)
    finally:
        await database.close()
    return key, dataclasses.replace(
        organisation, email=email, slug=f"{organisation.slug}-{uuid.uuid4().hex[:6]}"
    )


def picture(width: int = 64, height: int = 48, colour: tuple[int, int, int] = (180, 60, 40)) -> bytes:
    """A PNG of one colour."""
    rows = b"".join(b"\0" + bytes(colour) * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
