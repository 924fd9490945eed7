"""Jobs of communication."""

from __future__ import annotations

from uuid import UUID

from motorpool.communication.actions import mail_notifications as mailing
from motorpool.communication.actions.notify import MAIL_JOB
from motorpool.core.jobs.registry import JobContext, job


@job(MAIL_JOB, attempts=12)
async def mail_notifications(context: JobContext, notification_ids: list[str]) -> None:
    """Mail notifications; what a mail server puts off is tried again for about an hour."""
    ids = [UUID(key) for key in notification_ids]
    await mailing.mail_notifications(context.database, context.settings, context.actor, ids)
