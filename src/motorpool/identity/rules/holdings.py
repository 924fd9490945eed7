"""Everything that was ever given to a person, and what of it holds at a moment.

Authentication reads only what holds now (`queries/load_access.py`); this is the same with the rest, for the pages where
an administrator sees what has expired, what is switched off, and why a decision fell as it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import Rule
from motorpool.identity.rules.grants import reach_of_assignment, role_rules


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role as it was given. Both place lists None: everywhere; both empty: the person's own rows only."""

    role_id: UUID
    name: str
    title: str
    permissions: Mapping[str, Any] | None
    facility_ids: tuple[UUID, ...] | None = None
    department_ids: tuple[UUID, ...] | None = None
    expires_at: datetime | None = None
    is_active: bool = True
    role_is_active: bool = True
    given_at: datetime | None = None
    given_by: str | None = None

    def rest(self, now: datetime) -> str | None:
        """Why it does not hold, in words; None: it holds."""
        if not self.role_is_active:
            return "the role is switched off"
        if not self.is_active:
            return "the assignment is switched off"
        return "it has expired" if has_expired(self.expires_at, now) else None

    @property
    def reach(self) -> Reach:
        return reach_of_assignment(self.facility_ids, self.department_ids)

    def rules(self) -> list[Rule]:
        return list(
            role_rules(self.permissions, f"the role {self.name}", self.facility_ids, self.department_ids)
        )


@dataclass(frozen=True, slots=True)
class Override:
    """One permission given to or taken from a person directly."""

    key: str
    deny: bool
    expires_at: datetime | None = None
    reason: str | None = None
    given_at: datetime | None = None
    given_by: str | None = None

    def rest(self, now: datetime) -> str | None:
        """Why it does not hold, in words; None: it holds."""
        return "it has expired" if has_expired(self.expires_at, now) else None

    def rule(self) -> Rule:
        return Rule(self.key, "a direct deny" if self.deny else "a direct grant", deny=self.deny)


@dataclass(frozen=True, slots=True)
class Holdings:
    """A person's roles and overrides, whether or not they hold."""

    name: str
    user_status: str = "active"
    tenant_status: str = "active"
    roles: tuple[HeldRole, ...] = ()
    overrides: tuple[Override, ...] = ()
    #: Names of the facilities and departments that the roles are limited to.
    places: Mapping[UUID, str] = field(default_factory=dict)

    def shut_out(self) -> str | None:
        """Why this person may do nothing at all, in words; None: they may come in."""
        if self.user_status != "active":
            return f"the account is {self.user_status}"
        return None if self.tenant_status == "active" else f"the organisation is {self.tenant_status}"

    def access(self, now: datetime) -> Access:
        """The rules that hold at a moment, as authentication finds them."""
        if self.shut_out():
            return Access()
        held = [override.rule() for override in self.overrides if override.rest(now) is None]
        for role in self.roles:
            if role.rest(now) is None:
                held += role.rules()
        return Access(tuple(held))


def has_expired(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is not None and expires_at <= now
