"""Making and removing the demonstration tenant."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from motorpool.core.database.database import Database, raw_connection
from motorpool.core.database.migrate import owner_engine
from motorpool.core.errors import Conflict, NotFound
from motorpool.core.settings import Settings
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.demo.clips import add_clips
from motorpool.demo.domains.everything import add_domains
from motorpool.demo.duty_files import add_duty_files
from motorpool.demo.feeding import CAB_HISTORY_S, feed
from motorpool.demo.fleet import add_fleet
from motorpool.demo.password import EMAIL, forget_password, keep_password, make_password, run
from motorpool.demo.recording import load_recording
from motorpool.demo.replayer import SLUG
from motorpool.identity.actions.create_tenant import create_tenant
from motorpool.identity.actions.create_user import create_user
from motorpool.identity.actions.delete_tenant import delete_tenant
from motorpool.identity.rules.system_roles import ADMIN
from motorpool.telematics.derive.definition import trip_definition
from motorpool.telematics.derive.round import Portions, derive_round
from motorpool.telematics.ingest.pipeline import IngestPipeline

Say = Callable[[str], None]

#: In the settings of the system tenant: somebody removed the demonstration, so a start must not bring it
#: back.
REMOVED = "demo_removed"
_WANTED = text(
    "SELECT NOT EXISTS (SELECT FROM tenants WHERE id <> :system) AND "
    "NOT EXISTS (SELECT FROM tenants WHERE id = :system AND settings ? :removed)"
)
_NOTE = text(
    "UPDATE tenants SET settings = settings || jsonb_build_object(CAST(:removed AS text), true) "
    "WHERE id = :system"
)
_UNNOTE = text(
    "UPDATE tenants SET settings = settings - CAST(:removed AS text) "
    "WHERE id = :system AND settings ? :removed"
)
_PARAMETERS = {"system": SYSTEM_TENANT_ID, "removed": REMOVED}


def load(settings: Settings, say: Say) -> None:
    """Load the demonstration if the database holds no organisation and nobody removed the demonstration
    before.
    """
    engine = owner_engine(settings.database.url or "")
    try:
        with engine.connect() as connection:
            wanted = bool(connection.execute(_WANTED, _PARAMETERS).scalar_one())
    finally:
        engine.dispose()
    if wanted:
        load_demo(settings, say)


def load_demo(settings: Settings, say: Say) -> None:
    """Make the demonstration tenant with the last 24 hours of its replay. Raises Conflict when there is
    one.
    """
    began = time.monotonic()
    _require_no_demo(settings)
    say(
        "Loading the demonstration fleet: recorded taxis and test drives, replayed as if they drove today ..."
    )
    password = make_password()
    # Before the account exists: a crash in between must not leave one whose password nobody knows.
    keep_password(settings, password)
    rows, trips = run(settings, lambda database: _load(database, settings, password))
    engine = owner_engine(settings.database.url or "")
    try:
        with engine.begin() as connection:
            connection.execute(_UNNOTE, _PARAMETERS)
    finally:
        engine.dispose()
    say(
        f"Loaded {rows:,} positions and readings, {trips:,} trips, stops and events "
        f"in {time.monotonic() - began:.1f} s."
    )


def _require_no_demo(settings: Settings) -> None:
    engine = owner_engine(settings.database.url or "")
    try:
        with engine.connect() as connection:
            if (
                connection.execute(text("SELECT id FROM tenants WHERE slug = :slug"), {"slug": SLUG}).scalar()
                is None
            ):
                return
    finally:
        engine.dispose()
    raise Conflict(
        f"There is an organisation {SLUG} already; `motorpool demo remove` removes the demonstration."
    )


async def _load(database: Database, settings: Settings, password: str) -> tuple[int, int]:
    recording = load_recording()
    now = int(time.time())
    since = datetime.fromtimestamp(now - CAB_HISTORY_S, UTC) - timedelta(minutes=1)
    async with database.transaction(system_actor(SYSTEM_TENANT_ID, "demonstration loaded")) as session:
        actor = await create_tenant(
            session,
            slug=SLUG,
            name="Demonstration fleet",
            time_zone="America/Los_Angeles",
            units="imperial",
            is_demo=True,
        )
        user = await create_user(
            session, actor, email=EMAIL, display_name="Demo administrator", password=password, roles=[ADMIN]
        )
        await add_fleet(await raw_connection(session), actor.tenant_id, recording, since)
    administrator = replace(actor, user_id=user.id, reason="demonstration loaded")
    await asyncio.to_thread(add_domains, settings.database.url or "", administrator)
    pipeline = IngestPipeline(database, settings, writers=2, commit_rows=50_000)
    await pipeline.start()
    try:
        rows = await feed(pipeline, actor, recording, None, now)
    finally:
        await pipeline.stop()
    derived = await _derive(database, settings, actor)
    await add_clips(database, settings, administrator)
    await add_duty_files(database, settings, administrator)
    return rows, derived


async def _derive(database: Database, settings: Settings, actor: Actor) -> int:
    """Trips and stops of the history, so that the first look at the map finds them."""
    definition, portions, written = trip_definition(settings.trips), Portions(), 0
    while True:
        done = await derive_round(database, actor.tenant_id, definition, portions=portions)
        written += done.written.rows
        if not done.more:
            return written


def remove(settings: Settings) -> dict[str, int]:
    """Delete the demonstration tenant with everything in it; returns rows per table. Raises NotFound, or
    Conflict when the tenant called demo is a real one.
    """
    engine = owner_engine(settings.database.url or "")
    try:
        with engine.begin() as connection:
            found = connection.execute(
                text("SELECT id, is_demo FROM tenants WHERE slug = :slug"), {"slug": SLUG}
            ).one_or_none()
            if found is None:
                raise NotFound("There is no demonstration fleet.")
            if not found.is_demo:
                raise Conflict(
                    f"The organisation {SLUG} is not a demonstration; `motorpool tenant delete` deletes it."
                )
            counts = delete_tenant(connection, found.id)
            connection.execute(_NOTE, _PARAMETERS)
    finally:
        engine.dispose()
    forget_password(settings)
    return counts
