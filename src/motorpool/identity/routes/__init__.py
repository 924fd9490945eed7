"""The API of identity that is not plain CRUD: one's own account, API tokens, people, roles, and why something is allowed."""

from __future__ import annotations

from motorpool.identity.pages import page_handlers
from motorpool.identity.routes import access, account, people, roles, tokens
from motorpool.identity.routes.collector import verbs

route_handlers = [*page_handlers, *verbs.handlers()]
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()

__all__ = ["OPERATIONS", "access", "account", "people", "roles", "route_handlers", "tokens"]
