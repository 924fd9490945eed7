"""Who changed a record, when, and each field before and after, from the audit trail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.order_story import order_story
from motorpool.web import formats
from motorpool.web.pages.order_sentences import Told, order_sentence
from motorpool.web.presentation import Presenter
from motorpool.web.titles import references_in, titles_of

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
HISTORY_ROWS = 20
LOG = "audit_trails"
WORDS = {"INSERT": "Added", "UPDATE": "Changed", "DELETE": "Deleted"}


@dataclass(frozen=True, slots=True)
class Change:
    """One audit entry of a record: what was done, when and by whom, and each field before and after.

    `before` is empty where only the value afterwards tells something. `about`, `href`: the part of the record that it is
    about, and where that is.
    """

    moment: str
    words: str
    who: str
    reason: str | None
    fields: list[tuple[str, str, str]]
    about: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A history that tells what happened to the parts of a record too: their names, and an entry in words."""

    parts: Callable[[Database, Mapping[str, Resource], Actor, UUID], Awaitable[dict[tuple[str, str], str]]]
    told: Callable[[Resource, Row, tuple[str, ...]], Told]


STORIES = {"maintenance_records": Story(order_story, order_sentence)}


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
    """A page of audit entries, newest first, and the cursor of the next; two queries, three where parts belong to it."""
    state = request.app.state
    table = str(resource.table.name)
    story = STORIES.get(table)
    parts = await story.parts(state.database, state.registry, actor, key) if story else {}
    query = [("table_name", table), ("record_id", str(key))]
    if parts:
        query = [
            ("table_name__in", ",".join(sorted({table, *(other for other, _ in parts)}))),
            ("record_id__in", ",".join(sorted((str(key), *(one for _, one in parts))))),
        ]
    query += [("limit", str(HISTORY_ROWS)), *([("cursor", cursor)] if cursor else [])]
    texts, following, _ = await state.apis[LOG].list_page(actor, query)
    entries = [
        entry
        for entry in map(msgspec.json.decode, texts)
        if not _is_bookkeeping(state.registry[entry["table_name"]], entry)
    ]
    wanted: dict[str, set[UUID]] = {
        "users": {UUID(entry["user_id"]) for entry in entries if entry["user_id"]}
    }
    for entry in entries:
        if entry["operation"] == "UPDATE":
            sides = [side for side in (entry["old_values"], entry["new_values"]) if side]
            for other, keys in references_in(
                state.registry, state.registry[entry["table_name"]], sides
            ).items():
                wanted.setdefault(other, set()).update(keys)
    titles = await titles_of(state.database, state.registry, actor, wanted)
    presenter = Presenter(state.registry, actor, titles)
    return [change_of(presenter, entry, story, parts) for entry in entries], following


def _bookkeeping(resource: Resource) -> set[str]:
    """Columns that change along with others and tell nothing."""
    return {"updated_at", *resource.summed.values()}


def _is_bookkeeping(resource: Resource, entry: Row) -> bool:
    return entry["operation"] == "UPDATE" and set(entry["changed_fields"] or ()) <= _bookkeeping(resource)


def change_of(
    presenter: Presenter, entry: Row, story: Story | None, parts: Mapping[tuple[str, str], str]
) -> Change:
    """An entry in the words of pages, or of the story that it is told in."""
    resource = presenter.registry[entry["table_name"]]
    who = presenter.titles.get(("users", str(entry["user_id"])), "Somebody")
    visible = set(resource.visible) - _bookkeeping(resource)
    shown = tuple(name for name in entry["changed_fields"] or () if name in visible)
    told = story.told(resource, entry, shown) if story else Told(WORDS[entry["operation"]], shown)
    old, new = entry["old_values"] or {}, entry["new_values"] or {}
    fields = [
        (formats.label(name), _text(presenter, resource, old, name), _text(presenter, resource, new, name))
        for name in told.listed
    ]
    if story:
        fields = [(label, "" if before == formats.DASH else before, after) for label, before, after in fields]
    part = parts.get((entry["table_name"], entry["record_id"]), "")
    return Change(
        entry["occurred_at"],
        told.words,
        who if entry["user_id"] else "the program",
        entry["reason"],
        fields,
        about=f"{told.amount}{part}",
        href=f"/{resource.collection}/{entry['record_id']}",
    )


def _text(presenter: Presenter, resource: Resource, values: Mapping[str, Any], name: str) -> str:
    """A value in the words of its page; what the log does not keep is said to be hidden."""
    text = presenter.cell(resource, values, name).text
    return text if len(text) <= 200 else f"{text[:200]} …"
