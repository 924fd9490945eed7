"""A made-up motor pool: a safety officer, drivers with phones, and meetings."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from tests.contract.rows import insert
from tests.site import Organisation, Site, make_person

Owner = psycopg.Connection[Any]


def drawing() -> str:
    """A small PNG, as a signature pad sends it."""
    rows = b"".join(b"\x00" + b"\xff" * 8 for _ in range(8))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    image = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return base64.b64encode(image).decode()


@dataclass
class Person:
    user: UUID
    driver: UUID | None
    client: httpx.AsyncClient


@dataclass
class Pool:
    """The organisation, and its office's client."""

    site: Site
    organisation: Organisation
    owner: Owner
    office: httpx.AsyncClient
    clients: list[httpx.AsyncClient]

    async def person(self, role: str, name: str) -> Person:
        user, token = await make_person(self.site.settings, self.organisation, role, name)
        driver = None
        if role == "driver":
            driver = insert(
                self.owner, "drivers", self.organisation.id, full_name=name, user_id=user, status="active",
                home_facility_id=None, department_id=None,
            )  # fmt: skip
        client = httpx.AsyncClient(
            base_url=self.site.address, headers={"Authorization": f"Bearer {token}"}, timeout=60
        )
        self.clients.append(client)
        return Person(user, driver, client)

    async def meeting(self, *, minutes: int = -10, **more: Any) -> str:
        body = {
            "topic": "Driving in rain",
            "meeting_type": "toolbox_talk",
            "meeting_date": (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(),
            "agenda": "Tires\nDistance\nQuestions",
            "location": f"Room {uuid4().hex[:4]}",
        } | more
        made = await self.office.post("/api/v1/safety-meetings", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def invite(self, meeting: str, people: Sequence[Person] = (), **more: Any) -> list[str]:
        body = {"driver_ids": [str(one.driver) for one in people if one.driver]} | more
        body.setdefault("user_ids", [str(one.user) for one in people if not one.driver])
        answer = await self.office.post(f"/api/v1/safety-meetings/{meeting}/invite", json=body)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["ids"])

    async def places(self, meeting: str) -> dict[str, dict[str, Any]]:
        """Driver or user -> the place on the list."""
        answer = await self.office.get(f"/api/v1/meeting-attendees?safety_meeting_id={meeting}&limit=1000")
        assert answer.status_code == 200, answer.text
        return {
            one["driver_id"] or one["user_id"] or one["guest_name"]: one for one in answer.json()["items"]
        }

    async def do(self, path: str, status: int = 200, **body: Any) -> Any:
        answer = await self.office.post(f"/api/v1/{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()
