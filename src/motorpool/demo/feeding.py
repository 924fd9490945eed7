"""Sending the recordings through ingest, up to a moment."""

from __future__ import annotations

from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.demo.recording import DAY_S, SOURCE, Recording
from motorpool.telematics.ingest.accepting import accept
from motorpool.telematics.ingest.pipeline import IngestPipeline

#: How far back a history is made, in seconds; the drives send a fix every five seconds and get less.
CAB_HISTORY_S = DAY_S
CAR_HISTORY_S = DAY_S // 2
#: So much of the day is sent at once, in seconds.
PORTION_S = 3600

FED_UNTIL = (
    "SELECT extract(epoch FROM max(recorded_at))::bigint FROM vehicle_states "
    "WHERE tenant_id = %(tenant)s AND source = %(source)s"
)
DEMO_TENANT = "SELECT id FROM tenants WHERE id = %(tenant)s AND is_demo AND status = 'active'"


async def find_demo_tenant(database: Database, slug: str) -> UUID | None:
    """The tenant with this slug, if it is a demonstration."""
    async with database.unbound() as connection:
        row = await (await connection.execute("SELECT find_tenant(%s)", (slug,))).fetchone()
    if row is None or row[0] is None:
        return None
    tenant_id = UUID(str(row[0]))
    found = await database.read(system_actor(tenant_id), DEMO_TENANT, {"tenant": tenant_id})
    return tenant_id if found else None


async def fed_until(database: Database, actor: Actor) -> int | None:
    """Epoch seconds up to which the recordings were sent; None: not at all."""
    rows = await database.read(actor, FED_UNTIL, {"tenant": actor.tenant_id, "source": SOURCE})
    return None if rows[0][0] is None else int(rows[0][0])


async def feed(
    pipeline: IngestPipeline, actor: Actor, recording: Recording, after: int | None, until: int
) -> int:
    """Send what happens later than `after` and not later than `until` (epoch seconds); returns how many rows
    were new.

    Never more than a day back: what is older would be the same again.
    """
    accepted = 0
    for series, most in (
        (recording.engines, CAB_HISTORY_S),
        (recording.readings, CAR_HISTORY_S),
        (recording.cars, CAR_HISTORY_S),
        (recording.cabs, CAB_HISTORY_S),
    ):
        begin = max(until - most, after if after is not None else 0)
        while begin < until:
            end = min(begin + PORTION_S, until)
            columns = series.between(begin, end)
            if len(columns):
                accepted += (await accept(pipeline, actor, columns, len(columns))).receipt.accepted
            begin = end
    return accepted
