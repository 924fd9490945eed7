"""What refers to a record: every table with a reference to it, counted in one statement, rows when they are looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.fields import field_of
from motorpool.web.navigation import SECTION_ORDER, icon_of, may, section_of
from motorpool.web.presentation import Cell, Presenter
from motorpool.web.titles import load_titles, readable_rows

AnyRequest = Request[Any, Any, Any]
#: Counted no further; a page that says "99+" says enough.
MOST = 99
ROWS = 8
COLUMNS = 5
#: Spoken of by tabs of their own.
ELSEWHERE = frozenset({"comments", "record_attachments", "audit_trails", "user_activity_log"})


@dataclass(frozen=True, slots=True)
class Link:
    """A way in which rows of another table belong to a record."""

    resource: Resource
    #: Filters of that table's list that find them.
    filters: tuple[tuple[str, str], ...]
    label: str
    icon: str
    section: str
    #: Where the rows are listed.
    href: str
    count: int = 0

    @property
    def name(self) -> str:
        """`work-orders.vehicle_id`."""
        return f"{self.resource.collection}.{self.filters[-1][0]}"

    @property
    def count_text(self) -> str:
        return f"{MOST}+" if self.count > MOST else str(self.count)


def links_to(registry: Registry, actor: Actor, resource: Resource, key: str) -> list[Link]:
    """Every list that can be filtered by this record and that the actor may read, in the order of the menu."""
    found = []
    for other in registry.values():
        name = other.table.name
        if "list" not in other.operations or name in ELSEWHERE or not may(actor, other.permission("read")):
            continue
        filters: list[tuple[tuple[str, str], ...]] = [
            ((column, key),) for column, table in other.references.items() if table == resource.table.name
        ]
        for pair in other.facts.polymorphic:
            kinds = [kind for kind, table in pair.targets.items() if table == resource.table.name]
            filters += [((pair.type_column, kind), (pair.id_column, key)) for kind in kinds]
        usable = [
            tuple(one for one in way if one[0] in other.filters)
            for way in filters
            if way[-1][0] in other.filters
        ]
        for way in usable:
            column = way[-1][0]
            label = other.plural
            if len(usable) > 1:
                label += f" ({formats.label(column).lower()})"
            query = "&".join(f"{name}={value}" for name, value in way)
            href = f"/{other.collection}?{query}"
            found.append(Link(other, way, label, icon_of(name), section_of(other), href))
    return sorted(
        found,
        key=lambda link: (
            SECTION_ORDER.index(link.section) if link.section in SECTION_ORDER else 99,
            link.label,
        ),
    )


async def count_links(request: AnyRequest, actor: Actor, links: list[Link], key: UUID) -> list[Link]:
    """The same with the numbers of rows, all in one statement."""
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "record": key}
    parts = []
    for number, link in enumerate(links):
        conditions = readable_rows(link.resource, actor, number, parameters)
        if conditions is None:
            continue
        *kinds, (column, _) = link.filters
        for name, value in kinds:
            parameters[f"kind_{number}"] = value
            conditions.append(f"t.{name} = %(kind_{number})s")
        conditions.append(f"t.{column} = %(record)s")
        parts.append(
            f"SELECT {number}, count(*) FROM (SELECT FROM {link.resource.table.name} t "
            f"WHERE {' AND '.join(conditions)} LIMIT {MOST + 1}) c"
        )
    if not parts:
        return []
    rows = await request.app.state.database.read(actor, " UNION ALL ".join(parts), parameters)
    counts = dict(rows)
    return [replace(one, count=counts.get(number, 0)) for number, one in enumerate(links)]


async def rows_of(
    request: AnyRequest, actor: Actor, link: Link
) -> tuple[list[str], list[tuple[str | None, list[Cell]]], bool]:
    """Labels of the columns, the first rows as (address, cells), and whether there are more; two queries."""
    state, other = request.app.state, link.resource
    api = state.apis[other.table.name]
    texts, following, _ = await api.list_page(actor, [*link.filters, ("limit", str(ROWS))])
    rows = [msgspec.json.decode(text) for text in texts]
    titles = await load_titles(state.database, state.registry, actor, other, rows)
    presenter = Presenter(state.registry, actor, titles)
    known = {name for name, _ in link.filters}
    names = [name for name in other.list_columns if name not in known][:COLUMNS] or [other.key]
    opens = "get" in other.operations
    lines = [
        (
            f"/{other.collection}/{row[other.key]}" if opens else None,
            [presenter.cell(other, row, name) for name in names],
        )
        for row in rows
    ]
    return [field_of(other, name).label for name in names], lines, following is not None
