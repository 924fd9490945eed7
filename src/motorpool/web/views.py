"""How people like to see a list: chosen columns and named views of filters, order and columns (`list_views`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row, update_row
from motorpool.core.tenancy import Actor
from motorpool.system.models import ListView
from motorpool.web.fields import field_of
from motorpool.web.filters import Asked

#: A person's own view of this name holds the columns of the plain list.
PLAIN = "All"
#: Kinds of columns that say too much for a cell.
NOT_LISTED = ("json",)
_VIEWS = """
SELECT t.id::text, t.name, t.columns, t.filters, t.sort, t.is_default, t.is_shared, t.user_id = %(user)s AS is_own,
       u.display_name
FROM list_views t JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.user_id
WHERE t.tenant_id = %(tenant)s AND t.collection = %(collection)s AND (t.user_id = %(user)s OR t.is_shared)
ORDER BY is_own DESC, t.name, t.id LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A row of `list_views`, as the viewer may use it."""

    id: str
    name: str
    columns: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    is_default: bool
    is_shared: bool
    is_own: bool
    owner: str

    @property
    def is_plain(self) -> bool:
        return self.is_own and self.name == PLAIN

    def href(self, collection: str) -> str:
        return f"/{collection}?{urlencode([('view', self.id), *self.query])}"


async def views_of(database: Database, actor: Actor, resource: Resource) -> list[SavedView]:
    """A person's own views of a list and those that others share; one query."""
    if actor.user_id is None:
        return []
    parameters = {"tenant": actor.tenant_id, "user": actor.user_id, "collection": resource.collection}
    rows = await database.read(actor, _VIEWS, parameters)
    return [
        SavedView(
            key,
            name,
            tuple(name for name in columns or () if name in resource.visible),
            (
                *((str(one), _text(value)) for one, value in (filters or {}).items()),
                *((("sort", sort),) if sort else ()),
            ),
            is_default,
            is_shared,
            is_own,
            owner,
        )
        for key, name, columns, filters, sort, is_default, is_shared, is_own, owner in rows
    ]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def view_in_use(views: list[SavedView], asked: Asked) -> SavedView | None:
    """The view that the address names, else the plain list's."""
    wanted = dict(asked).get("view")
    return next(
        (view for view in views if view.id == wanted), next((view for view in views if view.is_plain), None)
    )


def columns_of(resource: Resource, view: SavedView | None) -> tuple[str, ...]:
    return view.columns if view and view.columns else resource.list_columns


def offered_columns(resource: Resource, chosen: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    """(name, label, whether it is shown) of all columns, the shown ones first and in their order."""
    others = [
        name
        for name in resource.visible
        if name not in chosen and field_of(resource, name).kind not in NOT_LISTED
    ]
    return [(name, field_of(resource, name).label, name in chosen) for name in (*chosen, *others)]


async def save_view(
    session: AsyncSession, registry: Registry, actor: Actor, key: UUID | None, body: dict[str, Any]
) -> UUID:
    """Add or change a view of the actor. Only one view of a list is the default.

    Raises: Forbidden, Invalid, NotFound for somebody else's view, Conflict for a name that is taken.
    """
    resource = registry["list_views"]
    if body.get("is_default"):
        await session.execute(
            update(ListView)
            .where(
                ListView.tenant_id == actor.tenant_id,
                ListView.user_id == actor.user_id,
                ListView.collection == body["collection"],
                ListView.is_default,
            )
            .values(is_default=False)
        )
    if key is None:
        return await create_row(session, resource, actor, reach_or_forbid(resource, actor, "create"), body)
    reach = reach_or_forbid(resource, actor, "update")
    changes = {name: value for name, value in body.items() if name != "collection"}
    await update_row(session, resource, actor, reach, key, changes, None)
    return key
