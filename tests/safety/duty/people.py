"""Drivers with accounts and tokens of their own, and weeks of duty records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from tests.contract.rows import insert
from tests.site import PASSWORD, Organisation, Site

from motorpool.core.database.database import Database
from motorpool.core.secrets import load_keyring
from motorpool.identity.actions.create_api_token import create_api_token
from motorpool.identity.actions.create_user import create_user

LOGS = "/api/v1/hours-of-service-logs"
STATUSES = {"OFF": "off_duty", "SB": "sleeper_berth", "D": "driving", "ON": "on_duty_not_driving"}


@dataclass(frozen=True)
class Person:
    """A driver who signs in."""

    driver_id: UUID
    user: Organisation
    name: str

    @property
    def headers(self) -> dict[str, str]:
        return self.user.headers


async def make_driver(
    site: Site, organisation: Organisation, owner: psycopg.Connection[Any], name: str = "Dora Driver"
) -> Person:
    database = Database(site.settings.database.app_url or "", pool_size=2)
    await database.open()
    email = f"driver-{uuid4().hex[:8]}@example.test"
    try:
        async with database.transaction(organisation.actor) as session:
            user = await create_user(
                session,
                organisation.actor,
                email=email,
                display_name=name,
                password=PASSWORD,
                roles=("driver",),
            )
            _, token = await create_api_token(
                session, load_keyring(site.settings), organisation.actor, user_id=user.id, name="phone"
            )
    finally:
        await database.close()
    driver = insert(owner, "drivers", organisation.id, full_name=name, user_id=user.id)
    who = Organisation(organisation.id, f"{organisation.slug}-{email}", email, token.text, organisation.actor)
    return Person(driver, who, name)


def rows_of(driver: UUID, words: str, start: datetime, **more: Any) -> list[dict[str, Any]]:
    """`0 OFF 10 ON 11 D 16` as records, hours after `start`; the last one goes on when no hour stands behind it."""
    parts = words.split()
    moments = [start + timedelta(hours=float(hour)) for hour in parts[::2]]
    ends: list[datetime | None] = [*moments[1:], *([] if len(parts) % 2 else [None])]
    return [
        {
            "driver_id": str(driver),
            "log_date": f"{begin:%Y-%m-%d}",
            "duty_status": STATUSES[status],
            "status_start_time": begin.isoformat(),
            **({"status_end_time": end.isoformat()} if end else {}),
            **more,
        }
        for begin, end, status in zip(moments, ends, parts[1::2], strict=False)
    ]


async def log(
    client: httpx.AsyncClient, rows: list[dict[str, Any]], headers: Mapping[str, str]
) -> list[UUID]:
    answer = await client.post(f"{LOGS}/bulk", json={"create": rows}, headers=headers)
    assert answer.status_code < 300, answer.text
    return [UUID(str(one)) for one in answer.json()["created"]]


def some_midnight(days_ago: int) -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
