from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import sql

from motorpool.core.access import NOTHING, Access

#: The reserved tenant that holds platform operators, quarantined devices and the audit of global rows.
SYSTEM_TENANT_ID = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, an API token or the system itself, acting inside one tenant."""

    tenant_id: UUID
    user_id: UUID | None = None
    name: str = "system"
    email: str | None = None
    tenant_name: str = ""
    access: Access = field(default=NOTHING, repr=False)
    #: The drivers row of this user, for grants that reach only a person's own rows.
    driver_id: UUID | None = None
    session_id: UUID | None = None
    token_id: UUID | None = None
    address: str | None = None
    user_agent: str | None = None
    reason: str | None = None
    time_zone: str = "UTC"
    units: str = "metric"
    #: ISO 4217; amounts without a currency of their own are in it.
    currency: str = ""
    is_demo: bool = False

    @property
    def today(self) -> date:
        """The date where the actor's days begin and end."""
        return datetime.now(ZoneInfo(self.time_zone)).date()

    def because(self, reason: str) -> Actor:
        """The same actor with a reason that the audit trail records."""
        return replace(self, reason=reason)

    def setting_statements(self, *, audited: bool = True) -> list[str]:
        """The literal `SET LOCAL` statements that a transaction starts with.

        Literal, because Citus forwards `SET LOCAL` to its workers but not `set_config` (decision 1). A read needs the
        tenant only; what the audit trigger records is set for writes.
        """
        values: dict[str, object | None] = {"tenant_id": self.tenant_id}
        if audited:
            values |= {
                "actor_id": self.user_id,
                "session_id": self.session_id or self.token_id,
                "address": self.address,
                "user_agent": (self.user_agent or "").replace("\x00", "")[:500] or None,
                "reason": self.reason,
            }
        return [
            sql.SQL("SET LOCAL {} TO {}")
            .format(sql.Identifier("motorpool", name), sql.Literal(str(value)))
            .as_string(None)
            for name, value in values.items()
            if value is not None
        ]


def system_actor(tenant_id: UUID, reason: str | None = None) -> Actor:
    """The program itself at work in a tenant: jobs, imports, the command line."""
    from motorpool.core.access import EVERYTHING

    return Actor(tenant_id=tenant_id, access=EVERYTHING, reason=reason)
