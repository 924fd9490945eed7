"""Messages and notifications over HTTP: only the people concerned see them, administrators included."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from tests.site import Organisation, Site, make_person

from motorpool.core.settings import Settings


@dataclass(frozen=True)
class Person:
    id: UUID
    address: str
    token: str

    async def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.address, timeout=20) as client:
            return await client.request(
                method, path, headers={"Authorization": f"Bearer {self.token}"}, **options
            )

    async def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = await self("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture(scope="module")
def three(site: Site, site_settings: Settings, organisation: Organisation) -> list[Person]:
    """Three administrators: whoever may do everything still has no business in others' letters."""

    async def make() -> list[Person]:
        people = [
            await make_person(site_settings, organisation, "admin", name) for name in ("Jo", "Kim", "Lee")
        ]
        return [Person(key, site.address, token) for key, token in people]

    return asyncio.run(make())


async def send(person: Person, **body: Any) -> httpx.Response:
    return await person("POST", "/api/v1/messages", json=body)


async def test_only_sender_and_recipient_see_a_message(three: list[Person]) -> None:
    jo, kim, lee = three
    sent = await send(jo, recipient_user_id=str(kim.id), subject="Keys", message_body="Where are they?")
    assert sent.status_code == 201, sent.text
    key = sent.json()["id"]
    for person in (jo, kim):
        row = (await person("GET", f"/api/v1/messages/{key}")).json()
        assert (row["message_body"], row["sender_user_id"]) == ("Where are they?", str(jo.id))
        assert key in [one["id"] for one in await person.items("/api/v1/messages", q="Where")]
    assert (await lee("GET", f"/api/v1/messages/{key}")).status_code == 404
    assert key not in [one["id"] for one in await lee.items("/api/v1/messages")]
    assert key not in [one["id"] for one in await lee.items("/api/v1/messages", q="Where")]
    assert (await lee("POST", f"/api/v1/messages/{key}/mark-read")).status_code == 404
    assert (await lee("POST", f"/api/v1/messages/{key}/star")).status_code == 404
    reply = await send(lee, parent_message_id=key, message_body="What?")
    assert reply.status_code == 422
    assert [one["field"] for one in reply.json()["errors"]] == ["parent_message_id"]


async def test_the_words_do_not_reach_the_audit_log(three: list[Person], database_urls: Any) -> None:
    jo, kim, _ = three
    key = (await send(jo, recipient_user_id=str(kim.id), message_body="between us")).json()["id"]
    with psycopg.connect(database_urls.owner) as connection:
        rows = connection.execute(
            "SELECT new_values::text FROM audit_trails WHERE record_id = %s", (key,)
        ).fetchall()
    assert len(rows) == 1
    assert "between us" not in rows[0][0]


async def test_an_answer_inherits_conversation_and_recipient(three: list[Person]) -> None:
    jo, kim, _ = three
    first = (await send(jo, recipient_user_id=str(kim.id), subject="Tires", message_body="Worn.")).json()[
        "id"
    ]
    answer = (await send(kim, parent_message_id=first, message_body="Ordered.")).json()["id"]
    again = (await send(jo, parent_message_id=answer, message_body="Thanks.")).json()["id"]
    afterwards = (await send(jo, parent_message_id=first, message_body="And the rims?")).json()["id"]
    rows = [(await jo("GET", f"/api/v1/messages/{key}")).json() for key in (first, answer, again, afterwards)]
    assert len({row["conversation_id"] for row in rows}) == 1
    assert [row["recipient_user_id"] for row in rows] == [str(person.id) for person in (kim, jo, kim, kim)]
    assert {row["subject"] for row in rows} == {"Tires"}
    other = (await send(jo, recipient_user_id=str(kim.id), message_body="Else")).json()["id"]
    assert (await jo("GET", f"/api/v1/messages/{other}")).json()["conversation_id"] != rows[0][
        "conversation_id"
    ]


async def test_reading_starring_and_archiving_belong_to_the_recipient(three: list[Person]) -> None:
    jo, kim, _ = three
    key = (await send(jo, recipient_user_id=str(kim.id), message_body="Look")).json()["id"]
    await jo("POST", f"/api/v1/messages/{key}/mark-read")
    assert not (await kim("GET", f"/api/v1/messages/{key}")).json()["is_read"]
    assert (await jo("POST", f"/api/v1/messages/{key}/star")).status_code == 403
    row = (await kim("POST", f"/api/v1/messages/{key}/mark-read")).json()
    assert row["is_read"]
    assert row["read_at"]
    assert (await kim("POST", f"/api/v1/messages/{key}/star")).json()["is_starred"]
    assert not (await kim("POST", f"/api/v1/messages/{key}/unstar")).json()["is_starred"]
    assert (await kim("POST", f"/api/v1/messages/{key}/archive")).json()["is_archived"]


