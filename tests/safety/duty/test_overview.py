"""What the compliance overview says of duty logs and tests, and what the day's page says of more than eight documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.safety.duty.people import LOGS, Person, log, make_driver, rows_of, some_midnight
from tests.safety.duty.test_importing_files import ZONE, hand_in
from tests.site import Organisation, Site

Owner = psycopg.Connection[Any]


@pytest.fixture
async def dora(site: Site, organisation: Organisation, owner: Owner) -> Person:
    dora = await make_driver(site, organisation, owner)
    owner.execute("UPDATE drivers SET status = 'active', ended_on = NULL WHERE id = %s", (dora.driver_id,))
    return dora


async def lines_of(client: httpx.AsyncClient, dora: Person, headers: Any = None) -> dict[str, dict[str, Any]]:
    answer = await client.get("/api/v1/compliance", headers=headers)
    assert answer.status_code == 200, answer.text
    own = [one for one in answer.json()["items"] if one["subject_id"] == str(dora.driver_id)]
    return {one["code"].partition(":")[0]: one for one in own}


async def test_broken_rules_and_days_without_a_certification(client: httpx.AsyncClient, dora: Person) -> None:
    await log(client, rows_of(dora.driver_id, "0 OFF 24", some_midnight(20)), dora.headers)
    await log(client, rows_of(dora.driver_id, "0 OFF 240", some_midnight(13)), dora.headers)
    assert "hours_broken" not in await lines_of(client, dora)
    (late,) = await log(client, rows_of(dora.driver_id, "0 D 12", some_midnight(3)), dora.headers)
    lines = await lines_of(client, dora)
    assert (
        "11 hours of driving" in lines["hours_broken"]["sentence"]
        and lines["hours_broken"]["state"] == "lapsed"
    )
    assert f"The day {some_midnight(20).day} " in lines["hours_uncertified"]["sentence"]
    # An edit that keeps the rule takes it back; a certified day is in order.
    edit = rows_of(dora.driver_id, "0 D 7", some_midnight(3))[0]
    edit |= {"replaces_log_id": str(late), "edit_reason": "Wrong end of the day"}
    assert (await client.post(LOGS, json=edit, headers=dora.headers)).status_code == 201
    rows = (
        await client.get(LOGS, params={"driver_id": str(dora.driver_id), "sort": "status_start_time"})
    ).json()
    done = await client.post(f"{LOGS}/{rows['items'][0]['id']}/certify", headers=dora.headers)
    assert done.status_code == 200, done.text
    assert not {"hours_broken", "hours_uncertified"} & (await lines_of(client, dora)).keys()


async def test_tests_that_are_due(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    now = datetime.now(UTC)
    for kind, hours in (("alcohol", -1), ("drug", 20)):
        insert(owner, "drug_alcohol_tests", organisation.id, driver_id=dora.driver_id, test_type=kind, reason="post_accident",
               status="due", ordered_at=now - timedelta(hours=9), due_at=now + timedelta(hours=hours), taken_at=None, result=None,
               missed_reason=None)  # fmt: skip
    answer = (await client.get("/api/v1/compliance")).json()["items"]
    found = [
        one
        for one in answer
        if one["code"].startswith("test_due") and one["subject_id"] == str(dora.driver_id)
    ]
    assert sorted((one["state"], one["title"]) for one in found) == [
        ("lapsed", "Drug or alcohol test"),
        ("missing", "Drug or alcohol test"),
    ]


async def test_the_ninth_document_is_possible_and_told(client: httpx.AsyncClient, dora: Person) -> None:
    today = datetime.now(ZONE).date()
    for number in range(9):
        made = await hand_in(client, dora, 20 + number, document_time=f"{8 + number:02}:15")
        assert made.status_code == 201, made.text
    page = await client.get(f"/hours-of-service/{dora.driver_id}/document", params={"day": str(today)})
    assert page.status_code == 200, page.text
    assert "Eight documents are enough for a day; there are 9." in page.text
    assert "at 08:15 and bill of lading, itinerary at 16:15" in page.text
