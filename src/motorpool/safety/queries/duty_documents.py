"""Supporting documents of a driver's days."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.safety.resources.duty_files import DUTY_FILES
from motorpool.safety.rules.duty_documents import Supporting

IS_LATE = DUTY_FILES[0].computed["is_late"].expression
ROWS = f"""
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.log_date, t.kind, t.shown_name, t.document_number, t.document_date, t.document_time, t.place, t.notes,
        t.status, t.withdrawn_reason, {IS_LATE} AS is_late
    FROM duty_supporting_documents t
    WHERE t.tenant_id = %(tenant)s AND t.driver_id = %(driver)s AND t.log_date BETWEEN %(first)s AND %(last)s
    ORDER BY t.log_date, t.document_date, t.document_time NULLS FIRST, t.submitted_at, t.id) AS q
"""


class DutyDocument(msgspec.Struct):
    id: str
    log_date: date
    kind: str
    shown_name: str
    document_number: str | None
    document_date: date
    document_time: time | None
    place: str
    notes: str | None
    status: str
    withdrawn_reason: str | None
    is_late: bool

    @property
    def is_kept(self) -> bool:
        return self.status == "kept"

    @property
    def supporting(self) -> Supporting:
        return Supporting(self.id, self.kind, self.document_date, self.document_time)


_DECODER = msgspec.json.Decoder(DutyDocument)


async def duty_documents(
    database: Database, actor: Actor, driver: UUID, first: date, last: date
) -> dict[date, list[DutyDocument]]:
    """By the carrier's day, in order of time; withdrawn ones too. Whether the actor may see this driver was asked before."""
    where = {"tenant": actor.tenant_id, "driver": driver, "first": first, "last": last}
    found: dict[date, list[DutyDocument]] = {}
    for (text,) in await database.read(actor, ROWS, where):
        one = _DECODER.decode(text)
        found.setdefault(one.log_date, []).append(one)
    return found
