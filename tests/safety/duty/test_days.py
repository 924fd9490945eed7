"""Entering, certifying, printing and exporting a driver's days, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from tests.safety.duty.people import LOGS, Person, log, make_driver, rows_of
from tests.site import Organisation, Site

from motorpool.core.access import EVERYTHING, Reach
from motorpool.core.database.database import Database
from motorpool.core.errors import Conflict, Invalid
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.certify_duty_day import certify_duty_day
from motorpool.safety.actions.enter_duty_record import DutyEntry, enter_duty_record
from motorpool.safety.duty_reactions import LOGS as RESOURCE
from motorpool.safety.queries.duty_log import driver_logs, terms_of

Owner = psycopg.Connection[Any]
ZONE = ZoneInfo("America/Los_Angeles")
TERMS = terms_of("America/Los_Angeles", None, None)
ALL = Reach(everything=True)


@pytest.fixture
async def dora(site: Site, organisation: Organisation, owner: Owner) -> Person:
    return await make_driver(site, organisation, owner)


def midnight(days_ago: int) -> datetime:
    day = datetime.now(ZONE).date() - timedelta(days=days_ago)
    return datetime.combine(day, datetime.min.time(), ZONE).astimezone(UTC)


def acting(organisation: Organisation, who: Person | None = None) -> Actor:
    """The driver, or somebody in the office."""
    return Actor(
        tenant_id=organisation.id,
        driver_id=who.driver_id if who else None,
        access=EVERYTHING,
        time_zone="America/Los_Angeles",
    )


async def certify(database: Database, actor: Actor, driver: UUID, days_ago: int) -> int:
    day = midnight(days_ago).astimezone(ZONE).date()
    async with database.transaction(actor) as session:
        return await certify_duty_day(session, RESOURCE, actor, ALL, driver, day)


async def enter(database: Database, actor: Actor, entry: DutyEntry) -> bool:
    async with database.transaction(actor) as session:
        _, waits = await enter_duty_record(session, RESOURCE, actor, ALL, entry, TERMS)
    return waits


async def test_a_day_is_certified_when_all_of_it_is_recorded(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, dora: Person
) -> None:
    start = midnight(2)
    actor = acting(organisation, dora)
    await log(client, rows_of(dora.driver_id, "0 OFF 8 D 12", start), dora.headers)
    await log(client, rows_of(dora.driver_id, "13 OFF", start), dora.headers)
    with pytest.raises(Conflict, match="12:00 to 13:00"):
        await certify(database, actor, dora.driver_id, 2)
    assert not await enter(
        database,
        actor,
        DutyEntry(
            dora.driver_id, "on_duty_not_driving", start + timedelta(hours=12), start + timedelta(hours=13)
        ),
    )
    with pytest.raises(Conflict, match="Only the driver certifies"):
        await certify(database, acting(organisation), dora.driver_id, 2)
    assert await certify(database, actor, dora.driver_id, 2) == 4
    assert await certify(database, actor, dora.driver_id, 2) == 0
    rows = (
        await client.get(LOGS, params={"driver_id": str(dora.driver_id), "sort": "status_start_time"})
    ).json()["items"]
    assert [one["is_certified"] for one in rows] == [True] * 4 + [False]
    # What went on beyond midnight was cut there, and goes on.
    assert rows[3]["status_end_time"] == rows[4]["status_start_time"] and rows[4]["status_end_time"] is None
    assert datetime.fromisoformat(rows[4]["status_start_time"]) == midnight(1)
    with pytest.raises(Conflict, match="not over"):
        await certify(database, actor, dora.driver_id, 0)


async def test_a_status_counts_within_the_second_in_which_it_began(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, dora: Person
) -> None:
    start = midnight(1)
    await log(client, rows_of(dora.driver_id, "0 OFF 8 ON", start), dora.headers)
    as_of = start + timedelta(hours=8, milliseconds=300)
    of = [dora.driver_id]
    (found,) = await driver_logs(database, acting(organisation), RESOURCE, ALL, as_of, drivers=of)
    assert found.now is not None and found.now.status == "on_duty_not_driving"


async def test_what_the_office_proposes_holds_up_the_certification(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, dora: Person
) -> None:
    start = midnight(1)
    keys = await log(client, rows_of(dora.driver_id, "0 OFF 24", start), dora.headers)
    change = DutyEntry(
        dora.driver_id,
        "on_duty_not_driving",
        start,
        start + timedelta(hours=24),
        replaces=keys[0],
        reason="It was a day at the dock",
    )
    office = Actor(
        tenant_id=organisation.id, access=EVERYTHING, user_id=None, time_zone="America/Los_Angeles"
    )
    assert await enter(database, office, change)
    with pytest.raises(Conflict, match="Accept or reject"):
        await certify(database, acting(organisation, dora), dora.driver_id, 1)


async def test_an_entry_over_a_recorded_time_needs_a_reason(
    client: httpx.AsyncClient, database: Database, organisation: Organisation, dora: Person
) -> None:
    start = midnight(1)
    actor = acting(organisation, dora)
    await log(client, rows_of(dora.driver_id, "0 OFF 20", start), dora.headers)
    entry = DutyEntry(
        dora.driver_id, "on_duty_not_driving", start + timedelta(hours=1), start + timedelta(hours=2)
    )
    with pytest.raises(Invalid) as refused:
        await enter(database, actor, entry)
    assert [one.field for one in refused.value.fields] == ["reason"]
    ahead = DutyEntry(dora.driver_id, "flying", datetime.now(UTC) + timedelta(hours=1), category="yard_move")
    with pytest.raises(Invalid) as refused:
        await enter(database, actor, ahead)
    assert [one.field for one in refused.value.fields] == ["status", "category", "start"]


async def test_eight_days_are_printed_and_exported(
    client: httpx.AsyncClient, site: Site, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    stranger = await make_driver(site, organisation, owner, "Otto Other")
    start = midnight(3)
    await log(
        client,
        rows_of(dora.driver_id, "0 OFF 6 ON 6.5 D 18.5 OFF 72", start, location_start="Oakland, CA"),
        dora.headers,
    )
    here = f"/hours-of-service/{dora.driver_id}"
    async with httpx.AsyncClient(base_url=site.address, timeout=30) as browser:
        await browser.post(
            "/sign-in", data={"email": dora.user.email, "password": "quite a long password", "next": "/"}
        )
        printed = await browser.get(f"{here}/log.pdf")
        file = await browser.get(f"{here}/eld-file.csv")
        page = await browser.get(here)
        other = await browser.get(f"/hours-of-service/{stranger.driver_id}")
    assert printed.status_code == 200 and printed.content.startswith(b"%PDF")
    assert file.status_code == 200 and file.text.startswith("ELD File Header Segment:\r\n")
    assert file.text.count(",1,2,1,") == 4 and "not a registered ELD" in file.text
    assert "11 hours of driving" in page.text and "not a registered ELD" in page.text
    assert other.status_code == 404
