"""One's own wishes about notifications."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.models import NotificationPreference
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.tenancy import Actor

#: Categories that the preferences page offers; others follow the general switch.
CATEGORIES = ("vehicle", "maintenance", "safety", "expense", "policy", "message", "system")


async def save_preferences(
    session: AsyncSession,
    actor: Actor,
    *,
    email_enabled: bool,
    quiet_hours_enabled: bool,
    quiet_hours_start: str,
    quiet_hours_end: str,
    email_by_category: Mapping[str, bool],
) -> None:
    """Keep the caller's wishes; what they said about other channels and categories stays.

    Times are `HH:MM` of the person's zone, empty for none. Raises Invalid with an entry for each wrong field.
    """
    assert actor.user_id is not None
    problems: list[FieldProblem] = []
    start = _clock("quiet_hours_start", quiet_hours_start, problems)
    end = _clock("quiet_hours_end", quiet_hours_end, problems)
    if quiet_hours_enabled:
        problems += [
            FieldProblem(name, "is required for quiet hours", "required")
            for name, text in (("quiet_hours_start", quiet_hours_start), ("quiet_hours_end", quiet_hours_end))
            if not text.strip()
        ]
    if start is not None and start == end:
        problems.append(FieldProblem("quiet_hours_end", "must be another time than the start"))
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    row = await session.scalar(
        select(NotificationPreference)
        .where(
            NotificationPreference.tenant_id == actor.tenant_id,
            NotificationPreference.user_id == actor.user_id,
        )
        .with_for_update()
    )
    if row is None:
        row = NotificationPreference(tenant_id=actor.tenant_id, user_id=actor.user_id)
        session.add(row)
    row.email_enabled = email_enabled
    row.quiet_hours_enabled = quiet_hours_enabled
    row.quiet_hours_start = start
    row.quiet_hours_end = end
    row.notification_settings = _merged(row.notification_settings or {}, email_by_category)
    await session.flush()


def _clock(field: str, text: str, problems: list[FieldProblem]) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        problems.append(FieldProblem(field, "must be a time, such as 22:00"))
        return None


def _merged(kept: dict[str, Any], wanted: Mapping[str, bool]) -> dict[str, Any] | None:
    result = {category: dict(channels) for category, channels in kept.items()}
    for category in CATEGORIES:
        channels = result.setdefault(category, {})
        channels.pop("email", None)
        if category in wanted:
            channels["email"] = wanted[category]
    return {category: channels for category, channels in result.items() if channels} or None
