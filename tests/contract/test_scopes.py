"""Who sees what is said about a record: whoever may read all records of its kind, and whoever said it. Who may make what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.contract.conftest import Api
from tests.contract.rows import insert

from motorpool.core.access.decision import Reach, Rule


async def test_remarks_on_records_that_one_may_not_read_stay_hidden(
    api: Api, owner: psycopg.Connection[Any]
) -> None:
    tenant = api.actor.tenant_id
    seen = insert(owner, "vehicles", tenant)
    unseen = insert(owner, "incidents", tenant)
    colleague = insert(owner, "users", tenant)
    keys = {}
    for kind, record in (("vehicles", seen), ("incidents", unseen)):
        given = {"record_type": kind, "record_id": record, "author_user_id": colleague}
        keys[kind] = str(insert(owner, "comments", tenant, **given))
    reader = api.with_rules(Rule("comments.*", "test"), Rule("vehicles.read", "test"))
    listed = (await reader("GET", "comments")).json()["items"]
    assert {row["id"] for row in listed} == {keys["vehicles"]}
    assert (await reader("GET", f"comments/{keys['incidents']}")).status_code == 404
    exported = (await reader("GET", "comments/export", params={"format": "ndjson"})).text
    assert keys["incidents"] not in exported
    # One's own words are one's own, and everybody with the right to the records sees everything.
    author = reader.with_rules(Rule("comments.*", "test"), user_id=colleague)
    assert (await author("GET", f"comments/{keys['incidents']}")).status_code == 200
    everyone = (await api("GET", "comments")).json()["items"]
    assert {row["id"] for row in everyone} == set(keys.values())


@pytest.mark.parametrize(
    ("path", "table", "body", "by_me"),
    [
        ("defects", "defects", {"description": "Horn is silent"}, "reported_by_driver_id"),
        ("maintenance-records", "maintenance_records", {"summary": "Horn is silent"}, "requested_by_user_id"),
    ],
)
async def test_that_one_would_own_what_one_makes_is_no_right_to_make_it(
    path: str, table: str, body: dict[str, str], by_me: str, api: Api, owner: psycopg.Connection[Any]
) -> None:
    tenant = api.actor.tenant_id
    driven, foreign = insert(owner, "vehicles", tenant), insert(owner, "vehicles", tenant)
    me, user = insert(owner, "drivers", tenant), insert(owner, "users", tenant)
    now = datetime.now(UTC)
    held = {"vehicle_id": driven, "driver_id": me, "starts_at": now - timedelta(hours=1)}
    assignment = insert(owner, "driver_assignments", tenant, **held)
    driver = api.with_rules(Rule(f"{table}.*", "driver", Reach(own=True)), driver_id=me, user_id=user)
    named = {by_me: str(me if by_me == "reported_by_driver_id" else user)}
    bodies = [{"vehicle_id": str(one), **body, **named} for one in (driven, foreign)]
    made = await driver("POST", path, json=bodies[0])
    assert made.status_code == 201, made.text
    refused = await driver("POST", path, json=bodies[1])
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_reach")
    both = await driver("POST", f"{path}/bulk", json={"create": bodies})
    assert (both.status_code, both.json()["code"]) == (403, "out_of_reach")
    owner.execute(
        "UPDATE driver_assignments SET ends_at = %s WHERE id = %s", (now - timedelta(minutes=1), assignment)
    )
    mine = f"{path}/{made.json()['id']}"
    assert (await driver("PATCH", mine, json={"notes": "Seen"})).status_code == 200, (
        "one's report stays one's own"
    )
    assert (await driver("POST", path, json=bodies[0])).json()["code"] == "out_of_reach"
    listed = (await api("GET", f"{path}?vehicle_id={foreign}")).json()["items"]
    assert listed == [], "what is refused leaves nothing behind"
