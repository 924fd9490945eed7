"""Search over every collection that people look for by words: one statement, best matches first (decision 10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import escape_like
from motorpool.core.tenancy import Actor
from motorpool.web.navigation import SECTION_ORDER, UNLISTED, icon_of, section_of
from motorpool.web.titles import detail_sql, readable_rows, title_sql

#: Settings of the program and logs are found on their own lists.
NOT_SEARCHED = UNLISTED | {"system_settings", "feature_flags", "scheduled_jobs", "import_jobs", "export_jobs"}
#: Looked at per table before the best are chosen.
CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    detail: str
    href: str
    #: 3: is called exactly this, 2: begins with it, 1: holds the words.
    rank: int


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one collection; `more` says that there are others."""

    resource: Resource
    icon: str
    hits: list[Hit]
    more: bool


def searchable(registry: Registry) -> list[Resource]:
    """What is searched, in the order of the menu."""
    found = [
        resource
        for name, resource in registry.items()
        if resource.facts.search and name not in NOT_SEARCHED and {"list", "get"} <= set(resource.operations)
    ]
    return sorted(
        found,
        key=lambda one: SECTION_ORDER.index(section_of(one)) if section_of(one) in SECTION_ORDER else 99,
    )


async def find(database: Database, registry: Registry, actor: Actor, text: str, most: int) -> list[Group]:
    """Rows that hold every word of a text, at most `most` of a collection, collections with the best hits first."""
    resources = searchable(registry)
    words = [f"%{escape_like(word)}%" for word in sorted(text.split(), key=len, reverse=True)]
    parameters: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "words": words,
        "text": text,
        "begins": f"{escape_like(text)}%",
        "most": most + 1,
    }
    parts = list(_parts(resources, actor, parameters))
    if not parts or not words:
        return []
    rows = await database.read(actor, " UNION ALL ".join(parts), parameters)
    hits: dict[int, list[Hit]] = {}
    for number, key, title, detail, rank in rows:
        resource = resources[number]
        href = f"/{resource.collection}/{key}"
        hits.setdefault(number, []).append(Hit(title or resource.label, detail or "", href, rank))
    groups = []
    for number, found in hits.items():
        found.sort(key=lambda hit: (-hit.rank, hit.title))
        icon = icon_of(str(resources[number].table.name))
        groups.append(
            (-found[0].rank, number, Group(resources[number], icon, found[:most], len(found) > most))
        )
    return [group for _, _, group in sorted(groups, key=lambda one: one[:2])]


def _parts(resources: Iterable[Resource], actor: Actor, parameters: dict[str, Any]) -> Iterable[str]:
    for number, resource in enumerate(resources):
        conditions = readable_rows(resource, actor, number, parameters)
        if conditions is None:
            continue
        title = title_sql(resource)
        matching = f"ARRAY(SELECT search_{resource.table.name}(%(words)s::text[], {CANDIDATES}))"
        conditions.append(f"t.{resource.key} = ANY ({matching})")
        rank = f"CASE WHEN lower({title}) = lower(%(text)s) THEN 3 WHEN {title} ILIKE %(begins)s THEN 2 ELSE 1 END"
        yield (
            f"(SELECT {number}, t.{resource.key}::text, {title}, {detail_sql(resource)}, {rank} "
            f"FROM {resource.table.name} t WHERE {' AND '.join(conditions)} ORDER BY 5 DESC, 3 LIMIT %(most)s)"
        )
