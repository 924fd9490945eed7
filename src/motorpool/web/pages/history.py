"""Who changed a record, when, and each field before and after, from the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request

from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.presentation import Presenter
from motorpool.web.titles import Titles, references_in, titles_of

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
HISTORY_ROWS = 20
LOG = "audit_trails"


@dataclass(frozen=True, slots=True)
class Change:
    """One audit entry of a record: who, when, and each field before and after."""

    moment: str
    who: str
    operation: str
    reason: str | None
    fields: list[tuple[str, str, str]]


def can_read_history(actor: Actor, resource: Resource) -> bool:
    """The trail is for those who may read all of it; some tables keep none."""
    if not resource.facts.audited:
        return False
    reach = actor.access.reach(f"{LOG}.read")
    return reach is not None and reach.everything


async def history(request: AnyRequest, actor: Actor, resource: Resource, key: UUID) -> list[Change] | None:
    """The latest audit entries of a record; None for those who may not read the log or where none is kept."""
    if not can_read_history(actor, resource):
        return None
    changes, _ = await history_page(request, actor, resource, key, None)
    return changes


async def history_page(
    request: AnyRequest, actor: Actor, resource: Resource, key: UUID, cursor: str | None
) -> tuple[list[Change], str | None]:
    """A page of audit entries, newest first, and the cursor of the next; two queries."""
    state = request.app.state
    query = [("table_name", str(resource.table.name)), ("record_id", str(key)), ("limit", str(HISTORY_ROWS))]
    query += [("cursor", cursor)] if cursor else []
    texts, following, _ = await state.apis[LOG].list_page(actor, query)
    entries = [msgspec.json.decode(text) for text in texts]
    values = [
        side
        for entry in entries
        if entry["operation"] == "UPDATE"
        for side in (entry["old_values"], entry["new_values"])
        if side
    ]
    wanted = references_in(state.registry, resource, values)
    wanted.setdefault("users", set()).update(UUID(entry["user_id"]) for entry in entries if entry["user_id"])
    titles = await titles_of(state.database, state.registry, actor, wanted)
    presenter = Presenter(state.registry, actor, titles)
    return [change_of(resource, presenter, titles, entry) for entry in entries], following


def change_of(resource: Resource, presenter: Presenter, titles: Titles, entry: Row) -> Change:
    who = titles.get(("users", str(entry["user_id"])), "Somebody") if entry["user_id"] else "the program"
    shown = set(resource.visible) - {"updated_at"}
    names = [name for name in entry["changed_fields"] or () if name in shown]
    old, new = entry["old_values"] or {}, entry["new_values"] or {}
    fields = [
        (formats.label(name), _text(presenter, resource, old, name), _text(presenter, resource, new, name))
        for name in names
    ]
    return Change(entry["occurred_at"], who, entry["operation"], entry["reason"], fields)


def _text(presenter: Presenter, resource: Resource, values: Mapping[str, Any], name: str) -> str:
    """A value in the words of its page; what the log does not keep is said to be hidden."""
    text = presenter.cell(resource, values, name).text
    return text if len(text) <= 200 else f"{text[:200]} …"
