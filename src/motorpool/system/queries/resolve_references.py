"""Which rows a file means that names them: by id, by business key, by title; one query for each column and portion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import parse_uuid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.references import known_ids
from motorpool.core.resource.select import base_parameters, of_tenant, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor

#: Names that are kept from one portion to the next.
REMEMBERED = 50_000
#: Columns by which people know a row although other rows may share the value.
ALSO = ("email", "code", "name")


class ReferenceResolver:
    """Finds rows of one table by what a file calls them; what was found once is not looked for again."""

    def __init__(self, target: Resource, actor: Actor) -> None:
        self.target = target
        self.actor = actor
        self.names = naming_columns(target)
        self._known: dict[str, UUID | str] = {}

    async def look_up(self, session: AsyncSession, texts: Iterable[str]) -> None:
        """Ask for all texts that are not known yet."""
        if len(self._known) > REMEMBERED:
            self._known.clear()
        new = sorted({text for text in texts if text not in self._known})
        ids = {text: key for text in new if (key := parse_uuid(text)) is not None}
        names = [text for text in new if text not in ids]
        if ids:
            there = await known_ids(session, self.actor, str(self.target.table.name), ids.values())
            for text, key in ids.items():
                self._known[text] = key if key in there else self._unknown()
        if names:
            await self._by_name(session, names)

    def find(self, text: str) -> tuple[UUID | None, str | None]:
        """The id of a text that was looked up, or a sentence's end."""
        found = self._known[text]
        return (found, None) if isinstance(found, UUID) else (None, found)

    async def _by_name(self, session: AsyncSession, names: list[str]) -> None:
        """First as it is written, then without regard to capitals. A name of several rows is nobody's."""
        found: dict[str, list[UUID]] = {}
        if self.names and self.actor.access.allows(self.target.permission("read")):
            reach = reach_or_forbid(self.target, self.actor, "read")
            own = "true" if self.target.facts.ownership == "global" else of_tenant(self.target)
            scope = scope_condition(self.target, reach) or "true"
            parameters = base_parameters(self.actor, reach)
            connection = await session.connection()
            for expression in (f"{fold}t.{column})" for column in self.names for fold in ("(", "lower(")):
                left = [name for name in names if name not in found]
                wanted = {name.lower() if "lower" in expression else name: name for name in left}
                if not wanted:
                    break
                rows: Any = await connection.exec_driver_sql(
                    f"SELECT {expression}, t.id FROM {self.target.table.name} t WHERE {own} AND {scope} "
                    f"AND {expression} = ANY (%(names)s)",
                    parameters | {"names": list(wanted)},
                )
                for text, key in rows:
                    found.setdefault(wanted[text], []).append(key)
        what = self.target.plural.lower()
        for name in names:
            keys = found.get(name, [])
            if len(keys) > 1:
                self._known[name] = f"is the name of {len(keys)} {what}; give an id or a number of its own"
            else:
                self._known[name] = keys[0] if keys else self._unknown()

    def _unknown(self) -> str:
        by = ", ".join(name.replace("_", " ") for name in (*self.names, "id"))
        return f"names no {self.target.label.lower()} that exists here (looked for {by})"


def naming_columns(resource: Resource) -> tuple[str, ...]:
    """Text columns by which a row can be named, the surest first: unique ones, then its title."""
    unique = [
        str(columns[0].name)
        for constraint in resource.table.constraints
        if isinstance(constraint, UniqueConstraint)
        and len(columns := [column for column in constraint.columns if column.name != "tenant_id"]) == 1
    ]
    key = resource.business_key[0] if len(resource.business_key) == 1 else None
    others = (resource.title_column, *(name for name in ALSO if name in resource.table.c))
    wanted = dict.fromkeys((*([key] if key else []), *sorted(unique), *others))
    return tuple(
        name
        for name in wanted
        if name in resource.table.c and resource.is_text(name) and name not in resource.hidden
    )
