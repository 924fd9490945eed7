"""Files of the demonstration's duty logs: supporting documents as PDF, and the file of a made-up ELD, read in as a user would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.files.store import FileStore
from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.import_duty_file import import_duty_file
from motorpool.safety.actions.keep_duty_document import ToldDocument, keep_duty_document
from motorpool.safety.resources import RESOURCES
from motorpool.safety.rules.duty_eld_file import EldEvent, EldFile, EldUser, EldVehicle, write_eld_file
from motorpool.safety.rules.duty_eld_reading import read_eld_file

#: (days ago, kind, number, place, time): of the first driver who keeps a log.
PAPERS = (
    (1, "bill_of_lading", "BOL-55121", "Oakland, CA", time(9, 40)),
    (1, "expense_receipt", "FUEL-8841", "Oakland, CA", time(12, 5)),
    (2, "dispatch_record", "TRIP-2207", "San Francisco, CA", None),
    (16, "payroll_record", "PAY-0311", "San Francisco, CA", None),
)
WHO = """
SELECT d.id, d.driver_number, d.full_name, z.time_zone FROM drivers d JOIN tenants z ON z.id = d.tenant_id
WHERE d.tenant_id = %(tenant)s ORDER BY d.driver_number LIMIT 6
"""
EVERYTHING = Reach(everything=True)


async def add_duty_files(database: Database, settings: Settings, actor: Actor) -> None:
    """Four documents of the first driver, and an ELD's file of the sixth."""
    files = FileStore.of(settings)
    drivers: Any = await database.read(actor, WHO, {"tenant": actor.tenant_id})
    resources = {one.table.name: one for one in RESOURCES}
    zone = drivers[0][3]
    today = datetime.now(ZoneInfo(zone)).date()
    for days, kind, number, place, at in PAPERS:
        day = today - timedelta(days=days)
        words = [
            kind.replace("_", " ").capitalize(),
            number,
            f"{place}, {day}",
            drivers[0][2],
            "Made up for the demonstration",
        ]
        async with files.spool() as spool:
            await spool.write(paper(words))
            received = await spool.finish()
            async with database.transaction(actor) as session:
                await keep_duty_document(
                    session,
                    resources["duty_supporting_documents"],
                    files,
                    actor,
                    EVERYTHING,
                    drivers[0][0],
                    ToldDocument(day, kind, place, document_time=at, document_number=number),
                    received,
                    name=f"{number}.pdf",
                    declared_type="application/pdf",
                )
    raw = device_file(drivers[5][1], drivers[5][2], zone, today).encode()
    await _read_in(database, files, actor, resources["hours_of_service_logs"], drivers[5][0], raw)


async def _read_in(
    database: Database, files: FileStore, actor: Actor, logs: Any, driver: UUID, raw: bytes
) -> None:
    async with files.spool() as spool:
        await spool.write(raw)
        received = await spool.finish()
        async with database.transaction(actor) as session:
            await import_duty_file(
                session,
                logs,
                files,
                actor,
                EVERYTHING,
                read_eld_file(raw),
                received,
                name="eld-file.csv",
                driver=driver,
            )


def device_file(number: str, name: str, zone_name: str, today: date) -> str:
    """Four days of a driver by an ELD that was made up, until midnight."""
    zone = ZoneInfo(zone_name)
    truck = EldVehicle("Truck 12", "1M8GDM9AXKP042788")

    def at(days: int, hour: float) -> datetime:
        midnight = datetime.combine(today - timedelta(days=days), time(0), zone).astimezone(UTC)
        return midnight + timedelta(hours=hour)

    events: list[EldEvent] = []
    for days in (4, 3, 2, 1):
        for hour, status in ((0, "off_duty"), (7, "on_duty_not_driving"), (7.5, "driving"), (11.75, "off_duty"),
                             (12.5, "driving"), (16, "on_duty_not_driving"), (16.5, "off_duty")):  # fmt: skip
            origin = "automatic" if status == "driving" else "driver"
            events.append(
                EldEvent(status, at(days, hour), origin=origin, vehicle=truck, sequence=100 + len(events))
            )
    return write_eld_file(
        EldFile(
            driver=EldUser(number, name),
            license_state="CA",
            license_number="",
            carrier="Demonstration fleet",
            usdot="",
            zone=zone,
            day_start=time(0),
            multiday=8,
            made_at=at(0, 0),
            events=events,
            comment="Made up for the demonstration",
        )
    )


def paper(lines: Sequence[str]) -> bytes:
    """A page of PDF with some lines of plain text."""
    plain = (line.replace("(", "[").replace(")", "]") for line in lines)
    shown = " ".join(f"({line}) Tj T*" for line in plain)
    text = f"BT /F1 16 Tf 22 TL 60 720 Td {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
    ]
    body = "%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (
        body
        + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{body.index('xref')}\n%%EOF\n"
    ).encode()
