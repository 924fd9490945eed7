"""A lead for one facility leads the meetings of that facility, and no others."""

from __future__ import annotations

import uuid

import psycopg
from psycopg.types.json import Jsonb
from tests.contract.rows import insert
from tests.safety.meetings.people import Person, Pool


def give(owner: psycopg.Connection[object], pool: Pool, person: Person, facility: uuid.UUID) -> None:
    """A role that leads meetings, held for one facility."""
    role = insert(
        owner, "roles", pool.organisation.id, role_name=f"lead_{uuid.uuid4().hex[:6]}",
        permissions=Jsonb({"safety_meetings": {"actions": ["read", "lead"], "scope": "all"},
                           "meeting_attendees": {"actions": ["read"], "scope": "all"}}),
    )  # fmt: skip
    owner.execute(
        "INSERT INTO user_roles (tenant_id, user_id, role_id, facility_ids) VALUES (%s, %s, %s, %s)",
        (pool.organisation.id, person.user, role, [facility]),
    )


async def test_a_facility_s_meetings_are_led_by_who_leads_there(pool: Pool) -> None:
    here, there = (insert(pool.owner, "facilities", pool.organisation.id, name=name) for name in ("H", "T"))
    lee, dee = await pool.person("driver", "Lee"), await pool.person("driver", "Dee")
    give(pool.owner, pool, lee, here)
    own, other = [await pool.meeting(facility_id=str(one)) for one in (here, there)]
    for meeting in (own, other):
        await pool.invite(meeting, [dee])
    for meeting, status in ((own, 200), (other, 404)):
        place = (await pool.places(meeting))[str(dee.driver)]["id"]
        ticked = await lee.client.post(
            f"/api/v1/safety-meetings/{meeting}/record-attendance", json={"came": [place]}
        )
        assert ticked.status_code == status, ticked.text
        signed = await lee.client.post(
            f"/api/v1/meeting-attendees/{place}/sign", json={"signature": {"name": "Dee"}}
        )
        assert signed.status_code == status, signed.text
        listed = await lee.client.get(f"/api/v1/meeting-attendees?safety_meeting_id={meeting}")
        assert len(listed.json()["items"]) == (1 if status == 200 else 0)
