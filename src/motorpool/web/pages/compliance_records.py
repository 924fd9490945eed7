"""A driver's qualification file with citations and cover, and a vehicle's papers and cover."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get

from motorpool.core.errors import NotFound
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Use, read_reasons
from motorpool.safety.printing.qualification import PARTS, STATES
from motorpool.safety.queries.coverage import Cover, Coverage, coverage
from motorpool.safety.queries.driver_files import driver_citations, driver_facts, standing_of
from motorpool.safety.rules.citations import Level
from motorpool.safety.rules.qualification import Qualification, qualification
from motorpool.safety.rules.qualification_items import NOTICE_DAYS, Item
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.availability import told
from motorpool.web.pages.compliance import mended, when_of
from motorpool.web.pages.records import read_row, tabs_of

AnyRequest = Request[Any, Any, Any]
ITEM_WORDS = {state: words for state, (words, _) in STATES.items()}
ITEM_TONES = {
    "there": "ok", "lapses_soon": "warn", "due": "info", "missing": "bad", "lapsed": "bad", "not_needed": "quiet",
}  # fmt: skip
FILE_WORDS = {"complete": "Complete", "lapses_soon": "Lapses soon", "incomplete": "Incomplete"}
FILE_TONES = {"complete": "ok", "lapses_soon": "warn", "incomplete": "bad"}
STANDING_WORDS: dict[Level, tuple[str, str]] = {
    "clear": ("Clear", "ok"),
    "noted": ("Noted", "info"),
    "watch": ("Watch", "warn"),
    "too_many": ("Too many", "bad"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """An item of the checklist with where it is mended, or its evidence seen."""

    item: Item
    href: str | None
    action: str
    when: str


@get("/drivers/{key:str}/qualification", include_in_schema=False)
async def driver_page(request: AnyRequest) -> Response[Any]:
    """The checklist, the citations and what covers the driver."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["drivers"]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    facts = await driver_facts(state.database, state.registry, actor, [key])
    if not facts:
        raise NotFound("There is no such driver.")
    file = qualification(facts[0], actor.today)
    citations = await driver_citations(state.database, state.registry, actor, key)
    reasons = await read_reasons(state.database, actor, [Use([], [key])])
    cover = await coverage(state.database, state.registry, actor, "driver", key, actor.today)
    tabs = tabs_of(state.registry, actor, resource, row["id"])
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "compliance_driver.html",
        title=f"Qualification of {row['full_name']}",
        row=row,
        tabs=tabs,
        tab=next(tab for tab in tabs if tab.name == "qualification"),
        file=file,
        file_words=FILE_WORDS,
        file_tones=FILE_TONES,
        parts=[(title, rule, checked_of(actor, file, part)) for part, (title, rule) in PARTS.items()],
        words=ITEM_WORDS,
        tones=ITEM_TONES,
        reasons=told(state.registry, actor, reasons, key),
        citations=citations,
        standing=standing_of(citations, facts[0], actor) if citations is not None else None,
        standing_words=STANDING_WORDS,
        money=lambda value: formats.money(value, actor.currency),
        cover=cover,
        state_of=states_of(cover.insurance or [], actor.today),
        not_commercial=file.is_regulated and any(one.code == "medical_card_expired" for one in reasons),
        add_paper=f"/compliance/papers/new?{urlencode({'entity_type': 'driver', 'entity_id': key})}"
        if may(actor, "compliance_documents.create")
        else None,
        files=[
            (label, symbol, f"/api/v1/drivers/{key}/qualification-file?format={form}")
            for form, label, symbol in (("zip", "Package", "file-zip"), ("pdf", "PDF", "file-type-pdf"))
        ]
        if may(actor, "compliance_documents.export")
        else [],
        add_citation=f"/driver-violations/new?driver_id={key}"
        if may(actor, "driver_violations.create")
        else None,
    )
    return page


def checked_of(actor: Actor, file: Qualification, part: str) -> list[Checked]:
    found = []
    for item in file.items:
        if item.part == part:
            href, action = mended(actor, "driver", file.driver_id, item)
            days = (item.lapses_on - file.as_of).days if item.lapses_on else None
            found.append(Checked(item, href, action, when_of(days)))
    return found


@get("/compliance/drivers/{key:str}", include_in_schema=False)
async def driver_panel(request: AnyRequest) -> Response[Any]:
    """How a driver's file stands; fetched by the driver's page."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry["drivers"])
    key = UUID(row["id"])
    facts = await driver_facts(state.database, state.registry, actor, [key])
    if not facts:
        # Of other places than whose papers the person may read: nothing to show.
        return Response("", media_type="text/html; charset=utf-8")
    file = qualification(facts[0], actor.today)
    citations = await driver_citations(state.database, state.registry, actor, key)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "compliance_panel.html",
        title=f"Qualification of {row['full_name']}",
        file=file,
        wrong=[
            one
            for one in file.items
            if one.state in ("missing", "lapsed", "lapses_soon") and one.part != "other"
        ],
        words=ITEM_WORDS,
        tones=ITEM_TONES,
        file_words=FILE_WORDS,
        file_tones=FILE_TONES,
        standing=standing_of(citations, facts[0], actor) if citations is not None else None,
        standing_words=STANDING_WORDS,
    )
    return page


@get("/vehicles/{key:str}/papers", include_in_schema=False)
async def vehicle_page(request: AnyRequest) -> Response[Any]:
    """Registration, inspection, policies and papers of a vehicle on a day, and gaps between them."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["vehicles"]
    reach_or_forbid(state.registry["compliance_documents"], actor, "read")
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    on = _day(request.query_params.get("on")) or actor.today
    cover: Coverage = await coverage(state.database, state.registry, actor, "vehicle", key, on)
    reasons = await read_reasons(state.database, actor, [Use([key])])
    tabs = tabs_of(state.registry, actor, resource, row["id"])
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "compliance_vehicle.html",
        title=f"Papers of {row['vehicle_number']}",
        row=row,
        tabs=tabs,
        tab=next(tab for tab in tabs if tab.name == "papers"),
        on=on,
        is_today=on == actor.today,
        cover=cover,
        missing=[formats.words(one) for one in cover.missing],
        state_of=states_of([*(cover.insurance or []), *cover.papers], on),
        reasons=told(state.registry, actor, reasons, key),
        add_paper=f"/compliance/papers/new?{urlencode({'entity_type': 'vehicle', 'entity_id': key})}"
        if may(actor, "compliance_documents.create")
        else None,
        add_policy="/insurance-policies/new" if may(actor, "insurance_policies.create") else None,
    )
    return page


def states_of(covers: list[Cover], on: date) -> Callable[[Cover], tuple[str, str]]:
    """(words, tone) of each policy or paper on a day; one that ended is bad only where none of its kind is in force."""
    in_force = {(one.source, one.kind.lower()) for one in covers if one.in_force}

    def state_of(one: Cover) -> tuple[str, str]:
        if one.in_force:
            soon = one.last is not None and (one.last - on).days < NOTICE_DAYS
            return ("Ends soon", "warn") if soon else ("In force", "ok")
        if one.first and one.first > on:
            return "Later", "info"
        return "Ended", "quiet" if (one.source, one.kind.lower()) in in_force else "bad"

    return state_of


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


route_handlers = [driver_page, driver_panel, vehicle_page]
