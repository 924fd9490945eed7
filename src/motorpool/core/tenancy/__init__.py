"""Who is asking. Every transaction carries an `Actor`; row-level security and the audit trigger read it."""

from motorpool.core.tenancy.actor import SYSTEM_TENANT_ID, Actor

__all__ = ["SYSTEM_TENANT_ID", "Actor"]
