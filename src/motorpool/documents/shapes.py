"""The shapes of the jsonb columns of documents."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=100)]


class AccessControl(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Who may read: whoever is named in any of the lists. Nobody named: only who manages documents."""

    users: Annotated[list[UUID], Meta(description="People", max_length=500)] = []
    roles: Annotated[list[Name], Meta(description="Names of roles, such as dispatcher", max_length=100)] = []
    departments: Annotated[list[Name], Meta(description="Codes of departments", max_length=200)] = []
