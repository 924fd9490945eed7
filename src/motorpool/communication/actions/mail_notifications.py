"""Sending notifications by e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.mail import Letter, Outcome, send_letters
from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor

#: What was read, dismissed or has expired in the meantime is not sent any more.
_DUE = """
    SELECT n.id, n.title, n.message, n.action_url, u.email, u.display_name, t.name
    FROM notifications n
    JOIN users u ON u.tenant_id = n.tenant_id AND u.id = n.user_id
    JOIN tenants t ON t.id = n.tenant_id
    WHERE n.tenant_id = %(tenant)s AND t.id = %(tenant)s AND n.id = ANY (%(ids)s) AND u.status = 'active'
      AND n.email_sent_at IS NULL AND 'email' = ANY (n.delivery_channels)
      AND NOT n.is_read AND NOT n.is_dismissed AND (n.expires_at IS NULL OR n.expires_at > now())
    ORDER BY n.id
"""
_SENT = "UPDATE notifications SET email_sent_at = now(), email_error = NULL WHERE tenant_id = %s AND id = ANY (%s)"
_FAILED = "UPDATE notifications SET email_error = %s WHERE tenant_id = %s AND id = %s"
_NOT_MAILED = (
    "UPDATE notifications SET delivery_channels = array_remove(delivery_channels, 'email') "
    "WHERE tenant_id = %s AND id = ANY (%s) AND email_sent_at IS NULL"
)


#: The people of the demonstration are made up, and so are their addresses.
_IS_DEMO = "SELECT EXISTS (SELECT FROM tenants WHERE id = %s AND is_demo)"


class MailDelayedError(Exception):
    """The mail server takes some letters later; the job tries them again."""


async def mail_notifications(
    database: Database, settings: Settings, actor: Actor, ids: Sequence[UUID]
) -> Outcome:
    """Send what has not been sent yet, and write down what became of it.

    Without a mail server, and in the demonstration, the notifications stop claiming that they go by e-mail. Raises
    MailDelayedError when some have to be tried again; those that were sent are not sent twice.
    """
    if settings.smtp.host is None or (await database.read(actor, _IS_DEMO, (actor.tenant_id,)))[0][0]:
        async with database.connection(actor) as connection:
            await connection.execute(_NOT_MAILED, (actor.tenant_id, list(ids)))
        return Outcome()
    rows = await database.read(actor, _DUE, {"tenant": actor.tenant_id, "ids": list(ids)})
    letters = [_letter(settings, *row) for row in rows]
    outcome = await send_letters(settings.smtp, letters) if letters else Outcome()
    async with database.connection(actor) as connection:
        await connection.execute(_SENT, (actor.tenant_id, [UUID(key) for key in outcome.sent]))
        failed = outcome.refused | outcome.later
        await connection.cursor().executemany(
            _FAILED, [(reason, actor.tenant_id, UUID(key)) for key, reason in failed.items()]
        )
    if outcome.later:
        raise MailDelayedError(
            f"{len(outcome.later)} of {len(letters)} letters have to wait: {next(iter(outcome.later.values()))}"
        )
    return outcome


def _letter(
    settings: Settings,
    key: UUID,
    title: str,
    message: str,
    path: str | None,
    email: str,
    name: str,
    tenant: str,
) -> Letter:
    base = base_address(settings)
    parts = [message.strip()]
    if path:
        parts.append(f"{base}{path}")
    parts.append(f"-- \n{tenant}. You can choose what you are sent at {base}/notifications/preferences")
    return Letter(str(key), email, title, "\n\n".join(parts) + "\n", name)


def base_address(settings: Settings) -> str:
    """Where people reach the web pages."""
    public = settings.http.public_url or f"http://{settings.http.host}:{settings.http.port}"
    return public.rstrip("/")
