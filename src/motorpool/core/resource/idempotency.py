"""Idempotency-Key: a POST that is sent twice does its work once and answers the same twice (decision 21)."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.tenancy import Actor

REMEMBER = text(
    "INSERT INTO idempotency_keys (tenant_id, user_key, route, idempotency_key, request_hash) "
    "VALUES (:tenant, :user, :route, :key, :hash) "
    "ON CONFLICT (tenant_id, user_key, route, idempotency_key) DO NOTHING RETURNING 1"
)
RECALL = text(
    "SELECT request_hash, response_status, response_headers, response_body FROM idempotency_keys "
    "WHERE tenant_id = :tenant AND user_key = :user AND route = :route AND idempotency_key = :key"
)
ANSWER = text(
    "UPDATE idempotency_keys SET response_status = :status, response_headers = CAST(:headers AS jsonb), "
    "response_body = :body WHERE tenant_id = :tenant AND user_key = :user AND route = :route AND idempotency_key = :key"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the caller."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


async def once(
    session: AsyncSession,
    actor: Actor,
    route: str,
    key: str | None,
    body: bytes,
    work: Callable[[], Awaitable[Answer]],
) -> Answer:
    """Do `work` unless an earlier request with the same key did; then repeat its answer.

    The row is written first and in the same transaction, so a twin that comes at the same time waits at the unique key
    until the first commits (and replays it) or fails (and does the work).

    Raises: Invalid when the key was used with another body.
    """
    if key is None:
        return await work()
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise Invalid(
            "The Idempotency-Key must be 1 to 255 printable characters.", code="bad_idempotency_key"
        )
    digest = hashlib.sha256(body).hexdigest()
    where = {
        "tenant": actor.tenant_id,
        "user": str(actor.user_id or actor.token_id),
        "route": route,
        "key": key,
    }
    if (await session.execute(REMEMBER, where | {"hash": digest})).first() is None:
        stored = (await session.execute(RECALL, where)).one()
        if stored.request_hash != digest:
            raise Invalid(
                "This Idempotency-Key was used with another body. Use a new key for a new request.",
                fields=[FieldProblem("Idempotency-Key", "belongs to another request", "key_reused")],
                code="idempotency_key_reused",
            )
        return Answer(
            stored.response_status,
            stored.response_body,
            stored.response_headers | {"Idempotent-Replayed": "true"},
        )
    answer = await work()
    stored_headers = msgspec.json.encode(answer.headers).decode()
    await session.execute(
        ANSWER, where | {"status": answer.status, "headers": stored_headers, "body": answer.body}
    )
    return answer
