"""Somebody signs that they were at a meeting: on the own phone, or on the device of whoever leads it. It stays as it is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, Invalid
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.give_training import give_training
from motorpool.safety.queries.meeting_reach import place_on_list
from motorpool.safety.rules.inspection_signature import Signature, signature_problems

SIGN = text("""
UPDATE meeting_attendees SET came_at = coalesce(came_at, now()),
    came_noted_by_user_id = CASE WHEN came_at IS NULL THEN :user ELSE came_noted_by_user_id END,
    signed_at = now(), signed_name = :name, signature = :image, signed_with = :way, signed_by_user_id = :user
WHERE tenant_id = :tenant AND id = :key AND signed_at IS NULL
""")


async def sign_attendance(session: AsyncSession, actor: Actor, key: UUID, signature: Signature) -> None:
    """Raises: NotFound for somebody else's place in a meeting that others lead; Conflict when it is signed already, was withdrawn,
    has not begun, or was closed without this person; Invalid for a signature without a name.
    """
    place = await place_on_list(session, actor, key)
    if problems := signature_problems(signature, "signature"):
        raise Invalid("Some fields are not valid.", fields=problems)
    if place.signed_at is not None:
        raise Conflict("It is signed already; a signature stays as it is.", code="signed")
    if place.withdrawn_at is not None:
        raise Conflict(
            "This attendance was withdrawn; whoever leads the meeting can reinstate it.", code="withdrawn"
        )
    if not place.meeting.has_begun:
        raise Conflict("The meeting has not begun yet.", code="not_begun")
    if place.meeting.status == "held" and place.came_at is None:
        raise Conflict("The meeting was closed, and you are not noted as having come.", code="not_there")
    await session.execute(
        SIGN,
        {
            "tenant": actor.tenant_id,
            "key": key,
            "user": actor.user_id,
            "name": signature.name.strip(),
            "image": signature.image,
            "way": "own_account" if place.is_own else "leader",
        },
    )
    await give_training(session, actor, [place.meeting.id])