async def test_a_group_reads_what_is_sent_to_it(three: list[Person]) -> None:
    jo, kim, lee = three
    group = (await jo("POST", "/api/v1/message-groups", json={"name": f"Night {uuid4().hex[:6]}"})).json()[
        "id"
    ]
    outside = await send(jo, recipient_group_id=group, message_body="Hello")
    assert (outside.status_code, outside.json()["code"]) == (403, "not_a_member")
    for person in (jo, kim):
        made = await jo(
            "POST", "/api/v1/message-group-members", json={"group_id": group, "user_id": str(person.id)}
        )
        assert made.status_code == 201, made.text
    key = (await send(jo, recipient_group_id=group, message_body="Snow tonight")).json()["id"]
    assert (await kim("GET", f"/api/v1/messages/{key}")).status_code == 200
    assert (await lee("GET", f"/api/v1/messages/{key}")).status_code == 404
    assert (await kim("POST", f"/api/v1/messages/{key}/mark-read")).status_code == 200
    members = {
        one["user_id"]: one["last_read_at"]
        for one in await jo.items("/api/v1/message-group-members", group_id=group)
    }
    assert members[str(kim.id)] is not None
    assert members[str(jo.id)] is None
    answer = (await send(kim, parent_message_id=key, message_body="Ready")).json()["id"]
    assert (await jo("GET", f"/api/v1/messages/{answer}")).json()["recipient_group_id"] == group
    await jo("PATCH", f"/api/v1/message-groups/{group}", json={"is_active": False})
    assert (await send(jo, recipient_group_id=group, message_body="Late")).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"message_body": "Hello"}, "recipient_user_id"),
        ({"message_body": " ", "recipient_user_id": "self"}, "message_body"),
        ({"message_body": "Hello", "recipient_user_id": str(uuid4())}, "recipient_user_id"),
        ({"message_body": "Hello", "recipient_group_id": str(uuid4())}, "recipient_group_id"),
        (
            {"message_body": "Hello", "recipient_user_id": "self", "recipient_group_id": str(uuid4())},
            "recipient_user_id",
        ),
        ({"message_body": "Hello", "recipient_user_id": "self", "is_read": True}, "is_read"),
        (
            {"message_body": "Hello", "recipient_user_id": "self", "attachments": [{"file_name": "x"}]},
            "attachments[0]",
        ),
    ],
)
async def test_what_is_wrong_with_a_message_is_named(
    body: dict[str, Any], field: str, three: list[Person]
) -> None:
    jo, kim, _ = three
    given = {name: str(kim.id) if value == "self" else value for name, value in body.items()}
    answer = await send(jo, **given)
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == [field]


async def test_a_message_is_told_and_notifications_are_ones_own(three: list[Person]) -> None:
    jo, kim, lee = three
    before = (await kim("GET", "/api/v1/notifications/unread-count")).json()["unread"]
    key = (await send(jo, recipient_user_id=str(kim.id), subject="News", message_body="Good")).json()["id"]
    assert (await kim("GET", "/api/v1/notifications/unread-count")).json() == {"unread": before + 1}
    (row,) = [
        one for one in await kim.items("/api/v1/notifications") if one["action_url"] == f"/messages/{key}"
    ]
    assert (row["title"], row["category"], row["entity_id"]) == ("Jo: News", "message", key)
    assert row["id"] not in [one["id"] for one in await lee.items("/api/v1/notifications")]
    assert (await lee("POST", f"/api/v1/notifications/{row['id']}/mark-read")).status_code == 404
    assert (await kim("POST", f"/api/v1/notifications/{row['id']}/mark-read")).json()["is_read"]
    assert (await kim("POST", f"/api/v1/notifications/{row['id']}/dismiss")).json()["is_dismissed"]
    assert not (await kim("POST", f"/api/v1/notifications/{row['id']}/mark-unread")).json()["is_dismissed"]
    marked = (await kim("POST", "/api/v1/notifications/mark-all-read")).json()["marked"]
    assert marked >= 1
    assert (await kim("GET", "/api/v1/notifications/unread-count")).json() == {"unread": 0}
    posted = await kim("POST", "/api/v1/notifications", json={})
    assert posted.status_code == 405


async def test_preferences_are_ones_own(three: list[Person]) -> None:
    jo, kim, lee = three
    body = {"user_id": str(jo.id), "email_enabled": False}
    made = await jo("POST", "/api/v1/notification-preferences", json=body)
    assert made.status_code == 201, made.text
    key = made.json()["id"]
    assert (await kim("GET", f"/api/v1/notification-preferences/{key}")).status_code == 404
    assert (
        await kim("PATCH", f"/api/v1/notification-preferences/{key}", json={"email_enabled": True})
    ).status_code == 404
    for_other = await kim("POST", "/api/v1/notification-preferences", json={"user_id": str(lee.id)})
    assert (for_other.status_code, for_other.json()["code"]) == (403, "out_of_reach")
    half = await jo("PATCH", f"/api/v1/notification-preferences/{key}", json={"quiet_hours_enabled": True})
    assert half.status_code == 422
    assert "quiet hours have a start and an end" in half.json()["detail"]
