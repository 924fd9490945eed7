"""Who sees what is said about a record: whoever may read all records of its kind, and whoever said it."""

from __future__ import annotations

from typing import Any

import psycopg
from tests.contract.conftest import Api
from tests.contract.rows import insert

from motorpool.core.access.decision import Rule


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
